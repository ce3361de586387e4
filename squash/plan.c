/* SPDX-License-Identifier: MIT */
#include "squash/plan.h"

#include "squash/adopt.h"
#include "squash/gap.h"
#include "squash/squash_mark.h"

#include "common/base/error.h"

#include <string.h>

static const char *const status_names[] = {
    [BL_STATUS_COMPLETED] = "completed", [BL_STATUS_PENDING] = "pending",
    [BL_STATUS_SQUASHED] = "squashed",   [BL_STATUS_MISSING] = "missing",
    [BL_STATUS_RENAMED] = "renamed",     [BL_STATUS_MODIFIED] = "modified",
    [BL_STATUS_FAILED] = "failed",       [BL_STATUS_UNCERTAIN] = "uncertain",
    [BL_STATUS_IGNORED] = "ignored",
};

const char *
bl_status_name(BlStatus status)
{
    return status_names[status];
}

/* Digests of an applied migration: its journal row's, else the snapshot's. */
static BlKnownMigration
applied_digests(const BlPlanInput *input, const BlLedgerRow *row)
{
    BlKnownMigration known = { .name = row->name };
    const BlJournalRow *journal = bl_ledger_journal(input->ledger, row);
    const BlMigrationDigest *embedded =
        input->manifest != NULL ? bl_manifest_digest(input->manifest, row->name) : NULL;
    if (journal != NULL && (journal->raw_digest != NULL || journal->token_digest != NULL)) {
        known.raw_digest = journal->raw_digest;
        known.token_digest = journal->token_digest;
    } else if (embedded != NULL && bl_manifest_has(input->manifest, row->name)) {
        known.raw_digest = embedded->raw;
        known.token_digest = embedded->token;
    }
    return known;
}

static gboolean
both_differ(const char *a, const char *b)
{
    return a != NULL && b != NULL && strcmp(a, b) != 0;
}

static gboolean
is_modified(const BlKnownMigration *applied, const BlMigration *file)
{
    const BlKnownMigration known = bl_migration_known(file);
    return bl_known_migration_differs(&known, applied->raw_digest, applied->token_digest);
}

static BlStatusRow *
add_row(GPtrArray *rows, const char *name, BlStatus status)
{
    BlStatusRow *row = g_new0(BlStatusRow, 1);
    row->name = name;
    row->status = status;
    g_ptr_array_add(rows, row);
    return row;
}

static BlStatus
status_of_unfinished(const BlJournalRow *journal)
{
    return journal->state == BL_JOURNAL_UNCERTAIN ? BL_STATUS_UNCERTAIN : BL_STATUS_FAILED;
}

static void
add_applied(GPtrArray *rows, const BlPlanInput *input, const BlLedgerRow *applied)
{
    BlStatusRow *row = add_row(rows, applied->name, BL_STATUS_COMPLETED);
    row->batch = applied->batch;
    row->time = applied->time;
    row->row = applied;
    row->file = bl_history_find(input->history, applied->name);
    row->journal = bl_ledger_journal(input->ledger, applied);
    const BlJournalRow *unfinished = bl_ledger_unfinished(input->ledger, applied->name);
    if (unfinished != NULL) { /* a rollback that stopped half-way */
        row->journal = unfinished;
        row->status = status_of_unfinished(unfinished);
        return;
    }
    if (row->file == NULL) {
        gboolean squashed =
            input->manifest != NULL && bl_manifest_has(input->manifest, applied->name);
        row->status = squashed ? BL_STATUS_SQUASHED : BL_STATUS_MISSING;
        return;
    }
    BlKnownMigration known = applied_digests(input, applied);
    if (bl_migration_is_due(row->file, &known))
        row->status = BL_STATUS_PENDING;
    else if (is_modified(&known, row->file))
        row->status = BL_STATUS_MODIFIED;
    else
        row->layout_edited = both_differ(known.raw_digest, row->file->raw_digest);
}

/* Applied once the steps so far are done. @options NULL: as it is now */
static gboolean
will_be_applied(const BlPlanInput *input, const BlRunOptions *options, const char *name)
{
    if (options != NULL && options->bootstrap)
        return bl_manifest_has(input->manifest, name);
    return bl_ledger_find(input->ledger, name) != NULL;
}

