/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/acl.h"
#include "common/engine/postgres/reader.h"

#include <string.h>

enum { D_OID, D_ROLE, D_SCHEMA, D_KIND, D_LIST, D_BASE };

static const struct {
    char letter; /* pg_default_acl.defaclobjtype */
    char kind;   /* as acldefault() takes it */
    const char *word;
} kinds[] = {
    { 'r', 'r', "TABLES" },  { 'S', 's', "SEQUENCES" }, { 'f', 'f', "FUNCTIONS" },
    { 'n', 'n', "SCHEMAS" }, { 'T', 'T', "TYPES" },     { 'L', 'L', "LARGE OBJECTS" },
};

/* Global ones start from what the server gives, those of a schema from nothing. */
static const char defaults_sql[] =
    "SELECT d.oid, pg_get_userbyid(d.defaclrole), n.nspname, d.defaclobjtype, d.defaclacl, CASE WHEN "
    "d.defaclnamespace = 0 THEN acldefault(CASE d.defaclobjtype WHEN 'S' THEN 's'::\"char\" ELSE "
    "d.defaclobjtype END, d.defaclrole) END FROM pg_default_acl d LEFT JOIN pg_namespace n ON n.oid = "
    "d.defaclnamespace";

static gboolean
add_defaults(PgReader *reader, const PGresult *result, int row, GError **error)
{
    char letter = pg_text(result, row, D_KIND)[0];
    gsize i = 0;
    while (i < G_N_ELEMENTS(kinds) && kinds[i].letter != letter)
        i++;
    const char *role = pg_text(result, row, D_ROLE);
    const char *schema = pg_text(result, row, D_SCHEMA);
    g_autofree char *name =
        g_strdup_printf("%s for %s", i < G_N_ELEMENTS(kinds) ? kinds[i].word : "?", role);
    if (i == G_N_ELEMENTS(kinds))
        return pg_unsupported(reader, name, "the kind of default privileges is not known", error);
    const PgSpec spec = { .kind = &pg_kind_default_privileges,
                          .class_id = PG_DEFAULT_ACL,
                          .oid = pg_oid(result, row, D_OID),
                          .schema = schema,
                          .name = name };
    if (!pg_is_ours(reader, PG_DEFAULT_ACL, spec.oid, schema, name, NULL))
        return TRUE;
    g_autoptr(GString) prefix = g_string_new("ALTER DEFAULT PRIVILEGES FOR ROLE ");
    pg_append_name(prefix, role);
    if (schema != NULL) {
        g_string_append(prefix, " IN SCHEMA ");
        pg_append_name(prefix, schema);
    }
    g_string_append_c(prefix, ' ');
    const PgAclSpec acl = { .kind = kinds[i].kind,
                            .major = reader->version / 10000,
                            .owner = role,
                            .target = kinds[i].word,
                            .prefix = prefix->str };
    g_autoptr(GPtrArray) statements =
        pg_acl_statements(&acl, pg_text(result, row, D_LIST), pg_text(result, row, D_BASE));
    if (statements->len == 0)
        return TRUE;
    PgEntry *entry = pg_add(reader, &spec);
    for (guint j = 0; entry != NULL && j < statements->len; j++)
        pg_add_statement(reader, entry, "%s", (const char *)g_ptr_array_index(statements, j));
    if (letter == 'L')
        pg_need_version(reader, 18);
    return TRUE;
}

static const PgQuery queries[] = {
    { "default privileges", defaults_sql, 0, PG_QUERY_WITH_ACL, add_defaults },
};

const PgSection pg_section_defaults = { queries, G_N_ELEMENTS(queries), NULL };
