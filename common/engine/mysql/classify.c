/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/session.h"
#include "common/engine/mysql/tokens.h"
#include "common/sql/lexer.h"

#include <string.h>

/* That many tokens decide. */
#define MAX_TOKENS 16

/* Most statements that change an object or a right commit what is open, and themselves. */
#define DDL BL_STMT_COMMITS

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
    { "TABLE", BL_STMT_READ },
    { "SHOW", BL_STMT_READ },
    { "EXPLAIN", BL_STMT_READ },
    { "DESCRIBE", BL_STMT_READ },
    { "DESC", BL_STMT_READ },
    { "HELP", BL_STMT_READ },
    { "DO", BL_STMT_READ },
    { "HANDLER", BL_STMT_READ },
    { "COMMIT", BL_STMT_TX_COMMIT },
    { "SAVEPOINT", BL_STMT_SAVEPOINT },
    { "USE", BL_STMT_OTHER_DATABASE | BL_STMT_HIDES_LEDGER },
    { "CALL", BL_STMT_MAY_COMMIT },
    { "EXECUTE", BL_STMT_MAY_COMMIT },
    { "IF", BL_STMT_MAY_COMMIT },
    { "CASE", BL_STMT_MAY_COMMIT },
    { "LOOP", BL_STMT_MAY_COMMIT },
    { "WHILE", BL_STMT_MAY_COMMIT },
    { "REPEAT", BL_STMT_MAY_COMMIT },
    { "FOR", BL_STMT_MAY_COMMIT },
    { "DECLARE", BL_STMT_MAY_COMMIT },
    { "UNLOCK", BL_STMT_TX_COMMIT },
    { "RENAME", DDL },
    { "TRUNCATE", DDL },
    { "OPTIMIZE", DDL },
    { "REPAIR", DDL },
    { "CHECK", DDL },
    { "CACHE", DDL },
    { "GRANT", DDL },
    { "REVOKE", DDL },
    { "FLUSH", DDL },
    { "RESET", DDL },
    { "CHANGE", DDL },
    { "STOP", DDL },
    { "INSTALL", DDL },
    { "UNINSTALL", DDL },
    { "IMPORT", DDL },
    { "BACKUP", DDL },
    { "CLONE", DDL },
};

/* Verbs that may follow WITH … and other openings. */
static const char *const verbs[] = { "SELECT", "INSERT", "REPLACE", "UPDATE",
                                     "DELETE", "VALUES", "TABLE",   NULL };

/* What follows ALTER DATABASE when it has no name. */
static const char *const database_options[] = { "CHARACTER", "CHARSET",    "COLLATE", "COMMENT",
                                                "DEFAULT",   "ENCRYPTION", "READ",    NULL };

/* The first tokens of a statement; what stands in executable comments is code. */
typedef struct {
    const char *text;
    gsize len;
    BlToken tokens[MAX_TOKENS];
    guint n;
} Cursor;

static gboolean
counts(BlTokenKind kind)
{
    return my_token_counts(kind) && kind != BL_TOKEN_HINT;
}

static gboolean
next_token(const Cursor *cursor, BlLexState *state, gsize *pos, BlToken *token)
{
    do {
        BlTokenKind kind =
            bl_lex(&bl_dialect_mysql, state, cursor->text, cursor->len, *pos, TRUE, token);
        if (kind == BL_TOKEN_END)
            return FALSE;
        *pos = token->start + token->len;
    } while (!counts(token->kind));
    return TRUE;
}

static void
fill(Cursor *cursor)
{
    BlLexState state = { 0 };
    gsize pos = 0;
    while (cursor->n < MAX_TOKENS && next_token(cursor, &state, &pos, &cursor->tokens[cursor->n])) {
        /* "(SELECT …)" */
        if (cursor->n > 0 || cursor->tokens[0].kind != BL_TOKEN_OPEN)
            cursor->n++;
    }
}

static gboolean
is_word(const Cursor *cursor, guint i, const char *word)
{
    return i < cursor->n && bl_token_is_word(&cursor->tokens[i], cursor->text, word);
}

static gboolean
is_any(const Cursor *cursor, guint i, const char *const *words)
{
    return i < cursor->n && bl_token_is_any(&cursor->tokens[i], cursor->text, words);
}

static gboolean
is_database(const Cursor *cursor, guint i)
{
    return is_word(cursor, i, "DATABASE") || is_word(cursor, i, "SCHEMA");
}

static guint
word_traits(const Cursor *cursor, guint i)
{
    for (gsize j = 0; j < G_N_ELEMENTS(first_words); j++) {
        if (is_word(cursor, i, first_words[j].word))
            return first_words[j].traits;
    }
    return 0;
}

