/* SPDX-License-Identifier: MIT */
/**
 * @file scan.h
 * @brief Finds the files in the migration folders, and those that make one migration.
 *
 * Layer: squash; for source.c only, which reads what is found. Opens no file.
 */
#ifndef BL_SQUASH_SCAN_H
#define BL_SQUASH_SCAN_H

#include "squash/history.h"

#include <glib.h>

G_BEGIN_DECLS

/** One file that belongs to a migration. */
typedef struct BlScanFile {
    BlFileMatch match;
    char *label;              /**< from the project's folder */
    char *relative;           /**< from the migration folder */
    struct BlScanFile *hides; /**< the one of lower rank whose place it takes; NULL: none */
} BlScanFile;

/** The files of one migration, by what they are for; borrowed from BlScan.files. */
typedef struct {
    char *name;
    BlScanFile *roles[BL_FILE_FOREIGN + 1];
} BlScanGroup;

/** What was found. */
typedef struct {
    const BlHistoryOptions *options; /**< borrowed */
    const BlConvention *convention;
    char *root;        /**< the project's folder, absolute */
    char **folders;    /**< labels of the migration folders; NULL-terminated */
    GPtrArray *files;  /**< BlScanFile * */
    GPtrArray *groups; /**< BlScanGroup *, in no order */
    GPtrArray *strays; /**< char *: see BlHistory.strays */
    GHashTable *seen;  /**< labels: two configured folders may lie one inside the other */
    GHashTable *by_name;
} BlScan;

/** Looks into all folders of @options.
 * @param scan out, zero before; also after a failure bl_scan_clear()
 * @return FALSE: BL_ERROR_USAGE for names that cannot be, for two files of one name, for folders
 * that hold the same files; BL_ERROR_IO */
gboolean bl_scan_read(BlScan *scan,
                      const BlHistoryOptions *options,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return the absolute path of what @label names; g_free() */
char *bl_scan_path(const BlScan *scan, const char *label);

/** The file that makes a group a migration. @return borrowed; NULL: a down part of nothing */
const BlScanFile *bl_scan_main(const BlScanGroup *group);

void bl_scan_clear(BlScan *scan);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlScan, bl_scan_clear)

G_END_DECLS

#endif
