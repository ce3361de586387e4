/* SPDX-License-Identifier: MIT */
#include "common/sql/lexer.h"

#include <string.h>

/* How far past the end of a token the lexer may look to decide what it is. */
#define LOOKAHEAD 3

/* What a byte can start. The first three are the bytes of a word. */
typedef enum {
    L, /* letter, underscore, any byte over 127 */
    D, /* digit */
    S, /* $ */
    B, /* blank */
    Q, /* ' */
    W, /* " */
    K, /* ` */
    R, /* [ */
    M, /* - */
    F, /* / */
    A, /* * */
    H, /* # */
    E, /* ; */
    O, /* ( */
    C, /* ) */
    I, /* , */
    X, /* backslash */
    P, /* . */
    N, /* ? */
    T, /* : */
    V, /* @ */
    Z, /* all other */
    N_CLASSES,
} ByteClass;

/* clang-format off */
static const guint8 classes[256] = {
    Z, Z, Z, Z, Z, Z, Z, Z, Z, B, B, B, B, B, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z, Z,
    B, Z, W, H, S, Z, Z, Q, O, C, A, Z, I, M, P, F, D, D, D, D, D, D, D, D, D, D, T, E, Z, Z, Z, N,
    V, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, R, X, Z, Z, L,
    K, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, Z, Z, Z, Z, Z,
    L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
    L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L, L,
};
/* clang-format on */

/* The text, as every rule sees it. */
typedef struct {
    const BlDialect *dialect;
    const BlLexState *state;
    const char *text;
    gsize len;
    gboolean eof;
} Input;

/* A rule reads the token at @pos and stores its end. UNTERMINATED: the text ended first. */
typedef BlTokenKind (*Rule)(const Input *in, gsize pos, gsize *end);

static guint8
class_of(char c)
{
    return classes[(guchar)c];
}

static gboolean
is_word_byte(char c)
{
    return class_of(c) <= S;
}

static gboolean
is_digit(char c)
{
    return class_of(c) == D;
}

/* The byte at @pos, NUL past the end. */
static char
at(const Input *in, gsize pos)
{
    return pos < in->len ? in->text[pos] : '\0';
}

static gboolean
starts_with(const Input *in, gsize pos, const char *prefix)
{
    gsize n = strlen(prefix);

    return in->len - pos >= n && memcmp(in->text + pos, prefix, n) == 0;
}

static BlTokenKind
unterminated(const Input *in, gsize *end)
{
    *end = in->len;
    return BL_TOKEN_UNTERMINATED;
}

static gsize
skip_word(const Input *in, gsize pos)
{
    while (pos < in->len && is_word_byte(in->text[pos]))
        pos++;
    return pos;
}

static gsize
skip_digits(const Input *in, gsize pos)
{
    while (pos < in->len && is_digit(in->text[pos]))
        pos++;
    return pos;
}

/* Up to the quote that ends a literal; @pos is behind the opening one. @return FALSE when there is
 * none */
static gboolean
skip_quoted(const Input *in, gsize pos, char quote, gsize *end)
{
    while (pos < in->len) {
        const char *hit = memchr(in->text + pos, quote, in->len - pos);
        if (hit == NULL)
            return FALSE;
        pos = (gsize)(hit - in->text) + 1;
        if (at(in, pos) != quote) {
            *end = pos;
            return TRUE;
        }
        pos++;
    }
    return FALSE;
}

/* The same where a backslash takes the next byte's meaning away. */
static gboolean
skip_escaped(const Input *in, gsize pos, char quote, gsize *end)
{
    while (pos < in->len) {
        char c = in->text[pos];
        if (c == '\\' || (c == quote && at(in, pos + 1) == quote)) {
            pos += 2;
        } else if (c != quote) {
            pos++;
        } else {
            *end = pos + 1;
            return TRUE;
        }
    }
    return FALSE;
}

