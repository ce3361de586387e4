/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/cli/cli.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/unit/tool.h"

/* The build names it; this is for a compiler run by hand. */
#ifndef BL_VERSION
#define BL_VERSION "0.1.0"
#endif

typedef struct {
    char *mode;
    gboolean force;
} Sample;

#define SAMPLE(member) G_STRUCT_OFFSET(Sample, member)

static const BlOption sample_options[] = {
    { .name = "mode",
      .type = BL_OPTION_STRING,
      .offset = SAMPLE(mode),
      .argument = "MODE",
      .help = "what to do" },
    { .name = "force", .type = BL_OPTION_FLAG, .offset = SAMPLE(force), .help = "do it" },
    { .name = NULL },
};

static void
init_sample(void *options)
{
    Sample *sample = options;
    sample->mode = g_strdup("default");
}

static gboolean
fail_richly(GError **error)
{
    bl_error_set(error, BL_ERROR_SQL, "look there", "it \x1b[31mfailed \xc2\x9bm");
    bl_error_set_position(*error, "dir/file.sql", 3, 7);
    bl_error_set_sqlstate(*error, "42P01");
    bl_error_set_detail(*error, "line one\nline two");
    return FALSE;
}

static void
send_events(BlCli *cli)
{
    const BlReporter *reporter = bl_cli_reporter(cli);
    BlEvent begin = { .kind = BL_EVENT_BEGIN, .verb = "migrating", .name = "a" };
    BlEvent progress = { .kind = BL_EVENT_PROGRESS, .name = "a", .done = 1, .total = 2 };
    BlEvent statement = { .kind = BL_EVENT_STATEMENT, .text = "SELECT 1", .duration_us = 400 };
    BlEvent end = { .kind = BL_EVENT_END, .verb = "migrated", .name = "a", .duration_us = 12400 };
    BlEvent failed = { .kind = BL_EVENT_FAILED, .verb = "error", .name = "b", .text = "no" };
    bl_report(reporter, &begin);
    bl_report(reporter, &progress);
    bl_report(reporter, &statement);
    bl_report(reporter, &end);
    bl_report(reporter, &failed);
    bl_report_text(reporter, BL_EVENT_NOTE, "a note");
    bl_report_text(reporter, BL_EVENT_WARNING, "a warning");
    bl_cli_say(cli, "said %d", 1);
}

static gboolean
use_connection(BlCli *cli, gboolean force, GError **error)
{
    const BlConnection *connection = bl_cli_connection(cli, error);
    if (connection == NULL) {
        return FALSE;
    }
    if (!bl_cli_confirm_production(cli, connection, force, "roll back migrations of", error)) {
        return FALSE;
    }
    bl_cli_print(cli, "%s\n", connection->name);
    return TRUE;
}

static gboolean
open_session(BlCli *cli, GError **error)
{
    const BlOpenOptions options = { .read_only = TRUE };
    g_autoptr(BlSession) session = bl_cli_open(cli, &options, error);
    return session != NULL;
}

/* Does what --mode says. */
static gboolean
run_sample(BlCli *cli, void *options, char **args, GError **error)
{
    const Sample *sample = options;
    if (strcmp(sample->mode, "fail") == 0) {
        return fail_richly(error);
    }
    if (strcmp(sample->mode, "cancel") == 0) {
        bl_cancel_request(SIGTERM);
        return bl_cancel_check(error);
    }
    if (strcmp(sample->mode, "events") == 0) {
        send_events(cli);
        return TRUE;
    }
    if (strcmp(sample->mode, "connect") == 0) {
        return use_connection(cli, sample->force, error);
    }
    if (strcmp(sample->mode, "open") == 0) {
        return open_session(cli, error);
    }
    if (strcmp(sample->mode, "difference") == 0) {
        bl_cli_set_exit(cli, 1);
        bl_cli_set_status(cli, "skipped");
        return TRUE;
    }
    if (strcmp(sample->mode, "bytes") == 0) {
        return bl_cli_write(cli, "a\0b\n", 4, error);
    }
    g_autofree char *text = g_strjoinv(",", args);
    bl_cli_print(cli, "%s [%s]\n", sample->mode, text);
    json_object_set_new(bl_cli_json(cli), "args", json_string(text));
    return TRUE;
}

static const BlCommand commands[] = {
    { .name = "walk",
      .summary = "go",
      .arguments = "FROM TO",
      .max_args = 2,
      .options = sample_options,
      .size = sizeof(Sample),
      .init = init_sample,
      .run = run_sample },
    { .name = "rest",
      .summary = "stay",
      .arguments = "PLACE",
      .min_args = 1,
      .max_args = 1,
      .options = sample_options,
      .size = sizeof(Sample),
      .init = init_sample,
      .run = run_sample },
};

