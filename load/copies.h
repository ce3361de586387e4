/* SPDX-License-Identifier: MIT */
/**
 * @file copies.h
 * @brief Copies of a loaded database, over several sessions at the same time.
 *
 * Layer: load; not installed. For engines that copy a database themselves (clone()).
 */
#ifndef BL_LOAD_COPIES_H
#define BL_LOAD_COPIES_H

#include "common/engine/engine.h"

G_BEGIN_DECLS

/** Which ones. Borrowed. */
typedef struct {
    const char *const *names; /**< @n_named of them */
    guint n_named;
    guint n_numbered; /**< and so many with a number: "<database>_1" … */
    gboolean recreate;
    guint jobs; /**< copies that are made at the same time, where the engine can; at least 1 */
    const char *mark; /**< digest of the SQL */
} BlCopies;

/**
 * Makes them. The caller holds the lock. Behind a failure no further one is started; those that are
 * made stay.
 * @param made char *: what was made, for people, appended in the order of their numbers
 * @return FALSE: the error of the first copy that failed
 */
gboolean bl_copies_make(BlSession *session, const BlCopies *copies, GPtrArray *made, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
