/* SPDX-License-Identifier: MIT */
/*
 * DROP TABLE deletes the rows of the table first, and where foreign keys are enforced their ON
 * DELETE actions reach the tables that refer to it (SQLite, foreignkeys.html, section 5). Whoever
 * builds a table anew by a copy, DROP and RENAME loses rows of other tables that way, without a
 * word of the library.
 */
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/quote.h"

#include <string.h>

#define OFF                                                                                        \
    "put PRAGMA foreign_keys = OFF before the first statement of the file, outside its transaction"

/* What the drop of a table does to the rows of another one. */
typedef struct {
    char *table;
    char *child;
    GPtrArray *from; /* char *, the columns that refer */
    GPtrArray *to;   /* char *, what they refer to; NULL: the primary key */
    gboolean deletes;
    gint64 n; /* rows */
    char *file;
    guint line, column;
} Reach;

static void
reach_free(gpointer data)
{
    Reach *reach = data;
    g_free(reach->table);
    g_free(reach->child);
    g_ptr_array_unref(reach->from);
    g_ptr_array_unref(reach->to);
    g_free(reach->file);
    g_free(reach);
}

static char *
column_text(sqlite3_stmt *stmt, int column)
{
    return g_strdup((const char *)sqlite3_column_text(stmt, column));
}

/* All keys that refer to @table with an action that changes rows. @return owned Reach; NULL: the
 * schema does not say, and neither will the statement work */
static GPtrArray *
find_keys(LiteSession *session, const char *table)
{
    static const char sql[] =
        "SELECT m.name, f.\"from\", f.\"to\", f.on_delete, f.seq FROM main.sqlite_schema AS m, "
        "pragma_foreign_key_list(m.name, 'main') AS f "
        "WHERE m.type = 'table' AND f.\"table\" = ?1 COLLATE NOCASE "
        "AND m.name <> ?1 COLLATE NOCASE AND f.on_delete IN ('CASCADE', 'SET NULL', 'SET DEFAULT') "
        "ORDER BY m.rowid, f.id, f.seq";
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, NULL);
    if (stmt == NULL || sqlite3_bind_text(stmt, 1, table, -1, SQLITE_STATIC) != SQLITE_OK)
        return NULL;
    g_autoptr(GPtrArray) keys = g_ptr_array_new_with_free_func(reach_free);
    Reach *key = NULL;
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        if (key == NULL || sqlite3_column_int(stmt, 4) == 0) {
            key = g_new0(Reach, 1);
            key->table = g_strdup(table);
            key->child = column_text(stmt, 0);
            key->from = g_ptr_array_new_with_free_func(g_free);
            key->to = g_ptr_array_new_with_free_func(g_free);
            key->deletes = strcmp((const char *)sqlite3_column_text(stmt, 3), "CASCADE") == 0;
            g_ptr_array_add(keys, key);
        }
        g_ptr_array_add(key->from, column_text(stmt, 1));
        g_ptr_array_add(key->to, column_text(stmt, 2));
    }
    return rc == SQLITE_DONE ? g_steal_pointer(&keys) : NULL;
}

/* A key that names no columns refers to the primary key. */
static gboolean
name_primary_key(LiteSession *session, Reach *key)
{
    if (g_ptr_array_index(key->to, 0) != NULL)
        return TRUE;
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(
        session, "SELECT name FROM pragma_table_info(?1, 'main') WHERE pk > 0 ORDER BY pk", NULL);
    if (stmt == NULL || sqlite3_bind_text(stmt, 1, key->table, -1, SQLITE_STATIC) != SQLITE_OK)
        return FALSE;
    for (guint i = 0; i < key->to->len; i++) {
        if (lite_step(session, stmt) != SQLITE_ROW)
            return FALSE;
        key->to->pdata[i] = column_text(stmt, 0);
    }
    return TRUE;
}

/* How many rows the drop would reach; 0 where the key does not fit its table: then the library
 * refuses the drop. */
