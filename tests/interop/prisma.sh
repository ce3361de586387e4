# Prisma's own engine and migrate take turns on one SQLite database, from its table and from a snapshot.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

[ -x "$BL_BUILD_DIR/prisma/peer" ] || {
    echo "skipped: 1 tool cannot be had: Prisma's engine" >&2
    exit 0
}

mkdir -p database prisma/migrations
printf '{ "connections": { "app": { "url": "sqlite:app.db", "migrations": { "convention": "prisma", "paths": ["prisma/migrations"] } } } }\n' \
    >database/connections.json
echo 'provider = "sqlite"' >prisma/migrations/migration_lock.toml

# new N: migration N, whose table is tN.
new() {
    mkdir "prisma/migrations/2024010${1}000000_t$1"
    printf 'CREATE TABLE t%s (a integer);\n' "$1" >"prisma/migrations/2024010${1}000000_t$1/migration.sql"
}
peer() { "$BL_BUILD_DIR/prisma/peer" "$1" app.db prisma/migrations; }

# agree: Prisma finds all applied, none edited, none failed; so do we.
agree() {
    run 0 peer status
    expect_out '"editedMigrationNames":[]'
    expect_out '"failedMigrationNames":[]'
    expect_out '"history":null'
    run 0 migrate status --exit-code
    run 0 migrate check
}

# Two by Prisma, the third by us, the fourth by Prisma again.
new 1
new 2
run 0 peer deploy
expect_out '"20240101000000_t1","20240102000000_t2"'
run 5 migrate run
run 0 migrate adopt --from prisma
expect_lines 2
agree
new 3
run 0 migrate run
expect_err 'migrated 1 migration'
agree
new 4
run 0 peer deploy
expect_out '{"appliedMigrationNames":["20240104000000_t4"]}'
run 5 migrate run
expect_err '"prisma/migrations/20240104000000_t4" is not in the ledger'
run 0 migrate adopt --from prisma
expect_lines 1
agree

# A new database from the snapshot, with Prisma's table filled; from the files; Prisma goes on in both.
run 0 schema-dump
for how in '' --no-snapshot; do
    rm app.db
    # shellcheck disable=SC2086 # one word or none
    run 0 migrate run --create $how
    run 0 peer status
    expect_out '"history":null'
done
new 5
run 0 peer deploy
expect_out '{"appliedMigrationNames":["20240105000000_t5"]}'

# Line ends that git changed are no edit, for neither; another text is one for both.
sed -i 's/$/\r/' prisma/migrations/20240105000000_t5/migration.sql
run 0 peer status
expect_out '"editedMigrationNames":[]'
run 0 migrate adopt --from prisma
expect_no_out 'edited'
new 6
run 0 peer deploy
echo 'CREATE TABLE t6 (a integer, b integer);' >prisma/migrations/20240106000000_t6/migration.sql
run 0 peer status
expect_out '"editedMigrationNames":["20240106000000_t6"]'
run 0 migrate adopt --from prisma
expect_out 'its file was edited since'
run 5 migrate run
expect_err 'was edited after it was applied'
run 0 migrate repair --accept 20240106000000_t6

# One that fails under Prisma stops both, until Prisma is told.
mkdir prisma/migrations/20240107000000_t7
echo 'SELECT nowhere;' >prisma/migrations/20240107000000_t7/migration.sql
run 1 peer deploy
run 5 migrate run
expect_err 'prisma stopped half-way in migration "20240107000000_t7"'
