# The server dies when it has made a database, and nothing in it: the next copy fills it, and a scratch database says by its name
# whose it is. Nothing that is in such a place is ever dropped.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

scratch="SELECT schema_name FROM information_schema.schemata WHERE schema_name LIKE 'baseline\\_scratch\\_%'"

is_made() {
    # shellcheck disable=SC2086 # a pattern
    [ "$(find $made -maxdepth 0 2>/dev/null)" ]
}
# dies FOLDER COMMAND...: the server, held up as soon as the folder of a database is there, is killed, and comes back.
dies() {
    made=$my_dir/data/$1
    shift
    server=$(sed -n 1p "$my_dir/pid")
    strace -qq -f -o dies.out -p "$server" -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:delay_exit=3s &
    tracer=$!
    wait_until grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$server/status"
    "$@" >stdout 2>stderr &
    tool=$!
    wait_until is_made
    my_own_end
    wait $tool && fail "$key: $*: no error of a server that dies: $(cat stdout stderr)"
    wait $tracer || :
    my_own_again
}

for key in mariadb mysql56; do
    my_own $key mark --innodb-flush-log-at-trx-commit=1
    mkdir $key
    cd $key || fail "cd"
    mkdir -p database/migrations
    my_create x
    write 1_users 'CREATE TABLE users (id int PRIMARY KEY);'
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url x)" >database/connections.json
    run 0 migrate run
    run 0 schema-dump

    # A copy.
    my_create x
    dies "$(my_name x_1)" schema-load --clone "$(my_name x_1)"
    expect_my_empty x_1
    my_create x
    run 5 schema-load --clone "$(my_name x_1)"
    expect_err 'it is there already'
    run 0 schema-load --clone "$(my_name x_1)" --recreate
    expect_my x_1 'SELECT count(*) FROM users' 0
    expect_my x_1 "SELECT table_comment LIKE 'baseline clone of %' FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'baseline_mark'" 1
    # It has what its origin has, also where the empty one was made otherwise.
    my_create x
    my_drop x_1
    my_create x_1 'CHARACTER SET latin1'
    run 0 schema-load --clone "$(my_name x_1)" --recreate
    expect_my x_1 'SELECT @@collation_database' utf8mb4_general_ci
    # Only one that is empty.
    for what in 'TABLE t (a int)' 'PROCEDURE p() SELECT 1' 'EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1' 'VIEW v AS SELECT 1 AS a'; do
        my_create x
        my_create x_1
        my_sql x_1 "CREATE $what"
        run 5 schema-load --clone "$(my_name x_1)" --recreate
        expect_err 'what is there is no copy of ours'
        [ "$(my_objects x_1)" = 1 ] || fail "$key: $what is gone"
    done

    # A scratch database.
    my_create x
    run 0 migrate run
    dies 'baseline_scratch_*' migrate check --replay
    left=$(my_client -e "$scratch")
    [ "$(echo "$left" | wc -w)" = 1 ] || fail "$key: not one scratch database: $left"
    [ "$(my_client -e "SELECT count(*) FROM information_schema.tables WHERE table_schema = '$left'")" = 0 ] || fail "$left is not empty"
    run 0 migrate check --replay
    [ "$(my_client -e "$scratch")" = "$left" ] || fail "$key: a young one is gone"
    # Another name is nobody's, whatever it looks like.
    other=baseline_scratch_$(echo "$left" | cut -d_ -f3)_77_0000000a_0123456789abcdef
    my_admin "CREATE DATABASE $other"
    my_admin "SET GLOBAL init_connect = 'SET timestamp = unix_timestamp() + 172800'"
    my_admin 'GRANT ALL PRIVILEGES ON `baseline\_scratch\_%`.* TO bl_owner@localhost'
    run 0 migrate check --replay --url "$(my_url x bl_owner)" --connection mysql
    [ "$(my_client -e "$scratch")" = "$other" ] || fail "$key: there is: $(my_client -e "$scratch")"
    my_own_end
    cd .. || fail "cd"
done
