/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"
#include "squash/make.h"
#include "squash/scaffold.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/manifest.h"

#include <string.h>

/* migrate make NAME: a new migration in the form of the project's convention, from what its name
 * says. */

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

/* Whether a history looks at the file @relative to one of its folders. */
static gboolean
is_read(const char *relative, guint depth)
{
    g_auto(GStrv) parts = g_strsplit(relative, "/", -1);
    for (gsize i = 0; parts[i] != NULL; i++) {
        if (parts[i][0] == '.')
            return FALSE;
    }
    return g_strv_length(parts) <= depth + 1;
}

/* A file that no command would ever run is not made. */
static gboolean
check_is_read(const BlProject *project,
              const BlConnection *connection,
              const BlConvention *convention,
              const char *label,
              GError **error)
{
    g_autofree char *made = bl_project_path(project, label);
    g_autofree char *path = g_canonicalize_filename(made, NULL);
    for (gsize i = 0; connection->migration_paths[i] != NULL; i++) {
        g_autofree char *folder = bl_project_path(project, connection->migration_paths[i]);
        g_autofree char *root = g_canonicalize_filename(folder, NULL);
        const char *relative = bl_path_below(path, root);
        if (relative != NULL && is_read(relative, convention->depth))
            return TRUE;
    }
    g_autofree char *list = g_strjoinv(", ", connection->migration_paths);
    bl_error_set(error, BL_ERROR_USAGE,
                 "give one of them, or add the folder to \"paths\" of the configuration",
                 "no command would run \"%s\": the connection \"%s\" reads %s", label,
                 connection->name, list);
    return FALSE;
}

static void
make_scaffold(const BlMigrateOptions *options, const char *name, BlScaffold *scaffold)
{
    bl_scaffold_parse(name, scaffold);
    const char *table =
        options->create_table != NULL ? options->create_table : options->alter_table;
    if (table == NULL)
        return;
    bl_scaffold_clear(scaffold);
    scaffold->kind = options->create_table != NULL ? BL_SCAFFOLD_CREATE : BL_SCAFFOLD_ALTER;
    scaffold->table = g_strdup(table);
}

/* What the snapshot stands for is older too. @return bl_manifest_free(); NULL without @error: there
 * is none */
static BlManifest *
read_manifest(const BlProject *project, const BlConnection *connection, GError **error)
{
    g_autofree char *sql_path = bl_connection_schema_path(project, connection, NULL);
    g_autofree char *path = bl_manifest_path(sql_path);
    return bl_file_exists(path) ? bl_manifest_read(path, error) : NULL;
}

/* The first one is the up part. */
static void
tell_files(BlCli *cli, const char *folder, const GPtrArray *files)
{
    json_t *list = json_array();
    for (guint i = 0; i < files->len; i++) {
        const BlMadeFile *file = g_ptr_array_index(files, i);
        g_autofree char *label = g_strconcat(folder, "/", file->path, NULL);
        bl_cli_print(cli, "%s\n", label);
        json_array_append_new(list, bl_json_text(label));
    }
    json_t *document = bl_cli_json(cli);
    json_object_set(document, "file", json_array_get(list, 0));
    json_object_set_new(document, "files", list);
}

/* Nothing is replaced; what was written before one that fails is taken back. */
static gboolean
write_files(BlCli *cli,
            const BlProject *project,
            const char *folder,
            const GPtrArray *files,
            GError **error)
{
    g_autoptr(GPtrArray) written = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < files->len; i++) {
        const BlMadeFile *file = g_ptr_array_index(files, i);
        g_autofree char *label = g_strconcat(folder, "/", file->path, NULL);
        g_autofree char *path = bl_project_path(project, label);
        if (!bl_file_make_parent(path, error) ||
            !bl_file_write_new(path, file->text, strlen(file->text), error)) {
            for (guint j = 0; j < written->len; j++) {
                gboolean removed = bl_file_remove(g_ptr_array_index(written, j), NULL);
                (void)removed; /* the first failure is the one to tell */
            }
            return FALSE;
        }
        g_ptr_array_add(written, g_steal_pointer(&path));
    }
    tell_files(cli, folder, files);
    return TRUE;
}

BlDatabaseNeed
bl_need_make(const void *options)
{
    (void)options;
    return BL_NEED_NOTHING;
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
    if (history == NULL)
        return FALSE;
    make_scaffold(options, name, &scaffold);
    g_autoptr(GError) problem = NULL;
    g_autoptr(BlManifest) manifest = read_manifest(project, connection, &problem);
    if (problem != NULL) {
        g_propagate_error(error, g_steal_pointer(&problem));
        return FALSE;
    }
    g_autofree char *up = NULL;
    g_autofree char *down = NULL;
    const BlDialect *known = connection->is_engine_guessed ? NULL : connection->engine->dialect;
    bl_scaffold_parts(known, &scaffold, &up, &down);
    const BlMakeParts parts = { name, up, down, g_get_real_time(), connection->engine->dialect };
    g_autoptr(GPtrArray) files =
        bl_make_files(history, manifest != NULL ? manifest->squashed : NULL, &parts);
    for (guint i = 0; i < files->len; i++) {
        const BlMadeFile *file = g_ptr_array_index(files, i);
        g_autofree char *label = g_strconcat(folder, "/", file->path, NULL);
        if (!check_is_read(project, connection, history->convention, label, error))
            return FALSE;
    }
    return write_files(cli, project, folder, files, error);
}
