/* SPDX-License-Identifier: MIT */
#include "squash/cmd_init_attributes.h"

#include "squash/git.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/project/project.h"
#include "common/snapshot/manifest.h"

#include <string.h>

#define ATTRIBUTES ".gitattributes"
#define FOLDER     "database/schema/"

/* How git treats a file. */
typedef struct {
    const char *merge; /* what it says of the attribute "merge" */
    const char *text;
} Treatment;

/* Snapshots merge by the driver, and are kept to the byte: a function may hold CR LF. */
static const Treatment by_driver = { "baseline", "merge=baseline -text" };

/* A packed one cannot be merged. A manifest that was would say more than the SQL beside it holds.
 */
static const Treatment packed = { "unset", "binary" };
static const Treatment beside_packed = { "unset", "-merge -text" };

/* Those of connections that have no "snapshot", of later ones too. */
static const char *const usual[] = { FOLDER "*-schema.sql", FOLDER "*-schema.meta.json" };

/* The work on one .gitattributes. */
typedef struct {
    BlCli *cli;
    char *folder; /* as git calls it */
    char *path;
    gboolean is_changed;
    GString *text; /* as it stands on the disk */
} Work;

static void
work_clear(Work *work)
{
    g_free(work->folder);
    g_free(work->path);
    if (work->text != NULL)
        g_string_free(work->text, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Work, work_clear)

static gboolean
has_line(const Work *work, const char *line)
{
    g_auto(GStrv) lines = g_strsplit_set(work->text->str, "\r\n", -1);
    return g_strv_contains((const char *const *)lines, line);
}

static gboolean
add_line(Work *work, const char *line, GError **error)
{
    GString *text = work->text;
    if (text->len > 0 && text->str[text->len - 1] != '\n')
        g_string_append_c(text, '\n');
    g_string_append_printf(text, "%s\n", line);
    work->is_changed = TRUE;
    return bl_file_write_atomic(work->path, text->str, text->len, error);
}

static gboolean
add_usual(Work *work, GError **error)
{
    if (strstr(work->text->str, "merge=baseline") != NULL)
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(usual); i++) {
        g_autofree char *line = g_strdup_printf("%s %s", usual[i], by_driver.text);
        if (!add_line(work, line, error))
            return FALSE;
    }
    return TRUE;
}

/* A file's name as a pattern that matches it alone, as git reads it: from this folder on, and in
 * quotes where it has blanks. */
static char *
pattern_of(const char *name)
{
    GString *pattern = g_string_new("/");
    for (const char *c = name; *c != '\0'; c++) {
        if (strchr("*?[\\", *c) != NULL)
            g_string_append_c(pattern, '\\');
        g_string_append_c(pattern, *c);
    }
    if (strpbrk(name, " \t\"\\*?[") == NULL)
        return g_string_free(pattern, FALSE);
    g_autofree char *plain = g_string_free(pattern, FALSE);
    GString *quoted = g_string_new("\"");
    for (const char *c = plain; *c != '\0'; c++) {
        if (strchr("\"\\", *c) != NULL)
            g_string_append_c(quoted, '\\');
        g_string_append_c(quoted, *c);
    }
    g_string_append_c(quoted, '"');
    return g_string_free(quoted, FALSE);
}

/* Where git does not say it: by the lines as "init" writes them. */
static char *
guess_merge(const Work *work, const char *name)
{
    const char *file = bl_path_below(name, FOLDER);
    gboolean is_usual =
        file != NULL && strchr(file, '/') == NULL &&
        (g_str_has_suffix(file, "-schema.sql") || g_str_has_suffix(file, "-schema.meta.json"));
    g_autofree char *pattern = pattern_of(name);
    const Treatment *const all[] = { &packed, &beside_packed, &by_driver };
    for (gsize i = 0; i < G_N_ELEMENTS(all); i++) {
        g_autofree char *line = g_strdup_printf("%s %s", pattern, all[i]->text);
        if (has_line(work, line))
            return g_strdup(all[i]->merge);
    }
    return g_strdup(is_usual ? by_driver.merge : "unspecified");
}

/* Is what git does with it what an earlier "init" told it, so that it may be told anew? */
static gboolean
is_own(const Work *work, const char *pattern, const char *merge)
{
    g_autofree char *unmerged = g_strdup_printf("%s %s", pattern, beside_packed.text);
    return strcmp(merge, "unspecified") == 0 || strcmp(merge, by_driver.merge) == 0 ||
           has_line(work, unmerged);
}

