-- Types, domains, schemas, languages, collations, conversions. Loads on PostgreSQL 15 and later.
CREATE SCHEMA types;
CREATE SCHEMA "Odd Schema";
CREATE SCHEMA "select";
COMMENT ON SCHEMA types IS 'it''s a schema';

CREATE EXTENSION IF NOT EXISTS citext WITH SCHEMA types;

CREATE TRUSTED LANGUAGE types_lang HANDLER plpgsql_call_handler INLINE plpgsql_inline_handler VALIDATOR plpgsql_validator;
CREATE LANGUAGE "Bare Lang" HANDLER plpgsql_call_handler;
COMMENT ON LANGUAGE types_lang IS 'a language';

-- enums: order that is not that of creation, odd labels, none at all
CREATE TYPE types.mood AS ENUM ('sad', 'happy');
ALTER TYPE types.mood ADD VALUE 'ok' BEFORE 'happy';
ALTER TYPE types.mood ADD VALUE 'it''s "odd", \back {brace}, comma' AFTER 'sad';
ALTER TYPE types.mood ADD VALUE '' BEFORE 'sad';
ALTER TYPE types.mood ADD VALUE 'NULL';
ALTER TYPE types.mood RENAME VALUE 'ok' TO 'so so';
CREATE TYPE types.empty_enum AS ENUM ();
CREATE TYPE "Odd Schema"."Odd ""Type"".name" AS ENUM ('a');
CREATE TYPE "select"."table" AS ENUM ('user', 'select');
COMMENT ON TYPE types.mood IS 'how one feels';

-- collations
CREATE COLLATION types.plain (LOCALE = 'C');
CREATE COLLATION types.copy_of_c FROM "C";
CREATE COLLATION types.copy_of_posix FROM "POSIX";
CREATE COLLATION types.two_locales (LC_COLLATE = 'C', LC_CTYPE = 'POSIX');
CREATE COLLATION types.numeric_order (PROVIDER = icu, LOCALE = 'und-u-kn-true');
CREATE COLLATION types.any_case (PROVIDER = icu, LOCALE = 'und-u-ks-level2', DETERMINISTIC = false);
COMMENT ON COLLATION types.any_case IS 'case does not count';

-- composites: collations, arrays, modifiers, dropped attributes, odd names, of other types
CREATE TYPE types.empty_composite AS ();
CREATE TYPE types.part AS (
    a integer,
    gone text,
    "Odd Name" numeric(10, 2)[],
    "select" character varying(20) COLLATE "C",
    b bit varying(5),
    c types.mood[],
    t time(3) with time zone,
    i interval day to second(2),
    n text COLLATE types.any_case,
    f char,
    g bpchar,
    json json
);
ALTER TYPE types.part DROP ATTRIBUTE gone;
ALTER TYPE types.part ADD ATTRIBUTE later types.citext;
COMMENT ON TYPE types.part IS 'a part';
COMMENT ON COLUMN types.part."Odd Name" IS 'an attribute';
CREATE TYPE types.nested AS (p types.part, q types.part[], r "Odd Schema"."Odd ""Type"".name");

-- ranges
CREATE TYPE types.float_range AS RANGE (SUBTYPE = float8, SUBTYPE_DIFF = float8mi);
CREATE TYPE types.named AS RANGE (SUBTYPE = text, COLLATION = "C", MULTIRANGE_TYPE_NAME = "Odd Schema"."Named Multi");
CREATE TYPE types.pattern AS RANGE (SUBTYPE = text, SUBTYPE_OPCLASS = text_pattern_ops);
CREATE TYPE types.myspan AS RANGE (SUBTYPE = types.part);
CREATE TYPE types.long_name_of_a_type_that_comes_close_to_the_limit_of_names AS RANGE (SUBTYPE = date);
CREATE TYPE types."ränge_range_with_ä_näme_that_is_ät_the_very_limit_öf_nämes" AS RANGE (SUBTYPE = date);
COMMENT ON TYPE types.float_range IS 'a range';
CREATE TYPE types.steps;
CREATE FUNCTION types.steps_canonical(types.steps) RETURNS types.steps LANGUAGE internal IMMUTABLE STRICT AS 'int4range_canonical';
CREATE TYPE types.steps AS RANGE (SUBTYPE = integer, CANONICAL = types.steps_canonical, SUBTYPE_DIFF = int4range_subdiff);
CREATE TYPE types.uses_multi AS (a types.float_multirange, b types.float_multirange[], c types.float_range[]);

