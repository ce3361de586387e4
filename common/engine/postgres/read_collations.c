/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    C_OID,
    C_SCHEMA,
    C_NAME,
    C_PROVIDER,
    C_DETERMINISTIC,
    C_COLLATE,
    C_CTYPE,
    C_LOCALE,
    C_RULES,
    C_COPY_OF,
};

/* Two of the server's are for another encoding than a new one of the same locale: who has that too
 * is a copy. A name may stand for one collation per encoding; only that of this database can be
 * used. The locale of ICU has stood in collcollate (to 14), colliculocale (15, 16) and colllocale.
 */
static const char collations_sql[] =
    "SELECT c.oid, n.nspname, c.collname, c.collprovider, c.collisdeterministic, c.collcollate, "
    "c.collctype, coalesce(to_jsonb(c) ->> 'colllocale', to_jsonb(c) ->> 'colliculocale', "
    "c.collcollate), {{16|c.collicurules|NULL}}, CASE WHEN c.collprovider = 'c' AND c.collencoding = -1 "
    "AND c.collcollate = c.collctype AND c.collcollate IN ('C', 'POSIX') THEN c.collcollate WHEN "
    "c.collprovider = 'b' AND c.collencoding <> -1 AND to_jsonb(c) ->> 'colllocale' = 'C' THEN "
    "'ucs_basic' END FROM pg_collation c JOIN pg_namespace n ON n.oid = "
    "c.collnamespace WHERE {{ours}} AND c.oid >= 16384 AND c.collencoding IN (-1, "
    "pg_char_to_encoding(getdatabaseencoding())) AND " PG_NO_MEMBER("pg_collation", "c.oid");

static const char conversions_sql[] =
    "SELECT c.oid, n.nspname, c.conname, c.condefault, pg_encoding_to_char(c.conforencoding), "
    "pg_encoding_to_char(c.contoencoding), c.conproc FROM pg_conversion c JOIN pg_namespace n ON "
    "n.oid = c.connamespace WHERE {{ours}} AND c.oid >= 16384 AND " PG_NO_MEMBER("pg_conversion",
                                                                                 "c.oid");

static const char *
provider_name(char provider)
{
    return provider == 'i' ? "icu" : provider == 'b' ? "builtin" : "libc";
}

static void
append_locale(GString *list, const PGresult *result, int row, char provider)
{
    const char *collate = pg_text(result, row, C_COLLATE);
    const char *ctype = pg_text(result, row, C_CTYPE);
    if (provider != 'c') {
        pg_clause_literal(list, "LOCALE", pg_text(result, row, C_LOCALE));
        pg_clause_literal(list, "RULES", pg_text(result, row, C_RULES));
    } else if (g_strcmp0(collate, ctype) == 0) {
        pg_clause_literal(list, "LOCALE", collate);
    } else {
        pg_clause_literal(list, "LC_COLLATE", collate);
        pg_clause_literal(list, "LC_CTYPE", ctype);
    }
}

static gboolean
add_collation(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, C_SCHEMA);
    const char *name = pg_text(result, row, C_NAME);
    g_autofree char *qualified = pg_qualified(schema, name);
    g_autofree char *tag = g_strconcat("COLLATION ", qualified, NULL);
    const PgSpec spec = { .kind = &pg_kind_collation,
                          .class_id = PG_COLLATION,
                          .oid = pg_oid(result, row, C_OID),
                          .schema = schema,
                          .name = name,
                          .tag = tag };
    const PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return TRUE;
    char provider = pg_text(result, row, C_PROVIDER)[0];
    if (provider == 'b')
        pg_need_version(reader, 17);
    const char *original = pg_text(result, row, C_COPY_OF);
    if (original != NULL) {
        g_autofree char *quoted = pg_qualified("pg_catalog", original);
        pg_add_statement(reader, entry, "CREATE COLLATION %s FROM %s", qualified, quoted);
        return TRUE;
    }
    g_autoptr(GString) list = g_string_new(NULL);
    pg_clause(list, "PROVIDER = %s", provider_name(provider));
    if (!pg_flag(result, row, C_DETERMINISTIC))
        pg_clause(list, "DETERMINISTIC = false");
    append_locale(list, result, row, provider);
    if (pg_text(result, row, C_RULES) != NULL)
        pg_need_version(reader, 16);
    pg_add_statement(reader, entry, "CREATE COLLATION %s (\n%s\n)", qualified, list->str);
    return TRUE;
}

static gboolean
add_conversion(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, 1);
    const char *name = pg_text(result, row, 2);
    g_autofree char *qualified = pg_qualified(schema, name);
    g_autofree char *tag = g_strconcat("CONVERSION ", qualified, NULL);
    const PgSpec spec = { .kind = &pg_kind_conversion,
                          .class_id = PG_CONVERSION,
                          .oid = pg_oid(result, row, 0),
                          .schema = schema,
                          .name = name,
                          .tag = tag };
    const PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return TRUE;
    g_autofree char *function = pg_reg_name(pg_text(result, row, 6));
    pg_add_statement(reader, entry, "CREATE %sCONVERSION %s FOR '%s' TO '%s' FROM %s",
                     pg_flag(result, row, 3) ? "DEFAULT " : "", qualified, pg_text(result, row, 4),
                     pg_text(result, row, 5), function);
    return TRUE;
}

static const PgQuery queries[] = {
    { "collations", collations_sql, 0, PG_QUERY_IF(PG_IF_COLLATION), add_collation },
    { "conversions", conversions_sql, 0, PG_QUERY_IF(PG_IF_CONVERSION), add_conversion },
};

const PgSection pg_section_collations = { queries, G_N_ELEMENTS(queries), NULL };
