/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

static gboolean
build(MyReader *reader, MyItem *item, const MyCode *code, GError **error)
{
    const char *database = reader->session->database;
    g_autofree char *table = my_ambiguous_table(code->sql, database);
    if (table != NULL) {
        g_autofree char *why = g_strdup_printf(
            "it tells table \"%s\" from one of that name in another database by this database's "
            "name only: give one of them an alias",
            table);
        return my_leave_out(reader, item, why, FALSE, error);
    }
    gboolean removed = FALSE;
    g_autofree char *text = my_code_text(reader, code->sql);
    g_autofree char *sql = my_without_own_name(text, database, &removed);
    if (removed)
        my_note_object(reader, "ownNameRemoved", item->sort->kind->name, item->name);
    my_note_body(reader, item, sql, NULL);
    my_add_with_settings(reader, my_code_object(reader, item), &code->settings, sql);
    return TRUE;
}

static const MyCodeSort sort = {
    .sql = 1,
    .sql_mode = -1,
    .client = 2,
    .connection = 3,
    .database = -1,
    .time_zone = -1,
    .build = build,
    .right = "SHOW VIEW",
};

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    return my_render_code(reader, item, row, &sort, error);
}

const MySort my_sort_view = { &my_kind_view, "SHOW CREATE VIEW", render };
