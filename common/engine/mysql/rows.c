/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

gboolean
my_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error)
{
    (void)base;
    (void)table;
    (void)out;
    (void)count;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_order_rows(BlSession *base, GPtrArray *tables, GError **error)
{
    (void)base;
    (void)tables;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}
