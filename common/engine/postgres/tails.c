/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/reader.h"

#include <string.h>

/* A statement that waits for its place behind the others of its object. The entry is asked for its
 * object at the end, since breaking a cycle may give it another one. */
typedef struct {
    const PgEntry *entry;
    guint rank;
    guint place; /* in the order of pg_add_tail() */
    char *key;
    char *sql;
} PgTail;

void
pg_tail_free(gpointer data)
{
    PgTail *tail = data;
    g_free(tail->key);
    g_free(tail->sql);
    g_free(tail);
}

void
pg_add_tail(PgReader *reader, const PgEntry *entry, guint rank, const char *key, const char *sql)
{
    PgTail *tail = g_new0(PgTail, 1);
    tail->entry = entry;
    tail->rank = rank;
    tail->place = reader->tails->len;
    tail->key = g_strdup(key);
    tail->sql = g_strdup(sql);
    g_ptr_array_add(reader->tails, tail);
}

static int
order_tails(gconstpointer left, gconstpointer right)
{
    const PgTail *a = *(const PgTail *const *)left;
    const PgTail *b = *(const PgTail *const *)right;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    int order = g_strcmp0(a->key, b->key);
    if (order != 0)
        return order;
    return a->place < b->place ? -1 : a->place > b->place;
}

void
pg_apply_tails(PgReader *reader)
{
    g_ptr_array_sort(reader->tails, order_tails);
    for (guint i = 0; i < reader->tails->len; i++) {
        const PgTail *tail = g_ptr_array_index(reader->tails, i);
        bl_object_add_statement(reader->catalog, tail->entry->object, tail->sql);
    }
}
