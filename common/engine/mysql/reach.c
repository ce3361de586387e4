/* SPDX-License-Identifier: MIT */
/*
 * What may leave the database: accounts, settings, tablespaces and replication belong to the whole
 * server, files and libraries to its machine; a name with a database before it means that database,
 * also when it is the one that the files were written for. Literals that may become statements
 * (PREPARE, bodies) are read as code too.
 */
#include "common/engine/mysql/reach.h"

#include "common/engine/mysql/tokens.h"

#include <string.h>

/* How deep literals inside literals are read. */
#define MAX_DEPTH 3

/* Among so many tokens stands what a CREATE makes. */
#define HEAD_TOKENS 16

static const char *const names[] = {
    [MY_REACH_ACCOUNT] = "an account of the server",
    [MY_REACH_DATABASE] = "another database",
    [MY_REACH_FILE] = "a file of the server",
    [MY_REACH_LIBRARY] = "a plugin of the server",
    [MY_REACH_LOCK] = "a lock of the server",
    [MY_REACH_PREPARED] = "a prepared transaction",
    [MY_REACH_PROGRAM] = "a program of the server",
    [MY_REACH_REMOTE] = "another server",
    [MY_REACH_REPLICATION] = "the server's replication",
    [MY_REACH_SERVER] = "the server itself",
    [MY_REACH_SESSION] = "another session",
    [MY_REACH_SETTING] = "a setting of the server",
    [MY_REACH_SPACE] = "a tablespace of the server",
};

/* A first word that is enough. */
static const struct {
    const char *word;
    MyReach what;
} firsts[] = {
    { "GRANT", MY_REACH_ACCOUNT },      { "REVOKE", MY_REACH_ACCOUNT },
    { "USE", MY_REACH_DATABASE },       { "FLUSH", MY_REACH_SERVER },
    { "RESET", MY_REACH_SERVER },       { "PURGE", MY_REACH_REPLICATION },
    { "CHANGE", MY_REACH_REPLICATION }, { "STOP", MY_REACH_REPLICATION },
    { "BINLOG", MY_REACH_REPLICATION }, { "KILL", MY_REACH_SESSION },
    { "SHUTDOWN", MY_REACH_SERVER },    { "RESTART", MY_REACH_SERVER },
    { "INSTALL", MY_REACH_LIBRARY },    { "UNINSTALL", MY_REACH_LIBRARY },
    { "CLONE", MY_REACH_SERVER },       { "BACKUP", MY_REACH_SERVER },
    { "XA", MY_REACH_PREPARED },        { "LOAD", MY_REACH_FILE },
    { "IMPORT", MY_REACH_FILE },
};

/* Two words behind one another; the first may be followed by OR REPLACE. */
static const struct {
    const char *first, *second;
    MyReach what;
} pairs[] = {
    { "CREATE", "USER", MY_REACH_ACCOUNT },
    { "ALTER", "USER", MY_REACH_ACCOUNT },
    { "DROP", "USER", MY_REACH_ACCOUNT },
    { "RENAME", "USER", MY_REACH_ACCOUNT },
    { "REPLACE", "USER", MY_REACH_ACCOUNT },
    { "CREATE", "ROLE", MY_REACH_ACCOUNT },
    { "DROP", "ROLE", MY_REACH_ACCOUNT },
    { "REPLACE", "ROLE", MY_REACH_ACCOUNT },
    { "SET", "ROLE", MY_REACH_ACCOUNT },
    { "SET", "PASSWORD", MY_REACH_ACCOUNT },
    { "DEFAULT", "ROLE", MY_REACH_ACCOUNT },
    { "CREATE", "DATABASE", MY_REACH_DATABASE },
    { "DROP", "DATABASE", MY_REACH_DATABASE },
    { "REPLACE", "DATABASE", MY_REACH_DATABASE },
    { "CREATE", "SCHEMA", MY_REACH_DATABASE },
    { "DROP", "SCHEMA", MY_REACH_DATABASE },
    { "REPLACE", "SCHEMA", MY_REACH_DATABASE },
    { "CREATE", "SERVER", MY_REACH_REMOTE },
    { "ALTER", "SERVER", MY_REACH_REMOTE },
    { "DROP", "SERVER", MY_REACH_REMOTE },
    { "REPLACE", "SERVER", MY_REACH_REMOTE },
    { "ALTER", "INSTANCE", MY_REACH_SERVER },
    { "CREATE", "RESOURCE", MY_REACH_SERVER },
    { "ALTER", "RESOURCE", MY_REACH_SERVER },
    { "DROP", "RESOURCE", MY_REACH_SERVER },
    { "CREATE", "TABLESPACE", MY_REACH_SPACE },
    { "ALTER", "TABLESPACE", MY_REACH_SPACE },
    { "DROP", "TABLESPACE", MY_REACH_SPACE },
    { "CREATE", "UNDO", MY_REACH_SPACE },
    { "ALTER", "UNDO", MY_REACH_SPACE },
    { "DROP", "UNDO", MY_REACH_SPACE },
    { "CREATE", "LOGFILE", MY_REACH_SPACE },
    { "ALTER", "LOGFILE", MY_REACH_SPACE },
    { "DROP", "LOGFILE", MY_REACH_SPACE },
    { "DISCARD", "TABLESPACE", MY_REACH_SPACE },
    { "IMPORT", "TABLESPACE", MY_REACH_SPACE },
    { "SET", "GLOBAL", MY_REACH_SETTING },
    { "SET", "PERSIST", MY_REACH_SETTING },
    { "SET", "PERSIST_ONLY", MY_REACH_SETTING },
    { "START", "SLAVE", MY_REACH_REPLICATION },
    { "START", "REPLICA", MY_REACH_REPLICATION },
    { "START", "ALL", MY_REACH_REPLICATION },
    { "START", "GROUP_REPLICATION", MY_REACH_REPLICATION },
    { "INTO", "OUTFILE", MY_REACH_FILE },
    { "INTO", "DUMPFILE", MY_REACH_FILE },
    { "DATA", "DIRECTORY", MY_REACH_FILE },
    { "INDEX", "DIRECTORY", MY_REACH_FILE },
};

