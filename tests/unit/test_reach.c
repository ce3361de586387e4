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
    { "grant-on-a-parameter", "GRANT SET ON PARAMETER work_mem TO app", SETTING },
    { "grant-all-on-a-parameter", "GRANT ALL ON PARAMETER work_mem TO app", SETTING },
    { "revoke-on-a-parameter", "REVOKE ALTER SYSTEM ON PARAMETER work_mem FROM app", SETTING },
    { "grant-on-a-parameter-in-a-block",
      "DO $$ BEGIN GRANT SET ON PARAMETER work_mem TO app; END $$", SETTING },
    { "quoted-language", "CREATE FUNCTION f() RETURNS int LANGUAGE 'plperlu' AS 'x'", PROGRAM },
    { "quoted-language-name", "CREATE FUNCTION f() RETURNS int LANGUAGE \"c\" AS 'x'", PROGRAM },
    { "tablespace-by-function", "SELECT set_config('default_tablespace', 'fast', false)",
      TABLESPACE },
    { "foreign-table", "CREATE FOREIGN TABLE f (a int) SERVER s", "a foreign server" },
    { "comment-on-a-subscription", "COMMENT ON SUBSCRIPTION s IS 'x'", "a subscription" },
    { "shared-statistics", "SELECT pg_stat_reset_shared('bgwriter')", "statistics of the server" },
    { "statements-statistics", "SELECT pg_stat_statements_reset()", "statistics of the server" },
    { "backup", "SELECT pg_backup_start('x')", "the server itself" },
    { "old-backup", "SELECT pg_start_backup('x')", "the server itself" },
    { "pause", "SELECT pg_wal_replay_pause()", "the server itself" },
    { "memory-of-a-session", "SELECT pg_log_backend_memory_contexts(1)", "another session" },
    { "slots-in-step", "SELECT pg_sync_replication_slots()", "a replication slot" },
    { "slot-read", "SELECT * FROM pg_logical_slot_get_changes('s', NULL, NULL)",
      "a replication slot" },
    { "function-in-a-body", "DO $$ BEGIN PERFORM pg_catalog.\"pg_switch_wal\" (); END $$",
      "the log of the server" },
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
    { "reference-system", "CREATE SPATIAL REFERENCE SYSTEM 4120 NAME 'x'", SERVER },
    { "replaced-reference-system", "CREATE OR REPLACE SPATIAL REFERENCE SYSTEM 4120 NAME 'x'",
      SERVER },
    { "dropped-reference-system", "DROP SPATIAL REFERENCE SYSTEM IF EXISTS 4120", SERVER },
    { "spatial-index", "CREATE SPATIAL INDEX i ON t (g)", NULL },
    { "key-cache", "SET hot.key_buffer_size = 1", SETTING },
    { "key-cache-as-a-variable", "SET @@hot.key_buffer_size = 1", SETTING },
    { "session-variable", "SET @@session.sql_mode = '', @@local.autocommit = 1, @a.b = 2", NULL },
    { "index-in-a-key-cache", "CACHE INDEX t IN hot", SERVER },
    { "instance", "LOCK INSTANCE FOR BACKUP", SERVER },
    { "resource-group", "SET RESOURCE GROUP g", SERVER },
    { "unknown-statement", "DESTROY EVERYTHING", SERVER },
    { "unknown-object", "CREATE MASKING POLICY p", SERVER },
    { "start-of-a-transaction", "START TRANSACTION READ ONLY", NULL },
    { "start-of-anything-else", "START WHATEVER", SERVER },
    { "definer-before-a-view",
      "CREATE OR REPLACE ALGORITHM = UNDEFINED DEFINER = `a`@`b` SQL SECURITY DEFINER VIEW v AS SELECT 1",
      NULL },
    { "definer-in-a-comment",
      "CREATE /*!50017 DEFINER=`a`@`b` */ /*!50003 TRIGGER r BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1 */",
      NULL },
    { "view-in-comments",
      "/*!50001 CREATE ALGORITHM=UNDEFINED */ /*!50001 VIEW v AS SELECT t.a AS a from t */", NULL },
    { "members", "SELECT group_replication_set_as_primary('x')", REPLICA },
    { "keyring", "DO keyring_key_remove ('x')", SERVER },
    { "column-like-a-function", "SELECT keyring_id FROM t", NULL },
    { "setting-in-an-executable-comment", "/*!40101 SET @saved = @@character_set_client */", NULL },
    { "flush-in-a-routine", "CREATE PROCEDURE p() FLUSH TABLES", SERVER },
    { "flush-in-a-body", "CREATE PROCEDURE p() BEGIN FLUSH PRIVILEGES; END", SERVER },
    { "kill-in-a-branch", "CREATE PROCEDURE p() BEGIN IF 1 THEN KILL 7; END IF; END", SESSION },
    { "kill-behind-a-characteristic", "CREATE PROCEDURE p() DETERMINISTIC KILL 1", SESSION },
    { "flush-of-an-event", "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO FLUSH LOGS", SERVER },
    { "flush-behind-set-statement", "SET STATEMENT max_statement_time = 1 FOR FLUSH TABLES",
      SERVER },
    { "flush-behind-a-label", "l: BEGIN FLUSH TABLES; END", SERVER },
    { "quoted-engine", "CREATE TABLE t (a int) ENGINE = 'FEDERATED' CONNECTION = 'x'", REMOTE },
    { "altered-engine", "ALTER TABLE t ENGINE 'SPIDER'", REMOTE },
    { "default-engine", "SET default_storage_engine = 'FEDERATED'", REMOTE },
    { "engine-s3", "CREATE TABLE t (a int) ENGINE=S3", REMOTE },
};

