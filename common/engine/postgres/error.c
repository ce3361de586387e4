/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

gboolean
pg_set_error(PgSession *session, const PGresult *result, const char *what, GError **error)
{
    (void)session, (void)result, (void)what, (void)error;
    return FALSE;
}

gssize
pg_error_offset(const PGresult *result, const char *sql, gsize len)
{
    (void)result, (void)sql, (void)len;
    return -1;
}
