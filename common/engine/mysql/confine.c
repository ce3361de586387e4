/* SPDX-License-Identifier: MIT */
/*
 * The guard of a session that runs other people's statements beside live databases: each is looked
 * at as the server will read it, under the sql_mode that holds then, and so is a text that is put
 * together: the server is asked for it just before it is prepared, and what procedures may prepare
 * is followed before they are called.
 */
#include "common/base/error.h"
#include "common/engine/mysql/flow.h"
#include "common/engine/mysql/program.h"
#include "common/engine/mysql/reach.h"

#include <string.h>

/* A text that calls or prepares another. */
#define MAX_DEPTH 4

/* Among so many tokens stands what a CREATE makes. */
#define HEAD_TOKENS 32

typedef struct {
    MySession *session;
    guint depth;
} Confine;

static gboolean confine_text(Confine *confine, const char *sql, const char *mode, GError **error);

static gboolean
refuse(const char *what, GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "name a server of its own with --scratch-url",
                 "the statement reaches %s: it is not replayed beside a live database", what);
    return FALSE;
}

static gboolean
refuse_unknown(GError **error)
{
    bl_error_set(error, BL_ERROR_CONFLICT, "name a server of its own with --scratch-url",
                 "the statement runs a text that is put together from what cannot be known ahead: "
                 "it is not replayed beside a live database");
    return FALSE;
}

static gboolean
take_text(const char *text, const char *mode, void *data, GError **error)
{
    return text != NULL ? confine_text(data, text, mode, error) : refuse_unknown(error);
}

/* What @sql may prepare, or what it calls. */
static gboolean
confine_flow(Confine *confine, const char *sql, const char *mode, GError **error)
{
    return my_flow_texts(confine->session, sql, mode, take_text, confine, error);
}

/* It gives another text when it is asked again, or what it gives depends on what was asked last. */
static gboolean
is_fickle(const MyTokens *tokens, guint first, guint end)
{
    static const char *const functions[] = { "RAND",    "NEXTVAL",    "SETVAL",         "NEXT",
                                             "LASTVAL", "ROW_COUNT",  "LAST_INSERT_ID", "PREVIOUS",
                                             "UUID",    "FOUND_ROWS", "UUID_SHORT",     NULL };
    for (guint i = first; i < end; i++) {
        const BlToken *token = my_token(tokens, i);
        if (my_token_is_any(tokens, i, functions) ||
            (token->len == 2 && strncmp(tokens->sql + token->start, ":=", 2) == 0))
            return TRUE;
    }
    return FALSE;
}

/* What PREPARE or EXECUTE IMMEDIATE are about to read. An expression that the server does not give
 * by itself is not known. */
