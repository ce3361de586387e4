/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/sqlite.h"

extern const BlEngine bl_engine_sqlite;

static const char *const schemes[] = { "sqlite", "sqlite3", NULL };

/* As Knex writes them for AdonisJS Lucid 22. */
static const BlLedgerText ledger = {
    .peers = lite_peers,
    .prefix = "main.",
    .create_ledger =
        "CREATE TABLE {ledger} (`id` integer not null primary key autoincrement, `name` varchar(255) not "
        "null, `batch` integer not null, `migration_time` datetime default CURRENT_TIMESTAMP)",
    .create_versions = "CREATE TABLE {versions} (`version` integer, primary key (`version`))",
    .create_journal =
        "CREATE TABLE {journal} (id integer not null primary key autoincrement, ledger_id integer, name varchar(255) "
        "not null, raw_digest varchar(80), token_digest varchar(80), direction varchar(4) not null default 'up', state varchar(16) not null, statement integer "
        "not null default 0, message text, duration_ms integer, applied_by varchar(255), started_at datetime default "
        "CURRENT_TIMESTAMP)",
    /* From the schema in memory: a look into the schema table would read all of it. */
    .table_exists = "SELECT 1 FROM pragma_table_info({name}, 'main') LIMIT 1",
};

/* Under PRAGMA writable_schema. */
static const char *const catalogs[] = { "sqlite_master", "sqlite_schema", "main.sqlite_master",
                                        "main.sqlite_schema", NULL };

const BlEngine bl_engine_sqlite = {
    .name = "sqlite",
    .schemes = schemes,
    .caps = BL_CAP_TRANSACTIONAL_DDL | BL_CAP_FILE_DATABASE | BL_CAP_CASELESS_NAMES,
    .dialect = &bl_dialect_sqlite,
    .ledger = &ledger,
    .default_ignore = lite_default_ignore,
    .kinds = lite_kinds,
    .catalogs = catalogs,
    .own_process = lite_own_process,
    .open = lite_open,
    .open_scratch = lite_open_scratch,
    .reaches_out = lite_reaches_out,
    .database_file = lite_database_file,
    .close = lite_close,
    .execute = lite_execute,
    .execute_script = lite_execute_script,
    .query = lite_query,
    .has_table = lite_has_table,
    .classify = lite_classify,
    .begin = lite_begin,
    .commit = lite_commit,
    .rollback = lite_rollback,
    .settle = lite_settle,
    .in_transaction = lite_in_transaction,
    .reset_settings = lite_reset_settings,
    .set_timeouts = lite_set_timeouts,
    .lock = lite_lock,
    .unlock = lite_unlock,
    .introspect = lite_introspect,
    .list_objects = lite_list_objects,
    .drop_statements = lite_drop_statements,
    .frame = lite_frame,
    .dump_rows = lite_dump_rows,
    .counter_pattern = "sqlite_sequence",
    .list_left_out = lite_list_left_out,
    .order_rows = lite_order_rows,
    .clone = lite_clone,
    .check_clone = lite_check_clone,
    .discard = lite_discard,
    .lock_holder = lite_lock_holder,
};
