/* SPDX-License-Identifier: MIT */
/*
 * Foreign keys that another server has and this MySQL refuses. No trial tells of them: a temporary
 * table has none, and the table that one refers to may come later in the text.
 */
#include "common/engine/mysql/features.h"
#include "common/engine/mysql/keys.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/tokens.h"
#include "common/sql/quote.h"

#include <string.h>

/* A foreign key to a table that has not come yet. */
typedef struct {
    char *problem;
    char *columns;
} Waiting;

struct MyForeignKeys {
    gboolean is_strict;  /* only a whole unique key may stand behind a foreign key */
    GHashTable *tables;  /* name -> GHashTable, its unique keys */
    GHashTable *waiting; /* name -> GPtrArray of Waiting */
};

static void
waiting_free(gpointer data)
{
    Waiting *waiting = data;
    g_free(waiting->problem);
    g_free(waiting->columns);
    g_free(waiting);
}

static MyForeignKeys *
keys_new(MySession *session)
{
    MyForeignKeys *keys = g_new0(MyForeignKeys, 1);
    keys->tables =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_hash_table_unref);
    keys->waiting =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_ptr_array_unref);
    g_autofree char *is_on = session->version >= MY_OLDEST_WITH_STRICT_KEYS
                                 ? my_select_text(session, "SELECT @@SESSION." MY_STRICT_KEYS, NULL)
                                 : NULL;
    keys->is_strict = g_strcmp0(is_on, "1") == 0;
    return keys;
}

void
my_foreign_keys_free(MyForeignKeys *keys)
{
    if (keys == NULL)
        return;
    g_hash_table_unref(keys->tables);
    g_hash_table_unref(keys->waiting);
    g_free(keys);
}

static MyForeignKeys *
keys_of(MySession *session)
{
    MyFeatures *features = session->features;
    if (features->foreign_keys == NULL)
        features->foreign_keys = keys_new(session);
    return features->foreign_keys;
}

void
my_allow_loose_keys(MySession *session)
{
    keys_of(session)->is_strict = FALSE;
}

/* @return g_free() */
static char *
describe(const MySession *session, const char *table, const MyReference *reference, const char *why)
{
    const MyFeatures *features = session->features;
    const char *name = reference->name != NULL ? reference->name : "";
    g_autofree char *shown_name = bl_quote_comment(name);
    g_autofree char *shown = bl_quote_comment(table);
    return g_strdup_printf("%s %s cannot make foreign key \"%s\" of table \"%s\": %s",
                           features->flavour, features->version_text, shown_name, shown, why);
}

/* The columns of @reference one by one. */
static gboolean
stands_on(const MyReference *reference, GHashTable *columns)
{
    const char *column = reference->columns != NULL ? reference->columns : "";
    while (*column != '\0') {
        gsize len = strcspn(column, "\n") + 1;
        g_autofree char *one = g_strndup(column, len);
        if (g_hash_table_contains(columns, one))
            return TRUE;
        column += len;
    }
    return FALSE;
}

static void
check_reference(MySession *session,
                const char *table,
                const MyReference *reference,
                GPtrArray *problems)
{
    const MyForeignKeys *keys = keys_of(session);
    if (!keys->is_strict || reference->parent_columns == NULL)
        return;
    g_autofree char *parent = my_fold_name(session, reference->parent);
    g_autofree char *shown = bl_quote_comment(reference->parent);
    g_autofree char *why =
        g_strdup_printf("what it refers to in \"%s\" is no whole unique key, and the connection's "
                        "URL does not say " MY_STRICT_KEYS "=0",
                        shown);
    char *problem = describe(session, table, reference, why);
    GHashTable *unique = g_hash_table_lookup(keys->tables, parent);
    if (unique != NULL) {
        if (g_hash_table_contains(unique, reference->parent_columns))
            g_free(problem);
        else
            g_ptr_array_add(problems, problem);
        return;
    }
    GPtrArray *list = g_hash_table_lookup(keys->waiting, parent);
    if (list == NULL) {
        list = g_ptr_array_new_with_free_func(waiting_free);
        g_hash_table_insert(keys->waiting, g_steal_pointer(&parent), list);
    }
    Waiting *waiting = g_new0(Waiting, 1);
    waiting->problem = problem;
    waiting->columns = g_strdup(reference->parent_columns);
    g_ptr_array_add(list, waiting);
}

/* The table @name has come: those that waited for it. */
static void
check_waiting(MySession *session, const char *name, const char *sql, GPtrArray *problems)
{
    const MyForeignKeys *keys = keys_of(session);
    if (!keys->is_strict)
        return;
    g_autofree char *folded = my_fold_name(session, name);
    GHashTable *unique = my_unique_keys(sql);
    g_hash_table_insert(keys->tables, g_strdup(folded), unique);
    const GPtrArray *list = g_hash_table_lookup(keys->waiting, folded);
    for (guint i = 0; list != NULL && i < list->len; i++) {
        const Waiting *waiting = g_ptr_array_index(list, i);
        if (!g_hash_table_contains(unique, waiting->columns))
            g_ptr_array_add(problems, g_strdup(waiting->problem));
    }
    g_hash_table_remove(keys->waiting, folded);
}

/* @return the name, g_free(); NULL: the statement makes no table of this database */
static char *
table_of(const char *sql)
{
    BlToken tokens[4];
    guint n = bl_lex_first(&bl_dialect_mysql, sql, strlen(sql), tokens, G_N_ELEMENTS(tokens));
    gboolean is_table = n == G_N_ELEMENTS(tokens) && bl_token_is_word(&tokens[0], sql, "create") &&
                        bl_token_is_word(&tokens[1], sql, "table") &&
                        tokens[3].kind == BL_TOKEN_OPEN;
    return is_table ? bl_token_name(&tokens[2], sql) : NULL;
}

void
my_check_foreign_keys(MySession *session, const char *sql, GPtrArray *problems)
{
    g_autofree char *table = session->is_mariadb ? NULL : table_of(sql);
    if (table == NULL)
        return;
    check_waiting(session, table, sql, problems);
    g_autoptr(GPtrArray) references = my_references(sql);
    g_autoptr(GHashTable) computed = references != NULL ? my_virtual_columns(sql) : NULL;
    for (guint i = 0; references != NULL && i < references->len; i++) {
        const MyReference *reference = g_ptr_array_index(references, i);
        if (stands_on(reference, computed))
            g_ptr_array_add(problems, describe(session, table, reference,
                                               "a column of it is computed, and not stored"));
        check_reference(session, table, reference, problems);
    }
}