/* Changes of what all databases share. */
static const char *const postgres_shared[] = {
    "UPDATE pg_database SET datallowconn = false",
    "update only pg_catalog.pg_database set datconnlimit = 1",
    "UPDATE \"pg_catalog\".\"pg_authid\" SET rolpassword = NULL",
    "DELETE FROM pg_auth_members",
    "DELETE FROM ONLY pg_db_role_setting",
    "INSERT INTO pg_shdescription SELECT 1",
    "TRUNCATE t, pg_catalog.pg_replication_origin",
    "TRUNCATE TABLE ONLY pg_tablespace",
    "COPY pg_shseclabel FROM stdin",
    "MERGE INTO pg_authid a USING t ON true WHEN MATCHED THEN DELETE",
    "WITH x AS (DELETE FROM pg_parameter_acl RETURNING 1) SELECT * FROM x",
    "DO $$ BEGIN UPDATE pg_database SET datistemplate = true; END $$",
    "DO $$ BEGIN EXECUTE 'UPDATE pg_database SET datistemplate = true'; END $$",
    "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'DELETE FROM pg_subscription'",
    "LOCK TABLE pg_authid",
    "LOCK TABLE t, pg_database IN ACCESS EXCLUSIVE MODE",
    "ALTER TABLE pg_catalog.pg_database SET (fillfactor = 50)",
    "UPDATE pg_group SET groname = 'x'",
};

static const char *const postgres_here[] = {
    "SELECT 1 FROM pg_database WHERE datname = current_database()",
    "DO $$ BEGIN IF EXISTS (SELECT 1 FROM pg_catalog.pg_roles r JOIN pg_authid a ON a.oid = r.oid) THEN DELETE FROM t WHERE a IN (SELECT datname FROM pg_database); END IF; END $$",
    "INSERT INTO t SELECT datname FROM pg_database",
    "UPDATE t SET a = d.datname FROM pg_database d",
    "DELETE FROM t USING pg_authid a WHERE a.oid = t.id",
    "UPDATE pg_settings SET setting = 'x' WHERE name = 'work_mem'",
    "UPDATE pg_class SET reltuples = 1",
    "TRUNCATE a, b CASCADE",
    "CREATE TABLE parameter (id int); SELECT 1 FROM a JOIN parameter ON parameter IS NOT NULL",
    "CREATE FUNCTION f() RETURNS int LANGUAGE 'sql' AS 'SELECT 1'",
    "SELECT set_config('search_path', 'x', false)",
    "SELECT set_config('default_tablespace', '', false)",
    "SELECT pg_stat_reset()",
    "CREATE FOREIGN DATA WRAPPER w",
    "INSERT INTO backups (pg_backup_start) VALUES (1)",
};

