/* SPDX-License-Identifier: MIT */
/**
 * @file adopt.h
 * @brief Another tool's bookkeeping beside ours: what the ledger would have to learn from it, and
 * whether the two agree.
 *
 * Layer: squash. bl_adoption_new() and bl_adopt_check() need no database.
 */
#ifndef BL_SQUASH_ADOPT_H
#define BL_SQUASH_ADOPT_H

#include "squash/history.h"

#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"
#include "common/snapshot/peer.h"

#include <glib.h>

G_BEGIN_DECLS

typedef enum {
    BL_ADOPT_RECORD, /**< the tool applied it, the ledger does not know */
    BL_ADOPT_DIGEST, /**< the ledger has it without digests: those of the file are noted */
    BL_ADOPT_FORGET, /**< the ledger has it, the tool took it back */
} BlAdoptKind;

/** One change of the ledger. */
typedef struct {
    BlAdoptKind kind;
    char *name;
    const BlMigration *file; /**< NULL: no file. Borrowed from the history */
    const BlLedgerRow *row;  /**< NULL: not in the ledger. Borrowed */
    gint64 batch;            /**< 0: a batch of its own */
    char *raw_digest;        /**< what counts as applied; NULL: not known */
    char *token_digest;      /**< likewise */
    gboolean modified;       /**< the tool's checksum is not the file's */
} BlAdoptStep;

typedef struct {
    GPtrArray *steps; /**< BlAdoptStep *, in the order in which they are written */
} BlAdoption;

/** What an adoption works on. Borrowed; @manifest may be NULL. */
typedef struct {
    const BlHistory *history;
    const BlLedger *ledger;
    const BlManifest *manifest;
    const BlPeerTable *peer; /**< as read */
    const char *folder;      /**< where a migration without a file is said to be */
    gboolean two_way;        /**< the table is kept in step: what it lacks is forgotten */
} BlAdoptInput;

/** @return bl_adoption_free(); NULL: BL_ERROR_CONFLICT (a migration that stopped half-way, a
 * version that no file has) */
BlAdoption *bl_adoption_new(const BlAdoptInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** For a tool whose table is the ledger itself: digests for what has none. */
BlAdoption *bl_adoption_of_ledger(const BlHistory *history, const BlLedger *ledger);

/** The tool's table that is kept in step says the same as the ledger. One that is not there yet
 * agrees. @return FALSE: BL_ERROR_CONFLICT with the first difference and what to do */
gboolean bl_adopt_check(const BlHistory *history,
                        const BlLedger *ledger,
                        const BlManifest *manifest,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes the steps into ledger and journal. Inside a write transaction.
 * @param tool its name, for the journal */
gboolean bl_adoption_write(const BlAdoption *adoption,
                           BlSession *session,
                           const BlLedgerNames *names,
                           const BlLedger *ledger,
                           const char *tool,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Records @migration in the other tool's table, where one is kept. Inside the transaction of the
 * migration. @param name as in the ledger; @param migration NULL: no file */
gboolean bl_adopt_note(BlSession *session,
                       const BlLedgerNames *names,
                       const char *name,
                       const BlMigration *migration,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes it out of that table, when it is out of the ledger. */
gboolean bl_adopt_unnote(BlSession *session,
                         const BlLedgerNames *names,
                         const char *name,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fills a table that was just made from the ledger. */
gboolean bl_adopt_fill(BlSession *session,
                       const BlLedgerNames *names,
                       const BlHistory *history,
                       const BlLedger *ledger,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_adoption_free(BlAdoption *adoption);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlAdoption, bl_adoption_free)

G_END_DECLS

#endif
