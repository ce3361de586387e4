/* SPDX-License-Identifier: MIT */
/**
 * @file squash.h
 * @brief Collapses a history into a snapshot: dump, proof, prune. What migrate squash and
 * schema-dump --prune share.
 *
 * Layer: squash. Order of work: everything that can be refused is asked first; the proof works in
 * scratch databases; then both files of the snapshot are written durably; then the files of the
 * migrations go; then a mark in the manifest says that they are gone. A run that is killed is
 * finished by the next one.
 */
#ifndef BL_SQUASH_SQUASH_H
#define BL_SQUASH_SQUASH_H

#include "dump/dumper.h"
#include "squash/migrator.h"
#include "squash/proof.h"

#include <glib.h>

G_BEGIN_DECLS

/** Whose rows a snapshot carries where the database and the replay differ. */
typedef enum { BL_DATA_FROM_NOBODY, BL_DATA_FROM_LIVE, BL_DATA_FROM_REPLAY } BlDataFrom;

/** What to squash, and how. Borrowed. */
typedef struct {
    const char *until;   /**< last migration that is squashed, as people type it; NULL: no limit */
    gint64 keep;         /**< so many of the newest files stay; -1: no limit */
    const char *archive; /**< files are moved to this folder; NULL: they are deleted */
    gboolean no_proof;   /**< prune without replaying */
    gboolean discard_data; /**< rows that only migrations put there may get lost */
    BlDataFrom data_from;
    gboolean allow_uncommitted; /**< delete files that git has not got */
    gboolean from_files;        /**< the snapshot is dumped from the replay; no database is asked */
    const char *scratch_url;    /**< where scratch databases are made; NULL: beside the database */
    const char *const *check_connections; /**< only these are asked what they need; NULL: all that
                                             share the folders */
    gboolean always_dumps;          /**< write the snapshot also when there is no file to prune */
    gboolean dry_run;               /**< only what can be told without writing anything anywhere */
    const char *const *done_before; /**< in a dry run: connections whose snapshot would hold the
                                       files by then; NULL: none */
    const BlDumpOptions *dump;      /**< how to dump; history and old manifest are set here */
} BlSquashOptions;

/** What was done, also on failure. */
typedef struct {
    GPtrArray *pruned; /**< char *: names whose files are gone (in a dry run: would be) */
    GPtrArray *kept;   /**< char *: "NAME: why its file stays" although the snapshot holds it */
    BlProof *proof;    /**< NULL: nothing was proved */
    BlDump *dump;      /**< NULL: nothing was dumped */
    gboolean changed;  /**< the snapshot's files were written */
    gboolean is_idle;  /**< there was nothing to do */
} BlSquashResult;

void bl_squash_result_clear(BlSquashResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlSquashResult, bl_squash_result_clear)

/**
 * Squashes the history of @migrator's connection.
 * @param migrator opened for writing, so that it holds the lock; without a session for from_files
 * @param result cleared by the caller with bl_squash_result_clear()
 * @return FALSE: BL_ERROR_CONFLICT with what to do: nothing was touched unless files were on their
 * way out already; what the database says of a statement of the replay, with file and line
 */
gboolean bl_squash(BlMigrator *migrator,
                   const BlSquashOptions *options,
                   BlSquashResult *result,
                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fills what a dump of @migrator's connection is asked for: its configuration, and what the old
 * manifest records. Strings are borrowed from both. @param data NULL-terminated, borrowed */
BlDumpOptions bl_squash_dump_options(const BlMigrator *migrator, const char *const *data);

G_END_DECLS

#endif
