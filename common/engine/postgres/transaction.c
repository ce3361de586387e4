/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/postgres/postgres.h"

#include <string.h>

/* The most migrations that share a transaction: more of them gain nothing, and each holds locks on
 * what it made until the end. */
#define GATHER_MOST 16

static const char *const begins[] = {
    [BL_TX_READ] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    [BL_TX_WRITE] = "BEGIN",
    [BL_TX_STATEMENT] = "BEGIN",
};

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

/* What is put off goes out with the commit, not between the statements of the next migrations: a
 * row costs a server more that has just made something. */
static void
keep_put_off(PgSession *session)
{
    if (session->n_put_off == 0)
        return;
    if (session->kept == NULL)
        session->kept = g_string_new(NULL);
    g_string_append_len(session->kept, session->put_off->str, (gssize)session->put_off->len);
    session->n_kept += session->n_put_off;
    g_string_truncate(session->put_off, 0);
    session->n_put_off = 0;
}

static void
forget_kept(PgSession *session)
{
    session->n_kept = 0;
    if (session->kept != NULL)
        g_string_truncate(session->kept, 0);
}

void
pg_put_kept_ahead(PgSession *session)
{
    if (session->n_kept == 0)
        return;
    if (session->put_off == NULL)
        session->put_off = g_string_new(NULL);
    g_string_prepend_len(session->put_off, session->kept->str, (gssize)session->kept->len);
    session->n_put_off += session->n_kept;
    forget_kept(session);
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
    if (is_sound(session) && !pg_check_confined(session, error))
        return FALSE;
    pg_put_kept_ahead(session);
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
    if (session->late_begin != NULL && session->n_put_off == 0 && session->n_kept == 0) {
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
    keep_put_off(session);
    base->n_gathered++;
    session->is_between = TRUE;
    return TRUE;
}

void
pg_rollback(BlSession *base)
{
    PgSession *session = (PgSession *)base;
    pg_forget_ahead(session);
    forget_kept(session);
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
