/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#define OPTION(member) offsetof(BlMigrateOptions, member)

#define DRY_RUN                                                                                    \
    {                                                                                              \
        "dry-run", 0, BL_OPTION_FLAG, OPTION(dry_run), NULL,                                       \
            "print the plan and the SQL, write nothing", 0, NULL                                   \
    }
#define SEED                                                                                       \
    {                                                                                              \
        "seed", 0, BL_OPTION_FLAG, OPTION(seed), NULL, "run the seeders afterwards", 0, NULL       \
    }
#define NO_SNAPSHOT                                                                                \
    {                                                                                              \
        "no-snapshot", 0, BL_OPTION_FLAG, OPTION(no_snapshot), NULL,                               \
            "replay the files even where a snapshot is there", 0, NULL                             \
    }

static const BlOption run_options[] = {
    DRY_RUN,
    NO_SNAPSHOT,
    SEED,
    { "ephemeral", 0, BL_OPTION_FLAG, OPTION(ephemeral), NULL,
      "a throw-away database: no durability", 0, NULL },
    { "to", 0, BL_OPTION_STRING, OPTION(to), "NAME", "stop behind this migration", 0, NULL },
    { "out-of-order", 0, BL_OPTION_STRING, OPTION(out_of_order), "POLICY",
      "older than the newest applied: error, warn, allow", 0, "error|warn|allow" },
    { "commit", 0, BL_OPTION_FLAG, OPTION(commit), NULL, "commit the files that were run to git", 0,
      NULL },
    { 0 },
};

static const BlOption rollback_options[] = {
    { "step", 0, BL_OPTION_NUMBER, OPTION(step), "N", "the last N migrations, whatever their batch",
      0, NULL },
    { "batch", 0, BL_OPTION_NUMBER, OPTION(batch), "N", "everything after batch N (0: all)", 0,
      NULL },
    DRY_RUN,
    { 0 },
};

static const BlOption dry_run_options[] = { DRY_RUN, { 0 } };

static const BlOption refresh_options[] = { SEED, { 0 } };

static const BlOption fresh_options[] = { NO_SNAPSHOT, SEED, { 0 } };

static const BlOption status_options[] = {
    { "exit-code", 0, BL_OPTION_FLAG, OPTION(exit_code), NULL,
      "exit 1 when anything is pending or wrong", 0, NULL },
    { 0 },
};

static const BlOption make_options[] = {
    { "create", 0, BL_OPTION_STRING, OPTION(create_table), "TABLE", "it creates this table", 0,
      NULL },
    { "alter", 0, BL_OPTION_STRING, OPTION(alter_table), "TABLE", "it alters this table", 0, NULL },
    { "path", 0, BL_OPTION_STRING, OPTION(path), "DIR", "folder of the new file", 0, NULL },
    { 0 },
};

static const BlOption adopt_options[] = {
    { "from", 0, BL_OPTION_STRING, OPTION(from), "TOOL", "whose bookkeeping is taken over", 0,
      "dbmate|golang-migrate|goose|diesel|flyway|prisma|lucid|rails|sqlx" },
    { "dry-run", 0, BL_OPTION_FLAG, OPTION(dry_run), NULL,
      "show what would be recorded, write nothing", 0, NULL },
    { 0 },
};

static const BlOption check_options[] = {
    { "offline", 0, BL_OPTION_FLAG, OPTION(offline), NULL,
      "files and snapshot only: needs no database", 0, NULL },
    { "replay", 0, BL_OPTION_FLAG, OPTION(replay), NULL,
      "replay the files in a scratch database and compare", 0, NULL },
    { "scratch-url", 0, BL_OPTION_STRING, OPTION(prune.scratch_url), "URL",
      "where the replay makes its databases", 0, NULL },
    { 0 },
};

static const BlOption rebuild_options[] = {
    { "scratch-url", 0, BL_OPTION_STRING, OPTION(prune.scratch_url), "URL",
      "where the proof makes its databases", 0, NULL },
    { 0 },
};

static const BlOption repair_options[] = {
    { "accept", 0, BL_OPTION_STRING, OPTION(accept), "NAME",
      "the edited file counts as what was applied", 0, NULL },
    { "forget", 0, BL_OPTION_STRING, OPTION(forget), "NAME", "take the migration out of the ledger",
      0, NULL },
    { "rename", 0, BL_OPTION_STRING, OPTION(rename), "OLD", "the file was renamed from OLD to NEW",
      0, NULL },
    { "resume-at", 0, BL_OPTION_NUMBER, OPTION(resume_at), "K",
      "go on with the unfinished one at statement K", 0, NULL },
    { 0 },
};

static const BlOption squash_options[] = {
    { "until", 0, BL_OPTION_STRING, OPTION(until), "NAME", "squash no younger migration", 0, NULL },
    { "keep", 0, BL_OPTION_NUMBER, OPTION(keep), "N", "keep the newest N files", 0, NULL },
    { "data", 0, BL_OPTION_LIST, OPTION(data), "TABLE", "carry the rows of TABLE too", 0, NULL },
    { "from-files", 0, BL_OPTION_FLAG, OPTION(prune.from_files), NULL,
      "dump the replay of the files; no database is asked", 0, NULL },
    { "check-connection", 0, BL_OPTION_LIST, OPTION(prune.check_connections), "NAME",
      "ask only this one whether it needs the files", 0, NULL },
    BL_PRUNE_ROWS(BlMigrateOptions, prune),
    DRY_RUN,
    { 0 },
};

