/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/cli/several.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/tool.h"

static void
test_is_pattern(void)
{
    static const char *const patterns[] = { "*", "tenant_*", "a?", "[ab]", "*/" };
    static const char *const names[] = { "", "tenant_1", "a]b", "a-b.c", "ä" };
    for (gsize i = 0; i < G_N_ELEMENTS(patterns); i++) {
        g_assert_true(bl_several_is_pattern(patterns[i]));
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_assert_false(bl_several_is_pattern(names[i]));
    }
}

typedef struct {
    const char *name;
    int wait_status;
    int signum;
    BlChildState state;
    int code;
    const char *crash; /* part of the text, NULL: none */
} EndCase;

#define EXITED(code) ((code) << 8)

static const EndCase end_cases[] = {
    { "done", EXITED(0), 0, BL_CHILD_ENDED, 0, NULL },
    { "difference", EXITED(1), 0, BL_CHILD_ENDED, 1, NULL },
    { "refused", EXITED(5), 0, BL_CHILD_ENDED, 5, NULL },
    { "bug", EXITED(70), 0, BL_CHILD_ENDED, 70, NULL },
    { "foreign-code", EXITED(42), 0, BL_CHILD_ENDED, 70, "exit code 42" },
    { "shell-code", EXITED(127), 0, BL_CHILD_ENDED, 70, "exit code 127" },
    { "crash", SIGSEGV, 0, BL_CHILD_ENDED, 70, "signal 11" },
    { "killed", SIGKILL, 0, BL_CHILD_ENDED, 70, "signal 9" },
    { "killed-while-stopping", SIGKILL, SIGINT, BL_CHILD_ENDED, 70, "signal 9" },
    { "stopped", EXITED(143), SIGTERM, BL_CHILD_STOPPED, 143, NULL },
    { "stopped-the-hard-way", SIGINT, SIGINT, BL_CHILD_STOPPED, 130, NULL },
    { "done-before-the-signal", EXITED(0), SIGINT, BL_CHILD_ENDED, 0, NULL },
    { "failed-before-the-signal", EXITED(4), SIGINT, BL_CHILD_ENDED, 4, NULL },
    { "stopped-by-somebody-else", EXITED(143), 0, BL_CHILD_ENDED, 143, NULL },
};

static void
test_end(gconstpointer data)
{
    const EndCase *c = data;
    const char *const names[] = { "a", NULL };
    g_autoptr(BlPool) pool = bl_pool_new(names);
    BlChild *child = g_ptr_array_index(pool->children, 0);
    bl_child_set_end(child, c->wait_status, c->signum);
    g_assert_cmpint(child->state, ==, c->state);
    g_assert_cmpint(child->code, ==, c->code);
    g_assert_true((child->crash != NULL) == (c->crash != NULL));
    g_assert_true(c->crash == NULL || strstr(child->crash, c->crash) != NULL);
}

/* @ends: a word for each of a, b, c …: the exit code, "-" not started, "s" stopped */
typedef struct {
    const char *name;
    const char *ends;
    int signum;
    int code; /* of the error; 0 and 1: none */
    const char *message;
} JudgeCase;

static const JudgeCase judge_cases[] = {
    { "all-done", "0 0 0", 0, 0, NULL },
    { "difference", "0 1 0", 0, 1, NULL },
    { "first-failure-decides", "0 5 3", 0, 5, "2 of 3 connections failed: \"b\", \"c\"" },
    { "failure-before-difference", "1 0 3", 0, 3, "1 of 3 connections failed: \"c\"" },
    { "not-started", "0 4 - -", 0, 4,
      "1 of 4 connections failed: \"b\"; not started: \"c\", \"d\"" },
    { "many-names", "4 4 4 4 4 4 4 4 4 4 4 4", 0, 4,
      "12 of 12 connections failed: \"a\", \"b\", \"c\", \"d\", \"e\", \"f\", \"g\", \"h\", \"i\", "
      "\"j\" and 2 more" },
    { "signal", "0 s -", SIGTERM, BL_ERROR_CANCELLED,
      "ended by a request to terminate; stopped: \"b\"; not started: \"c\"; done: \"a\"" },
    { "signal-after-the-end", "0 0", SIGINT, 0, NULL },
    { "failure-and-signal", "4 s", SIGINT, BL_ERROR_CANCELLED,
      "ended by an interrupt; stopped: \"b\"; failed: \"a\"" },
    { "signal-of-one", "0 143", 0, BL_ERROR_CANCELLED, "1 of 2 connections failed: \"b\"" },
};

