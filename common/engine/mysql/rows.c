/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/mysql/session.h"

#include <string.h>

/* Values are written as the head of a snapshot reads them: this mode, UTF-8, UTC. */
static const char settings_sql[] = "SET sql_mode = '" MY_SQL_MODE "', time_zone = '+00:00'";

/* More than the longest packet becomes NULL. */
#define TOO_LONG "!"
#define HEX_OF   "coalesce(hex(%s), if(%s IS NULL, NULL, '" TOO_LONG "'))"

/* How the values of a column are asked for, "%s" being its name, and written. */
typedef struct {
    const char *types; /* DATA_TYPE in information_schema.COLUMNS, between blanks */
    const char *select;
    const char *before, *after; /* round the digits; NULL: a text literal */
    gboolean is_json;
} Style;

static const Style styles[] = {
    { " tinyint smallint mediumint int bigint decimal year double ", "%s", "", "", FALSE },
    /* A float prints six digits only; as a double it prints all that make it come back. To add 0
     * would make 0 of -0. */
    { " float ", "%s * 1e0", "", "", FALSE },
    { " bit ", "bin(%s)", "b'", "'", FALSE },
    { " binary varbinary tinyblob blob mediumblob longblob vector geometry point linestring polygon "
      "multipoint multilinestring multipolygon geometrycollection geomcollection ",
      HEX_OF, "x'", "'", FALSE },
    { " json ", "convert(%s using utf8mb4)", NULL, NULL, TRUE },
    { NULL, "convert(%s using utf8mb4)", NULL, NULL, FALSE },
};

/* In what form the server gives a value, where that differs from row to row; it tells with each. */
typedef enum {
    FORM_TEXT = 't',
    FORM_NUMBER = 'n', /* of an ENUM or SET, whose text is that of another value */
    FORM_BYTES = 'x',  /* hexadecimal: UTF-8 does not give them back */
} Form;

typedef struct {
    char *name; /* quoted */
    const Style *style;
    char *charset;       /* that UTF-8 may not give back; NULL: none */
    const char *is_told; /* the condition on which a value is a FORM_NUMBER; NULL: never */
    char *sequence;      /* quoted name of the sequence that its default asks; NULL: none */
    guint key;           /* place in the primary key, from 1; 0: none */
} Column;

/* What is written for a table. */
typedef struct {
    MySession *session;
    char *name;      /* quoted */
    char *head;      /* INSERT INTO … VALUES ( */
    GArray *columns; /* Column; without generated ones */
    GPtrArray *lines;
} Rows;

static void
column_clear(gpointer data)
{
    Column *column = data;
    g_free(column->name);
    g_free(column->charset);
    g_free(column->sequence);
}

static void
rows_clear(Rows *rows)
{
    g_free(rows->name);
    g_free(rows->head);
    g_array_unref(rows->columns);
    g_ptr_array_unref(rows->lines);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Rows, rows_clear)

static const Style *
find_style(const char *type)
{
    g_autofree char *word = g_strdup_printf(" %s ", type);
    const Style *style = styles;
    while (style->types != NULL && strstr(style->types, word) == NULL)
        style++;
    return style;
}

/* The text of a value that is in no list is empty, and so may that of a listed one be; and one of a
 * SET that has an empty one reads as if that were not in it. Better one type too many. */
static const char *
find_told(const char *type, const char *definition)
{
    static const char *const empty[] = { "('',", "('')", ",'',", ",'')" };
    gboolean has_empty = FALSE;
    for (gsize i = 0; i < G_N_ELEMENTS(empty); i++)
        has_empty = has_empty || strstr(definition, empty[i]) != NULL;
    if (has_empty && strcmp(type, "enum") == 0)
        return "%s + 0 = 0";
    return has_empty && strcmp(type, "set") == 0 ? "%s IS NOT NULL" : NULL;
}

static char *
find_charset(const Style *style, const char *charset)
{
    gboolean is_safe = style->before != NULL || charset == NULL ||
                       g_str_has_prefix(charset, "utf8") || strcmp(charset, "binary") == 0;
    return is_safe ? NULL : g_strdup(charset);
}

