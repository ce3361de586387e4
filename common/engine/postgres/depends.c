/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/relations.h"

#include <string.h>

/* Links between a table and what is made for its columns run the other way in a snapshot, or stand
 * inside one object: sequences before the tables that own them. What belongs to a partition does
 * not wait for what its parent has: it is attached. Nor does anybody ask for arrays, tables of long
 * values and the triggers of foreign keys. An index, which IS TRUE keeps the server from, would
 * find nearly all rows one by one. */
static const char depends_sql[] =
    "SELECT classid, objid, refclassid, refobjid FROM pg_depend WHERE (objid >= 16384) IS TRUE AND "
    "(refobjid >= 16384) IS TRUE AND deptype NOT IN ('e', 'P', 'S') AND refclassid <> 'pg_namespace'::regclass AND NOT "
    "(deptype = 'i' AND (classid = refclassid OR classid = 'pg_trigger'::regclass)) AND NOT "
    "(deptype IN ('a', 'i') AND refclassid = 'pg_class'::regclass AND (classid IN "
    "('pg_attrdef'::regclass, 'pg_constraint'::regclass, 'pg_type'::regclass) OR classid = "
    "'pg_class'::regclass AND refobjsubid > 0))";

/* An expression that casts needs the cast, and the server has written down only the function behind
 * it. COERCE_EXPLICIT_CAST and COERCE_IMPLICIT_CAST are 1 and 2. */
static const char casts_sql[] =
    "SELECT d.classid, d.objid, 'pg_cast'::regclass::oid, c.oid FROM pg_cast c JOIN pg_depend d ON "
    "d.refclassid = 'pg_proc'::regclass AND d.refobjid = c.castfunc AND d.classid <> "
    "'pg_cast'::regclass LEFT JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid "
    "LEFT JOIN pg_attrdef a ON d.classid = 'pg_attrdef'::regclass AND a.oid = d.objid LEFT JOIN "
    "pg_constraint k ON d.classid = 'pg_constraint'::regclass AND k.oid = d.objid LEFT JOIN pg_rewrite "
    "r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid WHERE c.oid >= 16384 AND "
    "coalesce({{14|p.prosqlbody::text|NULL}}, a.adbin::text, k.conbin::text, r.ev_action::text) ~ "
    "format(':funcid %s [^{}]*:funcformat [12] ', c.castfunc)";

static gboolean
add_row(PgReader *reader, const PGresult *result, int row, GError **error)
{
    (void)error;
    pg_add_edge(reader, pg_oid(result, row, 0), pg_oid(result, row, 1), pg_oid(result, row, 2),
                pg_oid(result, row, 3));
    return TRUE;
}

static const PgQuery queries[] = {
    { "dependencies", depends_sql, 0, 0, add_row },
    { "casts in expressions", casts_sql, 0, PG_QUERY_IF(PG_IF_CAST), add_row },
};

const PgSection pg_section_depends = { queries, G_N_ELEMENTS(queries), NULL };

/* One edge between entries that are there. */
typedef struct {
    PgEntry *from;
    PgEntry *to;
} Link;

/* An object in the search for cycles (Tarjan's strongly connected components). */
typedef struct {
    BlObject *object;
    GArray *links; /* Link, of all entries that share the object */
    guint index;   /* 0: not visited */
    guint low;
    guint component; /* 0: none yet */
    gboolean on_stack;
} Node;

typedef struct {
    PgReader *reader;
    GArray *links;     /* Link */
    GHashTable *nodes; /* BlObject -> Node, owned */
    GPtrArray *order;  /* Node, borrowed, in the catalog's order */
    GPtrArray *stack;
    guint n_visited;
    guint n_components;
} Graph;

static void
node_free(gpointer data)
{
    Node *node = data;
    g_array_unref(node->links);
    g_free(node);
}

static guint64
pair_hash(const Link *link)
{
    return link->from->key * 31 + link->to->key;
}

static guint
hash_link(gconstpointer key)
{
    guint64 hash = pair_hash(key);
    return (guint)(hash ^ hash >> 32);
}

static gboolean
same_link(gconstpointer left, gconstpointer right)
{
    const Link *a = left;
    const Link *b = right;
    return a->from == b->from && a->to == b->to;
}

/* What a function with a parsed body may need for that body only: its arguments and its result need
 * types. @return the entry of the body, or @from */
