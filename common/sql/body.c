/* SPDX-License-Identifier: MIT */
#include "common/sql/body.h"

/* SQLite: the states and tokens of sqlite3_complete(), without INVALID and white space. */
typedef enum {
    TRIGGER_START,
    TRIGGER_NORMAL,  /* an ordinary statement */
    TRIGGER_EXPLAIN, /* after EXPLAIN at the start */
    TRIGGER_CREATE,  /* after CREATE [TEMP] at the start */
    TRIGGER_BODY,    /* after CREATE [TEMP] TRIGGER */
    TRIGGER_SEMI,    /* after a semicolon in the body */
    TRIGGER_END,     /* after the END behind it */
} TriggerState;

typedef enum {
    WORD_OTHER,
    WORD_SEMI,
    WORD_EXPLAIN,
    WORD_CREATE,
    WORD_TEMP,
    WORD_TRIGGER,
    WORD_END,
    N_TRIGGER_WORDS,
} TriggerWord;

static const guint8 trigger_next[][N_TRIGGER_WORDS] = {
    [TRIGGER_START] = { TRIGGER_NORMAL, TRIGGER_START, TRIGGER_EXPLAIN, TRIGGER_CREATE,
                        TRIGGER_NORMAL, TRIGGER_NORMAL, TRIGGER_NORMAL },
    [TRIGGER_NORMAL] = { TRIGGER_NORMAL, TRIGGER_START, TRIGGER_NORMAL, TRIGGER_NORMAL,
                         TRIGGER_NORMAL, TRIGGER_NORMAL, TRIGGER_NORMAL },
    [TRIGGER_EXPLAIN] = { TRIGGER_EXPLAIN, TRIGGER_START, TRIGGER_NORMAL, TRIGGER_CREATE,
                          TRIGGER_NORMAL, TRIGGER_NORMAL, TRIGGER_NORMAL },
    [TRIGGER_CREATE] = { TRIGGER_NORMAL, TRIGGER_START, TRIGGER_NORMAL, TRIGGER_NORMAL,
                         TRIGGER_CREATE, TRIGGER_BODY, TRIGGER_NORMAL },
    [TRIGGER_BODY] = { TRIGGER_BODY, TRIGGER_SEMI, TRIGGER_BODY, TRIGGER_BODY, TRIGGER_BODY,
                       TRIGGER_BODY, TRIGGER_BODY },
    [TRIGGER_SEMI] = { TRIGGER_BODY, TRIGGER_SEMI, TRIGGER_BODY, TRIGGER_BODY, TRIGGER_BODY,
                       TRIGGER_BODY, TRIGGER_END },
    [TRIGGER_END] = { TRIGGER_BODY, TRIGGER_START, TRIGGER_BODY, TRIGGER_BODY, TRIGGER_BODY,
                      TRIGGER_BODY, TRIGGER_BODY },
};

static TriggerWord
trigger_word(const BlToken *token, const char *text)
{
    static const struct {
        const char *text;
        TriggerWord word;
    } words[] = {
        { "create", WORD_CREATE },  { "trigger", WORD_TRIGGER }, { "temp", WORD_TEMP },
        { "temporary", WORD_TEMP }, { "end", WORD_END },         { "explain", WORD_EXPLAIN },
    };

    if (token->kind == BL_TOKEN_SEMICOLON)
        return WORD_SEMI;
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        if (bl_token_is_word(token, text, words[i].text))
            return words[i].word;
    }
    return WORD_OTHER;
}

static void
feed_trigger(BlBody *body, const BlToken *token, const char *text)
{
    /* Words mean nothing in these two states, which hold nearly all tokens. */
    if (body->state == TRIGGER_NORMAL ||
        (body->state == TRIGGER_BODY && token->kind != BL_TOKEN_SEMICOLON))
        return;
    body->state = trigger_next[body->state][trigger_word(token, text)];
}

/* PostgreSQL: what the first words say. */
typedef enum {
    ATOMIC_START,
    ATOMIC_CREATE,  /* after CREATE [OR REPLACE] */
    ATOMIC_OR,      /* after CREATE OR */
    ATOMIC_ROUTINE, /* after FUNCTION or PROCEDURE: BEGIN ATOMIC may come */
    ATOMIC_COPY,
    ATOMIC_OTHER, /* nothing in this statement protects a semicolon but parentheses */
} AtomicState;

