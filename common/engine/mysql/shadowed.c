/* SPDX-License-Identifier: MIT */
/*
 * Views that call a stored function which has the name of one of the server's own: only behind the
 * database's name is it found. A copy has another name, which no text can know, but the server does
 * while it loads: the statement is put together there.
 */
#include "common/base/error.h"
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

#include <string.h>

/* "Incorrect parameter count in the call to native function" */
#define NATIVE_COUNT 1582

/* name`(…)`, alone: a stored function, as the server's text quotes no other. */
static gboolean
is_stored_call(const MyTokens *tokens, guint i)
{
    return i > 0 && my_token_is_kind(tokens, i, BL_TOKEN_IDENTIFIER) &&
           my_token_is_kind(tokens, i + 1, BL_TOKEN_OPEN) &&
           my_token(tokens, i + 1)->start == my_token_end(tokens, i) &&
           !my_token_is_char(tokens, i - 1, '.');
}

/* A database that has no stored function has only the server's own, whatever they take. The other
 * one must come back in any case. */
static gboolean
ask(MySession *session, const char *name, gboolean *is_shadowed, GError **error)
{
    g_autofree char *quoted = my_name(name);
    g_autofree char *call = g_strdup_printf("DO %s()", quoted);
    g_autofree char *literal = my_literal(call);
    g_autofree char *sql = g_strdup_printf("USE " MY_NO_DATABASE "; PREPARE baseline_call FROM %s; "
                                           "DEALLOCATE PREPARE baseline_call",
                                           literal);
    g_autofree char *database = my_name(session->database);
    g_autofree char *back = g_strconcat("USE ", database, NULL);
    g_autoptr(GError) why = NULL;
    gboolean is_own = my_run(session, sql, &why);
    *is_shadowed = is_own || my_error_is(why, NATIVE_COUNT);
    if (!my_run(session, back, error))
        return FALSE;
    if (why == NULL || g_error_matches(why, BL_ERROR, BL_ERROR_SQL))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(&why));
    return FALSE;
}

/* @param known names that were asked for -> whether they are shadowed */
static gboolean
look_up(
    MyReader *reader, GHashTable *known, const char *name, gboolean *is_shadowed, GError **error)
{
    void *found = NULL;
    *is_shadowed = FALSE;
    if (g_hash_table_lookup_extended(known, name, NULL, &found)) {
        *is_shadowed = GPOINTER_TO_INT(found);
        return TRUE;
    }
    if (!ask(reader->session, name, is_shadowed, error))
        return FALSE;
    g_hash_table_insert(known, g_strdup(name), GINT_TO_POINTER(*is_shadowed));
    return TRUE;
}

static gboolean
look_up_call(MyReader *reader,
             GHashTable *known,
             const MyTokens *tokens,
             guint i,
             gboolean *is_shadowed,
             GError **error)
{
    g_autofree char *name = bl_token_name(my_token(tokens, i), tokens->sql);
    return look_up(reader, known, name, is_shadowed, error);
}

static void
append_piece(GString *out, const char *text, gsize len)
{
    my_append_literal(out, text, (gssize)len);
}

/* @param sql out, g_free(): SET that puts the statement together; NULL: it can stand as it is */
static gboolean
put_together(MyReader *reader, GHashTable *known, const char *statement, char **sql, GError **error)
{
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, statement, NULL);
    g_autoptr(GString) out = g_string_new("SET @baseline_view = concat(");
    gsize copied = 0;
    for (guint i = my_tokens_find(&tokens, 0, "AS"); i < tokens.all->len; i++) {
        if (!is_stored_call(&tokens, i))
            continue;
        gboolean is_shadowed = FALSE;
        if (!look_up_call(reader, known, &tokens, i, &is_shadowed, error))
            return FALSE;
        if (!is_shadowed)
            continue;
        gsize start = my_token(&tokens, i)->start;
        append_piece(out, statement + copied, start - copied);
        g_string_append(out, ", '`', replace(DATABASE(), '`', '``'), '`.', ");
        copied = start;
    }
    if (copied > 0) {
        append_piece(out, statement + copied, tokens.len - copied);
        g_string_append_c(out, ')');
        *sql = g_string_free(g_steal_pointer(&out), FALSE);
    }
    return TRUE;
}

/* Puts what @sql puts together in the place of the statement at @at. */
static void
replace_statement(MyReader *reader, const BlObject *object, guint at, const char *sql)
{
    static const char *const steps[] = { "PREPARE baseline_view FROM @baseline_view",
                                         "EXECUTE baseline_view",
                                         "DEALLOCATE PREPARE baseline_view" };
    g_ptr_array_index(object->statements, at) =
        (gpointer)(guintptr)bl_catalog_string(reader->catalog, sql);
    for (guint i = 0; i < G_N_ELEMENTS(steps); i++) {
        const char *step = bl_catalog_string(reader->catalog, steps[i]);
        g_ptr_array_insert(object->statements, (gint)(at + 1 + i), (gpointer)(guintptr)step);
    }
}

gboolean
my_name_shadowed_calls(MyReader *reader, GError **error)
{
    g_autoptr(GHashTable) known = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < reader->items->len; i++) {
        const MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->sort != &my_sort_view || item->object == NULL || !item->is_unnamed)
            continue;
        const GPtrArray *statements = item->object->statements;
        for (guint k = 0; k < statements->len; k++) {
            g_autofree char *sql = NULL;
            const char *statement = g_ptr_array_index(statements, k);
            if (!g_str_has_prefix(statement, "CREATE "))
                continue;
            if (!put_together(reader, known, statement, &sql, error))
                return FALSE;
            if (sql != NULL)
                replace_statement(reader, item->object, k, sql);
        }
    }
    return TRUE;
}
