/* SPDX-License-Identifier: MIT */
#include "squash/check_replay.h"

#include "squash/baseline.h"
#include "squash/check.h"
#include "squash/proof.h"
#include "squash/squash.h"

#include "common/base/error.h"
#include "common/snapshot/pair.h"

#include <string.h>

/* One check at work. */
typedef struct {
    BlMigrator *migrator;
    const BlCheckReplayOptions *options;
    GPtrArray *differences;
    BlCheckReplayResult *result;
    BlUrl *scratch;          /* --scratch-url */
    BlBaseline baseline;     /* the snapshot of the last squash, where it is not the one on disk */
    const BlManifest *start; /* of the snapshot that a replay starts from; NULL: none */
    BlDumpOptions dump;      /* how catalogs are read */
    GPtrArray *exclude;      /* for @dump */
    GPtrArray *schemas;
    BlSession *live;   /* tells which server the live database is on, where it is not asked else */
    gboolean is_free;  /* nothing in the files must be kept from the live server */
    char *path_schema; /* as bl_ledger_find_path_home() has it */
    BlReplayOptions place; /* as bl_replay_place() has it */
} Check;

static void
check_clear(Check *check)
{
    bl_baseline_clear(&check->baseline);
    g_clear_pointer(&check->scratch, bl_url_free);
    g_clear_pointer(&check->live, bl_session_close);
    g_clear_pointer(&check->path_schema, g_free);
    g_clear_pointer(&check->exclude, g_ptr_array_unref);
    g_clear_pointer(&check->schemas, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Check, check_clear)

void
bl_check_replay_result_clear(BlCheckReplayResult *result)
{
    g_clear_pointer(&result->rows, g_ptr_array_unref);
    g_clear_pointer(&result->dump, bl_dump_free);
}

static GPtrArray *
terminated(const GPtrArray *list)
{
    GPtrArray *copy = g_ptr_array_new();
    for (guint i = 0; list != NULL && i < list->len; i++)
        g_ptr_array_add(copy, g_ptr_array_index(list, i));
    g_ptr_array_add(copy, NULL);
    return copy;
}

static void
set_dump_options(Check *check)
{
    const BlManifest *manifest = check->migrator->manifest;
    check->dump = bl_squash_dump_options(check->migrator, NULL);
    check->exclude = terminated(manifest != NULL ? manifest->excluded : NULL);
    check->schemas = terminated(manifest != NULL ? manifest->schemas : NULL);
    if (check->exclude->len > 1)
        check->dump.filter.exclude = (const char *const *)check->exclude->pdata;
    if (check->schemas->len > 1)
        check->dump.filter.schemas = check->dump.schemas =
            (const char *const *)check->schemas->pdata;
}

static gboolean
has_pair(const BlMigrator *migrator)
{
    return migrator->manifest != NULL && bl_pair_state(migrator->sql_path) == BL_PAIR_BOTH;
}

/* Where files are gone, the snapshot that they went into stands for them. */
static void
find_start(Check *check)
{
    const BlMigrator *migrator = check->migrator;
    const GPtrArray *squashed = has_pair(migrator) ? migrator->manifest->squashed : NULL;
    gboolean lacks = FALSE;
    for (guint i = 0; squashed != NULL && i < squashed->len && !lacks; i++)
        lacks = !bl_history_holds(migrator->history, migrator->manifest,
                                  g_ptr_array_index(squashed, i));
    if (!lacks)
        return;
    bl_baseline_find(bl_project_root(migrator->project), migrator->sql_label, migrator->history,
                     migrator->manifest, &check->baseline);
    check->start = check->baseline.manifest != NULL ? check->baseline.manifest : migrator->manifest;
}

static gboolean
is_applied(const Check *check, const char *name)
{
    return bl_ledger_find(check->migrator->ledger, name) != NULL;
}

static gboolean
is_embedded(const Check *check, const char *name)
{
    return bl_manifest_has(check->migrator->manifest, name);
}

/* The files that @wanted names and that the start does not stand for. */
static GPtrArray *
pick_files(const Check *check, gboolean (*wanted)(const Check *check, const char *name))
{
    const GPtrArray *list = check->migrator->history->list;
    GPtrArray *files = g_ptr_array_new();
    for (guint i = 0; i < list->len; i++) {
        BlMigration *migration = g_ptr_array_index(list, i);
        gboolean is_new = check->start == NULL || !bl_manifest_has(check->start, migration->name);
        if (is_new && wanted(check, migration->name))
            g_ptr_array_add(files, migration);
    }
    return files;
}

static gboolean
same_files(const GPtrArray *a, const GPtrArray *b)
{
    return a->len == b->len &&
           (a->len == 0 || memcmp(a->pdata, b->pdata, a->len * sizeof(gpointer)) == 0);
}

static BlReplayOptions
replay_options(const Check *check, const GPtrArray *files)
{
    const BlMigrator *migrator = check->migrator;
    gboolean is_found = check->baseline.manifest != NULL;
    BlReplayOptions options = {
        .url = check->scratch != NULL ? check->scratch : migrator->connection->url,
        .names = migrator->names,
        .filter = check->dump.filter,
        .migrations = files,
        .reporter = migrator->options.reporter,
        .ledger_schema = migrator->session != NULL ? migrator->session->ledger_schema : NULL,
        .path_schema = check->path_schema,
        .like = check->scratch != NULL ? migrator->session : NULL,
    };
    options.beside = check->place.beside;
    options.not_beside = check->place.not_beside;
    options.is_confined = check->place.is_confined;
    if (check->start != NULL) {
        options.start.sql_path = is_found ? check->baseline.sql : migrator->sql_path;
        options.start.label = is_found ? check->baseline.label : migrator->sql_label;
        options.start.owner = check->start->connection;
    }
    return options;
}

/* A file that does not run any more is a finding; a server that makes no scratch database is none.
 * @return FALSE: @error is @problem */
static gboolean
take_problem(Check *check, const char *kind, const char *name, GError *problem, GError **error)
{
    const BlErrorInfo *info = bl_error_info(problem);
    gboolean is_finding =
        info != NULL && info->file != NULL && g_error_matches(problem, BL_ERROR, BL_ERROR_SQL);
    if (!is_finding) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    bl_check_add_error(check->differences, kind, name, problem, NULL);
    g_error_free(problem);
    return TRUE;
}

/* @param session out: NULL where a file could not be replayed, which is noted */
static gboolean
replay(Check *check, const BlReplayOptions *options, BlSession **session, GError **error)
{
    const BlMigrator *migrator = check->migrator;
    GError *problem = NULL;
    bl_report_text(migrator->options.reporter, BL_EVENT_NOTE, "replaying %u migration%s%s",
                   options->migrations->len, options->migrations->len == 1 ? "" : "s",
                   check->start != NULL ? " behind the snapshot" : "");
    *session = bl_replay_run(options, &problem);
    if (*session == NULL)
        return take_problem(check, "replay", migrator->connection->name, problem, error);
    check->result->migrations += options->migrations->len;
    return TRUE;
}

static void
add_all(GPtrArray *differences, const GPtrArray *found, const char *file)
{
    for (guint i = 0; i < found->len; i++) {
        const BlDifference *difference = g_ptr_array_index(found, i);
        bl_check_add(differences, difference->kind, difference->name, difference->what, file);
    }
}

/* Rows that a merge put together may be none that the files give. They are kept, as rows that were
 * written by hand are, but not without a word. */
static void
add_rows(Check *check, const GPtrArray *rows)
{
    const char *label = check->migrator->sql_label;
    if (!check->options->rebuilds) {
        add_all(check->differences, rows, label);
        return;
    }
    if (check->result->rows == NULL)
        check->result->rows = bl_check_new();
    add_all(check->result->rows, rows, label);
}

static gboolean
compare_live(Check *check, const BlCatalog *replayed, GError **error)
{
    g_autoptr(BlCatalog) live =
        bl_proof_read_catalog(check->migrator->session, &check->dump, error);
    if (live == NULL)
        return FALSE;
    g_autoptr(GPtrArray) found = bl_catalog_compare(live, replayed, "the database", "the replay");
    add_all(check->differences, found, NULL);
    check->result->objects += replayed->objects->len;
    return TRUE;
}

/* Loading a snapshot that was edited, or does not give its own schema, is refused: a finding. */
static gboolean
load_snapshot(Check *check, const BlReplayOptions *replayed, BlSession **session, GError **error)
{
    const BlMigrator *migrator = check->migrator;
    static const BlReporter silent = { NULL, NULL, FALSE };
    BlReplayOptions load = *replayed;
    GError *problem = NULL;
    /* That its digest is stale is why it is loaded. */
    if (check->options->rebuilds)
        load.reporter = &silent;
    load.start = (BlReplayStart){
        .sql_path = migrator->sql_path,
        .label = migrator->sql_label,
        .owner = migrator->manifest->connection,
        .accepts_modified = check->options->rebuilds,
    };
    *session = bl_replay_load(&load, &problem);
    if (*session != NULL)
        return TRUE;
    if (!g_error_matches(problem, BL_ERROR, BL_ERROR_CONFLICT))
        return take_problem(check, "snapshot", migrator->sql_label, problem, error);
    bl_check_add_error(check->differences, "snapshot", migrator->sql_label, problem,
                       migrator->sql_label);
    g_error_free(problem);
    return TRUE;
}

/* The order of the names is the history's; rows are the snapshot's. */
static gboolean
dump_loaded(Check *check,
            const BlProof *proof,
            const GPtrArray *replayed,
            BlSession *loaded,
            GError **error)
{
    g_autoptr(GHashTable) ran = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < replayed->len; i++)
        g_hash_table_add(ran, ((BlMigration *)g_ptr_array_index(replayed, i))->name);
    gsize n = 0;
    g_autofree BlKnownMigration *known = bl_history_known(check->migrator->history, &n);
    BlDumpOptions options = check->dump;
    options.history = known;
    options.n_history = n;
    options.ran = ran;
    check->result->dump = bl_dump_build(loaded, &options, error);
    if (check->result->dump == NULL)
        return FALSE;
    bl_proof_record(proof, check->result->dump->manifest);
    return TRUE;
}

