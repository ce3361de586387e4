/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/libmysql.h"

#include "common/engine/library.h"

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

static const BlLibraryFunction functions[] = {
#define MY_PLACE(name) BL_LIBRARY_FUNCTION(MyLibmysql, name),
    MY_LIBMYSQL_FUNCTIONS(MY_PLACE)
#undef MY_PLACE
};

gboolean
my_libmysql_load(GError **error)
{
    static const BlLibrary library = {
        .file = LIBRARY,
        .users = "MySQL and MariaDB need",
        .install = "install it (" PACKAGE ")",
        .renew = "install a newer one",
        .functions = functions,
        .n_functions = G_N_ELEMENTS(functions),
        .table = &my,
        .size = sizeof my,
    };
    return bl_library_load(&library, error);
}
