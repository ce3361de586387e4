/* SPDX-License-Identifier: MIT */
/**
 * @file job.h
 * @brief The text that is run for a migration or a seeder, item by item, and what it may not hold.
 *
 * Layer: squash; not installed.
 */
#ifndef BL_SQUASH_JOB_H
#define BL_SQUASH_JOB_H

#include "squash/history.h"
#include "squash/shape.h"

#include "common/engine/engine.h"

#include <glib.h>

G_BEGIN_DECLS

/** A section of a migration, or a whole seeder file. Borrowed. */
typedef struct {
    const BlSection *section; /**< NULL: a seeder */
    BlShape shape;
    const char *label; /**< file name for messages */
    const char *text;
    gsize len;
    guint line;
    guint64 offset;
    const BlItem *single; /**< all that the text holds, when that is known; NULL: it is not */
    gboolean is_alone;    /**< it shares no transaction with another one, or nobody knows */
    GArray *items;        /**< BlShapeItem, when they were read already; NULL: they were not */
} BlJob;

/** Settings that a transaction ignores stand at the head or at the end of a file; they run outside
 * its transaction. */
typedef enum { BL_JOB_HEAD, BL_JOB_BODY, BL_JOB_TAIL } BlJobPart;

/** Takes an item. Return FALSE with @error set to end. */
typedef gboolean (*BlJobItemFn)(const BlItem *item, guint traits, void *data, GError **error);

BlJob bl_job_of(const BlEngine *engine, const BlMigration *migration, const BlSection *section);

/** Fails where the section holds what it may not, as bl_job_check(). It is read once.
 * @param is_scratch it is for a scratch database, where bl_job_leaves_out() counts */
gboolean bl_job_check_section(const BlEngine *engine,
                              const BlMigration *migration,
                              const BlSection *section,
                              gboolean is_scratch,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** A script over the text, with its positions. @param reader over it; borrowed */
BlScript *bl_job_script(const BlJob *job, BlReader *reader, const BlDialect *dialect);

/** Runs the text. */
gboolean bl_job_run(const BlJob *job, BlSession *session, const BlScriptRun *run, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Calls @fn for each item without running anything. */
gboolean bl_job_scan(const BlJob *job,
                     const BlEngine *engine,
                     BlJobItemFn fn,
                     void *data,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** @return TRUE when the text has @name somewhere, in any case of its ASCII letters */
gboolean bl_job_mentions(const BlJob *job, const char *name);

/** @return TRUE for the BEGIN and COMMIT that stand for our own */
gboolean bl_job_is_frame(const BlJob *job, guint traits);

/** @return TRUE for what is not run in a scratch database, since it would only keep others out; the
 * ledger could not be written behind it. Of texts that run in steps */
gboolean bl_job_leaves_out(const BlJob *job, guint traits);

/** Fails where the text holds what it may not. @return FALSE with file, line, column and what to do
 */
gboolean
bl_job_check(const BlJob *job, const BlEngine *engine, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Fails where @section makes a temporary table or view of the name of one of @tables, which the
 * session would take for it. @param tables NULL-terminated, may have a schema ahead
 * @return FALSE with file, line, column and what to do */
gboolean bl_job_check_shadows(const BlEngine *engine,
                              const BlMigration *migration,
                              const BlSection *section,
                              const char *const *tables,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS

#endif
