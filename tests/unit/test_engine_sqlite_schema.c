/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/schema/compare.h"

#include <signal.h>

#include "tests/unit/sqlite_fixture.h"

static BlCatalog *
introspect(BlSession *session, BlIntrospectOptions options)
{
    g_autoptr(GError) error = NULL;
    BlCatalog *catalog = session->engine->introspect(session, NULL, NULL, &options, &error);
    g_assert_no_error(error);
    return catalog;
}

/* "kind name" of every object, a line each. */
static char *
labels(const BlCatalog *catalog)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        g_autofree char *label = bl_object_label(g_ptr_array_index(catalog->objects, i));
        g_string_append_printf(text, "%s%s", i > 0 ? "\n" : "", label);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean
has_warning(const Fixture *fixture, const char *part)
{
    for (guint i = 0; i < fixture->warnings->len; i++) {
        if (strstr(g_ptr_array_index(fixture->warnings, i), part) != NULL)
            return TRUE;
    }
    return FALSE;
}

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
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_autofree char *found = labels(catalog);
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
    g_assert_true(has_warning(fixture, "my_func"));
    g_assert_true(has_warning(fixture, "other_func"));
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

/* --- introspection --- */

static const char odd_schema[] =
    "PRAGMA user_version = -42; PRAGMA application_id = 7;"
    "CREATE TABLE zebra (a); CREATE TABLE \"Apple\" (a); CREATE TABLE sqliteish (a);"
    "CREATE TABLE counter (id INTEGER PRIMARY KEY AUTOINCREMENT, u UNIQUE);"
    "CREATE TABLE notes (a); CREATE TABLE notes_data (a); CREATE TABLE notes_content (a);"
    "CREATE TABLE \"new\nline\" (a); CREATE TABLE \"\" (a);"
    "CREATE TABLE documents (id INTEGER PRIMARY KEY, a);"
    "CREATE VIRTUAL TABLE aaa USING fts4(content=\"zebra\", a);"
    "CREATE VIRTUAL TABLE f USING fts5(a, content='documents', content_rowid='id');"
    "CREATE VIRTUAL TABLE avoc USING fts5vocab(f, row);"
    "CREATE TABLE f_extra (a);"
    "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);"
    "CREATE INDEX on_shadow ON aaa_segdir (level, idx, root);"
    "CREATE INDEX on_zebra ON zebra (a);"
    "CREATE VIEW v AS SELECT * FROM w; CREATE VIEW w AS SELECT 1 AS a /* end */;"
    "CREATE TRIGGER z1 AFTER INSERT ON zebra BEGIN SELECT 1; END;"
    "CREATE TRIGGER a2 AFTER INSERT ON zebra BEGIN SELECT 2; END;"
    "CREATE TRIGGER b0 BEFORE INSERT ON zebra BEGIN SELECT 3; END;"
    "CREATE TRIGGER m3 AFTER INSERT ON zebra BEGIN SELECT 4; END;"
    "CREATE TRIGGER io INSTEAD OF DELETE ON w BEGIN SELECT 5; END;"
    "INSERT INTO counter (u) VALUES (1); ANALYZE;";

