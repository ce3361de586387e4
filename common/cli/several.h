/* SPDX-License-Identifier: MIT */
/**
 * @file several.h
 * @brief A command over several connections: which they are, the checks before the first starts,
 * and what is said of all of them at the end.
 *
 * Layer: common/cli, inside only.
 */
#ifndef BL_COMMON_CLI_SEVERAL_H
#define BL_COMMON_CLI_SEVERAL_H

#include "common/cli/cli.h"
#include "common/cli/pool.h"

#include <glib.h>

G_BEGIN_DECLS

/** @return TRUE when @name is a pattern (*, ?, [) and may name several connections */
gboolean bl_several_is_pattern(const char *name);

/** Finds out whether --all or a pattern was given to a command that knows what to do with it, and
 * sets is_several of @cli. FALSE: BL_ERROR_USAGE, BL_ERROR_IO */
gboolean bl_several_check_words(BlCli *cli, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Checks all connections, then runs each in a process of its own, which comes back from here with
 * is_child of @cli set. In the first process the JSON document, the exit code and the error are
 * those of all when it comes back.
 * @return FALSE: the error of the first that failed, in the order of the configuration
 */
gboolean bl_several_run(BlCli *cli, char **args, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What became of all. FALSE: the code of the first that failed, and who failed, was stopped and
 * was not started. */
gboolean bl_several_judge(const BlPool *pool, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The exit code when none failed: 1 when one found a difference, else 0. */
int bl_several_exit_code(const BlPool *pool);

G_END_DECLS

#endif
