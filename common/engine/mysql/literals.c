/* SPDX-License-Identifier: MIT */
/*
 * _latin1'…' is bytes of that charset, whatever the charset of the text round it: such a literal
 * cannot be a part of a text in UTF-8, and must not be recoded with one. As _latin1 X'…' it can.
 */
#include "common/engine/mysql/code.h"

#include <string.h>

/* The letter that a backslash and another one mean. */
static char
meaning_of(char c)
{
    static const char escapes[] = "0nrtbZ";
    static const char meant[] = "\0\n\r\t\b\032";
    const char *known = c != '\0' ? strchr(escapes, c) : NULL;
    return known != NULL ? meant[known - escapes] : c;
}

static void
append_hex(GString *out, const char *literal, gsize len, gboolean escapes)
{
    g_string_append(out, "X'");
    for (gsize i = 1; i + 1 < len; i++) {
        char c = literal[i];
        if (c == '\\' && escapes && i + 2 < len)
            c = meaning_of(literal[++i]);
        else if (c == literal[0])
            i++; /* doubled */
        g_string_append_printf(out, "%02X", (guint)(guchar)c);
    }
    g_string_append_c(out, '\'');
}

static gboolean
is_ascii(const char *text, gsize len)
{
    for (gsize i = 0; i < len; i++) {
        if ((guchar)text[i] >= 0x80)
            return FALSE;
    }
    return TRUE;
}

/* Whether token @i is a literal behind an introducer that is not ASCII. */
static gboolean
is_marked(const MyTokens *tokens, guint i)
{
    const BlToken *word = i > 0 ? my_token(tokens, i - 1) : my_token(tokens, tokens->all->len);
    const BlToken *literal = my_token(tokens, i);
    return word->kind == BL_TOKEN_WORD && tokens->sql[word->start] == '_' &&
           literal->kind == BL_TOKEN_STRING &&
           (tokens->sql[literal->start] == '\'' || tokens->sql[literal->start] == '"') &&
           !is_ascii(tokens->sql + literal->start, literal->len);
}

/* Whether the marked literal at token @i is UTF-8 and says so. */
static gboolean
is_utf8(const MyTokens *tokens, guint i)
{
    const BlToken *word = my_token(tokens, i - 1);
    const BlToken *literal = my_token(tokens, i);
    return g_ascii_strncasecmp(tokens->sql + word->start, "_utf8", 5) == 0 &&
           g_utf8_validate(tokens->sql + literal->start, (gssize)literal->len, NULL);
}

/* What goes before the digits: nothing where there is an introducer already. */
static gboolean
is_plain(const MyTokens *tokens, guint i)
{
    const BlToken *literal = my_token(tokens, i);
    const BlToken *word = my_token(tokens, i - 1);
    return literal->kind == BL_TOKEN_STRING && tokens->sql[literal->start] == '\'' &&
           !is_ascii(tokens->sql + literal->start, literal->len) &&
           !(i > 0 && word->kind == BL_TOKEN_WORD && tokens->sql[word->start] == '_');
}

char *
my_with_introducers(const char *sql, const char *charset)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    GString *out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < tokens.all->len; i++) {
        const BlToken *literal = my_token(&tokens, i);
        if (!is_plain(&tokens, i))
            continue;
        g_string_append_len(out, sql + from, (gssize)(literal->start - from));
        g_string_append_printf(out, "_%s ", charset);
        append_hex(out, sql + literal->start, literal->len, TRUE);
        from = literal->start + literal->len;
    }
    g_string_append(out, sql + from);
    return g_string_free(out, FALSE);
}

char *
my_with_hex_literals(const char *sql, const char *sql_mode, gboolean all)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, sql_mode);
    gboolean escapes = !my_mode_has(sql_mode, "NO_BACKSLASH_ESCAPES");
    GString *out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < tokens.all->len; i++) {
        const BlToken *literal = my_token(&tokens, i);
        if (!is_marked(&tokens, i) || is_utf8(&tokens, i))
            continue;
        if (!all && g_utf8_validate(sql + literal->start, (gssize)literal->len, NULL))
            continue;
        g_string_append_len(out, sql + from, (gssize)(literal->start - from));
        if (from < literal->start && out->str[out->len - 1] != ' ')
            g_string_append_c(out, ' ');
        append_hex(out, sql + literal->start, literal->len, escapes);
        from = literal->start + literal->len;
    }
    g_string_append(out, sql + from);
    return g_string_free(out, FALSE);
}

void
my_skip_utf8_literals(const MyTokens *tokens, gsize start, gsize end, GArray *pairs)
{
    gsize pair[2] = { start, start };
    for (guint i = 0; i < tokens->all->len; i++) {
        const BlToken *literal = my_token(tokens, i);
        if (literal->start < start || literal->start >= end || !is_marked(tokens, i))
            continue;
        pair[1] = literal->start;
        g_array_append_val(pairs, pair);
        pair[0] = literal->start + literal->len;
    }
    pair[1] = MAX(end, pair[0]);
    g_array_append_val(pairs, pair);
}
