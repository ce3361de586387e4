/* SPDX-License-Identifier: MIT */
/*
 * Names with a database before them. Of "x.y" the server takes x for a database wherever a table,
 * a view, a routine or another object stands, and for a table of the statement in an expression.
 * What follows is taken for an object unless the words before it leave nothing but an expression:
 * a grammar that is not known here is refused, not let through. In an expression x must also stand
 * somewhere in the statement as the name of something, and no parenthesis may follow: a routine.
 */
#include "common/engine/mysql/reach.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* How deep parentheses are told from one another; names in deeper ones are objects. */
#define MAX_PARENS 64

/* What stands where the next name does. */
typedef enum {
    AT_OBJECTS,
    AT_VALUES,
    AT_JOIN, /* the values of ON: behind a comma stand tables again */
} Place;

typedef struct {
    Place place;
    gboolean is_select;   /* its tables are only read */
    gboolean has_join;    /* an ON may follow */
    gboolean takes_list;  /* a name behind which columns or arguments stand in parentheses */
    gboolean in_function; /* FROM and FOR are part of a function */
    gboolean is_keys;     /* of an index: parentheses in it are expressions */
} Level;

typedef struct {
    const char *text;
    const char *own; /* the database that it runs in; NULL: not known */
    GArray *tokens;  /* BlToken, code only */
    guint i;
    GHashTable *plain; /* lower-cased names that stand for themselves; NULL: not asked for yet */
    guint parens;
    Level levels[MAX_PARENS];
} Names;

/* FROM inside these is no table's. */
static const char *const from_functions[] = {
    "EXTRACT", "TRIM", "SUBSTRING", "SUBSTR", "MID", NULL,
};

static const char *const to_values[] = {
    "SELECT",  "SET",       "WHERE", "VALUES", "HAVING", "BY",    "LIMIT",
    "RETURN",  "RETURNING", "CASE",  "WHEN",   "WHILE",  "UNTIL", "ELSEIF",
    "DEFAULT", "THEN",      "ELSE",  "IN",     "DO",     "FETCH", NULL,
};

/* Of these, what is a part of a value. */
static const char *const in_values[] = {
    "CASE", "WHEN", "THEN", "ELSE", "IN", "IF", "DEFAULT", NULL
};

/* Reserved words all: a column is never called so. */
static const char *const to_objects[] = {
    "FROM",   "JOIN",       "STRAIGHT_JOIN", "UPDATE",    "DELETE",    "INSERT", "REPLACE", "TABLE",
    "USING",  "REFERENCES", "UNION",         "EXCEPT",    "INTERSECT", "CREATE", "ALTER",   "DROP",
    "RENAME", "LOCK",       "CALL",          "PROCEDURE", "TRIGGER",   NULL,
};

/* An expression may follow these. */
static const char *const before_values[] = {
    "SELECT", "DISTINCT",  "DISTINCTROW", "ALL",     "AND",      "OR",     "XOR",       "NOT",
    "LIKE",   "BETWEEN",   "IN",          "IS",      "DIV",      "MOD",    "REGEXP",    "RLIKE",
    "BY",     "WHERE",     "ON",          "SET",     "WHEN",     "THEN",   "ELSE",      "CASE",
    "HAVING", "RETURN",    "INTERVAL",    "BINARY",  "IF",       "ELSEIF", "WHILE",     "UNTIL",
    "VALUES", "DEFAULT",   "BOTH",        "LEADING", "TRAILING", "LIMIT",  "OFFSET",    "ESCAPE",
    "OF",     "RETURNING", "DO",          "INTO",    "UPDATE",   "EVERY",  "SEPARATOR", "FROM",
    "FOR",    NULL,
};

static const char *const select_options[] = {
    "SELECT",
    "DISTINCT",
    "DISTINCTROW",
    "ALL",
    "HIGH_PRIORITY",
    "STRAIGHT_JOIN",
    "SQL_SMALL_RESULT",
    "SQL_BIG_RESULT",
    "SQL_BUFFER_RESULT",
    "SQL_CACHE",
    "SQL_NO_CACHE",
    "SQL_CALC_FOUND_ROWS",
    NULL,
};

