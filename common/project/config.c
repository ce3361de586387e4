/* SPDX-License-Identifier: MIT */
#include "common/project/config.h"

#include "common/base/error.h"
#include "common/base/file.h"
#include "common/project/env.h"
#include "common/project/nearest.h"

#include <string.h>

struct BlConfig {
    char *label;
    char *text;
    gsize len;
    json_t *root;
};

typedef enum {
    VALUE_STRING,
    VALUE_BOOLEAN,
    VALUE_LIST,        /* of strings */
    VALUE_TEXTS,       /* an object of strings with any keys */
    VALUE_OBJECT,      /* with the keys of a table */
    VALUE_CONNECTIONS, /* an object of objects with the keys of a table */
} ValueKind;

typedef struct Key {
    const char *name;
    ValueKind kind;
    gboolean is_filled; /* a list must have an element */
    const struct Key *keys;
} Key;

static const char *const kind_words[] = {
    [VALUE_STRING] = "a text in quotes", [VALUE_BOOLEAN] = "true or false",
    [VALUE_LIST] = "a list of texts",    [VALUE_TEXTS] = "an object of texts",
    [VALUE_OBJECT] = "an object",        [VALUE_CONNECTIONS] = "an object",
};

static const Key migration_keys[] = {
    { "paths", VALUE_LIST, TRUE, NULL },
    { "convention", VALUE_STRING, FALSE, NULL },
    { "placeholders", VALUE_TEXTS, FALSE, NULL },
    { "placeholderReplacement", VALUE_BOOLEAN, FALSE, NULL },
    { "naturalSort", VALUE_BOOLEAN, FALSE, NULL },
    { "folderOrder", VALUE_BOOLEAN, FALSE, NULL },
    { "tableName", VALUE_STRING, FALSE, NULL },
    { "toolTable", VALUE_STRING, FALSE, NULL },
    { "keepToolTable", VALUE_BOOLEAN, FALSE, NULL },
    { "disableTransactions", VALUE_BOOLEAN, FALSE, NULL },
    { "disableRollbacksInProduction", VALUE_BOOLEAN, FALSE, NULL },
    { NULL, VALUE_STRING, FALSE, NULL },
};

static const Key connection_keys[] = {
    { "url", VALUE_STRING, FALSE, NULL },
    { "migrations", VALUE_OBJECT, FALSE, migration_keys },
    { "schemas", VALUE_LIST, TRUE, NULL },
    { "ignore", VALUE_LIST, FALSE, NULL },
    { "snapshot", VALUE_STRING, FALSE, NULL },
    { "data", VALUE_LIST, FALSE, NULL },
    { "seeders", VALUE_LIST, FALSE, NULL },
    { "production", VALUE_BOOLEAN, FALSE, NULL },
    { "lucidLock", VALUE_BOOLEAN, FALSE, NULL },
    { NULL, VALUE_STRING, FALSE, NULL },
};

static const Key top_keys[] = {
    { "default", VALUE_STRING, FALSE, NULL },
    { "connections", VALUE_CONNECTIONS, FALSE, connection_keys },
    { NULL, VALUE_STRING, FALSE, NULL },
};

/* Editors put it there to find a JSON schema. */
static const char schema_key[] = "$schema";

void
bl_config_set_position(const BlConfig *config,
                       const BlJsonPath *path,
                       gboolean of_key,
                       GError *error)
{
    guint line = 0, column = 0;
    bl_json_position_find(config->text, config->len, path, of_key, &line, &column);
    bl_error_set_position(error, config->label, line, column);
}

/* Sets @failure's position and hands it over. */
static gboolean
fail_at(const BlConfig *config,
        const BlJsonPath *path,
        gboolean of_key,
        GError *failure,
        GError **error)
{
    bl_config_set_position(config, path, of_key, failure);
    g_propagate_error(error, failure);
    return FALSE;
}

static gboolean
fail_key(const BlConfig *config, const BlJsonPath *path, const Key *keys, GError **error)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    for (const Key *key = keys; key->name != NULL; key++) {
        g_ptr_array_add(names, g_strdup(key->name));
    }
    g_ptr_array_add(names, NULL);
    g_autofree char *list = g_strjoinv(", ", (char **)names->pdata);
    const char *nearest = bl_nearest_find(path->key, (const char *const *)names->pdata);
    g_autofree char *place = bl_json_position_format(path->parent);
    GError *failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, NULL, "unknown key \"%s\" in %s", path->key,
                 *place != '\0' ? place : "the configuration");
    if (nearest != NULL) {
        bl_error_set_hint(failure, "did you mean \"%s\"? allowed are %s", nearest, list);
    } else {
        bl_error_set_hint(failure, "allowed are %s", list);
    }
    return fail_at(config, path, TRUE, failure, error);
}

