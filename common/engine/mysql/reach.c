/* SPDX-License-Identifier: MIT */
/*
 * What may leave the database: accounts, settings, tablespaces and replication belong to the whole
 * server, files and libraries to its machine; a name with a database before it means that database,
 * also when it is the one that the files were written for. Literals that may become statements
 * (PREPARE, bodies) are read as code too.
 */
#include "common/engine/mysql/session.h"
#include "common/sql/lexer.h"

#include <string.h>

/* How deep literals inside literals are read. */
#define MAX_DEPTH 3

/* Among so many tokens stands what a CREATE makes. */
#define HEAD_TOKENS 16

static const char account[] = "an account of the server";
static const char database[] = "another database";
static const char setting[] = "a setting of the server";
static const char server[] = "the server itself";
static const char space[] = "a tablespace of the server";
static const char file[] = "a file of the server";
static const char library[] = "a plugin of the server";
static const char foreign[] = "another server";
static const char replica[] = "the server's replication";

/* A first word that is enough. */
static const struct {
    const char *word;
    const char *what;
} firsts[] = {
    { "GRANT", account },
    { "REVOKE", account },
    { "USE", database },
    { "FLUSH", server },
    { "RESET", server },
    { "PURGE", replica },
    { "CHANGE", replica },
    { "STOP", replica },
    { "BINLOG", replica },
    { "KILL", "another session" },
    { "SHUTDOWN", server },
    { "RESTART", server },
    { "INSTALL", library },
    { "UNINSTALL", library },
    { "CLONE", server },
    { "BACKUP", server },
    { "XA", "a prepared transaction" },
    { "LOAD", file },
    { "IMPORT", file },
};

/* Two words behind one another; the first may be followed by OR REPLACE. */
static const struct {
    const char *first, *second;
    const char *what;
} pairs[] = {
    { "CREATE", "USER", account },
    { "ALTER", "USER", account },
    { "DROP", "USER", account },
    { "RENAME", "USER", account },
    { "REPLACE", "USER", account },
    { "CREATE", "ROLE", account },
    { "DROP", "ROLE", account },
    { "REPLACE", "ROLE", account },
    { "SET", "ROLE", account },
    { "SET", "PASSWORD", account },
    { "DEFAULT", "ROLE", account },
    { "CREATE", "DATABASE", database },
    { "DROP", "DATABASE", database },
    { "REPLACE", "DATABASE", database },
    { "CREATE", "SCHEMA", database },
    { "DROP", "SCHEMA", database },
    { "REPLACE", "SCHEMA", database },
    { "CREATE", "SERVER", foreign },
    { "ALTER", "SERVER", foreign },
    { "DROP", "SERVER", foreign },
    { "REPLACE", "SERVER", foreign },
    { "ALTER", "INSTANCE", server },
    { "CREATE", "RESOURCE", server },
    { "ALTER", "RESOURCE", server },
    { "DROP", "RESOURCE", server },
    { "CREATE", "TABLESPACE", space },
    { "ALTER", "TABLESPACE", space },
    { "DROP", "TABLESPACE", space },
    { "CREATE", "UNDO", space },
    { "ALTER", "UNDO", space },
    { "DROP", "UNDO", space },
    { "CREATE", "LOGFILE", space },
    { "ALTER", "LOGFILE", space },
    { "DROP", "LOGFILE", space },
    { "DISCARD", "TABLESPACE", space },
    { "IMPORT", "TABLESPACE", space },
    { "SET", "GLOBAL", setting },
    { "SET", "PERSIST", setting },
    { "SET", "PERSIST_ONLY", setting },
    { "START", "SLAVE", replica },
    { "START", "REPLICA", replica },
    { "START", "ALL", replica },
    { "START", "GROUP_REPLICATION", replica },
    { "INTO", "OUTFILE", file },
    { "INTO", "DUMPFILE", file },
    { "DATA", "DIRECTORY", file },
    { "INDEX", "DIRECTORY", file },
};

/* Words that are enough wherever they stand as code. */
static const struct {
    const char *word;
    const char *what;
} anywhere[] = {
    { "GET_LOCK", "a lock of the server" },
    { "RELEASE_ALL_LOCKS", "a lock of the server" },
    { "SONAME", library },
    { "LOAD_FILE", file },
    { "FEDERATED", foreign },
    { "FEDERATEDX", foreign },
    { "SPIDER", foreign },
    { "sys_exec", "a program of the server" },
    { "sys_eval", "a program of the server" },
};

