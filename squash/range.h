/* SPDX-License-Identifier: MIT */
/**
 * @file range.h
 * @brief Which migrations a squash collapses, and whether their state lets it.
 *
 * Layer: squash; not installed.
 */
#ifndef BL_SQUASH_RANGE_H
#define BL_SQUASH_RANGE_H

#include "squash/migrator.h"

G_BEGIN_DECLS

/** The oldest part of a history, or all of it, without what is never run. */
typedef struct {
    GPtrArray *list;   /**< BlMigration *, borrowed: as far as files are there */
    gboolean is_whole; /**< nothing of the history is younger */
} BlSquashRange;

/** @param until as people type it; NULL: no limit. @param keep so many of the newest stay; -1: no
 * limit. @param range out: its list is freed by the caller. @return FALSE: there is no such
 * migration */
gboolean bl_squash_range_find(const BlMigrator *migrator,
                              const char *until,
                              gint64 keep,
                              BlSquashRange *range,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when the file of that name is in it */
gboolean bl_squash_range_has(const BlSquashRange *range, const char *name);

/** Fails when there is nothing to squash, or the ledger says of a migration what stands in the way.
 * @return FALSE: BL_ERROR_CONFLICT with what to do */
gboolean bl_squash_range_check(const BlSquashRange *range,
                               const BlMigrator *migrator,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
