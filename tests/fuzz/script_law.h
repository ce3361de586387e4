/* SPDX-License-Identifier: MIT */
/**
 * @file script_law.h
 * @brief What must hold for every text whatever it says: checked on real files and on random bytes.
 *
 * Spans are ordered, disjoint and inside the text; their positions are right; between them stand
 * only blanks, comments and delimiters; reading byte by byte changes nothing; the spans joined
 * again give the same spans; and the lexer's tokens cover the text.
 */
#ifndef BL_TESTS_FUZZ_SCRIPT_LAW_H
#define BL_TESTS_FUZZ_SCRIPT_LAW_H

#include "common/base/error.h"
#include "common/sql/script.h"

#include <glib.h>

#include <string.h>

/* Texts up to this long are also read byte by byte. */
#define LAW_SLOW_LIMIT ((gsize)16 * 1024)

typedef struct {
    BlItemKind kind;
    gsize offset;
    gsize len;
    gsize lead;
    guint line;
    guint column;
    gboolean delimited;
    gboolean starts_copy;
    char delimiter[16];
} LawItem;

/* COPY data comes in pieces whose size depends on the reading; they count as one. */
static inline void
law_add(GArray *items, const BlItem *item, const BlScript *script)
{
    if (item->kind == BL_ITEM_COPY_DATA && items->len > 0) {
        LawItem *last = &g_array_index(items, LawItem, items->len - 1);
        if (last->kind == BL_ITEM_COPY_DATA) {
            last->len += item->len;
            return;
        }
    }
    LawItem made = { .kind = item->kind,
                     .offset = (gsize)item->offset,
                     .len = item->len,
                     .lead = (gsize)item->lead,
                     .line = item->line,
                     .column = item->column,
                     .delimited = item->delimited,
                     .starts_copy = item->starts_copy };
    g_strlcpy(made.delimiter, bl_script_delimiter(script), sizeof made.delimiter);
    g_array_append_val(items, made);
}

/* @param state quoting switches, or NULL; @param failure out: the error that ended the reading,
 * NULL without one */
static inline GArray *
law_split(const BlDialect *dialect,
          const BlLexState *state,
          const char *text,
          gsize len,
          gsize chunk,
          GError **failure)
{
    g_autoptr(BlReader) reader = bl_reader_new_memory(text, len);
    g_autoptr(BlScript) script = bl_script_new(reader, dialect);
    GArray *items = g_array_new(FALSE, FALSE, sizeof(LawItem));
    BlItem item;

    if (chunk > 0)
        bl_script_set_chunk(script, chunk);
    if (state != NULL)
        *bl_script_state(script) = *state;
    while (bl_script_next(script, &item, failure) > 0)
        law_add(items, &item, script);
    return items;
}

static inline gboolean
law_same_item(const LawItem *a, const LawItem *b)
{
    return a->kind == b->kind && a->offset == b->offset && a->len == b->len && a->lead == b->lead &&
           a->line == b->line && a->column == b->column && a->delimited == b->delimited &&
           a->starts_copy == b->starts_copy && strcmp(a->delimiter, b->delimiter) == 0;
}

static inline gboolean
law_same_error(const GError *a, const GError *b)
{
    if (a == NULL || b == NULL)
        return a == b;
    const BlErrorInfo *left = bl_error_info(a);
    const BlErrorInfo *right = bl_error_info(b);
    return strcmp(a->message, b->message) == 0 && left->line == right->line &&
           left->column == right->column;
}

/* Reading byte by byte gives the same. */
static inline const char *
law_check_chunks(const BlDialect *dialect,
                 const char *text,
                 gsize len,
                 const GArray *items,
                 const GError *failure)
{
    g_autoptr(GError) other_failure = NULL;
    g_autoptr(GArray) others = law_split(dialect, NULL, text, len, 1, &other_failure);

    if (!law_same_error(failure, other_failure))
        return "reading byte by byte ends differently";
    if (others->len != items->len)
        return "reading byte by byte gives another number of items";
    for (guint i = 0; i < items->len; i++) {
        if (!law_same_item(&g_array_index(items, LawItem, i), &g_array_index(others, LawItem, i)))
            return "reading byte by byte gives other items";
    }
    return NULL;
}

static inline const char *
law_check_spans(const char *text, gsize len, const GArray *items)
{
    gsize last_end = 0;
    gsize counted = 0;
    guint line = 1;
    gsize line_start = 0;

    for (guint i = 0; i < items->len; i++) {
        const LawItem *item = &g_array_index(items, LawItem, i);
        if (item->lead < last_end || item->offset < item->lead || item->len > len - item->offset)
            return "spans overlap or leave the text";
        if (item->len == 0)
            return "an item is empty";
        for (; counted < item->offset; counted++) {
            if (text[counted] == '\n') {
                line++;
                line_start = counted + 1;
            }
        }
        if (item->line != line || item->column != item->offset - line_start + 1)
            return "a position is wrong";
        last_end = item->offset + item->len;
    }
    return NULL;
}

