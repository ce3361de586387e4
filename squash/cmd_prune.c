/* SPDX-License-Identifier: MIT */
#include "squash/cmd_prune.h"

#include <string.h>

static void
add_name(GPtrArray *names, const char *name)
{
    if (!g_ptr_array_find_with_equal_func(names, name, g_str_equal, NULL))
        g_ptr_array_add(names, (gpointer)(guintptr)name);
}

GPtrArray *
bl_prune_data_tables(const BlMigrator *migrator, const char *const *data)
{
    GPtrArray *tables = g_ptr_array_new();
    char *const *configured = migrator->connection->data;
    for (gsize i = 0; configured[i] != NULL; i++)
        add_name(tables, configured[i]);
    for (gsize i = 0; data != NULL && data[i] != NULL; i++)
        add_name(tables, data[i]);
    g_ptr_array_add(tables, NULL);
    return tables;
}

GPtrArray *
bl_prune_names(const GPtrArray *names)
{
    GPtrArray *list = g_ptr_array_new();
    for (guint i = 0; names != NULL && i < names->len; i++)
        g_ptr_array_add(list, g_ptr_array_index(names, i));
    g_ptr_array_add(list, NULL);
    return list;
}

BlSquashOptions
bl_prune_squash_options(const BlPruneArguments *arguments, const BlDumpOptions *dump)
{
    BlSquashOptions options = {
        .keep = -1,
        .archive = arguments->archive,
        .no_proof = arguments->no_proof,
        .discard_data = arguments->discard_data,
        .allow_uncommitted = arguments->allow_uncommitted,
        .from_files = arguments->from_files,
        .scratch_url = arguments->scratch_url,
        .check_connections = (const char *const *)arguments->check_connections,
        .dump = dump,
    };
    if (arguments->data_from != NULL)
        options.data_from =
            strcmp(arguments->data_from, "live") == 0 ? BL_DATA_FROM_LIVE : BL_DATA_FROM_REPLAY;
    return options;
}

gboolean
bl_prune_confirm(BlCli *cli, const BlPruneArguments *arguments, gboolean force, GError **error)
{
    const BlConnection *connection = bl_cli_connection(cli, error);
    return connection != NULL &&
           (!arguments->no_proof ||
            bl_cli_confirm_production(cli, connection, force, "prune without a proof the files of",
                                      error));
}

static json_t *
texts_to_json(const GPtrArray *texts)
{
    json_t *list = json_array();
    for (guint i = 0; texts != NULL && i < texts->len; i++)
        json_array_append_new(list, bl_json_text(g_ptr_array_index(texts, i)));
    return list;
}

static void
add_differences(json_t *list, const GPtrArray *differences, const char *where)
{
    for (guint i = 0; i < differences->len; i++) {
        const BlDifference *difference = g_ptr_array_index(differences, i);
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:s}", "kind", difference->kind,
                                              "name", bl_json_text(difference->name), "what",
                                              bl_json_text(difference->what), "where", where));
    }
}

static json_t *
tables_to_json(const GPtrArray *tables)
{
    json_t *list = json_array();
    for (guint i = 0; i < tables->len; i++) {
        const BlCarriedTable *table = g_ptr_array_index(tables, i);
        json_array_append_new(list, json_pack("{s:o, s:I}", "name", bl_json_text(table->name),
                                              "rows", (json_int_t)table->rows));
    }
    return list;
}

static json_t *
lost_to_json(const BlProof *proof)
{
    json_t *list = tables_to_json(proof->lost);
    for (guint i = 0; i < proof->left_out->len; i++) {
        const BlLeftOut *left_out = g_ptr_array_index(proof->left_out, i);
        json_array_append_new(list, json_pack("{s:o, s:I}", "name", bl_json_text(left_out->what),
                                              "rows", (json_int_t)left_out->n));
    }
    return list;
}

static json_t *
proof_to_json(const BlProof *proof)
{
    if (proof == NULL)
        return json_null();
    json_t *differences = json_array();
    add_differences(differences, proof->differences, "snapshot");
    add_differences(differences, proof->drift, "database");
    add_differences(differences, proof->rows, "rows");
    return json_pack("{s:i, s:i, s:o, s:o, s:o, s:o, s:o}", "replayed", (int)proof->replayed,
                     "objects", (int)proof->objects, "differences", differences, "lostRows",
                     lost_to_json(proof), "comparedRows", tables_to_json(proof->compared),
                     "presenceOnly", texts_to_json(proof->presence), "dataMigrations",
                     texts_to_json(proof->data));
}

