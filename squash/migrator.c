/* SPDX-License-Identifier: MIT */
#include "squash/migrator.h"

#include "load/files.h"
#include "load/undo.h"
#include "squash/adopt.h"
#include "squash/job.h"
#include "squash/probe.h"
#include "squash/runner.h"
#include "squash/steps.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/snapshot/blocks.h"
#include "common/snapshot/pair.h"

#include <string.h>

BlFilter
bl_connection_filter(const BlConnection *connection)
{
    return (BlFilter){ .schemas = (const char *const *)connection->schemas,
                       .ignore = (const char *const *)connection->ignore };
}

BlLedgerNames
bl_connection_ledger_names(const BlConnection *connection)
{
    const BlPeer *peer = connection->convention != NULL && connection->keep_tool_table
                             ? bl_peer_find(connection->convention)
                             : NULL;
    const char *default_table = peer != NULL ? peer->table : NULL;
    return (BlLedgerNames){
        .ledger = connection->ledger,
        .versions = connection->versions,
        .journal = connection->journal,
        .peer = peer,
        .peer_table =
            peer != NULL && connection->tool_table != NULL ? connection->tool_table : default_table,
    };
}

static void
result_clear(gpointer data)
{
    BlMigrationResult *result = data;
    g_free(result->name);
}

static GArray *
new_results(void)
{
    GArray *results = g_array_new(FALSE, TRUE, sizeof(BlMigrationResult));
    g_array_set_clear_func(results, result_clear);
    return results;
}

void
bl_migrator_free(BlMigrator *migrator)
{
    if (migrator == NULL)
        return;
    if (migrator->is_locked)
        migrator->session->engine->unlock(migrator->session);
    bl_history_free(migrator->history);
    bl_ledger_free(migrator->ledger);
    bl_manifest_free(migrator->manifest);
    bl_load_result_clear(&migrator->load);
    g_array_unref(migrator->results);
    g_array_unref(migrator->seeded);
    g_free(migrator->sql_path);
    g_free(migrator->sql_label);
    g_free(migrator);
}

static const char *
find_variable(const char *name, const void *data)
{
    return bl_project_variable(data, name);
}

BlHistory *
bl_migrator_read_history_at(const BlProject *project,
                            const BlConnection *connection,
                            const char *root,
                            GError **error)
{
    const BlHistoryOptions options = {
        .root = root,
        .paths = (const char *const *)connection->migration_paths,
        .convention =
            connection->convention != NULL ? bl_convention_find(connection->convention) : NULL,
        .dialect = connection->engine->dialect,
        .natural_sort = connection->natural_sort,
        .natural_sort_is_set = connection->natural_sort_is_set,
        .folder_order = connection->folder_order,
        .disable_transactions = connection->disable_transactions,
        .values = { .placeholders = (const char *const *)connection->placeholders,
                    .literal = !connection->placeholder_replacement,
                    .variable = find_variable,
                    .data = project },
    };
    return bl_history_read(&options, error);
}

BlHistory *
bl_migrator_read_history(const BlProject *project, const BlConnection *connection, GError **error)
{
    return bl_migrator_read_history_at(project, connection, bl_project_root(project), error);
}

/* Whose name the manifest must carry: the connection that a shared snapshot is named after;
 * nobody's where a path is shared. */
static const char *
manifest_owner(const BlMigrator *migrator)
{
    const BlConnection *connection = migrator->connection;
    if (migrator->options.schema_path == NULL && connection->snapshot != NULL)
        return connection->snapshot_connection;
    return connection->name;
}

static gboolean
is_named_snapshot(const BlMigrator *migrator)
{
    return migrator->options.schema_path != NULL || migrator->connection->snapshot != NULL;
}

