/* SPDX-License-Identifier: MIT */
#include "common/base/digest.h"
#include "common/sql/lexer.h"

#include <glib.h>

#include <string.h>

#define PG (&bl_dialect_postgres)
#define MY (&bl_dialect_mysql)
#define LI (&bl_dialect_sqlite)

static const char *const kind_names[] = {
    [BL_TOKEN_END] = "END",
    [BL_TOKEN_MORE] = "MORE",
    [BL_TOKEN_BLANK] = "blank",
    [BL_TOKEN_COMMENT] = "comment",
    [BL_TOKEN_CODE_OPEN] = "open",
    [BL_TOKEN_CODE_CLOSE] = "close",
    [BL_TOKEN_HINT] = "hint",
    [BL_TOKEN_WORD] = "word",
    [BL_TOKEN_IDENTIFIER] = "name",
    [BL_TOKEN_STRING] = "string",
    [BL_TOKEN_NUMBER] = "number",
    [BL_TOKEN_PARAMETER] = "param",
    [BL_TOKEN_SEMICOLON] = ";",
    [BL_TOKEN_OPEN] = "(",
    [BL_TOKEN_CLOSE] = ")",
    [BL_TOKEN_COMMA] = ",",
    [BL_TOKEN_OPERATOR] = "op",
    [BL_TOKEN_BACKSLASH] = "backslash",
    [BL_TOKEN_UNTERMINATED] = "open-ended",
};

/* Tokens that are not filler as "kind<text>". */
static char *
describe(const BlDialect *dialect, BlLexState state, const char *text)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gsize len = strlen(text);
    BlToken token = { 0 };

    while (bl_lex(dialect, &state, text, len, token.start + token.len, TRUE, &token) !=
           BL_TOKEN_END) {
        if (!bl_token_is_filler(token.kind))
            g_string_append_printf(out, "%s%s<%.*s>", out->len > 0 ? " " : "",
                                   kind_names[token.kind], (int)token.len, text + token.start);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

typedef struct {
    const BlDialect *dialect;
    const char *text;
    const char *tokens;
} LexCase;

static void
check_cases(const LexCase *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *got = describe(cases[i].dialect, (BlLexState){ 0 }, cases[i].text);
        g_assert_cmpstr(got, ==, cases[i].tokens);
    }
}

