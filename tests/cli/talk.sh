#!/bin/sh
# stdout is the product, stderr is talk: what is printed where, with -q and -v.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
echo '{ "connections": { "main": { "url": "sqlite:app.db" } } }' >database/connections.json
printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql

# durations FILE: "(12 ms)" -> "(N)"
durations() {
    sed -E 's/\([0-9.]+ m?s\)/(N)/' "$1"
}

mv database/migrations kept
run 0 migrate run --create
[ "$(cat stderr)" = 'nothing to run: there are no migrations in "database/migrations"' ] || fail "$(cat stderr)"
mv kept database/migrations
run 0 migrate run
expect_lines 0
[ "$(durations stderr)" = "migrated database/migrations/1_a (N)
migrated 1 migration (N)" ] || fail "$(cat stderr)"
run 0 migrate run
[ "$(cat stderr)" = 'already up to date' ] || fail "$(cat stderr)"
run 0 migrate rollback --compact-output
[ "$(durations stderr)" = 'reverted 1 migration (N)' ] || fail "$(cat stderr)"
run 0 migrate run -q
[ -s stderr ] && fail "$(cat stderr)"
run 0 migrate rollback -q
run 0 migrate run -v
expect_lines 0
durations stderr >lines
grep -qx '  CREATE TABLE a (x) (N)' lines || fail "$(cat stderr)"
run 0 migrate rollback --dry-run
expect_out 'DROP TABLE a;'
run 0 migrate rollback --dry-run -q
expect_out 'DROP TABLE a;'
run 0 migrate status -q
expect_out 'completed  database/migrations/1_a'

printf -- '-- migrate:up\nCREATE TABLE b (x);\nINSERT INTO none VALUES (1);\n' >database/migrations/2_b.sql
run 4 migrate run
[ "$(head -n 1 stderr)" = 'error database/migrations/2_b' ] || fail "$(cat stderr)"
expect_err 'migrate: error: database/migrations/2_b.sql:3:'
[ "$(grep -c 'no such table: none' stderr)" -eq 1 ] || fail "said twice: $(cat stderr)"
run 4 migrate run -q
expect_err 'no such table: none'
