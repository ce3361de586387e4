/* SPDX-License-Identifier: MIT */
/**
 * @file blocks.h
 * @brief A snapshot's text cut into its blocks: one per object, behind its comment line.
 *
 * Layer: common/snapshot. Used by: dump --check, dump --merge.
 */
#ifndef BL_COMMON_SNAPSHOT_BLOCKS_H
#define BL_COMMON_SNAPSHOT_BLOCKS_H

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

/** How the text of a snapshot of ours begins; the engine's name ends that line. */
#define BL_SNAPSHOT_HEAD "-- baseline snapshot, format 1, "

/** One block. */
typedef struct {
    char *
        label; /**< the comment line without "-- ": "table users", "ledger adonis_schema", "gate" */
    char *text; /**< from the comment line to the blank line behind the last statement, as it stands
                   in the file */
} BlBlock;

typedef struct {
    GPtrArray *list;   /**< BlBlock *, in the order of the file */
    GHashTable *index; /**< label -> BlBlock; the first of a label counts */
} BlBlocks;

/** Cuts @sql. @param name for messages. @return bl_blocks_free(); NULL: BL_ERROR_SQL (not a script)
 */
BlBlocks *bl_blocks_parse(const BlDialect *dialect,
                          const char *sql,
                          gsize len,
                          const char *name,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return the block, NULL when there is none. Borrowed. */
const BlBlock *bl_blocks_find(const BlBlocks *blocks, const char *label);

/** Splits "virtual table notes" into the kind (longest that the engine has, else the first word)
 * and the name.
 * @return the kind, g_free(); @param name out, borrowed from @label */
char *bl_block_kind(const BlEngine *engine, const char *label, const char **name);

void bl_blocks_free(BlBlocks *blocks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlBlocks, bl_blocks_free)

G_END_DECLS

#endif
