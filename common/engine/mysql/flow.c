/* SPDX-License-Identifier: MIT */
/*
 * Texts that procedures put together. An expression stands for all texts that it may give: of
 * literals, of variables that have such texts, of what the caller gave, of CONCAT, IF and their
 * like. A name that information_schema tells is one name. All else is unknown: what stands in
 * tables, names of databases, functions that make characters.
 */
#include "common/engine/mysql/flow.h"

#include "common/base/error.h"
#include "common/engine/mysql/pieces.h"
#include "common/engine/mysql/program.h"

#include <string.h>

/* More steps to a text are not followed. */
#define MAX_DEPTH 40

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
    gboolean is_known;
    guint depth;
    GError *error;
} Flow;

/* What a variable may hold for all that is known so far; what it gets from itself is joined to
 * that. */
typedef struct {
    GPtrArray *so_far;
    gboolean is_used;
} Round;

static GPtrArray *follow(Flow *flow, const MyValue *value);

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

/* ---- expressions ---- */

/* The tables of a query that begins at its FROM are of information_schema, all of them. */
static gboolean
is_of_catalog(const MyTokens *tokens, guint from)
{
    static const char *const leads[] = { "FROM", "JOIN", "STRAIGHT_JOIN", NULL };
    static const char *const ends[] = { "WHERE", "GROUP",  "HAVING", "ORDER",
                                        "LIMIT", "WINDOW", "INTO",   NULL };
    guint n = tokens->all->len;
    guint end = my_find_outside(tokens, from, n, ends, BL_TOKEN_SEMICOLON);
    guint close = my_find_outside(tokens, from, end, NULL, BL_TOKEN_CLOSE);
    for (guint i = from; i < close; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN)) {
            i = my_skip_parens(tokens, i) - 1;
            continue;
        }
        if (!my_token_is_any(tokens, i, leads) && !my_token_is_kind(tokens, i, BL_TOKEN_COMMA))
            continue;
        g_autofree char *schema = bl_token_name(my_token(tokens, i + 1), tokens->sql);
        if (g_ascii_strcasecmp(schema, "information_schema") != 0 ||
            !my_token_is_char(tokens, i + 2, '.'))
            return FALSE;
    }
    return TRUE;
}

/* What such tables hold that is one name, or a type. Not the names of databases. */
static gboolean
is_catalog_name(const char *column)
{
    static const char *const columns[] = {
        "table_name",
        "column_name",
        "index_name",
        "constraint_name",
        "unique_constraint_name",
        "referenced_table_name",
        "referenced_column_name",
        "trigger_name",
        "event_name",
        "event_object_table",
        "routine_name",
        "specific_name",
        "partition_name",
        "subpartition_name",
        "engine",
        "character_set_name",
        "collation_name",
        "table_collation",
        "column_type",
        "data_type",
        NULL,
    };
    return bl_name_is_any(column, columns);
}

static gboolean
is_declared(const MyProgram *program, guint i)
{
    g_autofree char *name = bl_token_name(my_token(&program->tokens, i), program->tokens.sql);
    g_autofree char *folded = g_utf8_strdown(name, -1);
    return g_hash_table_contains(program->declared, folded);
}

/* A variable hides a column of its name. */
static GPtrArray *
follow_name(Flow *flow, const MyValue *value)
{
    const MyTokens *tokens = &value->program->tokens;
    guint last = value->end - 1;
    gboolean is_user = my_token_is_kind(tokens, last, BL_TOKEN_PARAMETER);
    g_autofree char *key = my_key(value->program, last);
    gboolean is_plain = last == value->first;
    if (key == NULL || (!is_plain && (last != value->first + 2 ||
                                      !my_token_is_char(tokens, value->first + 1, '.'))))
        return NULL;
    if (is_plain && (is_user || is_declared(value->program, last)))
        return follow_variable(flow, key);
    if (is_plain && my_token_is(tokens, last, "NULL"))
        return my_no_texts();
    g_autofree char *column = bl_token_name(my_token(tokens, last), tokens->sql);
    gboolean is_catalog = !is_user && value->from > 0 && is_catalog_name(column) &&
                          !is_declared(value->program, value->first) &&
                          is_of_catalog(tokens, value->from);
    return is_catalog ? my_one_text(MY_SOME_NAME) : NULL;
}

