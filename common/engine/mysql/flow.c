/* SPDX-License-Identifier: MIT */
/*
 * Texts that procedures put together: of what variables are given anywhere, what the caller gave,
 * and what the server says of a user variable.
 */
#include "common/engine/mysql/flow.h"

#include "common/base/error.h"
#include "common/engine/mysql/expression.h"
#include "common/engine/mysql/pieces.h"
#include "common/engine/mysql/program.h"

#include <string.h>

/* How often what a variable gets from itself is put behind it: what reaches out stands in so many
 * pieces, two words of which the first pieces make halves. */
#define MAX_ROUNDS 3

/* What SHOW CREATE PROCEDURE says of one that is not there. */
#define NO_SUCH_PROCEDURE 1305

typedef struct {
    MySession *session;
    GPtrArray *programs;   /* MyProgram; the first is the statement itself */
    GHashTable *by_name;   /* lower case -> MyProgram, NULL where there is none */
    GHashTable *asked;     /* user variables -> their text now, or none; NULL: not known */
    GHashTable *following; /* variables on the way to the text -> Round */
    MyGivings givings;
    MyExpressions expressions;
    gboolean is_known;
    GError *error;
} Flow;

/* What a variable may hold for all that is known so far; what it gets from itself is joined to
 * that. */
typedef struct {
    GPtrArray *so_far;
    gboolean is_used;
} Round;

/* ---- what the server knows ---- */

typedef struct {
    char *text, *sql_mode;
} Source;

static gboolean
take_source(const BlRow *row, void *data, GError **error)
{
    (void)error;
    Source *source = data;
    if (row->n < 3 || row->values[2] == NULL)
        return TRUE;
    source->sql_mode = g_strdup(row->values[1]);
    source->text = g_strdup(row->values[2]);
    return TRUE;
}

/* LANGUAGE JAVASCRIPT */
static gboolean
is_sql(const MyProgram *program)
{
    static const char *const language[] = { "LANGUAGE", NULL };
    const MyTokens *tokens = &program->tokens;
    guint n = tokens->all->len;
    guint at = my_find_outside(tokens, program->body, n, language, BL_TOKEN_SEMICOLON);
    return !my_token_is(tokens, at, "LANGUAGE") || my_token_is(tokens, at + 1, "SQL");
}

/* What parameters are that a call leaves out. */
static void
give_defaults(Flow *flow, MyProgram *program)
{
    for (guint i = 0; i < program->params->len; i++) {
        const char *param = g_ptr_array_index(program->params, i);
        guint first = g_array_index(program->defaults, guint, i);
        if (param == NULL || first == 0)
            continue;
        guint comma =
            my_find_outside(&program->tokens, first, program->body - 1, NULL, BL_TOKEN_COMMA);
        const MyGiven given = { .gives = MY_GIVES_VALUE, .value = { program, first, comma, 0 } };
        my_give(&flow->givings, g_strdup(param), &given);
    }
}

/* NULL: there is none, or it may not be read: then nothing is known. */
static MyProgram *
load_program(Flow *flow, const char *name)
{
    g_autofree char *quoted = my_name(name);
    g_autofree char *sql = g_strconcat("SHOW CREATE PROCEDURE ", quoted, NULL);
    Source source = { NULL, NULL };
    GError *why = NULL;
    if (!my_query(&flow->session->base, sql, take_source, &source, &why)) {
        if (my_error_is(why, NO_SUCH_PROCEDURE))
            g_clear_error(&why);
        flow->error = why;
        return NULL;
    }
    if (source.text == NULL) {
        flow->is_known = FALSE;
        return NULL;
    }
    MyProgram *program = my_program_new(source.text, source.sql_mode, TRUE);
    g_ptr_array_add(flow->programs, program);
    flow->is_known = flow->is_known && is_sql(program);
    give_defaults(flow, program);
    my_program_read(program, &flow->givings);
    return program;
}

