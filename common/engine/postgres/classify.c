/* SPDX-License-Identifier: MIT */
/*
 * Where only the server can tell whether a statement may stand in a transaction, the answer is no:
 * a migration that is told so can be written outside of one, one that is put inside unasked fails.
 */
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Words of a statement that are looked at: those of a beginning, up to the name of what is made,
 * and all where they do not decide. */
#define MOST_WORDS 4
#define NAME_WORDS 12
#define MAX_TOKENS 64

/* Of beginnings[] only: what comes of it is the same wherever its transaction began and ends, and
 * it leaves nothing behind but what it made. All others are BL_STMT_ALONE. */
#define PLAIN (1U << 31)

/* The beginning of a statement. */
typedef struct {
    const char *text;
    gsize len;
    BlToken tokens[MAX_TOKENS];
    guint n;
} Cursor;

static const char *const writers[] = { "INSERT", "UPDATE", "DELETE", "MERGE", NULL };

static gboolean
is_word(const Cursor *cursor, guint i, const char *word)
{
    return i < cursor->n && bl_token_is_word(&cursor->tokens[i], cursor->text, word);
}

static gboolean
is_kind(const Cursor *cursor, guint i, BlTokenKind kind)
{
    return i < cursor->n && cursor->tokens[i].kind == kind;
}

static gboolean
has_words(const Cursor *cursor, const char *first, const char *second)
{
    for (guint i = 1; i < cursor->n; i++) {
        if (is_word(cursor, i, first) && (second == NULL || is_word(cursor, i + 1, second)))
            return TRUE;
    }
    return FALSE;
}

/* Behind the parentheses that open at @i, if they do. */
static guint
skip_parens(const Cursor *cursor, guint i)
{
    if (!is_kind(cursor, i, BL_TOKEN_OPEN))
        return i;
    guint depth = 0;
    do {
        depth += is_kind(cursor, i, BL_TOKEN_OPEN) ? 1 : 0;
        depth -= is_kind(cursor, i, BL_TOKEN_CLOSE) ? 1 : 0;
        i++;
    } while (i < cursor->n && depth > 0);
    return i;
}

/* "option = false", in one of its spellings. */
static gboolean
is_switched_off(const Cursor *cursor, const char *option)
{
    static const char *const no[] = { "false", "off", "no", "0" };
    for (guint i = 1; i + 2 < cursor->n; i++) {
        if (!is_word(cursor, i, option) || !is_kind(cursor, i + 1, BL_TOKEN_OPERATOR))
            continue;
        g_autofree char *value = bl_token_name(&cursor->tokens[i + 2], cursor->text);
        for (gsize j = 0; j < G_N_ELEMENTS(no); j++) {
            if (g_ascii_strcasecmp(value, no[j]) == 0)
                return TRUE;
        }
    }
    return FALSE;
}

static gboolean
is_writer(const BlToken *token, const char *text)
{
    return bl_token_is_any(token, text, writers);
}

/* What the query in a text does. A writer stands at its beginning, behind WITH … (…), or first in
 * parentheses, and a word behind it: anywhere else its word is a name, or FOR UPDATE. */
static guint
traits_of_query(const char *text, gsize len)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    guint depth = 0;
    guint traits = BL_STMT_READ;
    gboolean may_start = TRUE;
    gboolean was_writer = FALSE;
    while (bl_lex(&bl_dialect_postgres, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        if (was_writer && (token.kind == BL_TOKEN_WORD || token.kind == BL_TOKEN_IDENTIFIER))
            return BL_STMT_DML;
        was_writer = may_start && is_writer(&token, text);
        if (depth == 0 && bl_token_is_word(&token, text, "INTO"))
            traits = BL_STMT_CREATE;
        depth += token.kind == BL_TOKEN_OPEN ? 1 : 0;
        depth -= token.kind == BL_TOKEN_CLOSE && depth > 0 ? 1 : 0;
        may_start = token.kind == BL_TOKEN_OPEN || (token.kind == BL_TOKEN_CLOSE && depth == 0);
    }
    return traits;
}

