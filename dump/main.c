/* SPDX-License-Identifier: MIT */
#include "dump/dumper.h"
#include "dump/merge.h"
#include "squash/cmd_prune.h"
#include "squash/gap.h"
#include "squash/line_ends.h"
#include "squash/migrator.h"

#include "common/base/error.h"
#include "common/cli/cli.h"
#include "common/schema/compare.h"
#include "common/snapshot/manifest.h"
#include "common/snapshot/pair.h"

#include <string.h>

typedef struct {
    char *path;
    gboolean check;
    char **data;
    char **schemas;
    char **exclude;
    gboolean with_owner;
    gboolean with_acl;
    gboolean keep_definer;
    gboolean keep_batches;
    char *format;
    gboolean skip_unsupported;
    gboolean skip_broken;
    gboolean merge;
    gboolean prune;
    gboolean force;
    BlPruneArguments pruning;
} DumpOptions;

#define OPTION(member) offsetof(DumpOptions, member)

static const BlOption prune_table[] = {
    { "prune", 0, BL_OPTION_FLAG, OPTION(prune), NULL,
      "delete the migration files that are in it; proves first", 0, NULL },
    BL_PRUNE_ROWS(DumpOptions, pruning),
    { "force", 0, BL_OPTION_FLAG, OPTION(force), NULL,
      "prune without a proof in production without asking", 0, NULL },
    { 0 },
};

static const BlOption options_table[] = {
    { "path", 0, BL_OPTION_STRING, OPTION(path), "FILE", "write here (.sql.gz packs, - is stdout)",
      0, NULL },
    { "check", 0, BL_OPTION_FLAG, OPTION(check), NULL,
      "write nothing, exit 1 when the files differ", 0, NULL },
    { "data", 0, BL_OPTION_LIST, OPTION(data), "TABLE", "carry the rows of TABLE too", 0, NULL },
    { "schema", 0, BL_OPTION_LIST, OPTION(schemas), "NAME", "only this schema", 0, NULL },
    { "exclude", 0, BL_OPTION_LIST, OPTION(exclude), "PATTERN", "leave these objects out", 0,
      NULL },
    { "with-owner", 0, BL_OPTION_FLAG, OPTION(with_owner), NULL, "include owners", 0, NULL },
    { "with-acl", 0, BL_OPTION_FLAG, OPTION(with_acl), NULL, "include grants", 0, NULL },
    { "keep-definer", 0, BL_OPTION_FLAG, OPTION(keep_definer), NULL, "keep DEFINER clauses", 0,
      NULL },
    { "keep-batches", 0, BL_OPTION_FLAG, OPTION(keep_batches), NULL, "keep the batch numbers", 0,
      NULL },
    { "format", 0, BL_OPTION_STRING, OPTION(format), "FORMAT", "sql, or json: the catalog", 0,
      "sql|json" },
    { "skip-unsupported", 0, BL_OPTION_FLAG, OPTION(skip_unsupported), NULL,
      "leave out what cannot be described", 0, NULL },
    { "skip-broken", 0, BL_OPTION_FLAG, OPTION(skip_broken), NULL,
      "leave out what cannot be created again", 0, NULL },
    { "merge", 0, BL_OPTION_FLAG, OPTION(merge), NULL, "merge driver for the snapshot's files", 0,
      NULL },
    { 0 },
};

/* A snapshot that is no pair of files is not checked, and nothing is pruned for it. */
static const BlOptionRule rules[] = {
    { "merge", NULL, NULL, "*" },
    { "check", NULL, NULL, "prune|discard-data" },
    { "path", "-", NULL, "check|prune" },
    { "format", "json", NULL, "check|prune|data|keep-batches" },
    { "no-proof", NULL, "prune", NULL },
    { "archive", NULL, "prune", NULL },
    { "data-from", NULL, "prune", NULL },
    { "allow-uncommitted", NULL, "prune", NULL },
    { "scratch-url", NULL, "prune", NULL },
    { "force", NULL, "prune", NULL },
    { 0 },
};

