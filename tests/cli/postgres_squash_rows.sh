# Rows that a squash on PostgreSQL must not lose: what policies hide, what extensions own, what ignored schemas hold.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

# begin WORD OWNER SQL...: a project over a new database whose migrations are these.
begin() {
    squash_folders=$((squash_folders + 1))
    mkdir "$squash_top/$squash_folders" && cd "$squash_top/$squash_folders" || fail "no folder"
    mkdir -p database/migrations
    printf 'stdout\nstderr\n' >.gitignore
    pg_create "$1" "$2"
    printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url "$1" "$2")" >database/connections.json
    shift 2
    number=0
    for statements in "$@"; do
        number=$((number + 1))
        write ${number}_step "$statements"
    done
    run 0 migrate run
    commit_all
}

# kept CODE TEXT COMMAND...: it fails so, says why, and touches nothing.
kept() {
    kept_code=$1
    kept_text=$2
    shift 2
    kept_state=$(state)
    run "$kept_code" "$@"
    expect_err "$kept_text"
    expect_err 'hint: '
    [ "$kept_state" = "$(state)" ] || fail "a refused squash changed something: $*"
}

# Policies that bind the owner too hide all rows from it, or some; what a table is called says nothing.
policies='ENABLE ROW LEVEL SECURITY; ALTER TABLE %s FORCE ROW LEVEL SECURITY'
forced() {
    # shellcheck disable=SC2059
    printf "CREATE TABLE $1 (id int PRIMARY KEY, o text); INSERT INTO $1 VALUES (1, 'a'), (2, 'b'); ALTER TABLE $1 $policies; CREATE POLICY p ON $1 USING ($2);" "$1"
}
begin hidden bl_owner "$(forced s "o = current_setting('app.tenant', true)")"
kept 7 'the rows of table "public.s" cannot be carried: row-level security hides rows' migrate squash
kept 7 'hides rows from this role' schema-dump --prune
kept 7 'hides rows from this role' migrate squash --data s
kept 7 'hides rows from this role' migrate squash --from-files
begin partly bl_owner "$(forced disk_partitions "o = 'a'")"
kept 7 'the rows of table "public.disk_partitions" cannot be carried: row-level security hides rows' migrate squash
begin parted bl_owner "CREATE TABLE p (id int PRIMARY KEY, o text) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (9);
INSERT INTO p VALUES (1, 'a'); ALTER TABLE p ENABLE ROW LEVEL SECURITY; ALTER TABLE p FORCE ROW LEVEL SECURITY;"
kept 7 'the rows of table "public.p" cannot be carried' migrate squash
# Where there are none, none are hidden; and the rows of a partition are those of its table.
begin blank bl_owner "CREATE TABLE e (id int); ALTER TABLE e ENABLE ROW LEVEL SECURITY; ALTER TABLE e FORCE ROW LEVEL SECURITY;
CREATE TABLE q (id int) PARTITION BY LIST (id); ALTER TABLE q ENABLE ROW LEVEL SECURITY; ALTER TABLE q FORCE ROW LEVEL SECURITY;
CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1);"
run 0 migrate squash
files 0
begin shown bl_owner "CREATE TABLE q (id int PRIMARY KEY) PARTITION BY LIST (id); CREATE TABLE q1 PARTITION OF q FOR VALUES IN (1); INSERT INTO q VALUES (1);"
kept 5 '1 row of 1 table that migrations put there would get lost' migrate squash
expect_err 'table public.q: 1 row'
run 0 migrate squash --data q
files 0

# Rows in tables of extensions: those that come with the extension come again, the rest is named with its number.
begin owned postgres 'CREATE EXTENSION citext; CREATE SCHEMA jobs; CREATE TABLE jobs.job (id int, t text); ALTER EXTENSION citext ADD TABLE jobs.job;
CREATE TABLE jobs.parted (id int) PARTITION BY LIST (id); CREATE TABLE jobs.part PARTITION OF jobs.parted DEFAULT;
ALTER EXTENSION citext ADD TABLE jobs.parted; ALTER EXTENSION citext ADD TABLE jobs.part;' "INSERT INTO jobs.job VALUES (1, 'x'), (1, 'x'), (2, 'y'); INSERT INTO jobs.parted VALUES (5);"
refused '4 rows of 2 tables that migrations put there would get lost' migrate squash
expect_err 'table jobs.job: 3 rows put there by migrations'
expect_err 'table jobs.parted: 1 row put there by migrations'
expect_err '--discard-data'
for table in jobs.job jobs.parted; do
    kept 2 "the rows of table \"$table\" cannot be carried, since the table is no part of the snapshot: an extension owns it" migrate squash --data $table