static gboolean
compare_snapshot(Check *check,
                 const BlProofInput *input,
                 const BlCatalog *replayed,
                 BlSession **loaded,
                 GError **error)
{
    const BlMigrator *migrator = check->migrator;
    if (!load_snapshot(check, &input->replay, loaded, error))
        return FALSE;
    if (*loaded == NULL)
        return TRUE;
    g_autoptr(BlProof) proof = bl_proof_new();
    bl_proof_note_replay(proof, migrator->connection->engine->dialect, input->replay.migrations);
    if (!bl_proof_compare_loaded(proof, input, replayed, migrator->manifest, *loaded, error))
        return FALSE;
    add_all(check->differences, proof->differences, migrator->sql_label);
    add_rows(check, proof->rows);
    check->result->objects += replayed->objects->len;
    return !check->options->rebuilds || check->differences->len > 0 ||
           dump_loaded(check, proof, input->replay.migrations, *loaded, error);
}

/* One replay, and what is compared with it. */
static gboolean
replay_and_compare(Check *check,
                   const GPtrArray *files,
                   gboolean with_live,
                   gboolean with_snapshot,
                   GError **error)
{
    BlProofInput input = {
        .replay = replay_options(check, files),
        .dump = &check->dump,
        .replayed_at = g_get_real_time(),
    };
    if (!replay(check, &input.replay, &input.replayed, error))
        return FALSE;
    if (input.replayed == NULL)
        return TRUE;
    BlSession *loaded = NULL;
    g_autoptr(BlCatalog) catalog = bl_proof_read_catalog(input.replayed, &check->dump, error);
    gboolean ok = catalog != NULL && (!with_live || compare_live(check, catalog, error)) &&
                  (!with_snapshot || compare_snapshot(check, &input, catalog, &loaded, error));
    bl_replay_close(input.replayed, loaded);
    return ok;
}