/* The name of an object follows these. */
static const char *const before_objects[] = {
    "TABLE",    "TABLES",  "VIEW",          "FROM",       "JOIN",      "INTO",
    "UPDATE",   "CALL",    "EXISTS",        "EVENT",      "PROCEDURE", "FUNCTION",
    "SEQUENCE", "PACKAGE", "STRAIGHT_JOIN", "TRIGGER",    "BODY",      "TO",
    "TRUNCATE", "INSERT",  "REPLACE",       "REFERENCES",
};

/* FROM inside these is no table's. */
static const char *const from_functions[] = { "EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "MID" };

/* These only tell what there is. */
static const char *const harmless[] = { "information_schema", "performance_schema", "sys" };

typedef struct {
    const char *text;
    guint depth;
    guint n;              /* tokens since the last semicolon */
    BlToken before, last; /* the two tokens ahead */
    gboolean is_named;    /* the token ahead is a name where an object stands */
    gboolean is_global;   /* a SET was seen */
    gboolean wants_on;    /* an index or a trigger: its table stands behind ON */
    gboolean wants_like;  /* CREATE TABLE: its model may stand behind LIKE */
    gboolean in_function; /* among the arguments of one of from_functions[] */
    gboolean runs_literals;
} Reach;

static gboolean
is_word(const Reach *reach, const BlToken *token, const char *word)
{
    return bl_token_is_word(token, reach->text, word);
}

static gboolean
is_any(const Reach *reach, const BlToken *token, const char *const *words, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        if (is_word(reach, token, words[i]))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_dot(const Reach *reach, const BlToken *token)
{
    return token->kind == BL_TOKEN_OPERATOR && token->len == 1 && reach->text[token->start] == '.';
}

static gboolean
is_name(const BlToken *token)
{
    return token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER;
}

static const char *
find_word(const Reach *reach, const BlToken *token)
{
    if (reach->n == 0) {
        for (gsize i = 0; i < G_N_ELEMENTS(firsts); i++) {
            if (is_word(reach, token, firsts[i].word))
                return firsts[i].what;
        }
        return NULL;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (is_word(reach, token, pairs[i].second) && is_word(reach, &reach->last, pairs[i].first))
            return pairs[i].what;
    }
    gboolean is_engine =
        is_word(reach, &reach->last, "ENGINE") || is_word(reach, &reach->before, "ENGINE");
    if (is_engine && is_word(reach, token, "CONNECT"))
        return foreign;
    for (gsize i = 0; i < G_N_ELEMENTS(anywhere); i++) {
        if (is_word(reach, token, anywhere[i].word))
            return anywhere[i].what;
    }
    return NULL;
}

/* "SET @@global.x = 1", "SET a = 1, GLOBAL x = 1". */
static gboolean
sets_global(const Reach *reach, const BlToken *token)
{
    static const char *const prefixes[] = { "@@global", "@@persist", "@@persist_only" };
    if (!reach->is_global)
        return FALSE;
    if (reach->last.kind == BL_TOKEN_COMMA &&
        (is_word(reach, token, "GLOBAL") || is_word(reach, token, "PERSIST")))
        return TRUE;
    gboolean is_target = is_word(reach, &reach->last, "SET") || reach->last.kind == BL_TOKEN_COMMA;
    for (gsize i = 0; is_target && i < G_N_ELEMENTS(prefixes); i++) {
        if (token->len >= strlen(prefixes[i]) &&
            g_ascii_strncasecmp(reach->text + token->start, prefixes[i], strlen(prefixes[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The dot behind a name that stands where an object does, or "UPDATE a, b.c". */
static gboolean
names_database(const Reach *reach, const BlToken *token)
{
    if (!reach->is_named || !is_dot(reach, token))
        return FALSE;
    g_autofree char *name = bl_token_name(&reach->last, reach->text);
    for (gsize i = 0; i < G_N_ELEMENTS(harmless); i++) {
        if (g_ascii_strcasecmp(name, harmless[i]) == 0)
            return FALSE;
    }
    return TRUE;
}

/* "a.b.c" is a column of a table of a database, unless it is NEW.… or a variable. */
static gboolean
is_third_part(const Reach *reach, const BlToken *token)
{
    return is_dot(reach, token) && is_name(&reach->last) && is_dot(reach, &reach->before);
}

static const char *look(const char *text, gsize len, guint depth);

static const char *
look_at_token(const Reach *reach, const BlToken *token)
{
    const char *what = find_word(reach, token);
    if (what != NULL)
        return what;
    if (sets_global(reach, token))
        return setting;
    if (names_database(reach, token) || is_third_part(reach, token))
        return database;
    if (token->kind != BL_TOKEN_STRING || !reach->runs_literals || reach->depth >= MAX_DEPTH)
        return NULL;
    g_autofree char *inner = bl_token_name(token, reach->text);
    return look(inner, strlen(inner), reach->depth + 1);
}

/* Whether the token ahead lets the name of an object follow. */
static gboolean
is_before_object(const Reach *reach)
{
    const BlToken *last = &reach->last;
    if (is_word(reach, last, "ON"))
        return reach->wants_on;
    if (is_word(reach, last, "LIKE"))
        return reach->wants_like;
    if (is_word(reach, last, "FROM") && reach->in_function)
        return FALSE;
    /* ON DUPLICATE KEY UPDATE a.b = 1 */
    if (is_word(reach, last, "UPDATE") && reach->n > 1 && is_word(reach, &reach->before, "KEY"))
        return FALSE;
    return is_any(reach, last, before_objects, G_N_ELEMENTS(before_objects));
}

static void
note_place(Reach *reach, const BlToken *token)
{
    gboolean is_head = reach->n < HEAD_TOKENS;
    if (is_head && (is_word(reach, token, "INDEX") || is_word(reach, token, "TRIGGER")))
        reach->wants_on = TRUE;
    else if (reach->n > 0 && is_word(reach, &reach->last, "ON"))
        reach->wants_on = FALSE;
    if (is_word(reach, token, "TABLE"))
        reach->wants_like = is_head;
    else if (is_word(reach, token, "SELECT") || is_word(reach, token, "CHECK"))
        reach->wants_like = FALSE;
    if (token->kind == BL_TOKEN_OPEN && reach->n > 0 &&
        is_any(reach, &reach->last, from_functions, G_N_ELEMENTS(from_functions)))
        reach->in_function = TRUE;
    else if (token->kind == BL_TOKEN_CLOSE)
        reach->in_function = FALSE;
}

static void
note(Reach *reach, const BlToken *token)
{
    static const char *const runners[] = { "SET",   "PREPARE", "EXECUTE",   "CALL",     "SELECT",
                                           "DO",    "WITH",    "PROCEDURE", "FUNCTION", "TRIGGER",
                                           "EVENT", "IF",      "BEGIN" };
    if (reach->n == 0 && reach->depth > 0)
        reach->runs_literals = TRUE;
    if (is_word(reach, token, "SET"))
        reach->is_global = TRUE;
    if ((reach->n == 0 || (reach->n < HEAD_TOKENS && is_name(token))) &&
        is_any(reach, token, runners, G_N_ELEMENTS(runners)))
        reach->runs_literals =
            reach->runs_literals || reach->n == 0 || !is_word(reach, token, "SET");
    reach->is_named = reach->n > 0 && is_name(token) && is_before_object(reach);
    note_place(reach, token);
}

static const char *
look(const char *text, gsize len, guint depth)
{
    Reach reach = { .text = text, .depth = depth };
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    const char *what = NULL;
    while (what == NULL &&
           bl_lex(&bl_dialect_mysql, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind) || token.kind == BL_TOKEN_CODE_OPEN ||
            token.kind == BL_TOKEN_CODE_CLOSE)
            continue;
        if (token.kind == BL_TOKEN_SEMICOLON) {
            gboolean runs = reach.runs_literals;
            reach = (Reach){ .text = text, .depth = depth, .runs_literals = runs };
            continue;
        }
        what = look_at_token(&reach, &token);
        note(&reach, &token);
        reach.before = reach.last;
        reach.last = token;
        reach.n++;
    }
    return what;
}

const char *
my_reaches_out(const char *sql, gsize len)
{
    g_autofree char *altered = my_altered_database(sql, len);
    return altered != NULL ? database : look(sql, len, 0);
}
