/* SPDX-License-Identifier: MIT */
/**
 * @file merge.h
 * @brief The merge driver for the two files of a snapshot: three versions in, one out.
 *
 * Layer: dump. SQL merges block by block, the ledger line by line, a manifest member by member.
 * Digests and the gate cannot be merged: ours stay, so that a load refuses the result until it is
 * dumped again from a database that ran both sides, or rebuilt from the files (migrate rebuild). A
 * migration whose file one side's squash took away, and which the other side no longer has in its
 * snapshot, is a conflict.
 */
#ifndef BL_DUMP_MERGE_H
#define BL_DUMP_MERGE_H

#include <glib.h>

G_BEGIN_DECLS

/**
 * Merges as git asks a driver to (%O %A %B): the result replaces @ours.
 * @param clean out: FALSE when conflict marks are left in the result: both sides changed one object
 * @return FALSE: BL_ERROR_IO; BL_ERROR_CONFLICT or BL_ERROR_SQL when a file is no snapshot; @ours
 * is as it was then
 */
gboolean bl_merge_files(const char *base,
                        const char *ours,
                        const char *theirs,
                        gboolean *clean,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Three-way merge of lists without doubles: what one side added is added, what one side removed is
 * removed. The order is ours; what only theirs has comes behind its predecessor there.
 * @return GPtrArray of const char *, borrowed from the inputs; g_ptr_array_unref()
 */
GPtrArray *bl_merge_lists(const GPtrArray *base, const GPtrArray *ours, const GPtrArray *theirs);

G_END_DECLS

#endif
