/* SPDX-License-Identifier: MIT */
#include "common/base/stream.h"

#define FIXTURE_DATABASE "bl_unit_script"
#include "tests/unit/postgres_fixture.h"

/* --- running --- */

static gboolean
run_script(BlSession *session, const char *sql, const BlScriptRun *run, guint64 *n, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(sql, strlen(sql));
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    bl_script_set_origin(script, "s.sql", 1, 1, 0);
    return session->engine->execute_script(session, script, run, n, error);
}

typedef enum { OUTSIDE, INSIDE, BULK } Way;

static const char *const way_names[] = { "outside", "inside", "bulk" };

/* In every way that scripts are run in. */
typedef struct {
    const char *name;
    const char *sql;
    const char *message; /* part of it */
    const char *sqlstate;
    guint line, column;
    guint64 n[3]; /* statements that are said to have run, by way */
} Failure;

static const Failure failures[] = {
    { "unknown-column",
      "CREATE TABLE a (x int);\n\n  SELECT x,\n    nope FROM a;\nSELECT 1;",
      "column \"nope\" does not exist",
      "42703",
      4,
      5,
      { 1, 1, 1 } },
    { "syntax",
      "CREATE TABLE a (x int);\nCREATE TABLE b (x\n  int int);\nSELECT 1;",
      "syntax error at or near \"int\"",
      "42601",
      3,
      7,
      { 1, 1, 0 } },
    { "ends-early",
      "SELECT 1;\nCREATE TABLE b (x int;\nSELECT 2;\nSELECT 3;",
      "syntax error",
      "42601",
      2,
      22,
      { 1, 1, 0 } },
    { "other-letters",
      "SELECT 'äöü€𝄞'; SELECT 'é',\n 'ü', nope;",
      "column \"nope\"",
      "42703",
      2,
      8,
      { 1, 1, 1 } },
    { "no-position",
      "SELECT 1;\n-- why\n  INSERT INTO none_such\n  VALUES (1);",
      "none_such",
      "42P01",
      3,
      15,
      { 1, 1, 1 } },
    { "constraint",
      "CREATE TABLE a (x int UNIQUE);\nINSERT INTO a VALUES (1);\n INSERT INTO a VALUES (1);",
      "duplicate key",
      "23505",
      3,
      2,
      { 2, 2, 2 } },
    { "comment-behind",
      "SELECT 1 -- one\n;\nSELECT 1/0 -- two",
      "division by zero",
      "22012",
      3,
      1,
      { 1, 1, 1 } },
    { "in-a-function",
      "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$\nBEGIN\n RAISE 'no; way';\nEND $$;\n"
      "SELECT 1, f();",
      "no; way",
      "P0001",
      5,
      1,
      { 1, 1, 1 } },
    { "copy-out",
      "SELECT 1;\n COPY pg_class TO stdout;\nSELECT 2;",
      "nowhere to go",
      NULL,
      2,
      2,
      { 1, 1, 1 } },
    { "copy-row",
      "CREATE TABLE a (x int, y text);\nCOPY a (x, y) FROM stdin;\n1\ta\n2\tb\nthree\tc\n4\td\n\\.\n"
      "SELECT 1;",
      "invalid input syntax for type integer: \"three\"",
      "22P02",
      5,
      1,
      { 1, 1, 1 } },
    { "copy-no-table",
      "SELECT 1;\nCOPY none_such FROM stdin;\n1\n\\.\nSELECT 2;",
      "none_such",
      "42P01",
      2,
      1,
      { 1, 1, 1 } },
    { "copy-without-end",
      "CREATE TABLE a (x int);\nCOPY a FROM stdin;\n1\n2\n",
      "COPY",
      NULL,
      0,
      0,
      { 1, 1, 1 } },
    { "client-line",
      "SELECT 1;\n\\! echo no\nSELECT 2;",
      "is a command of a client program",
      NULL,
      2,
      1,
      { 1, 1, 1 } },
};

static void
check_failure(Fixture *fixture, const Failure *failure, Way way)
{
    g_test_message("%s, %s", failure->name, way_names[way]);
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = way == BULK };
    g_autoptr(GError) error = NULL;
    guint64 n = 99;
    if (way != OUTSIDE)
        g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
    g_assert_false(run_script(session, failure->sql, &run, &n, &error));
    g_assert_nonnull(error);
    if (strstr(error->message, failure->message) == NULL)
        g_assert_cmpstr(error->message, ==, failure->message);
    const BlErrorInfo *info = bl_error_info(error);
    g_assert_cmpstr(info->sqlstate, ==, failure->sqlstate);
    g_assert_cmpstr(info->file, ==, "s.sql");
    if (failure->line > 0) {
        g_assert_cmpuint(info->line, ==, failure->line);
        g_assert_cmpuint(info->column, ==, failure->column);
    }
    g_assert_cmpuint(n, ==, failure->n[way]);
    g_assert_true(session->engine->in_transaction(session) == (way != OUTSIDE));
    session->engine->rollback(session);
    /* The session goes on. */
    ASSERT_TEXT(session, "SELECT 42", "42");
    fixture_run(session, "DROP TABLE IF EXISTS a, b; DROP FUNCTION IF EXISTS f()");
}

