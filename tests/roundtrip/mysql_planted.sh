# Planted differences: each mutation of a database is found by the proof of its squash, whatever kind of object it is.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

# KIND | SQL: the proof must say something of an object of that kind. What MariaDB has; behind it, what MySQL alone has.
mutations_mariadb() {
    cat <<'LIST'
database|ALTER DATABASE COLLATE utf8mb4_bin
database|ALTER DATABASE COMMENT 'another'
table|CREATE TABLE more (a int)
table|DROP TABLE late
table|ALTER TABLE users ADD COLUMN extra int
table|ALTER TABLE users DROP COLUMN seen
table|ALTER TABLE users RENAME COLUMN seen TO noticed
table|ALTER TABLE users MODIFY note varchar(41)
table|ALTER TABLE users MODIFY note varchar(40) NOT NULL
table|ALTER TABLE users MODIFY note varchar(40) AFTER id
table|ALTER TABLE users MODIFY note varchar(40) COLLATE utf8mb4_bin
table|ALTER TABLE users MODIFY note varchar(40) CHARACTER SET latin1
table|ALTER TABLE users MODIFY note varchar(40) COMMENT 'of a column'
table|ALTER TABLE users MODIFY note varchar(40) INVISIBLE
table|ALTER TABLE users ALTER COLUMN name SET DEFAULT 'somebody'
table|ALTER TABLE users ALTER COLUMN name DROP DEFAULT
table|ALTER TABLE users MODIFY seen timestamp NOT NULL DEFAULT current_timestamp()
table|ALTER TABLE users MODIFY mood enum('ok', 'sad', 'calm')
table|ALTER TABLE users MODIFY twice int AS (id + id) VIRTUAL
table|ALTER TABLE users DROP COLUMN twice, ADD COLUMN twice int AS (id * 2) STORED AFTER mood
table|ALTER TABLE users COMMENT 'persons'
table|ALTER TABLE users DROP INDEX by_name
table|ALTER TABLE users ADD INDEX more (note)
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name (5))
table|ALTER TABLE users DROP INDEX by_name, ADD UNIQUE INDEX by_name (name)
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name DESC)
table|ALTER TABLE users ALTER INDEX by_name IGNORED
table|ALTER TABLE users RENAME INDEX by_name TO by_names
table|ALTER TABLE users DROP CONSTRAINT short
table|ALTER TABLE users DROP CONSTRAINT short, ADD CONSTRAINT short CHECK (length(name) < 51)
table|ALTER TABLE child DROP FOREIGN KEY to_users
table|ALTER TABLE child DROP FOREIGN KEY to_users; ALTER TABLE child ADD CONSTRAINT to_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE SET NULL
table|ALTER TABLE late ENGINE=Aria
table|ALTER TABLE places MODIFY place point REF_SYSTEM_ID=101 NOT NULL
table|ALTER TABLE child ROW_FORMAT=COMPRESSED
table|ALTER TABLE late STATS_PERSISTENT=1
table|ALTER TABLE parts ADD PARTITION (PARTITION p3 VALUES LESS THAN (300))
table|ALTER TABLE parts REMOVE PARTITIONING
table|ALTER TABLE versions DROP SYSTEM VERSIONING
table|ALTER TABLE periods DROP PERIOD FOR valid
sequence|ALTER SEQUENCE numbers INCREMENT 3
sequence|ALTER SEQUENCE numbers CYCLE
sequence|DROP SEQUENCE numbers
view|CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 0
view|CREATE OR REPLACE SQL SECURITY INVOKER VIEW names AS SELECT id, name FROM users WHERE id > 1 WITH CASCADED CHECK OPTION
view|CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 1
view|DROP VIEW names
function|DROP FUNCTION one
function|ALTER FUNCTION one SQL SECURITY INVOKER
function|ALTER FUNCTION one COMMENT 'x'
function|SET sql_mode = 'ANSI_QUOTES'; CREATE OR REPLACE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1
function|CREATE OR REPLACE FUNCTION one() RETURNS int DETERMINISTIC RETURN 2
procedure|CREATE OR REPLACE PROCEDURE two(a int) SELECT a
trigger|DROP TRIGGER first_t
trigger|CREATE OR REPLACE TRIGGER first_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'z'
trigger|DROP TRIGGER first_t; CREATE TRIGGER first_t BEFORE INSERT ON users FOR EACH ROW FOLLOWS second_t SET NEW.note = 'x'
event|ALTER EVENT daily DISABLE
event|ALTER EVENT daily ON SCHEDULE EVERY 2 DAY STARTS '2037-01-01 00:00:00'
event|ALTER EVENT daily ON COMPLETION PRESERVE
event|SET time_zone = '+01:00'; ALTER EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 01:00:00'
event|DROP EVENT daily
package|SET sql_mode = 'ORACLE'; DROP PACKAGE pack
package body|SET sql_mode = 'ORACLE'; DROP PACKAGE BODY pack
table|ALTER TABLE users DEFAULT COLLATE utf8mb4_bin
table|RENAME TABLE late TO later
table|ALTER TABLE child MODIFY id bigint NOT NULL
table|ALTER TABLE child MODIFY id int unsigned NOT NULL
table|ALTER TABLE child MODIFY id int NOT NULL AUTO_INCREMENT
table|ALTER TABLE child DROP PRIMARY KEY
table|ALTER TABLE child DROP FOREIGN KEY to_users; ALTER TABLE child ADD CONSTRAINT to_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE ON UPDATE CASCADE
table|ALTER TABLE users MODIFY seen datetime NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp()
table|ALTER TABLE users MODIFY seen timestamp(3) NOT NULL DEFAULT current_timestamp(3) ON UPDATE current_timestamp(3)
table|ALTER TABLE users ADD FULLTEXT INDEX more (note)
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name) COMMENT 'x'
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name, note)
table|ALTER TABLE parts REORGANIZE PARTITION p2 INTO (PARTITION p2 VALUES LESS THAN (250))
table|ALTER TABLE parts PARTITION BY HASH (a) PARTITIONS 2
table|ALTER TABLE periods ADD UNIQUE more (k, valid WITHOUT OVERLAPS)
table|ALTER TABLE late ADD SYSTEM VERSIONING
sequence|ALTER SEQUENCE numbers CACHE 5
sequence|ALTER SEQUENCE numbers MAXVALUE 500
sequence|ALTER SEQUENCE numbers START 7
view|CREATE OR REPLACE ALGORITHM = MERGE VIEW names AS SELECT id, name FROM users WHERE id > 1 WITH CASCADED CHECK OPTION
view|CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 1 WITH LOCAL CHECK OPTION
function|CREATE OR REPLACE FUNCTION one() RETURNS bigint DETERMINISTIC RETURN 1
function|CREATE OR REPLACE FUNCTION one() RETURNS int NOT DETERMINISTIC RETURN 1
function|CREATE OR REPLACE FUNCTION one(a int) RETURNS int DETERMINISTIC RETURN 1
procedure|ALTER PROCEDURE two MODIFIES SQL DATA
trigger|DROP TRIGGER second_t; CREATE TRIGGER second_t BEFORE UPDATE ON users FOR EACH ROW SET NEW.note = 'y'
trigger|DROP TRIGGER second_t; SET sql_mode = 'ANSI_QUOTES'; CREATE TRIGGER second_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'y'
event|ALTER EVENT daily DO SELECT 2
event|ALTER EVENT daily COMMENT 'x'
event|ALTER EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' ENDS '2038-01-01 00:00:00'
event|ALTER EVENT daily RENAME TO nightly
table|ALTER TABLE users MODIFY note varchar(40) COMPRESSED
table|ALTER TABLE users MODIFY note varchar(40) CHECK (note <> '')
table|ALTER TABLE late MODIFY a int DEFAULT (1 + 1)
table|ALTER TABLE late PAGE_COMPRESSED=1
table|ALTER TABLE late MIN_ROWS=5
table|SET sql_mode = 'IGNORE_BAD_TABLE_OPTIONS'; ALTER TABLE late FOO='bar'
table|SET sql_mode = 'IGNORE_BAD_TABLE_OPTIONS'; ALTER TABLE users MODIFY note varchar(40) FOO='bar'
table|SET system_versioning_alter_history = KEEP; ALTER TABLE versions ADD COLUMN b int WITHOUT SYSTEM VERSIONING
table|SET system_versioning_alter_history = KEEP; ALTER TABLE versions PARTITION BY SYSTEM_TIME (PARTITION p0 HISTORY, PARTITION pn CURRENT)
table|ALTER TABLE child DROP FOREIGN KEY to_users; ALTER TABLE child ADD CONSTRAINT to_others FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name) USING BTREE
table|ALTER TABLE users ADD UNIQUE INDEX more (note) USING HASH
table|ALTER TABLE parts PARTITION BY RANGE (a) (PARTITION p1 VALUES LESS THAN (100) COMMENT 'x', PARTITION p2 VALUES LESS THAN (200))
table|ALTER TABLE parts PARTITION BY RANGE (a) SUBPARTITION BY HASH (a) SUBPARTITIONS 2 (PARTITION p1 VALUES LESS THAN (100), PARTITION p2 VALUES LESS THAN (200))
sequence|ALTER SEQUENCE numbers MINVALUE -5
view|SET NAMES latin1; CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 1 WITH CASCADED CHECK OPTION
view|SET collation_connection = utf8mb4_bin; CREATE OR REPLACE VIEW names AS SELECT id, name FROM users WHERE id > 1 WITH CASCADED CHECK OPTION
function|SET NAMES latin1; CREATE OR REPLACE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1
function|SET collation_connection = utf8mb4_bin; CREATE OR REPLACE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1
function|ALTER DATABASE COLLATE utf8mb4_bin; CREATE OR REPLACE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1; ALTER DATABASE COLLATE utf8mb4_general_ci
function|CREATE OR REPLACE FUNCTION one() RETURNS int DETERMINISTIC READS SQL DATA RETURN 1
function|CREATE OR REPLACE FUNCTION one() RETURNS varchar(5) DETERMINISTIC RETURN 1
procedure|DROP PROCEDURE two; CREATE FUNCTION two() RETURNS int RETURN 1
trigger|SET collation_connection = utf8mb4_bin; DROP TRIGGER second_t; CREATE TRIGGER second_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'y'
event|SET sql_mode = 'ANSI_QUOTES'; ALTER EVENT daily DO SELECT 1
event|SET collation_connection = utf8mb4_bin; ALTER EVENT daily DO SELECT 1
event|ALTER EVENT daily DISABLE ON SLAVE
table|ALTER TABLE places DROP INDEX by_place
table|ALTER TABLE both_of UNION=(half_one)
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name) KEY_BLOCK_SIZE=4
table|ALTER TABLE periods DROP PERIOD FOR valid, ADD PERIOD FOR other (f, t)
table|ALTER TABLE long_one DROP INDEX whole, ADD UNIQUE whole (b (10))
database|ALTER DATABASE CHARACTER SET latin1
procedure|CREATE OR REPLACE PROCEDURE two(OUT a int) SELECT 1
procedure|CREATE OR REPLACE PROCEDURE two() SQL SECURITY INVOKER SELECT 1
ledger|DELETE FROM adonis_schema WHERE name LIKE '%2_more'
rows|UPDATE roles SET name = 'root' WHERE id = 1
rows|UPDATE roles SET name = 'Admin' WHERE id = 1
rows|UPDATE roles SET weight = NULL WHERE id = 1
rows|DELETE FROM roles WHERE id = 2
LIST
}

