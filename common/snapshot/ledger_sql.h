/* SPDX-License-Identifier: MIT */
/**
 * @file ledger_sql.h
 * @brief Names of bookkeeping tables in SQL, and templates: what ledger*.c and peer.c share.
 *
 * Layer: common/snapshot, inside only.
 */
#ifndef BL_COMMON_SNAPSHOT_LEDGER_SQL_H
#define BL_COMMON_SNAPSHOT_LEDGER_SQL_H

#include "common/engine/engine.h"
#include "common/snapshot/ledger.h"

#include <glib.h>

G_BEGIN_DECLS

/** A {key} of a template and what stands for it. */
typedef struct {
    const char *key;
    const char *value;
} BlFilling;

/** Replaces every {key} in one pass: a value that looks like a key stays what it is. @return
 * g_free() */
char *bl_ledger_fill(const char *template, const BlFilling *fillings, gsize n);

/** The name as a snapshot has it. @return g_free() */
char *bl_ledger_quote(const BlEngine *engine, const char *name);

/** The name for a statement that is run now: no table of another schema may be found first.
 * @return g_free() */
char *bl_ledger_live_name(const BlSession *session, const char *name);

/** The same for the journal, which may stand in a schema of its own. @return g_free() */
char *bl_journal_live_name(const BlSession *session, const BlLedgerNames *names);

/** Runs a statement whose {ledger}, {versions} and {journal} are filled in. */
gboolean bl_ledger_execute(BlSession *session,
                           const BlLedgerNames *names,
                           const char *template,
                           GError **error);

/** Makes the schema that the configured name of the ledger has, when it is not there. */
gboolean bl_ledger_ensure_schema(BlSession *session, const BlLedgerNames *names, GError **error);

/** The same where that name is a bare one and the search path leads to no schema that is there:
 * makes the only one that it names. @return FALSE: BL_ERROR_CONFLICT where it names several */
gboolean bl_ledger_ensure_place(BlSession *session, const BlLedgerNames *names, GError **error);

/** INSERT of a row. @param table as it stands in SQL @param batch 0: one behind the last that is
 * there. @return g_free() */
char *bl_ledger_insert_statement(const BlEngine *engine,
                                 const char *table,
                                 const char *name,
                                 gint64 batch);

/** Whether a table is there, and where. */
typedef struct {
    const char *table;
    gboolean exists;
    char *schema; /**< where the engine has schemas; g_free() */
} BlFoundTable;

/** Looks for @n tables with one question, where the engine can: each would be a round trip. @param
 * found in: the names, the rest zero */
gboolean bl_ledger_find_tables(BlSession *session, BlFoundTable *found, gsize n, GError **error);

G_END_DECLS

#endif
