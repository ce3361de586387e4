# The server has few connections, or breaks a deadlock: nothing is lost, and the next try comes to its end.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

my_own mariadb full --max-connections=10
i=0
while [ "$i" -lt 30 ]; do
    i=$((i + 1))
    echo "CREATE TABLE t$i (id int PRIMARY KEY, a text);"
done >source.sql
my_create source
my_file source source.sql
run 0 schema-dump --url "$(my_url source)" --path s.sql
owner=$(my_user owner "ALL ON *.*")
clones="SELECT count(*) FROM information_schema.tables WHERE table_schema LIKE '$(my_name app)\\_%' AND table_name = 'baseline_mark'"

# More clones than connections; a session is open while its clone is loaded.
my_create app
run 0 schema-load --url "$(my_url app "$owner")" --path s.sql --clones 20 --jobs 2
[ "$(my_client -e "$clones")" = 20 ] || fail 'not all clones are there'
expect_my app_20 "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name REGEXP '^t[0-9]'" 30
# More at the same time than there is room for: each is whole, or it is said.
my_create app
code=0
schema-load --url "$(my_url app "$owner")" --path s.sql --clones 20 --jobs 20 --recreate >stdout 2>stderr || code=$?
case $code in
0) ;;
3) expect_err 'no free connection' ;;
*) fail "exit $code: $(cat stderr)" ;;
esac
my_create app
run 0 schema-load --url "$(my_url app "$owner")" --path s.sql --clones 20 --recreate
[ "$(my_client -e "$clones")" = 20 ] || fail 'not all clones are there'

mkdir -p database/migrations
printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app "$owner")" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY, n int);'
write 2_rows "INSERT INTO users SELECT seq, 0 FROM seq_1_to_100;"
my_create app
run 0 migrate run

# Two that wait for each other: the server ends the one that did less, nothing of it stays, and it can be run again.
write 3_rows 'UPDATE users SET n = 1 WHERE id = 1;
UPDATE users SET n = 1 WHERE id = 2;'
{
    echo 'BEGIN; UPDATE users SET n = 2 WHERE id > 1;'
    wait_until my_has_statement 'UPDATE users SET n = 1 WHERE id = 2%'
    echo 'UPDATE users SET n = 2 WHERE id = 1; COMMIT;'
} | my_client -D "$(my_name app)" >/dev/null 2>&1 &
other=$!
changed="SELECT count(*) = 1 FROM information_schema.INNODB_TRX WHERE trx_rows_modified = 99"
has_changed() {
    [ "$(my_client -e "$changed")" = 1 ]
}
wait_until has_changed
run 4 migrate run
expect_err '1213'
expect_err 'run it again'
expect_err 'database/migrations/3_rows.sql:3:1'
wait $other || fail 'the other one failed'
expect_my app 'SELECT count(*), min(n) FROM users' '100|2'
run 0 migrate run
expect_my app 'SELECT sum(n = 1) FROM users' 2
run 0 migrate status --exit-code
