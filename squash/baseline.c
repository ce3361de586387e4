/* SPDX-License-Identifier: MIT */
#include "squash/baseline.h"

#include "squash/git.h"
#include "squash/squash_mark.h"

#include "common/base/file.h"
#include "common/snapshot/pair.h"

#include <glib/gstdio.h>

#include <string.h>

/* So many versions of the manifest are looked at, from the newest. */
#define MOST_VERSIONS "500"

void
bl_baseline_clear(BlBaseline *baseline)
{
    g_autofree char *manifest = baseline->sql != NULL ? bl_manifest_path(baseline->sql) : NULL;
    if (baseline->sql != NULL) {
        (void)g_unlink(baseline->sql);
        (void)g_unlink(manifest);
    }
    if (baseline->folder != NULL)
        (void)g_rmdir(baseline->folder);
    g_clear_pointer(&baseline->folder, g_free);
    g_clear_pointer(&baseline->sql, g_free);
    g_clear_pointer(&baseline->label, g_free);
    g_clear_pointer(&baseline->manifest, bl_manifest_free);
}

static gboolean
write_pair(BlBaseline *baseline, const char *sql, const char *manifest)
{
    baseline->folder = g_dir_make_tmp("baseline-start-XXXXXX", NULL);
    if (baseline->folder == NULL)
        return FALSE;
    baseline->sql = g_build_filename(baseline->folder, "snapshot.sql", NULL);
    g_autofree char *path = bl_manifest_path(baseline->sql);
    return bl_file_write_ephemeral(baseline->sql, sql, strlen(sql), NULL) &&
           bl_file_write_ephemeral(path, manifest, strlen(manifest), NULL);
}

/* @return TRUE when the version of @commit is the one with @digest, and is in @baseline now */
static gboolean
take_version(const char *root,
             const char *commit,
             const char *sql_label,
             const char *digest,
             BlBaseline *baseline)
{
    g_autofree char *label = bl_manifest_path(sql_label);
    g_autofree char *text = bl_git_show(root, commit, label);
    g_autoptr(BlManifest) manifest =
        text != NULL ? bl_manifest_parse(text, strlen(text), label, NULL) : NULL;
    if (manifest == NULL || g_strcmp0(manifest->dump_digest, digest) != 0)
        return FALSE;
    g_autofree char *sql = bl_git_show(root, commit, sql_label);
    if (sql == NULL)
        return FALSE;
    g_autofree char *found = bl_pair_digest_of(sql, strlen(sql));
    if (g_strcmp0(found, digest) != 0)
        return FALSE;
    if (!write_pair(baseline, sql, text)) {
        bl_baseline_clear(baseline);
        return FALSE;
    }
    baseline->manifest = g_steal_pointer(&manifest);
    baseline->label = g_strdup_printf("%s of commit %.12s", sql_label, commit);
    return TRUE;
}

static gboolean
stands_for_gone(const BlManifest *baseline, const BlHistory *history, const BlManifest *now)
{
    for (guint i = 0; i < now->squashed->len; i++) {
        const char *name = g_ptr_array_index(now->squashed, i);
        if (!bl_history_holds(history, now, name) && !bl_manifest_has(baseline, name))
            return FALSE;
    }
    return TRUE;
}

void
bl_baseline_find(const char *root,
                 const char *sql_label,
                 const BlHistory *history,
                 const BlManifest *now,
                 BlBaseline *baseline)
{
    const char *digest = bl_squash_mark_digest(now);
    if (digest == NULL || g_strcmp0(digest, now->dump_digest) == 0 ||
        g_path_is_absolute(sql_label) || g_str_has_suffix(sql_label, ".gz"))
        return;
    g_autofree char *label = bl_manifest_path(sql_label);
    const char *const command[] = { "log", "--format=%H", "-n", MOST_VERSIONS, "--", label, NULL };
    g_autofree char *log = bl_git_ask(root, command);
    g_auto(GStrv) commits = g_strsplit(log != NULL ? log : "", "\n", -1);
    for (gsize i = 0; commits[i] != NULL; i++) {
        if (commits[i][0] == '\0' || !take_version(root, commits[i], sql_label, digest, baseline))
            continue;
        if (!stands_for_gone(baseline->manifest, history, now))
            bl_baseline_clear(baseline);
        return;
    }
}
