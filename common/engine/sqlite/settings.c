/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/quote.h"

#include <string.h>

/* Settings of a connection that a script may leave behind and that are, in a new one, what the
 * library was built with (SQLite 3.40, pragma.html). Those that the engine sets itself are not
 * here. */
static const char *const built_in[] = {
    "analysis_limit",
    "automatic_index",
    "cell_size_check",
    "checkpoint_fullfsync",
    "count_changes",
    "defer_foreign_keys",
    "empty_result_callbacks",
    "full_column_names",
    "fullfsync",
    "ignore_check_constraints",
    "legacy_alter_table",
    "main.cache_size",
    "main.journal_size_limit",
    "main.max_page_count",
    "main.mmap_size",
    "main.secure_delete",
    "read_uncommitted",
    "recursive_triggers",
    "reverse_unordered_selects",
    "short_column_names",
    "threads",
    "trusted_schema",
    "wal_autocheckpoint",
    "writable_schema",
};

/* The first column of all rows. @return owned texts; NULL: @error is set */
static GPtrArray *
query_texts(LiteSession *session, const char *sql, GError **error)
{
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return NULL;
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        const char *text = (const char *)sqlite3_column_text(stmt, 0);
        g_ptr_array_add(texts, g_strdup(text != NULL ? text : ""));
    }
    if (rc == SQLITE_DONE)
        return g_steal_pointer(&texts);
    lite_set_error(session, rc, NULL, error);
    return NULL;
}

/* @return g_free(); NULL: @error is set */
static char *
read_journal_mode(LiteSession *session, GError **error)
{
    g_autoptr(GPtrArray) modes = query_texts(session, "PRAGMA main.journal_mode", error);
    if (modes == NULL)
        return NULL;
    return g_strdup(modes->len > 0 ? g_ptr_array_index(modes, 0) : "delete");
}

gboolean
lite_note_settings(LiteSession *session, GError **error)
{
    session->journal_mode_at_open = read_journal_mode(session, error);
    return session->journal_mode_at_open != NULL &&
           lite_query_number(session, "PRAGMA main.synchronous", &session->synchronous_at_open,
                             error);
}

/* Without a journal that is one, a rollback would not take back anything. Write-ahead logging is a
 * property of the file and stays as the script left it. */
static gboolean
reset_journal_mode(LiteSession *session, GError **error)
{
    const char *wanted = session->journal_mode_at_open;
    if (wanted == NULL)
        return TRUE;
    g_autofree char *mode = read_journal_mode(session, error);
    if (mode == NULL)
        return FALSE;
    if (strcmp(mode, wanted) == 0 || strcmp(mode, "wal") == 0)
        return TRUE;
    g_autofree char *sql = g_strdup_printf("PRAGMA main.journal_mode = %s",
                                           strcmp(wanted, "wal") == 0 ? "delete" : wanted);
    return lite_run(session, sql, error);
}

static gboolean
detach_others(LiteSession *session, GError **error)
{
    g_autoptr(GPtrArray) names =
        query_texts(session, "SELECT name FROM pragma_database_list WHERE seq > 1", error);
    if (names == NULL)
        return FALSE;
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *quoted =
            bl_quote_identifier(&bl_dialect_sqlite, g_ptr_array_index(names, i));
        g_autofree char *sql = g_strdup_printf("DETACH DATABASE %s", quoted);
        if (!lite_run(session, sql, error))
            return FALSE;
    }
    return TRUE;
}

/* A change of temp_store removes every temporary object at once (pragma.html#pragma_temp_store).
 * Two values, since one of them may be the one in force. */
static gboolean
drop_temporary_objects(LiteSession *session, GError **error)
{
    gint64 n = 0;
    if (!lite_query_number(session, "SELECT count(*) FROM temp.sqlite_schema", &n, error))
        return FALSE;
    return lite_run(session,
                    n > 0 ? "PRAGMA temp_store = 1; PRAGMA temp_store = 2; PRAGMA temp_store = 0"
                          : "PRAGMA temp_store = 0",
                    error);
}

