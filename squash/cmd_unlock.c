/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#include "common/base/error.h"

/* migrate unlock: who holds the lock. It dies with the process that took it; --force clears away
 * what such a process left behind, and never takes the lock from one that lives. */

static gboolean
clear_stale(BlCli *cli, const char *holder, GError **error)
{
    if (holder != NULL) {
        bl_error_set(error, BL_ERROR_CONFLICT, "end that process; the lock ends with it",
                     "the migration lock is held: %s", holder);
        return FALSE;
    }
    const BlOpenOptions open = { 0 };
    g_autoptr(BlSession) session = bl_cli_open(cli, &open, error);
    if (session == NULL || !session->engine->lock(session, 0, error))
        return FALSE;
    session->engine->unlock(session);
    return TRUE;
}

gboolean
bl_cmd_unlock(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    const BlOpenOptions open = { .read_only = TRUE };
    g_autoptr(BlSession) session = bl_cli_open(cli, &open, error);
    g_autofree char *holder = NULL;
    if (session == NULL || !session->engine->lock_holder(session, &holder, error))
        return FALSE;
    bl_cli_print(cli, "%s\n", holder != NULL ? holder : "nobody holds the migration lock");
    json_object_set_new(bl_cli_json(cli), "holder", bl_json_text(holder));
    return !options->force || clear_stale(cli, holder, error);
}
