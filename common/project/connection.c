/* SPDX-License-Identifier: MIT */
/* From a connection's object in the configuration to a BlConnection: defaults filled in, references
 * replaced, values checked. */
#include "common/base/error.h"
#include "common/project/nearest.h"
#include "common/project/project.h"
#include "common/project/state.h"
#include "common/snapshot/manifest.h"

#include <string.h>

/* The longest identifier that every engine takes whole, less the longest suffix ("_versions") of
 * the two further tables. */
enum { LEDGER_LIMIT = 63 - 9 };

/* So many connections may a "snapshot" lead over where only its engine is asked for. */
enum { MAX_SNAPSHOTS = 16 };

#define MIGRATIONS "migrations"

/* What "migrate init" calls a connection, too. */
#define NAME_WITHOUT_CONFIG "main"

const char *const bl_project_conventions[] = {
    "baseline", "dbmate", "golang-migrate", "goose",     "diesel", "flyway",
    "prisma",   "sqlx",   "popx",           "versioned", "nested", NULL,
};

static const char *const production_variables[] = { "APP_ENV", "NODE_ENV", "RAILS_ENV" };

static const char *const default_paths[] = { "database/migrations", NULL };
static const char *const default_seeders[] = { "database/seeders", NULL };
static const char *const no_texts[] = { NULL };

/* Where settings are read from. */
typedef struct {
    const BlProject *project;
    const char *name;
    json_t *object; /* NULL: the connection is not configured, everything has its default */
} Source;

static Source
source_of(const BlProject *project, const char *name)
{
    Source source = { project, name, NULL };
    if (project->config != NULL) {
        source.object = bl_config_connection(project->config, name);
    }
    return source;
}

/* A setting: @section is NULL for those of the connection itself, @index is -1 for no list's
 * element. */
typedef struct {
    const char *section;
    const char *key;
    gssize index;
} Place;

static void
set_position(const Source *source, const Place *place, GError *failure)
{
    BlJsonPath top = { NULL, "connections", 0 };
    BlJsonPath connection = { &top, source->name, 0 };
    BlJsonPath section = { &connection, place->section, 0 };
    BlJsonPath key = { place->section != NULL ? &section : &connection, place->key, 0 };
    BlJsonPath element = { &key, NULL, place->index >= 0 ? (gsize)place->index : 0 };
    bl_config_set_position(source->project->config, place->index >= 0 ? &element : &key, FALSE,
                           failure);
}

/* Hands over @failure with its place in the file. */
static gboolean
fail_at(const Source *source, const Place *place, GError *failure, GError **error)
{
    set_position(source, place, failure);
    g_propagate_error(error, failure);
    return FALSE;
}

static json_t *
find_setting(const Source *source, const Place *place)
{
    json_t *object = source->object;
    if (place->section != NULL) {
        object = json_object_get(object, place->section);
    }
    return json_object_get(object, place->key);
}

static char *
expand_at(const Source *source, const Place *place, const char *text, GError **error)
{
    GError *failure = NULL;
    char *expanded = bl_env_expand(source->project->env, text, &failure);
    if (expanded == NULL) {
        fail_at(source, place, failure, error);
    } else if (*expanded == '\0') {
        g_clear_pointer(&expanded, g_free);
        bl_error_set(&failure, BL_ERROR_USAGE, NULL, "\"%s\" is empty", place->key);
        fail_at(source, place, failure, error);
    }
    return expanded;
}

/* *out stays NULL when the key is not there. */
static gboolean
read_text(const Source *source, const char *section, const char *key, char **out, GError **error)
{
    Place place = { section, key, -1 };
    json_t *value = find_setting(source, &place);
    if (value == NULL) {
        return TRUE;
    }
    *out = expand_at(source, &place, json_string_value(value), error);
    return *out != NULL;
}

/* Whether a glob means all of a schema that is listed by its name. */
static gboolean
is_listed_schema(char **schemas, const char *glob)
{
    gsize len = strlen(glob);
    if (schemas == NULL || !g_str_has_suffix(glob, ".*")) {
        return FALSE;
    }
    g_autofree char *schema = g_strndup(glob, len - 2);
    return g_strv_contains((const char *const *)schemas, schema);
}

/* A copy of both lists, one behind the other, without whole schemas that @schemas lists in the
 * second; each may be NULL. @return g_strfreev() */
