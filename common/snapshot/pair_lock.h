/* SPDX-License-Identifier: MIT */
/**
 * @file pair_lock.h
 * @brief One process of ours at a time writes to the folder of a snapshot.
 *
 * Layer: common/snapshot.
 * Without it the second one would take what the first has staged for the leftovers of a write that
 * was killed. The lock is the folder's own (flock), so that no file is left, and dies with its
 * process. Readers do not take it.
 */
#ifndef BL_COMMON_SNAPSHOT_PAIR_LOCK_H
#define BL_COMMON_SNAPSHOT_PAIR_LOCK_H

#include <glib.h>

G_BEGIN_DECLS

/** Start with { -1 }. */
typedef struct {
    int fd; /**< -1: nothing is held */
} BlPairLock;

/**
 * Waits until no other process writes there, at most a minute. A process must not take it twice at
 * the same time. Where the folder is not there, or its file system has no such locks, nothing is
 * held and nothing is wrong.
 * @param sql_path links are followed
 * @return FALSE: BL_ERROR_CONFLICT: somebody holds it too long; BL_ERROR_CANCELLED
 */
gboolean
bl_pair_lock(BlPairLock *lock, const char *sql_path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Nothing held is fine. */
void bl_pair_unlock(BlPairLock *lock);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlPairLock, bl_pair_unlock)

G_END_DECLS

#endif
