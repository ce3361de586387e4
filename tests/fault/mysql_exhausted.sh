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
# More at the same time than there is room for: fewer, which is told.
my_create app
run 0 schema-load --url "$(my_url app "$owner")" --path s.sql --clones 20 --jobs 20 --recreate
expect_err 'sessions only'
[ "$(my_client -e "$clones")" = 20 ] || fail 'not all clones are there'
# So it is where the account may have few; with one alone there is none for a clone.
for limit in 3 2; do
    my_admin "ALTER USER $owner@localhost WITH MAX_USER_CONNECTIONS $limit"
    my_create app
    # What has to be dropped first takes as long as a load: the one before would be over.
    for number in 1 2 3 4 5; do
        my_drop app_$number
    done
    run 0 schema-load --url "$(my_url app "$owner")" --path s.sql --clones 5 --recreate
    # A busy server counts sessions a moment longer than they are open.
    grep -q "^clones are loaded over [1-$((limit - 1))] session" stderr || fail "$limit sessions: $(cat stderr)"
    expect_my app_5 "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name REGEXP '^t[0-9]'" 30
done
my_admin "ALTER USER $owner@localhost WITH MAX_USER_CONNECTIONS 1"
# A dump of many tables takes a second one only where there is one.
my_create many
gen_schema --engine mysql --tables 120 >many.sql
my_file many many.sql
run 0 schema-dump --url "$(my_url many "$owner")" --path many-one.sql
expect_no_err session
run 0 schema-dump --url "$(my_url many)" --path many-two.sql
expect_same many-one.sql many-two.sql
my_create app
for number in 1 2 3 4 5; do
    my_drop app_$number
done
run 3 schema-load --url "$(my_url app "$owner")" --path s.sql --clones 5
expect_err 'clone 1 of 5: '
expect_err 'try again later'
[ -z "$(my_client -e "SHOW DATABASES LIKE '$(my_name app)\\_1'")" ] || fail 'a clone was begun and stays'
my_admin "ALTER USER $owner@localhost WITH MAX_USER_CONNECTIONS 0"

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

# A run needs one connection; a squash refuses where its proof has too few, and touches nothing.
my_admin "ALTER USER $owner@localhost WITH MAX_USER_CONNECTIONS 1"
write 4_more 'CREATE TABLE more (id int PRIMARY KEY);'
run 0 migrate run
run 0 schema-dump --data users
commit_all
for limit in 1 2 3; do
    my_admin "ALTER USER $owner@localhost WITH MAX_USER_CONNECTIONS $limit"
    run 3 migrate squash --data users
    expect_err 'try again later'
    files 4
    [ -z "$(my_client -e "SHOW DATABASES LIKE 'baseline\\_%'")" ] || fail "$limit: a scratch database is left"
done
my_admin "ALTER USER $owner@localhost WITH MAX_USER_CONNECTIONS 0"
# The server itself has no room any more but for who administers it: nobody else begins anything.
limited=$(my_user limited "ALL ON \`$(my_name new)\`.*")
sleepers=
for number in 1 2 3 4 5 6 7 8 9 10; do
    my_client -u"$owner" -e 'SELECT SLEEP(600)' >/dev/null 2>&1 &
    sleepers="$sleepers $!"
done
is_full() {
    [ "$(my_client -e "SELECT count(*) FROM information_schema.processlist WHERE user = '$owner'")" = 10 ]
}
wait_until is_full
my_create new
for command in 'migrate run' 'migrate squash --data users' 'schema-load' 'schema-load --clones 2'; do
    # shellcheck disable=SC2086 # words
    run 3 $command --url "$(my_url new "$limited")" -c mysql
    expect_err 'no free connection'
done
expect_my_empty new
files 4
my_admin "KILL USER $owner@localhost"
for sleeper in $sleepers; do
    wait "$sleeper" || :
done
run 0 migrate squash --data users --data-from live
files 0
