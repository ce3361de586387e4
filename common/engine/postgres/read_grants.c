/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/acl.h"
#include "common/engine/postgres/reader.h"

#include <string.h>

enum { G_CLASS, G_OID, G_COLUMN, G_KIND, G_OWNER, G_LIST, G_BASE };

/* One row for each list: catalog, object, column, kind, owner, the list, what it is without any
 * GRANT. Lists that were never touched are NULL and need nothing. */
#define ACL_ROW(catalog, kind, owner, acl, base)                                                   \
    "SELECT '" catalog "'::regclass::oid, o.oid, NULL::name, " kind ", " owner ", " acl            \
    "::text, " base "::text FROM " catalog " o WHERE " acl " IS NOT NULL AND "

#define GIVEN(kind, owner) "acldefault((" kind ")::\"char\", " owner ")"

/* Schema public starts with what initdb grants, in the name of its owner. */
#define PUBLIC_BASE                                                                                       \
    "CASE WHEN o.nspname = 'public' THEN (SELECT ARRAY[format('%s=UC/%s', r, r)::aclitem, "               \
    "format('={{15|U|UC}}/%s', r)::aclitem] FROM (SELECT '\"' || replace(rolname, '\"', '\"\"') || '\"' " \
    "AS r FROM pg_roles WHERE oid = o.nspowner) x) ELSE acldefault('n', o.nspowner) END"

#define OURS     "o.oid >= 16384"
#define AND_THEN " UNION ALL "
#define CLASS_OF "CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END"

static const char grants_sql[] = ACL_ROW(
    "pg_namespace",
    "'n'",
    "o.nspowner",
    "o.nspacl",
    "(" PUBLIC_BASE
    ")") "(o.oid >= 16384 OR o.nspname = 'public')" AND_THEN ACL_ROW("pg_class",
                                                                     CLASS_OF,
                                                                     "o.relowner",
                                                                     "o.relacl",
                                                                     GIVEN(CLASS_OF, "o.relowner"))
    OURS AND_THEN ACL_ROW("pg_proc", "'f'", "o.proowner", "o.proacl", GIVEN("'f'", "o.proowner"))
        OURS AND_THEN ACL_ROW(
            "pg_type", "'T'", "o.typowner", "o.typacl", GIVEN("'T'", "o.typowner"))
            OURS AND_THEN ACL_ROW(
                "pg_language", "'l'", "o.lanowner", "o.lanacl", GIVEN("'l'", "o.lanowner"))
                OURS AND_THEN ACL_ROW("pg_foreign_data_wrapper",
                                      "'F'",
                                      "o.fdwowner",
                                      "o.fdwacl",
                                      GIVEN("'F'", "o.fdwowner"))
                    OURS AND_THEN ACL_ROW("pg_foreign_server",
                                          "'S'",
                                          "o.srvowner",
                                          "o.srvacl",
                                          GIVEN("'S'", "o.srvowner")) OURS AND_THEN
    "SELECT 'pg_class'::regclass, c.oid, a.attname, 'c', c.relowner, a.attacl::text, NULL FROM "
    "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT "
    "a.attisdropped AND c.oid >= 16384";

static gboolean
add_grants(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry =
        pg_find(reader, pg_oid(result, row, G_CLASS), pg_oid(result, row, G_OID));
    if (entry == NULL || entry->grant_tag == NULL)
        return TRUE;
    const char *column = pg_text(result, row, G_COLUMN);
    g_autofree char *quoted = column != NULL ? pg_name(column) : NULL;
    const PgAclSpec spec = { .kind = pg_text(result, row, G_KIND)[0],
                             .major = reader->version / 10000,
                             .owner = pg_role_name(reader, pg_oid(result, row, G_OWNER)),
                             .target = entry->grant_tag,
                             .column = quoted,
                             .prefix = "" };
    g_autoptr(GPtrArray) statements =
        pg_acl_statements(&spec, pg_text(result, row, G_LIST), pg_text(result, row, G_BASE));
    g_autofree char *key = g_strdup_printf("%s %s", entry->grant_tag, column != NULL ? column : "");
    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        pg_add_tail(reader, entry, PG_TAIL_GRANT, key, sql);
        if (strstr(sql, "MAINTAIN") != NULL)
            pg_need_version(reader, 17);
    }
    return TRUE;
}

/* What is granted on what is not ours: objects of the server and of extensions, against what they
 * had from the start. That is not written down for information_schema. */
#define OTHER(catalog, kind, owner, acl)                                                           \
    "SELECT '" catalog "'::regclass::oid, o.oid, 0, NULL::name, (" kind ")::\"char\", " owner      \
    ", " acl " FROM " catalog " o"

