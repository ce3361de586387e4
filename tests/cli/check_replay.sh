# migrate check --replay: the files are replayed, and compared with the live schema and the snapshot.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

sql=database/schema/sqlite-schema.sql

# Only the replay tells that a database without a snapshot is not what its files give.
project
run 0 migrate check --replay
expect_err 'files, ledger, snapshot and schema agree; 3 migrations replayed, 3 objects compared'
sqlite3 app.db 'ALTER TABLE users ADD COLUMN secret text; CREATE TABLE stray (x)'
run 0 migrate check
run 1 migrate check --replay
expect_out 'table users: column "secret" is only in the database'
expect_out 'table stray: is only in the database'
expect_lines 2
run 1 migrate check --replay --json
expect_out '"kind": "table"'
expect_out '"name": "stray"'
expect_out '"where": null'
tr -d ' \n' <stdout >flat
grep -qF '"replay":{"migrations":3,"objects":3}' flat || fail "not so many were replayed: $(cat flat)"
rm flat
sqlite3 app.db 'ALTER TABLE users DROP COLUMN secret; DROP TABLE stray; DROP INDEX users_name'
run 1 migrate check --replay
expect_out 'index users_name: is only in the replay'
sqlite3 app.db 'CREATE INDEX users_name ON users (name)'
run 0 migrate check --replay -q
[ ! -s stderr ] || fail "talk with --quiet: $(cat stderr)"
[ "$(find "${TMPDIR:-/tmp}" -maxdepth 1 -user "$(id -u)" -name 'baseline-*' -newer database | wc -l)" -eq 0 ] ||
    fail "a scratch database is left"

# A pending file is not replayed; it is said as ever.
write 4_tags 'CREATE TABLE tags (id integer PRIMARY KEY);' 'DROP TABLE tags;'
run 1 migrate check --replay
expect_out '4_tags: is not applied'
expect_lines 1
run 0 migrate run

# A file that runs no more is a finding with its place, and the live schema goes unjudged.
cp database/migrations/2_index.sql kept
write 2_index 'CREATE INDEX users_name ON users (surname);' 'DROP INDEX users_name;'
run 1 migrate check --replay
expect_out 'migration database/migrations/2_index: was edited after it was applied'
expect_out 'no such column: surname'
expect_lines 2
run 1 migrate check --replay --json
expect_out '"where": "database/migrations/2_index.sql:2:'
run 1 env GITHUB_ACTIONS=true migrate check --replay
expect_out '::error file=database/migrations/2_index.sql,line=2::replay sqlite: '
mv kept database/migrations/2_index.sql

# The snapshot: fresh, older than the database, edited in the sense of its history.
run 0 schema-dump
run 0 migrate check --replay
expect_err '4 migrations replayed, 8 objects compared'
write 5_more 'CREATE TABLE more (id integer PRIMARY KEY);' 'DROP TABLE more;'
run 0 migrate run
run 1 migrate check --replay
expect_out 'table more: is only in the database'
expect_no_out 'in the replay'
run 0 schema-dump
run 0 migrate check --offline --replay
expect_err 'files and snapshot agree; 5 migrations replayed'
# The database and its snapshot agree, the files do not: what a live change left behind.
sqlite3 app.db 'CREATE VIEW v AS SELECT name FROM users'
run 0 schema-dump
run 0 migrate check
run 1 migrate check --replay
expect_out 'view v: is only in the database'
expect_out 'view v: is only in the snapshot'
run 1 migrate check --replay --json
expect_out "\"where\": \"$sql\""
run 1 migrate check --offline --replay
expect_out 'view v: is only in the snapshot'
expect_lines 1
sqlite3 app.db 'DROP VIEW v'
run 0 schema-dump

# Rows that the snapshot carries, and a migration that makes others.
write 6_rows "INSERT INTO users (name) VALUES ('ada');" 'DELETE FROM users;'
run 0 migrate run
run 0 schema-dump --data users
run 0 migrate check --replay
sqlite3 app.db "UPDATE users SET name = 'bea'"
run 0 schema-dump --data users
run 1 migrate check --replay
expect_out 'rows users: column "name" differs from the replay'

