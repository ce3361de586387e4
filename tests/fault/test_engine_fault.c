/* SPDX-License-Identifier: MIT */
/*
 * An engine that fails its N-th call, for every N, under dump, load and run. After each failure the
 * old files and the database are what they were, and the same work succeeds when it is done again.
 */
#include "dump/dumper.h"
#include "load/loader.h"
#include "squash/migrator.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/engine.h"
#include "common/project/project.h"
#include "common/snapshot/manifest.h"

#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

#include "tests/unit/folder.h"

#define INJECTED "injected fault"

static const BlEngine *real;
static BlEngine faulty;
static guint calls;
static guint fail_at;      /* 0: never */
static gboolean was_reset; /* the call that failed was one of reset_settings() */
static guint warnings;

static gboolean
is_fault(GError **error)
{
    if (++calls != fail_at)
        return FALSE;
    g_set_error(error, BL_ERROR, BL_ERROR_IO, INJECTED);
    return TRUE;
}

static BlSession *
fault_open(const BlUrl *url, const BlOpenOptions *options, GError **error)
{
    if (is_fault(error))
        return NULL;
    BlSession *session = real->open(url, options, error);
    if (session != NULL)
        session->engine = &faulty;
    return session;
}

static gboolean
fault_execute(BlSession *session, const char *sql, gint64 *rows, GError **error)
{
    return !is_fault(error) && real->execute(session, sql, rows, error);
}

/* Every statement of a script counts as a call, before it runs. */
typedef struct {
    const BlScriptRun *run;
} Inner;

static BlVerdict
fault_judge(const BlItem *item, guint traits, void *data, GError **error)
{
    const Inner *inner = data;
    if (is_fault(error))
        return BL_REFUSE_ITEM;
    return inner->run->judge != NULL ? inner->run->judge(item, traits, inner->run->data, error)
                                     : BL_RUN_ITEM;
}

static gboolean
fault_after(const BlItem *item, guint traits, gint64 rows, void *data, GError **error)
{
    const Inner *inner = data;
    return inner->run->after == NULL ||
           inner->run->after(item, traits, rows, inner->run->data, error);
}

static gboolean
fault_execute_script(
    BlSession *session, BlScript *script, const BlScriptRun *run, guint64 *n, GError **error)
{
    Inner inner = { run };
    BlScriptRun outer = *run;
    outer.judge = fault_judge;
    outer.after = fault_after;
    outer.data = &inner;
    return real->execute_script(session, script, &outer, n, error);
}

static gboolean
fault_query(BlSession *session, const char *sql, BlRowFn fn, void *data, GError **error)
{
    return !is_fault(error) && real->query(session, sql, fn, data, error);
}

static gboolean
fault_begin(BlSession *session, BlTxMode mode, GError **error)
{
    return !is_fault(error) && real->begin(session, mode, error);
}

static gboolean
fault_commit(BlSession *session, GError **error)
{
    return !is_fault(error) && real->commit(session, error);
}

static gboolean
fault_settle(BlSession *session, GError **error)
{
    return !is_fault(error) && real->settle(session, error);
}

/* The settings stay as they are. */
static gboolean
fault_reset_settings(BlSession *session, GError **error)
{
    was_reset = calls + 1 == fail_at;
    return !is_fault(error) && real->reset_settings(session, error);
}

static gboolean
fault_lock(BlSession *session, guint wait_ms, GError **error)
{
    return !is_fault(error) && real->lock(session, wait_ms, error);
}

static BlCatalog *
fault_introspect(BlSession *session,
                 const BlFilter *filter,
                 const char *const *omit,
                 BlIntrospectOptions *options,
                 GError **error)
{
    return is_fault(error) ? NULL : real->introspect(session, filter, omit, options, error);
}

static GPtrArray *
fault_list_objects(BlSession *session, const BlFilter *filter, GError **error)
{
    return is_fault(error) ? NULL : real->list_objects(session, filter, error);
}

static gboolean
fault_dump_rows(
    BlSession *session, const BlObject *table, GString *out, guint64 *count, GError **error)
{
    return !is_fault(error) && real->dump_rows(session, table, out, count, error);
}

