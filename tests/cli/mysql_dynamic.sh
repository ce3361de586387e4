# A replay beside a live database looks at the text that a statement puts together as it runs: whatever stands in the live
# database is as it was. What stays in its own database is replayed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${my_servers:=}"

make_project() {
    squash_folders=$((squash_folders + 1))
    mkdir -p "$squash_top/$squash_folders/database/migrations" && cd "$squash_top/$squash_folders" || fail 'no folder'
    my_create app
    live=$(my_name app)
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    printf 'own.log\nstdout\nstderr\nlink\nsql.*\nbytes.sql\n' >.gitignore
    write 1_first 'CREATE TABLE users (id int PRIMARY KEY, txt varchar(255)); CREATE TABLE hold (txt varchar(255));'
}

# way FILE: a migration that would empty the live users. @LIVE@ is the live database; a line of "--" parts two migrations.
way() {
    sed "s/@LIVE@/$live/g" "$1" >way.sql
    { echo '-- migrate:up'; cat way.sql; } >database/migrations/2_way.sql
    run 0 migrate repair --accept 2_way
    refused 'is not replayed beside a live database' migrate check --replay
    expect_err '2_way.sql:'
    [ "$(my_client -e "SELECT count(*) FROM \`$live\`.users")" = 3 ] || fail "$my_key: rows are lost: $(cat way.sql)"
    n_ways=$((n_ways + 1))
}

# ways: one on each part of standard input, which lines "==" part.
ways() {
    rm -f part.*
    awk 'BEGIN { n = 1 } /^==/ { n++; next } { print > ("part." n) }'
    for part in part.*; do
        way "$part"
    done
    rm -f part.*
}

# For both flavours.
all_ways() {
    ways <<'EOF'
SELECT CONCAT(table_schema, '.', table_name) INTO @t FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users';
SET @s = CONCAT('DELETE FROM ', @t); PREPARE p FROM @s; EXECUTE p;
==
SET @s = CONCAT_WS('.', 'DELETE FROM `@LIVE@`', 'users'); PREPARE p FROM @s; EXECUTE p;
==
SELECT GROUP_CONCAT(table_schema, '.', table_name) INTO @t FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users';
SET @s = CONCAT('TRUNCATE TABLE ', @t); PREPARE p FROM @s; EXECUTE p;
==
SET @s = CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users'); PREPARE p FROM @s; EXECUTE p;
==
SET @s = REPLACE('DELETE FROM `@LIVE@`#users', '#', '.'); PREPARE p FROM @s; EXECUTE p;
==
SET @s = CONCAT('DELETE FROM `@LIVE@`', UNHEX('2E'), 'users'); PREPARE p FROM @s; EXECUTE p;
==
INSERT INTO hold VALUES (REPLACE('DELETE FROM `@LIVE@`#users', '#', '.')); SELECT txt INTO @s FROM hold; PREPARE p FROM @s; EXECUTE p;
==
CREATE TABLE `@LIVE@.users` (id int);
DELIMITER //
CREATE PROCEDURE p() BEGIN DECLARE n varchar(99); SELECT table_name INTO n FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name LIKE '%.users';
SET @q = CONCAT('DELETE FROM ', n); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
CREATE TABLE c (`hold , @LIVE@ . users` int);
DELIMITER //
CREATE PROCEDURE p() BEGIN DECLARE n varchar(99); SELECT column_name INTO n FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'c';
SET @q = CONCAT('DROP TABLE ', n); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
SET @s = CONCAT('DROP DATA', 'BASE `@LIVE@`'); PREPARE p FROM @s; EXECUTE p;
==
SET sql_mode = 'NO_BACKSLASH_ESCAPES'; INSERT INTO hold VALUES ('\'); DELETE FROM `@LIVE@`.users; -- ');
==
SET @m = CONCAT('NO_BACKSLASH', '_ESCAPES'); SET sql_mode = @m; SELECT '\'; DELETE FROM `@LIVE@`.users; -- ';
==
SET sql_mode = 'ANSI_QUOTES'; INSERT INTO hold SELECT 1 AS "\"; DELETE FROM "@LIVE@"."users"; -- ";
==
DELIMITER //
CREATE PROCEDURE p(s varchar(64), t varchar(64)) BEGIN SET @q = CONCAT('DELETE FROM `', s, '`.`', t, '`'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p('@LIVE@', 'users');
==
DELIMITER //
CREATE PROCEDURE p(t varchar(64)) BEGIN SET @q = CONCAT('DELETE FROM ', t); PREPARE x FROM @q; EXECUTE x; END//
CREATE PROCEDURE q(t varchar(64)) BEGIN DECLARE u varchar(99); SET u = CONCAT('`@LIVE@`.', t); CALL p(u); END//
DELIMITER ;
CALL q('users');
==
DELIMITER //
CREATE PROCEDURE p(t varchar(64)) BEGIN SET @q = CONCAT('DELETE FROM ', t); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
SELECT CONCAT(table_schema, '.', table_name) INTO @t FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users';
CALL p(@t);
==
DELIMITER //
CREATE PROCEDURE o(OUT t varchar(99)) SELECT CONCAT(table_schema, '.', table_name) INTO t FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users'//
CREATE PROCEDURE p() BEGIN DECLARE t varchar(99); CALL o(t); SET @q = CONCAT('DELETE FROM ', t); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN
DECLARE t varchar(99); DECLARE done int DEFAULT 0;
DECLARE c CURSOR FOR SELECT CONCAT(table_schema, '.', table_name) FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users';
DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = 1;
OPEN c; l: LOOP FETCH c INTO t; IF done THEN LEAVE l; END IF;
SET @q = CONCAT('DELETE FROM ', t); PREPARE x FROM @q; EXECUTE x; END LOOP; CLOSE c; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN
DECLARE s varchar(99); DECLARE t varchar(99); DECLARE c CURSOR FOR SELECT table_schema, table_name FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users';
OPEN c; FETCH c INTO s, t; CLOSE c;
SET @q = CONCAT('DELETE FROM `', s, '`.`', t, '`'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = 'SELECT 1'; SELECT REPLACE(txt, '#', '.') INTO @q FROM hold LIMIT 1; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
INSERT INTO hold VALUES ('DELETE FROM `@LIVE@`#users');
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = 'SELECT 1'; SET @a = 'SELECT REPLACE(txt, ''#'', ''.'') INTO @q FROM hold'; PREPARE x FROM @a; EXECUTE x; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
INSERT INTO hold VALUES ('DELETE FROM `@LIVE@`#users');
CALL p();
==
DELIMITER //
CREATE FUNCTION f() RETURNS int DETERMINISTIC NO SQL BEGIN SET @q = CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users'); RETURN 1; END//
CREATE PROCEDURE p() BEGIN SET @q = 'SELECT 1'; DO f(); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE TRIGGER r BEFORE INSERT ON hold FOR EACH ROW SET @q = CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users')//
CREATE PROCEDURE p() BEGIN SET @q = 'SELECT 1'; INSERT INTO hold VALUES ('a'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = 'SELECT 1'; DO IF(1, @q := CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users'), 2); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @a = COALESCE(1, @q := CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users')); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN DECLARE done int; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN SET @q = REPLACE('DELETE FROM `@LIVE@`#users', '#', '.'); PREPARE x FROM @q; EXECUTE x; END; SELECT 1 FROM missing; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = 'DELETE FROM `@LIVE@'; SET @q = CONCAT(@q, '`.users'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN UPDATE hold SET txt = 'SELECT 1'; SELECT txt INTO @q FROM hold; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
INSERT INTO hold VALUES ('a'); CREATE TRIGGER r BEFORE UPDATE ON hold FOR EACH ROW SET NEW.txt = CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users');
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = 'DELETE FROM `@LIVE@`\.users'; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SELECT COALESCE(HOST, '') INTO @s FROM information_schema.PROCESSLIST LIMIT 1; SET @q = CONCAT('DELETE FROM `@LIVE@`', SUBSTRING(1.5, 2, 1), 'users'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
CREATE TABLE held (index_name varchar(99)); INSERT INTO held VALUES (REPLACE('DELETE FROM `@LIVE@`#users', '#', '.'));
DELIMITER //
CREATE PROCEDURE p() BEGIN SELECT (SELECT h.index_name FROM information_schema.tables LIMIT 1) INTO @q FROM held h; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
CREATE PROCEDURE p() SELECT 1;
PREPARE s FROM 'CALL p()';
DROP PROCEDURE p;
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = REPLACE('DELETE FROM `@LIVE@`#users', '#', '.'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
EXECUTE s;
==
PREPARE x FROM 'SELECT CONCAT(table_schema, CHAR(46), table_name) INTO @t FROM information_schema.tables WHERE table_schema = ''@LIVE@'' AND table_name = ''users''';
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @t = 'hold'; EXECUTE x; SET @q = CONCAT('DELETE FROM ', @t); PREPARE y FROM @q; EXECUTE y; END//
DELIMITER ;
CALL p();
==
CREATE PROCEDURE p() SELECT 1;
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO CALL p();
DROP PROCEDURE p;
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = REPLACE('DELETE FROM `@LIVE@`#users', '#', '.'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
==
SET @a = CONCAT('SET sql_', 'mode = ''NO_BACKSLASH_ESCAPES'''); PREPARE p FROM @a; EXECUTE p; SELECT '\'; DELETE FROM `@LIVE@`.users; -- ';
==
SET @s = CONCAT(CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users -- '), x'ff'); PREPARE p FROM @s; EXECUTE p;
==
SET @s = CONCAT(CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users -- '), x'ff');
DELIMITER //
CREATE PROCEDURE p() BEGIN PREPARE x FROM @s; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN DECLARE n int DEFAULT 1; SET @q = CASE WHEN n + 1 > 1 THEN CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users') ELSE 'SELECT 1' END; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p(n int) BEGIN SET @q = CASE n WHEN -1 THEN 'SELECT 1' ELSE CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users') END; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p(1);
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = ''; SET @q = CONCAT(@q, 'DELETE FROM @LIVE@'); SET @q = CONCAT(@q, '.'); SET @q = CONCAT(@q, 'users'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = ''; SET @q = CONCAT(@q, 'DR'); SET @q = CONCAT(@q, 'OP DATA'); SET @q = CONCAT(@q, 'BASE @LIVE@'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() BEGIN DECLARE i int DEFAULT 0; SET @q = ''; WHILE i < 3 DO SET i = i + 1; SET @q = CASE i WHEN 1 THEN 'DELETE FROM' WHEN 2 THEN CONCAT(@q, ' `@LIVE@`.') ELSE CONCAT(@q, 'users') END; END WHILE; PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p(t varchar(64)) BEGIN SET @q = CONCAT_WS('.', 'DELETE FROM `@LIVE@`', t); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p('users');
==
DELIMITER //
CREATE PROCEDURE p(t varchar(64)) BEGIN SET @q = CONCAT_WS('', 'DELETE FROM `@LIVE@`', NULL, '.', t); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p('users');
EOF
}

mariadb_ways() {
    ways <<'EOF'
EXECUTE IMMEDIATE CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users');
==
DELIMITER //
CREATE FUNCTION any_value(x text) RETURNS text DETERMINISTIC NO SQL RETURN CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users')//
CREATE PROCEDURE p() BEGIN SET @q = any_value('SELECT 1'); PREPARE x FROM @q; EXECUTE x; END//
DELIMITER ;
CALL p();
==
SET @s = 'users'; EXECUTE IMMEDIATE CONCAT_WS('.', 'DELETE FROM `@LIVE@`', @s);
==
PREPARE p FROM CONCAT_WS('.', 'DELETE FROM `@LIVE@`', 'users'); EXECUTE p;
==
SET STATEMENT max_statement_time = 9 FOR EXECUTE IMMEDIATE CONCAT_WS('.', 'DELETE FROM `@LIVE@`', 'users');
==
DELIMITER //
BEGIN NOT ATOMIC DECLARE q varchar(99) DEFAULT CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users'); EXECUTE IMMEDIATE q; END//
DELIMITER ;
==
DELIMITER //
CREATE PROCEDURE p() FOR r IN (SELECT CONCAT(table_schema, '.', table_name) AS n FROM information_schema.tables WHERE table_schema = '@LIVE@' AND table_name = 'users') DO EXECUTE IMMEDIATE CONCAT('DELETE FROM ', r.n); END FOR//
DELIMITER ;
CALL p();
==
SET sql_mode = 'ORACLE';
DELIMITER //
CREATE PROCEDURE p AS BEGIN EXECUTE IMMEDIATE 'DELETE FROM "@LIVE@"' || CHAR(46) || 'users'; SELECT MAX(id) FROM users; END//
DELIMITER ;
CALL p();
==
DELIMITER //
CREATE PROCEDURE p() SET STATEMENT sql_mode = 'ORACLE' FOR SELECT 1//
BEGIN NOT ATOMIC CALL p(); EXECUTE IMMEDIATE x'53454C4543542031'; END//
DELIMITER ;
==
DELIMITER //
CREATE PROCEDURE p() BEGIN SET @q = CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users'); EXECUTE IMMEDIATE @q; END//
DELIMITER ;
CREATE EVENT e ON SCHEDULE EVERY 1 DAY DO CALL p();
==
SET @n = 0; EXECUTE IMMEDIATE IF((@n := @n + 1) = 1, 'SELECT 1', CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users'));
==
SET sql_mode = 'ORACLE';
DELIMITER //
CREATE PROCEDURE i AS BEGIN EXECUTE IMMEDIATE CONCAT('DELETE FROM "@LIVE@"', CHAR(46), 'users'); END//
CREATE PROCEDURE p AS BEGIN IF 1 THEN <<l>> i; END IF; END//
DELIMITER ;
CALL p();
==
SET sql_mode = 'ORACLE';
DELIMITER //
CREATE PROCEDURE i(q text) AS BEGIN EXECUTE IMMEDIATE q; END//
BEGIN i(CONCAT('DELETE FROM "@LIVE@"', CHAR(46), 'users')); END//
DELIMITER ;
EOF
}

# For those whose parameters may be left out.
newest_ways() {
    ways <<'EOF'
DELIMITER //
CREATE PROCEDURE p(a int, q text DEFAULT CONCAT('DELETE FROM `@LIVE@`', CHAR(46), 'users')) BEGIN EXECUTE IMMEDIATE q; END//
DELIMITER ;
CALL p(1);
EOF
}

# Texts of the field that stay where they are, in their order.
stay() {
    cat <<'EOF'
CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a int, b varchar(20), KEY t_a (a)) ENGINE=InnoDB;
CREATE TABLE u (id int PRIMARY KEY, t_id int, CONSTRAINT u_t FOREIGN KEY (t_id) REFERENCES t (id)) ENGINE=InnoDB;
==
SET @dbname = DATABASE(); SET @tablename = 't'; SET @columnname = 'c';
SET @preparedStatement = (SELECT IF((SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE (table_name = @tablename) AND (table_schema = @dbname)
  AND (column_name = @columnname)) > 0, "SELECT 1", CONCAT("ALTER TABLE ", @tablename, " ADD ", @columnname, " INT(11);")));
PREPARE alterIfNotExists FROM @preparedStatement; EXECUTE alterIfNotExists; DEALLOCATE PREPARE alterIfNotExists;
==
SET @s = CONCAT('ALTER TABLE `', DATABASE(), '`.`t` ADD COLUMN d int'); PREPARE p FROM @s; EXECUTE p;
==
SELECT CONCAT('ALTER TABLE ', table_schema, '.', table_name, ' ADD COLUMN e int') INTO @s FROM information_schema.tables
  WHERE table_schema = DATABASE() AND table_name = 't';
PREPARE p FROM @s; EXECUTE p;
==
SELECT GROUP_CONCAT('`', table_schema, '`.`', table_name, '` READ' SEPARATOR ', ') INTO @t FROM information_schema.tables
  WHERE table_schema = SCHEMA() AND table_name IN ('t', 'u');
SET @s = CONCAT('ANALYZE TABLE ', REPLACE(@t, ' READ', '')); PREPARE p FROM @s; EXECUTE p;
==
SET @fk = (SELECT constraint_name FROM information_schema.key_column_usage WHERE table_schema = DATABASE() AND table_name = 'u'
  AND referenced_table_name = 't' LIMIT 1);
SET @s = CONCAT('ALTER TABLE u DROP FOREIGN KEY ', @fk); PREPARE p FROM @s; EXECUTE p; DEALLOCATE PREPARE p;
==
SET sql_mode = 'ANSI_QUOTES'; INSERT INTO "t" ("a", "b") VALUES (1, 'a.b'), (2, 'c'); UPDATE "t" SET "b" = 'd' WHERE "t"."a" = 2;
==
SET sql_mode = 'NO_BACKSLASH_ESCAPES'; INSERT INTO t (b) VALUES ('\\'), ('a.b.c');
==
INSERT INTO t (b) VALUES (CONCAT('from ', 'a', '.', 'b'));
==
CREATE INDEX t_ab ON t (a, b);
SET @x = (SELECT COUNT(*) FROM information_schema.statistics WHERE table_name = 't' AND index_name = 't_ab' AND table_schema = DATABASE());
SET @s = IF(@x > 0, 'SELECT ''Index exists''', 'ALTER TABLE t ADD INDEX t_ab (a, b)'); PREPARE p FROM @s; EXECUTE p;
==
DELIMITER //
DROP PROCEDURE IF EXISTS add_column//
CREATE PROCEDURE add_column(IN tbl VARCHAR(64), IN col VARCHAR(64), IN def TEXT) BEGIN
IF NOT EXISTS (SELECT 1 FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = tbl AND column_name = col) THEN
  SET @s = CONCAT('ALTER TABLE `', tbl, '` ADD COLUMN `', col, '` ', def);
  PREPARE stmt FROM @s; EXECUTE stmt; DEALLOCATE PREPARE stmt;
END IF; END//
DELIMITER ;
CALL add_column('t', 'f', "varchar(20) NOT NULL DEFAULT 'a.b'"); CALL add_column('t', 'f', 'int');
SET @name = 'u'; CALL add_column(@name, 'g', 'int');
DROP PROCEDURE add_column;
==
DELIMITER $$
CREATE PROCEDURE drop_fk(t VARCHAR(64), c VARCHAR(64)) BEGIN
DECLARE k VARCHAR(64); DECLARE q TEXT;
SELECT CONSTRAINT_NAME INTO k FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = t AND COLUMN_NAME = c
  AND REFERENCED_TABLE_NAME IS NOT NULL LIMIT 1;
IF k IS NOT NULL THEN SET @q = CONCAT('ALTER TABLE ', t, ' DROP FOREIGN KEY ', k); PREPARE s FROM @q; EXECUTE s; END IF; END$$
DELIMITER ;
ALTER TABLE u ADD CONSTRAINT u_t2 FOREIGN KEY (t_id) REFERENCES t (id); CALL drop_fk('u', 't_id'); DROP PROCEDURE drop_fk;
==
DELIMITER //
CREATE PROCEDURE each_table() BEGIN
DECLARE done INT DEFAULT FALSE; DECLARE n VARCHAR(255);
DECLARE cur CURSOR FOR SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name IN ('t', 'u');
DECLARE CONTINUE HANDLER FOR NOT FOUND SET done = TRUE;
OPEN cur; l: LOOP FETCH cur INTO n; IF done THEN LEAVE l; END IF;
SET @s = CONCAT('ALTER TABLE `', n, '` CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci'); PREPARE p FROM @s; EXECUTE p; DEALLOCATE PREPARE p;
END LOOP; CLOSE cur; END//
DELIMITER ;
CALL each_table(); DROP PROCEDURE each_table;
==
DELIMITER //
CREATE PROCEDURE run_it(q TEXT) BEGIN SET @q = q; PREPARE s FROM @q; EXECUTE s; DEALLOCATE PREPARE s; END//
CREATE PROCEDURE once(t VARCHAR(64), c VARCHAR(64)) BEGIN
DECLARE n INT DEFAULT 0;
SELECT COUNT(*) INTO n FROM information_schema.columns WHERE table_schema = SCHEMA() AND table_name = t AND column_name = c;
CASE WHEN n = 0 THEN CALL run_it(CONCAT('ALTER TABLE ', t, ' ADD ', c, ' INT')); ELSE CALL run_it('SELECT 1'); END CASE; END//
DELIMITER ;
CALL once('t', 'h'); CALL once('t', 'h'); CALL run_it('UPDATE t SET t.h = t.a WHERE t.h IS NULL');
DROP PROCEDURE once; DROP PROCEDURE run_it;
==
DELIMITER //
CREATE PROCEDURE any_table(t VARCHAR(64)) BEGIN SET @q = (SELECT txt FROM hold LIMIT 1); SET @q = CONCAT(@q, t); PREPARE s FROM @q; EXECUTE s; END//
CREATE PROCEDURE plain() BEGIN UPDATE t SET a = 1; CALL any_table2(); END//
CREATE PROCEDURE any_table2() UPDATE t SET a = 2//
DELIMITER ;
CALL plain();
==
CREATE EVENT sweep ON SCHEDULE EVERY 1 DAY DISABLE DO CALL plain();
==
DELIMITER //
CREATE PROCEDURE numbers() BEGIN DECLARE i INT DEFAULT 0; WHILE i < 3 DO
SET @s = CONCAT('ALTER TABLE u ADD COLUMN n', i + 1, ' int COMMENT ''', 'x.y', ''''); PREPARE p FROM @s; EXECUTE p; SET i = i + 1; END WHILE; END//
DELIMITER ;
CALL numbers(); DROP PROCEDURE numbers;
==
SET @n = 5; PREPARE p FROM 'INSERT INTO t (a, b) SELECT ?, ?'; SET @b = 'live.users'; EXECUTE p USING @n, @b;
==
DELIMITER $$
DROP FUNCTION IF EXISTS has_column $$
CREATE FUNCTION has_column(tname VARCHAR(64), cname VARCHAR(64)) RETURNS BOOLEAN READS SQL DATA
BEGIN RETURN 0 < (SELECT COUNT(*) FROM `INFORMATION_SCHEMA`.`COLUMNS` WHERE `TABLE_SCHEMA` = SCHEMA() AND `TABLE_NAME` = tname AND `COLUMN_NAME` = cname); END $$
CREATE PROCEDURE drop_column_if_there(tname VARCHAR(64), cname VARCHAR(64)) BEGIN
IF has_column(tname, cname) THEN SET @drop_it = CONCAT('ALTER TABLE `', tname, '` DROP COLUMN `', cname, '`'); PREPARE drop_query FROM @drop_it; EXECUTE drop_query; END IF; END $$
DELIMITER ;
CALL drop_column_if_there('t', 'd'); CALL drop_column_if_there('t', 'nothing');
DROP PROCEDURE drop_column_if_there; DROP FUNCTION has_column;
==
DELIMITER $$
CREATE PROCEDURE drop_key(IN dbName tinytext, IN tableName tinytext, IN indexName text, IN nonUnique int) BEGIN
IF EXISTS (SELECT * FROM information_schema.STATISTICS WHERE table_name = tableName AND index_name = indexName AND non_unique = nonUnique AND table_schema = dbName) THEN
  set @ddl = CONCAT('ALTER TABLE ', dbName, '.', tableName, ' DROP KEY ', indexName); prepare stmt from @ddl; execute stmt; END IF; END $$
DELIMITER ;
CALL drop_key(DATABASE(), 't', 't_a', 1); SET @here = SCHEMA(); CALL drop_key(@here, 't', 't_ab', 1);
DROP PROCEDURE drop_key;
==
SET @db = DATABASE(); SET @tbl = 't';
SET @s1 = IF((SELECT COUNT(*) FROM INFORMATION_SCHEMA.COLUMNS WHERE TABLE_SCHEMA=@db AND TABLE_NAME=@tbl AND COLUMN_NAME='org')=0,
  'ALTER TABLE `t` ADD COLUMN `org` char(36) NULL COMMENT ''of example.org'' AFTER `a`', 'SELECT 1');
PREPARE stmt FROM @s1; EXECUTE stmt; DEALLOCATE PREPARE stmt;
==
SET @col := (SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = 't' AND COLUMN_NAME = 'state');
SET @sql := IF(@col = 0, 'ALTER TABLE `t` ADD COLUMN `state` ENUM(''incomplete'',''a.b'',''role'') NOT NULL DEFAULT ''incomplete''', 'SELECT 1');
PREPARE stmt FROM @sql; EXECUTE stmt; DEALLOCATE PREPARE stmt;
==
SET @constraint_exists = (SELECT COUNT(*) FROM information_schema.TABLE_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = 'u' AND CONSTRAINT_NAME = 'fk_x');
SET @sql = IF(@constraint_exists = 0, 'ALTER TABLE u ADD CONSTRAINT fk_x FOREIGN KEY (t_id) REFERENCES t(id)', 'SELECT "Foreign key fk_x already exists" AS info');
PREPARE stmt FROM @sql; EXECUTE stmt; DEALLOCATE PREPARE stmt;
==
SELECT IF(COUNT(*) = 1, 'ALTER TABLE u DROP FOREIGN KEY fk_x', 'DO 0') INTO @sql FROM information_schema.REFERENTIAL_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = DATABASE() AND CONSTRAINT_NAME = 'fk_x';
PREPARE stmt FROM @sql; EXECUTE stmt; DROP PREPARE stmt;
==
SET @rows = (SELECT COUNT(*) FROM t); SET @sql = CONCAT('ALTER TABLE t AUTO_INCREMENT = ', @rows + 100); PREPARE stmt FROM @sql; EXECUTE stmt;
==
SELECT CONCAT('ALTER TABLE `t` MODIFY `org` ', COLUMN_TYPE, ' DEFAULT ''x''') INTO @sql FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = 'org';
PREPARE stmt FROM @sql; EXECUTE stmt;
==
SET GROUP_CONCAT_MAX_LEN = 32768; SET @tables = NULL;
CREATE TABLE old_a (a int); CREATE TABLE old_b (a int);
SELECT GROUP_CONCAT('`', table_name, '`') INTO @tables FROM information_schema.tables WHERE table_schema = (SELECT DATABASE()) AND table_name LIKE 'old\_%';
SELECT IFNULL(@tables, 'dummy') INTO @tables; SET @tables = CONCAT('DROP TABLE IF EXISTS ', @tables); PREPARE stmt FROM @tables; EXECUTE stmt; DEALLOCATE PREPARE stmt;
==
DELIMITER ;;
CREATE PROCEDURE make_queue(IN m_id VARCHAR(100), IN m_keep BOOLEAN) BEGIN
SET @m_sql = CONCAT("CREATE TABLE `queue_", m_id, "` (`user_id` varchar(30) NOT NULL, `id` int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY) ENGINE=InnoDB");
PREPARE stmt FROM @m_sql; EXECUTE stmt; DEALLOCATE PREPARE stmt; INSERT INTO hold VALUES (m_id); END;;
DELIMITER ;
CALL make_queue('first', FALSE);
==
DELIMITER //
CREATE PROCEDURE add_index(IN p_table VARCHAR(64), IN p_index VARCHAR(64), IN p_columns VARCHAR(255)) BEGIN
DECLARE n INT; DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN ROLLBACK; RESIGNAL; END;
SELECT COUNT(1) INTO n FROM INFORMATION_SCHEMA.STATISTICS s WHERE s.table_schema = DATABASE() AND s.table_name = p_table AND s.index_name = p_index;
IF n = 0 THEN SET @stmt = CONCAT('CREATE INDEX ', p_index, ' ON ', p_table, ' (', p_columns, ')'); PREPARE st FROM @stmt; EXECUTE st; DEALLOCATE PREPARE st;
ELSE SELECT CONCAT('Index ', p_index, ' exists on ', p_table) AS info; END IF; END //
DELIMITER ;
CALL add_index('t', 't_b', 'b, a'); CALL add_index('t', 't_b', 'b, a');
DROP PROCEDURE IF EXISTS add_index;
==
DELIMITER //
CREATE PROCEDURE many() BEGIN
DECLARE t VARCHAR(64); DECLARE k VARCHAR(64); DECLARE fin INT DEFAULT 0;
DECLARE c CURSOR FOR SELECT y.TABLE_NAME, y.CONSTRAINT_NAME FROM information_schema.KEY_COLUMN_USAGE y JOIN information_schema.TABLES x ON x.TABLE_SCHEMA = y.TABLE_SCHEMA AND x.TABLE_NAME = y.TABLE_NAME
  WHERE y.TABLE_SCHEMA = DATABASE() AND y.REFERENCED_TABLE_NAME = 't';
DECLARE CONTINUE HANDLER FOR NOT FOUND SET fin = 1;
OPEN c; again: REPEAT FETCH c INTO t, k; IF NOT fin THEN SET @d = CONCAT('ALTER TABLE ', t, ' DROP FOREIGN KEY ', k); PREPARE s FROM @d; EXECUTE s; DEALLOCATE PREPARE s; END IF; UNTIL fin END REPEAT; CLOSE c; END //
DELIMITER ;
ALTER TABLE u ADD CONSTRAINT fk_y FOREIGN KEY (t_id) REFERENCES t (id); CALL many(); DROP PROCEDURE many;
==
DELIMITER //
CREATE PROCEDURE steps() BEGIN
CALL one_step('a1', 'int'); CALL one_step('a2', 'varchar(9)'); CALL one_step('a3', 'text'); CALL one_step('a4', 'int'); CALL one_step('a5', 'int');
CALL one_step('a6', 'int'); CALL one_step('a7', 'int'); CALL one_step('a8', 'int'); CALL one_step('a9', 'int'); END //
CREATE PROCEDURE one_step(c VARCHAR(64), d VARCHAR(64)) BEGIN SET @q = CONCAT('ALTER TABLE u ADD COLUMN ', c, ' ', d); PREPARE s FROM @q; EXECUTE s; END //
DELIMITER ;
CALL steps(); DROP PROCEDURE steps; DROP PROCEDURE one_step;
==
DELIMITER //
CREATE PROCEDURE which(OUT o VARCHAR(64)) SELECT table_name INTO o FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 't' //
CREATE PROCEDURE alter_it(c VARCHAR(9)) BEGIN DECLARE n VARCHAR(64); CALL which(n); SET @z = CONCAT('ALTER TABLE ', n, ' ADD ', IF(c = 'x', c, 'y'), ' INT'); PREPARE p FROM @z; EXECUTE p; END //
DELIMITER ;
CALL alter_it('x'); DROP PROCEDURE alter_it; DROP PROCEDURE which;
==
CREATE TABLE `a.b` (`c.d` int, KEY `e.f` (`c.d`)); INSERT INTO `a.b` (`c.d`) VALUES (1);
==
SET @version = (SELECT VERSION()); SET @s = IF(@version LIKE '%MariaDB%', 'SELECT ''a.b'' AS mariadb', 'SELECT ''c.d'' AS mysql'); PREPARE p FROM @s; EXECUTE p;
==
DELIMITER //
CREATE PROCEDURE grow(t VARCHAR(64)) BEGIN DECLARE i INT DEFAULT 0; DECLARE w TEXT;
SET @q = CONCAT('ALTER TABLE ', t, ' ADD COLUMN g0 int'); WHILE i < 3 DO SET i = i + 1; SET @q = CONCAT(@q, ', ADD COLUMN g', i, ' int'); END WHILE;
PREPARE s FROM @q; EXECUTE s; SET w = 'UPDATE t SET '; SET w = CONCAT(w, 'g0 = 1, '); SET w = CONCAT(w, 'g1 = 2'); SET @w = w; PREPARE s FROM @w; EXECUTE s;
SET @c = CASE WHEN i + 1 > 9 THEN 'SELECT 1' WHEN t = 't' THEN CONCAT_WS(' ', 'ALTER TABLE', t, NULL, 'DROP COLUMN', 'g3') ELSE 'SELECT 2' END; PREPARE s FROM @c; EXECUTE s; END//
DELIMITER ;
CALL grow('t'); DROP PROCEDURE grow;
==
SET @sql = 'UPDATE t x JOIN u y ON y.t_id = x.id SET x.a = y.t_id, x.b = CONCAT(x.b, ''.'', y.id) WHERE x.id > ?'; SET @from = 0; PREPARE p FROM @sql; EXECUTE p USING @from; DEALLOCATE PREPARE p;
EOF
}

# In these charsets the second byte of a letter may be a backslash: what begins a longer literal for who does not know ends it for
# the server, and the name of the live table stands outside.
charset_ways() {
    for charset in gbk:225 sjis:225 cp932:225 big5:245; do
        {
            echo "SET NAMES ${charset%:*};"
            # shellcheck disable=SC2059 # the byte
            half=$(printf "\\${charset#*:}.")
            printf "DELETE a FROM hold h RIGHT JOIN (SELECT '%s\\\\' AS x) d ON TRUE JOIN \`@LIVE@\`.users a ON 'a' = 'a' -- '\n;\n" "${half%.}"
        } >bytes.sql
        way bytes.sql
    done
}

for key in $my_servers; do
    my_server "$key"
    make_project
    stay | awk 'BEGIN { n = 101 }
        /^==/ { n++; next }
        { file = "database/migrations/" n "_stay.sql"; if (!(file in begun)) print "-- migrate:up" >file
            begun[file] = 1; print >file }'
    run 0 migrate run
    run 0 migrate check --replay
    make_project
    n_ways=0
    write 2_way 'SELECT 1;'
    run 0 migrate run
    my_client -e "INSERT INTO \`$live\`.users (id) VALUES (1), (2), (3)"
    commit_all
    all_ways
    case $key in mariadb*) mariadb_ways ;; esac
    [ "$key" != mariadb11 ] || newest_ways
    charset_ways
    [ "$n_ways" -ge 30 ] || fail "only $n_ways ways"
done

# Whatever a text is made of: on another server it is replayed, on the same one it is not, by whatever name that is called.
my_server "${my_servers%% *}"
live_key=$my_key
make_project
write 2_unknown "INSERT INTO hold VALUES ('INSERT INTO users (id) VALUES (7)');
DELIMITER //
CREATE PROCEDURE p() BEGIN SELECT txt INTO @q FROM hold; PREPARE s FROM @q; EXECUTE s; DELETE FROM hold; DELETE FROM users; END//
DELIMITER ;
CALL p();"
run 0 migrate run
commit_all
ln -s "$my_dir" link
for command in 'migrate check --replay' 'migrate squash' 'migrate squash --from-files'; do
    # shellcheck disable=SC2086 # a command of several words
    refused 'cannot be known ahead' $command
    expect_err '2_unknown.sql:6:1'
    # shellcheck disable=SC2086
    refused 'cannot be known ahead' $command --scratch-url "mariadb://root@/any?socket=$PWD/link/s"
done
my_own "$live_key" other
run 0 migrate check --replay --scratch-url "mysql://root@/any?socket=$my_dir/s"
run 0 migrate squash --from-files --scratch-url "mysql://root@/any?socket=$my_dir/s"
files 0