static void
give_arguments(Flow *flow, const MyCall *call, const MyProgram *callee)
{
    for (guint i = 0; i < call->arguments->len && i < callee->params->len; i++) {
        const MyValue *value = &g_array_index(call->arguments, MyValue, i);
        const char *param = g_ptr_array_index(callee->params, i);
        if (param == NULL)
            continue;
        if (g_array_index(callee->is_in, gboolean, i)) {
            const MyGiven given = { .gives = MY_GIVES_VALUE, .value = *value };
            my_give(&flow->givings, g_strdup(param), &given);
        }
        char *key = value->end == value->first + 1 ? my_key(value->program, value->first) : NULL;
        if (key != NULL && g_array_index(callee->is_out, gboolean, i)) {
            const MyGiven given = { .gives = MY_GIVES_VARIABLE, .key = g_strdup(param) };
            my_give(&flow->givings, g_steal_pointer(&key), &given);
        }
        g_free(key);
    }
}

/* Reads what is called, and what that calls. */
static void
read_calls(Flow *flow)
{
    for (guint i = 0; flow->error == NULL && i < flow->givings.calls->len; i++) {
        const MyCall *call = g_ptr_array_index(flow->givings.calls, i);
        g_autofree char *name = g_utf8_strdown(call->name, -1);
        if (!g_hash_table_contains(flow->by_name, name)) {
            MyProgram *loaded = load_program(flow, call->name);
            g_hash_table_insert(flow->by_name, g_strdup(name), loaded);
        }
        const MyProgram *callee = g_hash_table_lookup(flow->by_name, name);
        if (callee != NULL)
            give_arguments(flow, g_ptr_array_index(flow->givings.calls, i), callee);
    }
}

/* ---- variables ---- */

/* What a user variable holds before any of the programs runs. */
static GPtrArray *
ask_variable(Flow *flow, const char *name)
{
    if (!g_hash_table_contains(flow->asked, name)) {
        gboolean is_known = FALSE;
        g_autofree char *text = my_ask_text(flow->session, name, &is_known, &flow->error);
        GPtrArray *texts = text != NULL ? my_one_text(text) : is_known ? my_no_texts() : NULL;
        g_hash_table_insert(flow->asked, g_strdup(name), texts);
    }
    GPtrArray *texts = g_hash_table_lookup(flow->asked, name);
    return texts != NULL ? my_add_texts(my_no_texts(), g_ptr_array_ref(texts)) : NULL;
}

static GPtrArray *
follow(Flow *flow, const MyValue *value)
{
    return flow->error == NULL ? my_expression_texts(&flow->expressions, value) : NULL;
}

static GPtrArray *follow_variable(Flow *flow, const char *key);

/* @return FALSE: nothing is known of it */
static GPtrArray *
follow_given(Flow *flow, const char *key, gboolean is_user)
{
    const GPtrArray *all = g_hash_table_lookup(flow->givings.variables, key);
    GPtrArray *texts = is_user ? ask_variable(flow, key) : my_no_texts();
    for (guint i = 0; texts != NULL && all != NULL && i < all->len; i++) {
        const MyGiven *given = g_ptr_array_index(all, i);
        GPtrArray *more = NULL;
        if (given->gives == MY_GIVES_NOTHING)
            more = my_no_texts();
        else if (given->gives == MY_GIVES_VALUE)
            more = follow(flow, &given->value);
        else if (given->gives == MY_GIVES_VARIABLE &&
                 !g_hash_table_contains(flow->following, given->key))
            more = follow_variable(flow, given->key);
        texts = my_add_texts(texts, more);
    }
    return texts;
}

/* SET @q = CONCAT(@q, ', ADD a int'). There is no end of what that gives: where all pieces are
 * whole, it is enough to look at a few of them behind one another. @param texts what it gives
 * without itself; taken */
