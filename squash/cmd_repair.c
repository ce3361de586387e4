/* SPDX-License-Identifier: MIT */
#include "squash/adopt.h"
#include "squash/cmd.h"
#include "squash/probe.h"
#include "squash/runner.h"

#include "common/base/error.h"

#include <string.h>

/* migrate repair: shows what is not in order; on request mends the ledger, never the schema. */

/* What one request needs. */
typedef struct {
    const BlMigrateOptions *options;
    const BlLedgerRow *row;
    const BlMigration *file;
    const char *to;
} Request;

static const BlLedgerRow *
find_row(const BlMigrator *migrator, const char *name, GError **error)
{
    const BlLedgerRow *row = bl_ledger_find(migrator->ledger, name);
    if (row == NULL)
        bl_error_set(error, BL_ERROR_USAGE, "see migrate status for the names",
                     "the ledger has no migration \"%s\"", name);
    return row;
}

static gboolean
accept_file(BlMigrator *migrator, void *data, GError **error)
{
    const Request *request = data;
    const BlKnownMigration known = bl_migration_known(request->file);
    return bl_ledger_accept(migrator->session, &migrator->names, request->row, &known, error);
}

static gboolean
forget_row(BlMigrator *migrator, void *data, GError **error)
{
    const Request *request = data;
    if (request->row != NULL &&
        (!bl_ledger_delete(migrator->session, &migrator->names, request->row->id, error) ||
         !bl_adopt_unnote(migrator->session, &migrator->names, request->row->name, error)))
        return FALSE;
    for (guint i = 0; i < migrator->ledger->journal->len; i++) {
        const BlJournalRow *journal = g_ptr_array_index(migrator->ledger->journal, i);
        if (journal->state != BL_JOURNAL_APPLIED &&
            strcmp(journal->name, request->options->forget) == 0 &&
            !bl_journal_delete(migrator->session, &migrator->names, journal->id, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
rename_row(BlMigrator *migrator, void *data, GError **error)
{
    const Request *request = data;
    BlSession *session = migrator->session;
    const BlLedgerNames *names = &migrator->names;
    return bl_ledger_rename(session, names, request->row->name, request->to, error) &&
           bl_adopt_unnote(session, names, request->row->name, error) &&
           bl_adopt_note(session, names, request->to,
                         bl_history_find(migrator->history, request->to), error);
}

static gboolean
repair_accept(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    Request request = { .options = options };
    request.file = bl_history_resolve(migrator->history, options->accept, error);
    request.row = request.file != NULL ? find_row(migrator, request.file->name, error) : NULL;
    if (request.row == NULL || !bl_migrator_repair(migrator, accept_file, &request, error))
        return FALSE;
    bl_cli_say(cli, "accepted the file of \"%s\" as what was applied", request.file->name);
    return TRUE;
}

static gboolean
repair_forget(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    Request request = { .options = options };
    if (bl_ledger_unfinished(migrator->ledger, options->forget) == NULL) {
        request.row = find_row(migrator, options->forget, error);
        if (request.row == NULL)
            return FALSE;
    }
    if (!bl_migrator_repair(migrator, forget_row, &request, error))
        return FALSE;
    bl_cli_say(cli, "forgot \"%s\"; the schema is as it was", options->forget);
    return TRUE;
}

static gboolean
repair_rename(BlCli *cli,
              BlMigrator *migrator,
              const BlMigrateOptions *options,
              const char *to,
              GError **error)
{
    Request request = { .options = options, .to = to };
    request.row = find_row(migrator, options->rename, error);
    if (request.row == NULL)
        return FALSE;
    const BlMigration *file = bl_history_resolve(migrator->history, to, error);
    if (file == NULL)
        return FALSE;
    if (bl_ledger_find(migrator->ledger, file->name) != NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "see migrate status", "\"%s\" is applied already",
                     file->name);
        return FALSE;
    }
    if (migrator->manifest != NULL && bl_manifest_has(migrator->manifest, request.row->name)) {
        bl_error_set(error, BL_ERROR_CONFLICT, "give the file that name back",
                     "the snapshot goes on with the name \"%s\"", request.row->name);
        return FALSE;
    }
    request.to = file->name;
    if (!bl_migrator_repair(migrator, rename_row, &request, error))
        return FALSE;
    bl_cli_say(cli, "renamed \"%s\" to \"%s\" in the ledger", options->rename, file->name);
    return TRUE;
}

/* One behind the last statement says that all of them took effect. */
static gboolean
check_resume_at(const BlMigrator *migrator,
                const BlMigration *file,
                const BlSection *section,
                gint64 resume_at,
                GError **error)
{
    g_autoptr(GPtrArray) statements =
        bl_runner_statements(migrator->connection->engine, file, section, error);
    if (statements == NULL)
        return FALSE;
    /* Where a file of rows was run in steps, it can go on in its middle. */
    const BlEngine *engine = migrator->connection->engine;
    if (engine->writes_last == NULL && bl_runner_is_transaction(engine, file, section) &&
        resume_at > 1) {
        bl_error_set(error, BL_ERROR_USAGE, "migrate repair --resume-at 1",
                     "\"%s\" is one transaction: it runs whole or not at all", file->label);
        return FALSE;
    }
    if (resume_at <= (gint64)statements->len + 1)
        return TRUE;
    bl_error_set(error, BL_ERROR_USAGE, "see migrate repair",
                 "\"%s\" has %u statement%s, not %" G_GINT64_FORMAT, file->label, statements->len,
                 statements->len == 1 ? "" : "s", resume_at);
    return FALSE;
}

/* Before a statement runs again, whether its object is there already. */
static gboolean
say_what_is_there(BlCli *cli,
                  const BlMigrator *migrator,
                  const BlMigration *file,
                  const BlSection *section,
                  gint64 resume_at,
                  GError **error)
{
    g_autoptr(GPtrArray) statements =
        bl_runner_statements(migrator->connection->engine, file, section, error);
    if (statements == NULL || resume_at > (gint64)statements->len)
        return statements != NULL;
    g_autofree char *found = bl_probe_describe(
        migrator->session, g_ptr_array_index(statements, (guint)(resume_at - 1)), error);
    if (found != NULL)
        bl_cli_say(cli, "going on at statement %" G_GINT64_FORMAT ": %s", resume_at, found);
    return found != NULL;
}

/* The record has a digest of the whole file only: which statement is another one, nobody knows. */
static void
warn_edited(const BlMigrator *migrator,
            const BlMigration *file,
            const BlJournalRow *journal,
            gint64 resume_at)
{
    const BlKnownMigration known = bl_migration_known(file);
    if (journal->is_down || resume_at == 1 ||
        !bl_known_migration_differs(&known, journal->raw_digest, journal->token_digest))
        return;
    bl_report_text(
        migrator->options.reporter, BL_EVENT_WARNING,
        "\"%s\" was edited since it stopped: what stands before statement %" G_GINT64_FORMAT
        " now counts as done, and does not run",
        file->label, resume_at);
}

/* Goes on with the unfinished migration at statement K; what is before K counts as done. */
static gboolean
repair_resume(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    if (!bl_ledger_check_mark(migrator->ledger, error))
        return FALSE;
    const BlJournalRow *journal = bl_ledger_unfinished(migrator->ledger, NULL);
    if (journal == NULL || options->resume_at < 1) {
        bl_error_set(error, BL_ERROR_USAGE, "see migrate status",
                     journal == NULL ? "no migration is unfinished" : "statements count from 1");
        return FALSE;
    }
    const BlMigration *file = bl_history_find(migrator->history, journal->name);
    if (file == NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "restore it",
                     "the file of migration \"%s\" is missing", journal->name);
        return FALSE;
    }
    const BlSection *section = journal->is_down ? &file->down : &file->up;
    const BlLedgerRow *row = bl_ledger_find(migrator->ledger, journal->name);
    if (!bl_runner_check(migrator->connection->engine, file, section, FALSE, error))
        return FALSE;
    if (!check_resume_at(migrator, file, section, options->resume_at, error) ||
        !say_what_is_there(cli, migrator, file, section, options->resume_at, error))
        return FALSE;
    warn_edited(migrator, file, journal, options->resume_at);
    const BlRunner runner = { .session = migrator->session,
                              .names = &migrator->names,
                              .reporter = migrator->options.reporter };
    const BlResume resume = { .journal_id = journal->id,
                              .done = options->resume_at - 1,
                              .replaces = journal->is_down ? NULL : row };
    gint64 batch = bl_ledger_last_batch(migrator->ledger) + 1;
    gboolean ok = journal->is_down ? bl_runner_down(&runner, file, row, &resume, NULL, error)
                                   : bl_runner_up(&runner, file, batch, &resume, NULL, error);
    if (ok)
        bl_cli_say(cli, "finished \"%s\"", file->name);
    return ok;
}

/* @param json gets what is found */
static gboolean
show_statement(
    BlCli *cli, const BlMigrator *migrator, const BlStatusRow *row, json_t *json, GError **error)
{
    if (row->file == NULL || row->journal == NULL || row->journal->state == BL_JOURNAL_APPLIED)
        return TRUE;
    const BlSection *section = row->journal->is_down ? &row->file->down : &row->file->up;
    g_autoptr(GPtrArray) statements =
        bl_runner_statements(migrator->connection->engine, row->file, section, NULL);
    gint64 next = row->journal->statement;
    if (statements == NULL || next < 0 || next > (gint64)statements->len)
        return TRUE;
    if (next == (gint64)statements->len) {
        bl_cli_print(cli,
                     "  all of its statements (%u) are done, only its record is missing\n"
                     "  go on there with: migrate repair --resume-at %" G_GINT64_FORMAT "\n",
                     statements->len, next + 1);
        json_object_set_new(json, "statement", json_integer(next + 1));
        return TRUE;
    }
    const char *sql = g_ptr_array_index(statements, (guint)next);
    g_autofree char *found = bl_probe_describe(migrator->session, sql, error);
    if (found == NULL)
        return FALSE;
    gboolean is_uncertain = row->status == BL_STATUS_UNCERTAIN;
    bl_cli_print(cli, "  next is statement %" G_GINT64_FORMAT " of %u: %s\n  %s%s\n", next + 1,
                 statements->len, sql, is_uncertain ? "nobody knows whether it took effect; " : "",
                 found);
    bl_cli_print(cli, "  go on there with: migrate repair --resume-at %" G_GINT64_FORMAT "\n",
                 next + 1);
    if (is_uncertain)
        bl_cli_print(cli, "  if it took effect: migrate repair --resume-at %" G_GINT64_FORMAT "\n",
                     next + 2);
    json_object_set_new(json, "statement", json_integer(next + 1));
    json_object_set_new(json, "found", bl_json_text(found));
    return TRUE;
}

static gboolean
show_all(BlCli *cli, const BlMigrator *migrator, GError **error)
{
    const BlPlanInput input = bl_migrator_input(migrator);
    g_autoptr(GPtrArray) rows = bl_plan_status(&input);
    json_t *list = json_array();
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        if (row->status == BL_STATUS_COMPLETED || row->status == BL_STATUS_SQUASHED ||
            row->status == BL_STATUS_PENDING)
            continue;
        bl_cli_print(cli, "%s %s\n", bl_status_name(row->status), row->name);
        json_t *json = json_pack("{s:o, s:s}", "name", bl_json_text(row->name), "status",
                                 bl_status_name(row->status));
        json_array_append_new(list, json);
        if (!show_statement(cli, migrator, row, json, error)) {
            json_decref(list);
            return FALSE;
        }
    }
    if (json_array_size(list) == 0)
        bl_cli_print(cli, "nothing to repair\n");
    json_object_set_new(bl_cli_json(cli), "migrations", list);
    return TRUE;
}

static gboolean
has_order(const BlMigrateOptions *options)
{
    return options->accept != NULL || options->forget != NULL || options->rename != NULL ||
           options->resume_at >= 0;
}

gboolean
bl_check_repair(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    if ((options->rename != NULL) != (args[0] != NULL)) {
        bl_error_set(error, BL_ERROR_USAGE, "migrate repair --rename OLD NEW",
                     "--rename takes the old and the new name");
        return FALSE;
    }
    if (options->resume_at >= 0 && bl_cli_is_several(cli)) {
        bl_error_set(error, BL_ERROR_USAGE, "go on with each of them by its own number",
                     "--resume-at is about one connection");
        return FALSE;
    }
    const BlConnection *connection = bl_cli_connection(cli, error);
    return connection != NULL &&
           (!has_order(options) || bl_cli_confirm_production(cli, connection, options->force,
                                                             "repair the ledger of", error));
}

gboolean
bl_cmd_repair(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    if (!bl_check_repair(cli, data, args, error))
        return FALSE;
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_work_open(&work, cli, options, !has_order(options), error))
        return FALSE;
    if (options->accept != NULL)
        return repair_accept(cli, work.migrator, options, error);
    if (options->forget != NULL)
        return repair_forget(cli, work.migrator, options, error);
    if (options->rename != NULL)
        return repair_rename(cli, work.migrator, options, args[0], error);
    if (options->resume_at >= 0)
        return repair_resume(cli, work.migrator, options, error);
    return show_all(cli, work.migrator, error);
}
