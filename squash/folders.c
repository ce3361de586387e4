/* SPDX-License-Identifier: MIT */
#include "squash/folders.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <string.h>

#define MANIFEST_SUFFIX ".meta.json"

static const char correct_paths[] =
    "correct \"paths\" in the configuration, or make the folder and restore its files; to drop "
    "everything for good: migrate wipe";

static gboolean
is_held(const BlManifest *manifest, const char *folder)
{
    gboolean held = FALSE;
    for (guint i = 0; manifest != NULL && !held && i < manifest->squashed->len; i++)
        held = bl_path_below(g_ptr_array_index(manifest->squashed, i), folder) != NULL;
    return held;
}

GPtrArray *
bl_folders_find_absent(const BlMigrator *migrator)
{
    GPtrArray *absent = g_ptr_array_new();
    char *const *paths = migrator->connection->migration_paths;
    for (guint i = 0; paths[i] != NULL; i++) {
        g_autofree char *path = bl_project_path(migrator->project, paths[i]);
        if (!bl_file_exists(path) && !is_held(migrator->manifest, migrator->history->folders[i]))
            g_ptr_array_add(absent, paths[i]);
    }
    return absent;
}

void
bl_folders_warn(const BlMigrator *migrator)
{
    g_autoptr(GPtrArray) absent = bl_folders_find_absent(migrator);
    for (guint i = 0; i < absent->len; i++) {
        bl_report_text(migrator->options.reporter, BL_EVENT_WARNING,
                       "the migration folder \"%s\" does not exist",
                       (const char *)g_ptr_array_index(absent, i));
    }
}

static gboolean
fail_empty(const BlMigrator *migrator, GError **error)
{
    g_autofree char *folders = g_strjoinv("\", \"", migrator->connection->migration_paths);
    bl_error_set(error, BL_ERROR_USAGE, correct_paths,
                 "there is no migration in \"%s\", and the database has some", folders);
    return FALSE;
}

/* The first of the ledger that could not be made again. */
static const char *
find_lost(const BlMigrator *migrator, gboolean bootstraps)
{
    const GPtrArray *rows = migrator->ledger->rows;
    for (guint i = 0; i < rows->len; i++) {
        const char *name = ((const BlLedgerRow *)g_ptr_array_index(rows, i))->name;
        if (bl_history_find(migrator->history, name) == NULL &&
            !(bootstraps && bl_manifest_has(migrator->manifest, name)))
            return name;
    }
    return NULL;
}

gboolean
bl_folders_check(const BlMigrator *migrator, gboolean bootstraps, GError **error)
{
    const BlPeerTable *peer = migrator->ledger->peer;
    guint applied = migrator->ledger->rows->len + (peer != NULL ? peer->rows->len : 0);
    /* A bare dump says nothing of the migrations that it holds. */
    if (applied == 0 || (bootstraps && migrator->manifest == NULL))
        return TRUE;
    if (migrator->history->list->len == 0 && !bootstraps)
        return fail_empty(migrator, error);
    g_autoptr(GPtrArray) absent = bl_folders_find_absent(migrator);
    const char *lost = absent->len > 0 ? find_lost(migrator, bootstraps) : NULL;
    if (lost == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_USAGE, correct_paths,
                 "the migration folder \"%s\" does not exist, and \"%s\", which was applied, is in "
                 "no file and no snapshot",
                 (const char *)g_ptr_array_index(absent, 0), lost);
    return FALSE;
}

/* The migrations of our folders that @manifest holds and no file has. @return GPtrArray of char *,
 * borrowed from it */
static GPtrArray *
find_gone(const BlMigrator *migrator, const BlManifest *manifest)
{
    GPtrArray *gone = g_ptr_array_new();
    char *const *folders = migrator->history->folders;
    for (guint i = 0; i < manifest->squashed->len; i++) {
        char *name = g_ptr_array_index(manifest->squashed, i);
        gboolean is_ours = FALSE;
        for (guint j = 0; folders != NULL && folders[j] != NULL && !is_ours; j++)
            is_ours = bl_path_below(name, folders[j]) != NULL;
        if (is_ours && bl_history_find(migrator->history, name) == NULL)
            g_ptr_array_add(gone, name);
    }
    return gone;
}

static void
set_squashed(const BlMigrator *migrator,
             const BlManifest *manifest,
             const GPtrArray *gone,
             GError **error)
{
    const char *first = g_ptr_array_index(gone, 0);
    const char *last = g_ptr_array_index(gone, gone->len - 1);
    gboolean is_same = g_strcmp0(manifest->engine, migrator->connection->engine->name) == 0;
    g_autofree char *hint =
        is_same
            ? g_strdup_printf(
                  "be that connection (-c %s, also beside --url), or share its snapshot",
                  manifest->connection)
            : g_strdup("fetch the files from version control or the archive, or make a snapshot "
                       "of this connection where they ran: schema-dump");
    bl_error_set(
        error, BL_ERROR_CONFLICT, hint,
        "the database would lack %u migration%s, from \"%s\" to \"%s\": their files are gone, "
        "and \"%s\" holds them, the snapshot of connection \"%s\"; there is no \"%s\"",
        gone->len, gone->len == 1 ? "" : "s", first, last, manifest->dump_path,
        manifest->connection, migrator->sql_label);
}

static int
order_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

gboolean
bl_folders_check_squashed(const BlMigrator *migrator, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(migrator->sql_path);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *entry;
    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(entry, MANIFEST_SUFFIX))
            g_ptr_array_add(names, g_build_filename(folder, entry, NULL));
    }
    g_ptr_array_sort(names, order_names);
    for (guint i = 0; i < names->len; i++) {
        /* One that cannot be read is its own connection's affair. */
        g_autoptr(BlManifest) manifest = bl_manifest_read(g_ptr_array_index(names, i), NULL);
        gboolean is_made_here = manifest != NULL && manifest->format_version > 0;
        g_autoptr(GPtrArray) gone = is_made_here ? find_gone(migrator, manifest) : NULL;
        if (gone != NULL && gone->len > 0) {
            set_squashed(migrator, manifest, gone, error);
            return FALSE;
        }
    }
    return TRUE;
}
