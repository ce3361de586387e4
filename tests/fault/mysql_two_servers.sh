# A name that leads to several servers in turn, as one of a cluster: what a dump or a load opens besides goes to another server,
# takes no part, and the dump is of one server, the load on one.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

: "${my_dir:=}"
my_server mariadb
# So many are read, and made, over several sessions.
gen_schema --engine mysql --tables 120 >tables.sql
my_create app
my_file app tables.sql
run 0 schema-dump --url "$(my_url app)" --path one.sql
one=$my_dir
my_own mariadb other
my_create app
# Each table is there, and is another one.
{
    cat tables.sql
    sed -n 's/^CREATE TABLE \([^ ]*\).*/ALTER TABLE \1 ADD COLUMN elsewhere int;/p' tables.sql
} >others.sql
[ "$(grep -c elsewhere others.sql)" = 120 ] || fail 'not 120 tables'
my_file app others.sql

for first in "$one/s $my_dir/s" "$my_dir/s $one/s"; do
    # shellcheck disable=SC2086 # two sockets
    python3 "$BL_SOURCE_DIR/tests/lib/cut-proxy.py" p.sock $first >ready 2>proxy.err &
    proxy=$!
    wait_until grep -q ready ready
    run 0 schema-dump --url "mysql://root@/$(my_name app)?socket=$PWD/p.sock" --path two.sql
    kill "$proxy"
    wait "$proxy" 2>/dev/null || :
    case $first in
    "$one"*)
        expect_same one.sql two.sql
        my_create copy
        python3 "$BL_SOURCE_DIR/tests/lib/cut-proxy.py" p.sock "$my_dir/s" "$one/s" >ready 2>proxy.err &
        proxy=$!
        wait_until grep -q ready ready
        run 0 schema-load --url "mysql://root@/$(my_name copy)?socket=$PWD/p.sock" --path one.sql --jobs 4
        kill "$proxy"
        wait "$proxy" 2>/dev/null || :
        run 0 schema-dump --url "$(my_url copy)" --path two.sql
        expect_same one.sql two.sql
        ;;
    *)
        [ "$(grep -c elsewhere two.sql)" = 120 ] || fail 'the dump is of two servers'
        ;;
    esac
    rm -f p.sock ready
done