static void
count_rows(LiteSession *session, Reach *key)
{
    if (!name_primary_key(session, key))
        return;
    g_autofree char *child = bl_quote_identifier(&bl_dialect_sqlite, key->child);
    g_autofree char *table = bl_quote_identifier(&bl_dialect_sqlite, key->table);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(
        sql, "SELECT count(*) FROM main.%s AS c WHERE EXISTS (SELECT 1 FROM main.%s AS p WHERE ",
        child, table);
    for (guint i = 0; i < key->from->len; i++) {
        g_autofree char *from =
            bl_quote_identifier(&bl_dialect_sqlite, g_ptr_array_index(key->from, i));
        g_autofree char *to =
            bl_quote_identifier(&bl_dialect_sqlite, g_ptr_array_index(key->to, i));
        g_string_append_printf(sql, "%sp.%s = c.%s", i > 0 ? " AND " : "", to, from);
    }
    g_string_append_c(sql, ')');
    if (!lite_query_number(session, sql->str, &key->n, NULL))
        key->n = 0;
}

static gboolean
refuse(const Reach *reach, GError **error)
{
    g_autofree char *table = lite_one_line(reach->table);
    g_autofree char *child = lite_one_line(reach->child);
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_CONFLICT, OFF "; if the rows are to go, delete them first",
                 reach->deletes ? "dropping table \"%s\" would delete %" G_GINT64_FORMAT
                                  " row%s of \"%s\", which refer%s to it ON DELETE CASCADE"
                                : "dropping table \"%s\" would change %" G_GINT64_FORMAT
                                  " row%s of \"%s\", which refer%s to it",
                 table, reach->n, reach->n == 1 ? "" : "s", child, reach->n == 1 ? "s" : "");
    bl_error_set_position(made, reach->file, reach->line, reach->column);
    g_propagate_error(error, made);
    return FALSE;
}

void
lite_explain_drop(guint traits, GError **error)
{
    if ((traits & BL_STMT_DROP) != 0 && error != NULL &&
        strcmp((*error)->message, "FOREIGN KEY constraint failed") == 0)
        bl_error_set_hint(*error,
                          "rows of another table refer to it; where it is built anew: " OFF);
}

gboolean
lite_note_drop(LiteRun *run, const BlItem *item, GError **error)
{
    LiteSession *session = run->session;
    g_autofree char *table = lite_parse_drop_table(item->text, item->len);
    if (table == NULL || !lite_has_foreign_keys(session))
        return TRUE;
    g_autoptr(GPtrArray) keys = find_keys(session, table);
    while (keys != NULL && keys->len > 0) {
        Reach *key = g_ptr_array_steal_index(keys, 0);
        count_rows(session, key);
        key->file = g_strdup(run->name);
        key->line = item->line;
        key->column = item->column;
        if (key->n == 0) {
            reach_free(key);
        } else if (!session->is_whole) {
            /* Committed at once, or by the script itself. */
            gboolean ok = refuse(key, error);
            reach_free(key);
            return ok;
        } else {
            if (session->drops == NULL)
                session->drops = g_ptr_array_new_with_free_func(reach_free);
            g_ptr_array_add(session->drops, key);
        }
    }
    return TRUE;
}

static gboolean
is_there(LiteSession *session, const char *table, const char *column)
{
    return sqlite3_table_column_metadata(session->db, "main", table, column, NULL, NULL, NULL, NULL,
                                         NULL) == SQLITE_OK;
}

/* A table that is gone at the end took its rows along by itself, and so did a column. The name of
 * the dropped one: it was built anew, perhaps from the rows that are missing. */
static gboolean
is_missed(LiteSession *session, const Reach *reach)
{
    if (!is_there(session, reach->child, NULL))
        return is_there(session, reach->table, NULL);
    if (reach->deletes)
        return TRUE;
    for (guint i = 0; i < reach->from->len; i++) {
        if (is_there(session, reach->child, g_ptr_array_index(reach->from, i)))
            return TRUE;
    }
    return FALSE;
}

gboolean
lite_check_drops(LiteSession *session, GError **error)
{
    for (guint i = 0; session->drops != NULL && i < session->drops->len; i++) {
        const Reach *reach = g_ptr_array_index(session->drops, i);
        if (is_missed(session, reach))
            return refuse(reach, error);
    }
    return TRUE;
}
