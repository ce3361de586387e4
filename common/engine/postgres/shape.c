/* SPDX-License-Identifier: MIT */
/*
 * The server's deparse of a few expressions is read back as another tree, whose deparse is another
 * text:
 * - (ARRAY['a'::character varying])::text[], as IN makes it of varchar: the cast goes to the
 *   elements (transformTypeCast() of parse_expr.c); statistics have it without brackets
 *   (no cast does nothing to varchars of different lengths: they are written as IN again)
 * - ((a AND b) AND c), as BETWEEN makes it: one list (makeAndExpr() and makeOrExpr() of gram.y)
 * - ON TRUE: ON (true)
 * - EXTRACT(YEAR FROM a), as EXTRACT('YEAR' FROM a) makes it: a word is made small (gram.y)
 * - NULL::integer in the list of an inner SELECT, as NULL makes it: a cast gives the column its
 *   type's name (FigureColname() of parse_target.c), where it had none
 * Casts that do nothing keep the first two as they are. Where no such cast can be told, the text
 * is written as it would be read.
 */
#include "common/engine/postgres/reader.h"
#include "common/sql/lexer.h"

#include <string.h>

typedef struct {
    BlToken token;
    guint match; /* the other bracket of a pair; itself otherwise */
} Place;

/* What stands in the text from @start to @end is replaced. */
typedef struct {
    gsize start;
    gsize end;
    char *text;
} Edit;

typedef struct {
    const char *sql;
    GArray *places; /* Place */
    GArray *edits;  /* Edit */
} Text;

static const Place *
place(const Text *text, guint i)
{
    return &g_array_index(text->places, Place, i);
}

static gsize
end_of(const Text *text, guint i)
{
    const BlToken *token = &place(text, i)->token;
    return token->start + token->len;
}

static gboolean
is_word(const Text *text, guint i, const char *word)
{
    return i < text->places->len && bl_token_is_word(&place(text, i)->token, text->sql, word);
}

static gboolean
is_sign(const Text *text, guint i, const char *sign)
{
    if (i >= text->places->len)
        return FALSE;
    const BlToken *token = &place(text, i)->token;
    return token->len == strlen(sign) && strncmp(text->sql + token->start, sign, token->len) == 0;
}

static void
clear_edit(gpointer data)
{
    g_free(((Edit *)data)->text);
}

static void
replace(Text *text, gsize start, gsize end, const char *with)
{
    const Edit edit = { start, end, g_strdup(with) };
    g_array_append_val(text->edits, edit);
}

static gboolean
read_tokens(Text *text)
{
    gsize len = strlen(text->sql);
    BlLexState state = { 0 };
    Place next = { 0 };
    g_autoptr(GArray) open = g_array_new(FALSE, FALSE, sizeof(guint));
    for (gsize pos = 0; bl_lex(&bl_dialect_postgres, &state, text->sql, len, pos, TRUE,
                               &next.token) != BL_TOKEN_END;
         pos = next.token.start + next.token.len) {
        if (bl_token_is_filler(next.token.kind))
            continue;
        guint i = next.match = text->places->len;
        g_array_append_val(text->places, next);
        if (is_sign(text, i, "(") || is_sign(text, i, "[")) {
            g_array_append_val(open, i);
        } else if (is_sign(text, i, ")") || is_sign(text, i, "]")) {
            if (open->len == 0)
                return FALSE;
            guint first = g_array_index(open, guint, open->len - 1);
            g_array_set_size(open, open->len - 1);
            g_array_index(text->places, Place, first).match = i;
            g_array_index(text->places, Place, i).match = first;
        }
    }
    return open->len == 0;
}

/* @return the token behind @i, or behind what it opens */
static guint
step(const Text *text, guint i)
{
    return MAX(i, place(text, i)->match) + 1;
}

/* @return the first place of @word between @from and @to, outside brackets; 0 when there is none */
static guint
find_word(const Text *text, guint from, guint to, const char *word)
{
    for (guint i = from; i < to; i = step(text, i)) {
        if (is_word(text, i, word))
            return i;
    }
    return 0;
}

static guint
end_of_element(const Text *text, guint from, guint to)
{
    guint i = from;
    while (i < to && !is_sign(text, i, ","))
        i = step(text, i);
    return i;
}

