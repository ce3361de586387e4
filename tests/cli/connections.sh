#!/bin/sh
# Several connections at once: which they are, the order of the output, failures, guards, locks and signals.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

# expect_json PATH VALUE: a member of the document on stdout; null prints as nothing.
expect_json() {
    value=$(sqlite3 :memory: "SELECT json_extract(CAST(readfile('stdout') AS text), '\$.$1')") ||
        fail "not JSON: $(cat stdout)"
    [ "$value" = "$2" ] || fail "$1 is \"$value\", not \"$2\": $(cat stdout)"
}

# headers FILE: the names of the sections, in their order.
headers() {
    sed -n 's/^== //p' "$1" | tr '\n' ' '
}

# expect_headers FILE NAMES
expect_headers() {
    [ "$(headers "$1")" = "$2 " ] || fail "sections of $1: $(headers "$1"), not $2"
}

# expect_applied TEXT FILE...: how many migrations each database has; "-" where it has no ledger.
expect_applied() {
    want=$1
    shift
    found=
    for file in "$@"; do
        n=$(sqlite3 "file:$file?mode=ro" 'SELECT count(*) FROM adonis_schema' 2>/dev/null) || n=-
        found=$found$n
    done
    [ "$found" = "$want" ] || fail "applied in $*: $found, not $want"
}

# The order is the file's, not that of the names.
mkdir -p database/migrations database/seeders slow
cat >database/connections.json <<'END'
{
  "default": "tenant_b",
  "connections": {
    "tenant_b": { "url": "sqlite:b.db" },
    "tenant_a": { "url": "sqlite:a.db" },
    "other": { "url": "sqlite:other.db" },
    "tenant_c": { "url": "sqlite:c.db" }
  }
}
END
printf -- '-- migrate:up\nCREATE TABLE t (x);\n-- migrate:down\nDROP TABLE t;\n' >database/migrations/1_t.sql
printf -- '-- migrate:up\nCREATE TABLE u (x);\n-- migrate:down\nDROP TABLE u;\n' >database/migrations/2_u.sql
echo 'INSERT INTO t VALUES (1);' >database/seeders/1_t.sql

