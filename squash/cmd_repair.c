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
    const char *name; /* of what is forgotten */
    const char *to;
} Request;

/* @return borrowed: the names that the ledger and the journal know, one perhaps twice */
static GPtrArray *
list_recorded(const BlLedger *ledger)
{
    GPtrArray *names = g_ptr_array_new();
    for (guint i = 0; i < ledger->rows->len; i++)
        g_ptr_array_add(names, ((BlLedgerRow *)g_ptr_array_index(ledger->rows, i))->name);
    for (guint i = 0; i < ledger->journal->len; i++) {
        const BlJournalRow *journal = g_ptr_array_index(ledger->journal, i);
        if (journal->state != BL_JOURNAL_APPLIED && !journal->is_load)
            g_ptr_array_add(names, journal->name);
    }
    return names;
}

/* As bl_history_resolve(), also where the file is gone. */
static gboolean
answers_to(const BlMigrator *migrator, const char *name, const char *text)
{
    const BlMigration *file = bl_history_find(migrator->history, name);
    const char *slash = strrchr(name, '/');
    return strcmp(slash != NULL ? slash + 1 : name, text) == 0 ||
           (file != NULL && bl_migration_answers_to(file, text));
}

/* The full name of what is applied or unfinished. @return borrowed; NULL: BL_ERROR_USAGE */
static const char *
resolve_recorded(const BlMigrator *migrator, const char *text, GError **error)
{
    const BlLedger *ledger = migrator->ledger;
    if (bl_ledger_find(ledger, text) != NULL || bl_ledger_unfinished(ledger, text) != NULL)
        return text;
    g_autoptr(GPtrArray) names = list_recorded(ledger);
    const char *found = NULL;
    for (guint i = 0; i < names->len; i++) {
        const char *name = g_ptr_array_index(names, i);
        if (!answers_to(migrator, name, text) || g_strcmp0(found, name) == 0)
            continue;
        if (found != NULL) {
            bl_error_set(error, BL_ERROR_USAGE, "give the path from the project's folder",
                         "\"%s\" is more than one migration: \"%s\" and \"%s\"", text, found, name);
            return NULL;
        }
        found = name;
    }
    if (found == NULL)
        bl_error_set(error, BL_ERROR_USAGE, "see migrate status for the names",
                     "the ledger has no migration \"%s\"", text);
    return found;
}

/* An unfinished run would go on standing in the way of every command. */
static gboolean
check_no_half(const BlMigrator *migrator, const char *name, GError **error)
{
    if (bl_ledger_unfinished(migrator->ledger, name) == NULL)
        return TRUE;
    g_autofree char *hint = g_strdup_printf(
        "see migrate repair and go on with it: migrate repair --resume-at K; or, when what it did is "
        "taken back by hand or may stay: migrate repair --forget %s",
        name);
    bl_error_set(error, BL_ERROR_CONFLICT, hint, "\"%s\" stopped half-way", name);
    return FALSE;
}

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
        if (journal->state != BL_JOURNAL_APPLIED && strcmp(journal->name, request->name) == 0 &&
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
    if (request.file == NULL || !check_no_half(migrator, request.file->name, error))
        return FALSE;
    request.row = find_row(migrator, request.file->name, error);
    if (request.row == NULL || !bl_migrator_repair(migrator, accept_file, &request, error))
        return FALSE;
    bl_cli_say(cli, "accepted the file of \"%s\" as what was applied", request.file->name);
    return TRUE;
}

/* What is forgotten, and what follows for the next run. */
static void
say_forgotten(BlCli *cli, const BlMigrator *migrator, const Request *request)
{
    const char *name = request->name;
    if (request->row != NULL) {
        gboolean has_file = bl_history_find(migrator->history, name) != NULL;
        bl_cli_say(cli, "forgot \"%s\"; the schema is as it was%s", name,
                   has_file ? ", and the next run runs its file" : "");
        return;
    }
    gboolean is_applied = bl_ledger_find(migrator->ledger, name) != NULL;
    bl_cli_say(cli, "forgot the unfinished run of \"%s\"; the schema is as it was, and %s", name,
               is_applied ? "the migration counts as applied"
                          : "the next run runs the file from its first statement");
}

