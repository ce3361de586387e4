/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/acl.h"
#include "common/engine/postgres/reader.h"

#include <string.h>

enum { G_CLASS, G_OID, G_COLUMN, G_KIND, G_OWNER, G_LIST, G_BASE, G_TAG };

/* One row for each list: catalog, object, column, kind, owner, the list, what it is without any
 * GRANT. Lists that were never touched are NULL and need nothing. */
#define ACL_ROW(catalog, kind, owner, acl)                                                          \
    "SELECT '" catalog "'::regclass::oid, o.oid, NULL::name, " kind ", " owner ", " acl             \
    "::text, coalesce(i.initprivs, acldefault((" kind ")::\"char\", " owner "))::text, CASE WHEN "  \
    "i.objoid IS NOT NULL AND o.oid >= 16384 THEN (SELECT upper(x.type) || ' ' || x.identity FROM " \
    "pg_identify_object('" catalog "'::regclass, o.oid, 0) x) END FROM " catalog                    \
    " o LEFT JOIN pg_init_privs i ON i.classoid = '" catalog                                        \
    "'::regclass AND i.objoid = o.oid AND i.objsubid = 0 WHERE " acl " IS NOT NULL"

#define ACL_CLASS_KIND "CASE o.relkind WHEN 'S' THEN 's' ELSE 'r' END"

static const char grants_sql[] = ACL_ROW(
    "pg_namespace",
    "'n'",
    "o.nspowner",
    "o.nspacl") " AND (o.oid >= 16384 OR o.nspname = "
                "'public') UNION ALL " ACL_ROW("pg_class", ACL_CLASS_KIND, "o.relowner", "o.relacl") " AND o.oid >= 16384 UNION ALL " ACL_ROW("pg_proc", "'f'", "o.proowner", "o.proacl") " AND o.oid >= 16384 UNION ALL " ACL_ROW(
                    "pg_type",
                    "'T'",
                    "o.typowner",
                    "o.typacl") " AND o.oid >= 16384 UNION ALL " ACL_ROW("pg_language",
                                                                         "'l'",
                                                                         "o.lanowner",
                                                                         "o.lanacl") " AND o.oid >= 16384 UNION ALL " ACL_ROW("pg_foreign_data_wrapper",
                                                                                                                              "'F'",
                                                                                                                              "o.fdwowner",
                                                                                                                              "o.fdwacl") " AND o.oid >= 16384 UNION ALL " ACL_ROW("pg_foreign_server",
                                                                                                                                                                                   "'S'",
                                                                                                                                                                                   "o.srvowner",
                                                                                                                                                                                   "o.srvacl") " AND o.oid >= 16384 UNION ALL "
                                                                                                                                                                                               "SELECT 'pg_class'::regclass, c.oid, a.attname, 'c', c.relowner, a.attacl::text, "
                                                                                                                                                                                               "i.initprivs::text, NULL FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN "
                                                                                                                                                                                               "pg_init_privs i ON i.classoid = 'pg_class'::regclass AND i.objoid = c.oid AND i.objsubid = "
                                                                                                                                                                                               "a.attnum WHERE a.attacl IS NOT NULL AND c.oid >= 16384";

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