static guint
refine_query(const Cursor *cursor, guint traits)
{
    (void)traits;
    return traits_of_query(cursor->text, cursor->len);
}

/* EXPLAIN ANALYZE runs what it explains. */
static guint
refine_explain(const Cursor *cursor, guint traits)
{
    if (!has_words(cursor, "ANALYZE", NULL) && !has_words(cursor, "ANALYSE", NULL))
        return traits;
    guint i = skip_parens(cursor, 1);
    while (is_word(cursor, i, "ANALYZE") || is_word(cursor, i, "ANALYSE") ||
           is_word(cursor, i, "VERBOSE"))
        i++;
    if (i >= cursor->n)
        return traits;
    gsize start = cursor->tokens[i].start;
    return traits_of_query(cursor->text + start, cursor->len - start);
}

/* COPY … TO reads, unless its query writes. */
static guint
refine_copy(const Cursor *cursor, guint traits)
{
    guint behind = skip_parens(cursor, 1);
    for (guint i = behind; i < cursor->n; i = skip_parens(cursor, i + 1)) {
        if (is_word(cursor, i, "FROM"))
            return traits;
        if (is_word(cursor, i, "TO"))
            break;
    }
    return behind > 1 ? traits_of_query(cursor->text, cursor->len) : BL_STMT_READ;
}

static guint
refine_reindex(const Cursor *cursor, guint traits)
{
    static const char *const many[] = { "DATABASE", "SCHEMA", "SYSTEM" };
    if (has_words(cursor, "CONCURRENTLY", NULL))
        return BL_STMT_OUTSIDE_TX;
    guint i = skip_parens(cursor, 1);
    for (gsize j = 0; j < G_N_ELEMENTS(many); j++) {
        if (is_word(cursor, i, many[j]))
            return BL_STMT_OUTSIDE_TX;
    }
    return traits;
}

/* Without a table it goes through all of them, a transaction each. */
static guint
refine_cluster(const Cursor *cursor, guint traits)
{
    guint i = skip_parens(cursor, 1);
    if (is_word(cursor, i, "VERBOSE"))
        i++;
    return i >= cursor->n ? BL_STMT_OUTSIDE_TX : traits;
}

static guint
refine_create_subscription(const Cursor *cursor, guint traits)
{
    gboolean is_quiet =
        is_switched_off(cursor, "connect") || is_switched_off(cursor, "create_slot");
    return is_quiet ? traits : traits | BL_STMT_OUTSIDE_TX;
}

static guint
refine_alter_subscription(const Cursor *cursor, guint traits)
{
    gboolean refreshes =
        has_words(cursor, "REFRESH", "PUBLICATION") ||
        (has_words(cursor, "PUBLICATION", NULL) && !is_switched_off(cursor, "refresh"));
    gboolean sets_slot =
        has_words(cursor, "failover", NULL) || has_words(cursor, "two_phase", NULL);
    return refreshes || sets_slot ? traits | BL_STMT_OUTSIDE_TX : traits;
}

/* Behind DEFAULT at @i: a value that is the same for each row and whenever it is computed. */
static gboolean
is_constant(const Cursor *cursor, guint i)
{
    static const char *const words[] = { "TRUE", "FALSE", "NULL" };
    gboolean is_value =
        is_kind(cursor, i + 1, BL_TOKEN_STRING) || is_kind(cursor, i + 1, BL_TOKEN_NUMBER);
    for (gsize j = 0; j < G_N_ELEMENTS(words); j++)
        is_value = is_value || is_word(cursor, i + 1, words[j]);
    i += 2;
    if (i < cursor->n && cursor->tokens[i].len == 2 &&
        strncmp(cursor->text + cursor->tokens[i].start, "::", 2) == 0)
        i += 2;
    return is_value && (i >= cursor->n || is_kind(cursor, i, BL_TOKEN_WORD) ||
                        is_kind(cursor, i, BL_TOKEN_COMMA));
}

