/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

/* How long a cancel request may take. */
#define CANCEL_WAIT_MS 5000

/* A cancel request on its way, shared by two threads. */
typedef struct {
    GMutex mutex;
    GCond ended;
    PGcancel *cancel;
    gboolean is_over; /* it was sent, or cannot be */
    gint users;       /* atomic */
} Request;

static void
request_unref(Request *request)
{
    if (!g_atomic_int_dec_and_test(&request->users))
        return;
    g_mutex_clear(&request->mutex);
    g_cond_clear(&request->ended);
    pq.PQfreeCancel(request->cancel);
    g_free(request);
}

static gpointer
request_cancel(gpointer data)
{
    Request *request = data;
    char why[256];
    /* When it fails the statement runs to its end, which is waited for. */
    (void)pq.PQcancel(request->cancel, why, sizeof why);
    g_mutex_lock(&request->mutex);
    request->is_over = TRUE;
    g_cond_signal(&request->ended);
    g_mutex_unlock(&request->mutex);
    request_unref(request);
    return NULL;
}

/* libpq opens a connection for it, which blocks for minutes when the network is dead. It is waited
 * for, since one that comes late would meet another statement, but not for long. */
void
pg_send_cancel(PgSession *session)
{
    PGcancel *cancel = pq.PQgetCancel(session->conn);
    if (cancel == NULL)
        return;
    Request *request = g_new0(Request, 1);
    g_mutex_init(&request->mutex);
    g_cond_init(&request->ended);
    request->cancel = cancel;
    request->users = 2;
    gint64 deadline = g_get_monotonic_time() + CANCEL_WAIT_MS * G_TIME_SPAN_MILLISECOND;
    g_autoptr(GThread) thread = g_thread_try_new("cancel", request_cancel, request, NULL);
    if (thread == NULL)
        request_unref(request);
    g_mutex_lock(&request->mutex);
    while (thread != NULL && !request->is_over &&
           g_cond_wait_until(&request->ended, &request->mutex, deadline))
        continue;
    g_mutex_unlock(&request->mutex);
    request_unref(request);
}
