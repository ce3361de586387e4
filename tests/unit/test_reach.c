/* SPDX-License-Identifier: MIT */
/* What leaves the database it runs in, and what only looks like it. */
#include "common/engine/engine.h"

#include <glib.h>

#include <string.h>

typedef struct {
    const char *name;
    const char *sql;
    const char *what; /* NULL: nothing */
} ReachCase;

#define ROLE       "a role of the server"
#define DATABASE   "another database"
#define TABLESPACE "a tablespace of the server"
#define OF_FILE    "a file of the server"
#define PROGRAM    "a program of the server"
#define SETTING    "a setting of the server"

static const ReachCase postgres_cases[] = {
    { "create-role", "CREATE ROLE app", ROLE },
    { "alter-role-in-a-database", "ALTER ROLE app IN DATABASE x SET work_mem = '1MB'", ROLE },
    { "drop-role", "DROP ROLE IF EXISTS app", ROLE },
    { "create-user", "create user app with password 'x'", ROLE },
    { "drop-group", "DROP GROUP g", ROLE },
    { "comment-on-role", "COMMENT ON ROLE app IS 'x'", ROLE },
    { "grant-a-role", "GRANT admins TO app", ROLE },
    { "revoke-a-role", "REVOKE admins FROM app", ROLE },
    { "grant-on-a-table", "GRANT SELECT ON t TO app WITH GRANT OPTION", NULL },
    { "revoke-grant-option", "REVOKE GRANT OPTION FOR SELECT ON t FROM app", NULL },
    { "default-privileges", "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app", NULL },
    { "drop-owned", "DROP OWNED BY app", ROLE },
    { "reassign-owned", "REASSIGN OWNED BY a TO b", ROLE },
    { "role-in-a-block",
      "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'x') THEN "
      "CREATE ROLE x; END IF; END $$",
      ROLE },
    { "role-in-dynamic-sql", "DO $$ BEGIN EXECUTE format('CREATE ROLE %I', 'x'); END $$", ROLE },
    { "role-in-a-function",
      "CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $f$ BEGIN EXECUTE 'DROP ROLE x'; "
      "END $f$",
      ROLE },
    { "role-in-an-argument", "INSERT INTO t SELECT run_it('ALTER ROLE x NOLOGIN')", ROLE },
    { "grant-in-a-block", "DO $$ BEGIN GRANT admins TO app; END $$", ROLE },
    { "role-in-a-text", "INSERT INTO docs VALUES ('how to create user accounts')", NULL },
    { "role-in-a-message",
      "CREATE FUNCTION f() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'create user failed'; "
      "END; $$ LANGUAGE plpgsql",
      NULL },
    { "role-in-a-text-of-a-body", "DO $$ BEGIN x := 'cannot create user with that name'; END $$",
      NULL },
    { "old-body",
      "CREATE FUNCTION f() RETURNS int AS 'BEGIN; ALTER ROLE x NOLOGIN; END' LANGUAGE sql", ROLE },
    { "grant-in-dynamic-sql", "DO $$ BEGIN EXECUTE 'GRANT admins TO app'; END $$", ROLE },
    { "grant-in-a-text", "DO $$ BEGIN x := 'please grant access to him'; END $$", NULL },
    { "role-in-a-comment", "SELECT 1 -- CREATE ROLE x", NULL },
    { "database", "CREATE DATABASE other", DATABASE },
    { "alter-database", "ALTER DATABASE app SET timezone = 'UTC'", DATABASE },
    { "grant-on-database", "GRANT CONNECT ON DATABASE app TO x", DATABASE },
    { "comment-on-database", "COMMENT ON DATABASE app IS 'x'", DATABASE },
    { "dblink", "SELECT dblink_exec('dbname=other', 'DROP TABLE t')", DATABASE },
    { "dblink-extension", "CREATE EXTENSION dblink", NULL },
    { "request", "SELECT net.http_post('http://x')", "a server on the net" },
    { "table-of-requests", "CREATE TABLE \"HttpSource\" (a int)", NULL },
    { "read-binary-file", "SELECT pg_read_binary_file('x')", OF_FILE },
    { "list-folder", "SELECT pg_ls_dir('x')", OF_FILE },
    { "tablespace", "CREATE TABLESPACE fast LOCATION '/x'", TABLESPACE },
    { "table-in-a-tablespace", "CREATE TABLE t (a int) TABLESPACE fast", TABLESPACE },
    { "table-in-the-default-one", "CREATE TABLE t (a int) TABLESPACE pg_default", NULL },
    { "default-tablespace", "SET default_tablespace = fast", TABLESPACE },
    { "empty-default-tablespace", "SET default_tablespace = ''", NULL },
    { "alter-system", "ALTER SYSTEM SET work_mem = '1GB'", SETTING },
    { "reload", "SELECT pg_reload_conf()", SETTING },
    { "subscription", "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p", "a subscription" },
    { "table-of-that-name", "CREATE INDEX i ON subscription (server, program, load)", NULL },
    { "table-named-program", "SELECT * FROM program", NULL },
    { "copy-from-program", "COPY t FROM PROGRAM 'curl x'", PROGRAM },
    { "copy-to-program", "COPY t TO PROGRAM 'sh'", PROGRAM },
    { "copy-from-file", "COPY t FROM '/etc/passwd'", OF_FILE },
    { "copy-query-to-file", "COPY (SELECT 1) TO '/tmp/x'", OF_FILE },
    { "copy-from-stdin", "COPY t (a, b) FROM stdin", NULL },
    { "read-file", "SELECT pg_read_file('x')", OF_FILE },
    { "large-object-file", "SELECT lo_import('/etc/passwd')", OF_FILE },
    { "foreign-server", "CREATE SERVER s FOREIGN DATA WRAPPER postgres_fdw", "a foreign server" },
    { "user-mapping", "CREATE USER MAPPING FOR x SERVER s", ROLE },
    { "foreign-schema", "IMPORT FOREIGN SCHEMA x FROM SERVER s INTO y", "a foreign server" },
    { "untrusted-language", "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'x'", PROGRAM },
    { "trusted-language", "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'", NULL },
    { "library", "LOAD 'auto_explain'", "a library that the server loads" },
    { "prepared", "PREPARE TRANSACTION 'x'", "a prepared transaction" },
    { "other-session", "SELECT pg_terminate_backend(1)", "another session" },
    { "slot", "SELECT pg_create_logical_replication_slot('a', 'b')", "a replication slot" },
    { "second-statement", "SELECT 1; CREATE ROLE x", ROLE },
    { "plain-table", "CREATE TABLE users (id int, role text, \"user\" text)", NULL },
    { "comment-on-a-function",
      "COMMENT ON FUNCTION f() IS 'a grant without one goes to nobody; create role'", NULL },
    { "setting-of-a-function", "ALTER FUNCTION f() SET x.y TO 'revoke all from it'", NULL },
    { "replaced-function",
      "CREATE OR REPLACE FUNCTION f() RETURNS void LANGUAGE plpgsql AS 'BEGIN DROP ROLE x; END'",
      ROLE },
    { "table-named-role", "UPDATE u SET a = 1 FROM r JOIN role ON role.id = r.role_id", NULL },
    { "table-named-database-in-a-body",
      "DO $$ BEGIN PERFORM 1 FROM u JOIN database ON database . id = u.a; END $$", NULL },
    { "column-named-role", "SELECT 1 FROM a JOIN b ON role = kind", NULL },
    { "comment-on-a-quoted-role", "COMMENT ON ROLE \"App\" IS 'x'", ROLE },
    { "columns-dropped", "ALTER TABLE users DROP role, ALTER database SET NOT NULL", NULL },
    { "columns-dropped-in-a-body",
      "DO $$ BEGIN ALTER TABLE users ALTER role SET DEFAULT 'x'; DROP ROLE y; END $$", ROLE },
    { "column-dropped-in-a-body", "DO $$ BEGIN ALTER TABLE users DROP role; END $$", NULL },
};

