/* SPDX-License-Identifier: MIT */
/**
 * @file foreign.h
 * @brief What a script would do to what stood in the database before it: a load changes nothing but
 * what it made itself.
 *
 * Layer: load; not installed. Ahead of the load the script is read through bl_foreign_note(), then
 * bl_foreign_check() asks the database, where it must.
 */
#ifndef BL_LOAD_FOREIGN_H
#define BL_LOAD_FOREIGN_H

#include "load/loader.h"

#include "common/engine/engine.h"

G_BEGIN_DECLS

typedef struct BlForeign BlForeign;

/** @param engine borrowed. bl_foreign_free() */
BlForeign *bl_foreign_new(const BlEngine *engine);

/** Takes the next statement of the script. */
void bl_foreign_note(BlForeign *foreign, const BlItem *item, guint traits);

/**
 * Fails when a statement drops or changes what is there.
 * @param journal_counts FALSE: what the script does to the journal is not done anyway
 * @return FALSE: BL_ERROR_CONFLICT with the statement's place, or the question failed
 */
gboolean bl_foreign_check(const BlForeign *foreign,
                          BlSession *session,
                          const BlLoadOptions *options,
                          gboolean journal_counts,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Whether there is anything that a script could lose.
 * @param any out */
gboolean bl_foreign_is_any(BlSession *session,
                           const BlLoadOptions *options,
                           gboolean *any,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_foreign_free(BlForeign *foreign);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlForeign, bl_foreign_free)

G_END_DECLS

#endif
