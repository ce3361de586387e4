/* SPDX-License-Identifier: MIT */
#include "squash/record.h"

#include "squash/adopt.h"

#include "common/base/cancel.h"

static gint64
elapsed_ms(const BlRecord *record)
{
    return (g_get_monotonic_time() - record->started) / 1000;
}

static BlJournalEntry
entry_of(const BlRecord *record, BlJournalState state)
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
write_ledger(const BlRunner *runner, const BlRecord *record, GError **error)
{
    BlSession *session = runner->session;
    const BlLedgerNames *names = runner->names;
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
    return runner->next != NULL && (engine->caps & BL_CAP_TRANSACTIONAL_DDL) == 0 &&
           !bl_runner_is_transaction(engine, runner->next, &runner->next->up);
}

static gboolean
write_notes(const BlRunner *runner, BlRecord *record, GError **error)
{
    BlSession *session = runner->session;
    const BlLedgerNames *names = runner->names;
    const BlMigration *migration = record->migration;
    gboolean ok = record->is_down
                      ? bl_adopt_unnote(session, names, migration->name, error)
                      : bl_adopt_note(session, names, migration->name, migration, error);
    record->announces = ok && !record->is_down && must_announce(runner);
    if (!record->announces)
        return ok;
    const BlRecord next = { .migration = runner->next, .started = g_get_monotonic_time() };
    const BlJournalEntry entry = entry_of(&next, BL_JOURNAL_RUNNING);
    return bl_journal_insert(session, names, &entry, NULL, error);
}

/* Inside the transaction that ends the migration. */
gboolean
bl_record_write(const BlRunner *runner, BlRecord *record, GError **error)
{
    BlSession *session = runner->session;
    if (record->migration == NULL)
        return TRUE;
    session->puts_off = TRUE;
    gboolean ok = write_ledger(runner, record, error) && write_notes(runner, record, error);
    session->puts_off = FALSE;
    return ok;
}

/* Ends that transaction. */
gboolean
bl_record_commit(const BlRunner *runner, BlRecord *record, GError **error)
{
    BlSession *session = runner->session;
    if (!session->engine->commit(session, error))
        return FALSE;
    record->is_written = record->migration != NULL;
    return !record->announces ||
           bl_journal_find_inserted(session, runner->names, runner->next->name, &record->announced,
                                    error);
}

/* Starts the journal row, or takes up the one that a resumed run left. One statement commits by
 * itself. */
gboolean
bl_record_start(const BlRunner *runner, BlRecord *record, gint64 start, GError **error)
{
    BlSession *session = runner->session;
    if (record->is_running)
        return TRUE;
    BlJournalEntry entry = entry_of(record, BL_JOURNAL_RUNNING);
    entry.statement = start;
    return record->journal_id != 0
               ? bl_journal_update(session, runner->names, record->journal_id, &entry, error)
               : bl_journal_insert(session, runner->names, &entry, &record->journal_id, error);
}

/* In one transaction, whether the work succeeded (@failure NULL) or not. */
gboolean
bl_record_end(const BlRunner *runner, BlRecord *record, const char *failure, GError **error)
{
    BlSession *session = runner->session;
    if (!session->engine->begin(session, BL_TX_STATEMENT, error))
        return FALSE;
    gboolean ok;
    if (failure == NULL) {
        ok = bl_record_write(runner, record, error) && bl_record_commit(runner, record, error);
    } else {
        BlJournalEntry entry = entry_of(record, BL_JOURNAL_FAILED);
        entry.message = failure;
        ok = bl_journal_update(session, runner->names, record->journal_id, &entry, error) &&
             session->engine->commit(session, error);
    }
    if (!ok)
        session->engine->rollback(session);
    return ok;
}

/* The journal says that the file stopped half-way, also when somebody asked to end. */
gboolean
bl_record_fail(const BlRunner *runner, BlRecord *record, const char *failure, GError **error)
{
    int signum = bl_cancel_requested();
    bl_cancel_clear();
    gboolean ok =
        bl_record_start(runner, record, 0, error) && bl_record_end(runner, record, failure, error);
    if (signum != 0)
        bl_cancel_request(signum);
    return ok;
}
