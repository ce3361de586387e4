/* SPDX-License-Identifier: MIT */
#include "common/cli/options.h"

#include "common/base/error.h"
#include "common/project/nearest.h"

#include <string.h>

#define MEMBER(type, base, offset) ((type *)(void *)((char *)(base) + (offset)))

const BlOption bl_options_connection[] = {
    { .name = "connection",
      .letter = 'c',
      .type = BL_OPTION_STRING,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.connection),
      .argument = "NAME",
      .help = "connection of the configuration (its \"default\")" },
    { .name = "url",
      .type = BL_OPTION_STRING,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.url),
      .argument = "URL",
      .help = "database to use; environment: DATABASE_URL" },
    { .name = "config",
      .type = BL_OPTION_STRING,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.config),
      .argument = "FILE",
      .help = "configuration (database/connections.json, searched upwards)" },
    { .name = "wait",
      .type = BL_OPTION_OPTIONAL_NUMBER,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.wait),
      .argument = "SECONDS",
      .help = "wait for the server, 30 seconds unless said",
      .implied = 30 },
    { .name = "create",
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.create),
      .help = "make the database if it is missing" },
    { .name = NULL },
};

const BlOption bl_options_several[] = {
    { .name = "all",
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.all),
      .help = "every connection of the configuration; some of them: --connection 'tenant_*'" },
    { .name = "jobs",
      .type = BL_OPTION_NUMBER,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.jobs),
      .argument = "N",
      .help = "connections at the same time (1)" },
    { .name = "continue-on-error",
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.continue_on_error),
      .help = "go on with the other connections when one fails" },
    { .name = NULL },
};

const BlOption bl_options_output[] = {
    { .name = "quiet",
      .letter = 'q',
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.quiet),
      .help = "only warnings and errors" },
    { .name = "verbose",
      .letter = 'v',
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.verbose),
      .help = "show the SQL and its time" },
    { .name = "json",
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.json),
      .help = "one JSON document on standard output at the end" },
    { .name = "no-color",
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, common.no_color),
      .help = "no colours; environment: NO_COLOR" },
    { .name = "help",
      .letter = 'h',
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, help),
      .help = "show this help" },
    { .name = "version",
      .type = BL_OPTION_FLAG,
      .offset = G_STRUCT_OFFSET(BlSharedOptions, version),
      .help = "show the version" },
    { .name = NULL },
};

static gboolean
row_matches(const BlOption *row, const char *name, gsize len, char letter)
{
    if (name == NULL) {
        return row->letter != 0 && row->letter == letter;
    }
    return strlen(row->name) == len && strncmp(row->name, name, len) == 0;
}

const BlOption *
bl_options_find(
    const BlOptionSet *sets, guint n_sets, const char *name, gsize len, char letter, guint *set)
{
    for (guint i = 0; i < n_sets; i++) {
        for (const BlOption *row = sets[i].options; row != NULL && row->name != NULL; row++) {
            if (row_matches(row, name, len, letter)) {
                if (set != NULL) {
                    *set = i;
                }
                return row;
            }
        }
    }
    return NULL;
}

const char *
bl_options_argument(const BlOption *row)
{
    return row->choices != NULL ? row->choices : row->argument;
}

static gboolean
set_number(const BlOption *row, void *base, const char *value, GError **error)
{
    guint64 number = 0;
    if (!g_ascii_string_to_unsigned(value, 10, 0, BL_OPTION_NUMBER_MAX, &number, NULL)) {
        bl_error_set(error, BL_ERROR_USAGE, NULL,
                     "option --%s needs a number from 0 to %d, not \"%s\"", row->name,
                     BL_OPTION_NUMBER_MAX, value);
        return FALSE;
    }
    *MEMBER(gint64, base, row->offset) = (gint64)number;
    return TRUE;
}

static void
append_to_list(char ***list, const char *value)
{
    guint n = *list == NULL ? 0 : g_strv_length(*list);
    *list = g_renew(char *, *list, n + 2);
    (*list)[n] = g_strdup(value);
    (*list)[n + 1] = NULL;
}

static gboolean
set_string(const BlOption *row, void *base, const char *value, GError **error)
{
    if (row->choices != NULL) {
        g_auto(GStrv) choices = g_strsplit(row->choices, "|", -1);
        if (!g_strv_contains((const char *const *)choices, value)) {
            g_autofree char *list = g_strjoinv(", ", choices);
            bl_error_set(error, BL_ERROR_USAGE, NULL, "option --%s must be one of %s, not \"%s\"",
                         row->name, list, value);
            return FALSE;
        }
    }
    char **member = MEMBER(char *, base, row->offset);
    g_free(*member);
    *member = g_strdup(value);
    return TRUE;
}

/* Stores @value, NULL where the option came without one. */
static gboolean
set_value(const BlOption *row, void *base, const char *value, GError **error)
{
    switch (row->type) {
    case BL_OPTION_FLAG:
        *MEMBER(gboolean, base, row->offset) = TRUE;
        return TRUE;
    case BL_OPTION_LIST:
        append_to_list(MEMBER(char **, base, row->offset), value);
        return TRUE;
    case BL_OPTION_NUMBER:
        return set_number(row, base, value, error);
    case BL_OPTION_OPTIONAL_NUMBER:
        if (value != NULL) {
            return set_number(row, base, value, error);
        }
        *MEMBER(gint64, base, row->offset) = row->implied;
        return TRUE;
    case BL_OPTION_STRING:
    default:
        return set_string(row, base, value, error);
    }
}