static PgEntry *
needing_entry(const PgReader *reader, PgEntry *from, const PgEntry *to)
{
    if (from->class_id != PG_PROC || to->class_id == PG_TYPE)
        return from;
    guint64 key = pg_key(PG_BODY, from->oid);
    PgEntry *body = g_hash_table_lookup(reader->entries, &key);
    return body != NULL ? body : from;
}

/* Each edge once, between entries of ours. */
static GArray *
collect_links(PgReader *reader)
{
    GArray *links = g_array_new(FALSE, FALSE, sizeof(Link));
    g_autoptr(GHashTable) seen = g_hash_table_new_full(hash_link, same_link, g_free, NULL);
    for (guint i = 0; i < reader->edges->len; i++) {
        const PgEdge *edge = &g_array_index(reader->edges, PgEdge, i);
        Link link = { g_hash_table_lookup(reader->entries, &edge->from),
                      g_hash_table_lookup(reader->entries, &edge->to) };
        if (link.from == NULL || link.to == NULL || link.from == link.to)
            continue;
        link.from = needing_entry(reader, link.from, link.to);
        if (g_hash_table_add(seen, g_memdup2(&link, sizeof link)))
            g_array_append_val(links, link);
    }
    return links;
}

/* What a type itself needs stands on its shell only. */
static gboolean
needs_shell(const Link *link, GHashTable *back)
{
    if (link->to->shell == NULL)
        return FALSE;
    const Link reverse = { link->to, link->from };
    return g_hash_table_contains(back, &reverse);
}

static BlObject *
target_of(const Link *link, GHashTable *back)
{
    return needs_shell(link, back) ? link->to->shell : link->to->object;
}

static Node *
node_of(Graph *graph, BlObject *object)
{
    return g_hash_table_lookup(graph->nodes, object);
}

static void
build_nodes(Graph *graph)
{
    const GPtrArray *objects = graph->reader->catalog->objects;
    for (guint i = 0; i < objects->len; i++) {
        Node *node = g_new0(Node, 1);
        node->object = g_ptr_array_index(objects, i);
        node->links = g_array_new(FALSE, FALSE, sizeof(Link));
        g_hash_table_insert(graph->nodes, node->object, node);
        g_ptr_array_add(graph->order, node);
    }
    for (guint i = 0; i < graph->links->len; i++) {
        const Link *link = &g_array_index(graph->links, Link, i);
        if (link->from->object != link->to->object)
            g_array_append_val(node_of(graph, link->from->object)->links, *link);
    }
}

/* A place in the walk: which link of the node comes next. */
typedef struct {
    Node *node;
    guint next;
} Step;

static void
enter(Graph *graph, GArray *walk, Node *node)
{
    node->index = node->low = ++graph->n_visited;
    node->on_stack = TRUE;
    g_ptr_array_add(graph->stack, node);
    const Step step = { node, 0 };
    g_array_append_val(walk, step);
}

static void
leave(Graph *graph, GArray *walk)
{
    Node *node = g_array_index(walk, Step, walk->len - 1).node;
    g_array_set_size(walk, walk->len - 1);
    if (walk->len > 0) {
        Node *above = g_array_index(walk, Step, walk->len - 1).node;
        above->low = MIN(above->low, node->low);
    }
    if (node->low != node->index)
        return;
    graph->n_components++;
    Node *member;
    do {
        member = g_ptr_array_steal_index(graph->stack, graph->stack->len - 1);
        member->on_stack = FALSE;
        member->component = graph->n_components;
    } while (member != node);
}

/* Without recursion: a chain of views may be as long as it likes. */
static void
walk_from(Graph *graph, Node *start, GHashTable *back)
{
    g_autoptr(GArray) walk = g_array_new(FALSE, FALSE, sizeof(Step));
    enter(graph, walk, start);
    while (walk->len > 0) {
        Step *step = &g_array_index(walk, Step, walk->len - 1);
        if (step->next >= step->node->links->len) {
            leave(graph, walk);
            continue;
        }
        const Link *link = &g_array_index(step->node->links, Link, step->next++);
        Node *node = step->node;
        Node *other = node_of(graph, target_of(link, back));
        if (other->index == 0)
            enter(graph, walk, other);
        else if (other->on_stack)
            node->low = MIN(node->low, other->index);
    }
}

