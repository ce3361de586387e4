# A migration that another tool has as a file of its own: a squash takes ours, and the other one stays.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

project
echo 'export default class {}' >database/migrations/1_users.ts
commit_all
run 0 migrate squash
[ "$(ls database/migrations)" = 1_users.ts ] || fail "left: $(ls database/migrations)"
commit_all
run 0 migrate run
expect_err 'up to date'
run 0 migrate check

# A new database starts from the snapshot, and dumps the same one.
cp database/schema/sqlite-schema.meta.json before.json
rm app.db
run 0 migrate run --create
run 0 migrate status --exit-code
run 0 schema-dump
expect_same before.json database/schema/sqlite-schema.meta.json

# The next squash starts from it, and leaves the other tool's file alone.
printf -- '-- migrate:up\nCREATE TABLE later (x);\n-- migrate:down\nDROP TABLE later;\n' >database/migrations/9_later.sql
run 0 migrate run
commit_all
run 0 migrate squash
expect_out 'kept database/migrations/1_users: the snapshot holds another text of it'
[ "$(ls database/migrations)" = 1_users.ts ] || fail "left: $(ls database/migrations)"
run 0 migrate check --replay
rm app.db
run 0 migrate run --create
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('users', 'later')" 2

# A file in SQL that was edited since is found as ever.
printf -- '-- migrate:up\nCREATE TABLE other (x);\n' >database/migrations/9_later.sql
run 5 migrate run
expect_err 'was edited after it was applied'