static void
test_failures(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(failures); i++) {
        for (Way way = OUTSIDE; way <= BULK; way++)
            check_failure(fixture, &failures[i], way);
    }
}

/* A message outside a transaction is one of its own: what came first in it did not happen. */
static void
test_message_is_whole(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = TRUE };
    g_autoptr(GError) error = NULL;
    guint64 n = 99;
    g_assert_false(run_script(session, "CREATE TABLE a ();\nCREATE TABLE b ();\nSELECT 1/0;", &run,
                              &n, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "division by zero");
    g_assert_cmpuint(bl_error_info(error)->line, ==, 3);
    g_assert_cmpuint(n, ==, 0);
    ASSERT_TEXT(session, "SELECT to_regclass('a')", NULL);
}

static void
test_copy(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "CREATE TABLE a (x int, y text);\n"
                              "COPY a FROM stdin;\n1\tone;\\n\n2\t\\N\n\\.\n"
                              "COPY public.a (y) FROM STDIN WITH (FORMAT csv);\n\"a,\nb\"\n\\.\n"
                              "COPY a FROM stdin;\n\\.\n"
                              "CREATE INDEX ON a (x);\n";
    g_autoptr(BlSession) session = fixture_open(fixture);
    for (Way way = OUTSIDE; way <= BULK; way++) {
        const BlScriptRun run = { .bulk = way == BULK };
        g_autoptr(GError) error = NULL;
        guint64 n = 0;
        if (way != OUTSIDE)
            g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
        g_assert_true(run_script(session, sql, &run, &n, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(n, ==, 5);
        ASSERT_TEXT(session,
                    "SELECT string_agg(coalesce(x::text, '-') || coalesce(y, '-'), '|' ORDER "
                    "BY x) FROM a",
                    "1one;\n|2-|-a,\nb");
        if (way != OUTSIDE)
            session->engine->rollback(session);
        else
            fixture_run(session, "DROP TABLE a");
    }
}

static void
test_large_copy(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) sql = g_string_new("CREATE TABLE a (x int, y text);\nCOPY a FROM stdin;\n");
    for (guint i = 0; i < 200000; i++)
        g_string_append_printf(sql, "%u\tsome text that fills the line of row %u\n", i, i);
    g_string_append(sql, "\\.\nSELECT count(*) FROM a;\n");
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(run_script(session, sql->str, NULL, NULL, &error));
    g_assert_no_error(error);
    ASSERT_TEXT(session, "SELECT count(*) || '-' || max(x) FROM a", "200000-199999");
}

/* Thousands of statements in a few messages. */
static void
test_large_bulk(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GString) sql = g_string_new("CREATE TABLE a (x int);\n");
    for (guint i = 0; i < 5000; i++)
        g_string_append_printf(sql, "INSERT INTO a VALUES (%u); -- row %u\n", i, i);
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = TRUE };
    g_autoptr(GError) error = NULL;
    guint64 n = 0;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
    g_assert_true(run_script(session, sql->str, &run, &n, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, 5001);
    ASSERT_TEXT(session, "SELECT count(*) FROM a", "5000");

    g_string_append(sql, "INSERT INTO a VALUES ('x');\n");
    session->engine->rollback(session);
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
    g_assert_false(run_script(session, sql->str, &run, &n, &error));
    g_assert_cmpuint(bl_error_info(error)->line, ==, 5002);
    g_assert_cmpuint(bl_error_info(error)->column, ==, 23);
    g_assert_cmpuint(n, ==, 5001);
}

/* --- callbacks --- */

typedef struct {
    BlSession *session;
    GString *log;
} Log;

static BlVerdict
log_judge(const BlItem *item, guint traits, void *data, GError **error)
{
    Log *log = data;
    /* The session is free between two statements. */
    g_free(fixture_text(log->session, "SELECT 1"));
    g_string_append_printf(log->log, "?%.6s ", item->text);
    if (item->kind == BL_ITEM_CLIENT)
        return BL_SKIP_ITEM;
    if ((traits & BL_STMT_DROP) == 0)
        return (traits & BL_STMT_TX_BEGIN) != 0 ? BL_SKIP_ITEM : BL_RUN_ITEM;
    bl_error_set(error, BL_ERROR_CONFLICT, NULL, "no drops");
    return BL_REFUSE_ITEM;
}

