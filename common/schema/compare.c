/* SPDX-License-Identifier: MIT */
#include "common/schema/compare.h"

#include "common/base/digest.h"
#include "common/sql/lexer.h"

#include <string.h>

/* How much of a definition is shown on each side of a difference, in bytes. */
#define EXCERPT 60

void
bl_difference_free(BlDifference *difference)
{
    if (difference == NULL)
        return;
    g_free(difference->kind);
    g_free(difference->name);
    g_free(difference->what);
    g_free(difference);
}

GPtrArray *
bl_differences_new(void)
{
    return g_ptr_array_new_with_free_func((GDestroyNotify)bl_difference_free);
}

void
bl_differences_add(GPtrArray *differences, const char *kind, const char *name, char *what)
{
    BlDifference *difference = g_new0(BlDifference, 1);
    difference->kind = g_strdup(kind);
    difference->name = g_strdup(name);
    difference->what = what;
    g_ptr_array_add(differences, difference);
}

static void
add_difference(GPtrArray *differences, const BlObject *object, char *what)
{
    g_autofree char *name = bl_object_full_name(object);
    bl_differences_add(differences, object->kind->name, name, what);
}

static void
append_definition(GString *text, const BlCatalog *catalog, const BlObject *object)
{
    for (guint i = 0; i < object->statements->len; i++) {
        const char *sql = g_ptr_array_index(object->statements, i);
        bl_token_append_normalized(text, catalog->dialect, sql, strlen(sql));
        g_string_append_c(text, ';');
    }
}

static char *
normalized_definition(const BlCatalog *catalog, const BlObject *object)
{
    GString *text = g_string_new(NULL);
    append_definition(text, catalog, object);
    return g_string_free(text, FALSE);
}

/* What a terminal does not show, and git changes: two texts that look the same are one difference.
 */
static char *
with_visible_cr(const char *text)
{
    g_auto(GStrv) pieces = g_strsplit(text, "\r", -1);
    return g_strjoinv("\\r", pieces);
}

/* A window of @text that starts shortly before byte @at and does not cut a character. */
static char *
excerpt(const char *text, gsize at)
{
    gsize start = at > EXCERPT / 3 ? at - EXCERPT / 3 : 0;
    while (start > 0 && ((guchar)text[start] & 0xC0) == 0x80)
        start--;
    gsize end = MIN(strlen(text), start + EXCERPT);
    while (text[end] != '\0' && ((guchar)text[end] & 0xC0) == 0x80)
        end++;
    g_autofree char *window = g_strndup(text + start, end - start);
    g_autofree char *visible = with_visible_cr(window);
    return g_strconcat(start > 0 ? "…" : "", visible, text[end] != '\0' ? "…" : "", NULL);
}

static char *
describe_text_difference(const char *a, const char *b, const char *a_name, const char *b_name)
{
    gsize at = 0;
    while (a[at] != '\0' && a[at] == b[at])
        at++;
    g_autofree char *in_a = excerpt(a, at);
    g_autofree char *in_b = excerpt(b, at);
    return g_strdup_printf("in %s: %s, in %s: %s", a_name, in_a, b_name, in_b);
}

static const BlPart *
find_part(const GPtrArray *parts, const BlPart *wanted)
{
    for (guint i = 0; i < parts->len; i++) {
        const BlPart *part = g_ptr_array_index(parts, i);
        if (strcmp(part->kind, wanted->kind) == 0 && strcmp(part->name, wanted->name) == 0)
            return part;
    }
    return NULL;
}

static void
compare_part(GPtrArray *differences,
             const BlObject *object,
             const BlPart *part,
             const BlPart *other,
             const char *const names[2])
{
    if (other == NULL) {
        add_difference(
            differences, object,
            g_strdup_printf("%s \"%s\" is only in %s", part->kind, part->name, names[0]));
    } else if (strcmp(part->definition, other->definition) != 0) {
        g_autofree char *here = with_visible_cr(part->definition);
        g_autofree char *there = with_visible_cr(other->definition);
        add_difference(differences, object,
                       g_strdup_printf("%s \"%s\" is \"%s\" in %s, \"%s\" in %s", part->kind,
                                       part->name, here, names[0], there, names[1]));
    }
}

/* @return how many part differences were found */
static guint
compare_parts(GPtrArray *differences,
              const BlObject *a,
              const BlObject *b,
              const char *const names[2])
{
    guint before = differences->len;
    for (guint i = 0; i < a->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(a->parts, i);
        compare_part(differences, a, part, find_part(b->parts, part), names);
    }
    const char *const reversed[2] = { names[1], names[0] };
    for (guint i = 0; i < b->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(b->parts, i);
        if (find_part(a->parts, part) == NULL)
            compare_part(differences, b, part, NULL, reversed);
    }
    return differences->len - before;
}

static void
compare_unsaid(GPtrArray *differences,
               const BlObject *a,
               const BlObject *b,
               const char *const names[2])
{
    if (g_strcmp0(a->unsaid, b->unsaid) == 0)
        return;
    g_autoptr(GString) what = g_string_new(NULL);
    if (a->unsaid != NULL)
        g_string_append_printf(what, "%s in %s", a->unsaid, names[0]);
    if (b->unsaid != NULL)
        g_string_append_printf(what, "%s%s in %s", what->len > 0 ? ", " : "", b->unsaid, names[1]);
    add_difference(differences, a, g_string_free(g_steal_pointer(&what), FALSE));
}

static void
compare_objects(GPtrArray *differences,
                const BlCatalog *catalogs[2],
                const BlObject *a,
                const BlObject *b,
                const char *const names[2])
{
    g_autofree char *in_a = normalized_definition(catalogs[0], a);
    g_autofree char *in_b = normalized_definition(catalogs[1], b);
    if (strcmp(in_a, in_b) == 0) {
        compare_unsaid(differences, a, b, names);
        return;
    }
    if (compare_parts(differences, a, b, names) == 0)
        add_difference(differences, a, describe_text_difference(in_a, in_b, names[0], names[1]));
}

