/* SPDX-License-Identifier: MIT */
/**
 * @file merged.h
 * @brief Migrations that a merge lost: a squash of the one side took their files away, and the
 * snapshot was resolved to the other side's.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_MERGED_H
#define BL_SQUASH_MERGED_H

#include "squash/migrator.h"

#include <glib.h>

G_BEGIN_DECLS

/** Asks git for the manifests of the sides of the merge that HEAD is, or that is under way, and
 * adds to @differences (bl_check_new()) what a squash in them covers and what is now neither in the
 * snapshot nor a file. Where git is not there, or does not have the sides, there is nothing to say.
 */
void bl_merged_check(const BlMigrator *migrator, GPtrArray *differences);

G_END_DECLS

#endif
