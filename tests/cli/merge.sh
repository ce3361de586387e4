# The merge driver: two branches add a migration each, and git merges their snapshots.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

migration() {
    printf -- '-- migrate:up\nCREATE TABLE %s (x);\n-- migrate:down\nDROP TABLE %s;\n' "$2" "$2" >"database/migrations/$1_$2.sql"
}
dump() {
    rm -f app.db
    run 0 migrate run --create --no-snapshot
    run 0 schema-dump
    git add -A
    git commit -qm "$1"
}
export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@example.org GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@example.org
git init -q -b main .
run 0 migrate init --git
rm .git/hooks/post-merge # which would do it: merge_hook.sh
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
printf 'app.db*\nstdout\nstderr\n' >.gitignore
migration 1 base
dump base
git checkout -qb side
migration 2 left
dump left
git checkout -q main
migration 3 right
dump right
git merge -q --no-edit side >merged 2>&1 || fail "the merge conflicts: $(cat merged)"
snapshot=database/schema/sqlite-schema.sql
for table in base left right; do
    grep -q "CREATE TABLE $table" "$snapshot" || fail "no $table"
    grep -q "migrations/[123]_$table'" "$snapshot" || fail "no ledger row of $table"
    grep -q "migrations/[123]_$table\"" database/schema/sqlite-schema.meta.json || fail "no name of $table in the manifest"
done

# It is refused until it is dumped again from a database that ran both.
rm app.db
run 5 migrate run --create
expect_err 'was modified'
run 0 migrate run --create --no-snapshot
run 0 schema-dump
rm app.db
run 0 migrate run --create
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('base', 'left', 'right')" 3

# One object changed on both sides: marked, and not clean.
printf -- '-- baseline snapshot, format 1, sqlite\nBEGIN;\n\n-- table t\nCREATE TABLE t (a);\n\n-- gate\nCOMMIT;\n' >base.sql
sed 's/(a)/(a, b)/' base.sql >ours.sql
sed 's/(a)/(a, c)/' base.sql >theirs.sql
run 1 schema-dump --merge base.sql ours.sql theirs.sql
grep -q '<<<<<<< ours' ours.sql || fail "no marks"
# Removed here, changed there: marked as well.
sed '/table t/,/CREATE/d' base.sql >gone.sql
run 1 schema-dump --merge base.sql gone.sql theirs.sql
grep -q 'CREATE TABLE t (a, c)' gone.sql || fail "the change of the other side is lost"
[ "$(tail -n 1 gone.sql)" = 'COMMIT;' ] || fail "the marks stand behind the end"
echo 'no snapshot' >ours.sql
run 5 schema-dump --merge base.sql ours.sql theirs.sql
run 2 schema-dump --merge base.sql ours.sql

# Keys of others in the manifests, each by itself: what one side changed counts, ours where both did; nothing new is lost.
meta() {
    printf '{"version": 1, "generatedAt": "x", "connection": "sqlite", "dumpPath": "m.sql", "schemaTableName": "adonis_schema",
        "schemaVersionsTableName": "adonis_schema_versions", "squashedMigrationNames": []%s}' "$1"
}
meta ', "same": 1, "we": 1, "they": {"a": [1]}, "both": 1, "gone": 1, "left": 1' >base.json
meta ', "same": 1, "we": 2, "they": {"a": [1]}, "both": 2, "gone": 1, "ours": "o", "added": 1' >ours.json
meta ', "same": 1, "we": 1, "they": {"a": [2]}, "both": 3, "left": 1, "theirs": {"t": null}, "added": 1' >theirs.json
run 0 schema-dump --merge base.json ours.json theirs.json
[ "$(jq -cS '{same, we, they, both, gone: has("gone"), left: has("left"), ours, theirs, added}' ours.json)" = \
    '{"added":1,"both":2,"gone":false,"left":false,"ours":"o","same":1,"theirs":{"t":null},"they":{"a":[2]},"we":2}' ] ||
    fail "keys of others: $(cat ours.json)"
# Their numbers stay what they are, letter by letter.
meta ', "we": 1.10, "they": 1' >base.json
meta ', "we": 1e400, "they": 1' >ours.json
meta ', "we": 1.10, "they": [123456789012345678901234567890, -0]' >theirs.json
run 0 schema-dump --merge base.json ours.json theirs.json
grep -q '"we": 1e400,' ours.json || fail "numbers of others: $(cat ours.json)"
grep -q '"they": \[123456789012345678901234567890,-0\]' ours.json || fail "numbers of others: $(cat ours.json)"

