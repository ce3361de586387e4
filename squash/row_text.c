/* SPDX-License-Identifier: MIT */
#include "squash/row_text.h"

#include "common/base/error.h"
#include "common/sql/quote.h"

#include <stdlib.h>
#include <string.h>

static int
order_lines(const void *left, const void *right)
{
    return strcmp(*(char *const *)left, *(char *const *)right);
}

/* @return g_strfreev() */
static char **
sort_lines(const char *text, gsize len)
{
    g_autofree char *copy = g_strndup(text, len);
    char **lines = g_strsplit(copy, "\n", -1);
    qsort(lines, g_strv_length(lines), sizeof(char *), order_lines);
    return lines;
}

/* The same lines take the same room, and an empty one is behind them. */
static gboolean
has_lines(const char *at, const char *rows)
{
    gsize len = strlen(rows);
    if (strnlen(at, len + 1) <= len || at[len] != '\n')
        return FALSE;
    if (strncmp(at, rows, len) == 0)
        return TRUE;
    g_auto(GStrv) a = sort_lines(at, len);
    g_auto(GStrv) b = sort_lines(rows, len);
    return g_strv_equal((const char *const *)a, (const char *const *)b);
}

gboolean
bl_row_text_has(const char *snapshot, const char *table, const char *rows)
{
    g_autofree char *escaped = bl_quote_comment(table);
    g_autofree char *head = g_strdup_printf("\n-- rows %s\n", escaped);
    /* A value may hold such a line. */
    for (const char *at = snapshot; (at = strstr(at, head)) != NULL; at++) {
        if (has_lines(at + strlen(head), rows))
            return TRUE;
    }
    return FALSE;
}

static gboolean
check_table(const BlDump *dump, BlSession *loaded, const BlObject *table, GError **error)
{
    g_autofree char *name = bl_object_full_name(table);
    guint64 carried = 0;
    for (guint i = 0; i < dump->manifest->data->len; i++) {
        const BlCarriedTable *one = g_ptr_array_index(dump->manifest->data, i);
        carried = strcmp(one->name, name) == 0 ? one->rows : carried;
    }
    if (carried == 0)
        return TRUE;
    g_autoptr(GString) rows = g_string_new(NULL);
    guint64 count = 0;
    if (!loaded->engine->dump_rows(loaded, table, rows, &count, error)) {
        g_prefix_error(error, "reading the rows of \"%s\": ", name);
        return FALSE;
    }
    if (count == carried && bl_row_text_has(dump->sql->str, name, rows->str))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "nothing was written; take the table out of the data, or report this if the "
                 "database is supported",
                 "the rows of \"%s\" do not come out of the new snapshot as they went in", name);
    return FALSE;
}

gboolean
bl_row_text_check(const BlDump *dump, BlSession *loaded, GError **error)
{
    if (!loaded->engine->begin(loaded, BL_TX_READ, error))
        return FALSE;
    gboolean ok = TRUE;
    for (guint i = 0; ok && i < dump->catalog->objects->len; i++) {
        const BlObject *table = g_ptr_array_index(dump->catalog->objects, i);
        ok = !table->kind->holds_rows || check_table(dump, loaded, table, error);
    }
    loaded->engine->rollback(loaded);
    return ok;
}
