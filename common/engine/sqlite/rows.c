/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/quote.h"

#include <math.h>
#include <string.h>

/* SQLite takes no more terms than this in ORDER BY (SQLITE_MAX_COLUMN is 2000 by default). */
#define MAX_ORDER_TERMS 1800

/* What an INSERT for a table consists of. */
typedef struct {
    GPtrArray *columns; /* quoted names of those that are no generated ones */
    GPtrArray *keys;    /* quoted names of the primary key, in its order */
} Columns;

static void
columns_clear(Columns *columns)
{
    g_clear_pointer(&columns->columns, g_ptr_array_unref);
    g_clear_pointer(&columns->keys, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Columns, columns_clear)

static gboolean
read_columns(LiteSession *session, const char *table, Columns *columns, GError **error)
{
    columns->columns = g_ptr_array_new_with_free_func(g_free);
    columns->keys = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *literal = bl_quote_literal(&bl_dialect_sqlite, table);
    g_autofree char *sql =
        g_strdup_printf("SELECT name, hidden, pk FROM pragma_table_xinfo(%s, 'main') "
                        "ORDER BY pk, cid",
                        literal);
    g_autofree char *in_order =
        g_strdup_printf("SELECT name, hidden, 0 FROM pragma_table_xinfo(%s, 'main') "
                        "ORDER BY cid",
                        literal);
    const char *const queries[] = { sql, in_order };
    GPtrArray *const lists[] = { columns->keys, columns->columns };
    for (gsize i = 0; i < G_N_ELEMENTS(queries); i++) {
        g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, queries[i], error);
        if (stmt == NULL)
            return FALSE;
        int rc;
        while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
            gboolean is_wanted = lists[i] == columns->keys ? sqlite3_column_int(stmt, 2) > 0
                                                           : sqlite3_column_int(stmt, 1) == 0;
            const char *name = (const char *)sqlite3_column_text(stmt, 0);
            if (is_wanted)
                g_ptr_array_add(lists[i], bl_quote_identifier(&bl_dialect_sqlite, name));
        }
        if (rc != SQLITE_DONE)
            return lite_set_error(session, rc, NULL, error);
    }
    return TRUE;
}

static char *
join(const GPtrArray *names)
{
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < names->len; i++)
        g_string_append_printf(text, "%s%s", i > 0 ? ", " : "",
                               (const char *)g_ptr_array_index(names, i));
    return g_string_free(g_steal_pointer(&text), FALSE);
}

/* By key, then by everything else: a key may hold NULL twice, and a collation may call different
 * texts equal. */
static char *
select_rows(const char *quoted_table, const Columns *columns)
{
    g_autofree char *list = join(columns->columns);
    g_autoptr(GString) sql = g_string_new(NULL);
    g_string_append_printf(sql, "SELECT %s FROM main.%s", list, quoted_table);
    guint n = 0;
    for (guint i = 0; i < columns->keys->len; i++, n++)
        g_string_append_printf(sql, "%s%s COLLATE BINARY", n > 0 ? ", " : " ORDER BY ",
                               (const char *)g_ptr_array_index(columns->keys, i));
    for (guint i = 0; i < columns->columns->len && n < MAX_ORDER_TERMS; i++, n += 2) {
        const char *name = g_ptr_array_index(columns->columns, i);
        g_string_append_printf(sql, "%s%s COLLATE BINARY, typeof(%s)", n > 0 ? ", " : " ORDER BY ",
                               name, name);
    }
    return g_string_free(g_steal_pointer(&sql), FALSE);
}

static void
append_hex(GString *out, const guchar *bytes, gsize len)
{
    static const char digits[] = "0123456789abcdef";
    g_string_append(out, "X'");
    for (gsize i = 0; i < len; i++) {
        g_string_append_c(out, digits[bytes[i] >> 4]);
        g_string_append_c(out, digits[bytes[i] & 15]);
    }
    g_string_append_c(out, '\'');
}

/* The bytes that the database itself has for a text: what CAST(... AS TEXT) takes, in whatever
 * encoding. */
static gboolean
append_text_as_bytes(LiteSession *session, sqlite3_value *value, GString *out, GError **error)
{
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, "SELECT CAST(?1 AS BLOB)", error);
    if (stmt == NULL)
        return FALSE;
    int rc = sqlite3_bind_value(stmt, 1, value);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(stmt);
    if (rc != SQLITE_ROW)
        return lite_set_error(session, rc, NULL, error);
    const guchar *bytes = sqlite3_column_blob(stmt, 0);
    g_string_append(out, "CAST(");
    append_hex(out, bytes, (gsize)sqlite3_column_bytes(stmt, 0));
    g_string_append(out, " AS TEXT)");
    return TRUE;
}