/* The baseline script that stands for older versions: the applied one; in an empty database the
 * newest that the options let run. @param options NULL: all. @return NULL: none */
static const BlMigration *
find_baseline(const BlPlanInput *input, const BlRunOptions *options)
{
    const BlHistory *history = input->history;
    const BlMigration *to = options != NULL ? options->to : NULL;
    gboolean is_new = input->ledger->rows->len == 0 && (options == NULL || !options->bootstrap);
    const BlMigration *found = NULL;
    for (guint i = 0; i < history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(history->list, i);
        if (migration->kind != BL_MIGRATION_BASELINE)
            continue;
        gboolean may_run =
            is_new && (to == NULL || bl_history_compare(history, migration->name, to->name) <= 0);
        if (may_run || will_be_applied(input, options, migration->name))
            found = migration;
    }
    return found;
}

const BlMigration *
bl_plan_baseline(const BlPlanInput *input, gboolean bootstrap)
{
    const BlRunOptions options = { .bootstrap = bootstrap };
    return find_baseline(input, &options);
}

gboolean
bl_plan_ignores(const BlHistory *history, const BlMigration *migration, const BlMigration *baseline)
{
    if (migration->kind == BL_MIGRATION_BASELINE)
        return migration != baseline;
    return baseline != NULL && migration->kind == BL_MIGRATION_VERSIONED &&
           bl_history_compare(history, migration->name, baseline->name) < 0;
}

/* The missing migrations by each of their digests. Keys and values are borrowed. */
static GHashTable *
index_missing(const BlPlanInput *input, const GPtrArray *rows)
{
    GHashTable *missing = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        if (row->status != BL_STATUS_MISSING)
            continue;
        BlKnownMigration known = applied_digests(input, row->row);
        const char *const digests[] = { known.token_digest, known.raw_digest };
        for (gsize j = 0; j < G_N_ELEMENTS(digests); j++) {
            if (digests[j] != NULL && !g_hash_table_contains(missing, digests[j]))
                g_hash_table_insert(missing, (gpointer)(guintptr)digests[j],
                                    (gpointer)(guintptr)row->row);
        }
    }
    return missing;
}

/* A missing migration with the digests of @file: the file was renamed or moved. Where the bytes are
 * the same and the tokens are not, it was run by other rules: that is another migration. */
static const BlLedgerRow *
find_old_name(const BlPlanInput *input, GHashTable *missing, const BlMigration *file)
{
    const char *const digests[] = { file->token_digest, file->raw_digest };
    for (gsize i = 0; i < G_N_ELEMENTS(digests); i++) {
        const BlLedgerRow *row =
            digests[i] != NULL ? g_hash_table_lookup(missing, digests[i]) : NULL;
        if (row == NULL)
            continue;
        BlKnownMigration known = applied_digests(input, row);
        if (!both_differ(known.token_digest, file->token_digest))
            return row;
    }
    return NULL;
}

/* Nothing says that what went into the snapshot by a dump, and not by a squash, lost its file for
 * good. @return the name of such a one that @file was; borrowed; NULL: none */
static const char *
find_dumped(const BlPlanInput *input, const BlMigration *file)
{
    const BlManifest *manifest = input->manifest;
    for (guint i = 0; manifest != NULL && i < manifest->squashed->len; i++) {
        const char *name = g_ptr_array_index(manifest->squashed, i);
        const BlMigrationDigest *was = bl_manifest_digest(manifest, name);
        gboolean is_same = was != NULL && was->raw != NULL &&
                           g_strcmp0(was->raw, file->raw_digest) == 0 &&
                           g_strcmp0(was->token, file->token_digest) == 0;
        if (is_same && bl_history_find(input->history, name) == NULL &&
            !bl_squash_mark_covers(manifest, name))
            return name;
    }
    return NULL;
}

