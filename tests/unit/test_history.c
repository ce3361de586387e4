/* SPDX-License-Identifier: MIT */
#include "squash/history.h"
#include "squash/scaffold.h"

#include "common/base/error.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/folder.h"

static void
put(const Folder *folder, const char *label, const char *text)
{
    folder_put(folder->root, label, text, -1);
}

static BlHistory *
read_paths(const Folder *folder, const char *const *paths, gboolean natural_sort, GError **error)
{
    const BlHistoryOptions options = {
        .root = folder->root,
        .paths = paths,
        .convention = NULL,
        .dialect = &bl_dialect_sqlite,
        .natural_sort = natural_sort,
    };
    return bl_history_read(&options, error);
}

static BlHistory *
read_one(const Folder *folder, GError **error)
{
    const char *const paths[] = { "m", NULL };
    return read_paths(folder, paths, TRUE, error);
}

static char *
names_of(const BlHistory *history)
{
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        g_string_append_printf(out, "%s%s%s", i > 0 ? " " : "", migration->name,
                               migration->foreign ? "~" : "");
    }
    return g_string_free(out, FALSE);
}

#define UP "-- migrate:up\nSELECT 1;\n"

static void
test_finds_and_orders(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/10_b.sql", UP);
    put(folder, "m/9_a.sql", UP);
    put(folder, "m/sub/9_c.sql", UP);
    put(folder, "m/dir.sql/11_d.sql", UP);
    put(folder, "m/README.md", "no migration");
    put(folder, "m/.hidden.sql", UP);
    put(folder, "m/.git/1_x.sql", UP);
    put(folder, "m/8_old.ts", "export default class {}");
    put(folder, "m/8_types.d.ts", "");
    put(folder, "m/notes.json", "{}");
    g_autofree char *target = g_build_filename(folder->root, "m", "9_a.sql", NULL);
    g_autofree char *link = g_build_filename(folder->root, "m", "7_link.sql", NULL);
    g_assert_cmpint(symlink(target, link), ==, 0);
    g_autofree char *above = g_build_filename(folder->root, "m", "sub", "all", NULL);
    g_assert_cmpint(symlink("..", above), ==, 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_one(folder, &error);
    g_assert_no_error(error);
    g_autofree char *names = names_of(history);
    g_assert_cmpstr(names, ==, "m/7_link m/8_old~ m/9_a m/sub/9_c m/10_b m/dir.sql/11_d");
}

static void
test_plain_sort(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/10_b.sql", UP);
    put(folder, "m/9_a.sql", UP);
    const char *const paths[] = { "m", NULL };
    g_autoptr(BlHistory) history = read_paths(folder, paths, FALSE, NULL);
    g_autofree char *names = names_of(history);
    g_assert_cmpstr(names, ==, "m/10_b m/9_a");
}

static void
test_orders_across_folders(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "a/200_x.sql", UP);
    put(folder, "b/100_y.sql", UP);
    const char *const paths[] = { "a", "./b/", "missing", NULL };
    g_autoptr(BlHistory) history = read_paths(folder, paths, TRUE, NULL);
    g_autofree char *names = names_of(history);
    g_assert_cmpstr(names, ==, "b/100_y a/200_x");
}

static BlHistory *
read_by_folder(const Folder *folder, const char *const *paths, gboolean natural_sort)
{
    const BlHistoryOptions options = {
        .root = folder->root,
        .paths = paths,
        .dialect = &bl_dialect_sqlite,
        .natural_sort = natural_sort,
        .folder_order = TRUE,
    };
    return bl_history_read(&options, NULL);
}

