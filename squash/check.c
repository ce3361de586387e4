/* SPDX-License-Identifier: MIT */
#include "squash/check.h"

#include "dump/dumper.h"
#include "load/loader.h"
#include "squash/adopt.h"
#include "squash/archived.h"
#include "squash/gap.h"
#include "squash/line_ends.h"
#include "squash/plan.h"
#include "squash/runner.h"
#include "squash/squash_mark.h"

#include "common/base/error.h"
#include "common/schema/compare.h"
#include "common/snapshot/marks.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/pair_names.h"

#include <string.h>

static void
difference_free(gpointer data)
{
    BlCheckDifference *difference = data;
    g_free(difference->kind);
    g_free(difference->name);
    g_free(difference->what);
    g_free(difference->file);
    g_free(difference);
}

GPtrArray *
bl_check_new(void)
{
    return g_ptr_array_new_with_free_func(difference_free);
}

static BlCheckDifference *
add(GPtrArray *differences, const char *kind, const char *name, const char *what, const char *file)
{
    BlCheckDifference *difference = g_new0(BlCheckDifference, 1);
    difference->kind = g_strdup(kind);
    difference->name = g_strdup(name);
    difference->what = g_strdup(what);
    difference->file = g_strdup(file);
    g_ptr_array_add(differences, difference);
    return difference;
}

void
bl_check_add(
    GPtrArray *differences, const char *kind, const char *name, const char *what, const char *file)
{
    add(differences, kind, name, what, file);
}

void
bl_check_add_error(GPtrArray *differences,
                   const char *kind,
                   const char *name,
                   const GError *problem,
                   const char *file)
{
    const BlErrorInfo *details = bl_error_info(problem);
    gboolean has_place = details != NULL && details->file != NULL;
    gboolean has_hint = details != NULL && details->hint != NULL;
    g_autofree char *what = has_hint ? g_strdup_printf("%s; %s", problem->message, details->hint)
                                     : g_strdup(problem->message);
    BlCheckDifference *difference =
        add(differences, kind, name, what, has_place ? details->file : file);
    if (has_place) {
        difference->line = details->line;
        difference->column = details->column;
    }
}

char *
bl_check_place(const BlCheckDifference *difference)
{
    if (difference->file == NULL || difference->line == 0)
        return g_strdup(difference->file);
    return g_strdup_printf("%s:%u:%u", difference->file, difference->line, difference->column);
}

static void
check_section(const BlMigrator *migrator,
              const BlMigration *migration,
              const BlSection *section,
              GPtrArray *differences)
{
    g_autoptr(GError) problem = NULL;
    if (migration->foreign || !section->present)
        return;
    if (!bl_runner_check(migrator->connection->engine, migration, section, FALSE, &problem))
        bl_check_add_error(differences, "migration", migration->name, problem, migration->label);
}

/* What a snapshot says of a file that is still there. */
static void
check_embedded(const BlMigrator *migrator, const BlMigration *migration, GPtrArray *differences)
{
    if (migrator->manifest == NULL || !bl_manifest_has(migrator->manifest, migration->name))
        return;
    const BlMigrationDigest *embedded = bl_manifest_digest(migrator->manifest, migration->name);
    const BlKnownMigration known = bl_migration_known(migration);
    if (embedded != NULL && bl_known_migration_differs(&known, embedded->raw, embedded->token))
        bl_check_add(differences, "migration", migration->name,
                     "was edited since the snapshot was made", migration->label);
}

/* A text that is not the manifest's. @return TRUE: it holds the marks of a merge */
static gboolean
check_stale(const BlMigrator *migrator, GPtrArray *differences)
{
    const char *label = migrator->sql_label;
    guint line = bl_marks_find_in(migrator->sql_path);
    const char *problem =
        "was edited, or merged and not rebuilt: its digest is not the manifest's; "
        "run migrate rebuild, or dump again";
    if (line > 0) {
        problem = "holds the conflict marks of a merge: resolve them, then run migrate rebuild";
    } else if (bl_pair_has_crlf(migrator->sql_path, migrator->manifest->dump_digest)) {
        problem = "has lines that end with CR LF, and was dumped with LF: have \"-text\" for it in "
                  ".gitattributes (migrate init --git), and get it from git again";
    }
    BlCheckDifference *difference = add(differences, "snapshot", label, problem, label);
    difference->line = line;
    difference->column = line > 0 ? 1 : 0;
    return line > 0;
}

