/* SPDX-License-Identifier: MIT */
/* What a load would change outside of its database "app", and what it may only name. */
#include "common/engine/mysql/reach.h"

#include <glib.h>

#include <string.h>

typedef struct {
    const char *sql;
    gboolean is_elsewhere;
} Case;

static const Case cases[] = {
    /* Objects of this database, also by its name, whatever their texts say. */
    { "CREATE TABLE t (a int COMMENT 'GRANT ALL ON x.t TO y')", FALSE },
    { "CREATE TABLE app.t (a int)", FALSE },
    { "CREATE TABLE IF NOT EXISTS `app`.`t` (a int)", FALSE },
    { "CREATE TABLE t (a int, FOREIGN KEY (a) REFERENCES other.u (a))", FALSE },
    { "CREATE VIEW v AS SELECT u.a FROM other.u", FALSE },
    { "CREATE PROCEDURE p() BEGIN INSERT INTO other.t VALUES (1); END", FALSE },
    { "CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW INSERT INTO other.t VALUES (1)", FALSE },
    { "CREATE INDEX i ON t (a)", FALSE },
    { "ALTER TABLE t ADD b int", FALSE },
    { "ALTER TABLE t RENAME TO app.u", FALSE },
    { "DROP TABLE IF EXISTS t, app.u", FALSE },
    { "INSERT INTO t SELECT * FROM other.u", FALSE },
    { "INSERT INTO app.t VALUES ('USE other')", FALSE },
    { "UPDATE t SET a = 1 WHERE b IN (SELECT b FROM other.u)", FALSE },
    { "DELETE FROM t WHERE a = 1", FALSE },
    { "LOAD DATA INFILE 'x' INTO TABLE t", FALSE },
    { "SELECT * FROM other.u", FALSE },
    { "SET SESSION sql_mode = ''", FALSE },
    { "SET @a = @@global.sql_mode", FALSE },
    { "SET NAMES utf8mb4", FALSE },
    { "SET @@GLOBAL.gtid_purged = ''", FALSE },
    { "-- USE other\nSELECT 1", FALSE },
    { "", FALSE },
    /* Words that are names here. */
    { "CREATE DEFINER=user@localhost VIEW v AS SELECT 1", FALSE },
    { "TRUNCATE role", FALSE },
    { "REPLACE user VALUES (1)", FALSE },
    { "CREATE TABLE user (role int)", FALSE },
    /* Objects of another one. */
    { "CREATE TABLE other.t (a int)", TRUE },
    { "CREATE TABLE IF NOT EXISTS `other` . `t` (a int)", TRUE },
    { "/*!50001 CREATE TABLE other.t (a int) */", TRUE },
    { "CREATE OR REPLACE VIEW other.v AS SELECT 1", TRUE },
    { "CREATE DEFINER=`a`@`b` PROCEDURE other.p() SELECT 1", TRUE },
    { "CREATE INDEX i ON other.t (a)", TRUE },
    { "CREATE UNIQUE INDEX i ON other.t (a)", TRUE },
    { "CREATE TRIGGER r AFTER INSERT ON other.t FOR EACH ROW SET @a = 1", TRUE },
    { "CREATE TRIGGER other.r AFTER INSERT ON t FOR EACH ROW SET @a = 1", TRUE },
    { "CREATE PACKAGE BODY other.p AS END", TRUE },
    { "CREATE SEQUENCE other.s", TRUE },
    { "ALTER TABLE other.t ADD b int", TRUE },
    { "ALTER TABLE t RENAME TO other.t", TRUE },
    { "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE other.u", TRUE },
    { "DROP TABLE t, other.u", TRUE },
    { "RENAME TABLE t TO other.t", TRUE },
    { "TRUNCATE TABLE other.t", TRUE },
    { "INSERT INTO other.t VALUES (1)", TRUE },
    { "INSERT IGNORE other.t VALUES (1)", TRUE },
    { "REPLACE INTO other.t VALUES (1)", TRUE },
    { "UPDATE other.t SET a = 1", TRUE },
    { "UPDATE t JOIN other.u ON t.a = u.a SET u.b = 1", TRUE },
    { "DELETE FROM other.t", TRUE },
    { "DELETE t FROM t, other.u WHERE t.a = u.a", TRUE },
    { "LOAD DATA INFILE 'x' INTO TABLE other.t", TRUE },
    /* The server. */
    { "CREATE USER u", TRUE },
    { "CREATE OR REPLACE USER u", TRUE },
    { "DROP ROLE r", TRUE },
    { "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')", TRUE },
    { "CREATE TABLESPACE s ADD DATAFILE 'x'", TRUE },
    { "ALTER INSTANCE RELOAD TLS", TRUE },
    { "GRANT SELECT ON t TO u", TRUE },
    { "REVOKE SELECT ON t FROM u", TRUE },
    { "FLUSH TABLES", TRUE },
    { "KILL 7", TRUE },
    { "BINLOG 'x'", TRUE },
    { "CREATE UNDO TABLESPACE s ADD DATAFILE 'x'", TRUE },
    { "RENAME USER a TO b", TRUE },
    { "INSTALL PLUGIN p SONAME 'p.so'", TRUE },
    { "CHANGE MASTER TO MASTER_HOST = 'x'", TRUE },
    { "SET GLOBAL a = 1", TRUE },
    { "SET @@global.a = 1", TRUE },
    { "SET a = 1, PERSIST b = 2", TRUE },
    { "SET PASSWORD = 'x'", TRUE },
    { "SELECT 1 INTO OUTFILE '/x'", TRUE },
};

static MySession
session_of(int names_case)
{
    static char database[] = "app";
    return (MySession){ .database = database, .names_case = names_case };
}

static void
test_cases(void)
{
    const MySession session = session_of(0);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_test_message("%s", cases[i].sql);
        g_assert_cmpint(my_writes_elsewhere(&session, cases[i].sql, strlen(cases[i].sql)), ==,
                        cases[i].is_elsewhere);
    }
}

static void
test_case_of_names(void)
{
    static const char sql[] = "INSERT INTO APP.t VALUES (1)";
    const MySession exact = session_of(0);
    const MySession caseless = session_of(1);
    g_assert_true(my_writes_elsewhere(&exact, sql, strlen(sql)));
    g_assert_false(my_writes_elsewhere(&caseless, sql, strlen(sql)));
}

static void
test_modes(void)
{
    static const char quoted[] = "INSERT INTO \"other\".t VALUES (1)";
    static const char backslash[] = "SELECT '\\' INTO OUTFILE ' FROM t";
    MySession session = session_of(0);
    g_assert_false(my_writes_elsewhere(&session, quoted, strlen(quoted)));
    g_assert_false(my_writes_elsewhere(&session, backslash, strlen(backslash)));
    session.ansi_quotes = TRUE;
    session.no_backslash_escapes = TRUE;
    g_assert_true(my_writes_elsewhere(&session, quoted, strlen(quoted)));
    g_assert_true(my_writes_elsewhere(&session, backslash, strlen(backslash)));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/mysql-elsewhere/cases", test_cases);
    g_test_add_func("/mysql-elsewhere/case-of-names", test_case_of_names);
    g_test_add_func("/mysql-elsewhere/modes", test_modes);
    return g_test_run();
}
