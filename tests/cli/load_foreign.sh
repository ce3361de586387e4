# A load changes nothing that it did not make: what "ignore" leaves in the database comes to no harm by another tool's dump.
# shellcheck disable=SC2016 # names in SQL
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir database
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "ignore": ["theirs*"] } } }' >database/connections.json
begin() {
    rm -f app.db*
    sqlite3 app.db "CREATE TABLE theirs (id INTEGER PRIMARY KEY AUTOINCREMENT, x); INSERT INTO theirs (x) VALUES (1), (2);
        CREATE VIEW theirs_view AS SELECT 1; CREATE VIRTUAL TABLE theirs_text USING fts5(a); INSERT INTO theirs_text VALUES ('word');"
}
expect_theirs() {
    expect_rows app.db "SELECT group_concat(id || '=' || x) FROM theirs; SELECT a FROM theirs_text;
        SELECT seq FROM sqlite_sequence WHERE name = 'theirs'; SELECT count(*) FROM sqlite_schema WHERE name = 'theirs_view'" "1=1,2=2
word
2
1"
}

# refused WORDS STATEMENT: at its place in the file, and nothing was made before it.
refused() {
    begin
    printf 'CREATE TABLE own (x);\n%s;\n' "$2" >dump.sql
    run 5 schema-load --path dump.sql
    expect_err "dump.sql:$1"
    expect_err 'hint: take the statement out of the dump'
    expect_theirs
    expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'own'" 0
}
changes='a load changes nothing that it did not make, and'
refused "2:1: $changes \"theirs\" was there before: DELETE FROM theirs" 'DELETE FROM theirs'
refused "2:1: $changes \"theirs\" was there before: ALTER" 'ALTER TABLE theirs RENAME TO mine; DROP TABLE mine'
refused "2:1: $changes \"THEIRS\"" 'ALTER TABLE THEIRS DROP COLUMN x'
refused "2:1: $changes" 'UPDATE OR IGNORE "theirs" SET x = 3'
refused "2:1: $changes" 'REPLACE INTO [theirs] VALUES (1, 9)'
refused "2:1: $changes" 'INSERT OR REPLACE INTO `theirs` VALUES (1, 9)'
refused "2:1: $changes \"main.theirs\"" 'INSERT INTO main.theirs (x) VALUES (9)'
refused "2:1: $changes" 'WITH q AS (SELECT 1) DELETE FROM theirs'
refused "2:1: $changes" 'CREATE TRIGGER t AFTER INSERT ON theirs BEGIN DELETE FROM own; END'
refused "2:1: $changes" 'CREATE UNIQUE INDEX i ON theirs (x)'
refused "2:1: $changes" "INSERT INTO theirs_text (theirs_text) VALUES ('delete-all')"
refused "2:1: $changes \"theirs_text_content\"" 'DELETE FROM theirs_text_content'
refused "2:51: $changes" 'CREATE TABLE own2 (x); ALTER TABLE own2 ADD y;    DELETE FROM theirs'
refused "2:28: $changes \"sqlite_master\"" 'PRAGMA writable_schema=ON; DELETE FROM sqlite_master'
refused "2:28: $changes \"sqlite_schema\"" "PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'x' WHERE name = 'own'"
refused "2:28: $changes" "PRAGMA writable_schema=ON; INSERT INTO sqlite_schema (type, name, tbl_name, rootpage, sql)
    VALUES ('table', 'theirs', 'theirs', 0, 'CREATE VIRTUAL TABLE theirs USING fts5(x)')"
drops='a load drops nothing that it did not make'
refused "2:1: $drops: DROP TABLE theirs" 'DROP TABLE theirs'
refused "2:1: $drops" 'DROP TABLE IF EXISTS "theirs"'
refused "2:1: $drops" 'DROP VIEW theirs_view'
refused "2:1: $drops" 'DROP TABLE theirs_text_content'
refused "2:32: $drops" 'CREATE TEMP TABLE theirs (x);  DROP TABLE theirs; DELETE FROM theirs'
# A name that was given away is no longer what the load made.
refused "2:64: $changes" 'CREATE TEMP TABLE theirs (x); ALTER TABLE theirs RENAME TO o2; DELETE FROM theirs'

# What it made itself it may change, whatever columns and values are called.
begin
cat >dump.sql <<'END'
DROP TABLE IF EXISTS own;
CREATE TABLE own (id INTEGER PRIMARY KEY AUTOINCREMENT, theirs);
CREATE TABLE IF NOT EXISTS maybe (x);
INSERT INTO own (theirs) VALUES ('theirs'), ('theirs_view');
INSERT OR REPLACE INTO own VALUES (7, 'x');
INSERT INTO maybe SELECT x FROM theirs;
UPDATE own SET theirs = 'theirs' WHERE theirs = 'x';
DELETE FROM own WHERE theirs = 'theirs_view';
ALTER TABLE own ADD COLUMN theirs_view;
ALTER TABLE own RENAME TO own2;
UPDATE own2 SET theirs_view = 1;
CREATE TRIGGER after_own AFTER INSERT ON own2 BEGIN DELETE FROM maybe; END;
CREATE TEMP TABLE passing (x);
DELETE FROM passing;
DROP TABLE passing;
CREATE TABLE gone (x);
DROP TABLE gone;
END
run 0 schema-load --path dump.sql
expect_theirs
expect_rows app.db "SELECT group_concat(id || theirs) FROM own2; SELECT count(*) FROM maybe" '1theirs,7theirs
2'

# The stock client's dump, with virtual tables and counters: those of others keep their numbers.
sqlite3 source.db "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, n); INSERT INTO users VALUES (50, 'a');
    CREATE VIRTUAL TABLE f USING fts5(z); INSERT INTO f VALUES ('zz'); CREATE VIRTUAL TABLE r USING rtree(id, a, b);
    INSERT INTO r VALUES (1, 2, 3); CREATE VIEW v AS SELECT * FROM users;
    CREATE TRIGGER t AFTER DELETE ON users BEGIN DELETE FROM f; END;"
sqlite3 source.db .dump >dump.sql
grep -q 'DELETE FROM sqlite_sequence' dump.sql || fail 'the dump has no counters'
grep -q writable_schema dump.sql || fail 'the dump has no virtual tables'
begin
run 0 schema-load --path dump.sql
expect_theirs
expect_rows app.db "SELECT z FROM f; SELECT id FROM r; SELECT n FROM users; SELECT seq FROM sqlite_sequence WHERE name = 'users'" 'zz
1
a
50'
begin
echo 'UPDATE sqlite_sequence SET seq = 0;' >dump.sql
run 0 schema-load --path dump.sql
expect_theirs

# Where there is nothing to lose, a script may write where it wants.
rm app.db*
echo "CREATE TABLE own (x); PRAGMA writable_schema=ON; UPDATE sqlite_schema SET sql = 'CREATE TABLE own (y)' WHERE name = 'own';" >dump.sql
run 0 schema-load --create --path dump.sql
