/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/postgres/target.h"

#include <poll.h>

/* Transactions that others hold open meanwhile. Two, since one could get the second of two backends
 * that are given in turns. */
#define HOLDERS 2

/* How long a holder may wait for its backend. A pool in which ours is the only one has none for it.
 */
#define ANSWER_WAIT_MS 1000

/* @return FALSE: nothing came in time */
static gboolean
wait_for_answer(PGconn *conn)
{
    gint64 deadline = g_get_monotonic_time() + (gint64)ANSWER_WAIT_MS * 1000;
    while (pq.PQisBusy(conn) != 0) {
        gint64 left = (deadline - g_get_monotonic_time()) / 1000;
        struct pollfd wanted = { .fd = pq.PQsocket(conn), .events = POLLIN };
        if (left <= 0 || bl_cancel_requested() != 0 || wanted.fd < 0)
            return FALSE;
        if (poll(&wanted, 1, (int)MIN(left, 100)) > 0 && pq.PQconsumeInput(conn) == 0)
            return TRUE;
    }
    return TRUE;
}

/* @return TRUE: the holder has got the backend of ours, or may hold none (pool_mode = statement) */
static gboolean
takes_ours(const PgSession *session, PGconn *conn)
{
    if (pq.PQstatus(conn) != CONNECTION_OK ||
        pq.PQsendQuery(conn, "BEGIN; SELECT pg_catalog.pg_backend_pid()") == 0)
        return FALSE;
    while (wait_for_answer(conn)) {
        g_autoptr(PgResult) result = pq.PQgetResult(conn);
        if (result == NULL)
            return FALSE;
        if (pg_is_failure(result))
            return TRUE;
        if (pq.PQntuples(result) > 0)
            return g_ascii_strtoll(pq.PQgetvalue(result, 0, 0), NULL, 10) == session->backend_pid;
    }
    return FALSE;
}

static gboolean
check_with_holder(PgSession *session, PGconn *holder, GError **error)
{
    if (takes_ours(session, holder))
        return pg_check_backend(session, NULL, error);
    g_autofree char *pid = pg_select_text(session, "SELECT pg_catalog.pg_backend_pid()", error);
    return pid != NULL && pg_check_backend(session, pid, error);
}

gboolean
pg_check_pooler(PgSession *session, PgTarget *target, GError **error)
{
    PGconn *holders[HOLDERS] = { NULL };
    gboolean ok = TRUE;
    for (gsize i = 0; ok && i < HOLDERS; i++) {
        holders[i] = pg_target_connect(target, error);
        ok = holders[i] != NULL && check_with_holder(session, holders[i], error);
    }
    for (gsize i = 0; i < HOLDERS; i++)
        pq.PQfinish(holders[i]);
    return ok;
}