/* Words that are enough wherever they stand as code. */
static const struct {
    const char *word;
    MyReach what;
} anywhere[] = {
    { "GET_LOCK", MY_REACH_LOCK },    { "RELEASE_ALL_LOCKS", MY_REACH_LOCK },
    { "SONAME", MY_REACH_LIBRARY },   { "LOAD_FILE", MY_REACH_FILE },
    { "FEDERATED", MY_REACH_REMOTE }, { "FEDERATEDX", MY_REACH_REMOTE },
    { "SPIDER", MY_REACH_REMOTE },    { "sys_exec", MY_REACH_PROGRAM },
    { "sys_eval", MY_REACH_PROGRAM },
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
    gboolean is_table;    /* CREATE TABLE or ALTER TABLE: only a SELECT in it gives literals away */
    gboolean runs_literals;
    gboolean is_phrase; /* a literal without a blank is no statement, and "a.b.c" in it no column */
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

MyReach
my_reach_of_first(const char *text, const BlToken *token)
{
    for (gsize i = 0; i < G_N_ELEMENTS(firsts); i++) {
        if (bl_token_is_word(token, text, firsts[i].word))
            return firsts[i].what;
    }
    return MY_REACH_NOWHERE;
}

MyReach
my_reach_of_pair(const char *text, const BlToken *first, const BlToken *second)
{
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        if (bl_token_is_word(second, text, pairs[i].second) &&
            bl_token_is_word(first, text, pairs[i].first))
            return pairs[i].what;
    }
    return MY_REACH_NOWHERE;
}

/* Columns and variables have such names too: UPDATE users SET role = 1, ALTER TABLE users DROP
 * role. SET PASSWORD = 'x' is an account's where a statement begins. */
static gboolean
is_of_table(const Reach *reach, const BlToken *token)
{
    static const char *const beginnings[] = {
        "BEGIN", "THEN", "ELSE", "DO", "LOOP", "ROW", "REPEAT"
    };
    static const char *const verbs[] = { "CREATE", "ALTER", "DROP", "RENAME", "REPLACE" };
    if (!is_word(reach, &reach->last, "SET"))
        return reach->is_table && is_any(reach, &reach->last, verbs, G_N_ELEMENTS(verbs));
    const char *next = reach->text + token->start + token->len;
    while (g_ascii_isspace(*next))
        next++;
    gboolean begins =
        reach->n == 1 || is_any(reach, &reach->before, beginnings, G_N_ELEMENTS(beginnings));
    gboolean is_assigned = *next == '=' || (next[0] == ':' && next[1] == '=');
    return is_assigned && !(begins && is_word(reach, token, "PASSWORD"));
}

static MyReach
find_word(const Reach *reach, const BlToken *token)
{
    if (reach->n == 0)
        return my_reach_of_first(reach->text, token);
    MyReach what = my_reach_of_pair(reach->text, &reach->last, token);
    if (what != MY_REACH_NOWHERE && !is_of_table(reach, token))
        return what;
    gboolean is_engine =
        is_word(reach, &reach->last, "ENGINE") || is_word(reach, &reach->before, "ENGINE");
    if (is_engine && is_word(reach, token, "CONNECT"))
        return MY_REACH_REMOTE;
    for (gsize i = 0; i < G_N_ELEMENTS(anywhere); i++) {
        if (is_word(reach, token, anywhere[i].word))
            return anywhere[i].what;
    }
    return MY_REACH_NOWHERE;
}

