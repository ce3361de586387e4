/* SPDX-License-Identifier: MIT */
#include "squash/runner.h"

#include "squash/adopt.h"
#include "squash/job.h"
#include "squash/repeat.h"

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
    gboolean is_down;
} Job;

/* A script that is not one transaction: where it stands. */
typedef struct {
    const Job *job;
    gint64 journal_id;
    gint64 done; /* statements that are finished */
    gint64 skip; /* statements to leave out at the head */
    gint64 seen;
    gint64 sure;       /* of @done: what no rollback takes back */
    gboolean own_tx;   /* the statement that runs is wrapped in a transaction of ours */
    gboolean counted;  /* it is in @done already */
    gboolean is_again; /* it was done before, and is run again for the session's sake */
    gboolean unsaved;  /* the journal does not say yet that the last one is done */
} Walk;

static gboolean
commits_by_itself(const BlEngine *engine)
{
    return (engine->caps & BL_CAP_TRANSACTIONAL_DDL) == 0;
}

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

static gboolean
run_script(const Job *job, const BlScriptRun *run, GError **error)
{
    BlSession *session = job->runner->session;
    g_autoptr(BlReader) reader = bl_reader_new_memory(job->file.text, job->file.len);
    g_autoptr(BlScript) script = bl_job_script(&job->file, reader, session->engine->dialect);
    return session->engine->execute_script(session, script, run, NULL, error);
}

/* What is written into ledger and journal when a job is done. */
typedef struct {
    const BlMigration *migration; /* NULL: nothing (a seeder) */
    gint64 batch;
    gboolean is_down;
    const BlLedgerRow *row; /* the row that goes; NULL: none, or it is gone */
    gint64 journal_id;      /* 0: no row yet */
    gint64 started;         /* monotonic microseconds */
    gint64 done;
    gboolean announces;  /* the next one's journal row was written with it */
    gint64 announced;    /* its number */
    gboolean is_running; /* its journal row says so already */
    gboolean is_written; /* and committed */
} Record;

static gint64
elapsed_ms(const Record *record)
{
    return (g_get_monotonic_time() - record->started) / 1000;
}

static BlJournalEntry
entry_of(const Record *record, BlJournalState state)
{
    gboolean is_down = record->is_down;
    return (BlJournalEntry){
        .name = record->migration->name,
        .raw_digest = is_down ? NULL : record->migration->raw_digest,
        .token_digest = is_down ? NULL : record->migration->token_digest,
        .is_down = is_down,
        .state = state,
        .statement = record->done,
        .duration_ms = elapsed_ms(record),
        .links_ledger = !is_down && state == BL_JOURNAL_APPLIED,
    };
}

static gboolean
write_ledger(const Job *job, const Record *record, GError **error)
{
    BlSession *session = job->runner->session;
    const BlLedgerNames *names = job->runner->names;
    if (record->migration == NULL)
        return TRUE;
    if (record->is_down) {
        return (record->row == NULL || bl_ledger_delete(session, names, record->row->id, error)) &&
               (record->journal_id == 0 ||
                bl_journal_delete(session, names, record->journal_id, error));
    }
    if (record->row != NULL && !bl_ledger_delete(session, names, record->row->id, error))
        return FALSE;
    BlJournalEntry entry = entry_of(record, BL_JOURNAL_APPLIED);
    if (record->journal_id == 0)
        return bl_ledger_record(session, names, record->batch, &entry, error);
    if (!bl_ledger_insert(session, names, entry.name, record->batch, error))
        return FALSE;
    entry.ledger_id = session->inserted_id;
    return bl_journal_update(session, names, record->journal_id, &entry, error);
}

/* Where only the journal knows how far a file is, the row of the next one comes with the record of
 * this one. Elsewhere hardly a file needs one. */
static gboolean
must_announce(const BlRunner *runner)
{
    const BlEngine *engine = runner->session->engine;
    return runner->next != NULL && commits_by_itself(engine) &&
           !bl_runner_is_transaction(engine, runner->next, &runner->next->up);
}

static gboolean
write_notes(const Job *job, Record *record, GError **error)
{
    BlSession *session = job->runner->session;
    const BlLedgerNames *names = job->runner->names;
    const BlMigration *migration = record->migration;
    gboolean ok = record->is_down
                      ? bl_adopt_unnote(session, names, migration->name, error)
                      : bl_adopt_note(session, names, migration->name, migration, error);
    record->announces = ok && !record->is_down && must_announce(job->runner);
    if (!record->announces)
        return ok;
    const Record next = { .migration = job->runner->next, .started = g_get_monotonic_time() };
    const BlJournalEntry entry = entry_of(&next, BL_JOURNAL_RUNNING);
    return bl_journal_insert(session, names, &entry, NULL, error);
}

