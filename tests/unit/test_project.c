/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/project/project.h"

#include <glib.h>
#include <glib/gstdio.h>

#include <string.h>
#include <unistd.h>

#include "tests/unit/folder.h"

/* The working directory of a test, a folder of its own. */
static char *root;
static char *before;

static void
set_up(void)
{
    static const char *const variables[] = { "DATABASE_URL", "APP_ENV", "NODE_ENV", "RAILS_ENV",
                                             "PWD" };
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        g_unsetenv(variables[i]);
    }
    g_autofree char *made = folder_make();
    before = g_get_current_dir();
    g_assert_cmpint(g_chdir(made), ==, 0);
    root = g_get_current_dir();
}

static void
tear_down(void)
{
    g_assert_cmpint(g_chdir(before), ==, 0);
    folder_remove(root);
    g_free(root);
    g_free(before);
}

static void
write_file(const char *path, const char *text)
{
    folder_put(root, path, text, -1);
}

static void
assert_list(char **list, const char *expected)
{
    g_autofree char *joined = g_strjoinv(",", list);
    g_assert_cmpstr(joined, ==, expected);
}

static void
write_config(const char *text)
{
    write_file("database/connections.json", text);
}

/* Opens the connection and expects an error of usage that says @said. */
static void
expect_refused(const char *name, const char *url, const char *said, guint line)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_assert_no_error(error);
    g_autoptr(BlConnection) connection = bl_project_connection(project, name, url, &error);
    g_assert_null(connection);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    if (strstr(error->message, said) == NULL) {
        g_error("message is: %s", error->message);
    }
    g_assert_cmpuint(bl_error_info(error)->line, ==, line);
    if (line > 0) {
        g_assert_cmpstr(bl_error_info(error)->file, ==, "database/connections.json");
    }
}

static BlConnection *
connect_to(BlProject **project, const char *name, const char *url)
{
    g_autoptr(GError) error = NULL;
    *project = bl_project_open(NULL, &error);
    g_assert_no_error(error);
    BlConnection *connection = bl_project_connection(*project, name, url, &error);
    g_assert_no_error(error);
    g_assert_nonnull(connection);
    return connection;
}

static void
test_defaults(void)
{
    g_autoptr(BlProject) project = NULL;
    write_config("{\"connections\": {\"main\": {\"url\": \"sqlite:tmp/app.db\"}}}");
    g_autoptr(BlConnection) connection = connect_to(&project, NULL, NULL);
    g_assert_cmpstr(connection->name, ==, "main");
    g_assert_cmpstr(connection->engine->name, ==, "sqlite");
    g_assert_cmpstr(connection->url->root, ==, root);
    assert_list(connection->migration_paths, "database/migrations");
    assert_list(connection->seeders, "database/seeders");
    g_assert_null(connection->convention);
    g_assert_true(connection->natural_sort);
    g_assert_cmpstr(connection->ledger, ==, "adonis_schema");
    g_assert_cmpstr(connection->versions, ==, "adonis_schema_versions");
    g_assert_cmpstr(connection->journal, ==, "adonis_schema_journal");
    g_assert_false(connection->disable_transactions);
    g_assert_false(connection->disable_rollbacks_in_production);
    g_assert_null(connection->schemas);
    g_assert_nonnull(connection->ignore);
    g_assert_nonnull(connection->data);
    g_assert_null(connection->data[0]);
    g_assert_null(connection->snapshot);
    g_assert_null(connection->snapshot_connection);
    g_assert_false(connection->production);
    g_autofree char *path = bl_connection_schema_path(project, connection, NULL);
    g_autofree char *expected = g_build_filename(root, "database/schema/main-schema.sql", NULL);
    g_assert_cmpstr(path, ==, expected);
}

