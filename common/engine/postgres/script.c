/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Whole statements are sent in messages of about this size: some hundred tables, far below what the
 * server's lock table holds, and few round trips. */
#define MESSAGE_BYTES ((gsize)64 * 1024)

/* Statements between two progress events. */
#define PROGRESS_EVERY 100

/* A statement in the message that is being gathered. */
typedef struct {
    gsize start; /* in the message */
    gsize len;
    guint line, column;
    guint traits;
} Place;

typedef struct {
    PgSession *session;
    const BlScriptRun *run;
    const char *name;
    guint64 n;
    gboolean gathers;     /* several statements may go in one message */
    GString *message;     /* without the trailing delimiter */
    GArray *places;       /* Place */
    guint failed;         /* place of the statement whose result is awaited */
    GHashTable *settings; /* names of all settings of the server, lower case; NULL: not read */
    gboolean in_copy;
} Run;

static void
report_progress(const Run *run)
{
    if (run->n % PROGRESS_EVERY != 0)
        return;
    const BlEvent event = { .kind = BL_EVENT_PROGRESS, .name = run->name, .done = run->n };
    bl_report(run->session->base.reporter, &event);
}

/* The place of the item as the callbacks and messages see it. */
static BlItem
item_at(const Run *run, const Place *place)
{
    const BlItem item = { .kind = BL_ITEM_STATEMENT,
                          .text = run->message->str + place->start,
                          .len = place->len,
                          .full_len = place->len,
                          .line = place->line,
                          .column = place->column };
    return item;
}

static void
set_position(const Run *run, const Place *place, gssize offset, GError *error)
{
    const BlItem item = item_at(run, place);
    guint line = place->line;
    guint column = place->column;
    if (offset >= (gssize)place->start && offset <= (gssize)(place->start + place->len))
        bl_item_position(&item, (gsize)offset - place->start, &line, &column);
    bl_error_set_position(error, run->name, line, column);
}

static gboolean
is_failure(const PGresult *result)
{
    ExecStatusType status = pq.PQresultStatus(result);
    return status == PGRES_FATAL_ERROR || status == PGRES_BAD_RESPONSE;
}

/* A syntax error comes before anything of the message ran, and its position tells the statement. */
static const Place *
find_place(const Run *run, gssize offset)
{
    for (guint i = 0; offset >= 0 && i < run->places->len; i++) {
        const Place *place = &g_array_index(run->places, Place, i);
        if (offset <= (gssize)(place->start + place->len))
            return place;
    }
    return &g_array_index(run->places, Place, MIN(run->failed, run->places->len - 1));
}

static gboolean
set_statement_error(Run *run, const PGresult *result, GError **error)
{
    gssize offset =
        result != NULL ? pg_error_offset(result, run->message->str, run->message->len) : -1;
    const Place *place = find_place(run, offset);
    GError *made = NULL;
    pg_set_error(run->session, result, NULL, &made);
    set_position(run, place, offset, made);
    g_propagate_error(error, made);
    return FALSE;
}

static gboolean
take_result(Run *run, const PGresult *result, GError **error)
{
    if (is_failure(result))
        return set_statement_error(run, result, error);
    ExecStatusType status = pq.PQresultStatus(result);
    if (status == PGRES_COPY_IN) {
        run->in_copy = TRUE;
        return TRUE;
    }
    if (run->failed >= run->places->len)
        return TRUE;
    const Place *place = &g_array_index(run->places, Place, run->failed);
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH) {
        bl_error_set(error, BL_ERROR_SQL, "take the statement out",
                     "COPY … TO stdout has nowhere to go");
        if (error != NULL)
            set_position(run, place, -1, *error);
        return FALSE;
    }
    run->failed++;
    run->n++;
    report_progress(run);
    if (run->run->after == NULL)
        return TRUE;
    const BlItem item = item_at(run, place);
    gint64 rows = g_ascii_strtoll(pq.PQcmdTuples((PGresult *)(guintptr)result), NULL, 10);
    return run->run->after(&item, place->traits, rows, run->run->data, error);
}

