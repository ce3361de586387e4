/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/sql/script.h"

#include <glib.h>
#include <glib/gstdio.h>
#include <sqlite3.h>

#include <string.h>

#include "tests/fuzz/script_law.h"

typedef struct {
    const BlDialect *dialect;
    char *path; /* the .sql file */
    char *expect;
} SplitCase;

static void
split_case_free(gpointer data)
{
    SplitCase *split = data;

    g_free(split->path);
    g_free(split->expect);
    g_free(split);
}

static const BlDialect *const dialects[] = {
    &bl_dialect_postgres,
    &bl_dialect_mysql,
    &bl_dialect_sqlite,
};

static void
append_escaped(GString *out, const char *text, gsize len)
{
    for (gsize i = 0; i < len; i++) {
        char c = text[i];
        static const char specials[] = "\n\r\t\\";
        static const char letters[] = "nrt\\";
        const char *found = c != '\0' ? strchr(specials, c) : NULL;
        if (found != NULL) {
            g_string_append_printf(out, "\\%c", letters[found - specials]);
        } else if (g_ascii_iscntrl(c)) {
            g_string_append_printf(out, "\\x%02X", (guint)(guchar)c);
        } else {
            g_string_append_c(out, c);
        }
    }
}

static const char *
item_name(const LawItem *item)
{
    switch (item->kind) {
    case BL_ITEM_STATEMENT:
        if (item->starts_copy)
            return item->delimited ? "copy" : "copy-last";
        return item->delimited ? "statement" : "last";
    case BL_ITEM_CLIENT:
        return "client";
    case BL_ITEM_COPY_DATA:
        return "data";
    case BL_ITEM_COPY_END:
        return "end";
    }
    return "?";
}

/* The options at the head of an expectation. @return what follows them */
static const char *
read_options(const char *expect, BlLexState *state)
{
    while (g_str_has_prefix(expect, "option ")) {
        if (g_str_has_prefix(expect, "option no-backslash-escapes\n"))
            state->no_backslash_escapes = TRUE;
        else if (g_str_has_prefix(expect, "option backslash-in-strings\n"))
            state->backslash_in_strings = TRUE;
        else if (g_str_has_prefix(expect, "option ansi-quotes\n"))
            state->ansi_quotes = TRUE;
        else
            g_error("unknown option: %s", expect);
        expect = strchr(expect, '\n') + 1;
    }
    return expect;
}