static const BlCommand alone[] = {
    { .summary = "go",
      .options = sample_options,
      .size = sizeof(Sample),
      .init = init_sample,
      .run = run_sample },
};

static const BlTool tool = { "sample", "goes about", commands, G_N_ELEMENTS(commands) };
static const BlTool lone_tool = { "lone", "goes about alone", alone, 1 };

static Result
run(const char *words)
{
    return tool_run(g_str_has_prefix(words, "lone") ? &lone_tool : &tool, words, NULL);
}

typedef struct {
    const char *name;
    const char *words;
    int code;
    const char *out;
    const char *err;
} RunCase;

static const RunCase run_cases[] = {
    { "arguments", "sample walk a b", 0, "default [a,b]\n", "" },
    { "options-before-and-behind", "sample walk a --mode x b -q", 0, "x [a,b]\n", "" },
    { "shared-options-before-command", "sample -q --no-color walk a", 0, "default [a]\n", "" },
    { "double-dash-ends-options", "sample walk -- --mode -q", 0, "default [--mode,-q]\n", "" },
    { "single-dash-is-an-argument", "sample walk -", 0, "default [-]\n", "" },
    { "tool-without-commands", "lone --mode x", 0, "x []\n", "" },
    { "version", "sample --version", 0, "sample " BL_VERSION "\n", "" },
    { "version-of-command", "sample walk --version --elephant", 0, "sample " BL_VERSION "\n", "" },
    { "exit-of-command", "sample walk --mode difference", 1, "", "" },
    { "no-command", "sample", 2, "",
      "Usage: sample COMMAND [OPTIONS]\nSee 'sample --help' for the commands.\n" },
    { "no-words", "", 2, "",
      "Usage: sample COMMAND [OPTIONS]\nSee 'sample --help' for the commands.\n" },
    { "unknown-command", "sample elephant", 2, "",
      "sample: unknown command \"elephant\" (see 'sample --help')\n" },
    { "near-command", "sample wakl", 2, "",
      "sample: unknown command \"wakl\", did you mean \"walk\"? (see 'sample --help')\n" },
    { "unknown-option", "sample walk --elephant", 2, "",
      "sample walk: unknown option --elephant (see 'sample walk --help')\n" },
    { "unknown-option-before-command", "sample --mode x walk", 2, "",
      "sample: unknown option --mode (see 'sample --help')\n" },
    { "unknown-option-of-lone-tool", "lone --mod x", 2, "",
      "lone: unknown option --mod, did you mean --mode? (see 'lone --help')\n" },
    { "missing-argument", "sample rest", 2, "",
      "sample rest: missing argument: PLACE (see 'sample rest --help')\n" },
    { "too-many-arguments", "sample rest a b", 2, "",
      "sample rest: unexpected argument \"b\" (see 'sample rest --help')\n" },
    { "argument-for-lone-tool", "lone x", 2, "",
      "lone: unexpected argument \"x\" (see 'lone --help')\n" },
    { "error-with-everything", "sample walk --mode fail", 4, "",
      "sample: error: dir/file.sql:3:7: it \\x1b[31mfailed \\xc2\\x9bm (42P01)\n"
      "  detail: line one\n  line two\n  hint: look there\n" },
    { "cancelled", "sample walk --mode cancel", 143, "", NULL },
    { "events", "sample walk --mode events", 0, "",
      "migrated a (12 ms)\nerror b\n  no\na note\nwarning: a warning\nsaid 1\n" },
    { "events-quiet", "sample walk --mode events -q", 0, "",
      "error b\n  no\nwarning: a warning\n" },
    { "events-verbose", "sample walk --mode events -v", 0, "",
      "  SELECT 1 (0.4 ms)\nmigrated a (12 ms)\nerror b\n  no\na note\nwarning: a warning\nsaid 1\n" },
    { "connection-by-url", "sample walk --url sqlite:x --mode connect", 0, "sqlite\n", "" },
    { "connection-missing", "sample walk --mode connect", 2, "", NULL },
};

static void
test_run(gconstpointer data)
{
    const RunCase *c = data;
    g_auto(Result) result = run(c->words);
    g_assert_cmpstr(result.out, ==, c->out);
    if (c->err != NULL) {
        g_assert_cmpstr(result.err, ==, c->err);
    } else {
        g_assert_true(g_str_has_prefix(result.err, "sample: error: "));
    }
    g_assert_cmpint(result.code, ==, c->code);
}

/* Runs and parses the document. */
static json_t *
run_json(const char *words, int code)
{
    json_error_t reason;
    g_auto(Result) result = run(words);
    g_assert_cmpint(result.code, ==, code);
    json_t *document = json_loads(result.out, JSON_REJECT_DUPLICATES, &reason);
    g_assert_nonnull(document);
    g_assert_true(json_is_integer(json_object_get(document, "durationMs")));
    return document;
}

