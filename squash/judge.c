/* SPDX-License-Identifier: MIT */
#include "squash/judge.h"

#include "squash/kept_rows.h"
#include "squash/lost.h"
#include "squash/row_proof.h"
#include "squash/row_text.h"

#include "common/base/error.h"

static void
report_differences(const BlJudgement *judgement, const GPtrArray *list, const char *prefix)
{
    for (guint i = 0; i < list->len; i++) {
        const BlDifference *difference = g_ptr_array_index(list, i);
        bl_report_text(judgement->migrator->options.reporter, BL_EVENT_WARNING, "%s%s %s: %s",
                       prefix, difference->kind, difference->name, difference->what);
    }
}

/* The live database against the replay: a difference would go into the snapshot. */
static gboolean
judge_drift(const BlJudgement *judgement, GError **error)
{
    BlProof *proof = judgement->proof;
    if (!judgement->is_live)
        return TRUE;
    bl_proof_compare_live(proof, judgement->dump->catalog, judgement->catalog);
    report_differences(judgement, proof->drift, "drift: ");
    if (proof->drift->len == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "put what the database has more into a migration, or make the snapshot from the "
                 "files alone: migrate squash --from-files",
                 "the database is not what its migrations give: %u difference%s", proof->drift->len,
                 proof->drift->len == 1 ? "" : "s");
    return FALSE;
}

/* A file that makes what the snapshot leaves out must stay. */
static gboolean
judge_excluded(const BlJudgement *judgement, GError **error)
{
    g_autoptr(GPtrArray) excluded = bl_proof_find_excluded(judgement->input, error);
    if (excluded == NULL)
        return FALSE;
    report_differences(judgement, excluded, "");
    if (excluded->len == 0)
        return TRUE;
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "take it out of --exclude and --schema of schema-dump and of \"ignore\" of the "
        "configuration, and name its schema in \"schemas\" there; or do without it, and without "
        "the proof: --no-proof",
        "%u object%s that migrations made would get lost", excluded->len,
        excluded->len == 1 ? "" : "s");
    return FALSE;
}

static gboolean
judge_snapshot(const BlJudgement *judgement, GError **error)
{
    const GPtrArray *differences = judgement->proof->differences;
    report_differences(judgement, differences, "");
    if (differences->len == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "nothing was written; report this if the database is supported",
                 "the snapshot is not what its migrations give: %u difference%s", differences->len,
                 differences->len == 1 ? "" : "s");
    return FALSE;
}

static gboolean
judge_rights(const BlJudgement *judgement, GError **error)
{
    const GPtrArray *rights = judgement->proof->rights;
    report_differences(judgement, rights, "");
    if (rights->len == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "let the snapshot carry them: schema-dump --with-acl or --with-owner, then squash "
                 "again; or do without them, and without the proof: --no-proof",
                 "rights or owners that migrations set would get lost: %u difference%s",
                 rights->len, rights->len == 1 ? "" : "s");
    return FALSE;
}

static gboolean
judge_rows(const BlJudgement *judgement, GError **error)
{
    const GPtrArray *rows = judgement->proof->rows;
    report_differences(judgement, rows, "");
    if (rows->len == 0 || judgement->options->data_from == BL_DATA_FROM_LIVE)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "say whose rows the snapshot takes: --data-from live, or --data-from replay",
                 "carried rows are not those that the migrations put there: %u difference%s",
                 rows->len, rows->len == 1 ? "" : "s");
    return FALSE;
}

static gboolean
refuse_lost(const BlJudgement *judgement, const BlProof *proof, GError **error)
{
    g_autofree char *hint = bl_lost_report(proof, judgement->migrator->options.reporter);
    if (proof->lost->len + proof->left_out->len == 0 || judgement->options->discard_data)
        return TRUE;
    g_autofree char *sum = bl_lost_sum(proof);
    bl_error_set(error, BL_ERROR_CONFLICT, hint, "%s that migrations put there would get lost",
                 sum);
    return FALSE;
}

/* Those of extensions can be told only when there is a database with the extensions alone. */
static gboolean
judge_kept(const BlJudgement *judgement, GError **error)
{
    g_autoptr(GPtrArray) none = g_ptr_array_new();
    g_autoptr(GPtrArray) kept =
        bl_kept_rows_find(judgement->input->replayed, judgement->loaded, error);
    const BlProof part = { .lost = none, .left_out = kept };
    if (kept == NULL)
        return FALSE;
    gboolean ok = kept->len == 0 || refuse_lost(judgement, &part, error);
    g_ptr_array_extend_and_steal(judgement->proof->left_out, g_steal_pointer(&kept));
    return ok;
}

/* What the database has applied behind the range; where none is asked, all that comes there. */
static GPtrArray *
find_younger(const BlJudgement *judgement)
{
    const BlMigrator *migrator = judgement->migrator;
    const GPtrArray *list = migrator->history->list;
    GPtrArray *younger = g_ptr_array_new();
    for (guint i = judgement->n_squashed; i < list->len; i++) {
        BlMigration *migration = g_ptr_array_index(list, i);
        if (migrator->session == NULL || bl_ledger_find(migrator->ledger, migration->name) != NULL)
            g_ptr_array_add(younger, migration);
    }
    return younger;
}

static gboolean
compare_ahead(const BlJudgement *judgement, BlReplayOptions *younger, GError **error)
{
    const BlConnection *connection = judgement->migrator->connection;
    gboolean is_free = FALSE;
    const BlReplayGuard guard = {
        .production = connection->production ? connection->name : NULL,
        .is_elsewhere = judgement->is_elsewhere,
        .without = "go on without this comparison",
    };
    if (!bl_replay_check(connection->engine, younger->migrations, &guard, &is_free, error))
        return FALSE;
    younger->not_beside = is_free ? NULL : judgement->migrator->session;
    return bl_proof_compare_ahead(judgement->proof, judgement->input, younger,
                                  judgement->migrator->session, error);
}

