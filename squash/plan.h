/* SPDX-License-Identifier: MIT */
/**
 * @file plan.h
 * @brief What would be done and why, and every refusal: a pure function of history, ledger,
 * manifest and options.
 *
 * Layer: squash. Needs no database: it is tested with tables of cases.
 * Every refusal is a GError with what to do next; warnings are texts of the plan.
 */
#ifndef BL_SQUASH_PLAN_H
#define BL_SQUASH_PLAN_H

#include "squash/history.h"

#include "common/snapshot/ledger.h"
#include "common/snapshot/manifest.h"

#include <glib.h>

G_BEGIN_DECLS

/** State of one migration. */
typedef enum {
    BL_STATUS_COMPLETED,
    BL_STATUS_PENDING,
    BL_STATUS_SQUASHED, /**< applied, no file, in the snapshot */
    BL_STATUS_MISSING,  /**< applied, no file, not in the snapshot */
    BL_STATUS_RENAMED,  /**< pending, and the same as a missing one */
    BL_STATUS_MODIFIED, /**< applied, and its statements differ from the file's */
    BL_STATUS_FAILED,   /**< stopped half-way */
    BL_STATUS_IGNORED,  /**< a file that will not run: a baseline script stands for it, or it is one
                           and the database had a history already */
    BL_STATUS_UNCERTAIN, /**< stopped, and nobody knows whether a statement took effect */
} BlStatus;

/** @return "completed", "pending" …; static */
const char *bl_status_name(BlStatus status);

/** One line of the status. Pointers are borrowed from the input. */
typedef struct {
    const char *name;
    BlStatus status;
    gint64 batch;                /**< 0: none */
    const char *time;            /**< migration_time; NULL: none */
    const char *renamed_from;    /**< BL_STATUS_RENAMED: the missing name */
    gboolean is_dumped;          /**< BL_STATUS_RENAMED: the snapshot goes on with that name */
    const BlMigration *file;     /**< NULL: no file */
    const BlLedgerRow *row;      /**< NULL: not applied */
    const BlJournalRow *journal; /**< what is known of its last run; NULL: nothing */
    gboolean layout_edited;      /**< completed, but comments or layout of the file changed since */
} BlStatusRow;

/** What a plan is made of. Borrowed; @manifest may be NULL. */
typedef struct {
    const BlHistory *history;
    const BlLedger *ledger;
    const BlManifest *manifest;
} BlPlanInput;

/** @return GPtrArray of BlStatusRow, owned: applied ones by id, then the pending ones in history
 * order */
GPtrArray *bl_plan_status(const BlPlanInput *input);

/** What to do about a row of BL_STATUS_RENAMED. @return g_free() */
char *bl_plan_hint_renamed(const BlStatusRow *row);

typedef enum { BL_STEP_BOOTSTRAP, BL_STEP_UP, BL_STEP_DOWN } BlStepKind;

/** One step. Pointers are borrowed from the input. */
typedef struct {
    BlStepKind kind;
    const char *name;
    const BlMigration *migration; /**< NULL for the bootstrap */
    const BlLedgerRow *row;       /**< the row that goes: down; up: of the last run of a
                                     repeatable one; NULL: none */
    gint64 batch; /**< up: the batch it joins; 0 behind a bootstrap: the one after the snapshot's
                     last */
} BlStep;

/** Steps in order, and what the user should know. */
typedef struct {
    GArray *steps;       /**< BlStep */
    GPtrArray *notes;    /**< char *: worth a line */
    GPtrArray *warnings; /**< char *: worth a look */
} BlPlan;

typedef enum { BL_OUT_OF_ORDER_ERROR, BL_OUT_OF_ORDER_WARN, BL_OUT_OF_ORDER_ALLOW } BlOutOfOrder;

/** How far up. */
typedef struct {
    gboolean bootstrap; /**< the ledger holds no row and there is a snapshot to load: @manifest says
                           what it holds */
    const BlMigration *to; /**< last one to run; NULL: all */
    BlOutOfOrder out_of_order;
} BlRunOptions;

/** The baseline script that stands for older versions: the applied one; in an empty database the
 * newest. @param bootstrap the snapshot counts as loaded. @return NULL: none */
const BlMigration *bl_plan_baseline(const BlPlanInput *input, gboolean bootstrap);

/** @return TRUE where @migration stands for older versions or is stood for by @baseline, so that it
 * is never run. @param baseline of bl_plan_baseline() */
gboolean bl_plan_ignores(const BlHistory *history,
                         const BlMigration *migration,
                         const BlMigration *baseline);

/** The way up: bootstrap, then the pending files. A bootstrap without manifest stands alone: nobody
 * knows what it holds, so that the rest is planned behind it.
 * @return bl_plan_free(); NULL: BL_ERROR_CONFLICT (unfinished, modified, renamed, out of order),
 * BL_ERROR_UNSUPPORTED (a pending file in another language), the problem of a broken file */
BlPlan *bl_plan_run(const BlPlanInput *input,
                    const BlRunOptions *options,
                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

typedef enum {
    BL_BACK_LAST_BATCH,
    BL_BACK_STEPS,    /**< the last @n migrations, whatever their batch */
    BL_BACK_TO_BATCH, /**< everything after batch @n */
    BL_BACK_ALL,      /**< all; a baseline ends it with a note (reset) */
} BlBackMode;

typedef struct {
    BlBackMode mode;
    gint64 n;
} BlBackOptions;

/** The way down, newest first.
 * @return bl_plan_free(); NULL: BL_ERROR_CONFLICT (inside the baseline, file missing, no down part,
 * unfinished) */
BlPlan *bl_plan_back(const BlPlanInput *input,
                     const BlBackOptions *options,
                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The way up again after @back was done (refresh): what bl_plan_run() would say then, never from a
 * snapshot. */
BlPlan *bl_plan_run_after(const BlPlanInput *input,
                          const BlPlan *back,
                          const BlRunOptions *options,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

void bl_plan_free(BlPlan *plan);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(BlPlan, bl_plan_free)

G_END_DECLS

#endif
