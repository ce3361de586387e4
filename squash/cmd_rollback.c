/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#include "common/base/error.h"

/* migrate rollback and reset: back by batch, by steps, or to the very beginning. */

static gboolean
back_options(const BlMigrateOptions *options, BlBackOptions *back, GError **error)
{
    if (options->step >= 0 && options->batch >= 0) {
        bl_error_set(error, BL_ERROR_USAGE, "give one of them",
                     "--step and --batch exclude each other");
        return FALSE;
    }
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
go_back(BlCli *cli,
        const BlMigrateOptions *options,
        const BlBackOptions *back,
        const char *what,
        GError **error)
{
    if (!options->dry_run && !bl_confirm_destructive(cli, options, what, error))
        return FALSE;
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_work_open(&work, cli, options, options->dry_run, error))
        return FALSE;
    const BlPlanInput input = bl_migrator_input(work.migrator);
    g_autoptr(BlPlan) plan = bl_plan_back(&input, back, error);
    if (plan == NULL || !bl_migrator_check(work.migrator, plan, FALSE, error))
        return FALSE;
    bl_say_plan(cli, plan);
    if (options->dry_run)
        return bl_print_plan(cli, work.migrator, plan, error);
    if (!bl_run_plan(cli, work.migrator, plan, error))
        return FALSE;
    bl_say_summary(cli, options, work.migrator, "reverted", "nothing to roll back");
    return TRUE;
}

gboolean
bl_cmd_rollback(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    BlBackOptions back;
    return back_options(options, &back, error) && go_back(cli, options, &back, "roll back", error);
}

gboolean
bl_cmd_reset(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlBackOptions back = { BL_BACK_ALL, 0 };
    return go_back(cli, data, &back, "reset", error);
}
