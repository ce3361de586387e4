-- Names that hold what SQL, psql and the comments of a snapshot could take for something else, for every kind of object
-- that has a name. What gets out of its quotes drops the table "safe" or makes the file "injected".
SET check_function_bodies = off;
CREATE TABLE public.safe (a integer);
CREATE SCHEMA tables;
CREATE SCHEMA types;
CREATE SCHEMA code;
CREATE SCHEMA search;
CREATE SCHEMA views;
CREATE FUNCTION code.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE FUNCTION code.no_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE FUNCTION code.handler() RETURNS language_handler LANGUAGE c AS '$libdir/plpgsql', 'plpgsql_call_handler';
CREATE OPERATOR FAMILY code.family USING btree;

DO $do$
DECLARE
    names text[] := ARRAY[
        'double"quote', '"', '""', 'it''s', '''', 'back\slash', '\', '\\', E'tab\there', E'line\nbreak', E'carriage\r\nreturn', E'\n', E'\r',
        E'x"\n; DROP TABLE public.safe; --\n', E'x\n\\! touch injected\n', '\! touch injected', E'x"\n\\! touch injected\n\\q\n',
        E'x\n\\.\nDROP TABLE public.safe;\n', E'-- table public.other\nDROP TABLE public.safe;', '/* x', '*/ DROP TABLE public.safe; /*', '/* x */ -- y', '--',
        '100% %s %I %1$s', '$$', 'a$b$$c$_$', '$_$', '$1', ':safe', ':''safe'' :"safe" :{?safe}', 'U&"\0041"', 'E''\n''',
        'UPPER', 'MixedCase', 'under_score', ' leading and trailing ', ' ', 'a-b.c', 'a.b', '1st', '9', 'a1', '_', 'naïve', 'ÀÉ', 'Ünïcode', '名前', '🦓',
        repeat('é', 31) || 'x', repeat('🦓', 15) || 'abc', repeat('n', 63), repeat('"', 63), repeat('\', 63),
        U&'a\200Bb\00A0c\FEFFd', U&'rtl \202E reversed', U&'line\2028separator', E'bell\x07', E'esc\x1b[31m',
        'select', 'user', 'table', 'from', 'between', 'int', 'integer', 'character', 'type', 'name',
        'verbose', 'authorization', 'left', 'values', 'overlaps', 'public', 'PUBLIC', 'none', 'null', 'true', 'default', 'current_user', 'period', 'virtual', 'enforced', 'absent', 'system'
    ];
    n text;
    s text;
    i integer := 0;
BEGIN
    FOREACH n IN ARRAY names LOOP
        i := i + 1;
        s := left(n, 10) || ' ' || i;
        IF n <> 'public' THEN
            EXECUTE format('CREATE SCHEMA %I', n);
        END IF;
        EXECUTE format('COMMENT ON SCHEMA %I IS %L', n, n);
        EXECUTE format('GRANT USAGE ON SCHEMA %I TO bl_reader', n);

        -- A table with everything on it; what shares its name space has a name that is made from its own.
        EXECUTE format('CREATE TABLE tables.%1$I (%1$I text DEFAULT %2$L NOT NULL, b integer DEFAULT 5, CONSTRAINT %1$I CHECK (%1$I <> %2$L), CONSTRAINT %3$I PRIMARY KEY (%1$I))', n, n, s || 'p');
        EXECUTE format('COMMENT ON TABLE tables.%I IS %L', n, n);
        EXECUTE format('COMMENT ON COLUMN tables.%I.%I IS %L', n, n, n);
        EXECUTE format('COMMENT ON CONSTRAINT %I ON tables.%I IS %L', n, n, n);
        EXECUTE format('GRANT SELECT ON tables.%I TO bl_reader', n);
        EXECUTE format('GRANT UPDATE (%I) ON tables.%I TO bl_reader', n, n);
        EXECUTE format('CREATE INDEX %I ON tables.%I (%I, b) WHERE %I <> %L', s || 'i', n, n, n, n);
        EXECUTE format('COMMENT ON INDEX tables.%I IS %L', s || 'i', n);
        EXECUTE format('CREATE SEQUENCE tables.%I OWNED BY tables.%I.%I', s || 's', n, n);
        EXECUTE format('CREATE STATISTICS tables.%I ON %I, b FROM tables.%I', n, n, n);
        EXECUTE format('CREATE TRIGGER %I BEFORE UPDATE OF %I ON tables.%I FOR EACH ROW EXECUTE FUNCTION code.nothing(%L)', n, n, n, n);
        EXECUTE format('COMMENT ON TRIGGER %I ON tables.%I IS %L', n, n, n);
        EXECUTE format('CREATE RULE %I AS ON DELETE TO tables.%I WHERE OLD.%I = %L DO INSTEAD NOTHING', n, n, n, n);
        EXECUTE format('COMMENT ON RULE %I ON tables.%I IS %L', n, n, n);
        EXECUTE format('CREATE POLICY %I ON tables.%I USING (%I <> %L)', n, n, n, n);
        EXECUTE format('COMMENT ON POLICY %I ON tables.%I IS %L', n, n, n);
        EXECUTE format('CREATE TABLE tables.%I (CONSTRAINT %I FOREIGN KEY (%I) REFERENCES tables.%I (%I)) INHERITS (tables.%I)', s || 'c', s || 'y', n, n, n, n);
        EXECUTE format('CREATE TABLE tables.%I (%I text, i integer GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME tables.%I), g text GENERATED ALWAYS AS (%I || %L) STORED) PARTITION BY LIST (%I)',
            s || 'q', n, s || 't', n, n, n) ;
        EXECUTE format('CREATE TABLE tables.%I PARTITION OF tables.%I FOR VALUES IN (%L)', s || 'r', s || 'q', n);

        -- Of two tables, so that every server writes the table before the column.
        EXECUTE format('CREATE VIEW views.%I AS SELECT t.%I, %L::text AS %I FROM tables.%I t CROSS JOIN public.safe', n, n, n, s || '2', n);
        EXECUTE format('COMMENT ON VIEW views.%I IS %L', n, n);
        EXECUTE format('COMMENT ON COLUMN views.%I.%I IS %L', n, n, n);
        EXECUTE format('CREATE MATERIALIZED VIEW views.%I AS SELECT 1 AS %I', s || 'm', n);

        EXECUTE format('CREATE TYPE types.%I AS ENUM (%L, %L)', n, n, 'other');
        EXECUTE format('COMMENT ON TYPE types.%I IS %L', n, n);
        EXECUTE format('GRANT USAGE ON TYPE types.%I TO bl_reader', n);
        EXECUTE format('CREATE TYPE types.%I AS (%I text, %I types.%I)', s || 'c', n, s || '2', n);
        EXECUTE format('COMMENT ON COLUMN types.%I.%I IS %L', s || 'c', n, n);
        EXECUTE format('CREATE DOMAIN types.%I AS text DEFAULT %L CONSTRAINT %I CHECK (VALUE <> %L)', s || 'd', n, n, n);
        EXECUTE format('COMMENT ON CONSTRAINT %I ON DOMAIN types.%I IS %L', n, s || 'd', n);
        EXECUTE format('CREATE TYPE types.%I AS RANGE (SUBTYPE = text, MULTIRANGE_TYPE_NAME = %I)', s || 'r', s || 'v');
        EXECUTE format('CREATE COLLATION types.%I (LOCALE = ''C'')', n);
        EXECUTE format('COMMENT ON COLLATION types.%I IS %L', n, n);
        EXECUTE format('CREATE TABLE types.%I (a types.%I DEFAULT %L, b types.%I[], c types.%I, d text COLLATE types.%I)', s || 't', n, n, s || 'c', s || 'd', n);

        EXECUTE format('CREATE FUNCTION code.%I(%I text DEFAULT %L, OUT %I integer) LANGUAGE sql SET search_path TO %I, pg_catalog SET application_name TO %L AS %L', n, n, n, s || '2', n, n, 'SELECT 1 -- ' || replace(replace(n, E'\n', ' '), E'\r', ' '));
        EXECUTE format('COMMENT ON FUNCTION code.%I(text) IS %L', n, n);
        EXECUTE format('GRANT EXECUTE ON FUNCTION code.%I(text) TO bl_reader', n);
        EXECUTE format('CREATE FUNCTION code.%I(types.%I, VARIADIC %I types.%I[]) RETURNS types.%I LANGUAGE plpgsql AS %L', n, n, n, s || 'c', s || 'd', E'BEGIN\n-- $$ $_$ ' || n || E'\nEND');
        EXECUTE format('CREATE PROCEDURE code.%I(INOUT %I text) LANGUAGE sql BEGIN ATOMIC SELECT %L::text; END', s || 'p', n, n);
        EXECUTE format('CREATE AGGREGATE code.%I(%I integer) (SFUNC = int4pl, STYPE = integer, INITCOND = 0)', s || 'a', n);
        EXECUTE format('COMMENT ON AGGREGATE code.%I(integer) IS %L', s || 'a', n);
        EXECUTE format('CREATE OPERATOR CLASS code.%I FOR TYPE types.%I USING btree FAMILY code.family AS STORAGE types.%I', n, s || 'd', s || 'd');
        EXECUTE format('CREATE OPERATOR FAMILY code.%I USING hash', n);
        EXECUTE format('CREATE CONVERSION code.%I FOR ''UTF8'' TO ''LATIN1'' FROM utf8_to_iso8859_1', n);
        EXECUTE format('CREATE LANGUAGE %I HANDLER code.handler', n);
        EXECUTE format('CREATE ACCESS METHOD %I TYPE INDEX HANDLER bthandler', n);
        EXECUTE format('COMMENT ON ACCESS METHOD %I IS %L', n, n);

        EXECUTE format('CREATE TEXT SEARCH DICTIONARY search.%I (TEMPLATE = pg_catalog.synonym, SYNONYMS = ''synonym_sample'', casesensitive = ''true'')', n);
        EXECUTE format('CREATE TEXT SEARCH CONFIGURATION search.%I (PARSER = pg_catalog.default)', n);
        EXECUTE format('ALTER TEXT SEARCH CONFIGURATION search.%I ADD MAPPING FOR word WITH search.%I', n, n);
        EXECUTE format('CREATE TEXT SEARCH PARSER search.%I (START = prsd_start, GETTOKEN = prsd_nexttoken, END = prsd_end, LEXTYPES = prsd_lextype)', n);
        EXECUTE format('CREATE TEXT SEARCH TEMPLATE search.%I (LEXIZE = dsimple_lexize)', n);
        EXECUTE format('COMMENT ON TEXT SEARCH CONFIGURATION search.%I IS %L', n, n);

        EXECUTE format('CREATE FOREIGN DATA WRAPPER %I OPTIONS (%I %L)', n, n, n);
        EXECUTE format('CREATE SERVER %I TYPE %L VERSION %L FOREIGN DATA WRAPPER %I OPTIONS (%I %L)', n, n, n, n, n, n);
        EXECUTE format('COMMENT ON SERVER %I IS %L', n, n);
        EXECUTE format('CREATE FOREIGN TABLE tables.%I (%I integer OPTIONS (%I %L)) SERVER %I OPTIONS (%I %L)', s || 'f', n, n, n, n, n, n);
        EXECUTE format('CREATE PUBLICATION %I FOR TABLE tables.%I (%I) WHERE (%I <> %L) WITH (publish_via_partition_root)', n, s || 'q', n, n, n);
        EXECUTE format('COMMENT ON PUBLICATION %I IS %L', n, n);
        EXECUTE format('CREATE EVENT TRIGGER %I ON ddl_command_end WHEN TAG IN (''CREATE TABLE'') EXECUTE FUNCTION code.no_event()', n);
        EXECUTE format('ALTER EVENT TRIGGER %I DISABLE', n);
        EXECUTE format('COMMENT ON EVENT TRIGGER %I IS %L', n, n);
        -- The locks of all of them would be too many for one transaction.
        COMMIT;
    END LOOP;
END
$do$;