static void
test_all_settings(void)
{
    g_autoptr(BlProject) project = NULL;
    write_file(".env", "BL_TEST_TABLE=history\n");
    write_config(
        "{\"default\": \"main\", \"connections\": {\"main\": {\"url\": \"sqlite:${BL_NONE:-a}.db\",\n"
        "\"migrations\": {\"paths\": [\"m/${BL_TEST_TABLE}\", \"n\"], \"convention\": \"dbmate\",\n"
        "\"naturalSort\": false, \"tableName\": \"${BL_TEST_TABLE}\", \"disableTransactions\": true,\n"
        "\"disableRollbacksInProduction\": true},\n"
        "\"schemas\": [\"public\"], \"ignore\": [\"tmp_*\"], \"snapshot\": \"x/y.sql.gz\",\n"
        "\"data\": [\"countries\"], \"seeders\": [], \"production\": true}}}");
    g_autoptr(BlConnection) connection = connect_to(&project, NULL, NULL);
    g_assert_cmpstr(connection->url->raw, ==, "sqlite:a.db");
    assert_list(connection->migration_paths, "m/history,n");
    g_assert_cmpstr(connection->convention, ==, "dbmate");
    g_assert_false(connection->natural_sort);
    g_assert_cmpstr(connection->ledger, ==, "history");
    g_assert_cmpstr(connection->journal, ==, "history_journal");
    g_assert_true(connection->disable_transactions);
    g_assert_true(connection->disable_rollbacks_in_production);
    assert_list(connection->schemas, "public");
    g_assert_cmpstr(connection->ignore[0], ==, "tmp_*");
    assert_list(connection->data, "countries");
    g_assert_null(connection->seeders[0]);
    g_assert_true(connection->production);
    g_assert_cmpstr(connection->snapshot, ==, "x/y.sql.gz");
    g_assert_null(connection->snapshot_connection);
}

static void
test_ignore_ends_with_engine_default(void)
{
    g_autoptr(BlProject) project = NULL;
    write_config(
        "{\"connections\": {\"main\": {\"url\": \"sqlite:a\", \"ignore\": [\"x\", \"y\"]}}}");
    g_autoptr(BlConnection) connection = connect_to(&project, NULL, NULL);
    g_assert_cmpstr(connection->ignore[0], ==, "x");
    g_assert_cmpstr(connection->ignore[1], ==, "y");
    const char *const *engine = connection->engine->default_ignore;
    for (gsize i = 0; engine != NULL && engine[i] != NULL; i++) {
        g_assert_cmpstr(connection->ignore[i + 2], ==, engine[i]);
    }
}

static void
test_found_upwards(void)
{
    g_autoptr(GError) error = NULL;
    write_config("{\"connections\": {\"a\": {}}}");
    g_assert_cmpint(g_mkdir_with_parents("deep/er", 0755), ==, 0);
    g_assert_cmpint(g_chdir("deep/er"), ==, 0);
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_assert_no_error(error);
    g_assert_cmpstr(bl_project_root(project), ==, root);
    g_autofree char *expected = g_build_filename(root, "database/connections.json", NULL);
    g_assert_cmpstr(bl_project_config_path(project), ==, expected);
    g_autofree char *path = bl_project_path(project, "x/../y.sql");
    g_autofree char *expected_path = g_build_filename(root, "y.sql", NULL);
    g_assert_cmpstr(path, ==, expected_path);
    g_autofree char *absolute = bl_project_path(project, "/x/y");
    g_assert_cmpstr(absolute, ==, "/x/y");
}

static void
test_config_option(void)
{
    g_autoptr(GError) error = NULL;
    write_file("a/database/other.json", "{\"connections\": {\"a\": {}}}");
    write_file("b/other.json", "{\"connections\": {\"b\": {}}}");
    g_autoptr(BlProject) in_database = bl_project_open("a/database/other.json", &error);
    g_assert_no_error(error);
    g_autofree char *a = g_build_filename(root, "a", NULL);
    g_assert_cmpstr(bl_project_root(in_database), ==, a);
    g_autoptr(BlProject) elsewhere = bl_project_open("b/other.json", &error);
    g_assert_no_error(error);
    g_autofree char *b = g_build_filename(root, "b", NULL);
    g_assert_cmpstr(bl_project_root(elsewhere), ==, b);
    g_autoptr(BlProject) missing = bl_project_open("c/missing.json", &error);
    g_assert_null(missing);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
}

static void
test_config_too_large(void)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strnfill(1024 * 1024 + 1, ' ');
    write_config(text);
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_assert_null(project);
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
}

static void
test_without_configuration(void)
{
    g_autoptr(BlProject) project = NULL;
    expect_refused(NULL, NULL, "no database is named", 0);
    write_file(".env", "DATABASE_URL=sqlite:from-file.db\n");
    g_autoptr(BlConnection) connection = connect_to(&project, NULL, NULL);
    g_assert_null(bl_project_config_path(project));
    g_assert_cmpstr(bl_project_root(project), ==, root);
    g_assert_cmpstr(connection->name, ==, "sqlite");
    g_assert_cmpstr(connection->url->raw, ==, "sqlite:from-file.db");
    g_auto(GStrv) names = bl_project_connection_names(project, NULL);
    g_assert_null(names[0]);
}

