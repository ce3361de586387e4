/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/failure.h"
#include "common/engine/message.h"
#include "common/engine/mysql/reach.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Whole statements are sent in messages of about this size, but never above half of what the server
 * takes. */
#define MESSAGE_BYTES ((gsize)64 * 1024)

/* The server ended one of two statements that waited for each other; and how often it is sent
 * again.
 */
#define DEADLOCK 1213
#define TRIES    100

/* Bytes of a message beside a statement: the kind of the message, what starts a transaction. */
#define ROOM 64

/* An event whose time has passed: dropped at once, or disabled, which the server takes for no more
 * than worth a note; or refused, when it ends before it starts, now that nobody named its start. */
#define EVENT_DROPPED  1588
#define EVENT_DISABLED 1544
#define EVENT_ENDED    1543

typedef struct {
    MySession *session;
    BlScript *script;
    const BlScriptRun *run;
    const char *name;
    guint64 n;
    gboolean gathers; /* several statements may go in one message */
    gsize limit;      /* bytes of a message of several statements */
    BlMessage message;
    MyModes *modes;
    gboolean in_rows; /* START TRANSACTION stands before the rows that came last */
    GHashTable *over; /* names of events that the server dropped at once; NULL: none */
} Run;

/* "… near 'TEXT' at line N". @return FALSE: the server says nothing of a place. @param near out:
 * borrowed from @message */
static gboolean
parse_near(const char *message, const char **near, gsize *len, guint *line)
{
    static const char before[] = "near '";
    static const char behind[] = "' at line ";
    const char *start = strstr(message, before);
    const char *end = start != NULL ? g_strrstr(start, behind) : NULL;
    if (end == NULL)
        return FALSE;
    *near = start + strlen(before);
    *len = (gsize)(end - *near);
    *line = (guint)g_ascii_strtoull(end + strlen(behind), NULL, 10);
    return TRUE;
}

/* The server quotes the text from the place on: all of it, or its beginning (MariaDB with "..."
 * behind it), which may stand at other places too. Its lines do not count those inside literals:
 * the place is not above the line that it names. */
static gsize
find_near(const char *text, gsize len, const char *near, gsize near_len, guint line)
{
    static const char cut[] = "...";
    if (near_len <= len && memcmp(text + len - near_len, near, near_len) == 0)
        return len - near_len;
    if (near_len > strlen(cut) && memcmp(near + near_len - strlen(cut), cut, strlen(cut)) == 0)
        near_len -= strlen(cut);
    const char *end = text + len;
    const char *p = text;
    gsize counted = 0;
    guint at = 1;
    while ((p = memmem(p, (gsize)(end - p), near, near_len)) != NULL) {
        for (; counted < (gsize)(p - text); counted++)
            at += text[counted] == '\n' ? 1 : 0;
        if (at >= line)
            return (gsize)(p - text);
        p++;
    }
    return 0;
}

/* Where in the statement the error is; 0: its start. What the server quotes may reach into the
 * statements behind. */
static gsize
error_offset(const Run *run, const BlPlace *place)
{
    const char *near = NULL;
    gsize near_len = 0;
    guint line = 0;
    if (!parse_near(my.mysql_error(run->session->conn), &near, &near_len, &line))
        return 0;
    gsize found = find_near(run->message.text->str + place->start,
                            run->message.text->len - place->start, near, near_len, line);
    return MIN(found, place->len);
}

/* A procedure may have any number of results. */
static gboolean
answers_often(const BlPlace *place)
{
    return (place->traits & BL_STMT_MAY_COMMIT) != 0;
}

static gboolean
take_answer(MyAnswer *answer, void *data, GError **error)
{
    Run *run = data;
    if (run->message.done > 0 &&
        answers_often(bl_message_place(&run->message, run->message.done - 1)) &&
        run->message.done == run->message.places->len)
        return TRUE;
    if (run->message.done >= run->message.places->len) {
        return bl_message_fail(&run->message,
                               "put one statement behind the other, each with its delimiter",
                               "the server sees more statements here than the script has", error);
    }
    BlPlace *place = bl_message_place(&run->message, run->message.done);
    place->rows = answer->rows;
    run->message.done++;
    run->n += place->is_ours ? 0 : 1;
    return TRUE;
}

