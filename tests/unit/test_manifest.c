/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/snapshot/manifest.h"
#include "common/snapshot/marks.h"

#include <string.h>

/* As AdonisJS Lucid 22 writes it. */
static const char lucid[] = "{\n"
                            "  \"version\": 1,\n"
                            "  \"generatedAt\": \"2026-11-21T02:23:28.415Z\",\n"
                            "  \"connection\": \"sqlite\",\n"
                            "  \"dumpPath\": \"database/schema/sqlite-schema.sql\",\n"
                            "  \"schemaTableName\": \"adonis_schema\",\n"
                            "  \"schemaVersionsTableName\": \"adonis_schema_versions\",\n"
                            "  \"squashedMigrationNames\": [\n"
                            "    \"database/migrations/1_a\",\n"
                            "    \"database/migrations/2_b\"\n"
                            "  ]\n"
                            "}\n";

static BlManifest *
full_manifest(void)
{
    BlManifest *manifest = bl_manifest_parse(lucid, strlen(lucid), "m", NULL);
    manifest->format_version = 1;
    manifest->engine = g_strdup("sqlite");
    manifest->flavour = g_strdup("sqlite");
    manifest->lowest_version = g_strdup("3.37");
    manifest->dump_digest = g_strdup("sha256:00");
    manifest->schema_digest = g_strdup("sqlite:11");
    bl_manifest_set_digest(manifest, "database/migrations/2_b", "raw:22", "t1:33");
    bl_manifest_add_data(manifest, "roles", 3);
    g_ptr_array_add(manifest->excluded, g_strdup("tmp_*"));
    return manifest;
}

static void
test_reads_lucid(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlManifest) manifest = bl_manifest_parse(lucid, strlen(lucid), "m", &error);
    g_assert_no_error(error);
    g_assert_cmpstr(manifest->connection, ==, "sqlite");
    g_assert_cmpuint(manifest->squashed->len, ==, 2);
    g_assert_true(bl_manifest_has(manifest, "database/migrations/2_b"));
    g_assert_false(bl_manifest_has(manifest, "database/migrations/3_c"));
    g_assert_cmpuint(manifest->format_version, ==, 0);
    g_assert_null(manifest->dump_digest);
}

static void
test_comes_back_equal(void)
{
    g_autoptr(BlManifest) manifest = full_manifest();
    g_autofree char *text = bl_manifest_format(manifest);
    g_autoptr(BlManifest) again = bl_manifest_parse(text, strlen(text), "m", NULL);
    g_assert_nonnull(again);
    g_autofree char *second = bl_manifest_format(again);
    g_assert_cmpstr(second, ==, text);
    const BlMigrationDigest *digest = bl_manifest_digest(again, "database/migrations/2_b");
    g_assert_cmpstr(digest->raw, ==, "raw:22");
    g_assert_cmpstr(digest->token, ==, "t1:33");
    const BlCarriedTable *table = g_ptr_array_index(again->data, 0);
    g_assert_cmpstr(table->name, ==, "roles");
    g_assert_cmpuint(table->rows, ==, 3);
}

/* What Lucid reads comes first and as Lucid writes it. */
static void
test_source(void)
{
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "x");
    bl_catalog_add_fact(catalog, "definers", "z@h");
    bl_catalog_add_fact(catalog, "definers", "a\"b");
    bl_catalog_add_fact(catalog, "definers", "z@h");
    bl_catalog_set_fact(catalog, "case", "0");
    bl_catalog_set_fact(catalog, "case", "1");
    g_autoptr(BlManifest) manifest = full_manifest();
    bl_manifest_set_source(manifest, catalog);
    g_autofree char *text = bl_manifest_format(manifest);
    g_assert_nonnull(strstr(text, "  \"source\": {\n"
                                  "    \"case\": \"1\",\n"
                                  "    \"definers\": [\n"
                                  "      \"a\\\"b\",\n"
                                  "      \"z@h\"\n"
                                  "    ]\n"
                                  "  },\n"));
    g_autoptr(BlManifest) again = bl_manifest_parse(text, strlen(text), "m", NULL);
    g_autofree char *second = bl_manifest_format(again);
    g_assert_cmpstr(second, ==, text);

    /* A new dump knows better than the old one. */
    g_autoptr(BlManifest) next = full_manifest();
    bl_manifest_take_over(next, again);
    g_autofree char *third = bl_manifest_format(next);
    g_assert_null(strstr(third, "source"));
}

