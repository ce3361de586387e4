/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/expression.h"

#include "common/engine/mysql/pieces.h"

#include <string.h>

/* More steps to a text are not followed. */
#define MAX_DEPTH 40

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
follow_name(MyExpressions *expressions, const MyValue *value)
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
        return expressions->variable(key, expressions->data);
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
follow_arguments(MyExpressions *expressions, const MyValue *value, guint skip, gboolean joins)
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
            texts = joins ? my_join_texts(texts, my_expression_texts(expressions, &argument))
                          : my_add_texts(texts, my_expression_texts(expressions, &argument));
        first = comma + 1;
    }
    return texts;
}

/* CONCAT_WS(', ', a, b): what may be NULL is left out, and the separator with it. */
static GPtrArray *
follow_separated(MyExpressions *expressions, const MyValue *value)
{
    const MyTokens *tokens = &value->program->tokens;
    guint close = value->end - 1;
    guint comma = my_find_outside(tokens, value->first + 2, close, NULL, BL_TOKEN_COMMA);
    const MyValue first = { value->program, value->first + 2, comma, value->from };
    GPtrArray *separators = my_expression_texts(expressions, &first);
    GPtrArray *texts = separators != NULL ? my_no_texts() : NULL;
    gboolean may_be_empty = TRUE;
    for (guint at = comma + 1; texts != NULL && at < close; at = comma + 1) {
        comma = my_find_outside(tokens, at, close, NULL, BL_TOKEN_COMMA);
        const MyValue argument = { value->program, at, comma, value->from };
        GPtrArray *pieces = my_expression_texts(expressions, &argument);
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
follow_case(MyExpressions *expressions, const MyValue *value)
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
        texts = my_add_texts(texts, my_expression_texts(expressions, &one));
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
follow_function(MyExpressions *expressions, const MyValue *value)
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
            return my_one_text(expressions->session->database);
        if (functions[i].calls == CALLS_NUMBER)
            return my_one_text("1");
        if (functions[i].calls == CALLS_ANY &&
            (expressions->session->is_mariadb || expressions->session->version < 50700))
            return NULL;
        if (functions[i].calls == CALLS_SEPARATE)
            return follow_separated(expressions, value);
        return follow_arguments(expressions, value,
                                functions[i].calls == CALLS_CHOOSE_OTHERS ? 1 : 0,
                                functions[i].calls == CALLS_JOIN);
    }
    return NULL;
}

/* (a), (SELECT a FROM b) */
static GPtrArray *
follow_parens(MyExpressions *expressions, const MyValue *value)
{
    MyProgram *program = value->program;
    MyValue inner = { program, value->first + 1, value->end - 1, value->from };
    if (!my_token_is(&program->tokens, inner.first, "SELECT"))
        return my_expression_texts(expressions, &inner);
    /* What its own tables do not have is a column of the query round it. */
    if (value->from > 0 && !is_of_catalog(&program->tokens, value->from))
        return NULL;
    MyGiven given = my_column_of(program, inner.first, 0);
    return given.gives == MY_GIVES_VALUE ? my_expression_texts(expressions, &given.value) : NULL;
}

/* a || b joins under some modes, and gives a number under others. */
static GPtrArray *
follow_pipe(MyExpressions *expressions, const MyValue *value, guint pipe)
{
    const MyValue head = { value->program, value->first, pipe, value->from };
    const MyValue tail = { value->program, pipe + 1, value->end, value->from };
    return my_join_texts(my_expression_texts(expressions, &head),
                         my_expression_texts(expressions, &tail));
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
follow_expression(MyExpressions *expressions, const MyValue *value)
{
    const MyTokens *tokens = &value->program->tokens;
    static const char *const as[] = { "AS", NULL };
    guint end = my_find_outside(tokens, value->first, value->end, as, BL_TOKEN_END);
    if (end < value->end) {
        const MyValue named = { value->program, value->first, end, value->from };
        return my_expression_texts(expressions, &named);
    }
    if (case_end(tokens, value->first, value->end) == value->end)
        return follow_case(expressions, value);
    guint pipe = find_operator(value, "||");
    if (pipe < value->end)
        return follow_pipe(expressions, value, pipe);
    if (my_token_is_kind(tokens, value->first, BL_TOKEN_STRING))
        return follow_literals(value);
    if (is_number(value))
        return my_one_text("1");
    if (my_token_is_kind(tokens, value->first, BL_TOKEN_OPEN) &&
        my_skip_parens(tokens, value->first) == value->end)
        return follow_parens(expressions, value);
    if (my_token_is_kind(tokens, value->first + 1, BL_TOKEN_OPEN) &&
        my_skip_parens(tokens, value->first + 1) == value->end)
        return follow_function(expressions, value);
    return follow_name(expressions, value);
}

GPtrArray *
my_expression_texts(MyExpressions *expressions, const MyValue *value)
{
    if (value->first >= value->end || expressions->depth >= MAX_DEPTH)
        return NULL;
    expressions->depth++;
    GPtrArray *texts = follow_expression(expressions, value);
    expressions->depth--;
    return texts;
}
