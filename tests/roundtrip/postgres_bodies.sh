# Functions with parsed bodies that call each other, and expressions with casts: one of them waits for its body.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
cat >m.sql <<'SQL'
SET check_function_bodies = off;
CREATE TABLE t (id int PRIMARY KEY, a int);
CREATE FUNCTION even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE AS '';
CREATE FUNCTION odd(n int) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN CASE WHEN n = 0 THEN false ELSE even(n - 1) END;
CREATE OR REPLACE FUNCTION even(n int) RETURNS boolean LANGUAGE sql IMMUTABLE RETURN CASE WHEN n = 0 THEN true ELSE odd(n - 1) END;
COMMENT ON FUNCTION even(int) IS 'the one';
CREATE FUNCTION a(n int) RETURNS int LANGUAGE sql AS '';
CREATE FUNCTION b(n int) RETURNS int LANGUAGE sql AS '';
CREATE FUNCTION c(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT a(n) + b(n) + (SELECT max(a) FROM t GROUP BY id LIMIT 1); END;
CREATE OR REPLACE FUNCTION b(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT c(n) + b(n - 1); END;
CREATE OR REPLACE FUNCTION a(n int) RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT b(n); END;
CREATE PROCEDURE p(n int) LANGUAGE sql AS '';
CREATE PROCEDURE q(n int) LANGUAGE sql BEGIN ATOMIC INSERT INTO t VALUES (n, a(n)); END;
CREATE OR REPLACE PROCEDURE p(n int) LANGUAGE sql BEGIN ATOMIC SELECT even(n); END;
CREATE FUNCTION plain(n int DEFAULT 1, m text DEFAULT 'a' || 'b') RETURNS int LANGUAGE sql AS '';
CREATE FUNCTION calls(n int DEFAULT plain()) RETURNS int LANGUAGE sql RETURN n;
CREATE OR REPLACE FUNCTION plain(n int DEFAULT 1, m text DEFAULT 'a' || 'b') RETURNS int LANGUAGE sql RETURN CASE WHEN n > 0 THEN calls(n) END;
CREATE TABLE uses (x int CHECK (odd(x)), y boolean GENERATED ALWAYS AS (even(x)) STORED);
INSERT INTO uses VALUES (3);
CREATE TYPE pair AS (l int, r int);
CREATE FUNCTION sum_of(p pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 0';
CREATE CAST (pair AS int) WITH FUNCTION sum_of(pair);
CREATE OR REPLACE FUNCTION sum_of(p pair) RETURNS int LANGUAGE sql IMMUTABLE
    RETURN CASE WHEN (p).l > 0 THEN 1 + ROW((p).l - 1, (p).r)::pair::int ELSE (p).r END;
CREATE TYPE z_inner AS (a int);
CREATE TYPE a_outer AS (i z_inner);
CREATE FUNCTION of_inner(z_inner) RETURNS int LANGUAGE sql IMMUTABLE RETURN ($1).a;
CREATE CAST (z_inner AS int) WITH FUNCTION of_inner(z_inner);
CREATE FUNCTION of_outer(a_outer) RETURNS int LANGUAGE sql IMMUTABLE RETURN (($1).i)::int;
CREATE CAST (a_outer AS int) WITH FUNCTION of_outer(a_outer);
CREATE TABLE whole (a int, i z_inner DEFAULT ROW(7)::z_inner, CHECK (i::int > 0));
CREATE FUNCTION of_whole(whole) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a';
CREATE CAST (whole AS int) WITH FUNCTION of_whole(whole);
ALTER TABLE whole ADD CHECK (whole.*::int > 1);
CREATE INDEX ON uses (even(x));
CREATE TABLE rows_of (a int PRIMARY KEY, b text);
CREATE FUNCTION of_rows(rows_of[]) RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT b FROM rows_of GROUP BY a LIMIT 1; END;
ALTER TABLE rows_of ADD d text DEFAULT of_rows(NULL);
CREATE TABLE below_same () INHERITS (rows_of);
CREATE TABLE below_other (d text DEFAULT 'x') INHERITS (rows_of);
CREATE TABLE below_none () INHERITS (rows_of);
ALTER TABLE below_none ALTER d DROP DEFAULT;
CREATE TABLE a_below () INHERITS (below_same);
SQL
for version in $pg_versions; do
    pg_server "$version"
    pg_create m
    pg_file m m.sql
    run 0 schema-dump --url "$(pg_url m)" --path m.dump.sql --data uses
    pg_create n
    run 0 schema-load --url "$(pg_url n)" --path m.dump.sql --verify
    expect_pg n 'SELECT even(4), odd(4), x, y FROM uses' 't|f|3|f'
    expect_pg n 'SELECT ROW(2, 3)::pair::int, ROW(ROW(4))::a_outer::int' '5|4'
    run 0 schema-dump --url "$(pg_url n)" --path n.sql --data uses
    expect_same m.dump.sql n.sql
    expect_pg_same m n
    [ ! -e first.sql ] || expect_same first.sql n.sql
    cp n.sql first.sql
done

# CREATE INDEX looks into SQL functions, whose bodies may have names without a schema: up to 16 with the session's path.
cat >index.sql <<'SQL'
SET check_function_bodies = off;
CREATE SCHEMA "My App";
CREATE SCHEMA other;
CREATE FUNCTION "My App".inside(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE FUNCTION other.further(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
CREATE TYPE other.pair AS (a text, b text);
CREATE FUNCTION "My App".outside(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT inside($1) || (Further($1)) || ((''(a,b)''::pair).a)';
CREATE FUNCTION "My App".qualified(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT "My App".inside($1)';
CREATE TABLE t (a text, b text);
CREATE TABLE p (a text, b text) PARTITION BY LIST (b);
CREATE TABLE p1 PARTITION OF p DEFAULT;
SET search_path = "My App", other, public;
CREATE INDEX t_a ON t (outside(a)) WHERE inside(b) <> 'x';
CREATE INDEX t_b ON t (qualified(a));
CREATE INDEX p_a ON p (outside(a));
SQL
cat >>index.sql <<'SQL'
CREATE TABLE excludes (a text, EXCLUDE (outside(a) WITH =));
CREATE TABLE pointed (id int PRIMARY KEY, a text);
CREATE INDEX pointed_a ON pointed (outside(a));
CREATE TABLE points (id int REFERENCES pointed);
SQL
# And so do generated columns, the keys of partitioned tables with all that is done below them, and constraints that are added
# to a table, with the session's path on every server.
cat >path.sql <<'SQL'
SET check_function_bodies = off;
CREATE SCHEMA "My App";
CREATE SCHEMA other;
CREATE FUNCTION other.inside(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE FUNCTION "My App".calls(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT inside($1)';
CREATE FUNCTION further(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT "My App".calls($1)';
CREATE FUNCTION parsed(text) RETURNS text LANGUAGE sql IMMUTABLE RETURN further($1) || 'x';
CREATE FUNCTION by_operator(text, int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT inside($1)';
CREATE OPERATOR ## (FUNCTION = by_operator, LEFTARG = text, RIGHTARG = int);
CREATE TYPE other.pair AS (a int, b int);
CREATE FUNCTION other.add(other.pair, int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT ($1).a + $2';
CREATE OPERATOR other.+ (FUNCTION = other.add, LEFTARG = other.pair, RIGHTARG = int);
CREATE FUNCTION adds(other.pair) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE SCHEMA third;
CREATE FUNCTION third."odd name"(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT upper($1)';
CREATE FUNCTION quotes(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT "odd name"($1)';
SET search_path = "My App", other, public, third;
CREATE TABLE quoted (a text, b text GENERATED ALWAYS AS (quotes(a)) STORED);
CREATE TABLE gen (a text, b text GENERATED ALWAYS AS (calls(a)) STORED, c text GENERATED ALWAYS AS (parsed(a)) STORED, CHECK (calls(a) > 'a'));
CREATE TABLE gen_child (x int) INHERITS (gen);
CREATE TABLE operators (a text, p other.pair, b text GENERATED ALWAYS AS (a ## 1) STORED, c int GENERATED ALWAYS AS (adds(p)) STORED);
CREATE TABLE refers (id int PRIMARY KEY);
CREATE TABLE p (a text, b int REFERENCES refers) PARTITION BY RANGE (further(a));
CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM ('a') TO ('b') PARTITION BY LIST (a);
CREATE TABLE p_11 PARTITION OF p_1 DEFAULT;
CREATE TABLE p_2 PARTITION OF p DEFAULT;
CREATE TRIGGER p_touch AFTER INSERT ON p FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE p_2 DISABLE TRIGGER p_touch;
CREATE TABLE late (a text, plain text DEFAULT calls('x') CHECK (calls(plain) > 'b'));
CREATE FUNCTION of_late(late) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT inside(($1).a)';
ALTER TABLE late ADD CONSTRAINT late_check CHECK (of_late(late) > 'a');
SQL
# expect_paths FILE: what it holds is loaded by all ways, and is the same then.
expect_paths() {
    pg_create m
    pg_file m "$1"
    run 0 schema-dump --url "$(pg_url m)" --path path.dump.sql
    for jobs in 1 2; do
        pg_create n
        run 0 schema-load --url "$(pg_url n)" --path path.dump.sql --jobs $jobs --verify
        expect_pg_same m n
    done
    pg_create n
    pg_file n path.dump.sql -1
    run 0 schema-dump --url "$(pg_url n)" --path n.sql
    expect_same path.dump.sql n.sql
}
for version in $pg_versions; do
    pg_server "$version"
    expect_paths path.sql
    [ "$(grep -B 1 '^CREATE TABLE "My App".\(gen\|gen_child\|p\|p_11\) ' path.dump.sql | grep -c '^SET search_path = "My App", other;$')" = 4 ] ||
        fail 'the paths of four tables are not set'
    # What is not looked into has none.
    [ "$(grep -B 1 '^CREATE TABLE "My App".\(late\|refers\) ' path.dump.sql | grep -c search_path)" = 0 ] || fail 'a path for nothing'
    [ "$version" -le 16 ] || continue
    expect_paths index.sql
    [ "$(grep -c '^SET search_path = "My App", other;$' path.dump.sql)" = 6 ] || fail 'the paths of four indexes, an exclusion and a foreign key are not set'
done
