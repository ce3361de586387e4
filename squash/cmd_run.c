/* SPDX-License-Identifier: MIT */
#include "squash/archived.h"
#include "squash/cmd.h"
#include "squash/commit.h"
#include "squash/folders.h"
#include "squash/sharing.h"

#include "common/project/project.h"

/* migrate run: bootstrap where the database is empty, then what is pending. */

static BlPlan *
make_plan(const BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    BlRunOptions run = { 0 };
    gboolean may_bootstrap = !options->no_snapshot && !migrator->bootstrapped;
    const BlPlanInput input = bl_migrator_input(migrator);
    if (!bl_run_options(options, migrator, &run, error) ||
        (may_bootstrap &&
         !bl_migrator_wants_bootstrap(migrator, migrator->ledger, &run.bootstrap, error)))
        return NULL;
    if (!migrator->has_snapshot && migrator->ledger->rows->len == 0 &&
        !bl_folders_check_squashed(migrator, error))
        return NULL;
    return bl_plan_run(&input, &run, error);
}

/* The files behind a bare dump, which says nothing of the migrations that it holds. */
static gboolean
run_rest(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    g_autoptr(BlPlan) plan = make_plan(migrator, options, error);
    return plan != NULL && bl_migrator_check(migrator, plan, FALSE, error) &&
           bl_run_plan(cli, migrator, plan, error);
}

/* A wrong folder or --url beside a configuration looks like being up to date. @return g_free() */
static char *
describe_nothing(const BlMigrator *migrator)
{
    if (migrator->history->list->len > 0 || migrator->ledger->rows->len > 0)
        return g_strdup("already up to date");
    g_autofree char *folders = g_strjoinv("\", \"", migrator->connection->migration_paths);
    return g_strdup_printf("nothing to run: there are no migrations in \"%s\"", folders);
}

/* Behind everything else: what git says changes nothing of the run. */
static void
commit_if_asked(BlCli *cli, const BlMigrator *migrator, const BlMigrateOptions *options)
{
    if (!options->commit)
        return;
    g_autoptr(GPtrArray) paths = bl_commit_paths(migrator);
    if (bl_commit_files(bl_project_root(migrator->project), paths, bl_cli_reporter(cli)))
        bl_cli_say(cli, "committed %u file%s", paths->len, paths->len == 1 ? "" : "s");
}

/* What a merge moved into an archive looks like being up to date too. Where something runs it is
 * not looked for: to read a long history costs as much as the run. */
static void
warn_of_archived(const BlMigration *file, const char *what, void *data)
{
    bl_report_text(data, BL_EVENT_WARNING, "migration \"%s\" %s", file->name, what);
}

static gboolean
run_plan(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    g_autoptr(BlPlan) plan = make_plan(migrator, options, error);
    if (plan == NULL || !bl_migrator_check(migrator, plan, FALSE, error))
        return FALSE;
    bl_say_plan(cli, plan);
    /* That there is nothing at all names the folders anyway. */
    if (migrator->history->list->len > 0)
        bl_folders_warn(migrator);
    if (plan->steps->len == 0)
        bl_archived_check(migrator, warn_of_archived, (void *)(guintptr)bl_cli_reporter(cli));
    if (options->dry_run && options->commit)
        bl_cli_say(cli, "their files would be committed to git");
    g_autofree char *nothing = describe_nothing(migrator);
    if (options->dry_run)
        return bl_print_plan(cli, migrator, plan, nothing, error) &&
               bl_seed_if_asked(cli, migrator, options, error);
    if (!bl_run_plan(cli, migrator, plan, error))
        return FALSE;
    if (migrator->bootstrapped && migrator->manifest == NULL &&
        !run_rest(cli, migrator, options, error))
        return FALSE;
    bl_say_summary(cli, options, migrator, nothing);
    if (!bl_seed_if_asked(cli, migrator, options, error))
        return FALSE;
    commit_if_asked(cli, migrator, options);
    return TRUE;
}

gboolean
bl_check_run(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    const BlConnection *connection = bl_cli_connection(cli, error);
    return connection != NULL &&
           (options->dry_run ||
            bl_cli_confirm_production(cli, connection, options->force, "migrate", error));
}

/* Behind a run it would be too late to say so. */
static gboolean
check_commit(BlCli *cli, const BlMigrateOptions *options, GError **error)
{
    if (!options->commit)
        return TRUE;
    const BlConnection *connection = bl_cli_connection(cli, error);
    const BlProject *project = connection != NULL ? bl_cli_project(cli, error) : NULL;
    if (project == NULL)
        return FALSE;
    g_auto(GStrv) folders = bl_sharing_folders(project, connection);
    return bl_commit_check(bl_project_root(project), (const char *const *)folders, error);
}

gboolean
bl_cmd_run(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    if (!bl_check_run(cli, data, args, error) || !check_commit(cli, options, error))
        return FALSE;
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_work_open(&work, cli, options, options->dry_run, error))
        return FALSE;
    if (run_plan(cli, work.migrator, options, error))
        return TRUE;
    /* A database made by --create is taken back unless something is in it: a failed bootstrap
     * leaves nothing. */
    g_autoptr(BlLedger) ledger = work.session != NULL && work.session->created
                                     ? bl_ledger_read(work.session, &work.migrator->names, NULL)
                                     : NULL;
    if (ledger != NULL && !ledger->has_ledger) {
        g_clear_pointer(&work.migrator, bl_migrator_free);
        work.session->engine->discard(g_steal_pointer(&work.session));
    }
    return FALSE;
}
