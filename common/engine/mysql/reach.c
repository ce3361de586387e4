/* SPDX-License-Identifier: MIT */
/*
 * What may leave the database: accounts, settings and plugins belong to the whole server, files to
 * its machine, and a name behind a database's name to that database, the own one too: a scratch
 * database has another name. Bodies are read as they are, and so are literals where the statement
 * makes statements of them.
 */
#include "common/engine/mysql/session.h"
#include "common/sql/lexer.h"

#include <string.h>

/* How deep literals inside literals are read. */
#define MAX_DEPTH 3

static const char account[] = "an account of the server";
static const char database[] = "another database";
static const char setting[] = "a setting of the server";
static const char file[] = "a file of the server";
static const char plugin[] = "a plugin of the server";
static const char replication[] = "the server's replication";
static const char server[] = "the server itself";
static const char remote[] = "another server";

/* Words behind one another, "" for any. */
static const struct {
    const char *first, *second;
    const char *what;
} pairs[] = {
    { "CREATE", "USER", account },
    { "ALTER", "USER", account },
    { "DROP", "USER", account },
    { "RENAME", "USER", account },
    { "CREATE", "ROLE", account },
    { "DROP", "ROLE", account },
    { "SET", "PASSWORD", account },
    { "SET", "ROLE", account },
    { "CREATE", "DATABASE", database },
    { "CREATE", "SCHEMA", database },
    { "DROP", "DATABASE", database },
    { "DROP", "SCHEMA", database },
    { "SET", "GLOBAL", setting },
    { "SET", "PERSIST", setting },
    { "SET", "PERSIST_ONLY", setting },
    { "RESET", "PERSIST", setting },
    { "INTO", "OUTFILE", file },
    { "INTO", "DUMPFILE", file },
    { "LOAD", "DATA", file },
    { "LOAD", "XML", file },
    { "DATA", "DIRECTORY", file },
    { "INDEX", "DIRECTORY", file },
    { "CREATE", "TABLESPACE", file },
    { "ALTER", "TABLESPACE", file },
    { "DROP", "TABLESPACE", file },
    { "CREATE", "UNDO", file },
    { "INSTALL", "", plugin },
    { "UNINSTALL", "", plugin },
    { "CHANGE", "MASTER", replication },
    { "CHANGE", "REPLICATION", replication },
    { "START", "SLAVE", replication },
    { "STOP", "SLAVE", replication },
    { "START", "REPLICA", replication },
    { "STOP", "REPLICA", replication },
    { "RESET", "MASTER", replication },
    { "RESET", "SLAVE", replication },
    { "PURGE", "BINARY", replication },
    { "CREATE", "SERVER", remote },
    { "ALTER", "SERVER", remote },
    { "DROP", "SERVER", remote },
};

/* The first word of a statement. */
static const struct {
    const char *word;
    const char *what;
} beginnings[] = {
    { "GRANT", account },   { "REVOKE", account },
    { "USE", database },    { "KILL", "another session" },
    { "SHUTDOWN", server }, { "RESTART", server },
    { "FLUSH", server },    { "XA", "a prepared transaction" },
};

/* Functions and variables, by name. */
static const struct {
    const char *word;
    const char *what;
} names[] = {
    { "LOAD_FILE", file },
    { "SONAME", plugin },
    { "GET_LOCK", "a lock of the server" },
    { "RELEASE_ALL_LOCKS", "a lock of the server" },
};

/* Engines whose tables are elsewhere. */
static const char *const remote_engines[] = { "FEDERATED", "FEDERATEDX", "SPIDER", "CONNECT" };

/* What a name of a table, routine or event follows; behind it "a.b" is database and object. */
static const char *const before_objects[] = {
    "FROM",     "JOIN",    "INTO", "UPDATE", "TABLE",    "VIEW",          "REFERENCES",
    "TRIGGER",  "EVENT",   "CALL", "EXISTS", "TRUNCATE", "SEQUENCE",      "PROCEDURE",
    "FUNCTION", "PACKAGE", "TO",   "TABLES", "BODY",     "STRAIGHT_JOIN",
};

/* What may be read and is nobody's. */
static const char *const harmless[] = { "information_schema", NULL };

static const char *find_reach(const char *sql, gsize len, guint depth);

typedef struct {
    const char *sql;
    BlToken tokens[4];         /* the last four, the newest last */
    guint n;                   /* since the last semicolon */
    gboolean makes_statements; /* literals are statements: PREPARE, EXECUTE IMMEDIATE */
    guint depth;
} Reach;

static gboolean
is_word(const Reach *reach, guint i, const char *word)
{
    const BlToken *token = &reach->tokens[i];
    return token->len > 0 && bl_token_is_word(token, reach->sql, word);
}

static gboolean
is_name(const BlToken *token)
{
    return token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER;
}

static gboolean
is_dot(const Reach *reach, const BlToken *token)
{
    return token->len == 1 && reach->sql[token->start] == '.';
}

