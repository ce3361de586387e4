/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/session.h"

#include <string.h>

/* Names in one DROP. */
#define NAMES_PER_DROP 100

/* What there is, one row each: kind, name, table of a trigger, database, and of a table whether its
 * rows are those of other tables or of another server. These tables compare names without case: the
 * database is looked at again. */
static const char list_sql[] =
    "SELECT CASE TABLE_TYPE WHEN 'VIEW' THEN 'view' WHEN 'SEQUENCE' THEN 'sequence' ELSE 'table' "
    "END, TABLE_NAME, NULL, TABLE_SCHEMA, ENGINE IN ('MRG_MyISAM', 'FEDERATED', 'SPIDER') "
    "FROM information_schema.TABLES "
    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_TYPE NOT IN ('SYSTEM VIEW', 'TEMPORARY', "
    "'TEMPORARY SEQUENCE'); "
    "SELECT lower(ROUTINE_TYPE), ROUTINE_NAME, NULL, ROUTINE_SCHEMA "
    "FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE(); "
    "SELECT 'trigger', TRIGGER_NAME, EVENT_OBJECT_TABLE, TRIGGER_SCHEMA "
    "FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = DATABASE(); "
    "SELECT 'event', EVENT_NAME, NULL, EVENT_SCHEMA "
    "FROM information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE()";

static const char libraries_sql[] = "; SELECT 'library', LIBRARY_NAME, NULL, LIBRARY_SCHEMA "
                                    "FROM information_schema.LIBRARIES "
                                    "WHERE LIBRARY_SCHEMA = DATABASE()";

/* Tables that are not ours and refer to one of ours by a foreign key. */
static const char references_sql[] =
    "SELECT CONSTRAINT_SCHEMA, TABLE_NAME, CONSTRAINT_NAME, REFERENCED_TABLE_NAME "
    "FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE UNIQUE_CONSTRAINT_SCHEMA = DATABASE()";

/* How a kind is dropped, in this order: what runs by itself first. Triggers go with their tables,
 * bodies with their packages. */
static const struct {
    const BlKind *kind;
    const char *verb;
    gboolean takes_list;
} drop_kinds[] = {
    { &my_kind_event, "EVENT", FALSE },       { &my_kind_trigger, "TRIGGER", FALSE },
    { &my_kind_view, "VIEW", TRUE },          { &my_kind_table, "TABLE", TRUE },
    { &my_kind_sequence, "SEQUENCE", TRUE },  { &my_kind_procedure, "PROCEDURE", FALSE },
    { &my_kind_function, "FUNCTION", FALSE }, { &my_kind_package, "PACKAGE", FALSE },
    { &my_kind_library, "LIBRARY", FALSE },
};

typedef struct {
    MySession *session;
    const BlFilter *filter;
    GPtrArray *objects; /* BlListedObject *, ours */
    char *restore;      /* what my_restore_statement() wants to know */
} List;

static gboolean
take_object(const MyRow *row, void *data, GError **error)
{
    List *list = data;
    (void)error;
    if (row->n == 1) {
        g_free(list->restore);
        list->restore = g_strdup(row->values[0]);
        return TRUE;
    }
    if (row->n < 4 || row->values[0] == NULL || row->values[1] == NULL ||
        !my_same_database(list->session, row->values[3]) ||
        !bl_filter_accepts(list->filter, NULL, row->values[1], row->values[2]))
        return TRUE;
    BlListedObject *object = g_new0(BlListedObject, 1);
    object->kind = g_strdup(row->values[0]);
    object->name = g_strdup(row->values[1]);
    object->parent = g_strdup(row->values[2]);
    object->shows_others = row->n > 4 && g_strcmp0(row->values[4], "1") == 0;
    g_ptr_array_add(list->objects, object);
    return TRUE;
}

static gint
compare_objects(gconstpointer a, gconstpointer b)
{
    const BlListedObject *left = *(const BlListedObject *const *)a;
    const BlListedObject *right = *(const BlListedObject *const *)b;
    int order = strcmp(left->kind, right->kind);
    return order != 0 ? order : strcmp(left->name, right->name);
}

static void
free_object(gpointer data)
{
    bl_listed_object_free(data);
}

GPtrArray *
my_list_objects(BlSession *base, const BlFilter *filter, GError **error)
{
    MySession *session = (MySession *)base;
    g_autoptr(GPtrArray) objects = g_ptr_array_new_with_free_func(free_object);
    List list = { session, filter, objects, NULL };
    gboolean has_libraries = !session->is_mariadb && session->version >= MY_OLDEST_WITH_LIBRARIES;
    /* Who fills what is empty asks for this next. */
    g_autofree char *restore = my_restore_query(session);
    g_autofree char *sql =
        g_strconcat(list_sql, has_libraries ? libraries_sql : "", "; ", restore, NULL);
    gboolean ok = my_run_all(session, sql, take_object, &list, NULL, error);
    g_free(session->restore);
    session->restore = list.restore;
    if (!ok)
        return NULL;
    g_ptr_array_sort(objects, compare_objects);
    return g_steal_pointer(&objects);
}

static gboolean
is_kind(const BlListedObject *object, const BlKind *kind)
{
    return strcmp(object->kind, kind->name) == 0;
}

static GHashTable *
names_of_tables(const GPtrArray *objects)
{
    GHashTable *names = g_hash_table_new(g_str_hash, g_str_equal);
    for (guint i = 0; i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        if (is_kind(object, &my_kind_table))
            g_hash_table_add(names, object->name);
    }
    return names;
}

/* A foreign key of a table that stays. */
typedef struct {
    MySession *session;
    GHashTable *tables; /* names of ours */
} Keys;

static gboolean
check_reference(const MyRow *row, void *data, GError **error)
{
    const Keys *keys = data;
    if (row->n < 4 || row->values[0] == NULL || row->values[1] == NULL || row->values[3] == NULL ||
        !g_hash_table_contains(keys->tables, row->values[3]))
        return TRUE;
    gboolean is_here = my_same_database(keys->session, row->values[0]);
    if (is_here && g_hash_table_contains(keys->tables, row->values[1]))
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT,
                 "drop the key yourself, or take the table out of \"ignore\"",
                 "table \"%s%s%s\" is not ours, but its foreign key \"%s\" refers to table \"%s\"",
                 is_here ? "" : row->values[0], is_here ? "" : ".", row->values[1], row->values[2],
                 row->values[3]);
    return FALSE;
}