static char *
describe(
    const BlDialect *dialect, const BlLexState *state, const char *text, gsize len, gsize chunk)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GArray) items = law_split(dialect, state, text, len, chunk, &failure);
    g_autoptr(GString) out = g_string_new(NULL);

    for (guint i = 0; i < items->len; i++) {
        const LawItem *item = &g_array_index(items, LawItem, i);
        g_string_append_printf(out, "%s %u:%u ", item_name(item), item->line, item->column);
        append_escaped(out, text + item->offset, item->len);
        g_string_append_c(out, '\n');
    }
    if (failure != NULL) {
        const BlErrorInfo *info = bl_error_info(failure);
        g_assert_cmpint(failure->code, ==, BL_ERROR_SQL);
        g_string_append_printf(out, "error %u:%u %s\n", info->line, info->column, failure->message);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Line by line; an error's line is only the beginning of the message. */
static void
assert_described(const char *got, const char *expect)
{
    g_auto(GStrv) got_lines = g_strsplit(got, "\n", -1);
    g_auto(GStrv) expect_lines = g_strsplit(expect, "\n", -1);

    g_assert_cmpuint(g_strv_length(got_lines), ==, g_strv_length(expect_lines));
    for (guint i = 0; got_lines[i] != NULL; i++) {
        if (g_str_has_prefix(expect_lines[i], "error ") &&
            strlen(got_lines[i]) > strlen(expect_lines[i]))
            got_lines[i][strlen(expect_lines[i])] = '\0';
        g_assert_cmpstr(got_lines[i], ==, expect_lines[i]);
    }
}

static void
test_case_file(gconstpointer data)
{
    const SplitCase *split = data;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;
    BlLexState state = { 0 };
    gsize len;

    g_assert_true(g_file_get_contents(split->path, &text, &len, &error));
    const char *expect = read_options(split->expect, &state);
    for (gsize chunk = 0; chunk < 4; chunk++) {
        g_autofree char *got = describe(split->dialect, &state, text, len, chunk);
        assert_described(got, expect);
    }
    if (expect == split->expect) {
        const char *broken = law_check(split->dialect, text, len);
        g_assert_cmpstr(broken, ==, NULL);
    }
}

/* Registers every case file of a dialect, in byte order. */
static guint
add_case_files(const BlDialect *dialect, const char *source)
{
    g_autofree char *folder =
        g_build_filename(source, "tests", "cases", "split", dialect->name, NULL);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;

    g_assert_nonnull(dir);
    while ((name = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(name, ".expect"))
            g_ptr_array_add(names, g_strndup(name, strlen(name) - strlen(".expect")));
    }
    for (guint i = 0; i < names->len; i++) {
        SplitCase *split = g_new0(SplitCase, 1);
        name = g_ptr_array_index(names, i);
        g_autofree char *base = g_build_filename(folder, name, NULL);
        g_autofree char *expect = g_strconcat(base, ".expect", NULL);
        g_autofree char *path = g_strdup_printf("/script/case/%s/%s", dialect->name, name);
        split->dialect = dialect;
        split->path = g_strconcat(base, ".sql", NULL);
        g_assert_true(g_file_get_contents(expect, &split->expect, NULL, NULL));
        g_test_add_data_func_full(path, split, test_case_file, split_case_free);
    }
    return names->len;
}

/* The dialect that a file of the corpus is written in. */
static const BlDialect *
corpus_dialect(const char *path)
{
    if (strstr(path, "mysql") != NULL)
        return &bl_dialect_mysql;
    if (strstr(path, "sqlite") != NULL || strstr(path, "komga") != NULL)
        return &bl_dialect_sqlite;
    return &bl_dialect_postgres;
}

/* The library's own judge: a statement is complete with its semicolon, and at none before. */
static void
assert_complete(const char *text, const LawItem *item)
{
    g_autoptr(GString) head = g_string_new(NULL);

    for (gsize i = 0; i < item->len; i++) {
        g_string_append_c(head, text[item->offset + i]);
        if (text[item->offset + i] == ';')
            g_assert_cmpint(sqlite3_complete(head->str), ==, 0);
    }
    g_string_append(head, "\n;");
    if (item->delimited)
        g_assert_cmpint(sqlite3_complete(head->str), ==, 1);
}

static void
check_corpus_file(const char *path)
{
    const BlDialect *dialect = corpus_dialect(path);
    g_autofree char *text = NULL;
    g_autoptr(GError) failure = NULL;
    gsize len;

    g_assert_true(g_file_get_contents(path, &text, &len, NULL));
    const char *broken = law_check(dialect, text, len);
    g_autoptr(GArray) items = law_split(dialect, NULL, text, len, 0, &failure);
    if (broken != NULL || failure != NULL)
        g_test_message("%s", path);
    g_assert_cmpstr(broken, ==, NULL);
    g_assert_no_error(failure);
    for (guint i = 0; i < items->len && dialect->body == BL_BODY_TRIGGER; i++) {
        const LawItem *item = &g_array_index(items, LawItem, i);
        if (item->kind == BL_ITEM_STATEMENT)
            assert_complete(text, item);
    }
}

static guint
check_corpus_folder(const char *folder)
{
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    guint n = 0;

    while (dir != NULL && (name = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
            n += check_corpus_folder(path);
        } else if (g_str_has_suffix(name, ".sql")) {
            check_corpus_file(path);
            n++;
        }
    }
    return n;
}

static char *
corpus_folder(void)
{
    const char *shared = g_getenv("BL_SHARED");

    if (shared != NULL)
        return g_build_filename(shared, "corpus", NULL);
    return g_build_filename(g_getenv("BL_SOURCE_DIR"), "..", "shared", "corpus", NULL);
}

/* @return FALSE when there is no corpus and the test may do without */
static gboolean
have_corpus(const char *folder)
{
    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (g_strcmp0(g_getenv("BL_REQUIRE_SHARED"), "1") == 0)
        g_error("no corpus: %s", folder);
    g_test_skip("no corpus");
    return FALSE;
}

static void
test_corpus_law(void)
{
    g_autofree char *folder = corpus_folder();

    if (have_corpus(folder))
        g_assert_cmpuint(check_corpus_folder(folder), >, 1000);
}

/* Statement counts that were found with the stock clients. */
static void
test_corpus_counts(void)
{
    static const struct {
        const char *file;
        guint statements;
    } files[] = {
        { "pagila.sql", 377 },
        { "internetee-registry.sql", 554 },
        { "aact.sql", 824 },
        { "sakila-mysql.sql", 41 },
        { "ensembl-core-mysql.sql", 79 },
        { "dolphinscheduler-mysql.sql", 369 },
        { "proj-sqlite.sql", 64 },
        { "sakila-sqlite.sql", 75 },
    };
    g_autofree char *folder = corpus_folder();

    for (gsize i = 0; have_corpus(folder) && i < G_N_ELEMENTS(files); i++) {
        g_autofree char *path = g_build_filename(folder, "schemas", files[i].file, NULL);
        g_autofree char *text = NULL;
        gsize len;
        guint n = 0;
        g_assert_true(g_file_get_contents(path, &text, &len, NULL));
        g_autoptr(GArray) items = law_split(corpus_dialect(path), NULL, text, len, 0, NULL);
        for (guint k = 0; k < items->len; k++)
            n += g_array_index(items, LawItem, k).kind == BL_ITEM_STATEMENT ? 1 : 0;
        g_assert_cmpuint(n, ==, files[i].statements);
    }
}

static void
assert_bytes(const char *got, gsize got_len, const char *expect, gsize expect_len)
{
    g_assert_cmpuint(got_len, ==, expect_len);
    g_assert_true(memcmp(got, expect, expect_len) == 0);
}

/* One script over a text, for the tests of single functions. */
typedef struct {
    BlReader *reader;
    BlScript *script;
    BlItem item;
} Fixture;

static Fixture
open_text(const BlDialect *dialect, const char *text)
{
    Fixture fixture = { .reader = bl_reader_new_memory(text, strlen(text)) };

    fixture.script = bl_script_new(fixture.reader, dialect);
    return fixture;
}

static void
close_text(Fixture *fixture)
{
    bl_script_free(fixture->script);
    bl_reader_free(fixture->reader);
}

static void
assert_next(Fixture *fixture, const char *text, guint line, guint column)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(bl_script_next(fixture->script, &fixture->item, &error), ==, 1);
    g_assert_no_error(error);
    assert_bytes(fixture->item.text, fixture->item.len, text, strlen(text));
    g_assert_cmpuint(fixture->item.line, ==, line);
    g_assert_cmpuint(fixture->item.column, ==, column);
}

