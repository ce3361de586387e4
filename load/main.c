/* SPDX-License-Identifier: MIT */
#include "load/clones.h"
#include "load/files.h"
#include "load/loader.h"
#include "load/undo.h"
#include "squash/migrator.h"

#include "common/base/error.h"
#include "common/cli/cli.h"

#include <string.h>

typedef struct {
    char *path;
    char **clone;
    gint64 clones;
    gint64 jobs;
    gboolean recreate;
    gboolean verify;
    gboolean undo;
    gboolean ephemeral;
    gboolean accept_modified;
    gboolean map;
    gboolean disable_locks;
    gint64 lock_wait;
} LoadOptions;

#define OPTION(member) offsetof(LoadOptions, member)

/* More copies than this in one call are a typing error. */
#define CLONES_LIMIT 10000

static const BlOption options_table[] = {
    { "path", 0, BL_OPTION_STRING, OPTION(path), "FILE", "load this snapshot or dump", 0, NULL },
    { "verify", 0, BL_OPTION_FLAG, OPTION(verify), NULL,
      "fail unless the schema digest can be compared", 0, NULL },
    { "accept-modified", 0, BL_OPTION_FLAG, OPTION(accept_modified), NULL,
      "load although the file was edited", 0, NULL },
    { "clone", 0, BL_OPTION_LIST, OPTION(clone), "NAME", "make a further database", 0, NULL },
    { "clones", 0, BL_OPTION_NUMBER, OPTION(clones), "N", "make N of them: <database>_1 …", 0,
      NULL },
    { "recreate", 0, BL_OPTION_FLAG, OPTION(recreate), NULL,
      "make anew the clones that carry our mark", 0, NULL },
    { "jobs", 0, BL_OPTION_NUMBER, OPTION(jobs), "N", "sessions used at the same time", 0, NULL },
    { "undo", 0, BL_OPTION_FLAG, OPTION(undo), NULL, "take back a load that was killed", 0, NULL },
    { "ephemeral", 0, BL_OPTION_FLAG, OPTION(ephemeral), NULL,
      "a throw-away database: no durability", 0, NULL },
    { "map", 0, BL_OPTION_FLAG, OPTION(map), NULL, "replace what the target does not have", 0,
      NULL },
    { "disable-locks", 0, BL_OPTION_FLAG, OPTION(disable_locks), NULL, "take no migration lock", 0,
      NULL },
    { "lock-wait", 0, BL_OPTION_NUMBER, OPTION(lock_wait), "SECONDS",
      "wait for the migration lock (0)", 0, NULL },
    { 0 },
};

static const BlOptionRule rules[] = {
    { "undo", NULL, NULL, "verify|clone|clones|recreate|jobs|ephemeral|map|create" },
    { "recreate", NULL, "clone|clones", NULL },
    { 0 },
};

static void
options_init(void *data)
{
    LoadOptions *options = data;
    options->clones = -1;
    options->jobs = -1;
}

static gboolean
check_options(const LoadOptions *options, const BlEngine *engine, GError **error)
{
    if (options->map && (engine->caps & BL_CAP_MAPPING) == 0) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "leave --map out",
                     "--map: %s has one flavour only", engine->name);
        return FALSE;
    }
    if (options->jobs == 0 || options->clones == 0 || options->clones > CLONES_LIMIT) {
        bl_error_set(error, BL_ERROR_USAGE, "give a number from 1",
                     "--jobs and --clones count from 1 to %d", CLONES_LIMIT);
        return FALSE;
    }
    return TRUE;
}

static BlClones
clones_of(const LoadOptions *options)
{
    return (BlClones){
        .names = (const char *const *)options->clone,
        .n_named = options->clone != NULL ? g_strv_length(options->clone) : 0,
        .n_numbered = options->clones > 0 ? (guint)options->clones : 0,
        .recreate = options->recreate,
        .jobs = options->jobs > 0 ? (guint)options->jobs : 0,
    };
}

static void
report(BlCli *cli, const BlLoadOptions *load, const BlLoadResult *result, const GPtrArray *clones)
{
    json_t *names = json_array();
    for (guint i = 0; i < clones->len; i++)
        json_array_append_new(names, bl_json_text(g_ptr_array_index(clones, i)));
    json_t *root = bl_cli_json(cli);
    json_object_set_new(root, "load",
                        json_pack("{s:o, s:I, s:i}", "path", bl_json_text(load->sql_path),
                                  "statements", (json_int_t)result->statements, "objects",
                                  (int)result->objects));
    json_object_set_new(root, "clones", names);
    json_object_set_new(root, "verified", json_boolean(result->verified));
    bl_cli_say(cli, "loaded %u object%s from %s%s", result->objects,
               result->objects == 1 ? "" : "s", load->label,
               result->verified ? ", the schema is the one that was dumped" : "");
    for (guint i = 0; i < clones->len; i++)
        bl_cli_say(cli, "cloned %s", (const char *)g_ptr_array_index(clones, i));
}

