/* SPDX-License-Identifier: MIT */
#include "common/snapshot/ledger.h"
#include "common/snapshot/ledger_sql.h"
#include "common/sql/quote.h"

static gboolean
note_row(const BlRow *row, void *data, GError **error)
{
    (void)error;
    BlFoundTable *found = data;
    found += g_ascii_strtoull(row->values[0], NULL, 10);
    found->exists = TRUE;
    g_free(found->schema);
    found->schema = g_strdup(row->values[1]);
    return TRUE;
}

static void
append_question(GString *sql, const BlEngine *engine, const char *table, gsize number)
{
    g_autofree char *literal = bl_quote_literal(engine->dialect, table);
    g_autofree char *quoted = bl_ledger_quote(engine, table);
    g_autofree char *quoted_literal = bl_quote_literal(engine->dialect, quoted);
    const BlFilling fillings[] = { { "{name}", literal }, { "{quoted}", quoted_literal } };
    g_autofree char *one =
        bl_ledger_fill(engine->ledger->table_exists, fillings, G_N_ELEMENTS(fillings));
    g_string_append_printf(sql, "%sSELECT %" G_GSIZE_FORMAT ", found.* FROM (%s) AS found",
                           number > 0 ? " UNION ALL " : "", number, one);
}

gboolean
bl_ledger_find_tables(BlSession *session, BlFoundTable *found, gsize n, GError **error)
{
    const BlEngine *engine = session->engine;
    g_autoptr(GString) sql = g_string_new(NULL);
    for (gsize i = 0; i < n; i++) {
        if (engine->has_table == NULL)
            append_question(sql, engine, found[i].table, i);
        else if (!engine->has_table(session, found[i].table, &found[i].exists, error))
            return FALSE;
    }
    if (engine->has_table != NULL)
        return TRUE;
    gboolean ok = engine->query(session, sql->str, note_row, found, error);
    for (gsize i = 0; i < n; i++) {
        if (!ok || (engine->caps & BL_CAP_SCHEMAS) == 0) {
            g_clear_pointer(&found[i].schema, g_free);
        }
    }
    return ok;
}

gboolean
bl_ledger_find_table(
    BlSession *session, const char *table, gboolean *exists, char **schema, GError **error)
{
    BlFoundTable found = { .table = table };
    gboolean ok = bl_ledger_find_tables(session, &found, 1, error);
    *exists = found.exists;
    if (schema != NULL && found.schema != NULL)
        *schema = g_steal_pointer(&found.schema);
    g_free(found.schema);
    return ok;
}
