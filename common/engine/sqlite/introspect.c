/* SPDX-License-Identifier: MIT */
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"
#include "common/schema/order.h"
#include "common/sql/lexer.h"
#include "common/sql/quote.h"

#include <string.h>

/* Modules whose first argument is a full-text table. */
static const char *const readers_of_tables[] = { "fts5vocab", "fts4aux", "fts3tokenize", NULL };

/* What one introspection works on. */
typedef struct {
    LiteSession *session;
    BlCatalog *catalog;
    LiteRows *rows;
    const BlIntrospectOptions *options;
    GHashTable *relations; /* set of BlObject of tables, virtual tables and views, by name whatever
                              its case; the last of two wins */
    GPtrArray *objects;    /* BlObject of each row, NULL when it has none */
    GHashTable *left_out; /* lower case names of relations that are not in the catalog on purpose */
    GHashTable *groups;   /* "table event timing" -> triggers so far */
    guint version;
} Reader;

/* Properties of the file. Those that only an empty file can take are written ahead of the
 * transaction, in this order: setting auto_vacuum makes the file, and then the page size and the
 * encoding stay. */
static const struct {
    const char *name;
    const char *usual;
    const char *format;
    gboolean framed;
} settings[] = {
    { "page_size", "4096", "PRAGMA page_size = %s", TRUE },
    { "encoding", "UTF-8", "PRAGMA encoding = '%s'", TRUE },
    { "auto_vacuum", "0", "PRAGMA auto_vacuum = %s", TRUE },
    { "application_id", "0", "PRAGMA application_id = %s", FALSE },
    { "user_version", "0", "PRAGMA user_version = %s", FALSE },
};

static const struct {
    guint number;
    const char *text;
} versions[] = {
    { 3037000, "3.37" },  { 3031000, "3.31" },  { 3009000, "3.9" },
    { 3008002, "3.8.2" }, { 3008000, "3.8.0" }, { 0, "3.7" },
};

static gboolean
add_settings(Reader *reader, GError **error)
{
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autofree char *sql = g_strconcat("PRAGMA main.", settings[i].name, NULL);
        g_autoptr(sqlite3_stmt) stmt = lite_prepare(reader->session, sql, error);
        if (stmt == NULL)
            return FALSE;
        int rc = lite_step(reader->session, stmt);
        if (rc != SQLITE_ROW)
            return lite_set_error(reader->session, rc, settings[i].name, error);
        const char *value = (const char *)sqlite3_column_text(stmt, 0);
        if (value == NULL || strcmp(value, settings[i].usual) == 0)
            continue;
        BlObject *object =
            bl_catalog_add(reader->catalog, &lite_kind_setting, NULL, settings[i].name);
        g_auto(GStrv) pieces = g_strsplit(settings[i].format, "%s", -1);
        g_autofree char *statement = g_strjoinv(value, pieces);
        bl_object_add_statement(reader->catalog, object, statement);
        object->framed = settings[i].framed;
        g_autofree char *place = g_strdup_printf("%zu", i);
        object->sort_key = bl_catalog_string(reader->catalog, place);
    }
    return TRUE;
}

static char *
row_label(const LiteRow *row)
{
    g_autofree char *name = bl_quote_comment(row->name);
    return g_strconcat(row->kind->name, " ", name, NULL);
}

static void
leave_out(Reader *reader, const LiteRow *row, const char *why)
{
    char *label = row_label(row);
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING, "%s is left out: %s", label,
                   why);
    g_hash_table_add(reader->left_out, g_ascii_strdown(row->name, -1));
    if (reader->options->skipped != NULL)
        g_ptr_array_add(reader->options->skipped, label);
    else
        g_free(label);
}

/* @return why the view cannot be read; g_free(); NULL when it can */
static char *
find_fault(LiteSession *session, const char *view)
{
    g_autofree char *quoted = bl_quote_identifier(&bl_dialect_sqlite, view);
    g_autofree char *sql = g_strdup_printf("SELECT 1 FROM main.%s LIMIT 0", quoted);
    g_autoptr(sqlite3_stmt) stmt = NULL;
    if (lite_compile(session->db, sql, -1, &stmt, NULL) == SQLITE_OK)
        return NULL;
    return lite_one_line(sqlite3_errmsg(session->db));
}

