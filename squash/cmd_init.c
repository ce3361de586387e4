/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"
#include "squash/cmd_init_attributes.h"
#include "squash/cmd_init_git.h"
#include "squash/detect.h"

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
                                    "        \"paths\": [\"%s\"]%s\n"
                                    "      },\n"
                                    "      \"seeders\": [\"database/seeders\"]\n"
                                    "    }\n"
                                    "  }\n"
                                    "}\n";

/* Where projects keep the migrations of other tools; the first that has some is taken over. */
static const char *const known_folders[] = {
    "database/migrations", "migrations",        "db/migrations",
    "db/migrate",          "prisma/migrations", "src/main/resources/db/migration",
    "sql/migrations",      "schema/migrations", "internal/database/migrations",
};

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
    bl_cli_set_status(cli, "completed");
    bl_cli_print(cli, "created %s\n", label);
    return TRUE;
}

/* @param guess out: what the folder holds. @return the folder; static */
static const char *
find_folder(BlGuess *guess)
{
    g_autofree char *root = g_get_current_dir();
    for (gsize i = 0; i < G_N_ELEMENTS(known_folders); i++) {
        const char *const paths[] = { known_folders[i], NULL };
        bl_detect(root, paths, guess);
        if (guess->convention != NULL)
            return known_folders[i];
    }
    return known_folders[0];
}

/* The text of "convention" behind "paths"; nothing for the native one. */
static char *
convention_text(const BlGuess *guess)
{
    if (guess->convention == NULL || guess->convention == bl_conventions[0])
        return g_strdup("");
    return g_strdup_printf(",\n        \"convention\": \"%s\"", guess->convention->name);
}

static void
say_found(BlCli *cli, const BlGuess *guess, const char *folder)
{
    if (guess->convention == NULL)
        return;
    bl_cli_print(cli, "found   %s: %s, %u file%s, for example %s\n", folder,
                 guess->convention->name, guess->n, guess->n == 1 ? "" : "s", guess->example);
    if (!guess->is_sure)
        bl_cli_say(cli, "the names could be another tool's too: look at \"convention\"");
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
    g_auto(BlGuess) guess = { 0 };
    const char *folder = find_folder(&guess);
    g_autofree char *convention = convention_text(&guess);
    g_autofree char *text = g_strdup_printf(configuration, url != NULL ? ":-" : "",
                                            url != NULL ? url : "", folder, convention);
    g_autofree char *keep = g_strconcat(folder, "/.gitkeep", NULL);
    bl_cli_set_status(cli, "skipped"); /* until something is made */
    say_found(cli, &guess, folder);
    gboolean is_new = !bl_file_exists("database/connections.json");
    if (!write_file(cli, "database/connections.json", text, error) ||
        (guess.convention == NULL && !write_file(cli, keep, "", error)) ||
        !write_file(cli, "database/seeders/.gitkeep", "", error) ||
        !write_file(cli, "database/schema/.gitkeep", "", error) ||
        (options->git && (!bl_attributes_add(cli, error) || !bl_git_install(cli, error))))
        return FALSE;
    if (is_new && url == NULL)
        bl_cli_say(cli, "the URL of the database is taken from DATABASE_URL, in the environment or "
                        "in .env");
    return TRUE;
}