/* A NUL ends a statement, invalid UTF-8 does not survive other programs, and the sqlite3 program
 * drops a CR before a line end. */
static gboolean
is_plain_text(const char *text, gsize len)
{
    return memchr(text, '\0', len) == NULL && memchr(text, '\r', len) == NULL &&
           g_utf8_validate_len(text, len, NULL);
}

static void
append_quoted_text(GString *out, const char *text, gsize len)
{
    g_string_append_c(out, '\'');
    const char *end = text + len;
    while (text < end) {
        const char *quote = memchr(text, '\'', (gsize)(end - text));
        const char *stop = quote != NULL ? quote + 1 : end;
        g_string_append_len(out, text, stop - text);
        if (quote != NULL)
            g_string_append_c(out, '\'');
        text = stop;
    }
    g_string_append_c(out, '\'');
}

/* @return TRUE when the library reads @text as exactly @value */
static gboolean
reads_back(LiteSession *session, const char *text, double value)
{
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, "SELECT CAST(?1 AS REAL)", NULL);
    if (stmt == NULL || sqlite3_bind_text(stmt, 1, text, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_step(stmt) != SQLITE_ROW)
        return FALSE;
    double back = sqlite3_column_double(stmt, 0);
    return back == value && signbit(back) == signbit(value);
}

/* 17 digits are enough for any correct reader; SQLite's own was not always one, so that more are
 * tried. */
static void
append_real(LiteSession *session, double value, GString *out)
{
    if (value > G_MAXDOUBLE || value < -G_MAXDOUBLE) {
        g_string_append(out, value > 0 ? "9e999" : "-9e999");
        return;
    }
    static const char *const formats[] = { "%.17g", "%.18g", "%.19g", "%.20g", "%.16g", "%.15g" };
    char text[G_ASCII_DTOSTR_BUF_SIZE];
    char seventeen[G_ASCII_DTOSTR_BUF_SIZE];
    g_ascii_formatd(seventeen, sizeof seventeen, formats[0], value);
    const char *chosen = seventeen;
    for (gsize i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_ascii_formatd(text, sizeof text, formats[i], value);
        if (!reads_back(session, text, value))
            continue;
        chosen = text;
        break;
    }
    g_string_append(out, chosen);
    if (strpbrk(chosen, ".e") == NULL)
        g_string_append(out, ".0");
}

static gboolean
append_value(LiteSession *session, sqlite3_stmt *stmt, int column, GString *out, GError **error)
{
    gsize len = 0;
    const char *text = NULL;
    switch (sqlite3_column_type(stmt, column)) {
    case SQLITE_INTEGER:
        g_string_append_printf(out, "%" G_GINT64_FORMAT,
                               (gint64)sqlite3_column_int64(stmt, column));
        return TRUE;
    case SQLITE_FLOAT:
        append_real(session, sqlite3_column_double(stmt, column), out);
        return TRUE;
    case SQLITE_BLOB:
        len = (gsize)sqlite3_column_bytes(stmt, column);
        append_hex(out, sqlite3_column_blob(stmt, column), len);
        return TRUE;
    case SQLITE_TEXT:
        text = (const char *)sqlite3_column_text(stmt, column);
        len = (gsize)sqlite3_column_bytes(stmt, column);
        if (text == NULL || !is_plain_text(text, len))
            return append_text_as_bytes(session, sqlite3_column_value(stmt, column), out, error);
        append_quoted_text(out, text, len);
        return TRUE;
    default:
        g_string_append(out, "NULL");
        return TRUE;
    }
}

gboolean
lite_dump_rows(BlSession *base, const BlObject *table, GString *out, guint64 *count, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    if (table->kind != &lite_kind_table) {
        g_autofree char *label = bl_object_label(table);
        bl_error_set(error, BL_ERROR_UNSUPPORTED, "take it out of the data",
                     "the rows of %s cannot be carried", label);
        return FALSE;
    }
    g_auto(Columns) columns = { 0 };
    if (!read_columns(session, table->name, &columns, error))
        return FALSE;
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, table->name);
    g_autofree char *list = join(columns.columns);
    g_autofree char *sql = select_rows(quoted, &columns);
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    guint64 n = 0;
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        g_string_append_printf(out, "INSERT INTO %s (%s) VALUES (", quoted, list);
        for (int i = 0; i < sqlite3_column_count(stmt); i++) {
            if (i > 0)
                g_string_append(out, ", ");
            if (!append_value(session, stmt, i, out, error))
                return FALSE;
        }
        g_string_append(out, ");\n");
        n++;
    }
    if (rc != SQLITE_DONE)
        return lite_set_error(session, rc, NULL, error);
    *count = n;
    return TRUE;
}