# On MySQL 8 and later.
mutations_mysql9() {
    cat <<'LIST'
database|ALTER DATABASE COLLATE utf8mb4_bin
table|ALTER TABLE users ALTER CHECK short NOT ENFORCED
table|ALTER TABLE users ALTER INDEX by_name INVISIBLE
table|ALTER TABLE users DROP INDEX by_text, ADD INDEX by_text ((upper(name)))
table|ALTER TABLE users DROP INDEX by_text, ADD INDEX by_text (name)
table|ALTER TABLE users DROP INDEX by_name, ADD INDEX by_name (name DESC)
table|ALTER TABLE users DROP INDEX by_value
table|ALTER TABLE users ALTER COLUMN note SET INVISIBLE
table|ALTER TABLE users DROP INDEX by_place; ALTER TABLE users MODIFY place point NOT NULL SRID 0
table|ALTER TABLE users DROP INDEX by_place
table|ALTER TABLE users MODIFY sum int AS (id + 2) STORED
table|ALTER TABLE users ALTER COLUMN made SET DEFAULT (id + 3)
table|ALTER TABLE users ALTER COLUMN made DROP DEFAULT
table|ALTER TABLE users COMPRESSION='zlib'
table|ALTER TABLE users AUTOEXTEND_SIZE=4M
table|ALTER TABLE users MODIFY note varchar(40) COLUMN_FORMAT FIXED
table|ALTER TABLE users ADD FULLTEXT INDEX more (name) WITH PARSER ngram
table|ALTER TABLE users STATS_SAMPLE_PAGES=7
table|ALTER TABLE keyless DROP COLUMN my_row_id
table|ALTER TABLE keyless ALTER COLUMN my_row_id SET VISIBLE
table|ALTER TABLE parts ADD PARTITION (PARTITION p3 VALUES IN (3))
view|ALTER ALGORITHM = MERGE VIEW names AS SELECT id, name FROM users
view|ALTER SQL SECURITY INVOKER VIEW names AS SELECT id, name FROM users
function|ALTER FUNCTION one COMMENT 'x'
procedure|DROP PROCEDURE two
trigger|DROP TRIGGER first_t; CREATE TRIGGER first_t BEFORE INSERT ON users FOR EACH ROW FOLLOWS second_t SET NEW.note = 'x'
event|ALTER EVENT daily DISABLE
event|ALTER EVENT daily DISABLE ON REPLICA
rows|UPDATE roles SET name = 'root' WHERE id = 1
LIST
}
history_mysql9() {
    cat <<'SQL'
-- migrate:up
CREATE TABLE roles (id int PRIMARY KEY, name varchar(10), weight double);
INSERT INTO roles VALUES (1, 'admin', 1.5), (2, 'guest', NULL);
CREATE TABLE users (
  id int NOT NULL PRIMARY KEY, name varchar(50) NOT NULL, note varchar(40), list json, place point NOT NULL SRID 4326,
  sum int AS (id + 1) STORED, made int DEFAULT (id + 2),
  KEY by_name (name), KEY by_text ((lower(name))), KEY by_value ((CAST(list AS unsigned ARRAY))), SPATIAL KEY by_place (place),
  CONSTRAINT short CHECK (length(name) < 50)
);
CREATE TABLE parts (a int) PARTITION BY LIST (a) (PARTITION p1 VALUES IN (1), PARTITION p2 VALUES IN (2));
CREATE VIEW names AS SELECT id, name FROM users;
CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;
CREATE PROCEDURE two() SELECT 1;
CREATE TRIGGER first_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'x';
CREATE TRIGGER second_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'y';
CREATE EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SELECT 1;
SET SESSION sql_generate_invisible_primary_key = ON;
CREATE TABLE keyless (a int);
SQL
}

