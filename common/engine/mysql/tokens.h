/* SPDX-License-Identifier: MIT */
/**
 * @file tokens.h
 * @brief The tokens of one definition, without blanks and comments, as the sql_mode of its creation
 * reads them.
 *
 * Layer: common/engine/mysql.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_TOKENS_H
#define BL_COMMON_ENGINE_MYSQL_TOKENS_H

#include "common/sql/lexer.h"

#include <glib.h>

G_BEGIN_DECLS

/** Borrows the text. my_tokens_clear(), or g_auto(MyTokens). */
typedef struct {
    const char *sql;
    gsize len;
    GArray *all; /**< BlToken */
} MyTokens;

/** @return TRUE for tokens of code: no blanks, comments, or marks of executable comments */
gboolean my_token_counts(BlTokenKind kind);

/** @return TRUE when the list @sql_mode (as the server writes it, may be NULL) has @mode */
gboolean my_mode_has(const char *sql_mode, const char *mode);

/** How @sql is cut into tokens under @sql_mode, which may be NULL. */
void my_tokens_init(MyTokens *tokens, const char *sql, const char *sql_mode);
void my_tokens_clear(MyTokens *tokens);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MyTokens, my_tokens_clear)

/** Token @i; past the last one of kind BL_TOKEN_END at the end of the text. */
const BlToken *my_token(const MyTokens *tokens, guint i);

gboolean my_token_is_kind(const MyTokens *tokens, guint i, BlTokenKind kind);

/** @return TRUE when token @i is the unquoted word @word */
gboolean my_token_is(const MyTokens *tokens, guint i, const char *word);

/** @return TRUE when token @i is one of @words (NULL-terminated), unquoted */
gboolean my_token_is_any(const MyTokens *tokens, guint i, const char *const *words);

/** @return TRUE when token @i is the one character @c that is an operator */
gboolean my_token_is_char(const MyTokens *tokens, guint i, char c);

/** @return TRUE when token @i may be a name: a word or a quoted identifier */
gboolean my_token_is_name(const MyTokens *tokens, guint i);

/** @return TRUE when token @i spells the name @name */
gboolean my_token_spells(const MyTokens *tokens, guint i, const char *name);

/** Where token @i ends. */
gsize my_token_end(const MyTokens *tokens, guint i);

/** The words of @words (NULL-terminated) from token @i on, all of them. */
gboolean my_tokens_are(const MyTokens *tokens, guint i, const char *const *words);

/** @return the index of the first token @word from @i on, outside parentheses; the number of tokens
 * when there is none */
guint my_tokens_find(const MyTokens *tokens, guint i, const char *word);

/** One definition of a CREATE TABLE, a column, a key, a constraint: the tokens from @i to before
 * @end. */
typedef void (*MyDefinitionFn)(const MyTokens *tokens, guint i, guint end, void *data);

/** Gives @fn each definition in the first parentheses. @param open, close out: the parentheses;
 * both the number of tokens when there are none */
void my_each_definition(
    const MyTokens *tokens, MyDefinitionFn fn, void *data, guint *open, guint *close);

/** @sql without the bytes from @start to @end. @return g_free() */
char *my_cut_text(const char *sql, gsize start, gsize end);

G_END_DECLS

#endif
