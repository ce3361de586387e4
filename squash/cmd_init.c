/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <string.h>

/* migrate init: the folders and the configuration of a new project. Nothing that is there is
 * touched. */

static const char configuration[] = "{\n"
                                    "  \"default\": \"main\",\n"
                                    "  \"connections\": {\n"
                                    "    \"main\": {\n"
                                    "      \"url\": \"${DATABASE_URL%s%s}\",\n"
                                    "      \"migrations\": {\n"
                                    "        \"paths\": [\"database/migrations\"]\n"
                                    "      },\n"
                                    "      \"seeders\": [\"database/seeders\"]\n"
                                    "    }\n"
                                    "  }\n"
                                    "}\n";

/* Snapshots merge by the driver, and show as text in diffs. */
static const char attributes[] = "database/schema/*-schema.sql merge=baseline text eol=lf\n"
                                 "database/schema/*-schema.meta.json merge=baseline text eol=lf\n";

static const char git_help[] =
    "tell git about the merge driver, once per clone:\n"
    "  git config merge.baseline.name 'Baseline snapshots'\n"
    "  git config merge.baseline.driver 'schema-dump --merge %O %A %B'\n"
    "and check the snapshot before each commit, in .git/hooks/pre-commit:\n"
    "  schema-dump --check\n";

static gboolean
write_file(BlCli *cli, const char *label, const char *text, GError **error)
{
    g_autofree char *path = g_canonicalize_filename(label, NULL);
    if (bl_file_exists(path)) {
        bl_cli_print(cli, "kept    %s\n", label);
        return TRUE;
    }
    if (!bl_file_make_parent(path, error) || !bl_file_write_new(path, text, strlen(text), error))
        return FALSE;
    bl_cli_print(cli, "created %s\n", label);
    return TRUE;
}

static gboolean
add_attributes(BlCli *cli, GError **error)
{
    g_autofree char *path = g_canonicalize_filename(".gitattributes", NULL);
    gsize len = 0;
    g_autofree char *old =
        bl_file_exists(path) ? bl_file_read(path, (gsize)1024 * 1024, &len, error) : g_strdup("");
    if (old == NULL)
        return FALSE;
    if (strstr(old, "merge=baseline") != NULL) {
        bl_cli_print(cli, "kept    .gitattributes\n");
        return TRUE;
    }
    gboolean needs_line_end = len > 0 && old[len - 1] != '\n';
    g_autofree char *text = g_strconcat(old, needs_line_end ? "\n" : "", attributes, NULL);
    if (!bl_file_write_atomic(path, text, strlen(text), error))
        return FALSE;
    bl_cli_print(cli, "%s .gitattributes\n%s", len > 0 ? "changed" : "created", git_help);
    return TRUE;
}

gboolean
bl_cmd_init(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    const char *url = bl_cli_common(cli)->url;
    if (url != NULL && strpbrk(url, "\"\\${}") != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "write the URL into database/connections.json yourself",
                     "the URL has characters that need quoting");
        return FALSE;
    }
    g_autofree char *text =
        g_strdup_printf(configuration, url != NULL ? ":-" : "", url != NULL ? url : "");
    return write_file(cli, "database/connections.json", text, error) &&
           write_file(cli, "database/migrations/.gitkeep", "", error) &&
           write_file(cli, "database/seeders/.gitkeep", "", error) &&
           write_file(cli, "database/schema/.gitkeep", "", error) &&
           (!options->git || add_attributes(cli, error));
}
