/* SPDX-License-Identifier: MIT */
/*
 * Bytes that are told as others. SHOW CREATE TABLE is in UTF-8, and some charsets have two codes
 * for one character of it: 5C and 815F of sjis are both a backslash, some 400 characters of cp932
 * have two codes. What is read from the text gives the one, where the table may have the other.
 * Defaults can be asked for without a row where the column may be NULL, and are written as X'…'
 * where they are the other code. Other defaults, and the values of ENUM, SET and partitions,
 * cannot.
 */
#include "common/base/error.h"
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/table_text.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* A charset with such characters, and those among them that are ASCII: what cannot be asked for and
 * has one of these is refused. */
typedef struct {
    const char *name;
    const char *doubtful;
} Twins;

static const Twins twins[] = {
    { "sjis", "\\" }, { "ujis", "\\~" }, { "cp932", "" },    { "eucjpms", "" },
    { "big5", "" },   { "tis620", "" },  { "armscii8", "" },
};

/* A default that has to be asked for. */
typedef struct {
    guint column, literal; /* tokens */
    const Twins *twins;
} Doubt;

typedef struct {
    const Twins *twins;   /* of the table; NULL: its charset has none */
    GArray *doubts;       /* Doubt */
    const char *doubtful; /* of all columns' charsets, the longest list; NULL: no such column */
    gboolean is_lost;     /* a value of ENUM or SET that cannot be trusted */
} Look;

static const Twins *
twins_of(const MyTokens *tokens, guint i)
{
    for (gsize k = 0; k < G_N_ELEMENTS(twins); k++) {
        if (my_token_is(tokens, i, twins[k].name))
            return &twins[k];
    }
    return NULL;
}

/* Whether the literal at @i has one of @bytes. The server writes a backslash as two; one begins an
 * escape. */
