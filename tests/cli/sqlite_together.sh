# Migrations that share a commit: what becomes of each is what became of it alone.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/together.sh"

mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db?foreign_keys=on" } } }' >database/connections.json

new_database() { rm -f app.db*; }

# expect_state LEDGER TABLES: which migrations are recorded, and which tables are there.
expect_state() {
    expect_rows app.db "SELECT group_concat(substr(name, 21, 1), '') FROM (SELECT name FROM adonis_schema ORDER BY id)" "$1"
    expect_rows app.db "SELECT group_concat(name, ' ') FROM (SELECT name FROM sqlite_schema WHERE name GLOB 't[0-9]' ORDER BY 1)" "$2"
    expect_rows app.db "SELECT count(*) FROM adonis_schema_journal WHERE state <> 'applied'" 0
}

# is_applied N: so many files are in the ledger.
is_applied() {
    [ "$(sqlite3 app.db 'SELECT count(*) FROM adonis_schema')" = "$1" ]
}

# The header counts commits (fileformat2.html, "File change counter").
commits() {
    od -An -tu1 -j24 -N4 app.db | awk '{ print (($1 * 256 + $2) * 256 + $3) * 256 + $4 }'
}

# Forty small files take fewer commits than files; each is reported, in order.
set --
for i in $(seq 10 49); do set -- "$@" "CREATE TABLE t$i (x);"; done
project "$@"
run 0 migrate run --create --json
together=$(commits)
[ "$together" -lt 35 ] || fail "40 files took $together commits"
[ "$(jq '.migrations | length' stdout)" = 40 ] || fail 'not every migration is reported'
[ "$(jq -r '[.migrations[].status] | unique | join(",")' stdout)" = completed ] || fail 'a migration is not completed'
[ "$(sqlite3 app.db 'SELECT count(*) FROM adonis_schema')" = 40 ] || fail 'the ledger is short'

# Back again they share commits too.
before=$(commits)
for i in $(seq 1 40); do sed -i "s/DROP TABLE t.*/DROP TABLE t$((i + 9));/" "database/migrations/${i}_t.sql"; done
run 0 migrate rollback
[ $(($(commits) - before)) -lt 35 ] || fail 'forty files back took a commit each'
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 0
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name GLOB 't[0-9]*'" 0

# Who follows the statements sees each migration end behind its own.
project 'CREATE TABLE t1 (x);' 'CREATE TABLE t2 (x);'
run 0 migrate run --create --verbose
sed -n 's/.*\(CREATE TABLE t[12]\).*/\1/p; s/^migrated database.migrations.\(._t\).*/\1/p' stderr >order
printf 'CREATE TABLE t1\n1_t\nCREATE TABLE t2\n2_t\n' | diff - order >&2 || fail 'the order of --verbose'

# What fails takes nothing along, whatever it does to the transaction.
for bad in 'INSERT INTO nowhere VALUES (1);' \
    "CREATE TRIGGER r BEFORE INSERT ON t1 BEGIN SELECT RAISE(ROLLBACK, 'no'); END; INSERT INTO t1 VALUES (1);" \
    'CREATE TABLE u (x UNIQUE ON CONFLICT ROLLBACK); INSERT INTO u VALUES (1), (1);' \
    'CREATE TABLE u (x REFERENCES t2 (id) DEFERRABLE INITIALLY DEFERRED); INSERT INTO u VALUES (99);'; do
    project 'CREATE TABLE t1 (x); INSERT INTO t1 VALUES (7);' 'CREATE TABLE t2 (id INTEGER PRIMARY KEY);' "$bad" 'CREATE TABLE t4 (x);'
    run 4 migrate run --create
    [ "$(reported)" = '1_t 2_t ' ] || fail "what is reported before $bad"
    grep -q '^error database.migrations.3_t' stderr || fail "3_t is not named: $bad"
    expect_state 12 't1 t2'
    expect_rows app.db 'SELECT x FROM t1' 7
    expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('u', 'r')" 0
done

