/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/message.h"
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Whole statements are sent in messages of about this size: some hundred tables, and few round
 * trips. */
#define MESSAGE_BYTES ((gsize)64 * 1024)

/* So many messages of several sessions find room in the server's lock table at the same time, where
 * each is a transaction. */
#define MESSAGES_AT_ONCE 4

typedef struct {
    PgSession *session;
    BlScript *script;
    const BlScriptRun *run;
    const char *name;
    guint64 n;
    gboolean gathers;      /* several statements may go in one message */
    BlMessage message;     /* without the trailing delimiter */
    guint64 weight;        /* of what it makes, where that matters */
    guint64 most;          /* the most that a message may weigh; 0: it does not matter */
    GHashTable *settings;  /* names of all settings of the server, lower case; NULL: not read */
    gboolean in_copy;      /* the server waits for rows */
    gboolean changed_role; /* a statement was SET ROLE or SET SESSION AUTHORIZATION */
    guint copy_line;       /* of the first row; 0: none came yet */
} Run;

/* @param offset in the message; -1: the start of the statement. The server may mean the delimiter
 * behind it. */
static void
set_position(const Run *run, const BlPlace *place, gssize offset, GError *error)
{
    gsize inside = offset > (gssize)place->start ? (gsize)offset - place->start : 0;
    bl_message_locate(&run->message, place, inside, error);
}

/* A syntax error comes before anything of the message ran, and only its position tells the
 * statement. */
static const BlPlace *
find_place(const Run *run, gssize offset)
{
    guint i = run->message.done;
    for (guint j = 0; offset >= 0 && j < run->message.places->len; j++) {
        if ((gssize)bl_message_place(&run->message, j)->start <= offset)
            i = j;
    }
    return bl_message_place(&run->message, i);
}

static void
explain(const Run *run, GError *error)
{
    const BlErrorInfo *info = bl_error_info(error);
    if (run->run->tolerant && info != NULL && g_strcmp0(info->sqlstate, "42704") == 0 &&
        g_str_has_prefix(error->message, "role "))
        bl_error_set_hint(error, "make the role first, or dump without owners and grants "
                                 "(pg_dump --no-owner --no-acl)");
}

/* @param result NULL: the connection is at fault */
static gboolean
set_statement_error(const Run *run, const PGresult *result, GError **error)
{
    gssize offset = result != NULL ? pg_error_offset(result, run->session->glued_len,
                                                     run->message.text->str, run->message.text->len)
                                   : -1;
    guint64 copy_line = result != NULL && run->copy_line > 0 ? pg_copy_error_line(result) : 0;
    GError *made = NULL;
    pg_set_error(run->session, result, NULL, &made);
    explain(run, made);
    if (copy_line > 0)
        bl_error_set_position(made, run->name, run->copy_line + (guint)copy_line - 1, 1);
    set_position(run, find_place(run, offset), offset, made);
    g_propagate_error(error, made);
    return FALSE;
}

static gboolean
take_result(Run *run, const PGresult *result, GError **error)
{
    if (pg_is_failure(result))
        return set_statement_error(run, result, error);
    ExecStatusType status = pq.PQresultStatus(result);
    if (run->message.done >= run->message.places->len) {
        return bl_message_fail(&run->message,
                               "put one statement behind the other, each with its semicolon",
                               "the server sees more statements here than the script has", error);
    }
    if (status == PGRES_COPY_OUT || status == PGRES_COPY_BOTH)
        return bl_message_fail(&run->message, "take the statement out",
                               "COPY … TO stdout has nowhere to go", error);
    BlPlace *place = bl_message_place(&run->message, run->message.done);
    if (status == PGRES_COPY_IN) {
        run->in_copy = place->starts_copy;
        return run->in_copy || bl_message_fail(&run->message, "write it as COPY … FROM stdin",
                                               "the statement has no rows behind it", error);
    }
    place->rows = pg_rows_changed(result);
    run->message.done++;
    run->n++;
    return TRUE;
}