static gboolean
read_manifest(BlMigrator *migrator, GError **error)
{
    migrator->sql_path = bl_connection_schema_path(migrator->project, migrator->connection,
                                                   migrator->options.schema_path);
    migrator->sql_label = bl_project_label(migrator->project, migrator->sql_path);
    if (!migrator->options.read_only &&
        !bl_pair_recover(migrator->sql_path, migrator->options.reporter, error))
        return FALSE;
    BlPairState state = bl_pair_state(migrator->sql_path);
    if (state == BL_PAIR_NONE && migrator->options.schema_path != NULL &&
        !migrator->options.makes_snapshot) {
        bl_error_set(error, BL_ERROR_CONFLICT, "check --schema-path", "there is no snapshot \"%s\"",
                     migrator->sql_label);
        return FALSE;
    }
    migrator->has_snapshot = state != BL_PAIR_NONE || is_named_snapshot(migrator);
    if (state != BL_PAIR_BOTH && state != BL_PAIR_MANIFEST_ONLY)
        return TRUE;
    g_autofree char *path = bl_manifest_path(migrator->sql_path);
    migrator->manifest = bl_manifest_read(path, error);
    return migrator->manifest != NULL &&
           bl_manifest_check_identity(migrator->manifest, manifest_owner(migrator),
                                      migrator->connection->engine->name, migrator->names.ledger,
                                      migrator->names.versions, error);
}

static gboolean
take_lock(BlMigrator *migrator, GError **error)
{
    if (migrator->session == NULL || migrator->options.read_only || migrator->options.disable_locks)
        return TRUE;
    migrator->is_locked =
        migrator->session->engine->lock(migrator->session, migrator->options.lock_wait_ms, error);
    return migrator->is_locked;
}

static gboolean
read_ledger(BlMigrator *migrator, GError **error)
{
    g_clear_pointer(&migrator->ledger, bl_ledger_free);
    migrator->ledger = migrator->session != NULL
                           ? bl_ledger_read(migrator->session, &migrator->names, error)
                           : bl_ledger_new();
    if (migrator->ledger != NULL && migrator->session != NULL)
        bl_probe_mark_uncertain(migrator->session, migrator->history, migrator->ledger);
    return migrator->ledger != NULL;
}

/* A reading command sees one state of the tables, and takes the file's lock once instead of at
 * every query. */
static gboolean
read_ledger_at_once(BlMigrator *migrator, GError **error)
{
    BlSession *session = migrator->session;
    if (session == NULL || !migrator->options.read_only)
        return read_ledger(migrator, error);
    if (!session->engine->begin(session, BL_TX_READ, error))
        return FALSE;
    gboolean ok = read_ledger(migrator, error);
    session->engine->rollback(session);
    return ok;
}

BlMigrator *
bl_migrator_open(const BlProject *project,
                 const BlConnection *connection,
                 BlSession *session,
                 const BlMigratorOptions *options,
                 GError **error)
{
    g_autoptr(BlMigrator) migrator = g_new0(BlMigrator, 1);
    migrator->project = project;
    migrator->connection = connection;
    migrator->session = session;
    migrator->options = *options;
    migrator->names = bl_connection_ledger_names(connection);
    migrator->results = new_results();
    migrator->seeded = new_results();
    if (!take_lock(migrator, error))
        return NULL;
    migrator->history = bl_migrator_read_history(project, connection, error);
    if (migrator->history == NULL || !read_manifest(migrator, error) ||
        !read_ledger_at_once(migrator, error))
        return NULL;
    return g_steal_pointer(&migrator);
}

BlPlanInput
bl_migrator_input(const BlMigrator *migrator)
{
    return (BlPlanInput){ migrator->history, migrator->ledger, migrator->manifest };
}

gboolean
bl_migrator_wants_bootstrap(const BlMigrator *migrator,
                            const BlLedger *ledger,
                            gboolean *wants,
                            GError **error)
{
    *wants = ledger->rows->len == 0 && migrator->has_snapshot;
    if (!*wants || bl_pair_state(migrator->sql_path) != BL_PAIR_NONE)
        return TRUE;
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "make it with schema-dump, correct \"snapshot\" in the configuration, or replay the files with --no-snapshot",
        "the configured snapshot \"%s\" does not exist", migrator->sql_label);
    return FALSE;
}

