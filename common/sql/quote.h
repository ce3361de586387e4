/* SPDX-License-Identifier: MIT */
/**
 * @file quote.h
 * @brief The only way to put a name or a value into SQL text or into a comment.
 *
 * Layer: common/sql.
 */
#ifndef BL_COMMON_SQL_QUOTE_H
#define BL_COMMON_SQL_QUOTE_H

#include "common/sql/dialect.h"

#include <glib.h>

G_BEGIN_DECLS

/** Quotes an identifier always: "a""b", or `a``b` where backticks are the dialect's own. @return
 * g_free() */
char *bl_quote_identifier(const BlDialect *dialect, const char *name);

/** Quotes a text value: 'it''s'; where backslashes escape by default they are doubled. @return
 * g_free() */
char *bl_quote_literal(const BlDialect *dialect, const char *value);

/** A name as it may stand in a one-line comment: line ends and controls as \n, \r, \xNN, backslash
 * as \\. @return g_free() */
char *bl_quote_comment(const char *name);

/** Appends the same to @out. */
void bl_quote_append_comment(GString *out, const char *name);

G_END_DECLS

#endif