/* 'it''s' and 'it\'s' */
static void
append_literal(GString *out, const MyProgram *program, const BlToken *token)
{
    static const char letters[] = "0btnrZ";
    static const char meant[] = " \b\t\n\r ";
    gboolean escapes = !my_mode_has(program->sql_mode, "NO_BACKSLASH_ESCAPES");
    const char *text = program->tokens.sql + token->start;
    char quote = text[0];
    for (gsize i = 1; i + 1 < token->len; i++) {
        char c = text[i];
        if (c == quote) {
            i++;
        } else if (c == '\\' && escapes && i + 2 < token->len) {
            c = text[++i];
            const char *at = strchr(letters, c);
            c = at != NULL && c != '\0' ? meant[at - letters] : c;
        }
        g_string_append_c(out, c);
    }
}

/* 'a' and 'a' "b"; x'61' and its like are not read. */
static GPtrArray *
follow_literals(const MyValue *value)
{
    const MyTokens *tokens = &value->program->tokens;
    GString *text = g_string_new(NULL);
    gboolean is_known = TRUE;
    for (guint i = value->first; is_known && i < value->end; i++) {
        const BlToken *token = my_token(tokens, i);
        char quote = tokens->sql[token->start];
        is_known = token->kind == BL_TOKEN_STRING && (quote == '\'' || quote == '"');
        if (is_known)
            append_literal(text, value->program, token);
    }
    GPtrArray *texts = is_known ? my_one_text(text->str) : NULL;
    g_string_free(text, TRUE);
    return texts;
}

/* f(a, b, c): each argument from number @first on, every @step-th; joined, or one of them. */
static GPtrArray *
follow_arguments(Flow *flow, const MyValue *value, guint skip, gboolean joins)
{
    const MyTokens *tokens = &value->program->tokens;
    GPtrArray *texts = joins ? my_one_text("") : my_no_texts();
    guint close = value->end - 1;
    for (guint first = value->first + 2; texts != NULL && first < close;) {
        guint comma = my_find_outside(tokens, first, close, NULL, BL_TOKEN_COMMA);
        const MyValue argument = { value->program, first, comma, value->from };
        if (skip > 0)
            skip--;
        else
            texts = joins ? my_join_texts(texts, follow(flow, &argument))
                          : my_add_texts(texts, follow(flow, &argument));
        first = comma + 1;
    }
    return texts;
}

/* CONCAT_WS(', ', a, b): what may be NULL is left out, and the separator with it. */
static GPtrArray *
follow_separated(Flow *flow, const MyValue *value)
{
    const MyTokens *tokens = &value->program->tokens;
    guint close = value->end - 1;
    guint comma = my_find_outside(tokens, value->first + 2, close, NULL, BL_TOKEN_COMMA);
    const MyValue first = { value->program, value->first + 2, comma, value->from };
    GPtrArray *separators = follow(flow, &first);
    GPtrArray *texts = separators != NULL ? my_no_texts() : NULL;
    gboolean may_be_empty = TRUE;
    for (guint at = comma + 1; texts != NULL && at < close; at = comma + 1) {
        comma = my_find_outside(tokens, at, close, NULL, BL_TOKEN_COMMA);
        const MyValue argument = { value->program, at, comma, value->from };
        GPtrArray *pieces = follow(flow, &argument);
        GPtrArray *more =
            pieces != NULL ? my_add_texts(my_no_texts(), g_ptr_array_ref(pieces)) : NULL;
        GPtrArray *joined = my_join_texts(my_add_texts(my_no_texts(), g_ptr_array_ref(texts)),
                                          g_ptr_array_ref(separators));
        joined = my_join_texts(joined, pieces);
        if (!may_be_empty && more != NULL)
            g_ptr_array_set_size(more, 0);
        gboolean is_literal = my_token_is_kind(tokens, at, BL_TOKEN_STRING);
        if (is_literal)
            g_ptr_array_set_size(texts, 0);
        may_be_empty = may_be_empty && !is_literal;
        texts = my_add_texts(my_add_texts(texts, joined), more);
    }
    if (separators != NULL)
        g_ptr_array_unref(separators);
    return may_be_empty ? my_add_texts(texts, my_one_text("")) : texts;
}

