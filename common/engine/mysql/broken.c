/* SPDX-License-Identifier: MIT */
/*
 * Views and triggers that cannot be created again. The server keeps a view whose tables are gone
 * and gives its text with a warning. To prepare a query is enough to know, changes nothing and ends
 * no transaction (CHECK TABLE does).
 *
 * A view whose definer was dropped fails too, and works as soon as somebody else is its definer:
 * what counts is the query inside, prepared by this account. What fails only because it stands on
 * such a view is no broken one either.
 *
 * Of what a trigger says, only the columns that it names behind NEW and OLD have to be there when
 * it is created; the server lets them be dropped.
 */
#include "common/base/error.h"
#include "common/engine/mysql/code.h"
#include "common/engine/mysql/kinds.h"

#include <string.h>

/* Views in one message. */
#define VIEWS_AT_ONCE 100

/* Two statements of a probe: SET, PREPARE. */
#define STATEMENTS 2

#define NO_SUCH_COLUMN 1054
#define VIEW_INVALID   1356
#define NO_SUCH_USER   1449

/* In the place of a table stands a JSON duality view now, which a query may read, but no view. */
#define ON_DUALITY 6504

/* What the server says of a query whose tables, columns or functions are gone. */
static const guint gone_codes[] = { NO_SUCH_COLUMN, 1109,         1146, 1176,      1305,
                                    VIEW_INVALID,   NO_SUCH_USER, 1630, ON_DUALITY };

/* A view that does not work as it is. */
typedef struct {
    MyItem *item;
    char *why; /* NULL: it can be created, or is not known yet */
    guint code;
} Suspect;

static void
suspect_free(gpointer data)
{
    Suspect *suspect = data;
    g_free(suspect->why);
    g_free(suspect);
}

static void
append_probe(GString *sql, const char *query)
{
    g_string_append(sql, "SET @baseline_view = ");
    my_append_literal(sql, query, -1);
    g_string_append(sql, "; PREPARE baseline_view FROM @baseline_view; ");
}

static guint
gone_code(const GError *error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(gone_codes); i++) {
        if (my_error_is(error, gone_codes[i]))
            return gone_codes[i];
    }
    return 0;
}

static gboolean
is_fatal(const GError *error)
{
    return !g_error_matches(error, BL_ERROR, BL_ERROR_SQL);
}

/* The query of a view: without what stands before it, and the check option. @return g_free() */
static char *
query_of(const BlObject *object)
{
    static const char *const cascaded[] = { "with", "cascaded", "check", "option", NULL };
    static const char *const local[] = { "with", "local", "check", "option", NULL };
    const char *sql = "";
    for (guint i = 0; i < object->statements->len; i++) {
        const char *statement = g_ptr_array_index(object->statements, i);
        if (g_str_has_prefix(statement, "CREATE "))
            sql = statement;
    }
    g_auto(MyTokens) tokens = { 0 };
    my_tokens_init(&tokens, sql, NULL);
    guint as = my_tokens_find(&tokens, my_tokens_find(&tokens, 0, "view"), "as");
    guint n = tokens.all->len;
    gsize start = my_token_end(&tokens, as);
    gsize end = tokens.len;
    if (n > 4 && (my_tokens_are(&tokens, n - 4, cascaded) || my_tokens_are(&tokens, n - 4, local)))
        end = my_token(&tokens, n - 4)->start;
    return g_strndup(sql + start, end - MIN(start, end));
}

/* Views whose text the server did not even give. */
static void
add_known(const MyReader *reader, GPtrArray *suspects)
{
    for (guint i = 0; i < reader->items->len; i++) {
        MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->object == NULL || item->object->broken == NULL)
            continue;
        Suspect *suspect = g_new0(Suspect, 1);
        suspect->item = item;
        suspect->why = g_strdup(item->object->broken);
        g_ptr_array_add(suspects, suspect);
    }
}