static char **
join_lists(char **first, const char *const *second, char **schemas)
{
    GPtrArray *all = g_ptr_array_new();
    for (char **text = first; text != NULL && *text != NULL; text++) {
        g_ptr_array_add(all, g_strdup(*text));
    }
    for (const char *const *text = second; text != NULL && *text != NULL; text++) {
        if (!is_listed_schema(schemas, *text)) {
            g_ptr_array_add(all, g_strdup(*text));
        }
    }
    g_ptr_array_add(all, NULL);
    return (char **)g_ptr_array_free(all, FALSE);
}

/* @fallback: the value when the key is not there; NULL leaves *out NULL. */
static gboolean
read_list(const Source *source,
          const Place *place,
          const char *const *fallback,
          char ***out,
          GError **error)
{
    json_t *list = find_setting(source, place);
    if (list == NULL) {
        *out = fallback != NULL ? join_lists(NULL, fallback, NULL) : NULL;
        return TRUE;
    }
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    for (gsize i = 0; i < json_array_size(list); i++) {
        Place element = { place->section, place->key, (gssize)i };
        char *text = expand_at(source, &element, json_string_value(json_array_get(list, i)), error);
        if (text == NULL) {
            return FALSE;
        }
        g_ptr_array_add(texts, text);
    }
    g_ptr_array_add(texts, NULL);
    *out = g_strdupv((char **)texts->pdata);
    return TRUE;
}

static gboolean
read_flag(const Source *source, const char *section, const char *key, gboolean fallback)
{
    Place place = { section, key, -1 };
    json_t *value = find_setting(source, &place);
    return value != NULL ? json_is_true(value) : fallback;
}

static gboolean
has_setting(const Source *source, const char *section, const char *key)
{
    Place place = { section, key, -1 };
    return find_setting(source, &place) != NULL;
}

static gboolean
is_production(const Source *source)
{
    if (read_flag(source, NULL, "production", FALSE)) {
        return TRUE;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(production_variables); i++) {
        const char *value = bl_env_get(source->project->env, production_variables[i]);
        if (g_strcmp0(value, "production") == 0) {
            return TRUE;
        }
    }
    return FALSE;
}

static gboolean
check_convention(const Source *source, const char *convention, GError **error)
{
    if (convention == NULL || g_strv_contains(bl_project_conventions, convention)) {
        return TRUE;
    }
    Place place = { MIGRATIONS, "convention", -1 };
    g_auto(GStrv) allowed = join_lists(NULL, bl_project_conventions, NULL);
    g_autofree char *list = g_strjoinv(", ", allowed);
    const char *nearest = bl_nearest_find(convention, bl_project_conventions);
    GError *failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, NULL, "unknown convention \"%s\"", convention);
    if (nearest != NULL) {
        bl_error_set_hint(failure, "did you mean \"%s\"? allowed are %s", nearest, list);
    } else {
        bl_error_set_hint(failure, "allowed are %s", list);
    }
    return fail_at(source, &place, failure, error);
}

static gboolean
check_ledger(const Source *source, const char *ledger, GError **error)
{
    Place place = { MIGRATIONS, "tableName", -1 };
    GError *failure = NULL;
    gsize len = strlen(ledger);
    if (len > LEDGER_LIMIT) {
        bl_error_set(&failure, BL_ERROR_USAGE,
                     "the names of its companion tables are longer and must fit into 63 bytes",
                     "\"tableName\" has %" G_GSIZE_FORMAT " bytes, at most %d are possible", len,
                     LEDGER_LIMIT);
        return fail_at(source, &place, failure, error);
    }
    for (const char *c = ledger; *c != '\0'; c++) {
        if ((guchar)*c < 0x20 || *c == 0x7f) {
            bl_error_set(&failure, BL_ERROR_USAGE, NULL, "\"tableName\" holds a control character");
            return fail_at(source, &place, failure, error);
        }
    }
    if (!g_utf8_validate(ledger, (gssize)len, NULL)) {
        bl_error_set(&failure, BL_ERROR_USAGE, NULL, "\"tableName\" is not UTF-8");
        return fail_at(source, &place, failure, error);
    }
    return TRUE;
}