/* The verb behind the common table expressions: the first one outside parentheses that follows a
 * ")". */
static guint
classify_with(const Cursor *cursor)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    guint depth = 0;
    gboolean after_close = FALSE;
    while (next_token(cursor, &state, &pos, &token)) {
        depth += token.kind == BL_TOKEN_OPEN ? 1 : 0;
        depth -= token.kind == BL_TOKEN_CLOSE && depth > 0 ? 1 : 0;
        for (gsize i = 0; depth == 0 && after_close && verbs[i] != NULL; i++) {
            if (bl_token_is_word(&token, cursor->text, verbs[i]))
                return i >= 1 && i <= 4 ? BL_STMT_DML : BL_STMT_READ;
        }
        after_close = token.kind == BL_TOKEN_CLOSE;
    }
    return BL_STMT_READ;
}

/* CREATE [OR REPLACE] [TEMPORARY] … */
static guint
classify_create(const Cursor *cursor)
{
    guint at = is_word(cursor, 1, "OR") ? 3 : 1;
    if (is_word(cursor, at, "TEMPORARY"))
        return BL_STMT_CREATE;
    if (is_database(cursor, at))
        return BL_STMT_CREATE | DDL | BL_STMT_OTHER_DATABASE;
    return BL_STMT_CREATE | DDL;
}

static guint
classify_drop(const Cursor *cursor)
{
    guint traits = BL_STMT_DROP;
    if (is_word(cursor, 1, "PREPARE"))
        return 0;
    if (!is_word(cursor, 1, "TEMPORARY"))
        traits |= DDL;
    if (is_database(cursor, 1))
        traits |= BL_STMT_OTHER_DATABASE;
    for (guint i = 1; i < MIN(cursor->n, 5); i++) {
        if (is_word(cursor, i, "IF") && is_word(cursor, i + 1, "EXISTS"))
            traits |= BL_STMT_IF_EXISTS;
    }
    return traits;
}

static guint
classify_alter(const Cursor *cursor)
{
    static const char *const defaults[] = { "CHARACTER", "CHARSET", "COLLATE", NULL };
    if (!is_database(cursor, 1))
        return DDL;
    guint traits = DDL;
    if (!is_any(cursor, 2, database_options))
        traits |= BL_STMT_OTHER_DATABASE;
    for (guint i = 2; i < cursor->n; i++) {
        if (is_any(cursor, i, defaults))
            traits |= BL_STMT_DEFAULTS;
    }
    return traits;
}

static gboolean
is_operator(const Cursor *cursor, guint i, char c)
{
    return i < cursor->n && cursor->tokens[i].kind == BL_TOKEN_OPERATOR &&
           cursor->text[cursor->tokens[i].start] == c;
}

/* Where autocommit is set, alone: the token behind "=" or ":="; 0: it is not. */
static guint
find_autocommit(const Cursor *cursor)
{
    for (guint i = 1; i + 2 < cursor->n && i < 5; i++) {
        const BlToken *token = &cursor->tokens[i];
        gsize len = strlen("autocommit");
        gboolean names =
            token->len >= len && g_ascii_strncasecmp(cursor->text + token->start + token->len - len,
                                                     "autocommit", len) == 0;
        if (names && (is_operator(cursor, i + 1, '=') || is_operator(cursor, i + 1, ':')))
            return i + 2;
    }
    return 0;
}

static guint classify(const Cursor *cursor);

/* SET STATEMENT a = 1, b = 2 FOR INSERT … (MariaDB). */
static guint
classify_set_statement(const Cursor *cursor)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (next_token(cursor, &state, &pos, &token)) {
        if (bl_token_is_word(&token, cursor->text, "FOR")) {
            Cursor inner = { .text = cursor->text + pos, .len = cursor->len - pos };
            fill(&inner);
            return classify(&inner);
        }
    }
    return BL_STMT_SETTING;
}

static guint
classify_set(const Cursor *cursor)
{
    if (is_word(cursor, 1, "STATEMENT"))
        return classify_set_statement(cursor);
    if (is_word(cursor, 1, "PASSWORD"))
        return DDL;
    guint at = find_autocommit(cursor);
    if (at == 0)
        return BL_STMT_SETTING;
    gboolean off = is_word(cursor, at, "OFF") || is_word(cursor, at, "FALSE") ||
                   (cursor->tokens[at].len == 1 && cursor->text[cursor->tokens[at].start] == '0');
    return BL_STMT_SETTING | (off ? BL_STMT_TX_BEGIN : BL_STMT_TX_COMMIT);
}

