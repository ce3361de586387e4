/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/lexer.h"

#include <string.h>

/* A trigger names its columns before its table: that many tokens are looked at. */
#define MAX_TOKENS 64

/* What a statement is by its first word. */
static const struct {
    const char *word;
    guint traits;
} first_words[] = {
    { "INSERT", BL_STMT_DML },
    { "REPLACE", BL_STMT_DML },
    { "UPDATE", BL_STMT_DML },
    { "DELETE", BL_STMT_DML },
    { "SELECT", BL_STMT_READ },
    { "VALUES", BL_STMT_READ },
    { "EXPLAIN", BL_STMT_READ },
    { "BEGIN", BL_STMT_TX_BEGIN },
    { "COMMIT", BL_STMT_TX_COMMIT },
    { "END", BL_STMT_TX_COMMIT },
    { "SAVEPOINT", BL_STMT_SAVEPOINT },
    { "RELEASE", BL_STMT_SAVEPOINT },
    { "CREATE", BL_STMT_CREATE },
    { "ALTER", 0 },
    { "ANALYZE", 0 },
    { "REINDEX", 0 },
    { "ATTACH", BL_STMT_OTHER_DATABASE },
    { "DETACH", BL_STMT_OTHER_DATABASE | BL_STMT_OUTSIDE_TX },
};

/* What a pragma is when it is given a value; without one it reads. Not named here: a setting of the
 * session. */
static const struct {
    const char *name;
    guint traits;
} pragmas[] = {
    { "foreign_keys", BL_STMT_SETTING | BL_STMT_SILENT_IN_TX },
    { "page_size", BL_STMT_SILENT_IN_TX },
    { "auto_vacuum", BL_STMT_SILENT_IN_TX },
    { "encoding", BL_STMT_SILENT_IN_TX },
    { "synchronous", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING },
    { "temp_store", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING },
    { "temp_store_directory", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING },
    { "user_version", 0 },
    { "application_id", 0 },
    { "schema_version", 0 },
    { "default_cache_size", 0 },
    { "incremental_vacuum", 0 },
    { "optimize", 0 },
    { "wal_checkpoint", BL_STMT_OUTSIDE_TX },
    { "foreign_key_check", BL_STMT_READ },
    { "foreign_key_list", BL_STMT_READ },
    { "index_info", BL_STMT_READ },
    { "index_list", BL_STMT_READ },
    { "index_xinfo", BL_STMT_READ },
    { "integrity_check", BL_STMT_READ },
    { "quick_check", BL_STMT_READ },
    { "table_info", BL_STMT_READ },
    { "table_list", BL_STMT_READ },
    { "table_xinfo", BL_STMT_READ },
};

/* These act, with a value or without. */
static const char *const acting_pragmas[] = { "incremental_vacuum", "optimize", "wal_checkpoint" };

/* The tokens of a statement and a place in them. */
typedef struct {
    const char *text;
    BlToken tokens[MAX_TOKENS];
    guint n;
    guint at;
} Cursor;

static gboolean
is_word(const Cursor *cursor, guint i, const char *word)
{
    return i < cursor->n && bl_token_is_word(&cursor->tokens[i], cursor->text, word);
}

static gboolean
skip_word(Cursor *cursor, const char *word)
{
    if (!is_word(cursor, cursor->at, word))
        return FALSE;
    cursor->at++;
    return TRUE;
}

static gboolean
is_name(const Cursor *cursor, guint i)
{
    return i < cursor->n && (cursor->tokens[i].kind == BL_TOKEN_WORD ||
                             cursor->tokens[i].kind == BL_TOKEN_IDENTIFIER ||
                             cursor->tokens[i].kind == BL_TOKEN_STRING);
}

static gboolean
is_dot(const Cursor *cursor, guint i)
{
    return i < cursor->n && cursor->tokens[i].kind == BL_TOKEN_OPERATOR &&
           cursor->tokens[i].len == 1 && cursor->text[cursor->tokens[i].start] == '.';
}

static char *
name_at(const Cursor *cursor, guint i)
{
    return bl_token_name(&cursor->tokens[i], cursor->text);
}

