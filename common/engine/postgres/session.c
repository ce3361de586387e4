/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/postgres/postgres.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* How often a wait looks whether somebody asked to end, in milliseconds. */
#define LOOK_EVERY_MS 100

void
pg_close(BlSession *base)
{
    PgSession *session = (PgSession *)base;
    if (session == NULL)
        return;
    if (base->is_scratch)
        pg_drop_scratch(session);
    if (session->beside != NULL && session->conn != NULL)
        pg_leave_beside(session);
    /* The end of the connection rolls back and releases the lock. */
    pq.PQfinish(session->conn);
    if (session->maintenance != NULL)
        pg_close(&session->maintenance->base);
    if (session->put_off != NULL)
        g_string_free(session->put_off, TRUE);
    if (session->kept != NULL)
        g_string_free(session->kept, TRUE);
    g_free(session->template);
    g_free(session->settings);
    bl_url_free(session->url);
    g_free(session->database);
    g_free(base->ledger_schema);
    g_free(base->journal_schema);
    g_free(base->label);
    g_free(base->flavour);
    g_free(base->version);
    g_free(session);
}

gboolean
pg_wait(PgSession *session, gboolean writing)
{
    struct pollfd wanted = { .fd = pq.PQsocket(session->conn),
                             .events = (short)(writing ? POLLIN | POLLOUT : POLLIN) };
    int n = 0;
    while (wanted.fd >= 0 && (n = poll(&wanted, 1, LOOK_EVERY_MS)) <= 0) {
        if (n < 0 && errno != EINTR)
            return FALSE;
        if (bl_cancel_requested() != 0 && !session->cancel_sent) {
            session->cancel_sent = TRUE;
            pg_send_cancel(session);
        }
    }
    return wanted.fd >= 0 && pq.PQconsumeInput(session->conn) != 0;
}

/* What ended the connection may have come before its end: libpq hands it out as a result. */
PGresult *
pg_next_result(PgSession *session, GError **error)
{
    gboolean is_lost = FALSE;
    while (!is_lost && pq.PQisBusy(session->conn) != 0)
        is_lost = !pg_wait(session, FALSE);
    PGresult *result = pq.PQgetResult(session->conn);
    if (result == NULL && is_lost)
        pg_set_error(session, NULL, NULL, error);
    return result;
}

void
pg_drain(PgSession *session)
{
    for (;;) {
        g_autoptr(PgResult) result = pg_next_result(session, NULL);
        if (result == NULL)
            return;
        ExecStatusType status = pq.PQresultStatus(result);
        if (status == PGRES_COPY_IN)
            (void)pg_copy_end(session, "not wanted", NULL);
        if (status == PGRES_COPY_OUT)
            pg_copy_skip(session);
        if (pq.PQstatus(session->conn) == CONNECTION_BAD)
            return;
    }
}

void
pg_forget_ahead(PgSession *session)
{
    session->late_begin = NULL;
    session->n_put_off = 0;
    if (session->put_off != NULL)
        g_string_truncate(session->put_off, 0);
}

/* @return g_free(); NULL: nothing goes ahead */
static char *
glue(PgSession *session, const char *sql)
{
    session->glued_begin = session->late_begin != NULL;
    session->n_glued = session->n_put_off + (session->glued_begin ? 1 : 0);
    session->glued_len = 0;
    if (session->n_glued == 0)
        return NULL;
    g_autoptr(GString) glued = g_string_new(session->late_begin);
    if (session->glued_begin)
        g_string_append(glued, "; ");
    if (session->n_put_off > 0)
        g_string_append(glued, session->put_off->str);
    session->glued_len = (gsize)g_utf8_strlen(glued->str, (gssize)glued->len);
    g_string_append(glued, sql);
    pg_forget_ahead(session);
    return g_string_free(g_steal_pointer(&glued), FALSE);
}

static void
put_off(PgSession *session, const char *sql)
{
    if (session->put_off == NULL)
        session->put_off = g_string_new(NULL);
    g_string_append(session->put_off, sql);
    g_string_append(session->put_off, "; ");
    session->n_put_off++;
}

gboolean
pg_send(PgSession *session, const char *sql, GError **error)
{
    session->cancel_sent = session->is_reset = FALSE;
    if (!bl_cancel_check(error) || !pg_settle(&session->base, error))
        return FALSE;
    if (session->never_began) {
        bl_error_set(error, BL_ERROR_SQL, NULL,
                     "nothing can be done in a transaction in which a statement failed");
        return FALSE;
    }
    /* Records stand in the order of what they record. */
    if (session->base.puts_off)
        pg_put_kept_ahead(session);
    g_autofree char *glued = glue(session, sql);
    if (pq.PQsendQuery(session->conn, glued != NULL ? glued : sql) != 0)
        return TRUE;
    session->n_glued = 0;
    return pg_set_error(session, NULL, NULL, error);
}

