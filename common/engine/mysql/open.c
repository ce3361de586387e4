/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/target.h"

#include <string.h>

#define UNKNOWN_DATABASE 1049
#define DATABASE_EXISTS  1007

/* Oldest servers: the ones that know microseconds, and every statement that is sent here. */
#define OLDEST_MYSQL   50600
#define OLDEST_MARIADB 100200

/* How long a statement waits for a lock when nobody says, in seconds: InnoDB's own default for
 * rows. For tables the servers would wait a day or a year. */
#define LOCK_WAIT_S 50

/* The columns of facts[]. */
enum { F_VERSION, F_PACKET, F_CASE, F_THREAD, F_DATABASE, F_MODE, F_GLOBAL_MODE, F_PLACE, N_FACTS };

static const char facts_sql[] =
    "SELECT VERSION(), @@max_allowed_packet, @@lower_case_table_names, "
    "CONNECTION_ID(), DATABASE(), @@SESSION.sql_mode, @@GLOBAL.sql_mode, "
    "concat_ws(' ', @@server_id, @@hostname, @@port, @@socket, @@datadir)";

/* "10.11.19-MariaDB-log", "5.5.5-10.3.1-MariaDB", "9.7.4", "5.6.24-log". */
static guint
parse_version(const char *text)
{
    static const char disguise[] = "5.5.5-";
    const char *p = g_str_has_prefix(text, disguise) ? text + strlen(disguise) : text;
    guint version = 0;
    for (guint i = 0; i < 3; i++) {
        char *end = NULL;
        version = version * 100 + (guint)MIN(g_ascii_strtoull(p, &end, 10), 99);
        p = *end == '.' ? end + 1 : end;
    }
    return version;
}

static gboolean
take_facts(const MyRow *row, void *data, GError **error)
{
    MySession *session = data;
    (void)error;
    if (row->n < N_FACTS || row->values[F_VERSION] == NULL)
        return TRUE;
    session->version = parse_version(row->values[F_VERSION]);
    session->is_mariadb = strstr(row->values[F_VERSION], "MariaDB") != NULL;
    session->max_packet = (gsize)g_ascii_strtoull(row->values[F_PACKET], NULL, 10);
    session->base.longest_statement = session->max_packet / 2;
    session->names_case = (int)g_ascii_strtoll(row->values[F_CASE], NULL, 10);
    session->base.folds_names = session->names_case != 0;
    session->thread_id = g_ascii_strtoull(row->values[F_THREAD], NULL, 10);
    g_free(session->database);
    session->database = g_strdup(row->values[F_DATABASE]);
    g_free(session->sql_mode);
    session->sql_mode = g_strdup(row->values[F_MODE]);
    g_free(session->global_mode);
    session->global_mode = g_strdup(row->values[F_GLOBAL_MODE]);
    g_free(session->place);
    session->place = g_strdup(row->values[F_PLACE]);
    return TRUE;
}

/* A switch takes 0, but not '0'. */
static void
append_parameters(GString *sql, const MyTarget *target)
{
    for (gsize i = 0; my_session_parameters[i] != NULL; i++) {
        const char *value = my_target_value(target, my_session_parameters[i]);
        if (value == NULL)
            continue;
        g_autofree char *name = g_strdelimit(g_strdup(my_session_parameters[i]), "-", '_');
        g_string_append_printf(sql, ", %s = ", name);
        if (value[0] != '\0' && value[strspn(value, "0123456789")] == '\0')
            g_string_append(sql, value);
        else
            my_append_literal(sql, value, -1);
    }
}

/* What a server or its init_connect may set to what would spoil everything that is read: rows that
 * are cut off, or those of another time. It is not about what a file of the user does. DEFAULT
 * would be the server's limit. */
static const char whole_answers[] =
    ", sql_select_limit = " MY_NO_LIMIT ", sql_big_selects = 1/*M!100304 , "
    "system_versioning_asof = DEFAULT*/";

/* What a session has whatever the server says, for files of the user and for us. */
static char *
first_settings(const MySession *session)
{
    const BlOpenOptions *options = &session->options;
    guint lock_s =
        options->lock_timeout_ms > 0 ? (options->lock_timeout_ms + 999) / 1000 : LOCK_WAIT_S;
    const char *collation = my_target_value(session->target, "collation");
    GString *sql = g_string_new("SET NAMES utf8mb4");
    if (collation != NULL) {
        g_string_append(sql, " COLLATE ");
        my_append_literal(sql, collation, -1);
    }
    g_string_append_printf(
        sql,
        "; SET SESSION character_set_results = NULL, autocommit = 1, completion_type = 0, "
        "lock_wait_timeout = %u, innodb_lock_wait_timeout = %u, "
        "lc_messages = 'en_US', wait_timeout = 2147483, net_read_timeout = 3600, "
        "net_write_timeout = 3600",
        lock_s, lock_s);
    g_string_append(sql, whole_answers);
    append_parameters(sql, session->target);
    if (session->options.read_only)
        g_string_append(sql, "; SET SESSION TRANSACTION READ ONLY");
    return g_string_free(sql, FALSE);
}

/* A proxy that gives statements to several servers or threads would lose our lock, our settings and
 * the KILL QUERY. */
static gboolean
check_thread(const MySession *session, GError **error)
{
    if (session->thread_id == (guint64)my.mysql_thread_id(session->conn))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONNECT, "connect to the server itself (its own port)",
                 "a proxy stands before %s: it may give each statement another session, and the "
                 "migration lock would be lost",
                 session->base.label);
    return FALSE;
}

