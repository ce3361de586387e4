/* SPDX-License-Identifier: MIT */
/* What the conventions make of the text of files: whole folders, read as the tools read them. */
#include "squash/detect.h"
#include "squash/history.h"
#include "squash/runner.h"
#include "squash/shape.h"

#include "common/base/error.h"
#include "common/engine/engine.h"
#include "common/sql/lexer.h"

#include <string.h>

#include "tests/unit/folder.h"

static void
put(const Folder *folder, const char *label, const char *text)
{
    g_autofree char *name = g_build_filename("m", label, NULL);
    folder_put(folder->root, name, text, -1);
}

static const char *
find_variable(const char *name, const void *data)
{
    (void)data;
    return strcmp(name, "WHO") == 0 ? "world" : (strcmp(name, "EMPTY") == 0 ? "" : NULL);
}

static BlHistory *
read_as(const Folder *folder, const BlConvention *convention, GError **error)
{
    static const char *const paths[] = { "m", NULL };
    static const char *const placeholders[] = { "table", "t1", "nothing", "", NULL };
    const BlHistoryOptions options = {
        .root = folder->root,
        .paths = paths,
        .convention = convention,
        .dialect = &bl_dialect_sqlite,
        .natural_sort = TRUE,
        .values = { .placeholders = placeholders, .variable = find_variable },
    };
    return bl_history_read(&options, error);
}

/* One file, read as the only one; what came of it. */
typedef struct {
    const char *name;
    const BlConvention *convention;
    const char *file;
    const char *text;
    const char *problem; /* "LINE:COLUMN words"; NULL: none */
    const char *up;      /* what is run, line ends as "|"; NULL: not looked at */
    const char *down;    /* NULL: absent */
    gboolean transaction;
} TextCase;

#define GOOSE  &bl_convention_goose, "1_a.sql"
#define PLAIN  &bl_convention_golang_migrate, "1_a.up.sql"
#define SQLX   &bl_convention_sqlx, "1_a.sql"
#define FLYWAY &bl_convention_flyway, "V1__a.sql"
#define NATIVE &bl_convention_baseline, "1_a.sql"
#define DBMATE &bl_convention_dbmate, "1_a.sql"

