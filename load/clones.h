/* SPDX-License-Identifier: MIT */
/**
 * @file clones.h
 * @brief Makes further databases from a snapshot that was loaded: by copy where the engine can,
 * else by a load of their own.
 *
 * Layer: load. Includes: common.
 */
#ifndef BL_LOAD_CLONES_H
#define BL_LOAD_CLONES_H

#include "load/loader.h"

G_BEGIN_DECLS

/** Which ones. Borrowed. */
typedef struct {
    const char *const *names; /**< @n_named of them */
    guint n_named;
    guint n_numbered; /**< and so many with a number: "<database>_1" … */
    gboolean recreate;
    guint jobs; /**< copies or loads at the same time; 0: a copy for each processor, or BL_LOAD_JOBS
                   loads */
} BlClones;

/** What is in the way of a clone is found before anything is loaded. */
gboolean bl_clones_check(BlSession *session,
                         const BlClones *clones,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/**
 * Makes them. The caller holds the lock. Behind one that fails no further one is begun; those that
 * are made stay, and those that are under way come to their end.
 * @param load how the database itself was loaded
 * @param mark digest of the SQL
 * @param made char *: what was made, for people, appended in order
 * @return FALSE: the error of the first clone that failed
 */
gboolean bl_clones_make(BlSession *session,
                        const BlClones *clones,
                        const BlLoadOptions *load,
                        const char *mark,
                        GPtrArray *made,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