static gboolean
fault_order_rows(BlSession *session, GPtrArray *tables, GError **error)
{
    return !is_fault(error) && real->order_rows(session, tables, error);
}

static void
install(void)
{
    real = bl_engine_find("sqlite");
    faulty = *real;
    faulty.open = fault_open;
    faulty.execute = fault_execute;
    faulty.execute_script = fault_execute_script;
    faulty.query = fault_query;
    faulty.begin = fault_begin;
    faulty.commit = fault_commit;
    faulty.settle = fault_settle;
    faulty.reset_settings = fault_reset_settings;
    faulty.lock = fault_lock;
    faulty.introspect = fault_introspect;
    faulty.list_objects = fault_list_objects;
    faulty.dump_rows = fault_dump_rows;
    faulty.order_rows = fault_order_rows;
    bl_engine_override(&faulty);
}

typedef struct {
    char *root;
    BlProject *project;
    BlConnection *connection;
    char *sql_path;
} World;

static void
put(const char *path, const char *text)
{
    folder_put(".", path, text, -1);
}

static void
set_up(World *world, gconstpointer data)
{
    (void)data;
    world->root = folder_make();
    g_assert_cmpint(chdir(world->root), ==, 0);
    put("database/connections.json",
        "{\"connections\": {\"main\": {\"url\": \"sqlite:app.db\", \"data\": [\"roles\"]}}}");
    put("database/migrations/1_a.sql",
        "-- migrate:up\nCREATE TABLE roles (id INTEGER PRIMARY KEY, name TEXT);\n"
        "INSERT INTO roles VALUES (1, 'admin'), (2, 'guest');\n-- migrate:down\nDROP TABLE roles;\n");
    put("database/migrations/1_b.sql",
        "-- migrate:up\nCREATE TABLE notes (x);\nINSERT INTO notes SELECT id FROM roles;\n"
        "-- migrate:down\nDROP TABLE notes;\n");
    put("database/migrations/2_b.sql",
        "-- migrate:up\nPRAGMA foreign_keys = OFF;\nCREATE TABLE b (x REFERENCES roles (id));\n"
        "CREATE INDEX b_x ON b (x);\nPRAGMA foreign_keys = ON;\n-- migrate:down\nDROP TABLE b;\n");
    put("database/migrations/3_c.sql",
        "-- migrate:up transaction:false\nCREATE TABLE c (x);\nBEGIN;\nINSERT INTO c VALUES (1);\n"
        "INSERT INTO c VALUES (2);\nCOMMIT;\nCREATE VIEW v AS SELECT x FROM c;\n-- migrate:down\nDROP VIEW v;\n");
    fail_at = 0;
    g_autoptr(GError) error = NULL;
    world->project = bl_project_open(NULL, &error);
    g_assert_no_error(error);
    world->connection = bl_project_connection(world->project, NULL, NULL, &error);
    g_assert_no_error(error);
    world->sql_path = bl_connection_schema_path(world->project, world->connection, NULL);
}

static void
tear_down(World *world, gconstpointer data)
{
    (void)data;
    bl_connection_free(world->connection);
    bl_project_free(world->project);
    g_assert_cmpint(chdir("/"), ==, 0);
    folder_remove(world->root);
    g_free(world->sql_path);
    g_free(world->root);
}

static BlSession *
open_session(const World *world, gboolean read_only, GError **error)
{
    const BlOpenOptions options = { .create = !read_only, .read_only = read_only };
    return bl_session_open(world->connection->url, &options, error);
}

static gboolean
append_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    for (guint i = 0; i < row->n; i++)
        g_string_append_printf(data, "%s|", row->values[i] != NULL ? row->values[i] : "NULL");
    g_string_append_c(data, '\n');
    return TRUE;
}

/* What the database answers, asked through the real engine. */
static char *
ask(const World *world, const char *sql)
{
    g_autoptr(GError) error = NULL;
    const BlOpenOptions options = { .create = TRUE };
    BlSession *session = real->open(world->connection->url, &options, &error);
    g_assert_no_error(error);
    GString *out = g_string_new(NULL);
    g_assert_true(real->query(session, sql, append_row, out, &error));
    g_assert_no_error(error);
    real->close(session);
    return g_string_free(out, FALSE);
}

