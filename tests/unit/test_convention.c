/* SPDX-License-Identifier: MIT */
#include "squash/convention.h"
#include "squash/make.h"

#include "common/base/error.h"
#include "common/project/project.h"

#include <string.h>

/* What a convention says of a path. @name NULL: no file of ours. */
typedef struct {
    const BlConvention *convention;
    const char *path;
    BlFileRole role;
    const char *name;
    const char *version;
    const char *title;
} NameCase;

#define NONE BL_FILE_NONE, NULL, NULL, NULL

static const NameCase name_cases[] = {
    { &bl_convention_baseline, "1_a.sql", BL_FILE_UP, "1_a", "1", NULL },
    { &bl_convention_baseline, "s/a.sql", BL_FILE_UP, "s/a", NULL, NULL },
    { &bl_convention_baseline, "1_a.ts", BL_FILE_FOREIGN, "1_a", "1", NULL },
    { &bl_convention_baseline, "1_a.d.ts", NONE },
    { &bl_convention_baseline, "README.md", NONE },
    { &bl_convention_golang_migrate, "000001_init.up.sql", BL_FILE_UP, "000001_init", "1", "init" },
    { &bl_convention_golang_migrate, "10_add_x.down.sql", BL_FILE_DOWN, "10_add_x", "10", "add x" },
    { &bl_convention_golang_migrate, "0_zero.up.sql", BL_FILE_UP, "0_zero", "0", "zero" },
    { &bl_convention_golang_migrate, "1_a.UP.SQL", BL_FILE_UP, "1_a", "1", "a" },
    { &bl_convention_golang_migrate, "1_a.down.SQL", BL_FILE_DOWN, "1_a", "1", "a" },
    { &bl_convention_golang_migrate, "1_a.up..sql", BL_FILE_UP, "1_a", "1", "a" },
    { &bl_convention_golang_migrate, "1_a.up.down.sql", BL_FILE_DOWN, "1_a.up", "1", "a.up" },
    { &bl_convention_golang_migrate, "1_a.up", NONE },
    { &bl_convention_golang_migrate, "1_init.sql", NONE },
    { &bl_convention_golang_migrate, "init.up.sql", NONE },
    { &bl_convention_goose, "20160118_0.1.2_x.sql", BL_FILE_UP, "20160118_0.1.2_x", "20160118",
      "0.1.2 x" },
    { &bl_convention_goose, "00002_rename.go", BL_FILE_FOREIGN, "00002_rename", "2", "rename" },
    { &bl_convention_goose, "00002_rename_test.go", NONE },
    { &bl_convention_goose, "schema.sql", NONE },
    { &bl_convention_diesel, "2017-09-23-182408_move_it/up.sql", BL_FILE_UP,
      "2017-09-23-182408_move_it", "20170923182408", "move it" },
    { &bl_convention_diesel, "00000000000000_x/down.sql", BL_FILE_DOWN, "00000000000000_x",
      "00000000000000", "x" },
    { &bl_convention_diesel, "1_x/metadata.toml", BL_FILE_SETTINGS, "1_x", "1", "x" },
    { &bl_convention_diesel, "README.md", NONE },
    { &bl_convention_diesel, "up.sql", NONE },
    { &bl_convention_flyway, "V1_2__add_users.sql", BL_FILE_UP, "V1_2__add_users", "1.2",
      "add users" },
    { &bl_convention_flyway, "sub/V1.2.3__x.sql", BL_FILE_UP, "sub/V1.2.3__x", "1.2.3", "x" },
    { &bl_convention_flyway, "V001__x.sql", BL_FILE_UP, "V001__x", "001", "x" },
    { &bl_convention_flyway, "V7.sql", BL_FILE_UP, "V7", "7", "" },
    { &bl_convention_flyway, "U1_2__add_users.sql", BL_FILE_DOWN, "V1_2__add_users", "1.2",
      "add users" },
    { &bl_convention_flyway, "R__views.sql", BL_FILE_UP, "R__views", NULL, "views" },
    { &bl_convention_flyway, "B3__all.sql", BL_FILE_UP, "B3__all", "3", "all" },
    { &bl_convention_flyway, "V1__x.sql.conf", BL_FILE_SETTINGS, "V1__x", "1", "x" },
    { &bl_convention_flyway, "V2__x.java", BL_FILE_FOREIGN, "V2__x", "2", "x" },
    { &bl_convention_flyway, "V2__x.SQL", BL_FILE_UP, "V2__x", "2", "x" },
    { &bl_convention_flyway, "v2__x.sql", NONE },
    { &bl_convention_flyway, "V1_2_3__a__b.sql", BL_FILE_UP, "V1_2_3__a__b", "1.2.3", "a  b" },
    { &bl_convention_flyway, "U__x.sql", NONE },
    { &bl_convention_flyway, "V1__x.sql.bak", NONE },
    { &bl_convention_flyway, "V__x.sql", NONE },
    { &bl_convention_flyway, "V1a__x.sql", NONE },
    { &bl_convention_flyway, "R1__x.sql", NONE },
    { &bl_convention_flyway, "Views.sql", NONE },
    { &bl_convention_flyway, "afterMigrate.sql", NONE },
    { &bl_convention_prisma, "20221206131204_init/migration.sql", BL_FILE_UP, "20221206131204_init",
      "20221206131204_init", "init" },
    { &bl_convention_prisma, "20221206131204_init/down.sql", BL_FILE_DOWN, "20221206131204_init",
      "20221206131204_init", "init" },
    { &bl_convention_prisma, "migration_lock.toml", NONE },
    { &bl_convention_prisma, "migration.sql", NONE },
    { &bl_convention_sqlx, "1_a_b.sql", BL_FILE_UP, "1_a_b", "1", "a b" },
    { &bl_convention_sqlx, "0002_b.up.sql", BL_FILE_UP, "0002_b", "2", "b" },
    { &bl_convention_sqlx, "0002_b.down.sql", BL_FILE_DOWN, "0002_b", "2", "b" },
    { &bl_convention_sqlx, "notes.sql", NONE },
    { &bl_convention_sqlx, "1_a.SQL", NONE },
    { &bl_convention_goose, "1_a.SQL", NONE },
    { &bl_convention_goose, "a1_b.sql", NONE },
    { &bl_convention_goose, "1.sql", NONE },
    { &bl_convention_prisma, "1_a/Migration.sql", NONE },
    { &bl_convention_prisma, "1_a/deeper/migration.sql", NONE },
    { &bl_convention_popx, "2020_x.up.sql", BL_FILE_UP, "2020_x", "2020", "x" },
    { &bl_convention_popx, "2020_x.sqlite3.up.sql", BL_FILE_UP, "2020_x", "2020", "x" },
    { &bl_convention_popx, "2020_x.sqlite3.autocommit.down.sql", BL_FILE_DOWN, "2020_x", "2020",
      "x" },
    { &bl_convention_popx, "sub/2020_x.autocommit.up.sql", BL_FILE_UP, "sub/2020_x", "2020", "x" },
    { &bl_convention_popx, "2020_x.mysql.up.sql", NONE },
    { &bl_convention_popx, "2020_x.cockroach.up.sql", NONE },
    { &bl_convention_popx, "2020_x.up.fizz", BL_FILE_FOREIGN, "2020_x", "2020", "x" },
    { &bl_convention_popx, "2020_x.sql", NONE },
    { &bl_convention_versioned, "V0001.Initial_Schema.up.sql", BL_FILE_UP, "V0001.Initial_Schema",
      "1", "Initial Schema" },
    { &bl_convention_versioned, "V0001.X.down.sql", BL_FILE_DOWN, "V0001.X", "1", "X" },
    { &bl_convention_versioned, "V0001.X.sql", NONE },
    { &bl_convention_versioned, "0001.X.up.sql", NONE },
    { &bl_convention_nested, "1/2/3_a.sql", BL_FILE_UP, "1/2/3_a", "1.2.3", "a" },
    { &bl_convention_nested, "v1/10/a.sql", NONE },
    { &bl_convention_nested, "1/02_b.up.sql", BL_FILE_UP, "1/02_b", "1.2", "b" },
    { &bl_convention_nested, "3_a.sql", NONE },
};

