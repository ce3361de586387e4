/* SPDX-License-Identifier: MIT */
#include "squash/row_match.h"

#include "common/schema/compare.h"

#include <glib.h>

#include <string.h>

static BlRows *
parse(const char *sql)
{
    BlRows *rows = bl_rows_parse(&bl_dialect_postgres, sql, strlen(sql), NULL);
    g_assert_nonnull(rows);
    return rows;
}

static void
test_parse(void)
{
    g_autoptr(BlRows) rows = parse(
        "INSERT INTO s.t (a, \"b c\") VALUES (1, 'x, (y)''; ');\n"
        "INSERT INTO s.t (a, \"b c\") OVERRIDING SYSTEM VALUE VALUES (-2, CAST(X'00' AS T));\n"
        "SELECT pg_catalog.setval('s', max(a)) FROM s.t;\n");
    g_assert_cmpuint(rows->columns->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(rows->columns, 1), ==, "b c");
    g_assert_cmpuint(rows->rows->len, ==, 2);
    char **first = g_ptr_array_index(rows->rows, 0);
    g_assert_cmpstr(first[0], ==, "1");
    g_assert_cmpstr(first[1], ==, "'x, (y)''; '");
    char **second = g_ptr_array_index(rows->rows, 1);
    g_assert_cmpstr(second[0], ==, "-2");
    g_assert_cmpstr(second[1], ==, "CAST(X'00' AS T)");
    g_assert_null(second[2]);
}

typedef struct {
    const char *name;
    const char *a, *b; /* values of (id, x), rows separated by "|" */
    const char *key, *skip;
    guint only_a, only_b, columns;
    const char *example;
} CompareCase;

static const CompareCase compare_cases[] = {
    { "equal", "1, 'a'|2, 'b'", "2, 'b'|1, 'a'", "id", NULL, 0, 0, 0, NULL },
    { "one-changed", "1, 'a'|2, 'b'", "1, 'a'|2, 'c'", "id", NULL, 0, 0, 1, "id = 2" },
    { "one-missing", "1, 'a'|2, 'b'", "1, 'a'", "id", NULL, 1, 0, 0, "id = 2" },
    { "one-more", "1, 'a'", "1, 'a'|2, 'b'", "id", NULL, 0, 1, 0, NULL },
    { "changed-but-skipped", "1, 'a'", "1, 'b'", "id", "x", 0, 0, 0, NULL },
    { "no-key", "1, 'a'", "1, 'b'", NULL, NULL, 1, 1, 0, "id = 1, x = 'a'" },
    { "no-key-twice-the-same", "1, 'a'|1, 'a'", "1, 'a'", NULL, NULL, 1, 0, 0, "id = 1, x = 'a'" },
    { "no-key-and-skipped", "1, 'a'|1, 'b'", "1, 'c'|1, 'd'", NULL, "x", 0, 0, 0, NULL },
    { "null-is-a-value", "1, NULL", "1, 'NULL'", "id", NULL, 0, 0, 1, "id = 1" },
    { "key-is-null-twice", "NULL, 2|NULL, 3", "NULL, 3|NULL, 2", "id", NULL, 0, 0, 0, NULL },
    { "changed-where-the-key-is-null-twice", "1, 1|NULL, 2|NULL, 3", "1, 9|NULL, 2|NULL, 3", "id",
      NULL, 1, 1, 0, "id = 1, x = 1" },
    { "other-table-empty", "1, 'a'", "", "id", NULL, 1, 0, 0, "id = 1" },
};

static BlRows *
rows_of(const char *text)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    g_auto(GStrv) rows = g_strsplit(text, "|", -1);
    for (gsize i = 0; rows[i] != NULL; i++)
        g_string_append_printf(sql, "INSERT INTO t (id, x) VALUES (%s);\n", rows[i]);
    return parse(sql->str);
}

static GPtrArray *
names_of(const char *name)
{
    GPtrArray *names = g_ptr_array_new();
    if (name != NULL)
        g_ptr_array_add(names, (gpointer)(guintptr)name);
    return names;
}

static void
test_compare(gconstpointer data)
{
    const CompareCase *item = data;
    g_autoptr(BlRows) a = rows_of(item->a);
    g_autoptr(BlRows) b = rows_of(item->b);
    g_autoptr(GPtrArray) key = names_of(item->key);
    g_autoptr(GPtrArray) skip = names_of(item->skip);
    g_autoptr(BlRowsDifference) difference = bl_rows_compare(a, b, key, skip);
    g_assert_cmpuint(difference->only_a, ==, item->only_a);
    g_assert_cmpuint(difference->only_b, ==, item->only_b);
    g_assert_cmpuint(difference->columns->len, ==, item->columns);
    g_assert_cmpstr(difference->example, ==, item->example);
}

typedef struct {
    const char *name;
    const char *a, *b;
    const char *unlike; /* names joined by "," */
} UnlikeCase;

static const UnlikeCase unlike_cases[] = {
    { "all-alike-in-another-order", "1, 'a'|2, 'b'", "2, 'a'|1, 'b'", "" },
    { "a-key-made-anew", "17, 'a'|4, 'b'", "5, 'b'|9, 'a'", "id" },
    { "both", "1, 'a'", "2, 'b'", "id,x" },
    { "as-often", "1, 'a'|2, 'a'|3, 'b'", "1, 'a'|2, 'b'|3, 'b'", "x" },
    { "one-more", "1, 'a'", "1, 'a'|2, 'a'", "id,x" },
    { "empty", "", "", "" },
};

