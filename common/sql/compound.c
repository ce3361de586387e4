/* SPDX-License-Identifier: MIT */
#include "common/sql/body.h"

/* Stored programs of MySQL and MariaDB in a file without DELIMITER lines, as programs write it that
 * send a whole file to the server. The stock clients cut such bodies apart, so that nothing that
 * works with them reads differently here. */

typedef enum {
    AT_START,
    AT_BEGIN,   /* after BEGIN at the start: NOT ATOMIC may follow */
    AT_AS,      /* after AS or IS in front of a body, as Oracle has it */
    AT_DECLARE, /* behind that, or DECLARE: up to BEGIN there are only declarations */
    AT_CREATE,  /* after CREATE or ALTER: what is made? */
    AT_TRIGGER, /* its body stands behind FOR EACH ROW */
    AT_EVENT,   /* its body stands behind DO */
    AT_ROUTINE, /* its body stands behind the parameters */
    AT_BODY,    /* before the body's first word */
    AT_WORD,    /* after a word that starts a statement; before a colon it is a label */
    IN_BODY,    /* inside BEGIN … END or its like */
    IN_OTHER,   /* nothing protects a semicolon any more */
} State;

/* The token before, where it changes what a word means. */
typedef enum {
    LAST_OTHER, /* a word that a block may follow */
    LAST_DOT,   /* the next word is a name, whatever it says */
    LAST_NAME, /* a comma, an operator, SELECT …: the next word is a name unless it is reserved */
    LAST_START, /* a statement may start */
    LAST_END,   /* the next word says what END ends */
    LAST_CHARACTER,
} Last;

/* What starts a body, and a statement in it that holds others. */
static const char *const blocks[] = {
    "begin", "if", "case", "loop", "while", "repeat", "for", NULL
};

/* What is a body alone: there are no others behind it, whatever words it has (SHOW GRANTS FOR, DO
 * IF(…)). */
static const char *const singles[] = {
    "select",     "insert",   "update", "delete",   "set",       "call",     "replace",   "return",
    "with",       "truncate", "create", "alter",    "drop",      "signal",   "show",      "do",
    "analyze",    "optimize", "check",  "checksum", "repair",    "execute",  "prepare",   "grant",
    "revoke",     "rename",   "kill",   "flush",    "lock",      "unlock",   "load",      "explain",
    "describe",   "desc",     "values", "commit",   "rollback",  "start",    "savepoint", "release",
    "xa",         "handler",  "cache",  "install",  "uninstall", "resignal", "get",       "reset",
    "deallocate", "table",    NULL
};

/* What a CREATE makes when it is none of these. */
static const char *const plain_objects[] = { "table",     "view",   "index",   "database",
                                             "schema",    "user",   "role",    "sequence",
                                             "server",    "unique", "spatial", "fulltext",
                                             "temporary", NULL };

/* A statement may start behind these. */
static const char *const starters[] = { "then",   "else", "do",     "begin",
                                        "atomic", "loop", "repeat", NULL };

/* A name follows these, whatever it says. */
static const char *const before_names[] = { "select", "set",     "by",       "where", "and",
                                            "or",     "on",      "as",       "not",   "from",
                                            "into",   "follows", "precedes", NULL };

static void
open_block(BlBody *body, gboolean is_expression)
{
    body->state = IN_BODY;
    body->depth++;
    /* Deeper ones than fit count as statements. */
    if (is_expression && body->depth < 64)
        body->expressions |= (guint64)1 << body->depth;
}

static gboolean
is_in_expression(const BlBody *body)
{
    return body->depth < 64 && (body->expressions >> body->depth & 1) != 0;
}

static void
close_block(BlBody *body)
{
    if (body->depth < 64)
        body->expressions &= ~((guint64)1 << body->depth);
    body->depth--;
    if (body->depth == 0)
        body->state = IN_OTHER;
}

/* Nothing ends before BEGIN, which opens the block that is counted here. */
static void
open_declarations(BlBody *body)
{
    body->state = AT_DECLARE;
    body->depth = 1;
}

static gboolean
is_as(const BlBody *body, const BlToken *token, const char *text)
{
    return body->parens == 0 && body->last != LAST_DOT &&
           (bl_token_is_word(token, text, "as") || bl_token_is_word(token, text, "is"));
}

/* What comes in dollars or quotes is in another language. */
static void
feed_as(BlBody *body, const BlToken *token, const char *text)
{
    body->state = IN_OTHER;
    if (bl_token_is_word(token, text, "begin"))
        open_block(body, FALSE);
    else if (token->kind == BL_TOKEN_WORD && text[token->start] != '$')
        open_declarations(body);
}

/* Before the body. */
static void
feed_head(BlBody *body, const BlToken *token, const char *text)
{
    if (body->parens > 0 || body->last == LAST_NAME || body->last == LAST_DOT)
        return;
    if (bl_token_is_any(token, text, blocks)) {
        open_block(body, FALSE);
        return;
    }
    if (bl_token_is_word(token, text, "declare"))
        open_declarations(body);
    if (is_as(body, token, text))
        body->state = AT_AS;
    gboolean is_charset = body->last == LAST_CHARACTER && bl_token_is_word(token, text, "set");
    if (!is_charset && bl_token_is_any(token, text, singles))
        body->state = AT_WORD;
}

