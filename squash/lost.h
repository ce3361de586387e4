/* SPDX-License-Identifier: MIT */
/**
 * @file lost.h
 * @brief What a squash would lose: rows and counters that only migrations put there.
 *
 * Layer: squash. Asks no database.
 */
#ifndef BL_SQUASH_LOST_H
#define BL_SQUASH_LOST_H

#include "squash/proof.h"

#include <glib.h>

G_BEGIN_DECLS

/** Reports each of @proof->lost and @proof->left_out as a warning. @return what to do about them;
 * g_free() */
char *bl_lost_report(const BlProof *proof, const BlReporter *reporter);

/** All of them together: "3 rows of 2 tables and the position of 1 counter". @return g_free() */
char *bl_lost_sum(const BlProof *proof);

/** The statements of @migrations (BlMigration *) that set the counter of a column by hand, and
 * those that rename something. @return as BlEngine.list_left_out() takes them; NULL: none sets one
 */
char *bl_lost_find_setters(const BlEngine *engine, const GPtrArray *migrations);

G_END_DECLS

#endif
