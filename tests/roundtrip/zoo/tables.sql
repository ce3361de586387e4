-- Tables of every sort, and everything that hangs on a table. NAME-16.sql and so on have what newer servers brought.
CREATE SCHEMA zoo;
COMMENT ON SCHEMA zoo IS 'a schema''s comment';
GRANT USAGE ON SCHEMA zoo TO bl_reader;
GRANT CREATE, USAGE ON SCHEMA zoo TO bl_owner WITH GRANT OPTION;
CREATE SCHEMA "Other Zoo" AUTHORIZATION bl_owner;
CREATE EXTENSION btree_gist WITH SCHEMA "Other Zoo";

-- Nothing, one column, every way to give a default.
CREATE TABLE zoo.nothing ();
CREATE TABLE zoo.plain (
    a integer,
    b character varying(20) DEFAULT 'it''s' NOT NULL,
    c numeric(12,2) DEFAULT 0,
    d timestamp(3) with time zone DEFAULT now(),
    e text[] DEFAULT '{}'::text[],
    f text DEFAULT E'back\\slash \' quote\nline',
    g "char" DEFAULT 'x',
    h character(3) COLLATE "C" DEFAULT NULL,
    i bit varying(7) DEFAULT B'101',
    j interval day to second(2) DEFAULT '1 day',
    k jsonb DEFAULT '{"a": 1}',
    l numeric DEFAULT 'NaN',
    m double precision DEFAULT 1e-10,
    n text COLLATE "POSIX",
    o integer DEFAULT (1 + 2) * 3,
    p text DEFAULT current_user,
    q date DEFAULT CURRENT_DATE,
    r regclass DEFAULT 'pg_catalog.pg_class'::regclass,
    s integer[][] DEFAULT ARRAY[[1, 2], [3, 4]]
);
COMMENT ON TABLE zoo.plain IS 'a table';
COMMENT ON COLUMN zoo.plain.a IS 'a column';
COMMENT ON COLUMN zoo.plain.f IS E'with a\nnewline and a \\ backslash';
GRANT SELECT ON zoo.plain TO PUBLIC;
GRANT ALL ON zoo.plain TO bl_owner;
GRANT INSERT, UPDATE ON zoo.plain TO "bl odd ""role"" 'x' \ é" WITH GRANT OPTION;
GRANT SELECT (a, b), UPDATE (c) ON zoo.plain TO bl_limited;
GRANT REFERENCES (a) ON zoo.plain TO bl_limited WITH GRANT OPTION;

-- A column that is gone leaves a number behind.
CREATE TABLE zoo.holes (a integer, gone text, b integer NOT NULL, gone_too integer, c text);
ALTER TABLE zoo.holes DROP COLUMN gone, DROP COLUMN gone_too, ADD COLUMN d integer DEFAULT 7 NOT NULL;
ALTER TABLE zoo.holes ADD CONSTRAINT holes_check CHECK (b < d), ADD UNIQUE (d, b);
COMMENT ON COLUMN zoo.holes.d IS 'the last';

-- Settings of tables and of columns.
CREATE UNLOGGED TABLE zoo.unlogged (a integer PRIMARY KEY);
CREATE TABLE zoo.settings (
    a integer,
    b text COMPRESSION pglz,
    c text,
    d jsonb,
    e text
) WITH (fillfactor=70, autovacuum_enabled=false, toast.autovacuum_enabled=false, toast_tuple_target=200, user_catalog_table=true);
ALTER TABLE zoo.settings ALTER COLUMN b SET STORAGE EXTERNAL, ALTER COLUMN c SET STORAGE MAIN, ALTER COLUMN d SET STORAGE PLAIN,
    ALTER COLUMN a SET STATISTICS 500, ALTER COLUMN c SET STATISTICS 0,
    ALTER COLUMN a SET (n_distinct=-0.5, n_distinct_inherited=100),
    ALTER COLUMN e SET STORAGE EXTENDED;
ALTER TABLE zoo.settings OWNER TO bl_owner;
ALTER TABLE zoo.settings ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;