/* As AdonisJS Lucid has it: in a folder by the path in it. */
static void
test_folder_order(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "a/200_x.sql", UP);
    put(folder, "a/1000_x.sql", UP);
    put(folder, "a/sub/50_x.sql", UP);
    put(folder, "b/100_y.sql", UP);
    put(folder, "ab/1_z.sql", UP);
    const char *const paths[] = { "ab", "./a", "b/", NULL };
    g_autoptr(BlHistory) natural = read_by_folder(folder, paths, TRUE);
    g_autofree char *by_value = names_of(natural);
    g_assert_cmpstr(by_value, ==, "ab/1_z a/200_x a/1000_x a/sub/50_x b/100_y");
    g_autoptr(BlHistory) plain = read_by_folder(folder, paths, FALSE);
    g_autofree char *as_text = names_of(plain);
    g_assert_cmpstr(as_text, ==, "ab/1_z a/1000_x a/200_x a/sub/50_x b/100_y");
    g_assert_cmpuint(bl_history_n_sequences(plain), ==, 4);
    g_assert_cmpuint(bl_history_sequence(plain, "gone/1_x"), ==, 0);
    g_assert_cmpint(bl_history_compare(plain, "gone/9_x", "ab/1_z"), <, 0);
    const char *const tops[] = { ".", "../beside", NULL };
    g_autoptr(BlHistory) top = read_by_folder(folder, tops, TRUE);
    g_assert_cmpuint(bl_history_sequence(top, "b/100_y"), ==, 1);
    g_assert_cmpuint(bl_history_sequence(top, "../beside/1_x"), ==, 2);
}

/* Lucid's files beside ours, in an order that is not Lucid's. */
static void
test_torn_order(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const forth[] = { "a", "b", NULL };
    static const char *const back[] = { "b", "a", NULL };
    put(folder, "a/200_x.sql", UP);
    put(folder, "b/100_y.sql", UP);
    g_autoptr(BlHistory) alone = read_paths(folder, forth, TRUE, NULL);
    g_assert_null(alone->other_order);
    put(folder, "a/200_x.rb", "");
    g_autoptr(BlHistory) rails = read_paths(folder, forth, TRUE, NULL);
    g_assert_null(rails->other_order);
    put(folder, "b/100_y.ts", "");
    g_autoptr(BlHistory) both = read_paths(folder, forth, TRUE, NULL);
    g_assert_nonnull(strstr(both->other_order, "folderOrder"));
    g_autoptr(BlHistory) agreed = read_paths(folder, back, TRUE, NULL);
    g_assert_null(agreed->other_order);
    g_autoptr(BlHistory) told = read_by_folder(folder, forth, TRUE);
    g_assert_null(told->other_order);
}

/* In one folder, and below it. */
static void
test_other_order_below_a_folder(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const paths[] = { "m", NULL };
    put(folder, "m/a/2_x.sql", UP);
    put(folder, "m/b/1_y.sql", UP);
    put(folder, "m/b/1_y.ts", "");
    g_autoptr(BlHistory) by_name = read_paths(folder, paths, TRUE, NULL);
    g_assert_nonnull(strstr(by_name->other_order, "folderOrder"));
    g_autoptr(BlHistory) by_folder = read_by_folder(folder, paths, TRUE);
    g_assert_null(by_folder->other_order);
}

/* Lucid takes numbers as text unless it is told otherwise; ours do not. Who set it knows. */
static void
test_other_order_of_numbers(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const paths[] = { "m", NULL };
    put(folder, "m/9_x.sql", UP);
    put(folder, "m/10_y.sql", UP);
    g_autoptr(BlHistory) alone = read_paths(folder, paths, TRUE, NULL);
    g_assert_null(alone->other_order);
    put(folder, "m/10_y.ts", "");
    g_autoptr(BlHistory) by_value = read_paths(folder, paths, TRUE, NULL);
    g_assert_nonnull(strstr(by_value->other_order, "naturalSort"));
    g_autoptr(BlHistory) as_text = read_paths(folder, paths, FALSE, NULL);
    g_assert_null(as_text->other_order);
    const BlHistoryOptions options = {
        .root = folder->root,
        .paths = paths,
        .dialect = &bl_dialect_sqlite,
        .natural_sort = TRUE,
        .natural_sort_is_set = TRUE,
    };
    g_autoptr(BlHistory) chosen = bl_history_read(&options, NULL);
    g_assert_null(chosen->other_order);
}

static void
test_overlapping_folders_count_once(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/sub/1_a.sql", UP);
    const char *const paths[] = { "m", "m/sub", NULL };
    g_autoptr(BlHistory) history = read_paths(folder, paths, TRUE, NULL);
    g_autofree char *names = names_of(history);
    g_assert_cmpstr(names, ==, "m/sub/1_a");
}

