/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

#define SCHEMA_OF_TYPE(oid)                                                                          \
    "(SELECT yn.nspname::text FROM pg_type y JOIN pg_namespace yn ON yn.oid = y.typnamespace WHERE " \
    "y.oid = " oid ")"

/* Members of a class or a family in one array each. */
#define OPERATORS_WHERE(condition)                                                                                \
    "array(SELECT u.x FROM pg_amop a JOIN pg_operator o ON o.oid = a.amopopr JOIN pg_namespace x "                \
    "ON x.oid = o.oprnamespace LEFT JOIN pg_opfamily s ON s.oid = a.amopsortfamily LEFT JOIN "                    \
    "pg_namespace sn ON sn.oid = s.opfnamespace, unnest(ARRAY[a.oid::text, "                                      \
    "a.amopstrategy::text, o.oprname || ' ' || x.nspname, format_type(a.amoplefttype, NULL), "                    \
    "format_type(a.amoprighttype, NULL), x.nspname::text, " SCHEMA_OF_TYPE("a.amoplefttype") ", " SCHEMA_OF_TYPE( \
        "a.amoprighttype") ", sn.nspname::text, s.opfname::text]) WITH ORDINALITY "                               \
                           "u(x, i) WHERE " condition                                                             \
                           " ORDER BY a.amopstrategy, format_type(a.amoplefttype, NULL) "                         \
                           "COLLATE \"C\", format_type(a.amoprighttype, NULL) COLLATE \"C\", a.oid, u.i)"

#define FUNCTIONS_WHERE(condition)                                                                                         \
    "array(SELECT u.x FROM pg_amproc a JOIN pg_proc p ON p.oid = a.amproc JOIN pg_namespace x ON x.oid = p.pronamespace, " \
    "unnest(ARRAY[a.oid::text, a.amprocnum::text, a.amproc::text, "                                                        \
    "oidvectortypes(p.proargtypes), format_type(a.amproclefttype, NULL), "                                                 \
    "format_type(a.amprocrighttype, NULL), x.nspname::text, " SCHEMA_OF_TYPE("a.amproclefttype") ", " SCHEMA_OF_TYPE(      \
        "a.amprocrighttype") "]) WITH ORDINALITY u(x, i) WHERE " condition                                                 \
                             " ORDER BY a.amprocnum, format_type(a.amproclefttype, NULL) COLLATE \"C\", "                  \
                             "format_type(a.amprocrighttype, NULL) COLLATE \"C\", a.oid, u.i)"

/* What CREATE OPERATOR CLASS made and may be dropped alone hangs on the family. */
#define HANGS_ON(members, catalog, oid)                                                            \
    "a.oid IN (SELECT d.objid FROM pg_depend d WHERE d.classid = '" members                        \
    "'::regclass AND d.refclassid = '" catalog "'::regclass AND d.refobjid = " oid ")"

#define NO_MEMBER_TYPE(oid) " AND " PG_NO_MEMBER("pg_type", oid)

/* Members of the server's own families that a user made: dependencies on what is the server's are
 * not recorded. */
#define IS_ADDED(members, catalog, object, left, right)                                             \
    "a.oid >= 16384 AND (" object " >= 16384 OR " left " >= 16384 OR " right " >= 16384) AND NOT "  \
    "EXISTS (SELECT FROM pg_depend d WHERE d.classid = '" members                                   \
    "'::regclass AND d.objid = a.oid AND d.refclassid = 'pg_opclass'::regclass) AND " PG_NO_MEMBER( \
        catalog, object) NO_MEMBER_TYPE(left) NO_MEMBER_TYPE(right)

#define FAMILY_OPERATORS OPERATORS_WHERE(HANGS_ON("pg_amop", "pg_opfamily", "f.oid"))
#define FAMILY_FUNCTIONS FUNCTIONS_WHERE(HANGS_ON("pg_amproc", "pg_opfamily", "f.oid"))
#define CLASS_OPERATORS  OPERATORS_WHERE(HANGS_ON("pg_amop", "pg_opclass", "c.oid"))
#define CLASS_FUNCTIONS  FUNCTIONS_WHERE(HANGS_ON("pg_amproc", "pg_opclass", "c.oid"))
#define OPERATOR_ADDED                                                                             \
    "a.amopfamily = f.oid AND " IS_ADDED("pg_amop", "pg_operator", "a.amopopr", "a.amoplefttype",  \
                                         "a.amoprighttype")
#define FUNCTION_ADDED                                                                             \
    "a.amprocfamily = f.oid AND " IS_ADDED("pg_amproc", "pg_proc", "a.amproc", "a.amproclefttype", \
                                           "a.amprocrighttype")
#define ADDED_OPERATORS OPERATORS_WHERE(OPERATOR_ADDED)
#define ADDED_FUNCTIONS FUNCTIONS_WHERE(FUNCTION_ADDED)

enum { G_OID, G_SCHEMA, G_NAME, G_METHOD, G_OPERATORS, G_FUNCTIONS, G_FIRST };
/* Of a member: schemas of its operator or function, of its types. */
enum { N_SCHEMAS = 3 };
enum {
    M_OID,
    M_STRATEGY,
    M_OPERATOR,
    M_LEFT,
    M_RIGHT,
    M_SCHEMAS,
    M_SORT_SCHEMA = M_SCHEMAS + N_SCHEMAS,
    M_SORT,
    M_FIELDS
};
enum {
    P_OID,
    P_NUMBER,
    P_FUNCTION,
    P_ARGUMENTS,
    P_LEFT,
    P_RIGHT,
    P_SCHEMAS,
    P_FIELDS = P_SCHEMAS + N_SCHEMAS
};
enum {
    C_FAMILY_SCHEMA = G_FIRST,
    C_FAMILY,
    C_DEFAULT,
    C_TYPE,
    C_STORAGE,
};

