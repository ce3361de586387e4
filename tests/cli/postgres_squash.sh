# Squashes on PostgreSQL: what must not be replayed beside a live database, scratch databases, rows of all types.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${pg_host:=}" "${pg_version:=}" "${pg_newest:=}"

scratch_databases() {
    pg_admin "SELECT count(*) FROM pg_database WHERE datname LIKE 'baseline\\_scratch\\_%'"
}

# pg_project WORD: a project over a new database, with one migration.
pg_project() {
    squash_folders=$((squash_folders + 1))
    mkdir "$squash_top/$squash_folders" && cd "$squash_top/$squash_folders" || fail "no folder"
    mkdir -p database/migrations
    pg_create "$1"
    printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url "$1")" >database/connections.json
    write 1_users 'CREATE TABLE users (id serial PRIMARY KEY, name text);' 'DROP TABLE users;'
    run 0 migrate run
    commit_all
}

# Every way out of a database: exit 5 with file and line. The migrations count as applied; none is run.
pg_project ways
before=$(scratch_databases)
way() {
    printf -- '-- migrate:up transaction:false\nSELECT 1;\n%s;\n' "$2" >database/migrations/2_way.sql
    commit_all
    refused "reaches $1" migrate squash
    expect_err 'database/migrations/2_way.sql:3'
    expect_err '--scratch-url'
    refused "reaches $1" schema-dump --prune
}
printf -- '-- migrate:up\nSELECT 1;\n' >database/migrations/2_way.sql
run 0 migrate run
pg_sql ways "UPDATE adonis_schema_journal SET raw_digest = NULL, token_digest = NULL WHERE name LIKE '%way'"
way 'a role of the server' 'CREATE ROLE somebody'
way 'a role of the server' "DO \$\$ BEGIN EXECUTE 'DROP ROLE IF EXISTS somebody'; END \$\$"
way 'a role of the server' 'GRANT pg_monitor TO postgres'
way 'a tablespace of the server' 'CREATE TABLE t (a int) TABLESPACE fast'
way 'a tablespace of the server' "CREATE TABLESPACE fast LOCATION '/nowhere'"
way 'a setting of the server' "ALTER SYSTEM SET work_mem = '1GB'"
way 'another database' 'CREATE DATABASE other'
way 'another database' 'ALTER DATABASE postgres SET work_mem = 65536'
way 'another database' "SELECT dblink_exec('dbname=postgres', 'SELECT 1')"
way 'a subscription' "CREATE SUBSCRIPTION s CONNECTION 'dbname=postgres' PUBLICATION p"
way 'a program of the server' "COPY users FROM PROGRAM 'echo'"
way 'a file of the server' "COPY users TO '/nowhere'"
way 'a file of the server' "SELECT pg_read_file('PG_VERSION')"
way 'a foreign server' 'CREATE SERVER s FOREIGN DATA WRAPPER w'
way 'another session' 'SELECT pg_terminate_backend(0)'
[ "$(scratch_databases)" = "$before" ] || fail "a scratch database was made"
# The same server by another name is no other server. On another one it stops at what that server says.
printf -- '-- migrate:up\nSELECT 1;\nALTER ROLE nobody_of_that_name NOLOGIN;\n' >database/migrations/2_way.sql
commit_all
run 5 migrate squash --scratch-url "$(pg_url ways)"
expect_err 'on the server of the live one'
if [ "$pg_newest" != "$pg_version" ]; then
    run 4 migrate squash --scratch-url "postgresql://postgres@/postgres?host=$pg_host&port=54$pg_newest"
    expect_err '2_way.sql:3'
fi
[ "$(scratch_databases)" = "$before" ] || fail "a failed proof left a scratch database"
run 0 migrate squash --no-proof

# A production connection.
pg_project production
sed -i 's/"url"/"production": true, "url"/' database/connections.json
commit_all
refused 'is production: nothing is replayed beside it' migrate squash
run 5 migrate squash --scratch-url "$(pg_url production)"
expect_err 'on the server of the live one'
if [ "$pg_newest" != "$pg_version" ]; then
    run 0 migrate squash --scratch-url "postgresql://postgres@/postgres?host=$pg_host&port=54$pg_newest"
    files 0
fi

