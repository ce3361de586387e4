/* SPDX-License-Identifier: MIT */
/**
 * @file shape.h
 * @brief Whether a section is run as one transaction or statement by statement.
 *
 * Layer: squash. Pure.
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

/** How @section of @migration is run by @engine: by its rule (BlSection.transaction); where that is
 * automatic, by what the text holds. */
BlShape
bl_shape_find(const BlEngine *engine, const BlMigration *migration, const BlSection *section);

/** A script over @section for @reader, positions in its file, bodies of routines whole. */
BlScript *bl_section_script(const BlMigration *migration,
                            const BlSection *section,
                            BlReader *reader,
                            const BlDialect *dialect);

/** @return TRUE when "-- migrate:repeat" stands before @item */
gboolean bl_section_repeats(const BlSection *section, const BlItem *item);

G_END_DECLS

#endif
