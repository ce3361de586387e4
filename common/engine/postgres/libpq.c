/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/libpq.h"

#include "common/base/error.h"

#include <dlfcn.h>

#define LIBRARY "libpq.so.5"

PgLibpq pq;

static const struct {
    const char *name;
    gsize offset;
} functions[] = {
#define PG_PLACE(name) { #name, G_STRUCT_OFFSET(PgLibpq, name) },
    PG_LIBPQ_FUNCTIONS(PG_PLACE)
#undef PG_PLACE
};

static gboolean
find_functions(void *library, GError **error)
{
    PgLibpq found;
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        void *function = dlsym(library, functions[i].name);
        if (function == NULL) {
            bl_error_set(error, BL_ERROR_UNSUPPORTED, "install libpq 14 or newer",
                         "the library " LIBRARY " has no function \"%s\"", functions[i].name);
            return FALSE;
        }
        /* POSIX says that the address of a function fits; ISO C does not let it be cast. */
        *(void **)((char *)&found + functions[i].offset) = function;
    }
    pq = found;
    return TRUE;
}

static gboolean
load(GError **error)
{
    if (pq.PQfinish != NULL)
        return TRUE;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "install it (Debian: libpq5)",
                     "PostgreSQL needs the library " LIBRARY ": %s", dlerror());
        return FALSE;
    }
    if (find_functions(library, error))
        return TRUE;
    dlclose(library);
    return FALSE;
}

gboolean
pg_libpq_load(GError **error)
{
    static GMutex mutex;
    g_mutex_lock(&mutex);
    gboolean ok = load(error);
    g_mutex_unlock(&mutex);
    return ok;
}
