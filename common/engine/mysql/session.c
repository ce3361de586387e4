/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/mysql/features.h"
#include "common/engine/mysql/target.h"

#include <string.h>

/* The error of the statement that asks for the lock before COMMIT, when it is lost. */
#define OUT_OF_RANGE 1690

#define QUERY_INTERRUPTED 1317

/* MariaDB has compound statements outside programs from here on. */
#define COMPOUND_FROM 100101

/* An option of the server, as read_only is one, forbids the statement. */
#define OPTION_FORBIDS 1290

/* Bytes that a message of statements that were put off keeps for what comes ahead of them and
 * behind them: START TRANSACTION, the look for the lock, COMMIT. */
#define MESSAGE_ROOM 512

/* MariaDB takes SHOW CREATE SEQUENCE and a view with nextval() for writing, and lets nobody begin
 * to write on a replica: there it is a transaction that only reads. */
static const char begin_sequences[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; "
                                      "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ WRITE";

static const char begin_reading[] = "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ; "
                                    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";

static const char begin_writing[] = "START TRANSACTION";

static const char show_variables[] = "SHOW SESSION VARIABLES";

void
my_close(BlSession *base)
{
    MySession *session = (MySession *)base;
    if (session == NULL)
        return;
    if (session->is_scratch && session->conn != NULL)
        my_drop_scratch(session);
    if (session->beside != NULL && session->conn != NULL)
        my_leave_beside(session);
    my_watch_free(session->watch);
    /* The end of the connection rolls back and releases the lock. */
    if (session->conn != NULL)
        my.mysql_close(session->conn);
    my_target_free(session->target);
    my_features_free(session->features);
    my_modes_free(session->modes);
    my_lasting_free(session->lasting);
    my_traces_free(session->traces);
    my_traces_free(session->latent);
    g_clear_pointer(&session->variables, g_hash_table_unref);
    g_clear_pointer(&session->callers, g_ptr_array_unref);
    g_clear_pointer(&session->prepared_variables, g_hash_table_unref);
    if (session->put_off != NULL)
        g_string_free(session->put_off, TRUE);
    g_free(session->sql_mode);
    g_free(session->global_mode);
    g_free(session->place);
    g_free(session->restore);
    g_free(session->database);
    g_free(session->lock);
    g_free(base->ledger_schema);
    g_free(base->journal_schema);
    g_free(base->label);
    g_free(base->flavour);
    g_free(base->version);
    g_free(session);
}

/* A message that is under way. */
typedef struct {
    MySession *session;
    MyAnswerFn fn;
    void *data;
    guint n;
    guint n_glued;            /* answers to come that are of what goes ahead */
    gboolean takes_variables; /* the first of them tells the session's variables */
    gboolean is_watched;
} Sending;

static void
note_status(MySession *session)
{
    guint status = session->conn->server_status;
    session->in_transaction = (status & SERVER_STATUS_IN_TRANS) != 0;
    session->no_backslash_escapes = (status & SERVER_STATUS_NO_BACKSLASH_ESCAPES) != 0;
}

static void
begin_waiting(const Sending *sending)
{
    if (sending->is_watched)
        my_watch_begin(sending->session->watch);
}

static gboolean
end_waiting(const Sending *sending)
{
    return sending->is_watched && my_watch_end(sending->session->watch);
}

static gboolean
fail_answer(const Sending *sending, GError **error)
{
    MySession *session = sending->session;
    gboolean is_late = end_waiting(sending);
    /* What an error packet says of the session is nothing. */
    if (!is_late || my.mysql_errno(session->conn) != QUERY_INTERRUPTED)
        return my_fail(session, NULL, error);
    if (!bl_cancel_check(error))
        return FALSE;
    bl_error_set(error, BL_ERROR_SQL, "raise --statement-timeout, or the migration's own",
                 "the statement ran longer than its time limit");
    return FALSE;
}

/* Rows that nobody took. */
static void
skip_rows(MYSQL_RES *result)
{
    while (my.mysql_fetch_row(result) != NULL)
        continue;
}

/* What is no INSERT has no number, and leaves that of the one before. */
static void
note_id(MySession *session)
{
    gint64 id = (gint64)my.mysql_insert_id(session->conn);
    if (id != 0)
        session->base.inserted_id = id;
}

/* @return FALSE with @error set, by the server or by the callback */
static gboolean
take_answer(Sending *sending, GError **error)
{
    MYSQL *conn = sending->session->conn;
    g_autoptr(MyResult) result = my.mysql_use_result(conn);
    if (result == NULL && my.mysql_field_count(conn) > 0)
        return fail_answer(sending, error);
    MyAnswer answer = { .index = sending->n, .result = result };
    if (sending->takes_variables && result != NULL)
        my_take_variables(sending->session, result);
    if (result == NULL) {
        answer.rows = MAX((gint64)my.mysql_affected_rows(conn), 0);
        note_id(sending->session);
    }
    gboolean is_ahead = sending->n_glued > 0;
    gboolean ok = is_ahead || sending->fn == NULL || sending->fn(&answer, sending->data, error);
    sending->n_glued -= is_ahead ? 1 : 0;
    if (result != NULL)
        skip_rows(result);
    /* An error may come behind some rows. */
    if (ok && my.mysql_errno(conn) != 0)
        return fail_answer(sending, error);
    sending->takes_variables = FALSE;
    (void)end_waiting(sending);
    sending->n += is_ahead ? 0 : 1;
    note_status(sending->session);
    return ok;
}

static gboolean
take_answers(Sending *sending, GError **error)
{
    MYSQL *conn = sending->session->conn;
    gboolean ok = take_answer(sending, error);
    while (my.mysql_errno(conn) == 0 && my.mysql_more_results(conn)) {
        begin_waiting(sending);
        if (my.mysql_next_result(conn) > 0) {
            /* What the callback said counts. */
            (void)fail_answer(sending, ok ? error : NULL);
            return FALSE;
        }
        if (!ok)
            sending->fn = NULL;
        ok = take_answer(sending, ok ? error : NULL) && ok;
    }
    return ok;
}

static gboolean
send_message(Sending *sending, const char *sql, GError **error)
{
    MYSQL *conn = sending->session->conn;
    sending->session->modes_are_known = FALSE;
    g_clear_pointer(&sending->session->restore, g_free);
    begin_waiting(sending);
    if (my.mysql_real_query(conn, sql, (gulong)strlen(sql)) != 0)
        return fail_answer(sending, error);
    return take_answers(sending, error);
}

/* What goes ahead of the next statement. */
static void
forget_ahead(MySession *session)
{
    session->late_begin = NULL;
    session->late_reading = FALSE;
    session->n_put_off = 0;
    if (session->put_off != NULL)
        g_string_truncate(session->put_off, 0);
}

/* Two statements begin a transaction that reads. */
static guint
count_begin(const char *begin)
{
    return begin == NULL ? 0 : begin == begin_writing ? 1 : 2;
}

/* @param begin what starts the transaction; NULL: none. @return g_free(); NULL: nothing goes ahead
 */
static char *
glue(const MySession *session, const char *begin, const char *sql, Sending *sending)
{
    sending->takes_variables = session->late_variables;
    sending->n_glued = session->n_put_off + count_begin(begin) + (session->late_variables ? 1 : 0);
    if (sending->n_glued == 0)
        return NULL;
    return g_strconcat(session->late_variables ? show_variables : "",
                       session->late_variables ? "; " : "", begin != NULL ? begin : "",
                       begin != NULL ? "; " : "",
                       session->n_put_off > 0 ? session->put_off->str : "", sql, NULL);
}

/* @return TRUE when one message can hold it behind what was put off */
static gboolean
fits_behind(const MySession *session, const char *sql)
{
    gsize len = session->put_off != NULL ? session->put_off->len : 0;
    return len + strlen(sql) + MESSAGE_ROOM <= session->max_packet;
}

gboolean
my_put_off(MySession *session, const char *sql, guint n)
{
    if (!fits_behind(session, sql))
        return FALSE;
    if (session->put_off == NULL)
        session->put_off = g_string_new(NULL);
    g_string_append(session->put_off, sql);
    g_string_append(session->put_off, "; ");
    session->n_put_off += n;
    return TRUE;
}

/* A server that only reads lets nobody begin to write. */
static gboolean
may_begin_to_read(const MySession *session, const Sending *sending)
{
    return session->late_begin == begin_sequences && sending->n_glued > 0 &&
           my.mysql_errno(session->conn) == OPTION_FORBIDS;
}

/* Sends @sql, and ahead of it what waits. */
static gboolean
send_behind(MySession *session, const char *sql, Sending *sending, GError **error)
{
    GError *why = NULL;
    g_autofree char *glued = glue(session, session->late_begin, sql, sending);
    gboolean ok = send_message(sending, glued != NULL ? glued : sql, &why);
    if (!ok && may_begin_to_read(session, sending)) {
        g_clear_error(&why);
        g_autofree char *other = glue(session, begin_reading, sql, sending);
        ok = send_message(sending, other, &why);
    }
    session->failed_ahead = !ok && sending->n_glued > 0;
    /* What was not told is asked for again. */
    if (sending->takes_variables) {
        g_clear_pointer(&session->variables, g_hash_table_unref);
    }
    session->late_variables = FALSE;
    forget_ahead(session);
    if (why != NULL)
        g_propagate_error(error, why);
    return ok;
}

static gboolean
has_ahead(const MySession *session)
{
    return session->n_put_off > 0 || session->late_begin != NULL || session->late_variables;
}

gboolean
my_send_ahead(MySession *session, GError **error)
{
    Sending sending = { .session = session, .is_watched = TRUE };
    return !has_ahead(session) || send_behind(session, "DO 0", &sending, error);
}

gboolean
my_send(
    MySession *session, const char *sql, MyAnswerFn fn, void *data, guint *n_out, GError **error)
{
    Sending sending = { .session = session, .fn = fn, .data = data, .is_watched = TRUE };
    if (n_out != NULL)
        *n_out = 0;
    if (!bl_cancel_check(error))
        return FALSE;
    if (!fits_behind(session, sql) && !my_send_ahead(session, error))
        return FALSE;
    gboolean ok = send_behind(session, sql, &sending, error);
    if (n_out != NULL)
        *n_out = sending.n;
    return ok;
}

gboolean
my_run_quietly(MySession *session, const char *sql)
{
    GError *why = NULL;
    gboolean ok = FALSE;
    /* A KILL QUERY that came too late for its statement hits the next one. */
    for (guint i = 0; i < 2 && !ok; i++) {
        Sending sending = { .session = session };
        g_clear_error(&why);
        ok = send_message(&sending, sql, &why);
        if (!ok && my.mysql_errno(session->conn) != QUERY_INTERRUPTED)
            break;
    }
    g_clear_error(&why);
    return ok;
}

void
my_run_anyway(MySession *session, const char *sql)
{
    (void)my_run_quietly(session, sql);
}

gboolean
my_each_row(const MyAnswer *answer, MyRowFn fn, void *data, GError **error)
{
    if (answer->result == NULL)
        return TRUE;
    MYSQL_ROW row;
    MyRow given = { .statement = answer->index, .n = my.mysql_num_fields(answer->result) };
    g_autofree gsize *lens = g_new0(gsize, given.n + 1);
    given.lens = lens;
    while ((row = my.mysql_fetch_row(answer->result)) != NULL) {
        const gulong *lengths = my.mysql_fetch_lengths(answer->result);
        for (guint i = 0; i < given.n; i++)
            lens[i] = lengths[i];
        given.values = (const char *const *)row;
        if (!fn(&given, data, error))
            return FALSE;
    }
    return TRUE;
}

/* Gives the rows of an answer to a function. */
typedef struct {
    MyRowFn fn;
    void *data;
} Rows;

static gboolean
give_rows(MyAnswer *answer, void *data, GError **error)
{
    const Rows *rows = data;
    return my_each_row(answer, rows->fn, rows->data, error);
}

gboolean
my_run_all(
    MySession *session, const char *sql, MyRowFn fn, void *data, guint *n_out, GError **error)
{
    Rows rows = { fn, data };
    gint64 started = g_get_monotonic_time();
    gboolean ok = my_send(session, sql, fn != NULL ? give_rows : NULL, &rows, n_out, error);
    bl_report_statement(session->base.reporter, sql, -1, started);
    return ok;
}

gboolean
my_run(MySession *session, const char *sql, GError **error)
{
    return my_run_all(session, sql, NULL, NULL, NULL, error);
}

static gboolean
keep_first(const MyRow *row, void *data, GError **error)
{
    char **kept = data;
    (void)error;
    if (*kept == NULL && row->n > 0)
        *kept = g_strndup(row->values[0], row->lens[0]);
    return TRUE;
}

char *
my_select_text(MySession *session, const char *sql, GError **error)
{
    g_autofree char *kept = NULL;
    if (!my_run_all(session, sql, keep_first, &kept, NULL, error))
        return NULL;
    return g_steal_pointer(&kept);
}

static gboolean
count_rows(MyAnswer *answer, void *data, GError **error)
{
    (void)error;
    *(gint64 *)data = answer->rows;
    return TRUE;
}

/* With a record of ours, behind what may have set another time. */
static gboolean
put_record_off(MySession *session, const char *sql)
{
    gboolean may_be_set = session->variables != NULL && !session->is_reset;
    return (!may_be_set || (my_put_off(session, MY_OWN_TIME, 1) && my_put_number_off(session))) &&
           my_put_off(session, sql, 1);
}

gboolean
my_execute(BlSession *base, const char *sql, gint64 *rows, GError **error)
{
    MySession *session = (MySession *)base;
    gint64 changed = 0;
    gint64 started = g_get_monotonic_time();
    if (base->puts_off && rows == NULL && put_record_off(session, sql)) {
        bl_report_statement(base->reporter, sql, -1, started);
        return TRUE;
    }
    guint traits = my_classify(sql, strlen(sql));
    /* What is none of these may set anything. */
    if ((traits & (BL_STMT_CREATE | BL_STMT_DROP | BL_STMT_DML | BL_STMT_READ)) == 0)
        session->is_reset = FALSE;
    if ((traits & BL_STMT_SETTING) != 0)
        my_keep_settings(session);
    my_note_lasting(session, sql, strlen(sql), traits);
    gboolean ok = my_send(session, sql, count_rows, &changed, NULL, error);
    bl_report_statement(session->base.reporter, sql, -1, started);
    if (ok && rows != NULL)
        *rows = changed;
    return ok;
}

/* Rows for generic code. */
typedef struct {
    BlRowFn fn;
    void *data;
} Query;

static gboolean
give_query_row(const MyRow *row, void *data, GError **error)
{
    const Query *query = data;
    const BlRow given = { row->n, row->values, row->lens };
    return query->fn(&given, query->data, error);
}

gboolean
my_query(BlSession *base, const char *sql, BlRowFn fn, void *data, GError **error)
{
    Query query = { fn, data };
    return my_run_all((MySession *)base, sql, give_query_row, &query, NULL, error);
}

gboolean
my_in_transaction(BlSession *base)
{
    const MySession *session = (const MySession *)base;
    return session->late_begin != NULL || session->in_transaction;
}

void
my_begin_reading(MySession *session)
{
    session->is_snapshot = TRUE;
    session->late_begin = session->is_mariadb ? begin_sequences : begin_reading;
}

/* What is read is of the time of this call. */
gboolean
my_begin(BlSession *base, BlTxMode mode, GError **error)
{
    MySession *session = (MySession *)base;
    if (mode == BL_TX_READ) {
        my_begin_reading(session);
        return my_send_ahead(session, error);
    }
    session->is_snapshot = FALSE;
    session->late_begin = begin_writing;
    return TRUE;
}

/* COMMIT, and before it, in the same message, a look whether the lock is still ours. */
static char *
commit_sql(const MySession *session)
{
    g_autofree char *check = my_lock_check(session);
    return check != NULL ? g_strconcat("SELECT ", check, "; COMMIT", NULL) : g_strdup("COMMIT");
}

/* The server answers each statement of a message by itself, and each answer wakes us: what was put
 * off since the start of the transaction is one statement where the server has compound ones. It
 * tells the number of the row that came last. COMMIT stays behind it, where an end that comes too
 * late cannot be mistaken for one that took everything back.
 * @return g_free(); NULL: it must be statement by statement */
static char *
block_sql(const MySession *session)
{
    if (!session->is_mariadb || session->version < COMPOUND_FROM || session->late_begin == NULL ||
        session->n_put_off == 0)
        return NULL;
    g_autofree char *check = my_lock_check(session);
    return g_strconcat("BEGIN NOT ATOMIC ", session->late_begin, "; ", session->put_off->str,
                       check != NULL ? "SET @baseline_lock = " : "", check != NULL ? check : "",
                       check != NULL ? "; " : "", "SELECT LAST_INSERT_ID(); END; COMMIT", NULL);
}

static gboolean
take_id(const MyRow *row, void *data, GError **error)
{
    MySession *session = data;
    (void)error;
    session->base.inserted_id = (gint64)g_ascii_strtoull(row->values[0], NULL, 10);
    return TRUE;
}

static gboolean
send_commit(MySession *session, GError **error)
{
    g_autofree char *block = block_sql(session);
    if (block != NULL) {
        forget_ahead(session);
        return my_run_all(session, block, take_id, session, NULL, error);
    }
    g_autofree char *sql = commit_sql(session);
    return my_run(session, sql, error);
}

/* A transaction that a statement ended is no error here: every statement that changes an object
 * commits by itself. */
gboolean
my_commit(BlSession *base, GError **error)
{
    MySession *session = (MySession *)base;
    if (session->late_begin != NULL && session->n_put_off == 0) {
        session->late_begin = NULL;
        return TRUE;
    }
    GError *why = NULL;
    if (send_commit(session, &why))
        return TRUE;
    if (g_error_matches(why, BL_ERROR, BL_ERROR_CONNECT))
        return bl_fail_commit(why, error);
    if (!my_error_is(why, OUT_OF_RANGE)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_error_free(why);
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "something released it (RELEASE_ALL_LOCKS(), another GET_LOCK() on an old "
                 "server): take that out of the migration",
                 "this session no longer holds the migration lock of %s", session->base.label);
    return FALSE;
}

static gboolean
find_left_rows(const MyRow *row, void *data, GError **error)
{
    gboolean *found = data;
    (void)error;
    *found = *found || my_is_lasting_warning(row);
    return TRUE;
}

/* Of the ROLLBACK that was answered last. */
static gboolean
left_rows(MySession *session)
{
    gboolean found = FALSE;
    Rows rows = { find_left_rows, &found };
    Sending sending = { .session = session, .fn = give_rows, .data = &rows };
    GError *why = NULL;
    if (my.mysql_warning_count(session->conn) > 0 && !send_message(&sending, "SHOW WARNINGS", &why))
        g_clear_error(&why);
    return found;
}

void
my_rollback(BlSession *base)
{
    MySession *session = (MySession *)base;
    /* The status is that of the last answer; an error packet carries none. */
    gboolean is_sent = session->late_begin == NULL;
    base->left_rows = is_sent && my_run_quietly(session, "ROLLBACK") && left_rows(session);
    forget_ahead(session);
}