static void
test_names(gconstpointer data)
{
    const NameCase *test = data;
    BlFileMatch match = { 0 };
    test->convention->match(test->path, &bl_dialect_sqlite, &match);
    g_autofree char *name = match.name;
    g_assert_cmpint(match.role, ==, test->role);
    g_assert_cmpstr(name, ==, test->name);
    if (name == NULL)
        return;
    g_autofree char *label = g_strconcat("m/", name, NULL);
    g_autofree char *version = test->convention->version(label);
    g_assert_cmpstr(version, ==, test->version);
    g_autofree char *title =
        test->convention->title != NULL ? test->convention->title(label) : NULL;
    g_assert_cmpstr(title, ==, test->title);
}

/* Names in their order. */
typedef struct {
    const BlConvention *convention;
    const char *names[8];
} OrderCase;

static const OrderCase order_cases[] = {
    { &bl_convention_golang_migrate, { "m/1_z", "m/2_a", "m/000003_a", "m/10_a", NULL } },
    { &bl_convention_goose, { "m/00002_b", "m/10_a", "m/20160118194630_c", NULL } },
    /* As text without dashes, not by value. */
    { &bl_convention_diesel,
      { "m/00000000000000_x", "m/20170804200817_create", "m/2017-09-23-182408_move",
        "m/20171001000000_a", "m/2026-07-30-140000-0000_b", "m/2026-07-30-140001_a", NULL } },
    { &bl_convention_flyway,
      { "m/V1__b", "m/sub/V1_1__a", "m/V1.2__a", "m/V2__a", "m/B2__all", "m/V10__a", "m/R__a",
        NULL } },
    { &bl_convention_flyway, { "m/V0__b", "m/V9__x", "m/V20200101__x", "m/R__a", "m/R__b", NULL } },
    { &bl_convention_prisma, { "m/20221206131204_b", "m/20221207113401_a", NULL } },
    { &bl_convention_sqlx, { "m/1_z", "m/02_a", "m/20200101000000_a", NULL } },
    { &bl_convention_popx, { "m/20200101_b", "m/20200101000000_a", "m/20200102_a", NULL } },
    { &bl_convention_versioned, { "m/V0001.Z", "m/V2.A", "m/V0010.A", NULL } },
    { &bl_convention_nested,
      { "m/1/1/2_a", "m/1/1/10_a", "m/1/2/1_a", "m/1/10/1_a", "m/2/1/1_a", NULL } },
    { &bl_convention_nested,
      { "m/0.2/00__b", "m/0.2.1/0__a", "m/0.11/00__a", "m/v1.0/0__a", NULL } },
};