static void
assert_fails(Fixture *fixture, guint line, guint column, const char *name)
{
    for (guint i = 0; i < 2; i++) {
        g_autoptr(GError) error = NULL;
        g_assert_cmpint(bl_script_next(fixture->script, &fixture->item, &error), ==, -1);
        g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
        g_assert_cmpuint(bl_error_info(error)->line, ==, line);
        g_assert_cmpuint(bl_error_info(error)->column, ==, column);
        g_assert_cmpstr(bl_error_info(error)->file, ==, name);
    }
}

static void
test_origin(void)
{
    Fixture fixture = open_text(&bl_dialect_sqlite, "SELECT 1;\n SELECT 2; 'x");

    bl_script_set_origin(fixture.script, "up.sql", 7, 4, 100);
    g_assert_cmpstr(bl_script_name(fixture.script), ==, "up.sql");
    assert_next(&fixture, "SELECT 1", 7, 4);
    g_assert_cmpuint(fixture.item.offset, ==, 100);
    g_assert_cmpuint(fixture.item.lead, ==, 100);
    assert_next(&fixture, "SELECT 2", 8, 2);
    g_assert_cmpuint(fixture.item.offset, ==, 111);
    g_assert_cmpuint(fixture.item.lead, ==, 109);
    assert_fails(&fixture, 8, 12, "up.sql");
    close_text(&fixture);
}

