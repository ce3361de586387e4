/* SPDX-License-Identifier: MIT */
/*
 * Columns that may be NULL and have no default, not even NULL. MySQL drops the default of a column;
 * on MariaDB only CREATE TABLE … SELECT makes one, of a column that is NOT NULL and stands on the
 * side of an outer join that may be missing. So the snapshot makes it: of a temporary table.
 */
#include "common/engine/mysql/table_text.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

#define HELPER "baseline_columns"

/* The parts of both statements. */
typedef struct {
    const MyTokens *tokens;
    const GPtrArray *columns;
    GString *helper, *kept, *selected;
    guint open, close; /* the parentheses round the definitions */
} Parts;

static void
append_item(GString *out, const char *between, const char *text, gsize len)
{
    if (out->len > 0)
        g_string_append(out, between);
    g_string_append_len(out, text, (gssize)len);
}

static gboolean
has_no_default(const Parts *parts, const char *name)
{
    for (guint i = 0; i < parts->columns->len; i++) {
        if (strcmp(g_ptr_array_index(parts->columns, i), name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The tokens from @i to before @end: a column, a key, a constraint. The definition of a column wins
 * over what is selected for it, and its place is the one that it is selected in. */
static void
add_definition(const MyTokens *tokens, guint i, guint end, void *data)
{
    Parts *parts = data;
    const char *text = tokens->sql + my_token(tokens, i)->start;
    gsize len = my_token_end(tokens, end - 1) - my_token(tokens, i)->start;
    g_autofree char *name = g_strndup(text, my_token(tokens, i)->len);
    gboolean is_column = my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER);
    if (is_column && has_no_default(parts, name)) {
        append_item(parts->helper, ",\n  ", text, len);
        g_string_append(parts->helper, " NOT NULL");
    } else {
        append_item(parts->kept, ",\n  ", text, len);
    }
    if (is_column) {
        g_autofree char *item =
            has_no_default(parts, name) ? g_strdup(name) : g_strconcat("NULL AS ", name, NULL);
        append_item(parts->selected, ", ", item, strlen(item));
    }
}

/* DEFAULT CHARSET=… COLLATE=…, which a column without its own has. @return g_free() */
static char *
charset_of(const Parts *parts)
{
    const MyTokens *tokens = parts->tokens;
    guint at = my_tokens_find(tokens, parts->close + 1, "CHARSET");
    if (at >= tokens->all->len)
        return g_strdup("");
    guint last = at + (my_token_is(tokens, at + 3, "COLLATE") ? 5 : 2);
    gsize start = my_token(tokens, at)->start;
    return g_strdup_printf(" %.*s", (int)(my_token_end(tokens, last) - start), tokens->sql + start);
}

static void
parts_clear(Parts *parts)
{
    g_string_free(parts->helper, TRUE);
    g_string_free(parts->kept, TRUE);
    g_string_free(parts->selected, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Parts, parts_clear)

char *
my_select_no_defaults(const char *sql, const GPtrArray *columns, char **before, char **behind)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    g_auto(Parts) parts = {
        .tokens = &tokens,
        .columns = columns,
        .helper = g_string_new(NULL),
        .kept = g_string_new(NULL),
        .selected = g_string_new(NULL),
    };
    my_each_definition(&tokens, add_definition, &parts, &parts.open, &parts.close);
    g_autofree char *charset = charset_of(&parts);
    g_autofree char *kept =
        parts.kept->len > 0 ? g_strdup_printf("(\n  %s\n)", parts.kept->str) : g_strdup("");
    /* CREATE TABLE t SELECT … FROM t is refused, even where one of them is temporary. */
    const char *helper = my_token_spells(&tokens, 2, HELPER) ? HELPER "_of_it" : HELPER;
    *before = g_strdup_printf("CREATE TEMPORARY TABLE `%s` (\n  %s\n)%s", helper, parts.helper->str,
                              charset);
    *behind = g_strdup_printf("DROP TEMPORARY TABLE `%s`", helper);
    return g_strdup_printf("%.*s%s%s\nSELECT %s\nFROM (SELECT 0 AS `baseline_none`) AS "
                           "`baseline_one` LEFT JOIN `%s` ON TRUE WHERE FALSE",
                           (int)my_token(&tokens, parts.open)->start, sql, kept,
                           sql + my_token_end(&tokens, parts.close), parts.selected->str, helper);
}

char *
my_drop_defaults(const char *table, const GPtrArray *columns)
{
    g_autoptr(GString) out = g_string_new("ALTER TABLE ");
    g_string_append(out, table);
    for (guint i = 0; i < columns->len; i++) {
        g_string_append_printf(out, "%s ALTER COLUMN %s DROP DEFAULT", i > 0 ? "," : "",
                               (const char *)g_ptr_array_index(columns, i));
    }
    return g_string_free(g_steal_pointer(&out), FALSE);
}