static gboolean
fill_placeholders(const Source *source, BlConnection *connection, GError **error)
{
    g_autoptr(GPtrArray) texts = g_ptr_array_new_with_free_func(g_free);
    Place place = { MIGRATIONS, "placeholders", -1 };
    json_t *object = find_setting(source, &place);
    const char *name = NULL;
    json_t *value = NULL;
    json_object_foreach (object, name, value) {
        GError *failure = NULL;
        char *text = bl_env_expand(source->project->env, json_string_value(value), &failure);
        if (text == NULL) {
            return fail_at(source, &place, failure, error);
        }
        g_ptr_array_add(texts, g_strdup(name));
        g_ptr_array_add(texts, text);
    }
    g_ptr_array_add(texts, NULL);
    connection->placeholders = g_strdupv((char **)texts->pdata);
    return TRUE;
}

static gboolean
fill_migrations(const Source *source, BlConnection *connection, GError **error)
{
    Place paths = { MIGRATIONS, "paths", -1 };
    if (!read_list(source, &paths, default_paths, &connection->migration_paths, error) ||
        !read_text(source, MIGRATIONS, "convention", &connection->convention, error) ||
        !check_convention(source, connection->convention, error) ||
        !read_text(source, MIGRATIONS, "toolTable", &connection->tool_table, error) ||
        !fill_placeholders(source, connection, error) ||
        !read_text(source, MIGRATIONS, "tableName", &connection->ledger, error)) {
        return FALSE;
    }
    if (connection->ledger == NULL) {
        connection->ledger = g_strdup(BL_DEFAULT_LEDGER);
    } else if (!check_ledger(source, connection->ledger, error)) {
        return FALSE;
    }
    connection->versions = g_strconcat(connection->ledger, "_versions", NULL);
    connection->journal = g_strconcat(connection->ledger, "_journal", NULL);
    connection->placeholder_replacement =
        read_flag(source, MIGRATIONS, "placeholderReplacement", TRUE);
    connection->keep_tool_table = read_flag(source, MIGRATIONS, "keepToolTable", TRUE);
    connection->natural_sort = read_flag(source, MIGRATIONS, "naturalSort", TRUE);
    connection->natural_sort_is_set = has_setting(source, MIGRATIONS, "naturalSort");
    connection->folder_order = read_flag(source, MIGRATIONS, "folderOrder", FALSE);
    connection->disable_transactions = read_flag(source, MIGRATIONS, "disableTransactions", FALSE);
    connection->disable_rollbacks_in_production =
        read_flag(source, MIGRATIONS, "disableRollbacksInProduction", FALSE);
    return TRUE;
}

static char *
default_schema_path(const char *name)
{
    return g_strdup_printf("database/schema/%s-schema.sql", name);
}

static gboolean
is_snapshot_path(const char *text)
{
    return g_str_has_suffix(text, ".sql") || g_str_has_suffix(text, ".sql.gz");
}

static gboolean
fail_snapshot(const Source *source, const char *text, GError **error)
{
    Place place = { NULL, "snapshot", -1 };
    g_autofree char *names = bl_config_list_names(source->project->config);
    GError *failure = NULL;
    bl_error_set(
        &failure, BL_ERROR_USAGE, NULL,
        "\"snapshot\" is neither a connection nor a path that ends in .sql or .sql.gz: \"%s\"",
        text);
    bl_error_set_hint(failure, "configured connections: %s", names);
    return fail_at(source, &place, failure, error);
}

static gboolean
fail_snapshot_circle(const Source *source, GError **error)
{
    Place place = { NULL, "snapshot", -1 };
    GError *failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, "let one of the connections name a path or itself",
                 "the \"snapshot\" of connection \"%s\" leads in a circle", source->name);
    return fail_at(source, &place, failure, error);
}

/* Follows names of connections to the one that has the file. Both results stay NULL when nothing is
 * configured. */
static gboolean
follow_snapshot(const Source *source, gsize steps_left, char **path, char **owner, GError **error)
{
    g_autofree char *text = NULL;
    if (!read_text(source, NULL, "snapshot", &text, error)) {
        return FALSE;
    }
    if (text == NULL) {
        return TRUE;
    }
    Source next = source_of(source->project, text);
    if (next.object == NULL) {
        if (!is_snapshot_path(text)) {
            return fail_snapshot(source, text, error);
        }
        *path = g_steal_pointer(&text);
        return TRUE;
    }
    if (steps_left == 0) {
        return fail_snapshot_circle(source, error);
    }
    if (strcmp(text, source->name) != 0 &&
        !follow_snapshot(&next, steps_left - 1, path, owner, error)) {
        return FALSE;
    }
    if (*path == NULL) {
        *path = default_schema_path(text);
    }
    if (*owner == NULL) {
        *owner = g_steal_pointer(&text);
    }
    return TRUE;
}