/* Steps over "name" or "schema.name". @return FALSE when there is no name. @schema may be NULL;
 * both g_free(). */
static gboolean
take_name(Cursor *cursor, char **schema, char **name)
{
    if (!is_name(cursor, cursor->at))
        return FALSE;
    gboolean is_qualified = is_dot(cursor, cursor->at + 1) && is_name(cursor, cursor->at + 2);
    *schema = is_qualified ? name_at(cursor, cursor->at) : NULL;
    *name = name_at(cursor, cursor->at + (is_qualified ? 2 : 0));
    cursor->at += is_qualified ? 3 : 1;
    return TRUE;
}

/* @return TRUE when the name at the cursor is qualified with a database that is neither main nor
 * temp */
static gboolean
names_other_database(Cursor *cursor)
{
    g_autofree char *schema = NULL;
    g_autofree char *name = NULL;
    if (!take_name(cursor, &schema, &name) || schema == NULL)
        return FALSE;
    return g_ascii_strcasecmp(schema, "main") != 0 && g_ascii_strcasecmp(schema, "temp") != 0;
}

static gboolean
skip_if_exists(Cursor *cursor, gboolean negated)
{
    guint n = negated ? 3 : 2;
    if (!is_word(cursor, cursor->at, "IF") ||
        (negated && !is_word(cursor, cursor->at + 1, "NOT")) ||
        !is_word(cursor, cursor->at + n - 1, "EXISTS"))
        return FALSE;
    cursor->at += n;
    return TRUE;
}

/* Write-ahead logging is kept in the file, any other mode in the session. */
static guint
classify_journal_mode(const Cursor *cursor, guint at)
{
    static const char *const quotes = "'\"`[]";
    if (at >= cursor->n)
        return BL_STMT_OUTSIDE_TX;
    const BlToken *token = &cursor->tokens[at];
    g_autofree char *mode = g_strndup(cursor->text + token->start, token->len);
    g_strstrip(g_strdelimit(mode, quotes, ' '));
    if (g_ascii_strcasecmp(mode, "wal") == 0)
        return BL_STMT_OUTSIDE_TX;
    guint traits = BL_STMT_SILENT_IN_TX | BL_STMT_TUNING;
    return g_ascii_strcasecmp(mode, "off") == 0 ? traits | BL_STMT_NO_WAY_BACK : traits;
}

static guint
classify_pragma(const Cursor *cursor)
{
    guint at = is_dot(cursor, 2) ? 3 : 1;
    if (!is_name(cursor, at))
        return BL_STMT_READ;
    g_autofree char *name = name_at(cursor, at);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    if (at + 1 >= cursor->n && !g_strv_contains(acting_pragmas, lower))
        return BL_STMT_READ;
    if (strcmp(lower, "journal_mode") == 0)
        return classify_journal_mode(cursor, at + 2);
    for (gsize i = 0; i < G_N_ELEMENTS(pragmas); i++) {
        if (strcmp(lower, pragmas[i].name) == 0)
            return pragmas[i].traits;
    }
    return BL_STMT_SETTING;
}

static guint
classify_drop(Cursor *cursor)
{
    guint traits = BL_STMT_DROP;
    cursor->at = 2;
    if (skip_if_exists(cursor, FALSE))
        traits |= BL_STMT_IF_EXISTS;
    return names_other_database(cursor) ? traits | BL_STMT_OTHER_DATABASE : traits;
}

static guint
classify_create(Cursor *cursor)
{
    cursor->at = 1;
    while (cursor->at < cursor->n && !is_word(cursor, cursor->at, "TABLE") &&
           !is_word(cursor, cursor->at, "INDEX") && !is_word(cursor, cursor->at, "VIEW") &&
           !is_word(cursor, cursor->at, "TRIGGER"))
        cursor->at++;
    cursor->at++;
    skip_if_exists(cursor, TRUE);
    return names_other_database(cursor) ? BL_STMT_CREATE | BL_STMT_OTHER_DATABASE : BL_STMT_CREATE;
}

