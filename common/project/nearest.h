/* SPDX-License-Identifier: MIT */
/**
 * @file nearest.h
 * @brief "Did you mean": the candidate that a mistyped word is closest to.
 *
 * Layer: common/project. Used by: the configuration's keys, options, subcommands.
 */
#ifndef BL_COMMON_PROJECT_NEAREST_H
#define BL_COMMON_PROJECT_NEAREST_H

#include <glib.h>

G_BEGIN_DECLS

/** @return the element of @candidates (NULL-terminated) that is at most a third of its letters away
 * from
 * @word, the first of equals; NULL when none is. Borrowed. */
const char *bl_nearest_find(const char *word, const char *const *candidates);

G_END_DECLS

#endif
