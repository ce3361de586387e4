# The everyday way up and down on PostgreSQL: run, rollback, reset, refresh, fresh, wipe, status, seed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url app)" >database/connections.json
write() {
    printf -- '-- migrate:up%s\n%s\n-- migrate:down%s\n%s\n' "${4:-}" "$2" "${4:-}" "$3" >"database/migrations/$1.sql"
}
ledger() {
    expect_pg app "SELECT substr(name, 21), batch FROM adonis_schema ORDER BY id" "$1"
}

write 1_a 'CREATE TABLE a (x integer);' 'DROP TABLE a;'
write 2_b 'CREATE TABLE b (x integer);' 'DROP TABLE b;'
run 3 migrate run
expect_err '--create'
run 0 migrate run --create --to 1_a
ledger '1_a|1'
run 0 migrate run
ledger '1_a|1
2_b|2'
# The ledger is made of Lucid's types.
expect_pg app "SELECT string_agg(format('%s %s %s %s', attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)), ', ' ORDER BY attnum)
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = 'adonis_schema'::regclass AND attnum > 0" \
    "id integer t nextval('adonis_schema_id_seq'::regclass), name character varying(255) t , batch integer t , migration_time timestamp with time zone f CURRENT_TIMESTAMP"
run 0 migrate run --json
expect_out '"status": "skipped"'
expect_out '"engine": "postgres"'
write 3_c 'CREATE TABLE c (x integer);' 'DROP TABLE c;'
write 4_d 'CREATE TABLE d (x integer);' 'DROP TABLE d;'
run 0 migrate run --dry-run
expect_out 'CREATE TABLE d'
ledger '1_a|1
2_b|2'
run 0 migrate run --json
expect_out '"batch": 3'
run 0 migrate rollback --dry-run
expect_out 'DROP TABLE d;'
ledger '1_a|1
2_b|2
3_c|3
4_d|3'
run 0 migrate rollback
ledger '1_a|1
2_b|2'
run 0 migrate run
run 0 migrate rollback --step 3
ledger '1_a|1'
run 0 migrate run
run 0 migrate rollback --batch 1
ledger '1_a|1'
run 0 migrate run
run 0 migrate reset
ledger ''
run 0 migrate run
run 0 migrate refresh
ledger '1_a|1
2_b|1
3_c|1
4_d|1'
run 0 migrate status
expect_out 'completed'
run 0 migrate status --json
expect_out '"migrationTime": "20'

# A down part that fails: nothing of that migration, the later ones are gone.
write 3_c 'CREATE TABLE c (x integer);' 'DROP TABLE c;
    DROP TABLE nowhere;'
run 4 migrate reset
expect_err 'database/migrations/3_c.sql:5:'
expect_err 'nowhere'
ledger '1_a|1
2_b|1
3_c|1'
expect_pg app "SELECT to_regclass('c') IS NOT NULL" t
write 3_c 'CREATE TABLE c (x integer);' 'DROP TABLE c;'
run 0 migrate run

# A database that a statement names and there is none of: the statement is rejected, the connection is good.
echo '-- migrate:up
ALTER DATABASE bl_nowhere SET work_mem = 65536;' >database/migrations/5_e.sql
run 4 migrate run
expect_err 'database/migrations/5_e.sql:2:1'
expect_no_err '--create'

# An error has the place in the file, the server's code, detail and hint; nothing of the file stays.
write 5_e 'CREATE TABLE e (id integer PRIMARY KEY);
INSERT INTO e VALUES (1);
INSERT INTO e VALUES
    (1);' 'DROP TABLE e;'
run 4 migrate run --json
expect_out '"sqlstate": "23505"'
expect_out '"line": 4'
expect_out 'Key (id)=(1) already exists.'
expect_pg app "SELECT to_regclass('e') IS NULL" t
write 5_e 'CREATE TABLE e (id integer,
    other intege);' 'DROP TABLE e;'
run 4 migrate run
expect_err 'database/migrations/5_e.sql:3:11'
expect_err 'intege'
# In bytes, as everywhere; the server counts characters.
write 5_e "SELECT 'ÄÖÜ名前🦓', nothere;" 'SELECT 1;'
run 4 migrate run
expect_err 'database/migrations/5_e.sql:2:28'
# The order of a refresh and of fresh is checked before anything is dropped.
write 5_e 'SELECT '"'open" ''
run 4 migrate fresh
ledger '1_a|1
2_b|1
3_c|1
4_d|2'
run 4 migrate refresh
ledger '1_a|1
2_b|1
3_c|1
4_d|2'
rm database/migrations/5_e.sql
run 0 migrate fresh
ledger '1_a|1
2_b|1
3_c|1
4_d|1'

