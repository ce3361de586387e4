/* SPDX-License-Identifier: MIT */
/**
 * @file stepwise.h
 * @brief Runs a file that is not one transaction, statement by statement.
 *
 * Layer: squash; not installed. Each statement that can commits together with its progress in the
 * journal; where that is not known, a kill leaves open only whether the statement that ran took
 * effect.
 */
#ifndef BL_SQUASH_STEPWISE_H
#define BL_SQUASH_STEPWISE_H

#include "squash/job.h"
#include "squash/record.h"

#include <glib.h>

G_BEGIN_DECLS

/** Runs @file and records it. A seeder leaves no trace of its progress.
 * @param start statements at its head that are done already
 * @param record out: BlRecord.is_written also where it fails because of something behind it */
gboolean bl_stepwise_run(const BlRunner *runner,
                         const BlJob *file,
                         BlRecord *record,
                         gint64 start,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
