/* SPDX-License-Identifier: MIT */
/**
 * @file body.h
 * @brief Whether a semicolon ends the statement or belongs to a body inside it.
 *
 * Layer: common/sql, used by script.c only. The rules are those of the stock clients: SQLite's
 * complete.c, psql's psqlscan.l since version 14.
 */
#ifndef BL_COMMON_SQL_BODY_H
#define BL_COMMON_SQL_BODY_H

#include "common/sql/dialect.h"
#include "common/sql/lexer.h"

#include <glib.h>

G_BEGIN_DECLS

/** What the tokens so far say about the statement. */
typedef struct {
    const BlDialect *dialect;
    guint state;         /**< of the rule's machine */
    guint parens;        /**< open parentheses */
    guint depth;         /**< open BEGIN ATOMIC and CASE */
    guint last;          /**< the token before, as far as it matters */
    guint64 expressions; /**< compound bodies: which open blocks are CASE … END of an expression */
    gboolean from_stdin; /**< COPY … FROM STDIN was seen: data lines follow the statement */
} BlBody;

/** Starts a statement. */
void bl_body_init(BlBody *body, const BlDialect *dialect);

/** Takes the next token that is not filler; a semicolon only when it ends nothing. */
void bl_body_feed(BlBody *body, const BlToken *token, const char *text);

/** The same for BL_BODY_COMPOUND (compound.c); called by bl_body_feed(). */
void bl_body_feed_compound(BlBody *body, const BlToken *token, const char *text);

/** @return TRUE when a semicolon here ends the statement */
gboolean bl_body_can_end(const BlBody *body);

G_END_DECLS

#endif
