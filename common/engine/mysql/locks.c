/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

gboolean
my_lock(BlSession *base, guint wait_ms, GError **error)
{
    (void)base;
    (void)wait_ms;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

void
my_unlock(BlSession *base)
{
    (void)base;
}

gboolean
my_lock_holder(BlSession *base, char **holder, GError **error)
{
    (void)base;
    (void)holder;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}
