/* SPDX-License-Identifier: MIT */
#include "squash/folders.h"

#include "common/base/error.h"
#include "common/base/file.h"

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
