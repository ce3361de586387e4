/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

/* Members of a class or a family, by what they depend on, in one array each. What CREATE OPERATOR
 * CLASS made and may be dropped alone hangs on the family. */
#define OPERATORS_OF(catalog, oid)                                                                 \
    "array(SELECT u.x FROM pg_depend d JOIN pg_amop a ON a.oid = d.objid JOIN pg_operator o ON "   \
    "o.oid = a.amopopr JOIN pg_namespace x ON x.oid = o.oprnamespace LEFT JOIN pg_opfamily s ON "  \
    "s.oid = a.amopsortfamily LEFT JOIN pg_namespace sn ON sn.oid = s.opfnamespace, "              \
    "unnest(ARRAY[a.oid::text, a.amopstrategy::text, o.oprname || ' ' || x.nspname, "              \
    "format_type(a.amoplefttype, NULL), format_type(a.amoprighttype, NULL), sn.nspname::text, "    \
    "s.opfname::text]) WITH ORDINALITY u(x, i) WHERE d.refclassid = '" catalog                     \
    "'::regclass AND d.refobjid = " oid                                                            \
    " AND d.classid = 'pg_amop'::regclass ORDER BY a.amopstrategy, "                               \
    "format_type(a.amoplefttype, NULL) COLLATE \"C\", format_type(a.amoprighttype, NULL) COLLATE " \
    "\"C\", a.oid, u.i)"

#define FUNCTIONS_OF(catalog, oid)                                                                   \
    "array(SELECT u.x FROM pg_depend d JOIN pg_amproc a ON a.oid = d.objid JOIN pg_proc p ON p.oid " \
    "= a.amproc, unnest(ARRAY[a.oid::text, a.amprocnum::text, a.amproc::text, "                      \
    "oidvectortypes(p.proargtypes), format_type(a.amproclefttype, NULL), "                           \
    "format_type(a.amprocrighttype, NULL)]) WITH ORDINALITY u(x, i) WHERE d.refclassid = '" catalog  \
    "'::regclass AND d.refobjid = " oid                                                              \
    " AND d.classid = 'pg_amproc'::regclass ORDER BY a.amprocnum, "                                  \
    "format_type(a.amproclefttype, NULL) COLLATE \"C\", format_type(a.amprocrighttype, NULL) "       \
    "COLLATE \"C\", a.oid, u.i)"

enum { G_OID, G_SCHEMA, G_NAME, G_METHOD, G_OPERATORS, G_FUNCTIONS, G_FIRST };
enum { M_OID, M_STRATEGY, M_OPERATOR, M_LEFT, M_RIGHT, M_SORT_SCHEMA, M_SORT, M_FIELDS };
enum { P_OID, P_NUMBER, P_FUNCTION, P_ARGUMENTS, P_LEFT, P_RIGHT, P_FIELDS };
enum {
    C_FAMILY_SCHEMA = G_FIRST,
    C_FAMILY,
    C_DEFAULT,
    C_TYPE,
    C_STORAGE,
};

const char pg_families_sql[] =
    "SELECT f.oid, n.nspname, f.opfname, m_.amname, " OPERATORS_OF("pg_opfamily", "f.oid") ", " FUNCTIONS_OF(
        "pg_opfamily",
        "f.oid") " FROM pg_opfamily f JOIN pg_namespace n ON n.oid = "
                 "f.opfnamespace JOIN pg_am m_ ON m_.oid = f.opfmethod WHERE {{ours}} AND f.oid >= 16384 AND " PG_NO_MEMBER(
                     "pg_opfamily", "f.oid");

const char pg_classes_sql[] =
    "SELECT c.oid, n.nspname, c.opcname, m_.amname, " OPERATORS_OF("pg_opclass", "c.oid") ", " FUNCTIONS_OF(
        "pg_opclass",
        "c.oid") ", fn.nspname, f.opfname, c.opcdefault, "
                 "format_type(c.opcintype, NULL), format_type(nullif(c.opckeytype, 0), NULL) FROM pg_opclass c "
                 "JOIN pg_namespace n ON n.oid = c.opcnamespace JOIN pg_am m_ ON m_.oid = c.opcmethod JOIN "
                 "pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE "
                 "{{ours}} AND c.oid >= 16384 AND " PG_NO_MEMBER("pg_opclass", "c.oid");

