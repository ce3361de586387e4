# Rows that a snapshot carries: every sort of value, on every server, read back by another.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

data='--data kinds --data nokey --data part --data par --data chi --data adopt --data s1 --data zero --data self'
tables='app.kinds app.nokey app.part app.par app.chi public.adopt app.s1 app.zero app.self'

# What the stock program says of a table, row by row.
rows_of() {
    for table in $tables; do
        psql -X -A -t -d "$(pg_info "$1")" -c "SET timezone = 'Asia/Tokyo'" -c "TABLE $table" | sort
    done
}

for version in $pg_versions; do
    pg_server "$version"
    pg_create a
    pg_file a "$BL_SOURCE_DIR/tests/roundtrip/postgres_rows.sql"
    # shellcheck disable=SC2086 # words
    run 0 schema-dump --url "$(pg_url a)" --path "rows-$version.sql" $data
    # The settings of the session that loads do not matter.
    pg_create b
    run 0 schema-load --url "$(pg_url b)&options=-cdatestyle%3DGerman%20-ctimezone%3DAsia/Tokyo%20-cintervalstyle%3Dsql_standard" \
        --path "rows-$version.sql"
    rows_of a >a.rows
    rows_of b >b.rows
    expect_same a.rows b.rows
    [ "$(wc -l <a.rows)" -gt 20 ] || fail "only $(wc -l <a.rows) rows"
    # An answer shows xml without its declaration.
    expect_pg b 'SELECT x::text FROM app.kinds WHERE x IS NOT NULL' '<?xml version="1.0"?><a>x</a>'
    cp "rows-$version.sql" before.sql
    # shellcheck disable=SC2086
    run 0 schema-dump --url "$(pg_url b)" --path "rows-$version.sql" $data
    expect_same before.sql "rows-$version.sql"
    # Sequences go on past the rows; one that rows stand below stays where it was.
    expect_pg b "SELECT nextval('app.kinds_id_seq'), nextval('app.part_id_seq'), nextval('app.shared'), nextval('app.zero_id_seq')" \
        '4|4|12|1'
    # The stock program loads the same.
    pg_create c
    pg_file c before.sql -1
    rows_of c >c.rows
    expect_same a.rows c.rows
done
# The rows are the same text from every server.
for version in $pg_versions; do
    grep -v '^-- ' "rows-$version.sql" | grep -e '^INSERT' -e setval >"inserts-$version"
    expect_same "inserts-${pg_versions%% *}" "inserts-$version"
done

# What cannot be carried says why.
pg_server "${pg_versions%% *}"
pg_create d
pg_sql d "CREATE TABLE p (id int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p DEFAULT; CREATE VIEW v AS SELECT 1 AS x;
    CREATE TABLE secret (id int); INSERT INTO secret VALUES (1); ALTER TABLE secret ENABLE ROW LEVEL SECURITY; GRANT SELECT ON secret TO bl_limited;
    CREATE TABLE forced (id serial); INSERT INTO forced VALUES (DEFAULT); ALTER TABLE forced ENABLE ROW LEVEL SECURITY; ALTER TABLE forced FORCE ROW LEVEL SECURITY;
    CREATE POLICY none ON forced USING (false); ALTER TABLE forced OWNER TO bl_owner;
    CREATE TABLE closed (id int); GRANT USAGE ON SCHEMA public TO bl_limited"
run 7 schema-dump --url "$(pg_url d)" --path d.sql --data p1
expect_err 'it is a partition'
run 7 schema-dump --url "$(pg_url d)" --path d.sql --data v
run 7 schema-dump --url "$(pg_url d bl_limited)" --path d.sql --data secret
expect_err 'row-level security hides rows'
expect_err 'BYPASSRLS'
run 7 schema-dump --url "$(pg_url d bl_owner)" --path d.sql --data forced
expect_err 'the owner is bound too'
run 7 schema-dump --url "$(pg_url d bl_limited)" --path d.sql --data closed
expect_err 'SELECT'
[ ! -e d.sql ] || fail "a refused dump left a file"

