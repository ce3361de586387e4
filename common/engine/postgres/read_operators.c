/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    O_OID,
    O_SCHEMA,
    O_NAME,
    O_FUNCTION,
    O_LEFT,
    O_RIGHT,
    O_COMMUTATOR,
    O_NEGATOR,
    O_RESTRICT,
    O_JOIN,
    O_HASHES,
    O_MERGES,
};

/* Without those that are only announced by another one's COMMUTATOR or NEGATOR. */
static const char operators_sql[] =
    "SELECT o.oid, n.nspname, o.oprname, o.oprcode, format_type(nullif(o.oprleft, 0), NULL), "
    "format_type(nullif(o.oprright, 0), NULL), " PG_OPERATOR_REF("o.oprcom") ", " PG_OPERATOR_REF(
        "o.oprnegate") ", o.oprrest, o.oprjoin, o.oprcanhash, o.oprcanmerge FROM "
                       "pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE {{ours}} AND o.oprcode <> 0 "
                       "AND o.oid >= 16384 AND " PG_NO_MEMBER("pg_operator", "o.oid");

static const char announced_sql[] =
    "SELECT s.oid, (SELECT o.oid FROM pg_operator o JOIN pg_namespace m ON m.oid = o.oprnamespace WHERE "
    "s.oid IN (o.oprcom, o.oprnegate) ORDER BY m.nspname COLLATE \"C\", o.oprname COLLATE \"C\", "
    "format_type(o.oprleft, NULL) COLLATE \"C\" LIMIT 1), n.nspname, s.oprname, "
    "format_type(nullif(s.oprleft, 0), NULL), format_type(nullif(s.oprright, 0), NULL) FROM "
    "pg_operator s JOIN pg_namespace n ON n.oid = s.oprnamespace WHERE s.oprcode = 0 AND s.oid >= 16384";

static const char methods_sql[] =
    "SELECT a.oid, a.amname, a.amtype, a.amhandler FROM pg_am a WHERE a.oid >= 16384 AND " PG_NO_MEMBER(
        "pg_am", "a.oid");

/* A cast has no schema: it is ours when its types and its function are. That of a range to its
 * multirange comes with the range. */
static const char casts_sql[] =
    "SELECT c.oid, format_type(c.castsource, NULL), format_type(c.casttarget, NULL), c.castmethod, "
    "c.castcontext, nullif(c.castfunc, 0)::regproc, " PG_ARGUMENTS_OF(
        "c.castfunc") ", sn.nspname, "
                      "tn.nspname, fn.nspname FROM pg_cast c JOIN pg_type s ON s.oid = c.castsource JOIN pg_namespace "
                      "sn ON sn.oid = s.typnamespace JOIN pg_type t ON t.oid = c.casttarget JOIN pg_namespace tn ON "
                      "tn.oid = t.typnamespace LEFT JOIN pg_proc f ON f.oid = c.castfunc LEFT JOIN pg_namespace fn ON "
                      "fn.oid = f.pronamespace WHERE c.oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend m WHERE "
                      "m.classid = 'pg_cast'::regclass AND m.objid = c.oid AND m.deptype IN ('e', 'i'))";

static const char transforms_sql[] =
    "SELECT t.oid, format_type(t.trftype, NULL), l.lanname, nullif(t.trffromsql, 0)::regproc, "
    "nullif(t.trftosql, 0)::regproc, n.nspname, fn.nspname, tn.nspname FROM pg_transform t JOIN "
    "pg_language l ON l.oid = t.trflang JOIN pg_type y ON y.oid = t.trftype JOIN pg_namespace n ON "
    "n.oid = y.typnamespace LEFT JOIN pg_proc f ON f.oid = t.trffromsql LEFT JOIN pg_namespace fn ON "
    "fn.oid = f.pronamespace LEFT JOIN pg_proc o ON o.oid = t.trftosql LEFT JOIN pg_namespace tn ON "
    "tn.oid = o.pronamespace WHERE t.oid >= 16384 AND " PG_NO_MEMBER("pg_transform", "t.oid");

