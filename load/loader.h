/* SPDX-License-Identifier: MIT */
/**
 * @file loader.h
 * @brief Bootstraps an empty database from a snapshot, or from another tool's dump: all of it or
 * nothing.
 *
 * Layer: load. Includes: common. The rules are the table "Bootstrap" of the manual, migrate(1).
 */
#ifndef BL_LOAD_LOADER_H
#define BL_LOAD_LOADER_H

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** Sessions at the same time when nobody says how many: a server waits for its disk most of the
 * time that it needs for a table. */
#define BL_LOAD_JOBS 4

/** What to load, and what must hold. Borrowed. */
typedef struct {
    const char *sql_path;   /**< absolute path of the .sql */
    const char *label;      /**< what messages call that file */
    gboolean explicit_path; /**< the user named this file: a bare .sql without manifest is loaded
                               with a warning */
    const char *connection; /**< name that the manifest must have; NULL: any */
    BlLedgerNames names;
    BlFilter filter; /**< what is ours */
    const BlKnownMigration
        *history; /**< the migrations on disk, for the check against the manifest's digests */
    gsize n_history;
    gboolean accept_modified;
    gboolean accept_marks; /**< of a modified text: lines like the marks of a conflict may be an
                              object's own text; the caller proves what was loaded */
    gboolean map;          /**< replace what the server does not have (--map) */
    guint jobs; /**< sessions that make tables at the same time; 0: one, or BL_LOAD_JOBS where
                   a load cannot be one transaction anyway */
    gboolean must_verify;   /**< fail when the schema digest cannot be compared (--verify) */
    gboolean was_empty;     /**< bl_load_check_empty() has just said so: it is asked once more only
                               where the load begins */
    gboolean is_dry;        /**< nothing is mended on the disk either */
    gboolean keeps_journal; /**< the journal will be needed: one that is made for a mark stays,
                               where the snapshot makes no schema that it belongs in */
    gboolean was_warned; /**< bl_load_check_files() has just said what is doubtful about the files:
                            it checks them again, and warns no more */
    const BlReporter *reporter;
} BlLoadOptions;

typedef struct {
    guint64 statements;
    guint objects;
    gboolean verified;    /**< the schema digest was compared and is equal */
    gboolean differs;     /**< it is not equal, and the load could not be taken back with a
                             transaction: it stays, after a warning */
    GError *unsettled;    /**< the load is committed, but the session kept settings of the dump:
                             nothing else may be run in it; NULL: it did not */
    gboolean translated;  /**< the server got other words than the file's */
    gboolean drops;       /**< the file may drop something */
    char *digest;         /**< of the SQL: "sha256:…" */
    BlManifest *manifest; /**< NULL: a bare dump */
} BlLoadResult;

void bl_load_result_clear(BlLoadResult *result);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlLoadResult, bl_load_result_clear)

/**
 * Fails unless the database is empty: no object of ours beyond an empty ledger, no unfinished
 * migration.
 * @param ledger as read in the same transaction
 */
gboolean bl_load_check_empty(BlSession *session,
                             const BlLoadOptions *options,
                             const BlLedger *ledger,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Loads. The caller holds the lock. All checks come first; on failure the database is as empty as
 * before: one transaction where the server can hold it, else what was made is dropped again
 * (load/undo.h), and a process that is killed leaves a mark that says so.
 * @param result cleared by the caller with bl_load_result_clear()
 */
gboolean bl_load(BlSession *session,
                 const BlLoadOptions *options,
                 BlLoadResult *result,
                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
