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
    { "IMPORT", MY_REACH_FILE },        { "CACHE", MY_REACH_SERVER },
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
    { "SPATIAL", "REFERENCE", MY_REACH_SERVER },
    { "LOCK", "INSTANCE", MY_REACH_SERVER },
    { "SET", "RESOURCE", MY_REACH_SERVER },
    { "SET", "GLOBAL", MY_REACH_SETTING },
    { "SET", "PERSIST", MY_REACH_SETTING },
    { "SET", "PERSIST_ONLY", MY_REACH_SETTING },
    { "FOR", "DATABASE", MY_REACH_DATABASE },
    { "FOR", "SCHEMA", MY_REACH_DATABASE },
    { "START", "SLAVE", MY_REACH_REPLICATION },
    { "START", "REPLICA", MY_REACH_REPLICATION },
    { "START", "ALL", MY_REACH_REPLICATION },
    { "START", "GROUP_REPLICATION", MY_REACH_REPLICATION },
    { "INTO", "OUTFILE", MY_REACH_FILE },
    { "INTO", "DUMPFILE", MY_REACH_FILE },
    { "DATA", "DIRECTORY", MY_REACH_FILE },
    { "INDEX", "DIRECTORY", MY_REACH_FILE },
};

/* Functions that act on the server, and on its masks and rules. One that ends in "_" stands for
 * all that begin so. */
static const struct {
    const char *name;
    MyReach what;
} functions[] = {
    { "asynchronous_connection_failover_", MY_REACH_REPLICATION },
    { "audit_api_", MY_REACH_SERVER },
    { "audit_log_", MY_REACH_SERVER },
    { "flush_rewrite_rules", MY_REACH_SERVER },
    { "gen_dictionary_drop", MY_REACH_SERVER },
    { "gen_dictionary_load", MY_REACH_FILE },
    { "group_replication_", MY_REACH_REPLICATION },
    { "keyring_", MY_REACH_SERVER },
    { "load_rewrite_rules", MY_REACH_SERVER },
    { "masking_dictionaries_flush", MY_REACH_SERVER },
    { "masking_dictionary_", MY_REACH_SERVER },
    { "mysql_firewall_", MY_REACH_SERVER },
    { "service_get_", MY_REACH_LOCK },
    { "spider_bg_direct_sql", MY_REACH_REMOTE },
    { "spider_copy_tables", MY_REACH_REMOTE },
    { "spider_direct_sql", MY_REACH_REMOTE },
    { "version_tokens_", MY_REACH_SERVER },
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
    { "sys_eval", MY_REACH_PROGRAM }, { "sys_set", MY_REACH_PROGRAM },
};

typedef struct {
    const char *text;
    gsize len;
    const MyReading *how;
    guint depth;
    guint n;              /* tokens since the last semicolon */
    BlToken before, last; /* the two tokens ahead */
    gboolean is_global;   /* a SET was seen */
    gboolean is_table;    /* CREATE TABLE or ALTER TABLE: only a SELECT in it gives literals away */
    gboolean is_routine;  /* a statement may begin behind the head of a routine */
    gboolean is_prefixed; /* SET STATEMENT … FOR, behind which one begins too */
    gboolean runs_literals;
} Reach;

static gboolean
is_word(const Reach *reach, const BlToken *token, const char *word)
{
    return bl_token_is_word(token, reach->text, word);
}

