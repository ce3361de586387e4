/* SPDX-License-Identifier: MIT */
#include "squash/archived.h"

#include "squash/git.h"
#include "squash/squash_mark.h"

#include "common/base/file.h"

#include <string.h>

void
bl_archived_clear(BlArchived *archived)
{
    g_clear_pointer(&archived->list, g_ptr_array_unref);
    g_clear_pointer(&archived->archives, g_ptr_array_unref);
    g_clear_pointer(&archived->why_not, g_free);
}

static void
set_label(char **label, const char *archive)
{
    char *whole = *label != NULL ? g_build_filename(archive, *label, NULL) : NULL;
    g_free(*label);
    *label = whole;
}

/* Errors of a replay name the file where it is. */
static void
set_labels(BlHistory *history, const char *archive)
{
    for (guint i = 0; i < history->list->len; i++) {
        BlMigration *migration = g_ptr_array_index(history->list, i);
        set_label(&migration->label, archive);
        set_label(&migration->up.label, archive);
        set_label(&migration->down.label, archive);
    }
}

/* An archive has the project's folders again, so that names are what they were. */
static gboolean
read_archive(BlArchived *archived,
             const BlProject *project,
             const BlConnection *connection,
             const char *archive)
{
    g_autoptr(GError) problem = NULL;
    g_autofree char *root = bl_project_path(project, archive);
    BlHistory *history = bl_migrator_read_history_at(project, connection, root, &problem);
    if (history == NULL) {
        archived->why_not =
            g_strdup_printf("the archive \"%s\" cannot be read: %s", archive, problem->message);
        return FALSE;
    }
    set_labels(history, archive);
    g_ptr_array_add(archived->archives, history);
    return TRUE;
}

static gboolean
read_archives(BlArchived *archived,
              const BlProject *project,
              const BlConnection *connection,
              const GPtrArray *folders)
{
    archived->archives = g_ptr_array_new_with_free_func((GDestroyNotify)bl_history_free);
    for (guint i = 0; i < folders->len; i++) {
        if (!read_archive(archived, project, connection, g_ptr_array_index(folders, i)))
            return FALSE;
    }
    return TRUE;
}

/* @return TRUE when the text is known, and is that one */
static gboolean
is_same_text(const BlManifest *manifest, const BlMigration *file)
{
    const BlMigrationDigest *digest = bl_manifest_digest(manifest, file->name);
    const BlKnownMigration known = bl_migration_known(file);
    return digest != NULL && (digest->raw != NULL || digest->token != NULL) &&
           !bl_known_migration_is_twin(&known, digest->token) &&
           !bl_known_migration_differs(&known, digest->raw, digest->token);
}

/* @param other out: one of that name with another text; NULL: none */
static BlMigration *
find_file(const BlArchived *archived,
          const BlManifest *manifest,
          const char *name,
          const BlMigration **other)
{
    *other = NULL;
    for (guint i = 0; i < archived->archives->len; i++) {
        BlMigration *file = bl_history_find(g_ptr_array_index(archived->archives, i), name);
        if (file != NULL && is_same_text(manifest, file))
            return file;
        if (file != NULL)
            *other = file;
    }
    return NULL;
}

static char *
tell_missing(const BlManifest *manifest,
             const char *name,
             const BlMigration *other,
             const GPtrArray *folders)
{
    const BlMigrationDigest *digest = bl_manifest_digest(manifest, name);
    if (digest == NULL || (digest->raw == NULL && digest->token == NULL)) {
        return g_strdup_printf("the manifest has no digest of \"%s\", so that no file in an "
                               "archive can stand for it",
                               name);
    }
    if (other != NULL)
        return g_strdup_printf("\"%s\" is not the text that the snapshot holds", other->label);
    return g_strdup_printf(
        "\"%s\" is not in the archive%s \"%s\"%s", name, folders->len == 1 ? "" : "s",
        (const char *)g_ptr_array_index(folders, 0), folders->len == 1 ? "" : " and others");
}

