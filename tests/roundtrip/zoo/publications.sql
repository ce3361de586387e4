-- Publications and subscriptions.
CREATE SCHEMA news;
CREATE SCHEMA "News ""q"" %s \ é";
CREATE TABLE news.a (id integer PRIMARY KEY, "Name ""n"" %" text, gone integer, at date);
ALTER TABLE news.a DROP COLUMN gone;
CREATE TABLE news.b (id integer PRIMARY KEY, flag boolean);
CREATE TABLE "News ""q"" %s \ é"."Table ""t""" (id integer PRIMARY KEY);
CREATE TABLE news.parts (id integer PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE news.part PARTITION OF news.parts DEFAULT;
CREATE TABLE news.parent (id integer PRIMARY KEY);
CREATE TABLE news.child (more text) INHERITS (news.parent);
CREATE FUNCTION news.wanted(integer) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'int4abs';

CREATE PUBLICATION everything FOR ALL TABLES;
CREATE PUBLICATION nothing;
CREATE PUBLICATION "Publication ""q"" %s \ é" FOR TABLE news.b, news.a ("Name ""n"" %", id), "News ""q"" %s \ é"."Table ""t""" WITH (publish = 'delete, insert');
CREATE PUBLICATION filtered FOR TABLE news.a WHERE (id > 1 AND "Name ""n"" %" <> 'it''s \'), news.b (flag, id) WHERE (flag), ONLY news.parent;
CREATE PUBLICATION with_children FOR TABLE news.parent, news.parts WITH (publish = 'truncate', publish_via_partition_root = true);
CREATE PUBLICATION whole_schemas FOR TABLES IN SCHEMA "News ""q"" %s \ é", news WITH (publish = '');
CREATE PUBLICATION mixed FOR TABLES IN SCHEMA "News ""q"" %s \ é", TABLE news.a WHERE (id > 2);
COMMENT ON PUBLICATION filtered IS 'it''s';
ALTER PUBLICATION nothing OWNER TO bl_owner;

CREATE SUBSCRIPTION plain CONNECTION 'host=nowhere dbname=x' PUBLICATION everything WITH (connect = false, streaming = off);
CREATE SUBSCRIPTION "Subscription ""q"" %s \ é" CONNECTION 'dbname=''a b'' application_name=''it\''s \\ x'' host=/tmp' PUBLICATION "Z ""q"" %s", b, "select" WITH (connect = false, slot_name = NONE, binary = true, streaming = on, synchronous_commit = remote_apply, two_phase = true, disable_on_error = true);
CREATE SUBSCRIPTION by_url CONNECTION 'postgresql://user@host:5433/db?connect_timeout=3' PUBLICATION a WITH (connect = false, slot_name = 'another_slot', streaming = off);
COMMENT ON SUBSCRIPTION plain IS 'it''s';
