-- Views, materialized views and rules.
CREATE SCHEMA sight;
CREATE SCHEMA "Sight ""q"" %s \ é";
SET search_path = sight;
CREATE TABLE base (id integer PRIMARY KEY, "Name ""n"" %" text COLLATE "C", "select" numeric(10,2), at timestamp(3) with time zone, list integer[], flag boolean DEFAULT true);
CREATE VIEW plain AS SELECT id, "Name ""n"" %", "select" FROM base;
CREATE VIEW renamed (a, "B b", "c""d") AS SELECT id, flag, list FROM base;
CREATE VIEW barrier WITH (security_barrier) AS SELECT id FROM base WHERE flag;
CREATE VIEW invoker WITH (security_invoker = true, security_barrier = false) AS SELECT id FROM base;
CREATE VIEW checked_local AS SELECT id, flag FROM base WHERE flag WITH LOCAL CHECK OPTION;
CREATE VIEW checked_cascaded WITH (security_barrier) AS SELECT id, flag FROM base WHERE flag WITH CASCADED CHECK OPTION;
CREATE VIEW no_columns AS SELECT;
CREATE VIEW literals AS SELECT 'it''s' AS a, E'back\\slash' AS b, E'two\nlines' AS c, '%s;--' AS d, '/* no comment */' AS e, $$'$$ AS f, U&'\00e9' AS g, ';' AS h;
CREATE VIEW "Sight ""q"" %s \ é"."view
of two lines" AS SELECT id AS "a
b", 1 AS "c;d", 2 AS "é\" FROM base;
CREATE VIEW "Sight ""q"" %s \ é".a23456789012345678901234567890123456789012345678901234567890éx AS SELECT 1 AS b23456789012345678901234567890123456789012345678901234567890éx;
CREATE RECURSIVE VIEW numbers (n) AS VALUES (1) UNION ALL SELECT n + 1 FROM numbers WHERE n < 9;
CREATE VIEW many AS WITH x AS MATERIALIZED (SELECT id, row_number() OVER w AS r FROM base WINDOW w AS (PARTITION BY flag ORDER BY at DESC NULLS LAST))
    SELECT x.id, x.r, b.at AT TIME ZONE 'UTC' AS at, l.l, (SELECT max(id) FROM base) AS m, CASE WHEN x.r > 1 THEN 'a' ELSE NULL END AS c
    FROM x JOIN base b USING (id) LEFT JOIN LATERAL unnest(b.list) WITH ORDINALITY l (l, n) ON true WHERE b."Name ""n"" %" LIKE 'a\_%' ESCAPE '\' ORDER BY x.r LIMIT 3;
CREATE VIEW of_system AS SELECT relname, relkind FROM pg_catalog.pg_class;
CREATE VIEW whole_rows AS SELECT b AS whole, (b).id FROM base b;
CREATE VIEW collated AS SELECT "Name ""n"" %" COLLATE "POSIX" AS n FROM base ORDER BY 1;

-- What a view has of its own.
CREATE SEQUENCE sights;
CREATE FUNCTION guess() RETURNS integer LANGUAGE sql AS 'SELECT 1';
ALTER VIEW plain ALTER COLUMN id SET DEFAULT nextval('sight.sights');
ALTER VIEW plain ALTER COLUMN "Name ""n"" %" SET DEFAULT 'it''s \ %s';
ALTER VIEW plain ALTER COLUMN "select" SET DEFAULT guess();
COMMENT ON VIEW plain IS 'it''s \ a view';
COMMENT ON COLUMN plain."Name ""n"" %" IS 'a column';
COMMENT ON VIEW "Sight ""q"" %s \ é"."view
of two lines" IS 'two
lines';
COMMENT ON COLUMN "Sight ""q"" %s \ é"."view
of two lines"."a
b" IS 'x';
ALTER VIEW barrier OWNER TO bl_owner;
GRANT SELECT, INSERT ON plain TO bl_reader;
GRANT SELECT (id), UPDATE ("select") ON plain TO bl_limited;