/* Reads results until the answer is over, or the server waits for rows. */
static gboolean
read_results(Run *run, GError **error)
{
    for (;;) {
        GError *why = NULL;
        g_autoptr(PgResult) result = pg_next_result(run->session, &why);
        if (why != NULL) {
            set_position(run, bl_message_place(&run->message, run->message.done), -1, why);
            g_propagate_error(error, why);
            return FALSE;
        }
        if (result == NULL)
            return TRUE;
        if (pg_take_ahead(run->session, result))
            continue;
        if (!take_result(run, result, error)) {
            run->in_copy = FALSE;
            pg_drain(run->session);
            return FALSE;
        }
        if (run->in_copy)
            return TRUE;
    }
}

/* Behind the answer. The quoting rules of the next statements are those that the session has now.
 */
static gboolean
settle(Run *run, gboolean ok, gint64 started, guint64 before, GError **error)
{
    const char *standard = pq.PQparameterStatus(run->session->conn, "standard_conforming_strings");
    bl_script_state(run->script)->backslash_in_strings = g_strcmp0(standard, "off") == 0;
    bl_report_progress(run->session->base.reporter, run->name, before, run->n);
    ok =
        ok && bl_message_tell(&run->message, run->session->base.reporter, run->run, started, error);
    bl_message_reset(&run->message);
    run->weight = 0;
    return ok;
}

static gboolean
flush(Run *run, GError **error)
{
    if (run->message.places->len == 0)
        return TRUE;
    gint64 started = g_get_monotonic_time();
    guint64 before = run->n;
    /* Outside a transaction the whole message is one. */
    gboolean is_whole = run->message.places->len > 1 && !pg_in_transaction(&run->session->base);
    gboolean ok = pg_send(run->session, run->message.text->str, error) && read_results(run, error);
    if (!ok && is_whole)
        run->n = before;
    return run->in_copy || settle(run, ok, started, before, error);
}

static gboolean
take_setting(const BlRow *row, void *data, GError **error)
{
    (void)error;
    g_hash_table_add(data, g_ascii_strdown(row->values[0], -1));
    return TRUE;
}

/* Some settings are in no list: the server is asked for each. */
static gboolean
find_setting(Run *run, const char *name, gboolean *found, GError **error)
{
    if (run->settings == NULL) {
        run->settings = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        if (!pg_query(&run->session->base, "SELECT name FROM pg_catalog.pg_settings", take_setting,
                      run->settings, error))
            return FALSE;
    }
    *found = g_hash_table_contains(run->settings, name);
    if (*found)
        return TRUE;
    g_autoptr(GString) sql = g_string_new("SELECT pg_catalog.current_setting(");
    pg_append_literal(sql, name);
    g_string_append(sql, ", true) IS NOT NULL");
    g_autofree char *answer = pg_select_text(run->session, sql->str, error);
    *found = g_strcmp0(answer, "t") == 0;
    if (*found)
        g_hash_table_add(run->settings, g_strdup(name));
    return answer != NULL;
}

/* The setting that a SET names. @return g_free(); NULL: it is no SET of one setting */
static char *
name_of_setting(const BlItem *item)
{
    static const char *const clauses[] = { "constraints",   "time",    "transaction",
                                           "role",          "names",   "xml",
                                           "schema",        "catalog", "characteristics",
                                           "authorization", NULL };
    BlToken tokens[3];
    guint n = bl_lex_first(&bl_dialect_postgres, item->text, item->len, tokens, 3);
    if (n < 2 || !bl_token_is_word(&tokens[0], item->text, "SET"))
        return NULL;
    guint at = bl_token_is_word(&tokens[1], item->text, "LOCAL") ||
                       bl_token_is_word(&tokens[1], item->text, "SESSION")
                   ? 2
                   : 1;
    if (at >= n)
        return NULL;
    if (bl_token_is_any(&tokens[at], item->text, clauses))
        return NULL;
    /* "extension.setting" may be made up by anybody. */
    gsize behind = tokens[at].start + tokens[at].len;
    if (behind < item->len && item->text[behind] == '.')
        return NULL;
    g_autofree char *name = bl_token_name(&tokens[at], item->text);
    return g_ascii_strdown(name, -1);
}

