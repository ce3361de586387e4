/* SPDX-License-Identifier: MIT */
/*
 * What a text of ours needs from the session, and the transaction that makes it all or nothing with
 * any client: behind an error the server refuses every statement, and COMMIT takes all back. A
 * text that makes more relations than the lock table of a server with its first settings holds is
 * several transactions, each of which needs the one before: the ledger is in the last.
 */
#include "common/engine/postgres/postgres.h"

/* Names are qualified, so that no search_path may find others first; bodies of functions may name
 * what comes behind them. Every server from 13 on has these. */
static const char *const settings[][2] = {
    { "client_encoding", "'UTF8'" }, { "standard_conforming_strings", "on" },
    { "array_nulls", "on" },         { "check_function_bodies", "off" },
    { "xmloption", "content" },      { "client_min_messages", "warning" },
    { "row_security", "off" },       { "default_table_access_method", "heap" },
    { "default_tablespace", "''" },  { "search_path", "''" },
};

/* A client that goes back to a savepoint behind an error and goes on, as psql does with
 * ON_ERROR_ROLLBACK, stays inside that savepoint: two transactions hold their numbers then, the
 * first row of the gate makes sure of that, and two equal rows make COMMIT fail. The table comes
 * first: at the end there may be event triggers. */
#define OPEN_GATE                                                                                  \
    "BEGIN;\n"                                                                                     \
    "CREATE TEMPORARY TABLE baseline_gate (n integer, CONSTRAINT \"a statement failed\" UNIQUE "   \
    "(n) DEFERRABLE INITIALLY DEFERRED) ON COMMIT DROP;\n"
#define CLOSE_GATE                                                                                 \
    "INSERT INTO baseline_gate SELECT 0;\n"                                                        \
    "INSERT INTO baseline_gate SELECT 1 FROM pg_catalog.pg_locks WHERE locktype = "                \
    "'transactionid' AND pid = pg_catalog.pg_backend_pid();\n"                                     \
    "COMMIT;\n"

/* A cursor that is held is there behind its COMMIT only when that was none of a transaction that
 * had failed. To close one that is not there is an error, which makes the next transaction fail
 * too. */
const char pg_next_transaction[] =
    "DECLARE baseline_gate CURSOR WITH HOLD FOR SELECT 1;\n" CLOSE_GATE OPEN_GATE
    "CLOSE baseline_gate;\n";

void
pg_frame(const BlCatalog *catalog, const BlFrame *frame, GString *head, GString *tail)
{
    (void)catalog;
    (void)frame;
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
        g_string_append_printf(head, "SET %s = %s;\n", settings[i][0], settings[i][1]);
    g_string_append(head, OPEN_GATE "\n");
    g_string_append(tail, "-- gate\n" CLOSE_GATE);
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++)
        g_string_append_printf(tail, "RESET %s;\n", settings[i][0]);
}