-- base types and shells
CREATE TYPE types.never_defined;
COMMENT ON TYPE types.never_defined IS 'a shell';
CREATE TYPE types.whole;
CREATE FUNCTION types.whole_in(cstring) RETURNS types.whole LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int4in';
CREATE FUNCTION types.whole_out(types.whole) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT PARALLEL SAFE AS 'int4out';
CREATE FUNCTION types.whole_recv(internal) RETURNS types.whole LANGUAGE internal IMMUTABLE STRICT AS 'int4recv';
CREATE FUNCTION types.whole_send(types.whole) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'int4send';
CREATE TYPE types.whole (
    INPUT = types.whole_in, OUTPUT = types.whole_out, RECEIVE = types.whole_recv, SEND = types.whole_send,
    INTERNALLENGTH = 4, PASSEDBYVALUE, ALIGNMENT = int4, STORAGE = plain, CATEGORY = 'N', PREFERRED = false,
    DEFAULT = '42', DELIMITER = ';'
);
COMMENT ON TYPE types.whole IS 'a base type';
CREATE TYPE types."Note";
CREATE FUNCTION types.note_in(cstring, oid, integer) RETURNS types."Note" LANGUAGE internal IMMUTABLE STRICT AS 'varcharin';
CREATE FUNCTION types.note_out(types."Note") RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'varcharout';
CREATE TYPE types."Note" (
    INPUT = types.note_in, OUTPUT = types.note_out, TYPMOD_IN = varchartypmodin, TYPMOD_OUT = varchartypmodout,
    ANALYZE = array_typanalyze, INTERNALLENGTH = VARIABLE, ALIGNMENT = double, STORAGE = extended, COLLATABLE = true, CATEGORY = 'S', PREFERRED = true,
    DEFAULT = 'it''s \ a note'
);
CREATE TYPE types.pair;
CREATE FUNCTION types.pair_in(cstring) RETURNS types.pair LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION types.pair_out(types.pair) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE types.pair (INPUT = types.pair_in, OUTPUT = types.pair_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8);
-- What reads elements can be said without them, and taken from a type that has some.
CREATE TYPE types.unread;
CREATE FUNCTION types.unread_in(cstring) RETURNS types.unread LANGUAGE internal IMMUTABLE STRICT AS 'point_in';
CREATE FUNCTION types.unread_out(types.unread) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'point_out';
CREATE TYPE types.unread (INPUT = types.unread_in, OUTPUT = types.unread_out, INTERNALLENGTH = 16, ALIGNMENT = double, ELEMENT = float8);
ALTER TYPE types.unread SET (SUBSCRIPT = NONE);
CREATE TYPE types.subscripted;
CREATE FUNCTION types.subscripted_in(cstring) RETURNS types.subscripted LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION types.subscripted_out(types.subscripted) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE TYPE types.subscripted (INPUT = types.subscripted_in, OUTPUT = types.subscripted_out, SUBSCRIPT = raw_array_subscript_handler);
CREATE FUNCTION types.of_wholes(types.whole[], VARIADIC types."Note"[]) RETURNS types.pair LANGUAGE sql AS $$ SELECT NULL::types.pair $$;

