/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

#include <string.h>

/* The first MySQL whose tables have expressions. */
#define OLDEST_WITH_EXPRESSIONS 50700

/* Cuts `database`. before the name at token @i. */
static char *
cut_own_name(const MyReader *reader, const MyTokens *tokens, guint i)
{
    const char *database = reader->session->database;
    g_autofree char *name = bl_token_name(my_token(tokens, i), tokens->sql);
    /* A server that folds names takes any case for the same. */
    gboolean is_own = reader->session->names_case == 0 ? g_str_equal(name, database)
                                                       : g_ascii_strcasecmp(name, database) == 0;
    if (!is_own || !my_token_is_char(tokens, i + 1, '.'))
        return g_strdup(tokens->sql);
    return my_cut_text(tokens->sql, my_token(tokens, i)->start, my_token(tokens, i + 2)->start);
}

/* The name behind the word @word of the header; 0: there is none. */
static guint
find_name(const MyTokens *tokens, const char *word)
{
    static const char *const if_not_exists[] = { "if", "not", "exists", NULL };
    guint i = my_tokens_find(tokens, 0, word) + 1;
    if (my_tokens_are(tokens, i, if_not_exists))
        i += 3;
    return my_token_is_name(tokens, i) ? i : 0;
}

/* What the author wrote: all from the word TRIGGER on, or only the body. */
static void
find_spans(const MyTokens *tokens, MySpans *spans)
{
    guint word = my_tokens_find(tokens, 0, spans->names_are_utf8 ? "row" : "trigger");
    gboolean is_there = word < tokens->all->len;
    spans->n = 1;
    spans->pairs[0][0] = is_there ? my_token(tokens, word)->start : tokens->len;
    spans->pairs[0][1] = tokens->len;
}

/* The header is as its author typed it: it may name the database in two places. */
static char *
without_own_name(const MyReader *reader, const char *sql, const char *sql_mode)
{
    static const char *const places[] = { "on", "trigger" };
    g_autofree char *text = g_strdup(sql);
    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        g_auto(MyTokens) tokens = { 0 };
        my_tokens_init(&tokens, text, sql_mode);
        guint name = find_name(&tokens, places[i]);
        char *cut = name > 0 ? cut_own_name(reader, &tokens, name) : g_strdup(text);
        my_tokens_clear(&tokens);
        g_free(text);
        text = cut;
    }
    return g_steal_pointer(&text);
}

/* FOLLOWS and PRECEDES are not in the text; triggers of one table, event and timing run in the
 * order in which they are created here. */
static void
set_sort_key(MyReader *reader, BlObject *object, const MyItem *item)
{
    g_autofree char *key = g_strdup_printf("%s\x01%s\x01%s\x01%06u", item->table,
                                           item->timing != NULL ? item->timing : "",
                                           item->event != NULL ? item->event : "", item->order);
    object->sort_key = bl_catalog_string(reader->catalog, key);
    object->parent = bl_catalog_string(reader->catalog, item->table);
}

/* NEW.a, OLD.a: in a trigger they mean nothing else. */
static GPtrArray *
find_columns(const char *sql, const char *sql_mode)
{
    GPtrArray *columns = g_ptr_array_new_with_free_func(g_free);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    for (guint i = 1; i < tokens.all->len; i++) {
        gboolean is_row = my_token_is(&tokens, i, "new") || my_token_is(&tokens, i, "old");
        if (!is_row || my_token_is_char(&tokens, i - 1, '.') ||
            !my_token_is_char(&tokens, i + 1, '.') || !my_token_is_name(&tokens, i + 2))
            continue;
        g_autofree char *name = bl_token_name(my_token(&tokens, i + 2), sql);
        if (!g_ptr_array_find_with_equal_func(columns, name, g_str_equal, NULL))
            g_ptr_array_add(columns, g_steal_pointer(&name));
    }
    return columns;
}

/* Whether an expression of the trigger's table may have a backslash. */
static gboolean
table_has_backslash(const MyReader *reader, const char *name)
{
    for (guint i = 0; i < reader->items->len; i++) {
        const MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->sort != &my_sort_table || strcmp(item->name, name) != 0)
            continue;
        if (item->waiting != NULL)
            return strchr(item->waiting->str, '\\') != NULL;
        for (guint k = 0; item->object != NULL && k < item->object->statements->len; k++) {
            if (strchr(g_ptr_array_index(item->object->statements, k), '\\') != NULL)
                return TRUE;
        }
    }
    return FALSE;
}

/* MySQL reads the expressions of a table, which it writes with backslashes, under the sql_mode of
 * the session that opens it first; what is open already is not read again. */
static void
open_table(MyReader *reader, const MyItem *item, BlObject *object, const char *sql_mode)
{
    if (reader->session->is_mariadb || !my_mode_has(sql_mode, "NO_BACKSLASH_ESCAPES") ||
        reader->session->version < OLDEST_WITH_EXPRESSIONS ||
        !table_has_backslash(reader, item->table))
        return;
    g_autofree char *name = my_name(item->table);
    g_autofree char *sql = g_strdup_printf("DO (SELECT 1 FROM %s LIMIT 0)", name);
    bl_object_add_statement(reader->catalog, object, sql);
}

static gboolean
build(MyReader *reader, MyItem *item, const MyCode *code, GError **error)
{
    (void)error;
    const char *sql_mode = code->settings.sql_mode;
    g_autofree char *text = my_code_text(reader, code->sql);
    g_autofree char *sql = without_own_name(reader, text, sql_mode);
    if (!g_str_equal(sql, text))
        my_note_object(reader, "ownNameRemoved", item->sort->kind->name, item->name);
    my_note_body(reader, item, sql, sql_mode);
    item->columns = find_columns(sql, sql_mode);
    BlObject *object = my_code_object(reader, item);
    set_sort_key(reader, object, item);
    open_table(reader, item, object, sql_mode);
    my_add_with_settings(reader, object, &code->settings, sql);
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
    .right = "TRIGGER",
};

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    return my_render_code(reader, item, row, &sort, error);
}

const MySort my_sort_trigger = { &my_kind_trigger, "SHOW CREATE TRIGGER", render };
