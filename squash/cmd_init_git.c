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

/* A rebuild asks git about the project, which the variables of a hook would lead elsewhere; where
 * all agrees it is not started. */
#define REBUILD_LINES                                                                              \
    "unset $(git rev-parse --local-env-vars)\n" CHECK " >/dev/null 2>&1 || " REBUILD "\n"

/* What is run when. */
static const struct {
    const char *name;
    const char *when;
    const char *why;
    const char *command; /* which shows that the hook is there */
    const char *lines;
} hooks[] = {
    { "pre-commit", "before each commit", "Migrations and snapshot must agree.", CHECK,
      "exec " CHECK "\n" },
    { "post-merge", "after each merge", "A snapshot that was merged is proved and made anew.",
      REBUILD, REBUILD_LINES },
    { "post-rewrite", "after each rebase", "A snapshot that was merged is proved and made anew.",
      REBUILD, REBUILD_LINES },
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

/* git runs a hook at the top of the work tree. */
static char *
hook_text(gsize i)
{
    static const char *const ask_prefix[] = { "rev-parse", "--show-prefix", NULL };
    g_autofree char *prefix = ask_line(ask_prefix);
    g_autofree char *quoted = g_shell_quote(prefix != NULL ? prefix : "");
    gboolean is_top = prefix == NULL || prefix[0] == '\0';
    return g_strdup_printf("#!/bin/sh\n"
                           "# %s Written by: migrate init --git\n"
                           "%s%s%s%s",
                           hooks[i].why, is_top ? "" : "cd ", is_top ? "" : quoted,
                           is_top ? "" : " || exit\n", hooks[i].lines);
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
    gsize len = 0;
    g_autofree char *old =
        bl_file_exists(path) ? bl_file_read(path, (gsize)1024 * 1024, &len, NULL) : NULL;
    if (old != NULL && strstr(old, hooks[i].command) != NULL) {
        bl_cli_print(cli, "kept    %s hook\n", hooks[i].name);
        return TRUE;
    }
    /* Somebody else's hook, or a folder of hooks that another program keeps. */
    if (elsewhere != NULL || bl_file_exists(path)) {
        bl_cli_print(cli, "run this %s, in %s:\n  %s\n", hooks[i].when, hook, hooks[i].command);
        return TRUE;
    }
    g_autofree char *text = hook_text(i);
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
