/* SPDX-License-Identifier: MIT */
#include "squash/adopt.h"
#include "squash/cmd.h"
#include "squash/folders.h"
#include "squash/gap.h"
#include "squash/squash_mark.h"

#include "common/base/error.h"

#include <string.h>

/* migrate status: every migration, grouped by batch. Writes nothing, takes no lock. */

static const char *
explain(const BlStatusRow *row)
{
    static const char *const advice[] = {
        [BL_STATUS_COMPLETED] = "",
        [BL_STATUS_PENDING] = "",
        [BL_STATUS_SQUASHED] = "",
        [BL_STATUS_MISSING] = "applied, but its file is gone and no snapshot holds it",
        [BL_STATUS_RENAMED] = "applied under another name",
        [BL_STATUS_MODIFIED] = "edited after it was applied: migrate repair --accept",
        [BL_STATUS_IGNORED] = "never runs: a baseline script stands for what came before it",
        [BL_STATUS_FAILED] = "stopped half-way: migrate repair",
        [BL_STATUS_UNCERTAIN] = "stopped, outcome unknown: migrate repair",
    };
    if (row->journal != NULL && row->journal->is_load)
        return "a load that was not finished: schema-load --undo";
    return advice[row->status];
}

static json_t *
row_to_json(const BlStatusRow *row)
{
    return json_pack("{s:o, s:s, s:o, s:s?}", "name", bl_json_text(row->name), "status",
                     bl_status_name(row->status), "batch",
                     row->batch > 0 ? json_integer(row->batch) : json_null(), "migrationTime",
                     row->time);
}

static void
print_details(BlCli *cli, const BlStatusRow *row)
{
    if (row->renamed_from != NULL) {
        g_autofree char *hint = bl_plan_hint_renamed(row);
        bl_cli_print(cli, "             was %s: %s\n", row->renamed_from, hint);
    }
    if (row->journal != NULL && row->journal->state != BL_JOURNAL_APPLIED) {
        gboolean is_one = row->journal->statement == 1;
        bl_cli_print(cli, "             %" G_GINT64_FORMAT " statement%s done%s%s\n",
                     row->journal->statement, is_one ? " is" : "s are",
                     row->journal->message != NULL ? "; then: " : "",
                     row->journal->message != NULL ? row->journal->message : "");
    }
    if (row->layout_edited && bl_cli_common(cli)->verbose)
        bl_cli_print(cli, "             comments or layout of the file were edited since\n");
}

static void
print_row(BlCli *cli, const BlStatusRow *row)
{
    const char *advice = explain(row);
    bl_cli_print(cli, "  %-10s %s%s%s%s%s\n", bl_status_name(row->status), row->name,
                 row->time != NULL ? "  " : "", row->time != NULL ? row->time : "",
                 advice[0] != '\0' ? "  " : "", advice);
    print_details(cli, row);
}

/* Batches in ascending order; what is in none comes last. */
static int
order_rows(gconstpointer left, gconstpointer right, gpointer data)
{
    const BlStatusRow *a = *(const BlStatusRow *const *)left;
    const BlStatusRow *b = *(const BlStatusRow *const *)right;
    const BlHistory *history = data;
    gint64 batch_a = a->batch > 0 ? a->batch : G_MAXINT64;
    gint64 batch_b = b->batch > 0 ? b->batch : G_MAXINT64;
    if (batch_a != batch_b)
        return batch_a < batch_b ? -1 : 1;
    if (a->row != NULL && b->row != NULL)
        return a->row->id < b->row->id ? -1 : a->row->id > b->row->id;
    return bl_history_compare(history, a->name, b->name);
}

static void
print_rows(BlCli *cli, const GPtrArray *rows)
{
    gint64 batch = -1;
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        if (row->batch != batch && row->batch > 0)
            bl_cli_print(cli, "%sbatch %" G_GINT64_FORMAT "\n", i > 0 ? "\n" : "", row->batch);
        else if (row->batch != batch)
            bl_cli_print(cli, "%snot applied\n", i > 0 ? "\n" : "");
        batch = row->batch;
        print_row(cli, row);
    }
    if (rows->len == 0)
        bl_cli_print(cli, "no migrations\n");
}

/* Only a database that has a history can have stopped in its middle. */
static gboolean
report_gap(BlCli *cli, const BlPlanInput *input)
{
    g_autoptr(GError) gap = NULL;
    if (input->ledger->rows->len == 0 || bl_gap_check(input, &gap))
        return TRUE;
    bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING, "%s: %s; %s", gap->message,
                   bl_error_info(gap)->detail, bl_error_info(gap)->hint);
    return FALSE;
}

gboolean
bl_cmd_status(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_work_open(&work, cli, options, TRUE, error))
        return FALSE;
    const BlPlanInput input = bl_migrator_input(work.migrator);
    g_autoptr(GPtrArray) rows = bl_plan_status(&input);
    g_ptr_array_sort_with_data(rows, order_rows, work.migrator->history);

    json_t *list = json_array();
    gboolean clean = TRUE;
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        clean = clean && (row->status == BL_STATUS_COMPLETED || row->status == BL_STATUS_SQUASHED ||
                          row->status == BL_STATUS_IGNORED);
        /* For a long history the document weighs more than all the rest. */
        if (bl_cli_common(cli)->json)
            json_array_append_new(list, row_to_json(row));
    }
    json_object_set_new(bl_cli_json(cli), "migrations", list);
    print_rows(cli, rows);
    bl_folders_warn(work.migrator);
    clean = report_gap(cli, &input) && clean;
    g_autoptr(GError) problem = NULL;
    if (!bl_adopt_check(input.history, input.ledger, input.manifest, &problem)) {
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING, "%s", problem->message);
        clean = FALSE;
    }
    if (input.manifest != NULL && bl_squash_mark_is_open(input.manifest)) {
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING,
                       "a squash was interrupted: migrate squash finishes it");
    }
    if (options->exit_code && !clean)
        bl_cli_set_exit(cli, 1);
    return TRUE;
}
