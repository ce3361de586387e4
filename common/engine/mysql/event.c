/* SPDX-License-Identifier: MIT */
/*
 * An event is made disabled, as an object of the last kind but one, and what enables it is an
 * object of its own of the last kind: no event runs before all of them and everything that they
 * touch are there, each block stands for itself when two snapshots are merged, a scratch database
 * can do without, and a comparison sees whether an event is enabled.
 */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

/* What the text of an event is made of. */
typedef struct {
    guint starts;     /* token; 0: none */
    guint completion; /* ON COMPLETION [NOT] PRESERVE */
    guint status;     /* ENABLE or DISABLE */
    guint body;       /* DO */
    gboolean is_enabled;
    gboolean is_preserved;
} Event;

static guint
find_word(const MyTokens *tokens, guint from, guint to, const char *word)
{
    guint found = my_tokens_find(tokens, from, word);
    return found < to ? found : 0;
}

/* The server writes the header; comments and intervals in it are literals. */
static gboolean
parse(const MyTokens *tokens, Event *event)
{
    static const char *const completion[] = { "on", "completion", NULL };
    event->body = my_tokens_find(tokens, 0, "do");
    guint i = my_tokens_find(tokens, 0, "event") + 2;
    while (i < event->body && !my_tokens_are(tokens, i, completion))
        i++;
    event->starts = find_word(tokens, 0, i, "starts");
    event->completion = i;
    event->is_preserved = my_token_is(tokens, i + 2, "preserve");
    event->status = i + (event->is_preserved ? 3 : 4);
    event->is_enabled = my_token_is(tokens, event->status, "enable");
    return event->body < tokens->all->len &&
           (event->is_enabled || my_token_is(tokens, event->status, "disable"));
}

static void
find_spans(const MyTokens *tokens, MySpans *spans)
{
    spans->n = 1;
    spans->pairs[0][0] = my_token_end(tokens, my_tokens_find(tokens, 0, "do"));
    spans->pairs[0][1] = tokens->len;
}

/* The text up to token @start, behind which that of token @end is next. */
static void
append_up_to(GString *out, const MyTokens *tokens, gsize *from, guint start, guint end)
{
    g_string_append_len(out, tokens->sql + *from, (gssize)(my_token(tokens, start)->start - *from));
    *from = my_token(tokens, end)->start;
}

/* @sql as a snapshot has it: disabled where it is enabled, without a STARTS that is a clock, and
 * without NOT PRESERVE where it cannot be read: MySQL's grammar of events wants the usual NOT,
 * which this mode makes another token. It is what an event does by itself. */
static char *
write_event(const MyTokens *tokens, const Event *event, const char *sql_mode, gboolean drops_starts)
{
    g_autoptr(GString) out = g_string_new(NULL);
    gsize from = 0;
    if (drops_starts && event->starts > 0)
        append_up_to(out, tokens, &from, event->starts, event->starts + 2);
    if (!event->is_preserved && my_mode_has(sql_mode, "HIGH_NOT_PRECEDENCE"))
        append_up_to(out, tokens, &from, event->completion, event->status);
    if (event->is_enabled) {
        append_up_to(out, tokens, &from, event->status, event->status + 1);
        g_string_append(out, "DISABLE ");
    }
    g_string_append_len(out, tokens->sql + from, (gssize)(tokens->len - from));
    return g_string_free(g_steal_pointer(&out), FALSE);
}

/* ALTER EVENT sets the definer and the charsets anew, to those of the session. */
static void
add_state(MyReader *reader, const MyItem *item, const MyCode *code)
{
    BlObject *object = bl_catalog_add(reader->catalog, &my_kind_event_state, NULL, item->name);
    g_autofree char *name = my_name(item->name);
    g_autofree char *definer = NULL;
    g_autofree char *without = my_without_definer(code->sql, &definer);
    g_autoptr(GString) sql = g_string_new("ALTER ");
    if (reader->options->keep_definer && definer != NULL) {
        const char *clause = strstr(code->sql, "DEFINER");
        gsize len = strlen(code->sql) - strlen(without);
        g_string_append_len(sql, clause, (gssize)len);
    }
    g_string_append_printf(sql, "EVENT %s ENABLE", name);
    MySettings settings = code->settings;
    settings.sql_mode = NULL;
    settings.time_zone = NULL;
    my_add_with_settings(reader, object, &settings, sql->str);
    bl_object_add_dependency(object, item->object);
}

