/* SPDX-License-Identifier: MIT */
#include "common/base/file.h"

#include "common/base/cancel.h"
#include "common/base/error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FIRST_READ  ((gsize)64 * 1024)
#define COPY_PIECE  ((gsize)16 * 1024 * 1024)
#define COPY_BUFFER ((gsize)128 * 1024)

/* Opens without waiting for the other end of a FIFO, so that odd files can be refused. */
static int
open_regular(const char *path, struct stat *status, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);

    if (fd < 0) {
        bl_error_set_errno(error, "open", path, errno);
        return -1;
    }
    if (fstat(fd, status) != 0) {
        bl_error_set_errno(error, "read", path, errno);
    } else if (S_ISDIR(status->st_mode)) {
        bl_error_set_errno(error, "read", path, EISDIR);
    } else if (!S_ISREG(status->st_mode)) {
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot read \"%s\": not a regular file", path);
    } else {
        return fd;
    }
    (void)close(fd);
    return -1;
}

static gssize
read_some(int fd, char *buffer, gsize size)
{
    gssize got;

    do {
        got = read(fd, buffer, size);
    } while (got < 0 && errno == EINTR);
    return got;
}

static void
refuse_size(const char *path, gsize limit, GError **error)
{
    bl_error_set(error, BL_ERROR_IO, NULL,
                 "cannot read \"%s\": larger than %" G_GSIZE_FORMAT " bytes", path, limit);
}

/* The size from fstat() is only a first guess: the file may grow, and files of /proc say 0. */
static char *
read_all(int fd, const char *path, gsize expected, gsize limit, gsize *len_out, GError **error)
{
    gsize room = expected > 0 ? expected + 1 : FIRST_READ;
    g_autofree char *bytes = g_malloc(room + 1);
    gsize len = 0;

    for (;;) {
        if (len == room) {
            room *= 2;
            bytes = g_realloc(bytes, room + 1);
        }
        gsize asked = room - len;
        gssize got = read_some(fd, bytes + len, asked);
        if (got < 0) {
            bl_error_set_errno(error, "read", path, errno);
            return NULL;
        }
        if (got == 0)
            break;
        len += (gsize)got;
        if (len > limit) {
            refuse_size(path, limit, error);
            return NULL;
        }
        /* All that was expected, and less than was asked for: that was the end. */
        if (len == expected && (gsize)got < asked)
            break;
    }
    bytes[len] = '\0';
    *len_out = len;
    return g_steal_pointer(&bytes);
}

char *
bl_file_read(const char *path, gsize limit, gsize *len_out, GError **error)
{
    struct stat status;
    int fd = open_regular(path, &status, error);
    gsize len = 0;
    char *bytes = NULL;

    if (fd < 0)
        return NULL;
    if ((guint64)status.st_size > (guint64)limit)
        refuse_size(path, limit, error);
    else
        bytes = read_all(fd, path, (gsize)status.st_size, limit, &len, error);
    (void)close(fd);
    if (bytes != NULL && len_out != NULL)
        *len_out = len;
    return bytes;
}

const char *
bl_path_below(const char *path, const char *folder)
{
    gsize len = strlen(folder);
    len -= len > 0 && folder[len - 1] == '/' ? 1 : 0;
    if (strncmp(path, folder, len) != 0 || (path[len] != '/' && path[len] != '\0'))
        return NULL;
    return path + len + (path[len] == '/' ? 1 : 0);
}

gboolean
bl_file_exists(const char *path)
{
    struct stat status;

    return stat(path, &status) == 0;
}

static gboolean
write_all(int fd, const char *bytes, gsize len)
{
    while (len > 0) {
        gssize put = write(fd, bytes, len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            if (put == 0)
                errno = EIO;
            return FALSE;
        }
        bytes += put;
        len -= (gsize)put;
    }
    return TRUE;
}

static gboolean
sync_fd(int fd)
{
    int result;

    do {
        result = fsync(fd);
    } while (result != 0 && errno == EINTR);
    return result == 0;
}

/* Linux frees the descriptor even when close() reports EINTR; a second close() could hit another
 * file. */
static gboolean
close_fd(int fd)
{
    return close(fd) == 0 || errno == EINTR;
}

