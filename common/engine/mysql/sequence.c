/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"
#include "common/engine/mysql/table_text.h"

/* START WITH is what was declared; where the sequence stands is data. */
static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    const MyTextSource source = { reader->session->database, reader->session->is_mariadb,
                                  reader->session->names_case != 0, reader->session->version,
                                  NULL };
    g_auto(MyTableText) text = { 0 };
    if (row->n < 2 || row->values[1] == NULL ||
        !my_table_text_read(&text, row->values[1], row->lens[1], &source))
        return my_unsupported(reader, "sequence", item->name, "the server gives no whole text",
                              error);
    my_need_version(reader, text.version);
    item->object = bl_catalog_add(reader->catalog, &my_kind_sequence, NULL, item->name);
    bl_object_add_statement(reader->catalog, item->object, text.sql);
    return TRUE;
}

const MySort my_sort_sequence = { &my_kind_sequence, "SHOW CREATE SEQUENCE", render };

static void
ask_sequence(GString *sql, const BlObject *object)
{
    g_autofree char *literal = my_literal(object->name);
    g_autofree char *name = my_name(object->name);
    g_string_append_printf(sql,
                           "%sSELECT 'sequence', %s, next_not_cached_value FROM %s "
                           "WHERE next_not_cached_value <> start_value",
                           sql->len > 0 ? " UNION ALL " : "", literal, name);
}

/* What the tables count with. */
static const char counters_sql[] =
    "SELECT t.TABLE_NAME, t.AUTO_INCREMENT, c.COLUMN_NAME FROM information_schema.TABLES t "
    "JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA "
    "AND c.TABLE_NAME = t.TABLE_NAME "
    "AND CAST(c.TABLE_NAME AS BINARY) = CAST(t.TABLE_NAME AS BINARY) AND c.EXTRA LIKE '%auto_increment%' "
    "WHERE t.TABLE_SCHEMA = DATABASE() AND t.AUTO_INCREMENT > 1 ORDER BY 1";

typedef struct {
    const BlCatalog *catalog;
    const char *setters;
    GString *sql; /* asks all counters for their positions */
} Counters;

static gboolean
ask_table(const BlRow *row, void *data, GError **error)
{
    (void)error;
    const Counters *counters = data;
    const char *table = row->values[0];
    if (bl_catalog_find(counters->catalog, my_kind_table.name, NULL, table) == NULL ||
        !bl_left_out_is_named(counters->setters, table))
        return TRUE;
    g_autofree char *literal = my_literal(table);
    g_autofree char *name = my_name(table);
    g_autofree char *column = my_name(row->values[2]);
    g_string_append_printf(
        counters->sql,
        "%sSELECT 'counter of table', %s, %s FROM %s "
        "HAVING CAST(coalesce(max(%s), 0) AS DECIMAL(30)) + @@auto_increment_increment < %s",
        counters->sql->len > 0 ? " UNION ALL " : "", literal, row->values[1], name, column,
        row->values[1]);
    return TRUE;
}

/* MySQL 8.0 and later remember for a day what they told. */
static gboolean
ask_tables(BlSession *base, Counters *counters, GError **error)
{
    const MySession *session = (const MySession *)base;
    gboolean remembers = !session->is_mariadb && session->version >= 80000;
    return (!remembers ||
            my_execute(base, "SET information_schema_stats_expiry = 0", NULL, error)) &&
           my_query(base, counters_sql, ask_table, counters, error);
}

static gboolean
add_counter(const BlRow *row, void *data, GError **error)
{
    (void)error;
    bl_left_out_add_counter(data, row->values[0], row->values[1], row->values[2]);
    return TRUE;
}

gboolean
my_list_left_out(BlSession *base,
                 const BlCatalog *catalog,
                 const char *setters,
                 GPtrArray *found,
                 GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    Counters counters = { catalog, setters, sql };
    if (setters != NULL && !ask_tables(base, &counters, error))
        return FALSE;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (object->kind == &my_kind_sequence)
            ask_sequence(sql, object);
    }
    return sql->len == 0 || my_query(base, sql->str, add_counter, found, error);
}
