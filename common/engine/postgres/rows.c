/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

gboolean
pg_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error)
{
    (void)base;
    (void)table;
    (void)out;
    (void)count;
    (void)error;
    return FALSE;
}

gboolean
pg_order_rows(BlSession *base, GPtrArray *tables, GError **error)
{
    (void)base;
    (void)tables;
    (void)error;
    return TRUE;
}
