# A load works over several sessions by itself: one of them is ended, or the whole process is killed, or asked to end, or there
# is no room for more than one; and tables that refer to each other.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"

: "${my_private:=}"
# 64 tables, each with foreign keys to its neighbours and to two others.
{
    echo 'SET foreign_key_checks = 0; CREATE TABLE kinds (id int PRIMARY KEY); INSERT INTO kinds VALUES (1), (2);'
    i=0
    while [ "$i" -lt 64 ]; do
        echo "CREATE TABLE t$i (id int PRIMARY KEY, a int, b int, c int, d int, kind int REFERENCES kinds (id), FOREIGN KEY (a) REFERENCES t$(((i + 1) % 64)) (id),
            FOREIGN KEY (b) REFERENCES t$(((i + 63) % 64)) (id), FOREIGN KEY (c) REFERENCES t$((i * 7 % 64)) (id),
            FOREIGN KEY (d) REFERENCES t$((i * 31 % 64)) (id)) ENGINE=InnoDB;"
        i=$((i + 1))
    done
    echo 'CREATE VIEW v AS SELECT id FROM t7; CREATE TRIGGER r BEFORE INSERT ON t9 FOR EACH ROW SET NEW.a = 1;'
} >source.sql
sessions() {
    my_client -e "SHOW GLOBAL STATUS LIKE 'Connections'" | cut -f 2
}
tables="SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name REGEXP '^t[0-9]'"

one() {
    my_create source
    my_file source source.sql
    run 0 schema-dump --url "$(my_url source)" --path snap/s.sql --data kinds
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path snap/s.sql --jobs 8 --verify
    expect_my_same source copy
}
for my_key in $my_servers; do
    my_server "$my_key"
    one
done

my_own mariadb jobs
one
# Each message is a wait where the line is long: there are few beside those that make something.
my_create copy
proxied none '' copy schema-load --path snap/s.sql --jobs 1
[ "$code" = 0 ] || fail "the proxy itself: exit $code: $(cat stderr)"
[ "$commands" -le 18 ] || fail "a load by one session is $commands messages"
my_create copy
before=$(sessions)
run 0 schema-load --url "$(my_url copy)" --path snap/s.sql
[ $(($(sessions) - before)) -ge 5 ] || fail 'one session did it all'
expect_my_same source copy
my_create copy
before=$(sessions)
run 0 migrate run --url "$(my_url copy)" --schema-path snap/s.sql
[ $(($(sessions) - before)) -ge 5 ] || fail 'one session did the whole bootstrap'
# Who wants to see the statements sees all of them.
my_create copy
run 0 schema-load -v --url "$(my_url copy)" --path snap/s.sql
expect_err 'CREATE TABLE `t0`'
expect_err 'CREATE TABLE `t63`'

# stop_at PID N: leaves the load into x stopped when it has made N of the tables: the server goes on with what it was told.
stop_at() {
    until grep -qs '^State:[[:space:]]*Z' "/proc/$1/status"; do
        kill -STOP "$1"
        [ "$(my_sql x "$tables")" -lt "$2" ] || return 0
        kill -CONT "$1"
        sleep 0.01
    done
    fail "it ended before there were $2 tables"
}
start() {
    my_create x
    schema-load --url "$(my_url x)" --path snap/s.sql >stdout 2>stderr &
    victim=$!
    stop_at "$victim" "$1"
}
# expect_taken_back: nothing is left, if need be after --undo.
expect_taken_back() {
    directly x schema-load --path snap/s.sql --undo --lock-wait 60
    [ "$code" = 0 ] || fail "--undo: exit $code: $(cat stderr)"
    alone x
    expect_my_empty x
}

# The youngest session, and the oldest, which holds the lock.
for which in max min; do
    code=0
    tries=0
    while [ "$code" = 0 ]; do
        start 8
        my_client -e "KILL $(my_client -e "SELECT $which(ID) FROM information_schema.PROCESSLIST WHERE DB = '$(my_name x)'")" 2>kill.err || grep -q 'Unknown thread' kill.err
        kill -CONT "$victim"
        wait "$victim" || code=$?
        # The others may have done what was left.
        tries=$((tries + 1))
        [ "$tries" -lt 20 ] || fail 'nobody misses a session'
        [ "$code" != 0 ] || expect_my x "$tables" 64
    done
    [ "$code" = 3 ] || fail "$which: exit $code, not 3: $(cat stderr)"
    [ $which = min ] || expect_my_empty x
    expect_taken_back
done
start 20
kill -9 "$victim"
wait "$victim" 2>/dev/null
expect_taken_back
start 20
kill -TERM "$victim"
kill -CONT "$victim"
code=0
wait "$victim" || code=$?
[ "$code" = 143 ] || fail "exit $code, not 143: $(cat stderr)"
expect_my_empty x
expect_taken_back

# What a process that is gone told the server may still be under way: as long as that is so, nobody else gets the lock.
my_create x
my_hold x "SELECT GET_LOCK(concat('baseline+2:', left(sha2('$(my_name x)', 256), 53)), 0)"
run 5 schema-load --url "$(my_url x)" --path snap/s.sql
expect_err 'another run holds the migration lock'
expect_my_empty x
run 5 migrate run --url "$(my_url x)" --schema-path snap/s.sql
expect_err 'another run holds the migration lock'
my_let_go

# A server that gives this account one session only.
account=$(my_user one 'ALL ON *.*')
my_admin "GRANT USAGE ON *.* TO $account@localhost WITH MAX_USER_CONNECTIONS 1"
my_create x
run 0 schema-load --url "$(my_url x "$account")" --path snap/s.sql --verify --lock-wait 10
expect_err 'tables are made over 1 session only'
expect_my_same source x --ignore-definer
expect_my x 'SELECT count(*) FROM kinds' 2

# A session is lost, and the server does not end what it began for it: that is said. Only one long comparison is not asked,
# once it has begun.
{
    echo '-- baseline snapshot, format 1, mysql'
    i=0
    while [ "$i" -lt 40 ]; do
        case $i in
        0) what=" AS SELECT sleep(2) AS a" ;;
        12) what=" AS SELECT locate(binary concat(repeat('a', 800), 'b'), repeat(binary 'a', 16000000)) AS unasked" ;;
        *) what=' (a int)' ;;
        esac
        printf -- '-- table t%d\nCREATE TABLE t%d%s;\n' "$i" "$i" "$what"
        i=$((i + 1))
    done
} >slow.sql
# The load's own session may be the one that is at it: then nobody is left who could ask, and it is done again.
tries=0
lost=
first=
while [ "$lost" = "$first" ]; do
    tries=$((tries + 1))
    [ "$tries" -le 10 ] || fail "the load's own session is always the one"
    my_create x
    migrate run --url "$(my_url x)" --schema-path slow.sql --lock-timeout 1 >stdout 2>stderr &
    pid=$!
    lost=
    until [ -n "$lost" ]; do
        kill -0 $pid || fail "it ended: $(cat stderr)"
        lost=$(my_client -e "SELECT id FROM information_schema.processlist WHERE info LIKE '%unasked%' AND id <> CONNECTION_ID() AND time_ms > 300")
    done
    first=$(my_client -e "SELECT min(id) FROM information_schema.processlist WHERE db = '$(my_name x)'")
    my_admin "KILL $lost"
    code=0
    wait $pid || code=$?
    [ "$code" = 3 ] || fail "a session was lost: exit $code: $(cat stderr)"
    [ "$lost" != "$first" ] || expect_err 'stays in the database'
done
expect_err "still at work for connection $lost"
