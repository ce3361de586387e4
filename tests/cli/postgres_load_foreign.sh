# A load changes nothing that it did not make: what "ignore" leaves in the database comes to no harm by another tool's dump.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

begin() {
    pg_create x
    pg_sql x "CREATE SCHEMA host; CREATE TABLE host.users (id serial PRIMARY KEY, x int); INSERT INTO host.users (x) VALUES (1), (2);
        CREATE TABLE theirs (id int PRIMARY KEY, x int); INSERT INTO theirs VALUES (1, 1), (2, 2);
        CREATE FUNCTION theirs_f() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE VIEW theirs_v AS SELECT 1 AS a;
        CREATE TABLE theirs_parts (a int) PARTITION BY LIST (a)" >/dev/null
    printf '{ "connections": { "postgres": { "url": "%s", "ignore": ["host", "host.*", "public.theirs*"] } } }\n' "$(pg_url x)" >connections.json
}
expect_theirs() {
    expect_pg x "SELECT (SELECT string_agg(id || '=' || x, ',' ORDER BY id) FROM host.users), (SELECT string_agg(id || '=' || x, ',' ORDER BY id) FROM theirs),
        theirs_f(), (SELECT a FROM theirs_v), (SELECT count(*) FROM pg_trigger WHERE NOT tgisinternal), (SELECT count(*) FROM pg_inherits)" '1=1,2=2|1=1,2=2|1|1|0|0'
}
# refused WORDS STATEMENT: at its place in the file; nothing was made before it.
refused() {
    printf 'CREATE TABLE own (id int PRIMARY KEY, x int);\n%s;\n' "$2" >dump.sql
    run 5 schema-load --config connections.json --path dump.sql
    expect_err "dump.sql:$1"
    expect_err 'hint: take the statement out of the dump'
    expect_theirs
    expect_pg x "SELECT to_regclass('own') IS NULL" t
}
# A snapshot that only a later server can read.
pg_create newer
pg_sql newer 'CREATE TABLE t (id int PRIMARY KEY)'
run 0 schema-dump --url "$(pg_url newer)" --path newer.sql
sed -i 's/CREATE TABLE public.t (/CREATE TABLE public.t OF THINGS TO COME (/' newer.sql
sed -i 's/"lowestVersion": "[0-9]*"/"lowestVersion": "99"/' newer.meta.json
pg_create older
run 4 schema-load --url "$(pg_url older)" --path newer.sql --accept-modified
expect_err 'the snapshot needs postgres 99 or later; this server has 1'

begin
changes='a load changes nothing that it did not make, and'
for statement in 'DELETE FROM theirs' 'DELETE FROM ONLY public.theirs *' 'TRUNCATE TABLE own, theirs CASCADE' 'UPDATE ONLY "theirs" SET x = 3' \
    'ALTER TABLE THEIRS RENAME TO mine; DROP TABLE mine' 'ALTER TABLE IF EXISTS ONLY public.theirs DROP COLUMN x' \
    'INSERT INTO theirs VALUES (3, 3)' 'MERGE INTO theirs USING own ON false WHEN MATCHED THEN DELETE' \
    'WITH gone AS (DELETE FROM theirs RETURNING *) INSERT INTO own SELECT * FROM gone' 'EXPLAIN ANALYZE DELETE FROM theirs' \
    'CREATE OR REPLACE VIEW theirs_v AS SELECT 2 AS a' "CREATE OR REPLACE FUNCTION public.theirs_f() RETURNS int LANGUAGE sql AS 'SELECT 2'" \
    'CREATE RULE r AS ON DELETE TO theirs DO INSTEAD NOTHING' 'CREATE UNIQUE INDEX i ON public.theirs (x)' \
    'CREATE TRIGGER t BEFORE DELETE ON theirs FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()' \
    'SET search_path = host; DELETE FROM users' "SELECT set_config('search_path', 'own, host', false); DELETE FROM users" \
    'ALTER SEQUENCE host.users_id_seq RESTART' 'ALTER TABLE theirs_parts DETACH PARTITION own' \
    'CREATE TEMP TABLE theirs (x int); ALTER TABLE theirs RENAME TO o2; DELETE FROM theirs' 'UPDATE pg_catalog.pg_class SET relname = relname'; do
    refused "2:" "$statement"
    expect_err "$changes"
