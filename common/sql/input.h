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
    char *name;       /**< what messages call it; NULL: as the reader is called */
    gsize limit;      /**< of what may be in memory at a time: one statement */
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

const char *bl_input_name(const BlInput *input);

/** Fails with what is wrong at byte @pos. @return FALSE always */
gboolean bl_input_fail(
    const BlInput *input, gsize pos, const char *hint, const char *message, GError **error);

/** Binary files (and UTF-16) are told from SQL by their NUL bytes. @return FALSE when there is one
 * in the first @len bytes */
gboolean
bl_input_check_nul(const BlInput *input, gsize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads more, or finds the end; over the limit it fails. @param partial length of the unfinished
 * token: a long one is doubled, so that a caller who starts it again each time does not do
 * quadratic work. */
gboolean bl_input_fill(BlInput *input, gsize partial, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** For bl_input_need(). */
gboolean bl_input_need_more(BlInput *input, gsize n, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Makes @n bytes available unless the script ends before. Asked for every token: nearly always
 * they are there. */
static inline gboolean
bl_input_need(BlInput *input, gsize n, GError **error)
{
    return bl_input_len(input) >= n || bl_input_need_more(input, n, error);
}

/** Makes the line at @pos available. @param end out: where its LF is, or the end of the script */
gboolean
bl_input_read_line(BlInput *input, gsize pos, gsize *end, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Forgets the first @n bytes. */
void bl_input_drop(BlInput *input, gsize n);

/** Moves a position over @len bytes of @text. */
void bl_text_advance(const char *text, gsize len, guint *line, guint *column);

G_END_DECLS

#endif
