/* SPDX-License-Identifier: MIT */
#define FIXTURE_DATABASE "bl_unit_script"
#include "tests/unit/mysql_fixture.h"

static gboolean
run_with(BlSession *session, const char *sql, const BlScriptRun *run, guint64 *n, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(sql, strlen(sql));
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    bl_script_set_origin(script, "a.sql", 1, 1, 0);
    return session->engine->execute_script(session, script, run, n, error);
}

static const BlScriptRun alone = { 0 };
static const BlScriptRun together = { .bulk = TRUE };

static void
must_run(BlSession *session, const char *sql, const BlScriptRun *run, guint64 statements)
{
    g_autoptr(GError) error = NULL;
    guint64 n = 0;
    (void)run_with(session, sql, run, &n, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, statements);
}

/* --- where an error is --- */

typedef struct {
    const char *sql;
    const char *message;
    guint line, column;
    guint64 n; /* statements that ran before it */
} Failure;

static const Failure failures[] = {
    { "SELECT 1;\n  SELEC 2;\nSELECT 3", "syntax", 2, 3, 1 },
    { "SELECT 1; SELECT 2;\n\nSELECT\n  1,\n    FROM x FROM y FROM x;\nSELECT 4", "syntax", 5, 5,
      2 },
    { "CREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\nINSERT INTO t (b) VALUES (1);",
      "Unknown column 'b'", 3, 1, 2 },
    { "SELECT 1;\nSELECT (1", "syntax", 2, 10, 1 },
    { "SELECT 'a\nb', 'c' 'd' x y;", "syntax", 2, 15, 0 },
    { "SET NAMES utf8mb4;\nCREATE TABLE \xC3\xA4\xC3\xB6 (a int, b int FROM);", "syntax", 2, 33,
      1 },
};

static void
test_position(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlScriptRun *const runs[] = { &alone, &together };
    for (gsize i = 0; i < 2 * G_N_ELEMENTS(failures); i++) {
        const Failure *failure = &failures[i / 2];
        g_autoptr(BlSession) session = fixture_open(fixture);
        fixture_run(session, "DROP TABLE IF EXISTS t");
        g_autoptr(GError) error = NULL;
        guint64 n = 0;
        g_assert_false(run_with(session, failure->sql, runs[i % 2], &n, &error));
        ASSERT_ERROR(error, BL_ERROR_SQL, failure->message);
        const BlErrorInfo *info = bl_error_info(error);
        g_assert_cmpstr(info->file, ==, "a.sql");
        g_assert_cmpuint(info->line, ==, failure->line);
        g_assert_cmpuint(info->column, ==, failure->column);
        g_assert_cmpuint(n, ==, failure->n);
        g_assert_false(session->engine->in_transaction(session));
    }
}

/* --- bodies --- */

static const char bodies[] =
    "CREATE PROCEDURE p() BEGIN -- kept ;;\n SELECT 1; IF 1 THEN SELECT ';;'; END IF; END;\n"
    "DELIMITER ;;\nCREATE FUNCTION f() RETURNS int DETERMINISTIC BEGIN /* kept */ RETURN 7; END;;\n"
    "INSERT INTO t VALUES (1); INSERT INTO t VALUES (2);;\n"
    "DELIMITER ;\nCALL p(); SELECT f();\n";

static void
test_bodies(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlScriptRun *const runs[] = { &alone, &together };
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autoptr(BlSession) session = fixture_open(fixture);
        fixture_run(session, "DROP TABLE IF EXISTS t");
        fixture_run(session, "DROP PROCEDURE IF EXISTS p");
        fixture_run(session, "DROP FUNCTION IF EXISTS f");
        fixture_run(session, "CREATE TABLE t (a int) ENGINE=InnoDB");
        must_run(session, bodies, runs[i], 6);
        ASSERT_TEXT(session, "SELECT count(*) FROM t", "2");
        ASSERT_TEXT(session,
                    "SELECT ROUTINE_DEFINITION LIKE '%-- kept ;;%' FROM "
                    "information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() AND "
                    "ROUTINE_NAME = 'p'",
                    "1");
        ASSERT_TEXT(session, "SELECT f()", "7");
        g_assert_false(session->engine->in_transaction(session));
    }
}

