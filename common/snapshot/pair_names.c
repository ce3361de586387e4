/* SPDX-License-Identifier: MIT */
#include "common/snapshot/pair_names.h"

#include "common/base/error.h"
#include "common/base/stream.h"
#include "common/snapshot/ledger_sql.h"
#include "common/sql/lexer.h"
#include "common/sql/quote.h"
#include "common/sql/script.h"

#include <string.h>

/* The line that begins the block, behind the end of another one. */
static char *
first_line(const BlLedgerNames *names)
{
    g_autofree char *escaped = bl_quote_comment(names->ledger);
    return g_strdup_printf("\n-- ledger %s\n", escaped);
}

/* @return where @line begins last at or behind @from; -1: nowhere */
static gssize
find_last(const GString *text, gsize from, const char *line)
{
    gssize last = -1;
    gsize len = strlen(line);
    for (const char *at = text->str + from;
         (at = memmem(at, text->len - (gsize)(at - text->str), line, len)) != NULL; at++)
        last = at - text->str;
    return last;
}

/* Text of a row may look like that line: the last one counts, and before one came nothing is kept
 * but what may be the beginning of it. */
static void
keep_tail(GString *tail, gsize before, const char *line, gboolean *begun)
{
    gsize len = strlen(line);
    gssize found = find_last(tail, before >= len ? before - len + 1 : 0, line);
    *begun = *begun || found >= 0;
    if (found >= 0)
        g_string_erase(tail, 0, found);
    else if (!*begun && tail->len >= len)
        g_string_erase(tail, 0, (gssize)(tail->len - len + 1));
}

char *
bl_pair_names_read(const char *sql_path, const BlLedgerNames *names, char **ledger, GError **error)
{
    g_autoptr(BlReader) reader = bl_reader_open(sql_path, error);
    if (reader == NULL)
        return NULL;
    bl_reader_enable_digest(reader);
    g_autofree char *line = first_line(names);
    g_autoptr(GString) tail = g_string_new(NULL);
    gboolean begun = FALSE;
    char buffer[64 * 1024];
    gssize n;
    while ((n = bl_reader_read(reader, buffer, sizeof buffer, error)) > 0) {
        gsize before = tail->len;
        g_string_append_len(tail, buffer, n);
        keep_tail(tail, before, line, &begun);
    }
    if (n < 0)
        return NULL;
    *ledger = begun ? g_string_free(g_steal_pointer(&tail), FALSE) : NULL;
    g_autofree char *digest = bl_reader_get_digest(reader);
    return g_strconcat("sha256:", digest, NULL);
}

/* @return the name in a statement that fills the ledger, as the literal that it is, g_free(); NULL:
 * it is no such statement */
static char *
literal_in(const BlDialect *dialect, const char *head, const BlItem *item)
{
    static const char *const ways[] = { "SELECT ", "VALUES (" }; /* the second has a batch */
    gsize len = strlen(head);
    if (item->kind != BL_ITEM_STATEMENT || item->len <= len || memcmp(item->text, head, len) != 0)
        return NULL;
    const char *rest = item->text + len;
    gsize rest_len = item->len - len;
    for (gsize i = 0; i < G_N_ELEMENTS(ways); i++) {
        gsize way = strlen(ways[i]);
        BlToken token[1];
        if (rest_len > way && memcmp(rest, ways[i], way) == 0 &&
            bl_lex_first(dialect, rest + way, rest_len - way, token, 1) == 1 &&
            token[0].kind == BL_TOKEN_STRING)
            return g_strndup(rest + way, token[0].len);
    }
    return NULL;
}

/* @return the literals of the names, in the order of the text; NULL: it is no script */
static GPtrArray *
read_literals(const BlEngine *engine,
              const BlLedgerNames *names,
              const char *ledger,
              const char *label,
              GError **error)
{
    g_autoptr(GPtrArray) literals = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *table = bl_ledger_quote(engine, names->ledger);
    g_autofree char *head = g_strdup_printf("INSERT INTO %s (name, batch) ", table);
    g_autoptr(BlReader) reader = bl_reader_new_memory(ledger, strlen(ledger));
    g_autoptr(BlScript) script = bl_script_new(reader, engine->dialect);
    bl_script_set_origin(script, label, 1, 1, 0);
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        char *literal = literal_in(engine->dialect, head, &item);
        if (literal != NULL)
            g_ptr_array_add(literals, literal);
    }
    return more == 0 ? g_steal_pointer(&literals) : NULL;
}

/* "'a', 'b' and 3 more" of those in @list that are not in @others; NULL: none */
static char *
describe_missing(const GPtrArray *list, const GPtrArray *others)
{
    enum { NAMED = 3 };
    g_autoptr(GHashTable) known = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < others->len; i++)
        g_hash_table_add(known, g_ptr_array_index(others, i));
    g_autoptr(GString) text = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; i < list->len; i++) {
        const char *literal = g_ptr_array_index(list, i);
        if (!g_hash_table_contains(known, literal) && n++ < NAMED)
            g_string_append_printf(text, "%s%s", n > 1 ? ", " : "", literal);
    }
    if (n > NAMED)
        g_string_append_printf(text, " and %u more", n - NAMED);
    return n > 0 ? g_string_free(g_steal_pointer(&text), FALSE) : NULL;
}

gboolean
bl_pair_names_check(const BlEngine *engine,
                    const BlLedgerNames *names,
                    const BlManifest *manifest,
                    const char *ledger,
                    const char *label,
                    GError **error)
{
    if (manifest->dump_digest == NULL)
        return TRUE;
    g_autoptr(GPtrArray) filled =
        read_literals(engine, names, ledger != NULL ? ledger : "", label, error);
    if (filled == NULL)
        return FALSE;
    g_autoptr(GPtrArray) squashed = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < manifest->squashed->len; i++)
        g_ptr_array_add(
            squashed, bl_quote_literal(engine->dialect, g_ptr_array_index(manifest->squashed, i)));
    g_autofree char *not_filled = describe_missing(squashed, filled);
    g_autofree char *not_squashed = describe_missing(filled, squashed);
    if (not_filled == NULL && not_squashed == NULL)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "take both files of one side of a merge (git checkout --ours or --theirs), or "
                 "merge them with the driver (migrate init --git); or dump a database that ran "
                 "the files of both: schema-dump",
                 "the snapshot \"%s\" and its manifest do not name the same migrations: %s%s%s%s%s",
                 label, not_filled != NULL ? "only the manifest names " : "",
                 not_filled != NULL ? not_filled : "",
                 not_filled != NULL && not_squashed != NULL ? "; " : "",
                 not_squashed != NULL ? "only the SQL fills the ledger with " : "",
                 not_squashed != NULL ? not_squashed : "");
    return FALSE;
}