static BlTokenKind
read_quoted(const Input *in, gsize pos, gboolean escapes, BlTokenKind kind, gsize *end)
{
    char quote = in->text[pos];
    gboolean ended =
        escapes ? skip_escaped(in, pos + 1, quote, end) : skip_quoted(in, pos + 1, quote, end);

    return ended ? kind : unterminated(in, end);
}

static gboolean
plain_strings_escape(const Input *in)
{
    if (in->dialect->backslash_escapes)
        return !in->state->no_backslash_escapes;
    return in->state->backslash_in_strings;
}

static BlTokenKind
lex_string(const Input *in, gsize pos, gsize *end)
{
    return read_quoted(in, pos, plain_strings_escape(in), BL_TOKEN_STRING, end);
}

static BlTokenKind
lex_double_quoted(const Input *in, gsize pos, gsize *end)
{
    if (in->dialect->double_quoted_strings && !in->state->ansi_quotes)
        return lex_string(in, pos, end);
    return read_quoted(in, pos, FALSE, BL_TOKEN_IDENTIFIER, end);
}

/* The quote that continues an E'…' after blanks with a line end (and line comments) in between.
 * @return FALSE when more text is needed to know; *next is 0 when there is no such quote */
static gboolean
find_continuation(const Input *in, gsize pos, gsize *next)
{
    gboolean new_line = FALSE;

    *next = 0;
    for (;;) {
        char c = at(in, pos);
        if (pos >= in->len) {
            return in->eof;
        } else if (class_of(c) == B) {
            new_line = new_line || c == '\n' || c == '\r';
            pos++;
        } else if (starts_with(in, pos, "--")) {
            const char *stop = memchr(in->text + pos, '\n', in->len - pos);
            pos = stop != NULL ? (gsize)(stop - in->text) : in->len;
        } else {
            if (new_line && c == '\'')
                *next = pos;
            /* A lone dash at the end of the piece may be half of a comment. */
            return c != '-' || pos + 1 < in->len || in->eof;
        }
    }
}

/* E'…' with its continuations, in which backslashes escape too although the prefix is not repeated.
 */
static BlTokenKind
read_escape_string(const Input *in, gsize quote, gsize *end)
{
    while (quote != 0) {
        if (!skip_escaped(in, quote + 1, '\'', end) || !find_continuation(in, *end, &quote))
            return unterminated(in, end);
    }
    return BL_TOKEN_STRING;
}

/* A word of one letter may be the prefix of a literal. @return WORD when it is none */
static BlTokenKind
lex_prefixed(const Input *in, gsize pos, gsize *end)
{
    char prefix = g_ascii_tolower(in->text[pos]);
    char next = at(in, pos + 1);

    if (next == '\'') {
        if (prefix == 'e' && in->dialect->escape_strings)
            return read_escape_string(in, pos + 1, end);
        if (prefix == 'n')
            return lex_string(in, pos + 1, end);
        if (prefix == 'x' || prefix == 'b') {
            gboolean escapes = in->dialect->backslash_escapes && plain_strings_escape(in);
            return read_quoted(in, pos + 1, escapes, BL_TOKEN_STRING, end);
        }
    } else if (prefix == 'u' && next == '&' && in->dialect->escape_strings) {
        char quote = at(in, pos + 2);
        if (quote == '\'')
            return read_quoted(in, pos + 2, FALSE, BL_TOKEN_STRING, end);
        if (quote == '"')
            return read_quoted(in, pos + 2, FALSE, BL_TOKEN_IDENTIFIER, end);
    }
    return BL_TOKEN_WORD;
}

static BlTokenKind
lex_word(const Input *in, gsize pos, gsize *end)
{
    /* Every dialect's tools skip a byte order mark, and no name starts with one. */
    if ((guchar)in->text[pos] == 0xEF && starts_with(in, pos, "\xEF\xBB\xBF")) {
        *end = pos + 3;
        return BL_TOKEN_BLANK;
    }
    *end = skip_word(in, pos + 1);
    if (*end == pos + 1)
        return lex_prefixed(in, pos, end);
    return BL_TOKEN_WORD;
}

