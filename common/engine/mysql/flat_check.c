/* SPDX-License-Identifier: MIT */
/*
 * Checks of MySQL. Its parser makes one AND of an AND that stands in another, and one OR of such
 * ORs (flatten_associative_operator in sql_yacc.yy), but turns NOT (a OR b) into an AND only later:
 * the text that it shows then has an AND in an AND, and that of its copy has one. Both mean the
 * same; what is written is what a copy shows.
 */
#include "common/engine/mysql/table_text.h"
#include "common/engine/mysql/tokens.h"

#include <string.h>

/* Parentheses with what stands in them directly. */
typedef struct {
    guint open;
    gboolean has[2]; /* words of joins[] */
    gboolean has_between;
    GArray *joined[2]; /* guint: where parentheses begin that would be one operand of it */
} Group;

static const char *const joins[2] = { "and", "or" };

/* What @group joins by: an index of joins[], -1: nothing. The AND of BETWEEN is another. */
static int
join_of(const Group *group)
{
    if (group->has_between || group->has[0] == group->has[1])
        return -1;
    return group->has[0] ? 0 : 1;
}

static void
clear_group(void *data)
{
    Group *group = data;
    for (guint i = 0; i < G_N_ELEMENTS(joins); i++)
        g_array_unref(group->joined[i]);
}

static void
begin_group(GArray *groups, guint i)
{
    Group group = { .open = i };
    for (guint k = 0; k < G_N_ELEMENTS(joins); k++)
        group.joined[k] = g_array_new(FALSE, FALSE, sizeof(guint) * 2);
    g_array_append_val(groups, group);
}

/* @return TRUE when token @i ends or begins an operand of joins[@join] */
static gboolean
is_edge(const MyTokens *tokens, guint i, int join, BlTokenKind outer)
{
    return my_token_is(tokens, i, joins[join]) || my_token_is_kind(tokens, i, outer);
}

/* The last group ends at @i: what it joins by makes its own parentheses needless or not, and those
 * directly inside that join by the same are. @param marked adds what to leave out, guint */
static void
end_group(const MyTokens *tokens, GArray *groups, guint i, GArray *marked)
{
    const Group *group = &g_array_index(groups, Group, groups->len - 1);
    const int join = join_of(group);
    const guint pair[2] = { group->open, i };
    if (join >= 0) {
        g_array_append_vals(marked, group->joined[join]->data, group->joined[join]->len * 2);
        if (groups->len > 1 && is_edge(tokens, pair[0] - 1, join, BL_TOKEN_OPEN) &&
            is_edge(tokens, pair[1] + 1, join, BL_TOKEN_CLOSE)) {
            Group *outer = &g_array_index(groups, Group, groups->len - 2);
            g_array_append_vals(outer->joined[join], pair, 1);
        }
    }
    g_array_set_size(groups, groups->len - 1);
}

/* The definition from @i to before @end; @data: what to leave out. */
static void
look_at_definition(const MyTokens *tokens, guint i, guint end, void *data)
{
    if (!my_token_is(tokens, i, "CONSTRAINT") || !my_token_is(tokens, i + 2, "CHECK"))
        return;
    g_autoptr(GArray) groups = g_array_new(FALSE, FALSE, sizeof(Group));
    g_array_set_clear_func(groups, clear_group);
    for (guint k = i + 3; k < end; k++) {
        if (my_token_is_kind(tokens, k, BL_TOKEN_OPEN)) {
            begin_group(groups, k);
            continue;
        }
        if (groups->len == 0)
            return;
        Group *group = &g_array_index(groups, Group, groups->len - 1);
        group->has[0] |= my_token_is(tokens, k, joins[0]);
        group->has[1] |= my_token_is(tokens, k, joins[1]);
        group->has_between |= my_token_is(tokens, k, "between");
        if (my_token_is_kind(tokens, k, BL_TOKEN_CLOSE))
            end_group(tokens, groups, k, data);
    }
}

static int
compare_tokens(const void *a, const void *b)
{
    const guint left = *(const guint *)a;
    const guint right = *(const guint *)b;
    return (left > right) - (left < right);
}

char *
my_with_flat_checks(const char *sql)
{
    if (strstr(sql, " CHECK (") == NULL)
        return g_strdup(sql);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    g_autoptr(GArray) marked = g_array_new(FALSE, FALSE, sizeof(guint));
    guint open = 0;
    guint close = 0;
    my_each_definition(&tokens, look_at_definition, marked, &open, &close);
    g_array_sort(marked, compare_tokens);
    g_autoptr(GString) flat = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < marked->len; i++) {
        const guint at = g_array_index(marked, guint, i);
        g_string_append_len(flat, sql + from, (gssize)(my_token(&tokens, at)->start - from));
        from = my_token_end(&tokens, at);
    }
    g_string_append(flat, sql + from);
    return g_string_free(g_steal_pointer(&flat), FALSE);
}