/* An expression is computed for the rows that are there: it may call anything. */
static gboolean
computes(const Cursor *cursor)
{
    static const char *const always[] = { "USING", "CHECK", "STORED", "VALIDATE" };
    for (guint i = 1; i < cursor->n; i++) {
        for (gsize j = 0; j < G_N_ELEMENTS(always); j++) {
            if (is_word(cursor, i, always[j]))
                return TRUE;
        }
        gboolean is_later = is_word(cursor, i - 1, "SET") || is_word(cursor, i - 1, "DROP");
        if (is_word(cursor, i, "DEFAULT") && !is_later && !is_constant(cursor, i))
            return TRUE;
    }
    return cursor->n == MAX_TOKENS;
}

static guint
refine_computing(const Cursor *cursor, guint traits)
{
    return computes(cursor) ? traits & ~PLAIN : traits;
}

static guint
refine_alter_table(const Cursor *cursor, guint traits)
{
    return has_words(cursor, "DETACH", "PARTITION") && has_words(cursor, "CONCURRENTLY", NULL)
               ? traits | BL_STMT_OUTSIDE_TX
               : refine_computing(cursor, traits);
}

/* What is made in pg_temp lasts as long as the session. */
static guint
refine_create(const Cursor *cursor, guint traits)
{
    for (guint i = 1; i < cursor->n && i < NAME_WORDS; i++) {
        const char *name = cursor->text + cursor->tokens[i].start;
        name += is_kind(cursor, i, BL_TOKEN_IDENTIFIER) ? 1 : 0;
        if (g_ascii_strncasecmp(name, "pg_temp", strlen("pg_temp")) == 0)
            return traits & ~PLAIN;
    }
    return traits;
}

/* CREATE TABLE … AS makes rows by whatever its query calls. */
static guint
refine_create_table(const Cursor *cursor, guint traits)
{
    guint i = is_word(cursor, 1, "UNLOGGED") ? 3 : 2;
    i += is_word(cursor, i, "IF") ? 3 : 0;
    while (i + 1 < cursor->n && cursor->text[cursor->tokens[i + 1].start] == '.')
        i += 2;
    i++;
    /* A column of a query has no type. */
    if (is_kind(cursor, i, BL_TOKEN_OPEN)) {
        gboolean has_names =
            is_kind(cursor, i + 2, BL_TOKEN_COMMA) || is_kind(cursor, i + 2, BL_TOKEN_CLOSE);
        return has_names ? traits & ~PLAIN : refine_create(cursor, traits);
    }
    for (; i < cursor->n; i = skip_parens(cursor, i + 1)) {
        if (is_word(cursor, i, "AS"))
            return traits & ~PLAIN;
    }
    return refine_create(cursor, traits);
}

static guint
refine_alter_database(const Cursor *cursor, guint traits)
{
    return has_words(cursor, "SET", "TABLESPACE") ? traits | BL_STMT_OUTSIDE_TX : traits;
}

/* COMMIT AND CHAIN starts the next one. */
static guint
refine_end(const Cursor *cursor, guint traits)
{
    return has_words(cursor, "AND", "CHAIN") ? traits | BL_STMT_TX_BEGIN : traits;
}

static guint
refine_rights(const Cursor *cursor, guint traits)
{
    return has_words(cursor, "ON", "DATABASE") ? traits | BL_STMT_OTHER_DATABASE : traits;
}

/* A block that commits can do so only outside a transaction. */
static guint
refine_do(const Cursor *cursor, guint traits)
{
    for (guint i = 1; i < cursor->n; i++) {
        if (!is_kind(cursor, i, BL_TOKEN_STRING))
            continue;
        g_autofree char *body = bl_token_name(&cursor->tokens[i], cursor->text);
        BlLexState state = { 0 };
        BlToken token;
        gsize len = strlen(body);
        gsize pos = 0;
        while (bl_lex(&bl_dialect_postgres, &state, body, len, pos, TRUE, &token) != BL_TOKEN_END) {
            pos = token.start + token.len;
            if (bl_token_is_word(&token, body, "COMMIT") ||
                bl_token_is_word(&token, body, "ROLLBACK"))
                return traits | BL_STMT_OUTSIDE_TX;
        }
    }
    return traits;
}

/* What a statement is by its first words; the first row that fits counts. "(" stands for an
 * opening parenthesis. */
