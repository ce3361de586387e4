/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/postgres/target.h"

#include <poll.h>
#include <string.h>

/* How often a wait looks whether somebody asked to end, in milliseconds. */
#define LOOK_EVERY_MS 100

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
    if (severity == NULL || text == NULL || strcmp(severity, "WARNING") != 0)
        return;
    g_autofree char *line = bl_one_line(text);
    bl_report_text(session->base.reporter, BL_EVENT_WARNING, "the server warns: %s", line);
}

/* "host:port/database", or "/folder:port/database" for a local socket. @return g_free() */
static char *
label_of(PGconn *conn)
{
    const char *host = pq.PQhost(conn);
    const char *database = pq.PQdb(conn);
    if (database == NULL)
        return g_strdup("the server");
    return g_strdup_printf("%s:%s/%s", host != NULL ? host : "", pq.PQport(conn), database);
}

/* A connection that is being made. libpq leaves the clock to whoever makes it step by step. */
typedef struct {
    PGconn *conn;
    char *host, *port; /* the one that is being tried */
    gint64 deadline;   /* monotonic; for this host */
} Attempt;

static void
note_host(Attempt *attempt, const PgTarget *target)
{
    const char *host = pq.PQhost(attempt->conn);
    const char *port = pq.PQport(attempt->conn);
    if (g_strcmp0(host, attempt->host) == 0 && g_strcmp0(port, attempt->port) == 0)
        return;
    g_free(attempt->host);
    g_free(attempt->port);
    attempt->host = g_strdup(host);
    attempt->port = g_strdup(port);
    attempt->deadline = target->connect_timeout_s > 0
                            ? g_get_monotonic_time() + target->connect_timeout_s * G_USEC_PER_SEC
                            : G_MAXINT64;
}

static gboolean
wait_for_step(const Attempt *attempt, PostgresPollingStatusType state, GError **error)
{
    struct pollfd wanted = { .fd = pq.PQsocket(attempt->conn),
                             .events = state == PGRES_POLLING_READING ? POLLIN : POLLOUT };
    while (poll(&wanted, 1, LOOK_EVERY_MS) <= 0) {
        if (!bl_cancel_check(error))
            return FALSE;
        if (g_get_monotonic_time() < attempt->deadline)
            continue;
        bl_error_set(error, BL_ERROR_CONNECT, "check host and port, or raise connect_timeout",
                     "cannot connect to %s:%s: no answer", attempt->host, attempt->port);
        return FALSE;
    }
    return TRUE;
}

/* @return FALSE: cancelled, or the host is silent */
static gboolean
finish_connection(Attempt *attempt, const PgTarget *target, GError **error)
{
    PostgresPollingStatusType state = PGRES_POLLING_WRITING;
    while (state != PGRES_POLLING_OK && state != PGRES_POLLING_FAILED &&
           pq.PQstatus(attempt->conn) != CONNECTION_BAD) {
        note_host(attempt, target);
        if (!wait_for_step(attempt, state, error))
            return FALSE;
        state = pq.PQconnectPoll(attempt->conn);
    }
    return TRUE;
}

