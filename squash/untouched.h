/* SPDX-License-Identifier: MIT */
/**
 * @file untouched.h
 * @brief Whether files are what they were when a squash began, to the byte.
 *
 * Layer: squash. The digests of a migration are of its up part; a squash takes whole files away:
 * down parts, notes and settings, too.
 */
#ifndef BL_SQUASH_UNTOUCHED_H
#define BL_SQUASH_UNTOUCHED_H

#include "squash/history.h"

#include <glib.h>

G_BEGIN_DECLS

/** What the files of migrations hold. */
typedef struct BlUntouched BlUntouched;

/** Reads all files of @migrations (BlMigration *), before anybody is asked about them.
 * @return bl_untouched_free() */
BlUntouched *bl_untouched_new(const GPtrArray *migrations);

/** @return FALSE: BL_ERROR_CONFLICT: a file of @migration is not what it was, or was not read */
gboolean bl_untouched_check(const BlUntouched *untouched,
                            const BlMigration *migration,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_untouched_free(BlUntouched *untouched);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlUntouched, bl_untouched_free)

G_END_DECLS

#endif