/* Of several that act one after the other. */
static gboolean
is_ordered(const BlObject *object)
{
    return object->parent != NULL && strrchr(object->sort_key, '\x01') != NULL;
}

/* @param other only what this has too counts; NULL: everything. @return BlObject * -> the name of
 * the one that acts before it, "" for the first; g_hash_table_unref() */
static GHashTable *
find_predecessors(const BlCatalog *catalog, const BlCatalog *other)
{
    g_autoptr(GHashTable) last = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    GHashTable *found = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (!is_ordered(object) ||
            (other != NULL &&
             bl_catalog_find(other, object->kind->name, object->schema, object->name) == NULL))
            continue;
        g_autofree char *group = g_strndup(
            object->sort_key, (gsize)(strrchr(object->sort_key, '\x01') - object->sort_key));
        char *key =
            g_strjoin("\x01", object->kind->name, object->schema != NULL ? object->schema : "",
                      object->parent, group, NULL);
        const char *before = g_hash_table_lookup(last, key);
        g_hash_table_insert(found, object, (gpointer)(guintptr)(before != NULL ? before : ""));
        g_hash_table_replace(last, key, (gpointer)(guintptr)object->name);
    }
    return found;
}

static char *
describe_place(const char *before)
{
    return before[0] == '\0' ? g_strdup("first") : g_strdup_printf("behind \"%s\"", before);
}

static void
compare_order(GPtrArray *differences, const BlCatalog *catalogs[2], const char *const names[2])
{
    g_autoptr(GHashTable) in_a = find_predecessors(catalogs[0], catalogs[1]);
    g_autoptr(GHashTable) in_b = find_predecessors(catalogs[1], catalogs[0]);
    for (guint i = 0; i < catalogs[0]->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalogs[0]->objects, i);
        const char *a = g_hash_table_lookup(in_a, object);
        const BlObject *other = a != NULL ? bl_catalog_find(catalogs[1], object->kind->name,
                                                            object->schema, object->name)
                                          : NULL;
        const char *b = other != NULL ? g_hash_table_lookup(in_b, other) : NULL;
        if (b == NULL || strcmp(a, b) == 0)
            continue;
        g_autofree char *place_a = describe_place(a);
        g_autofree char *place_b = describe_place(b);
        add_difference(
            differences, object,
            g_strdup_printf("comes %s in %s, %s in %s", place_a, names[0], place_b, names[1]));
    }
}

static int
order_differences(gconstpointer left, gconstpointer right)
{
    const BlDifference *a = *(const BlDifference *const *)left;
    const BlDifference *b = *(const BlDifference *const *)right;
    int order = strcmp(a->kind, b->kind);
    if (order == 0)
        order = strcmp(a->name, b->name);
    return order != 0 ? order : strcmp(a->what, b->what);
}

GPtrArray *
bl_catalog_compare(const BlCatalog *a, const BlCatalog *b, const char *a_name, const char *b_name)
{
    GPtrArray *differences = bl_differences_new();
    const BlCatalog *catalogs[2] = { a, b };
    const char *const names[2] = { a_name, b_name };
    for (guint i = 0; i < a->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(a->objects, i);
        const BlObject *other =
            bl_catalog_find(b, object->kind->name, object->schema, object->name);
        if (other == NULL)
            add_difference(differences, object, g_strdup_printf("is only in %s", a_name));
        else
            compare_objects(differences, catalogs, object, other, names);
    }
    for (guint i = 0; i < b->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(b->objects, i);
        if (bl_catalog_find(a, object->kind->name, object->schema, object->name) == NULL)
            add_difference(differences, object, g_strdup_printf("is only in %s", b_name));
    }
    compare_order(differences, catalogs, names);
    g_ptr_array_sort(differences, order_differences);
    return differences;
}

static int
order_for_digest(gconstpointer left, gconstpointer right)
{
    const BlObject *a = *(const BlObject *const *)left;
    const BlObject *b = *(const BlObject *const *)right;
    int order = strcmp(a->kind->name, b->kind->name);
    if (order == 0)
        order = strcmp(a->schema != NULL ? a->schema : "", b->schema != NULL ? b->schema : "");
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* With its NUL, so that neighbouring texts cannot run together. */
static void
append_text(GString *out, const char *text)
{
    g_string_append_len(out, text, (gssize)strlen(text) + 1);
}

char *
bl_catalog_digest(const BlCatalog *catalog)
{
    g_autoptr(GPtrArray) objects = g_ptr_array_sized_new(catalog->objects->len);
    for (guint i = 0; i < catalog->objects->len; i++)
        g_ptr_array_add(objects, g_ptr_array_index(catalog->objects, i));
    g_ptr_array_sort(objects, order_for_digest);

    g_autoptr(GHashTable) places = find_predecessors(catalog, NULL);
    g_autoptr(GChecksum) checksum = g_checksum_new(G_CHECKSUM_SHA256);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < objects->len; i++) {
        const BlObject *object = g_ptr_array_index(objects, i);
        g_string_truncate(text, 0);
        append_text(text, object->kind->name);
        append_text(text, object->schema != NULL ? object->schema : "");
        append_text(text, object->name);
        append_definition(text, catalog, object);
        if (is_ordered(object))
            append_text(text, g_hash_table_lookup(places, object));
        g_checksum_update(checksum, (const guchar *)text->str, (gssize)text->len + 1);
    }
    return g_strconcat(catalog->family, ":", g_checksum_get_string(checksum), NULL);
}
