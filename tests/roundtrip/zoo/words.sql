-- Words that only newer servers take for their own. An expression that holds one as a name is written bare by an
-- older server, which no dump can mend, so here they stand only where a name stands alone.
DO $do$
DECLARE
    n text;
    i integer := 0;
BEGIN
    FOREACH n IN ARRAY ARRAY['json', 'json_array', 'json_arrayagg', 'json_exists', 'json_object', 'json_objectagg', 'json_query', 'json_scalar', 'json_serialize',
        'json_table', 'json_value', 'merge_action', 'system_user', 'absent', 'conditional', 'empty', 'enforced', 'error', 'indent', 'keep', 'keys', 'nested', 'objects',
        'omit', 'path', 'period', 'plan', 'quotes', 'scalar', 'source', 'string', 'target', 'unconditional', 'virtual']
    LOOP
        i := i + 1;
        EXECUTE format('CREATE SCHEMA %I', n);
        EXECUTE format('COMMENT ON SCHEMA %I IS %L', n, n);
        EXECUTE format('CREATE TABLE %1$I.%1$I (%1$I text, b integer CONSTRAINT %2$I PRIMARY KEY, CONSTRAINT %3$I UNIQUE (%1$I), CONSTRAINT %1$I FOREIGN KEY (%1$I) REFERENCES %1$I.%1$I (%1$I))', n, n || '_p', n || '_u');
        EXECUTE format('COMMENT ON COLUMN %1$I.%1$I.%1$I IS %2$L', n, n);
        EXECUTE format('CREATE INDEX %I ON %I.%I (%I, b)', n || '_i', n, n, n);
        EXECUTE format('CREATE SEQUENCE %I.%I OWNED BY %I.%I.%I', n, n || '_s', n, n, n);
        EXECUTE format('CREATE TABLE %I.%I (%I integer GENERATED ALWAYS AS IDENTITY, b text) PARTITION BY HASH (b)', n, n || '_t', n);
        EXECUTE format('CREATE TYPE %I.%I AS ENUM (%L)', n, n || '_e', n);
        EXECUTE format('CREATE FUNCTION %I.%I(a integer, OUT b integer) LANGUAGE sql AS %L', n, n, 'SELECT 1');
        EXECUTE format('CREATE COLLATION %I.%I (LOCALE = ''C'')', n, n);
        EXECUTE format('CREATE FOREIGN DATA WRAPPER %I', n);
        EXECUTE format('CREATE SERVER %I FOREIGN DATA WRAPPER %I', n, n);
        EXECUTE format('CREATE PUBLICATION %I FOR TABLE %I.%I', n, n, n);
    END LOOP;
END
$do$;