static gboolean
is_any(const Reach *reach, const BlToken *token, const char *const *words)
{
    return bl_token_is_any(token, reach->text, words);
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

/* The text behind @token, without the blanks. */
static const char *
behind(const Reach *reach, const BlToken *token)
{
    const char *next = reach->text + token->start + token->len;
    while (next < reach->text + reach->len && g_ascii_isspace(*next))
        next++;
    return next;
}

/* Columns and variables have such names too: UPDATE users SET role = 1, ALTER TABLE users DROP
 * role. SET PASSWORD = 'x' is an account's where a statement begins. */
static gboolean
is_of_table(const Reach *reach, const BlToken *token)
{
    static const char *const beginnings[] = { "BEGIN", "THEN", "ELSE",   "DO",
                                              "LOOP",  "ROW",  "REPEAT", NULL };
    static const char *const verbs[] = { "CREATE", "ALTER", "DROP", "RENAME", "REPLACE", NULL };
    if (!is_word(reach, &reach->last, "SET"))
        return reach->is_table && is_any(reach, &reach->last, verbs);
    const char *next = behind(reach, token);
    gboolean begins = reach->n == 1 || is_any(reach, &reach->before, beginnings);
    gboolean is_assigned = *next == '=' || (next[0] == ':' && next[1] == '=');
    return is_assigned && !(begins && is_word(reach, token, "PASSWORD"));
}

/* THEN and ELSE also stand in a CASE that gives a value. */
static gboolean
is_value_of_case(const Reach *reach, const BlToken *token)
{
    static const char *const ends[] = { "END", "ELSE", "WHEN", ")", ",", "=", "+", "-", "." };
    const char *next = behind(reach, token);
    for (gsize i = 0; i < G_N_ELEMENTS(ends); i++) {
        if (g_ascii_strncasecmp(next, ends[i], strlen(ends[i])) == 0)
            return TRUE;
    }
    return FALSE;
}

/* Inside of a body, or behind the head of one. */
static gboolean
begins_statement(const Reach *reach, const BlToken *token)
{
    static const char *const branches[] = { "THEN", "ELSE", NULL };
    static const char *const beginnings[] = {
        "BEGIN", "ATOMIC", "DO", "LOOP", "REPEAT", "ROW", NULL
    };
    static const char *const characteristics[] = { "DETERMINISTIC", "SQL",     "DATA",
                                                   "DEFINER",       "INVOKER", NULL };
    const BlToken *last = &reach->last;
    if (reach->n == 0)
        return TRUE;
    if (is_any(reach, last, branches))
        return !is_value_of_case(reach, token);
    if (is_any(reach, last, beginnings))
        return TRUE;
    if (reach->is_prefixed && is_word(reach, last, "FOR"))
        return TRUE;
    if (last->kind == BL_TOKEN_OPERATOR && last->len == 1 && reach->text[last->start] == ':')
        return TRUE;
    return reach->is_routine &&
           (last->kind == BL_TOKEN_CLOSE || last->kind == BL_TOKEN_STRING ||
            is_any(reach, last, characteristics)) &&
           !is_value_of_case(reach, token);
}

/* ENGINE = 'x' too. The engine that is the default one is a setting. */
static gboolean
is_remote_engine(const Reach *reach, const BlToken *token)
{
    static const char *const remote[] = {
        "CONNECT", "FEDERATED", "FEDERATEDX", "S3", "SPHINX", "SPIDER", "CASSANDRA", "VIDEX", NULL,
    };
    static const char *const options[] = { "ENGINE", "storage_engine", "default_storage_engine",
                                           NULL };
    if (!is_any(reach, &reach->last, options) && !is_any(reach, &reach->before, options))
        return FALSE;
    if (!is_name(token) && token->kind != BL_TOKEN_STRING)
        return FALSE;
    g_autofree char *name = bl_token_name(token, reach->text);
    return bl_name_is_any(name, remote);
}

static MyReach
find_function(const Reach *reach, const BlToken *token)
{
    if (!is_name(token) || *behind(reach, token) != '(')
        return MY_REACH_NOWHERE;
    g_autofree char *name = bl_token_name(token, reach->text);
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        const char *wanted = functions[i].name;
        if (g_str_has_suffix(wanted, "_") ? g_ascii_strncasecmp(name, wanted, strlen(wanted)) == 0
                                          : g_ascii_strcasecmp(name, wanted) == 0)
            return functions[i].what;
    }
    return MY_REACH_NOWHERE;
}

static MyReach
find_word(const Reach *reach, const BlToken *token)
{
    MyReach what =
        begins_statement(reach, token) ? my_reach_of_first(reach->text, token) : MY_REACH_NOWHERE;
    if (what != MY_REACH_NOWHERE || reach->n == 0)
        return what;
    what = my_reach_of_pair(reach->text, &reach->last, token);
    if (what != MY_REACH_NOWHERE && !is_of_table(reach, token))
        return what;
    if (is_remote_engine(reach, token))
        return MY_REACH_REMOTE;
    for (gsize i = 0; i < G_N_ELEMENTS(anywhere); i++) {
        if (is_word(reach, token, anywhere[i].word))
            return anywhere[i].what;
    }
    return find_function(reach, token);
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

/* @@hot.key_buffer_size */
static gboolean
is_structured_variable(const Reach *reach, const BlToken *token)
{
    static const char *const own[] = { "@@session.", "@@local." };
    g_autofree char *name = g_strndup(reach->text + token->start, token->len);
    if (!g_str_has_prefix(name, "@@") || strchr(name, '.') == NULL)
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(own); i++) {
        if (g_ascii_strncasecmp(name, own[i], strlen(own[i])) == 0)
            return FALSE;
    }
    return TRUE;
}