/* A file of the project. */
static gboolean
treat_inside(Work *work, const char *name, const Treatment *treatment, GError **error)
{
    g_autofree char *pattern = pattern_of(name);
    g_autofree char *line = g_strdup_printf("%s %s", pattern, treatment->text);
    g_autofree char *merge = bl_git_attribute(work->folder, "merge", name);
    if (merge == NULL)
        merge = guess_merge(work, name);
    if (strcmp(merge, treatment->merge) == 0)
        return TRUE;
    if (is_own(work, pattern, merge))
        return add_line(work, line, error);
    bl_cli_print(work->cli, "kept    merge of %s: %s; Baseline's is: %s\n", name, merge,
                 treatment->text);
    return TRUE;
}

static void
treat_outside(Work *work, const char *path, const Treatment *treatment)
{
    g_autofree char *folder = g_path_get_dirname(path);
    g_autofree char *name = g_path_get_basename(path);
    g_autofree char *merge = bl_git_attribute(folder, "merge", name);
    g_autofree char *pattern = pattern_of(name);
    if (g_strcmp0(merge, treatment->merge) != 0)
        bl_cli_print(work->cli, "add this to %s/" ATTRIBUTES ":\n  %s %s\n", folder, pattern,
                     treatment->text);
}

static gboolean
treat(Work *work, const char *path, const Treatment *treatment, GError **error)
{
    g_autofree char *real = bl_git_path(path);
    const char *name = bl_path_below(real, work->folder);
    if (name == NULL)
        name = bl_path_below(path, work->folder);
    if (name != NULL)
        return treat_inside(work, name, treatment, error);
    treat_outside(work, real, treatment);
    return TRUE;
}

/* A clone where a variable is not set yet gets all the rest. */
static void
warn_unknown(const Work *work, const GError *problem)
{
    const BlErrorInfo *info = bl_error_info(problem);
    g_autofree char *place =
        info != NULL && info->file != NULL
            ? g_strdup_printf("%s:%u:%u: ", info->file, info->line, info->column)
            : g_strdup("");
    bl_report_text(bl_cli_reporter(work->cli), BL_EVENT_WARNING,
                   "%s%s; " ATTRIBUTES " may lack a snapshot: run it again when that is mended",
                   place, problem->message);
}

static gboolean
treat_snapshot(Work *work, const BlProject *project, const char *connection_name, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(BlConnection) connection =
        bl_project_connection_of_files(project, connection_name, NULL, TRUE, &problem);
    if (connection == NULL) {
        warn_unknown(work, problem);
        return TRUE;
    }
    g_autofree char *sql = bl_connection_schema_path(project, connection, NULL);
    g_autofree char *manifest = bl_manifest_path(sql);
    gboolean is_packed = g_str_has_suffix(sql, ".gz");
    if (is_packed) {
        g_autofree char *label = bl_project_label(project, sql);
        bl_cli_say(work->cli,
                   "%s is packed, so git cannot merge it: where two branches changed it, take both "
                   "files of one side, then migrate run in a new database and schema-dump",
                   label);
    }
    return treat(work, sql, is_packed ? &packed : &by_driver, error) &&
           treat(work, manifest, is_packed ? &beside_packed : &by_driver, error);
}

static gboolean
treat_all(Work *work, GError **error)
{
    g_autoptr(GError) problem = NULL;
    g_autoptr(BlProject) project = bl_project_open(NULL, &problem);
    if (project == NULL) {
        warn_unknown(work, problem);
        return TRUE;
    }
    g_auto(GStrv) names = bl_project_connection_names(project, NULL);
    for (gsize i = 0; names[i] != NULL; i++) {
        if (!treat_snapshot(work, project, names[i], error))
            return FALSE;
    }
    return TRUE;
}

gboolean
bl_attributes_add(BlCli *cli, GError **error)
{
    g_autofree char *here = g_get_current_dir();
    g_autofree char *inside = g_build_filename(here, ".", NULL);
    g_autofree char *real = bl_git_path(inside);
    g_auto(Work) work = { .cli = cli, .folder = g_path_get_dirname(real) };
    work.path = g_build_filename(here, ATTRIBUTES, NULL);
    gsize len = 0;
    g_autofree char *old = bl_file_exists(work.path)
                               ? bl_file_read(work.path, (gsize)1024 * 1024, &len, error)
                               : g_strdup("");
    if (old == NULL)
        return FALSE;
    work.text = g_string_new(old);
    if (!add_usual(&work, error) || !treat_all(&work, error))
        return FALSE;
    if (!work.is_changed) {
        bl_cli_print(cli, "kept    " ATTRIBUTES "\n");
        return TRUE;
    }
    bl_cli_set_status(cli, "completed");
    bl_cli_print(cli, "%s " ATTRIBUTES "\n", len > 0 ? "changed" : "created");
    return TRUE;
}