static void
test_url_beats_database_url(void)
{
    g_autoptr(BlProject) project = NULL;
    g_setenv("DATABASE_URL", "sqlite:from-environment.db", TRUE);
    g_autoptr(BlConnection) connection = connect_to(&project, "named", "sqlite:given.db");
    g_assert_cmpstr(connection->url->raw, ==, "sqlite:given.db");
    g_assert_cmpstr(connection->name, ==, "named");
}

static void
test_configuration_beats_database_url(void)
{
    g_setenv("DATABASE_URL", "sqlite:from-environment.db", TRUE);
    write_config("{\"connections\": {\"a\": {\"url\": \"sqlite:a.db\"}}}");
    g_autoptr(BlProject) project = NULL;
    g_autoptr(BlConnection) connection = connect_to(&project, NULL, NULL);
    g_assert_cmpstr(connection->url->raw, ==, "sqlite:a.db");
    expect_refused("b", NULL, "no connection \"b\"", 0);
}

static void
test_url_takes_settings_of_same_name(void)
{
    g_autoptr(BlProject) project = NULL;
    write_config(
        "{\"connections\": {\"sqlite\": {\"url\": \"${BL_TEST_UNSET}\", \"data\": [\"x\"],\n"
        "\"migrations\": {\"tableName\": \"t\"}}, \"other\": {\"data\": [\"y\"]}}}");
    g_autoptr(BlConnection) by_engine = connect_to(&project, NULL, "sqlite:given.db");
    g_assert_cmpstr(by_engine->name, ==, "sqlite");
    g_assert_cmpstr(by_engine->ledger, ==, "t");
    g_assert_cmpstr(by_engine->data[0], ==, "x");
    g_clear_pointer(&project, bl_project_free);
    g_autoptr(BlConnection) by_name = connect_to(&project, "other", "sqlite:given.db");
    g_assert_cmpstr(by_name->data[0], ==, "y");
    g_assert_cmpstr(by_name->ledger, ==, BL_DEFAULT_LEDGER);
}

static void
test_choosing(void)
{
    g_autoptr(BlProject) project = NULL;
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:a\"}, \"b\": {\"url\": \"sqlite:b\"}}}");
    expect_refused(NULL, NULL, "several connections", 0);
    g_autoptr(BlConnection) named = connect_to(&project, "b", NULL);
    g_assert_cmpstr(named->name, ==, "b");
    g_clear_pointer(&project, bl_project_free);
    write_config(
        "{\"default\": \"${BL_TEST_UNSET:-b}\",\n"
        "\"connections\": {\"a\": {\"url\": \"sqlite:a\"}, \"b\": {\"url\": \"sqlite:b\"}}}");
    g_autoptr(BlConnection) by_default = connect_to(&project, NULL, NULL);
    g_assert_cmpstr(by_default->name, ==, "b");
    write_config("{\n\"default\": \"${BL_TEST_UNSET:-c}\", \"connections\": {\"a\": {}}}");
    expect_refused(NULL, NULL, "names no connection: \"c\"", 2);
    write_config("{\n\n\"default\": \"${BL_TEST_UNSET}\", \"connections\": {\"a\": {}}}");
    expect_refused(NULL, NULL, "variable \"BL_TEST_UNSET\" is not set", 3);
}

static void
test_unset_variable_says_where(void)
{
    g_autoptr(GError) error = NULL;
    write_config("{\"connections\": {\n"
                 "  \"a\": {\"url\": \"sqlite:a\"},\n"
                 "  \"b\": {\"url\": \"${BL_TEST_UNSET}\", \"data\": [\"x\",\n"
                 "     \"${BL_TEST_UNSET}\"]}\n}}");
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_autoptr(BlConnection) untouched = bl_project_connection(project, "a", NULL, &error);
    g_assert_no_error(error);
    g_assert_nonnull(untouched);
    g_autoptr(BlConnection) failed = bl_project_connection(project, "b", NULL, &error);
    g_assert_null(failed);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    const BlErrorInfo *info = bl_error_info(error);
    g_assert_cmpuint(info->line, ==, 3);
    g_assert_cmpuint(info->column, ==, 16);
    g_assert_nonnull(strstr(info->hint, "${BL_TEST_UNSET:-"));
    g_clear_error(&error);
    g_autoptr(BlConnection) in_list = bl_project_connection(project, "b", "sqlite:x", &error);
    g_assert_null(in_list);
    g_assert_cmpuint(bl_error_info(error)->line, ==, 4);
    g_assert_cmpuint(bl_error_info(error)->column, ==, 6);
}

