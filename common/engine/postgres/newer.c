/* SPDX-License-Identifier: MIT */
/*
 * What a newer server does not have of a snapshot that an older one gave: all that no text can say
 * so that both take it.
 */
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

/* ALTER FOREIGN TABLE ONLY a.b ALTER COLUMN c DROP NOT NULL */
#define MOST_TOKENS 13

/* Of a snapshot the statement stands for one thing only: a child took back the NOT NULL of its
 * parents' column. From 18 on a child has each of them. */
static gboolean
takes_null_back(const char *sql, const BlToken *tokens, guint n)
{
    static const char *const end[] = { "DROP", "NOT", "NULL" };
    if (n <= G_N_ELEMENTS(end) || !bl_token_is_word(&tokens[0], sql, "ALTER"))
        return FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(end); i++) {
        if (!bl_token_is_word(&tokens[n - G_N_ELEMENTS(end) + i], sql, end[i]))
            return FALSE;
    }
    return TRUE;
}

char *
pg_translate(BlSession *base,
             const char *sql,
             gsize len,
             gboolean map,
             GPtrArray *notes,
             GPtrArray *problems)
{
    (void)map;
    (void)notes;
    BlToken tokens[MOST_TOKENS + 1];
    if (sql == NULL || base->text_family == NULL || ((const PgSession *)base)->version < 180000)
        return NULL;
    guint n = bl_lex_first(&bl_dialect_postgres, sql, len, tokens, G_N_ELEMENTS(tokens));
    if (n > MOST_TOKENS || !takes_null_back(sql, tokens, n))
        return NULL;
    g_autofree char *statement = g_strndup(sql, len);
    g_ptr_array_add(problems,
                    g_strdup_printf("%s: a column that may hold NULL although its parent's may not",
                                    statement));
    return NULL;
}
