/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"
#include "squash/scaffold.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <string.h>

/* migrate make NAME: a new file with both parts, from what its name says. */

static const char *
choose_folder(const BlConnection *connection, const BlMigrateOptions *options, GError **error)
{
    if (options->path != NULL)
        return options->path;
    if (connection->migration_paths[1] == NULL)
        return connection->migration_paths[0];
    g_autofree char *list = g_strjoinv(", ", connection->migration_paths);
    bl_error_set(error, BL_ERROR_USAGE, "say which with --path DIR",
                 "the connection \"%s\" has several migration folders: %s", connection->name, list);
    return NULL;
}

static gboolean
make_scaffold(const BlMigrateOptions *options,
              const char *name,
              BlScaffold *scaffold,
              GError **error)
{
    if (options->create_table != NULL && options->alter_table != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "give one of them",
                     "--create and --alter exclude each other");
        return FALSE;
    }
    bl_scaffold_parse(name, scaffold);
    const char *table =
        options->create_table != NULL ? options->create_table : options->alter_table;
    if (table == NULL)
        return TRUE;
    bl_scaffold_clear(scaffold);
    scaffold->kind = options->create_table != NULL ? BL_SCAFFOLD_CREATE : BL_SCAFFOLD_ALTER;
    scaffold->table = g_strdup(table);
    return TRUE;
}

/* Later than every file there is, also when the clock is behind them. */
static gint64
next_stamp(const BlHistory *history)
{
    gint64 stamp = g_get_real_time() / 1000;
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        const char *slash = strrchr(migration->name, '/');
        gint64 number = g_ascii_strtoll(slash != NULL ? slash + 1 : migration->name, NULL, 10);
        /* Only milliseconds: stamps of another kind would pull the name out of our range. */
        if (number >= stamp && number < stamp * 2)
            stamp = number + 1;
    }
    return stamp;
}

gboolean
bl_cmd_make(BlCli *cli, void *data, char **args, GError **error)
{
    const BlMigrateOptions *options = data;
    const BlProject *project = bl_cli_project(cli, error);
    const BlConnection *connection = project != NULL ? bl_cli_connection(cli, error) : NULL;
    const char *folder = connection != NULL ? choose_folder(connection, options, error) : NULL;
    if (folder == NULL)
        return FALSE;
    g_autofree char *name = bl_scaffold_file_name(args[0]);
    if (name[0] == '\0') {
        bl_error_set(error, BL_ERROR_USAGE, "for example create_users_table",
                     "\"%s\" is no name for a migration", args[0]);
        return FALSE;
    }
    g_auto(BlScaffold) scaffold = { 0 };
    g_autoptr(BlHistory) history = bl_migrator_read_history(project, connection, error);
    if (history == NULL || !make_scaffold(options, name, &scaffold, error))
        return FALSE;
    g_autofree char *label =
        g_strdup_printf("%s/%" G_GINT64_FORMAT "_%s.sql", folder, next_stamp(history), name);
    g_autofree char *path = bl_project_path(project, label);
    g_autofree char *text = bl_scaffold_text(connection->engine->dialect, &scaffold);
    if (!bl_file_make_parent(path, error) || !bl_file_write_new(path, text, strlen(text), error))
        return FALSE;
    bl_cli_print(cli, "%s\n", label);
    json_object_set_new(bl_cli_json(cli), "file", json_string(label));
    return TRUE;
}
