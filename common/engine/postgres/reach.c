/* SPDX-License-Identifier: MIT */
/*
 * What may leave the database: roles, tablespaces and settings belong to the whole server, files
 * and programs to its machine, subscriptions and foreign servers to others. Bodies, and literals
 * that are given to functions, are read as code too, since EXECUTE and format() make statements of
 * them. A body is code anywhere; another literal is taken for code only where a statement begins,
 * so that messages and texts that speak of roles are none.
 */
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

/* How deep bodies inside bodies are read, and parentheses inside parentheses. */
#define MAX_BODIES 4
#define MAX_PARENS 32

static const char role[] = "a role of the server";
static const char database[] = "another database";
static const char tablespace[] = "a tablespace of the server";
static const char setting[] = "a setting of the server";
static const char file[] = "a file of the server";
static const char program[] = "a program of the server";
static const char foreign[] = "a foreign server";
static const char net[] = "a server on the net";

/* Two words behind one another. */
static const struct {
    const char *first, *second;
    const char *what;
} pairs[] = {
    { "CREATE", "ROLE", role },
    { "ALTER", "ROLE", role },
    { "DROP", "ROLE", role },
    { "ON", "ROLE", role },
    { "CREATE", "USER", role },
    { "ALTER", "USER", role },
    { "DROP", "USER", role },
    { "CREATE", "GROUP", role },
    { "ALTER", "GROUP", role },
    { "DROP", "GROUP", role },
    { "REASSIGN", "OWNED", role },
    { "DROP", "OWNED", role },
    { "CREATE", "DATABASE", database },
    { "ALTER", "DATABASE", database },
    { "DROP", "DATABASE", database },
    { "ON", "DATABASE", database },
    { "CREATE", "TABLESPACE", tablespace },
    { "ALTER", "TABLESPACE", tablespace },
    { "DROP", "TABLESPACE", tablespace },
    { "ON", "TABLESPACE", tablespace },
    { "ALTER", "SYSTEM", setting },
    { "CREATE", "SUBSCRIPTION", "a subscription" },
    { "ALTER", "SUBSCRIPTION", "a subscription" },
    { "DROP", "SUBSCRIPTION", "a subscription" },
    { "CREATE", "SERVER", foreign },
    { "ALTER", "SERVER", foreign },
    { "IMPORT", "FOREIGN", foreign },
    { "PREPARE", "TRANSACTION", "a prepared transaction" },
    { "COMMIT", "PREPARED", "a prepared transaction" },
    { "ROLLBACK", "PREPARED", "a prepared transaction" },
    { "LANGUAGE", "c", program },
    { "LANGUAGE", "plperlu", program },
    { "LANGUAGE", "plpythonu", program },
    { "LANGUAGE", "plpython2u", program },
    { "LANGUAGE", "plpython3u", program },
    { "LANGUAGE", "pltclu", program },
    { "LANGUAGE", "plsh", program },
};

/* Functions by name; one that ends in "_" stands for all that begin so. */
static const struct {
    const char *name;
    const char *what;
} functions[] = {
    { "dblink", database },
    { "dblink_", database },
    { "schedule_in_database", database },
    { "http", net },
    { "http_get", net },
    { "http_post", net },
    { "http_put", net },
    { "http_patch", net },
    { "http_delete", net },
    { "http_head", net },
    { "pg_read_file", file },
    { "pg_read_binary_file", file },
    { "pg_ls_", file },
    { "pg_stat_file", file },
    { "pg_file_", file },
    { "pg_rotate_logfile", file },
    { "lo_import", file },
    { "lo_export", file },
    { "pg_terminate_backend", "another session" },
    { "pg_cancel_backend", "another session" },
    { "pg_reload_conf", setting },
    { "pg_switch_wal", "the log of the server" },
    { "pg_create_restore_point", "the log of the server" },
    { "pg_logical_emit_message", "the log of the server" },
    { "pg_create_physical_replication_slot", "a replication slot" },
    { "pg_create_logical_replication_slot", "a replication slot" },
    { "pg_copy_", "a replication slot" },
    { "pg_drop_replication_slot", "a replication slot" },
    { "pg_replication_", "a replication slot" },
    { "pg_promote", "the server itself" },
};