static BlPool *
pool_of(const char *ends)
{
    g_auto(GStrv) words = g_strsplit(ends, " ", -1);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; words[i] != NULL; i++) {
        g_ptr_array_add(names, g_strdup_printf("%c", 'a' + (int)i));
    }
    g_ptr_array_add(names, NULL);
    BlPool *pool = bl_pool_new((const char *const *)names->pdata);
    for (guint i = 0; words[i] != NULL; i++) {
        BlChild *child = g_ptr_array_index(pool->children, i);
        if (strcmp(words[i], "s") == 0) {
            child->state = BL_CHILD_STOPPED;
        } else if (strcmp(words[i], "-") != 0) {
            child->state = BL_CHILD_ENDED;
            child->code = (int)g_ascii_strtoll(words[i], NULL, 10);
        }
    }
    return pool;
}

static void
test_judge(gconstpointer data)
{
    const JudgeCase *c = data;
    g_autoptr(BlPool) pool = pool_of(c->ends);
    g_autoptr(GError) error = NULL;
    bl_cancel_clear();
    if (c->signum != 0) {
        bl_cancel_request(c->signum);
    }
    gboolean ok = bl_several_judge(pool, &error);
    bl_cancel_clear();
    g_assert_true(ok == (c->message == NULL));
    if (ok) {
        g_assert_no_error(error);
        g_assert_cmpint(bl_several_exit_code(pool), ==, c->code);
        return;
    }
    g_assert_error(error, BL_ERROR, c->code);
    g_assert_cmpstr(error->message, ==, c->message);
}

/* A tool whose connections each do what their name says. */
enum { BIG = 300 * 1000 };

static void
talk_much(BlCli *cli)
{
    g_autofree char *line = g_strnfill(99, 'x');
    for (int i = 0; i < BIG / 100; i++) {
        bl_cli_print(cli, "%s\n", line);
        bl_cli_say(cli, "%s", line);
    }
}

static gboolean
run_act(BlCli *cli, void *options, char **args, GError **error)
{
    (void)options;
    (void)args;
    const BlConnection *connection = bl_cli_connection(cli, error);
    if (connection == NULL) {
        return FALSE;
    }
    const char *name = connection->name;
    if (g_str_has_prefix(name, "late")) {
        g_usleep(G_USEC_PER_SEC / 2);
    } else if (g_str_has_prefix(name, "big")) {
        talk_much(cli);
    } else if (strcmp(name, "killed") == 0) {
        fputs("half a line", stderr);
        raise(SIGKILL);
    } else if (strcmp(name, "odd") == 0) {
        exit(42);
    } else if (strcmp(name, "bad") == 0) {
        bl_error_set(error, BL_ERROR_SQL, NULL, "it failed");
        return FALSE;
    } else if (strcmp(name, "differs") == 0) {
        bl_cli_set_exit(cli, 1);
    }
    bl_cli_print(cli, "product of %s\n", name);
    bl_cli_say(cli, "talk of %s", name);
    return TRUE;
}

static gboolean
check_act(BlCli *cli, void *options, char **args, GError **error)
{
    (void)options;
    (void)args;
    const BlConnection *connection = bl_cli_connection(cli, error);
    g_assert_nonnull(connection);
    g_assert_true(bl_cli_is_several(cli));
    if (strcmp(connection->name, "refused") == 0) {
        bl_error_set(error, BL_ERROR_CONFLICT, NULL, "refused");
        return FALSE;
    }
    return TRUE;
}

static const BlCommand commands[] = {
    { .name = "act",
      .summary = "act",
      .run = run_act,
      .several = BL_SEVERAL_YES,
      .check = check_act },
    { .name = "once", .summary = "act", .run = run_act, .several = BL_SEVERAL_ONCE_A_DATABASE },
    { .name = "alone", .summary = "act", .run = run_act },
};
static const BlTool tool = { "sample", "acts", commands, G_N_ELEMENTS(commands) };

