/* SPDX-License-Identifier: MIT */
#include "squash/runner.h"

#include "squash/job.h"
#include "squash/record.h"
#include "squash/stepwise.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/stream.h"
#include "common/snapshot/pair.h"
#include "common/sql/script.h"

#include <string.h>

/* What is run, and where. */
typedef struct {
    BlJob file;
    const BlRunner *runner;
} Job;

gboolean
bl_runner_is_transaction(const BlEngine *engine,
                         const BlMigration *migration,
                         const BlSection *section)
{
    (void)migration;
    return bl_shape_find(engine, section) != BL_SHAPE_STEPS;
}

gboolean
bl_runner_check(const BlEngine *engine,
                const BlMigration *migration,
                const BlSection *section,
                gboolean is_scratch,
                GError **error)
{
    if (migration->problem != NULL) {
        if (error != NULL)
            *error = g_error_copy(migration->problem);
        return FALSE;
    }
    if (section->problem != NULL) {
        if (error != NULL)
            *error = g_error_copy(section->problem);
        return FALSE;
    }
    return bl_job_check_section(engine, migration, section, is_scratch, error);
}

static gboolean
add_statement(const BlItem *item, guint traits, void *data, GError **error)
{
    (void)traits;
    (void)error;
    g_ptr_array_add(data, g_strndup(item->text, item->len));
    return TRUE;
}

GPtrArray *
bl_runner_statements(const BlEngine *engine,
                     const BlMigration *migration,
                     const BlSection *section,
                     GError **error)
{
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    const BlJob job = bl_job_of(engine, migration, section);
    if (!bl_job_scan(&job, engine, add_statement, statements, error))
        return NULL;
    return g_steal_pointer(&statements);
}

/* The settings of one end of the file, run outside its transaction. */
typedef struct {
    const Job *job;
    BlJobPart wanted;
    BlJobPart part;
    gboolean is_over; /* what comes is not wanted */
} Settings;

static gboolean
run_setting(const BlItem *item, guint traits, void *data, GError **error)
{
    Settings *settings = data;
    if (bl_job_is_frame(&settings->job->file, traits))
        return TRUE;
    if ((traits & BL_STMT_SILENT_IN_TX) == 0) {
        settings->part = BL_JOB_TAIL;
        settings->is_over = settings->wanted == BL_JOB_HEAD;
        return !settings->is_over;
    }
    if (settings->part != settings->wanted)
        return TRUE;
    BlSession *session = settings->job->runner->session;
    g_autofree char *sql = g_strndup(item->text, item->len);
    if (session->engine->execute(session, sql, NULL, error))
        return TRUE;
    bl_error_set_position(error != NULL ? *error : NULL, settings->job->file.label, item->line,
                          item->column);
    return FALSE;
}

static gboolean
run_settings(const Job *job, BlJobPart wanted, GError **error)
{
    Settings settings = { .job = job, .wanted = wanted, .part = BL_JOB_HEAD };
    return bl_job_scan(&job->file, job->runner->session->engine, run_setting, &settings, error) ||
           settings.is_over;
}

/* What the callback of a file that is one transaction knows. */
typedef struct {
    const BlJob *job;
    gboolean has_settings;
} Inside;

static BlVerdict
judge_inside(const BlItem *item, guint traits, void *data, GError **error)
{
    (void)error;
    (void)item;
    Inside *inside = data;
    gboolean is_setting = (traits & BL_STMT_SILENT_IN_TX) != 0;
    inside->has_settings = inside->has_settings || is_setting;
    return is_setting || bl_job_is_frame(inside->job, traits) ? BL_SKIP_ITEM : BL_RUN_ITEM;
}

