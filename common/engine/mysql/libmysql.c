/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/libmysql.h"

#include "common/base/error.h"

#include <dlfcn.h>

/* One of these, as the header that the build found says. */
#ifdef MARIADB_BASE_VERSION
#define LIBRARY "libmariadb.so.3"
#define PACKAGE "Debian: libmariadb3"
#elif MYSQL_VERSION_ID >= 90000
#define LIBRARY "libmysqlclient.so.24"
#define PACKAGE "Debian: libmysqlclient24"
#else
#define LIBRARY "libmysqlclient.so.21"
#define PACKAGE "Debian: libmysqlclient21"
#endif

MyLibmysql my;

static const struct {
    const char *name;
    gsize offset;
} functions[] = {
#define MY_PLACE(name) { #name, G_STRUCT_OFFSET(MyLibmysql, name) },
    MY_LIBMYSQL_FUNCTIONS(MY_PLACE)
#undef MY_PLACE
};

static gboolean
find_functions(void *library, GError **error)
{
    MyLibmysql found;
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        void *function = dlsym(library, functions[i].name);
        if (function == NULL) {
            bl_error_set(error, BL_ERROR_UNSUPPORTED, "install a newer one",
                         "the library " LIBRARY " has no function \"%s\"", functions[i].name);
            return FALSE;
        }
        /* POSIX says that the address of a function fits; ISO C does not let it be cast. */
        *(void **)((char *)&found + functions[i].offset) = function;
    }
    my = found;
    return TRUE;
}

static gboolean
load(GError **error)
{
    if (my.mysql_close != NULL)
        return TRUE;
    void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);
    if (library == NULL) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "install it (" PACKAGE ")",
                     "MySQL and MariaDB need the library " LIBRARY ": %s", dlerror());
        return FALSE;
    }
    if (find_functions(library, error))
        return TRUE;
    dlclose(library);
    return FALSE;
}

gboolean
my_libmysql_load(GError **error)
{
    static GMutex mutex;
    g_mutex_lock(&mutex);
    gboolean ok = load(error);
    g_mutex_unlock(&mutex);
    return ok;
}
