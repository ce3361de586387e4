/* SPDX-License-Identifier: MIT */
/**
 * @file repeat.h
 * @brief A statement that is run again and again until it touches no row ("-- migrate:repeat").
 *
 * Layer: squash.
 */
#ifndef BL_SQUASH_REPEAT_H
#define BL_SQUASH_REPEAT_H

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

/** Runs @item, each time in a transaction of its own, until it changes nothing; tells how many rows
 * it changed so far. A signal ends it between two runs. What was changed stays.
 * @param label of the file, for the position of an error */
gboolean bl_repeat_run(BlSession *session,
                       const BlReporter *reporter,
                       const char *label,
                       const BlItem *item,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