# Scratch databases have the encoding, the collation and the settings of the database, and are gone afterwards.
pg_project settings
pg_drop settings
pg_admin "CREATE DATABASE \"$(pg_name settings)\" TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' LC_CTYPE 'C'"
pg_admin "ALTER DATABASE \"$(pg_name settings)\" SET search_path = app, public"
pg_sql settings 'CREATE SCHEMA app'
write 1_users "CREATE SCHEMA IF NOT EXISTS app; DO \$\$ BEGIN
IF current_setting('server_encoding') <> 'LATIN1' THEN RAISE 'another encoding'; END IF;
IF current_setting('search_path') <> 'app, public' THEN RAISE 'another search_path: %', current_setting('search_path'); END IF;
END \$\$; CREATE TABLE app.users (id int);"
run 0 migrate run
commit_all
run 0 migrate squash
files 0
[ "$(scratch_databases)" = "$before" ] || fail "scratch databases are left"

# So have they what is set for the role in that database alone; what it may not set they do without.
pg_project of_role
pg_drop of_role
pg_create of_role bl_owner
pg_sql of_role "CREATE SCHEMA app AUTHORIZATION bl_owner; GRANT ALL ON SCHEMA public TO bl_owner;
ALTER ROLE bl_owner IN DATABASE \"$(pg_name of_role)\" SET search_path = app, public;
ALTER ROLE bl_owner IN DATABASE \"$(pg_name of_role)\" SET log_min_duration_statement = 500;
ALTER ROLE bl_reader IN DATABASE \"$(pg_name of_role)\" SET search_path = nowhere;
ALTER DATABASE \"$(pg_name of_role)\" SET log_min_duration_statement = 900"
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url of_role bl_owner)" >database/connections.json
write 1_users 'CREATE SCHEMA IF NOT EXISTS app; CREATE TABLE users (id int);'
run 0 migrate run
commit_all
run 0 migrate squash
files 0
grep -q '^CREATE TABLE app.users' database/schema/postgres-schema.sql || fail 'the table is elsewhere'
[ "$(scratch_databases)" = "$before" ] || fail "scratch databases are left"
# Also where the role becomes another one as it logs in.
pg_project becomes
pg_drop becomes
pg_create becomes bl_owner
pg_sql becomes "CREATE SCHEMA app AUTHORIZATION bl_owner; CREATE ROLE bl_squash_login LOGIN; GRANT bl_owner TO bl_squash_login;
ALTER ROLE bl_squash_login IN DATABASE \"$(pg_name becomes)\" SET role = bl_owner;
ALTER ROLE bl_squash_login IN DATABASE \"$(pg_name becomes)\" SET search_path = app;"
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url becomes bl_squash_login)" >database/connections.json
write 1_users 'CREATE SCHEMA IF NOT EXISTS app; CREATE TABLE users (id int);'
run 0 migrate run
commit_all
migrate squash >stdout 2>stderr || {
    cat stderr >&2
    pg_drop becomes
    pg_admin 'DROP ROLE bl_squash_login'
    fail 'a role that becomes another one'
}
pg_drop becomes
pg_admin 'DROP ROLE bl_squash_login'
files 0
grep -q '^CREATE TABLE app.users' database/schema/postgres-schema.sql || fail 'the table is elsewhere'

# Only what carries the mark, is old and is not used is swept.
pg_project sweep
old='baseline_scratch_00000000000000aa_1'
young='baseline_scratch_00000000000000bb_1'
unmarked='baseline_scratch_00000000000000cc_1'
for name in $old $young $unmarked; do
    pg_admin "CREATE DATABASE $name TEMPLATE template0"
done
pg_admin "COMMENT ON DATABASE $old IS 'baseline scratch since 2020-01-01 00:00'"
pg_admin "COMMENT ON DATABASE $young IS 'baseline scratch since 2999-01-01 00:00'"
pg_admin "COMMENT ON DATABASE $unmarked IS 'mine since 2020-01-01 00:00'"
run 0 migrate squash
left=$(pg_admin "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE datname IN ('$old', '$young', '$unmarked')")
pg_admin "DROP DATABASE IF EXISTS $old"
pg_admin "DROP DATABASE $young"
pg_admin "DROP DATABASE $unmarked"
[ "$left" = "$young $unmarked" ] || fail "after the sweep there are: $left"

