-- Children whose columns stand in an order that INHERITS cannot give: a parent's column came late. They inherit from a table
-- with that order first, so that what only the parents have stays theirs.
CREATE SCHEMA kin;
CREATE TABLE kin.parent (a integer DEFAULT 1, b text NOT NULL, c integer, CONSTRAINT parent_check CHECK (a > 0));
CREATE TABLE kin.parent_two (x integer, b text);
CREATE TABLE kin.child (d integer DEFAULT 4, CONSTRAINT own_check CHECK (d > 0)) INHERITS (kin.parent);
CREATE TABLE kin.child_merged (b text DEFAULT 'own', a integer DEFAULT 2, e integer, CONSTRAINT parent_check CHECK (a > 0)) INHERITS (kin.parent);
CREATE TABLE kin.child_both (y integer) INHERITS (kin.parent_two, kin.parent);
CREATE TABLE kin.child_no_default () INHERITS (kin.parent);
ALTER TABLE kin.child_no_default ALTER COLUMN a DROP DEFAULT, ALTER COLUMN c SET DEFAULT 5, ALTER COLUMN c SET NOT NULL;
CREATE TABLE kin.child_order (c integer, extra text, b text NOT NULL, a integer, CONSTRAINT parent_check CHECK (a > 0));
ALTER TABLE kin.child_order INHERIT kin.parent;
CREATE TABLE kin.grandchild () INHERITS (kin.child, kin.child_both);
ALTER TABLE kin.parent ADD COLUMN late integer DEFAULT 7, ADD COLUMN "Later on" text NOT NULL;
CREATE TABLE kin.child_late (late integer) INHERITS (kin.parent);
COMMENT ON COLUMN kin.child.late IS 'a column that came late';
GRANT SELECT (late) ON kin.child TO bl_reader;
CREATE INDEX ON kin.grandchild (late, y);
CREATE TABLE kin.late (a integer);
CREATE TABLE kin.child_of_late (own integer GENERATED ALWAYS AS IDENTITY, counted serial, name text CONSTRAINT own_name NOT NULL) INHERITS (kin.late);
CREATE TABLE kin.grandchild_of_late (last text) INHERITS (kin.child_of_late);
ALTER TABLE kin.late ADD COLUMN word varchar(5) COLLATE "C" DEFAULT 'x' NOT NULL, ADD COLUMN made integer GENERATED ALWAYS AS (a + 1) STORED,
    ADD CONSTRAINT late_check CHECK (a < 9), ADD COLUMN name text;
ALTER TABLE kin.child_of_late ADD COLUMN more integer;
ALTER TABLE ONLY kin.grandchild_of_late ALTER COLUMN word SET DEFAULT 'y';
-- Keys of children over columns that their parents fill.
CREATE TABLE kin.filled (id serial PRIMARY KEY, code text NOT NULL);
CREATE TABLE kin.child_of_filled (x integer) INHERITS (kin.filled);
ALTER TABLE kin.child_of_filled ADD PRIMARY KEY (id);
CREATE TABLE kin.grandchild_of_filled (y integer) INHERITS (kin.child_of_filled);
ALTER TABLE kin.grandchild_of_filled ADD PRIMARY KEY (code, y);
ALTER TABLE kin.filled ADD COLUMN later integer NOT NULL;
CREATE TABLE kin.refers (id integer REFERENCES kin.child_of_filled);
-- Parents whose defaults are at odds.
CREATE TABLE kin.one (a integer DEFAULT 1, b integer);
CREATE TABLE kin.two (a integer, b integer DEFAULT 2);
CREATE TABLE kin.child_of_two () INHERITS (kin.one, kin.two);
CREATE TABLE kin.own_of_two (b integer) INHERITS (kin.one, kin.two);
ALTER TABLE ONLY kin.one ALTER COLUMN b SET DEFAULT 1;
ALTER TABLE ONLY kin.two ALTER COLUMN a SET DEFAULT 2;
ALTER TABLE ONLY kin.own_of_two ALTER COLUMN b DROP DEFAULT;
-- The usual name of the table with the order is taken.
CREATE VIEW kin.child_of_late_baseline_model AS SELECT 1 AS a;

-- Checks that were not looked at go down to children and partitions, which may have been looked at alone.
CREATE TABLE loose (id int, a int) PARTITION BY LIST (id);
CREATE TABLE loose_1 PARTITION OF loose FOR VALUES IN (1);
CREATE TABLE loose_3 PARTITION OF loose FOR VALUES IN (3);
ALTER TABLE loose ADD CONSTRAINT loose_a CHECK (a > 0) NOT VALID;
CREATE TABLE loose_2 PARTITION OF loose FOR VALUES IN (2);
ALTER TABLE loose_1 VALIDATE CONSTRAINT loose_a;
CREATE TABLE slack (a int);
CREATE TABLE slack_child () INHERITS (slack);
CREATE TABLE a_slack_grandchild () INHERITS (slack_child);
CREATE TABLE slack_valid () INHERITS (slack);
CREATE TABLE slack_late (b int, a int);
ALTER TABLE slack_late INHERIT slack;
ALTER TABLE slack ADD CONSTRAINT slack_a CHECK (a > 0) NOT VALID;
ALTER TABLE slack_valid VALIDATE CONSTRAINT slack_a;
ALTER TABLE a_slack_grandchild VALIDATE CONSTRAINT slack_a;
CREATE TABLE slack_own_child (a int);
ALTER TABLE slack_own_child ADD CONSTRAINT slack_c CHECK (a > 1) NOT VALID;
CREATE TABLE slack_both (a int);
CREATE TABLE slack_both_child () INHERITS (slack_both);
ALTER TABLE slack_both_child ADD CONSTRAINT slack_d CHECK (a > 2) NOT VALID;
ALTER TABLE slack_both ADD CONSTRAINT slack_d CHECK (a > 2) NOT VALID;
