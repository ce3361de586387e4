/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/keys.h"

#include "common/engine/mysql/tokens.h"

#include <string.h>

static void
add_column(GString *out, const MyTokens *tokens, guint i)
{
    g_autofree char *name = bl_token_name(my_token(tokens, i), tokens->sql);
    g_autofree char *folded = g_utf8_casefold(name, -1);
    g_string_append_printf(out, "%s\n", folded);
}

/* The columns between the parenthesis at @i and its end. @return g_free(); NULL: a part is more or
 * less than a column */
static char *
read_columns(const MyTokens *tokens, guint i)
{
    g_autoptr(GString) out = g_string_new(NULL);
    if (!my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
        return NULL;
    while (!my_token_is_kind(tokens, i, BL_TOKEN_CLOSE)) {
        if (!my_token_is_name(tokens, i + 1))
            return NULL;
        add_column(out, tokens, i + 1);
        i += my_token_is(tokens, i + 2, "desc") ? 3 : 2;
        if (!my_token_is_kind(tokens, i, BL_TOKEN_COMMA) &&
            !my_token_is_kind(tokens, i, BL_TOKEN_CLOSE))
            return NULL;
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

GHashTable *
my_unique_keys(const char *sql)
{
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    for (guint i = 1; i < tokens.all->len; i++) {
        gboolean is_primary = my_token_is(&tokens, i - 1, "primary");
        if (!my_token_is(&tokens, i, "key") ||
            (!is_primary && !my_token_is(&tokens, i - 1, "unique")))
            continue;
        char *columns = read_columns(&tokens, is_primary ? i + 1 : i + 2);
        if (columns != NULL)
            g_hash_table_add(found, columns);
    }
    return found;
}

static void
reference_free(gpointer data)
{
    MyReference *reference = data;
    g_free(reference->name);
    g_free(reference->columns);
    g_free(reference->parent);
    g_free(reference->parent_columns);
    g_free(reference);
}

/* CONSTRAINT `name` FOREIGN KEY (…) REFERENCES `parent` (…): @i is at FOREIGN, @at at REFERENCES.
 */
static MyReference *
read_reference(const MyTokens *tokens, guint i, guint at)
{
    MyReference *reference = g_new0(MyReference, 1);
    if (i >= 2 && my_token_is(tokens, i - 2, "constraint"))
        reference->name = bl_token_name(my_token(tokens, i - 1), tokens->sql);
    reference->columns = read_columns(tokens, i + 2);
    reference->parent = bl_token_name(my_token(tokens, at + 1), tokens->sql);
    reference->parent_columns = read_columns(tokens, at + 2);
    return reference;
}

GPtrArray *
my_references(const char *sql)
{
    if (strstr(sql, " REFERENCES ") == NULL)
        return NULL;
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(reference_free);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    guint foreign = 0;
    for (guint i = 0; i < tokens.all->len; i++) {
        if (my_token_is(&tokens, i, "foreign"))
            foreign = i;
        /* What another database has is not known here. */
        if (foreign > 0 && my_token_is(&tokens, i, "references") &&
            my_token_is_kind(&tokens, i + 2, BL_TOKEN_OPEN))
            g_ptr_array_add(found, read_reference(&tokens, foreign, i));
    }
    return found->len > 0 ? g_steal_pointer(&found) : NULL;
}

static void
take_virtual(const MyTokens *tokens, guint i, guint end, void *data)
{
    if (!my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER) ||
        my_tokens_find(tokens, i, "virtual") >= end)
        return;
    g_autoptr(GString) name = g_string_new(NULL);
    add_column(name, tokens, i);
    g_hash_table_add(data, g_string_free(g_steal_pointer(&name), FALSE));
}

GHashTable *
my_virtual_columns(const char *sql)
{
    GHashTable *found = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_auto(MyTokens) tokens = { 0 };
    guint open = 0;
    guint close = 0;
    my_tokens_init(&tokens, sql, NULL);
    my_each_definition(&tokens, take_virtual, found, &open, &close);
    return found;
}
