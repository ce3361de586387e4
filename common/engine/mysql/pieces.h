/* SPDX-License-Identifier: MIT */
/**
 * @file pieces.h
 * @brief Sets of texts, and what is put together of them.
 *
 * Layer: common/engine/mysql. Used by flow.c and expression.c. A set is a GPtrArray of char *;
 * NULL: what it holds is not known.
 */
#ifndef BL_COMMON_ENGINE_MYSQL_PIECES_H
#define BL_COMMON_ENGINE_MYSQL_PIECES_H

#include <glib.h>

G_BEGIN_DECLS

/** @return g_ptr_array_unref() */
GPtrArray *my_no_texts(void);
GPtrArray *my_one_text(const char *text);

/** For containers: @texts may be NULL. */
void my_unref_texts(gpointer texts);

/** Frees @more. @return @texts with those of @more; NULL: one was not known, or there are too many,
 * and @texts is freed */
GPtrArray *my_add_texts(GPtrArray *texts, GPtrArray *more);

/** Each of @heads before each of @tails, both of which it frees; NULL likewise. */
GPtrArray *my_join_texts(GPtrArray *heads, GPtrArray *tails);

/** @return TRUE when each of @texts is one of @heads, or one with a piece behind it that begins no
 * literal or comment and is not a mere part of a word */
gboolean my_are_continued(const GPtrArray *heads, const GPtrArray *texts);

G_END_DECLS

#endif