static gboolean
is_array(const Text *text, guint i)
{
    return is_word(text, i, "ARRAY") && is_sign(text, i + 1, "[");
}

static char *
slice(const Text *text, guint from, guint to)
{
    gsize start = place(text, from)->token.start;
    return g_strndup(text->sql + start, end_of(text, to - 1) - start);
}

/* A number or a truth value, which the server writes without a cast. @return NULL for others */
static char *
bare_type(const Text *text, guint i)
{
    if (is_word(text, i, "true") || is_word(text, i, "false"))
        return g_strdup("boolean");
    const BlToken *token = &place(text, i)->token;
    if (token->kind != BL_TOKEN_NUMBER)
        return NULL;
    g_autofree char *number = slice(text, i, i + 1);
    gboolean is_integer = strspn(number, "0123456789") == token->len;
    return g_strdup(is_integer ? "integer" : "numeric");
}

static char *common_type(const Text *text, guint open);

/* @return the type that the element's own text says, or NULL */
static char *
element_type(const Text *text, guint from, guint to)
{
    if (is_array(text, from) && step(text, from + 1) == to)
        return common_type(text, from + 1);
    guint cast = 0;
    for (guint i = from; i < to; i = step(text, i)) {
        if (is_sign(text, i, "::"))
            cast = i;
    }
    if (cast > 0)
        return slice(text, cast + 1, to);
    return from + 1 == to ? bare_type(text, from) : NULL;
}

/* @param open the "[" @return the type that all elements of the list say, or NULL */
static char *
common_type(const Text *text, guint open)
{
    guint close = place(text, open)->match;
    g_autofree char *type = NULL;
    for (guint i = open + 1; i < close;) {
        guint end = end_of_element(text, i, close);
        g_autofree char *other = element_type(text, i, end);
        if (other == NULL || (type != NULL && strcmp(type, other) != 0))
            return NULL;
        if (type == NULL)
            type = g_steal_pointer(&other);
        i = end + 1;
    }
    return g_steal_pointer(&type);
}

/* @param type what each of the innermost elements becomes */
static void
cast_elements(Text *text, guint open, const char *type)
{
    guint close = place(text, open)->match;
    g_autofree char *tail = g_strdup_printf(")::%s", type);
    for (guint i = open + 1; i < close;) {
        guint end = end_of_element(text, i, close);
        if (is_array(text, i) && step(text, i + 1) == end) {
            cast_elements(text, i + 1, type);
        } else {
            gsize start = place(text, i)->token.start;
            replace(text, start, start, "(");
            replace(text, end_of(text, end - 1), end_of(text, end - 1), tail);
        }
        i = end + 1;
    }
}

/* @return the place behind the name of the type that starts at @i and ends in "[]"; 0 for others */
static guint
end_of_array_type(const Text *text, guint i)
{
    for (; i < text->places->len; i = step(text, i)) {
        BlTokenKind kind = place(text, i)->token.kind;
        if (is_sign(text, i, "["))
            return is_sign(text, i + 1, "]") ? i + 2 : 0;
        if (kind != BL_TOKEN_WORD && kind != BL_TOKEN_IDENTIFIER && kind != BL_TOKEN_OPEN &&
            !is_sign(text, i, "."))
            return 0;
    }
    return 0;
}

static gboolean
has_only_varchar(const Text *text, guint open)
{
    guint close = place(text, open)->match;
    for (guint i = open + 1; i < close;) {
        guint end = end_of_element(text, i, close);
        g_autofree char *type = element_type(text, i, end);
        if (type == NULL || !g_str_has_prefix(type, "character varying"))
            return FALSE;
        i = end + 1;
    }
    return TRUE;
}

/* (x)::text = ANY ((ARRAY[...])::text[]), with the word ARRAY at @i: varchars of different lengths,
 * which no cast of the list leaves alone, become the IN that they were. @param end behind the type
 */
