/* SPDX-License-Identifier: MIT */
/*
 * Scratch databases: made for a proof, dropped when their session is closed. Their comment says
 * what they are and since when; nothing without such a mark is dropped.
 */
#include "common/base/error.h"
#include "common/engine/postgres/template.h"
#include "common/sql/quote.h"

#include <string.h>
#include <unistd.h>

#define NAME_PREFIX  "baseline_scratch_"
#define SCRATCH_MARK "baseline scratch since "

/* How long a session may take to leave. */
#define LEAVE_POLLS   20
#define LEAVE_POLL_US 2000

/* What CREATE DATABASE must say to make a database of the same kind from the empty template. */
static const char like_sql[] =
    "SELECT pg_catalog.format('TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L', "
    "pg_catalog.pg_encoding_to_char(d.encoding), d.datcollate, d.datctype) || "
    "CASE WHEN pg_catalog.to_jsonb(d) ->> 'datlocprovider' = 'i' THEN pg_catalog.format("
    "' LOCALE_PROVIDER icu ICU_LOCALE %L', coalesce(pg_catalog.to_jsonb(d) ->> 'datlocale', "
    "pg_catalog.to_jsonb(d) ->> 'daticulocale')) || coalesce(' ICU_RULES ' || "
    "pg_catalog.quote_literal(pg_catalog.to_jsonb(d) ->> 'daticurules'), '') "
    "WHEN pg_catalog.to_jsonb(d) ->> 'datlocprovider' = 'b' THEN pg_catalog.format("
    "' LOCALE_PROVIDER builtin BUILTIN_LOCALE %L', pg_catalog.to_jsonb(d) ->> 'datlocale') "
    "ELSE '' END "
    "FROM pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database()";

/* What the database has set for everybody, and for this role in it, as statements without the
 * database's name. A list is kept as it is quoted already. */
static const char settings_sql[] =
    "SELECT CASE s.setrole WHEN 0 THEN 'ALTER DATABASE' "
    "ELSE 'SET LOCAL ROLE NONE; ALTER ROLE SESSION_USER IN DATABASE' END, "
    "'SET ' || pg_catalog.quote_ident(pg_catalog.split_part(c, '=', 1)) || ' = ' || "
    "CASE WHEN pg_catalog.split_part(c, '=', 1) IN ('search_path', 'temp_tablespaces', "
    "'session_preload_libraries', 'local_preload_libraries', 'unix_socket_directories') "
    "THEN coalesce(nullif(pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1), ''), $$''$$) "
    "ELSE pg_catalog.quote_literal(pg_catalog.substr(c, pg_catalog.strpos(c, '=') + 1)) END "
    "FROM pg_catalog.pg_db_role_setting s, pg_catalog.unnest(s.setconfig) c "
    "WHERE (s.setrole = 0 OR s.setrole = (SELECT r.oid FROM pg_catalog.pg_roles r "
    "WHERE r.rolname = session_user)) AND s.setdatabase = (SELECT d.oid FROM "
    "pg_catalog.pg_database d WHERE d.datname = pg_catalog.current_database())";

/* Left by processes that were killed. One that is in use cannot be dropped, and stays. */
static void
sweep(PgSession *session)
{
    static const char sql[] =
        "SELECT d.datname FROM pg_catalog.pg_database d, LATERAL (SELECT "
        "pg_catalog.shobj_description(d.oid, 'pg_database') AS text) c "
        "WHERE d.datname ~ '^baseline_scratch_[0-9a-f]{16}_[0-9]+$' AND c.text ~ "
        "'^baseline scratch since [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}$' "
        "AND pg_catalog.to_timestamp(pg_catalog.right(c.text, 16), 'YYYY-MM-DD HH24:MI')::timestamp "
        "< (pg_catalog.now() AT TIME ZONE 'UTC') - interval '1 hour'";
    g_autoptr(PgResult) result = pg_select(session, sql, NULL);
    for (int row = 0; result != NULL && row < pq.PQntuples(result); row++)
        pg_sweep_database(session, pq.PQgetvalue(result, row, 0));
}

/* A session of the server that is not on the scratch database: on the one that is named, which
 * says what the new one must be like, or on any when that is missing. */
static PgSession *
open_beside(const BlUrl *url, const BlOpenOptions *options, gboolean *is_named, GError **error)
{
    g_autoptr(GError) why = NULL;
    PgSession *session = (PgSession *)pg_open(url, options, &why);
    *is_named = session != NULL;
    if (session != NULL)
        return session;
    const BlErrorInfo *info = bl_error_info(why);
    if (info != NULL && g_strcmp0(info->sqlstate, "3D000") == 0)
        return pg_open_any(url, options, error);
    g_propagate_error(error, g_steal_pointer(&why));
    return NULL;
}

static gboolean
create_scratch(PgSession *session, const char *name, gboolean is_like, GError **error)
{
    g_autofree char *like = is_like ? pg_select_text(session, like_sql, error) : g_strdup("");
    g_autofree char *comment =
        like != NULL ? pg_select_text(session,
                                      "SELECT '" SCRATCH_MARK "' || pg_catalog.to_char("
                                      "pg_catalog.now() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI')",
                                      error)
                     : NULL;
    g_autofree char *building = comment != NULL ? pg_begin_building(session, like, error) : NULL;
    return building != NULL && pg_end_building(session, building, name, comment, "", error);
}

static gboolean
is_denied(const GError *why)
{
    const BlErrorInfo *info = bl_error_info(why);
    return info != NULL && g_strcmp0(info->sqlstate, "42501") == 0;
}

