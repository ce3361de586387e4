/* SPDX-License-Identifier: MIT */
/**
 * @file steps.h
 * @brief Carries out the steps up and down of a plan, one migration after the other.
 *
 * Layer: squash; not installed. Each migration is a transaction of its own where it can be one.
 * Where the engine can leave one open for the next (BlEngine.settle), migrations that are run
 * within a fiftieth of a second share a commit: nobody is told of one before it is committed, and
 * when anything goes wrong, or one takes longer and holds the others up, all of them are taken back
 * and run again one by one, so that what becomes of each is the same.
 */
#ifndef BL_SQUASH_STEPS_H
#define BL_SQUASH_STEPS_H

#include "squash/migrator.h"

#include <glib.h>

G_BEGIN_DECLS

/** Carries out the steps of @plan from @first on; the first failure ends it. Adds a result for each
 * to BlMigrator.results, also for those that it did not come to. */
gboolean bl_steps_run(BlMigrator *migrator, const BlPlan *plan, guint first, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