static void
test_starts_as_lucid_writes_it(void)
{
    g_autoptr(BlManifest) manifest = full_manifest();
    g_autofree char *text = bl_manifest_format(manifest);
    gsize shared = strlen(lucid) - strlen("\n}\n");
    g_assert_true(strncmp(text, lucid, shared) == 0);
    g_assert_true(g_str_has_suffix(text, "\n}\n"));
}

static void
test_keeps_unknown_keys(void)
{
    g_autofree char *text =
        g_strdup_printf("%.*s,\n  \"zebra\": {\"a\": [1, 2.5, null]}, \"apple\": 7}",
                        (int)(strlen(lucid) - 3), lucid);
    g_autoptr(BlManifest) manifest = bl_manifest_parse(text, strlen(text), "m", NULL);
    g_assert_nonnull(manifest);
    g_autofree char *written = bl_manifest_format(manifest);
    g_assert_nonnull(strstr(written, "\"zebra\": {\"a\":[1,2.5,null]}"));
    g_assert_nonnull(strstr(written, "\"apple\": 7"));
    g_assert_true(strstr(written, "zebra") < strstr(written, "apple"));
}

/* Letter by letter: no number of others becomes another one. */
static void
test_keeps_numbers(void)
{
    static const char kept[] =
        "\"zebra\": {\"a\":[1e400,-1E+5,1.10,0.1,-0,-0.0,1e-400,123456789012345678901234567890,"
        "-9223372036854775809,999999999999999999,-999999999999999999,0,-7,true],"
        "\"1.5\":\"1e400, \\\"2.50\\\"\"}";
    g_autofree char *text =
        g_strdup_printf("%.*s,\n  %s, \"apple\": 1.0 }", (int)(strlen(lucid) - 3), lucid, kept);
    g_autoptr(BlManifest) manifest = bl_manifest_parse(text, strlen(text), "m", NULL);
    g_assert_nonnull(manifest);
    g_autofree char *written = bl_manifest_format(manifest);
    g_assert_nonnull(strstr(written, kept));
    g_assert_nonnull(strstr(written, "\"apple\": 1.0\n"));
}

typedef struct {
    const char *name;
    const char *text;
    int code;
    const char *words;
} BadCase;

#define HEAD                                                                                       \
    "\"generatedAt\":\"x\",\"connection\":\"c\",\"dumpPath\":\"d\",\"schemaTableName\":\"a\","     \
    "\"schemaVersionsTableName\":\"b\","

static const BadCase bad_cases[] = {
    { "broken-json", "{\"version\": 1,", 5, "not valid JSON" },
    { "not-an-object", "[1]", 5, "must be a JSON object" },
    { "number-as-key", "{1e400: 1}", 5, "not valid JSON" },
    { "broken-number", "{\"version\": 1, \"x\": 1.}", 5, "not valid JSON" },
    { "broken-behind-a-number", "{\"version\": 1, \"x\": 1e400,}", 5, "not valid JSON" },
    { "number-as-text", "{\"version\":1,\"generatedAt\":1e400}", 5,
      "\"generatedAt\" must not hold the number 1e400" },
    { "number-as-name", "{\"version\":1," HEAD "\"squashedMigrationNames\":[\"a\",1.5]}", 5,
      "must not hold the number 1.5" },
    { "newer-version", "{\"version\": 2}", 7, "has version 2" },
    { "wrong-version", "{\"version\": 0}", 5, "\"version\" must be 1" },
    { "version-as-text", "{\"version\": \"1\"}", 5, "\"version\" must be 1" },
    { "connection-is-a-number", "{\"version\":1,\"generatedAt\":\"x\",\"connection\":5}", 5,
      "\"connection\" must be text" },
    { "names-are-no-list", "{\"version\":1," HEAD "\"squashedMigrationNames\":\"a\"}", 5,
      "\"squashedMigrationNames\" must be a list of texts" },
    { "a-name-is-a-number", "{\"version\":1," HEAD "\"squashedMigrationNames\":[\"a\",1]}", 5,
      "\"squashedMigrationNames\" must be a list of texts" },
    { "newer-format", "{\"version\":1," HEAD "\"squashedMigrationNames\":[],\"formatVersion\":99}",
      7, "has format 99" },
    { "digests-are-a-list",
      "{\"version\":1," HEAD "\"squashedMigrationNames\":[],\"migrationDigests\":[]}", 5,
      "\"migrationDigests\" must be an object" },
    { "data-count-is-negative",
      "{\"version\":1," HEAD "\"squashedMigrationNames\":[],\"data\":{\"t\":-1}}", 5,
      "\"data\" must be an object of row counts" },
    { "engine-is-text",
      "{\"version\":1," HEAD "\"squashedMigrationNames\":[],\"engine\":\"sqlite\"}", 5,
      "\"engine\" must be an object" },
    { "twice-the-same-key", "{\"version\":1,\"version\":1}", 5, "not valid JSON" },
    { "nul-in-text", "{\"version\":1,\"connection\":\"a\\u0000b\"}", 5, "not valid JSON" },
};

