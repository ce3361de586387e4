# What broke other tools, one line each (dump, load, rollback, status).
. "$BL_SOURCE_DIR/tests/lib/check.sh"

top=$PWD
folders=0
new_folder() {
    folders=$((folders + 1))
    mkdir "$top/$folders" && cd "$top/$folders" || fail "no folder"
}

write() {
    printf -- '-- migrate:up\n%s\n-- migrate:down\n%s\n' "$2" "$3" >"database/migrations/$1.sql"
}
project() {
    new_folder
    mkdir -p database/migrations
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
    write 1_a 'CREATE TABLE a (x);' 'DROP TABLE a;'
    write 2_b 'CREATE TABLE b (x);' 'DROP TABLE b;'
    run 0 migrate run --create
}

# Two dumps of an unchanged database: the same bytes, and neither file is touched.
project
run 0 schema-dump
sum=$(stat -c '%y %i' database/schema/* && cksum database/schema/*)
run 0 schema-dump --json
expect_out '"status": "skipped"'
[ "$sum" = "$(stat -c '%y %i' database/schema/* && cksum database/schema/*)" ] || fail "the second dump wrote"
rm -r database/schema
run 0 schema-dump
first=$(cat database/schema/sqlite-schema.sql)
rm -r database/schema app.db
run 0 migrate run --create
run 0 schema-dump
[ "$first" = "$(cat database/schema/sqlite-schema.sql)" ] || fail "another machine gives other bytes"

# A table of the same name and no history: refused, rows intact.
rm app.db
sqlite3 app.db 'CREATE TABLE a (x); INSERT INTO a VALUES (42)'
run 5 schema-load
run 5 migrate run
expect_rows app.db 'SELECT x FROM a' 42

# An error in the middle of a load: nothing is left.
project
run 0 schema-dump
rm app.db
sed -i 's/^CREATE TABLE b .*/CREATE TABLE b (x;/' database/schema/sqlite-schema.sql
run 4 schema-load --create --accept-modified
expect_err 'sqlite-schema.sql:'
[ ! -e app.db ] || fail "a database is left"
sqlite3 app.db VACUUM
run 4 schema-load --accept-modified
expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0

# Only squashed rows: rollback says why not.
project
run 0 schema-dump
rm database/migrations/*
run 5 migrate rollback
expect_err 'inside the baseline'
run 0 migrate reset
expect_err 'baseline of 2 migrations'

# Another connection's name is refused with the field named.
run 5 migrate status --url sqlite:app.db --connection other --schema-path database/schema/sqlite-schema.sql
expect_err '"connection" is "sqlite", not "other"'

# A dry run on an empty database leaves it empty.
project
rm app.db
sqlite3 app.db VACUUM
run 0 migrate run --dry-run
expect_out 'CREATE TABLE a'
expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
rm app.db
run 0 migrate run --dry-run --create
[ ! -e app.db ] || fail "a dry run made a database"
run 3 migrate run --dry-run
run 3 migrate status
[ ! -e app.db ] || fail "status made a database"

# Status writes nothing.
sqlite3 app.db VACUUM
run 0 migrate status
expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0

# The newest applied file is missing: rollback refuses and reverts nothing.
project
rm database/migrations/2_b.sql
run 5 migrate rollback
expect_err '2_b" is missing'
run 5 migrate rollback --step 2
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 2

# An edited applied file is reported, and stops a run; an edited comment does not.
project
write 1_a '-- why
CREATE   TABLE a (x);' 'DROP TABLE a;'
write 3_c 'CREATE TABLE c (x);' 'DROP TABLE c;'
run 0 migrate run
write 1_a 'CREATE TABLE a (y);' 'DROP TABLE a;'
write 4_d 'CREATE TABLE d (x);' 'DROP TABLE d;'
run 0 migrate status
expect_out 'modified'
run 1 migrate status --exit-code
run 5 migrate run
expect_err '1_a" was edited'
run 0 migrate repair --accept 1_a
run 0 migrate run

# An older file arrives late: an error by default.
project
write 3_c 'CREATE TABLE c (x);' 'DROP TABLE c;'
run 0 migrate run
write 0_late 'CREATE TABLE late (x);' 'DROP TABLE late;'
run 5 migrate run
expect_err '0_late'
expect_err '3_c'
run 0 migrate run --out-of-order warn
expect_err 'older'

# All files pruned, an empty database: it bootstraps.
project
run 0 schema-dump
rm database/migrations/* app.db
run 0 migrate run --create
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b')" 2

# A row that a migration inserted is there after the load when its table is carried.
project
write 3_c 'INSERT INTO a VALUES (7);' 'DELETE FROM a;'
run 0 migrate run
run 0 schema-dump --data a
rm app.db
run 0 schema-load --create
expect_rows app.db 'SELECT x FROM a' 7

# An empty PATH.
project
bin=$(dirname "$(command -v migrate)")
rm app.db
PATH='' "$bin/migrate" run --create 2>err || fail "run: $(cat err)"
PATH='' "$bin/schema-dump" 2>err || fail "dump: $(cat err)"
rm app.db
PATH='' "$bin/schema-load" --create 2>err || fail "load: $(cat err)"
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 2

# Full text search and AUTOINCREMENT: the dump has no shadow table and no sqlite_sequence.
project
write 3_fts 'CREATE TABLE s (id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE VIRTUAL TABLE n USING fts5 (body);' 'DROP TABLE n; DROP TABLE s;'
run 0 migrate run
run 0 schema-dump
grep -q '^CREATE TABLE [^a]*\(n_data\|n_idx\|sqlite_sequence\)' database/schema/sqlite-schema.sql && fail "shadow tables in the dump"
rm app.db
run 0 schema-load --create --verify
sqlite3 app.db "INSERT INTO n VALUES ('hello'); INSERT INTO s DEFAULT VALUES" || fail "the copy does not work"