static void
add_unapplied(GPtrArray *rows,
              const BlPlanInput *input,
              GHashTable *missing,
              const BlMigration *file)
{
    const BlJournalRow *unfinished = bl_ledger_unfinished(input->ledger, file->name);
    BlStatusRow *row = add_row(rows, file->name, BL_STATUS_PENDING);
    row->file = file;
    row->journal = unfinished;
    if (unfinished != NULL) {
        row->status = status_of_unfinished(unfinished);
        return;
    }
    const BlLedgerRow *old = find_old_name(input, missing, file);
    const char *name = old != NULL ? old->name : find_dumped(input, file);
    if (name != NULL && bl_ledger_find(input->ledger, name) != NULL) {
        row->status = BL_STATUS_RENAMED;
        row->renamed_from = name;
        row->is_dumped = input->manifest != NULL && bl_manifest_has(input->manifest, name);
    }
}

GPtrArray *
bl_plan_status(const BlPlanInput *input)
{
    GPtrArray *rows = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < input->ledger->rows->len; i++)
        add_applied(rows, input, g_ptr_array_index(input->ledger->rows, i));
    const BlMigration *baseline = find_baseline(input, NULL);
    g_autoptr(GHashTable) missing = index_missing(input, rows);
    for (guint i = 0; i < input->history->list->len; i++) {
        const BlMigration *file = g_ptr_array_index(input->history->list, i);
        if (bl_ledger_find(input->ledger, file->name) != NULL)
            continue;
        if (bl_plan_ignores(input->history, file, baseline))
            add_row(rows, file->name, BL_STATUS_IGNORED)->file = file;
        else
            add_unapplied(rows, input, missing, file);
    }
    /* Unfinished runs whose file is gone too. */
    for (guint i = 0; i < input->ledger->journal->len; i++) {
        const BlJournalRow *journal = g_ptr_array_index(input->ledger->journal, i);
        if (journal->state == BL_JOURNAL_APPLIED ||
            bl_history_find(input->history, journal->name) != NULL ||
            bl_ledger_find(input->ledger, journal->name) != NULL)
            continue;
        BlStatusRow *row = add_row(rows, journal->name, BL_STATUS_FAILED);
        row->journal = journal;
    }
    return rows;
}

static BlPlan *
plan_new(void)
{
    BlPlan *plan = g_new0(BlPlan, 1);
    plan->steps = g_array_new(FALSE, TRUE, sizeof(BlStep));
    plan->notes = g_ptr_array_new_with_free_func(g_free);
    plan->warnings = g_ptr_array_new_with_free_func(g_free);
    return plan;
}

void
bl_plan_free(BlPlan *plan)
{
    if (plan == NULL)
        return;
    g_array_unref(plan->steps);
    g_ptr_array_unref(plan->notes);
    g_ptr_array_unref(plan->warnings);
    g_free(plan);
}

static void
add_step(BlPlan *plan, BlStep step)
{
    g_array_append_val(plan->steps, step);
}

static gboolean
check_nothing_unfinished(const BlLedger *ledger, GError **error)
{
    if (!bl_ledger_check_mark(ledger, error))
        return FALSE;
    const BlJournalRow *row = bl_ledger_unfinished(ledger, NULL);
    if (row == NULL)
        return TRUE;
    const char *state = row->state == BL_JOURNAL_FAILED ? "failed" : "was interrupted";
    if (row->state == BL_JOURNAL_UNCERTAIN) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "see whether it did, then say where to go on: migrate repair",
                     "migration \"%s\" was interrupted, and it is uncertain whether statement "
                     "%" G_GINT64_FORMAT " took effect",
                     row->name, row->statement + 1);
        return FALSE;
    }
    bl_error_set(
        error, BL_ERROR_CONFLICT, "look at the database, then say where to go on: migrate repair",
        "migration \"%s\" %s after statement %" G_GINT64_FORMAT "%s%s", row->name, state,
        row->statement, row->message != NULL ? ": " : "", row->message != NULL ? row->message : "");
    return FALSE;
}

static gboolean
check_modified(const BlPlanInput *input, const BlStatusRow *row, GError **error)
{
    if (row->status != BL_STATUS_MODIFIED)
        return TRUE;
    BlKnownMigration known = applied_digests(input, row->row);
    gboolean by_token = known.token_digest != NULL && row->file->token_digest != NULL;
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "restore the file and put the change into a new migration, or accept it: migrate repair --accept",
        "migration \"%s\" was edited after it was applied: its digest is %s, applied was %s",
        row->name, by_token ? row->file->token_digest : row->file->raw_digest,
        by_token ? known.token_digest : known.raw_digest);
    return FALSE;
}

