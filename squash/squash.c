/* SPDX-License-Identifier: MIT */
#include "squash/squash.h"

#include "squash/archived.h"
#include "squash/baseline.h"
#include "squash/gap.h"
#include "squash/judge.h"
#include "squash/line_ends.h"
#include "squash/prune.h"
#include "squash/range.h"
#include "squash/sharing.h"
#include "squash/squash_mark.h"
#include "squash/untouched.h"

#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/pair_lock.h"

#include <string.h>

/* One squash at work. */
typedef struct {
    BlMigrator *migrator;
    const BlSquashOptions *options;
    BlSquashResult *result;
    const BlReporter *reporter;
    BlSquashRange range;
    GPtrArray *replay; /* BlMigration *: of those, what the old snapshot does not stand for */
    const BlMigration *unproved; /* the first that only a dump put into what a replay starts from */
    const BlMigration *edited; /* the first that it holds another text of, unlike the one on disk */
    const char *younger;       /* what that holds behind the range; NULL: nothing */
    BlBaseline baseline;    /* the snapshot of the last squash, where it is not the one on disk */
    BlArchived archived;    /* files that were squashed, where that snapshot cannot be had */
    gboolean is_free;       /* nothing in the files must be kept from the live server */
    gboolean starts_old;    /* the replay starts from the old snapshot */
    gboolean is_idle;       /* there is no file to prune */
    gboolean is_live;       /* the snapshot is dumped from the live database */
    char **folders;         /* migration folders, absolute */
    char **all_folders;     /* those of every connection; NULL: there is no archive */
    char *archive;          /* absolute; NULL: none */
    BlUntouched *untouched; /* what the files hold, since before git was asked */
    BlGitState *git;
    BlSharing *sharing;
    BlUrl *scratch;  /* --scratch-url */
    BlSession *live; /* tells which server the live database is on, when no other session can */
    BlSession *replayed;
    BlCandidate *candidate; /* the new snapshot; NULL: it is not proved */
    BlSession *loaded;      /* where that was loaded */
    BlCatalog *catalog;     /* of the replay */
    gint64 replayed_at;
    BlReplayOptions placed; /* of the replay, with where it runs */
    char *ledger_schema;    /* in that */
    char *path_schema;
} Squash;

static void
squash_clear(Squash *squash)
{
    bl_replay_close(squash->replayed, squash->loaded);
    /* It may still use what comes below. */
    g_clear_pointer(&squash->candidate, bl_candidate_free);
    g_clear_pointer(&squash->range.list, g_ptr_array_unref);
    g_clear_pointer(&squash->replay, g_ptr_array_unref);
    bl_baseline_clear(&squash->baseline);
    bl_archived_clear(&squash->archived);
    g_clear_pointer(&squash->folders, g_strfreev);
    g_clear_pointer(&squash->all_folders, g_strfreev);
    g_clear_pointer(&squash->archive, g_free);
    g_clear_pointer(&squash->ledger_schema, g_free);
    g_clear_pointer(&squash->path_schema, g_free);
    g_clear_pointer(&squash->untouched, bl_untouched_free);
    g_clear_pointer(&squash->git, bl_git_state_free);
    g_clear_pointer(&squash->sharing, bl_sharing_free);
    g_clear_pointer(&squash->scratch, bl_url_free);
    g_clear_pointer(&squash->catalog, bl_catalog_free);
    g_clear_pointer(&squash->live, bl_session_close);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Squash, squash_clear)

void
bl_squash_result_clear(BlSquashResult *result)
{
    g_clear_pointer(&result->pruned, g_ptr_array_unref);
    g_clear_pointer(&result->kept, g_ptr_array_unref);
    g_clear_pointer(&result->proof, bl_proof_free);
    g_clear_pointer(&result->dump, bl_dump_free);
}