/* Adds the views among @views that do not work to @suspects. */
static gboolean
probe_views(MyReader *reader, const GPtrArray *views, GPtrArray *suspects, GError **error)
{
    for (guint i = 0; i < views->len;) {
        g_autoptr(GString) sql = g_string_new(NULL);
        guint end = MIN(i + VIEWS_AT_ONCE, views->len);
        for (guint k = i; k < end; k++) {
            const MyItem *item = g_ptr_array_index(views, k);
            g_autofree char *name = my_name(item->name);
            g_autofree char *query = g_strconcat("SELECT 1 FROM ", name, NULL);
            append_probe(sql, query);
        }
        guint n = 0;
        GError *problem = NULL;
        if (my_run_all(reader->session, sql->str, NULL, NULL, &n, &problem)) {
            i = end;
            continue;
        }
        if (is_fatal(problem)) {
            g_propagate_error(error, problem);
            return FALSE;
        }
        i = MIN(i + n / STATEMENTS, end - 1);
        if (gone_code(problem) != 0) {
            Suspect *suspect = g_new0(Suspect, 1);
            suspect->item = g_ptr_array_index(views, i);
            suspect->why = gone_code(problem) == ON_DUALITY ? g_strdup(problem->message) : NULL;
            g_ptr_array_add(suspects, suspect);
        }
        g_error_free(problem);
        i++;
    }
    return TRUE;
}

/* @param problem out: what the server says of the query; NULL: it works. FALSE when it cannot be
 * asked */
static gboolean
try_query(MyReader *reader, const char *query, GError **problem, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    append_probe(sql, query);
    if (my_run_all(reader->session, sql->str, NULL, NULL, NULL, problem) || !is_fatal(*problem))
        return TRUE;
    g_propagate_error(error, g_steal_pointer(problem));
    return FALSE;
}

/* Whether the query inside works for this account. */
static gboolean
probe_query(MyReader *reader, Suspect *suspect, GError **error)
{
    g_autofree char *query = query_of(suspect->item->object);
    g_autoptr(GError) problem = NULL;
    if (!try_query(reader, query, &problem, error))
        return FALSE;
    if (problem == NULL)
        return TRUE;
    suspect->code = gone_code(problem);
    if (suspect->code != 0)
        suspect->why = g_strdup(problem->message);
    return TRUE;
}

static gboolean
stands_on_creatable(const Suspect *suspect, const GPtrArray *suspects)
{
    for (guint i = 0; suspect->item->names != NULL && i < suspects->len; i++) {
        const Suspect *other = g_ptr_array_index(suspects, i);
        if (other != suspect && other->why == NULL &&
            g_ptr_array_find_with_equal_func(suspect->item->names, other->item->name, g_str_equal,
                                             NULL))
            return TRUE;
    }
    return FALSE;
}

static void
clear_innocent(GPtrArray *suspects)
{
    for (gboolean found = TRUE; found;) {
        found = FALSE;
        for (guint i = 0; i < suspects->len; i++) {
            Suspect *suspect = g_ptr_array_index(suspects, i);
            gboolean may_be = suspect->why != NULL &&
                              (suspect->code == VIEW_INVALID || suspect->code == NO_SUCH_USER);
            if (!may_be || !stands_on_creatable(suspect, suspects))
                continue;
            g_clear_pointer(&suspect->why, g_free);
            found = TRUE;
        }
    }
}

static gboolean
is_object(const BlObject *object, void *data)
{
    return object == data;
}

static gboolean
report_broken(MyReader *reader, const Suspect *suspect, GError **error)
{
    MyItem *item = suspect->item;
    const char *key = item->sort == &my_sort_trigger ? "brokenTriggers" : "brokenViews";
    GError *problem = NULL;
    for (guint i = 0; i < item->object->statements->len; i++) {
        const char *sql = g_ptr_array_index(item->object->statements, i);
        if (g_str_has_prefix(sql, "CREATE "))
            my_note_more(reader, key, item->sort->kind->name, item->name, sql);
    }
    item->object->broken = bl_catalog_string(reader->catalog, suspect->why);
    (void)my_leave_out(reader, item, suspect->why, TRUE, &problem);
    if (problem != NULL) {
        g_propagate_error(error, problem);
        return FALSE;
    }
    (void)bl_catalog_remove(reader->catalog, is_object, item->object);
    item->object = NULL;
    return TRUE;
}

static GPtrArray *
find_views(const MyReader *reader)
{
    GPtrArray *views = g_ptr_array_new();
    for (guint i = 0; i < reader->items->len; i++) {
        MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->sort == &my_sort_view && item->object != NULL && item->object->broken == NULL)
            g_ptr_array_add(views, item);
    }
    return views;
}

/* The server warns of a view that does not work. */
static gboolean
is_any_warned_of(const MyReader *reader)
{
    for (guint i = 0; i < reader->items->len; i++) {
        const MyItem *item = g_ptr_array_index(reader->items, i);
        if (item->sort == &my_sort_view && (item->has_warning || item->problem != NULL))
            return TRUE;
        if (item->object != NULL && item->object->broken != NULL)
            return TRUE;
    }
    return FALSE;
}

