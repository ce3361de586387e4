# Migrations of a throw-away database share transactions: what becomes of each is what became of it alone.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/together.sh"

mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url app)" >database/connections.json

new_database() { pg_create app; }

# expect_state LEDGER TABLES: which migrations are recorded, each linked to its journal row, and which tables are there.
expect_state() {
    expect_pg app "SELECT string_agg(substr(name, 21, 1), '' ORDER BY id) FROM adonis_schema" "$1"
    expect_pg app "SELECT string_agg(relname, ' ' ORDER BY relname) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]$'" "$2"
    expect_pg app "SELECT string_agg(substr(l.name, 21, 1), '' ORDER BY l.id) FROM adonis_schema l JOIN adonis_schema_journal j ON j.ledger_id = l.id
        AND j.name = l.name AND j.state = 'applied' AND j.raw_digest IS NOT NULL" "$1"
    expect_pg app 'SELECT count(*) FROM adonis_schema_journal WHERE ledger_id IS NULL' 0
}

# The row of each file was written by its transaction.
transactions='SELECT count(DISTINCT xmin::text) FROM adonis_schema'

set --
for i in $(seq 10 49); do set -- "$@" "CREATE TABLE t$i (x integer);"; done
project "$@"
run 0 migrate run --ephemeral --json
together=$(pg_sql app "$transactions")
[ "$together" -lt 20 ] || fail "40 files took $together transactions"
[ "$(jq '.migrations | length' stdout)" = 40 ] || fail 'not every migration is reported'
[ "$(jq -r '[.migrations[].status] | unique | join(",")' stdout)" = completed ] || fail 'a migration is not completed'
expect_pg app 'SELECT count(*) FROM adonis_schema l JOIN adonis_schema_journal j ON j.ledger_id = l.id AND j.name = l.name' 40
for i in $(seq 1 40); do sed -i "s/DROP TABLE t.*/DROP TABLE t$((i + 9));/" "database/migrations/${i}_t.sql"; done
run 0 migrate rollback
expect_pg app 'SELECT count(*) FROM adonis_schema' 0
expect_pg app "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]+$'" 0

# Where others are at work each has its own, and gives its locks back.
run 0 migrate run
expect_pg app "$transactions" 40

# The table of another tool, too, has its rows in the order of the files.
project 'CREATE TABLE t1 (x integer);' 'CREATE TABLE t2 (x integer);' 'INSERT INTO t1 VALUES (7);' 'CREATE TABLE t4 (x integer);' 'CREATE TABLE t5 (x integer);'
printf '{ "connections": { "postgres": { "url": "%s", "migrations": { "convention": "goose" } } } }' "$(pg_url app)" >database/connections.json
sed -i 's/^-- migrate:up/-- +goose Up/; s/^-- migrate:down/-- +goose Down/' database/migrations/*
run 0 migrate run --ephemeral
expect_state 12345 't1 t2 t4 t5'
expect_pg app "SELECT string_agg(version_id::text, '' ORDER BY id) FROM goose_db_version" 012345
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url app)" >database/connections.json

# Who follows the statements sees each migration end behind its own.
project 'CREATE TABLE t1 (x integer);' 'CREATE TABLE t2 (x integer);'
run 0 migrate run --ephemeral --verbose
sed -n 's/.*\(CREATE TABLE t[12]\).*/\1/p; s/^migrated database.migrations.\(._t\).*/\1/p' stderr >order
printf 'CREATE TABLE t1\n1_t\nCREATE TABLE t2\n2_t\n' | diff - order >&2 || fail 'the order of --verbose'

# What fails takes nothing along.
for bad in 'CREATE TABLE u (x nowhere);' 'CREATE TABLE (;' \
    'CREATE TABLE u (x integer REFERENCES t1 (x) DEFERRABLE INITIALLY DEFERRED); INSERT INTO u VALUES (99);' \
    'CREATE TABLE u (x integer); DO $$ BEGIN RAISE EXCEPTION $x$no$x$; END $$;' 'DROP TABLE t1, t9;'; do
    project 'CREATE TABLE t1 (x integer UNIQUE); INSERT INTO t1 VALUES (7);' 'CREATE TABLE t2 (x integer);' 'CREATE TABLE t3 (x integer);' "$bad" 'CREATE TABLE t5 (x integer);'
    run 4 migrate run --ephemeral
    [ "$(reported)" = '1_t 2_t 3_t ' ] || fail "what is reported before $bad: $(reported)"
    expect_err 'error database/migrations/4_t'
    # What only COMMIT finds has no place.
    case $bad in *DEFERRABLE*) ;; *) expect_err '4_t.sql:2:' ;; esac
    expect_state 123 't1 t2 t3'
    expect_pg app 'SELECT x FROM t1' 7
    expect_pg app "SELECT to_regclass('u') IS NULL" t
