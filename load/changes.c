/* SPDX-License-Identifier: MIT */
#include "load/changes.h"

#include <string.h>

/* What decides stands at the beginning of nearly all statements, which may be long: of these so
 * many tokens are looked at. */
#define HEAD_TOKENS 64

/* Kinds whose names are those of tables. */
#define RELATIONS ""

/* The tokens of a statement and a place in them. */
typedef struct {
    const char *text;
    GArray *tokens; /* BlToken, those of code */
    guint at;
    BlChangeFn fn;
    void *data;
} Cursor;

static const BlToken *
token_at(const Cursor *cursor, guint i)
{
    return i < cursor->tokens->len ? &g_array_index(cursor->tokens, BlToken, i) : NULL;
}

static gboolean
is_word(const Cursor *cursor, guint i, const char *word)
{
    const BlToken *token = token_at(cursor, i);
    return token != NULL && bl_token_is_word(token, cursor->text, word);
}

static gboolean
is_any(const Cursor *cursor, guint i, const char *const *words)
{
    const BlToken *token = token_at(cursor, i);
    return token != NULL && bl_token_is_any(token, cursor->text, words);
}

static gboolean
is_kind(const Cursor *cursor, guint i, BlTokenKind kind)
{
    const BlToken *token = token_at(cursor, i);
    return token != NULL && token->kind == kind;
}

/* Where a mode of the session says so "…" is a name, and some engines take '…' for one. */
static gboolean
is_name(const Cursor *cursor, guint i)
{
    return is_kind(cursor, i, BL_TOKEN_WORD) || is_kind(cursor, i, BL_TOKEN_IDENTIFIER) ||
           is_kind(cursor, i, BL_TOKEN_STRING);
}

static gboolean
is_dot(const Cursor *cursor, guint i)
{
    const BlToken *token = token_at(cursor, i);
    return token != NULL && token->len == 1 && cursor->text[token->start] == '.';
}

static void
skip_words(Cursor *cursor, const char *const *words)
{
    while (is_any(cursor, cursor->at, words))
        cursor->at++;
}

static gboolean
skip_pair(Cursor *cursor, const char *first, const char *second)
{
    if (!is_word(cursor, cursor->at, first) || !is_word(cursor, cursor->at + 1, second))
        return FALSE;
    cursor->at += 2;
    return TRUE;
}

/* Behind the parenthesis that closes the one at the cursor. */
static void
skip_parens(Cursor *cursor)
{
    guint depth = 0;
    do {
        depth += is_kind(cursor, cursor->at, BL_TOKEN_OPEN) ? 1 : 0;
        depth -= is_kind(cursor, cursor->at, BL_TOKEN_CLOSE) ? 1 : 0;
        cursor->at++;
    } while (depth > 0 && cursor->at < cursor->tokens->len);
}

/* Tells of the name at the cursor, with all that stands before its last dot, and steps over it.
 * @return FALSE: there is none */
static gboolean
take_name(Cursor *cursor, BlChangeKind kind, const char *sort)
{
    if (!is_name(cursor, cursor->at))
        return FALSE;
    guint first = cursor->at;
    while (is_dot(cursor, cursor->at + 1) && is_name(cursor, cursor->at + 2))
        cursor->at += 2;
    guint last = cursor->at++;
    g_autofree char *schema =
        last > first ? bl_token_name(token_at(cursor, last - 2), cursor->text) : NULL;
    g_autofree char *name = bl_token_name(token_at(cursor, last), cursor->text);
    const BlToken *start = &g_array_index(cursor->tokens, BlToken, first);
    const BlToken *end = &g_array_index(cursor->tokens, BlToken, last);
    g_autofree char *raw =
        g_strndup(cursor->text + start->start, end->start + end->len - start->start);
    const BlChange change = { kind, sort, schema, name, raw };
    cursor->fn(&change, cursor->data);
    return TRUE;
}

/* What stood at @start is called otherwise now. */
static void
free_name(Cursor *cursor, guint start)
{
    guint behind = cursor->at;
    cursor->at = start;
    take_name(cursor, BL_CHANGE_REMOVE, RELATIONS);
    cursor->at = behind;
}

/* Every name up to one of @ends: where several tables may stand, some are only read. */
static void
take_names(Cursor *cursor, BlChangeKind kind, const char *const *ends)
{
    static const char *const none[] = { "AS",    "CROSS", "FROM",  "FULL",    "INNER",
                                        "JOIN",  "LEFT",  "ON",    "ONLY",    "OUTER",
                                        "RIGHT", "USING", "TABLE", "NATURAL", NULL };
    while (cursor->at < cursor->tokens->len && !is_any(cursor, cursor->at, ends)) {
        if (is_any(cursor, cursor->at, none) || !take_name(cursor, kind, RELATIONS))
            cursor->at++;
    }
}

