/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#include "squash/data_section.h"
#include "squash/runner.h"

#include "common/base/error.h"

#include <string.h>

#define OPTION(member) offsetof(BlMigrateOptions, member)

const BlOption bl_read_options[] = {
    { "schema-path", 0, BL_OPTION_STRING, OPTION(schema_path), "FILE", "the snapshot to trust", 0,
      NULL },
    { 0 },
};

const BlOption bl_write_options[] = {
    { "schema-path", 0, BL_OPTION_STRING, OPTION(schema_path), "FILE", "the snapshot to trust", 0,
      NULL },
    { "force", 0, BL_OPTION_FLAG, OPTION(force), NULL, "go on in production without asking", 0,
      NULL },
    { "disable-locks", 0, BL_OPTION_FLAG, OPTION(disable_locks), NULL, "take no migration lock", 0,
      NULL },
    { "lock-wait", 0, BL_OPTION_NUMBER, OPTION(lock_wait), "SECONDS",
      "wait for the migration lock (0)", 0, NULL },
    { "lock-timeout", 0, BL_OPTION_NUMBER, OPTION(lock_timeout), "SECONDS",
      "longest wait for a lock in a statement", 0, NULL },
    { "statement-timeout", 0, BL_OPTION_NUMBER, OPTION(statement_timeout), "SECONDS",
      "longest run of a statement", 0, NULL },
    { "compact-output", 0, BL_OPTION_FLAG, OPTION(compact_output), NULL,
      "one line instead of one per migration", 0, NULL },
    { 0 },
};

void
bl_migrate_options_init(void *data)
{
    BlMigrateOptions *options = data;
    options->lock_timeout = -1;
    options->statement_timeout = -1;
    options->step = -1;
    options->batch = -1;
    options->resume_at = -1;
    options->keep = -1;
}

void
bl_work_clear(BlWork *work)
{
    g_clear_pointer(&work->migrator, bl_migrator_free);
    g_clear_pointer(&work->session, bl_session_close);
}

static guint
milliseconds(gint64 seconds)
{
    return seconds > 0 ? (guint)MIN(seconds, (gint64)G_MAXINT / 1000) * 1000 : 0;
}

static gboolean
open_session(
    BlWork *work, BlCli *cli, const BlMigrateOptions *options, gboolean read_only, GError **error)
{
    const BlOpenOptions open = {
        .read_only = read_only,
        .process_ends = read_only,
        .ephemeral = options->ephemeral,
        .lock_timeout_ms = milliseconds(options->lock_timeout),
        .statement_timeout_ms = milliseconds(options->statement_timeout),
    };
    GError *problem = NULL;
    work->session = bl_cli_open(cli, &open, &problem);
    if (work->session != NULL)
        return TRUE;
    /* A dry run makes nothing, so a database that --create would make counts as an empty one. */
    if (read_only && bl_cli_common(cli)->create &&
        g_error_matches(problem, BL_ERROR, BL_ERROR_CONNECT)) {
        g_clear_error(&problem);
        return TRUE;
    }
    g_propagate_error(error, problem);
    return FALSE;
}

gboolean
bl_work_open(
    BlWork *work, BlCli *cli, const BlMigrateOptions *options, gboolean read_only, GError **error)
{
    BlProject *project = bl_cli_project(cli, error);
    BlConnection *connection = project != NULL ? bl_cli_connection(cli, error) : NULL;
    if (connection == NULL || !open_session(work, cli, options, read_only, error))
        return FALSE;
    static const BlReporter silent = { NULL, NULL, FALSE };
    const BlMigratorOptions migrator = {
        .schema_path = options->schema_path,
        .read_only = read_only,
        .disable_locks = options->disable_locks,
        .lock_wait_ms = milliseconds(options->lock_wait),
        .reporter = options->compact_output ? &silent : bl_cli_reporter(cli),
    };
    work->migrator = bl_migrator_open(project, connection, work->session, &migrator, error);
    if (work->migrator != NULL)
        return TRUE;
    /* A database that was made for a command that never started is not left behind. */
    if (work->session != NULL && work->session->created)
        work->session->engine->discard(g_steal_pointer(&work->session));
    return FALSE;
}

