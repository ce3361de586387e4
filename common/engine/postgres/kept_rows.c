/* SPDX-License-Identifier: MIT */
/*
 * Rows of tables that extensions own. A partition that an extension owns is read with its table.
 * What this role may not read it did not write, and of a table with policies it reads what they
 * show: its own.
 */
#include "common/engine/postgres/rows.h"

#include <string.h>

static const char tables_sql[] =
    "SELECT n.nspname, c.relname, c.relkind = 'p' FROM pg_catalog.pg_class c "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
    "AND d.objid = c.oid AND d.objsubid = 0 AND d.deptype = 'e' WHERE c.relkind IN ('r', 'p') AND "
    "NOT c.relispartition AND pg_catalog.has_schema_privilege(n.oid, 'USAGE') AND "
    "pg_catalog.has_table_privilege(c.oid, 'SELECT') ORDER BY 1, 2";

static gboolean
append_table(const BlRow *row, void *data, GError **error)
{
    (void)error;
    GString *sql = data;
    g_autofree char *label = g_strdup_printf("%s.%s\t", row->values[0], row->values[1]);
    g_autofree char *name = pg_qualified(row->values[0], row->values[1]);
    g_string_append(sql, sql->len > 0 ? " UNION ALL SELECT " : "SELECT ");
    pg_append_literal(sql, label);
    g_string_append_printf(sql, " || pg_catalog.md5((t.*)::text) FROM %s%s t",
                           row->values[2][0] == 't' ? "" : "ONLY ", name);
    return TRUE;
}

static gboolean
add_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    g_ptr_array_add(data, g_strdup(row->values[0]));
    return TRUE;
}

static int
order_texts(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

GPtrArray *
pg_list_kept_rows(BlSession *base, GError **error)
{
    g_autoptr(GPtrArray) rows = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) sql = g_string_new(NULL);
    if (!pg_run((PgSession *)base, pg_value_settings, error) ||
        !pg_query(base, tables_sql, append_table, sql, error) ||
        (sql->len > 0 && !pg_query(base, sql->str, add_row, rows, error)))
        return NULL;
    g_ptr_array_sort(rows, order_texts);
    return g_steal_pointer(&rows);
}