# A role that may not make databases.
pg_project rights
pg_sql rights 'GRANT ALL ON SCHEMA public TO bl_limited; GRANT SELECT ON ALL TABLES IN SCHEMA public TO bl_limited'
run 4 migrate squash --url "$(pg_url rights bl_limited)"
expect_err 'CREATEDB'
files 1

# Rows of every type survive, and are compared.
pg_project rows
write 2_types "CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE types (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, b bytea, f float8, n numeric, a text[], j jsonb, v varbit,
    d date, t timestamptz, i interval, m mood, r int4range, u uuid DEFAULT gen_random_uuid(), double_n numeric GENERATED ALWAYS AS (n * 2) STORED,
    parent bigint REFERENCES types, made timestamptz DEFAULT now());
INSERT INTO types (b, f, n, a, j, v, d, t, i, m, r) VALUES
    ('\\x00ff27', 'NaN', 'NaN', '{\"a,b\",NULL,\"\"}', '{\"k\": [1, null]}', B'0101', 'infinity', '-infinity', '1 mon -3 days', 'ok', '[1,5)'),
    ('', '-infinity', 1e-30, '{}', 'null', B'', '4713-01-01 BC', '294276-12-31 23:59:59+00', '0', NULL, 'empty');
UPDATE types SET parent = 2 WHERE id = 1; UPDATE types SET parent = 1 WHERE id = 2;" 'DROP TABLE types;'
run 0 migrate run
commit_all
run 0 migrate squash --data types
expect_err 'it comes from a clock or a random function: public.types.u'
expect_err 'public.types.made'
pg_create fresh
run 0 migrate run --url "$(pg_url fresh)" -c postgres
query='SELECT md5(string_agg(x::text, chr(10) ORDER BY id)) FROM types x'
[ "$(pg_sql fresh "$query")" = "$(pg_sql rows "$query")" ] || fail "the rows differ"

# Rights and owners that migrations set, and the snapshot was not asked to carry.
pg_project given
write 2_given 'GRANT SELECT ON users TO bl_reader;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO bl_reader;' 'SELECT 1;'
run 0 migrate run
commit_all
refused 'rights or owners that migrations set would get lost: 2 differences' migrate squash
expect_err 'GRANT SELECT ON TABLE public.users'
expect_err '--with-acl'
refused 'rights or owners' migrate squash --keep 0 --from-files
write 3_owned 'CREATE TABLE owned (id int); ALTER TABLE owned OWNER TO bl_reader;' 'DROP TABLE owned;'
run 0 migrate run
run 0 schema-dump --with-acl
commit_all
refused 'rights or owners that migrations set would get lost: 1 difference' migrate squash
expect_err 'OWNER TO bl_reader'
expect_err '--with-owner'
run 0 schema-dump --with-acl --with-owner
commit_all
run 0 migrate squash
files 0
grep -q '^GRANT SELECT ON TABLE public.users TO bl_reader' database/schema/postgres-schema.sql || fail 'no grant'
grep -q '^ALTER TABLE public.owned OWNER TO bl_reader' database/schema/postgres-schema.sql || fail 'no owner'
run 0 migrate check

# A proof that is killed leaves scratch databases with their mark; they are swept when they are old enough.
pg_project killed
write 2_sleep "SELECT pg_sleep(CASE WHEN current_database() LIKE 'baseline%' THEN 60 ELSE 0 END);"
run 0 migrate run
commit_all
marked="SELECT datname FROM pg_database d WHERE shobj_description(oid, 'pg_database') LIKE 'baseline scratch since%' AND
    EXISTS (SELECT FROM pg_stat_activity a WHERE a.datname = d.datname AND a.query LIKE '%pg_sleep%60%')"
migrate squash >/dev/null 2>&1 &
killed=$!
is_replaying() {
    left=$(pg_admin "$marked") && [ -n "$left" ]
}
wait_until is_replaying
kill -KILL "$killed"
wait "$killed" 2>/dev/null || :
pg_admin "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$left'" >/dev/null
files 2
write 2_sleep "SELECT 1;"
run 0 migrate repair --accept 2_sleep
commit_all
pg_admin "COMMENT ON DATABASE $left IS 'baseline scratch since 2020-01-01 00:00'"
run 0 migrate squash
[ "$(pg_admin "SELECT count(*) FROM pg_database WHERE datname = '$left'")" = 0 ] || fail "$left is left"
