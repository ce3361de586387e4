# shellcheck shell=sh
# SIGKILL and a full disk at every system call of a squash that reaches the disk. Source it after check.sh, inject.sh and
# squash.sh. The script sets
#   $keep      a project that is ready to be squashed; it is copied for every try
#   $names     the migrations' names in the ledger
#   $archive   the folder that they are moved to; empty: they are deleted
#   $snapshot  the path of the snapshot in the project, without .sql
# and defines
#   fresh_database      makes the databases as they were before the squash
#   load_elsewhere FILE loads a snapshot into an empty database and prints the names in its ledger
#   bootstrap           makes a new database from what is there and checks what is in it

top=${squash_top:?}
# Programs of their own would be traced too.
mkdir "$top/bin"
for program in migrate schema-dump schema-load; do
    ln -s "$BL_BIN/$program" "$top/bin/$program"
done

# kill_project NAME URL: a project with the connection NAME and two migrations that ran, which are moved to an archive.
kill_project() {
    mkdir -p project/database/migrations
    cd project || exit 1
    printf '{ "connections": { "%s": { "url": "%s" } } }\n' "$1" "$2" >database/connections.json
    write 1_users 'CREATE TABLE users (id serial PRIMARY KEY, name text);' 'DROP TABLE users;'
    write 2_roles "CREATE TABLE roles (id int PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin');" 'DROP TABLE roles;'
    run 0 migrate run
    keep=$PWD
    snapshot=database/schema/$1-schema archive=old names='database/migrations/1_users database/migrations/2_roles'
}

fresh() {
    cd "$top" || fail "no folder"
    rm -rf work
    cp -R "${keep:?}" work
    cd work || fail "no folder"
    fresh_database
}

# holds PLACE SNAPSHOT NAMES: every migration of these is a file, in the archive, or in a snapshot that loads.
holds() {
    loaded=
    if [ -e "$2.sql" ]; then
        loaded=$(load_elsewhere "$PWD/$2.sql") || fail "$1: the snapshot $2 does not load"
    elif [ -e "$2.sql.baseline-new" ]; then
        # Half of a first pair is none.
        loaded=$(load_elsewhere "$PWD/$2.sql" 2>/dev/null) || loaded=
    fi
    for name in $3; do
        [ -e "$name.sql" ] && continue
        [ -z "${archive:-}" ] || [ -e "$archive/$name.sql" ] || fail "$1: the archive lacks $name"
        case $loaded in
        *"$name"*) ;;
        *) fail "$1: $name is in neither place" ;;
        esac
    done
}

# held PLACE: that is so for all; a script with several snapshots has its own.
held() {
    holds "$1" "${snapshot:?}" "${names:?}"
}

# finished PLACE COMMAND...: the next run finishes the work.
finished() {
    place=$1
    shift
    run 0 "$@"
    for name in $names; do
        [ ! -e "$name.sql" ] || fail "$place: $name is still there"
    done
    held "$place and run again"
    [ -z "$(find . -name '*baseline-new*')" ] || fail "$place: leftovers"
}

# kill_at_calls POINTS COMMAND...: SIGKILL at these of the calls that were counted; $unfinished: how many of them came
# between the snapshot and the final mark.
unfinished=0
kill_at_calls() {
    points=$1
    shift
    for n in $points; do
        fresh
        kill_at "$n" "$@"
        held "killed at call $n"
        if grep -q '"done":false' "$snapshot.meta.json" 2>/dev/null; then
            unfinished=$((unfinished + 1))
            run 0 migrate status ${connection:+-c "$connection"}
            expect_no_out missing
            expect_err 'a squash was interrupted'
        fi
        finished "killed at call $n" "$@"
        grep -q '"done":true' "$snapshot.meta.json" || fail "killed at call $n: no final mark"
        bootstrap
    done
}

# at_every_call COMMAND...
at_every_call() {
    fresh
    calls=0
    count_calls "$@"
    [ "$calls" -gt 10 ] || fail "only $calls calls"
    unfinished=0
    kill_at_calls "$(seq 1 "$calls")" "$@"
    [ "$unfinished" -gt 4 ] || fail "only $unfinished squashes were killed between the snapshot and the mark"

    # The disk is full from the N-th call on.
    n=0
    while [ "$n" -lt "$calls" ]; do
        n=$((n + 1))
        fresh
        code=0
        fail_from $n ENOSPC "$@" || code=$?
        [ "$code" = 0 ] && break
        [ "$code" = 6 ] || fail "full disk at call $n: exit $code: $(cat stderr)"
        held "full disk at call $n"
        finished "full disk at call $n" "$@"
    done
    [ "$n" -gt 3 ] || fail "only $n calls failed"
}
