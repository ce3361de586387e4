/* SPDX-License-Identifier: MIT */
#include "squash/cmd.h"
#include "squash/cmd_init_attributes.h"
#include "squash/cmd_init_git.h"
#include "squash/detect.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/engine/engine.h"
#include "common/engine/url.h"

#include <string.h>

/* migrate init: the folders and the configuration of a new project. Nothing that is there is
 * touched. */

static const char configuration[] = "{\n"
                                    "  \"default\": \"%s\",\n"
                                    "  \"connections\": {\n"
                                    "    \"%s\": {\n"
                                    "      \"url\": \"${DATABASE_URL%s%s}\",\n"
                                    "      \"migrations\": {\n"
                                    "        \"paths\": [\"%s\"]%s\n"
                                    "      },\n"
                                    "      \"seeders\": [\"database/seeders\"]\n"
                                    "    }\n"
                                    "  }\n"
                                    "}\n";

#define SNAPSHOT "-schema.sql"

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

static int
order_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* The connections whose snapshots stand where theirs do by default, without those that bear the
 * name of another engine than @engine, which may be NULL. */
static GPtrArray *
find_snapshots(const BlEngine *engine)
{
    GPtrArray *names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open("database/schema", 0, NULL);
    const char *entry;
    while (dir != NULL && (entry = g_dir_read_name(dir)) != NULL) {
        gsize len = strspn(entry, G_CSET_A_2_Z G_CSET_a_2_z G_CSET_DIGITS "._-");
        if (entry[len] != '\0' || !g_str_has_suffix(entry, SNAPSHOT) || len == strlen(SNAPSHOT))
            continue;
        g_autofree char *name = g_strndup(entry, len - strlen(SNAPSHOT));
        const BlEngine *named = bl_engine_find(name);
        if (engine == NULL || named == NULL || named == engine)
            g_ptr_array_add(names, g_steal_pointer(&name));
    }
    g_ptr_array_sort(names, order_names);
    return names;
}

/* A snapshot made without a configuration, or by Lucid, has the name of its connection; under
 * another name it would not be found again. */
static char *
name_connection(BlCli *cli, const BlEngine *engine)
{
    g_autoptr(GPtrArray) names = find_snapshots(engine);
    if (names->len == 1) {
        const char *name = g_ptr_array_index(names, 0);
        bl_cli_print(cli, "found   database/schema/%s" SNAPSHOT ": its connection is \"%s\"\n",
                     name, name);
        return g_strdup(name);
    }
    if (names->len > 1) {
        bl_cli_say(cli,
                   "database/schema has snapshots of %u connections: name them in "
                   "database/connections.json as the files are named",
                   names->len);
    }
    return g_strdup("main");
}

/* @param engine out: NULL without a URL */
static gboolean
check_url(const char *text, const BlEngine **engine, GError **error)
{
    if (text == NULL)
        return TRUE;
    if (strpbrk(text, "\"\\${}") != NULL) {
        bl_error_set(error, BL_ERROR_USAGE, "write the URL into database/connections.json yourself",
                     "the URL has characters that need quoting");
        return FALSE;
    }
    g_autoptr(BlUrl) url = bl_url_parse(text, NULL, error);
    *engine = url != NULL ? bl_engine_for_scheme(url->scheme, error) : NULL;
    if (*engine == NULL)
        return FALSE;
    if (strcmp(url->raw + strlen(url->scheme), url->redacted + strlen(url->scheme)) == 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_USAGE,
                 "leave the URL out here, and set DATABASE_URL, in the environment or in .env",
                 "the URL has a password, and database/connections.json is for everybody");
    return FALSE;
}

gboolean
bl_cmd_init(BlCli *cli, void *data, char **args, GError **error)
{
    (void)args;
    const BlMigrateOptions *options = data;
    const char *url = bl_cli_common(cli)->url;
    const BlEngine *engine = NULL;
    if (!check_url(url, &engine, error))
        return FALSE;
    g_auto(BlGuess) guess = { 0 };
    const char *folder = find_folder(&guess);
    g_autofree char *convention = convention_text(&guess);
    gboolean is_new = !bl_file_exists("database/connections.json");
    g_autofree char *name = is_new ? name_connection(cli, engine) : g_strdup("");
    g_autofree char *text = g_strdup_printf(configuration, name, name, url != NULL ? ":-" : "",
                                            url != NULL ? url : "", folder, convention);
    g_autofree char *keep = g_strconcat(folder, "/.gitkeep", NULL);
    bl_cli_set_status(cli, "skipped"); /* until something is made */
    say_found(cli, &guess, folder);
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
