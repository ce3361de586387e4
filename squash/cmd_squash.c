/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"
#include "squash/cmd_prune.h"
#include "squash/folders.h"

#include "common/base/error.h"

/* migrate squash: dump, proof, prune. */

gboolean
bl_check_squash(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    if (bl_cli_connection(cli, error) == NULL)
        return FALSE;
    if (options->until != NULL && options->keep >= 0) {
        bl_error_set(error, BL_ERROR_USAGE, "leave one of them out",
                     "--until and --keep both say where the squash ends");
        return FALSE;
    }
    return options->dry_run || bl_prune_confirm(cli, &options->prune, options->force, error);
}

gboolean
bl_cmd_squash(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    if (!bl_check_squash(cli, data, args, error))
        return FALSE;
    g_auto(BlWork) work = { NULL, NULL };
    gboolean is_open = options->prune.from_files
                           ? bl_work_open_files(&work, cli, options, options->dry_run, error)
                           : bl_work_open(&work, cli, options, options->dry_run, error);
    if (!is_open)
        return FALSE;
    g_autoptr(GPtrArray) data_tables =
        bl_prune_data_tables(work.migrator, (const char *const *)options->data);
    const BlDumpOptions dump =
        bl_squash_dump_options(work.migrator, (const char *const *)data_tables->pdata);
    g_autoptr(GPtrArray) excluded =
        bl_prune_names(work.migrator->manifest != NULL ? work.migrator->manifest->excluded : NULL);
    g_autoptr(GPtrArray) schemas =
        bl_prune_names(work.migrator->manifest != NULL ? work.migrator->manifest->schemas : NULL);
    BlDumpOptions wanted = dump;
    if (excluded->len > 1)
        wanted.filter.exclude = (const char *const *)excluded->pdata;
    if (schemas->len > 1)
        wanted.filter.schemas = wanted.schemas = (const char *const *)schemas->pdata;
    BlSquashOptions squash = bl_prune_squash_options(&options->prune, &wanted);
    squash.until = options->until;
    squash.keep = options->keep;
    squash.dry_run = options->dry_run;
    squash.done_before = bl_cli_done_before(cli);
    if (work.migrator->history->list->len > 0)
        bl_folders_warn(work.migrator);
    return bl_prune_run(cli, work.migrator, &squash, error);
}
