/* SPDX-License-Identifier: MIT */
#include "squash/kept_rows.h"

#include <glib.h>

/* What the two databases hold: rows separated by "|". */
static const char *rows_of_replay;
static const char *rows_of_snapshot;

static gboolean
begin(BlSession *session, BlTxMode mode, GError **error)
{
    (void)session;
    (void)error;
    return mode == BL_TX_READ;
}

static void
rollback(BlSession *session)
{
    (void)session;
}

static GPtrArray *
list_rows(BlSession *session, GError **error)
{
    (void)error;
    const char *text = session->is_scratch ? rows_of_replay : rows_of_snapshot;
    g_auto(GStrv) rows = g_strsplit(text, "|", -1);
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; rows[i] != NULL; i++)
        g_ptr_array_add(list, g_strdup(rows[i]));
    return list;
}

typedef struct {
    const char *name, *replayed, *loaded, *found;
} FindCase;

static const FindCase find_cases[] = {
    { "none", "", "", "" },
    { "came-with-the-extension", "s.a\t1|s.a\t2", "s.a\t1|s.a\t2", "" },
    { "one-more", "s.a\t1|s.a\t2|s.a\t3", "s.a\t1|s.a\t3", "table s.a: 1" },
    { "one-changed", "s.a\t1|s.a\t4", "s.a\t1|s.a\t2", "table s.a: 1" },
    { "equal-rows", "s.a\t1|s.a\t1|s.a\t1", "s.a\t1", "table s.a: 2" },
    { "two-tables", "s.a\t1|s.a\t2|s.b\t1|t.a\t0", "s.a\t0|s.b\t1", "table s.a: 2, table t.a: 1" },
    { "fewer", "s.a\t2", "s.a\t1|s.a\t2|s.a\t3", "" },
};

static void
test_find(gconstpointer data)
{
    const FindCase *test = data;
    const BlEngine engine = { .begin = begin, .rollback = rollback, .list_kept_rows = list_rows };
    BlSession replayed = { .engine = &engine, .is_scratch = TRUE };
    BlSession loaded = { .engine = &engine };
    rows_of_replay = test->replayed;
    rows_of_snapshot = test->loaded;
    g_autoptr(GPtrArray) found = bl_kept_rows_find(&replayed, &loaded, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < found->len; i++) {
        const BlLeftOut *left_out = g_ptr_array_index(found, i);
        g_string_append_printf(text, "%s%s: %" G_GUINT64_FORMAT, i > 0 ? ", " : "", left_out->what,
                               left_out->n);
    }
    g_assert_cmpstr(text->str, ==, test->found);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(find_cases); i++) {
        g_autofree char *path = g_strdup_printf("/kept-rows/find/%s", find_cases[i].name);
        g_test_add_data_func(path, &find_cases[i], test_find);
    }
    return g_test_run();
}