/* @param has_settings out: there are settings, which were left out */
static gboolean
run_in_transaction(const Job *job, BlRecord *record, gboolean *has_settings, GError **error)
{
    BlSession *session = job->runner->session;
    const BlEngine *engine = session->engine;
    Inside inside = { .job = &job->file };
    const BlScriptRun run = { .judge = judge_inside, .data = &inside, .together = TRUE };
    if (!engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    gboolean ok = bl_job_run(&job->file, session, &run, error) && bl_cancel_check(error) &&
                  bl_record_write(job->runner, record, error);
    session->resets_next = !inside.has_settings;
    ok = ok && bl_record_commit(job->runner, record, error);
    session->resets_next = FALSE;
    if (!ok)
        engine->rollback(session);
    *has_settings = ok && inside.has_settings;
    return ok;
}

/* Rows stayed that nobody expected to: the file must not run again by itself. */
static void
tell_left_rows(const Job *job, BlRecord *record, GError *problem)
{
    g_autoptr(GError) why = NULL;
    if (job->runner->session->is_scratch)
        return;
    if (record->migration == NULL) {
        bl_error_set_hint(problem, "rows in tables that have no transactions stayed: take them out "
                                   "before it runs again");
        return;
    }
    if (bl_record_fail(job->runner, record, problem->message, &why)) {
        bl_error_set_hint(problem,
                          "rows in tables that have no transactions stayed: take them out, "
                          "then migrate repair --resume-at 1");
        return;
    }
    bl_error_set_hint(problem,
                      "rows in tables that have no transactions stayed, and the journal does not "
                      "say so (%s): take them out before the next run",
                      why->message);
}

static gboolean
run_as_one_transaction(const Job *job, BlRecord *record, GError **error)
{
    BlSession *session = job->runner->session;
    gboolean has_settings = FALSE;
    GError *problem = NULL;
    session->left_rows = FALSE;
    gboolean ok = run_settings(job, BL_JOB_HEAD, &problem) &&
                  run_in_transaction(job, record, &has_settings, &problem) &&
                  (!has_settings || run_settings(job, BL_JOB_TAIL, &problem));
    gboolean is_left = !ok && session->left_rows;
    /* A setting that a file leaves behind must not reach the next file; a failure already under way
     * is the one to tell. */
    gboolean is_reset = session->engine->reset_settings(session, ok ? &problem : NULL);
    if (is_left)
        tell_left_rows(job, record, problem);
    if (problem != NULL)
        g_propagate_error(error, problem);
    return ok && is_reset;
}

/* Until the settings are put back behind the file. */
static gboolean
set_timeouts(const Job *job, GError **error)
{
    const BlSection *section = job->file.section;
    BlSession *session = job->runner->session;
    if (section == NULL || (section->lock_timeout_ms == 0 && section->statement_timeout_ms == 0))
        return TRUE;
    if (session->engine->set_timeouts != NULL)
        return session->engine->set_timeouts(session, section->lock_timeout_ms,
                                             section->statement_timeout_ms, error);
    bl_error_set(error, BL_ERROR_UNSUPPORTED, "take the directive out",
                 "%s: this engine takes no timeout from a migration", job->file.label);
    return FALSE;
}

static gboolean
run_by_shape(const Job *job, BlRecord *record, gint64 start, GError **error)
{
    return job->file.shape == BL_SHAPE_STEPS
               ? bl_stepwise_run(job->runner, &job->file, record, start, error)
               : run_as_one_transaction(job, record, error);
}

/* In any schema. */
static gboolean
mentions_table(const BlJob *file, const char *table)
{
    const char *dot = strrchr(table, '.');
    return bl_job_mentions(file, dot != NULL ? dot + 1 : table);
}

/* The records of those before it are written with their commit: what looks at the ledger, or puts a
 * trigger on it, is to find them there. */
static gboolean
is_alone(const Job *job)
{
    const BlLedgerNames *names = job->runner->names;
    if (job->file.is_alone || job->runner->session->n_gathered == 0)
        return job->file.is_alone;
    return mentions_table(&job->file, names->ledger) ||
           (names->peer != NULL && mentions_table(&job->file, names->peer_table));
}

/* Where a rollback would leave rows, or a commit of our own comes too late for them, the file is
 * none that is kept whole or not at all. Neither is one that goes on in its middle. */
static gboolean
settle_shape(Job *job, const BlRecord *record, gint64 start, GError **error)
{
    BlSession *session = job->runner->session;
    const BlEngine *engine = session->engine;
    if (engine->writes_last == NULL || session->is_scratch || record->migration == NULL ||
        job->file.shape == BL_SHAPE_STEPS)
        return TRUE;
    gboolean lasts = FALSE;
    if (start == 0 && job->file.len > 0 &&
        !engine->writes_last(session, job->file.text, job->file.len, &lasts, error))
        return FALSE;
    if (lasts || start > 0)
        job->file.shape = BL_SHAPE_STEPS;
    return TRUE;
}

static gboolean
run_job(Job *job, BlRecord *record, gint64 start, BlOutcome *outcome, GError **error)
{
    BlSession *session = job->runner->session;
    gint64 gather_until = session->gather_until;
    record->started = g_get_monotonic_time();
    gboolean alone = is_alone(job);
    if (alone)
        session->gather_until = 0;
    gboolean is_set = (!alone || bl_session_settle(session, error)) &&
                      settle_shape(job, record, start, error) && set_timeouts(job, error);
    gboolean ok = is_set && run_by_shape(job, record, start, error);
    session->gather_until = gather_until;
    if (!is_set && record->is_running)
        bl_runner_take_back(job->runner, record->migration, record->journal_id);
    if (outcome != NULL)
        *outcome = (BlOutcome){ g_get_monotonic_time() - record->started, record->is_written,
                                record->announced };
    if (ok || record->migration == NULL)
        return ok;
    if (!record->is_written) {
        g_prefix_error(error, "migration \"%s\": ", record->migration->name);
        return FALSE;
    }
    g_prefix_error(error, "behind migration \"%s\", which is %s: ", record->migration->name,
                   record->is_down ? "reverted" : "applied");
    bl_error_set_hint(error != NULL ? *error : NULL, "run again: the next run goes on behind it");
    return FALSE;
}

gboolean
bl_runner_up(const BlRunner *runner,
             const BlMigration *migration,
             gint64 batch,
             const BlResume *resume,
             BlOutcome *outcome,
             GError **error)
{
    Job job = { .file = bl_job_of(runner->session->engine, migration, &migration->up),
                .runner = runner };
    BlRecord record = { .migration = migration,
                        .batch = batch,
                        .row = resume != NULL ? resume->replaces : NULL,
                        .journal_id = resume != NULL ? resume->journal_id : 0,
                        .is_running = resume != NULL && resume->is_announced };
    gint64 start = resume != NULL ? resume->done : 0;
    return run_job(&job, &record, start, outcome, error);
}

void
bl_runner_take_back(const BlRunner *runner, const BlMigration *migration, gint64 announced)
{
    g_autoptr(GError) problem = NULL;
    /* A wish to end is why this is done; another one ends it. */
    int signum = bl_cancel_requested();
    bl_cancel_clear();
    gboolean ok = bl_journal_delete(runner->session, runner->names, announced, &problem);
    if (signum != 0)
        bl_cancel_request(signum);
    if (!ok) {
        bl_report_text(
            runner->reporter, BL_EVENT_WARNING,
            "the journal says that \"%s\" runs, which has not begun (%s): migrate repair "
            "--forget %s",
            migration->name, problem->message, migration->name);
    }
}

gboolean
bl_runner_down(const BlRunner *runner,
               const BlMigration *migration,
               const BlLedgerRow *row,
               const BlResume *resume,
               BlOutcome *outcome,
               GError **error)
{
    Job job = { .file = bl_job_of(runner->session->engine, migration, &migration->down),
                .runner = runner };
    BlRecord record = { .migration = migration,
                        .is_down = TRUE,
                        .row = row,
                        .journal_id = resume != NULL ? resume->journal_id : 0 };
    gint64 start = resume != NULL ? resume->done : 0;
    return run_job(&job, &record, start, outcome, error);
}

/* @param text out: g_free(). @return FALSE: it cannot be read, or holds what it may not */
static gboolean
read_seeder(const BlEngine *engine,
            const char *path,
            const char *label,
            BlJob *file,
            char **text,
            GError **error)
{
    gsize len = 0;
    *text = bl_pair_read_sql(path, &len, NULL, error);
    if (*text == NULL)
        return FALSE;
    *file = (BlJob){ .shape = bl_shape_find_text(engine, *text, len),
                     .label = label,
                     .text = *text,
                     .len = len,
                     .line = 1 };
    return bl_job_check(file, engine, error);
}

gboolean
bl_runner_check_seed(const BlEngine *engine, const char *path, const char *label, GError **error)
{
    BlJob file;
    g_autofree char *text = NULL;
    return read_seeder(engine, path, label, &file, &text, error);
}

GPtrArray *
bl_runner_seed_statements(const BlEngine *engine,
                          const char *path,
                          const char *label,
                          GError **error)
{
    BlJob file;
    g_autofree char *text = NULL;
    g_autoptr(GPtrArray) statements = g_ptr_array_new_with_free_func(g_free);
    if (!read_seeder(engine, path, label, &file, &text, error) ||
        !bl_job_scan(&file, engine, add_statement, statements, error))
        return NULL;
    return g_steal_pointer(&statements);
}

gboolean
bl_runner_seed(const BlRunner *runner, const char *path, const char *label, GError **error)
{
    BlJob file;
    g_autofree char *text = NULL;
    if (!read_seeder(runner->session->engine, path, label, &file, &text, error))
        return FALSE;
    Job job = { .file = file, .runner = runner };
    BlRecord record = { 0 };
    return run_job(&job, &record, 0, NULL, error);
}