/* Inside the transaction that ends the migration. */
static gboolean
write_record(const Job *job, Record *record, GError **error)
{
    BlSession *session = job->runner->session;
    if (record->migration == NULL)
        return TRUE;
    session->puts_off = TRUE;
    gboolean ok = write_ledger(job, record, error) && write_notes(job, record, error);
    session->puts_off = FALSE;
    return ok;
}

/* Ends that transaction. */
static gboolean
commit_record(const Job *job, Record *record, GError **error)
{
    BlSession *session = job->runner->session;
    if (!session->engine->commit(session, error))
        return FALSE;
    record->is_written = record->migration != NULL;
    return !record->announces ||
           bl_journal_find_inserted(session, job->runner->names, job->runner->next->name,
                                    &record->announced, error);
}

/* @param has_settings out: there are settings, which were left out */
static gboolean
run_in_transaction(const Job *job, Record *record, gboolean *has_settings, GError **error)
{
    BlSession *session = job->runner->session;
    const BlEngine *engine = session->engine;
    Inside inside = { .job = &job->file };
    const BlScriptRun run = { .judge = judge_inside, .data = &inside, .together = TRUE };
    if (!engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    gboolean ok =
        run_script(job, &run, error) && bl_cancel_check(error) && write_record(job, record, error);
    session->resets_next = !inside.has_settings;
    ok = ok && commit_record(job, record, error);
    session->resets_next = FALSE;
    if (!ok)
        engine->rollback(session);
    *has_settings = ok && inside.has_settings;
    return ok;
}

/* TRUE when @traits may be wrapped in a transaction together with its progress. */
static gboolean
can_wrap(const Walk *walk, guint traits)
{
    guint never = BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK | BL_STMT_SAVEPOINT |
                  BL_STMT_OUTSIDE_TX | BL_STMT_SILENT_IN_TX | BL_STMT_OTHER_DATABASE |
                  BL_STMT_MAY_COMMIT | BL_STMT_COMMITS;
    /* SET TRANSACTION is about the next one. */
    if (commits_by_itself(walk->job->runner->session->engine))
        never |= BL_STMT_SETTING;
    return (traits & never) == 0;
}

static gboolean
save_progress(Walk *walk, GError **error)
{
    const BlRunner *runner = walk->job->runner;
    walk->unsaved = FALSE;
    return bl_journal_progress(runner->session, runner->names, walk->journal_id, walk->done, error);
}

/* The statement that does nothing any more is done. */
static gboolean
repeat_step(Walk *walk, const BlItem *item, GError **error)
{
    const BlRunner *runner = walk->job->runner;
    BlSession *session = runner->session;
    if (session->engine->in_transaction(session)) {
        bl_error_set(error, BL_ERROR_USAGE, "put it before BEGIN or behind COMMIT",
                     "a statement inside a transaction cannot be repeated in its own");
        return FALSE;
    }
    if (!bl_repeat_run(session, runner->reporter, walk->job->file.label, item, error) ||
        !session->engine->begin(session, BL_TX_STATEMENT, error))
        return FALSE;
    walk->done++;
    if (save_progress(walk, error) && session->engine->commit(session, error))
        return TRUE;
    session->engine->rollback(session);
    return FALSE;
}

/* Inside the script's own transaction. What ends it takes the progress of everything since its
 * BEGIN along. */
static BlVerdict
judge_inside_own(Walk *walk, guint traits, GError **error)
{
    if ((traits & BL_STMT_TX_COMMIT) != 0) {
        walk->done++;
        walk->counted = TRUE;
    } else if ((traits & BL_STMT_COMMITS) == 0) {
        return BL_RUN_ITEM;
    }
    return save_progress(walk, error) ? BL_RUN_ITEM : BL_REFUSE_ITEM;
}

/* What was done before a resumed run is left out, but for what the session must know. */
static BlVerdict
judge_done(Walk *walk, guint traits)
{
    walk->is_again = (traits & (BL_STMT_SETTING | BL_STMT_TUNING)) != 0 &&
                     (traits & (BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT)) == 0;
    return walk->is_again ? BL_RUN_ITEM : BL_SKIP_ITEM;
}

/* "COMMIT; …; BEGIN;": the tool sends the file inside a transaction, which the file ends and begins
 * anew. Here none was begun. */
static gboolean
ends_that_of_the_tool(const Walk *walk, const BlItem *item)
{
    const Job *job = walk->job;
    BlSession *session = job->runner->session;
    return job->file.section != NULL && job->file.section->automatic &&
           bl_item_is_commit(session->engine, item) && !session->engine->in_transaction(session);
}

/* Before a statement: starts the transaction that it shares with its progress. */
static BlVerdict
judge_step(const BlItem *item, guint traits, void *data, GError **error)
{
    Walk *walk = data;
    BlSession *session = walk->job->runner->session;
    walk->own_tx = walk->counted = walk->is_again = FALSE;
    if (item->kind == BL_ITEM_STATEMENT && walk->seen++ < walk->skip)
        return judge_done(walk, traits);
    if (!bl_cancel_check(error))
        return BL_REFUSE_ITEM;
    gboolean is_idle = session->is_scratch && bl_job_leaves_out(&walk->job->file, traits) &&
                       !session->engine->in_transaction(session);
    if (is_idle || ends_that_of_the_tool(walk, item)) {
        walk->done++;
        return BL_SKIP_ITEM;
    }
    if (walk->job->file.section != NULL && bl_section_repeats(walk->job->file.section, item))
        return repeat_step(walk, item, error) ? BL_SKIP_ITEM : BL_REFUSE_ITEM;
    if (session->engine->in_transaction(session))
        return judge_inside_own(walk, traits, error);
    if (walk->unsaved && !save_progress(walk, error))
        return BL_REFUSE_ITEM;
    if (can_wrap(walk, traits)) {
        walk->own_tx = TRUE;
        return session->engine->begin(session, BL_TX_STATEMENT, error) ? BL_RUN_ITEM
                                                                       : BL_REFUSE_ITEM;
    }
    return BL_RUN_ITEM;
}

/* Where nearly every statement commits by itself, its progress is saved ahead of the next one: what
 * a kill leaves unknown is the same, and most files need no write for it. */
static gboolean
save_step(Walk *walk, GError **error)
{
    BlSession *session = walk->job->runner->session;
    if (!walk->own_tx && commits_by_itself(session->engine)) {
        walk->unsaved = TRUE;
        return TRUE;
    }
    return save_progress(walk, error) && (!walk->own_tx || session->engine->commit(session, error));
}

static gboolean
after_step(const BlItem *item, guint traits, gint64 rows, void *data, GError **error)
{
    (void)item;
    (void)traits;
    (void)rows;
    Walk *walk = data;
    BlSession *session = walk->job->runner->session;
    if (walk->is_again)
        return TRUE;
    walk->done += walk->counted ? 0 : 1;
    if (!walk->counted && session->engine->in_transaction(session) && !walk->own_tx)
        return TRUE; /* what ends the script's transaction saves it */
    if (!walk->counted && !save_step(walk, error))
        return FALSE;
    walk->sure = walk->done;
    return TRUE;
}

/* Starts the journal row, or takes up the one that a resumed run left. One statement commits by
 * itself. */
static gboolean
start_journal(const Job *job, Record *record, gint64 start, GError **error)
{
    BlSession *session = job->runner->session;
    if (record->is_running)
        return TRUE;
    BlJournalEntry entry = entry_of(record, BL_JOURNAL_RUNNING);
    entry.statement = start;
    return record->journal_id != 0
               ? bl_journal_update(session, job->runner->names, record->journal_id, &entry, error)
               : bl_journal_insert(session, job->runner->names, &entry, &record->journal_id, error);
}

/* In one transaction, whether the work succeeded (@failure NULL) or not. */
static gboolean
end_journal(const Job *job, Record *record, const char *failure, GError **error)
{
    BlSession *session = job->runner->session;
    if (!session->engine->begin(session, BL_TX_STATEMENT, error))
        return FALSE;
    gboolean ok;
    if (failure == NULL) {
        ok = write_record(job, record, error) && commit_record(job, record, error);
    } else {
        BlJournalEntry entry = entry_of(record, BL_JOURNAL_FAILED);
        entry.message = failure;
        ok = bl_journal_update(session, job->runner->names, record->journal_id, &entry, error) &&
             session->engine->commit(session, error);
    }
    if (!ok)
        session->engine->rollback(session);
    return ok;
}

/* What a file leaves open for its tool to commit is committed. */
static gboolean
end_own_transaction(const Job *job, GError **error)
{
    BlSession *session = job->runner->session;
    if (!session->engine->in_transaction(session))
        return TRUE;
    if (job->file.section != NULL && job->file.section->automatic)
        return session->engine->commit(session, error);
    bl_error_set(error, BL_ERROR_SQL, "end it with COMMIT", "%s ends inside its own transaction",
                 job->file.label);
    return FALSE;
}

/* The number of statements that are certainly done: a rolled back transaction of the script's own
 * took its progress back. */
static gint64
done_statements(const Job *job, const Walk *walk)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(job->runner->session, job->runner->names, NULL);
    for (guint i = 0; ledger != NULL && i < ledger->journal->len; i++) {
        const BlJournalRow *row = g_ptr_array_index(ledger->journal, i);
        if (row->id == walk->journal_id)
            return MAX(row->statement, walk->sure);
    }
    return walk->sure;
}