/* Behind one of these a name is an object's also in a piece of a statement. */
static const char *const before_objects[] = {
    "TABLE",    "TABLES",  "VIEW",          "FROM",       "JOIN",      "INTO",
    "UPDATE",   "CALL",    "EXISTS",        "EVENT",      "PROCEDURE", "FUNCTION",
    "SEQUENCE", "PACKAGE", "STRAIGHT_JOIN", "TRIGGER",    "BODY",      "TO",
    "TRUNCATE", "INSERT",  "REPLACE",       "REFERENCES", NULL,
};

static const char *const sequence_functions[] = { "NEXTVAL", "SETVAL", "LASTVAL", NULL };
static const char *const rows[] = { "NEW", "OLD", NULL };
static const char *const read_only[] = { "performance_schema", "sys", NULL };

static const BlToken *
token_at(const Names *names, guint i)
{
    static const BlToken end = { .kind = BL_TOKEN_END };
    return i < names->tokens->len ? &g_array_index(names->tokens, BlToken, i) : &end;
}

static const BlToken *
ahead_of(const Names *names, guint i, guint n)
{
    return token_at(names, i >= n ? i - n : G_MAXUINT);
}

static gboolean
is_word(const Names *names, const BlToken *token, const char *word)
{
    return bl_token_is_word(token, names->text, word);
}

static gboolean
is_any(const Names *names, const BlToken *token, const char *const *words)
{
    return bl_token_is_any(token, names->text, words);
}

static gboolean
is_char(const Names *names, const BlToken *token, char c)
{
    return token->kind == BL_TOKEN_OPERATOR && token->len == 1 && names->text[token->start] == c;
}

/* "x" is a name under ANSI_QUOTES; which mode holds is not asked. */
static gboolean
is_name(const Names *names, const BlToken *token)
{
    return token->kind == BL_TOKEN_WORD || token->kind == BL_TOKEN_IDENTIFIER ||
           (token->kind == BL_TOKEN_STRING && names->text[token->start] == '"');
}

/* "`x`.1y": what follows the point begins with a digit. */
static gboolean
is_point(const Names *names, guint i)
{
    const BlToken *token = token_at(names, i);
    if (is_char(names, token, '.'))
        return TRUE;
    const BlToken *last = ahead_of(names, i, 1);
    return token->kind == BL_TOKEN_NUMBER && names->text[token->start] == '.' &&
           last->start + last->len == token->start && is_name(names, last);
}

static Level *
level_of(Names *names)
{
    return &names->levels[MIN(names->parens, MAX_PARENS - 1)];
}

static gboolean
is_plain(Names *names, const char *name)
{
    if (names->plain == NULL) {
        names->plain = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
        for (guint i = 0; i < names->tokens->len; i++) {
            const BlToken *token = token_at(names, i);
            if (!is_name(names, token) || is_point(names, i + 1))
                continue;
            g_autofree char *spelled = bl_token_name(token, names->text);
            g_hash_table_add(names->plain, g_ascii_strdown(spelled, -1));
        }
    }
    g_autofree char *wanted = g_ascii_strdown(name, -1);
    return g_hash_table_contains(names->plain, wanted);
}

/* ON t (, KEY k (, KEY ( */
static gboolean
is_before_keys(const Names *names, guint i)
{
    static const char *const words[] = { "INDEX", "KEY", "ON", NULL };
    return is_any(names, ahead_of(names, i, 1), words) ||
           (is_name(names, ahead_of(names, i, 1)) && is_any(names, ahead_of(names, i, 2), words));
}

static void
open_paren(Names *names)
{
    const BlToken *last = ahead_of(names, names->i, 1);
    Level level = *level_of(names);
    if (level.place == AT_JOIN || is_word(names, last, "AS") || is_word(names, last, "CHECK") ||
        is_word(names, last, "JSON_TABLE") || (level.takes_list && is_name(names, last)) ||
        level.is_keys)
        level.place = AT_VALUES;
    if (is_any(names, last, sequence_functions))
        level.place = AT_OBJECTS;
    level.has_join = FALSE;
    level.takes_list = FALSE;
    level.in_function = is_any(names, last, from_functions);
    level.is_keys = level.place == AT_OBJECTS && is_before_keys(names, names->i);
    names->parens++;
    if (names->parens >= MAX_PARENS)
        level.place = AT_OBJECTS;
    *level_of(names) = level;
}

/* IF EXISTS and IF NOT EXISTS belong to the name behind them; IF (…) and IF a THEN are values. */
static gboolean
is_condition(const Names *names)
{
    guint next = names->i + 1;
    if (is_word(names, token_at(names, next), "NOT"))
        next++;
    return !is_word(names, token_at(names, next), "EXISTS");
}