static GHashTable *
index_links(const GArray *links)
{
    GHashTable *index = g_hash_table_new(hash_link, same_link);
    for (guint i = 0; i < links->len; i++)
        g_hash_table_add(index, &g_array_index(links, Link, i));
    return index;
}

/* By name: the order of the rows of pg_depend says nothing. */
static int
order_entries(gconstpointer left, gconstpointer right)
{
    const PgEntry *a = *(const PgEntry *const *)left;
    const PgEntry *b = *(const PgEntry *const *)right;
    int order = g_strcmp0(a->object->schema, b->object->schema);
    if (order == 0)
        order = strcmp(a->object->name, b->object->name);
    if (order == 0)
        order = strcmp(a->object->kind->name, b->object->kind->name);
    return order != 0 ? order : g_strcmp0(a->tag, b->tag);
}

/* Of the links that close a cycle, those that are cheapest to take out: a default before a check, a
 * check before a view. @return how many entries were pulled out of their objects */
static guint
pull_cheapest(Graph *graph, GHashTable *back)
{
    guint n = 0;
    g_autofree guint *cost = g_new0(guint, graph->n_components + 1);
    g_autoptr(GPtrArray) candidates = g_ptr_array_new();
    for (guint i = 0; i < graph->links->len; i++) {
        const Link *link = &g_array_index(graph->links, Link, i);
        const Node *from = node_of(graph, link->from->object);
        const Node *to = node_of(graph, target_of(link, back));
        if (from == to || from->component != to->component || link->from->pull == NULL)
            continue;
        g_ptr_array_add(candidates, link->from);
        guint *lowest = &cost[from->component];
        if (*lowest == 0 || link->from->pull_cost < *lowest)
            *lowest = link->from->pull_cost;
    }
    g_ptr_array_sort(candidates, order_entries);
    for (guint i = 0; i < candidates->len; i++) {
        PgEntry *entry = g_ptr_array_index(candidates, i);
        const Node *node = node_of(graph, entry->object);
        if (node == NULL || entry->pull == NULL || cost[node->component] != entry->pull_cost)
            continue;
        PgPullFn pull = entry->pull;
        entry->pull = NULL;
        pull(graph->reader, entry);
        n++;
        /* One view may be enough; the others are looked at again. */
        if (entry->pull_cost >= PG_PULL_VIEW)
            cost[node->component] = G_MAXUINT;
    }
    return n;
}

static void
graph_clear(Graph *graph)
{
    g_hash_table_unref(graph->nodes);
    g_ptr_array_unref(graph->order);
    g_ptr_array_unref(graph->stack);
}

static guint
break_once(PgReader *reader, GArray *links, GHashTable *back)
{
    Graph graph = { .reader = reader, .links = links };
    graph.nodes = g_hash_table_new_full(NULL, NULL, NULL, node_free);
    graph.order = g_ptr_array_new();
    graph.stack = g_ptr_array_new();
    build_nodes(&graph);
    for (guint i = 0; i < graph.order->len; i++) {
        Node *node = g_ptr_array_index(graph.order, i);
        if (node->index == 0)
            walk_from(&graph, node, back);
    }
    gboolean has_cycle = graph.n_components < graph.order->len;
    guint n = has_cycle ? pull_cheapest(&graph, back) : 0;
    graph_clear(&graph);
    return n;
}

/* Schema public, which every database has, unless something is said of it. */
static gboolean
says_nothing(const BlObject *object, void *data)
{
    (void)data;
    return object->statements->len == 0;
}

gboolean
pg_resolve(PgReader *reader, GError **error)
{
    g_autoptr(GArray) links = collect_links(reader);
    g_autoptr(GHashTable) back = index_links(links);
    pg_pull_recursive_views(reader);
    while (break_once(reader, links, back) > 0)
        continue;
    pg_attach_keys(reader);
    if (!pg_render_relations(reader, error))
        return FALSE;
    pg_render_views(reader);
    pg_apply_paths(reader);
    pg_apply_tails(reader);
    for (guint i = 0; i < links->len; i++) {
        const Link *link = &g_array_index(links, Link, i);
        BlObject *target = target_of(link, back);
        if (link->from->object != target)
            bl_object_add_dependency(link->from->object, target);
    }
    bl_catalog_remove(reader->catalog, says_nothing, NULL);
    return TRUE;
}
