/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/postgres/target.h"

#include <poll.h>
#include <string.h>

/* How often a wait looks whether somebody asked to end, in milliseconds. */
#define LOOK_EVERY_MS 100

/* How long one host may take to answer when nobody says, in seconds. */
#define CONNECT_TIMEOUT_S 30

/* Databases to which one connects to make another one, in this order. */
static const char *const maintenance[] = { "postgres", "template1" };

/* Oldest server whose catalogs are read. */
#define OLDEST_VERSION 130000

static void
take_notice(void *data, const PGresult *result)
{
    const PgSession *session = data;
    const char *severity = pq.PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    const char *text = pq.PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    if (severity != NULL && text != NULL && strcmp(severity, "WARNING") == 0)
        bl_report_text(session->base.reporter, BL_EVENT_WARNING, "the server warns: %s", text);
}

/* "host:port/database", or "/folder/database" for a local socket. */
static char *
label_of(PGconn *conn)
{
    const char *host = pq.PQhost(conn);
    if (host == NULL || host[0] == '\0' || host[0] == '/')
        return g_strdup_printf("%s:%s/%s", host != NULL ? host : "", pq.PQport(conn),
                               pq.PQdb(conn));
    return g_strdup_printf("%s:%s/%s", host, pq.PQport(conn), pq.PQdb(conn));
}

/* libpq hands over its own clock when connections are made step by step. */
static gint64
time_limit(const PgTarget *target)
{
    const char *given = pg_target_value(target, "connect_timeout");
    const char *hosts = pg_target_value(target, "host");
    gint64 seconds = given != NULL ? g_ascii_strtoll(given, NULL, 10) : CONNECT_TIMEOUT_S;
    if (seconds <= 0)
        return G_MAXINT64;
    gint64 n = 1;
    for (const char *p = hosts != NULL ? hosts : ""; *p != '\0'; p++)
        n += *p == ',';
    return g_get_monotonic_time() + seconds * n * G_USEC_PER_SEC;
}

static gboolean
wait_for_socket(PGconn *conn, PostgresPollingStatusType state, gint64 deadline, GError **error)
{
    struct pollfd wanted = { .fd = pq.PQsocket(conn),
                             .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT };
    while (poll(&wanted, 1, LOOK_EVERY_MS) <= 0) {
        if (!bl_cancel_check(error))
            return FALSE;
        if (g_get_monotonic_time() < deadline)
            continue;
        bl_error_set(error, BL_ERROR_CONNECT, "check host and port, or raise connect_timeout",
                     "no answer from %s:%s", pq.PQhost(conn), pq.PQport(conn));
        return FALSE;
    }
    return TRUE;
}

static gboolean
finish_connection(PGconn *conn, const PgTarget *target, GError **error)
{
    gint64 deadline = time_limit(target);
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED) {
        if (pq.PQstatus(conn) == CONNECTION_BAD)
            break;
        if (!wait_for_socket(conn, state, deadline, error))
            return FALSE;
        state = pq.PQconnectPoll(conn);
    }
    return TRUE;
}

static const struct {
    const char *part;
    const char *hint;
} refusals[] = {
    { "unsupported startup parameter",
      "this is a connection pooler: connect to the server itself, or let the pooler pass "
      "\"options\" (ignore_startup_parameters)" },
    { "password authentication failed", "check user and password, also in ~/.pgpass" },
    { "no password supplied", "give a password: PGPASSWORD, ~/.pgpass or the URL" },
    { "no pg_hba.conf entry", "the server does not let this user in from here: see pg_hba.conf" },
    { "does not exist", "make it first, or use --create" },
    { "SSL", "check sslmode and the certificate options" },
    { "certificate", "check sslmode and the certificate options" },
    { "onnection refused", "start the server, or check host and port" },
    { "No such file or directory", "start the server, or check the folder of its socket" },
};

static gboolean
set_refused(PGconn *conn, GError **error)
{
    const char *text = pq.PQerrorMessage(conn);
    g_autofree char *line = g_strdup(text);
    g_strdelimit(g_strchomp(line), "\r\n\t", ' ');
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_CONNECT, NULL, "%s", line[0] != '\0' ? line : "cannot connect");
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        if (strstr(text, refusals[i].part) != NULL)
            bl_error_set_hint(made, "%s", refusals[i].hint);
    }
    g_propagate_error(error, made);
    return FALSE;
}

/* @return the connection, also a failed one; NULL: @error is set */
static PGconn *
connect_target(const PgTarget *target, GError **error)
{
    g_autoptr(GPtrArray) keywords = g_ptr_array_copy(target->keywords, NULL, NULL);
    g_autoptr(GPtrArray) values = g_ptr_array_copy(target->values, NULL, NULL);
    g_ptr_array_set_free_func(keywords, NULL);
    g_ptr_array_set_free_func(values, NULL);
    g_ptr_array_add(keywords, NULL);
    g_ptr_array_add(values, NULL);
    PGconn *conn = pq.PQconnectStartParams((const char *const *)keywords->pdata,
                                           (const char *const *)values->pdata, 0);
    if (conn == NULL) {
        bl_error_set(error, BL_ERROR_CONNECT, NULL, "cannot connect: out of memory");
        return NULL;
    }
    if (finish_connection(conn, target, error))
        return conn;
    pq.PQfinish(conn);
    return NULL;
}

