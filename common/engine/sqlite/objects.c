/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"
#include "common/sql/lexer.h"
#include "common/sql/quote.h"

#include <string.h>

/* Bytes of names and definitions that are allocated at a time. */
#define STRINGS_BLOCK 65536

const BlKind lite_kind_setting = { "pragma", 0, FALSE, TRUE, FALSE };
const BlKind lite_kind_table = { "table", 10, TRUE, FALSE, FALSE };
/* Behind the tables: a full-text table reads the columns of its content table when it is made. */
const BlKind lite_kind_virtual = { "virtual table", 20, FALSE, FALSE, FALSE };
const BlKind lite_kind_index = { "index", 30, FALSE, FALSE, FALSE };
const BlKind lite_kind_view = { "view", 40, FALSE, FALSE, FALSE };
const BlKind lite_kind_trigger = { "trigger", 50, FALSE, FALSE, FALSE };

const BlKind *const lite_kinds[] = { &lite_kind_setting,
                                     &lite_kind_table,
                                     &lite_kind_virtual,
                                     &lite_kind_index,
                                     &lite_kind_view,
                                     &lite_kind_trigger,
                                     NULL };

/* Cloudflare D1, Litestream and libSQL keep tables of their own in a user's database. */
const char *const lite_default_ignore[] = { "_cf_*", "_litestream_*", "libsql_wasm_func_table",
                                            NULL };

static const char *const fts3_suffixes[] = { "content", "segments", "segdir",
                                             "docsize", "stat",     NULL };
static const char *const fts5_suffixes[] = { "data", "idx", "content", "docsize", "config", NULL };
static const char *const rtree_suffixes[] = { "node", "parent", "rowid", NULL };

/* Modules that keep their rows in ordinary tables, which nobody may create but they. */
static const struct {
    const char *module;
    const char *const *suffixes;
} shadow_modules[] = {
    { "fts3", fts3_suffixes },   { "fts4", fts3_suffixes },       { "fts5", fts5_suffixes },
    { "rtree", rtree_suffixes }, { "rtree_i32", rtree_suffixes }, { "geopoly", rtree_suffixes },
};

const char *const *
lite_shadow_suffixes(const char *module)
{
    for (gsize i = 0; i < G_N_ELEMENTS(shadow_modules); i++) {
        if (g_ascii_strcasecmp(module, shadow_modules[i].module) == 0)
            return shadow_modules[i].suffixes;
    }
    return NULL;
}

static void
row_free(gpointer data)
{
    LiteRow *row = data;
    if (row == NULL)
        return;
    g_free(row->owner);
    g_free(row->module);
    g_free(row->unsupported);
    g_free(row);
}

void
lite_rows_free(LiteRows *rows)
{
    if (rows == NULL)
        return;
    g_ptr_array_unref(rows->rows);
    g_hash_table_unref(rows->shadows);
    g_clear_pointer(&rows->strings, g_string_chunk_free);
    g_free(rows);
}

/* Exactly the prefix: LIKE 'sqlite_%' would take "sqliteish" too. */
static gboolean
is_internal(const char *name)
{
    return g_ascii_strncasecmp(name, "sqlite_", 7) == 0;
}

static const BlKind *
find_kind(const char *type, const char *sql)
{
    if (strcmp(type, "table") == 0)
        return g_ascii_strncasecmp(sql, "CREATE VIRTUAL", 14) == 0 ? &lite_kind_virtual
                                                                   : &lite_kind_table;
    for (gsize i = 0; lite_kinds[i] != NULL; i++) {
        if (strcmp(type, lite_kinds[i]->name) == 0)
            return lite_kinds[i];
    }
    return NULL;
}

/* @return TRUE when all bytes are ASCII and none is NUL, which most schemas are */
static gboolean
is_plain_text(const char *text, gsize len)
{
    const guint64 high = G_GUINT64_CONSTANT(0x8080808080808080);
    guint64 seen = 0;
    gsize i = 0;
    for (; i + sizeof seen <= len; i += sizeof seen) {
        guint64 word;
        memcpy(&word, text + i, sizeof word);
        seen |= word;
    }
    for (; i < len; i++)
        seen |= (guchar)text[i];
    return (seen & high) == 0 && memchr(text, '\0', len) == NULL;
}

/* Text that a C string or a UTF-8 file cannot hold is never cut in silence. */
static const char *
copy_column(LiteRows *rows, sqlite3_stmt *stmt, int column, LiteRow *row)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    gsize len = (gsize)sqlite3_column_bytes(stmt, column);
    if (text == NULL)
        return "";
    if (is_plain_text(text, len))
        return g_string_chunk_insert_len(rows->strings, text, (gssize)len);
    gboolean has_nul = strlen(text) != len;
    if (!has_nul && g_utf8_validate_len(text, len, NULL))
        return g_string_chunk_insert_len(rows->strings, text, (gssize)len);
    g_free(row->unsupported);
    row->is_unfit = TRUE;
    row->unsupported = g_strdup(has_nul ? "its text in the schema holds a NUL byte"
                                        : "its text in the schema is not valid UTF-8");
    g_autofree char *valid = g_utf8_make_valid(text, (gssize)strlen(text));
    return g_string_chunk_insert(rows->strings, valid);
}

