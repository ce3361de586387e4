/* SPDX-License-Identifier: MIT */
/*
 * Keys of partitioned tables and partitions, where one of these has two over the same columns.
 * Inside CREATE TABLE the server makes one of them, and ATTACH PARTITION gives it to whichever key
 * its parent has by then. So all the keys of such a tree stand outside, and are attached by name.
 *
 * And children whose NOT NULL is called as it was by a parent that they have no more (18): INHERITS
 * would give it the name that their first parent has for it now.
 */
#include "common/engine/postgres/relations.h"

/* Keys from the topmost ones down, each with its topmost one. Those that forbid overlaps are
 * another sort, which no twin of theirs is taken for. */
static const char twins_sql[] =
    "WITH RECURSIVE k AS (SELECT con.oid, con.conparentid, con.conrelid, i.indkey::text AS columns "
    "FROM pg_constraint con JOIN pg_index i ON i.indexrelid = con.conindid JOIN pg_class c ON c.oid = "
    "con.conrelid WHERE con.contype IN ('p', 'u') AND (c.relkind = 'p' OR c.relispartition){{18| AND "
    "NOT con.conperiod|}}), t AS (SELECT oid, count(*) OVER (PARTITION BY conrelid, columns) > 1 AS "
    "is_twin FROM k), d AS (SELECT oid, oid AS top FROM k WHERE conparentid = 0 UNION ALL SELECT "
    "k.oid, d.top FROM d JOIN k ON k.conparentid = d.oid) SELECT oid FROM d WHERE top IN (SELECT "
    "d.top FROM d JOIN t ON t.oid = d.oid WHERE t.is_twin)";

static gboolean
add_twin(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_hash_table_add(reader->twins, GUINT_TO_POINTER(pg_oid(result, row, 0)));
    return TRUE;
}

static const char kept_sql[] =
    "WITH up AS (SELECT DISTINCT ON (h.inhrelid, a.attname) h.inhrelid, a.attname, n.conname FROM "
    "pg_inherits h JOIN pg_constraint n ON n.conrelid = h.inhparent AND n.contype = 'n' AND NOT "
    "n.connoinherit JOIN pg_attribute a ON a.attrelid = n.conrelid AND a.attnum = n.conkey[1] ORDER BY "
    "h.inhrelid, a.attname, h.inhseqno) SELECT DISTINCT n.conrelid FROM pg_constraint n JOIN pg_class "
    "c ON c.oid = n.conrelid JOIN pg_attribute a ON a.attrelid = n.conrelid AND a.attnum = n.conkey[1] "
    "JOIN up ON up.inhrelid = n.conrelid AND up.attname = a.attname WHERE n.contype = 'n' AND NOT "
    "n.conislocal AND NOT c.relispartition AND n.conname <> up.conname";

static gboolean
add_kept(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgRelation *table = pg_relation(reader, pg_oid(result, row, 0));
    if (table != NULL)
        table->keeps_null_name = TRUE;
    return TRUE;
}

static const PgQuery queries[] = {
    { "keys of partitions", twins_sql, 0, PG_QUERY_IF(PG_IF_INHERITANCE), add_twin },
    { "names of former parents", kept_sql, 18, PG_QUERY_IF(PG_IF_INHERITANCE), add_kept },
};

const PgSection pg_section_twins = { queries, G_N_ELEMENTS(queries), NULL };