gboolean
pg_is_failure(const PGresult *result)
{
    ExecStatusType status = pq.PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE ||
           status == PGRES_NONFATAL_ERROR;
}

/* The server reads a message as a whole first: one that it cannot read begins nothing. */
gboolean
pg_take_ahead(PgSession *session, const PGresult *result)
{
    gboolean is_begin = session->glued_begin;
    gboolean has_failed = pg_is_failure(result);
    session->glued_begin = FALSE;
    session->never_began = session->never_began ||
                           (is_begin && has_failed && pq.PQstatus(session->conn) == CONNECTION_OK);
    if (session->n_glued == 0 || has_failed)
        return FALSE;
    session->n_glued--;
    return TRUE;
}

gint64
pg_rows_changed(const PGresult *result)
{
    static const char *const writers[] = { "INSERT", "UPDATE", "DELETE", "MERGE", "COPY" };
    /* libpq writes to no result here, whatever its signatures say. */
    PGresult *same = (PGresult *)(guintptr)result;
    for (gsize i = 0; i < G_N_ELEMENTS(writers); i++) {
        if (g_str_has_prefix(pq.PQcmdStatus(same), writers[i]))
            return g_ascii_strtoll(pq.PQcmdTuples(same), NULL, 10);
    }
    return 0;
}

static gboolean
refuse_copy(const PGresult *result, GError **error)
{
    ExecStatusType status = pq.PQresultStatus(result);
    if (status != PGRES_COPY_IN && status != PGRES_COPY_OUT && status != PGRES_COPY_BOTH)
        return TRUE;
    bl_error_set(error, BL_ERROR_SQL, "write rows as INSERT, or COPY … FROM stdin with its data",
                 "COPY to or from the client is not possible here");
    return FALSE;
}

/* What a thread has read of an answer, for the one that makes something of it. */
typedef struct {
    PgSession *session;
    GThread *thread;
    GAsyncQueue *results; /* Piece *; the last one has no result */
} Ahead;

typedef struct {
    PGresult *result;
    GError *error;
} Piece;

static void
piece_free(gpointer data)
{
    Piece *piece = data;
    pq.PQclear(piece->result);
    g_clear_error(&piece->error);
    g_free(piece);
}

static gpointer
read_ahead(gpointer data)
{
    const Ahead *ahead = data;
    gboolean more = TRUE;
    while (more) {
        Piece *piece = g_new0(Piece, 1);
        piece->result = pg_next_result(ahead->session, &piece->error);
        more = piece->result != NULL;
        g_async_queue_push(ahead->results, piece);
    }
    return NULL;
}

/* @param ahead NULL: nobody reads ahead. @return as pg_next_result() */
static PGresult *
next_piece(PgSession *session, const Ahead *ahead, GError **error)
{
    if (ahead == NULL)
        return pg_next_result(session, error);
    Piece *piece = g_async_queue_pop(ahead->results);
    PGresult *result = g_steal_pointer(&piece->result);
    if (piece->error != NULL)
        g_propagate_error(error, g_steal_pointer(&piece->error));
    piece_free(piece);
    return result;
}

/* The rest of the answer is read, and the connection is nobody else's again. */
static void
end_ahead(Ahead *ahead)
{
    if (ahead != NULL && ahead->thread != NULL)
        g_thread_join(g_steal_pointer(&ahead->thread));
}

/* The answer to what was sent. */
static gboolean
take_answer(PgSession *session, Ahead *ahead, PgResultFn fn, void *data, GError **error)
{
    guint index = 0;
    for (;;) {
        GError *why = NULL;
        g_autoptr(PgResult) result = next_piece(session, ahead, &why);
        if (result == NULL) {
            if (why != NULL)
                g_propagate_error(error, why);
            return why == NULL;
        }
        if (pg_is_failure(result))
            end_ahead(ahead);
        gboolean is_ahead = pg_take_ahead(session, result);
        gboolean ok = !pg_is_failure(result) || pg_set_error(session, result, NULL, error);
        ok = ok && refuse_copy(result, error);
        ok = ok && (is_ahead || fn == NULL || fn(index, result, data, error));
        if (!ok) {
            end_ahead(ahead);
            pg_drain(session);
            return FALSE;
        }
        index += is_ahead ? 0 : 1;
    }
}

gboolean
pg_run_all(PgSession *session, const char *sql, PgResultFn fn, void *data, GError **error)
{
    gint64 started = g_get_monotonic_time();
    if (!pg_send(session, sql, error))
        return FALSE;
    gboolean ok = take_answer(session, NULL, fn, data, error);
    if (ok)
        bl_report_statement(session->base.reporter, sql, -1, started);
    return ok;
}

