/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

/* What a text of ours needs from the session: names are qualified, so that no search_path may find
 * others first; bodies of functions may name what comes behind them. Every server from 13 on has
 * these. */
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

void
pg_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    (void)catalog;
    gboolean path_is_reset = frame->ledger != NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
        g_string_append_printf(head, "SET %s = %s;\n", settings[i][0], settings[i][1]);
    g_string_append_c(head, '\n');
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        if (i + 1 < G_N_ELEMENTS(settings) || !path_is_reset)
            g_string_append_printf(tail, "RESET %s;\n", settings[i][0]);
    }
}
