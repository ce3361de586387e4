/* SPDX-License-Identifier: MIT */
/**
 * @file proof.h
 * @brief Is a snapshot what its migrations give? Catalogs object by object, rows by key.
 *
 * Layer: squash. The history is replayed into one scratch database (replay.h), the snapshot is
 * loaded into another.
 */
#ifndef BL_SQUASH_PROOF_H
#define BL_SQUASH_PROOF_H

#include "dump/dumper.h"
#include "squash/candidate.h"
#include "squash/replay.h"

#include "common/schema/compare.h"

#include <glib.h>

G_BEGIN_DECLS

/** What was found. */
typedef struct {
    GPtrArray *differences; /**< BlDifference: the snapshot is not what the replay gives */
    GPtrArray *drift;       /**< BlDifference: the database is not what the replay gives */
    GPtrArray *rows;        /**< BlDifference: carried rows that differ from the replay's */
    GPtrArray *lost;        /**< BlCarriedTable: rows that only migrations put there, not carried */
    GPtrArray *rights;      /**< BlDifference: rights and owners of migrations, not carried */
    GPtrArray *left_out;    /**< BlLeftOut: what migrations put where no snapshot carries it */
    GPtrArray *compared;    /**< BlCarriedTable: tables whose rows were compared */
    GPtrArray *presence;    /**< char *: "table.column" whose values came from a clock or a random
                                function: only their presence counts */
    GPtrArray *data;        /**< char *: replayed migrations that have a data section */
    GPtrArray *unlike;      /**< char *: compared tables whose rows in the snapshot are not those of
                                the replay: the database has more of its own */
    guint replayed;         /**< migrations */
    guint objects;          /**< that were compared */
} BlProof;

BlProof *bl_proof_new(void);
void bl_proof_free(BlProof *proof);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlProof, bl_proof_free)

/** What a proof works on. Borrowed. */
typedef struct {
    BlReplayOptions replay;
    const BlDumpOptions *dump; /**< how catalogs are read */
    BlSession *replayed;       /**< bl_replay_run() of @replay */
    BlCandidate *candidate;    /**< the new snapshot; NULL: there is none to be compared */
    gint64 replayed_at;        /**< wall clock in microseconds at which that began */
    gboolean trusts_live;      /**< carried rows that differ from the replay's are wanted */
} BlProofInput;

/** Reads the catalog of a database as a dump would, with parts. @return bl_catalog_free() */
BlCatalog *bl_proof_read_catalog(BlSession *session,
                                 const BlDumpOptions *dump,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Notes what @migrations (BlMigration *) the replay ran. */
void bl_proof_note_replay(BlProof *proof, const BlDialect *dialect, const GPtrArray *migrations);

/** Compares a live catalog with the replay's into @proof->drift. */
void bl_proof_compare_live(BlProof *proof, const BlCatalog *live, const BlCatalog *replayed);

/** Compares a live database that is ahead of the replay, into @proof->drift: runs @younger in the
 * scratch database of the replay, which nobody must need any longer.
 * @param younger its migrations (BlMigration *), and whether the server of @live must be kept from
 * them: as in BlReplayOptions
 * @param live NULL: they run, and nothing is compared */
gboolean bl_proof_compare_ahead(BlProof *proof,
                                const BlProofInput *input,
                                const BlReplayOptions *younger,
                                BlSession *live,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Compares a database that a snapshot was loaded into with the replay, into @proof: catalogs,
 * ledgers and the rows of the tables that @manifest carries. */
gboolean bl_proof_compare_loaded(BlProof *proof,
                                 const BlProofInput *input,
                                 const BlCatalog *replayed,
                                 const BlManifest *manifest,
                                 BlSession *loaded,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What migrations made in the replay and the snapshot leaves out, because it is excluded or counts
 * as another's. @return GPtrArray of BlDifference */
GPtrArray *bl_proof_find_excluded(const BlProofInput *input,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes the candidate of @input and compares catalogs and rows into @proof.
 * @param dump the new snapshot
 * @param loaded out: a session on it, also where the comparison fails; bl_replay_close() */
gboolean bl_proof_compare_snapshot(BlProof *proof,
                                   const BlProofInput *input,
                                   const BlCatalog *replayed,
                                   const BlDump *dump,
                                   BlSession **loaded,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes what was replayed and compared into @manifest ("proof"). */
void bl_proof_record(const BlProof *proof, BlManifest *manifest);

/** Says in that record which snapshot may take the place of the files: nothing that they put into a
 * database gets lost without a word. */
void bl_proof_sign(BlManifest *manifest);

/** @return TRUE when the snapshot of @manifest was signed as it is; a later dump was not */
gboolean bl_proof_is_of(const BlManifest *manifest);

G_END_DECLS

#endif
