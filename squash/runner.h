/* SPDX-License-Identifier: MIT */
/**
 * @file runner.h
 * @brief Runs one migration up or down, or one seeder, and keeps ledger and journal true.
 *
 * Layer: squash. A file that is one transaction is recorded inside it. A file that is not
 * (transaction:false; where DDL commits by itself, every file that holds any; one that names a
 * table without transactions) has a "running" row committed first, and each of its statements that
 * can commits together with its progress: a kill loses no knowledge but whether the statement that
 * ran took effect. Where DDL commits by itself, that row is written together with the record of the
 * migration before, in one commit.
 */
#ifndef BL_SQUASH_RUNNER_H
#define BL_SQUASH_RUNNER_H

#include "squash/history.h"

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"

#include <glib.h>

G_BEGIN_DECLS

/** Where to run. Borrowed. */
typedef struct {
    BlSession *session;
    const BlLedgerNames *names;
    const BlReporter *reporter;
    const BlMigration *next; /**< goes up behind this one; NULL: none is known to. What must be
                                recorded before it begins is recorded together with what this one
                                leaves: that saves a commit */
} BlRunner;

/** What a run takes up: an unfinished one, or that of a repeatable migration before. */
typedef struct {
    gint64 journal_id; /**< journal row of the unfinished one; 0: none */
    gint64 done; /**< statements at the head that are left out; counts only for transaction:false */
    const BlLedgerRow *replaces; /**< ledger row of the last run, which goes; NULL: none */
    gboolean is_announced;       /**< that row is the one that the run before wrote ahead */
} BlResume;

/** What became of a run. */
typedef struct {
    gint64 duration_us;
    gboolean is_recorded; /**< the migration is applied (taken back), and the ledger says so; also
                             where the run fails because of something that came behind it */
    gint64 announced;     /**< journal row that says that BlRunner.next runs; 0: none. It is resumed
                             or taken back */
} BlOutcome;

/**
 * Checks a section before anything runs: its quoting, its own BEGIN and COMMIT, statements that
 * cannot run inside a transaction or are ignored there.
 * @param is_scratch it is for a replay: see bl_job_leaves_out()
 * @return FALSE with file, line, column and what to do
 */
gboolean bl_runner_check(const BlEngine *engine,
                         const BlMigration *migration,
                         const BlSection *section,
                         gboolean is_scratch,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Runs the up part and records it in @batch. @param resume NULL: a fresh run. @param outcome out,
 * also on failure; may be NULL */
gboolean bl_runner_up(const BlRunner *runner,
                      const BlMigration *migration,
                      gint64 batch,
                      const BlResume *resume,
                      BlOutcome *outcome,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Runs the down part and takes the ledger row out. @param row NULL: it is gone already (a resumed
 * run) */
gboolean bl_runner_down(const BlRunner *runner,
                        const BlMigration *migration,
                        const BlLedgerRow *row,
                        const BlResume *resume,
                        BlOutcome *outcome,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Takes back what BlOutcome.announced says of @migration, also when somebody asked to end. A row
 * that stays, as after a kill, says that nobody knows whether the first statement took effect: that
 * is a warning. */
void bl_runner_take_back(const BlRunner *runner, const BlMigration *migration, gint64 announced);

/** The statements of a seeder. @return GPtrArray of char *, owned; NULL: as bl_runner_seed()
 * refuses it */
GPtrArray *bl_runner_seed_statements(const BlEngine *engine,
                                     const char *path,
                                     const char *label,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Checks a seeder as bl_runner_seed() does before it runs it. */
gboolean bl_runner_check_seed(const BlEngine *engine,
                              const char *path,
                              const char *label,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Runs a plain SQL file in one transaction; nothing is recorded. */
gboolean bl_runner_seed(const BlRunner *runner, const char *path, const char *label, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when the section runs as one transaction: it may, and where DDL commits by itself
 * it holds only statements that do not. A section that cannot be read counts by what it says. */
gboolean bl_runner_is_transaction(const BlEngine *engine,
                                  const BlMigration *migration,
                                  const BlSection *section);

/** The statements of a section, for --dry-run and JSON. @return GPtrArray of char *, owned; NULL:
 * error */
GPtrArray *bl_runner_statements(const BlEngine *engine,
                                const BlMigration *migration,
                                const BlSection *section,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
