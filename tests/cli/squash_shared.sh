# Connections whose migrations lie in the same folder: none loses a file that it still needs.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

shared() {
    project
    cat >database/connections.json <<'JSON'
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db" },
    "two": { "url": "sqlite:app.db2" },
    "apart": { "url": "sqlite:app.db3", "migrations": { "paths": ["elsewhere"] } } } }
JSON
    commit_all
    run 0 migrate run -c two --create
}

# Both are up to date: the file goes with the last snapshot that takes it in.
shared
run 0 migrate squash -c one --archive old
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
files 3
run 0 migrate squash -c two --archive old
expect_out 'pruned database/migrations/1_users'
files 0
for connection in one two; do
    run 0 migrate status -c $connection --exit-code
    expect_out 'squashed   database/migrations/2_index'
done

# All in one command.
shared

run 0 migrate squash --connection '*o*' --archive old
files 0

# One of them is behind: refused, and named.
shared
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run -c one
refused 'connection "two" uses the same files and has 1 of them pending, "database/migrations/4_more" first' migrate squash -c one
expect_err 'migrate run -c two'
refused 'connection "two"' migrate squash -c one --check-connection two
refused 'connection "two"' schema-dump --prune -c one
# Only what is squashed counts.
run 0 migrate squash -c one --until 3_posts
sqlite3 app.db3 VACUUM
run 0 migrate squash -c one --check-connection apart
expect_no_err 'two'

# One comes to the same folder by a link.
shared
ln -s database/migrations link
sed -i 's|"sqlite:app.db2"|"sqlite:app.db4", "migrations": { "paths": ["link"] }|' database/connections.json
run 0 migrate run -c two --create
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run -c one
refused 'connection "two" uses the same files and has 1 of them pending, "link/4_more" first' migrate squash -c one
run 0 migrate run -c two
run 0 migrate squash -c one
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
files 4
run 0 schema-dump -c two
run 0 migrate squash -c one
files 0

# One cannot be reached: named in a warning, and its files stay; when it is asked for by name, refused.
shared
rm app.db2
run 0 migrate squash -c one
expect_err 'connection "two" uses the same files and could not be asked'
files 3
run 3 migrate squash -c one --check-connection two
run 2 migrate squash -c one --check-connection nobody

# One whose URL needs a variable that is not set.
shared
# shellcheck disable=SC2016 # for the tool
sed -i 's/sqlite:app.db2/${NOT_SET}/' database/connections.json
run 0 migrate squash -c one
expect_err 'connection "two" uses the same files and could not be asked'
files 3

# They share one snapshot: one squash is enough.
shared
sed -i 's/"sqlite:app.db2"/"sqlite:app.db2", "snapshot": "one"/' database/connections.json
commit_all
run 0 migrate squash -c one
files 0
run 0 migrate status -c two --exit-code
rm app.db2
run 0 migrate run -c two --create

# Where files of one would be migrations of another.
shared
mkdir elsewhere
refused 'would lie in the migration folder' migrate squash -c one --archive elsewhere/old
refused 'would lie in the migration folder' migrate squash -c one --archive elsewhere
files 3

# Each has a folder of its own beside the one that they share: nobody waits for what the other never reads.
project
mkdir one two
cat >database/connections.json <<'JSON'
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db", "migrations": { "paths": ["database/migrations", "one"] } },
    "two": { "url": "sqlite:app.db2", "migrations": { "paths": ["two", "database/migrations"] } } } }
JSON
printf -- '-- migrate:up\nCREATE TABLE one (x);\n' >one/4_one.sql
printf -- '-- migrate:up\nCREATE TABLE two (x);\n' >two/4_two.sql
run 0 migrate run --all --create
commit_all
run 0 migrate squash -c one
expect_out 'pruned one/4_one'
expect_out 'kept database/migrations/1_users: the snapshot of "two" does not hold it yet'
files 3
run 0 migrate squash -c two
files 0
[ -z "$(find one two -name '*.sql')" ] || fail 'a file is left'
rm app.db app.db2
run 0 migrate run --all --create
for connection in one two; do
    run 0 migrate check -c $connection
done
# What both read counts for both, by the name that each has for it.
project
cat >database/connections.json <<JSON
{ "default": "one", "connections": {
    "one": { "url": "sqlite:app.db" },
    "two": { "url": "sqlite:app.db2", "migrations": { "paths": ["$PWD/database/migrations"] } } } }
JSON
run 0 migrate run -c two --create
commit_all
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
commit_all
run 0 migrate run -c one
refused "connection \"two\" uses the same files and has 1 of them pending, \"$PWD/database/migrations/4_more\" first" migrate squash -c one
run 0 migrate run -c two
run 0 migrate squash -c one
files 4
run 0 migrate squash -c two
files 0

# Two engines: a file for one of them is nothing to the other, whose database need not be there.
project
rm -r app.db database/migrations/*
cat >database/connections.json <<'JSON'
{ "default": "lite", "connections": {
    "lite": { "url": "sqlite:app.db", "migrations": { "convention": "popx" } },
    "pg": { "url": "postgres://nobody@127.0.0.1:1/none", "migrations": { "convention": "popx" } } } }
JSON
for file in 20200101000001_a.up.sql 20200101000001_a.down.sql 20200101000002_b.sqlite3.up.sql 20200101000002_b.postgres.up.sql \
    20200101000003_c.postgres.up.sql 20200101000004_d.sqlite3.up.sql 20200101000004_d.sqlite3.down.sql; do
    echo "CREATE TABLE t$(echo "$file" | cut -c 14) (x integer);" >"database/migrations/$file"
done
run 0 migrate run --create
commit_all
run 0 migrate squash
expect_err 'connection "pg" uses the same files and could not be asked'
expect_out 'kept database/migrations/20200101000001_a: the snapshot of "pg" does not hold it yet'
expect_out 'pruned database/migrations/20200101000002_b'
expect_out 'pruned database/migrations/20200101000004_d'
ls database/migrations >left
printf '%s\n' 20200101000001_a.down.sql 20200101000001_a.up.sql 20200101000002_b.postgres.up.sql 20200101000003_c.postgres.up.sql >expected
expect_same expected left