/* @return what CREATE EVENT or ALTER EVENT names, g_free(); NULL: it is another statement */
static char *
event_of(const char *sql, gsize len)
{
    BlToken tokens[16];
    guint n = bl_lex_first(&bl_dialect_mysql, sql, len, tokens, G_N_ELEMENTS(tokens));
    guint i = 1;
    if (n == 0 || (!bl_token_is_word(&tokens[0], sql, "create") &&
                   !bl_token_is_word(&tokens[0], sql, "alter")))
        return NULL;
    while (i < n && !bl_token_is_word(&tokens[i], sql, "event"))
        i++;
    i += i + 1 < n && bl_token_is_word(&tokens[i + 1], sql, "if") ? 4 : 1;
    return i < n ? bl_token_name(&tokens[i], sql) : NULL;
}

/* An event that a schema had and the copy has not must not be lost without a word. */
static void
report_event(Run *run, guint code)
{
    g_autofree char *event = event_of(run->message.text->str, run->message.text->len);
    if (event == NULL)
        return;
    g_autofree char *shown = bl_one_line(event);
    const BlPlace *place = bl_message_place(&run->message, 0);
    bl_report_text(run->session->base.reporter, BL_EVENT_WARNING,
                   "%s:%u: the time of event \"%s\" has passed: %s",
                   run->name != NULL ? run->name : "script", place->line, shown,
                   code == EVENT_DISABLED ? "it is disabled" : "the server does not keep it");
    if (code == EVENT_DISABLED)
        return;
    if (run->over == NULL)
        run->over = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    g_hash_table_add(run->over, g_steal_pointer(&event));
}

static gboolean
take_warning(const MyRow *row, void *data, GError **error)
{
    Run *run = data;
    (void)error;
    if (row->n < 3 || row->values[0] == NULL || row->values[1] == NULL)
        return TRUE;
    guint code = (guint)g_ascii_strtoull(row->values[1], NULL, 10);
    if (code == EVENT_DROPPED || code == EVENT_DISABLED)
        report_event(run, code);
    if (strcmp(row->values[0], "Warning") != 0)
        return TRUE;
    g_autofree char *line = bl_one_line(row->values[2] != NULL ? row->values[2] : "");
    const BlPlace *place = bl_message_place(&run->message, 0);
    bl_report_text(run->session->base.reporter, BL_EVENT_WARNING,
                   "%s:%u: the server warns: %s (%s)", run->name != NULL ? run->name : "script",
                   place->line, line, row->values[1]);
    return TRUE;
}

/* The server keeps the warnings of the last statement only. */
static void
report_warnings(Run *run)
{
    if (run->message.places->len != 1 || my.mysql_warning_count(run->session->conn) == 0)
        return;
    GError *why = NULL;
    if (!my_run_all(run->session, "SHOW WARNINGS", take_warning, run, NULL, &why))
        g_clear_error(&why);
}

/* MySQL locks the tables that a foreign key names too: of two sessions of a load that make such
 * tables one may have to give way. Its statement did nothing then. */
static gboolean
gave_way(const Run *run, const BlPlace *place, const GError *why)
{
    return run->gathers && run->message.done < run->message.places->len && !place->is_ours &&
           (place->traits & BL_STMT_DML) == 0 && my_error_is(why, DEADLOCK);
}

static gboolean
send(Run *run, GError **error)
{
    gsize from = 0;
    for (guint tries = 1;; tries++) {
        GError *why = NULL;
        if (my_send(run->session, run->message.text->str + from, take_answer, run, NULL, &why))
            return TRUE;
        /* It was right when the dump was made. */
        if (run->run->bulk && my_error_is(why, EVENT_ENDED)) {
            report_event(run, EVENT_ENDED);
            g_error_free(why);
            return TRUE;
        }
        if (run->session->failed_ahead) {
            g_propagate_error(error, why);
            return FALSE;
        }
        const BlPlace *place = bl_message_place(&run->message, run->message.done);
        if (tries == TRIES || !gave_way(run, place, why)) {
            bl_message_locate(&run->message, place, error_offset(run, place), why);
            g_propagate_error(error, why);
            return FALSE;
        }
        from = place->start;
        g_error_free(why);
    }
}

