/* SPDX-License-Identifier: MIT */
/*
 * What gives a variable a value: SET, SELECT … INTO, FETCH, DECLARE … DEFAULT, ":=", GET
 * DIAGNOSTICS, and the parameters of a CALL, which flow.c knows. A form that is not read here to
 * the end gives something unknown: one too many is only refused.
 */
#include "common/engine/mysql/program.h"

#include "common/engine/mysql/flow.h"

#include <string.h>

static const char *const from_word[] = { "FROM", NULL };

static gboolean
is_user_variable(const MyTokens *tokens, guint i)
{
    const BlToken *token = my_token(tokens, i);
    return token->kind == BL_TOKEN_PARAMETER && token->len > 1 &&
           tokens->sql[token->start] == '@' && tokens->sql[token->start + 1] != '@';
}

static char *
spelled(const MyTokens *tokens, guint i)
{
    g_autofree char *name = bl_token_name(my_token(tokens, i), tokens->sql);
    return g_utf8_strdown(name, -1);
}

char *
my_key(const MyProgram *program, guint i)
{
    if (!my_token_is_name(&program->tokens, i) && !is_user_variable(&program->tokens, i))
        return NULL;
    g_autofree char *name = spelled(&program->tokens, i);
    return is_user_variable(&program->tokens, i)
               ? g_steal_pointer(&name)
               : g_strdup_printf("%p:%s", (const void *)program, name);
}

guint
my_skip_parens(const MyTokens *tokens, guint i)
{
    guint depth = 0;
    for (; i < tokens->all->len; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            depth++;
        else if (my_token_is_kind(tokens, i, BL_TOKEN_CLOSE) && --depth == 0)
            return i + 1;
    }
    return i;
}

guint
my_find_outside(
    const MyTokens *tokens, guint i, guint end, const char *const *words, BlTokenKind kind)
{
    while (i < end) {
        if (my_token_is_kind(tokens, i, kind) ||
            (words != NULL && my_token_is_any(tokens, i, words)))
            return i;
        i = my_token_is_kind(tokens, i, BL_TOKEN_OPEN) ? my_skip_parens(tokens, i) : i + 1;
    }
    return end;
}

static guint
find_end(const MyTokens *tokens, guint i)
{
    return my_find_outside(tokens, i, tokens->all->len, NULL, BL_TOKEN_SEMICOLON);
}

static guint
find_comma(const MyTokens *tokens, guint i, guint end)
{
    return my_find_outside(tokens, i, end, NULL, BL_TOKEN_COMMA);
}

static void
given_free(gpointer data)
{
    MyGiven *given = data;
    g_free(given->key);
    g_free(given);
}

static void
call_free(gpointer data)
{
    MyCall *call = data;
    g_free(call->name);
    g_array_unref(call->arguments);
    g_free(call);
}

void
my_givings_init(MyGivings *givings)
{
    givings->variables =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    givings->calls = g_ptr_array_new_with_free_func(call_free);
    givings->prepared = g_array_new(FALSE, FALSE, sizeof(MyValue));
}

void
my_givings_clear(MyGivings *givings)
{
    g_clear_pointer(&givings->variables, g_hash_table_unref);
    g_clear_pointer(&givings->calls, g_ptr_array_unref);
    g_clear_pointer(&givings->prepared, g_array_unref);
}

void
my_give(MyGivings *givings, char *key, const MyGiven *given)
{
    GPtrArray *all = g_hash_table_lookup(givings->variables, key);
    if (all == NULL) {
        all = g_ptr_array_new_with_free_func(given_free);
        g_hash_table_insert(givings->variables, g_strdup(key), all);
    }
    MyGiven *copy = g_new(MyGiven, 1);
    *copy = *given;
    g_ptr_array_add(all, copy);
    g_free(key);
}

static void
give_at(MyGivings *givings, const MyProgram *program, guint i, const MyGiven *given)
{
    char *key = my_key(program, i);
    if (key != NULL)
        my_give(givings, key, given);
}

static gboolean
is_assignment(const MyTokens *tokens, guint i)
{
    const BlToken *token = my_token(tokens, i);
    return token->kind == BL_TOKEN_OPERATOR && token->len == 2 &&
           strncmp(tokens->sql + token->start, ":=", 2) == 0;
}

/* "@a := 1" and "a := 1". One in a SET is given both what stands there and something unknown unless
 * it is the assignment itself. @param i of ":=" */
static void
read_assignment(MyProgram *program, guint i, MyGivings *givings)
{
    if (i > 0 && is_assignment(&program->tokens, i))
        give_at(givings, program, i - 1, &(MyGiven){ .gives = MY_GIVES_UNKNOWN });
}

