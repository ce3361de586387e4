/* SPDX-License-Identifier: MIT */
#include "squash/cmd_init_git.h"

#include "squash/git.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <glib/gstdio.h>

#include <errno.h>
#include <string.h>

#define DRIVER     "schema-dump --merge %O %A %B"
#define CHECK      "migrate check --offline --all"
#define REBUILD    "migrate rebuild --all --quiet"
#define EXECUTABLE 0755

/* Both ask git about the project, which the variables of a hook would lead elsewhere. */
#define ALONE "unset $(git rev-parse --local-env-vars) && "

#define CHECK_PART ALONE CHECK

/* Where all agrees it is not started. */
#define REBUILD_PART ALONE "{ " CHECK " >/dev/null 2>&1 || " REBUILD "; }"

/* What is run when. */
static const struct {
    const char *name;
    const char *when;
    const char *why;
    const char *command; /* which shows that the hook is there */
    const char *part;    /* of the line that runs it */
    const char *end;     /* of that line: of several projects, one alone stops a commit */
} hooks[] = {
    { "pre-commit", "before each commit", "Migrations and snapshot must agree.", CHECK, CHECK_PART,
      " || exit" },
    { "post-merge", "after each merge", "A snapshot that was merged is proved and made anew.",
      REBUILD, REBUILD_PART, "" },
    { "post-rewrite", "after each rebase", "A snapshot that was merged is proved and made anew.",
      REBUILD, REBUILD_PART, "" },
};

static const char by_hand[] = "tell git about the merge driver, once per clone:\n"
                              "  git config merge.baseline.name 'Baseline snapshots'\n"
                              "  git config merge.baseline.driver '" DRIVER "'\n";

/* @return what git answers, in one line; NULL: nothing, or no git */
static char *
ask_line(const char *const *command)
{
    g_autofree char *here = g_get_current_dir();
    char *answer = bl_git_ask(here, command);
    if (answer != NULL)
        answer[strcspn(answer, "\n")] = '\0';
    return answer;
}

static gboolean
set(const char *key, const char *value)
{
    const char *const command[] = { "config", "--local", key, value, NULL };
    g_autofree char *answer = ask_line(command);
    return answer != NULL;
}

static void
install_driver(BlCli *cli)
{
    static const char *const ask_driver[] = { "config", "--get", "merge.baseline.driver", NULL };
    g_autofree char *driver = ask_line(ask_driver);
    if (driver != NULL) {
        bl_cli_print(cli, "kept    merge driver \"baseline\": %s\n", driver);
    } else if (set("merge.baseline.name", "Baseline snapshots") &&
               set("merge.baseline.driver", DRIVER)) {
        bl_cli_set_status(cli, "completed");
        bl_cli_print(cli, "set     merge driver \"baseline\" of this clone: %s\n", DRIVER);
    } else {
        bl_cli_print(cli, "%s", by_hand);
    }
}

static gboolean
write_hook(const char *path, const char *text, GError **error)
{
    if (!bl_file_make_parent(path, error) || !bl_file_write_new(path, text, strlen(text), error))
        return FALSE;
    if (g_chmod(path, EXECUTABLE) == 0)
        return TRUE;
    int saved = errno;
    bl_error_set(error, BL_ERROR_IO, "let it be run: chmod +x", "cannot make \"%s\" executable: %s",
                 path, g_strerror(saved));
    return FALSE;
}

/* Where the project is from the top of the work tree, at which git runs a hook: "svc/", "" for the
 * top itself. */
static char *
project_prefix(void)
{
    static const char *const ask_prefix[] = { "rev-parse", "--show-prefix", NULL };
    char *prefix = ask_line(ask_prefix);
    return prefix != NULL ? prefix : g_strdup("");
}

/* What runs it for this project, in a hook that others may share. */
static char *
hook_line(gsize i, const char *prefix)
{
    if (prefix[0] == '\0')
        return g_strdup_printf("(%s)%s", hooks[i].part, hooks[i].end);
    /* A name may start with a dash, and CDPATH leads elsewhere. */
    g_autofree char *folder = g_strconcat("./", prefix, NULL);
    g_autofree char *quoted = g_shell_quote(folder);
    return g_strdup_printf("(cd %s && %s)%s", quoted, hooks[i].part, hooks[i].end);
}

