/* SPDX-License-Identifier: MIT */
/**
 * @file state.h
 * @brief The state of one run of a tool.
 *
 * Layer: common/cli, inside only.
 */
#ifndef BL_COMMON_CLI_STATE_H
#define BL_COMMON_CLI_STATE_H

#include "common/cli/cli.h"
#include "common/cli/options.h"
#include "common/cli/output.h"

#include <glib.h>
#include <jansson.h>

G_BEGIN_DECLS

struct BlCli {
    const BlTool *tool;
    const BlCommand *command; /**< NULL until the subcommand is known */
    BlSharedOptions shared;
    void *options;       /**< the command's own struct */
    BlOptionSet sets[5]; /**< the command's tables first, so that they hide the shared ones */
    guint n_sets;
    GPtrArray *args;
    BlOutput output;
    BlReporter reporter;
    BlProject *project;
    BlConnection *connection;
    gboolean is_several; /**< this run is about several connections, or one of them */
    gboolean is_child;   /**< this process runs one of several connections */
    char **done_before;  /**< those of them that are done already, where one follows the other */
    json_t *document;
    const char *status;
    int exit_code;
    gint64 began;
};

/** The connection of that name or URL, complete as far as @cli's command needs it.
 * @return bl_connection_free(); NULL: BL_ERROR_USAGE */
BlConnection *bl_cli_find_connection(const BlCli *cli,
                                     const BlProject *project,
                                     const char *name,
                                     const char *url,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
