/* SPDX-License-Identifier: MIT */
#include "common/project/project.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/project/state.h"
#include "common/schema/filter.h"

#include <string.h>

#define CONFIG_FOLDER "database"
#define CONFIG_FILE   "connections.json"

/* @return the configuration of the nearest folder that has one, from @folder upwards; NULL: none */
static char *
find_config(const char *folder)
{
    g_autofree char *at = g_strdup(folder);
    for (;;) {
        g_autofree char *path = g_build_filename(at, CONFIG_FOLDER, CONFIG_FILE, NULL);
        if (bl_file_exists(path)) {
            return g_steal_pointer(&path);
        }
        char *parent = g_path_get_dirname(at);
        gboolean is_top = strcmp(parent, at) == 0;
        g_free(at);
        at = parent;
        if (is_top) {
            return NULL;
        }
    }
}

static char *
root_of(const char *config_path)
{
    g_autofree char *folder = g_path_get_dirname(config_path);
    g_autofree char *name = g_path_get_basename(folder);
    if (strcmp(name, CONFIG_FOLDER) == 0) {
        return g_path_get_dirname(folder);
    }
    return g_steal_pointer(&folder);
}

/* What messages call @path: relative where it lies below @folder. */
static const char *
label_of(const char *path, const char *folder)
{
    const char *below = bl_path_below(path, folder);
    return below != NULL && below[0] != '\0' ? below : path;
}

BlProject *
bl_project_open(const char *config_path, GError **error)
{
    g_autofree char *here = g_get_current_dir();
    g_autoptr(BlProject) project = g_new0(BlProject, 1);
    project->config_path =
        config_path != NULL ? g_canonicalize_filename(config_path, here) : find_config(here);
    project->root = project->config_path != NULL ? root_of(project->config_path) : g_strdup(here);

    g_autofree char *env_path = g_build_filename(project->root, ".env", NULL);
    project->env = bl_env_load(env_path, label_of(env_path, here), error);
    if (project->env == NULL) {
        return NULL;
    }
    if (project->config_path != NULL) {
        project->config =
            bl_config_load(project->config_path, label_of(project->config_path, here), error);
        if (project->config == NULL) {
            return NULL;
        }
    }
    return g_steal_pointer(&project);
}

const char *
bl_project_root(const BlProject *project)
{
    return project->root;
}

const char *
bl_project_config_path(const BlProject *project)
{
    return project->config_path;
}

char *
bl_project_path(const BlProject *project, const char *path)
{
    return g_canonicalize_filename(path, project->root);
}

const char *
bl_project_variable(const BlProject *project, const char *name)
{
    return bl_env_get(project->env, name);
}

char **
bl_project_connection_names(const BlProject *project, const char *glob)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    if (project->config != NULL) {
        g_auto(GStrv) all = bl_config_names(project->config);
        for (char **name = all; *name != NULL; name++) {
            if (glob == NULL || bl_glob_matches(glob, *name)) {
                g_ptr_array_add(names, g_strdup(*name));
            }
        }
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(g_steal_pointer(&names), FALSE);
}

void
bl_project_free(BlProject *project)
{
    if (project != NULL) {
        bl_env_free(project->env);
        bl_config_free(project->config);
        g_free(project->config_path);
        g_free(project->root);
        g_free(project);
    }
}

char *
bl_project_label(const BlProject *project, const char *path)
{
    return g_strdup(label_of(path, bl_project_root(project)));
}
