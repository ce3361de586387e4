-- Foreign-data wrappers, servers and user mappings.
CREATE SCHEMA abroad;
CREATE FUNCTION abroad.checked(text[], oid) RETURNS void LANGUAGE internal AS 'postgresql_fdw_validator';
CREATE FUNCTION abroad."Checked ""too"" %s"(text[], oid) RETURNS boolean LANGUAGE plpgsql AS 'BEGIN RETURN true; END';

CREATE FOREIGN DATA WRAPPER plain;
CREATE FOREIGN DATA WRAPPER "no validator" NO VALIDATOR OPTIONS (b 'it''s', "A b" 'back\slash', a E'two\nlines', "select" '', "%s" '%d');
CREATE FOREIGN DATA WRAPPER own_validator VALIDATOR abroad.checked;
CREATE FOREIGN DATA WRAPPER "odd ""wrapper"" \ é" VALIDATOR abroad."Checked ""too"" %s" OPTIONS (debug 'true');
CREATE FOREIGN DATA WRAPPER servers_own VALIDATOR postgresql_fdw_validator;
COMMENT ON FOREIGN DATA WRAPPER "no validator" IS 'takes \ everything';
GRANT USAGE ON FOREIGN DATA WRAPPER plain TO bl_reader;
GRANT USAGE ON FOREIGN DATA WRAPPER "no validator" TO bl_owner WITH GRANT OPTION;
REVOKE ALL ON FOREIGN DATA WRAPPER servers_own FROM postgres;

CREATE SERVER plain FOREIGN DATA WRAPPER plain;
CREATE SERVER typed TYPE 'it''s' VERSION '1.0 \ x' FOREIGN DATA WRAPPER servers_own OPTIONS (port '5432', host 'h', dbname 'd');
CREATE SERVER versioned VERSION '' FOREIGN DATA WRAPPER plain;
CREATE SERVER "Server ""q"" %s" FOREIGN DATA WRAPPER "odd ""wrapper"" \ é" OPTIONS (z '1', y '{2}', x '"3"', w 'a,b', v 'a=b', u 'NULL');
CREATE SERVER "select" FOREIGN DATA WRAPPER "no validator";
COMMENT ON SERVER "select" IS 'a keyword';
GRANT USAGE ON FOREIGN SERVER typed TO bl_reader, PUBLIC;
GRANT USAGE ON FOREIGN SERVER plain TO bl_reader WITH GRANT OPTION;

CREATE USER MAPPING FOR PUBLIC SERVER plain;
CREATE USER MAPPING FOR PUBLIC SERVER typed OPTIONS (user 'somebody');
CREATE USER MAPPING FOR bl_reader SERVER typed OPTIONS (user 'x''y\z');
CREATE USER MAPPING FOR "bl odd ""role"" 'x' \ é" SERVER "Server ""q"" %s" OPTIONS ("User" 'u', password_required 'false');
CREATE USER MAPPING FOR postgres SERVER "select" OPTIONS ("a""b" 'c');

-- What may be forgotten about the server's own wrappers.
CREATE FOREIGN TABLE abroad.remote (a integer OPTIONS ("col %" 'x', b 'y') NOT NULL, b text COLLATE "C" DEFAULT 'b') SERVER "select" OPTIONS (t 'it''s', "T" '\');
ALTER FOREIGN TABLE abroad.remote ALTER COLUMN b SET STATISTICS 7;
CREATE FUNCTION abroad.fired() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
CREATE TRIGGER later AFTER UPDATE ON abroad.remote FOR EACH ROW EXECUTE FUNCTION abroad.fired();
ALTER FOREIGN TABLE abroad.remote DISABLE TRIGGER later;
CREATE VIEW abroad.seen AS SELECT a FROM abroad.remote;
COMMENT ON FOREIGN TABLE abroad.remote IS 'elsewhere';
COMMENT ON COLUMN abroad.remote.b IS 'elsewhere too';
ALTER SERVER typed OWNER TO bl_owner;
