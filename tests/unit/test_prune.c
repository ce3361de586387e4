/* SPDX-License-Identifier: MIT */
#include "squash/prune.h"
#include "squash/squash_mark.h"

#include "common/base/error.h"

#include <glib.h>

#include <string.h>
#include <unistd.h>

static BlMigration *
add_file(BlHistory *history, const char *name, const char *digest)
{
    BlMigration *migration = g_new0(BlMigration, 1);
    migration->name = g_strdup(name);
    migration->label = g_strconcat(name, ".sql", NULL);
    migration->path = g_strconcat("/project/", name, ".sql", NULL);
    migration->files = g_new0(char *, 2);
    migration->files[0] = g_strdup(migration->path);
    migration->raw_digest = g_strconcat("raw:", digest, NULL);
    migration->token_digest = g_strconcat("t1:", digest, NULL);
    bl_history_take(history, migration);
    return migration;
}

static void
hold(BlManifest *manifest, const char *name, const char *raw, const char *token)
{
    bl_manifest_add_squashed(manifest, name);
    bl_manifest_set_digest(manifest, name, raw, token);
}

/* One migration "m" with digest "1" and what the others say of it. */
typedef struct {
    const char *name;
    const char *held_raw, *held_token; /* in the snapshot; both NULL: not held */
    gboolean held_without_digest;
    const char *applied_token; /* in the journal; NULL: nothing known */
    gboolean not_applied;
    gboolean no_database;
    const char *sharer_token; /* in another snapshot; "": not held there; NULL: no other */
    BlMigrationKind kind;
    const char *why_kept; /* NULL: it goes; "-": not in the plan */
} PlanCase;

static const PlanCase plan_cases[] = {
    { .name = "held-and-applied",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .applied_token = "t1:1" },
    { .name = "only-layout-differs", .held_raw = "raw:0", .held_token = "t1:1" },
    { .name = "not-in-the-snapshot", .why_kept = "-" },
    { .name = "no-digest",
      .held_without_digest = TRUE,
      .why_kept = "the snapshot has no digest of it" },
    { .name = "another-text-in-the-snapshot",
      .held_raw = "raw:2",
      .held_token = "t1:2",
      .why_kept = "the snapshot holds another text of it" },
    { .name = "only-raw-and-it-differs",
      .held_raw = "raw:2",
      .why_kept = "the snapshot holds another text of it" },
    { .name = "another-text-was-applied",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .applied_token = "t1:2",
      .why_kept = "another text of it was applied" },
    { .name = "not-applied",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .not_applied = TRUE,
      .why_kept = "it is not applied" },
    { .name = "no-database", .held_raw = "raw:1", .held_token = "t1:1", .no_database = TRUE },
    { .name = "shared-and-held-there",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .sharer_token = "t1:1" },
    { .name = "shared-and-not-held-there",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .sharer_token = "",
      .why_kept = "the snapshot of \"other\" does not hold it yet" },
    { .name = "shared-and-another-text-there",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .sharer_token = "t1:2",
      .why_kept = "the snapshot of \"other\" does not hold it yet" },
    { .name = "repeatable",
      .held_raw = "raw:1",
      .held_token = "t1:1",
      .kind = BL_MIGRATION_REPEATABLE,
      .why_kept = "it runs again when its text changes" },
};

static void
test_plan(gconstpointer data)
{
    const PlanCase *item = data;
    g_autoptr(BlHistory) history = bl_history_new(TRUE);
    add_file(history, "m", "1")->kind = item->kind;
    g_autoptr(BlLedger) ledger = bl_ledger_new();
    if (!item->not_applied)
        bl_ledger_add_row(ledger, 1, "m", 1, NULL);
    if (item->applied_token != NULL)
        bl_ledger_add_journal(ledger, 1, 1, "m", BL_JOURNAL_APPLIED)->token_digest =
            g_strdup(item->applied_token);
    g_autoptr(BlManifest) manifest = bl_manifest_new();
    if (item->held_raw != NULL || item->held_without_digest)
        hold(manifest, "m", item->held_raw, item->held_token);
    g_autoptr(BlManifest) other = bl_manifest_new();
    if (item->sharer_token != NULL && item->sharer_token[0] != '\0')
        hold(other, "m", NULL, item->sharer_token);
    const BlPruneSharer sharer = { "other", other, NULL };
    const BlPruneInput input = {
        .history = history,
        .ledger = item->no_database ? NULL : ledger,
        .manifest = manifest,
        .sharers = &sharer,
        .n_sharers = item->sharer_token != NULL ? 1 : 0,
    };
    g_autoptr(GPtrArray) items = bl_prune_plan(&input, NULL);
    g_assert_nonnull(items);
    if (g_strcmp0(item->why_kept, "-") == 0) {
        g_assert_cmpuint(items->len, ==, 0);
        return;
    }
    g_assert_cmpuint(items->len, ==, 1);
    g_assert_cmpstr(((const BlPruneItem *)g_ptr_array_index(items, 0))->why_kept, ==,
                    item->why_kept);
}

