/* SPDX-License-Identifier: MIT */
/**
 * @file row_text.h
 * @brief Whether the rows of a loaded snapshot are those that its text has.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_ROW_TEXT_H
#define BL_SQUASH_ROW_TEXT_H

#include "dump/dumper.h"

#include <glib.h>

G_BEGIN_DECLS

/** Looks for the rows of a table in the text of a snapshot. Their order does not count: it follows
 * the collation of a database.
 * @param rows as BlEngine.dump_rows() writes them
 * @return TRUE: it has these rows and no others of the table */
gboolean bl_row_text_has(const char *snapshot, const char *table, const char *rows);

/** Compares the rows of all carried tables, from whichever database they are, with what @loaded
 * made of them.
 * @param loaded a session on the loaded snapshot
 * @return FALSE: BL_ERROR_CONFLICT, or what the database says */
gboolean
bl_row_text_check(const BlDump *dump, BlSession *loaded, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