static const struct {
    const char *words;
    guint traits;
    guint (*refine)(const Cursor *cursor, guint traits);
} beginnings[] = {
    { "SELECT", BL_STMT_READ, refine_query },
    { "WITH", BL_STMT_READ, refine_query },
    { "(", BL_STMT_READ, refine_query },
    { "VALUES", BL_STMT_READ, NULL },
    { "TABLE", BL_STMT_READ, NULL },
    { "SHOW", BL_STMT_READ, NULL },
    { "FETCH", BL_STMT_READ, NULL },
    { "EXPLAIN", BL_STMT_READ, refine_explain },
    { "INSERT INTO baseline_gate SELECT", BL_STMT_GATE, NULL },
    { "INSERT", BL_STMT_DML, NULL },
    { "UPDATE", BL_STMT_DML, NULL },
    { "DELETE", BL_STMT_DML, NULL },
    { "MERGE", BL_STMT_DML, NULL },
    { "TRUNCATE", BL_STMT_DML, NULL },
    { "COPY", BL_STMT_DML, refine_copy },
    { "CREATE TEMPORARY TABLE baseline_gate", BL_STMT_GATE, NULL },
    { "CREATE DATABASE", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE, NULL },
    { "CREATE TABLESPACE", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE, NULL },
    { "CREATE INDEX CONCURRENTLY", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX, NULL },
    { "CREATE UNIQUE INDEX CONCURRENTLY", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX, NULL },
    { "CREATE SUBSCRIPTION", BL_STMT_CREATE, refine_create_subscription },
    { "CREATE TEMP", BL_STMT_CREATE, NULL },
    { "CREATE TEMPORARY", BL_STMT_CREATE, NULL },
    { "CREATE LOCAL", BL_STMT_CREATE, NULL },
    { "CREATE GLOBAL", BL_STMT_CREATE, NULL },
    { "CREATE OR REPLACE TEMP", BL_STMT_CREATE, NULL },
    { "CREATE OR REPLACE TEMPORARY", BL_STMT_CREATE, NULL },
    { "CREATE MATERIALIZED", BL_STMT_CREATE, NULL },
    { "CREATE EXTENSION", BL_STMT_CREATE, NULL },
    { "CREATE TABLE", BL_STMT_CREATE | PLAIN, refine_create_table },
    { "CREATE UNLOGGED", BL_STMT_CREATE | PLAIN, refine_create_table },
    { "CREATE", BL_STMT_CREATE | PLAIN, refine_create },
    { "IMPORT FOREIGN SCHEMA", BL_STMT_CREATE, NULL },
    { "DROP DATABASE", BL_STMT_DROP | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE, NULL },
    { "DROP TABLESPACE", BL_STMT_DROP | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE, NULL },
    { "DROP INDEX CONCURRENTLY", BL_STMT_DROP | BL_STMT_OUTSIDE_TX, NULL },
    { "DROP SUBSCRIPTION", BL_STMT_DROP | BL_STMT_OUTSIDE_TX, NULL },
    { "DROP", BL_STMT_DROP | PLAIN, NULL },
    { "ALTER DATABASE", BL_STMT_OTHER_DATABASE, refine_alter_database },
    { "ALTER TABLESPACE", BL_STMT_OTHER_DATABASE, NULL },
    { "ALTER SYSTEM", BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE, NULL },
    { "ALTER SUBSCRIPTION", 0, refine_alter_subscription },
    { "ALTER TABLE", PLAIN, refine_alter_table },
    { "ALTER FOREIGN TABLE", PLAIN, refine_computing },
    { "ALTER DOMAIN", PLAIN, refine_computing },
    { "ALTER TYPE", 0, NULL },
    { "ALTER EXTENSION", 0, NULL },
    { "ALTER", PLAIN, NULL },
    { "COMMENT ON DATABASE", BL_STMT_OTHER_DATABASE, NULL },
    { "COMMENT", PLAIN, NULL },
    { "GRANT", PLAIN, refine_rights },
    { "REVOKE", PLAIN, refine_rights },
    { "SECURITY LABEL", 0, refine_rights },
    { "VACUUM", BL_STMT_OUTSIDE_TX, NULL },
    { "REINDEX", 0, refine_reindex },
    { "CLUSTER", 0, refine_cluster },
    { "DO", 0, refine_do },
    { "CALL", BL_STMT_MAY_COMMIT, NULL },
    { "BEGIN", BL_STMT_TX_BEGIN | PLAIN, NULL },
    { "START TRANSACTION", BL_STMT_TX_BEGIN | PLAIN, NULL },
    { "COMMIT PREPARED", BL_STMT_OUTSIDE_TX, NULL },
    { "ROLLBACK PREPARED", BL_STMT_OUTSIDE_TX, NULL },
    { "PREPARE TRANSACTION", BL_STMT_TX_COMMIT, NULL },
    { "COMMIT", BL_STMT_TX_COMMIT | PLAIN, refine_end },
    { "END", BL_STMT_TX_COMMIT | PLAIN, refine_end },
    { "ROLLBACK TO", BL_STMT_SAVEPOINT, NULL },
    { "ROLLBACK WORK TO", BL_STMT_SAVEPOINT, NULL },
    { "ROLLBACK TRANSACTION TO", BL_STMT_SAVEPOINT, NULL },
    { "ROLLBACK", BL_STMT_TX_ROLLBACK, refine_end },
    { "ABORT", BL_STMT_TX_ROLLBACK, refine_end },
    { "SAVEPOINT", BL_STMT_SAVEPOINT, NULL },
    { "RELEASE", BL_STMT_SAVEPOINT, NULL },
    { "SET CONSTRAINTS", 0, NULL },
    { "SET TRANSACTION", 0, NULL },
    { "SET LOCAL TRANSACTION", 0, NULL },
    { "SET", BL_STMT_SETTING, NULL },
    { "RESET", BL_STMT_SETTING, NULL },
    { "DECLARE baseline_gate", BL_STMT_GATE, NULL },
    { "CLOSE baseline_gate", BL_STMT_GATE, NULL },
    { "DISCARD ALL", BL_STMT_OUTSIDE_TX | BL_STMT_SETTING, NULL },
    { "DISCARD", BL_STMT_SETTING, NULL },
    { "LOAD", BL_STMT_SETTING, NULL },
};

