/* SPDX-License-Identifier: MIT */
/**
 * @file commit.h
 * @brief migrate run --commit: gives the files that were run to git.
 *
 * Layer: squash. git is the one program that a tool starts, and only when it is asked to.
 */
#ifndef BL_SQUASH_COMMIT_H
#define BL_SQUASH_COMMIT_H

#include "squash/migrator.h"

G_BEGIN_DECLS

/** The files of the migrations that were completed, absolute, as git names them, in their order.
 * @return GPtrArray of char *, owned */
GPtrArray *bl_commit_paths(const BlMigrator *migrator);

/** Before anything runs: whether git could commit files of these folders by themselves.
 * @param root the project's folder
 * @param folders absolute, NULL-terminated
 * @return FALSE: BL_ERROR_CONFLICT: a merge, a rebase or the like is under way, or a folder is in
 * another repository; where there is no git or no repository at all it is TRUE */
gboolean bl_commit_check(const char *root,
                         const char *const *folders,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Commits exactly these files, also those that git does not know yet; what else is staged stays
 * staged. All are committed or none; then the index is as it was. The migrations have run already,
 * so that nothing here is an error: no git, no repository, a hook that refuses are warnings to
 * @reporter.
 * @param root the project's folder
 * @param paths GPtrArray of char *, absolute
 * @return TRUE when there is a new commit */
gboolean bl_commit_files(const char *root, const GPtrArray *paths, const BlReporter *reporter);

G_END_DECLS

#endif