static gboolean
flush(Run *run, GError **error)
{
    if (run->message.places->len == 0)
        return TRUE;
    gint64 started = g_get_monotonic_time();
    guint64 before = run->n;
    gboolean ok = send(run, error);
    if (ok)
        report_warnings(run);
    bl_report_progress(run->session->base.reporter, run->name, before, run->n);
    ok =
        ok && bl_message_tell(&run->message, run->session->base.reporter, run->run, started, error);
    bl_message_reset(&run->message);
    return ok;
}

static BlPlace *
gather(Run *run, const BlItem *item, guint traits)
{
    BlPlace *place = bl_message_add(&run->message, ";\n", item, traits);
    /* A line comment at the end must not swallow the delimiter; the server trims the line end. */
    if (item->full_len > item->len)
        g_string_append_c(run->message.text, '\n');
    return place;
}

static void
gather_ours(Run *run, const char *sql, const BlItem *at)
{
    const BlItem item = { .text = sql, .len = strlen(sql), .line = at->line, .column = at->column };
    gather(run, &item, 0)->is_ours = TRUE;
}

/* Rows that follow each other are one transaction: a commit costs more than a row. Everything but
 * settings ends it. */
static void
wrap_rows(Run *run, const BlItem *item, guint traits)
{
    if (!run->gathers || (traits & BL_STMT_SETTING) != 0)
        return;
    gboolean is_row = (traits & BL_STMT_DML) != 0;
    if (is_row == run->in_rows || (is_row && my_in_transaction(&run->session->base)))
        return;
    gather_ours(run, is_row ? "START TRANSACTION" : "COMMIT", item);
    run->in_rows = is_row;
}

static gboolean
follow_setting(Run *run, const BlItem *item, guint traits, GError **error)
{
    if ((traits & BL_STMT_SETTING) == 0)
        return TRUE;
    if (!my_modes_feed(run->modes, item->text, item->len) &&
        (!flush(run, error) || !my_modes_ask(run->modes, run->session, error)))
        return FALSE;
    my_modes_apply(run->modes, bl_script_state(run->script));
    return TRUE;
}

static void
note_change(MySession *session, const BlItem *item, guint traits)
{
    BlToken token;
    if (bl_lex_first(&bl_dialect_mysql, item->text, item->len, &token, 1) == 0)
        return;
    if (bl_token_is_word(&token, item->text, "use"))
        session->changed_database = TRUE;
    if (bl_token_is_word(&token, item->text, "lock") ||
        bl_token_is_word(&token, item->text, "flush"))
        session->changed_tables = TRUE;
    if (bl_token_is_word(&token, item->text, "unlock") && (traits & BL_STMT_TX_COMMIT) != 0)
        session->changed_tables = FALSE;
}

static gboolean
check_size(const Run *run, const BlItem *item, GError **error)
{
    if (item->len + ROOM < run->session->max_packet)
        return TRUE;
    GError *made = NULL;
    bl_error_set(&made, BL_ERROR_SQL, "raise max_allowed_packet of the server",
                 "the statement has %" G_GSIZE_FORMAT " bytes, the server takes %" G_GSIZE_FORMAT,
                 item->len, run->session->max_packet);
    bl_error_set_position(made, run->name, item->line, item->column);
    g_propagate_error(error, made);
    return FALSE;
}

/* What this server takes instead of the statement; what it cannot take at all was told before
 * anything ran. @return g_free(); NULL: the statement as it is */
static char *
translate(const Run *run, const BlItem *item)
{
    BlSession *base = &run->session->base;
    if (!run->run->translate || base->engine->translate == NULL)
        return NULL;
    g_autoptr(GPtrArray) notes = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) problems = g_ptr_array_new_with_free_func(g_free);
    return base->engine->translate(base, item->text, item->len, run->run->map, notes, problems);
}

