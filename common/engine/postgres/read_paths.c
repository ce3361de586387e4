/* SPDX-License-Identifier: MIT */
/*
 * What stands on SQL functions whose bodies have names without a schema: indexes, generated
 * columns, keys of partitioned tables, constraints that are added later. The server looks into such
 * a body when it makes them, and with the empty search_path of a snapshot it finds nothing: these
 * statements get the function's schema and those that have what it names. Their own text has all
 * its schemas. From 17 on the server sets a path of its own for indexes, so that no such one can be
 * made.
 */
#include "common/engine/postgres/body_names.h"
#include "common/engine/postgres/reader.h"

#include <string.h>

/* The bodies of SQL functions, what stands on one, by an operator too, and which ones are reached
 * from there: a body calls others by name, and a parsed one knows them. */
#define REACHED                                                                                       \
    "body AS (SELECT p.oid, p.proname, p.prosrc, p.pronamespace, p.proargtypes, "                     \
    "{{14|p.prosqlbody IS NULL|true}} AS is_text FROM pg_proc p WHERE p.oid >= 16384 AND p.prolang "  \
    "= (SELECT oid FROM pg_language WHERE lanname = 'sql') AND NOT EXISTS (SELECT FROM "              \
    "unnest(p.proconfig) c WHERE starts_with(c, 'search_path='))), users AS (SELECT d.classid, "      \
    "d.objid, coalesce(o.oprcode::oid, d.refobjid) AS f FROM pg_depend d LEFT JOIN pg_operator o ON " \
    "d.refclassid = 'pg_operator'::regclass AND o.oid = d.refobjid WHERE d.refclassid IN "            \
    "('pg_proc'::regclass, 'pg_operator'::regclass) AND d.refobjid >= 16384 AND d.classid IN "        \
    "('pg_class'::regclass, 'pg_attrdef'::regclass, 'pg_constraint'::regclass)), reached AS "         \
    "(SELECT classid, objid, f FROM users UNION SELECT r.classid, r.objid, g.oid FROM reached r "     \
    "JOIN body b ON b.oid = r.f JOIN body g ON (b.is_text AND strpos(lower(b.prosrc), "               \
    "lower(g.proname)) > 0) OR (NOT b.is_text AND EXISTS (SELECT FROM pg_depend d WHERE d.classid "   \
    "= 'pg_proc'::regclass AND d.objid = b.oid AND d.refclassid = 'pg_proc'::regclass AND "           \
    "d.refobjid = g.oid)))"

/* The schemas of what such a text names: functions, types and the like, and operators of its own
 * argument types. */
#define SOUGHT                                                                                         \
    "named AS (" PG_BODY_NAMES                                                                         \
    "), text AS (SELECT * FROM body WHERE is_text AND oid IN (SELECT f "                               \
    "FROM reached)), sought AS (SELECT b.oid AS f, x.schema FROM text b JOIN named x ON " PG_SAYS_NAME \
    " UNION SELECT b.oid, o.oprnamespace FROM text b JOIN pg_operator o ON o.oid >= "                  \
    "16384 AND strpos(b.prosrc, o.oprname) > 0 AND (o.oprleft = ANY (b.proargtypes) OR o.oprright "    \
    "= ANY (b.proargtypes)))"

/* The key of a partitioned table is looked into whenever something is done to its partitions, their
 * indexes, triggers and foreign keys; the indexes of both its tables where a foreign key is made.
 */
#define MADE                                                                                        \
    "below AS (SELECT r.objid AS top, r.objid AS rel FROM reached r JOIN pg_class c ON c.oid = "    \
    "r.objid AND c.relkind = 'p' WHERE r.classid = 'pg_class'::regclass UNION SELECT w.top, "       \
    "h.inhrelid FROM below w JOIN pg_inherits h ON h.inhparent = w.rel), made AS (SELECT classid, " \
    "objid, f FROM reached UNION SELECT t.classid, t.objid, r.f FROM (SELECT rel, "                 \
    "'pg_class'::regclass::oid AS classid, rel AS objid FROM below UNION ALL SELECT indrelid, "     \
    "'pg_class'::regclass::oid, indexrelid FROM pg_index UNION ALL SELECT tgrelid, "                \
    "'pg_trigger'::regclass::oid, oid FROM pg_trigger WHERE NOT tgisinternal UNION ALL SELECT "     \
    "conrelid, 'pg_constraint'::regclass::oid, oid FROM pg_constraint WHERE contype = 'f') t JOIN " \
    "below w ON w.rel = t.rel JOIN reached r ON r.classid = 'pg_class'::regclass AND r.objid = "    \
    "w.top UNION SELECT 'pg_constraint'::regclass::oid, k.oid, r.f FROM reached r JOIN pg_index i " \
    "ON r.classid = 'pg_class'::regclass AND i.indexrelid = r.objid JOIN pg_constraint k ON "       \
    "k.contype = 'f' AND i.indrelid IN (k.conrelid, k.confrelid))"