done

# A new value of an enum can be used behind its commit, and not before, whatever stands before it.
project "CREATE TYPE mood AS ENUM ('low');" 'CREATE TABLE t2 (x integer);' "ALTER TYPE mood ADD VALUE 'high'; CREATE TABLE t3 (m mood DEFAULT 'high');" 'CREATE TABLE t4 (x integer);'
run 4 migrate run --ephemeral
expect_err 'unsafe use of new value'
expect_state 12 't2'
sed -i 's/ CREATE TABLE t3.*//' database/migrations/3_t.sql
echo "-- migrate:up
CREATE TABLE t4 (m mood DEFAULT 'high');" >database/migrations/4_t.sql
run 0 migrate run --ephemeral
expect_state 1234 't2 t4'

# What lasts until COMMIT, or as long as the session, ends with its file.
for left in 'SAVEPOINT s; CREATE TABLE t2 (x integer);@ROLLBACK TO s;@SAVEPOINT can only|no such savepoint|does not exist' \
    'CREATE TEMPORARY TABLE u (x integer); CREATE TABLE t2 (x integer);@DROP TABLE u;@does not exist' \
    'SET search_path = pg_temp; CREATE TABLE public.t2 (x integer);@CREATE TABLE t9 (x integer); DROP TABLE pg_temp.t9;@does not exist' \
    'SELECT set_config($$search_path$$, $$pg_temp$$, false); CREATE TABLE public.t2 (x integer);@CREATE TABLE t9 (x integer); DROP TABLE pg_temp.t9;@does not exist' \
    'SET CONSTRAINTS ALL DEFERRED; CREATE TABLE t2 (x integer);@INSERT INTO c VALUES (8);@violates foreign key' \
    'INSERT INTO c VALUES (7); ALTER TABLE c DISABLE TRIGGER USER; CREATE TABLE t2 (x integer);@DECLARE k CURSOR FOR SELECT 1; CLOSE k; FETCH k;@does not exist' \
    'DECLARE k CURSOR WITH HOLD FOR SELECT 1; CREATE TABLE t2 (x integer);@FETCH k;@does not exist'; do
    head=${left%%@*} rest=${left#*@}
    project 'CREATE TABLE t1 (x integer PRIMARY KEY); CREATE TABLE c (x integer REFERENCES t1 (x) DEFERRABLE); INSERT INTO t1 VALUES (7);' "$head" \
        "CREATE TABLE t3 (x integer); ${rest%%@*}" 'CREATE TABLE t4 (x integer);'
    run 4 migrate run --ephemeral
    grep -Eq "${rest#*@}" stderr || fail "behind $head: $(cat stderr)"
    expect_state 12 't1 t2'
done

# So does what is made in the session's own schema, or set by what computes rows.
call="CREATE FUNCTION f(x integer) RETURNS integer LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM set_config(\$\$search_path\$\$, \$\$pg_temp\$\$, false); RETURN x; END'"
for left in 'CREATE TABLE pg_temp.t1 (x integer);' 'CREATE TABLE IF NOT EXISTS "pg_temp".t1 (x integer);' \
    'CREATE TABLE t2 AS SELECT set_config($$search_path$$, $$pg_temp$$, false);' 'CREATE TABLE t2 (a) AS SELECT f(1);' \
    'ALTER TABLE t1 ADD a integer DEFAULT f(1);' 'ALTER TABLE t1 ALTER x TYPE bigint USING f(x);' 'ALTER TABLE t1 ADD CHECK (f(x) = 7);' \
    'ALTER TABLE t1 ADD a integer GENERATED ALWAYS AS (f(x)) STORED;'; do
    project "CREATE TABLE t1 (x integer); INSERT INTO t1 VALUES (7); $call;" "$left" 'ALTER TABLE t1 ADD z integer;' 'CREATE TABLE t4 (x integer);'
    run 0 migrate run --ephemeral
    expect_pg app "SELECT count(*) FROM pg_attribute WHERE attrelid = to_regclass('public.t1') AND attname = 'z'" 1
    expect_pg app "SELECT to_regclass('public.t4')" t4
done

# A number that a group took and gave back with everything else is gone: no file takes one in a group.
project 'CREATE SEQUENCE s; CREATE TABLE t1 (x integer); INSERT INTO t1 VALUES (7), (8);' 'CREATE TABLE t2 (x integer);' \
    "ALTER TABLE t1 ADD a integer DEFAULT nextval('s');" 'CREATE TABLE t4 (x nowhere);'
run 4 migrate run --ephemeral
expect_state 123 't1 t2'
expect_pg app "SELECT string_agg(a::text, ' ' ORDER BY x) FROM t1" '1 2'

# What looks at the ledger finds the records of all files before it.
project 'CREATE TABLE t1 (name text);' 'CREATE TABLE t2 (x integer);' "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO t1 VALUES (NEW.name); RETURN NEW; END';" \
    'CREATE TRIGGER tell AFTER INSERT ON Adonis_Schema FOR EACH ROW EXECUTE FUNCTION tell();' 'CREATE TABLE t5 (x integer);'
run 0 migrate run --ephemeral
expect_state 12345 't1 t2 t5'
expect_pg app "SELECT string_agg(right(name, 3), ' ' ORDER BY name) FROM t1" '4_t 5_t'

# Files that are no transaction, have a timeout, or settings, in between; a file with its own BEGIN.
project 'CREATE TABLE t1 (x integer);' 'CREATE TABLE t2 (x integer);' 'CREATE INDEX CONCURRENTLY i ON t2 (x);' 'CREATE TABLE t4 (x integer);' \
    'CREATE TABLE t5 (x integer);' 'CREATE TABLE t6 (x integer);' "SET statement_timeout = '70s'; CREATE TABLE t7 (x integer);" \
    "CREATE TABLE t8 AS SELECT current_setting('statement_timeout') AS x;" 'CREATE TABLE t9 (x nowhere);'
sed -i 's/^-- migrate:up$/-- migrate:up transaction:false/' database/migrations/3_t.sql
sed -i 's/^-- migrate:up$/-- migrate:up statement_timeout:80s/' database/migrations/5_t.sql
run 4 migrate run --ephemeral
expect_state 12345678 't1 t2 t4 t5 t6 t7 t8'
expect_pg app 'SELECT x FROM t8' 0

# A ledger that takes no row is named, and what is done stays.
project 'CREATE TABLE t1 (x integer);' 'CREATE TABLE t2 (x integer);' 'CREATE TABLE t3 (x integer);' 'CREATE TABLE t4 (x integer);'
run 0 migrate run --to 1_t
pg_sql app "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER swallow BEFORE INSERT ON adonis_schema FOR EACH ROW WHEN (NEW.name LIKE '%/3_t') EXECUTE FUNCTION swallow()"
run 5 migrate run --ephemeral
expect_err 'took no row for "database/migrations/3_t"'
expect_state 12 't1 t2'
pg_sql app 'DROP TRIGGER swallow ON adonis_schema'
# Somebody else's sequence in a trigger of it is not taken for the row's number.
pg_sql app "CREATE TABLE audit (id serial, what text); SELECT setval('audit_id_seq', 70);
    CREATE OR REPLACE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO audit (what) VALUES (NEW.name); RETURN NULL; END';
    CREATE TRIGGER audit AFTER INSERT ON adonis_schema FOR EACH ROW EXECUTE FUNCTION swallow()"
run 0 migrate run --ephemeral
expect_state 1234 't1 t2 t3 t4'
expect_pg app 'SELECT count(*) FROM audit' 2

# A lock that is lost is noticed by the commit that they share: nothing of them is there.
project 'CREATE TABLE t1 (x integer);' 'CREATE TABLE t2 (x integer);' 'CREATE TABLE t3 (x integer);'
run 0 migrate run --to 1_t
pg_sql app "CREATE FUNCTION let_go() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_advisory_unlock_all(); END';
    CREATE EVENT TRIGGER let_go ON ddl_command_end WHEN TAG IN ('CREATE TABLE') EXECUTE FUNCTION let_go()"
run 5 migrate run --ephemeral
expect_err 'no longer holds the migration lock'
expect_state 1 t1

# Killed at any time, or its line cut: each file is there as a whole with its record, or not at all.
project 'CREATE TABLE t1 (x integer);' 'CREATE TABLE t2 (x integer);' 'CREATE TABLE t3 AS SELECT pg_sleep(60) IS NULL AS x;' 'CREATE TABLE t4 (x integer);'
migrate run --ephemeral >stdout 2>stderr &
pid=$!
asleep() { [ "$(pg_sql app "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND state = 'active' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()")" = 1 ]; }
wait_until asleep
pg_sql app "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()" >/dev/null
code=0
wait $pid || code=$?
[ "$code" = 3 ] || fail "exit $code: $(cat stderr)"
[ -z "$(reported)" ] || [ "$(reported)" = '1_t 2_t ' ] || fail "reported: $(reported)"
done_files=$(reported | tr -d '_t ')
expect_pg app "SELECT coalesce(string_agg(substr(name, 21, 1), '' ORDER BY id), '') FROM adonis_schema" "$done_files"
expect_pg app "SELECT coalesce(string_agg(substr(relname, 2), '' ORDER BY relname), '') FROM pg_class WHERE relkind = 'r' AND relname ~ '^t[0-9]$'" "$done_files"
sed -i 's/pg_sleep(60) IS NULL/1/' database/migrations/3_t.sql
run 0 migrate run --ephemeral
expect_state 1234 't1 t2 t3 t4'