/* Reads results until the answer is over, or the server waits for COPY data. */
static gboolean
read_results(Run *run, GError **error)
{
    for (;;) {
        GError *why = NULL;
        g_autoptr(PgResult) result = pg_next_result(run->session, &why);
        if (why != NULL) {
            const Place *place = find_place(run, -1);
            set_position(run, place, -1, why);
            g_propagate_error(error, why);
            return FALSE;
        }
        if (result == NULL)
            return TRUE;
        if (run->session->glued) {
            run->session->glued = FALSE;
            continue;
        }
        if (!take_result(run, result, error)) {
            pg_drain(run->session);
            return FALSE;
        }
        if (run->in_copy)
            return TRUE;
    }
}

static gboolean
flush(Run *run, GError **error)
{
    if (run->places->len == 0)
        return TRUE;
    gint64 started = g_get_monotonic_time();
    run->failed = 0;
    gboolean ok = pg_send(run->session, run->message->str, error) && read_results(run, error);
    if (ok)
        pg_report_statement(run->session, run->message->str, started);
    g_string_truncate(run->message, 0);
    g_array_set_size(run->places, 0);
    return ok;
}

static void
gather(Run *run, const BlItem *item, guint traits)
{
    const Place place = { run->message->len, item->len, item->line, item->column, traits };
    g_string_append_len(run->message, item->text, (gssize)item->len);
    /* On a line of its own: the statement may end in a line comment. */
    g_string_append(run->message, "\n;\n");
    g_array_append_val(run->places, place);
}

static gboolean
take_setting(const BlRow *row, void *data, GError **error)
{
    (void)error;
    g_hash_table_add(data, g_ascii_strdown(row->values[0], -1));
    return TRUE;
}

/* SET of something that only newer servers have, as their pg_dump writes it. */
static gboolean
is_unknown_setting(Run *run, const BlItem *item, gboolean *unknown, GError **error)
{
    BlToken tokens[2];
    *unknown = FALSE;
    guint n = bl_lex_first(&bl_dialect_postgres, item->text, item->len, tokens, 2);
    if (n < 2 || !bl_token_is_word(&tokens[0], item->text, "SET"))
        return TRUE;
    if (run->settings == NULL) {
        run->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        /* What is waiting may not wait behind a query of ours. */
        if (!flush(run, error) ||
            !pg_query(&run->session->base, "SELECT name FROM pg_catalog.pg_settings", take_setting,
                      run->settings, error))
            return FALSE;
    }
    static const char *const clauses[] = { "local",       "session", "constraints", "time",
                                           "transaction", "role",    "names",       "xml",
                                           "schema",      "catalog", NULL };
    g_autofree char *name = bl_token_name(&tokens[1], item->text);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    const char *behind = item->text + tokens[1].start + tokens[1].len;
    gboolean is_custom = behind < item->text + item->len && *behind == '.';
    *unknown = !is_custom && !g_strv_contains(clauses, lower) &&
               !g_hash_table_contains(run->settings, lower);
    if (*unknown)
        bl_report_text(run->session->base.reporter, BL_EVENT_WARNING,
                       "%s:%u: this server has no setting \"%s\"; the statement is skipped",
                       run->name != NULL ? run->name : "script", item->line, lower);
    return TRUE;
}

static gboolean
run_statement(Run *run, const BlItem *item, guint traits, GError **error)
{
    if (run->run->tolerant && (traits & BL_STMT_SETTING) != 0) {
        gboolean unknown = FALSE;
        if (!is_unknown_setting(run, item, &unknown, error))
            return FALSE;
        if (unknown)
            return TRUE;
    }
    gboolean alone = !run->gathers || item->starts_copy || (traits & BL_STMT_OUTSIDE_TX) != 0;
    if (alone && !flush(run, error))
        return FALSE;
    if (!run->gathers) {
        /* The text alone: what cannot run inside a transaction must be the only one of a message.
         */
        const Place place = { 0, item->len, item->line, item->column, traits };
        g_string_append_len(run->message, item->text, (gssize)item->len);
        g_array_append_val(run->places, place);
        return flush(run, error);
    }
    gather(run, item, traits);
    if (alone || run->message->len >= MESSAGE_BYTES)
        return flush(run, error);
    return TRUE;
}

