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

const MySort my_sort_function = { &my_kind_function, "SHOW CREATE FUNCTION", render };

const MySort my_sort_procedure = { &my_kind_procedure, "SHOW CREATE PROCEDURE", render };

const MySort my_sort_package = { &my_kind_package, "SHOW CREATE PACKAGE", render };

const MySort my_sort_package_body = { &my_kind_package_body, "SHOW CREATE PACKAGE BODY", render };
