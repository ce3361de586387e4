/* SPDX-License-Identifier: MIT */
#include "squash/plan.h"

#include "common/base/error.h"

#include <jansson.h>

#include <string.h>

/*
 * A case is a picture in text.
 *   files     "a b! c- d~": a name and marks: ! edited since it was applied, - no down part,
 *             . nothing in the down part, = an empty down file of its own, ~ foreign, ? broken,
 *             @ runs again and again, ^ stands for older ones, & other tokens of the same bytes,
 *             % without digests
 *   ledger    "a:1 b:1 c:2": name and batch, oldest first; marks: - its journal has no digests,
 *             r only the raw one, t only the token one
 *   manifest  "a b": squashed names; NULL: no manifest; marks: - without digests, + digests alone,
 *             t only the token one, * a squash took its file
 *   journal   "b=failed", "b=failed=MESSAGE": an unfinished run
 *   expected  "up c@3, up d@3": steps "bootstrap", "up NAME@BATCH", "down NAME"; or "error CODE
 *             WORDS"
 */
typedef struct {
    const char *name;
    const char *files;
    const char *ledger;
    const char *manifest;
    const char *journal;
    const char *expected;
} PlanCase;

static BlMigration *
new_migration(const char *name, const char *marks)
{
    BlMigration *migration = g_new0(BlMigration, 1);
    migration->name = g_strdup(name);
    migration->label = g_strconcat(name, strchr(marks, '~') != NULL ? ".ts" : ".sql", NULL);
    migration->path = g_strconcat("/nowhere/", migration->label, NULL);
    migration->foreign = strchr(marks, '~') != NULL;
    const char *version = strchr(marks, '!') != NULL ? "edited" : "original";
    const char *tokens = strchr(marks, '&') != NULL ? "otherwise" : version;
    gboolean has_digests = strchr(marks, '%') == NULL;
    if (has_digests)
        migration->raw_digest = g_strdup_printf("raw:%s-%s", name, version);
    if (has_digests && !migration->foreign && strchr(marks, '?') == NULL)
        migration->token_digest = g_strdup_printf("t1:%s-%s", name, tokens);
    migration->up = (BlSection){ .present = TRUE, .transaction = TRUE };
    migration->down = (BlSection){ .present = strchr(marks, '-') == NULL, .transaction = TRUE };
    migration->down.empty = migration->down.deliberate = strchr(marks, '=') != NULL;
    migration->down.empty = migration->down.empty || strchr(marks, '.') != NULL;
    if (strchr(marks, '@') != NULL)
        migration->kind = BL_MIGRATION_REPEATABLE;
    else if (strchr(marks, '^') != NULL)
        migration->kind = BL_MIGRATION_BASELINE;
    if (strchr(marks, '?') != NULL)
        bl_error_set(&migration->problem, BL_ERROR_SQL, NULL, "unterminated quoted text");
    return migration;
}

static BlHistory *
parse_files(const char *text)
{
    BlHistory *history = bl_history_new(TRUE);
    if (g_str_has_prefix(text, "V"))
        history->convention = &bl_convention_flyway;
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++) {
        gsize len = strcspn(words[i], "!-~?@^=.&%");
        g_autofree char *name = g_strndup(words[i], len);
        bl_history_take(history, new_migration(name, words[i] + len));
    }
    return history;
}

static BlManifest *
parse_manifest(const char *text)
{
    if (text == NULL)
        return NULL;
    BlManifest *manifest = bl_manifest_new();
    manifest->dump_path = g_strdup("database/schema/x-schema.sql");
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++) {
        gsize len = strcspn(words[i], "-+*t");
        g_autofree char *name = g_strndup(words[i], len);
        const char *content = g_str_has_prefix(name, "1_old") ? "1_new" : name;
        g_autofree char *raw =
            words[i][len] != 't' ? g_strdup_printf("raw:%s-original", content) : NULL;
        g_autofree char *token = g_strdup_printf("t1:%s-original", content);
        if (words[i][len] == '*')
            json_object_set_new(manifest->rest, "squashes",
                                json_pack("[{s:s, s:s}]", "first", name, "last", name));
        if (words[i][len] != '+')
            bl_manifest_add_squashed(manifest, name);
        if (words[i][len] != '-')
            bl_manifest_set_digest(manifest, name, raw, token);
    }
    return manifest;
}

