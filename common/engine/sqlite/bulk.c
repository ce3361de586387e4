/* SPDX-License-Identifier: MIT */
/*
 * Thousands of CREATE statements in one transaction.
 *
 * Each CREATE costs SQLite a scan of the whole schema table and a walk over all tables in memory,
 * so that n of them cost n * n. Here they run in batches, each with a schema that holds only what
 * the batch needs: the rows of the schema table are moved into a list, a batch gets back those of
 * the tables that its indexes and triggers stand on, the statements run as they are, and what they
 * made joins the list. In the end, and before anything that is no plain CREATE, all rows return in
 * their order and SQLite reads the schema anew, which proves that every row parses.
 *
 * The library itself makes every row and every b-tree; only the place of finished rows changes for
 * a while. All of it is one transaction: whatever fails, a rollback leaves the file as it was. What
 * a small schema cannot see, a name that is taken or a table that is missing, is looked up in the
 * list first; then the whole schema is put back and the statement runs in it, so that its result
 * and its message are SQLite's own.
 */
#include "common/base/cancel.h"
#include "common/base/error.h"
#include "common/engine/sqlite/sqlite.h"

#include <string.h>

/* Statements that run in one small schema. */
#define BATCH 128

/* A batch of fewer statements is not worth the trouble, nor are so few in a row: below some hundred
 * objects SQLite's own scans cost less than a schema that is read again. */
#define MIN_BATCH    32
#define FIRST_STREAK 400

#define N_CELLS 5

enum { CELL_TYPE, CELL_NAME, CELL_TABLE, CELL_ROOT, CELL_SQL };

/* A row of the schema table, its values byte for byte. */
typedef struct {
    sqlite3_value *cells[N_CELLS];
} Row;

/* A statement that waits for its turn. */
typedef struct {
    BlItem item;
    char *text;
    guint traits;
    LiteCreate create;
} Waiting;

struct LiteBulk {
    LiteRun *run;
    sqlite3 *db;
    GPtrArray *queue;    /* Waiting */
    guint streak;        /* plain statements since the last other one */
    guint wanted_streak; /* that many make it worth while; doubles with each return of all rows */
    gboolean is_engaged; /* rows are out of the schema table */
    gboolean was_used;
    int was_defensive;
    gint64 n_resident; /* rows of the list that are in the schema table as well, with the rowids 1
                          to this */
    GPtrArray *rows;   /* Row, in the order of the schema table */
    GHashTable *names; /* of tables, indexes and views, lower case */
    GHashTable *triggers; /* names, lower case */
    GHashTable *tables;   /* lower case name -> GArray of places in rows: the table or view and its
                             automatic indexes */
    GHashTable
        *present; /* lower case names of what an index or a trigger of this batch can stand on */
};

static void
row_free(gpointer data)
{
    Row *row = data;
    for (gsize i = 0; i < N_CELLS; i++)
        sqlite3_value_free(row->cells[i]);
    g_free(row);
}

static void
waiting_free(gpointer data)
{
    Waiting *waiting = data;
    lite_create_clear(&waiting->create);
    g_free(waiting->text);
    g_free(waiting);
}

static GHashTable *
new_set(void)
{
    return g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
}

static void
clear_lists(LiteBulk *bulk)
{
    g_ptr_array_set_size(bulk->rows, 0);
    g_hash_table_remove_all(bulk->names);
    g_hash_table_remove_all(bulk->triggers);
    g_hash_table_remove_all(bulk->tables);
    g_hash_table_remove_all(bulk->present);
    bulk->n_resident = 0;
}

LiteBulk *
lite_bulk_new(LiteRun *run)
{
    LiteBulk *bulk = g_new0(LiteBulk, 1);
    bulk->run = run;
    bulk->db = run->session->db;
    bulk->queue = g_ptr_array_new_with_free_func(waiting_free);
    bulk->wanted_streak = FIRST_STREAK;
    bulk->rows = g_ptr_array_new_with_free_func(row_free);
    bulk->names = new_set();
    bulk->triggers = new_set();
    bulk->tables =
        g_hash_table_new_full(g_str_hash, g_str_equal, g_free, (GDestroyNotify)g_array_unref);
    bulk->present = new_set();
    return bulk;
}

