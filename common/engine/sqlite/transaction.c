/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"

/* Rows of the schema table may be out of it while a script is being run: others must see all of
 * them. */
static gboolean
settle_bulk(LiteSession *session, GError **error)
{
    return session->bulk == NULL || lite_bulk_settle(session->bulk, error);
}

gboolean
lite_holds_up(const LiteSession *session)
{
    return session->base.n_gathered > 0 && !session->is_between &&
           g_get_monotonic_time() >= session->settle_by;
}

gboolean
lite_make_ready(LiteSession *session, GError **error)
{
    return settle_bulk(session, error) &&
           (!session->is_between || lite_settle(&session->base, error));
}

static void
end_transaction(LiteSession *session)
{
    g_clear_pointer(&session->broken_keys, g_hash_table_unref);
    g_clear_pointer(&session->drops, g_ptr_array_unref);
    session->is_whole = session->stands_alone = FALSE;
}

static gboolean
begin_write(LiteSession *session, GError **error)
{
    g_clear_pointer(&session->broken_keys, g_hash_table_unref);
    gboolean lifted = lite_lift_query_only(session);
    gboolean ok = lite_run(session, "BEGIN IMMEDIATE", error);
    if (lifted)
        lite_set_query_only(session);
    return ok;
}

gboolean
lite_begin(BlSession *base, BlTxMode mode, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    if (mode != BL_TX_READ && session->read_only) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL,
                     "a write transaction was asked for in a read-only session");
        return FALSE;
    }
    if (!bl_cancel_check(error))
        return FALSE;
    session->doomed = base->is_cut = FALSE;
    gboolean goes_on = session->is_between && mode == BL_TX_WRITE;
    if (!goes_on && !lite_make_ready(session, error))
        return FALSE;
    if (mode != BL_TX_READ) {
        if (!goes_on && !begin_write(session, error))
            return FALSE;
        session->is_between = FALSE;
        session->is_whole = mode == BL_TX_WRITE;
        if (session->is_whole)
            lite_count_keys(session);
        return TRUE;
    }
    /* The snapshot starts with the first read, not with BEGIN. */
    if (!lite_run(session, "BEGIN", error))
        return FALSE;
    if (lite_run(session, "SELECT 1 FROM sqlite_schema LIMIT 1", error))
        return TRUE;
    lite_rollback(base);
    return FALSE;
}

/* Whether the next transaction may go on in the one that is open as if it were its own: what ends
 * with a COMMIT, or is checked by it, is not there. */
static gboolean
can_gather(LiteSession *session)
{
    int broken = 0;
    int unused = 0;
    return g_get_monotonic_time() < session->base.gather_until && session->is_whole &&
           !session->stands_alone && !session->may_be_set && !session->reload &&
           sqlite3_get_autocommit(session->db) == 0 &&
           sqlite3_db_status(session->db, SQLITE_DBSTATUS_DEFERRED_FKS, &broken, &unused, 0) ==
               SQLITE_OK &&
           broken == 0;
}

static gboolean
commit_open(LiteSession *session, GError **error)
{
    if (!lite_check_lock(session, error) || !lite_check_file(session, error) ||
        !lite_run(session, "COMMIT", error))
        return FALSE;
    session->base.n_gathered = 0;
    session->is_between = session->reload = FALSE;
    return TRUE;
}

gboolean
lite_settle(BlSession *base, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    return !session->is_between || commit_open(session, error);
}

gboolean
lite_commit(BlSession *base, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    if (!settle_bulk(session, error))
        return FALSE;
    if (session->doomed) {
        lite_rollback(base);
        bl_error_set(error, BL_ERROR_INTERNAL, NULL,
                     "the schema could not be written back; nothing was committed");
        return FALSE;
    }
    if (base->is_cut) {
        bl_error_set(error, BL_ERROR_SQL, NULL, "the transaction was interrupted");
        return FALSE;
    }
    if (!lite_check_keys(session, error) || !lite_check_drops(session, error))
        return FALSE;
    if (can_gather(session)) {
        base->n_gathered++;
        session->settle_by = base->gather_until;
        session->is_between = TRUE;
    } else if (!commit_open(session, error)) {
        return FALSE;
    }
    end_transaction(session);
    return TRUE;
}

void
lite_rollback(BlSession *base)
{
    LiteSession *session = (LiteSession *)base;
    /* The library may have rolled back by itself: then there is nothing to do. The flags of a
     * cancelled run must not stop the way back. */
    sqlite3_progress_handler(session->db, 0, NULL, NULL);
    session->deadline = 0;
    if (sqlite3_get_autocommit(session->db) == 0)
        sqlite3_exec(session->db, "ROLLBACK", NULL, NULL, NULL);
    if (session->reload) {
        sqlite3_exec(session->db, "PRAGMA writable_schema = RESET", NULL, NULL, NULL);
        session->reload = FALSE;
    }
    lite_install_handlers(session);
    end_transaction(session);
    session->doomed = session->is_between = FALSE;
    base->n_lost += base->n_gathered;
    base->n_gathered = 0;
}

gboolean
lite_in_transaction(BlSession *base)
{
    const LiteSession *session = (LiteSession *)base;
    return sqlite3_get_autocommit(session->db) == 0 && !session->is_between;
}
