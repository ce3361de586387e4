# A load changes nothing that it did not make: what "ignore" leaves in the database comes to no harm by another tool's dump.
# shellcheck disable=SC2016 # names in SQL
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

begin() {
    my_create x
    my_sql x "CREATE TABLE theirs (id int AUTO_INCREMENT PRIMARY KEY, x int); INSERT INTO theirs (x) VALUES (1), (2);
        CREATE TABLE theirs_parts (id int PRIMARY KEY, x int) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (9));
        CREATE VIEW theirs_v AS SELECT 1 AS a; CREATE PROCEDURE theirs_p() SELECT 1" >/dev/null
    printf '{ "connections": { "mysql": { "url": "%s", "ignore": ["theirs*"] } } }\n' "$(my_url x)" >connections.json
}
expect_theirs() {
    expect_my x "SELECT (SELECT group_concat(id, '=', x ORDER BY id) FROM theirs), (SELECT a FROM theirs_v),
        (SELECT count(*) FROM information_schema.triggers WHERE trigger_schema = DATABASE()),
        (SELECT group_concat(column_name ORDER BY ordinal_position) FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = 'theirs'),
        (SELECT count(*) FROM information_schema.statistics WHERE table_schema = DATABASE() AND table_name = 'theirs')" '1=1,2=2|1|0|id,x|1'
}
# refused WORDS STATEMENT: at its place in the file, and nothing was made before it.
refused() {
    printf 'CREATE TABLE own (id int PRIMARY KEY, x int);\n%s;\n' "$2" >dump.sql
    run 5 schema-load --config connections.json --path dump.sql
    expect_err "dump.sql:$1"
    expect_theirs
    expect_my x "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'theirs%'" 0
}
changes='a load changes nothing that it did not make, and'
drops='a load drops nothing that it did not make'
for my_key in $my_servers; do
    my_server "$my_key"
    begin
    for statement in 'DELETE FROM theirs' 'DELETE t FROM theirs AS t JOIN own ON true' 'DELETE FROM t USING theirs AS t' 'TRUNCATE theirs' 'TRUNCATE TABLE `theirs`' \
        'UPDATE own AS o, theirs AS t SET t.x = 3' 'UPDATE LOW_PRIORITY IGNORE theirs SET x = 3' 'REPLACE INTO theirs VALUES (1, 9)' 'INSERT IGNORE INTO theirs VALUES (9, 9)' \
        'INSERT INTO theirs VALUES (1, 9) ON DUPLICATE KEY UPDATE x = 9' 'ALTER TABLE theirs RENAME TO mine; DROP TABLE mine' 'ALTER IGNORE TABLE theirs DROP COLUMN x' \
        '/*!40000 ALTER TABLE `theirs` DISABLE KEYS */' '/*!50000 DELETE FROM theirs */' 'RENAME TABLE own TO o2, theirs TO mine' "ALTER TABLE $(my_name x).theirs ADD y int" \
        'ALTER TABLE theirs_parts EXCHANGE PARTITION p0 WITH TABLE own' 'CREATE TRIGGER t AFTER INSERT ON theirs FOR EACH ROW SET @a = 1' 'CREATE INDEX i ON theirs (x)' \
        'CREATE OR REPLACE VIEW theirs_v AS SELECT 2 AS a' 'CREATE OR REPLACE TABLE theirs (x int)' "LOAD DATA LOCAL INFILE '/dev/null' REPLACE INTO TABLE theirs" \
        'CREATE TEMPORARY TABLE theirs (x int); ALTER TABLE theirs RENAME TO o2; DELETE FROM theirs'; do
        refused '2:' "$statement"
        expect_err "$changes"
    done
    refused "2:1: $drops: DROP TABLE theirs" 'DROP TABLE theirs'
    refused "2:1: $drops" 'DROP TABLE IF EXISTS `theirs`'
    refused "2:1: $drops" 'DROP PROCEDURE theirs_p'
    refused "2:53: $drops" 'CREATE TABLE o2 (id int); /* behind what is made */ DROP VIEW theirs_v'
    my_create other
    my_sql other 'CREATE TABLE theirs (x int); INSERT INTO theirs VALUES (1)'
    for statement in "USE $(my_name other); DELETE FROM theirs" "DELETE FROM $(my_name other).theirs" "DROP DATABASE $(my_name other)" "CREATE DATABASE $(my_name other)_2" \
        "DROP TABLE IF EXISTS $(my_quoted other).theirs" "TRUNCATE $(my_name other).theirs"; do
        refused '2:' "$statement"
        expect_my other 'SELECT count(*) FROM theirs' 1
    done

    # What it made itself it may change.
    cat >dump.sql <<'END'
DROP TABLE IF EXISTS `own`;
CREATE TABLE `own` (id int AUTO_INCREMENT PRIMARY KEY, theirs varchar(20));
CREATE TABLE IF NOT EXISTS maybe (x int);
LOCK TABLES `own` WRITE;
/*!40000 ALTER TABLE `own` DISABLE KEYS */;
INSERT INTO `own` (theirs) VALUES ('theirs'), ('theirs_v');
/*!40000 ALTER TABLE `own` ENABLE KEYS */;
UNLOCK TABLES;
INSERT INTO maybe SELECT x FROM theirs;
REPLACE INTO own VALUES (7, 'x');
UPDATE own SET theirs = 'theirs' WHERE theirs = 'x';
DELETE FROM own WHERE theirs = 'theirs_v';
ALTER TABLE own ADD COLUMN theirs_v int;
RENAME TABLE own TO own2;
UPDATE own2 SET theirs_v = 1;
CREATE TEMPORARY TABLE passing (x int);
DELETE FROM passing;
DROP TEMPORARY TABLE passing;
END
    run 0 schema-load --config connections.json --path dump.sql
    expect_theirs
    expect_my x 'SELECT group_concat(id, theirs ORDER BY id), (SELECT count(*) FROM maybe) FROM own2' '1theirs,7theirs|2'

    # The stock client's dump, of the servers that it understands.
    case $my_key in mysql*) continue ;; esac
    my_create source
    my_sql source "CREATE TABLE users (id int AUTO_INCREMENT PRIMARY KEY, n int); INSERT INTO users (n) VALUES (1); CREATE VIEW v AS SELECT * FROM users;
        CREATE TRIGGER t AFTER INSERT ON users FOR EACH ROW SET @a = 1; CREATE PROCEDURE p() DELETE FROM theirs; CREATE FUNCTION f() RETURNS int RETURN 1" >/dev/null
    begin
    mariadb-dump --no-defaults -uroot -S "$my_dir/s" --routines --triggers "$(my_name source)" >dump.sql || fail mariadb-dump
    run 0 schema-load --config connections.json --path dump.sql
    expect_my x "SELECT group_concat(id, '=', x ORDER BY id) FROM theirs; SELECT count(*) FROM v" '1=1,2=2
1'
done