# Seeders: in order, each in a transaction.
mkdir database/seeders
echo 'INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);' >database/seeders/1_first.sql
echo 'INSERT INTO a SELECT x + 10 FROM a;' >database/seeders/10_second.sql
run 0 migrate seed
expect_pg app "SELECT string_agg(x::text, ',' ORDER BY x) FROM a" 1,2,11,12
echo 'INSERT INTO a VALUES (99); INSERT INTO nowhere VALUES (1);' >database/seeders/11_bad.sql
run 4 migrate fresh --seed
expect_err 'database/seeders/11_bad.sql:1:'
expect_pg app "SELECT string_agg(x::text, ',' ORDER BY x) FROM a" 1,2,11,12
rm -r database/seeders

# What a script sets does not reach the next one: settings, the role, temporary tables.
write 6_set "SET search_path = pg_catalog; SET statement_timeout = 12345; SET ROLE bl_limited; CREATE TEMPORARY TABLE left_over (a integer); SET standard_conforming_strings = off;" 'SELECT 1;'
write 7_after "CREATE TABLE seen AS SELECT current_setting('search_path') AS path, current_setting('statement_timeout') AS wait, current_user AS who, 'a\\b' AS slash, to_regclass('left_over') AS t;" 'DROP TABLE seen;'
run 0 migrate run
expect_pg app "SELECT * FROM seen" '"$user", public|0|postgres|a\b|'
run 0 migrate rollback

# The schema of the search_path is where it all goes, the ledger too.
pg_sql app 'CREATE SCHEMA elsewhere'
run 0 migrate run --url "$(pg_url app)&options=-csearch_path%3Delsewhere"
expect_pg app "SELECT count(*) FROM elsewhere.adonis_schema" 6

# Production: nothing without --force, and nothing at all where it is switched off.
run 5 env NODE_ENV=production migrate rollback
expect_err '--force'
printf '{ "connections": { "postgres": { "url": "%s", "production": true, "migrations": { "disableRollbacksInProduction": true } } } }' "$(pg_url app)" >database/connections.json
for command in rollback reset refresh fresh wipe; do
    run 5 migrate $command --force
    expect_err 'disableRollbacksInProduction'
done
run 0 migrate run --force

# No client program is needed.
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url app)" >database/connections.json
mkdir empty
migrate=$(command -v migrate) dump=$(command -v schema-dump) load=$(command -v schema-load)
run 0 env PATH="$PWD/empty" "$migrate" fresh
run 0 env PATH="$PWD/empty" "$dump"
pg_create second
run 0 env PATH="$PWD/empty" "$load" --url "$(pg_url second)"
pg_drop_journal app second
expect_pg_same app second

# What the database and the role set decides what values mean, as for any other client: live, in a
# replay and behind the reset between two files. What is dumped shows the meaning alone.
pg_create ways
for setting in "datestyle = 'SQL, DMY'" 'intervalstyle = sql_standard' 'extra_float_digits = -5' 'bytea_output = escape'; do
    pg_admin "ALTER DATABASE $(pg_name ways) SET $setting"
done
rm -rf database
mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s", "data": ["v1", "v2"] } } }' "$(pg_url ways)" >database/connections.json
values="'01/02/2003', '-1 2:00:00', date '01/02/2003', 0.1::float8 + 0.2, '\\x41'::bytea"
write 1_v "CREATE TABLE v1 (d date, i interval, dt text, ft text, bt text, f date DEFAULT '03/02/2003');
INSERT INTO v1 VALUES ($values); SET datestyle = German;"
write 2_v "RESET ALL; CREATE TABLE v2 (LIKE v1); INSERT INTO v2 VALUES ($values);"
run 0 migrate run
pg_sql ways "CREATE TABLE v3 (LIKE v1); INSERT INTO v3 VALUES ($values)"
same="SELECT to_char(d, 'YYYY-MM-DD'), extract(epoch FROM i)::int, dt, ft, bt FROM"
expect_pg ways "$same v1" '2003-02-01|-93600|01/02/2003|0.3|A'
for table in v2 v3; do
    expect_pg ways "$same $table" "$(pg_sql ways "$same v1")"
done
pg_sql ways 'DROP TABLE v3'
run 0 migrate squash --allow-uncommitted
pg_create usual
run 0 migrate run --url "$(pg_url usual)"
expect_pg usual "$same v1" '2003-02-01|-93600|01/02/2003|0.3|A'
run 0 schema-dump --url "$(pg_url usual)" --path usual.sql --data v1 --data v2
expect_same database/schema/postgres-schema.sql usual.sql
run 0 migrate status
expect_out "$(date -u +%Y-%m)"