/* Writes, flushes when @durable, and closes; on failure the file is removed. */
static gboolean
fill_and_close(
    int fd, const char *path, const void *bytes, gsize len, gboolean durable, GError **error)
{
    gboolean ok = write_all(fd, bytes, len) && (!durable || sync_fd(fd));
    int why = errno;

    if (!close_fd(fd) && ok) {
        why = errno;
        ok = FALSE;
    }
    if (ok)
        return TRUE;
    (void)unlink(path);
    bl_error_set_errno(error, "write", path, why);
    return FALSE;
}

static gboolean
write_staged(const char *path, const void *bytes, gsize len, gboolean durable, GError **error)
{
    struct stat status;
    /* O_NOFOLLOW: a staged name is predictable, and a link laid there must not be written through.
     */
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, 0666);

    if (fd < 0) {
        bl_error_set_errno(error, "write", path, errno);
        return FALSE;
    }
    if (fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        (void)close(fd);
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot write \"%s\": not a regular file", path);
        return FALSE;
    }
    if (ftruncate(fd, 0) != 0) {
        bl_error_set_errno(error, "write", path, errno);
        (void)close(fd);
        return FALSE;
    }
    return fill_and_close(fd, path, bytes, len, durable, error);
}

gboolean
bl_file_write_staged(const char *path, const void *bytes, gsize len, GError **error)
{
    return write_staged(path, bytes, len, TRUE, error);
}

/* Some file systems cannot flush a folder, and a folder may be writable but not readable: the
 * rename is done, so these are no failures. */
static gboolean
is_harmless_sync_error(int why)
{
    return why == EINVAL || why == ENOSYS || why == EOPNOTSUPP || why == EACCES;
}

static gboolean
sync_parent(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    gboolean ok = fd >= 0 && sync_fd(fd);
    int why = errno;

    if (fd >= 0)
        (void)close(fd);
    if (ok || is_harmless_sync_error(why))
        return TRUE;
    bl_error_set_errno(error, "flush the folder", folder, why);
    return FALSE;
}

gboolean
bl_file_flush_folder(const char *path, GError **error)
{
    return sync_parent(path, error);
}

gboolean
bl_file_flush(const char *path, GError **error)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    gboolean ok = fd >= 0 && sync_fd(fd);
    int why = errno;

    if (fd >= 0)
        (void)close(fd);
    if (ok || (fd >= 0 && is_harmless_sync_error(why)))
        return TRUE;
    bl_error_set_errno(error, "flush", path, why);
    return FALSE;
}

/* A new folder outlives a power cut when the one that it stands in was flushed. */
gboolean
bl_file_make_parent(const char *path, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);

    if (g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    if (!bl_file_make_parent(folder, error))
        return FALSE;
    if (mkdir(folder, 0777) == 0)
        return sync_parent(folder, error);
    int why = errno;
    if (why == EEXIST && g_file_test(folder, G_FILE_TEST_IS_DIR))
        return TRUE;
    bl_error_set_errno(error, "make the folder", folder, why == EEXIST ? ENOTDIR : why);
    return FALSE;
}

gboolean
bl_file_rename(const char *from, const char *to, gboolean durable, GError **error)
{
    if (rename(from, to) != 0) {
        int why = errno;
        g_autofree char *verb = g_strdup_printf("rename \"%s\" to", from);
        bl_error_set_errno(error, verb, to, why);
        return FALSE;
    }
    return !durable || sync_parent(to, error);
}

gboolean
bl_file_check_place(const char *path, GError **error)
{
    struct stat info;
    if (stat(path, &info) != 0 || S_ISREG(info.st_mode))
        return TRUE;
    gboolean is_folder = S_ISDIR(info.st_mode);
    bl_error_set(error, BL_ERROR_IO,
                 is_folder ? "name a file" : "name a file, or \"-\" for standard output",
                 "cannot write \"%s\": it is %s", path, is_folder ? "a folder" : "no file");
    return FALSE;
}

static gboolean
replace_file(const char *path, const void *bytes, gsize len, gboolean durable, GError **error)
{
    /* A fixed name: an interrupted run leaves at most one such file, and the next run replaces it.
     */
    g_autofree char *staged = g_strconcat(path, ".baseline-tmp", NULL);

    if (!bl_file_check_place(path, error) || !write_staged(staged, bytes, len, durable, error))
        return FALSE;
    if (rename(staged, path) != 0) {
        bl_error_set_errno(error, "write", path, errno);
        (void)unlink(staged);
        return FALSE;
    }
    return !durable || sync_parent(path, error);
}

