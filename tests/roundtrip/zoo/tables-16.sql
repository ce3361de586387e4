-- What PostgreSQL 16 brought to tables.
CREATE SCHEMA zoo16;
CREATE TABLE zoo16.storage (a text STORAGE EXTERNAL, b text STORAGE MAIN COMPRESSION pglz, c text STORAGE DEFAULT);
CREATE TABLE zoo16.words (json integer, json_array text, json_object text, "system_user" text, "absent" integer);
CREATE TABLE zoo16.numbers (a integer DEFAULT 1_000_000, b integer DEFAULT 0xFF, c text DEFAULT SYSTEM_USER);
-- A child that computes it another way.
CREATE TABLE zoo16.gen_parent (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE zoo16.gen_child_own (b integer GENERATED ALWAYS AS (a + 2) STORED) INHERITS (zoo16.gen_parent);
