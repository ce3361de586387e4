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
                                  reader->session->names_case != 0, reader->session->version };
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