static gboolean
keep_in(Text *text, guint i, guint end)
{
    if (i < 8 || !is_sign(text, i - 2, "(") || place(text, i - 2)->match != end ||
        !is_word(text, i - 5, "text") || !is_sign(text, i - 6, "::") ||
        !is_sign(text, i - 7, ")") || !has_only_varchar(text, i + 1))
        return FALSE;
    gboolean is_in = is_word(text, i - 3, "ANY") && is_sign(text, i - 4, "=");
    if (!is_in && !(is_word(text, i - 3, "ALL") && is_sign(text, i - 4, "<>")))
        return FALSE;
    guint close = place(text, i + 1)->match;
    replace(text, place(text, i - 6)->token.start, end_of(text, i + 1),
            is_in ? " IN (" : " NOT IN (");
    replace(text, place(text, close)->token.start, end_of(text, place(text, i - 2)->match), ")");
    return TRUE;
}

/* (ARRAY[...])::type[], or without the outer brackets, with the word at @i. */
static void
keep_array(Text *text, guint i)
{
    guint close = place(text, i + 1)->match;
    gboolean in_brackets =
        i > 0 && is_sign(text, i - 1, "(") && place(text, i - 1)->match == close + 1;
    guint cast = close + (in_brackets ? 2 : 1);
    guint end = is_sign(text, cast, "::") ? end_of_array_type(text, cast + 1) : 0;
    if (end == 0 || close == i + 2)
        return;
    g_autofree char *own = common_type(text, i + 1);
    if (own != NULL) {
        g_autofree char *same =
            g_strdup_printf("::%s%s", own, g_str_has_suffix(own, "[]") ? "" : "[]");
        replace(text, end_of(text, close), end_of(text, close), same);
        return;
    }
    if (in_brackets && keep_in(text, i, end))
        return;
    g_autofree char *type = slice(text, cast + 1, end - 2);
    if (in_brackets)
        replace(text, place(text, i - 1)->token.start, end_of(text, i - 1), "");
    cast_elements(text, i + 1, type);
    replace(text, end_of(text, close), end_of(text, end - 1), "");
}

/* ((... AND ...) AND ...), with the first bracket at @i. */
static void
keep_list(Text *text, guint i)
{
    guint close = place(text, i)->match;
    if (!is_sign(text, i + 1, "("))
        return;
    guint inner = place(text, i + 1)->match;
    const char *word = is_word(text, inner + 1, "AND")  ? "AND"
                       : is_word(text, inner + 1, "OR") ? "OR"
                                                        : NULL;
    if (word == NULL || inner + 1 >= close || find_word(text, i + 2, inner, word) == 0)
        return;
    replace(text, end_of(text, inner), end_of(text, inner), "::boolean");
}

/* EXTRACT(YEAR FROM, with the first word at @i. */
static void
keep_field(Text *text, guint i)
{
    if (!is_sign(text, i + 1, "(") || !is_word(text, i + 3, "FROM") ||
        place(text, i + 2)->token.kind != BL_TOKEN_WORD)
        return;
    g_autofree char *field = slice(text, i + 2, i + 3);
    g_autofree char *folded = g_ascii_strdown(field, -1);
    if (strcmp(field, folded) == 0)
        return;
    g_autofree char *literal = g_strdup_printf("'%s'", field);
    replace(text, place(text, i + 2)->token.start, end_of(text, i + 2), literal);
}

/* @return TRUE when a list of columns ends at @i */
static gboolean
ends_list(const Text *text, guint i)
{
    static const char *const words[] = { "FROM",      "WHERE",  "HAVING",   "WINDOW", "UNION",
                                         "INTERSECT", "EXCEPT", "LIMIT",    "OFFSET", "FETCH",
                                         "FOR",       "ON",     "RETURNING" };
    for (gsize k = 0; k < G_N_ELEMENTS(words); k++) {
        if (is_word(text, i, words[k]))
            return TRUE;
    }
    return is_sign(text, i, ")") || is_sign(text, i, ";") ||
           ((is_word(text, i, "GROUP") || is_word(text, i, "ORDER")) && is_word(text, i + 1, "BY"));
}

/* @return TRUE when the column has no name of its own, and would be given one */
static gboolean
would_be_named(const Text *text, guint from, guint to)
{
    while (to == from + place(text, from)->match - from + 1 && to > from + 1 &&
           is_sign(text, from, "(")) {
        from++;
        to--;
    }
    if (from + 1 == to)
        return is_word(text, from, "true") || is_word(text, from, "false");
    gboolean has_cast = FALSE;
    for (guint i = from; i < to; i = step(text, i)) {
        if (is_word(text, i, "AS"))
            return FALSE;
        has_cast = has_cast || is_sign(text, i, "::");
    }
    return has_cast;
}