static void
test_bodies_end_without_delimiter(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    must_run(session,
             "CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;\nSELECT 1;\n"
             "CREATE PROCEDURE p() SELECT 1;\nCREATE TABLE t (a int);\n"
             "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET @a = 1;\nSELECT 2;\n",
             &together, 6);
    ASSERT_TEXT(session,
                "SELECT count(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = "
                "DATABASE() AND ROUTINE_DEFINITION LIKE '%;%'",
                "0");
    ASSERT_TEXT(session,
                "SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
                "DATABASE() AND ACTION_STATEMENT LIKE '%;%'",
                "0");
}

/* "END;//" is how most people write it. */
static void
test_bodies_with_both_ends(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    must_run(session,
             "CREATE TABLE t (a int);\nDELIMITER //\n"
             "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW BEGIN SET @a = 1; END;//\n"
             "CREATE TRIGGER s BEFORE UPDATE ON t FOR EACH ROW BEGIN SET @a = 1; END; -- s\n//\n"
             "INSERT INTO t VALUES (1);//\nINSERT INTO t VALUES (2); -- two\n//\n"
             "INSERT INTO t VALUES (3); -- three;\n//\nSELECT 1;//\nSELECT 2 //\nDELIMITER ;\n",
             &together, 8);
    ASSERT_TEXT(session,
                "SELECT count(*) FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = "
                "DATABASE()",
                "2");
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "3");
}

typedef struct {
    GPtrArray *seen;
    const char *refused; /* its first letters; NULL: none */
} Judge;

static BlVerdict
judge(const BlItem *item, guint traits, void *data, GError **error)
{
    (void)traits;
    Judge *judge_of = data;
    g_ptr_array_add(judge_of->seen, g_strndup(item->text, item->len));
    if (judge_of->refused == NULL || !g_str_has_prefix(item->text, judge_of->refused))
        return BL_RUN_ITEM;
    bl_error_set(error, BL_ERROR_CONFLICT, NULL, "not that");
    return BL_REFUSE_ITEM;
}

/* A delimiter of the file's own hides no statement from who judges them. */
static void
test_nothing_is_hidden(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const scripts[] = {
        "DELIMITER //\nINSERT INTO t VALUES (1); DROP TABLE t//\n",
        "DELIMITER //\nCREATE PROCEDURE p() SELECT 1; DROP TABLE t//\n",
        "DELIMITER //\nCREATE PROCEDURE p() BEGIN SELECT 1; END; DROP TABLE t//\n",
        "DELIMITER //\nCREATE PROCEDURE p() SET @a = 1 /* x ; */; DROP TABLE t//\n",
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE t (a int) ENGINE=InnoDB");
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_autoptr(GPtrArray) seen = g_ptr_array_new_with_free_func(g_free);
        Judge judge_of = { seen, "DROP" };
        const BlScriptRun run = { .judge = judge, .data = &judge_of, .bulk = TRUE };
        g_autoptr(GError) error = NULL;
        g_assert_false(run_with(session, scripts[i], &run, NULL, &error));
        g_assert_nonnull(error);
        ASSERT_TEXT(session,
                    "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = "
                    "DATABASE() AND TABLE_NAME = 't'",
                    "1");
    }
}

static void
test_oracle_bodies(Fixture *fixture, gconstpointer data)
{
    (void)data;
    if (!g_str_has_prefix(fixture->key, "mariadb"))
        return;
    g_autoptr(BlSession) session = fixture_open(fixture);
    must_run(session,
             "SET sql_mode = ORACLE;\nDELIMITER //\n"
             "CREATE PACKAGE g AS PROCEDURE q; FUNCTION r RETURN int; END//\n"
             "CREATE PROCEDURE o AS x int := 1; BEGIN SELECT x; END//\nDELIMITER ;\nSELECT 1",
             &together, 4);
    ASSERT_TEXT(session,
                "SELECT count(*) FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = "
                "DATABASE()",
                "2");
}

/* --- reading under a sql_mode --- */