static void
test_bad(gconstpointer data)
{
    const BadCase *test = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlManifest) manifest =
        bl_manifest_parse(test->text, strlen(test->text), "m.json", &error);
    g_assert_null(manifest);
    g_assert_error(error, BL_ERROR, test->code);
    g_assert_nonnull(strstr(error->message, test->words));
}

static void
test_deep_nesting_is_an_error(void)
{
    g_autoptr(GString) text = g_string_new("{\"version\":1,\"x\":");
    for (int i = 0; i < 100000; i++)
        g_string_append_c(text, '[');
    g_autoptr(GError) error = NULL;
    g_autoptr(BlManifest) manifest = bl_manifest_parse(text->str, text->len, "m.json", &error);
    g_assert_null(manifest);
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpstr(bl_error_info(error)->file, ==, "m.json");
}

static void
test_nul_byte_is_an_error(void)
{
    static const char text[] = "{\"version\":1,\0}";
    g_autoptr(GError) error = NULL;
    g_autoptr(BlManifest) manifest = bl_manifest_parse(text, sizeof text - 1, "m.json", &error);
    g_assert_null(manifest);
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
}

typedef struct {
    const char *name;
    const char *connection, *engine, *ledger;
    const char *differs; /* NULL: nothing */
} IdentityCase;

static const IdentityCase identity_cases[] = {
    { "all-equal", "sqlite", "sqlite", "adonis_schema", NULL },
    { "any-connection", NULL, "sqlite", "adonis_schema", NULL },
    { "other-connection", "main", "sqlite", "adonis_schema",
      "\"connection\" is \"sqlite\", not \"main\"" },
    { "other-engine", "sqlite", "postgres", "adonis_schema",
      "\"engine\" is \"sqlite\", not \"postgres\"" },
    { "other-ledger", "sqlite", "sqlite", "history", "\"schemaTableName\" is \"adonis_schema\"" },
};

static void
test_identity(gconstpointer data)
{
    const IdentityCase *test = data;
    g_autoptr(BlManifest) manifest = full_manifest();
    g_autoptr(GError) error = NULL;
    gboolean ok = bl_manifest_check_identity(manifest, test->connection, test->engine, test->ledger,
                                             "adonis_schema_versions", &error);
    g_assert_cmpint(ok, ==, test->differs == NULL);
    if (test->differs != NULL) {
        g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
        g_assert_nonnull(strstr(error->message, test->differs));
    }
}

