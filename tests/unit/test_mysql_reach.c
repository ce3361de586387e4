/* SPDX-License-Identifier: MIT */
#include "common/engine/mysql/session.h"

#include <glib.h>

#include <string.h>

static const struct {
    const char *sql;
    const char *what; /* part of it; NULL: it stays inside */
} cases[] = {
    { "CREATE TABLE t (a int COMMENT 'GRANT ALL', b int DEFAULT 1) COMMENT 'x.y'", NULL },
    { "INSERT INTO t VALUES ('DROP DATABASE x', 'USE y')", NULL },
    { "SELECT a.b FROM t AS a JOIN u ON a.b = u.c", NULL },
    { "UPDATE t SET t.a = 1 WHERE t.b = 2", NULL },
    { "SELECT * FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()", NULL },
    { "SELECT EXTRACT(YEAR FROM t.a), TRIM(BOTH 'x' FROM t.b) FROM t WHERE a LIKE t.b", NULL },
    { "INSERT INTO t (a) SELECT a FROM u ON DUPLICATE KEY UPDATE t.a = u.b", NULL },
    { "ALTER DATABASE x CHARACTER SET utf8mb4", "another database" },
    { "SELECT GET_LOCK('x', 1)", "a lock" },
    { "CREATE TABLE t (a int) ENGINE=CONNECT", "another server" },
    { "CREATE INDEX i ON x.t (a)", "another database" },
    { "CREATE TABLE t LIKE x.t", "another database" },
    { "ALTER DATABASE CHARACTER SET utf8mb4", NULL },
    { "SET SESSION sql_mode = '', @a = @@global.sql_mode", NULL },
    { "CREATE PROCEDURE p() BEGIN SELECT 1; UPDATE t SET a = 1; END", NULL },
    { "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = OLD.b", NULL },
    { "SET @q = CONCAT('ALTER TABLE ', t, ' DROP FOREIGN KEY ', c, ';')", NULL },
    { "-- USE x\nSELECT 1", NULL },
    { "CREATE USER u", "account" },
    { "CREATE OR REPLACE USER u", "account" },
    { "GRANT SELECT ON x TO u", "account" },
    { "SET PASSWORD = 'x'", "account" },
    { "SET ROLE r", "account" },
    { "USE x", "another database" },
    { "/*!40000 DROP DATABASE IF EXISTS `x`*/", "another database" },
    { "INSERT INTO x.t VALUES (1)", "another database" },
    { "INSERT x.t VALUES (1)", "another database" },
    { "DELETE FROM `x`.`t`", "another database" },
    { "SELECT * FROM t JOIN `x` . t", "another database" },
    { "SELECT x.t.c FROM t", "another database" },
    { "CREATE TABLE x.t (a int)", "another database" },
    { "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES x.u (a)", "another database" },
    { "RENAME TABLE t TO x.t", "another database" },
    { "CALL x.p()", "another database" },
    { "CREATE TRIGGER r AFTER DELETE ON x.t FOR EACH ROW SET @a = 1", "another database" },
    { "CREATE PROCEDURE p() BEGIN SELECT 1; INSERT INTO x.t VALUES (1); END", "another database" },
    { "CREATE PROCEDURE p() BEGIN SET @q = 'DROP TABLE x.t'; PREPARE s FROM @q; END",
      "another database" },
    { "PREPARE s FROM 'DROP DATABASE x'", "another database" },
    { "EXECUTE IMMEDIATE 'USE x'", "another database" },
    { "SELECT 'GRANT ALL ON x TO y' INTO @q", "account" },
    { "SET GLOBAL x = 1", "a setting" },
    { "SET @@GLOBAL.x = 1", "a setting" },
    { "SET a = 1, GLOBAL x = 1", "a setting" },
    { "SET PERSIST x = 1", "a setting" },
    { "FLUSH TABLES", "server itself" },
    { "KILL 7", "another session" },
    { "START SLAVE", "replication" },
    { "CHANGE MASTER TO MASTER_HOST = 'x'", "replication" },
    { "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')", "another server" },
    { "CREATE TABLE t (a int) ENGINE = FEDERATED CONNECTION = 'mysql://x'", "another server" },
    { "CREATE TABLESPACE s ADD DATAFILE 'x'", "tablespace" },
    { "ALTER TABLE t DISCARD TABLESPACE", "tablespace" },
    { "SELECT * FROM t INTO OUTFILE '/x'", "a file" },
    { "LOAD DATA INFILE '/x' INTO TABLE t", "a file" },
    { "INSERT INTO t VALUES (LOAD_FILE('/x'))", "a file" },
    { "CREATE TABLE t (a int) DATA DIRECTORY = '/x'", "a file" },
    { "CREATE FUNCTION f RETURNS INTEGER SONAME 'f.so'", "a plugin" },
    { "INSTALL PLUGIN x SONAME 'x.so'", "a plugin" },
    { "XA START 'x'", "prepared transaction" },
};

static void
test_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const char *what = my_reaches_out(cases[i].sql, strlen(cases[i].sql));
        g_test_message("%s", cases[i].sql);
        if (cases[i].what == NULL || what == NULL)
            g_assert_cmpstr(what, ==, cases[i].what);
        else
            g_assert_nonnull(strstr(what, cases[i].what));
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mysql-reach", test_cases);
    return g_test_run();
}
