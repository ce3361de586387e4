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