/* REPLACE(…) and INSERT(…) are functions. */
static gboolean
leads_to_objects(Names *names, const BlToken *token)
{
    const BlToken *last = ahead_of(names, names->i, 1);
    if (!is_any(names, token, to_objects))
        return FALSE;
    if (is_word(names, token, "FROM"))
        return !level_of(names)->in_function;
    if (is_word(names, token, "STRAIGHT_JOIN"))
        return !is_any(names, last, select_options);
    if (is_word(names, token, "REPLACE") || is_word(names, token, "INSERT"))
        return token_at(names, names->i + 1)->kind != BL_TOKEN_OPEN;
    return TRUE;
}

static gboolean
leads_to_values(const Names *names, const BlToken *token)
{
    const BlToken *last = ahead_of(names, names->i, 1);
    if (is_word(names, token, "IF"))
        return is_condition(names);
    if (is_word(names, token, "SET") &&
        (is_word(names, last, "CHARACTER") || is_word(names, last, "CHAR")))
        return FALSE;
    /* ON DUPLICATE KEY UPDATE */
    if (is_word(names, token, "UPDATE"))
        return is_word(names, last, "KEY");
    return is_any(names, token, to_values) ||
           (is_word(names, token, "VALUE") && token_at(names, names->i + 1)->kind == BL_TOKEN_OPEN);
}

static void
note_word(Names *names, const BlToken *token)
{
    static const char *const joins[] = { "JOIN", "STRAIGHT_JOIN", NULL };
    static const char *const listed[] = { "INSERT", "REPLACE", "CALL", NULL };
    static const char *const changing[] = { "UPDATE", "DELETE", "INSERT", "REPLACE",
                                            "CALL",   "CREATE", "ALTER",  "DROP",
                                            "RENAME", "LOCK",   "TABLE",  NULL };
    Level *level = level_of(names);
    if (is_word(names, token, "ON")) {
        if (level->has_join && level->place != AT_VALUES)
            level->place = AT_JOIN;
    } else if (level->place == AT_JOIN && is_any(names, token, in_values)) {
        /* Behind the next comma there are tables still. */
    } else if (leads_to_values(names, token)) {
        gboolean is_select = is_word(names, token, "SELECT");
        *level = (Level){ .place = AT_VALUES,
                          .is_select = is_select || level->is_select,
                          .has_join = FALSE,
                          .in_function = level->in_function };
    } else if (leads_to_objects(names, token)) {
        level->place = AT_OBJECTS;
        level->has_join = is_any(names, token, joins);
        level->takes_list = is_any(names, token, listed);
        level->is_select = level->is_select && !is_any(names, token, changing);
    }
    if (names->parens >= MAX_PARENS)
        level->place = AT_OBJECTS;
}

/* Anchored types of MariaDB: TYPE OF t.a, t.a%TYPE; those of rows name a table. */
static gboolean
is_type_of_column(const Names *names, guint first, guint end)
{
    if (is_char(names, token_at(names, end), '%'))
        return is_word(names, token_at(names, end + 1), "TYPE");
    return is_word(names, ahead_of(names, first, 1), "OF") &&
           is_word(names, ahead_of(names, first, 2), "TYPE") &&
           !is_word(names, ahead_of(names, first, 3), "ROW");
}

static gboolean
follows_value(const Names *names, guint i)
{
    const BlToken *last = ahead_of(names, i, 1);
    if (last->kind == BL_TOKEN_WORD)
        return is_any(names, last, before_values) || is_any(names, last, select_options);
    return last->kind == BL_TOKEN_OPERATOR || last->kind == BL_TOKEN_OPEN ||
           last->kind == BL_TOKEN_COMMA;
}

/* "x.y" from token @first to before @end. */
static gboolean
is_column(Names *names, const char *x, guint first, guint end)
{
    const Level *level = level_of(names);
    if (is_type_of_column(names, first, end))
        return TRUE;
    /* A variable of a row gets a value. */
    gboolean is_assigned = is_char(names, token_at(names, end), ':') ||
                           (token_at(names, end)->len == 2 &&
                            strncmp(names->text + token_at(names, end)->start, ":=", 2) == 0);
    if (level->place == AT_OBJECTS && !is_assigned)
        return FALSE;
    if (token_at(names, end)->kind == BL_TOKEN_OPEN)
        return FALSE;
    if (is_word(names, ahead_of(names, first, 1), "FOR") && !level->in_function)
        return FALSE;
    return (is_assigned || follows_value(names, first)) &&
           (bl_name_is_any(x, rows) || is_plain(names, x));
}