# A later file cannot mend what only a COMMIT finds.
project 'CREATE TABLE t1 (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES t1 (id) DEFERRABLE INITIALLY DEFERRED);' \
    'CREATE TABLE t2 (x); INSERT INTO c VALUES (5);' 'CREATE TABLE t3 (x); INSERT INTO t1 VALUES (5);'
run 4 migrate run --create
expect_state 1 t1

# A savepoint that is left open, and a setting that lasts until COMMIT, end with their file.
project 'SAVEPOINT s; CREATE TABLE t1 (x);' 'CREATE TABLE t2 (x); ROLLBACK TO s;'
run 4 migrate run --create
grep -q 'no such savepoint' stderr || fail 'the savepoint of another file is there'
expect_state 1 t1
project 'CREATE TABLE t1 (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES t1 (id)); PRAGMA defer_foreign_keys = ON;' \
    'CREATE TABLE t2 (x); INSERT INTO c VALUES (5); INSERT INTO t1 VALUES (5);'
run 4 migrate run --create
expect_state 1 t1

# Files that are no transaction, and settings outside of one, in between.
project 'CREATE TABLE t1 (x);' 'PRAGMA foreign_keys = OFF; CREATE TABLE t2 (x); PRAGMA foreign_keys = ON;' 'CREATE TABLE t3 (x);' \
    'CREATE TABLE t4 (x);' 'CREATE TABLE t5 (x); INSERT INTO nowhere VALUES (1);'
sed -i 's/^-- migrate:up$/-- migrate:up transaction:false/' database/migrations/4_t.sql
run 4 migrate run --create
expect_state 1234 't1 t2 t3 t4'
sed -i '/nowhere/s/INSERT.*//' database/migrations/5_t.sql
run 0 migrate run
expect_state 12345 't1 t2 t3 t4 t5'

# Readers are not locked out, and see all of a file or nothing.
project 'CREATE TABLE t1 (x);' 'CREATE TABLE t2 (x);'
sqlite3 app.db 'CREATE TABLE old (x); INSERT INTO old VALUES (1)'
expect_rows app.db 'SELECT x FROM old' 1
run 0 migrate run
expect_state 12 't1 t2'

# Each file is told of only when it is committed: a reader stands in the way of that.
project 'CREATE TABLE t1 (x);' 'CREATE TABLE t2 (x);' 'CREATE TABLE t3 (x);'
run 0 migrate run --create --to 1_t
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db?busy_timeout=50" } } }' >database/connections.json
sqlite_hold app.db 'BEGIN; SELECT count(*) FROM t1;'
run 5 migrate run
expect_no_err 'migrated'
expect_err 'error database/migrations/2_t'
expect_err 'locked'
sqlite_let_go
expect_state 1 t1
run 0 migrate run
expect_state 123 't1 t2 t3'

# A file that takes long does not hold up the small ones before it: they are committed while it runs, so that a kill leaves them.
slow='CREATE TABLE t2 AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT max(i) AS i FROM n;'
project 'CREATE TABLE t1 (x);' "$(echo "$slow" | sed 's/4000000/4000000000/')" 'CREATE TABLE t3 (x);'
run 0 migrate run --create --to 1_t
run 0 migrate rollback
migrate run >stdout 2>stderr &
pid=$!
# The first file is committed while the second one runs.
wait_until is_applied 1
kill -0 $pid || fail 'the second file is over already'
kill -9 $pid
wait $pid || :
expect_err 'migrated database/migrations/1_t'
expect_state 1 t1
sed -i 's/4000000000/4000000/' database/migrations/2_t.sql
run 0 migrate run
[ "$(reported)" = '2_t 3_t ' ] || fail 'each is reported once'
expect_state 123 't1 t2 t3'

# The same with the small one in the run of the long one, which fails at its end: no other is touched.
project 'CREATE TABLE t1 (x);' "$slow INSERT INTO nowhere VALUES (1);" 'CREATE TABLE t3 (x);'
run 4 migrate run --create
[ "$(grep -c '^migrated' stderr)" = 1 ] || fail 'what is reported before a long file that fails'
expect_err 'error database/migrations/2_t'
expect_err 'nowhere'
expect_state 1 t1