/* "start: BEGIN": most of those words are not reserved. */
static void
feed_word(BlBody *body, const BlToken *token, const char *text)
{
    gboolean is_colon =
        token->kind == BL_TOKEN_OPERATOR && token->len == 1 && text[token->start] == ':';
    body->state = is_colon ? AT_BODY : IN_OTHER;
}

static void
feed_create(BlBody *body, const BlToken *token, const char *text)
{
    static const struct {
        const char *word;
        State next;
    } programs[] = {
        { "trigger", AT_TRIGGER },
        { "event", AT_EVENT },
        { "procedure", AT_ROUTINE },
        { "function", AT_ROUTINE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(programs); i++) {
        if (bl_token_is_word(token, text, programs[i].word))
            body->state = programs[i].next;
    }
    if (bl_token_is_any(token, text, plain_objects))
        body->state = IN_OTHER;
}

static void
feed_start(BlBody *body, const BlToken *token, const char *text)
{
    body->state = IN_OTHER;
    if (bl_token_is_word(token, text, "create") || bl_token_is_word(token, text, "alter"))
        body->state = AT_CREATE;
    else if (bl_token_is_word(token, text, "begin"))
        body->state = AT_BEGIN;
    else if (bl_token_is_word(token, text, "declare"))
        open_declarations(body);
    else if (bl_token_is_any(token, text, blocks))
        open_block(body, FALSE);
    else if (token->kind == BL_TOKEN_CODE_OPEN)
        body->state = AT_START;
}

/* BEGIN NOT ATOMIC; where it begins a transaction, nothing follows but WORK. What else follows is
 * the first statement of Oracle's block. */
static void
feed_begin(BlBody *body, const BlToken *token, const char *text)
{
    body->state = IN_OTHER;
    if (token->kind != BL_TOKEN_WORD || bl_token_is_word(token, text, "work"))
        return;
    open_block(body, FALSE);
    if (bl_token_is_any(token, text, blocks))
        open_block(body, FALSE);
}

/* A word inside a body. */
static void
feed_block(BlBody *body, const BlToken *token, const char *text)
{
    Last last = (Last)body->last;
    if (last == LAST_DOT || last == LAST_END)
        return;
    /* BEGIN and END are not reserved. */
    if (bl_token_is_word(token, text, "case"))
        open_block(body, last != LAST_START);
    else if (last == LAST_NAME)
        return;
    else if (bl_token_is_word(token, text, "begin"))
        body->depth += body->parens == 0 ? 1 : 0;
    else if (bl_token_is_word(token, text, "end"))
        close_block(body);
    else if (last == LAST_START && bl_token_is_any(token, text, blocks))
        open_block(body, FALSE);
}

static Last
last_of(const BlBody *body, const BlToken *token, const char *text)
{
    if (token->kind == BL_TOKEN_SEMICOLON)
        return LAST_START;
    if (token->kind == BL_TOKEN_OPERATOR || token->kind == BL_TOKEN_COMMA) {
        /* "label: LOOP" */
        char c = token->len == 1 ? text[token->start] : '\0';
        return c == ':' ? LAST_START : c == '.' ? LAST_DOT : LAST_NAME;
    }
    if (token->kind != BL_TOKEN_WORD || body->last == LAST_DOT)
        return LAST_OTHER;
    if (bl_token_is_word(token, text, "end"))
        return LAST_END;
    if (bl_token_is_word(token, text, "character"))
        return LAST_CHARACTER;
    if (!is_in_expression(body) && bl_token_is_any(token, text, starters))
        return LAST_START;
    return bl_token_is_any(token, text, before_names) ? LAST_NAME : LAST_OTHER;
}

static void
feed_state(BlBody *body, const BlToken *token, const char *text)
{
    switch ((State)body->state) {
    case AT_START:
        feed_start(body, token, text);
        break;
    case AT_BEGIN:
        feed_begin(body, token, text);
        break;
    case AT_AS:
        feed_as(body, token, text);
        break;
    case AT_DECLARE:
        if (body->last != LAST_DOT && bl_token_is_word(token, text, "begin"))
            body->state = IN_BODY;
        break;
    case AT_CREATE:
        feed_create(body, token, text);
        break;
    case AT_TRIGGER:
        body->state = bl_token_is_word(token, text, "row") ? AT_BODY : AT_TRIGGER;
        break;
    case AT_EVENT:
        body->state = bl_token_is_word(token, text, "do") ? AT_BODY : AT_EVENT;
        break;
    case AT_ROUTINE:
        if (token->kind == BL_TOKEN_CLOSE && body->parens == 0)
            body->state = AT_BODY;
        else if (is_as(body, token, text))
            body->state = AT_AS;
        break;
    case AT_BODY:
        feed_head(body, token, text);
        break;
    case AT_WORD:
        feed_word(body, token, text);
        break;
    case IN_BODY:
        feed_block(body, token, text);
        break;
    case IN_OTHER:
        break;
    }
}

void
bl_body_feed_compound(BlBody *body, const BlToken *token, const char *text)
{
    if (body->state == IN_OTHER)
        return;
    if (token->kind == BL_TOKEN_OPEN)
        body->parens++;
    else if (token->kind == BL_TOKEN_CLOSE && body->parens > 0)
        body->parens--;
    else if (token->kind == BL_TOKEN_SEMICOLON)
        body->parens = 0;
    feed_state(body, token, text);
    body->last = last_of(body, token, text);
}