gboolean
bl_work_open_files(
    BlWork *work, BlCli *cli, const BlMigrateOptions *options, gboolean read_only, GError **error)
{
    BlProject *project = bl_cli_project(cli, error);
    BlConnection *connection = project != NULL ? bl_cli_connection(cli, error) : NULL;
    if (connection == NULL)
        return FALSE;
    const BlMigratorOptions migrator = {
        .schema_path = options->schema_path,
        .read_only = read_only,
        .disable_locks = TRUE,
        .reporter = bl_cli_reporter(cli),
    };
    work->migrator = bl_migrator_open(project, connection, NULL, &migrator, error);
    return work->migrator != NULL;
}

static gboolean
is_switched_off(const BlConnection *connection)
{
    return connection->production && connection->disable_rollbacks_in_production;
}

void
bl_warn_switched_off(BlCli *cli, const BlMigrator *migrator)
{
    const BlConnection *connection = migrator->connection;
    if (is_switched_off(connection)) {
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING,
                       "without --dry-run this is refused: \"disableRollbacksInProduction\" is on, "
                       "and \"%s\" is a production database",
                       connection->name);
    }
}

gboolean
bl_confirm_destructive(BlCli *cli,
                       const BlMigrateOptions *options,
                       const char *what,
                       GError **error)
{
    const BlConnection *connection = bl_cli_connection(cli, error);
    if (connection == NULL)
        return FALSE;
    if (is_switched_off(connection)) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "it is switched off by \"disableRollbacksInProduction\" in the configuration",
                     "refused to %s the production database \"%s\"", what, connection->name);
        return FALSE;
    }
    return bl_cli_confirm_production(cli, connection, options->force, what, error);
}

void
bl_say_plan(BlCli *cli, const BlPlan *plan)
{
    for (guint i = 0; i < plan->warnings->len; i++)
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING, "%s",
                       (const char *)g_ptr_array_index(plan->warnings, i));
    for (guint i = 0; i < plan->notes->len; i++)
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_NOTE, "%s",
                       (const char *)g_ptr_array_index(plan->notes, i));
}

static json_t *
migrations_list(BlCli *cli)
{
    json_t *list = json_object_get(bl_cli_json(cli), "migrations");
    if (list != NULL)
        return list;
    list = json_array();
    json_object_set_new(bl_cli_json(cli), "migrations", list);
    return list;
}

static void
set_bootstrap(BlCli *cli, const BlMigrator *migrator, gboolean planned)
{
    json_t *value = json_null();
    if (migrator->bootstrapped) {
        value = json_pack("{s:o, s:I, s:i}", "path", bl_json_text(migrator->sql_path), "statements",
                          (json_int_t)migrator->load.statements, "objects",
                          (int)migrator->load.objects);
    } else if (planned) {
        value = json_pack("{s:o}", "path", bl_json_text(migrator->sql_path));
    }
    if (!json_is_null(value) || json_object_get(bl_cli_json(cli), "bootstrap") == NULL)
        json_object_set_new(bl_cli_json(cli), "bootstrap", value);
    else
        json_decref(value);
}

/* @param marks which are of data sections. @return these again, for JSON */
static json_t *
print_statements(BlCli *cli, const GPtrArray *statements, const GArray *marks, json_t *queries)
{
    json_t *data = json_array();
    gboolean was_data = FALSE;
    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        gboolean is_data = i < marks->len && g_array_index(marks, gboolean, i);
        if (is_data != was_data)
            bl_cli_print(cli, is_data ? "-- data\n" : "-- schema\n");
        was_data = is_data;
        bl_cli_print(cli, "%s;\n", sql);
        json_array_append_new(queries, bl_json_text(sql));
        if (is_data)
            json_array_append_new(data, bl_json_text(sql));
    }
    return data;
}

