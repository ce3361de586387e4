/* SPDX-License-Identifier: MIT */
/*
 * Keys of partitions. ATTACH PARTITION gives those inside CREATE TABLE to the keys that their
 * parent has by then. One that stands outside, on either side, is given to its parent's by ALTER
 * INDEX: of two keys over the same columns one does, and what was pulled out of a cycle.
 */
#include "common/engine/postgres/relations.h"

/* A key that is its parent's. */
typedef struct {
    const PgRelation *table;
    const PgEntry *entry;
    Oid parent;
    const char *name, *parent_name; /* the index is called as the constraint is */
} Key;

void
pg_note_key(PgReader *reader,
            const PgRelation *table,
            const PgEntry *entry,
            Oid parent,
            const char *const names[2])
{
    const Key key = { table, entry, parent, bl_catalog_string(reader->catalog, names[0]),
                      bl_catalog_string(reader->catalog, names[1]) };
    g_array_append_val(reader->keys, key);
}

static void
attach(PgReader *reader, const Key *key, const PgRelation *above, const PgEntry *parent)
{
    const gboolean is_out = key->entry->object != key->table->entry->object;
    const gboolean parent_is_out = parent->object != above->entry->object;
    if (!is_out && !parent_is_out)
        return;
    g_autofree char *upper = pg_qualified(above->schema, key->parent_name);
    g_autofree char *lower = pg_qualified(key->table->schema, key->name);
    g_autofree char *sql = g_strdup_printf("ALTER INDEX %s ATTACH PARTITION %s", upper, lower);
    /* A foreign key that refers to the parent waits for its key: with all of them it is valid. */
    pg_add_tail(reader, parent_is_out ? parent : key->entry, PG_TAIL_SETTING, lower, sql);
    if (parent_is_out)
        bl_object_add_dependency(parent->object, key->entry->object);
}

void
pg_attach_keys(PgReader *reader)
{
    for (guint i = 0; i < reader->keys->len; i++) {
        const Key *key = &g_array_index(reader->keys, Key, i);
        const PgEntry *parent = pg_find(reader, PG_CONSTRAINT, key->parent);
        if (parent != NULL && key->table->parents->len > 0)
            attach(reader, key, g_ptr_array_index(key->table->parents, 0), parent);
    }
}

GArray *
pg_keys_new(void)
{
    return g_array_new(FALSE, FALSE, sizeof(Key));
}
