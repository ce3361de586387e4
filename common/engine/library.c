/* SPDX-License-Identifier: MIT */
#include "common/engine/library.h"

#include "common/base/error.h"

#include <dlfcn.h>
#include <string.h>

static void **
place_of(const BlLibrary *library, void *table, gsize i)
{
    return (void **)((char *)table + library->functions[i].offset);
}

static gboolean
find_functions(const BlLibrary *library, void *handle, GError **error)
{
    g_autofree void *found = g_malloc0(library->size);
    for (gsize i = 0; i < library->n_functions; i++) {
        void *function = dlsym(handle, library->functions[i].name);
        if (function == NULL) {
            bl_error_set(error, BL_ERROR_UNSUPPORTED, library->renew,
                         "the library %s has no function \"%s\"", library->file,
                         library->functions[i].name);
            return FALSE;
        }
        /* POSIX says that the address of a function fits; ISO C does not let it be cast. */
        *place_of(library, found, i) = function;
    }
    memcpy(library->table, found, library->size);
    return TRUE;
}

static gboolean
load(const BlLibrary *library, GError **error)
{
    if (*place_of(library, library->table, 0) != NULL)
        return TRUE;
    void *handle = dlopen(library->file, RTLD_NOW | RTLD_LOCAL);
    if (handle == NULL) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, library->install, "%s the library %s: %s",
                     library->users, library->file, dlerror());
        return FALSE;
    }
    if (find_functions(library, handle, error))
        return TRUE;
    dlclose(handle);
    return FALSE;
}

gboolean
bl_library_load(const BlLibrary *library, GError **error)
{
    static GMutex mutex;
    g_mutex_lock(&mutex);
    gboolean ok = load(library, error);
    g_mutex_unlock(&mutex);
    return ok;
}
