/* SPDX-License-Identifier: MIT */
/*
 * The guard of a session that runs other people's statements beside live databases: whatever put
 * the statements together, what they wrote into a catalog of the whole server is seen before it is
 * committed. The server counts rows by transaction where it counts at all (track_counts), and a
 * statement that commits by itself is not held up.
 */
#include "common/base/error.h"
#include "common/engine/postgres/postgres.h"

/* Every owner of an object is noted in pg_shdepend. An event trigger on logins is noted in the row
 * of its own database (PostgreSQL 17+), so that another row must be told from it: one that is seen
 * here while its transaction is in progress was written by this one. Only what is as young as this
 * transaction is asked for, since older numbers may mean another round of them. */
static const char written_sql[] =
    "SELECT n.relname FROM (SELECT c.relname, "
    "pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) AS updated, "
    "pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) "
    "+ pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) AS others FROM pg_catalog.pg_class c "
    "WHERE c.relisshared AND c.relkind = 'r' AND c.relname <> 'pg_shdepend') n "
    "WHERE n.others > 0 OR (n.updated > 0 AND (n.relname <> 'pg_database' OR EXISTS (SELECT FROM "
    "pg_catalog.pg_database d WHERE d.datname <> pg_catalog.current_database() AND "
    "CASE WHEN pg_catalog.age(d.xmin) BETWEEN -1000000 AND 0 THEN pg_catalog.pg_xact_status("
    "(((pg_catalog.pg_current_xact_id()::text::bigint >> 32) << 32) + d.xmin::text::bigint)::text"
    "::xid8) = 'in progress' ELSE false END))) ORDER BY 1 LIMIT 1";

gboolean
pg_check_confined(PgSession *session, GError **error)
{
    if (!session->base.is_confined)
        return TRUE;
    GError *why = NULL;
    g_autofree char *catalog = pg_select_text(session, written_sql, &why);
    if (why != NULL) {
        g_propagate_error(error, why);
        return FALSE;
    }
    if (catalog == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "name a server of its own with --scratch-url",
                 "a statement changes %s, which all databases of the server share: it is not "
                 "replayed beside a live database",
                 catalog);
    return FALSE;
}