static const char *
text_of(json_t *document, const char *member)
{
    return json_string_value(json_object_get(document, member));
}

static void
test_json_of_success(void)
{
    json_t *document = run_json("sample walk a --json", 0);
    g_assert_cmpstr(text_of(document, "status"), ==, "completed");
    g_assert_cmpstr(text_of(document, "args"), ==, "a");
    g_assert_true(json_is_null(json_object_get(document, "connection")));
    g_assert_true(json_is_null(json_object_get(document, "engine")));
    g_assert_true(json_is_null(json_object_get(document, "error")));
    json_decref(document);
    document = run_json("sample walk --json --mode difference", 1);
    g_assert_cmpstr(text_of(document, "status"), ==, "skipped");
    json_decref(document);
    document = run_json("sample walk --json --mode connect --url sqlite:x -c main", 0);
    g_assert_cmpstr(text_of(document, "connection"), ==, "main");
    g_assert_cmpstr(text_of(document, "engine"), ==, "sqlite");
    json_decref(document);
}

static void
test_json_of_failure(void)
{
    json_t *document = run_json("sample walk --mode fail --json", 4);
    json_t *error = json_object_get(document, "error");
    g_assert_cmpstr(text_of(document, "status"), ==, "error");
    g_assert_cmpstr(text_of(error, "code"), ==, "sql");
    g_assert_cmpstr(text_of(error, "message"), ==, "it \x1b[31mfailed \xc2\x9bm");
    g_assert_cmpstr(text_of(error, "file"), ==, "dir/file.sql");
    g_assert_cmpint(json_integer_value(json_object_get(error, "line")), ==, 3);
    g_assert_cmpint(json_integer_value(json_object_get(error, "column")), ==, 7);
    g_assert_cmpstr(text_of(error, "sqlstate"), ==, "42P01");
    g_assert_cmpstr(text_of(error, "detail"), ==, "line one\nline two");
    g_assert_cmpstr(text_of(error, "hint"), ==, "look there");
    json_decref(document);
    document = run_json("sample walk --mode cancel --json", 143);
    g_assert_cmpstr(text_of(json_object_get(document, "error"), "code"), ==, "cancelled");
    json_decref(document);
}

static void
test_json_of_usage_error(void)
{
    static const char *const cases[] = { "sample walk --elephant --json", "sample --json",
                                         "sample elephant --json", "sample --json rest" };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        json_t *document = run_json(cases[i], 2);
        json_t *error = json_object_get(document, "error");
        g_assert_cmpstr(text_of(document, "status"), ==, "error");
        g_assert_cmpstr(text_of(error, "code"), ==, "usage");
        g_assert_true(json_is_null(json_object_get(error, "line")));
        json_decref(document);
    }
    g_auto(Result) result = run("sample walk -- --json --elephant --json");
    g_assert_cmpint(result.code, ==, 2);
    g_assert_cmpstr(result.out, ==, "");
}

static void
test_json_is_all_of_stdout(void)
{
    g_auto(Result) quiet = run("sample walk --json --mode events");
    g_assert_cmpstr(quiet.err, ==, "error b\n  no\nwarning: a warning\n");
    g_assert_true(g_str_has_prefix(quiet.out, "{\n"));
    g_assert_true(g_str_has_suffix(quiet.out, "\n}\n"));
    g_auto(Result) verbose = run("sample walk --json -v --mode events");
    g_assert_nonnull(strstr(verbose.err, "said 1\n"));
}

static void
test_help(void)
{
    g_auto(Result) of_tool = run("sample --help");
    g_assert_cmpint(of_tool.code, ==, 0);
    g_assert_cmpstr(of_tool.err, ==, "");
    g_assert_true(g_str_has_prefix(of_tool.out, "Usage: sample COMMAND"));
    g_auto(Result) of_command = run("sample rest -h --elephant");
    g_assert_cmpint(of_command.code, ==, 0);
    g_assert_true(g_str_has_prefix(of_command.out, "Usage: sample rest"));
    g_auto(Result) of_lone = run("lone --help");
    g_assert_true(g_str_has_prefix(of_lone.out, "Usage: lone [OPTIONS]\n"));
}

static void
test_full_disk(void)
{
    static const char *const cases[] = { "sample walk", "sample --help", "sample walk --json",
                                         "sample walk --mode bytes" };
    if (!g_file_test("/dev/full", G_FILE_TEST_EXISTS)) {
        g_test_skip("no /dev/full");
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(Result) result = tool_run(&tool, cases[i], "/dev/full");
        g_assert_cmpint(result.code, ==, 6);
        g_assert_cmpstr(result.err, ==,
                        "sample: error: cannot write standard output: No space left on device\n");
    }
    g_auto(Result) failed = tool_run(&tool, "sample walk --mode fail --json", "/dev/full");
    g_assert_cmpint(failed.code, ==, 4);
}