-- A default that needs the view whose column it is of, and one of a view above.
CREATE VIEW turning AS SELECT 1 AS a, 2 AS b;
CREATE FUNCTION rows_of_turning() RETURNS bigint LANGUAGE sql STABLE BEGIN ATOMIC SELECT count(*) FROM sight.turning; END;
ALTER VIEW turning ALTER COLUMN b SET DEFAULT rows_of_turning();
CREATE VIEW above_turning AS SELECT a, b FROM turning;

-- Materialized views.
CREATE MATERIALIZED VIEW stored AS SELECT id, "Name ""n"" %" AS name, list FROM base;
CREATE MATERIALIZED VIEW with_options WITH (fillfactor = 70, autovacuum_enabled = false, toast.autovacuum_enabled = false) AS SELECT * FROM base WITH NO DATA;
CREATE MATERIALIZED VIEW on_stored AS SELECT count(*) AS n FROM stored;
ALTER MATERIALIZED VIEW stored ALTER COLUMN id SET STATISTICS 77;
ALTER MATERIALIZED VIEW stored ALTER COLUMN id SET (n_distinct = -0.5, n_distinct_inherited = 3);
ALTER MATERIALIZED VIEW stored ALTER COLUMN name SET STORAGE EXTERNAL;
ALTER MATERIALIZED VIEW stored ALTER COLUMN list SET COMPRESSION pglz;
CREATE INDEX stored_name ON stored (name DESC) WHERE id > 1;
CREATE UNIQUE INDEX "Stored i" ON stored (id);
ALTER MATERIALIZED VIEW stored CLUSTER ON "Stored i";
CREATE STATISTICS stored_stats (ndistinct) ON id, name FROM stored;
COMMENT ON MATERIALIZED VIEW stored IS 'kept';
COMMENT ON COLUMN stored.name IS 'kept too';
COMMENT ON INDEX stored_name IS 'found';
GRANT SELECT ON stored TO bl_reader;
ALTER MATERIALIZED VIEW with_options OWNER TO bl_owner;
CREATE VIEW on_stored_too AS SELECT n FROM on_stored;
CREATE ACCESS METHOD "Heap 2" TYPE TABLE HANDLER heap_tableam_handler;
CREATE MATERIALIZED VIEW other_method USING "Heap 2" AS SELECT 1 AS a;

-- Rules.
CREATE TABLE log (at timestamptz DEFAULT now(), what text);
CREATE RULE plain_insert AS ON INSERT TO plain DO INSTEAD INSERT INTO base (id, "select") VALUES (NEW.id, NEW."select") RETURNING id, "Name ""n"" %", "select";
CREATE RULE "Rule ""q"" %s \ é" AS ON UPDATE TO base WHERE OLD.id <> NEW.id DO ALSO (INSERT INTO log (what) VALUES ('it''s \ %s'); DELETE FROM log WHERE what = NEW."Name ""n"" %");
CREATE RULE notifies AS ON UPDATE TO base DO ALSO NOTIFY "Odd ""channel""";
CREATE RULE nothing AS ON DELETE TO base DO INSTEAD NOTHING;
CREATE RULE off AS ON INSERT TO base DO ALSO INSERT INTO log (what) VALUES ('off');
CREATE RULE always AS ON INSERT TO base DO ALSO INSERT INTO log (what) VALUES ('always');
CREATE RULE replica AS ON INSERT TO base DO ALSO INSERT INTO log (what) VALUES ('replica');
ALTER TABLE base DISABLE RULE off;
ALTER TABLE base ENABLE ALWAYS RULE always;
ALTER TABLE base ENABLE REPLICA RULE replica;
COMMENT ON RULE "Rule ""q"" %s \ é" ON base IS 'of a table';
COMMENT ON RULE plain_insert ON plain IS 'of a view';
