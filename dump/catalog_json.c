/* SPDX-License-Identifier: MIT */
#include "dump/dumper.h"

#include "common/base/error.h"
#include "common/base/file.h"

#include <jansson.h>

#include <string.h>

/* Largest file that may be ours, in bytes. */
#define JSON_LIMIT ((gsize)1024 * 1024 * 1024)

G_DEFINE_AUTOPTR_CLEANUP_FUNC(json_t, json_decref)

#define CATALOG_FORMAT 1

/* json_null() for NULL. NULL when the text is not UTF-8, which JSON cannot hold. */
static json_t *
text_or_null(const char *text)
{
    return text != NULL ? json_string(text) : json_null();
}

static json_t *
parts_to_json(const BlObject *object)
{
    json_t *list = json_array();
    for (guint i = 0; i < object->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(object->parts, i);
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "kind", part->kind, "name",
                                              part->name, "definition", part->definition));
    }
    return list;
}

static json_t *
dependencies_to_json(const BlObject *object)
{
    json_t *list = json_array();
    for (guint i = 0; i < object->depends->len; i++) {
        g_autofree char *label = bl_object_label(g_ptr_array_index(object->depends, i));
        json_array_append_new(list, json_string(label));
    }
    return list;
}

/* @return NULL when a text is not UTF-8 */
static json_t *
object_to_json(const BlObject *object)
{
    g_autoptr(json_t) statements = json_array();
    for (guint i = 0; i < object->statements->len; i++) {
        if (json_array_append_new(statements,
                                  json_string(g_ptr_array_index(object->statements, i))) != 0)
            return NULL;
    }
    g_autoptr(json_t) result = json_object();
    gboolean ok = json_object_set_new(result, "kind", json_string(object->kind->name)) == 0 &&
                  json_object_set_new(result, "schema", text_or_null(object->schema)) == 0 &&
                  json_object_set_new(result, "name", text_or_null(object->name)) == 0 &&
                  json_object_set_new(result, "parent", text_or_null(object->parent)) == 0 &&
                  json_object_set(result, "statements", statements) == 0 &&
                  json_object_set_new(result, "dependsOn", dependencies_to_json(object)) == 0 &&
                  json_object_set_new(result, "parts", parts_to_json(object)) == 0 &&
                  json_object_set_new(result, "broken", text_or_null(object->broken)) == 0;
    return ok ? g_steal_pointer(&result) : NULL;
}

static int
append_piece(const char *piece, size_t len, void *data)
{
    g_string_append_len(data, piece, (gssize)len);
    return 0;
}

char *
bl_dump_format_json(const BlDump *dump, const BlEngine *engine, GError **error)
{
    g_autoptr(json_t) objects = json_array();
    for (guint i = 0; i < dump->catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(dump->catalog->objects, i);
        json_t *value = object_to_json(object);
        if (value == NULL) {
            g_autofree char *label = bl_object_label(object);
            bl_error_set(error, BL_ERROR_UNSUPPORTED, "leave it out: --exclude, or dump as SQL",
                         "%s has text that is not UTF-8, which JSON cannot hold", label);
            return NULL;
        }
        json_array_append_new(objects, value);
    }
    g_autoptr(json_t) root =
        json_pack("{s:i, s:s, s:s, s:O}", "formatVersion", CATALOG_FORMAT, "engine", engine->name,
                  "lowestVersion", dump->catalog->lowest_version, "objects", objects);
    g_autoptr(GString) out = g_string_new(NULL);
    json_dump_callback(root, append_piece, out, JSON_INDENT(2));
    g_string_append_c(out, '\n');
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* Somebody's own file, of which there may be no other copy. */
static gboolean
check_is_json(const char *path, GError **error)
{
    gsize len = 0;
    if (!bl_file_exists(path))
        return TRUE;
    g_autofree char *bytes = bl_file_read(path, JSON_LIMIT, &len, NULL);
    g_autoptr(json_t) old = bytes != NULL ? json_loadb(bytes, len, 0, NULL) : NULL;
    if (bytes != NULL && (len == 0 || json_is_array(json_object_get(old, "objects"))))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, "name another file, or move that one away",
                 "\"%s\" is there already and is no schema of ours", path);
    return FALSE;
}

gboolean
bl_dump_write_json(const char *path, const char *text, GError **error)
{
    g_autofree char *real = bl_file_follow_links(path);
    return bl_file_check_place(real, error) && check_is_json(real, error) &&
           bl_file_make_parent(real, error) &&
           bl_file_write_atomic(real, text, strlen(text), error);
}
