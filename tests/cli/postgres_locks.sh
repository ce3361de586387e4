# One run at a time: the advisory lock, who holds it, and how long a second one waits.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url app)" >database/connections.json
write() {
    printf -- '-- migrate:up%s\n%s\n-- migrate:down\nSELECT 1;\n' "${3:-}" "$2" >"database/migrations/$1.sql"
}
# What reads it waits as long as the test wants.
pg_sql app 'CREATE TABLE gate ()'
write 1_slow "CREATE TABLE one (a integer); SELECT FROM gate;"
write 2_next "CREATE TABLE two (a integer);"

ours="locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
locked="SELECT count(*) = 1 FROM pg_locks WHERE $ours"

# The second one is refused at once, and told by whom.
pg_hold app 'BEGIN; LOCK TABLE gate'
migrate run >first.out 2>first.err &
first=$!
wait_until pg_is app "$locked"
run 5 migrate run
holder=$(pg_sql app "SELECT pid FROM pg_locks WHERE $ours")
[ -n "$holder" ] && expect_err "$holder"
expect_err '--lock-wait'
run 0 migrate unlock
expect_out "$holder"
run 5 migrate unlock --force
expect_err 'the migration lock is held'
pg_is app "$locked" || fail 'the lock was taken from a process that lives'
pg_let_go
wait "$first" || fail "the first one: $(cat first.err)"
expect_pg app "SELECT string_agg(substr(name, 21), ',' ORDER BY id), count(DISTINCT batch) FROM adonis_schema" '1_slow,2_next|1'

# The second one waits, and finds nothing left to do.
write 3_slow "CREATE TABLE three (a integer); SELECT pg_sleep(1);"
migrate run >first.out 2>first.err &
first=$!
wait_until pg_is app "$locked"
run 0 migrate run --lock-wait 60
wait "$first" || fail "the first one: $(cat first.err)"
expect_pg app "SELECT count(*) FROM adonis_schema" 3
# It gives up after its time.
write 4_slow "SELECT FROM gate;"
pg_hold app 'BEGIN; LOCK TABLE gate'
migrate run >first.out 2>first.err &
first=$!
wait_until pg_is app "$locked"
run 5 migrate run --lock-wait 1
pg_let_go
wait "$first" || fail "the first one: $(cat first.err)"

# A waiter stands in nobody's way: CONCURRENTLY waits for all that look at the database in a transaction.
write 5_index "SELECT pg_sleep(1); CREATE INDEX CONCURRENTLY i ON one (a);" ' transaction:false'
migrate run >first.out 2>first.err &
first=$!
wait_until pg_is app "$locked"
run 0 migrate run --lock-wait 60
wait "$first" || fail "the first one: $(cat first.err)"
expect_pg app "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass" t

# Lucid's key, and not where it is switched off.
write 6_key "CREATE TABLE key AS SELECT classid, objid, objsubid FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();"
run 0 migrate run
expect_pg app "SELECT * FROM key" '0|1|1'
write 7_key "CREATE TABLE no_key AS SELECT FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid();"
run 0 migrate run --disable-locks
expect_pg app "SELECT count(*) FROM no_key" 0
# The lock dies with its process.
write 8_killed "CREATE TABLE never (a integer); SELECT pg_sleep(30);"
migrate run >first.out 2>first.err &
first=$!
wait_until pg_is app "$locked"
kill -KILL "$first"
wait "$first" 2>/dev/null
# The server still sleeps for it: the holder is there until its statement ends, or is ended.
pg_sql app "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE $ours" >/dev/null
write 8_killed "CREATE TABLE now (a integer);"
run 0 migrate run --lock-wait 60
expect_pg app "SELECT to_regclass('never') IS NULL, to_regclass('now') IS NOT NULL" 't|t'
# Ctrl-C ends the statement at the server too.
write 9_slow "CREATE TABLE never (a integer); SELECT pg_sleep(60);"
migrate run >first.out 2>first.err &
first=$!
wait_until pg_is app "$locked"
kill -INT "$first"
code=0
wait "$first" || code=$?
[ "$code" = 130 ] || fail "exit $code after SIGINT"
pg_wait_alone app
expect_pg app "SELECT to_regclass('never') IS NULL" t

# A squash waits too, and no longer than it is told.
rm database/migrations/9_slow.sql
run 0 migrate unlock --force
expect_out 'nobody holds the migration lock'
pg_hold app 'SELECT pg_advisory_lock(1)'
run 5 migrate squash --allow-uncommitted --lock-wait 1
expect_err '--lock-wait'
migrate squash --allow-uncommitted --no-proof --lock-wait 60 >squash.out 2>&1 &
waits=$!
sleep 1
kill -0 "$waits" || fail "it does not wait: $(cat squash.out)"
[ -e database/migrations/1_slow.sql ] || fail 'a file is gone'
pg_let_go
wait "$waits" || fail "it waited: $(cat squash.out)"
[ ! -e database/migrations/1_slow.sql ] || fail 'a file is left'
