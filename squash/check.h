/* SPDX-License-Identifier: MIT */
/**
 * @file check.h
 * @brief Whether files, ledger, snapshot and live schema agree, and what does not.
 *
 * Layer: squash. Writes nothing.
 */
#ifndef BL_SQUASH_CHECK_H
#define BL_SQUASH_CHECK_H

#include "squash/migrator.h"

#include <glib.h>

G_BEGIN_DECLS

/** One thing that does not agree. Owned strings. */
typedef struct {
    char *kind; /**< "migration", "snapshot", "table" … */
    char *name;
    char *what; /**< for people */
    char *file; /**< where, from the project's folder; NULL: in the database */
    guint line; /**< 0: no line */
    guint column;
} BlCheckDifference;

/** Adds one; strings are copied. @param file may be NULL */
void bl_check_add(
    GPtrArray *differences, const char *kind, const char *name, const char *what, const char *file);

/** Adds what @problem and its hint say, with its position. @param file where, when it has none */
void bl_check_add_error(GPtrArray *differences,
                        const char *kind,
                        const char *name,
                        const GError *problem,
                        const char *file);

/** Where it is: "FILE", "FILE:LINE:COLUMN"; g_free(); NULL: in the database */
char *bl_check_place(const BlCheckDifference *difference);

/** An empty list of BlCheckDifference. @return g_ptr_array_unref() */
GPtrArray *bl_check_new(void);

/** Adds the files that were edited since the snapshot took them. */
void bl_check_edited(const BlMigrator *migrator, GPtrArray *differences);

/** The files by themselves, and beside the snapshot: needs no database. Adds to @differences.
 * @return FALSE: BL_ERROR_IO */
gboolean bl_check_files(const BlMigrator *migrator,
                        GPtrArray *differences,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** An empty database beside a snapshot that is not: one difference says so, in the place of those
 * of bl_check_ledger() and bl_check_schema(). @param is_bare out: it was added */
gboolean bl_check_bare(BlMigrator *migrator,
                       GPtrArray *differences,
                       gboolean *is_bare,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The ledger beside files, another tool's table and the snapshot. */
void bl_check_ledger(const BlMigrator *migrator, GPtrArray *differences);

/** The applied migrations that a squash of older ones left out of the snapshot, while that is the
 * one on disk: the live schema cannot be compared with it. */
guint bl_check_left_out(const BlMigrator *migrator);

/** The live schema beside the snapshot; nothing where there is none. */
gboolean bl_check_schema(BlMigrator *migrator,
                         GPtrArray *differences,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