/* SET a = 1, @b := 2; UPDATE … SET names columns, which nobody asks for. */
static void
read_set(MyProgram *program, guint i, MyGivings *givings)
{
    const MyTokens *tokens = &program->tokens;
    guint end = find_end(tokens, i);
    for (guint first = i + 1; first < end;) {
        guint comma = find_comma(tokens, first, end);
        guint op = first;
        while (op < comma && !my_token_is_char(tokens, op, '=') && !is_assignment(tokens, op))
            op++;
        MyGiven given = { .gives = op < comma ? MY_GIVES_VALUE : MY_GIVES_UNKNOWN,
                          .value = { program, op + 1, comma, 0 } };
        if (op > first)
            give_at(givings, program, op - 1, &given);
        first = comma + 1;
    }
}

/* SET a := 1 is read by read_set(). */
static gboolean
is_of_set(const MyTokens *tokens, guint op)
{
    gboolean is_next = op >= 2 && my_token_is_kind(tokens, op - 2, BL_TOKEN_COMMA);
    guint depth = 0;
    for (guint i = op; i-- > 0;) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_CLOSE))
            depth++;
        else if ((my_token_is_kind(tokens, i, BL_TOKEN_OPEN) && depth-- == 0) ||
                 (depth == 0 && (my_token_is_kind(tokens, i, BL_TOKEN_SEMICOLON) ||
                                 my_token_is(tokens, i, "SELECT"))))
            return FALSE;
        else if (depth == 0 && my_token_is(tokens, i, "SET"))
            return is_next || i + 2 == op;
    }
    return FALSE;
}

/* The SELECT or FETCH that the INTO at @i belongs to; the number of tokens: it is another. */
static guint
find_query(const MyTokens *tokens, guint i)
{
    guint depth = 0;
    while (i-- > 0) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_CLOSE))
            depth++;
        else if ((my_token_is_kind(tokens, i, BL_TOKEN_OPEN) && depth-- == 0) ||
                 (depth == 0 && my_token_is_kind(tokens, i, BL_TOKEN_SEMICOLON)))
            break;
        else if (depth == 0 &&
                 (my_token_is(tokens, i, "SELECT") || my_token_is(tokens, i, "FETCH")))
            return i;
    }
    return tokens->all->len;
}

MyGiven
my_column_of(MyProgram *program, guint select, guint n)
{
    static const char *const options[] = { "DISTINCT", "DISTINCTROW", "ALL", NULL };
    static const char *const ends[] = { "FROM", "INTO", "LIMIT", "UNION", NULL };
    static const char *const others[] = { "UNION", "EXCEPT", "INTERSECT", "PROCEDURE", NULL };
    const MyTokens *tokens = &program->tokens;
    guint end = find_end(tokens, select);
    guint close = my_find_outside(tokens, select, end, NULL, BL_TOKEN_CLOSE);
    guint first = select + 1;
    while (my_token_is_any(tokens, first, options))
        first++;
    guint stop = my_find_outside(tokens, first, close, ends, BL_TOKEN_END);
    guint from = my_find_outside(tokens, first, close, from_word, BL_TOKEN_END);
    gboolean is_known = my_find_outside(tokens, first, close, others, BL_TOKEN_END) == close;
    for (; n > 0 && first < stop; n--)
        first = find_comma(tokens, first, stop) + 1;
    MyGiven given = { .gives = is_known && first < stop ? MY_GIVES_VALUE : MY_GIVES_UNKNOWN,
                      .value = { program, first, find_comma(tokens, first, stop),
                                 from < close ? from : 0 } };
    return given;
}

/* The query of the cursor that the FETCH before the INTO at @into reads; the number of tokens: it
 * is not known, or there are two. */
static guint
find_cursor(const MyTokens *tokens, guint into)
{
    g_autofree char *name = spelled(tokens, into - 1);
    guint found = tokens->all->len;
    for (guint i = 0; i + 4 < tokens->all->len; i++) {
        if (!my_token_is(tokens, i, "DECLARE") || !my_token_is(tokens, i + 2, "CURSOR"))
            continue;
        g_autofree char *declared = spelled(tokens, i + 1);
        if (strcmp(declared, name) != 0)
            continue;
        if (found < tokens->all->len || !my_token_is(tokens, i + 3, "FOR") ||
            !my_token_is(tokens, i + 4, "SELECT"))
            return tokens->all->len;
        found = i + 4;
    }
    return found;
}

