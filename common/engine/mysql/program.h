/* SPDX-License-Identifier: MIT */
/**
 * @file program.h
 * @brief What the variables of procedures are given, and by which expressions.
 *
 * Layer: common/engine/mysql. Used by flow.c, expression.c and confine.c.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_PROGRAM_H
#define BL_COMMON_ENGINE_MYSQL_PROGRAM_H

#include "common/engine/mysql/tokens.h"

#include <glib.h>

G_BEGIN_DECLS

/** A procedure, or the statement that calls the first one. */
typedef struct {
    char *text;
    char *sql_mode;
    MyTokens tokens;      /**< code only, of @text */
    guint body;           /**< the first token behind its head */
    GPtrArray *params;    /**< char *, their names as my_key() has them */
    GArray *is_out;       /**< gboolean of each: its caller's variable gets what it holds */
    GArray *is_in;        /**< gboolean of each: it gets what its caller gives; else NULL */
    GArray *defaults;     /**< guint of each: the first token of what it is otherwise; 0: none */
    GHashTable *declared; /**< names of parameters and DECLAREs, lower case */
} MyProgram;

/** Takes @text and @sql_mode. @param is_procedure it has the head of one. my_program_free() */
MyProgram *my_program_new(char *text, char *sql_mode, gboolean is_procedure);
void my_program_free(MyProgram *program);

/** An expression: the tokens from @first to before @end. */
typedef struct {
    MyProgram *program;
    guint first, end;
    guint from; /**< the FROM of the query that it is selected by; 0: of none */
} MyValue;

typedef enum {
    MY_GIVES_VALUE,
    MY_GIVES_NOTHING, /**< NULL */
    MY_GIVES_UNKNOWN,
    MY_GIVES_VARIABLE, /**< what the variable @key holds */
} MyGives;

/** One thing that a variable is given. */
typedef struct {
    MyGives gives;
    MyValue value;
    char *key;
} MyGiven;

/** A CALL inside of a program. */
typedef struct {
    char *name;        /**< of the procedure, spelled */
    GArray *arguments; /**< MyValue */
} MyCall;

/** What was found in all programs that were read. my_givings_clear() */
typedef struct {
    GHashTable *variables; /**< my_key() -> GPtrArray of MyGiven */
    GPtrArray *calls;      /**< MyCall */
    GArray *prepared;      /**< MyValue: what gives texts to prepare */
} MyGivings;

void my_givings_init(MyGivings *givings);
void my_givings_clear(MyGivings *givings);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(MyGivings, my_givings_clear)

/** What one more variable is given. @param key taken */
void my_give(MyGivings *givings, char *key, const MyGiven *given);

/** Reads @program. */
void my_program_read(MyProgram *program, MyGivings *givings);

/** @return the first token of the name of the procedure that is called at token @i; 0: none is */
guint my_called(const MyTokens *tokens, guint i, const char *sql_mode);

/** What the name or the user variable at token @i is called among all variables. @return g_free();
 * NULL: it is none */
char *my_key(const MyProgram *program, guint i);

/** What the query whose SELECT is token @select gives in its column @n, from 0. */
MyGiven my_column_of(MyProgram *program, guint select, guint n);

/** The token behind the parentheses that token @i opens; the number of tokens when they stay open.
 */
guint my_skip_parens(const MyTokens *tokens, guint i);

/** The first token from @i to before @end of one of @words (NULL-terminated), or of @kind, outside
 * parentheses. @param words may be NULL. @return @end when there is none */
guint my_find_outside(
    const MyTokens *tokens, guint i, guint end, const char *const *words, BlTokenKind kind);

G_END_DECLS

#endif
