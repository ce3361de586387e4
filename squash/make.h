/* SPDX-License-Identifier: MIT */
/**
 * @file make.h
 * @brief The files of a new migration, in the form of the history's convention.
 *
 * Layer: squash. Pure.
 */
#ifndef BL_SQUASH_MAKE_H
#define BL_SQUASH_MAKE_H

#include "squash/history.h"

#include <glib.h>

G_BEGIN_DECLS

/** One file. */
typedef struct {
    char *path; /**< from the migration folder, "/" always */
    char *text;
} BlMadeFile;

/** What the new migration holds. Borrowed. */
typedef struct {
    const char *name; /**< as bl_scaffold_file_name() makes it */
    const char *up;
    const char *down;
    gint64 now_us; /**< microseconds since 1970 */
    const BlDialect *dialect;
} BlMakeParts;

/** The files of a migration that is newer than all of @history, also when the clock is behind them.
 * @param squashed char *: names of the ledger whose files may be gone, it is newer than them too;
 * NULL: none
 * @return GPtrArray of BlMadeFile, owned; one or two */
GPtrArray *
bl_make_files(const BlHistory *history, const GPtrArray *squashed, const BlMakeParts *parts);

G_END_DECLS

#endif