/* The files of a dry run are there still. */
static void
add_pruned(json_t *document, const BlSquashOptions *options, const BlSquashResult *result)
{
    const GPtrArray *pruned = options->dry_run ? NULL : result->pruned;
    json_object_set_new(document, "pruned", texts_to_json(pruned));
    if (options->dry_run)
        json_object_set_new(document, "wouldPrune", texts_to_json(result->pruned));
}

static void
fill_json(BlCli *cli,
          const BlMigrator *migrator,
          const BlSquashOptions *options,
          const BlSquashResult *result)
{
    json_t *document = bl_cli_json(cli);
    if (result->dump != NULL) {
        json_t *objects = json_object();
        for (guint i = 0; i < result->dump->counts->len; i++) {
            const BlKindCount *count = &g_array_index(result->dump->counts, BlKindCount, i);
            json_object_set_new(objects, count->kind->name, json_integer(count->count));
        }
        g_autofree char *manifest = bl_manifest_path(migrator->sql_path);
        json_object_set_new(document, "dump",
                            json_pack("{s:o, s:o, s:s, s:o, s:b}", "path",
                                      bl_json_text(migrator->sql_path), "manifest",
                                      bl_json_text(manifest), "digest",
                                      result->dump->manifest->dump_digest, "objects", objects,
                                      "changed", result->changed));
        json_object_set_new(document, "skipped", texts_to_json(result->dump->skipped));
    }
    add_pruned(document, options, result);
    json_object_set_new(document, "kept", texts_to_json(result->kept));
    json_object_set_new(document, "proof", proof_to_json(result->proof));
}

static void
say_proof(BlCli *cli, const BlProof *proof)
{
    if (proof == NULL)
        return;
    bl_cli_say(
        cli, "proved: %u migration%s replayed, %u object%s and the rows of %u table%s compared",
        proof->replayed, proof->replayed == 1 ? "" : "s", proof->objects,
        proof->objects == 1 ? "" : "s", proof->compared->len, proof->compared->len == 1 ? "" : "s");
    for (guint i = 0; i < proof->data->len; i++)
        bl_cli_say(cli, "with a data section: %s", (const char *)g_ptr_array_index(proof->data, i));
    for (guint i = 0; i < proof->presence->len; i++)
        bl_cli_say(cli, "not compared, it comes from a clock or a random function: %s",
                   (const char *)g_ptr_array_index(proof->presence, i));
}

static void
say_plan(BlCli *cli, const BlMigrator *migrator, const BlSquashResult *result)
{
    guint n = result->pruned->len;
    if (result->is_idle) {
        bl_cli_set_status(cli, "skipped");
        bl_cli_say(cli, "nothing to squash: %s is up to date", migrator->sql_label);
    } else if (n == 0 && result->kept->len > 0) {
        bl_cli_say(cli, "%s would hold the history; no file would go yet; nothing was written",
                   migrator->sql_label);
    } else {
        bl_cli_say(cli, "%u migration%s would be squashed into %s; nothing was written", n,
                   n == 1 ? "" : "s", migrator->sql_label);
    }
}

static void
say_result(BlCli *cli,
           const BlMigrator *migrator,
           const BlSquashOptions *options,
           const BlSquashResult *result)
{
    guint n = result->pruned->len;
    const char *s = n == 1 ? "" : "s";
    for (guint i = 0; i < n; i++)
        bl_cli_print(cli, "%s %s\n", options->dry_run ? "would prune" : "pruned",
                     (const char *)g_ptr_array_index(result->pruned, i));
    for (guint i = 0; i < result->kept->len; i++)
        bl_cli_print(cli, "kept %s\n", (const char *)g_ptr_array_index(result->kept, i));
    if (options->dry_run) {
        say_plan(cli, migrator, result);
        return;
    }
    say_proof(cli, result->proof);
    if (n == 0 && !result->changed) {
        bl_cli_set_status(cli, "skipped");
        bl_cli_say(cli, "nothing to squash: %s is up to date", migrator->sql_label);
    } else if (n == 0 && result->kept->len > 0) {
        bl_cli_say(cli, "%s holds the history; no file may go yet", migrator->sql_label);
    } else if (options->archive != NULL) {
        bl_cli_say(cli, "squashed %u migration%s into %s; their files are in %s", n, s,
                   migrator->sql_label, options->archive);
    } else {
        bl_cli_say(cli, "squashed %u migration%s into %s", n, s, migrator->sql_label);
    }
}

gboolean
bl_prune_run(BlCli *cli, BlMigrator *migrator, const BlSquashOptions *options, GError **error)
{
    g_auto(BlSquashResult) result = { 0 };
    gboolean ok = bl_squash(migrator, options, &result, error);
    fill_json(cli, migrator, options, &result);
    if (ok)
        say_result(cli, migrator, options, &result);
    return ok;
}