static gboolean
is_based_number(const Input *in, gsize pos)
{
    return in->text[pos] == '0' && strchr("xXbBoO", at(in, pos + 1)) != NULL &&
           at(in, pos + 1) != '\0' && g_ascii_isxdigit(at(in, pos + 2));
}

/* The end of digits with a fraction and an exponent. */
static gsize
skip_number(const Input *in, gsize pos)
{
    pos = skip_digits(in, pos);
    /* 1..10 is a range in PL/pgSQL. */
    if (at(in, pos) == '.' && at(in, pos + 1) != '.')
        pos = skip_digits(in, pos + 1);
    if (at(in, pos) == 'e' || at(in, pos) == 'E') {
        gsize digits = pos + 1;
        if (at(in, digits) == '+' || at(in, digits) == '-')
            digits++;
        if (is_digit(at(in, digits)))
            pos = skip_digits(in, digits);
    }
    return pos;
}

static gboolean
all_hexadecimal(const Input *in, gsize pos, gsize end)
{
    while (pos < end && g_ascii_isxdigit(in->text[pos]))
        pos++;
    return pos == end;
}

static BlTokenKind
lex_number(const Input *in, gsize pos, gsize *end)
{
    gsize word = skip_word(in, pos);

    if (is_based_number(in, pos) &&
        (!in->dialect->digit_identifiers || all_hexadecimal(in, pos + 2, word))) {
        *end = word;
        return BL_TOKEN_NUMBER;
    }
    *end = skip_number(in, pos);
    if (in->dialect->digit_identifiers && word > *end) {
        *end = word;
        return BL_TOKEN_WORD;
    }
    return BL_TOKEN_NUMBER;
}

static BlTokenKind
lex_dot(const Input *in, gsize pos, gsize *end)
{
    /* t.1 is a qualified name where names may start with a digit, so a digit alone decides nothing.
     */
    if (is_digit(at(in, pos + 1)) && (pos == 0 || !is_word_byte(in->text[pos - 1]))) {
        *end = skip_number(in, pos);
        return BL_TOKEN_NUMBER;
    }
    *end = pos + 1;
    return BL_TOKEN_OPERATOR;
}

static BlTokenKind
lex_blank(const Input *in, gsize pos, gsize *end)
{
    do {
        pos++;
    } while (pos < in->len && class_of(in->text[pos]) == B);
    *end = pos;
    return BL_TOKEN_BLANK;
}

/* A comment to the end of the line; the line end itself is a blank. */
static BlTokenKind
read_line_comment(const Input *in, gsize pos, gsize *end)
{
    const char *stop = memchr(in->text + pos, '\n', in->len - pos);

    if (stop == NULL && !in->eof)
        return unterminated(in, end);
    *end = stop != NULL ? (gsize)(stop - in->text) : in->len;
    return BL_TOKEN_COMMENT;
}

static BlTokenKind
read_nested_comment(const Input *in, gsize pos, BlTokenKind kind, gsize *end)
{
    guint depth = 1;

    for (pos += 2; pos + 1 < in->len; pos++) {
        if (in->text[pos] == '*' && in->text[pos + 1] == '/') {
            pos++;
            if (--depth == 0) {
                *end = pos + 1;
                return kind;
            }
        } else if (in->text[pos] == '/' && in->text[pos + 1] == '*') {
            depth++;
            pos++;
        }
    }
    return unterminated(in, end);
}

static BlTokenKind
read_comment(const Input *in, gsize pos, BlTokenKind kind, gsize *end)
{
    if (in->dialect->nested_comments)
        return read_nested_comment(in, pos, kind, end);

    const char *stop =
        in->len - pos < 4 ? NULL : memmem(in->text + pos + 2, in->len - pos - 2, "*/", 2);
    if (stop == NULL)
        return unterminated(in, end);
    *end = (gsize)(stop - in->text) + 2;
    return kind;
}

