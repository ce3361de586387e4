/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/postgres/template.h"
#include "common/sql/quote.h"

static gboolean
drop_subscription(PgSession *inside, const char *name, GError **error)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_postgres, name);
    g_autofree char *forget =
        g_strconcat("ALTER SUBSCRIPTION ", quoted, " SET (slot_name = NONE)", NULL);
    g_autofree char *drop = g_strconcat("DROP SUBSCRIPTION ", quoted, NULL);
    return pg_run(inside, forget, error) && pg_run(inside, drop, error);
}

/* Those that never connected made no slot on another server that could be left behind. */
static gboolean
drop_subscriptions(PgSession *inside, GError **error)
{
    static const char sql[] =
        "SELECT s.subname, s.subenabled OR EXISTS (SELECT FROM pg_catalog.pg_subscription_rel r "
        "WHERE r.srsubid = s.oid) FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d "
        "ON d.oid = s.subdbid WHERE d.datname = pg_catalog.current_database() ORDER BY 2 DESC, 1";
    g_autoptr(PgResult) found = pg_select(inside, sql, error);
    for (int row = 0; found != NULL && row < pq.PQntuples(found); row++) {
        const char *name = pq.PQgetvalue(found, row, 0);
        if (pq.PQgetvalue(found, row, 1)[0] == 't') {
            bl_error_set(error, BL_ERROR_CONFLICT, "run DROP SUBSCRIPTION there yourself first",
                         "database \"%s\" is not dropped: its subscription \"%s\" is in use",
                         inside->database, name);
            return FALSE;
        }
        if (!drop_subscription(inside, name, error))
            return FALSE;
    }
    return found != NULL;
}

gboolean
pg_drop_database(PgSession *session, const char *name, GError **error)
{
    g_autofree char *literal = bl_quote_literal(&bl_dialect_postgres, name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d "
        "ON d.oid = s.subdbid WHERE d.datname = %s",
        literal);
    g_autofree char *n = pg_select_text(session, sql, error);
    if (n == NULL)
        return FALSE;
    if (n[0] != '0') {
        PgSession *inside = pg_open_other(session, name, error);
        if (inside == NULL)
            return FALSE;
        gboolean ok = drop_subscriptions(inside, error);
        pg_close(&inside->base);
        if (!ok)
            return FALSE;
    }
    return pg_run_on_database(session, "DROP DATABASE", name, "", error);
}

void
pg_drop_anyway(PgSession *session, const char *name)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_postgres, name);
    g_autofree char *sql = g_strconcat("DROP DATABASE ", quoted, NULL);
    pg_run_anyway(session, sql);
}