/* A plain default is not looked into. */
static const char paths_sql[] =
    "WITH RECURSIVE " REACHED ", " SOUGHT ", " MADE
    " SELECT m.classid, m.objid, n.nspname, CASE WHEN "
    "n.oid = b.pronamespace THEN 0 WHEN n.nspname = 'public' THEN 1 ELSE 2 END FROM made m JOIN "
    "sought s ON s.f = m.f JOIN text b ON b.oid = m.f JOIN pg_namespace n ON n.oid IN (s.schema, "
    "b.pronamespace) LEFT JOIN pg_attrdef a ON m.classid = 'pg_attrdef'::regclass AND a.oid = m.objid "
    "LEFT JOIN pg_attribute c ON c.attrelid = a.adrelid AND c.attnum = a.adnum WHERE c.attgenerated "
    "IS NULL OR c.attgenerated <> ''";

/* A schema, and how far behind it is to be searched: "0app". */
static gboolean
add_path(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    PgEntry *entry = pg_find(reader, pg_oid(result, row, 0), pg_oid(result, row, 1));
    if (entry == NULL)
        return TRUE;
    GPtrArray *places = g_hash_table_lookup(reader->paths, entry);
    if (places == NULL) {
        places = g_ptr_array_new_with_free_func(g_free);
        g_hash_table_insert(reader->paths, entry, places);
    }
    g_ptr_array_add(places, g_strconcat(pg_text(result, row, 3), pg_text(result, row, 2), NULL));
    return TRUE;
}

static const PgQuery queries[] = {
    { "paths", paths_sql, 0, PG_QUERY_IF(PG_IF_FUNCTION), add_path },
};

const PgSection pg_section_paths = { queries, G_N_ELEMENTS(queries), NULL };

/* A check inside CREATE TABLE or CREATE DOMAIN is not looked into. */
static gboolean
is_looked_into(const PgEntry *entry)
{
    const BlKind *kind = entry->object->kind;
    return entry->class_id != PG_CONSTRAINT || kind == &pg_kind_constraint ||
           kind == &pg_kind_foreign_key;
}

static int
order_places(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void
set_path(PgReader *reader, const PgEntry *entry, GPtrArray *places)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_autoptr(GString) set = g_string_new("SET search_path = ");
    g_ptr_array_sort(places, order_places);
    for (guint i = 0; i < places->len; i++) {
        char *schema = (char *)g_ptr_array_index(places, i) + 1;
        if (!g_hash_table_add(seen, schema))
            continue;
        g_string_append(set, i > 0 ? ", " : "");
        pg_append_name(set, schema);
    }
    g_ptr_array_insert(entry->object->statements, 0,
                       (gpointer)(guintptr)bl_catalog_string(reader->catalog, set->str));
    /* ATTACH PARTITION looks into it too. */
    pg_add_tail(reader, entry, PG_TAIL_ATTACHED, "", "SET search_path = ''");
}

/* What shares an object shares its path. @return object -> the first of its entries */
static GHashTable *
merge_paths(PgReader *reader)
{
    GHashTable *first = g_hash_table_new(NULL, NULL);
    GHashTableIter iter;
    gpointer key;
    gpointer value;
    g_hash_table_iter_init(&iter, reader->paths);
    while (g_hash_table_iter_next(&iter, &key, &value)) {
        PgEntry *entry = key;
        if (!is_looked_into(entry))
            continue;
        const PgEntry *other = g_hash_table_lookup(first, entry->object);
        if (other == NULL) {
            g_hash_table_insert(first, entry->object, entry);
            continue;
        }
        const GPtrArray *from = value;
        GPtrArray *to = g_hash_table_lookup(reader->paths, other);
        for (guint i = 0; i < from->len; i++)
            g_ptr_array_add(to, g_strdup(g_ptr_array_index(from, i)));
    }
    return first;
}

void
pg_apply_paths(PgReader *reader)
{
    g_autoptr(GHashTable) first = merge_paths(reader);
    GHashTableIter iter;
    gpointer entry;
    g_hash_table_iter_init(&iter, first);
    while (g_hash_table_iter_next(&iter, NULL, &entry))
        set_path(reader, entry, g_hash_table_lookup(reader->paths, entry));
}
