/* SPDX-License-Identifier: MIT */
#include "squash/stepwise.h"

#include "squash/repeat.h"

#include "common/base/cancel.h"
#include "common/base/error.h"

/* A script that is not one transaction: where it stands. */
typedef struct {
    const BlRunner *runner;
    const BlJob *file;
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
commits_by_itself(const BlRunner *runner)
{
    return (runner->session->engine->caps & BL_CAP_TRANSACTIONAL_DDL) == 0;
}

/* TRUE when @traits may be wrapped in a transaction together with its progress. */
static gboolean
can_wrap(const Walk *walk, guint traits)
{
    guint never = BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_TX_ROLLBACK | BL_STMT_SAVEPOINT |
                  BL_STMT_OUTSIDE_TX | BL_STMT_SILENT_IN_TX | BL_STMT_OTHER_DATABASE |
                  BL_STMT_MAY_COMMIT | BL_STMT_COMMITS;
    /* SET TRANSACTION is about the next one. */
    if (commits_by_itself(walk->runner))
        never |= BL_STMT_SETTING;
    return (traits & never) == 0;
}

static gboolean
save_progress(Walk *walk, GError **error)
{
    const BlRunner *runner = walk->runner;
    walk->unsaved = FALSE;
    return bl_journal_progress(runner->session, runner->names, walk->journal_id, walk->done, error);
}

/* The statement that does nothing any more is done. */
static gboolean
repeat_step(Walk *walk, const BlItem *item, GError **error)
{
    const BlRunner *runner = walk->runner;
    BlSession *session = runner->session;
    if (session->engine->in_transaction(session)) {
        bl_error_set(error, BL_ERROR_USAGE, "put it before BEGIN or behind COMMIT",
                     "a statement inside a transaction cannot be repeated in its own");
        return FALSE;
    }
    if (!bl_repeat_run(session, runner->reporter, walk->file->label, item, error) ||
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
    BlSession *session = walk->runner->session;
    return walk->file->section != NULL && walk->file->section->automatic &&
           bl_item_is_commit(session->engine, item) && !session->engine->in_transaction(session);
}

/* Before a statement: starts the transaction that it shares with its progress. */
static BlVerdict
judge_step(const BlItem *item, guint traits, void *data, GError **error)
{
    Walk *walk = data;
    BlSession *session = walk->runner->session;
    walk->own_tx = walk->counted = walk->is_again = FALSE;
    if (item->kind == BL_ITEM_STATEMENT && walk->seen++ < walk->skip)
        return judge_done(walk, traits);
    if (!bl_cancel_check(error))
        return BL_REFUSE_ITEM;
    gboolean is_idle = session->is_scratch && bl_job_leaves_out(walk->file, traits) &&
                       !session->engine->in_transaction(session);
    if (is_idle || ends_that_of_the_tool(walk, item)) {
        walk->done++;
        return BL_SKIP_ITEM;
    }
    if (walk->file->section != NULL && bl_section_repeats(walk->file->section, item))
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
    BlSession *session = walk->runner->session;
    if (!walk->own_tx && commits_by_itself(walk->runner)) {
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
    BlSession *session = walk->runner->session;
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

/* What a file leaves open for its tool to commit is committed. */
static gboolean
end_own_transaction(const BlRunner *runner, const BlJob *file, GError **error)
{
    BlSession *session = runner->session;
    if (!session->engine->in_transaction(session))
        return TRUE;
    if (file->section != NULL && file->section->automatic)
        return session->engine->commit(session, error);
    bl_error_set(error, BL_ERROR_SQL, "end it with COMMIT", "%s ends inside its own transaction",
                 file->label);
    return FALSE;
}

/* The number of statements that are certainly done: a rolled back transaction of the script's own
 * took its progress back. */
static gint64
done_statements(const Walk *walk)
{
    g_autoptr(BlLedger) ledger = bl_ledger_read(walk->runner->session, walk->runner->names, NULL);
    for (guint i = 0; ledger != NULL && i < ledger->journal->len; i++) {
        const BlJournalRow *row = g_ptr_array_index(ledger->journal, i);
        if (row->id == walk->journal_id)
            return MAX(row->statement, walk->sure);
    }
    return walk->sure;
}

static void
hint_at_repair(const BlRunner *runner, const BlJob *file, GError *problem)
{
    BlSession *session = runner->session;
    gboolean lasts = FALSE;
    if (session->engine->writes_last != NULL &&
        !session->engine->writes_last(session, file->text, file->len, &lasts, NULL))
        lasts = FALSE;
    bl_error_set_hint(problem,
                      "%sstatements before this one took effect%s; after mending the cause: "
                      "migrate repair",
                      lasts ? "a table that it names has no transactions: " : "",
                      lasts ? ", and this one perhaps in part" : "");
}

static gboolean
run_migration(
    const BlRunner *runner, const BlJob *file, BlRecord *record, gint64 start, GError **error)
{
    BlSession *session = runner->session;
    if (!bl_record_start(runner, record, start, error))
        return FALSE;
    Walk walk = { .runner = runner,
                  .file = file,
                  .journal_id = record->journal_id,
                  .done = start,
                  .skip = start,
                  .sure = start };
    const BlScriptRun run = { .judge = judge_step, .after = after_step, .data = &walk };
    GError *problem = NULL;
    gboolean ok =
        bl_job_run(file, session, &run, &problem) && end_own_transaction(runner, file, &problem);
    if (!ok)
        session->engine->rollback(session);
    record->done = ok ? walk.done : done_statements(&walk);

    /* First of all: a setting that the script left could keep the journal from being written. Where
     * it stays and does not, the migration is done all the same. */
    g_autoptr(GError) unsettled = NULL;
    gboolean is_reset = session->engine->reset_settings(session, &unsettled);
    g_autoptr(GError) unrecorded = NULL;
    gboolean is_ended = bl_record_end(runner, record, ok ? NULL : problem->message, &unrecorded);
    if (record->is_written) {
        GError **why = is_reset ? &unrecorded : &unsettled;
        if (*why != NULL)
            g_propagate_error(error, g_steal_pointer(why));
        return is_reset && is_ended;
    }
    if (ok)
        problem = g_steal_pointer(&unrecorded);
    if (!session->is_scratch)
        hint_at_repair(runner, file, problem);
    g_propagate_error(error, problem);
    return FALSE;
}

/* A seeder leaves no trace of its progress. */
static gboolean
run_seeder(const BlRunner *runner, const BlJob *file, GError **error)
{
    BlSession *session = runner->session;
    const BlScriptRun run = { 0 };
    gboolean ok =
        bl_job_run(file, session, &run, error) && end_own_transaction(runner, file, error);
    if (!ok) {
        session->engine->rollback(session);
        if (error != NULL)
            bl_error_set_hint(*error, "statements before this one took effect");
    }
    return session->engine->reset_settings(session, ok ? error : NULL) && ok;
}

gboolean
bl_stepwise_run(
    const BlRunner *runner, const BlJob *file, BlRecord *record, gint64 start, GError **error)
{
    return record->migration == NULL ? run_seeder(runner, file, error)
                                     : run_migration(runner, file, record, start, error);
}