/* What the ledger holds and nothing else counts as completed, whatever happened behind it. */
static gboolean
is_in_ledger(const World *world, const char *name)
{
    g_autofree char *made =
        ask(world, "SELECT count(*) FROM sqlite_schema WHERE name = 'adonis_schema'");
    if (strcmp(made, "1|\n") != 0)
        return FALSE;
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM adonis_schema WHERE name = '%s'", name);
    g_autofree char *rows = ask(world, sql);
    return strcmp(rows, "1|\n") == 0;
}

static void
assert_results(const World *world, const BlMigrator *migrator)
{
    for (guint i = 0; i < migrator->results->len; i++) {
        const BlMigrationResult *result = &g_array_index(migrator->results, BlMigrationResult, i);
        g_assert_cmpint(strcmp(result->status, "completed") == 0, ==,
                        is_in_ledger(world, result->name));
    }
}

static gboolean
do_run(const World *world, gboolean use_snapshot, GError **error)
{
    g_autoptr(BlSession) session = open_session(world, FALSE, error);
    if (session == NULL)
        return FALSE;
    const BlMigratorOptions options = { 0 };
    g_autoptr(BlMigrator) migrator =
        bl_migrator_open(world->project, world->connection, session, &options, error);
    if (migrator == NULL)
        return FALSE;
    BlRunOptions run = { 0 };
    if (use_snapshot &&
        !bl_migrator_wants_bootstrap(migrator, migrator->ledger, &run.bootstrap, error))
        return FALSE;
    const BlPlanInput input = bl_migrator_input(migrator);
    g_autoptr(BlPlan) plan = bl_plan_run(&input, &run, error);
    if (plan == NULL || !bl_migrator_check(migrator, plan, FALSE, error))
        return FALSE;
    gboolean ok = bl_migrator_execute(migrator, plan, error);
    assert_results(world, migrator);
    return ok;
}

static gboolean
do_dump(const World *world, GError **error)
{
    g_autoptr(BlSession) session = open_session(world, TRUE, error);
    g_autoptr(BlHistory) history =
        session != NULL ? bl_migrator_read_history(world->project, world->connection, error) : NULL;
    if (history == NULL)
        return FALSE;
    gsize n = 0;
    g_autofree BlKnownMigration *known = bl_history_known(history, &n);
    const BlDumpOptions options = {
        .connection = "main",
        .names = bl_connection_ledger_names(world->connection),
        .label = "s.sql",
        .filter = bl_connection_filter(world->connection),
        .data = (const char *const *)world->connection->data,
        .history = known,
        .n_history = n,
    };
    g_autoptr(BlDump) dump = bl_dump_build(session, &options, error);
    return dump != NULL && bl_dump_write(dump, world->sql_path, NULL, NULL, error);
}

static void
count_warning(const BlEvent *event, void *data)
{
    (void)data;
    if (event->kind == BL_EVENT_WARNING)
        warnings++;
}

static gboolean
do_load(const World *world, GError **error)
{
    const BlReporter reporter = { .event = count_warning };
    g_autoptr(BlSession) session = open_session(world, FALSE, error);
    const BlLoadOptions options = {
        .sql_path = world->sql_path,
        .label = "main-schema.sql",
        .connection = "main",
        .names = bl_connection_ledger_names(world->connection),
        .filter = bl_connection_filter(world->connection),
        .reporter = &reporter,
    };
    g_auto(BlLoadResult) result = { 0 };
    if (session == NULL || !session->engine->lock(session, 0, error))
        return FALSE;
    gboolean ok = bl_load(session, &options, &result, error);
    session->engine->unlock(session);
    return ok;
}

#define SCHEMA                                                                                     \
    "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE '%\\_journal%' ESCAPE '\\' ORDER BY type, name"
#define NOTES  "SELECT x FROM notes ORDER BY x"
#define LEDGER "SELECT name FROM adonis_schema ORDER BY id"

static void
remove_database(void)
{
    static const char *const files[] = { "app.db", "app.db-journal", "app.db-wal", "app.db-shm",
                                         "app.db.baseline-lock" };
    for (gsize i = 0; i < G_N_ELEMENTS(files); i++)
        (void)g_remove(files[i]);
}