/* The end of the line at @pos. */
static inline gsize
law_line_end(const char *text, gsize len, gsize pos)
{
    const char *stop = memchr(text + pos, '\n', len - pos);

    return stop != NULL ? (gsize)(stop - text) : len;
}

/* Takes the argument of a DELIMITER line that starts at @pos. */
static inline void
law_take_delimiter(const char *text, gsize pos, gsize end, char *delimiter)
{
    gsize n = 0;

    while (pos < end && strchr(" \t\n\v\f\r'\"`", text[pos]) != NULL)
        pos++;
    while (pos + n < end && n < 15 && strchr(" \t\n\v\f\r'\"`", text[pos + n]) == NULL)
        n++;
    g_strlcpy(delimiter, text + pos, n + 1);
}

/* Bytes of the separator at @pos that is no token of the language; 0: none. */
static inline gsize
law_client_separator(
    const BlDialect *dialect, const char *text, gsize len, gsize pos, char *delimiter)
{
    gsize left = len - pos;
    gsize n = strlen(delimiter);

    if (dialect->delimiter_lines && left >= 9 &&
        g_ascii_strncasecmp(text + pos, "delimiter", 9) == 0) {
        gsize end = law_line_end(text, len, pos);
        law_take_delimiter(text, pos + 9, end, delimiter);
        return end - pos;
    }
    if (left >= n && memcmp(text + pos, delimiter, n) == 0)
        return n;
    if (left < 2)
        return 0;
    if (dialect->backslash_commands && text[pos] == '\\' &&
        (text[pos + 1] == 'g' || text[pos + 1] == ';'))
        return 2;
    if (dialect->delimiter_lines && text[pos] == '\\' &&
        (text[pos + 1] == 'g' || text[pos + 1] == 'G'))
        return 2;
    if (dialect->delimiter_lines && text[pos] == '\\' && text[pos + 1] == 'd') {
        gsize end = law_line_end(text, len, pos);
        law_take_delimiter(text, pos + 2, end, delimiter);
        return end - pos;
    }
    if (dialect->delimiter_lines && text[pos] == '-' && text[pos + 1] == '-')
        return law_line_end(text, len, pos) - pos;
    return 0;
}

/* Only what separates stands in @len bytes of @text. */
static inline gboolean
law_is_gap(const BlDialect *dialect, const char *text, gsize len, char *delimiter)
{
    BlLexState state = { 0 };
    BlToken token = { 0 };
    gsize pos = 0;

    while (pos < len) {
        gsize n = law_client_separator(dialect, text, len, pos, delimiter);
        if (n == 0) {
            BlTokenKind kind = bl_lex(dialect, &state, text, len, pos, TRUE, &token);
            if (!bl_token_is_filler(kind) && kind != BL_TOKEN_HINT)
                return FALSE;
            n = token.len;
        }
        pos += n;
    }
    return TRUE;
}

static inline const char *
law_check_gaps(
    const BlDialect *dialect, const char *text, gsize len, const GArray *items, gboolean to_the_end)
{
    char delimiter[16] = ";";
    gsize pos = 0;

    for (guint i = 0; i < items->len; i++) {
        const LawItem *item = &g_array_index(items, LawItem, i);
        /* A word as delimiter may be the word DELIMITER. */
        if (g_ascii_isalpha(item->delimiter[0]))
            return NULL;
        if (!law_is_gap(dialect, text + pos, item->offset - pos, delimiter))
            return "something else than filler and delimiters stands between items";
        if (strcmp(delimiter, item->delimiter) != 0)
            return "the delimiter is not the one that the text says";
        pos = item->offset + item->len;
    }
    if (to_the_end && !law_is_gap(dialect, text + pos, len - pos, delimiter))
        return "something else than filler and delimiters stands after the last item";
    return NULL;
}

/* Whether a semicolon is what ended the statement (and no client command). */
static inline gboolean
law_ends_in_semicolon(const BlDialect *dialect, const char *text, gsize len, const LawItem *item)
{
    BlToken token;
    gsize end = item->offset + item->len;

    return bl_lex_first(dialect, text + end, len - end, &token, 1) == 1 &&
           token.kind == BL_TOKEN_SEMICOLON;
}

