/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    (void)reader;
    (void)row;
    bl_error_set(error, BL_ERROR_UNSUPPORTED, NULL, "not yet: %s", item->name);
    return FALSE;
}

const MySort my_sort_view = { &my_kind_view, "SHOW CREATE VIEW", render };

gboolean
my_finish_items(MyReader *reader, GError **error)
{
    (void)reader;
    (void)error;
    return TRUE;
}
