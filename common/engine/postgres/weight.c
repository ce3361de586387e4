/* SPDX-License-Identifier: MIT */
/*
 * A transaction holds a lock on every relation that it makes until it ends, and the lock table of
 * the server has room for max_locks_per_transaction times the number of sessions, for all of them
 * together. The weight of a statement is the number of relations that it makes.
 */
#include "common/base/error.h"
#include "common/engine/postgres/postgres.h"
#include "common/sql/lexer.h"

#include <string.h>

/* A table comes with a table for its long values and an index on that. */
#define TABLE_WEIGHT 3

/* Words in CREATE TABLE and ALTER TABLE that make an index or a sequence. */
static const char *const maker_words[] = {
    "PRIMARY", "UNIQUE", "EXCLUDE", "IDENTITY", "SERIAL", "BIGSERIAL", "SMALLSERIAL",
};

static guint
count_makers(const char *sql, gsize len)
{
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    guint n = 0;
    while (bl_lex(&bl_dialect_postgres, &state, sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        for (gsize i = 0; token.kind == BL_TOKEN_WORD && i < G_N_ELEMENTS(maker_words); i++)
            n += bl_token_is_word(&token, sql, maker_words[i]) ? 1 : 0;
    }
    return n;
}

guint
pg_weigh(const char *sql, gsize len)
{
    BlToken tokens[6];
    guint n = bl_lex_first(&bl_dialect_postgres, sql, len, tokens, G_N_ELEMENTS(tokens));
    if (n < 2 || (!bl_token_is_word(&tokens[0], sql, "CREATE") &&
                  !bl_token_is_word(&tokens[0], sql, "ALTER")))
        return 0;
    gboolean creates = bl_token_is_word(&tokens[0], sql, "CREATE");
    for (guint i = 1; i < n; i++) {
        if (bl_token_is_word(&tokens[i], sql, "TABLE"))
            return (creates ? TABLE_WEIGHT : 0) + count_makers(sql, len);
        if (creates && bl_token_is_word(&tokens[i], sql, "MATERIALIZED"))
            return TABLE_WEIGHT;
        if (creates && (bl_token_is_word(&tokens[i], sql, "INDEX") ||
                        bl_token_is_word(&tokens[i], sql, "SEQUENCE") ||
                        bl_token_is_word(&tokens[i], sql, "VIEW")))
            return 1;
    }
    return 0;
}

/* Room is left for the other sessions: when the table is full, they fail too. */
guint64
pg_lock_room(PgSession *session, GError **error)
{
    static const char sql[] =
        "SELECT pg_catalog.current_setting('max_locks_per_transaction')::int8 * "
        "(pg_catalog.current_setting('max_connections')::int8 + "
        "pg_catalog.current_setting('max_prepared_transactions')::int8) * 3 / 4";
    if (session->lock_room == 0) {
        g_autofree char *room = pg_select_text(session, sql, error);
        if (room == NULL)
            return 0;
        session->lock_room = MAX(g_ascii_strtoull(room, NULL, 10), 1);
    }
    return session->lock_room;
}

gboolean
pg_fits_transaction(BlSession *base, guint64 weight, gboolean *fits, GError **error)
{
    guint64 room = pg_lock_room((PgSession *)base, error);
    *fits = weight <= room;
    return room > 0;
}

gboolean
pg_is_too_large(const GError *error)
{
    const BlErrorInfo *info = error != NULL ? bl_error_info(error) : NULL;
    return info != NULL && g_strcmp0(info->sqlstate, "53200") == 0;
}
