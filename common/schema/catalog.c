/* SPDX-License-Identifier: MIT */
#include "common/schema/catalog.h"

#include "common/sql/quote.h"

#include <string.h>

static void
object_free(gpointer data)
{
    BlObject *object = data;
    g_ptr_array_unref(object->statements);
    g_ptr_array_unref(object->depends);
    g_ptr_array_unref(object->parts);
    g_free(object);
}

/* One string per object: names may hold any character but NUL and this separator's meaning is
 * positional. */
static char *
index_key(const char *kind, const char *schema, const char *name)
{
    return g_strconcat(kind, "\x1f", schema != NULL ? schema : "", "\x1f", name, NULL);
}

BlCatalog *
bl_catalog_new(const BlDialect *dialect, const char *family)
{
    BlCatalog *catalog = g_new0(BlCatalog, 1);
    catalog->dialect = dialect;
    catalog->strings = g_string_chunk_new(16384);
    catalog->family = g_string_chunk_insert(catalog->strings, family);
    catalog->lowest_version = "0";
    catalog->objects = g_ptr_array_new_with_free_func(object_free);
    catalog->index = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return catalog;
}

const char *
bl_catalog_string(BlCatalog *catalog, const char *text)
{
    return text != NULL ? g_string_chunk_insert(catalog->strings, text) : NULL;
}

BlObject *
bl_catalog_add(BlCatalog *catalog, const BlKind *kind, const char *schema, const char *name)
{
    BlObject *object = g_new0(BlObject, 1);
    object->kind = kind;
    object->schema = bl_catalog_string(catalog, schema);
    object->name = bl_catalog_string(catalog, name);
    object->sort_key = object->name;
    object->statements = g_ptr_array_new();
    object->depends = g_ptr_array_new();
    object->parts = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(catalog->objects, object);
    g_hash_table_insert(catalog->index, index_key(kind->name, schema, name), object);
    return object;
}

void
bl_object_add_statement(BlCatalog *catalog, BlObject *object, const char *sql)
{
    g_ptr_array_add(object->statements, g_string_chunk_insert(catalog->strings, sql));
}

void
bl_object_add_part(BlCatalog *catalog,
                   BlObject *object,
                   const char *kind,
                   const char *name,
                   const char *definition)
{
    BlPart *part = g_new0(BlPart, 1);
    part->kind = g_string_chunk_insert_const(catalog->strings, kind);
    part->name = bl_catalog_string(catalog, name);
    part->definition = bl_catalog_string(catalog, definition);
    g_ptr_array_add(object->parts, part);
}

void
bl_object_add_dependency(BlObject *object, BlObject *other)
{
    if (object != other && !g_ptr_array_find(object->depends, other, NULL))
        g_ptr_array_add(object->depends, other);
}

BlObject *
bl_catalog_find(const BlCatalog *catalog,
                const char *kind_name,
                const char *schema,
                const char *name)
{
    g_autofree char *key = index_key(kind_name, schema, name);
    return g_hash_table_lookup(catalog->index, key);
}

static void
forget_dependencies(GPtrArray *objects, GHashTable *gone)
{
    for (guint i = 0; i < objects->len; i++) {
        BlObject *object = g_ptr_array_index(objects, i);
        for (guint j = object->depends->len; j > 0; j--) {
            if (g_hash_table_contains(gone, g_ptr_array_index(object->depends, j - 1)))
                g_ptr_array_remove_index(object->depends, j - 1);
        }
    }
}

guint
bl_catalog_remove(BlCatalog *catalog,
                  gboolean (*matches)(const BlObject *object, void *data),
                  void *data)
{
    g_autoptr(GHashTable) gone = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (matches(object, data))
            g_hash_table_add(gone, object);
    }
    if (g_hash_table_size(gone) == 0)
        return 0;

    forget_dependencies(catalog->objects, gone);
    for (guint i = catalog->objects->len; i > 0; i--) {
        BlObject *object = g_ptr_array_index(catalog->objects, i - 1);
        if (!g_hash_table_contains(gone, object))
            continue;
        g_autofree char *key = index_key(object->kind->name, object->schema, object->name);
        g_hash_table_remove(catalog->index, key);
        g_ptr_array_remove_index(catalog->objects, i - 1);
    }
    return g_hash_table_size(gone);
}

char *
bl_object_full_name(const BlObject *object)
{
    return object->schema != NULL ? g_strconcat(object->schema, ".", object->name, NULL)
                                  : g_strdup(object->name);
}

char *
bl_object_label(const BlObject *object)
{
    g_autofree char *full_name = bl_object_full_name(object);
    g_autofree char *escaped = bl_quote_comment(full_name);
    return g_strconcat(object->kind->name, " ", escaped, NULL);
}

void
bl_catalog_free(BlCatalog *catalog)
{
    if (catalog == NULL)
        return;
    g_hash_table_unref(catalog->index);
    g_ptr_array_unref(catalog->objects);
    g_string_chunk_free(catalog->strings);
    g_free(catalog);
}