static void
test_order(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(order_cases); i++) {
        const OrderCase *test = &order_cases[i];
        for (gsize a = 0; test->names[a] != NULL; a++) {
            for (gsize b = 0; test->names[b] != NULL; b++) {
                int order = test->convention->compare(test->names[a], test->names[b]);
                g_assert_cmpint((order > 0) - (order < 0), ==, (a > b) - (a < b));
            }
        }
    }
}

/* The sums that the tools store, taken from zlib and OpenSSL. */
static void
test_checksums(void)
{
    static const char text[] = "CREATE TABLE t (a);\nSELECT 1;\n";
    static const char marked[] = "\xef\xbb\xbf"
                                 "CREATE TABLE t (a);\r\nSELECT 1;";
    gsize len = strlen(text);
    g_autofree char *flyway = bl_convention_flyway.checksum(text, len);
    g_assert_cmpstr(flyway, ==, "-1209284747");
    g_autofree char *same = bl_convention_flyway.checksum(marked, strlen(marked));
    g_assert_cmpstr(same, ==, "-1209284747");
    g_autofree char *positive = bl_convention_flyway.checksum("-- b", 4);
    g_assert_cmpstr(positive, ==, "1974557082");
    g_autofree char *empty = bl_convention_flyway.checksum("", 0);
    g_assert_cmpstr(empty, ==, "0");
    g_autofree char *prisma = bl_convention_prisma.checksum(text, len);
    g_assert_cmpstr(prisma, ==, "01eaca38eb008dc22d7b5ddae92fa9b3bce12c6abbec766452b471f30f50b08f");
    g_autofree char *sqlx = bl_convention_sqlx.checksum(text, len);
    g_assert_cmpstr(
        sqlx, ==,
        "5da2b7fe4c57647f2bd483fd1d91ee35f10682f3ef1a211e7d2d3680ee1f2470c27aa3e23c4f3cbd58db99d30cbd6975");
}

