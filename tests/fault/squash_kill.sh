# SIGKILL at every system call of a squash that reaches the disk: files, snapshot and archive still hold everything,
# and the next squash finishes the work.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

project
write 4_roles "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin');" 'DROP TABLE roles;'
run 0 migrate run
# A snapshot of before, which the squash replaces.
run 0 schema-dump
write 5_last 'CREATE VIEW names AS SELECT name FROM users;' 'DROP VIEW names;'
run 0 migrate run
commit_all
keep=$PWD
top=$squash_top
names='1_users 2_index 3_posts 4_roles 5_last'
# Programs of their own would be traced too.
mkdir "$top/bin"
for program in migrate schema-dump schema-load; do
    ln -s "$BL_BIN/$program" "$top/bin/$program"
done

fresh() {
    cd "$top" || fail "no folder"
    rm -rf work
    cp -R "$keep" work
    cd work || fail "no folder"
}

# held PLACE: every migration is a file, in the archive, or in a snapshot that loads.
held() {
    rm -f "$top/x.db"
    loaded=
    if [ -e database/schema/sqlite-schema.sql ] || [ -e database/schema/sqlite-schema.sql.baseline-new ]; then
        run 0 schema-load --url "sqlite:$top/x.db" -c sqlite --create --path "$PWD/database/schema/sqlite-schema.sql"
        loaded=$(sqlite3 "$top/x.db" 'SELECT name FROM adonis_schema')
    fi
    for name in $names; do
        [ -e "database/migrations/$name.sql" ] && continue
        [ -e "old/database/migrations/$name.sql" ] || [ "$archive" = '' ] || fail "$1: the archive lacks $name"
        case $loaded in
        *"$name"*) ;;
        *) fail "$1: $name is in neither place" ;;
        esac
    done
}

for archive in '' '--archive old'; do
    # shellcheck disable=SC2086 # no option, or one with its value
    set -- env PATH="$top/bin" "$BL_BIN/migrate" squash --allow-uncommitted --data roles $archive
    fresh
    count_calls "$@"
    files 0
    [ "$calls" -gt 10 ] || fail "only $calls calls"
    n=0
    unfinished=0
    while [ "$n" -lt "$calls" ]; do
        n=$((n + 1))
        fresh
        kill_at $n "$@"
        held "killed at call $n"
        run 0 migrate status
        expect_no_out missing
        if grep -q '"done":false' database/schema/sqlite-schema.meta.json; then
            unfinished=$((unfinished + 1))
            expect_err 'a squash was interrupted'
        fi
        run 0 "$@"
        files 0
        grep -q '"done":true' database/schema/sqlite-schema.meta.json || fail "killed at call $n: no final mark"
        held "killed at call $n and run again"
        [ -z "$(find . -name '*baseline-new*')" ] || fail "killed at call $n: leftovers"
        rm app.db
        run 0 migrate run --create
        expect_rows app.db 'SELECT count(*) FROM adonis_schema; SELECT name FROM roles' "5
admin"
    done
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
        run 0 "$@"
        files 0
        held "full disk at call $n and run again"
    done
    [ "$n" -gt 3 ] || fail "only $n calls failed"
done
