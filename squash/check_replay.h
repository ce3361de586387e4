/* SPDX-License-Identifier: MIT */
/**
 * @file check_replay.h
 * @brief Whether the files still give the live schema and the snapshot: they are replayed into a
 * scratch database and compared.
 *
 * Layer: squash. Writes nothing but scratch databases, which it drops. What may be replayed beside
 * a live database: bl_replay_check().
 */
#ifndef BL_SQUASH_CHECK_REPLAY_H
#define BL_SQUASH_CHECK_REPLAY_H

#include "dump/dumper.h"
#include "squash/migrator.h"

#include <glib.h>

G_BEGIN_DECLS

/** How to check. Borrowed. */
typedef struct {
    const char *scratch_url; /**< where scratch databases are made; NULL: beside the database */
    gboolean rebuilds; /**< the text of the snapshot counts, whatever the digests in its manifest
                          say, and so do its rows; where it is what the files give, it is dumped */
} BlCheckReplayOptions;

/** What was done. */
typedef struct {
    guint migrations; /**< replayed; one counts twice where two replays were needed */
    guint objects;    /**< that were compared */
    GPtrArray *rows;  /**< of BlCheckDifference, with "rebuilds" only: carried rows that are not the
                         replay's; NULL: none */
    BlDump *dump;     /**< of what the snapshot gives, with its proof; NULL: not wanted, something
                         differs, or nothing but itself could be compared with the snapshot */
} BlCheckReplayResult;

void bl_check_replay_result_clear(BlCheckReplayResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlCheckReplayResult, bl_check_replay_result_clear)

/**
 * Replays the applied migrations and compares with the live schema (@migrator has a session and the
 * ledger holds no unfinished one), and those in the snapshot with what that gives. Where files were
 * squashed, the replay starts from the snapshot of that squash. A statement that fails in the
 * replay is a difference too.
 * @param differences of BlCheckDifference (check.h), added to
 * @param result cleared by the caller with bl_check_replay_result_clear()
 * @return FALSE: BL_ERROR_CONFLICT for what must not be replayed there, BL_ERROR_USAGE for the URL,
 * what the server says of a scratch database
 */
gboolean bl_check_replay(BlMigrator *migrator,
                         const BlCheckReplayOptions *options,
                         GPtrArray *differences,
                         BlCheckReplayResult *result,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
