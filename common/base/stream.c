/* SPDX-License-Identifier: MIT */
#define ZLIB_CONST /* the input of deflate() stays const */

#include "common/base/stream.h"

#include "common/base/cancel.h"
#include "common/base/error.h"

#include <zlib.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PACKED_SIZE  ((gsize)64 * 1024)
#define WINDOW_GZIP  (15 + 16) /* zlib: largest window, gzip header and trailer */
#define ZLIB_PIECE   ((gsize)1 << 30)
#define OS_UNKNOWN   255
#define MEMORY_LEVEL 8

typedef enum {
    FORMAT_UNKNOWN, /* the first two bytes are not read yet */
    FORMAT_PLAIN,
    FORMAT_GZIP,
} Format;

struct BlReader {
    char *name;
    int fd; /* -1 for memory */
    gboolean owns_fd;
    const char *text; /* memory: what is left */
    gsize len;
    Format format;
    guint8 *packed; /* bytes read ahead; gzip: the packed bytes */
    gsize packed_pos;
    gsize packed_len;
    z_stream zip;
    gboolean zip_open;
    gboolean between_members; /* gzip: a member has ended, another may follow */
    gboolean in_padding;      /* gzip: only zero bytes may follow */
    GChecksum *digest;
};

static BlReader *
reader_new(const char *name, int fd)
{
    BlReader *reader = g_new0(BlReader, 1);

    reader->name = g_strdup(name);
    reader->fd = fd;
    return reader;
}

BlReader *
bl_reader_open(const char *path, GError **error)
{
    gboolean is_stdin = strcmp(path, "-") == 0;
    int fd = is_stdin ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat status;

    if (fd < 0) {
        bl_error_set_errno(error, "open", path, errno);
        return NULL;
    }
    int why = fstat(fd, &status) != 0 ? errno : S_ISDIR(status.st_mode) ? EISDIR : 0;
    if (why != 0) {
        bl_error_set_errno(error, is_stdin ? "read standard input" : "read", is_stdin ? NULL : path,
                           why);
        if (!is_stdin)
            (void)close(fd);
        return NULL;
    }

    BlReader *reader = reader_new(path, fd);
    reader->owns_fd = !is_stdin;
    return reader;
}

BlReader *
bl_reader_new_memory(const char *text, gsize len)
{
    BlReader *reader = reader_new(NULL, -1);

    reader->text = text;
    reader->len = len;
    reader->format = FORMAT_PLAIN;
    return reader;
}

const char *
bl_reader_name(const BlReader *reader)
{
    return reader->name;
}

static void
fail_errno(const BlReader *reader, int why, GError **error)
{
    if (reader->owns_fd)
        bl_error_set_errno(error, "read", reader->name, why);
    else
        bl_error_set_errno(error, "read standard input", NULL, why);
}

static gssize
fail_packed(const BlReader *reader, const char *what, GError **error)
{
    g_autofree char *shown = reader->owns_fd ? g_strdup_printf("\"%s\"", reader->name) : NULL;

    bl_error_set(error, BL_ERROR_IO, "get the file again: part of it is missing or changed",
                 "cannot read %s: %s", shown != NULL ? shown : "standard input", what);
    return -1;
}

/* Waits where somebody left the descriptor non-blocking. */
static gssize
read_fd(BlReader *reader, void *buffer, gsize size, GError **error)
{
    for (;;) {
        gssize got = read(reader->fd, buffer, MIN(size, ZLIB_PIECE));
        if (got >= 0)
            return got;
        int why = errno;
        if (why == EAGAIN) {
            struct pollfd wait = { .fd = reader->fd, .events = POLLIN };
            (void)poll(&wait, 1, -1);
        } else if (why != EINTR) {
            fail_errno(reader, why, error);
            return -1;
        }
        if (!bl_cancel_check(error))
            return -1;
    }
}

/* Refills the read-ahead buffer, keeping what is left of it. @return bytes added, 0 at the end, -1
 */
