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
static const char catalog[] = "a catalog that all databases share";

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
    { "ON", "SUBSCRIPTION", "a subscription" },
    { "CREATE", "SERVER", foreign },
    { "ALTER", "SERVER", foreign },
    { "IMPORT", "FOREIGN", foreign },
    { "PREPARE", "TRANSACTION", "a prepared transaction" },
    { "COMMIT", "PREPARED", "a prepared transaction" },
    { "ROLLBACK", "PREPARED", "a prepared transaction" },
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
    gboolean is_acl;        /* GRANT or REVOKE */
    gboolean is_target;     /* what is changed or locked is named next */
    gboolean is_list;       /* behind a comma too */
    gboolean is_message;    /* behind RAISE */
    gboolean is_routine;    /* DO, CREATE FUNCTION: a literal is a body */
    gboolean runs_literals; /* its literals may be statements */
    gboolean executes;      /* a body with an EXECUTE: its literals may be parts of statements */
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
    return bl_token_is_any(token, reach->text, words);
}

static gboolean
is_name(const BlToken *token)
{
    return token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER;
}

static const char *
find_function(const Reach *reach, const BlToken *token)
{
    if (!is_name(token))
        return NULL;
    g_autofree char *name = bl_token_name(token, reach->text);
    return pg_function_reaches(name);
}

/* LANGUAGE 'c' too. */
static const char *
find_language(const Reach *reach, const BlToken *token)
{
    if (reach->n == 0 || !is_word(reach, &reach->last, "LANGUAGE") ||
        (!is_name(token) && token->kind != BL_TOKEN_STRING))
        return NULL;
    g_autofree char *name = bl_token_name(token, reach->text);
    return pg_is_untrusted_language(name) ? program : NULL;
}

/* A statement may only read what all databases share. What changes or locks it names it right
 * behind these words. */
static void
note_target(Reach *reach, const BlToken *token)
{
    static const char *const verbs[] = { "UPDATE", "INTO", "TRUNCATE", "COPY", "LOCK", NULL };
    static const char *const lists[] = { "TRUNCATE", "LOCK", NULL };
    static const char *const fillers[] = { "ONLY", "TABLE", "IF", "EXISTS", NULL };
    if (is_any_word(reach, token, lists))
        reach->is_list = TRUE;
    if (is_any_word(reach, token, verbs) ||
        (is_word(reach, token, "FROM") && is_word(reach, &reach->last, "DELETE")) ||
        (is_word(reach, token, "TABLE") && is_word(reach, &reach->last, "ALTER"))) {
        reach->is_target = TRUE;
        return;
    }
    if (token->kind == BL_TOKEN_COMMA) {
        reach->is_target = reach->is_list;
        return;
    }
    gboolean is_point = token->kind == BL_TOKEN_OPERATOR && reach->text[token->start] == '.';
    g_autofree char *name = is_name(token) ? bl_token_name(token, reach->text) : NULL;
    gboolean is_schema = name != NULL && g_ascii_strcasecmp(name, "pg_catalog") == 0;
    reach->is_target =
        reach->is_target && (is_any_word(reach, token, fillers) || is_schema || is_point);
}

static const char *
find_target(const Reach *reach, const BlToken *token)
{
    if (!reach->is_target || !is_name(token))
        return NULL;
    g_autofree char *name = bl_token_name(token, reach->text);
    return pg_is_shared_catalog(name) ? catalog : NULL;
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
        reach->is_grant = reach->is_acl = TRUE;
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

/* set_config('default_tablespace', … */
static gboolean
sets_tablespace(const Reach *reach)
{
    if (reach->last.kind != BL_TOKEN_COMMA || reach->before.kind != BL_TOKEN_STRING)
        return FALSE;
    g_autofree char *name = bl_token_name(&reach->before, reach->text);
    return g_ascii_strcasecmp(name, "default_tablespace") == 0;
}

/* A tablespace that not every server has. */
static gboolean
names_tablespace(const Reach *reach, const BlToken *token)
{
    static const char *const harmless[] = { "pg_default", "\"\"", "''", NULL };
    gboolean is_value = is_word(reach, &reach->last, "TABLESPACE") ||
                        (reach->n > 1 && is_word(reach, &reach->before, "default_tablespace")) ||
                        sets_tablespace(reach);
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
    if (reach->is_acl && is_word(reach, token, "PARAMETER") && is_word(reach, &reach->last, "ON"))
        return setting;
    if (reach->is_create && reach->n == 2 && is_word(reach, token, "TABLE") &&
        is_word(reach, &reach->last, "FOREIGN"))
        return foreign;
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

/* format('UPDATE %I', 'pg_database'), 'UPDATE pg_' || 'database': a part of a statement that is put
 * together. */
static gboolean
is_part_of_target(const Reach *reach, const BlToken *token)
{
    static const char schema[] = "pg_catalog.";
    if (!reach->executes || reach->is_message || token->kind != BL_TOKEN_STRING)
        return FALSE;
    g_autofree char *inner = bl_token_name(token, reach->text);
    g_autofree char *name = g_ascii_strdown(inner, -1);
    const char *bare = g_str_has_prefix(name, schema) ? name + strlen(schema) : name;
    gboolean is_cut = strchr(name, ' ') != NULL &&
                      (g_str_has_suffix(name, " pg_") || g_str_has_suffix(name, ".pg_"));
    return is_cut || pg_is_shared_catalog(bare);
}

/* A body of PL/pgSQL, which may put statements together. */
static gboolean
has_execute(const char *text, gsize len)
{
    BlLexState state = { 0 };
    BlToken token;
    for (gsize pos = 0;
         bl_lex(&bl_dialect_postgres, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (bl_token_is_word(&token, text, "EXECUTE"))
            return TRUE;
    }
    return FALSE;
}

static const char *
look_at_token(Reach *reach, const BlToken *token)
{
    const char *what = find_pair(reach, token);
    if (what == NULL && token->kind == BL_TOKEN_OPEN)
        what = reach->function;
    if (what == NULL)
        what = is_part_of_target(reach, token) ? catalog : find_target(reach, token);
    if (what == NULL)
        what = find_language(reach, token);
    if (what == NULL && reach->n > 0)
        what = names_tablespace(reach, token) ? tablespace : find_copy(reach, token);
    if (what == NULL && token->kind == BL_TOKEN_STRING)
        what = look_into(reach, token);
    return what;
}

static const char *
look(const char *text, gsize len, guint depth, gboolean is_text)
{
    const Reach fresh = { .text = text,
                          .depth = depth,
                          .is_text = is_text,
                          .executes = depth > 0 && !is_text && has_execute(text, len) };
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
        note_target(&reach, &token);
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