BlDumpOptions
bl_squash_dump_options(const BlMigrator *migrator, const char *const *data)
{
    const BlManifest *old = migrator->manifest;
    BlDumpOptions dump = {
        .connection =
            bl_connection_snapshot_owner(migrator->connection, migrator->options.schema_path),
        .names = migrator->names,
        .label = migrator->sql_label,
        .filter = bl_connection_filter(migrator->connection),
        .data = data,
        .old = old,
        .guards_old = TRUE,
        .keeps_data = TRUE,
        .reporter = migrator->options.reporter,
    };
    if (old == NULL)
        return dump;
    dump.keep_batches = old->keep_batches;
    dump.introspect.with_owner = old->with_owner;
    dump.introspect.with_acl = old->with_acl;
    dump.introspect.keep_definer = old->keep_definer;
    dump.introspect.skip_broken = dump.introspect.skip_unsupported = old->skipped->len > 0;
    return dump;
}

static BlPruneOptions
prune_options(const Squash *squash)
{
    return (BlPruneOptions){ .root = bl_project_root(squash->migrator->project),
                             .archive = squash->archive,
                             .folders = (const char *const *)squash->all_folders,
                             .reporter = squash->reporter };
}

/* What lands in a migration folder, whoever's, is a migration again. */
static gboolean
check_archive(Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    if (squash->options->archive == NULL)
        return TRUE;
    squash->archive = bl_project_path(migrator->project, squash->options->archive);
    squash->all_folders = bl_sharing_all_folders(migrator->project, migrator->connection, error);
    const BlPruneOptions options = prune_options(squash);
    return squash->all_folders != NULL &&
           bl_prune_check_archive(&options, (const char *const *)squash->folders, error);
}

static gboolean
check_places(Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    squash->folders = bl_sharing_folders(migrator->project, migrator->connection);
    return bl_prune_check_place(migrator->sql_path, (const char *const *)squash->folders,
                                "the snapshot", error) &&
           bl_pair_check_place(migrator->sql_path, error) && check_archive(squash, error);
}

/* The manifest of the snapshot that a replay starts from. */
static const BlManifest *
start_manifest(const Squash *squash)
{
    return squash->baseline.manifest != NULL ? squash->baseline.manifest
                                             : squash->migrator->manifest;
}

/* What the database has not got would not be in its dump, and in no file either. */
static gboolean
check_gap(const Squash *squash, GError **error)
{
    const BlPlanInput input = bl_migrator_input(squash->migrator);
    return !squash->is_live || bl_gap_check(&input, error);
}

/* A file of the migration that is named so. */
static gboolean
is_file_of(const char *path, const char *name)
{
    gsize len = strlen(name);
    return strncmp(path, name, len) == 0 && (path[len] == '.' || path[len] == '/');
}

