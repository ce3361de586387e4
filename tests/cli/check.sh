# migrate check: files, ledger, snapshot and live schema, each by what does not agree with the others.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
echo '{ "connections": { "app": { "url": "sqlite:app.db" } } }' >database/connections.json
write() { printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "$3" >"database/migrations/$1.sql"; }
write 1_a 'CREATE TABLE a (x integer);' 'DROP TABLE a;'
write 2_b 'CREATE TABLE b (x integer);' 'DROP TABLE b;'

# Without a snapshot: files and ledger.
run 3 migrate check
run 0 migrate check --offline
expect_err 'files and snapshot agree'
run 0 migrate run --create --to 1_a
sum=$(cksum <app.db)
run 1 migrate check
expect_out 'migration database/migrations/2_b: is not applied'
[ "$sum" = "$(cksum <app.db)" ] || fail 'a check writes'
run 0 migrate run
run 0 migrate check
expect_err 'files, ledger, snapshot and schema agree'
run 0 schema-dump
run 0 migrate check
run 0 migrate check --json
expect_out '"differences": []'

# The ledger: edited, gone, renamed.
cp database/migrations/2_b.sql kept
write 2_b 'CREATE TABLE b (x integer, y integer);' 'DROP TABLE b;'
run 1 migrate check
expect_out 'migration database/migrations/2_b: was edited after it was applied'
expect_out 'migration database/migrations/2_b: was edited since the snapshot was made'
run 1 migrate check --offline
expect_out 'was edited since the snapshot was made'
expect_no_out 'applied'
printf '%s\n' '-- a comment' >database/migrations/2_b.sql
cat kept >>database/migrations/2_b.sql
run 0 migrate check --offline
mv kept database/migrations/2_b.sql
mv database/migrations/2_b.sql database/migrations/3_b.sql
run 1 migrate check
expect_out 'migration database/migrations/3_b'
mv database/migrations/3_b.sql database/migrations/2_b.sql

# The live schema and the snapshot.
sqlite3 app.db 'ALTER TABLE a ADD COLUMN secret text'
run 1 migrate check
expect_out 'table a: differs'
run 1 migrate check --json
expect_out '"kind": "table"'
expect_out '"where": "database/schema/app-schema.sql"'
run 0 migrate check --offline
sqlite3 app.db 'ALTER TABLE a DROP COLUMN secret; CREATE TABLE stray (x)'
run 1 migrate check
expect_out 'table stray: is only in the database'
sqlite3 app.db 'DROP TABLE stray'
run 0 migrate check
# A name more is a line more, not another line for the name before it.
write 9_z 'CREATE TABLE z (x integer);' 'DROP TABLE z;'
run 0 migrate run
run 1 migrate check
expect_out 'lacks the line: "database/migrations/9_z"'
expect_no_out 'should not have'
run 0 migrate rollback
rm database/migrations/9_z.sql
run 0 migrate check
sed -i 's/x integer/x bigint/' database/schema/app-schema.sql
run 1 migrate check --offline
expect_out 'snapshot database/schema/app-schema.sql: was edited'
run 1 migrate check
expect_out 'table a: differs'
rm database/schema/app-schema.meta.json
run 1 migrate check --offline
expect_out 'has no manifest beside it'
rm database/schema/app-schema.sql

# Files: what could not run, with its place; everything is listed, not the first alone.
write 3_c 'CREATE TABLE c (x integer); COMMIT;' 'DROP TABLE c;'
write 4_d "INSERT INTO c VALUES ('open" 'DROP TABLE c;'
run 1 migrate check --offline --json
expect_out '"where": "database/migrations/3_c.sql:2:29"'
expect_out '"name": "database/migrations/4_d"'

# Annotations of a build server.
run 1 env GITHUB_ACTIONS=true migrate check --offline
expect_out '::error file=database/migrations/3_c.sql,line=2::migration database/migrations/3_c: the file has its own transaction'
run 1 env GITHUB_ACTIONS=true GITHUB_WORKSPACE="$(dirname "$PWD")" migrate check --offline
expect_out "::error file=$(basename "$PWD")/database/migrations/3_c.sql,line=2::"
rm database/migrations/[34]_*.sql
write '3_c' 'CREATE TABLE c (x integer);' 'DROP TABLE c;'
run 1 env GITHUB_ACTIONS=true migrate check
expect_out '::error file=database/migrations/3_c.sql,line=1::migration database/migrations/3_c: is not applied'

# Half a migration: said, and the schema is not judged by it.
run 0 schema-dump
printf -- '-- migrate:up transaction:false\nCREATE TABLE c (x integer);\nSELECT nowhere;\n' >database/migrations/3_c.sql
run 4 migrate run
run 1 migrate check
expect_out 'migration database/migrations/3_c: stopped half-way'
expect_no_out 'table c'

# A difference far behind in a long line is shown, and the proof of what differs is not another one.
mkdir far && cd far || exit 1
mkdir -p database/migrations
echo '{ "connections": { "app": { "url": "sqlite:app.db", "data": ["kinds"] } } }' >database/connections.json
text=$(printf 'é%.0s' 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30)
write 1_kinds "CREATE TABLE kinds (id integer PRIMARY KEY, a text, b text); INSERT INTO kinds VALUES (1, '$text$text', 'one');" 'DROP TABLE kinds;'
run 0 migrate run --create
run 0 migrate squash --archive old
run 0 migrate check
sqlite3 app.db "UPDATE kinds SET b = 'two'"
run 1 migrate check
expect_out "ééé', 'one')"
expect_out "ééé', 'two')"
expect_out 'the snapshot has "…é'
expect_lines 1

# An empty database beside a snapshot is one thing to say, and no advice about a dump that nobody makes.
mkdir -p bare/database/migrations
cd bare || exit 1
echo '{ "connections": { "app": { "url": "sqlite:app.db" } } }' >database/connections.json
write 1_a 'CREATE TABLE a (x integer); INSERT INTO a VALUES (1);' 'DROP TABLE a;'
write 2_b 'CREATE TABLE b (x integer);' 'DROP TABLE b;'
run 0 migrate run --create
run 0 schema-dump --data a
rm app.db
sqlite3 app.db 'VACUUM'
run 1 migrate check
echo 'database app: is empty: migrate run brings it up from the snapshot' >expected
expect_same expected stdout
expect_no_err '--data'
run 1 migrate check --json
expect_out '"kind": "database"'
write 3_c 'CREATE TABLE c (x integer);' 'DROP TABLE c;'
run 1 migrate check
expect_same expected stdout
# With something of its own it is not.
sqlite3 app.db 'CREATE TABLE b (x integer)'
run 1 migrate check
expect_out 'table a: is only in the snapshot'
expect_out 'migration database/migrations/1_a: is not applied'
expect_no_err '--data'
sqlite3 app.db 'DROP TABLE b'
run 0 migrate run
run 1 migrate check
expect_no_out 'is empty'
