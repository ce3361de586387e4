/* SPDX-License-Identifier: MIT */
/**
 * @file git.h
 * @brief What git says of files that are going to be pruned, and of the repository.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_GIT_H
#define BL_SQUASH_GIT_H

#include <glib.h>

G_BEGIN_DECLS

/** What git knows. */
typedef struct {
    gboolean known;      /**< git was there and answered */
    char *why_not;       /**< why it is not known; else NULL */
    char *top;           /**< the folder of the repository; NULL: not known */
    char *commit;        /**< HEAD, as hexadecimal digits; NULL: no commit yet, or not known */
    GHashTable *unclean; /**< set of absolute paths that are not as HEAD has them: new, edited,
                            ignored, or hidden from git (skip-worktree); a folder that is new as a
                            whole ends with "/" */
    GHashTable *blobs;   /**< absolute path -> what git calls its text, as hexadecimal digits; NULL:
                            not known */
} BlGitState;

/** Asks about everything below @folders. Never fails: what cannot be known is not known.
 * @param root the project's folder
 * @param folders absolute, NULL-terminated
 * @return bl_git_state_free() */
BlGitState *bl_git_state_read(const char *root, const char *const *folders);

/** Files that git has and the disk has not: deleted, or not checked out. @param root, folders as
 * above @return GPtrArray of char *, below @root; owned; empty also where there is no git */
GPtrArray *bl_git_absent(const char *root, const char *const *folders);

/** What git answers to a command. @return g_free(); NULL: no git, or it failed */
char *bl_git_ask(const char *root, const char *const *command);

/** The value of an attribute of a file, which need not exist: see git-check-attr(1).
 * @param label from @root @return g_free(); NULL: no git, or no repository */
char *bl_git_attribute(const char *root, const char *attribute, const char *label);

/** A file of the project as @commit has it. @param label from the project's folder @return
 * g_free(); NULL: it has not got it */
char *bl_git_show(const char *root, const char *commit, const char *label);

/** What git calls a file: there are no links on the way to it. @return g_free() */
char *bl_git_path(const char *path);

/** @return TRUE when HEAD holds @path (absolute) as it is on the disk, but for ends of lines; what
 * a filter (clean, LFS) makes of a file is another one. Of a repository inside the repository it
 * does not tell. @param why out: why not, borrowed or static; NULL: it is plain */
gboolean bl_git_has(const BlGitState *state, const char *path, const char **why);

void bl_git_state_free(BlGitState *state);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlGitState, bl_git_state_free)

G_END_DECLS

#endif