/* Names of another database, wherever they stand. */
static const char *const mysql_elsewhere[] = {
    "UPDATE o, o.c SET c.x = 1",
    "UPDATE value, o.c SET c.x = 1",
    "SELECT * FROM a JOIN b ON a.x = b.y, o.c",
    "UPDATE a JOIN b ON a.x = b.y, o.c SET c.x = o.x",
    "SELECT a.x FROM a WHERE a.y IN (SELECT y FROM a.c)",
    "INSERT INTO new.t VALUES (1)",
    "DELETE a, b.* FROM a JOIN b ON a.x = b.x JOIN o.c ON c.x = a.x",
    "DELETE o.a.* FROM a",
    "ALTER TABLE a ALTER b SET DEFAULT 1, RENAME o.a",
    "ALTER TABLE a CONVERT TO CHARACTER SET utf8, RENAME TO o.a",
    "CREATE TABLE x (LIKE o.t)",
    "CREATE OR REPLACE TABLE x (LIKE o.t)",
    "CREATE TABLE x (a varchar(9) CHARACTER SET utf8) ENGINE=MERGE UNION (o.t)",
    "CREATE PROCEDURE p() BEGIN IF 1 THEN TRUNCATE o.t; END IF; END",
    "CREATE PROCEDURE p() BEGIN TRUNCATE o.t; END",
    "CREATE PROCEDURE p() BEGIN DECLARE r ROW TYPE OF o.t; END",
    "CREATE TRIGGER r AFTER INSERT ON t FOR EACH ROW UPDATE LOW_PRIORITY o.t SET a = NEW.a",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO DELETE a, o.b FROM a JOIN b",
    "CREATE VIEW v AS SELECT t.a FROM t WHERE t.a = o.f(t.a)",
    "SELECT t.a FROM t ORDER BY o.f(t.a)",
    "UPDATE \"o\".\"t\" SET a = 1",
    "UPDATE o.1t SET a = 1",
    "UPDATE `o`.`1t` SET a = 1",
    "UPDATE performance_schema.setup_consumers SET ENABLED = 'NO'",
    "DELETE FROM sys.sys_config",
    "TRUNCATE TABLE performance_schema.accounts",
    "INSERT INTO sys.sys_config SELECT * FROM t",
    "CALL sys.ps_setup_enable_consumer('x')",
    "UPDATE t JOIN performance_schema.setup_actors s ON 1 SET s.enabled = 'NO'",
    "EXECUTE IMMEDIATE CONCAT('DROP TABLE ', @a, '.', 't')",
    "SET @q = 'DROP TABLE ' 'o.t'",
    "SET @q = 'DROP TABLE ' || 'o' || '.t'",
    "PREPARE s FROM 'DELETE a, o.b FROM a JOIN b'",
    "CREATE PROCEDURE p() BEGIN SET @q = CONCAT('DELETE FROM ', 'o', '.t'); PREPARE s FROM @q; EXECUTE s; END",
    "WITH c AS (SELECT 1 AS a) UPDATE c, o.t SET t.a = c.a",
    "SELECT 1 UNION SELECT a FROM o.t",
    "INSERT INTO t TABLE o.t",
    "SET STATEMENT max_statement_time = 1 FOR DELETE FROM o.t",
    "BEGIN NOT ATOMIC DELETE FROM o.t; END",
    "SELECT NEXT VALUE FOR o.s, a FROM o",
    "CREATE TABLE x (a int DEFAULT (NEXT VALUE FOR o.s))",
    "IF 1 THEN DROP TABLE IF EXISTS a, o.b; END IF",
    "FOR r IN (SELECT a FROM o.t) DO SELECT r.a; END FOR",
    "SELECT a INTO @x FROM t JOIN o.t USING (a)",
    "CREATE TABLE x (a int, FOREIGN KEY (a) REFERENCES o.t(a))",
    "CREATE TABLE x LIKE o.t",
    "CREATE TABLE x SELECT * FROM o.t",
    "LOCK TABLES o.t WRITE",
    "DROP TABLE IF EXISTS a, o.b",
    "DROP VIEW o.v",
    "HANDLER o.t OPEN",
    "TABLE o.t",
    "UPDATE a JOIN o.b SET b.x=1",
    "UPDATE a, o.b SET b.x=1",
    "DELETE o.t FROM o.t JOIN a",
    "DELETE FROM a USING a, o.t",
    "CALL o.p()",
    "SELECT o.f()",
    "DO o.f()",
    "SELECT NEXTVAL(o.s)",
    "SELECT NEXT VALUE FOR o.s",
    "SELECT SETVAL(o.s, 5)",
    "ALTER TABLE t EXCHANGE PARTITION p WITH TABLE o.t",
    "CREATE TRIGGER o.tr BEFORE INSERT ON t FOR EACH ROW SET @a=1",
    "CREATE TRIGGER tr BEFORE INSERT ON o.t FOR EACH ROW SET @a=1",
    "DROP TRIGGER o.tr",
    "DROP INDEX i ON o.t",
    "CREATE INDEX i ON o.t (a)",
    "CREATE EVENT o.e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    "DROP PROCEDURE o.p",
    "INSERT o.t VALUES (1)",
    "INSERT IGNORE o.t VALUES (1)",
    "REPLACE o.t VALUES (1)",
    "REPLACE DELAYED INTO o.t VALUES (1)",
    "INSERT INTO o . t VALUES (1)",
    "INSERT INTO `o`.`t` VALUES (1)",
    "INSERT INTO `o` /* x */ . t VALUES (1)",
    "/*! INSERT INTO o.t VALUES (1) */",
    "/*!50000 INSERT INTO o.t VALUES (1) */",
    "/*M! INSERT INTO o.t VALUES (1) */",
    "/*M!100000 INSERT INTO o.t VALUES (1) */",
    "EXECUTE IMMEDIATE CONCAT('INSERT INTO ', 'o', '.t VALUES (1)')",
    "SET @s = 'INSERT INTO o.t VALUES (1)'",
    "PREPARE s FROM 'INSERT INTO o.t VALUES (1)'",
    "ALTER TABLE x ADD FOREIGN KEY (a) REFERENCES o.t(a)",
    "ALTER TABLE x UNION=(o.t)",
    "CREATE VIEW v AS SELECT * FROM o.t",
    "CREATE TABLE x (a int DEFAULT (NEXTVAL(o.s)))",
    "CREATE TABLE x (a int DEFAULT NEXTVAL(o.s))",
    "WITH q AS (SELECT 1) SELECT * FROM o.t",
    "ALTER SEQUENCE o.s RESTART 5",
    "CREATE PACKAGE o.pk AS FUNCTION f RETURN INT; END",
    "DROP PACKAGE o.pk",
    "CREATE TEMPORARY TABLE o.x (a int)",
    "RENAME TABLE o.a TO o.b",
    "ALTER TABLE o.a RENAME b",
    "CHECKSUM TABLE o.t",
    "REPAIR TABLE o.t",
    "DESC o.t",
    "ALTER EVENT e RENAME TO o.e",
    "ALTER VIEW o.v AS SELECT 1",
    "ALTER TABLE a PARTITION BY SYSTEM_TIME, RENAME TO o.a",
    "CREATE TABLE o.x (a int) SELECT 1",
    "SELECT * FROM {OJ o.t LEFT JOIN a ON 1}",
    "SELECT (SELECT max(a) FROM o.t)",
    "DROP DATABASE IF EXISTS o",
    "DROP SCHEMA o",
    "ALTER SCHEMA o COLLATE utf8mb4_bin",
    "ALTER DATABASE `o` READ ONLY = 1",
    "RENAME TABLE a TO b, o.c TO d",
    "DROP VIEW a, o.v",
    "DROP SEQUENCE a, o.s",
    "ANALYZE TABLE a, o.b",
    "DELETE a, o.b FROM a JOIN b",
    "DELETE LOW_PRIORITY o.b FROM a",
    "DELETE QUICK o.b FROM a",
    "REPLACE LOW_PRIORITY INTO o.t VALUES (1)",
    "REPLACE LOW_PRIORITY o.t VALUES (1)",
    "INSERT HIGH_PRIORITY o.t VALUES (1)",
    "INSERT LOW_PRIORITY IGNORE o.t VALUES (1)",
    "INSERT DELAYED o.t VALUES (1)",
    "UPDATE LOW_PRIORITY o.t SET a=1",
    "UPDATE IGNORE o.t SET a=1",
    "UPDATE (o.t) SET a=1",
    "UPDATE (a, o.b) SET b=1",
    "UPDATE a AS x, o.b AS y SET y.b=1",
    "UPDATE a LEFT JOIN (o.b, c) ON 1 SET b.x=1",
    "DELETE FROM x USING (o.t AS x)",
    "TRUNCATE o.t",
    "DROP TEMPORARY TABLE o.t",
    "CREATE OR REPLACE TABLE o.t (a int)",
    "ALTER IGNORE TABLE o.t ADD b int",
    "ALTER ONLINE TABLE o.t ADD b int",
    "ALTER TABLE a RENAME o.a",
    "ALTER TABLE a RENAME AS o.a",
    "ALTER TABLE a RENAME = o.a",
    "CREATE INDEX i USING BTREE ON o.t (a)",
    "CREATE FULLTEXT INDEX i ON o.t (a)",
    "CREATE SQL SECURITY DEFINER VIEW o.v AS SELECT 1",
    "CREATE AGGREGATE FUNCTION o.f() RETURNS int BEGIN RETURN 1; END",
    "SELECT * FROM a, o.b FOR UPDATE",
    "CREATE PROCEDURE p() BEGIN DROP TABLE IF EXISTS a, o.b; END",
    "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT IGNORE o.t VALUES (1)",
    "INSERT INTO t VALUES (o.f())",
    "SET @x = o.f()",
    "CREATE EVENT IF NOT EXISTS o.e ON SCHEDULE EVERY 1 DAY DO SELECT 1",
    "ALTER EVENT o.e DISABLE",
    "OPTIMIZE LOCAL TABLE o.t",
    "ALTER TABLE t ADD CONSTRAINT FOREIGN KEY (a) REFERENCES o.t (a)",
    "LOCK TABLES a READ, o.b WRITE",
};

