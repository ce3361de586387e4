# The tools over MySQL's own client library: they build against its header, dump the same bytes, load, and run migrations. The
# library comes with the packages of MySQL 9; where they cannot be had, this is skipped.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

my_needs mysql9
root=$my_packages/mysql9/root
libraries=$(echo "$root"/usr/lib/*-linux-gnu)
[ -f "$root/usr/include/mysql/mysql.h" ] || {
    echo 'skipped: 1 library cannot be had: libmysqlclient-dev' >&2
    exit 0
}

# Kept: a second run compiles only what changed. Of the packages, nothing but these headers is of use to the compiler.
other=$BL_BUILD_DIR/libmysqlclient
mkdir -p "$other/pc" "$other/include"
ln -sfn "$root/usr/include/mysql" "$other/include/mysql"
cat >"$other/pc/mysqlclient.pc" <<PC
Name: mysqlclient
Description: MySQL client library
Version: $(sed -n 's/^Version: *//p' "$libraries/pkgconfig/mysqlclient.pc")
Cflags: -I$other/include/mysql -I$other/include
PC
{
    PKG_CONFIG_PATH=$other/pc cmake -S "$BL_SOURCE_DIR" -B "$other" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DBL_WERROR=ON \
        -DBL_TESTS=OFF -DBL_MYSQL_CLIENT='mysqlclient>=21' && cmake --build "$other" --target schema-dump schema-load migrate
} >build.log 2>&1 || {
    tail -n 30 build.log >&2
    fail 'it does not build against libmysqlclient'
}
grep -qa 'libmysqlclient\.so' "$other/bin/migrate" || fail 'the build took another library'

# with_mysql TOOL ARGUMENT...: the library wants the C library that it comes with.
with_mysql() {
    with_tool=$1
    shift
    "$(echo "$libraries"/ld-linux*.so.*)" --library-path "$libraries" "$other/bin/$with_tool" "$@"
}

torture src
run 0 schema-dump --url "$(my_url src)" --path a.sql
run 0 with_mysql schema-dump --url "$(my_url src)" --path b.sql
expect_same a.sql b.sql
my_create copy
run 0 with_mysql schema-load --url "$(my_url copy)" --path b.sql --verify
run 0 schema-dump --url "$(my_url copy)" --path c.sql
expect_same a.sql c.sql
my_create two
run 0 with_mysql schema-load --url "$(my_url two)" --path b.sql --verify --jobs 2

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE one (a int);\nINSERT INTO one VALUES (1);\n-- migrate:down\nDROP TABLE one;\n' >database/migrations/1_one.sql
my_create run
run 0 with_mysql migrate run --url "$(my_url run)"
expect_my run 'SELECT a FROM one' 1
expect_my run "SELECT count(*) FROM adonis_schema_journal WHERE state = 'applied' AND ledger_id IS NOT NULL" 1
run 0 with_mysql migrate rollback --url "$(my_url run)"
# An error comes with all that the server says.
my_create bad
printf 'CREATE TABLE t (a int);\nCREATE TABLE t (b int);\n' >bad.sql
run 4 with_mysql schema-load --url "$(my_url bad)" --path bad.sql
expect_err 'bad.sql:2:1'
expect_err '42S01'
expect_my_empty bad