#define FAMILY_COLUMNS "SELECT f.oid, n.nspname, f.opfname, am.amname, "
#define FAMILY_SOURCE                                                                              \
    " FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace JOIN pg_am am ON am.oid = " \
    "f.opfmethod WHERE "
#define CLASS_COLUMNS  "SELECT c.oid, n.nspname, c.opcname, am.amname, "
#define FAMILY_IS_OURS "{{ours}} AND f.oid >= 16384 AND " PG_NO_MEMBER("pg_opfamily", "f.oid")
#define CLASS_IS_OURS  "{{ours}} AND c.oid >= 16384 AND " PG_NO_MEMBER("pg_opclass", "c.oid")

const char pg_families_sql[] =
    FAMILY_COLUMNS FAMILY_OPERATORS ", " FAMILY_FUNCTIONS FAMILY_SOURCE FAMILY_IS_OURS;

const char pg_added_members_sql[] = FAMILY_COLUMNS ADDED_OPERATORS
    ", " ADDED_FUNCTIONS FAMILY_SOURCE
    "f.oid IN (SELECT amopfamily FROM pg_amop WHERE oid >= 16384 UNION SELECT "
    "amprocfamily FROM pg_amproc WHERE oid >= 16384) AND f.oid < 16384";

const char pg_classes_sql[] = CLASS_COLUMNS CLASS_OPERATORS
    ", " CLASS_FUNCTIONS ", fn.nspname, f.opfname, c.opcdefault, format_type(c.opcintype, NULL), "
    "format_type(nullif(c.opckeytype, 0), NULL) FROM pg_opclass c JOIN pg_namespace n "
    "ON n.oid = c.opcnamespace JOIN pg_am am ON am.oid = c.opcmethod JOIN pg_opfamily "
    "f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace WHERE " CLASS_IS_OURS;

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

/* @return TRUE when nothing of these schemas is left out */
static gboolean
is_kept(const PgReader *reader, const char *const *schemas)
{
    for (guint i = 0; i < N_SCHEMAS; i++) {
        if (!pg_is_kept(reader, schemas[i]))
            return FALSE;
    }
    return TRUE;
}

static Oid
oid_of(const char *text)
{
    return (Oid)g_ascii_strtoull(text, NULL, 10);
}

/* The members, as clauses, without those that need what is left out. */
static GString *
list_members(const PgReader *reader, const PGresult *result, int row)
{
    GString *list = g_string_new(NULL);
    g_autoptr(GPtrArray) operators = pg_split_array(pg_text(result, row, G_OPERATORS));
    g_autoptr(GPtrArray) functions = pg_split_array(pg_text(result, row, G_FUNCTIONS));
    for (guint i = 0; i + M_FIELDS <= operators->len; i += M_FIELDS) {
        const char *const *field = (const char *const *)operators->pdata + i;
        if (is_kept(reader, field + M_SCHEMAS))
            append_operator(list, field);
    }
    for (guint i = 0; i + P_FIELDS <= functions->len; i += P_FIELDS) {
        const char *const *field = (const char *const *)functions->pdata + i;
        if (is_kept(reader, field + P_SCHEMAS))
            append_function(list, field);
    }
    return list;
}

static void
alias_each(PgReader *reader, const PgEntry *entry, Oid class_id, const char *array, guint n_fields)
{
    g_autoptr(GPtrArray) fields = pg_split_array(array);
    for (guint i = 0; i + n_fields <= fields->len; i += n_fields)
        pg_add_alias(reader, class_id, oid_of(g_ptr_array_index(fields, i)), entry, NULL);
}

/* What the members need stands in catalogs of their own. */
static void
alias_members(PgReader *reader, const PgEntry *entry, const PGresult *result, int row)
{
    alias_each(reader, entry, PG_AMOP, pg_text(result, row, G_OPERATORS), M_FIELDS);
    alias_each(reader, entry, PG_AMPROC, pg_text(result, row, G_FUNCTIONS), P_FIELDS);
}

gboolean
pg_add_family(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = add_group(reader, result, row, &pg_kind_operator_family, PG_OPFAMILY);
    if (entry == NULL)
        return TRUE;
    pg_add_statement(reader, entry, "CREATE %s", entry->tag);
    alias_members(reader, entry, result, row);
    g_autoptr(GString) list = list_members(reader, result, row);
    if (list->len > 0)
        pg_add_statement(reader, entry, "ALTER %s ADD\n%s", entry->tag, list->str);
    return TRUE;
}

/* Operators and functions for types of ours in a family of the server's. */
gboolean
pg_add_added_members(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_autofree char *family = pg_name(pg_text(result, row, G_NAME));
    g_autofree char *method = pg_name(pg_text(result, row, G_METHOD));
    g_autofree char *name = g_strdup_printf("%s USING %s", family, method);
    const PgSpec spec = { .kind = &pg_kind_operator_family, .name = name };
    g_autoptr(GString) list = list_members(reader, result, row);
    const PgEntry *entry = list->len > 0 ? pg_add(reader, &spec) : NULL;
    if (entry == NULL)
        return TRUE;
    alias_members(reader, entry, result, row);
    pg_add_statement(reader, entry, "ALTER OPERATOR FAMILY %s ADD\n%s", name, list->str);
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
    alias_members(reader, entry, result, row);
    g_autoptr(GString) list = list_members(reader, result, row);
    /* The list may not be empty; the type itself is what is stored anyway. */
    if (storage != NULL || list->len == 0)
        pg_clause(list, "STORAGE %s", storage != NULL ? storage : type);
    pg_add_statement(reader, entry, "%s AS\n%s", sql->str, list->str);
    return TRUE;
}