/* What only a superuser may set is about the log and the like: a role that may not does without. */
static gboolean
copy_settings(PgSession *session, const char *name, gboolean is_like, GError **error)
{
    if (!is_like)
        return TRUE;
    g_autoptr(PgResult) result = pg_select(session, settings_sql, error);
    for (int row = 0; result != NULL && row < pq.PQntuples(result); row++) {
        GError *why = NULL;
        if (pg_run_on_database(session, pq.PQgetvalue(result, row, 0), name,
                               pq.PQgetvalue(result, row, 1), &why))
            continue;
        if (!is_denied(why)) {
            g_propagate_error(error, why);
            return FALSE;
        }
        g_error_free(why);
    }
    return result != NULL;
}

static char *
make_name(void)
{
    return g_strdup_printf(NAME_PREFIX "%08x%08x_%ld", g_random_int(), g_random_int(),
                           (long)getpid());
}

/* A pooler may know databases by a list. */
static PgSession *
open_made(PgSession *beside, const char *name, GError **error)
{
    GError *why = NULL;
    PgSession *session = pg_open_other(beside, name, &why);
    if (session != NULL)
        return session;
    bl_error_set_hint(why,
                      "the server has made and dropped it: let %s* through where databases "
                      "are listed (a pooler), or name the server itself with --scratch-url",
                      NAME_PREFIX);
    g_propagate_error(error, why);
    return NULL;
}

/* Says what a role that may not make databases can do. @return NULL always */
static BlSession *
refuse_scratch(GError *why, GError **error)
{
    g_prefix_error(&why, "making a scratch database: ");
    if (!is_denied(why)) {
        g_propagate_error(error, why);
        return NULL;
    }
    bl_error_set(error, BL_ERROR_SQL,
                 "the role needs the right CREATEDB, or name a server where it has that with "
                 "--scratch-url",
                 "%s", why->message);
    bl_error_set_sqlstate(error != NULL ? *error : NULL, "42501");
    g_error_free(why);
    return NULL;
}

BlSession *
pg_open_scratch(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    BlOpenOptions writing = *options;
    writing.create = FALSE;
    writing.read_only = FALSE;
    gboolean is_named = FALSE;
    PgSession *beside = open_beside(url, &writing, &is_named, error);
    if (beside == NULL)
        return NULL;
    sweep(beside);
    g_autofree char *name = make_name();
    GError *why = NULL;
    PgSession *session = NULL;
    if (create_scratch(beside, name, is_named, &why)) {
        if (copy_settings(beside, name, is_named, &why))
            session = open_made(beside, name, &why);
        if (session == NULL)
            pg_run_on_database(beside, "DROP DATABASE", name, "", NULL);
    }
    if (session == NULL) {
        pg_close(&beside->base);
        return refuse_scratch(why, error);
    }
    session->base.is_scratch = TRUE;
    session->maintenance = beside;
    return &session->base;
}

/* A session that was lost left the database behind as it was. */
static void
leave_scratch(PgSession *session)
{
    if (session->conn != NULL && pq.PQstatus(session->conn) == CONNECTION_OK) {
        pg_forget_subscriptions(session);
    } else {
        PgSession *again = pg_open_other(session, NULL, NULL);
        if (again != NULL)
            pg_forget_subscriptions(again);
        pg_close((BlSession *)again);
    }
    pq.PQfinish(g_steal_pointer(&session->conn));
}

/* A session that was closed a moment ago is still about to go, and for each that DROP DATABASE
 * finds it sleeps a tenth of a second. */
static void
await_leaving(PgSession *beside, const char *database)
{
    g_autoptr(GString) sql = g_string_new(
        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_stat_activity WHERE datname = ");
    pg_append_literal(sql, database);
    for (guint i = 0; i < LEAVE_POLLS; i++) {
        g_autofree char *n = pg_select_text(beside, sql->str, NULL);
        if (n == NULL || strcmp(n, "0") == 0)
            return;
        g_usleep(LEAVE_POLL_US);
    }
}

/* A server whose disk is full cannot drop it either. */
static void
tell_if_left(PgSession *beside, const PgSession *session)
{
    g_autoptr(GString) sql =
        g_string_new("SELECT pg_catalog.count(*) FROM pg_catalog.pg_database WHERE datname = ");
    pg_append_literal(sql, session->database);
    g_autofree char *n = pg_select_text(beside, sql->str, NULL);
    if (g_strcmp0(n, "1") == 0) {
        bl_report_text(session->base.reporter, BL_EVENT_WARNING,
                       "the server did not drop scratch database \"%s\": a later proof does, an "
                       "hour from now, or DROP DATABASE",
                       session->database);
    }
}

void
pg_drop_scratch(PgSession *session)
{
    session->base.is_scratch = FALSE;
    if (!g_str_has_prefix(session->database, NAME_PREFIX))
        return;
    leave_scratch(session);
    g_autofree char *sql =
        g_strdup_printf("DROP DATABASE IF EXISTS \"%s\" WITH (FORCE)", session->database);
    /* Also when somebody asked to end. */
    PgSession *beside = session->maintenance;
    await_leaving(beside, session->database);
    pg_run_anyway(beside, sql);
    if (pq.PQstatus(beside->conn) == CONNECTION_OK) {
        tell_if_left(beside, session);
        return;
    }
    /* The session beside it was ended meanwhile. */
    PgSession *other = pg_open_any(session->url, NULL, NULL);
    if (other == NULL)
        return;
    pg_run_anyway(other, sql);
    pg_close(&other->base);
}
