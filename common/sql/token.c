/* SPDX-License-Identifier: MIT */
#include "common/sql/lexer.h"

#include <string.h>

gboolean
bl_token_is_filler(BlTokenKind kind)
{
    return kind == BL_TOKEN_BLANK || kind == BL_TOKEN_COMMENT;
}

gboolean
bl_token_is_word(const BlToken *token, const char *text, const char *word)
{
    return token->kind == BL_TOKEN_WORD && strlen(word) == token->len &&
           g_ascii_strncasecmp(text + token->start, word, token->len) == 0;
}

gboolean
bl_token_is_any(const BlToken *token, const char *text, const char *const *words)
{
    if (token->kind != BL_TOKEN_WORD)
        return FALSE;
    while (*words != NULL && !bl_token_is_word(token, text, *words))
        words++;
    return *words != NULL;
}

gboolean
bl_name_is_any(const char *name, const char *const *names)
{
    while (*names != NULL && g_ascii_strcasecmp(name, *names) != 0)
        names++;
    return *names != NULL;
}

static char *
dollar_quoted_text(const char *text, gsize len)
{
    const char *tag_end = memchr(text + 1, '$', len - 1);
    gsize tag = tag_end != NULL ? (gsize)(tag_end - text) + 1 : len;

    return len >= 2 * tag ? g_strndup(text + tag, len - 2 * tag) : g_strndup(text, len);
}

/* @text starts with a quote; a continued literal is left as it is after its first part. */
static char *
halve_quotes(const char *text, gsize len)
{
    char quote = text[0] == '[' ? ']' : text[0];
    g_autoptr(GString) name = g_string_sized_new(len);

    if (len > 1 && text[len - 1] == quote)
        len--;
    for (gsize i = 1; i < len; i++) {
        g_string_append_c(name, text[i]);
        if (text[i] == quote && i + 1 < len && text[i + 1] == quote)
            i++;
    }
    return g_string_free(g_steal_pointer(&name), FALSE);
}

char *
bl_token_name(const BlToken *token, const char *text)
{
    const char *start = text + token->start;
    gsize len = token->len;

    if ((token->kind != BL_TOKEN_IDENTIFIER && token->kind != BL_TOKEN_STRING) || len == 0)
        return g_strndup(start, len);
    if (*start == '$')
        return dollar_quoted_text(start, len);
    while (len > 0 && strchr("'\"`[", *start) == NULL) {
        start++;
        len--;
    }
    return halve_quotes(start, len);
}

/* The next token that is not filler. @return its kind, END at the end */
static BlTokenKind
next_code(const BlDialect *dialect, BlLexState *state, const char *text, gsize len, BlToken *token)
{
    gsize pos = token->start + token->len;
    BlTokenKind kind;

    do {
        kind = bl_lex(dialect, state, text, len, pos, TRUE, token);
        pos = token->start + token->len;
    } while (bl_token_is_filler(kind));
    return kind;
}

const char *
bl_token_unterminated(const BlDialect *dialect, const BlLexState *state, const char *start)
{
    static const struct {
        char start;
        const char *name;
    } kinds[] = {
        { '/', "comment" },           { '$', "dollar quote" },      { '"', "quoted identifier" },
        { '`', "quoted identifier" }, { '[', "quoted identifier" },
    };
    char c = *start;
    if ((c == 'u' || c == 'U') && start[2] == '"')
        c = '"';
    if (c == '"' && dialect->double_quoted_strings && !state->ansi_quotes)
        return "string";
    for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
        if (kinds[i].start == c)
            return kinds[i].name;
    }
    return "string";
}

guint
bl_lex_first(const BlDialect *dialect, const char *text, gsize len, BlToken *tokens, guint n)
{
    BlLexState state = { 0 };
    BlToken token = { 0 };
    guint found = 0;

    while (found < n && next_code(dialect, &state, text, len, &token) != BL_TOKEN_END)
        tokens[found++] = token;
    return found;
}

/* Most texts hold nothing that starts a line comment, and need no lexer to say so. */
static gboolean
may_hold_line_comment(const BlDialect *dialect, const char *text, gsize len)
{
    const char *end = text + len;
    for (const char *p = text; (p = memchr(p, '-', (gsize)(end - p))) != NULL; p++) {
        if (p + 1 < end && p[1] == '-')
            return TRUE;
    }
    return dialect->hash_comments && memchr(text, '#', len) != NULL;
}

gboolean
bl_lex_ends_in_line_comment(const BlDialect *dialect, const char *text, gsize len)
{
    if (!may_hold_line_comment(dialect, text, len))
        return FALSE;
    BlLexState state = { 0 };
    BlToken token = { 0 };
    gboolean inside = FALSE;

    while (bl_lex(dialect, &state, text, len, token.start + token.len, TRUE, &token) !=
           BL_TOKEN_END)
        inside = token.kind == BL_TOKEN_COMMENT && text[token.start] != '/';
    return inside;
}

