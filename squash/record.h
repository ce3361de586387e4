/* SPDX-License-Identifier: MIT */
/**
 * @file record.h
 * @brief What ledger and journal say of one run of a migration, and when they come to say it.
 *
 * Layer: squash; not installed. Of a seeder nothing is recorded.
 */
#ifndef BL_SQUASH_RECORD_H
#define BL_SQUASH_RECORD_H

#include "squash/runner.h"

#include <glib.h>

G_BEGIN_DECLS

typedef struct {
    const BlMigration *migration; /**< NULL: a seeder */
    gint64 batch;
    gboolean is_down;
    const BlLedgerRow *row; /**< the row that goes; NULL: none, or it is gone */
    gint64 journal_id;      /**< 0: no row yet */
    gint64 started;         /**< monotonic microseconds */
    gint64 done;            /**< statements that are finished */
    gboolean announces;     /**< the next one's journal row was written with it */
    gint64 announced;       /**< its number */
    gboolean is_running;    /**< its journal row says so already */
    gboolean is_written;    /**< and committed */
} BlRecord;

/** Inside the transaction that ends the migration: it is applied, or taken back. */
gboolean
bl_record_write(const BlRunner *runner, BlRecord *record, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Ends that transaction. */
gboolean bl_record_commit(const BlRunner *runner,
                          BlRecord *record,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Starts the journal row of what runs, or takes up the one that a resumed run left. One statement,
 * which commits by itself. @param start statements that are done */
gboolean bl_record_start(const BlRunner *runner, BlRecord *record, gint64 start, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Ends that row in a transaction of its own. @param failure what went wrong; NULL: nothing */
gboolean bl_record_end(const BlRunner *runner,
                       BlRecord *record,
                       const char *failure,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The journal says that the file stopped half-way, also when somebody asked to end. */
gboolean bl_record_fail(const BlRunner *runner,
                        BlRecord *record,
                        const char *failure,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
