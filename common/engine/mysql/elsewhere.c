/* SPDX-License-Identifier: MIT */
/*
 * Statements of a load that would change another database, or the server itself. Bodies, views and
 * foreign keys may name other databases: what counts is the name of what is made, changed or
 * removed.
 */
#include "common/engine/mysql/reach.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* What a load may not touch; files that it reads are another matter. */
#define SERVER_PARTS                                                                               \
    (1U << MY_REACH_ACCOUNT | 1U << MY_REACH_LIBRARY | 1U << MY_REACH_REMOTE |                     \
     1U << MY_REACH_REPLICATION | 1U << MY_REACH_SERVER | 1U << MY_REACH_SESSION |                 \
     1U << MY_REACH_SPACE)

/* Verbs whose object may be a part of the server. */
static const char *const object_verbs[] = { "CREATE", "ALTER", "DROP", "RENAME", NULL };

static const char *const objects[] = {
    "TABLE", "VIEW",  "TRIGGER", "FUNCTION", "PROCEDURE",
    "EVENT", "INDEX", "PACKAGE", "SEQUENCE", NULL,
};

/* Words that may stand between a verb or a kind and the name. */
static const char *const fillers[] = {
    "IF",      "NOT",          "EXISTS", "BODY",          "IGNORE", "INTO",
    "DELAYED", "LOW_PRIORITY", "ONLINE", "HIGH_PRIORITY", NULL,
};

/* Words behind which a table is named. */
static const char *const before_tables[] = {
    "UPDATE", "DELETE", "FROM", "JOIN", "LOW_PRIORITY", "QUICK", "IGNORE", "USING", NULL,
};

typedef struct {
    const MySession *session;
    const char *text;
    gsize len, pos;
    BlLexState state;
    BlToken token; /* the current one; of kind BL_TOKEN_END behind the last */
} Scan;

/* What stands in executable comments is code. */
static void
next(Scan *scan)
{
    do {
        bl_lex(&bl_dialect_mysql, &scan->state, scan->text, scan->len, scan->pos, TRUE,
               &scan->token);
        scan->pos = scan->token.start + scan->token.len;
    } while (!my_token_counts(scan->token.kind));
}

static gboolean
at_end(const Scan *scan)
{
    return scan->token.kind == BL_TOKEN_END || scan->token.kind == BL_TOKEN_UNTERMINATED;
}

static gboolean
is_word(const Scan *scan, const char *word)
{
    return bl_token_is_word(&scan->token, scan->text, word);
}

static gboolean
is_any(const Scan *scan, const char *const *words)
{
    return bl_token_is_any(&scan->token, scan->text, words);
}

static gboolean
is_char(const Scan *scan, char c)
{
    return scan->token.len == 1 && scan->text[scan->token.start] == c;
}

static gboolean
is_name(const Scan *scan)
{
    return scan->token.kind == BL_TOKEN_WORD || scan->token.kind == BL_TOKEN_IDENTIFIER;
}

/* Reads past a name and tells whether it is one of another database. */
static gboolean
is_elsewhere(Scan *scan)
{
    if (!is_name(scan))
        return FALSE;
    g_autofree char *first = bl_token_name(&scan->token, scan->text);
    next(scan);
    if (!is_char(scan, '.'))
        return FALSE;
    next(scan);
    if (!is_name(scan))
        return FALSE;
    next(scan);
    return !my_same_database(scan->session, first);
}

static void
skip_fillers(Scan *scan)
{
    while (is_any(scan, fillers))
        next(scan);
}

/* The table that an index or a trigger stands on. */
static gboolean
is_on_elsewhere(Scan *scan)
{
    while (!at_end(scan) && !is_word(scan, "ON"))
        next(scan);
    next(scan);
    return is_elsewhere(scan);
}

static gboolean
creates_elsewhere(Scan *scan)
{
    while (!at_end(scan) && !is_any(scan, objects) && !is_char(scan, '('))
        next(scan);
    gboolean stands_on = is_word(scan, "INDEX") || is_word(scan, "TRIGGER");
    next(scan);
    skip_fillers(scan);
    return is_elsewhere(scan) || (stands_on && is_on_elsewhere(scan));
}

