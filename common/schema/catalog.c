/* SPDX-License-Identifier: MIT */
#include "common/schema/catalog.h"

#include "common/sql/quote.h"

#include <string.h>

static void
list_free(const BlObject *object, GPtrArray *list)
{
    if (list != object->none)
        g_ptr_array_unref(list);
}

static void
object_free(gpointer data)
{
    BlObject *object = data;
    list_free(object, object->statements);
    list_free(object, object->depends);
    list_free(object, object->parts);
    g_free(object);
}

/* Most objects have one statement, few have parts: a list is made with its first member. */
static void
add_to_list(const BlObject *object, GPtrArray **list, GDestroyNotify destroy, gpointer member)
{
    if (*list == object->none)
        *list = g_ptr_array_new_full(1, destroy);
    g_ptr_array_add(*list, member);
}

static void
fact_free(gpointer data)
{
    BlFact *fact = data;
    g_ptr_array_unref(fact->values);
    g_hash_table_unref(fact->seen);
    g_free(fact);
}

static const char *
schema_of(const BlObject *object)
{
    return object->schema != NULL ? object->schema : "";
}

static guint
hash_object(gconstpointer data)
{
    const BlObject *object = data;
    guint hash = g_str_hash(object->name) * 31 + g_str_hash(object->kind->name);
    return hash * 31 + g_str_hash(schema_of(object));
}

static gboolean
equal_objects(gconstpointer left, gconstpointer right)
{
    const BlObject *a = left;
    const BlObject *b = right;
    return strcmp(a->name, b->name) == 0 && strcmp(a->kind->name, b->kind->name) == 0 &&
           strcmp(schema_of(a), schema_of(b)) == 0;
}

BlCatalog *
bl_catalog_new(const BlDialect *dialect, const char *family)
{
    BlCatalog *catalog = g_new0(BlCatalog, 1);
    catalog->dialect = dialect;
    catalog->strings = g_string_chunk_new(16384);
    catalog->adopted = g_ptr_array_new_with_free_func((GDestroyNotify)g_string_chunk_free);
    catalog->family = g_string_chunk_insert(catalog->strings, family);
    catalog->lowest_version = "0";
    catalog->objects = g_ptr_array_new_with_free_func(object_free);
    catalog->facts = g_ptr_array_new_with_free_func(fact_free);
    catalog->none = g_ptr_array_new();
    return catalog;
}

const char *
bl_catalog_string(BlCatalog *catalog, const char *text)
{
    return text != NULL ? g_string_chunk_insert(catalog->strings, text) : NULL;
}

void
bl_catalog_adopt_strings(BlCatalog *catalog, GStringChunk *strings)
{
    g_ptr_array_add(catalog->adopted, strings);
}

static BlObject *
add_object(BlCatalog *catalog, const BlKind *kind, const char *schema, const char *name)
{
    BlObject *object = g_new0(BlObject, 1);
    object->kind = kind;
    object->schema = schema;
    object->name = name;
    object->sort_key = name;
    object->none = catalog->none;
    object->statements = catalog->none;
    object->depends = catalog->none;
    object->parts = catalog->none;
    g_ptr_array_add(catalog->objects, object);
    if (catalog->index != NULL)
        g_hash_table_add(catalog->index, object);
    return object;
}

BlObject *
bl_catalog_add(BlCatalog *catalog, const BlKind *kind, const char *schema, const char *name)
{
    return add_object(catalog, kind, bl_catalog_string(catalog, schema),
                      bl_catalog_string(catalog, name));
}

BlObject *
bl_catalog_add_adopted(BlCatalog *catalog, const BlKind *kind, const char *name, const char *sql)
{
    BlObject *object = add_object(catalog, kind, NULL, name);
    add_to_list(object, &object->statements, NULL, (gpointer)(guintptr)sql);
    return object;
}

void
bl_object_add_statement(BlCatalog *catalog, BlObject *object, const char *sql)
{
    add_to_list(object, &object->statements, NULL, g_string_chunk_insert(catalog->strings, sql));
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
    add_to_list(object, &object->parts, g_free, part);
}

void
bl_object_set_unsaid(BlCatalog *catalog, BlObject *object, const char *unsaid)
{
    object->unsaid = bl_catalog_string(catalog, unsaid);
}

