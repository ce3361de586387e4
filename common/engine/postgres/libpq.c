/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/libpq.h"

#include "common/engine/library.h"

PgLibpq pq;

static const BlLibraryFunction functions[] = {
#define PG_PLACE(name) BL_LIBRARY_FUNCTION(PgLibpq, name),
    PG_LIBPQ_FUNCTIONS(PG_PLACE)
#undef PG_PLACE
};

gboolean
pg_libpq_load(GError **error)
{
    static const BlLibrary library = {
        .file = "libpq.so.5",
        .users = "PostgreSQL needs",
        .install = "install it (Debian: libpq5)",
        .renew = "install libpq 14 or newer",
        .functions = functions,
        .n_functions = G_N_ELEMENTS(functions),
        .table = &pq,
        .size = sizeof pq,
    };
    return bl_library_load(&library, error);
}