/* INSERT, REPLACE, MERGE, LOAD DATA, each up to INTO, which some may leave out. */
static void
find_insert(Cursor *cursor)
{
    static const char *const fillers[] = { "LOW_PRIORITY", "DELAYED", "HIGH_PRIORITY",
                                           "IGNORE",       "INTO",    "ONLY",
                                           "OVERWRITE",    "TABLE",   NULL };
    BlChangeKind kind = is_word(cursor, cursor->at, "INSERT") ? BL_CHANGE_FILL : BL_CHANGE_ALTER;
    cursor->at++;
    if (is_word(cursor, cursor->at, "OR")) {
        kind = is_word(cursor, cursor->at + 1, "REPLACE") ? BL_CHANGE_ALTER : kind;
        cursor->at += 2;
    }
    skip_words(cursor, fillers);
    take_name(cursor, kind, RELATIONS);
}

static void
find_update(Cursor *cursor)
{
    static const char *const fillers[] = { "LOW_PRIORITY", "IGNORE", "ONLY", NULL };
    static const char *const ends[] = { "SET", NULL };
    cursor->at += is_word(cursor, cursor->at + 1, "OR") ? 3 : 1;
    skip_words(cursor, fillers);
    take_names(cursor, BL_CHANGE_ALTER, ends);
}

static void
find_delete(Cursor *cursor)
{
    static const char *const fillers[] = {
        "LOW_PRIORITY", "QUICK", "IGNORE", "FROM", "ONLY", NULL
    };
    static const char *const ends[] = { "WHERE", "ORDER", "LIMIT", "RETURNING", NULL };
    cursor->at++;
    skip_words(cursor, fillers);
    take_names(cursor, BL_CHANGE_ALTER, ends);
}

static void
find_truncate(Cursor *cursor)
{
    static const char *const ends[] = { "RESTART", "CONTINUE", "CASCADE", "RESTRICT",
                                        "WAIT",    "NOWAIT",   NULL };
    cursor->at++;
    take_names(cursor, BL_CHANGE_ALTER, ends);
}

/* "RENAME TABLE a TO b, c TO d": in the end there is what stands behind TO. */
static void
find_rename(Cursor *cursor)
{
    static const char *const tables[] = { "TABLE", "TABLES", NULL };
    cursor->at++;
    if (!is_any(cursor, cursor->at, tables))
        return;
    cursor->at++;
    gboolean is_new = FALSE;
    while (cursor->at < cursor->tokens->len) {
        guint start = cursor->at;
        gboolean is_to = is_word(cursor, start, "TO");
        if (is_to || !take_name(cursor, is_new ? BL_CHANGE_MAKE : BL_CHANGE_ALTER, RELATIONS))
            cursor->at++;
        else if (!is_new)
            free_name(cursor, start);
        is_new = is_to;
    }
}

/* COPY table (columns) FROM; a query and COPY … TO only read. */
static void
find_copy(Cursor *cursor)
{
    guint start = ++cursor->at;
    if (is_kind(cursor, start, BL_TOKEN_OPEN))
        return;
    while (cursor->at < cursor->tokens->len && !is_word(cursor, cursor->at, "FROM")) {
        if (is_word(cursor, cursor->at, "TO"))
            return;
        if (is_kind(cursor, cursor->at, BL_TOKEN_OPEN))
            skip_parens(cursor);
        else
            cursor->at++;
    }
    cursor->at = start;
    take_name(cursor, BL_CHANGE_FILL, RELATIONS);
}

static void
find_load(Cursor *cursor)
{
    while (cursor->at < cursor->tokens->len && !skip_pair(cursor, "INTO", "TABLE"))
        cursor->at++;
    take_name(cursor, BL_CHANGE_ALTER, RELATIONS);
}

static void
find_refresh(Cursor *cursor)
{
    static const char *const fillers[] = { "MATERIALIZED", "VIEW", "CONCURRENTLY", NULL };
    cursor->at++;
    skip_words(cursor, fillers);
    take_name(cursor, BL_CHANGE_ALTER, RELATIONS);
}

