/* SPDX-License-Identifier: MIT */
#include "squash/history.h"

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/ledger.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Largest migration file that is read, in bytes. */
#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

/* Folders inside folders, at most. */
#define DEPTH_LIMIT 32

static const char *const foreign_endings[] = { ".ts", ".js", ".mjs", ".cjs" };

const BlConvention *
bl_convention_find(const char *name)
{
    /* dbmate's markers are the native ones; the second name only says whose habit a project
     * follows. */
    static const char *const native_names[] = { "baseline", "dbmate", NULL };
    return name == NULL || g_strv_contains(native_names, name) ? &bl_convention_baseline : NULL;
}

static void
section_clear(BlSection *section)
{
    g_free(section->text);
}

void
bl_migration_free(BlMigration *migration)
{
    if (migration == NULL)
        return;
    g_free(migration->name);
    g_free(migration->path);
    g_free(migration->label);
    section_clear(&migration->up);
    section_clear(&migration->down);
    g_free(migration->raw_digest);
    g_free(migration->token_digest);
    g_clear_error(&migration->problem);
    g_free(migration);
}

BlHistory *
bl_history_new(gboolean natural_sort)
{
    BlHistory *history = g_new0(BlHistory, 1);
    history->list = g_ptr_array_new_with_free_func((GDestroyNotify)bl_migration_free);
    history->by_name = g_hash_table_new(g_str_hash, g_str_equal);
    history->natural_sort = natural_sort;
    return history;
}

void
bl_history_free(BlHistory *history)
{
    if (history == NULL)
        return;
    g_hash_table_unref(history->by_name);
    g_ptr_array_unref(history->list);
    g_free(history);
}

void
bl_history_take(BlHistory *history, BlMigration *migration)
{
    g_ptr_array_add(history->list, migration);
    g_hash_table_replace(history->by_name, migration->name, migration);
}

BlMigration *
bl_history_find(const BlHistory *history, const char *name)
{
    return g_hash_table_lookup(history->by_name, name);
}

/* Compares two runs of digits by value, of any length; equal values by length, so that 01 and 1
 * differ. */
static int
compare_digits(const char **a, const char **b)
{
    const char *start_a = *a;
    const char *start_b = *b;
    while (**a == '0')
        (*a)++;
    while (**b == '0')
        (*b)++;
    gsize n_a = strspn(*a, "0123456789");
    gsize n_b = strspn(*b, "0123456789");
    int order = n_a != n_b ? (n_a < n_b ? -1 : 1) : strncmp(*a, *b, n_a);
    *a += n_a;
    *b += n_b;
    if (order == 0 && *a - start_a != *b - start_b)
        order = *a - start_a < *b - start_b ? -1 : 1;
    return order;
}

static int
compare_natural(const char *a, const char *b)
{
    while (*a != '\0' && *b != '\0') {
        if (g_ascii_isdigit(*a) && g_ascii_isdigit(*b)) {
            int order = compare_digits(&a, &b);
            if (order != 0)
                return order;
        } else if (*a != *b) {
            return (guchar)*a < (guchar)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return (*a != '\0') - (*b != '\0');
}

static const char *
last_part(const char *name)
{
    const char *slash = strrchr(name, '/');
    return slash != NULL ? slash + 1 : name;
}

int
bl_migration_name_compare(const char *a, const char *b, gboolean natural_sort)
{
    int (*compare)(const char *, const char *) = natural_sort ? compare_natural : strcmp;
    int order = compare(last_part(a), last_part(b));
    return order != 0 ? order : strcmp(a, b);
}

static int
order_migrations(gconstpointer left, gconstpointer right, gpointer data)
{
    const BlMigration *a = *(const BlMigration *const *)left;
    const BlMigration *b = *(const BlMigration *const *)right;
    const BlHistory *history = data;
    return bl_migration_name_compare(a->name, b->name, history->natural_sort);
}

static const char *
foreign_ending(const char *file_name)
{
    if (g_str_has_suffix(file_name, ".d.ts"))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(foreign_endings); i++) {
        if (g_str_has_suffix(file_name, foreign_endings[i]))
            return foreign_endings[i];
    }
    return NULL;
}

/* The path from the project's folder, "/" always, no "./" at its head. An absolute folder gives
 * absolute names. */
static char *
make_label(const char *path, const char *file_name)
{
    g_autofree char *joined = g_build_filename(path, file_name, NULL);
    g_autofree char *canonical = g_canonicalize_filename(joined, "/");
    return g_strdup(g_path_is_absolute(path) ? canonical : canonical + 1);
}

static gboolean
read_file(const BlHistoryOptions *options, BlMigration *migration, GError **error)
{
    gsize len = 0;
    g_autofree char *text = bl_file_read(migration->path, FILE_LIMIT, &len, error);
    if (text == NULL)
        return FALSE;
    if (!migration->foreign)
        options->convention->split(migration, options->dialect, text, len);
    const BlSection *up = &migration->up;
    gboolean has_up = up->present && up->text != NULL;
    g_autofree char *raw = bl_digest_text(has_up ? up->text : text, has_up ? up->len : len);
    migration->raw_digest = g_strconcat("raw:", raw, NULL);
    if (has_up)
        migration->token_digest = bl_token_digest(options->dialect, up->text, up->len);
    if (options->disable_transactions)
        migration->up.transaction = migration->down.transaction = FALSE;
    return TRUE;
}

static gboolean
add_file(const BlHistoryOptions *options,
         BlHistory *history,
         const char *label,
         const char *ending,
         GError **error)
{
    g_autoptr(BlMigration) migration = g_new0(BlMigration, 1);
    migration->label = g_strdup(label);
    migration->name = g_strndup(label, strlen(label) - strlen(ending));
    migration->path = g_canonicalize_filename(label, options->root);
    migration->foreign = strcmp(ending, ".sql") != 0;
    const BlMigration *twin = bl_history_find(history, migration->name);
    if (twin != NULL && strcmp(twin->path, migration->path) == 0)
        return TRUE; /* two configured folders, one inside the other */
    if (twin != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "rename one of them",
                     "two files with one name \"%s\": %s and %s", migration->name, twin->label,
                     label);
        return FALSE;
    }
    if (!g_utf8_validate(migration->name, -1, NULL)) {
        g_autofree char *valid = g_utf8_make_valid(label, -1);
        bl_error_set(error, BL_ERROR_USAGE, "rename the file",
                     "the name of migration \"%s\" is not UTF-8", valid);
        return FALSE;
    }
    if (strlen(migration->name) > BL_LEDGER_NAME_MAX) {
        bl_error_set(error, BL_ERROR_USAGE, "shorten the file's name",
                     "migration name longer than %d bytes: %s", BL_LEDGER_NAME_MAX, label);
        return FALSE;
    }
    if (!read_file(options, migration, error))
        return FALSE;
    bl_history_take(history, g_steal_pointer(&migration));
    return TRUE;
}

