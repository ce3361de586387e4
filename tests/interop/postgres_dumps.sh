# Dumps that pg_dump and AdonisJS Lucid wrote.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create source
pg_sql source "CREATE EXTENSION hstore; CREATE SCHEMA app; CREATE TYPE app.mood AS ENUM ('a', 'b');
    CREATE TABLE app.users (id serial PRIMARY KEY, name text, m app.mood, h hstore);
    INSERT INTO app.users (name, m, h) VALUES (E'tab\\there', 'a', 'x=>1'), (E'line\\nend', NULL, NULL), ('\\N', 'b', ''), (E'\\\\.', 'b', '');
    CREATE TABLE posts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, user_id int REFERENCES app.users, at timestamptz DEFAULT now());
    INSERT INTO posts (user_id) VALUES (1), (2);
    CREATE FUNCTION app.f() RETURNS trigger LANGUAGE plpgsql AS \$\$ BEGIN RAISE NOTICE ';'; RETURN NEW; END \$\$;
    CREATE TRIGGER tr BEFORE INSERT ON posts FOR EACH ROW EXECUTE FUNCTION app.f();
    CREATE VIEW v AS SELECT name FROM app.users; CREATE MATERIALIZED VIEW mv AS SELECT count(*) AS n FROM posts;
    ALTER TABLE posts OWNER TO bl_owner; GRANT SELECT ON app.users TO bl_reader"
number=0
for options in '' '--clean --if-exists' '--inserts --no-owner' '--schema-only --no-acl' '--column-inserts --quote-all-identifiers' '--disable-triggers'; do
    number=$((number + 1))
    # shellcheck disable=SC2086 # words
    pg_dump $options -d "$(pg_info source)" -f dump.sql || fail "pg_dump $options"
    pg_create "d$number"
    run 0 schema-load --url "$(pg_url "d$number")" --path dump.sql
    expect_err 'has no manifest'
    case $options in
    *schema-only*) expect_pg "d$number" 'SELECT count(*) FROM app.users' 0 ;;
    *) expect_pg "d$number" "SELECT count(*), string_agg(name, ',' ORDER BY id) FROM app.users; SELECT count(*) FROM posts; SELECT nextval('app.users_id_seq')" \
        "4|$(pg_sql source "SELECT string_agg(name, ',' ORDER BY id) FROM app.users")
2
5" ;;
    esac
    case $options in
    *no-owner* | *no-acl*) ;;
    *) expect_pg_same source "d$number" ;;
    esac
done

# A dump of a whole database leaves its own, and so do some others; nothing of them stays.
pg_dump --create -d "$(pg_info source)" -f dump.sql
cp dump.sql bad.sql
pg_create e
run 5 schema-load --url "$(pg_url e)" --path bad.sql
expect_err 'CREATE DATABASE'
for bad in '\connect other' '\! touch pwned' '\i other.sql' 'CREATE DATABASE other;' 'DROP DATABASE postgres;' 'ALTER SYSTEM SET work_mem = 1;' \
    'CREATE INDEX CONCURRENTLY i ON a (b);' 'VACUUM;' 'DROP TABLE IF EXISTS precious.rows;' 'DROP EXTENSION IF EXISTS citext;' 'ROLLBACK;'; do
    printf 'CREATE TABLE a (b int);\n%s\n' "$bad" >bad.sql
    pg_create e
    pg_sql e 'CREATE EXTENSION citext; CREATE SCHEMA precious; CREATE TABLE precious.rows ()'
    mkdir -p database
    cat >database/connections.json <<END
{ "connections": { "e": { "url": "$(pg_url e)", "ignore": ["precious.*"] } } }
END
    run 5 schema-load --path bad.sql
    expect_err 'bad.sql:2:1'
    expect_pg e "SELECT count(*) FROM pg_class WHERE relname IN ('a', 'rows')" 1
    expect_pg e "SELECT count(*) FROM pg_extension WHERE extname = 'citext'" 1
    [ ! -e pwned ] || fail "it was run: $bad"
