/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/postgres/postgres.h"

/* Key of the advisory lock, the one that AdonisJS Lucid takes. Advisory locks are per database. The
 * server counts how often a session has one: we have it twice, so that pg_commit_locked can see by
 * giving one back, and getting it again, that it was there. */
#define LOCK_KEY "1"
#define TAKE     "pg_catalog.pg_try_advisory_lock(" LOCK_KEY ")"
#define GIVE     "pg_catalog.pg_advisory_unlock(" LOCK_KEY ")"

/* Shared by those who work beside the session with the lock. The server goes on with what a session
 * told it when the process that did is gone: as long as one of them is at work, the lock is not
 * free. The first number is "base". */
#define BESIDE_KEY "1650553701, 1"

/* How long the server may take to end a session that lost its connection. */
#define LEAVE_WAIT_MS 60000
#define LEAVE_SAY_MS  2000

/* How often the lock is asked for. A session that waits inside the blocking call would hold back
 * CREATE INDEX CONCURRENTLY of the session that has the lock, for ever. */
#define POLL_EVERY_MS 100

#define OF_THIS_DATABASE                                                                           \
    "l.locktype = 'advisory' AND l.granted AND l.database = (SELECT oid FROM pg_database WHERE "   \
    "datname = current_database())"

/* @return FALSE with @error set, and only then */
static gboolean
try_lock(PgSession *session, gboolean *got, GError **error)
{
    g_autoptr(PgResult) answer = pg_select(
        session,
        "SELECT CASE WHEN NOT " TAKE " THEN false WHEN pg_catalog.pg_try_advisory_lock(" BESIDE_KEY
        ") THEN pg_catalog.pg_advisory_unlock(" BESIDE_KEY ") AND " TAKE " ELSE NOT " GIVE
        " END, pg_catalog.pg_backend_pid()",
        error);
    if (answer == NULL || !pg_check_backend(session, pq.PQgetvalue(answer, 0, 1), error))
        return FALSE;
    *got = pq.PQgetvalue(answer, 0, 0)[0] == 't';
    return TRUE;
}

gboolean
pg_lock_holder(BlSession *base, char **holder, GError **error)
{
    GError *why = NULL;
    *holder = pg_select_text(
        (PgSession *)base,
        "SELECT 'pid ' || l.pid || coalesce(' (' || nullif(concat_ws(', ', "
        "nullif(a.application_name, ''), 'user ' || a.usename, 'since ' || to_char(a.backend_start, "
        "'YYYY-MM-DD HH24:MI:SSOF')), '') || ')', '') FROM pg_catalog.pg_locks l LEFT JOIN pg_catalog.pg_stat_activity a ON "
        "a.pid = l.pid WHERE " OF_THIS_DATABASE " AND ((l.classid = 0 AND l.objid = " LOCK_KEY
        " AND l.objsubid = 1) OR ((l.classid::bigint, l.objid::bigint) = (" BESIDE_KEY
        ") AND l.objsubid = 2)) ORDER BY l.objsubid, l.pid LIMIT 1",
        &why);
    if (why == NULL)
        return TRUE;
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
set_busy(PgSession *session, GError **error)
{
    g_autofree char *holder = NULL;
    if (!pg_lock_holder(&session->base, &holder, error))
        return FALSE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "wait for it: migrate and schema-load have --lock-wait SECONDS",
                 "another run holds the migration lock of %s: %s", session->base.label,
                 holder != NULL ? holder : "it has just ended");
    return FALSE;
}

gboolean
pg_lock(BlSession *base, guint wait_ms, GError **error)
{
    PgSession *session = (PgSession *)base;
    gint64 deadline = g_get_monotonic_time() + (gint64)wait_ms * 1000;
    while (!session->locked) {
        if (!try_lock(session, &session->locked, error))
            return FALSE;
        if (session->locked)
            break;
        gint64 left = deadline - g_get_monotonic_time();
        if (left <= 0)
            return set_busy(session, error);
        if (!bl_cancel_check(error))
            return FALSE;
        g_usleep((gulong)MIN(left, (gint64)POLL_EVERY_MS * 1000));
    }
    return TRUE;
}

void
pg_unlock(BlSession *base)
{
    PgSession *session = (PgSession *)base;
    if (!session->locked)
        return;
    /* A failed transaction would refuse it. */
    pg_rollback(base);
    session->locked = FALSE;
    pg_run_anyway(session, "SELECT " GIVE ", " GIVE);
}

gboolean
pg_lock_beside(PgSession *session, GError **error)
{
    return pg_run(session, "SELECT pg_catalog.pg_advisory_lock_shared(" BESIDE_KEY ")", error);
}

void
pg_leave_beside(PgSession *session)
{
    if (pq.PQstatus(session->conn) == CONNECTION_OK) {
        pg_rollback(&session->base);
        pg_run_anyway(session, "SELECT pg_catalog.pg_advisory_unlock_shared(" BESIDE_KEY ")");
        return;
    }
    /* The connection is lost, and the server may still be at work for it. */
    static GMutex asking;
    G_GNUC_UNUSED g_autoptr(GMutexLocker) locker = g_mutex_locker_new(&asking);
    g_autofree char *end =
        g_strdup_printf("SELECT pg_catalog.pg_terminate_backend(%d)", session->backend_pid);
    g_autofree char *ask = g_strdup_printf(
        "SELECT 1 FROM pg_catalog.pg_locks WHERE pid = %d LIMIT 1", session->backend_pid);
    gint64 began = g_get_monotonic_time();
    gint64 said = 0;
    pg_run_anyway(session->beside, end);
    for (gint64 now = began; now - began < LEAVE_WAIT_MS * G_TIME_SPAN_MILLISECOND;
         now = g_get_monotonic_time()) {
        g_autofree char *there = pg_select_text(session->beside, ask, NULL);
        if (there == NULL)
            return;
        if (said == 0 && now - began > LEAVE_SAY_MS * G_TIME_SPAN_MILLISECOND) {
            said = now;
            bl_report_text(session->beside->base.reporter, BL_EVENT_WARNING,
                           "the connection of session %d is lost, and the server is still at work "
                           "for it: waiting until it has ended, %d seconds at most",
                           session->backend_pid, LEAVE_WAIT_MS / 1000);
        }
        g_usleep((gulong)POLL_EVERY_MS * 1000);
    }
    bl_report_text(session->beside->base.reporter, BL_EVENT_WARNING,
                   "the server is still at work for session %d, whose connection is lost: what it "
                   "makes may come behind this run; end it with pg_terminate_backend(%d)",
                   session->backend_pid, session->backend_pid);
}

/* Twice ours: three times, twice, once, twice. Somebody else's: it cannot be taken. Nobody's: it is
 * ours once, and cannot be given back twice. A look into pg_locks would cost the server twenty
 * times as much, a tenth of its work for a small migration. */
const char pg_commit_locked[] =
    "SELECT 1 / CASE WHEN NOT " TAKE " THEN 0 WHEN NOT " GIVE " THEN 0 WHEN NOT " GIVE
    " THEN 0 WHEN NOT " TAKE " THEN 0 ELSE 1 END; COMMIT";

gboolean
pg_set_lock_lost(const PgSession *session, GError **error)
{
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "something released it (pg_advisory_unlock_all, DISCARD ALL): take that out of the "
        "migration",
        "this session no longer holds the migration lock of %s", session->base.label);
    return FALSE;
}