/* What the server, a pooler or libpq says, and what to do. */
static const struct {
    const char *state; /* SQLSTATE; NULL: any */
    const char *part;  /* of the text; NULL: any */
    const char *hint;
} refusals[] = {
    { NULL, "startup parameter",
      "this is a connection pooler, which takes no options: connect to the server itself (its own "
      "port), or leave PGOPTIONS and options= out" },
    { "28P01", NULL, "check user and password: PGPASSWORD, ~/.pgpass or the URL" },
    { "28000", "SSL off",
      "the server wants TLS, or does not let this user in: see sslmode and "
      "pg_hba.conf" },
    { "28000", "no encryption",
      "the server wants TLS, or does not let this user in: see sslmode "
      "and pg_hba.conf" },
    { "28000", "client certificate", "name a certificate and its key: sslcert and sslkey" },
    { "28000", NULL, "check the user, and what pg_hba.conf allows" },
    { "3D000", NULL, "make the database, or use --create" },
    { "42501", NULL, "GRANT CONNECT ON DATABASE … TO …, or use another user" },
    { "53300", NULL, "the server has no free connection: try again later" },
    { "55000", NULL, "choose another database: this one takes no connections" },
    { "57P03", NULL, "wait until the server is ready (--wait)" },
    { NULL, "no password supplied", "give a password: PGPASSWORD, ~/.pgpass or the URL" },
    { NULL, "invalid sslmode value",
      "it is disable, allow, prefer, require, verify-ca or verify-full" },
    { NULL, "certificate verify failed",
      "sslrootcert must name the authority that signed the server's certificate" },
    { NULL, "does not match host name",
      "connect by a name that the server's certificate has, or use sslmode=verify-ca" },
    { NULL, "unknown ca", "the server does not know the authority that signed sslcert" },
    { NULL, "key values mismatch", "sslkey must be the key of sslcert" },
    { NULL, "private key", "check sslkey (nobody else may read it) and sslpassword" },
    { NULL, "SSL", "check sslmode and the certificate options" },
    { NULL, "certificate", "check sslmode and the certificate options" },
    { NULL, "definition of service",
      "check the name, and the file that PGSERVICEFILE names "
      "(~/.pg_service.conf)" },
    { NULL, "onnection refused", "start the server, or check host and port (--wait)" },
    { NULL, "No such file or directory",
      "start the server, or check the folder of its socket (--wait)" },
    { NULL, "could not translate host name", "check the name of the host" },
};

static const char *
hint_for(const char *state, const char *text)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        if ((refusals[i].state == NULL || g_strcmp0(refusals[i].state, state) == 0) &&
            (refusals[i].part == NULL || strstr(text, refusals[i].part) != NULL))
            return refusals[i].hint;
    }
    return NULL;
}

/* "SEVERITY:  SQLSTATE: text", whatever the language. @param state out: six bytes; empty when there
 * is none. @return the text */
static const char *
split_state(const char *line, char *state)
{
    static const char blanks[] = ":  ";
    const char *p = strstr(line, blanks);
    state[0] = '\0';
    if (p == NULL)
        return line;
    p += strlen(blanks);
    for (guint i = 0; i < 5; i++) {
        if (!g_ascii_isdigit(p[i]) && !g_ascii_isupper(p[i]))
            return line;
    }
    if (p[5] != ':' || p[6] != ' ')
        return line;
    memcpy(state, p, 5);
    state[5] = '\0';
    return p + 7;
}

/* What libpq says of the last host: "connection to server at …, port … failed: why", then lines
 * that begin with a tab and guess, or with a label. @return borrowed from @lines */
static const char *
last_reason(char **lines)
{
    const char *reason = lines[0];
    for (gsize i = 1; reason != NULL && lines[i] != NULL; i++) {
        if (g_str_has_prefix(lines[i], "connection to server"))
            reason = lines[i];
    }
    const char *failed = reason != NULL ? strstr(reason, " failed: ") : NULL;
    return failed != NULL ? failed + strlen(" failed: ") : reason;
}

/* Everything that was said, but not in which file of the server. @return g_free() */
static char *
all_but_places(char **lines)
{
    g_autoptr(GString) all = g_string_new(NULL);
    for (gsize i = 0; lines[i] != NULL; i++) {
        if (!g_str_has_prefix(lines[i], "LOCATION:"))
            g_string_append_printf(all, "%s\n", lines[i]);
    }
    return bl_one_line(all->str);
}

static gboolean
set_refused(PGconn *conn, GError **error)
{
    const char *text = pq.PQerrorMessage(conn);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    char state[6];
    const char *reason = last_reason(lines);
    reason = split_state(reason != NULL ? reason : "", state);
    g_autofree char *line = bl_one_line(reason[0] != '\0' ? reason : "nobody says why");
    g_autofree char *label = label_of(conn);
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_CONNECT, hint_for(state, text), "cannot connect to %s: %s", label,
                 line);
    if (state[0] != '\0')
        bl_error_set_sqlstate(made, state);
    g_autofree char *detail = all_but_places(lines);
    bl_error_set_detail(made, "%s", detail);
    g_propagate_error(error, made);
    return FALSE;
}