static gboolean
fill_snapshot(const Source *source, BlConnection *connection, GError **error)
{
    if (source->object == NULL) {
        return TRUE;
    }
    g_auto(GStrv) names = bl_config_names(source->project->config);
    return follow_snapshot(source, g_strv_length(names), &connection->snapshot,
                           &connection->snapshot_connection, error);
}

static gboolean
fill_lists(const Source *source, BlConnection *connection, GError **error)
{
    Place schemas = { NULL, "schemas", -1 }, ignore = { NULL, "ignore", -1 };
    Place data = { NULL, "data", -1 }, seeders = { NULL, "seeders", -1 };
    g_auto(GStrv) ignored = NULL;
    if (!read_list(source, &schemas, NULL, &connection->schemas, error) ||
        !read_list(source, &ignore, no_texts, &ignored, error) ||
        !read_list(source, &data, no_texts, &connection->data, error) ||
        !read_list(source, &seeders, default_seeders, &connection->seeders, error)) {
        return FALSE;
    }
    /* What the engine ignores are names that extensions and hosts use, and others may use too. */
    connection->ignore =
        join_lists(ignored, connection->engine->default_ignore, connection->schemas);
    return TRUE;
}

/* @url and its engine are known; everything else comes from the settings of @name. */
static BlConnection *
new_connection(const BlProject *project,
               const char *name,
               BlUrl *take_url,
               const BlEngine *engine,
               GError **error)
{
    g_autoptr(BlConnection) connection = g_new0(BlConnection, 1);
    connection->url = take_url;
    connection->engine = engine;
    connection->name = g_strdup(name);
    Source source = source_of(project, connection->name);
    if (!fill_migrations(&source, connection, error) || !fill_lists(&source, connection, error) ||
        !fill_snapshot(&source, connection, error)) {
        return NULL;
    }
    connection->production = is_production(&source);
    connection->peer_lock = read_flag(&source, NULL, "lucidLock", FALSE);
    return g_steal_pointer(&connection);
}

static const BlEngine *
parse_url(const BlProject *project, const char *text, BlUrl **out, GError **error)
{
    g_autoptr(BlUrl) url = bl_url_parse(text, project->root, error);
    if (url == NULL) {
        return NULL;
    }
    const BlEngine *engine = bl_engine_for_scheme(url->scheme, error);
    if (engine != NULL) {
        *out = g_steal_pointer(&url);
    }
    return engine;
}

/* @from: where the URL was given, for messages */
static BlConnection *
connection_of_url(
    const BlProject *project, const char *name, const char *text, const char *from, GError **error)
{
    BlUrl *url = NULL;
    const BlEngine *engine = parse_url(project, text, &url, error);
    if (engine == NULL) {
        g_prefix_error(error, "%s: ", from);
        return NULL;
    }
    return new_connection(project, name != NULL ? name : engine->name, url, engine, error);
}

static BlConnection *
connection_of_config(const BlProject *project, const char *name, GError **error)
{
    Source source = source_of(project, name);
    Place place = { NULL, "url", -1 };
    GError *failure = NULL;
    g_autofree char *text = NULL;
    if (find_setting(&source, &place) == NULL) {
        BlJsonPath top = { NULL, "connections", 0 };
        BlJsonPath path = { &top, name, 0 };
        bl_error_set(&failure, BL_ERROR_USAGE, "add one, or give --url",
                     "connection \"%s\" has no \"url\"", name);
        bl_config_set_position(project->config, &path, TRUE, failure);
        g_propagate_error(error, failure);
        return NULL;
    }
    if (!read_text(&source, NULL, "url", &text, error)) {
        return NULL;
    }
    BlUrl *url = NULL;
    const BlEngine *engine = parse_url(project, text, &url, &failure);
    if (engine == NULL) {
        fail_at(&source, &place, failure, error);
        return NULL;
    }
    return new_connection(project, name, url, engine, error);
}