static gboolean
fail_kind(const BlConfig *config, const BlJsonPath *path, const char *expected, GError **error)
{
    g_autofree char *place = bl_json_position_format(path);
    GError *failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, NULL, "\"%s\" must be %s", place, expected);
    return fail_at(config, path, FALSE, failure, error);
}

static gboolean check_object(const BlConfig *config,
                             const BlJsonPath *path,
                             json_t *object,
                             const Key *keys,
                             GError **error);

static gboolean
check_list(
    const BlConfig *config, const BlJsonPath *path, json_t *list, const Key *key, GError **error)
{
    gsize index = 0;
    json_t *element = NULL;
    if (!json_is_array(list)) {
        return fail_kind(config, path, kind_words[VALUE_LIST], error);
    }
    json_array_foreach (list, index, element) {
        BlJsonPath step = { path, NULL, index };
        if (!json_is_string(element)) {
            return fail_kind(config, &step, kind_words[VALUE_STRING], error);
        }
    }
    if (key->is_filled && json_array_size(list) == 0) {
        return fail_kind(config, path, "a list with at least one text", error);
    }
    return TRUE;
}

gboolean
bl_config_is_name(const char *name)
{
    if (*name == '\0' || *name == '.' || *name == '-') {
        return FALSE;
    }
    for (const char *c = name; *c != '\0'; c++) {
        if (*c == '/' || *c == '\\' || (guchar)*c < 0x20 || *c == 0x7f) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_connections(const BlConfig *config,
                  const BlJsonPath *path,
                  json_t *connections,
                  const Key *keys,
                  GError **error)
{
    const char *name = NULL;
    json_t *connection = NULL;
    if (!json_is_object(connections)) {
        return fail_kind(config, path, kind_words[VALUE_OBJECT], error);
    }
    if (json_object_size(connections) == 0) {
        return fail_kind(config, path, "an object with at least one connection", error);
    }
    json_object_foreach (connections, name, connection) {
        BlJsonPath step = { path, name, 0 };
        if (!bl_config_is_name(name)) {
            GError *failure = NULL;
            bl_error_set(&failure, BL_ERROR_USAGE,
                         "the name becomes part of the snapshot's file name",
                         "bad connection name \"%s\"", name);
            return fail_at(config, &step, TRUE, failure, error);
        }
        if (!check_object(config, &step, connection, keys, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

static gboolean
check_texts(const BlConfig *config, const BlJsonPath *path, json_t *texts, GError **error)
{
    const char *name = NULL;
    json_t *text = NULL;
    if (!json_is_object(texts)) {
        return fail_kind(config, path, kind_words[VALUE_TEXTS], error);
    }
    json_object_foreach (texts, name, text) {
        BlJsonPath step = { path, name, 0 };
        if (!json_is_string(text)) {
            return fail_kind(config, &step, kind_words[VALUE_STRING], error);
        }
    }
    return TRUE;
}

static gboolean
check_value(
    const BlConfig *config, const BlJsonPath *path, json_t *value, const Key *key, GError **error)
{
    switch (key->kind) {
    case VALUE_LIST:
        return check_list(config, path, value, key, error);
    case VALUE_TEXTS:
        return check_texts(config, path, value, error);
    case VALUE_OBJECT:
        return check_object(config, path, value, key->keys, error);
    case VALUE_CONNECTIONS:
        return check_connections(config, path, value, key->keys, error);
    case VALUE_BOOLEAN:
        return json_is_boolean(value) || fail_kind(config, path, kind_words[key->kind], error);
    case VALUE_STRING:
    default:
        return json_is_string(value) || fail_kind(config, path, kind_words[key->kind], error);
    }
}

static gboolean
check_object(
    const BlConfig *config, const BlJsonPath *path, json_t *object, const Key *keys, GError **error)
{
    const char *name = NULL;
    json_t *value = NULL;
    if (!json_is_object(object)) {
        return fail_kind(config, path, kind_words[VALUE_OBJECT], error);
    }
    json_object_foreach (object, name, value) {
        BlJsonPath step = { path, name, 0 };
        const Key *key = keys;
        if (path == NULL && strcmp(name, schema_key) == 0) {
            continue;
        }
        while (key->name != NULL && strcmp(key->name, name) != 0) {
            key++;
        }
        if (key->name == NULL) {
            return fail_key(config, &step, keys, error);
        }
        if (!check_value(config, &step, value, key, error)) {
            return FALSE;
        }
    }
    return TRUE;
}

/* A default with a reference is looked up when it is needed. */
static gboolean
check_default(const BlConfig *config, GError **error)
{
    const char *name = bl_config_default(config);
    if (name == NULL || bl_env_has_reference(name) || bl_config_connection(config, name) != NULL) {
        return TRUE;
    }
    g_autofree char *names = bl_config_list_names(config);
    BlJsonPath step = { NULL, "default", 0 };
    GError *failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, NULL, "\"default\" names no connection: \"%s\"", name);
    bl_error_set_hint(failure, "configured connections: %s", names);
    return fail_at(config, &step, FALSE, failure, error);
}

/* The parser's message ends with the text at the error, which may be a password. */
static void
set_syntax_error(const BlConfig *config, const json_error_t *reason, GError **error)
{
    gboolean is_duplicate = json_error_code(reason) == json_error_duplicate_key;
    const char *near = strstr(reason->text, " near '");
    gsize len = near != NULL ? (gsize)(near - reason->text) : strlen(reason->text);
    g_autoptr(GString) text = g_string_new_len(reason->text, (gssize)len);
    if (near != NULL && is_duplicate) {
        /* This token is a key: " near '"url"'". */
        g_string_append_c(text, ' ');
        g_string_append(text, near + strlen(" near '"));
        g_string_truncate(text, text->len - 1);
    }
    GError *failure = NULL;
    bl_error_set(&failure, BL_ERROR_USAGE, NULL, "not valid JSON: %s", text->str);
    bl_error_set_position(failure, config->label, reason->line > 0 ? (guint)reason->line : 0,
                          reason->column > 0 ? (guint)reason->column : 0);
    g_propagate_error(error, failure);
}

static gboolean
check_root(const BlConfig *config, GError **error)
{
    GError *failure = NULL;
    if (!json_is_object(config->root)) {
        bl_error_set(&failure, BL_ERROR_USAGE, NULL, "the configuration must be an object");
        return fail_at(config, NULL, FALSE, failure, error);
    }
    if (!check_object(config, NULL, config->root, top_keys, error)) {
        return FALSE;
    }
    if (json_object_get(config->root, "connections") == NULL) {
        bl_error_set(&failure, BL_ERROR_USAGE, NULL, "the configuration has no \"connections\"");
        return fail_at(config, NULL, FALSE, failure, error);
    }
    return check_default(config, error);
}

BlConfig *
bl_config_parse(const char *text, gsize len, const char *label, GError **error)
{
    g_autoptr(BlConfig) config = g_new0(BlConfig, 1);
    json_error_t reason;
    if (len >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3;
        len -= 3;
    }
    config->label = g_strdup(label);
    config->text = g_strndup(text, len);
    config->len = len;
    config->root = json_loadb(text, len, JSON_REJECT_DUPLICATES, &reason);
    if (config->root == NULL) {
        set_syntax_error(config, &reason, error);
        return NULL;
    }
    return check_root(config, error) ? g_steal_pointer(&config) : NULL;
}

BlConfig *
bl_config_load(const char *path, const char *label, GError **error)
{
    gsize len = 0;
    g_autofree char *text = bl_file_read(path, BL_CONFIG_LIMIT, &len, error);
    return text != NULL ? bl_config_parse(text, len, label, error) : NULL;
}

const char *
bl_config_default(const BlConfig *config)
{
    return json_string_value(json_object_get(config->root, "default"));
}

json_t *
bl_config_connection(const BlConfig *config, const char *name)
{
    return json_object_get(json_object_get(config->root, "connections"), name);
}

char **
bl_config_names(const BlConfig *config)
{
    const char *name = NULL;
    json_t *connection = NULL;
    GPtrArray *names = g_ptr_array_new();
    json_object_foreach (json_object_get(config->root, "connections"), name, connection) {
        g_ptr_array_add(names, g_strdup(name));
    }
    g_ptr_array_add(names, NULL);
    return (char **)g_ptr_array_free(names, FALSE);
}

char *
bl_config_list_names(const BlConfig *config)
{
    g_auto(GStrv) names = bl_config_names(config);
    return g_strjoinv(", ", names);
}

void
bl_config_free(BlConfig *config)
{
    if (config != NULL) {
        json_decref(config->root);
        g_free(config->label);
        g_free(config->text);
        g_free(config);
    }
}
