/* SPDX-License-Identifier: MIT */
/**
 * @file judge.h
 * @brief Whether a squash may go on: what its proof finds, told and judged.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_JUDGE_H
#define BL_SQUASH_JUDGE_H

#include "squash/proof.h"
#include "squash/squash.h"

#include <glib.h>

G_BEGIN_DECLS

/** What is judged; all borrowed but @loaded. */
typedef struct {
    const BlMigrator *migrator;
    const BlSquashOptions *options;
    BlProof *proof;
    const BlProofInput *input; /**< with the scratch database of the replay, in which the files that
                                  stay may run at the end */
    const BlCatalog *catalog;  /**< of the replay */
    BlDump *dump;              /**< the new snapshot */
    guint n_squashed;          /**< migrations of the history that it stands for, the oldest ones */
    gboolean is_live;          /**< it is dumped from the live database */
    gboolean is_elsewhere;     /**< scratch databases are not beside the live one */
    BlSession *loaded;         /**< out: where the new snapshot was loaded, also on failure;
                                  bl_replay_close(); NULL: nowhere */
} BlJudgement;

/** Compares and tells every difference as a warning; what the new snapshot gives, and what the
 * files that stay give on it, must be what the replay gives. The manifest of a good one records the
 * proof.
 * @return FALSE: BL_ERROR_CONFLICT, nothing may be written or removed; or what the database said */
gboolean bl_judge_squash(BlJudgement *judgement, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
