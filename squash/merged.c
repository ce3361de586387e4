/* SPDX-License-Identifier: MIT */
#include "squash/merged.h"

#include "squash/check.h"
#include "squash/git.h"
#include "squash/squash_mark.h"

#include <string.h>

/* The commits that are merged, by their full names. @return g_strfreev(), of fewer than two where
 * there is no merge */
static char **
find_sides(const char *root)
{
    static const char *const under_way[] = { "rev-parse", "--verify", "--quiet", "MERGE_HEAD",
                                             NULL };
    static const char *const head[] = { "rev-parse", "--verify", "--quiet", "HEAD", NULL };
    static const char *const parents[] = { "rev-parse", "HEAD^@", NULL };
    g_autofree char *theirs = bl_git_ask(root, under_way);
    g_autofree char *ours = bl_git_ask(root, theirs != NULL ? head : parents);
    g_autofree char *all =
        g_strconcat(ours != NULL ? ours : "", theirs != NULL ? theirs : "", NULL);
    g_strchomp(all);
    return g_strsplit(all, "\n", -1);
}

static gboolean
is_lost(const BlMigrator *migrator, const BlManifest *side, const char *name)
{
    return bl_squash_mark_covers(side, name) &&
           (migrator->manifest == NULL || !bl_manifest_has(migrator->manifest, name)) &&
           bl_history_find(migrator->history, name) == NULL;
}

static void
add_lost(GPtrArray *differences, const BlManifest *side, const char *commit, const char *name)
{
    g_autofree char *source = bl_squash_mark_source(side, name);
    g_autofree char *what = g_strdup_printf(
        "is lost in the merge: its file went into the snapshot of commit %.12s by a squash, and "
        "now it is in neither; merge the snapshots with the driver (migrate init --git), or fetch "
        "the file from %s",
        commit, source != NULL ? source : "before that squash");
    bl_check_add(differences, "migration", name, what, NULL);
}

static void
check_side(const BlMigrator *migrator,
           const char *root,
           const char *commit,
           GHashTable *told,
           GPtrArray *differences)
{
    g_autofree char *label = bl_manifest_path(migrator->sql_label);
    g_autofree char *text = bl_git_show(root, commit, label);
    g_autoptr(BlManifest) side =
        text != NULL ? bl_manifest_parse(text, strlen(text), label, NULL) : NULL;
    for (guint i = 0; side != NULL && i < side->squashed->len; i++) {
        const char *name = g_ptr_array_index(side->squashed, i);
        if (is_lost(migrator, side, name) && g_hash_table_add(told, g_strdup(name)))
            add_lost(differences, side, commit, name);
    }
}

void
bl_merged_check(const BlMigrator *migrator, GPtrArray *differences)
{
    const char *root = bl_project_root(migrator->project);
    if (g_path_is_absolute(migrator->sql_label))
        return;
    g_auto(GStrv) sides = find_sides(root);
    g_autoptr(GHashTable) told = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (gsize i = 0; g_strv_length(sides) > 1 && sides[i] != NULL; i++)
        check_side(migrator, root, sides[i], told, differences);
}