/* Half a migration gives no schema that could be compared, nor does a database behind a squash that
 * it has not got. */
static gboolean
is_whole(const Check *check)
{
    const BlLedger *ledger = check->migrator->ledger;
    gboolean whole = bl_ledger_unfinished(ledger, NULL) == NULL &&
                     (ledger->peer == NULL || ledger->peer->failed == NULL);
    for (guint i = 0; whole && check->start != NULL && i < check->start->squashed->len; i++)
        whole = is_applied(check, g_ptr_array_index(check->start->squashed, i));
    return whole;
}

static gboolean
prepare(Check *check, GError **error)
{
    const BlMigrator *migrator = check->migrator;
    const char *scratch_url = check->options->scratch_url;
    set_dump_options(check);
    find_start(check);
    if (scratch_url == NULL)
        return TRUE;
    check->scratch = bl_replay_parse_url(scratch_url, bl_project_root(migrator->project),
                                         migrator->connection->engine, error);
    return check->scratch != NULL;
}

static gboolean
guard(Check *check, const GPtrArray *files, GError **error)
{
    const BlConnection *connection = check->migrator->connection;
    const BlReplayGuard guard = {
        .production = connection->production ? connection->name : NULL,
        .is_elsewhere = check->scratch != NULL,
        .live = connection->url,
        .scratch = check->scratch,
        .without = check->options->rebuilds ? "dump it from a database that ran both sides"
                                            : "leave --replay out",
        .reporter = check->migrator->options.reporter,
    };
    gboolean is_free = FALSE;
    if (!bl_replay_check(connection->engine, files, &guard, &is_free, error))
        return FALSE;
    check->is_free = check->is_free && is_free;
    return TRUE;
}

