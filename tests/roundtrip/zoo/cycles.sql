-- Objects that need each other, and orders that no rule of kinds gives.
CREATE SCHEMA loop;
SET search_path = loop;
SET check_function_bodies = off;

-- A base type and its functions; a range and its canonical function; what stays a shell.
CREATE TYPE base;
CREATE FUNCTION base_in(cstring) RETURNS base LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION base_out(base) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE base (INPUT = base_in, OUTPUT = base_out, LIKE = text);
CREATE FUNCTION base_lt(base, base) RETURNS boolean LANGUAGE internal IMMUTABLE STRICT AS 'text_lt';
CREATE FUNCTION base_cmp(base, base) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'bttextcmp';
CREATE OPERATOR < (FUNCTION = base_lt, LEFTARG = base, RIGHTARG = base, COMMUTATOR = >, NEGATOR = >=);
CREATE OPERATOR > (FUNCTION = base_lt, LEFTARG = base, RIGHTARG = base, COMMUTATOR = <, NEGATOR = <=);
CREATE OPERATOR <= (FUNCTION = base_lt, LEFTARG = base, RIGHTARG = base, COMMUTATOR = >=, NEGATOR = >);
CREATE OPERATOR >= (FUNCTION = base_lt, LEFTARG = base, RIGHTARG = base, COMMUTATOR = <=, NEGATOR = <);
CREATE OPERATOR = (FUNCTION = base_lt, LEFTARG = base, RIGHTARG = base, COMMUTATOR = =);
CREATE OPERATOR CLASS base_ops DEFAULT FOR TYPE base USING btree AS OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 =, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 base_cmp(base, base);
CREATE TABLE keyed_by_base (a base PRIMARY KEY, b base DEFAULT 'x') PARTITION BY RANGE (a);
CREATE TYPE span;
CREATE FUNCTION span_canonical(span) RETURNS span LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE FUNCTION span_diff(integer, integer) RETURNS double precision LANGUAGE internal IMMUTABLE STRICT AS 'int4range_subdiff';
CREATE TYPE span AS RANGE (SUBTYPE = integer, CANONICAL = span_canonical, SUBTYPE_DIFF = span_diff);
CREATE TYPE only_a_shell;
COMMENT ON TYPE only_a_shell IS 'and stays one';

-- A view that needs a primary key, and what stands on it.
CREATE TABLE people (id integer PRIMARY KEY, name text COLLATE "C", boss integer REFERENCES people);
CREATE VIEW grouped WITH (security_barrier) AS SELECT id, name, count(*) AS n FROM people GROUP BY id;
CREATE VIEW on_grouped AS SELECT name FROM grouped;
CREATE MATERIALIZED VIEW grouped_too AS SELECT id, name, count(*) AS n FROM people GROUP BY id;
CREATE UNIQUE INDEX grouped_too_id ON grouped_too (id);
CREATE VIEW on_grouped_too AS SELECT g.id FROM grouped_too g;
COMMENT ON VIEW grouped IS 'needs the key';
COMMENT ON COLUMN grouped.n IS 'how many';
GRANT SELECT ON grouped TO bl_reader;
GRANT SELECT (n) ON grouped TO bl_limited;
CREATE FUNCTION of_grouped(grouped) RETURNS bigint LANGUAGE sql AS 'SELECT $1.n';
CREATE RULE grouped_insert AS ON INSERT TO grouped DO INSTEAD INSERT INTO people VALUES (NEW.id, NEW.name);
ALTER VIEW grouped ALTER COLUMN name SET DEFAULT 'nobody';

-- A view, a function over its rows, and the view again.
CREATE VIEW mutual AS SELECT id, name, 0::bigint AS bosses FROM people;
CREATE FUNCTION count_mutual(mutual) RETURNS bigint LANGUAGE sql STABLE AS 'SELECT count(*) FROM loop.people p WHERE p.boss = $1.id';
CREATE VIEW between_them AS SELECT m.id, count_mutual(m) AS n FROM mutual m;
CREATE OR REPLACE VIEW mutual WITH (security_barrier=true, check_option=local) AS SELECT id, name, count_mutual(ROW(id, name, 0)::mutual) AS bosses FROM people;
CREATE FUNCTION all_mutual() RETURNS SETOF mutual LANGUAGE sql AS 'SELECT * FROM loop.mutual';
CREATE VIEW first AS SELECT 1 AS a, 'x'::text COLLATE "C" AS b;
CREATE FUNCTION of_first() RETURNS SETOF first LANGUAGE sql BEGIN ATOMIC SELECT 1, 'y'::text; END;
CREATE OR REPLACE VIEW first AS SELECT f.a, f.b FROM of_first() f;
COMMENT ON VIEW first IS 'needs a function that returns its rows';
GRANT SELECT ON first TO bl_reader;
CREATE VIEW on_first AS SELECT * FROM first;
CREATE FUNCTION no_op() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER first_insert INSTEAD OF INSERT ON first FOR EACH ROW EXECUTE FUNCTION no_op();
COMMENT ON TRIGGER first_insert ON first IS 'on a view in a loop';
-- Two views in one loop.
CREATE VIEW left_one AS SELECT 1 AS a;
CREATE FUNCTION of_left(left_one) RETURNS integer LANGUAGE sql AS 'SELECT $1.a';
CREATE VIEW right_one AS SELECT of_left(l) AS a FROM left_one l;
CREATE FUNCTION of_right(right_one) RETURNS integer LANGUAGE sql AS 'SELECT $1.a';
CREATE FUNCTION right_rows() RETURNS SETOF right_one LANGUAGE sql BEGIN ATOMIC SELECT 5; END;
CREATE OR REPLACE VIEW left_one AS SELECT r.a FROM right_rows() r;