static gboolean
stands_on_left_out(const Reader *reader, const LiteRow *row)
{
    const char *base = row->owner != NULL ? row->owner : row->table;
    if (g_hash_table_size(reader->left_out) == 0 || strcmp(base, row->name) == 0)
        return FALSE;
    g_autofree char *lower = g_ascii_strdown(base, -1);
    return g_hash_table_contains(reader->left_out, lower);
}

/* @return TRUE when the row goes into the catalog; FALSE with @error set, or without: left out */
static gboolean
check_row(Reader *reader, const LiteRow *row, GError **error)
{
    if (stands_on_left_out(reader, row)) {
        leave_out(reader, row, "it stands on what is left out");
        return FALSE;
    }
    if (row->unsupported != NULL) {
        if (reader->options->skip_unsupported) {
            leave_out(reader, row, row->unsupported);
            return FALSE;
        }
        g_autofree char *label = row_label(row);
        bl_error_set(
            error, BL_ERROR_CONFLICT,
            row->is_unfit
                ? "make it again with other text, or leave it out: schema-dump --skip-unsupported"
                : "use an SQLite library that has what is missing, or leave it out: "
                  "schema-dump --skip-unsupported",
            "%s cannot be described: %s", label, row->unsupported);
        if (error != NULL)
            bl_error_set_object(*error, label);
        return FALSE;
    }
    if (row->kind != &lite_kind_view)
        return TRUE;
    g_autofree char *fault = find_fault(reader->session, row->name);
    if (fault == NULL)
        return TRUE;
    if (reader->options->skip_broken) {
        leave_out(reader, row, fault);
        return FALSE;
    }
    /* SQLite creates any view, so that this one can be created again as it is. */
    g_autofree char *label = row_label(row);
    bl_report_text(reader->session->base.reporter, BL_EVENT_WARNING, "%s does not work: %s", label,
                   fault);
    return TRUE;
}

/* Triggers of one table, event and timing run in an order that only their creation decides: it is
 * kept. */
static void
set_trigger_key(Reader *reader, BlObject *object, const LiteRow *row)
{
    g_auto(LiteCreate) create = { 0 };
    gboolean is_known = lite_parse_create(row->sql, strlen(row->sql), &create);
    g_autofree char *group = g_strdup_printf(
        "%s\x01%s\x01%s", row->table, is_known && create.event != NULL ? create.event : "",
        is_known && create.timing != NULL ? create.timing : "");
    guint n = GPOINTER_TO_UINT(g_hash_table_lookup(reader->groups, group));
    g_autofree char *key = g_strdup_printf("%s\x01%06u", group, n);
    g_hash_table_replace(reader->groups, g_steal_pointer(&group), GUINT_TO_POINTER(n + 1));
    object->sort_key = bl_catalog_string(reader->catalog, key);
}

static guint
hash_relation(gconstpointer data)
{
    guint hash = 5381;
    for (const char *p = ((const BlObject *)data)->name; *p != '\0'; p++)
        hash = hash * 33 + (guchar)g_ascii_tolower(*p);
    return hash;
}

static gboolean
equal_relations(gconstpointer left, gconstpointer right)
{
    return g_ascii_strcasecmp(((const BlObject *)left)->name, ((const BlObject *)right)->name) == 0;
}

static BlObject *
add_object(Reader *reader, const LiteRow *row)
{
    BlCatalog *catalog = reader->catalog;
    BlObject *object = bl_catalog_add_adopted(catalog, row->kind, row->name, row->sql);
    if (!reader->options->skip_version)
        reader->version = MAX(reader->version, lite_version_needed(row->kind, row->sql));
    if (row->kind == &lite_kind_index || row->kind == &lite_kind_trigger)
        object->parent = row->table;
    else
        g_hash_table_add(reader->relations, object);
    if (row->kind == &lite_kind_trigger)
        set_trigger_key(reader, object, row);
    return object;
}

