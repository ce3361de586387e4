-- What PostgreSQL 18 brought to tables.
CREATE SCHEMA zoo18;
-- Generated columns that are not stored.
CREATE TABLE zoo18.generated (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL, c integer GENERATED ALWAYS AS (a + 1), d integer GENERATED ALWAYS AS (a - 1) STORED NOT NULL);
CREATE TABLE zoo18.generated_child (b integer GENERATED ALWAYS AS (a * 3) VIRTUAL) INHERITS (zoo18.generated);
-- Constraints that say NOT NULL have a name.
CREATE TABLE zoo18.not_null (
    a integer NOT NULL,
    b integer CONSTRAINT "My ""NN""" NOT NULL,
    c integer CONSTRAINT here NOT NULL NO INHERIT,
    d integer, e integer, f integer PRIMARY KEY, g serial, h integer GENERATED ALWAYS AS IDENTITY,
    CONSTRAINT nn_table NOT NULL d
);
ALTER TABLE zoo18.not_null ADD CONSTRAINT nn_not_valid NOT NULL e NOT VALID;
COMMENT ON CONSTRAINT "My ""NN""" ON zoo18.not_null IS 'a constraint with a name';
COMMENT ON CONSTRAINT not_null_a_not_null ON zoo18.not_null IS 'one with the usual name';
CREATE TABLE zoo18.nn_renamed (before integer NOT NULL);
ALTER TABLE zoo18.nn_renamed RENAME COLUMN before TO after;
CREATE TABLE zoo18.nn_child (CONSTRAINT "Child NN" NOT NULL a) INHERITS (zoo18.not_null);
CREATE TABLE zoo18.nn_child_of_none (x integer) INHERITS (zoo18.not_null);
CREATE TABLE zoo18.nn_parent (a integer, b integer);
CREATE TABLE zoo18.nn_child_only (CONSTRAINT "only; here" NOT NULL a) INHERITS (zoo18.nn_parent);
CREATE TABLE zoo18.nn_parts (a integer NOT NULL, b integer CONSTRAINT nn_b NOT NULL) PARTITION BY LIST (a);
CREATE TABLE zoo18.nn_parts_1 PARTITION OF zoo18.nn_parts FOR VALUES IN (1);
CREATE TABLE zoo18.nn_parts_2 (b integer CONSTRAINT own_b NOT NULL, a integer CONSTRAINT own_a NOT NULL);
ALTER TABLE zoo18.nn_parts ATTACH PARTITION zoo18.nn_parts_2 FOR VALUES IN (2);
CREATE TABLE zoo18.nn_column_named_long_enough_to_be_cut_off_somewhere_in_the_middle (a_column_with_a_name_that_is_long_too_and_goes_on_and_on integer NOT NULL);
CREATE TYPE zoo18.pair AS (a integer, b integer);
CREATE TABLE zoo18.nn_typed OF zoo18.pair (a NOT NULL, CONSTRAINT typed_nn NOT NULL b);
-- Constraints that are not enforced.
CREATE TABLE zoo18.target (a integer PRIMARY KEY);
CREATE TABLE zoo18.not_enforced (
    a integer, b integer,
    CONSTRAINT not_checked CHECK (a > 0) NOT ENFORCED,
    CONSTRAINT not_followed FOREIGN KEY (b) REFERENCES zoo18.target NOT ENFORCED
);
-- Keys over time.
CREATE TABLE zoo18.periods (id integer, valid daterange, CONSTRAINT periods_pk PRIMARY KEY (id, valid WITHOUT OVERLAPS), CONSTRAINT "periods U" UNIQUE (id, valid WITHOUT OVERLAPS));
CREATE TABLE zoo18.period_keys (id integer, valid daterange, CONSTRAINT period_fk FOREIGN KEY (id, PERIOD valid) REFERENCES zoo18.periods (id, PERIOD valid));
COMMENT ON CONSTRAINT period_fk ON zoo18.period_keys IS 'a key over time';
-- Keys of partitioned tables that are not valid yet.
CREATE TABLE zoo18.parts (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE zoo18.parts_1 PARTITION OF zoo18.parts FOR VALUES IN (1);
ALTER TABLE zoo18.parts ADD CONSTRAINT parts_fk FOREIGN KEY (b) REFERENCES zoo18.target NOT VALID;
-- Privileges on large objects to come.
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner GRANT SELECT ON LARGE OBJECTS TO bl_reader;

-- NOT NULL that was not checked, in partitions: theirs before they were attached, and their parent's.
CREATE TABLE zoo18.unfilled (a int, b int, c int) PARTITION BY LIST (a);
CREATE TABLE zoo18.unfilled_1 PARTITION OF zoo18.unfilled FOR VALUES IN (1);
CREATE TABLE zoo18.unfilled_2 PARTITION OF zoo18.unfilled FOR VALUES IN (2) PARTITION BY LIST (c);
CREATE TABLE zoo18.unfilled_21 PARTITION OF zoo18.unfilled_2 FOR VALUES IN (1);
ALTER TABLE zoo18.unfilled ADD CONSTRAINT filled NOT NULL b NOT VALID;
CREATE TABLE zoo18.unfilled_3 (a int, b int, c int);
ALTER TABLE zoo18.unfilled_3 ADD CONSTRAINT own NOT NULL b NOT VALID;
ALTER TABLE zoo18.unfilled ATTACH PARTITION zoo18.unfilled_3 FOR VALUES IN (3);
CREATE TABLE zoo18.unfilled_4 PARTITION OF zoo18.unfilled FOR VALUES IN (4);

-- Keys over time of partitioned tables: ATTACH PARTITION makes those of partitions.
CREATE TABLE zoo18.spans (id integer, k integer, valid daterange, PRIMARY KEY (id, valid WITHOUT OVERLAPS), UNIQUE (k, id, valid WITHOUT OVERLAPS)) PARTITION BY LIST (id);
CREATE TABLE zoo18.spans_1 PARTITION OF zoo18.spans FOR VALUES IN (1);
CREATE TABLE zoo18.spans_2 PARTITION OF zoo18.spans FOR VALUES IN (2) PARTITION BY LIST (id);
CREATE TABLE zoo18.spans_21 PARTITION OF zoo18.spans_2 DEFAULT;
ALTER TABLE zoo18.spans_2 RENAME CONSTRAINT spans_2_pkey TO "Spans PK";
ALTER TABLE zoo18.spans_1 RENAME CONSTRAINT spans_1_k_id_valid_excl TO spans_1_once;
COMMENT ON CONSTRAINT spans_1_once ON zoo18.spans_1 IS 'a key of a partition';
CREATE TABLE zoo18.span_keys (id integer, valid daterange, FOREIGN KEY (id, PERIOD valid) REFERENCES zoo18.spans (id, PERIOD valid)) PARTITION BY LIST (id);
CREATE TABLE zoo18.span_keys_1 PARTITION OF zoo18.span_keys DEFAULT;

-- A NOT NULL takes no name that another constraint of the schema has: what was made LIKE another has its names.
CREATE TABLE zoo18.z_model (a integer NOT NULL, b integer NOT NULL, c serial);
CREATE TABLE zoo18.a_like_it (LIKE zoo18.z_model);
CREATE TABLE zoo18.a_check (x integer CONSTRAINT z_checked_y_not_null CHECK (x IS NOT NULL));
ALTER TABLE zoo18.a_check RENAME CONSTRAINT z_checked_y_not_null TO other;
CREATE TABLE zoo18.z_checked (y integer NOT NULL);
ALTER TABLE zoo18.a_check RENAME CONSTRAINT other TO z_checked_y_not_null;

-- An inherited column whose NOT NULL is the child's own, and is not passed on, or was not checked.
CREATE TABLE zoo18.loose (a integer, b integer, c integer);
CREATE TABLE zoo18.tight (NOT NULL a NO INHERIT, CONSTRAINT named NOT NULL b NO INHERIT) INHERITS (zoo18.loose);
ALTER TABLE zoo18.tight ADD NOT NULL c NOT VALID;
CREATE TABLE zoo18.loose_too (b integer, c integer, a integer);
ALTER TABLE zoo18.loose_too ADD NOT NULL a NO INHERIT;
ALTER TABLE zoo18.loose_too INHERIT zoo18.loose;
