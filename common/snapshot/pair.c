/* SPDX-License-Identifier: MIT */
#include "common/snapshot/pair.h"

#include "common/base/digest.h"
#include "common/base/error.h"
#include "common/base/file.h"
#include "common/base/stream.h"
#include "common/snapshot/blocks.h"
#include "common/snapshot/manifest.h"
#include "common/snapshot/pair_lock.h"

#include <string.h>
#include <sys/stat.h>

#define STAGED    ".baseline-new"
#define ALGORITHM "sha256:"

typedef struct {
    char *sql;
    char *manifest;
    char *staged_sql;
    char *staged_manifest;
} Paths;

static void
paths_init(Paths *paths, const char *sql_path)
{
    g_autofree char *manifest = bl_manifest_path(sql_path);
    paths->sql = bl_file_follow_links(sql_path);
    paths->manifest = bl_file_follow_links(manifest);
    paths->staged_sql = g_strconcat(paths->sql, STAGED, NULL);
    paths->staged_manifest = g_strconcat(paths->manifest, STAGED, NULL);
}

static void
paths_clear(Paths *paths)
{
    g_free(paths->sql);
    g_free(paths->manifest);
    g_free(paths->staged_sql);
    g_free(paths->staged_manifest);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Paths, paths_clear)

BlPairState
bl_pair_state(const char *sql_path)
{
    g_autofree char *manifest = bl_manifest_path(sql_path);
    gboolean has_sql = bl_file_exists(sql_path);
    gboolean has_manifest = bl_file_exists(manifest);
    if (has_sql)
        return has_manifest ? BL_PAIR_BOTH : BL_PAIR_SQL_ONLY;
    return has_manifest ? BL_PAIR_MANIFEST_ONLY : BL_PAIR_NONE;
}

char *
bl_pair_digest_of(const char *sql, gsize len)
{
    g_autofree char *digest = bl_digest_bytes(sql, len);
    return g_strconcat(ALGORITHM, digest, NULL);
}

char *
bl_pair_read_sql(const char *sql_path, gsize *len, char **digest, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_open(sql_path, error);
    if (reader == NULL)
        return NULL;
    g_autoptr(GString) text = g_string_new(NULL);
    char buffer[64 * 1024];
    gssize n;
    while ((n = bl_reader_read(reader, buffer, sizeof buffer, error)) > 0)
        g_string_append_len(text, buffer, n);
    if (n < 0)
        return NULL;
    *len = text->len;
    if (digest != NULL)
        *digest = bl_pair_digest_of(text->str, text->len);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

char *
bl_pair_digest(const char *sql_path, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_open(sql_path, error);
    if (reader == NULL)
        return NULL;
    bl_reader_enable_digest(reader);
    char buffer[64 * 1024];
    gssize n;
    while ((n = bl_reader_read(reader, buffer, sizeof buffer, error)) > 0)
        continue;
    if (n < 0)
        return NULL;
    g_autofree char *digest = bl_reader_get_digest(reader);
    return g_strconcat(ALGORITHM, digest, NULL);
}

gboolean
bl_pair_has_crlf(const char *sql_path, const char *digest)
{
    gsize len = 0;
    g_autofree char *text = digest != NULL ? bl_pair_read_sql(sql_path, &len, NULL, NULL) : NULL;
    g_autofree char *folded = text != NULL ? bl_digest_text(text, len) : NULL;
    return folded != NULL && g_str_has_prefix(digest, ALGORITHM) &&
           strcmp(digest + strlen(ALGORITHM), folded) == 0;
}

/* Loaded so, a value of more than one line would be another. */
void
bl_pair_refuse_crlf(const char *label, GError **error)
{
    g_autofree char *hint = g_strdup_printf(
        "git does that unless .gitattributes says \"%s -text\", as migrate init --git writes "
        "it; with that line delete the file and get it back: git checkout -- %s",
        label, label);
    bl_error_set(error, BL_ERROR_CONFLICT, hint,
                 "the lines of the snapshot \"%s\" end with CR LF; they were dumped with LF",
                 label);
}

/* TRUE when the staged SQL is the one that the manifest in place speaks of. */
static gboolean
staged_sql_is_wanted(const Paths *paths)
{
    g_autoptr(BlManifest) manifest = bl_manifest_read(paths->manifest, NULL);
    g_autofree char *digest = bl_pair_digest(paths->staged_sql, NULL);
    return manifest != NULL && digest != NULL && g_strcmp0(manifest->dump_digest, digest) == 0;
}

static gboolean
finish_write(const Paths *paths, const BlReporter *reporter, GError **error)
{
    g_autoptr(GError) problem = NULL;
    if (bl_file_rename(paths->staged_sql, paths->sql, TRUE, &problem)) {
        bl_report_text(reporter, BL_EVENT_WARNING,
                       "an earlier dump was interrupted: its second file \"%s\" is now in place",
                       paths->sql);
        return TRUE;
    }
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "make the folder writable and run the command again, or dump again",
                 "an interrupted dump left a half snapshot \"%s\": %s", paths->sql,
                 problem->message);
    return FALSE;
}

