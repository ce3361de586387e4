/* SPDX-License-Identifier: MIT */
/*
 * How everything of ours is dropped. Objects go with CASCADE, since they may refer to each other in
 * circles; so what CASCADE would reach is followed through pg_depend first, and nothing is dropped
 * when it would take away anything of others: a member of an extension, an object in an ignored
 * schema. Schemas come last and without CASCADE, which proves that nothing was left in them.
 */
#include "common/base/error.h"
#include "common/engine/postgres/objects.h"

#include <string.h>

/* Names in one DROP: a statement each would be slow, and each name takes some locks. */
#define NAMES_PER_DROP 50

/* How a kind is dropped, in the order of dropping. Event triggers first, since they fire on drops.
 */
typedef struct {
    const char *kind;
    const char *verb;
    gboolean takes_list; /* one DROP may name several */
    gboolean cascades;
    gboolean goes_with_parent; /* needs no DROP of its own when its table is ours */
} DropKind;

static const DropKind drop_kinds[] = {
    { "event trigger", "EVENT TRIGGER", FALSE, TRUE, FALSE },
    { "publication", "PUBLICATION", TRUE, TRUE, FALSE },
    { "subscription", "SUBSCRIPTION", FALSE, FALSE, FALSE },
    { "policy", "POLICY", FALSE, TRUE, TRUE },
    { "trigger", "TRIGGER", FALSE, TRUE, TRUE },
    { "rule", "RULE", FALSE, TRUE, TRUE },
    { "statistics", "STATISTICS", TRUE, TRUE, TRUE },
    { "index", "INDEX", TRUE, TRUE, TRUE },
    { "view", "VIEW", TRUE, TRUE, FALSE },
    { "materialized view", "MATERIALIZED VIEW", TRUE, TRUE, FALSE },
    { "foreign table", "FOREIGN TABLE", TRUE, TRUE, FALSE },
    { "table", "TABLE", TRUE, TRUE, FALSE },
    { "sequence", "SEQUENCE", TRUE, TRUE, FALSE },
    { "cast", "CAST", FALSE, TRUE, FALSE },
    { "transform", "TRANSFORM", FALSE, TRUE, FALSE },
    { "operator class", "OPERATOR CLASS", FALSE, TRUE, FALSE },
    { "operator family", "OPERATOR FAMILY", FALSE, TRUE, FALSE },
    { "operator", "OPERATOR", TRUE, TRUE, FALSE },
    { "aggregate", "ROUTINE", TRUE, TRUE, FALSE },
    { "procedure", "ROUTINE", TRUE, TRUE, FALSE },
    { "function", "ROUTINE", TRUE, TRUE, FALSE },
    { "text search configuration", "TEXT SEARCH CONFIGURATION", TRUE, TRUE, FALSE },
    { "text search dictionary", "TEXT SEARCH DICTIONARY", TRUE, TRUE, FALSE },
    { "text search template", "TEXT SEARCH TEMPLATE", TRUE, TRUE, FALSE },
    { "text search parser", "TEXT SEARCH PARSER", TRUE, TRUE, FALSE },
    { "conversion", "CONVERSION", FALSE, TRUE, FALSE },
    { "domain", "DOMAIN", TRUE, TRUE, FALSE },
    { "type", "TYPE", TRUE, TRUE, FALSE },
    { "shell type", "TYPE", TRUE, TRUE, FALSE },
    { "collation", "COLLATION", TRUE, TRUE, FALSE },
    { "user mapping", "USER MAPPING", FALSE, FALSE, TRUE },
    { "server", "SERVER", TRUE, TRUE, FALSE },
    { "foreign data wrapper", "FOREIGN DATA WRAPPER", TRUE, TRUE, FALSE },
    { "access method", "ACCESS METHOD", FALSE, TRUE, FALSE },
    { "language", "LANGUAGE", FALSE, TRUE, FALSE },
    { "schema", "SCHEMA", TRUE, FALSE, FALSE },
};

/* A row of pg_depend: @object needs @referenced. */
typedef struct {
    gint64 object;
    gint64 referenced;
    char type;
} Edge;

/* What CASCADE reaches. */
typedef struct {
    GHashTable *listed;     /* key -> PgListed */
    GArray *by_object;      /* Edge, sorted by object */
    GArray *by_referenced;  /* Edge, sorted by referenced */
    GHashTable *reached;    /* keys, borrowed from the edges and the list */
    GPtrArray *queue;       /* const gint64 * */
    const PgListed *victim; /* what is not ours */
} Walk;

static void
walk_clear(Walk *walk)
{
    g_hash_table_unref(walk->listed);
    g_hash_table_unref(walk->reached);
    g_array_unref(walk->by_object);
    g_array_unref(walk->by_referenced);
    g_ptr_array_unref(walk->queue);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Walk, walk_clear)

