# shellcheck shell=sh
# SIGKILL and a full disk during one squash over three connections, two of which share their folders. Source it after
# check.sh, inject.sh, squash.sh and squash-kill.sh. The script defines
#   database_url WORD      the URL of its database WORD
#   new_database WORD      makes that one anew, empty
#   ask_database WORD SQL  what it answers
# and calls kill_all TRIES [CALLS]: at so many places of each kind, and twice as many where files leave (BL_EVERY=1: at all of
# them); CALLS are more system calls that a process dies at, beside those that reach the disk.

: "${top:=}" "${inject_list:=}"

kill_all_project() {
    mkdir -p project/database/migrations project/more project/own
    cd project || exit 1
    # shellcheck disable=SC2016 # for the tool
    word='${BL_DB:-live}'
    cat >database/connections.json <<JSON
{ "default": "first", "connections": {
    "first": { "url": "$(database_url "${word}_first")", "migrations": { "paths": ["database/migrations", "more"] } },
    "own": { "url": "$(database_url "${word}_own")", "data": ["mine"], "migrations": { "paths": ["own"] } },
    "second": { "url": "$(database_url "${word}_second")", "migrations": { "paths": ["database/migrations", "more"] } } } }
JSON
    write 1_users 'CREATE TABLE users (id integer PRIMARY KEY, name varchar(20));' 'DROP TABLE users;'
    write 2_index 'CREATE INDEX users_name ON users (name);'
    printf -- '-- migrate:up\nCREATE TABLE posts (id integer PRIMARY KEY);\n' >more/3_posts.sql
    printf -- '-- migrate:up\nCREATE TABLE mine (id integer PRIMARY KEY);\nINSERT INTO mine VALUES (7);\n' >own/4_mine.sql
    for owner in first own second; do
        new_database live_$owner
    done
    run 0 migrate run --all
    # shellcheck disable=SC2034 # for fresh
    keep=$PWD
}

# The squash only reads the live databases.
fresh_database() {
    :
}

load_elsewhere() {
    owner=${1##*/}
    owner=${owner%-schema.sql}
    new_database x
    schema-load -q --url "$(database_url x)" -c "$owner" --path "$1" && ask_database x 'SELECT name FROM adonis_schema'
}

# A shared file may go only when both snapshots hold it.
shared='database/migrations/1_users database/migrations/2_index more/3_posts'
# shellcheck disable=SC2034 # for holds
names="$shared own/4_mine" archive=old
held() {
    holds "$1: first" database/schema/first-schema "$shared"
    holds "$1: second" database/schema/second-schema "$shared"
    holds "$1: own" database/schema/own-schema own/4_mine
}

# All of them, each from its own snapshot.
bootstrap() {
    for owner in first own second; do
        new_database new_$owner
    done
    run 0 env BL_DB=new migrate run --all
    for owner in first second; do
        [ "$(ask_database new_$owner 'SELECT (SELECT count(*) FROM adonis_schema) + 10 * (SELECT count(*) FROM posts)')" = 3 ] ||
            fail "$1: $owner is not what it was"
    done
    [ "$(ask_database new_own 'SELECT (SELECT count(*) FROM adonis_schema) + (SELECT max(id) FROM mine)')" = 8 ] || fail "$1: own is not what it was"
}

squash() {
    set -- env PATH="$top/bin" "$BL_BIN/migrate" squash --all --allow-uncommitted --archive old "$@"
    "${how:?}" "$@"
}

# Each connection has a process of its own. All calls of all of them, and those of the one that moves most files.
trace() {
    strace -qq -f -o raw -e "trace=$disk_calls" "$@" >/dev/null 2>&1 || fail "$* does not work without a fault"
}
count_all_calls() {
    fresh
    how=trace squash
    all=$(wc -l <raw)
    busiest=$(awk '$2 ~ /^link/ { n[$1]++ } END { for (pid in n) if (n[pid] > n[best]) best = pid; print best }' raw)
    awk -v own="$busiest" '$1 == own && match($2, /^[a-z0-9_]+[(]/) { print substr($2, 1, RLENGTH - 1) }' raw >"$inject_list"
    calls=$(wc -l <"$inject_list")
    { [ "$calls" -gt 30 ] && [ "$all" -gt $((2 * calls)) ]; } || fail "only $calls calls of $all"
}

# points TRIES: so many of the calls, and twice as many of those from the first file that leaves on.
points() {
    leaving=$(awk '/^link/ { print NR; exit }' "$inject_list")
    {
        seq 1 "${BL_EVERY:-$((leaving / $1 + 1))}" "$leaving"
        seq "$leaving" "${BL_EVERY:-$(((calls - leaving) / (2 * $1) + 1))}" "$((calls - 1))"
    } | sort -nu
}

# finish WHERE: what was killed is whole, and the next squash of all finishes the work. It waits for the lock: a server
# may not have seen yet that who held it is gone.
finish() {
    held "$1"
    grep -q '"done":false' database/schema/*.meta.json 2>/dev/null && unfinished=$((unfinished + 1))
    run 0 env PATH="$top/bin" "$BL_BIN/migrate" squash --all --allow-uncommitted --archive old --lock-wait 60
    for name in $names; do
        [ ! -e "$name.sql" ] || fail "$1: $name is still there"
    done
    held "$1 and again"
    [ -z "$(find . -name '*baseline-new*')" ] || fail "$1: leftovers"
    ! grep -q '"done":false' database/schema/*.meta.json || fail "$1: no final mark"
    bootstrap "$1"
}

# Every process dies at its N-th call.
struck() {
    kill_at "$n" "$@"
}

# Each finds the disk full from its N-th call on.
full() {
    fail_from "$n" ENOSPC "$@"
}

# All of them die together, about where the N-th of all calls is, with all connections at the same time.
together() {
    rm -f "$top/calls"
    mkfifo "$top/calls"
    setsid strace -qq -f -o "$top/calls" -e "trace=$disk_calls" "$@" >stdout 2>stderr &
    group=$!
    awk -v n="$n" -v group="$group" 'NR == n { system("kill -9 -- -" group) }' "$top/calls"
    wait "$group"
}

kill_all() {
    kill_all_project
    reaching_disk=$disk_calls
    unfinished=0 failed=0
    disk_calls=$reaching_disk${2:+,$2}
    count_all_calls
    for n in $(points "$1"); do
        fresh
        how=struck squash || :
        finish "each killed at call $n"
    done
    for n in $(seq 1 "${BL_EVERY:-$((all / $1 + 1))}" "$all"); do
        fresh
        how=together squash --jobs 3 2>/dev/null || :
        finish "all killed at call $n"
    done
    disk_calls=$reaching_disk
    count_all_calls
    for n in $(points "$1"); do
        fresh
        code=0
        how=full squash || code=$?
        case $code in
        0) ;;
        6) failed=$((failed + 1)) ;;
        *) fail "full disk at call $n: exit $code: $(cat stderr)" ;;
        esac
        finish "full disk at call $n"
    done
    [ "$failed" -gt 2 ] || fail "only $failed squashes failed"
    [ "$unfinished" -gt 1 ] || fail "only $unfinished were stopped between a snapshot and its mark"
}