static guint
classify_dml(Cursor *cursor)
{
    cursor->at = 1;
    if (skip_word(cursor, "OR"))
        cursor->at++;
    if (!skip_word(cursor, "INTO"))
        skip_word(cursor, "FROM");
    return names_other_database(cursor) ? BL_STMT_DML | BL_STMT_OTHER_DATABASE : BL_STMT_DML;
}

static guint
classify_vacuum(const Cursor *cursor)
{
    for (guint i = 1; i < MIN(cursor->n, 3); i++) {
        if (is_word(cursor, i, "INTO"))
            return BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE;
    }
    return BL_STMT_OUTSIDE_TX;
}

static guint
classify_rollback(const Cursor *cursor)
{
    guint at = is_word(cursor, 1, "TRANSACTION") ? 2 : 1;
    return is_word(cursor, at, "TO") ? BL_STMT_SAVEPOINT : BL_STMT_TX_ROLLBACK;
}

/* The verb behind the common table expressions: the first one outside parentheses that follows a
 * ")". */
static guint
classify_with(const char *sql, gsize len)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    guint depth = 0;
    gboolean after_close = FALSE;
    while (bl_lex(&bl_dialect_sqlite, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        if (token.kind == BL_TOKEN_OPEN)
            depth++;
        else if (token.kind == BL_TOKEN_CLOSE && depth > 0)
            depth--;
        for (gsize i = 0; depth == 0 && after_close && i < G_N_ELEMENTS(first_words); i++) {
            if ((first_words[i].traits & (BL_STMT_DML | BL_STMT_READ)) != 0 &&
                bl_token_is_word(&token, sql, first_words[i].word))
                return first_words[i].traits;
        }
        after_close = token.kind == BL_TOKEN_CLOSE;
    }
    return BL_STMT_READ;
}

static gboolean
is_gate(const Cursor *cursor, guint i)
{
    if (i >= cursor->n || cursor->tokens[i].kind != BL_TOKEN_WORD)
        return FALSE;
    gsize len = strlen(LITE_GATE);
    const BlToken *token = &cursor->tokens[i];
    const char *word = cursor->text + token->start;
    if (token->len < len || g_ascii_strncasecmp(word, LITE_GATE, len) != 0)
        return FALSE;
    while (len < token->len && g_ascii_isdigit(word[len]))
        len++;
    return len == token->len;
}

/* A statement of the gate that frame.c writes: CREATE TEMP TABLE, INSERT OR ROLLBACK INTO temp.,
 * DROP TABLE temp. A user may have a table of that name. */
static gboolean
names_gate(const Cursor *cursor)
{
    if (is_word(cursor, 0, "CREATE"))
        return is_word(cursor, 1, "TEMP") && is_word(cursor, 2, "TABLE") && is_gate(cursor, 3);
    for (guint i = 2; i + 2 < cursor->n; i++) {
        if (is_word(cursor, i, "temp") && is_dot(cursor, i + 1) && is_gate(cursor, i + 2))
            return TRUE;
    }
    return FALSE;
}

guint
lite_classify(const char *sql, gsize len)
{
    Cursor cursor = { .text = sql };
    cursor.n = bl_lex_first(&bl_dialect_sqlite, sql, len, cursor.tokens, 8);
    if (names_gate(&cursor))
        return BL_STMT_GATE;
    cursor.n = bl_lex_first(&bl_dialect_sqlite, sql, len, cursor.tokens, 12);
    if (is_word(&cursor, 0, "PRAGMA"))
        return classify_pragma(&cursor);
    if (is_word(&cursor, 0, "WITH"))
        return classify_with(sql, len);
    if (is_word(&cursor, 0, "DROP"))
        return classify_drop(&cursor);
    if (is_word(&cursor, 0, "VACUUM"))
        return classify_vacuum(&cursor);
    if (is_word(&cursor, 0, "ROLLBACK"))
        return classify_rollback(&cursor);
    if (is_word(&cursor, 0, "CREATE"))
        return classify_create(&cursor);
    for (gsize i = 0; i < G_N_ELEMENTS(first_words); i++) {
        if (is_word(&cursor, 0, first_words[i].word))
            return first_words[i].traits == BL_STMT_DML ? classify_dml(&cursor)
                                                        : first_words[i].traits;
    }
    return 0;
}

