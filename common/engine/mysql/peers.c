/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/session.h"

/* As the tools make them on this engine, from the sources that common/snapshot/peer.h names. */
const BlPeerText my_peers[] = {
    { "dbmate", "CREATE TABLE {table} (version varchar(128) PRIMARY KEY)", NULL, NULL },
    { "golang-migrate",
      "CREATE TABLE {table} (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL)", NULL,
      NULL },
    { "goose",
      "CREATE TABLE {table} (id bigint unsigned NOT NULL AUTO_INCREMENT PRIMARY KEY, version_id "
      "bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NULL DEFAULT "
      "CURRENT_TIMESTAMP)",
      NULL, NULL },
    { "diesel",
      "CREATE TABLE {table} (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL "
      "DEFAULT CURRENT_TIMESTAMP)",
      NULL, NULL },
    { "flyway",
      "CREATE TABLE {table} (installed_rank INT NOT NULL PRIMARY KEY, version VARCHAR(50), "
      "description VARCHAR(200) NOT NULL, type VARCHAR(20) NOT NULL, script VARCHAR(1000) NOT NULL, "
      "checksum INT, installed_by VARCHAR(100) NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT "
      "CURRENT_TIMESTAMP, execution_time INT NOT NULL, success BOOL NOT NULL)",
      NULL, NULL },
    { "prisma",
      "CREATE TABLE {table} (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, "
      "finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at "
      "DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), "
      "applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0) DEFAULT CHARACTER SET utf8mb4 "
      "COLLATE utf8mb4_unicode_ci",
      NULL, NULL },
    { "sqlx",
      "CREATE TABLE {table} (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on "
      "TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, success BOOLEAN NOT NULL, checksum BLOB NOT "
      "NULL, execution_time BIGINT NOT NULL)",
      "lower(hex(checksum))", "x'{checksum}'" },
    { NULL, NULL, NULL, NULL },
};
