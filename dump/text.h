/* SPDX-License-Identifier: MIT */
/**
 * @file text.h
 * @brief The text of a snapshot: blocks, rows, ledger and gate.
 *
 * Layer: dump; not installed.
 */
#ifndef BL_DUMP_TEXT_H
#define BL_DUMP_TEXT_H

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"

G_BEGIN_DECLS

/** What the text is made of. Borrowed. */
typedef struct {
    BlSession *session;
    BlSession *rows_session;  /**< where the rows are read; NULL: @session */
    const BlCatalog *catalog; /**< sorted */
    const BlLedger *ledger;   /**< as read */
    const BlLedgerNames *names;
    const GPtrArray *migrations; /**< char *: the names of the ledger in snapshot order */
    GPtrArray
        *data; /**< BlObject *: the tables whose rows are carried, in the order of insertion */
    const char *const
        *ignore; /**< globs of what is never ours, the engine's own among them; may be NULL */
    gboolean keep_batches;
} BlTextSource;

/**
 * Writes the text of a snapshot.
 * @param counts out: guint64, rows per table of @source->data, appended
 */
gboolean bl_text_write(const BlTextSource *source, GString *out, GArray *counts, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
