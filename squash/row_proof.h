/* SPDX-License-Identifier: MIT */
/**
 * @file row_proof.h
 * @brief The rows of a proof: which ones only migrations put there, and whether the snapshot brings
 * those that it carries.
 *
 * Layer: squash; not installed. Part of proof.h.
 */
#ifndef BL_SQUASH_ROW_PROOF_H
#define BL_SQUASH_ROW_PROOF_H

#include "squash/proof.h"

G_BEGIN_DECLS

/** Finds tables that hold rows after the replay and are not among the carried ones, into
 * @proof->lost and @proof->left_out. */
gboolean bl_row_proof_find_lost(BlProof *proof,
                                const BlProofInput *input,
                                const BlCatalog *replayed,
                                const BlManifest *manifest,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Compares the rows of the tables that @manifest carries, into @proof. Columns that a second
 * replay has otherwise compare by presence only.
 * @param replayed the catalog of the replay
 * @param loaded a session on the loaded snapshot */
gboolean bl_row_proof_compare(BlProof *proof,
                              const BlProofInput *input,
                              const BlCatalog *replayed,
                              BlSession *loaded,
                              const BlManifest *manifest,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Compares the rows of both databases when the younger files have run in both, but for the tables
 * in which they differed before.
 * @param younger what has run there, as in bl_proof_compare_ahead()
 * @param replayed the catalog of both
 * @return GPtrArray of BlDifference, owned */
GPtrArray *bl_row_proof_find_resumed(BlProof *proof,
                                     const BlProofInput *input,
                                     const BlReplayOptions *younger,
                                     const BlCatalog *replayed,
                                     BlSession *loaded,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