/* The token before, where it changes what a word means. */
typedef enum {
    LAST_OTHER,
    LAST_LABEL, /* a dot or AS: the next word is a name, whatever it says */
    LAST_BEGIN,
    LAST_FROM,
} LastToken;

static AtomicState
first_words(AtomicState state, const BlToken *token, const char *text)
{
    static const struct {
        AtomicState state;
        const char *word;
        AtomicState next;
    } steps[] = {
        { ATOMIC_START, "create", ATOMIC_CREATE },
        { ATOMIC_START, "copy", ATOMIC_COPY },
        { ATOMIC_CREATE, "or", ATOMIC_OR },
        { ATOMIC_CREATE, "function", ATOMIC_ROUTINE },
        { ATOMIC_CREATE, "procedure", ATOMIC_ROUTINE },
        { ATOMIC_OR, "replace", ATOMIC_CREATE },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(steps); i++) {
        if (steps[i].state == state && bl_token_is_word(token, text, steps[i].word))
            return steps[i].next;
    }
    return ATOMIC_OTHER;
}

/* Unlike psql this asks for ATOMIC after BEGIN, so that a function may be called begin. */
static LastToken
feed_routine_word(BlBody *body, const BlToken *token, const char *text)
{
    if (bl_token_is_word(token, text, "as"))
        return LAST_LABEL;
    if (body->last == LAST_LABEL)
        return LAST_OTHER;
    if (body->depth == 0 && bl_token_is_word(token, text, "begin"))
        return LAST_BEGIN;
    if (body->last == LAST_BEGIN && bl_token_is_word(token, text, "atomic"))
        body->depth = 1;
    else if (body->depth > 0 && bl_token_is_word(token, text, "case"))
        body->depth++;
    else if (body->depth > 0 && bl_token_is_word(token, text, "end"))
        body->depth--;
    return LAST_OTHER;
}

static LastToken
feed_copy_word(BlBody *body, const BlToken *token, const char *text)
{
    if (bl_token_is_word(token, text, "from"))
        return LAST_FROM;
    if (body->last == LAST_FROM && bl_token_is_word(token, text, "stdin"))
        body->from_stdin = TRUE;
    return LAST_OTHER;
}

static void
feed_atomic(BlBody *body, const BlToken *token, const char *text)
{
    LastToken last = LAST_OTHER;

    if (token->kind == BL_TOKEN_OPEN) {
        body->parens++;
    } else if (token->kind == BL_TOKEN_CLOSE) {
        body->parens -= body->parens > 0 ? 1 : 0;
    } else if (token->kind == BL_TOKEN_WORD && body->parens == 0) {
        if (body->state == ATOMIC_ROUTINE)
            last = feed_routine_word(body, token, text);
        else if (body->state == ATOMIC_COPY)
            last = feed_copy_word(body, token, text);
        else if (body->state != ATOMIC_OTHER)
            body->state = first_words((AtomicState)body->state, token, text);
    } else if (token->kind == BL_TOKEN_OPERATOR && token->len == 1 && text[token->start] == '.') {
        last = LAST_LABEL;
    } else if (body->state == ATOMIC_START && token->kind != BL_TOKEN_HINT) {
        body->state = ATOMIC_OTHER;
    }
    body->last = last;
}

void
bl_body_init(BlBody *body, const BlDialect *dialect)
{
    *body = (BlBody){ .dialect = dialect };
}

void
bl_body_feed(BlBody *body, const BlToken *token, const char *text)
{
    switch (body->dialect->body) {
    case BL_BODY_NONE:
        break;
    case BL_BODY_TRIGGER:
        feed_trigger(body, token, text);
        break;
    case BL_BODY_ATOMIC:
        feed_atomic(body, token, text);
        break;
    case BL_BODY_COMPOUND:
        bl_body_feed_compound(body, token, text);
        break;
    }
}

gboolean
bl_body_can_end(const BlBody *body)
{
    if (body->dialect->paren_protects && body->parens > 0)
        return FALSE;
    switch (body->dialect->body) {
    case BL_BODY_NONE:
        return TRUE;
    case BL_BODY_TRIGGER:
        return body->state != TRIGGER_BODY && body->state != TRIGGER_SEMI;
    case BL_BODY_ATOMIC:
    case BL_BODY_COMPOUND:
        return body->depth == 0;
    }
    return TRUE;
}
