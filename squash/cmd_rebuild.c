/* SPDX-License-Identifier: MIT */
#include "squash/check.h"
#include "squash/check_replay.h"
#include "squash/cmd.h"

#include "common/base/error.h"
#include "common/snapshot/marks.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/pair_names.h"

#include <string.h>

/* migrate rebuild: a snapshot whose digest is stale, because a merge put it together, made anew; or
 * one whose files are not what it took, since a merge took the one from here and the other from
 * there. Its text is loaded into a scratch database, proved by a replay of the files, and dumped.
 */

static const char by_hand[] =
    "nothing was written; run both sides in one database (migrate run --no-snapshot, or migrate "
    "run where one side is), then write it anew: schema-dump";

static gboolean
refuse(const BlMigrator *migrator, const char *why, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, by_hand, "snapshot \"%s\" %s", migrator->sql_label, why);
    return FALSE;
}

static void
warn_of(const BlMigrator *migrator, const GPtrArray *differences)
{
    for (guint i = 0; i < differences->len; i++) {
        const BlCheckDifference *difference = g_ptr_array_index(differences, i);
        g_autofree char *place = difference->line > 0 ? bl_check_place(difference) : NULL;
        bl_report_text(migrator->options.reporter, BL_EVENT_WARNING, "%s%s%s %s: %s",
                       place != NULL ? place : "", place != NULL ? ": " : "", difference->kind,
                       difference->name, difference->what);
    }
}