static void
test_introspect_objects(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(fixture_script(session, odd_schema, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_no_error(error);
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_autofree char *found = labels(catalog);
    g_assert_cmpstr(
        found, ==,
        "pragma application_id\npragma user_version\n"
        "table \ntable Apple\ntable counter\ntable documents\ntable f_extra\ntable new\\nline\n"
        "table notes\ntable notes_content\ntable notes_data\ntable sqliteish\ntable zebra\n"
        "virtual table aaa\nvirtual table f\nvirtual table avoc\nvirtual table r\n"
        "index on_shadow\nindex on_zebra\nview v\nview w\n"
        "trigger io\ntrigger z1\ntrigger a2\ntrigger m3\ntrigger b0");
    const BlObject *view = bl_catalog_find(catalog, "view", NULL, "w");
    g_assert_cmpstr(g_ptr_array_index(view->statements, 0), ==,
                    "CREATE VIEW w AS SELECT 1 AS a /* end */");
    const BlObject *index = bl_catalog_find(catalog, "index", NULL, "on_shadow");
    g_assert_cmpstr(index->parent, ==, "aaa_segdir");
    g_assert_cmpuint(index->depends->len, ==, 1);
    g_assert_true(g_ptr_array_index(index->depends, 0) ==
                  bl_catalog_find(catalog, "virtual table", NULL, "aaa"));
    g_assert_cmpstr(catalog->family, ==, "sqlite");
    g_assert_cmpstr(catalog->lowest_version, ==, "3.9");
    g_assert_false(session->engine->in_transaction(session));
}

static void
test_introspect_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) plain = fixture_open(fixture, "sqlite:plain.db");
    fixture_run(plain, "CREATE TABLE t (a)");
    g_autoptr(BlCatalog) usual = introspect(plain, (BlIntrospectOptions){ 0 });
    g_assert_cmpuint(usual->objects->len, ==, 1);
    g_assert_cmpstr(usual->lowest_version, ==, "3.7");

    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "PRAGMA page_size = 8192");
    fixture_run(session, "PRAGMA encoding = 'UTF-16be'");
    fixture_run(session, "PRAGMA auto_vacuum = 2");
    fixture_run(session, "CREATE TABLE t (a)");
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    static const char *const wanted[][2] = { { "page_size", "PRAGMA page_size = 8192" },
                                             { "encoding", "PRAGMA encoding = 'UTF-16be'" },
                                             { "auto_vacuum", "PRAGMA auto_vacuum = 2" } };
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        const BlObject *object = bl_catalog_find(catalog, "pragma", NULL, wanted[i][0]);
        g_assert_nonnull(object);
        g_assert_true(object->framed);
        g_assert_true(object->kind->is_setting);
        g_assert_cmpstr(g_ptr_array_index(object->statements, 0), ==, wanted[i][1]);
    }
}

typedef struct {
    const char *sql;
    const char *version;
} VersionCase;

static const VersionCase version_cases[] = {
    { "CREATE TABLE t (a INT, b TEXT DEFAULT 'STRICT WITHOUT as (')", "3.7" },
    { "CREATE TABLE strict (\"without\" INT, last VARCHAR (5), has CHECK (cast(a AS INT) > 0), a)",
      "3.7" },
    { "CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID", "3.8.2" },
    { "CREATE TABLE t (a INT) STRICT", "3.37" },
    { "CREATE TABLE t (a INT PRIMARY KEY)STRICT,WITHOUT ROWID", "3.37" },
    { "CREATE TABLE t (a, b AS (a + 1))", "3.31" },
    { "CREATE TABLE t (a, b GENERATED ALWAYS AS (a + 1) STORED)", "3.31" },
};

static void
test_introspect_version(Fixture *fixture, gconstpointer data)
{
    const VersionCase *wanted = data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, wanted->sql);
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_assert_cmpstr(catalog->lowest_version, ==, wanted->version);
}

static void
test_introspect_version_of_indexes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const indexes[][2] = {
        { "CREATE UNIQUE INDEX i1 ON t (a COLLATE NOCASE DESC, \"where\")", "3.7" },
        { "CREATE INDEX i2 ON t (a) WHERE a + 1 > 0 AND length(a) > 1", "3.8.0" },
        { "CREATE INDEX i3 ON t (lower(a))", "3.9" },
        { "CREATE INDEX i4 ON t (a + 1)", "3.9" },
    };
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, "CREATE TABLE t (a, \"where\")");
    for (gsize i = 0; i < G_N_ELEMENTS(indexes); i++) {
        fixture_run(session, indexes[i][0]);
        g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
        g_assert_cmpstr(catalog->lowest_version, ==, indexes[i][1]);
    }
}