static void
read_into(MyProgram *program, guint i, MyGivings *givings)
{
    static const char *const inserts[] = { "INSERT",       "REPLACE",       "IGNORE", "DELAYED",
                                           "LOW_PRIORITY", "HIGH_PRIORITY", NULL };
    const MyTokens *tokens = &program->tokens;
    if (i == 0 || my_token_is_any(tokens, i - 1, inserts))
        return;
    guint select = find_query(tokens, i);
    if (my_token_is(tokens, select, "FETCH"))
        select = find_cursor(tokens, i);
    for (guint n = 0, at = i + 1;; n++, at += 2) {
        MyGiven given = { .gives = MY_GIVES_UNKNOWN };
        if (select < tokens->all->len)
            given = my_column_of(program, select, n);
        give_at(givings, program, at, &given);
        if (!my_token_is_kind(tokens, at + 1, BL_TOKEN_COMMA))
            break;
    }
}

/* DECLARE a, b varchar(9) DEFAULT 'x' */
static void
read_declare(MyProgram *program, guint i, MyGivings *givings)
{
    static const char *const others[] = { "CURSOR", "HANDLER", "CONDITION", NULL };
    static const char *const defaults[] = { "DEFAULT", NULL };
    const MyTokens *tokens = &program->tokens;
    if (my_token_is_any(tokens, i + 2, others))
        return;
    guint end = find_end(tokens, i);
    guint at = my_find_outside(tokens, i, end, defaults, BL_TOKEN_END);
    const MyGiven given = { .gives = at < end ? MY_GIVES_VALUE : MY_GIVES_NOTHING,
                            .value = { program, at + 1, end, 0 } };
    for (guint name = i + 1;; name += 2) {
        g_hash_table_add(program->declared, spelled(tokens, name));
        give_at(givings, program, name, &given);
        if (!my_token_is_kind(tokens, name + 1, BL_TOKEN_COMMA))
            break;
    }
}

/* GET DIAGNOSTICS a = ROW_COUNT */
static void
read_diagnostics(MyProgram *program, guint i, MyGivings *givings)
{
    guint end = find_end(&program->tokens, i);
    for (guint at = i + 1; at < end; at++)
        give_at(givings, program, at, &(MyGiven){ .gives = MY_GIVES_UNKNOWN });
}

/* In a block of the mode ORACLE, which has ANSI_QUOTES always, "p;" and "p(1);" are calls. What
 * else begins so is the name of no procedure. */
static gboolean
is_bare_call(const MyTokens *tokens, guint i)
{
    static const char *const leads[] = { "BEGIN", "THEN", "ELSE", "LOOP", "REPEAT", "DO", NULL };
    if (i == 0 || !my_token_is_name(tokens, i))
        return FALSE;
    /* <<label>> */
    gboolean is_labelled = my_token_is_kind(tokens, i - 1, BL_TOKEN_OPERATOR) &&
                           (tokens->sql[my_token_end(tokens, i - 1) - 1] == '>' ||
                            my_token_is_char(tokens, i - 1, ':'));
    if (!is_labelled && !my_token_is_kind(tokens, i - 1, BL_TOKEN_SEMICOLON) &&
        !my_token_is_any(tokens, i - 1, leads))
        return FALSE;
    while (my_token_is_char(tokens, i + 1, '.'))
        i += 2;
    return my_token_is_kind(tokens, i + 1, BL_TOKEN_SEMICOLON) ||
           my_token_is_kind(tokens, i + 1, BL_TOKEN_OPEN) ||
           my_token_is_kind(tokens, i + 1, BL_TOKEN_END) || my_token_is(tokens, i + 1, "END");
}

guint
my_called(const MyTokens *tokens, guint i, const char *sql_mode)
{
    if (my_token_is(tokens, i, "CALL"))
        return i + 1;
    return my_mode_has(sql_mode, "ANSI_QUOTES") && is_bare_call(tokens, i) ? i : 0;
}

/* @name is its first token. */
static void
read_call(MyProgram *program, guint name, MyGivings *givings)
{
    const MyTokens *tokens = &program->tokens;
    while (my_token_is_char(tokens, name + 1, '.'))
        name += 2;
    MyCall *call = g_new0(MyCall, 1);
    call->name = bl_token_name(my_token(tokens, name), tokens->sql);
    call->arguments = g_array_new(FALSE, FALSE, sizeof(MyValue));
    g_ptr_array_add(givings->calls, call);
    if (!my_token_is_kind(tokens, name + 1, BL_TOKEN_OPEN))
        return;
    guint close = my_skip_parens(tokens, name + 1) - 1;
    for (guint first = name + 2; first < close;) {
        guint comma = find_comma(tokens, first, close);
        const MyValue argument = { program, first, comma, 0 };
        g_array_append_val(call->arguments, argument);
        first = comma + 1;
    }
}