static gboolean
check_server(MySession *session, GError **error)
{
    g_autofree char *settings = first_settings(session);
    g_autofree char *sql = g_strconcat(settings, "; ", facts_sql, NULL);
    if (!my_run_all(session, sql, take_facts, session, NULL, error)) {
        g_prefix_error(error, "cannot set up the session: ");
        return FALSE;
    }
    guint oldest = session->is_mariadb ? OLDEST_MARIADB : OLDEST_MYSQL;
    session->base.flavour = g_strdup(session->is_mariadb ? "mariadb" : "mysql");
    session->base.version = g_strdup_printf("%u.%u.%u", session->version / 10000,
                                            session->version / 100 % 100, session->version % 100);
    if (session->version < oldest) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "use MySQL 5.6, MariaDB 10.2, or newer",
                     "%s %s is too old", session->is_mariadb ? "MariaDB" : "MySQL",
                     session->base.version);
        return FALSE;
    }
    return check_thread(session, error);
}

/* @param target taken */
static MySession *
open_target(MyTarget *target, const BlOpenOptions *options, GError **error)
{
    extern const BlEngine bl_engine_mysql;
    MYSQL *conn = my_target_connect(target, NULL, 0, error);
    if (conn == NULL) {
        my_target_free(target);
        return NULL;
    }
    MySession *session = g_new0(MySession, 1);
    session->base.engine = &bl_engine_mysql;
    session->base.reporter = options->reporter;
    session->base.label = my_target_label(target);
    session->conn = conn;
    session->target = target;
    session->options = *options;
    session->thread_id = (guint64)my.mysql_thread_id(conn);
    session->watch = my_watch_new(session, options->statement_timeout_ms);
    if (check_server(session, error))
        return session;
    my_close(&session->base);
    return NULL;
}

/* Another process may make it at the same time: then it is not ours. */
static gboolean
make_database(const MyTarget *target, gboolean *created, GError **error)
{
    g_autofree char *name = my_name(target->database);
    g_autofree char *sql = g_strconcat("CREATE DATABASE ", name, NULL);
    MYSQL *conn = my_target_connect(target, "", 0, error);
    if (conn == NULL)
        return FALSE;
    GError *why = NULL;
    *created = my.mysql_real_query(conn, sql, (gulong)strlen(sql)) == 0;
    if (!*created)
        my_fail_connection(conn, NULL, &why);
    my.mysql_close(conn);
    if (*created || my_error_is(why, DATABASE_EXISTS)) {
        g_clear_error(&why);
        return TRUE;
    }
    g_prefix_error(&why, "cannot make database \"%s\": ", target->database);
    g_propagate_error(error, why);
    return FALSE;
}

/* @why is taken: tells what to do where the database is missing, or hidden from this user. */
static void
set_not_opened(GError *why, GError **error)
{
    if (my_error_is(why, UNKNOWN_DATABASE)) {
        why->code = BL_ERROR_CONNECT;
        bl_error_set_hint(why, "make the database, or use --create");
    }
    /* Access denied to the database. */
    if (my_error_is(why, 1044))
        why->code = BL_ERROR_CONNECT;
    g_propagate_error(error, why);
}

BlSession *
my_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    if (!my_libmysql_load(error))
        return NULL;
    g_autoptr(MyTarget) target = my_target_new(url, error);
    if (target == NULL)
        return NULL;
    GError *why = NULL;
    gboolean created = FALSE;
    MySession *session = open_target(my_target_copy(target, target->database), options, &why);
    if (session == NULL && options->create && !options->read_only &&
        my_error_is(why, UNKNOWN_DATABASE)) {
        g_clear_error(&why);
        if (!make_database(target, &created, error))
            return NULL;
        session = open_target(my_target_copy(target, target->database), options, &why);
    }
    if (session == NULL) {
        set_not_opened(why, error);
        return NULL;
    }
    session->base.created = created;
    return &session->base;
}

MySession *
my_open_server(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    if (!my_libmysql_load(error))
        return NULL;
    g_autoptr(MyTarget) target = my_target_new(url, error);
    if (target == NULL)
        return NULL;
    GError *why = NULL;
    MySession *session = open_target(my_target_copy(target, target->database), options, &why);
    if (session == NULL && my_error_is(why, UNKNOWN_DATABASE)) {
        g_clear_error(&why);
        session = open_target(my_target_copy(target, MY_NO_DATABASE), options, &why);
    }
    if (session == NULL)
        set_not_opened(why, error);
    return session;
}

MySession *
my_open_other(const MySession *session, const char *database, GError **error)
{
    const char *name = database != NULL ? database : session->target->database;
    return open_target(my_target_copy(session->target, name), &session->options, error);
}

MySession *
my_open_further(const MySession *session, GError **error)
{
    BlOpenOptions quiet = session->options;
    quiet.reporter = NULL;
    MyTarget *target = my_target_copy(session->target, session->target->database);
    MySession *other = open_target(target, &quiet, error);
    if (other == NULL || g_strcmp0(other->place, session->place) == 0)
        return other;
    bl_error_set(error, BL_ERROR_CONNECT, "connect to one server, by its own name",
                 "%s leads to several servers", session->base.label);
    my_close(&other->base);
    return NULL;
}

BlSession *
my_open_beside(BlSession *base, GError **error)
{
    MySession *session = (MySession *)base;
    MySession *other = my_open_further(session, error);
    if (other == NULL)
        return NULL;
    other->beside = session;
    if (session->lock == NULL || my_lock_beside(other, error))
        return &other->base;
    my_close(&other->base);
    return NULL;
}
