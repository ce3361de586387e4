/* SPDX-License-Identifier: MIT */
/**
 * @file archived.h
 * @brief The files of squashed migrations, found again in the archives that squashes moved them to.
 *
 * Layer: squash. With them a proof replays the whole history where no snapshot is left to start
 * from. A file counts only when its digest is the one that the manifest has of it.
 */
#ifndef BL_SQUASH_ARCHIVED_H
#define BL_SQUASH_ARCHIVED_H

#include "squash/history.h"
#include "squash/migrator.h"

#include "common/project/project.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** What was looked for. */
typedef struct {
    GPtrArray *archives; /**< BlHistory *: what each archive holds; the migrations are theirs */
    GPtrArray *list;     /**< BlMigration *, in the manifest's order; NULL: they are not complete */
    char *why_not;       /**< what is missing, or another text; NULL: complete, or there is no
                            archive to look into */
} BlArchived;

/**
 * Looks for every migration that @manifest holds and @history has not got. Labels of what is found
 * begin with the archive's folder.
 * @param given a folder to look into besides those that @manifest records, as people type it; NULL
 * @param archived out: cleared by the caller with bl_archived_clear()
 * @return TRUE when all are there: @archived->list
 */
gboolean bl_archived_find(const BlProject *project,
                          const BlConnection *connection,
                          const BlHistory *history,
                          const BlManifest *manifest,
                          const char *given,
                          BlArchived *archived);

/** The history with them: those of @range (BlMigration *) in whose place no archived one stands,
 * in history order. @return GPtrArray of BlMigration *, borrowed; g_ptr_array_unref() */
GPtrArray *
bl_archived_join(const BlArchived *archived, const BlHistory *history, const GPtrArray *range);

/** @param what is wrong with @file, to go behind its name */
typedef void (*BlArchivedFound)(const BlMigration *file, const char *what, void *data);

/**
 * Looks for what a merge did to the archives. Where a squash moved all files of a folder, git takes
 * that for a folder that was renamed: the new file of another branch goes there too, and an edit of
 * an old one into its copy. Only files that git has count, in archives inside of the project:
 * others may be shared.
 */
void bl_archived_check(const BlMigrator *migrator, BlArchivedFound found, void *data);

void bl_archived_clear(BlArchived *archived);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlArchived, bl_archived_clear)

G_END_DECLS

#endif