static void
check_names(const BlMigrator *migrator, const char *ledger, GPtrArray *differences)
{
    const char *label = migrator->sql_label;
    g_autoptr(GError) problem = NULL;
    if (!bl_pair_names_check(migrator->connection->engine, &migrator->names, migrator->manifest,
                             ledger, label, &problem))
        bl_check_add_error(differences, "snapshot", label, problem, label);
}

/* What git would keep is another text. */
static void
check_line_ends(const BlMigrator *migrator, GPtrArray *differences)
{
    gsize len = 0;
    g_autofree char *sql = bl_pair_read_sql(migrator->sql_path, &len, NULL, NULL);
    g_autoptr(GError) problem = NULL;
    if (sql != NULL && !bl_line_ends_check(bl_project_root(migrator->project), migrator->sql_label,
                                           sql, len, &problem))
        bl_check_add_error(differences, "snapshot", migrator->sql_label, problem,
                           migrator->sql_label);
}

static gboolean
check_pair(const BlMigrator *migrator, GPtrArray *differences, GError **error)
{
    static const char *const halves[] = {
        [BL_PAIR_NONE] = NULL,
        [BL_PAIR_BOTH] = NULL,
        [BL_PAIR_SQL_ONLY] = "has no manifest beside it",
        [BL_PAIR_MANIFEST_ONLY] = "is missing beside its manifest",
    };
    const char *label = migrator->sql_label;
    BlPairState state = bl_pair_state(migrator->sql_path);
    const char *half = halves[state];
    if (state == BL_PAIR_NONE && migrator->has_snapshot)
        half = "is configured, but does not exist";
    if (half != NULL)
        bl_check_add(differences, "snapshot", label, half, label);
    if (state != BL_PAIR_BOTH || migrator->manifest->dump_digest == NULL)
        return TRUE;
    g_autofree char *ledger = NULL;
    g_autofree char *digest =
        bl_pair_names_read(migrator->sql_path, &migrator->names, &ledger, error);
    if (digest == NULL)
        return FALSE;
    gboolean is_stale = strcmp(digest, migrator->manifest->dump_digest) != 0;
    gboolean has_marks = is_stale && check_stale(migrator, differences);
    if (!is_stale)
        check_line_ends(migrator, differences);
    if (!has_marks && (ledger != NULL || !is_stale))
        check_names(migrator, ledger, differences);
    return TRUE;
}

static void
check_file(const BlMigrator *migrator,
           const BlMigration *migration,
           gboolean may_run,
           GPtrArray *differences)
{
    if (migration->problem != NULL) {
        bl_check_add_error(differences, "migration", migration->name, migration->problem,
                           migration->label);
        return;
    }
    if (may_run) {
        check_section(migrator, migration, &migration->up, differences);
        check_section(migrator, migration, &migration->down, differences);
    }
    check_embedded(migrator, migration, differences);
}

void
bl_check_edited(const BlMigrator *migrator, GPtrArray *differences)
{
    const GPtrArray *list = migrator->history->list;
    for (guint i = 0; i < list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(list, i);
        if (migration->problem == NULL)
            check_embedded(migrator, migration, differences);
    }
}

static void
add_archived(const BlMigration *file, const char *what, void *data)
{
    bl_check_add(data, "migration", file->name, what, file->label);
}

gboolean
bl_check_files(const BlMigrator *migrator, GPtrArray *differences, GError **error)
{
    const BlPlanInput input = bl_migrator_input(migrator);
    const BlMigration *baseline = bl_plan_baseline(&input, FALSE);
    const GPtrArray *list = migrator->history->list;
    for (guint i = 0; i < list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(list, i);
        gboolean may_run = !bl_plan_ignores(migrator->history, migration, baseline);
        check_file(migrator, migration, may_run, differences);
    }
    bl_archived_check(migrator, add_archived, differences);
    return check_pair(migrator, differences, error);
}