static void
test_introspect_omit_and_filter(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(fixture_script(
        session,
        "CREATE TABLE ledger (a UNIQUE); CREATE INDEX mine ON ledger (a); CREATE TABLE t (a);"
        "CREATE TABLE cron_jobs (a); CREATE INDEX on_cron ON cron_jobs (a);"
        "CREATE TABLE _cf_KV (a); CREATE TRIGGER tr AFTER INSERT ON cron_jobs BEGIN SELECT 1; END;",
        (BlScriptRun){ 0 }, NULL, &error));
    const char *const omit[] = { "ledger", NULL };
    const char *const ignore[] = { "cron_*", "_cf_*", NULL };
    BlFilter filter = { .ignore = ignore };
    BlIntrospectOptions options = { 0 };
    g_autoptr(BlCatalog) catalog =
        session->engine->introspect(session, &filter, omit, &options, &error);
    g_assert_no_error(error);
    g_autofree char *found = labels(catalog);
    g_assert_cmpstr(found, ==, "table t");

    g_autoptr(GPtrArray) listed = session->engine->list_objects(session, &filter, &error);
    g_assert_cmpuint(listed->len, ==, 3);
    const BlListedObject *first = g_ptr_array_index(listed, 0);
    g_assert_cmpstr(first->kind, ==, "index");
    g_assert_cmpstr(first->name, ==, "mine");
}

static void
test_introspect_broken_view(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(
        fixture_script(session,
                       "CREATE VIEW good AS SELECT 1; CREATE VIEW bad AS SELECT * FROM missing;"
                       "CREATE TRIGGER tr INSTEAD OF INSERT ON bad BEGIN SELECT 1; END;",
                       (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_autofree char *found = labels(catalog);
    g_assert_cmpstr(found, ==, "view bad\nview good\ntrigger tr");
    g_assert_true(has_warning(fixture, "view bad does not work: no such table: main.missing"));

    g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(BlCatalog) less =
        introspect(session, (BlIntrospectOptions){ .skip_broken = TRUE, .skipped = skipped });
    g_autofree char *rest = labels(less);
    g_assert_cmpstr(rest, ==, "view good");
    g_assert_cmpuint(skipped->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(skipped, 0), ==, "view bad");
    g_assert_cmpstr(g_ptr_array_index(skipped, 1), ==, "trigger tr");
}

static void
test_introspect_missing_module(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE t (a)");
    fixture_run(session, "PRAGMA writable_schema = ON");
    fixture_run(
        session,
        "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE VIRTUAL TABLE x USING nonsense(a)')");
    fixture_run(session, "PRAGMA writable_schema = RESET");
    BlIntrospectOptions options = { 0 };
    g_assert_null(session->engine->introspect(session, NULL, NULL, &options, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "virtual table x"));
    g_assert_nonnull(strstr(error->message, "no such module: nonsense"));
    g_clear_error(&error);
    g_assert_null(session->engine->drop_statements(session, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_autoptr(BlCatalog) catalog =
        introspect(session, (BlIntrospectOptions){ .skip_unsupported = TRUE });
    g_autofree char *found = labels(catalog);
    g_assert_cmpstr(found, ==, "table t");
}

static void
test_introspect_unfit_text(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const texts[] = {
        "CAST(x'435245415445205441424c4520e47a2028612900' AS TEXT)",
        "CAST(x'435245415445205441424c4520f828c328612900' AS TEXT)"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
        fixture_run(session, "CREATE TABLE t (a)");
        fixture_run(session, "PRAGMA writable_schema = ON");
        g_autofree char *sql = g_strdup_printf("UPDATE sqlite_schema SET sql = %s", texts[i]);
        fixture_run(session, sql);
        BlIntrospectOptions options = { 0 };
        g_assert_null(session->engine->introspect(session, NULL, NULL, &options, &error));
        g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
        g_assert_nonnull(strstr(error->message, "table t"));
    }
}

static void
test_introspect_parts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, "CREATE TABLE p (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID");
    fixture_run(
        session,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INT NOT NULL DEFAULT 5, y TEXT AS (x || 'z') STORED, UNIQUE (y, x),"
        " FOREIGN KEY (x, y) REFERENCES p (b, a) ON DELETE CASCADE) STRICT");
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ .with_parts = TRUE });
    const BlObject *table = bl_catalog_find(catalog, "table", NULL, "t");
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < table->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(table->parts, i);
        g_string_append_printf(text, "%s %s: %s\n", part->kind, part->name, part->definition);
    }
    g_assert_cmpstr(
        text->str, ==,
        "column id: INTEGER primary key 1\n"
        "column x: INT not null default 5\n"
        "column y: TEXT generated stored\n"
        "constraint foreign key (x, y) to p: foreign key (x, y) references p (b, a) on update NO ACTION on delete CASCADE\n"
        "constraint unique (y, x): unique (y, x)\n"
        "option strict: strict\n");
}

