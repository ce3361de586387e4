# Migrations that reach what belongs to the server are not replayed on the server of the live database, by whatever name
# --scratch-url calls it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${my_dir:=}" "${my_servers:=}"
account=bl_same_server

accounts() {
    my_client -e "SELECT count(*) FROM mysql.user WHERE user = '$account'"
}

make_project() {
    squash_folders=$((squash_folders + 1))
    mkdir -p "$squash_top/$squash_folders/database/migrations" && cd "$squash_top/$squash_folders" || fail 'no folder'
    my_create app
    # No server has this by default: a replay elsewhere takes it from the live database.
    my_admin "ALTER DATABASE $(my_quoted app) CHARACTER SET latin1 COLLATE latin1_bin"
    printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
    printf 'own.log\nstdout\nstderr\nsocket\nlink\ninput\noutput\nsql.*\n' >.gitignore
    write 1_users 'CREATE TABLE users (id int PRIMARY KEY);' 'DROP TABLE users;'
    write 2_account "CREATE USER $account@localhost;" "DROP USER $account@localhost;"
    my_client -e "DROP USER $account@localhost" >/dev/null 2>&1 || :
    run 0 migrate run
    my_admin "DROP USER $account@localhost"
    commit_all
}

for key in $my_servers; do
    my_server "$key"
    make_project
    mkfifo input
    "$BL_SOURCE_DIR/tests/lib/my-proxy" "$PWD/socket" "$my_dir/s" none <input >output &
    exec 9>input
    wait_until grep -q ready output
    ln -s "$my_dir" link
    for url in "$(my_url app)" "mysql://root@/any?socket=$PWD/link/s" "mariadb://root@/mysql?socket=$PWD/socket"; do
        for command in 'migrate squash' 'schema-dump --prune' 'migrate squash --from-files'; do
            # shellcheck disable=SC2086 # a command of several words
            refused 'on the server of the live one' $command --scratch-url "$url"
            [ "$(accounts)" = 0 ] || fail "$key: $command, $url: the account was made"
        done
    done
    exec 9>&-
    wait
done

# On another server it is replayed.
live=$my_key
my_own "$live" other
other="mysql://root@/any?socket=$my_dir/s"
run 0 migrate squash --scratch-url "$other"
files 0
[ "$(accounts)" = 1 ] || fail 'it was not replayed on the other server'
my_server "$live"
[ "$(accounts)" = 0 ] || fail 'it was replayed on the server of the live database'

# A name with a database before it is that database also beside the live one, which may be the live one itself: whatever
# stands there is as it was.
untouched() {
    [ "$(my_client -e "SELECT count(*) FROM $live.users, $far.c WHERE c.id < 9")" = 4 ] ||
        fail "$my_key: $1: rows are lost"
    [ "$(my_client -e 'SELECT @@hot.key_buffer_size')" = 0 ] || fail "$my_key: $1: the server has another cache"
}

for key in $my_servers; do
    my_server "$key"
    for statement in 'DROP TABLE IF EXISTS old, @LIVE@.users' 'INSERT IGNORE @FAR@.c VALUES (8)' \
        'DELETE FROM d USING a, @FAR@.c d WHERE a.id < d.id' 'UPDATE a, @FAR@.c SET c.id = c.id + 100' \
        'CREATE TABLE m (id int) ENGINE=MERGE UNION=(@FAR@.c) INSERT_METHOD=LAST; INSERT INTO m VALUES (7)' \
        'SET hot.key_buffer_size = 131072'; do
        squash_folders=$((squash_folders + 1))
        mkdir -p "$squash_top/$squash_folders/database/migrations" && cd "$squash_top/$squash_folders" || fail 'no folder'
        my_create app
        my_create far
        live=$(my_quoted app) far=$(my_quoted far)
        printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app)" >database/connections.json
        printf 'own.log\nstdout\nstderr\nsql.*\n' >.gitignore
        write 1_first 'CREATE TABLE users (id int PRIMARY KEY); CREATE TABLE a (id int); INSERT INTO a VALUES (1);'
        write 2_way 'SELECT 1;'
        run 0 migrate run
        my_client -e "INSERT INTO $live.users VALUES (1), (2); CREATE TABLE $far.c (id int) ENGINE=MyISAM;
            INSERT INTO $far.c VALUES (3), (4)"
        statement=$(printf '%s' "$statement" | sed "s/@LIVE@/$live/g; s/@FAR@/$far/g")
        write 2_way "$statement;"
        run 0 migrate repair --accept 2_way
        commit_all
        for command in 'migrate squash' 'migrate check --replay' 'migrate squash --from-files'; do
            # shellcheck disable=SC2086 # a command of several words
            refused 'is not replayed beside a live database' $command
            untouched "$command, $statement"
        done
    done
done