static gboolean
log_after(const BlItem *item, guint traits, gint64 rows, void *data, GError **error)
{
    (void)traits;
    (void)error;
    Log *log = data;
    g_free(fixture_text(log->session, "SELECT 1"));
    g_string_append_printf(log->log, "%.6s:%d:%u ", item->text, (int)rows, item->line);
    return TRUE;
}

static void
test_callbacks(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "\\restrict x\nBEGIN;\nCREATE TABLE a (x int);\nCOPY a FROM "
                              "stdin;\n1\n2\n\\.\nUPDATE a SET x = 3;\nDROP TABLE a;\nSELECT 1;";
    g_autoptr(BlSession) session = fixture_open(fixture);
    for (Way way = OUTSIDE; way <= BULK; way++) {
        g_autoptr(GString) text = g_string_new(NULL);
        Log log = { session, text };
        const BlScriptRun run = {
            .judge = log_judge, .after = log_after, .data = &log, .bulk = way == BULK
        };
        g_autoptr(GError) error = NULL;
        g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
        g_assert_false(run_script(session, sql, &run, NULL, &error));
        ASSERT_ERROR(error, BL_ERROR_CONFLICT, "no drops");
        g_assert_cmpuint(bl_error_info(error)->line, ==, 9);
        g_assert_cmpstr(text->str, ==,
                        "?\\restr ?BEGIN; ?CREATE CREATE:0:3 ?COPY a COPY a:2:4 ?UPDATE UPDATE:2:8 "
                        "?DROP T ");
        session->engine->rollback(session);
    }
}

static BlVerdict
skip_copy(const BlItem *item, guint traits, void *data, GError **error)
{
    (void)traits;
    (void)data;
    (void)error;
    return item->starts_copy ? BL_SKIP_ITEM : BL_RUN_ITEM;
}

static void
test_skipped_copy(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .judge = skip_copy };
    g_autoptr(GError) error = NULL;
    guint64 n = 0;
    g_assert_true(run_script(session,
                             "CREATE TABLE a (x int);\nCOPY a FROM stdin;\n1\n\\.\nSELECT 1;", &run,
                             &n, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, 2);
    ASSERT_TEXT(session, "SELECT count(*) FROM a", "0");
}

static void
test_statement_events(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture->reporter.wants_statements = TRUE;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = TRUE };
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
    g_ptr_array_set_size(fixture->statements, 0);
    g_assert_true(run_script(session, "CREATE TABLE a ();\n\nCREATE TABLE b (); -- end\n", &run,
                             NULL, &error));
    g_assert_cmpuint(fixture->statements->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(fixture->statements, 0), ==, "CREATE TABLE a ()");
    g_assert_cmpstr(g_ptr_array_index(fixture->statements, 1), ==, "CREATE TABLE b ()");
}

/* --- what dumps of other servers hold --- */

static void
test_unknown_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "SET no_such_timeout = 0;\nSET statement_timeout = 0;\n"
                              "SET LOCAL no_such_either = 1;\nSET SESSION work_mem = '1MB';\n"
                              "SET default_with_oids = false;\nSET my.own = 'x';\n"
                              "SET TIME ZONE 'UTC';\nSET SESSION AUTHORIZATION DEFAULT;\n"
                              "SET NAMES 'UTF8';\nSELECT 1;\n";
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = TRUE, .tolerant = TRUE };
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
    g_assert_true(run_script(session, sql, &run, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->warnings->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(fixture->warnings, 0), ==,
                    "s.sql:1: this server has no setting \"no_such_timeout\"; the statement is "
                    "skipped");
    g_assert_nonnull(strstr(g_ptr_array_index(fixture->warnings, 1), "s.sql:3"));
    ASSERT_TEXT(session, "SELECT current_setting('work_mem')", "1MB");
    session->engine->rollback(session);

    const BlScriptRun strict = { .bulk = TRUE };
    g_assert_false(run_script(session, sql, &strict, NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "no_such_timeout");
}

static void
test_missing_role(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = TRUE, .tolerant = TRUE };
    g_autoptr(GError) error = NULL;
    g_assert_false(run_script(session,
                              "CREATE TABLE a ();\nALTER TABLE a OWNER TO bl_gone;\nSELECT 1;",
                              &run, NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "role \"bl_gone\" does not exist");
    ASSERT_HINT(error, "--no-owner");
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
}

/* The reader and the server must agree on what a backslash is. */
static void
test_backslashes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "CREATE TABLE a (x text);\nSET standard_conforming_strings = off;\n"
                              "SET escape_string_warning = off;\n"
                              "INSERT INTO a VALUES ('one\\'; DROP TABLE a; --');\n"
                              "SET standard_conforming_strings = on;\n"
                              "INSERT INTO a VALUES ('two\\');\nSELECT 1;";
    g_autoptr(BlSession) session = fixture_open(fixture);
    for (Way way = OUTSIDE; way <= BULK; way++) {
        const BlScriptRun run = { .bulk = way == BULK };
        g_autoptr(GError) error = NULL;
        guint64 n = 0;
        if (way != OUTSIDE)
            g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
        g_assert_true(run_script(session, sql, &run, &n, &error));
        g_assert_no_error(error);
        g_assert_cmpuint(n, ==, 7);
        ASSERT_TEXT(session, "SELECT string_agg(x, '|' ORDER BY x) FROM a",
                    "one'; DROP TABLE a; --|two\\");
        if (way != OUTSIDE)
            session->engine->rollback(session);
        else
            fixture_run(session, "DROP TABLE a");
    }
}