void
lite_bulk_free(LiteBulk *bulk)
{
    if (bulk == NULL)
        return;
    g_ptr_array_unref(bulk->queue);
    g_ptr_array_unref(bulk->rows);
    g_hash_table_unref(bulk->names);
    g_hash_table_unref(bulk->triggers);
    g_hash_table_unref(bulk->tables);
    g_hash_table_unref(bulk->present);
    g_free(bulk);
}

gboolean
lite_bulk_was_used(const LiteBulk *bulk)
{
    return bulk->was_used;
}

gboolean
lite_bulk_is_full(const LiteBulk *bulk)
{
    return bulk->queue->len >= BATCH;
}

gboolean
lite_bulk_take(LiteBulk *bulk, const BlItem *item, guint traits)
{
    if ((traits & BL_STMT_CREATE) == 0)
        return FALSE;
    g_auto(LiteCreate) create = { 0 };
    if (!lite_parse_create(item->text, item->len, &create) || !create.is_plain ||
        strcmp(create.type, "virtual table") == 0)
        return FALSE;
    Waiting *waiting = g_new0(Waiting, 1);
    waiting->text = g_strndup(item->text, item->full_len);
    waiting->item = *item;
    waiting->item.text = waiting->text;
    waiting->traits = traits;
    waiting->create = create;
    create = (LiteCreate){ 0 };
    g_ptr_array_add(bulk->queue, waiting);
    return TRUE;
}

/* Rows that an index or a trigger needs under the name of their table. No virtual table: its module
 * would be asked. */
static gboolean
is_part_of_table(const Row *row, const char *type)
{
    if (strcmp(type, "index") == 0)
        return sqlite3_value_type(row->cells[CELL_SQL]) == SQLITE_NULL;
    return strcmp(type, "view") == 0 ||
           (strcmp(type, "table") == 0 && sqlite3_value_int64(row->cells[CELL_ROOT]) != 0);
}

static void
register_row(LiteBulk *bulk, Row *row, const char *type, const char *name, const char *table)
{
    guint place = bulk->rows->len;
    g_ptr_array_add(bulk->rows, row);
    gboolean is_trigger = strcmp(type, "trigger") == 0;
    g_hash_table_add(is_trigger ? bulk->triggers : bulk->names, g_ascii_strdown(name, -1));
    if (!is_part_of_table(row, type))
        return;
    g_autofree char *lower = g_ascii_strdown(table, -1);
    GArray *places = g_hash_table_lookup(bulk->tables, lower);
    if (places == NULL) {
        places = g_array_new(FALSE, FALSE, sizeof(guint));
        g_hash_table_insert(bulk->tables, g_steal_pointer(&lower), places);
    }
    g_array_append_val(places, place);
}

static const char *
column_text(sqlite3_stmt *stmt, int column)
{
    const char *text = (const char *)sqlite3_column_text(stmt, column);
    return text != NULL ? text : "";
}

static gboolean
run_in_schema_table(LiteBulk *bulk,
                    gboolean (*work)(LiteBulk *bulk, GError **error),
                    GError **error)
{
    sqlite3_db_config(bulk->db, SQLITE_DBCONFIG_DEFENSIVE, -1, &bulk->was_defensive);
    sqlite3_db_config(bulk->db, SQLITE_DBCONFIG_DEFENSIVE, 0, NULL);
    sqlite3_db_config(bulk->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 1, NULL);
    gboolean ok = work(bulk, error);
    sqlite3_db_config(bulk->db, SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0, NULL);
    sqlite3_db_config(bulk->db, SQLITE_DBCONFIG_DEFENSIVE, bulk->was_defensive, NULL);
    return ok;
}