/* Bytes on their way into a checksum, for which a token is too little at a time. */
typedef struct {
    GChecksum *checksum;
    gsize len;
    char bytes[1024];
} Piece;

static void
flush(Piece *piece)
{
    g_checksum_update(piece->checksum, (const guchar *)piece->bytes, (gssize)piece->len);
    piece->len = 0;
}

/* @param len may be anything */
static void
add(Piece *piece, const char *bytes, gsize len)
{
    if (len > sizeof piece->bytes - piece->len)
        flush(piece);
    if (len > sizeof piece->bytes) {
        g_checksum_update(piece->checksum, (const guchar *)bytes, (gssize)len);
        return;
    }
    memcpy(piece->bytes + piece->len, bytes, len);
    piece->len += len;
}

/* Line ends as the raw digest has them: a checkout may change those in literals and bodies. */
static void
add_folded(Piece *piece, const char *bytes, gsize len)
{
    const char *end = bytes + len;
    const char *cr;

    while ((cr = memchr(bytes, '\r', (gsize)(end - bytes))) != NULL) {
        add(piece, bytes, (gsize)(cr - bytes));
        add(piece, "\n", 1);
        bytes = cr + 1;
        if (bytes < end && *bytes == '\n')
            bytes++;
    }
    add(piece, bytes, (gsize)(end - bytes));
}

char *
bl_token_digest(const BlDialect *dialect, const char *text, gsize len)
{
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    BlLexState state = { 0 };
    BlToken token = { 0 };
    Piece piece;

    piece.checksum = checksum;
    piece.len = 0;
    while (next_code(dialect, &state, text, len, &token) != BL_TOKEN_END) {
        add_folded(&piece, text + token.start, token.len);
        add(&piece, "", 1);
    }
    flush(&piece);
    return g_strconcat("t1:", g_checksum_get_string(checksum), NULL);
}

/* What a token does when it touches another one. */
typedef enum {
    TOUCH_FREE,  /* a parenthesis, comma or semicolon: nothing ever merges with it */
    TOUCH_WORD,  /* words, numbers and parameters */
    TOUCH_QUOTE, /* literals and quoted names */
    TOUCH_OPERATOR,
    TOUCH_ALL, /* opens an executable comment or is unknown: always apart */
} Touch;

static const Touch touches[] = {
    [BL_TOKEN_END] = TOUCH_FREE,          [BL_TOKEN_MORE] = TOUCH_FREE,
    [BL_TOKEN_BLANK] = TOUCH_FREE,        [BL_TOKEN_COMMENT] = TOUCH_FREE,
    [BL_TOKEN_CODE_OPEN] = TOUCH_ALL,     [BL_TOKEN_CODE_CLOSE] = TOUCH_ALL,
    [BL_TOKEN_HINT] = TOUCH_ALL,          [BL_TOKEN_WORD] = TOUCH_WORD,
    [BL_TOKEN_IDENTIFIER] = TOUCH_QUOTE,  [BL_TOKEN_STRING] = TOUCH_QUOTE,
    [BL_TOKEN_NUMBER] = TOUCH_WORD,       [BL_TOKEN_PARAMETER] = TOUCH_WORD,
    [BL_TOKEN_SEMICOLON] = TOUCH_FREE,    [BL_TOKEN_OPEN] = TOUCH_FREE,
    [BL_TOKEN_CLOSE] = TOUCH_FREE,        [BL_TOKEN_COMMA] = TOUCH_FREE,
    [BL_TOKEN_OPERATOR] = TOUCH_OPERATOR, [BL_TOKEN_BACKSLASH] = TOUCH_ALL,
    [BL_TOKEN_UNTERMINATED] = TOUCH_ALL,
};

/* Where the operator would grow into what follows: U&'x', $$x$$, :name, @name, $1, .5 */
static gboolean
operator_can_grow(const BlToken *left, const BlToken *right, const char *text)
{
    char last = text[left->start + left->len - 1];

    /* A literal with a prefix (x'00') starts as a word does. */
    if (touches[right->kind] == TOUCH_QUOTE && !g_ascii_isalpha(text[right->start]))
        return last == '&' || last == '$';
    if (last == '.')
        return right->kind == BL_TOKEN_PARAMETER || g_ascii_isdigit(text[right->start]);
    return last == '@' || last == '$' || (last == ':' && left->len == 1);
}