static void
test_unlike(gconstpointer data)
{
    const UnlikeCase *item = data;
    g_autoptr(BlRows) a = rows_of(item->a);
    g_autoptr(BlRows) b = rows_of(item->b);
    g_autoptr(GPtrArray) unlike = bl_rows_unlike_columns(a, b);
    g_ptr_array_add(unlike, NULL);
    g_autofree char *text = g_strjoinv(",", (char **)unlike->pdata);
    g_assert_cmpstr(text, ==, item->unlike);
}

typedef struct {
    const char *name;
    const char *table; /* its statement */
    const char *other; /* of an object whose parent it is; NULL: none */
    const char *key;   /* names joined by "," */
} KeyCase;

static const KeyCase key_cases[] = {
    { "of-a-column", "CREATE TABLE t (\"a b\" integer PRIMARY KEY, x text)", NULL, "a b" },
    { "of-a-later-column", "CREATE TABLE t (x text CHECK (x IN ('(', ',')), id int PRIMARY KEY)",
      NULL, "id" },
    { "of-a-column-with-more", "CREATE TABLE t (id int PRIMARY KEY CHECK (id > 0), x int)", NULL,
      "id" },
    { "of-the-table", "CREATE TABLE t (a int, b int, PRIMARY KEY (b, a))", NULL, "b,a" },
    { "with-a-name", "CREATE TABLE t (a int, CONSTRAINT k PRIMARY KEY (a))", NULL, "a" },
    { "of-its-own", "CREATE TABLE t (a int)", "ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (a)",
      "a" },
    { "none", "CREATE TABLE t (a int, b text DEFAULT 'PRIMARY KEY')", NULL, "" },
};

static void
test_key(gconstpointer data)
{
    static const BlKind table_kind = { .name = "table", .rank = 1, .holds_rows = TRUE };
    static const BlKind other_kind = { .name = "constraint", .rank = 2, .holds_rows = FALSE };
    const KeyCase *item = data;
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_postgres, "test");
    BlObject *table = bl_catalog_add(catalog, &table_kind, NULL, "t");
    bl_object_add_statement(catalog, table, item->table);
    if (item->other != NULL) {
        BlObject *other = bl_catalog_add(catalog, &other_kind, NULL, "k");
        other->parent = bl_catalog_string(catalog, "t");
        bl_object_add_statement(catalog, other, item->other);
    }
    g_autoptr(GPtrArray) key = bl_rows_key(catalog, table);
    g_ptr_array_add(key, NULL);
    g_autofree char *joined = g_strjoinv(",", (char **)key->pdata);
    g_assert_cmpstr(joined, ==, item->key);
}

static void
test_volatile(void)
{
    static const BlKind kind = { .name = "table", .rank = 1, .holds_rows = TRUE };
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_postgres, "test");
    BlObject *table = bl_catalog_add(catalog, &kind, NULL, "t");
    bl_object_add_part(catalog, table, "column", "made", "timestamptz DEFAULT now()");
    bl_object_add_part(catalog, table, "column", "id", "uuid DEFAULT public.gen_random_uuid()");
    bl_object_add_part(catalog, table, "column", "day", "text DEFAULT date('now')");
    bl_object_add_part(catalog, table, "column", "name", "text DEFAULT 'nowhere'");
    bl_object_add_part(catalog, table, "column", "at", "text DEFAULT (datetime('now', '-1 day'))");
    bl_object_add_part(catalog, table, "column", "on", "date DEFAULT CURRENT_DATE");
    bl_object_add_part(catalog, table, "column", "called", "float DEFAULT \"random\" ()");
    bl_object_add_part(catalog, table, "column", "mode", "enum('now','later') DEFAULT 'now'");
    bl_object_add_part(catalog, table, "column", "word", "text DEFAULT 'random'");
    bl_object_add_part(catalog, table, "column", "sum", "int GENERATED ALWAYS AS (random + now)");
    bl_object_add_part(catalog, table, "column", "both",
                       "text DEFAULT (date('2020-01-01') || 'now')");
    static const char *const told[] = { "at", "on", "called" };
    for (gsize i = 0; i < G_N_ELEMENTS(told); i++)
        g_assert_true(bl_rows_is_volatile(catalog, table, told[i]));
    static const char *const plain[] = { "mode", "word", "sum", "both" };
    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++)
        g_assert_false(bl_rows_is_volatile(catalog, table, plain[i]));
    g_assert_true(bl_rows_is_volatile(catalog, table, "made"));
    g_assert_true(bl_rows_is_volatile(catalog, table, "id"));
    g_assert_true(bl_rows_is_volatile(catalog, table, "day"));
    g_assert_false(bl_rows_is_volatile(catalog, table, "name"));
    g_assert_false(bl_rows_is_volatile(catalog, table, "other"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/row-match/parse/literals-and-other-statements", test_parse);
    g_test_add_func("/row-match/is-volatile/clocks-and-random-functions", test_volatile);
    for (gsize i = 0; i < G_N_ELEMENTS(compare_cases); i++) {
        g_autofree char *path = g_strdup_printf("/row-match/compare/%s", compare_cases[i].name);
        g_test_add_data_func(path, &compare_cases[i], test_compare);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(unlike_cases); i++) {
        g_autofree char *path = g_strdup_printf("/row-match/unlike/%s", unlike_cases[i].name);
        g_test_add_data_func(path, &unlike_cases[i], test_unlike);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(key_cases); i++) {
        g_autofree char *path = g_strdup_printf("/row-match/key/%s", key_cases[i].name);
        g_test_add_data_func(path, &key_cases[i], test_key);
    }
    return g_test_run();
}
