/* SPDX-License-Identifier: MIT */
/**
 * @file detect.h
 * @brief Which convention the files of a folder look like.
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_DETECT_H
#define BL_SQUASH_DETECT_H

#include "squash/history.h"

#include <glib.h>

G_BEGIN_DECLS

/** What the files look like. */
typedef struct {
    const BlConvention *convention; /**< NULL: nothing known */
    gboolean is_sure;               /**< FALSE: the files have a number and no mark of any tool */
    char *example;                  /**< one of the files that say so, from the project's folder */
    guint n;                        /**< how many say so */
} BlGuess;

void bl_guess_clear(BlGuess *guess);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlGuess, bl_guess_clear)

/** Looks at all .sql files below @paths, at their names, and into those whose names do not tell.
 * @param paths folders from @root; NULL-terminated; missing ones count as empty
 * @param guess out; files that cannot be read are left out */
void bl_detect(const char *root, const char *const *paths, BlGuess *guess);

G_END_DECLS

#endif