done
kept 2 'no table "jobs.no_job"' migrate squash --data jobs.no_job
run 0 migrate squash --discard-data
files 0
grep -q '"table jobs.job":3' database/schema/postgres-schema.meta.json || fail 'the manifest does not say what was discarded'

# A schema whose name extensions use, and a migration made.
begin usual postgres "CREATE TABLE t (id int PRIMARY KEY); CREATE SCHEMA cron; CREATE TABLE cron.tasks (id int PRIMARY KEY); INSERT INTO cron.tasks VALUES (1);"
refused '2 objects that migrations made would get lost' migrate squash
expect_err 'schema cron: made by migrations, and left out of the snapshot'
expect_err 'table cron.tasks: made by migrations'
sed -i 's/"url"/"schemas": ["public", "cron"], "url"/' database/connections.json
commit_all
run 0 migrate squash --data cron.tasks
files 0

# Rows that appear while a snapshot is loaded do so in every new database.
begin noted postgres "CREATE TABLE log (id serial PRIMARY KEY, tag text); CREATE FUNCTION note() RETURNS event_trigger LANGUAGE plpgsql AS
'begin insert into public.log (tag) values (tg_tag); end'; CREATE EVENT TRIGGER note ON ddl_command_end EXECUTE FUNCTION note();" 'CREATE TABLE x (id int);'
refused 'the snapshot is not what its migrations give: 1 difference' migrate squash --data log
expect_err 'in a new database, where the snapshot carries 1'
run 0 migrate squash --discard-data
files 0
# It fires for younger files as it does behind the older ones.
write 3_view 'CREATE VIEW seen AS SELECT 1 AS a;'
pg_create noted_new postgres
for word in noted noted_new; do
    run 0 migrate run --url "$(pg_url $word postgres)" -c postgres
    expect_pg $word "SELECT count(*) FROM log WHERE tag = 'CREATE VIEW'" 1
done

# Rows that the database holds and no new one takes: which, and what to do.
begin broken postgres 'CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (id int PRIMARY KEY, pid int REFERENCES p, n int);'
pg_sql broken 'ALTER TABLE c DISABLE TRIGGER ALL; INSERT INTO c VALUES (1, NULL, 1), (2, 77, 1); ALTER TABLE c ENABLE TRIGGER ALL'
refused 'the rows of table "public.c" (2) cannot be carried, a new database refuses them' migrate squash --data c --data-from live
expect_err 'Key (pid)=(77) is not present in table "p"'
expect_err 'carry the rows that they refer to as well: --data TABLE'

# Tables whose files hold nothing are not asked: one whose rows are gone is, and one whose rows are its children's.
begin vacant bl_owner "CREATE TABLE vacant (id serial PRIMARY KEY); CREATE TABLE once (id serial PRIMARY KEY); INSERT INTO once DEFAULT VALUES; DELETE FROM once;"
run 0 migrate squash
files 0
begin parent bl_owner "CREATE TABLE parent (id serial PRIMARY KEY); CREATE TABLE child (PRIMARY KEY (id)) INHERITS (parent);
INSERT INTO child (id) SELECT nextval('parent_id_seq') FROM generate_series(1, 3); SELECT setval('parent_id_seq', 3);"
refused '3 rows of 1 table that migrations put there would get lost' migrate squash
expect_err 'table public.child: 3 rows'
begin chosen bl_owner "CREATE TABLE chosen (id serial PRIMARY KEY); SELECT setval('chosen_id_seq', 1000, false);
CREATE TABLE down (id int PRIMARY KEY); CREATE SEQUENCE down_id INCREMENT -1; ALTER TABLE down ALTER id SET DEFAULT nextval('down_id'); SELECT setval('down_id', -7);"
refused 'the position of 2 counters that migrations put there would get lost' migrate squash
expect_err 'sequence public.chosen_id_seq'
expect_err 'sequence public.down_id'

# A replay that fails is told, whatever became of the snapshot that was loaded meanwhile.
begin slower bl_owner 'CREATE TABLE f (id int);'
write 2_wrong "DO \$\$ BEGIN IF current_database() LIKE 'baseline%' THEN RAISE EXCEPTION 'not here'; END IF; END \$\$;"
run 0 migrate run
commit_all
run 4 migrate squash
expect_err 'not here'
expect_err '2_wrong.sql:2'
migrate squash >stdout 2>stderr &
squash_pid=$!
! wait "$squash_pid" || fail 'it went through'
[ "$(pg_admin "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_scratch_.*_$squash_pid\$'")" = 0 ] || fail 'a scratch database is left'
