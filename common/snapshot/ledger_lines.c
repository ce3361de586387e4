/* SPDX-License-Identifier: MIT */
#include "common/snapshot/ledger_lines.h"

#include "common/snapshot/ledger_sql.h"
#include "common/sql/lexer.h"

#include <string.h>

/* Longest statement, in bytes, where the server takes one of this length. */
#define MOST_BYTES ((gsize)32 * 1024)

struct BlLedgerLines {
    const BlDialect *dialect;
    char *table;  /* as it stands in a line */
    char *begin;  /* the statement ahead of the lines */
    char *head;   /* of a line, up to the name */
    char *tail;   /* of a line, behind the name */
    gsize most;   /* bytes of a statement */
    gint64 batch; /* of the last line; -1: the block has not begun, or something else came */
    guint64 saved;
};

static gboolean
is_text(const BlItem *item, const char *text)
{
    gsize len = strlen(text);
    return item->len == len && memcmp(item->text, text, len) == 0;
}

/* @return the name in @item as the literal that it is, g_free(); NULL: it is no line */
static char *
name_in(const BlLedgerLines *lines, const BlItem *item)
{
    gsize head = strlen(lines->head);
    gsize tail = strlen(lines->tail);
    BlToken tokens[2];
    if (item->kind != BL_ITEM_STATEMENT || item->len <= head + tail ||
        memcmp(item->text, lines->head, head) != 0 ||
        memcmp(item->text + item->len - tail, lines->tail, tail) != 0)
        return NULL;
    const char *name = item->text + head;
    gsize len = item->len - head - tail;
    guint n = bl_lex_first(lines->dialect, name, len, tokens, G_N_ELEMENTS(tokens));
    gboolean is_literal = n == 1 && tokens[0].kind == BL_TOKEN_STRING && tokens[0].len == len;
    return is_literal ? g_strndup(name, len) : NULL;
}

/* The lines number themselves from 1. */
static gboolean
join(const BlItem *item, GString *joined, void *data)
{
    BlLedgerLines *lines = data;
    g_autofree char *name = lines->batch >= 0 ? name_in(lines, item) : NULL;
    if (name == NULL) {
        lines->batch = is_text(item, lines->begin) ? 0 : -1;
        return FALSE;
    }
    if (joined->len > 0 && joined->len + item->len > lines->most)
        return FALSE;
    if (joined->len == 0) {
        g_string_append_printf(joined, "INSERT INTO %s (name, batch) VALUES ", lines->table);
    } else {
        g_string_append(joined, ", ");
        lines->saved++;
    }
    g_string_append_printf(joined, "(%s, %" G_GINT64_FORMAT ")", name, ++lines->batch);
    return TRUE;
}

BlLedgerLines *
bl_ledger_lines_join(BlScript *script, const BlSession *session, const BlLedgerNames *names)
{
    BlLedgerLines *lines = g_new0(BlLedgerLines, 1);
    const BlEngine *engine = session->engine;
    gsize longest = session->longest_statement;
    lines->dialect = engine->dialect;
    lines->table = bl_ledger_quote(engine, names->ledger);
    lines->begin = bl_ledger_text(engine, names, BL_LEDGER_FILL_VERSION);
    lines->most = longest > 0 ? MIN(longest, MOST_BYTES) : MOST_BYTES;
    lines->batch = -1;
    g_autofree char *nameless = bl_ledger_insert_statement(engine, lines->table, "", 0);
    g_auto(GStrv) sides = g_strsplit(nameless, "''", 2);
    lines->head = g_strdup(sides[0]);
    lines->tail = g_strdup(sides[1]);
    bl_script_set_join(script, join, lines);
    return lines;
}

guint64
bl_ledger_lines_saved(const BlLedgerLines *lines)
{
    return lines->saved;
}

void
bl_ledger_lines_free(BlLedgerLines *lines)
{
    if (lines == NULL)
        return;
    g_free(lines->table);
    g_free(lines->begin);
    g_free(lines->head);
    g_free(lines->tail);
    g_free(lines);
}