/* Runs the tool in a configuration that has connections of these @names. */
static Result
run(const char *names, const char *words)
{
    g_auto(GStrv) list = g_strsplit(names, " ", -1);
    g_autoptr(GString) config = g_string_new("{\"connections\":{");
    for (gsize i = 0; list[i] != NULL; i++) {
        g_string_append_printf(config, "%s\"%s\":{\"url\":\"sqlite:%s.db\"}", i > 0 ? "," : "",
                               list[i], g_str_has_prefix(list[i], "twin") ? "twin" : list[i]);
    }
    g_string_append(config, "}}");
    g_assert_true(g_file_set_contents("config.json", config->str, -1, NULL));
    return tool_run(&tool, words, NULL);
}

#define ALL(command) "sample " command " --config config.json --all"

typedef struct {
    const char *name;
    const char *connections;
    const char *words;
    int code;
    const char *out;
    const char *err;
} RunCase;

static const RunCase run_cases[] = {
    { "in-the-order-of-the-file", "b a", ALL("act"), 0, "== b\nproduct of b\n== a\nproduct of a\n",
      "== b\ntalk of b\n== a\ntalk of a\n" },
    { "in-the-order-of-the-file-not-of-the-end", "late b", ALL("act --jobs 2"), 0,
      "== late\nproduct of late\n== b\nproduct of b\n",
      "== late\ntalk of late\n== b\ntalk of b\n" },
    { "quiet", "a b", ALL("act -q"), 0, "== a\nproduct of a\n== b\nproduct of b\n", "" },
    { "one-that-matches", "a b", "sample act --config config.json -c b*", 0, "== b\nproduct of b\n",
      "== b\ntalk of b\n" },
    { "one-that-is-named", "a b", "sample act --config config.json -c b --jobs 3", 0,
      "product of b\n", "talk of b\n" },
    { "a-name-like-a-pattern", "a[1] a1", "sample act --config config.json -c a[1]", 0,
      "product of a[1]\n", "talk of a[1]\n" },
    { "difference-is-no-failure", "differs b", ALL("act -q"), 1,
      "== differs\nproduct of differs\n== b\nproduct of b\n", "" },
    { "failure-stops", "a bad b", ALL("act -q"), 4, "== a\nproduct of a\n",
      "== bad\nsample: error: it failed\n"
      "sample: error: 1 of 3 connections failed: \"bad\"; not started: \"b\"\n"
      "  hint: mend it and do it again, or add --continue-on-error\n" },
    { "failure-stops-what-waits-only", "late bad b", ALL("act -q --jobs 2"), 4,
      "== late\nproduct of late\n",
      "== bad\nsample: error: it failed\n"
      "sample: error: 1 of 3 connections failed: \"bad\"; not started: \"b\"\n"
      "  hint: mend it and do it again, or add --continue-on-error\n" },
    { "failure-and-on", "bad b", ALL("act -q --continue-on-error"), 4, "== b\nproduct of b\n",
      "== bad\nsample: error: it failed\nsample: error: 1 of 2 connections failed: \"bad\"\n" },
    { "killed", "killed b", ALL("act -q --continue-on-error"), 70, "== b\nproduct of b\n",
      "== killed\nhalf a line\n"
      "sample: error: the process of \"killed\" was ended by signal 9 (Killed)\n"
      "  hint: its status says what is done\n"
      "sample: error: 1 of 2 connections failed: \"killed\"\n" },
    { "refused-before-the-first-starts", "a refused", ALL("act --continue-on-error"), 5, "",
      "sample: error: refused\n" },
    { "no-match", "a b", "sample act --config config.json -c x*", 2, "",
      "sample: error: no connection matches \"x*\"\n  hint: configured connections: a, b\n" },
    { "same-database", "twin1 a twin2", ALL("once"), 5, "",
      "sample: error: connections \"twin1\" and \"twin2\" are the same database\n"
      "  hint: name one of them with --connection\n" },
    { "same-database-twice-where-that-is-nothing", "twin1 twin2", ALL("act -q"), 0,
      "== twin1\nproduct of twin1\n== twin2\nproduct of twin2\n", "" },
    { "unknown-to-other-commands", "a", ALL("alone"), 2, "",
      "sample alone: unknown option --all (see 'sample alone --help')\n" },
};

