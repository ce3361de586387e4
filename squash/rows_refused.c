/* SPDX-License-Identifier: MIT */
#include "squash/rows_refused.h"

#include "common/base/error.h"

#include <string.h>

/* Longest statement of a row that is shown, in bytes. */
enum { ROW_SHOWN = 200 };

static gboolean
is_of_class(const BlErrorInfo *info, const char *class)
{
    return info->sqlstate != NULL && strlen(info->sqlstate) == 5 &&
           g_str_has_prefix(info->sqlstate, class);
}

/* SQLSTATE class 23: a constraint. */
static gboolean
is_of_constraint(const BlErrorInfo *info)
{
    return is_of_class(info, "23");
}

/* A full disk, a time limit, a right that is missing: the engine has a hint for these, and the rows
 * are as good as any. Wrong values (22), WITH CHECK OPTION (44) and what a trigger raises (45, P0)
 * may have one too. */
static gboolean
is_of_server(const BlErrorInfo *info)
{
    static const char *const of_rows[] = { "22", "23", "44", "45", "P0" };
    gboolean is_row = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(of_rows); i++)
        is_row = is_row || is_of_class(info, of_rows[i]);
    return info->hint != NULL && !is_row;
}

/* The label of the block that @line stands in.
 * @param row out: that line, when it is a whole statement; borrowed from @lines; NULL: it is none
 * @return borrowed; NULL: none */
static const char *
find_block(char **lines, guint line, const char **row)
{
    const char *label = NULL;
    guint i = 0;
    for (; lines[i] != NULL && i + 1 < line; i++) {
        /* A value may hold such a line; a block begins behind a blank one. */
        if (g_str_has_prefix(lines[i], "-- ") && (i == 0 || lines[i - 1][0] == '\0'))
            label = lines[i] + 3;
    }
    *row = lines[i] != NULL && g_str_has_suffix(lines[i], ";") ? lines[i] : NULL;
    return label;
}

/* "users" and "public.users" alike. */
static gboolean
is_table(const char *table, const char *named)
{
    const char *end = g_str_has_suffix(table, named) ? table + strlen(table) - strlen(named) : NULL;
    return end != NULL && (end == table || end[-1] == '.');
}

/* @return NULL: no rows of it are carried */
static const BlCarriedTable *
find_carried(const BlManifest *manifest, const char *label)
{
    static const char *const words[] = { "rows ", "table " };
    const char *table = NULL;
    for (gsize i = 0; label != NULL && table == NULL && i < G_N_ELEMENTS(words); i++)
        table = g_str_has_prefix(label, words[i]) ? label + strlen(words[i]) : NULL;
    for (guint i = 0; table != NULL && i < manifest->data->len; i++) {
        const BlCarriedTable *carried = g_ptr_array_index(manifest->data, i);
        if (is_table(carried->name, table) || is_table(table, carried->name))
            return carried;
    }
    return NULL;
}

static void
refuse(const BlCarriedTable *carried, const GError *why, const char *row, GError **error)
{
    const BlErrorInfo *info = bl_error_info(why);
    g_autofree char *hint =
        g_strdup_printf("nothing was written; mend those rows in the database, or carry the rows "
                        "that they refer to as well: --data TABLE; or leave \"%s\" out",
                        carried->name);
    GError *refusal = NULL;
    bl_error_set(&refusal, BL_ERROR_CONFLICT, hint,
                 "the rows of table \"%s\" (%" G_GUINT64_FORMAT
                 ") cannot be carried, a new database refuses them: %s",
                 carried->name, carried->rows, why->message);
    if (row != NULL) {
        g_autofree char *valid = g_utf8_make_valid(row, -1);
        gboolean is_long = g_utf8_strlen(valid, -1) > ROW_SHOWN;
        g_autofree char *start =
            g_utf8_substring(valid, 0, is_long ? ROW_SHOWN : g_utf8_strlen(valid, -1));
        bl_error_set_detail(refusal, "%s%s", start, is_long ? "…" : "");
    }
    if (info->detail != NULL)
        bl_error_set_detail(refusal, "%s", info->detail);
    if (info->sqlstate != NULL)
        bl_error_set_sqlstate(refusal, info->sqlstate);
    g_propagate_error(error, refusal);
}

void
bl_rows_refuse(const BlDump *dump, GError *why, GError **error)
{
    const BlErrorInfo *info = bl_error_info(why);
    if (info == NULL || !g_error_matches(why, BL_ERROR, BL_ERROR_SQL) || is_of_server(info)) {
        g_propagate_error(error, why);
        return;
    }
    g_auto(GStrv) lines = g_strsplit(dump->sql->str, "\n", -1);
    const char *row = NULL;
    const char *label = find_block(lines, info->line, &row);
    gboolean is_row = label != NULL && g_str_has_prefix(label, "rows ");
    const BlCarriedTable *carried = NULL;
    if (is_row || is_of_constraint(info))
        carried = find_carried(dump->manifest, is_row ? label : info->object);
    if (carried == NULL) {
        g_propagate_error(error, why);
        return;
    }
    refuse(carried, why, is_row ? row : NULL, error);
    g_error_free(why);
}
