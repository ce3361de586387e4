/* SPDX-License-Identifier: MIT */
/**
 * @file rules.h
 * @brief Which options go together, from the table of a command (BlOptionRule).
 *
 * Layer: common/cli, inside only. Needs no database: a wrong pair is told before anything is
 * opened.
 */
#ifndef BL_COMMON_CLI_RULES_H
#define BL_COMMON_CLI_RULES_H

#include "common/cli/options.h"

#include <glib.h>

G_BEGIN_DECLS

/** Of bl_options_several. A connection that is named need not be a pattern: a script does not know.
 */
extern const BlOptionRule bl_rules_several[];

/**
 * Checks what was given against all rows.
 * @param rules ends with a row whose @option is NULL; may be NULL
 * @return FALSE: BL_ERROR_USAGE; BL_ERROR_INTERNAL where a row names an option that is in no set
 */
gboolean bl_rules_check(const BlOptionRule *rules,
                        const BlOptionSet *sets,
                        guint n_sets,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
