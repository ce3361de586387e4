/* SPDX-License-Identifier: MIT */
#include "common/engine/engine.h"

#include <glib.h>

#include <string.h>

#define COMMITS BL_STMT_COMMITS
#define OTHER   BL_STMT_OTHER_DATABASE
#define HIDES   BL_STMT_HIDES_LEDGER

typedef struct {
    const char *name;
    const char *sql;
    guint traits;
} Case;

static const Case cases[] = {
    { "empty", "", 0 },
    { "comment", "-- CREATE TABLE t ()\n# DROP TABLE t", 0 },
    { "create-table", "CREATE TABLE t (a int)", BL_STMT_CREATE | COMMITS },
    { "create-or-replace", "create or replace view v as select 1", BL_STMT_CREATE | COMMITS },
    { "create-temporary", "CREATE TEMPORARY TABLE t (a int)", BL_STMT_CREATE },
    { "create-or-replace-temporary", "CREATE OR REPLACE TEMPORARY TABLE t (a int)",
      BL_STMT_CREATE },
    { "create-as-stock-dumps-write-it",
      "/*!50003 CREATE*/ /*!50017 DEFINER=`a`@`b`*/ /*!50003 TRIGGER t AFTER DELETE ON x FOR EACH "
      "ROW SET @a = 1 */",
      BL_STMT_CREATE | COMMITS },
    { "create-database", "CREATE DATABASE /*!32312 IF NOT EXISTS*/ `d`",
      BL_STMT_CREATE | COMMITS | OTHER },
    { "create-schema", "CREATE OR REPLACE SCHEMA d", BL_STMT_CREATE | COMMITS | OTHER },
    { "drop", "DROP TABLE t", BL_STMT_DROP | COMMITS },
    { "drop-if-exists", "DROP TABLE IF EXISTS t", BL_STMT_DROP | BL_STMT_IF_EXISTS | COMMITS },
    { "drop-package-body-if-exists", "DROP PACKAGE BODY IF EXISTS t",
      BL_STMT_DROP | BL_STMT_IF_EXISTS | COMMITS },
    { "drop-name-if", "DROP TABLE `IF`, `EXISTS`", BL_STMT_DROP | COMMITS },
    { "drop-in-code", "/*!50001 DROP VIEW IF EXISTS `v`*/",
      BL_STMT_DROP | BL_STMT_IF_EXISTS | COMMITS },
    { "drop-temporary", "DROP TEMPORARY TABLE IF EXISTS t", BL_STMT_DROP | BL_STMT_IF_EXISTS },
    { "drop-database", "DROP DATABASE IF EXISTS d",
      BL_STMT_DROP | BL_STMT_IF_EXISTS | COMMITS | OTHER },
    { "drop-prepare", "DROP PREPARE s", 0 },
    { "alter-table", "ALTER TABLE t ADD c int", COMMITS },
    { "alter-database", "ALTER DATABASE `d` CHARACTER SET latin1 COLLATE latin1_swedish_ci",
      COMMITS | OTHER | BL_STMT_DEFAULTS },
    { "alter-database-own", "ALTER DATABASE CHARACTER SET utf8mb4", COMMITS | BL_STMT_DEFAULTS },
    { "alter-database-default", "ALTER SCHEMA DEFAULT COLLATE utf8mb4_bin",
      COMMITS | BL_STMT_DEFAULTS },
    { "alter-database-comment", "ALTER DATABASE COMMENT 'collate'", COMMITS },
    { "alter-database-quoted", "ALTER DATABASE `comment` COMMENT 'x'", COMMITS | OTHER },
    { "rename", "RENAME TABLE a TO b", COMMITS },
    { "truncate", "TRUNCATE t", COMMITS },
    { "grant", "GRANT ALL ON x.* TO u", COMMITS },
    { "insert", "INSERT INTO t VALUES (1)", BL_STMT_DML },
    { "replace", "REPLACE t SET a = 1", BL_STMT_DML },
    { "load-data", "LOAD DATA INFILE 'x' INTO TABLE t", BL_STMT_DML },
    { "load-index", "LOAD INDEX INTO CACHE t", COMMITS },
    { "select", "SELECT 1", BL_STMT_READ },
    { "select-in-parens", "((SELECT 1) UNION (SELECT 2))", BL_STMT_READ },
    { "with-select", "WITH a AS (DELETE), b AS (SELECT 1) SELECT 1", BL_STMT_READ },
    { "with-update", "WITH RECURSIVE a (x) AS (SELECT 1) UPDATE t SET a = 1", BL_STMT_DML },
    { "show", "SHOW TABLES", BL_STMT_READ },
    { "analyze-table", "ANALYZE TABLE t", COMMITS },
    { "analyze-statement", "ANALYZE UPDATE t SET a = 1", BL_STMT_DML },
    { "begin", "BEGIN WORK", BL_STMT_TX_BEGIN },
    { "begin-not-atomic", "BEGIN NOT ATOMIC SELECT 1; END", BL_STMT_MAY_COMMIT },
    { "start-transaction", "START TRANSACTION READ ONLY", BL_STMT_TX_BEGIN },
    { "start-slave", "START SLAVE", COMMITS },
    { "commit", "COMMIT AND CHAIN", BL_STMT_TX_COMMIT },
    { "rollback", "ROLLBACK", BL_STMT_TX_ROLLBACK },
    { "rollback-to", "ROLLBACK WORK TO SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "savepoint", "SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "release", "RELEASE SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "xa", "XA START 'x'", BL_STMT_TX_BEGIN },
    { "lock", "LOCK TABLES `t` WRITE", BL_STMT_TX_BEGIN | HIDES | BL_STMT_LOCKS_OUT },
    { "unlock", "UNLOCK TABLES", BL_STMT_TX_COMMIT },
    { "use", "USE `d`", OTHER | HIDES },
    { "call", "CALL p()", BL_STMT_MAY_COMMIT },
    { "execute", "EXECUTE s USING @a", BL_STMT_MAY_COMMIT },
    { "prepare", "PREPARE s FROM 'SELECT 1'", 0 },
    { "set", "SET foreign_key_checks = 0", BL_STMT_SETTING },
    { "set-in-code", "/*!40101 SET NAMES utf8 */", BL_STMT_SETTING },
    { "gate-set", "SET @baseline_gate_passed = 0, @baseline_gate = 1", BL_STMT_GATE },
    { "gate-prepare", "PREPARE baseline_gate FROM @baseline_gate", BL_STMT_GATE },
    { "gate-execute", "EXECUTE baseline_gate", BL_STMT_GATE },
    { "gate-deallocate", "DEALLOCATE PREPARE baseline_gate", BL_STMT_GATE },
    { "execute-another", "EXECUTE baseline", BL_STMT_MAY_COMMIT },
    { "set-saved-autocommit", "SET @baseline_autocommit = @@autocommit",
      BL_STMT_SETTING | BL_STMT_TX_COMMIT },
    { "set-autocommit-off", "SET AUTOCOMMIT=0", BL_STMT_SETTING | BL_STMT_TX_BEGIN },
    { "set-session-autocommit-on", "SET SESSION autocommit = ON",
      BL_STMT_SETTING | BL_STMT_TX_COMMIT },
    { "set-variable-autocommit", "SET @@session.autocommit := 1",
      BL_STMT_SETTING | BL_STMT_TX_COMMIT },
    { "set-saves-autocommit", "SET @old = @@autocommit", BL_STMT_SETTING },
    { "set-statement", "SET STATEMENT max_statement_time = 1 FOR DELETE FROM t", BL_STMT_DML },
    { "set-password", "SET PASSWORD = 'x'", COMMITS },
};

static void
test_case(gconstpointer data)
{
    const Case *c = data;
    const BlEngine *engine = bl_engine_find("mysql");
    g_assert_cmphex(engine->classify(c->sql, strlen(c->sql)), ==, c->traits);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strconcat("/engine-mysql-classify/", cases[i].name, NULL);
        g_test_add_data_func(path, &cases[i], test_case);
    }
    return g_test_run();
}
