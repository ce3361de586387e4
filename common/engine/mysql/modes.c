/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/session.h"
#include "common/engine/mysql/tokens.h"
#include "common/sql/lexer.h"

#include <string.h>

/* What of sql_mode changes how a text is read. */
typedef enum { ANSI_QUOTES = 1 << 0, NO_BACKSLASH = 1 << 1 } Flags;

struct MyModes {
    guint flags;
    GHashTable *saved; /* names of user variables that hold a sql_mode, lower case -> Flags */
};

/* Modes that change it, and modes that contain these. */
static const struct {
    const char *name;
    guint flags;
} known[] = {
    { "ANSI_QUOTES", ANSI_QUOTES }, { "ANSI", ANSI_QUOTES },
    { "DB2", ANSI_QUOTES },         { "MAXDB", ANSI_QUOTES },
    { "MSSQL", ANSI_QUOTES },       { "ORACLE", ANSI_QUOTES },
    { "POSTGRESQL", ANSI_QUOTES },  { "NO_BACKSLASH_ESCAPES", NO_BACKSLASH },
};

static guint
flags_of(const char *list)
{
    g_auto(GStrv) names = g_strsplit(list, ",", -1);
    guint flags = 0;
    for (gsize i = 0; names[i] != NULL; i++) {
        const char *name = g_strstrip(names[i]);
        for (gsize j = 0; j < G_N_ELEMENTS(known); j++) {
            if (g_ascii_strcasecmp(name, known[j].name) == 0)
                flags |= known[j].flags;
        }
    }
    return flags;
}

/* One assignment of a SET: tokens without filler, joined; names in lower case, a string literal
 * apart. */
typedef struct {
    GString *target;
    GString *value;
    char *literal; /* when the value is one string; NULL: it is not */
    guint n;       /* tokens of the value */
} Assignment;

static void
assignment_clear(Assignment *assignment)
{
    g_string_truncate(assignment->target, 0);
    g_string_truncate(assignment->value, 0);
    g_clear_pointer(&assignment->literal, g_free);
    assignment->n = 0;
}

static gboolean
is_sql_mode(const char *name)
{
    static const char *const names[] = {
        "sql_mode",           "sessionsql_mode",  "localsql_mode",    "@@sql_mode",
        "@@session.sql_mode", "@@local.sql_mode", "session.sql_mode", "local.sql_mode",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(names[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_user_variable(const char *name)
{
    return name[0] == '@' && name[1] != '@' && name[1] != '\0';
}

/* @return FALSE: the value is not plain */
static gboolean
take(MyModes *modes, const Assignment *assignment)
{
    const char *target = assignment->target->str;
    const char *value = assignment->value->str;
    if (is_user_variable(target)) {
        if (is_sql_mode(value))
            g_hash_table_insert(modes->saved, g_strdup(target), GUINT_TO_POINTER(modes->flags));
        else
            g_hash_table_remove(modes->saved, target);
        return TRUE;
    }
    if (!is_sql_mode(target))
        return TRUE;
    void *saved = NULL;
    if (is_user_variable(value) &&
        g_hash_table_lookup_extended(modes->saved, value, NULL, &saved)) {
        modes->flags = GPOINTER_TO_UINT(saved);
        return TRUE;
    }
    if (assignment->literal == NULL || assignment->n != 1)
        return FALSE;
    modes->flags = flags_of(assignment->literal);
    return TRUE;
}

static void
add_token(Assignment *assignment, gboolean is_value, const char *sql, const BlToken *token)
{
    g_autofree char *text = g_ascii_strdown(sql + token->start, (gssize)token->len);
    g_string_append(is_value ? assignment->value : assignment->target, text);
    if (!is_value)
        return;
    assignment->n++;
    if (token->kind == BL_TOKEN_STRING && assignment->literal == NULL)
        assignment->literal = bl_token_name(token, sql);
}

static gboolean
is_assignment(const char *sql, const BlToken *token)
{
    return token->kind == BL_TOKEN_OPERATOR &&
           ((token->len == 1 && sql[token->start] == '=') ||
            (token->len == 2 && memcmp(sql + token->start, ":=", 2) == 0));
}

static gboolean
feed_assignments(MyModes *modes, Assignment *assignment, const char *sql, gsize len)
{
    BlLexState state = { .ansi_quotes = (modes->flags & ANSI_QUOTES) != 0,
                         .no_backslash_escapes = (modes->flags & NO_BACKSLASH) != 0 };
    BlToken token;
    gsize pos = 0;
    guint parens = 0;
    gboolean is_value = FALSE;
    gboolean is_first = TRUE;
    gboolean is_plain = TRUE;
    while (bl_lex(&bl_dialect_mysql, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (!my_token_counts(token.kind))
            continue;
        if (is_first && !bl_token_is_word(&token, sql, "set"))
            return TRUE;
        parens += token.kind == BL_TOKEN_OPEN ? 1 : 0;
        parens -= token.kind == BL_TOKEN_CLOSE && parens > 0 ? 1 : 0;
        if (!is_first && token.kind == BL_TOKEN_COMMA && parens == 0) {
            is_plain = take(modes, assignment) && is_plain;
            assignment_clear(assignment);
            is_value = FALSE;
        } else if (!is_first && !is_value && is_assignment(sql, &token)) {
            is_value = TRUE;
        } else if (!is_first) {
            add_token(assignment, is_value, sql, &token);
        }
        is_first = FALSE;
    }
    return take(modes, assignment) && is_plain;
}

gboolean
my_modes_feed(MyModes *modes, const char *sql, gsize len)
{
    Assignment assignment = { g_string_new(NULL), g_string_new(NULL), NULL, 0 };
    gboolean is_plain = feed_assignments(modes, &assignment, sql, len);
    g_string_free(assignment.target, TRUE);
    g_string_free(assignment.value, TRUE);
    g_free(assignment.literal);
    return is_plain;
}

void
my_modes_set(MyModes *modes, const char *sql_mode)
{
    modes->flags = flags_of(sql_mode);
}

gboolean
my_modes_ask(MyModes *modes, MySession *session, GError **error)
{
    g_autofree char *mode = my_select_text(session, "SELECT @@SESSION.sql_mode", error);
    if (mode == NULL)
        return FALSE;
    modes->flags = flags_of(mode);
    return TRUE;
}

void
my_modes_apply(const MyModes *modes, BlLexState *state)
{
    state->ansi_quotes = (modes->flags & ANSI_QUOTES) != 0;
    state->no_backslash_escapes = (modes->flags & NO_BACKSLASH) != 0;
}

MyModes *
my_modes_new(void)
{
    MyModes *modes = g_new0(MyModes, 1);
    modes->saved = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return modes;
}

void
my_modes_free(MyModes *modes)
{
    if (modes == NULL)
        return;
    g_hash_table_unref(modes->saved);
    g_free(modes);
}