/* Applied rows have a journal row with the original digests, unless the manifest holds them. "=x"
 * names other digests. */
static BlLedger *
parse_ledger(const char *text, const BlManifest *manifest, const char *journal)
{
    BlLedger *ledger = bl_ledger_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++) {
        g_auto(GStrv) parts = g_strsplit(words[i], ":", 2);
        gint64 id = (gint64)i + 1;
        bl_ledger_add_row(ledger, id, parts[0], g_ascii_strtoll(parts[1], NULL, 10), NULL);
        if (manifest != NULL && bl_manifest_has(manifest, parts[0]))
            continue;
        BlJournalRow *row = bl_ledger_add_journal(ledger, id, id, parts[0], BL_JOURNAL_APPLIED);
        /* "old" was renamed to "new" in the cases below: same statements. */
        const char *content = g_str_has_prefix(parts[0], "1_old") ? "1_new" : parts[0];
        const char *mark = parts[1] + strspn(parts[1], "0123456789");
        if (*mark == '\0' || *mark == 'r')
            row->raw_digest = g_strdup_printf("raw:%s-original", content);
        if (*mark == '\0' || *mark == 't')
            row->token_digest = g_strdup_printf("t1:%s-original", content);
    }
    if (journal != NULL) {
        g_auto(GStrv) parts = g_strsplit(journal, "=", 3);
        BlJournalState state = strcmp(parts[1], "failed") == 0      ? BL_JOURNAL_FAILED
                               : strcmp(parts[1], "uncertain") == 0 ? BL_JOURNAL_UNCERTAIN
                                                                    : BL_JOURNAL_RUNNING;
        BlJournalRow *row = bl_ledger_add_journal(ledger, 99, 0, parts[0], state);
        row->is_load = strcmp(parts[1], "load") == 0;
        row->statement = 2;
        row->message = g_strdup(parts[2]);
    }
    return ledger;
}

static char *
describe_plan(const BlPlan *plan, const GError *error)
{
    if (plan == NULL)
        return g_strdup_printf("error %d %s", error->code, error->message);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < plan->steps->len; i++) {
        const BlStep *step = &g_array_index(plan->steps, BlStep, i);
        g_string_append(out, i > 0 ? ", " : "");
        if (step->kind == BL_STEP_BOOTSTRAP)
            g_string_append(out, "bootstrap");
        else if (step->kind == BL_STEP_UP)
            g_string_append_printf(out, "up %s@%" G_GINT64_FORMAT, step->name, step->batch);
        else
            g_string_append_printf(out, "down %s", step->name);
    }
    return g_string_free(out, FALSE);
}

/* An expectation that starts with "error" names the code and words that the message must hold. */
static void
assert_plan(const PlanCase *test, const BlPlan *plan, const GError *error)
{
    g_autofree char *found = describe_plan(plan, error);
    if (!g_str_has_prefix(test->expected, "error ")) {
        g_assert_cmpstr(found, ==, test->expected);
        return;
    }
    g_auto(GStrv) words = g_strsplit(test->expected, " ", 3);
    g_assert_cmpstr(words[2], !=, "");
    g_assert_null(plan);
    g_assert_cmpint(error->code, ==, (int)g_ascii_strtoll(words[1], NULL, 10));
    g_assert_nonnull(strstr(error->message, words[2]));
    g_assert_nonnull(bl_error_info(error));
}

typedef struct {
    BlHistory *history;
    BlManifest *manifest;
    BlLedger *ledger;
    BlPlanInput input;
} World;

static void
world_init(World *world, const PlanCase *test)
{
    world->history = parse_files(test->files);
    world->manifest = parse_manifest(test->manifest);
    world->ledger = parse_ledger(test->ledger, world->manifest, test->journal);
    world->input = (BlPlanInput){ world->history, world->ledger, world->manifest };
}

