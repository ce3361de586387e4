/* SPDX-License-Identifier: MIT */
/*
 * Foreign keys to something else than a whole unique key. MySQL made them for years, and has its
 * newer versions asked for leave; a snapshot that holds one has to ask too (frame.c). No list tells
 * which they are: information_schema names the unique key that the columns are only the front of.
 */
#include "common/engine/mysql/keys.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"

#include <string.h>

/* The tables of a snapshot. */
typedef struct {
    const MySession *session;
    GHashTable *texts;  /* name -> CREATE TABLE, borrowed */
    GHashTable *unique; /* name -> GHashTable, a set of lists of columns; as far as asked for */
} Tables;

static void
tables_clear(Tables *tables)
{
    g_hash_table_unref(tables->texts);
    g_hash_table_unref(tables->unique);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Tables, tables_clear)

/* @return TRUE also of a table that is not there: what nobody can make needs no leave */
static gboolean
is_unique(const Tables *tables, const char *table, const char *columns)
{
    const char *sql = g_hash_table_lookup(tables->texts, table);
    if (sql == NULL)
        return TRUE;
    GHashTable *unique = g_hash_table_lookup(tables->unique, table);
    if (unique == NULL) {
        unique = my_unique_keys(sql);
        g_hash_table_insert(tables->unique, g_strdup(table), unique);
    }
    return g_hash_table_contains(unique, columns);
}

static gboolean
has_loose_key(const Tables *tables, const char *sql)
{
    g_autoptr(GPtrArray) references = my_references(sql);
    for (guint i = 0; references != NULL && i < references->len; i++) {
        const MyReference *reference = g_ptr_array_index(references, i);
        g_autofree char *folded = my_fold_name(tables->session, reference->parent);
        if (reference->parent_columns != NULL &&
            !is_unique(tables, folded, reference->parent_columns))
            return TRUE;
    }
    return FALSE;
}

static const char *
text_of(const BlObject *object)
{
    for (guint i = 0; object->kind == &my_kind_table && i < object->statements->len; i++) {
        const char *sql = g_ptr_array_index(object->statements, i);
        if (g_str_has_prefix(sql, "CREATE "))
            return sql;
    }
    return NULL;
}

void
my_note_loose_keys(MyReader *reader)
{
    if (reader->session->is_mariadb || reader->session->version < MY_OLDEST_WITH_STRICT_KEYS)
        return;
    const GPtrArray *objects = reader->catalog->objects;
    g_auto(Tables) tables = {
        reader->session,
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref),
    };
    for (guint i = 0; i < objects->len; i++) {
        const BlObject *object = g_ptr_array_index(objects, i);
        if (text_of(object) != NULL)
            g_hash_table_insert(tables.texts, my_fold_name(reader->session, object->name),
                                (gpointer)(guintptr)text_of(object));
    }
    for (guint i = 0; i < objects->len; i++) {
        const BlObject *object = g_ptr_array_index(objects, i);
        const char *sql = text_of(object);
        if (sql == NULL || !has_loose_key(&tables, sql))
            continue;
        my_note_object(reader, MY_FACT_LOOSE_KEYS, object->kind->name, object->name);
        my_need_version(reader, MY_OLDEST_WITH_STRICT_KEYS);
    }
}