/* A dump of the text would forget what its ledger does not name, whatever else is proved. */
static gboolean
check_names(const BlMigrator *migrator, const char *ledger, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (bl_pair_names_check(migrator->connection->engine, &migrator->names, migrator->manifest,
                            ledger, migrator->sql_label, &why))
        return TRUE;
    guint marks = bl_marks_find_in(migrator->sql_path);
    if (marks > 0)
        bl_marks_refuse(migrator->sql_label, marks, error);
    else
        g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* @return the digest of the text; NULL: BL_ERROR_IO, BL_ERROR_CONFLICT */
static char *
find_stale(const BlMigrator *migrator, gboolean *is_stale, GError **error)
{
    g_autofree char *ledger = NULL;
    g_autofree char *digest =
        bl_pair_names_read(migrator->sql_path, &migrator->names, &ledger, error);
    if (digest == NULL || (ledger != NULL && !check_names(migrator, ledger, error)))
        return NULL;
    *is_stale = g_strcmp0(digest, migrator->manifest->dump_digest) != 0;
    if (*is_stale && bl_pair_has_crlf(migrator->sql_path, migrator->manifest->dump_digest)) {
        bl_pair_refuse_crlf(migrator->sql_label, error);
        return NULL;
    }
    g_autoptr(GPtrArray) edited = bl_check_new();
    bl_check_edited(migrator, edited);
    warn_of(migrator, edited);
    *is_stale = *is_stale || edited->len > 0;
    return g_steal_pointer(&digest);
}

/* @param digest of the text that was proved: nobody may have changed it since */
static gboolean
write_proved(BlCli *cli,
             const BlMigrator *migrator,
             const char *digest,
             BlCheckReplayResult *result,
             GError **error)
{
    g_autofree char *now = bl_pair_digest(migrator->sql_path, error);
    if (now == NULL)
        return FALSE;
    if (strcmp(now, digest) != 0) {
        bl_error_set(error, BL_ERROR_CONFLICT, "rebuild it again",
                     "\"%s\" was changed while it was proved", migrator->sql_label);
        return FALSE;
    }
    gboolean changed = FALSE;
    if (!bl_dump_write(result->dump, migrator->sql_path, migrator->options.reporter, &changed,
                       error))
        return FALSE;
    bl_cli_print(cli, "rebuilt %s\n", migrator->sql_label);
    bl_cli_say(cli, "proved: %u migration%s replayed, %u object%s compared", result->migrations,
               result->migrations == 1 ? "" : "s", result->objects,
               result->objects == 1 ? "" : "s");
    return TRUE;
}

/* Lines like the marks of a conflict may be an object's own text: then the files give them too. */
static gboolean
is_conflict(const BlMigrator *migrator,
            const GPtrArray *differences,
            const BlCheckReplayResult *result,
            GError **error)
{
    gboolean is_proved = differences->len == 0 && result->dump != NULL &&
                         (result->rows == NULL || result->rows->len == 0);
    guint marks = is_proved ? 0 : bl_marks_find_in(migrator->sql_path);
    if (marks > 0)
        bl_marks_refuse(migrator->sql_label, marks, error);
    return marks > 0;
}

static gboolean
rebuild(BlCli *cli,
        BlMigrator *migrator,
        const BlMigrateOptions *options,
        const char *digest,
        GError **error)
{
    const BlCheckReplayOptions how = { .scratch_url = options->prune.scratch_url,
                                       .rebuilds = TRUE };
    g_autoptr(GPtrArray) differences = bl_check_new();
    g_auto(BlCheckReplayResult) result = { 0 };
    if (!bl_check_replay(migrator, &how, differences, &result, error))
        return FALSE;
    if (is_conflict(migrator, differences, &result, error))
        return FALSE;
    warn_of(migrator, differences);
    if (differences->len > 0)
        return refuse(migrator, "is not what its files give", error);
    if (result.dump == NULL) {
        return refuse(migrator,
                      "cannot be proved: files of it are gone, and git has no snapshot of a squash "
                      "that held them all",
                      error);
    }
    if (result.rows != NULL)
        warn_of(migrator, result.rows);
    return write_proved(cli, migrator, digest, &result, error);
}

/* Of connections that share the file by its path, the one that it belongs to makes it anew. */
static gboolean
is_of_other(const BlMigrator *migrator)
{
    const char *owner = migrator->manifest->connection;
    g_autoptr(BlConnection) other =
        owner != NULL ? bl_project_connection(migrator->project, owner, NULL, NULL) : NULL;
    g_autofree char *path =
        other != NULL ? bl_connection_schema_path(migrator->project, other, NULL) : NULL;
    return g_strcmp0(path, migrator->sql_path) == 0;
}

static gboolean
check_owner(
    BlCli *cli, const BlMigrator *migrator, const char *path, gboolean *skips, GError **error)
{
    g_autoptr(GError) why = NULL;
    if (bl_connection_check_owner(migrator->connection, path, migrator->manifest, &why))
        return TRUE;
    *skips = bl_cli_is_several(cli) && is_of_other(migrator);
    if (!*skips) {
        g_propagate_error(error, g_steal_pointer(&why));
        return FALSE;
    }
    bl_cli_set_status(cli, "skipped");
    bl_cli_say(cli, "%s belongs to connection \"%s\", which rebuilds it", migrator->sql_label,
               migrator->manifest->connection);
    return TRUE;
}

static gboolean
rebuild_stale(BlCli *cli,
              BlMigrator *migrator,
              const BlMigrateOptions *options,
              const char *digest,
              GError **error)
{
    gboolean skips = FALSE;
    return check_owner(cli, migrator, options->schema_path, &skips, error) &&
           (skips || rebuild(cli, migrator, options, digest, error));
}

gboolean
bl_cmd_rebuild(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    g_auto(BlWork) work = { NULL, NULL };
    if (!bl_work_open_files(&work, cli, options, FALSE, error))
        return FALSE;
    BlMigrator *migrator = work.migrator;
    if (bl_pair_state(migrator->sql_path) == BL_PAIR_NONE) {
        bl_cli_set_status(cli, "skipped");
        bl_cli_say(cli, "there is no snapshot \"%s\"", migrator->sql_label);
        return TRUE;
    }
    if (bl_pair_state(migrator->sql_path) != BL_PAIR_BOTH)
        return refuse(migrator, "is half a pair: its manifest or its SQL is missing", error);
    gboolean is_stale = FALSE;
    g_autofree char *digest = find_stale(migrator, &is_stale, error);
    if (digest == NULL)
        return FALSE;
    if (is_stale)
        return rebuild_stale(cli, migrator, options, digest, error);
    bl_cli_set_status(cli, "skipped");
    bl_cli_say(cli, "%s is up to date", migrator->sql_label);
    return TRUE;
}