/* What works on the locked database. */
typedef struct {
    BlCli *cli;
    BlSession *session;
    const LoadOptions *options;
    const BlLoadOptions *load;
} Work;

static gboolean
under_lock(const Work *work, gboolean (*fn)(const Work *work, GError **error), GError **error)
{
    const BlEngine *engine = work->session->engine;
    guint wait_ms = (guint)MIN(work->options->lock_wait, (gint64)G_MAXINT / 1000) * 1000;
    if (work->options->disable_locks)
        return fn(work, error);
    if (!engine->lock(work->session, wait_ms, error))
        return FALSE;
    gboolean ok = fn(work, error);
    engine->unlock(work->session);
    return ok;
}

static gboolean
undo(const Work *work, GError **error)
{
    g_autoptr(BlManifest) manifest = NULL;
    g_autofree char *digest = NULL;
    gboolean undone = FALSE;
    if (!bl_load_check_files(work->session->engine, work->load, &manifest, &digest, error) ||
        !bl_load_undo(work->session, work->load, manifest, digest, &undone, error))
        return FALSE;
    if (undone) {
        bl_cli_say(work->cli, "took back the load of %s", work->load->label);
        return TRUE;
    }
    bl_cli_set_status(work->cli, "skipped");
    bl_cli_say(work->cli, "nothing to undo: no load was left unfinished");
    return TRUE;
}

/* The lock is held until the clones are made: nobody may change what is copied. */
static gboolean
load(const Work *work, GError **error)
{
    g_auto(BlLoadResult) result = { 0 };
    if (!bl_load(work->session, work->load, &result, error))
        return FALSE;
    g_autoptr(GPtrArray) clones = g_ptr_array_new_with_free_func(g_free);
    const BlClones wanted = clones_of(work->options);
    gboolean ok = result.differs ||
                  bl_clones_make(work->session, &wanted, work->load, result.digest, clones, error);
    report(work->cli, work->load, &result, clones);
    if (result.differs)
        bl_cli_set_exit(work->cli, 1);
    return ok;
}

static gboolean
open_and_work(BlCli *cli,
              const LoadOptions *options,
              const BlLoadOptions *load_options,
              GError **error)
{
    const BlOpenOptions open = { .ephemeral = options->ephemeral };
    g_autoptr(BlSession) session = bl_cli_open(cli, &open, error);
    if (session == NULL)
        return FALSE;
    const Work work = { cli, session, options, load_options };
    const BlClones clones = clones_of(options);
    if (options->undo)
        return under_lock(&work, undo, error);
    if (bl_clones_check(session, &clones, error) && under_lock(&work, load, error))
        return TRUE;
    /* Only what is empty goes. */
    if (session->created)
        session->engine->discard(g_steal_pointer(&session));
    return FALSE;
}

static gboolean
prepare(BlCli *cli,
        const LoadOptions *options,
        const BlProject *project,
        const BlConnection *connection,
        GError **error)
{
    g_autofree char *sql_path = bl_connection_schema_path(project, connection, options->path);
    g_autofree char *label = bl_project_label(project, sql_path);
    g_autoptr(BlHistory) history = bl_migrator_read_history(project, connection, error);
    if (history == NULL)
        return FALSE;
    gsize n = 0;
    g_autofree BlKnownMigration *known = bl_history_known(history, &n);
    gboolean shared = options->path == NULL && connection->snapshot != NULL;
    const BlLoadOptions load_options = {
        .sql_path = sql_path,
        .label = label,
        .explicit_path = options->path != NULL,
        .connection = shared ? connection->snapshot_connection : connection->name,
        .names = bl_connection_ledger_names(connection),
        .filter = bl_connection_filter(connection),
        .history = known,
        .n_history = n,
        .accept_modified = options->accept_modified,
        .map = options->map,
        .jobs = options->jobs > 0 ? (guint)options->jobs : 0,
        .must_verify = options->verify,
        .reporter = bl_cli_reporter(cli),
    };
    return open_and_work(cli, options, &load_options, error);
}

static gboolean
run(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const LoadOptions *options = data;
    const BlProject *project = bl_cli_project(cli, error);
    const BlConnection *connection = project != NULL ? bl_cli_connection(cli, error) : NULL;
    if (connection == NULL || !check_options(options, connection->engine, error))
        return FALSE;
    return prepare(cli, options, project, connection, error);
}

static const BlCommand command = {
    .summary = "bootstrap an empty database from a snapshot",
    .title = "Load",
    .options = options_table,
    .rules = rules,
    .size = sizeof(LoadOptions),
    .init = options_init,
    .run = run,
    .example = "schema-load --create --clones 4",
};

int
main(int argc, char **argv)
{
    static const BlTool tool = {
        .name = "schema-load",
        .summary = "bootstrap an empty database from a snapshot, all of it or nothing",
        .commands = &command,
        .n_commands = 1,
    };
    return bl_cli_main(&tool, argc, argv);
}