static const TextCase text_cases[] = {
    { "goose-both", GOOSE, "-- +goose Up\nA;\n-- +goose Down\nB;\n", NULL, "|A;|", "|B;|", TRUE },
    { "goose-blank-first", GOOSE, "\n-- licence\n-- +goose Up\nA;", NULL, "|A;", NULL, TRUE },
    { "goose-any-case", GOOSE, "--   +goose   up\nA;", NULL, "|A;", NULL, TRUE },
    { "goose-no-transaction", GOOSE, "-- +goose NO TRANSACTION\n-- +goose Up\nA;", NULL, "|A;",
      NULL, FALSE },
    { "goose-statement", GOOSE,
      "-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose StatementEnd\n", NULL, NULL, NULL,
      TRUE },
    { "goose-open-statement", GOOSE, "-- +goose Up\n-- +goose StatementBegin\nA;\n",
      "4:1 \"-- +goose StatementBegin\" is not ended", NULL, NULL, TRUE },
    { "goose-end-alone", GOOSE, "-- +goose Up\n-- +goose StatementEnd\nA;\n",
      "2:1 \"-- +goose StatementEnd\" without", NULL, NULL, TRUE },
    { "goose-no-up", GOOSE, "A;\n", "1:1 a statement before \"-- +goose Up\"", NULL, NULL, TRUE },
    { "goose-empty-file", GOOSE, "", "1:1 the file has no \"-- +goose Up\"", NULL, NULL, TRUE },
    { "goose-down-first", GOOSE, "-- +goose Down\nB;\n", "1:1 \"-- +goose Down\" before", NULL,
      NULL, TRUE },
    { "goose-two-ups", GOOSE, "-- +goose Up\nA;\n-- +goose Up\nB;\n",
      "3:1 the annotation comes twice", NULL, NULL, TRUE },
    { "goose-unknown", GOOSE, "-- +goose Up\n-- +goose Sideways\nA;",
      "2:1 unknown annotation \"+goose Sideways\"", NULL, NULL, TRUE },
    { "goose-in-string", GOOSE, "-- +goose Up\nSELECT '\n-- +goose Down\n';", NULL,
      "|SELECT '|-- +goose Down|';", NULL, TRUE },
    { "goose-envsub", GOOSE,
      "-- +goose Up\nSELECT '${WHO}';\n-- +goose ENVSUB ON\nSELECT '${WHO}', '$WHO', '${NO:-x}', "
      "'${EMPTY:-y}', '${EMPTY-y}', '$$';\n-- +goose ENVSUB OFF\nSELECT '$WHO';",
      NULL,
      "|SELECT '${WHO}';|-- +goose ENVSUB ON|SELECT 'world', 'world', 'x', 'y', '', '$';|-- +goose "
      "ENVSUB OFF|SELECT '$WHO';",
      NULL, TRUE },
    { "goose-envsub-before-up", GOOSE,
      "-- +goose ENVSUB ON\n-- +goose Up\nA $WHO;\n-- +goose Down\nB $WHO;\n-- +goose ENVSUB OFF\n"
      "C $WHO;",
      NULL, "|A world;|", "|B world;|-- +goose ENVSUB OFF|C $WHO;", TRUE },
    { "goose-envsub-goes-on-in-down", GOOSE,
      "-- +goose Up\nA $WHO;\n-- +goose ENVSUB ON\n-- +goose Down\nB $WHO;", NULL,
      "|A $WHO;|-- +goose ENVSUB ON|", "|B world;", TRUE },
    { "goose-envsub-off-before-down", GOOSE,
      "-- +goose Up\n-- +goose ENVSUB ON\nA ${WHO};\n-- +goose ENVSUB OFF\n-- +goose Down\nB ${WHO};",
      NULL, "|-- +goose ENVSUB ON|A world;|-- +goose ENVSUB OFF|", "|B ${WHO};", TRUE },
    { "goose-indented-down", GOOSE, "-- +goose Up\nA;\n  -- +goose Down\nB;\n",
      "3:3 an annotation behind blanks", NULL, NULL, TRUE },
    { "goose-indented-up", GOOSE, "\t-- +goose Up\nA;\n", "1:2 an annotation behind blanks", NULL,
      NULL, TRUE },
    { "goose-behind-code", GOOSE, "-- +goose Up\nA; -- +goose Down\nB;\n", NULL,
      "|A; -- +goose Down|B;|", NULL, TRUE },
    { "goose-nested-statement", GOOSE,
      "-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose StatementBegin\nB;\n",
      "4:1 \"-- +goose StatementBegin\" out of place", NULL, NULL, TRUE },
    { "goose-down-in-statement", GOOSE,
      "-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose Down\nB;\n",
      "4:1 \"-- +goose StatementBegin\" is not ended", NULL, NULL, TRUE },
    { "goose-two-statements", GOOSE,
      "-- +goose Up\n-- +goose StatementBegin\nA;\n-- +goose StatementEnd\nB;\n"
      "-- +goose StatementBegin\nC;\n-- +goose StatementEnd\n-- +goose Down\n",
      NULL, NULL, "|", TRUE },
    { "goose-statement-before-up", GOOSE, "-- +goose StatementBegin\nA;\n",
      "1:1 \"-- +goose StatementBegin\" out of place", NULL, NULL, TRUE },
    { "goose-end-of-line", GOOSE, "-- +goose Up\r\nA;\r\n-- +goose Down\r\nB;\r\n", NULL, "|A;\r|",
      "|B;\r|", TRUE },
    { "goose-byte-order-mark", GOOSE,
      "\xef\xbb\xbf"
      "-- +goose Up\nA;\n",
      NULL, "|A;|", NULL, TRUE },
    { "goose-directive-in-head", GOOSE,
      "-- migrate:transaction false\n-- +goose Up\nA;\n-- +goose Down\nB;", NULL, "|A;|", "|B;",
      FALSE },

    { "plain-whole-file", PLAIN, "A;\nB", NULL, "A;|B", NULL, TRUE },
    { "plain-empty", PLAIN, "", NULL, "", NULL, TRUE },
    { "plain-byte-order-mark", PLAIN,
      "\xef\xbb\xbf"
      "A;",
      NULL, "A;", NULL, TRUE },
    { "plain-open-string", PLAIN, "A;\nB 'x\n", "2:3 unterminated quoted text", NULL, NULL, TRUE },
    { "plain-open-comment", PLAIN, "/* x", "1:1 unterminated comment", NULL, NULL, TRUE },
    { "directive-transaction", PLAIN, "-- migrate:transaction false\nA;", NULL, NULL, NULL, FALSE },
    { "directive-up-marker", PLAIN, "-- migrate:up transaction:false\nA;", NULL, NULL, NULL,
      FALSE },
    { "directive-down-marker-in-up", PLAIN, "-- migrate:down transaction:false\nA;",
      "1:1 unknown directive \"migrate:down transaction:false\"", NULL, NULL, TRUE },
    { "directive-unknown", PLAIN, "-- note\n-- migrate:transactions false\nA;",
      "2:1 unknown directive \"migrate:transactions false\"", NULL, NULL, TRUE },
    { "directive-bad-value", PLAIN, "-- migrate:lock_timeout 5\nA;",
      "1:1 wrong directive \"migrate:lock_timeout 5\"", NULL, NULL, TRUE },
    { "directive-bad-option", PLAIN, "-- migrate:up lock:5s\nA;",
      "1:1 unknown option \"lock:5s\" of a directive", NULL, NULL, TRUE },
    { "directive-behind-statement", PLAIN, "A;\n-- migrate:lock_timeout 5s\nB;",
      "2:1 a directive behind a statement", NULL, NULL, TRUE },
    { "directive-in-string", PLAIN, "SELECT '\n-- migrate:nonsense\n';", NULL, NULL, NULL, TRUE },
    { "directive-behind-code", PLAIN, "A; -- migrate:nonsense\n", NULL, NULL, NULL, TRUE },
    { "repeat-ends-transaction", PLAIN, "A;\n-- migrate:repeat\nDELETE FROM t;", NULL, NULL, NULL,
      FALSE },
    { "repeat-of-nothing", PLAIN, "A;\n-- migrate:repeat\n",
      "2:1 \"-- migrate:repeat\" has no statement", NULL, NULL, TRUE },
    { "repeat-twice", PLAIN, "-- migrate:repeat\n-- migrate:repeat\nA;",
      "2:1 \"-- migrate:repeat\" has no statement", NULL, NULL, TRUE },

    { "native-byte-order-mark", NATIVE,
      "\xef\xbb\xbf"
      "-- migrate:up transaction:false\nA;\n-- migrate:down transaction:false\nB;",
      NULL, "|A;|", "|B;", FALSE },
    { "native-down-marker-in-quotes", NATIVE, "-- migrate:up\nA '\n-- migrate:down\n';\n", NULL,
      "|A '|-- migrate:down|';|", NULL, TRUE },
    { "native-no-final-newline", NATIVE, "-- migrate:up\nA\n-- migrate:down", NULL, "|A|", "",
      TRUE },
    { "native-unknown-marker", NATIVE, "-- migrate:up\nA;\n-- migrate:sideways\n",
      "3:1 unknown marker after \"-- migrate:\"", NULL, NULL, TRUE },
    { "native-unknown-option", NATIVE, "-- migrate:up transaktion:false\nA;\n",
      "1:1 unknown option \"transaktion:false\"", NULL, NULL, TRUE },
    { "native-bad-unit", NATIVE, "-- migrate:up\n-- migrate:lock_timeout 5 parsecs\nA;\n",
      "2:1 wrong directive \"migrate:lock_timeout 5 parsecs\"", NULL, NULL, TRUE },
    { "native-no-time-at-all", NATIVE, "-- migrate:up\n-- migrate:statement_timeout 0s\nA;\n",
      "2:1 wrong directive \"migrate:statement_timeout 0s\"", NULL, NULL, TRUE },
    { "native-endless-time", NATIVE,
      "-- migrate:up\n-- migrate:statement_timeout 99999999999999999999h\nA;\n",
      "2:1 wrong directive", NULL, NULL, TRUE },
    { "native-directive", NATIVE, "-- migrate:up\n-- migrate:lock_timeout 5s\nA;", NULL,
      "|-- migrate:lock_timeout 5s|A;", NULL, TRUE },
    { "native-marker-option", NATIVE, "-- migrate:up lock_timeout:5s\nA;", NULL, "|A;", NULL,
      TRUE },
    { "native-head-for-both", NATIVE,
      "-- migrate:transaction false\n-- migrate:up\nA;\n-- migrate:down\nB;", NULL, "|A;|", "|B;",
      FALSE },
    { "native-repeat-before-marker", NATIVE, "-- migrate:repeat\n-- migrate:up\nA;",
      "1:1 \"-- migrate:repeat\" has no statement", NULL, NULL, TRUE },

    { "native-second-marker", NATIVE, "-- migrate:up\nA;\n-- migrate:up\nB;",
      "3:1 a second \"-- migrate:up\"", NULL, NULL, TRUE },
    { "dbmate-second-markers", DBMATE,
      "-- migrate:up\n-- migrate:down\n-- migrate:up\nA;\n-- migrate:down\nB;", NULL, "|",
      "|-- migrate:up|A;|-- migrate:down|B;", TRUE },
    { "dbmate-second-marker-in-up", DBMATE, "-- migrate:up\nA;\n-- migrate:up\nB;", NULL,
      "|A;|-- migrate:up|B;", NULL, TRUE },

    { "sqlx-no-transaction", SQLX, "-- no-transaction\nA;", NULL, NULL, NULL, FALSE },
    { "sqlx-no-transaction-alone", SQLX, "-- no-transaction", NULL, NULL, NULL, FALSE },
    { "sqlx-other-words", SQLX, "--no-transaction\nA;", NULL, NULL, NULL, TRUE },
    { "sqlx-not-first", SQLX, "\n-- no-transaction\nA;", NULL, NULL, NULL, TRUE },

    { "flyway-placeholder", FLYWAY, "SELECT ${table}, '${nothing}', '${flyway:filename}';", NULL,
      "SELECT t1, '', 'V1__a.sql';", NULL, TRUE },
    { "flyway-any-case", FLYWAY, "SELECT ${TABLE};", NULL, "SELECT t1;", NULL, TRUE },
    { "flyway-in-dollar-quotes", FLYWAY, "SELECT $$${table}$$, \"${table}\"; -- ${table}", NULL,
      "SELECT $$t1$$, \"t1\"; -- t1", NULL, TRUE },
    { "flyway-open-placeholder", FLYWAY, "SELECT '${table';", NULL, "SELECT '${table';", NULL,
      TRUE },
    { "flyway-no-value", FLYWAY, "A;\nSELECT ${other};",
      "2:8 no value for the placeholder \"${other}\"", NULL, NULL, TRUE },
};