static void
check_status(const BlStatusRow *row, GPtrArray *differences)
{
    static const char *const texts[] = {
        [BL_STATUS_COMPLETED] = NULL,
        [BL_STATUS_PENDING] = "is not applied",
        [BL_STATUS_SQUASHED] = NULL,
        [BL_STATUS_MISSING] = "is applied, but its file is gone and no snapshot holds it",
        [BL_STATUS_RENAMED] = NULL,
        [BL_STATUS_MODIFIED] = "was edited after it was applied",
        [BL_STATUS_FAILED] = "stopped half-way",
        [BL_STATUS_UNCERTAIN] = "stopped, and its outcome is unknown",
    };
    const char *file = row->file != NULL ? row->file->label : NULL;
    if (row->status == BL_STATUS_RENAMED) {
        g_autofree char *hint = bl_plan_hint_renamed(row);
        g_autofree char *what =
            g_strdup_printf("was applied as \"%s\"; %s", row->renamed_from, hint);
        bl_check_add(differences, "migration", row->name, what, file);
    } else if (texts[row->status] != NULL) {
        bl_check_add(differences, "migration", row->name, texts[row->status], file);
    }
}

void
bl_check_ledger(const BlMigrator *migrator, GPtrArray *differences)
{
    const BlPlanInput input = bl_migrator_input(migrator);
    g_autoptr(GPtrArray) rows = bl_plan_status(&input);
    for (guint i = 0; i < rows->len; i++)
        check_status(g_ptr_array_index(rows, i), differences);
    /* An empty ledger is one that the snapshot will fill. */
    g_autoptr(GError) gap = NULL;
    if (input.ledger->rows->len > 0 && !bl_gap_check(&input, &gap))
        bl_check_add_error(differences, "snapshot", migrator->sql_label, gap, migrator->sql_label);
    g_autoptr(GError) problem = NULL;
    if (!bl_adopt_check(input.history, input.ledger, input.manifest, &problem))
        bl_check_add_error(differences, "table", migrator->names.peer_table, problem, NULL);
}

static GPtrArray *
carried_tables(const BlMigrator *migrator)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    char **configured = migrator->connection->data;
    for (gsize i = 0; configured[i] != NULL; i++)
        g_ptr_array_add(names, configured[i]);
    for (guint i = 0; i < migrator->manifest->data->len; i++)
        g_ptr_array_add(names,
                        ((BlCarriedTable *)g_ptr_array_index(migrator->manifest->data, i))->name);
    g_ptr_array_add(names, NULL);
    return g_steal_pointer(&names);
}

static GPtrArray *
terminated(const GPtrArray *list)
{
    GPtrArray *copy = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(list, i));
    g_ptr_array_add(copy, NULL);
    return copy;
}

/* As the snapshot was asked for when it was made.
 * @param reporter NULL: nobody wants to hear of it */
static BlDump *
dump_again(BlMigrator *migrator, const BlReporter *reporter, GError **error)
{
    const BlManifest *manifest = migrator->manifest;
    gsize n = 0;
    g_autofree BlKnownMigration *known = bl_history_known(migrator->history, &n);
    g_autoptr(GPtrArray) data = carried_tables(migrator);
    g_autoptr(GPtrArray) exclude = terminated(manifest->excluded);
    g_autoptr(GPtrArray) schemas = terminated(manifest->schemas);
    gboolean has_skipped = manifest->skipped->len > 0;
    BlDumpOptions options = {
        .connection = manifest->connection,
        .names = migrator->names,
        .label = migrator->sql_label,
        .filter = bl_connection_filter(migrator->connection),
        .data = (const char *const *)data->pdata,
        .keep_batches = manifest->keep_batches,
        .tolerant_data = TRUE,
        .only_compares = TRUE,
        .introspect = { .with_owner = manifest->with_owner,
                        .with_acl = manifest->with_acl,
                        .keep_definer = manifest->keep_definer,
                        .skip_unsupported = has_skipped,
                        .skip_broken = has_skipped },
        .history = known,
        .n_history = n,
        .old = manifest,
        .reporter = reporter,
    };
    options.filter.exclude = (const char *const *)exclude->pdata;
    if (schemas->len > 1)
        options.filter.schemas = options.schemas = (const char *const *)schemas->pdata;
    return bl_dump_build(migrator->session, &options, error);
}