/* The list of an inner SELECT, with the word at @i. */
static void
keep_names(Text *text, guint i)
{
    guint at = i + 1;
    if (is_word(text, at, "DISTINCT")) {
        at++;
        if (is_word(text, at, "ON"))
            at = step(text, at + 1);
    }
    while (at < text->places->len && !ends_list(text, at)) {
        guint end = at;
        while (end < text->places->len && !is_sign(text, end, ",") && !ends_list(text, end))
            end = step(text, end);
        if (end > at && would_be_named(text, at, end))
            replace(text, end_of(text, end - 1), end_of(text, end - 1), " AS \"?column?\"");
        at = end < text->places->len && is_sign(text, end, ",") ? end + 1 : text->places->len;
    }
}

static int
order_edits(gconstpointer left, gconstpointer right)
{
    const Edit *a = left;
    const Edit *b = right;
    int order = (a->start > b->start) - (a->start < b->start);
    return order != 0 ? order : (a->end > b->end) - (a->end < b->end);
}

static char *
apply_edits(Text *text)
{
    g_array_sort(text->edits, order_edits);
    GString *out = g_string_new(NULL);
    gsize done = 0;
    for (guint i = 0; i < text->edits->len; i++) {
        const Edit *edit = &g_array_index(text->edits, Edit, i);
        g_string_append_len(out, text->sql + done, (gssize)(edit->start - done));
        g_string_append(out, edit->text);
        done = edit->end;
    }
    g_string_append(out, text->sql + done);
    return g_string_free(out, FALSE);
}

/* @return the text that makes the server read what it wrote, or NULL when @sql does that */
static char *
keep_shapes(const char *sql)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(Place));
    g_autoptr(GArray) edits = g_array_new(FALSE, FALSE, sizeof(Edit));
    g_array_set_clear_func(edits, clear_edit);
    Text text = { sql, places, edits };
    if (!read_tokens(&text))
        return NULL;
    for (guint i = 0; i < places->len; i++) {
        if (is_word(&text, i, "ON") && is_word(&text, i + 1, "TRUE"))
            replace(&text, place(&text, i + 1)->token.start, end_of(&text, i + 1), "(true)");
        if (is_array(&text, i))
            keep_array(&text, i);
        if (is_sign(&text, i, "("))
            keep_list(&text, i);
        if (is_word(&text, i, "EXTRACT"))
            keep_field(&text, i);
        if (is_word(&text, i, "SELECT"))
            keep_names(&text, i);
    }
    return edits->len > 0 ? apply_edits(&text) : NULL;
}

static gboolean
has_capital_field(const char *sql)
{
    static const char head[] = "EXTRACT(";
    for (const char *p = strstr(sql, head); p != NULL; p = strstr(p + 1, head)) {
        if (strcspn(p + strlen(head), "ABCDEFGHIJKLMNOPQRSTUVWXYZ") < strcspn(p, " "))
            return TRUE;
    }
    return FALSE;
}

/* What a function's body says in quotes is not the server's text. */
static gboolean
may_name_columns(const char *sql)
{
    return strstr(sql, "SELECT ") != NULL &&
           (strstr(sql, "::") != NULL || strstr(sql, "true") != NULL ||
            strstr(sql, "false") != NULL) &&
           strstr(sql, "\n    AS $") == NULL;
}

/* Most statements have none of them. */
static gboolean
may_change(const char *sql)
{
    return strstr(sql, "ARRAY[") != NULL || strstr(sql, ") AND ") != NULL ||
           strstr(sql, ") OR ") != NULL || strstr(sql, "ON TRUE") != NULL ||
           has_capital_field(sql) || may_name_columns(sql);
}

void
pg_keep_shapes(BlCatalog *catalog)
{
    for (guint i = 0; i < catalog->objects->len; i++) {
        GPtrArray *statements = ((BlObject *)g_ptr_array_index(catalog->objects, i))->statements;
        for (guint k = 0; k < statements->len; k++) {
            const char *sql = g_ptr_array_index(statements, k);
            g_autofree char *kept = may_change(sql) ? keep_shapes(sql) : NULL;
            if (kept != NULL)
                statements->pdata[k] = (gpointer)(guintptr)bl_catalog_string(catalog, kept);
        }
    }
}
