/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <string.h>

enum {
    A_OID,
    A_SCHEMA,
    A_NAME,
    A_SIGNATURE,
    A_KIND = A_SIGNATURE + 4,
    A_DIRECT,
    A_PARALLEL,
    A_SORT,
    A_PLAIN, /* columns S_FUNCTION to S_INITIAL */
    A_MOVING = A_PLAIN + 7,
    A_INVERSE = A_MOVING + 7,
    A_COMBINE,
    A_SERIAL,
    A_DESERIAL,
};

/* The state of an aggregate; a moving aggregate has a second one. */
enum { S_FUNCTION, S_TYPE, S_SPACE, S_FINAL, S_EXTRA, S_MODIFY, S_INITIAL };

const char pg_aggregates_sql[] =
    "SELECT p.oid, n.nspname, p.proname, " PG_SIGNATURE_COLUMNS ", a.aggkind, a.aggnumdirectargs, "
    "p.proparallel, " PG_OPERATOR_REF(
        "a.aggsortop") ", "
                       "a.aggtransfn, format_type(a.aggtranstype, NULL), a.aggtransspace, a.aggfinalfn, "
                       "a.aggfinalextra, a.aggfinalmodify, a.agginitval, "
                       "a.aggmtransfn, format_type(nullif(a.aggmtranstype, 0), NULL), a.aggmtransspace, a.aggmfinalfn, "
                       "a.aggmfinalextra, a.aggmfinalmodify, a.aggminitval, a.aggminvtransfn, "
                       "a.aggcombinefn, a.aggserialfn, a.aggdeserialfn FROM pg_aggregate a JOIN pg_proc p ON p.oid = "
                       "a.aggfnoid JOIN pg_namespace n ON n.oid = p.pronamespace WHERE {{ours}} AND p.oid >= 16384 AND " PG_NO_MEMBER(
                           "pg_proc", "p.oid");

static const char *
modify_name(char modify)
{
    return modify == 'r' ? "READ_ONLY" : modify == 's' ? "SHAREABLE" : "READ_WRITE";
}

/* @param m "M" for the keys of a moving aggregate */
static void
append_state(GString *list, const PGresult *result, int row, int first, const char *m)
{
    char modify = pg_text(result, row, first + S_MODIFY)[0];
    char usual = pg_text(result, row, A_KIND)[0] == 'n' ? 'r' : 'w';
    g_autofree char *function = g_strconcat(m, "SFUNC", NULL);
    g_autofree char *final = g_strconcat(m, "FINALFUNC", NULL);
    g_autofree char *initial = g_strconcat(m, "INITCOND", NULL);
    pg_clause_reg(list, function, pg_text(result, row, first + S_FUNCTION));
    if (m[0] == 'M')
        pg_clause_reg(list, "MINVFUNC", pg_text(result, row, A_INVERSE));
    pg_clause(list, "%sSTYPE = %s", m, pg_text(result, row, first + S_TYPE));
    if (pg_number(result, row, first + S_SPACE, 0) != 0)
        pg_clause(list, "%sSSPACE = %s", m, pg_text(result, row, first + S_SPACE));
    if (pg_has_function(pg_text(result, row, first + S_FINAL))) {
        pg_clause_reg(list, final, pg_text(result, row, first + S_FINAL));
        if (pg_flag(result, row, first + S_EXTRA))
            pg_clause(list, "%s_EXTRA", final);
        if (modify != usual)
            pg_clause(list, "%s_MODIFY = %s", final, modify_name(modify));
    }
    pg_clause_literal(list, initial, pg_text(result, row, first + S_INITIAL));
}

static GString *
list_clauses(const PGresult *result, int row)
{
    GString *list = g_string_new(NULL);
    char parallel = pg_text(result, row, A_PARALLEL)[0];
    append_state(list, result, row, A_PLAIN, "");
    pg_clause_reg(list, "COMBINEFUNC", pg_text(result, row, A_COMBINE));
    pg_clause_reg(list, "SERIALFUNC", pg_text(result, row, A_SERIAL));
    pg_clause_reg(list, "DESERIALFUNC", pg_text(result, row, A_DESERIAL));
    if (pg_has_function(pg_text(result, row, A_MOVING + S_FUNCTION)))
        append_state(list, result, row, A_MOVING, "M");
    if (pg_text(result, row, A_SORT) != NULL) {
        g_autofree char *sort = pg_operator_name(pg_text(result, row, A_SORT), TRUE);
        pg_clause(list, "SORTOP = %s", sort);
    }
    if (parallel != 'u')
        pg_clause(list, "PARALLEL = %s", parallel == 's' ? "SAFE" : "RESTRICTED");
    if (pg_text(result, row, A_KIND)[0] == 'h')
        pg_clause(list, "HYPOTHETICAL");
    return list;
}

gboolean
pg_add_aggregate(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    const char *schema = pg_text(result, row, A_SCHEMA);
    const char *plain = pg_text(result, row, A_NAME);
    gboolean is_ordered = pg_text(result, row, A_KIND)[0] != 'n';
    int n_direct = (int)pg_number(result, row, A_DIRECT, 0);
    g_auto(PgSignature) signature = { 0 };
    pg_signature_read(&signature, result, row, A_SIGNATURE, is_ordered ? n_direct : PG_NOT_ORDERED);
    const char *types = signature.n > 0 ? signature.types : "*";
    g_autofree char *qualified = pg_qualified(schema, plain);
    g_autofree char *name = g_strdup_printf("%s(%s)", plain, types);
    g_autofree char *key = pg_signature_key(plain, signature.n, signature.types);
    g_autofree char *tag = g_strdup_printf("AGGREGATE %s(%s)", qualified, types);
    g_autofree char *grant_tag = g_strdup_printf("FUNCTION %s(%s)", qualified, signature.types);
    const PgSpec spec = { .kind = &pg_kind_aggregate,
                          .class_id = PG_PROC,
                          .oid = pg_oid(result, row, A_OID),
                          .schema = schema,
                          .name = name,
                          .sort_key = key,
                          .tag = tag,
                          .grant_tag = grant_tag };
    const PgEntry *entry = pg_add(reader, &spec);
    if (entry == NULL)
        return TRUE;
    g_autoptr(GString) list = list_clauses(result, row);
    pg_add_statement(reader, entry, "CREATE AGGREGATE %s(%s) (\n%s\n)", qualified,
                     signature.n > 0 ? signature.arguments : "*", list->str);
    return TRUE;
}
