/* SPDX-License-Identifier: MIT */
#include "squash/prune.h"

#include "squash/link.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Largest file that is compared with its copy in the archive. */
#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

static void
item_free(gpointer data)
{
    BlPruneItem *item = data;
    g_free(item->why_kept);
    g_free(item);
}

static gboolean
is_other_text(const char *raw, const char *token, const BlMigration *file)
{
    const BlKnownMigration known = bl_migration_known(file);
    return bl_known_migration_is_twin(&known, token) ||
           bl_known_migration_differs(&known, raw, token);
}

/* @return static text; NULL: the snapshot holds what the file says */
static const char *
compare_with_manifest(const BlManifest *manifest, const BlMigration *file)
{
    const BlMigrationDigest *digest = bl_manifest_digest(manifest, file->name);
    if (digest == NULL || (digest->raw == NULL && digest->token == NULL))
        return "the snapshot has no digest of it";
    return is_other_text(digest->raw, digest->token, file) ? "the snapshot holds another text of it"
                                                           : NULL;
}

static const char *
compare_with_ledger(const BlLedger *ledger, const BlMigration *file)
{
    const BlLedgerRow *row = bl_ledger_find(ledger, file->name);
    if (row == NULL)
        return "it is not applied";
    const BlJournalRow *journal = bl_ledger_journal(ledger, row);
    return journal != NULL && is_other_text(journal->raw_digest, journal->token_digest, file)
               ? "another text of it was applied"
               : NULL;
}

/* Without it, files of older versions would be pending. */
static gboolean
stands_for_files(const BlPruneInput *input, const BlMigration *file)
{
    for (guint i = 0; file->kind == BL_MIGRATION_BASELINE && i < input->history->list->len; i++) {
        const BlMigration *other = g_ptr_array_index(input->history->list, i);
        if (other->kind == BL_MIGRATION_VERSIONED &&
            bl_history_compare(input->history, other->name, file->name) < 0 &&
            !bl_manifest_has(input->manifest, other->name))
            return TRUE;
    }
    return FALSE;
}

/* Whether the snapshot of another connection has what that one reads of the file. */
static gboolean
is_held_there(const BlPruneSharer *sharer, const BlMigration *file)
{
    g_autoptr(GPtrArray) read = bl_reading_find(sharer->reading, file);
    for (guint i = 0; i < read->len; i++) {
        const BlMigration *migration = g_ptr_array_index(read, i);
        if (sharer->manifest == NULL || !bl_manifest_has(sharer->manifest, migration->name) ||
            compare_with_manifest(sharer->manifest, migration) != NULL)
            return FALSE;
    }
    return TRUE;
}

/* What files of the history are links to: the place of each -> the label of the one that needs it.
 */
static GHashTable *
find_links(const BlHistory *history)
{
    GHashTable *links = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        for (gsize j = 0; migration->files[j] != NULL; j++) {
            if (!g_file_test(migration->files[j], G_FILE_TEST_IS_SYMLINK))
                continue;
            g_autoptr(GPtrArray) way = bl_link_way(migration->files[j]);
            for (guint k = 1; k < way->len; k++)
                g_hash_table_insert(links, g_strdup(g_ptr_array_index(way, k)), migration->label);
        }
    }
    return links;
}

/* @return the label of a migration with a link to one of the files; NULL: none */
static const char *
find_link_to(GHashTable *links, const BlMigration *file)
{
    const char *found = NULL;
    for (gsize i = 0; g_hash_table_size(links) > 0 && found == NULL && file->files[i] != NULL;
         i++) {
        g_autofree char *place = bl_git_path(file->files[i]);
        found = g_hash_table_lookup(links, place);
    }
    return found;
}

static char *
find_reason(const BlPruneInput *input, GHashTable *links, const BlMigration *file)
{
    const char *link = find_link_to(links, file);
    if (link != NULL)
        return g_strdup_printf("\"%s\" is a link to it", link);
    if (file->kind == BL_MIGRATION_REPEATABLE)
        return g_strdup("it runs again when its text changes");
    if (file->stand_in != NULL)
        return g_strdup_printf("\"%s\" would take its place", file->stand_in);
    if (stands_for_files(input, file))
        return g_strdup("it stands for older files that are still there");
    const char *why = compare_with_manifest(input->manifest, file);
    if (why == NULL && input->ledger != NULL)
        why = compare_with_ledger(input->ledger, file);
    if (why != NULL)
        return g_strdup(why);
    for (gsize i = 0; i < input->n_sharers; i++) {
        const BlPruneSharer *sharer = &input->sharers[i];
        if (!is_held_there(sharer, file))
            return g_strdup_printf("the snapshot of \"%s\" does not hold it yet",
                                   sharer->connection);
    }
    return NULL;
}