/* Options that only some engines can honour. */
static gboolean
check_capabilities(const DumpOptions *options, const BlEngine *engine, GError **error)
{
    const struct {
        gboolean given;
        guint capability;
        const char *option;
        const char *what;
    } needs[] = {
        { options->schemas != NULL, BL_CAP_SCHEMAS, "--schema", "schemas" },
        { options->with_owner, BL_CAP_OWNERS, "--with-owner", "owners" },
        { options->with_acl, BL_CAP_GRANTS, "--with-acl", "grants" },
        { options->keep_definer, BL_CAP_DEFINERS, "--keep-definer", "definers" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(needs); i++) {
        if (!needs[i].given || (engine->caps & needs[i].capability) != 0)
            continue;
        g_autofree char *hint = g_strdup_printf("leave %s out", needs[i].option);
        bl_error_set(error, BL_ERROR_UNSUPPORTED, hint, "%s: %s has no %s", needs[i].option,
                     engine->name, needs[i].what);
        return FALSE;
    }
    return TRUE;
}

static gboolean
read_old(BlCli *cli, const char *sql_path, gboolean is_check, BlManifest **old, GError **error)
{
    g_autofree char *path = bl_manifest_path(sql_path);
    if (!g_file_test(path, G_FILE_TEST_EXISTS))
        return TRUE;
    g_autoptr(GError) problem = NULL;
    *old = bl_manifest_read(path, &problem);
    /* What only this manifest knows would be lost: the files that a squash took away. */
    if (*old != NULL || !is_check || !g_error_matches(problem, BL_ERROR, BL_ERROR_CONFLICT)) {
        if (problem != NULL)
            g_propagate_error(error, g_steal_pointer(&problem));
        return *old != NULL;
    }
    bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING, "the old manifest is not used: %s",
                   problem->message);
    return TRUE;
}

static void
add_texts(GPtrArray *list, char *const *texts)
{
    for (gsize i = 0; texts != NULL && texts[i] != NULL; i++)
        g_ptr_array_add(list, g_strdup(texts[i]));
}

static GPtrArray *
data_tables(const BlConnection *connection, const DumpOptions *options)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    add_texts(list, connection->data);
    add_texts(list, options->data);
    g_ptr_array_add(list, NULL);
    return list;
}

/* Rows of files that are gone are in the old snapshot only. A check asks for what the dump was
 * asked for. */
static gboolean
keeps_data(const DumpOptions *options, const BlManifest *old, const BlHistory *history)
{
    if (options->check)
        return options->data == NULL;
    for (guint i = 0; old != NULL && i < old->squashed->len; i++) {
        if (bl_history_find(history, g_ptr_array_index(old->squashed, i)) == NULL)
            return TRUE;
    }
    return FALSE;
}

/* What this database has not got, and no file either, is in the old snapshot only. */
static gboolean
check_gap(BlSession *session,
          const BlConnection *connection,
          const BlManifest *old,
          const BlHistory *history,
          GError **error)
{
    const BlLedgerNames names = bl_connection_ledger_names(connection);
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &names, error);
    const BlPlanInput input = { .history = history, .ledger = ledger, .manifest = old };
    if (ledger == NULL)
        return FALSE;
    if (bl_gap_check(&input, error))
        return TRUE;
    g_prefix_error(error, "the old snapshot would be lost: ");
    return FALSE;
}

static GPtrArray *
excluded_globs(const DumpOptions *options, const BlManifest *old)
{
    GPtrArray *list = g_ptr_array_new_with_free_func(g_free);
    add_texts(list, options->exclude);
    for (guint i = 0;
         options->check && options->exclude == NULL && old != NULL && i < old->excluded->len; i++)
        g_ptr_array_add(list, g_strdup(g_ptr_array_index(old->excluded, i)));
    g_ptr_array_add(list, NULL);
    return list;
}