/* However a folder is written, its files have one name. */
static void
test_spelling_of_folders(Folder *folder, gconstpointer data)
{
    (void)data;
    static const char *const spellings[] = { "a/b", "./a//b/", "a/../a/./b", "a/b/." };
    put(folder, "a/b/1_x.sql", UP);
    put(folder, "2_y.sql", UP);
    for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
        const char *const paths[] = { spellings[i], NULL };
        g_autoptr(BlHistory) history = read_paths(folder, paths, TRUE, NULL);
        g_assert_nonnull(history);
        g_autofree char *names = names_of(history);
        g_assert_cmpstr(names, ==, "a/b/1_x");
    }
    const char *const top[] = { ".", NULL };
    g_autoptr(BlHistory) of_top = read_paths(folder, top, TRUE, NULL);
    const BlMigration *file = bl_history_find(of_top, "2_y");
    g_assert_nonnull(file);
    g_assert_cmpstr(file->label, ==, "2_y.sql");
    g_assert_cmpstr(file->script, ==, "2_y.sql");

    g_autofree char *absolute = g_build_filename(folder->root, "a", "b", NULL);
    const char *const outside[] = { absolute, NULL };
    g_autoptr(BlHistory) history = read_paths(folder, outside, TRUE, NULL);
    g_autofree char *expected = g_build_filename(absolute, "1_x", NULL);
    g_autofree char *path = g_build_filename(absolute, "1_x.sql", NULL);
    file = bl_history_find(history, expected);
    g_assert_nonnull(file);
    g_assert_cmpstr(file->label, ==, path);
    g_assert_cmpstr(file->path, ==, path);
    g_assert_cmpstr(file->script, ==, "1_x.sql");
}

/* So many that several threads read them: each is there once, in order, and as it is alone. */
static void
test_long_history(Folder *folder, gconstpointer data)
{
    (void)data;
    enum { N = 1100 };
    for (guint i = 1; i <= N; i++) {
        g_autofree char *label = g_strdup_printf("m/%u_t.sql", i);
        g_autofree char *text = g_strdup_printf("-- migrate:up\nSELECT %s;\n-- migrate:down\n",
                                                i == 900 ? "'open" : label);
        put(folder, label, text);
    }
    g_autoptr(BlHistory) history = read_one(folder, NULL);
    g_assert_nonnull(history);
    g_assert_cmpuint(history->list->len, ==, N);
    g_autoptr(GHashTable) digests = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 1; i <= N; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i - 1);
        g_autofree char *name = g_strdup_printf("m/%u_t", i);
        g_assert_cmpstr(migration->name, ==, name);
        g_assert_cmpint(migration->problem != NULL, ==, i == 900);
        g_assert_true(g_hash_table_add(digests, migration->raw_digest));
    }

    /* One file that cannot be read ends it, whichever thread meets it. */
    g_autofree char *path = g_build_filename(folder->root, "m", "700_pipe.sql", NULL);
    g_assert_cmpint(mkfifo(path, 0600), ==, 0);
    g_autoptr(GError) error = NULL;
    g_assert_null(read_one(folder, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "700_pipe.sql"));
}

static void
test_two_files_with_one_name(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/1_a.js", "");
    put(folder, "m/1_a.ts", "");
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_one(folder, &error);
    g_assert_null(history);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_nonnull(strstr(error->message, "m/1_a.js"));
    g_assert_nonnull(strstr(error->message, "m/1_a.ts"));
}

/* Two tools on one database, each with its own file of every migration. */
static void
test_twin_in_another_language(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/1_a.ts", "");
    put(folder, "m/1_a.sql", UP);
    g_autoptr(BlHistory) history = read_one(folder, NULL);
    g_autofree char *names = names_of(history);
    g_assert_cmpstr(names, ==, "m/1_a");
}

