/* SPDX-License-Identifier: MIT */
#include "squash/steps.h"

#include "squash/runner.h"

#include "common/base/cancel.h"
#include "common/base/error.h"

/* How long migrations may share a commit, in microseconds: long enough for dozens of small ones,
 * too short for anybody to wait for, or to miss when the process is killed. */
enum { SHARED_US = 20000 };

typedef struct {
    BlMigrator *migrator;
    const BlPlan *plan;
    guint first;      /* step of the plan that the first of our results is of */
    guint base;       /* index of that result */
    guint next;       /* steps before this one are committed and reported */
    gint64 announced; /* journal row that a step wrote of the one behind it; 0: none */
    gboolean shares;  /* steps may share a commit */
    guint failed;     /* step that failed when it shared a commit: it need not be run again */
    GError *why;      /* NULL: none did */
    int signum;       /* somebody wants an end: put off until what it took along is done again; 0 */
} Walk;

static const BlStep *
step_at(const Walk *walk, guint i)
{
    return &g_array_index(walk->plan->steps, BlStep, i);
}

static BlMigrationResult *
result_at(const Walk *walk, guint i)
{
    return &g_array_index(walk->migrator->results, BlMigrationResult, walk->base + i - walk->first);
}

/* The row that a repeatable migration leaves behind; a bootstrap may have made it since the plan.
 */
static const BlLedgerRow *
last_run(const BlMigrator *migrator, const BlStep *step)
{
    if (step->row != NULL || step->migration->kind != BL_MIGRATION_REPEATABLE)
        return step->row;
    return bl_ledger_find(migrator->ledger, step->name);
}

/* @return NULL: the step at @i is not one up */
static const BlMigration *
goes_up(const Walk *walk, guint i)
{
    const BlStep *step = i < walk->plan->steps->len ? step_at(walk, i) : NULL;
    return step != NULL && step->kind == BL_STEP_UP ? step->migration : NULL;
}

static void
report_end(const Walk *walk, guint i, const GError *problem)
{
    gboolean up = step_at(walk, i)->kind == BL_STEP_UP;
    BlMigrationResult *result = result_at(walk, i);
    result->status = problem == NULL ? "completed" : "error";
    bl_report(walk->migrator->options.reporter,
              &(BlEvent){ .kind = problem == NULL ? BL_EVENT_END : BL_EVENT_FAILED,
                          .verb = problem != NULL ? "error" : (up ? "migrated" : "reverted"),
                          .name = result->name,
                          .text = problem != NULL ? problem->message : NULL,
                          .duration_us = result->duration_us });
}

static gboolean
run_step(Walk *walk, guint i, BlOutcome *outcome, GError **error)
{
    BlMigrator *migrator = walk->migrator;
    const BlStep *step = step_at(walk, i);
    const BlRunner runner = { migrator->session, &migrator->names, migrator->options.reporter,
                              goes_up(walk, i + 1) };
    const BlResume again = { .replaces = last_run(migrator, step),
                             .journal_id = walk->announced,
                             .is_announced = walk->announced != 0 };
    gboolean up = step->kind == BL_STEP_UP;
    BlMigrationResult *result = result_at(walk, i);
    bl_report(migrator->options.reporter, &(BlEvent){ .kind = BL_EVENT_BEGIN,
                                                      .verb = up ? "migrating" : "reverting",
                                                      .name = step->name });
    gboolean ok = up ? bl_runner_up(&runner, step->migration, result->batch, &again, outcome, error)
                     : bl_runner_down(&runner, step->migration, step->row, NULL, outcome, error);
    walk->announced = outcome->announced;
    result->duration_us = outcome->duration_us;
    return ok;
}

/* What became of the steps before @end, and of the one at @end when it failed. */
static gboolean
report_steps(Walk *walk, guint end, GError *problem, gboolean has_failed, GError **error)
{
    while (walk->next < end)
        report_end(walk, walk->next++, NULL);
    if (has_failed)
        report_end(walk, end, problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return problem == NULL;
}

/* Runs steps from the next one on up to a commit. */
static gboolean
run_some(Walk *walk, GError **error)
{
    BlSession *session = walk->migrator->session;
    gint64 until = walk->shares ? g_get_monotonic_time() + SHARED_US : 0;
    guint end = walk->next;
    GError *problem = NULL;
    gboolean has_failed = FALSE;
    do {
        BlOutcome outcome = { 0 };
        if (!bl_cancel_check(&problem))
            break;
        session->gather_until = end + 1 < walk->plan->steps->len ? until : 0;
        gboolean ok = run_step(walk, end, &outcome, &problem);
        end += ok || outcome.is_recorded ? 1 : 0;
        has_failed = !ok && !outcome.is_recorded;
    } while (problem == NULL && session->n_gathered > 0);

    /* A step that did not get as far as its own transaction, or took longer than the others can
     * wait, has not failed by itself. Where somebody wants an end, what is done stays. */
    gboolean failed_itself = has_failed && session->n_gathered == 0 && !session->is_cut;
    g_autoptr(GError) unsettled = NULL;
    if (session->n_gathered > 0 && (has_failed || !bl_session_settle(session, &unsettled)))
        session->engine->rollback(session);
    if (unsettled != NULL && g_error_matches(unsettled, BL_ERROR, BL_ERROR_CONNECT)) {
        g_clear_error(&problem);
        return report_steps(walk, walk->next, g_steal_pointer(&unsettled), TRUE, error);
    }
    if (session->n_lost == 0)
        return report_steps(walk, end, problem, has_failed, error);
    session->n_lost = 0;
    walk->shares = FALSE;
    if (failed_itself) {
        walk->failed = end;
        walk->why = g_steal_pointer(&problem);
        walk->signum = bl_cancel_requested();
        bl_cancel_clear();
    }
    g_clear_error(&problem);
    return TRUE;
}

static gboolean
run_all(Walk *walk, GError **error)
{
    while (walk->next < walk->plan->steps->len) {
        gboolean ok = walk->why != NULL && walk->next == walk->failed
                          ? report_steps(walk, walk->next, g_steal_pointer(&walk->why), TRUE, error)
                          : run_some(walk, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static void
add_results(Walk *walk)
{
    BlMigrator *migrator = walk->migrator;
    gint64 next_batch = bl_ledger_last_batch(migrator->ledger) + 1;
    walk->base = migrator->results->len;
    for (guint i = walk->first; i < walk->plan->steps->len; i++) {
        const BlStep *step = step_at(walk, i);
        BlMigrationResult result = {
            .name = g_strdup(step->name),
            .status = "pending",
            .batch = step->kind == BL_STEP_DOWN ? step->row->batch : next_batch,
            .is_down = step->kind == BL_STEP_DOWN,
        };
        g_array_append_val(migrator->results, result);
    }
}

gboolean
bl_steps_run(BlMigrator *migrator, const BlPlan *plan, guint first, GError **error)
{
    BlSession *session = migrator->session;
    const BlReporter *reporter = migrator->options.reporter;
    Walk walk = { .migrator = migrator, .plan = plan, .first = first, .next = first };
    add_results(&walk);
    /* Who follows the statements sees each migration end behind its own. */
    walk.shares =
        session->engine->settle != NULL && (reporter == NULL || !reporter->wants_statements);
    gboolean ok = run_all(&walk, error);
    session->gather_until = 0;
    g_clear_error(&walk.why);
    if (walk.signum != 0)
        bl_cancel_request(walk.signum);
    const BlRunner runner = { session, &migrator->names, reporter, NULL };
    if (walk.announced != 0)
        bl_runner_take_back(&runner, goes_up(&walk, walk.next), walk.announced);
    return ok;
}