/* The table of a table or a view is it itself: one string for both. */
static const char *
copy_table(LiteRows *rows, sqlite3_stmt *stmt, LiteRow *row)
{
    const char *text = (const char *)sqlite3_column_text(stmt, 2);
    if (text != NULL && strcmp(text, row->name) == 0 &&
        strlen(text) == (gsize)sqlite3_column_bytes(stmt, 2))
        return row->name;
    return copy_column(rows, stmt, 2, row);
}

/* The library lets a text end inside a block comment (tokenize.c). In a file that comment would go
 * on over everything behind it. */
static const char *
close_comment(LiteRows *rows, const char *sql)
{
    if (strstr(sql, "/*") == NULL)
        return sql;
    BlLexState state = { 0 };
    BlToken token = { 0 };
    gsize len = strlen(sql);
    gboolean is_open = FALSE;
    while (bl_lex(&bl_dialect_sqlite, &state, sql, len, token.start + token.len, TRUE, &token) !=
           BL_TOKEN_END)
        is_open = token.kind == BL_TOKEN_UNTERMINATED && sql[token.start] == '/';
    if (!is_open)
        return sql;
    g_autofree char *closed = g_strconcat(sql, "*/", NULL);
    return g_string_chunk_insert(rows->strings, closed);
}

static LiteRow *
new_row(LiteRows *rows, sqlite3_stmt *stmt)
{
    LiteRow *row = g_new0(LiteRow, 1);
    row->name = copy_column(rows, stmt, 1, row);
    row->table = copy_table(rows, stmt, row);
    row->sql = close_comment(rows, copy_column(rows, stmt, 3, row));
    row->kind = find_kind((const char *)sqlite3_column_text(stmt, 0), row->sql);
    if (row->kind != &lite_kind_virtual)
        return row;
    g_auto(LiteCreate) create = { 0 };
    if (lite_parse_create(row->sql, strlen(row->sql), &create))
        row->module = g_steal_pointer(&create.target);
    return row;
}

/* Rows without text are the automatic indexes of constraints: their table makes them. */
static gboolean
read_rows(LiteSession *session, LiteRows *rows, GError **error)
{
    static const char sql[] =
        "SELECT type, name, tbl_name, sql FROM main.sqlite_schema "
        "WHERE type IS NOT NULL AND name IS NOT NULL AND sql IS NOT NULL ORDER BY rowid";
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW) {
        LiteRow *row = new_row(rows, stmt);
        if (row->kind == NULL || is_internal(row->name))
            row_free(row);
        else
            g_ptr_array_add(rows->rows, row);
    }
    return rc == SQLITE_DONE || lite_set_error(session, rc, NULL, error);
}

static gboolean
read_names(LiteSession *session, const char *sql, GHashTable *names, GError **error)
{
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    int rc;
    while ((rc = lite_step(session, stmt)) == SQLITE_ROW)
        g_hash_table_add(names, g_ascii_strdown((const char *)sqlite3_column_text(stmt, 0), -1));
    return rc == SQLITE_DONE || lite_set_error(session, rc, NULL, error);
}

static GHashTable *
new_names(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

/* A full-text table is opened with its tokenizer, and made with it. */
static char *
find_missing_tokenizer(LiteSession *session, const char *table)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, table);
    g_autofree char *sql = g_strdup_printf("SELECT 1 FROM main.%s LIMIT 0", quoted);
    g_autoptr(sqlite3_stmt) stmt = NULL;
    if (lite_compile(session->db, sql, -1, &stmt, NULL) == SQLITE_OK)
        return NULL;
    const char *message = sqlite3_errmsg(session->db);
    return strstr(message, "tokenizer: ") != NULL ? lite_one_line(message) : NULL;
}

static gboolean
find_missing_modules(LiteSession *session, GPtrArray *rows, GError **error)
{
    g_autoptr(GHashTable) modules = new_names();
    if (!read_names(session, "SELECT name FROM pragma_module_list", modules, error))
        return FALSE;
    for (guint i = 0; i < rows->len; i++) {
        LiteRow *row = g_ptr_array_index(rows, i);
        if (row->module == NULL)
            continue;
        g_autofree char *lower = g_ascii_strdown(row->module, -1);
        if (row->unsupported != NULL)
            continue;
        if (g_hash_table_contains(modules, lower))
            row->unsupported = find_missing_tokenizer(session, row->name);
        else
            row->unsupported = g_strdup_printf("no such module: %s", row->module);
    }
    return TRUE;
}