static void
hint_at_repair(const Job *job, GError *problem)
{
    BlSession *session = job->runner->session;
    gboolean lasts = FALSE;
    if (session->engine->writes_last != NULL &&
        !session->engine->writes_last(session, job->file.text, job->file.len, &lasts, NULL))
        lasts = FALSE;
    bl_error_set_hint(problem,
                      "%sstatements before this one took effect%s; after mending the cause: "
                      "migrate repair",
                      lasts ? "a table that it names has no transactions: " : "",
                      lasts ? ", and this one perhaps in part" : "");
}

static gboolean
run_step_by_step(const Job *job, Record *record, gint64 start, GError **error)
{
    BlSession *session = job->runner->session;
    if (!start_journal(job, record, start, error))
        return FALSE;
    Walk walk = {
        .job = job, .journal_id = record->journal_id, .done = start, .skip = start, .sure = start
    };
    const BlScriptRun run = { .judge = judge_step, .after = after_step, .data = &walk };
    GError *problem = NULL;
    gboolean ok = run_script(job, &run, &problem) && end_own_transaction(job, &problem);
    if (!ok)
        session->engine->rollback(session);
    record->done = ok ? walk.done : done_statements(job, &walk);

    /* First of all: a setting that the script left could keep the journal from being written. Where
     * it stays and does not, the migration is done all the same. */
    g_autoptr(GError) unsettled = NULL;
    gboolean is_reset = session->engine->reset_settings(session, &unsettled);
    g_autoptr(GError) unrecorded = NULL;
    gboolean is_ended = end_journal(job, record, ok ? NULL : problem->message, &unrecorded);
    if (record->is_written) {
        GError **why = is_reset ? &unrecorded : &unsettled;
        if (*why != NULL)
            g_propagate_error(error, g_steal_pointer(why));
        return is_reset && is_ended;
    }
    if (ok)
        problem = g_steal_pointer(&unrecorded);
    if (!session->is_scratch)
        hint_at_repair(job, problem);
    g_propagate_error(error, problem);
    return FALSE;
}