/* CASE a WHEN b THEN c ELSE d END. @return the token behind its END; 0: this is none */
static guint
case_end(const MyTokens *tokens, guint i, guint end)
{
    if (!my_token_is(tokens, i, "CASE"))
        return 0;
    for (i++; i < end; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            i = my_skip_parens(tokens, i) - 1;
        else if (my_token_is(tokens, i, "END"))
            return i + 1;
        else if (my_token_is(tokens, i, "CASE"))
            i = MAX(case_end(tokens, i, end), i + 1) - 1;
    }
    return 0;
}

static GPtrArray *
follow_case(Flow *flow, const MyValue *value)
{
    static const char *const leads[] = { "THEN", "ELSE", NULL };
    static const char *const ends[] = { "WHEN", "ELSE", "END", "CASE", NULL };
    const MyTokens *tokens = &value->program->tokens;
    GPtrArray *texts = my_no_texts();
    for (guint i = value->first + 1; texts != NULL && i < value->end; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            i = my_skip_parens(tokens, i) - 1;
        if (my_token_is(tokens, i, "CASE"))
            texts = my_add_texts(texts, NULL);
        if (!my_token_is_any(tokens, i, leads))
            continue;
        guint end = my_find_outside(tokens, i + 1, value->end, ends, BL_TOKEN_END);
        const MyValue one = { value->program, i + 1, end, value->from };
        texts = my_add_texts(texts, follow(flow, &one));
        i = end - 1;
    }
    return texts;
}

typedef enum {
    CALLS_JOIN,
    CALLS_SEPARATE,
    CALLS_CHOOSE,
    CALLS_ANY, /* of MySQL 5.7 on; elsewhere it may be somebody's own */
    CALLS_CHOOSE_OTHERS,
    CALLS_DATABASE,
    CALLS_NUMBER
} Calls;

static GPtrArray *
follow_function(Flow *flow, const MyValue *value)
{
    static const struct {
        const char *name;
        Calls calls;
    } functions[] = {
        { "CONCAT", CALLS_JOIN },      { "CONCAT_WS", CALLS_SEPARATE },
        { "IF", CALLS_CHOOSE_OTHERS }, { "IFNULL", CALLS_CHOOSE },
        { "COALESCE", CALLS_CHOOSE },  { "MAX", CALLS_CHOOSE },
        { "MIN", CALLS_CHOOSE },       { "ANY_VALUE", CALLS_ANY },
        { "TRIM", CALLS_CHOOSE },      { "DATABASE", CALLS_DATABASE },
        { "SCHEMA", CALLS_DATABASE },  { "COUNT", CALLS_NUMBER },
        { "LENGTH", CALLS_NUMBER },    { "CHAR_LENGTH", CALLS_NUMBER },
        { "YEAR", CALLS_NUMBER },      { "MONTH", CALLS_NUMBER },
        { "TO_DAYS", CALLS_NUMBER },   { "UNIX_TIMESTAMP", CALLS_NUMBER },
        { "FLOOR", CALLS_NUMBER },     { "CEIL", CALLS_NUMBER },
        { "ROUND", CALLS_NUMBER },
    };
    const MyTokens *tokens = &value->program->tokens;
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        if (!my_token_is(tokens, value->first, functions[i].name))
            continue;
        if (functions[i].calls == CALLS_DATABASE)
            return my_one_text(flow->session->database);
        if (functions[i].calls == CALLS_NUMBER)
            return my_one_text("1");
        if (functions[i].calls == CALLS_ANY &&
            (flow->session->is_mariadb || flow->session->version < 50700))
            return NULL;
        if (functions[i].calls == CALLS_SEPARATE)
            return follow_separated(flow, value);
        return follow_arguments(flow, value, functions[i].calls == CALLS_CHOOSE_OTHERS ? 1 : 0,
                                functions[i].calls == CALLS_JOIN);
    }
    return NULL;
}

