/* SPDX-License-Identifier: MIT */
/*
 * Rows between a script and COPY. Sent without blocking, so that a request to end is seen while the
 * server does not read: a trigger of the table may wait for a lock.
 */
#include "common/engine/postgres/postgres.h"

#include <string.h>

/* Waits until all that was put is sent. */
static gboolean
flush_output(PgSession *session)
{
    int left;
    while ((left = pq.PQflush(session->conn)) > 0) {
        if (!pg_wait(session, TRUE))
            return FALSE;
    }
    return left == 0;
}

gboolean
pg_copy_send(PgSession *session, const char *bytes, gsize len, GError **error)
{
    int done;
    (void)pq.PQsetnonblocking(session->conn, 1);
    while ((done = pq.PQputCopyData(session->conn, bytes, (int)len)) == 0) {
        if (!pg_wait(session, TRUE))
            break;
    }
    gboolean ok = done == 1 && flush_output(session);
    (void)pq.PQsetnonblocking(session->conn, 0);
    return ok || pg_set_error(session, NULL, NULL, error);
}

gboolean
pg_copy_end(PgSession *session, const char *why, GError **error)
{
    return pq.PQputCopyEnd(session->conn, why) == 1 || pg_set_error(session, NULL, NULL, error);
}

void
pg_copy_skip(PgSession *session)
{
    char *row = NULL;
    int len;
    while ((len = pq.PQgetCopyData(session->conn, &row, 1)) >= 0) {
        if (len > 0)
            pq.PQfreemem(row);
        else if (!pg_wait(session, FALSE))
            return;
    }
}

guint64
pg_copy_error_line(const PGresult *result)
{
    static const char before[] = ", line ";
    const char *context = pq.PQresultErrorField(result, PG_DIAG_CONTEXT);
    g_auto(GStrv) lines = g_strsplit(context != NULL ? context : "", "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        const char *place = g_str_has_prefix(lines[i], "COPY ") ? strstr(lines[i], before) : NULL;
        if (place != NULL)
            return g_ascii_strtoull(place + strlen(before), NULL, 10);
    }
    return 0;
}
