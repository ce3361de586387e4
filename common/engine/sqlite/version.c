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

/* clang-format off */
/* 1: in a word; 2: the first letter of AS, STRICT or WITHOUT too. */
static const guint8 word_bytes[256] = {
    ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1, ['7'] = 1,
    ['8'] = 1, ['9'] = 1, ['_'] = 1, ['$'] = 1,
    ['A'] = 2, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1, ['H'] = 1,
    ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1,
    ['Q'] = 1, ['R'] = 1, ['S'] = 2, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 2, ['X'] = 1,
    ['Y'] = 1, ['Z'] = 1,
    ['a'] = 2, ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1,
    ['i'] = 1, ['j'] = 1, ['k'] = 1, ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1,
    ['q'] = 1, ['r'] = 1, ['s'] = 2, ['t'] = 1, ['u'] = 1, ['v'] = 1, ['w'] = 2, ['x'] = 1,
    ['y'] = 1, ['z'] = 1,
};
/* clang-format on */

static gboolean
is_telling_word(const char *word, gsize len)
{
    return (len == 2 && g_ascii_strncasecmp(word, "AS", 2) == 0) ||
           (len == 6 && g_ascii_strncasecmp(word, "STRICT", 6) == 0) ||
           (len == 7 && g_ascii_strncasecmp(word, "WITHOUT", 7) == 0);
}

/* Words that can make a table new; wherever they stand, so that this is only a first look. */
static gboolean
has_telling_word(const char *sql)
{
    const char *p = sql;
    while (*p != '\0') {
        const char *word = p;
        while (word_bytes[(guchar)*p] != 0)
            p++;
        if (word_bytes[(guchar)*word] == 2 && is_telling_word(word, (gsize)(p - word)))
            return TRUE;
        p += p == word;
    }
    return FALSE;
}

static guint
version_of_table(const char *sql)
{
    if (!has_telling_word(sql))
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