gboolean
bl_file_write_atomic(const char *path, const void *bytes, gsize len, GError **error)
{
    return replace_file(path, bytes, len, TRUE, error);
}

gboolean
bl_file_write_ephemeral(const char *path, const void *bytes, gsize len, GError **error)
{
    return replace_file(path, bytes, len, FALSE, error);
}

/* Opens a file that must not exist yet. */
static int
create_new(const char *path, mode_t mode, GError **error)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);

    if (fd >= 0)
        return fd;
    if (errno == EEXIST) {
        bl_error_set(error, BL_ERROR_CONFLICT, "remove it first or choose another name",
                     "\"%s\" exists already", path);
    } else {
        bl_error_set_errno(error, "make", path, errno);
    }
    return -1;
}

gboolean
bl_file_write_new(const char *path, const void *bytes, gsize len, GError **error)
{
    int fd = create_new(path, 0666, error);

    return fd >= 0 && fill_and_close(fd, path, bytes, len, TRUE, error);
}

gboolean
bl_file_remove(const char *path, GError **error)
{
    if (unlink(path) == 0 || errno == ENOENT || errno == ENOTDIR)
        return TRUE;
    bl_error_set_errno(error, "remove", path, errno);
    return FALSE;
}

/* Copies inside the kernel as far as it can. Both offsets move, so that copy_by_hand() goes on from
 * there. */
static gboolean
copy_in_kernel(int from, int to, GError **error)
{
    for (;;) {
        if (!bl_cancel_check(error))
            return FALSE;
        gssize copied = copy_file_range(from, NULL, to, NULL, COPY_PIECE, 0);
        if (copied == 0 || (copied < 0 && errno != EINTR))
            return TRUE;
    }
}

static gboolean
copy_by_hand(int from, int to, const char *from_path, const char *to_path, GError **error)
{
    g_autofree char *buffer = g_malloc(COPY_BUFFER);

    for (;;) {
        if (!bl_cancel_check(error))
            return FALSE;
        gssize got = read_some(from, buffer, COPY_BUFFER);
        if (got < 0) {
            bl_error_set_errno(error, "read", from_path, errno);
            return FALSE;
        }
        if (got == 0)
            return TRUE;
        if (!write_all(to, buffer, (gsize)got)) {
            bl_error_set_errno(error, "write", to_path, errno);
            return FALSE;
        }
    }
}

static gboolean
copy_bytes(int from, int to, const char *from_path, const char *to_path, GError **error)
{
    if (ioctl(to, FICLONE, from) == 0)
        return TRUE;
    /* The second step finds the end at once when the first did everything, and reports the errors
     * of the disk. */
    return copy_in_kernel(from, to, error) && copy_by_hand(from, to, from_path, to_path, error);
}

gboolean
bl_file_copy_open(int source, const char *from, const char *to, gboolean durable, GError **error)
{
    struct stat status;

    if (fstat(source, &status) != 0 || lseek(source, 0, SEEK_SET) < 0) {
        bl_error_set_errno(error, "read", from, errno);
        return FALSE;
    }

    int target = create_new(to, status.st_mode & 0777, error);
    if (target < 0)
        return FALSE;

    gboolean ok = copy_bytes(source, target, from, to, error);
    if (ok && durable && !sync_fd(target)) {
        bl_error_set_errno(error, "write", to, errno);
        ok = FALSE;
    }
    if (!close_fd(target) && ok) {
        bl_error_set_errno(error, "write", to, errno);
        ok = FALSE;
    }
    if (!ok) {
        (void)unlink(to);
    }
    return ok;
}

gboolean
bl_file_copy(const char *from, const char *to, gboolean durable, GError **error)
{
    struct stat status;
    int source = open_regular(from, &status, error);

    if (source < 0)
        return FALSE;
    gboolean ok = bl_file_copy_open(source, from, to, durable, error);
    (void)close(source);
    return ok;
}

char *
bl_file_follow_links(const char *path)
{
    g_autofree char *at = g_strdup(path);
    for (int steps = 0; steps < 16; steps++) {
        g_autofree char *target = g_file_read_link(at, NULL);
        if (target == NULL)
            break;
        /* ".." in a link is what lies above its real folder. */
        g_autofree char *folder = g_path_get_dirname(at);
        g_autofree char *real = realpath(folder, NULL);
        g_free(at);
        at = g_canonicalize_filename(target, real != NULL ? real : folder);
    }
    return g_steal_pointer(&at);
}
