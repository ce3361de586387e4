/* SPDX-License-Identifier: MIT */
/*
 * What is in a database. Not listed, since they come and go with what is: sequences of serial and
 * identity columns, indexes of constraints, row and array types, functions of range types, clones
 * of triggers, the rules of views. Default privileges and the rights on a schema are settings of
 * the hosting, no objects: they neither make a database full nor are they wiped.
 */
#include "common/engine/postgres/objects.h"

#include "common/base/error.h"

#include <string.h>

/* One query, so that a slow network costs one round trip. The condition on n leaves out the
 * server's own schemas, those of temporary tables among them. */
#define OURS "n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
#define NAMED(kind, catalog, oid_column, schema_column, name_column)                               \
    "SELECT " kind ", '" catalog "'::regclass::oid, x." oid_column ", n.nspname::text, "           \
    "x." name_column "::text, NULL::text, NULL::oid, FALSE, "                                      \
    "quote_ident(n.nspname) || '.' || quote_ident(x." name_column ") "                             \
    "FROM pg_catalog." catalog " x JOIN pg_catalog.pg_namespace n ON n.oid = x." schema_column     \
    " WHERE " OURS
#define IDENTIFIED(kind, catalog, schema_column, name)                                             \
    "SELECT " kind ", '" catalog "'::regclass::oid, x.oid, n.nspname::text, " name                 \
    ", NULL, NULL, FALSE, NULL FROM pg_catalog." catalog                                           \
    " x JOIN pg_catalog.pg_namespace n ON n.oid = x." schema_column " WHERE " OURS
#define GLOBAL(kind, catalog, name, target)                                                        \
    "SELECT '" kind "', '" catalog "'::regclass::oid, x.oid, NULL, " name                          \
    ", NULL, NULL, FALSE, " target " FROM pg_catalog." catalog " x WHERE x.oid >= 16384"
#define ON_TABLE(kind, catalog, table_column, name_column)                                            \
    "SELECT '" kind "', '" catalog "'::regclass::oid, x.oid, n.nspname::text, x." name_column         \
    "::text, c.relname::text, c.oid, FALSE, quote_ident(x." name_column                               \
    ") || ' ON ' || quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_catalog." catalog \
    " x JOIN pg_catalog.pg_class c ON c.oid = x." table_column                                        \
    " JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE " OURS

static const char list_sql[] =
    "WITH o (kind, classid, objid, schema, name, parent, parent_oid, leaf, target) AS ("
    "SELECT 'schema', 'pg_namespace'::regclass::oid, n.oid, NULL::text, n.nspname::text, "
    "NULL::text, NULL::oid, FALSE, quote_ident(n.nspname) FROM pg_catalog.pg_namespace n "
    "WHERE n.nspname <> 'public' AND " OURS " UNION ALL "
    "SELECT 'extension', 'pg_extension'::regclass::oid, x.oid, n.nspname::text, x.extname::text, "
    "NULL, NULL, FALSE, quote_ident(x.extname) FROM pg_catalog.pg_extension x "
    "JOIN pg_catalog.pg_namespace n ON n.oid = x.extnamespace WHERE x.oid >= 16384 UNION ALL "
    "SELECT CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' "
    "WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END, "
    "'pg_class'::regclass::oid, c.oid, n.nspname::text, c.relname::text, NULL, NULL, "
    "c.relispartition, quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND " OURS
    " AND NOT (c.relkind = 'S' AND EXISTS (SELECT FROM pg_catalog.pg_depend d "
    "WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid "
    "AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))) UNION ALL "
    "SELECT 'index', 'pg_class'::regclass::oid, c.oid, n.nspname::text, c.relname::text, "
    "t.relname::text, t.oid, FALSE, quote_ident(n.nspname) || '.' || quote_ident(c.relname) "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid "
    "JOIN pg_catalog.pg_class t ON t.oid = i.indrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = c.oid "
    "AND k.contype IN ('p', 'u', 'x')) AND " OURS
    " UNION ALL " ON_TABLE("rule", "pg_rewrite", "ev_class", "rulename") " AND x.rulename <> '_RETURN' UNION ALL " ON_TABLE(
        "trigger",
        "pg_trigger",
        "tgrelid",
        "tgname") " AND NOT x.tgisinternal AND x.tgparentid = 0 UNION ALL " ON_TABLE("policy",
                                                                                     "pg_policy",
                                                                                     "polrelid",
                                                                                     "polname") " UNION ALL "
                                                                                                "SELECT 'statistics', 'pg_statistic_ext'::regclass::oid, x.oid, n.nspname::text, "
                                                                                                "x.stxname::text, c.relname::text, c.oid, FALSE, "
                                                                                                "quote_ident(n.nspname) || '.' || quote_ident(x.stxname) FROM pg_catalog.pg_statistic_ext x "
                                                                                                "JOIN pg_catalog.pg_class c ON c.oid = x.stxrelid "
                                                                                                "JOIN pg_catalog.pg_namespace n ON n.oid = x.stxnamespace WHERE " OURS
                                                                                                " UNION ALL ";