/* Slash-star-! or slash-star-M!, with the digits of the version. */
static BlTokenKind
read_code_open(const Input *in, gsize pos, gsize *end)
{
    *end = skip_digits(in, pos + (in->text[pos + 2] == 'M' ? 4 : 3));
    /* MariaDB's dumps start with a client command inside such a comment, which no server ever
     * executes. */
    if (starts_with(in, *end, "\\-"))
        return read_comment(in, pos, BL_TOKEN_COMMENT, end);
    return BL_TOKEN_CODE_OPEN;
}

static gboolean
is_operator_byte(char c)
{
    return c != '\0' && strchr("~!@#^&|`?+-*/%<>=", c) != NULL;
}

/* PostgreSQL: the longest run of operator characters, cut before a comment; a run of two or more
 * may end in + or - only when it holds one of the characters that standard operators lack. */
static BlTokenKind
read_free_operator(const Input *in, gsize pos, gsize *end)
{
    gsize stop = pos;
    gboolean special = FALSE;

    while (stop < in->len && is_operator_byte(in->text[stop])) {
        if (stop > pos && (starts_with(in, stop, "--") || starts_with(in, stop, "/*")))
            break;
        special = special || strchr("~!@#^&|`?%", in->text[stop]) != NULL;
        stop++;
    }
    while (!special && stop > pos + 1 && (in->text[stop - 1] == '+' || in->text[stop - 1] == '-'))
        stop--;
    *end = MAX(stop, pos + 1);
    return BL_TOKEN_OPERATOR;
}

static BlTokenKind
lex_operator(const Input *in, gsize pos, gsize *end)
{
    static const char longer[][4] = {
        "<=>", "->>", "<=", ">=", "<>", "!=", "<<", ">>", "||", "&&", ":=", "::", "->", "==",
    };
    char c = in->text[pos];

    if (in->dialect->free_operators && is_operator_byte(c))
        return read_free_operator(in, pos, end);
    *end = pos + 1;
    for (gsize i = 0; i < G_N_ELEMENTS(longer); i++) {
        if (longer[i][0] == c && longer[i][1] == at(in, pos + 1) &&
            (longer[i][2] == '\0' || longer[i][2] == at(in, pos + 2))) {
            *end = pos + (longer[i][2] == '\0' ? 2 : 3);
            break;
        }
    }
    return BL_TOKEN_OPERATOR;
}

static BlTokenKind
lex_dash(const Input *in, gsize pos, gsize *end)
{
    if (at(in, pos + 1) == '-' && pos + 1 < in->len) {
        char next = at(in, pos + 2);
        if (!in->dialect->dash_needs_blank || next == ' ' || g_ascii_iscntrl(next))
            return read_line_comment(in, pos, end);
    }
    return lex_operator(in, pos, end);
}

static BlTokenKind
lex_slash(const Input *in, gsize pos, gsize *end)
{
    if (!starts_with(in, pos, "/*"))
        return lex_operator(in, pos, end);
    if (in->dialect->executable_comments &&
        (starts_with(in, pos, "/*!") || starts_with(in, pos, "/*M!")))
        return read_code_open(in, pos, end);
    if (in->dialect->hints && at(in, pos + 2) == '+')
        return read_comment(in, pos, BL_TOKEN_HINT, end);
    return read_comment(in, pos, BL_TOKEN_COMMENT, end);
}

static BlTokenKind
lex_star(const Input *in, gsize pos, gsize *end)
{
    if (in->state->code_depth > 0 && at(in, pos + 1) == '/') {
        *end = pos + 2;
        return BL_TOKEN_CODE_CLOSE;
    }
    return lex_operator(in, pos, end);
}

static BlTokenKind
lex_hash(const Input *in, gsize pos, gsize *end)
{
    if (in->dialect->hash_comments)
        return read_line_comment(in, pos, end);
    return lex_operator(in, pos, end);
}

static BlTokenKind
lex_backtick(const Input *in, gsize pos, gsize *end)
{
    if (in->dialect->backtick_identifiers)
        return read_quoted(in, pos, FALSE, BL_TOKEN_IDENTIFIER, end);
    return lex_operator(in, pos, end);
}