static void
add_list(GPtrArray *statements, const char *verb, const GString *list)
{
    if (list->len > 0)
        g_ptr_array_add(statements, g_strdup_printf("DROP %s IF EXISTS %s", verb, list->str));
}

static gboolean
must_drop(const BlListedObject *object, gsize kind, GHashTable *tables)
{
    return is_kind(object, drop_kinds[kind].kind) &&
           (object->parent == NULL || !g_hash_table_contains(tables, object->parent));
}

static void
add_drops(GPtrArray *statements, const GPtrArray *objects, gsize kind, GHashTable *tables)
{
    g_autoptr(GString) list = g_string_new(NULL);
    guint n = 0;
    for (guint i = 0; i < objects->len; i++) {
        const BlListedObject *object = g_ptr_array_index(objects, i);
        if (!must_drop(object, kind, tables))
            continue;
        if (list->len > 0)
            g_string_append(list, ", ");
        my_append_name(list, object->name);
        if (++n % (drop_kinds[kind].takes_list ? NAMES_PER_DROP : 1) != 0)
            continue;
        add_list(statements, drop_kinds[kind].verb, list);
        g_string_truncate(list, 0);
    }
    add_list(statements, drop_kinds[kind].verb, list);
}

static gboolean
has_kind(const GPtrArray *objects, const BlKind *kind)
{
    for (guint i = 0; i < objects->len; i++) {
        if (is_kind(g_ptr_array_index(objects, i), kind))
            return TRUE;
    }
    return FALSE;
}

/* MariaDB 10.11 knows DROP PACKAGE only in ORACLE mode. */
static void
add_kind(GPtrArray *statements, const GPtrArray *objects, gsize kind, GHashTable *tables)
{
    gboolean is_package = drop_kinds[kind].kind == &my_kind_package;
    if (!has_kind(objects, drop_kinds[kind].kind))
        return;
    if (is_package) {
        g_ptr_array_add(statements,
                        g_strdup("SET @baseline_wipe_mode = @@SESSION.sql_mode, SESSION sql_mode = "
                                 "'ORACLE'"));
    }
    add_drops(statements, objects, kind, tables);
    if (is_package)
        g_ptr_array_add(statements, g_strdup("SET SESSION sql_mode = @baseline_wipe_mode"));
}

GPtrArray *
my_drop_statements(BlSession *base, const BlFilter *filter, GError **error)
{
    MySession *session = (MySession *)base;
    g_autoptr(GPtrArray) objects = my_list_objects(base, filter, error);
    if (objects == NULL)
        return NULL;
    g_autoptr(GHashTable) tables = names_of_tables(objects);
    Keys keys = { session, tables };
    if (g_hash_table_size(tables) > 0 &&
        !my_run_all(session, references_sql, check_reference, &keys, NULL, error))
        return NULL;
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    if (objects->len == 0)
        return statements;
    g_ptr_array_add(statements, g_strdup("SET @baseline_wipe_keys = @@SESSION.foreign_key_checks, "
                                         "SESSION foreign_key_checks = 0"));
    for (gsize i = 0; i < G_N_ELEMENTS(drop_kinds); i++)
        add_kind(statements, objects, i, tables);
    g_ptr_array_add(statements, g_strdup("SET SESSION foreign_key_checks = @baseline_wipe_keys"));
    return statements;
}