static void
test_origin_in_the_middle_of_a_line(void)
{
    Fixture fixture = open_text(&bl_dialect_sqlite, ".mode csv;");

    bl_script_set_origin(fixture.script, NULL, 1, 5, 0);
    assert_next(&fixture, ".mode csv", 1, 5);
    g_assert_cmpint(fixture.item.kind, ==, BL_ITEM_STATEMENT);
    close_text(&fixture);
}

static void
test_lead(void)
{
    Fixture fixture =
        open_text(&bl_dialect_mysql, "-- a\nDELIMITER //\n-- b\nSELECT 1// /* c */ //\nSELECT 2//");

    assert_next(&fixture, "SELECT 1", 4, 1);
    g_assert_cmpuint(fixture.item.lead, ==, strlen("-- a\nDELIMITER //"));
    g_assert_cmpstr(bl_script_delimiter(fixture.script), ==, "//");
    assert_next(&fixture, "SELECT 2", 5, 1);
    g_assert_cmpuint(fixture.item.lead, ==, fixture.item.offset - 1);
    close_text(&fixture);
}

static void
test_item_position(void)
{
    Fixture fixture = open_text(&bl_dialect_sqlite, "\n  SELECT\r\n a,\n\nb;");
    guint line;
    guint column;

    assert_next(&fixture, "SELECT\r\n a,\n\nb", 2, 3);
    bl_item_position(&fixture.item, 0, &line, &column);
    g_assert_cmpuint(line * 100 + column, ==, 203);
    bl_item_position(&fixture.item, 6, &line, &column);
    g_assert_cmpuint(line * 100 + column, ==, 209);
    bl_item_position(&fixture.item, 9, &line, &column);
    g_assert_cmpuint(line * 100 + column, ==, 302);
    bl_item_position(&fixture.item, 13, &line, &column);
    g_assert_cmpuint(line * 100 + column, ==, 501);
    bl_item_position(&fixture.item, 1000, &line, &column);
    g_assert_cmpuint(line * 100 + column, ==, 502);
    close_text(&fixture);
}

static void
test_limit(void)
{
    Fixture fixture = open_text(&bl_dialect_sqlite, "SELECT 1;\nSELECT 12345678;");

    bl_script_set_limit(fixture.script, 10);
    assert_next(&fixture, "SELECT 1", 1, 1);
    assert_fails(&fixture, 2, 1, NULL);
    close_text(&fixture);
}

static void
test_limit_while_reading(void)
{
    Fixture fixture =
        open_text(&bl_dialect_sqlite, "SELECT 1; SELECT 'a very long literal without an end");

    bl_script_set_limit(fixture.script, 12);
    bl_script_set_chunk(fixture.script, 1);
    assert_next(&fixture, "SELECT 1", 1, 1);
    assert_fails(&fixture, 1, 11, NULL);
    close_text(&fixture);
}

static void
test_state_changes_between_items(void)
{
    Fixture fixture = open_text(&bl_dialect_mysql, "SELECT '\\'; 1'; SELECT '\\'; SELECT '\\'; 3'");

    assert_next(&fixture, "SELECT '\\'; 1'", 1, 1);
    bl_script_state(fixture.script)->no_backslash_escapes = TRUE;
    assert_next(&fixture, "SELECT '\\'", 1, 17);
    bl_script_state(fixture.script)->no_backslash_escapes = FALSE;
    assert_next(&fixture, "SELECT '\\'; 3'", 1, 29);
    close_text(&fixture);
}

static void
test_end_stays_the_end(void)
{
    Fixture fixture = open_text(&bl_dialect_postgres, "SELECT 1; -- x");

    assert_next(&fixture, "SELECT 1", 1, 1);
    for (guint i = 0; i < 3; i++)
        g_assert_cmpint(bl_script_next(fixture.script, &fixture.item, NULL), ==, 0);
    bl_script_free(NULL);
    close_text(&fixture);
}

