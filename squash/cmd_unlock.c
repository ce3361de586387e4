/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

/* migrate unlock: who holds the lock. Locks of all engines die with their session, so that there is
 * no stale one to remove. */

gboolean
bl_cmd_unlock(BlCli *cli, void *data, char **args, GError **error)
{
    (void)data;
    (void)args;
    const BlOpenOptions open = { .read_only = TRUE };
    g_autoptr(BlSession) session = bl_cli_open(cli, &open, error);
    g_autofree char *holder = NULL;
    if (session == NULL || !session->engine->lock_holder(session, &holder, error))
        return FALSE;
    bl_cli_print(cli, "%s\n", holder != NULL ? holder : "nobody holds the migration lock");
    json_object_set_new(bl_cli_json(cli), "holder",
                        holder != NULL ? json_string(holder) : json_null());
    return TRUE;
}