/* The journal says that the file stopped half-way, also when somebody asked to end. */
static gboolean
record_failure(const Job *job, Record *record, const char *failure, GError **error)
{
    int signum = bl_cancel_requested();
    bl_cancel_clear();
    gboolean ok = start_journal(job, record, 0, error) && end_journal(job, record, failure, error);
    if (signum != 0)
        bl_cancel_request(signum);
    return ok;
}

/* Rows stayed that nobody expected to: the file must not run again by itself. */
static void
tell_left_rows(const Job *job, Record *record, GError *problem)
{
    g_autoptr(GError) why = NULL;
    if (job->runner->session->is_scratch)
        return;
    if (record->migration == NULL) {
        bl_error_set_hint(problem, "rows in tables that have no transactions stayed: take them out "
                                   "before it runs again");
        return;
    }
    if (record_failure(job, record, problem->message, &why)) {
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
run_as_one_transaction(const Job *job, Record *record, GError **error)
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

/* A seeder leaves no trace of its progress. */
static gboolean
run_untraced(const Job *job, GError **error)
{
    BlSession *session = job->runner->session;
    const BlScriptRun run = { 0 };
    gboolean ok = run_script(job, &run, error) && end_own_transaction(job, error);
    if (!ok) {
        session->engine->rollback(session);
        if (error != NULL)
            bl_error_set_hint(*error, "statements before this one took effect");
    }
    return session->engine->reset_settings(session, ok ? error : NULL) && ok;
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
run_by_shape(const Job *job, Record *record, gint64 start, GError **error)
{
    if (job->file.shape != BL_SHAPE_STEPS)
        return run_as_one_transaction(job, record, error);
    return record->migration == NULL ? run_untraced(job, error)
                                     : run_step_by_step(job, record, start, error);
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
settle_shape(Job *job, const Record *record, gint64 start, GError **error)
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
run_job(Job *job, Record *record, gint64 start, BlOutcome *outcome, GError **error)
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
                   job->is_down ? "reverted" : "applied");
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
    Record record = { .migration = migration,
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
                .runner = runner,
                .is_down = TRUE };
    Record record = { .migration = migration,
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
    Record record = { 0 };
    return run_job(&job, &record, 0, NULL, error);
}
