/* SPDX-License-Identifier: MIT */
#include "common/sql/lexer.h"
#include "common/sql/quote.h"

#include <glib.h>

#include <string.h>

typedef char *(*Quoter)(const BlDialect *dialect, const char *text);

typedef struct {
    const char *text;
    const char *postgres;
    const char *mysql;
    const char *sqlite;
} QuoteCase;

static void
check_cases(Quoter quote, const QuoteCase *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *postgres = quote(&bl_dialect_postgres, cases[i].text);
        g_autofree char *mysql = quote(&bl_dialect_mysql, cases[i].text);
        g_autofree char *sqlite = quote(&bl_dialect_sqlite, cases[i].text);
        g_assert_cmpstr(postgres, ==, cases[i].postgres);
        g_assert_cmpstr(mysql, ==, cases[i].mysql);
        g_assert_cmpstr(sqlite, ==, cases[i].sqlite);
    }
}

static void
test_identifier(void)
{
    static const QuoteCase cases[] = {
        { "users", "\"users\"", "`users`", "\"users\"" },
        { "", "\"\"", "``", "\"\"" },
        { "a\"b", "\"a\"\"b\"", "`a\"b`", "\"a\"\"b\"" },
        { "a`b", "\"a`b\"", "`a``b`", "\"a`b\"" },
        { "a\\b'c\n", "\"a\\b'c\n\"", "`a\\b'c\n`", "\"a\\b'c\n\"" },
    };

    check_cases(bl_quote_identifier, cases, G_N_ELEMENTS(cases));
}

static void
test_literal(void)
{
    static const QuoteCase cases[] = {
        { "", "''", "''", "''" },
        { "it's", "'it''s'", "'it''s'", "'it''s'" },
        { "a\\", "'a\\'", "'a\\\\'", "'a\\'" },
        { "\\'; DROP TABLE t; --", "'\\''; DROP TABLE t; --'", "'\\\\''; DROP TABLE t; --'",
          "'\\''; DROP TABLE t; --'" },
        { "é\n\"`", "'é\n\"`'", "'é\n\"`'", "'é\n\"`'" },
    };

    check_cases(bl_quote_literal, cases, G_N_ELEMENTS(cases));
}

/* Whatever the text, the lexer sees one token of the right kind in what comes back. */
static void
test_one_token(void)
{
    static const BlDialect *const dialects[] = { &bl_dialect_postgres, &bl_dialect_mysql,
                                                 &bl_dialect_sqlite };
    static const char *const texts[] = { "a",      "'", "\"", "`",  "\\",  "\\'", "'\\",
                                         "\"\\\"", "]", "--", "/*", "\n;", "$$" };

    for (gsize i = 0; i < G_N_ELEMENTS(dialects); i++) {
        for (gsize k = 0; k < G_N_ELEMENTS(texts); k++) {
            g_autofree char *literal = bl_quote_literal(dialects[i], texts[k]);
            g_autofree char *identifier = bl_quote_identifier(dialects[i], texts[k]);
            BlToken tokens[2];
            g_assert_cmpuint(bl_lex_first(dialects[i], literal, strlen(literal), tokens, 2), ==, 1);
            g_assert_cmpint(tokens[0].kind, ==, BL_TOKEN_STRING);
            g_assert_cmpuint(bl_lex_first(dialects[i], identifier, strlen(identifier), tokens, 2),
                             ==, 1);
            g_assert_cmpint(tokens[0].kind, ==, BL_TOKEN_IDENTIFIER);
            g_autofree char *name = bl_token_name(&tokens[0], identifier);
            g_assert_cmpstr(name, ==, texts[k]);
        }
    }
}

static void
test_comment(void)
{
    static const struct {
        const char *name;
        const char *quoted;
    } cases[] = {
        { "users", "users" },
        { "", "" },
        { "a\nDROP TABLE t;", "a\\nDROP TABLE t;" },
        { "a\r\nb", "a\\r\\nb" },
        { "a\\nb", "a\\\\nb" },
        { "\x01\x7f\t", "\\x01\\x7F\\x09" },
        { "é \"`'", "é \"`'" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = bl_quote_comment(cases[i].name);
        g_assert_cmpstr(got, ==, cases[i].quoted);
    }
}

static void
test_dialect_names(void)
{
    g_assert_true(bl_dialect_find("postgres") == &bl_dialect_postgres);
    g_assert_true(bl_dialect_find("mysql") == &bl_dialect_mysql);
    g_assert_true(bl_dialect_find("sqlite") == &bl_dialect_sqlite);
    g_assert_null(bl_dialect_find("oracle"));
    g_assert_null(bl_dialect_find(""));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/quote/identifier/by-dialect", test_identifier);
    g_test_add_func("/quote/literal/by-dialect", test_literal);
    g_test_add_func("/quote/both/give-one-token", test_one_token);
    g_test_add_func("/quote/comment/stays-on-its-line", test_comment);
    g_test_add_func("/dialect/find/by-name", test_dialect_names);
    return g_test_run();
}