static char *
flat(const BlSection *section)
{
    return section->present ? g_strdelimit(g_strndup(section->text, section->len), "\n", '|')
                            : NULL;
}

static void
expect_problem(const GError *problem, const char *expected)
{
    g_assert_nonnull(problem);
    const BlErrorInfo *info = bl_error_info(problem);
    g_autofree char *got = g_strdup_printf("%u:%u %s", info->line, info->column, problem->message);
    if (!g_str_has_prefix(got, expected))
        g_assert_cmpstr(got, ==, expected);
    g_assert_nonnull(info->hint);
}

static void
test_text(Folder *folder, gconstpointer data)
{
    const TextCase *test = data;
    put(folder, test->file, test->text);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_as(folder, test->convention, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(history->list->len, ==, 1);
    const BlMigration *migration = g_ptr_array_index(history->list, 0);
    if (test->problem != NULL) {
        expect_problem(migration->problem, test->problem);
        return;
    }
    g_assert_no_error(migration->problem);
    g_autofree char *up = flat(&migration->up);
    g_autofree char *down = flat(&migration->down);
    if (test->up != NULL)
        g_assert_cmpstr(up, ==, test->up);
    g_assert_cmpstr(down, ==, test->down);
    g_assert_cmpint(migration->up.transaction, ==, test->transaction);
    if (down != NULL)
        g_assert_cmpint(migration->down.transaction, ==, test->transaction);
}

static const BlMigration *
get(const BlHistory *history, const char *name)
{
    const BlMigration *migration = bl_history_find(history, name);
    g_assert_nonnull(migration);
    return migration;
}

static void
test_timeouts(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "1_a.up.sql",
        "-- migrate:lock_timeout 500ms\n-- migrate:statement_timeout: 2min\nA;");
    put(folder, "1_a.down.sql", "-- migrate:down statement_timeout:1h lock_timeout:3s\nB;");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_golang_migrate, NULL);
    const BlMigration *migration = get(history, "m/1_a");
    g_assert_no_error(migration->problem);
    g_assert_no_error(migration->down.problem);
    g_assert_cmpuint(migration->up.lock_timeout_ms, ==, 500);
    g_assert_cmpuint(migration->up.statement_timeout_ms, ==, 120000);
    g_assert_cmpuint(migration->down.lock_timeout_ms, ==, 3000);
    g_assert_cmpuint(migration->down.statement_timeout_ms, ==, 3600000);
}

