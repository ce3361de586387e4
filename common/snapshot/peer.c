/* SPDX-License-Identifier: MIT */
#include "common/snapshot/peer.h"

#include "common/base/error.h"
#include "common/snapshot/ledger.h"
#include "common/snapshot/ledger_sql.h"
#include "common/sql/quote.h"

#include <string.h>

/* What the tools do, from the sources that the header names. */
static const BlPeer peers[] = {
    {
        .name = "dbmate",
        .table = "schema_migrations",
        .columns = 1,
        .read = "SELECT * FROM {table} ORDER BY 1",
        .insert = "INSERT INTO {table} (version) VALUES ({version})",
        .remove = "DELETE FROM {table} WHERE version = {version}",
    },
    {
        /* Taking the last one back leaves the table empty: the version -1 is never written. */
        .name = "golang-migrate",
        .table = "schema_migrations",
        .traits = BL_PEER_SINGLE,
        .columns = 2,
        .read = "SELECT * FROM {table}",
        .insert = "INSERT INTO {table} (version, dirty) VALUES ({version}, FALSE)",
        .remove = "DELETE FROM {table}",
    },
    {
        /* Version 0 stands for the table itself. Old releases wrote a row with is_applied false
         * for what they took back. */
        .name = "goose",
        .table = "goose_db_version",
        .read = "SELECT version_id, NULL, NULL, NULL, CASE WHEN is_applied THEN 'applied' ELSE "
                "'gone' END, NULL FROM {table} WHERE version_id > 0 ORDER BY id",
        .init = "INSERT INTO {table} (version_id, is_applied) VALUES (0, TRUE)",
        .insert = "INSERT INTO {table} (version_id, is_applied) VALUES ({version}, TRUE)",
        .remove = "DELETE FROM {table} WHERE version_id = {version}",
    },
    {
        .name = "diesel",
        .table = "__diesel_schema_migrations",
        .read = "SELECT version, NULL, NULL, NULL, 'applied', NULL FROM {table} ORDER BY version",
        .insert = "INSERT INTO {table} (version) VALUES ({version})",
        .remove = "DELETE FROM {table} WHERE version = {version}",
    },
    {
        /* A repeatable one has no version, and a row for each time that it ran. */
        .name = "flyway",
        .table = "flyway_schema_history",
        .read =
            "SELECT version, script, description, checksum, CASE WHEN NOT success THEN "
            "'failed' WHEN type = 'SCHEMA' OR type = 'DELETE' OR type LIKE 'UNDO%' THEN 'gone' "
            "WHEN type LIKE '%BASELINE' OR type LIKE '%STATE_SCRIPT' THEN 'reached' ELSE 'applied' END, type FROM {table} "
            "ORDER BY installed_rank",
        .insert = "INSERT INTO {table} (installed_rank, version, description, type, script, "
                  "checksum, installed_by, execution_time, success) SELECT "
                  "coalesce(max(installed_rank), 0) + 1, {version}, {title}, {type}, {script}, "
                  "{checksum}, '', 0, TRUE FROM {table}",
        .remove = "DELETE FROM {table} WHERE version = {version} OR version IS NULL AND script = "
                  "{script}",
    },
    {
        /* Without finished_at a migration counts as failed, so it is set. */
        .name = "prisma",
        .table = "_prisma_migrations",
        .read = "SELECT migration_name, NULL, NULL, checksum, CASE WHEN finished_at IS NULL THEN "
                "'failed' ELSE 'applied' END, NULL FROM {table} WHERE rolled_back_at IS NULL ORDER "
                "BY started_at, migration_name",
        .insert = "INSERT INTO {table} (id, checksum, finished_at, migration_name, "
                  "applied_steps_count) VALUES ({id}, {checksum}, CURRENT_TIMESTAMP, {version}, 1)",
        .remove = "DELETE FROM {table} WHERE migration_name = {version} AND rolled_back_at IS NULL",
    },
    {
        /* -1 is what the tool itself writes before it knows how long it took. */
        .name = "sqlx",
        .table = "_sqlx_migrations",
        .read = "SELECT version, NULL, description, {hex}, CASE WHEN success THEN 'applied' ELSE "
                "'failed' END, NULL FROM {table} ORDER BY version",
        .insert = "INSERT INTO {table} (version, description, success, checksum, execution_time) "
                  "VALUES ({version}, {title}, TRUE, {blob}, -1)",
        .remove = "DELETE FROM {table} WHERE version = {version}",
    },
    {
        /* It stores a number as text: 001_x.rb is "1". */
        .name = "rails",
        .table = "schema_migrations",
        .traits = BL_PEER_NUMBERS,
        .columns = 1,
        .read = "SELECT * FROM {table} ORDER BY 1",
    },
};

