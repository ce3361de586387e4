/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"

#include <string.h>

/* A step over PRAGMA foreign_key_check. @return FALSE: the check itself does not work */
static gboolean
each_broken_key(LiteSession *session,
                gboolean (*take)(sqlite3_stmt *stmt, const char *key, void *data),
                void *data)
{
    g_autoptr(sqlite3_stmt) stmt = NULL;
    if (sqlite3_prepare_v2(session->db, "PRAGMA foreign_key_check", -1, &stmt, NULL) != SQLITE_OK)
        return FALSE;
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        g_autofree char *key =
            g_strdup_printf("%s\x1f%s", (const char *)sqlite3_column_text(stmt, 0),
                            (const char *)sqlite3_column_text(stmt, 2));
        if (!take(stmt, key, data))
            return TRUE;
    }
    return rc == SQLITE_DONE;
}

static gboolean
count_key(sqlite3_stmt *stmt, const char *key, void *data)
{
    (void)stmt;
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(data, key));
    g_hash_table_replace(data, g_strdup(key), GUINT_TO_POINTER(n + 1));
    return TRUE;
}

/* By table and parent: rows get new rowids when a table is built anew, which is what keys are
 * switched off for. */
void
lite_count_keys(LiteSession *session)
{
    g_clear_pointer(&session->broken_keys, g_hash_table_unref);
    if (!session->watch_keys || lite_has_foreign_keys(session))
        return;
    session->broken_keys = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    if (!each_broken_key(session, count_key, session->broken_keys)) {
        g_clear_pointer(&session->broken_keys, g_hash_table_unref);
    }
}

typedef struct {
    GHashTable *allowed;
    char *found;
} Search;

static gboolean
find_new_key(sqlite3_stmt *stmt, const char *key, void *data)
{
    Search *search = data;
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(search->allowed, key));
    if (n > 0) {
        g_hash_table_replace(search->allowed, g_strdup(key), GUINT_TO_POINTER(n - 1));
        return TRUE;
    }
    g_autofree char *table = lite_one_line((const char *)sqlite3_column_text(stmt, 0));
    g_autofree char *parent = lite_one_line((const char *)sqlite3_column_text(stmt, 2));
    search->found =
        sqlite3_column_type(stmt, 1) == SQLITE_NULL
            ? g_strdup_printf("a row of \"%s\" refers to a row of \"%s\" that does not exist",
                              table, parent)
            : g_strdup_printf("row %" G_GINT64_FORMAT
                              " of \"%s\" refers to a row of \"%s\" that does not exist",
                              (gint64)sqlite3_column_int64(stmt, 1), table, parent);
    return FALSE;
}

gboolean
lite_check_keys(LiteSession *session, GError **error)
{
    if (session->broken_keys == NULL || lite_has_foreign_keys(session))
        return TRUE;
    Search search = { session->broken_keys, NULL };
    if (!each_broken_key(session, find_new_key, &search))
        return lite_set_error(session, sqlite3_errcode(session->db), "checking foreign keys",
                              error);
    if (search.found == NULL)
        return TRUE;
    bl_error_set(
        error, BL_ERROR_SQL,
        "foreign keys were switched off meanwhile; mend the rows before the transaction ends", "%s",
        search.found);
    if (error != NULL)
        bl_error_set_sqlstate(*error, "SQLITE_CONSTRAINT_FOREIGNKEY");
    g_free(search.found);
    return FALSE;
}