/* A broken way back is no reason not to go up. */
static void
test_problem_of_the_down_file(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "1_a.up.sql", "A;");
    put(folder, "1_a.down.sql", "B 'x");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_golang_migrate, NULL);
    const BlMigration *migration = get(history, "m/1_a");
    g_assert_no_error(migration->problem);
    expect_problem(migration->down.problem, "1:3 unterminated quoted text");
    g_assert_cmpstr(bl_error_info(migration->down.problem)->file, ==, "m/1_a.down.sql");
}

static void
test_pair_is_one_migration(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "000002_b.up.sql", "A;");
    put(folder, "000002_b.down.sql", "");
    put(folder, "000001_a.up.sql", "A;");
    put(folder, "000001_called_otherwise.down.sql", "B;");
    put(folder, "000003_c.down.sql", "B;");
    put(folder, "README.md", "no");
    put(folder, "sub/000009_x.up.sql", "A;");
    put(folder, "dir.up.sql/keep", "");
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_golang_migrate, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(history->list->len, ==, 2);
    const BlMigration *first = g_ptr_array_index(history->list, 0);
    const BlMigration *second = g_ptr_array_index(history->list, 1);
    g_assert_cmpstr(first->name, ==, "m/000001_a");
    g_assert_cmpstr(first->label, ==, "m/000001_a.up.sql");
    g_assert_cmpstr(first->script, ==, "000001_a.up.sql");
    g_assert_cmpstr(first->version, ==, "1");
    g_assert_cmpstr(first->down.label, ==, "m/000001_called_otherwise.down.sql");
    g_assert_cmpuint(g_strv_length(first->files), ==, 2);
    g_assert_cmpstr(second->name, ==, "m/000002_b");
    g_assert_true(second->down.present && second->down.empty && second->down.deliberate);
}

static void
test_two_of_one_version(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "01_a.up.sql", "A;");
    put(folder, "1_b.up.sql", "A;");
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_golang_migrate, &error);
    g_assert_null(history);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "two migrations of version 1"));
}

/* Numbers that one convention or another takes for the same, and such that a tool cannot keep. */
static void
test_numbers_that_are_refused(Folder *folder, gconstpointer data)
{
    (void)data;
    static const struct {
        const BlConvention *convention;
        const char *files[2];
        const char *message; /* NULL: it is taken */
    } cases[] = {
        { &bl_convention_flyway, { "V1_2__a.sql", "V1.02.0__b.sql" }, "two migrations of version" },
        { &bl_convention_flyway, { "V1_20__a.sql", "V1_2__b.sql" }, NULL },
        { &bl_convention_flyway, { "V0__a.sql", "V0_0__b.sql" }, "two migrations of version" },
        { &bl_convention_diesel, { "2024-01-01_a/up.sql", "20240101_b/up.sql" }, "two migrations" },
        { &bl_convention_diesel, { "1_a/up.sql", "01_b/up.sql" }, NULL },
        { &bl_convention_versioned, { "V1.A.up.sql", "V01.B.up.sql" }, "two migrations" },
        { &bl_convention_goose, { "1_a.sql", "9223372036854775808_b.sql" }, "is larger than" },
        { &bl_convention_golang_migrate,
          { "9223372036854775807_a.up.sql", "99999999999999999999_b.up.sql" },
          "is larger than 9223372036854775807, which is the most for golang-migrate" },
        { &bl_convention_sqlx, { "9223372036854775807_a.sql", "2_b.sql" }, NULL },
        { &bl_convention_versioned,
          { "V99999999999999999999.A.up.sql", "V100000000000000000000.B.up.sql" },
          NULL },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *place = g_build_filename(folder->root, "m", NULL);
        if (g_file_test(place, G_FILE_TEST_EXISTS))
            folder_remove(place);
        for (gsize j = 0; j < G_N_ELEMENTS(cases[i].files); j++)
            put(folder, cases[i].files[j], "-- +goose Up\nA;");
        g_autoptr(GError) error = NULL;
        g_autoptr(BlHistory) history = read_as(folder, cases[i].convention, &error);
        if (cases[i].message == NULL) {
            g_assert_no_error(error);
            g_assert_cmpuint(history->list->len, ==, 2);
            continue;
        }
        g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
        if (strstr(error->message, cases[i].message) == NULL)
            g_assert_cmpstr(error->message, ==, cases[i].message);
    }
}