static void
test_path(void)
{
    static const char *const cases[][2] = {
        { "/x/a-schema.sql", "/x/a-schema.meta.json" },
        { "/x/a-schema.sql.gz", "/x/a-schema.meta.json" },
        { "/x/dump", "/x/dump.meta.json" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = bl_manifest_path(cases[i][0]);
        g_assert_cmpstr(path, ==, cases[i][1]);
    }
}

static void
test_now_honours_source_date_epoch(void)
{
    g_setenv("SOURCE_DATE_EPOCH", "86400", TRUE);
    g_autofree char *fixed = bl_manifest_now(NULL);
    g_assert_cmpstr(fixed, ==, "1970-01-02T00:00:00.000Z");
    g_unsetenv("SOURCE_DATE_EPOCH");
    g_autofree char *now = bl_manifest_now(NULL);
    g_assert_cmpuint(strlen(now), ==, strlen(fixed));
    g_assert_cmpstr(now, >, "2020");
    g_setenv("SOURCE_DATE_EPOCH", "", TRUE);
    g_autofree char *empty = bl_manifest_now(NULL);
    g_assert_cmpstr(empty, >, "2020");
    g_unsetenv("SOURCE_DATE_EPOCH");
}

static void
test_now_refuses_what_is_no_time(void)
{
    static const char *const words[] = { "abc", "12x", " 12", "-1", "1.5", "253402300800" };
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        g_autoptr(GError) error = NULL;
        g_setenv("SOURCE_DATE_EPOCH", words[i], TRUE);
        g_assert_null(bl_manifest_now(&error));
        g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    }
    g_setenv("SOURCE_DATE_EPOCH", "253402300799", TRUE);
    g_autofree char *last = bl_manifest_now(NULL);
    g_assert_cmpstr(last, ==, "9999-12-31T23:59:59.000Z");
    g_unsetenv("SOURCE_DATE_EPOCH");
}

static void
test_conflict_marks(void)
{
    static const struct {
        const char *text;
        guint line;
    } cases[] = {
        { "a\n<<<<<<< ours\nb\n=======\nc\n>>>>>>> theirs\nd\n", 2 },
        { "<<<<<<< HEAD\n||||||| base\n=======\n>>>>>>> x", 1 },
        { "<<<<<<< HEAD\na\n=======\nb\n", 0 },
        { " <<<<<<< HEAD\n=======\n>>>>>>> x\n", 0 },
        { ">>>>>>> x\n=======\n<<<<<<< HEAD\n", 0 },
        { "", 0 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_cmpuint(bl_marks_find(cases[i].text, strlen(cases[i].text)), ==, cases[i].line);
    g_autoptr(GError) error = NULL;
    g_assert_null(bl_manifest_parse(cases[0].text, strlen(cases[0].text), "m.json", &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpuint(bl_error_info(error)->line, ==, 2);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/manifest/parse/reads-lucid", test_reads_lucid);
    g_test_add_func("/manifest/parse/deep-nesting-is-an-error", test_deep_nesting_is_an_error);
    g_test_add_func("/manifest/parse/nul-byte-is-an-error", test_nul_byte_is_an_error);
    g_test_add_func("/manifest/format/comes-back-equal", test_comes_back_equal);
    g_test_add_func("/manifest/format/source-is-sorted", test_source);
    g_test_add_func("/manifest/format/starts-as-lucid-writes-it", test_starts_as_lucid_writes_it);
    g_test_add_func("/manifest/format/keeps-unknown-keys", test_keeps_unknown_keys);
    g_test_add_func("/manifest/format/keeps-numbers", test_keeps_numbers);
    g_test_add_func("/manifest/path/replaces-the-extension", test_path);
    g_test_add_func("/manifest/now/honours-source-date-epoch", test_now_honours_source_date_epoch);
    g_test_add_func("/manifest/now/refuses-what-is-no-time", test_now_refuses_what_is_no_time);
    for (gsize i = 0; i < G_N_ELEMENTS(bad_cases); i++) {
        g_autofree char *path = g_strconcat("/manifest/parse/refuses-", bad_cases[i].name, NULL);
        g_test_add_data_func(path, &bad_cases[i], test_bad);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(identity_cases); i++) {
        g_autofree char *path =
            g_strconcat("/manifest/check-identity/", identity_cases[i].name, NULL);
        g_test_add_data_func(path, &identity_cases[i], test_identity);
    }
    g_test_add_func("/marks/find/in-their-order", test_conflict_marks);
    return g_test_run();
}