static void
test_numbers(void)
{
    static const LexCase cases[] = {
        { PG, "1 1.5 .5 1. 1e5 1E-5 0x1F",
          "number<1> number<1.5> number<.5> number<1.> number<1e5> number<1E-5> number<0x1F>" },
        { PG, "1..2", "number<1> op<.> number<.2>" },
        { PG, "1e 1e+ 1x", "number<1> word<e> number<1> word<e> op<+> number<1> word<x>" },
        { PG, "a.5", "word<a> op<.> number<5>" },
        { MY, "1 1.5 .5 1e5 1e-5 0x1F 0b01",
          "number<1> number<1.5> number<.5> number<1e5> number<1e-5> number<0x1F> number<0b01>" },
        { MY, "1a 1e 0xZZ t.1a", "word<1a> word<1e> word<0xZZ> word<t> op<.> word<1a>" },
        { LI, "0x1F 1e5 1.5", "number<0x1F> number<1e5> number<1.5>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_words(void)
{
    static const LexCase cases[] = {
        { PG, "a _b1 c$d é", "word<a> word<_b1> word<c$d> word<é>" },
        { MY, "$a a$ éa", "word<$a> word<a$> word<éa>" },
        { LI, "a$b _x", "word<a$b> word<_x>" },
        { LI, "\xEF\xBB\xBFSELECT", "word<SELECT>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_strings(void)
{
    static const LexCase cases[] = {
        { PG, "'it''s' 'a\\' ''", "string<'it''s'> string<'a\\'> string<''>" },
        { PG, "E'a\\'b' x'1F' B'01' n'a' e'x''y'",
          "string<E'a\\'b'> string<x'1F'> string<B'01'> string<n'a'> string<e'x''y'>" },
        { PG, "E'a'\n'\\''", "string<E'a'\n'\\''>" },
        { PG, "E'a' '\\'", "string<E'a'> string<'\\'>" },
        { PG, "U&'a\\' U&\"b\"\"\" u &'c'",
          "string<U&'a\\'> name<U&\"b\"\"\"> word<u> op<&> string<'c'>" },
        { PG, "$$a'b$$ $t$ $$ $t$ $1 $", "string<$$a'b$$> string<$t$ $$ $t$> param<$1> op<$>" },
        { PG, "type'a\\'", "word<type> string<'a\\'>" },
        { MY, "'a\\'b' \"c\\\"d\" 'e''f'", "string<'a\\'b'> string<\"c\\\"d\"> string<'e''f'>" },
        { MY, "x'1F' N'a\\'' _utf8'b' e'c'",
          "string<x'1F'> string<N'a\\''> word<_utf8> string<'b'> word<e> string<'c'>" },
        { LI, "'a\\' x'00' X'ff' 'b''c'",
          "string<'a\\'> string<x'00'> string<X'ff'> string<'b''c'>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_identifiers(void)
{
    static const LexCase cases[] = {
        { PG, "\"a;b\"\"c\" \"d\\\"", "name<\"a;b\"\"c\"> name<\"d\\\">" },
        { MY, "`a``b` `c\\`", "name<`a``b`> name<`c\\`>" },
        { LI, "\"a\"\"b\" `c` [d]] [e\"f]",
          "name<\"a\"\"b\"> name<`c`> name<[d]> op<]> name<[e\"f]>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_comments(void)
{
    static const LexCase cases[] = {
        { PG, "1 -- x\n/* a /* b */ c */ 2 --", "number<1> number<2>" },
        { PG, "1--1", "number<1>" },
        { PG, "/*+ a */ 1", "hint</*+ a */> number<1>" },
        { PG, "# 1", "op<#> number<1>" },
        { MY, "1 # x\n-- y\n/* a /* b */ 2", "number<1> number<2>" },
        { MY, "1--1 --\t2", "number<1> op<-> op<-> number<1>" },
        { MY, "/*! a */ /*!50003 b */ /*M!100100 c*/",
          "open</*!> word<a> close<*/> open</*!50003> word<b> close<*/> open</*M!100100> word<c> close<*/>" },
        { MY, "/*!50003 a /* b */ c */ */",
          "open</*!50003> word<a> word<c> close<*/> op<*> op</>" },
        { MY, "/*M!999999\\- enable the sandbox mode */ 1", "number<1>" },
        { MY, "a*/b", "word<a> op<*> op</> word<b>" },
        { LI, "1 --x\n/* a /* b */ 2", "number<1> number<2>" },
        { LI, "/*! a */ /*+ b */ 1", "number<1>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_operators(void)
{
    static const LexCase cases[] = {
        { PG, "a::b :=c d<=e", "word<a> op<::> word<b> op<:=> word<c> word<d> op<<=> word<e>" },
        { PG, "a=-1 b@-1 c->>'d'",
          "word<a> op<=> op<-> number<1> word<b> op<@-> number<1> word<c> op<->>> string<'d'>" },
        { PG, "a?b ?| @> ~~*", "word<a> op<?> word<b> op<?|> op<@>> op<~~*>" },
        { PG, "a+--b\n/ /*c*/ 2", "word<a> op<+> op</> number<2>" },
        { MY, "a<=>b != ||", "word<a> op<<=>> word<b> op<!=> op<||>" },
        { LI, "a->>'b' <> ==", "word<a> op<->>> string<'b'> op<<>> op<==>" },
        { LI, "(a,b);\\", "(<(> word<a> ,<,> word<b> )<)> ;<;> backslash<\\>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_parameters(void)
{
    static const LexCase cases[] = {
        { PG, "$1 $12a a[1:b]",
          "param<$1> param<$12> word<a> word<a> op<[> number<1> op<:> word<b> op<]>" },
        { MY, "? @a @@b.c @'d' u@h",
          "param<?> param<@a> param<@@b.c> op<@> string<'d'> word<u> param<@h>" },
        { LI, "? ?12 :a @b $c", "param<?> param<?12> param<:a> param<@b> param<$c>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_open_ended(void)
{
    static const LexCase cases[] = {
        { PG, "1 'a", "number<1> open-ended<'a>" },
        { PG, "E'a\\'", "open-ended<E'a\\'>" },
        { PG, "$a$ $b$", "open-ended<$a$ $b$>" },
        { PG, "/* /* */", "open-ended</* /* */>" },
        { PG, "\"a", "open-ended<\"a>" },
        { MY, "`a", "open-ended<`a>" },
        { MY, "'a\\'", "open-ended<'a\\'>" },
        { MY, "/*/", "open-ended</*/>" },
        { LI, "[a", "open-ended<[a>" },
    };

    check_cases(cases, G_N_ELEMENTS(cases));
}

static void
test_state(void)
{
    g_autofree char *plain =
        describe(MY, (BlLexState){ .no_backslash_escapes = TRUE }, "'a\\' \"b\\\"");
    g_autofree char *ansi = describe(MY, (BlLexState){ .ansi_quotes = TRUE }, "'a\\'' \"b\\\"");
    g_autofree char *old =
        describe(PG, (BlLexState){ .backslash_in_strings = TRUE }, "'a\\'' x'b' \"c\\\"");

    g_assert_cmpstr(plain, ==, "string<'a\\'> string<\"b\\\">");
    g_assert_cmpstr(ansi, ==, "string<'a\\''> name<\"b\\\">");
    g_assert_cmpstr(old, ==, "string<'a\\''> string<x'b'> name<\"c\\\">");
}

/* With more text to come, a token is only given out when no further byte can change it. */
static void
test_more(void)
{
    static const struct {
        const BlDialect *dialect;
        const char *text;
        BlTokenKind kind;
    } cases[] = {
        { PG, "", BL_TOKEN_MORE },         { PG, "abc", BL_TOKEN_MORE },
        { PG, "'abc'", BL_TOKEN_MORE },    { PG, "'abc", BL_TOKEN_MORE },
        { PG, "-", BL_TOKEN_MORE },        { PG, "--x", BL_TOKEN_MORE },
        { PG, "/* x", BL_TOKEN_MORE },     { PG, "/* x */", BL_TOKEN_COMMENT },
        { PG, "$a", BL_TOKEN_MORE },       { PG, "E'a'\n ", BL_TOKEN_MORE },
        { PG, "E'a'\n -", BL_TOKEN_MORE }, { PG, "E'a'\n 1", BL_TOKEN_STRING },
        { PG, ";", BL_TOKEN_SEMICOLON },   { PG, "(", BL_TOKEN_OPEN },
        { PG, ",", BL_TOKEN_COMMA },       { PG, " ", BL_TOKEN_BLANK },
        { PG, "abc    ", BL_TOKEN_WORD },  { MY, "--", BL_TOKEN_MORE },
        { MY, "/*M", BL_TOKEN_MORE },      { MY, "/*!5", BL_TOKEN_MORE },
        { MY, "#", BL_TOKEN_MORE },        { LI, "\xEF\xBB", BL_TOKEN_MORE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BlLexState state = { 0 };
        BlToken token;
        BlTokenKind kind = bl_lex(cases[i].dialect, &state, cases[i].text, strlen(cases[i].text), 0,
                                  FALSE, &token);
        g_assert_cmpstr(kind_names[kind], ==, kind_names[cases[i].kind]);
        g_assert_cmpuint(state.code_depth, ==, 0);
    }
}

static void
test_is_word(void)
{
    BlToken tokens[2];
    const char *text = "Select \"select\"";

    g_assert_cmpuint(bl_lex_first(PG, text, strlen(text), tokens, 2), ==, 2);
    g_assert_true(bl_token_is_word(&tokens[0], text, "SELECT"));
    g_assert_false(bl_token_is_word(&tokens[0], text, "selects"));
    g_assert_false(bl_token_is_word(&tokens[0], text, "sel"));
    g_assert_false(bl_token_is_word(&tokens[1], text, "select"));
}

static void
test_name(void)
{
    static const LexCase cases[] = {
        { PG, "users", "users" },
        { PG, "\"a\"\"b\"", "a\"b" },
        { PG, "U&\"a\"\"b\"", "a\"b" },
        { PG, "'it''s'", "it's" },
        { PG, "E'a'", "a" },
        { PG, "$$a'b$$", "a'b" },
        { PG, "$t$$$$t$", "$$" },
        { PG, "''", "" },
        { PG, "\"\"", "" },
        { MY, "`a``b`", "a`b" },
        { MY, "\"a\"\"b\"", "a\"b" },
        { LI, "[a\"b]", "a\"b" },
        { LI, "x'00'", "00" },
        { PG, "$$$$", "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BlToken token;
        g_assert_cmpuint(
            bl_lex_first(cases[i].dialect, cases[i].text, strlen(cases[i].text), &token, 1), ==, 1);
        g_autofree char *name = bl_token_name(&token, cases[i].text);
        g_assert_cmpstr(name, ==, cases[i].tokens);
    }
}

static void
test_first(void)
{
    const char *text = "-- x\n CREATE /* y */ TABLE t";
    BlToken tokens[5];

    g_assert_cmpuint(bl_lex_first(LI, text, strlen(text), tokens, 2), ==, 2);
    g_assert_true(bl_token_is_word(&tokens[1], text, "table"));
    g_assert_cmpuint(bl_lex_first(LI, text, strlen(text), tokens, 5), ==, 3);
    g_assert_cmpuint(bl_lex_first(LI, "  -- x", 6, tokens, 5), ==, 0);
    g_assert_cmpuint(bl_lex_first(LI, "", 0, tokens, 5), ==, 0);
}

static void
test_ends_in_line_comment(void)
{
    static const struct {
        const BlDialect *dialect;
        const char *text;
        gboolean ends;
    } cases[] = {
        { PG, "SELECT 1 -- x", TRUE },      { PG, "SELECT 1 -- x\n", FALSE },
        { PG, "SELECT 1 /* -- */", FALSE }, { PG, "SELECT '-- x'", FALSE },
        { PG, "SELECT 1", FALSE },          { PG, "", FALSE },
        { PG, "SELECT 1--", TRUE },         { PG, "SELECT 1 # x", FALSE },
        { MY, "SELECT 1 # x", TRUE },       { MY, "SELECT 1--1", FALSE },
        { MY, "SELECT 1 --", TRUE },        { LI, "CREATE VIEW v AS SELECT 1 -- end", TRUE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        gboolean ends =
            bl_lex_ends_in_line_comment(cases[i].dialect, cases[i].text, strlen(cases[i].text));
        g_assert_cmpint(ends, ==, cases[i].ends);
    }
}

/* The rule in full, so that a later version cannot change what "t1:" means. */
static void
test_digest_rule(void)
{
    static const char expect_input[] = "SELECT\0a\0,\0'b  c'\0;";
    g_autofree char *digest = bl_digest_bytes(expect_input, sizeof expect_input);
    g_autofree char *expect = g_strconcat("t1:", digest, NULL);
    const char *text = "-- x\nSELECT  a /* y */ ,'b  c';\n";
    g_autofree char *got = bl_token_digest(PG, text, strlen(text));
    g_autofree char *empty = bl_token_digest(PG, " -- x", 5);

    g_assert_cmpstr(got, ==, expect);
    g_assert_cmpstr(empty, ==,
                    "t1:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

typedef struct {
    const BlDialect *dialect;
    const char *one;
    const char *two;
    gboolean equal;
} DigestCase;

/* Tokens are gathered before they are summed: none is lost or counted twice, however long. */
static void
test_digest_any_length(void)
{
    static const gsize lengths[] = { 1, 900, 122, 1, 1022, 1023, 1024, 1025, 5, 5000, 3 };
    g_autoptr(GString) text = g_string_new(NULL);
    g_autoptr(GString) input = g_string_new(NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autofree char *token = g_strnfill(lengths[i], 'a');
        g_string_append_printf(text, "%s\n", token);
        g_string_append(input, token);
        g_string_append_c(input, '\0');
        g_autofree char *digest = bl_digest_bytes(input->str, input->len);
        g_autofree char *expect = g_strconcat("t1:", digest, NULL);
        g_autofree char *got = bl_token_digest(PG, text->str, text->len);
        g_assert_cmpstr(got, ==, expect);
    }
}

static void
test_digest_counts(void)
{
    static const DigestCase cases[] = {
        { PG, "SELECT 1;", "SELECT 1", FALSE },
        { PG, "SELECT 'a b'", "SELECT 'a  b'", FALSE },
        { PG, "SELECT a", "select a", FALSE },
        { PG, "SELECT ab", "SELECT a b", FALSE },
        { PG, "SELECT 1", "\xEF\xBB\xBFSELECT\r\n\t1 -- x", TRUE },
        { PG, "SELECT (1)", "SELECT(1)", TRUE },
        { PG, "SELECT 'a\nb\n'", "SELECT 'a\r\nb\r'", TRUE },
        { PG, "SELECT 'a\nb'", "SELECT 'a\r\n\nb'", FALSE },
        { PG, "DO $$a\n$$;", "DO $$a\r\n$$;", TRUE },
        { PG, "SELECT 'a\\nb'", "SELECT 'a\nb'", FALSE },
        { PG, "SELECT 1 /*+ x */", "SELECT 1", FALSE },
        { MY, "SELECT 1 /*!50003 + 1 */", "SELECT 1", FALSE },
        { MY, "SELECT 1 /*!50003 + 1 */", "SELECT 1 /*!50004 + 1 */", FALSE },
        { MY, "SELECT 1 # x\n", "SELECT 1", TRUE },
        { MY, "DELIMITER //\nSELECT 1//", "SELECT 1", FALSE },
        { LI, "CREATE TABLE t(a)", "CREATE TABLE t ( a )", TRUE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *one =
            bl_token_digest(cases[i].dialect, cases[i].one, strlen(cases[i].one));
        g_autofree char *two =
            bl_token_digest(cases[i].dialect, cases[i].two, strlen(cases[i].two));
        g_assert_cmpint(strcmp(one, two) == 0, ==, cases[i].equal);
    }
}

static void
test_normalize(void)
{
    static const LexCase cases[] = {
        { LI, "CREATE  TABLE t ( a INT , -- x\n b TEXT ) ;", "CREATE TABLE t(a INT,b TEXT);" },
        { LI, "  SELECT 1+2 , a . b , 'c' || \"d\"  ", "SELECT 1+2,a.b,'c'||\"d\"" },
        { LI, "a - - 1", "a- -1" },
        { LI, "1 - 2", "1-2" },
        { LI, "'a' 'b' \"c\"", "'a' 'b' \"c\"" },
        { LI, "a = : b", "a= : b" },
        { PG, "U & 'x'", "U& 'x'" },
        { PG, "a :: int", "a::int" },
        { PG, "$ $x$y$x$", "$ $x$y$x$" },
        { MY, "1e - 5", "1e -5" },
        { MY, "/*!50003 a */ ;", "/*!50003 a */;" },
        { MY, "@a . b", "@a .b" },
        { PG, "", "" },
        { PG, "/* only */ -- comments", "" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got =
            bl_token_normalize(cases[i].dialect, cases[i].text, strlen(cases[i].text));
        g_assert_cmpstr(got, ==, cases[i].tokens);
    }
}

static void
test_note_statement(void)
{
    static const struct {
        const char *sql;
        gboolean ansi, no_escapes;
    } cases[] = {
        { "SET sql_mode = 'ANSI_QUOTES'", TRUE, FALSE },
        { "set @@session.sql_mode := 'STRICT_TRANS_TABLES,NO_BACKSLASH_ESCAPES'", FALSE, TRUE },
        { "SET SESSION sql_mode=ORACLE", TRUE, FALSE },
        { "SET a = 1, sql_mode = 'ANSI,NO_BACKSLASH_ESCAPES', b = 2", TRUE, TRUE },
        { "/*!40101 SET @OLD_SQL_MODE=@@SQL_MODE, SQL_MODE='ANSI_QUOTES' */", TRUE, FALSE },
        { "SET sql_mode = @old", FALSE, FALSE },
        { "SET GLOBAL sql_mode = 'ANSI_QUOTES'", FALSE, FALSE },
        { "SET @sql_mode = 'ANSI_QUOTES'", FALSE, FALSE },
        { "SELECT sql_mode = 'ANSI_QUOTES'", FALSE, FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        BlLexState state = { 0 };
        bl_lex_note_statement(&bl_dialect_mysql, &state, cases[i].sql, strlen(cases[i].sql));
        g_assert_cmpint(state.ansi_quotes, ==, cases[i].ansi);
        g_assert_cmpint(state.no_backslash_escapes, ==, cases[i].no_escapes);
    }
    BlLexState state = { .ansi_quotes = TRUE, .no_backslash_escapes = TRUE };
    bl_lex_note_statement(&bl_dialect_mysql, &state, "SET names utf8", 14);
    g_assert_true(state.ansi_quotes && state.no_backslash_escapes);
    bl_lex_note_statement(&bl_dialect_mysql, &state, "SET sql_mode = @old", 19);
    g_assert_false(state.ansi_quotes || state.no_backslash_escapes);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lexer/lex/numbers", test_numbers);
    g_test_add_func("/lexer/lex/words", test_words);
    g_test_add_func("/lexer/lex/strings", test_strings);
    g_test_add_func("/lexer/lex/identifiers", test_identifiers);
    g_test_add_func("/lexer/lex/comments", test_comments);
    g_test_add_func("/lexer/lex/operators", test_operators);
    g_test_add_func("/lexer/lex/parameters", test_parameters);
    g_test_add_func("/lexer/lex/open-ended", test_open_ended);
    g_test_add_func("/lexer/lex/quoting-switches", test_state);
    g_test_add_func("/lexer/lex/asks-for-more", test_more);
    g_test_add_func("/lexer/first/skips-filler", test_first);
    g_test_add_func("/lexer/ends-in-line-comment/by-dialect", test_ends_in_line_comment);
    g_test_add_func("/lexer/note-statement/sql-mode", test_note_statement);
    g_test_add_func("/token/is-word/ignores-case", test_is_word);
    g_test_add_func("/token/name/without-quotes", test_name);
    g_test_add_func("/token/digest/rule", test_digest_rule);
    g_test_add_func("/token/digest/any-length", test_digest_any_length);
    g_test_add_func("/token/digest/what-counts", test_digest_counts);
    g_test_add_func("/token/normalize/folds-layout", test_normalize);
    return g_test_run();
}