/* How the name of a kind is found behind CREATE and ALTER. */
static const struct {
    const char *word;
    const char *sort; /* as BlChange has it */
    const char *on;   /* the table that it stands on is behind this word; NULL: it stands alone */
} kinds[] = {
    { "TABLE", RELATIONS, NULL },       { "VIEW", RELATIONS, NULL },
    { "SEQUENCE", RELATIONS, NULL },    { "INDEX", RELATIONS, "ON" },
    { "TRIGGER", "TRIGGER", "ON" },     { "POLICY", "POLICY", "ON" },
    { "RULE", "RULE", "TO" },           { "FUNCTION", "FUNCTION", NULL },
    { "PROCEDURE", "PROCEDURE", NULL }, { "ROUTINE", "ROUTINE", NULL },
    { "TYPE", "TYPE", NULL },           { "DOMAIN", "DOMAIN", NULL },
    { "PACKAGE", "PACKAGE", NULL },     { "EVENT", "EVENT", NULL },
    { "AGGREGATE", "AGGREGATE", NULL },
};

/* @return the place of the kind behind the cursor, which steps behind its word; the number of kinds
 * when it is none of them */
static gsize
take_kind(Cursor *cursor)
{
    /* Of a schema only its name is changed by this; other kinds hold no rows and no text. */
    static const char *const others[] = { "DATABASE", "SCHEMA",   "EXTENSION",   "ROLE",
                                          "USER",     "OPERATOR", "SERVER",      "TEXT",
                                          "CAST",     "SYSTEM",   "PUBLICATION", "SUBSCRIPTION",
                                          "AS",       NULL };
    for (; cursor->at < cursor->tokens->len; cursor->at++) {
        if (is_any(cursor, cursor->at, others) || is_kind(cursor, cursor->at, BL_TOKEN_OPEN))
            break;
        gboolean is_double =
            (is_word(cursor, cursor->at, "EVENT") && is_word(cursor, cursor->at + 1, "TRIGGER")) ||
            (is_word(cursor, cursor->at, "AGGREGATE") &&
             is_word(cursor, cursor->at + 1, "FUNCTION"));
        for (gsize i = 0; !is_double && i < G_N_ELEMENTS(kinds); i++) {
            if (!is_word(cursor, cursor->at, kinds[i].word))
                continue;
            cursor->at++;
            return i;
        }
    }
    return G_N_ELEMENTS(kinds);
}

/* The table behind ON, of what stands on one. */
static void
find_on(Cursor *cursor, const char *word)
{
    while (cursor->at < cursor->tokens->len && !is_word(cursor, cursor->at, word))
        cursor->at++;
    cursor->at++;
    cursor->at += is_word(cursor, cursor->at, "ONLY") ? 1 : 0;
    take_name(cursor, BL_CHANGE_ALTER, RELATIONS);
}

static void
find_create(Cursor *cursor)
{
    static const char *const body[] = { "BODY", NULL };
    cursor->at++;
    gboolean replaces = skip_pair(cursor, "OR", "REPLACE");
    gsize kind = take_kind(cursor);
    if (kind == G_N_ELEMENTS(kinds))
        return;
    skip_words(cursor, body);
    gboolean tries = skip_pair(cursor, "IF", "NOT");
    cursor->at += tries ? 1 : 0;
    BlChangeKind how = tries ? BL_CHANGE_TRY : replaces ? BL_CHANGE_ALTER : BL_CHANGE_MAKE;
    if (kinds[kind].on == NULL)
        take_name(cursor, how, kinds[kind].sort);
    else
        find_on(cursor, kinds[kind].on);
}

/* What ALTER says of a second table: its rows come and go with those of the first. */
static void
find_second(Cursor *cursor, guint first)
{
    static const char *const pairs[][2] = {
        { "ATTACH", "PARTITION" }, { "WITH", "TABLE" }, { "RENAME", "TO" },
        { "RENAME", "AS" },        { "NO", "INHERIT" }, { "CONVERT", "TABLE" },
    };
    for (; cursor->at < cursor->tokens->len; cursor->at++) {
        for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
            if (!skip_pair(cursor, pairs[i][0], pairs[i][1]))
                continue;
            gboolean is_new = strcmp(pairs[i][0], "RENAME") == 0;
            if (is_new)
                free_name(cursor, first);
            take_name(cursor, is_new ? BL_CHANGE_MAKE : BL_CHANGE_ALTER, RELATIONS);
            return;
        }
    }
}

static void
find_alter(Cursor *cursor)
{
    static const char *const fillers[] = { "IF", "EXISTS", "ONLY", NULL };
    static const char *const all[] = { "ALL", NULL };
    cursor->at++;
    gsize kind = take_kind(cursor);
    if (kind == G_N_ELEMENTS(kinds))
        return;
    skip_words(cursor, fillers);
    /* ALL IN TABLESPACE moves files and nothing else. */
    if (is_any(cursor, cursor->at, all) && is_word(cursor, cursor->at + 1, "IN"))
        return;
    const char *on = kinds[kind].on;
    if (on != NULL && strcmp(kinds[kind].word, "INDEX") != 0) {
        find_on(cursor, "ON");
        return;
    }
    guint first = cursor->at;
    take_name(cursor, BL_CHANGE_ALTER, kinds[kind].sort);
    if (kinds[kind].sort[0] == '\0')
        find_second(cursor, first);
}