char *
bl_plan_hint_renamed(const BlStatusRow *row)
{
    return row->is_dumped
               ? g_strdup_printf("give the file the name back that the snapshot has: %s",
                                 row->renamed_from)
               : g_strdup_printf("migrate repair --rename %s %s", row->renamed_from, row->name);
}

static gboolean
check_renamed(const BlStatusRow *row, GError **error)
{
    if (row->status != BL_STATUS_RENAMED)
        return TRUE;
    g_autofree char *hint = bl_plan_hint_renamed(row);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "migration \"%s\" was applied as \"%s\": the file was renamed", row->name,
                 row->renamed_from);
    return FALSE;
}

/* What applied history says before anything runs. */
static gboolean
check_applied(const BlPlanInput *input, BlPlan *plan, GError **error)
{
    if (!check_nothing_unfinished(input->ledger, error) ||
        !bl_adopt_check(input->history, input->ledger, input->manifest, error))
        return FALSE;
    g_autoptr(GPtrArray) rows = bl_plan_status(input);
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        if (!check_modified(input, row, error) || !check_renamed(row, error))
            return FALSE;
        if (row->status == BL_STATUS_MISSING) {
            g_ptr_array_add(
                plan->warnings,
                g_strdup_printf(
                    "\"%s\" is applied, but its file is missing and no snapshot holds it",
                    row->name));
        }
    }
    return TRUE;
}

/* What runs again and again stands outside the order. */
static gboolean
is_ordered(const BlHistory *history, const char *name)
{
    if (history->convention->compare == NULL)
        return TRUE;
    g_autofree char *version = history->convention->version(name);
    return version != NULL;
}

/* The newest one of each sequence. @return g_free() */
static const char **
newest_applied(const BlPlanInput *input, const BlRunOptions *options)
{
    const BlHistory *history = input->history;
    const char **newest = g_new0(const char *, bl_history_n_sequences(history));
    guint n = options->bootstrap ? input->manifest->squashed->len : input->ledger->rows->len;
    for (guint i = 0; i < n; i++) {
        const char *name =
            options->bootstrap
                ? g_ptr_array_index(input->manifest->squashed, i)
                : ((const BlLedgerRow *)g_ptr_array_index(input->ledger->rows, i))->name;
        const char **last = &newest[bl_history_sequence(history, name)];
        if ((*last == NULL || bl_history_compare(history, name, *last) > 0) &&
            is_ordered(history, name))
            *last = name;
    }
    return newest;
}

/* A file in another language is not ours to run, a broken one nobody's. */
static gboolean
check_runnable(const BlMigration *migration, const char *what, const char *hint, GError **error)
{
    if (migration->foreign) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED, hint, "%s \"%s\" is written in another language",
                     what, migration->label);
        return FALSE;
    }
    if (migration->problem == NULL)
        return TRUE;
    if (error != NULL)
        *error = g_error_copy(migration->problem);
    return FALSE;
}

static gboolean
check_order(BlPlan *plan,
            const BlRunOptions *options,
            const BlMigration *migration,
            const char *newest,
            const BlHistory *history,
            GError **error)
{
    if (newest == NULL || options->out_of_order == BL_OUT_OF_ORDER_ALLOW ||
        migration->kind == BL_MIGRATION_REPEATABLE ||
        bl_history_compare(history, migration->name, newest) > 0)
        return TRUE;
    if (options->out_of_order == BL_OUT_OF_ORDER_WARN) {
        g_ptr_array_add(plan->warnings,
                        g_strdup_printf("\"%s\" is older than \"%s\", which is applied",
                                        migration->name, newest));
        return TRUE;
    }
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "give it a newer name, or run it: migrate run --out-of-order allow",
                 "migration \"%s\" is out of order: \"%s\" is newer and applied already",
                 migration->name, newest);
    return FALSE;
}

/* A repeatable migration that was edited since it ran, or since the snapshot was made. @param row
 * out: of its last run; NULL: the bootstrap makes it */
