/* SPDX-License-Identifier: MIT */
#include "squash/commit.h"

#include "squash/git.h"

#include "common/base/file.h"

#include <string.h>

/* Another git at work holds the index for a moment: so often it is tried, with a nap between. */
#define TRIES  50
#define NAP_US 100000

/* What git said. */
typedef struct {
    char *out;
    char *err;
    gboolean ok;
} Answer;

static void
answer_clear(Answer *answer)
{
    g_free(answer->out);
    g_free(answer->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Answer, answer_clear)

GPtrArray *
bl_commit_paths(const BlMigrator *migrator)
{
    GPtrArray *paths = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < migrator->results->len; i++) {
        const BlMigrationResult *result = &g_array_index(migrator->results, BlMigrationResult, i);
        const BlMigration *migration =
            g_hash_table_lookup(migrator->history->by_name, result->name);
        gboolean done = strcmp(result->status, "completed") == 0 && migration != NULL;
        for (char **file = done ? migration->files : NULL; file != NULL && *file != NULL; file++)
            g_ptr_array_add(paths, bl_git_path(*file));
    }
    return paths;
}

/* The first line of what git said, without its "fatal: ". @return g_free() */
static char *
first_line(const char *text)
{
    const char *start = text != NULL ? text : "";
    start += strspn(start, "\r\n \t");
    char *line = g_strndup(start, strcspn(start, "\r\n"));
    for (char *p = line; *p != '\0'; p++) {
        if (g_ascii_iscntrl(*p))
            *p = ' ';
    }
    return line;
}

static void
run_git(const char *root,
        const char *const *command,
        const GPtrArray *paths,
        Answer *answer,
        GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    /* Names of files are no patterns, and none is taken for an option. */
    static const char *const head[] = { "git", "--literal-pathspecs" };
    for (gsize i = 0; i < G_N_ELEMENTS(head); i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)head[i]);
    for (gsize i = 0; command[i] != NULL; i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)command[i]);
    g_ptr_array_add(argv, (gpointer)(guintptr) "--");
    for (guint i = 0; i < paths->len; i++)
        g_ptr_array_add(argv, g_ptr_array_index(paths, i));
    g_ptr_array_add(argv, NULL);
    int status = 0;
    gboolean started = g_spawn_sync(/* lint-allow: g_spawn_sync: --commit asks for git by name */
                                    root, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL,
                                    NULL, &answer->out, &answer->err, &status, error);
    answer->ok = started && status == 0;
}

/* @return TRUE when git did it; else a warning was given */
static gboolean
ask_git(const char *root,
        const char *const *command,
        const GPtrArray *paths,
        const BlReporter *reporter,
        char **out)
{
    for (guint attempt = 1;; attempt++) {
        g_auto(Answer) answer = { NULL, NULL, FALSE };
        g_autoptr(GError) why = NULL;
        run_git(root, command, paths, &answer, &why);
        if (answer.ok) {
            if (out != NULL)
                *out = g_steal_pointer(&answer.out);
            return TRUE;
        }
        gboolean is_busy = answer.err != NULL && strstr(answer.err, "index.lock") != NULL;
        if (is_busy && attempt < TRIES) {
            g_usleep(NAP_US);
            continue;
        }
        g_autofree char *said = first_line(
            why != NULL ? why->message
                        : (answer.err != NULL && answer.err[0] != '\0' ? answer.err : answer.out));
        bl_report_text(reporter, BL_EVENT_WARNING,
                       "the migrations were run but not committed: git %s: %s", command[0], said);
        return FALSE;
    }
}

static char *
message_of(const char *root, const GPtrArray *paths)
{
    g_autofree char *inside = g_build_filename(root, ".", NULL);
    g_autofree char *real_inside = bl_git_path(inside);
    g_autofree char *real_root = g_path_get_dirname(real_inside);
    GString *message = g_string_new(NULL);
    if (paths->len == 1) {
        g_autofree char *name = g_path_get_basename(g_ptr_array_index(paths, 0));
        g_string_printf(message, "Run migration %s", name);
        return g_string_free(message, FALSE);
    }
    g_string_printf(message, "Run %u migration files\n", paths->len);
    for (guint i = 0; i < paths->len; i++) {
        const char *path = g_ptr_array_index(paths, i);
        const char *below = bl_path_below(path, real_root);
        g_string_append_printf(message, "\n- %s", below != NULL ? below : path);
    }
    return g_string_free(message, FALSE);
}

gboolean
bl_commit_files(const char *root, const GPtrArray *paths, const BlReporter *reporter)
{
    static const char *const status[] = { "status", "--porcelain", NULL };
    static const char *const add[] = { "add", NULL };
    if (paths->len == 0)
        return FALSE;
    g_autofree char *changed = NULL;
    if (!ask_git(root, status, paths, reporter, &changed))
        return FALSE;
    if (changed[0] == '\0') {
        bl_report_text(reporter, BL_EVENT_NOTE, "git has the files already");
        return FALSE;
    }
    g_autofree char *message = message_of(root, paths);
    const char *const commit[] = { "commit", "--quiet", "-m", message, NULL };
    return ask_git(root, add, paths, reporter, NULL) &&
           ask_git(root, commit, paths, reporter, NULL);
}
