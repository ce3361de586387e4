# As squash_kill.sh: two connections share two folders, and schema-dump --prune of the second one takes the files away.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"

: "${top:=}"
mkdir -p project/database/migrations project/more
cd project || exit 1
cat >database/connections.json <<'JSON'
{ "default": "first", "connections": {
    "first": { "url": "sqlite:first.db", "migrations": { "paths": ["database/migrations", "more"] } },
    "second": { "url": "sqlite:second.db", "migrations": { "paths": ["database/migrations", "more"] } } } }
JSON
write 1_users 'CREATE TABLE users (id integer PRIMARY KEY, name text);' 'DROP TABLE users;'
write 2_index 'CREATE INDEX users_name ON users (name);' 'DROP INDEX users_name;'
printf -- '-- migrate:up\nCREATE TABLE posts (id integer PRIMARY KEY);\n' >more/3_posts.sql
printf 'kept\n' >more/README
run 0 migrate run --all --create
# The first one's snapshot holds the files; they stay until the second one's does too.
run 0 migrate squash -c first --allow-uncommitted
expect_out 'kept more/3_posts'
[ -e more/3_posts.sql ] || fail 'a shared file went too early'
keep=$PWD
# shellcheck disable=SC2034 # for at_every_call
connection=second snapshot=database/schema/second-schema archive=old
# shellcheck disable=SC2034
names='database/migrations/1_users database/migrations/2_index more/3_posts'

fresh_database() {
    :
}

load_elsewhere() {
    rm -f "$top/x.db"
    schema-load -q --url "sqlite:$top/x.db" -c second --create --path "$1" && sqlite3 "$top/x.db" 'SELECT name FROM adonis_schema'
}

# Both of them, each from its own snapshot.
bootstrap() {
    rm -f first.db second.db
    run 0 migrate run --all --create
    for database in first.db second.db; do
        expect_rows $database 'SELECT count(*) FROM adonis_schema; SELECT count(*) FROM posts' "3
0"
    done
    [ -e more/README ] || fail 'another file is gone'
}

at_every_call env PATH="$top/bin" "$BL_BIN/schema-dump" -c second --prune --allow-uncommitted --archive old
cmp -s "$keep/more/README" more/README || fail 'another file was touched'
