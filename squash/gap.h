/* SPDX-License-Identifier: MIT */
/**
 * @file gap.h
 * @brief A database that stopped in the middle of what was squashed since: which files it lacks,
 * and where to fetch them.
 *
 * Layer: squash. Pure.
 */
#ifndef BL_SQUASH_GAP_H
#define BL_SQUASH_GAP_H

#include "squash/plan.h"

#include <glib.h>

G_BEGIN_DECLS

/** Fails with BL_ERROR_CONFLICT when migrations that the snapshot holds are neither applied nor on
 * disk. The detail lists their names, the hint says where the files are. A ledger that will be
 * filled from the snapshot lacks nothing: do not ask. */
gboolean bl_gap_check(const BlPlanInput *input, GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
