/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"

#include <signal.h>

#include "tests/unit/sqlite_fixture.h"

/* --- scripts --- */

static void
test_script_position(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    guint64 n = 0;
    g_assert_false(fixture_script(
        session, "CREATE TABLE t (a);\n-- x\n  INSERT INTO t\n VALUES (nonsense);\nSELECT 1;",
        (BlScriptRun){ 0 }, &n, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_cmpuint(n, ==, 1);
    g_assert_cmpuint(bl_error_info(error)->line, ==, 4);
    g_assert_cmpuint(bl_error_info(error)->column, ==, 10);
}

static void
test_script_position_of_step(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_false(fixture_script(session,
                                  "CREATE TABLE t (a NOT NULL);\n\n  INSERT INTO t VALUES (NULL);",
                                  (BlScriptRun){ 0 }, NULL, &error));
    g_assert_cmpuint(bl_error_info(error)->line, ==, 3);
    g_assert_cmpuint(bl_error_info(error)->column, ==, 3);
}

typedef struct {
    GString *seen;
    const char *refuse;
} Judge;

static BlVerdict
judge_item(const BlItem *item, guint traits, void *data, GError **error)
{
    const Judge *judge = data;
    g_autofree char *text = g_strndup(item->text, item->len);
    if (judge->refuse != NULL && strstr(text, judge->refuse) != NULL) {
        g_set_error(error, BL_ERROR, BL_ERROR_CONFLICT, "not this one");
        return BL_REFUSE_ITEM;
    }
    return traits & (BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT) ? BL_SKIP_ITEM : BL_RUN_ITEM;
}

static gboolean
note_item(const BlItem *item, guint traits, gint64 rows, void *data, GError **error)
{
    (void)traits;
    (void)error;
    Judge *judge = data;
    g_string_append_printf(judge->seen, "%.4s %d;", item->text, (int)rows);
    return TRUE;
}

static void
test_script_callbacks(Fixture *fixture, gconstpointer data)
{
    gboolean bulk = data != NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    Judge judge = { seen, "DROP" };
    BlScriptRun run = { .judge = judge_item, .after = note_item, .data = &judge, .bulk = bulk };
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    guint64 n = 0;
    g_assert_false(fixture_script(
        session,
        "BEGIN; CREATE TABLE t (a); INSERT INTO t VALUES (1), (2); CREATE TABLE u (a);\n"
        " DROP TABLE t; COMMIT;",
        run, &n, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpstr(error->message, ==, "not this one");
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
    g_assert_cmpuint(n, ==, 3);
    g_assert_cmpstr(seen->str, ==, "CREA 0;INSE 2;CREA 0;");
    session->engine->rollback(session);
}

static void
test_script_refuses_client_lines(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_false(
        fixture_script(session, "SELECT 1;\n.system rm x\n", (BlScriptRun){ 0 }, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
}

/* The way sqlite3's .dump writes full-text tables. */
static void
test_script_writable_schema(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char dump[] =
        "PRAGMA foreign_keys=OFF; BEGIN TRANSACTION; PRAGMA writable_schema=ON;"
        "INSERT INTO sqlite_schema(type,name,tbl_name,rootpage,sql)VALUES('table','f','f',0,'CREATE VIRTUAL TABLE f USING fts5(a)');"
        "CREATE TABLE IF NOT EXISTS 'f_data'(id INTEGER PRIMARY KEY, block BLOB);"
        "INSERT INTO f_data VALUES(1,X'');INSERT INTO f_data VALUES(10,X'00000000000000');"
        "CREATE TABLE IF NOT EXISTS 'f_idx'(segid, term, pgno, PRIMARY KEY(segid, term)) WITHOUT ROWID;"
        "CREATE TABLE IF NOT EXISTS 'f_content'(id INTEGER PRIMARY KEY, c0);"
        "CREATE TABLE IF NOT EXISTS 'f_docsize'(id INTEGER PRIMARY KEY, sz BLOB);"
        "CREATE TABLE IF NOT EXISTS 'f_config'(k PRIMARY KEY, v) WITHOUT ROWID;"
        "INSERT INTO f_config VALUES('version',4); PRAGMA writable_schema=OFF; COMMIT;";
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    Judge judge = { seen, NULL };
    BlScriptRun run = { .judge = judge_item, .data = &judge, .bulk = TRUE };
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    g_assert_true(fixture_script(session, dump, run, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(session->engine->commit(session, &error));
    fixture_run(session, "INSERT INTO f VALUES ('hello world')");
    ASSERT_QUERY(session, "SELECT a FROM f WHERE f MATCH 'world'", "hello world");
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    g_autofree char *found = fixture_labels(catalog);
    g_assert_cmpstr(found, ==, "virtual table f");
}

static void
test_script_broken_schema_is_found(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    g_assert_false(fixture_script(
        session,
        "PRAGMA writable_schema=ON;"
        "INSERT INTO sqlite_schema VALUES('view','v','v',0,'CREATE VIEW v AS SELEC 1');"
        "PRAGMA writable_schema=OFF;",
        (BlScriptRun){ 0 }, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    session->engine->rollback(session);
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
}

/* --- what a tolerant script is lent --- */

static void
test_lend_function(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char sql[] = "CREATE TABLE t (a CHECK (my_func(a) > 0), b AS (my_func(a)));"
                              "CREATE INDEX i ON t (other_func(a));";
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_false(fixture_script(session, sql, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_clear_error(&error);
    g_assert_true(fixture_script(session, sql, (BlScriptRun){ .tolerant = TRUE }, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->warnings->len, ==, 2);
    g_assert_true(fixture_has_warning(fixture, "my_func"));
    g_assert_true(fixture_has_warning(fixture, "other_func"));
    /* Only for the creation. */
    g_assert_false(session->engine->execute(session, "INSERT INTO t VALUES (1)", NULL, &error));
    g_assert_nonnull(strstr(error->message, "unknown function"));
}

static void
test_lend_function_refuses_call(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_false(fixture_script(
        session, "CREATE TABLE t (a); INSERT INTO t VALUES (1); CREATE INDEX i ON t (my_func(a));",
        (BlScriptRun){ .tolerant = TRUE }, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_nonnull(strstr(error->message, "my_func"));
}

static void
test_lend_collation(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    BlScriptRun tolerant = { .tolerant = TRUE };
    g_assert_true(fixture_script(
        session,
        "CREATE TABLE t (a COLLATE german PRIMARY KEY); CREATE INDEX i ON t (a COLLATE french);"
        "INSERT INTO t VALUES ('one');",
        tolerant, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->warnings->len, ==, 2);
    /* A second row would have to be compared with the first. */
    g_assert_false(
        fixture_script(session, "INSERT INTO t VALUES ('two');", tolerant, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "\"german\""));
}

/* --- bulk --- */

/* Many tables, with what makes them depend on each other, in an order that no dumper would write.
 */
static char *
big_script(guint n, gboolean with_rows)
{
    g_autoptr(GString) sql = g_string_new("PRAGMA user_version = 3;");
    for (guint i = 0; i < n; i++) {
        g_string_append_printf(
            sql,
            "CREATE TABLE t%u (id INTEGER PRIMARY KEY %s, a TEXT UNIQUE, b REFERENCES t%u (id));\n",
            i, i % 3 == 0 ? "AUTOINCREMENT" : "", i / 2);
        if (with_rows && i % 7 == 0)
            g_string_append_printf(sql, "INSERT INTO t%u (a) VALUES ('x'), ('y');\n", i);
        if (i % 50 == 0)
            g_string_append_printf(sql, "CREATE TABLE w%u (k PRIMARY KEY, v) WITHOUT ROWID;\n", i);
    }
    g_string_append(sql, "CREATE VIRTUAL TABLE f USING fts5(a, b);\n");
    for (guint i = n; i > 0; i--) {
        g_string_append_printf(sql, "CREATE INDEX i%u ON t%u (b, a) WHERE a <> 'x;';\n", i - 1,
                               i - 1);
        if (i % 2 == 0)
            g_string_append_printf(sql, "CREATE VIEW v%u AS SELECT * FROM t%u -- c\n;\n", i - 1,
                                   i - 1);
        if (i % 4 == 0) {
            g_string_append_printf(
                sql, "CREATE TRIGGER tr%u INSTEAD OF INSERT ON v%u BEGIN DELETE FROM t%u; END;\n",
                i - 1, i - 1, i - 1);
        }
        if (i % 5 == 0) {
            g_string_append_printf(
                sql, "CREATE TRIGGER ta%u AFTER UPDATE OF a ON T%u BEGIN SELECT 1; END;\n", i - 1,
                i - 1);
        }
    }
    g_string_append(
        sql, "CREATE INDEX IF NOT EXISTS i0 ON t0 (a); ALTER TABLE t1 ADD COLUMN late TEXT;\n");
    for (guint i = 0; i < 200; i++)
        g_string_append_printf(sql, "CREATE TABLE last%u (a);\n", i);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

typedef struct {
    const char *name;
    guint n;
    gboolean with_rows;
    const char *settings;
} BulkCase;

static const BulkCase bulk_cases[] = {
    { "few", 3, FALSE, "" },
    { "one-batch", 100, FALSE, "" },
    { "many", 700, FALSE, "" },
    { "with-rows", 700, TRUE, "" },
    { "small-pages", 300, TRUE, "PRAGMA page_size = 512" },
    { "large-pages", 300, TRUE, "PRAGMA page_size = 65536" },
    { "auto-vacuum", 300, TRUE, "PRAGMA auto_vacuum = 1" },
    { "incremental-vacuum", 300, TRUE, "PRAGMA auto_vacuum = 2" },
    { "utf-16le", 300, TRUE, "PRAGMA encoding = 'UTF-16le'" },
    { "utf-16be", 300, TRUE, "PRAGMA encoding = 'UTF-16be'" },
    { "foreign-keys-on", 300, TRUE, "PRAGMA foreign_keys = ON" },
};

static BlSession *
load_big(Fixture *fixture, const BulkCase *bulk_case, gboolean bulk)
{
    g_autoptr(GError) error = NULL;
    BlSession *session = fixture_open(fixture, bulk ? "sqlite:bulk.db" : "sqlite:plain.db");
    fixture_run(session, bulk_case->settings[0] != '\0' ? bulk_case->settings : "SELECT 1");
    /* Something is there before. */
    fixture_run(session, "CREATE TABLE before (a INTEGER PRIMARY KEY AUTOINCREMENT, b UNIQUE)");
    g_autofree char *sql = big_script(bulk_case->n, bulk_case->with_rows);
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    g_assert_true(fixture_script(session, sql, (BlScriptRun){ .bulk = bulk }, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(session->engine->commit(session, &error));
    g_assert_no_error(error);
    return session;
}

static void
test_bulk_is_the_same(Fixture *fixture, gconstpointer data)
{
    static const char rows[] =
        "SELECT type, name, tbl_name, rootpage > 0, sql FROM sqlite_schema ORDER BY rowid";
    g_autoptr(BlSession) bulk = load_big(fixture, data, TRUE);
    g_autoptr(BlSession) plain = load_big(fixture, data, FALSE);
    g_autofree char *in_bulk = fixture_query(bulk, rows);
    g_autofree char *in_plain = fixture_query(plain, rows);
    g_assert_cmpstr(in_bulk, ==, in_plain);
    ASSERT_QUERY(bulk, "PRAGMA integrity_check", "ok");
    ASSERT_QUERY(bulk, "PRAGMA user_version", "3");
    /* And to somebody who opens the file. */
    bl_session_close(g_steal_pointer(&bulk));
    bulk = fixture_open(fixture, "sqlite:bulk.db");
    g_autofree char *again = fixture_query(bulk, rows);
    g_assert_cmpstr(again, ==, in_plain);
    ASSERT_QUERY(bulk, "PRAGMA integrity_check", "ok");
    ASSERT_QUERY(bulk, "SELECT count(*) FROM sqlite_schema WHERE name = 'sqlite_sequence'", "1");
}

typedef struct {
    const char *name;
    const char *last;    /* statement behind some hundred others */
    const char *message; /* SQLite's own */
} BulkFault;

static const BulkFault bulk_faults[] = {
    { "table-exists", "CREATE TABLE T5 (a)", "table T5 already exists" },
    { "view-has-name", "CREATE VIEW t5 AS SELECT 1", "table t5 already exists" },
    { "index-exists", "CREATE INDEX I5 ON t6 (a)", "index I5 already exists" },
    { "index-has-table-name", "CREATE INDEX t5 ON t6 (a)", "there is already a table named t5" },
    { "table-has-index-name", "CREATE TABLE i5 (a)", "there is already an index named i5" },
    { "trigger-exists", "CREATE TRIGGER tr5 AFTER INSERT ON t6 BEGIN SELECT 1; END",
      "trigger tr5 already exists" },
    { "no-table", "CREATE INDEX new ON missing (a)", "no such table: main.missing" },
    { "no-column", "CREATE INDEX new ON t6 (missing)", "no such column: missing" },
    { "trigger-without-table", "CREATE TRIGGER new AFTER INSERT ON missing BEGIN SELECT 1; END",
      "no such table: main.missing" },
    { "index-on-view", "CREATE INDEX new ON v5 (a)", "views may not be indexed" },
    { "reserved-name", "CREATE TABLE sqlite_mine (a)",
      "object name reserved for internal use: sqlite_mine" },
    { "syntax", "CREATE TABLE (", "near \"(\": syntax error" },
};

static char *
script_with_fault(const char *last)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < 500; i++)
        g_string_append_printf(sql, "CREATE TABLE t%u (a, b UNIQUE);\n", i);
    for (guint i = 0; i < 300; i++)
        g_string_append_printf(sql, "CREATE INDEX i%u ON t%u (a);\n", i, i);
    g_string_append(
        sql,
        "CREATE VIEW v5 AS SELECT 1 AS a;\nCREATE TRIGGER tr5 AFTER INSERT ON t5 BEGIN SELECT 1; END;\n");
    g_string_append_printf(sql, "%s;\nCREATE TABLE behind (a);", last);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

/* The message is that of the whole schema, and a rollback leaves nothing; a commit leaves what came
 * before. */
static void
test_bulk_fault(Fixture *fixture, gconstpointer data)
{
    const BulkFault *fault = data;
    g_autofree char *sql = script_with_fault(fault->last);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    const BlEngine *engine = session->engine;
    for (int committed = 0; committed < 2; committed++) {
        g_autoptr(GError) error = NULL;
        guint64 n = 0;
        g_assert_true(engine->begin(session, BL_TX_WRITE, &error));
        g_assert_false(fixture_script(session, sql, (BlScriptRun){ .bulk = TRUE }, &n, &error));
        g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
        g_assert_cmpstr(error->message, ==, fault->message);
        g_assert_cmpuint(n, ==, 802);
        g_assert_cmpuint(bl_error_info(error)->line, ==, 803);
        g_clear_error(&error);
        if (committed) {
            g_assert_true(engine->commit(session, &error));
            g_assert_no_error(error);
        } else {
            engine->rollback(session);
        }
        ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", committed ? "1302" : "0");
    }
    ASSERT_QUERY(session, "PRAGMA integrity_check", "ok");
}

/* OR ROLLBACK ends the transaction in the middle of a script. */
static void
test_bulk_rolled_back_inside(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = script_with_fault("INSERT OR ROLLBACK INTO t0 VALUES (1, 2), (1, 2)");
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    g_assert_false(fixture_script(session, sql, (BlScriptRun){ .bulk = TRUE }, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_false(session->engine->in_transaction(session));
    session->engine->rollback(session);
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
    fixture_run(session, "CREATE TABLE t0 (a)");
}

static gboolean
count_tables(const BlItem *item, guint traits, gint64 rows, void *data, GError **error)
{
    (void)item;
    (void)traits;
    (void)rows;
    Judge *judge = data;
    BlSession *session = (BlSession *)(gpointer)(guintptr)judge->refuse;
    g_string_truncate(judge->seen, 0);
    return session->engine->query(session,
                                  "SELECT count(*) FROM sqlite_schema WHERE type = 'table'",
                                  fixture_take_row, judge->seen, error);
}

/* Who asks in between sees the whole schema. */
static void
test_bulk_seen_by_callback(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < 400; i++)
        g_string_append_printf(sql, "CREATE TABLE t%u (a);\n", i);
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    Judge judge = { seen, (const char *)session };
    BlScriptRun run = { .after = count_tables, .data = &judge, .bulk = TRUE };
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    g_assert_true(fixture_script(session, sql->str, run, NULL, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(seen->str, ==, "400");
    g_assert_true(session->engine->commit(session, &error));
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "400");
}

typedef struct {
    guint at;
    guint n;
} Cancel;

static gboolean
cancel_at(const BlItem *item, guint traits, gint64 rows, void *data, GError **error)
{
    (void)item;
    (void)traits;
    (void)rows;
    (void)error;
    Cancel *cancel = data;
    if (++cancel->n == cancel->at)
        bl_cancel_request(SIGTERM);
    return TRUE;
}

static void
test_bulk_cancelled_anywhere(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const guint places[] = { 1, 128, 399, 400, 401, 511, 512, 513, 650, 767, 799, 802 };
    g_autofree char *sql = script_with_fault("SELECT 1");
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_autoptr(GError) error = NULL;
        Cancel cancel = { places[i], 0 };
        BlScriptRun run = { .after = cancel_at, .data = &cancel, .bulk = TRUE };
        g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
        g_assert_false(fixture_script(session, sql, run, NULL, &error));
        g_assert_error(error, BL_ERROR, BL_ERROR_CANCELLED);
        session->engine->rollback(session);
        bl_cancel_clear();
        ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
    }
    g_assert_true(fixture_script(session, sql, (BlScriptRun){ 0 }, NULL, NULL));
}

/* The disk is full at any moment, also while rows are on their way back, and the caller commits
 * nevertheless: what is there is whole, and is what the first statements made. */
static void
test_bulk_disk_full_anywhere(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *sql = script_with_fault("SELECT 1");
    guint n_failed = 0;
    for (guint pages = 2; pages < 1360; pages += 53) {
        g_autofree char *url = g_strdup_printf("sqlite:full%u.db", pages);
        g_autofree char *limit = g_strdup_printf("PRAGMA max_page_count = %u", pages);
        g_autoptr(GError) error = NULL;
        BlOpenOptions options = { .create = TRUE, .ephemeral = TRUE };
        g_autoptr(BlSession) session = fixture_try_open(fixture, url, options, &error);
        g_assert_nonnull(session);
        fixture_run(session, limit);
        g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
        guint64 n = 0;
        if (!fixture_script(session, sql, (BlScriptRun){ .bulk = TRUE }, &n, &error)) {
            g_assert_error(error, BL_ERROR, BL_ERROR_IO);
            n_failed++;
            g_clear_error(&error);
            if (!session->engine->commit(session, &error)) {
                g_clear_error(&error);
                session->engine->rollback(session);
            }
        }
        bl_session_close(g_steal_pointer(&session));
        session = fixture_open(fixture, url);
        ASSERT_QUERY(session, "PRAGMA integrity_check", "ok");
        g_autofree char *tables =
            fixture_query(session, "SELECT count(*) FROM sqlite_schema WHERE sql IS NOT NULL");
        guint64 there = g_ascii_strtoull(tables, NULL, 10);
        g_assert_true(there == 0 || there == n);
    }
    g_assert_cmpuint(n_failed, >, 20);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIXTURE_ADD_CASES("bulk/is-the-same-", bulk_cases, name, test_bulk_is_the_same)
    FIXTURE_ADD_CASES("bulk/fault-", bulk_faults, name, test_bulk_fault)
    FIXTURE_ADD("/engine-sqlite/script/position-of-syntax-error", NULL, test_script_position);
    FIXTURE_ADD("/engine-sqlite/script/position-of-failed-step", NULL,
                test_script_position_of_step);
    FIXTURE_ADD("/engine-sqlite/script/callbacks", NULL, test_script_callbacks);
    FIXTURE_ADD("/engine-sqlite/script/callbacks-in-bulk", "bulk", test_script_callbacks);
    FIXTURE_ADD("/engine-sqlite/script/refuses-client-lines", NULL,
                test_script_refuses_client_lines);
    FIXTURE_ADD("/engine-sqlite/script/writable-schema", NULL, test_script_writable_schema);
    FIXTURE_ADD("/engine-sqlite/script/broken-schema-is-found", NULL,
                test_script_broken_schema_is_found);
    FIXTURE_ADD("/engine-sqlite/lend/function", NULL, test_lend_function);
    FIXTURE_ADD("/engine-sqlite/lend/function-refuses-call", NULL, test_lend_function_refuses_call);
    FIXTURE_ADD("/engine-sqlite/lend/collation", NULL, test_lend_collation);
    FIXTURE_ADD("/engine-sqlite/bulk/cancelled-anywhere", NULL, test_bulk_cancelled_anywhere);
    FIXTURE_ADD("/engine-sqlite/bulk/disk-full-anywhere", NULL, test_bulk_disk_full_anywhere);
    FIXTURE_ADD("/engine-sqlite/bulk/rolled-back-inside", NULL, test_bulk_rolled_back_inside);
    FIXTURE_ADD("/engine-sqlite/bulk/seen-by-callback", NULL, test_bulk_seen_by_callback);
    return g_test_run();
}