static void
test_modes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlScriptRun *const runs[] = { &alone, &together };
    static const char script[] =
        "CREATE TABLE IF NOT EXISTS t (a varchar(9)) ENGINE=InnoDB;\n"
        "/*!40101 SET @old = @@sql_mode, sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES' */;\n"
        "INSERT INTO \"t\" VALUES ('\\');\nINSERT INTO t VALUES (';');\n"
        "SET sql_mode = @old;\nINSERT INTO t VALUES ('\\';');\n"
        "SET sql_mode = CONCAT('ANSI', '_QUOTES');\nINSERT INTO \"t\" VALUES ('x');\n"
        "SET @@session.sql_mode := DEFAULT;\nINSERT INTO t VALUES (\"\\\";\");\n";
    for (gsize i = 0; i < G_N_ELEMENTS(runs); i++) {
        g_autoptr(BlSession) session = fixture_open(fixture);
        fixture_run(session, "DROP TABLE IF EXISTS t");
        must_run(session, script, runs[i], 10);
        ASSERT_TEXT(session, "SELECT group_concat(a ORDER BY HEX(a) SEPARATOR ' ') FROM t",
                    "\"; '; ; \\ x");
    }
}

/* --- messages --- */

static void
test_many_statements(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GString) script = g_string_new("CREATE TABLE t (a int, b text) ENGINE=InnoDB;\n");
    for (guint i = 0; i < 5000; i++)
        g_string_append_printf(script, "INSERT INTO t VALUES (%u, 'some text that takes room');\n",
                               i);
    must_run(session, script->str, &together, 5001);
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "5000");
    g_assert_false(session->engine->in_transaction(session));
    g_string_append(script, "INSERT INTO nothing VALUES (1);\n");
    g_autoptr(GError) error = NULL;
    g_assert_false(
        run_with(session, script->str + strcspn(script->str, "\n"), &together, NULL, &error));
    g_assert_cmpuint(bl_error_info(error)->line, ==, 5002);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "5000");
}

static void
test_large_statement(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autofree char *max = fixture_text(session, "SELECT @@max_allowed_packet");
    gsize size = (gsize)g_ascii_strtoull(max, NULL, 10);
    if (size > (gsize)64 * 1024 * 1024)
        return;
    g_autofree char *text = g_strnfill(size, 'x');
    g_autofree char *script = g_strconcat("SELECT 1;\nSELECT '", text, "'", NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(run_with(session, script, &alone, NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "the server takes");
    ASSERT_HINT(error, "max_allowed_packet");
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
    ASSERT_TEXT(session, "SELECT 1", "1");
}

static void
test_client_lines(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const lines[] = { "\\! touch x", "source x.sql", "\\. x.sql", "tee x",
                                         "system ls" };
    g_autoptr(BlSession) session = fixture_open(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_autofree char *script = g_strconcat("SELECT 1;\n", lines[i], "\n", NULL);
        g_autoptr(GError) error = NULL;
        g_assert_false(run_with(session, script, &alone, NULL, &error));
        ASSERT_ERROR(error, BL_ERROR_CONFLICT, "command of a client program");
        g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
    }
    must_run(session, "/*M!999999\\- enable the sandbox mode */\nSELECT 1;\n", &alone, 1);
}

static void
test_warnings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    must_run(session,
             "SET sql_mode = '';\nCREATE TABLE t (a tinyint);\n\nINSERT INTO t VALUES (999);",
             &alone, 3);
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    const char *warning = g_ptr_array_index(fixture->warnings, 0);
    g_assert_true(g_str_has_prefix(warning, "a.sql:4: the server warns: Out of range value"));
    must_run(session, "DROP TABLE IF EXISTS nothing", &alone, 1);
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
}

static const FixtureTest tests[] = {
    { "position", test_position },
    { "bodies", test_bodies },
    { "bodies-end", test_bodies_end_without_delimiter },
    { "bodies-with-both-ends", test_bodies_with_both_ends },
    { "nothing-is-hidden", test_nothing_is_hidden },
    { "oracle", test_oracle_bodies },
    { "modes", test_modes },
    { "many", test_many_statements },
    { "large", test_large_statement },
    { "client-lines", test_client_lines },
    { "warnings", test_warnings },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!fixture_add_tests("/engine_mysql_script", tests, G_N_ELEMENTS(tests)))
        return 77;
    return g_test_run();
}