/* What --schema named, else, for a check, what was named then. NULL-terminated */
static GPtrArray *
named_schemas(const DumpOptions *options, const BlManifest *old)
{
    GPtrArray *schemas = g_ptr_array_new();
    for (gsize i = 0; options->schemas != NULL && options->schemas[i] != NULL; i++)
        g_ptr_array_add(schemas, options->schemas[i]);
    for (guint i = 0; options->check && schemas->len == 0 && old != NULL && i < old->schemas->len;
         i++)
        g_ptr_array_add(schemas, g_ptr_array_index(old->schemas, i));
    g_ptr_array_add(schemas, NULL);
    return schemas;
}

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; i < texts->len; i++)
        json_array_append_new(list, bl_json_text(g_ptr_array_index(texts, i)));
    return list;
}

static void
report_json(BlCli *cli, const BlDump *dump, const char *sql_path, gboolean changed)
{
    json_t *objects = json_object();
    for (guint i = 0; i < dump->counts->len; i++) {
        const BlKindCount *count = &g_array_index(dump->counts, BlKindCount, i);
        json_object_set_new(objects, count->kind->name, json_integer(count->count));
    }
    g_autofree char *manifest = bl_manifest_path(sql_path);
    json_t *value = json_pack("{s:o, s:o, s:s, s:o, s:b}", "path", bl_json_text(sql_path),
                              "manifest", bl_json_text(manifest), "digest",
                              dump->manifest->dump_digest, "objects", objects, "changed", changed);
    json_object_set_new(bl_cli_json(cli), "dump", value);
    json_object_set_new(bl_cli_json(cli), "pruned", json_array());
    json_object_set_new(bl_cli_json(cli), "skipped", texts_to_json(dump->skipped));
}

static gboolean
report_check(
    BlCli *cli, BlSession *session, const BlDump *dump, const char *sql_path, GError **error)
{
    g_autoptr(GPtrArray) differences = bl_dump_check(session, dump, sql_path, error);
    if (differences == NULL)
        return FALSE;
    /* All that the snapshot holds is no help then. */
    gboolean is_bare =
        differences->len > 0 && bl_dump_is_empty(dump) && bl_pair_state(sql_path) == BL_PAIR_BOTH;
    if (is_bare) {
        g_ptr_array_set_size(differences, 0);
        bl_differences_add(differences, "database", session->label, g_strdup("is empty"));
    }
    json_t *list = json_array();
    for (guint i = 0; i < differences->len; i++) {
        const BlDifference *difference = g_ptr_array_index(differences, i);
        bl_cli_print(cli, "%s %s: %s\n", difference->kind, difference->name, difference->what);
        json_array_append_new(list, json_pack("{s:s, s:o, s:o}", "kind", difference->kind, "name",
                                              bl_json_text(difference->name), "what",
                                              bl_json_text(difference->what)));
    }
    json_object_set_new(bl_cli_json(cli), "differences", list);
    report_json(cli, dump, sql_path, FALSE);
    if (differences->len > 0) {
        bl_cli_set_exit(cli, 1);
        bl_cli_say(cli, is_bare ? "nothing was compared: bring the database up first, with migrate "
                                  "run or schema-load"
                                : "the snapshot is not what the database gives: if the database is "
                                  "right, write it anew with schema-dump");
    } else {
        bl_cli_say(cli, "the snapshot is what the database gives");
    }
    return TRUE;
}

static gboolean
write_json(
    BlCli *cli, const DumpOptions *options, BlSession *session, const BlDump *dump, GError **error)
{
    g_autofree char *text = bl_dump_format_json(dump, session->engine, error);
    if (text == NULL)
        return FALSE;
    if (options->path == NULL || strcmp(options->path, "-") == 0)
        return bl_cli_write(cli, text, strlen(text), error);
    g_autofree char *path = bl_project_path(bl_cli_project(cli, NULL), options->path);
    return bl_dump_write_json(path, text, error);
}

/* The files here are right; what would be committed is not. */
static void
warn_of_line_ends(BlCli *cli, const BlDump *dump, const char *sql_path)
{
    const BlProject *project = bl_cli_project(cli, NULL);
    g_autofree char *label = bl_project_label(project, sql_path);
    g_autoptr(GError) problem = NULL;
    if (!bl_line_ends_check(bl_project_root(project), label, dump->sql->str, dump->sql->len,
                            &problem))
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING, "%s; %s", problem->message,
                       bl_error_info(problem)->hint);
}

