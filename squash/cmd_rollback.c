/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#include "common/base/error.h"

/* migrate rollback and reset: back by batch, by steps, or to the very beginning. */

static gboolean
back_options(const BlMigrateOptions *options, BlBackOptions *back, GError **error)
{
    if (options->step == 0) {
        bl_error_set(error, BL_ERROR_USAGE, "give a number from 1",
                     "--step 0 would roll back nothing");
        return FALSE;
    }
    if (options->step > 0)
        *back = (BlBackOptions){ BL_BACK_STEPS, options->step };
    else if (options->batch >= 0)
        *back = (BlBackOptions){ BL_BACK_TO_BATCH, options->batch };
    else
        *back = (BlBackOptions){ BL_BACK_LAST_BATCH, 0 };
    return TRUE;
}

static gboolean
go_back(BlCli *cli, const BlMigrateOptions *options, const BlBackOptions *back, GError **error)
{
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_work_open(&work, cli, options, options->dry_run, error))
        return FALSE;
    const BlPlanInput input = bl_migrator_input(work.migrator);
    g_autoptr(BlPlan) plan = bl_plan_back(&input, back, error);
    if (plan == NULL || !bl_migrator_check(work.migrator, plan, FALSE, error))
        return FALSE;
    static const char nothing[] = "nothing to roll back";
    bl_say_plan(cli, plan);
    if (options->dry_run)
        bl_warn_switched_off(cli, work.migrator);
    if (options->dry_run)
        return bl_print_plan(cli, work.migrator, plan, nothing, error);
    if (!bl_run_plan(cli, work.migrator, plan, error))
        return FALSE;
    bl_say_summary(cli, options, work.migrator, nothing);
    return TRUE;
}

gboolean
bl_check_rollback(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    BlBackOptions back;
    return back_options(options, &back, error) &&
           (options->dry_run || bl_confirm_destructive(cli, options, "roll back", error));
}

gboolean
bl_cmd_rollback(BlCli *cli, void *data, char **args, GError **error)
{
    BlBackOptions back;
    return bl_check_rollback(cli, data, args, error) && back_options(data, &back, error) &&
           go_back(cli, data, &back, error);
}

gboolean
bl_check_reset(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    return options->dry_run || bl_confirm_destructive(cli, options, "reset", error);
}

gboolean
bl_cmd_reset(BlCli *cli, void *data, char **args, GError **error)
{
    const BlBackOptions back = { BL_BACK_ALL, 0 };
    return bl_check_reset(cli, data, args, error) && go_back(cli, data, &back, error);
}