static BlTokenKind
lex_bracket(const Input *in, gsize pos, gsize *end)
{
    if (!in->dialect->bracket_identifiers)
        return lex_operator(in, pos, end);

    const char *stop = memchr(in->text + pos, ']', in->len - pos);
    if (stop == NULL)
        return unterminated(in, end);
    *end = (gsize)(stop - in->text) + 1;
    return BL_TOKEN_IDENTIFIER;
}

/* A dollar quote; @return OPERATOR when the text at @pos starts none. */
static BlTokenKind
read_dollar_quote(const Input *in, gsize pos, gsize *end)
{
    gsize tag = pos + 1;

    if (!is_digit(at(in, tag))) {
        while (tag < in->len && class_of(in->text[tag]) <= D)
            tag++;
    }
    if (tag >= in->len && !in->eof)
        return unterminated(in, end);
    if (at(in, tag) != '$') {
        *end = pos + 1;
        return BL_TOKEN_OPERATOR;
    }

    gsize n = tag + 1 - pos;
    const char *stop = memmem(in->text + pos + n, in->len - pos - n, in->text + pos, n);
    if (stop == NULL)
        return unterminated(in, end);
    *end = (gsize)(stop - in->text) + n;
    return BL_TOKEN_STRING;
}

static BlTokenKind
lex_dollar(const Input *in, gsize pos, gsize *end)
{
    if (in->dialect->dollar_quotes) {
        if (!is_digit(at(in, pos + 1)))
            return read_dollar_quote(in, pos, end);
        *end = skip_digits(in, pos + 1);
        return BL_TOKEN_PARAMETER;
    }
    *end = skip_word(in, pos + 1);
    if (in->dialect->digit_identifiers)
        return BL_TOKEN_WORD;
    return *end > pos + 1 ? BL_TOKEN_PARAMETER : BL_TOKEN_OPERATOR;
}

static BlTokenKind
lex_at(const Input *in, gsize pos, gsize *end)
{
    gsize name = pos + 1;

    if (!in->dialect->at_variables && !in->dialect->named_parameters)
        return lex_operator(in, pos, end);
    if (in->dialect->at_variables && at(in, name) == '@')
        name++;
    gsize stop = skip_word(in, name);
    while (in->dialect->at_variables && at(in, stop) == '.')
        stop = skip_word(in, stop + 1);
    *end = stop > name ? stop : name;
    return stop > name ? BL_TOKEN_PARAMETER : BL_TOKEN_OPERATOR;
}

static BlTokenKind
lex_colon(const Input *in, gsize pos, gsize *end)
{
    if (!in->dialect->named_parameters || !is_word_byte(at(in, pos + 1)) || pos + 1 >= in->len)
        return lex_operator(in, pos, end);
    *end = skip_word(in, pos + 1);
    return BL_TOKEN_PARAMETER;
}

static BlTokenKind
lex_question(const Input *in, gsize pos, gsize *end)
{
    if (in->dialect->free_operators)
        return lex_operator(in, pos, end);
    *end = skip_digits(in, pos + 1);
    return BL_TOKEN_PARAMETER;
}

static BlTokenKind
lex_single(const Input *in, gsize pos, gsize *end)
{
    *end = pos + 1;
    switch (class_of(in->text[pos])) {
    case E:
        return BL_TOKEN_SEMICOLON;
    case O:
        return BL_TOKEN_OPEN;
    case C:
        return BL_TOKEN_CLOSE;
    case I:
        return BL_TOKEN_COMMA;
    default:
        return BL_TOKEN_BACKSLASH;
    }
}

