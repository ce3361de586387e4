/* SPDX-License-Identifier: MIT */
#include "squash/check.h"
#include "squash/check_replay.h"
#include "squash/cmd.h"
#include "squash/folders.h"
#include "squash/merged.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <string.h>

/* migrate check: one command for a build server. Writes nothing, takes no lock. */

/* What is compared. */
typedef struct {
    gboolean offline;
    gboolean replays;
    guint left_out; /* applied migrations that the snapshot does not hold, by a squash's will */
} Scope;

/* What would end a line or a value of a workflow command. */
static char *
escape_command(const char *text, gboolean is_value)
{
    GString *out = g_string_new(NULL);
    for (const char *c = text; *c != '\0'; c++) {
        gboolean ends = *c == '%' || *c == '\r' || *c == '\n';
        if (ends || (is_value && (*c == ':' || *c == ',')))
            g_string_append_printf(out, "%%%02X", (guint)(guchar)*c);
        else
            g_string_append_c(out, *c);
    }
    return g_string_free(out, FALSE);
}

/* Annotations name files from the top of the checkout, which may lie above the project. */
static char *
path_in_checkout(const BlProject *project, const char *file)
{
    const char *top = g_getenv("GITHUB_WORKSPACE");
    g_autofree char *path = bl_project_path(project, file);
    const char *below = top != NULL && top[0] != '\0' ? bl_path_below(path, top) : NULL;
    return g_strdup(below != NULL ? below : file);
}

static void
annotate(BlCli *cli, const BlProject *project, const BlCheckDifference *difference)
{
    g_autofree char *text =
        g_strdup_printf("%s %s: %s", difference->kind, difference->name, difference->what);
    g_autofree char *message = escape_command(text, FALSE);
    if (difference->file == NULL) {
        bl_cli_print(cli, "::error::%s\n", message);
        return;
    }
    g_autofree char *path = path_in_checkout(project, difference->file);
    g_autofree char *file = escape_command(path, TRUE);
    bl_cli_print(cli, "::error file=%s,line=%u::%s\n", file, MAX(difference->line, 1), message);
}

/* The name says the file, but not the line. */
static void
print(BlCli *cli, const BlCheckDifference *difference, const char *place)
{
    bl_cli_print(cli, "%s %s: %s", difference->kind, difference->name, difference->what);
    if (difference->line > 0)
        bl_cli_print(cli, " (%s)", place);
    bl_cli_print(cli, "\n");
}

static void
show(BlCli *cli, const BlProject *project, const GPtrArray *differences)
{
    gboolean in_actions = g_strcmp0(g_getenv("GITHUB_ACTIONS"), "true") == 0;
    json_t *list = json_array();
    for (guint i = 0; i < differences->len; i++) {
        const BlCheckDifference *difference = g_ptr_array_index(differences, i);
        g_autofree char *place = bl_check_place(difference);
        if (in_actions)
            annotate(cli, project, difference);
        else
            print(cli, difference, place);
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o}", "kind", difference->kind,
                                              "name", bl_json_text(difference->name), "what",
                                              bl_json_text(difference->what), "where",
                                              bl_json_text(place)));
    }
    json_object_set_new(bl_cli_json(cli), "differences", list);
}

static void
warn_of_strays(BlCli *cli, const BlMigrator *migrator)
{
    g_autofree char *strays = bl_history_tell_strays(migrator->history);
    if (strays != NULL)
        bl_report_text(bl_cli_reporter(cli), BL_EVENT_WARNING, "%s", strays);
}

/* The snapshot of a squash that left the newest files alone ends before them. A replay of all files
 * is what the live schema can be compared with. */
static gboolean
check_schema(BlMigrator *migrator, Scope *scope, GPtrArray *differences, GError **error)
{
    scope->left_out = bl_check_left_out(migrator);
    if (scope->left_out == 0)
        return bl_check_schema(migrator, differences, error);
    if (!scope->replays) {
        bl_report_text(migrator->options.reporter, BL_EVENT_WARNING,
                       "not checked: the schema, since %u applied migration%s stayed out of the "
                       "snapshot when older ones were squashed; --replay compares it with all "
                       "files, schema-dump takes %s in",
                       scope->left_out, scope->left_out == 1 ? "" : "s",
                       scope->left_out == 1 ? "it" : "them");
    }
    return TRUE;
}