/* How many tables of that name the module keeps for itself. @param tail as LIKE has it */
static gboolean
count_shadows(LiteSession *session, const char *name, const char *tail, gint64 *n, GError **error)
{
    g_autofree char *literal = bl_quote_literal(&bl_dialect_sqlite, name);
    g_autofree char *sql =
        g_strdup_printf("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' "
                        "AND type = 'shadow' AND substr(name, 1, length(%s)) = %s COLLATE NOCASE "
                        "AND substr(name, length(%s) + 1) LIKE '%s' ESCAPE '\\'",
                        literal, literal, literal, tail);
    return lite_query_number(session, sql, n, error);
}

/* What a module shows of other tables is not its own. A full-text index counts its documents, also
 * when their text is in another table. */
static gboolean
count_own_rows(LiteSession *session, const char *name, gint64 *n, GError **error)
{
    gint64 n_shadows = 0;
    gint64 n_sizes = 0;
    *n = 0;
    if (!count_shadows(session, name, "\\_%", &n_shadows, error) ||
        !count_shadows(session, name, "\\_docsize", &n_sizes, error))
        return FALSE;
    if (n_shadows == 0)
        return TRUE;
    g_autofree char *counted = g_strconcat(name, n_sizes > 0 ? "_docsize" : "", NULL);
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, counted);
    g_autofree char *sql = g_strdup_printf("SELECT count(*) FROM main.%s", quoted);
    return lite_query_number(session, sql, n, error);
}

/* A table that counts, where its counter is, and the column that takes the numbers. */
static const char counters_sql[] =
    "SELECT s.name, s.seq, (SELECT p.name FROM pragma_table_info(s.name, 'main') AS p "
    "WHERE p.pk = 1) FROM main.sqlite_sequence AS s JOIN main.sqlite_master AS m "
    "ON m.type = 'table' AND m.name = s.name AND m.sql LIKE '%autoincrement%' "
    "WHERE typeof(s.seq) = 'integer' ORDER BY 1";

static gboolean
add_counter(LiteSession *session, sqlite3_stmt *stmt, GPtrArray *found, GError **error)
{
    const char *name = (const char *)sqlite3_column_text(stmt, 0);
    const char *position = (const char *)sqlite3_column_text(stmt, 1);
    g_autofree char *table = bl_quote_identifier(&bl_dialect_sqlite, name);
    g_autofree char *column =
        bl_quote_identifier(&bl_dialect_sqlite, (const char *)sqlite3_column_text(stmt, 2));
    g_autofree char *sql =
        g_strdup_printf("SELECT coalesce(max(%s), 0) < %s FROM main.%s", column, position, table);
    gint64 is_beyond = 0;
    if (!lite_query_number(session, sql, &is_beyond, error))
        return FALSE;
    if (is_beyond)
        bl_left_out_add_counter(found, "counter of table", name, position);
    return TRUE;
}

static gboolean
list_counters(LiteSession *session,
              const BlCatalog *catalog,
              const char *setters,
              GPtrArray *found,
              GError **error)
{
    gint64 exists = 0;
    if (!lite_query_number(session,
                           "SELECT count(*) FROM main.sqlite_master WHERE name = 'sqlite_sequence'",
                           &exists, error))
        return FALSE;
    if (!exists)
        return TRUE;
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, counters_sql, error);
    if (stmt == NULL)
        return FALSE;
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        const char *name = (const char *)sqlite3_column_text(stmt, 0);
        if (bl_catalog_find(catalog, lite_kind_table.name, NULL, name) != NULL &&
            bl_left_out_is_named(setters, name) && !add_counter(session, stmt, found, error))
            return FALSE;
    }
    return rc == SQLITE_DONE || lite_set_error(session, rc, NULL, error);
}