/* @return TRUE when it makes or changes a stored program */
static gboolean
makes_program(const BlItem *item)
{
    static const char *const words[] = { "procedure", "function", "trigger", "event", "package" };
    BlToken tokens[24];
    guint n = bl_lex_first(&bl_dialect_mysql, item->text, item->len, tokens, G_N_ELEMENTS(tokens));
    gboolean is_definition = FALSE;
    for (guint i = 0; i < n && tokens[i].kind != BL_TOKEN_SEMICOLON; i++) {
        is_definition = is_definition || bl_token_is_word(&tokens[i], item->text, "create") ||
                        bl_token_is_word(&tokens[i], item->text, "alter");
        for (gsize j = 0; is_definition && j < G_N_ELEMENTS(words); j++) {
            if (bl_token_is_word(&tokens[i], item->text, words[j]))
                return TRUE;
        }
    }
    return FALSE;
}

/* A snapshot leaves what it says. */
static void
note_traces(const Run *run, const BlItem *item, guint traits)
{
    MySession *session = run->session;
    if (run->run->bulk)
        return;
    MyTraces **traces = makes_program(item) ? &session->latent : &session->traces;
    my_note_traces(session, traces, item->text, item->len, traits);
}

/* A program may set what a statement may, and lock tables. */
static void
keep_settings(const Run *run, guint traits)
{
    gboolean runs_program = (traits & BL_STMT_MAY_COMMIT) != 0 && !run->run->bulk;
    if ((traits & BL_STMT_SETTING) != 0 || runs_program)
        my_keep_settings(run->session);
    if (runs_program)
        run->session->changed_tables = TRUE;
}

/* "END;//": no other delimiter may follow, that would be an empty statement. */
static gboolean
ends_itself(const BlItem *item)
{
    return item->len > 0 && item->text[item->len - 1] == ';';
}

static gboolean
run_plain(Run *run, const BlItem *item, guint traits, GError **error)
{
    gboolean alone = !run->gathers || (traits & BL_STMT_MAY_COMMIT) != 0;
    gboolean is_full = run->message.text->len + item->len > run->limit;
    if (!check_size(run, item, error) || (is_full && !flush(run, error)))
        return FALSE;
    keep_settings(run, traits);
    wrap_rows(run, item, traits);
    g_autofree char *event = event_of(item->text, item->len);
    if (event != NULL && run->run->bulk && run->over != NULL &&
        g_hash_table_contains(run->over, event))
        return TRUE;
    /* The server tells only of the last statement that it warns. */
    alone = alone || event != NULL;
    if (alone && !flush(run, error))
        return FALSE;
    (void)gather(run, item, traits);
    note_change(run->session, item, traits);
    note_traces(run, item, traits);
    my_note_lasting(run->session, item->text, item->len, traits);
    /* MySQL keeps the ";" behind a body that is one statement as a part of it. */
    alone = alone || ends_itself(item) || (!run->session->is_mariadb && makes_program(item));
    if ((alone || run->message.text->len >= run->limit) && !flush(run, error))
        return FALSE;
    return follow_setting(run, item, traits, error);
}

/* With the comments behind the last token, which the server keeps as a part of a body unless it has
 * ended. */
static BlItem
whole_of(const BlItem *item)
{
    BlItem whole = *item;
    if (ends_itself(item)) {
        whole.full_len = item->len;
        return whole;
    }
    gsize len = item->full_len;
    while (len > item->len && g_ascii_isspace(item->text[len - 1]))
        len--;
    whole.len = len;
    whole.full_len = len > item->len ? len + 1 : len;
    return whole;
}

static gboolean
run_statement(Run *run, const BlItem *read, guint traits, GError **error)
{
    const BlItem whole = whole_of(read);
    const BlItem *item = &whole;
    g_autofree char *text = translate(run, item);
    if (text == NULL)
        return run_plain(run, item, traits, error);
    BlItem translated = *item;
    translated.text = text;
    translated.len = strlen(text);
    translated.full_len = translated.len + (whole.full_len - whole.len);
    return run_plain(run, &translated, traits, error);
}

static gboolean
set_many(Run *run, enum enum_mysql_set_option option, GError **error)
{
    return my.mysql_set_server_option(run->session->conn, option) == 0 ||
           my_fail(run->session, NULL, error);
}

/* A body that the rules for bodies do not see as one (ORACLE mode) may hide a statement behind it:
 * the server must not see two. */
