/* SPDX-License-Identifier: MIT */
/**
 * @file lexer.h
 * @brief Cuts SQL text into tokens. Knows quoting and comments, no grammar.
 *
 * Layer: common/sql. The lexer is a pure function over a text in memory; a streaming caller says
 * with
 * @eof whether more text may follow and gets BL_TOKEN_MORE when the token cannot be ended yet.
 * Sources: PostgreSQL 18 scan.l and psqlscan.l; MariaDB 10.11 sql_lex.cc and client/mysql.cc;
 * SQLite 3.40 tokenize.c.
 */
#ifndef BL_COMMON_SQL_LEXER_H
#define BL_COMMON_SQL_LEXER_H

#include "common/sql/dialect.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    BL_TOKEN_END,        /**< no text left */
    BL_TOKEN_MORE,       /**< more text is needed to end this token (never when eof) */
    BL_TOKEN_BLANK,      /**< white space */
    BL_TOKEN_COMMENT,    /**< a comment that does not count */
    BL_TOKEN_CODE_OPEN,  /**< start of an executable comment, with its version digits */
    BL_TOKEN_CODE_CLOSE, /**< its end */
    BL_TOKEN_HINT,       /**< an optimizer hint comment (slash-star-plus) */
    BL_TOKEN_WORD,       /**< an unquoted identifier or keyword */
    BL_TOKEN_IDENTIFIER, /**< a quoted identifier: "x", `x`, [x], U&"x" */
    BL_TOKEN_STRING, /**< a literal: '…', E'…', x'…', N'…', $tag$…$tag$, and "…" where it may be one
                      */
    BL_TOKEN_NUMBER,
    BL_TOKEN_PARAMETER, /**< ?, ?1, :name, @name, $1 */
    BL_TOKEN_SEMICOLON,
    BL_TOKEN_OPEN,  /**< ( */
    BL_TOKEN_CLOSE, /**< ) */
    BL_TOKEN_COMMA,
    BL_TOKEN_OPERATOR,     /**< one operator or other punctuation character sequence */
    BL_TOKEN_BACKSLASH,    /**< a backslash outside quotes */
    BL_TOKEN_UNTERMINATED, /**< a string, identifier or block comment that the text ends in (only
                              when eof) */
} BlTokenKind;

typedef struct {
    BlTokenKind kind;
    gsize start; /**< byte offset in the text */
    gsize len;   /**< bytes */
} BlToken;

/** What the lexer must remember between tokens. Start with zeros. */
typedef struct {
    guint code_depth;              /**< inside an executable comment */
    gboolean no_backslash_escapes; /**< MySQL: sql_mode NO_BACKSLASH_ESCAPES; PostgreSQL:
                                      standard_conforming_strings = on is the default */
    gboolean backslash_in_strings; /**< PostgreSQL: standard_conforming_strings = off */
    gboolean ansi_quotes;          /**< MySQL: "…" is an identifier */
} BlLexState;

/**
 * Reads the token that starts at byte @pos of @text.
 * @param eof TRUE when @text is all there is
 * @return the kind, also in @token; the token covers at least one byte unless END or MORE
 */
BlTokenKind bl_lex(const BlDialect *dialect,
                   BlLexState *state,
                   const char *text,
                   gsize len,
                   gsize pos,
                   gboolean eof,
                   BlToken *token);

/** @return TRUE for blanks and comments that do not count (not hints, not executable comments) */
gboolean bl_token_is_filler(BlTokenKind kind);

/** @return TRUE when @token is the unquoted word @word, ASCII case ignored */
gboolean bl_token_is_word(const BlToken *token, const char *text, const char *word);

/** @return TRUE when @token is one of the unquoted @words (NULL-terminated), ASCII case ignored */
gboolean bl_token_is_any(const BlToken *token, const char *text, const char *const *words);

/** @return TRUE when @name is one of @names (NULL-terminated), ASCII case ignored */
gboolean bl_name_is_any(const char *name, const char *const *names);

/** The name that a WORD, IDENTIFIER or STRING token spells: quotes removed, doubled quotes halved.
 * No case folding. @return g_free() */
char *bl_token_name(const BlToken *token, const char *text);

/** What the BL_TOKEN_UNTERMINATED token at @start is the beginning of: "comment", "string" … */
const char *
bl_token_unterminated(const BlDialect *dialect, const BlLexState *state, const char *start);

/** The first tokens that are not filler of @text, up to @n; fewer when the text is shorter.
 * @return how many were stored in @tokens */
guint bl_lex_first(const BlDialect *dialect, const char *text, gsize len, BlToken *tokens, guint n);

/** @return TRUE when @text ends inside a line comment, so that a delimiter needs a line end before
 * it */
gboolean bl_lex_ends_in_line_comment(const BlDialect *dialect, const char *text, gsize len);

/** What the statement @text does to the quoting switches, where it is a SET of a mode that has some
 * (MySQL: sql_mode); anything else leaves @state as it is. A mode that is no literal (a variable
 * that holds the old one) is taken for one without switches. A session knows better. */
void
bl_lex_note_statement(const BlDialect *dialect, BlLexState *state, const char *text, gsize len);

/**
 * The token digest "t1:" + SHA-256: of every token that is not filler, each followed by a NUL byte.
 * Comments and blanks outside literals do not count; executable comments and hints do. CR LF and a
 * lone CR inside of literals count as LF.
 * A trailing semicolon counts as any other token.
 * @return g_free()
 */
char *bl_token_digest(const BlDialect *dialect, const char *text, gsize len);

/** The text with filler folded: one blank between tokens that need it, none elsewhere; what two
 * texts that differ only in layout have in common. @return g_free() */
char *bl_token_normalize(const BlDialect *dialect, const char *text, gsize len);

/** Appends the same to @out. */
void
bl_token_append_normalized(GString *out, const BlDialect *dialect, const char *text, gsize len);

G_END_DECLS

#endif
