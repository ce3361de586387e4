/* SPDX-License-Identifier: MIT */
/*
 * The guard of a session that runs other people's statements beside live databases: whatever put
 * the statements together, what they wrote into a catalog of the whole server is seen before it is
 * committed. The server counts rows by transaction where it counts at all (track_counts), and a
 * statement that commits by itself is not held up.
 */
#include "common/base/error.h"
#include "common/engine/postgres/postgres.h"

/* Every owner of an object is noted in pg_shdepend. */
static const char written_sql[] =
    "SELECT c.relname FROM pg_catalog.pg_class c WHERE c.relisshared AND c.relkind = 'r' "
    "AND c.relname <> 'pg_shdepend' AND pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) "
    "+ pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) "
    "+ pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) > 0 ORDER BY 1 LIMIT 1";

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
