-- migrate:up
-- What PostgreSQL 16, 17 and 18 brought, and rows of many types.
CREATE TABLE computed (a int, b int GENERATED ALWAYS AS (a * 2) VIRTUAL, c int GENERATED ALWAYS AS (a + 1) STORED, d int CONSTRAINT d_given NOT NULL, e int NOT NULL, f int);
ALTER TABLE computed ADD CONSTRAINT f_later NOT NULL f NOT VALID;
COMMENT ON CONSTRAINT d_given ON computed IS 'as given';
CREATE TABLE target (a int PRIMARY KEY);
CREATE TABLE loose (a int, b int, CONSTRAINT unchecked CHECK (a > 0) NOT ENFORCED, CONSTRAINT unfollowed FOREIGN KEY (b) REFERENCES target NOT ENFORCED);
CREATE TABLE periods (id int4range, other int4range, valid daterange, CONSTRAINT periods_pk PRIMARY KEY (id, valid WITHOUT OVERLAPS), CONSTRAINT periods_once UNIQUE (other, valid WITHOUT OVERLAPS));
CREATE TABLE of_periods (id int4range, valid daterange, CONSTRAINT of_periods_fkey FOREIGN KEY (id, PERIOD valid) REFERENCES periods (id, PERIOD valid));
CREATE TABLE parts (id int GENERATED ALWAYS AS IDENTITY (START 7), a int, CONSTRAINT apart EXCLUDE USING btree (a WITH =)) PARTITION BY LIST (a);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES IN (1);
CREATE TABLE kept (a int, b text);
CREATE STATISTICS kept_stats ON a, b FROM kept;
CREATE DOMAIN named_one AS int CONSTRAINT never_null NOT NULL;
CREATE COLLATION built_in (PROVIDER = builtin, LOCALE = 'C.UTF-8');
CREATE COLLATION ruled (PROVIDER = icu, LOCALE = 'und', RULES = '&V << w <<< W');
CREATE TABLE published (a int, c int GENERATED ALWAYS AS (a + 1) STORED);
CREATE PUBLICATION computed_news FOR TABLE published WITH (publish_generated_columns = stored);
GRANT MAINTAIN ON kept TO bl_owner;
ALTER DEFAULT PRIVILEGES GRANT SELECT ON LARGE OBJECTS TO bl_owner;
CREATE TYPE pair AS (a int, b text);
CREATE TABLE roles (id int PRIMARY KEY, t text, c char(5), n numeric, f8 float8, f4 real, b bytea, ts timestamp, tz timestamptz, ttz timetz, iv interval, j json, jb jsonb, a int[], ta text[], p pair, bv varbit, ip inet, r int4range, pt point, x xml, ls pg_lsn);
INSERT INTO roles VALUES (1, '', 'ab', 1.5, 0, 0, '\x00ff', '2020-01-01', '2020-01-01 00:00+00', '12:00+00', '1 mon', '{"a":1}', '{"a": 1}', '{1,2}', '{NULL,"NULL",""}', ROW (1, ''), B'01', '1.2.3.4', '[1,5)', '(0,0)', '<a/>', '0/1');
