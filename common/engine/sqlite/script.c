/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/sqlite/sqlite.h"

#include <string.h>

/* Statements that one statement may be tried with stubs lent. */
#define MAX_TRIES 100

/* Longer than any text that creates a table of the library's own. */
#define MAX_INTERNAL 200

static gboolean
mentions(const char *text, gsize len, const char *word)
{
    gsize n = strlen(word);
    for (gsize i = 0; i + n <= len; i++) {
        if (g_ascii_strncasecmp(text + i, word, n) == 0)
            return TRUE;
    }
    return FALSE;
}

/* @param offset of the failed statement in the item; the library knows the place in it when the
 * compiler failed */
static gboolean
set_item_error(const LiteRun *run, const BlItem *item, gsize offset, int rc, GError **error)
{
    int inside = -1;
#if SQLITE_VERSION_NUMBER >= 3038000
    inside = sqlite3_error_offset(run->session->db);
#endif
    guint line = 0;
    guint column = 0;
    bl_item_position(item, MIN(item->len, offset + (inside > 0 ? (gsize)inside : 0)), &line,
                     &column);
    GError *made = NULL;
    lite_set_error(run->session, rc, NULL, &made);
    bl_error_set_position(made, run->name, line, column);
    g_propagate_error(error, made);
    return FALSE;
}

/* Runs the statement at @offset of the item. @param end out: where the next one starts */
static int
run_one(LiteRun *run, const BlItem *item, gsize offset, gsize *end)
{
    g_autoptr(sqlite3_stmt) stmt = NULL;
    const char *tail = NULL;
    const char *text = item->text + offset;
    int rc = lite_compile(run->session->db, text, (int)(item->full_len - offset), &stmt, &tail);
    if (rc != SQLITE_OK)
        return rc;
    *end = (gsize)(tail - item->text);
    if (stmt == NULL)
        return SQLITE_DONE;
    do
        rc = lite_step(run->session, stmt);
    while (rc == SQLITE_ROW);
    /* The message of a failed step is final only behind this. */
    if (rc != SQLITE_DONE)
        rc = sqlite3_reset(stmt);
    return rc;
}

/* With the comments and blanks behind the last token: the library keeps them in the text of an
 * index or a view. */
static gboolean
run_text(LiteRun *run, const BlItem *item, guint traits, GError **error)
{
    gsize offset = 0;
    guint tries = 0;
    while (offset < item->full_len) {
        gsize end = item->full_len;
        /* A tail means that the library saw more statements than the script reader: nothing is
         * known about them. */
        if (offset > 0 && run->session->bulk != NULL &&
            !lite_bulk_settle(run->session->bulk, error))
            return FALSE;
        int rc = run_one(run, item, offset, &end);
        if (rc == SQLITE_DONE) {
            offset = end;
            continue;
        }
        gboolean again = run->lend != NULL && (traits & BL_STMT_CREATE) != 0 &&
                         tries++ < MAX_TRIES && lite_lend_for_error(run->lend);
        if (!again)
            return set_item_error(run, item, offset, rc, error);
    }
    return run->lend == NULL || lite_lend_check(run->lend, error);
}

/* By hand into the schema table: sqlite3's .dump does so for virtual tables. */
static void
note_schema_writing(LiteRun *run, const BlItem *item, guint traits)
{
    if ((traits & BL_STMT_SETTING) == 0 || run->wrote_schema ||
        !mentions(item->text, item->len, "writable_schema"))
        return;
    run->wrote_schema = TRUE;
    run->session->reload = TRUE;
    sqlite3_db_config(run->session->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &run->was_defensive);
    sqlite3_db_config(run->session->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
}

gboolean
lite_run_item(LiteRun *run, const BlItem *item, guint traits, GError **error)
{
    gint64 started = g_get_monotonic_time();
    note_schema_writing(run, item, traits);
    if ((traits & BL_STMT_DROP) != 0 && !lite_note_drop(run, item, error))
        return FALSE;
    lite_note_text(run->session, item->text, item->full_len);
    if (!run_text(run, item, traits, error)) {
        lite_explain_drop(traits, error);
        return FALSE;
    }
    run->n++;
    lite_note_statement(run->session, traits);
    const BlReporter *reporter = run->session->base.reporter;
    bl_report_statement(reporter, item->text, (gssize)item->len, started);
    bl_report_progress(reporter, run->name, run->n - 1, run->n);
    gint64 rows = (traits & BL_STMT_DML) != 0 ? sqlite3_changes64(run->session->db) : 0;
    return run->run->after == NULL || run->run->after(item, traits, rows, run->run->data, error);
}

/* What is refused comes behind what was read before it. */
static gboolean
refuse_item(const LiteRun *run, const BlItem *item, GError *why, GError **error)
{
    g_autoptr(GError) owned = why;
    LiteBulk *bulk = run->session->bulk;
    if (bulk != NULL && !lite_bulk_flush(bulk, error))
        return FALSE;
    return bl_fail_item(run->name, item, g_steal_pointer(&owned), error);
}

/* What .schema of the stock client shows beside the schema: tables that the library makes by
 * itself, and only so. */
static gboolean
is_made_by_library(const LiteRun *run, const BlItem *item, guint traits)
{
    if (!run->run->tolerant || (traits & BL_STMT_CREATE) == 0 || item->len > MAX_INTERNAL ||
        !mentions(item->text, item->len, "sqlite_s"))
        return FALSE;
    static const char *const names[] = { "sqlite_sequence", "sqlite_stat1", "sqlite_stat2",
                                         "sqlite_stat3",    "sqlite_stat4", NULL };
    g_auto(LiteCreate) create = { 0 };
    if (!lite_parse_create(item->text, item->len, &create) || strcmp(create.type, "table") != 0)
        return FALSE;
    g_autofree char *lower = g_ascii_strdown(create.name, -1);
    return g_strv_contains(names, lower);
}

static gboolean
handle_item(LiteRun *run, const BlItem *item, GError **error)
{
    LiteBulk *bulk = run->session->bulk;
    guint traits = item->kind == BL_ITEM_STATEMENT ? lite_classify(item->text, item->len) : 0;
    GError *why = NULL;
    BlVerdict verdict =
        run->run->judge != NULL ? run->run->judge(item, traits, run->run->data, &why) : BL_RUN_ITEM;
    if (verdict == BL_SKIP_ITEM || is_made_by_library(run, item, traits))
        return TRUE;
    if (verdict == BL_REFUSE_ITEM || item->kind != BL_ITEM_STATEMENT)
        return refuse_item(run, item, why, error);
    if (bulk != NULL) {
        if (lite_bulk_take(bulk, item, traits))
            return !lite_bulk_is_full(bulk) || lite_bulk_flush(bulk, error);
        if (!lite_bulk_flush(bulk, error) || !lite_bulk_settle(bulk, error))
            return FALSE;
    }
    return lite_run_item(run, item, traits, error);
}

static gboolean
run_items(LiteRun *run, BlScript *script, GError **error)
{
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        if (!bl_cancel_check(error) || !handle_item(run, &item, error))
            return FALSE;
    }
    if (more < 0)
        return FALSE;
    return run->session->bulk == NULL || lite_bulk_flush(run->session->bulk, error);
}

