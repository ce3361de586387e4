/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

/* migrate seed: the seeders, each in a transaction. */

gboolean
bl_check_seed(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    const BlConnection *connection = bl_cli_connection(cli, error);
    return connection != NULL &&
           bl_cli_confirm_production(cli, connection, options->force, "seed", error);
}

gboolean
bl_cmd_seed(BlCli *cli, void *data, char **args, GError **error)
{
    BlMigrateOptions *options = data;
    if (!bl_check_seed(cli, data, args, error))
        return FALSE;
    g_auto(BlWork) work = { NULL, NULL };
    options->seed = TRUE;
    bl_cli_set_status(cli, "skipped");
    return bl_work_open(&work, cli, options, FALSE, error) &&
           bl_seed_if_asked(cli, work.migrator, options, error);
}