static void
test_run(gconstpointer data)
{
    const RunCase *c = data;
    g_auto(Result) result = run(c->connections, c->words);
    g_assert_cmpstr(result.out, ==, c->out);
    g_assert_cmpstr(result.err, ==, c->err);
    g_assert_cmpint(result.code, ==, c->code);
}

/* More than pipes hold, of several, on both streams. */
static void
test_much_output(void)
{
    g_auto(Result) result = run("late big1 big2 big3", ALL("act --jobs 4"));
    g_assert_cmpint(result.code, ==, 0);
    g_assert_cmpuint(strlen(result.out), >, (gsize)3 * BIG);
    g_assert_cmpuint(strlen(result.err), >, (gsize)3 * BIG);
    const char *first = strstr(result.out, "product of late\n== big1\n");
    const char *last = strstr(result.out, "product of big2\n== big3\n");
    g_assert_nonnull(first);
    g_assert_nonnull(last);
    g_assert_cmpint(last - first, >, (gssize)2 * BIG);
    g_assert_true(g_str_has_suffix(result.out, "\nproduct of big3\n"));
}

static const char *
text_at(json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static void
test_json(void)
{
    g_auto(Result) result = run("a odd b bad", ALL("act --json --jobs 2 --continue-on-error"));
    g_assert_cmpint(result.code, ==, 70);
    json_t *document = json_loads(result.out, JSON_REJECT_DUPLICATES, NULL);
    g_assert_nonnull(document);
    g_assert_cmpstr(text_at(document, "status"), ==, "error");
    g_assert_cmpstr(text_at(json_object_get(document, "error"), "code"), ==, "internal");
    json_t *list = json_object_get(document, "connections");
    g_assert_cmpuint(json_array_size(list), ==, 4);
    static const char *const names[] = { "a", "odd", "b", "bad" };
    static const char *const states[] = { "completed", "error", "completed", "error" };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        json_t *one = json_array_get(list, i);
        g_assert_cmpstr(text_at(one, "connection"), ==, names[i]);
        g_assert_cmpstr(text_at(one, "engine"), ==, "sqlite");
        g_assert_cmpstr(text_at(one, "status"), ==, states[i]);
    }
    json_t *odd = json_object_get(json_array_get(list, 1), "error");
    g_assert_nonnull(strstr(text_at(odd, "message"), "exit code 42"));
    json_decref(document);
}

/* A program that ignores its children passes that on to what it starts. */
static void
test_ignored_children(void)
{
    g_assert_true(signal(SIGCHLD, SIG_IGN) != SIG_ERR);
    g_auto(Result) result = run("a bad", ALL("act -q"));
    (void)signal(SIGCHLD, SIG_DFL);
    g_assert_cmpint(result.code, ==, 4);
}

static void
add_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(end_cases); i++) {
        g_autofree char *path = g_strdup_printf("/several/end/%s", end_cases[i].name);
        g_test_add_data_func(path, &end_cases[i], test_end);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(judge_cases); i++) {
        g_autofree char *path = g_strdup_printf("/several/judge/%s", judge_cases[i].name);
        g_test_add_data_func(path, &judge_cases[i], test_judge);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(run_cases); i++) {
        g_autofree char *path = g_strdup_printf("/several/run/%s", run_cases[i].name);
        g_test_add_data_func(path, &run_cases[i], test_run);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    static const char *const files[] = { "config.json", "out", "err" };
    static const char *const unwanted[] = { "DATABASE_URL", "APP_ENV", "NODE_ENV", "RAILS_ENV" };
    for (gsize i = 0; i < G_N_ELEMENTS(unwanted); i++) {
        g_unsetenv(unwanted[i]);
    }
    g_autofree char *before = g_get_current_dir();
    g_autofree char *folder = g_dir_make_tmp("bl-several-XXXXXX", NULL);
    g_assert_cmpint(g_chdir(folder), ==, 0);
    g_test_add_func("/several/is_pattern/words", test_is_pattern);
    add_cases();
    g_test_add_func("/several/run/much-output", test_much_output);
    g_test_add_func("/several/run/json", test_json);
    g_test_add_func("/several/run/ignored-children", test_ignored_children);
    int code = g_test_run();
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++) {
        g_unlink(files[i]);
    }
    g_assert_cmpint(g_chdir(before), ==, 0);
    g_rmdir(folder);
    return code;
}