/* Does "cd" lead to the project? */
static gboolean
leads_to(const char *line, const char *prefix)
{
    static const char *const starts[] = { "./", "" };
    /* A dash without a folder before it was once written, and taken for an option. */
    gsize n = prefix[0] == '-' ? 1 : G_N_ELEMENTS(starts);
    for (gsize i = 0; i < n; i++) {
        g_autofree char *folder = g_strconcat(starts[i], prefix, NULL);
        g_autofree char *quoted = g_shell_quote(folder);
        g_autofree char *command = g_strconcat("cd ", quoted, NULL);
        if (strstr(line, command) != NULL)
            return TRUE;
    }
    return FALSE;
}

/* Does a hook run the command for this project, not only for another one of the repository? */
static gboolean
runs_here(const char *text, const char *command, const char *prefix)
{
    g_auto(GStrv) lines = g_strsplit(text, "\n", -1);
    const char *moved = ""; /* the line that left the top */
    for (char **line = lines; *line != NULL; line++) {
        gboolean moves = strncmp(*line, "cd ", strlen("cd ")) == 0;
        if (moves)
            moved = *line;
        if (strstr(*line, command) == NULL || (*line)[0] == '#')
            continue;
        const char *place = strstr(*line, "cd ") != NULL ? *line : moved;
        if (prefix[0] == '\0' ? place[0] == '\0' : leads_to(place, prefix))
            return TRUE;
    }
    return FALSE;
}

/* Does what stands at the end of a hook run elsewhere, or not at all? */
static gboolean
leaves(const char *text)
{
    return text != NULL && (strstr(text, "\nexec ") != NULL || strstr(text, "\ncd ") != NULL);
}

static gboolean
install_hook(BlCli *cli, gsize i, GError **error)
{
    static const char *const ask_elsewhere[] = { "config", "--get", "core.hooksPath", NULL };
    g_autofree char *name = g_strconcat("hooks/", hooks[i].name, NULL);
    const char *const ask_hook[] = { "rev-parse", "--git-path", name, NULL };
    g_autofree char *elsewhere = ask_line(ask_elsewhere);
    g_autofree char *hook = ask_line(ask_hook);
    if (hook == NULL)
        return TRUE;
    g_autofree char *path = g_canonicalize_filename(hook, NULL);
    g_autofree char *prefix = project_prefix();
    g_autofree char *line = hook_line(i, prefix);
    gsize len = 0;
    g_autofree char *old =
        bl_file_exists(path) ? bl_file_read(path, (gsize)1024 * 1024, &len, NULL) : NULL;
    if (old != NULL && runs_here(old, hooks[i].command, prefix)) {
        bl_cli_print(cli, "kept    %s hook\n", hooks[i].name);
        return TRUE;
    }
    /* Somebody else's hook, or a folder of hooks that another program keeps. */
    if (elsewhere != NULL || bl_file_exists(path)) {
        bl_cli_print(cli, "run this %s, in %s%s:\n  %s\n", hooks[i].when, hook,
                     leaves(old) ? ", ahead of what it has" : "", line);
        return TRUE;
    }
    g_autofree char *text =
        g_strdup_printf("#!/bin/sh\n# %s Written by: migrate init --git\n%s\n", hooks[i].why, line);
    if (!write_hook(path, text, error))
        return FALSE;
    bl_cli_set_status(cli, "completed");
    bl_cli_print(cli, "created %s: %s\n", hook, hooks[i].command);
    return TRUE;
}

gboolean
bl_git_install(BlCli *cli, GError **error)
{
    static const char *const ask_tree[] = { "rev-parse", "--is-inside-work-tree", NULL };
    g_autofree char *inside = ask_line(ask_tree);
    if (g_strcmp0(inside, "true") != 0) {
        bl_cli_print(cli, "git knows no repository here; where it does, %s", by_hand);
        return TRUE;
    }
    install_driver(cli);
    for (gsize i = 0; i < G_N_ELEMENTS(hooks); i++) {
        if (!install_hook(cli, i, error))
            return FALSE;
    }
    return TRUE;
}