static const char
    types_sql[] =
        IDENTIFIED("CASE WHEN x.typtype = 'd' THEN 'domain' WHEN x.typisdefined THEN 'type' "
                   "ELSE 'shell type' END",
                   "pg_type",
                   "typnamespace",
                   "x.typname::text") " AND (x.typtype IN ('e', 'd', 'r', 'b', 'p') OR x.typtype = 'c' AND EXISTS (SELECT FROM "
                                      "pg_catalog.pg_class c WHERE c.oid = x.typrelid AND c.relkind = 'c')) AND NOT EXISTS (SELECT "
                                      "FROM pg_catalog.pg_type e WHERE e.typarray = x.oid) UNION ALL " IDENTIFIED("CASE x.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' "
                                                                                                                  "ELSE 'function' END",
                                                                                                                  "pg_proc",
                                                                                                                  "pronamespace",
                                                                                                                  "x.proname || '(' || oidvectortypes(x.proargtypes) || ')'") " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_proc'::regclass "
                                                                                                                                                                              "AND d.objid = x.oid AND d.deptype = 'i') UNION ALL " IDENTIFIED(
                                                                                                                                                                                  "'operator'",
                                                                                                                                                                                  "pg_operator",
                                                                                                                                                                                  "oprnamespace",
                                                                                                                                                                                  "x.oprname || ' (' || coalesce(nullif(x.oprleft, 0)::regtype::text, 'NONE') || ', ' "
                                                                                                                                                                                  "|| coalesce(nullif(x.oprright, 0)::regtype::text, 'NONE') || ')'") " UNION ALL " IDENTIFIED("'operator class'",
                                                                                                                                                                                                                                                                               "pg_opclass",
                                                                                                                                                                                                                                                                               "opcnamespace",
                                                                                                                                                                                                                                                                               "x.opcname || (SELECT ' USING ' || amname FROM pg_catalog.pg_am a "
                                                                                                                                                                                                                                                                               "WHERE a.oid = x.opcmethod)") " UNION ALL " IDENTIFIED("'operator family'",
                                                                                                                                                                                                                                                                                                                                      "pg_opfamily",
                                                                                                                                                                                                                                                                                                                                      "opfnamespace",
                                                                                                                                                                                                                                                                                                                                      "x.opfname || (SELECT ' USING ' || amname FROM pg_catalog.pg_am a "
                                                                                                                                                                                                                                                                                                                                      "WHERE a.oid = x.opfmethod)") " UNION ALL " NAMED("'collation'", "pg_collation", "oid", "collnamespace", "collname") " UNION ALL " NAMED("'conversion'", "pg_conversion", "oid", "connamespace", "conname") " UNION ALL " NAMED("'text search parser'", "pg_ts_parser", "oid", "prsnamespace", "prsname") " UNION ALL " NAMED("'text search template'",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "pg_ts_template",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "oid",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "tmplnamespace",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "tmplname") " UNION ALL " NAMED("'text search dictionary'",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "pg_ts_dict",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "oid",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "dictnamespace",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "dictname") " UNION ALL " NAMED("'text search configuration'",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "pg_ts_config",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "oid",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "cfgnamespace",
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                    "cfgname") " UNION ALL ";