static void
test_refused_values(void)
{
    write_config("{\"connections\": {\"a\": {\"data\": []}}}");
    expect_refused(NULL, NULL, "has no \"url\"", 1);
    write_config("{\"connections\": {\"a\": {\n\"url\": \"\"}}}");
    expect_refused(NULL, NULL, "\"url\" is empty", 2);
    write_config("{\"connections\": {\"a\": {\n\"url\": \"nosuch:x\"}}}");
    expect_refused(NULL, NULL, "nosuch", 2);
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:x\",\n\"migrations\": {\"tableName\": \"\"}}}}");
    expect_refused(NULL, NULL, "\"tableName\" is empty", 2);
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:x\",\n\"migrations\": {\"tableName\": \n"
        "\"a23456789012345678901234567890123456789012345678901234b\"}}}}");
    expect_refused(NULL, NULL, "\"tableName\" has 55 bytes", 3);
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:x\",\n\"migrations\": {\"tableName\": \"a\\nb\"}}}}");
    expect_refused(NULL, NULL, "control character", 2);
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:x\",\n\"migrations\": {\"convention\": \"dbmat\"}}}}");
    expect_refused(NULL, NULL, "unknown convention \"dbmat\"", 2);
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:x\",\n\"seeders\": [\"x\", \"${BL_N:-}\"]}}}");
    expect_refused(NULL, NULL, "\"seeders\" is empty", 2);
    write_config("{\"connections\": {\"a\": {\"url\": \"sqlite:x\",\n\"snapshot\": \"b\"}}}");
    expect_refused(NULL, NULL, "\"snapshot\" is neither", 2);
    expect_refused("../a", "sqlite:x", "bad connection name", 0);
    expect_refused(NULL, "nosuch:x", "--url: ", 0);
}

static void
test_longest_table_name(void)
{
    g_autoptr(BlProject) project = NULL;
    write_config(
        "{\"connections\": {\"a\": {\"url\": \"sqlite:x\", \"migrations\": {\"tableName\":\n"
        "\"a23456789012345678901234567890123456789012345678901234\"}}}}");
    g_autoptr(BlConnection) connection = connect_to(&project, NULL, NULL);
    g_assert_cmpuint(strlen(connection->versions), ==, 63);
}

typedef struct {
    const char *name; /* of the connection that is opened */
    const char *path; /* below the root */
    const char *owner;
} SnapshotCase;

static void
test_snapshot(void)
{
    static const SnapshotCase cases[] = {
        { "own", "database/schema/own-schema.sql", "own" },
        { "plain", "database/schema/plain-schema.sql", NULL },
        { "to-plain", "database/schema/plain-schema.sql", "plain" },
        { "file", "x/y.sql", NULL },
        { "to-file", "x/y.sql", "file" },
        { "to-to-file", "x/y.sql", "file" },
        { "to-own", "database/schema/own-schema.sql", "own" },
    };
    write_config("{\"connections\": {\n"
                 "\"own\": {\"url\": \"sqlite:x\", \"snapshot\": \"own\"},\n"
                 "\"plain\": {\"url\": \"sqlite:x\"},\n"
                 "\"to-plain\": {\"url\": \"sqlite:x\", \"snapshot\": \"plain\"},\n"
                 "\"file\": {\"url\": \"sqlite:x\", \"snapshot\": \"x/y.sql\"},\n"
                 "\"to-file\": {\"url\": \"sqlite:x\", \"snapshot\": \"file\"},\n"
                 "\"to-to-file\": {\"url\": \"sqlite:x\", \"snapshot\": \"to-file\"},\n"
                 "\"to-own\": {\"url\": \"sqlite:x\", \"snapshot\": \"own\"},\n"
                 "\"ring-a\": {\"url\": \"sqlite:x\", \"snapshot\": \"ring-b\"},\n"
                 "\"ring-b\": {\"url\": \"sqlite:x\", \"snapshot\": \"ring-a\"}}}");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BlProject) project = NULL;
        g_autoptr(BlConnection) connection = connect_to(&project, cases[i].name, NULL);
        g_autofree char *path = bl_connection_schema_path(project, connection, NULL);
        g_autofree char *expected = g_build_filename(root, cases[i].path, NULL);
        g_assert_cmpstr(path, ==, expected);
        g_assert_cmpstr(connection->snapshot_connection, ==, cases[i].owner);
        g_autofree char *given = bl_connection_schema_path(project, connection, "z.sql");
        g_autofree char *expected_given = g_build_filename(root, "z.sql", NULL);
        g_assert_cmpstr(given, ==, expected_given);
    }
    g_autoptr(GError) error = NULL;
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_autoptr(BlConnection) ring = bl_project_connection(project, "ring-a", NULL, &error);
    g_assert_null(ring);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "circle"));
}

