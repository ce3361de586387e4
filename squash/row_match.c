/* SPDX-License-Identifier: MIT */
#include "squash/row_match.h"

#include "common/base/stream.h"
#include "common/sql/lexer.h"
#include "common/sql/script.h"

#include <string.h>

/* Between the values of a key: no literal holds it, since quotes are kept. */
#define SEPARATOR ", "

void
bl_rows_free(BlRows *rows)
{
    if (rows == NULL)
        return;
    g_ptr_array_unref(rows->columns);
    g_ptr_array_unref(rows->rows);
    g_free(rows);
}

void
bl_rows_difference_free(BlRowsDifference *difference)
{
    if (difference == NULL)
        return;
    g_ptr_array_unref(difference->columns);
    g_free(difference->example);
    g_free(difference);
}

/* A place in the tokens of a text. */
typedef struct {
    const BlDialect *dialect;
    BlLexState state;
    const char *text;
    gsize len;
    gsize pos;
} Walk;

/* The next token that counts. */
static gboolean
next(Walk *walk, BlToken *token)
{
    do {
        if (bl_lex(walk->dialect, &walk->state, walk->text, walk->len, walk->pos, TRUE, token) ==
            BL_TOKEN_END)
            return FALSE;
        walk->pos = token->start + token->len;
    } while (bl_token_is_filler(token->kind));
    return TRUE;
}

/* The items of a list in parentheses whose "(" was just read. @param as_names spelled names
 * instead of texts */
static GPtrArray *
take_list(Walk *walk, gboolean as_names)
{
    GPtrArray *items = g_ptr_array_new_with_free_func(g_free);
    BlToken token;
    guint depth = 1;
    gsize start = 0;
    gsize end = 0;
    while (depth > 0 && next(walk, &token)) {
        depth += token.kind == BL_TOKEN_OPEN ? 1 : 0;
        depth -= token.kind == BL_TOKEN_CLOSE ? 1 : 0;
        gboolean ends = depth == 0 || (depth == 1 && token.kind == BL_TOKEN_COMMA);
        if (!ends) {
            if (end == 0) {
                start = token.start;
                if (as_names)
                    g_ptr_array_add(items, bl_token_name(&token, walk->text));
            }
            end = token.start + token.len;
            continue;
        }
        if (!as_names && end > 0)
            g_ptr_array_add(items, g_strndup(walk->text + start, end - start));
        end = 0;
    }
    return items;
}

static void
take_insert(BlRows *rows, const BlDialect *dialect, const BlItem *item)
{
    Walk walk = { .dialect = dialect, .text = item->text, .len = item->len };
    BlToken token;
    if (!next(&walk, &token) || !bl_token_is_word(&token, item->text, "INSERT"))
        return;
    gboolean has_values = FALSE;
    while (next(&walk, &token)) {
        if (bl_token_is_word(&token, item->text, "VALUES")) {
            has_values = TRUE;
        } else if (token.kind == BL_TOKEN_OPEN && !has_values) {
            g_autoptr(GPtrArray) columns = take_list(&walk, TRUE);
            if (rows->columns->len == 0) {
                for (guint i = 0; i < columns->len; i++)
                    g_ptr_array_add(rows->columns, g_strdup(g_ptr_array_index(columns, i)));
            }
        } else if (token.kind == BL_TOKEN_OPEN) {
            GPtrArray *values = take_list(&walk, FALSE);
            g_ptr_array_add(values, NULL);
            g_ptr_array_set_free_func(values, NULL);
            g_ptr_array_add(rows->rows, g_ptr_array_free(values, FALSE));
        }
    }
    if (has_values && rows->columns->len == 0)
        g_ptr_array_add(rows->rows, g_new0(char *, 1));
}

BlRows *
bl_rows_parse(const BlDialect *dialect, const char *sql, gsize len, GError **error)
{
    g_autoptr(BlRows) rows = g_new0(BlRows, 1);
    rows->columns = g_ptr_array_new_with_free_func(g_free);
    rows->rows = g_ptr_array_new_with_free_func((GDestroyNotify)g_strfreev);
    g_autoptr(BlReader) reader = bl_reader_new_memory(sql, len);
    g_autoptr(BlScript) script = bl_script_new(reader, dialect);
    BlItem item;
    int more;
    while ((more = bl_script_next(script, &item, error)) > 0) {
        if (item.kind == BL_ITEM_STATEMENT)
            take_insert(rows, dialect, &item);
    }
    return more == 0 ? g_steal_pointer(&rows) : NULL;
}