static void
depend_on(Reader *reader, BlObject *object, const char *name)
{
    const BlObject wanted = { .name = name };
    BlObject *other = g_hash_table_lookup(reader->relations, &wanted);
    if (other != NULL)
        bl_object_add_dependency(object, other);
}

/* content=TABLE of the full-text modules, and the table that fts5vocab and its like read. */
static void
add_module_dependencies(Reader *reader, BlObject *object, const LiteRow *row)
{
    g_autofree char *module = g_ascii_strdown(row->module, -1);
    gboolean reads_table = g_strv_contains(readers_of_tables, module);
    BlLexState state = { 0 };
    BlToken token;
    gsize pos = 0;
    gsize len = strlen(row->sql);
    guint behind_content = 0;
    gboolean is_inside = FALSE;
    while (bl_lex(&bl_dialect_sqlite, &state, row->sql, len, pos, TRUE, &token) != BL_TOKEN_END) {
        pos = token.start + token.len;
        if (bl_token_is_filler(token.kind))
            continue;
        is_inside = is_inside || token.kind == BL_TOKEN_OPEN;
        gboolean is_equals = token.kind == BL_TOKEN_OPERATOR && row->sql[token.start] == '=';
        gboolean is_name = token.kind == BL_TOKEN_WORD || token.kind == BL_TOKEN_IDENTIFIER ||
                           token.kind == BL_TOKEN_STRING;
        if (is_inside && is_name && (behind_content == 2 || reads_table)) {
            g_autofree char *name = bl_token_name(&token, row->sql);
            depend_on(reader, object, name);
        }
        if (bl_token_is_word(&token, row->sql, "content"))
            behind_content = 1;
        else
            behind_content = behind_content == 1 && is_equals ? 2 : 0;
    }
}

