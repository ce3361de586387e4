/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    POL_OID,
    POL_SCHEMA,
    POL_TABLE,
    POL_TABLE_OID,
    POL_NAME,
    POL_COMMAND,
    POL_PERMISSIVE,
    POL_ROLES,
    POL_USING,
    POL_CHECK,
};

static const char policies_sql[] =
    "SELECT p.oid, n.nspname, c.relname, c.oid, p.polname, p.polcmd, p.polpermissive, array(SELECT "
    "CASE r WHEN 0 THEN NULL ELSE pg_get_userbyid(r)::text END COLLATE \"C\" FROM unnest(p.polroles) r "
    "ORDER BY 1), "
    "pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid) FROM pg_policy p "
    "JOIN pg_class c ON c.oid = p.polrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
    "{{ours}} AND " PG_NO_MEMBER("pg_class", "c.oid");

static const char *
command_of(char letter)
{
    switch (letter) {
    case 'r':
        return "SELECT";
    case 'a':
        return "INSERT";
    case 'w':
        return "UPDATE";
    case 'd':
        return "DELETE";
    default:
        return NULL; /* all of them, which is not written */
    }
}

static void
append_roles(GString *sql, const char *roles)
{
    g_autoptr(GPtrArray) names = pg_split_array(roles);
    if (names->len == 1 && g_ptr_array_index(names, 0) == NULL)
        return; /* PUBLIC alone is not written */
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        g_string_append(sql, i == 0 ? "\n    TO " : ", ");
        if (name == NULL)
            g_string_append(sql, "PUBLIC");
        else
            pg_append_name(sql, name);
    }
}

static gboolean
add_policy(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, POL_SCHEMA);
    const char *table = pg_text(result, row, POL_TABLE);
    const char *name = pg_text(result, row, POL_NAME);
    const PgSpec spec = { .kind = &pg_kind_policy,
                          .class_id = PG_POLICY,
                          .oid = pg_oid(result, row, POL_OID),
                          .schema = schema,
                          .name = name,
                          .parent = table };
    PgEntry *entry = pg_add_on_table(reader, &spec, pg_oid(result, row, POL_TABLE_OID), "POLICY");
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, entry->tag);
    if (!pg_flag(result, row, POL_PERMISSIVE))
        g_string_append(sql, "\n    AS RESTRICTIVE");
    const char *command = command_of(pg_text(result, row, POL_COMMAND)[0]);
    if (command != NULL)
        g_string_append_printf(sql, "\n    FOR %s", command);
    append_roles(sql, pg_text(result, row, POL_ROLES));
    const char *qual = pg_text(result, row, POL_USING);
    const char *check = pg_text(result, row, POL_CHECK);
    if (qual != NULL)
        g_string_append_printf(sql, "\n    USING (%s)", qual);
    if (check != NULL)
        g_string_append_printf(sql, "\n    WITH CHECK (%s)", check);
    pg_add_statement(reader, entry, "%s", sql->str);
    return TRUE;
}

static const PgQuery queries[] = {
    { "policies", policies_sql, 0, PG_QUERY_IF(PG_IF_POLICY), add_policy },
};

const PgSection pg_section_policies = { queries, G_N_ELEMENTS(queries), NULL };
