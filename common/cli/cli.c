/* SPDX-License-Identifier: MIT */
#include "common/cli/cli.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/cli/document.h"
#include "common/cli/help.h"
#include "common/cli/options.h"
#include "common/cli/output.h"
#include "common/cli/rules.h"
#include "common/cli/several.h"
#include "common/cli/state.h"
#include "common/project/nearest.h"

#include <fcntl.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef BL_VERSION
#define BL_VERSION "0.1.0"
#endif

/* A closed standard stream would give its number to the next file that is opened, and talk would
 * land in it. */
static void
fill_standard_streams(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) == -1) {
            /* stdout stays unwritable: the loss of the product must be noticed. */
            int flags = fd == STDERR_FILENO ? O_WRONLY : O_RDONLY;
            if (open("/dev/null", flags) == -1) {
                return;
            }
        }
    }
}

static void
ignore_broken_pipes(void)
{
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = SIG_IGN;
    sigaction(SIGPIPE, &action, NULL);
    /* A limit on the size of files is an error like a full disk. */
    sigaction(SIGXFSZ, &action, NULL);
}

static void
init_cli(BlCli *cli, const BlTool *tool)
{
    memset(cli, 0, sizeof *cli);
    cli->tool = tool;
    cli->began = g_get_monotonic_time();
    cli->shared.common.wait = -1;
    cli->shared.common.jobs = 1;
    cli->args = g_ptr_array_new();
    cli->document = bl_document_new();
    cli->status = "completed";
    cli->sets[0] = (BlOptionSet){ bl_options_connection, &cli->shared, 0 };
    cli->sets[1] = (BlOptionSet){ bl_options_output, &cli->shared, 0 };
    cli->n_sets = 2;
}

static void
clear_cli(BlCli *cli)
{
    for (guint i = 0; i < cli->n_sets; i++) {
        bl_options_clear(&cli->sets[i]);
    }
    g_free(cli->options);
    bl_connection_free(cli->connection);
    bl_project_free(cli->project);
    g_ptr_array_unref(cli->args);
    g_strfreev(cli->done_before);
    json_decref(cli->document);
}

static void
choose_command(BlCli *cli, const BlCommand *command)
{
    const BlOptionSet shared[2] = { cli->sets[0], cli->sets[1] };
    cli->command = command;
    cli->options = g_malloc0(MAX(command->size, 1));
    if (command->init != NULL) {
        command->init(cli->options);
    }
    cli->sets[0] = (BlOptionSet){ command->options, cli->options, 0 };
    cli->sets[1] = (BlOptionSet){ command->more_options, cli->options, 0 };
    cli->sets[2] = shared[0];
    cli->sets[3] = shared[1];
    cli->sets[4] = (BlOptionSet){ command->several != BL_SEVERAL_NO ? bl_options_several : NULL,
                                  &cli->shared, 0 };
    cli->n_sets = G_N_ELEMENTS(cli->sets);
}

static gboolean
choose_command_by_name(BlCli *cli, const char *name, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < cli->tool->n_commands; i++) {
        const BlCommand *command = &cli->tool->commands[i];
        if (strcmp(command->name, name) == 0) {
            choose_command(cli, command);
            return TRUE;
        }
        g_ptr_array_add(names, g_strdup(command->name));
    }
    g_ptr_array_add(names, NULL);
    const char *nearest = bl_nearest_find(name, (const char *const *)names->pdata);
    if (nearest != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "unknown command \"%s\", did you mean \"%s\"?",
                     name, nearest);
    } else {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "unknown command \"%s\"", name);
    }
    return FALSE;
}

static gboolean
check_arguments(const BlCli *cli, GError **error)
{
    const BlCommand *command = cli->command;
    if (cli->args->len < command->min_args) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "missing argument: %s", command->arguments);
        return FALSE;
    }
    if (cli->args->len > command->max_args) {
        bl_error_set(error, BL_ERROR_USAGE, NULL, "unexpected argument \"%s\"",
                     (const char *)cli->args->pdata[command->max_args]);
        return FALSE;
    }
    return TRUE;
}