static PgEntry *
add_operator_entry(PgReader *reader, const PGresult *result, int row, const char *qualified)
{
    const char *schema = pg_text(result, row, O_SCHEMA);
    const char *symbol = pg_text(result, row, O_NAME);
    const char *left = pg_text(result, row, O_LEFT);
    const char *right = pg_text(result, row, O_RIGHT);
    g_autofree char *types =
        g_strdup_printf("%s, %s", left != NULL ? left : "NONE", right != NULL ? right : "NONE");
    g_autofree char *name = g_strdup_printf("%s(%s)", symbol, types);
    g_autofree char *tag = g_strdup_printf("OPERATOR %s (%s)", qualified, types);
    /* Prefix operators before the others of their name. */
    g_autofree char *key =
        g_strdup_printf("%s\001%c\001%s", symbol, left == NULL ? 'a' : 'b', types);
    const PgSpec spec = { .kind = &pg_kind_operator,
                          .class_id = PG_OPERATOR,
                          .oid = pg_oid(result, row, O_OID),
                          .schema = schema,
                          .name = name,
                          .sort_key = key,
                          .tag = tag };
    return pg_add(reader, &spec);
}

static void
clause_operator(GString *list, const char *key, const char *ref)
{
    if (ref == NULL)
        return;
    g_autofree char *name = pg_operator_name(ref, TRUE);
    pg_clause(list, "%s = %s", key, name);
}

static gboolean
add_operator(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    g_autofree char *schema = pg_name(pg_text(result, row, O_SCHEMA));
    g_autofree char *qualified = g_strdup_printf("%s.%s", schema, pg_text(result, row, O_NAME));
    const PgEntry *entry = add_operator_entry(reader, result, row, qualified);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) list = g_string_new(NULL);
    pg_clause_reg(list, "FUNCTION", pg_text(result, row, O_FUNCTION));
    if (pg_text(result, row, O_LEFT) != NULL)
        pg_clause(list, "LEFTARG = %s", pg_text(result, row, O_LEFT));
    if (pg_text(result, row, O_RIGHT) != NULL)
        pg_clause(list, "RIGHTARG = %s", pg_text(result, row, O_RIGHT));
    clause_operator(list, "COMMUTATOR", pg_text(result, row, O_COMMUTATOR));
    clause_operator(list, "NEGATOR", pg_text(result, row, O_NEGATOR));
    pg_clause_reg(list, "RESTRICT", pg_text(result, row, O_RESTRICT));
    pg_clause_reg(list, "JOIN", pg_text(result, row, O_JOIN));
    if (pg_flag(result, row, O_HASHES))
        pg_clause(list, "HASHES");
    if (pg_flag(result, row, O_MERGES))
        pg_clause(list, "MERGES");
    pg_add_statement(reader, entry, "CREATE OPERATOR %s (\n%s\n)", qualified, list->str);
    return TRUE;
}

/* An operator that is only announced comes with the one that announces it, and what is said of it
 * behind that. */
static gboolean
add_announced(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const PgEntry *entry = pg_find(reader, PG_OPERATOR, pg_oid(result, row, 1));
    if (entry == NULL)
        return TRUE;
    g_autofree char *schema = pg_name(pg_text(result, row, 2));
    const char *left = pg_text(result, row, 4);
    const char *right = pg_text(result, row, 5);
    g_autofree char *tag =
        g_strdup_printf("OPERATOR %s.%s (%s, %s)", schema, pg_text(result, row, 3),
                        left != NULL ? left : "NONE", right != NULL ? right : "NONE");
    pg_add_alias(reader, PG_OPERATOR, pg_oid(result, row, 0), entry, tag);
    return TRUE;
}

