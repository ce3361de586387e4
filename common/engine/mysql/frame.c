/* SPDX-License-Identifier: MIT */
/*
 * The settings of the session that loads, whatever client it is, and the way back. Every server
 * from MySQL 5.6 and MariaDB 10.2 on knows all of them. There is nothing to end a transaction for:
 * every statement that makes an object commits by itself. The loader's mark is its own business.
 */
#include "common/engine/mysql/session.h"

static const struct {
    const char *name;
    const char *value; /* NULL: SET NAMES sets it */
} settings[] = {
    { "character_set_client", NULL }, { "character_set_results", NULL },
    { "collation_connection", NULL }, { "sql_mode", "'" MY_SQL_MODE "'" },
    { "time_zone", "'+00:00'" },      { "foreign_key_checks", "0" },
    { "unique_checks", "0" },
};

void
my_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    (void)catalog;
    (void)frame;
    const char *separator = "SET ";
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_string_append_printf(head, "%s@baseline_%s = @@%s", separator, settings[i].name,
                               settings[i].name);
        separator = ", ";
    }
    g_string_append(head, ";\nSET NAMES utf8mb4 COLLATE " MY_COLLATION ";\n");
    separator = "SET ";
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (settings[i].value == NULL)
            continue;
        g_string_append_printf(head, "%s%s = %s", separator, settings[i].name, settings[i].value);
        separator = ", ";
    }
    g_string_append(head, ";\n");

    g_string_append(tail, "-- gate\n");
    separator = "SET ";
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_string_append_printf(tail, "%s%s = @baseline_%s", separator, settings[i].name,
                               settings[i].name);
        separator = ", ";
    }
    g_string_append(tail, ";\n");
}
