/* SPDX-License-Identifier: MIT */
#include "squash/range.h"

#include "squash/convention.h"
#include "squash/squash_mark.h"

#include "common/base/error.h"

#include <string.h>

/* The file of a squash that was killed may be gone already. @param until as the user says it
 * @return the name that the snapshot has; borrowed; NULL: it is no such one */
static const char *
find_taken(const BlManifest *manifest, const char *until)
{
    if (manifest == NULL || !bl_squash_mark_is_open(manifest))
        return NULL;
    for (guint i = 0; i < manifest->squashed->len; i++) {
        const char *name = g_ptr_array_index(manifest->squashed, i);
        if ((strcmp(name, until) == 0 || strcmp(bl_last_part(name), until) == 0) &&
            bl_squash_mark_covers(manifest, name))
            return name;
    }
    return NULL;
}

static gboolean
is_behind(const BlHistory *history, guint i, const char *name)
{
    const BlMigration *migration = g_ptr_array_index(history->list, i);
    return bl_history_compare(history, migration->name, name) > 0;
}

/* Behind the last migration of the range in the history. */
static gboolean
find_end(const BlMigrator *migrator, const char *until, gint64 keep, guint *end, GError **error)
{
    const BlHistory *history = migrator->history;
    const char *taken = until != NULL ? find_taken(migrator->manifest, until) : NULL;
    *end = history->list->len;
    if (taken != NULL && bl_history_find(history, taken) == NULL) {
        while (*end > 0 && is_behind(history, *end - 1, taken))
            (*end)--;
    } else if (until != NULL) {
        const BlMigration *last = bl_history_resolve(history, until, error);
        if (last == NULL || !g_ptr_array_find(history->list, last, end))
            return FALSE;
        (*end)++;
    }
    for (; keep > 0 && *end > 0; (*end)--) {
        const BlMigration *migration = g_ptr_array_index(history->list, *end - 1);
        keep -= migration->kind == BL_MIGRATION_VERSIONED ? 1 : 0;
    }
    return TRUE;
}

gboolean
bl_squash_range_find(const BlMigrator *migrator,
                     const char *until,
                     gint64 keep,
                     BlSquashRange *range,
                     GError **error)
{
    const BlHistory *history = migrator->history;
    const BlPlanInput input = bl_migrator_input(migrator);
    gboolean has_base = migrator->manifest != NULL && migrator->manifest->squashed->len > 0;
    guint end = 0;
    if (!find_end(migrator, until, keep, &end, error))
        return FALSE;
    range->list = g_ptr_array_new();
    range->end = end;
    range->is_whole = end == history->list->len;
    const BlMigration *baseline = bl_plan_baseline(&input, migrator->session == NULL && has_base);
    for (guint i = 0; i < end; i++) {
        BlMigration *migration = g_ptr_array_index(history->list, i);
        if (!bl_plan_ignores(history, migration, baseline))
            g_ptr_array_add(range->list, migration);
    }
    return TRUE;
}

gboolean
bl_squash_range_has(const BlSquashRange *range, const char *name)
{
    for (guint i = 0; i < range->list->len; i++) {
        if (strcmp(((const BlMigration *)g_ptr_array_index(range->list, i))->name, name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* What each state of a migration of the range means for a squash; NULL: nothing. */
static const struct {
    BlStatus status;
    const char *what;
    const char *hint;
} obstacles[] = {
    { BL_STATUS_PENDING, "is pending",
      "run it first: migrate run; or squash only what is older: migrate squash --until NAME" },
    { BL_STATUS_MODIFIED, "was edited after it was applied",
      "restore the file, or accept it: migrate repair --accept NAME" },
    { BL_STATUS_RENAMED, "has a file that was renamed", NULL /* bl_plan_hint_renamed() */ },
    { BL_STATUS_MISSING, "is applied, but its file is missing and no snapshot holds it",
      "restore the file, or forget it: migrate repair --forget NAME" },
    { BL_STATUS_FAILED, "stopped half-way", "finish it first: migrate repair" },
    { BL_STATUS_UNCERTAIN, "stopped, and nobody knows where", "finish it first: migrate repair" },
};

/* A part of the history may be squashed while younger files wait. */
static gboolean
is_obstacle(const BlSquashRange *range, const BlStatusRow *row, BlStatus status)
{
    gboolean may_wait =
        status == BL_STATUS_PENDING || status == BL_STATUS_MODIFIED || status == BL_STATUS_RENAMED;
    return row->status == status && (!may_wait || bl_squash_range_has(range, row->name));
}

static gboolean
check_ledger(const BlSquashRange *range, const BlMigrator *migrator, GError **error)
{
    if (migrator->session == NULL)
        return TRUE;
    if (!bl_ledger_check_mark(migrator->ledger, error))
        return FALSE;
    if (migrator->ledger->rows->len == 0) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "check the connection; run the migrations first: migrate run",
                     "nothing was ever run in this database: its ledger \"%s\" is empty",
                     migrator->names.ledger);
        return FALSE;
    }
    const BlPlanInput input = bl_migrator_input(migrator);
    g_autoptr(GPtrArray) rows = bl_plan_status(&input);
    /* In the table's order: a file that was renamed is missing under its old name. */
    for (gsize i = 0; i < G_N_ELEMENTS(obstacles); i++) {
        for (guint j = 0; j < rows->len; j++) {
            const BlStatusRow *row = g_ptr_array_index(rows, j);
            if (is_obstacle(range, row, obstacles[i].status)) {
                g_autofree char *hint = obstacles[i].hint != NULL ? g_strdup(obstacles[i].hint)
                                                                  : bl_plan_hint_renamed(row);
                bl_error_set(error, BL_ERROR_CONFLICT, hint, "migration \"%s\" %s", row->name,
                             obstacles[i].what);
                return FALSE;
            }
        }
    }
    return TRUE;
}

/* The same words again, or those of another connection that shares all of it. */
static gboolean
was_squashed(const BlManifest *manifest)
{
    for (guint i = 0; i < manifest->squashed->len; i++) {
        if (bl_squash_mark_covers(manifest, g_ptr_array_index(manifest->squashed, i)))
            return TRUE;
    }
    return FALSE;
}

gboolean
bl_squash_range_check(const BlSquashRange *range, const BlMigrator *migrator, GError **error)
{
    const BlManifest *manifest = migrator->manifest;
    gboolean is_left = manifest != NULL && (range->is_whole || bl_squash_mark_is_open(manifest) ||
                                            was_squashed(manifest));
    if (migrator->history->list->len == 0 && !is_left) {
        g_autofree char *folders = g_strjoinv("\", \"", migrator->connection->migration_paths);
        bl_error_set(error, BL_ERROR_CONFLICT, "correct \"paths\" in the configuration",
                     "there is no migration to squash in \"%s\"", folders);
        return FALSE;
    }
    if (range->list->len == 0 && !is_left) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "leave --until or --keep out, or name a later migration",
                     "there is no migration to squash");
        return FALSE;
    }
    return check_ledger(range, migrator, error);
}
