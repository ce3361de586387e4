/* SPDX-License-Identifier: MIT */
#include "squash/link.h"

#include "squash/git.h"

#include "common/base/file.h"

#include <stdlib.h>

/* The system itself follows no more links, and migration folders are not nested deeper. */
enum { WAY_LIMIT = 40, DEPTH_LIMIT = 16 };

GPtrArray *
bl_link_way(const char *path)
{
    GPtrArray *way = g_ptr_array_new_with_free_func(g_free);
    char *place = bl_git_path(path);
    g_ptr_array_add(way, place);
    char *target = g_file_read_link(place, NULL);
    while (target != NULL && way->len < WAY_LIMIT) {
        g_autofree char *folder = g_path_get_dirname(place);
        g_autofree char *next =
            g_path_is_absolute(target) ? g_strdup(target) : g_build_filename(folder, target, NULL);
        place = bl_git_path(next);
        g_ptr_array_add(way, place);
        g_free(target);
        target = g_file_read_link(place, NULL);
    }
    g_free(target);
    return way;
}

static gboolean
leads_through(const char *path, const GPtrArray *places)
{
    g_autoptr(GPtrArray) way = bl_link_way(path);
    for (guint i = 1; i < way->len; i++) {
        for (guint j = 0; j < places->len; j++) {
            if (bl_path_below(g_ptr_array_index(way, i), g_ptr_array_index(places, j)) != NULL)
                return TRUE;
        }
    }
    return FALSE;
}

/* Links to folders are followed nowhere. */
static gboolean
look_in(const char *folder, const GPtrArray *places, int depth)
{
    g_autoptr(GDir) dir = depth < DEPTH_LIMIT ? g_dir_open(folder, 0, NULL) : NULL;
    const char *entry = NULL;
    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        g_autofree char *path = g_build_filename(folder, entry, NULL);
        gboolean found =
            g_file_test(path, G_FILE_TEST_IS_SYMLINK)
                ? leads_through(path, places)
                : g_file_test(path, G_FILE_TEST_IS_DIR) && look_in(path, places, depth + 1);
        if (found)
            return TRUE;
    }
    return FALSE;
}

gboolean
bl_link_leads_into(const char *folder, const char *const *places)
{
    g_autoptr(GPtrArray) real = g_ptr_array_new_with_free_func(free);
    for (gsize i = 0; places[i] != NULL; i++) {
        char *place = realpath(places[i], NULL);
        if (place != NULL)
            g_ptr_array_add(real, place);
    }
    return look_in(folder, real, 0);
}
