/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/features.h"
#include "common/engine/mysql/reach.h"

extern const BlEngine bl_engine_mysql;

static const char *const schemes[] = { "mysql", "mariadb", NULL };

/* Whatever the defaults of server and database are: what is recorded goes with its transaction, and
 * names are told apart by every byte. */
#define TABLE_OPTIONS " ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin"

/* Columns as Knex writes them for AdonisJS Lucid 22. */
static const BlLedgerText ledger = {
    .peers = my_peers,
    .last_id = "LAST_INSERT_ID()",
    .create_ledger =
        "CREATE TABLE {ledger} (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(255) NOT NULL, "
        "batch int NOT NULL, migration_time timestamp NULL DEFAULT CURRENT_TIMESTAMP)" TABLE_OPTIONS,
    .create_versions =
        "CREATE TABLE {versions} (version int unsigned NOT NULL PRIMARY KEY)" TABLE_OPTIONS,
    .create_journal =
        "CREATE TABLE {journal} (id int unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, ledger_id int unsigned, "
        "name varchar(255) NOT NULL, raw_digest varchar(80), token_digest varchar(80), direction varchar(4) NOT NULL "
        "DEFAULT 'up', state varchar(16) NOT NULL, statement int NOT NULL DEFAULT 0, message text, duration_ms int, "
        "applied_by varchar(255), started_at timestamp NULL DEFAULT CURRENT_TIMESTAMP)" TABLE_OPTIONS,
    .table_exists =
        "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = {name}",
};

const BlEngine bl_engine_mysql = {
    .name = "mysql",
    .schemes = schemes,
    .caps = BL_CAP_DEFINERS | BL_CAP_MAPPING | BL_CAP_SCRIPT_SESSION | BL_CAP_SEVERAL_LOOKS |
            BL_CAP_CONFINES,
    .dialect = &bl_dialect_mysql,
    .ledger = &ledger,
    .default_ignore = my_default_ignore,
    .marks = my_default_ignore,
    .kinds = my_kinds,
    .open = my_open,
    .close = my_close,
    .execute = my_execute,
    .execute_script = my_execute_script,
    .query = my_query,
    .classify = my_classify,
    .begin = my_begin,
    .commit = my_commit,
    .rollback = my_rollback,
    .in_transaction = my_in_transaction,
    .set_timeouts = my_set_timeouts,
    .reset_settings = my_reset_settings,
    .writes_last = my_writes_last,
    .lock = my_lock,
    .unlock = my_unlock,
    .introspect = my_introspect,
    .list_objects = my_list_objects,
    .find_unseen = my_find_unseen,
    .drop_statements = my_drop_statements,
    .frame = my_frame,
    .dump_rows = my_dump_rows,
    .counter_pattern =
        "auto_increment(\\s|/\\*.*?\\*/)*[=0-9]|setval|alter(\\s|/\\*.*?\\*/)+sequence",
    .list_left_out = my_list_left_out,
    .order_rows = my_order_rows,
    .open_clone = my_open_clone,
    .open_scratch = my_open_scratch,
    .reaches_out = my_reaches_out,
    /* Each flavour has its own of these names; two servers cannot have all in common. */
    .server_identity = "SHOW GLOBAL VARIABLES WHERE Variable_name IN ('server_uuid', 'server_uid', "
                       "'hostname', 'datadir', 'port', 'socket', 'pid_file')",
    .check_clone = my_check_clone,
    .open_beside = my_open_beside,
    .restore_statement = my_restore_statement,
    .translate = my_translate,
    .discard = my_discard,
    .lock_holder = my_lock_holder,
};