static gboolean
deliver(BlCli *cli,
        const DumpOptions *options,
        BlSession *session,
        BlDump *dump,
        const char *sql_path,
        GError **error)
{
    if (g_strcmp0(options->format, "json") == 0)
        return write_json(cli, options, session, dump, error);
    if (options->check)
        return report_check(cli, session, dump, sql_path, error);
    if (g_strcmp0(options->path, "-") == 0)
        return bl_cli_write(cli, dump->sql->str, dump->sql->len, error);
    gboolean changed = FALSE;
    if (!bl_dump_write(dump, sql_path, bl_cli_reporter(cli), &changed, error))
        return FALSE;
    report_json(cli, dump, sql_path, changed);
    warn_of_line_ends(cli, dump, sql_path);
    if (!changed)
        bl_cli_set_status(cli, "skipped");
    bl_cli_say(cli, changed ? "schema dumped to %s" : "%s is up to date",
               dump->manifest->dump_path);
    return TRUE;
}

/* The same work as that of migrate squash, with what this dump was asked for. */
static gboolean
prune(BlCli *cli,
      const DumpOptions *options,
      BlSession *session,
      const BlDumpOptions *dump,
      GError **error)
{
    const BlMigratorOptions open = {
        .schema_path = options->path,
        .makes_snapshot = TRUE,
        .reporter = bl_cli_reporter(cli),
    };
    g_autoptr(BlMigrator) migrator = bl_migrator_open(
        bl_cli_project(cli, NULL), bl_cli_connection(cli, NULL), session, &open, error);
    if (migrator == NULL)
        return FALSE;
    BlSquashOptions squash = bl_prune_squash_options(&options->pruning, dump);
    squash.always_dumps = TRUE;
    return bl_prune_run(cli, migrator, &squash, error);
}

static gboolean
build_and_deliver(BlCli *cli,
                  const DumpOptions *options,
                  BlSession *session,
                  const BlManifest *old,
                  const char *sql_path,
                  GError **error)
{
    BlProject *project = bl_cli_project(cli, error);
    BlConnection *connection = bl_cli_connection(cli, error);
    g_autofree char *label = bl_project_label(project, sql_path);
    g_autoptr(GPtrArray) data = data_tables(connection, options);
    g_autoptr(GPtrArray) exclude = excluded_globs(options, old);
    g_autoptr(GPtrArray) schemas = named_schemas(options, old);
    g_autoptr(BlHistory) history = bl_migrator_read_history(project, connection, error);
    if (history == NULL)
        return FALSE;
    /* A check asks for what the dump was asked for. */
    const BlManifest *recorded = options->check ? old : NULL;
    gboolean has_skipped = recorded != NULL && recorded->skipped->len > 0;
    gboolean is_json = g_strcmp0(options->format, "json") == 0;
    gboolean to_stdout = g_strcmp0(options->path, "-") == 0;
    gsize n = 0;
    g_autofree BlKnownMigration *known = bl_history_known(history, &n);
    BlDumpOptions dump_options = {
        .connection = bl_connection_snapshot_owner(connection, options->path),
        .names = bl_connection_ledger_names(connection),
        .label = label,
        .filter = bl_connection_filter(connection),
        .data = (const char *const *)data->pdata,
        .keep_batches = options->keep_batches || (recorded != NULL && recorded->keep_batches),
        .text_only = to_stdout || is_json,
        .keeps_data = keeps_data(options, old, history),
        .guards_data = !options->check && !to_stdout && !is_json && !options->pruning.discard_data,
        .tolerant_data = options->check,
        .only_compares = options->check,
        .introspect = { .with_parts = is_json,
                        .skip_version = to_stdout && !is_json,
                        .may_open = TRUE,
                        .with_owner =
                            options->with_owner || (recorded != NULL && recorded->with_owner),
                        .with_acl = options->with_acl || (recorded != NULL && recorded->with_acl),
                        .keep_definer =
                            options->keep_definer || (recorded != NULL && recorded->keep_definer),
                        .skip_unsupported = options->skip_unsupported || has_skipped,
                        .skip_broken = options->skip_broken || has_skipped },
        .history = known,
        .n_history = n,
        .old = old,
        .guards_old = TRUE,
        .reporter = bl_cli_reporter(cli),
    };
    dump_options.filter.exclude = (const char *const *)exclude->pdata;
    if (schemas->len > 1)
        dump_options.filter.schemas = dump_options.schemas = (const char *const *)schemas->pdata;
    if (options->prune)
        return prune(cli, options, session, &dump_options, error);
    if (!options->check && !dump_options.text_only &&
        !check_gap(session, connection, old, history, error))
        return FALSE;
    g_autoptr(BlDump) dump = bl_dump_build(session, &dump_options, error);
    return dump != NULL && deliver(cli, options, session, dump, sql_path, error);
}