static void
test_every_name_is_configurable(void)
{
    gsize n = 0;
    for (; bl_conventions[n] != NULL; n++) {
        g_assert_true(g_strv_contains(bl_project_conventions, bl_conventions[n]->name));
        g_assert_true(bl_convention_find(bl_conventions[n]->name) == bl_conventions[n]);
    }
    g_assert_null(bl_project_conventions[n]);
    g_assert_null(bl_convention_find("rails"));
}

/* A new file behind @newest, at 2026-01-02 03:04:05. */
typedef struct {
    const BlConvention *convention;
    const char *newest; /* NULL: the first one */
    const char *script; /* its file from the folder */
    const char *made;   /* the files, separated by blanks */
} MakeCase;

static const MakeCase make_cases[] = {
    { &bl_convention_baseline, NULL, NULL, "1767323045000_x.sql" },
    { &bl_convention_baseline, "m/1967323045000_y", "1967323045000_y.sql", "1967323045001_x.sql" },
    { &bl_convention_baseline, "m/1_y", "1_y.sql", "1767323045000_x.sql" },
    { &bl_convention_dbmate, NULL, NULL, "20260102030405_x.sql" },
    { &bl_convention_golang_migrate, NULL, NULL, "000001_x.up.sql 000001_x.down.sql" },
    { &bl_convention_golang_migrate, "m/000099_y", "000099_y.up.sql",
      "000100_x.up.sql 000100_x.down.sql" },
    { &bl_convention_golang_migrate, "m/9_y", "9_y.up.sql", "10_x.up.sql 10_x.down.sql" },
    { &bl_convention_golang_migrate, "m/20250101000000_y", "20250101000000_y.up.sql",
      "20260102030405_x.up.sql 20260102030405_x.down.sql" },
    { &bl_convention_goose, "m/00007_y", "00007_y.sql", "00008_x.sql" },
    { &bl_convention_goose, NULL, NULL, "20260102030405_x.sql" },
    { &bl_convention_diesel, NULL, NULL,
      "2026-01-02-030405_x/up.sql 2026-01-02-030405_x/down.sql" },
    { &bl_convention_diesel, "m/2026-07-30-140000-0000_y", "2026-07-30-140000-0000_y/up.sql",
      "2026-07-30-140000-0001_x/up.sql 2026-07-30-140000-0001_x/down.sql" },
    { &bl_convention_flyway, NULL, NULL, "V1__x.sql" },
    { &bl_convention_flyway, "m/V3_1__y", "V3_1__y.sql", "V4__x.sql" },
    { &bl_convention_flyway, "m/V20250101000000__y", "V20250101000000__y.sql",
      "V20260102030405__x.sql" },
    { &bl_convention_prisma, NULL, NULL, "20260102030405_x/migration.sql" },
    { &bl_convention_sqlx, "m/20250101000000_y", "20250101000000_y.sql", "20260102030405_x.sql" },
    { &bl_convention_sqlx, "m/1_y", "1_y.up.sql", "2_x.up.sql 2_x.down.sql" },
    { &bl_convention_popx, "m/20200317160354000000_y", "20200317160354000000_y.up.sql",
      "20260102030405000000_x.up.sql 20260102030405000000_x.down.sql" },
    { &bl_convention_versioned, "m/V0026.Y", "V0026.Y.up.sql", "V0027.x.up.sql V0027.x.down.sql" },
    { &bl_convention_nested, "m/1/2/9_y", "1/2/9_y.up.sql", "1/2/10_x.up.sql 1/2/10_x.down.sql" },
};

