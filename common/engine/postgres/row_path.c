/* SPDX-License-Identifier: MIT */
/*
 * What is computed when a row comes in (checks, of domains too, generated columns, indexes, keys of
 * partitioned tables) may call a function whose body has names without a schema. Such rows need the
 * schemas of what it names: with the empty search_path of a snapshot it finds nothing.
 */
#include "common/engine/postgres/body_names.h"
#include "common/engine/postgres/rows.h"

/* The tree of partitions that a row goes through, all types in its columns, and what belongs to
 * them. */
#define COMPUTED                                                                                     \
    "kin AS (SELECT %s::regclass::oid AS oid UNION SELECT CASE WHEN i.inhrelid = k.oid THEN "        \
    "i.inhparent ELSE i.inhrelid END FROM kin k JOIN pg_inherits i ON k.oid IN (i.inhrelid, "        \
    "i.inhparent)), types AS (SELECT a.atttypid AS oid FROM pg_attribute a JOIN kin k ON k.oid = "   \
    "a.attrelid WHERE a.attnum > 0 AND NOT a.attisdropped UNION SELECT x.oid FROM types s JOIN "     \
    "pg_type t ON t.oid = s.oid JOIN LATERAL (SELECT t.typbasetype AS oid UNION ALL SELECT "         \
    "t.typelem UNION ALL SELECT a.atttypid FROM pg_attribute a WHERE a.attrelid = t.typrelid AND "   \
    "a.attnum > 0 AND NOT a.attisdropped) x ON x.oid <> 0), computed AS (SELECT "                    \
    "'pg_class'::regclass::oid AS classid, oid AS objid FROM kin UNION ALL SELECT "                  \
    "'pg_class'::regclass, indexrelid FROM pg_index WHERE indrelid IN (SELECT oid FROM kin) UNION "  \
    "ALL SELECT 'pg_attrdef'::regclass, d.oid FROM pg_attrdef d JOIN pg_attribute a ON a.attrelid "  \
    "= d.adrelid AND a.attnum = d.adnum WHERE a.attgenerated <> '' AND d.adrelid IN (SELECT oid "    \
    "FROM kin) UNION ALL SELECT 'pg_constraint'::regclass, oid FROM pg_constraint WHERE contype IN " \
    "('c', 'x') AND (conrelid IN (SELECT oid FROM kin) OR contypid IN (SELECT oid FROM types)))"

/* Bodies that look for names when they run, and those that can be reached from there: a body calls
 * others by name, and a parsed one knows them. */
#define REACHED                                                                                      \
    "body AS (SELECT p.oid, p.proname, p.prosrc, p.pronamespace FROM pg_proc p JOIN pg_language l "  \
    "ON l.oid = p.prolang AND l.lanname NOT IN ('internal', 'c') WHERE p.oid >= 16384 AND NOT "      \
    "EXISTS (SELECT FROM unnest(p.proconfig) c WHERE starts_with(c, 'search_path='))), reached AS "  \
    "(SELECT b.* FROM computed o JOIN pg_depend d ON d.classid = o.classid AND d.objid = o.objid "   \
    "LEFT JOIN pg_operator p ON d.refclassid = 'pg_operator'::regclass AND p.oid = d.refobjid JOIN " \
    "body b ON b.oid = CASE d.refclassid WHEN 'pg_proc'::regclass THEN d.refobjid WHEN "             \
    "'pg_operator'::regclass THEN p.oprcode END UNION SELECT g.* FROM reached f JOIN body g ON "     \
    "strpos(lower(f.prosrc), lower(g.proname)) > 0 OR EXISTS (SELECT FROM pg_depend d WHERE "        \
    "d.classid = 'pg_proc'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_proc'::regclass "    \
    "AND d.refobjid = g.oid))"

/* The schema of the function comes first. */
static const char path_sql[] =
    "WITH RECURSIVE " COMPUTED ", " REACHED ", named AS (" PG_BODY_NAMES
    " UNION SELECT relnamespace, relname FROM pg_class WHERE oid >= 16384), sought AS (SELECT "
    "x.schema, b.pronamespace FROM reached b JOIN named x ON " PG_SAYS_NAME
    " UNION SELECT o.oprnamespace, b.pronamespace FROM reached b JOIN pg_operator o ON o.oid >= "
    "16384 AND strpos(b.prosrc, o.oprname) > 0) SELECT n.nspname FROM sought s JOIN pg_namespace n "
    "ON n.oid = s.schema WHERE n.nspname NOT LIKE 'pg\\_%%' AND n.nspname <> 'information_schema' "
    "GROUP BY n.nspname ORDER BY min(CASE WHEN s.schema = s.pronamespace THEN 0 WHEN n.nspname = "
    "'public' THEN 1 ELSE 2 END), n.nspname COLLATE \"C\"";

gboolean
pg_row_path(PgSession *session, const char *literal, GString *path, GError **error)
{
    g_autofree char *sql = g_strdup_printf(path_sql, literal);
    g_autoptr(PgResult) result = pg_select(session, sql, error);
    if (result == NULL)
        return FALSE;
    for (int row = 0; row < pq.PQntuples(result); row++) {
        g_string_append(path, row > 0 ? ", " : "");
        pg_append_name(path, pg_text(result, row, 0));
    }
    return TRUE;
}