/* Moves the rows that are not in the list yet there, and empties the schema table. */
static gboolean
move_out(LiteBulk *bulk, GError **error)
{
    LiteSession *session = bulk->run->session;
    g_autofree char *sql =
        g_strdup_printf("SELECT type, name, tbl_name, rootpage, sql FROM main.sqlite_schema "
                        "WHERE rowid > %" G_GINT64_FORMAT " ORDER BY rowid",
                        bulk->n_resident);
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    int rc;
    while ((rc = sqlite3_step(stmt)) == SQLITE_ROW) {
        Row *row = g_new0(Row, 1);
        for (int i = 0; i < N_CELLS; i++)
            row->cells[i] = sqlite3_value_dup(sqlite3_column_value(stmt, i));
        /* Only now: asking for text may convert the value in the statement. */
        register_row(bulk, row, column_text(stmt, CELL_TYPE), column_text(stmt, CELL_NAME),
                     column_text(stmt, CELL_TABLE));
    }
    if (rc != SQLITE_DONE)
        return lite_set_error(session, rc, NULL, error);
    return lite_run(session, "DELETE FROM main.sqlite_schema", error);
}

static gboolean
insert_row(LiteBulk *bulk, sqlite3_stmt *stmt, guint place, gint64 rowid)
{
    const Row *row = g_ptr_array_index(bulk->rows, place);
    int rc = sqlite3_bind_int64(stmt, 1, rowid);
    for (int i = 0; i < N_CELLS && rc == SQLITE_OK; i++)
        rc = row->cells[i] != NULL ? sqlite3_bind_value(stmt, i + 2, row->cells[i]) : SQLITE_NOMEM;
    if (rc != SQLITE_OK)
        return FALSE;
    sqlite3_step(stmt);
    return sqlite3_reset(stmt) == SQLITE_OK;
}

/* Puts the rows at @places, or all when it is NULL, into the schema table, which is empty. */
static gboolean
move_in(LiteBulk *bulk, const GArray *places, GError **error)
{
    static const char sql[] =
        "INSERT INTO main.sqlite_schema (rowid, type, name, tbl_name, rootpage, sql) "
        "VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    LiteSession *session = bulk->run->session;
    guint n = places != NULL ? places->len : bulk->rows->len;
    if (n == 0)
        return TRUE;
    g_autoptr(sqlite3_stmt) stmt = lite_prepare(session, sql, error);
    if (stmt == NULL)
        return FALSE;
    for (guint i = 0; i < n; i++) {
        if (!insert_row(bulk, stmt, places != NULL ? g_array_index(places, guint, i) : i,
                        (gint64)i + 1))
            return lite_set_error(session, sqlite3_errcode(bulk->db), NULL, error);
    }
    return TRUE;
}

static int
order_places(gconstpointer a, gconstpointer b)
{
    guint left = *(const guint *)a;
    guint right = *(const guint *)b;
    return (left > right) - (left < right);
}

static void
add_table_places(LiteBulk *bulk, const char *lower, GArray *places)
{
    const GArray *of_table = g_hash_table_lookup(bulk->tables, lower);
    if (of_table == NULL || g_hash_table_contains(bulk->present, lower))
        return;
    g_hash_table_add(bulk->present, g_strdup(lower));
    g_array_append_vals(places, of_table->data, of_table->len);
}

/* Brings what the waiting statements stand on. The table of sequences is always there: the library
 * would make it a second time. */
static gboolean
bring_tables(LiteBulk *bulk, GError **error)
{
    g_autoptr(GArray) places = g_array_new(FALSE, FALSE, sizeof(guint));
    g_hash_table_remove_all(bulk->present);
    add_table_places(bulk, "sqlite_sequence", places);
    for (guint i = 0; i < bulk->queue->len; i++) {
        const Waiting *waiting = g_ptr_array_index(bulk->queue, i);
        if (waiting->create.target == NULL)
            continue;
        g_autofree char *lower = g_ascii_strdown(waiting->create.target, -1);
        add_table_places(bulk, lower, places);
    }
    g_array_sort(places, order_places);
    bulk->n_resident = places->len;
    return move_in(bulk, places, error);
}

static gboolean
change_batch(LiteBulk *bulk, GError **error)
{
    return move_out(bulk, error) && bring_tables(bulk, error);
}

static gboolean
return_all(LiteBulk *bulk, GError **error)
{
    return move_out(bulk, error) && move_in(bulk, NULL, error);
}

/* Rows are missing and cannot be put back: the transaction must not be committed by anybody. */
static gboolean
give_up(LiteBulk *bulk)
{
    clear_lists(bulk);
    bulk->is_engaged = FALSE;
    if (sqlite3_get_autocommit(bulk->db) == 0)
        sqlite3_exec(bulk->db, "ROLLBACK", NULL, NULL, NULL);
    bulk->run->session->doomed = TRUE;
    lite_reload_schema(bulk->run->session, NULL);
    return FALSE;
}

