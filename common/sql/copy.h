/* SPDX-License-Identifier: MIT */
/**
 * @file copy.h
 * @brief The rows between COPY … FROM stdin and "\.", as psql cuts them.
 *
 * Layer: common/sql, used by script.c only.
 */
#ifndef BL_COMMON_SQL_COPY_H
#define BL_COMMON_SQL_COPY_H

#include <glib.h>

G_BEGIN_DECLS

/** What stands at the start of a text. */
typedef enum {
    BL_COPY_MORE, /**< not one whole line: read more */
    BL_COPY_ROWS, /**< whole lines of rows */
    BL_COPY_END,  /**< the line that ends the rows */
} BlCopyPiece;

/** @param eof TRUE when @text is all there is. @param n out: bytes of the piece, line end included;
 * not set for BL_COPY_MORE */
BlCopyPiece bl_copy_next(const char *text, gsize len, gboolean eof, gsize *n);

/** @return where in the rest of a COPY statement's line something stands that is no comment; @len:
 * nothing does */
gsize bl_copy_find_text(const char *line, gsize len);

G_END_DECLS

#endif