static gboolean
confine_prepared(Confine *confine,
                 const MyTokens *tokens,
                 guint first,
                 guint end,
                 const char *mode,
                 GError **error)
{
    if (first >= end)
        return TRUE;
    if (is_fickle(tokens, first, end))
        return refuse_unknown(error);
    g_autofree char *expression =
        g_strndup(tokens->sql + my_token(tokens, first)->start,
                  my_token_end(tokens, end - 1) - my_token(tokens, first)->start);
    /* The server takes the text in the charset of the value. */
    GError *why = NULL;
    gboolean is_known = FALSE;
    g_autofree char *text = my_ask_text(confine->session, expression, &is_known, &why);
    if (why == NULL && !is_known)
        return refuse_unknown(error);
    if (why == NULL)
        return text == NULL || confine_text(confine, text, mode, error);
    if (!g_error_matches(why, BL_ERROR, BL_ERROR_SQL)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_error_free(why);
    return refuse_unknown(error);
}

static gboolean
is_event(const MyTokens *tokens)
{
    static const char *const kinds[] = { "EVENT",   "PROCEDURE", "FUNCTION",
                                         "TRIGGER", "PACKAGE",   NULL };
    guint i = 1;
    while (i < HEAD_TOKENS && !my_token_is_any(tokens, i, kinds))
        i++;
    return my_token_is(tokens, i, "EVENT");
}

/* What it calls may be made anew before it is called. */
static void
remember(MySession *session, const char *sql, const char *mode)
{
    if (session->callers == NULL)
        session->callers = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(session->callers, g_strdup(sql));
    g_ptr_array_add(session->callers, g_strdup(mode));
}

static gboolean
confine_callers(Confine *confine, GError **error)
{
    const GPtrArray *callers = confine->session->callers;
    for (guint i = 0; callers != NULL && i < callers->len; i += 2) {
        if (!confine_flow(confine, g_ptr_array_index(callers, i), g_ptr_array_index(callers, i + 1),
                          error))
            return FALSE;
    }
    return TRUE;
}

/* What a CREATE PROCEDURE makes. @return g_free(); NULL: it is another statement */
static char *
made_procedure(const MyTokens *tokens)
{
    static const char *const fillers[] = { "IF", "NOT", "EXISTS", NULL };
    guint i = 1;
    while (i < HEAD_TOKENS && !my_token_is(tokens, i - 1, "PROCEDURE"))
        i++;
    while (my_token_is_any(tokens, i, fillers))
        i++;
    while (my_token_is_char(tokens, i + 1, '.'))
        i += 2;
    return i < tokens->all->len ? bl_token_name(my_token(tokens, i), tokens->sql) : NULL;
}

/* A procedure is made, which is looked at when it is called; an event calls at any time. */
static gboolean
confine_made(
    Confine *confine, const MyTokens *tokens, const char *sql, const char *mode, GError **error)
{
    const GPtrArray *callers = confine->session->callers;
    g_autofree char *name = callers != NULL ? made_procedure(tokens) : NULL;
    gboolean calls = FALSE;
    for (guint i = 0; name != NULL && !calls && i < callers->len; i += 2) {
        if (!my_flow_calls(confine->session, g_ptr_array_index(callers, i),
                           g_ptr_array_index(callers, i + 1), name, &calls, error))
            return FALSE;
    }
    return !calls || confine_flow(confine, sql, mode, error);
}

/* It may run other statements than those that are written in it. */
static gboolean
has_runner(const MyTokens *tokens, const char *mode)
{
    guint first = 0;
    guint end = 0;
    for (guint i = 0; i < tokens->all->len; i++) {
        if (my_called(tokens, i, mode) > 0 || my_prepares(tokens, i, &first, &end))
            return TRUE;
    }
    return FALSE;
}

/* What comes behind it would be read in another way than it is looked at. */
static gboolean
sets_mode(const MyTokens *tokens)
{
    g_autofree char *folded = g_ascii_strdown(tokens->sql, -1);
    return my_token_is(tokens, 0, "SET") && strstr(folded, "sql_mode") != NULL;
}

/* A parameter of a procedure that is called may be any variable. */
static void
note_variables(MySession *session, const MyTokens *tokens, const char *mode)
{
    if (session->prepared_variables == NULL)
        session->prepared_variables = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < tokens->all->len; i++) {
        const BlToken *token = my_token(tokens, i);
        if (my_called(tokens, i, mode) > 0)
            g_hash_table_add(session->prepared_variables, g_strdup("@"));
        else if (tokens->sql[token->start] == '@')
            g_hash_table_add(session->prepared_variables,
                             g_utf8_strdown(tokens->sql + token->start, (gssize)token->len));
    }
}

static gboolean
confine_code(
    Confine *confine, const MyTokens *tokens, const char *sql, const char *mode, GError **error)
{
    static const char *const definers[] = { "CREATE", "ALTER", NULL };
    guint first = 0;
    guint end = 0;
    if (my_prepares(tokens, 0, &first, &end))
        return confine_prepared(confine, tokens, first, end, mode, error);
    if (confine->depth > 1)
        note_variables(confine->session, tokens, mode);
    if (!has_runner(tokens, mode))
        return TRUE;
    gboolean is_definer = my_token_is_any(tokens, 0, definers);
    if (is_definer && !is_event(tokens))
        return confine_made(confine, tokens, sql, mode, error);
    if (confine->depth > 1 || is_definer)
        remember(confine->session, sql, mode);
    return confine_flow(confine, sql, mode, error);
}