/* What would end a line of a snapshot, of a report or of a workflow command. */
static void
test_control_character_in_a_name(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/1_a\nb.sql", UP);
    g_autoptr(GError) error = NULL;
    g_assert_null(read_one(folder, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
    g_assert_cmpstr(error->message, ==,
                    "the name of migration \"m/1_a\\nb.sql\" holds a control character");
}

static void
test_name_too_long(Folder *folder, gconstpointer data)
{
    (void)data;
    g_autofree char *part = g_strnfill(200, 'x');
    g_autofree char *label = g_strdup_printf("m/%s/%s.sql", part, part);
    put(folder, label, UP);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlHistory) history = read_one(folder, &error);
    g_assert_null(history);
    g_assert_error(error, BL_ERROR, BL_ERROR_USAGE);
}

/* One file; what its cut says. A problem is "LINE:COLUMN words". */
typedef struct {
    const char *name;
    const char *text;
    const char *problem;
    const char *up;   /* text of the section with line ends as "|"; NULL: not looked at */
    const char *down; /* NULL: absent */
    gboolean up_transaction;
} CutCase;

static const CutCase cut_cases[] = {
    { "both", "-- migrate:up\nA;\n-- migrate:down\nB;\n", NULL, "|A;|", "|B;|", TRUE },
    { "comment-before", "-- licence\n\n-- migrate:up\nA;\n", NULL, "|A;|", NULL, TRUE },
    { "transaction-false", "-- migrate:up transaction:false\nA;", NULL, "|A;", NULL, FALSE },
    { "no-blank-in-marker", "--migrate:up\nA;", NULL, "|A;", NULL, TRUE },
    { "empty-up", "-- migrate:up\n-- migrate:down\nB;", NULL, "|", "|B;", TRUE },
    { "crlf", "-- migrate:up\r\nA;\r\n-- migrate:down\r\nB;\r\n", NULL, NULL, "|B;|", TRUE },
    { "marker-in-string", "-- migrate:up\nSELECT '\n-- migrate:down\n';", NULL,
      "|SELECT '|-- migrate:down|';", NULL, TRUE },
    { "marker-in-comment", "-- migrate:up\n/*\n-- migrate:down\n*/ A;", NULL,
      "|/*|-- migrate:down|*/ A;", NULL, TRUE },
    { "marker-behind-statement", "-- migrate:up\nA; -- migrate:down\nB;", NULL,
      "|A; -- migrate:down|B;", NULL, TRUE },
    { "no-marker", "CREATE TABLE t (a);", "1:1 a statement before", NULL, NULL, TRUE },
    { "only-comments", "-- nothing\n", "1:1 the file has no \"-- migrate:up\"", NULL, NULL, TRUE },
    { "down-first", "-- migrate:down\nB;\n-- migrate:up\nA;", "1:1 \"-- migrate:down\" before",
      NULL, NULL, TRUE },
    { "two-ups", "-- migrate:up\nA;\n-- migrate:up\nB;", "3:1 a second", NULL, NULL, TRUE },
    { "unknown-marker", "-- migrate:up\nA;\n-- migrate:dwon\nB;", "3:1 unknown marker", NULL, NULL,
      TRUE },
    { "unknown-option", "-- migrate:up transaction:flase\nA;",
      "1:1 unknown option \"transaction:flase\"", NULL, NULL, TRUE },
    { "open-string", "-- migrate:up\nSELECT 1;\nINSERT INTO t VALUES ('x);\n",
      "3:23 unterminated quoted text", NULL, NULL, TRUE },
    { "open-comment", "-- migrate:up\nSELECT 1; /* x\n", "2:11 unterminated comment", NULL, NULL,
      TRUE },
};

static char *
flat(const BlSection *section)
{
    if (!section->present)
        return NULL;
    g_autofree char *text = g_strndup(section->text, section->len);
    g_autoptr(GString) out = g_string_new(NULL);
    for (const char *p = text; *p != '\0'; p++) {
        if (*p != '\r')
            g_string_append_c(out, *p == '\n' ? '|' : *p);
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static void
test_cut(gconstpointer data)
{
    const CutCase *test = data;
    g_autoptr(BlMigration) migration = g_new0(BlMigration, 1);
    migration->label = g_strdup("f.sql");
    bl_convention_baseline.split(migration, BL_FILE_UP, &bl_dialect_sqlite, test->text,
                                 strlen(test->text));
    if (test->problem != NULL) {
        g_assert_nonnull(migration->problem);
        const BlErrorInfo *info = bl_error_info(migration->problem);
        g_autofree char *found =
            g_strdup_printf("%u:%u %s", info->line, info->column, migration->problem->message);
        g_assert_true(g_str_has_prefix(found, test->problem));
        g_assert_cmpstr(info->file, ==, "f.sql");
        g_assert_nonnull(info->hint);
        return;
    }
    g_assert_no_error(migration->problem);
    g_autofree char *up = flat(&migration->up);
    g_autofree char *down = flat(&migration->down);
    if (test->up != NULL)
        g_assert_cmpstr(up, ==, test->up);
    g_assert_cmpstr(down, ==, test->down);
    g_assert_cmpint(migration->up.transaction, ==, test->up_transaction);
}

static void
test_digests_are_of_the_up_part(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/1_a.sql", "-- migrate:up\nSELECT  1; -- note\n-- migrate:down\nSELECT 2;\n");
    put(folder, "m/2_b.sql", "-- licence\n-- migrate:up\nSELECT 1;\n-- migrate:down\nSELECT 3;\n");
    put(folder, "m/3_c.sql", "-- migrate:up\r\nSELECT  1; -- note\r\n-- migrate:down\r\n");
    g_autoptr(BlHistory) history = read_one(folder, NULL);
    const BlMigration *a = bl_history_find(history, "m/1_a");
    const BlMigration *b = bl_history_find(history, "m/2_b");
    const BlMigration *c = bl_history_find(history, "m/3_c");
    g_assert_cmpstr(a->token_digest, ==, b->token_digest);
    g_assert_cmpstr(a->raw_digest, !=, b->raw_digest);
    g_assert_cmpstr(a->raw_digest, ==, c->raw_digest);
    g_assert_true(g_str_has_prefix(a->token_digest, "t1:"));
    g_assert_true(g_str_has_prefix(a->raw_digest, "raw:"));
}

static void
test_resolve(Folder *folder, gconstpointer data)
{
    (void)data;
    put(folder, "m/1_a.sql", UP);
    put(folder, "m/x/2_b.sql", UP);
    put(folder, "m/y/2_b.sql", UP);
    g_autoptr(BlHistory) history = read_one(folder, NULL);
    static const char *const spellings[] = { "m/1_a", "1_a", "1_a.sql", "m/1_a.sql" };
    for (gsize i = 0; i < G_N_ELEMENTS(spellings); i++) {
        const BlMigration *found = bl_history_resolve(history, spellings[i], NULL);
        g_assert_nonnull(found);
        g_assert_cmpstr(found->name, ==, "m/1_a");
    }
    g_autoptr(GError) twice = NULL;
    g_assert_null(bl_history_resolve(history, "2_b", &twice));
    g_assert_error(twice, BL_ERROR, BL_ERROR_USAGE);
    g_autoptr(GError) none = NULL;
    g_assert_null(bl_history_resolve(history, "9_z", &none));
    g_assert_error(none, BL_ERROR, BL_ERROR_USAGE);
}

typedef struct {
    const char *name;
    const char *file_name;
    BlScaffoldKind kind;
    const char *table;
    const char *column;
    gboolean removes;
} ScaffoldCase;

static const ScaffoldCase scaffold_cases[] = {
    { "create_users_table", "create_users_table", BL_SCAFFOLD_CREATE, "users", NULL, FALSE },
    { "create users", "create_users", BL_SCAFFOLD_CREATE, "users", NULL, FALSE },
    { "CreateRoleUser", "create_role_user", BL_SCAFFOLD_CREATE, "role_user", NULL, FALSE },
    { "add_slug_to_posts", "add_slug_to_posts", BL_SCAFFOLD_ALTER, "posts", "slug", FALSE },
    { "add_due_to_date_to_posts_table", "add_due_to_date_to_posts_table", BL_SCAFFOLD_ALTER,
      "posts", "due_to_date", FALSE },
    { "remove_slug_from_posts", "remove_slug_from_posts", BL_SCAFFOLD_ALTER, "posts", "slug",
      TRUE },
    { "alter_posts_table", "alter_posts_table", BL_SCAFFOLD_ALTER, "posts", NULL, FALSE },
    { "tidy up!", "tidy_up", BL_SCAFFOLD_PLAIN, NULL, NULL, FALSE },
    { "../../etc", "etc", BL_SCAFFOLD_PLAIN, NULL, NULL, FALSE },
};

static void
test_scaffold(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(scaffold_cases); i++) {
        const ScaffoldCase *test = &scaffold_cases[i];
        g_autofree char *file_name = bl_scaffold_file_name(test->name);
        g_assert_cmpstr(file_name, ==, test->file_name);
        g_auto(BlScaffold) scaffold = { 0 };
        bl_scaffold_parse(file_name, &scaffold);
        g_assert_cmpint(scaffold.kind, ==, test->kind);
        g_assert_cmpstr(scaffold.table, ==, test->table);
        g_assert_cmpstr(scaffold.column, ==, test->column);
        g_assert_cmpint(scaffold.removes, ==, test->removes);
        g_autofree char *up = NULL;
        g_autofree char *down = NULL;
        bl_scaffold_parts(&bl_dialect_sqlite, &scaffold, &up, &down);
        g_assert_cmpint(up[0] != '\0', ==, test->kind != BL_SCAFFOLD_PLAIN);
        g_assert_cmpint(down[0] != '\0', ==, test->kind != BL_SCAFFOLD_PLAIN);
    }
}

static void
test_natural_order(void)
{
    static const char *const ordered[] = { "m/1_a",
                                           "m/01_a",
                                           "m/2_a",
                                           "m/10_a",
                                           "m/99999999999999999999_a",
                                           "m/100000000000000000000_a",
                                           "m/a" };
    for (gsize i = 0; i + 1 < G_N_ELEMENTS(ordered); i++) {
        g_assert_cmpint(bl_migration_name_compare(ordered[i], ordered[i + 1], TRUE), <, 0);
        g_assert_cmpint(bl_migration_name_compare(ordered[i + 1], ordered[i], TRUE), >, 0);
        g_assert_cmpint(bl_migration_name_compare(ordered[i], ordered[i], TRUE), ==, 0);
    }
}

#define ADD(path, fn) g_test_add(path, Folder, NULL, folder_set_up, fn, folder_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/history/read/finds-and-orders", test_finds_and_orders);
    ADD("/history/read/plain-sort", test_plain_sort);
    ADD("/history/read/orders-across-folders", test_orders_across_folders);
    ADD("/history/read/folder-order", test_folder_order);
    ADD("/history/read/other-order-below-a-folder", test_other_order_below_a_folder);
    ADD("/history/read/other-order-of-numbers", test_other_order_of_numbers);
    ADD("/history/read/torn-order", test_torn_order);
    ADD("/history/read/overlapping-folders-count-once", test_overlapping_folders_count_once);
    ADD("/history/read/spelling-of-folders", test_spelling_of_folders);
    ADD("/history/read/long-history", test_long_history);
    ADD("/history/read/two-files-with-one-name", test_two_files_with_one_name);
    ADD("/history/read/twin-in-another-language", test_twin_in_another_language);
    ADD("/history/read/name-too-long", test_name_too_long);
    ADD("/history/read/control-character-in-a-name", test_control_character_in_a_name);
    ADD("/history/read/digests-are-of-the-up-part", test_digests_are_of_the_up_part);
    ADD("/history/resolve/spellings", test_resolve);
    for (gsize i = 0; i < G_N_ELEMENTS(cut_cases); i++) {
        g_autofree char *path = g_strconcat("/history/cut/", cut_cases[i].name, NULL);
        g_test_add_data_func(path, &cut_cases[i], test_cut);
    }
    g_test_add_func("/history/compare/natural-order", test_natural_order);
    g_test_add_func("/scaffold/parse/names", test_scaffold);
    return g_test_run();
}
