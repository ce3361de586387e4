/* SPDX-License-Identifier: MIT */
/**
 * @file prune.h
 * @brief Which files a squash takes away, and taking them away so that nothing is ever in neither
 * place.
 *
 * Layer: squash. The plan is pure. The files go only when both files of the snapshot are durable; a
 * run that is killed is finished by the next one.
 */
#ifndef BL_SQUASH_PRUNE_H
#define BL_SQUASH_PRUNE_H

#include "squash/git.h"
#include "squash/history.h"
#include "squash/reading.h"

#include "common/base/report.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** Another snapshot that must hold a file before the file may go. Borrowed. */
typedef struct {
    const char *connection;
    const BlManifest *manifest; /**< NULL: there is none */
    const BlReading *reading;   /**< what it reads of the files */
} BlPruneSharer;

/** What a plan is made of. Borrowed. */
typedef struct {
    const BlHistory *history;
    const BlLedger *ledger;     /**< NULL: no database was asked */
    const BlManifest *manifest; /**< of the snapshot that stays */
    const BlGitState *git;      /**< NULL: files go whether git has them or not */
    const BlPruneSharer *sharers;
    gsize n_sharers;
} BlPruneInput;

/** One migration. Borrowed from the input. */
typedef struct {
    const BlMigration *migration;
    char *why_kept; /**< NULL: its files go */
} BlPruneItem;

/**
 * Decides about every file of the history.
 * @return GPtrArray of BlPruneItem, in history order, without those that the snapshot does not
 * hold; NULL: BL_ERROR_CONFLICT: git has not got a file as it is
 */
GPtrArray *bl_prune_plan(const BlPruneInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** How to take files away. Borrowed. */
typedef struct {
    const char *root;    /**< the project's folder */
    const char *archive; /**< absolute folder that files are moved to; NULL: they are deleted */
    const char *const *folders; /**< the migration folders of every connection, absolute: nothing in
                                   the archive may lie in one; needed with an archive only */
    const BlReporter *reporter;
} BlPruneOptions;

/** Whether the files of @items (BlPruneItem *) that go can be taken out of their folders, and
 * whether the archive, if there is one, can take them.
 * @param makes the folders in the archive, too: then they are there
 * @return FALSE: as bl_prune_migration() */
gboolean bl_prune_check_files(const GPtrArray *items,
                              const BlPruneOptions *options,
                              gboolean makes,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes away the files of one migration, down part and settings too. Each is flushed at its new
 * place before it leaves the old one. One that is in the archive already, as a
 * file of its own with the same bytes, is only deleted.
 * @return FALSE: BL_ERROR_CONFLICT: something else has its name in the archive, or that place is in
 * a migration folder; BL_ERROR_IO */
gboolean bl_prune_migration(const BlMigration *migration,
                            const BlPruneOptions *options,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fails with BL_ERROR_CONFLICT when @path (absolute) lies in one of @folders (absolute), also
 * behind links, or in git's own folder. @param what is said of the path: "the snapshot" */
gboolean bl_prune_check_place(const char *path,
                              const char *const *folders,
                              const char *what,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fails with BL_ERROR_CONFLICT when the archive of @options, or the folder in it that the files of
 * one of @folders go to, is no place for them: a migration folder of some connection would have
 * them back. @param folders of this connection, absolute */
gboolean bl_prune_check_archive(const BlPruneOptions *options,
                                const char *const *folders,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
