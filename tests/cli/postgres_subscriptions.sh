# Subscriptions hold their database: a scratch database goes all the same, and no slot of others with it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${pg_host:=}" "${pg_version:=}" "${pg_newest:=}"
[ "$pg_newest" != "$pg_version" ] || skip 'needs two servers'
scratch_url="postgresql://postgres@/postgres?host=$pg_host&port=54$pg_newest"
oldest=$pg_version

# The publisher, with a slot that is somebody's.
pg_create publisher
pg_sql publisher "CREATE TABLE users (id int PRIMARY KEY, name text); CREATE PUBLICATION p FOR TABLE users"
pg_sql publisher "SELECT pg_create_logical_replication_slot('bl_theirs', 'pgoutput')" >/dev/null

drop_slot() {
    pg_server "$oldest"
    pg_admin "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = 'bl_theirs'" >/dev/null
    pg_clean_up
}
trap drop_slot EXIT

scratch_databases() {
    pg_server "$pg_newest"
    pg_admin "SELECT count(*) FROM pg_database WHERE datname LIKE 'baseline\\_scratch\\_%' AND datname NOT LIKE '%dd\\_1'"
    pg_server "$oldest"
}

# Left by a process that was killed.
left=baseline_scratch_00000000000000dd_1
pg_server "$pg_newest"
pg_admin "DROP DATABASE IF EXISTS $left"
pg_admin "CREATE DATABASE $left TEMPLATE template0"
pg_admin "COMMENT ON DATABASE $left IS 'baseline scratch since 2020-01-01 00:00'"
psql -X -q -v ON_ERROR_STOP=1 -d "host=$pg_host port=54$pg_newest user=postgres dbname=$left" -c "SET client_min_messages = error;
    CREATE SUBSCRIPTION s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)" || fail 'no subscription'
pg_server "$oldest"

# Two subscriptions, one of which is at work; the replay makes them again, and the snapshot does.
squash_folders=$((squash_folders + 1))
mkdir "$squash_top/$squash_folders" && cd "$squash_top/$squash_folders" || fail 'no folder'
mkdir -p database/migrations
pg_create live
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url live)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY, name text);' 'DROP TABLE users;'
cat >database/migrations/2_sub.sql <<SQL
-- migrate:up transaction:false
CREATE SUBSCRIPTION idle CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = 'bl_theirs', streaming = off);
CREATE SUBSCRIPTION "at ""work" CONNECTION '$(pg_info publisher)' PUBLICATION p WITH (create_slot = false, slot_name = 'bl_not_there', copy_data = false, streaming = off);
SQL
run 0 migrate run
commit_all
before=$(scratch_databases)
run 0 migrate squash --scratch-url "$scratch_url" --archive old
files 0
expect_err 'its slot "bl_not_there" on the other server is left'
expect_no_err '"bl_theirs"'
[ "$(scratch_databases)" = "$before" ] || fail 'scratch databases are left'
pg_server "$pg_newest"
[ "$(pg_admin "SELECT count(*) FROM pg_database WHERE datname = '$left'")" = 0 ] || fail 'the old one was not swept'
[ "$(pg_admin 'SELECT count(*) FROM pg_subscription s JOIN pg_database d ON d.oid = s.subdbid WHERE d.datname LIKE '"'baseline%'")" = 0 ] || fail 'subscriptions are left'
pg_server "$oldest"
expect_pg publisher "SELECT count(*) FROM pg_replication_slots WHERE slot_name = 'bl_theirs'" 1
expect_pg live 'SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())' 2

# The session that replays is ended from outside: the database goes all the same.
git checkout -q -- database
rm -rf old database/schema
write 3_end "DO \$\$ BEGIN IF current_database() LIKE 'baseline%' THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF; END \$\$;"
run 0 migrate run
commit_all
run 3 migrate squash --scratch-url "$scratch_url"
[ "$(scratch_databases)" = "$before" ] || fail 'scratch databases are left by a session that was ended'

# A wipe leaves them alone and says what to do, both ways; then it works.
run 5 migrate wipe --url "$(pg_url live)" --force
expect_err 'has a slot on another server'
expect_err 'DROP SUBSCRIPTION'
expect_err 'SET (slot_name = NONE)'
pg_sql live 'SET client_min_messages = error; ALTER SUBSCRIPTION idle SET (slot_name = NONE); ALTER SUBSCRIPTION "at ""work" DISABLE; ALTER SUBSCRIPTION "at ""work" SET (slot_name = NONE)'
run 0 migrate wipe --url "$(pg_url live)" --force
expect_pg live 'SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())' 0
