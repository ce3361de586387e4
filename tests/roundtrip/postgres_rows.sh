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