/* @return the connection, also a failed one; NULL: @error is set */
PGconn *
pg_target_connect(PgTarget *target, GError **error)
{
    for (;;) {
        Attempt attempt = { .conn = pg_target_start(target) };
        if (attempt.conn == NULL) {
            bl_error_set(error, BL_ERROR_CONNECT, NULL, "cannot connect: out of memory");
            return NULL;
        }
        /* With the SQLSTATE, which libpq has in no other place before there is a session. */
        pq.PQsetErrorVerbosity(attempt.conn, PQERRORS_VERBOSE);
        GError *why = NULL;
        gboolean ok = finish_connection(&attempt, target, &why);
        gboolean again = !ok && g_error_matches(why, BL_ERROR, BL_ERROR_CONNECT) &&
                         pg_target_drop_host(target, attempt.host, attempt.port);
        g_free(attempt.host);
        g_free(attempt.port);
        if (ok) {
            pq.PQsetErrorVerbosity(attempt.conn, PQERRORS_DEFAULT);
            return attempt.conn;
        }
        pq.PQfinish(attempt.conn);
        if (!again) {
            g_propagate_error(error, why);
            return NULL;
        }
        g_error_free(why);
    }
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

/* Settings that not every server has, or not everybody may make, so that the start-up packet cannot
 * hold them, and what variables of the environment (PGDATESTYLE) take from it. */
static char *
more_settings(const PgSession *session)
{
    GString *sql = g_string_new(NULL);
    g_string_append_printf(
        sql, "SELECT CASE WHEN %s THEN set_config('lc_messages', 'C', false) END",
        session->version >= 150000 ? "has_parameter_privilege('lc_messages', 'SET')"
                                   : "current_setting('is_superuser')::bool");
    if (session->version >= 140000)
        g_string_append(sql, "; SET idle_session_timeout = 0");
    if (session->version >= 170000)
        g_string_append(sql, "; SET transaction_timeout = 0");
    /* Not with the start-up packet: target_session_attrs=read-write would find the server wanting.
     */
    if (session->options.read_only)
        g_string_append(sql, "; SET DateStyle = 'ISO'; SET default_transaction_read_only = on");
    return g_string_free(sql, FALSE);
}

gboolean
pg_check_backend(const PgSession *session, const char *pid, GError **error)
{
    if (pid != NULL && g_ascii_strtoll(pid, NULL, 10) == session->backend_pid)
        return TRUE;
    bl_error_set(
        error, BL_ERROR_CONNECT,
        "connect to the server itself (its own port), or let the pooler keep a backend for "
        "the session (pool_mode = session)",
        "a connection pooler stands before %s: it may give each transaction another "
        "backend, and the migration lock would be lost",
        session->base.label);
    return FALSE;
}

/* A pooler makes up the number of the backend, or gives that of another one. It need not have
 * passed the options of the start-up packet on. */
static gboolean
check_number(PgSession *session, PgTarget *target, const char *pid, GError **error)
{
    gboolean is_pooled = g_ascii_strtoll(pid, NULL, 10) != session->backend_pid;
    if (!is_pooled && pg_target_value(target, "options")[0] != '\0')
        return TRUE;
    g_autofree char *more = g_steal_pointer(&session->settings);
    session->settings = g_strconcat(target->settings, "; ", more, NULL);
    session->backend_pid = (int)g_ascii_strtoll(pid, NULL, 10);
    return pg_run(session, session->settings, error) &&
           (!is_pooled || pg_check_pooler(session, target, error));
}

static gboolean
check_kind(const PgSession *session, gboolean is_standby, GError **error)
{
    if (!is_standby || session->options.read_only)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "connect to the primary server",
                 "%s is a standby: nothing can be written there", session->base.label);
    return FALSE;
}

static gboolean
check_server(PgSession *session, PgTarget *target, GError **error)
{
    if (session->version < OLDEST_VERSION) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "use PostgreSQL 13 or newer",
                     "PostgreSQL %s is too old", session->base.version);
        return FALSE;
    }
    session->settings = more_settings(session);
    g_autofree char *sql = g_strconcat(session->settings,
                                       "; SELECT pg_backend_pid(), pg_is_in_recovery(), "
                                       "current_setting('is_superuser')::bool",
                                       NULL);
    g_autoptr(PgResult) facts = pg_select(session, sql, error);
    if (facts == NULL)
        return FALSE;
    session->is_superuser = pq.PQgetvalue(facts, 0, 2)[0] == 't';
    return check_number(session, target, pq.PQgetvalue(facts, 0, 0), error) &&
           check_kind(session, pq.PQgetvalue(facts, 0, 1)[0] == 't', error);
}