static gboolean
repair_forget(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    Request request = { .options = options };
    /* The ledger is read anew behind it. */
    g_autofree char *name = g_strdup(resolve_recorded(migrator, options->forget, error));
    if (name == NULL)
        return FALSE;
    request.name = name;
    if (bl_ledger_unfinished(migrator->ledger, request.name) == NULL)
        request.row = bl_ledger_find(migrator->ledger, request.name);
    if (!bl_migrator_repair(migrator, forget_row, &request, error))
        return FALSE;
    say_forgotten(cli, migrator, &request);
    return TRUE;
}

static void
warn_other_text(const BlMigrator *migrator, const BlMigration *file)
{
    const BlLedgerRow *row = bl_ledger_find(migrator->ledger, file->name);
    const BlJournalRow *journal = row != NULL ? bl_ledger_journal(migrator->ledger, row) : NULL;
    const BlKnownMigration known = bl_migration_known(file);
    if (journal == NULL ||
        !bl_known_migration_differs(&known, journal->raw_digest, journal->token_digest))
        return;
    bl_report_text(migrator->options.reporter, BL_EVENT_WARNING,
                   "the file of \"%s\" is not what was applied: see migrate status", file->name);
}

static gboolean
repair_rename(BlCli *cli,
              BlMigrator *migrator,
              const BlMigrateOptions *options,
              const char *to,
              GError **error)
{
    Request request = { .options = options, .to = to };
    /* The ledger is read anew behind it. */
    g_autofree char *from = g_strdup(resolve_recorded(migrator, options->rename, error));
    request.row = from != NULL ? find_row(migrator, from, error) : NULL;
    if (request.row == NULL)
        return FALSE;
    const BlMigration *file = bl_history_resolve(migrator->history, to, error);
    if (file == NULL || !check_no_half(migrator, file->name, error))
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
    bl_cli_say(cli, "renamed \"%s\" to \"%s\" in the ledger", from, file->name);
    warn_other_text(migrator, file);
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
        migrator->session, g_ptr_array_index(statements, (guint)(resume_at - 1)), NULL, error);
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

/* Where to go on. @param at the next statement, from 1. @param is_done by the look of it. */
static void
print_ways(BlCli *cli, gint64 at, guint n, gboolean is_done, gboolean is_uncertain)
{
    const char *end = at == (gint64)n ? " (behind the last one: it counts as finished)" : "";
    if (is_done) {
        bl_cli_print(cli,
                     "  if that is what the statement is for, go on behind it with: migrate repair "
                     "--resume-at %" G_GINT64_FORMAT "%s\n",
                     at + 1, end);
    }
    bl_cli_print(cli, "  %sgo on there with: migrate repair --resume-at %" G_GINT64_FORMAT "\n",
                 is_done ? "else put it right, and " : "", at);
    if (is_uncertain) {
        bl_cli_print(cli,
                     "  if it took effect: migrate repair --resume-at %" G_GINT64_FORMAT "%s\n",
                     at + 1, end);
    }
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
    gboolean is_done = FALSE;
    g_autofree char *found = bl_probe_describe(migrator->session, sql, &is_done, error);
    if (found == NULL)
        return FALSE;
    gboolean is_uncertain = row->status == BL_STATUS_UNCERTAIN;
    bl_cli_print(cli, "  next is statement %" G_GINT64_FORMAT " of %u: %s\n  %s%s\n", next + 1,
                 statements->len, sql, is_uncertain ? "nobody knows whether it took effect; " : "",
                 found);
    is_done = is_done && !is_uncertain &&
              !bl_runner_is_transaction(migrator->connection->engine, row->file, section);
    print_ways(cli, next + 1, statements->len, is_done, is_uncertain);
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
