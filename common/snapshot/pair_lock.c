/* SPDX-License-Identifier: MIT */
#include "common/snapshot/pair_lock.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

/* A write takes some flushes; squashes that move many files to another disk take longer. */
#define WAIT_SECONDS      60
#define POLL_MICROSECONDS 10000

static gboolean
fail_waiting(const char *folder, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "wait for it, or end it, and do this again",
                 "another process writes snapshots in \"%s\"", folder);
    return FALSE;
}

/* Interrupted, or taken by somebody: to be tried again. Everything else is no lock at all. */
static gboolean
is_taken(int errnum)
{
    return errnum == EWOULDBLOCK || errnum == EINTR;
}

gboolean
bl_pair_lock(BlPairLock *lock, const char *sql_path, GError **error)
{
    g_autofree char *real = bl_file_follow_links(sql_path);
    g_autofree char *folder = g_path_get_dirname(real);
    gint64 end = g_get_monotonic_time() + (gint64)WAIT_SECONDS * G_USEC_PER_SEC;
    lock->fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (lock->fd >= 0 && flock(lock->fd, LOCK_EX | LOCK_NB) != 0 && is_taken(errno)) {
        gboolean is_late = g_get_monotonic_time() > end;
        if (is_late || !bl_cancel_check(error)) {
            bl_pair_unlock(lock);
            return is_late ? fail_waiting(folder, error) : FALSE;
        }
        g_usleep(POLL_MICROSECONDS);
    }
    return TRUE;
}

void
bl_pair_unlock(BlPairLock *lock)
{
    if (lock->fd >= 0)
        close(lock->fd);
    lock->fd = -1;
}