static const ReachCase sqlite_cases[] = {
    { "attach", "ATTACH 'other.db' AS o", DATABASE },
    { "attach-database", "attach database 'x' as y", DATABASE },
    { "detach", "DETACH o", DATABASE },
    { "vacuum-into", "VACUUM INTO 'copy.db'", "a file that it writes" },
    { "vacuum-main-into", "VACUUM main INTO 'copy.db'", "a file that it writes" },
    { "vacuum", "VACUUM", NULL },
    { "load-extension", "SELECT load_extension('x')", "a library that it loads" },
    { "writefile", "SELECT writefile('x', 'y')", "a file" },
    { "readfile-quoted", "SELECT \"readfile\" ('x')", "a file" },
    { "column-of-that-name", "SELECT edit FROM t", NULL },
    { "temp-directory", "PRAGMA temp_store_directory = '/x'", "a folder of the library" },
    { "temp-directory-of-main", "PRAGMA main.temp_store_directory = '/x'",
      "a folder of the library" },
    { "csv-table", "CREATE VIRTUAL TABLE t USING csv(filename='x')", "what a virtual table reads" },
    { "full-text-table", "CREATE VIRTUAL TABLE t USING fts5(a)", NULL },
    { "text", "INSERT INTO t VALUES ('ATTACH x')", NULL },
    { "comment", "/* ATTACH 'x' */ SELECT 1", NULL },
};

