/* SPDX-License-Identifier: MIT */
#include "squash/history.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <string.h>

static void
section_clear(BlSection *section)
{
    g_free(section->label);
    g_free(section->text);
    g_free(section->memo);
    g_clear_pointer(&section->repeats, g_array_unref);
    g_clear_error(&section->problem);
}

void
bl_migration_free(BlMigration *migration)
{
    if (migration == NULL)
        return;
    g_free(migration->name);
    g_free(migration->path);
    g_free(migration->label);
    g_strfreev(migration->files);
    g_free(migration->stand_in);
    g_free(migration->version);
    g_free(migration->title);
    g_free(migration->script);
    g_free(migration->checksum);
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
    history->strays = g_ptr_array_new_with_free_func(g_free);
    history->convention = &bl_convention_baseline;
    return history;
}

void
bl_history_free(BlHistory *history)
{
    if (history == NULL)
        return;
    g_hash_table_unref(history->by_name);
    g_ptr_array_unref(history->list);
    g_ptr_array_unref(history->strays);
    g_strfreev(history->folders);
    g_free(history);
}

char *
bl_history_tell_strays(const BlHistory *history)
{
    guint n = history->strays->len;
    if (n == 0)
        return NULL;
    const char *first = g_ptr_array_index(history->strays, 0);
    g_autofree char *more = n > 1 ? g_strdup_printf(" and %u more", n - 1) : g_strdup("");
    return g_strdup_printf("%s%s: left out, since a file of %s is called %s", first, more,
                           history->convention->name, history->convention->form);
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

static int
compare_paths(const char *a, const char *b, gboolean natural_sort)
{
    return natural_sort ? compare_natural(a, b) : strcmp(a, b);
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

static gboolean
lies_in(const char *name, const char *folder)
{
    if (folder[0] == '\0')
        return name[0] != '/' && !g_str_has_prefix(name, "../");
    return bl_path_below(name, folder) != NULL;
}

/* @return its place among the configured ones, from 1; 0: none of them */
static guint
find_folder(const BlHistory *history, const char *name)
{
    for (guint i = 0; history->folders != NULL && history->folders[i] != NULL; i++) {
        if (lies_in(name, history->folders[i]))
            return i + 1;
    }
    return 0;
}

guint
bl_history_n_sequences(const BlHistory *history)
{
    return history->folder_order ? g_strv_length(history->folders) + 1 : 1;
}

guint
bl_history_sequence(const BlHistory *history, const char *name)
{
    return history->folder_order ? find_folder(history, name) : 0;
}

gboolean
bl_history_is_by_path(const BlHistory *history, gboolean natural_sort)
{
    guint last = 0;
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        guint folder = find_folder(history, migration->name);
        if (folder < last)
            return FALSE;
        if (i > 0 && folder == last) {
            const BlMigration *before = g_ptr_array_index(history->list, i - 1);
            if (compare_paths(before->name, migration->name, natural_sort) > 0)
                return FALSE;
        }
        last = folder;
    }
    return TRUE;
}

int
bl_history_compare(const BlHistory *history, const char *a, const char *b)
{
    guint left = bl_history_sequence(history, a);
    guint right = bl_history_sequence(history, b);
    if (left != right)
        return left < right ? -1 : 1;
    if (history->convention->compare != NULL)
        return history->convention->compare(a, b);
    if (history->folder_order)
        return compare_paths(a, b, history->natural_sort);
    return bl_migration_name_compare(a, b, history->natural_sort);
}

gboolean
bl_migration_is_due(const BlMigration *migration, const BlKnownMigration *known)
{
    if (migration->kind != BL_MIGRATION_REPEATABLE)
        return FALSE;
    if (known->token_digest != NULL && migration->token_digest != NULL)
        return strcmp(known->token_digest, migration->token_digest) != 0;
    return known->raw_digest != NULL && g_strcmp0(known->raw_digest, migration->raw_digest) != 0;
}

gboolean
bl_migration_answers_to(const BlMigration *migration, const char *text)
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
        if (!bl_migration_answers_to(migration, text))
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

BlKnownMigration
bl_migration_known(const BlMigration *migration)
{
    return (BlKnownMigration){ migration->name, migration->raw_digest, migration->token_digest,
                               migration->foreign };
}

gboolean
bl_history_holds(const BlHistory *history, const BlManifest *manifest, const char *name)
{
    const BlMigration *file = bl_history_find(history, name);
    const BlMigrationDigest *embedded = bl_manifest_digest(manifest, name);
    if (file == NULL || embedded == NULL)
        return file != NULL;
    const BlKnownMigration known = bl_migration_known(file);
    return !bl_known_migration_is_twin(&known, embedded->token);
}

BlKnownMigration *
bl_history_known(const BlHistory *history, gsize *n)
{
    BlKnownMigration *known = g_new0(BlKnownMigration, history->list->len + 1);
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        known[i] = bl_migration_known(migration);
    }
    *n = history->list->len;
    return known;
}
