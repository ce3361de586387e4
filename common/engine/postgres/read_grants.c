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
    "pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE a.attacl IS NOT NULL AND c.oid >= "
    "16384";

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

static const PgQuery queries[] = {
    { "grants", grants_sql, 0, PG_QUERY_WITH_ACL, add_grants },
};

const PgSection pg_section_grants = { queries, G_N_ELEMENTS(queries), NULL };