# What another tool reads to find its place is a row of its own table for each file, or the last version alone.
peer() {
    rm -rf .git .gitattributes app.db* database m
    mkdir -p database m
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "migrations": { "paths": ["m"], "convention": "%s" } } } }\n' "$1" \
        >database/connections.json
    git init -q -b main .
    run 0 migrate init --git
    rm .git/hooks/post-merge
}
put() {
    mkdir -p "$(dirname "m/$1")"
    echo "CREATE TABLE $2 (x integer);" >"m/$1"
}
# both_add CONVENTION ENDING TABLE COUNT: a file of one branch and one of the other; the rows that the merged snapshot has.
both_add() {
    peer "$1"
    put "8_base$2" base
    dump base
    git checkout -qb side
    put "9_left$2" left
    dump left
    git checkout -q main
    put "10_right$2" right
    dump right
    git merge -q --no-edit side >merged 2>&1 || fail "$1: the merge conflicts: $(cat merged)"
    [ "$(grep -c "INSERT INTO $3 " "$snapshot")" = "$4" ] || fail "$1: not $4 rows: $(grep "INTO $3" "$snapshot")"
    run 0 migrate rebuild
    cp "$snapshot" rebuilt.sql
    rm app.db
    run 0 migrate run --create
    run 0 migrate check
    rm app.db
    run 0 migrate run --create --no-snapshot
    run 0 schema-dump
    cmp -s rebuilt.sql "$snapshot" || fail "$1: the rebuilt snapshot is not that of the files"
    rm rebuilt.sql
}
both_add prisma /migration.sql _prisma_migrations 3
both_add golang-migrate .up.sql schema_migrations 1
grep -q "schema_migrations.*'\?10'\?, FALSE" "$snapshot" || fail 'not the last version'

# What stood before a new block, or a new line, may be gone on the other side: it is put in its place all the same.
mkdir again
cd again || exit 1
git init -q -b main .
run 0 migrate init --git
rm .git/hooks/post-merge .git/hooks/pre-commit
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
printf 'app.db*\nstdout\nstderr\nmerged\n' >.gitignore
migration 1 base
migration 2 left
migration 3 other
dump base
git checkout -q -b adds
migration 4 behind
dump adds
git checkout -q -b drops main
git rm -q database/migrations/2_left.sql
git rm -q database/migrations/3_other.sql
rm -r database/schema
dump drops
git merge -q --no-edit adds >merged 2>&1 || fail "the merge conflicts: $(cat merged)"
[ "$(tail -n 1 "$snapshot")" = 'COMMIT;' ] || fail "something stands behind the end"
grep -qx -- '-- gate' "$snapshot" || fail "the gate has no line of its own"
[ "$(grep '^-- table [bo]' "$snapshot" | tr '\n' ' ')" = '-- table base -- table behind ' ] || fail "not the tables that are left"
grep -q "migrations/4_behind'" "$snapshot" || fail "no ledger row of the new one"
[ "$(grep -n '^-- table behind' "$snapshot" | cut -d: -f1)" -lt "$(grep -n '^-- ledger' "$snapshot" | cut -d: -f1)" ] ||
    fail "a table behind the ledger"

# A conflict that is resolved to one side: the manifest, merged, describes no such text.
for side in ours theirs; do
    git checkout -q -f -B one main
    printf -- '-- migrate:up\nALTER TABLE base ADD COLUMN b;\n' >database/migrations/6_b.sql
    dump one
    git checkout -q -B other main
    printf -- '-- migrate:up\nALTER TABLE base ADD COLUMN c;\n' >database/migrations/7_c.sql
    dump other
    git merge -q --no-edit one >merged 2>&1 && fail "the merge does not conflict"
    git checkout -q --$side "$snapshot"
    run 1 migrate check --offline
    rm -f app.db
    run 5 migrate run --create
    run 5 migrate rebuild
    expect_err 'do not name the same migrations: only the manifest names'
    dump merged
    rm -f app.db
    run 0 migrate run --create
    expect_rows app.db "SELECT count(*) FROM pragma_table_info('base')" 3
    run 0 migrate check --replay
done

# Rows that one side carries no longer.
git checkout -q -f -B one main
printf -- '-- migrate:up\nINSERT INTO base VALUES (1);\n' >database/migrations/6_rows.sql
rm -f app.db
run 0 migrate run --create --no-snapshot
run 0 schema-dump --data base
git add -A
git commit -q -m rows
git checkout -q -b stays
migration 7 stays
rm -f app.db
run 0 migrate run --create --no-snapshot
run 0 schema-dump
git add -A
git commit -q -m stays
git checkout -q -b leaves one
migration 8 leaves
sed -i '/"base": 1/d' database/schema/sqlite-schema.meta.json # as a dump that does not carry them leaves it
dump leaves
! grep -q '"base": 1' database/schema/sqlite-schema.meta.json || fail "the rows are carried"
git merge -q --no-edit stays >merged 2>&1 || fail "the merge conflicts: $(cat merged)"
! grep -q '"base": 1' database/schema/sqlite-schema.meta.json || fail "the manifest carries rows that the text has not"
