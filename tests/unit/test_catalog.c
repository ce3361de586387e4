/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/schema/catalog.h"
#include "common/schema/compare.h"
#include "common/schema/filter.h"
#include "common/schema/order.h"

#include <string.h>

static const BlKind kind_table = { .name = "table", .rank = 1, .holds_rows = TRUE };
static const BlKind kind_view = { .name = "view", .rank = 2 };

static BlObject *
add(BlCatalog *catalog, const BlKind *kind, const char *name, const char *sql)
{
    BlObject *object = bl_catalog_add(catalog, kind, NULL, name);
    bl_object_add_statement(catalog, object, sql);
    return object;
}

static char *
names_in_order(const BlCatalog *catalog)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        g_string_append_printf(out, "%s%s", i > 0 ? " " : "", object->name);
    }
    return g_string_free(out, FALSE);
}

static void
assert_order(BlCatalog *catalog, const char *expected)
{
    g_autoptr(GError) error = NULL;
    g_assert_true(bl_catalog_sort(catalog, &error));
    g_assert_no_error(error);
    g_autofree char *found = names_in_order(catalog);
    g_assert_cmpstr(found, ==, expected);
}

static void
test_kinds_then_bytes(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    add(catalog, &kind_view, "a", "x");
    add(catalog, &kind_table, "b", "x");
    add(catalog, &kind_table, "B", "x");
    add(catalog, &kind_table, "\xc3\xa9", "x");
    assert_order(catalog, "B b \xc3\xa9 a");
}

static void
test_dependency_is_pulled_ahead(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    BlObject *a = add(catalog, &kind_table, "a", "x");
    add(catalog, &kind_table, "b", "x");
    BlObject *z = add(catalog, &kind_view, "z", "x");
    bl_object_add_dependency(a, z);
    assert_order(catalog, "z a b");
}

static void
test_order_does_not_depend_on_insertion(void)
{
    static const char *const names[] = { "c", "a", "d", "b" };
    for (gsize shift = 0; shift < G_N_ELEMENTS(names); shift++) {
        g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
        for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
            add(catalog, &kind_table, names[(i + shift) % G_N_ELEMENTS(names)], "x");
        BlObject *a = bl_catalog_find(catalog, "table", NULL, "a");
        bl_object_add_dependency(a, bl_catalog_find(catalog, "table", NULL, "d"));
        bl_object_add_dependency(a, bl_catalog_find(catalog, "table", NULL, "c"));
        assert_order(catalog, "c d a b");
    }
}

