/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/postgres/postgres.h"

#include <errno.h>
#include <poll.h>
#include <string.h>

/* How often a wait looks whether somebody asked to end, in milliseconds. */
#define LOOK_EVERY_MS 100

/* The most migrations that share a transaction: more of them gain nothing, and each holds locks on
 * what it made until the end. */
#define GATHER_MOST 16

static const char *const begins[] = {
    [BL_TX_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [BL_TX_WRITE] = "BEGIN",
    [BL_TX_STATEMENT] = "BEGIN",
};

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
    g_free(session->template);
    g_free(session->settings);
    bl_url_free(session->url);
    g_free(session->database);
    g_free(base->ledger_schema);
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

/* What goes ahead of the next statement. */
static void
forget_ahead(PgSession *session)
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
    forget_ahead(session);
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

gboolean
pg_in_transaction(BlSession *base)
{
    const PgSession *session = (const PgSession *)base;
    PGTransactionStatusType status = pq.PQtransactionStatus(session->conn);
    return !session->is_between && (session->late_begin != NULL || session->never_began ||
                                    status == PQTRANS_INTRANS || status == PQTRANS_INERROR);
}

/* A transaction starts with its first statement: that saves a round trip, and what reads the
 * catalogs takes its locks before there is a snapshot. */
gboolean
pg_begin(BlSession *base, BlTxMode mode, GError **error)
{
    PgSession *session = (PgSession *)base;
    gboolean goes_on = session->is_between && mode == BL_TX_WRITE;
    if (!bl_cancel_check(error) || (!goes_on && !pg_settle(base, error)))
        return FALSE;
    session->is_between = FALSE;
    if (goes_on)
        return TRUE;
    session->late_begin = begins[mode];
    session->late_writes = mode != BL_TX_READ;
    return TRUE;
}

gboolean
pg_start_late_write(PgSession *session, GError **error)
{
    if (session->is_between || session->late_begin == NULL || !session->late_writes)
        return TRUE;
    const char *begin = g_steal_pointer(&session->late_begin);
    return pg_run(session, begin, error);
}

static gboolean
set_rolled_back(GError **error)
{
    bl_error_set(error, BL_ERROR_SQL, NULL,
                 "the transaction was rolled back, since a statement in it had failed");
    return FALSE;
}

/* What came of a COMMIT. */
typedef struct {
    gboolean is_proved; /* what comes before it is done */
    gboolean is_done;
} Commit;

static gboolean
check_committed(guint index, const PGresult *result, void *data, GError **error)
{
    (void)index;
    Commit *commit = data;
    const char *status = pq.PQcmdStatus((PGresult *)(guintptr)result);
    commit->is_proved = TRUE;
    if (strcmp(status, "ROLLBACK") == 0)
        return set_rolled_back(error);
    commit->is_done = commit->is_done || strcmp(status, "COMMIT") == 0;
    return TRUE;
}

/* @return g_free() */
static char *
reset_sql(const PgSession *session)
{
    /* DISCARD ALL but for the advisory locks, one of which is ours. First what decides on the right
     * to do the rest. The start-up packet says what RESET comes back to. */
    static const char back_to_start[] =
        "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; CLOSE ALL; DEALLOCATE ALL; UNLISTEN *; "
        "DISCARD TEMP; DISCARD SEQUENCES; ";
    return g_strconcat(back_to_start, session->settings, NULL);
}

/* Sends COMMIT, and what its caller does behind it where nobody asked for the time of each. What
 * fails behind it is for pg_reset_settings() to do again, and to tell. */
static gboolean
send_commit(PgSession *session, const char *sql, Commit *commit, GError **error)
{
    const BlReporter *reporter = session->base.reporter;
    gboolean resets =
        session->base.resets_next && (reporter == NULL || !reporter->wants_statements);
    g_autofree char *reset = resets ? reset_sql(session) : NULL;
    g_autofree char *all = g_strconcat(sql, resets ? "; " : NULL, reset, NULL);
    GError *why = NULL;
    gboolean ok = pg_run_all(session, all, check_committed, commit, &why);
    session->is_reset = ok && resets;
    if (!ok && commit->is_done)
        g_clear_error(&why);
    else if (!ok)
        g_propagate_error(error, why);
    return ok || commit->is_done;
}

/* Whether the transaction can be committed: late, or begun on the server and not failed. */
static gboolean
is_sound(const PgSession *session)
{
    return session->late_begin != NULL || pq.PQtransactionStatus(session->conn) == PQTRANS_INTRANS;
}

/* Only where nobody else is in the way of the locks, and nothing is to last: on a database that
 * others use, each migration gives its locks back before the next one asks for its own. */
static gboolean
can_gather(const PgSession *session)
{
    return session->options.ephemeral && is_sound(session) &&
           session->base.n_gathered + 1 < GATHER_MOST &&
           g_get_monotonic_time() < session->base.gather_until;
}

static gboolean
commit_open(PgSession *session, GError **error)
{
    /* In a failed transaction only its end can be sent. */
    gboolean must_prove = session->locked && is_sound(session);
    Commit commit = { .is_proved = !must_prove };
    GError *why = NULL;
    if (send_commit(session, must_prove ? pg_commit_locked : "COMMIT", &commit, &why)) {
        session->base.n_gathered = 0;
        return TRUE;
    }
    const BlErrorInfo *info = bl_error_info(why);
    if (!commit.is_proved && session->n_glued == 0 && info != NULL &&
        g_strcmp0(info->sqlstate, "22012") == 0) {
        g_error_free(why);
        return pg_set_lock_lost(session, error);
    }
    if (pq.PQstatus(session->conn) == CONNECTION_BAD)
        return bl_fail_commit(why, error);
    g_propagate_error(error, why);
    return FALSE;
}

gboolean
pg_settle(BlSession *base, GError **error)
{
    PgSession *session = (PgSession *)base;
    if (!session->is_between)
        return TRUE;
    session->is_between = FALSE;
    return commit_open(session, error);
}

gboolean
pg_commit(BlSession *base, GError **error)
{
    PgSession *session = (PgSession *)base;
    if (session->late_begin != NULL && session->n_put_off == 0) {
        session->late_begin = NULL;
        return TRUE;
    }
    if (session->never_began) {
        session->never_began = FALSE;
        return set_rolled_back(error);
    }
    if (pq.PQstatus(session->conn) == CONNECTION_OK && !pg_in_transaction(base)) {
        bl_error_set(error, BL_ERROR_SQL, "take COMMIT and ROLLBACK out of the script",
                     "the transaction was ended by a statement in it");
        return FALSE;
    }
    if (!can_gather(session))
        return commit_open(session, error);
    base->n_gathered++;
    session->is_between = TRUE;
    return TRUE;
}

void
pg_run_anyway(PgSession *session, const char *sql)
{
    session->cancel_sent = TRUE;
    if (pq.PQsendQuery(session->conn, sql) != 0)
        pg_drain(session);
}

void
pg_rollback(BlSession *base)
{
    PgSession *session = (PgSession *)base;
    forget_ahead(session);
    session->never_began = session->is_between = FALSE;
    base->n_lost += base->n_gathered;
    base->n_gathered = 0;
    if (pg_in_transaction(base))
        pg_run_anyway(session, "ROLLBACK");
}

gboolean
pg_set_timeouts(BlSession *base, guint lock_ms, guint statement_ms, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    if (lock_ms > 0)
        g_string_append_printf(sql, "SET lock_timeout = %u; ", lock_ms);
    if (statement_ms > 0)
        g_string_append_printf(sql, "SET statement_timeout = %u", statement_ms);
    return pg_run((PgSession *)base, sql->str, error);
}

gboolean
pg_reset_settings(BlSession *base, GError **error)
{
    PgSession *session = (PgSession *)base;
    /* What a commit is put off for leaves no settings behind. */
    if (session->is_reset || session->is_between)
        return TRUE;
    g_autofree char *sql = reset_sql(session);
    return pg_run(session, sql, error);
}
