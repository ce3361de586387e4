/* SPDX-License-Identifier: MIT */
/**
 * @file help.h
 * @brief The text of --help, from the tables; at most 80 columns.
 *
 * Layer: common/cli, inside only.
 */
#ifndef BL_COMMON_CLI_HELP_H
#define BL_COMMON_CLI_HELP_H

#include "common/cli/cli.h"

#include <glib.h>

G_BEGIN_DECLS

/** Appends the help of @command of @tool; @command NULL: the list of the subcommands. */
void bl_help_format(const BlTool *tool, const BlCommand *command, GString *out);

/** Appends the usage lines alone. */
void bl_help_format_usage(const BlTool *tool, const BlCommand *command, GString *out);

G_END_DECLS

#endif
