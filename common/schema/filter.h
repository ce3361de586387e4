/* SPDX-License-Identifier: MIT */
/**
 * @file filter.h
 * @brief Which objects are ours: schemas, ignored globs, excluded globs.
 *
 * Layer: common/schema. Dump, emptiness, wipe, proof and check use one filter.
 * A glob has *, ? and [abc], is matched in byte order against "schema.name" where the object has a
 * schema and also against "name" alone; it never matches across the whole of a name by accident:
 * the entire text must match.
 */
#ifndef BL_COMMON_SCHEMA_FILTER_H
#define BL_COMMON_SCHEMA_FILTER_H

#include <glib.h>

G_BEGIN_DECLS

/** Borrowed, NULL-terminated lists; each may be NULL. */
typedef struct {
    const char *const *schemas; /**< only these schemas; NULL: all that are not the system's */
    const char *const *ignore;  /**< never ours: from the configuration and the engine's default */
    const char *const *exclude; /**< left out of this dump (--exclude) */
} BlFilter;

#define BL_FILTER_INIT                                                                             \
    {                                                                                              \
        NULL, NULL, NULL                                                                           \
    }

/** @return TRUE when @text matches @glob as a whole */
gboolean bl_glob_matches(const char *glob, const char *text);

/** @return TRUE when the object is ours and not excluded. @filter and @schema may be NULL. @parent:
 * the table of an index or trigger (an object follows its table out), or NULL. */
gboolean
bl_filter_accepts(const BlFilter *filter, const char *schema, const char *name, const char *parent);

G_END_DECLS

#endif