/* SET of something that only newer servers have, as their pg_dump writes it. */
static gboolean
is_unknown_setting(Run *run, const BlItem *item, gboolean *unknown, GError **error)
{
    gboolean found = TRUE;
    g_autofree char *name = name_of_setting(item);
    /* What is waiting may not wait behind a query of ours. */
    if (name != NULL && (!flush(run, error) || !find_setting(run, name, &found, error)))
        return FALSE;
    *unknown = !found;
    if (!found) {
        bl_report_text(run->session->base.reporter, BL_EVENT_WARNING,
                       "%s:%u: this server has no setting \"%s\"; the statement is skipped",
                       run->name != NULL ? run->name : "script", item->line, name);
    }
    return TRUE;
}

static gboolean
mentions(const BlItem *item, const char *word)
{
    gsize n = strlen(word);
    for (gsize i = 0; i + n <= item->len; i++) {
        if (g_ascii_strncasecmp(item->text + i, word, n) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The server reads a message as a whole before it runs any of it: what changes the reading must end
 * one. */
static gboolean
changes_reading(const BlItem *item, guint traits)
{
    return (traits & (BL_STMT_SETTING | BL_STMT_READ)) != 0 &&
           (mentions(item, "standard_conforming_strings") || mentions(item, "client_encoding") ||
            mentions(item, "names"));
}

/* SET ROLE, SET LOCAL SESSION AUTHORIZATION and their like. */
static gboolean
names_role(const BlItem *item, guint traits)
{
    BlToken tokens[4];
    if ((traits & BL_STMT_SETTING) == 0)
        return FALSE;
    guint n = bl_lex_first(&bl_dialect_postgres, item->text, item->len, tokens, 4);
    for (guint i = 1; i < n; i++) {
        if (bl_token_is_word(&tokens[i], item->text, "role") ||
            bl_token_is_word(&tokens[i], item->text, "authorization"))
            return TRUE;
    }
    return FALSE;
}

/* The schema of CREATE SCHEMA IF NOT EXISTS. @return g_free(); NULL: it is another statement */
static char *
name_of_schema(const BlItem *item)
{
    static const char *const words[] = { "create", "schema", "if", "not", "exists" };
    BlToken tokens[G_N_ELEMENTS(words) + 2];
    guint n =
        bl_lex_first(&bl_dialect_postgres, item->text, item->len, tokens, G_N_ELEMENTS(tokens));
    if (n != G_N_ELEMENTS(words) + 1)
        return NULL;
    for (guint i = 0; i < G_N_ELEMENTS(words); i++) {
        if (!bl_token_is_word(&tokens[i], item->text, words[i]))
            return NULL;
    }
    return bl_token_name(&tokens[n - 1], item->text);
}

/* IF NOT EXISTS asks for the right to make schemas before it looks: a role without it has those
 * that were made for it. */
static gboolean
is_given_schema(Run *run, const BlItem *item, gboolean *is_given, GError **error)
{
    g_autofree char *name = name_of_schema(item);
    *is_given = FALSE;
    if (name == NULL)
        return TRUE;
    g_autoptr(GString) sql = g_string_new(
        "SELECT NOT pg_catalog.has_database_privilege(pg_catalog.current_database(), 'CREATE') AND "
        "EXISTS (SELECT FROM pg_catalog.pg_namespace WHERE nspname = ");
    pg_append_literal(sql, name);
    g_string_append_c(sql, ')');
    /* What is waiting may make it. */
    g_autofree char *answer =
        flush(run, error) ? pg_select_text(run->session, sql->str, error) : NULL;
    *is_given = g_strcmp0(answer, "t") == 0;
    return answer != NULL;
}

/* @return TRUE when what is gathered goes out now */
static gboolean
is_full(Run *run, const BlItem *item)
{
    if (run->most > 0)
        run->weight += pg_weigh(item->text, item->len);
    return run->message.text->len >= MESSAGE_BYTES || (run->most > 0 && run->weight >= run->most);
}

static gboolean
run_statement(Run *run, const BlItem *item, guint traits, GError **error)
{
    gboolean is_skipped = FALSE;
    if (run->run->tolerant && (traits & BL_STMT_SETTING) != 0 &&
        !is_unknown_setting(run, item, &is_skipped, error))
        return FALSE;
    if (!is_skipped && run->run->tolerant && (traits & BL_STMT_CREATE) != 0 &&
        !is_given_schema(run, item, &is_skipped, error))
        return FALSE;
    if (is_skipped)
        return TRUE;
    run->changed_role = run->changed_role || names_role(item, traits);
    gboolean alone = !run->gathers || item->starts_copy || (traits & BL_STMT_OUTSIDE_TX) != 0;
    if (alone && !flush(run, error))
        return FALSE;
    /* On a line of its own: the statement before may end in a line comment. */
    (void)bl_message_add(&run->message, "\n;\n", item, traits);
    if (is_full(run, item) || alone || changes_reading(item, traits))
        return flush(run, error);
    return TRUE;
}

static gboolean
send_rows(Run *run, const BlItem *item, GError **error)
{
    if (!run->in_copy)
        return TRUE; /* of a COPY that was skipped */
    if (run->copy_line == 0)
        run->copy_line = item->line;
    GError *why = NULL;
    if (pg_copy_send(run->session, item->text, item->len, &why))
        return TRUE;
    bl_error_set_position(why, run->name, item->line, item->column);
    g_propagate_error(error, why);
    return FALSE;
}

static gboolean
end_rows(Run *run, const char *why, GError **error)
{
    if (!run->in_copy)
        return TRUE;
    gint64 started = g_get_monotonic_time();
    guint64 before = run->n;
    run->in_copy = FALSE;
    gboolean ok = pg_copy_end(run->session, why, error) && read_results(run, error);
    run->copy_line = 0;
    return settle(run, ok, started, before, error);
}

static gboolean
handle_item(Run *run, const BlItem *item, GError **error)
{
    if (item->kind == BL_ITEM_COPY_DATA)
        return send_rows(run, item, error);
    if (item->kind == BL_ITEM_COPY_END)
        return end_rows(run, NULL, error);
    guint traits = item->kind == BL_ITEM_STATEMENT ? pg_classify(item->text, item->len) : 0;
    GError *why = NULL;
    BlVerdict verdict =
        run->run->judge != NULL ? run->run->judge(item, traits, run->run->data, &why) : BL_RUN_ITEM;
    if (verdict == BL_SKIP_ITEM)
        return TRUE;
    if (verdict == BL_RUN_ITEM && item->kind == BL_ITEM_STATEMENT)
        return run_statement(run, item, traits, error);
    /* What was read before it comes first, and its error with it. */
    if (flush(run, error))
        return bl_fail_item(run->name, item, why, error);
    g_clear_error(&why);
    return FALSE;
}

static gboolean
run_items(Run *run, GError **error)
{
    BlItem item;
    int more;
    while ((more = bl_script_next(run->script, &item, error)) > 0) {
        if (!bl_cancel_check(error) || !handle_item(run, &item, error))
            return FALSE;
    }
    return more == 0 && flush(run, error);
}

/* Who wants to know of each statement may want to do something behind it, or to know its time. */
static gboolean
may_gather(const Run *run)
{
    const BlReporter *reporter = run->session->base.reporter;
    gboolean is_timed = reporter != NULL && reporter->wants_statements;
    return (run->run->bulk || (run->run->together && !is_timed)) && run->run->after == NULL;
}

/* A load in parts: each message is a transaction. */
static gboolean
limit_weight(Run *run, GError **error)
{
    if (!run->gathers || !run->run->bulk || pg_in_transaction(&run->session->base))
        return TRUE;
    guint64 room = pg_lock_room(run->session, error);
    run->most = MAX(room / MESSAGES_AT_ONCE, 1);
    return room > 0;
}

gboolean
pg_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error)
{
    static const BlScriptRun defaults;
    Run run = { .session = (PgSession *)base,
                .script = script,
                .run = options != NULL ? options : &defaults,
                .name = bl_script_name(script) };
    run.gathers = may_gather(&run);
    bl_message_init(&run.message, run.name);
    gboolean ok = limit_weight(&run, error) && run_items(&run, error);
    if (!ok)
        (void)end_rows(&run, "the script ended", NULL);
    /* What is written behind a script, the ledger, is written by who runs the migration. */
    ok = ok && (!run.changed_role ||
                pg_run(run.session, "RESET SESSION AUTHORIZATION; RESET ROLE", error));
    bl_message_clear(&run.message);
    g_clear_pointer(&run.settings, g_hash_table_unref);
    if (n_out != NULL)
        *n_out = run.n;
    return ok;
}