/* Reads all words, or those before --help or --version. */
static gboolean
parse_words(BlCli *cli, char **argv, GError **error)
{
    gboolean options_ended = FALSE;
    for (int i = 1; argv[i] != NULL;) {
        if (!options_ended && strcmp(argv[i], "--") == 0) {
            options_ended = TRUE;
            i++;
        } else if (!options_ended && argv[i][0] == '-' && argv[i][1] != '\0') {
            if (!bl_options_take(cli->sets, cli->n_sets, argv, &i, error)) {
                return FALSE;
            }
            if (cli->shared.help || cli->shared.version) {
                return TRUE;
            }
        } else if (cli->command == NULL) {
            if (!choose_command_by_name(cli, argv[i++], error)) {
                return FALSE;
            }
        } else {
            g_ptr_array_add(cli->args, argv[i++]);
        }
    }
    return cli->command == NULL ||
           (check_arguments(cli, error) &&
            (cli->command->several == BL_SEVERAL_NO ||
             bl_rules_check(bl_rules_several, cli->sets, cli->n_sets, error)) &&
            bl_rules_check(cli->command->rules, cli->sets, cli->n_sets, error));
}

/* For errors that come before all options are read. */
static gboolean
has_json_word(char **argv)
{
    for (int i = 1; argv[i] != NULL && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static char *
full_name(const BlCli *cli)
{
    if (cli->command == NULL || cli->command->name == NULL) {
        return g_strdup(cli->tool->name);
    }
    return g_strdup_printf("%s %s", cli->tool->name, cli->command->name);
}

static void
write_document(BlCli *cli, const GError *error)
{
    gint64 duration = (g_get_monotonic_time() - cli->began) / 1000;
    bl_document_set_text(cli->document, "status", error != NULL ? "error" : cli->status);
    json_object_set_new(cli->document, "durationMs", json_integer(duration));
    bl_document_set_error(cli->document, error);
    g_autofree char *text = bl_document_format(cli->document);
    bl_output_write(&cli->output, text, strlen(text));
}

static int
exit_code_of(const GError *error)
{
    int code = bl_error_exit_code(error);
    int signum = bl_cancel_requested();
    return code == BL_ERROR_CANCELLED && signum != 0 ? 128 + signum : code;
}

/* Flushes the product; its loss is an error of its own, unless the command has failed anyway. */
static int
finish(BlCli *cli, int code)
{
    g_autoptr(GError) error = NULL;
    if (bl_output_finish(&cli->output, &error)) {
        return code;
    }
    /* A command that was stopped by the failed write has said so. */
    if (code != BL_ERROR_IO) {
        bl_output_error(&cli->output, cli->tool->name, error);
    }
    return code == 0 || code == 1 ? bl_error_exit_code(error) : code;
}

static int
fail_usage(BlCli *cli, char **argv, const GError *error)
{
    cli->shared.common.json = cli->shared.common.json || has_json_word(argv);
    bl_output_init(&cli->output, &cli->shared.common);
    g_autofree char *name = full_name(cli);
    g_autofree char *word = g_strdup_printf("%s:", name);
    g_autofree char *text = g_strdup_printf("%s (see '%s --help')", error->message, name);
    bl_output_line(&cli->output, BL_STYLE_PLAIN, word, text);
    if (cli->shared.common.json) {
        write_document(cli, error);
    }
    return finish(cli, bl_error_exit_code(error));
}

static int
show_help(BlCli *cli)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bl_help_format(cli->tool, cli->command, text);
    bl_output_write(&cli->output, text->str, text->len);
    return finish(cli, 0);
}

static int
show_version(BlCli *cli)
{
    g_autofree char *text = g_strdup_printf("%s %s\n", cli->tool->name, BL_VERSION);
    bl_output_write(&cli->output, text, strlen(text));
    return finish(cli, 0);
}

/* A tool whose work is in its subcommands was called without one. */
static int
show_usage(BlCli *cli)
{
    g_autoptr(GString) text = g_string_new(NULL);
    bl_help_format_usage(cli->tool, NULL, text);
    g_string_append_printf(text, "See '%s --help' for the commands.", cli->tool->name);
    fprintf(stderr, "%s\n", text->str);
    if (cli->shared.common.json) {
        g_autoptr(GError) error = NULL;
        bl_error_set(&error, BL_ERROR_USAGE, NULL, "missing command");
        write_document(cli, error);
    }
    return finish(cli, BL_ERROR_USAGE);
}

/* For one connection, or for several, each in a process of its own. */
static gboolean
call_command(BlCli *cli, GError **error)
{
    char **args = (char **)cli->args->pdata;
    if (!bl_several_check_words(cli, error)) {
        return FALSE;
    }
    if (cli->is_several && !bl_several_run(cli, args, error)) {
        return FALSE;
    }
    return (cli->is_several && !cli->is_child) || cli->command->run(cli, cli->options, args, error);
}

static int
run_command(BlCli *cli)
{
    g_autoptr(GError) error = NULL;
    g_ptr_array_add(cli->args, NULL);
    gboolean ok = call_command(cli, &error);
    if (!ok && error == NULL) {
        bl_error_set(&error, BL_ERROR_INTERNAL, NULL, "the command failed without an error");
    }
    int code = ok ? cli->exit_code : exit_code_of(error);
    if (!ok) {
        bl_output_error(&cli->output, cli->tool->name, error);
    }
    if (cli->shared.common.json) {
        write_document(cli, ok ? NULL : error);
    }
    return finish(cli, code);
}

static int
dispatch(BlCli *cli, char **argv)
{
    g_autoptr(GError) error = NULL;
    if (cli->tool->n_commands == 1 && cli->tool->commands[0].name == NULL) {
        choose_command(cli, &cli->tool->commands[0]);
    }
    if (!parse_words(cli, argv, &error)) {
        return fail_usage(cli, argv, error);
    }
    bl_output_init(&cli->output, &cli->shared.common);
    if (cli->shared.help) {
        return show_help(cli);
    }
    if (cli->shared.version) {
        return show_version(cli);
    }
    if (cli->command == NULL) {
        return show_usage(cli);
    }
    return run_command(cli);
}

/* Database libraries free and take pages in the same breath; a heap that shrinks and grows each
 * time costs a system call and page faults. A tool ends soon: it keeps what it has. */
static void
keep_heap(void)
{
#ifdef __GLIBC__
    mallopt(M_TRIM_THRESHOLD, 256 * 1024 * 1024);
    mallopt(M_TOP_PAD, 256 * 1024);
    /* With the others set it no longer grows by itself: each buffer would be a mapping. */
    mallopt(M_MMAP_THRESHOLD, 4 * 1024 * 1024);
#endif
}

int
bl_cli_main(const BlTool *tool, int argc, char **argv)
{
    keep_heap();
    bl_engine_own_process();
    BlCli cli;
    char *nothing[] = { NULL, NULL };
    fill_standard_streams();
    ignore_broken_pipes();
    bl_cancel_install();
    init_cli(&cli, tool);
    int code = dispatch(&cli, argc > 0 ? argv : nothing);
    gboolean is_child = cli.is_child;
    clear_cli(&cli);
    if (is_child) {
        /* The caller's work is the first process's. */
        exit(code);
    }
    return code;
}

const BlCommonOptions *
bl_cli_common(const BlCli *cli)
{
    return &cli->shared.common;
}

const BlReporter *
bl_cli_reporter(BlCli *cli)
{
    cli->reporter.event = bl_output_event;
    cli->reporter.data = &cli->output;
    cli->reporter.wants_statements = cli->output.verbose;
    return &cli->reporter;
}

void
bl_cli_print(BlCli *cli, const char *format, ...)
{
    if (cli->shared.common.json) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    bl_output_write(&cli->output, text, strlen(text));
}

gboolean
bl_cli_write(BlCli *cli, const char *bytes, gsize len, GError **error)
{
    return bl_output_write(&cli->output, bytes, len) || bl_output_finish(&cli->output, error);
}

void
bl_cli_say(BlCli *cli, const char *format, ...)
{
    if (cli->output.quiet) {
        return;
    }
    va_list arguments;
    va_start(arguments, format);
    g_autofree char *text = g_strdup_vprintf(format, arguments);
    va_end(arguments);
    bl_output_line(&cli->output, BL_STYLE_PLAIN, NULL, text);
}

json_t *
bl_cli_json(BlCli *cli)
{
    return cli->document;
}

void
bl_cli_set_status(BlCli *cli, const char *status)
{
    cli->status = status;
}

void
bl_cli_set_exit(BlCli *cli, int code)
{
    cli->exit_code = code;
}

gboolean
bl_cli_is_several(const BlCli *cli)
{
    return cli->is_several;
}

const char *const *
bl_cli_done_before(const BlCli *cli)
{
    return (const char *const *)cli->done_before;
}

gboolean
bl_cli_has_color(const BlCli *cli)
{
    return cli->output.color;
}
