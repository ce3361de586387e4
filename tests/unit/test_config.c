/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/project/config.h"
#include "common/project/json_position.h"
#include "common/project/nearest.h"

#include <glib.h>

#include <string.h>

typedef struct {
    const char *name;
    const char *text;
    guint line; /* 0: not compared */
    guint column;
    const char *said; /* in the message */
    const char *hint; /* in the hint; NULL: not compared */
} BrokenCase;

#define IN_CONNECTION(members) "{\n \"connections\": {\n  \"a\": {\n" members "\n  }\n }\n}\n"
#define IN_MIGRATIONS(members) IN_CONNECTION("   \"migrations\": {\n" members "\n   }")

static const BrokenCase broken_cases[] = {
    { "empty-file", "", 1, 0, "not valid JSON", NULL },
    { "comma-missing", "{\n \"default\": \"a\"\n \"connections\": {}\n}", 3, 0, "not valid JSON",
      NULL },
    { "trailing-comma", "{\"connections\": {},}", 1, 0, "not valid JSON", NULL },
    { "comment", "// x\n{}", 1, 0, "not valid JSON", NULL },
    { "text-behind", "{\"connections\":{\"a\":{}}} x", 1, 0, "not valid JSON", NULL },
    { "nul-escape", "{\"default\": \"\\u0000\"}", 1, 0, "not valid JSON", NULL },
    { "not-utf8", "{\"default\": \"\xff\"}", 1, 0, "not valid JSON", NULL },
    { "duplicate-key", "{\n \"default\": \"a\",\n \"default\": \"b\"\n}", 3, 0, "key \"default\"",
      NULL },
    { "duplicate-connection", "{\"connections\":{\n\"a\":{},\n\"a\":{}}}", 3, 0, "duplicate",
      NULL },
    { "not-an-object", "\n [1]", 2, 2, "must be an object", NULL },
    { "no-connections", "{}", 1, 1, "no \"connections\"", NULL },
    { "no-connections-but-default", "{\"default\": \"a\"}", 1, 1, "no \"connections\"", NULL },
    { "connections-empty", "{\"connections\": {}}", 1, 17, "at least one connection", NULL },
    { "connections-a-list", "{\"connections\": []}", 1, 17, "\"connections\" must be an object",
      NULL },
    { "connection-a-text", "{\"connections\": {\n\"a\": \"url\"}}", 2, 6,
      "\"connections.a\" must be an object", NULL },
    { "default-a-number", "{\"default\": 1}", 1, 13, "\"default\" must be a text", NULL },
    { "default-unknown", "{\n \"default\": \"b\",\n \"connections\": {\"a\": {}, \"c\": {}}}", 2,
      13, "names no connection: \"b\"", "a, c" },
    { "unknown-top-key", "{\n  \"conections\": {}\n}", 2, 3, "unknown key \"conections\"",
      "did you mean \"connections\"? allowed are default, connections" },
    { "unknown-connection-key", IN_CONNECTION("   \"uri\": \"x\""), 4, 4,
      "unknown key \"uri\" in connections.a", "did you mean \"url\"" },
    { "unknown-far-key", IN_CONNECTION("   \"elephant\": \"x\""), 4, 4,
      "unknown key \"elephant\" in connections.a", "allowed are url, migrations" },
    { "unknown-migrations-key", IN_MIGRATIONS("    \"tablename\": \"x\""), 5, 5,
      "unknown key \"tablename\" in connections.a.migrations", "did you mean \"tableName\"" },
    { "schema-key-only-at-top", IN_CONNECTION("   \"$schema\": \"x\""), 4, 4, "unknown key", NULL },
    { "key-with-escape", IN_CONNECTION("   \"x\\u0079z\": 1"), 4, 4, "unknown key \"xyz\"", NULL },
    { "url-a-number", IN_CONNECTION("   \"url\":  5"), 4, 12,
      "\"connections.a.url\" must be a text", NULL },
    { "url-null", IN_CONNECTION("   \"url\": null"), 4, 11, "must be a text", NULL },
    { "production-a-text", IN_CONNECTION("   \"production\": \"yes\""), 4, 18,
      "must be true or false", NULL },
    { "migrations-a-list", IN_CONNECTION("   \"migrations\": []"), 4, 18, "must be an object",
      NULL },
    { "paths-a-text", IN_MIGRATIONS("    \"paths\": \"x\""), 5, 14,
      "\"connections.a.migrations.paths\" must be a list", NULL },
    { "paths-empty", IN_MIGRATIONS("    \"paths\": []"), 5, 14, "at least one", NULL },
    { "paths-with-number", IN_MIGRATIONS("    \"paths\": [\"x\", 7]"), 5, 20,
      "\"connections.a.migrations.paths[1]\" must be a text", NULL },
    { "natural-sort-a-number", IN_MIGRATIONS("    \"naturalSort\": 1"), 5, 20,
      "must be true or false", NULL },
    { "position-behind-nested-values",
      "{\"connections\": {\"b\": {\"data\": [\"]}\", \"\\\"\"], \"migrations\": {\"paths\": [\"[\"]}},\n"
      "\"a\": {\"url\": 1}}}",
      2, 14, "connections.a.url", NULL },
    { "empty-name", "{\"connections\": {\"\": {}}}", 1, 18, "bad connection name", NULL },
    { "name-with-slash", "{\"connections\": {\"../x\": {}}}", 1, 18, "bad connection name", NULL },
};

