# Files of other tools: found out, made, run and taken back; what stands in the head of a file.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

here=$PWD

# project NAME CONVENTION [SETTING]: an empty project; CONVENTION "" leaves it out.
project() {
    cd "$here" || exit 1
    mkdir -p "$1/database" "$1/m"
    cd "$1" || exit 1
    rule=
    [ -z "$2" ] || rule=", \"convention\": \"$2\""
    echo '{ "connections": { "main": { "url": "sqlite:app.db", "migrations": { "paths": ["m"]'"$rule${3:-}"' } } } }' \
        >database/connections.json
    : >app.db
}

# put FILE TEXT
put() {
    mkdir -p "$(dirname "m/$1")"
    printf '%s\n' "$2" >"m/$1"
}

ledger="SELECT group_concat(name || ' ' || batch) FROM (SELECT name, batch FROM adonis_schema ORDER BY id)"

# Not configured: a clear error, nothing run. init finds it out and writes it; what was configured by hand works as well.
project found ''
put 1_a.up.sql 'CREATE TABLE a (x);'
put 1_a.down.sql 'DROP TABLE a;'
for command in run status; do
    run 2 migrate "$command"
    expect_err 'look like "golang-migrate"'
    expect_err '2 files, for example "m/1_a.down.sql"'
    expect_err '"convention": "golang-migrate"'
