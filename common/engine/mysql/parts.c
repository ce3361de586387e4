/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/table_text.h"
#include "common/sql/lexer.h"

#include <string.h>

/* What the first words of a definition say that it is. The name stands behind them. */
static const struct {
    const char *words[2];
    const char *kind;
    const char *name; /* of those that have none */
} starts[] = {
    { { "PRIMARY", "KEY" }, "constraint", "PRIMARY" },
    { { "UNIQUE", "KEY" }, "index", NULL },
    { { "FULLTEXT", "KEY" }, "index", NULL },
    { { "SPATIAL", "KEY" }, "index", NULL },
    { { "VECTOR", "KEY" }, "index", NULL },
    { { "KEY", NULL }, "index", NULL },
    { { "CONSTRAINT", NULL }, "constraint", NULL },
    { { "FOREIGN", "KEY" }, "constraint", NULL },
    { { "CHECK", NULL }, "constraint", "CHECK" },
    { { "PERIOD", "FOR" }, "period", NULL },
};

/* A text and its tokens, without filler. */
typedef struct {
    const char *sql;
    GArray *tokens; /* BlToken */
    BlCatalog *catalog;
    BlObject *object;
} Text;

static const BlToken *
token_at(const Text *text, guint i)
{
    return &g_array_index(text->tokens, BlToken, i);
}

/* One line: a name may hold what ends one. @return g_free() */
static char *
slice(const Text *text, guint from, guint to)
{
    if (from >= to)
        return g_strdup("");
    gsize start = token_at(text, from)->start;
    gsize end = token_at(text, to - 1)->start + token_at(text, to - 1)->len;
    char *line = g_strndup(text->sql + start, end - start);
    for (char *p = line; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    }
    return line;
}

static void
add_part(const Text *text, const char *kind, const char *name, guint from, guint to)
{
    g_autofree char *definition = slice(text, from, to);
    bl_object_add_part(text->catalog, text->object, kind, name, definition);
}

static gboolean
starts_with(const Text *text, guint from, guint to, const char *const words[2])
{
    for (guint i = 0; i < 2 && words[i] != NULL; i++) {
        if (from + i >= to || !bl_token_is_word(token_at(text, from + i), text->sql, words[i]))
            return FALSE;
    }
    return TRUE;
}

/* The tokens from @from to before @to: a column, a key, a constraint. */
static void
add_definition(const Text *text, guint from, guint to)
{
    if (from >= to)
        return;
    if (token_at(text, from)->kind == BL_TOKEN_IDENTIFIER) {
        g_autofree char *name = bl_token_name(token_at(text, from), text->sql);
        add_part(text, "column", name, from + 1, to);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(starts); i++) {
        if (!starts_with(text, from, to, starts[i].words))
            continue;
        guint at = from + (starts[i].words[1] != NULL ? 2 : 1);
        gboolean has_name = starts[i].name == NULL && at < to &&
                            (token_at(text, at)->kind == BL_TOKEN_IDENTIFIER ||
                             token_at(text, at)->kind == BL_TOKEN_WORD);
        g_autofree char *name =
            has_name ? bl_token_name(token_at(text, at), text->sql) : g_strdup(starts[i].name);
        add_part(text, starts[i].kind, name != NULL ? name : "", from, to);
        return;
    }
    add_part(text, "option", "", from, to);
}

static GArray *
tokenize(const char *sql)
{
    GArray *tokens = g_array_new(FALSE, FALSE, sizeof(BlToken));
    BlLexState state = { 0 };
    BlToken token;
    gsize len = strlen(sql);
    for (gsize pos = 0;
         bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (!bl_token_is_filler(token.kind))
            g_array_append_val(tokens, token);
    }
    return tokens;
}

/* @return the token behind the parenthesis that closes the columns */
static guint
add_definitions(const Text *text)
{
    guint depth = 0;
    guint from = 0;
    for (guint i = 0; i < text->tokens->len; i++) {
        BlTokenKind kind = token_at(text, i)->kind;
        gboolean ends = depth == 1 && (kind == BL_TOKEN_CLOSE || kind == BL_TOKEN_COMMA);
        if (ends)
            add_definition(text, from, i);
        if (ends || (depth == 0 && kind == BL_TOKEN_OPEN))
            from = i + 1;
        depth += kind == BL_TOKEN_OPEN;
        if (kind == BL_TOKEN_CLOSE && (depth == 0 || --depth == 0))
            return i + 1;
    }
    return text->tokens->len;
}

void
my_add_table_parts(BlCatalog *catalog, BlObject *object, const char *sql)
{
    g_autoptr(GArray) tokens = tokenize(sql);
    const Text text = { sql, tokens, catalog, object };
    guint from = add_definitions(&text);
    guint partitions = from;
    while (partitions < tokens->len &&
           !bl_token_is_word(token_at(&text, partitions), sql, "PARTITION"))
        partitions++;
    if (from < partitions)
        add_part(&text, "option", "options", from, partitions);
    if (partitions < tokens->len)
        add_part(&text, "option", "partitions", partitions, tokens->len);
}