/* The connection that "default" names, else the only one. @return g_free() */
static char *
choose_name(const BlProject *project, GError **error)
{
    const char *text = bl_config_default(project->config);
    if (text != NULL) {
        BlJsonPath step = { NULL, "default", 0 };
        GError *failure = NULL;
        char *name = bl_env_expand(project->env, text, &failure);
        if (name != NULL && bl_config_connection(project->config, name) == NULL) {
            g_autofree char *names = bl_config_list_names(project->config);
            bl_error_set(&failure, BL_ERROR_USAGE, NULL, "\"default\" names no connection: \"%s\"",
                         name);
            bl_error_set_hint(failure, "configured connections: %s", names);
            g_clear_pointer(&name, g_free);
        }
        if (name == NULL) {
            bl_config_set_position(project->config, &step, FALSE, failure);
            g_propagate_error(error, failure);
        }
        return name;
    }
    g_auto(GStrv) names = bl_config_names(project->config);
    if (g_strv_length(names) == 1) {
        return g_strdup(names[0]);
    }
    g_autofree char *list = g_strjoinv(", ", names);
    bl_error_set(error, BL_ERROR_USAGE, NULL,
                 "the configuration has several connections and no \"default\"");
    bl_error_set_hint(error != NULL ? *error : NULL, "choose one with --connection: %s", list);
    return NULL;
}

static gboolean
check_name(const BlProject *project, const char *name, GError **error)
{
    if (bl_config_connection(project->config, name) != NULL) {
        return TRUE;
    }
    g_autofree char *names = bl_config_list_names(project->config);
    bl_error_set(error, BL_ERROR_USAGE, NULL, "no connection \"%s\" in the configuration", name);
    bl_error_set_hint(error != NULL ? *error : NULL, "configured connections: %s", names);
    return FALSE;
}

static BlConnection *
connection_of_environment(const BlProject *project, const char *name, GError **error)
{
    const char *url = bl_env_get(project->env, "DATABASE_URL");
    if (url == NULL || *url == '\0') {
        bl_error_set(error, BL_ERROR_USAGE, "give --url, set DATABASE_URL, or run 'migrate init'",
                     "no database is named: there is no database/connections.json here or above");
        return NULL;
    }
    return connection_of_url(project, name, url, "DATABASE_URL", error);
}

BlConnection *
bl_project_connection(const BlProject *project, const char *name, const char *url, GError **error)
{
    if (name != NULL && !bl_config_is_name(name)) {
        bl_error_set(error, BL_ERROR_USAGE, "the name becomes part of the snapshot's file name",
                     "bad connection name \"%s\"", name);
        return NULL;
    }
    if (url != NULL) {
        return connection_of_url(project, name, url, "--url", error);
    }
    if (project->config == NULL) {
        return connection_of_environment(project, name, error);
    }
    g_autofree char *chosen = name != NULL ? g_strdup(name) : choose_name(project, error);
    if (chosen == NULL || !check_name(project, chosen, error)) {
        return NULL;
    }
    return connection_of_config(project, chosen, error);
}

/* The scheme of a URL whose other parts may be variables. */
static const BlEngine *
engine_of_scheme(const Source *source)
{
    Place place = { NULL, "url", -1 };
    const char *text = json_string_value(find_setting(source, &place));
    const char *colon = text != NULL ? strchr(text, ':') : NULL;
    g_autofree char *scheme =
        colon != NULL ? g_ascii_strdown(text, (gssize)(colon - text)) : g_strdup("");
    return bl_engine_for_scheme(scheme, NULL);
}

/* The engine that wrote the connection's snapshot. */
static const BlEngine *
engine_of_snapshot(const Source *source)
{
    g_autofree char *path = NULL;
    g_autofree char *owner = NULL;
    if (!follow_snapshot(source, MAX_SNAPSHOTS, &path, &owner, NULL)) {
        return NULL;
    }
    if (path == NULL) {
        path = default_schema_path(source->name);
    }
    g_autofree char *sql_path = bl_project_path(source->project, path);
    g_autofree char *meta_path = bl_manifest_path(sql_path);
    g_autoptr(BlManifest) manifest = bl_manifest_read(meta_path, NULL);
    return manifest != NULL && manifest->engine != NULL ? bl_engine_find(manifest->engine) : NULL;
}

