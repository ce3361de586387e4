/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/quote.h"

#include <string.h>
#include <unistd.h>

/* Virtual machine steps between two looks at the clock and the cancel flag. */
#define PROGRESS_STEPS 4000

/* To free a large schema piece by piece takes as long as to write it out, and a reader has nothing
 * but memory and locks to give back. @return FALSE: it must be closed */
static gboolean
leave_to_system(LiteSession *session)
{
    /* Still pointed at: it is no leak. */
    static sqlite3 *left;
    return session->process_ends && session->read_only &&
           g_atomic_pointer_compare_and_exchange(&left, NULL, session->db);
}

void
lite_close(BlSession *base)
{
    LiteSession *session = (LiteSession *)base;
    if (session == NULL)
        return;
    if (session->db != NULL) {
        lite_rollback(base);
        if (!leave_to_system(session))
            sqlite3_close_v2(session->db);
    }
    if (session->copy_fd >= 0)
        close(session->copy_fd);
    lite_unlock(base);
    g_clear_pointer(&session->broken_keys, g_hash_table_unref);
    g_clear_pointer(&session->drops, g_ptr_array_unref);
    g_free(session->journal_mode_at_open);
    g_free(session->schema_digest);
    g_free(session->path);
    g_free(session->root);
    g_free(base->label);
    g_free(base->flavour);
    g_free(base->version);
    g_free(session);
}

/* Sleeps and says whether to try again: a wait must end when somebody presses Ctrl-C. */
static int
wait_for_lock(void *data, int count)
{
    static const guint naps_ms[] = { 1, 2, 5, 10, 15, 20, 25, 50 };
    LiteSession *session = data;
    gint64 now = g_get_monotonic_time();
    if (count == 0)
        session->waiting_since = now;
    if (bl_cancel_requested() != 0 ||
        now - session->waiting_since >= (gint64)session->busy_timeout_ms * 1000)
        return 0;
    gsize nap = MIN((gsize)count, G_N_ELEMENTS(naps_ms) - 1);
    g_usleep((gulong)naps_ms[nap] * 1000);
    return 1;
}

static int
look_at_clock(void *data)
{
    LiteSession *session = data;
    if (bl_cancel_requested() != 0)
        return 1;
    if (lite_holds_up(session)) {
        session->base.is_cut = TRUE;
        return 1;
    }
    return session->deadline != 0 && g_get_monotonic_time() >= session->deadline;
}

void
lite_install_handlers(LiteSession *session)
{
    sqlite3_busy_handler(session->db, wait_for_lock, session);
    sqlite3_progress_handler(session->db, PROGRESS_STEPS, look_at_clock, session);
}

/* Between two statements others may change the schema again and again. The library compiles anew
 * once only, and then gives up: sqlite3LockAndPrepare(), sqlite3Reprepare() of SQLite 3.40. */
enum { SCHEMA_TRIES = 50 };

int
lite_compile(sqlite3 *db, const char *sql, int len, sqlite3_stmt **stmt, const char **tail)
{
    int rc = SQLITE_SCHEMA;
    for (int i = 0; i < SCHEMA_TRIES && rc == SQLITE_SCHEMA; i++)
        rc = sqlite3_prepare_v2(db, sql, len, stmt, tail);
    return rc;
}

sqlite3_stmt *
lite_prepare(LiteSession *session, const char *sql, GError **error)
{
    sqlite3_stmt *stmt = NULL;
    session->deadline = 0;
    int rc = lite_compile(session->db, sql, -1, &stmt, NULL);
    if (rc != SQLITE_OK)
        lite_set_error(session, rc, NULL, error);
    else if (stmt == NULL)
        bl_error_set(error, BL_ERROR_SQL, NULL, "the statement is empty");
    return stmt;
}

int
lite_step(LiteSession *session, sqlite3_stmt *stmt)
{
    /* The time of a statement runs on over its rows. */
    if (session->statement_timeout_ms > 0 && (session->deadline == 0 || !sqlite3_stmt_busy(stmt)))
        session->deadline = g_get_monotonic_time() + (gint64)session->statement_timeout_ms * 1000;
    gboolean is_first = !sqlite3_stmt_busy(stmt);
    int rc = sqlite3_step(stmt);
    for (int i = 0; i < SCHEMA_TRIES && rc == SQLITE_SCHEMA && is_first; i++) {
        sqlite3_reset(stmt);
        rc = sqlite3_step(stmt);
    }
    /* Kept after an interrupt: the message depends on it. */
    if (rc == SQLITE_DONE)
        session->deadline = 0;
    return rc;
}

gboolean
lite_run(LiteSession *session, const char *sql, GError **error)
{
    while (sql != NULL && *sql != '\0') {
        g_autoptr(sqlite3_stmt) stmt = NULL;
        const char *tail = NULL;
        int rc = lite_compile(session->db, sql, -1, &stmt, &tail);
        if (rc != SQLITE_OK)
            return lite_set_error(session, rc, NULL, error);
        do
            rc = stmt != NULL ? lite_step(session, stmt) : SQLITE_DONE;
        while (rc == SQLITE_ROW);
        if (rc != SQLITE_DONE)
            return lite_set_error(session, rc, NULL, error);
        sql = tail;
    }
    return TRUE;
}

gboolean
lite_query_number(LiteSession *session, const char *sql, gint64 *number, GError **error)
{
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    int rc = lite_step(session, stmt);
    if (rc != SQLITE_ROW && rc != SQLITE_DONE)
        return lite_set_error(session, rc, NULL, error);
    session->deadline = 0;
    *number = rc == SQLITE_ROW ? sqlite3_column_int64(stmt, 0) : 0;
    return TRUE;
}