#define ACCOUNT  "an account of the server"
#define REMOTE   "another server"
#define LOCK     "a lock of the server"
#define PLUGIN   "a plugin of the server"
#define REPLICA  "the server's replication"
#define SERVER   "the server itself"
#define SESSION  "another session"
#define PREPARED "a prepared transaction"

static const ReachCase mysql_cases[] = {
    { "text-in-a-new-table",
      "CREATE TABLE IF NOT EXISTS q (kind enum('org.example.core.Flow', 'org.example.core.Task'))",
      NULL },
    { "text-beside-a-column-like-a-word",
      "CREATE TABLE q (event int, kind varchar(9) COMMENT 'docs.example.com/kind')", NULL },
    { "text-beside-a-new-column", "ALTER TABLE q ADD event varchar(9) DEFAULT 'a.example.com'",
      NULL },
    { "text-that-a-new-table-runs", "CREATE TABLE IF NOT EXISTS q AS SELECT f('DROP DATABASE x')",
      DATABASE },
    { "text-behind-if", "IF 1 THEN EXECUTE IMMEDIATE 'DROP DATABASE x'; END IF", DATABASE },
    { "create-user", "CREATE USER IF NOT EXISTS app@localhost", ACCOUNT },
    { "grant", "GRANT SELECT ON app.* TO app@localhost", ACCOUNT },
    { "grant-as-a-name", "SELECT `grant` FROM t", NULL },
    { "database", "CREATE DATABASE other", DATABASE },
    { "schema", "drop schema if exists other", DATABASE },
    { "use", "USE other", DATABASE },
    { "alter-database", "ALTER DATABASE other CHARACTER SET utf8mb4", DATABASE },
    { "alter-the-own-database", "ALTER DATABASE CHARACTER SET utf8mb4", NULL },
    { "qualified-table", "INSERT INTO other.t SELECT 1", DATABASE },
    { "quoted", "CREATE TABLE `other`.`t` (a int)", DATABASE },
    { "join", "SELECT 1 FROM a JOIN other . b ON a.x = b.x", DATABASE },
    { "view", "CREATE VIEW v AS SELECT other.t.a FROM t", DATABASE },
    { "references", "CREATE TABLE t (a int REFERENCES other.t (a))", DATABASE },
    { "columns", "SELECT t.a, u.b FROM t JOIN u ON t.a = u.b WHERE t.a LIKE u.c", NULL },
    { "information-schema", "SELECT 1 FROM information_schema.tables", NULL },
    { "body", "CREATE PROCEDURE p() BEGIN DELETE FROM live.users; END", DATABASE },
    { "prepared", "PREPARE s FROM 'DROP TABLE live.users'", DATABASE },
    { "immediate", "EXECUTE IMMEDIATE 'SET GLOBAL x = 1'", SETTING },
    { "text", "INSERT INTO docs VALUES ('USE other; DROP USER x')", NULL },
    { "comment", "SELECT 1 -- USE other", NULL },
    { "executable-comment", "/*!40000 DROP DATABASE IF EXISTS other */", DATABASE },
    { "set-global", "SET GLOBAL event_scheduler = ON", SETTING },
    { "set-global-variable", "SET @@global.event_scheduler = ON", SETTING },
    { "read-global-variable", "SET @x = @@global.max_connections", NULL },
    { "set-session", "SET SESSION sql_mode = ''", NULL },
    { "outfile", "SELECT 1 INTO OUTFILE '/tmp/x'", OF_FILE },
    { "load-data", "LOAD DATA INFILE 'x' INTO TABLE t", OF_FILE },
    { "load-file", "SELECT load_file('/etc/passwd')", OF_FILE },
    { "directory", "CREATE TABLE t (a int) DATA DIRECTORY = '/x'", OF_FILE },
    { "plugin", "INSTALL PLUGIN p SONAME 'x.so'", PLUGIN },
    { "loadable", "CREATE FUNCTION f RETURNS STRING SONAME 'x.so'", PLUGIN },
    { "federated", "CREATE TABLE t (a int) ENGINE=FEDERATED CONNECTION='x'", REMOTE },
    { "server", "CREATE SERVER s FOREIGN DATA WRAPPER mysql OPTIONS (HOST 'x')", REMOTE },
    { "a-column-named-connect", "CREATE TABLE t (connect int) ENGINE=InnoDB", NULL },
    { "kill", "KILL 7", SESSION },
    { "flush", "FLUSH TABLES", SERVER },
    { "flush-as-a-column", "SELECT a, flush FROM t", NULL },
    { "lock", "SELECT GET_LOCK('x', 1)", LOCK },
    { "comments-and-defaults",
      "CREATE TABLE t (a int COMMENT 'GRANT ALL', b int DEFAULT 1) COMMENT 'x.y'", NULL },
    { "statements-in-a-text", "INSERT INTO t VALUES ('DROP DATABASE x', 'USE y')", NULL },
    { "alias", "SELECT a.b FROM t AS a JOIN u ON a.b = u.c", NULL },
    { "update-columns", "UPDATE t SET t.a = 1 WHERE t.b = 2", NULL },
    { "information-schema-columns",
      "SELECT * FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()", NULL },
    { "from-in-functions",
      "SELECT EXTRACT(YEAR FROM t.a), TRIM(BOTH 'x' FROM t.b) FROM t WHERE a LIKE t.b", NULL },
    { "duplicate-key", "INSERT INTO t (a) SELECT a FROM u ON DUPLICATE KEY UPDATE t.a = u.b",
      NULL },
    { "alter-database-by-name", "ALTER DATABASE x CHARACTER SET utf8mb4", DATABASE },
    { "connect", "CREATE TABLE t (a int) ENGINE=CONNECT", REMOTE },
    { "index", "CREATE INDEX i ON x.t (a)", DATABASE },
    { "table-like", "CREATE TABLE t LIKE x.t", DATABASE },
    { "set-session-from-global", "SET SESSION sql_mode = '', @a = @@global.sql_mode", NULL },
    { "body-inside", "CREATE PROCEDURE p() BEGIN SELECT 1; UPDATE t SET a = 1; END", NULL },
    { "trigger-rows", "CREATE TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = OLD.b", NULL },
    { "alter-in-a-text", "SET @q = CONCAT('ALTER TABLE ', t, ' DROP FOREIGN KEY ', c, ';')", NULL },
    { "if-not-exists",
      "CREATE TABLE IF NOT EXISTS t (a enum('io.shop.flow'), b int COMMENT 'of a.b.c d')", NULL },
    { "dotted-words", "INSERT INTO settings SELECT 'host', 'smtp.example.com'", NULL },
    { "columns-of-a-database-in-a-text", "SET @q = 'SELECT x.t.a '", DATABASE },
    { "one-word-in-a-text", "PREPARE s FROM 'SHUTDOWN'", "the server itself" },
    { "comment-before", "-- USE x\nSELECT 1", NULL },
    { "create-user-without-host", "CREATE USER u", ACCOUNT },
    { "replace-user", "CREATE OR REPLACE USER u", ACCOUNT },
    { "grant-on-a-table", "GRANT SELECT ON x TO u", ACCOUNT },
    { "set-password", "SET PASSWORD = 'x'", ACCOUNT },
    { "set-role", "SET ROLE r", ACCOUNT },
    { "set-default-role", "SET DEFAULT ROLE r TO u", ACCOUNT },
    { "column-named-role", "UPDATE users SET role = 'admin', password = 'x'", NULL },
    { "column-named-password", "UPDATE users u SET password = 'x', role = 'y'", NULL },
    { "column-named-role-on-a-duplicate",
      "INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE role = 1", NULL },
    { "insert-set", "INSERT INTO users SET role = 'x'", NULL },
    { "variable-named-role", "CREATE PROCEDURE p() BEGIN DECLARE role int; SET role := 1; END",
      NULL },
    { "password-in-a-body", "CREATE PROCEDURE p() BEGIN SET PASSWORD = 'x'; END", ACCOUNT },
    { "role-in-a-body", "CREATE PROCEDURE p() BEGIN SET ROLE r; END", ACCOUNT },
    { "user-in-a-body", "CREATE PROCEDURE p() BEGIN DROP USER u; END", ACCOUNT },
    { "columns-dropped", "ALTER TABLE users DROP role, DROP server", NULL },
    { "columns-altered", "ALTER TABLE users ALTER user SET DEFAULT 'x', ALTER role DROP DEFAULT",
      NULL },
    { "default-role", "ALTER TABLE users MODIFY a int DEFAULT 1, ADD role int", NULL },
    { "executable-comment-quoted", "/*!40000 DROP DATABASE IF EXISTS `x`*/", DATABASE },
    { "insert", "INSERT INTO x.t VALUES (1)", DATABASE },
    { "insert-without-into", "INSERT x.t VALUES (1)", DATABASE },
    { "delete", "DELETE FROM `x`.`t`", DATABASE },
    { "join-quoted", "SELECT * FROM t JOIN `x` . t", DATABASE },
    { "qualified-column", "SELECT x.t.c FROM t", DATABASE },
    { "create-table", "CREATE TABLE x.t (a int)", DATABASE },
    { "foreign-key", "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES x.u (a)", DATABASE },
    { "rename-to", "RENAME TABLE t TO x.t", DATABASE },
    { "call", "CALL x.p()", DATABASE },
    { "trigger", "CREATE TRIGGER r AFTER DELETE ON x.t FOR EACH ROW SET @a = 1", DATABASE },
    { "body-insert", "CREATE PROCEDURE p() BEGIN SELECT 1; INSERT INTO x.t VALUES (1); END",
      DATABASE },
    { "body-prepares",
      "CREATE PROCEDURE p() BEGIN SET @q = 'DROP TABLE x.t'; PREPARE s FROM @q; END", DATABASE },
    { "prepared-drop-database", "PREPARE s FROM 'DROP DATABASE x'", DATABASE },
    { "immediate-use", "EXECUTE IMMEDIATE 'USE x'", DATABASE },
    { "select-into-a-variable", "SELECT 'GRANT ALL ON x TO y' INTO @q", ACCOUNT },
    { "set-global-upper-case", "SET @@GLOBAL.x = 1", SETTING },
    { "set-global-second", "SET a = 1, GLOBAL x = 1", SETTING },
    { "set-persist", "SET PERSIST x = 1", SETTING },
    { "start-slave", "START SLAVE", REPLICA },
    { "change-master", "CHANGE MASTER TO MASTER_HOST = 'x'", REPLICA },
    { "federated-with-blanks", "CREATE TABLE t (a int) ENGINE = FEDERATED CONNECTION = 'mysql://x'",
      REMOTE },
    { "tablespace", "CREATE TABLESPACE s ADD DATAFILE 'x'", TABLESPACE },
    { "discard-tablespace", "ALTER TABLE t DISCARD TABLESPACE", TABLESPACE },
    { "outfile-behind", "SELECT * FROM t INTO OUTFILE '/x'", OF_FILE },
    { "loadable-integer", "CREATE FUNCTION f RETURNS INTEGER SONAME 'f.so'", PLUGIN },
    { "xa", "XA START 'x'", PREPARED },
};

typedef struct {
    const char *engine;
    const ReachCase *item;
} Run;

static void
test_reach(gconstpointer data)
{
    const Run *run = data;
    const BlEngine *engine = bl_engine_find(run->engine);
    g_assert_nonnull(engine);
    g_assert_cmpstr(engine->reaches_out(run->item->sql, strlen(run->item->sql)), ==,
                    run->item->what);
}

static void
add_cases(const char *engine, const ReachCase *cases, gsize n)
{
    for (gsize i = 0; i < n; i++) {
        Run *run = g_new(Run, 1);
        *run = (Run){ engine, &cases[i] };
        g_autofree char *path = g_strdup_printf("/reach/%s/%s", engine, cases[i].name);
        g_test_add_data_func_full(path, run, test_reach, g_free);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("postgres", postgres_cases, G_N_ELEMENTS(postgres_cases));
    add_cases("mysql", mysql_cases, G_N_ELEMENTS(mysql_cases));
    add_cases("sqlite", sqlite_cases, G_N_ELEMENTS(sqlite_cases));
    return g_test_run();
}
