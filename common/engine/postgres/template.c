/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/template.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/sql/quote.h"

#include <string.h>

/* How long another process may take to build the same template. */
#define BUILD_WAIT_MS 600000
#define BUILD_POLL_MS 100

/* What decides the contents of a template besides the snapshot: properties of the database, the
 * role that owns what was made, where the ledger went, the versions of extensions. */
static const char variant_sql[] =
    "SELECT (pg_catalog.to_jsonb(d) - 'oid' - 'datname' - 'datfrozenxid' - 'datminmxid' - 'datacl' "
    "- 'datconnlimit' - 'datallowconn' - 'datistemplate' - 'datlastsysoid')::text || ' ' || "
    "pg_catalog.current_setting('search_path') || ' ' || current_user || ' ' || coalesce((SELECT "
    "pg_catalog.string_agg(x.extname || ' ' || x.extversion, ',' ORDER BY x.extname) FROM "
    "pg_catalog.pg_extension x), '') FROM pg_catalog.pg_database d WHERE d.datname = "
    "pg_catalog.current_database()";

/* Equal in a database and in its copy as long as nobody changed either: a row that is written gets
 * another xmin, and a table that is filled another size. */
static const char fingerprint_sql[] =
    "SELECT pg_catalog.md5(pg_catalog.string_agg(f.t, ',' ORDER BY f.t)) FROM ("
    "SELECT 'class ' || c.oid || ' ' || c.xmin || ' ' || CASE WHEN c.relkind IN ('r', 'm', 'S') "
    "THEN pg_catalog.pg_relation_size(c.oid) ELSE 0 END FROM pg_catalog.pg_class c "
    "WHERE c.oid >= 16384 "
    "UNION ALL SELECT 'attribute ' || pg_catalog.count(*) || ' ' || "
    "pg_catalog.sum(pg_catalog.hashtext(a.xmin::text)) FROM pg_catalog.pg_attribute a "
    "WHERE a.attrelid >= 16384 "
    "UNION ALL SELECT 'proc ' || p.oid || ' ' || p.xmin FROM pg_catalog.pg_proc p "
    "WHERE p.oid >= 16384 "
    "UNION ALL SELECT 'depend ' || pg_catalog.count(*) || ' ' || "
    "pg_catalog.sum(pg_catalog.hashtext(d.xmin::text)) FROM pg_catalog.pg_depend d) f (t)";

PgSession *
pg_open_maintenance(const PgSession *session, GError **error)
{
    static const char *const names[] = { "postgres", "template1" };
    GError *first = NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        PgSession *opened = NULL;
        if (strcmp(names[i], session->database) != 0)
            opened = pg_open_other(session, names[i], first == NULL ? &first : NULL);
        if (opened == NULL)
            continue;
        g_clear_error(&first);
        return opened;
    }
    g_propagate_prefixed_error(error, first, "to make or drop a database: ");
    bl_error_set_hint(error != NULL ? *error : NULL,
                      "let this role connect to database \"postgres\"");
    return NULL;
}

gboolean
pg_run_on_database(
    PgSession *session, const char *verb, const char *name, const char *rest, GError **error)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_postgres, name);
    g_autofree char *sql = g_strconcat(verb, " ", quoted, rest[0] != '\0' ? " " : "", rest, NULL);
    return pg_run(session, sql, error);
}

static gboolean
set_comment(PgSession *session, const char *name, const char *comment, GError **error)
{
    g_autofree char *literal = bl_quote_literal(&bl_dialect_postgres, comment);
    g_autofree char *rest = g_strconcat("IS ", literal, NULL);
    return pg_run_on_database(session, "COMMENT ON DATABASE", name, rest, error);
}

/* What a template of this snapshot is called here. */
static gboolean
name_template(PgSession *session, const char *mark, char **hash, GError **error)
{
    g_autofree char *variant = pg_select_text(session, variant_sql, error);
    if (variant == NULL)
        return FALSE;
    g_autofree char *all = g_strconcat(mark, "\n", variant, NULL);
    g_autofree char *sum = g_compute_checksum_for_string(G_CHECKSUM_SHA256, all, -1);
    *hash = g_strndup(sum, 24);
    return TRUE;
}

/* Two processes that want the same template: one builds it, the other waits. Polled, so that the
 * wait can be ended. */
static gboolean
lock_template(PgSession *session, const char *hash, GError **error)
{
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.pg_try_advisory_lock(('x' || pg_catalog.substr('%s', 1, 16))::bit(64)"
        "::int8)",
        hash);
    for (guint waited = 0; waited < BUILD_WAIT_MS; waited += BUILD_POLL_MS) {
        g_autofree char *got = pg_select_text(session, sql, error);
        if (got == NULL || !bl_cancel_check(error))
            return FALSE;
        if (got[0] == 't')
            return TRUE;
        g_usleep((gulong)BUILD_POLL_MS * 1000);
    }
    bl_error_set(error, BL_ERROR_CONFLICT, "end the process that builds it",
                 "another process has been building the template for ten minutes");
    return FALSE;
}