-- Replica identity and cluster marks.
CREATE TABLE zoo.replica_full (a integer);
ALTER TABLE zoo.replica_full REPLICA IDENTITY FULL;
CREATE TABLE zoo.replica_nothing (a integer PRIMARY KEY);
ALTER TABLE zoo.replica_nothing REPLICA IDENTITY NOTHING;
CREATE TABLE zoo.replica_index (a integer NOT NULL, b integer NOT NULL);
CREATE UNIQUE INDEX replica_index_idx ON zoo.replica_index (a);
CREATE INDEX replica_index_cluster ON zoo.replica_index (b DESC);
ALTER TABLE zoo.replica_index REPLICA IDENTITY USING INDEX replica_index_idx;
ALTER TABLE zoo.replica_index CLUSTER ON replica_index_cluster;
CREATE TABLE zoo.replica_key (a integer PRIMARY KEY, b integer NOT NULL UNIQUE);
ALTER TABLE zoo.replica_key REPLICA IDENTITY USING INDEX replica_key_b_key;
ALTER TABLE zoo.replica_key CLUSTER ON replica_key_pkey;

-- Sequences, serial, identity.
CREATE SEQUENCE zoo.seq;
CREATE SEQUENCE zoo.seq_all AS smallint START WITH 5 INCREMENT BY -3 MINVALUE -100 MAXVALUE 50 CACHE 7 CYCLE;
CREATE SEQUENCE zoo.seq_down INCREMENT BY -1;
CREATE UNLOGGED SEQUENCE zoo.seq_unlogged AS integer;
COMMENT ON SEQUENCE zoo.seq IS 'a sequence';
GRANT USAGE, SELECT ON SEQUENCE zoo.seq TO bl_reader;
ALTER SEQUENCE zoo.seq_all OWNER TO bl_owner;
CREATE TABLE zoo.numbers (
    small smallserial,
    usual serial PRIMARY KEY,
    big bigserial,
    shared integer DEFAULT nextval('zoo.seq'),
    fetched text DEFAULT 'n' || nextval('zoo.seq_all'::text)
);
ALTER SEQUENCE zoo.numbers_big_seq INCREMENT BY 10 RESTART WITH 100;
SELECT nextval('zoo.numbers_usual_seq'), setval('zoo.seq', 99);
COMMENT ON SEQUENCE zoo.numbers_usual_seq IS 'a serial''s sequence';
GRANT USAGE ON SEQUENCE zoo.numbers_usual_seq TO bl_limited;
-- Owned, but by a column that does not use it; used, but owned by nobody; renamed; shared by two.
CREATE SEQUENCE zoo.owned OWNED BY zoo.plain.a;
CREATE TABLE zoo.odd_serial (a integer DEFAULT nextval('zoo.seq_down') NOT NULL, b serial, c integer);
ALTER SEQUENCE zoo.odd_serial_b_seq RENAME TO renamed_seq;
ALTER TABLE zoo.odd_serial ALTER COLUMN c SET DEFAULT nextval('zoo.renamed_seq'), ALTER COLUMN b DROP NOT NULL;
CREATE TABLE zoo.identity (
    a integer GENERATED ALWAYS AS IDENTITY,
    b bigint GENERATED BY DEFAULT AS IDENTITY (SEQUENCE NAME zoo."Id Seq" START WITH 50 INCREMENT BY 5 MINVALUE 10 MAXVALUE 500 CACHE 3 CYCLE),
    c smallint GENERATED BY DEFAULT AS IDENTITY (INCREMENT BY -1),
    PRIMARY KEY (a)
);
COMMENT ON SEQUENCE zoo.identity_a_seq IS 'an identity''s sequence';
GRANT SELECT ON SEQUENCE zoo.identity_a_seq TO bl_reader;
-- Sequences of another type than their columns: LIKE makes them bigint.
CREATE TABLE zoo.identity_like (LIKE zoo.identity INCLUDING IDENTITY);
CREATE TABLE zoo.identity_retyped (a integer GENERATED BY DEFAULT AS IDENTITY, b smallint GENERATED ALWAYS AS IDENTITY (START WITH 3), c bigint GENERATED ALWAYS AS IDENTITY);
ALTER SEQUENCE zoo.identity_retyped_a_seq AS bigint INCREMENT BY -5 MINVALUE -3000000000 MAXVALUE -1 START WITH -7 RESTART CACHE 3 CYCLE;
ALTER SEQUENCE zoo.identity_retyped_b_seq AS bigint;
ALTER SEQUENCE zoo.identity_retyped_b_seq RENAME TO "Retyped Seq";
ALTER SEQUENCE zoo.identity_retyped_c_seq AS smallint;

