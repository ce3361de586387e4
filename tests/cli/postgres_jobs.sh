# schema-load --jobs: tables on several sessions, all of it or nothing all the same.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

# Tables that stand alone, some that stand on another one of them, and what comes behind tables.
{
    echo "CREATE TYPE mood AS ENUM ('ok'); CREATE TABLE parent (id int) PARTITION BY RANGE (id); CREATE TABLE base (a int);"
    i=0
    while [ "$i" -lt 60 ]; do
        echo "CREATE TABLE t$i (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood, base int); CREATE INDEX ON t$i (m); CREATE INDEX ON t$i (base);"
        echo "ALTER TABLE t$i ADD FOREIGN KEY (base) REFERENCES t0;"
        i=$((i + 1))
    done
    echo 'CREATE TABLE parent_1 PARTITION OF parent FOR VALUES FROM (0) TO (9); CREATE TABLE kid (b int) INHERITS (base); CREATE INDEX ON parent (id);'
    echo 'CREATE UNIQUE INDEX u6 ON t6 (id); ALTER TABLE t6 REPLICA IDENTITY USING INDEX u6; CLUSTER t5 USING t5_m_idx; CLUSTER t50 USING t50_m_idx;'
    echo 'CREATE TABLE holder (whole t7); CREATE VIEW v AS SELECT * FROM t3;'
} >source.sql
pg_create source
pg_file source source.sql
pg_sql source "INSERT INTO base VALUES (1), (2)"
run 0 schema-dump --url "$(pg_url source)" --path snap/s.sql --data base

for jobs in 1 2 5; do
    pg_create copy
    run 0 schema-load --url "$(pg_url copy)" --path snap/s.sql --jobs "$jobs" --verify
    expect_pg copy 'SELECT count(*) FROM base' 2
    pg_drop_journal copy
    expect_pg_same source copy
done
# Right behind the tables, indexes come many at a time too.
pg_create plain
pg_sql plain "SELECT format('CREATE TABLE t%s (a int); CREATE INDEX ON t%s (a);', n, n) FROM generate_series(1, 60) n" >plain.sql
pg_file plain plain.sql
run 0 schema-dump --url "$(pg_url plain)" --path plain/s.sql
pg_create copy
run 0 schema-load --url "$(pg_url copy)" --path plain/s.sql --jobs 2 --verify
expect_pg copy "SELECT count(DISTINCT xmin::text) * 4 < count(*) FROM pg_class WHERE relname ~ '^t.*_idx$'" t
# What is not worth it is one transaction still.
pg_create small
pg_sql small 'CREATE TABLE one (id int)'
run 0 schema-dump --url "$(pg_url small)" --path small/s.sql
pg_create copy
run 0 schema-load --url "$(pg_url copy)" --path small/s.sql --jobs 4 --verify
expect_pg copy "SELECT to_regclass('adonis_schema_journal') IS NULL" t

# A table that fails takes everything with it, and is named.
sed 's/^CREATE TABLE public.t41 (/CREATE TABLE public.t41 (oops nosuchtype,/' snap/s.sql >snap/bad.sql
cp snap/s.meta.json snap/bad.meta.json
line=$(grep -n nosuchtype snap/bad.sql | cut -d: -f1)
pg_create copy
run 4 schema-load --url "$(pg_url copy)" --path snap/bad.sql --jobs 3 --accept-modified
expect_err "bad.sql:$line"
expect_err nosuchtype
expect_pg copy "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relname !~ '^adonis_schema_journal'" 0
pg_create copy
run 0 schema-load --url "$(pg_url copy)" --path snap/s.sql --jobs 3 --verify
