/* SPDX-License-Identifier: MIT */
/**
 * @file baseline.h
 * @brief The snapshot as the last squash left it, which is where a replay of the files behind it
 * starts.
 *
 * Layer: squash. Later dumps take younger migrations in: what they hold was not proved. The
 * manifest names the digest of what was (squash_mark.h), and git has it.
 */
#ifndef BL_SQUASH_BASELINE_H
#define BL_SQUASH_BASELINE_H

#include "squash/history.h"

#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** A pair of files in a temporary folder. */
typedef struct {
    char *folder;         /**< NULL: none */
    char *sql;            /**< absolute */
    char *label;          /**< "database/schema/x-schema.sql of commit 1234abcd" */
    BlManifest *manifest; /**< of it */
} BlBaseline;

/** Looks for it in git. Never fails: what cannot be found stays NULL, and so does one that lacks a
 * migration whose file is gone, because a squash of another branch took it away.
 * @param root the project's folder
 * @param sql_label of the snapshot, from that folder
 * @param history the files that are there
 * @param now the manifest that is there
 * @param baseline out: cleared by the caller with bl_baseline_clear() */
void bl_baseline_find(const char *root,
                      const char *sql_label,
                      const BlHistory *history,
                      const BlManifest *now,
                      BlBaseline *baseline);

/** Frees, and removes the files. */
void bl_baseline_clear(BlBaseline *baseline);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlBaseline, bl_baseline_clear)

G_END_DECLS

#endif
