/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/tokens.h"

#include <string.h>

gboolean
my_token_counts(BlTokenKind kind)
{
    return !bl_token_is_filler(kind) && kind != BL_TOKEN_CODE_OPEN && kind != BL_TOKEN_CODE_CLOSE;
}

gboolean
my_mode_has(const char *sql_mode, const char *mode)
{
    gsize len = strlen(mode);
    for (const char *p = sql_mode; p != NULL && *p != '\0';) {
        const char *comma = strchr(p, ',');
        gsize n = comma != NULL ? (gsize)(comma - p) : strlen(p);
        if (n == len && g_ascii_strncasecmp(p, mode, n) == 0)
            return TRUE;
        p = comma != NULL ? comma + 1 : NULL;
    }
    return FALSE;
}

void
my_tokens_init(MyTokens *tokens, const char *sql, const char *sql_mode)
{
    BlLexState state = {
        .ansi_quotes = my_mode_has(sql_mode, "ANSI_QUOTES"),
        .no_backslash_escapes = my_mode_has(sql_mode, "NO_BACKSLASH_ESCAPES"),
    };
    tokens->sql = sql;
    tokens->len = strlen(sql);
    tokens->all = g_array_new(FALSE, FALSE, sizeof(BlToken));
    BlToken token;
    for (gsize pos = 0;; pos = token.start + token.len) {
        BlTokenKind kind = bl_lex(&bl_dialect_mysql, &state, sql, tokens->len, pos, TRUE, &token);
        if (kind == BL_TOKEN_END)
            break;
        if (!bl_token_is_filler(kind))
            g_array_append_val(tokens->all, token);
    }
}

void
my_tokens_clear(MyTokens *tokens)
{
    g_clear_pointer(&tokens->all, g_array_unref);
}

const BlToken *
my_token(const MyTokens *tokens, guint i)
{
    static const BlToken end = { .kind = BL_TOKEN_END };
    return i < tokens->all->len ? &g_array_index(tokens->all, BlToken, i) : &end;
}

gboolean
my_token_is_kind(const MyTokens *tokens, guint i, BlTokenKind kind)
{
    return my_token(tokens, i)->kind == kind;
}

gboolean
my_token_is(const MyTokens *tokens, guint i, const char *word)
{
    return bl_token_is_word(my_token(tokens, i), tokens->sql, word);
}

gboolean
my_token_is_any(const MyTokens *tokens, guint i, const char *const *words)
{
    return bl_token_is_any(my_token(tokens, i), tokens->sql, words);
}

gboolean
my_token_is_char(const MyTokens *tokens, guint i, char c)
{
    const BlToken *token = my_token(tokens, i);
    return token->len == 1 && token->kind == BL_TOKEN_OPERATOR && tokens->sql[token->start] == c;
}

gboolean
my_token_is_name(const MyTokens *tokens, guint i)
{
    return my_token_is_kind(tokens, i, BL_TOKEN_WORD) ||
           my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER);
}

gboolean
my_token_spells(const MyTokens *tokens, guint i, const char *name)
{
    if (!my_token_is_name(tokens, i))
        return FALSE;
    g_autofree char *spelt = bl_token_name(my_token(tokens, i), tokens->sql);
    return strcmp(spelt, name) == 0;
}

gsize
my_token_end(const MyTokens *tokens, guint i)
{
    const BlToken *token = my_token(tokens, i);
    return token->kind == BL_TOKEN_END ? tokens->len : token->start + token->len;
}

gboolean
my_tokens_are(const MyTokens *tokens, guint i, const char *const *words)
{
    for (guint k = 0; words[k] != NULL; k++) {
        if (!my_token_is(tokens, i + k, words[k]))
            return FALSE;
    }
    return TRUE;
}

guint
my_tokens_find(const MyTokens *tokens, guint i, const char *word)
{
    guint depth = 0;
    for (; i < tokens->all->len; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            depth++;
        else if (my_token_is_kind(tokens, i, BL_TOKEN_CLOSE) && depth > 0)
            depth--;
        else if (depth == 0 && my_token_is(tokens, i, word))
            return i;
    }
    return tokens->all->len;
}

void
my_each_definition(const MyTokens *tokens, MyDefinitionFn fn, void *data, guint *open, guint *close)
{
    guint depth = 0;
    guint start = 0;
    *open = tokens->all->len;
    *close = tokens->all->len;
    for (guint i = 0; i < tokens->all->len; i++) {
        gboolean is_open = my_token_is_kind(tokens, i, BL_TOKEN_OPEN);
        gboolean is_close = my_token_is_kind(tokens, i, BL_TOKEN_CLOSE);
        gboolean ends = depth == 1 && (is_close || my_token_is_kind(tokens, i, BL_TOKEN_COMMA));
        if (ends)
            fn(tokens, start, i, data);
        if (is_open && depth == 0)
            *open = i;
        if (ends || (is_open && depth == 0))
            start = i + 1;
        if (ends && is_close) {
            *close = i;
            return;
        }
        depth += is_open ? 1 : 0;
        depth -= is_close && depth > 0 ? 1 : 0;
    }
}

char *
my_cut_text(const char *sql, gsize start, gsize end)
{
    GString *out = g_string_new_len(sql, (gssize)start);
    g_string_append(out, sql + end);
    return g_string_free(out, FALSE);
}