static void
assert_injected(const GError *error)
{
    g_assert_nonnull(error);
    g_assert_nonnull(strstr(error->message, INJECTED));
    g_assert_cmpint(bl_error_exit_code(error), ==, BL_ERROR_IO);
}

typedef enum {
    NONE_LEFT, /* all calls worked */
    LOST,      /* the work failed */
    SURVIVED,  /* all of it is there, and somebody was told what failed behind it */
    REPEATED,  /* all of it is there: what nobody had been told of was done again */
} Outcome;

static Outcome
fail_call(guint n, gboolean (*work)(const World *world, GError **error), const World *world)
{
    calls = 0;
    fail_at = n;
    was_reset = FALSE;
    warnings = 0;
    g_autoptr(GError) error = NULL;
    gboolean ok = work(world, &error);
    gboolean was_called = calls >= n;
    fail_at = 0;
    if (!ok) {
        assert_injected(error);
        return LOST;
    }
    if (!was_called)
        return NONE_LEFT;
    if (!was_reset)
        return REPEATED;
    g_assert_cmpuint(warnings, ==, 1);
    return SURVIVED;
}

static gboolean
plain_run(const World *world, GError **error)
{
    return do_run(world, FALSE, error);
}

static gboolean
bootstrap_run(const World *world, GError **error)
{
    return do_run(world, TRUE, error);
}

/* A migration that is no transaction may have stopped half-way: then it says so, and is taken up by
 * hand. */
static void
settle(const World *world)
{
    g_autofree char *unfinished =
        ask(world, "SELECT name FROM sqlite_schema WHERE name = 'adonis_schema_journal'");
    if (unfinished[0] == '\0')
        return;
    g_autofree char *failed = ask(
        world,
        "SELECT name, statement FROM adonis_schema_journal WHERE state IN ('failed', 'running')");
    if (failed[0] == '\0')
        return;
    g_assert_true(g_str_has_prefix(failed, "database/migrations/3_c|"));
    g_autoptr(GError) refused = NULL;
    g_assert_false(plain_run(world, &refused));
    g_assert_cmpint(bl_error_exit_code(refused), ==, BL_ERROR_CONFLICT);
    /* Every statement that is counted as done is done, and no other. */
    gint64 done = g_ascii_strtoll(strchr(failed, '|') + 1, NULL, 10);
    g_autofree char *found =
        ask(world, "SELECT name FROM sqlite_schema WHERE name IN ('c', 'v') ORDER BY name");
    g_assert_cmpstr(found, ==, done >= 6 ? "c|\nv|\n" : done >= 1 ? "c|\n" : "");
    remove_database();
}

/* What failed came behind the file: it is applied. */
static void
assert_nothing_unfinished(const World *world)
{
    g_autofree char *states = ask(world, "SELECT DISTINCT state FROM adonis_schema_journal");
    g_assert_cmpstr(states, ==, "applied|\n");
}

static void
test_run(World *world, gconstpointer data)
{
    (void)data;
    g_assert_true(plain_run(world, NULL));
    g_autofree char *schema = ask(world, SCHEMA);
    g_autofree char *ledger = ask(world, LEDGER);
    g_autofree char *notes = ask(world, NOTES);
    guint n = 0;
    guint n_resets = 0;
    guint n_repeated = 0;
    Outcome outcome = LOST;
    while (outcome != NONE_LEFT) {
        remove_database();
        outcome = fail_call(++n, plain_run, world);
        g_assert_cmpint(outcome, !=, SURVIVED);
        n_repeated += outcome == REPEATED ? 1 : 0;
        if (was_reset) {
            assert_nothing_unfinished(world);
            n_resets++;
        }
        settle(world);
        if (outcome == LOST) {
            g_autoptr(GError) error = NULL;
            gboolean again = plain_run(world, &error);
            g_assert_no_error(error);
            g_assert_true(again);
        }
        g_autofree char *found = ask(world, SCHEMA);
        g_autofree char *rows = ask(world, LEDGER);
        g_autofree char *noted = ask(world, NOTES);
        g_assert_cmpstr(found, ==, schema);
        g_assert_cmpstr(rows, ==, ledger);
        g_assert_cmpstr(noted, ==, notes);
    }
    g_assert_cmpuint(n, >, 20);
    g_assert_cmpuint(n_resets, ==, 4);   /* one behind each file */
    g_assert_cmpuint(n_repeated, >=, 1); /* the commit that the first two share */
}

