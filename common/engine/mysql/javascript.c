/* SPDX-License-Identifier: MIT */
/*
 * MySQL writes a library, or a routine in another language than SQL, as "… AS $$text$$", AS at the
 * start of a line. Only its own newest client reads that: a string means the same to every reader.
 */
#include "common/engine/mysql/code.h"

#include <string.h>

/* The last part of the text. */
typedef struct {
    gsize start; /* of what stands between the dollar quotes */
    gsize len;
    gsize quote; /* where the first one starts */
} Body;

static gboolean
find_body(const MyTokens *tokens, Body *body)
{
    const char *sql = tokens->sql;
    for (guint i = 1; i < tokens->all->len; i++) {
        gsize start = my_token(tokens, i)->start;
        gsize quote = my_token_end(tokens, i) + 1;
        if (!my_token_is(tokens, i, "as") || sql[start - 1] != '\n' || quote >= tokens->len ||
            sql[quote] != '$')
            continue;
        const char *end = strchr(sql + quote + 1, '$');
        if (end == NULL)
            return FALSE;
        gsize len = (gsize)(end + 1 - (sql + quote));
        if (tokens->len < quote + 2 * len || memcmp(sql + quote, sql + tokens->len - len, len) != 0)
            return FALSE;
        *body = (Body){ quote + len, tokens->len - len - (quote + len), quote };
        return TRUE;
    }
    return FALSE;
}

static void
append_string(GString *out, const char *text, gsize len, const char *sql_mode)
{
    gboolean has_escapes = !my_mode_has(sql_mode, "NO_BACKSLASH_ESCAPES");
    g_string_append_c(out, '\'');
    for (gsize i = 0; i < len; i++) {
        if (text[i] == '\'' || (text[i] == '\\' && has_escapes))
            g_string_append_c(out, text[i]);
        g_string_append_c(out, text[i]);
    }
    g_string_append_c(out, '\'');
}

/* USING (`db`.`library` AS `alias`, …): the server always writes the database.
 * @return what of the text is copied */
static gsize
append_without_own_name(
    GString *out, const MyTokens *tokens, gsize end, const char *database, gboolean *removed)
{
    gsize from = 0;
    guint i = my_tokens_find(tokens, 0, "using");
    for (; my_token(tokens, i + 1)->kind != BL_TOKEN_END && my_token_end(tokens, i + 1) <= end;
         i++) {
        if (!my_token_spells(tokens, i, database) || !my_token_is_char(tokens, i + 1, '.'))
            continue;
        gsize start = my_token(tokens, i)->start;
        g_string_append_len(out, tokens->sql + from, (gssize)(start - from));
        from = my_token_end(tokens, i + 1);
        *removed = TRUE;
    }
    return from;
}

char *
my_with_string_body(const char *sql, const char *sql_mode, const char *database, gboolean *removed)
{
    if (strstr(sql, "\nAS $") == NULL)
        return g_strdup(sql);
    g_auto(MyTokens) tokens = { 0 };
    Body body = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    if (!find_body(&tokens, &body))
        return g_strdup(sql);
    GString *out = g_string_new(NULL);
    gsize from = append_without_own_name(out, &tokens, body.quote, database, removed);
    g_string_append_len(out, sql + from, (gssize)(body.quote - from));
    append_string(out, sql + body.start, body.len, sql_mode);
    return g_string_free(out, FALSE);
}
