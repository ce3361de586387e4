-- Functions, procedures, aggregates, casts, transforms. Loads on PostgreSQL 15 and later.
CREATE SCHEMA functions;
CREATE SCHEMA "Odd Functions";
CREATE TYPE functions.pair AS (a integer, b text);
CREATE TYPE functions.color AS ENUM ('red', 'green');

-- arguments
CREATE FUNCTION functions.no_args() RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.args(a integer, "Odd Name" text, "select" functions.pair, "json" json, integer) RETURNS text LANGUAGE sql AS $$ SELECT 'x' $$;
CREATE FUNCTION functions.modes(IN a integer, OUT b text, INOUT c integer, OUT "D d" functions.color) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION functions.one_out(OUT "only" integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.defaults(a integer DEFAULT 1 + 1, b text DEFAULT 'it''s, "quoted" {x} \ y', c date DEFAULT CURRENT_DATE, OUT d integer, e text[] DEFAULT ARRAY['a', 'b,c'], f text DEFAULT NULL) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.many(VARIADIC rest text[] DEFAULT ARRAY[]::text[]) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.rows_of(n integer) RETURNS SETOF functions.pair LANGUAGE sql ROWS 7 COST 12.5 AS 'SELECT 1, ''x''';
CREATE FUNCTION functions.as_table(n integer DEFAULT 3) RETURNS TABLE("A b" integer, c functions.pair[], "table" text) LANGUAGE sql STABLE AS 'SELECT 1, NULL::functions.pair[], ''x''';
CREATE FUNCTION functions.one_column() RETURNS TABLE(n integer) LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.set_of() RETURNS SETOF integer LANGUAGE sql ROWS 1000 AS 'SELECT 1';
CREATE FUNCTION functions.poly(anyelement, anyarray) RETURNS anyelement LANGUAGE sql AS 'SELECT $1';
CREATE FUNCTION functions.trig() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN new; END $$;
CREATE FUNCTION functions.evt() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE FUNCTION functions.nothing() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION functions.chars(character(5), bit(3), numeric(4, 2), "char", varchar(9)) RETURNS character(7) LANGUAGE sql AS 'SELECT ''x''';
CREATE FUNCTION functions.types(a functions.color[], b interval, c timestamp with time zone, d time) RETURNS double precision LANGUAGE sql AS 'SELECT 1.0';

-- overloads
CREATE FUNCTION functions.over(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.over(text) RETURNS integer LANGUAGE sql AS 'SELECT 2';
CREATE FUNCTION functions.over(bigint) RETURNS integer LANGUAGE sql AS 'SELECT 3';
CREATE FUNCTION functions.over(integer, integer) RETURNS integer LANGUAGE sql AS 'SELECT 4';
CREATE FUNCTION functions.over() RETURNS integer LANGUAGE sql AS 'SELECT 5';
COMMENT ON FUNCTION functions.over(integer, integer) IS 'two of them';
CREATE FUNCTION "Odd Functions"."Odd(name), ""quoted"""(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions."json"(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions."between"(integer) RETURNS integer LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION functions.int4eq(integer, integer) RETURNS boolean LANGUAGE internal IMMUTABLE AS 'int4eq';

-- properties
CREATE FUNCTION functions.props(integer) RETURNS integer LANGUAGE sql IMMUTABLE STRICT SECURITY DEFINER LEAKPROOF PARALLEL SAFE COST 0.0001 AS 'SELECT 1';
CREATE FUNCTION functions.restricted() RETURNS integer LANGUAGE sql STABLE PARALLEL RESTRICTED COST 100000 AS 'SELECT 1';
CREATE FUNCTION functions.win(integer) RETURNS bigint LANGUAGE internal WINDOW AS 'window_row_number';
CREATE FUNCTION functions.dear(internal) RETURNS internal LANGUAGE internal STRICT COST 5 AS 'int4recv';
CREATE FUNCTION functions.support(internal) RETURNS internal LANGUAGE internal STRICT AS 'generate_series_int4_support';
CREATE FUNCTION functions.supported(integer, integer) RETURNS SETOF integer LANGUAGE internal STRICT ROWS 5 SUPPORT functions.support AS 'generate_series_int4';
CREATE FUNCTION functions.supported_by_server(integer, integer) RETURNS SETOF integer LANGUAGE internal STRICT SUPPORT generate_series_int4_support AS 'generate_series_int4';

-- settings
CREATE FUNCTION functions.settings() RETURNS integer LANGUAGE sql
    SET search_path TO functions, "Odd Functions", pg_temp
    SET work_mem TO '4MB' SET TimeZone TO 'UTC' SET my.custom TO 'it''s' SET "DateStyle" TO 'ISO, DMY'
    SET enable_seqscan TO off SET statement_timeout TO 1000
    AS 'SELECT 1';
CREATE FUNCTION functions.empty_path() RETURNS integer LANGUAGE sql SET search_path TO '' AS 'SELECT 1';
CREATE FUNCTION functions.one_path() RETURNS integer LANGUAGE sql SET search_path TO "$user", public AS 'SELECT 1';
CREATE FUNCTION functions.comma_path() RETURNS integer LANGUAGE sql SET search_path TO 'a,b', 'c"d', 'E' AS 'SELECT 1';
CREATE FUNCTION functions.tablespaces() RETURNS integer LANGUAGE sql SET temp_tablespaces TO '' AS 'SELECT 1';
CREATE FUNCTION functions.as_role() RETURNS integer LANGUAGE sql SET role TO 'bl_owner' SET xmloption TO content SET "My.Odd_Name" TO '"a", b' AS 'SELECT 1';
CREATE FUNCTION functions.from_current() RETURNS integer LANGUAGE sql SET lock_timeout FROM CURRENT SET log_statement_sample_rate TO 0.25 AS 'SELECT 1';
CREATE FUNCTION functions."Odd Support"(internal) RETURNS internal LANGUAGE internal STRICT AS 'generate_series_int4_support';
CREATE FUNCTION functions.oddly_supported(integer) RETURNS SETOF integer LANGUAGE internal STRICT ROWS 2 SUPPORT functions."Odd Support" AS 'generate_series_int4';
CREATE FUNCTION functions.row_types(pg_class, functions.pair[], information_schema.sql_identifier, "char"[]) RETURNS SETOF pg_proc LANGUAGE sql AS 'SELECT * FROM pg_proc';

-- bodies
CREATE FUNCTION functions.dollars() RETURNS text LANGUAGE sql AS $body$ SELECT $$ a $$ || $_$ b $_$ $body$;
CREATE FUNCTION functions.dollar_end() RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN 1; END -- $';
CREATE FUNCTION functions.lines() RETURNS text LANGUAGE plpgsql AS $$
-- comment; with semicolon
BEGIN
	RETURN 'tab	and \ backslash ''quotes'' "double"';   

END;
$$;
CREATE FUNCTION functions.crlf() RETURNS text LANGUAGE plpgsql AS E'BEGIN\r\n  RETURN ''x'';\r\nEND\r\n';
CREATE FUNCTION functions.unicode() RETURNS text LANGUAGE sql AS 'SELECT ''ünïcödé 漢字 🐘''';
CREATE FUNCTION functions.tags() RETURNS text LANGUAGE plpgsql AS $_1$ BEGIN RETURN $$a$$ || $_$b$_$ || '$' || $_0$c$_0$; END $_1$;
CREATE FUNCTION functions.looks_like_end() RETURNS text LANGUAGE plpgsql AS $x$ BEGIN RETURN '$_'; END -- $_$x$;
CREATE FUNCTION functions.empty_body() RETURNS void LANGUAGE sql AS '';
CREATE FUNCTION functions.atomic(a integer, b integer) RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT a + b; SELECT a * b; END;
CREATE FUNCTION functions.returns(a integer) RETURNS integer LANGUAGE sql IMMUTABLE RETURN a + 1;
CREATE FUNCTION functions.a_calls_z(a integer) RETURNS integer LANGUAGE sql RETURN functions.returns(a) + functions.over(a);
CREATE FUNCTION functions.empty_atomic() RETURNS void LANGUAGE sql BEGIN ATOMIC END;
CREATE FUNCTION functions.calls_later() RETURNS integer LANGUAGE sql AS 'SELECT functions.no_args()';

CREATE FUNCTION functions.atomic_odd() RETURNS text LANGUAGE sql BEGIN ATOMIC SELECT 'it''s; END' || E'\\' AS "Odd; Name"; SELECT CASE WHEN true THEN 'x' END; END;
CREATE FUNCTION functions.atomic_self(n integer) RETURNS integer LANGUAGE sql RETURN 1;
CREATE OR REPLACE FUNCTION functions.atomic_self(n integer) RETURNS integer LANGUAGE sql RETURN CASE WHEN n > 1 THEN functions.atomic_self(n - 1) ELSE 0 END;

-- procedures
CREATE PROCEDURE functions.proc(a integer DEFAULT 3) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE PROCEDURE functions.proc_out(IN a integer, OUT b integer, INOUT c text) LANGUAGE plpgsql SECURITY DEFINER SET work_mem TO '1MB' AS $$ BEGIN END $$;
CREATE PROCEDURE functions.proc_out(IN a integer, OUT b integer) LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE PROCEDURE functions.proc_atomic(a integer) LANGUAGE sql BEGIN ATOMIC SELECT a; END;
CREATE PROCEDURE functions.proc_variadic(OUT a integer, VARIADIC b integer[]) LANGUAGE plpgsql AS $$ BEGIN END $$;
COMMENT ON PROCEDURE functions.proc_out(IN integer, OUT integer) IS 'two arguments';
COMMENT ON PROCEDURE functions.proc_variadic(OUT integer, VARIADIC integer[]) IS 'variadic';

-- aggregates
CREATE FUNCTION functions.add(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION functions.sub(bigint, integer) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 - $2';
CREATE FUNCTION functions.comb(bigint, bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE FUNCTION functions.fin(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION functions.fin_extra(bigint, integer) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
CREATE FUNCTION functions.add_all(bigint, bigint, VARIADIC integer[]) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 + $2';
CREATE AGGREGATE functions.plain_sum(integer) (SFUNC = functions.add, STYPE = bigint);
CREATE AGGREGATE functions.full_sum("The Arg" integer) (
    SFUNC = functions.add, STYPE = bigint, SSPACE = 64, FINALFUNC = functions.fin_extra, FINALFUNC_EXTRA, FINALFUNC_MODIFY = SHAREABLE,
    COMBINEFUNC = functions.comb, INITCOND = '0',
    MSFUNC = functions.add, MINVFUNC = functions.sub, MSTYPE = bigint, MSSPACE = 32, MFINALFUNC = functions.fin, MFINALFUNC_MODIFY = READ_WRITE, MINITCOND = '0',
    PARALLEL = SAFE);
CREATE AGGREGATE functions.newest(text) (SFUNC = text_larger, STYPE = text, SORTOP = >, PARALLEL = RESTRICTED);
CREATE AGGREGATE functions.all_rows(*) (SFUNC = int8inc, STYPE = bigint, INITCOND = '0');
CREATE AGGREGATE functions.two(bigint, VARIADIC items integer[]) (SFUNC = functions.add_all, STYPE = bigint);
CREATE AGGREGATE functions.internal_avg(bigint) (SFUNC = int8_avg_accum, STYPE = internal, COMBINEFUNC = int8_avg_combine, SERIALFUNC = int8_avg_serialize, DESERIALFUNC = int8_avg_deserialize, FINALFUNC = numeric_poly_avg, PARALLEL = SAFE);
CREATE AGGREGATE functions.my_percentile(p float8 ORDER BY v anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = percentile_disc_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_WRITE);
CREATE AGGREGATE functions.my_mode(ORDER BY anyelement) (SFUNC = ordered_set_transition, STYPE = internal, FINALFUNC = mode_final, FINALFUNC_EXTRA, FINALFUNC_MODIFY = READ_ONLY);
CREATE AGGREGATE functions.my_rank(VARIADIC "any" ORDER BY VARIADIC "any") (SFUNC = ordered_set_transition_multi, STYPE = internal, FINALFUNC = rank_final, FINALFUNC_EXTRA, HYPOTHETICAL);
COMMENT ON AGGREGATE functions.all_rows(*) IS 'counts';
COMMENT ON AGGREGATE functions.my_percentile(float8 ORDER BY anyelement) IS 'ordered';
COMMENT ON AGGREGATE functions.my_rank(VARIADIC "any" ORDER BY VARIADIC "any") IS 'hypothetical';
COMMENT ON AGGREGATE functions.two(bigint, VARIADIC integer[]) IS 'variadic';

-- casts and transforms
CREATE FUNCTION functions.to_color(integer) RETURNS functions.color LANGUAGE sql IMMUTABLE AS $$ SELECT 'red'::functions.color $$;
CREATE FUNCTION functions.to_text(functions.pair, integer, boolean) RETURNS varchar LANGUAGE sql IMMUTABLE AS $$ SELECT 'x'::varchar $$;
CREATE CAST (integer AS functions.color) WITH FUNCTION functions.to_color(integer) AS ASSIGNMENT;
CREATE CAST (functions.pair AS varchar) WITH FUNCTION functions.to_text(functions.pair, integer, boolean);
CREATE CAST (text AS functions.color) WITH INOUT AS IMPLICIT;
CREATE CAST (text AS bytea) WITHOUT FUNCTION;
COMMENT ON CAST (text AS functions.color) IS 'by its text';
CREATE TRANSFORM FOR macaddr8 LANGUAGE sql (FROM SQL WITH FUNCTION prsd_lextype(internal), TO SQL WITH FUNCTION macaddr8_recv(internal));
CREATE FUNCTION functions.transformed(macaddr8, integer[]) RETURNS integer LANGUAGE sql TRANSFORM FOR TYPE macaddr8 AS 'SELECT 1';
CREATE FUNCTION functions.from_pair(internal) RETURNS internal LANGUAGE internal IMMUTABLE STRICT AS 'prsd_lextype';
CREATE TRANSFORM FOR functions.pair LANGUAGE plpgsql (FROM SQL WITH FUNCTION functions.from_pair(internal));
COMMENT ON TRANSFORM FOR macaddr8 LANGUAGE sql IS 'a transform';
CREATE FUNCTION functions.transformed_two(functions.pair, integer) RETURNS integer LANGUAGE plpgsql TRANSFORM FOR TYPE functions.pair AS 'BEGIN RETURN 1; END';

-- what goes with an extension
CREATE EXTENSION IF NOT EXISTS fuzzystrmatch WITH SCHEMA functions;
ALTER FUNCTION functions.no_args() DEPENDS ON EXTENSION fuzzystrmatch;
ALTER PROCEDURE functions.proc_out(IN integer, OUT integer) DEPENDS ON EXTENSION fuzzystrmatch;

-- owners and privileges
ALTER FUNCTION functions.over(integer, integer) OWNER TO bl_owner;
ALTER FUNCTION functions.modes(integer, integer) OWNER TO bl_owner;
ALTER FUNCTION functions.many(VARIADIC text[]) OWNER TO bl_owner;
ALTER FUNCTION "Odd Functions"."Odd(name), ""quoted"""(integer) OWNER TO bl_owner;
ALTER PROCEDURE functions.proc_out(IN integer, OUT integer) OWNER TO bl_owner;
ALTER PROCEDURE functions.proc_variadic(OUT integer, VARIADIC integer[]) OWNER TO bl_owner;
ALTER AGGREGATE functions.my_percentile(float8 ORDER BY anyelement) OWNER TO bl_owner;
ALTER AGGREGATE functions.all_rows(*) OWNER TO bl_owner;
ALTER AGGREGATE functions.my_rank(VARIADIC "any" ORDER BY VARIADIC "any") OWNER TO bl_owner;
REVOKE EXECUTE ON FUNCTION functions.over(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION functions.over(bigint) TO bl_reader;
GRANT EXECUTE ON PROCEDURE functions.proc_out(IN integer, OUT integer) TO bl_reader WITH GRANT OPTION;
GRANT EXECUTE ON FUNCTION functions.all_rows() TO bl_reader;
GRANT EXECUTE ON FUNCTION functions.my_rank("any") TO bl_reader;
GRANT EXECUTE ON FUNCTION functions.two(bigint, integer[]) TO bl_reader;