gboolean
lite_bulk_settle(LiteBulk *bulk, GError **error)
{
    bulk->streak = 0;
    if (!bulk->is_engaged)
        return TRUE;
    LiteSession *session = bulk->run->session;
    /* Taken back as a whole by the failed statement: so are the rows. */
    if (sqlite3_get_autocommit(bulk->db) != 0) {
        clear_lists(bulk);
        bulk->is_engaged = FALSE;
        return lite_reload_schema(session, error);
    }
    /* A wish to end must not stop the rows on their way back. */
    sqlite3_progress_handler(bulk->db, 0, NULL, NULL);
    gboolean ok =
        run_in_schema_table(bulk, return_all, error) && lite_reload_schema(session, error);
    lite_install_handlers(session);
    if (!ok)
        return give_up(bulk);
    clear_lists(bulk);
    bulk->is_engaged = FALSE;
    bulk->wanted_streak *= 2;
    return TRUE;
}

/* A temporary table can take the place of one of the same name: then a name says too little. */
static gboolean
has_temporary_objects(LiteBulk *bulk)
{
    gint64 n = 0;
    return !lite_query_number(
               bulk->run->session,
               "SELECT count(*) FROM temp.sqlite_schema WHERE name NOT GLOB '" LITE_GATE "*'", &n,
               NULL) ||
           n > 0;
}

static gboolean
prepare_batch(LiteBulk *bulk, GError **error)
{
    if (!bulk->is_engaged) {
        if (bulk->queue->len < MIN_BATCH || bulk->streak + bulk->queue->len < bulk->wanted_streak ||
            sqlite3_get_autocommit(bulk->db) != 0 || has_temporary_objects(bulk))
            return TRUE;
        bulk->is_engaged = TRUE;
        bulk->was_used = TRUE;
        bulk->run->session->reload = TRUE;
    }
    if (run_in_schema_table(bulk, change_batch, error) &&
        lite_reload_schema(bulk->run->session, error))
        return TRUE;
    return give_up(bulk);
}

/* @return TRUE when the small schema gives the same result as the whole one */
static gboolean
fits_small_schema(const LiteBulk *bulk, const LiteCreate *create)
{
    g_autofree char *name = g_ascii_strdown(create->name, -1);
    gboolean is_trigger = strcmp(create->type, "trigger") == 0;
    if (g_hash_table_contains(is_trigger ? bulk->triggers : bulk->names, name))
        return FALSE;
    if (create->target == NULL)
        return TRUE;
    g_autofree char *target = g_ascii_strdown(create->target, -1);
    return g_hash_table_contains(bulk->present, target);
}

static gboolean
run_waiting(LiteBulk *bulk, const Waiting *waiting, GError **error)
{
    const LiteCreate *create = &waiting->create;
    if (bulk->is_engaged && !fits_small_schema(bulk, create) && !lite_bulk_settle(bulk, error))
        return FALSE;
    if (!bl_cancel_check(error) ||
        !lite_run_item(bulk->run, &waiting->item, waiting->traits, error))
        return FALSE;
    bulk->streak++;
    if (bulk->is_engaged &&
        (strcmp(create->type, "table") == 0 || strcmp(create->type, "view") == 0))
        g_hash_table_add(bulk->present, g_ascii_strdown(create->name, -1));
    return TRUE;
}

gboolean
lite_bulk_flush(LiteBulk *bulk, GError **error)
{
    if (bulk->queue->len == 0)
        return TRUE;
    if (!prepare_batch(bulk, error))
        return FALSE;
    /* Out of reach of a callback that runs statements of its own. */
    g_autoptr(GPtrArray) queue = g_steal_pointer(&bulk->queue);
    bulk->queue = g_ptr_array_new_with_free_func(waiting_free);
    gboolean ok = TRUE;
    for (guint i = 0; i < queue->len && ok; i++)
        ok = run_waiting(bulk, g_ptr_array_index(queue, i), error);
    return ok;
}
