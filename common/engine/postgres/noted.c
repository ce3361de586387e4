/* SPDX-License-Identifier: MIT */
/*
 * What constraints must say because of others.
 *
 * A foreign key that refers to a partitioned table gets a constraint of the server's own for each
 * partition, under a name that is free when it is made: "t_a_fkey1" up to 17, "NAME_1" from 18 on.
 * That may be the name of a foreign key that comes later. So the first of them makes checks that
 * keep these names, and each makes place when its foreign key comes.
 *
 * A partition's foreign key that is made before one like it of its parent's becomes that one's.
 *
 * A check that is NOT VALID goes down to the children as it is; those where it has been validated
 * are told so. So does a NOT NULL that is NOT VALID, which finds them all there.
 */
#include "common/engine/postgres/relations.h"

#include <string.h>

void
pg_note_constraint(PgReader *reader, PgRelation *table, const PgNoted *noted)
{
    PgNoted *kept = g_memdup2(noted, sizeof *noted);
    kept->name = bl_catalog_string(reader->catalog, noted->name);
    kept->columns = bl_catalog_string(reader->catalog, noted->columns);
    if (table->noted == NULL)
        table->noted = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(table->noted, kept);
}

static gboolean
is_numbered(const char *name, const char *stem, guint fewest)
{
    gsize len = strlen(stem);
    if (strncmp(name, stem, len) != 0)
        return FALSE;
    gsize digits = strspn(name + len, "0123456789");
    return digits >= fewest && name[len + digits] == '\0';
}

/* Whether the server may give @name to what it makes with @key. */
static gboolean
may_take(const PgRelation *table, const PgNoted *key, const char *name)
{
    g_autofree char *stem = pg_default_name(table->name, key->columns, "fkey");
    g_autofree char *newer = g_strconcat(key->name, "_", NULL);
    return is_numbered(name, stem, 0) || is_numbered(name, newer, 1);
}

static gboolean
is_in_danger(const PgRelation *table, const PgNoted *key)
{
    for (guint i = 0; i < table->noted->len; i++) {
        const PgNoted *other = g_ptr_array_index(table->noted, i);
        if (other != key && other->is_to_partitions && may_take(table, other, key->name))
            return TRUE;
    }
    return FALSE;
}

/* @param first makes the check */
static void
keep_name(PgReader *reader, const PgRelation *table, const PgNoted *first, const PgNoted *key)
{
    gboolean is_partitioned = table->kind == 'p';
    g_autofree char *name = pg_name(key->name);
    g_autofree char *alter =
        g_strdup_printf("ALTER TABLE %s%s", is_partitioned ? "" : "ONLY ", table->qualified);
    g_autofree char *keeper = g_strdup_printf("%s ADD CONSTRAINT %s CHECK (true)%s", alter, name,
                                              is_partitioned ? "" : " NO INHERIT");
    g_ptr_array_insert(first->entry->object->statements, 0,
                       (gpointer)(guintptr)bl_catalog_string(reader->catalog, keeper));
    gpointer *statement = &key->entry->object->statements->pdata[0];
    const char *sql = *statement;
    g_autofree char *makes_place =
        g_strdup_printf("%s DROP CONSTRAINT %s,%s", alter, name, sql + strlen(alter));
    *statement = (gpointer)(guintptr)bl_catalog_string(reader->catalog, makes_place);
}

static void
keep_names(PgReader *reader, const PgRelation *table)
{
    const PgNoted *first = NULL;
    for (guint i = 0; i < table->noted->len && first == NULL; i++) {
        const PgNoted *key = g_ptr_array_index(table->noted, i);
        if (key->is_to_partitions)
            first = key;
    }
    for (guint i = table->noted->len; first != NULL && i > 0; i--) {
        const PgNoted *key = g_ptr_array_index(table->noted, i - 1);
        if (key == first || key->type != 'f')
            continue;
        if (is_in_danger(table, key))
            keep_name(reader, table, first, key);
        else if (!key->is_to_partitions || !is_in_danger(table, first))
            continue;
        pg_add_edge(reader, PG_CONSTRAINT, key->entry->oid, PG_CONSTRAINT, first->entry->oid);
    }
}

static const PgNoted *
find_noted(const PgRelation *table, char type, const char *name)
{
    for (guint i = 0; table->noted != NULL && i < table->noted->len; i++) {
        const PgNoted *noted = g_ptr_array_index(table->noted, i);
        if (noted->type == type && strcmp(noted->name, name) == 0)
            return noted;
    }
    return NULL;
}

/* @param type 'c' or 'n'
 * @return what gives @table its own by going down to it; NULL: it does not come so */
static const PgNoted *
find_not_valid(const PgRelation *table, char type, const char *name)
{
    for (guint i = 0; i < table->parents->len; i++) {
        const PgRelation *parent = g_ptr_array_index(table->parents, i);
        const PgNoted *noted = find_noted(parent, type, name);
        if (noted == NULL)
            noted = find_not_valid(parent, type, name);
        if (noted != NULL)
            return noted;
    }
    return NULL;
}

