/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/lexer.h"

#include <string.h>

/* A word that can only matter where it stands, and the version that brought it. The text is
 * searched for the word first: most texts have none of them and need no lexer. */
static const struct {
    const char *word;
    guint version;
} table_options[] = {
    { "STRICT", 3037000 },
    { "WITHOUT", 3008002 },
};

/* What a walk over a statement found. */
typedef struct {
    gboolean has_generated;  /* AS ( inside the parentheses of a table */
    gboolean has_expression; /* anything but names and words between the parentheses of an index */
    gboolean has_where;      /* WHERE behind them */
    guint options;           /* the newest table option behind the last parenthesis */
} Findings;

static void
look_outside(const BlToken *token, const char *sql, Findings *found)
{
    if (bl_token_is_word(token, sql, "WHERE"))
        found->has_where = TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(table_options); i++) {
        if (bl_token_is_word(token, sql, table_options[i].word))
            found->options = MAX(found->options, table_options[i].version);
    }
}

static void
walk(const char *sql, Findings *found)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    gsize len = strlen(sql);
    guint depth = 0;
    gboolean is_behind = FALSE;
    gboolean after_as = FALSE;
    while (bl_lex(&bl_dialect_sqlite, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        if (depth == 0 && is_behind)
            look_outside(&token, sql, found);
        if (token.kind == BL_TOKEN_OPEN) {
            found->has_generated = found->has_generated || (depth == 1 && after_as);
            found->has_expression = found->has_expression || (depth > 0 && !found->has_where);
            depth++;
        } else if (token.kind == BL_TOKEN_CLOSE && depth > 0) {
            depth--;
            is_behind = TRUE;
        } else if (token.kind == BL_TOKEN_OPERATOR || token.kind == BL_TOKEN_NUMBER) {
            found->has_expression = found->has_expression || (depth > 0 && !found->has_where);
        }
        after_as = bl_token_is_word(&token, sql, "AS");
    }
}

/* Nothing but names between the parentheses and nothing behind them: most indexes need no lexer. */
static gboolean
is_plain_index(const char *sql)
{
    static const char names[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_ ,`\"\n\t";
    const char *open = strchr(sql, '(');
    if (open == NULL)
        return FALSE;
    const char *close = open + 1 + strspn(open + 1, names);
    return *close == ')' && close[1] == '\0';
}

static guint
version_of_index(const char *sql)
{
    if (is_plain_index(sql))
        return 0;
    Findings found = { 0 };
    walk(sql, &found);
    if (found.has_expression)
        return 3009000;
    return found.has_where ? 3008000 : 0;
}

static guint
version_of_table(const char *sql)
{
    if (strcasestr(sql, "strict") == NULL && strcasestr(sql, "without") == NULL &&
        strcasestr(sql, " as") == NULL && strcasestr(sql, ")as") == NULL)
        return 0;
    Findings found = { 0 };
    walk(sql, &found);
    return MAX(found.options, found.has_generated ? 3031000 : 0);
}

guint
lite_version_needed(const BlKind *kind, const char *sql)
{
    if (kind == &lite_kind_index)
        return version_of_index(sql);
    if (kind == &lite_kind_table)
        return version_of_table(sql);
    if (kind == &lite_kind_virtual)
        return strcasestr(sql, "fts5") != NULL ? 3009000 : 0;
    return 0;
}