/* The connection without its database. @return NULL without an error: there is none */
static BlConnection *
connection_of_files(const BlProject *project, const char *name, gboolean guess, GError **error)
{
    Source source = source_of(project, name);
    const BlEngine *engine = engine_of_scheme(&source);
    if (engine == NULL) {
        engine = bl_engine_for_scheme(name, NULL);
    }
    if (engine == NULL) {
        engine = engine_of_snapshot(&source);
    }
    gboolean is_guessed = engine == NULL;
    if (is_guessed && guess) {
        engine = bl_engine_any();
    }
    if (engine == NULL) {
        return NULL;
    }
    g_autofree char *text = g_strconcat(engine->schemes[0], ":", NULL);
    BlUrl *url = bl_url_parse(text, project->root, error);
    BlConnection *connection =
        url != NULL ? new_connection(project, name, url, engine, error) : NULL;
    if (connection != NULL) {
        connection->is_engine_guessed = is_guessed;
    }
    return connection;
}

/* Without a configuration a name is only a word for the snapshot; a folder of migrations shows that
 * this is a project. @return g_free(); NULL: no connection */
static char *
name_of_files(const BlProject *project, const char *name)
{
    if (project->config != NULL) {
        g_autofree char *chosen = name != NULL ? g_strdup(name) : choose_name(project, NULL);
        return chosen != NULL && bl_config_connection(project->config, chosen) != NULL
                   ? g_steal_pointer(&chosen)
                   : NULL;
    }
    g_autofree char *folder = bl_project_path(project, default_paths[0]);
    const char *word = name != NULL ? name : NAME_WITHOUT_CONFIG;
    return bl_config_is_name(word) && g_file_test(folder, G_FILE_TEST_IS_DIR) ? g_strdup(word)
                                                                              : NULL;
}

/* Whether the URL needs a variable that is not set: any other fault of it is one to be told. */
static gboolean
lacks_variable(const BlProject *project, const char *name)
{
    if (project->config == NULL) {
        const char *url = bl_env_get(project->env, "DATABASE_URL");
        return url == NULL || *url == '\0';
    }
    Source source = source_of(project, name);
    Place place = { NULL, "url", -1 };
    const char *text = json_string_value(find_setting(&source, &place));
    g_autofree char *expanded = text != NULL ? bl_env_expand(project->env, text, NULL) : NULL;
    return text != NULL && bl_env_has_reference(text) && (expanded == NULL || *expanded == '\0');
}

BlConnection *
bl_project_connection_of_files(
    const BlProject *project, const char *name, const char *url, gboolean guess, GError **error)
{
    g_autofree char *chosen = url == NULL ? name_of_files(project, name) : NULL;
    if (chosen != NULL && lacks_variable(project, chosen)) {
        GError *failure = NULL;
        BlConnection *connection = connection_of_files(project, chosen, guess, &failure);
        if (connection != NULL || failure != NULL) {
            if (failure != NULL) {
                g_propagate_error(error, failure);
            }
            return connection;
        }
    }
    return bl_project_connection(project, name, url, error);
}

char *
bl_connection_schema_path(const BlProject *project,
                          const BlConnection *connection,
                          const char *override)
{
    if (override != NULL) {
        return bl_project_path(project, override);
    }
    if (connection->snapshot != NULL) {
        return bl_project_path(project, connection->snapshot);
    }
    g_autofree char *path = default_schema_path(connection->name);
    return bl_project_path(project, path);
}

const char *
bl_connection_snapshot_owner(const BlConnection *connection, const char *override)
{
    return override == NULL && connection->snapshot_connection != NULL
               ? connection->snapshot_connection
               : connection->name;
}

gboolean
bl_connection_check_owner(const BlConnection *connection,
                          const char *override,
                          const BlManifest *old,
                          GError **error)
{
    return old == NULL ||
           bl_manifest_check_identity(old, bl_connection_snapshot_owner(connection, override),
                                      connection->engine->name, connection->ledger,
                                      connection->versions, error);
}

void
bl_connection_free(BlConnection *connection)
{
    if (connection == NULL) {
        return;
    }
    bl_url_free(connection->url);
    g_strfreev(connection->migration_paths);
    g_strfreev(connection->schemas);
    g_strfreev(connection->ignore);
    g_strfreev(connection->data);
    g_strfreev(connection->seeders);
    g_free(connection->name);
    g_free(connection->convention);
    g_strfreev(connection->placeholders);
    g_free(connection->ledger);
    g_free(connection->tool_table);
    g_free(connection->versions);
    g_free(connection->journal);
    g_free(connection->snapshot);
    g_free(connection->snapshot_connection);
    g_free(connection);
}