static gboolean
discard_stage(const Paths *paths, const BlReporter *reporter)
{
    /* The old pair is whole; a stage that cannot be removed harms nobody. */
    g_autoptr(GError) ignored = NULL;
    if (bl_file_remove(paths->staged_manifest, &ignored) &&
        bl_file_remove(paths->staged_sql, ignored == NULL ? &ignored : NULL)) {
        bl_report_text(reporter, BL_EVENT_WARNING,
                       "an earlier dump of \"%s\" was interrupted before it changed anything; its "
                       "leftovers are removed",
                       paths->sql);
    }
    return TRUE;
}

gboolean
bl_pair_recover(const char *sql_path, const BlReporter *reporter, GError **error)
{
    g_auto(Paths) paths = { 0 };
    g_auto(BlPairLock) lock = { -1 };
    paths_init(&paths, sql_path);
    if (!bl_file_exists(paths.staged_sql) && !bl_file_exists(paths.staged_manifest))
        return TRUE;
    /* Or they are of somebody who is at work. */
    if (!bl_pair_lock(&lock, sql_path, error))
        return FALSE;
    gboolean has_sql = bl_file_exists(paths.staged_sql);
    gboolean has_manifest = bl_file_exists(paths.staged_manifest);
    if (has_sql && !has_manifest && staged_sql_is_wanted(&paths))
        return finish_write(&paths, reporter, error);
    if (has_sql || has_manifest)
        return discard_stage(&paths, reporter);
    return TRUE;
}

static void
remove_stage(const Paths *paths)
{
    g_autoptr(GError) ignored = NULL;
    if (!bl_file_remove(paths->staged_sql, &ignored))
        g_clear_error(&ignored);
    if (!bl_file_remove(paths->staged_manifest, &ignored))
        g_clear_error(&ignored);
}

/* Somebody's own text, of which there may be no other copy. */
static gboolean
check_no_stranger(const char *sql_path, GError **error)
{
    gsize len = 0;
    if (bl_pair_state(sql_path) != BL_PAIR_SQL_ONLY)
        return TRUE;
    g_autofree char *sql = bl_pair_read_sql(sql_path, &len, NULL, NULL);
    if (sql != NULL && (len == 0 || g_str_has_prefix(sql, BL_SNAPSHOT_HEAD)))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "name another file, or move that one away",
                 "\"%s\" is there already and is no snapshot of ours", sql_path);
    return FALSE;
}

/* A folder in the way would stop the second rename, when the first cannot be taken back. */
gboolean
bl_pair_check_place(const char *sql_path, GError **error)
{
    g_autofree char *manifest = bl_manifest_path(sql_path);
    return bl_file_check_place(sql_path, error) && bl_file_check_place(manifest, error) &&
           check_no_stranger(sql_path, error);
}

/* A file that others may not read stays so. What cannot be kept is no reason to fail. */
static void
keep_mode(const char *staged, const char *old)
{
    struct stat info;
    if (stat(old, &info) == 0 && chmod(staged, info.st_mode & 07777) != 0)
        return;
}

/* The point of no return. The folder is flushed with it, and with it the name of the staged SQL;
 * when only that flush fails the manifest is in place all the same, and the way back is gone. */
static gboolean
place_manifest(const Paths *paths, GError **error)
{
    GError *problem = NULL;
    keep_mode(paths->staged_sql, paths->sql);
    keep_mode(paths->staged_manifest, paths->manifest);
    if (bl_file_rename(paths->staged_manifest, paths->manifest, TRUE, &problem))
        return TRUE;
    if (!bl_file_exists(paths->staged_manifest)) {
        g_error_free(problem);
        return TRUE;
    }
    g_propagate_error(error, problem);
    return FALSE;
}

gboolean
bl_pair_write(
    const char *sql_path, const char *bytes, gsize len, const char *manifest, GError **error)
{
    g_auto(Paths) paths = { 0 };
    paths_init(&paths, sql_path);
    if (!bl_file_make_parent(paths.sql, error) || !bl_pair_check_place(sql_path, error))
        return FALSE;
    if (!bl_file_write_staged(paths.staged_sql, bytes, len, error) ||
        !bl_file_write_staged(paths.staged_manifest, manifest, strlen(manifest), error) ||
        !place_manifest(&paths, error)) {
        remove_stage(&paths);
        return FALSE;
    }
    if (bl_file_rename(paths.staged_sql, paths.sql, TRUE, error))
        return TRUE;
    g_prefix_error(error, "the manifest is new, the SQL waits in \"%s\": ", paths.staged_sql);
    bl_error_set_hint(error != NULL ? *error : NULL, "run the command again to finish the write");
    return FALSE;
}
