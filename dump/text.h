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
#include "common/sql/lexer.h"

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
 * Appends one statement as a script reader, and the stock clients, read it back: with its
 * delimiter, between DELIMITER lines where it holds what they would take for one.
 * @param state the quoting switches that hold there; what a SET changes is noted
 * @return FALSE: there is no way, and nothing was appended
 */
gboolean bl_text_append_statement(GString *out,
                                  const BlDialect *dialect,
                                  BlLexState *state,
                                  const char *sql) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Writes the text of a snapshot.
 * @param counts out: guint64, rows per table of @source->data, appended
 */
gboolean bl_text_write(const BlTextSource *source, GString *out, GArray *counts, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
