/* SPDX-License-Identifier: MIT */
#include "common/engine/postgres/postgres.h"

extern const BlEngine bl_engine_postgres;

static const char *const schemes[] = { "postgres", "postgresql", NULL };

/* As Knex writes them for AdonisJS Lucid 22. */
static const BlLedgerText ledger = {
    .peers = pg_peers,
    .returning = " RETURNING id",
    /* A constant division by zero would fail in the planner. */
    .made_id = "coalesce((SELECT id FROM made), 1 / (pg_catalog.pg_backend_pid() * 0))",
    .create_ledger =
        "CREATE TABLE {ledger} (id serial PRIMARY KEY, name varchar(255) NOT NULL, batch integer NOT "
        "NULL, migration_time timestamptz DEFAULT CURRENT_TIMESTAMP)",
    .create_versions = "CREATE TABLE {versions} (version integer PRIMARY KEY)",
    .create_journal =
        "CREATE TABLE {journal} (id serial PRIMARY KEY, ledger_id integer, name varchar(255) NOT NULL, raw_digest "
        "varchar(80), token_digest varchar(80), direction varchar(4) NOT NULL DEFAULT 'up', state varchar(16) NOT NULL, "
        "statement integer NOT NULL DEFAULT 0, message text, duration_ms integer, applied_by varchar(255), "
        "started_at timestamptz DEFAULT CURRENT_TIMESTAMP)",
    .restore = "RESET search_path",
    .schema_exists = "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {name}",
    .home_schema = "SELECT pg_catalog.current_schema()",
    .path_schemas =
        "SELECT name FROM (SELECT coalesce(pg_catalog.replace(word[1], '\"\"', '\"'), "
        "pg_catalog.lower(word[2])) AS name, place FROM "
        "pg_catalog.regexp_matches(pg_catalog.current_setting('search_path'), "
        "'\"((?:[^\"]|\"\")*)\"|([^\", ]+)', 'g') WITH ORDINALITY AS path (word, place)) AS named "
        "WHERE name <> '$user' AND name !~ '^pg_' ORDER BY place",
    .table_exists = "SELECT n.nspname FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n "
                    "ON n.oid = c.relnamespace WHERE c.oid = pg_catalog.to_regclass({quoted})",
};

/* A superuser may. */
static const char *const catalogs[] = {
    "pg_catalog.*", "pg_attribute", "pg_class",   "pg_constraint", "pg_depend",
    "pg_index",     "pg_proc",      "pg_trigger", "pg_type",       NULL
};

const BlEngine bl_engine_postgres = {
    .name = "postgres",
    .schemes = schemes,
    .caps = BL_CAP_TRANSACTIONAL_DDL | BL_CAP_SCHEMAS | BL_CAP_OWNERS | BL_CAP_GRANTS |
            BL_CAP_SCRIPT_SESSION | BL_CAP_CONFINES,
    .dialect = &bl_dialect_postgres,
    .ledger = &ledger,
    .default_ignore = pg_default_ignore,
    .kinds = pg_kinds,
    .catalogs = catalogs,
    .open = pg_open,
    .open_scratch = pg_open_scratch,
    .reaches_out = pg_reaches_out,
    /* When it was started, in microseconds: what initdb gave a server, its copies have too. */
    .server_identity = "SELECT (pg_catalog.date_part('epoch', "
                       "pg_catalog.pg_postmaster_start_time()) * 1000000)::pg_catalog.int8",
    .close = pg_close,
    .execute = pg_execute,
    .execute_script = pg_execute_script,
    .query = pg_query,
    .classify = pg_classify,
    .begin = pg_begin,
    .commit = pg_commit,
    .rollback = pg_rollback,
    .settle = pg_settle,
    .in_transaction = pg_in_transaction,
    .reset_settings = pg_reset_settings,
    .set_timeouts = pg_set_timeouts,
    .lock = pg_lock,
    .unlock = pg_unlock,
    .introspect = pg_introspect,
    .list_objects = pg_list_objects,
    .drop_statements = pg_drop_statements,
    .frame = pg_frame,
    .dump_rows = pg_dump_rows,
    .has_rows = pg_has_rows,
    .list_empty = pg_list_empty,
    .list_kept_rows = pg_list_kept_rows,
    .counter_pattern = "setval",
    .list_left_out = pg_list_left_out,
    .order_rows = pg_order_rows,
    .clone = pg_clone,
    .check_clone = pg_check_clone,
    .open_cloner = pg_open_cloner,
    .weigh = pg_weigh,
    .fits_transaction = pg_fits_transaction,
    .is_too_large = pg_is_too_large,
    .next_transaction = pg_next_transaction,
    .transaction_room = PG_DEFAULT_ROOM,
    .open_beside = pg_open_beside,
    .translate = pg_translate,
    .discard = pg_discard,
    .lock_holder = pg_lock_holder,
};