static gboolean
run_as_one(Run *run, const BlItem *item, guint traits, GError **error)
{
    /* What starts or ends the transaction of the rows before it is a statement too. */
    wrap_rows(run, item, traits);
    if (!flush(run, error))
        return FALSE;
    keep_settings(run, traits);
    if (!my_send_ahead(run->session, error) ||
        !set_many(run, MYSQL_OPTION_MULTI_STATEMENTS_OFF, error))
        return FALSE;
    gboolean ok = run_statement(run, item, traits, error) && flush(run, error);
    return set_many(run, MYSQL_OPTION_MULTI_STATEMENTS_ON, ok ? error : NULL) && ok;
}

/* ALTER DATABASE with the name of this one is no other database. */
static guint
traits_of(const Run *run, const BlItem *item)
{
    if (item->kind != BL_ITEM_STATEMENT)
        return 0;
    guint traits = my_classify(item->text, item->len);
    g_autofree char *name =
        (traits & BL_STMT_OTHER_DATABASE) != 0 ? my_altered_database(item->text, item->len) : NULL;
    if (name != NULL && my_same_database(run->session, name))
        traits &= ~(guint)BL_STMT_OTHER_DATABASE;
    /* Files of a project may do what they like; a load stays where it is. */
    if (run->run->bulk && my_writes_elsewhere(run->session, item->text, item->len))
        traits |= BL_STMT_OTHER_DATABASE;
    return traits;
}

/* A snapshot makes what the live database has: it is loaded as it is. */
static gboolean
is_confined(const Run *run)
{
    return run->session->base.is_confined && !run->run->bulk;
}

static gboolean
confine(const Run *run, const BlItem *item, GError **error)
{
    BlLexState state = { 0 };
    my_modes_apply(run->modes, &state);
    return my_confine(run->session, &state, item->text, item->len, error);
}

static gboolean
judge_item(Run *run, const BlItem *item, gboolean as_one, GError **error)
{
    guint traits = traits_of(run, item);
    GError *why = NULL;
    BlVerdict verdict = BL_RUN_ITEM;
    /* What was read before it has run, or what it prepares would not be known. */
    if (item->kind == BL_ITEM_STATEMENT && is_confined(run)) {
        if (!flush(run, error))
            return FALSE;
        verdict = confine(run, item, &why) ? BL_RUN_ITEM : BL_REFUSE_ITEM;
    }
    if (verdict == BL_RUN_ITEM && run->run->judge != NULL)
        verdict = run->run->judge(item, traits, run->run->data, &why);
    if (verdict == BL_SKIP_ITEM)
        return TRUE;
    if (verdict == BL_RUN_ITEM && item->kind == BL_ITEM_STATEMENT)
        return as_one ? run_as_one(run, item, traits, error)
                      : run_statement(run, item, traits, error);
    /* What was read before it comes first, and its error with it. */
    if (flush(run, error))
        return bl_fail_item(run->name, item, why, error);
    g_clear_error(&why);
    return FALSE;
}

/* A script over the text of @item, cut as a file without DELIMITER lines is. */
typedef struct {
    BlReader *reader;
    BlScript *script;
} Inner;

static void
inner_open(Inner *inner, const Run *run, const BlItem *item)
{
    inner->reader = bl_reader_new_memory(item->text, item->len);
    inner->script = bl_script_new(inner->reader, &bl_dialect_mysql);
    bl_script_set_origin(inner->script, run->name, item->line, item->column, item->offset);
    my_modes_apply(run->modes, bl_script_state(inner->script));
}

static void
inner_close(Inner *inner)
{
    bl_script_free(inner->script);
    bl_reader_free(inner->reader);
}

/* @return 2: two or more, 1, 0; -1: it cannot be read */
static int
count_inner(const Run *run, const BlItem *item)
{
    Inner inner;
    BlItem first;
    int n = 0;
    int more = 1;
    inner_open(&inner, run, item);
    while (n < 2 && (more = bl_script_next(inner.script, &first, NULL)) > 0)
        n++;
    inner_close(&inner);
    return more < 0 ? -1 : n;
}

static gboolean
run_inner(Run *run, const BlItem *item, GError **error)
{
    Inner inner;
    BlItem piece;
    int more;
    gboolean ok = TRUE;
    inner_open(&inner, run, item);
    while (ok && (more = bl_script_next(inner.script, &piece, error)) != 0)
        ok = more > 0 && judge_item(run, &piece, FALSE, error);
    inner_close(&inner);
    return ok;
}