static gboolean
take_column(const BlRow *row, void *data, GError **error)
{
    (void)error;
    Rows *rows = data;
    const Style *style = find_style(row->values[1]);
    Column column = { .name = my_name(row->values[0]),
                      .style = style,
                      .charset = find_charset(style, row->values[4]),
                      .is_told = find_told(row->values[1], row->values[5]),
                      .sequence = my_default_sequence(row->values[2]),
                      .key = row->values[3] != NULL
                                 ? (guint)g_ascii_strtoull(row->values[3], NULL, 10)
                                 : 0 };
    g_array_append_val(rows->columns, column);
    return TRUE;
}

static gboolean
read_columns(Rows *rows, const char *table, GError **error)
{
    g_autofree char *literal = my_literal(table);
    g_autofree char *sql = g_strdup_printf(
        "SELECT c.COLUMN_NAME, c.DATA_TYPE, c.COLUMN_DEFAULT, s.SEQ_IN_INDEX, "
        "c.CHARACTER_SET_NAME, c.COLUMN_TYPE "
        "FROM information_schema.COLUMNS c LEFT JOIN information_schema.STATISTICS s "
        "ON s.TABLE_SCHEMA = c.TABLE_SCHEMA AND s.TABLE_NAME = c.TABLE_NAME "
        "AND CAST(s.TABLE_NAME AS BINARY) = CAST(c.TABLE_NAME AS BINARY) "
        "AND s.INDEX_NAME = 'PRIMARY' AND s.COLUMN_NAME = c.COLUMN_NAME "
        "WHERE c.TABLE_SCHEMA = DATABASE() AND c.TABLE_NAME = %s "
        "AND CAST(c.TABLE_NAME AS BINARY) = CAST(%s AS BINARY) "
        "AND replace(c.EXTRA, 'DEFAULT_GENERATED', '') NOT LIKE '%%GENERATED%%' "
        "ORDER BY c.ORDINAL_POSITION",
        literal, literal);
    return my_query(&rows->session->base, sql, take_column, rows, error);
}

static const Column *
column_at(const Rows *rows, guint i)
{
    return &g_array_index(rows->columns, Column, i);
}

static const Column *
key_column(const Rows *rows, guint place)
{
    for (guint i = 0; i < rows->columns->len; i++) {
        if (column_at(rows, i)->key == place)
            return column_at(rows, i);
    }
    return NULL;
}

/* Replaces each "%s" by the name of the column. */
static void
append_asked(GString *sql, const char *pattern, const Column *column)
{
    g_auto(GStrv) parts = g_strsplit(pattern, "%s", -1);
    g_autofree char *text = g_strjoinv(column->name, parts);
    g_string_append(sql, text);
}

static gboolean
has_forms(const Column *column)
{
    return column->charset != NULL || column->is_told != NULL;
}

/* A value in each of its forms, on the conditions for them. @param asks_which the form instead */
static void
append_forms(GString *sql, const Column *column, gboolean asks_which)
{
    g_string_append(sql, "CASE");
    if (column->is_told != NULL) {
        g_string_append(sql, " WHEN ");
        append_asked(sql, column->is_told, column);
        append_asked(sql, asks_which ? " THEN 'n'" : " THEN CAST(%s AS UNSIGNED)", column);
    }
    if (column->charset != NULL) {
        append_asked(sql, " WHEN NOT CAST(CONVERT(CONVERT(%s USING utf8mb4) USING ", column);
        g_string_append(sql, column->charset);
        append_asked(sql, ") AS BINARY) <=> CAST(%s AS BINARY)", column);
        append_asked(sql, asks_which ? " THEN 'x'" : " THEN " HEX_OF, column);
    }
    g_string_append(sql, " ELSE ");
    append_asked(sql, asks_which ? "'t'" : column->style->select, column);
    g_string_append(sql, " END");
}

