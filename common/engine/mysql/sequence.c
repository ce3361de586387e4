/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/kinds.h"
#include "common/engine/mysql/reader.h"
#include "common/engine/mysql/table_text.h"

/* START WITH is what was declared; where the sequence stands is data. */
static gboolean
render(MyReader *reader, MyItem *item, const MyRow *row, GError **error)
{
    const MyTextSource source = { reader->session->database, reader->session->is_mariadb,
                                  reader->session->names_case != 0, reader->session->version,
                                  NULL };
    g_auto(MyTableText) text = { 0 };
    if (row->n < 2 || row->values[1] == NULL ||
        !my_table_text_read(&text, row->values[1], row->lens[1], &source))
        return my_unsupported(reader, "sequence", item->name, "the server gives no whole text",
                              error);
    my_need_version(reader, text.version);
    item->object = bl_catalog_add(reader->catalog, &my_kind_sequence, NULL, item->name);
    bl_object_add_statement(reader->catalog, item->object, text.sql);
    return TRUE;
}

const MySort my_sort_sequence = { &my_kind_sequence, "SHOW CREATE SEQUENCE", render };

/* The last name in it. */
char *
my_default_sequence(const char *expression)
{
    if (expression == NULL || g_ascii_strncasecmp(expression, "nextval(", 8) != 0)
        return NULL;
    g_autofree char *name = NULL;
    BlLexState state = { 0 };
    BlToken token;
    gsize len = strlen(expression);
    for (gsize pos = 8;
         bl_lex(&bl_dialect_mysql, &state, expression, len, pos, TRUE, &token) != BL_TOKEN_END;
         pos = token.start + token.len) {
        if (token.kind != BL_TOKEN_IDENTIFIER && token.kind != BL_TOKEN_WORD)
            continue;
        g_free(name);
        name = bl_token_name(&token, expression);
    }
    return name != NULL ? my_name(name) : NULL;
}

/* Of a sequence: what its columns would hold next. */
typedef struct {
    GHashTable *conditions; /* quoted name: GString *, that it is beyond what they explain */
} Fed;

static gboolean
take_fed(const BlRow *row, void *data, GError **error)
{
    (void)error;
    const Fed *fed = data;
    char *sequence = my_default_sequence(row->values[2]);
    if (sequence == NULL)
        return TRUE;
    g_autofree char *table = my_name(row->values[0]);
    g_autofree char *column = my_name(row->values[1]);
    GString *condition = g_hash_table_lookup(fed->conditions, sequence);
    if (condition == NULL) {
        condition = g_string_new(NULL);
        g_hash_table_insert(fed->conditions, sequence, condition);
    } else {
        g_free(sequence);
    }
    g_string_append_printf(
        condition,
        " AND if(increment < 0, next_not_cached_value < "
        "coalesce((SELECT min(%s) FROM %s) + increment, start_value), "
        "next_not_cached_value > coalesce((SELECT max(%s) FROM %s) + increment, start_value))",
        column, table, column, table);
    return TRUE;
}

static void
free_condition(gpointer condition)
{
    g_string_free(condition, TRUE);
}

static const char fed_sql[] =
    "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_DEFAULT FROM information_schema.COLUMNS "
    "WHERE TABLE_SCHEMA = DATABASE() AND COLUMN_DEFAULT LIKE 'nextval(%' ORDER BY 1, 2";

/* That of a column is set behind the rows that a snapshot carries, and numbers that were taken and
 * not kept are no loss; but a position that somebody chose is one. */
static void
ask_sequence(GString *sql, const BlObject *object, const Fed *fed, const char *setters)
{
    g_autofree char *literal = my_literal(object->name);
    g_autofree char *name = my_name(object->name);
    const GString *condition = g_hash_table_lookup(fed->conditions, name);
    if (condition != NULL && !bl_left_out_is_named(setters, object->name))
        return;
    g_string_append_printf(sql,
                           "%sSELECT 'sequence', %s, next_not_cached_value FROM %s "
                           "WHERE next_not_cached_value <> start_value%s",
                           sql->len > 0 ? " UNION ALL " : "", literal, name,
                           condition != NULL ? condition->str : "");
}

static gboolean
ask_sequences(
    BlSession *base, const BlCatalog *catalog, const char *setters, GString *sql, GError **error)
{
    g_autoptr(GHashTable) conditions =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_condition);
    Fed fed = { conditions };
    if (((MySession *)base)->is_mariadb && !my_query(base, fed_sql, take_fed, &fed, error))
        return FALSE;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        if (object->kind == &my_kind_sequence)
            ask_sequence(sql, object, &fed, setters);
    }
    return TRUE;
}

