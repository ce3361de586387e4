/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/reader.h"

gboolean
my_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error)
{
    (void)base;
    (void)script;
    (void)options;
    (void)n_out;
    (void)error;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", __func__);
    return FALSE;
}