# Rows of a table that binds its owner: who may make it may load them.
run 0 schema-dump --url "$(pg_url d)" --path forced.sql --data forced
for tool in schema-load psql; do
    pg_create e bl_owner
    if [ $tool = psql ]; then
        psql -X -q -v ON_ERROR_STOP=1 -d "$(pg_info e bl_owner)" -f forced.sql >psql.out 2>&1 || fail "psql: $(cat psql.out)"
    else
        run 0 schema-load --url "$(pg_url e bl_owner)" --path forced.sql --verify
    fi
    expect_pg e "SELECT (SELECT count(*) FROM forced), relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = 'forced'" '1|t|t'
done

# What is computed for a row may call functions whose bodies have names without a schema, in any language.
cat >bare.sql <<'SQL'
CREATE SCHEMA app;
CREATE SCHEMA "Odd ""s";
SET search_path = app, "Odd ""s", words, public;
CREATE TABLE a_codes (c text PRIMARY KEY);
INSERT INTO a_codes VALUES ('x');
CREATE FUNCTION "Odd ""s".inner_ok(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN $1 <> 'y'; END $$;
CREATE FUNCTION ok(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN inner_ok($1) AND EXISTS (SELECT FROM a_codes WHERE c = $1); END $$;
CREATE FUNCTION parsed_ok(text) RETURNS boolean LANGUAGE sql RETURN ok($1);
CREATE FUNCTION public.twice(text) RETURNS text IMMUTABLE LANGUAGE sql AS 'SELECT $1 || $1';
CREATE FUNCTION more(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN twice($1); END $$;
CREATE FUNCTION own_path(text) RETURNS text IMMUTABLE LANGUAGE plpgsql SET search_path = public AS $$ BEGIN RETURN twice($1); END $$;
CREATE FUNCTION whole_names(text) RETURNS text IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN public.twice($1); END $$;
CREATE DOMAIN code AS text CHECK (ok(VALUE));
CREATE TYPE pair AS (a code, b int);
CREATE TABLE of_domain (a code);
CREATE TABLE of_pairs (a pair[]);
CREATE TABLE checked (a text CHECK (parsed_ok(a)));
CREATE TABLE made (a text, b text GENERATED ALWAYS AS (more(a)) STORED);
CREATE TABLE parted (a text) PARTITION BY RANGE (more(a));
CREATE TABLE part PARTITION OF parted FOR VALUES FROM ('a') TO ('z');
CREATE SCHEMA words;
CREATE TEXT SEARCH DICTIONARY words.plain_words (TEMPLATE = simple);
CREATE FUNCTION lexed(text) RETURNS text[] IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN ts_lexize('plain_words', $1); END $$;
CREATE TABLE lexes (a text CHECK (lexed(a) = ARRAY['x']));
CREATE TABLE needs_none (a text CHECK (own_path(a) > 'a' AND whole_names(a) > 'a'));
INSERT INTO of_domain VALUES ('x');
INSERT INTO of_pairs VALUES (ARRAY[ROW('x', 1)::pair]);
INSERT INTO checked VALUES ('x');
INSERT INTO made VALUES ('x');
INSERT INTO parted VALUES ('x');
INSERT INTO needs_none VALUES ('x');
INSERT INTO lexes VALUES ('X');
SQL
for version in $pg_versions; do
    pg_server "$version"
    set --
    for table in a_codes of_domain of_pairs checked made parted needs_none lexes; do set -- "$@" --data "app.$table"; done
    pg_create a
    pg_file a bare.sql
    run 0 schema-dump --url "$(pg_url a)" --path bare-a.sql "$@"
    [ "$(sed -n '/^-- rows app.needs_none$/,/^$/p' bare-a.sql | grep -c search_path)" = 0 ] || fail 'a path that nobody needs'
    for jobs in 1 2; do
        pg_create b
        run 0 schema-load --url "$(pg_url b)" --path bare-a.sql --jobs $jobs
        expect_pg b 'SELECT (SELECT a FROM app.of_domain), (SELECT a FROM app.of_pairs), (SELECT a FROM app.checked), (SELECT b FROM app.made), (SELECT a FROM app.part)' 'x|{"(x,1)"}|x|xx|x'
    done
    run 0 schema-dump --url "$(pg_url b)" --path bare-b.sql "$@"
    expect_same bare-a.sql bare-b.sql
    pg_create c
    psql -X -q -v ON_ERROR_STOP=1 -d "$(pg_info c)" -f bare-a.sql >psql.out 2>&1 || fail "psql: $(cat psql.out)"
    expect_pg c 'SELECT count(*) FROM app.parted' 1
done
