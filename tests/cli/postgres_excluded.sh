# What names something that --exclude leaves out is named when the dump is made.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
pg_create m
pg_sql m "CREATE SCHEMA gone;
CREATE TABLE gone.t (id int PRIMARY KEY);
CREATE SEQUENCE gone.s;
CREATE FUNCTION gone.f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT \$1';
CREATE TABLE key (a int REFERENCES gone.t);
CREATE TABLE numbered (a int DEFAULT nextval('gone.s'));
CREATE TABLE checked (a int CHECK (gone.f(a) > 0));
CREATE VIEW view AS SELECT FROM gone.t;
CREATE FUNCTION body() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM gone.t; END;
CREATE FUNCTION of_row(gone.t) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE TABLE child () INHERITS (gone.t);
CREATE TABLE plain (note text DEFAULT 'gone', word text CHECK (word <> 't'));
CREATE PUBLICATION told FOR TABLE gone.t, plain;"
run 0 schema-dump --url "$(pg_url m)" --path m.sql --exclude 'gone.*'
for what in 'foreign key public.key_a_fkey ON key names "t"' 'table public.numbered names "s"' 'table public.checked names "f"' 'view public.view names "t"' \
    'function public.body() names "t"' 'function public.of_row(gone.t) names "t"' 'table public.child: its parent is left out'; do
    expect_err "$what"
done
expect_no_err plain
# Where the host has them, it loads.
pg_create n
pg_sql n "CREATE SCHEMA gone; CREATE TABLE gone.t (id int PRIMARY KEY); CREATE SEQUENCE gone.s;
CREATE FUNCTION gone.f(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT \$1'"
printf '{ "connections": { "postgres": { "url": "%s", "ignore": ["gone.*"] } } }\n' "$(pg_url n)" >connections.json
run 0 schema-load --config connections.json --path m.sql

# Of two parents one is left out: what came from it is the child's own.
pg_create m
pg_sql m "CREATE SCHEMA gone;
CREATE TABLE gone.t (x int NOT NULL, y text DEFAULT 'q', CONSTRAINT x_check CHECK (x > 0));
CREATE TABLE stays (a int NOT NULL);
CREATE TABLE child (own int) INHERITS (stays, gone.t)"
run 0 schema-dump --url "$(pg_url m)" --path m.sql --exclude 'gone.*'
expect_err 'table public.child: its parent is left out'
pg_create n
run 0 schema-load --url "$(pg_url n)" --path m.sql
expect_pg n "SELECT string_agg(format('%s %s %s %s', attname, attislocal, attinhcount, attnotnull), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = 'child'::regclass AND attnum > 0" 'a f 1 t, x t 0 t, y t 0 f, own t 0 f'
expect_pg n "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'child'::regclass AND contype = 'c'" 'CHECK ((x > 0))'

# A schema that has the name of a usual extension's is left out aloud, and kept when it is asked for.
pg_create m
pg_sql m "CREATE SCHEMA topology; CREATE TABLE topology.links (a int); CREATE SCHEMA cron; CREATE TABLE kept (a int)"
run 0 schema-dump --url "$(pg_url m)" --path m.sql
expect_err 'schema topology is left out'
expect_err '"schemas"'
expect_no_err cron
! grep -q topology m.sql || fail 'the schema is in the snapshot'
run 0 schema-dump --url "$(pg_url m)" --path m.sql --exclude 'topology.*'
expect_no_err topology
for word in m n; do
    printf '{ "connections": { "postgres": { "url": "%s", "schemas": ["public", "topology"] } } }\n' "$(pg_url $word)" >$word.json
done
run 0 schema-dump --config m.json --path c.sql
expect_no_err topology
pg_create n
run 0 schema-load --config n.json --path c.sql --verify
expect_pg n "SELECT to_regclass('topology.links'), to_regclass('kept')" 'topology.links|kept'
run 0 schema-dump --config n.json --path d.sql
expect_same c.sql d.sql
# What an extension put there is the extension's.
pg_sql m "DROP SCHEMA topology CASCADE; CREATE SCHEMA topology; CREATE EXTENSION hstore SCHEMA topology"
run 0 schema-dump --url "$(pg_url m)" --path m.sql
expect_no_err 'topology is left out'
