/* SPDX-License-Identifier: MIT */
#include "common/schema/compare.h"

#include "tests/unit/sqlite_fixture.h"

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
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
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
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
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
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
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
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    g_autoptr(GPtrArray) tables = g_ptr_array_new();
    for (guint i = 0; i < catalog->objects->len; i++)
        g_ptr_array_add(tables, g_ptr_array_index(catalog->objects, i));
    g_assert_true(session->engine->order_rows(session, tables, &error));
    g_autoptr(GString) order = g_string_new(NULL);
    for (guint i = 0; i < tables->len; i++)
        g_string_append(order, ((const BlObject *)g_ptr_array_index(tables, i))->name);
    g_assert_cmpstr(order->str, ==, "edcab");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIXTURE_ADD_CASES("dump-rows/", rows_cases, name, test_rows_text)
    FIXTURE_ADD("/engine-sqlite/dump-rows/round-trip", "PRAGMA encoding = 'UTF-8'",
                test_rows_round_trip);
    FIXTURE_ADD("/engine-sqlite/dump-rows/round-trip-utf-16le", "PRAGMA encoding = 'UTF-16le'",
                test_rows_round_trip);
    FIXTURE_ADD("/engine-sqlite/dump-rows/round-trip-utf-16be", "PRAGMA encoding = 'UTF-16be'",
                test_rows_round_trip);
    FIXTURE_ADD("/engine-sqlite/dump-rows/virtual-table", NULL, test_rows_of_virtual_table);
    FIXTURE_ADD("/engine-sqlite/order-rows/parents-first", NULL, test_order_rows);
    return g_test_run();
}
