# What an account may not see is no success: each right that is missing is named, in turn, and nothing is done by halves.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

# all_rights [BUT]: what a reader of the database needs on this server, one a line, without BUT.
all_rights() {
    db="\`$(my_name app | sed 's/_/\\_/g')\`.*"
    {
        for right in SELECT 'SHOW VIEW' TRIGGER EVENT; do
            echo "$right ON $db"
        done
        case $my_key in
        mysql9) echo 'SHOW_ROUTINE ON *.*' ;;
        mariadb11) echo "SHOW CREATE ROUTINE ON $db" ;;
        *) echo 'SELECT ON mysql.proc' ;;
        esac
    } | grep -v "^${1:-nothing} ON"
}

# reader BUT: an account with all of them but this one.
reader() {
    all_rights "$1" >rights
    set --
    while read -r line; do
        set -- "$@" "$line"
    done <rights
    my_user reader "$@"
}

one() {
    my_create app
    cat >app.sql <<'SQL'
CREATE TABLE t (a int PRIMARY KEY);
CREATE VIEW v AS SELECT a FROM t;
CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET @x = 1;
CREATE PROCEDURE p() SELECT 1;
CREATE FUNCTION f() RETURNS int DETERMINISTIC RETURN 1;
CREATE EVENT e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DO SELECT 1;
SQL
    my_file app app.sql
    run 0 schema-dump --url "$(my_url app)" --path all.sql
    # With all of them it is as root's.
    account=$(reader)
    run 0 schema-dump --url "$(my_url app "$account")" --path some.sql
    expect_same all.sql some.sql
    rm -f some.*
    case $my_key in
    mysql9) routines=SHOW_ROUTINE ;;
    mariadb11) routines='SHOW CREATE ROUTINE' ;;
    *) routines=SELECT ;;
    esac
    for missing in SELECT 'SHOW VIEW' TRIGGER EVENT "$routines"; do
        account=$(reader "$missing")
        code=0
        schema-dump --url "$(my_url app "$account")" --path some.sql >stdout 2>stderr || code=$?
        [ "$code" = 5 ] || [ "$code" = 7 ] || [ "$code" = 4 ] || fail "$my_key: without $missing: exit $code: $(cat stderr)"
        expect_err "$missing"
        [ ! -e some.sql ] && [ ! -e some.meta.json ] || fail "$my_key: without $missing: a file is left"
    done
    # Only EXECUTE: the routines are listed, without their text.
    my_admin "GRANT EXECUTE ON \`$(my_name app | sed 's/_/\\_/g')\`.* TO $account@localhost"
    code=0
    schema-dump --url "$(my_url app "$account")" --path some.sql >stdout 2>stderr || code=$?
    [ "$code" != 0 ] || fail "$my_key: with EXECUTE alone the routines are without text"
    [ ! -e some.sql ] || fail "$my_key: a file is left"
    # Rights on one table are no rights on the database.
    account=$(my_user table "SELECT, SHOW VIEW, TRIGGER ON \`$(my_name app)\`.t")
    code=0
    schema-dump --url "$(my_url app "$account")" --path some.sql >stdout 2>stderr || code=$?
    case $code in 4 | 5 | 7) ;; *) fail "$my_key: rights on one table: exit $code: $(cat stderr)" ;; esac
    [ ! -e some.sql ] || fail "$my_key: a file is left"
    # Who takes the hole says so, and the manifest has it.
    account=$(reader EVENT)
    run 0 schema-dump --url "$(my_url app "$account")" --path some.sql --skip-unsupported
    expect_err EVENT
    expect_my app "SELECT count(*) FROM information_schema.events WHERE event_schema = DATABASE()" 1
    rm -f some.*

    # The owner of a database that is no superuser has all that a snapshot needs, both ways, and for its own definers.
    my_create owned
    if [ "$my_key" != mysql9 ] && [ "$my_key" != mariadb11 ]; then
        my_admin "GRANT SELECT ON mysql.proc TO bl_owner@localhost"
    fi
    run 0 schema-load --url "$(my_url owned bl_owner)" --path all.sql
    run 0 schema-dump --url "$(my_url owned bl_owner)" --path again.sql
    expect_same all.sql again.sql
    # Whose they are, and how that server is set, is no difference.
    grep -q '"definers"' all.meta.json || fail "$my_key: no definers to compare"
    ! grep -q 'bl_owner@localhost' all.meta.json || fail "$my_key: the same definers"
    cp all.meta.json before.json
    run 0 schema-dump --check --url "$(my_url owned bl_owner)" --path all.sql
    run 0 schema-dump --url "$(my_url owned bl_owner)" --path all.sql
    expect_same before.json all.meta.json
    run 0 migrate wipe --url "$(my_url owned bl_owner)"
    expect_my_empty owned

    # What it may not see it cannot wipe, and no load could be checked: told before anything is dropped, or as a warning.
    my_create unseen
    my_admin "CREATE TABLE $(my_name unseen).t (a int); CREATE EVENT $(my_name unseen).e ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DO SELECT 1"
    account=$(my_user wiper "SELECT, INSERT, UPDATE, DELETE, CREATE, DROP, ALTER, INDEX, REFERENCES, SHOW VIEW, CREATE VIEW, TRIGGER, EXECUTE, ALTER ROUTINE ON \`$(my_name unseen | sed 's/_/\\_/g')\`.*")
    mkdir -p "$my_key-unseen/database/migrations"
    printf -- '-- migrate:up\nCREATE TABLE r (a int PRIMARY KEY);\n' >"$my_key-unseen/database/migrations/1_r.sql"
    printf '{ "connections": { "app": { "url": "%s" } } }\n' "$(my_url unseen "$account")" >"$my_key-unseen/database/connections.json"
    cd "$my_key-unseen" || exit 1
    my_create seen
    run 0 migrate run --url "$(my_url seen)" --connection app
    run 0 schema-dump --url "$(my_url seen)" --connection app
    run 5 migrate fresh --force
    expect_err 'for that it needs EVENT'
    expect_err '--no-snapshot'
    expect_my unseen 'SELECT count(*) FROM t' 0
    run 0 migrate fresh --force --no-snapshot
    expect_err 'may not see stay: to see all it needs EVENT'
    expect_my unseen 'SELECT count(*) FROM r' 0
    run 0 migrate wipe --force
    expect_err 'to see all it needs EVENT'
    my_admin "DROP EVENT $(my_name unseen).e"
    run 0 migrate wipe --force --url "$(my_url unseen)"
    expect_no_err 'may not see'
    cd .. || exit 1

    # Rights to read are none to make: nothing is left behind.
    my_create target
    account=$(my_user maker "SELECT, INSERT, CREATE, DROP, ALTER, INDEX, REFERENCES, DELETE, UPDATE ON \`$(my_name target | sed 's/_/\\_/g')\`.*")
    code=0
    schema-load --url "$(my_url target "$account")" --path all.sql >stdout 2>stderr || code=$?
    [ "$code" = 4 ] || fail "$my_key: a load without the right to create views: exit $code: $(cat stderr)"
    expect_my target "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name NOT LIKE 'adonis%'" 0
    # A replay wants a scratch database: who may make none is told both ways, and each of them works.
    my_create replayed
    mkdir -p "$my_key/database/migrations"
    printf -- '-- migrate:up\nCREATE TABLE r (a int PRIMARY KEY);\n' >"$my_key/database/migrations/1_r.sql"
    account=$(my_user replayer "ALL ON \`$(my_name replayed | sed 's/_/\\_/g')\`.*")
    printf '{ "connections": { "app": { "url": "%s" } } }\n' "$(my_url replayed "$account")" >"$my_key/database/connections.json"
    cd "$my_key" || exit 1
    run 0 migrate run
    run 4 migrate check --replay
    expect_err 'making a scratch database: Access denied'
    expect_err 'GRANT ALL ON `baseline\_scratch\_%`.*'
    expect_err '--scratch-url'
    expect_err 'not checked: whether the files give this schema'
    run 4 migrate squash --archive kept
    expect_err '--scratch-url'
    run 0 migrate check --replay --scratch-url "$(my_url replayed)"
    my_admin "GRANT ALL ON \`baseline\_scratch\_%\`.* TO $account@localhost"
    run 0 migrate check --replay
    cd .. || exit 1
    run 3 migrate status --url "$(my_url app bl_limited)"
    expect_err 'bl_limited'
    run 3 migrate status --url "mysql://bl_secret:wrong@/$(my_name app)?socket=$my_dir/s"
    expect_no_err wrong
    run 0 migrate status --url "mysql://bl_secret:p%20w%3Ad%2F%40%25%3F%C3%A9@/$(my_name app)?socket=$my_dir/s"
}
for key in $my_servers; do
    my_server "$key"
    one
done
