/* SPDX-License-Identifier: MIT */
#include "common/engine/sqlite/sqlite.h"

/* As the tools make them on this engine, from the sources that common/snapshot/peer.h names. */
const BlPeerText lite_peers[] = {
    { "dbmate", "CREATE TABLE {table} (version varchar(128) primary key)", NULL, NULL },
    { "golang-migrate", "CREATE TABLE {table} (version uint64,dirty bool)", NULL, NULL },
    { "goose",
      "CREATE TABLE {table} (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, "
      "is_applied INTEGER NOT NULL, tstamp TIMESTAMP DEFAULT (datetime('now')))",
      NULL, NULL },
    { "diesel",
      "CREATE TABLE {table} (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL "
      "DEFAULT CURRENT_TIMESTAMP)",
      NULL, NULL },
    { "flyway",
      "CREATE TABLE {table} (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), "
      "description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, "
      "checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TEXT NOT NULL DEFAULT "
      "(strftime('%Y-%m-%d %H:%M:%f','now')), execution_time INT NOT NULL, success BOOLEAN NOT NULL)",
      NULL, NULL },
    { "prisma",
      "CREATE TABLE {table} (id TEXT PRIMARY KEY NOT NULL, checksum TEXT NOT NULL, finished_at "
      "DATETIME, migration_name TEXT NOT NULL, logs TEXT, rolled_back_at DATETIME, started_at "
      "DATETIME NOT NULL DEFAULT current_timestamp, applied_steps_count INTEGER UNSIGNED NOT NULL "
      "DEFAULT 0)",
      NULL, NULL },
    { "sqlx",
      "CREATE TABLE {table} (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on "
      "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT "
      "NULL, execution_time BIGINT NOT NULL)",
      "lower(hex(checksum))", "x'{checksum}'" },
    { NULL, NULL, NULL, NULL },
};
