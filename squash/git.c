/* SPDX-License-Identifier: MIT */
#include "squash/git.h"

#include "common/base/file.h"

#include <stdlib.h>
#include <string.h>

/* Largest file that is compared with what git has. */
#define FILE_LIMIT ((gsize)1024 * 1024 * 1024)

void
bl_git_state_free(BlGitState *state)
{
    if (state == NULL)
        return;
    g_free(state->why_not);
    g_free(state->top);
    g_free(state->commit);
    g_hash_table_unref(state->unclean);
    g_clear_pointer(&state->blobs, g_hash_table_unref);
    g_free(state);
}

/* @param len out: of the answer, which may hold NULs. @return g_free(); NULL: @why is set */
static char *
ask(const char *root, const char *const *command, const char *const *folders, char **why)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new();
    static const char *const head[] = { "git", "--literal-pathspecs", "--no-optional-locks" };
    for (gsize i = 0; i < G_N_ELEMENTS(head); i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)head[i]);
    for (gsize i = 0; command[i] != NULL; i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)command[i]);
    for (gsize i = 0; folders != NULL && folders[i] != NULL; i++)
        g_ptr_array_add(argv, (gpointer)(guintptr)folders[i]);
    g_ptr_array_add(argv, NULL);
    g_autofree char *out = NULL;
    g_autofree char *err = NULL;
    g_autoptr(GError) problem = NULL;
    int status = 0;
    gboolean ok = g_spawn_sync(/* lint-allow: g_spawn_sync: only git knows what git has */
                               root, (char **)argv->pdata, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL,
                               &out, &err, &status, &problem);
    if (ok && status == 0)
        return g_steal_pointer(&out);
    g_free(*why);
    *why = g_strdup(problem != NULL ? problem->message : err != NULL ? err : "it failed");
    g_strdelimit(*why, "\r\n\t", ' ');
    g_strstrip(*why);
    return NULL;
}

/* "XY path" lines with quotes where needed; -z would end g_spawn's text at the first NUL. */
static char *
take_path(const char *line)
{
    if (line[0] != '"')
        return g_strdup(line);
    g_autofree char *inner = g_strndup(line + 1, strlen(line) >= 2 ? strlen(line) - 2 : 0);
    return g_strcompress(inner);
}

static void
read_lines(BlGitState *state, const char *top, const char *text)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        if (strlen(lines[i]) < 4)
            continue;
        /* A rename names both files: "old -> new". */
        const char *arrow =
            lines[i][0] == 'R' || lines[i][0] == 'C' ? strstr(lines[i], " -> ") : NULL;
        g_autofree char *path = take_path(arrow != NULL ? arrow + 4 : lines[i] + 3);
        g_autofree char *full = g_build_filename(top, path, NULL);
        /* What is gone is no longer there to be pruned; in a conflict ("DU") it may be there. */
        if (g_file_test(full, G_FILE_TEST_EXISTS))
            g_hash_table_add(state->unclean, g_steal_pointer(&full));
    }
}

/* "H 100644 DIGEST 0<tab>path"; "h" and "S" are files that git was told not to look at: it calls
 * them clean. */
static void
read_entries(BlGitState *state, const char *top, const char *text)
{
    state->blobs = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        const char *tab = strchr(lines[i], '\t');
        g_auto(GStrv) words = g_strsplit(lines[i], " ", 4);
        if (tab == NULL || g_strv_length(words) != 4)
            continue;
        g_autofree char *path = take_path(tab + 1);
        char *full = g_build_filename(top, path, NULL);
        g_hash_table_replace(state->blobs, full, g_strdup(words[2]));
        if ((lines[i][0] == 'S' || g_ascii_islower(lines[i][0])) &&
            g_file_test(full, G_FILE_TEST_EXISTS))
            g_hash_table_add(state->unclean, g_strdup(full));
    }
}

char *
bl_git_path(const char *path)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *real = realpath(folder, NULL);
    return real != NULL ? g_build_filename(real, base, NULL) : g_strdup(path);
}

/* Of a folder that is a link git has no more than that. @return g_strfreev() */
static char **
real_folders(const char *const *folders)
{
    GPtrArray *list = g_ptr_array_new();
    for (gsize i = 0; folders[i] != NULL; i++) {
        g_autofree char *inside = g_build_filename(folders[i], ".", NULL);
        g_autofree char *real = bl_git_path(inside);
        g_ptr_array_add(list, g_path_get_dirname(real));
    }
    g_ptr_array_add(list, NULL);
    return (char **)g_ptr_array_free(list, FALSE);
}