/* Also what it gets as a new name, and the table that a partition is exchanged with. */
static gboolean
alters_elsewhere(Scan *scan)
{
    if (creates_elsewhere(scan))
        return TRUE;
    while (!at_end(scan)) {
        gboolean names = is_word(scan, "RENAME") || is_word(scan, "TABLE");
        next(scan);
        if (!names)
            continue;
        if (is_word(scan, "TO") || is_word(scan, "AS"))
            next(scan);
        if (is_elsewhere(scan))
            return TRUE;
    }
    return FALSE;
}

static gboolean
names_elsewhere(Scan *scan)
{
    while (!at_end(scan)) {
        if (is_name(scan) ? is_elsewhere(scan) : (next(scan), FALSE))
            return TRUE;
    }
    return FALSE;
}

static gboolean
inserts_elsewhere(Scan *scan)
{
    skip_fillers(scan);
    return is_elsewhere(scan);
}

/* The tables of UPDATE and DELETE, those that are only read too: better one too many. */
static gboolean
changes_elsewhere(Scan *scan)
{
    gboolean is_table = TRUE;
    while (!at_end(scan) && !is_word(scan, "WHERE")) {
        if (is_table && is_name(scan) && !is_any(scan, before_tables)) {
            if (is_elsewhere(scan))
                return TRUE;
            is_table = FALSE;
            continue;
        }
        is_table = is_any(scan, before_tables) || is_char(scan, ',');
        next(scan);
    }
    return FALSE;
}

static gboolean
is_global(const Scan *scan)
{
    return my_is_global_variable(scan->text, &scan->token) || is_word(scan, "GLOBAL") ||
           is_word(scan, "PERSIST") || is_word(scan, "PERSIST_ONLY") || is_word(scan, "PASSWORD");
}

/* Dumps of servers that replicate carry the transactions that they hold. */
static gboolean
names_gtid(const Scan *scan)
{
    g_autofree char *text = g_ascii_strdown(scan->text, (gssize)scan->len);
    return strstr(text, "gtid_purged") != NULL;
}

static gboolean
sets_server(Scan *scan)
{
    gboolean is_target = TRUE;
    for (; !at_end(scan); next(scan)) {
        if (is_target && is_global(scan))
            return !names_gtid(scan);
        is_target = scan->token.kind == BL_TOKEN_COMMA;
    }
    return FALSE;
}

static gboolean
loads_elsewhere(Scan *scan)
{
    while (!at_end(scan) && !is_word(scan, "TABLE"))
        next(scan);
    next(scan);
    return is_elsewhere(scan);
}

static gboolean
writes_file(Scan *scan)
{
    for (; !at_end(scan); next(scan)) {
        if (is_word(scan, "OUTFILE") || is_word(scan, "DUMPFILE"))
            return TRUE;
    }
    return FALSE;
}

static const struct {
    const char *verb;
    gboolean (*fn)(Scan *scan);
} verbs[] = {
    { "CREATE", creates_elsewhere },  { "ALTER", alters_elsewhere },
    { "DROP", names_elsewhere },      { "RENAME", names_elsewhere },
    { "TRUNCATE", names_elsewhere },  { "INSERT", inserts_elsewhere },
    { "REPLACE", inserts_elsewhere }, { "UPDATE", changes_elsewhere },
    { "DELETE", changes_elsewhere },  { "SET", sets_server },
    { "LOAD", loads_elsewhere },      { "SELECT", writes_file },
};

static gboolean
is_of_server(MyReach what)
{
    return (SERVER_PARTS & 1U << what) != 0;
}

/* The verb, or the verb and what it makes, changes or removes. */
static gboolean
changes_server(Scan scan)
{
    BlToken verb = scan.token;
    if (is_of_server(my_reach_of_first(scan.text, &verb)))
        return TRUE;
    if (!is_any(&scan, object_verbs))
        return FALSE;
    next(&scan);
    if (is_word(&scan, "OR")) {
        next(&scan);
        next(&scan);
    }
    return is_of_server(my_reach_of_pair(scan.text, &verb, &scan.token));
}

gboolean
my_writes_elsewhere(const MySession *session, const char *sql, gsize len)
{
    Scan scan = { .session = session, .text = sql, .len = len };
    scan.state.no_backslash_escapes = session->no_backslash_escapes;
    scan.state.ansi_quotes = session->ansi_quotes;
    next(&scan);
    if (changes_server(scan))
        return TRUE;
    for (gsize i = 0; i < G_N_ELEMENTS(verbs); i++) {
        if (is_word(&scan, verbs[i].verb)) {
            next(&scan);
            return verbs[i].fn(&scan);
        }
    }
    return FALSE;
}