static gboolean read_folder(const BlHistoryOptions *options,
                            BlHistory *history,
                            const char *path,
                            guint depth,
                            GError **error);

static gboolean
read_entry(const BlHistoryOptions *options,
           BlHistory *history,
           const char *path,
           const char *entry,
           guint depth,
           GError **error)
{
    g_autofree char *label = make_label(path, entry);
    g_autofree char *full_path = g_canonicalize_filename(label, options->root);
    if (entry[0] == '.' || g_file_test(full_path, G_FILE_TEST_IS_SYMLINK))
        return TRUE;
    if (g_file_test(full_path, G_FILE_TEST_IS_DIR))
        return read_folder(options, history, label, depth + 1, error);
    if (options->convention->accepts(entry))
        return add_file(options, history, label, ".sql", error);
    const char *ending = foreign_ending(entry);
    return ending == NULL || add_file(options, history, label, ending, error);
}

static gboolean
read_folder(const BlHistoryOptions *options,
            BlHistory *history,
            const char *path,
            guint depth,
            GError **error)
{
    g_autofree char *full_path = g_canonicalize_filename(path, options->root);
    if (!g_file_test(full_path, G_FILE_TEST_EXISTS))
        return TRUE;
    if (depth > DEPTH_LIMIT) {
        bl_error_set(error, BL_ERROR_USAGE, "flatten it",
                     "migration folder \"%s\" is nested too deep", path);
        return FALSE;
    }
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) dir = g_dir_open(full_path, 0, &problem);
    if (dir == NULL) {
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot read the migration folder \"%s\": %s", path,
                     problem->message);
        return FALSE;
    }
    const char *entry;
    while ((entry = g_dir_read_name(dir)) != NULL) {
        if (!read_entry(options, history, path, entry, depth, error))
            return FALSE;
    }
    return TRUE;
}

BlHistory *
bl_history_read(const BlHistoryOptions *options, GError **error)
{
    g_autoptr(BlHistory) history = bl_history_new(options->natural_sort);
    for (gsize i = 0; options->paths[i] != NULL; i++) {
        if (!read_folder(options, history, options->paths[i], 0, error))
            return NULL;
    }
    g_ptr_array_sort_with_data(history->list, order_migrations, history);
    return g_steal_pointer(&history);
}

static gboolean
answers_to(const BlMigration *migration, const char *text)
{
    return strcmp(migration->name, text) == 0 || strcmp(migration->label, text) == 0 ||
           strcmp(last_part(migration->name), text) == 0 ||
           strcmp(last_part(migration->label), text) == 0;
}

BlMigration *
bl_history_resolve(const BlHistory *history, const char *text, GError **error)
{
    BlMigration *found = NULL;
    for (guint i = 0; i < history->list->len; i++) {
        BlMigration *migration = g_ptr_array_index(history->list, i);
        if (!answers_to(migration, text))
            continue;
        if (found != NULL) {
            bl_error_set(error, BL_ERROR_USAGE, "give the path from the project's folder",
                         "\"%s\" is more than one migration: \"%s\" and \"%s\"", text, found->name,
                         migration->name);
            return NULL;
        }
        found = migration;
    }
    if (found == NULL)
        bl_error_set(error, BL_ERROR_USAGE, "see migrate status for the names",
                     "no migration file \"%s\"", text);
    return found;
}

BlKnownMigration *
bl_history_known(const BlHistory *history, gsize *n)
{
    BlKnownMigration *known = g_new0(BlKnownMigration, history->list->len + 1);
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        known[i] =
            (BlKnownMigration){ migration->name, migration->raw_digest, migration->token_digest };
    }
    *n = history->list->len;
    return known;
}