/* Line ends are git's business; zeros were that of an old release. */
static void
test_prisma_accepts(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const texts[] = { "A;\nB;\n", "A;\r\nB;\r\n" };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        put(folder, "1_a/migration.sql", texts[i]);
        g_autoptr(BlHistory) history = read_as(folder, &bl_convention_prisma, NULL);
        const BlMigration *migration = get(history, "m/1_a");
        for (gsize j = 0; j < G_N_ELEMENTS(texts); j++) {
            g_autofree char *stored = bl_convention_prisma.checksum(texts[j], strlen(texts[j]));
            g_assert_true(bl_convention_prisma.accepts(migration, stored));
        }
        g_assert_false(bl_convention_prisma.accepts(migration, "4711"));
    }
    /* sha256("A;\nB;\n") with each byte as the old format "%x" writes it. */
    static const char hex[] = "0123456789abcdef";
    g_autoptr(GString) old = g_string_new(NULL);
    guint8 bytes[32];
    gsize n = sizeof(bytes);
    g_autoptr(GChecksum) sum = g_checksum_new(G_CHECKSUM_SHA256);
    g_checksum_update(sum, (const guchar *)texts[0], (gssize)strlen(texts[0]));
    g_checksum_get_digest(sum, bytes, &n);
    for (gsize i = 0; i < n; i++) {
        if (bytes[i] >= 16)
            g_string_append_c(old, hex[bytes[i] / 16]);
        g_string_append_c(old, hex[bytes[i] % 16]);
    }
    put(folder, "1_a/migration.sql", texts[1]);
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_prisma, NULL);
    g_assert_true(bl_convention_prisma.accepts(get(history, "m/1_a"), old->str));
}

static void
test_own_dialect_prevails(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "1_a.up.sql", "GENERAL;");
    put(folder, "1_a.sqlite3.up.sql", "OWN;");
    put(folder, "1_a.mysql.up.sql", "OTHER;");
    put(folder, "1_a.sqlite3.down.sql", "");
    put(folder, "2_b.mysql.up.sql", "OTHER;");
    put(folder, "3_c.autocommit.up.sql", "A;");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_popx, NULL);
    g_assert_cmpuint(history->list->len, ==, 2);
    const BlMigration *own = get(history, "m/1_a");
    g_assert_cmpstr(own->up.text, ==, "OWN;");
    g_assert_true(own->down.deliberate);
    g_assert_true(own->up.transaction && own->up.automatic);
    g_assert_false(get(history, "m/3_c")->up.transaction);
}

static void
test_diesel_metadata(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "1_a/up.sql", "A;");
    put(folder, "1_a/down.sql", "B;");
    put(folder, "1_a/metadata.toml", "# no\nrun_in_transaction = false # since it is concurrent\n");
    put(folder, "2_b/up.sql", "A;");
    put(folder, "2_b/metadata.toml", "run_in_transaction = \"no\"\n");
    put(folder, "3_c/down.sql", "B;");
    /* The tool takes a file without the key for a no. */
    put(folder, "4_d/up.sql", "A;");
    put(folder, "4_d/metadata.toml", "# nothing\r\n[other]\r\nkey = \"x\"\r\n");
    put(folder, "5_e/up.sql", "A;");
    put(folder, "5_e/metadata.toml", "run_in_transaction=true");
    put(folder, "4_d/down.sql", "");
    put(folder, "5_e/down.sql", "-- nothing\n");
    put(folder, "6_f/up.sql/deeper.sql", "A;");
    put(folder, "7_g/deeper/up.sql", "A;");
    put(folder, "README.md", "no");
    put(folder, "up.sql", "A;");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_diesel, NULL);
    g_assert_cmpuint(history->list->len, ==, 4);
    g_assert_false(get(history, "m/4_d")->up.transaction);
    g_assert_no_error(get(history, "m/4_d")->problem);
    g_assert_true(get(history, "m/5_e")->up.transaction);
    g_assert_false(get(history, "m/4_d")->down.deliberate);
    g_assert_true(get(history, "m/5_e")->down.deliberate);
    const BlMigration *first = get(history, "m/1_a");
    g_assert_false(first->up.transaction);
    g_assert_false(first->down.transaction);
    g_assert_cmpuint(g_strv_length(first->files), ==, 3);
    expect_problem(get(history, "m/2_b")->problem, "1:1 run_in_transaction is neither");
}