/* A name that stands in for a file that is not there. */
static void
test_reader_error(void)
{
    g_autofree char *folder = g_dir_make_tmp("bl-script-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(folder, "cut.sql.gz", NULL);
    g_autoptr(GBytes) packed = bl_gzip_pack("SELECT 1;\nSELECT 2;\n", 20, NULL);
    gsize size;
    const char *bytes = g_bytes_get_data(packed, &size);
    g_autoptr(GError) error = NULL;
    BlItem item;

    g_assert_true(g_file_set_contents(path, bytes, (gssize)size - 9, NULL));
    g_autoptr(BlReader) reader = bl_reader_open(path, NULL);
    g_autoptr(BlScript) script = bl_script_new(reader, &bl_dialect_sqlite);
    g_assert_cmpstr(bl_script_name(script), ==, path);
    int result;
    do {
        result = bl_script_next(script, &item, &error);
    } while (result > 0);
    g_assert_cmpint(result, ==, -1);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "truncated"));
    g_assert_nonnull(strstr(error->message, path));
    g_assert_cmpint(g_remove(path), ==, 0);
    g_assert_cmpint(g_rmdir(folder), ==, 0);
}

/* One literal of 8 MB, with all that the buffer does to hold it, and a statement behind it. */
static void
test_long_token(void)
{
    g_autoptr(GString) text = g_string_new("SELECT '");
    BlItem item;

    for (guint i = 0; i < 8 * 1024; i++)
        g_string_append_printf(text, "%01023u;", i);
    g_string_append(text, "';\nSELECT 2;");
    g_autoptr(BlReader) reader = bl_reader_new_memory(text->str, text->len);
    g_autoptr(BlScript) script = bl_script_new(reader, &bl_dialect_postgres);
    g_assert_cmpint(bl_script_next(script, &item, NULL), ==, 1);
    g_assert_cmpuint(item.len, ==, text->len - strlen(";\nSELECT 2;"));
    g_assert_cmpint(bl_script_next(script, &item, NULL), ==, 1);
    assert_bytes(item.text, item.len, "SELECT 2", 8);
    g_assert_cmpuint(item.line, ==, 2);
}

/* COPY data comes in whole lines of about 64 kB, and a longer line whole. */
static void
test_copy_pieces(void)
{
    g_autoptr(GString) text = g_string_new("COPY t FROM stdin;\n");
    g_autoptr(GString) data = g_string_new(NULL);
    gsize start = text->len;
    BlItem item;

    for (guint i = 0; i < 20000; i++)
        g_string_append_printf(text, "%u\tvalue %u\n", i, i);
    for (guint i = 0; i < 200000; i++)
        g_string_append_c(text, 'x');
    g_string_append(text, "\nlast\n\\.\n");
    g_autoptr(BlReader) reader = bl_reader_new_memory(text->str, text->len);
    g_autoptr(BlScript) script = bl_script_new(reader, &bl_dialect_postgres);
    g_assert_cmpint(bl_script_next(script, &item, NULL), ==, 1);
    g_assert_true(item.starts_copy);
    while (bl_script_next(script, &item, NULL) == 1 && item.kind == BL_ITEM_COPY_DATA) {
        g_assert_cmpint(item.text[item.len - 1], ==, '\n');
        g_assert_cmpuint(item.len, <=, 200001);
        g_assert_cmpuint(item.offset, ==, start + data->len);
        g_string_append_len(data, item.text, (gssize)item.len);
    }
    g_assert_cmpint(item.kind, ==, BL_ITEM_COPY_END);
    g_assert_cmpuint(item.line, ==, 20004);
    assert_bytes(data->str, data->len, text->str + start, text->len - start - 3);
}