static void
validate(PgReader *reader, const PgRelation *table, const PgNoted *root, const char *constraint)
{
    if (root == NULL)
        return;
    g_autofree char *name = pg_name(constraint);
    g_autofree char *sql =
        g_strdup_printf("ALTER %sTABLE %s VALIDATE CONSTRAINT %s",
                        table->kind == 'f' ? "FOREIGN " : "", table->qualified, name);
    pg_add_tail(reader, root->entry, PG_TAIL_SETTING, table->qualified, sql);
    pg_add_edge(reader, PG_CONSTRAINT, root->entry->oid, PG_CLASS, table->oid);
}

/* A valid check that a child has from a parent's which is not would be the child's own if it stood
 * in the text of the child. */
static void
leave_to_parent(PgReader *reader, const PgRelation *table)
{
    for (guint i = 0; i < table->pieces->len && !table->is_partition; i++) {
        PgPiece *piece = g_ptr_array_index(table->pieces, i);
        if (piece->type != 'c' || !piece->is_inherited ||
            find_not_valid(table, 'c', piece->name) == NULL)
            continue;
        piece->is_out = TRUE;
        piece->is_inherited = FALSE;
        piece->entry->pull = NULL;
        validate(reader, table, find_not_valid(table, 'c', piece->name), piece->name);
    }
}

/* The NOT NULLs of @table's parents that go down to it come behind it and behind its own. */
static void
wait_for_heir(PgReader *reader, const PgRelation *parent, const PgRelation *table)
{
    for (guint i = 0; parent->noted != NULL && i < parent->noted->len; i++) {
        const PgNoted *root = g_ptr_array_index(parent->noted, i);
        if (root->type != 'n')
            continue;
        pg_add_edge(reader, PG_CONSTRAINT, root->entry->oid, PG_CLASS, table->oid);
        const PgNoted *own = find_noted(table, 'n', root->name);
        if (own != NULL)
            pg_add_edge(reader, PG_CONSTRAINT, root->entry->oid, PG_CONSTRAINT, own->entry->oid);
    }
    for (guint i = 0; i < parent->parents->len; i++)
        wait_for_heir(reader, g_ptr_array_index(parent->parents, i), table);
}

static void
place_late_not_nulls(PgReader *reader, const PgRelation *table)
{
    if (reader->version < 180000 || table->is_partition || table->parents->len == 0)
        return;
    for (guint i = 0; i < table->parents->len; i++)
        wait_for_heir(reader, g_ptr_array_index(table->parents, i), table);
    for (guint i = 0; i < table->columns->len; i++) {
        const PgColumn *column = g_ptr_array_index(table->columns, i);
        if (!column->not_null || column->null_not_valid || column->null_is_local)
            continue;
        g_autofree char *usual = pg_default_name(table->name, column->name, "not_null");
        validate(reader, table, find_not_valid(table, 'n', column->name),
                 column->null_name != NULL ? column->null_name : usual);
    }
}

/* A foreign key that no parent gave the table. */
static gboolean
is_own_key(const PgNoted *noted)
{
    return noted->type == 'f' && !noted->is_from_parent;
}

/* A foreign key that a partition has of its own besides one like it that its parent has: made
 * first, it would be taken for the parent's. One that keeps its name for another has its place
 * already. */
static void
wait_for_parents(PgReader *reader, const PgRelation *table, const PgNoted *key)
{
    for (guint i = 0; i < table->noted->len; i++) {
        const PgNoted *other = g_ptr_array_index(table->noted, i);
        if (other->type == 'f' && is_in_danger(table, other))
            return;
    }
    const PgRelation *above = table;
    while (above->is_partition && above->parents->len > 0) {
        above = g_ptr_array_index(above->parents, 0);
        for (guint i = 0; above->noted != NULL && i < above->noted->len; i++) {
            const PgNoted *theirs = g_ptr_array_index(above->noted, i);
            if (is_own_key(theirs) && theirs->other == key->other)
                pg_add_edge(reader, PG_CONSTRAINT, key->entry->oid, PG_CONSTRAINT,
                            theirs->entry->oid);
        }
    }
}

void
pg_settle_constraints(PgReader *reader)
{
    g_autoptr(GPtrArray) sorted = pg_sorted_relations(reader);
    for (guint i = 0; i < sorted->len; i++) {
        const PgRelation *table = g_ptr_array_index(sorted, i);
        leave_to_parent(reader, table);
        place_late_not_nulls(reader, table);
        if (table->noted == NULL)
            continue;
        keep_names(reader, table);
        for (guint j = 0; j < table->noted->len; j++) {
            const PgNoted *noted = g_ptr_array_index(table->noted, j);
            if (noted->type == 'v')
                validate(reader, table, find_not_valid(table, 'c', noted->name), noted->name);
            else if (is_own_key(noted))
                wait_for_parents(reader, table, noted);
        }
    }
}