static void
test_flyway_conf(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "V1__a.sql", "A ${table};");
    put(folder, "V1__a.sql.conf",
        "# x\nexecuteInTransaction=false\nplaceholderReplacement = false\n");
    put(folder, "V2__b.sql", "A;");
    put(folder, "V2__b.sql.conf", "shouldExecute=${x}\n");
    put(folder, "U2__b.sql", "B ${table};");
    put(folder, "R__v.sql", "CREATE VIEW ${table};");
    put(folder, "B2__all.sql", "A;");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_flyway, NULL);
    g_assert_cmpuint(history->list->len, ==, 4);
    const BlMigration *first = get(history, "m/V1__a");
    g_assert_false(first->up.transaction);
    g_assert_cmpstr(first->up.text, ==, "A ${table};");
    const BlMigration *second = get(history, "m/V2__b");
    expect_problem(second->problem, "1:1 setting \"shouldExecute=${x}\" is not supported");
    g_assert_cmpstr(second->down.text, ==, "B t1;");
    g_assert_false(second->down.deliberate);
    const BlMigration *again = g_ptr_array_index(history->list, 3);
    g_assert_cmpint(again->kind, ==, BL_MIGRATION_REPEATABLE);
    g_assert_null(again->version);
    g_assert_cmpint(get(history, "m/B2__all")->kind, ==, BL_MIGRATION_BASELINE);
}

/* Another value is no edit, but a reason to run again. */
static void
test_placeholders_and_digests(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "V1__a.sql", "A ${table};");
    put(folder, "R__v.sql", "A ${table};");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_flyway, NULL);
    g_autofree char *raw = bl_token_digest(&bl_dialect_sqlite, "A ${table};", 11);
    g_autofree char *filled = bl_token_digest(&bl_dialect_sqlite, "A t1;", 5);
    g_assert_cmpstr(get(history, "m/V1__a")->token_digest, ==, raw);
    g_assert_cmpstr(get(history, "m/R__v")->token_digest, ==, filled);
}

static void
test_prisma_folder(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "migration_lock.toml", "provider = \"x\"");
    put(folder, "20200102_b/migration.sql", "A");
    put(folder, "20200101_a/migration.sql", "A;\n");
    put(folder, "20200101_a/README.md", "");
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_prisma, NULL);
    g_assert_cmpuint(history->list->len, ==, 2);
    const BlMigration *first = g_ptr_array_index(history->list, 0);
    g_assert_cmpstr(first->name, ==, "m/20200101_a");
    g_assert_cmpstr(first->version, ==, "20200101_a");
    g_assert_cmpstr(first->script, ==, "20200101_a/migration.sql");
    g_assert_nonnull(first->checksum);
}

/* The head of a file says the convention; what is not configured must not be run as another. */
typedef struct {
    const char *files[4]; /* name, text, name, text */
    const char *guess;    /* NULL: none */
    gboolean refused;     /* by a history whose convention is not configured */
} DetectCase;

static const DetectCase detect_cases[] = {
    { { "1_a.up.sql", "A;", "1_a.down.sql", "B;" }, "golang-migrate", TRUE },
    { { "1_a.sql", "-- +goose Up\nA;", "2_b.sql", "-- +goose Up\nA;" }, "goose", TRUE },
    { { "1_a/up.sql", "A;", "1_a/down.sql", "B;" }, "diesel", TRUE },
    { { "V1__a.sql", "A;", "R__b.sql", "B;" }, "flyway", TRUE },
    { { "1_a/migration.sql", "A;", "migration_lock.toml", "" }, "prisma", TRUE },
    { { "1_a.mysql.up.sql", "A;", "1_a.up.sql", "A;" }, "popx", TRUE },
    { { "V0001.A.up.sql", "A;", "V0001.A.down.sql", "" }, "versioned", TRUE },
    { { "1/1_a.sql", "A;", "1/2_b.sql", "A;" }, "nested", TRUE },
    { { "1_a.sql", "A;", "2_b.sql", "A;" }, "sqlx", FALSE },
    { { "1_a.sql", "-- migrate:up\nA;", "2_b.sql", "A;" }, "baseline", FALSE },
    { { "1_a.sql", "-- migrate:up\nA;", "2_b.up.sql", "A;" }, "baseline", FALSE },
    { { "notes.txt", "", "a.ts", "" }, NULL, FALSE },
};

static void
test_detect(Folder *folder, gconstpointer data)
{
    const DetectCase *test = data;
    static const char *const paths[] = { "m", NULL };
    put(folder, test->files[0], test->files[1]);
    put(folder, test->files[2], test->files[3]);
    g_auto(BlGuess) guess = { 0 };
    bl_detect(folder->root, paths, &guess);
    g_assert_cmpstr(guess.convention != NULL ? guess.convention->name : NULL, ==, test->guess);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_as(folder, NULL, &error);
    if (!test->refused) {
        g_assert_no_error(error);
        return;
    }
    g_assert_null(history);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, test->guess));
    g_assert_nonnull(strstr(bl_error_info(error)->hint, test->guess));
}

