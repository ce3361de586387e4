/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

gboolean
pg_lock(BlSession *base, guint wait_ms, GError **error)
{
    (void)base;
    (void)wait_ms;
    (void)error;
    return FALSE;
}

void
pg_unlock(BlSession *base)
{
    (void)base;
}

gboolean
pg_lock_holder(BlSession *base, char **holder, GError **error)
{
    (void)base;
    (void)holder;
    (void)error;
    return FALSE;
}

gboolean
pg_check_lock(PgSession *session, GError **error)
{
    (void)session;
    (void)error;
    return FALSE;
}
