# Bad input: a clear error with its place, the right exit code, and nothing changed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
write() {
    printf -- '-- migrate:up\n%s\n-- migrate:down\n' "$2" >"database/migrations/$1.sql"
}
nothing_applied() {
    [ ! -e app.db ] || expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name NOT LIKE 'adonis%' AND name NOT LIKE 'sqlite%'" 0
    rm -f app.db
}

# A migration with an unterminated string: nothing runs, not even the good file before it.
write 1_good 'CREATE TABLE good (x);'
write 2_bad "SELECT 1;
INSERT INTO good VALUES ('x);"
run 4 migrate run --create
expect_err 'database/migrations/2_bad.sql:3:26'
nothing_applied

# A statement that the database rejects: line and column of the file.
write 2_bad 'CREATE TABLE ok (x);
   CREATE TBLE wrong (y);'
run 4 migrate run --create
expect_err 'database/migrations/2_bad.sql:3:11'
expect_rows app.db "SELECT group_concat(name) FROM adonis_schema; SELECT count(*) FROM sqlite_schema WHERE name = 'ok'" "database/migrations/1_good
0"
rm -f app.db

# Binary, NUL bytes, a folder of that name, two files with one name.
printf -- '-- migrate:up\nSELECT 1;\0\377\376;\n' >database/migrations/2_bad.sql
run 4 migrate run --create
expect_err '2_bad.sql:2:10'
nothing_applied
rm database/migrations/2_bad.sql
mkdir database/migrations/2_bad.sql
run 0 migrate run --create
rm -rf app.db database/migrations/2_bad.sql
: >database/migrations/2_b.js
: >database/migrations/2_b.ts
run 2 migrate run --create
expect_err '2_b.js'
expect_err '2_b.ts'
nothing_applied
rm database/migrations/2_b.*

# One line of 200 MB: as many statements, and as one statement.
write 2_b 'SELECT 1;'
awk 'BEGIN { printf "CREATE TABLE big (a);"; for (i = 0; i < 2000000; i++) printf "INSERT INTO big VALUES (%d); %s", i % 10, "/* " "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" " */" }' >big.sql
[ "$(wc -c <big.sql)" -gt 190000000 ] || fail "too small"
run 0 schema-load --url sqlite:big.db --create --path big.sql
expect_rows big.db 'SELECT count(*) FROM big' 2000000
rm -f big.db big.sql
awk "BEGIN { printf \"CREATE TABLE big (a DEFAULT '\"; for (i = 0; i < 4000000; i++) printf \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"; printf \"'\" }" >big.sql
run 4 schema-load --url sqlite:big.db --create --path big.sql
expect_err 'big.sql:1:'
[ ! -e big.db ] || fail "it left a database"
rm -f big.sql

# Truncated and binary dumps.
printf 'CREATE TABLE a (x);\nCREATE TABLE b (' >cut.sql
run 4 schema-load --url sqlite:x.db --create --path cut.sql
expect_err 'cut.sql:2:'
[ ! -e x.db ] || fail "it left a database"
head -c 100000 /dev/urandom >noise.sql
code=0
schema-load --url sqlite:x.db --create --path noise.sql >stdout 2>stderr || code=$?
[ "$code" = 4 ] || [ "$code" = 5 ] || fail "noise: exit $code"
[ ! -e x.db ] || fail "it left a database"
printf 'CREATE TABLE a (x);\n' | gzip >good.sql.gz
head -c 20 good.sql.gz >cut.sql.gz
run 6 schema-load --url sqlite:x.db --create --path cut.sql.gz
expect_err 'cut.sql.gz'
run 0 schema-load --url sqlite:x.db --create --path good.sql.gz
rm x.db

# Manifests: wrong types, deep nesting, NUL bytes.
printf 'CREATE TABLE a (x);\n' >m.sql
good='"generatedAt": "x", "connection": "sqlite", "dumpPath": "m.sql", "schemaTableName": "adonis_schema", "schemaVersionsTableName": "adonis_schema_versions"'
for text in '{' '[]' '{"version": 0}' "{\"version\": 1, $good}" "{\"version\": 1, $good, \"squashedMigrationNames\": 5}" \
    "{\"version\": 1, $good, \"squashedMigrationNames\": [], \"dumpDigest\": 7}" "$(printf '[%.0s' $(seq 20000))"; do
    printf '%s' "$text" >m.meta.json
    run 5 schema-load --url sqlite:x.db --create --path m.sql
    expect_err 'm.meta.json'
    [ ! -e x.db ] || fail "it left a database"
done
printf '{"version": 1,\0}' >m.meta.json
run 5 schema-load --url sqlite:x.db --create --path m.sql

# A database that is none, is encrypted or damaged, is locked.
head -c 4096 /dev/urandom >random.db
run 3 migrate status --url sqlite:random.db
expect_err 'random.db'
mkdir folder.db
run 3 schema-dump --url sqlite:folder.db --path -
run 3 schema-dump --url sqlite:missing.db --path -
[ ! -e missing.db ] || fail "it made a database"
sqlite3 whole.db 'CREATE TABLE a (x); CREATE TABLE b (y); CREATE INDEX i ON a (x);'
head -c 5000 whole.db >truncated.db
code=0
schema-dump --url sqlite:truncated.db --path - >stdout 2>stderr || code=$?
[ "$code" = 3 ] || [ "$code" = 4 ] || fail "truncated: exit $code"

rm -f app.db database/migrations/2_b.sql
run 0 migrate run --create
write 3_c 'CREATE TABLE c (x);'
sqlite_hold app.db 'BEGIN EXCLUSIVE;'
run 5 migrate run --lock-timeout 1
expect_err 'locked'
run 5 schema-dump --url "sqlite:app.db?busy_timeout=100" --path -
sqlite_let_go
run 0 migrate run

# What the ledger did not take is not called migrated.
write 4_d 'CREATE TABLE d (x);
CREATE TRIGGER swallow BEFORE INSERT ON adonis_schema BEGIN SELECT RAISE(IGNORE); END;'
run 5 migrate run
expect_err 'the ledger table "adonis_schema" took no row for "database/migrations/4_d"'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('d', 'swallow')" 0
write 4_d "ATTACH 'nowhere.db' AS other;"
run 6 migrate run
expect_err 'database/migrations/4_d.sql:2:1'
expect_err 'unable to open database: nowhere.db'
expect_err 'hint: ATTACH makes no file'
[ ! -e nowhere.db ] || fail "it made a database"

# A byte order mark, which some editors put first.
printf '\357\273\277-- migrate:up\nCREATE TABLE marked (x);\n-- migrate:down\n' >database/migrations/4_d.sql
run 0 migrate run
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'marked'" 1
