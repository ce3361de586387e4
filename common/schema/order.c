/* SPDX-License-Identifier: MIT */
#include "common/schema/order.h"

#include "common/base/error.h"

#include <string.h>

typedef enum { UNSEEN = 0, OPEN, DONE } VisitState;

/* One object on the way down: which of its dependencies comes next. */
typedef struct {
    guint position;
    guint next;
} Frame;

typedef struct {
    GPtrArray *base; /* BlObject * in (rank, schema, sort key, name) order */
    guint8 *states;  /* VisitState per index */
    GArray *stack;   /* Frame */
    GPtrArray *sorted;
} Walk;

static int
compare_text(const char *a, const char *b)
{
    return strcmp(a != NULL ? a : "", b != NULL ? b : "");
}

static int
compare_objects(gconstpointer left, gconstpointer right)
{
    const BlObject *a = *(const BlObject *const *)left;
    const BlObject *b = *(const BlObject *const *)right;
    if (a->loads_last != b->loads_last)
        return a->loads_last ? 1 : -1;
    if (a->kind->rank != b->kind->rank)
        return a->kind->rank < b->kind->rank ? -1 : 1;
    int order = compare_text(a->schema, b->schema);
    if (order == 0)
        order = compare_text(a->sort_key, b->sort_key);
    if (order == 0)
        order = compare_text(a->name, b->name);
    return order;
}

static int
compare_positions(gconstpointer left, gconstpointer right)
{
    guint a = (*(const BlObject *const *)left)->position;
    guint b = (*(const BlObject *const *)right)->position;
    return a < b ? -1 : a > b;
}

/* The dependency that leads back to an open object closes a cycle: name the objects on it. */
static void
set_cycle_error(const Walk *walk, guint start, GError **error)
{
    g_autoptr(GString) names = g_string_new(NULL);
    gboolean inside = FALSE;
    for (guint i = 0; i < walk->stack->len; i++) {
        guint position = g_array_index(walk->stack, Frame, i).position;
        inside = inside || position == start;
        if (!inside)
            continue;
        g_autofree char *label = bl_object_label(g_ptr_array_index(walk->base, position));
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", label);
    }
    bl_error_set(error, BL_ERROR_UNSUPPORTED, "leave one of them out: schema-dump --exclude",
                 "objects depend on each other in a circle: %s", names->str);
}

static void
push(Walk *walk, guint position)
{
    BlObject *object = g_ptr_array_index(walk->base, position);
    if (object->depends->len > 1)
        g_ptr_array_sort(object->depends, compare_positions);
    walk->states[position] = OPEN;
    Frame frame = { position, 0 };
    g_array_append_val(walk->stack, frame);
}

/* Depth first without recursion: chains of dependencies are as long as the user makes them. */
static gboolean
visit(Walk *walk, guint position, GError **error)
{
    push(walk, position);
    while (walk->stack->len > 0) {
        Frame *top = &g_array_index(walk->stack, Frame, walk->stack->len - 1);
        BlObject *object = g_ptr_array_index(walk->base, top->position);
        if (top->next == object->depends->len) {
            walk->states[top->position] = DONE;
            g_ptr_array_add(walk->sorted, object);
            g_array_set_size(walk->stack, walk->stack->len - 1);
            continue;
        }
        const BlObject *other = g_ptr_array_index(object->depends, top->next++);
        guint needed = other->position;
        if (walk->states[needed] == OPEN) {
            set_cycle_error(walk, needed, error);
            return FALSE;
        }
        if (walk->states[needed] == UNSEEN)
            push(walk, needed);
    }
    return TRUE;
}

gboolean
bl_catalog_sort(BlCatalog *catalog, GError **error)
{
    GPtrArray *base = catalog->objects;
    g_ptr_array_sort(base, compare_objects);

    for (guint i = 0; i < base->len; i++)
        ((BlObject *)g_ptr_array_index(base, i))->position = i;

    g_autofree guint8 *states = g_new0(guint8, base->len + 1);
    g_autoptr(GArray) stack = g_array_new(FALSE, FALSE, sizeof(Frame));
    g_autoptr(GPtrArray) sorted = g_ptr_array_sized_new(base->len);
    Walk walk = { base, states, stack, sorted };
    for (guint i = 0; i < base->len; i++) {
        if (states[i] == UNSEEN && !visit(&walk, i, error))
            return FALSE;
    }
    /* The same objects in a new order: the array keeps owning them. */
    if (sorted->len > 0)
        memcpy(base->pdata, sorted->pdata, sorted->len * sizeof(gpointer));
    return TRUE;
}
