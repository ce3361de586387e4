/* SPDX-License-Identifier: MIT */
/* The part of a command that leads to a database: project, connection, session, consent. */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/cli/cli.h"
#include "common/cli/document.h"
#include "common/cli/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { WAIT_STEP_US = 200 * 1000 };

BlProject *
bl_cli_project(BlCli *cli, GError **error)
{
    if (cli->project == NULL) {
        cli->project = bl_project_open(cli->shared.common.config, error);
    }
    return cli->project;
}

BlConnection *
bl_cli_find_connection(
    const BlCli *cli, const BlProject *project, const char *name, const char *url, GError **error)
{
    BlDatabaseNeed need =
        cli->command->need != NULL ? cli->command->need(cli->options) : BL_NEED_SESSION;
    return need == BL_NEED_SESSION
               ? bl_project_connection(project, name, url, error)
               : bl_project_connection_of_files(project, name, url, need == BL_NEED_NOTHING, error);
}

BlConnection *
bl_cli_connection(BlCli *cli, GError **error)
{
    if (cli->connection != NULL) {
        return cli->connection;
    }
    BlProject *project = bl_cli_project(cli, error);
    if (project == NULL) {
        return NULL;
    }
    BlConnection *connection = bl_cli_find_connection(cli, project, cli->shared.common.connection,
                                                      cli->shared.common.url, error);
    if (connection != NULL) {
        bl_cli_take_connection(cli, connection);
    }
    return connection;
}

void
bl_cli_take_connection(BlCli *cli, BlConnection *connection)
{
    if (cli->connection != connection) {
        bl_connection_free(cli->connection);
        cli->connection = connection;
    }
    json_t *document = bl_cli_json(cli);
    bl_document_set_text(document, "connection", connection->name);
    bl_document_set_text(document, "engine",
                         connection->is_engine_guessed ? NULL : connection->engine->name);
}

/* @return FALSE when somebody asked to end */
static gboolean
sleep_step(BlCli *cli, const BlUrl *url, gint64 deadline, GError **error)
{
    gint64 left = deadline - g_get_monotonic_time();
    g_autofree char *text = g_strdup_printf("waiting for %s, %" G_GINT64_FORMAT " s left",
                                            url->redacted, MAX(left, 0) / G_USEC_PER_SEC);
    bl_output_live(&cli->output, text);
    if (left > 0) {
        g_usleep((gulong)MIN(left, WAIT_STEP_US));
    }
    return bl_cancel_check(error);
}

BlSession *
bl_cli_open(BlCli *cli, const BlOpenOptions *options, GError **error)
{
    BlConnection *connection = bl_cli_connection(cli, error);
    if (connection == NULL) {
        return NULL;
    }
    BlOpenOptions open = *options;
    open.create = cli->shared.common.create;
    open.reporter = bl_cli_reporter(cli);
    open.peer_lock = connection->peer_lock;

    /* A file is there or not; only a server may come up later. */
    gboolean may_come = (connection->engine->caps & BL_CAP_FILE_DATABASE) == 0;
    gint64 wait = may_come ? MAX(cli->shared.common.wait, 0) : 0;
    gint64 deadline = g_get_monotonic_time() + wait * G_USEC_PER_SEC;
    for (;;) {
        g_autoptr(GError) failure = NULL;
        BlSession *session = bl_session_open(connection->url, &open, &failure);
        gboolean is_late = g_get_monotonic_time() >= deadline;
        if (session != NULL || is_late || !g_error_matches(failure, BL_ERROR, BL_ERROR_CONNECT)) {
            bl_output_wipe(&cli->output);
            if (session == NULL) {
                g_propagate_error(error, g_steal_pointer(&failure));
            }
            return session;
        }
        if (!sleep_step(cli, connection->url, deadline, error)) {
            return NULL;
        }
    }
}

static gboolean
answer_is_yes(void)
{
    char answer[16] = "";
    if (fgets(answer, sizeof answer, stdin) == NULL) {
        return FALSE;
    }
    g_strstrip(answer);
    return g_ascii_strcasecmp(answer, "y") == 0 || g_ascii_strcasecmp(answer, "yes") == 0;
}

gboolean
bl_cli_confirm_production(
    BlCli *cli, const BlConnection *connection, gboolean force, const char *what, GError **error)
{
    gboolean was_asked = cli->is_child && cli->command->check != NULL;
    if (!connection->production || force || was_asked) {
        return TRUE;
    }
    if (isatty(STDIN_FILENO) != 1 || isatty(STDERR_FILENO) != 1) {
        bl_error_set(error, BL_ERROR_CONFLICT, "if that is what you want, add --force",
                     "will not %s \"%s\" in production", what, connection->name);
        return FALSE;
    }
    bl_output_wipe(&cli->output);
    fprintf(stderr, "%s \"%s\" in production? [y/N] ", what, connection->name);
    fflush(stderr);
    if (answer_is_yes()) {
        return TRUE;
    }
    if (!bl_cancel_check(error)) {
        return FALSE;
    }
    bl_error_set(error, BL_ERROR_CONFLICT, NULL, "nothing was done: not confirmed");
    return FALSE;
}