/* @return TRUE when @table is "virtual table"_"suffix" */
static gboolean
is_prefix_of(const char *virtual_table, const char *table)
{
    gsize len = strlen(virtual_table);
    return g_ascii_strncasecmp(table, virtual_table, len) == 0 && table[len] == '_';
}

static gboolean
has_known_suffix(const LiteRow *virtual_table, const char *table)
{
    const char *const *suffixes = lite_shadow_suffixes(virtual_table->module);
    const char *suffix = table + strlen(virtual_table->name) + 1;
    for (gsize i = 0; suffixes != NULL && suffixes[i] != NULL; i++) {
        if (g_ascii_strcasecmp(suffix, suffixes[i]) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The virtual table that @table is a shadow of: the library says that it is one, or the module's
 * suffix does where the library has not got the module. */
static const LiteRow *
find_owner(const GPtrArray *rows, const LiteRow *table, const GHashTable *known)
{
    g_autofree char *lower = g_ascii_strdown(table->name, -1);
    gboolean is_known = g_hash_table_contains((GHashTable *)(guintptr)known, lower);
    const LiteRow *owner = NULL;
    for (guint i = 0; i < rows->len; i++) {
        const LiteRow *candidate = g_ptr_array_index(rows, i);
        if (candidate->module == NULL || !is_prefix_of(candidate->name, table->name))
            continue;
        gboolean is_its_shadow = is_known || (candidate->unsupported != NULL &&
                                              has_known_suffix(candidate, table->name));
        if (is_its_shadow && (owner == NULL || strlen(candidate->name) > strlen(owner->name)))
            owner = candidate;
    }
    return owner;
}

static gboolean
find_shadows(LiteSession *session, LiteRows *rows, GError **error)
{
    g_autoptr(GHashTable) known = new_names();
    if (!read_names(session,
                    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'",
                    known, error))
        return FALSE;
    g_autoptr(GPtrArray) virtual_tables = g_ptr_array_new();
    for (guint i = 0; i < rows->rows->len; i++) {
        LiteRow *row = g_ptr_array_index(rows->rows, i);
        if (row->module != NULL)
            g_ptr_array_add(virtual_tables, row);
    }
    for (guint i = 0; i < rows->rows->len; i++) {
        const LiteRow *row = g_ptr_array_index(rows->rows, i);
        if (row->kind != &lite_kind_table)
            continue;
        const LiteRow *owner = find_owner(virtual_tables, row, known);
        if (owner != NULL)
            g_hash_table_insert(rows->shadows, g_strdup(row->name), g_strdup(owner->name));
    }
    return TRUE;
}

static void
keep_ours(LiteRows *rows, const BlFilter *filter)
{
    GPtrArray *all = rows->rows;
    guint kept = 0;
    for (guint i = 0; i < all->len; i++) {
        LiteRow *row = g_ptr_array_index(all, i);
        gboolean is_on_table = row->kind == &lite_kind_index || row->kind == &lite_kind_trigger;
        row->owner = is_on_table ? g_strdup(g_hash_table_lookup(rows->shadows, row->table)) : NULL;
        const char *parent = row->owner != NULL ? row->owner : row->table;
        gboolean is_shadow = !is_on_table && g_hash_table_contains(rows->shadows, row->name);
        if (is_shadow || !bl_filter_accepts(filter, NULL, row->name, is_on_table ? parent : NULL))
            continue;
        /* Those that stay move to the front, the others behind them. */
        all->pdata[i] = all->pdata[kept];
        all->pdata[kept++] = row;
    }
    g_ptr_array_set_size(all, (gint)kept);
}

LiteRows *
lite_rows_read(LiteSession *session, const BlFilter *filter, GError **error)
{
    g_autoptr(LiteRows) rows = g_new0(LiteRows, 1);
    rows->rows = g_ptr_array_new_with_free_func(row_free);
    rows->shadows = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    rows->strings = g_string_chunk_new(STRINGS_BLOCK);
    if (session->bulk != NULL && !lite_bulk_settle(session->bulk, error))
        return NULL;
    if (!read_rows(session, rows, error))
        return NULL;
    gboolean has_virtual = FALSE;
    for (guint i = 0; i < rows->rows->len; i++)
        has_virtual =
            has_virtual || ((const LiteRow *)g_ptr_array_index(rows->rows, i))->module != NULL;
    if (has_virtual &&
        (!find_missing_modules(session, rows->rows, error) || !find_shadows(session, rows, error)))
        return NULL;
    keep_ours(rows, filter);
    return g_steal_pointer(&rows);
}

static int
order_listed(gconstpointer left, gconstpointer right)
{
    const BlListedObject *a = *(const BlListedObject *const *)left;
    const BlListedObject *b = *(const BlListedObject *const *)right;
    int order = strcmp(a->kind, b->kind);
    return order != 0 ? order : strcmp(a->name, b->name);
}

/* The tables of virtual ones come and go with these. They are sorted later. */
static void
add_shadows(GPtrArray *objects, const LiteRows *rows)
{
    GHashTableIter iter;
    void *name;
    void *owner;
    g_hash_table_iter_init(&iter, rows->shadows);
    while (g_hash_table_iter_next(&iter, &name, &owner)) {
        BlListedObject *object = g_new0(BlListedObject, 1);
        object->kind = g_strdup(lite_kind_table.name);
        object->name = g_strdup(name);
        object->parent = g_strdup(owner);
        object->is_kept = TRUE;
        g_ptr_array_add(objects, object);
    }
}

GPtrArray *
lite_list_objects(BlSession *base, const BlFilter *filter, GError **error)
{
    g_autoptr(LiteRows) rows = lite_rows_read((LiteSession *)base, filter, error);
    if (rows == NULL)
        return NULL;
    GPtrArray *objects = g_ptr_array_new_with_free_func((GDestroyNotify)bl_listed_object_free);
    for (guint i = 0; i < rows->rows->len; i++) {
        const LiteRow *row = g_ptr_array_index(rows->rows, i);
        BlListedObject *object = g_new0(BlListedObject, 1);
        object->kind = g_strdup(row->kind->name);
        object->name = g_strdup(row->name);
        object->keeps_rows = row->kind == &lite_kind_virtual;
        g_ptr_array_add(objects, object);
    }
    if (filter == NULL)
        add_shadows(objects, rows);
    g_ptr_array_sort(objects, order_listed);
    return objects;
}

/* Triggers before views (a view takes its triggers along), virtual tables before the tables that
 * they may read. */
static const struct {
    const BlKind *kind;
    const char *drop;
} drop_order[] = {
    { &lite_kind_trigger, "DROP TRIGGER" },
    { &lite_kind_view, "DROP VIEW" },
    { &lite_kind_virtual, "DROP TABLE" },
};

static gboolean
check_droppable(const GPtrArray *rows, GError **error)
{
    for (guint i = 0; i < rows->len; i++) {
        const LiteRow *row = g_ptr_array_index(rows, i);
        if (row->unsupported == NULL)
            continue;
        g_autofree char *name = lite_one_line(row->name);
        bl_error_set(
            error, BL_ERROR_UNSUPPORTED,
            row->is_unfit
                ? "drop it by hand, or leave it out with \"ignore\""
                : "use an SQLite library that has it, or leave the object out with \"ignore\"",
            "%s \"%s\" cannot be dropped: %s", row->kind->name, name, row->unsupported);
        return FALSE;
    }
    return TRUE;
}

static void
add_drop(GPtrArray *statements, const char *drop, const char *name)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, name);
    g_ptr_array_add(statements, g_strconcat(drop, " ", quoted, NULL));
}

/* Children before their parents, so that it works with foreign keys enforced too, unless they go
 * round in a circle. */
static void
add_table_drops(GPtrArray *statements, const GPtrArray *rows, const GPtrArray *references)
{
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    for (guint i = 0; i < rows->len; i++) {
        const LiteRow *row = g_ptr_array_index(rows, i);
        if (row->kind == &lite_kind_table)
            g_ptr_array_add(names, (gpointer)(guintptr)row->name);
    }
    g_autofree guint *order = lite_order_by_references(names, references);
    for (guint i = names->len; i > 0; i--)
        add_drop(statements, "DROP TABLE", g_ptr_array_index(names, order[i - 1]));
}

/* With foreign keys enforced the list starts with the PRAGMA that switches them off: it works
 * outside a transaction only, and is silently nothing inside one. */
GPtrArray *
lite_drop_statements(BlSession *base, const BlFilter *filter, GError **error)
{
    LiteSession *session = (LiteSession *)base;
    g_autoptr(LiteRows) rows = lite_rows_read(session, filter, error);
    if (rows == NULL || !check_droppable(rows->rows, error))
        return NULL;
    g_autoptr(GPtrArray) references = lite_read_references(session, error);
    if (references == NULL)
        return NULL;
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    if (rows->rows->len > 0 && lite_has_foreign_keys(session))
        g_ptr_array_add(statements, g_strdup("PRAGMA foreign_keys = OFF"));
    for (gsize k = 0; k < G_N_ELEMENTS(drop_order); k++) {
        for (guint i = 0; i < rows->rows->len; i++) {
            const LiteRow *row = g_ptr_array_index(rows->rows, i);
            if (row->kind == drop_order[k].kind)
                add_drop(statements, drop_order[k].drop, row->name);
        }
    }
    add_table_drops(statements, rows->rows, references);
    return statements;
}
