# The hook that makes a merged snapshot anew, on MariaDB and MySQL.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

engine=mysql
for key in mariadb mysql56; do
    my_server $key
    my_create "$key"
    url=$(my_url "$key")
    mkdir $key
    cd $key || fail "cd"
    . "$BL_SOURCE_DIR/tests/lib/merge-hook.sh"
    test_merge_hook
    test_server_away "mysql://root@/app?socket=$PWD/nowhere"
    cd .. || fail "cd"
done