/* What is known is given once, and read after all when the session reads quotes in another way. */
static void
test_known(void)
{
    static const char text[] = " SELECT \"a;b\", 1;\n";
    BlItem found;
    BlItem item;
    g_autoptr(BlReader) reader = bl_reader_new_memory(text, strlen(text));
    g_autoptr(BlScript) script = bl_script_new(reader, &bl_dialect_mysql);
    g_assert_cmpint(bl_script_next(script, &found, NULL), ==, 1);
    g_assert_cmpuint(found.len, ==, strlen(text) - 3);

    static const char other[] = "SELECT 2";
    const BlItem known = { .text = other, .len = strlen(other), .line = 7 };
    for (guint i = 0; i < 2; i++) {
        g_autoptr(BlReader) again = bl_reader_new_memory(text, strlen(text));
        g_autoptr(BlScript) second = bl_script_new(again, &bl_dialect_mysql);
        bl_script_set_known(second, &known);
        bl_script_state(second)->ansi_quotes = i == 1;
        g_assert_cmpint(bl_script_next(second, &item, NULL), ==, 1);
        g_assert_true(i == 1 || item.text == other);
        g_assert_cmpuint(item.line, ==, i == 0 ? 7 : 1);
        g_assert_cmpuint(item.len, ==, i == 0 ? known.len : found.len);
        /* Behind it a switch changes nothing any more. */
        bl_script_state(second)->no_backslash_escapes = TRUE;
        g_assert_cmpint(bl_script_next(second, &item, NULL), ==, 0);
    }
}

/* Takes what is one letter, three of them at the most. */
static gboolean
join_letters(const BlItem *item, GString *joined, void *data)
{
    guint *asked = data;
    (*asked)++;
    if (item->kind != BL_ITEM_STATEMENT || item->len != 1 || joined->len == 3)
        return FALSE;
    g_string_append_c(joined, item->text[0]);
    return TRUE;
}

static void
test_join(void)
{
    static const char text[] = "a; b;\nc; d; two; three; e\n; 'x";
    static const struct {
        const char *text;
        guint line;
        guint column;
    } wanted[] = {
        { "abc", 1, 1 }, { "d", 2, 4 }, { "two", 2, 7 }, { "three", 2, 12 }, { "e", 2, 19 }
    };
    static const gsize chunks[] = { 1, 5, 4096 };
    for (gsize i = 0; i < G_N_ELEMENTS(chunks); i++) {
        guint asked = 0;
        BlItem item;
        g_autoptr(GError) error = NULL;
        g_autoptr(BlReader) reader = bl_reader_new_memory(text, strlen(text));
        g_autoptr(BlScript) script = bl_script_new(reader, &bl_dialect_sqlite);
        bl_script_set_chunk(script, chunks[i]);
        bl_script_set_join(script, join_letters, &asked);
        for (gsize j = 0; j < G_N_ELEMENTS(wanted); j++) {
            g_assert_cmpint(bl_script_next(script, &item, NULL), ==, 1);
            assert_bytes(item.text, item.len, wanted[j].text, strlen(wanted[j].text));
            g_assert_cmpuint(item.line, ==, wanted[j].line);
            g_assert_cmpuint(item.column, ==, wanted[j].column);
        }
        g_assert_cmpuint(asked, ==, 9);
        g_assert_cmpint(bl_script_next(script, &item, &error), ==, -1);
        g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    }
}

int
main(int argc, char **argv)
{
    const char *source = g_getenv("BL_SOURCE_DIR");

    g_test_init(&argc, &argv, NULL);
    if (source == NULL)
        source = ".";
    for (gsize i = 0; i < G_N_ELEMENTS(dialects); i++) {
        guint n = add_case_files(dialects[i], source);
        g_assert_cmpuint(n, >=, 40);
    }
    g_test_add_func("/script/origin/moves-positions", test_origin);
    g_test_add_func("/script/origin/middle-of-a-line", test_origin_in_the_middle_of_a_line);
    g_test_add_func("/script/next/lead-starts-after-the-last-delimiter", test_lead);
    g_test_add_func("/script/next/limit", test_limit);
    g_test_add_func("/script/next/limit-while-reading", test_limit_while_reading);
    g_test_add_func("/script/next/state-changes-between-items", test_state_changes_between_items);
    g_test_add_func("/script/next/end-stays-the-end", test_end_stays_the_end);
    g_test_add_func("/script/next/reader-error", test_reader_error);
    g_test_add_func("/script/next/long-token", test_long_token);
    g_test_add_func("/script/next/copy-pieces", test_copy_pieces);
    g_test_add_func("/script/next/known", test_known);
    g_test_add_func("/script/next/join", test_join);
    g_test_add_func("/script/item/position", test_item_position);
    g_test_add_func("/script/corpus/counts", test_corpus_counts);
    g_test_add_func("/script/corpus/law", test_corpus_law);
    return g_test_run();
}
