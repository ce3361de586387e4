# What AdonisJS Lucid 22's schema dumps get wrong on MySQL and MariaDB, one test for each, named after it; the others are in
# lucid_weaknesses.sh and postgres_lucid_weaknesses.sh.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${my_dir:=}" "${my_servers:=}" "${my_password:=}"
sql=database/schema/mysql-schema.sql

w01_bootstrap_drops_tables_that_hold_rows() {
    run 0 schema-dump
    my_sql app "INSERT INTO users VALUES (1, 'Ann'); DELETE FROM adonis_schema" >/dev/null
    run 5 migrate run
    my_sql app 'DROP TABLE adonis_schema' >/dev/null
    run 5 migrate run
    run 5 schema-load
    expect_my app 'SELECT name FROM users' Ann
    grep -q '^DROP TABLE' $sql && fail 'the dump drops a table'
    :
}

# No transaction holds tables here: the load is taken back, and until then nothing counts as migrated.
w08_loads_are_not_atomic() {
    run 0 schema-dump
    git add database/schema
    mkfifo input
    my_create app
    sed -i 's/^CREATE TABLE posts/CREATE TABLE users/' $sql
    sed -i 's/^CREATE TABLE `posts`/CREATE TABLE `users`/' $sql
    run 4 schema-load --accept-modified
    expect_err 'users'
    expect_my_empty app
    # One that is killed leaves its mark, which stands in the way of everything but taking it back.
    "$BL_SOURCE_DIR/tests/lib/my-proxy" "$PWD/socket" "$my_dir/s" cut 'CREATE TABLE `users`' <input >output &
    exec 9>input
    wait_until grep -q ready output
    git checkout -q $sql
    run 3 schema-load --url "mysql://root@/$(my_name app)?socket=$PWD/socket" -c mysql
    exec 9>&-
    wait
    run 5 migrate run
    expect_err 'schema-load --undo'
    run 0 schema-load --undo
    expect_my_empty app
    run 0 migrate run
}

w09_text_is_edited_by_regular_expressions() {
    my_sql app "CREATE TABLE t (id int PRIMARY KEY AUTO_INCREMENT, a varchar(40) DEFAULT 'say AUTO_INCREMENT=5 ok') AUTO_INCREMENT=1000;
        CREATE EVENT e ON SCHEDULE EVERY 1 DAY STARTS '2030-01-01 00:00:00' DO INSERT INTO t (a) VALUES ('x')" >/dev/null
    run 0 schema-dump --path a.sql
    my_create app
    run 0 schema-load --path a.sql
    expect_my app "SELECT column_default LIKE '%say AUTO_INCREMENT=5 ok%' FROM information_schema.columns
        WHERE table_schema = DATABASE() AND table_name = 't' AND column_name = 'a'" 1
    expect_my app 'SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE()' 1
    run 0 schema-dump --path b.sql
    expect_same a.sql b.sql
}

# The lock is the database's, not the whole server's.
w13_a_held_lock_gives_a_wrong_message() {
    my_hold app "SELECT get_lock('1', 0)"
    write 4_more 'CREATE TABLE more (a int);' 'DROP TABLE more;'
    run 0 migrate run
    sed -i 's/"url"/"lucidLock": true, "url"/' database/connections.json
    write 5_more 'CREATE TABLE more5 (a int);' 'DROP TABLE more5;'
    run 5 migrate run
    expect_err 'lock'
    expect_no_err 'completed'
    expect_no_err 'release'
    my_let_go
    run 0 migrate run --lock-wait 30
}

w17_needs_client_programs_and_reads_their_start_up_files() {
    mkdir none
    printf '[client]\ninit-command=SET autocommit=0\n[mysql]\nforce\n' >"$HOME/.my.cnf"
    run 0 env PATH="$PWD/none" "$BL_BIN/schema-dump"
    my_create app
    run 0 env PATH="$PWD/none" "$BL_BIN/migrate" run
    rm "$HOME/.my.cnf"
    expect_my app 'SELECT count(*) FROM adonis_schema' 3
    grep -q sandbox $sql && fail 'the dump needs a new program'
    :
}

# URL parameters count; MySQL URL strings are the form to write.
w18_a_connection_form_is_not_understood() {
    run 0 schema-dump --path a.sql
    run 0 schema-dump --url "mariadb://root@/$(my_name app)?socket=$my_dir/s&charset=utf8mb4" -c mysql --path b.sql
    expect_same a.sql b.sql
    run 3 schema-dump --url "mysql://root@/$(my_name app)?socket=$my_dir/s&ssl-mode=VERIFY_IDENTITY&ssl-ca=/nowhere" -c mysql --path c.sql
}

w19_the_password_is_on_the_command_line() {
    encoded=$(python3 -c 'import sys, urllib.parse; print(urllib.parse.quote(sys.argv[1], safe=""))' "$my_password")
    write 4_sleep 'SELECT sleep(5);'
    MYSQL_URL="mysql://bl_secret:$encoded@/$(my_name app)?socket=$my_dir/s" migrate run --url "mysql://nobody@/x" >/dev/null 2>&1 || :
    printf '{ "connections": { "mysql": { "url": "mysql://bl_secret:%s@/%s?socket=%s/s" } } }\n' "$encoded" "$(my_name app)" "$my_dir" >database/connections.json
    migrate run --json >out 2>err &
    tool=$!
    while ! my_client -e 'SHOW PROCESSLIST' | grep -q 'sleep(5)'; do kill -0 $tool || fail 'it ended'; done
    for process in /proc/[0-9]*; do
        tr '\0' ' ' <"$process/cmdline" 2>/dev/null || :
    done >commands
    wait $tool || fail 'the run failed'
    grep -q migrate commands || fail 'no process was seen'
    for word in "$my_password" "$encoded"; do
        for file in commands out err; do
            grep -qF "$word" $file && fail "the password is in $file"
        done
    done
    :
}

w20_definer_is_kept() {
    definer=$(my_user definer "ALL ON $(my_quoted app).*")
    other=$(my_user other "ALL ON $(my_quoted app).*")
    my_sql app "CREATE DEFINER=$definer@localhost SQL SECURITY INVOKER VIEW names AS SELECT name FROM users;
        CREATE DEFINER=$definer@localhost TRIGGER users_name BEFORE INSERT ON users FOR EACH ROW SET NEW.name = trim(NEW.name)" >/dev/null
    run 0 schema-dump
    grep -q "$definer" $sql && fail 'the dump names the account'
    my_create app
    run 0 schema-load --url "$(my_url app "$other")" -c mysql
    expect_my app "SELECT definer FROM information_schema.views WHERE table_schema = DATABASE()
        UNION ALL SELECT definer FROM information_schema.triggers WHERE trigger_schema = DATABASE()" "$other@localhost
$other@localhost"
}

sed -n 's/^\(w[0-9][0-9]_[a-z0-9_]*\)().*/\1/p' "$0" >"$squash_top/list"
for key in $my_servers; do
    my_server "$key"
    while read -r weakness; do
        echo "$key $weakness" >&2
        my_create app
        project "$(my_url app)" 'varchar(40)'
        sed -i 's/"sqlite"/"mysql"/' database/connections.json
        $weakness </dev/null
    done <"$squash_top/list"
done