static gboolean
check_database(BlMigrator *migrator, Scope *scope, GPtrArray *differences, GError **error)
{
    gboolean is_bare = FALSE;
    if (!bl_check_bare(migrator, differences, &is_bare, error) || is_bare)
        return is_bare;
    bl_check_ledger(migrator, differences);
    /* Half a migration is reported; nothing can be said of a schema that holds it. */
    gboolean is_whole = bl_ledger_unfinished(migrator->ledger, NULL) == NULL &&
                        (migrator->ledger->peer == NULL || migrator->ledger->peer->failed == NULL);
    return !is_whole || check_schema(migrator, scope, differences, error);
}

/* The error says why; that the rest was looked at, and this was not, is said ahead of it. */
static gboolean
check_replay(BlMigrator *migrator,
             const BlCheckReplayOptions *how,
             GPtrArray *differences,
             BlCheckReplayResult *replay,
             GError **error)
{
    if (bl_check_replay(migrator, how, differences, replay, error))
        return TRUE;
    bl_report_text(migrator->options.reporter, BL_EVENT_WARNING,
                   "not checked: whether the files give this schema (--replay)");
    return FALSE;
}

/* What was found is shown also when the rest could not be looked at. */
static gboolean
check_all(BlMigrator *migrator,
          const BlMigrateOptions *options,
          Scope *scope,
          GPtrArray *differences,
          BlCheckReplayResult *replay,
          GError **error)
{
    const BlCheckReplayOptions how = { .scratch_url = options->prune.scratch_url };
    bl_merged_check(migrator, differences);
    return bl_check_files(migrator, differences, error) &&
           (options->offline || check_database(migrator, scope, differences, error)) &&
           (!options->replay || check_replay(migrator, &how, differences, replay, error));
}

static void
say_agreement(BlCli *cli, const Scope *scope, const BlCheckReplayResult *replay)
{
    const char *what = "files, ledger, snapshot and schema agree";
    if (scope->offline)
        what = "files and snapshot agree";
    else if (scope->left_out > 0 && !scope->replays)
        what = "files, ledger and snapshot agree";
    if (scope->replays) {
        bl_cli_say(cli, "%s; %u migration%s replayed, %u object%s compared", what,
                   replay->migrations, replay->migrations == 1 ? "" : "s", replay->objects,
                   replay->objects == 1 ? "" : "s");
    } else {
        bl_cli_say(cli, "%s", what);
    }
}

BlDatabaseNeed
bl_need_check(const void *options)
{
    const BlMigrateOptions *check = options;
    return check->offline && !check->replay ? BL_NEED_ENGINE : BL_NEED_SESSION;
}

gboolean
bl_cmd_check(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    if (options->offline ? !bl_work_open_files(&work, cli, options, TRUE, error)
                         : !bl_work_open(&work, cli, options, TRUE, error))
        return FALSE;
    g_autoptr(GPtrArray) differences = bl_check_new();
    g_auto(BlCheckReplayResult) replay = { 0 };
    Scope scope = { .offline = options->offline, .replays = options->replay };
    gboolean ok = check_all(work.migrator, options, &scope, differences, &replay, error);
    show(cli, work.migrator->project, differences);
    warn_of_strays(cli, work.migrator);
    bl_folders_warn(work.migrator);
    if (options->replay) {
        json_object_set_new(bl_cli_json(cli), "replay",
                            json_pack("{s:i, s:i}", "migrations", (int)replay.migrations, "objects",
                                      (int)replay.objects));
    }
    if (ok && differences->len > 0)
        bl_cli_set_exit(cli, 1);
    else if (ok)
        say_agreement(cli, &scope, &replay);
    return ok;
}