static gboolean
is_due(const BlPlanInput *input,
       const BlRunOptions *options,
       const BlMigration *migration,
       const BlLedgerRow **row)
{
    *row = NULL;
    if (migration->kind != BL_MIGRATION_REPEATABLE)
        return FALSE;
    if (options->bootstrap) {
        const BlLedgerRow embedded = { .name = migration->name };
        BlKnownMigration known = applied_digests(input, &embedded);
        return bl_migration_is_due(migration, &known);
    }
    *row = bl_ledger_find(input->ledger, migration->name);
    if (*row == NULL)
        return FALSE;
    BlKnownMigration known = applied_digests(input, *row);
    return bl_migration_is_due(migration, &known);
}

static gboolean
add_pending(BlPlan *plan, const BlPlanInput *input, const BlRunOptions *options, GError **error)
{
    g_autofree const char **newest = newest_applied(input, options);
    const BlMigration *baseline = find_baseline(input, options);
    gint64 batch = options->bootstrap ? 0 : bl_ledger_last_batch(input->ledger) + 1;
    for (guint i = 0; i < input->history->list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(input->history->list, i);
        if (options->to != NULL &&
            bl_history_compare(input->history, migration->name, options->to->name) > 0)
            break;
        const BlLedgerRow *again = NULL;
        if ((!is_due(input, options, migration, &again) &&
             will_be_applied(input, options, migration->name)) ||
            bl_plan_ignores(input->history, migration, baseline))
            continue;
        const char *dumped = options->bootstrap ? find_dumped(input, migration) : NULL;
        if (dumped != NULL) {
            const BlStatusRow row = { .name = migration->name,
                                      .status = BL_STATUS_RENAMED,
                                      .renamed_from = dumped,
                                      .is_dumped = TRUE };
            return check_renamed(&row, error);
        }
        if (!check_runnable(migration, "pending migration",
                            "run it with the tool it was written for", error) ||
            !check_order(plan, options, migration,
                         newest[bl_history_sequence(input->history, migration->name)],
                         input->history, error))
            return FALSE;
        add_step(plan, (BlStep){ BL_STEP_UP, migration->name, migration, again, batch });
    }
    return TRUE;
}

BlPlan *
bl_plan_run(const BlPlanInput *input, const BlRunOptions *options, GError **error)
{
    g_autoptr(BlPlan) plan = plan_new();
    if (!check_applied(input, plan, error) || (!options->bootstrap && !bl_gap_check(input, error)))
        return NULL;
    if (options->bootstrap)
        add_step(plan, (BlStep){ BL_STEP_BOOTSTRAP, NULL, NULL, NULL, 0 });
    if (options->bootstrap && input->manifest == NULL) {
        g_ptr_array_add(plan->notes,
                        g_strdup("what is pending is known only when the dump is loaded"));
        return g_steal_pointer(&plan);
    }
    if (!add_pending(plan, input, options, error))
        return NULL;
    char *strays = bl_history_tell_strays(input->history);
    if (strays != NULL)
        g_ptr_array_add(plan->warnings, strays);
    if (input->history->other_order != NULL && plan->steps->len > 0) {
        g_ptr_array_add(plan->warnings,
                        g_strdup_printf("AdonisJS Lucid, whose files are there too, runs %s",
                                        input->history->other_order));
    }
    return g_steal_pointer(&plan);
}

/* Only rows of later batches are taken back. */
static gint64
batch_that_stays(const BlLedger *ledger, const BlBackOptions *options)
{
    if (options->mode == BL_BACK_LAST_BATCH)
        return bl_ledger_last_batch(ledger) - 1;
    return options->mode == BL_BACK_TO_BATCH ? options->n : G_MININT64;
}

/* How many rows, counted from the newest, the options ask for. */
static guint
count_candidates(const BlLedger *ledger, const BlBackOptions *options, gint64 stays)
{
    guint n = ledger->rows->len;
    if (options->mode == BL_BACK_STEPS)
        return (guint)MIN((gint64)n, options->n);
    guint wanted = 0;
    for (guint i = 0; i < n; i++) {
        const BlLedgerRow *row = g_ptr_array_index(ledger->rows, i);
        wanted += row->batch > stays;
    }
    return wanted;
}