BlGitState *
bl_git_state_read(const char *root, const char *const *folders)
{
    static const char *const show_top[] = { "rev-parse", "--show-toplevel", NULL };
    static const char *const show_head[] = { "rev-parse", "--verify", "--quiet", "HEAD", NULL };
    static const char *const show_status[] = { "status",    "--porcelain",  "--untracked-files=all",
                                               "--ignored", "--no-renames", "--",
                                               NULL };
    static const char *const show_entries[] = { "ls-files",    "-v", "--stage",
                                                "--full-name", "--", NULL };
    BlGitState *state = g_new0(BlGitState, 1);
    state->unclean = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_autofree char *top = ask(root, show_top, NULL, &state->why_not);
    g_autofree char *head = top != NULL ? ask(root, show_head, NULL, &state->why_not) : NULL;
    if (top != NULL && head == NULL) {
        g_free(state->why_not);
        state->why_not = g_strdup("it has no commit yet");
    }
    g_auto(GStrv) real = real_folders(folders);
    g_autofree char *text =
        head != NULL ? ask(root, show_status, (const char *const *)real, &state->why_not) : NULL;
    g_autofree char *entries =
        text != NULL ? ask(root, show_entries, (const char *const *)real, &state->why_not) : NULL;
    if (entries == NULL)
        return state;
    state->known = TRUE;
    state->commit = g_steal_pointer(&head);
    g_strchomp(state->commit);
    g_strchomp(top);
    read_lines(state, top, text);
    read_entries(state, top, entries);
    state->top = g_steal_pointer(&top);
    return state;
}

GPtrArray *
bl_git_absent(const char *root, const char *const *folders)
{
    static const char *const list[] = { "ls-files", "--", NULL };
    GPtrArray *absent = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *why = NULL;
    g_autofree char *text = ask(root, list, folders, &why);
    g_auto(GStrv) lines = g_strsplit(text != NULL ? text : "", "\n", -1);
    for (gsize i = 0; lines[i] != NULL; i++) {
        g_autofree char *path = take_path(lines[i]);
        g_autofree char *full = g_build_filename(root, path, NULL);
        if (path[0] != '\0' && !g_file_test(full, G_FILE_TEST_EXISTS))
            g_ptr_array_add(absent, g_steal_pointer(&path));
    }
    return absent;
}

char *
bl_git_ask(const char *root, const char *const *command)
{
    g_autofree char *why = NULL;
    return ask(root, command, NULL, &why);
}

char *
bl_git_attribute(const char *root, const char *attribute, const char *label)
{
    const char *const command[] = { "check-attr", attribute, "--", label, NULL };
    g_autofree char *answer = bl_git_ask(root, command);
    if (answer == NULL)
        return NULL;
    g_strchomp(answer);
    const char *last = strrchr(answer, ' ');
    return g_strdup(last != NULL ? last + 1 : answer);
}

char *
bl_git_show(const char *root, const char *commit, const char *label)
{
    g_autofree char *object = g_strdup_printf("%s:./%s", commit, label);
    const char *const command[] = { "show", object, NULL };
    return bl_git_ask(root, command);
}

/* What a submodule ignores is clean for the repository round it. */
static gboolean
is_other_repository(const BlGitState *state, const char *folder)
{
    g_autofree char *mark = g_build_filename(folder, ".git", NULL);
    return state->top != NULL && g_str_has_prefix(folder, state->top) &&
           strcmp(folder, state->top) != 0 && g_file_test(mark, G_FILE_TEST_EXISTS);
}

/* What git would call a file with this text, if no filter changed it. */
static gboolean
is_blob(const char *digest, const char *text, gsize len)
{
    GChecksumType type = strlen(digest) == 64 ? G_CHECKSUM_SHA256 : G_CHECKSUM_SHA1;
    g_autoptr(GChecksum) sum = g_checksum_new(type);
    g_autofree char *head = g_strdup_printf("blob %" G_GSIZE_FORMAT, len);
    g_checksum_update(sum, (const guchar *)head, (gssize)strlen(head) + 1);
    g_checksum_update(sum, (const guchar *)text, (gssize)len);
    return strcmp(g_checksum_get_string(sum), digest) == 0;
}

/* As git does with core.autocrlf and text=auto. @return the new length */
static gsize
drop_returns(char *text, gsize len)
{
    gsize n = 0;
    for (gsize i = 0; i < len; i++) {
        if (text[i] != '\r' || i + 1 == len || text[i + 1] != '\n')
            text[n++] = text[i];
    }
    return n;
}

/* A clean file may be another one in git: a filter has changed it, or put it elsewhere (LFS). Ends
 * of lines do not count. */
static gboolean
is_whole(const BlGitState *state, const char *path)
{
    const char *digest = g_hash_table_lookup(state->blobs, path);
    if (digest == NULL)
        return FALSE;
    if (g_file_test(path, G_FILE_TEST_IS_SYMLINK)) {
        g_autofree char *to = g_file_read_link(path, NULL);
        return to != NULL && is_blob(digest, to, strlen(to));
    }
    gsize len = 0;
    g_autofree char *text = bl_file_read(path, FILE_LIMIT, &len, NULL);
    return text != NULL &&
           (is_blob(digest, text, len) || is_blob(digest, text, drop_returns(text, len)));
}

gboolean
bl_git_has(const BlGitState *state, const char *path, const char **why)
{
    *why = state->why_not;
    if (!state->known)
        return FALSE;
    g_autofree char *name = bl_git_path(path);
    g_autofree char *real = g_strdup(name);
    for (char *end = real + strlen(real); end != NULL && end > real; end = strrchr(real, '/')) {
        *end = '\0';
        g_autofree char *folder = g_strconcat(real, "/", NULL);
        if (g_hash_table_contains(state->unclean, real) ||
            g_hash_table_contains(state->unclean, folder) || is_other_repository(state, real))
            return FALSE;
    }
    if (state->blobs == NULL || is_whole(state, name))
        return TRUE;
    *why = "a filter, or an edit right now, made another text of it";
    return FALSE;
}
