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
for version in $pg_versions; do
    pg_server "$version"
    [ "$version" -le 16 ] || continue
    pg_create m
    pg_file m index.sql
    run 0 schema-dump --url "$(pg_url m)" --path index.dump.sql
    [ "$(grep -c '^SET search_path = "My App", other;$' index.dump.sql)" = 3 ] || fail 'the paths of three indexes are not set'
    for jobs in 1 2; do
        pg_create n
        run 0 schema-load --url "$(pg_url n)" --path index.dump.sql --jobs $jobs --verify
        expect_pg_same m n
    done
    pg_create n
    pg_file n index.dump.sql -1
    run 0 schema-dump --url "$(pg_url n)" --path n.sql
    expect_same index.dump.sql n.sql
done