static void
world_clear(World *world)
{
    bl_history_free(world->history);
    bl_manifest_free(world->manifest);
    bl_ledger_free(world->ledger);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(World, world_clear)

static const PlanCase run_cases[] = {
    { "runs-all-on-empty-ledger", "1_a 2_b", "", NULL, NULL, "up 1_a@1, up 2_b@1" },
    { "runs-only-pending", "1_a 2_b 3_c", "1_a:1 2_b:4", NULL, NULL, "up 3_c@5" },
    { "nothing-to-do", "1_a", "1_a:1", NULL, NULL, "" },
    { "bootstraps-then-resumes", "1_a 2_b 3_c", "", "1_a 2_b", NULL, "bootstrap, up 3_c@0" },
    { "bootstraps-when-all-files-are-pruned", "", "", "1_a 2_b", NULL, "bootstrap" },
    { "does-not-bootstrap-twice", "3_c", "1_a:1 2_b:2", "1_a 2_b", NULL, "up 3_c@3" },
    { "refuses-older-file", "1_a 2_b 3_c", "1_a:1 3_c:1", NULL, NULL,
      "error 5 \"2_b\" is out of order: \"3_c\"" },
    { "refuses-older-file-behind-bootstrap", "1_a 3_c", "", "1_b 4_d", NULL,
      "error 5 \"1_a\" is out of order: \"4_d\"" },
    { "orders-numbers-by-value", "9_a 10_b", "9_a:1", NULL, NULL, "up 10_b@2" },
    { "refuses-edited-file", "1_a! 2_b", "1_a:1", NULL, NULL, "error 5 \"1_a\" was edited" },
    { "refuses-edited-file-of-the-snapshot", "1_a! 2_b", "1_a:1", "1_a", NULL,
      "error 5 \"1_a\" was edited" },
    { "refuses-renamed-file", "1_new", "1_old:1", NULL, NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "goes-on-with-a-missing-file", "2_b", "1_a:1", NULL, NULL, "up 2_b@2" },
    { "refuses-unfinished", "1_a 2_b", "1_a:1", NULL, "2_b=failed",
      "error 5 \"2_b\" failed after statement 2" },
    { "refuses-interrupted", "1_a", "", NULL, "1_a=running", "error 5 \"1_a\" was interrupted" },
    { "unfinished-blocks-bootstrap", "1_a", "", "1_a", "1_a=running", "error 5 was interrupted" },
    { "refuses-pending-foreign-file", "1_a~ 2_b", "", NULL, NULL,
      "error 7 \"1_a.ts\" is written in another" },
    { "applied-foreign-file-is-present", "1_a~ 2_b", "1_a:1", NULL, NULL, "up 2_b@2" },
    { "refuses-broken-file-before-anything", "1_a 2_b?", "", NULL, NULL, "error 4 unterminated" },
    { "refuses-uncertain", "1_a", "", NULL, "1_a=uncertain",
      "error 5 uncertain whether statement 3 took effect" },
    { "refuses-behind-half-a-load", "1_a", "", NULL, "x=load", "error 5 the load of \"x\"" },
    { "refuses-a-file-renamed-since-the-dump", "1_new", "1_old:1", "1_old", NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "refuses-a-file-renamed-behind-the-dump", "1_new 2_b", "1_old:1 2_b:2", "2_b", NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "refuses-it-in-a-new-database", "1_new", "", "1_old", NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "same-as-one-that-was-squashed", "1_new", "1_old:1", "1_old*", NULL,
      "error 5 \"1_new\" is out of order" },
    { "is-not-renamed-while-the-old-one-is-there", "1_new 1_old", "1_old:1", "1_old", NULL,
      "error 5 \"1_old\" was edited" },
    { "same-tokens-as-one-of-unknown-bytes", "1_new", "1_old:1", "1_oldt", NULL,
      "error 5 \"1_new\" is out of order" },
    { "other-tokens-than-the-dump", "1_new&", "1_old:1", "1_old", NULL,
      "error 5 \"1_new\" is out of order" },
    { "refuses-renamed-foreign-file", "1_new~", "1_old:1", NULL, NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "repeatable-runs-once", "V1__a R__v@", "V1__a:1 R__v:1", NULL, NULL, "" },
    { "repeatable-runs-behind-the-others", "V1__a V2__b R__v@", "V1__a:1", NULL, NULL,
      "up V2__b@2, up R__v@2" },
    { "repeatable-runs-again-when-edited", "V1__a R__v@!", "V1__a:1 R__v:1", NULL, NULL,
      "up R__v@2" },
    { "edited-repeatable-runs-behind-the-snapshot", "V1__a R__v@!", "", "V1__a R__v", NULL,
      "bootstrap, up R__v@0" },
    { "repeatable-is-outside-the-order", "V1__a V2__b R__v@", "V1__a:1 R__v:2", NULL, NULL,
      "up V2__b@3" },
    { "baseline-script-stands-for-older-ones", "V1__a V2__b B2__base^ V3__c", "", NULL, NULL,
      "up B2__base@1, up V3__c@1" },
    { "baseline-script-is-not-run-behind-others", "V1__a V2__b B2__base^ V3__c", "V1__a:1 V2__b:1",
      NULL, NULL, "up V3__c@2" },
    { "applied-baseline-script-stands-on", "V1__a V2__b B2__base^ V3__c", "B2__base:1", NULL, NULL,
      "up V3__c@2" },
    { "baseline-script-is-no-matter-for-repeatable-ones", "V1__a B2__base^ R__v@", "", NULL, NULL,
      "up B2__base@1, up R__v@1" },
    { "refuses-edited-foreign-file", "1_a~! 2_b", "1_a:1r", NULL, NULL,
      "error 5 its digest is raw:1_a-edited, applied was raw:1_a-original" },
    { "refuses-edited-file-that-is-broken", "1_a?! 2_b", "1_a:1", NULL, NULL,
      "error 5 its digest is raw:1_a-edited, applied was raw:1_a-original" },
    { "foreign-file-in-the-place-of-one-in-sql", "1_a~! 2_b", "1_a:1", NULL, NULL, "up 2_b@2" },
    { "foreign-file-in-the-place-of-a-squashed-one", "1_a~! 2_b", "1_a:1", "1_a", NULL,
      "up 2_b@2" },
    { "digests-of-one-kind-are-compared", "1_a! 2_b", "1_a:1r 2_b:1", NULL, NULL,
      "error 5 its digest is raw:1_a-edited, applied was raw:1_a-original" },
    { "tokens-alone-are-compared", "1_a! 2_b", "1_a:1t 2_b:1", NULL, NULL,
      "error 5 its digest is t1:1_a-edited, applied was t1:1_a-original" },
    { "what-was-applied-unknown-is-not-edited", "1_a! 2_b", "1_a:1- 2_b:1t", NULL, NULL, "" },
    { "nothing-to-compare-with", "1_a% 2_b", "1_a:1r 2_b:1", NULL, NULL, "" },
    { "renamed-by-its-bytes", "1_new~", "1_old:1r", NULL, NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "applied-without-digests-was-not-renamed", "1_new", "1_old:1-", NULL, NULL,
      "error 5 \"1_new\" is out of order" },
    { "other-tokens-are-no-rename", "1_new&", "1_old:1", NULL, NULL,
      "error 5 \"1_new\" is out of order" },
    { "renamed-file-has-the-first-of-two-names", "1_new", "1_old:1 1_older:1", NULL, NULL,
      "error 5 \"1_new\" was applied as \"1_old\"" },
    { "snapshot-without-digests-says-nothing-of-edits", "1_a! 2_b", "1_a:1", "1_a-", NULL,
      "up 2_b@2" },
    { "digests-of-what-the-snapshot-has-not-got", "1_a!", "1_a:1-", "1_a+", NULL, "" },
    { "newest-by-order-not-by-place", "1_a 2_b 3_c", "3_c:1 1_a:1", NULL, NULL,
      "error 5 \"2_b\" is out of order: \"3_c\"" },
    { "refuses-behind-a-squash-that-the-database-has-not-got", "6_y", "5_x:1", "1_a 5_x", NULL,
      "error 5 the database has not got migration \"1_a\"" },
    { "says-why-it-failed", "1_a 2_b", "1_a:1", NULL, "2_b=failed=no such table",
      "error 5 \"2_b\" failed after statement 2: no such table" },
    { "broken-file-that-is-applied-does-not-stop", "1_a? 2_b", "1_a:1", NULL, NULL, "up 2_b@2" },
};

static void
test_run(gconstpointer data)
{
    const PlanCase *test = data;
    g_auto(World) world;
    world_init(&world, test);
    const BlRunOptions options = { .bootstrap =
                                       world.manifest != NULL && world.ledger->rows->len == 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlPlan) plan = bl_plan_run(&world.input, &options, &error);
    assert_plan(test, plan, error);
}

static const PlanCase last_batch_cases[] = {
    { "takes-the-last-batch-newest-first", "1_a 2_b 3_c", "1_a:1 2_b:2 3_c:2", NULL, NULL,
      "down 3_c, down 2_b" },
    { "nothing-applied", "1_a", "", NULL, NULL, "" },
    { "refuses-missing-file", "1_a", "1_a:1 2_b:2", NULL, NULL, "error 5 \"2_b\" is missing" },
    { "never-skips-a-hole", "1_a 3_c", "1_a:1 2_b:1 3_c:1", NULL, NULL,
      "error 5 \"2_b\" is missing" },
    { "refuses-nothing-in-the-down-part", "1_a.", "1_a:1", NULL, NULL,
      "error 5 \"1_a.sql\" has no statement in its down part" },
    { "missing-beside-a-snapshot-of-others", "", "1_a:1 2_b:2", "1_a", NULL,
      "error 5 \"2_b\" is missing" },
    { "refuses-without-down-part", "1_a-", "1_a:1", NULL, NULL,
      "error 5 \"1_a.sql\" has no statement in its down part" },
    { "empty-down-file-that-was-written", "1_a=", "1_a:1", NULL, NULL, "down 1_a" },
    { "repeatable-is-forgotten", "V1__a R__v@-", "V1__a:1 R__v:2", NULL, NULL, "down R__v" },
    { "refuses-behind-half-a-load", "1_a", "1_a:1", NULL, "x=load", "error 5 the load of" },
    { "refuses-inside-the-baseline", "", "1_a:1 2_b:2", "1_a 2_b", NULL,
      "error 5 inside the baseline" },
    { "reverts-squashed-one-whose-file-is-there", "1_a 2_b", "1_a:1 2_b:2", "1_a 2_b", NULL,
      "down 2_b" },
    { "refuses-foreign", "1_a~", "1_a:1", NULL, NULL, "error 7 another language" },
    { "refuses-unfinished", "1_a 2_b", "1_a:1", NULL, "2_b=failed", "error 5 \"2_b\" failed" },
    { "refuses-broken-file", "1_a?", "1_a:1", NULL, NULL, "error 4 unterminated" },
};

static const PlanCase two_steps_cases[] = {
    { "leaves-the-last-batch", "1_a 2_b 3_c", "1_a:1 2_b:2 3_c:3", NULL, NULL,
      "down 3_c, down 2_b" },
    { "cuts-a-batch", "1_a 2_b 3_c", "1_a:1 2_b:1 3_c:1", NULL, NULL, "down 3_c, down 2_b" },
    { "takes-what-there-is", "1_a", "1_a:1", NULL, NULL, "down 1_a" },
    { "refuses-into-the-baseline-before-anything", "3_c", "1_a:1 2_b:2 3_c:3", "1_a 2_b", NULL,
      "error 5 \"2_b\" lies inside" },
};

static const PlanCase to_batch_1_cases[] = {
    { "everything-after-batch-one", "1_a 2_b 3_c", "1_a:1 2_b:2 3_c:3", NULL, NULL,
      "down 3_c, down 2_b" },
    { "nothing-younger", "1_a", "1_a:1", NULL, NULL, "" },
    { "by-batch-not-by-position", "1_a 2_b 3_c", "1_a:2 2_b:1 3_c:2", NULL, NULL,
      "down 3_c, down 1_a" },
};

static const PlanCase all_cases[] = {
    { "everything", "1_a 2_b", "1_a:1 2_b:2", NULL, NULL, "down 2_b, down 1_a" },
    { "stops-at-the-baseline", "3_c", "1_a:1 2_b:2 3_c:3", "1_a 2_b", NULL, "down 3_c" },
    { "only-the-baseline", "", "1_a:1", "1_a", NULL, "" },
    { "missing-is-no-baseline", "2_b", "1_a:1 2_b:2", NULL, NULL, "error 5 \"1_a\" is missing" },
};

static void
check_back(const PlanCase *test, BlBackOptions options)
{
    g_auto(World) world;
    world_init(&world, test);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlPlan) plan = bl_plan_back(&world.input, &options, &error);
    assert_plan(test, plan, error);
}

