/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#include "common/base/error.h"

#include <string.h>

/* What a command of migrate says at its end: what is done, what is not; and the seeders. */

/* More names than these are counted only. */
enum { NAMES_SHOWN = 10 };

static gboolean
is_done(const BlMigrationResult *result)
{
    return strcmp(result->status, "completed") == 0;
}

static void
append_count(GString *text, const char *verb, guint n)
{
    g_string_append_printf(text, "%s%s %u migration%s", text->len > 0 ? ", " : "", verb, n,
                           n == 1 ? "" : "s");
}

void
bl_say_summary(BlCli *cli,
               const BlMigrateOptions *options,
               const BlMigrator *migrator,
               const char *nothing)
{
    gint64 total = 0;
    guint done[2] = { 0, 0 }; /* up, down */
    for (guint i = 0; i < migrator->results->len; i++) {
        const BlMigrationResult *result = &g_array_index(migrator->results, BlMigrationResult, i);
        done[result->is_down ? 1 : 0] += is_done(result) ? 1 : 0;
        total += result->duration_us;
    }
    if (done[0] + done[1] == 0 && !migrator->bootstrapped) {
        if (!migrator->session->created)
            bl_cli_set_status(cli, "skipped");
        bl_cli_say(cli, "%s", nothing);
        return;
    }
    g_autoptr(GString) text = g_string_new(NULL);
    if (done[1] > 0)
        append_count(text, "reverted", done[1]);
    if (done[0] > 0 || (done[1] == 0 && options->compact_output))
        append_count(text, "migrated", done[0]);
    if (text->len > 0)
        bl_cli_say(cli, "%s (%" G_GINT64_FORMAT " ms)", text->str, total / 1000);
}

/* @param result NULL: it was not begun */
static gboolean
step_is_done(const BlMigrator *migrator, const BlStep *step, const BlMigrationResult *result)
{
    return step->kind == BL_STEP_BOOTSTRAP ? migrator->bootstrapped
                                           : result != NULL && is_done(result);
}

void
bl_tell_rest(const BlMigrator *migrator, const BlPlan *plan, guint first, GError *error)
{
    if (error == NULL || !g_error_matches(error, BL_ERROR, BL_ERROR_CANCELLED))
        return;
    g_autoptr(GString) names = g_string_new(NULL);
    guint left = 0;
    for (guint i = 0; i < plan->steps->len; i++) {
        const BlStep *step = &g_array_index(plan->steps, BlStep, i);
        gboolean is_bootstrap = step->kind == BL_STEP_BOOTSTRAP;
        const BlMigrationResult *result = NULL;
        if (!is_bootstrap && first < migrator->results->len)
            result = &g_array_index(migrator->results, BlMigrationResult, first++);
        if (step_is_done(migrator, step, result) || ++left > NAMES_SHOWN)
            continue;
        g_string_append_printf(names, "%s \"%s\"", left > 1 ? "," : "",
                               is_bootstrap ? migrator->sql_label : step->name);
    }
    if (left == 0)
        return;
    if (left > NAMES_SHOWN)
        g_string_append_printf(names, " and %u more", left - NAMES_SHOWN);
    char *message = g_strdup_printf("%s; done: %u of %u; not done:%s", error->message,
                                    plan->steps->len - left, plan->steps->len, names->str);
    g_free(error->message);
    error->message = message;
}

static json_t *
seeder_member(const char *name, const char *status, gint64 duration_us)
{
    return json_pack("{s:o, s:s, s:I}", "name", bl_json_text(name), "status", status, "durationMs",
                     (json_int_t)(duration_us / 1000));
}

/* @return how many; -1: error */
static int
print_seeders(BlCli *cli, const BlMigrator *migrator, json_t *list, GError **error)
{
    g_autoptr(GPtrArray) labels = bl_migrator_list_seeders(migrator, error);
    for (guint i = 0; labels != NULL && i < labels->len; i++) {
        const char *label = g_ptr_array_index(labels, i);
        g_autoptr(GPtrArray) statements = bl_migrator_seeder_statements(migrator, label, error);
        if (statements == NULL)
            return -1;
        json_t *seeder = seeder_member(label, "pending", 0);
        json_t *queries = json_array();
        bl_cli_print(cli, "-- seed %s\n", label);
        for (guint j = 0; j < statements->len; j++) {
            const char *sql = g_ptr_array_index(statements, j);
            bl_cli_print(cli, "%s;\n", sql);
            json_array_append_new(queries, bl_json_text(sql));
        }
        json_object_set_new(seeder, "queries", queries);
        json_array_append_new(list, seeder);
    }
    return labels != NULL ? (int)labels->len : -1;
}

/* @return how many; -1: error */
static int
run_seeders(BlCli *cli, BlMigrator *migrator, json_t *list, GError **error)
{
    gboolean ok = bl_migrator_seed(migrator, error);
    for (guint i = 0; i < migrator->seeded->len; i++) {
        const BlMigrationResult *result = &g_array_index(migrator->seeded, BlMigrationResult, i);
        json_array_append_new(list,
                              seeder_member(result->name, result->status, result->duration_us));
    }
    if (!ok)
        return -1;
    guint n = migrator->seeded->len;
    bl_cli_say(cli, "ran %u seeder%s", n, n == 1 ? "" : "s");
    return (int)n;
}

gboolean
bl_seed_if_asked(BlCli *cli, BlMigrator *migrator, const BlMigrateOptions *options, GError **error)
{
    if (!options->seed)
        return TRUE;
    json_t *list = json_array();
    json_object_set_new(bl_cli_json(cli), "seeders", list);
    int n = options->dry_run ? print_seeders(cli, migrator, list, error)
                             : run_seeders(cli, migrator, list, error);
    if (n > 0)
        bl_cli_set_status(cli, "completed");
    return n >= 0;
}