/* PgBouncer takes no "options", whatever it does then. */
static PGconn *
connect_with_options(PgTarget *target, GError **error)
{
    PGconn *conn = pg_target_connect(target, error);
    if (conn == NULL || pq.PQstatus(conn) == CONNECTION_OK ||
        strstr(pq.PQerrorMessage(conn), "unsupported startup parameter") == NULL ||
        !pg_target_drop_options(target))
        return conn;
    pq.PQfinish(conn);
    return pg_target_connect(target, error);
}

static PgSession *
open_target(PgTarget *target, const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    PGconn *conn = connect_with_options(target, error);
    if (conn == NULL)
        return NULL;
    if (pq.PQstatus(conn) != CONNECTION_OK) {
        set_refused(conn, error);
        g_free(target->database);
        target->database = g_strdup(pq.PQdb(conn));
        pq.PQfinish(conn);
        return NULL;
    }
    PgSession *session = session_new(conn, url, options);
    if (check_server(session, target, error))
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

static gboolean
has_state(const GError *error, const char *state)
{
    const BlErrorInfo *info = error != NULL ? bl_error_info(error) : NULL;
    return info != NULL && g_strcmp0(info->sqlstate, state) == 0;
}

/* From a database that every server has. */
PgSession *
pg_open_any(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    static const BlOpenOptions defaults;
    options = options != NULL ? options : &defaults;
    for (gsize i = 0;; i++) {
        g_autoptr(PgTarget) target = pg_target_new(url, options, error);
        if (target == NULL)
            return NULL;
        pg_target_set(target, "dbname", maintenance[i]);
        g_autoptr(GError) why = NULL;
        PgSession *session = open_target(target, url, options, &why);
        if (session != NULL)
            return session;
        if (i + 1 < G_N_ELEMENTS(maintenance))
            continue;
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
}

/* @param created out: FALSE when somebody else was faster */
static gboolean
make_database(const char *database, const BlUrl *url, gboolean *created, GError **error)
{
    g_autoptr(GError) why = NULL;
    PgSession *session = pg_open_any(url, NULL, &why);
    if (session != NULL) {
        g_autofree char *name = pg_name(database);
        g_autofree char *sql = g_strconcat("CREATE DATABASE ", name, NULL);
        *created = pg_run(session, sql, &why);
        pg_close(&session->base);
        if (*created || has_state(why, "42P04") || has_state(why, "23505"))
            return TRUE;
    }
    g_prefix_error(&why, "cannot make database \"%s\": ", database);
    if (has_state(why, "42501")) {
        bl_error_set(error, BL_ERROR_SQL,
                     "the role needs the right CREATEDB, or somebody else makes the database", "%s",
                     why->message);
        if (error != NULL)
            bl_error_set_sqlstate(*error, "42501");
        return FALSE;
    }
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
    g_autoptr(GError) why = NULL;
    gboolean created = FALSE;
    PgSession *session = open_target(target, url, options, &why);
    if (session == NULL && options->create && !options->read_only && has_state(why, "3D000")) {
        g_clear_error(&why);
        if (!make_database(target->database, url, &created, error))
            return NULL;
        session = open_target(target, url, options, &why);
    }
    if (session == NULL) {
        g_propagate_error(error, g_steal_pointer(&why));
        return NULL;
    }
    session->base.created = created;
    return &session->base;
}

BlSession *
pg_open_beside(BlSession *base, GError **error)
{
    PgSession *session = (PgSession *)base;
    BlOpenOptions quiet = session->options;
    quiet.reporter = NULL;
    g_autoptr(PgTarget) target = pg_target_new(session->url, &quiet, error);
    if (target == NULL)
        return NULL;
    pg_target_set(target, "dbname", session->database);
    PgSession *other = open_target(target, session->url, &quiet, error);
    if (other == NULL)
        return NULL;
    if (!session->locked || pg_lock_beside(other, error)) {
        other->beside = session;
        return &other->base;
    }
    pg_close(&other->base);
    return NULL;
}