static void
test_last_batch(gconstpointer data)
{
    check_back(data, (BlBackOptions){ BL_BACK_LAST_BATCH, 0 });
}

static void
test_two_steps(gconstpointer data)
{
    check_back(data, (BlBackOptions){ BL_BACK_STEPS, 2 });
}

static void
test_to_batch_1(gconstpointer data)
{
    check_back(data, (BlBackOptions){ BL_BACK_TO_BATCH, 1 });
}

static void
test_all(gconstpointer data)
{
    check_back(data, (BlBackOptions){ BL_BACK_ALL, 0 });
}

/* expected: "name=status name=status", in the order of the rows. */
static const PlanCase status_cases[] = {
    { "every-state", "2_b 3_c! 5_e", "1_a:1 2_b:1 3_c:1 4_d:2", "1_a", NULL,
      "1_a=squashed 2_b=completed 3_c=modified 4_d=missing 5_e=pending" },
    { "renamed-since-the-dump", "1_new", "1_old:1", "1_old", NULL, "1_old=squashed 1_new=renamed" },
    { "dumped-elsewhere", "1_new", "", "1_old", NULL, "1_new=pending" },
    { "renamed", "1_new", "1_old:1", NULL, NULL, "1_old=missing 1_new=renamed" },
    { "failed", "1_a", "", NULL, "1_a=failed", "1_a=failed" },
    { "failed-without-file", "", "", NULL, "1_a=running", "1_a=failed" },
    { "rollback-that-stopped", "1_a", "1_a:1", NULL, "1_a=failed", "1_a=failed" },
    { "rollback-that-stopped-without-file", "", "1_a:1", NULL, "1_a=failed", "1_a=failed" },
    { "edited-beside-unknown-ones", "1_a! 2_b! 3_c%", "1_a:1r 2_b:1- 3_c:1", NULL, NULL,
      "1_a=modified 2_b=completed 3_c=completed" },
    { "rollback-of-unknown-outcome", "1_a", "1_a:1", NULL, "1_a=uncertain", "1_a=uncertain" },
    { "uncertain", "1_a", "", NULL, "1_a=uncertain", "1_a=uncertain" },
    { "edited-repeatable", "V1__a R__v@!", "V1__a:1 R__v:1", NULL, NULL,
      "V1__a=completed R__v=pending" },
    { "what-a-baseline-script-stands-for", "V1__a V2__b B2__base^ V3__c", "B2__base:1", NULL, NULL,
      "B2__base=completed V1__a=ignored V2__b=ignored V3__c=pending" },
    { "foreign-applied", "1_a~", "1_a:1", NULL, NULL, "1_a=completed" },
};

