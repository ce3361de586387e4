# What a wipe takes, and what it leaves.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

for version in $pg_versions; do
    pg_server "$version"
    pg_create a
    pg_file a "$BL_SOURCE_DIR/tests/cli/postgres_wipe.sql"
    run 0 migrate wipe --url "$(pg_url a)" --dry-run
    expect_out 'DROP SCHEMA IF EXISTS'
    expect_pg a "SELECT count(*) FROM app.t" 0
    run 0 migrate wipe --url "$(pg_url a)" --force
    # The extensions stay, with the schema that one of them lives in; nothing else does.
    expect_pg a "SELECT string_agg(nspname, ' ') FROM pg_namespace WHERE oid >= 16384 AND nspname !~ '^pg_'" ext
    expect_pg a "SELECT string_agg(extname, ' ' ORDER BY extname) FROM pg_extension WHERE oid >= 16384" 'citext hstore postgres_fdw'
    for catalog in pg_class pg_type pg_proc pg_operator pg_opclass pg_opfamily pg_cast pg_collation pg_conversion pg_ts_dict pg_ts_config \
        pg_ts_parser pg_ts_template pg_language pg_am pg_foreign_data_wrapper pg_foreign_server pg_user_mapping pg_publication \
        pg_event_trigger pg_transform pg_statistic_ext; do
        [ "$(pg_sql a "SELECT count(*) FROM $catalog x WHERE oid >= 16384 AND NOT EXISTS (SELECT FROM pg_depend d
            WHERE d.classid = '$catalog'::regclass AND d.objid = x.oid AND d.deptype = 'e')
            AND NOT EXISTS (SELECT FROM pg_depend d JOIN pg_depend e ON e.classid = d.refclassid AND e.objid = d.refobjid
            WHERE d.classid = '$catalog'::regclass AND d.objid = x.oid AND d.deptype = 'i' AND e.deptype = 'e')")" = 0 ] ||
            fail "$version: $catalog is not empty"
    done
    # It counts as empty: the same script of tables can be loaded.
    printf 'CREATE TABLE x (h public.hstore, c ext.citext);\n' >x.sql
    run 0 schema-load --url "$(pg_url a)" --path x.sql
    run 5 schema-load --url "$(pg_url a)" --path x.sql
    expect_err 'the database is not empty: table public.x'
done

# Every kind alone makes a database full.
pg_server "${pg_versions%% *}"
while read -r statement; do
    pg_create b
    pg_sql b "SET client_min_messages = error; $statement"
    run 5 schema-load --url "$(pg_url b)" --path x.sql
    expect_err 'the database is not empty'
done <<'END'
CREATE SCHEMA s
CREATE TYPE e AS ENUM ()
CREATE DOMAIN d AS int
CREATE TYPE c AS (a int)
CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'
CREATE AGGREGATE a (int) (SFUNC = int4pl, STYPE = int)
CREATE SEQUENCE q
CREATE VIEW v AS SELECT 1 AS x
CREATE MATERIALIZED VIEW m AS SELECT 1 AS x
CREATE COLLATION l (LOCALE = 'C')
CREATE TEXT SEARCH CONFIGURATION t (COPY = simple)
CREATE PUBLICATION p
CREATE FOREIGN DATA WRAPPER w
CREATE CAST (timestamp AS bigint) WITHOUT FUNCTION
CREATE OPERATOR === (LEFTARG = int, RIGHTARG = int, FUNCTION = int4eq)
CREATE ACCESS METHOD h TYPE TABLE HANDLER heap_tableam_handler
CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION y WITH (connect = false, slot_name = NONE)
END
pg_sql b 'DROP SUBSCRIPTION s'

# A subscription with a slot elsewhere is not ours to drop.
pg_sql b "SET client_min_messages = error; CREATE TABLE t (); CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION y WITH (connect = false, slot_name = 'z')"
run 5 migrate wipe --url "$(pg_url b)" --force
expect_err 'DROP SUBSCRIPTION'
expect_pg b "SELECT count(*) FROM pg_class WHERE relname = 't'" 1
pg_sql b 'ALTER SUBSCRIPTION s SET (slot_name = NONE); DROP SUBSCRIPTION s'

# With schemas of our own nothing of others goes, also not by CASCADE.
mkdir database
while read -r statement; do
    pg_create c
    pg_sql c "CREATE SCHEMA app; $statement"
    cat >database/connections.json <<END
{ "connections": { "c": { "url": "$(pg_url c)", "schemas": ["app"] } } }
END
    run 5 migrate wipe --force
    expect_err 'is not ours, but it would go or change with'
    expect_pg c "SELECT count(*) FROM pg_class WHERE relname = 'x'" 1
done <<'END'
CREATE TYPE app.e AS ENUM (); CREATE TABLE x (i int, e app.e)
CREATE TABLE app.e (id int PRIMARY KEY); CREATE TABLE x (i int REFERENCES app.e)
CREATE FUNCTION app.e() RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE x (i int DEFAULT app.e())
CREATE FUNCTION app.e() RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1'; CREATE TABLE x (i int CHECK (i > app.e()))
CREATE TABLE app.e (id int); CREATE VIEW x AS SELECT * FROM app.e
CREATE TABLE app.e (id int) PARTITION BY RANGE (id); CREATE TABLE x PARTITION OF app.e DEFAULT
CREATE SEQUENCE app.e; CREATE TABLE x (i int DEFAULT nextval('app.e'))
CREATE COLLATION app.e (LOCALE = 'C'); CREATE TABLE x (i text COLLATE app.e)
CREATE FUNCTION app.e() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE TABLE x (i int); CREATE TRIGGER a BEFORE INSERT ON x FOR EACH ROW EXECUTE FUNCTION app.e()
CREATE FUNCTION app.e() RETURNS bool LANGUAGE sql AS 'SELECT true'; CREATE TABLE x (i int); CREATE POLICY y ON x USING (app.e())
END
pg_create c
pg_sql c 'CREATE SCHEMA app; CREATE TABLE x (i int); CREATE TABLE app.child (a int) INHERITS (x); CREATE FUNCTION app.f(x) RETURNS int LANGUAGE sql AS $$SELECT 1$$'
run 0 migrate wipe --force
expect_pg c "SELECT string_agg(relname, ' ') FROM pg_class WHERE oid >= 16384 AND relkind = 'r'" x
expect_pg c "SELECT count(*) FROM pg_namespace WHERE nspname = 'app'" 0