/* Behind PRIMARY KEY: the names in its list, or the column that it stands with.
 * @param column the first token of the definition; BL_TOKEN_END: it is no part of a list */
static void
take_key(const Walk *walk, const BlToken *column, GPtrArray *key)
{
    Walk behind = *walk;
    BlToken token = { BL_TOKEN_END, 0, 0 };
    while (next(&behind, &token) && token.kind == BL_TOKEN_WORD)
        continue; /* CLUSTERED, USING BTREE */
    gboolean is_own = column->kind == BL_TOKEN_END ||
                      bl_token_is_word(column, walk->text, "PRIMARY") ||
                      bl_token_is_word(column, walk->text, "CONSTRAINT");
    if (!is_own) {
        g_ptr_array_add(key, bl_token_name(column, walk->text));
        return;
    }
    if (token.kind != BL_TOKEN_OPEN)
        return;
    g_autoptr(GPtrArray) names = take_list(&behind, TRUE);
    for (guint i = 0; i < names->len; i++)
        g_ptr_array_add(key, g_strdup(g_ptr_array_index(names, i)));
}

/* PRIMARY KEY behind the definition of a column, or with a list of its own. */
static gboolean
find_key(const BlDialect *dialect, const char *sql, GPtrArray *key)
{
    Walk walk = { .dialect = dialect, .text = sql, .len = strlen(sql) };
    BlToken token;
    BlToken last = { BL_TOKEN_END, 0, 0 };
    BlToken column = { BL_TOKEN_END, 0, 0 };
    guint depth = 0;
    while (next(&walk, &token)) {
        gboolean starts = depth == 1 && (last.kind == BL_TOKEN_OPEN || last.kind == BL_TOKEN_COMMA);
        if (starts)
            column = token;
        if (token.kind == BL_TOKEN_OPEN)
            depth++;
        else if (token.kind == BL_TOKEN_CLOSE && depth > 0)
            depth--;
        if (last.kind == BL_TOKEN_WORD && bl_token_is_word(&last, sql, "PRIMARY") &&
            bl_token_is_word(&token, sql, "KEY")) {
            take_key(&walk, &column, key);
            return TRUE;
        }
        last = token;
    }
    return FALSE;
}

static gboolean
belongs_to(const BlObject *object, const BlObject *table)
{
    return object == table || (g_strcmp0(object->parent, table->name) == 0 &&
                               g_strcmp0(object->schema, table->schema) == 0);
}

GPtrArray *
bl_rows_key(const BlCatalog *catalog, const BlObject *table)
{
    GPtrArray *key = g_ptr_array_new_with_free_func(g_free);
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (!belongs_to(object, table))
            continue;
        for (guint j = 0; j < object->statements->len; j++) {
            if (find_key(catalog->dialect, g_ptr_array_index(object->statements, j), key))
                return key;
        }
    }
    return key;
}

/* What gives another value each time: words that need no parentheses, */
static const char *const volatile_words[] = {
    "current_timestamp", "current_time", "current_date", "localtime", "localtimestamp",
    "utc_timestamp",     "utc_date",     "utc_time",     NULL,
};

/* names of functions, */
static const char *const volatile_functions[] = {
    "now",
    "sysdate",
    "curdate",
    "curtime",
    "clock_timestamp",
    "timeofday",
    "statement_timestamp",
    "transaction_timestamp",
    "unixepoch",
    "unix_timestamp",
    "random",
    "randomblob",
    "rand",
    "uuid",
    "gen_random_uuid",
    "gen_random_bytes",
    "uuid_generate_v1",
    "uuid_generate_v4",
    "uuid_generate_v1mc",
    "uuidv4",
    "uuidv7",
    "uuid_short",
    "random_bytes",
    "strftime",
    "julianday",
    "txid_current",
    "pg_current_xact_id",
    NULL,
};

/* and those for which a text can be the clock. */
static const char *const date_functions[] = { "date", "time", "datetime", "timediff", NULL };
static const char clock_text[] = "now";

/* Where a walk through an expression is. */
typedef struct {
    char *last;     /* the token before, in small letters, if it can name a function; else NULL */
    guint depth;    /* of parentheses */
    guint in_dates; /* the depth inside a call of a date function; 0: in none */
} Place;

