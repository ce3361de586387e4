/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/libpq.h"

PgLibpq pq;

gboolean
pg_libpq_load(GError **error)
{
    (void)error;
    return FALSE;
}