static int
order_numbers(gint64 a, gint64 b)
{
    return (a > b) - (a < b);
}

static int
order_by_object(gconstpointer left, gconstpointer right)
{
    return order_numbers(((const Edge *)left)->object, ((const Edge *)right)->object);
}

static int
order_by_referenced(gconstpointer left, gconstpointer right)
{
    return order_numbers(((const Edge *)left)->referenced, ((const Edge *)right)->referenced);
}

static gint64
key_at(const PGresult *result, int row, int column)
{
    return pg_object_key((Oid)g_ascii_strtoull(pq.PQgetvalue(result, row, column), NULL, 10),
                         (Oid)g_ascii_strtoull(pq.PQgetvalue(result, row, column + 1), NULL, 10));
}

static gboolean
read_edges(PgSession *session, Walk *walk, GError **error)
{
    static const char sql[] =
        "SELECT d.classid, d.objid, d.refclassid, d.refobjid, d.deptype FROM pg_catalog.pg_depend d "
        "WHERE d.objid >= 16384 AND d.refobjid >= 16384 "
        "AND d.refclassid <> 'pg_extension'::regclass";
    g_autoptr(PgResult) result = pg_select(session, sql, error);
    if (result == NULL) {
        g_prefix_error(error, "reading dependencies: ");
        return FALSE;
    }
    for (int row = 0; row < pq.PQntuples(result); row++) {
        Edge edge = { key_at(result, row, 0), key_at(result, row, 2),
                      pq.PQgetvalue(result, row, 4)[0] };
        g_array_append_val(walk->by_object, edge);
        g_array_append_val(walk->by_referenced, edge);
    }
    g_array_sort(walk->by_object, order_by_object);
    g_array_sort(walk->by_referenced, order_by_referenced);
    return TRUE;
}

