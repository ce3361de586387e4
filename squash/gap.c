/* SPDX-License-Identifier: MIT */
#include "squash/gap.h"

#include "squash/squash_mark.h"

#include "common/base/error.h"

#include <string.h>

/* @return GPtrArray of const char *, borrowed from the manifest */
static GPtrArray *
find_lacking(const BlPlanInput *input)
{
    GPtrArray *names = g_ptr_array_new();
    const GPtrArray *squashed = input->manifest->squashed;
    for (guint i = 0; i < squashed->len; i++) {
        const char *name = g_ptr_array_index(squashed, i);
        if (bl_ledger_find(input->ledger, name) == NULL &&
            bl_history_find(input->history, name) == NULL)
            g_ptr_array_add(names, (gpointer)(guintptr)name);
    }
    return names;
}

/* Each place once, in the order of the names. Of files that another connection's squash took it
 * alone tells the place. */
static char *
join_sources(const BlManifest *manifest, const GPtrArray *names)
{
    g_autoptr(GPtrArray) sources = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *source = bl_squash_mark_source(manifest, g_ptr_array_index(names, i));
        if (source != NULL && !g_ptr_array_find_with_equal_func(sources, source, g_str_equal, NULL))
            g_ptr_array_add(sources, g_steal_pointer(&source));
    }
    g_ptr_array_add(sources, NULL);
    return sources->len > 1
               ? g_strjoinv(" and ", (char **)sources->pdata)
               : g_strdup("version control, or the archive of another connection's squash");
}

gboolean
bl_gap_check(const BlPlanInput *input, GError **error)
{
    if (input->manifest == NULL)
        return TRUE;
    g_autoptr(GPtrArray) names = find_lacking(input);
    if (names->len == 0)
        return TRUE;
    GError *problem = NULL;
    gboolean is_empty = input->ledger->rows->len == 0;
    if (names->len == 1) {
        bl_error_set(&problem, BL_ERROR_CONFLICT, NULL,
                     "the database has not got migration \"%s\", whose file was squashed",
                     (const char *)g_ptr_array_index(names, 0));
    } else {
        bl_error_set(&problem, BL_ERROR_CONFLICT, NULL,
                     "the database has not got %u migrations whose files were squashed, from "
                     "\"%s\" to \"%s\"",
                     names->len, (const char *)g_ptr_array_index(names, 0),
                     (const char *)g_ptr_array_index(names, names->len - 1));
    }
    g_autofree char *sources = join_sources(input->manifest, names);
    bl_error_set_hint(
        problem,
        is_empty ? "let the snapshot be loaded: migrate run without --no-snapshot; or fetch the "
                   "files from %s"
                 : "fetch the files from %s, run them, and take them away again",
        sources);
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
    bl_error_set_detail(problem, "%s", list);
    g_propagate_error(error, problem);
    return FALSE;
}