/* By primary key; without one the lines are sorted when they are there. */
static char *
select_rows(const Rows *rows)
{
    g_autoptr(GString) sql = g_string_new("SELECT ");
    for (guint i = 0; i < rows->columns->len; i++) {
        const Column *column = column_at(rows, i);
        g_string_append(sql, i > 0 ? ", " : "");
        if (has_forms(column)) {
            append_forms(sql, column, TRUE);
            g_string_append(sql, ", ");
            append_forms(sql, column, FALSE);
        } else {
            append_asked(sql, column->style->select, column);
        }
    }
    g_string_append_printf(sql, "%s FROM %s", rows->columns->len == 0 ? "NULL" : "", rows->name);
    const Column *key;
    for (guint place = 1; (key = key_column(rows, place)) != NULL; place++)
        g_string_append_printf(sql, "%s%s", place > 1 ? ", " : " ORDER BY ", key->name);
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static char *
insert_head(const Rows *rows)
{
    g_autoptr(GString) head = g_string_new("INSERT INTO ");
    g_string_append_printf(head, "%s (", rows->name);
    for (guint i = 0; i < rows->columns->len; i++)
        g_string_append_printf(head, "%s%s", i > 0 ? ", " : "", column_at(rows, i)->name);
    g_string_append(head, ") VALUES (");
    return g_string_free(g_steal_pointer(&head), FALSE);
}

/* A line end in a literal would split the line, and a carriage return does not survive every
 * program. */
static void
append_text(GString *out, const char *text, gsize len)
{
    static const char escaped[] = "\\\n\r\032";
    static const char letters[] = "\\nrZ";
    g_string_append_c(out, '\'');
    for (gsize i = 0; i < len; i++) {
        const char *found = text[i] != '\0' ? strchr(escaped, text[i]) : NULL;
        if (text[i] == '\0')
            g_string_append(out, "\\0");
        else if (found != NULL)
            g_string_append_printf(out, "\\%c", letters[found - escaped]);
        else if (text[i] == '\'')
            g_string_append(out, "''");
        else
            g_string_append_c(out, text[i]);
    }
    g_string_append_c(out, '\'');
}

/* Without an exponent it would be a number that has no sign at zero. */
static gboolean
is_negative_zero(const char *number)
{
    return number[0] == '-' && number[strspn(number, "-0.")] == '\0';
}

static void
append_value(GString *out, const Column *column, Form form, const char *text, gsize len)
{
    const Style *style = column->style;
    if (text == NULL)
        g_string_append(out, "NULL");
    else if (form == FORM_BYTES)
        g_string_append_printf(out, "_%s x'%s'", column->charset, text);
    else if (form == FORM_NUMBER)
        g_string_append(out, text);
    else if (style->before == NULL)
        append_text(out, text, len);
    else
        g_string_append_printf(out, "%s%s%s%s", style->before, text,
                               is_negative_zero(text) ? "e0" : "", style->after);
}

static gboolean
check_length(const Rows *rows, const Column *column, Form form, const char *text, GError **error)
{
    gboolean is_hex = form == FORM_BYTES || column->style->before != NULL;
    if (!is_hex || g_strcmp0(text, TOO_LONG) != 0)
        return TRUE;
    bl_error_set(error, BL_ERROR_UNSUPPORTED,
                 "raise max_allowed_packet of the server, or take the table out of the data",
                 "a value in column %s of table %s is longer than the server can write it",
                 column->name, rows->name);
    return FALSE;
}

static gboolean
take_row(const BlRow *row, void *data, GError **error)
{
    Rows *rows = data;
    g_autoptr(GString) line = g_string_new(rows->head);
    guint at = 0;
    for (guint i = 0; i < rows->columns->len; i++) {
        const Column *column = column_at(rows, i);
        Form form = has_forms(column) ? (Form)row->values[at++][0] : FORM_TEXT;
        if (!check_length(rows, column, form, row->values[at], error))
            return FALSE;
        g_string_append(line, i > 0 ? ", " : "");
        append_value(line, column, form, row->values[at], row->lens[at]);
        at++;
    }
    g_string_append(line, ");\n");
    g_ptr_array_add(rows->lines, g_string_free(g_steal_pointer(&line), FALSE));
    return TRUE;
}

static int
compare_lines(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* A sequence goes on behind the last value that it gave to a column. Its function takes a number
 * only, no query. */
static gboolean
append_sequences(const Rows *rows, GString *out, GError **error)
{
    for (guint i = 0; i < rows->columns->len; i++) {
        const Column *column = column_at(rows, i);
        if (column->sequence == NULL)
            continue;
        g_autofree char *sql = g_strdup_printf(
            "SELECT if(s.increment < 0, min(%s), max(%s)) FROM %s t, %s s GROUP BY s.increment",
            column->name, column->name, rows->name, column->sequence);
        GError *problem = NULL;
        g_autofree char *last = my_select_text(rows->session, sql, &problem);
        if (problem != NULL) {
            g_propagate_error(error, problem);
            return FALSE;
        }
        if (last != NULL)
            g_string_append_printf(out, "DO SETVAL(%s, %s);\n", column->sequence, last);
    }
    return TRUE;
}

/* MySQL keeps a DECIMAL, a DATE or bytes inside JSON as what they are; of their text it makes a
 * DOUBLE, of fewer digits, or a string. */
static gboolean
check_json(const Rows *rows, const char *table, GError **error)
{
    for (guint i = 0; i < rows->columns->len; i++) {
        const char *name = column_at(rows, i)->name;
        if (!column_at(rows, i)->style->is_json)
            continue;
        g_autofree char *sql = g_strdup_printf(
            "SELECT nullif(count(*), 0) FROM (SELECT %s AS own, CAST(convert(%s using utf8mb4) AS "
            "JSON) AS copied FROM %s) j WHERE convert(own using utf8mb4) <> convert(copied using "
            "utf8mb4) OR NOT own <=> copied",
            name, name, rows->name);
        GError *problem = NULL;
        g_autofree char *n = my_select_text(rows->session, sql, &problem);
        if (problem != NULL) {
            g_propagate_error(error, problem);
            return FALSE;
        }
        if (n == NULL)
            continue;
        bl_error_set(
            error, BL_ERROR_UNSUPPORTED,
            "make them numbers or strings of JSON, or take the table out of the data",
            "table \"%s\": in %s of its rows column %s holds values that the text of JSON does not "
            "give back: DECIMAL, DATE, TIME or bytes",
            table, n, name);
        return FALSE;
    }
    return TRUE;
}

gboolean
my_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error)
{
    if (!table->kind->holds_rows) {
        g_autofree char *label = bl_object_label(table);
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "take it out of the data",
                     "the rows of %s cannot be carried", label);
        return FALSE;
    }
    g_auto(Rows) rows = { .session = (MySession *)base,
                          .name = my_name(table->name),
                          .columns = g_array_new(FALSE, TRUE, sizeof(Column)),
                          .lines = g_ptr_array_new_with_free_func(g_free) };
    g_array_set_clear_func(rows.columns, column_clear);
    if (!my_execute(base, settings_sql, NULL, error) || !read_columns(&rows, table->name, error) ||
        !check_json(&rows, table->name, error))
        return FALSE;
    rows.head = insert_head(&rows);
    g_autofree char *sql = select_rows(&rows);
    if (!my_query(base, sql, take_row, &rows, error))
        return FALSE;
    if (key_column(&rows, 1) == NULL)
        g_ptr_array_sort(rows.lines, compare_lines);
    for (guint i = 0; i < rows.lines->len; i++)
        g_string_append(out, g_ptr_array_index(rows.lines, i));
    *count = rows.lines->len;
    return rows.lines->len == 0 || append_sequences(&rows, out, error);
}

/* The head of a snapshot switches foreign keys off, so that the order by name is as good as any. */
gboolean
my_order_rows(BlSession *base, GPtrArray *tables, GError **error)
{
    (void)base;
    (void)tables;
    (void)error;
    return TRUE;
}
