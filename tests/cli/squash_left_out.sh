# What a snapshot would leave out although it is in no file any more: objects that are excluded or ignored, and migrations that
# the database has not got.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

# The migration of an excluded object must stay.
project
refused '1 object that migrations made would get lost' schema-dump --prune --exclude posts
expect_err 'table posts: made by migrations, and left out of the snapshot'
sed -i 's/"url"/"ignore": ["users"], "url"/' database/connections.json
commit_all
refused '2 objects that migrations made would get lost' migrate squash
expect_err 'table users: made by migrations'
expect_err 'index users_name: made by migrations'
refused 'would get lost' migrate squash --until 2_index
run 0 migrate squash --no-proof
files 0
# What is ignored and no migration made is no concern of the squash.
project
sqlite3 app.db 'CREATE TABLE elsewhere (a)'
sed -i 's/"url"/"ignore": ["elsewhere"], "url"/' database/connections.json
commit_all
run 0 migrate squash
files 0

# A database that stopped before a squashed migration: its dump would be all that is left.
project
cp app.db old.db
write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
run 0 migrate run
commit_all
run 0 migrate squash
cp app.db new.db
mv old.db app.db
before=$(state)
for command in schema-dump 'schema-dump --prune' 'migrate squash' 'migrate squash --no-proof'; do
    # shellcheck disable=SC2086 # a command of several words
    run 5 $command
    expect_err '"database/migrations/4_more", whose file was squashed'
    expect_err "fetch the files from commit $(git rev-parse HEAD)"
done
[ "$before" = "$(state)" ] || fail 'a refused dump changed something'
# What writes no snapshot may be asked; and so may a database that has all.
run 0 schema-dump --path -
run 1 schema-dump --check
mv new.db app.db
run 0 schema-dump
run 0 migrate squash
