-- Operators, operator classes and families. Loads on PostgreSQL 15 and later.
CREATE SCHEMA operators;
CREATE SCHEMA "Odd Operators";
CREATE TYPE operators.pt AS (x integer, y integer);
CREATE FUNCTION operators.lt(operators.pt, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x < $2.x';
CREATE FUNCTION operators.le(operators.pt, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x <= $2.x';
CREATE FUNCTION operators.eq(operators.pt, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2.x';
CREATE FUNCTION operators.ne(operators.pt, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x <> $2.x';
CREATE FUNCTION operators.ge(operators.pt, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x >= $2.x';
CREATE FUNCTION operators.gt(operators.pt, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x > $2.x';
CREATE FUNCTION operators.cmp(operators.pt, operators.pt) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2.x';
CREATE FUNCTION operators.cmp(operators.pt, integer) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x - $2';
CREATE FUNCTION operators.eq(operators.pt, integer) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1.x = $2';
CREATE FUNCTION operators.eq(integer, operators.pt) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $2.x = $1';
CREATE FUNCTION operators.hash(operators.pt) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT $1.x';
CREATE FUNCTION operators.hash64(operators.pt, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1.x + $2';
CREATE FUNCTION operators.neg(operators.pt) RETURNS operators.pt LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION operators.dist(operators.pt, operators.pt) RETURNS float8 LANGUAGE sql IMMUTABLE AS 'SELECT 1.0::float8';

CREATE OPERATOR operators.< (FUNCTION = operators.lt, LEFTARG = operators.pt, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.>), NEGATOR = OPERATOR(operators.>=), RESTRICT = scalarltsel, JOIN = scalarltjoinsel);
CREATE OPERATOR operators.<= (FUNCTION = operators.le, LEFTARG = operators.pt, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.>=), NEGATOR = OPERATOR(operators.>), RESTRICT = scalarlesel, JOIN = scalarlejoinsel);
CREATE OPERATOR operators.= (FUNCTION = operators.eq, LEFTARG = operators.pt, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.=), NEGATOR = OPERATOR(operators.<>), RESTRICT = eqsel, JOIN = eqjoinsel, HASHES, MERGES);
CREATE OPERATOR operators.<> (FUNCTION = operators.ne, LEFTARG = operators.pt, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.<>), NEGATOR = OPERATOR(operators.=));
CREATE OPERATOR operators.>= (FUNCTION = operators.ge, LEFTARG = operators.pt, RIGHTARG = operators.pt);
CREATE OPERATOR operators.> (FUNCTION = operators.gt, LEFTARG = operators.pt, RIGHTARG = operators.pt);
CREATE OPERATOR operators.= (FUNCTION = operators.eq, LEFTARG = operators.pt, RIGHTARG = integer, COMMUTATOR = OPERATOR("Odd Operators".=));
CREATE OPERATOR "Odd Operators".= (FUNCTION = operators.eq, LEFTARG = integer, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.=));
CREATE OPERATOR operators.!! (FUNCTION = operators.neg, RIGHTARG = operators.pt);
CREATE OPERATOR operators.<-> (FUNCTION = operators.dist, LEFTARG = operators.pt, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.<->));
CREATE OPERATOR operators.@#@ (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer);
CREATE OPERATOR operators.->* (FUNCTION = int4mi, LEFTARG = integer, RIGHTARG = integer);
-- announces a shell operator that nobody ever defines
CREATE OPERATOR operators.<<<< (FUNCTION = operators.lt, LEFTARG = operators.pt, RIGHTARG = operators.pt, COMMUTATOR = OPERATOR(operators.>>>>));
COMMENT ON OPERATOR operators.= (operators.pt, integer) IS 'with a number';
COMMENT ON OPERATOR operators.!! (NONE, operators.pt) IS 'prefix';

CREATE OPERATOR FAMILY operators.empty_family USING hash;
COMMENT ON OPERATOR FAMILY operators.empty_family USING hash IS 'nothing in it';
CREATE OPERATOR CLASS operators.pt_ops DEFAULT FOR TYPE operators.pt USING btree AS
    OPERATOR 1 operators.<, OPERATOR 2 operators.<=, OPERATOR 3 operators.=, OPERATOR 4 operators.>=, OPERATOR 5 operators.>,
    FUNCTION 1 operators.cmp(operators.pt, operators.pt);
ALTER OPERATOR FAMILY operators.pt_ops USING btree ADD OPERATOR 3 operators.= (operators.pt, integer), FUNCTION 1 (operators.pt, integer) operators.cmp(operators.pt, integer);
COMMENT ON OPERATOR CLASS operators.pt_ops USING btree IS 'a class';
COMMENT ON OPERATOR FAMILY operators.pt_ops USING btree IS 'its family';
CREATE OPERATOR CLASS operators.pt_ops FOR TYPE operators.pt USING hash AS
    OPERATOR 1 operators.=, FUNCTION 1 operators.hash(operators.pt), FUNCTION 2 operators.hash64(operators.pt, bigint);
CREATE OPERATOR FAMILY "Odd Operators"."Odd Family" USING gist;
CREATE OPERATOR CLASS operators."Box Ops" FOR TYPE box USING gist FAMILY "Odd Operators"."Odd Family" AS
    OPERATOR 1 << (box, box), OPERATOR 15 <-> (box, point) FOR ORDER BY pg_catalog.float_ops,
    FUNCTION 1 gist_box_consistent(internal, box, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal), FUNCTION 8 (box, box) gist_box_distance(internal, box, smallint, oid, internal);
CREATE OPERATOR CLASS operators.stored FOR TYPE polygon USING gist AS
    OPERATOR 1 <<, FUNCTION 1 gist_poly_consistent(internal, polygon, smallint, oid, internal), FUNCTION 2 gist_box_union(internal, internal),
    FUNCTION 3 gist_poly_compress(internal), FUNCTION 5 gist_box_penalty(internal, internal, internal), FUNCTION 6 gist_box_picksplit(internal, internal),
    FUNCTION 7 gist_box_same(box, box, internal), STORAGE box;
CREATE OPERATOR CLASS operators.array_ops FOR TYPE anyarray USING gin AS
    OPERATOR 1 && (anyarray, anyarray), FUNCTION 2 ginarrayextract(anyarray, internal, internal), FUNCTION 3 ginqueryarrayextract(anyarray, internal, smallint, internal, internal, internal, internal),
    FUNCTION 4 ginarrayconsistent(internal, smallint, anyarray, integer, internal, internal, internal, internal), STORAGE anyelement;
-- a range over a class of ours
CREATE TYPE operators.pt_range AS RANGE (SUBTYPE = operators.pt, SUBTYPE_OPCLASS = operators.pt_ops);
CREATE OPERATOR CLASS operators.other_pt_ops FOR TYPE operators.pt USING btree FAMILY operators.pt_ops AS STORAGE operators.pt;
CREATE TYPE operators.other_range AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = varchar_pattern_ops);