static gboolean
check_git(const BlPruneInput *input, const BlMigration *file, GError **error)
{
    for (gsize i = 0; file->files[i] != NULL; i++) {
        const char *why = NULL;
        if (bl_git_has(input->git, file->files[i], &why))
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "commit it, keep the files with --archive DIR, or add --allow-uncommitted",
                     "git has not got \"%s\" as it is%s%s", file->label, why != NULL ? ": " : "",
                     why != NULL ? why : "");
        return FALSE;
    }
    return TRUE;
}

GPtrArray *
bl_prune_plan(const BlPruneInput *input, GError **error)
{
    g_autoptr(GPtrArray) items = g_ptr_array_new_with_free_func(item_free);
    g_autoptr(GHashTable) links = find_links(input->history);
    g_autoptr(GHashTable) held = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < input->manifest->squashed->len; i++)
        g_hash_table_add(held, g_ptr_array_index(input->manifest->squashed, i));
    for (guint i = 0; i < input->history->list->len; i++) {
        const BlMigration *file = g_ptr_array_index(input->history->list, i);
        if (!g_hash_table_contains(held, file->name))
            continue;
        BlPruneItem *item = g_new0(BlPruneItem, 1);
        item->migration = file;
        item->why_kept = find_reason(input, links, file);
        g_ptr_array_add(items, item);
        if (item->why_kept == NULL && input->git != NULL && !check_git(input, file, error))
            return NULL;
    }
    return g_steal_pointer(&items);
}

static gboolean
same_bytes(const char *a, const char *b)
{
    gsize len_a = 0;
    gsize len_b = 0;
    g_autofree char *text_a = bl_file_read(a, FILE_LIMIT, &len_a, NULL);
    g_autofree char *text_b = text_a != NULL ? bl_file_read(b, FILE_LIMIT, &len_b, NULL) : NULL;
    return text_b != NULL && len_a == len_b && memcmp(text_a, text_b, len_a) == 0;
}

static gboolean
fail_taken(const char *target, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "rename one of them, or name another folder",
                 "another file \"%s\" is in the archive already", target);
    return FALSE;
}

static gboolean
is_there(const char *path)
{
    struct stat about;
    return lstat(path, &about) == 0;
}

/* A link in the archive leads to what somebody else may take away: the migration itself, even. */
static gboolean
check_copy(const char *path, const char *target, GError **error)
{
    struct stat about;
    if (lstat(target, &about) == 0 && S_ISREG(about.st_mode))
        return same_bytes(path, target) || fail_taken(target, error);
    bl_error_set(error, BL_ERROR_CONFLICT, "take it away, or name another folder",
                 "the archive's \"%s\" is no file but a link or a folder", target);
    return FALSE;
}

/* Whoever wrote the file may not have flushed it. */
static gboolean
flush(const char *target, GError **error)
{
    return bl_file_flush(target, error) && bl_file_flush_folder(target, error);
}

/* A second name for the same file cannot be half written, and never takes the place of another;
 * where the archive is on another disk, or cannot link, a copy is made beside its name first. */
static gboolean
put_into_archive(const char *path, const char *target, GError **error)
{
    /* A second name for a link would lead elsewhere from there. */
    gboolean is_link = g_file_test(path, G_FILE_TEST_IS_SYMLINK);
    if (!is_link && link(path, target) == 0)
        return flush(target, error);
    if (is_link ? is_there(target) : errno == EEXIST)
        return check_copy(path, target, error) && flush(target, error);
    g_autofree char *staged = g_strconcat(target, ".baseline-new", NULL);
    return bl_file_remove(staged, error) && bl_file_copy(path, staged, TRUE, error) &&
           bl_file_rename(staged, target, TRUE, error);
}

/* Where a file goes: the archive has the project's folders again, so that names do not meet. */
static char *
archive_path(const BlPruneOptions *options, const char *path)
{
    const char *below = bl_path_below(path, options->root);
    return g_build_filename(options->archive, below != NULL ? below : path, NULL);
}

/* The folder that is there already, of those on the way to @target. */
static gboolean
check_way(const char *target, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(target);
    while (!bl_file_exists(folder)) {
        char *parent = g_path_get_dirname(folder);
        g_free(folder);
        folder = parent;
    }
    int why = g_file_test(folder, G_FILE_TEST_IS_DIR) ? 0 : ENOTDIR;
    if (why == 0 && access(folder, W_OK | X_OK) != 0)
        why = errno;
    if (why != 0)
        bl_error_set_errno(error, "write to the archive folder", folder, why);
    return why == 0;
}

/* Two ways to one folder: what is taken away under the one name is gone under the other. */
static gboolean
is_same_folder(const char *a, const char *b)
{
    struct stat about_a;
    struct stat about_b;
    return stat(a, &about_a) == 0 && stat(b, &about_b) == 0 && about_a.st_dev == about_b.st_dev &&
           about_a.st_ino == about_b.st_ino;
}