/* BEFORE | AFTER | INSTEAD OF, then the event, then the table behind ON. */
static gboolean
parse_trigger(Cursor *cursor, LiteCreate *create)
{
    static const char *const timings[] = { "before", "after", "instead" };
    static const char *const events[] = { "delete", "insert", "update" };
    create->timing = timings[0];
    for (gsize i = 0; i < G_N_ELEMENTS(timings); i++) {
        if (!skip_word(cursor, timings[i]))
            continue;
        create->timing = timings[i];
        skip_word(cursor, "OF");
        break;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(events); i++) {
        if (is_word(cursor, cursor->at, events[i]))
            create->event = events[i];
    }
    if (create->event == NULL)
        return FALSE;
    while (cursor->at < cursor->n && !is_word(cursor, cursor->at, "ON"))
        cursor->at++;
    cursor->at++;
    g_autofree char *schema = NULL;
    return take_name(cursor, &schema, &create->target) && schema == NULL;
}

static gboolean
parse_behind_name(Cursor *cursor, LiteCreate *create)
{
    if (strcmp(create->type, "trigger") == 0)
        return parse_trigger(cursor, create);
    g_autofree char *schema = NULL;
    if (strcmp(create->type, "index") == 0)
        return skip_word(cursor, "ON") && take_name(cursor, &schema, &create->target) &&
               schema == NULL;
    if (strcmp(create->type, "virtual table") == 0)
        return skip_word(cursor, "USING") && take_name(cursor, &schema, &create->target) &&
               schema == NULL;
    if (strcmp(create->type, "table") == 0 && create->is_plain)
        create->is_plain =
            cursor->at < cursor->n && cursor->tokens[cursor->at].kind == BL_TOKEN_OPEN;
    return TRUE;
}

gboolean
lite_parse_create(const char *sql, gsize len, LiteCreate *create)
{
    static const char *const types[] = { "table", "index", "view", "trigger" };
    *create = (LiteCreate){ .is_plain = TRUE };
    Cursor cursor = { .text = sql };
    cursor.n = bl_lex_first(&bl_dialect_sqlite, sql, len, cursor.tokens, MAX_TOKENS);
    if (!skip_word(&cursor, "CREATE"))
        return FALSE;
    if (skip_word(&cursor, "TEMP") || skip_word(&cursor, "TEMPORARY"))
        create->is_plain = FALSE;
    skip_word(&cursor, "UNIQUE");
    gboolean is_virtual = skip_word(&cursor, "VIRTUAL");
    for (gsize i = 0; create->type == NULL && i < G_N_ELEMENTS(types); i++) {
        if (skip_word(&cursor, types[i]))
            create->type = is_virtual ? "virtual table" : types[i];
    }
    if (create->type == NULL)
        return FALSE;
    skip_if_exists(&cursor, TRUE);
    g_autofree char *schema = NULL;
    if (!take_name(&cursor, &schema, &create->name))
        return FALSE;
    if (schema != NULL && g_ascii_strcasecmp(schema, "main") != 0)
        create->is_plain = FALSE;
    return parse_behind_name(&cursor, create);
}

char *
lite_parse_drop_table(const char *sql, gsize len)
{
    Cursor cursor = { .text = sql };
    cursor.n = bl_lex_first(&bl_dialect_sqlite, sql, len, cursor.tokens, 8);
    if (!skip_word(&cursor, "DROP") || !skip_word(&cursor, "TABLE"))
        return NULL;
    skip_if_exists(&cursor, FALSE);
    g_autofree char *schema = NULL;
    g_autofree char *name = NULL;
    if (!take_name(&cursor, &schema, &name) ||
        (schema != NULL && g_ascii_strcasecmp(schema, "main") != 0))
        return NULL;
    return g_steal_pointer(&name);
}

void
lite_create_clear(LiteCreate *create)
{
    g_free(create->name);
    g_free(create->target);
}
