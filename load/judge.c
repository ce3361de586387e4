/* SPDX-License-Identifier: MIT */
#include "load/judge.h"

#include "common/base/error.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Lines for client programs that stock dumps carry and that mean nothing to us. Any other is
 * refused. */
static const char *const harmless_client_lines[] = {
    "\\restrict", "\\unrestrict", "\\-", ".bail", ".echo", ".headers", ".timeout", ".changes",
};

static BlVerdict
refuse(const char *why, const char *hint, const BlItem *item, GError **error)
{
    gsize shown = MIN(item->len, 60);
    while (shown < item->len && ((guchar)item->text[shown] & 0xC0) == 0x80)
        shown++;
    g_autofree char *text = g_strndup(item->text, shown);
    bl_error_set(error, BL_ERROR_CONFLICT, hint, "%s: %s%s", why, g_strdelimit(text, "\r\n\t", ' '),
                 shown < item->len ? "…" : "");
    return BL_REFUSE_ITEM;
}

static BlVerdict
judge_client_line(const BlItem *item, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(harmless_client_lines); i++) {
        gsize len = strlen(harmless_client_lines[i]);
        if (item->len >= len && memcmp(item->text, harmless_client_lines[i], len) == 0)
            return BL_SKIP_ITEM;
    }
    return refuse("a load runs no command of a client program", "take the line out of the dump",
                  item, error);
}

/* A name of what was there before, as any word of the statement: too careful rather than too
 * clever. */
static gboolean
names_present_object(const BlLoadJudge *judge, const BlItem *item)
{
    if (judge->present == NULL)
        return TRUE;
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    while (bl_lex(judge->dialect, &state, item->text, item->len, pos, TRUE, &token) !=
           BL_TOKEN_END) {
        pos = token.start + token.len;
        if (token.kind != BL_TOKEN_WORD && token.kind != BL_TOKEN_IDENTIFIER &&
            token.kind != BL_TOKEN_STRING)
            continue;
        g_autofree char *name = bl_token_name(&token, item->text);
        g_autofree char *folded = g_ascii_strdown(name, -1);
        if (g_hash_table_contains(judge->present, folded))
            return TRUE;
    }
    return FALSE;
}

static gboolean
is_dot(const BlToken *token, const char *text)
{
    return token->len == 1 && text[token->start] == '.';
}

/* Whether a name that stands at @tokens, with its schema or without, is that of the journal's table
 * or of the counter that the server made for it. */
static gboolean
is_journal_name(const BlLoadJudge *judge, const BlToken *tokens, guint n, const char *text)
{
    static const char counter[] = "_id_seq";
    gboolean has_schema = n > 2 && is_dot(&tokens[1], text);
    if (n == 0)
        return FALSE;
    g_autofree char *schema = has_schema ? bl_token_name(&tokens[0], text) : NULL;
    g_autofree char *name = bl_token_name(&tokens[has_schema ? 2 : 0], text);
    if (schema != NULL && g_strcmp0(schema, judge->journal_schema) != 0)
        return FALSE;
    if (g_str_has_suffix(name, counter))
        name[strlen(name) - strlen(counter)] = '\0';
    return g_ascii_strcasecmp(name, judge->journal) == 0;
}

/* SELECT pg_catalog.setval('public.adonis_schema_journal_id_seq', 1, true) */
static gboolean
sets_journal_counter(const BlLoadJudge *judge, const BlToken *tokens, guint n, const char *text)
{
    guint at = n > 2 && is_dot(&tokens[2], text) ? 3 : 1;
    if (n < at + 3 || !bl_token_is_word(&tokens[at], text, "setval") ||
        tokens[at + 1].kind != BL_TOKEN_OPEN || tokens[at + 2].kind != BL_TOKEN_STRING)
        return FALSE;
    BlToken parts[3];
    g_autofree char *name = bl_token_name(&tokens[at + 2], text);
    guint n_parts = bl_lex_first(judge->dialect, name, strlen(name), parts, G_N_ELEMENTS(parts));
    return is_journal_name(judge, parts, n_parts, name);
}

/* What makes or fills the table of the journal: other tools dump that table like any other, and
 * it is there before the load, or because the mark of the load stands in it. It is no part of a
 * snapshot. */
static gboolean
is_of_journal(const BlLoadJudge *judge, const BlItem *item)
{
    static const char *const verbs[] = { "CREATE", "DROP",   "INSERT", "REPLACE",  "ALTER",
                                         "COPY",   "DELETE", "UPDATE", "TRUNCATE", NULL };
    static const char *const fillers[] = { "IGNORE", "INTO", "TABLE",  "SEQUENCE", "IF",
                                           "NOT",    "FROM", "EXISTS", "ONLY",     NULL };
    BlToken tokens[10];
    guint at = 1;
    if (judge->journal == NULL)
        return FALSE;
    guint n = bl_lex_first(judge->dialect, item->text, item->len, tokens, G_N_ELEMENTS(tokens));
    if (n == 0)
        return FALSE;
    if (bl_token_is_word(&tokens[0], item->text, "SELECT"))
        return sets_journal_counter(judge, tokens, n, item->text);
    if (!bl_token_is_any(&tokens[0], item->text, verbs))
        return FALSE;
    while (at < n && bl_token_is_any(&tokens[at], item->text, fillers))
        at++;
    return is_journal_name(judge, tokens + at, n - at, item->text);
}

BlVerdict
bl_load_judge(const BlItem *item, guint traits, void *data, GError **error)
{
    const BlLoadJudge *judge = data;
    if (item->kind == BL_ITEM_CLIENT)
        return judge_client_line(item, error);
    if (item->kind != BL_ITEM_STATEMENT)
        return BL_RUN_ITEM;
    if (is_of_journal(judge, item))
        return BL_SKIP_ITEM;
    if (traits & BL_STMT_TX_ROLLBACK)
        return refuse("the dump takes itself back, as a dump that failed does",
                      "make the dump again", item, error);
    if (traits & (BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT | BL_STMT_GATE))
        return BL_SKIP_ITEM; /* the transaction is the loader's, and it stops at the first error by
                                itself */
    if (traits & BL_STMT_OTHER_DATABASE)
        return refuse("a load stays in its own database", "take the statement out of the dump",
                      item, error);
    if (traits & BL_STMT_SILENT_IN_TX)
        return BL_SKIP_ITEM;
    if (traits & BL_STMT_OUTSIDE_TX)
        return refuse("a load is one transaction, and this cannot run inside one",
                      "take the statement out of the dump", item, error);
    if ((traits & BL_STMT_DROP) && names_present_object(judge, item))
        return refuse("a load drops nothing that it did not make",
                      "take the statement out of the dump", item, error);
    return BL_RUN_ITEM;
}
