/* SPDX-License-Identifier: MIT */
/**
 * @file kept_rows.h
 * @brief Rows that migrations put into the tables of extensions.
 *
 * Layer: squash. What comes with an extension is in the database that the snapshot was loaded into
 * too; the rest is lost with the files.
 */
#ifndef BL_SQUASH_KEPT_ROWS_H
#define BL_SQUASH_KEPT_ROWS_H

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

/** Finds the rows that @replayed has and @loaded has not, by table.
 * @return GPtrArray of BlLeftOut, owned; NULL: @error is set */
GPtrArray *
bl_kept_rows_find(BlSession *replayed, BlSession *loaded, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