static void
test_load(World *world, gconstpointer data)
{
    (void)data;
    g_assert_true(plain_run(world, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_true(do_dump(world, &error));
    g_autofree char *schema = ask(world, SCHEMA);
    g_autofree char *ledger = ask(world, LEDGER);
    guint n = 0;
    guint n_survived = 0;
    Outcome outcome = LOST;
    while (outcome != NONE_LEFT) {
        remove_database();
        outcome = fail_call(++n, do_load, world);
        g_assert_cmpint(outcome, !=, REPEATED);
        n_survived += outcome == SURVIVED ? 1 : 0;
        g_autofree char *found = ask(world, SCHEMA);
        g_assert_cmpstr(found, ==, outcome == LOST ? "" : schema);
        g_autofree char *rows = outcome == LOST ? g_strdup(ledger) : ask(world, LEDGER);
        g_assert_cmpstr(rows, ==, ledger);
    }
    g_assert_cmpuint(n, >, 10);
    g_assert_cmpuint(n_survived, ==, 1);
}

static void
test_bootstrap(World *world, gconstpointer data)
{
    (void)data;
    g_assert_true(plain_run(world, NULL));
    g_assert_true(do_dump(world, NULL));
    put("database/migrations/4_d.sql",
        "-- migrate:up\nCREATE TABLE d (x);\n-- migrate:down\nDROP TABLE d;\n");
    guint n = 0;
    guint n_resets = 0;
    Outcome outcome = LOST;
    while (outcome != NONE_LEFT) {
        remove_database();
        outcome = fail_call(++n, bootstrap_run, world);
        g_assert_cmpint(outcome, !=, REPEATED);
        /* Under settings that stayed no migration is run; what was done before is there. */
        g_assert_cmpint(outcome, !=, SURVIVED);
        if (was_reset) {
            g_autofree char *rows = ask(world, "SELECT count(*) FROM adonis_schema");
            g_assert_cmpstr(rows, ==, n_resets == 0 ? "4|\n" : "5|\n");
            n_resets++;
        }
        g_autoptr(GError) error = NULL;
        gboolean again = bootstrap_run(world, &error);
        g_assert_no_error(error);
        g_assert_true(again);
        g_autofree char *found = ask(world, "SELECT count(*), max(name) FROM adonis_schema");
        g_assert_cmpstr(found, ==, "5|database/migrations/4_d|\n");
    }
    g_assert_cmpuint(n, >, 10);
    g_assert_cmpuint(n_resets, ==, 2); /* behind the load and behind the file */
}

static void
test_dump(World *world, gconstpointer data)
{
    (void)data;
    g_assert_true(plain_run(world, NULL));
    put("database/schema/main-schema.sql", "old sql");
    put("database/schema/main-schema.meta.json", "old manifest");
    g_autofree char *schema = ask(world, SCHEMA);
    guint n = 0;
    gboolean failed = TRUE;
    while (failed) {
        failed = fail_call(++n, do_dump, world) == LOST;
        g_autofree char *sql = NULL;
        g_autofree char *manifest = NULL;
        g_assert_true(g_file_get_contents("database/schema/main-schema.sql", &sql, NULL, NULL));
        g_assert_true(
            g_file_get_contents("database/schema/main-schema.meta.json", &manifest, NULL, NULL));
        g_assert_cmpint(strcmp(sql, "old sql") == 0, ==, failed);
        g_assert_cmpint(strcmp(manifest, "old manifest") == 0, ==, failed);
        g_autofree char *found = ask(world, SCHEMA);
        g_assert_cmpstr(found, ==, schema);
    }
    g_assert_cmpuint(n, >, 5);
}

#define ADD(path, fn) g_test_add(path, World, NULL, set_up, fn, tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    install();
    ADD("/fault/run/every-call-fails-once", test_run);
    ADD("/fault/load/every-call-fails-once", test_load);
    ADD("/fault/bootstrap/every-call-fails-once", test_bootstrap);
    ADD("/fault/dump/every-call-fails-once", test_dump);
    return g_test_run();
}
