/* SPDX-License-Identifier: MIT */
#include "squash/adopt.h"
#include "squash/cmd.h"

#include "common/base/error.h"

#include <string.h>

/* migrate adopt: takes another tool's bookkeeping over into the ledger. */

static BlAdoption *
adopt_ledger(const BlMigrator *migrator, GError **error)
{
    if (migrator->ledger->has_ledger)
        return bl_adoption_of_ledger(migrator->history, migrator->ledger);
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "name it in \"tableName\" of the configuration, or choose the right connection",
                 "there is no table \"%s\" in this database", migrator->names.ledger);
    return NULL;
}

static BlAdoption *
adopt_table(const BlMigrator *migrator, const BlPeer *peer, GError **error)
{
    const BlConnection *connection = migrator->connection;
    gboolean two_way = migrator->names.peer == peer;
    const char *table = connection->tool_table != NULL ? connection->tool_table : peer->table;
    g_autoptr(BlPeerTable) read =
        migrator->session != NULL ? bl_peer_read(migrator->session, peer, table, error) : NULL;
    if (migrator->session != NULL && read == NULL)
        return NULL;
    if (read == NULL || !read->exists) {
        bl_error_set(
            error, BL_ERROR_CONFLICT,
            "name it in \"toolTable\" of the configuration, or choose the right connection",
            "there is no table \"%s\" of %s in this database", table, peer->name);
        return NULL;
    }
    const BlAdoptInput input = {
        .history = migrator->history,
        .ledger = migrator->ledger,
        .manifest = migrator->manifest,
        .peer = read,
        .folder = connection->migration_paths[0],
        .two_way = two_way,
    };
    return bl_adoption_new(&input, error);
}

static BlAdoption *
plan_adoption(const BlMigrator *migrator, const char *from, GError **error)
{
    if (!bl_ledger_check_mark(migrator->ledger, error))
        return NULL;
    const BlPeer *peer = bl_peer_find(from);
    return peer == NULL ? adopt_ledger(migrator, error) : adopt_table(migrator, peer, error);
}

static void
show_step(BlCli *cli, const BlAdoptStep *step, json_t *list)
{
    static const char *const words[] = {
        [BL_ADOPT_RECORD] = "record",
        [BL_ADOPT_DIGEST] = "digest",
        [BL_ADOPT_FORGET] = "forget",
    };
    const char *note = "";
    if (step->kind == BL_ADOPT_RECORD && step->file == NULL)
        note = "  its file is missing";
    else if (step->modified)
        note = "  its file was edited since: migrate repair --accept";
    else if (step->file != NULL && step->file->foreign)
        note = "  written in another language";
    bl_cli_print(cli, "%-6s %s%s\n", words[step->kind], step->name, note);
    json_array_append_new(list, json_pack("{s:o, s:s, s:b, s:b}", "name", bl_json_text(step->name),
                                          "status", words[step->kind], "modified", step->modified,
                                          "foreign", step->file != NULL && step->file->foreign));
}

typedef struct {
    const BlAdoption *adoption;
    const char *from;
} Request;

static gboolean
write_steps(BlMigrator *migrator, void *data, GError **error)
{
    const Request *request = data;
    return bl_adoption_write(request->adoption, migrator->session, &migrator->names,
                             migrator->ledger, request->from, error);
}

/* A tool whose table is only read would begin anew in a database that starts from the snapshot. */
static void
say_rows(BlCli *cli, const BlMigrator *migrator, const char *from)
{
    const BlPeer *peer = bl_peer_find(from);
    if (peer == NULL || peer->insert != NULL)
        return;
    const char *table = migrator->connection->tool_table;
    bl_cli_say(cli,
               "a database made from the snapshot is new to %s unless the rows of its table are "
               "carried: \"data\": [\"%s\"]",
               from, table != NULL ? table : peer->table);
}

static gboolean
adopt(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    g_autoptr(BlAdoption) adoption = plan_adoption(migrator, options->from, error);
    if (adoption == NULL)
        return FALSE;
    json_t *list = json_array();
    json_object_set_new(bl_cli_json(cli), "migrations", list);
    for (guint i = 0; i < adoption->steps->len; i++)
        show_step(cli, g_ptr_array_index(adoption->steps, i), list);
    guint n = adoption->steps->len;
    if (n == 0) {
        bl_cli_set_status(cli, "skipped");
        bl_cli_say(cli, "nothing to adopt: the ledger knows what %s applied", options->from);
        return TRUE;
    }
    if (options->dry_run)
        return TRUE;
    Request request = { adoption, options->from };
    if (!bl_migrator_repair(migrator, write_steps, &request, error))
        return FALSE;
    bl_cli_say(cli, "adopted %u migration%s from %s", n, n == 1 ? "" : "s", options->from);
    say_rows(cli, migrator, options->from);
    return TRUE;
}

gboolean
bl_check_adopt(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    if (options->from == NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "migrate adopt --from TOOL; see migrate adopt --help",
                     "--from is missing");
        return FALSE;
    }
    const BlConnection *connection = bl_cli_connection(cli, error);
    return connection != NULL &&
           (options->dry_run || bl_cli_confirm_production(cli, connection, options->force,
                                                          "write the ledger of", error));
}

gboolean
bl_cmd_adopt(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    return bl_check_adopt(cli, data, args, error) &&
           bl_work_open(&work, cli, options, options->dry_run, error) &&
           adopt(cli, work.migrator, options, error);
}