gboolean
bl_check_replay(BlMigrator *migrator,
                const BlCheckReplayOptions *options,
                GPtrArray *differences,
                BlCheckReplayResult *result,
                GError **error)
{
    g_auto(Check) check = { .migrator = migrator,
                            .options = options,
                            .differences = differences,
                            .result = result,
                            .is_free = TRUE };
    if (!prepare(&check, error))
        return FALSE;
    gboolean with_live = migrator->session != NULL && is_whole(&check);
    /* A snapshot that a replay starts from would be compared with itself. */
    gboolean with_snapshot =
        has_pair(migrator) && (check.start == NULL || check.baseline.manifest != NULL);
    g_autoptr(GPtrArray) applied = with_live ? pick_files(&check, is_applied) : g_ptr_array_new();
    g_autoptr(GPtrArray) embedded =
        with_snapshot ? pick_files(&check, is_embedded) : g_ptr_array_new();
    if (!guard(&check, applied, error) || !guard(&check, embedded, error))
        return FALSE;
    const BlReplayLive live = { migrator->session, migrator->connection->url, check.scratch,
                                check.is_free };
    check.place.url = check.scratch != NULL ? check.scratch : live.url;
    if ((migrator->session != NULL && !bl_ledger_find_path_home(migrator->session, &migrator->names,
                                                                &check.path_schema, error)) ||
        !bl_replay_place(&check.place, &live, &check.live, error))
        return FALSE;
    gboolean is_one = with_live && with_snapshot && same_files(applied, embedded);
    return (!with_live || replay_and_compare(&check, applied, TRUE, is_one, error)) &&
           (!with_snapshot || is_one || replay_and_compare(&check, embedded, FALSE, TRUE, error));
}
