/* SPDX-License-Identifier: MIT */
/**
 * @file flow.h
 * @brief Which texts the procedures that a statement calls may prepare, before it runs.
 *
 * Layer: common/engine/mysql. No order is known: what a variable is given anywhere it may hold
 * everywhere. What is not fully known is no text at all: the caller is told so.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_FLOW_H
#define BL_COMMON_ENGINE_MYSQL_FLOW_H

#include "common/engine/mysql/session.h"
#include "common/engine/mysql/tokens.h"

#include <glib.h>

G_BEGIN_DECLS

/** A text, and the sql_mode that it is read with; borrowed. Return FALSE with @error set to end.
 * @param text NULL: there is one that cannot be told */
typedef gboolean (*MyTextFn)(const char *text, const char *sql_mode, void *data, GError **error);

/**
 * Gives @fn every text that @sql, or a procedure that it calls, may prepare.
 * @param sql a CALL, or statements that are no routine's (BEGIN NOT ATOMIC, the body of an event)
 * @param sql_mode it is read with
 * @return FALSE: @fn failed, or the server
 */
gboolean my_flow_texts(MySession *session,
                       const char *sql,
                       const char *sql_mode,
                       MyTextFn fn,
                       void *data,
                       GError **error);

/** Whether @sql, or a procedure that it calls, calls the procedure @name, which may be missing.
 * @param calls out. @return FALSE: the server failed */
gboolean my_flow_calls(MySession *session,
                       const char *sql,
                       const char *sql_mode,
                       const char *name,
                       gboolean *calls,
                       GError **error);

/** What @expression gives now, asked of the server. @param is_known out: FALSE when it is no text
 * @return g_free(); NULL: NULL, or not known; with @error the server failed */
char *my_ask_text(MySession *session, const char *expression, gboolean *is_known, GError **error);

/** @return TRUE when token @i begins a PREPARE or an EXECUTE IMMEDIATE.
 * @param first, end out: the tokens of the expression that gives its text */
gboolean my_prepares(const MyTokens *tokens, guint i, guint *first, guint *end);

/** The code in @sql: my_tokens_init() without the marks of executable comments and hints. */
void my_code_init(MyTokens *tokens, const char *sql, const char *sql_mode);

G_END_DECLS

#endif
