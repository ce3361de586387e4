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

/* Where objects of a kind, or of several, stand. Expressions are about row x of the catalog, schema
 * n, table c. */
typedef struct {
    const char *kind; /* expression */
    const char *catalog;
    const char *namespace; /* column with the schema's OID; NULL: none, or the table's */
    const char *table;     /* column with the OID of the table that it is on; NULL: none */
    const char *column;    /* with the name */
    const char *label;     /* expression for the name where it is more than @column: then the
                              server says what DROP calls the object, unless @target does */
    const char *target;    /* expression; NULL: the quoted and qualified name */
    const char *condition; /* NULL: none */
} Source;

#define NOT_INTERNAL(catalog)                                                                      \
    "NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = '" catalog                   \
    "'::regclass AND d.objid = x.oid AND d.deptype = 'i')"

static const Source sources[] = {
    { "'schema'", "pg_namespace", NULL, NULL, "nspname", NULL, NULL,
      "x.nspname !~ '^pg_' AND x.nspname NOT IN ('information_schema', 'public')" },
    { "'extension'", "pg_extension", "extnamespace", NULL, "extname", NULL,
      "quote_ident(x.extname)", "x.oid >= 16384" },
    { "CASE x.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' "
      "WHEN 'f' THEN 'foreign table' WHEN 'S' THEN 'sequence' ELSE 'table' END",
      "pg_class", "relnamespace", NULL, "relname", NULL, NULL,
      "x.relkind IN ('r', 'p', 'v', 'm', 'f', 'S') AND NOT (x.relkind = 'S' AND EXISTS (SELECT "
      "FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = x.oid "
      "AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i')))" },
    { "'index'", "pg_class", "relnamespace",
      "(SELECT i.indrelid FROM pg_catalog.pg_index i WHERE i.indexrelid = x.oid)", "relname", NULL,
      NULL,
      "x.relkind IN ('i', 'I') AND NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k "
      "WHERE k.conindid = x.oid AND k.contype IN ('p', 'u', 'x'))" },
    { "'rule'", "pg_rewrite", NULL, "ev_class", "rulename", NULL, NULL, "x.rulename <> '_RETURN'" },
    { "'trigger'", "pg_trigger", NULL, "tgrelid", "tgname", NULL, NULL,
      "NOT x.tgisinternal AND x.tgparentid = 0" },
    { "'policy'", "pg_policy", NULL, "polrelid", "polname", NULL, NULL, NULL },
    { "'statistics'", "pg_statistic_ext", "stxnamespace", "stxrelid", "stxname", NULL, NULL, NULL },
    { "CASE WHEN x.typtype = 'd' THEN 'domain' WHEN x.typisdefined THEN 'type' "
      "ELSE 'shell type' END",
      "pg_type", "typnamespace", NULL, "typname", NULL, NULL,
      "(x.typtype IN ('e', 'd', 'r', 'b', 'p') OR x.typtype = 'c' AND EXISTS (SELECT FROM "
      "pg_catalog.pg_class t WHERE t.oid = x.typrelid AND t.relkind = 'c')) AND NOT EXISTS "
      "(SELECT FROM pg_catalog.pg_type e WHERE e.typarray = x.oid)" },
    { "CASE x.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END",
      "pg_proc", "pronamespace", NULL, "proname",
      "x.proname || '(' || oidvectortypes(x.proargtypes) || ')'", NULL, NOT_INTERNAL("pg_proc") },
    { "'operator'", "pg_operator", "oprnamespace", NULL, "oprname",
      "x.oprname || ' (' || coalesce(nullif(x.oprleft, 0)::regtype::text, 'NONE') || ', ' || "
      "coalesce(nullif(x.oprright, 0)::regtype::text, 'NONE') || ')'",
      NULL, NULL },
    { "'operator class'", "pg_opclass", "opcnamespace", NULL, "opcname",
      "x.opcname || (SELECT ' USING ' || a.amname FROM pg_catalog.pg_am a "
      "WHERE a.oid = x.opcmethod)",
      NULL, NULL },
    { "'operator family'", "pg_opfamily", "opfnamespace", NULL, "opfname",
      "x.opfname || (SELECT ' USING ' || a.amname FROM pg_catalog.pg_am a "
      "WHERE a.oid = x.opfmethod)",
      NULL, NULL },
    { "'collation'", "pg_collation", "collnamespace", NULL, "collname", NULL, NULL, NULL },
    { "'conversion'", "pg_conversion", "connamespace", NULL, "conname", NULL, NULL, NULL },
    { "'text search parser'", "pg_ts_parser", "prsnamespace", NULL, "prsname", NULL, NULL, NULL },
    { "'text search template'", "pg_ts_template", "tmplnamespace", NULL, "tmplname", NULL, NULL,
      NULL },
    { "'text search dictionary'", "pg_ts_dict", "dictnamespace", NULL, "dictname", NULL, NULL,
      NULL },
    { "'text search configuration'", "pg_ts_config", "cfgnamespace", NULL, "cfgname", NULL, NULL,
      NULL },
    { "'language'", "pg_language", NULL, NULL, "lanname", NULL, NULL, NULL },
    { "'cast'", "pg_cast", NULL, NULL, "oid",
      "'(' || x.castsource::regtype || ' AS ' || x.casttarget::regtype || ')'", NULL,
      NOT_INTERNAL("pg_cast") },
    { "'transform'", "pg_transform", NULL, NULL, "oid",
      "'FOR ' || x.trftype::regtype || ' LANGUAGE ' || (SELECT l.lanname FROM "
      "pg_catalog.pg_language l WHERE l.oid = x.trflang)",
      "(SELECT 'FOR ' || quote_ident(t.nspname) || '.' || quote_ident(y.typname) || ' LANGUAGE ' "
      "|| quote_ident(l.lanname) FROM pg_catalog.pg_language l, pg_catalog.pg_type y JOIN "
      "pg_catalog.pg_namespace t ON t.oid = y.typnamespace WHERE l.oid = x.trflang AND "
      "y.oid = x.trftype)",
      NULL },
    { "'access method'", "pg_am", NULL, NULL, "amname", NULL, NULL, NULL },
    { "'foreign data wrapper'", "pg_foreign_data_wrapper", NULL, NULL, "fdwname", NULL, NULL,
      NULL },
    { "'server'", "pg_foreign_server", NULL, NULL, "srvname", NULL, NULL, NULL },
    { "'publication'", "pg_publication", NULL, NULL, "pubname", NULL, NULL, NULL },
    { "'event trigger'", "pg_event_trigger", NULL, NULL, "evtname", NULL, NULL, NULL },
};
#undef NOT_INTERNAL