/* What is remembered while a text is read. */
typedef struct {
    const char *text;
    guint depth;            /* of bodies */
    gboolean is_text;       /* a literal that may be a statement, not a body */
    BlToken before, last;   /* the two tokens ahead */
    guint n;                /* tokens since the last semicolon */
    const char *function;   /* what the name ahead would be as a function */
    gboolean is_create;     /* a CREATE */
    gboolean is_copy;       /* a COPY */
    gboolean is_table;      /* ALTER TABLE: ALTER and DROP are about its columns */
    gboolean is_grant;      /* GRANT or REVOKE, without an ON yet */
    gboolean is_message;    /* behind RAISE */
    gboolean is_routine;    /* DO, CREATE FUNCTION: a literal is a body */
    gboolean runs_literals; /* its literals may be statements */
    guint parens;
    gboolean calls[MAX_PARENS]; /* the parentheses hold the arguments of a function */
} Reach;

static gboolean
is_word(const Reach *reach, const BlToken *token, const char *word)
{
    return bl_token_is_word(token, reach->text, word);
}

static gboolean
is_any_word(const Reach *reach, const BlToken *token, const char *const *words)
{
    for (gsize i = 0; words[i] != NULL; i++) {
        if (is_word(reach, token, words[i]))
            return TRUE;
    }
    return FALSE;
}

static const char *
find_function(const Reach *reach, const BlToken *token)
{
    if (token->kind != BL_TOKEN_WORD && token->kind != BL_TOKEN_IDENTIFIER)
        return NULL;
    g_autofree char *name = bl_token_name(token, reach->text);
    for (gsize i = 0; i < G_N_ELEMENTS(functions); i++) {
        const char *wanted = functions[i].name;
        if (g_str_has_suffix(wanted, "_") ? g_ascii_strncasecmp(name, wanted, strlen(wanted)) == 0
                                          : g_ascii_strcasecmp(name, wanted) == 0)
            return functions[i].what;
    }
    return NULL;
}

/* The first word that decides what literals are. */
static void
note_beginning(Reach *reach, const BlToken *token)
{
    static const char *const runners[] = { "EXECUTE", "SELECT", "CALL", "PERFORM", "WITH", NULL };
    static const char *const routines[] = { "FUNCTION", "PROCEDURE", NULL };
    static const char *const grants[] = { "GRANT", "REVOKE", NULL };
    if (reach->n == 0)
        reach->runs_literals = reach->depth > 0;
    if (reach->n < 4 && is_any_word(reach, token, runners))
        reach->runs_literals = TRUE;
    if (reach->n == 0)
        reach->is_create = is_word(reach, token, "CREATE");
    if (reach->depth == 0 && reach->n < 4 &&
        (reach->is_create ? is_any_word(reach, token, routines)
                          : reach->n == 0 && is_word(reach, token, "DO")))
        reach->is_routine = TRUE;
    if (is_word(reach, token, "TABLE") && is_word(reach, &reach->last, "ALTER"))
        reach->is_table = TRUE;
    if (is_word(reach, token, "RAISE"))
        reach->is_message = TRUE;
    if (is_word(reach, token, "COPY"))
        reach->is_copy = TRUE;
    if (is_any_word(reach, token, grants) && (!reach->is_text || reach->n == 0))
        reach->is_grant = TRUE;
    else if (is_word(reach, token, "ON"))
        reach->is_grant = FALSE;
}

static void
note_parens(Reach *reach, const BlToken *token)
{
    static const char *const no_functions[] = { "VALUES", "IN",    "AND",  "OR",     "NOT",
                                                "ANY",    "ALL",   "AS",   "CHECK",  "DEFAULT",
                                                "WHEN",   "THEN",  "ELSE", "SELECT", "USING",
                                                "ON",     "WHERE", NULL };
    if (token->kind == BL_TOKEN_OPEN) {
        gboolean is_call =
            (reach->last.kind == BL_TOKEN_WORD || reach->last.kind == BL_TOKEN_IDENTIFIER) &&
            reach->n > 0 && !is_any_word(reach, &reach->last, no_functions);
        if (reach->parens < MAX_PARENS)
            reach->calls[reach->parens] = is_call;
        reach->parens++;
    } else if (token->kind == BL_TOKEN_CLOSE && reach->parens > 0) {
        reach->parens--;
    }
}