history_mariadb() {
    cat <<'SQL'
-- migrate:up
CREATE TABLE roles (id int PRIMARY KEY, name varchar(10) COLLATE utf8mb4_bin, weight double);
INSERT INTO roles VALUES (1, 'admin', 1.5), (2, 'guest', NULL);
CREATE TABLE users (
  id int NOT NULL PRIMARY KEY,
  name varchar(50) NOT NULL DEFAULT 'nobody',
  note varchar(40),
  seen timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  mood enum('ok', 'sad'),
  twice int AS (id * 2) VIRTUAL,
  KEY by_name (name),
  CONSTRAINT short CHECK (length(name) < 50)
);
CREATE TABLE child (id int PRIMARY KEY, user_id int, CONSTRAINT to_users FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE);
CREATE TABLE late (a int);
CREATE TABLE parts (a int) PARTITION BY RANGE (a) (PARTITION p1 VALUES LESS THAN (100), PARTITION p2 VALUES LESS THAN (200));
CREATE TABLE versions (a int) WITH SYSTEM VERSIONING;
CREATE TABLE periods (k int, f date, t date, PERIOD FOR valid (f, t));
CREATE TABLE places (place point NOT NULL, SPATIAL INDEX by_place (place));
CREATE TABLE half_one (a int) ENGINE=MyISAM;
CREATE TABLE half_two (a int) ENGINE=MyISAM;
CREATE TABLE both_of (a int) ENGINE=MERGE UNION=(half_one, half_two);
CREATE TABLE long_one (b text, UNIQUE whole (b));
CREATE SEQUENCE numbers INCREMENT 2;
CREATE VIEW names AS SELECT id, name FROM users WHERE id > 1 WITH CASCADED CHECK OPTION;
CREATE FUNCTION one() RETURNS int DETERMINISTIC RETURN 1;
CREATE PROCEDURE two() SELECT 1;
CREATE TRIGGER first_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'x';
CREATE TRIGGER second_t BEFORE INSERT ON users FOR EACH ROW SET NEW.note = 'y';
CREATE EVENT daily ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SELECT 1;
SET sql_mode = 'ORACLE';
DELIMITER $$
CREATE PACKAGE pack AS FUNCTION f RETURN INT; END$$
CREATE PACKAGE BODY pack AS FUNCTION f RETURN INT AS BEGIN RETURN 1; END; END$$
DELIMITER ;
SQL
}

