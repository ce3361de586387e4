/* SPDX-License-Identifier: MIT */
/**
 * @file cmd_init_git.h
 * @brief What `migrate init --git` tells the repository: the merge driver, the check before a
 * commit, and the rebuild after a merge.
 *
 * Layer: squash, of the tool.
 */
#ifndef BL_SQUASH_CMD_INIT_GIT_H
#define BL_SQUASH_CMD_INIT_GIT_H

#include "common/cli/cli.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * Sets merge.baseline.driver in the configuration of the repository that holds the working folder,
 * and writes the hooks pre-commit, post-merge and post-rewrite. A driver or hook that is there
 * stays; where git, the repository or a folder of hooks that is the repository's own is missing,
 * what to do by hand is printed.
 * @return FALSE: BL_ERROR_IO when a hook cannot be written
 */
gboolean bl_git_install(BlCli *cli, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
