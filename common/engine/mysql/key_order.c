/* SPDX-License-Identifier: MIT */
/*
 * The order of unique keys. CREATE TABLE puts those whose columns are all NOT NULL before the
 * others; ALTER TABLE, which makes a column NOT NULL, does not always. The order of the text has to
 * be the one that a copy gets.
 */
#include "common/engine/mysql/table_text.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* A unique key. */
typedef struct {
    gsize start, end;
    gboolean is_late; /* a part of it may be NULL, or is no column of the table */
} Key;

static gboolean
is_first(const MyTokens *tokens, guint i)
{
    return my_token_is_kind(tokens, i - 1, BL_TOKEN_OPEN) ||
           my_token_is_kind(tokens, i - 1, BL_TOKEN_COMMA);
}

/* The tokens from @i to before @end are the definition of a column: adds the name of one that is
 * NOT NULL. */
static void
add_column(const MyTokens *tokens, guint i, guint end, GHashTable *columns)
{
    static const char *const not_null[] = { "NOT", "NULL", NULL };
    for (guint k = i; k < end; k++) {
        if (my_tokens_are(tokens, k, not_null)) {
            g_hash_table_add(columns, bl_token_name(my_token(tokens, i), tokens->sql));
            return;
        }
    }
}

/* Those from @i to before @end are a unique key. */
static void
add_key(const MyTokens *tokens, guint i, guint end, GHashTable *columns, GArray *keys)
{
    Key key = { .start = my_token(tokens, i)->start, .end = my_token_end(tokens, end - 1) };
    for (guint k = i; k < end; k++) {
        if (my_token_is(tokens, k, "HASH"))
            key.is_late = TRUE;
        /* The length of a prefix is no part. */
        if (!is_first(tokens, k) || my_token_is_kind(tokens, k, BL_TOKEN_NUMBER))
            continue;
        g_autofree char *name = bl_token_name(my_token(tokens, k), tokens->sql);
        if (k > i && !g_hash_table_contains(columns, name))
            key.is_late = TRUE;
    }
    g_array_append_val(keys, key);
}

/* What the definitions tell. */
typedef struct {
    GHashTable *columns; /* names of those that are NOT NULL */
    GArray *keys;        /* Key */
} Found;

static void
look_at_definition(const MyTokens *tokens, guint i, guint end, void *data)
{
    Found *found = data;
    if (my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER))
        add_column(tokens, i, end, found->columns);
    else if (my_token_is(tokens, i, "UNIQUE"))
        add_key(tokens, i, end, found->columns, found->keys);
}

static GArray *
find_keys(const MyTokens *tokens)
{
    g_autoptr(GHashTable) columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    Found found = { columns, g_array_new(FALSE, FALSE, sizeof(Key)) };
    guint open = 0;
    guint close = 0;
    my_each_definition(tokens, look_at_definition, &found, &open, &close);
    return found.keys;
}

/* The keys that are late, or those that are not. They stand behind one another. */
static void
append_keys(GString *out, const char *sql, const GArray *keys, gboolean is_late)
{
    for (guint i = 0; i < keys->len; i++) {
        const Key *key = &g_array_index(keys, Key, i);
        if (key->is_late == is_late)
            g_string_append_printf(out, "%s%.*s", out->len > 0 ? ",\n  " : "",
                                   (int)(key->end - key->start), sql + key->start);
    }
}

char *
my_with_sorted_keys(const char *sql)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    g_autoptr(GArray) keys = find_keys(&tokens);
    if (keys->len < 2)
        return g_strdup(sql);
    g_autoptr(GString) sorted = g_string_new(NULL);
    append_keys(sorted, sql, keys, FALSE);
    append_keys(sorted, sql, keys, TRUE);
    gsize start = g_array_index(keys, Key, 0).start;
    g_string_prepend_len(sorted, sql, (gssize)start);
    g_string_append(sorted, sql + g_array_index(keys, Key, keys->len - 1).end);
    return g_strdup(sorted->str);
}
