/* SPDX-License-Identifier: MIT */
/**
 * @file data_section.h
 * @brief Which statements of a migration change rows only: those behind "-- migrate:data", up to
 * "-- migrate:schema" or the end of the part.
 *
 * Layer: squash. Pure. The markers are comments: every runner runs the statements in their order.
 */
#ifndef BL_SQUASH_DATA_SECTION_H
#define BL_SQUASH_DATA_SECTION_H

#include "squash/history.h"

#include <glib.h>

G_BEGIN_DECLS

/** @return GArray of gboolean, one for each statement of @section, TRUE for those of a data
 * section; g_array_unref(); NULL: BL_ERROR_SQL (no script) */
GArray *bl_data_section_mark(const BlDialect *dialect,
                             const BlSection *section,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** How many statements of @section are in data sections; 0 for what cannot be read. */
guint bl_data_section_count(const BlDialect *dialect, const BlSection *section);

G_END_DECLS

#endif
