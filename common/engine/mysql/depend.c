/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"

#include <string.h>

/* By what names objects are found. */
typedef struct {
    const MySession *session;
    GHashTable *relations; /* name of a table, view or sequence -> BlObject */
    GHashTable *routines;  /* folded name of a function or package -> BlObject */
    GHashTable *bodies;    /* folded name of a package -> BlObject of its body */
} Names;

static void
add_name(Names *names, BlObject *object)
{
    const BlKind *kind = object->kind;
    if (kind == &my_kind_table || kind == &my_kind_view || kind == &my_kind_sequence)
        g_hash_table_insert(names->relations, my_fold_name(names->session, object->name), object);
    else if (kind == &my_kind_function || kind == &my_kind_package)
        g_hash_table_insert(names->routines, g_utf8_strdown(object->name, -1), object);
    else if (kind == &my_kind_package_body)
        g_hash_table_insert(names->bodies, g_utf8_strdown(object->name, -1), object);
}

static void
depend_on(BlObject *object, GHashTable *table, const char *key)
{
    BlObject *other = g_hash_table_lookup(table, key);
    if (other != NULL)
        bl_object_add_dependency(object, other);
}

/* Only a view's references are looked up when it is created: a routine, a trigger and an event look
 * when they run. */
static void
add_dependencies(const Names *names, const MyItem *item)
{
    BlObject *object = item->object;
    if (item->table != NULL) {
        g_autofree char *key = my_fold_name(names->session, item->table);
        depend_on(object, names->relations, key);
    }
    if (object->kind == &my_kind_package_body) {
        g_autofree char *key = g_utf8_strdown(object->name, -1);
        depend_on(object, names->routines, key);
    }
    for (guint i = 0; object->kind == &my_kind_view && item->names != NULL && i < item->names->len;
         i++) {
        const char *name = g_ptr_array_index(item->names, i);
        g_autofree char *relation = my_fold_name(names->session, name);
        g_autofree char *routine = g_utf8_strdown(name, -1);
        depend_on(object, names->relations, relation);
        depend_on(object, names->routines, routine);
        depend_on(object, names->bodies, routine);
    }
}

/* Views that are not done although nothing is left that they could wait for. */
static GPtrArray *
find_circles(const GPtrArray *objects)
{
    GPtrArray *left = g_ptr_array_new();
    g_autoptr(GHashTable) done = g_hash_table_new(NULL, NULL);
    for (guint i = 0; i < objects->len; i++) {
        BlObject *object = g_ptr_array_index(objects, i);
        if (object->kind == &my_kind_view)
            g_ptr_array_add(left, object);
        else
            g_hash_table_add(done, object);
    }
    for (gboolean moved = TRUE; moved;) {
        moved = FALSE;
        for (guint i = left->len; i > 0; i--) {
            BlObject *view = g_ptr_array_index(left, i - 1);
            gboolean ready = TRUE;
            for (guint k = 0; ready && k < view->depends->len; k++)
                ready = g_hash_table_contains(done, g_ptr_array_index(view->depends, k));
            if (!ready)
                continue;
            g_hash_table_add(done, view);
            g_ptr_array_remove_index_fast(left, i - 1);
            moved = TRUE;
        }
    }
    return left;
}

/* What could be a name was taken for one so far: an alias that is called like a view makes a circle
 * that is none. From here on only what stands where a table stands counts. */
static void
look_closer(const Names *names, const char *database, BlObject *view)
{
    for (guint i = view->depends->len; i > 0; i--) {
        const BlObject *other = g_ptr_array_index(view->depends, i - 1);
        if (other->kind == &my_kind_view)
            g_ptr_array_remove_index(view->depends, i - 1);
    }
    for (guint i = 0; i < view->statements->len; i++) {
        const char *sql = g_ptr_array_index(view->statements, i);
        g_autoptr(GPtrArray) found = my_table_names(sql, database);
        for (guint k = 0; k < found->len; k++) {
            g_autofree char *key = my_fold_name(names->session, g_ptr_array_index(found, k));
            depend_on(view, names->relations, key);
        }
    }
}

static void
break_circles(const MyReader *reader, const Names *names)
{
    const GPtrArray *objects = reader->catalog->objects;
    g_autoptr(GPtrArray) maybe = find_circles(objects);
    if (maybe->len == 0)
        return;
    for (guint i = 0; i < maybe->len; i++)
        look_closer(names, reader->session->database, g_ptr_array_index(maybe, i));
    g_autoptr(GPtrArray) circles = find_circles(objects);
    for (guint i = 0; i < circles->len; i++) {
        BlObject *view = g_ptr_array_index(circles, i);
        if (view->broken == NULL)
            view->broken = "it stands on itself, or on views that stand on each other";
    }
    for (guint i = 0; i < circles->len; i++)
        g_ptr_array_set_size(((BlObject *)g_ptr_array_index(circles, i))->depends, 0);
}

void
my_add_dependencies(MyReader *reader)
{
    Names names = { .session = reader->session };
    names.relations = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names.routines = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    names.bodies = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < reader->catalog->objects->len; i++)
        add_name(&names, g_ptr_array_index(reader->catalog->objects, i));
    for (guint i = 0; i < reader->items->len; i++) {
        const MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->object != NULL)
            add_dependencies(&names, item);
    }
    break_circles(reader, &names);
    g_hash_table_unref(names.relations);
    g_hash_table_unref(names.routines);
    g_hash_table_unref(names.bodies);
}
