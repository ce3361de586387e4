/* SPDX-License-Identifier: MIT */
/**
 * @file folder.h
 * @brief A folder of its own for a test, removed with everything in it.
 */
#ifndef BL_TESTS_UNIT_FOLDER_H
#define BL_TESTS_UNIT_FOLDER_H

#include <glib.h>
#include <glib/gstdio.h>

#include <stdio.h>
#include <string.h>

/** Makes it. @return its path, g_free() */
static inline char *
folder_make(void)
{
    char *path = g_dir_make_tmp("baseline-XXXXXX", NULL);
    g_assert_nonnull(path);
    return path;
}

/** Removes a file or a whole folder; what a link points to stays. */
static inline void
folder_remove(const char *path)
{
    GDir *dir = g_file_test(path, G_FILE_TEST_IS_SYMLINK) ? NULL : g_dir_open(path, 0, NULL);
    const char *entry;
    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        g_autofree char *child = g_build_filename(path, entry, NULL);
        folder_remove(child);
    }
    g_clear_pointer(&dir, g_dir_close);
    g_assert_cmpint(g_remove(path), ==, 0);
}

/** Writes a file, with the folders above it; flushes nothing, since tests write many. @param len
 * bytes of @text; -1: up to its end */
static inline void
folder_put(const char *root, const char *name, const char *text, gssize len)
{
    g_autofree char *path = g_build_filename(root, name, NULL);
    g_autofree char *parent = g_path_get_dirname(path);
    g_assert_cmpint(g_mkdir_with_parents(parent, 0777), ==, 0);
    gsize n = len >= 0 ? (gsize)len : strlen(text);
    FILE *file = g_fopen(path, "wb");
    g_assert_nonnull(file);
    g_assert_cmpuint(fwrite(text, 1, n, file), ==, n);
    g_assert_cmpint(fclose(file), ==, 0);
}

/** A fixture that is nothing but a folder. */
typedef struct {
    char *root;
} Folder;

static inline void
folder_set_up(Folder *folder, gconstpointer data)
{
    (void)data;
    folder->root = folder_make();
}

static inline void
folder_tear_down(Folder *folder, gconstpointer data)
{
    (void)data;
    folder_remove(folder->root);
    g_free(folder->root);
}

#endif