done
refused "2:1: $changes \"theirs\" was there before: COPY theirs" "COPY theirs (id, x) FROM stdin;
3	3
\\.
SELECT 1"
refused "2:68: $changes \"theirs\"" 'CREATE TABLE parent (id int, x int) PARTITION BY LIST (id);        ALTER TABLE parent ATTACH PARTITION theirs DEFAULT'
refused '2:1: a load drops nothing that it did not make: DROP TABLE theirs' 'DROP TABLE theirs'
refused '2:1: a load drops nothing that it did not make' 'DROP SCHEMA host CASCADE'
refused '2:1: a load drops nothing that it did not make' 'DROP OWNED BY CURRENT_USER'
for line in '\connect postgres' '\c postgres' 'DROP DATABASE postgres' 'CREATE DATABASE other'; do
    printf 'CREATE TABLE own (id int);\n%s\n;\n' "$line" >dump.sql
    run 5 schema-load --config connections.json --path dump.sql
    expect_err 'dump.sql:2:1'
    expect_pg x "SELECT to_regclass('own') IS NULL" t
done

# What it made itself it may change: also where others have something of that name in another schema.
cat >dump.sql <<'END'
SET search_path = public;
DROP TABLE IF EXISTS own;
CREATE TABLE users (id serial PRIMARY KEY, theirs text);
CREATE TABLE IF NOT EXISTS public.maybe (id int);
INSERT INTO maybe VALUES (1);
INSERT INTO users (theirs) VALUES ('theirs'), ('users');
UPDATE users SET theirs = 'x' WHERE theirs = 'users';
ALTER TABLE ONLY public.users ADD COLUMN theirs_v int;
ALTER SEQUENCE public.users_id_seq OWNED BY public.users.id;
SELECT pg_catalog.setval('public.users_id_seq', 70, true);
CREATE OR REPLACE FUNCTION own_f() RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE OR REPLACE FUNCTION own_f() RETURNS int LANGUAGE sql AS 'SELECT 2';
ALTER FUNCTION own_f() STABLE;
CREATE TEMP TABLE passing (x int);
DELETE FROM passing;
ALTER SCHEMA public OWNER TO CURRENT_USER;
COMMENT ON SCHEMA public IS 'standard public schema';
GRANT USAGE ON SCHEMA public TO PUBLIC;
DO $$ BEGIN PERFORM 1; END $$;
END
run 0 schema-load --config connections.json --path dump.sql
expect_theirs
expect_pg x "SELECT string_agg(theirs, ',' ORDER BY id), nextval('users_id_seq'), own_f(), (SELECT count(*) FROM maybe) FROM users" 'theirs,x|71|2|1'

# A name without a schema is what the session finds: not that of another schema.
begin
echo 'CREATE TABLE IF NOT EXISTS users (x int); INSERT INTO users VALUES (1);' >dump.sql
run 0 schema-load --config connections.json --path dump.sql
expect_theirs
expect_pg x 'SELECT count(*) FROM public.users' 1

# The stock client's dump.
pg_create source
pg_sql source "CREATE TYPE mood AS ENUM ('a'); CREATE TABLE members (id serial PRIMARY KEY, m mood); INSERT INTO members (m) VALUES ('a');
    CREATE TABLE p (a int GENERATED ALWAYS AS IDENTITY, b int) PARTITION BY RANGE (b); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (2);
    CREATE INDEX ON p (b); CREATE MATERIALIZED VIEW mv AS SELECT * FROM members; CREATE VIEW v AS SELECT * FROM mv;
    CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN DELETE FROM theirs; RETURN NEW; END';
    CREATE TRIGGER t AFTER INSERT ON members FOR EACH ROW EXECUTE FUNCTION f();"
for option in --no-owner --inserts --clean\ --if-exists --disable-triggers\ --superuser=postgres; do
    begin
    # shellcheck disable=SC2086 # words
    pg_dump $option -d "$(pg_info source)" >dump.sql || fail pg_dump
    run 0 schema-load --config connections.json --path dump.sql
    expect_pg x 'SELECT (SELECT count(*) FROM members), (SELECT count(*) FROM mv), (SELECT count(*) FROM theirs), (SELECT count(*) FROM host.users)' '1|1|2|2'
done