const BlPeer *
bl_peer_find(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(peers); i++) {
        if (strcmp(peers[i].name, name) == 0)
            return &peers[i];
    }
    return NULL;
}

void
bl_peer_row_free(BlPeerRow *row)
{
    if (row == NULL)
        return;
    g_free(row->version);
    g_free(row->script);
    g_free(row->title);
    g_free(row->checksum);
    g_free(row->type);
    g_free(row);
}

BlPeerTable *
bl_peer_table_new(const BlPeer *peer)
{
    BlPeerTable *table = g_new0(BlPeerTable, 1);
    table->peer = peer;
    table->rows = g_ptr_array_new_with_free_func((GDestroyNotify)bl_peer_row_free);
    table->by_key = g_hash_table_new(g_str_hash, g_str_equal);
    return table;
}

void
bl_peer_table_free(BlPeerTable *table)
{
    if (table == NULL)
        return;
    g_hash_table_unref(table->by_key);
    g_ptr_array_unref(table->rows);
    bl_peer_row_free(table->failed);
    g_free(table->schema);
    g_free(table);
}

/* What makes two rows one migration's: the version, or the script where there is none. */
static const char *
key_of(const BlPeerRow *row)
{
    return row->version != NULL ? row->version : row->script != NULL ? row->script : "";
}

void
bl_peer_table_take(BlPeerTable *table, BlPeerRow *row)
{
    g_autoptr(BlPeerRow) taken = row;
    if (table->failed != NULL && strcmp(key_of(table->failed), key_of(row)) == 0) {
        g_clear_pointer(&table->failed, bl_peer_row_free);
    }
    if (row->state == BL_PEER_FAILED) {
        bl_peer_row_free(table->failed);
        table->failed = g_steal_pointer(&taken);
        return;
    }
    BlPeerRow *older = g_hash_table_lookup(table->by_key, key_of(row));
    if (older != NULL) {
        g_hash_table_remove(table->by_key, key_of(row));
        g_ptr_array_remove(table->rows, older);
    }
    if (row->state == BL_PEER_GONE)
        return;
    g_hash_table_insert(table->by_key, (gpointer)(guintptr)key_of(row), row);
    g_ptr_array_add(table->rows, g_steal_pointer(&taken));
}

static BlPeerState
parse_state(const char *text)
{
    static const char *const names[] = {
        [BL_PEER_APPLIED] = "applied",
        [BL_PEER_REACHED] = "reached",
        [BL_PEER_FAILED] = "failed",
        [BL_PEER_GONE] = "gone",
    };
    gsize i = 0;
    while (i < G_N_ELEMENTS(names) - 1 && g_strcmp0(names[i], text) != 0)
        i++;
    return (BlPeerState)i;
}

/* TRUE of a boolean, as the engines write it. */
static gboolean
is_true(const char *text)
{
    return text != NULL && (text[0] == 't' || text[0] == 'T' || (text[0] >= '1' && text[0] <= '9'));
}

static gboolean
take_row(const BlRow *row, void *data, GError **error)
{
    BlPeerTable *table = data;
    const BlPeer *peer = table->peer;
    if (peer->columns != 0 && row->n != peer->columns) {
        bl_error_set(error, BL_ERROR_CONFLICT,
                     "name the table in \"toolTable\", or choose another convention",
                     "it has %u columns, that of %s has %u", row->n, peer->name, peer->columns);
        return FALSE;
    }
    gboolean is_full = peer->columns == 0;
    BlPeerRow *found = g_new0(BlPeerRow, 1);
    found->version = g_strdup(row->values[0]);
    if (is_full) {
        found->script = g_strdup(row->values[1]);
        found->title = g_strdup(row->values[2]);
        found->checksum = g_strdup(row->values[3]);
        found->state = parse_state(row->values[4]);
        found->type = g_strdup(row->values[5]);
    } else if ((peer->traits & BL_PEER_SINGLE) != 0) {
        found->state = is_true(row->values[1]) ? BL_PEER_FAILED : BL_PEER_REACHED;
    }
    bl_peer_table_take(table, found);
    return TRUE;
}

static const BlPeerText *
text_of(const BlEngine *engine, const BlPeer *peer)
{
    const BlPeerText *text = engine->ledger->peers;
    while (text != NULL && text->name != NULL && strcmp(text->name, peer->name) != 0)
        text++;
    return text != NULL && text->name != NULL ? text : NULL;
}

/* The table where it was found, else where the ledger is. */
static char *
live_name(const BlSession *session, const char *table, const char *schema)
{
    if (schema == NULL || strchr(table, '.') != NULL)
        return bl_ledger_live_name(session, table);
    g_autofree char *quoted_schema = bl_quote_identifier(session->engine->dialect, schema);
    g_autofree char *quoted = bl_ledger_quote(session->engine, table);
    return g_strconcat(quoted_schema, ".", quoted, NULL);
}

