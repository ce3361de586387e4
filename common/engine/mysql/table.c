/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/table_text.h"
#include "common/sql/quote.h"

#include <string.h>

static void
warn(const MyReader *reader, const MyItem *item, const char *what)
{
    g_autofree char *name = bl_quote_comment(item->name);
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING, "table \"%s\" %s", name, what);
}

/* What only the user can judge. */
static void
tell(MyReader *reader, MyItem *item, const MyTableText *text)
{
    if (text->has_other_name)
        my_note_names(reader, item, text->sql, NULL);
    if (text->has_directory) {
        my_note_object(reader, "directories", "table", item->name);
        warn(reader, item, "names a directory of this machine; it stays in the text");
    }
    if (text->has_password)
        warn(reader, item, "holds a connection with a password; it stays in the text");
    if (text->engine != NULL && g_ascii_strcasecmp(text->engine, "InnoDB") != 0)
        bl_catalog_add_fact(reader->catalog, "engines", text->engine);
}

/* @return g_free() */
static char *
finish_text(MyReader *reader, const MyItem *item, MyTableText *text)
{
    g_autofree char *sql = g_steal_pointer(&text->sql);
    if (text->has_own_name) {
        gboolean removed = FALSE;
        char *shorter = my_without_own_name(sql, reader->session->database, &removed);
        g_free(sql);
        sql = shorter;
        if (removed)
            my_note_object(reader, "ownNameRemoved", "table", item->name);
    }
    if (!reader->session->is_mariadb) {
        char *flat = my_with_flat_checks(sql);
        g_free(sql);
        sql = flat;
    }
    /* What is a comment even to the mode that takes every option: of how old columns are stored. */
    if (text->has_comment && reader->session->is_mariadb) {
        char *shorter = my_without_comments(sql);
        g_free(sql);
        sql = shorter;
    }
    return text->has_unique_keys ? my_with_sorted_keys(sql) : g_steal_pointer(&sql);
}

static void
add_create(MyReader *reader, MyItem *item, const char *sql, gboolean is_loose)
{
    static const MySettings unknown_options = { .sql_mode =
                                                    MY_SQL_MODE ",IGNORE_BAD_TABLE_OPTIONS" };
    if (is_loose)
        bl_object_add_statement(reader->catalog, item->object,
                                "SET SESSION innodb_strict_mode = OFF");
    if (item->again)
        my_add_with_settings(reader, item->object, &unknown_options, sql);
    else
        bl_object_add_statement(reader->catalog, item->object, sql);
    if (is_loose)
        bl_object_add_statement(reader->catalog, item->object,
                                "SET SESSION innodb_strict_mode = DEFAULT");
}

/* CREATE TABLE, and what it cannot say alone. */
static void
add_statements(MyReader *reader, MyItem *item, const char *sql, const MyTableText *text)
{
    if (text->no_defaults == NULL || !reader->session->is_mariadb) {
        add_create(reader, item, sql, text->is_loose);
        if (text->no_defaults == NULL)
            return;
        g_autofree char *name = my_name(item->name);
        g_autofree char *drop = my_drop_defaults(name, text->no_defaults);
        bl_object_add_statement(reader->catalog, item->object, drop);
        return;
    }
    g_autofree char *before = NULL;
    g_autofree char *behind = NULL;
    g_autofree char *made = my_select_no_defaults(sql, text->no_defaults, &before, &behind);
    bl_object_add_statement(reader->catalog, item->object, before);
    add_create(reader, item, made, text->is_loose);
    bl_object_add_statement(reader->catalog, item->object, behind);
}

static MyTextSource
source_of(const MyReader *reader)
{
    const MySession *session = reader->session;
    return (MyTextSource){ session->database, session->is_mariadb, session->names_case != 0,
                           session->version, reader->defaults };
}

static void
add_table(MyReader *reader, MyItem *item, MyTableText *text)
{
    tell(reader, item, text);
    my_need_version(reader, text->version);
    g_autofree char *sql = finish_text(reader, item, text);
    item->object = bl_catalog_add(reader->catalog, &my_kind_table, NULL, item->name);
    add_statements(reader, item, sql, text);
    if (reader->options->with_parts)
        my_add_table_parts(reader->catalog, item->object, sql);
}

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    const MyTextSource source = source_of(reader);
    g_auto(MyTableText) text = { 0 };
    if (row->n < 2 || row->values[1] == NULL ||
        !my_table_text_read(&text, row->values[1], row->lens[1], &source))
        return my_unsupported(reader, "table", item->name, "the server gives no whole text", error);
    if (text.is_temporary)
        return my_unsupported(reader, "table", item->name,
                              "a temporary table of this session hides it", error);
    if (text.has_lost_bytes) {
        return my_unsupported(
            reader, "table", item->name,
            "the server does not tell the values of an ENUM or SET in the charset "
            "binary: what it gives as \"?\" may be another byte",
            error);
    }
    if (text.has_comment && source.is_mariadb && !item->again) {
        item->again = TRUE;
        return TRUE;
    }
    if (my_may_have_twins(text.sql) || my_may_have_geometry(reader->session, text.sql))
        item->waiting = g_string_new_len(row->values[1], (gssize)row->lens[1]);
    else
        add_table(reader, item, &text);
    return TRUE;
}

/* One that had to wait. */
static gboolean
finish(MyReader *reader, MyItem *item, GError **error)
{
    const MyTextSource source = source_of(reader);
    g_auto(MyTableText) text = { 0 };
    if (!my_table_text_read(&text, item->waiting->str, item->waiting->len, &source))
        return my_unsupported(reader, "table", item->name, "the server gives no whole text", error);
    g_autofree char *why = NULL;
    if (!my_write_reference_systems(reader->session, item->name, &text.sql, error) ||
        !my_write_twins(reader->session, item->name, &text.sql, &why, error)) {
        g_prefix_error(error, "table \"%s\": ", item->name);
        return FALSE;
    }
    if (why != NULL)
        return my_unsupported(reader, "table", item->name, why, error);
    add_table(reader, item, &text);
    return TRUE;
}

gboolean
my_finish_tables(MyReader *reader, GError **error)
{
    for (guint i = 0; i < reader->items->len; i++) {
        MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->waiting != NULL && !finish(reader, item, error))
            return FALSE;
    }
    return TRUE;
}

const MySort my_sort_table = { &my_kind_table, "SHOW CREATE TABLE", render };