static void
test_nothing_of_the_convention(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "1_a.up.sql", "A;");
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_as(folder, &bl_convention_flyway, &error);
    g_assert_null(history);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "golang-migrate"));
}

/* How a file is run where the convention leaves it to the text. */
typedef struct {
    const char *text;
    BlShape sqlite;
    BlShape postgres;
} ShapeCase;

static const ShapeCase shape_cases[] = {
    { "CREATE TABLE a (b int); INSERT INTO a VALUES (1);", BL_SHAPE_TRANSACTION,
      BL_SHAPE_TRANSACTION },
    { "", BL_SHAPE_TRANSACTION, BL_SHAPE_TRANSACTION },
    { "BEGIN; CREATE TABLE a (b int); COMMIT;", BL_SHAPE_FRAMED, BL_SHAPE_FRAMED },
    { "BEGIN; CREATE TABLE a (b int);", BL_SHAPE_FRAMED, BL_SHAPE_FRAMED },
    { "CREATE TABLE c (b int); BEGIN; CREATE TABLE a (b int); COMMIT;", BL_SHAPE_STEPS,
      BL_SHAPE_STEPS },
    { "BEGIN; CREATE TABLE a (b int); COMMIT; CREATE TABLE c (b int);", BL_SHAPE_STEPS,
      BL_SHAPE_STEPS },
    { "BEGIN; SELECT 1; COMMIT; BEGIN; SELECT 2; COMMIT;", BL_SHAPE_STEPS, BL_SHAPE_STEPS },
    { "BEGIN; SELECT 1; ROLLBACK;", BL_SHAPE_STEPS, BL_SHAPE_STEPS },
    { "CREATE INDEX CONCURRENTLY i ON a (b);", BL_SHAPE_TRANSACTION, BL_SHAPE_STEPS },
    { "VACUUM;", BL_SHAPE_STEPS, BL_SHAPE_STEPS },
    { "PRAGMA foreign_keys = off; CREATE TABLE a (b int); PRAGMA foreign_keys = on;",
      BL_SHAPE_TRANSACTION, BL_SHAPE_TRANSACTION },
    { "PRAGMA foreign_keys = off; BEGIN; CREATE TABLE a (b int); COMMIT; PRAGMA foreign_keys = on;",
      BL_SHAPE_FRAMED, BL_SHAPE_STEPS },
    { "CREATE TABLE a (b int); PRAGMA foreign_keys = off; DROP TABLE a;", BL_SHAPE_STEPS,
      BL_SHAPE_TRANSACTION },
};

static void
test_shape(void)
{
    const BlEngine *sqlite = bl_engine_find("sqlite");
    const BlEngine *postgres = bl_engine_find("postgres");
    for (gsize i = 0; i < G_N_ELEMENTS(shape_cases); i++) {
        const ShapeCase *test = &shape_cases[i];
        g_autoptr(BlMigration) migration = g_new0(BlMigration, 1);
        migration->label = g_strdup("f.sql");
        migration->up = (BlSection){ .present = TRUE,
                                     .transaction = TRUE,
                                     .automatic = TRUE,
                                     .line = 1,
                                     .text = g_strdup(test->text),
                                     .len = strlen(test->text) };
        g_test_message("%s", test->text);
        g_assert_cmpint(bl_shape_find(sqlite, &migration->up), ==, test->sqlite);
        g_assert_cmpint(bl_shape_find(postgres, &migration->up), ==, test->postgres);
        migration->up.automatic = FALSE;
        g_assert_cmpint(bl_shape_find(sqlite, &migration->up), ==, BL_SHAPE_TRANSACTION);
        migration->up.transaction = FALSE;
        g_assert_cmpint(bl_shape_find(sqlite, &migration->up), ==, BL_SHAPE_STEPS);
    }
}

/* Lines 3 to 5 of a file, from its byte 40 on. */
static BlMigration *
new_part(const char *text)
{
    BlMigration *migration = g_new0(BlMigration, 1);
    migration->label = g_strdup("f.sql");
    migration->up = (BlSection){ .present = TRUE,
                                 .transaction = TRUE,
                                 .line = 3,
                                 .offset = 40,
                                 .text = g_strdup(text),
                                 .len = strlen(text),
                                 .memo = g_new0(BlShapeMemo, 1) };
    return migration;
}

static void
assert_refused(const BlMigration *migration, guint line, guint column)
{
    g_autoptr(GError) error = NULL;
    g_assert_false(
        bl_runner_check(bl_engine_find("mysql"), migration, &migration->up, FALSE, &error));
    const BlErrorInfo *info = bl_error_info(error);
    g_assert_nonnull(info);
    g_assert_cmpstr(info->file, ==, "f.sql");
    g_assert_cmpuint(info->line, ==, line);
    g_assert_cmpuint(info->column, ==, column);
}