static void
test_status(gconstpointer data)
{
    const PlanCase *test = data;
    g_auto(World) world;
    world_init(&world, test);
    g_autoptr(GPtrArray) rows = bl_plan_status(&world.input);
    g_autoptr(GString) found = g_string_new(NULL);
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        g_string_append_printf(found, "%s%s=%s", i > 0 ? " " : "", row->name,
                               bl_status_name(row->status));
    }
    g_assert_cmpstr(found->str, ==, test->expected);
}

/* What the options of a run change, and how many words come with it. */
typedef struct {
    PlanCase plan;
    BlRunOptions options;
    const char *to;
    guint warnings;
    guint notes;
} OptionCase;

static const OptionCase option_cases[] = {
    { .plan = { "to-stops-behind-name", "1_a 2_b 3_c", "", NULL, NULL, "up 1_a@1, up 2_b@1" },
      .to = "2_b" },
    { .plan = { "out-of-order-allowed", "1_a 2_b 3_c", "1_a:1 3_c:1", NULL, NULL, "up 2_b@2" },
      .options = { .out_of_order = BL_OUT_OF_ORDER_ALLOW } },
    { .plan = { "out-of-order-warned", "1_a 2_b 3_c", "1_a:1 3_c:1", NULL, NULL, "up 2_b@2" },
      .options = { .out_of_order = BL_OUT_OF_ORDER_WARN },
      .warnings = 1 },
    /* Nobody knows what a dump without manifest holds. */
    { .plan = { "bare-dump-stands-alone", "1_a 2_b", "", NULL, NULL, "bootstrap" },
      .options = { .bootstrap = TRUE },
      .notes = 1 },
    { .plan = { "baseline-script-behind-to-is-not-run", "V1__a B2__base^ V2__b", "", NULL, NULL,
                "up V1__a@1" },
      .to = "V1__a" },
    { .plan = { "baseline-script-up-to-its-own-version", "V1__a B2__base^ V2__b V3__c", "", NULL,
                NULL, "up B2__base@1" },
      .to = "B2__base" },
};

