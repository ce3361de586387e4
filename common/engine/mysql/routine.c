/* SPDX-License-Identifier: MIT */
/*
 * The server writes "CREATE DEFINER=… FUNCTION `name`(parameters) RETURNS type", a line for each
 * characteristic, indented by four blanks, and on the next line the body, letter by letter.
 */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

#include <string.h>

/* MariaDB takes the type of a table or a column for what a function returns. */
#define OLDEST_WITH_ANCHORS 110700

/* MySQL takes routines in other languages than SQL. */
#define OLDEST_WITH_LANGUAGES 90000

/* The word that the header names the object with. @return its token */
static guint
find_sort(const MyTokens *tokens)
{
    guint found =
        MIN(my_tokens_find(tokens, 0, "function"), my_tokens_find(tokens, 0, "procedure"));
    found = MIN(found, my_tokens_find(tokens, 0, "library"));
    return MIN(found, my_tokens_find(tokens, 0, "package"));
}

/* The parenthesis that ends the parameters. @return its token; that of the name when there is none
 */
static guint
find_parameters_end(const MyTokens *tokens, guint name)
{
    if (!my_token_is_kind(tokens, name + 1, BL_TOKEN_OPEN))
        return name;
    guint depth = 0;
    for (guint i = name + 1; i < tokens->all->len; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            depth++;
        else if (my_token_is_kind(tokens, i, BL_TOKEN_CLOSE) && --depth == 0)
            return i;
    }
    return name;
}

/* Where the body starts: the first token that begins a line. */
static gsize
find_body(const MyTokens *tokens, guint from)
{
    for (guint i = from; i < tokens->all->len; i++) {
        gsize start = my_token(tokens, i)->start;
        if (start > 0 && tokens->sql[start - 1] == '\n')
            return start;
    }
    return tokens->len;
}

static void
find_spans(const MyTokens *tokens, MySpans *spans)
{
    guint word = find_sort(tokens);
    guint name = my_token_is(tokens, word + 1, "body") ? word + 2 : word + 1;
    guint end = find_parameters_end(tokens, name);
    gsize start = word < tokens->all->len ? my_token(tokens, word)->start : tokens->len;
    gsize body = find_body(tokens, end + 1);
    if (spans->names_are_utf8)
        start = my_token_end(tokens, name);
    spans->n = 2;
    spans->pairs[0][0] = start;
    spans->pairs[0][1] = MAX(start, my_token_end(tokens, end));
    spans->pairs[1][0] = MAX(body, spans->pairs[0][1]);
    spans->pairs[1][1] = tokens->len;
}

/* Between the parameters and the body the server writes all literals. */
static char *
with_plain_header(const char *sql, const char *sql_mode)
{
    g_auto(MyTokens) tokens = { 0 };
    MySpans spans = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    find_spans(&tokens, &spans);
    return my_with_plain_literals(sql, sql_mode, spans.pairs[0][1], spans.pairs[1][0]);
}

/* RETURNS ROW TYPE OF `db`.`table`: what the server writes between the parameters and the body
 * names the database always. @param removed out: whether it did. @return g_free() */
static char *
without_own_name(const char *sql, const char *sql_mode, const char *database, gboolean *removed)
{
    g_auto(MyTokens) tokens = { 0 };
    MySpans spans = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    find_spans(&tokens, &spans);
    for (guint i = 0; i < tokens.all->len; i++) {
        gsize start = my_token(&tokens, i)->start;
        if (start < spans.pairs[0][1] || start >= spans.pairs[1][0] ||
            !my_token_is_kind(&tokens, i, BL_TOKEN_IDENTIFIER) ||
            !my_token_spells(&tokens, i, database) || !my_token_is_char(&tokens, i + 1, '.'))
            continue;
        *removed = TRUE;
        return my_cut_text(sql, start, my_token_end(&tokens, i + 1));
    }
    return g_strdup(sql);
}

static gboolean
build(MyReader *reader, MyItem *item, const MyCode *code, GError **error)
{
    (void)error;
    const char *sql_mode = code->settings.sql_mode;
    const char *database = reader->session->database;
    gboolean removed = FALSE;
    g_autofree char *named = my_code_text(reader, code->sql);
    g_autofree char *written = without_own_name(named, sql_mode, database, &removed);
    g_autofree char *text = my_with_string_body(written, sql_mode, database, &removed);
    if (strcmp(named, written) != 0)
        my_need_version(reader, OLDEST_WITH_ANCHORS);
    if (removed)
        my_note_object(reader, "ownNameRemoved", item->sort->kind->name, item->name);
    if (strcmp(text, written) != 0)
        my_need_version(reader, OLDEST_WITH_LANGUAGES);
    g_autofree char *sql = with_plain_header(text, sql_mode);
    my_note_body(reader, item, sql, sql_mode);
    my_add_with_settings(reader, my_code_object(reader, item), &code->settings, sql);
    return TRUE;
}

static const MyCodeSort sort = {
    .sql = 2,
    .sql_mode = 1,
    .client = 3,
    .connection = 4,
    .database = 5,
    .time_zone = -1,
    .find_spans = find_spans,
    .build = build,
};

/* A library has no charset but UTF-8, and no definer. */
static const MyCodeSort library = {
    .sql = 2,
    .sql_mode = 1,
    .client = -1,
    .connection = -1,
    .database = -1,
    .time_zone = -1,
    .find_spans = find_spans,
    .build = build,
};

static gboolean
render_library(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    my_need_version(reader, MY_OLDEST_WITH_LIBRARIES);
    return my_render_code(reader, item, row, &library, error);
}

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    return my_render_code(reader, item, row, &sort, error);
}

const MySort my_sort_library = { &my_kind_library, "SHOW CREATE LIBRARY", render_library };
const MySort my_sort_function = { &my_kind_function, "SHOW CREATE FUNCTION", render };
const MySort my_sort_procedure = { &my_kind_procedure, "SHOW CREATE PROCEDURE", render };
const MySort my_sort_package = { &my_kind_package, "SHOW CREATE PACKAGE", render };
const MySort my_sort_package_body = { &my_kind_package_body, "SHOW CREATE PACKAGE BODY", render };