/* The same where a squash took the newest file away. */
static void
check_squashed(const MakeCase *test, const BlMakeParts *parts, const char *expected)
{
    static const char *const folders[] = { "m", NULL };
    g_autoptr(BlHistory) history = bl_history_new(TRUE);
    g_autoptr(GPtrArray) squashed = g_ptr_array_new();
    history->convention = test->convention;
    history->folders = g_strdupv((char **)(guintptr)folders);
    g_ptr_array_add(squashed, (gpointer)(guintptr)test->newest);
    g_autoptr(GPtrArray) files = bl_make_files(history, squashed, parts);
    const BlMadeFile *up = g_ptr_array_index(files, 0);
    g_assert_true(g_str_has_prefix(expected, up->path));
}

static void
test_make(gconstpointer data)
{
    const MakeCase *test = data;
    g_autoptr(BlHistory) history = bl_history_new(TRUE);
    history->convention = test->convention;
    if (test->newest != NULL) {
        BlMigration *newest = g_new0(BlMigration, 1);
        newest->name = g_strdup(test->newest);
        newest->label = g_strconcat("m/", test->script, NULL);
        newest->script = g_strdup(test->script);
        newest->version = test->convention->version(test->newest);
        bl_history_take(history, newest);
    }
    const BlMakeParts parts = { "x", "UP;\n", "DOWN;\n", (gint64)1767323045 * G_USEC_PER_SEC,
                                &bl_dialect_sqlite };
    g_autoptr(GPtrArray) files = bl_make_files(history, NULL, &parts);
    g_autoptr(GString) made = g_string_new(NULL);
    for (guint i = 0; i < files->len; i++) {
        const BlMadeFile *file = g_ptr_array_index(files, i);
        g_string_append_printf(made, "%s%s", i > 0 ? " " : "", file->path);
    }
    g_assert_cmpstr(made->str, ==, test->made);
    gboolean is_alone = test->convention->make.alone != NULL && files->len == 1;
    if (test->newest != NULL && !is_alone)
        check_squashed(test, &parts, made->str);
    const BlMadeFile *up = g_ptr_array_index(files, 0);
    g_assert_nonnull(strstr(up->text, "UP;\n"));
    if (test->convention->make.text != NULL)
        g_assert_nonnull(strstr(up->text, "DOWN;\n"));
    BlFileMatch match = { 0 };
    test->convention->match(up->path, &bl_dialect_sqlite, &match);
    g_assert_cmpint(match.role, ==, BL_FILE_UP);
    g_free(match.name);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(name_cases); i++) {
        g_autofree char *file = g_strdelimit(g_strdup(name_cases[i].path), "/", ':');
        g_autofree char *path =
            g_strdup_printf("/convention/%s/name/%s", name_cases[i].convention->name, file);
        g_test_add_data_func(path, &name_cases[i], test_names);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(make_cases); i++) {
        g_autofree char *path = g_strdup_printf("/convention/%s/make/%" G_GSIZE_FORMAT,
                                                make_cases[i].convention->name, i);
        g_test_add_data_func(path, &make_cases[i], test_make);
    }
    g_test_add_func("/convention/compare/order", test_order);
    g_test_add_func("/convention/checksum/as-the-tools", test_checksums);
    g_test_add_func("/convention/find/every-name", test_every_name_is_configurable);
    return g_test_run();
}