static const char others_sql[] = "WITH x (class, oid, sub, col, kind, owner, acl) AS (" OTHER(
    "pg_namespace", "'n'", "o.nspowner", "o.nspacl") " WHERE o.nspname <> 'public'" AND_THEN
    OTHER("pg_class", CLASS_OF, "o.relowner", "o.relacl")
        AND_THEN OTHER("pg_proc", "'f'", "o.proowner", "o.proacl")
            AND_THEN OTHER("pg_type", "'T'", "o.typowner", "o.typacl")
                AND_THEN OTHER("pg_language", "'l'", "o.lanowner", "o.lanacl")
                    AND_THEN OTHER("pg_foreign_data_wrapper", "'F'", "o.fdwowner", "o.fdwacl")
                        AND_THEN OTHER("pg_foreign_server", "'S'", "o.srvowner", "o.srvacl")
                            AND_THEN
    "SELECT 'pg_class'::regclass, c.oid, a.attnum, a.attname, 'c', c.relowner, a.attacl FROM "
    "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND NOT a.attisdropped) "
    "SELECT x.class, "
    "x.oid, x.col, x.kind, x.owner, coalesce(x.acl, acldefault(x.kind, x.owner)), "
    "coalesce(p.initprivs, acldefault(x.kind, x.owner)), i.type, i.schema, CASE WHEN x.class = 'pg_type'::regclass THEN (SELECT format('%I.%I', n.nspname, t.typname) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace WHERE t.oid = x.oid) ELSE i.identity END, e.refobjid FROM "
    "x LEFT JOIN pg_init_privs p ON p.classoid = x.class AND p.objoid = x.oid AND p.objsubid = x.sub "
    "LEFT JOIN pg_depend e ON e.classid = x.class AND e.objid = x.oid AND e.deptype = 'e' CROSS JOIN "
    "LATERAL pg_identify_object(x.class, x.oid, 0) i WHERE (x.oid < 16384 OR e.refobjid >= 16384) AND "
    "(x.oid >= 16384 OR coalesce(i.schema, i.identity) <> 'information_schema') AND x.acl::text IS DISTINCT FROM p.initprivs::text ORDER BY i.type, i.identity, x.col NULLS FIRST";

enum { G_TYPE = G_BASE + 1, G_SCHEMA, G_IDENTITY, G_EXTENSION };

/* Behind GRANT … ON, for a type of pg_identify_object(). */
static const char *
word_of(const char *type)
{
    static const struct {
        const char *type;
        const char *word;
    } words[] = {
        { "sequence", "SEQUENCE" },
        { "function", "FUNCTION" },
        { "procedure", "PROCEDURE" },
        { "aggregate", "FUNCTION" },
        { "type", "TYPE" },
        { "language", "LANGUAGE" },
        { "schema", "SCHEMA" },
        { "foreign-data wrapper", "FOREIGN DATA WRAPPER" },
        { "server", "FOREIGN SERVER" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (strcmp(words[i].type, type) == 0)
            return words[i].word;
    }
    return "TABLE";
}

/* One object for all that is granted on one object of others, its columns too. */
static BlObject *
other_object(PgReader *reader, const char *target)
{
    BlObject *found = bl_catalog_find(reader->catalog, pg_kind_grants.name, NULL, target);
    const PgSpec spec = { .kind = &pg_kind_grants, .name = target };
    return found != NULL ? found : pg_add_object(reader, &spec);
}

static gboolean
add_other_grants(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *identity = pg_text(result, row, G_IDENTITY);
    const char *schema = pg_text(result, row, G_SCHEMA);
    Oid extension = pg_oid(result, row, G_EXTENSION);
    const PgEntry *owner = pg_find(reader, PG_EXTENSION, extension);
    if (identity == NULL || (extension >= PG_FIRST_USER_OID && owner == NULL) ||
        !bl_filter_accepts(reader->filter, schema, identity, NULL))
        return TRUE;
    g_autofree char *target =
        g_strconcat(word_of(pg_text(result, row, G_TYPE)), " ", identity, NULL);
    const char *column = pg_text(result, row, G_COLUMN);
    g_autofree char *quoted = column != NULL ? pg_name(column) : NULL;
    const PgAclSpec spec = { .kind = pg_text(result, row, G_KIND)[0],
                             .major = reader->version / 10000,
                             .owner = pg_role_name(reader, pg_oid(result, row, G_OWNER)),
                             .target = target,
                             .column = quoted,
                             .prefix = "" };
    g_autoptr(GPtrArray) statements =
        pg_acl_statements(&spec, pg_text(result, row, G_LIST), pg_text(result, row, G_BASE));
    for (guint i = 0; i < statements->len; i++) {
        BlObject *object = other_object(reader, target);
        bl_object_add_statement(reader->catalog, object, g_ptr_array_index(statements, i));
        if (owner != NULL)
            bl_object_add_dependency(object, owner->object);
    }
    return TRUE;
}

static const PgQuery queries[] = {
    { "grants", grants_sql, 0, PG_QUERY_WITH_ACL, add_grants },
    { "grants on what is not ours", others_sql, 0, PG_QUERY_WITH_ACL, add_other_grants },
};

const PgSection pg_section_grants = { queries, G_N_ELEMENTS(queries), NULL };