void
bl_object_add_dependency(BlObject *object, BlObject *other)
{
    if (object != other && !g_ptr_array_find(object->depends, other, NULL))
        add_to_list(object, &object->depends, NULL, other);
}

/* Many a catalog is written without ever being asked for one object. */
static void
make_index(BlCatalog *catalog)
{
    catalog->index = g_hash_table_new(hash_object, equal_objects);
    for (guint i = 0; i < catalog->objects->len; i++)
        g_hash_table_add(catalog->index, g_ptr_array_index(catalog->objects, i));
}

BlObject *
bl_catalog_find(const BlCatalog *catalog,
                const char *kind_name,
                const char *schema,
                const char *name)
{
    if (catalog->index == NULL)
        make_index((BlCatalog *)(guintptr)catalog);
    const BlKind kind = { .name = kind_name };
    const BlObject wanted = { .kind = &kind, .schema = schema, .name = name };
    return g_hash_table_lookup(catalog->index, &wanted);
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

    g_clear_pointer(&catalog->index, g_hash_table_unref);
    forget_dependencies(catalog->objects, gone);
    for (guint i = catalog->objects->len; i > 0; i--) {
        BlObject *object = g_ptr_array_index(catalog->objects, i - 1);
        if (!g_hash_table_contains(gone, object))
            continue;
        g_ptr_array_remove_index(catalog->objects, i - 1);
    }
    return g_hash_table_size(gone);
}

static BlFact *
find_fact(const BlCatalog *catalog, const char *key)
{
    for (guint i = 0; i < catalog->facts->len; i++) {
        BlFact *fact = g_ptr_array_index(catalog->facts, i);
        if (strcmp(fact->key, key) == 0)
            return fact;
    }
    return NULL;
}

static BlFact *
fact_of(BlCatalog *catalog, const char *key)
{
    BlFact *fact = find_fact(catalog, key);
    if (fact != NULL)
        return fact;
    fact = g_new0(BlFact, 1);
    fact->key = bl_catalog_string(catalog, key);
    fact->values = g_ptr_array_new();
    fact->seen = g_hash_table_new(g_str_hash, g_str_equal);
    g_ptr_array_add(catalog->facts, fact);
    return fact;
}

gboolean
bl_catalog_has_fact(const BlCatalog *catalog, const char *key)
{
    return find_fact(catalog, key) != NULL;
}

void
bl_catalog_add_fact(BlCatalog *catalog, const char *key, const char *value)
{
    BlFact *fact = fact_of(catalog, key);
    fact->is_list = TRUE;
    if (g_hash_table_contains(fact->seen, value))
        return;
    char *copy = g_string_chunk_insert(catalog->strings, value);
    g_hash_table_add(fact->seen, copy);
    g_ptr_array_add(fact->values, copy);
}

void
bl_catalog_set_fact(BlCatalog *catalog, const char *key, const char *value)
{
    BlFact *fact = fact_of(catalog, key);
    fact->is_list = FALSE;
    g_ptr_array_set_size(fact->values, 0);
    g_ptr_array_add(fact->values, g_string_chunk_insert(catalog->strings, value));
}

char *
bl_object_full_name(const BlObject *object)
{
    return object->schema != NULL ? g_strconcat(object->schema, ".", object->name, NULL)
                                  : g_strdup(object->name);
}

void
bl_object_append_label(const BlObject *object, GString *out)
{
    g_string_append(out, object->kind->name);
    g_string_append_c(out, ' ');
    if (object->schema != NULL) {
        bl_quote_append_comment(out, object->schema);
        g_string_append_c(out, '.');
    }
    bl_quote_append_comment(out, object->name);
}

char *
bl_object_label(const BlObject *object)
{
    GString *label = g_string_new(NULL);
    bl_object_append_label(object, label);
    return g_string_free(label, FALSE);
}

void
bl_catalog_free(BlCatalog *catalog)
{
    if (catalog == NULL)
        return;
    g_clear_pointer(&catalog->index, g_hash_table_unref);
    g_ptr_array_unref(catalog->objects);
    g_ptr_array_unref(catalog->facts);
    g_ptr_array_unref(catalog->none);
    g_ptr_array_unref(catalog->adopted);
    g_string_chunk_free(catalog->strings);
    g_free(catalog);
}