static void
test_names(void)
{
    g_autoptr(GError) error = NULL;
    write_config("{\"connections\": {\"tenant_2\": {}, \"main\": {}, \"tenant_1\": {}}}");
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_assert_no_error(error);
    g_auto(GStrv) all = bl_project_connection_names(project, NULL);
    assert_list(all, "tenant_2,main,tenant_1");
    g_auto(GStrv) tenants = bl_project_connection_names(project, "tenant_*");
    assert_list(tenants, "tenant_2,tenant_1");
    g_auto(GStrv) none = bl_project_connection_names(project, "x");
    g_assert_null(none[0]);
}

static void
test_production_by_environment(void)
{
    static const char *const variables[] = { "APP_ENV", "NODE_ENV", "RAILS_ENV" };
    write_config("{\"connections\": {\"a\": {\"url\": \"sqlite:x\"}}}");
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        g_autoptr(BlProject) project = NULL;
        g_setenv(variables[i], "production", TRUE);
        g_autoptr(BlConnection) on = connect_to(&project, NULL, NULL);
        g_assert_true(on->production);
        g_clear_pointer(&project, bl_project_free);
        g_setenv(variables[i], "development", TRUE);
        g_autoptr(BlConnection) off = connect_to(&project, NULL, NULL);
        g_assert_false(off->production);
    }
    g_unsetenv("NODE_ENV");
    g_autoptr(BlProject) project = NULL;
    write_file(".env", "NODE_ENV=production\n");
    g_autoptr(BlConnection) by_file = connect_to(&project, NULL, NULL);
    g_assert_true(by_file->production);
}

static void
test_broken_env_file(void)
{
    g_autoptr(GError) error = NULL;
    write_file(".env", "A=1\nthis is no assignment\n");
    g_autoptr(BlProject) project = bl_project_open(NULL, &error);
    g_assert_null(project);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
    g_assert_cmpstr(bl_error_info(error)->file, ==, ".env");
}

typedef struct {
    const char *path;
    void (*run)(void);
} ProjectTest;

static void
run_in_folder(gconstpointer data)
{
    const ProjectTest *test = data;
    set_up();
    test->run();
    tear_down();
}

int
main(int argc, char **argv)
{
    static const ProjectTest tests[] = {
        { "/project/connection/defaults", test_defaults },
        { "/project/connection/all-settings", test_all_settings },
        { "/project/connection/ignore-ends-with-engine-default",
          test_ignore_ends_with_engine_default },
        { "/project/connection/without-configuration", test_without_configuration },
        { "/project/connection/url-beats-database-url", test_url_beats_database_url },
        { "/project/connection/configuration-beats-database-url",
          test_configuration_beats_database_url },
        { "/project/connection/url-takes-settings-of-same-name",
          test_url_takes_settings_of_same_name },
        { "/project/connection/choosing", test_choosing },
        { "/project/connection/unset-variable-says-where", test_unset_variable_says_where },
        { "/project/connection/refused-values", test_refused_values },
        { "/project/connection/longest-table-name", test_longest_table_name },
        { "/project/connection/snapshot", test_snapshot },
        { "/project/connection/production-by-environment", test_production_by_environment },
        { "/project/open/found-upwards", test_found_upwards },
        { "/project/open/config-option", test_config_option },
        { "/project/open/config-too-large", test_config_too_large },
        { "/project/open/broken-env-file", test_broken_env_file },
        { "/project/connection_names/in-file-order", test_names },
    };
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add_data_func(tests[i].path, &tests[i], run_in_folder);
    }
    return g_test_run();
}
