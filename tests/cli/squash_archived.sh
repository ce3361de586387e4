# Without git, or with snapshots that were never committed: a proof starts from the files that squashes archived.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

sql=database/schema/sqlite-schema.sql
manifest=database/schema/sqlite-schema.meta.json

# same_rows SQL: the live database and a bootstrapped one agree.
same_rows() {
    rm -f new.db
    run 0 migrate run --create --url sqlite:new.db -c sqlite
    [ "$(sqlite3 app.db "$1")" = "$(sqlite3 new.db "$1")" ] || fail "not the same: $1"
}

# begin: two squashes into two archives, work that went on, and a dump of it.
begin() {
    project
    rm -rf .git
    run 0 migrate squash --until 2_index --archive old
    run 0 migrate squash --archive old/more
    write 4_tags 'CREATE TABLE tags (id integer PRIMARY KEY);' 'DROP TABLE tags;'
    run 0 migrate run
    run 0 schema-dump
}

begin
run 0 migrate squash --dry-run --archive third
cp -R . ../range
run 0 migrate squash --archive third
expect_err 'replaying 4 migrations, those of the archive among them'
files 0
[ -f third/database/migrations/4_tags.sql ] || fail 'not archived'
same_rows "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'adonis%' ORDER BY name"
same_rows 'SELECT name FROM adonis_schema ORDER BY id'
jq -e '.proof.replayed == 4 and (.squashes | length == 3)' "$manifest" >stdout || fail 'not recorded'
# And once more.
write 5_more 'CREATE TABLE more (id integer PRIMARY KEY);' 'DROP TABLE more;'
run 0 migrate run
run 0 schema-dump
run 0 migrate squash --archive third
expect_err 'replaying 5 migrations, those of the archive among them'

# A part of the history, where a dump has taken the younger files.
cd ../range || fail 'no folder'
write 5_more 'CREATE TABLE more (id integer PRIMARY KEY);' 'DROP TABLE more;'
run 0 migrate run
run 0 schema-dump
run 0 migrate squash --keep 1 --archive third
files 1
grep -q more "$sql" && fail 'the younger file is in the snapshot'
same_rows "SELECT name, sql FROM sqlite_schema WHERE name NOT LIKE 'adonis%' ORDER BY name"

# What a dump took that no migration gives is found as in any squash.
begin
sqlite3 app.db 'ALTER TABLE posts ADD by_hand text'
run 0 schema-dump
refused 'the database is not what its migrations give' migrate squash --archive old

# A file that is missing, or another text, is named; the archive may have moved.
begin
cp -R . ../other
cp -R . ../digest
mv old/database/migrations/2_index.sql ..
refused '"database/migrations/2_index" is not in the archives "old" and others' migrate squash --archive old
expect_err '"database/migrations/4_tags.sql" cannot be replayed'
run 0 migrate squash --archive old --no-proof
cd ../other || fail 'no folder'
echo 'CREATE INDEX other ON users (name);' >>old/database/migrations/1_users.sql
sed -i '/^-- migrate:up/a CREATE TABLE other (id integer);' old/database/migrations/1_users.sql
refused '"old/database/migrations/1_users.sql" is not the text that the snapshot holds' migrate squash --archive old
mv old moved
refused '"database/migrations/1_users" is not in the archives' migrate squash --archive old
sed -i '/^CREATE TABLE other/d; $d' moved/database/migrations/1_users.sql
mkdir old && mv moved/more old/more
run 0 migrate squash --archive moved
files 0
cd ../digest || fail 'no folder'
jq 'del(.migrationDigests."database/migrations/1_users")' "$manifest" >../whole.json && cp ../whole.json "$manifest"
refused 'the manifest has no digest of "database/migrations/1_users"' migrate squash --archive old

# One that cannot be replayed: where it is.
project
rm -rf .git
sqlite3 app.db 'CREATE TABLE by_hand (id integer)'
write 4_odd 'DROP TABLE by_hand;' 'SELECT 1;'
run 0 migrate run
run 0 migrate squash --archive old --no-proof
write 5_more 'CREATE TABLE more (id integer PRIMARY KEY);' 'DROP TABLE more;'
run 0 migrate run
run 0 schema-dump
run 4 migrate squash --archive old
expect_err 'old/database/migrations/4_odd.sql:2'
files 1