static void
test_production(void)
{
    g_setenv("APP_ENV", "production", TRUE);
    g_auto(Result) refused = run("sample walk --url sqlite:x --mode connect");
    g_assert_cmpint(refused.code, ==, 5);
    g_assert_cmpstr(refused.err, ==,
                    "sample: error: will not roll back migrations of \"sqlite\" in production\n"
                    "  hint: if that is what you want, add --force\n");
    g_auto(Result) forced = run("sample walk --url sqlite:x --mode connect --force");
    g_assert_cmpint(forced.code, ==, 0);
    g_unsetenv("APP_ENV");
}

/* A server that comes up at the third attempt, or never, or asks for a signal at the second. */
static struct {
    guint attempts;
    guint up_at;
    guint signal_at;
    BlErrorCode code;
    gboolean create;
} server;

static BlSession *
open_server(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    server.attempts++;
    server.create = options->create;
    if (server.attempts == server.signal_at) {
        bl_cancel_request(SIGINT);
    }
    if (server.attempts != server.up_at) {
        bl_error_set(error, server.code, NULL, "no answer from %s", url->redacted);
        return NULL;
    }
    BlSession *session = g_new0(BlSession, 1);
    session->engine = bl_engine_find("sqlite");
    return session;
}

static void
close_server(BlSession *session)
{
    g_free(session);
}

static void
use_server(guint up_at, guint signal_at, BlErrorCode code)
{
    static BlEngine engine;
    bl_engine_override(NULL);
    engine = *bl_engine_find("sqlite");
    engine.caps &= ~(guint)BL_CAP_FILE_DATABASE;
    engine.open = open_server;
    engine.close = close_server;
    bl_engine_override(&engine);
    server.attempts = 0;
    server.up_at = up_at;
    server.signal_at = signal_at;
    server.code = code;
}

static void
test_wait(void)
{
    use_server(3, 0, BL_ERROR_CONNECT);
    g_auto(Result) came = run("sample walk --url sqlite:x --mode open --wait --create");
    g_assert_cmpint(came.code, ==, 0);
    g_assert_cmpuint(server.attempts, ==, 3);
    g_assert_true(server.create);

    use_server(3, 0, BL_ERROR_CONNECT);
    g_auto(Result) impatient = run("sample walk --url sqlite:x --mode open");
    g_assert_cmpint(impatient.code, ==, 3);
    g_assert_cmpuint(server.attempts, ==, 1);
    g_assert_cmpstr(impatient.err, ==, "sample: error: no answer from sqlite:x\n");
    g_assert_false(server.create);

    use_server(0, 0, BL_ERROR_CONNECT);
    g_auto(Result) late = run("sample walk --url sqlite:x --mode open --wait=1");
    g_assert_cmpint(late.code, ==, 3);
    g_assert_cmpuint(server.attempts, >=, 3);

    /* A wrong password will not become right. */
    use_server(0, 0, BL_ERROR_USAGE);
    g_auto(Result) hopeless = run("sample walk --url sqlite:x --mode open --wait");
    g_assert_cmpint(hopeless.code, ==, 2);
    g_assert_cmpuint(server.attempts, ==, 1);

    use_server(0, 2, BL_ERROR_CONNECT);
    g_auto(Result) ended = run("sample walk --url sqlite:x --mode open --wait");
    g_assert_cmpint(ended.code, ==, 130);
    g_assert_cmpuint(server.attempts, ==, 2);
    bl_engine_override(NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_unsetenv("DATABASE_URL");
    g_unsetenv("APP_ENV");
    g_unsetenv("NODE_ENV");
    g_unsetenv("RAILS_ENV");
    g_autofree char *before = g_get_current_dir();
    g_autofree char *folder = g_dir_make_tmp("bl-cli-XXXXXX", NULL);
    g_assert_cmpint(g_chdir(folder), ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(run_cases); i++) {
        g_autofree char *path = g_strdup_printf("/cli/main/%s", run_cases[i].name);
        g_test_add_data_func(path, &run_cases[i], test_run);
    }
    g_test_add_func("/cli/main/json-of-success", test_json_of_success);
    g_test_add_func("/cli/main/json-of-failure", test_json_of_failure);
    g_test_add_func("/cli/main/json-of-usage-error", test_json_of_usage_error);
    g_test_add_func("/cli/main/json-is-all-of-stdout", test_json_is_all_of_stdout);
    g_test_add_func("/cli/main/help", test_help);
    g_test_add_func("/cli/main/full-disk", test_full_disk);
    g_test_add_func("/cli/open/waits-for-a-server", test_wait);
    g_test_add_func("/cli/confirm_production/without-terminal", test_production);
    int code = g_test_run();
    g_assert_cmpint(g_chdir(before), ==, 0);
    g_rmdir(folder);
    return code;
}