/* What the tables count with. */
static const char counters_sql[] =
    "SELECT t.TABLE_NAME, t.AUTO_INCREMENT, c.COLUMN_NAME FROM information_schema.TABLES t "
    "JOIN information_schema.COLUMNS c ON c.TABLE_SCHEMA = t.TABLE_SCHEMA "
    "AND c.TABLE_NAME = t.TABLE_NAME "
    "AND CAST(c.TABLE_NAME AS BINARY) = CAST(t.TABLE_NAME AS BINARY) AND c.EXTRA LIKE '%auto_increment%' "
    "WHERE t.TABLE_SCHEMA = DATABASE() AND t.AUTO_INCREMENT > 1 ORDER BY 1";

typedef struct {
    const BlCatalog *catalog;
    const char *setters;
    GString *sql; /* asks all counters for their positions */
} Counters;

static gboolean
ask_table(const BlRow *row, void *data, GError **error)
{
    (void)error;
    const Counters *counters = data;
    const char *table = row->values[0];
    if (bl_catalog_find(counters->catalog, my_kind_table.name, NULL, table) == NULL ||
        !bl_left_out_is_named(counters->setters, table))
        return TRUE;
    g_autofree char *literal = my_literal(table);
    g_autofree char *name = my_name(table);
    g_autofree char *column = my_name(row->values[2]);
    g_string_append_printf(
        counters->sql,
        "%sSELECT 'counter of table', %s, %s FROM %s "
        "HAVING CAST(coalesce(max(%s), 0) AS DECIMAL(30)) + @@auto_increment_increment < %s",
        counters->sql->len > 0 ? " UNION ALL " : "", literal, row->values[1], name, column,
        row->values[1]);
    return TRUE;
}

/* MySQL 8.0 and later remember for a day what they told. */
static gboolean
ask_tables(BlSession *base, Counters *counters, GError **error)
{
    const MySession *session = (const MySession *)base;
    gboolean remembers = !session->is_mariadb && session->version >= 80000;
    return (!remembers ||
            my_execute(base, "SET information_schema_stats_expiry = 0", NULL, error)) &&
           my_query(base, counters_sql, ask_table, counters, error);
}

static gboolean
add_counter(const BlRow *row, void *data, GError **error)
{
    (void)error;
    bl_left_out_add_counter(data, row->values[0], row->values[1], row->values[2]);
    return TRUE;
}

typedef struct {
    const BlCatalog *catalog;
    GString *sql;
} Histories;

static gboolean
ask_history(const BlRow *row, void *data, GError **error)
{
    (void)error;
    const Histories *histories = data;
    const char *table = row->values[0];
    if (bl_catalog_find(histories->catalog, my_kind_table.name, NULL, table) == NULL)
        return TRUE;
    g_autofree char *literal = my_literal(table);
    g_autofree char *name = my_name(table);
    g_string_append_printf(histories->sql,
                           "%sSELECT %s, (SELECT count(*) FROM %s FOR SYSTEM_TIME ALL) - "
                           "(SELECT count(*) FROM %s) AS n HAVING n > 0",
                           histories->sql->len > 0 ? " UNION ALL " : "", literal, name, name);
    return TRUE;
}

static gboolean
add_history(const BlRow *row, void *data, GError **error)
{
    (void)error;
    bl_left_out_add(data, g_strdup_printf("history of table %s", row->values[0]), "row",
                    g_ascii_strtoull(row->values[1], NULL, 10));
    return TRUE;
}

/* What a system-versioned table was; no INSERT brings it back. */
static gboolean
ask_histories(BlSession *base, const BlCatalog *catalog, GPtrArray *found, GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    Histories histories = { catalog, sql };
    return my_query(base,
                    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE "
                    "TABLE_SCHEMA = DATABASE() AND TABLE_TYPE = 'SYSTEM VERSIONED' ORDER BY 1",
                    ask_history, &histories, error) &&
           (sql->len == 0 || my_query(base, sql->str, add_history, found, error));
}

gboolean
my_list_left_out(BlSession *base,
                 const BlCatalog *catalog,
                 const char *setters,
                 GPtrArray *found,
                 GError **error)
{
    g_autoptr(GString) sql = g_string_new(NULL);
    Counters counters = { catalog, setters, sql };
    if (setters != NULL && !ask_tables(base, &counters, error))
        return FALSE;
    return ask_sequences(base, catalog, setters, sql, error) &&
           (sql->len == 0 || my_query(base, sql->str, add_counter, found, error)) &&
           ask_histories(base, catalog, found, error);
}
