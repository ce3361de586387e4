/* SPDX-License-Identifier: MIT */
/*
 * The statements that a replay runs at all, by their first words, of MySQL 5.6 to 9 and MariaDB 10
 * to 12. Every version of a server has more that are about the server: what is not listed is taken
 * for one of those.
 */
#include "common/engine/mysql/reach.h"

/* Among so many tokens stands what a CREATE makes. */
#define HEAD_TOKENS 32

static const char *const known_verbs[] = {
    "ALTER",  "ANALYZE",    "BEGIN",   "CALL",     "CASE",      "CHECK",     "CHECKSUM", "COMMIT",
    "CREATE", "DEALLOCATE", "DECLARE", "DELETE",   "DELIMITER", "DESC",      "DESCRIBE", "DO",
    "DROP",   "END",        "EXECUTE", "EXPLAIN",  "FOR",       "GET",       "HANDLER",  "HELP",
    "IF",     "INSERT",     "LOCK",    "LOOP",     "OPTIMIZE",  "PREPARE",   "RELEASE",  "RENAME",
    "REPAIR", "REPEAT",     "REPLACE", "RESIGNAL", "ROLLBACK",  "SAVEPOINT", "SELECT",   "SET",
    "SHOW",   "SIGNAL",     "START",   "TABLE",    "TRUNCATE",  "UNLOCK",    "UPDATE",   "VALUES",
    "WHILE",  "WITH",       NULL
};

/* What CREATE, ALTER and DROP may be about, behind whatever words. */
static const char *const known_objects[] = { "TABLE",    "TABLES",   "VIEW",     "INDEX",
                                             "TRIGGER",  "EVENT",    "FUNCTION", "PROCEDURE",
                                             "PACKAGE",  "SEQUENCE", "LIBRARY",  "PREPARE",
                                             "DATABASE", "SCHEMA",   NULL };

/* Behind the words of an object that stand before its kind: OR REPLACE, UNIQUE, DEFINER = x. */
static gboolean
is_known_object(const char *text, gsize len)
{
    BlToken tokens[HEAD_TOKENS];
    guint n = bl_lex_first(&bl_dialect_mysql, text, len, tokens, HEAD_TOKENS);
    for (guint i = 1; i < n; i++) {
        if (bl_token_is_any(&tokens[i], text, known_objects))
            return TRUE;
    }
    return FALSE;
}

gboolean
my_is_known_statement(const char *text, gsize len)
{
    static const char *const definers[] = { "CREATE", "ALTER", "DROP", NULL };
    BlToken tokens[2];
    guint n = bl_lex_first(&bl_dialect_mysql, text, len, tokens, G_N_ELEMENTS(tokens));
    /* An executable comment is looked at by its words; a label stands before a block. */
    if (n == 0 || tokens[0].kind != BL_TOKEN_WORD ||
        (n > 1 && tokens[1].kind == BL_TOKEN_OPERATOR && text[tokens[1].start] == ':'))
        return TRUE;
    if (bl_token_is_any(&tokens[0], text, definers))
        return is_known_object(text, len);
    if (bl_token_is_word(&tokens[0], text, "START"))
        return n > 1 && bl_token_is_word(&tokens[1], text, "TRANSACTION");
    return bl_token_is_any(&tokens[0], text, known_verbs);
}