static gboolean
is_missing_database(PGconn *conn)
{
    const char *text = pq.PQerrorMessage(conn);
    return pq.PQstatus(conn) != CONNECTION_OK && strstr(text, "database \"") != NULL &&
           strstr(text, "does not exist") != NULL;
}

static PgSession *
session_new(PGconn *conn, const BlUrl *url, const BlOpenOptions *options)
{
    extern const BlEngine bl_engine_postgres;
    PgSession *session = g_new0(PgSession, 1);
    session->base.engine = &bl_engine_postgres;
    session->base.reporter = options->reporter;
    session->conn = conn;
    session->version = pq.PQserverVersion(conn);
    session->backend_pid = pq.PQbackendPID(conn);
    session->database = g_strdup(pq.PQdb(conn));
    session->url = bl_url_parse(url->raw, url->root, NULL);
    session->options = *options;
    session->base.label = label_of(conn);
    session->base.flavour = g_strdup("postgres");
    session->base.version =
        session->version >= 100000
            ? g_strdup_printf("%d.%d", session->version / 10000, session->version % 10000)
            : g_strdup("9");
    pq.PQsetNoticeReceiver(conn, take_notice, session);
    return session;
}

/* A pooler that gives each transaction another backend would lose our lock and our settings. */
static gboolean
check_server(PgSession *session, GError **error)
{
    if (session->version < OLDEST_VERSION) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "use PostgreSQL 13 or newer",
                     "PostgreSQL %s is too old", session->base.version);
        return FALSE;
    }
    g_autoptr(PgResult) result = pg_select(
        session, "SELECT pg_backend_pid(), pg_is_in_recovery(), current_setting('is_superuser')",
        error);
    if (result == NULL)
        return FALSE;
    if (g_ascii_strtoll(pq.PQgetvalue(result, 0, 0), NULL, 10) != session->backend_pid) {
        bl_error_set(
            error, BL_ERROR_CONNECT,
            "connect to the server itself, or through a pool in session mode",
            "a connection pooler stands between: it gives each transaction another backend");
        return FALSE;
    }
    if (pq.PQgetvalue(result, 0, 1)[0] == 't' && !session->options.read_only) {
        bl_error_set(error, BL_ERROR_CONFLICT, "connect to the primary server",
                     "the server is a standby: nothing can be written there");
        return FALSE;
    }
    session->is_superuser = strcmp(pq.PQgetvalue(result, 0, 2), "on") == 0;
    return pg_set_language(session, error);
}

static PgSession *
open_target(const PgTarget *target, const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    PGconn *conn = connect_target(target, error);
    if (conn == NULL)
        return NULL;
    if (pq.PQstatus(conn) != CONNECTION_OK) {
        set_refused(conn, error);
        pq.PQfinish(conn);
        return NULL;
    }
    PgSession *session = session_new(conn, url, options);
    if (check_server(session, error))
        return session;
    pg_close(&session->base);
    return NULL;
}

PgSession *
pg_open_other(const PgSession *session, const char *database, GError **error)
{
    g_autoptr(PgTarget) target = pg_target_new(session->url, &session->options, error);
    if (target == NULL)
        return NULL;
    pg_target_set(target, "dbname", database != NULL ? database : session->database);
    return open_target(target, session->url, &session->options, error);
}

/* CREATE DATABASE, from a database that every server has. */
static gboolean
make_database(const PgTarget *target, const char *database, const BlUrl *url, GError **error)
{
    g_autoptr(GError) why = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(maintenance); i++) {
        g_clear_error(&why);
        const BlOpenOptions options = { 0 };
        g_autoptr(PgTarget) other = pg_target_new(url, &options, error);
        if (other == NULL)
            return FALSE;
        pg_target_set(other, "dbname", maintenance[i]);
        PgSession *session = open_target(other, url, &options, &why);
        if (session == NULL)
            continue;
        g_autofree char *name = pg_name(database);
        g_autofree char *sql = g_strconcat("CREATE DATABASE ", name, NULL);
        gboolean ok = pg_run(session, sql, error);
        pg_close(&session->base);
        return ok;
    }
    (void)target;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

BlSession *
pg_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    if (!pg_libpq_load(error))
        return NULL;
    g_autoptr(PgTarget) target = pg_target_new(url, options, error);
    if (target == NULL)
        return NULL;
    gboolean created = FALSE;
    if (options->create) {
        PGconn *conn = connect_target(target, error);
        if (conn == NULL)
            return NULL;
        gboolean missing = is_missing_database(conn);
        g_autofree char *database = g_strdup(pq.PQdb(conn));
        pq.PQfinish(conn);
        if (missing && !make_database(target, database, url, error))
            return NULL;
        created = missing;
    }
    PgSession *session = open_target(target, url, options, error);
    if (session == NULL)
        return NULL;
    session->base.created = created;
    return &session->base;
}