static void
read_prepare(MyProgram *program, guint i, MyGivings *givings)
{
    MyValue value = { .program = program };
    if (my_prepares(&program->tokens, i, &value.first, &value.end))
        g_array_append_val(givings->prepared, value);
}

void
my_program_read(MyProgram *program, MyGivings *givings)
{
    static const struct {
        const char *word;
        void (*read)(MyProgram *program, guint i, MyGivings *givings);
    } readers[] = {
        { "SET", read_set },         { "INTO", read_into },
        { "DECLARE", read_declare }, { "DIAGNOSTICS", read_diagnostics },
        { "PREPARE", read_prepare }, { "EXECUTE", read_prepare },
    };
    const MyTokens *tokens = &program->tokens;
    for (guint i = program->body; i < tokens->all->len; i++) {
        guint name = my_called(tokens, i, program->sql_mode);
        if (name > 0)
            read_call(program, name, givings);
        if (is_assignment(tokens, i) && !is_of_set(tokens, i))
            read_assignment(program, i, givings);
        for (gsize j = 0; j < G_N_ELEMENTS(readers); j++) {
            if (my_token_is(tokens, i, readers[j].word))
                readers[j].read(program, i, givings);
        }
    }
}

/* (IN a int, OUT b varchar(9)), and (a OUT int) under ORACLE: @i is the parenthesis. */
static void
read_params(MyProgram *program, guint i)
{
    static const char *const ways[] = { "IN", "OUT", "INOUT", NULL };
    static const char *const outs[] = { "OUT", "INOUT", NULL };
    static const char *const ins[] = { "IN", "INOUT", NULL };
    static const char *const defaults[] = { "DEFAULT", NULL };
    const MyTokens *tokens = &program->tokens;
    guint close = my_skip_parens(tokens, i) - 1;
    for (guint first = i + 1; first < close;) {
        guint comma = find_comma(tokens, first, close);
        gboolean is_out = my_find_outside(tokens, first, comma, outs, BL_TOKEN_END) < comma;
        gboolean is_in =
            !is_out || my_find_outside(tokens, first, comma, ins, BL_TOKEN_END) < comma;
        guint name = my_token_is_any(tokens, first, ways) ? first + 1 : first;
        g_array_append_val(program->is_out, is_out);
        g_array_append_val(program->is_in, is_in);
        guint op = first;
        while (op < comma && !is_assignment(tokens, op) && !my_token_is_any(tokens, op, defaults))
            op++;
        guint value = op < comma ? op + 1 : 0;
        g_array_append_val(program->defaults, value);
        g_ptr_array_add(program->params, my_key(program, name));
        g_hash_table_add(program->declared, spelled(tokens, name));
        first = comma + 1;
    }
    program->body = close + 1;
}

/* Under ORACLE one without parameters has no parentheses. */
static void
read_head(MyProgram *program)
{
    const MyTokens *tokens = &program->tokens;
    guint name = 1;
    while (name < tokens->all->len && !my_token_is(tokens, name - 1, "PROCEDURE"))
        name++;
    while (my_token_is_char(tokens, name + 1, '.'))
        name += 2;
    program->body = name + 1;
    if (my_token_is_kind(tokens, name + 1, BL_TOKEN_OPEN))
        read_params(program, name + 1);
}

MyProgram *
my_program_new(char *text, char *sql_mode, gboolean is_procedure)
{
    MyProgram *program = g_new0(MyProgram, 1);
    program->text = text;
    program->sql_mode = sql_mode;
    program->params = g_ptr_array_new_with_free_func(g_free);
    program->is_out = g_array_new(FALSE, FALSE, sizeof(gboolean));
    program->is_in = g_array_new(FALSE, FALSE, sizeof(gboolean));
    program->defaults = g_array_new(FALSE, FALSE, sizeof(guint));
    program->declared = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    my_code_init(&program->tokens, text, sql_mode);
    if (is_procedure)
        read_head(program);
    return program;
}

void
my_program_free(MyProgram *program)
{
    my_tokens_clear(&program->tokens);
    g_ptr_array_unref(program->params);
    g_array_unref(program->is_out);
    g_array_unref(program->is_in);
    g_array_unref(program->defaults);
    g_hash_table_unref(program->declared);
    g_free(program->text);
    g_free(program->sql_mode);
    g_free(program);
}
