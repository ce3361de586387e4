/* SPDX-License-Identifier: MIT */
/**
 * @file migrator.h
 * @brief Takes a database through its history: bootstrap, up, down, wipe, repair. What the
 * subcommands of migrate use.
 *
 * Layer: squash. The migrator reports by events while it works and keeps its results.
 * Order of use: open (locks, reads history, ledger and manifest), plan (plan.h), check, execute.
 */
#ifndef BL_SQUASH_MIGRATOR_H
#define BL_SQUASH_MIGRATOR_H

#include "load/loader.h"
#include "squash/history.h"
#include "squash/plan.h"

#include "common/engine/engine.h"
#include "common/project/project.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** How to work. Borrowed. Zero is the default of every member. */
typedef struct {
    const char *schema_path; /**< --schema-path, or NULL: the connection's snapshot */
    gboolean makes_snapshot; /**< the snapshot at @schema_path is to be made: it may be missing */
    gboolean read_only;      /**< take no lock */
    gboolean disable_locks;
    guint lock_wait_ms;
    const BlReporter *reporter;
} BlMigratorOptions;

/** What became of one migration. */
typedef struct {
    char *name;
    const char *status; /**< "completed", "error" or "pending" (not run); static */
    gint64 batch;       /**< 0 of a seeder */
    gint64 duration_us;
    gboolean is_down; /**< it was to be taken back */
} BlMigrationResult;

/** The migrator. Members are read by the subcommands, written by migrator.c. */
typedef struct {
    const BlProject *project;
    const BlConnection *connection;
    BlMigratorOptions options;
    BlSession *session; /**< borrowed; NULL: the database is not there, everything counts as empty
                           (--dry-run) */
    BlLedgerNames names;
    BlHistory *history;
    BlLedger *ledger;
    BlManifest *manifest; /**< of the snapshot, NULL when there is none */
    char *sql_path;       /**< of the snapshot, absolute */
    char *sql_label;      /**< the same from the project's folder, for messages */
    gboolean
        has_snapshot; /**< at least one of its two files is there, or it was asked for by name */
    gboolean is_locked;
    gboolean was_empty;  /**< bl_migrator_check() saw that a bootstrap has room */
    gboolean was_warned; /**< it told what is doubtful about the snapshot's files */
    GArray *results;     /**< BlMigrationResult */
    GArray *seeded;      /**< BlMigrationResult of each seeder */
    gboolean bootstrapped;
    BlLoadResult load; /**< of the bootstrap */
} BlMigrator;

/** Opens: takes the lock, reads history, ledger and manifest.
 * @return bl_migrator_free(); NULL: BL_ERROR_CONFLICT (lock held, manifest of another database),
 * BL_ERROR_USAGE, BL_ERROR_IO */
BlMigrator *bl_migrator_open(const BlProject *project,
                             const BlConnection *connection,
                             BlSession *session,
                             const BlMigratorOptions *options,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads only the history. @return bl_history_free() */
BlHistory *bl_migrator_read_history(const BlProject *project,
                                    const BlConnection *connection,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The same, with the migration folders below @root (absolute) instead of the project's folder:
 * those of an archive. A folder given by an absolute path is not below it. */
BlHistory *bl_migrator_read_history_at(const BlProject *project,
                                       const BlConnection *connection,
                                       const char *root,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What plan.h works on. */
BlPlanInput bl_migrator_input(const BlMigrator *migrator);

/** Says whether a run over @ledger would bootstrap: it holds no row and there is a snapshot.
 * A configured snapshot that does not exist: BL_ERROR_CONFLICT. */
gboolean bl_migrator_wants_bootstrap(const BlMigrator *migrator,
                                     const BlLedger *ledger,
                                     gboolean *wants,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Checks all that a plan would run, without running it: files of the snapshot, every section, and,
 * unless @wiped (the database is going to be wiped first), that the database is empty where a
 * snapshot is to be loaded. */
gboolean bl_migrator_check(BlMigrator *migrator, const BlPlan *plan, gboolean wiped, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Carries a plan out; the first failure ends it. Results are kept also then. */
gboolean bl_migrator_execute(BlMigrator *migrator,
                             const BlPlan *plan,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads the ledger anew. Rows that plans of before point at are gone. */
gboolean bl_migrator_reload(BlMigrator *migrator, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The statements that a wipe would run. @return GPtrArray of char *, owned; NULL: error */
GPtrArray *bl_migrator_wipe_statements(BlMigrator *migrator,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fails where this account is not shown all of the database: no load of a snapshot could be
 * checked there. BL_ERROR_CONFLICT that names the rights */
gboolean bl_migrator_check_sight(BlMigrator *migrator, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Drops every object of ours, the ledger too; reads the ledger anew. Warns where there may be some
 * that this account is not shown. @param was_empty out: there was nothing to drop */
gboolean bl_migrator_wipe(BlMigrator *migrator,
                          gboolean *was_empty,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Reads all seeders. @return FALSE: one cannot be read, or holds what it may not */
gboolean bl_migrator_check_seeders(BlMigrator *migrator, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Names all seeders in their order. @return GPtrArray of char *, owned; NULL: error */
GPtrArray *bl_migrator_list_seeders(const BlMigrator *migrator,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The statements of one of them. @return GPtrArray of char *, owned; NULL: error */
GPtrArray *bl_migrator_seeder_statements(const BlMigrator *migrator,
                                         const char *label,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Runs the seeders, each in a transaction. Results are kept also on failure. */
gboolean bl_migrator_seed(BlMigrator *migrator, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Writes what a repair decided, in one transaction: runs @fn with the ledger tables there.
 * @param fn FALSE with @error undoes everything */
gboolean bl_migrator_repair(BlMigrator *migrator,
                            gboolean (*fn)(BlMigrator *migrator, void *data, GError **error),
                            void *data,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Releases the lock and frees; the session stays open. Accepts NULL. */
void bl_migrator_free(BlMigrator *migrator);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlMigrator, bl_migrator_free)

/** The filter for what is ours on @connection. Borrows its strings. */
BlFilter bl_connection_filter(const BlConnection *connection);

/** The names of the bookkeeping tables of @connection. Borrows its strings. */
BlLedgerNames bl_connection_ledger_names(const BlConnection *connection);

G_END_DECLS

#endif