/* Two that everybody may read only through a view, or without the OID (13). */
static const char rest_sql[] =
    "SELECT 'user mapping', 'pg_user_mapping'::regclass::oid, x.umid, NULL, "
    "x.usename || ' SERVER ' || x.srvname, NULL, x.srvid, FALSE, "
    "CASE WHEN x.umuser = 0 THEN 'PUBLIC' ELSE quote_ident(x.usename) END || ' SERVER ' || "
    "quote_ident(x.srvname) FROM pg_catalog.pg_user_mappings x UNION ALL "
    "SELECT 'subscription', 'pg_subscription'::regclass::oid, 0, NULL, x.subname::text, "
    "x.subslotname::text, NULL, FALSE, quote_ident(x.subname) FROM pg_catalog.pg_subscription x "
    "WHERE x.subdbid = (SELECT d.oid FROM pg_catalog.pg_database d WHERE d.datname = "
    "current_database())";

/* OIDs of catalogs, the same in every server. */
#define CLASS_CATALOG  1259
#define SERVER_CATALOG 1417

enum { KIND, CLASS, OBJECT, SCHEMA, NAME, PARENT, PARENT_OID, LEAF, TARGET, MEMBER, HIDES };

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
        return bl_filter_accepts(filter, listed->name, "", NULL);
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
    listed->hides_rows = g_strcmp0(text_at(result, row, HIDES), "t") == 0;
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

static void
append_target(GString *sql, const Source *source)
{
    if (source->target != NULL) {
        g_string_append(sql, source->target);
    } else if (source->label != NULL) {
        g_string_append(sql, "NULL");
    } else if (source->namespace != NULL) {
        g_string_append_printf(sql, "quote_ident(n.nspname) || '.' || quote_ident(x.%s)",
                               source->column);
    } else if (source->table != NULL) {
        g_string_append_printf(sql,
                               "quote_ident(x.%s) || ' ON ' || quote_ident(n.nspname) || '.' || "
                               "quote_ident(c.relname)",
                               source->column);
    } else {
        g_string_append_printf(sql, "quote_ident(x.%s)", source->column);
    }
}

