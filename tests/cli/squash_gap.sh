# A database that stopped in the middle of what was squashed since.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

project
cp app.db done.db
rm app.db
run 0 migrate run --create --to 1_users
cp app.db middle.db
cp done.db app.db
run 0 migrate squash --until 2_index
commit=$(git rev-parse HEAD)
commit_all
run 0 migrate squash --archive old
cp middle.db app.db
run 5 migrate run
expect_err 'has not got 2 migrations whose files were squashed, from "database/migrations/2_index" to "database/migrations/3_posts"'
expect_err 'database/migrations/2_index, database/migrations/3_posts'
expect_err "commit $commit and commit"
expect_err 'or the archive old'
run 5 migrate run --dry-run
expect_rows app.db "SELECT count(*) FROM adonis_schema" 1
run 0 migrate status
expect_err '2 migrations whose files were squashed'
run 1 migrate status --exit-code

# With the files it goes on, and they may go again.
git checkout -q "$commit" -- database/migrations
cp old/database/migrations/*.sql database/migrations/
run 0 migrate run
expect_rows app.db "SELECT count(*) FROM adonis_schema" 3
run 0 migrate squash --allow-uncommitted
files 0
run 0 migrate status --exit-code

# A replay is not possible without the files, and says so.
rm app.db
run 5 migrate run --create --no-snapshot
expect_err 'migrate run without --no-snapshot'
[ ! -e app.db ] || fail "a database is left"
run 0 migrate run --create

# With --url the connection has another name, and no snapshot: what is gone is not left out without a word.
project
sed -i 's/"sqlite": {/"main": {/' database/connections.json
run 0 migrate squash -c main --keep 1
files 1
run 5 migrate run --create --url sqlite:new.db
expect_err 'the database would lack 2 migrations, from "database/migrations/1_users"'
expect_err '"database/schema/main-schema.sql" holds them, the snapshot of connection "main"'
expect_err 'be that connection (-c main, also beside --url)'
[ ! -e new.db ] || fail 'the database was made'
run 5 migrate fresh --force --create --url sqlite:new.db
run 0 migrate run --create --url sqlite:new.db -c main
run 0 migrate check --url sqlite:new.db -c main
# Nor where the snapshot is another engine's.
sed -i 's/"name": "sqlite"/"name": "postgres"/' database/schema/main-schema.meta.json
run 5 migrate run --create --url sqlite:other.db
expect_err 'fetch the files from version control or the archive'
