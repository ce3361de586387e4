/* SPDX-License-Identifier: MIT */
/**
 * @file cmd.h
 * @brief What the subcommands of migrate share: options, opening, printing of plans and results.
 *
 * Layer: squash, above the migrator; not installed. One cmd_*.c per subcommand, or per pair that
 * differs in a word.
 */
#ifndef BL_SQUASH_CMD_H
#define BL_SQUASH_CMD_H

#include "squash/cmd_prune.h"
#include "squash/migrator.h"

#include "common/cli/cli.h"

G_BEGIN_DECLS

/** All options of all subcommands; each command's tables name the members that it has. */
typedef struct {
    char *schema_path;
    gboolean dry_run;
    gboolean force;
    gboolean disable_locks;
    gboolean compact_output;
    gint64 lock_wait;         /**< seconds */
    gint64 lock_timeout;      /**< seconds; -1: the engine's default */
    gint64 statement_timeout; /**< seconds; -1: none */
    gboolean no_snapshot;
    gboolean ephemeral;
    char *to;
    char *out_of_order;
    gboolean seed;
    gboolean commit;
    gint64 step;  /**< -1: not given */
    gint64 batch; /**< -1: not given */
    gboolean exit_code;
    char *create_table;
    char *alter_table;
    char *path;
    char *accept;
    char *forget;
    char *rename;
    gint64 resume_at; /**< -1: not given */
    gboolean git;
    char *until;
    gint64 keep; /**< -1: not given */
    char **data;
    BlPruneArguments prune;
    char *from;
    gboolean offline;
    gboolean replay;
} BlMigrateOptions;

/** Sets the defaults that are not zero. For BlCommand.init. */
void bl_migrate_options_init(void *data);

/** --schema-path, for every command. */
extern const BlOption bl_read_options[];
/** … and for commands that write: --force, --disable-locks, --lock-wait, the timeouts,
 * --compact-output. */
extern const BlOption bl_write_options[];

/** A session and the migrator on it. */
typedef struct {
    BlSession *session;
    BlMigrator *migrator;
} BlWork;

void bl_work_clear(BlWork *work);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(BlWork, bl_work_clear)

/** Opens the connection and the migrator. @param read_only nothing is written, no lock is taken; a
 * database that is missing counts as empty when --create is given. */
gboolean bl_work_open(BlWork *work,
                      BlCli *cli,
                      const BlMigrateOptions *options,
                      gboolean read_only,
                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Opens the migrator without a database, in which there would be nobody to lock out: others at
 * work on the same files are stopped by what they find. @param read_only nothing is
 * written */
gboolean bl_work_open_files(BlWork *work,
                            BlCli *cli,
                            const BlMigrateOptions *options,
                            gboolean read_only,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Warns in a dry run of what bl_confirm_destructive() would refuse whatever the options. */
void bl_warn_switched_off(BlCli *cli, const BlMigrator *migrator);

/** Refuses in production what "disableRollbacksInProduction" forbids, then asks as
 * bl_cli_confirm_production() does. */
gboolean bl_confirm_destructive(BlCli *cli,
                                const BlMigrateOptions *options,
                                const char *what,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Prints warnings and notes of @plan as talk. */
void bl_say_plan(BlCli *cli, const BlPlan *plan);

/** --dry-run: prints the steps of @plan with their SQL, and adds them to the JSON document.
 * @param nothing said where there is none */
gboolean bl_print_plan(BlCli *cli,
                       const BlMigrator *migrator,
                       const BlPlan *plan,
                       const char *nothing,
                       GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** Executes @plan; adds bootstrap and migrations to the JSON document, also on failure. */
gboolean bl_run_plan(BlCli *cli, BlMigrator *migrator, const BlPlan *plan, GError **error)
    G_GNUC_WARN_UNUSED_RESULT;

/** Reads --to, --out-of-order into @run. */
gboolean bl_run_options(const BlMigrateOptions *options,
                        const BlMigrator *migrator,
                        BlRunOptions *run,
                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** The last line on stderr: "migrated 3 migrations (12 ms)", "already up to date". The status is
 * "skipped" where nothing was done. */
void bl_say_summary(BlCli *cli,
                    const BlMigrateOptions *options,
                    const BlMigrator *migrator,
                    const char *nothing);

/** Adds to the message of @error, where a signal ended @plan, what is done and what is not.
 * @param first of the results that belong to @plan. @param error may be NULL */
void bl_tell_rest(const BlMigrator *migrator, const BlPlan *plan, guint first, GError *error);

/** Seeds when --seed is given, and adds the seeders to the JSON document; with --dry-run their
 * statements are printed. */
gboolean bl_seed_if_asked(BlCli *cli,
                          BlMigrator *migrator,
                          const BlMigrateOptions *options,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/** What the commands refuse without a session: usage and production. Each bl_cmd_*() begins with
 * its own; over several connections all are asked before the first starts. */
gboolean bl_check_run(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_rollback(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_reset(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_refresh(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_fresh(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_wipe(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_seed(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_adopt(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_repair(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_check_squash(BlCli *cli, void *data, char **args, GError **error);

gboolean bl_cmd_run(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_rollback(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_reset(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_refresh(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_fresh(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_wipe(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_status(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_make(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_seed(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_adopt(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_check(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_rebuild(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_repair(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_unlock(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_squash(BlCli *cli, void *data, char **args, GError **error);
gboolean bl_cmd_init(BlCli *cli, void *data, char **args, GError **error);

/** For BlCommand.need. */
BlDatabaseNeed bl_need_make(const void *options);
BlDatabaseNeed bl_need_check(const void *options);

G_END_DECLS

#endif
