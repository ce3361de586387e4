/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"
#include "squash/folders.h"

/* migrate fresh, refresh and wipe: what destroys. The whole plan is checked before the first drop.
 */

static gboolean
fresh(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    BlRunOptions run = { 0 };
    gboolean was_empty = FALSE;
    g_autoptr(BlLedger) empty = bl_ledger_new();
    const BlPlanInput input = { migrator->history, empty, migrator->manifest };
    if (!options->no_snapshot &&
        !bl_migrator_wants_bootstrap(migrator, empty, &run.bootstrap, error))
        return FALSE;
    if (!migrator->has_snapshot && !bl_folders_check_squashed(migrator, error))
        return FALSE;
    g_autoptr(BlPlan) plan =
        bl_folders_check(migrator, run.bootstrap, error) ? bl_plan_run(&input, &run, error) : NULL;
    if (plan == NULL || !bl_migrator_check(migrator, plan, TRUE, error) ||
        (options->seed && !bl_migrator_check_seeders(migrator, error)))
        return FALSE;
    if (run.bootstrap && !bl_migrator_check_sight(migrator, error))
        return FALSE;
    bl_say_plan(cli, plan);
    if (!bl_migrator_wipe(migrator, &was_empty, error) || !bl_run_plan(cli, migrator, plan, error))
        return FALSE;
    bl_say_summary(cli, options, migrator, "wiped; there are no migrations");
    if (!was_empty)
        bl_cli_set_status(cli, "completed");
    return bl_seed_if_asked(cli, migrator, options, error);
}

gboolean
bl_check_fresh(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    return bl_confirm_destructive(cli, data, "wipe", error);
}

gboolean
bl_cmd_fresh(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    return bl_check_fresh(cli, data, args, error) &&
           bl_work_open(&work, cli, options, FALSE, error) &&
           fresh(cli, work.migrator, options, error);
}

static gboolean
refresh(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    const BlBackOptions all = { BL_BACK_ALL, 0 };
    const BlRunOptions run = { 0 };
    const BlPlanInput before = bl_migrator_input(migrator);
    g_autoptr(BlPlan) back = bl_plan_back(&before, &all, error);
    if (back == NULL || !bl_migrator_check(migrator, back, FALSE, error))
        return FALSE;
    /* Planned now, so that a file that cannot run again stops the refresh before anything is
     * reverted. */
    g_autoptr(BlPlan) ahead = bl_plan_run_after(&before, back, &run, error);
    if (ahead == NULL || !bl_migrator_check(migrator, ahead, FALSE, error) ||
        (options->seed && !bl_migrator_check_seeders(migrator, error)))
        return FALSE;
    bl_say_plan(cli, back);
    if (!bl_run_plan(cli, migrator, back, error) || !bl_migrator_reload(migrator, error))
        return FALSE;
    const BlPlanInput after = bl_migrator_input(migrator);
    g_autoptr(BlPlan) again = bl_plan_run(&after, &run, error);
    if (again == NULL || !bl_run_plan(cli, migrator, again, error))
        return FALSE;
    bl_say_summary(cli, options, migrator, "nothing to refresh");
    return bl_seed_if_asked(cli, migrator, options, error);
}

gboolean
bl_check_refresh(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    return bl_confirm_destructive(cli, data, "refresh", error);
}

gboolean
bl_cmd_refresh(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    return bl_check_refresh(cli, data, args, error) &&
           bl_work_open(&work, cli, options, FALSE, error) &&
           refresh(cli, work.migrator, options, error);
}

static gboolean
print_wipe(BlCli *cli, BlMigrator *migrator, GError **error)
{
    g_autoptr(GPtrArray) statements = bl_migrator_wipe_statements(migrator, error);
    if (statements == NULL)
        return FALSE;
    bl_warn_switched_off(cli, migrator);
    json_t *queries = json_array();
    for (guint i = 0; i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        bl_cli_print(cli, "%s;\n", sql);
        json_array_append_new(queries, bl_json_text(sql));
    }
    json_object_set_new(bl_cli_json(cli), "queries", queries);
    if (statements->len == 0)
        bl_cli_set_status(cli, "skipped");
    return TRUE;
}

gboolean
bl_check_wipe(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    return options->dry_run || bl_confirm_destructive(cli, options, "wipe", error);
}

gboolean
bl_cmd_wipe(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_check_wipe(cli, data, args, error) ||
        !bl_work_open(&work, cli, options, options->dry_run, error))
        return FALSE;
    if (options->dry_run)
        return print_wipe(cli, work.migrator, error);
    gboolean was_empty = FALSE;
    if (!bl_migrator_wipe(work.migrator, &was_empty, error))
        return FALSE;
    if (was_empty)
        bl_cli_set_status(cli, "skipped");
    bl_cli_say(cli, was_empty ? "nothing to wipe in \"%s\"" : "wiped \"%s\"", work.session->label);
    return TRUE;
}
