/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/reader.h"

#include <string.h>

#define HEAD_CHARSET   "utf8mb4"
#define HEAD_TIME_ZONE "+00:00"

/* Adds "@name = '@value'" to @before and the head's value to @after, when they differ. */
static void
add_setting(
    GString *before, GString *after, const char *name, const char *value, const char *head_value)
{
    if (value == NULL || strcmp(value, head_value) == 0)
        return;
    g_string_append_printf(before, "%s%s = ", before->len > 0 ? ", " : "SET ", name);
    my_append_literal(before, value, -1);
    g_string_append_printf(after, "%s%s = ", after->len > 0 ? ", " : "SET ", name);
    my_append_literal(after, head_value, -1);
}

/* Under a connection in such a charset the servers read no sql_mode and no time zone from a
 * literal. */
static gboolean
is_wide(const char *collation)
{
    static const char *const charsets[] = { "ucs2_", "utf16_", "utf16le_", "utf32_" };
    for (gsize i = 0; collation != NULL && i < G_N_ELEMENTS(charsets); i++) {
        if (g_str_has_prefix(collation, charsets[i]))
            return TRUE;
    }
    return FALSE;
}

/* The default of a database decides what a parameter or variable without a charset is, and it is
 * read when the object is made: there is no other way to set it. No name: the database that is
 * being filled, whatever it is called. */
static void
add_collation(MyReader *reader, BlObject *object, const char *collation)
{
    g_autofree char *literal = my_literal(collation);
    g_autofree char *sql = g_strconcat("ALTER DATABASE COLLATE = ", literal, NULL);
    bl_object_add_statement(reader->catalog, object, sql);
}

void
my_add_with_settings(MyReader *reader,
                     BlObject *object,
                     const MySettings *settings,
                     const char *sql)
{
    g_autoptr(GString) before = g_string_new(NULL);
    g_autoptr(GString) after = g_string_new(NULL);
    g_autoptr(GString) first = g_string_new(NULL); /* of what goes after, alone */
    add_setting(before, after, "sql_mode", settings->sql_mode, MY_SQL_MODE);
    add_setting(before, after, "character_set_client", settings->client_charset, HEAD_CHARSET);
    add_setting(before, is_wide(settings->connection_collation) ? first : after,
                "collation_connection", settings->connection_collation, MY_COLLATION);
    add_setting(before, after, "time_zone", settings->time_zone, HEAD_TIME_ZONE);
    gboolean other_default = settings->database_collation != NULL && reader->collation != NULL &&
                             strcmp(settings->database_collation, reader->collation) != 0;
    if (other_default)
        add_collation(reader, object, settings->database_collation);
    if (before->len > 0)
        bl_object_add_statement(reader->catalog, object, before->str);
    bl_object_add_statement(reader->catalog, object, sql);
    if (first->len > 0)
        bl_object_add_statement(reader->catalog, object, first->str);
    if (after->len > 0)
        bl_object_add_statement(reader->catalog, object, after->str);
    if (other_default)
        add_collation(reader, object, reader->collation);
}
