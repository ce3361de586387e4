/* SPDX-License-Identifier: MIT */
/**
 * @file stream.h
 * @brief Reading bytes from a plain file, a gzip file, memory or standard input; packing gzip.
 *
 * Layer: common/base. Libraries: zlib.
 */
#ifndef BL_COMMON_BASE_STREAM_H
#define BL_COMMON_BASE_STREAM_H

#include <glib.h>

G_BEGIN_DECLS

typedef struct BlReader BlReader;

/** Opens @path for reading; gzip is found by its first two bytes, whatever the name. "-" is
 * standard input. A directory is an error. @return bl_reader_free(); NULL: BL_ERROR_IO */
BlReader *bl_reader_open(const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads from memory. @text is borrowed until bl_reader_free(). */
BlReader *bl_reader_new_memory(const char *text, gsize len);

/** The name for messages: the path, or NULL for memory. Borrowed. */
const char *bl_reader_name(const BlReader *reader);

/** Reads up to @size bytes into @buffer.
 * @return bytes read, 0 at the end, -1: BL_ERROR_IO (a damaged or truncated gzip file is an error
 * that says so) */
gssize bl_reader_read(BlReader *reader, char *buffer, gsize size, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Makes a reader compute the SHA-256 of all (unpacked) bytes that it hands out. Call before the
 * first read. */
void bl_reader_enable_digest(BlReader *reader);

/** @return the digest so far as 64 hexadecimal digits, NULL when not enabled; g_free() */
char *bl_reader_get_digest(BlReader *reader);

/** Closes and frees. Accepts NULL. */
void bl_reader_free(BlReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlReader, bl_reader_free)

/** Packs @text as one gzip member without time and name, so that equal text gives equal bytes.
 * @return the packed bytes; g_bytes_unref(); NULL: BL_ERROR_INTERNAL */
GBytes *bl_gzip_pack(const char *text, gsize len, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