/* Where what precedes would grow over the operator: a$, 1.x, @a.b, and 1e-5 where 1e is a name. */
static gboolean
word_can_grow(const BlToken *left, const BlToken *right, const char *text)
{
    char first = text[right->start];

    if (first == '$')
        return TRUE;
    if (first == '.')
        return left->kind == BL_TOKEN_NUMBER || left->kind == BL_TOKEN_PARAMETER;
    return (first == '+' || first == '-') && left->kind == BL_TOKEN_WORD &&
           g_ascii_isdigit(text[left->start]);
}

/* Decided from the two tokens alone, so that the layout of the source has no say. */
static gboolean
needs_blank(const BlToken *left, const BlToken *right, const char *text)
{
    Touch a = touches[left->kind];
    Touch b = touches[right->kind];

    if (a == TOUCH_FREE || b == TOUCH_FREE)
        return FALSE;
    if (a == TOUCH_ALL || b == TOUCH_ALL || a == b)
        return TRUE;
    if (a == TOUCH_OPERATOR)
        return operator_can_grow(left, right, text);
    if (b == TOUCH_OPERATOR)
        return word_can_grow(left, right, text);
    return TRUE;
}

void
bl_token_append_normalized(GString *out, const BlDialect *dialect, const char *text, gsize len)
{
    BlLexState state = { 0 };
    BlToken token = { 0 };
    BlToken last = { 0 };
    gsize used = out->len;

    /* A token is a byte or more and has one blank before it at most. */
    g_string_set_size(out, used + 2 * len);
    while (next_code(dialect, &state, text, len, &token) != BL_TOKEN_END) {
        if (needs_blank(&last, &token, text))
            out->str[used++] = ' ';
        memcpy(out->str + used, text + token.start, token.len);
        used += token.len;
        last = token;
    }
    g_string_truncate(out, used);
}

/* Whether @token spells the session's sql_mode. */
static gboolean
is_mode_variable(const BlToken *token, const char *text)
{
    static const char *const spellings[] = { "sql_mode", "@@sql_mode", "@@session.sql_mode",
                                             "@@local.sql_mode" };
    for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
        if (token->len == strlen(spellings[i]) &&
            g_ascii_strncasecmp(text + token->start, spellings[i], token->len) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_assignment(const BlToken *token, const char *text)
{
    return token->kind == BL_TOKEN_OPERATOR && text[token->start + token->len - 1] == '=' &&
           token->len <= 2;
}

/* A list of modes, as a literal or a word. */
static void
set_modes(BlLexState *state, const BlToken *token, const char *text)
{
    static const char *const quoting[] = {
        "ANSI_QUOTES", "ANSI", "ORACLE", "DB2", "MAXDB", "MSSQL"
    };
    state->ansi_quotes = FALSE;
    state->no_backslash_escapes = FALSE;
    if (token->kind != BL_TOKEN_STRING && token->kind != BL_TOKEN_WORD)
        return;
    g_autofree char *list = bl_token_name(token, text);
    g_auto(GStrv) modes = g_strsplit(list, ",", -1);
    for (gsize i = 0; modes[i] != NULL; i++) {
        if (g_ascii_strcasecmp(modes[i], "NO_BACKSLASH_ESCAPES") == 0)
            state->no_backslash_escapes = TRUE;
        for (gsize k = 0; k < G_N_ELEMENTS(quoting); k++) {
            if (g_ascii_strcasecmp(modes[i], quoting[k]) == 0)
                state->ansi_quotes = TRUE;
        }
    }
}

static gboolean
may_be_set(const char *text, gsize len)
{
    return len > 8 && (text[0] == '/' || ((text[0] == 's' || text[0] == 'S') &&
                                          g_ascii_strncasecmp(text, "set", 3) == 0));
}

void
bl_lex_note_statement(const BlDialect *dialect, BlLexState *state, const char *text, gsize len)
{
    if (!dialect->backslash_escapes || !may_be_set(text, len))
        return;
    BlLexState now = *state;
    BlToken token = { 0 };
    BlToken first = { 0 };
    BlToken before[2] = { { 0 }, { 0 } };
    gboolean is_global = FALSE;
    while (next_code(dialect, &now, text, len, &token) != BL_TOKEN_END) {
        if (token.kind == BL_TOKEN_CODE_OPEN)
            continue;
        if (first.len == 0) {
            first = token;
            if (!bl_token_is_word(&first, text, "set"))
                return;
        }
        if (is_assignment(&before[1], text) && is_mode_variable(&before[0], text) && !is_global)
            set_modes(state, &token, text);
        if (token.kind == BL_TOKEN_COMMA)
            is_global = FALSE;
        is_global = is_global || bl_token_is_word(&token, text, "global");
        before[0] = before[1];
        before[1] = token;
    }
}

char *
bl_token_normalize(const BlDialect *dialect, const char *text, gsize len)
{
    GString *out = g_string_new(NULL);
    bl_token_append_normalized(out, dialect, text, len);
    return g_string_free(out, FALSE);
}
