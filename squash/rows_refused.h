/* SPDX-License-Identifier: MIT */
/**
 * @file rows_refused.h
 * @brief What to say when the rows that a snapshot would carry cannot be loaded.
 *
 * Layer: squash. A database may hold rows that break what it asks of new ones: a CHECK that was
 * added without looking, a foreign key while keys were off, a parent whose rows are not carried.
 */
#ifndef BL_SQUASH_ROWS_REFUSED_H
#define BL_SQUASH_ROWS_REFUSED_H

#include "dump/dumper.h"

#include <glib.h>

G_BEGIN_DECLS

/** Makes a refusal of @why, the error of a load of @dump, where rows are its cause: the table, how
 * many rows of it are carried, the row or key as far as it is known, and what to do. Any other
 * error is passed on.
 * @param why taken
 * @param error out: BL_ERROR_CONFLICT, or @why */
void bl_rows_refuse(const BlDump *dump, GError *why, GError **error);

G_END_DECLS

#endif