gboolean
my_check_views(MyReader *reader, GError **error)
{
    if (!is_any_warned_of(reader))
        return TRUE;
    g_autoptr(GPtrArray) views = find_views(reader);
    g_autoptr(GPtrArray) suspects = g_ptr_array_new_with_free_func(suspect_free);
    gboolean ok = probe_views(reader, views, suspects, error);
    for (guint i = 0; ok && i < suspects->len; i++) {
        Suspect *suspect = g_ptr_array_index(suspects, i);
        ok = suspect->why != NULL || probe_query(reader, suspect, error);
    }
    if (!ok)
        return FALSE;
    my_run_anyway(reader->session, "SET @baseline_view = NULL");
    clear_innocent(suspects);
    add_known(reader, suspects);
    for (guint i = 0; i < suspects->len; i++) {
        const Suspect *suspect = g_ptr_array_index(suspects, i);
        if (suspect->why != NULL && !report_broken(reader, suspect, error))
            return FALSE;
    }
    return TRUE;
}

/* The names of the columns of the table @item, folded: a set. */
static GHashTable *
columns_of(const MyItem *item)
{
    GHashTable *columns = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < item->object->statements->len; i++) {
        const char *sql = g_ptr_array_index(item->object->statements, i);
        g_auto(MyTokens) tokens = { 0 };
        my_tokens_init(&tokens, sql, NULL);
        guint depth = 0;
        for (guint k = 1; k < tokens.all->len; k++) {
            gboolean is_first = my_token_is_kind(&tokens, k - 1, BL_TOKEN_OPEN) ||
                                my_token_is_kind(&tokens, k - 1, BL_TOKEN_COMMA);
            if (my_token_is_kind(&tokens, k - 1, BL_TOKEN_OPEN))
                depth++;
            else if (my_token_is_kind(&tokens, k - 1, BL_TOKEN_CLOSE))
                depth--;
            if (depth != 1 || !is_first || !my_token_is_kind(&tokens, k, BL_TOKEN_IDENTIFIER))
                continue;
            g_autofree char *name = bl_token_name(my_token(&tokens, k), sql);
            g_hash_table_add(columns, g_utf8_casefold(name, -1));
        }
    }
    return columns;
}

/* The server's word counts: it compares names its own way, and has columns that its text does not
 * show. @param why out: set when the table has no such column */
static gboolean
probe_column(MyReader *reader, const char *table, const char *column, char **why, GError **error)
{
    g_autofree char *quoted = my_name(table);
    g_autofree char *name = my_name(column);
    g_autofree char *query = g_strdup_printf("SELECT %s FROM %s", name, quoted);
    g_autoptr(GError) problem = NULL;
    if (!try_query(reader, query, &problem, error))
        return FALSE;
    if (problem != NULL && my_error_is(problem, NO_SUCH_COLUMN))
        *why = g_strdup_printf("its table \"%s\" has no column \"%s\"", table, column);
    return TRUE;
}

static gboolean
is_known(GHashTable *columns, const char *column)
{
    g_autofree char *folded = g_utf8_casefold(column, -1);
    return g_hash_table_contains(columns, folded);
}

/* @param why out: the first column that the table has not got */
static gboolean
probe_columns(MyReader *reader, const MyItem *item, GHashTable *known, char **why, GError **error)
{
    for (guint i = 0; *why == NULL && i < item->columns->len; i++) {
        const char *column = g_ptr_array_index(item->columns, i);
        if (!is_known(known, column) && !probe_column(reader, item->table, column, why, error))
            return FALSE;
    }
    return TRUE;
}

/* A trigger stands behind its table (see lists.c). */
gboolean
my_check_triggers(MyReader *reader, GError **error)
{
    g_autoptr(GHashTable) known = NULL;
    const MyItem *table = NULL;
    for (guint i = 0; i < reader->items->len; i++) {
        Suspect suspect = { .item = g_ptr_array_index(reader->items, i) };
        const MyItem *item = suspect.item;
        if (item->sort == &my_sort_table) {
            table = item;
            g_clear_pointer(&known, g_hash_table_unref);
        }
        gboolean names_any =
            item->object != NULL && item->columns != NULL && item->columns->len > 0;
        if (!names_any || table == NULL || table->object == NULL ||
            strcmp(table->name, item->table) != 0)
            continue;
        if (known == NULL)
            known = columns_of(table);
        g_autofree char *why = NULL;
        if (!probe_columns(reader, item, known, &why, error))
            return FALSE;
        suspect.why = why;
        if (why != NULL && !report_broken(reader, &suspect, error))
            return FALSE;
    }
    return TRUE;
}