static void
test_option(gconstpointer data)
{
    const OptionCase *test = data;
    g_auto(World) world;
    world_init(&world, &test->plan);
    BlRunOptions options = test->options;
    if (test->to != NULL)
        options.to = bl_history_find(world.history, test->to);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlPlan) plan = bl_plan_run(&world.input, &options, &error);
    assert_plan(&test->plan, plan, error);
    g_assert_cmpuint(plan->warnings->len, ==, test->warnings);
    g_assert_cmpuint(plan->notes->len, ==, test->notes);
}

/* expected: what runs once everything was taken back. */
static const PlanCase refresh_cases[] = {
    { "plans-both-ways", "1_a 2_b", "1_a:1 2_b:2", NULL, NULL, "up 1_a@1, up 2_b@1" },
    { "keeps-the-baseline", "3_c", "1_a:1 2_b:2 3_c:3", "1_a 2_b", NULL, "up 3_c@3" },
};

static void
test_refresh(gconstpointer data)
{
    g_auto(World) world;
    world_init(&world, data);
    const BlBackOptions all = { BL_BACK_ALL, 0 };
    const BlRunOptions run = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlPlan) back = bl_plan_back(&world.input, &all, &error);
    g_assert_no_error(error);
    g_autoptr(BlPlan) ahead = bl_plan_run_after(&world.input, back, &run, &error);
    assert_plan(data, ahead, error);
}