/* What a snapshot must not contradict: what runs again when it changes may have changed. */
static BlKnownMigration *
known_files(const BlMigrator *migrator, gsize *n)
{
    gsize all = 0;
    BlKnownMigration *known = bl_history_known(migrator->history, &all);
    *n = 0;
    for (gsize i = 0; i < all; i++) {
        if (bl_history_find(migrator->history, known[i].name)->kind != BL_MIGRATION_REPEATABLE)
            known[(*n)++] = known[i];
    }
    return known;
}

static BlLoadOptions
load_options(const BlMigrator *migrator, const BlKnownMigration *known, gsize n)
{
    return (BlLoadOptions){
        .sql_path = migrator->sql_path,
        .label = migrator->sql_label,
        .explicit_path = migrator->options.schema_path != NULL,
        .connection = manifest_owner(migrator),
        .names = migrator->names,
        .filter = bl_connection_filter(migrator->connection),
        .history = known,
        .n_history = n,
        .was_empty = migrator->was_empty,
        .was_warned = migrator->was_warned,
        .is_dry = migrator->options.read_only,
        .keeps_journal = TRUE,
        .reporter = migrator->options.reporter,
    };
}

static gboolean
is_listed(const GPtrArray *objects, const BlListedObject *wanted)
{
    for (guint i = 0; i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        if (g_strcmp0(object->schema, wanted->schema) == 0 &&
            strcmp(object->name, wanted->name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* A wipe leaves what is not ours. Where the snapshot makes an object of that name, its load would
 * fail on an emptied database: that is said before the wipe. */
static gboolean
check_survivors(BlMigrator *migrator, GError **error)
{
    const BlEngine *engine = migrator->session->engine;
    BlFilter filter = bl_connection_filter(migrator->connection);
    g_autoptr(GPtrArray) all = engine->list_objects(migrator->session, NULL, error);
    g_autoptr(GPtrArray) ours =
        all != NULL ? engine->list_objects(migrator->session, &filter, error) : NULL;
    gsize len = 0;
    g_autofree char *sql =
        ours != NULL ? bl_pair_read_sql(migrator->sql_path, &len, NULL, error) : NULL;
    g_autoptr(BlBlocks) blocks =
        sql != NULL ? bl_blocks_parse(engine->dialect, sql, len, migrator->sql_label, error) : NULL;
    for (guint i = 0; blocks != NULL && i < all->len; i++) {
        const BlListedObject *object = g_ptr_array_index(all, i);
        g_autofree char *label =
            g_strdup_printf("%s %s%s%s", object->kind, object->schema != NULL ? object->schema : "",
                            object->schema != NULL ? "." : "", object->name);
        if (object->is_kept || is_listed(ours, object) || bl_blocks_find(blocks, label) == NULL)
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "dump again with this configuration, or change \"ignore\"",
                     "the snapshot makes %s, which \"ignore\" keeps from being wiped", label);
        return FALSE;
    }
    return blocks != NULL;
}

static gboolean
check_bootstrap(BlMigrator *migrator, gboolean wiped, GError **error)
{
    gsize n = 0;
    g_autofree BlKnownMigration *known = known_files(migrator, &n);
    const BlLoadOptions options = load_options(migrator, known, n);
    g_autoptr(BlManifest) manifest = NULL;
    g_autofree char *digest = NULL;
    if (!bl_load_check_files(migrator->connection->engine, &options, &manifest, &digest, error))
        return FALSE;
    migrator->was_warned = TRUE;
    if (migrator->session == NULL)
        return TRUE;
    if (wiped)
        return check_survivors(migrator, error);
    migrator->was_empty = bl_load_check_empty(migrator->session, &options, migrator->ledger, error);
    return migrator->was_empty;
}

static gboolean
check_section(const BlMigrator *migrator,
              const BlMigration *migration,
              const BlSection *section,
              GError **error)
{
    const BlEngine *engine = migrator->connection->engine;
    const BlLedgerNames *names = &migrator->names;
    const char *const tables[] = { names->ledger, names->versions, names->journal,
                                   names->peer != NULL ? names->peer_table : NULL, NULL };
    return bl_runner_check(engine, migration, section, FALSE, error) &&
           bl_job_check_shadows(engine, migration, section, tables, error);
}

gboolean
bl_migrator_check(BlMigrator *migrator, const BlPlan *plan, gboolean wiped, GError **error)
{
    for (guint i = 0; i < plan->steps->len; i++) {
        const BlStep *step = &g_array_index(plan->steps, BlStep, i);
        gboolean ok = FALSE;
        if (step->kind == BL_STEP_BOOTSTRAP)
            ok = check_bootstrap(migrator, wiped, error);
        else if (step->kind == BL_STEP_UP)
            ok = check_section(migrator, step->migration, &step->migration->up, error);
        else
            ok = check_section(migrator, step->migration, &step->migration->down, error);
        if (!ok)
            return FALSE;
    }
    return TRUE;
}

static gboolean
bootstrap(BlMigrator *migrator, GError **error)
{
    gsize n = 0;
    g_autofree BlKnownMigration *known = known_files(migrator, &n);
    const BlLoadOptions options = load_options(migrator, known, n);
    const char *name = migrator->sql_label;
    gint64 started = g_get_monotonic_time();
    bl_report(migrator->options.reporter,
              &(BlEvent){ .kind = BL_EVENT_BEGIN, .verb = "restoring", .name = name });
    if (!bl_load(migrator->session, &options, &migrator->load, error)) {
        g_prefix_error(error, "loading the snapshot: ");
        return FALSE;
    }
    migrator->bootstrapped = TRUE;
    bl_report(migrator->options.reporter,
              &(BlEvent){ .kind = BL_EVENT_END,
                          .verb = "restored",
                          .name = name,
                          .duration_us = g_get_monotonic_time() - started });
    if (migrator->load.unsettled == NULL)
        return TRUE;
    /* Under settings of the snapshot a migration could do something else than it says. */
    if (error != NULL)
        *error = g_error_copy(migrator->load.unsettled);
    g_prefix_error(error, "behind the snapshot, which is loaded: ");
    bl_error_set_hint(error != NULL ? *error : NULL, "run again: the next run goes on behind it");
    return FALSE;
}

/* The three tables, made where they are missing, in a transaction of their own. */
static gboolean
prepare_ledger(BlMigrator *migrator, GError **error)
{
    BlSession *session = migrator->session;
    BlLedger *ledger = migrator->ledger;
    gboolean has_peer =
        migrator->names.peer == NULL || (ledger->peer != NULL && ledger->peer->exists);
    if (ledger->has_ledger && ledger->has_versions && ledger->has_journal &&
        ledger->version == BL_LEDGER_VERSION && has_peer)
        return TRUE;
    if (!session->engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    if (!bl_ledger_prepare(session, &migrator->names, ledger, error) ||
        (!has_peer &&
         !bl_adopt_fill(session, &migrator->names, migrator->history, ledger, error)) ||
        !session->engine->commit(session, error)) {
        session->engine->rollback(session);
        return FALSE;
    }
    /* Not read anew: the steps of the plan point at its rows. */
    ledger->has_ledger = ledger->has_versions = ledger->has_journal = TRUE;
    ledger->version = BL_LEDGER_VERSION;
    if (ledger->peer != NULL)
        ledger->peer->exists = TRUE;
    return TRUE;
}

gboolean
bl_migrator_execute(BlMigrator *migrator, const BlPlan *plan, GError **error)
{
    guint first = 0;
    if (plan->steps->len > 0 && g_array_index(plan->steps, BlStep, 0).kind == BL_STEP_BOOTSTRAP) {
        if (!bootstrap(migrator, error) || !read_ledger(migrator, error) ||
            !bl_adopt_check(migrator->history, migrator->ledger, migrator->manifest, error))
            return FALSE;
        first = 1;
    }
    if (plan->steps->len > 0 && !prepare_ledger(migrator, error))
        return FALSE;

    return bl_steps_run(migrator, plan, first, error);
}

gboolean
bl_migrator_reload(BlMigrator *migrator, GError **error)
{
    return read_ledger(migrator, error);
}

GPtrArray *
bl_migrator_wipe_statements(BlMigrator *migrator, GError **error)
{
    if (migrator->session == NULL)
        return g_ptr_array_new_with_free_func(g_free);
    BlFilter filter = bl_connection_filter(migrator->connection);
    return migrator->session->engine->drop_statements(migrator->session, &filter, error);
}

/* What counts only ahead of a transaction. @param n out: statements that the wipe has */
static gboolean
run_settings(BlMigrator *migrator, guint *n, GError **error)
{
    const BlEngine *engine = migrator->session->engine;
    g_autoptr(GPtrArray) statements = bl_migrator_wipe_statements(migrator, error);
    for (guint i = 0; statements != NULL && i < statements->len; i++) {
        const char *sql = g_ptr_array_index(statements, i);
        if ((engine->classify(sql, strlen(sql)) & BL_STMT_SILENT_IN_TX) == 0)
            continue;
        if (!bl_cancel_check(error) || !engine->execute(migrator->session, sql, NULL, error)) {
            g_prefix_error(error, "%s: ", sql);
            return FALSE;
        }
    }
    *n = statements != NULL ? statements->len : 0;
    return statements != NULL;
}

/* @param rights out: those that are missing, g_free(); NULL: none */
static gboolean
find_unseen(BlSession *session, char **rights, GError **error)
{
    *rights = NULL;
    return session->engine->find_unseen == NULL ||
           session->engine->find_unseen(session, rights, error);
}

gboolean
bl_migrator_check_sight(BlMigrator *migrator, GError **error)
{
    g_autofree char *rights = NULL;
    if (!find_unseen(migrator->session, &rights, error))
        return FALSE;
    if (rights == NULL)
        return TRUE;
    bl_error_set(
        error, BL_ERROR_CONFLICT, "GRANT it on the whole database, or run the files: --no-snapshot",
        "the account may not see all of the database, so that no load of a snapshot could be "
        "checked: for that it needs %s",
        rights);
    return FALSE;
}

gboolean
bl_migrator_wipe(BlMigrator *migrator, gboolean *was_empty, GError **error)
{
    guint n = 0;
    BlSession *session = migrator->session;
    BlFilter filter = bl_connection_filter(migrator->connection);
    g_autofree char *rights = NULL;
    if (!find_unseen(session, &rights, error))
        return FALSE;
    if (rights != NULL) {
        bl_report_text(session->reporter, BL_EVENT_WARNING,
                       "objects that this account may not see stay: to see all it needs %s",
                       rights);
    }
    gboolean ok = run_settings(migrator, &n, error) && bl_load_drop_all(session, &filter, error);
    *was_empty = n == 0;
    return session->engine->reset_settings(session, ok ? error : NULL) && ok &&
           read_ledger(migrator, error);
}

static int
order_names(gconstpointer left, gconstpointer right)
{
    return bl_migration_name_compare(*(const char *const *)left, *(const char *const *)right, TRUE);
}

static GPtrArray *
list_seeders(const char *folder, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    if (!g_file_test(folder, G_FILE_TEST_EXISTS))
        return g_steal_pointer(&names);
    g_autoptr(GError) problem = NULL;
    g_autoptr(GDir) dir = g_dir_open(folder, 0, &problem);
    if (dir == NULL) {
        bl_error_set(error, BL_ERROR_IO, NULL, "cannot read the seeder folder \"%s\": %s", folder,
                     problem->message);
        return NULL;
    }
    const char *entry;
    while ((entry = g_dir_read_name(dir)) != NULL) {
        if (entry[0] != '.' && g_str_has_suffix(entry, ".sql"))
            g_ptr_array_add(names, g_strdup(entry));
    }
    g_ptr_array_sort(names, order_names);
    return g_steal_pointer(&names);
}

GPtrArray *
bl_migrator_list_seeders(const BlMigrator *migrator, GError **error)
{
    g_autoptr(GPtrArray) labels = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; migrator->connection->seeders[i] != NULL; i++) {
        const char *folder = migrator->connection->seeders[i];
        g_autofree char *path = bl_project_path(migrator->project, folder);
        g_autoptr(GPtrArray) names = list_seeders(path, error);
        if (names == NULL)
            return NULL;
        for (guint j = 0; j < names->len; j++)
            g_ptr_array_add(labels, g_build_filename(folder, g_ptr_array_index(names, j), NULL));
    }
    return g_steal_pointer(&labels);
}

GPtrArray *
bl_migrator_seeder_statements(const BlMigrator *migrator, const char *label, GError **error)
{
    g_autofree char *path = bl_project_path(migrator->project, label);
    GPtrArray *statements =
        bl_runner_seed_statements(migrator->connection->engine, path, label, error);
    if (statements == NULL)
        g_prefix_error(error, "seeder \"%s\": ", label);
    return statements;
}

gboolean
bl_migrator_check_seeders(BlMigrator *migrator, GError **error)
{
    g_autoptr(GPtrArray) labels = bl_migrator_list_seeders(migrator, error);
    for (guint i = 0; labels != NULL && i < labels->len; i++) {
        const char *label = g_ptr_array_index(labels, i);
        g_autofree char *path = bl_project_path(migrator->project, label);
        if (!bl_runner_check_seed(migrator->connection->engine, path, label, error)) {
            g_prefix_error(error, "seeder \"%s\": ", label);
            return FALSE;
        }
    }
    return labels != NULL;
}

static gboolean
run_seeder(BlMigrator *migrator, BlMigrationResult *result, GError **error)
{
    const BlRunner runner = { migrator->session, &migrator->names, migrator->options.reporter,
                              NULL };
    g_autofree char *path = bl_project_path(migrator->project, result->name);
    gint64 started = g_get_monotonic_time();
    bl_report(migrator->options.reporter,
              &(BlEvent){ .kind = BL_EVENT_BEGIN, .verb = "seeding", .name = result->name });
    gboolean ok = bl_cancel_check(error) && bl_runner_seed(&runner, path, result->name, error);
    result->duration_us = g_get_monotonic_time() - started;
    result->status = ok ? "completed" : "error";
    if (!ok) {
        g_prefix_error(error, "seeder \"%s\": ", result->name);
        return FALSE;
    }
    bl_report(migrator->options.reporter, &(BlEvent){ .kind = BL_EVENT_END,
                                                      .verb = "seeded",
                                                      .name = result->name,
                                                      .duration_us = result->duration_us });
    return TRUE;
}

gboolean
bl_migrator_seed(BlMigrator *migrator, GError **error)
{
    g_autoptr(GPtrArray) labels = bl_migrator_list_seeders(migrator, error);
    for (guint i = 0; labels != NULL && i < labels->len; i++) {
        const BlMigrationResult result = { .name = g_strdup(g_ptr_array_index(labels, i)),
                                           .status = "pending" };
        g_array_append_val(migrator->seeded, result);
    }
    for (guint i = 0; labels != NULL && i < labels->len; i++) {
        if (!run_seeder(migrator, &g_array_index(migrator->seeded, BlMigrationResult, i), error))
            return FALSE;
    }
    return labels != NULL;
}

gboolean
bl_migrator_repair(BlMigrator *migrator,
                   gboolean (*fn)(BlMigrator *migrator, void *data, GError **error),
                   void *data,
                   GError **error)
{
    BlSession *session = migrator->session;
    if (!prepare_ledger(migrator, error) || !session->engine->begin(session, BL_TX_WRITE, error))
        return FALSE;
    if (fn(migrator, data, error) && session->engine->commit(session, error))
        return read_ledger(migrator, error);
    session->engine->rollback(session);
    return FALSE;
}
