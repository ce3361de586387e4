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

/* A slot is left to whoever owns it: it may be another subscription's, of the same name. */
void
pg_forget_subscriptions(PgSession *inside)
{
    static const char sql[] =
        "DO $$ DECLARE s record; BEGIN FOR s IN SELECT x.subname, x.subslotname, x.subenabled OR EXISTS "
        "(SELECT FROM pg_catalog.pg_subscription_rel r WHERE r.srsubid = x.oid) AS connected FROM "
        "pg_catalog.pg_subscription x JOIN pg_catalog.pg_database d ON d.oid = x.subdbid WHERE "
        "d.datname = pg_catalog.current_database() LOOP "
        "EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I DISABLE', s.subname); "
        "EXECUTE pg_catalog.format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s.subname); "
        "EXECUTE pg_catalog.format('DROP SUBSCRIPTION %I', s.subname); "
        "IF s.connected AND s.subslotname IS NOT NULL THEN RAISE WARNING 'subscription \"%\" of a "
        "scratch database was dropped; its slot \"%\" on the other server is left', s.subname, "
        "s.subslotname; END IF; END LOOP; END $$";
    if (inside->conn == NULL || pq.PQstatus(inside->conn) != CONNECTION_OK)
        return;
    pg_rollback(&inside->base);
    pg_run_anyway(inside, sql);
}

/* @return FALSE with @error set, and only then */
static gboolean
holds_subscriptions(PgSession *session, const char *name, gboolean *holds, GError **error)
{
    g_autofree char *literal = bl_quote_literal(&bl_dialect_postgres, name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT pg_catalog.count(*) FROM pg_catalog.pg_subscription s JOIN pg_catalog.pg_database d "
        "ON d.oid = s.subdbid WHERE d.datname = %s",
        literal);
    g_autofree char *n = pg_select_text(session, sql, error);
    *holds = g_strcmp0(n, "0") != 0;
    return n != NULL;
}

void
pg_sweep_database(PgSession *session, const char *name)
{
    gboolean holds = FALSE;
    if (holds_subscriptions(session, name, &holds, NULL) && holds) {
        PgSession *inside = pg_open_other(session, name, NULL);
        if (inside == NULL)
            return;
        pg_forget_subscriptions(inside);
        pg_close(&inside->base);
    }
    (void)pg_run_on_database(session, "DROP DATABASE", name, "", NULL);
}

gboolean
pg_drop_database(PgSession *session, const char *name, GError **error)
{
    gboolean holds = FALSE;
    if (!holds_subscriptions(session, name, &holds, error))
        return FALSE;
    if (holds) {
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
