/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/ledger_sql.h"
#include "common/sql/quote.h"

#include <string.h>

/* @return TRUE when the row of a ledger need not be there yet for one that links it */
static gboolean
has_last_id(const BlSession *session)
{
    return session->puts_off && session->engine->ledger->last_id != NULL;
}

gboolean
bl_ledger_insert(
    BlSession *session, const BlLedgerNames *names, const char *name, gint64 batch, GError **error)
{
    g_autofree char *table = bl_ledger_live_name(session, names->ledger);
    const char *returning = session->engine->ledger->returning;
    g_autofree char *insert = bl_ledger_insert_statement(session->engine, table, name, batch);
    g_autofree char *sql = g_strconcat(insert, returning, NULL);
    gint64 rows = 0;
    session->inserted_id = 0;
    if (has_last_id(session))
        return session->engine->execute(session, sql, NULL, error);
    if (!session->engine->execute(session, sql, &rows, error))
        return FALSE;
    if (rows == 1)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "look for a trigger or a rule on it",
                 "the ledger table \"%s\" took no row for \"%s\"", names->ledger, name);
    return FALSE;
}

/* Runs @verb, the ledger's name and @rest. Values must be quoted by the caller. */
static gboolean
execute_on_ledger(BlSession *session,
                  const BlLedgerNames *names,
                  const char *verb,
                  const char *rest,
                  GError **error)
{
    g_autofree char *table = bl_ledger_live_name(session, names->ledger);
    g_autofree char *sql = g_strconcat(verb, " ", table, " ", rest, NULL);
    return session->engine->execute(session, sql, NULL, error);
}

static gboolean
execute_on_journal(BlSession *session,
                   const BlLedgerNames *names,
                   const char *verb,
                   const char *rest,
                   GError **error)
{
    g_autofree char *table = bl_journal_live_name(session, names);
    g_autofree char *sql = g_strconcat(verb, " ", table, " ", rest, NULL);
    return session->engine->execute(session, sql, NULL, error);
}

gboolean
bl_ledger_delete(BlSession *session, const BlLedgerNames *names, gint64 id, GError **error)
{
    g_autofree char *rest = g_strdup_printf("WHERE id = %" G_GINT64_FORMAT, id);
    return execute_on_ledger(session, names, "DELETE FROM", rest, error);
}

gboolean
bl_ledger_accept(BlSession *session,
                 const BlLedgerNames *names,
                 const BlLedgerRow *row,
                 const BlKnownMigration *file,
                 GError **error)
{
    const BlJournalEntry entry = {
        .name = row->name,
        .raw_digest = file->raw_digest,
        .token_digest = file->token_digest,
        .state = BL_JOURNAL_APPLIED,
        .message = "accepted",
        .links_ledger = TRUE,
        .ledger_id = row->id,
    };
    return bl_journal_insert(session, names, &entry, NULL, error);
}

gboolean
bl_ledger_rename(BlSession *session,
                 const BlLedgerNames *names,
                 const char *from,
                 const char *to,
                 GError **error)
{
    const BlDialect *dialect = session->engine->dialect;
    g_autofree char *old_name = bl_quote_literal(dialect, from);
    g_autofree char *new_name = bl_quote_literal(dialect, to);
    g_autofree char *rest = g_strdup_printf("SET name = %s WHERE name = %s", new_name, old_name);
    return execute_on_ledger(session, names, "UPDATE", rest, error) &&
           execute_on_journal(session, names, "UPDATE", rest, error);
}

/* A literal, or NULL. */
static char *
literal_or_null(const BlDialect *dialect, const char *text)
{
    return text != NULL ? bl_quote_literal(dialect, text) : g_strdup("NULL");
}

