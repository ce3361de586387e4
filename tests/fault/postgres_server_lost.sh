# The server has no connection left, ends in the middle of a proof, of clones and of a run, and breaks a deadlock: nothing is
# lost, and the next try comes to its end.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${own:=}" "${own_bin:=}"
sql() { own_sql one "$1" "$2"; }
is_true() {
    [ "$(sql "$1" "$2")" = t ]
}
new() {
    own_sql one postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)" 2>/dev/null
    own_sql one postgres "CREATE DATABASE $1"
}
restart() {
    as_own $own_bin/pg_ctl -D "$own/one/data" -w -t 180 restart -m immediate >restart.out 2>&1 </dev/null || fail "restart: $(cat restart.out)"
}
# ends SQL COMMAND...: the server ends when the answer is t, while the tool is stopped; the command ends with 3.
ends() {
    when=$1
    shift
    "$@" >stdout 2>stderr &
    tool=$!
    kill -STOP $tool
    until is_true postgres "$when"; do
        kill -CONT $tool
        sleep 0.02
        grep -qs '^State:[[:space:]]*Z' /proc/$tool/status && fail "it ended before: $(cat stderr)"
        kill -STOP $tool
    done
    restart
    kill -CONT $tool
    code=0
    wait $tool || code=$?
    [ "$code" = 3 ] || fail "$*: exit $code, not 3: $(cat stderr)"
}

own_make one
own_start one 'max_connections = 8' 'superuser_reserved_connections = 0'
new app
i=0
while [ "$i" -lt 60 ]; do
    i=$((i + 1))
    echo "CREATE TABLE t$i (id int PRIMARY KEY, a text); CREATE INDEX ON t$i (a);"
done >source.sql
psql -X -q -v ON_ERROR_STOP=1 -d "$(own_url one app)" -f source.sql >/dev/null || fail 'source.sql'
run 0 schema-dump --url "$(own_url one app)" --path s.sql
tables="SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]'"

# Fewer connections than were asked for: a load and clones make do with them.
new app
run 0 schema-load --url "$(own_url one app)" --path s.sql --jobs 20 --verify
expect_err 'sessions only'
new app
run 0 schema-load --url "$(own_url one app)" --path s.sql --clones 12 --jobs 20
expect_err 'sessions only'
[ "$(sql app_12 "$tables")" = 60 ] || fail 'the last clone is not whole'

# None at all.
mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(own_url one app)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE more (id int PRIMARY KEY);'
write 2_rows 'INSERT INTO users VALUES (1); INSERT INTO more VALUES (1);'
new app
run 0 migrate run
run 0 schema-dump --data users --data more
# take_one, take N: so many connections are taken, until give.
take_one() {
    psql -X -q -d "$(own_url one postgres)" <give >/dev/null 2>&1 6>&- &
    takers="$takers $!"
}
take() {
    takers=
    rm -f give
    mkfifo give
    exec 6<>give
    for _ in $(seq "$1"); do
        take_one
    done
}
give() {
    exec 6>&-
    # shellcheck disable=SC2086 # words
    wait $takers
}
take 8
# has_sessions N: that of the question among them.
has_sessions() {
    is_true postgres "SELECT count(*) = $1 FROM pg_stat_activity WHERE backend_type = 'client backend'"
}
# One that is just given back by somebody else is taken too.
is_full() {
    psql -X -q -d "$(own_url one postgres)" -c '' 2>&1 | grep -q 'too many clients' && return 0
    take_one
    return 1
}
wait_until is_full
for command in 'migrate run' 'migrate status' 'schema-dump' 'migrate squash --allow-uncommitted'; do
    # shellcheck disable=SC2086 # words
    run 3 $command
    expect_err 'no free connection'
done
give
# One for what the tool asks first, none for its scratch databases.
wait_until has_sessions 1
take 6
wait_until has_sessions 7
run 3 migrate squash --allow-uncommitted
expect_err 'no free connection'
[ "$(find database/migrations -name '*.sql' | wc -l)" = 2 ] || fail 'files are gone'
give
[ "$(sql postgres "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_(scratch|building)'")" = 0 ] || fail 'a scratch database is left'

# The server ends in the middle of the replay.
sleeps="SELECT count(*) > 0 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
write 3_slow "SELECT pg_sleep(CASE WHEN current_database() LIKE 'baseline%' THEN 60 ELSE 0 END);"
run 0 migrate run
commit_all
cksum database/schema/* >before
ends "$sleeps" migrate squash
[ "$(find database/migrations -name '*.sql' | wc -l)" = 3 ] || fail 'files are gone'
cksum database/schema/* | cmp -s - before || fail 'the snapshot is another'
run 0 migrate status --exit-code
write 3_slow 'SELECT 1;'
run 0 migrate repair --accept 3_slow
commit_all
run 0 migrate squash
[ "$(find database/migrations -name '*.sql' | wc -l)" = 0 ] || fail 'files are left'

# In the middle of the clones: each is whole or not there.
new app
sql postgres "SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname ~ '^app_'" | while read -r statement; do sql postgres "$statement"; done
ends "SELECT count(*) > 3 FROM pg_database WHERE datname ~ '^app_'" schema-load --url "$(own_url one app)" -c postgres --path s.sql --clones 40 --jobs 1
for name in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^app'"); do
    [ "$(sql "$name" "$tables")" = 60 ] || fail "$name is not whole"
done
new app
run 0 schema-load --url "$(own_url one app)" -c postgres --path s.sql --clones 40 --recreate
[ "$(sql postgres "SELECT count(*) FROM pg_database WHERE datname ~ '^app_'")" = 40 ] || fail 'not all clones are there'

# In the middle of a run: what was committed is there, and the rest follows.
write 4_wait 'CREATE TABLE waits (a int); SELECT pg_sleep(60);'
new app
ends "$sleeps" migrate run
run 0 migrate status
sed -i 's/60/0/' database/migrations/4_wait.sql
run 0 migrate run
[ "$(sql app 'SELECT count(*) FROM adonis_schema')" = 4 ] || fail 'not all are recorded'

# Two that wait for each other: the server ends the migration, nothing of it stays, and it can be run again.
write 5_locks "UPDATE users SET id = 2; SELECT pg_sleep(0.1); LOCK TABLE more; CREATE TABLE locked (a int);"
{
    echo "SET deadlock_timeout = '1min'; BEGIN; LOCK TABLE more;"
    wait_until is_true postgres "SELECT count(*) = 1 FROM pg_stat_activity WHERE query ~ 'LOCK TABLE more' AND wait_event_type = 'Lock'"
    echo 'LOCK TABLE users; COMMIT;'
} | psql -X -q -d "$(own_url one app)" >/dev/null 2>&1 &
other=$!
wait_until is_true app "SELECT count(*) = 1 FROM pg_locks WHERE relation = 'more'::regclass AND mode = 'AccessExclusiveLock' AND granted"
run 4 migrate run
expect_err '40P01'
expect_err 'run it again'
expect_err 'database/migrations/5_locks.sql:'
wait $other || fail 'the other one failed'
[ "$(sql app "SELECT to_regclass('locked') IS NULL AND (SELECT id FROM users) = 1")" = t ] || fail 'half a file is there'
run 0 migrate run