gboolean
my_is_global_variable(const char *text, const BlToken *token)
{
    static const char *const prefixes[] = { "@@global", "@@persist", "@@persist_only" };
    for (gsize i = 0; i < G_N_ELEMENTS(prefixes); i++) {
        if (token->len >= strlen(prefixes[i]) &&
            g_ascii_strncasecmp(text + token->start, prefixes[i], strlen(prefixes[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

/* "SET @@global.x = 1", "SET a = 1, GLOBAL x = 1". */
static gboolean
sets_global(const Reach *reach, const BlToken *token)
{
    if (!reach->is_global)
        return FALSE;
    if (reach->last.kind == BL_TOKEN_COMMA &&
        (is_word(reach, token, "GLOBAL") || is_word(reach, token, "PERSIST")))
        return TRUE;
    gboolean is_target = is_word(reach, &reach->last, "SET") || reach->last.kind == BL_TOKEN_COMMA;
    return is_target && my_is_global_variable(reach->text, token);
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
    return reach->is_phrase && is_dot(reach, token) && is_name(&reach->last) &&
           is_dot(reach, &reach->before);
}

static MyReach look(const char *text, gsize len, guint depth);

static MyReach
look_at_token(const Reach *reach, const BlToken *token)
{
    MyReach what = find_word(reach, token);
    if (what != MY_REACH_NOWHERE)
        return what;
    if (sets_global(reach, token))
        return MY_REACH_SETTING;
    if (names_database(reach, token) || is_third_part(reach, token))
        return MY_REACH_DATABASE;
    if (token->kind != BL_TOKEN_STRING || !reach->runs_literals || reach->depth >= MAX_DEPTH)
        return MY_REACH_NOWHERE;
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
    if (is_word(reach, token, "TABLE")) {
        reach->wants_like = is_head;
        /* CREATE OR REPLACE TEMPORARY TABLE */
        reach->is_table = reach->is_table || (reach->n > 0 && reach->n <= 4);
    } else if (is_word(reach, token, "SELECT") || is_word(reach, token, "CHECK")) {
        reach->wants_like = FALSE;
    }
    if (token->kind == BL_TOKEN_OPEN && reach->n > 0 &&
        is_any(reach, &reach->last, from_functions, G_N_ELEMENTS(from_functions)))
        reach->in_function = TRUE;
    else if (token->kind == BL_TOKEN_CLOSE)
        reach->in_function = FALSE;
}

/* Whether literals behind @token may be run. The names of columns are no such words, nor is IF in
 * IF NOT EXISTS. */
static gboolean
is_runner(const Reach *reach, const BlToken *token)
{
    static const char *const runners[] = { "SET",      "PREPARE", "EXECUTE", "CALL",
                                           "SELECT",   "DO",      "WITH",    "PROCEDURE",
                                           "FUNCTION", "TRIGGER", "EVENT",   "BEGIN" };
    if (reach->is_table)
        return is_word(reach, token, "SELECT");
    return is_any(reach, token, runners, G_N_ELEMENTS(runners)) ||
           (reach->n == 0 && is_word(reach, token, "IF"));
}

static void
note(Reach *reach, const BlToken *token)
{
    if (reach->n == 0 && reach->depth > 0)
        reach->runs_literals = TRUE;
    if (is_word(reach, token, "SET"))
        reach->is_global = TRUE;
    if ((reach->n == 0 || (reach->n < HEAD_TOKENS && is_name(token))) && is_runner(reach, token))
        reach->runs_literals =
            reach->runs_literals || reach->n == 0 || !is_word(reach, token, "SET");
    reach->is_named = reach->n > 0 && is_name(token) && is_before_object(reach);
    note_place(reach, token);
}

static MyReach
look(const char *text, gsize len, guint depth)
{
    gboolean is_phrase = depth == 0 || strpbrk(text, " \t\r\n") != NULL;
    Reach reach = { .text = text, .depth = depth, .is_phrase = is_phrase };
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    MyReach what = MY_REACH_NOWHERE;
    while (what == MY_REACH_NOWHERE &&
           bl_lex(&bl_dialect_mysql, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (!my_token_counts(token.kind))
            continue;
        if (token.kind == BL_TOKEN_SEMICOLON) {
            gboolean runs = reach.runs_literals;
            reach = (Reach){
                .text = text, .depth = depth, .runs_literals = runs, .is_phrase = is_phrase
            };
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
    return names[altered != NULL ? MY_REACH_DATABASE : look(sql, len, 0)];
}
