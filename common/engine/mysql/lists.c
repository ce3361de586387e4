/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/lists.h"

#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"

#include <string.h>

/* The server runs without its tables of rights. */
#define ACL_IS_OFF 1290

/* In the order in which they are asked for. */
static const MySort *const sorts[] = {
    &my_sort_sequence,  &my_sort_table, &my_sort_package,      &my_sort_library, &my_sort_function,
    &my_sort_procedure, &my_sort_view,  &my_sort_package_body, &my_sort_trigger, &my_sort_event,
};

static const struct {
    const char *type; /* of SHOW FULL TABLES and information_schema.ROUTINES */
    const MySort *sort;
} types[] = {
    { "BASE TABLE", &my_sort_table },  { "SYSTEM VERSIONED", &my_sort_table },
    { "VIEW", &my_sort_view },         { "SEQUENCE", &my_sort_sequence },
    { "FUNCTION", &my_sort_function }, { "PROCEDURE", &my_sort_procedure },
    { "PACKAGE", &my_sort_package },   { "PACKAGE BODY", &my_sort_package_body },
};

/* One reading. */
typedef struct {
    MySession *session;
    MyLists *lists;
    const BlFilter *filter;
    const char *const *omit;
} Reading;

typedef struct {
    const char *sql; /* {db}: a literal of the database's name; {own column}: that the column is
                        this database, exactly */
    void (*take)(Reading *reading, const MyRow *row);
    guint mariadb, mysql; /* the server has it from this version on */
} Query;

void
my_item_free(void *data)
{
    MyItem *item = data;
    g_free(item->name);
    g_free(item->table);
    g_free(item->event);
    g_free(item->timing);
    g_free(item->stamp);
    g_free(item->created);
    g_free(item->problem);
    my_text_free(item->text);
    if (item->waiting != NULL)
        g_string_free(item->waiting, TRUE);
    if (item->names != NULL)
        g_ptr_array_unref(item->names);
    if (item->columns != NULL)
        g_ptr_array_unref(item->columns);
    g_free(item);
}

static char *
text_at(const MyRow *row, guint column)
{
    return column < row->n && row->values[column] != NULL
               ? g_strndup(row->values[column], row->lens[column])
               : NULL;
}

/* Every statement that changes a definition counts here, whoever runs it. */
static void
take_ddl(Reading *reading, const MyRow *row)
{
    g_autofree char *name = text_at(row, 0);
    g_autofree char *value = text_at(row, 1);
    if (name != NULL && value != NULL && strcmp(name, "Threads_running") == 0) {
        reading->lists->running = (guint)g_ascii_strtoull(value, NULL, 10);
        return;
    }
    if (name == NULL || value == NULL || strstr(name, "_temporary_") != NULL ||
        strstr(name, "_user") != NULL || strstr(name, "_role") != NULL)
        return;
    reading->lists->has_ddl = TRUE;
    reading->lists->ddl += g_ascii_strtoull(value, NULL, 10);
}

static void
take_scheduler(Reading *reading, const MyRow *row)
{
    g_autofree char *value = text_at(row, 0);
    reading->lists->has_scheduler = g_strcmp0(value, "ON") == 0;
}

static gboolean
is_omitted(const Reading *reading, const char *table)
{
    for (gsize i = 0; reading->omit != NULL && reading->omit[i] != NULL; i++) {
        gboolean equal = reading->session->names_case == 0
                             ? strcmp(reading->omit[i], table) == 0
                             : g_ascii_strcasecmp(reading->omit[i], table) == 0;
        if (equal)
            return TRUE;
    }
    return FALSE;
}

/* @param table of a trigger; else NULL. @return NULL: it is not ours */
static MyItem *
add_item(Reading *reading, const MySort *sort, const MyRow *row, const char *table)
{
    g_autofree char *name = text_at(row, 0);
    gboolean is_table = sort == &my_sort_table || sort == &my_sort_sequence;
    if (name == NULL || !bl_filter_accepts(reading->filter, NULL, name, table) ||
        (table != NULL && is_omitted(reading, table)) || (is_table && is_omitted(reading, name)))
        return NULL;
    MyItem *item = g_new0(MyItem, 1);
    item->sort = sort;
    item->name = g_steal_pointer(&name);
    item->table = g_strdup(table);
    g_ptr_array_add(reading->lists->items, item);
    return item;
}

