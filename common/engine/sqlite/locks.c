/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Between two tries, in microseconds. */
#define POLL_US 50000

/* Longest holder text that is read. */
#define MAX_HOLDER 400

/* Beside the file itself, whatever the path that led to it. NULL: memory. @return g_free() */
static char *
lock_path(const LiteSession *session)
{
    if (session->path == NULL)
        return NULL;
    char *real = realpath(session->path, NULL);
    char *path = g_strconcat(real != NULL ? real : session->path, ".baseline-lock", NULL);
    free(real); /* lint-allow: free: realpath() allocates with malloc() */
    return path;
}

static gboolean
is_file_at(int fd, const char *path)
{
    struct stat held;
    struct stat named;
    return fstat(fd, &held) == 0 && lstat(path, &named) == 0 && held.st_dev == named.st_dev &&
           held.st_ino == named.st_ino;
}

static char *
read_holder(int fd)
{
    char text[MAX_HOLDER];
    gssize len = pread(fd, text, sizeof text - 1, 0);
    if (len <= 0)
        return g_strdup("an unknown process");
    text[len] = '\0';
    g_autofree char *valid = g_utf8_make_valid(text, len);
    g_autofree char *line = lite_one_line(valid);
    return g_strdup(g_strchomp(line));
}

/* For people; it is never read back to decide anything. */
static void
write_holder(int fd)
{
    g_autoptr(GDateTime) now = g_date_time_new_now_utc();
    g_autofree char *since = g_date_time_format_iso8601(now);
    g_autofree char *text = g_strdup_printf("pid %ld on %s by %s since %s\n", (long)getpid(),
                                            g_get_host_name(), g_get_user_name(), since);
    if (ftruncate(fd, 0) != 0 || pwrite(fd, text, strlen(text), 0) < 0)
        return;
}

static int
open_lock_file(const char *path, GError **error)
{
    const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;
    int fd = open(path, O_RDWR | O_CREAT | flags, 0644);
    /* Made by another user: the lock works without the right to write. */
    if (fd < 0 && errno == EACCES)
        fd = open(path, O_RDONLY | flags);
    if (fd >= 0)
        return fd;
    bl_error_set_errno(error, "create", path, errno);
    if (error != NULL) {
        bl_error_set_hint(
            *error,
            "give write access to the folder; migrate and schema-load go without a lock with --disable-locks");
    }
    return -1;
}

typedef enum { TAKEN, BUSY, GONE, FAILED } Try;

static Try
try_lock(const char *path, int *fd, char **holder, GError **error)
{
    int opened = open_lock_file(path, error);
    if (opened < 0)
        return FAILED;
    if (flock(opened, LOCK_EX | LOCK_NB) != 0) {
        int reason = errno;
        if (reason == EWOULDBLOCK)
            *holder = read_holder(opened);
        else
            bl_error_set_errno(error, "lock", path, reason);
        close(opened);
        return reason == EWOULDBLOCK ? BUSY : FAILED;
    }
    /* Its last holder may have removed it after we opened it: then it locks nobody out. */
    if (!is_file_at(opened, path)) {
        close(opened);
        return GONE;
    }
    *fd = opened;
    return TAKEN;
}

static gboolean
wait_for_lock(LiteSession *session, const char *path, guint wait_ms, GError **error)
{
    gint64 end = g_get_monotonic_time() + (gint64)wait_ms * 1000;
    for (;;) {
        g_autofree char *holder = NULL;
        Try result = try_lock(path, &session->lock_fd, &holder, error);
        if (result == TAKEN)
            return TRUE;
        if (result == FAILED || !bl_cancel_check(error))
            return FALSE;
        if (result == GONE)
            continue;
        if (g_get_monotonic_time() >= end) {
            bl_error_set(
                error, BL_ERROR_CONFLICT,
                "wait until it is done; migrate and schema-load wait for it with --lock-wait SECONDS",
                "the migration lock of database \"%s\" is held by %s", session->base.label, holder);
            return FALSE;
        }
        g_usleep(POLL_US);
    }
}

gboolean
lite_lock(BlSession *base, guint wait_ms, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    g_autofree char *path = lock_path(session);
    if (session->lock_fd >= 0 || path == NULL)
        return TRUE;
    if (session->read_only) {
        bl_error_set(error, BL_ERROR_INTERNAL, NULL,
                     "a read-only session was asked to take the migration lock");
        return FALSE;
    }
    if (!wait_for_lock(session, path, wait_ms, error))
        return FALSE;
    session->lock_path = g_steal_pointer(&path);
    write_holder(session->lock_fd);
    if (lite_check_file(session, error))
        return TRUE;
    lite_unlock(base);
    return FALSE;
}

void
lite_unlock(BlSession *base)
{
    LiteSession *session = (LiteSession *)base;
    if (session->lock_fd < 0)
        return;
    /* Removed while it is still held, so that nobody else's file is hit. */
    if (is_file_at(session->lock_fd, session->lock_path))
        unlink(session->lock_path);
    close(session->lock_fd);
    session->lock_fd = -1;
    g_clear_pointer(&session->lock_path, g_free);
}

/* A file without a name is lost when it is closed, whatever was committed to it; the library itself
 * looks only when something is in it already. */
gboolean
lite_check_file(LiteSession *session, GError **error)
{
    int is_moved = 0;
    if (session->path == NULL || session->db == NULL ||
        sqlite3_file_control(session->db, "main", SQLITE_FCNTL_HAS_MOVED, &is_moved) != SQLITE_OK ||
        is_moved == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "run again",
                 "the file of database \"%s\" was removed or replaced since it was opened",
                 session->base.label);
    return FALSE;
}

gboolean
lite_check_lock(LiteSession *session, GError **error)
{
    if (session->lock_fd < 0 || is_file_at(session->lock_fd, session->lock_path))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "find out who removed the file, then run again",
                 "the migration lock of database \"%s\" was lost: \"%s\" is gone or another file",
                 session->base.label, session->lock_path);
    return FALSE;
}

gboolean
lite_lock_holder(BlSession *base, char **holder, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    g_autofree char *path = lock_path(session);
    *holder = NULL;
    if (path == NULL)
        return TRUE;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (fd < 0) {
        if (errno == ENOENT)
            return TRUE;
        bl_error_set_errno(error, "open", path, errno);
        return FALSE;
    }
    if (flock(fd, LOCK_SH | LOCK_NB) != 0)
        *holder = read_holder(fd);
    close(fd);
    return TRUE;
}
