# Security labels. No provider comes with the servers: their rows are written by hand, pg_dump is the judge of the text, and
# a server without the provider says so.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

: "${pg_versions:=}"
cat >objects.sql <<'SQL'
SET client_min_messages = error;
CREATE SCHEMA "App s";
CREATE TABLE "App s"."T t" ("a b" int, c int);
CREATE TABLE parted (a int) PARTITION BY LIST (a);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE VIEW v AS SELECT 1 AS x;
CREATE MATERIALIZED VIEW m AS SELECT 1 AS x;
CREATE SEQUENCE q;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER s FOREIGN DATA WRAPPER w;
CREATE FOREIGN TABLE f (x int) SERVER s;
CREATE TYPE e AS ENUM ('a');
CREATE TYPE r AS (x int, "Y y" text);
CREATE DOMAIN d AS text;
CREATE FUNCTION fn(a int, VARIADIC b text[] DEFAULT '{}') RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE PROCEDURE pr(a int) LANGUAGE sql AS 'SELECT 1';
CREATE AGGREGATE ag(int) (SFUNC = int4pl, STYPE = int);
CREATE LANGUAGE lang HANDLER plpgsql_call_handler;
CREATE FUNCTION et() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE EVENT TRIGGER et ON ddl_command_start WHEN TAG IN ('DROP TABLE') EXECUTE FUNCTION et();
CREATE PUBLICATION pub FOR ALL TABLES;
CREATE SUBSCRIPTION sub CONNECTION 'dbname=x' PUBLICATION y WITH (connect = false, slot_name = NONE);
SET allow_system_table_mods = on;
INSERT INTO pg_seclabel (classoid, objoid, objsubid, provider, label)
    SELECT 'pg_class'::regclass, x::regclass, n, p, 'it''s \ "' || x || E'"\n-- \\! ' || n
    FROM unnest('{"\"App s\".\"T t\"",parted,parted_1,v,m,q,f,r}'::text[]) x, generate_series(0, 2) n, unnest('{bl_prov,"Odd \"prov"}'::text[]) p
    WHERE (n = 0 AND x <> 'r') OR EXISTS (SELECT FROM pg_attribute WHERE attrelid = x::regclass AND attnum = n AND x <> 'q');
INSERT INTO pg_seclabel (classoid, objoid, objsubid, provider, label)
    SELECT 'pg_type'::regclass, x::regtype, 0, 'bl_prov', x FROM unnest('{e,r,d}'::text[]) x
    UNION ALL SELECT 'pg_proc'::regclass, oid, 0, 'bl_prov', proname FROM pg_proc WHERE proname IN ('fn', 'pr', 'ag')
    UNION ALL SELECT 'pg_namespace'::regclass, oid, 0, 'bl_prov', nspname FROM pg_namespace WHERE nspname IN ('App s', 'public')
    UNION ALL SELECT 'pg_language'::regclass, oid, 0, 'bl_prov', 'l' FROM pg_language WHERE lanname = 'lang'
    UNION ALL SELECT 'pg_event_trigger'::regclass, oid, 0, 'bl_prov', 'et' FROM pg_event_trigger
    UNION ALL SELECT 'pg_publication'::regclass, oid, 0, 'bl_prov', 'pub' FROM pg_publication;
INSERT INTO pg_shseclabel (classoid, objoid, provider, label)
    SELECT 'pg_subscription'::regclass, oid, 'bl_prov', 'sub' FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database());
SQL

# comparable FILE: all but those of routines, which pg_dump names with their parameters, and of attributes, which it forgets.
comparable() {
    tr '\n' '\t' <"$1" | sed 's/;\t/;\n/g' | grep -o 'SECURITY LABEL .*' | grep -vE 'COLUMN public\.r\.|ON (FUNCTION|PROCEDURE) ' | LC_ALL=C sort
}

for version in $pg_versions; do
    pg_server "$version"
    pg_create a
    pg_file a objects.sql
    run 0 schema-dump --url "$(pg_url a)" --path a.sql
    grep -A 1 '^SECURITY LABEL ' a.sql | grep -v '^--$' >ours
    [ "$(grep -c '^SECURITY' ours)" = 44 ] || fail "$version: $(grep -c '^SECURITY' ours) labels"
    [ ! -f first ] || expect_same first ours
    cp ours first
    if [ "$version" = 15 ]; then
        pg_dump -s -d "$(pg_info a)" >stock.sql || fail pg_dump
        comparable stock.sql >theirs
        comparable a.sql >sorted
        expect_same theirs sorted
        grep -q 'ON COLUMN public.r."Y y" IS ' ours || fail 'no label of an attribute'
        grep -qF "ON FUNCTION public.fn(integer, text[]) IS 'fn';" ours || fail 'no label of a function'
        grep -qF "ON PROCEDURE public.pr(IN integer) IS 'pr';" ours || fail 'no label of a procedure'
    fi
    # Nobody has the provider: the load says which, and where, and leaves nothing.
    pg_create b
    run 4 schema-load --url "$(pg_url b)" --path a.sql
    expect_err 'security label provider "'
    expect_err 'is not loaded'
    expect_err "a.sql:$(grep -n '^SECURITY LABEL ' a.sql | head -1 | cut -d: -f1)"
    expect_pg b "SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())" 0
    expect_pg_empty b
    pg_sql a 'DROP SUBSCRIPTION sub; SET allow_system_table_mods = on; DELETE FROM pg_shseclabel WHERE provider = '"'bl_prov'"
done