/* --- dropping --- */

static void
test_drop_everything(Fixture *fixture, gconstpointer data)
{
    gboolean with_keys = data != NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session =
        fixture_open(fixture, with_keys ? "sqlite:a.db?foreign_keys=on" : "sqlite:a.db");
    g_assert_true(fixture_script(session, odd_schema, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_true(
        fixture_script(session,
                       "CREATE TABLE a_parent (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE z_child (id INTEGER PRIMARY KEY, p REFERENCES a_parent);"
                       "INSERT INTO a_parent VALUES (1); INSERT INTO z_child VALUES (1, 1);",
                       (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(GPtrArray) drops = session->engine->drop_statements(session, NULL, &error);
    g_assert_no_error(error);
    if (with_keys)
        g_assert_cmpstr(g_ptr_array_index(drops, 0), ==, "PRAGMA foreign_keys = OFF");
    /* All in one transaction, where the PRAGMA is nothing. */
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    for (guint i = 0; i < drops->len; i++)
        fixture_run(session, g_ptr_array_index(drops, i));
    g_assert_true(session->engine->commit(session, &error));
    g_assert_no_error(error);
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema WHERE name NOT GLOB 'sqlite[_]*'",
                 "0");
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_sequence", "0");
}

/* --- rows --- */

static const char row_values[] =
    "INSERT INTO t VALUES (3, 0.1, 'it''s', x'00ff', NULL);"
    "INSERT INTO t VALUES (1, 9223372036854775807, '', x'', -9223372036854775808);"
    "INSERT INTO t VALUES (2, 1e999, 'a' || char(0) || 'b', zeroblob(3), -1e999);"
    "INSERT INTO t VALUES (4, 5e-324, 'line' || char(10) || 'end', 1.7976931348623157e308, 2.2250738585072014e-308);"
    "INSERT INTO t VALUES (5, 100.0, 'cr' || char(13, 10) || 'lf', 1e15, 123456789012345680.0);"
    "INSERT INTO t VALUES (6, -0.0, '\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80', 0.30000000000000004, 1.0/3);"
    "INSERT INTO t VALUES (7, 4.35, '; -- /* \"', 1e23, 5e-5);";

static void
test_rows_round_trip(Fixture *fixture, gconstpointer data)
{
    static const char look[] =
        "SELECT id, typeof(a), quote(a), hex(b), typeof(b), typeof(c), quote(c), typeof(d), quote(d) "
        "FROM t ORDER BY id";
    const char *encoding = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:b.db");
    BlSession *const sessions[] = { session, other };
    for (gsize i = 0; i < G_N_ELEMENTS(sessions); i++) {
        fixture_run(sessions[i], encoding);
        fixture_run(
            sessions[i],
            "CREATE TABLE t (id INTEGER PRIMARY KEY, a, b TEXT, c, d, e AS (a) VIRTUAL, f AS (b) STORED)");
    }
    g_assert_true(fixture_script(session, row_values, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_no_error(error);
    fixture_run(session, "INSERT INTO t VALUES (8, 1, CAST(x'e47a' AS TEXT), 2, 3)");
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    const BlObject *table = bl_catalog_find(catalog, "table", NULL, "t");
    g_autoptr(GString) out = g_string_new(NULL);
    guint64 n = 0;
    g_assert_true(session->engine->dump_rows(session, table, out, &n, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(n, ==, 8);
    g_assert_true(g_str_has_prefix(
        out->str,
        "INSERT INTO \"t\" (\"id\", \"a\", \"b\", \"c\", \"d\") VALUES (1, 9223372036854775807, '', X'', -9223372036854775808);\n"));
    g_assert_true(fixture_script(other, out->str, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_no_error(error);
    g_autofree char *before = fixture_query(session, look);
    g_autofree char *after = fixture_query(other, look);
    g_assert_cmpstr(after, ==, before);
    ASSERT_QUERY(other, "SELECT max(d) FROM (SELECT d FROM t WHERE id = 2)", "-Inf");
}

typedef struct {
    const char *name;
    const char *sql;
    const char *wanted;
} RowsCase;

static const RowsCase rows_cases[] = {
    { "ordered-by-key",
      "CREATE TABLE t (a, b, PRIMARY KEY (b, a)); INSERT INTO t VALUES (2, 1), (1, 2), (1, 1);",
      "INSERT INTO \"t\" (\"a\", \"b\") VALUES (1, 1);\nINSERT INTO \"t\" (\"a\", \"b\") VALUES (2, 1);\n"
      "INSERT INTO \"t\" (\"a\", \"b\") VALUES (1, 2);\n" },
    { "without-key-by-all-columns",
      "CREATE TABLE t (a TEXT COLLATE NOCASE, b); INSERT INTO t VALUES ('b', 1), ('a', 2), ('A', 2), ('B', 0);",
      "INSERT INTO \"t\" (\"a\", \"b\") VALUES ('A', 2);\nINSERT INTO \"t\" (\"a\", \"b\") VALUES ('B', 0);\n"
      "INSERT INTO \"t\" (\"a\", \"b\") VALUES ('a', 2);\nINSERT INTO \"t\" (\"a\", \"b\") VALUES ('b', 1);\n" },
    { "without-rowid",
      "CREATE TABLE t (k TEXT PRIMARY KEY, v) WITHOUT ROWID; INSERT INTO t VALUES ('y', 1), ('x', 2);",
      "INSERT INTO \"t\" (\"k\", \"v\") VALUES ('x', 2);\nINSERT INTO \"t\" (\"k\", \"v\") VALUES ('y', 1);\n" },
    { "quoted-names", "CREATE TABLE t (\"a \"\"b\"\"\", \"x\ny\"); INSERT INTO t VALUES (1, 2);",
      "INSERT INTO \"t\" (\"a \"\"b\"\"\", \"x\ny\") VALUES (1, 2);\n" },
    { "reals-look-like-reals", "CREATE TABLE t (a REAL); INSERT INTO t VALUES (1), (0.1), (1e100);",
      "INSERT INTO \"t\" (\"a\") VALUES (0.10000000000000001);\nINSERT INTO \"t\" (\"a\") VALUES (1.0);\n"
      "INSERT INTO \"t\" (\"a\") VALUES (1e+100);\n" },
    { "empty", "CREATE TABLE t (a);", "" },
};

static void
test_rows_text(Fixture *fixture, gconstpointer data)
{
    const RowsCase *wanted = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_true(fixture_script(session, wanted->sql, (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_autoptr(GString) out = g_string_new(NULL);
    guint64 n = 99;
    g_assert_true(session->engine->dump_rows(session, bl_catalog_find(catalog, "table", NULL, "t"),
                                             out, &n, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(out->str, ==, wanted->wanted);
}

static void
test_rows_of_virtual_table(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, "CREATE VIRTUAL TABLE f USING fts5(a)");
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_autoptr(GString) out = g_string_new(NULL);
    guint64 n = 0;
    const BlObject *table = bl_catalog_find(catalog, "virtual table", NULL, "f");
    g_assert_false(session->engine->dump_rows(session, table, out, &n, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "virtual table f"));
}

static void
test_order_rows(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_true(fixture_script(
        session,
        "CREATE TABLE a (id INTEGER PRIMARY KEY, x REFERENCES C (id));"
        "CREATE TABLE b (id INTEGER PRIMARY KEY, x REFERENCES b (id));"
        "CREATE TABLE c (id INTEGER PRIMARY KEY, x REFERENCES d (id));"
        "CREATE TABLE d (id INTEGER PRIMARY KEY, x REFERENCES e (id));"
        "CREATE TABLE e (id INTEGER PRIMARY KEY, x REFERENCES d (id), y REFERENCES nowhere);",
        (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    g_autoptr(GPtrArray) tables = g_ptr_array_new();
    for (guint i = 0; i < catalog->objects->len; i++)
        g_ptr_array_add(tables, g_ptr_array_index(catalog->objects, i));
    g_assert_true(session->engine->order_rows(session, tables, &error));
    g_autoptr(GString) order = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++)
        g_string_append(order, ((const BlObject *)g_ptr_array_index(tables, i))->name);
    g_assert_cmpstr(order->str, ==, "edcab");
}

/* --- the frame --- */

/* A snapshot as the dumper puts it together. */
static char *
snapshot(const BlSession *session, const BlCatalog *catalog, const BlFrame *frame, const char *rest)
{
    g_autoptr(GString) head = g_string_new(NULL);
    g_autoptr(GString) tail = g_string_new(NULL);
    session->engine->frame(catalog, frame, head, tail);
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        for (guint j = 0; !object->framed && j < object->statements->len; j++)
            g_string_append_printf(head, "%s\n;\n",
                                   (const char *)g_ptr_array_index(object->statements, j));
    }
    g_string_append(head, rest);
    g_string_append_len(head, tail->str, (gssize)tail->len);
    return g_string_free(g_steal_pointer(&head), FALSE);
}

/* A client that goes on after an error, each statement as it comes. */
static guint
run_like_a_client(BlSession *session, const char *sql)
{
    guint failures = 0;
    g_autoptr(BlReader) reader = bl_reader_new_memory(sql, strlen(sql));
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    BlItem item;
    while (bl_script_next(script, &item, NULL) > 0) {
        g_autofree char *text = g_strndup(item.text, item.len);
        failures += !session->engine->execute(session, text, NULL, NULL);
    }
    return failures;
}

static char *
make_snapshot(Fixture *fixture, const char *ledger_rows)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:source.db");
    g_assert_true(fixture_script(session, odd_schema, (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    const char *const data[] = { "zebra" };
    const guint64 counts[] = { 2 };
    BlFrame frame = { .ledger = "adonis_schema",
                      .versions = "adonis_schema_versions",
                      .ledger_rows = 1,
                      .n_data = 1,
                      .data_tables = data,
                      .data_rows = counts };
    return snapshot(session, catalog, &frame, ledger_rows);
}

static const char good_rows[] =
    "CREATE TABLE adonis_schema (id INTEGER PRIMARY KEY AUTOINCREMENT, name, batch);\n"
    "CREATE TABLE adonis_schema_versions (version);\n"
    "INSERT INTO adonis_schema (name, batch) VALUES ('m1', 1);\n"
    "INSERT INTO adonis_schema_versions VALUES (2);\n"
    "INSERT INTO zebra VALUES (1);\nINSERT INTO zebra VALUES (2);\n";

static void
test_frame_whole(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_assert_null(strstr(sql, "sqlite_schema "));
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_cmpuint(run_like_a_client(session, sql), ==, 0);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(session, "PRAGMA user_version", "-42");
    ASSERT_QUERY(session, "SELECT count(*) FROM zebra", "2");
    /* Once more: nothing changes. */
    g_autofree char *before = fixture_query(session, "SELECT * FROM sqlite_schema");
    g_assert_cmpuint(run_like_a_client(session, sql), >, 10);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(session, "SELECT count(*) FROM adonis_schema", "1");
    ASSERT_QUERY(session, "SELECT count(*) FROM zebra", "2");
    ASSERT_QUERY(session, "SELECT * FROM sqlite_schema", before);
}

/* Inside the loader's transaction, where an empty ledger was dropped before and the journal stayed.
 */
static void
test_frame_inside_transaction(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) seen = g_string_new(NULL);
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE adonis_schema (id INTEGER PRIMARY KEY AUTOINCREMENT, name)");
    fixture_run(session,
                "CREATE TABLE adonis_schema_journal (id INTEGER PRIMARY KEY, name UNIQUE)");
    fixture_run(session, "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq UNIQUE)");
    Judge judge = { seen, NULL };
    BlScriptRun run = { .judge = judge_item, .data = &judge, .bulk = TRUE, .tolerant = TRUE };
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "DROP TABLE adonis_schema");
    g_assert_true(fixture_script(session, sql, run, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(session->engine->commit(session, &error));
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_temp_schema", "0");
}

typedef struct {
    const char *name;
    const char *from;
    const char *to;
} Damage;

static const Damage damages[] = {
    { "table", "CREATE TABLE zebra", "CREATE TABEL zebra" },
    { "table-renamed", "CREATE TABLE counter (", "CREATE TABLE zebra (" },
    { "index", "CREATE INDEX on_zebra ON zebra", "CREATE INDEX on_zebra ON zebrra" },
    { "virtual-table", "USING fts5(a, content", "USING fts55(a, content" },
    { "view", "CREATE VIEW v AS", "CREATE VIEW v SA" },
    { "trigger", "AFTER INSERT ON zebra BEGIN SELECT 2", "AFTER INSERT ON zzebra BEGIN SELECT 2" },
    { "ledger-table", "CREATE TABLE adonis_schema (", "CREATE TABLE adonis_schem (" },
    { "ledger-row", "INSERT INTO adonis_schema (name", "INSERT INTO adonis_schema (nname" },
    { "ledger-row-twice", "VALUES ('m1', 1)", "VALUES ('m1', 1), ('m1', 1)" },
    { "version-row", "INSERT INTO adonis_schema_versions", "INSERT INTO adonis_schema_version" },
    { "data-row", "INSERT INTO zebra VALUES (2)", "INSERT INTO zebra VALUES (2" },
    { "user-version", "PRAGMA user_version = -42", "PRAGMA user_versio = -42" },
};

static void
test_frame_damaged(Fixture *fixture, gconstpointer data)
{
    const Damage *damage = data;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_auto(GStrv) pieces = g_strsplit(sql, damage->from, 2);
    g_assert_cmpuint(g_strv_length(pieces), ==, 2);
    g_autofree char *damaged = g_strjoinv(damage->to, pieces);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_cmpuint(run_like_a_client(session, damaged), >, 0);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
    ASSERT_QUERY(session, "PRAGMA user_version", "0");
}

static void
test_frame_refuses_strangers(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE mine (a)");
    run_like_a_client(session, sql);
    ASSERT_QUERY(session, "SELECT name FROM sqlite_schema", "mine");
}

static void
test_frame_settings_first(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "PRAGMA page_size = 8192");
    fixture_run(session, "PRAGMA encoding = 'UTF-16le'");
    fixture_run(session, "PRAGMA auto_vacuum = 1");
    fixture_run(session, "CREATE TABLE t (a)");
    g_autoptr(BlCatalog) catalog = introspect(session, (BlIntrospectOptions){ 0 });
    BlFrame frame = { 0 };
    g_autofree char *sql = snapshot(session, catalog, &frame, "");
    g_autoptr(BlSession) copy = fixture_open(fixture, "sqlite:b.db");
    g_assert_cmpuint(run_like_a_client(copy, sql), ==, 0);
    ASSERT_QUERY(copy, "PRAGMA page_size", "8192");
    ASSERT_QUERY(copy, "PRAGMA encoding", "UTF-16le");
    ASSERT_QUERY(copy, "PRAGMA auto_vacuum", "1");
    g_autoptr(BlCatalog) again = introspect(copy, (BlIntrospectOptions){ 0 });
    g_autofree char *a = bl_catalog_digest(catalog);
    g_autofree char *b = bl_catalog_digest(again);
    g_assert_cmpstr(a, ==, b);
}

#define ADD(path, data, function)                                                                  \
    g_test_add(path, Fixture, data, fixture_set_up, function, fixture_tear_down)

#define ADD_CASES(prefix, cases, label, function)                                                  \
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {                                              \
        g_autofree char *path = g_strdup_printf("/engine-sqlite/" prefix "%s", (cases)[i].label);  \
        ADD(path, &(cases)[i], function);                                                          \
    }

static void
add_cases(void)
{
    ADD_CASES("bulk/is-the-same-", bulk_cases, name, test_bulk_is_the_same)
    ADD_CASES("bulk/fault-", bulk_faults, name, test_bulk_fault)
    ADD_CASES("dump-rows/", rows_cases, name, test_rows_text)
    ADD_CASES("frame/damaged-", damages, name, test_frame_damaged)
    for (gsize i = 0; i < G_N_ELEMENTS(version_cases); i++) {
        g_autofree char *path = g_strdup_printf("/engine-sqlite/introspect/version-%zu-%s", i,
                                                version_cases[i].version);
        ADD(path, &version_cases[i], test_introspect_version);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/engine-sqlite/script/position-of-syntax-error", NULL, test_script_position);
    ADD("/engine-sqlite/script/position-of-failed-step", NULL, test_script_position_of_step);
    ADD("/engine-sqlite/script/callbacks", NULL, test_script_callbacks);
    ADD("/engine-sqlite/script/callbacks-in-bulk", "bulk", test_script_callbacks);
    ADD("/engine-sqlite/script/refuses-client-lines", NULL, test_script_refuses_client_lines);
    ADD("/engine-sqlite/script/writable-schema", NULL, test_script_writable_schema);
    ADD("/engine-sqlite/script/broken-schema-is-found", NULL, test_script_broken_schema_is_found);
    ADD("/engine-sqlite/lend/function", NULL, test_lend_function);
    ADD("/engine-sqlite/lend/function-refuses-call", NULL, test_lend_function_refuses_call);
    ADD("/engine-sqlite/lend/collation", NULL, test_lend_collation);
    add_cases();
    ADD("/engine-sqlite/bulk/cancelled-anywhere", NULL, test_bulk_cancelled_anywhere);
    ADD("/engine-sqlite/bulk/disk-full-anywhere", NULL, test_bulk_disk_full_anywhere);
    ADD("/engine-sqlite/bulk/rolled-back-inside", NULL, test_bulk_rolled_back_inside);
    ADD("/engine-sqlite/bulk/seen-by-callback", NULL, test_bulk_seen_by_callback);
    ADD("/engine-sqlite/introspect/objects", NULL, test_introspect_objects);
    ADD("/engine-sqlite/introspect/settings", NULL, test_introspect_settings);
    ADD("/engine-sqlite/introspect/version-of-indexes", NULL, test_introspect_version_of_indexes);
    ADD("/engine-sqlite/introspect/omit-and-filter", NULL, test_introspect_omit_and_filter);
    ADD("/engine-sqlite/introspect/broken-view", NULL, test_introspect_broken_view);
    ADD("/engine-sqlite/introspect/missing-module", NULL, test_introspect_missing_module);
    ADD("/engine-sqlite/introspect/unfit-text", NULL, test_introspect_unfit_text);
    ADD("/engine-sqlite/introspect/parts", NULL, test_introspect_parts);
    ADD("/engine-sqlite/drop/everything", NULL, test_drop_everything);
    ADD("/engine-sqlite/drop/everything-with-foreign-keys", "on", test_drop_everything);
    ADD("/engine-sqlite/dump-rows/round-trip", "PRAGMA encoding = 'UTF-8'", test_rows_round_trip);
    ADD("/engine-sqlite/dump-rows/round-trip-utf-16le", "PRAGMA encoding = 'UTF-16le'",
        test_rows_round_trip);
    ADD("/engine-sqlite/dump-rows/round-trip-utf-16be", "PRAGMA encoding = 'UTF-16be'",
        test_rows_round_trip);
    ADD("/engine-sqlite/dump-rows/virtual-table", NULL, test_rows_of_virtual_table);
    ADD("/engine-sqlite/order-rows/parents-first", NULL, test_order_rows);
    ADD("/engine-sqlite/frame/whole", NULL, test_frame_whole);
    ADD("/engine-sqlite/frame/inside-transaction", NULL, test_frame_inside_transaction);
    ADD("/engine-sqlite/frame/refuses-strangers", NULL, test_frame_refuses_strangers);
    ADD("/engine-sqlite/frame/settings-first", NULL, test_frame_settings_first);
    return g_test_run();
}