static gboolean
literal_has(const MyTokens *tokens, guint i, const char *bytes)
{
    const BlToken *literal = my_token(tokens, i);
    const char *text = tokens->sql + literal->start;
    for (gsize k = 1; literal->kind == BL_TOKEN_STRING && k + 1 < literal->len; k++) {
        gboolean is_escape = text[k] == '\\' && text[++k] != '\\';
        if (!is_escape && strchr(bytes, text[k]) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Whether it may have a character that has two codes in some charset. */
static gboolean
is_doubt(const MyTokens *tokens, guint i)
{
    const BlToken *literal = my_token(tokens, i);
    if (literal->kind != BL_TOKEN_STRING || tokens->sql[literal->start] != '\'')
        return FALSE;
    for (gsize k = 1; k + 1 < literal->len; k++) {
        char c = tokens->sql[literal->start + k];
        if (!g_ascii_isalnum(c) && c != ' ' && c != '_')
            return TRUE;
    }
    return FALSE;
}

/* The definition from @i to before @end. */
static void
look_at_definition(const MyTokens *tokens, guint i, guint end, void *data)
{
    static const char *const types[] = { "char",     "varchar", "tinytext", "text", "mediumtext",
                                         "longtext", "enum",    "set",      NULL };
    Look *look = data;
    if (!my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER) || !my_token_is_any(tokens, i + 1, types))
        return;
    gboolean lists = my_token_is(tokens, i + 1, "enum") || my_token_is(tokens, i + 1, "set");
    guint at = my_tokens_find(tokens, i + 2, "CHARACTER");
    const Twins *own = at < end ? twins_of(tokens, at + 2) : look->twins;
    if (own == NULL)
        return;
    if (look->doubtful == NULL || strlen(own->doubtful) > strlen(look->doubtful))
        look->doubtful = own->doubtful;
    for (guint k = i + 3; lists && k < end && !my_token_is_kind(tokens, k, BL_TOKEN_CLOSE); k++)
        look->is_lost = look->is_lost || literal_has(tokens, k, own->doubtful);
    guint named = my_tokens_find(tokens, i + 2, "DEFAULT");
    Doubt doubt = { i, named + 1, own };
    if (lists || named >= end || !is_doubt(tokens, doubt.literal))
        return;
    /* Of a row that is missing such a column is NULL, whatever its default. */
    if (my_tokens_find(tokens, i + 2, "NOT") < named)
        look->is_lost = look->is_lost || literal_has(tokens, doubt.literal, own->doubtful);
    else
        g_array_append_val(look->doubts, doubt);
}

static void
look_at(Look *look, const MyTokens *tokens)
{
    guint open = 0;
    guint close = 0;
    look->twins = twins_of(tokens, my_tokens_find(tokens, 0, "CHARSET") + 2);
    my_each_definition(tokens, look_at_definition, look, &open, &close);
    /* What stands in the lists of values, not the comments. */
    guint i = my_tokens_find(tokens, 0, "PARTITION");
    for (; look->doubtful != NULL && i < tokens->all->len; i++) {
        if (!my_token_is_char(tokens, i - 1, '=') && literal_has(tokens, i, look->doubtful))
            look->is_lost = TRUE;
    }
}

gboolean
my_may_have_twins(const char *sql)
{
    for (gsize k = 0; k < G_N_ELEMENTS(twins); k++) {
        if (strstr(sql, twins[k].name) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* The defaults that are not what their text gives, as digits, separated by commas; nothing for one
 * that is. The row that is missing has defaults too. @return g_free() */
static char *
ask(MySession *session, const char *table, const MyTokens *tokens, GArray *doubts, GError **error)
{
    g_autofree char *quoted = my_name(table);
    g_autoptr(GString) sql = g_string_new("SELECT CONCAT_WS(','");
    for (guint i = 0; i < doubts->len; i++) {
        const Doubt *doubt = &g_array_index(doubts, Doubt, i);
        const BlToken *column = my_token(tokens, doubt->column);
        g_autofree char *value =
            g_strdup_printf("DEFAULT(t.%.*s)", (int)column->len, tokens->sql + column->start);
        g_string_append_printf(
            sql,
            ", IF(HEX(%s) = HEX(CONVERT(CONVERT(%s USING utf8mb4) USING %s)), '', IFNULL(HEX(%s), ''))",
            value, value, doubt->twins->name, value);
    }
    g_string_append_printf(sql, ") FROM (SELECT 1 AS n) AS one LEFT JOIN %s AS t ON FALSE", quoted);
    return my_select_text(session, sql->str, error);
}

/* @return g_free() */
static char *
write_told(const MyTokens *tokens, GArray *doubts, const char *told)
{
    g_auto(GStrv) all = g_strsplit(told, ",", -1);
    GString *out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < doubts->len && all[i] != NULL; i++) {
        const BlToken *literal = my_token(tokens, g_array_index(doubts, Doubt, i).literal);
        if (*all[i] == '\0')
            continue;
        g_string_append_len(out, tokens->sql + from, (gssize)(literal->start - from));
        g_string_append_printf(out, "X'%s'", all[i]);
        from = literal->start + literal->len;
    }
    g_string_append(out, tokens->sql + from);
    return g_string_free(out, FALSE);
}

gboolean
my_write_twins(MySession *session, const char *table, char **sql, char **why, GError **error)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, *sql, NULL);
    g_autoptr(GArray) doubts = g_array_new(FALSE, FALSE, sizeof(Doubt));
    Look look = { .doubts = doubts };
    look_at(&look, &tokens);
    if (look.is_lost) {
        *why =
            g_strdup("a default, or a value of an ENUM, SET or partition, holds a character that "
                     "has two codes in the charset of its column, and the server does not tell "
                     "which; give the column a charset like cp932 or utf8mb4");
        return TRUE;
    }
    if (doubts->len == 0)
        return TRUE;
    g_autofree char *told = ask(session, table, &tokens, doubts, error);
    if (told == NULL)
        return FALSE;
    char *with = write_told(&tokens, doubts, told);
    my_tokens_clear(&tokens);
    g_free(*sql);
    *sql = with;
    return TRUE;
}
