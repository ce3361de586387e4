/* SPDX-License-Identifier: MIT */
/**
 * @file absent.h
 * @brief What a snapshot refers to and does not carry: warnings before somebody fails to load it.
 *
 * Layer: dump; not installed. Names are found by tokens: a name that means something else in its
 * place may be taken for one.
 */
#ifndef BL_DUMP_ABSENT_H
#define BL_DUMP_ABSENT_H

#include "common/engine/engine.h"

G_BEGIN_DECLS

/** Warns of every object of @catalog that names one which --exclude leaves out.
 * @return FALSE: the objects cannot be listed */
gboolean bl_absent_objects(BlSession *session,
                           const BlCatalog *catalog,
                           const BlFilter *filter,
                           const BlReporter *reporter,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Warns of every foreign key of the carried @tables by which a row refers to a parent whose rows
 * are not carried.
 * @param session whose rows are carried
 * @param tables GPtrArray of BlObject * of @catalog
 * @return FALSE: the rows cannot be read */
gboolean bl_absent_rows(BlSession *session,
                        const BlCatalog *catalog,
                        const GPtrArray *tables,
                        const BlReporter *reporter,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