static void
test_broken(gconstpointer data)
{
    const BrokenCase *c = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlConfig) config =
        bl_config_parse(c->text, strlen(c->text), "database/connections.json", &error);
    g_assert_null(config);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    const BlErrorInfo *info = bl_error_info(error);
    g_assert_cmpstr(info->file, ==, "database/connections.json");
    if (strstr(error->message, c->said) == NULL) {
        g_error("message is: %s", error->message);
    }
    g_assert_cmpuint(info->line, ==, c->line);
    if (c->column != 0) {
        g_assert_cmpuint(info->column, ==, c->column);
    }
    if (c->hint != NULL) {
        g_assert_nonnull(info->hint);
        g_assert_nonnull(strstr(info->hint, c->hint));
    }
}

static const char *const secret_cases[] = {
    "{\"connections\": {\"a\": {\"url\": \"x://u:hunter2@h}}}", /* the text never ends */
    "{\"connections\": {\"a\": {\"url\": hunter2}}}",
    "{\"connections\": {\"a\": {\"url\" \"hunter2\"}}}",
    "{\"connections\": {\"a\": {\"url\": \"x\" \"hunter2\"}}}",
};

static void
test_syntax_error_keeps_secrets(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(secret_cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BlConfig) config =
            bl_config_parse(secret_cases[i], strlen(secret_cases[i]), "c.json", &error);
        g_assert_null(config);
        g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
        g_assert_null(strstr(error->message, "hunter2"));
    }
}

static void
assert_list(char **list, const char *expected)
{
    g_autofree char *joined = g_strjoinv(",", list);
    g_assert_cmpstr(joined, ==, expected);
}