/* Links on the way to @target may lead back to the migrations. */
static gboolean
check_apart(const char *path, const char *target, const BlPruneOptions *options, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *other = g_path_get_dirname(target);
    if (is_same_folder(folder, other)) {
        bl_error_set(error, BL_ERROR_CONFLICT, "choose another folder for the archive",
                     "the archive has \"%s\" under the name that it has now", path);
        return FALSE;
    }
    return bl_prune_check_place(other, options->folders, "the archive's folder", error);
}

static gboolean
check_archive_file(const char *path, const BlPruneOptions *options, gboolean makes, GError **error)
{
    g_autofree char *target = archive_path(options, path);
    if (!check_apart(path, target, options, error))
        return FALSE;
    if (is_there(target))
        return check_copy(path, target, error);
    return check_way(target, error) && (!makes || bl_file_make_parent(target, error));
}

/* A file goes where its folder may be written. */
static gboolean
check_file(const char *path, const BlPruneOptions *options, gboolean makes, GError **error)
{
    g_autofree char *folder = g_path_get_dirname(path);
    if (access(folder, W_OK | X_OK) != 0) {
        bl_error_set_errno(error, "take files out of the folder", folder, errno);
        return FALSE;
    }
    return options->archive == NULL || check_archive_file(path, options, makes, error);
}

gboolean
bl_prune_check_files(const GPtrArray *items,
                     const BlPruneOptions *options,
                     gboolean makes,
                     GError **error)
{
    for (guint i = 0; i < items->len; i++) {
        const BlPruneItem *item = g_ptr_array_index(items, i);
        if (item->why_kept != NULL)
            continue;
        if (!check_file(item->migration->path, options, makes, error))
            return FALSE;
        for (gsize j = 0; item->migration->files[j] != NULL; j++) {
            if (!check_file(item->migration->files[j], options, makes, error))
                return FALSE;
        }
    }
    return TRUE;
}

static gboolean
prune_file(const char *path, const BlPruneOptions *options, GError **error)
{
    if (options->archive != NULL) {
        g_autofree char *target = archive_path(options, path);
        /* Once more behind the copy: the archive may have changed since it was checked. */
        if (!bl_file_make_parent(target, error) || !put_into_archive(path, target, error) ||
            !check_apart(path, target, options, error) || !check_copy(path, target, error))
            return FALSE;
    }
    return bl_file_remove(path, error);
}

gboolean
bl_prune_migration(const BlMigration *migration, const BlPruneOptions *options, GError **error)
{
    /* The up part last: while it is there, the next run finds the migration and the rest of it. */
    for (gsize i = 0; migration->files[i] != NULL; i++) {
        if (strcmp(migration->files[i], migration->path) != 0 &&
            !prune_file(migration->files[i], options, error))
            return FALSE;
    }
    return prune_file(migration->path, options, error);
}

/* What a path leads to, also where its end is not there yet. @return g_free() */
static char *
real_place(const char *path)
{
    char *real = realpath(path, NULL);
    if (real != NULL || strcmp(path, "/") == 0)
        return real != NULL ? real : g_strdup(path);
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *above = real_place(folder);
    return g_build_filename(above, base, NULL);
}

static gboolean
fail_place(const char *path, const char *folder, const char *what, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "choose a place outside of the migration folders",
                 "%s \"%s\" would lie in the migration folder \"%s\"", what, path, folder);
    return FALSE;
}

gboolean
bl_prune_check_place(const char *path, const char *const *folders, const char *what, GError **error)
{
    g_autofree char *real = real_place(path);
    for (gsize i = 0; folders[i] != NULL; i++) {
        g_autofree char *real_folder = real_place(folders[i]);
        if (bl_path_below(path, folders[i]) != NULL || bl_path_below(real, real_folder) != NULL)
            return fail_place(path, folders[i], what, error);
    }
    g_auto(GStrv) parts = g_strsplit(real, "/", -1);
    if (!g_strv_contains((const char *const *)parts, ".git"))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "choose a place outside of it",
                 "%s \"%s\" would lie in the folder \".git\", where no clone has it", what, path);
    return FALSE;
}

gboolean
bl_prune_check_archive(const BlPruneOptions *options, const char *const *folders, GError **error)
{
    const char *const *all = options->folders;
    if (!bl_prune_check_place(options->archive, all, "the archive", error))
        return FALSE;
    for (gsize i = 0; folders[i] != NULL; i++) {
        g_autofree char *target = archive_path(options, folders[i]);
        g_autofree char *real = real_place(target);
        for (gsize j = 0; all[j] != NULL; j++) {
            g_autofree char *other = real_place(all[j]);
            if (bl_path_below(real, other) != NULL || bl_path_below(other, real) != NULL)
                return fail_place(target, all[j], "the archive's folder", error);
        }
    }
    return TRUE;
}