/* A type that nobody knows: what SHOW CREATE TABLE says of it is for the user. */
static const MySort *
sort_of(const char *type)
{
    for (gsize i = 0; i < G_N_ELEMENTS(types); i++) {
        if (g_strcmp0(type, types[i].type) == 0)
            return types[i].sort;
    }
    return &my_sort_table;
}

static void
take_table(Reading *reading, const MyRow *row)
{
    g_autofree char *type = text_at(row, 1);
    /* Those of this session: newer servers list them. */
    if (type != NULL && g_str_has_prefix(type, "TEMPORARY"))
        return;
    (void)add_item(reading, sort_of(type), row, NULL);
}

static void
take_trigger(Reading *reading, const MyRow *row)
{
    g_autofree char *table = text_at(row, 1);
    MyItem *item = add_item(reading, &my_sort_trigger, row, table != NULL ? table : "");
    if (item == NULL)
        return;
    g_autofree char *order = text_at(row, 4);
    item->timing = text_at(row, 2);
    item->event = text_at(row, 3);
    item->order = order != NULL ? (guint)g_ascii_strtoull(order, NULL, 10) : 0;
    item->stamp = text_at(row, 5);
}

static void
take_routine(Reading *reading, const MyRow *row)
{
    g_autofree char *type = text_at(row, 1);
    MyItem *item = add_item(reading, sort_of(type), row, NULL);
    if (item != NULL)
        item->stamp = text_at(row, 2);
}

static void
take_library(Reading *reading, const MyRow *row)
{
    MyItem *item = add_item(reading, &my_sort_library, row, NULL);
    if (item != NULL)
        item->stamp = text_at(row, 1);
}

static void
take_event(Reading *reading, const MyRow *row)
{
    MyItem *item = add_item(reading, &my_sort_event, row, NULL);
    if (item == NULL)
        return;
    item->stamp = text_at(row, 1);
    item->created = text_at(row, 2);
}

static void
take_database(Reading *reading, const MyRow *row)
{
    g_autofree char *encryption = text_at(row, 3);
    reading->lists->charset = text_at(row, 0);
    reading->lists->collation = text_at(row, 1);
    reading->lists->comment = text_at(row, 2);
    reading->lists->is_encrypted = g_strcmp0(encryption, "YES") == 0;
}

static void
take_default(Reading *reading, const MyRow *row)
{
    GHashTable **defaults = &reading->lists->defaults;
    if (*defaults == NULL)
        *defaults = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    g_hash_table_insert(*defaults, text_at(row, 0), text_at(row, 1));
}

static void
take_grant(Reading *reading, const MyRow *row)
{
    if (reading->lists->grants == NULL)
        reading->lists->grants = g_ptr_array_new_with_free_func(g_free);
    g_ptr_array_add(reading->lists->grants, text_at(row, 0));
}

#define NEVER G_MAXUINT

#define DDL_SQL                                                                                    \
    "SHOW GLOBAL STATUS WHERE Variable_name REGEXP '^(Com_(alter|create|drop|rename|import)|Threads_running$)'"

