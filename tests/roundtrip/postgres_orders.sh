# The same schema has the same bytes: whatever order it was made in, and whatever the session is set to.
# Two orders the server itself keeps, pg_dump shows them, and so a copy has them too: that of the options in WITH (...)
# and that of the roles that were granted something. Both scripts have these alike.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

cat >one.sql <<'END'
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('a', 'b', 'c');
CREATE DOMAIN s.positive AS integer DEFAULT 1 CONSTRAINT positive_check CHECK (VALUE > 0);
CREATE FUNCTION s.f(a integer) RETURNS integer LANGUAGE sql IMMUTABLE COST 5 AS 'SELECT 1';
CREATE FUNCTION s.f(a text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION s.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TABLE s.parent (id serial PRIMARY KEY, name text DEFAULT 'x' NOT NULL, kind s.mood, CONSTRAINT name_check CHECK (name <> ''));
CREATE TABLE s.child (
    id bigint GENERATED ALWAYS AS IDENTITY,
    parent integer DEFAULT 5 NOT NULL,
    price numeric(10,2) NOT NULL,
    note text,
    CONSTRAINT child_pkey PRIMARY KEY (id),
    CONSTRAINT child_parent_key UNIQUE (parent, note),
    CONSTRAINT child_parent_fkey FOREIGN KEY (parent) REFERENCES s.parent (id) ON DELETE CASCADE
) WITH (fillfactor=50, autovacuum_enabled=false);
CREATE INDEX child_a ON s.child (price);
CREATE INDEX child_b ON s.child (note DESC) WHERE price > 0;
CREATE TABLE s.cycle_a (id integer PRIMARY KEY, b integer);
CREATE TABLE s.cycle_b (id integer PRIMARY KEY, a integer REFERENCES s.cycle_a);
ALTER TABLE s.cycle_a ADD FOREIGN KEY (b) REFERENCES s.cycle_b;
CREATE TABLE s.parts (a integer, b text) PARTITION BY LIST (a);
CREATE INDEX parts_b ON s.parts (b);
CREATE TABLE s.parts_1 PARTITION OF s.parts FOR VALUES IN (1);
CREATE TABLE s.parts_2 PARTITION OF s.parts FOR VALUES IN (2, 3);
CREATE TABLE s.inherits (c integer) INHERITS (s.cycle_a);
CREATE VIEW s.view_a AS SELECT id, name FROM s.parent;
CREATE VIEW s.view_b WITH (security_barrier) AS SELECT id FROM s.view_a;
CREATE TRIGGER trigger_a BEFORE INSERT ON s.child FOR EACH ROW EXECUTE FUNCTION s.t();
CREATE TRIGGER trigger_b AFTER UPDATE ON s.child FOR EACH ROW EXECUTE FUNCTION s.t();
CREATE POLICY policy_a ON s.child USING (price > 0);
CREATE POLICY policy_b ON s.child FOR SELECT TO bl_reader, bl_limited USING (true);
CREATE RULE rule_a AS ON DELETE TO s.parent DO ALSO NOTHING;
CREATE PUBLICATION pub FOR TABLE s.child, s.parent;
CREATE STATISTICS s.stat_a ON parent, price FROM s.child;
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w OPTIONS (a '1', b '2');
COMMENT ON TABLE s.child IS 'x';
COMMENT ON COLUMN s.child.note IS 'y';
COMMENT ON FUNCTION s.f(text) IS 'z';
GRANT SELECT, INSERT ON s.child TO bl_reader;
GRANT UPDATE ON s.child TO bl_limited;
GRANT SELECT ON s.parent TO PUBLIC;
GRANT SELECT (id, name) ON s.parent TO bl_limited;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner IN SCHEMA s GRANT SELECT ON TABLES TO bl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner GRANT EXECUTE ON FUNCTIONS TO bl_reader, bl_limited;
ALTER TABLE s.parent OWNER TO bl_owner;
CREATE SEQUENCE s.free START WITH 10;
CREATE OPERATOR s.@# (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR s.@# (FUNCTION = int8pl, LEFTARG = bigint, RIGHTARG = bigint);
CREATE AGGREGATE s.total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE AGGREGATE s.total(bigint) (SFUNC = int8pl, STYPE = bigint);
END
# The same from its end, by ways about: what goes again, what comes later, what was something else.
cat >two.sql <<'END'
CREATE SCHEMA elsewhere;
CREATE SCHEMA s;
CREATE TABLE s.thrown_away (id integer PRIMARY KEY);
CREATE AGGREGATE s.total(bigint) (SFUNC = int8pl, STYPE = bigint);
CREATE AGGREGATE s.total(integer) (SFUNC = int4pl, STYPE = integer);
CREATE OPERATOR s.@# (FUNCTION = int8pl, LEFTARG = bigint, RIGHTARG = bigint);
CREATE OPERATOR s.@# (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer);
CREATE SEQUENCE s.free START WITH 10;
SELECT nextval('s.free');
CREATE FOREIGN DATA WRAPPER w;
CREATE SERVER srv FOREIGN DATA WRAPPER w OPTIONS (b '2', c '3', a '0');
ALTER SERVER srv OPTIONS (DROP c, SET a '1');
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner GRANT EXECUTE ON FUNCTIONS TO bl_limited, bl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner IN SCHEMA s GRANT ALL ON TABLES TO bl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner IN SCHEMA s REVOKE ALL ON TABLES FROM bl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner IN SCHEMA s GRANT SELECT ON TABLES TO bl_reader;
CREATE TABLE s.parts_2 (a integer, b text);
CREATE INDEX parts_2_b_idx ON s.parts_2 (b);
CREATE TABLE s.parts (a integer, b text) PARTITION BY LIST (a);
ALTER TABLE s.parts ATTACH PARTITION s.parts_2 FOR VALUES IN (2, 3);
CREATE TABLE s.parts_1 PARTITION OF s.parts FOR VALUES IN (1);
CREATE INDEX parts_b ON s.parts (b);
CREATE TABLE s.cycle_b (gone integer, id integer PRIMARY KEY, a bigint);
ALTER TABLE s.cycle_b DROP COLUMN gone;
ALTER TABLE s.cycle_b ALTER COLUMN a TYPE integer;
CREATE TABLE s.cycle_a (id integer, b integer REFERENCES s.cycle_b);
ALTER TABLE s.cycle_a ADD CONSTRAINT cycle_a_pkey PRIMARY KEY (id);
ALTER TABLE s.cycle_b ADD FOREIGN KEY (a) REFERENCES s.cycle_a;
CREATE TABLE s.inherits (c integer) INHERITS (s.cycle_a);
CREATE TYPE s.mood AS ENUM ('b');
CREATE SEQUENCE s.parent_id_seq AS integer;
CREATE TABLE s.parent (id integer DEFAULT nextval('s.parent_id_seq') NOT NULL, name character varying(9));
ALTER SEQUENCE s.parent_id_seq OWNED BY s.parent.id;
ALTER TABLE s.parent ALTER COLUMN name TYPE text, ALTER COLUMN name SET DEFAULT 'x', ALTER COLUMN name SET NOT NULL, ADD COLUMN kind s.mood;
CREATE TABLE s.before (id bigint NOT NULL, x integer, parent integer NOT NULL, price numeric(10,2) NOT NULL, note text);
ALTER TABLE s.before DROP COLUMN x;
CREATE INDEX child_b ON s.before (note DESC) WHERE price > 0;
CREATE INDEX named_otherwise ON s.before (price);
ALTER INDEX s.named_otherwise RENAME TO child_a;
CREATE UNIQUE INDEX child_parent_key ON s.before (parent, note);
ALTER TABLE s.before ADD CONSTRAINT child_parent_key UNIQUE USING INDEX child_parent_key;
ALTER TABLE s.before RENAME TO child;
ALTER TABLE s.child ALTER COLUMN parent SET DEFAULT 5;
GRANT INSERT ON s.child TO bl_reader;
GRANT UPDATE ON s.child TO bl_limited;
GRANT SELECT ON s.child TO bl_reader;
ALTER TABLE s.child SET (fillfactor=50), SET (toast_tuple_target=200), SET (autovacuum_enabled=false), RESET (toast_tuple_target);
ALTER TABLE s.child ADD CONSTRAINT child_pkey PRIMARY KEY (id);
ALTER TABLE s.child ALTER COLUMN id ADD GENERATED ALWAYS AS IDENTITY;
ALTER TYPE s.mood ADD VALUE 'c';
ALTER TYPE s.mood ADD VALUE 'a' BEFORE 'b';
CREATE FUNCTION s.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE OR REPLACE FUNCTION s.t() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION s.f(a text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION elsewhere.g(a integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER FUNCTION elsewhere.g(integer) SET SCHEMA s;
ALTER FUNCTION s.g(integer) RENAME TO f;
ALTER FUNCTION s.f(integer) IMMUTABLE COST 5;
CREATE DOMAIN s.positive AS integer;
ALTER DOMAIN s.positive ADD CONSTRAINT positive_check CHECK (VALUE > 0);
ALTER DOMAIN s.positive SET DEFAULT 1;
CREATE TRIGGER trigger_b AFTER UPDATE ON s.child FOR EACH ROW EXECUTE FUNCTION s.t();
CREATE TRIGGER trigger_a BEFORE INSERT ON s.child FOR EACH ROW EXECUTE FUNCTION s.t();
CREATE POLICY policy_b ON s.child FOR SELECT TO bl_limited, bl_reader USING (true);
CREATE POLICY policy_a ON s.child USING (price > 0);
ALTER TABLE s.parent ADD CONSTRAINT name_check CHECK (name <> ''), ADD PRIMARY KEY (id);
CREATE RULE rule_a AS ON DELETE TO s.parent DO ALSO NOTHING;
ALTER TABLE s.child ADD CONSTRAINT child_parent_fkey FOREIGN KEY (parent) REFERENCES s.parent ON DELETE CASCADE;
CREATE VIEW s.view_z AS SELECT id, name FROM s.parent;
CREATE VIEW s.view_b AS SELECT id FROM s.view_z;
ALTER VIEW s.view_z RENAME TO view_a;
ALTER VIEW s.view_b SET (security_barrier);
CREATE STATISTICS s.stat_a ON price, parent FROM s.child;
CREATE PUBLICATION pub FOR TABLE s.parent;
ALTER PUBLICATION pub ADD TABLE s.child;
COMMENT ON FUNCTION s.f(text) IS 'z';
COMMENT ON COLUMN s.child.note IS 'w';
COMMENT ON COLUMN s.child.note IS 'y';
COMMENT ON TABLE s.child IS 'x';
ALTER TABLE s.parent OWNER TO bl_owner;
GRANT SELECT (name) ON s.parent TO bl_limited;
GRANT SELECT (id) ON s.parent TO bl_limited;
GRANT SELECT ON s.parent TO PUBLIC;
DROP TABLE s.thrown_away;
DROP SCHEMA elsewhere;
END
for version in "${pg_versions%% *}" "$pg_newest"; do
    pg_server "$version"
    for side in one two; do
        pg_create "$side"
        pg_file "$side" "$side.sql"
        # From 18 on a NOT NULL has a name, which stays when its table gets another one.
        [ "$side" = one ] || [ "$version" -lt 18 ] || for column in id parent price; do
            pg_sql two "ALTER TABLE s.child RENAME CONSTRAINT before_${column}_not_null TO child_${column}_not_null"
        done
        run 0 schema-dump --url "$(pg_url "$side")" --path "$side-$version.sql" --with-owner --with-acl
    done
    expect_same "one-$version.sql" "two-$version.sql"

    # What the environment, the database and the role set does not show.
    from_zoo settings tables 15
    pg_sql settings "CREATE TABLE public.arrays (a text[] DEFAULT '{NULL,x}')"
    run 0 schema-dump --url "$(pg_url settings)" --path plain.sql
    for setting in "timezone = 'Asia/Tokyo'" "datestyle = 'SQL, DMY'" "intervalstyle = 'iso_8601'" "bytea_output = 'escape'" 'extra_float_digits = -5' \
        'quote_all_identifiers = on' "search_path = zoo" 'standard_conforming_strings = off' "client_encoding = 'LATIN1'" \
        "default_transaction_isolation = 'serializable'" 'statement_timeout = 100000' "lc_monetary = 'C'" 'row_security = off' \
        'check_function_bodies = off' "default_table_access_method = 'heap'" "xmloption = 'document'" "constraint_exclusion = on" 'enable_seqscan = off' \
        'default_transaction_read_only = on'; do
        pg_sql settings "ALTER DATABASE $(pg_name settings) SET $setting"
    done
    run 0 env PGTZ=America/New_York PGDATESTYLE='German' PGOPTIONS='-c geqo=off' schema-dump --url "$(pg_url settings)" --path set.sql
    expect_same plain.sql set.sql
    pg_create copy
    pg_sql copy "ALTER DATABASE $(pg_name copy) SET search_path = nowhere"
    pg_sql copy "ALTER DATABASE $(pg_name copy) SET standard_conforming_strings = off"
    pg_sql copy "ALTER DATABASE $(pg_name copy) SET array_nulls = off"
    pg_sql copy "ALTER DATABASE $(pg_name copy) SET timezone = 'Asia/Tokyo'"
    pg_sql copy "ALTER DATABASE $(pg_name copy) SET datestyle = 'SQL, DMY'"
    # Said aloud, the server refuses it for partitioned tables.
    pg_sql copy "ALTER DATABASE $(pg_name copy) SET default_tablespace = 'pg_default'"
    run 0 schema-load --url "$(pg_url copy)" --path plain.sql
    # The stock pg_dump shows what a database sets.
    for side in settings copy; do
        pg_admin "ALTER DATABASE $(pg_name $side) RESET ALL"
    done
    expect_pg_same settings copy --no-owner --no-acl
    [ "${pg_versions%% *}" != "$pg_newest" ] || break
done
