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