static gboolean
dump_schema(BlCli *cli, const DumpOptions *options, GError **error)
{
    BlProject *project = bl_cli_project(cli, error);
    BlConnection *connection = project != NULL ? bl_cli_connection(cli, error) : NULL;
    if (connection == NULL || !check_capabilities(options, connection->engine, error) ||
        !bl_prune_confirm(cli, &options->pruning, options->force, error))
        return FALSE;
    gboolean to_stdout = g_strcmp0(options->path, "-") == 0;
    gboolean is_json = g_strcmp0(options->format, "json") == 0;
    if ((to_stdout || (is_json && options->path == NULL)) && bl_cli_common(cli)->json) {
        bl_error_set(error, BL_ERROR_USAGE, "name a file with --path, or leave --json out",
                     "the dump and the JSON document would both go to standard output");
        return FALSE;
    }
    g_autofree char *sql_path =
        bl_connection_schema_path(project, connection, to_stdout ? NULL : options->path);
    g_autoptr(BlManifest) old = NULL;
    if (!options->check && !to_stdout && !is_json &&
        (!bl_pair_check_place(sql_path, error) ||
         !bl_pair_recover(sql_path, bl_cli_reporter(cli), error)))
        return FALSE;
    if (!read_old(cli, sql_path, options->check, &old, error) ||
        !bl_connection_check_owner(connection, options->path, old, error))
        return FALSE;
    /* A prune takes the migration lock. */
    const BlOpenOptions open = { .read_only = !options->prune, .process_ends = !options->prune };
    g_autoptr(BlSession) session = bl_cli_open(cli, &open, error);
    return session != NULL && build_and_deliver(cli, options, session, old, sql_path, error);
}

static gboolean
run(BlCli *cli, void *data, char **args, GError **error)
{
    const DumpOptions *options = data;
    if (options->merge != (args[0] != NULL) || (options->merge && g_strv_length(args) != 3)) {
        bl_error_set(error, BL_ERROR_USAGE, "schema-dump --merge BASE OURS THEIRS",
                     options->merge ? "--merge takes three files" : "unexpected argument \"%s\"",
                     args[0]);
        return FALSE;
    }
    if (!options->merge)
        return dump_schema(cli, options, error);
    gboolean clean = FALSE;
    if (!bl_merge_files(args[0], args[1], args[2], &clean, error))
        return FALSE;
    if (!clean)
        bl_cli_set_exit(cli, 1);
    return TRUE;
}

static const BlCommand command = {
    .summary = "write the schema of a database as a snapshot",
    .arguments = "[BASE OURS THEIRS]",
    .max_args = 3,
    .title = "Dump",
    .options = options_table,
    .more_options = prune_table,
    .rules = rules,
    .size = sizeof(DumpOptions),
    .run = run,
    .example = "schema-dump --check",
};

int
main(int argc, char **argv)
{
    static const BlTool tool = {
        .name = "schema-dump",
        .summary = "write the schema of a database as a snapshot: SQL and a manifest",
        .commands = &command,
        .n_commands = 1,
    };
    return bl_cli_main(&tool, argc, argv);
}
