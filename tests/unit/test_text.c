/* SPDX-License-Identifier: MIT */
#include "dump/text.h"

#include "common/snapshot/blocks.h"
#include "common/sql/script.h"

#include <string.h>

static const char *const plain[] = {
    "CREATE TABLE `a` (\n  `b` int\n)",
    "CREATE FUNCTION f() RETURNS int RETURN 1",
    "CREATE VIEW v AS select 'a;b' AS `c;d` /* ; */",
    "CREATE TABLE `\\! id` (`a` int)",
    "CREATE TABLE `\nDELIMITER $$\n` (`a` int)",
    "CREATE TABLE `*/ ``; DROP TABLE x; --` (`a` int)",
};

static const char *const bodies[] = {
    "CREATE PROCEDURE p() begin select 1; end",
    "CREATE PROCEDURE p() begin select 1; end -- done",
    "CREATE PROCEDURE p() begin select 1; end /* done; */",
    "CREATE PROCEDURE p() begin select '$$', '//', '||', ';;'; end",
    "CREATE PROCEDURE p() begin /* it's */ select 'a*/b;'; -- don't;\nend",
    "CREATE EVENT e DO begin select ';;'; # isn't ;;\n select 2;; end",
    "CREATE PROCEDURE p() begin\nDELIMITER: loop\nleave DELIMITER; end loop; end",
    "CREATE PROCEDURE p() begin select 1; end$",
    "CREATE PROCEDURE p() begin select '$$//||@@%%^^'; end",
};

/* Reads @text as the stock clients do, and as we do; it must be @sql and nothing else. */
static void
assert_reads_back(const char *text, const char *sql, gboolean no_escapes, gboolean as_client)
{
    BlDialect dialect = bl_dialect_mysql;
    if (as_client)
        dialect.body = BL_BODY_NONE;
    g_autoptr(BlReader) reader = bl_reader_new_memory(text, strlen(text));
    g_autoptr(BlScript) script = bl_script_new(reader, &dialect);
    bl_script_state(script)->no_backslash_escapes = no_escapes;
    BlItem item;
    g_assert_cmpint(bl_script_next(script, &item, NULL), ==, 1);
    g_assert_cmpint(item.kind, ==, BL_ITEM_STATEMENT);
    g_autofree char *whole = g_strndup(item.text, item.full_len);
    g_assert_cmpstr(g_strchomp(whole), ==, sql);
    g_assert_cmpint(bl_script_next(script, &item, NULL), ==, 0);
    g_assert_cmpstr(bl_script_delimiter(script), ==, ";");
}

static char *
written(const char *sql, BlLexState *state)
{
    GString *out = g_string_new(NULL);
    g_assert_true(bl_text_append_statement(out, &bl_dialect_mysql, state, sql));
    return g_string_free(out, FALSE);
}

static void
test_plain(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(plain); i++) {
        BlLexState state = { 0 };
        g_autofree char *text = written(plain[i], &state);
        g_autofree char *expected = g_strconcat(plain[i], ";\n", NULL);
        g_assert_cmpstr(text, ==, expected);
        assert_reads_back(text, plain[i], FALSE, TRUE);
    }
}

static void
test_bodies(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        BlLexState state = { 0 };
        g_autofree char *text = written(bodies[i], &state);
        g_assert_true(g_str_has_prefix(text, "DELIMITER "));
        g_assert_true(g_str_has_suffix(text, "\nDELIMITER ;\n"));
        assert_reads_back(text, bodies[i], FALSE, TRUE);
        assert_reads_back(text, bodies[i], FALSE, FALSE);
    }
}

static void
test_last_delimiters(void)
{
    BlLexState state = { 0 };
    g_autofree char *text = written(bodies[G_N_ELEMENTS(bodies) - 1], &state);
    g_assert_true(g_str_has_prefix(text, "DELIMITER $1$\n"));
}

static void
test_modes(void)
{
    static const char sql[] = "CREATE PROCEDURE p() begin select 'c:\\', 'a;b'; end";
    BlLexState state = { 0 };
    g_free(written("SET sql_mode = 'NO_BACKSLASH_ESCAPES'", &state));
    g_assert_true(state.no_backslash_escapes);
    g_autofree char *text = written(sql, &state);
    assert_reads_back(text, sql, TRUE, TRUE);
    g_free(written("SET sql_mode = ''", &state));
    g_assert_false(state.no_backslash_escapes);
}

static void
test_no_way(void)
{
    /* An open string: no delimiter is ever seen behind it. */
    g_autoptr(GString) out = g_string_new("x");
    BlLexState state = { 0 };
    g_assert_false(
        bl_text_append_statement(out, &bl_dialect_mysql, &state, "CREATE VIEW v AS select 'a\\'"));
    g_assert_cmpstr(out->str, ==, "x");
}

/* Each block is found by its label, whatever stands between the label and the statement. */
static void
test_blocks(void)
{
    g_autoptr(GString) out = g_string_new("-- head\nSET a = 1;\n\n");
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        BlLexState state = { 0 };
        g_string_append_printf(out, "-- procedure p%" G_GSIZE_FORMAT "\n", i);
        g_assert_true(bl_text_append_statement(out, &bl_dialect_mysql, &state, bodies[i]));
        g_string_append_c(out, '\n');
    }
    g_string_append(out, "-- gate\nSET a = 2;\n");
    BlBlocks *blocks = bl_blocks_parse(&bl_dialect_mysql, out->str, out->len, "x", NULL);
    g_assert_nonnull(blocks);
    g_assert_cmpuint(blocks->list->len, ==, G_N_ELEMENTS(bodies) + 2);
    for (gsize i = 0; i < G_N_ELEMENTS(bodies); i++) {
        g_autofree char *label = g_strdup_printf("procedure p%" G_GSIZE_FORMAT, i);
        const BlBlock *block = bl_blocks_find(blocks, label);
        g_assert_nonnull(block);
        g_assert_nonnull(strstr(block->text, bodies[i]));
        g_assert_true(g_str_has_suffix(block->text, "\nDELIMITER ;\n\n"));
    }
    bl_blocks_free(blocks);
}

static void
test_other_dialects(void)
{
    g_autoptr(GString) out = g_string_new(NULL);
    BlLexState state = { 0 };
    g_assert_true(bl_text_append_statement(out, &bl_dialect_sqlite, &state,
                                           "CREATE TRIGGER t BEGIN SELECT 1; END"));
    g_assert_true(bl_text_append_statement(out, &bl_dialect_postgres, &state, "SELECT 1 -- a"));
    g_assert_cmpstr(out->str, ==, "CREATE TRIGGER t BEGIN SELECT 1; END;\nSELECT 1 -- a\n;\n");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/text/append-statement/plain-where-nothing-cuts", test_plain);
    g_test_add_func("/text/append-statement/bodies-read-back", test_bodies);
    g_test_add_func("/text/append-statement/numbered-delimiter", test_last_delimiters);
    g_test_add_func("/text/append-statement/follows-sql-mode", test_modes);
    g_test_add_func("/text/append-statement/says-when-there-is-no-way", test_no_way);
    g_test_add_func("/text/append-statement/blocks-are-found", test_blocks);
    g_test_add_func("/text/append-statement/other-dialects-as-before", test_other_dialects);
    return g_test_run();
}