done
rm -r database
# Their BEGIN and COMMIT are not sent: what fails behind a COMMIT takes everything back.
printf 'BEGIN;\nCREATE TABLE a (b int);\nCOMMIT;\nCREATE TABLE c (d nosuchtype);\n' >bad.sql
pg_create f
run 4 schema-load --url "$(pg_url f)" --path bad.sql
expect_err 'bad.sql:4:19'
expect_pg_empty f
# Settings at its head do not stay.
printf "SELECT pg_catalog.set_config('search_path', '', false);\nSET work_mem = '77MB';\nCREATE TABLE public.a (b int);\n" >settings.sql
printf -- "-- migrate:up\nCREATE TABLE found (w text);\nINSERT INTO found VALUES (current_setting('work_mem'));\n" >1_later.sql
mkdir -p database/migrations
mv 1_later.sql database/migrations
run 0 migrate run --url "$(pg_url f)" --schema-path settings.sql
[ "$(pg_sql f 'SELECT w FROM public.found')" != 77MB ] || fail "a setting of the dump stays"
rm -r database

# Lucid's.
sample=$BL_SHARED/tools/lucid-peer/sample/postgres
[ -d "$sample" ] || exit 0
mkdir -p database/schema database/migrations
cp "$sample"/postgres-schema.* database/schema/
pg_create lucid
run 0 schema-load --url "$(pg_url lucid)"
expect_err 'no digests'
expect_pg lucid 'SELECT count(*), max(batch), max(id) FROM adonis_schema; SELECT version FROM adonis_schema_versions' '8|2|8
2'
pg_create lucid
printf -- '-- migrate:up\nCREATE TABLE later (a int);\n-- migrate:down\nDROP TABLE later;\n' >database/migrations/1710000009000_later.sql
run 0 migrate run --url "$(pg_url lucid)"
expect_pg lucid 'SELECT id, name, batch FROM adonis_schema ORDER BY id DESC LIMIT 1' '9|database/migrations/1710000009000_later|3'
run 0 migrate status --url "$(pg_url lucid)" --json
[ "$(grep -o '"squashed"' stdout | wc -l)" = 8 ] || fail "not 8 squashed migrations: $(cat stdout)"
# Our tables are what Lucid would have made: all columns, types and defaults.
columns="SELECT table_name, column_name, udt_name, character_maximum_length, is_nullable, column_default FROM information_schema.columns
    WHERE table_name IN ('adonis_schema', 'adonis_schema_versions') ORDER BY 1, ordinal_position"
rm -r database/schema
pg_create ours
run 0 migrate run --url "$(pg_url ours)"
[ "$(pg_sql ours "$columns")" = "$(pg_sql lucid "$columns")" ] || fail "the ledgers differ"

# Of a database on which migrate ran: its journal is a table like any other to pg_dump, and no part of a snapshot. It is there
# already where the ledger was emptied, and where the mark of a load in parts stands in it.
loads_again() {
    for options in '' '-N elsewhere --schema-only --clean --if-exists --no-owner --no-acl'; do
        # shellcheck disable=SC2086 # words
        pg_dump $options -d "$(pg_info ours)" -f dump.sql || fail "pg_dump $options"
        [ -z "$options" ] || pg_dump --data-only -t public.adonis_schema -t public.adonis_schema_versions -d "$(pg_info ours)" >>dump.sql
        grep -q 'CREATE TABLE public.adonis_schema_journal' dump.sql || fail 'no journal in the dump'
        "$1"
        run 0 migrate run --url "$(pg_url target)" --schema-path dump.sql
        expect_pg target 'SELECT name FROM adonis_schema; SELECT count(*) FROM later' 'database/migrations/1710000009000_later
0'
        # One of another schema is somebody else's.
        [ -n "$options" ] || expect_pg target 'SELECT count(*) FROM elsewhere.adonis_schema_journal; DROP SCHEMA elsewhere CASCADE' 2
        run 0 migrate status --url "$(pg_url target)" --exit-code
    done
}
pg_sql ours 'CREATE SCHEMA elsewhere; CREATE TABLE elsewhere.adonis_schema_journal AS SELECT generate_series(1, 2)'
emptied() {
    run 0 migrate reset --url "$(pg_url target)"
}
renewed() {
    pg_create target
}
renewed
run 0 migrate run --url "$(pg_url target)"
loads_again emptied
for first in 1 701; do
    pg_sql ours "DO \$\$ BEGIN FOR i IN $first..$first + 699 LOOP EXECUTE format('CREATE TABLE many_%s (id serial PRIMARY KEY, a text)', i); END LOOP; END \$\$"
done
loads_again renewed