static gssize
read_ahead(BlReader *reader, GError **error)
{
    gsize left = reader->packed_len - reader->packed_pos;

    if (reader->packed == NULL)
        reader->packed = g_malloc(PACKED_SIZE);
    if (left > 0 && reader->packed_pos > 0)
        memmove(reader->packed, reader->packed + reader->packed_pos, left);
    reader->packed_pos = 0;
    reader->packed_len = left;

    gssize got = read_fd(reader, reader->packed + left, PACKED_SIZE - left, error);
    if (got > 0)
        reader->packed_len += (gsize)got;
    return got;
}

static gboolean
has_gzip_magic(const BlReader *reader)
{
    const guint8 *head = reader->packed + reader->packed_pos;

    return reader->packed_len - reader->packed_pos >= 2 && head[0] == 0x1f && head[1] == 0x8b;
}

/* Reads until two bytes are there or the end. */
static gboolean
have_two_bytes(BlReader *reader, GError **error)
{
    while (reader->packed_len - reader->packed_pos < 2) {
        gssize got = read_ahead(reader, error);
        if (got < 0)
            return FALSE;
        if (got == 0)
            break;
    }
    return TRUE;
}

static gboolean
find_format(BlReader *reader, GError **error)
{
    if (!have_two_bytes(reader, error))
        return FALSE;
    if (!has_gzip_magic(reader)) {
        reader->format = FORMAT_PLAIN;
        return TRUE;
    }
    if (inflateInit2(&reader->zip, WINDOW_GZIP) != Z_OK) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL, "cannot start zlib %s", zlibVersion());
        return FALSE;
    }
    reader->zip_open = TRUE;
    reader->format = FORMAT_GZIP;
    return TRUE;
}

/* After a member: another one, zero bytes as tapes leave them, or the end.
 * @return 1: a member starts, 0: the end, -1 */
static int
next_member(BlReader *reader, GError **error)
{
    for (;;) {
        if (!have_two_bytes(reader, error))
            return -1;
        if (reader->packed_pos == reader->packed_len)
            return 0;
        if (!reader->in_padding && has_gzip_magic(reader)) {
            (void)inflateReset(&reader->zip);
            reader->between_members = FALSE;
            return 1;
        }
        if (reader->packed[reader->packed_pos] != 0)
            return (int)fail_packed(reader, "the gzip data is followed by something else", error);
        reader->in_padding = TRUE;
        reader->packed_pos++;
    }
}

static gssize
inflate_some(BlReader *reader, char *buffer, gsize size, GError **error)
{
    z_stream *zip = &reader->zip;
    gsize wanted = MIN(size, ZLIB_PIECE);

    zip->next_out = (Bytef *)buffer;
    zip->avail_out = (uInt)wanted;
    while (zip->avail_out == wanted) {
        if (reader->between_members) {
            int found = next_member(reader, error);
            if (found <= 0)
                return found;
        }
        if (reader->packed_pos == reader->packed_len) {
            gssize got = read_ahead(reader, error);
            if (got < 0)
                return -1;
            if (got == 0)
                return fail_packed(reader, "the gzip data is truncated", error);
        }
        zip->next_in = reader->packed + reader->packed_pos;
        zip->avail_in = (uInt)(reader->packed_len - reader->packed_pos);
        int result = inflate(zip, Z_NO_FLUSH);
        reader->packed_pos = reader->packed_len - zip->avail_in;
        if (result == Z_STREAM_END) {
            reader->between_members = TRUE;
        } else if (result != Z_OK && result != Z_BUF_ERROR) {
            g_autofree char *what = g_strdup_printf(
                "the gzip data is damaged (%s)", zip->msg != NULL ? zip->msg : "no reason given");
            return fail_packed(reader, what, error);
        }
    }
    return (gssize)(wanted - zip->avail_out);
}

static gssize
take_read_ahead(BlReader *reader, char *buffer, gsize size)
{
    gsize taken = MIN(size, reader->packed_len - reader->packed_pos);

    memcpy(buffer, reader->packed + reader->packed_pos, taken);
    reader->packed_pos += taken;
    return (gssize)taken;
}

