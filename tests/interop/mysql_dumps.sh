# Dumps that the stock programs wrote; files that would reach out of the database, or run programs, do not.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

cat >source.sql <<'SQL'
CREATE TABLE users (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, name varchar(50), data blob, UNIQUE KEY (name)) ENGINE=InnoDB;
CREATE TABLE writings (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, user_id int, at timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP, FOREIGN KEY (user_id) REFERENCES users (id)) ENGINE=InnoDB;
INSERT INTO users (name, data) VALUES ('it''s', x'00FF0A27'), ('a;b\\', NULL), ('line\nend', ''), ('é😀', '/*!'), ('-- x', '*/');
INSERT INTO writings (user_id) VALUES (1), (2);
CREATE VIEW a_second AS SELECT 1 AS id;
CREATE VIEW z_first AS SELECT id, name FROM users;
CREATE OR REPLACE VIEW a_second AS SELECT id FROM z_first;
DELIMITER $$
CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC BEGIN RETURN a; END$$
CREATE PROCEDURE p() BEGIN SELECT 'a;b'; /* x; */ END$$
CREATE TRIGGER tr BEFORE INSERT ON writings FOR EACH ROW BEGIN SET NEW.user_id = coalesce(NEW.user_id, 1); END$$
CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO BEGIN SELECT 1; END$$
DELIMITER ;
SQL
number=0
dumped() {
    number=$((number + 1))
    my_create target
    run 0 schema-load --url "$(my_url target)" --path dump.sql
    expect_err 'has no manifest'
}
one() {
    my_create source
    my_file source source.sql
    sum='SELECT count(*), group_concat(concat(id, hex(name), coalesce(hex(data), 0)) ORDER BY id) FROM users; SELECT count(*) FROM writings'
    for options in '' '--routines --events --triggers' '--routines --events --opt --hex-blob --complete-insert' '--routines --events --skip-opt --skip-comments' \
        '--routines --events --no-data --compact' '--routines --events --skip-extended-insert --single-transaction --quick'; do
        # shellcheck disable=SC2086 # words
        mariadb-dump --no-defaults -uroot -S "$my_dir/s" $options "$(my_name source)" >dump.sql 2>dump.err || {
            # MariaDB's program asks MySQL for what it does not have.
            case $my_key in mysql*) ;; *) false ;; esac || fail "$my_key: mariadb-dump $options: $(cat dump.err)"
            continue
        }
        dumped
        case $options in
        *no-data*) expect_my target 'SELECT count(*) FROM users' 0 ;;
        *) expect_my target "$sum" "$(my_sql source "$sum")" ;;
        esac
        # Without an engine and its like it is another table.
        case $options in
        '' | *compact* | *skip-opt*) ;;
        # MySQL's text of a column that inherits its collation says so, which makes it the column's own.
        *) [ "$my_key" = mysql9 ] || expect_my_same source target ;;
        esac
    done
    if [ "$my_key" = mysql9 ]; then
        libraries=$(echo "$my_packages"/mysql9/root/usr/lib/*-linux-gnu)
        "$(echo "$libraries"/ld-linux*.so.*)" --library-path "$libraries" "$my_packages/mysql9/root/usr/bin/mysqldump" --no-defaults \
            --character-sets-dir="$my_packages/mysql9/root/usr/share/mysql/charsets" -uroot -S "$my_dir/s" --routines --events "$(my_name source)" >dump.sql 2>dump.err ||
            fail "mysqldump: $(cat dump.err)"
        dumped
        expect_my target "$sum" "$(my_sql source "$sum")"
        expect_my target 'SELECT f(5), (SELECT count(*) FROM a_second)' '5|5'
    fi
}
every_server one

# Of a database on which migrate ran: its journal is a table like any other to them, and no part of a snapshot.
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE a (x int);\n' >database/migrations/1_a.sql
journal() {
    my_create source
    run 0 migrate run --url "$(my_url source)"
    for options in '' --no-data; do
        # shellcheck disable=SC2086 # words
        mariadb-dump --no-defaults -uroot -S "$my_dir/s" $options "$(my_name source)" >dump.sql 2>dump.err || continue
        [ -z "$options" ] || mariadb-dump --no-defaults -uroot -S "$my_dir/s" --no-create-info "$(my_name source)" adonis_schema adonis_schema_versions >>dump.sql
        grep -q 'CREATE TABLE `adonis_schema_journal`' dump.sql || fail 'no journal in the dump'
        my_create target
        run 0 migrate run --url "$(my_url target)" --schema-path dump.sql
        expect_my target 'SELECT group_concat(name) FROM adonis_schema; SELECT count(*) FROM a' 'database/migrations/1_a
0'
        run 0 migrate status --url "$(my_url target)" --exit-code
    done
}
every_server journal

# What leaves the database, or runs a program, ends the load; nothing of it stays.
my_server mariadb
my_create precious
my_sql precious 'CREATE TABLE rows_of_worth (a int); INSERT INTO rows_of_worth VALUES (1)'
for bad in '\! touch pwned' 'system touch pwned' 'source other.sql' '\. other.sql' 'tee pwned' 'pager touch pwned' "USE $(my_quoted precious);" \
    "DROP DATABASE $(my_quoted precious);" "CREATE DATABASE $(my_quoted other);" "DROP TABLE $(my_quoted precious).rows_of_worth;" \
    "DROP TABLE IF EXISTS $(my_quoted precious).rows_of_worth;" "/*!50000 DROP TABLE $(my_quoted precious).rows_of_worth */;" \
    "ALTER DATABASE $(my_quoted precious) CHARACTER SET latin1;" "connect $(my_name precious)" "INSERT INTO $(my_quoted precious).rows_of_worth VALUES (2);" \
    "RENAME TABLE a TO $(my_quoted precious).a;" "CREATE TABLE $(my_quoted precious).evil (a int);" "SET GLOBAL general_log = 1;" \
    "SHUTDOWN;" "GRANT ALL ON *.* TO bl_limited@localhost;"; do
    my_create target
    printf 'CREATE TABLE a (b int);\n%s\n' "$bad" >bad.sql
    code=0
    schema-load --url "$(my_url target)" --path bad.sql >stdout 2>stderr || code=$?
    case $code in 2 | 5) ;; *) fail "exit $code for: $bad: $(cat stderr)" ;; esac
    expect_err 'bad.sql:2:'
    expect_my target "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'adonis%'" 0
    expect_my precious "SELECT count(*) FROM rows_of_worth; SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE()" '1
1'
    [ ! -e pwned ] || fail "it was run: $bad"
done
# A comment that another flavour takes for code is not our way out either.
my_create target
printf 'CREATE TABLE a (b int);\n/*M!100100 DROP TABLE %s.rows_of_worth */;\n' "$(my_quoted precious)" >bad.sql
code=0
schema-load --url "$(my_url target)" --path bad.sql >stdout 2>stderr || code=$?
[ "$code" != 0 ] || fail 'a comment of MariaDB is code'
expect_my precious 'SELECT count(*) FROM rows_of_worth' 1