static const BlOption unlock_options[] = {
    { "force", 0, BL_OPTION_FLAG, OPTION(force), NULL, "remove what a dead process left", 0, NULL },
    { 0 },
};

static const BlOption init_options[] = {
    { "git", 0, BL_OPTION_FLAG, OPTION(git), NULL, "merge driver and hooks for snapshots", 0,
      NULL },
    { 0 },
};

static const BlOptionRule rollback_rules[] = { { "step", NULL, NULL, "batch" }, { 0 } };

static const BlOptionRule make_rules[] = { { "create", NULL, NULL, "alter" }, { 0 } };

static const BlOptionRule check_rules[] = { { "scratch-url", NULL, "replay", NULL }, { 0 } };

/* One order at a time. */
static const BlOptionRule repair_rules[] = {
    { "accept", NULL, NULL, "forget|rename|resume-at" },
    { "forget", NULL, NULL, "rename|resume-at" },
    { "rename", NULL, NULL, "resume-at" },
    { 0 },
};

#define COMMAND(command_name, text, table, more)                                                   \
    .name = #command_name, .summary = text, .options = table, .more_options = more,                \
    .size = sizeof(BlMigrateOptions), .init = bl_migrate_options_init,                             \
    .run = bl_cmd_##command_name

/* Commands that go over several connections. */
#define SEVERAL(command_name, how) .several = BL_SEVERAL_##how, .check = bl_check_##command_name

static const BlCommand commands[] = {
    { COMMAND(run,
              "bootstrap an empty database, then run every pending migration",
              run_options,
              bl_write_options),
      SEVERAL(run, YES), .example = "migrate run --create" },
    { COMMAND(rollback, "take the last batch back", rollback_options, bl_write_options),
      .rules = rollback_rules, SEVERAL(rollback, ONCE_A_LEDGER),
      .example = "migrate rollback --step 1" },
    { COMMAND(reset,
              "take every migration back, as far as the baseline",
              dry_run_options,
              bl_write_options),
      SEVERAL(reset, ONCE_A_LEDGER), .example = "migrate reset --dry-run" },
    { COMMAND(refresh, "reset, then run the files again", refresh_options, bl_write_options),
      SEVERAL(refresh, ONCE_A_LEDGER), .example = "migrate refresh --seed" },
    { COMMAND(fresh, "wipe, then run", fresh_options, bl_write_options),
      SEVERAL(fresh, ONCE_A_DATABASE), .example = "migrate fresh --seed" },
    { COMMAND(wipe, "drop every object that is ours", dry_run_options, bl_write_options),
      SEVERAL(wipe, ONCE_A_DATABASE), .example = "migrate wipe --dry-run" },
    { COMMAND(status, "list every migration and its state", status_options, bl_read_options),
      .several = BL_SEVERAL_YES, .example = "migrate status --exit-code" },
    { COMMAND(make, "make a migration file from its name", make_options, NULL), .arguments = "NAME",
      .min_args = 1, .max_args = 1, .rules = make_rules,
      .example = "migrate make add_slug_to_posts", .need = bl_need_make },
    { COMMAND(seed, "run the seeders", NULL, bl_write_options), SEVERAL(seed, ONCE_A_LEDGER),
      .example = "migrate seed" },
    { COMMAND(adopt, "take over another tool's bookkeeping", adopt_options, bl_write_options),
      SEVERAL(adopt, YES), .example = "migrate adopt --from dbmate --dry-run" },
    { COMMAND(
          check, "compare files, ledger, snapshot and live schema", check_options, bl_read_options),
      .several = BL_SEVERAL_YES, .rules = check_rules, .example = "migrate check",
      .need = bl_need_check },
    { COMMAND(rebuild,
              "make a snapshot that a merge put together anew, from the files",
              rebuild_options,
              bl_read_options),
      .several = BL_SEVERAL_YES, .writes_snapshot = TRUE, .example = "migrate rebuild --all" },
    { COMMAND(repair,
              "show what is not in order, and mend the ledger",
              repair_options,
              bl_write_options),
      .arguments = "[NEW]", .max_args = 1, .rules = repair_rules, SEVERAL(repair, YES),
      .example = "migrate repair --rename database/migrations/1_old database/migrations/1_new" },
    { COMMAND(squash,
              "dump, prove the snapshot by a replay, prune the files",
              squash_options,
              bl_write_options),
      SEVERAL(squash, ONCE_A_LEDGER), .writes_snapshot = TRUE,
      .example = "migrate squash --keep 10" },
    { COMMAND(unlock, "show who holds the migration lock", unlock_options, NULL),
      .several = BL_SEVERAL_YES, .example = "migrate unlock" },
    { COMMAND(init, "make the folders and the configuration of a new project", init_options, NULL),
      .example = "migrate init --git" },
};

int
main(int argc, char **argv)
{
    static const BlTool tool = {
        .name = "migrate",
        .summary = "run, roll back, list and make migrations",
        .commands = commands,
        .n_commands = G_N_ELEMENTS(commands),
    };
    return bl_cli_main(&tool, argc, argv);
}
