# Scratch databases that a killed proof left on MariaDB are dropped by a later one, when they are old enough; also those that a
# server which died left without a table, when they are as empty as they were made and the name is one that a process gives.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${calls:=}"
my_own mariadb scratch
my_admin 'GRANT ALL PRIVILEGES ON `baseline\_scratch\_%`.* TO bl_owner@localhost'
my_create app
mkdir -p database/migrations
printf '{ "connections": { "mysql": { "url": "%s" } } }\n' "$(my_url app bl_owner)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY);'
run 0 migrate run
marked="SELECT count(*) FROM information_schema.tables WHERE table_schema LIKE 'baseline\\_scratch\\_%' AND table_name = 'baseline_mark'"
left() {
    my_client -e "$marked"
}

# In the middle of the proof.
disk_calls=sendto
set -- migrate check --replay
count_calls "$@"
[ "$calls" -gt 8 ] || fail "only $calls statements"
n=$((calls / 2))
while [ "$(left)" = 0 ]; do
    [ "$n" -lt "$calls" ] || fail 'no killed proof left anything'
    kill_at "$n" "$@"
    n=$((n + 1))
done
my_admin "CREATE DATABASE baseline_scratch_1_mine; CREATE TABLE baseline_scratch_1_mine.t (a int)"
# As they are named at this minute.
minutes=$(my_client -e "SELECT DISTINCT substr(table_schema, 18, 8) FROM information_schema.tables WHERE table_schema LIKE 'baseline\\_scratch\\_%' AND
    table_name = 'baseline_mark' LIMIT 1")
[ "$minutes" -ge $(($(date +%s) / 60 - 60)) ] && [ "$minutes" -le $(($(date +%s) / 60 + 1)) ] || fail "$minutes is not the minute"
unmarked="SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'baseline\\_scratch\\_$minutes\\_77\\_%'"
# own HEX: a name as a process gives one, whose last digits are the digest of the others.
own() {
    own_name=baseline_scratch_${minutes}_77_$1
    echo "${own_name}_$(printf 'baseline scratch database%s' "$own_name" | sha256sum | cut -c 1-16)"
}
for hex in 0000000a 0000000b 0000000c 0000000d; do
    my_admin "CREATE DATABASE $(own $hex)"
done
my_admin "CREATE TABLE $(own 0000000b).t (a int);
    CREATE PROCEDURE $(own 0000000c).p() SELECT 1;
    CREATE EVENT $(own 0000000d).e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1"
# What somebody made up.
my_admin "CREATE DATABASE baseline_scratch_${minutes}_77_0000000e; CREATE DATABASE baseline_scratch_${minutes}_77_0000000e_0123456789abcdef"
# A young one may be in use.
before=$(left)
run 0 migrate check --replay
[ "$(left)" = "$before" ] || fail 'a young scratch database is gone'
[ "$(my_client -e "$unmarked")" = 6 ] || fail 'a young one without a mark is gone'
# Two days later.
my_admin "SET GLOBAL init_connect = 'SET timestamp = unix_timestamp() + 172800'"
run 0 migrate check --replay
[ "$(left)" = 0 ] || fail 'an old scratch database is left'
[ "$(my_client -e "SELECT count(*) FROM information_schema.schemata WHERE schema_name = 'baseline_scratch_1_mine'")" = 1 ] ||
    fail 'a database without a mark is gone'
[ "$(my_client -e "$unmarked")" = 5 ] || fail 'not only the empty one is gone'
[ "$(my_client -e "$unmarked AND schema_name LIKE '%0000000a\\_%'")" = 0 ] || fail 'the empty one is there'

# An account that may make what it may not drop is told of what stays.
my_admin 'REVOKE ALL PRIVILEGES ON `baseline\_scratch\_%`.* FROM bl_owner@localhost;
    GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, SHOW VIEW, TRIGGER, EVENT ON `baseline\_scratch\_%`.* TO bl_owner@localhost;
    GRANT SELECT ON mysql.proc TO bl_owner@localhost'
my_admin "SET GLOBAL init_connect = ''"
run 0 migrate check --replay
expect_err 'stays on the server (Access denied for user'
expect_err '24 hours from now, or DROP DATABASE'
[ "$(left)" -gt 0 ] || fail 'nothing stayed'
my_admin 'GRANT ALL PRIVILEGES ON `baseline\_scratch\_%`.* TO bl_owner@localhost'
run 0 migrate check --replay
! grep -q 'stays on the server' stderr || fail 'what was dropped stays'