gboolean
bl_archived_find(const BlProject *project,
                 const BlConnection *connection,
                 const BlHistory *history,
                 const BlManifest *manifest,
                 const char *given,
                 BlArchived *archived)
{
    g_autoptr(GPtrArray) folders = bl_squash_mark_archives(manifest);
    if (given != NULL && !g_ptr_array_find_with_equal_func(folders, given, g_str_equal, NULL))
        g_ptr_array_add(folders, g_strdup(given));
    if (folders->len == 0 || !read_archives(archived, project, connection, folders))
        return FALSE;
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    for (guint i = 0; i < manifest->squashed->len; i++) {
        const char *name = g_ptr_array_index(manifest->squashed, i);
        const BlMigration *other = NULL;
        if (bl_history_holds(history, manifest, name))
            continue;
        BlMigration *file = find_file(archived, manifest, name, &other);
        if (file == NULL) {
            archived->why_not = tell_missing(manifest, name, other, folders);
            return FALSE;
        }
        g_ptr_array_add(list, file);
    }
    archived->list = g_steal_pointer(&list);
    return TRUE;
}

static gboolean
is_in_git(const BlMigrator *migrator, const BlMigration *file)
{
    const char *const command[] = { "ls-files", "--", file->path, NULL };
    g_autofree char *tracked = bl_git_ask(bl_project_root(migrator->project), command);
    return tracked != NULL && tracked[0] != '\0';
}

/* One that cannot be read is the business of who needs it. */
static void
read_own_archives(const BlMigrator *migrator, BlArchived *archived)
{
    g_autoptr(GPtrArray) folders = bl_squash_mark_archives(migrator->manifest);
    archived->archives = g_ptr_array_new_with_free_func((GDestroyNotify)bl_history_free);
    for (guint i = 0; i < folders->len; i++) {
        const char *folder = g_ptr_array_index(folders, i);
        g_autofree char *path = bl_project_path(migrator->project, folder);
        if (bl_path_below(path, bl_project_root(migrator->project)) != NULL &&
            bl_file_exists(path) &&
            !read_archive(archived, migrator->project, migrator->connection, folder)) {
            g_clear_pointer(&archived->why_not, g_free);
        }
    }
}

/* @return what a merge did to a file in an archive, to go behind its name; g_free(); NULL: nothing
 */
static char *
tell_moved(const BlMigrator *migrator, const BlArchived *archived, const BlMigration *file)
{
    const BlMigration *other = NULL;
    const BlMigrationDigest *digest = bl_manifest_digest(migrator->manifest, file->name);
    const BlKnownMigration known = bl_migration_known(file);
    if (bl_history_find(migrator->history, file->name) != NULL)
        return NULL;
    if (!bl_manifest_has(migrator->manifest, file->name)) {
        if (!is_in_git(migrator, file))
            return NULL;
        return g_strdup_printf("is in an archive of squashed files, but no squash put it there: a "
                               "merge may have moved \"%s\" after them; move it back where it "
                               "came from, or delete it",
                               file->label);
    }
    if (digest == NULL || !bl_known_migration_differs(&known, digest->raw, digest->token) ||
        find_file(archived, migrator->manifest, file->name, &other) != NULL ||
        !is_in_git(migrator, file))
        return NULL;
    return g_strdup_printf("has another text in the archive than the snapshot holds: a merge may "
                           "have put an edit into \"%s\"; restore it, and put the change into a "
                           "new migration",
                           file->label);
}

void
bl_archived_check(const BlMigrator *migrator, BlArchivedFound found, void *data)
{
    g_auto(BlArchived) archived = { 0 };
    if (migrator->manifest == NULL)
        return;
    read_own_archives(migrator, &archived);
    for (guint i = 0; i < archived.archives->len; i++) {
        const BlHistory *archive = g_ptr_array_index(archived.archives, i);
        for (guint j = 0; j < archive->list->len; j++) {
            const BlMigration *file = g_ptr_array_index(archive->list, j);
            g_autofree char *what = tell_moved(migrator, &archived, file);
            if (what != NULL)
                found(file, what, data);
        }
    }
}

static int
order_names(gconstpointer left, gconstpointer right, gpointer data)
{
    const BlMigration *a = *(const BlMigration *const *)left;
    const BlMigration *b = *(const BlMigration *const *)right;
    return bl_history_compare(data, a->name, b->name);
}

GPtrArray *
bl_archived_join(const BlArchived *archived, const BlHistory *history, const GPtrArray *range)
{
    GPtrArray *all = g_ptr_array_new();
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < archived->list->len; i++) {
        BlMigration *file = g_ptr_array_index(archived->list, i);
        g_hash_table_add(names, file->name);
        g_ptr_array_add(all, file);
    }
    for (guint i = 0; i < range->len; i++) {
        BlMigration *file = g_ptr_array_index(range, i);
        if (!g_hash_table_contains(names, file->name))
            g_ptr_array_add(all, file);
    }
    g_ptr_array_sort_with_data(all, order_names, (gpointer)(guintptr)history);
    return all;
}
