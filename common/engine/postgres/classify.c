/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Words of a statement that are looked at. */
#define MAX_TOKENS 12

/* What a statement is by its first words; the first row that fits counts, longer ones first. "*"
 * stands for any one word. */
static const struct {
    const char *words;
    guint traits;
} beginnings[] = {
    { "CREATE DATABASE", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE },
    { "DROP DATABASE", BL_STMT_DROP | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE },
    { "ALTER DATABASE", BL_STMT_OTHER_DATABASE },
    { "CREATE TABLESPACE", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE },
    { "DROP TABLESPACE", BL_STMT_DROP | BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE },
    { "ALTER SYSTEM", BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE },
    { "CREATE INDEX CONCURRENTLY", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX },
    { "CREATE UNIQUE INDEX CONCURRENTLY", BL_STMT_CREATE | BL_STMT_OUTSIDE_TX },
    { "DROP INDEX CONCURRENTLY", BL_STMT_DROP | BL_STMT_OUTSIDE_TX },
    { "DROP SUBSCRIPTION", BL_STMT_DROP | BL_STMT_OUTSIDE_TX },
    { "CREATE", BL_STMT_CREATE },
    { "DROP", BL_STMT_DROP },
    { "REINDEX * CONCURRENTLY", BL_STMT_OUTSIDE_TX },
    { "REINDEX DATABASE", BL_STMT_OUTSIDE_TX },
    { "REINDEX SCHEMA", BL_STMT_OUTSIDE_TX },
    { "REINDEX SYSTEM", BL_STMT_OUTSIDE_TX },
    { "VACUUM", BL_STMT_OUTSIDE_TX },
    { "INSERT", BL_STMT_DML },
    { "UPDATE", BL_STMT_DML },
    { "DELETE", BL_STMT_DML },
    { "MERGE", BL_STMT_DML },
    { "TRUNCATE", BL_STMT_DML },
    { "COPY", BL_STMT_DML },
    { "SELECT", BL_STMT_READ },
    { "VALUES", BL_STMT_READ },
    { "TABLE", BL_STMT_READ },
    { "EXPLAIN", BL_STMT_READ },
    { "SHOW", BL_STMT_READ },
    { "BEGIN", BL_STMT_TX_BEGIN },
    { "START TRANSACTION", BL_STMT_TX_BEGIN },
    { "COMMIT PREPARED", BL_STMT_OUTSIDE_TX },
    { "ROLLBACK PREPARED", BL_STMT_OUTSIDE_TX },
    { "COMMIT", BL_STMT_TX_COMMIT },
    { "END", BL_STMT_TX_COMMIT },
    { "PREPARE TRANSACTION", BL_STMT_TX_COMMIT },
    { "ROLLBACK TO", BL_STMT_SAVEPOINT },
    { "ROLLBACK WORK TO", BL_STMT_SAVEPOINT },
    { "ROLLBACK TRANSACTION TO", BL_STMT_SAVEPOINT },
    { "ROLLBACK", BL_STMT_TX_ROLLBACK },
    { "ABORT", BL_STMT_TX_ROLLBACK },
    { "SAVEPOINT", BL_STMT_SAVEPOINT },
    { "RELEASE", BL_STMT_SAVEPOINT },
    { "SET CONSTRAINTS", 0 },
    { "SET TRANSACTION", 0 },
    { "SET", BL_STMT_SETTING },
    { "RESET", BL_STMT_SETTING },
    { "DISCARD", BL_STMT_OUTSIDE_TX | BL_STMT_SETTING },
};

/* Words behind which CONCURRENTLY or IF EXISTS may stand further on. */
static gboolean
has_word(const char *text, const BlToken *tokens, guint n, guint from, const char *word)
{
    for (guint i = from; i < n; i++) {
        if (bl_token_is_word(&tokens[i], text, word))
            return TRUE;
    }
    return FALSE;
}

static gboolean
fits(const char *words, const char *text, const BlToken *tokens, guint n)
{
    guint i = 0;
    while (*words != '\0') {
        gsize len = strcspn(words, " ");
        g_autofree char *word = g_strndup(words, len);
        if (i >= n || (strcmp(word, "*") != 0 && !bl_token_is_word(&tokens[i], text, word)))
            return FALSE;
        i++;
        words += len;
        words += strspn(words, " ");
    }
    return TRUE;
}

/* WITH … may lead to anything: the first word outside parentheses that says what it does. */
static guint
classify_with(const char *sql, gsize len)
{
    static const char *const writers[] = { "INSERT", "UPDATE", "DELETE", "MERGE" };
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    guint traits = BL_STMT_READ;
    while (bl_lex(&bl_dialect_postgres, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        for (gsize i = 0; i < G_N_ELEMENTS(writers); i++) {
            /* Also inside parentheses: a common table expression may write. */
            if (bl_token_is_word(&token, sql, writers[i]))
                traits = BL_STMT_DML;
        }
    }
    return traits;
}

/* ALTER TABLE … DETACH PARTITION … CONCURRENTLY and ALTER SUBSCRIPTION … REFRESH. */
static guint
classify_alter(const char *sql, gsize len, const BlToken *tokens, guint n)
{
    gboolean is_table = n > 1 && bl_token_is_word(&tokens[1], sql, "TABLE");
    gboolean is_subscription = n > 1 && bl_token_is_word(&tokens[1], sql, "SUBSCRIPTION");
    if (is_table && has_word(sql, tokens, n, 2, "DETACH")) {
        BlToken all[4 * MAX_TOKENS];
        guint m = bl_lex_first(&bl_dialect_postgres, sql, len, all, G_N_ELEMENTS(all));
        return has_word(sql, all, m, 2, "CONCURRENTLY") ? BL_STMT_OUTSIDE_TX : 0;
    }
    if (is_subscription && has_word(sql, tokens, n, 2, "REFRESH"))
        return BL_STMT_OUTSIDE_TX;
    return 0;
}

guint
pg_classify(const char *sql, gsize len)
{
    BlToken tokens[MAX_TOKENS];
    guint n = bl_lex_first(&bl_dialect_postgres, sql, len, tokens, MAX_TOKENS);
    if (n == 0)
        return 0;
    if (bl_token_is_word(&tokens[0], sql, "WITH"))
        return classify_with(sql, len);
    if (bl_token_is_word(&tokens[0], sql, "ALTER") &&
        !bl_token_is_word(&tokens[1 % n], sql, "DATABASE") &&
        !bl_token_is_word(&tokens[1 % n], sql, "SYSTEM"))
        return classify_alter(sql, len, tokens, n);
    for (gsize i = 0; i < G_N_ELEMENTS(beginnings); i++) {
        if (!fits(beginnings[i].words, sql, tokens, n))
            continue;
        guint traits = beginnings[i].traits;
        if ((traits & BL_STMT_DROP) != 0 && has_word(sql, tokens, MIN(n, 8), 2, "EXISTS"))
            traits |= BL_STMT_IF_EXISTS;
        return traits;
    }
    return 0;
}
