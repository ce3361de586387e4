/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"

#include "common/base/cancel.h"
#include "common/engine/failure.h"
#include "common/engine/postgres/postgres.h"

#include <string.h>

/* What a SQLSTATE means for the user; a class stands for all that begin with it. */
typedef struct {
    const char *state;
    BlErrorCode code;
    const char *hint;
} State;

static const State states[] = {
    { "08", BL_ERROR_CONNECT,
      "the connection was lost: look at the server's log, and run it again" },
    { "22021", BL_ERROR_SQL,
      "text of the file or of the database is no UTF-8; a database in SQL_ASCII keeps any bytes" },
    { "25001", BL_ERROR_SQL,
      "it must stand outside a transaction (in a migration: transaction:false)" },
    { "25006", BL_ERROR_CONFLICT,
      "the server or the session is read-only: connect to the primary server, and look at "
      "default_transaction_read_only" },
    { "28", BL_ERROR_CONNECT, "check user and password (also ~/.pgpass) and pg_hba.conf" },
    { "40001", BL_ERROR_SQL, "others changed the same rows at the same time: run it again" },
    { "40P01", BL_ERROR_SQL, "others locked the same tables in another order: run it again" },
    { "42501", BL_ERROR_SQL, "ask the owner or an administrator for the right that is missing" },
    { "53100", BL_ERROR_SQL, "make room on the server's disk" },
    { "53200", BL_ERROR_SQL, "raise max_locks_per_transaction" },
    { "53300", BL_ERROR_CONNECT, "the server has no free connection: try again later" },
    { "55P03", BL_ERROR_CONFLICT,
      "another session holds the lock: try again; migrate has --lock-timeout" },
    { "57014", BL_ERROR_SQL,
      "the time limit of --statement-timeout or of the server ran out, or somebody cancelled it" },
    { "57P03", BL_ERROR_CONNECT, "wait until the server is ready (--wait)" },
    { "57P0", BL_ERROR_CONNECT, "the server ended the connection: look at its log" },
};

/* The server's hint is to look at its log. */
static const char deadlock[] = "40P01";

/* @param hint of the server, or NULL */
static void
apply_state(GError *made, const char *state, const char *hint)
{
    g_autofree char *line = hint != NULL ? bl_one_line(hint) : NULL;
    const State *known = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(states) && known == NULL; i++)
        known = g_str_has_prefix(state, states[i].state) ? &states[i] : NULL;
    bl_error_set_sqlstate(made, state);
    if (line != NULL && strcmp(state, deadlock) != 0)
        bl_error_set_hint(made, "%s", line);
    if (known == NULL)
        return;
    made->code = (gint)known->code;
    bl_error_set_hint(made, "%s", known->hint);
}

static void
apply_object(GError *made, const PGresult *result)
{
    const char *table = pq.PQresultErrorField(result, PG_DIAG_TABLE_NAME);
    const char *schema = pq.PQresultErrorField(result, PG_DIAG_SCHEMA_NAME);
    if (table == NULL)
        return;
    g_autofree char *name = g_strdup_printf("table %s%s%s", schema != NULL ? schema : "",
                                            schema != NULL ? "." : "", table);
    bl_error_set_object(made, name);
}

static void
apply_detail(GError *made, const PGresult *result)
{
    static const int fields[] = { PG_DIAG_MESSAGE_DETAIL, PG_DIAG_CONTEXT };
    for (gsize i = 0; i < G_N_ELEMENTS(fields); i++) {
        const char *text = pq.PQresultErrorField(result, fields[i]);
        if (text == NULL)
            continue;
        g_autofree char *line = bl_one_line(text);
        bl_error_set_detail(made, "%s", line);
    }
}

static GError *
error_of_result(const PGresult *result, const char *what)
{
    const char *primary = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    g_autofree char *message =
        bl_one_line(primary != NULL ? primary : pq.PQresultErrorMessage(result));
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_SQL, NULL, "%s%s%s", what != NULL ? what : "",
                 what != NULL ? ": " : "", message);
    apply_detail(made, result);
    apply_state(made, pq.PQresultErrorField(result, PG_DIAG_SQLSTATE),
                pq.PQresultErrorField(result, PG_DIAG_MESSAGE_HINT));
    apply_object(made, result);
    return made;
}

/* The first line says what happened, those behind it guess why. */
static GError *
error_of_connection(const PgSession *session, const char *what)
{
    const char *text = pq.PQerrorMessage(session->conn);
    gsize len = strcspn(text, "\n");
    g_autofree char *first = g_strndup(text, len);
    g_autofree char *message = bl_one_line(first);
    g_autofree char *rest = bl_one_line(text + len);
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_CONNECT,
                 "check that the server runs and can be reached, then run it again", "%s%s%s",
                 what != NULL ? what : "", what != NULL ? ": " : "",
                 message[0] != '\0' ? message : "the connection was lost");
    g_strchug(rest);
    if (rest[0] != '\0')
        bl_error_set_detail(made, "%s", rest);
    return made;
}

gboolean
pg_set_error(PgSession *session, const PGresult *result, const char *what, GError **error)
{
    const char *state = result != NULL ? pq.PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    /* A signal ends the statement by a cancel request, which looks like a time limit. */
    if (bl_cancel_requested() != 0 && (state == NULL || strcmp(state, "57014") == 0))
        return bl_cancel_check(error);
    GError *made =
        state != NULL ? error_of_result(result, what) : error_of_connection(session, what);
    if (pq.PQstatus(session->conn) == CONNECTION_BAD)
        made->code = BL_ERROR_CONNECT;
    g_propagate_error(error, made);
    return FALSE;
}

gssize
pg_error_offset(const PGresult *result, gsize skip, const char *sql, gsize len)
{
    const char *text = pq.PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (text == NULL)
        return -1;
    gint64 position = g_ascii_strtoll(text, NULL, 10) - (gint64)skip;
    gsize offset = 0;
    for (gint64 i = 1; i < position && offset < len; i++) {
        offset++;
        while (offset < len && ((guchar)sql[offset] & 0xC0) == 0x80)
            offset++;
    }
    return (gssize)offset;
}
