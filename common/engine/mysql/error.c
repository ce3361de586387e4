/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"

#include "common/engine/mysql/reader.h"

gboolean
my_fail(MySession *session, const char *what, GError **error)
{
    (void)session;
    (void)what;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}

gboolean
my_error_is(const GError *error, guint code)
{
    (void)error;
    (void)code;
    return FALSE;
}