BlPeerTable *
bl_peer_read(BlSession *session, const BlPeer *peer, const char *table, GError **error)
{
    g_autoptr(BlPeerTable) read = bl_peer_table_new(peer);
    if (!bl_ledger_find_table(session, table, &read->exists, &read->schema, error))
        return NULL;
    if (!read->exists)
        return g_steal_pointer(&read);
    const BlPeerText *text = text_of(session->engine, peer);
    g_autofree char *name = live_name(session, table, read->schema);
    const BlFilling fillings[] = {
        { "{table}", name },
        { "{hex}", text != NULL && text->hex != NULL ? text->hex : "NULL" },
    };
    g_autofree char *sql = bl_ledger_fill(peer->read, fillings, G_N_ELEMENTS(fillings));
    if (session->engine->query(session, sql, take_row, read, error))
        return g_steal_pointer(&read);
    g_prefix_error(error, "reading the table \"%s\" of %s: ", table, peer->name);
    return NULL;
}

char *
bl_peer_create_statement(const BlEngine *engine, const BlPeer *peer, const char *table)
{
    const BlPeerText *text = text_of(engine, peer);
    if (text == NULL || text->create == NULL)
        return NULL;
    g_autofree char *quoted = bl_ledger_quote(engine, table);
    const BlFilling filling = { "{table}", quoted };
    return bl_ledger_fill(text->create, &filling, 1);
}

static char *
literal_or_null(const BlDialect *dialect, const char *text)
{
    return text != NULL ? bl_quote_literal(dialect, text) : g_strdup("NULL");
}

/* A UUID (version 5 in form) that is the same on every machine. */
static char *
make_id(const char *text)
{
    g_autofree char *hex = g_compute_checksum_for_string(G_CHECKSUM_SHA1, text, -1);
    return g_strdup_printf("%.8s-%.4s-5%.3s-a%.3s-%.12s", hex, hex + 8, hex + 13, hex + 17,
                           hex + 20);
}

/* Only digits of a checksum may stand unquoted in SQL. */
static char *
blob_literal(const BlEngine *engine, const BlPeer *peer, const char *checksum)
{
    const BlPeerText *text = text_of(engine, peer);
    const char *hex =
        checksum != NULL && checksum[strspn(checksum, "0123456789abcdefABCDEF")] == '\0' ? checksum
                                                                                         : "";
    const BlFilling filling = { "{checksum}", hex };
    return text != NULL && text->blob != NULL ? bl_ledger_fill(text->blob, &filling, 1)
                                              : g_strdup("NULL");
}

/* @param table quoted */
static char *
fill_row(const BlEngine *engine,
         const BlPeer *peer,
         const char *template,
         const char *table,
         const BlPeerRow *row)
{
    const BlDialect *dialect = engine->dialect;
    g_autofree char *uuid = make_id(key_of(row));
    g_autofree char *version = literal_or_null(dialect, row->version);
    g_autofree char *title = bl_quote_literal(dialect, row->title != NULL ? row->title : "");
    g_autofree char *script = bl_quote_literal(dialect, row->script != NULL ? row->script : "");
    /* A text is required where the tool has one; a number may be unknown. */
    gboolean is_number = row->type != NULL;
    g_autofree char *checksum = row->checksum == NULL && !is_number
                                    ? g_strdup("''")
                                    : literal_or_null(dialect, row->checksum);
    g_autofree char *blob = blob_literal(engine, peer, row->checksum);
    g_autofree char *id = bl_quote_literal(dialect, uuid);
    g_autofree char *type = bl_quote_literal(dialect, row->type != NULL ? row->type : "");
    const BlFilling fillings[] = {
        { "{table}", table },   { "{version}", version },   { "{title}", title },
        { "{script}", script }, { "{checksum}", checksum }, { "{blob}", blob },
        { "{id}", id },         { "{type}", type },
    };
    return bl_ledger_fill(template, fillings, G_N_ELEMENTS(fillings));
}

/* Where the ledger is, whatever search path a script left. */
static gboolean
execute_row(BlSession *session,
            const BlPeer *peer,
            const char *template,
            const char *table,
            const BlPeerRow *row,
            GError **error)
{
    g_autofree char *name = bl_ledger_live_name(session, table);
    g_autofree char *sql = fill_row(session->engine, peer, template, name, row);
    if (session->engine->execute(session, sql, NULL, error))
        return TRUE;
    g_prefix_error(error, "writing the table \"%s\" of %s: ", table, peer->name);
    return FALSE;
}