static gboolean
is_volatile_at(Place *place, const BlToken *token, const char *sql)
{
    g_autofree char *before = g_steal_pointer(&place->last);
    if (token->kind == BL_TOKEN_OPEN) {
        place->depth++;
        if (before != NULL && place->in_dates == 0 && g_strv_contains(date_functions, before))
            place->in_dates = place->depth;
        return before != NULL && g_strv_contains(volatile_functions, before);
    }
    if (token->kind == BL_TOKEN_CLOSE) {
        if (place->depth == place->in_dates)
            place->in_dates = 0;
        place->depth -= place->depth > 0 ? 1 : 0;
        return FALSE;
    }
    gboolean is_word = token->kind == BL_TOKEN_WORD;
    gboolean is_text = token->kind == BL_TOKEN_STRING;
    if (!is_word && !is_text && token->kind != BL_TOKEN_IDENTIFIER)
        return FALSE;
    g_autofree char *name = bl_token_name(token, sql);
    g_autofree char *lower = g_ascii_strdown(name, -1);
    gboolean is_clock = (is_word && g_strv_contains(volatile_words, lower)) ||
                        (place->in_dates > 0 && strcmp(lower, clock_text) == 0);
    if (!is_text)
        place->last = g_steal_pointer(&lower);
    return is_clock;
}

static gboolean
mentions_volatile(const BlDialect *dialect, const char *sql)
{
    Walk walk = { .dialect = dialect, .text = sql, .len = strlen(sql) };
    Place place = { NULL, 0, 0 };
    BlToken token;
    gboolean found = FALSE;
    while (!found && next(&walk, &token))
        found = is_volatile_at(&place, &token, sql);
    g_free(place.last);
    return found;
}

gboolean
bl_rows_is_volatile(const BlCatalog *catalog, const BlObject *table, const char *column)
{
    for (guint i = 0; i < table->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(table->parts, i);
        if (strcmp(part->kind, "column") == 0 && strcmp(part->name, column) == 0)
            return mentions_volatile(catalog->dialect, part->definition);
    }
    return FALSE;
}

/* Places of @names among the columns of @rows; those that are not there are left out. */
static GArray *
find_places(const BlRows *rows, const GPtrArray *names)
{
    GArray *places = g_array_new(FALSE, FALSE, sizeof(guint));
    for (guint i = 0; names != NULL && i < names->len; i++) {
        guint place = 0;
        if (g_ptr_array_find_with_equal_func(rows->columns, g_ptr_array_index(names, i),
                                             g_str_equal, &place))
            g_array_append_val(places, place);
    }
    return places;
}

static gboolean
has_place(const GArray *places, guint place)
{
    for (guint i = 0; i < places->len; i++) {
        if (g_array_index(places, guint, i) == place)
            return TRUE;
    }
    return FALSE;
}

static char *
join_values(char *const *row, const GArray *places)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < places->len; i++) {
        g_string_append(text, row[g_array_index(places, guint, i)]);
        g_string_append(text, SEPARATOR);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
join_values_but(char *const *row, const GArray *skip)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; row[i] != NULL; i++) {
        if (has_place(skip, i))
            continue;
        g_string_append(text, row[i]);
        g_string_append(text, SEPARATOR);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static char *
describe_key(const BlRows *rows, char *const *row, const GArray *places)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < places->len; i++) {
        guint place = g_array_index(places, guint, i);
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(rows->columns, place), row[place]);
    }
    for (guint i = 0; places->len == 0 && row[i] != NULL && i < 3; i++) {
        g_string_append_printf(text, "%s%s = %s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(rows->columns, i), row[i]);
    }
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* What a comparison works with. */
typedef struct {
    const BlRows *a, *b;
    GArray *key;  /* places in both */
    GArray *skip; /* likewise */
    BlRowsDifference *difference;
} Match;

static void
compare_values(Match *match, char *const *a, char *const *b)
{
    for (guint i = 0; a[i] != NULL && b[i] != NULL; i++) {
        if (has_place(match->skip, i) || strcmp(a[i], b[i]) == 0)
            continue;
        const char *name = g_ptr_array_index(match->a->columns, i);
        if (!g_ptr_array_find_with_equal_func(match->difference->columns, name, g_str_equal, NULL))
            g_ptr_array_add(match->difference->columns, g_strdup(name));
        if (match->difference->example == NULL)
            match->difference->example = describe_key(match->a, a, match->key);
    }
}

/* What tells @row from others: its key, or without one everything that counts. */
static char *
identify(const Match *match, char *const *row)
{
    return match->key->len > 0 ? join_values(row, match->key) : join_values_but(row, match->skip);
}

/* Rows of @b by what tells them apart; a list each, since without a key two rows may
 * be equal. */
static GHashTable *
index_rows(const Match *match)
{
    GHashTable *index =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i < match->b->rows->len; i++) {
        char **row = g_ptr_array_index(match->b->rows, i);
        g_autofree char *text = identify(match, row);
        GPtrArray *list = g_hash_table_lookup(index, text);
        if (list == NULL) {
            list = g_ptr_array_new();
            g_hash_table_insert(index, g_steal_pointer(&text), list);
        }
        g_ptr_array_add(list, row);
    }
    return index;
}