/* The subquery that finds the ledger row of a name, or NULL where nothing is linked. */
static char *
ledger_id_expression(BlSession *session, const BlLedgerNames *names, const BlJournalEntry *entry)
{
    if (entry->links_ledger && entry->ledger_id != 0)
        return g_strdup_printf("%" G_GINT64_FORMAT, entry->ledger_id);
    if (!entry->links_ledger)
        return g_strdup("NULL");
    if (has_last_id(session))
        return g_strdup(session->engine->ledger->last_id);
    const BlDialect *dialect = session->engine->dialect;
    g_autofree char *table = bl_ledger_live_name(session, names->ledger);
    g_autofree char *name = bl_quote_literal(dialect, entry->name);
    /* From the end, where it is: the name has no index. */
    return g_strdup_printf("(SELECT id FROM %s WHERE name = %s ORDER BY id DESC LIMIT 1)", table,
                           name);
}

static gboolean
take_number(const BlRow *row, void *data, GError **error)
{
    (void)error;
    *(gint64 *)data = row->values[0] != NULL ? g_ascii_strtoll(row->values[0], NULL, 10) : 0;
    return TRUE;
}

/* @param ledger_id in SQL. @return g_free() */
static char *
journal_statement(BlSession *session,
                  const BlLedgerNames *names,
                  const BlJournalEntry *entry,
                  const char *ledger_id)
{
    const BlDialect *dialect = session->engine->dialect;
    g_autofree char *table = bl_journal_live_name(session, names);
    g_autofree char *by = g_strconcat(g_get_user_name(), "@", g_get_host_name(), NULL);
    g_autofree char *name = bl_quote_literal(dialect, entry->name);
    g_autofree char *raw = literal_or_null(dialect, entry->raw_digest);
    g_autofree char *token = literal_or_null(dialect, entry->token_digest);
    g_autofree char *message = literal_or_null(dialect, entry->message);
    g_autofree char *applied_by = bl_quote_literal(dialect, by);
    return g_strdup_printf(
        "INSERT INTO %s (ledger_id, name, raw_digest, token_digest, direction, state, statement, "
        "message, duration_ms, applied_by) VALUES (%s, %s, %s, %s, '%s', '%s', %" G_GINT64_FORMAT
        ", %s, %" G_GINT64_FORMAT ", %s)",
        table, ledger_id, name, raw, token,
        entry->is_load   ? "load"
        : entry->is_down ? "down"
                         : "up",
        bl_journal_state_name(entry->state), entry->statement, message, entry->duration_ms,
        applied_by);
}

gboolean
bl_journal_insert(BlSession *session,
                  const BlLedgerNames *names,
                  const BlJournalEntry *entry,
                  gint64 *id,
                  GError **error)
{
    g_autofree char *ledger_id = ledger_id_expression(session, names, entry);
    g_autofree char *insert = journal_statement(session, names, entry, ledger_id);
    g_autofree char *sql =
        g_strconcat(insert, id != NULL ? session->engine->ledger->returning : NULL, NULL);
    session->inserted_id = 0;
    return session->engine->execute(session, sql, NULL, error) &&
           (id == NULL || bl_journal_find_inserted(session, names, entry->name, id, error));
}

gboolean
bl_ledger_record(BlSession *session,
                 const BlLedgerNames *names,
                 gint64 batch,
                 const BlJournalEntry *entry,
                 GError **error)
{
    const BlLedgerText *text = session->engine->ledger;
    if (session->puts_off && session->gather_until != 0 && text->made_id != NULL) {
        g_autofree char *table = bl_ledger_live_name(session, names->ledger);
        g_autofree char *row =
            bl_ledger_insert_statement(session->engine, table, entry->name, batch);
        g_autofree char *journal = journal_statement(session, names, entry, text->made_id);
        g_autofree char *both =
            g_strconcat("WITH made AS (", row, text->returning, ") ", journal, NULL);
        return session->engine->execute(session, both, NULL, error);
    }
    if (!bl_ledger_insert(session, names, entry->name, batch, error))
        return FALSE;
    BlJournalEntry linked = *entry;
    linked.links_ledger = TRUE;
    linked.ledger_id = session->inserted_id;
    return bl_journal_insert(session, names, &linked, NULL, error);
}

