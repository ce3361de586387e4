/* SPDX-License-Identifier: MIT */
/**
 * @file survey.h
 * @brief The pass over a script ahead of its load: what this server cannot take, and what belongs
 * to others, is found before anything is made.
 *
 * Layer: load; not installed.
 */
#ifndef BL_LOAD_SURVEY_H
#define BL_LOAD_SURVEY_H

#include "load/loader.h"

G_BEGIN_DECLS

/** What was found. */
typedef struct {
    gboolean changes; /**< a statement is sent in other words */
    gboolean drops;   /**< there may be a statement that drops something */
    guint64 weight;   /**< of all of it in one transaction (BlEngine.weigh()) */
    guint64 bytes;    /**< of the statements; 0 where the script need not be read ahead */
} BlSurvey;

/**
 * Reads the script of a load, unless there is nothing to find.
 * @param result its files are checked
 * @return FALSE: BL_ERROR_UNSUPPORTED or BL_ERROR_CONFLICT with the statements' places, or the
 * script cannot be read
 */
gboolean bl_survey_take(BlSession *session,
                        const BlLoadOptions *options,
                        const BlLoadResult *result,
                        BlSurvey *survey,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