static int
order_names(gconstpointer left, gconstpointer right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void
add_shadows(Reader *reader, BlObject *object)
{
    GHashTableIter iter;
    gpointer shadow;
    gpointer owner;
    g_autoptr(GPtrArray) names = g_ptr_array_new();
    g_hash_table_iter_init(&iter, reader->rows->shadows);
    while (g_hash_table_iter_next(&iter, &shadow, &owner)) {
        if (strcmp(owner, object->name) == 0)
            g_ptr_array_add(names, shadow);
    }
    g_ptr_array_sort(names, order_names);
    for (guint i = 0; i < names->len; i++)
        bl_object_add_part(reader->catalog, object, "shadow", g_ptr_array_index(names, i), "");
}

/* A full-text table keeps what it was told by INSERT INTO f (f, rank) VALUES (setting, value) in a
 * shadow table: how it ranks is not in its CREATE statement. The version is the library's own. */
static gboolean
add_module_settings(Reader *reader, BlObject *object, const LiteRow *row, GError **error)
{
    g_autofree char *shadow = g_strconcat(object->name, "_config", NULL);
    const char *owner = g_hash_table_lookup(reader->rows->shadows, shadow);
    if (g_ascii_strcasecmp(row->module, "fts5") != 0 || g_strcmp0(owner, object->name) != 0)
        return TRUE;
    g_autofree char *from = bl_quote_identifier(&bl_dialect_sqlite, shadow);
    g_autofree char *into = bl_quote_identifier(&bl_dialect_sqlite, object->name);
    g_autofree char *sql = g_strdup_printf(
        "SELECT k, quote(k), quote(v) FROM main.%s WHERE k <> 'version' ORDER BY k", from);
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(reader->session, sql, error);
    if (stmt == NULL)
        return FALSE;
    int rc;
    while ((rc = lite_step(reader->session, stmt)) == SQLITE_ROW) {
        const char *value = (const char *)sqlite3_column_text(stmt, 2);
        g_autofree char *statement =
            g_strdup_printf("INSERT INTO %s (%s, rank) VALUES (%s, %s)", into, into,
                            (const char *)sqlite3_column_text(stmt, 1), value);
        bl_object_add_statement(reader->catalog, object, statement);
        bl_object_add_part(reader->catalog, object, "setting",
                           (const char *)sqlite3_column_text(stmt, 0), value);
    }
    return rc == SQLITE_DONE || lite_set_error(reader->session, rc, shadow, error);
}

static gboolean
add_dependencies(Reader *reader, BlObject *object, const LiteRow *row, GError **error)
{
    if (object == NULL)
        return TRUE;
    if (object->parent != NULL)
        depend_on(reader, object, row->owner != NULL ? row->owner : row->table);
    if (row->module == NULL)
        return TRUE;
    add_module_dependencies(reader, object, row);
    add_shadows(reader, object);
    return add_module_settings(reader, object, row, error);
}

static gboolean
is_omitted(const char *const *omit, const char *name)
{
    for (gsize i = 0; omit != NULL && omit[i] != NULL; i++) {
        if (g_ascii_strcasecmp(omit[i], name) == 0)
            return TRUE;
    }
    return FALSE;
}

/* The schema table is in order of creation: what an object stands on comes before it. */
static gboolean
add_rows(Reader *reader, const char *const *omit, GError **error)
{
    const GPtrArray *rows = reader->rows->rows;
    g_ptr_array_set_size(reader->objects, (gint)rows->len);
    for (guint i = 0; i < rows->len; i++) {
        const LiteRow *row = g_ptr_array_index(rows, i);
        const char *table = row->kind == &lite_kind_table   ? row->name
                            : row->kind == &lite_kind_index ? row->table
                                                            : NULL;
        if (table != NULL && is_omitted(omit, table))
            continue;
        GError *why = NULL;
        if (check_row(reader, row, &why))
            reader->objects->pdata[i] = add_object(reader, row);
        if (why != NULL) {
            g_propagate_error(error, why);
            return FALSE;
        }
    }
    for (guint i = 0; i < rows->len; i++) {
        if (!add_dependencies(reader, g_ptr_array_index(reader->objects, i),
                              g_ptr_array_index(rows, i), error))
            return FALSE;
    }
    return TRUE;
}

static const char *
version_text(guint number)
{
    gsize i = 0;
    while (number < versions[i].number)
        i++;
    return versions[i].text;
}

static gboolean
fill_catalog(Reader *reader, const char *const *omit, GError **error)
{
    reader->relations = g_hash_table_new(hash_relation, equal_relations);
    reader->objects = g_ptr_array_new();
    reader->left_out = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    reader->groups = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    gboolean ok = add_settings(reader, error) && add_rows(reader, omit, error) &&
                  (!reader->options->with_parts ||
                   lite_read_parts(reader->session, reader->catalog, error)) &&
                  bl_catalog_sort(reader->catalog, error);
    g_hash_table_unref(reader->relations);
    g_ptr_array_unref(reader->objects);
    g_hash_table_unref(reader->left_out);
    g_hash_table_unref(reader->groups);
    if (!reader->options->skip_version)
        reader->catalog->lowest_version = version_text(reader->version);
    return ok;
}

static BlCatalog *
read_catalog(LiteSession *session,
             const BlFilter *filter,
             const char *const *omit,
             const BlIntrospectOptions *options,
             GError **error)
{
    g_autoptr(LiteRows) rows = lite_rows_read(session, filter, error);
    if (rows == NULL)
        return NULL;
    g_autoptr(BlCatalog) catalog = bl_catalog_new(&bl_dialect_sqlite, "sqlite");
    bl_catalog_adopt_strings(catalog, g_steal_pointer(&rows->strings));
    Reader reader = { .session = session, .catalog = catalog, .rows = rows, .options = options };
    return fill_catalog(&reader, omit, error) ? g_steal_pointer(&catalog) : NULL;
}

/* All queries see one state of the database. */
BlCatalog *
lite_introspect(BlSession *base,
                const BlFilter *filter,
                const char *const *omit,
                BlIntrospectOptions *options,
                GError **error)
{
    static const BlIntrospectOptions defaults;
    gboolean owns = !lite_in_transaction(base);
    if (owns && !lite_begin(base, BL_TX_READ, error))
        return NULL;
    BlCatalog *catalog = read_catalog((LiteSession *)base, filter, omit,
                                      options != NULL ? options : &defaults, error);
    if (owns)
        lite_rollback(base);
    return catalog;
}