/* @return what differs, as bl_dump_check() */
static GPtrArray *
compare_dump(BlMigrator *migrator, const BlReporter *reporter, GError **error)
{
    g_autoptr(BlDump) dump = dump_again(migrator, reporter, error);
    return dump != NULL ? bl_dump_check(migrator->session, dump, migrator->sql_path, error) : NULL;
}

static gboolean
has_pair(const BlMigrator *migrator)
{
    return migrator->manifest != NULL && migrator->session != NULL &&
           bl_pair_state(migrator->sql_path) == BL_PAIR_BOTH;
}

/* Empty as a bootstrap wants it. */
static gboolean
find_empty(BlMigrator *migrator, gboolean *is_empty, GError **error)
{
    const BlLoadOptions options = { .names = migrator->names,
                                    .filter = bl_connection_filter(migrator->connection) };
    GError *why = NULL;
    *is_empty = bl_load_check_empty(migrator->session, &options, migrator->ledger, &why);
    if (*is_empty || g_error_matches(why, BL_ERROR, BL_ERROR_CONFLICT)) {
        g_clear_error(&why);
        return TRUE;
    }
    g_propagate_error(error, why);
    return FALSE;
}

gboolean
bl_check_bare(BlMigrator *migrator, GPtrArray *differences, gboolean *is_bare, GError **error)
{
    *is_bare = FALSE;
    gboolean is_empty = FALSE;
    if (!has_pair(migrator))
        return TRUE;
    if (!find_empty(migrator, &is_empty, error))
        return FALSE;
    g_autoptr(GPtrArray) found = is_empty ? compare_dump(migrator, NULL, error) : NULL;
    if (!is_empty || found == NULL)
        return !is_empty;
    *is_bare = found->len > 0;
    if (*is_bare)
        bl_check_add(differences, "database", migrator->connection->name,
                     "is empty: migrate run brings it up from the snapshot", NULL);
    return TRUE;
}

guint
bl_check_left_out(const BlMigrator *migrator)
{
    if (migrator->manifest == NULL || !bl_squash_mark_is_part(migrator->manifest))
        return 0;
    const BlPlanInput input = bl_migrator_input(migrator);
    g_autoptr(GPtrArray) rows = bl_plan_status(&input);
    guint n = 0;
    for (guint i = 0; i < rows->len; i++) {
        const BlStatusRow *row = g_ptr_array_index(rows, i);
        n += row->status == BL_STATUS_COMPLETED && row->file != NULL &&
                     !bl_manifest_has(migrator->manifest, row->name)
                 ? 1
                 : 0;
    }
    return n;
}

gboolean
bl_check_schema(BlMigrator *migrator, GPtrArray *differences, GError **error)
{
    if (!has_pair(migrator))
        return TRUE;
    g_autoptr(GPtrArray) found = compare_dump(migrator, migrator->options.reporter, error);
    if (found == NULL)
        return FALSE;
    g_autofree char *manifest_path = bl_manifest_path(migrator->sql_path);
    g_autofree char *manifest_label = bl_manifest_path(migrator->sql_label);
    for (guint i = 0; i < found->len; i++) {
        const BlDifference *difference = g_ptr_array_index(found, i);
        gboolean is_file = strcmp(difference->name, migrator->sql_path) == 0;
        gboolean is_manifest = strcmp(difference->name, manifest_path) == 0;
        const char *file = is_manifest ? manifest_label : migrator->sql_label;
        bl_check_add(differences, difference->kind,
                     is_file || is_manifest ? file : difference->name, difference->what, file);
    }
    return TRUE;
}
