/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/sqlite.h"

#include <string.h>

/* A query over all tables at once and what makes a part of its rows. The first column is the
 * table's name. */
typedef struct {
    const char *sql;
    void (*add)(BlCatalog *catalog, BlObject *table, sqlite3_stmt *stmt);
} Query;

static const char *
text_at(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text != NULL ? text : "";
}

/* name, type, notnull, dflt_value, pk, hidden */
static void
add_column(BlCatalog *catalog, BlObject *table, sqlite3_stmt *stmt)
{
    g_autoptr(GString) text = g_string_new(text_at(stmt, 2));
    int hidden = sqlite3_column_int(stmt, 6);
    if (sqlite3_column_int(stmt, 3) != 0)
        g_string_append(text, " not null");
    if (sqlite3_column_type(stmt, 4) != SQLITE_NULL)
        g_string_append_printf(text, " default %s", text_at(stmt, 4));
    if (sqlite3_column_int(stmt, 5) > 0)
        g_string_append_printf(text, " primary key %d", sqlite3_column_int(stmt, 5));
    if (hidden == 2 || hidden == 3)
        g_string_append(text, hidden == 2 ? " generated virtual" : " generated stored");
    g_autofree char *line = lite_one_line(text->str);
    bl_object_add_part(catalog, table, "column", text_at(stmt, 1), g_strstrip(line));
}

/* id, parent, from list, to list, on_update, on_delete */
static void
add_foreign_key(BlCatalog *catalog, BlObject *table, sqlite3_stmt *stmt)
{
    g_autofree char *definition = g_strdup_printf(
        "foreign key (%s) references %s (%s) on update %s on delete %s", text_at(stmt, 3),
        text_at(stmt, 2), text_at(stmt, 4), text_at(stmt, 5), text_at(stmt, 6));
    g_autofree char *name =
        g_strdup_printf("foreign key (%s) to %s", text_at(stmt, 3), text_at(stmt, 2));
    g_autofree char *line = lite_one_line(definition);
    bl_object_add_part(catalog, table, "constraint", name, line);
}

/* origin, column list */
static void
add_key(BlCatalog *catalog, BlObject *table, sqlite3_stmt *stmt)
{
    const char *what = strcmp(text_at(stmt, 1), "pk") == 0 ? "primary key" : "unique";
    g_autofree char *definition = g_strdup_printf("%s (%s)", what, text_at(stmt, 2));
    g_autofree char *line = lite_one_line(definition);
    bl_object_add_part(catalog, table, "constraint", line, line);
}

/* wr, strict */
static void
add_flags(BlCatalog *catalog, BlObject *table, sqlite3_stmt *stmt)
{
    if (sqlite3_column_int(stmt, 1) != 0)
        bl_object_add_part(catalog, table, "option", "without rowid", "without rowid");
    if (sqlite3_column_int(stmt, 2) != 0)
        bl_object_add_part(catalog, table, "option", "strict", "strict");
}

/* rootpage > 0: no views, which may be broken, and no virtual tables, whose modules may be missing.
 */
static const Query queries[] = {
    { "SELECT m.name, c.name, c.type, c.\"notnull\", c.dflt_value, c.pk, c.hidden\n"
      "  FROM main.sqlite_schema AS m, pragma_table_xinfo(m.name, 'main') AS c\n"
      " WHERE m.type = 'table' AND m.rootpage > 0\n"
      " ORDER BY m.rowid, c.cid",
      add_column },
    { "SELECT name, id, parent, group_concat(child, ', '), group_concat(coalesce(target, ''), ', '), on_update, on_delete\n"
      "  FROM (SELECT m.rowid AS place, m.name AS name, f.id AS id, f.\"table\" AS parent, f.\"from\" AS child,\n"
      "               f.\"to\" AS target, f.on_update AS on_update, f.on_delete AS on_delete\n"
      "          FROM main.sqlite_schema AS m, pragma_foreign_key_list(m.name, 'main') AS f\n"
      "         WHERE m.type = 'table' AND m.rootpage > 0\n"
      "         ORDER BY m.rowid, f.id, f.seq)\n"
      " GROUP BY place, id\n"
      " ORDER BY place, id DESC",
      add_foreign_key },
    { "SELECT name, origin, group_concat(column_name, ', ')\n"
      "  FROM (SELECT m.rowid AS place, m.name AS name, l.seq AS seq, l.origin AS origin, i.name AS column_name\n"
      "          FROM main.sqlite_schema AS m, pragma_index_list(m.name, 'main') AS l,\n"
      "               pragma_index_info(l.name, 'main') AS i\n"
      "         WHERE m.type = 'table' AND m.rootpage > 0 AND l.origin <> 'c'\n"
      "         ORDER BY m.rowid, l.seq, i.seqno)\n"
      " GROUP BY place, seq\n"
      " ORDER BY place, seq DESC",
      add_key },
    { "SELECT name, wr, strict FROM pragma_table_list\n"
      " WHERE schema = 'main' AND type = 'table' AND (wr OR strict)",
      add_flags },
};

gboolean
lite_read_parts(LiteSession *session, BlCatalog *catalog, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, queries[i].sql, error);
        if (stmt == NULL)
            return FALSE;
        int rc;
        while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
            BlObject *table =
                bl_catalog_find(catalog, lite_kind_table.name, NULL, text_at(stmt, 0));
            if (table != NULL)
                queries[i].add(catalog, table, stmt);
        }
        if (rc != SQLITE_DONE)
            return lite_set_error(session, rc, NULL, error);
    }
    return TRUE;
}