static gboolean
takes_next(const BlOption *row)
{
    return row->type == BL_OPTION_STRING || row->type == BL_OPTION_LIST ||
           row->type == BL_OPTION_NUMBER;
}

/* What a number and a choice may be is said when they are read. */
static gboolean
is_free_text(const BlOption *row)
{
    return row->type == BL_OPTION_LIST || (row->type == BL_OPTION_STRING && row->choices == NULL);
}

static gboolean
fail_value(const BlOption *row, GError **error)
{
    bl_error_set(error, BL_ERROR_USAGE, NULL, "option --%s needs a value (%s)", row->name,
                 bl_options_argument(row));
    return FALSE;
}

static guint64
bit_of(const BlOptionSet *set, const BlOption *row)
{
    return G_GUINT64_CONSTANT(1) << (row - set->options);
}

gboolean
bl_options_is_given(const BlOptionSet *set, const BlOption *row)
{
    return (set->given & bit_of(set, row)) != 0;
}

const char *
bl_options_string(const BlOptionSet *set, const BlOption *row)
{
    return row->type == BL_OPTION_STRING ? *MEMBER(char *, set->base, row->offset) : NULL;
}

/* Which of two values was meant nobody knows. */
static gboolean
note_given(const BlOption *row, BlOptionSet *set, GError **error)
{
    gboolean may_repeat = row->type == BL_OPTION_FLAG || row->type == BL_OPTION_LIST;
    if (!may_repeat && bl_options_is_given(set, row)) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "option --%s is given twice", row->name);
        return FALSE;
    }
    set->given |= bit_of(set, row);
    return TRUE;
}

/* @attached: the value in the same word, or NULL. */
static gboolean
take_row(const BlOption *row,
         BlOptionSet *set,
         const char *attached,
         char **argv,
         int *index,
         GError **error)
{
    const char *value = attached;
    if (value == NULL && takes_next(row)) {
        value = argv[*index + 1];
        /* "--url --json" is a forgotten value; one that looks like an option is written
         * --url=--json. */
        if (value == NULL || g_str_has_prefix(value, "--")) {
            return fail_value(row, error);
        }
        (*index)++;
    }
    /* A variable of a script that is not set: "" would be the project's folder, or the file
     * system's. */
    if (value != NULL && value[0] == '\0' && is_free_text(row)) {
        return fail_value(row, error);
    }
    if (value != NULL && row->type == BL_OPTION_FLAG) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "option --%s takes no value", row->name);
        return FALSE;
    }
    return note_given(row, set, error) && set_value(row, set->base, value, error);
}

static void
set_unknown_error(
    const BlOptionSet *sets, guint n_sets, const char *name, gsize len, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < n_sets; i++) {
        for (const BlOption *row = sets[i].options; row != NULL && row->name != NULL; row++) {
            g_ptr_array_add(names, g_strdup(row->name));
        }
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *word = g_strndup(name, len);
    const char *nearest = bl_nearest_find(word, (const char *const *)names->pdata);
    if (nearest != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "unknown option --%s, did you mean --%s?", word,
                     nearest);
    } else {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "unknown option --%s", word);
    }
}

static gboolean
take_long(BlOptionSet *sets, guint n_sets, char **argv, int *index, GError **error)
{
    const char *name = argv[*index] + 2;
    const char *equals = strchr(name, '=');
    gsize len = equals != NULL ? (gsize)(equals - name) : strlen(name);
    guint set = 0;
    const BlOption *row = bl_options_find(sets, n_sets, name, len, 0, &set);
    if (row == NULL) {
        set_unknown_error(sets, n_sets, name, len, error);
        return FALSE;
    }
    return take_row(row, &sets[set], equals != NULL ? equals + 1 : NULL, argv, index, error);
}

/* A word of letters: flags, the last of which may have a value: -qv, -c NAME, -cNAME. */
static gboolean
take_letters(BlOptionSet *sets, guint n_sets, char **argv, int *index, GError **error)
{
    for (const char *letter = argv[*index] + 1; *letter != '\0'; letter++) {
        guint set = 0;
        const BlOption *row = bl_options_find(sets, n_sets, NULL, 0, *letter, &set);
        if (row == NULL) {
            bl_error_set(error, BL_ERROR_USAGE, NULL, "unknown option %s", argv[*index]);
            return FALSE;
        }
        if (takes_next(row)) {
            return take_row(row, &sets[set], letter[1] != '\0' ? letter + 1 : NULL, argv, index,
                            error);
        }
        if (!take_row(row, &sets[set], NULL, argv, index, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

gboolean
bl_options_take(BlOptionSet *sets, guint n_sets, char **argv, int *index, GError **error)
{
    gboolean is_long = argv[*index][1] == '-';
    gboolean ok = is_long ? take_long(sets, n_sets, argv, index, error)
                          : take_letters(sets, n_sets, argv, index, error);
    if (ok) {
        (*index)++;
    }
    return ok;
}

void
bl_options_clear(const BlOptionSet *set)
{
    for (const BlOption *row = set->options; row != NULL && row->name != NULL; row++) {
        if (row->type == BL_OPTION_STRING) {
            g_clear_pointer(MEMBER(char *, set->base, row->offset), g_free);
        } else if (row->type == BL_OPTION_LIST) {
            g_clear_pointer(MEMBER(char **, set->base, row->offset), g_strfreev);
        }
    }
}