gboolean
pg_run_ahead(PgSession *session, const char *sql, PgResultFn fn, void *data, GError **error)
{
    gint64 started = g_get_monotonic_time();
    if (!pg_send(session, sql, error))
        return FALSE;
    g_autoptr(GAsyncQueue) results = g_async_queue_new_full(piece_free);
    Ahead ahead = { .session = session, .results = results };
    ahead.thread = g_thread_try_new("answer", read_ahead, &ahead, NULL);
    gboolean ok = take_answer(session, ahead.thread != NULL ? &ahead : NULL, fn, data, error);
    end_ahead(&ahead);
    if (ok)
        bl_report_statement(session->base.reporter, sql, -1, started);
    return ok;
}

gboolean
pg_run(PgSession *session, const char *sql, GError **error)
{
    return pg_run_all(session, sql, NULL, NULL, error);
}

static gboolean
keep_result(guint index, const PGresult *result, void *data, GError **error)
{
    (void)index;
    (void)error;
    PGresult **kept = data;
    pq.PQclear(*kept);
    *kept = pq.PQcopyResult(result, PG_COPYRES_ATTRS | PG_COPYRES_TUPLES);
    return TRUE;
}

PGresult *
pg_select(PgSession *session, const char *sql, GError **error)
{
    g_autoptr(PgResult) kept = NULL;
    if (!pg_run_all(session, sql, keep_result, &kept, error))
        return NULL;
    if (kept == NULL)
        bl_error_set(error, BL_ERROR_INTERNAL, NULL, "the query has no result");
    return g_steal_pointer(&kept);
}

char *
pg_select_text(PgSession *session, const char *sql, GError **error)
{
    g_autoptr(PgResult) result = pg_select(session, sql, error);
    if (result == NULL || pq.PQntuples(result) == 0 || pq.PQgetisnull(result, 0, 0) != 0)
        return NULL;
    return g_strdup(pq.PQgetvalue(result, 0, 0));
}

/* What a statement did. */
typedef struct {
    PgSession *session;
    gint64 rows;
} Changed;

static gboolean
note_changed(guint index, const PGresult *result, void *data, GError **error)
{
    (void)index;
    (void)error;
    Changed *changed = data;
    changed->rows = pg_rows_changed(result);
    /* INSERT … RETURNING id */
    if (changed->rows == 1 && pq.PQntuples(result) == 1)
        changed->session->base.inserted_id = g_ascii_strtoll(pq.PQgetvalue(result, 0, 0), NULL, 10);
    return TRUE;
}

gboolean
pg_execute(BlSession *base, const char *sql, gint64 *rows, GError **error)
{
    Changed changed = { .session = (PgSession *)base };
    if (base->puts_off && rows == NULL) {
        put_off((PgSession *)base, sql);
        bl_report_statement(base->reporter, sql, -1, g_get_monotonic_time());
        return TRUE;
    }
    if (!pg_run_all((PgSession *)base, sql, note_changed, &changed, error))
        return FALSE;
    if (rows != NULL)
        *rows = changed.rows;
    return TRUE;
}

/* Rows for generic code. */
typedef struct {
    BlRowFn fn;
    void *data;
} Query;

static gboolean
give_rows(guint index, const PGresult *result, void *data, GError **error)
{
    (void)index;
    const Query *query = data;
    guint n = (guint)pq.PQnfields(result);
    g_autofree const char **values = g_new0(const char *, n + 1);
    g_autofree gsize *lens = g_new0(gsize, n + 1);
    for (int row = 0; row < pq.PQntuples(result); row++) {
        for (guint i = 0; i < n; i++) {
            gboolean is_null = pq.PQgetisnull(result, row, (int)i) != 0;
            values[i] = is_null ? NULL : pq.PQgetvalue(result, row, (int)i);
            lens[i] = is_null ? 0 : (gsize)pq.PQgetlength(result, row, (int)i);
        }
        const BlRow given = { n, values, lens };
        if (!query->fn(&given, query->data, error))
            return FALSE;
    }
    return TRUE;
}

/* Row by row, so that memory does not grow with the result. */
gboolean
pg_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error)
{
    PgSession *session = (PgSession *)base;
    Query query = { fn, data };
    gint64 started = g_get_monotonic_time();
    if (!pg_send(session, sql, error))
        return FALSE;
    (void)pq.PQsetSingleRowMode(session->conn);
    gboolean ok = take_answer(session, NULL, give_rows, &query, error);
    if (ok)
        bl_report_statement(session->base.reporter, sql, -1, started);
    return ok;
}

void
pg_run_anyway(PgSession *session, const char *sql)
{
    session->cancel_sent = TRUE;
    if (pq.PQsendQuery(session->conn, sql) != 0)
        pg_drain(session);
}