static void
report_range_drift(const BlJudgement *judgement)
{
    const GPtrArray *drift = judgement->proof->drift;
    report_differences(judgement, drift, "drift: ");
    if (drift->len > 0) {
        bl_report_text(judgement->migrator->options.reporter, BL_EVENT_WARNING,
                       "the database is not what its migrations give: %u difference%s, which the "
                       "snapshot does not have",
                       drift->len, drift->len == 1 ? "" : "s");
    }
}

/* It ran behind the older files. */
static gboolean
refuse_resuming(GError *why, GError **error)
{
    const BlErrorInfo *info = bl_error_info(why);
    if (info == NULL || info->file == NULL || !g_error_matches(why, BL_ERROR, BL_ERROR_SQL)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    GError *refusal = NULL;
    bl_error_set(
        &refusal, BL_ERROR_CONFLICT,
        "nothing was written; squash as far as a later file, or an earlier one; or carry the "
        "rows that it needs with --data",
        "a file that stays does not run on the new snapshot: %s", why->message);
    bl_error_set_position(refusal, info->file, info->line, info->column);
    g_error_free(why);
    g_propagate_error(error, refusal);
    return FALSE;
}

/* Where the database has rows of its own, files may make others of them. */
static gboolean
accepts_rows(const BlJudgement *judgement)
{
    return judgement->options->discard_data || judgement->proof->unlike->len > 0;
}

static gboolean
refuse_resumed(const GPtrArray *differences, const char *hint, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "the files that stay do not give on the new snapshot what they give behind the "
                 "older files: %u difference%s",
                 differences->len, differences->len == 1 ? "" : "s");
    return FALSE;
}

static gboolean
judge_resumed_rows(const BlJudgement *judgement,
                   const BlReplayOptions *younger,
                   const BlCatalog *replayed,
                   GError **error)
{
    g_autoptr(GPtrArray) differences = bl_row_proof_find_resumed(
        judgement->proof, judgement->input, younger, replayed, judgement->loaded, error);
    if (differences == NULL)
        return FALSE;
    report_differences(judgement, differences, "resumed: ");
    return differences->len == 0 || accepts_rows(judgement) ||
           refuse_resumed(differences,
                          "nothing was written; squash as far as a later file, or an earlier one; "
                          "or take the rows as they will be: --discard-data",
                          error);
}

/* The files that stay must give on the new snapshot what they give behind their elders, as every
 * new database runs them: a server may keep more of those than its text tells. */
static gboolean
judge_resumed(const BlJudgement *judgement, const BlReplayOptions *younger, GError **error)
{
    const BlDumpOptions *dump = judgement->input->dump;
    GError *why = NULL;
    if (judgement->loaded == NULL || younger->migrations->len == 0)
        return TRUE;
    if (!bl_replay_more(judgement->loaded, younger, &why))
        return refuse_resuming(why, error);
    g_autoptr(BlCatalog) replayed = bl_proof_read_catalog(judgement->input->replayed, dump, error);
    g_autoptr(BlCatalog) resumed =
        replayed != NULL ? bl_proof_read_catalog(judgement->loaded, dump, error) : NULL;
    if (resumed == NULL)
        return FALSE;
    g_autoptr(GPtrArray) differences =
        bl_catalog_compare(resumed, replayed, "a new database", "the replay");
    report_differences(judgement, differences, "resumed: ");
    return differences->len > 0
               ? refuse_resumed(
                     differences,
                     "nothing was written; squash as far as a later file, or an earlier one", error)
               : judge_resumed_rows(judgement, younger, replayed, error);
}

/* A part of a history is dumped from the files, so that what a database has more does no harm: it
 * is told. Nor does a younger file that cannot be replayed at all. */
static gboolean
prove_younger(const BlJudgement *judgement, GError **error)
{
    if (judgement->is_live)
        return TRUE;
    g_autoptr(GPtrArray) files = find_younger(judgement);
    BlReplayOptions younger = judgement->input->replay;
    younger.migrations = files;
    g_autoptr(GError) why = NULL;
    gboolean is_replayed = compare_ahead(judgement, &younger, &why);
    if (g_error_matches(why, BL_ERROR, BL_ERROR_CANCELLED)) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    if (!is_replayed) {
        bl_report_text(judgement->migrator->options.reporter, BL_EVENT_WARNING, "%s: %s",
                       judgement->migrator->session != NULL
                           ? "the database was not compared with its migrations"
                           : "the files that stay were not tried on the new snapshot",
                       why->message);
    }
    report_range_drift(judgement);
    return !is_replayed || judge_resumed(judgement, &younger, error);
}

gboolean
bl_judge_squash(BlJudgement *judgement, GError **error)
{
    BlProof *proof = judgement->proof;
    BlManifest *manifest = judgement->dump->manifest;
    if (!judge_excluded(judgement, error) || !judge_drift(judgement, error) ||
        !bl_row_proof_find_lost(proof, judgement->input, judgement->catalog, manifest, error) ||
        !refuse_lost(judgement, proof, error) ||
        !bl_proof_compare_snapshot(proof, judgement->input, judgement->catalog, judgement->dump,
                                   &judgement->loaded, error) ||
        !judge_snapshot(judgement, error) || !judge_rights(judgement, error) ||
        !judge_kept(judgement, error) || !judge_rows(judgement, error) ||
        !bl_row_text_check(judgement->dump, judgement->loaded, error) ||
        !prove_younger(judgement, error))
        return FALSE;
    bl_proof_record(proof, manifest);
    bl_proof_sign(manifest);
    return TRUE;
}
