/* SPDX-License-Identifier: MIT */
/**
 * @file shape.h
 * @brief Whether a section is run as one transaction or statement by statement.
 *
 * Layer: squash. Pure, but for what a section keeps of it (BlSection.memo): one section, one
 * thread.
 */
#ifndef BL_SQUASH_SHAPE_H
#define BL_SQUASH_SHAPE_H

#include "squash/history.h"

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    BL_SHAPE_STEPS,       /**< statement by statement, progress in the journal */
    BL_SHAPE_TRANSACTION, /**< in one transaction of ours, ledger row included */
    BL_SHAPE_FRAMED, /**< the same: the one transaction of its own that encloses all its statements
                        is ours; its BEGIN and COMMIT are left out */
} BlShape;

/** How @section is run by @engine: by its rule (BlSection.transaction); where that is
 * automatic, by what the text holds. Where DDL commits by itself, a text that holds any is no
 * transaction, and may have its own. A text that cannot be read counts by what it says. */
BlShape bl_shape_find(const BlEngine *engine, const BlSection *section);

/** An item of a text, and what it is. */
typedef struct {
    BlItem item; /**< its text is the section's */
    guint traits;
} BlShapeItem;

/** The same, for who looks at the items next. @param items out, may be NULL: GArray of BlShapeItem,
 * owned; NULL: they were not read, or cannot be */
BlShape bl_shape_read(const BlEngine *engine, const BlSection *section, GArray **items);

/** The same for a text that wants to be one transaction (a seeder). */
BlShape bl_shape_find_text(const BlEngine *engine, const char *text, gsize len);

/** The only statement of a section, as far as bl_shape_find() had to read it and the section keeps
 * it (BlSection.memo). @return borrowed from @section; NULL: it has others, or that is not known */
const BlItem *bl_shape_single(const BlEngine *engine, const BlSection *section);

/** @return TRUE for a COMMIT or END without a clause */
gboolean bl_item_is_commit(const BlEngine *engine, const BlItem *item);

/** @return TRUE when "-- migrate:repeat" stands before @item */
gboolean bl_section_repeats(const BlSection *section, const BlItem *item);

G_END_DECLS

#endif
