/* SPDX-License-Identifier: MIT */
#include "squash/reading.h"

#include "squash/git.h"
#include "squash/link.h"
#include "squash/migrator.h"

struct BlReading {
    BlHistory *history;
    GHashTable *files; /* path without links -> GPtrArray of BlMigration, borrowed */
};

void
bl_reading_free(BlReading *reading)
{
    if (reading == NULL)
        return;
    g_hash_table_unref(reading->files);
    bl_history_free(reading->history);
    g_free(reading);
}

static gboolean
reads_the_same(const BlConnection *a, const BlConnection *b)
{
    return a->engine->dialect == b->engine->dialect &&
           g_strcmp0(a->convention, b->convention) == 0 &&
           g_strv_equal((const char *const *)a->migration_paths,
                        (const char *const *)b->migration_paths);
}

static void
array_free(gpointer array)
{
    g_ptr_array_unref(array);
}

/* Also under each name that a link goes through. */
static void
add_file(BlReading *reading, const char *path, BlMigration *migration)
{
    g_autoptr(GPtrArray) way = bl_link_way(path);
    for (guint i = 0; i < way->len; i++) {
        const char *place = g_ptr_array_index(way, i);
        GPtrArray *list = g_hash_table_lookup(reading->files, place);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(reading->files, g_strdup(place), list);
        }
        g_ptr_array_add(list, migration);
    }
}

BlReading *
bl_reading_new(const BlProject *project, const BlConnection *self, const BlConnection *other)
{
    BlHistory *history =
        reads_the_same(self, other) ? NULL : bl_migrator_read_history(project, other, NULL);
    if (history == NULL)
        return NULL;
    BlReading *reading = g_new0(BlReading, 1);
    reading->history = history;
    reading->files = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, array_free);
    for (guint i = 0; i < history->list->len; i++) {
        BlMigration *migration = g_ptr_array_index(history->list, i);
        for (gsize j = 0; migration->files[j] != NULL; j++)
            add_file(reading, migration->files[j], migration);
    }
    return reading;
}

GPtrArray *
bl_reading_find(const BlReading *reading, const BlMigration *migration)
{
    GPtrArray *found = g_ptr_array_new();
    if (reading == NULL)
        g_ptr_array_add(found, (gpointer)(guintptr)migration);
    for (gsize i = 0; reading != NULL && migration->files[i] != NULL; i++) {
        g_autofree char *path = bl_git_path(migration->files[i]);
        const GPtrArray *list = g_hash_table_lookup(reading->files, path);
        for (guint j = 0; list != NULL && j < list->len; j++)
            g_ptr_array_add(found, g_ptr_array_index(list, j));
    }
    return found;
}