static void
find_drop(Cursor *cursor)
{
    static const char *const fillers[] = { "IF", "EXISTS", NULL };
    static const char *const ends[] = { "CASCADE", "RESTRICT", NULL };
    cursor->at++;
    gsize kind = take_kind(cursor);
    if (kind == G_N_ELEMENTS(kinds) || kinds[kind].sort[0] != '\0')
        return;
    skip_words(cursor, fillers);
    take_names(cursor, BL_CHANGE_REMOVE, ends);
}

static void find_inside(Cursor *cursor);

/* What a statement is by its first word. */
static const struct {
    const char *word;
    void (*find)(Cursor *cursor);
    gboolean is_whole; /* all of its tokens are looked at */
} verbs[] = {
    { "INSERT", find_insert, FALSE }, { "REPLACE", find_insert, FALSE },
    { "MERGE", find_insert, FALSE },  { "UPDATE", find_update, TRUE },
    { "DELETE", find_delete, TRUE },  { "TRUNCATE", find_truncate, TRUE },
    { "RENAME", find_rename, TRUE },  { "COPY", find_copy, TRUE },
    { "LOAD", find_load, TRUE },      { "REFRESH", find_refresh, FALSE },
    { "CREATE", find_create, FALSE }, { "ALTER", find_alter, FALSE },
    { "DROP", find_drop, TRUE },      { "WITH", find_inside, TRUE },
    { "EXPLAIN", find_inside, TRUE }, { "ANALYZE", find_inside, TRUE },
    { "SELECT", find_inside, TRUE },  { "SET", find_inside, TRUE },
    { "PREPARE", find_inside, TRUE },
};

/* Verbs inside a statement that begins with another word; with what must follow, since some are
 * functions, columns and locks too. */
static const struct {
    const char *word;
    const char *next; /* NULL: a name */
    void (*find)(Cursor *cursor);
} inner_verbs[] = {
    { "INSERT", "INTO", find_insert }, { "REPLACE", "INTO", find_insert },
    { "MERGE", "INTO", find_insert },  { "DELETE", "FROM", find_delete },
    { "UPDATE", NULL, find_update },
};

/* FOR UPDATE and ON UPDATE are no statements, but SET STATEMENT … FOR UPDATE … is one. */
static gboolean
is_inner(const Cursor *cursor, gsize i)
{
    static const char *const before[] = { "FOR", "KEY", "ON", NULL };
    if (!is_word(cursor, cursor->at, inner_verbs[i].word))
        return FALSE;
    if (inner_verbs[i].next != NULL)
        return is_word(cursor, cursor->at + 1, inner_verbs[i].next);
    return is_name(cursor, cursor->at + 1) &&
           (is_word(cursor, 0, "SET") || !is_any(cursor, cursor->at - 1, before));
}

static void
find_inside(Cursor *cursor)
{
    cursor->at++;
    while (cursor->at < cursor->tokens->len) {
        guint start = cursor->at;
        for (gsize i = 0; start == cursor->at && i < G_N_ELEMENTS(inner_verbs); i++) {
            if (is_inner(cursor, i))
                inner_verbs[i].find(cursor);
        }
        cursor->at = start + 1;
    }
}

static void
read_tokens(Cursor *cursor, const BlDialect *dialect, gsize len, guint limit)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (cursor->tokens->len < limit &&
           bl_lex(dialect, &state, cursor->text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        gboolean is_code = !bl_token_is_filler(token.kind) && token.kind != BL_TOKEN_CODE_OPEN &&
                           token.kind != BL_TOKEN_CODE_CLOSE && token.kind != BL_TOKEN_HINT;
        gboolean is_opening = cursor->tokens->len == 0 && token.kind == BL_TOKEN_OPEN;
        if (is_code && !is_opening)
            g_array_append_val(cursor->tokens, token);
    }
}

void
bl_changes_find(const BlDialect *dialect, const char *sql, gsize len, BlChangeFn fn, void *data)
{
    g_autoptr(GArray) tokens = g_array_new(FALSE, FALSE, sizeof(BlToken));
    Cursor cursor = { sql, tokens, 0, fn, data };
    read_tokens(&cursor, dialect, len, 1);
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (!is_word(&cursor, 0, verbs[i].word))
            continue;
        g_array_set_size(tokens, 0);
        read_tokens(&cursor, dialect, len, verbs[i].is_whole ? G_MAXUINT : HEAD_TOKENS);
        verbs[i].find(&cursor);
        return;
    }
}
