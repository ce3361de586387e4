/* SPDX-License-Identifier: MIT */
/* Links what the tools link, opens app.sqlite3 and looks for the ledger: the part of SQLite. */
#include <sqlite3.h>

#include <stddef.h>

static int
ask(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *stmt = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &stmt, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    sqlite3_finalize(stmt);
    return rc != SQLITE_ROW && rc != SQLITE_DONE;
}

int
main(void)
{
    sqlite3 *db = NULL;
    if (sqlite3_open_v2("app.sqlite3", &db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL) !=
        SQLITE_OK)
        return 1;
    return ask(db, "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'adonis_schema'");
}