static const Rule rules[N_CLASSES] = {
    [L] = lex_word,   [D] = lex_number,   [S] = lex_dollar,   [B] = lex_blank,
    [Q] = lex_string, [K] = lex_backtick, [R] = lex_bracket,  [W] = lex_double_quoted,
    [M] = lex_dash,   [F] = lex_slash,    [A] = lex_star,     [H] = lex_hash,
    [E] = lex_single, [O] = lex_single,   [C] = lex_single,   [I] = lex_single,
    [X] = lex_single, [P] = lex_dot,      [N] = lex_question, [T] = lex_colon,
    [V] = lex_at,     [Z] = lex_operator,
};

/* Kinds that no following byte can change. */
static const gboolean is_final[] = {
    [BL_TOKEN_BLANK] = TRUE,         [BL_TOKEN_COMMENT] = TRUE, [BL_TOKEN_CODE_CLOSE] = TRUE,
    [BL_TOKEN_HINT] = TRUE,          [BL_TOKEN_OPEN] = TRUE,    [BL_TOKEN_CLOSE] = TRUE,
    [BL_TOKEN_SEMICOLON] = TRUE,     [BL_TOKEN_COMMA] = TRUE,   [BL_TOKEN_BACKSLASH] = TRUE,
    [BL_TOKEN_UNTERMINATED] = FALSE,
};

/* Blanks, words and what is a token alone are nine tokens of ten, and need no rule unless what
 * follows could change them. */
static inline gboolean
lex_plain(const char *text, gsize len, gsize pos, BlToken *token)
{
    static const BlTokenKind single[N_CLASSES] = {
        [E] = BL_TOKEN_SEMICOLON, [O] = BL_TOKEN_OPEN, [C] = BL_TOKEN_CLOSE, [I] = BL_TOKEN_COMMA
    };
    guint8 class = class_of(text[pos]);
    BlTokenKind kind = single[class];
    gsize end = pos + 1;

    if (class == B) {
        kind = BL_TOKEN_BLANK;
        while (end < len && class_of(text[end]) == B)
            end++;
    } else if (class == L && (guchar)text[pos] < 0x80) {
        while (end < len && is_word_byte(text[end]))
            end++;
        /* One letter may be a prefix. */
        kind = end - pos > 1 && len - end >= LOOKAHEAD ? BL_TOKEN_WORD : BL_TOKEN_END;
    }
    if (kind == BL_TOKEN_END)
        return FALSE;
    *token = (BlToken){ .kind = kind, .start = pos, .len = end - pos };
    return TRUE;
}

/* One parameter more than usual: every caller has these seven at hand, and a struct would only be
 * built for the call. */
static G_GNUC_NO_INLINE BlTokenKind
/* NOLINTNEXTLINE(readability-function-size) */
lex_by_rule(const BlDialect *dialect,
            BlLexState *state,
            const char *text,
            gsize len,
            gsize pos,
            gboolean eof,
            BlToken *token)
{
    const Input in = { dialect, state, text, len, eof };
    gsize end = pos;
    BlTokenKind kind = BL_TOKEN_END;

    if (pos < len) {
        kind = rules[class_of(text[pos])](&in, pos, &end);
        if (!eof && !is_final[kind] && end + LOOKAHEAD > len)
            kind = BL_TOKEN_MORE;
    } else if (!eof) {
        kind = BL_TOKEN_MORE;
    }
    /* MySQL's server knows one level only: a nested executable comment ends with the outer one. */
    if (kind == BL_TOKEN_CODE_OPEN)
        state->code_depth = 1;
    else if (kind == BL_TOKEN_CODE_CLOSE)
        state->code_depth = 0;
    *token = (BlToken){ .kind = kind, .start = pos, .len = kind == BL_TOKEN_MORE ? 0 : end - pos };
    return kind;
}

BlTokenKind
/* NOLINTNEXTLINE(readability-function-size) */
bl_lex(const BlDialect *dialect,
       BlLexState *state,
       const char *text,
       gsize len,
       gsize pos,
       gboolean eof,
       BlToken *token)
{
    if (pos < len && lex_plain(text, len, pos, token))
        return token->kind;
    return lex_by_rule(dialect, state, text, len, pos, eof, token);
}