-- Functions with bodies that the server parses: in an order of their own, on a key, in a ring.
CREATE FUNCTION z_first() RETURNS integer LANGUAGE sql RETURN 1;
CREATE FUNCTION a_second() RETURNS integer LANGUAGE sql RETURN z_first() + 1;
CREATE FUNCTION needs_key() RETURNS SETOF text LANGUAGE sql BEGIN ATOMIC SELECT name FROM people GROUP BY id; END;
COMMENT ON FUNCTION needs_key() IS 'its body needs a primary key';
GRANT EXECUTE ON FUNCTION needs_key() TO bl_reader;
CREATE VIEW on_needs_key AS SELECT n AS name FROM needs_key() n;
CREATE FUNCTION ring_a() RETURNS integer LANGUAGE sql RETURN 1;
CREATE FUNCTION ring_b() RETURNS integer LANGUAGE sql RETURN ring_a();
CREATE TABLE in_a_ring (a integer DEFAULT ring_b());
CREATE PROCEDURE writes() LANGUAGE sql BEGIN ATOMIC INSERT INTO people (id, name) VALUES (1, 'x'); DELETE FROM people WHERE boss IS NULL; END;
CREATE FUNCTION with_default(a integer DEFAULT a_second()) RETURNS integer LANGUAGE sql RETURN a;

