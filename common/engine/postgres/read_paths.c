/* SPDX-License-Identifier: MIT */
/*
 * Indexes over SQL functions whose bodies have names without a schema. CREATE INDEX looks into such
 * a body, and with the empty search_path of a snapshot it finds nothing: these statements get the
 * function's schema and those that have what it names. The text of the index itself has all its
 * schemas. From 17 on the server sets a path of its own there, so that no such index can be made.
 */
#include "common/engine/postgres/reader.h"

/* A body that the server keeps as a text, and a word in it that is the name of a function or a type
 * of somebody's, without a dot before it. */
static const char paths_sql[] =
    "WITH f AS (SELECT p.oid, p.prosrc, p.pronamespace, d.objid FROM pg_proc p JOIN pg_depend d ON "
    "d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid AND d.classid = 'pg_class'::regclass "
    "JOIN pg_index i ON i.indexrelid = d.objid WHERE p.oid >= 16384 AND p.prolang = (SELECT oid FROM "
    "pg_language WHERE lanname = 'sql') AND {{14|p.prosqlbody IS NULL|true}} AND NOT EXISTS (SELECT "
    "FROM unnest(p.proconfig) c WHERE starts_with(c, 'search_path='))), x AS (SELECT pronamespace AS "
    "schema, proname AS name FROM pg_proc WHERE oid >= 16384 UNION SELECT typnamespace, typname FROM "
    "pg_type WHERE oid >= 16384), s AS (SELECT f.objid, n.nspname, min(CASE WHEN n.oid = "
    "f.pronamespace THEN 0 WHEN n.nspname = 'public' THEN 1 ELSE 2 END) AS place FROM f JOIN x ON "
    "strpos(lower(f.prosrc), lower(x.name)) > 0 AND f.prosrc ~* ('(^|[^.[:alnum:]_\"])' || "
    "regexp_replace(x.name, '([^[:alnum:]_])', '\\\\\\1', 'g') || '([^[:alnum:]_]|$)') JOIN "
    "pg_namespace n ON n.oid IN (x.schema, f.pronamespace) GROUP BY f.objid, n.nspname) SELECT objid, "
    "array_agg(nspname ORDER BY place, nspname COLLATE \"C\")::text FROM s GROUP BY objid ORDER BY objid";

static gboolean
add_path(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, PG_CLASS, pg_oid(result, row, 0));
    if (entry == NULL || entry->is_alias)
        return TRUE;
    g_autoptr(GPtrArray) schemas = pg_split_array(pg_text(result, row, 1));
    g_autoptr(GString) set = g_string_new("SET search_path = ");
    for (guint i = 0; i < schemas->len; i++) {
        g_string_append(set, i > 0 ? ", " : "");
        pg_append_name(set, g_ptr_array_index(schemas, i));
    }
    g_ptr_array_insert(entry->object->statements, 0,
                       (gpointer)(guintptr)bl_catalog_string(reader->catalog, set->str));
    /* ALTER INDEX … ATTACH PARTITION looks into it too. */
    pg_add_tail(reader, entry, PG_TAIL_ATTACHED, "", "SET search_path = ''");
    return TRUE;
}

static const PgQuery queries[] = {
    { "paths of indexes", paths_sql, 0, PG_QUERY_IF(PG_IF_FUNCTION), add_path },
};

const PgSection pg_section_paths = { queries, G_N_ELEMENTS(queries), NULL };