/* Both tables have the same columns in the same order. */
static gboolean
same_columns(const BlRows *a, const BlRows *b)
{
    if (a->rows->len == 0 || b->rows->len == 0)
        return TRUE;
    if (a->columns->len != b->columns->len)
        return FALSE;
    for (guint i = 0; i < a->columns->len; i++) {
        if (strcmp(g_ptr_array_index(a->columns, i), g_ptr_array_index(b->columns, i)) != 0)
            return FALSE;
    }
    return TRUE;
}

static int
order_texts(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static GPtrArray *
sort_values(const BlRows *rows, guint column)
{
    GPtrArray *values = g_ptr_array_new();
    for (guint i = 0; i < rows->rows->len; i++) {
        char **row = g_ptr_array_index(rows->rows, i);
        g_ptr_array_add(values, row[column]);
    }
    g_ptr_array_sort(values, order_texts);
    return values;
}

GPtrArray *
bl_rows_unlike_columns(const BlRows *a, const BlRows *b)
{
    GPtrArray *unlike = g_ptr_array_new_with_free_func(g_free);
    if (!same_columns(a, b))
        return unlike;
    for (guint i = 0; i < a->columns->len && a->rows->len > 0; i++) {
        g_autoptr(GPtrArray) left = sort_values(a, i);
        g_autoptr(GPtrArray) right = sort_values(b, i);
        gboolean is_like = left->len == right->len;
        for (guint j = 0; is_like && j < left->len; j++)
            is_like = strcmp(g_ptr_array_index(left, j), g_ptr_array_index(right, j)) == 0;
        if (!is_like)
            g_ptr_array_add(unlike, g_strdup(g_ptr_array_index(a->columns, i)));
    }
    return unlike;
}

/* Rows that have the same values at @key would be compared crosswise. A primary key of SQLite can
 * be NULL many times. */
static gboolean
tells_apart(const BlRows *rows, const GArray *key)
{
    g_autoptr(GHashTable) seen = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; key->len > 0 && i < rows->rows->len; i++) {
        if (!g_hash_table_add(seen, join_values(g_ptr_array_index(rows->rows, i), key)))
            return FALSE;
    }
    return TRUE;
}

BlRowsDifference *
bl_rows_compare(const BlRows *a, const BlRows *b, const GPtrArray *key, const GPtrArray *skip)
{
    BlRowsDifference *difference = g_new0(BlRowsDifference, 1);
    difference->columns = g_ptr_array_new_with_free_func(g_free);
    if (!same_columns(a, b)) {
        difference->only_a = a->rows->len;
        difference->only_b = b->rows->len;
        return difference;
    }
    const BlRows *named = a->rows->len > 0 ? a : b;
    g_autoptr(GArray) key_places = find_places(named, key);
    g_autoptr(GArray) skip_places = find_places(named, skip);
    if (!tells_apart(a, key_places) || !tells_apart(b, key_places))
        g_array_set_size(key_places, 0);
    Match match = { a, b, key_places, skip_places, difference };
    g_autoptr(GHashTable) index = index_rows(&match);
    guint matched = 0;
    for (guint i = 0; i < a->rows->len; i++) {
        char **row = g_ptr_array_index(a->rows, i);
        g_autofree char *text = identify(&match, row);
        GPtrArray *list = g_hash_table_lookup(index, text);
        if (list == NULL || list->len == 0) {
            difference->only_a++;
            if (difference->example == NULL)
                difference->example = describe_key(a, row, key_places);
            continue;
        }
        compare_values(&match, row, g_ptr_array_index(list, list->len - 1));
        g_ptr_array_set_size(list, (int)list->len - 1);
        matched++;
    }
    difference->only_b = b->rows->len - matched;
    return difference;
}