# planted N: at least so many mutations, each of a new database on this server.
planted() {
    rm -rf database base s.* old
    mkdir -p database/migrations
    printf -- '-- migrate:up\nCREATE TABLE last (a int);\n' >database/migrations/2_more.sql
    "history_$my_key" >database/migrations/1_all.sql
    my_create base
    run 0 migrate run --url "$(my_url base)"
    run 0 schema-dump --url "$(my_url base)" --path base/s.sql --data roles
    squash='schema-dump --prune --path s.sql --archive old --data roles'

    n=0
    "mutations_$my_key" >list
    while IFS='|' read -r kind sql; do
        n=$((n + 1))
        my_create planted
        run 0 schema-load --url "$(my_url planted)" --path base/s.sql
        my_sql planted "$sql" >/dev/null
        # shellcheck disable=SC2086 # words
        code=0
        $squash --url "$(my_url planted)" >stdout 2>stderr || code=$?
        [ "$code" = 5 ] || fail "$sql: exit $code: $(cat stderr)"
        [ "$kind" = ledger ] || grep -q "^warning: .*$kind" stderr || fail "$sql: not found as $kind: $(cat stderr)"
        [ ! -e s.sql ] && [ ! -e old ] && [ -e database/migrations/1_all.sql ] || fail "$sql: something was written"
    done <list
    [ "$n" -ge "$1" ] || fail "only $n mutations on $my_key"

    # Without one the proof passes.
    my_create planted
    run 0 schema-load --url "$(my_url planted)" --path base/s.sql
    # shellcheck disable=SC2086 # words
    run 0 $squash --url "$(my_url planted)"
    [ ! -e database/migrations/1_all.sql ] || fail "the file stays"
}

planted 125
if my_has mysql9; then
    my_server mysql9
    planted 28
fi
