/* SPDX-License-Identifier: MIT */
/**
 * @file probe.h
 * @brief Whether a statement of a migration that stopped has taken effect, as far as that can be
 * seen.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_PROBE_H
#define BL_SQUASH_PROBE_H

#include "squash/history.h"

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"

#include <glib.h>

G_BEGIN_DECLS

/** What a CREATE, DROP or ALTER statement is about. Borrowed nothing. */
typedef struct {
    char *kind;   /**< "table", "index" …, lower case */
    char *schema; /**< NULL: not named */
    char *name;
    char *table;        /**< of an index, where the statement names it; else NULL */
    char *part;         /**< the first column, index or constraint that ALTER TABLE adds or drops;
                           NULL: none */
    gboolean is_column; /**< @part is one */
    gboolean alters;    /**< the object is there before and after it */
    gboolean drops;     /**< the object, or @part, is gone after it */
} BlProbeTarget;

/** Reads the target off @sql. Pure. @return FALSE: it creates, drops and alters nothing that has a
 * name */
gboolean bl_probe_parse(const BlEngine *engine, const char *sql, BlProbeTarget *target);
void bl_probe_target_clear(BlProbeTarget *target);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlProbeTarget, bl_probe_target_clear)

/** Looks whether the object of @sql, or the part of a table that it adds or drops, is in the
 * database.
 * @param is_done out, may be NULL: what it makes is there, or what it drops is not; by its name
 * alone
 * @return "table \"users\" is there", or that it is not, or that nothing can be seen; g_free();
 * NULL: @error */
char *bl_probe_describe(BlSession *session, const char *sql, gboolean *is_done, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** A run that was killed at a statement of which nobody knows whether it took effect is uncertain:
 * sets the state in memory; the journal keeps "running". */
void bl_probe_mark_uncertain(BlSession *session, const BlHistory *history, BlLedger *ledger);

G_END_DECLS

#endif