/* The words of a name that are names of other databases, if there are such. @return g_free() */
static char *
count_databases_sql(const char *name)
{
    GString *sql = g_string_new("SELECT count(*) FROM information_schema.SCHEMATA WHERE "
                                "SCHEMA_NAME <> DATABASE() AND SCHEMA_NAME IN (''");
    for (const char *at = name; *at != '\0';) {
        gsize len = 0;
        while (g_ascii_isalnum(at[len]) || at[len] == '_' || at[len] == '$' ||
               (at[len] & 0x80) != 0)
            len++;
        g_autofree char *word = g_strndup(at, len);
        g_autofree char *literal = my_literal(word);
        if (len > 0)
            g_string_append_printf(sql, ", %s", literal);
        at += len + (at[len] != '\0' ? 1 : 0);
    }
    g_string_append_c(sql, ')');
    return g_string_free(sql, FALSE);
}

/* A name like `other.users` is one name here, and two in a text that a query over
 * information_schema puts together without quotes. */
static gboolean
confine_name(Confine *confine, const char *name, GError **error)
{
    if (strchr(name, '.') == NULL)
        return TRUE;
    g_autofree char *sql = count_databases_sql(name);
    GError *why = NULL;
    g_autofree char *n =
        strpbrk(name, "`\"") == NULL ? my_select_text(confine->session, sql, &why) : NULL;
    if (why != NULL) {
        g_propagate_error(error, why);
        return FALSE;
    }
    return g_strcmp0(n, "0") == 0 ||
           refuse("another database, by a name with a point in it", error);
}

static gboolean
confine_names(Confine *confine, const MyTokens *tokens, GError **error)
{
    for (guint i = 0; i < tokens->all->len; i++) {
        if (!my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER))
            continue;
        g_autofree char *name = bl_token_name(my_token(tokens, i), tokens->sql);
        if (!confine_name(confine, name, error))
            return FALSE;
    }
    return TRUE;
}

static gboolean
confine_text(Confine *confine, const char *sql, const char *mode, GError **error)
{
    const MyReading how = {
        .state = { .ansi_quotes = my_mode_has(mode, "ANSI_QUOTES"),
                   .no_backslash_escapes = my_mode_has(mode, "NO_BACKSLASH_ESCAPES") },
        .own = confine->session->database,
    };
    const char *what = my_reaches(sql, strlen(sql), &how);
    if (what != NULL)
        return refuse(what, error);
    g_auto(MyTokens) tokens = { 0 };
    my_code_init(&tokens, sql, mode);
    if (confine->depth >= MAX_DEPTH || (confine->depth > 0 && sets_mode(&tokens)))
        return refuse_unknown(error);
    confine->depth++;
    gboolean ok =
        confine_names(confine, &tokens, error) && confine_code(confine, &tokens, sql, mode, error);
    confine->depth--;
    return ok;
}

/* In some charsets the second byte of a letter may be a backslash or a backquote, which is looked
 * at as one. The server says which it reads. */
static gboolean
confine_charset(MySession *session, const char *text, gsize len, GError **error)
{
    static const char *const charsets[] = { "big5", "cp932", "gb18030", "gbk", "sjis", NULL };
    gboolean is_unclear = FALSE;
    for (gsize i = 0; !is_unclear && i + 1 < len; i++)
        is_unclear = (text[i] & 0x80) != 0 && (text[i + 1] == '\\' || text[i + 1] == '`');
    if (!is_unclear)
        return TRUE;
    GError *why = NULL;
    g_autofree char *charset = my_select_text(session, "SELECT @@character_set_client", &why);
    if (why != NULL) {
        g_propagate_error(error, why);
        return FALSE;
    }
    if (charset == NULL || !g_strv_contains(charsets, charset))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "name a server of its own with --scratch-url, or write the file in UTF-8",
                 "the statement is read as %s, where a backslash or a backquote may be half a "
                 "letter: it is not replayed beside a live database",
                 charset);
    return FALSE;
}

gboolean
my_confine(MySession *session, const BlLexState *state, const char *text, gsize len, GError **error)
{
    static const char *const modes[2][2] = {
        { "", "NO_BACKSLASH_ESCAPES" },
        { "ANSI_QUOTES", "ANSI_QUOTES,NO_BACKSLASH_ESCAPES" },
    };
    g_autofree char *sql = g_strndup(text, len);
    Confine confine = { .session = session };
    return confine_charset(session, text, len, error) && confine_callers(&confine, error) &&
           confine_text(&confine, sql,
                        modes[state->ansi_quotes ? 1 : 0][state->no_backslash_escapes ? 1 : 0],
                        error);
}
