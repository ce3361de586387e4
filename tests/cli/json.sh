#!/bin/sh
# --json of every command: one valid document with the documented members, also when the command fails.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

# expect_json PATH VALUE: a member of the document on stdout; null prints as nothing.
expect_json() {
    value=$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('stdout') AS text), '\$.$1')") ||
        fail "not JSON: $(cat stdout)"
    [ "$value" = "$2" ] || fail "$1 is \"$value\", not \"$2\": $(cat stdout)"
}

# expect_members NAMES: all members of the document, in their order.
expect_members() {
    names=$(sqlite3 :memory: "SELECT group_concat(key, ' ') FROM json_each(CAST(readfile('stdout') AS text))")
    [ "$names" = "status connection engine durationMs error${1:+ $1}" ] || fail "members are: $names"
}

# good STATUS WORDS...: runs and succeeds without talk.
good() {
    status=$1
    shift
    run 0 "$@" --json
    [ -s stderr ] && fail "talk: $(cat stderr)"
    expect_json status "$status"
    expect_json connection main
    expect_json engine sqlite
    expect_json error ''
}

mkdir -p database/migrations database/seeders
echo '{ "connections": { "main": { "url": "sqlite:app.db" } } }' >database/connections.json
printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
printf -- '-- migrate:up\nCREATE TABLE b (x);\n-- migrate:down\nDROP TABLE b;\n' >database/migrations/2_b.sql

echo '{ "connections": { "main": { "url": "sqlite:app.db", "production": true } } }' >production.json
good completed migrate run --create --dry-run
expect_json 'migrations[0].name' database/migrations/1_a
expect_json 'migrations[0].status' pending
expect_json 'migrations[0].queries[0]' 'CREATE TABLE a (x)'
[ ! -e app.db ] || fail 'a dry run made the database'
good completed migrate run --create
expect_members 'bootstrap migrations'
expect_json bootstrap ''
expect_json 'migrations[1].name' database/migrations/2_b
expect_json 'migrations[1].status' completed
expect_json 'migrations[1].batch' 1
good skipped migrate run
expect_json 'migrations[0]' ''
good completed migrate status
expect_members migrations
expect_json 'migrations[0].status' completed
expect_json 'migrations[1].batch' 1
good completed migrate rollback --step 1
expect_json 'migrations[0].name' database/migrations/2_b
good completed migrate status
expect_json 'migrations[1].status' pending
expect_json 'migrations[1].batch' ''
expect_json 'migrations[1].migrationTime' ''
run 1 migrate status --exit-code --json
expect_json status completed
good completed migrate refresh
good completed migrate repair
expect_members migrations
good completed migrate unlock
expect_json holder ''
good completed migrate wipe --dry-run
expect_members queries

good completed schema-dump
expect_members 'dump pruned skipped'
expect_json dump.changed 1
expect_json dump.objects.table 2
expect_json dump.path "$PWD/database/schema/main-schema.sql"
expect_json dump.manifest "$PWD/database/schema/main-schema.meta.json"
good skipped schema-dump
expect_json dump.changed 0
good completed schema-dump --check
expect_json 'differences[0]' ''
sqlite3 app.db 'CREATE TABLE c (x)'
run 1 schema-dump --check
expect_err 'write it anew with schema-dump'
run 1 schema-dump --check --json
expect_json status completed
[ "$(sqlite3 :memory: "SELECT count(*) FROM json_each(CAST(readfile('stdout') AS text), '\$.differences')
    WHERE json_extract(value, '\$.kind') = 'table' AND json_extract(value, '\$.name') = 'c'")" = 1 ] || fail "$(cat stdout)"

good completed schema-load --create --url sqlite:second.db -c main --clone third
expect_members 'load clones verified'
expect_json verified 1
expect_json load.path "$PWD/database/schema/main-schema.sql"
run 5 schema-load --json
expect_members ''
expect_json status error
expect_json error.code conflict
[ -n "$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('stdout') AS text), '\$.error.hint')")" ] || fail 'no hint'