/* A tablespace that not every server has. */
static gboolean
names_tablespace(const Reach *reach, const BlToken *token)
{
    static const char *const harmless[] = { "pg_default", "\"\"", "''", NULL };
    gboolean is_value = is_word(reach, &reach->last, "TABLESPACE") ||
                        (reach->n > 1 && is_word(reach, &reach->before, "default_tablespace"));
    if (!is_value || (token->kind != BL_TOKEN_WORD && token->kind != BL_TOKEN_IDENTIFIER &&
                      token->kind != BL_TOKEN_STRING))
        return FALSE;
    g_autofree char *name = bl_token_name(token, reach->text);
    return name[0] != '\0' && !g_strv_contains(harmless, name);
}

/* COPY … FROM '/file', TO PROGRAM '…'. */
static const char *
find_copy(const Reach *reach, const BlToken *token)
{
    static const char *const ways[] = { "FROM", "TO", NULL };
    if (!reach->is_copy || token->kind != BL_TOKEN_STRING)
        return NULL;
    if (is_word(reach, &reach->last, "PROGRAM"))
        return program;
    return is_any_word(reach, &reach->last, ways) ? file : NULL;
}

/* Tables and columns have such names too: JOIN role ON role.id = …, ALTER TABLE users DROP role. */
static gboolean
is_of_table(const Reach *reach, const BlToken *token)
{
    if (!is_word(reach, &reach->last, "ON"))
        return reach->is_table;
    const char *next = reach->text + token->start + token->len;
    while (g_ascii_isspace(*next))
        next++;
    return !g_ascii_isalpha(*next) && *next != '_' && *next != '"' && ((guchar)*next & 0x80) == 0;
}

static const char *
find_pair(const Reach *reach, const BlToken *token)
{
    static const char *const ways[] = { "FROM", "TO", NULL };
    if (reach->n == 0)
        return is_word(reach, token, "LOAD") ? "a library that the server loads" : NULL;
    for (gsize i = 0; (!reach->is_text || reach->n == 1) && i < G_N_ELEMENTS(pairs); i++) {
        if (is_word(reach, token, pairs[i].second) &&
            is_word(reach, &reach->last, pairs[i].first) && !is_of_table(reach, token))
            return pairs[i].what;
    }
    return reach->is_grant && is_any_word(reach, token, ways) ? role : NULL;
}

static const char *look(const char *text, gsize len, guint depth, gboolean is_text);

/* A literal: a body, dynamic SQL, or neither. */
static const char *
look_into(const Reach *reach, const BlToken *token)
{
    gboolean is_argument =
        reach->parens > 0 && reach->parens <= MAX_PARENS && reach->calls[reach->parens - 1];
    if (reach->depth >= MAX_BODIES || reach->is_message ||
        (!reach->runs_literals && !is_argument && !reach->is_routine))
        return NULL;
    g_autofree char *inner = bl_token_name(token, reach->text);
    gboolean is_body = reach->is_routine && !is_argument;
    return look(inner, strlen(inner), reach->depth + 1, !is_body);
}

static const char *
look_at_token(Reach *reach, const BlToken *token)
{
    const char *what = find_pair(reach, token);
    if (what == NULL && token->kind == BL_TOKEN_OPEN)
        what = reach->function;
    if (what == NULL && reach->n > 0)
        what = names_tablespace(reach, token) ? tablespace : find_copy(reach, token);
    if (what == NULL && token->kind == BL_TOKEN_STRING)
        what = look_into(reach, token);
    return what;
}

static const char *
look(const char *text, gsize len, guint depth, gboolean is_text)
{
    const Reach fresh = { .text = text, .depth = depth, .is_text = is_text };
    Reach reach = fresh;
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    const char *what = NULL;
    while (what == NULL &&
           bl_lex(&bl_dialect_postgres, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        if (token.kind == BL_TOKEN_SEMICOLON) {
            reach = fresh;
            continue;
        }
        note_beginning(&reach, &token);
        what = look_at_token(&reach, &token);
        note_parens(&reach, &token);
        reach.function = find_function(&reach, &token);
        reach.before = reach.last;
        reach.last = token;
        reach.n++;
    }
    return what;
}

const char *
pg_reaches_out(const char *sql, gsize len)
{
    return look(sql, len, 0, FALSE);
}
