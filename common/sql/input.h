/* SPDX-License-Identifier: MIT */
/**
 * @file input.h
 * @brief The part of a script that is in memory: a buffer over a reader that knows its position.
 *
 * Layer: common/sql, used by script.c only. All places are relative to the first byte that is not
 * dropped yet.
 */
#ifndef BL_COMMON_SQL_INPUT_H
#define BL_COMMON_SQL_INPUT_H

#include "common/base/stream.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    BlReader *reader; /**< borrowed */
    gboolean eof;     /**< the reader has nothing more */
    gsize chunk;      /**< bytes asked from the reader at a time */
    char *bytes;
    gsize capacity;
    gsize begin;
    gsize end;
    guint64 offset; /**< of the first byte, in the script */
    guint line;
    guint column;
} BlInput;

/** Starts at 1:1 with nothing in memory. */
void bl_input_init(BlInput *input, BlReader *reader);

void bl_input_clear(BlInput *input);

/** The bytes in memory; valid until the next call that reads. */
static inline const char *
bl_input_text(const BlInput *input)
{
    return input->bytes + input->begin;
}

static inline gsize
bl_input_len(const BlInput *input)
{
    return input->end - input->begin;
}

/** Reads more, or finds the end. @param partial length of the unfinished token: a long one is
 * doubled, so that a caller who starts it again each time does not do quadratic work. */
gboolean bl_input_fill(BlInput *input, gsize partial, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Forgets the first @n bytes. */
void bl_input_drop(BlInput *input, gsize n);

/** Moves a position over @len bytes of @text. */
void bl_text_advance(const char *text, gsize len, guint *line, guint *column);

G_END_DECLS

#endif