/* With a delimiter of its own a file may hold several statements between two delimiters: the server
 * runs them all, so each is judged. */
static gboolean
handle_item(Run *run, const BlItem *item, GError **error)
{
    if (item->kind != BL_ITEM_STATEMENT || strcmp(bl_script_delimiter(run->script), ";") == 0 ||
        memchr(item->text, ';', item->len) == NULL)
        return judge_item(run, item, FALSE, error);
    int n = count_inner(run, item);
    if (n == 1)
        return judge_item(run, item, FALSE, error);
    if (n < 0 || makes_program(item) ||
        (my_classify(item->text, item->len) & BL_STMT_MAY_COMMIT) != 0)
        return judge_item(run, item, TRUE, error);
    return run_inner(run, item, error);
}

/* What only sets something can wait for the next message of the session. */
static gboolean
puts_off(Run *run)
{
    const BlMessage *message = &run->message;
    gboolean waits = run->gathers && message->places->len > 0;
    for (guint i = 0; waits && i < message->places->len; i++)
        waits = (bl_message_place(message, i)->traits & BL_STMT_SETTING) != 0;
    return waits && my_put_off(run->session, message->text->str, message->places->len);
}

static gboolean
flush_last(Run *run, GError **error)
{
    if (!puts_off(run))
        return flush(run, error);
    guint64 before = run->n;
    run->n += run->message.places->len;
    bl_report_progress(run->session->base.reporter, run->name, before, run->n);
    bl_message_reset(&run->message);
    return TRUE;
}

static gboolean
run_items(Run *run, GError **error)
{
    BlItem item = { .line = 1, .column = 1 };
    int more;
    while ((more = bl_script_next(run->script, &item, error)) > 0) {
        if (!bl_cancel_check(error) || !handle_item(run, &item, error))
            return FALSE;
    }
    if (more == 0)
        wrap_rows(run, &item, 0);
    return more == 0 && flush_last(run, error);
}

/* Where the last script of a row ended the next one begins. */
static gboolean
start_modes(Run *run, GError **error)
{
    MySession *session = run->session;
    gboolean are_known = session->modes_are_known;
    run->modes = g_steal_pointer(&session->modes);
    if (run->modes != NULL && are_known)
        return TRUE;
    my_modes_free(run->modes);
    run->modes = my_modes_new();
    my_modes_set(run->modes, session->sql_mode);
    return session->variables == NULL || session->is_reset ||
           my_modes_ask(run->modes, session, error);
}

static gboolean
start(Run *run, GError **error)
{
    run->limit = MIN(MESSAGE_BYTES, run->session->max_packet / 2);
    /* Who wants to know of each statement may want to do something behind it. */
    run->gathers =
        run->run->bulk && run->run->after == NULL &&
        (run->session->base.reporter == NULL || !run->session->base.reporter->wants_statements);
    gboolean ok = start_modes(run, error);
    run->session->is_reset = FALSE;
    my_modes_apply(run->modes, bl_script_state(run->script));
    return ok;
}

/* A procedure of a migration may set anything; a snapshot sets what it says. */
static void
leave_modes(Run *run, gboolean ok)
{
    run->session->modes_are_known = ok && run->gathers;
    g_clear_pointer(&run->session->modes, my_modes_free);
    if (run->session->modes_are_known)
        run->session->modes = g_steal_pointer(&run->modes);
    g_clear_pointer(&run->modes, my_modes_free);
}

gboolean
my_execute_script(
    BlSession *base, BlScript *script, const BlScriptRun *options, guint64 *n_out, GError **error)
{
    static const BlScriptRun defaults;
    Run run = { .session = (MySession *)base,
                .script = script,
                .run = options != NULL ? options : &defaults,
                .name = bl_script_name(script) };
    bl_message_init(&run.message, run.name);
    gboolean ok = start(&run, error) && run_items(&run, error);
    if (!ok && run.gathers && my_in_transaction(base))
        my_rollback(base);
    bl_message_clear(&run.message);
    leave_modes(&run, ok);
    g_clear_pointer(&run.over, g_hash_table_unref);
    if (n_out != NULL)
        *n_out = run.n;
    return ok;
}