/* The counter comes before the lists. No wide columns: they open every table. */
static const Query queries[] = {
    { MY_TEXT_MODE, NULL, 0, 0 },
    { DDL_SQL, take_ddl, 0, 0 },
    { "SELECT @@GLOBAL.event_scheduler", take_scheduler, 0, 0 },
    { "SHOW FULL TABLES", take_table, 0, 0 },
    { "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, ACTION_ORDER, CREATED"
      " FROM information_schema.TRIGGERS WHERE EVENT_OBJECT_SCHEMA = {db}{own EVENT_OBJECT_SCHEMA}",
      take_trigger, 0, 0 },
    { "SELECT ROUTINE_NAME, ROUTINE_TYPE, LAST_ALTERED FROM information_schema.ROUTINES"
      " WHERE ROUTINE_SCHEMA = {db}{own ROUTINE_SCHEMA}",
      take_routine, 0, 0 },
    { "SELECT LIBRARY_NAME, LAST_ALTERED FROM information_schema.LIBRARIES"
      " WHERE LIBRARY_SCHEMA = {db}{own LIBRARY_SCHEMA}",
      take_library, NEVER, MY_OLDEST_WITH_LIBRARIES },
    { "SELECT EVENT_NAME, LAST_ALTERED, CREATED FROM information_schema.EVENTS"
      " WHERE EVENT_SCHEMA = {db}{own EVENT_SCHEMA}",
      take_event, 0, 0 },
    { "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME FROM information_schema.SCHEMATA"
      " WHERE SCHEMA_NAME = {db}{own SCHEMA_NAME}",
      take_database, 0, 0 },
    { "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SCHEMA_COMMENT"
      " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {db}{own SCHEMA_NAME}",
      take_database, 100500, NEVER },
    { "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, NULL, DEFAULT_ENCRYPTION"
      " FROM information_schema.SCHEMATA WHERE SCHEMA_NAME = {db}{own SCHEMA_NAME}",
      take_database, NEVER, 80016 },
    { "SELECT CHARACTER_SET_NAME, DEFAULT_COLLATE_NAME FROM information_schema.CHARACTER_SETS",
      take_default, NEVER, 80000 },
    { "SHOW GRANTS", take_grant, 0, 0 },
};

#define N_QUERIES G_N_ELEMENTS(queries)

/* What a message has beside its text, and to spare. */
#define MESSAGE_HEAD 16

/* information_schema compares names whatever their case; two databases may differ by it alone. */
static void
append_query(GString *out, const MySession *session, const char *sql)
{
    for (const char *open; (open = strchr(sql, '{')) != NULL; sql = strchr(open, '}') + 1) {
        g_string_append_len(out, sql, open - sql);
        if (g_str_has_prefix(open, "{db}")) {
            my_append_literal(out, session->database, -1);
        } else if (session->names_case == 0) {
            const char *column = open + strlen("{own ");
            g_string_append_printf(out, " AND BINARY %.*s = BINARY ",
                                   (int)(strchr(column, '}') - column), column);
            my_append_literal(out, session->database, -1);
        }
    }
    g_string_append_printf(out, "%s;\n", sql);
}

/* A message that is under way: which query answers what. */
typedef struct {
    Reading reading;
    const Query *asked[N_QUERIES];
    guint n;
    const MyListsHook *hook; /* may be NULL */
} Message;

static gboolean
take_row(const MyRow *row, void *data, GError **error)
{
    Message *message = data;
    (void)error;
    const Query *query = message->asked[row->statement];
    if (query->take != NULL)
        query->take(&message->reading, row);
    return TRUE;
}

static gboolean
take_answer(MyAnswer *answer, void *data, GError **error)
{
    Message *message = data;
    if (!my_each_row(answer, take_row, message, error))
        return FALSE;
    const MyListsHook *hook = message->hook;
    if (hook != NULL && message->asked[answer->index]->take == take_table)
        hook->tables(message->reading.lists->items, hook->data);
    return TRUE;
}

static gboolean
is_newest(const MySession *session, gsize i)
{
    guint since = session->is_mariadb ? queries[i].mariadb : queries[i].mysql;
    if (since == NEVER || session->version < since)
        return FALSE;
    for (gsize j = i + 1; j < N_QUERIES; j++) {
        if (queries[j].take == queries[i].take && is_newest(session, j))
            return FALSE;
    }
    return TRUE;
}

static guint
rank_of(const MySort *sort)
{
    guint i = 0;
    while (sorts[i] != sort)
        i++;
    return i;
}

