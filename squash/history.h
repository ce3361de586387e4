/* SPDX-License-Identifier: MIT */
/**
 * @file history.h
 * @brief The migrations on disk, in their order.
 *
 * Layer: squash. Includes: common.
 */
#ifndef BL_SQUASH_HISTORY_H
#define BL_SQUASH_HISTORY_H

#include "common/snapshot/manifest.h"
#include "common/sql/dialect.h"

#include <glib.h>

G_BEGIN_DECLS

/** One direction of a migration: a part of its file. */
typedef struct {
    gboolean present;     /**< the file has this section */
    gboolean empty;       /**< it holds no statement */
    gboolean transaction; /**< run in one transaction (the default) */
    char *text;           /**< the section, after its marker line */
    gsize len;
    guint64 offset; /**< of @text in the file */
    guint line;     /**< of the first byte of @text in the file */
} BlSection;

/** One migration. */
typedef struct {
    char *
        name; /**< as in the ledger: path from the project's folder without extension, "/" always */
    char *path;       /**< of the file, absolute */
    char *label;      /**< of the file from the project's folder, for messages */
    gboolean foreign; /**< written in another language: present, but not ours to run */
    BlSection up;
    BlSection down;
    char *raw_digest;   /**< "raw:…" of the up part (of the whole file when foreign) */
    char *token_digest; /**< "t1:…" of the up part; NULL when foreign or unreadable */
    GError *problem;    /**< why it cannot be run (broken file); NULL when it can */
} BlMigration;

/** How files are found, named, ordered and cut. One const instance per convention. */
typedef struct {
    const char *name;
    /** @return TRUE when a file of this name is a migration of this convention */
    gboolean (*accepts)(const char *file_name);
    /** Cuts @text into the sections of @migration; sets its problem when it cannot. */
    void (*split)(BlMigration *migration, const BlDialect *dialect, const char *text, gsize len);
} BlConvention;

/** @return the convention of that name, NULL for NULL: the native one; NULL when there is none */
const BlConvention *bl_convention_find(const char *name);

/** The migrations of a project. */
typedef struct {
    GPtrArray *list;     /**< BlMigration *, in order */
    GHashTable *by_name; /**< name -> BlMigration */
    gboolean natural_sort;
} BlHistory;

/** Where and how to read. Borrowed. */
typedef struct {
    const char *root;         /**< the project's folder */
    const char *const *paths; /**< folders from the root; one that is missing counts as empty */
    const BlConvention *convention;
    const BlDialect *dialect;
    gboolean natural_sort;
    gboolean disable_transactions;
} BlHistoryOptions;

/**
 * Reads all migrations. Folders are read with their sub-folders; names that start with "." and
 * symbolic links are left out. Order: by file name (numbers by value with @natural_sort), then by
 * folder, whatever the folder.
 * @return bl_history_free(); NULL: BL_ERROR_USAGE for two files with one name or a name that is too
 * long; BL_ERROR_IO
 */
BlHistory *bl_history_read(const BlHistoryOptions *options,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** An empty history; migrations are added with bl_history_take() (tests). */
BlHistory *bl_history_new(gboolean natural_sort);
void bl_history_take(BlHistory *history, BlMigration *migration);

/** @return the migration, NULL when it is not on disk. Borrowed. */
BlMigration *bl_history_find(const BlHistory *history, const char *name);

/** Finds a migration by what people type: the name, its last part, either with the extension.
 * @return borrowed; NULL: BL_ERROR_USAGE (none, or more than one) */
BlMigration *bl_history_resolve(const BlHistory *history,
                                const char *text,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Order of two names, as strcmp(). */
int bl_migration_name_compare(const char *a, const char *b, gboolean natural_sort);

/** The migrations as a snapshot must know them. Strings are borrowed from @history. @return
 * g_free(); @param n out */
BlKnownMigration *bl_history_known(const BlHistory *history, gsize *n);

void bl_migration_free(BlMigration *migration);
void bl_history_free(BlHistory *history);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlHistory, bl_history_free)
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlMigration, bl_migration_free)

/** The native convention: one .sql file with "-- migrate:up" and "-- migrate:down". */
extern const BlConvention bl_convention_baseline;

G_END_DECLS

#endif