/* Without the definer, the comment as the event's own sql_mode reads it. */
static char *
plain_text(MyReader *reader, const MyCode *code)
{
    g_autofree char *text = my_code_text(reader, code->sql);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, text, code->settings.sql_mode);
    gsize body = my_token_end(&tokens, my_tokens_find(&tokens, 0, "do"));
    return my_with_plain_literals(text, code->settings.sql_mode, 0, body);
}

static gboolean
build(MyReader *reader, MyItem *item, const MyCode *code, GError **error)
{
    g_autofree char *text = plain_text(reader, code);
    g_auto(MyTokens) tokens = { 0 };
    Event event = { 0 };
    my_tokens_init(&tokens, text, code->settings.sql_mode);
    if (!parse(&tokens, &event))
        return my_leave_out(reader, item, "its text has an unknown form", FALSE, error);
    if (code->is_over && !event.is_preserved) {
        return my_leave_out(
            reader, item,
            "it is over, and without ON COMPLETION PRESERVE the server drops it at once", TRUE,
            error);
    }
    g_autofree char *sql =
        write_event(&tokens, &event, code->settings.sql_mode, code->is_implicit && !code->is_over);
    my_note_body(reader, item, sql, code->settings.sql_mode);
    if (code->settings.time_zone != NULL)
        bl_catalog_add_fact(reader->catalog, "timeZones", code->settings.time_zone);
    my_add_with_settings(reader, my_code_object(reader, item), &code->settings, sql);
    if (event.is_enabled && !code->is_over)
        add_state(reader, item, code);
    if (event.is_enabled && code->is_over) {
        my_note_object(reader, "eventsOver", item->sort->kind->name, item->name);
        bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING,
                       "event \"%s\" is over: the snapshot has it disabled", item->name);
    }
    return TRUE;
}

static const MyCodeSort sort = {
    .sql = 3,
    .sql_mode = 1,
    .client = 4,
    .connection = 5,
    .database = 6,
    .time_zone = 2,
    .find_spans = find_spans,
    .build = build,
    .waits = TRUE,
    .right = "EVENT",
};

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    return my_render_code(reader, item, row, &sort, error);
}

const MySort my_sort_event = { &my_kind_event, "SHOW CREATE EVENT", render };

/* The schedule is in the event's own time zone, the rest in the session's, which is UTC: only from
 * there to the other is every second one second, also where the clocks are put back. A zone that
 * the server does not know gives NULL: neither. */
static const char facts_sql[] =
    "SELECT EVENT_NAME,"
    " EVENT_TYPE = 'RECURRING'"
    " AND STARTS IN (CONVERT_TZ(CREATED, @@session.time_zone, TIME_ZONE),"
    " CONVERT_TZ(LAST_ALTERED, @@session.time_zone, TIME_ZONE)),"
    " CONVERT_TZ(COALESCE(EXECUTE_AT, ENDS), TIME_ZONE, @@session.time_zone) < NOW()"
    " FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()";

static gboolean
take_fact(const MyRow *row, void *data, GError **error)
{
    (void)error;
    MyEventFacts *facts = data;
    if (g_strcmp0(row->values[1], "1") == 0)
        g_hash_table_add(facts->implicit, g_strdup(row->values[0]));
    if (g_strcmp0(row->values[2], "1") == 0)
        g_hash_table_add(facts->over, g_strdup(row->values[0]));
    return TRUE;
}

gboolean
my_read_event_facts(MyReader *reader, MyEventFacts *facts, GError **error)
{
    facts->implicit = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    facts->over = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return my_run_all(reader->session, facts_sql, take_fact, facts, NULL, error);
}

void
my_event_facts_clear(MyEventFacts *facts)
{
    g_clear_pointer(&facts->implicit, g_hash_table_unref);
    g_clear_pointer(&facts->over, g_hash_table_unref);
}
