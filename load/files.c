/* SPDX-License-Identifier: MIT */
#include "load/files.h"

#include "common/base/error.h"
#include "common/snapshot/marks.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/pair_names.h"

#include <string.h>

static gboolean
check_pair_state(const BlLoadOptions *options, gboolean *bare, GError **error)
{
    g_autofree char *manifest_path = bl_manifest_path(options->sql_path);
    *bare = FALSE;
    switch (bl_pair_state(options->sql_path)) {
    case BL_PAIR_BOTH:
        return TRUE;
    case BL_PAIR_NONE:
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "check the path, or make the snapshot with schema-dump",
                     "there is no snapshot \"%s\"", options->label);
        return FALSE;
    case BL_PAIR_MANIFEST_ONLY:
        bl_error_set(error, BL_ERROR_CONFLICT, "restore the file, or dump again",
                     "half of the snapshot is missing: there is \"%s\" but no \"%s\"",
                     manifest_path, options->label);
        return FALSE;
    case BL_PAIR_SQL_ONLY:
        break;
    }
    if (!options->explicit_path) {
        bl_error_set(
            error, BL_ERROR_CONFLICT,
            "restore the manifest or dump again; to load a dump of another tool, name its path",
            "half of the snapshot is missing: there is \"%s\" but no \"%s\"", options->label,
            manifest_path);
        return FALSE;
    }
    *bare = TRUE;
    return TRUE;
}

/* A snapshot is checked before anything is planned and again where it is loaded: one warning. */
static void
warn(const BlLoadOptions *options, const char *before, const char *behind)
{
    if (!options->was_warned)
        bl_report_text(options->reporter, BL_EVENT_WARNING, "%s\"%s\" %s", before, options->label,
                       behind);
}

static gboolean
check_digest(const BlManifest *manifest,
             const BlLoadOptions *options,
             const char *digest,
             GError **error)
{
    if (manifest->dump_digest == NULL) {
        warn(options, "the manifest of ", "has no digests, so that an edited dump cannot be told");
        return TRUE;
    }
    if (strcmp(manifest->dump_digest, digest) == 0)
        return TRUE;
    guint marks = options->accept_marks ? 0 : bl_marks_find_in(options->sql_path);
    if (marks > 0) {
        bl_marks_refuse(options->label, marks, error);
        return FALSE;
    }
    if (options->accept_modified) {
        warn(options, "", "was modified after it was dumped; loaded as it is");
        return TRUE;
    }
    if (bl_pair_has_crlf(options->sql_path, manifest->dump_digest)) {
        bl_pair_refuse_crlf(options->label, error);
        return FALSE;
    }
    bl_error_set(
        error, BL_ERROR_CONFLICT,
        "dump again, or, after a merge, rebuild it: migrate rebuild; restore the file; or load it "
        "as it is: schema-load --accept-modified",
        "the snapshot \"%s\" was modified: its digest is %s, the manifest says %s", options->label,
        digest, manifest->dump_digest);
    return FALSE;
}

/* What somebody edited, and wants to load as it is, may fill the ledger with anything. */
static gboolean
check_names(const BlEngine *engine,
            const BlManifest *manifest,
            const BlLoadOptions *options,
            const char *ledger,
            GError **error)
{
    return options->accept_modified ||
           bl_pair_names_check(engine, &options->names, manifest, ledger, options->label, error);
}

/* A file that is still on disk must be the one that the snapshot holds. */
static gboolean
check_embedded_files(const BlManifest *manifest, const BlLoadOptions *options, GError **error)
{
    for (gsize i = 0; i < options->n_history; i++) {
        const BlKnownMigration *file = &options->history[i];
        const BlMigrationDigest *embedded = bl_manifest_digest(manifest, file->name);
        if (embedded == NULL || !bl_manifest_has(manifest, file->name) ||
            !bl_known_migration_differs(file, embedded->raw, embedded->token))
            continue;
        bl_error_set(
            error, BL_ERROR_CONFLICT,
            "dump again from a database that ran the file as it is now, restore the file, or replay "
            "all files: migrate run --no-snapshot",
            "migration \"%s\" is in the snapshot, but its file was edited since", file->name);
        return FALSE;
    }
    return TRUE;
}

static BlManifest *
read_manifest(const BlEngine *engine, const BlLoadOptions *options, GError **error)
{
    g_autofree char *path = bl_manifest_path(options->sql_path);
    g_autoptr(BlManifest) manifest = bl_manifest_read(path, error);
    if (manifest == NULL ||
        !bl_manifest_check_identity(manifest, options->connection, engine->name,
                                    options->names.ledger, options->names.versions, error))
        return NULL;
    return g_steal_pointer(&manifest);
}

gboolean
bl_load_check_files(const BlEngine *engine,
                    const BlLoadOptions *options,
                    BlManifest **manifest,
                    char **digest,
                    GError **error)
{
    gboolean bare = FALSE;
    if ((!options->is_dry && !bl_pair_recover(options->sql_path, options->reporter, error)) ||
        !check_pair_state(options, &bare, error))
        return FALSE;
    g_autoptr(BlManifest) read = bare ? NULL : read_manifest(engine, options, error);
    if (!bare && read == NULL)
        return FALSE;
    g_autofree char *ledger = NULL;
    g_autofree char *found = bl_pair_names_read(options->sql_path, &options->names, &ledger, error);
    if (found == NULL)
        return FALSE;
    if (bare) {
        warn(options, "", "has no manifest: loaded as a dump of another tool");
    } else if (!check_digest(read, options, found, error) ||
               !check_names(engine, read, options, ledger, error) ||
               !check_embedded_files(read, options, error)) {
        return FALSE;
    }
    *manifest = g_steal_pointer(&read);
    *digest = g_steal_pointer(&found);
    return TRUE;
}

gboolean
bl_load_is_ours(const BlLoadResult *result)
{
    return result->manifest != NULL && result->manifest->dump_digest != NULL;
}

gboolean
bl_load_is_as_dumped(const BlLoadOptions *options, const BlLoadResult *result)
{
    return bl_load_is_ours(result) && !options->accept_modified;
}