/* A statement that is alone is kept too, unless how the text goes on would change how it is cut. */
static void
test_single_is_kept(void)
{
    static const struct {
        const char *text;
        const char *single; /* NULL: none */
    } cases[] = {
        { "\n  CREATE TABLE a (b int) ;\n-- end\n", "CREATE TABLE a (b int)" },
        { "INSERT INTO a VALUES (1)", "INSERT INTO a VALUES (1)" },
        { "INSERT INTO a VALUES (1); SET @a = 1;", NULL },
        { "DELIMITER //\nCREATE TABLE a (b int)//\n", NULL },
        { "CREATE TABLE a (b int);\n\\! ls\n", NULL },
        { "CREATE TABLE a (b int); /* not closed", NULL },
        { "-- nothing\n", NULL },
    };
    const BlEngine *mysql = bl_engine_find("mysql");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BlMigration) migration = new_part(cases[i].text);
        const BlSection *up = &migration->up;
        g_assert_null(bl_shape_single(mysql, up));
        (void)bl_shape_find(mysql, up);
        const BlItem *single = bl_shape_single(mysql, up);
        g_assert_cmpint(single != NULL, ==, cases[i].single != NULL);
        if (single == NULL)
            continue;
        g_assert_cmpuint(single->len, ==, strlen(cases[i].single));
        g_assert_true(single->text == strstr(up->text, cases[i].single));
        g_assert_cmpuint(single->offset, ==, 40 + (guint64)(single->text - up->text));
        g_assert_null(bl_shape_single(bl_engine_find("sqlite"), up));
    }
}

/* A text is read once: what it is run as is kept, and its items are given to who asked first. */
static void
test_shape_is_kept(void)
{
    const BlEngine *mysql = bl_engine_find("mysql");
    g_autoptr(BlMigration) migration =
        new_part("\nCREATE TABLE a (b int);\n  INSERT INTO a VALUES (1);\n");
    const BlSection *up = &migration->up;
    g_autoptr(GArray) items = NULL;
    g_autoptr(GArray) again = NULL;
    g_assert_cmpint(bl_shape_read(mysql, up, &items), ==, BL_SHAPE_STEPS);
    g_assert_nonnull(items);
    g_assert_cmpuint(items->len, ==, 2);
    const BlShapeItem *last = &g_array_index(items, BlShapeItem, 1);
    g_assert_true(last->item.text == strstr(up->text, "INSERT"));
    g_assert_cmpuint(last->item.len, ==, strlen("INSERT INTO a VALUES (1)"));
    g_assert_cmpuint(last->item.line, ==, 5);
    g_assert_cmpuint(last->item.column, ==, 3);
    g_assert_cmpuint(last->item.offset, ==, 40 + 27);
    g_assert_cmpuint(last->traits & BL_STMT_DML, ==, BL_STMT_DML);

    g_assert_cmpint(bl_shape_read(mysql, up, &again), ==, BL_SHAPE_STEPS);
    g_assert_null(again);
    g_assert_cmpint(bl_shape_find(mysql, up), ==, BL_SHAPE_STEPS);
    g_assert_cmpint(bl_shape_find(bl_engine_find("sqlite"), up), ==, BL_SHAPE_TRANSACTION);
    g_assert_cmpint(bl_shape_find(mysql, up), ==, BL_SHAPE_STEPS);
}

/* The check says the same of what was read for it and of what it reads itself. */
static void
test_shape_then_check(void)
{
    static const struct {
        const char *text;
        guint line;
        guint column;
    } cases[] = {
        { "\nCREATE TABLE a (b int);\n  USE other;\n", 5, 3 },
        { "\nSELECT 1;\n SELECT 'open", 5, 9 },
        { "USE other; SELECT 'open", 3, 1 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(BlMigration) migration = new_part(cases[i].text);
        assert_refused(migration, cases[i].line, cases[i].column);
        assert_refused(migration, cases[i].line, cases[i].column);
    }
}

#define ADD(path, fn) g_test_add(path, Folder, NULL, folder_set_up, fn, folder_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(text_cases); i++) {
        g_autofree char *path = g_strdup_printf("/convention/text/%s", text_cases[i].name);
        g_test_add(path, Folder, &text_cases[i], folder_set_up, test_text, folder_tear_down);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(detect_cases); i++) {
        g_autofree char *path = g_strdup_printf("/convention/detect/%" G_GSIZE_FORMAT, i);
        g_test_add(path, Folder, &detect_cases[i], folder_set_up, test_detect, folder_tear_down);
    }
    ADD("/convention/detect/configured-but-none", test_nothing_of_the_convention);
    ADD("/convention/directive/timeouts", test_timeouts);
    ADD("/convention/read/problem-of-the-down-file", test_problem_of_the_down_file);
    ADD("/convention/read/pair-is-one-migration", test_pair_is_one_migration);
    ADD("/convention/read/two-of-one-version", test_two_of_one_version);
    ADD("/convention/read/numbers-that-are-refused", test_numbers_that_are_refused);
    ADD("/convention/read/prisma-accepts", test_prisma_accepts);
    ADD("/convention/read/own-dialect-prevails", test_own_dialect_prevails);
    ADD("/convention/read/diesel-metadata", test_diesel_metadata);
    ADD("/convention/read/flyway-kinds-and-conf", test_flyway_conf);
    ADD("/convention/read/placeholders-and-digests", test_placeholders_and_digests);
    ADD("/convention/read/prisma-folder", test_prisma_folder);
    g_test_add_func("/convention/shape/automatic", test_shape);
    g_test_add_func("/convention/shape/is-kept", test_shape_is_kept);
    g_test_add_func("/convention/shape/single", test_single_is_kept);
    g_test_add_func("/convention/shape/then-check", test_shape_then_check);
    return g_test_run();
}