/* Names with a point that name no database. */
static const char *const mysql_here[] = {
    "SELECT a.x, event, b.y FROM a JOIN b ON a.id = b.id WHERE a.x IN (SELECT c.z FROM c WHERE c.id = a.id) ORDER BY a.x, b.y LIMIT 3",
    "UPDATE a JOIN b ON a.id = b.id SET a.x = b.y, a.z = COALESCE(b.q, a.z) WHERE a.x IS NULL AND b.y > 3",
    "UPDATE a, b SET a.x = b.x WHERE a.id = b.id",
    "DELETE a FROM a LEFT JOIN b ON a.id = b.id WHERE b.id IS NULL",
    "DELETE a.* FROM a JOIN b ON a.id = b.id",
    "DELETE FROM a USING a JOIN b ON a.id=b.id WHERE b.x=1",
    "INSERT INTO t (t.a, t.b) VALUES (1,2) ON DUPLICATE KEY UPDATE t.a = VALUES(a), t.b = t.b + 1",
    "INSERT INTO t (a) SELECT u.a FROM u AS u WHERE NOT EXISTS (SELECT 1 FROM t WHERE t.a = u.a)",
    "INSERT INTO t (a) VALUES (1) AS new ON DUPLICATE KEY UPDATE a = new.a",
    "WITH RECURSIVE c AS (SELECT t.id FROM t UNION ALL SELECT t.id FROM t JOIN c ON t.p = c.id) SELECT c.id FROM c",
    "CREATE TRIGGER tr BEFORE UPDATE ON t FOR EACH ROW BEGIN IF NEW.a <> OLD.a THEN SET NEW.b = NOW(), NEW.c = OLD.c; INSERT INTO log (a, b) VALUES (NEW.a, OLD.b); END IF; CALL p(NEW.a, OLD.b); END",
    "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW UPDATE u SET u.n = u.n + 1 WHERE u.id = NEW.id",
    "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW INSERT INTO x SELECT NEW.id, y.a FROM y WHERE y.b = NEW.b",
    "CREATE TRIGGER tr AFTER INSERT ON t FOR EACH ROW CASE NEW.k WHEN 1 THEN SET @a = NEW.b; ELSE SET @b = NEW.c; END CASE",
    "CREATE VIEW v AS SELECT `a`.`x` AS `x`, max(b.y) OVER (PARTITION BY b.z ORDER BY b.y) m FROM (`a` LEFT JOIN `b` ON (`a`.`id` = `b`.`id`)) WHERE (`a`.`x` > 1) GROUP BY `a`.`x` HAVING count(b.y) > 1",
    "SELECT CONVERT(t.a USING utf8mb4), t.b FROM t",
    "SELECT GROUP_CONCAT(DISTINCT t.a ORDER BY t.b SEPARATOR ','), t.c FROM t",
    "SELECT JSON_EXTRACT(t.a, '$.x'), t.a->>'$.b', t.b FROM t, JSON_TABLE(t.doc, '$[*]' COLUMNS (x INT PATH '$.x')) AS jt WHERE jt.x = t.x",
    "SELECT CASE WHEN t.a THEN t.b ELSE t.c END, IF(t.a, t.b, t.c), t.d BETWEEN t.e AND t.f, NOT t.g, t.h REGEXP t.i FROM t",
    "CREATE TABLE x (a int, b int GENERATED ALWAYS AS (x.a + 1) STORED, CHECK (x.a > 0), KEY k (a), FOREIGN KEY (a) REFERENCES t (id) ON DELETE SET NULL ON UPDATE CASCADE) ENGINE=InnoDB DEFAULT CHARSET=utf8",
    "CREATE TABLE m (a int) ENGINE=MERGE UNION=(t1, t2) INSERT_METHOD=LAST",
    "ALTER TABLE t ADD c int DEFAULT 1.5, ADD CONSTRAINT FOREIGN KEY (c) REFERENCES u (id), RENAME TO v",
    "REPLACE INTO t (a) SELECT REPLACE(u.a, 'x.y', u.b) FROM u",
    "SELECT INSERT(t.a, 1, 2, t.b) FROM t",
    "SELECT COUNT(*) INTO @n FROM information_schema.TABLES AS t WHERE t.table_schema = DATABASE()",
    "SET @s = (SELECT IF((SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE table_schema = DATABASE() AND column_name = 'x') > 0, 'SELECT 1', 'ALTER TABLE t ADD x int'))",
    "PREPARE s FROM @s",
    "SET @q = CONCAT('ALTER TABLE ', @t, ' DROP FOREIGN KEY ', (SELECT k.CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE k WHERE k.table_name = 'a'), ';')",
    "SET @q = CONCAT('ALTER TABLE `', DATABASE(), '`.`t` ADD b int')",
    "UPDATE t SET t.name = CONCAT(t.a, '. ', t.b), url = 'http://www.example.com' WHERE t.url LIKE '%.example.com'",
    "INSERT INTO t SELECT CONCAT('www.', u.a, '.com') FROM u",
    "CREATE PROCEDURE p() BEGIN DECLARE done INT DEFAULT 0; DECLARE c CURSOR FOR SELECT t.a, t.b FROM t WHERE t.c = 1; DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1; OPEN c; l: LOOP FETCH c INTO x, y; IF done THEN LEAVE l; END IF; UPDATE t SET t.a = x WHERE t.id = y; END LOOP; CLOSE c; END",
    "CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC READS SQL DATA BEGIN DECLARE r int; SELECT t.x INTO r FROM t WHERE t.id = a; RETURN r; END",
    "CREATE FUNCTION f(a int) RETURNS int RETURN (SELECT t.x FROM t WHERE t.id = a LIMIT 1)",
    "CREATE PROCEDURE p() BEGIN FOR r IN (SELECT t.a FROM t) DO INSERT INTO u VALUES (r.a); END FOR; END",
    "CREATE PROCEDURE p() BEGIN DECLARE v TYPE OF t.a; DECLARE r ROW TYPE OF t; SET r.a = 1; SELECT r.a; END",
    "CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS NOW() DO DELETE FROM t WHERE t.at < NOW() - INTERVAL 1.5 DAY",
    "DELETE t1 FROM t t1, t t2 WHERE t1.id < t2.id AND t1.k = t2.k",
    "SELECT t.a FROM t WHERE EXISTS (SELECT 1 FROM u WHERE u.id = t.id) UNION ALL SELECT v.a FROM v",
    "INSERT INTO t VALUES (1.5, .5, -.5, 1e.5)",
    "SELECT SUM(t.a)/COUNT(t.b) FROM t STRAIGHT_JOIN u ON t.id = u.id AND t.x = u.x STRAIGHT_JOIN w ON w.id = t.id",
    "UPDATE t SET a = (SELECT MAX(u.b) FROM u WHERE u.id = t.id), t.c = t.d",
    "UPDATE t INNER JOIN (SELECT x.id, COUNT(*) n FROM x GROUP BY x.id) s ON s.id = t.id SET t.n = s.n",
    "SELECT DATE_ADD(t.a, INTERVAL t.b DAY), EXTRACT(YEAR FROM t.c), TRIM(LEADING '0' FROM t.d), SUBSTRING(t.e FROM 2 FOR t.f) FROM t",
    "SELECT MATCH (t.a, t.b) AGAINST ('x') FROM t",
    "ALTER TABLE t CHANGE a b int, ALTER c SET DEFAULT 1, ORDER BY t.a",
    "CREATE OR REPLACE VIEW v (a, b) AS SELECT t.a, t.b FROM t WITH CHECK OPTION",
    "START TRANSACTION",
    "LOCK TABLES a WRITE, b AS c READ",
    "CREATE DEFINER=`root`@`%` TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = UUID()",
    "CREATE DEFINER=root@10.0.0.1 PROCEDURE p() SELECT 1",
    "SET NAMES utf8mb4",
    "SET sql_mode = 'ANSI_QUOTES', FOREIGN_KEY_CHECKS = 0, @OLD = @@SQL_MODE",
    "INSERT INTO t SET t.a = 1, b = 2",
    "SELECT t.a FROM t FOR UPDATE",
    "EXPLAIN SELECT t.a FROM t",
    "GET DIAGNOSTICS CONDITION 1 @a = MESSAGE_TEXT",
    "CREATE FULLTEXT INDEX i ON t (a, b)",
    "SELECT t.a AS flush, (t.b) kill FROM t",
    "SELECT CASE WHEN a THEN flush ELSE reset END FROM t",
    "SELECT DISTINCT t.a, ANY_VALUE(t.b) FROM t GROUP BY t.a, t.c WITH ROLLUP",
    "SELECT t.update, t.from, t.x FROM t",
    "UPDATE products p SET p.price = p.price * 1.1, p.updated_at = CURRENT_TIMESTAMP WHERE p.id IN (SELECT id FROM (SELECT q.id FROM products q) z)",
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

/* All at once: @what of each of @statements. */
static void
check_all(const char *engine, const char *const *statements, gsize n, const char *what)
{
    const BlEngine *found = bl_engine_find(engine);
    g_assert_nonnull(found);
    for (gsize i = 0; i < n; i++) {
        const char *reached = found->reaches_out(statements[i], strlen(statements[i]));
        if (g_strcmp0(reached, what) != 0)
            g_test_message("%s: %s", reached != NULL ? reached : "nothing", statements[i]);
        g_assert_cmpstr(reached, ==, what);
    }
}

static void
test_mysql_elsewhere(void)
{
    check_all("mysql", mysql_elsewhere, G_N_ELEMENTS(mysql_elsewhere), DATABASE);
}

static void
test_mysql_here(void)
{
    check_all("mysql", mysql_here, G_N_ELEMENTS(mysql_here), NULL);
}

static void
test_postgres_shared(void)
{
    check_all("postgres", postgres_shared, G_N_ELEMENTS(postgres_shared),
              "a catalog that all databases share");
}

static void
test_postgres_here(void)
{
    check_all("postgres", postgres_here, G_N_ELEMENTS(postgres_here), NULL);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases("postgres", postgres_cases, G_N_ELEMENTS(postgres_cases));
    add_cases("mysql", mysql_cases, G_N_ELEMENTS(mysql_cases));
    add_cases("sqlite", sqlite_cases, G_N_ELEMENTS(sqlite_cases));
    g_test_add_func("/reach/mysql/elsewhere", test_mysql_elsewhere);
    g_test_add_func("/reach/mysql/here", test_mysql_here);
    g_test_add_func("/reach/postgres/shared", test_postgres_shared);
    g_test_add_func("/reach/postgres/here", test_postgres_here);
    return g_test_run();
}