gboolean
bl_journal_find_inserted(
    BlSession *session, const BlLedgerNames *names, const char *name, gint64 *id, GError **error)
{
    *id = session->inserted_id;
    if (*id != 0)
        return TRUE;
    g_autofree char *table = bl_journal_live_name(session, names);
    g_autofree char *literal = bl_quote_literal(session->engine->dialect, name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT id FROM %s WHERE name = %s ORDER BY id DESC LIMIT 1", table, literal);
    return session->engine->query(session, sql, take_number, id, error);
}

/* All of it may go out with COMMIT. */
static gboolean
write_mark(BlSession *session,
           const BlLedgerNames *names,
           const BlJournalEntry *entry,
           gboolean creates,
           GError **error)
{
    const char *create = session->engine->ledger->create_journal;
    session->puts_off = TRUE;
    gboolean ok = (!creates || bl_ledger_execute(session, names, create, error)) &&
                  bl_journal_insert(session, names, entry, NULL, error);
    session->puts_off = FALSE;
    return ok;
}

gboolean
bl_journal_mark_load(BlSession *session,
                     const BlLedgerNames *names,
                     const BlLedger *ledger,
                     const BlJournalEntry *what,
                     gint64 *id,
                     GError **error)
{
    gsize len = MIN(strlen(what->name), BL_LEDGER_NAME_MAX);
    const char *end = what->name + len;
    if (*end != '\0')
        g_utf8_validate(what->name, (gssize)len, &end);
    g_autofree char *fitting = g_strndup(what->name, (gsize)(end - what->name));
    const BlJournalEntry entry = { .name = fitting,
                                   .raw_digest = what->raw_digest,
                                   .message = what->message,
                                   .is_load = TRUE,
                                   .state = BL_JOURNAL_RUNNING };
    return (ledger->has_journal || bl_ledger_ensure_place(session, names, error)) &&
           write_mark(session, names, &entry, !ledger->has_journal, error) &&
           session->engine->commit(session, error) &&
           bl_journal_find_inserted(session, names, fitting, id, error);
}

gboolean
bl_journal_update(BlSession *session,
                  const BlLedgerNames *names,
                  gint64 id,
                  const BlJournalEntry *entry,
                  GError **error)
{
    g_autofree char *ledger_id = ledger_id_expression(session, names, entry);
    const BlDialect *dialect = session->engine->dialect;
    g_autofree char *message = literal_or_null(dialect, entry->message);
    g_autofree char *raw = literal_or_null(dialect, entry->raw_digest);
    g_autofree char *token = literal_or_null(dialect, entry->token_digest);
    g_autofree char *rest = g_strdup_printf(
        "SET ledger_id = %s, raw_digest = %s, token_digest = %s, state = '%s', "
        "statement = %" G_GINT64_FORMAT ", message = %s, duration_ms = %" G_GINT64_FORMAT
        " WHERE id = %" G_GINT64_FORMAT,
        ledger_id, raw, token, bl_journal_state_name(entry->state), entry->statement, message,
        entry->duration_ms, id);
    return execute_on_journal(session, names, "UPDATE", rest, error);
}

gboolean
bl_journal_progress(
    BlSession *session, const BlLedgerNames *names, gint64 id, gint64 statement, GError **error)
{
    g_autofree char *rest = g_strdup_printf(
        "SET statement = %" G_GINT64_FORMAT " WHERE id = %" G_GINT64_FORMAT, statement, id);
    return execute_on_journal(session, names, "UPDATE", rest, error);
}

gboolean
bl_journal_delete(BlSession *session, const BlLedgerNames *names, gint64 id, GError **error)
{
    g_autofree char *rest = g_strdup_printf("WHERE id = %" G_GINT64_FORMAT, id);
    return execute_on_journal(session, names, "DELETE FROM", rest, error);
}

gboolean
bl_journal_unmark(
    BlSession *session, const BlLedgerNames *names, gint64 id, gboolean whole, GError **error)
{
    if (!whole)
        return bl_journal_delete(session, names, id, error);
    gboolean ok = execute_on_journal(session, names, "DROP TABLE", "", error);
    g_clear_pointer(&session->journal_schema, g_free);
    return ok;
}