static GPtrArray *
follow_itself(Flow *flow, const char *key, Round *round, GPtrArray *texts)
{
    for (guint n = 0; texts != NULL && n < MAX_ROUNDS; n++) {
        g_ptr_array_unref(round->so_far);
        round->so_far = texts;
        texts = follow_given(flow, key, key[0] == '@');
        if (texts != NULL && !my_are_continued(round->so_far, texts)) {
            g_ptr_array_unref(texts);
            texts = NULL;
        }
    }
    return texts;
}

static GPtrArray *
follow_variable(Flow *flow, const char *key)
{
    Round *outer = g_hash_table_lookup(flow->following, key);
    if (outer != NULL) {
        outer->is_used = TRUE;
        return my_add_texts(my_no_texts(), g_ptr_array_ref(outer->so_far));
    }
    Round round = { .so_far = my_no_texts() };
    g_hash_table_insert(flow->following, g_strdup(key), &round);
    GPtrArray *texts = follow_given(flow, key, key[0] == '@');
    if (round.is_used)
        texts = follow_itself(flow, key, &round, texts);
    g_hash_table_remove(flow->following, key);
    g_ptr_array_unref(round.so_far);
    return texts;
}

static GPtrArray *
give_variable(const char *key, void *data)
{
    Flow *flow = data;
    return flow->error == NULL ? follow_variable(flow, key) : NULL;
}

/* ---- what makes a variable anything ---- */

/* A mode is read with; @`x` is a name that is not read. */
static gboolean
is_readable(const MyProgram *program)
{
    for (guint i = program->body; i < program->tokens.all->len; i++) {
        if (my_token_is_char(&program->tokens, i, '@'))
            return FALSE;
    }
    g_autofree char *folded = g_ascii_strdown(program->text, -1);
    return strstr(folded, "sql_mode") == NULL;
}

/* Makes what may be called, or runs what was not read. */
static gboolean
opens(const MyTokens *tokens)
{
    static const char *const verbs[] = { "CALL",  "PREPARE", "EXECUTE", "BEGIN", "IF",      "LOOP",
                                         "WHILE", "REPEAT",  "FOR",     "CASE",  "DECLARE", NULL };
    static const char *const programs[] = { "PROCEDURE", "FUNCTION", "TRIGGER",
                                            "EVENT",     "PACKAGE",  NULL };
    static const char *const others[] = { "TABLE", "INDEX", "VIEW", "SEQUENCE", NULL };
    if (my_token_is_any(tokens, 0, verbs) || my_token_is_char(tokens, 1, ':') ||
        (my_token_is(tokens, 0, "SET") && my_token_is(tokens, 1, "STATEMENT")))
        return TRUE;
    guint i = 1;
    while (i < tokens->all->len && !my_token_is_any(tokens, i, others) &&
           !my_token_is_any(tokens, i, programs))
        i++;
    return my_token_is(tokens, 0, "CREATE") && my_token_is_any(tokens, i, programs);
}

/* A text that is run may give a variable anything, and then what was followed is not all. */
static gboolean
is_closed(const Flow *flow, const char *text, const char *sql_mode)
{
    g_autofree char *folded = g_ascii_strdown(text, -1);
    g_auto(MyTokens) tokens = { 0 };
    my_code_init(&tokens, text, sql_mode);
    gboolean ok = strstr(folded, "sql_mode") == NULL && !opens(&tokens);
    for (guint i = 0; ok && i < tokens.all->len; i++) {
        g_autofree char *token = g_utf8_strdown(tokens.sql + my_token(&tokens, i)->start,
                                                (gssize)my_token(&tokens, i)->len);
        ok = !my_token_is_char(&tokens, i, '@') && !g_hash_table_contains(flow->asked, token);
    }
    return ok;
}

typedef struct {
    const Flow *flow;
    gboolean is_named;
} Search;

