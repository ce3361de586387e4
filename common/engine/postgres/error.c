/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"

#include "common/base/cancel.h"
#include "common/engine/postgres/postgres.h"

#include <string.h>

/* What a SQLSTATE means for the user; a class stands for all that begin with it. */
static const struct {
    const char *state;
    BlErrorCode code;
    const char *hint;
} states[] = {
    { "08", BL_ERROR_CONNECT,
      "the connection was lost: look at the server's log, and run it again" },
    { "25006", BL_ERROR_CONFLICT,
      "the server or the session is read-only: connect to the primary server" },
    { "28", BL_ERROR_CONNECT, "check user and password (also ~/.pgpass) and pg_hba.conf" },
    { "3D000", BL_ERROR_CONNECT, "make the database, or use --create" },
    { "42501", BL_ERROR_SQL, "ask the owner or an administrator for the right that is missing" },
    { "53200", BL_ERROR_SQL, "raise max_locks_per_transaction" },
    { "53300", BL_ERROR_CONNECT, "the server has no free connection: try again later" },
    { "55P03", BL_ERROR_CONFLICT,
      "another session holds the lock: try again, or raise --lock-timeout" },
    { "57014", BL_ERROR_SQL, "the time limit of --statement-timeout or of the server ran out" },
    { "57P0", BL_ERROR_CONNECT, "the server ended the connection: look at its log" },
};

/* The first line, without the full stop. @return g_free() */
static char *
one_line(const char *text)
{
    char *line = g_strdup(text);
    g_strchomp(line);
    for (char *p = line; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    }
    return line;
}

static void
apply_state(GError *made, const char *state)
{
    bl_error_set_sqlstate(made, state);
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        if (!g_str_has_prefix(state, states[i].state))
            continue;
        made->code = (gint)states[i].code;
        bl_error_set_hint(made, "%s", states[i].hint);
        return;
    }
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

static GError *
error_of_result(const PGresult *result, const char *what)
{
    const char *primary = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    g_autofree char *message =
        one_line(primary != NULL ? primary : pq.PQresultErrorMessage(result));
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_SQL, NULL, "%s%s%s", what != NULL ? what : "",
                 what != NULL ? ": " : "", message);
    const char *hint = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_HINT);
    if (hint != NULL)
        bl_error_set_hint(made, "%s", hint);
    const char *detail = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_DETAIL);
    if (detail != NULL) {
        g_autofree char *line = one_line(detail);
        bl_error_set_detail(made, "%s", line);
    }
    const char *state = pq.PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (state != NULL)
        apply_state(made, state);
    apply_object(made, result);
    return made;
}

static GError *
error_of_connection(const PgSession *session, const char *what)
{
    g_autofree char *message = one_line(pq.PQerrorMessage(session->conn));
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_CONNECT,
                 "check that the server runs and can be reached, then run it again", "%s%s%s",
                 what != NULL ? what : "", what != NULL ? ": " : "",
                 message[0] != '\0' ? message : "the connection was lost");
    return made;
}

gboolean
pg_set_error(PgSession *session, const PGresult *result, const char *what, GError **error)
{
    /* A signal ends the statement by a cancel request, which looks like a time limit. */
    if (bl_cancel_requested() != 0)
        return bl_cancel_check(error);
    gboolean is_lost = pq.PQstatus(session->conn) == CONNECTION_BAD;
    GError *made = result != NULL && pq.PQresultErrorField(result, PG_DIAG_SQLSTATE) != NULL
                       ? error_of_result(result, what)
                       : error_of_connection(session, what);
    if (is_lost)
        made->code = BL_ERROR_CONNECT;
    g_propagate_error(error, made);
    return FALSE;
}

gssize
pg_error_offset(const PGresult *result, const char *sql, gsize len)
{
    const char *text = pq.PQresultErrorField(result, PG_DIAG_STATEMENT_POSITION);
    if (text == NULL)
        return -1;
    gint64 position = g_ascii_strtoll(text, NULL, 10);
    gsize offset = 0;
    for (gint64 i = 1; i < position && offset < len; i++) {
        offset++;
        while (offset < len && ((guchar)sql[offset] & 0xC0) == 0x80)
            offset++;
    }
    return (gssize)offset;
}
