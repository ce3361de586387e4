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
    g_autofree char *label = bl_object_label(object);
    g_autofree char *literal = my_literal(label);
    g_autofree char *name = my_name(object->name);
    g_string_append_printf(sql,
                           "%sSELECT %s, next_not_cached_value FROM %s "
                           "WHERE next_not_cached_value <> start_value",
                           sql->len > 0 ? " UNION ALL " : "", literal, name);
}

static gboolean
add_sequence(const BlRow *row, void *data, GError **error)
{
    (void)error;
    bl_left_out_add(data, g_strdup_printf("%s at %s", row->values[0], row->values[1]), 1);
    return TRUE;
}

gboolean
my_list_left_out(BlSession *base, const BlCatalog *catalog, GPtrArray *found, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (object->kind == &my_kind_sequence)
            ask_sequence(sql, object);
    }
    return sql->len == 0 || my_query(base, sql->str, add_sequence, found, error);
}