static void
test_cycle_is_named(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    BlObject *a = add(catalog, &kind_view, "a", "x");
    BlObject *b = add(catalog, &kind_view, "b", "x");
    BlObject *outside = add(catalog, &kind_table, "outside", "x");
    bl_object_add_dependency(outside, a);
    bl_object_add_dependency(a, b);
    bl_object_add_dependency(b, a);
    g_autoptr(GError) error = NULL;
    g_assert_false(bl_catalog_sort(catalog, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_assert_nonnull(strstr(error->message, "view a, view b"));
    g_assert_null(strstr(error->message, "outside"));
}

static void
test_long_chain(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    BlObject *previous = NULL;
    for (int i = 0; i < 50000; i++) {
        g_autofree char *name = g_strdup_printf("t%05d", 50000 - i);
        BlObject *object = add(catalog, &kind_table, name, "x");
        if (previous != NULL)
            bl_object_add_dependency(object, previous);
        previous = object;
    }
    g_assert_true(bl_catalog_sort(catalog, NULL));
    const BlObject *first = g_ptr_array_index(catalog->objects, 0);
    g_assert_cmpstr(first->name, ==, "t50000");
}

static gboolean
is_view(const BlObject *object, void *data)
{
    (void)data;
    return object->kind == &kind_view;
}

static void
test_remove_forgets_dependencies(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    BlObject *table = add(catalog, &kind_table, "t", "x");
    bl_object_add_dependency(table, add(catalog, &kind_view, "v", "x"));
    g_assert_cmpuint(bl_catalog_remove(catalog, is_view, NULL), ==, 1);
    g_assert_cmpuint(table->depends->len, ==, 0);
    g_assert_null(bl_catalog_find(catalog, "view", NULL, "v"));
    assert_order(catalog, "t");
}

static void
test_label_is_one_line(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    g_autofree char *label = bl_object_label(add(catalog, &kind_table, "a\nDROP TABLE x;", "x"));
    g_assert_null(strchr(label, '\n'));
    g_assert_true(g_str_has_prefix(label, "table a"));
}

static void
test_equal_by_tokens(void)
{
    g_autoptr(BlCatalog) a = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    g_autoptr(BlCatalog) b = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    add(a, &kind_table, "t", "CREATE TABLE t (a INTEGER, -- note\n b TEXT)");
    add(b, &kind_table, "t", "CREATE TABLE t(a INTEGER,b TEXT)");
    g_autoptr(GPtrArray) differences = bl_catalog_compare(a, b, "A", "B");
    g_assert_cmpuint(differences->len, ==, 0);
    g_autofree char *digest_a = bl_catalog_digest(a);
    g_autofree char *digest_b = bl_catalog_digest(b);
    g_assert_cmpstr(digest_a, ==, digest_b);
    g_assert_true(g_str_has_prefix(digest_a, "sqlite:"));
}

static void
test_differences_are_named(void)
{
    g_autoptr(BlCatalog) a = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    g_autoptr(BlCatalog) b = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    add(a, &kind_table, "gone", "CREATE TABLE gone (a)");
    add(a, &kind_table, "t", "CREATE TABLE t (a DEFAULT 'x  y')");
    add(b, &kind_table, "t", "CREATE TABLE t (a DEFAULT 'x y')");
    add(b, &kind_view, "fresh", "CREATE VIEW fresh AS SELECT 1");
    g_autoptr(GPtrArray) differences = bl_catalog_compare(a, b, "the snapshot", "the database");
    g_assert_cmpuint(differences->len, ==, 3);
    const BlDifference *gone = g_ptr_array_index(differences, 0);
    const BlDifference *changed = g_ptr_array_index(differences, 1);
    const BlDifference *fresh = g_ptr_array_index(differences, 2);
    g_assert_cmpstr(gone->name, ==, "gone");
    g_assert_cmpstr(gone->what, ==, "is only in the snapshot");
    g_assert_nonnull(strstr(changed->what, "'x  y'"));
    g_assert_cmpstr(fresh->kind, ==, "view");
    g_assert_cmpstr(fresh->what, ==, "is only in the database");
    g_autofree char *digest_a = bl_catalog_digest(a);
    g_autofree char *digest_b = bl_catalog_digest(b);
    g_assert_cmpstr(digest_a, !=, digest_b);
}

static void
test_parts_say_which_column(void)
{
    g_autoptr(BlCatalog) a = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    g_autoptr(BlCatalog) b = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    BlObject *in_a = add(a, &kind_table, "t", "CREATE TABLE t (age INTEGER)");
    BlObject *in_b = add(b, &kind_table, "t", "CREATE TABLE t (age TEXT, name TEXT)");
    bl_object_add_part(a, in_a, "column", "age", "INTEGER");
    bl_object_add_part(b, in_b, "column", "age", "TEXT");
    bl_object_add_part(b, in_b, "column", "name", "TEXT");
    g_autoptr(GPtrArray) differences = bl_catalog_compare(a, b, "A", "B");
    g_assert_cmpuint(differences->len, ==, 2);
    g_assert_cmpstr(((const BlDifference *)g_ptr_array_index(differences, 0))->what, ==,
                    "column \"age\" is \"INTEGER\" in A, \"TEXT\" in B");
    g_assert_cmpstr(((const BlDifference *)g_ptr_array_index(differences, 1))->what, ==,
                    "column \"name\" is only in B");
}

/* Two that act one after the other; a third that only one of the two has. */
static BlCatalog *
make_ordered(const char *first, const char *second, const char *third)
{
    static const BlKind kind_trigger = { "trigger", 9, FALSE, FALSE, FALSE };
    const char *const names[] = { first, second, third };
    BlCatalog *catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    for (guint i = 0; i < G_N_ELEMENTS(names) && names[i] != NULL; i++) {
        BlObject *object = add(catalog, &kind_trigger, names[i], "CREATE TRIGGER");
        g_autofree char *key = g_strdup_printf("t\x01%u", i);
        object->parent = bl_catalog_string(catalog, "t");
        object->sort_key = bl_catalog_string(catalog, key);
    }
    g_assert_true(bl_catalog_sort(catalog, NULL));
    return catalog;
}

static void
test_order_is_compared(void)
{
    g_autoptr(BlCatalog) a = make_ordered("x", "y", NULL);
    g_autoptr(BlCatalog) b = make_ordered("y", "x", NULL);
    g_autoptr(GPtrArray) differences = bl_catalog_compare(a, b, "A", "B");
    g_assert_cmpuint(differences->len, ==, 2);
    const BlDifference *difference = g_ptr_array_index(differences, 0);
    g_assert_cmpstr(difference->what, ==, "comes first in A, behind \"y\" in B");
    g_autofree char *digest_a = bl_catalog_digest(a);
    g_autofree char *digest_b = bl_catalog_digest(b);
    g_assert_cmpstr(digest_a, !=, digest_b);

    g_autoptr(BlCatalog) c = make_ordered("z", "x", "y");
    g_autoptr(GPtrArray) one_more = bl_catalog_compare(a, c, "A", "C");
    g_assert_cmpuint(one_more->len, ==, 1);
    difference = g_ptr_array_index(one_more, 0);
    g_assert_cmpstr(difference->name, ==, "z");
}

/* What no statement says: it is compared, and no part of the digest. */
static void
test_unsaid_is_compared(void)
{
    static const BlKind kind_key = { "foreign key", 9, FALSE, FALSE, FALSE };
    g_autoptr(BlCatalog) a = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    g_autoptr(BlCatalog) b = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    BlObject *in_a = add(a, &kind_key, "k", "ALTER TABLE t");
    BlObject *in_b = add(b, &kind_key, "k", "ALTER TABLE t");
    bl_object_set_unsaid(a, in_a, "stands on index \"x\"");
    g_autoptr(GPtrArray) one = bl_catalog_compare(a, b, "A", "B");
    g_assert_cmpuint(one->len, ==, 1);
    const BlDifference *difference = g_ptr_array_index(one, 0);
    g_assert_cmpstr(difference->what, ==, "stands on index \"x\" in A");
    bl_object_set_unsaid(b, in_b, "stands on index \"y\"");
    g_autoptr(GPtrArray) both = bl_catalog_compare(a, b, "A", "B");
    g_assert_cmpuint(both->len, ==, 1);
    difference = g_ptr_array_index(both, 0);
    g_assert_cmpstr(difference->what, ==, "stands on index \"x\" in A, stands on index \"y\" in B");
    g_autofree char *digest_a = bl_catalog_digest(a);
    g_autofree char *digest_b = bl_catalog_digest(b);
    g_assert_cmpstr(digest_a, ==, digest_b);
    bl_object_set_unsaid(b, in_b, "stands on index \"x\"");
    g_autoptr(GPtrArray) none = bl_catalog_compare(a, b, "A", "B");
    g_assert_cmpuint(none->len, ==, 0);
}

typedef struct {
    const char *glob;
    const char *text;
    gboolean matches;
} GlobCase;

static const GlobCase glob_cases[] = {
    { "users", "users", TRUE },   { "users", "users2", FALSE },
    { "user*", "users", TRUE },   { "*", "", TRUE },
    { "?", "", FALSE },           { "cron.*", "cron.job", TRUE },
    { "a*b*c", "aXbYbZc", TRUE }, { "a*b*c", "aXbYbZ", FALSE },
    { "[ab]x", "bx", TRUE },      { "[!ab]x", "bx", FALSE },
    { "[a-c]*", "cat", TRUE },    { "[", "[", TRUE },
    { "_cf_*", "_cf_KV", TRUE },  { "*_old", "_older_old", TRUE },
    { "Users", "users", FALSE },
};

static void
test_globs(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(glob_cases); i++) {
        const GlobCase *test = &glob_cases[i];
        if (bl_glob_matches(test->glob, test->text) != test->matches)
            g_error("glob \"%s\" and \"%s\"", test->glob, test->text);
    }
}

static void
test_filter(void)
{
    const char *const schemas[] = { "public", NULL };
    const char *const ignore[] = { "cron.*", NULL };
    const char *const exclude[] = { "tmp_*", NULL };
    const BlFilter filter = { schemas, ignore, exclude };
    g_assert_true(bl_filter_accepts(NULL, NULL, "anything", NULL));
    g_assert_true(bl_filter_accepts(&filter, "public", "users", NULL));
    g_assert_false(bl_filter_accepts(&filter, "other", "users", NULL));
    g_assert_false(bl_filter_accepts(&filter, "public", "tmp_x", NULL));
    g_assert_false(bl_filter_accepts(&filter, "public", "x_idx", "tmp_x"));
    const BlFilter open = { NULL, ignore, NULL };
    g_assert_false(bl_filter_accepts(&open, "cron", "job", NULL));
    g_assert_true(bl_filter_accepts(&open, NULL, "cron", NULL));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/order/sort/kinds-then-bytes", test_kinds_then_bytes);
    g_test_add_func("/order/sort/dependency-is-pulled-ahead", test_dependency_is_pulled_ahead);
    g_test_add_func("/order/sort/does-not-depend-on-insertion",
                    test_order_does_not_depend_on_insertion);
    g_test_add_func("/order/sort/cycle-is-named", test_cycle_is_named);
    g_test_add_func("/order/sort/long-chain", test_long_chain);
    g_test_add_func("/catalog/remove/forgets-dependencies", test_remove_forgets_dependencies);
    g_test_add_func("/catalog/label/is-one-line", test_label_is_one_line);
    g_test_add_func("/compare/catalogs/equal-by-tokens", test_equal_by_tokens);
    g_test_add_func("/compare/catalogs/differences-are-named", test_differences_are_named);
    g_test_add_func("/compare/catalogs/parts-say-which-column", test_parts_say_which_column);
    g_test_add_func("/catalog/compare/order", test_order_is_compared);
    g_test_add_func("/catalog/compare/unsaid", test_unsaid_is_compared);
    g_test_add_func("/filter/globs/match-whole-names", test_globs);
    g_test_add_func("/filter/accepts/schemas-ignore-exclude", test_filter);
    return g_test_run();
}
