/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

#include <string.h>

/* Functions can be told which mode they are of from this version on. */
#define QUALIFIED_FUNCTIONS 101107

/* Why the database's name cannot be taken out of the view. @return g_free(); NULL: it can */
static char *
find_obstacle(const char *sql, const char *database, gboolean is_mixed)
{
    g_autofree char *table = my_ambiguous_table(sql, database);
    if (table != NULL) {
        return g_strdup_printf("it tells table \"%s\" from one of that name in another database by "
                               "this database's name only: give one of them an alias",
                               table);
    }
    if (is_mixed) {
        return g_strdup("it calls a function of a package by this database's name, beside "
                        "functions that sql_mode ORACLE changes, which takes MariaDB 10.11.7: call "
                        "it from a stored function");
    }
    return NULL;
}

/* The token that closes the parenthesis at @open. */
static guint
find_close(const MyTokens *tokens, guint open)
{
    guint depth = 0;
    guint i = open;
    for (; i < tokens->all->len; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            depth++;
        else if (my_token_is_kind(tokens, i, BL_TOKEN_CLOSE) && --depth == 0)
            break;
    }
    return i;
}

static gboolean
is_same(const MyTokens *tokens, guint a, guint b)
{
    gsize start_a = my_token(tokens, a)->start;
    gsize start_b = my_token(tokens, b)->start;
    gsize len = my_token_end(tokens, find_close(tokens, a)) - start_a;
    return len == my_token_end(tokens, find_close(tokens, b)) - start_b &&
           memcmp(tokens->sql + start_a, tokens->sql + start_b, len) == 0;
}

/* The conditions (… is not null) that stand between the parenthesis at @open and its end, joined
 * by nothing but AND. @return guint: the tokens that open them */
static GArray *
find_conditions(const MyTokens *tokens, guint open)
{
    static const char *const not_null[] = { "is", "not", "null", NULL };
    static const char *const others[] = { "or", "xor", "between", "select", "values", NULL };
    GArray *found = g_array_new(FALSE, FALSE, sizeof(guint));
    guint end = find_close(tokens, open);
    for (guint i = open + 1; i < end; i++) {
        if (my_token_is_kind(tokens, i, BL_TOKEN_COMMA) || my_token_is_any(tokens, i, others)) {
            g_array_set_size(found, 0);
            break;
        }
        if (!my_token_is_kind(tokens, i, BL_TOKEN_OPEN))
            continue;
        guint close = find_close(tokens, i);
        if ((i == open + 1 || my_token_is(tokens, i - 1, "and")) &&
            my_tokens_are(tokens, close - 3, not_null) &&
            (close + 1 == end || my_token_is(tokens, close + 1, "and")))
            g_array_append_val(found, i);
        i = close;
    }
    return found;
}

/* Marks those between the parenthesis at @open and its end that an earlier one has said already. */
static void
mark_repeated(const MyTokens *tokens, guint open, gboolean *is_gone)
{
    g_autoptr(GArray) found = find_conditions(tokens, open);
    for (guint i = 1; i < found->len; i++) {
        guint repeated = g_array_index(found, guint, i);
        guint k = 0;
        while (k < i && !is_same(tokens, g_array_index(found, guint, k), repeated))
            k++;
        /* With the AND before it. */
        for (guint t = repeated - 1; k < i && t <= find_close(tokens, repeated); t++)
            is_gone[t] = TRUE;
    }
}

/* MySQL adds (x is not null) to the parts of INTERSECT and EXCEPT, once more each time a view is
 * made or shown. To say it once is enough. @return g_free() */
static char *
without_repeated(const char *sql)
{
    if (strstr(sql, " intersect ") == NULL && strstr(sql, " except ") == NULL)
        return g_strdup(sql);
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    g_autofree gboolean *is_gone = g_new0(gboolean, tokens.all->len + 1);
    for (guint i = 0; i < tokens.all->len; i++) {
        if (my_token_is_kind(&tokens, i, BL_TOKEN_OPEN))
            mark_repeated(&tokens, i, is_gone);
    }
    g_autoptr(GString) out = g_string_new(NULL);
    gsize from = 0;
    for (guint i = 0; i < tokens.all->len; i++) {
        if (!is_gone[i])
            g_string_append_len(out, sql + from, (gssize)(my_token_end(&tokens, i) - from));
        from = my_token_end(&tokens, i);
    }
    g_string_append(out, sql + from);
    return g_string_free(g_steal_pointer(&out), FALSE);
}

static gboolean
build(MyReader *reader, MyItem *item, const MyCode *code, GError **error)
{
    const char *database = reader->session->database;
    MyPackageUse use = my_package_use(code->sql, database);
    gboolean is_mixed = use == MY_PACKAGE_AND_MORE;
    g_autofree char *named = my_with_aliases(code->sql, database);
    g_autofree char *obstacle =
        find_obstacle(named, database, is_mixed && reader->session->version < QUALIFIED_FUNCTIONS);
    if (obstacle != NULL)
        return my_leave_out(reader, item, obstacle, FALSE, error);
    gboolean removed = FALSE;
    g_autofree char *text = my_code_text(reader, named);
    g_autofree char *whole = my_without_own_name(text, database, &removed);
    g_autofree char *sql = is_mixed                      ? my_with_plain_functions(whole)
                           : reader->session->is_mariadb ? g_strdup(whole)
                                                         : without_repeated(whole);
    if (removed || strcmp(named, code->sql) != 0)
        my_note_object(reader, "ownNameRemoved", item->sort->kind->name, item->name);
    item->is_unnamed = removed;
    my_note_names(reader, item, sql, NULL);
    MySettings settings = code->settings;
    if (use != MY_NO_PACKAGE)
        settings.sql_mode = "ORACLE";
    if (is_mixed)
        my_need_version(reader, QUALIFIED_FUNCTIONS);
    my_add_with_settings(reader, my_code_object(reader, item), &settings, sql);
    return TRUE;
}

static const MyCodeSort sort = {
    .sql = 1,
    .sql_mode = -1,
    .client = 2,
    .connection = 3,
    .database = -1,
    .time_zone = -1,
    .build = build,
    .is_server_text = TRUE,
    .right = "SHOW VIEW",
};

static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    return my_render_code(reader, item, row, &sort, error);
}

const MySort my_sort_view = { &my_kind_view, "SHOW CREATE VIEW", render };