static gboolean
is_harmless(const Reach *reach, const BlToken *token)
{
    g_autofree char *name = bl_token_name(token, reach->sql);
    g_autofree char *folded = g_ascii_strdown(name, -1);
    return g_strv_contains(harmless, folded);
}

/* BEFORE a . b: the newest token is b. Behind ON stand columns more often than a trigger's table,
 * whose database cannot be another one than the trigger's. */
static const char *
find_qualifier(const Reach *reach)
{
    const BlToken *last = &reach->tokens[3];
    if (!is_name(last) || !is_dot(reach, &reach->tokens[2]) || !is_name(&reach->tokens[1]) ||
        is_harmless(reach, &reach->tokens[1]))
        return NULL;
    for (gsize i = 0; i < G_N_ELEMENTS(before_objects); i++) {
        if (is_word(reach, 0, before_objects[i]))
            return database;
    }
    return NULL;
}

/* a . b . c is a column behind its table and database. */
static gboolean
is_three_part(const Reach *reach, const BlToken *next)
{
    return is_dot(reach, next) && is_name(&reach->tokens[3]) && is_dot(reach, &reach->tokens[2]) &&
           is_name(&reach->tokens[1]) && !is_harmless(reach, &reach->tokens[1]);
}

static const char *
find_words(const Reach *reach)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (is_word(reach, 2, pairs[i].first) &&
            (pairs[i].second[0] == '\0' ? reach->n == 2 : is_word(reach, 3, pairs[i].second)))
            return pairs[i].what;
    }
    for (gsize i = 0; reach->n == 1 && i < G_N_ELEMENTS(beginnings); i++) {
        if (is_word(reach, 3, beginnings[i].word))
            return beginnings[i].what;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (is_word(reach, 3, names[i].word))
            return names[i].what;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(remote_engines); i++) {
        if (is_word(reach, 3, remote_engines[i]) &&
            (is_word(reach, 2, "ENGINE") || is_word(reach, 1, "ENGINE")))
            return remote;
    }
    return NULL;
}

/* ALTER DATABASE x: without a name it is the own one, and a word that follows is its property. */
static const char *
find_database(const Reach *reach)
{
    static const char *const properties[] = { "CHARACTER", "CHARSET", "COLLATE", "DEFAULT",
                                              "COMMENT",   "READ",    "UPGRADE", NULL };
    if (!is_word(reach, 1, "ALTER") ||
        !(is_word(reach, 2, "DATABASE") || is_word(reach, 2, "SCHEMA")))
        return NULL;
    for (gsize i = 0; properties[i] != NULL; i++) {
        if (is_word(reach, 3, properties[i]))
            return NULL;
    }
    return database;
}

/* @@global.x, and SET @@persist.x. */
static const char *
find_variable(const Reach *reach)
{
    const BlToken *token = &reach->tokens[3];
    const char *text = reach->sql + token->start;
    if (token->kind != BL_TOKEN_PARAMETER || token->len < 3 || text[0] != '@' || text[1] != '@')
        return NULL;
    gboolean is_global = (token->len >= 8 && g_ascii_strncasecmp(text + 2, "global", 6) == 0) ||
                         (token->len >= 9 && g_ascii_strncasecmp(text + 2, "persist", 7) == 0);
    return is_global && is_word(reach, 2, "SET") ? setting : NULL;
}

static const char *
take_token(Reach *reach, const BlToken *token)
{
    if (is_three_part(reach, token))
        return database;
    memmove(reach->tokens, reach->tokens + 1, sizeof reach->tokens - sizeof reach->tokens[0]);
    reach->tokens[3] = *token;
    reach->n++;
    if (is_word(reach, 3, "PREPARE") || is_word(reach, 3, "IMMEDIATE") ||
        is_word(reach, 3, "CONCAT"))
        reach->makes_statements = TRUE;
    const char *what = find_words(reach);
    if (what == NULL)
        what = find_qualifier(reach);
    if (what == NULL)
        what = find_database(reach);
    if (what == NULL)
        what = find_variable(reach);
    if (what == NULL && token->kind == BL_TOKEN_STRING && reach->makes_statements &&
        reach->depth < MAX_DEPTH) {
        g_autofree char *text = bl_token_name(token, reach->sql);
        what = find_reach(text, strlen(text), reach->depth + 1);
    }
    return what;
}

static const char *
find_reach(const char *sql, gsize len, guint depth)
{
    Reach reach = { .sql = sql, .depth = depth };
    BlLexState state = { 0 };
    BlToken token;
    const char *what = NULL;
    for (gsize pos = 0; what == NULL && bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE,
                                               &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        gboolean is_mark = token.kind == BL_TOKEN_CODE_OPEN || token.kind == BL_TOKEN_CODE_CLOSE;
        if (is_mark || bl_token_is_filler(token.kind))
            continue;
        if (token.kind == BL_TOKEN_SEMICOLON) {
            reach.n = 0;
            memset(reach.tokens, 0, sizeof reach.tokens);
            continue;
        }
        what = take_token(&reach, &token);
    }
    return what;
}

const char *
my_reaches_out(const char *sql, gsize len)
{
    return find_reach(sql, len, 0);
}