-- in the server's own families
ALTER OPERATOR FAMILY integer_ops USING btree ADD OPERATOR 3 operators.= (operators.pt, integer), FUNCTION 1 (operators.pt, integer) operators.cmp(operators.pt, integer);
CREATE FUNCTION operators.hash_of(operators.pt) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1';
ALTER OPERATOR FAMILY array_ops USING hash ADD FUNCTION 1 (operators.pt, operators.pt) operators.hash_of(operators.pt);
CREATE OPERATOR CLASS operators.in_servers FOR TYPE operators.pt USING btree FAMILY text_ops AS
    OPERATOR 1 operators.<, OPERATOR 2 operators.<=, OPERATOR 3 operators.=, OPERATOR 4 operators.>=, OPERATOR 5 operators.>,
    FUNCTION 1 operators.cmp(operators.pt, operators.pt), FUNCTION 4 (operators.pt, operators.pt) btequalimage(oid);

-- owners
ALTER OPERATOR operators.!! (NONE, operators.pt) OWNER TO bl_owner;
ALTER OPERATOR operators.= (operators.pt, integer) OWNER TO bl_owner;
ALTER OPERATOR CLASS operators.pt_ops USING hash OWNER TO bl_owner;
ALTER OPERATOR FAMILY operators.pt_ops USING btree OWNER TO bl_owner;
-- Announced, and never made.
CREATE FUNCTION operators.like_text(integer, text) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT true';
CREATE OPERATOR operators.=== (FUNCTION = operators.like_text, LEFTARG = integer, RIGHTARG = text, NEGATOR = OPERATOR(operators.!==), COMMUTATOR = OPERATOR(operators.=%=));
COMMENT ON OPERATOR operators.!== (integer, text) IS 'not yet';
COMMENT ON OPERATOR operators.=%= (text, integer) IS 'turned';