/* @return the place of the first edge of @key in a sorted array, or its length */
static guint
first_edge(const GArray *edges, gint64 key, gboolean by_object)
{
    guint low = 0;
    guint high = edges->len;
    while (low < high) {
        guint middle = low + (high - low) / 2;
        const Edge *edge = &g_array_index(edges, Edge, middle);
        if ((by_object ? edge->object : edge->referenced) < key)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void
reach(Walk *walk, const gint64 *key)
{
    const PgListed *listed = g_hash_table_lookup(walk->listed, key);
    if (listed != NULL && !listed->is_ours) {
        /* A schema stays when something of others stays in it; nothing cascades from it. */
        if (walk->victim == NULL && strcmp(listed->kind, "schema") != 0)
            walk->victim = listed;
        return;
    }
    if (g_hash_table_add(walk->reached, (gpointer)(guintptr)key))
        g_ptr_array_add(walk->queue, (gpointer)(guintptr)key);
}

/* What is no object of its own (a default, a constraint, a column's rule) is part of what it
 * depends on automatically: to drop it changes that. */
static void
reach_whole(Walk *walk, gint64 key)
{
    if (g_hash_table_contains(walk->listed, &key))
        return;
    for (guint i = first_edge(walk->by_object, key, TRUE); i < walk->by_object->len; i++) {
        const Edge *edge = &g_array_index(walk->by_object, Edge, i);
        if (edge->object != key)
            return;
        if (edge->type == 'n')
            continue;
        const PgListed *whole = g_hash_table_lookup(walk->listed, &edge->referenced);
        if ((whole != NULL && !whole->is_ours) || edge->type == 'i')
            reach(walk, &edge->referenced);
    }
}

static void
follow(Walk *walk)
{
    while (walk->queue->len > 0 && walk->victim == NULL) {
        const gint64 *key = g_ptr_array_remove_index_fast(walk->queue, walk->queue->len - 1);
        reach_whole(walk, *key);
        for (guint i = first_edge(walk->by_referenced, *key, FALSE); i < walk->by_referenced->len;
             i++) {
            const Edge *edge = &g_array_index(walk->by_referenced, Edge, i);
            if (edge->referenced != *key)
                break;
            reach(walk, &edge->object);
        }
    }
}

static gboolean
check_cascade(PgSession *session, const GPtrArray *all, GError **error)
{
    gboolean has_others = FALSE;
    for (guint i = 0; i < all->len; i++) {
        const PgListed *listed = g_ptr_array_index(all, i);
        has_others = has_others || !listed->is_ours;
    }
    if (!has_others)
        return TRUE;
    g_auto(Walk) walk = {
        .listed = g_hash_table_new(g_int64_hash, g_int64_equal),
        .by_object = g_array_new(FALSE, FALSE, sizeof(Edge)),
        .by_referenced = g_array_new(FALSE, FALSE, sizeof(Edge)),
        .reached = g_hash_table_new(g_int64_hash, g_int64_equal),
        .queue = g_ptr_array_new(),
    };
    if (!read_edges(session, &walk, error))
        return FALSE;
    for (guint i = 0; i < all->len; i++) {
        PgListed *listed = g_ptr_array_index(all, i);
        g_hash_table_insert(walk.listed, &listed->key, listed);
    }
    for (guint i = 0; i < all->len && walk.victim == NULL; i++) {
        const PgListed *listed = g_ptr_array_index(all, i);
        if (!listed->is_ours || strcmp(listed->kind, "schema") == 0)
            continue;
        reach(&walk, &listed->key);
        follow(&walk);
        if (walk.victim == NULL)
            continue;
        bl_error_set(
            error, BL_ERROR_CONFLICT,
            "drop or change it yourself, or take it into \"schemas\" and out of \"ignore\"",
            "%s \"%s%s%s\" is not ours, but it would go or change with %s \"%s%s%s\"",
            walk.victim->kind, walk.victim->schema != NULL ? walk.victim->schema : "",
            walk.victim->schema != NULL ? "." : "", walk.victim->name, listed->kind,
            listed->schema != NULL ? listed->schema : "", listed->schema != NULL ? "." : "",
            listed->name);
    }
    return walk.victim == NULL;
}

/* DROP SUBSCRIPTION would have to remove the slot on the other server, which no transaction can
 * take back; without that the slot would keep the other server's log for ever. */
static gboolean
check_subscriptions(const GPtrArray *all, GError **error)
{
    for (guint i = 0; i < all->len; i++) {
        const PgListed *listed = g_ptr_array_index(all, i);
        if (strcmp(listed->kind, "subscription") != 0 || !listed->is_ours || listed->parent == NULL)
            continue;
        bl_error_set(
            error, BL_ERROR_CONFLICT,
            "run DROP SUBSCRIPTION yourself first, which removes the slot too; where the slot "
            "is to stay, or was never made, ALTER SUBSCRIPTION … DISABLE and … SET (slot_name "
            "= NONE) first",
            "subscription \"%s\" has a slot on another server, which is not removed here",
            listed->name);
        return FALSE;
    }
    return TRUE;
}

static gboolean
is_wanted(const PgListed *listed, const DropKind *kind, GHashTable *ours)
{
    return listed->is_ours && strcmp(listed->kind, kind->kind) == 0 &&
           !(kind->goes_with_parent && listed->parent_key != 0 &&
             g_hash_table_contains(ours, &listed->parent_key));
}

typedef struct {
    GPtrArray *statements;
    GString *list;
    guint n;
} Drops;

static void
flush_drop(Drops *drops, const DropKind *kind)
{
    if (drops->n == 0)
        return;
    g_ptr_array_add(drops->statements,
                    g_strdup_printf("DROP %s IF EXISTS %s%s%s", kind->verb,
                                    strcmp(kind->kind, "user mapping") == 0 ? "FOR " : "",
                                    drops->list->str, kind->cascades ? " CASCADE" : ""));
    g_string_truncate(drops->list, 0);
    drops->n = 0;
}

/* Partitions before what they are partitions of, so that no statement takes thousands of them. */
static void
append_kind(Drops *drops, const DropKind *kind, const GPtrArray *all, GHashTable *ours)
{
    for (int leaf = 1; leaf >= 0; leaf--) {
        for (guint i = 0; i < all->len; i++) {
            const PgListed *listed = g_ptr_array_index(all, i);
            if (listed->is_leaf != leaf || !is_wanted(listed, kind, ours))
                continue;
            g_string_append_printf(drops->list, "%s%s", drops->n > 0 ? ", " : "", listed->target);
            if (++drops->n == (kind->takes_list ? NAMES_PER_DROP : 1))
                flush_drop(drops, kind);
        }
    }
    flush_drop(drops, kind);
}

GPtrArray *
pg_drop_statements(BlSession *base, const BlFilter *filter, GError **error)
{
    PgSession *session = (PgSession *)base;
    g_autoptr(GPtrArray) all = pg_list_all(session, filter, error);
    if (all == NULL || !check_cascade(session, all, error) || !check_subscriptions(all, error))
        return NULL;
    g_autoptr(GHashTable) ours = g_hash_table_new(g_int64_hash, g_int64_equal);
    for (guint i = 0; i < all->len; i++) {
        PgListed *listed = g_ptr_array_index(all, i);
        if (listed->is_ours)
            g_hash_table_add(ours, &listed->key);
    }
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GString) list = g_string_new(NULL);
    Drops drops = { statements, list, 0 };
    for (gsize i = 0; i < G_N_ELEMENTS(drop_kinds); i++)
        append_kind(&drops, &drop_kinds[i], all, ours);
    return statements;
}
