/* SPDX-License-Identifier: MIT */
#include "squash/kept_rows.h"

#include <string.h>

static GPtrArray *
list_rows(BlSession *session, GError **error)
{
    if (!session->engine->begin(session, BL_TX_READ, error))
        return NULL;
    GPtrArray *rows = session->engine->list_kept_rows(session, error);
    session->engine->rollback(session);
    return rows;
}

/* Rows of one table follow each other. */
static void
add_row(GPtrArray *found, const char *row)
{
    g_autofree char *table = g_strndup(row, strcspn(row, "\t"));
    g_autofree char *what = g_strdup_printf("table %s", table);
    BlLeftOut *last = found->len > 0 ? g_ptr_array_index(found, found->len - 1) : NULL;
    if (last != NULL && strcmp(last->what, what) == 0)
        last->n++;
    else
        bl_left_out_add(found, g_steal_pointer(&what), "row", 1);
}

GPtrArray *
bl_kept_rows_find(BlSession *replayed, BlSession *loaded, GError **error)
{
    GPtrArray *found = g_ptr_array_new_with_free_func((GDestroyNotify)bl_left_out_free);
    if (replayed->engine->list_kept_rows == NULL)
        return found;
    g_autoptr(GPtrArray) all = list_rows(replayed, error);
    g_autoptr(GPtrArray) again = all != NULL ? list_rows(loaded, error) : NULL;
    if (again == NULL) {
        g_ptr_array_unref(found);
        return NULL;
    }
    guint j = 0;
    for (guint i = 0; i < all->len; i++) {
        const char *row = g_ptr_array_index(all, i);
        while (j < again->len && strcmp(g_ptr_array_index(again, j), row) < 0)
            j++;
        if (j < again->len && strcmp(g_ptr_array_index(again, j), row) == 0)
            j++;
        else
            add_row(found, row);
    }
    return found;
}
