# SIGKILL of a squash on MariaDB, at what it sends and at what reaches the disk: files, snapshot and archive still hold
# everything, and the next squash finishes the work.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${my_dir:=}"
# A server of its own: those that are killed leave scratch databases.
my_own mariadb squash
my_create app
project "$(my_url app)" 'varchar(50)'
write 4_roles "CREATE TABLE roles (id integer PRIMARY KEY, name text); INSERT INTO roles VALUES (1, 'admin');" 'DROP TABLE roles;'
run 0 migrate run
# A snapshot of before, which the squash replaces.
run 0 schema-dump
write 5_last 'CREATE VIEW names AS SELECT name FROM users;' 'DROP VIEW names;'
run 0 migrate run
commit_all
keep=$PWD
names='1_users 2_index 3_posts 4_roles 5_last'
# Programs of their own would be traced too.
mkdir "$squash_top/bin"
for program in migrate schema-dump schema-load; do
    ln -s "$BL_BIN/$program" "$squash_top/bin/$program"
done

fresh() {
    cd "$squash_top" || fail "no folder"
    rm -rf work
    cp -R "$keep" work
    cd work || fail "no folder"
}

# held WHEN: every migration is a file, or in the archive and in a snapshot that loads.
held() {
    my_create x
    run 0 schema-load -c sqlite --url "$(my_url x)" --path "$PWD/database/schema/sqlite-schema.sql"
    loaded=$(my_sql x 'SELECT name FROM adonis_schema')
    for name in $names; do
        [ -e "database/migrations/$name.sql" ] && continue
        [ -e "old/database/migrations/$name.sql" ] || fail "$1: the archive lacks $name"
        case $loaded in
        *"$name"*) ;;
        *) fail "$1: $name is in neither place" ;;
        esac
    done
}

unfinished=0
for disk_calls in sendto fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,ftruncate,link,linkat; do
    set -- env PATH="$squash_top/bin" "$BL_BIN/migrate" squash --allow-uncommitted --data roles --archive old
    fresh
    count_calls "$@"
    files 0
    [ "$calls" -gt 10 ] || fail "only $calls calls"
    # All of them take minutes. BL_EVERY=1: every call.
    step=${BL_EVERY:-$((calls / 15 + 1))}
    n=0
    while [ "$((n + step))" -le "$calls" ]; do
        n=$((n + step))
        fresh
        kill_at $n "$@"
        alone app
        held "killed at $n of $disk_calls"
        run 0 migrate status
        expect_no_out missing
        if grep -q '"done":false' database/schema/sqlite-schema.meta.json; then
            unfinished=$((unfinished + 1))
            expect_err 'a squash was interrupted'
        fi
        run 0 "$@"
        files 0
        grep -q '"done":true' database/schema/sqlite-schema.meta.json || fail "killed at $n of $disk_calls: no final mark"
        held "killed at $n of $disk_calls and run again"
        [ -z "$(find . -name '*baseline-new*')" ] || fail "killed at $n of $disk_calls: leftovers"
        my_create new
        run 0 migrate run -c sqlite --url "$(my_url new)"
        expect_my new 'SELECT count(*) FROM adonis_schema; SELECT name FROM roles' '5
admin'
    done
done
[ "$unfinished" -gt 1 ] || fail "only $unfinished squashes were killed between the snapshot and the mark"