static gboolean
add_method(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *name = pg_text(result, row, 1);
    g_autofree char *quoted = pg_name(name);
    g_autofree char *tag = g_strconcat("ACCESS METHOD ", quoted, NULL);
    const PgEntry *entry =
        pg_add_global(reader, &pg_kind_access_method, PG_AM, pg_oid(result, row, 0), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autofree char *handler = pg_reg_name(pg_text(result, row, 3));
    pg_add_statement(reader, entry, "CREATE ACCESS METHOD %s TYPE %s HANDLER %s", quoted,
                     pg_text(result, row, 2)[0] == 't' ? "TABLE" : "INDEX", handler);
    return TRUE;
}

/* @return TRUE when nothing of these schemas (three columns from @first on) is left out */
static gboolean
are_kept(const PgReader *reader, const PGresult *result, int row, int first)
{
    for (int i = first; i < first + 3; i++) {
        if (!pg_is_kept(reader, pg_text(result, row, i)))
            return FALSE;
    }
    return TRUE;
}

static void
append_cast_method(GString *sql, const PGresult *result, int row)
{
    char method = pg_text(result, row, 3)[0];
    char context = pg_text(result, row, 4)[0];
    if (method == 'f') {
        g_autofree char *function = pg_reg_name(pg_text(result, row, 5));
        g_string_append_printf(sql, " WITH FUNCTION %s(%s)", function, pg_text(result, row, 6));
    } else {
        g_string_append(sql, method == 'i' ? " WITH INOUT" : " WITHOUT FUNCTION");
    }
    if (context != 'e')
        g_string_append(sql, context == 'i' ? " AS IMPLICIT" : " AS ASSIGNMENT");
}

static gboolean
add_cast(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    if (!are_kept(reader, result, row, 7))
        return TRUE;
    g_autofree char *name =
        g_strdup_printf("(%s AS %s)", pg_text(result, row, 1), pg_text(result, row, 2));
    g_autofree char *tag = g_strconcat("CAST ", name, NULL);
    const PgEntry *entry =
        pg_add_global(reader, &pg_kind_cast, PG_CAST, pg_oid(result, row, 0), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("CREATE ");
    g_string_append(sql, tag);
    append_cast_method(sql, result, row);
    pg_add_statement(reader, entry, "%s", sql->str);
    return TRUE;
}

static gboolean
add_transform(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    if (!are_kept(reader, result, row, 5))
        return TRUE;
    const char *from = pg_text(result, row, 3);
    const char *to = pg_text(result, row, 4);
    g_autofree char *language = pg_name(pg_text(result, row, 2));
    g_autofree char *name =
        g_strdup_printf("FOR %s LANGUAGE %s", pg_text(result, row, 1), language);
    g_autofree char *tag = g_strconcat("TRANSFORM ", name, NULL);
    const PgEntry *entry =
        pg_add_global(reader, &pg_kind_transform, PG_TRANSFORM, pg_oid(result, row, 0), name, tag);
    if (entry == NULL)
        return TRUE;
    g_autofree char *from_name = from != NULL ? pg_reg_name(from) : NULL;
    g_autofree char *to_name = to != NULL ? pg_reg_name(to) : NULL;
    g_autoptr(GString) list = g_string_new(NULL);
    if (from != NULL)
        pg_clause(list, "FROM SQL WITH FUNCTION %s(internal)", from_name);
    if (to != NULL)
        pg_clause(list, "TO SQL WITH FUNCTION %s(internal)", to_name);
    pg_add_statement(reader, entry, "CREATE %s (\n%s\n)", tag, list->str);
    return TRUE;
}

static const PgQuery queries[] = {
    { "operators", operators_sql, 0, PG_QUERY_IF(PG_IF_OPERATOR), add_operator },
    { "announced operators", announced_sql, 0, PG_QUERY_IF(PG_IF_OPERATOR), add_announced },
    { "access methods", methods_sql, 0, PG_QUERY_IF(PG_IF_METHOD), add_method },
    { "operator families", pg_families_sql, 0, PG_QUERY_IF(PG_IF_FAMILY), pg_add_family },
    { "operators in the server's families", pg_added_members_sql, 0,
      PG_QUERY_IF(PG_IF_FAMILY_MEMBER), pg_add_added_members },
    { "operator classes", pg_classes_sql, 0, PG_QUERY_IF(PG_IF_CLASS), pg_add_class },
    { "casts", casts_sql, 0, PG_QUERY_IF(PG_IF_CAST), add_cast },
    { "transforms", transforms_sql, 0, PG_QUERY_IF(PG_IF_TRANSFORM), add_transform },
};

const PgSection pg_section_operators = { queries, G_N_ELEMENTS(queries), NULL };
