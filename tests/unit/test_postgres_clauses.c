/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/clauses.h"

#include <glib.h>

static void
test_reg_name(void)
{
    static const struct {
        const char *text;
        const char *name;
    } cases[] = {
        { "int4in", "int4in" },
        { "pg_catalog.float8", "float8" },
        { "public.f", "public.f" },
        { "\"Odd Schema\".\"a.b\"\"c\"", "\"Odd Schema\".\"a.b\"\"c\"" },
        /* A function may have any name; only the schema is dropped. */
        { "pg_catalog", "pg_catalog" },
        { "public.pg_catalog", "public.pg_catalog" },
        /* A server that knows the word quotes it, an older one does not. */
        { "public.json_table", "public.\"json_table\"" },
        { "public.\"json_table\"", "public.\"json_table\"" },
        { "public.\"plain\"", "public.plain" },
        { "pg_catalog.\"numeric\"", "\"numeric\"" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *name = pg_reg_name(cases[i].text);
        g_assert_cmpstr(name, ==, cases[i].name);
    }
}

static void
test_operator_name(void)
{
    static const struct {
        const char *ref;
        const char *wrapped;
        const char *bare;
    } cases[] = {
        { "= pg_catalog", "=", "=" },
        { "=== public", "OPERATOR(public.===)", "public.===" },
        { "<-> Odd \"Schema\"", "OPERATOR(\"Odd \"\"Schema\"\"\".<->)",
          "\"Odd \"\"Schema\"\"\".<->" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *wrapped = pg_operator_name(cases[i].ref, TRUE);
        g_autofree char *bare = pg_operator_name(cases[i].ref, FALSE);
        g_assert_cmpstr(wrapped, ==, cases[i].wrapped);
        g_assert_cmpstr(bare, ==, cases[i].bare);
    }
}

static void
test_outer_name(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    pg_append_outer(out, "pg_catalog", "default");
    g_string_append(out, " ");
    pg_append_outer(out, "public", "Odd");
    g_assert_cmpstr(out->str, ==, "\"default\" public.\"Odd\"");
}

static void
test_clauses(void)
{
    g_autoptr(GString) list = g_string_new(NULL);
    pg_clause_reg(list, "NONE", NULL);
    pg_clause_reg(list, "NONE", "-");
    pg_clause_literal(list, "NONE", NULL);
    g_assert_cmpstr(list->str, ==, "");
    pg_clause_reg(list, "INPUT", "public.f");
    pg_clause(list, "LENGTH = %d", 4);
    pg_clause_literal(list, "DEFAULT", "it's \\ 100%s");
    g_assert_cmpstr(list->str, ==,
                    "    INPUT = public.f,\n    LENGTH = 4,\n    DEFAULT = 'it''s \\ 100%s'");
}

/* Functions of one name: fewer arguments first, whatever their types are called. */
static void
test_signature_key(void)
{
    g_autofree char *none = pg_signature_key("f", 0, "");
    g_autofree char *two = pg_signature_key("f", 2, "a, b");
    g_autofree char *ten = pg_signature_key("f", 10, "a, a, a, a, a, a, a, a, a, a");
    g_autofree char *longer = pg_signature_key("f1", 0, "");
    g_assert_cmpstr(none, <, two);
    g_assert_cmpstr(two, <, ten);
    g_assert_cmpstr(ten, <, longer);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/postgres-clauses/reg-name/quotes-as-every-version", test_reg_name);
    g_test_add_func("/postgres-clauses/operator-name/wraps-what-is-not-the-server's",
                    test_operator_name);
    g_test_add_func("/postgres-clauses/append-outer/drops-the-server's-schema", test_outer_name);
    g_test_add_func("/postgres-clauses/clause/separates-and-leaves-out", test_clauses);
    g_test_add_func("/postgres-clauses/signature-key/counts-before-types", test_signature_key);
    return g_test_run();
}