gboolean
lite_reload_schema(LiteSession *session, GError **error)
{
    return lite_run(session, "PRAGMA writable_schema = RESET", error);
}

gboolean
lite_has_foreign_keys(LiteSession *session)
{
    int is_on = 0;
    sqlite3_db_config(session->db, SQLITE_DBCONFIG_ENABLE_FKEY, -1, &is_on);
    return is_on != 0;
}

/* Settings and temporary objects are made by these words alone, wherever in the text they stand; a
 * word too many costs no more than the time to reset what was not set. */
void
lite_note_text(LiteSession *session, const char *sql, gsize len)
{
    static const char *const words[] = { "PRAGMA", "ATTACH", "DETACH", "TEMP" };
    static const gboolean starts[256] = { ['P'] = TRUE, ['p'] = TRUE, ['A'] = TRUE, ['a'] = TRUE,
                                          ['D'] = TRUE, ['d'] = TRUE, ['T'] = TRUE, ['t'] = TRUE };
    for (gsize i = 0; i + 4 <= len && !session->may_be_set; i++) {
        if (!starts[(guchar)sql[i]] || (i > 0 && g_ascii_isalnum(sql[i - 1])))
            continue;
        for (gsize k = 0; k < G_N_ELEMENTS(words); k++) {
            gsize n = strlen(words[k]);
            session->may_be_set = session->may_be_set ||
                                  (n <= len - i && g_ascii_strncasecmp(sql + i, words[k], n) == 0);
        }
    }
}

void
lite_note_statement(LiteSession *session, guint traits)
{
    const guint foreign_keys = BL_STMT_SETTING | BL_STMT_SILENT_IN_TX;
    if ((traits & foreign_keys) == foreign_keys)
        session->watch_keys = TRUE;
    if ((traits & BL_STMT_SAVEPOINT) != 0)
        session->stands_alone = TRUE;
}

gboolean
lite_execute(BlSession *base, const char *sql, gint64 *rows, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    if (!bl_cancel_check(error) || !lite_make_ready(session, error))
        return FALSE;
    gint64 started = g_get_monotonic_time();
    guint traits = lite_classify(sql, strlen(sql));
    gboolean lifted = (traits & BL_STMT_SETTING) == 0 && lite_lift_query_only(session);
    lite_note_text(session, sql, strlen(sql));
    gboolean ok = lite_run(session, sql, error);
    if (lifted)
        lite_set_query_only(session);
    if (!ok)
        return FALSE;
    if (rows != NULL)
        *rows = (traits & BL_STMT_DML) != 0 ? sqlite3_changes64(session->db) : 0;
    lite_note_statement(session, traits);
    bl_report_statement(session->base.reporter, sql, -1, started);
    return TRUE;
}

static gboolean
hand_out_row(
    sqlite3_stmt *stmt, const char **values, gsize *lens, BlRowFn fn, void *data, GError **error)
{
    guint n = (guint)sqlite3_column_count(stmt);
    for (guint i = 0; i < n; i++) {
        values[i] = (const char *)sqlite3_column_text(stmt, (int)i);
        lens[i] = (gsize)sqlite3_column_bytes(stmt, (int)i);
        if (values[i] == NULL && sqlite3_column_type(stmt, (int)i) != SQLITE_NULL)
            values[i] = ""; /* an empty blob */
    }
    BlRow row = { n, values, lens };
    return fn(&row, data, error);
}

gboolean
lite_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    if (!bl_cancel_check(error) || !lite_make_ready(session, error))
        return FALSE;
    gint64 started = g_get_monotonic_time();
    lite_note_text(session, sql, strlen(sql));
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    gsize n = (gsize)sqlite3_column_count(stmt);
    g_autofree const char **values = g_new0(const char *, n + 1);
    g_autofree gsize *lens = g_new0(gsize, n + 1);
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        if (!hand_out_row(stmt, values, lens, fn, data, error))
            return FALSE;
    }
    if (rc != SQLITE_DONE)
        return lite_set_error(session, rc, NULL, error);
    bl_report_statement(session->base.reporter, sql, -1, started);
    return TRUE;
}

/* From the schema in memory: a look into the schema table would read all of it. A statement and not
 * sqlite3_table_column_metadata(), since the library makes sure that what it knows is not too old
 * only before a statement runs, or fails for want of a table. */
gboolean
lite_has_table(BlSession *base, const char *name, gboolean *exists, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    if (!lite_make_ready(session, error))
        return FALSE;
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, name);
    g_autofree char *sql = g_strconcat("SELECT 1 FROM main.", quoted, " LIMIT 0", NULL);
    g_autofree char *missing = g_strconcat("no such table: main.", name, NULL);
    g_autoptr(sqlite3_stmt) stmt = NULL;
    *exists = FALSE;
    if (lite_compile(session->db, sql, -1, &stmt, NULL) == SQLITE_OK) {
        *exists = lite_step(session, stmt) == SQLITE_DONE;
        if (*exists)
            return TRUE;
    } else if (g_ascii_strcasecmp(sqlite3_errmsg(session->db), missing) == 0) {
        return TRUE;
    }
    /* A view that is broken, a lock, a file that is none: the long way has the words for it. */
    g_autofree char *literal = bl_quote_literal(&bl_dialect_sqlite, name);
    g_autofree char *slowly =
        g_strdup_printf("SELECT 1 FROM pragma_table_info(%s, 'main') LIMIT 1", literal);
    return bl_session_has_row(base, slowly, exists, error);
}