static void
set_baseline_error(const BlPlanInput *input, const char *name, GError **error)
{
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "roll back only what is younger than the baseline; to go further, restore the files from version "
        "control or a backup of the database",
        "migration \"%s\" lies inside the baseline of the snapshot \"%s\" and cannot be rolled back",
        name, input->manifest->dump_path);
}

static gboolean
check_revertible(const BlHistory *history, const BlMigration *migration, GError **error)
{
    if (!check_runnable(migration, "migration", "roll it back with the tool it was written for",
                        error))
        return FALSE;
    /* What runs again and again is only forgotten, so that it runs with the next ones. */
    if (migration->kind == BL_MIGRATION_REPEATABLE)
        return TRUE;
    if (migration->down.present && (!migration->down.empty || migration->down.deliberate))
        return TRUE;
    g_autofree char *hint =
        g_strdup_printf("write what takes it back %s", history->convention->down_place);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "migration \"%s\" has no statement in its down part", migration->label);
    return FALSE;
}

typedef enum { CANDIDATE_TAKEN, CANDIDATE_ENDS, CANDIDATE_REFUSED } CandidateResult;

static CandidateResult
take_candidate(BlPlan *plan,
               const BlPlanInput *input,
               const BlLedgerRow *row,
               gboolean stops_at_baseline,
               GError **error)
{
    const BlMigration *migration = bl_history_find(input->history, row->name);
    if (migration == NULL) {
        gboolean squashed = input->manifest != NULL && bl_manifest_has(input->manifest, row->name);
        if (squashed && stops_at_baseline)
            return CANDIDATE_ENDS;
        if (squashed)
            set_baseline_error(input, row->name, error);
        else {
            bl_error_set(error, BL_ERROR_CONFLICT,
                         "restore the file; nothing older is rolled back over a hole",
                         "the file of migration \"%s\" is missing", row->name);
        }
        return CANDIDATE_REFUSED;
    }
    if (!check_revertible(input->history, migration, error))
        return CANDIDATE_REFUSED;
    add_step(plan, (BlStep){ BL_STEP_DOWN, row->name, migration, row, 0 });
    return CANDIDATE_TAKEN;
}

BlPlan *
bl_plan_back(const BlPlanInput *input, const BlBackOptions *options, GError **error)
{
    g_autoptr(BlPlan) plan = plan_new();
    if (!check_nothing_unfinished(input->ledger, error) ||
        !bl_adopt_check(input->history, input->ledger, input->manifest, error))
        return NULL;
    const GPtrArray *rows = input->ledger->rows;
    gint64 stays = batch_that_stays(input->ledger, options);
    guint left = count_candidates(input->ledger, options, stays);
    for (guint i = rows->len; i > 0 && left > 0; i--) {
        const BlLedgerRow *row = g_ptr_array_index(rows, i - 1);
        if (row->batch <= stays)
            continue;
        CandidateResult result =
            take_candidate(plan, input, row, options->mode == BL_BACK_ALL, error);
        if (result == CANDIDATE_REFUSED)
            return NULL;
        if (result == CANDIDATE_ENDS) {
            g_ptr_array_add(plan->notes,
                            g_strdup_printf("the baseline of %u migration%s from \"%s\" stays",
                                            left, left == 1 ? "" : "s",
                                            input->manifest->dump_path));
            break;
        }
        left--;
    }
    return g_steal_pointer(&plan);
}

BlPlan *
bl_plan_run_after(const BlPlanInput *input,
                  const BlPlan *back,
                  const BlRunOptions *options,
                  GError **error)
{
    g_autoptr(BlLedger) ledger = bl_ledger_new();
    g_autoptr(GHashTable) gone = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < back->steps->len; i++)
        g_hash_table_add(gone, (gpointer)(guintptr)g_array_index(back->steps, BlStep, i).row);
    for (guint i = 0; i < input->ledger->rows->len; i++) {
        const BlLedgerRow *row = g_ptr_array_index(input->ledger->rows, i);
        if (!g_hash_table_contains(gone, row))
            bl_ledger_add_row(ledger, row->id, row->name, row->batch, row->time);
    }
    const BlPlanInput after = { input->history, ledger, input->manifest };
    return bl_plan_run(&after, options, error);
}