static gboolean
send_copy_data(Run *run, const BlItem *item, GError **error)
{
    if (!run->in_copy)
        return TRUE; /* of a COPY that was skipped */
    if (pq.PQputCopyData(run->session->conn, item->text, (int)item->len) == 1)
        return TRUE;
    run->in_copy = FALSE;
    GError *why = NULL;
    pg_set_error(run->session, NULL, NULL, &why);
    bl_error_set_position(why, run->name, item->line, 1);
    g_propagate_error(error, why);
    return FALSE;
}

/* The server speaks of lines of the data only in the context of its message. */
static gboolean
end_copy(Run *run, const BlItem *item, GError **error)
{
    if (!run->in_copy)
        return TRUE;
    run->in_copy = FALSE;
    if (pq.PQputCopyEnd(run->session->conn, NULL) != 1)
        return pg_set_error(run->session, NULL, NULL, error);
    const Place place = { 0, 0, item->line, item->column, BL_STMT_DML };
    g_array_set_size(run->places, 0);
    g_array_append_val(run->places, place);
    run->failed = 0;
    gboolean ok = read_results(run, error);
    g_array_set_size(run->places, 0);
    return ok;
}

static gboolean
refuse(const Run *run, const BlItem *item, GError *why, GError **error)
{
    if (why == NULL) {
        g_autofree char *text = g_strndup(item->text, MIN(item->len, 60));
        g_strdelimit(text, "\r\n\t", ' ');
        bl_error_set(&why, BL_ERROR_CONFLICT, "take the line out; only SQL is run",
                     "\"%s\" is a command of a client program", text);
    }
    bl_error_set_position(why, run->name, item->line, item->column);
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
handle_item(Run *run, const BlItem *item, GError **error)
{
    if (item->kind == BL_ITEM_COPY_DATA)
        return send_copy_data(run, item, error);
    if (item->kind == BL_ITEM_COPY_END)
        return end_copy(run, item, error);
    guint traits = item->kind == BL_ITEM_STATEMENT ? pg_classify(item->text, item->len) : 0;
    GError *why = NULL;
    BlVerdict verdict =
        run->run->judge != NULL ? run->run->judge(item, traits, run->run->data, &why) : BL_RUN_ITEM;
    if (verdict == BL_SKIP_ITEM)
        return TRUE;
    if (verdict == BL_REFUSE_ITEM || item->kind != BL_ITEM_STATEMENT) {
        /* What was read before it comes first, and its error with it. */
        if (!flush(run, error)) {
            g_clear_error(&why);
            return FALSE;
        }
        return refuse(run, item, why, error);
    }
    return run_statement(run, item, traits, error);
}

static gboolean
run_items(Run *run, BlScript *script, GError **error)
{
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        if (!bl_cancel_check(error) || !handle_item(run, &item, error))
            return FALSE;
    }
    return more == 0 && flush(run, error);
}

gboolean
pg_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error)
{
    static const BlScriptRun defaults;
    Run run = { .session = (PgSession *)base,
                .run = options != NULL ? options : &defaults,
                .name = bl_script_name(script) };
    run.gathers = run.run->bulk;
    run.message = g_string_new(NULL);
    run.places = g_array_new(FALSE, FALSE, sizeof(Place));
    gboolean ok = run_items(&run, script, error);
    if (run.in_copy) {
        (void)pq.PQputCopyEnd(run.session->conn, "the script ended");
        pg_drain(run.session);
    }
    g_string_free(run.message, TRUE);
    g_array_unref(run.places);
    g_clear_pointer(&run.settings, g_hash_table_unref);
    if (n_out != NULL)
        *n_out = run.n;
    return ok;
}