echo 'which connections'
run 0 migrate run -c 'tenant_*' --create --dry-run
expect_headers stdout 'tenant_b tenant_a tenant_c'
[ ! -e a.db ] || fail 'a dry run made a database'
run 0 migrate run -c 'tenant_*' --create
expect_headers stderr 'tenant_b tenant_a tenant_c'
expect_lines 0
expect_applied 2-22 b.db other.db a.db c.db
run 0 migrate run --all --create --jobs 3
expect_headers stderr 'tenant_b tenant_a other tenant_c'
[ "$(sed -n '1,3p' stderr)" = '== tenant_b
already up to date
== tenant_a' ] || fail "$(cat stderr)"
expect_applied 2222 b.db other.db a.db c.db
run 0 migrate status -c 'tenant_[ab]'
expect_headers stdout 'tenant_b tenant_a'
[ ! -s stderr ] || fail "talk: $(cat stderr)"
run 0 migrate status -ctenant_?
expect_headers stdout 'tenant_b tenant_a tenant_c'
run 0 migrate status -c 'oth*'
expect_headers stdout other
run 0 migrate status -c tenant_a --jobs 2
expect_no_out '=='


echo 'a product that is lost'
if [ -e /dev/full ]; then
    for words in --all '--all --json' '--all --jobs 3'; do
        code=0
        # shellcheck disable=SC2086 # words
        migrate status $words >/dev/full 2>stderr || code=$?
        [ "$code" = 6 ] || fail "exit $code, not 6: status $words"
        [ "$(cat stderr)" = 'migrate: error: cannot write standard output: No space left on device' ] ||
            fail "$(cat stderr)"
    done
    code=0
    migrate reset --all --dry-run >/dev/full 2>stderr || code=$?
    [ "$code" = 6 ] || fail "exit $code, not 6"
fi

echo 'wrong words'
run 2 migrate status -c 'tenants_*'
expect_err 'no connection matches "tenants_*"'
expect_err 'configured connections: tenant_b, tenant_a, other, tenant_c'
run 2 migrate status -c 'tenants_*' --json
expect_json error.code usage
run 2 migrate status --all --url sqlite:a.db
expect_err '--url is one database, --all means several'
run 2 migrate status -c 'tenant_*' --url sqlite:a.db
expect_err '--url is one database, "tenant_*" means several'
run 2 migrate status --all -c tenant_a
expect_err '--all and --connection exclude each other'
for words in '--jobs 2' '--continue-on-error'; do
    # shellcheck disable=SC2086
    run 2 migrate status $words
    expect_err "${words% 2} needs --all or --connection"
done
run 2 migrate run --url sqlite:a.db --jobs 2
run 2 migrate status --all --jobs 0
expect_err '--jobs 0'
run 2 migrate make x --all
expect_err 'unknown option --all'
run 2 migrate repair --all --resume-at 1
expect_err '--resume-at is about one connection'
run 2 migrate rollback --all --step 1 --batch 0
expect_no_err '=='
mkdir ../alone
(cd ../alone && DATABASE_URL=sqlite:a.db run 2 migrate status --all && expect_err 'no connection is configured') || exit 1

echo 'the other commands'
run 0 migrate unlock --all --jobs 2
expect_headers stdout 'tenant_b tenant_a other tenant_c'
run 0 migrate repair --all
expect_out 'nothing to repair'
run 0 migrate seed -c 'tenant_*' --jobs 3
expect_rows c.db 'SELECT count(*) FROM t' 1
run 0 migrate rollback -c 'tenant_*' --step 1 --jobs 2
expect_applied 1211 b.db other.db a.db c.db
run 1 migrate status --all --exit-code
expect_headers stdout 'tenant_b tenant_a other tenant_c'
run 1 migrate status --all --exit-code --json
expect_json status completed
expect_json 'connections[0].migrations[1].status' pending
run 0 migrate refresh --all --seed
expect_applied 2222 b.db other.db a.db c.db
run 0 migrate reset --all --jobs 4
expect_applied 0000 b.db other.db a.db c.db
run 0 migrate fresh --all --jobs 4 --seed
expect_applied 2222 b.db other.db a.db c.db
run 0 migrate wipe -c 'tenant_*' --dry-run
expect_out 'DROP TABLE'
run 0 migrate wipe -c 'tenant_*'
expect_applied -2-- b.db other.db a.db c.db

echo 'one document'
run 0 migrate run --all --jobs 3 --json
[ ! -s stderr ] || fail "talk: $(cat stderr)"
names=$(sqlite3 :memory: "SELECT group_concat(key, ' ') FROM json_each(CAST(readfile('stdout') AS text))")
[ "$names" = 'status connection engine durationMs error connections' ] || fail "members: $names"
expect_json status completed
expect_json connection ''
expect_json 'connections[0].connection' tenant_b
expect_json 'connections[0].engine' sqlite
expect_json 'connections[0].migrations[1].name' database/migrations/2_u
expect_json 'connections[1].connection' tenant_a
expect_json 'connections[2].status' skipped
expect_json 'connections[2].started' ''
expect_json 'connections[3].status' completed
expect_json 'connections[4]' ''

echo 'one fails in the middle'
sqlite3 a.db 'CREATE TABLE w (x)'
printf -- '-- migrate:up\nCREATE TABLE w (x);\n-- migrate:down\nDROP TABLE w;\n' >database/migrations/3_w.sql
run 4 migrate run --all --json
expect_applied 3222 b.db a.db other.db c.db
expect_json status error
expect_json error.code sql
expect_json 'connections[0].status' completed
expect_json 'connections[1].status' error
expect_json 'connections[1].error.code' sql
expect_json 'connections[1].error.file' database/migrations/3_w.sql
expect_json 'connections[2].status' skipped
expect_json 'connections[2].started' 0
expect_json 'connections[2].engine' sqlite
expect_json 'connections[3].started' 0
run 4 migrate run --all
expect_err '1 of 4 connections failed: "tenant_a"; not started: "other", "tenant_c"'
expect_err 'hint: mend it and do it again, or add --continue-on-error'
expect_headers stderr 'tenant_b tenant_a'
rm c.db # another failure, later and with another code
run 4 migrate run --all --continue-on-error
expect_headers stderr 'tenant_b tenant_a other tenant_c'
expect_err '2 of 4 connections failed: "tenant_a", "tenant_c"'
expect_no_err 'not started'
expect_applied 323 b.db a.db other.db
run 4 migrate run --all --continue-on-error --jobs 3 --json
expect_json 'connections[1].error.code' sql
expect_json 'connections[3].error.code' connect
expect_json error.code sql
sqlite3 a.db 'DROP TABLE w'
run 3 migrate run --all --jobs 4
expect_err '1 of 4 connections failed: "tenant_c"'
run 0 migrate run --all --create
expect_applied 3333 b.db a.db other.db c.db

echo 'what one refuses, none begins'
cat >database/connections.json <<'END'
{
  "connections": {
    "one": { "url": "sqlite:a.db" },
    "two": { "url": "sqlite:b.db", "production": true },
    "three": { "url": "sqlite:c.db", "production": true,
               "migrations": { "disableRollbacksInProduction": true } },
    "x_unset": { "url": "${NO_SUCH_VARIABLE}" }
  }
}
END
for command in fresh wipe reset refresh rollback seed; do
    run 5 migrate "$command" -c '*o*' --continue-on-error
    expect_err '"two" in production'
    expect_err '--force'
    expect_no_err '=='
    expect_applied 333 a.db b.db c.db
done
for command in fresh wipe reset refresh rollback; do
    run 5 migrate "$command" --force -c '[!x]*' --continue-on-error --jobs 4
    expect_err 'production database "three"'
    expect_applied 333 a.db b.db c.db
done
run 5 migrate wipe -c '[!x]*' --json
expect_json error.code conflict
expect_json 'connections[0].connection' one
expect_json 'connections[0].started' 0
run 0 migrate wipe -c '[!x]*' --dry-run
run 2 migrate run --all --force
expect_err 'NO_SUCH_VARIABLE'
expect_no_err '=='
run 0 migrate rollback -c 'tw*' --step 1 --force
expect_applied 323 a.db b.db c.db
run 5 migrate run -c 'tw*'
run 0 migrate run -c 'tw*' --force
expect_applied 333 a.db b.db c.db

echo 'two names of one database'
ln -s a.db link.db
cat >database/connections.json <<'END'
{
  "connections": {
    "one": { "url": "sqlite:a.db" },
    "b": { "url": "sqlite:b.db" },
    "same": { "url": "sqlite:./link.db" }
  }
}
END
for command in fresh wipe reset refresh rollback seed; do
    run 5 migrate "$command" --all
    expect_err 'connections "one" and "same" are the same database'
    expect_applied 33 a.db b.db
done
for other in file:a.db %61.db 'a.db?foreign_keys=on' "//$PWD/a.db"; do
    sed "s|sqlite:./link.db|sqlite:$other|" database/connections.json >same.json
    run 5 migrate wipe --all --config same.json
    expect_err 'connections "one" and "same" are the same database'
done
expect_applied 33 a.db b.db
run 0 migrate run --all --jobs 1
run 0 migrate status --all --jobs 3
slow_sql='INSERT INTO s WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2000000)
SELECT max(i) FROM n;'
printf -- '-- migrate:up\nCREATE TABLE s (x);\n%s\n' "$slow_sql" >slow/1_s.sql
cat >database/connections.json <<'END'
{
  "connections": {
    "one": { "url": "sqlite:shared.db", "migrations": { "paths": ["slow"], "tableName": "first" } },
    "two": { "url": "sqlite:shared.db", "migrations": { "paths": ["slow"], "tableName": "second" } }
  }
}
END
sqlite3 shared.db 'PRAGMA user_version = 1'
run 5 migrate fresh --all
expect_err 'connections "one" and "two" are the same database'
# The migration is the same, so that the second one to come fails, after it has waited.
run 4 migrate run --all --jobs 2 --lock-wait 60 --continue-on-error --json
[ "$(sqlite3 :memory: "SELECT group_concat(json_extract(value, '\$.status') || coalesce(json_extract(value,
    '\$.error.detail'), '')) FROM (SELECT value FROM json_each(CAST(readfile('stdout') AS text), '\$.connections')
    ORDER BY json_extract(value, '\$.status'))")" = 'completed,errortable s already exists' ] || fail "$(cat stdout)"
expect_rows shared.db 'SELECT count(*) FROM s' 1

echo 'signals'
# The slow migration would never end: a failure of this script ends what it started.
first=
trap '[ -z "$first" ] || kill "$first"' EXIT
printf -- '-- migrate:up\nCREATE TABLE s (x);\n%s\n' "$slow_sql" | sed 's/2000000/20000000000/' >slow/1_s.sql
cat >database/connections.json <<'END'
{
  "connections": {
    "fast": { "url": "sqlite:fast.db" },
    "slow_1": { "url": "sqlite:slow1.db", "migrations": { "paths": ["slow"] } },
    "slow_2": { "url": "sqlite:slow2.db", "migrations": { "paths": ["slow"] } },
    "rest": { "url": "sqlite:rest.db" }
  }
}
END
# holder FILE: the process that holds the migration lock.
holder() {
    migrate unlock --url "sqlite:$1" | sed -n 's/.*pid \([0-9]*\).*/\1/p'
}
has_holder() {
    pid=$(holder "$1" 2>/dev/null) && [ -n "$pid" ]
}
has_no_holder() {
    ! has_holder "$1"
}
# slow_holder FILE: waits until the slow migration runs there, and leaves its process in $pid.
slow_holder() {
    wait_until has_holder "$1"
    sleep 0.3
}
is_applied() {
    [ "$(sqlite3 "$1" 'SELECT count(*) FROM adonis_schema')" = 1 ]
}
# stopped_by SIGNAL CODE JOBS WORDS...: the same for a run that is stopped in the middle.
stopped_by() {
    signal=$1
    wanted=$2
    jobs=$3
    shift 3
    rm -f fast.db slow1.db slow2.db rest.db
    "$@" --jobs "$jobs" >stdout 2>stderr &
    first=$!
    slow_holder slow1.db
    [ "$jobs" = 1 ] || slow_holder slow2.db
    kill -s "$signal" "$first"
    code=0
    wait "$first" || code=$?
    first=
    [ "$code" = "$wanted" ] || fail "exit $code, not $wanted: $(cat stderr)"
    expect_applied 3 fast.db
    expect_rows slow1.db "SELECT count(*) FROM sqlite_schema WHERE name = 's'" 0
    [ ! -e rest.db ] || fail 'a connection was started after the signal'
}
stopped_by TERM 143 2 migrate run --all --create
expect_err 'ended by a request to terminate; stopped: "slow_1", "slow_2"; not started: "rest"; done: "fast"'
expect_headers stderr 'fast slow_1 slow_2'
stopped_by TERM 143 1 migrate run --all --create --json --continue-on-error
expect_json status error
expect_json error.code cancelled
expect_json 'connections[0].status' completed
expect_json 'connections[1].error.code' cancelled
expect_json 'connections[2].status' skipped
expect_json 'connections[2].started' 0
expect_json 'connections[3].started' 0

# A shell starts what runs behind its back with SIGINT ignored; the tool asks for it all the same.
stopped_by INT 130 2 migrate run --all --create
expect_err 'ended by an interrupt; stopped: "slow_1", "slow_2"; not started: "rest"; done: "fast"'

echo 'a lock that another one holds'
# The second one makes the third start late enough for the first to hold the lock.
mkdir some_time
printf -- '-- migrate:up\nCREATE TABLE s (x);\n%s\n' "$slow_sql" >some_time/1_s.sql
cat >shared.json <<'END'
{
  "connections": {
    "holds": { "url": "sqlite:slow1.db", "migrations": { "paths": ["slow"] } },
    "takes_time": { "url": "sqlite:some_time.db", "migrations": { "paths": ["some_time"] } },
    "wants": { "url": "sqlite:slow1.db", "migrations": { "tableName": "other" } }
  }
}
END
rm -f slow1.db
migrate run --config shared.json --all --create --jobs 2 --json --continue-on-error >stdout 2>stderr &
first=$!
slow_holder slow1.db
wait_until is_applied some_time.db
# Nothing tells of the third one before the first one ends.
sleep 3
kill -TERM "$first"
code=0
wait "$first" || code=$?
first=
[ "$code" = 143 ] || fail "exit $code: $(cat stderr)"
expect_json 'connections[0].error.code' cancelled
expect_json 'connections[1].status' completed
expect_json 'connections[2].error.code' conflict
expect_err 'failed: "wants"'

echo 'one is killed'
rm -f fast.db slow1.db slow2.db rest.db
migrate run -c '[fsr]*[t1]' --create --continue-on-error --json >stdout 2>stderr &
first=$!
slow_holder slow1.db
kill -9 "$pid"
code=0
wait "$first" || code=$?
first=
[ "$code" = 70 ] || fail "exit $code: $(cat stderr)"
expect_err 'the process of "slow_1" was ended by signal 9 (Killed)'
expect_err '1 of 3 connections failed: "slow_1"'
expect_json 'connections[1].error.code' internal
expect_json 'connections[2].status' completed
expect_applied 33 fast.db rest.db

if [ "$(uname)" = Linux ]; then
    echo 'the first process is killed'
    rm -f fast.db slow1.db slow2.db rest.db
    migrate run --all --create >stdout 2>stderr &
    first=$!
    slow_holder slow1.db
    kill -9 "$first"
    wait "$first"
    first=
    # No process goes on alone.
    wait_until has_no_holder slow1.db
    expect_rows slow1.db "SELECT count(*) FROM sqlite_schema WHERE name = 's'" 0
    [ ! -e slow2.db ] || fail 'another connection was started'
fi

echo 'on a terminal'
command -v script >/dev/null || exit 0
# on_terminal CODE COMMAND: what it prints there is left in ./stdout.
on_terminal() {
    code=0
    script -qec "$2" /dev/null >stdout 2>&1 || code=$?
    [ "$code" = "$1" ] && return 0
    cat stdout >&2
    fail "exit $code, not $1: $2"
}
rm -f ./*.db
TERM=xterm
export TERM
sed 's/"url": "sqlite:\(fast\|rest\).db"/"production": true, &/' database/connections.json >production.json
words="migrate run --config production.json --create -c '*[st]'"
# All questions come first, and one "no" is enough.
printf 'y\nn\n' | on_terminal 5 "$words" || exit 1
expect_out 'migrate "fast" in production? [y/N]'
expect_out 'migrate "rest" in production? [y/N]'
expect_no_out '=='
[ ! -e fast.db ] || fail 'one was started before all were asked'
printf 'y\ny\n' | on_terminal 0 "$words --jobs 2" || exit 1
[ "$(grep -c '?' stdout)" -ge 1 ] || fail "not asked: $(cat stdout)"
[ "$(grep -c '== fast' stdout)" = 1 ] || fail "one line for each connection: $(cat stdout)"
grep 'migrated' stdout | grep -q "$(printf '\033')" || fail "no colours: $(cat stdout)"
expect_applied 33 fast.db rest.db

# The keyboard's interrupt comes to each process once: a second one would kill it.
(slow_holder slow1.db && printf '\003' && sleep 2) | on_terminal 130 "migrate run -c 'slow*' --create --jobs 2" || exit 1
expect_out 'ended by an interrupt; stopped: "slow_1", "slow_2"'
expect_rows slow1.db "SELECT count(*) FROM sqlite_schema WHERE name = 's'" 0