-- Generated columns.
CREATE TABLE zoo.generated (
    a integer,
    b integer GENERATED ALWAYS AS (a * 2) STORED,
    c text COLLATE "C" GENERATED ALWAYS AS (lower('X' || a::text)) STORED NOT NULL
);
COMMENT ON COLUMN zoo.generated.b IS 'twice';

-- Constraints.
CREATE TABLE zoo.target (
    a integer, b integer, c text,
    CONSTRAINT target_pk PRIMARY KEY (a, b),
    CONSTRAINT "Target ""unique""" UNIQUE (b) INCLUDE (c) WITH (fillfactor=80),
    CONSTRAINT target_nulls UNIQUE NULLS NOT DISTINCT (c, a) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON CONSTRAINT target_pk ON zoo.target IS 'the primary key';
COMMENT ON INDEX zoo.target_pk IS 'and its index';
CREATE TABLE zoo.constraints (
    a integer, b integer, c integer, d integer, e integer, f text, g int4range, h int4range,
    CONSTRAINT constraints_pkey PRIMARY KEY (b, a) DEFERRABLE,
    CONSTRAINT "check; DROP TABLE zoo.plain; --" CHECK (a > 0),
    CONSTRAINT check_two CHECK (a > b AND f ~ '^\d+$'::text),
    CONSTRAINT check_here CHECK (c > 0) NO INHERIT,
    CHECK ((d IS NOT NULL) OR (e IS NOT NULL)),
    CONSTRAINT exclude_simple EXCLUDE USING gist (g WITH &&),
    CONSTRAINT "exclude all" EXCLUDE USING gist (a WITH =, h WITH &&, (lower(f)) WITH <>) WITH (fillfactor=50) WHERE (a > 5) DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_plain FOREIGN KEY (a, b) REFERENCES zoo.target (a, b),
    CONSTRAINT fk_all FOREIGN KEY (c, d) REFERENCES zoo.target MATCH FULL ON UPDATE CASCADE ON DELETE RESTRICT DEFERRABLE INITIALLY DEFERRED,
    CONSTRAINT fk_null FOREIGN KEY (a, e) REFERENCES zoo.target ON DELETE SET NULL (e) ON UPDATE SET NULL,
    CONSTRAINT "fk Default" FOREIGN KEY (c, e) REFERENCES zoo.target ON DELETE SET DEFAULT (c, e) DEFERRABLE
);
ALTER TABLE zoo.constraints ADD CONSTRAINT check_new CHECK (e < 100) NOT VALID,
    ADD CONSTRAINT fk_new FOREIGN KEY (e) REFERENCES zoo.target (b) NOT VALID;
COMMENT ON CONSTRAINT fk_plain ON zoo.constraints IS 'a foreign key';
COMMENT ON CONSTRAINT check_two ON zoo.constraints IS 'a check';
COMMENT ON CONSTRAINT "check; DROP TABLE zoo.plain; --" ON zoo.constraints IS 'a name with a statement';
COMMENT ON CONSTRAINT exclude_simple ON zoo.constraints IS 'an exclusion';
-- Two tables that point at each other, and one at itself.
CREATE TABLE zoo.hen (id integer PRIMARY KEY, egg integer, mother integer REFERENCES zoo.hen);
CREATE TABLE zoo.egg (id integer PRIMARY KEY, hen integer REFERENCES zoo.hen);
ALTER TABLE zoo.hen ADD FOREIGN KEY (egg) REFERENCES zoo.egg;
-- A foreign key that leans on an index which is no constraint.
CREATE TABLE zoo.indexed (a integer, b integer);
CREATE UNIQUE INDEX indexed_a ON zoo.indexed (a);
CREATE TABLE zoo.leans (a integer REFERENCES zoo.indexed (a));
-- A key made of an index that was there, and renamed.
CREATE TABLE zoo.using_index (a integer NOT NULL, b integer);
CREATE UNIQUE INDEX using_index_a ON zoo.using_index (a) INCLUDE (b);
ALTER TABLE zoo.using_index ADD CONSTRAINT renamed_key PRIMARY KEY USING INDEX using_index_a;

-- Indexes.
CREATE TABLE zoo.indexes (a integer, b text, c jsonb, d tsvector, e integer[], f text COLLATE "C", g point, h inet);
CREATE INDEX ON zoo.indexes (a);
CREATE INDEX indexes_all ON zoo.indexes (a DESC, b COLLATE "POSIX" text_pattern_ops NULLS FIRST, f DESC NULLS LAST) INCLUDE (e, g)
    WITH (fillfactor=60, deduplicate_items=off) WHERE a IS NOT NULL AND b <> 'x''y';
CREATE UNIQUE INDEX indexes_unique ON zoo.indexes (lower(b), (a + 1)) NULLS NOT DISTINCT;
CREATE INDEX indexes_hash ON zoo.indexes USING hash (b);
CREATE INDEX indexes_gin ON zoo.indexes USING gin (c jsonb_path_ops, d) WITH (fastupdate=off);
CREATE INDEX indexes_gin2 ON zoo.indexes USING gin (e);
CREATE INDEX indexes_gist ON zoo.indexes USING gist (g, d tsvector_ops (siglen='100'));
CREATE INDEX indexes_spgist ON zoo.indexes USING spgist (h inet_ops);
CREATE INDEX indexes_brin ON zoo.indexes USING brin (a int4_minmax_multi_ops (values_per_range=16), b) WITH (pages_per_range=32, autosummarize=on);
CREATE INDEX "Index ""with"" name" ON zoo.indexes ((c ->> 'key'), (b || 'x'));
ALTER INDEX zoo."Index ""with"" name" ALTER COLUMN 1 SET STATISTICS 300, ALTER COLUMN 2 SET STATISTICS 10;
COMMENT ON INDEX zoo.indexes_all IS 'an index';
COMMENT ON INDEX zoo."Index ""with"" name" IS 'another';

-- Extended statistics.
CREATE STATISTICS zoo.stat ON a, b FROM zoo.indexes;
CREATE STATISTICS zoo.stat_some (ndistinct, mcv) ON a, b, f FROM zoo.indexes;
CREATE STATISTICS zoo."Stat Expr" ON (a + 1), lower(b) FROM zoo.indexes;
CREATE STATISTICS zoo.stat_one ON (a % 10) FROM zoo.indexes;
ALTER STATISTICS zoo.stat SET STATISTICS 250;
ALTER STATISTICS zoo.stat_some OWNER TO bl_owner;
COMMENT ON STATISTICS zoo.stat IS 'statistics';

-- Inheritance: own columns, merged ones, two parents, another order, defaults and checks of one's own.
CREATE TABLE zoo.parent (a integer DEFAULT 1, b text NOT NULL, c integer, CONSTRAINT parent_check CHECK (a > 0));
CREATE TABLE zoo.parent_two (x integer, b text);
COMMENT ON CONSTRAINT parent_check ON zoo.parent IS 'inherited';
CREATE TABLE zoo.child (d integer) INHERITS (zoo.parent);
CREATE TABLE zoo.child_merged (b text DEFAULT 'own', a integer DEFAULT 2, e integer, CONSTRAINT parent_check CHECK (a > 0)) INHERITS (zoo.parent);
CREATE TABLE zoo.child_both (y integer) INHERITS (zoo.parent_two, zoo.parent);
CREATE TABLE zoo.child_no_default () INHERITS (zoo.parent);
ALTER TABLE zoo.child_no_default ALTER COLUMN a DROP DEFAULT, ALTER COLUMN c SET DEFAULT 5, ALTER COLUMN c SET NOT NULL;
CREATE TABLE zoo.child_order (c integer, extra text, b text NOT NULL, a integer, CONSTRAINT parent_check CHECK (a > 0));
ALTER TABLE zoo.child_order INHERIT zoo.parent;
CREATE TABLE zoo.grandchild () INHERITS (zoo.child, zoo.child_both);
COMMENT ON COLUMN zoo.child.a IS 'a column that is inherited';
GRANT SELECT (b) ON zoo.child TO bl_reader;
CREATE INDEX ON zoo.child (a, d);
ALTER TABLE zoo.child_order ALTER COLUMN extra SET STATISTICS 33;
-- A generated column that is inherited.
CREATE TABLE zoo.gen_parent (a integer, b integer GENERATED ALWAYS AS (a + 1) STORED);
CREATE TABLE zoo.gen_child (c integer) INHERITS (zoo.gen_parent);

-- Partitions: by range, list, hash, of several levels, with a default, another column order, options and columns of their own.
CREATE TABLE zoo.parts (
    id integer NOT NULL,
    day date NOT NULL,
    kind text DEFAULT 'k' COLLATE "C",
    n integer DEFAULT 0 CHECK (n >= 0),
    CONSTRAINT parts_pk PRIMARY KEY (id, day, kind)
) PARTITION BY RANGE (day, id);
CREATE TABLE zoo.parts_2024 PARTITION OF zoo.parts FOR VALUES FROM ('2024-01-01', MINVALUE) TO ('2025-01-01', 5);
CREATE TABLE zoo.parts_old PARTITION OF zoo.parts (n DEFAULT 7, CONSTRAINT own_check CHECK (kind <> 'new')) FOR VALUES FROM (MINVALUE, MINVALUE) TO ('2024-01-01', MINVALUE) WITH (fillfactor=50);
CREATE TABLE zoo.parts_order (n integer DEFAULT 3, gone text, kind text COLLATE "C" DEFAULT 'own' NOT NULL, day date NOT NULL, id integer NOT NULL, CONSTRAINT parts_n_check CHECK (n >= 0));
ALTER TABLE zoo.parts_order DROP COLUMN gone;
ALTER TABLE zoo.parts ATTACH PARTITION zoo.parts_order FOR VALUES FROM ('2025-01-01', 5) TO ('2026-01-01', MAXVALUE);
CREATE TABLE zoo.parts_default PARTITION OF zoo.parts DEFAULT PARTITION BY LIST (kind);
CREATE TABLE zoo.parts_default_a PARTITION OF zoo.parts_default FOR VALUES IN ('a', 'it''s', NULL);
CREATE TABLE "Other Zoo".parts_default_rest PARTITION OF zoo.parts_default DEFAULT PARTITION BY HASH (id);
CREATE TABLE zoo.parts_h0 PARTITION OF "Other Zoo".parts_default_rest FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE UNLOGGED TABLE zoo.parts_h1 PARTITION OF "Other Zoo".parts_default_rest FOR VALUES WITH (MODULUS 2, REMAINDER 1);
COMMENT ON TABLE zoo.parts IS 'partitioned';
COMMENT ON TABLE zoo.parts_2024 IS 'a partition';
COMMENT ON COLUMN zoo.parts_2024.n IS 'a column of a partition';
CREATE INDEX parts_idx ON zoo.parts (kind, n DESC);
CREATE INDEX own_idx ON zoo.parts_2024 (n);
CREATE UNIQUE INDEX parts_unique ON zoo.parts (day, id, kind) INCLUDE (n);
COMMENT ON INDEX zoo.parts_idx IS 'an index of all partitions';
ALTER INDEX zoo.parts_2024_kind_n_idx RENAME TO "renamed part";
COMMENT ON INDEX zoo."renamed part" IS 'the index of one';
ALTER TABLE zoo.parts_2024 CLUSTER ON "renamed part";
-- An index that only some partitions have is not valid.
CREATE INDEX parts_invalid ON ONLY zoo.parts (n, id);
CREATE INDEX parts_2024_valid ON zoo.parts_2024 (n, id);
ALTER INDEX zoo.parts_invalid ATTACH PARTITION zoo.parts_2024_valid;
-- Keys to and from partitioned tables.
ALTER TABLE zoo.parts ADD CONSTRAINT parts_fk FOREIGN KEY (id, n) REFERENCES zoo.target;
CREATE TABLE zoo.points (id integer, day date, kind text COLLATE "C", CONSTRAINT points_fk FOREIGN KEY (id, day, kind) REFERENCES zoo.parts ON DELETE CASCADE);
CREATE TABLE zoo.own_fk (a integer, b integer) PARTITION BY LIST (a);
CREATE TABLE zoo.own_fk_1 PARTITION OF zoo.own_fk FOR VALUES IN (1, 2);
ALTER TABLE zoo.own_fk_1 ADD FOREIGN KEY (a, b) REFERENCES zoo.target;
CREATE TABLE zoo.by_expr (a text, b integer) PARTITION BY RANGE (lower(a) COLLATE "C" text_pattern_ops, (b % 10));
CREATE TABLE zoo.by_expr_1 PARTITION OF zoo.by_expr FOR VALUES FROM ('a', 0) TO ('m', 5);
CREATE TABLE zoo.by_bool (a boolean, b integer) PARTITION BY LIST (a);
CREATE TABLE zoo.by_bool_t PARTITION OF zoo.by_bool FOR VALUES IN (true);
CREATE TABLE zoo.by_time (a timestamp with time zone) PARTITION BY RANGE (a);
CREATE TABLE zoo.by_time_1 PARTITION OF zoo.by_time FOR VALUES FROM ('2024-01-01 00:00:00+02') TO ('2024-06-01');
CREATE TABLE zoo.no_partition (a integer) PARTITION BY HASH (a);
-- One that was a partition.
CREATE TABLE zoo.detached PARTITION OF zoo.by_bool FOR VALUES IN (false);
ALTER TABLE zoo.by_bool DETACH PARTITION zoo.detached;
GRANT SELECT ON zoo.parts TO bl_reader;
GRANT INSERT ON zoo.parts_2024 TO bl_limited;
ALTER TABLE zoo.parts_old OWNER TO bl_owner;

-- Typed tables.
CREATE TYPE zoo.composite AS (a integer, b text COLLATE "C", c numeric(5,1)[]);
CREATE TABLE zoo.typed OF zoo.composite;
CREATE TABLE zoo.typed_more OF zoo.composite (a WITH OPTIONS PRIMARY KEY, b DEFAULT 'typed' NOT NULL, CHECK (a > 0));
COMMENT ON COLUMN zoo.typed_more.b IS 'a typed column';

-- Tables whose columns have types of ours, and of other tables.
CREATE TYPE zoo.mood AS ENUM ('sad', 'it''s ok', 'happy');
CREATE DOMAIN zoo.positive AS integer DEFAULT 1 CHECK (VALUE > 0);
CREATE TABLE zoo.types (m zoo.mood DEFAULT 'it''s ok' NOT NULL, ms zoo.mood[] DEFAULT '{sad}', p zoo.positive DEFAULT 2, r zoo.plain, rs zoo.typed[], c zoo.composite);

-- Foreign tables, by a wrapper without a handler.
CREATE FOREIGN DATA WRAPPER zoo_wrapper OPTIONS (debug 'true');
CREATE SERVER "zoo server" FOREIGN DATA WRAPPER zoo_wrapper OPTIONS (host 'a''b', dbname 'x');
CREATE FOREIGN TABLE zoo.foreign_table (
    a integer OPTIONS (column_name 'A"x', nothing '') NOT NULL,
    b text DEFAULT 'f' COLLATE "C",
    c integer GENERATED ALWAYS AS (a + 1) STORED,
    CHECK (a > 0)
) SERVER "zoo server" OPTIONS (table_name 'it''s', "Odd Name" 'v');
COMMENT ON FOREIGN TABLE zoo.foreign_table IS 'a foreign table';
COMMENT ON COLUMN zoo.foreign_table.a IS 'a foreign column';
GRANT SELECT ON zoo.foreign_table TO bl_reader;
ALTER FOREIGN TABLE zoo.foreign_table ALTER COLUMN a SET STATISTICS 50, ALTER COLUMN a SET (n_distinct=5);
CREATE FOREIGN TABLE zoo.foreign_part PARTITION OF zoo.no_partition FOR VALUES WITH (MODULUS 3, REMAINDER 0) SERVER "zoo server" OPTIONS (x 'y');
CREATE FOREIGN TABLE zoo.foreign_child (e integer) INHERITS (zoo.parent) SERVER "zoo server";
ALTER FOREIGN TABLE zoo.foreign_child ALTER COLUMN a OPTIONS (ADD "Odd Column" 'it''s', x 'y');

-- Triggers, rules and policies stand on tables too: here only their states.
CREATE FUNCTION zoo.trigger_function() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t_disabled BEFORE INSERT ON zoo.plain FOR EACH ROW EXECUTE FUNCTION zoo.trigger_function();
ALTER TABLE zoo.plain DISABLE TRIGGER t_disabled;
CREATE TRIGGER t_parts AFTER INSERT ON zoo.parts FOR EACH ROW EXECUTE FUNCTION zoo.trigger_function('x', 'it''s');
ALTER TABLE zoo.parts_2024 DISABLE TRIGGER t_parts;
ALTER TABLE zoo.parts_old ENABLE ALWAYS TRIGGER t_parts;
COMMENT ON TRIGGER t_parts ON zoo.parts IS 'a trigger of all partitions';
CREATE CONSTRAINT TRIGGER t_constraint AFTER UPDATE OF a ON zoo.plain FROM zoo.holes DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (NEW.a > 0) EXECUTE FUNCTION zoo.trigger_function();
ALTER TABLE zoo.plain ENABLE REPLICA TRIGGER t_constraint;

-- Privileges that are to be taken away, and that are given to all that comes.
REVOKE ALL ON zoo.holes FROM postgres;
REVOKE ALL ON zoo.nothing FROM postgres;
GRANT SELECT, DELETE ON zoo.nothing TO postgres;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT CREATE ON SCHEMA public TO bl_owner;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner IN SCHEMA zoo GRANT SELECT ON TABLES TO bl_reader;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES FOR ROLE bl_owner GRANT USAGE ON SEQUENCES TO bl_limited WITH GRANT OPTION;

-- Keys that came when foreign keys stood on another index over the same columns.
CREATE SCHEMA rivals;
CREATE TABLE rivals.workers (id int NOT NULL, nid int NOT NULL, name text NOT NULL);
ALTER TABLE rivals.workers ADD CONSTRAINT workers_name_unique UNIQUE (name);
CREATE UNIQUE INDEX workers_idx ON rivals.workers (nid, id);
CREATE TABLE rivals.volumes (worker text REFERENCES rivals.workers (name), a int, b int, FOREIGN KEY (a, b) REFERENCES rivals.workers (id, nid));
ALTER TABLE rivals.workers ADD PRIMARY KEY (name);
ALTER TABLE rivals.workers ADD CONSTRAINT a_second UNIQUE (id, nid);
ALTER TABLE rivals.workers ADD CONSTRAINT late UNIQUE (id, nid) DEFERRABLE;
ALTER TABLE rivals.workers CLUSTER ON workers_pkey, REPLICA IDENTITY USING INDEX workers_pkey;
COMMENT ON CONSTRAINT workers_pkey ON rivals.workers IS 'p';
CREATE VIEW rivals.grouped AS SELECT w.*, count(*) FROM rivals.workers w GROUP BY w.name;