/* SET hot.key_buffer_size = 1: a key cache of the server. */
static gboolean
is_key_cache(const Reach *reach, const BlToken *token)
{
    static const char *const variables[] = {
        "key_buffer_size",         "key_cache_block_size",     "key_cache_division_limit",
        "key_cache_age_threshold", "key_cache_file_hash_size", "key_cache_segments",
    };
    if (!is_name(token) || reach->n < 3 || reach->last.kind != BL_TOKEN_OPERATOR ||
        reach->text[reach->last.start] != '.')
        return FALSE;
    g_autofree char *name = bl_token_name(token, reach->text);
    for (gsize i = 0; i < G_N_ELEMENTS(variables); i++) {
        if (g_ascii_strcasecmp(name, variables[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* "SET @@global.x = 1", "SET a = 1, GLOBAL x = 1". Of "@@x.y" all but a session's are global. */
static gboolean
sets_global(const Reach *reach, const BlToken *token)
{
    static const char *const scopes[] = { "GLOBAL", "PERSIST", "PERSIST_ONLY", NULL };
    if (!reach->is_global)
        return FALSE;
    if (reach->last.kind == BL_TOKEN_COMMA && is_any(reach, token, scopes))
        return TRUE;
    if (is_key_cache(reach, token))
        return TRUE;
    gboolean is_target = is_word(reach, &reach->last, "SET") || reach->last.kind == BL_TOKEN_COMMA;
    return is_target &&
           (my_is_global_variable(reach->text, token) || is_structured_variable(reach, token));
}

static MyReach look(const char *text, gsize len, guint depth, const MyReading *how);

/* What is not written here is looked at when it is known: my_confine(). */
static void
append_unknown(GString *joined)
{
    g_string_append(joined, MY_OWN_DATABASE);
}

static void
append_string(const Reach *reach, const BlToken *token, GString *joined)
{
    g_autofree char *piece = bl_token_name(token, reach->text);
    g_string_append(joined, piece);
}

static gboolean
is_pipe(const Reach *reach, const BlToken *token)
{
    return token->kind == BL_TOKEN_OPERATOR && token->len == 2 &&
           strncmp(reach->text + token->start, "||", 2) == 0;
}

/* 'a' 'b' and 'a' || b from the string @first on. @return g_free() */
static char *
join_neighbours(const Reach *reach, const BlToken *first)
{
    GString *joined = g_string_new(NULL);
    BlLexState state = reach->how->state;
    BlToken token = *first;
    gboolean is_operand = FALSE;
    for (gsize pos = first->start; bl_lex(&bl_dialect_mysql, &state, reach->text, reach->len, pos,
                                          TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (!my_token_counts(token.kind))
            continue;
        if (token.kind == BL_TOKEN_STRING)
            append_string(reach, &token, joined);
        else if (is_operand)
            append_unknown(joined);
        else if (!is_pipe(reach, &token))
            break;
        is_operand = is_pipe(reach, &token);
    }
    return g_string_free(joined, FALSE);
}

/* CONCAT('a', b) from the word @first on. @return g_free() */
static char *
join_arguments(const Reach *reach, const BlToken *first)
{
    GString *joined = g_string_new(NULL);
    BlLexState state = reach->how->state;
    BlToken token = *first;
    guint parens = 0;
    gboolean is_known = FALSE; /* something stands for the argument */
    for (gsize pos = first->start + first->len;
         bl_lex(&bl_dialect_mysql, &state, reach->text, reach->len, pos, TRUE, &token) !=
         BL_TOKEN_END;
         pos = token.start + token.len) {
        if (!my_token_counts(token.kind))
            continue;
        if (parens == 0 && token.kind != BL_TOKEN_OPEN)
            break;
        if (token.kind == BL_TOKEN_OPEN)
            parens++;
        else if (token.kind == BL_TOKEN_CLOSE && --parens == 0)
            break;
        else if (parens == 1 && token.kind == BL_TOKEN_COMMA)
            is_known = FALSE;
        else if (parens == 1 && token.kind == BL_TOKEN_STRING)
            append_string(reach, &token, joined);
        else if (parens == 1 && token.kind != BL_TOKEN_CLOSE) {
            if (!is_known)
                append_unknown(joined);
            is_known = TRUE;
        }
    }
    return g_string_free(joined, FALSE);
}

static MyReach
look_at_token(const Reach *reach, const BlToken *token)
{
    MyReach what = find_word(reach, token);
    if (what != MY_REACH_NOWHERE)
        return what;
    if (sets_global(reach, token))
        return MY_REACH_SETTING;
    gboolean is_string = token->kind == BL_TOKEN_STRING;
    if (!reach->runs_literals || reach->depth >= MAX_DEPTH ||
        (!is_string && !is_word(reach, token, "CONCAT")))
        return MY_REACH_NOWHERE;
    g_autofree char *inner = is_string ? bl_token_name(token, reach->text) : NULL;
    what = is_string ? look(inner, strlen(inner), reach->depth + 1, reach->how) : what;
    if (what != MY_REACH_NOWHERE || reach->last.kind == BL_TOKEN_STRING)
        return what;
    g_autofree char *joined =
        is_string ? join_neighbours(reach, token) : join_arguments(reach, token);
    return is_string && strcmp(joined, inner) == 0
               ? what
               : look(joined, strlen(joined), reach->depth + 1, reach->how);
}

static void
note_place(Reach *reach, const BlToken *token)
{
    static const char *const routines[] = { "PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", NULL };
    /* CREATE OR REPLACE TEMPORARY TABLE */
    if (is_word(reach, token, "TABLE"))
        reach->is_table = reach->is_table || (reach->n > 0 && reach->n <= 4);
    if (reach->n < HEAD_TOKENS && is_any(reach, token, routines))
        reach->is_routine = TRUE;
    if (reach->n == 1 && is_word(reach, &reach->last, "SET") && is_word(reach, token, "STATEMENT"))
        reach->is_prefixed = TRUE;
}

/* Whether literals behind @token may be run. The names of columns are no such words, nor is IF in
 * IF NOT EXISTS. */
static gboolean
is_runner(const Reach *reach, const BlToken *token)
{
    static const char *const runners[] = { "SET",   "PREPARE", "EXECUTE",   "CALL",     "SELECT",
                                           "DO",    "WITH",    "PROCEDURE", "FUNCTION", "TRIGGER",
                                           "EVENT", "BEGIN",   NULL };
    if (reach->is_table)
        return is_word(reach, token, "SELECT");
    return is_any(reach, token, runners) || (reach->n == 0 && is_word(reach, token, "IF"));
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
    note_place(reach, token);
}

/* Literals that a statement may become are read as one only when they begin as one does. */
static gboolean
is_statement(const char *text, gsize len)
{
    static const char *const verbs[] = { "ALTER",    "ANALYZE", "CALL",     "CHECK",    "CHECKSUM",
                                         "CREATE",   "DELETE",  "DESC",     "DESCRIBE", "DO",
                                         "DROP",     "EXPLAIN", "HANDLER",  "INSERT",   "LOCK",
                                         "OPTIMIZE", "RENAME",  "REPAIR",   "REPLACE",  "SELECT",
                                         "SET",      "TABLE",   "TRUNCATE", "UPDATE",   "WITH",
                                         NULL };
    BlToken first;
    if (bl_lex_first(&bl_dialect_mysql, text, len, &first, 1) == 0)
        return FALSE;
    return first.kind == BL_TOKEN_OPEN || bl_token_is_any(&first, text, verbs);
}

static MyReach
look(const char *text, gsize len, guint depth, const MyReading *how)
{
    const Reach fresh = { .text = text, .len = len, .how = how, .depth = depth };
    Reach reach = fresh;
    BlLexState state = how->state;
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
            reach = fresh;
            reach.runs_literals = runs;
            continue;
        }
        what = look_at_token(&reach, &token);
        note(&reach, &token);
        reach.before = reach.last;
        reach.last = token;
        reach.n++;
    }
    if (what != MY_REACH_NOWHERE)
        return what;
    gboolean is_piece = depth > 0 && !is_statement(text, len);
    return my_names_database(text, len, is_piece, how) ? MY_REACH_DATABASE : MY_REACH_NOWHERE;
}

const char *
my_reaches_out(const char *sql, gsize len)
{
    static const MyReading usual;
    return my_reaches(sql, len, &usual);
}

const char *
my_reaches(const char *sql, gsize len, const MyReading *how)
{
    g_autofree char *altered = my_altered_database(sql, len);
    MyReach what = altered != NULL && g_strcmp0(altered, how->own) != 0 ? MY_REACH_DATABASE
                                                                        : look(sql, len, 0, how);
    return names[what == MY_REACH_NOWHERE && !my_is_known_statement(sql, len) ? MY_REACH_SERVER
                                                                              : what];
}
