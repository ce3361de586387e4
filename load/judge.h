/* SPDX-License-Identifier: MIT */
/**
 * @file judge.h
 * @brief Which statements of a dump are sent, skipped or refused.
 *
 * Layer: load; not installed.
 */
#ifndef BL_LOAD_JUDGE_H
#define BL_LOAD_JUDGE_H

#include "common/engine/engine.h"

G_BEGIN_DECLS

/** What the judge knows. Borrowed. */
typedef struct {
    const BlDialect *dialect;
    GHashTable *present; /**< lower-case names of objects that were there before the load: no DROP
                            may name them; NULL: not known, and nothing is dropped */
    const char *journal; /**< name of the journal's table, which is there already: another tool's
                            dump may make it; NULL: it is not there */
    const char *journal_schema; /**< where it is; NULL: the engine has none */
} BlLoadJudge;

/** For BlScriptRun.judge; @data is a BlLoadJudge. */
BlVerdict bl_load_judge(const BlItem *item, guint traits, void *data, GError **error);

G_END_DECLS

#endif