static const char
    globals_sql[] =
        GLOBAL("language", "pg_language", "x.lanname::text", "quote_ident(x.lanname)") " UNION ALL " GLOBAL(
            "cast",
            "pg_cast",
            "'(' || x.castsource::regtype || ' AS ' || x.casttarget::regtype || ')'",
            "NULL") " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_cast'::regclass "
                    "AND d.objid = x.oid AND d.deptype = 'i') UNION ALL " GLOBAL("transform",
                                                                                 "pg_transform",
                                                                                 "'FOR ' || x.trftype::regtype || ' LANGUAGE ' || (SELECT lanname FROM "
                                                                                 "pg_catalog.pg_language l WHERE l.oid = x.trflang)",
                                                                                 "(SELECT 'FOR ' || quote_ident(n.nspname) || '.' || quote_ident(t.typname) || "
                                                                                 "' LANGUAGE ' || quote_ident(l.lanname) FROM pg_catalog.pg_language l, "
                                                                                 "pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace "
                                                                                 "WHERE l.oid = x.trflang AND t.oid = x.trftype)") " UNION ALL " GLOBAL("access method", "pg_am", "x.amname::text", "quote_ident(x.amname)") " UNION ALL " GLOBAL("foreign data wrapper", "pg_foreign_data_wrapper", "x.fdwname::text", "quote_ident(x.fdwname)") " UNION ALL " GLOBAL("server",
                                                                                                                                                                                                                                                                                                                                                                       "pg_foreign_server",
                                                                                                                                                                                                                                                                                                                                                                       "x.srvname::text",
                                                                                                                                                                                                                                                                                                                                                                       "quote_ident(x.srvname)") " UNION ALL "
                                                                                                                                                                                                                                                                                                                                                                                                 "SELECT 'user mapping', 'pg_user_mapping'::regclass::oid, x.umid, NULL, "
                                                                                                                                                                                                                                                                                                                                                                                                 "x.usename || ' SERVER ' || x.srvname, NULL, x.srvid, FALSE, "
                                                                                                                                                                                                                                                                                                                                                                                                 "CASE WHEN x.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(x.usename) END || ' SERVER ' || "
                                                                                                                                                                                                                                                                                                                                                                                                 "quote_ident(x.srvname) FROM pg_catalog.pg_user_mappings x UNION ALL " GLOBAL("publication", "pg_publication", "x.pubname::text", "quote_ident(x.pubname)") " UNION ALL "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "SELECT 'subscription', 'pg_subscription'::regclass::oid, 0, NULL, x.subname::text, "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "x.subslotname::text, NULL, FALSE, quote_ident(x.subname) FROM pg_catalog.pg_subscription x "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "WHERE x.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                             "current_database()) UNION ALL " GLOBAL(
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                 "event trigger", "pg_event_trigger", "x.evtname::text", "quote_ident(x.evtname)") ") "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "SELECT o.kind, o.classid, o.objid, o.schema, o.name, o.parent, o.parent_oid, o.leaf, "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "coalesce(o.target, (SELECT i.identity FROM pg_catalog.pg_identify_object(o.classid, o.objid, "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "0) i)), m.objid IS NOT NULL FROM o LEFT JOIN (SELECT DISTINCT d.classid, d.objid "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "FROM pg_catalog.pg_depend d WHERE d.deptype = 'e') m "
                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                                   "ON m.classid = o.classid AND m.objid = o.objid";

#undef OURS
#undef NAMED
#undef IDENTIFIED
#undef GLOBAL
#undef ON_TABLE

/* OIDs of catalogs, the same in every server. */
#define CLASS_CATALOG  1259
#define SERVER_CATALOG 1417

enum { KIND, CLASS, OBJECT, SCHEMA, NAME, PARENT, PARENT_OID, LEAF, TARGET, MEMBER };

gint64
pg_object_key(Oid class_id, Oid oid)
{
    return (gint64)(((guint64)class_id << 32) | oid);
}

static void
listed_free(gpointer data)
{
    PgListed *listed = data;
    g_free(listed->kind);
    g_free(listed->schema);
    g_free(listed->name);
    g_free(listed->parent);
    g_free(listed->target);
    g_free(listed);
}

static const char *
text_at(const PGresult *result, int row, int column)
{
    return pq.PQgetisnull(result, row, column) ? NULL : pq.PQgetvalue(result, row, column);
}

static Oid
oid_at(const PGresult *result, int row, int column)
{
    return (Oid)g_ascii_strtoull(pq.PQgetvalue(result, row, column), NULL, 10);
}

/* A glob for a function is matched with and without its arguments. A schema goes with what the
 * filter says of everything in it ("cron.*"). */
static gboolean
is_accepted(const BlFilter *filter, const PgListed *listed)
{
    if (filter == NULL)
        return TRUE;
    if (strcmp(listed->kind, "schema") == 0)
        return bl_filter_accepts(filter, NULL, listed->name, NULL) &&
               bl_filter_accepts(filter, listed->name, "", NULL);
    if (!bl_filter_accepts(filter, listed->schema, listed->name, listed->parent))
        return FALSE;
    const char *paren = strchr(listed->name, '(');
    if (paren == NULL || paren == listed->name)
        return TRUE;
    g_autofree char *bare = g_strndup(listed->name, (gsize)(paren - listed->name));
    return bl_filter_accepts(filter, listed->schema, bare, NULL);
}