static gboolean
search_body(const BlRow *row, void *data, GError **error)
{
    (void)error;
    Search *search = data;
    if (row->values[0] == NULL) {
        search->is_named = TRUE;
        return TRUE;
    }
    g_autofree char *body = g_ascii_strdown(row->values[0], -1);
    GHashTableIter iter;
    gpointer name = NULL;
    g_hash_table_iter_init(&iter, search->flow->asked);
    while (g_hash_table_iter_next(&iter, &name, NULL))
        search->is_named = search->is_named || strstr(body, name) != NULL || strstr(body, "@`");
    return TRUE;
}

static gboolean
is_set_by_prepared(const Flow *flow)
{
    GHashTable *prepared = flow->session->prepared_variables;
    GHashTableIter iter;
    gpointer name = NULL;
    if (prepared == NULL || g_hash_table_contains(prepared, "@"))
        return prepared != NULL;
    g_hash_table_iter_init(&iter, flow->asked);
    while (g_hash_table_iter_next(&iter, &name, NULL)) {
        if (g_hash_table_contains(prepared, name))
            return TRUE;
    }
    return FALSE;
}

/* Functions and triggers prepare nothing, but may set a variable; so may what was prepared ahead.
 */
static gboolean
is_set_elsewhere(Flow *flow)
{
    static const char bodies[] =
        "SELECT ROUTINE_DEFINITION FROM information_schema.ROUTINES"
        " WHERE ROUTINE_SCHEMA = DATABASE() AND ROUTINE_TYPE <> 'PROCEDURE'"
        " UNION ALL SELECT ACTION_STATEMENT FROM information_schema.TRIGGERS"
        " WHERE TRIGGER_SCHEMA = DATABASE()";
    Search search = { .flow = flow };
    if (g_hash_table_size(flow->asked) == 0)
        return FALSE;
    return is_set_by_prepared(flow) ||
           !my_query(&flow->session->base, bodies, search_body, &search, &flow->error) ||
           search.is_named;
}

/* ---- all together ---- */

static void
flow_init(Flow *flow, MySession *session)
{
    *flow = (Flow){
        .session = session,
        .programs = g_ptr_array_new_with_free_func((GDestroyNotify)my_program_free),
        .by_name = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .asked = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, my_unref_texts),
        .following = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL),
        .expressions = { .session = session, .variable = give_variable, .data = flow },
        .is_known = TRUE,
    };
    my_givings_init(&flow->givings);
}

static void
flow_clear(Flow *flow)
{
    my_givings_clear(&flow->givings);
    g_hash_table_unref(flow->following);
    g_hash_table_unref(flow->asked);
    g_hash_table_unref(flow->by_name);
    g_ptr_array_unref(flow->programs);
}

/* @return FALSE: @error is set */
static gboolean
tell_texts(Flow *flow,
           const GPtrArray *found,
           const GPtrArray *modes,
           MyTextFn fn,
           void *data,
           GError **error)
{
    for (guint i = 0; i < found->len; i++) {
        const char *text = g_ptr_array_index(found, i);
        const char *mode = g_ptr_array_index(modes, i);
        if (!is_closed(flow, text, mode))
            flow->is_known = FALSE;
        else if (!fn(text, mode, data, error))
            return FALSE;
    }
    return TRUE;
}

/* Adds the texts and the mode of each. */
static void
collect_texts(Flow *flow, GPtrArray *found, GPtrArray *modes)
{
    for (guint i = 0; flow->is_known && i < flow->givings.prepared->len; i++) {
        const MyValue *value = &g_array_index(flow->givings.prepared, MyValue, i);
        g_autoptr(GPtrArray) texts = is_readable(value->program) ? follow(flow, value) : NULL;
        flow->is_known = texts != NULL;
        for (guint j = 0; texts != NULL && j < texts->len; j++) {
            g_ptr_array_add(found, g_strdup(g_ptr_array_index(texts, j)));
            g_ptr_array_add(modes, value->program->sql_mode);
        }
    }
}

static void
read_all(Flow *flow, const char *sql, const char *sql_mode)
{
    MyProgram *outer = my_program_new(g_strdup(sql), g_strdup(sql_mode), FALSE);
    g_ptr_array_add(flow->programs, outer);
    my_program_read(outer, &flow->givings);
    read_calls(flow);
}

