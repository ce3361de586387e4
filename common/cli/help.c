/* SPDX-License-Identifier: MIT */
#include "common/cli/help.h"

#include "common/cli/options.h"

#include <string.h>

enum { WIDTH = 80, MARGIN = 30 };

static const char exit_codes[] =
    "\nExit codes:\n"
    "  0 done                         4 the database rejected a statement\n"
    "  1 a check found a difference   5 refused to protect data\n"
    "  2 usage or configuration       6 file or disk\n"
    "  3 cannot connect               7 not supported\n"
    "  70 a bug of ours               130, 143 ended by a signal\n";

/* Appends the words of @text, breaking lines before the last column; @column is where the line
 * stands. */
static void
append_wrapped(GString *out, const char *text, gsize column, gsize margin)
{
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL; i++) {
        gsize len = strlen(words[i]);
        if (i > 0 && column + 1 + len >= WIDTH) {
            g_string_append_printf(out, "\n%*s", (int)margin, "");
            column = margin;
        } else if (i > 0) {
            g_string_append_c(out, ' ');
            column++;
        }
        g_string_append(out, words[i]);
        column += len;
    }
    g_string_append_c(out, '\n');
}

static void
append_entry(GString *out, const char *label, const char *text)
{
    gsize column = strlen(label);
    g_string_append(out, label);
    if (column + 2 > MARGIN) {
        g_string_append_c(out, '\n');
        column = 0;
    }
    g_string_append_printf(out, "%*s", (int)(MARGIN - column), "");
    append_wrapped(out, text, MARGIN, MARGIN);
}

/* "  -c, --connection NAME", "      --wait[=SECONDS]" */
static char *
option_label(const BlOption *row)
{
    GString *label = g_string_new("  ");
    if (row->letter != 0) {
        g_string_append_printf(label, "-%c, ", row->letter);
    } else {
        g_string_append(label, "    ");
    }
    g_string_append_printf(label, "--%s", row->name);
    const char *argument = bl_options_argument(row);
    if (row->type == BL_OPTION_OPTIONAL_NUMBER) {
        g_string_append_printf(label, "[=%s]", argument);
    } else if (row->type != BL_OPTION_FLAG) {
        g_string_append_printf(label, " %s", argument);
    }
    return g_string_free(label, FALSE);
}

static void
append_options(GString *out, const BlOption *options, const BlOptionSet *hiding, guint n_hiding)
{
    for (const BlOption *row = options; row != NULL && row->name != NULL; row++) {
        if (bl_options_find(hiding, n_hiding, row->name, strlen(row->name), 0, NULL) != NULL) {
            continue;
        }
        g_autofree char *label = option_label(row);
        append_entry(out, label, row->help);
    }
}

static void
append_command_options(GString *out, const BlCommand *command)
{
    if (command->options == NULL && command->more_options == NULL) {
        return;
    }
    g_string_append_printf(out, "\n%s:\n", command->title != NULL ? command->title : "Options");
    append_options(out, command->options, NULL, 0);
    append_options(out, command->more_options, NULL, 0);
}

static void
append_subcommands(GString *out, const BlTool *tool)
{
    g_string_append(out, "\nCommands:\n");
    for (gsize i = 0; i < tool->n_commands; i++) {
        const BlCommand *command = &tool->commands[i];
        g_autofree char *label = command->arguments != NULL
                                     ? g_strdup_printf("  %s %s", command->name, command->arguments)
                                     : g_strdup_printf("  %s", command->name);
        append_entry(out, label, command->summary);
    }
}

void
bl_help_format_usage(const BlTool *tool, const BlCommand *command, GString *out)
{
    g_string_append_printf(out, "Usage: %s", tool->name);
    if (command == NULL) {
        g_string_append(out, " COMMAND [OPTIONS]\n");
        return;
    }
    if (command->name != NULL) {
        g_string_append_printf(out, " %s", command->name);
    }
    g_string_append(out, " [OPTIONS]");
    if (command->arguments != NULL) {
        gboolean is_required = command->min_args > 0 || *command->arguments == '[';
        g_string_append_printf(out, is_required ? " %s" : " [%s]", command->arguments);
    }
    g_string_append_c(out, '\n');
}

void
bl_help_format(const BlTool *tool, const BlCommand *command, GString *out)
{
    bl_help_format_usage(tool, command, out);
    g_string_append_c(out, '\n');
    append_wrapped(out, command != NULL ? command->summary : tool->summary, 0, 0);

    BlOptionSet hiding[2] = { { NULL, NULL, 0 }, { NULL, NULL, 0 } };
    if (command == NULL) {
        append_subcommands(out, tool);
    } else {
        append_command_options(out, command);
        hiding[0].options = command->options;
        hiding[1].options = command->more_options;
    }
    g_string_append(out, "\nConnection options:\n");
    append_options(out, bl_options_connection, hiding, G_N_ELEMENTS(hiding));
    if (command != NULL && command->several != BL_SEVERAL_NO) {
        g_string_append(out, "\nSeveral connections:\n");
        append_options(out, bl_options_several, hiding, G_N_ELEMENTS(hiding));
    }
    g_string_append(out, "\nOutput options:\n");
    append_options(out, bl_options_output, hiding, G_N_ELEMENTS(hiding));
    if (command == NULL) {
        g_string_append_printf(out, "\nSee '%s COMMAND --help' for the options of a command.\n",
                               tool->name);
    } else if (command->example != NULL) {
        g_string_append_printf(out, "\nExample:\n  %s\n", command->example);
    }
    g_string_append(out, exit_codes);
}