static PgListed *
take_row(const PGresult *result, int row, const BlFilter *filter)
{
    PgListed *listed = g_new0(PgListed, 1);
    listed->kind = g_strdup(text_at(result, row, KIND));
    Oid parent_class = strcmp(listed->kind, "user mapping") == 0 ? SERVER_CATALOG : CLASS_CATALOG;
    listed->key = pg_object_key(oid_at(result, row, CLASS), oid_at(result, row, OBJECT));
    listed->schema = g_strdup(text_at(result, row, SCHEMA));
    listed->name = g_strdup(text_at(result, row, NAME));
    listed->parent = g_strdup(text_at(result, row, PARENT));
    listed->target = g_strdup(text_at(result, row, TARGET));
    listed->is_leaf = pq.PQgetvalue(result, row, LEAF)[0] == 't';
    listed->is_member = pq.PQgetvalue(result, row, MEMBER)[0] == 't';
    if (text_at(result, row, PARENT_OID) != NULL)
        listed->parent_key = pg_object_key(parent_class, oid_at(result, row, PARENT_OID));
    listed->is_ours =
        !listed->is_member && strcmp(listed->kind, "extension") != 0 && is_accepted(filter, listed);
    return listed;
}

static int
order_listed(gconstpointer left, gconstpointer right)
{
    const PgListed *a = *(const PgListed *const *)left;
    const PgListed *b = *(const PgListed *const *)right;
    int order = strcmp(a->kind, b->kind);
    if (order == 0)
        order = g_strcmp0(a->schema, b->schema);
    if (order == 0)
        order = strcmp(a->name, b->name);
    return order != 0 ? order : g_strcmp0(a->parent, b->parent);
}

/* A schema in which others keep something is not emptied by a wipe, so it cannot count either: the
 * one that a hosting provider made for its extensions, for example. */
static void
spare_shared_schemas(GPtrArray *all)
{
    g_autoptr(GHashTable) shared = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < all->len; i++) {
        PgListed *listed = g_ptr_array_index(all, i);
        if (!listed->is_ours && listed->schema != NULL)
            g_hash_table_add(shared, listed->schema);
    }
    for (guint i = 0; i < all->len; i++) {
        PgListed *listed = g_ptr_array_index(all, i);
        if (strcmp(listed->kind, "schema") == 0 && g_hash_table_contains(shared, listed->name))
            listed->is_ours = FALSE;
    }
}

GPtrArray *
pg_list_all(PgSession *session, const BlFilter *filter, GError **error)
{
    g_autofree char *sql = g_strconcat(relations_sql, types_sql, globals_sql, NULL);
    g_autoptr(PgResult) result = pg_select(session, sql, error);
    if (result == NULL) {
        g_prefix_error(error, "listing the objects: ");
        return NULL;
    }
    GPtrArray *all = g_ptr_array_new_with_free_func(listed_free);
    for (int row = 0; row < pq.PQntuples(result); row++)
        g_ptr_array_add(all, take_row(result, row, filter));
    spare_shared_schemas(all);
    g_ptr_array_sort(all, order_listed);
    return all;
}

static BlListedObject *
copy_listed(const PgListed *listed)
{
    BlListedObject *object = g_new0(BlListedObject, 1);
    object->kind = g_strdup(listed->kind);
    object->schema = g_strdup(listed->schema);
    object->name = g_strdup(listed->name);
    object->parent = g_strdup(listed->parent);
    object->is_kept = !listed->is_ours;
    return object;
}

/* An extension alone does not make a database full: most hosts install some into every database,
 * and a snapshot says IF NOT EXISTS. */
GPtrArray *
pg_list_objects(BlSession *base, const BlFilter *filter, GError **error)
{
    g_autoptr(GPtrArray) all = pg_list_all((PgSession *)base, filter, error);
    if (all == NULL)
        return NULL;
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)bl_listed_object_free);
    for (guint i = 0; i < all->len; i++) {
        const PgListed *listed = g_ptr_array_index(all, i);
        gboolean is_extension = strcmp(listed->kind, "extension") == 0;
        if (listed->is_ours || (filter == NULL && (is_extension || !listed->is_member)))
            g_ptr_array_add(objects, copy_listed(listed));
    }
    return objects;
}