-- Checks, defaults and generated columns by functions over the table's own rows, or over a table that comes later.
CREATE TABLE rows_of_mine (a integer, b integer);
CREATE FUNCTION good_row(rows_of_mine) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.a > 0';
ALTER TABLE rows_of_mine ADD CONSTRAINT good CHECK (good_row(rows_of_mine.*));
COMMENT ON CONSTRAINT good ON rows_of_mine IS 'by a function over the row';
CREATE FUNCTION count_rows() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM rows_of_mine; END;
ALTER TABLE rows_of_mine ALTER COLUMN b SET DEFAULT count_rows();
CREATE TABLE a_table (a bigint DEFAULT count_rows() CHECK (a < count_rows()));
CREATE TABLE parted (a integer, b integer) PARTITION BY LIST (a);
CREATE FUNCTION good_part(parted) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER TABLE parted ADD CONSTRAINT good CHECK (good_part(ROW(a, b)::parted));
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE computed (a integer, b integer);
CREATE FUNCTION twice(integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN $1 * 2;
ALTER TABLE computed ADD COLUMN c integer GENERATED ALWAYS AS (twice(a)) STORED;
CREATE INDEX computed_idx ON computed (twice(b)) WHERE twice(a) > 0;
CREATE STATISTICS computed_stat ON (twice(a)), b FROM computed;
CREATE TABLE by_function (a integer) PARTITION BY HASH (twice(a));

-- Domains.
CREATE DOMAIN inner_domain AS integer;
CREATE FUNCTION good_domain(inner_domain) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
ALTER DOMAIN inner_domain ADD CONSTRAINT good CHECK (good_domain(VALUE));
COMMENT ON CONSTRAINT good ON DOMAIN inner_domain IS 'by a function over the domain';
CREATE DOMAIN a_domain AS inner_domain CHECK (VALUE > 5);
CREATE DOMAIN list_of AS a_domain[] DEFAULT '{}';
CREATE TYPE pair AS (x list_of, y people);
CREATE DOMAIN a_pair AS pair CHECK ((VALUE).x IS NOT NULL);
CREATE TABLE of_pairs (p a_pair, q grouped[]);
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION default_mood() RETURNS mood LANGUAGE sql IMMUTABLE RETURN 'high'::mood;
CREATE DOMAIN a_mood AS mood DEFAULT default_mood();

-- Types of tables within types of tables.
CREATE TABLE z_table (a integer);
CREATE TABLE b_table (z z_table, zs z_table[]);
CREATE TYPE a_type AS (b b_table);
CREATE VIEW a_view AS SELECT NULL::a_type AS t;
CREATE TABLE of_type OF a_type;

-- Rules and policies that look at each other's tables; a rule that makes a table's own view.
CREATE TABLE one (id integer PRIMARY KEY, other integer);
CREATE TABLE other (id integer PRIMARY KEY, one integer REFERENCES one);
ALTER TABLE one ADD FOREIGN KEY (other) REFERENCES other DEFERRABLE;
CREATE POLICY on_one ON one USING (EXISTS (SELECT FROM other o WHERE o.one = one.id));
CREATE POLICY on_other ON other USING (EXISTS (SELECT FROM one o WHERE o.other = other.id));
ALTER TABLE one ENABLE ROW LEVEL SECURITY;
CREATE VIEW of_one AS SELECT o.id FROM one o;
CREATE RULE one_to_other AS ON INSERT TO one WHERE NEW.id IN (SELECT id FROM of_one) DO ALSO INSERT INTO other VALUES (NEW.id, NEW.id);
CREATE RULE of_one_delete AS ON DELETE TO of_one DO INSTEAD DELETE FROM one WHERE one.id = OLD.id;

-- Sequences that are used by one table and owned by another.
CREATE TABLE a_user (a integer, b integer);
CREATE TABLE b_owner (a integer, b serial);
CREATE SEQUENCE crossed OWNED BY b_owner.a;
ALTER TABLE a_user ALTER COLUMN a SET DEFAULT nextval('crossed'), ALTER COLUMN b SET DEFAULT nextval('b_owner_b_seq');
CREATE SEQUENCE by_function_seq;
CREATE FUNCTION next_one() RETURNS bigint LANGUAGE sql RETURN nextval('by_function_seq');
ALTER TABLE a_user ADD COLUMN c bigint DEFAULT next_one();

-- Casts, aggregates and operators in bodies and views.
CREATE FUNCTION to_pair(integer) RETURNS pair LANGUAGE sql IMMUTABLE AS 'SELECT NULL::loop.pair';
CREATE CAST (integer AS pair) WITH FUNCTION to_pair(integer);
CREATE FUNCTION casts() RETURNS pair LANGUAGE sql RETURN 1::pair;
CREATE VIEW casting AS SELECT CAST(id AS pair) AS p FROM people;
CREATE FUNCTION add_up(a integer, b integer) RETURNS integer LANGUAGE sql RETURN coalesce(a, 0) + b;
CREATE AGGREGATE sum_up(integer) (SFUNC = add_up, STYPE = integer);
CREATE VIEW a_sum AS SELECT sum_up(id) AS s FROM people;
CREATE FUNCTION compares(base, base) RETURNS boolean LANGUAGE sql RETURN $1 < $2;
CREATE VIEW sorted AS SELECT a FROM keyed_by_base ORDER BY a USING >;
CREATE COLLATION own (LOCALE = 'C');
CREATE TABLE collated (a text COLLATE own);
CREATE VIEW a_collated AS SELECT a FROM collated WHERE a < 'x' COLLATE own;
CREATE TEXT SEARCH CONFIGURATION own (COPY = pg_catalog.simple);
CREATE INDEX collated_search ON collated USING gin (to_tsvector('own', a));

-- Views that read from themselves: in FROM, in an expression, and one that another one and its own columns' settings need.
CREATE VIEW itself AS SELECT id, 'x'::text COLLATE "C" AS t FROM people;
CREATE VIEW of_itself AS SELECT id FROM itself;
CREATE OR REPLACE VIEW itself WITH (security_barrier) AS SELECT i.id, i.t COLLATE "C" AS t FROM itself i JOIN of_itself o ON o.id = i.id;
ALTER VIEW itself ALTER COLUMN id SET DEFAULT 7;
COMMENT ON VIEW itself IS 'never read';
COMMENT ON COLUMN itself.t IS 'neither';
CREATE VIEW "It's, itself" AS SELECT 1 AS a;
CREATE OR REPLACE VIEW "It's, itself" AS SELECT count(*)::integer AS a FROM one WHERE EXISTS (SELECT FROM "It's, itself" i WHERE i.a = one.id);
CREATE VIEW not_itself AS SELECT 1 AS a;
CREATE RULE not_itself_insert AS ON INSERT TO not_itself DO INSTEAD UPDATE one SET other = NEW.a WHERE id IN (SELECT a FROM not_itself);