static PgEntry *
add_group(PgReader *reader, const PGresult *result, int row, const BlKind *kind, Oid class_id)
{
    const char *schema = pg_text(result, row, G_SCHEMA);
    const char *plain = pg_text(result, row, G_NAME);
    g_autofree char *method = pg_name(pg_text(result, row, G_METHOD));
    g_autofree char *qualified = pg_qualified(schema, plain);
    g_autofree char *upper = g_ascii_strup(kind->name, -1);
    g_autofree char *name = g_strdup_printf("%s USING %s", plain, method);
    g_autofree char *tag = g_strdup_printf("%s %s USING %s", upper, qualified, method);
    const PgSpec spec = { .kind = kind,
                          .class_id = class_id,
                          .oid = pg_oid(result, row, G_OID),
                          .schema = schema,
                          .name = name,
                          .tag = tag };
    return pg_add(reader, &spec);
}

static void
append_operator(GString *list, const char *const *field)
{
    g_autofree char *name = pg_operator_name(field[M_OPERATOR], FALSE);
    pg_clause(list, "OPERATOR %s %s (%s, %s)", field[M_STRATEGY], name, field[M_LEFT],
              field[M_RIGHT]);
    if (field[M_SORT] != NULL) {
        g_string_append(list, " FOR ORDER BY ");
        pg_append_outer(list, field[M_SORT_SCHEMA], field[M_SORT]);
    }
}

static void
append_function(GString *list, const char *const *field)
{
    g_autofree char *name = pg_reg_name(field[P_FUNCTION]);
    pg_clause(list, "FUNCTION %s (%s, %s) %s(%s)", field[P_NUMBER], field[P_LEFT], field[P_RIGHT],
              name, field[P_ARGUMENTS]);
}

static Oid
oid_of(const char *text)
{
    return (Oid)g_ascii_strtoull(text, NULL, 10);
}

/* The members, as clauses. What they need stands in the catalogs of the members, so that these are
 * part of the object. */
static GString *
list_members(PgReader *reader, const PgEntry *entry, const PGresult *result, int row)
{
    GString *list = g_string_new(NULL);
    g_autoptr(GPtrArray) operators = pg_split_array(pg_text(result, row, G_OPERATORS));
    g_autoptr(GPtrArray) functions = pg_split_array(pg_text(result, row, G_FUNCTIONS));
    for (guint i = 0; i + M_FIELDS <= operators->len; i += M_FIELDS) {
        const char *const *field = (const char *const *)operators->pdata + i;
        append_operator(list, field);
        pg_add_alias(reader, PG_AMOP, oid_of(field[M_OID]), entry, NULL);
    }
    for (guint i = 0; i + P_FIELDS <= functions->len; i += P_FIELDS) {
        const char *const *field = (const char *const *)functions->pdata + i;
        append_function(list, field);
        pg_add_alias(reader, PG_AMPROC, oid_of(field[P_OID]), entry, NULL);
    }
    return list;
}

gboolean
pg_add_family(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = add_group(reader, result, row, &pg_kind_operator_family, PG_OPFAMILY);
    if (entry == NULL)
        return TRUE;
    pg_add_statement(reader, entry, "CREATE %s", entry->tag);
    g_autoptr(GString) list = list_members(reader, entry, result, row);
    if (list->len > 0)
        pg_add_statement(reader, entry, "ALTER %s ADD\n%s", entry->tag, list->str);
    return TRUE;
}

gboolean
pg_add_class(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = add_group(reader, result, row, &pg_kind_operator_class, PG_OPCLASS);
    if (entry == NULL)
        return TRUE;
    const char *type = pg_text(result, row, C_TYPE);
    const char *storage = pg_text(result, row, C_STORAGE);
    g_autofree char *method = pg_name(pg_text(result, row, G_METHOD));
    g_autofree char *name =
        pg_qualified(pg_text(result, row, G_SCHEMA), pg_text(result, row, G_NAME));
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "CREATE OPERATOR CLASS %s\n    %sFOR TYPE %s USING %s FAMILY ",
                           name, pg_flag(result, row, C_DEFAULT) ? "DEFAULT " : "", type, method);
    pg_append_outer(sql, pg_text(result, row, C_FAMILY_SCHEMA), pg_text(result, row, C_FAMILY));
    g_autoptr(GString) list = list_members(reader, entry, result, row);
    /* The list may not be empty; the type itself is what is stored anyway. */
    if (storage != NULL || list->len == 0)
        pg_clause(list, "STORAGE %s", storage != NULL ? storage : type);
    pg_add_statement(reader, entry, "%s AS\n%s", sql->str, list->str);
    return TRUE;
}