static void
append_source(GString *sql, const Source *source)
{
    gboolean has_schema = source->namespace != NULL || source->table != NULL;
    g_string_append_printf(sql, "SELECT %s, '%s'::regclass::oid, x.oid, %s, ", source->kind,
                           source->catalog, has_schema ? "n.nspname::text" : "NULL");
    if (source->label != NULL)
        g_string_append(sql, source->label);
    else
        g_string_append_printf(sql, "x.%s::text", source->column);
    g_string_append_printf(sql, ", %s, %s, ", source->table != NULL ? "c.relname::text" : "NULL",
                           source->table != NULL ? "c.oid" : "NULL::oid");
    gboolean is_relation = strcmp(source->catalog, "pg_class") == 0;
    g_string_append(sql, is_relation ? "x.relispartition, " : "FALSE, ");
    append_target(sql, source);
    g_string_append_printf(sql, " FROM pg_catalog.%s x", source->catalog);
    if (source->table != NULL) {
        g_string_append_printf(sql, " JOIN pg_catalog.pg_class c ON c.oid = %s%s",
                               source->table[0] == '(' ? "" : "x.", source->table);
    }
    if (has_schema) {
        g_string_append_printf(sql, " JOIN pg_catalog.pg_namespace n ON n.oid = %s%s",
                               source->namespace != NULL ? "x." : "c.",
                               source->namespace != NULL ? source->namespace : "relnamespace");
    }
    g_string_append(sql, has_schema
                             ? " WHERE n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'"
                             : " WHERE x.oid >= 16384");
    if (source->condition != NULL)
        g_string_append_printf(sql, " AND %s", source->condition);
    g_string_append(sql, " UNION ALL ");
}

/* One query, so that a slow network costs one round trip. A schema that the role could not make
 * again was made for it, and stays. */
static char *
list_sql(void)
{
    GString *sql = g_string_new("WITH o (kind, classid, objid, schema, name, parent, parent_oid, "
                                "leaf, target) AS (");
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++)
        append_source(sql, &sources[i]);
    g_string_append_printf(
        sql,
        "%s) SELECT o.kind, o.classid, o.objid, o.schema, o.name, o.parent, o.parent_oid, o.leaf, "
        "coalesce(o.target, (SELECT i.identity FROM pg_catalog.pg_identify_object(o.classid, "
        "o.objid, 0) i)), m.objid IS NOT NULL OR (o.kind = 'schema' AND NOT pg_catalog."
        "has_database_privilege(pg_catalog.current_database(), 'CREATE')), o.kind = 'table' AND (SELECT c.relrowsecurity AND "
        "pg_catalog.row_security_active(c.oid) AND pg_catalog.pg_relation_size(c.oid) > 0 FROM "
        "pg_catalog.pg_class c WHERE c.oid = o.objid) FROM o LEFT JOIN (SELECT DISTINCT d.classid, "
        "d.objid FROM pg_catalog.pg_depend d WHERE d.deptype = 'e') m "
        "ON m.classid = o.classid AND m.objid = o.objid",
        rest_sql);
    return g_string_free(sql, FALSE);
}

/* What initdb made has an OID below; pg_dump goes by it as well. */
#define FIRST_NORMAL_OID "16384" /* FirstNormalObjectId, access/transam.h */

/* To plan the question for all of them takes a server ten times as long as this one, which is all
 * that a new database needs. */
static char *
any_sql(void)
{
    GString *sql =
        g_string_new("SELECT 1 WHERE EXISTS (SELECT s.subname FROM pg_catalog.pg_subscription s)");
    for (gsize i = 0; i < G_N_ELEMENTS(sources); i++) {
        g_string_append_printf(
            sql, " OR EXISTS (SELECT FROM pg_catalog.%s x WHERE x.oid >= " FIRST_NORMAL_OID ")",
            sources[i].catalog);
    }
    return g_string_free(sql, FALSE);
}

/* @return rows as list_sql() says, or none; NULL: @error is set */
static PGresult *
select_listed(PgSession *session, GError **error)
{
    g_autofree char *any = any_sql();
    g_autofree char *sql = list_sql();
    g_autoptr(PgResult) found = pg_select(session, any, error);
    if (found == NULL || pq.PQntuples(found) == 0)
        return g_steal_pointer(&found);
    return pg_select(session, sql, error);
}

GPtrArray *
pg_list_all(PgSession *session, const BlFilter *filter, GError **error)
{
    g_autoptr(PgResult) result = select_listed(session, error);
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
    object->hides_rows = listed->hides_rows;
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
        gboolean may_be_kept = strcmp(listed->kind, "extension") == 0 ||
                               strcmp(listed->kind, "schema") == 0 || !listed->is_member;
        if (listed->is_ours || (filter == NULL && may_be_kept))
            g_ptr_array_add(objects, copy_listed(listed));
    }
    return objects;
}