static void
test_accepts_everything_documented(void)
{
    static const char text[] =
        "\xef\xbb\xbf{\"$schema\": \"https://example.org/x.json\", \"default\": \"two\",\n"
        "\"connections\": {\n"
        "  \"two\": {\"url\": \"x:y\", \"migrations\": {\"paths\": [\"a\", \"b\"], \"convention\": \"baseline\",\n"
        "    \"naturalSort\": false, \"tableName\": \"t\", \"disableTransactions\": true,\n"
        "    \"disableRollbacksInProduction\": true}, \"schemas\": [\"public\"], \"ignore\": [],\n"
        "    \"snapshot\": \"one\", \"data\": [], \"seeders\": [], \"production\": true},\n"
        "  \"one\": {}}}";
    g_autoptr(GError) error = NULL;
    g_autoptr(BlConfig) config = bl_config_parse(text, sizeof text - 1, "c.json", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(bl_config_default(config), ==, "two");
    g_auto(GStrv) names = bl_config_names(config);
    assert_list(names, "two,one");
    g_assert_nonnull(bl_config_connection(config, "one"));
    g_assert_null(bl_config_connection(config, "three"));
}

static void
test_default_with_reference_is_left_for_later(void)
{
    static const char text[] = "{\"default\": \"${BL_UNSET}\", \"connections\": {\"a\": {}}}";
    g_autoptr(GError) error = NULL;
    g_autoptr(BlConfig) config = bl_config_parse(text, sizeof text - 1, "c.json", &error);
    g_assert_no_error(error);
    g_assert_nonnull(config);
}

static void
test_deep_nesting_is_an_error(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    for (int i = 0; i < 200000; i++) {
        g_string_append_c(text, '[');
    }
    g_autoptr(BlConfig) config = bl_config_parse(text->str, text->len, "c.json", &error);
    g_assert_null(config);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
}

static void
test_position_of_missing_value(void)
{
    guint line = 0, column = 0;
    BlJsonPath object = { NULL, "b", 0 };
    BlJsonPath element = { NULL, NULL, 3 };
    g_assert_false(bl_json_position_find("{\"a\": 1}", 8, &object, FALSE, &line, &column));
    g_assert_false(bl_json_position_find("[1, 2]", 6, &element, FALSE, &line, &column));
    g_assert_false(bl_json_position_find("[1, 2]", 6, &object, FALSE, &line, &column));
    g_assert_false(bl_json_position_find("{}", 2, &element, FALSE, &line, &column));
    g_assert_false(bl_json_position_find("", 0, &object, FALSE, &line, &column));
    g_assert_cmpuint(line, ==, 0);
}

static void
test_position_counts_bytes(void)
{
    /* "é" has two bytes. */
    static const char text[] = "{\"\xc3\xa9\": [true,\r\n\t\"x\"]}";
    guint line = 0, column = 0;
    BlJsonPath key = { NULL, "\xc3\xa9", 0 };
    BlJsonPath element = { &key, NULL, 1 };
    g_assert_true(bl_json_position_find(text, sizeof text - 1, &key, FALSE, &line, &column));
    g_assert_cmpuint(line, ==, 1);
    g_assert_cmpuint(column, ==, 8);
    g_assert_true(bl_json_position_find(text, sizeof text - 1, &element, FALSE, &line, &column));
    g_assert_cmpuint(line, ==, 2);
    g_assert_cmpuint(column, ==, 2);
}

typedef struct {
    const char *word;
    const char *nearest;
} NearestCase;

static void
test_nearest(void)
{
    static const char *const words[] = { "connection", "config", "url", "quiet", NULL };
    static const NearestCase cases[] = {
        { "conection", "connection" },
        { "CONFIG", "config" },
        { "ulr", "url" },
        { "qiuet", "quiet" },
        { "elephant", NULL },
        { "", NULL },
        { "u", NULL },
        { "confgi", "config" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_assert_cmpstr(bl_nearest_find(cases[i].word, words), ==, cases[i].nearest);
    }
    g_autofree char *huge = g_strnfill(1000000, 'x');
    g_assert_null(bl_nearest_find(huge, words));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(broken_cases); i++) {
        g_autofree char *path = g_strdup_printf("/config/parse-refuses/%s", broken_cases[i].name);
        g_test_add_data_func(path, &broken_cases[i], test_broken);
    }
    g_test_add_func("/config/parse/syntax-error-keeps-secrets", test_syntax_error_keeps_secrets);
    g_test_add_func("/config/parse/accepts-everything-documented",
                    test_accepts_everything_documented);
    g_test_add_func("/config/parse/default-with-reference-is-left-for-later",
                    test_default_with_reference_is_left_for_later);
    g_test_add_func("/config/parse/deep-nesting-is-an-error", test_deep_nesting_is_an_error);
    g_test_add_func("/json_position/find/missing-value", test_position_of_missing_value);
    g_test_add_func("/json_position/find/counts-bytes", test_position_counts_bytes);
    g_test_add_func("/nearest/find/typing-errors", test_nearest);
    return g_test_run();
}