gboolean
my_flow_calls(MySession *session,
              const char *sql,
              const char *sql_mode,
              const char *name,
              gboolean *calls,
              GError **error)
{
    Flow flow;
    flow_init(&flow, session);
    read_all(&flow, sql, sql_mode);
    g_autofree char *folded = g_utf8_strdown(name, -1);
    *calls = !flow.is_known || g_hash_table_contains(flow.by_name, folded);
    gboolean ok = flow.error == NULL;
    if (!ok)
        g_propagate_error(error, flow.error);
    flow_clear(&flow);
    return ok;
}

/* @return FALSE: flow->error is set */
static gboolean
find_texts(Flow *flow, const char *sql, const char *sql_mode, GPtrArray *found, GPtrArray *modes)
{
    read_all(flow, sql, sql_mode);
    if (flow->error != NULL || flow->givings.prepared->len == 0)
        return flow->error == NULL;
    collect_texts(flow, found, modes);
    flow->is_known = flow->is_known && !is_set_elsewhere(flow);
    return flow->error == NULL;
}

gboolean
my_flow_texts(MySession *session,
              const char *sql,
              const char *sql_mode,
              MyTextFn fn,
              void *data,
              GError **error)
{
    Flow flow;
    flow_init(&flow, session);
    g_autoptr(GPtrArray) found = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GPtrArray) modes = g_ptr_array_new();
    gboolean ok = find_texts(&flow, sql, sql_mode, found, modes);
    if (!ok)
        g_propagate_error(error, flow.error);
    ok = ok && tell_texts(&flow, found, modes, fn, data, error) &&
         (flow.is_known || fn(NULL, sql_mode, data, error));
    flow_clear(&flow);
    return ok;
}

/* A zero ends no text there. What is no text in UTF-8 some servers tell as NULL, and run it. */
char *
my_ask_text(MySession *session, const char *expression, gboolean *is_known, GError **error)
{
    g_autofree char *utf8 = g_strdup_printf("CONVERT((%s) USING utf8mb4)", expression);
    g_autofree char *sql = g_strdup_printf(
        "SELECT IF((%s) IS NULL, NULL, IFNULL(CONCAT('=', REPLACE(%s, CHAR(0 USING utf8mb4), ' ')),"
        " '?'))",
        expression, utf8);
    GError *why = NULL;
    g_autofree char *text = my_select_text(session, sql, &why);
    *is_known = why == NULL && (text == NULL || text[0] == '=');
    if (why != NULL)
        g_propagate_error(error, why);
    return *is_known && text != NULL ? g_strdup(text + 1) : NULL;
}

/* ---- tokens ---- */

gboolean
my_prepares(const MyTokens *tokens, guint i, guint *first, guint *end)
{
    static const char *const ends[] = { "USING", "INTO", NULL };
    gboolean is_immediate =
        my_token_is(tokens, i, "EXECUTE") && my_token_is(tokens, i + 1, "IMMEDIATE");
    if (!is_immediate && !(my_token_is(tokens, i, "PREPARE") && my_token_is(tokens, i + 2, "FROM")))
        return FALSE;
    *first = is_immediate ? i + 2 : i + 3;
    guint stop = my_find_outside(tokens, *first, tokens->all->len, NULL, BL_TOKEN_SEMICOLON);
    *end = is_immediate ? my_find_outside(tokens, *first, stop, ends, BL_TOKEN_END) : stop;
    return TRUE;
}

void
my_code_init(MyTokens *tokens, const char *sql, const char *sql_mode)
{
    my_tokens_init(tokens, sql, sql_mode);
    for (guint i = tokens->all->len; i-- > 0;) {
        BlTokenKind kind = my_token(tokens, i)->kind;
        if (!my_token_counts(kind) || kind == BL_TOKEN_HINT)
            g_array_remove_index(tokens->all, i);
    }
}