/* (a), (SELECT a FROM b) */
static GPtrArray *
follow_parens(Flow *flow, const MyValue *value)
{
    MyProgram *program = value->program;
    MyValue inner = { program, value->first + 1, value->end - 1, value->from };
    if (!my_token_is(&program->tokens, inner.first, "SELECT"))
        return follow(flow, &inner);
    /* What its own tables do not have is a column of the query round it. */
    if (value->from > 0 && !is_of_catalog(&program->tokens, value->from))
        return NULL;
    MyGiven given = my_column_of(program, inner.first, 0);
    return given.gives == MY_GIVES_VALUE ? follow(flow, &given.value) : NULL;
}

/* a || b joins under some modes, and gives a number under others. */
static GPtrArray *
follow_pipe(Flow *flow, const MyValue *value, guint pipe)
{
    const MyValue head = { value->program, value->first, pipe, value->from };
    const MyValue tail = { value->program, pipe + 1, value->end, value->from };
    return my_join_texts(follow(flow, &head), follow(flow, &tail));
}

/* The operator outside parentheses that joins two values; the end: there is none. */
static guint
find_operator(const MyValue *value, const char *operators)
{
    const MyTokens *tokens = &value->program->tokens;
    for (guint i = value->first; i < value->end; i++) {
        const BlToken *token = my_token(tokens, i);
        if (token->kind == BL_TOKEN_OPEN)
            i = my_skip_parens(tokens, i) - 1;
        else if (i > value->first && token->kind == BL_TOKEN_OPERATOR &&
                 strlen(operators) >= token->len &&
                 memmem(operators, strlen(operators), tokens->sql + token->start, token->len) !=
                     NULL)
            return i;
    }
    return value->end;
}

/* What numbers give is a number, whatever they are; "->" is no such operator, nor are those of the
 * conditions of a CASE. */
static gboolean
is_number(const MyValue *value)
{
    static const char *const signs[] = { "+", "*", "/", "%", "-", NULL };
    static const char *const cases[] = { "CASE", NULL };
    const MyTokens *tokens = &value->program->tokens;
    if (my_find_outside(tokens, value->first, value->end, cases, BL_TOKEN_END) < value->end)
        return FALSE;
    if (value->end == value->first + 1 && my_token_is_kind(tokens, value->first, BL_TOKEN_NUMBER))
        return my_token(tokens, value->first)->len < 2 ||
               g_ascii_isdigit(tokens->sql[my_token(tokens, value->first)->start + 1]);
    for (guint i = 0; signs[i] != NULL; i++) {
        guint at = find_operator(value, signs[i]);
        const BlToken *next = my_token(tokens, at + 1);
        if (at < value->end && tokens->sql[next->start] != '>')
            return TRUE;
    }
    return FALSE;
}

static GPtrArray *
follow_expression(Flow *flow, const MyValue *value)
{
    const MyTokens *tokens = &value->program->tokens;
    static const char *const as[] = { "AS", NULL };
    guint end = my_find_outside(tokens, value->first, value->end, as, BL_TOKEN_END);
    if (end < value->end) {
        const MyValue named = { value->program, value->first, end, value->from };
        return follow(flow, &named);
    }
    if (case_end(tokens, value->first, value->end) == value->end)
        return follow_case(flow, value);
    guint pipe = find_operator(value, "||");
    if (pipe < value->end)
        return follow_pipe(flow, value, pipe);
    if (my_token_is_kind(tokens, value->first, BL_TOKEN_STRING))
        return follow_literals(value);
    if (is_number(value))
        return my_one_text("1");
    if (my_token_is_kind(tokens, value->first, BL_TOKEN_OPEN) &&
        my_skip_parens(tokens, value->first) == value->end)
        return follow_parens(flow, value);
    if (my_token_is_kind(tokens, value->first + 1, BL_TOKEN_OPEN) &&
        my_skip_parens(tokens, value->first + 1) == value->end)
        return follow_function(flow, value);
    return follow_name(flow, value);
}

/* @return char *, all texts that it may give; NULL: that is not known */
static GPtrArray *
follow(Flow *flow, const MyValue *value)
{
    if (flow->error != NULL || value->first >= value->end || flow->depth >= MAX_DEPTH)
        return NULL;
    flow->depth++;
    GPtrArray *texts = follow_expression(flow, value);
    flow->depth--;
    return texts;
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