static void
test_git(void)
{
    g_autoptr(BlHistory) history = bl_history_new(TRUE);
    add_file(history, "m", "1");
    g_autoptr(BlManifest) manifest = bl_manifest_new();
    hold(manifest, "m", "raw:1", "t1:1");
    BlGitState git = { .known = TRUE,
                       .unclean = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL) };
    const BlPruneInput input = { .history = history, .manifest = manifest, .git = &git };
    g_autoptr(GPtrArray) items = bl_prune_plan(&input, NULL);
    g_assert_nonnull(items);
    /* A folder that is new as a whole. */
    g_hash_table_add(git.unclean, g_strdup("/project/"));
    g_autoptr(GError) problem = NULL;
    g_assert_null(bl_prune_plan(&input, &problem));
    g_assert_error(problem, BL_ERROR, BL_ERROR_CONFLICT);
    g_clear_error(&problem);
    /* Nobody to ask: as if it had nothing. */
    g_hash_table_remove_all(git.unclean);
    git.known = FALSE;
    g_assert_null(bl_prune_plan(&input, &problem));
    g_assert_error(problem, BL_ERROR, BL_ERROR_CONFLICT);
    g_hash_table_unref(git.unclean);
}

static void
test_place(void)
{
    static const char *const folders[] = { "/p/migrations", "/p/more", NULL };
    g_autoptr(GError) problem = NULL;
    g_assert_true(bl_prune_check_place("/p/schema/s.sql", folders, "it", NULL));
    g_assert_true(bl_prune_check_place("/p/migrations-old/s.sql", folders, "it", NULL));
    g_assert_false(bl_prune_check_place("/p/migrations/s.sql", folders, "it", &problem));
    g_assert_error(problem, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_false(bl_prune_check_place("/p/more", folders, "it", NULL));
    g_assert_true(bl_prune_check_place("/p/.github/s.sql", folders, "it", NULL));
    g_assert_false(bl_prune_check_place("/p/.git", folders, "it", NULL));
    g_assert_false(bl_prune_check_place("/p/.git/old/s.sql", folders, "it", NULL));
}

/* What an archive takes must not land where somebody looks for migrations. */
static void
test_archive_place(void)
{
    static const char *const folders[] = { "/p/db", NULL };
    static const char *const all[] = { "/p/db", "/p/old/db/other", "/q", NULL };
    static const struct {
        const char *archive;
        gboolean ok;
    } cases[] = {
        { "/p/archive", TRUE }, { "/p/db/old", FALSE }, { "/p", FALSE },
        { "/p/old", FALSE },    { "/q/old", FALSE },    { "/p/.git/old", FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const BlPruneOptions options = { .root = "/p",
                                         .archive = cases[i].archive,
                                         .folders = all };
        g_autoptr(GError) problem = NULL;
        g_assert_cmpint(bl_prune_check_archive(&options, folders, &problem), ==, cases[i].ok);
        if (!cases[i].ok)
            g_assert_error(problem, BL_ERROR, BL_ERROR_CONFLICT);
    }
}

/* What the archive has of a file may have changed since it was checked: what is no copy that stays
 * lets no file go. */
static void
test_archive_changed(void)
{
    static const struct {
        const char *link; /* in the archive, to: */
        const char *to;
    } cases[] = {
        { "old/db/1.sql", "../../db/1.sql" },
        { "old/db", "../db" },
        { "old/db", "../other" },
        { "old/db/1.sql", "../../nothing" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *root = g_dir_make_tmp("prune-XXXXXX", NULL);
        g_autofree char *path = g_build_filename(root, "db", "1.sql", NULL);
        g_autofree char *second = g_build_filename(root, "second.sql", NULL);
        g_autofree char *folder = g_path_get_dirname(path);
        g_autofree char *other = g_build_filename(root, "other", NULL);
        g_autofree char *archive = g_build_filename(root, "old", NULL);
        g_autofree char *place = g_build_filename(root, cases[i].link, NULL);
        g_autofree char *above = g_path_get_dirname(place);
        g_assert_cmpint(g_mkdir_with_parents(folder, 0700), ==, 0);
        g_assert_cmpint(g_mkdir_with_parents(other, 0700), ==, 0);
        g_assert_cmpint(g_mkdir_with_parents(above, 0700), ==, 0);
        g_assert_true(g_file_set_contents(path, "text", -1, NULL));
        g_assert_cmpint(link(path, second), ==, 0);
        g_assert_cmpint(symlink(cases[i].to, place), ==, 0);
        char *files[] = { path, NULL };
        const BlMigration migration = { .path = path, .files = files };
        const char *const folders[] = { folder, other, NULL };
        const BlPruneOptions options = { .root = root, .archive = archive, .folders = folders };
        g_autoptr(GError) problem = NULL;
        g_assert_false(bl_prune_migration(&migration, &options, &problem));
        g_assert_error(problem, BL_ERROR, BL_ERROR_CONFLICT);
        g_assert_true(g_file_test(path, G_FILE_TEST_IS_REGULAR));
    }
}

static void
test_mark(void)
{
    g_autoptr(BlHistory) history = bl_history_new(TRUE);
    g_autoptr(BlManifest) manifest = bl_manifest_new();
    static const char *const names[] = { "1", "2", "3", "4" };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        add_file(history, names[i], names[i]);
        hold(manifest, names[i], NULL, NULL);
    }
    BlPruneItem first[] = { { g_ptr_array_index(history->list, 0), NULL },
                            { g_ptr_array_index(history->list, 1), NULL } };
    BlPruneItem second[] = { { g_ptr_array_index(history->list, 2), NULL } };
    g_autoptr(GPtrArray) items = g_ptr_array_new();
    g_ptr_array_add(items, &first[0]);
    g_ptr_array_add(items, &first[1]);
    const BlSquashMark mark = { .items = items, .commit = "abc", .is_part = TRUE };
    g_assert_false(bl_squash_mark_is_open(manifest));
    bl_squash_mark_begin(manifest, &mark);
    g_assert_true(bl_squash_mark_is_open(manifest));
    bl_squash_mark_end(manifest);
    g_assert_false(bl_squash_mark_is_open(manifest));
    g_assert_true(bl_squash_mark_is_part(manifest));
    manifest->dump_digest = g_strdup("of a later dump");
    g_assert_false(bl_squash_mark_is_part(manifest));
    g_ptr_array_set_size(items, 0);
    g_ptr_array_add(items, &second[0]);
    const BlSquashMark later = { .items = items, .commit = "def", .archive = "old" };
    bl_squash_mark_begin(manifest, &later);
    g_assert_false(bl_squash_mark_is_part(manifest));
    g_autofree char *of_one = bl_squash_mark_source(manifest, "1");
    g_assert_cmpstr(of_one, ==, "commit abc");
    g_autofree char *of_three = bl_squash_mark_source(manifest, "3");
    g_assert_cmpstr(of_three, ==, "commit def, or the archive old");
    g_assert_null(bl_squash_mark_source(manifest, "4"));
    /* It survives the file. */
    manifest->connection = g_strdup("c");
    manifest->dump_path = g_strdup("p");
    manifest->ledger = g_strdup("l");
    manifest->versions = g_strdup("v");
    manifest->generated_at = g_strdup("2026-01-01T00:00:00.000Z");
    g_autofree char *text = bl_manifest_format(manifest);
    g_autoptr(BlManifest) again = bl_manifest_parse(text, strlen(text), "m", NULL);
    g_assert_nonnull(again);
    g_assert_true(bl_squash_mark_is_open(again));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/prune/plan/only-what-git-has", test_git);
    g_test_add_func("/prune/check-place/migration-folders", test_place);
    g_test_add_func("/prune/check-archive/where-files-land", test_archive_place);
    g_test_add_func("/prune/migration/archive-changed", test_archive_changed);
    g_test_add_func("/squash-mark/begin/end-and-source", test_mark);
    for (gsize i = 0; i < G_N_ELEMENTS(plan_cases); i++) {
        g_autofree char *path = g_strdup_printf("/prune/plan/%s", plan_cases[i].name);
        g_test_add_data_func(path, &plan_cases[i], test_plan);
    }
    return g_test_run();
}