static gboolean
is_own(const Names *names, const char *x)
{
    return strcmp(x, MY_OWN_DATABASE) == 0 || g_strcmp0(x, names->own) == 0;
}

/* What only tells what there is, where it is only read. */
static gboolean
is_readable(Names *names, const char *x)
{
    if (g_ascii_strcasecmp(x, "information_schema") == 0)
        return TRUE;
    return level_of(names)->is_select && bl_name_is_any(x, read_only);
}

/* The name at i, which a point follows; moves to its last part. */
static gboolean
reaches_at(Names *names)
{
    guint first = names->i, parts = 1;
    while (is_point(names, names->i + 1) && is_name(names, token_at(names, names->i + 2))) {
        names->i += 2;
        parts++;
    }
    if (is_point(names, names->i + 1)) {
        const BlToken *point = token_at(names, names->i + 1);
        if (point->kind == BL_TOKEN_NUMBER)
            return TRUE;
        /* x.* are the columns of x, or x itself */
        if (parts == 1)
            return FALSE;
    }
    g_autofree char *x = bl_token_name(token_at(names, first), names->text);
    if (is_own(names, x))
        return FALSE;
    if (parts == 2 && is_column(names, x, first, names->i + 1))
        return FALSE;
    gboolean is_call = token_at(names, names->i + 1)->kind == BL_TOKEN_OPEN;
    return is_call || !is_readable(names, x);
}

static gboolean
visit(Names *names)
{
    const BlToken *token = token_at(names, names->i);
    gboolean is_qualified =
        is_name(names, token) && is_point(names, names->i + 1) && !is_point(names, names->i);
    Level *level = level_of(names);
    if (is_qualified)
        return reaches_at(names);
    if (token->kind == BL_TOKEN_OPEN) {
        open_paren(names);
    } else if (token->kind == BL_TOKEN_CLOSE) {
        names->parens -= names->parens > 0 ? 1 : 0;
    } else if (token->kind == BL_TOKEN_COMMA && level->place == AT_JOIN) {
        level->place = AT_OBJECTS;
    } else if (token->kind == BL_TOKEN_SEMICOLON) {
        names->parens = 0;
        names->levels[0] = (Level){ .place = AT_OBJECTS };
    } else if (token->kind == BL_TOKEN_WORD) {
        note_word(names, token);
    }
    return FALSE;
}

/* A piece of a statement, or prose: only what stands behind a word for objects, and "a.b.c" in a
 * phrase. */
static gboolean
visit_piece(Names *names)
{
    guint i = names->i;
    if (!is_name(names, token_at(names, i)) || !is_point(names, i + 1) || is_point(names, i) ||
        !is_name(names, token_at(names, i + 2)))
        return FALSE;
    g_autofree char *x = bl_token_name(token_at(names, i), names->text);
    if (is_own(names, x) || bl_name_is_any(x, read_only) ||
        g_ascii_strcasecmp(x, "information_schema") == 0)
        return FALSE;
    if (is_any(names, ahead_of(names, i, 1), before_objects))
        return TRUE;
    return is_point(names, i + 3) && is_name(names, token_at(names, i + 4)) &&
           strpbrk(names->text, " \t\r\n") != NULL;
}

gboolean
my_names_database(const char *text, gsize len, gboolean is_piece, const MyReading *how)
{
    Names names = { .text = text,
                    .own = how->own,
                    .tokens = g_array_new(FALSE, FALSE, sizeof(BlToken)),
                    .levels = { { .place = AT_OBJECTS } } };
    BlLexState state = how->state;
    BlToken token;
    for (gsize pos = 0;
         bl_lex(&bl_dialect_mysql, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (my_token_counts(token.kind) && token.kind != BL_TOKEN_HINT)
            g_array_append_val(names.tokens, token);
    }
    gboolean found = FALSE;
    for (; !found && names.i < names.tokens->len; names.i++)
        found = is_piece ? visit_piece(&names) : visit(&names);
    g_array_unref(names.tokens);
    g_clear_pointer(&names.plain, g_hash_table_unref);
    return found;
}