/* Reads the schema table again: every row of it must parse. */
static gboolean
prove_schema(LiteRun *run, GError **error)
{
    if (!lite_reload_schema(run->session, error))
        return FALSE;
    return lite_run(run->session, "SELECT 1 FROM sqlite_schema LIMIT 1", error);
}

/* Rows go back whatever happened: a caller that commits nevertheless must not lose any. */
static gboolean
end_bulk(LiteRun *run, gboolean ok, gboolean *used, GError **error)
{
    g_autoptr(LiteBulk) bulk = g_steal_pointer(&run->session->bulk);
    if (bulk == NULL)
        return ok;
    g_autoptr(GError) ignored = NULL;
    gboolean settled = lite_bulk_settle(bulk, ok ? error : &ignored);
    *used = lite_bulk_was_used(bulk);
    return ok && settled;
}

static gboolean
note_counter(const BlRow *row, void *data, GError **error)
{
    (void)error;
    GString *restore = data;
    g_string_append_printf(restore,
                           "DELETE FROM main.sqlite_sequence WHERE name = %s; "
                           "INSERT INTO main.sqlite_sequence (name, seq) VALUES (%s, %s); ",
                           row->values[0], row->values[0], row->values[1]);
    return TRUE;
}

/* A dump of the stock client empties the table of the counters before it fills it: those of tables
 * that were there before come back. @return g_string_free(); NULL: @error is set */
static GString *
keep_counters(LiteSession *session, GError **error)
{
    g_autoptr(GString) restore = g_string_new(NULL);
    gboolean exists = FALSE;
    if (!lite_has_table(&session->base, "sqlite_sequence", &exists, error) ||
        (exists &&
         !lite_query(&session->base,
                     "SELECT quote(s.name), quote(s.seq) FROM main.sqlite_sequence AS s "
                     "WHERE EXISTS (SELECT 1 FROM main.sqlite_schema AS t WHERE t.name = s.name) "
                     "ORDER BY s.rowid",
                     note_counter, restore, error)))
        return NULL;
    return g_steal_pointer(&restore);
}

gboolean
lite_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error)
{
    static const BlScriptRun defaults;
    LiteSession *session = (LiteSession *)base;
    LiteRun run = { .session = session,
                    .run = options != NULL ? options : &defaults,
                    .name = bl_script_name(script) };
    gboolean used = FALSE;
    if (session->is_between && !lite_settle(base, error))
        return FALSE;
    g_autoptr(LiteLend) lend = run.run->tolerant ? lite_lend_new(session) : NULL;
    run.lend = lend;
    g_autoptr(GString) counters = run.run->tolerant ? keep_counters(session, error) : NULL;
    if (run.run->tolerant && counters == NULL)
        return FALSE;
    if (run.run->bulk && session->bulk == NULL &&
        sqlite3_txn_state(session->db, "main") == SQLITE_TXN_WRITE)
        session->bulk = lite_bulk_new(&run);

    gboolean ok = run_items(&run, script, error);
    ok = end_bulk(&run, ok, &used, error);
    if (ok && counters != NULL && counters->len > 0)
        ok = lite_run(session, counters->str, error);
    if (ok && (used || run.wrote_schema))
        ok = prove_schema(&run, error);
    if (run.wrote_schema && run.was_defensive != 0)
        sqlite3_db_config(session->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (n_out != NULL)
        *n_out = run.n;
    return ok;
}
