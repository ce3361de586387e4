/* SPDX-License-Identifier: MIT */
/**
 * @file cmd_init_attributes.h
 * @brief What `migrate init --git` writes into .gitattributes: which files the merge driver is for.
 *
 * Layer: squash, of the tool.
 */
#ifndef BL_SQUASH_CMD_INIT_ATTRIBUTES_H
#define BL_SQUASH_CMD_INIT_ATTRIBUTES_H

#include "common/cli/cli.h"

#include <glib.h>

G_BEGIN_DECLS

/**
 * Adds to .gitattributes of the working folder, where the configuration is, what is missing for the
 * snapshots of all connections. A packed one is marked as one that no text merges, with its
 * manifest. Attributes that somebody else gave a file stay, and those of a file outside of the
 * project are printed.
 * Where the configuration cannot be read, or not all of it, that is a warning.
 * @return FALSE: BL_ERROR_IO
 */
gboolean bl_attributes_add(BlCli *cli, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