/* A trigger stands behind its table: the server has it open then. */
static int
order_items(gconstpointer left, gconstpointer right)
{
    const MyItem *a = *(const MyItem *const *)left;
    const MyItem *b = *(const MyItem *const *)right;
    guint rank_a = rank_of(a->table != NULL ? &my_sort_table : a->sort);
    guint rank_b = rank_of(b->table != NULL ? &my_sort_table : b->sort);
    if (rank_a != rank_b)
        return rank_a < rank_b ? -1 : 1;
    int order =
        strcmp(a->table != NULL ? a->table : a->name, b->table != NULL ? b->table : b->name);
    if (order == 0)
        order = (a->table != NULL) - (b->table != NULL);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* The rights are asked last. */
static gboolean
is_of_rights(const Message *message, guint n_answered, const GError *why)
{
    return my_error_is(why, ACL_IS_OFF) && n_answered + 1 == message->n;
}

/* Sends what @sql has and begins anew. */
static gboolean
ask(Message *message, GString *sql, GError **error)
{
    GError *why = NULL;
    guint n = 0;
    gint64 started = g_get_monotonic_time();
    MySession *session = message->reading.session;
    gboolean ok = my_send(session, sql->str, take_answer, message, &n, &why);
    bl_report_statement(session->base.reporter, sql->str, -1, started);
    if (!ok && !is_of_rights(message, n, why)) {
        g_propagate_error(error, why);
        return FALSE;
    }
    g_clear_error(&why);
    g_string_truncate(sql, 0);
    message->n = 0;
    return TRUE;
}

MyLists *
my_lists_read(MySession *session,
              const BlFilter *filter,
              const char *const *omit,
              const MyListsHook *hook,
              GError **error)
{
    g_autoptr(MyLists) lists = g_new0(MyLists, 1);
    lists->items = g_ptr_array_new_with_free_func(my_item_free);
    Message message = { .reading = { session, lists, filter, omit }, .hook = hook };
    g_autoptr(GString) sql = g_string_new(NULL);
    for (gsize i = 0; i < N_QUERIES; i++) {
        if (!is_newest(session, i))
            continue;
        gsize before = sql->len;
        append_query(sql, session, queries[i].sql);
        if (before > 0 && sql->len + MESSAGE_HEAD > session->max_packet) {
            g_string_truncate(sql, before);
            if (!ask(&message, sql, error))
                return NULL;
            append_query(sql, session, queries[i].sql);
        }
        message.asked[message.n++] = &queries[i];
    }
    if (!ask(&message, sql, error))
        return NULL;
    g_ptr_array_sort(lists->items, order_items);
    return g_steal_pointer(&lists);
}

static gboolean
take_ddl_row(const MyRow *row, void *data, GError **error)
{
    (void)error;
    take_ddl(data, row);
    return TRUE;
}

gboolean
my_read_ddl(MySession *session, guint64 *ddl, gboolean *known, GError **error)
{
    MyLists lists = { 0 };
    Reading reading = { .session = session, .lists = &lists };
    if (!my_run_all(session, DDL_SQL, take_ddl_row, &reading, NULL, error))
        return FALSE;
    *ddl = lists.ddl;
    *known = lists.has_ddl;
    return TRUE;
}

/* The threads of the events have statements of their own, which are only counted when they begin:
 * the scheduler's is always under way. */
gboolean
my_lists_alone(const MyLists *lists)
{
    return lists->running > 0 && lists->running <= (lists->has_scheduler ? 2 : 1);
}

static gboolean
items_equal(const MyItem *a, const MyItem *b)
{
    return a->sort == b->sort && strcmp(a->name, b->name) == 0 &&
           g_strcmp0(a->table, b->table) == 0 && g_strcmp0(a->event, b->event) == 0 &&
           g_strcmp0(a->timing, b->timing) == 0 && a->order == b->order &&
           g_strcmp0(a->stamp, b->stamp) == 0;
}

gboolean
my_lists_equal(const MyLists *a, const MyLists *b)
{
    if (a->items->len != b->items->len || g_strcmp0(a->charset, b->charset) != 0 ||
        g_strcmp0(a->collation, b->collation) != 0 || g_strcmp0(a->comment, b->comment) != 0)
        return FALSE;
    for (guint i = 0; i < a->items->len; i++) {
        if (!items_equal(g_ptr_array_index(a->items, i), g_ptr_array_index(b->items, i)))
            return FALSE;
    }
    return TRUE;
}

void
my_lists_free(MyLists *lists)
{
    if (lists == NULL)
        return;
    g_ptr_array_unref(lists->items);
    g_free(lists->charset);
    g_free(lists->collation);
    g_free(lists->comment);
    if (lists->defaults != NULL)
        g_hash_table_unref(lists->defaults);
    if (lists->grants != NULL)
        g_ptr_array_unref(lists->grants);
    g_free(lists);
}