static gboolean
fits(const char *words, const Cursor *cursor)
{
    for (guint i = 0; *words != '\0'; i++) {
        gsize len = strcspn(words, " ");
        if (i >= cursor->n)
            return FALSE;
        const BlToken *token = &cursor->tokens[i];
        gboolean is_open = *words == '(' && token->kind == BL_TOKEN_OPEN;
        gboolean is_same = token->kind == BL_TOKEN_WORD && token->len == len &&
                           g_ascii_strncasecmp(cursor->text + token->start, words, len) == 0;
        if (!is_open && !is_same)
            return FALSE;
        words += len;
        words += strspn(words, " ");
    }
    return TRUE;
}

static void
read_tokens(Cursor *cursor, guint n)
{
    cursor->n = bl_lex_first(&bl_dialect_postgres, cursor->text, cursor->len, cursor->tokens, n);
}

guint
pg_classify(const char *sql, gsize len)
{
    Cursor cursor;
    cursor.text = sql;
    cursor.len = len;
    read_tokens(&cursor, MOST_WORDS);
    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (!fits(beginnings[i].words, &cursor))
            continue;
        guint traits = beginnings[i].traits;
        if (beginnings[i].refine == refine_create)
            read_tokens(&cursor, NAME_WORDS);
        else if (beginnings[i].refine != NULL || (traits & BL_STMT_DROP) != 0)
            read_tokens(&cursor, MAX_TOKENS);
        if (beginnings[i].refine != NULL)
            traits = beginnings[i].refine(&cursor, traits);
        if ((traits & BL_STMT_DROP) != 0 && has_words(&cursor, "IF", "EXISTS"))
            traits |= BL_STMT_IF_EXISTS;
        return (traits & PLAIN) != 0 ? traits & ~PLAIN : traits | BL_STMT_ALONE;
    }
    return cursor.n > 0 ? BL_STMT_ALONE : 0;
}