gboolean
bl_peer_create(BlSession *session, const BlPeer *peer, const char *table, GError **error)
{
    static const BlPeerRow none = { 0 };
    const BlPeerText *text = text_of(session->engine, peer);
    if (text == NULL || text->create == NULL) {
        bl_error_set(error, BL_ERROR_UNSUPPORTED,
                     "set \"keepToolTable\" to false in the configuration",
                     "%s has no table for this engine", peer->name);
        return FALSE;
    }
    g_autofree char *name = bl_ledger_live_name(session, table);
    const BlFilling filling = { "{table}", name };
    g_autofree char *sql = bl_ledger_fill(text->create, &filling, 1);
    return session->engine->execute(session, sql, NULL, error) &&
           (peer->init == NULL || execute_row(session, peer, peer->init, table, &none, error));
}

gboolean
bl_peer_drop_empty(BlSession *session, const BlPeerTable *read, const char *table, GError **error)
{
    g_assert(read->rows->len == 0 && read->failed == NULL);
    g_autofree char *name = live_name(session, table, read->schema);
    g_autofree char *sql = g_strconcat("DROP TABLE ", name, NULL);
    return session->engine->execute(session, sql, NULL, error);
}

gboolean
bl_peer_insert(
    BlSession *session, const BlPeer *peer, const char *table, const BlPeerRow *row, GError **error)
{
    if (peer->insert == NULL)
        return TRUE;
    if ((peer->traits & BL_PEER_SINGLE) == 0)
        return execute_row(session, peer, peer->insert, table, row, error);
    g_autoptr(BlPeerTable) now = bl_peer_read(session, peer, table, error);
    if (now == NULL)
        return FALSE;
    const BlPeerRow *newest = now->rows->len > 0 ? g_ptr_array_index(now->rows, 0) : NULL;
    if (newest != NULL && bl_peer_compare_versions(newest->version, row->version) >= 0)
        return TRUE;
    return execute_row(session, peer, peer->remove, table, row, error) &&
           execute_row(session, peer, peer->insert, table, row, error);
}

gboolean
bl_peer_remove(BlSession *session,
               const BlPeer *peer,
               const char *table,
               const BlPeerRow *row,
               const char *previous,
               GError **error)
{
    if (peer->remove == NULL)
        return TRUE;
    if (!execute_row(session, peer, peer->remove, table, row, error))
        return FALSE;
    if ((peer->traits & BL_PEER_SINGLE) == 0 || previous == NULL)
        return TRUE;
    BlPeerRow before = { .version = (char *)(guintptr)previous };
    return execute_row(session, peer, peer->insert, table, &before, error);
}

/* Two runs of digits, by value. */
static int
compare_numbers(const char *a, const char *end_a, const char *b, const char *end_b)
{
    while (a < end_a - 1 && *a == '0')
        a++;
    while (b < end_b - 1 && *b == '0')
        b++;
    gsize len_a = (gsize)(end_a - a);
    gsize len_b = (gsize)(end_b - b);
    if (len_a != len_b)
        return len_a < len_b ? -1 : 1;
    return memcmp(a, b, len_a);
}

int
bl_peer_compare_versions(const char *a, const char *b)
{
    while (*a != '\0' || *b != '\0') {
        const char *end_a = a + strspn(a, "0123456789");
        const char *end_b = b + strspn(b, "0123456789");
        int order;
        if (end_a == a || end_b == b) {
            order = (guchar)*a - (guchar)*b;
            end_a = a + 1;
            end_b = b + 1;
        } else {
            order = compare_numbers(a, end_a, b, end_b);
        }
        if (order != 0)
            return order < 0 ? -1 : 1;
        a = end_a;
        b = end_b;
    }
    return 0;
}

/* What has no version comes last. */
static int
order_rows(gconstpointer left, gconstpointer right)
{
    const BlPeerRow *a = *(const BlPeerRow *const *)left;
    const BlPeerRow *b = *(const BlPeerRow *const *)right;
    if ((a->version == NULL) != (b->version == NULL))
        return a->version == NULL ? 1 : -1;
    int order = bl_peer_compare_versions(key_of(a), key_of(b));
    return order != 0 ? order : strcmp(key_of(a), key_of(b));
}

GPtrArray *
bl_peer_fill_statements(const BlEngine *engine, const BlPeerTable *read, const char *table)
{
    static const BlPeerRow none = { 0 };
    const BlPeer *peer = read->peer;
    GPtrArray *statements = g_ptr_array_new_with_free_func(g_free);
    g_autofree char *quoted = bl_ledger_quote(engine, table);
    g_autoptr(GPtrArray) sorted = g_ptr_array_copy(read->rows, NULL, NULL);
    g_ptr_array_set_free_func(sorted, NULL);
    g_ptr_array_sort(sorted, order_rows);
    if (peer->init != NULL)
        g_ptr_array_add(statements, fill_row(engine, peer, peer->init, quoted, &none));
    for (guint i = 0; peer->insert != NULL && i < sorted->len; i++)
        g_ptr_array_add(statements,
                        fill_row(engine, peer, peer->insert, quoted, g_ptr_array_index(sorted, i)));
    return statements;
}