static gssize
take_memory(BlReader *reader, char *buffer, gsize size)
{
    gsize taken = MIN(size, reader->len);

    /* An empty text may be NULL. */
    if (taken == 0)
        return 0;
    memcpy(buffer, reader->text, taken);
    reader->text += taken;
    reader->len -= taken;
    return (gssize)taken;
}

static gssize
read_unpacked(BlReader *reader, char *buffer, gsize size, GError **error)
{
    if (reader->fd < 0)
        return take_memory(reader, buffer, size);
    if (reader->format == FORMAT_UNKNOWN && !find_format(reader, error))
        return -1;
    if (reader->format == FORMAT_GZIP)
        return inflate_some(reader, buffer, size, error);
    if (reader->packed_pos < reader->packed_len)
        return take_read_ahead(reader, buffer, size);
    return read_fd(reader, buffer, size, error);
}

gssize
bl_reader_read(BlReader *reader, char *buffer, gsize size, GError **error)
{
    if (size == 0)
        return 0;

    gssize got = read_unpacked(reader, buffer, size, error);
    if (got > 0 && reader->digest != NULL)
        g_checksum_update(reader->digest, (const guchar *)buffer, got);
    return got;
}

void
bl_reader_enable_digest(BlReader *reader)
{
    if (reader->digest == NULL)
        reader->digest = g_checksum_new(G_CHECKSUM_SHA256);
}

char *
bl_reader_get_digest(BlReader *reader)
{
    if (reader->digest == NULL)
        return NULL;
    /* Asking closes a checksum; a copy keeps the reader's own one open. */
    g_autoptr(GChecksum) copy = g_checksum_copy(reader->digest);
    return g_strdup(g_checksum_get_string(copy));
}

void
bl_reader_free(BlReader *reader)
{
    if (reader == NULL)
        return;
    if (reader->zip_open)
        (void)inflateEnd(&reader->zip);
    if (reader->owns_fd)
        (void)close(reader->fd);
    g_clear_pointer(&reader->digest, g_checksum_free);
    g_free(reader->packed);
    g_free(reader->name);
    g_free(reader);
}

/* zlib counts in 32 bits, so long texts go in pieces; @room is never short because of
 * deflateBound(). */
static gboolean
deflate_all(z_stream *zip, const char *text, gsize len, guint8 *packed, gsize room)
{
    gsize taken = 0;
    gsize put = 0;
    int result = Z_OK;

    while (result == Z_OK) {
        gsize piece = MIN(len - taken, ZLIB_PIECE);
        gsize space = MIN(room - put, ZLIB_PIECE);
        zip->next_in = (const Bytef *)(text + taken);
        zip->avail_in = (uInt)piece;
        zip->next_out = packed + put;
        zip->avail_out = (uInt)space;
        result = deflate(zip, piece == len - taken ? Z_FINISH : Z_NO_FLUSH);
        taken += piece - zip->avail_in;
        put += space - zip->avail_out;
    }
    return result == Z_STREAM_END;
}

GBytes *
bl_gzip_pack(const char *text, gsize len, GError **error)
{
    z_stream zip = { 0 };
    gz_header header = { .os = OS_UNKNOWN };

    if (deflateInit2(&zip, Z_DEFAULT_COMPRESSION, Z_DEFLATED, WINDOW_GZIP, MEMORY_LEVEL,
                     Z_DEFAULT_STRATEGY) != Z_OK) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL, "cannot start zlib %s", zlibVersion());
        return NULL;
    }
    (void)deflateSetHeader(&zip, &header);

    gsize room = deflateBound(&zip, len);
    g_autofree guint8 *packed = g_malloc(room);
    gboolean ok = deflate_all(&zip, text, len, packed, room);
    gsize size = zip.total_out;
    (void)deflateEnd(&zip);
    if (!ok) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL, "zlib cannot pack %" G_GSIZE_FORMAT " bytes",
                     len);
        return NULL;
    }
    return g_bytes_new_take(g_realloc(g_steal_pointer(&packed), size), size);
}