good completed migrate fresh
expect_json bootstrap.path "$PWD/database/schema/main-schema.sql"
good completed migrate wipe
good completed migrate make create_d_table
case $(cat stdout) in *database/migrations/*_create_d_table.sql*) ;; *) fail "$(cat stdout)" ;; esac
rm database/migrations/*_create_d_table.sql

good completed migrate run
# The commands that report of files and ledger: the same members whatever they find.
good completed migrate check --offline
expect_members differences
run 0 migrate check --json --replay -q
expect_members 'differences replay'
expect_json differences '[]'
expect_json replay.migrations 2
sqlite3 app.db 'CREATE TABLE stray (x)'
run 1 migrate check --replay --json
expect_members 'differences replay'
expect_json status completed
expect_json error ''
expect_json 'differences[1].where' ''
sqlite3 app.db 'DROP TABLE stray'
run 5 migrate check --replay --json --config "$PWD/production.json"
expect_members 'differences replay'
expect_json error.code conflict
expect_json replay.migrations 0
run 2 migrate check --json --scratch-url sqlite:x.db
expect_json error.code usage
good completed migrate repair
run 5 migrate adopt --from dbmate --json
expect_json error.code conflict
good completed migrate unlock
printf -- '-- migrate:up\nCREATE TABLE e (x);\n  CREATE TABLES f;\n' >database/migrations/3_e.sql
run 4 migrate run --json
expect_members 'bootstrap migrations'
expect_json error.code sql
expect_json error.file database/migrations/3_e.sql
expect_json error.line 3
expect_json 'migrations[0].status' error
run 3 migrate status --json --url sqlite:missing.db
expect_json error.code connect

# The status says what was done. A seeder that ran is something, a file that is already there is not.
mkdir statuses && cd statuses || fail cd
good_init() {
    run 0 migrate init --json
    expect_json status "$1"
}
good_init completed
good_init skipped
rm database/connections.json
echo '{ "connections": { "main": { "url": "sqlite:app.db" } } }' >database/connections.json
printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
good skipped migrate wipe --create
good skipped migrate seed
expect_members seeders
echo 'INSERT INTO a VALUES (1);' >database/seeders/1_a.sql
good completed migrate run
good completed migrate run --seed
expect_members 'bootstrap migrations seeders'
expect_json 'seeders[0].name' database/seeders/1_a.sql
expect_json 'seeders[0].status' completed
good completed migrate run --seed --dry-run
expect_json 'seeders[0].status' pending
expect_json 'seeders[0].queries[0]' 'INSERT INTO a VALUES (1)'
good skipped migrate run --dry-run
echo 'INSERT INTO nowhere VALUES (1);' >database/seeders/0_first.sql
run 4 migrate seed --json
expect_json 'seeders[0].status' error
expect_json 'seeders[1].status' pending
rm database/seeders/*
run 0 migrate refresh
expect_err 'reverted 1 migration, migrated 1 migration ('
run 0 schema-dump
mv database/migrations/1_a.sql 1_a.kept
run 0 migrate reset --json -v
expect_json status skipped
expect_err 'the baseline of 1 migration from "database/schema/main-schema.sql" stays'
mv 1_a.kept database/migrations/1_a.sql
rm database/schema/main-schema.*
good completed migrate rollback
good skipped migrate rollback
good completed migrate wipe
good skipped migrate wipe
run 0 migrate wipe
expect_err 'nothing to wipe in "app.db"'
good skipped migrate wipe --dry-run
rm database/migrations/1_a.sql
sqlite3 app.db 'CREATE TABLE b (x)'
good completed migrate fresh
good skipped migrate fresh
cd .. || fail cd

# A folder whose name is no UTF-8 leaves no member out.
odd=$(printf 'caf\351')
mkdir "$odd" && cd "$odd" || fail cd
run 0 migrate init --url sqlite:app.db
printf -- "-- migrate:up\nCREATE TABLE a (x DEFAULT '\351');\n" >database/migrations/1_a.sql
run 0 migrate run --create --dry-run --json
expect_json 'migrations[0].queries[0]' "$(printf "CREATE TABLE a (x DEFAULT '\357\277\275')")"
printf -- '-- migrate:up\nCREATE TABLE a (x);\n' >database/migrations/1_a.sql
run 0 migrate run --create
run 0 schema-dump --json
expect_members 'dump pruned skipped'
case $(cat stdout) in *"$(printf 'caf\357\277\275/database/schema/main-schema.sql')"*) ;; *) fail "$(cat stdout)" ;; esac
run 0 schema-load --json --create --url sqlite:copy.db -c main
expect_members 'load clones verified'
rm app.db
run 0 migrate run --create --json
expect_json bootstrap.objects 1
run 0 migrate squash --json --allow-uncommitted
expect_members 'dump skipped pruned kept proof'