static void
test_other_encoding(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "CREATE TABLE a (x text);\nSET client_encoding = 'LATIN1';\n"
                              "INSERT INTO a VALUES ('\xe9');\nSELECT 1;";
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = TRUE };
    g_autoptr(GError) error = NULL;
    g_assert_true(run_script(session, sql, &run, NULL, &error));
    g_assert_no_error(error);
    /* Messages stay text that can be printed. */
    g_assert_false(run_script(session, "SELECT '\xe9'::int", &run, NULL, &error));
    g_assert_true(g_utf8_validate(error->message, -1, NULL));
    g_clear_error(&error);
    g_assert_true(session->engine->reset_settings(session, &error));
    ASSERT_TEXT(session, "SELECT x FROM a", "é");
}

/* --- what stands outside a transaction --- */

static void
test_outside(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] =
        "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\nVACUUM a;\n"
        "CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN INSERT INTO a VALUES (1); COMMIT; INSERT "
        "INTO a VALUES (2); ROLLBACK; END $$;\nCALL p();\nDO $$ BEGIN DELETE FROM a; ROLLBACK; END "
        "$$;\nBEGIN;\nINSERT INTO a VALUES (3);\nCOMMIT;\nREINDEX TABLE CONCURRENTLY a;";
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlScriptRun run = { .bulk = FALSE };
    g_autoptr(GError) error = NULL;
    guint64 n = 0;
    g_assert_true(run_script(session, sql, &run, &n, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, 10);
    ASSERT_TEXT(session, "SELECT string_agg(x::text, ',' ORDER BY x) FROM a", "1,3");
}

static void
test_line_is_cut(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "CREATE TABLE a (x int);\nCREATE TABLE here (x int);\nSELECT 1;";
    static const char rows[] = "CREATE TABLE a (x int);\nCOPY a FROM stdin;\n1\nhere\n\\.\n";
    static const char *const faults[] = { "cut", "lose", "half" };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        for (Way way = OUTSIDE; way <= BULK; way++) {
            const char *text = way == INSIDE ? rows : sql;
            fixture_start_proxy(fixture, faults[i], "here");
            BlSession *session = fixture_open_proxy(fixture);
            const BlScriptRun run = { .bulk = way == BULK };
            g_autoptr(GError) error = NULL;
            g_assert_true(session->engine->begin(session, BL_TX_WRITE, NULL));
            g_assert_false(run_script(session, text, &run, NULL, &error));
            ASSERT_ERROR(error, BL_ERROR_CONNECT, "");
            g_assert_cmpstr(bl_error_info(error)->file, ==, "s.sql");
            session->engine->rollback(session);
            bl_session_close(session);
            fixture_stop_proxy(fixture);
        }
    }
    g_autoptr(BlSession) session = fixture_open(fixture);
    ASSERT_TEXT(session, "SELECT to_regclass('a')", NULL);
}

static const FixtureTest tests[] = {
    { "failures", test_failures },
    { "message-is-whole", test_message_is_whole },
    { "copy", test_copy },
    { "large-copy", test_large_copy },
    { "large-bulk", test_large_bulk },
    { "callbacks", test_callbacks },
    { "skipped-copy", test_skipped_copy },
    { "statement-events", test_statement_events },
    { "unknown-settings", test_unknown_settings },
    { "missing-role", test_missing_role },
    { "backslashes", test_backslashes },
    { "other-encoding", test_other_encoding },
    { "outside", test_outside },
    { "line-is-cut", test_line_is_cut },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!fixture_add_tests("/engine-postgres-script", tests, G_N_ELEMENTS(tests)))
        return 77;
    return g_test_run();
}