# An edited snapshot cannot be loaded: said, not refused.
sed -i 's/body text/body blob/' $sql
run 1 migrate check --offline --replay
expect_out "snapshot $sql: was edited"

# Behind a squash the replay starts from its snapshot.
project
run 0 migrate squash --keep 1
commit_all
run 0 migrate check --replay
expect_err 'replaying 1 migration behind the snapshot'
expect_err 'files, ledger, snapshot and schema agree; 1 migration replayed'
sqlite3 app.db 'ALTER TABLE posts ADD COLUMN late text'
run 1 migrate check --replay
expect_out 'table posts: column "late" is only in the database'
sqlite3 app.db 'ALTER TABLE posts DROP COLUMN late'
# A later dump took the rest in: git has the snapshot that the replay starts from.
run 0 schema-dump
commit_all
run 0 migrate check --replay
expect_err '1 migration replayed, 6 objects compared'
sqlite3 app.db 'CREATE TABLE stray (x)'
run 0 schema-dump
run 1 migrate check --replay
expect_out 'table stray: is only in the snapshot'
sqlite3 app.db 'DROP TABLE stray'

# A database that has not got what was squashed is told so, and not compared with a replay that has.
project
cp app.db behind.db
sqlite3 behind.db "DROP TABLE posts; DELETE FROM adonis_schema WHERE name LIKE '%3_posts'"
run 0 migrate squash
run 0 migrate check --replay
expect_err '0 migrations replayed'
mv behind.db app.db
run 1 migrate check --replay
expect_out "snapshot $sql: the database has not got migration \"database/migrations/3_posts\", whose file was squashed"
expect_no_out 'in the replay'

# Half a migration: the live schema is not judged by it.
project
printf -- '-- migrate:up transaction:false\nCREATE TABLE c (x integer);\nSELECT nowhere;\n' >database/migrations/4_c.sql
run 4 migrate run
run 1 migrate check --replay
expect_out '4_c: stopped half-way'
expect_lines 1

# What must not run beside a live database is refused, with what was found so far.
project
sqlite3 other.db VACUUM
printf -- "-- migrate:up transaction:false\nATTACH 'other.db' AS other;\nDETACH other;\n" >database/migrations/4_reach.sql
run 0 migrate run
sqlite3 app.db 'CREATE TABLE stray (x)'
run 5 migrate check --replay
expect_err 'migration "database/migrations/4_reach" reaches '
expect_err 'database/migrations/4_reach.sql:2:1'
expect_err 'hint: leave --replay out'
sqlite3 app.db 'DROP TABLE stray'
run 0 migrate repair --forget database/migrations/4_reach
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "production": true } } }\n' >database/connections.json
rm database/migrations/4_reach.sql
run 5 migrate check --replay
expect_err 'is production: nothing is replayed beside it'
expect_err 'hint: name another file with --scratch-url, or leave --replay out'
# Nor is the live file another one under another name.
ln -s app.db link.db
ln app.db twin.db
for file in app.db ./app.db "$PWD/app.db" "//$PWD/app.db" file:app.db %61pp.db 'app.db?mode=ro' link.db twin.db; do
    run 5 migrate check --replay --scratch-url "sqlite:$file"
    expect_err '--scratch-url names the live database'
    expect_err 'hint: name another file with --scratch-url, or leave --replay out'
    for command in 'migrate squash' 'migrate squash --from-files' 'schema-dump --prune'; do
        # shellcheck disable=SC2086 # a command of several words
        run 5 $command --allow-uncommitted --scratch-url "sqlite:$file"
        expect_err '--scratch-url names the live database'
    done
done
rm link.db twin.db
run 0 migrate check --replay --scratch-url sqlite:elsewhere.db
[ ! -e elsewhere.db ] || fail 'the scratch URL names a place, not a database to make'
run 2 migrate check --replay --scratch-url postgres://localhost/x
expect_err 'it is no sqlite database'
run 2 migrate check --scratch-url sqlite:elsewhere.db
expect_err '--scratch-url needs --replay'