static void
test_free_accepts_null(void)
{
    bl_plan_free(NULL);
}

/* Another tool took something back: neither way before that is known. */
static void
test_disagreeing_table_refuses_both_ways(void)
{
    const PlanCase test = {
        "", "1_a 2_b", "1_a:1", NULL, NULL, "error 5 the ledger and the table of dbmate disagree"
    };
    g_auto(World) world;
    world_init(&world, &test);
    world.ledger->peer = bl_peer_table_new(bl_peer_find("dbmate"));
    world.ledger->peer->exists = TRUE;
    const BlRunOptions run = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlPlan) plan = bl_plan_run(&world.input, &run, &error);
    assert_plan(&test, plan, error);
    const BlBackOptions last = { BL_BACK_LAST_BATCH, 0 };
    g_autoptr(GError) back_error = NULL;
    g_autoptr(BlPlan) back = bl_plan_back(&world.input, &last, &back_error);
    assert_plan(&test, back, back_error);
}

/* Whoever does not ask why is not told. */
static void
test_refusal_without_error(void)
{
    const PlanCase test = { "", "1_a?", "", NULL, NULL, "" };
    g_auto(World) world;
    world_init(&world, &test);
    const BlRunOptions run = { 0 };
    g_assert_null(bl_plan_run(&world.input, &run, NULL));
}

static void
test_reset_says_that_the_baseline_stays(void)
{
    const PlanCase test = { "", "3_c", "1_a:1 2_b:2 3_c:3", "1_a 2_b", NULL, "down 3_c" };
    g_auto(World) world;
    world_init(&world, &test);
    const BlBackOptions all = { BL_BACK_ALL, 0 };
    g_autoptr(BlPlan) plan = bl_plan_back(&world.input, &all, NULL);
    g_assert_cmpuint(plan->notes->len, ==, 1);
    g_assert_nonnull(strstr(g_ptr_array_index(plan->notes, 0), "2 migrations"));
}

/* Folders that run one after the other: what is behind the newest one of its own folder is in
 * order, whatever ran in the next folder. */