gboolean
lite_lift_query_only(LiteSession *session)
{
    gint64 is_on = 0;
    /* What cannot be asked is left as it is; the statement to come will say why. */
    return session->may_be_set && lite_query_number(session, "PRAGMA query_only", &is_on, NULL) &&
           is_on != 0 && lite_run(session, "PRAGMA query_only = 0", NULL);
}

void
lite_set_query_only(LiteSession *session)
{
    sqlite3_exec(session->db, "PRAGMA query_only = 1", NULL, NULL, NULL);
}

gboolean
lite_set_timeouts(BlSession *base, guint lock_ms, guint statement_ms, GError **error)
{
    (void)error;
    LiteSession *session = (LiteSession *)base;
    if (lock_ms > 0)
        session->busy_timeout_ms = lock_ms;
    if (statement_ms > 0)
        session->statement_timeout_ms = statement_ms;
    return TRUE;
}

/* @return FALSE: the library does not know the setting */
static gboolean
read_setting(sqlite3 *db, const char *name, gint64 *value)
{
    g_autoptr(sqlite3_stmt) stmt = NULL;
    g_autofree char *sql = g_strdup_printf("PRAGMA %s", name);
    if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        return FALSE;
    *value = sqlite3_column_int64(stmt, 0);
    return TRUE;
}

/* A connection that nobody touched says what the settings are: they are options of the library's
 * build. */
static gboolean
reset_built_in(LiteSession *session, GError **error)
{
    sqlite3 *fresh = NULL;
    gboolean ok = sqlite3_open(":memory:", &fresh) == SQLITE_OK;
    for (gsize i = 0; ok && i < G_N_ELEMENTS(built_in); i++) {
        gint64 value = 0;
        gint64 wanted = 0;
        if (!read_setting(session->db, built_in[i], &value) ||
            (!read_setting(fresh, built_in[i], &wanted) &&
             strcmp(built_in[i], "main.mmap_size") != 0) ||
            value == wanted)
            continue;
        g_autofree char *sql =
            g_strdup_printf("PRAGMA %s = %" G_GINT64_FORMAT, built_in[i], wanted);
        ok = lite_run(session, sql, error);
    }
    sqlite3_close(fresh);
    return ok;
}

/* PRAGMA case_sensitive_like answers nothing, and whatever it sets makes LIKE a function that is
 * not deterministic: no index, no generated column may then hold it. It is used only where it has
 * to be. */
static gboolean
reset_like(LiteSession *session, GError **error)
{
    gint64 ignores_case = 0;
    if (!lite_query_number(session, "SELECT 'a' LIKE 'A'", &ignores_case, error))
        return FALSE;
    return ignores_case != 0 || lite_run(session, "PRAGMA case_sensitive_like = 0", error);
}

gboolean
lite_reset_settings(BlSession *base, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    session->busy_timeout_ms = session->busy_timeout_at_open_ms;
    session->statement_timeout_ms = session->statement_timeout_at_open_ms;
    if (!session->may_be_set)
        return TRUE;
    /* One of these cannot be asked for what it is. */
    g_autofree char *sql =
        g_strdup_printf("PRAGMA query_only = 0; PRAGMA foreign_keys = %d;"
                        "PRAGMA main.cache_spill = 1; PRAGMA locking_mode = normal;"
                        "PRAGMA main.synchronous = %" G_GINT64_FORMAT,
                        session->foreign_keys_at_open, session->synchronous_at_open);
    session->watch_keys = session->foreign_keys_at_open;
    /* PRAGMA busy_timeout takes the place of the handler. */
    lite_install_handlers(session);
    if (!lite_run(session, sql, error) || !reset_like(session, error) ||
        !reset_built_in(session, error) || !detach_others(session, error) ||
        !drop_temporary_objects(session, error) || !reset_journal_mode(session, error))
        return FALSE;
    session->may_be_set = FALSE;
    return TRUE;
}
