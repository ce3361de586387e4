/* SPDX-License-Identifier: MIT */
/*
 * CREATE DATABASE commits by itself, before COMMENT can say whose the database is. One that is
 * being made has a mark of another kind, which the same statement sets: it allows as many
 * connections as there were minutes from 1970 to its making, some thirty million. It gets its name,
 * its comment and its real limit in one transaction.
 */
#include "common/base/error.h"
#include "common/engine/postgres/template.h"
#include "common/sql/quote.h"

#include <unistd.h>

/* The minutes and how the files get there, with each database that a killed process left a day
 * ago: no server takes 20 million connections. Since 15 every page goes through the log, which
 * spares the flush of each file; a server that flushes nothing copies the files in less time. */
static const char begin_sql[] =
    "SELECT n.minutes, d.datname, CASE WHEN pg_catalog.current_setting('fsync') = 'off' AND "
    "pg_catalog.current_setting('server_version_num')::int >= 150000 "
    "THEN ' STRATEGY FILE_COPY' ELSE '' END "
    "FROM (SELECT pg_catalog.floor(pg_catalog.date_part('epoch', "
    "pg_catalog.now()) / 60)::int AS minutes) n LEFT JOIN pg_catalog.pg_database d ON "
    "d.datname ~ '^baseline_building_[0-9a-f]{16}_[0-9]+$' AND d.datconnlimit > 20000000 AND "
    "d.datconnlimit < n.minutes - 1440";

char *
pg_begin_building(PgSession *session, const char *how, GError **error)
{
    g_autoptr(PgResult) result = pg_select(session, begin_sql, error);
    if (result == NULL)
        return NULL;
    for (int row = 0; row < pq.PQntuples(result); row++) {
        if (pq.PQgetisnull(result, row, 1) == 0)
            (void)pg_drop_database(session, pq.PQgetvalue(result, row, 1), NULL);
    }
    g_autofree char *name = g_strdup_printf("baseline_building_%08x%08x_%ld", g_random_int(),
                                            g_random_int(), (long)getpid());
    g_autofree char *rest = g_strconcat(how, pq.PQgetvalue(result, 0, 2), " CONNECTION LIMIT ",
                                        pq.PQgetvalue(result, 0, 0), NULL);
    return pg_run_on_database(session, "CREATE DATABASE", name, rest, error)
               ? g_steal_pointer(&name)
               : NULL;
}

gboolean
pg_end_building(PgSession *session,
                const char *building,
                const char *name,
                const char *comment,
                const char *options,
                GError **error)
{
    g_autofree char *from = bl_quote_identifier(&bl_dialect_postgres, building);
    g_autofree char *to = bl_quote_identifier(&bl_dialect_postgres, name);
    g_autofree char *literal = bl_quote_literal(&bl_dialect_postgres, comment);
    g_autofree char *sql = g_strdup_printf(
        "COMMENT ON DATABASE %s IS %s; ALTER DATABASE %s WITH CONNECTION LIMIT -1%s; "
        "ALTER DATABASE %s RENAME TO %s",
        from, literal, from, options, from, to);
    if (pg_run(session, sql, error))
        return TRUE;
    pg_drop_anyway(session, building);
    return FALSE;
}