static void
test_folders_one_after_the_other(void)
{
    static const PlanCase cases[] = {
        { "", "a/2_x a/3_n b/1_y", "a/2_x:1 b/1_y:1", NULL, NULL, "up a/3_n@2" },
        { "", "a/1_n a/2_x b/1_y", "a/2_x:1 b/1_y:1", NULL, NULL,
          "error 5 \"a/1_n\" is out of order: \"a/2_x\"" },
        { "", "a/2_x b/1_y c/0_z", "", NULL, NULL, "up a/2_x@1, up b/1_y@1, up c/0_z@1" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(World) world;
        world_init(&world, &cases[i]);
        world.history->folders = g_strsplit("a b c", " ", -1);
        world.history->folder_order = TRUE;
        const BlRunOptions run = { 0 };
        g_autoptr(GError) error = NULL;
        g_autoptr(BlPlan) plan = bl_plan_run(&world.input, &run, &error);
        assert_plan(&cases[i], plan, error);
    }
}

/* Two orders of one history are said as long as something is to run. */
static void
test_another_order_of_lucid(void)
{
    static const PlanCase cases[] = {
        { "", "b/1_y a/2_x", "b/1_y:1", NULL, NULL, "up a/2_x@2" },
        { "", "b/1_y a/2_x", "b/1_y:1 a/2_x:1", NULL, NULL, "" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(World) world;
        world_init(&world, &cases[i]);
        world.history->other_order = "backwards";
        const BlRunOptions run = { 0 };
        g_autoptr(GError) error = NULL;
        g_autoptr(BlPlan) plan = bl_plan_run(&world.input, &run, &error);
        assert_plan(&cases[i], plan, error);
        g_assert_cmpuint(plan->warnings->len, ==, plan->steps->len);
    }
}

/* Also when nothing is to run, which is when a file that is left out is missed. */
static void
test_stray_files(void)
{
    static const PlanCase plain = { "", "1_a", "1_a:1", NULL, NULL, "" };
    g_auto(World) world;
    world_init(&world, &plain);
    g_ptr_array_add(world.history->strays, g_strdup("2_b_up.sql"));
    const BlRunOptions run = { 0 };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlPlan) plan = bl_plan_run(&world.input, &run, &error);
    assert_plan(&plain, plan, error);
    g_assert_cmpuint(plan->warnings->len, ==, 1);
    g_assert_true(g_str_has_prefix(g_ptr_array_index(plan->warnings, 0), "2_b_up.sql: left out"));
}

static void
add_cases(const char *group, const PlanCase *cases, gsize n, GTestDataFunc fn)
{
    for (gsize i = 0; i < n; i++) {
        g_autofree char *path = g_strdup_printf("/plan/%s/%s", group, cases[i].name);
        g_test_add_data_func(path, &cases[i], fn);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("run", run_cases, G_N_ELEMENTS(run_cases), test_run);
    add_cases("last-batch", last_batch_cases, G_N_ELEMENTS(last_batch_cases), test_last_batch);
    add_cases("steps", two_steps_cases, G_N_ELEMENTS(two_steps_cases), test_two_steps);
    add_cases("to-batch", to_batch_1_cases, G_N_ELEMENTS(to_batch_1_cases), test_to_batch_1);
    add_cases("all", all_cases, G_N_ELEMENTS(all_cases), test_all);
    add_cases("refresh", refresh_cases, G_N_ELEMENTS(refresh_cases), test_refresh);
    add_cases("status", status_cases, G_N_ELEMENTS(status_cases), test_status);
    for (gsize i = 0; i < G_N_ELEMENTS(option_cases); i++) {
        g_autofree char *path = g_strdup_printf("/plan/run/%s", option_cases[i].plan.name);
        g_test_add_data_func(path, &option_cases[i], test_option);
    }
    g_test_add_func("/plan/free/accepts-null", test_free_accepts_null);
    g_test_add_func("/plan/run/disagreeing-table-refuses-both-ways",
                    test_disagreeing_table_refuses_both_ways);
    g_test_add_func("/plan/run/refusal-without-error", test_refusal_without_error);
    g_test_add_func("/plan/run/folders-one-after-the-other", test_folders_one_after_the_other);
    g_test_add_func("/plan/run/another-order-of-lucid", test_another_order_of_lucid);
    g_test_add_func("/plan/run/stray-files", test_stray_files);
    g_test_add_func("/plan/all/says-that-the-baseline-stays",
                    test_reset_says_that_the_baseline_stays);
    return g_test_run();
}
