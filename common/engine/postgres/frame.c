/* SPDX-License-Identifier: MIT */
/*
 * What a text of ours needs from the session, and the transaction that makes it all or nothing with
 * any client: behind an error the server refuses every statement, and COMMIT takes all back. A
 * text that makes more relations than the lock table of a server with its first settings holds has
 * none: with it the text could not be loaded there at all.
 */
#include "common/engine/postgres/postgres.h"

#include <string.h>

/* Names are qualified, so that no search_path may find others first; bodies of functions may name
 * what comes behind them. Every server from 13 on has these. */
static const char *const settings[][2] = {
    { "client_encoding", "'UTF8'" },
    { "standard_conforming_strings", "on" },
    { "check_function_bodies", "off" },
    { "xmloption", "content" },
    { "client_min_messages", "warning" },
    { "row_security", "off" },
    { "default_table_access_method", "heap" },
    { "default_tablespace", "''" },
    { "search_path", "''" },
};

/* Without the ledger, which weighs little: pg_fits_transaction() leaves room for others. */
static gboolean
is_one_transaction(const BlCatalog *catalog)
{
    guint64 weight = 0;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        for (guint j = 0; j < object->statements->len; j++) {
            const char *sql = g_ptr_array_index(object->statements, j);
            weight += pg_weigh(sql, strlen(sql));
        }
    }
    return weight <= PG_DEFAULT_ROOM;
}

void
pg_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    (void)frame;
    gboolean is_one = is_one_transaction(catalog);
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
        g_string_append_printf(head, "SET %s = %s;\n", settings[i][0], settings[i][1]);
    g_string_append(head, is_one ? "BEGIN;\n\n" : "\n");
    g_string_append(tail, is_one ? "-- gate\nCOMMIT;\n" : "-- gate\n");
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
        g_string_append_printf(tail, "RESET %s;\n", settings[i][0]);
}