static gboolean
print_step(BlCli *cli, const BlMigrator *migrator, const BlStep *step, GError **error)
{
    if (step->kind == BL_STEP_BOOTSTRAP) {
        bl_cli_print(cli, "-- bootstrap from %s\n", migrator->sql_label);
        set_bootstrap(cli, migrator, TRUE);
        return TRUE;
    }
    gboolean up = step->kind == BL_STEP_UP;
    const BlSection *section = up ? &step->migration->up : &step->migration->down;
    g_autoptr(GPtrArray) statements =
        bl_runner_statements(migrator->connection->engine, step->migration, section, error);
    if (statements == NULL)
        return FALSE;
    bl_cli_print(cli, "-- %s %s%s\n", up ? "up" : "down", step->name,
                 bl_runner_is_transaction(migrator->connection->engine, step->migration, section)
                     ? ""
                     : " (no transaction)");
    g_autoptr(GArray) marks =
        bl_data_section_mark(migrator->connection->engine->dialect, section, error);
    if (marks == NULL)
        return FALSE;
    json_t *queries = json_array();
    json_t *data = print_statements(cli, statements, marks, queries);
    json_t *value =
        json_pack("{s:o, s:s, s:I, s:I, s:o}", "name", bl_json_text(step->name), "status",
                  "pending", "batch", (json_int_t)(up ? step->batch : step->row->batch),
                  "durationMs", (json_int_t)0, "queries", queries);
    if (json_array_size(data) > 0)
        json_object_set(value, "dataQueries", data);
    json_decref(data);
    json_array_append_new(migrations_list(cli), value);
    return TRUE;
}

gboolean
bl_print_plan(
    BlCli *cli, const BlMigrator *migrator, const BlPlan *plan, const char *nothing, GError **error)
{
    if (plan->steps->len == 0) {
        bl_cli_set_status(cli, "skipped");
        bl_cli_say(cli, "%s", nothing);
    }
    migrations_list(cli);
    set_bootstrap(cli, migrator, FALSE);
    for (guint i = 0; i < plan->steps->len; i++) {
        if (!print_step(cli, migrator, &g_array_index(plan->steps, BlStep, i), error))
            return FALSE;
    }
    return TRUE;
}

static void
add_results(BlCli *cli, const BlMigrator *migrator, guint first)
{
    json_t *list = migrations_list(cli);
    for (guint i = first; i < migrator->results->len; i++) {
        const BlMigrationResult *result = &g_array_index(migrator->results, BlMigrationResult, i);
        json_array_append_new(list, json_pack("{s:o, s:s, s:I, s:I}", "name",
                                              bl_json_text(result->name), "status", result->status,
                                              "batch", (json_int_t)result->batch, "durationMs",
                                              (json_int_t)(result->duration_us / 1000)));
    }
}

gboolean
bl_run_plan(BlCli *cli, BlMigrator *migrator, const BlPlan *plan, GError **error)
{
    guint first = migrator->results->len;
    gboolean ok = bl_migrator_execute(migrator, plan, error);
    set_bootstrap(cli, migrator, FALSE);
    add_results(cli, migrator, first);
    if (!ok)
        bl_tell_rest(migrator, plan, first, error != NULL ? *error : NULL);
    if (migrator->load.differs)
        bl_cli_set_exit(cli, 1);
    return ok;
}

gboolean
bl_run_options(const BlMigrateOptions *options,
               const BlMigrator *migrator,
               BlRunOptions *run,
               GError **error)
{
    static const char *const policies[] = {
        [BL_OUT_OF_ORDER_ERROR] = "error",
        [BL_OUT_OF_ORDER_WARN] = "warn",
        [BL_OUT_OF_ORDER_ALLOW] = "allow",
    };
    run->out_of_order = BL_OUT_OF_ORDER_ERROR;
    for (gsize i = 0; options->out_of_order != NULL && i < G_N_ELEMENTS(policies); i++) {
        if (strcmp(policies[i], options->out_of_order) == 0)
            run->out_of_order = (BlOutOfOrder)i;
    }
    if (options->to == NULL)
        return TRUE;
    run->to = bl_history_resolve(migrator->history, options->to, error);
    return run->to != NULL;
}