done
expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
mv m migrations
rm -r database
# The marks of a large file are in its head.
mkdir large && cd large || fail cd
mkdir migrations
printf -- '-- migrate:up\nCREATE TABLE t (a);\n-- migrate:down\nDROP TABLE t;\n-- %2000000s\n' x >migrations/20240101000000_init.sql
run 0 migrate init
expect_out 'found   migrations: baseline, 1 file'
cd .. || fail cd
rm -r large
run 0 migrate init --url sqlite:app.db
expect_out 'found   migrations: golang-migrate, 2 files'
grep -q '"paths": \["migrations"\],' database/connections.json || fail 'no path'
[ ! -e database/migrations ] || fail 'a second folder'
run 0 migrate run
expect_rows app.db "$ledger" 'migrations/1_a 1'
run 0 migrate make add_y_to_a
expect_out 'migrations/2_add_y_to_a.up.sql'
expect_out 'migrations/2_add_y_to_a.down.sql'
run 0 migrate make add_z_to_a --json
expect_out '"file": "migrations/3_add_z_to_a.up.sql"'
tr -d ' \n' <stdout >flat
grep -qF '"files":["migrations/3_add_z_to_a.up.sql","migrations/3_add_z_to_a.down.sql"]' flat || fail "not both files: $(cat stdout)"
rm flat migrations/3_*
run 0 migrate run
# What a squash took away is older too.
run 0 migrate squash --archive old
run 0 migrate make add_z_to_a
expect_out 'migrations/3_add_z_to_a.up.sql'
rm migrations/3_* database/schema/*
cp -R old/migrations/. migrations
rm -r old
run 0 migrate reset
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'a'" 0

# sqlx calls pairs as golang-migrate does; a program in Rust has the former. Without pairs nothing is sure there either.
for file in 1_a.up.sql 1_a.sql; do
    project rust ''
    rm -rf m/*
    put "$file" 'CREATE TABLE a (x);'
    [ "$file" = 1_a.up.sql ] || {
        run 4 migrate run
        expect_err 'say so by "convention"'
    }
    : >Cargo.toml
    run 2 migrate run
    expect_err 'look like "sqlx"'
    expect_err "\"m/$file\""
    rm Cargo.toml
done

# A name that there is not; a convention whose files there are not.
project unknown rails
run 2 migrate status
expect_err 'unknown convention "rails"'
expect_err 'nested'
project none flyway
put 1_a.sql '-- +goose Up'
run 2 migrate status
expect_err 'are not of the convention "flyway" but look like "goose"'

# Numbers by value; two of one version; a way back that is missing and one that is empty.
project numbers golang-migrate
for n in 1 2 10; do
    put "${n}_t.up.sql" "CREATE TABLE t$n (x);"
    put "${n}_t.down.sql" "DROP TABLE t$n;"
done
: >m/10_t.down.sql
put README.md 'CREATE nothing'
mkdir m/3_x.up.sql
run 0 migrate run
expect_rows app.db "$ledger" 'm/1_t 1,m/2_t 1,m/10_t 1'
rm m/2_t.down.sql
run 0 migrate rollback --step 1
expect_rows app.db "$ledger" 'm/1_t 1,m/2_t 1'
run 5 migrate rollback --step 2
expect_err '"m/2_t.up.sql" has no statement in its down part'
expect_err 'write what takes it back into its .down.sql'
expect_rows app.db "$ledger" 'm/1_t 1,m/2_t 1'
put 02_again.up.sql 'SELECT 1;'
run 2 migrate status
expect_err 'two migrations of version 2'

# A BEGIN and COMMIT round everything are ours; others are the file's own, and what is done stays known.
project own golang-migrate
put 1_a.up.sql 'BEGIN; CREATE TABLE a (x); CREATE TABLE a (x); COMMIT;'
run 4 migrate run
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'a'" 0
put 1_a.up.sql 'BEGIN; CREATE TABLE a (x); COMMIT;'
put 2_b.up.sql 'BEGIN; CREATE TABLE b (x); COMMIT; CREATE TABLE c (x); CREATE TABLE c (x);'
run 0 migrate run --dry-run
expect_out '-- up m/1_a'
expect_no_out '-- up m/1_a (no transaction)'
expect_out '-- up m/2_b (no transaction)'
run 4 migrate run
expect_rows app.db "$ledger" 'm/1_a 1'
run 0 migrate status
expect_out '4 statements are done'
put 2_b.up.sql 'BEGIN; CREATE TABLE b (x); COMMIT; CREATE TABLE c (x); CREATE TABLE d (x);'
run 0 migrate repair --resume-at 5
expect_rows app.db "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema WHERE length(name) = 1 ORDER BY 1)" 'a,b,c,d'

# The same file is an error where a convention runs each in a transaction, unless it says otherwise.
project strict diesel
put 1_a/up.sql 'VACUUM;'
run 2 migrate run
expect_err 'm/1_a/up.sql:1:1: the statement cannot run inside a transaction'
put 1_a/metadata.toml 'run_in_transaction = false'
run 0 migrate run
expect_rows app.db "$ledger" 'm/1_a 1'

# Directives, whatever the convention.
project directives sqlx
put 1_a.sql '-- migrate:transaction false
CREATE TABLE n (i INTEGER PRIMARY KEY, done INT NOT NULL DEFAULT 0);
INSERT INTO n (i) WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 2500) SELECT i FROM c;
CREATE TABLE rounds (rows INT);
CREATE TRIGGER each_row AFTER UPDATE ON n BEGIN INSERT INTO rounds VALUES (1); END;'
put 2_fill.sql '-- migrate:repeat
UPDATE n SET done = 1 WHERE i IN (SELECT i FROM n WHERE done = 0 LIMIT 1000);
DROP TRIGGER each_row;'
run 0 migrate run
expect_err 'm/2_fill.sql:2: 2500 rows in 3 rounds'
expect_rows app.db 'SELECT count(*), sum(done), (SELECT count(*) FROM rounds) FROM n' '2500|2500|2500'
expect_rows app.db "$ledger" 'm/1_a 1,m/2_fill 1'
put 3_bad.sql '-- migrate:repeat
CREATE TABLE x (y);'
run 2 migrate run
expect_err 'm/3_bad.sql:2:1: "-- migrate:repeat" before a statement that does not count rows'
put 3_bad.sql '-- migrate:transactions false
SELECT 1;'
run 4 migrate run
expect_err 'm/3_bad.sql:1:1: unknown directive "migrate:transactions false"'
expect_err 'transaction, lock_timeout, statement_timeout and repeat are known'
put 3_bad.sql '-- migrate:statement_timeout 200ms
CREATE TABLE endless AS WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT count(*) FROM c;'
run 4 migrate run
expect_err 'm/3_bad.sql:2:1'
expect_err 'ran longer than 200 ms'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'endless'" 0

# A repeat that fails leaves what was done, and goes on where it stopped.
project again sqlx
put 1_a.sql 'CREATE TABLE n (i INTEGER PRIMARY KEY CHECK (i <> 1007 OR i = 7));
INSERT INTO n WITH RECURSIVE c (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 10) SELECT i FROM c;'
put 2_fill.sql '-- migrate:repeat
UPDATE n SET i = i + 1000 WHERE i IN (SELECT i FROM n WHERE i < 1000 ORDER BY i LIMIT 2);'
run 4 migrate run
expect_err 'm/2_fill.sql:2:1'
expect_rows app.db 'SELECT count(*) FROM n WHERE i > 1000' 6
run 5 migrate run
expect_err 'migrate repair'
put 2_fill.sql '-- migrate:repeat
UPDATE n SET i = i + 2000 WHERE i IN (SELECT i FROM n WHERE i < 1000 ORDER BY i LIMIT 2);'
run 0 migrate repair --resume-at 1
expect_rows app.db 'SELECT count(*) FROM n WHERE i > 1000' 10
expect_rows app.db "$ledger" 'm/1_a 1,m/2_fill 2'

# Flyway: versions by value, what runs again when it changes, a baseline script in an empty database, the way back.
project flyway flyway ', "placeholders": { "kind": "text", "empty": "" }'
put V1__a.sql 'CREATE TABLE a (x ${kind});${empty}'
put V1_10__c.sql 'CREATE TABLE c (x);'
put sub/V1.2__b.sql 'CREATE TABLE b (x);'
put U1_10__c.sql 'DROP TABLE c;'
put R__view.sql 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 1 AS one;'
run 0 migrate run
expect_rows app.db "$ledger" 'm/V1__a 1,m/sub/V1.2__b 1,m/V1_10__c 1,m/R__view 1'
run 0 migrate run
expect_err 'already up to date'
put R__view.sql 'DROP VIEW IF EXISTS v; CREATE VIEW v AS SELECT 2 AS two;'
run 1 migrate status --exit-code
expect_out 'pending    m/R__view'
put V2__d.sql 'CREATE TABLE d (x);'
run 0 migrate run
expect_rows app.db "$ledger" 'm/V1__a 1,m/sub/V1.2__b 1,m/V1_10__c 1,m/V2__d 2,m/R__view 2'
expect_rows app.db 'SELECT two FROM v' 2
run 0 migrate status --exit-code
put U2__d.sql 'DROP TABLE d;'
run 0 migrate rollback
expect_rows app.db "$ledger" 'm/V1__a 1,m/sub/V1.2__b 1,m/V1_10__c 1'
put V1_5__late.sql 'SELECT 1;'
run 5 migrate run
expect_err '"m/V1_5__late" is out of order: "m/V1_10__c" is newer'
rm m/V1_5__late.sql
# The value of a placeholder is no edit.
sed -i 's/"text"/"blob"/' database/connections.json
run 0 migrate run
put B1_10__all.sql 'CREATE TABLE a (x); CREATE TABLE b (x); CREATE TABLE c (x);'
run 0 migrate status --exit-code
expect_out 'ignored    m/B1_10__all'
rm app.db
run 0 migrate run --create
expect_rows app.db "$ledger" 'm/B1_10__all 1,m/V2__d 1,m/R__view 1'
run 0 migrate status --exit-code
expect_out 'ignored    m/V1__a'
run 0 migrate run
expect_err 'already up to date'
put V2__d.sql 'CREATE TABLE other (x);'
run 5 migrate run
expect_err '"m/V2__d" was edited after it was applied'

# A baseline script stays in a squash while there are files that it stands for, which would be pending without it; the
# order of the names in the snapshot stays too.
project baseline flyway
put V1__a.sql 'CREATE TABLE a (x);'
put B1_1__all.sql 'CREATE TABLE a (x, y);'
put V2__c.sql 'CREATE TABLE c (x);'
put V3__d.sql 'CREATE TABLE d (x);'
run 0 migrate run
run 0 migrate squash --archive kept --keep 1
expect_no_err drift
run 0 migrate squash --archive kept
expect_out 'kept m/B1_1__all: it stands for older files that are still there'
run 0 migrate check
run 0 migrate status --exit-code
run 0 migrate squash --from-files --archive kept
rm m/V1__a.sql
run 0 migrate squash --archive kept
expect_out 'pruned m/B1_1__all'
run 0 migrate check
rm app.db
run 0 migrate run --create
expect_rows app.db "SELECT group_concat(name) FROM (SELECT name FROM adonis_schema ORDER BY id)" 'm/B1_1__all,m/V2__c,m/V3__d'

# In a database that has the older ones the baseline script is not replayed either.
project older flyway
put V1__a.sql 'CREATE TABLE a (x);'
run 0 migrate run
put B1_1__all.sql 'CREATE TABLE a (x);'
put V2__c.sql 'CREATE TABLE c (x);'
run 0 migrate run
run 0 migrate squash --archive kept
expect_no_out B1_1
run 0 migrate status --exit-code
expect_out 'ignored    m/B1_1__all'

# What a baseline script stands for never runs, so that it may hold what could not.
project stands_for flyway
put V1__a.sql 'CREATE TABLE a (x);
PRAGMA journal_mode = off;'
put V2__c.sql 'CREATE TABLE c (x);'
run 1 migrate check --offline
expect_out 'migration m/V1__a: behind this statement one that fails would leave the database damaged; take it out, or keep the journal in memory (m/V1__a.sql:2:1)'
put B1_1__all.sql 'CREATE TABLE a (x);'
run 0 migrate check --offline
run 0 migrate run
run 0 migrate check
run 0 schema-dump
run 0 migrate check
rm app.db m/B1_1__all.sql
run 1 migrate check --offline
expect_out 'm/V1__a: behind this statement'

# A file that is almost called like a migration is left out, and that is said; one of another dialect is no such file.
project stray golang-migrate
put 1_a.up.sql 'CREATE TABLE a (x);'
put 2_b_up.sql 'CREATE TABLE b (x);'
put schema.sql 'CREATE TABLE c (x);'
run 0 migrate run
expect_err 'm/2_b_up.sql: left out, since a file of golang-migrate is called <number>_<name>.up.sql and .down.sql'
put 3_c.SQL 'CREATE TABLE c (x);'
run 0 migrate run
expect_err 'm/2_b_up.sql and 1 more: left out'
run 0 migrate check
expect_err 'm/2_b_up.sql and 1 more: left out'
rm m/2_b_up.sql m/3_c.SQL
run 0 migrate check
expect_no_err 'left out'
project stray_popx popx
put 1_a.up.sql 'CREATE TABLE a (x);'
put 1_a.mysql.up.sql 'CREATE TABLE a (x int);'
run 0 migrate run
expect_no_err 'left out'

# Text that only looks like a placeholder.
project literal flyway
put V1__a.sql "CREATE TABLE a (x DEFAULT '\${title}');"
run 4 migrate run
expect_err 'm/V1__a.sql:1:'
expect_err '"placeholderReplacement": false'
project literal flyway ', "placeholderReplacement": false'
run 0 migrate run
expect_rows app.db "SELECT dflt_value FROM pragma_table_info('a')" "'\${title}'"

# popx: the own dialect's file, empty files count. sqlx: a file that says no transaction.
project popx popx
put 20200101000000_a.up.sql 'CREATE TABLE general (x);'
put 20200101000000_a.sqlite3.up.sql 'CREATE TABLE own (x);'
put 20200102000000_b.mysql.up.sql 'CREATE TABLE other (x);'
: >m/20200103000000_c.up.sql
put 20200104000000_d.autocommit.up.sql 'VACUUM;'
run 0 migrate run
expect_rows app.db "$ledger" 'm/20200101000000_a 1,m/20200103000000_c 1,m/20200104000000_d 1'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'own'" 1
# A general file that the own dialect's outranks belongs to other databases. Once that went, it would be the migration: both
# stay.
run 0 migrate squash --archive kept
expect_out 'kept m/20200101000000_a: "m/20200101000000_a.up.sql" would take its place'
expect_out 'pruned m/20200104000000_d'
[ -e m/20200101000000_a.sqlite3.up.sql ] || fail 'the file of the dialect is gone'
run 0 migrate check
run 0 migrate squash --archive kept
rm app.db
run 0 migrate run --create
run 0 migrate status --exit-code
expect_rows app.db "$ledger" 'm/20200101000000_a 1,m/20200103000000_c 2,m/20200104000000_d 3'
# Two of one rank, whichever is found first.
project popx_twins popx
put 20200101000000_a.sqlite3.up.sql 'CREATE TABLE own (x);'
put 20200101000000_a.up.sql 'CREATE TABLE general (x);'
put 20200101000000_a.autocommit.up.sql 'CREATE TABLE other (x);'
run 2 migrate run
expect_err 'two files with one name "m/20200101000000_a"'
project sqlx sqlx
put 1_a.sql '-- no-transaction
VACUUM;'
run 0 migrate run

# A file that ends the transaction its tool put round it, and begins the one that the tool will commit. What was left open
# without that is committed too.
project ends sqlx
put 1_a.sql 'CREATE TABLE a (x INTEGER PRIMARY KEY, y);
CREATE TABLE b (z REFERENCES a (x) ON DELETE CASCADE);
INSERT INTO a VALUES (1, 2);
INSERT INTO b VALUES (1);'
put 2_rebuild.sql 'PRAGMA foreign_keys = OFF;
COMMIT TRANSACTION;
BEGIN TRANSACTION;
CREATE TABLE n (x INTEGER PRIMARY KEY);
INSERT INTO n SELECT x FROM a;
DROP TABLE a;
ALTER TABLE n RENAME TO a;
COMMIT;
PRAGMA foreign_keys = ON;
BEGIN TRANSACTION;'
put 3_open.sql 'COMMIT;
BEGIN;
INSERT INTO a VALUES (3);'
run 0 migrate run
expect_rows app.db 'SELECT (SELECT group_concat(x) FROM a), (SELECT count(*) FROM b)' '1,3|1'
run 0 migrate check --replay
# Where the file says that there is no transaction, nobody ends the one that it leaves open.
put 4_none.sql '-- no-transaction
BEGIN;
INSERT INTO a VALUES (4);'
run 4 migrate run
expect_err 'ends inside its own transaction'
expect_rows app.db 'SELECT group_concat(x) FROM a' 1,3

# goose: variables of the environment; numbers in folders.
project goose goose
put 00001_a.sql '-- +goose Up
-- +goose ENVSUB ON
CREATE TABLE "${GOOSE_TABLE}" (x);
-- +goose ENVSUB OFF
-- +goose StatementBegin
CREATE TRIGGER tr AFTER INSERT ON named BEGIN SELECT 1; SELECT 2; END;
-- +goose StatementEnd
-- +goose Down
DROP TABLE named;'
run 0 env GOOSE_TABLE=named migrate run
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'named'" 2
run 0 migrate reset
project nested nested
put 1/1/1_a.sql 'CREATE TABLE a (x);'
put 1/1/2_b.sql '-- migrate:up
CREATE TABLE b (x);
-- migrate:down
DROP TABLE b;'
put 1/10/1_d.sql 'CREATE TABLE d (x);'
put 1/2/1_c.sql 'CREATE TABLE c (x);'
run 0 migrate run
expect_rows app.db "$ledger" 'm/1/1/1_a 1,m/1/1/2_b 1,m/1/2/1_c 1,m/1/10/1_d 1'

# One folder under two names: its files would run twice. What lies inside another is read once.
mkdir "$TMPDIR/twice" && cd "$TMPDIR/twice" || fail cd
mkdir -p database/migrations/sub
ln -s database/migrations link
printf -- '-- migrate:up\nCREATE TABLE t (a);\n' >database/migrations/1_t.sql
printf -- '-- migrate:up\nCREATE TABLE u (a);\n' >database/migrations/sub/2_u.sql
for paths in '"database/migrations", "link"' '"link/sub", "database"' "\"$PWD/database/migrations\", \"database/migrations\"" \
    '"../twice/database/migrations", "."'; do
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "migrations": { "paths": [%s] } } } }\n' "$paths" >database/connections.json
    run 2 migrate run --create
    expect_err 'hold the same files'
    expect_err 'name it once'
done
for paths in '"database/migrations", "database/migrations/sub"' '"database/migrations", "none"'; do
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "migrations": { "paths": [%s] } } } }\n' "$paths" >database/connections.json
    run 0 migrate run --create
    expect_rows app.db "SELECT group_concat(name) FROM adonis_schema" 'database/migrations/1_t,database/migrations/sub/2_u'
done
