/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

gboolean
pg_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *run, guint64 *n_out, GError **error)
{
    (void)base;
    (void)script;
    (void)run;
    (void)n_out;
    (void)error;
    return FALSE;
}
