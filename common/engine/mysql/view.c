/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

/* Why the database's name cannot be taken out of the view. @return g_free(); NULL: it can */
static char *
find_obstacle(const char *sql, const char *database)
{
    g_autofree char *table = my_ambiguous_table(sql, database);
    if (table != NULL) {
        return g_strdup_printf("it tells table \"%s\" from one of that name in another database by "
                               "this database's name only: give one of them an alias",
                               table);
    }
    g_autofree char *package = my_package_call(sql, database);
    if (package != NULL) {
        return g_strdup_printf("it can call a function of package \"%s\" by this database's name "
                               "only: call it from a stored function",
                               package);
    }
    return NULL;
}

static gboolean
build(MyReader *reader, MyItem *item, const MyCode *code, GError **error)
{
    const char *database = reader->session->database;
    g_autofree char *obstacle = find_obstacle(code->sql, database);
    if (obstacle != NULL)
        return my_leave_out(reader, item, obstacle, FALSE, error);
    gboolean removed = FALSE;
    g_autofree char *text = my_code_text(reader, code->sql);
    g_autofree char *sql = my_without_own_name(text, database, &removed);
    if (removed)
        my_note_object(reader, "ownNameRemoved", item->sort->kind->name, item->name);
    my_note_names(reader, item, sql, NULL);
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
    .is_server_text = TRUE,
    .right = "SHOW VIEW",
};

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    return my_render_code(reader, item, row, &sort, error);
}

const MySort my_sort_view = { &my_kind_view, "SHOW CREATE VIEW", render };
