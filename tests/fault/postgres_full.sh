# The disk of the server is full in the middle of a load, of clones, of a run and of a proof: each ends with the server's words,
# nothing half done stays, and with room again each comes to its end.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${own:=}" "${own_bin:=}"
# Two small disks: one for tables, one for the log.
for disk in base pg_wal; do
    mkdir "$own/disk-$disk"
    mount -t tmpfs -o size=300m tmpfs "$own/disk-$disk" 2>/dev/null || {
        rmdir "$own/disk-$disk"
        echo 'no disk can be made here' >&2
        exit 0
    }
done
unmount() {
    umount -l "$own/disk-base" "$own/disk-pg_wal"
    own_end
}
trap unmount EXIT

# move PART: this part of the server's data goes to its disk.
move() {
    mv "$own/one/data/$1" "$own/disk-$1/"
    ln -s "$own/disk-$1/$1" "$own/one/data/$1"
    chown -hR --reference="$own/one/data" "$own/disk-$1" "$own/one/data/$1"
    chmod 700 "$own/disk-$1"
}
# leave PART N: so many kilobytes are free there; room PART: all of it again.
leave() {
    free=$(df --output=avail -k "$own/disk-$1" | tail -n 1)
    head -c $(((free - $2) * 1024)) /dev/zero >"$own/disk-$1/ballast"
}
room() {
    rm -f "$own/disk-$1/ballast"
}
sql() { own_sql one "$1" "$2"; }
new() {
    own_sql one postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)" 2>/dev/null
    own_sql one postgres "CREATE DATABASE $1"
}
expect_full() {
    expect_err '(53100)'
    expect_err 'disk'
}

own_make one
move base
move pg_wal
# Transactions are small here: a load of many tables is one in parts.
own_start one 'max_locks_per_transaction = 10' 'max_connections = 20' 'min_wal_size = 32MB' 'max_wal_size = 32MB'
i=0
while [ "$i" -lt 400 ]; do
    i=$((i + 1))
    echo "CREATE TABLE t$i (id int PRIMARY KEY, a text, b text); CREATE INDEX ON t$i (a);"
done >many.sql
head -n 60 many.sql >few.sql
for name in few many; do
    new app
    psql -X -q -v ON_ERROR_STOP=1 -d "$(own_url one app)" -f $name.sql >/dev/null || fail "$name.sql"
    run 0 schema-dump --url "$(own_url one app)" --path $name-schema.sql
done
tables="SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]'"

# A load, in one transaction and in parts.
for name in few many; do
    new app
    leave base 700
    run 4 schema-load --url "$(own_url one app)" --path $name-schema.sql
    expect_full
    room base
    [ "$(sql app "$tables")" = 0 ] || run 0 schema-load --url "$(own_url one app)" --path $name-schema.sql --undo
    [ "$(sql app "$tables")" = 0 ] || fail "$name: tables are left"
    run 0 schema-load --url "$(own_url one app)" --path $name-schema.sql --verify
done

# Clones: there is room for the template, but not for all of them.
new app
leave base 30000
run 4 schema-load --url "$(own_url one app)" --path few-schema.sql --clones 8 --jobs 2
expect_full
expect_err 'clone '
room base
[ "$(sql app "$tables")" = 60 ] || fail 'the load is gone'
building=$(sql postgres "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_building_'")
[ "$building" = 0 ] || fail "$building databases were begun and stay"
for name in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^app_'"); do
    [ "$(sql "$name" "$tables")" = 60 ] || fail "$name is not whole"
done
new app
run 0 schema-load --url "$(own_url one app)" --path few-schema.sql --clones 8 --jobs 2 --recreate
[ "$(sql app_8 "$tables")" = 60 ] || fail 'the last clone is not whole'
for name in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^(app_|baseline_template)'"); do
    sql postgres "ALTER DATABASE $name IS_TEMPLATE false"
    sql postgres "DROP DATABASE $name"
done

# A run: the file that finds no room is taken back, the one before it stays.
mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(own_url one app)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY);'
write 2_rows "CREATE TABLE filled (a text); INSERT INTO filled SELECT repeat('x', 1000) FROM generate_series(1, 5000);"
write 3_more 'CREATE TABLE more (a int);'
new app
leave base 2000
run 4 migrate run
expect_full
expect_err 'database/migrations/2_rows'
[ "$(sql app "SELECT string_agg(substr(name, 21), ' ') FROM adonis_schema")" = 1_users ] || fail 'not only the first file is recorded'
[ "$(sql app "SELECT to_regclass('filled') IS NULL")" = t ] || fail 'half a file is there'
room base
run 0 migrate run
run 0 schema-dump --data filled
commit_all

# The proof of a squash: no scratch database can be made, or it can and the replay finds no room.
for kilobytes in 3000 9000 12000 14000 16000 18000 21000; do
    leave base $kilobytes
    # What the server holds open of dropped databases may come free meanwhile, so that the database is made, and just that.
    code=0
    migrate squash --data filled >stdout 2>stderr || code=$?
    case $code in
    3) expect_err 'could not write init file' ;;
    4) expect_full ;;
    *) fail "no room for the proof: exit $code: $(cat stderr)" ;;
    esac
    [ "$(find database/migrations -name '*.sql' | wc -l)" = 3 ] || fail 'files are gone'
    # Without room the server cannot even drop a database: that is told, and it has its mark.
    room base
    for left in $(sql postgres "SELECT datname FROM pg_database WHERE datname ~ '^baseline_'"); do
        expect_err "the server did not drop scratch database \"$left\""
        sql postgres "COMMENT ON DATABASE $left IS 'baseline scratch since 2020-01-01 00:00'"
    done
    run 0 migrate status --exit-code
done
run 0 migrate squash --data filled
[ "$(sql postgres "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_'")" = 0 ] || fail 'old scratch databases are left'
[ "$(find database/migrations -name '*.sql' | wc -l)" = 0 ] || fail 'files are left'

# The disk of its log is full: the server refuses, or ends itself. What was committed is there, and nothing else.
write 4_wal 'CREATE TABLE wal (a int);'
write 5_wal "INSERT INTO filled SELECT repeat('y', 1000) FROM generate_series(1, 80000);"
leave pg_wal 100
code=0
migrate run >stdout 2>stderr || code=$?
case $code in
3) ;;
4) expect_full ;;
*) fail "no room for the log: exit $code: $(cat stderr)" ;;
esac
room pg_wal
as_own $own_bin/pg_ctl -D "$own/one/data" -w -t 180 restart -m immediate >/dev/null 2>&1 </dev/null
[ "$(sql app 'SELECT count(*) FROM filled')" = 5000 ] || fail 'half a file is there'
[ "$(sql app "SELECT to_regclass('wal') IS NOT NULL AND string_agg(name, ' ') LIKE '%/4_wal%' FROM adonis_schema")" = t ] || fail 'a record is lost'
run 0 migrate run
[ "$(sql app 'SELECT count(*) FROM filled')" = 85000 ] || fail 'not all of it is there'
