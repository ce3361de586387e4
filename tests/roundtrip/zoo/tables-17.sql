-- What PostgreSQL 17 brought to tables.
CREATE SCHEMA zoo17;
CREATE TABLE zoo17.parts (id integer GENERATED ALWAYS AS IDENTITY (START WITH 7), a integer) PARTITION BY LIST (a);
CREATE TABLE zoo17.parts_1 PARTITION OF zoo17.parts FOR VALUES IN (1);
CREATE TABLE zoo17.excluded (a integer, b int4range, CONSTRAINT ex EXCLUDE USING gist (a WITH =, b WITH &&)) PARTITION BY LIST (a);
CREATE TABLE zoo17.excluded_1 PARTITION OF zoo17.excluded FOR VALUES IN (1);
CREATE TABLE zoo17.maintained (a integer);
GRANT MAINTAIN ON zoo17.maintained TO bl_reader;
GRANT ALL ON zoo17.maintained TO bl_owner;
CREATE TABLE zoo17.stats (a integer, b integer);
ALTER TABLE zoo17.stats ALTER COLUMN a SET STATISTICS 10;
ALTER TABLE zoo17.stats ALTER COLUMN a SET STATISTICS DEFAULT;
CREATE ACCESS METHOD heap_too TYPE TABLE HANDLER heap_tableam_handler;
CREATE TABLE zoo17.other_am (a integer) USING heap_too;
CREATE TABLE zoo17.parts_am (a integer) PARTITION BY LIST (a) USING heap_too;
CREATE TABLE zoo17.parts_heap (a integer) PARTITION BY LIST (a) USING heap;
CREATE TABLE zoo17.parts_heap_1 PARTITION OF zoo17.parts_heap FOR VALUES IN (1);
CREATE TABLE zoo17.parts_am_1 PARTITION OF zoo17.parts_am FOR VALUES IN (1);
CREATE TABLE zoo17.parts_am_2 PARTITION OF zoo17.parts_am FOR VALUES IN (2) USING heap;
-- The constraint of a partition is named by hand, and its index is what the table is clustered on; a level below.
CREATE TABLE zoo17.excluded_2 PARTITION OF zoo17.excluded FOR VALUES IN (2, 3) PARTITION BY LIST (a);
CREATE TABLE zoo17.excluded_3 PARTITION OF zoo17.excluded_2 FOR VALUES IN (3);
ALTER TABLE zoo17.excluded_3 RENAME CONSTRAINT excluded_3_a_b_excl TO "by hand";
ALTER TABLE zoo17.excluded_3 CLUSTER ON "by hand";
COMMENT ON CONSTRAINT "by hand" ON zoo17.excluded_3 IS 'an exclusion of a partition';

-- An exclusion that only the partitioned table has: its partition has one of its own, or none.
CREATE TABLE zoo17.excludes_alone (a int4range, b int4range) PARTITION BY LIST (a);
CREATE TABLE zoo17.excludes_alone_1 PARTITION OF zoo17.excludes_alone FOR VALUES IN ('[0,1)');
CREATE TABLE zoo17.excludes_alone_2 PARTITION OF zoo17.excludes_alone DEFAULT;
ALTER TABLE ONLY zoo17.excludes_alone ADD CONSTRAINT of_parent EXCLUDE USING gist (a WITH =, b WITH &&);
ALTER TABLE zoo17.excludes_alone_1 ADD CONSTRAINT of_partition EXCLUDE USING gist (a WITH =, b WITH &&);
