/* SPDX-License-Identifier: MIT */
#include "squash/commit.h"

#include "squash/git.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <stdlib.h>
#include <string.h>

/* Another git at work holds the index for a moment: so often it is tried, with a nap between. */
#define TRIES  50
#define NAP_US 100000

/* Largest index of git that is kept, to be put back. */
#define INDEX_LIMIT ((gsize)1024 * 1024 * 1024)

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

/* What became of a command; where it was not done, a warning was given. */
typedef enum {
    GIT_DONE,
    GIT_BUSY, /* another git holds the index: nothing was changed */
    GIT_FAILED,
} Outcome;

static Outcome
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
            return GIT_DONE;
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
        return is_busy ? GIT_BUSY : GIT_FAILED;
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

/* What git puts beside its index while something is under way, and what that is. */
static const char *const states[][2] = {
    { "MERGE_HEAD", "a merge" },
    { "rebase-merge", "a rebase" },
    { "rebase-apply", "a rebase" },
    { "CHERRY_PICK_HEAD", "a cherry-pick" },
    { "REVERT_HEAD", "taking back a commit" },
};

/* A file of git's own. @return g_free(), absolute; NULL: there is no repository */
static char *
git_file(const char *root, const char *name)
{
    const char *const command[] = { "rev-parse", "--git-path", name, NULL };
    g_autofree char *path = bl_git_ask(root, command);
    if (path == NULL)
        return NULL;
    g_strchomp(path);
    return g_canonicalize_filename(path, root);
}

static gboolean
check_state(const char *root, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(states); i++) {
        g_autofree char *path = git_file(root, states[i][0]);
        if (path == NULL || !g_file_test(path, G_FILE_TEST_EXISTS))
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT, "finish it, or run without --commit",
                     "git is in the middle of %s, where it commits no single files", states[i][1]);
        return FALSE;
    }
    return TRUE;
}

/* @return g_free(); NULL: @folder is in no repository, or not there */
static char *
repository_of(const char *folder)
{
    static const char *const command[] = { "rev-parse", "--show-toplevel", NULL };
    g_autofree char *real = realpath(folder, NULL);
    return real != NULL ? bl_git_ask(real, command) : NULL;
}

gboolean
bl_commit_check(const char *root, const char *const *folders, GError **error)
{
    g_autofree char *ours = repository_of(root);
    for (gsize i = 0; ours != NULL && folders[i] != NULL; i++) {
        g_autofree char *theirs = repository_of(folders[i]);
        if (theirs == NULL || strcmp(ours, theirs) == 0)
            continue;
        bl_error_set(error, BL_ERROR_CONFLICT, "run without --commit, and commit the files there",
                     "\"%s\" is in another git repository than the project", folders[i]);
        return FALSE;
    }
    return check_state(root, error);
}

/* The index before something was staged, and right behind that: by their bytes, since it says more
 * of a file than git would take back. */
typedef struct {
    char *path;
    char *before; /* NULL: there was none */
    gsize before_len;
    char *after;
    gsize after_len;
} Index;

static void
index_clear(Index *index)
{
    g_free(index->path);
    g_free(index->before);
    g_free(index->after);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Index, index_clear)

static gboolean
has_changed(const Index *index)
{
    return index->after != NULL &&
           (index->before == NULL || index->before_len != index->after_len ||
            memcmp(index->before, index->after, index->after_len) != 0);
}

static gboolean
is_unchanged_since(const Index *index)
{
    gsize len = 0;
    g_autofree char *now = bl_file_read(index->path, INDEX_LIMIT, &len, NULL);
    return now != NULL && index->after != NULL && len == index->after_len &&
           memcmp(now, index->after, len) == 0;
}

/* As git does it: who has made the lock writes the index, and renames it. @return FALSE: somebody
 * else staged something meanwhile, or is at it */
static gboolean
restore_index(const Index *index)
{
    g_autofree char *lock = g_strconcat(index->path, ".lock", NULL);
    if (!bl_file_write_new(lock, index->before, index->before_len, NULL))
        return FALSE;
    gboolean ok = is_unchanged_since(index);
    if (ok && index->before != NULL)
        return bl_file_rename(lock, index->path, TRUE, NULL);
    ok = ok && bl_file_remove(index->path, NULL);
    return bl_file_remove(lock, NULL) && ok;
}

/* All of the files, or none: what was staged before is staged then as it was. */
static gboolean
stage_and_commit(const char *root, const GPtrArray *paths, const BlReporter *reporter)
{
    static const char *const add[] = { "add", NULL };
    g_autofree char *message = message_of(root, paths);
    const char *const commit[] = { "commit", "--quiet", "-m", message, NULL };
    g_auto(Index) index = { .path = git_file(root, "index") };
    if (index.path == NULL)
        return FALSE;
    index.before = bl_file_read(index.path, INDEX_LIMIT, &index.before_len, NULL);
    gboolean is_known = index.before != NULL || !bl_file_exists(index.path);
    Outcome staged = ask_git(root, add, paths, reporter, NULL);
    /* What another git writes meanwhile is not to be taken back. */
    if (staged == GIT_BUSY)
        return FALSE;
    index.after = bl_file_read(index.path, INDEX_LIMIT, &index.after_len, NULL);
    if (staged == GIT_DONE && ask_git(root, commit, paths, reporter, NULL) == GIT_DONE)
        return TRUE;
    if (has_changed(&index) && !(is_known && restore_index(&index)))
        bl_report_text(reporter, BL_EVENT_WARNING, "their files are staged in git");
    return FALSE;
}

gboolean
bl_commit_files(const char *root, const GPtrArray *paths, const BlReporter *reporter)
{
    /* One that is ignored is not one that git has. */
    static const char *const status[] = { "status", "--porcelain", "--ignored",
                                          "--untracked-files=all", NULL };
    if (paths->len == 0)
        return FALSE;
    g_autofree char *changed = NULL;
    if (ask_git(root, status, paths, reporter, &changed) != GIT_DONE)
        return FALSE;
    if (changed[0] == '\0') {
        bl_report_text(reporter, BL_EVENT_NOTE, "git has the files already");
        return FALSE;
    }
    return stage_and_commit(root, paths, reporter);
}