/* No ledger says what is missing where no database is asked; git may. */
static gboolean
check_complete(const Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    if (migrator->session != NULL)
        return TRUE;
    g_autoptr(GPtrArray) absent =
        bl_git_absent(bl_project_root(migrator->project), (const char *const *)squash->folders);
    const BlManifest *old = migrator->manifest;
    for (guint i = 0; i < absent->len; i++) {
        const char *path = g_ptr_array_index(absent, i);
        gboolean is_held = !g_str_has_suffix(path, ".sql");
        for (guint j = 0; old != NULL && !is_held && j < old->squashed->len; j++)
            is_held = is_file_of(path, g_ptr_array_index(old->squashed, j));
        if (!is_held) {
            bl_error_set(error, BL_ERROR_CONFLICT,
                         "check it out (git restore, or git sparse-checkout disable), or commit "
                         "that it is gone",
                         "git has \"%s\", which is not there, and no snapshot holds it", path);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
is_other_text(const BlManifest *manifest, const BlMigration *file)
{
    const BlMigrationDigest *digest = bl_manifest_digest(manifest, file->name);
    const BlKnownMigration known = bl_migration_known(file);
    return digest != NULL && bl_known_migration_differs(&known, digest->raw, digest->token);
}

/* A file that came back with another text, which a dump took: the one of the last squash does not
 * stand for it. What no dump took is not pruned either. */
static gboolean
is_edited(const Squash *squash, const BlMigration *file)
{
    return squash->baseline.manifest != NULL && is_other_text(squash->baseline.manifest, file) &&
           !is_other_text(squash->migrator->manifest, file);
}

/* Where files before the range are gone, the replay starts from the snapshot that they went into.
 */
static void
plan_replay(Squash *squash)
{
    const BlMigrator *migrator = squash->migrator;
    const BlManifest *old = migrator->manifest;
    squash->replay = g_ptr_array_new();
    for (guint i = 0; old != NULL && i < old->squashed->len && !squash->starts_old; i++)
        squash->starts_old =
            !bl_history_holds(migrator->history, old, g_ptr_array_index(old->squashed, i));
    if (old != NULL && squash->starts_old)
        bl_baseline_find(bl_project_root(migrator->project), migrator->sql_label, migrator->history,
                         old, &squash->baseline);
    const BlManifest *start = squash->starts_old ? start_manifest(squash) : NULL;
    gboolean is_open = start != NULL && bl_squash_mark_is_open(start);
    gboolean is_proved =
        start != NULL && start->dump_digest != NULL &&
        (bl_proof_is_of(start) || g_strcmp0(bl_squash_mark_digest(old), start->dump_digest) == 0);
    for (guint i = 0; i < squash->range.list->len; i++) {
        BlMigration *migration = g_ptr_array_index(squash->range.list, i);
        if (start == NULL || !bl_manifest_has(start, migration->name))
            g_ptr_array_add(squash->replay, migration);
        else if (squash->edited == NULL && is_edited(squash, migration))
            squash->edited = migration;
        else if (squash->unproved == NULL && !is_proved &&
                 !(is_open && bl_squash_mark_covers(start, migration->name)))
            squash->unproved = migration;
    }
    for (guint i = 0; start != NULL && !squash->is_live && i < start->squashed->len; i++) {
        const char *name = g_ptr_array_index(start->squashed, i);
        if (squash->younger == NULL && bl_history_find(migrator->history, name) != NULL &&
            !bl_squash_range_has(&squash->range, name))
            squash->younger = name;
    }
}

static const BlUrl *
scratch_url(const Squash *squash)
{
    return squash->scratch != NULL ? squash->scratch : squash->migrator->connection->url;
}

static gboolean
is_to_be_proved(const Squash *squash)
{
    return !squash->options->no_proof && !squash->is_idle;
}

static gboolean
needs_replay(const Squash *squash)
{
    return !squash->is_live || is_to_be_proved(squash);
}

/* No snapshot stands for the older files as a proof needs it. */
static gboolean
lacks_start(const Squash *squash)
{
    gboolean needs_proof = !squash->options->no_proof && !squash->is_idle;
    return squash->younger != NULL || (squash->edited != NULL && needs_replay(squash)) ||
           (squash->unproved != NULL && needs_proof);
}

/* What is warned of is told once, of what is replayed in the end. */
static gboolean
check_reach(Squash *squash, GError **error)
{
    gboolean comes_again = lacks_start(squash) && squash->archived.list == NULL;
    const BlConnection *connection = squash->migrator->connection;
    const BlReplayGuard guard = {
        .production = connection->production ? connection->name : NULL,
        .is_elsewhere = squash->scratch != NULL,
        .live = connection->url,
        .scratch = squash->scratch,
        .without = "do without the proof: --no-proof",
        .reporter = comes_again ? NULL : squash->reporter,
    };
    return !needs_replay(squash) ||
           bl_replay_check(connection->engine, squash->replay, &guard, &squash->is_free, error);
}

static gboolean
check_replay(Squash *squash, GError **error)
{
    const char *given = squash->options->scratch_url;
    plan_replay(squash);
    if (given != NULL) {
        squash->scratch = bl_replay_parse_url(given, bl_project_root(squash->migrator->project),
                                              squash->migrator->connection->engine, error);
        if (squash->scratch == NULL)
            return FALSE;
    }
    return check_reach(squash, error);
}

static gboolean
fail_younger(const Squash *squash, GError **error)
{
    bl_error_set(
        error, BL_ERROR_CONFLICT, "squash as far as that one, or without a limit",
        "the snapshot that is there holds \"%s\" already, which is younger than what is to "
        "be squashed",
        squash->younger);
    return FALSE;
}

static gboolean
fail_edited(const Squash *squash, GError **error)
{
    g_autofree char *hint = g_strdup_printf(
        "give the file the text back that was squashed, and put the change into a new migration; "
        "or name the folder where the older files are: --archive DIR%s",
        squash->is_live ? "; or do without the proof: --no-proof" : "");
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "\"%s\" was edited since it was squashed: %s, which stands for the older files in "
                 "a replay, holds another text of it",
                 squash->edited->label, squash->baseline.label);
    return FALSE;
}

static gboolean
fail_unproved(const Squash *squash, GError **error)
{
    const char *why = squash->archived.why_not;
    g_autofree char *hint = g_strdup_printf(
        "%srestore the snapshot as the last squash left it, or the files that are gone, and "
        "commit before the next dump; or do without the proof: --no-proof",
        why != NULL ? "put that right, or name the folder where the files are: --archive DIR; "
                    : "");
    bl_error_set(
        error, BL_ERROR_CONFLICT, hint,
        "\"%s\" cannot be replayed: the snapshot that is loaded in the place of older "
        "files holds it already, by a dump, and git has not got the one of the last squash%s%s",
        squash->unproved->label, why != NULL ? "; " : "", why != NULL ? why : "");
    return FALSE;
}

/* What a dump took into the snapshot since the last squash was not proved by that, nor by a replay
 * that starts from that snapshot. With the files of the archives everything is replayed. */
static gboolean
check_start(Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    if (!lacks_start(squash))
        return TRUE;
    if (!bl_archived_find(migrator->project, migrator->connection, migrator->history,
                          migrator->manifest, squash->options->archive, &squash->archived)) {
        if (squash->edited != NULL)
            return fail_edited(squash, error);
        return squash->younger != NULL ? fail_younger(squash, error) : fail_unproved(squash, error);
    }
    g_ptr_array_unref(squash->replay);
    squash->replay = bl_archived_join(&squash->archived, migrator->history, squash->range.list);
    squash->starts_old = FALSE;
    return check_reach(squash, error);
}

static void
warn_dirty(const Squash *squash)
{
    guint n = squash->git->known ? g_hash_table_size(squash->git->unclean) : 0;
    if (n > 0) {
        bl_report_text(squash->reporter, BL_EVENT_WARNING,
                       "the migration folders hold %u file%s that git has not got as they are", n,
                       n == 1 ? "" : "s");
    }
}

/* Who shares the folder may have taken the file. */
static gboolean
was_squashed(const Squash *squash, const char *name)
{
    const GPtrArray *others = squash->sharing->manifests;
    gboolean is_covered = bl_squash_mark_covers(squash->migrator->manifest, name);
    for (guint i = 0; i < others->len && !is_covered; i++) {
        const BlManifest *other = g_ptr_array_index(others, i);
        is_covered = other != NULL && bl_squash_mark_covers(other, name);
    }
    return is_covered;
}

/* A snapshot that takes the place of files in a replay must be one that was proved. A manifest of
 * another tool has no digest, and no word of squashes. */
static gboolean
check_dumped(const Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    const BlManifest *old = migrator->manifest;
    if (old == NULL || squash->options->no_proof || old->dump_digest == NULL)
        return TRUE;
    for (guint i = 0; i < old->squashed->len; i++) {
        const char *name = g_ptr_array_index(old->squashed, i);
        if (!bl_history_holds(migrator->history, old, name) && !was_squashed(squash, name)) {
            bl_error_set(
                error, BL_ERROR_CONFLICT, "restore the file, or do without the proof: --no-proof",
                "the file of migration \"%s\" is gone, and no squash took it: a dump put it "
                "into the snapshot, unproved",
                name);
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_others(Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    squash->untouched = bl_untouched_new(migrator->history->list);
    squash->git =
        bl_git_state_read(bl_project_root(migrator->project), (const char *const *)squash->folders);
    warn_dirty(squash);
    squash->sharing =
        bl_sharing_read(migrator->project, migrator->connection, migrator->sql_path, error);
    if (squash->sharing != NULL && squash->options->dry_run)
        bl_sharing_foresee(squash->sharing, squash->options->done_before, squash->range.is_whole);
    return squash->sharing != NULL && check_dumped(squash, error) &&
           bl_sharing_check(squash->sharing, squash->options->check_connections, squash->range.list,
                            squash->reporter, error);
}

static BlPruneInput
prune_input(const Squash *squash, const BlManifest *manifest)
{
    gboolean asks_git = squash->archive == NULL && !squash->options->allow_uncommitted;
    return (BlPruneInput){
        .history = squash->migrator->history,
        .ledger = squash->migrator->session != NULL ? squash->migrator->ledger : NULL,
        .manifest = manifest,
        .git = asks_git ? squash->git : NULL,
        .sharers = (const BlPruneSharer *)(const void *)squash->sharing->sharers->data,
        .n_sharers = squash->sharing->sharers->len,
    };
}

/* What the manifest will say of the files, before there is one. */
static BlManifest *
foresee_manifest(const Squash *squash)
{
    BlManifest *manifest = bl_manifest_new();
    for (guint i = 0; i < squash->range.list->len; i++) {
        const BlMigration *migration = g_ptr_array_index(squash->range.list, i);
        bl_manifest_add_squashed(manifest, migration->name);
        bl_manifest_set_digest(manifest, migration->name, migration->raw_digest,
                               migration->token_digest);
    }
    return manifest;
}

static void
note_item(const Squash *squash, const BlPruneItem *item)
{
    const char *name = item->migration->name;
    if (item->why_kept == NULL)
        g_ptr_array_add(squash->result->pruned, g_strdup(name));
    else
        g_ptr_array_add(squash->result->kept, g_strdup_printf("%s: %s", name, item->why_kept));
}

static guint
count_leaving(const GPtrArray *items)
{
    guint n = 0;
    for (guint i = 0; i < items->len; i++)
        n += ((const BlPruneItem *)g_ptr_array_index(items, i))->why_kept == NULL;
    return n;
}

/* The snapshot that is there holds the range already, and no file of it can go. */
static gboolean
has_nothing_to_do(const Squash *squash, const GPtrArray *items)
{
    const BlManifest *old = squash->migrator->manifest;
    gboolean is_done = old != NULL && count_leaving(items) == 0 && !bl_squash_mark_is_open(old);
    for (guint i = 0; is_done && i < squash->range.list->len; i++)
        is_done = bl_manifest_has(
            old, ((const BlMigration *)g_ptr_array_index(squash->range.list, i))->name);
    return is_done;
}

/* Before any work: whether git lets the files go and the archive takes them. In a dry run the
 * answer is the result. */
static gboolean
check_files(Squash *squash, GError **error)
{
    g_autoptr(BlManifest) manifest = foresee_manifest(squash);
    const BlPruneInput input = prune_input(squash, manifest);
    g_autoptr(GPtrArray) items = bl_prune_plan(&input, error);
    for (guint i = 0; items != NULL && squash->options->dry_run && i < items->len; i++)
        note_item(squash, g_ptr_array_index(items, i));
    squash->is_idle = items != NULL && has_nothing_to_do(squash, items);
    squash->result->is_idle = squash->is_idle;
    for (guint i = 0; squash->is_idle && !squash->options->dry_run && i < items->len; i++)
        note_item(squash, g_ptr_array_index(items, i));
    const BlPruneOptions options = prune_options(squash);
    return items != NULL && bl_prune_check_files(items, &options, FALSE, error);
}

static BlReplayOptions
replay_options(const Squash *squash)
{
    BlReplayOptions options = {
        .url = scratch_url(squash),
        .names = squash->migrator->names,
        .filter = squash->options->dump->filter,
        .migrations = squash->replay,
        .reporter = squash->reporter,
        .ledger_schema = squash->ledger_schema,
        .path_schema = squash->path_schema,
        .like = squash->scratch != NULL ? squash->migrator->session : NULL,
    };
    gboolean is_found = squash->baseline.manifest != NULL;
    if (squash->starts_old) {
        options.start.sql_path = is_found ? squash->baseline.sql : squash->migrator->sql_path;
        options.start.label = is_found ? squash->baseline.label : squash->migrator->sql_label;
        options.start.owner = start_manifest(squash)->connection;
    }
    return options;
}

static gboolean
place(Squash *squash, GError **error)
{
    const BlReplayLive live = { squash->migrator->session, squash->migrator->connection->url,
                                squash->scratch, squash->is_free };
    BlSession *session = squash->migrator->session;
    if (session != NULL && needs_replay(squash) &&
        !bl_ledger_find_path_home(session, &squash->migrator->names, &squash->path_schema, error))
        return FALSE;
    /* Whoever reads the live ledger anew replaces the session's. */
    squash->ledger_schema = session != NULL ? g_strdup(session->ledger_schema) : NULL;
    squash->placed = replay_options(squash);
    return !needs_replay(squash) || bl_replay_place(&squash->placed, &live, &squash->live, error);
}

/* Beside the candidate, which needs room on the server too: once more without it, where that was
 * why there was none.
 * @return FALSE: it was not, @error is @why */
static gboolean
make_room(const Squash *squash, GError *why, GError **error)
{
    const BlSession *live = squash->migrator->session;
    gboolean lacks_room =
        live != NULL && live->engine->is_too_large != NULL && live->engine->is_too_large(why);
    if (!lacks_room || squash->candidate == NULL || !bl_candidate_wait(squash->candidate)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_error_free(why);
    return TRUE;
}

static BlSession *
run_replay(const Squash *squash, GError **error)
{
    GError *why = NULL;
    BlSession *replayed = bl_replay_run(&squash->placed, &why);
    if (replayed != NULL)
        return replayed;
    return make_room(squash, why, error) ? bl_replay_run(&squash->placed, error) : NULL;
}

static BlCatalog *
read_replay(const Squash *squash, GError **error)
{
    GError *why = NULL;
    BlCatalog *catalog = bl_proof_read_catalog(squash->replayed, squash->options->dump, &why);
    if (catalog != NULL)
        return catalog;
    return make_room(squash, why, error)
               ? bl_proof_read_catalog(squash->replayed, squash->options->dump, error)
               : NULL;
}

static gboolean
replay(Squash *squash, GError **error)
{
    if (!needs_replay(squash))
        return TRUE;
    squash->replayed_at = g_get_real_time();
    bl_report_text(squash->reporter, BL_EVENT_NOTE, "replaying %u migration%s%s",
                   squash->replay->len, squash->replay->len == 1 ? "" : "s",
                   squash->starts_old              ? " behind the old snapshot"
                   : squash->archived.list != NULL ? ", those of the archive among them"
                                                   : "");
    squash->replayed = run_replay(squash, error);
    if (squash->replayed == NULL)
        return FALSE;
    squash->catalog = read_replay(squash, error);
    return squash->catalog != NULL;
}

static BlDump *
dump(const Squash *squash, GError **error)
{
    gsize n = 0;
    g_autofree BlKnownMigration *known = bl_history_known(squash->migrator->history, &n);
    BlDumpOptions options = *squash->options->dump;
    options.history = known;
    options.n_history = n;
    options.old = squash->migrator->manifest;
    options.introspect.with_parts = TRUE;
    options.tolerant_data = !squash->is_live;
    /* A proof names them. */
    options.guards_data =
        (squash->options->no_proof || squash->is_idle) && !squash->options->discard_data;
    if (squash->is_live && squash->options->data_from == BL_DATA_FROM_REPLAY)
        options.rows_session = squash->replayed;
    return bl_dump_build(squash->is_live ? squash->migrator->session : squash->replayed, &options,
                         error);
}

static gboolean
make_candidate(Squash *squash, GError **error)
{
    squash->result->dump = dump(squash, error);
    if (squash->result->dump == NULL || !is_to_be_proved(squash))
        return squash->result->dump != NULL;
    squash->candidate = bl_candidate_new(&squash->placed, squash->result->dump, error);
    return squash->candidate != NULL;
}

/* What a live database is dumped to can be loaded while the files are replayed. */
static gboolean
replay_and_dump(Squash *squash, GError **error)
{
    gboolean is_apart = squash->is_live && squash->options->data_from != BL_DATA_FROM_REPLAY;
    if (!place(squash, error))
        return FALSE;
    return is_apart ? make_candidate(squash, error) && replay(squash, error)
                    : replay(squash, error) && make_candidate(squash, error);
}

static gboolean
prove(Squash *squash, GError **error)
{
    BlSquashResult *result = squash->result;
    if (!is_to_be_proved(squash))
        return TRUE;
    result->proof = bl_proof_new();
    bl_proof_note_replay(result->proof, squash->migrator->connection->engine->dialect,
                         squash->replay);
    const BlProofInput input = {
        .replay = squash->placed,
        .dump = squash->options->dump,
        .replayed = squash->replayed,
        .candidate = squash->candidate,
        .replayed_at = squash->replayed_at,
    };
    BlJudgement judgement = {
        .migrator = squash->migrator,
        .options = squash->options,
        .proof = result->proof,
        .input = &input,
        .catalog = squash->catalog,
        .dump = result->dump,
        .n_squashed = squash->range.end,
        .is_live = squash->is_live,
        .is_elsewhere = squash->scratch != NULL,
    };
    gboolean ok = bl_judge_squash(&judgement, error);
    squash->loaded = judgement.loaded;
    return ok;
}

/* The files once more: nobody may have edited one since it was replayed. */
static gboolean
check_unchanged(const Squash *squash, const GPtrArray *items, GError **error)
{
    g_autoptr(BlHistory) now =
        bl_migrator_read_history(squash->migrator->project, squash->migrator->connection, error);
    for (guint i = 0; now != NULL && i < items->len; i++) {
        const BlPruneItem *item = g_ptr_array_index(items, i);
        const BlMigration *file = bl_history_find(now, item->migration->name);
        if (item->why_kept != NULL)
            continue;
        if (file == NULL || g_strcmp0(file->raw_digest, item->migration->raw_digest) != 0) {
            bl_error_set(error, BL_ERROR_CONFLICT, "squash again",
                         "\"%s\" was changed while the squash was at work", item->migration->label);
            return FALSE;
        }
        if (!bl_untouched_check(squash->untouched, item->migration, error))
            return FALSE;
    }
    return now != NULL;
}

static gboolean
remove_files(Squash *squash, const GPtrArray *items, GError **error)
{
    const BlPruneOptions options = prune_options(squash);
    const char *last = NULL;
    for (guint i = 0; i < items->len; i++) {
        const BlPruneItem *item = g_ptr_array_index(items, i);
        if (item->why_kept == NULL) {
            if (!bl_cancel_check(error) ||
                !bl_untouched_check(squash->untouched, item->migration, error) ||
                !bl_prune_migration(item->migration, &options, error)) {
                bl_error_set_hint(error != NULL ? *error : NULL,
                                  "the snapshot is written; squash again to remove the rest");
                return FALSE;
            }
            last = item->migration->path;
        }
        if (!squash->is_idle)
            note_item(squash, item);
    }
    return last == NULL || bl_file_flush_folder(last, error);
}

/* Into the manifest that is there: somebody may have dumped while the files went. */
static gboolean
write_final_mark(const Squash *squash, GError **error)
{
    g_auto(BlPairLock) lock = { -1 };
    if (!bl_pair_lock(&lock, squash->migrator->sql_path, error))
        return FALSE;
    g_autofree char *path = bl_manifest_path(squash->migrator->sql_path);
    g_autoptr(BlManifest) manifest = bl_manifest_read(path, error);
    if (manifest == NULL)
        return FALSE;
    bl_squash_mark_end(manifest);
    g_autofree char *text = bl_manifest_format(manifest);
    return bl_file_write_atomic(path, text, strlen(text), error);
}

/* Behind the removal the snapshot alone has what the files had. */
static gboolean
check_line_ends(const Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    const GString *sql = squash->result->dump->sql;
    return bl_line_ends_check(bl_project_root(migrator->project), migrator->sql_label, sql->str,
                              sql->len, error);
}

/* Snapshot, files, mark: in this order. */
static gboolean
write_and_prune(Squash *squash, GError **error)
{
    BlManifest *manifest = squash->result->dump->manifest;
    const BlPruneInput input = prune_input(squash, manifest);
    g_autoptr(GPtrArray) items = bl_prune_plan(&input, error);
    const BlPruneOptions options = prune_options(squash);
    if (items == NULL || !check_unchanged(squash, items, error) || !bl_cancel_check(error) ||
        !bl_prune_check_files(items, &options, TRUE, error))
        return FALSE;
    gboolean has_mark = count_leaving(items) > 0 || bl_squash_mark_is_open(manifest);
    if (count_leaving(items) > 0) {
        if (!check_line_ends(squash, error))
            return FALSE;
        const BlSquashMark mark = {
            .items = items,
            .commit = squash->git->commit,
            .archive = squash->options->archive,
            .is_part = !squash->range.is_whole,
        };
        bl_squash_mark_begin(manifest, &mark);
    }
    if (!bl_dump_write(squash->result->dump, squash->migrator->sql_path, squash->reporter,
                       &squash->result->changed, error) ||
        !remove_files(squash, items, error))
        return FALSE;
    return !has_mark || write_final_mark(squash, error);
}

static gboolean
plan_range(Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    const BlSquashOptions *options = squash->options;
    if (!bl_squash_range_find(migrator, options->until, options->keep, &squash->range, error))
        return FALSE;
    squash->is_live = squash->range.is_whole && !options->from_files;
    return bl_squash_range_check(&squash->range, migrator, error);
}

static gboolean
is_done(const Squash *squash)
{
    return squash->is_idle && !squash->options->always_dumps;
}

/* Nobody's snapshot becomes another's; what is not written may be anybody's. In a dry run its own
 * connection may have been there first, and have left nothing to do. */
static gboolean
check_owner(const Squash *squash, GError **error)
{
    const BlMigrator *migrator = squash->migrator;
    const BlManifest *old = migrator->manifest;
    const char *const *before = squash->options->done_before;
    gboolean was_before = squash->options->dry_run && before != NULL && old != NULL &&
                          old->connection != NULL && g_strv_contains(before, old->connection);
    return is_done(squash) || was_before ||
           bl_connection_check_owner(migrator->connection, migrator->options.schema_path, old,
                                     error);
}

/* Everything that can be refused without a scratch database. */
static gboolean
check_all(Squash *squash, GError **error)
{
    if (squash->options->from_files && squash->options->data_from == BL_DATA_FROM_LIVE) {
        bl_error_set(error, BL_ERROR_USAGE, "leave one of them out",
                     "--from-files asks no database for rows");
        return FALSE;
    }
    return plan_range(squash, error) && check_gap(squash, error) && check_places(squash, error) &&
           check_complete(squash, error) && check_replay(squash, error) &&
           check_others(squash, error) && check_files(squash, error) &&
           check_owner(squash, error) && check_start(squash, error);
}

gboolean
bl_squash(BlMigrator *migrator,
          const BlSquashOptions *options,
          BlSquashResult *result,
          GError **error)
{
    g_auto(Squash) squash = { .migrator = migrator,
                              .options = options,
                              .result = result,
                              .reporter = migrator->options.reporter };
    result->pruned = g_ptr_array_new_with_free_func(g_free);
    result->kept = g_ptr_array_new_with_free_func(g_free);
    if (!check_all(&squash, error))
        return FALSE;
    if (options->dry_run || is_done(&squash))
        return TRUE;
    return replay_and_dump(&squash, error) && prove(&squash, error) &&
           write_and_prune(&squash, error);
}