static inline void
law_append(GString *out, const BlDialect *dialect, const char *text, gsize len, const LawItem *item)
{
    if (item->kind == BL_ITEM_STATEMENT)
        /* Keeps the statement from the start of a line, where it could be a client's command. */
        g_string_append(out, "/**/ ");
    g_string_append_len(out, text + item->offset, (gssize)item->len);
    if (item->kind == BL_ITEM_CLIENT || item->kind == BL_ITEM_COPY_END)
        g_string_append_c(out, '\n');
    /* At the end of the text, or before a line end, two minus signs would become a comment. */
    gboolean ends_in_dashes = dialect->dash_needs_blank && g_str_has_suffix(out->str, "--");
    if (!item->delimited)
        g_string_append(out, ends_in_dashes ? "--" : "");
    else if (ends_in_dashes)
        g_string_append_printf(out, "%s\n", item->delimiter);
    else if (dialect->backslash_commands && !law_ends_in_semicolon(dialect, text, len, item))
        g_string_append(out, "\n\\g\n");
    else
        g_string_append_printf(out, "\n%s\n", item->delimiter);
}

/* The spans joined again; NULL when a delimiter of the file's own cuts the signs of comments in
 * two. */
static inline GString *
law_join(const BlDialect *dialect, const char *text, gsize len, const GArray *items)
{
    g_autoptr(GString) out = g_string_new(NULL);
    const char *delimiter = ";";

    for (guint i = 0; i < items->len; i++) {
        const LawItem *item = &g_array_index(items, LawItem, i);
        if (strpbrk(item->delimiter, "/*!M-#") != NULL)
            return NULL;
        if (strcmp(delimiter, item->delimiter) != 0) {
            delimiter = item->delimiter;
            g_string_append_printf(out, "DELIMITER %s\n", delimiter);
        }
        law_append(out, dialect, text, len, item);
    }
    return g_steal_pointer(&out);
}

static inline const char *
law_check_join(const BlDialect *dialect, const char *text, gsize len, const GArray *items)
{
    g_autoptr(GString) joined = law_join(dialect, text, len, items);
    g_autoptr(GError) failure = NULL;

    if (joined == NULL)
        return NULL;
    g_autoptr(GArray) others = law_split(dialect, NULL, joined->str, joined->len, 0, &failure);
    if (failure != NULL)
        return "the joined text cannot be read";
    if (others->len != items->len)
        return "the joined text gives another number of items";
    for (guint i = 0; i < items->len; i++) {
        const LawItem *a = &g_array_index(items, LawItem, i);
        const LawItem *b = &g_array_index(others, LawItem, i);
        if (a->kind != b->kind || a->len != b->len || a->starts_copy != b->starts_copy ||
            memcmp(text + a->offset, joined->str + b->offset, a->len) != 0)
            return "the joined text gives other items";
    }
    return NULL;
}

static inline const char *
law_check_tokens(const BlDialect *dialect, const char *text, gsize len)
{
    BlLexState state = { 0 };
    BlToken token = { 0 };
    gsize pos = 0;

    while (bl_lex(dialect, &state, text, len, pos, TRUE, &token) != BL_TOKEN_END) {
        if (token.start != pos || token.len == 0 || token.len > len - pos)
            return "a token leaves the text or is empty";
        if (token.kind == BL_TOKEN_MORE)
            return "a token asks for more at the end of the text";
        pos += token.len;
        if (token.kind == BL_TOKEN_UNTERMINATED && pos != len)
            return "an unterminated token ends before the text";
    }
    return pos == len ? NULL : "the tokens do not cover the text";
}

/* Folding the layout changes no token, and folding again changes nothing. */
static inline const char *
law_check_normalize(const BlDialect *dialect, const char *text, gsize len)
{
    if (len > 0 && memchr(text, '\0', len) != NULL)
        return NULL;
    g_autofree char *once = bl_token_normalize(dialect, text, len);
    g_autofree char *twice = bl_token_normalize(dialect, once, strlen(once));
    g_autofree char *digest = bl_token_digest(dialect, text, len);
    g_autofree char *again = bl_token_digest(dialect, once, strlen(once));
    if (strcmp(once, twice) != 0)
        return "folding the layout twice changes the text again";
    return strcmp(digest, again) == 0 ? NULL : "folding the layout changes the tokens";
}

/* @return NULL, or the law that @text breaks */
static inline const char *
law_check(const BlDialect *dialect, const char *text, gsize len)
{
    g_autoptr(GError) failure = NULL;
    g_autoptr(GArray) items = law_split(dialect, NULL, text, len, 0, &failure);

    const char *broken = law_check_spans(text, len, items);
    if (broken == NULL)
        broken = law_check_gaps(dialect, text, len, items, failure == NULL);
    if (broken == NULL && len <= LAW_SLOW_LIMIT)
        broken = law_check_chunks(dialect, text, len, items, failure);
    if (broken == NULL && failure == NULL)
        broken = law_check_join(dialect, text, len, items);
    if (broken == NULL)
        broken = law_check_tokens(dialect, text, len);
    if (broken == NULL)
        broken = law_check_normalize(dialect, text, len);
    return broken;
}

#endif