/* "ANALYZE TABLE t" commits, MariaDB's "ANALYZE UPDATE …" runs the statement. */
static guint
classify_analyze(const Cursor *cursor)
{
    gboolean is_verb = is_any(cursor, 1, verbs) && !is_word(cursor, 1, "TABLE");
    return is_verb ? word_traits(cursor, 1) : DDL;
}

static guint
classify_begin(const Cursor *cursor)
{
    /* Behind the one that begins a transaction comes nothing but WORK; behind Oracle's, a block. */
    gboolean is_block =
        cursor->n > 1 && cursor->tokens[1].kind == BL_TOKEN_WORD && !is_word(cursor, 1, "WORK");
    return is_block ? BL_STMT_MAY_COMMIT : BL_STMT_TX_BEGIN;
}

static guint
classify_start(const Cursor *cursor)
{
    return is_word(cursor, 1, "TRANSACTION") ? BL_STMT_TX_BEGIN : DDL;
}

static guint
classify_rollback(const Cursor *cursor)
{
    guint at = is_word(cursor, 1, "WORK") ? 2 : 1;
    return is_word(cursor, at, "TO") ? BL_STMT_SAVEPOINT : BL_STMT_TX_ROLLBACK;
}

static guint
classify_xa(const Cursor *cursor)
{
    if (is_word(cursor, 1, "COMMIT"))
        return BL_STMT_TX_COMMIT;
    return is_word(cursor, 1, "ROLLBACK") ? BL_STMT_TX_ROLLBACK : BL_STMT_TX_BEGIN;
}

/* LOAD DATA, LOAD XML; LOAD INDEX INTO CACHE commits. */
static guint
classify_load(const Cursor *cursor)
{
    return is_word(cursor, 1, "INDEX") ? DDL : BL_STMT_DML;
}

/* LOCK TABLES ends what is open, and only the
 * locked tables can be used until UNLOCK TABLES. */
static guint
classify_lock(const Cursor *cursor)
{
    return is_word(cursor, 1, "INSTANCE")
               ? 0
               : BL_STMT_TX_BEGIN | BL_STMT_HIDES_LEDGER | BL_STMT_LOCKS_OUT;
}

static guint
classify_release(const Cursor *cursor)
{
    (void)cursor;
    return BL_STMT_SAVEPOINT;
}

/* First words that do not decide alone. */
static const struct {
    const char *word;
    guint (*classify)(const Cursor *cursor);
} openings[] = {
    { "CREATE", classify_create },   { "DROP", classify_drop },   { "ALTER", classify_alter },
    { "SET", classify_set },         { "WITH", classify_with },   { "ANALYZE", classify_analyze },
    { "BEGIN", classify_begin },     { "START", classify_start }, { "ROLLBACK", classify_rollback },
    { "XA", classify_xa },           { "LOAD", classify_load },   { "LOCK", classify_lock },
    { "RELEASE", classify_release },
};

static guint
classify(const Cursor *cursor)
{
    for (gsize i = 0; i < G_N_ELEMENTS(openings); i++) {
        if (is_word(cursor, 0, openings[i].word))
            return openings[i].classify(cursor);
    }
    return word_traits(cursor, 0);
}

/* A statement of the gate that frame.c writes: SET @baseline_gate…, PREPARE baseline_gate and what
 * follows from that. */
static gboolean
names_gate(const Cursor *cursor)
{
    guint at = is_word(cursor, 0, "DEALLOCATE") ? 2 : 1;
    if (is_word(cursor, 0, "SET")) {
        gsize start = at < cursor->n ? cursor->tokens[at].start : cursor->len;
        return cursor->len - start >= strlen(MY_GATE) &&
               strncmp(cursor->text + start, MY_GATE, strlen(MY_GATE)) == 0;
    }
    return (is_word(cursor, 0, "PREPARE") || is_word(cursor, 0, "EXECUTE") || at == 2) &&
           is_word(cursor, at, MY_GATE_NAME);
}

guint
my_classify(const char *sql, gsize len)
{
    Cursor cursor = { .text = sql, .len = len };
    fill(&cursor);
    return names_gate(&cursor) ? BL_STMT_GATE : classify(&cursor);
}

char *
my_altered_database(const char *sql, gsize len)
{
    Cursor cursor = { .text = sql, .len = len };
    fill(&cursor);
    gboolean has_name = is_word(&cursor, 0, "ALTER") && is_database(&cursor, 1) && cursor.n > 2 &&
                        !is_any(&cursor, 2, database_options);
    return has_name ? bl_token_name(&cursor.tokens[2], sql) : NULL;
}