-- domains
CREATE DOMAIN types.plain_domain AS integer;
CREATE DOMAIN types.positive AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE DOMAIN types.code AS character varying(8) COLLATE "C" DEFAULT 'it''s'::text NOT NULL
    CONSTRAINT "Z last" CHECK (VALUE <> 'a
newline') CONSTRAINT a_first CHECK (length(VALUE) > 1);
COMMENT ON DOMAIN types.code IS 'a code';
COMMENT ON CONSTRAINT "Z last" ON DOMAIN types.code IS 'the last one';
CREATE DOMAIN types.late AS text;
ALTER DOMAIN types.late ADD CONSTRAINT unchecked CHECK (VALUE <> '') NOT VALID;
COMMENT ON CONSTRAINT unchecked ON DOMAIN types.late IS 'not valid';
CREATE DOMAIN types.over_domain AS types.positive CHECK (VALUE < 100);
CREATE DOMAIN types.over_array AS types.positive[] CHECK (cardinality(VALUE) < 3);
CREATE DOMAIN types.over_part AS types.part CHECK ((VALUE).a > 0);
CREATE DOMAIN types.over_range AS types.float_range DEFAULT types.float_range(1, 2) CHECK (NOT isempty(VALUE));
CREATE DOMAIN types.in_order AS text COLLATE types.numeric_order;
CREATE DOMAIN types.stamped AS timestamp(3) with time zone DEFAULT CURRENT_TIMESTAMP NOT NULL;
CREATE DOMAIN types.null_default AS text DEFAULT NULL;
CREATE TYPE types.with_domains AS (a types.over_array, b types.code[]);
-- a check that needs a function over its domain
CREATE DOMAIN types.looped AS integer;
CREATE FUNCTION types.is_good(types.looped) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$;
ALTER DOMAIN types.looped ADD CONSTRAINT good CHECK (types.is_good(VALUE));
ALTER DOMAIN types.looped ADD CONSTRAINT other CHECK (VALUE <> 7);
ALTER DOMAIN types.looped ADD CONSTRAINT unchecked CHECK (types.is_good(VALUE) IS NOT NULL) NOT VALID;
COMMENT ON CONSTRAINT good ON DOMAIN types.looped IS 'pulled out';

-- a domain whose check needs a function that comes later
CREATE FUNCTION types.z_valid(text) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$ SELECT true $$;
CREATE DOMAIN types.a_checked AS text CHECK (types.z_valid(VALUE));

-- conversions
CREATE CONVERSION types.to_latin FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
CREATE DEFAULT CONVERSION types."Default Conv" FOR 'LATIN1' TO 'UTF8' FROM iso8859_1_to_utf8;
COMMENT ON CONVERSION types.to_latin IS 'a conversion';

-- access methods
CREATE ACCESS METHOD types_heap TYPE TABLE HANDLER heap_tableam_handler;
CREATE ACCESS METHOD "Types Tree" TYPE INDEX HANDLER bthandler;
COMMENT ON ACCESS METHOD types_heap IS 'as heap';

-- owners and privileges
ALTER SCHEMA "select" OWNER TO bl_owner;
GRANT USAGE ON SCHEMA types TO bl_reader;
ALTER TYPE types.mood OWNER TO bl_owner;
ALTER TYPE types.part OWNER TO bl_owner;
ALTER TYPE types.float_range OWNER TO bl_owner;
ALTER TYPE types.whole OWNER TO bl_owner;
ALTER TYPE types.never_defined OWNER TO bl_owner;
ALTER DOMAIN types.code OWNER TO bl_owner;
ALTER COLLATION types.plain OWNER TO bl_owner;
ALTER CONVERSION types.to_latin OWNER TO bl_owner;
ALTER LANGUAGE types_lang OWNER TO bl_owner;
GRANT USAGE ON LANGUAGE types_lang TO bl_reader WITH GRANT OPTION;
REVOKE USAGE ON LANGUAGE types_lang FROM PUBLIC;
REVOKE USAGE ON TYPE types.part FROM PUBLIC;
GRANT USAGE ON TYPE types.mood TO bl_reader;
GRANT USAGE ON DOMAIN types.code TO bl_reader;
REVOKE ALL ON TYPE types.float_range FROM PUBLIC;
