# As squash_kill.sh: one squash over three connections, two of which share their folders.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"

: "${top:=}"
mkdir -p project/database/migrations project/more project/own
cd project || exit 1
cat >database/connections.json <<'JSON'
{ "default": "first", "connections": {
    "first": { "url": "sqlite:first.db", "migrations": { "paths": ["database/migrations", "more"] } },
    "own": { "url": "sqlite:own.db", "migrations": { "paths": ["own"] } },
    "second": { "url": "sqlite:second.db", "migrations": { "paths": ["database/migrations", "more"] } } } }
JSON
write 1_users 'CREATE TABLE users (id integer PRIMARY KEY, name text);' 'DROP TABLE users;'
write 2_index 'CREATE INDEX users_name ON users (name);' 'DROP INDEX users_name;'
printf -- '-- migrate:up\nCREATE TABLE posts (id integer PRIMARY KEY);\n' >more/3_posts.sql
printf -- '-- migrate:up\nCREATE TABLE mine (id integer PRIMARY KEY);\n' >own/4_mine.sql
run 0 migrate run --all --create
keep=$PWD
# What the last one of them leaves says that the work is done.
# shellcheck disable=SC2034 # for at_every_call
connection=second snapshot=database/schema/second-schema archive=old
shared='database/migrations/1_users database/migrations/2_index more/3_posts'
# shellcheck disable=SC2034 # for at_every_call
names="$shared own/4_mine"

fresh_database() {
    :
}

load_elsewhere() {
    owner=${1##*/}
    owner=${owner%-schema.sql}
    rm -f "$top/x.db"
    schema-load -q --url "sqlite:$top/x.db" -c "$owner" --create --path "$1" && sqlite3 "$top/x.db" 'SELECT name FROM adonis_schema'
}

# A shared file may go only when both snapshots hold it.
held() {
    holds "$1: first" database/schema/first-schema "$shared"
    holds "$1: second" "$snapshot" "$shared"
    holds "$1: own" database/schema/own-schema own/4_mine
}

# All of them, each from its own snapshot.
bootstrap() {
    rm -f first.db second.db own.db
    run 0 migrate run --all --create
    for database in first.db second.db; do
        expect_rows $database 'SELECT count(*) FROM adonis_schema; SELECT count(*) FROM posts' "3
0"
    done
    expect_rows own.db 'SELECT name FROM adonis_schema; SELECT count(*) FROM mine' 'own/4_mine
0'
}

squash() {
    set -- env PATH="$top/bin" "$BL_BIN/migrate" squash --all --allow-uncommitted --archive old "$@"
    "${how:?}" "$@"
}

# Each connection has a process of its own. All calls of all of them, and those of the one that makes most.
trace() {
    strace -qq -f -o raw -e "trace=$disk_calls" "$@" >/dev/null 2>&1 || fail "$* does not work without a fault"
}
fresh
how=trace squash
all=$(wc -l <raw)
busiest=$(awk '{ n[$1]++ } END { for (pid in n) if (n[pid] > n[best]) best = pid; print best }' raw)
awk -v own="$busiest" '$1 == own && match($2, /^[a-z0-9_]+[(]/) { print substr($2, 1, RLENGTH - 1) }' raw >"$inject_list"
calls=$(wc -l <"$inject_list")
{ [ "$calls" -gt 30 ] && [ "$all" -gt $((2 * calls)) ]; } || fail "only $calls calls of $all"

# finish WHERE: what was killed is whole, and the next squash of all finishes the work.
finish() {
    held "$1"
    grep -q '"done":false' database/schema/*.meta.json 2>/dev/null && unfinished=$((unfinished + 1))
    squash_again "$1"
}
squash_again() {
    run 0 env PATH="$top/bin" "$BL_BIN/migrate" squash --all --allow-uncommitted --archive old
    for name in $names; do
        [ ! -e "$name.sql" ] || fail "$1: $name is still there"
    done
    held "$1 and again"
    [ -z "$(find . -name '*baseline-new*')" ] || fail "$1: leftovers"
    ! grep -q '"done":false' database/schema/*.meta.json || fail "$1: no final mark"
    bootstrap
}

# BL_EVERY=1: at every call; else at some of them.
unfinished=0
step=${BL_EVERY:-4}

# Every process dies at its N-th call.
struck() {
    kill_at "$n" "$@"
}
n=1
while [ "$n" -le "$calls" ]; do
    fresh
    how=struck squash || :
    finish "each killed at call $n"
    n=$((n + step))
done

# Each finds the disk full from its N-th call on.
full() {
    fail_from "$n" ENOSPC "$@"
}
n=1 failed=0
while [ "$n" -lt "$calls" ]; do
    fresh
    code=0
    how=full squash || code=$?
    case $code in
    0) ;;
    6) failed=$((failed + 1)) ;;
    *) fail "full disk at call $n: exit $code: $(cat stderr)" ;;
    esac
    held "full disk at call $n"
    squash_again "full disk at call $n"
    n=$((n + step))
done
[ "$failed" -gt 3 ] || fail "only $failed squashes failed"

# All of them die together, about where the N-th of all calls is, with all connections at the same time.
together() {
    rm -f "$top/calls"
    mkfifo "$top/calls"
    setsid strace -qq -f -o "$top/calls" -e "trace=$disk_calls" "$@" >stdout 2>stderr &
    group=$!
    awk -v n="$n" -v group="$group" 'NR == n { system("kill -9 -- -" group) }' "$top/calls"
    wait "$group"
}
n=1
while [ "$n" -le "$all" ]; do
    fresh
    how=together squash --jobs 3 2>/dev/null || :
    finish "all killed at call $n"
    n=$((n + 2 * step))
done
[ "$unfinished" -gt 4 ] || fail "only $unfinished were killed between a snapshot and its mark"