/* @param comment out: NULL when there is no such database, "" without a comment */
static gboolean
read_comment(PgSession *session, const char *name, char **comment, GError **error)
{
    g_autofree char *literal = bl_quote_literal(&bl_dialect_postgres, name);
    g_autofree char *sql =
        g_strdup_printf("SELECT coalesce(pg_catalog.shobj_description(d.oid, 'pg_database'), '') "
                        "FROM pg_catalog.pg_database d WHERE d.datname = %s",
                        literal);
    GError *problem = NULL;
    *comment = pg_select_text(session, sql, &problem);
    if (problem == NULL)
        return TRUE;
    g_propagate_error(error, problem);
    return FALSE;
}

/* Templates that nobody has used for two weeks. By mark and age only: a template of another branch
 * is as good as this one. What cannot be dropped stays. */
static void
sweep(PgSession *session)
{
    static const char sql[] =
        "SELECT d.datname FROM pg_catalog.pg_database d, LATERAL (SELECT "
        "pg_catalog.shobj_description(d.oid, 'pg_database') AS text) c WHERE "
        "d.datname ~ '^baseline_template_[0-9a-f]{24}$' AND c.text ~ '^baseline template of ' AND "
        "(pg_catalog.substring(c.text, 'used (\\d{4}-\\d\\d-\\d\\d)$'))::date < current_date - 14";
    g_autoptr(PgResult) result = pg_select(session, sql, NULL);
    for (int row = 0; result != NULL && row < pq.PQntuples(result); row++)
        (void)pg_drop_database(session, pq.PQgetvalue(result, row, 0), NULL);
}

static gboolean
check_copy(PgSession *session, const char *copy, const char *fingerprint, GError **error)
{
    PgSession *inside = pg_open_other(session, copy, error);
    if (inside == NULL)
        return FALSE;
    g_autofree char *found = pg_select_text(inside, fingerprint_sql, error);
    pg_close(&inside->base);
    if (found == NULL)
        return FALSE;
    if (strcmp(found, fingerprint) == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "keep others out of it meanwhile, and run again",
                 "somebody changed the database between the load and the copy");
    return FALSE;
}

typedef struct {
    const char *source; /* database */
    const char *name;   /* of the template */
    const char *mark;
    const char *today;
    const char *fingerprint;
} Build;

static gboolean
build_template(PgSession *session, const Build *build, GError **error)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_postgres, build->source);
    g_autofree char *how = g_strconcat("TEMPLATE ", quoted, NULL);
    g_autofree char *comment =
        g_strdup_printf("baseline template of %s, used %s", build->mark, build->today);
    g_autofree char *copy = pg_begin_building(session, how, error);
    if (copy == NULL) {
        g_prefix_error(error, "copying database \"%s\": ", build->source);
        return FALSE;
    }
    if (check_copy(session, copy, build->fingerprint, error))
        return pg_end_building(session, copy, build->name, comment, " ALLOW_CONNECTIONS false",
                               error);
    pg_drop_anyway(session, copy);
    return FALSE;
}

/* @param session the maintenance session, which holds the lock of the template */
static gboolean
find_or_build(PgSession *session, Build *build, GError **error)
{
    g_autofree char *today =
        pg_select_text(session, "SELECT pg_catalog.to_char(current_date, 'YYYY-MM-DD')", error);
    g_autofree char *comment = NULL;
    if (today == NULL || !read_comment(session, build->name, &comment, error))
        return FALSE;
    build->today = today;
    if (comment == NULL) {
        sweep(session);
        return build_template(session, build, error);
    }
    g_autofree char *expected = g_strdup_printf("baseline template of %s, used ", build->mark);
    if (!g_str_has_prefix(comment, expected)) {
        bl_error_set(error, BL_ERROR_CONFLICT, "look at what it is, and rename or drop it",
                     "database \"%s\" has the name of a template, but not its mark", build->name);
        return FALSE;
    }
    if (g_str_has_suffix(comment, today))
        return TRUE;
    g_autofree char *used = g_strconcat(expected, today, NULL);
    /* Another role's template may be used, but not marked. */
    set_comment(session, build->name, used, NULL);
    return TRUE;
}

const char *
pg_ensure_template(PgSession *session, const char *mark, GError **error)
{
    if (session->template != NULL)
        return session->template;
    g_autofree char *hash = NULL;
    if (!name_template(session, mark, &hash, error))
        return NULL;
    g_autofree char *fingerprint = pg_select_text(session, fingerprint_sql, error);
    if (fingerprint == NULL)
        return NULL;
    session->maintenance = pg_open_maintenance(session, error);
    if (session->maintenance == NULL)
        return NULL;
    pq.PQfinish(g_steal_pointer(&session->conn));
    session->locked = FALSE;

    g_autofree char *name = g_strconcat("baseline_template_", hash, NULL);
    Build build = {
        .source = session->database, .name = name, .mark = mark, .fingerprint = fingerprint
    };
    if (!lock_template(session->maintenance, hash, error))
        return NULL;
    gboolean ok = find_or_build(session->maintenance, &build, error);
    pg_run(session->maintenance, "SELECT pg_catalog.pg_advisory_unlock_all()", NULL);
    if (ok)
        session->template = g_steal_pointer(&name);
    return session->template;
}