gboolean
lite_list_left_out(BlSession *base,
                   const BlCatalog *catalog,
                   const char *setters,
                   GPtrArray *found,
                   GError **error)
{
    if (setters != NULL && !list_counters((LiteSession *)base, catalog, setters, found, error))
        return FALSE;
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        gint64 n = 0;
        if (object->kind != &lite_kind_virtual)
            continue;
        if (!count_own_rows((LiteSession *)base, object->name, &n, error)) {
            g_prefix_error(error, "counting the rows of \"%s\": ", object->name);
            return FALSE;
        }
        if (n > 0)
            bl_left_out_add(found, bl_object_label(object), "row", (guint64)n);
    }
    return TRUE;
}

GPtrArray *
lite_read_references(LiteSession *session, GError **error)
{
    static const char sql[] =
        "SELECT m.name, f.\"table\" FROM main.sqlite_schema AS m, "
        "pragma_foreign_key_list(m.name, 'main') AS f "
        "WHERE m.type = 'table' AND m.rootpage > 0 ORDER BY m.rowid, f.id, f.seq";
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return NULL;
    g_autoptr(GPtrArray) references = g_ptr_array_new_with_free_func(g_free);
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        g_ptr_array_add(references,
                        g_ascii_strdown((const char *)sqlite3_column_text(stmt, 0), -1));
        g_ptr_array_add(references,
                        g_ascii_strdown((const char *)sqlite3_column_text(stmt, 1), -1));
    }
    if (rc != SQLITE_DONE) {
        lite_set_error(session, rc, NULL, error);
        return NULL;
    }
    return g_steal_pointer(&references);
}

typedef struct {
    GHashTable *children; /* lower case name -> GPtrArray of lower case parents */
    GHashTable *places;   /* lower case name -> place + 1 */
    gboolean *is_seen;
    guint *order;
    guint n;
} Walk;

static void
visit(Walk *walk, const char *lower)
{
    guint place = GPOINTER_TO_UINT(g_hash_table_lookup(walk->places, lower));
    if (place == 0 || walk->is_seen[place - 1])
        return;
    walk->is_seen[place - 1] = TRUE;
    const GPtrArray *parents = g_hash_table_lookup(walk->children, lower);
    for (guint i = 0; parents != NULL && i < parents->len; i++)
        visit(walk, g_ptr_array_index(parents, i));
    walk->order[walk->n++] = place - 1;
}

guint *
lite_order_by_references(const GPtrArray *names, const GPtrArray *references)
{
    g_autoptr(GHashTable) children =
        g_hash_table_new_full(g_str_hash, g_str_equal, NULL, (GDestroyNotify)g_ptr_array_unref);
    for (guint i = 0; i + 1 < references->len; i += 2) {
        GPtrArray *parents = g_hash_table_lookup(children, g_ptr_array_index(references, i));
        if (parents == NULL) {
            parents = g_ptr_array_new();
            g_hash_table_insert(children, g_ptr_array_index(references, i), parents);
        }
        g_ptr_array_add(parents, g_ptr_array_index(references, i + 1));
    }
    g_autoptr(GHashTable) places = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    for (guint i = 0; i < names->len; i++)
        g_hash_table_insert(places, g_ascii_strdown(g_ptr_array_index(names, i), -1),
                            GUINT_TO_POINTER(i + 1));
    g_autofree gboolean *is_seen = g_new0(gboolean, names->len + 1);
    Walk walk = { children, places, is_seen, g_new0(guint, names->len + 1), 0 };
    for (guint i = 0; i < names->len; i++) {
        g_autofree char *lower = g_ascii_strdown(g_ptr_array_index(names, i), -1);
        visit(&walk, lower);
    }
    return walk.order;
}

/* Rows that refer to themselves or in a circle load too: the frame defers the checks to the end. */
gboolean
lite_order_rows(BlSession *base, GPtrArray *tables, GError **error)
{
    g_autoptr(GPtrArray) references = lite_read_references((LiteSession *)base, error);
    if (references == NULL)
        return FALSE;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_autoptr(GPtrArray) before = g_ptr_array_new();
    for (guint i = 0; i < tables->len; i++) {
        const BlObject *table = g_ptr_array_index(tables, i);
        g_ptr_array_add(names, (gpointer)(guintptr)table->name);
        g_ptr_array_add(before, g_ptr_array_index(tables, i));
    }
    g_autofree guint *order = lite_order_by_references(names, references);
    for (guint i = 0; i < tables->len; i++)
        tables->pdata[i] = g_ptr_array_index(before, order[i]);
    return TRUE;
}
