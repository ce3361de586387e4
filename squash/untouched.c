/* SPDX-License-Identifier: MIT */
#include "squash/untouched.h"

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/file.h"

/* Largest file that is read as a whole. */
#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

struct BlUntouched {
    GHashTable *digests; /* path -> digest, both owned */
};

/* @return g_free(); NULL: it cannot be read */
static char *
digest_of(const char *path)
{
    gsize len = 0;
    g_autofree char *bytes = bl_file_read(path, FILE_LIMIT, &len, NULL);
    return bytes != NULL ? bl_digest_bytes(bytes, len) : NULL;
}

BlUntouched *
bl_untouched_new(const GPtrArray *migrations)
{
    BlUntouched *untouched = g_new0(BlUntouched, 1);
    untouched->digests = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    for (guint i = 0; i < migrations->len; i++) {
        char *const *files = ((const BlMigration *)g_ptr_array_index(migrations, i))->files;
        for (gsize j = 0; files[j] != NULL; j++)
            g_hash_table_insert(untouched->digests, g_strdup(files[j]), digest_of(files[j]));
    }
    return untouched;
}

gboolean
bl_untouched_check(const BlUntouched *untouched, const BlMigration *migration, GError **error)
{
    for (gsize i = 0; migration->files[i] != NULL; i++) {
        const char *path = migration->files[i];
        const char *was = g_hash_table_lookup(untouched->digests, path);
        g_autofree char *now = digest_of(path);
        if (was != NULL && g_strcmp0(was, now) == 0)
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT, "squash again",
                     "\"%s\" was changed while the squash was at work", migration->label);
        return FALSE;
    }
    return TRUE;
}

void
bl_untouched_free(BlUntouched *untouched)
{
    if (untouched == NULL)
        return;
    g_hash_table_unref(untouched->digests);
    g_free(untouched);
}
