-- What a SQLite schema can hold, as far as it is known to go wrong somewhere. Needs 3.37 with FTS3/4/5 and R-Tree.
PRAGMA user_version = -42;
PRAGMA application_id = 1179014465;

-- tables: options and keys
CREATE TABLE plain (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE strict_t (a INT NOT NULL, b TEXT, c ANY, d BLOB, e REAL) STRICT;
CREATE TABLE without_rowid_t (k TEXT PRIMARY KEY, v) WITHOUT ROWID;
CREATE TABLE strict_wr (k TEXT PRIMARY KEY, v INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE desc_pk (id INTEGER PRIMARY KEY DESC, v);
CREATE TABLE counter (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
CREATE TABLE counter2 (id INTEGER PRIMARY KEY AUTOINCREMENT, v TEXT);
CREATE TABLE generated (a INT, b INT AS (a * 2), c TEXT GENERATED ALWAYS AS (upper('x' || a)) STORED, d AS (a + b) VIRTUAL);
CREATE TABLE conflicts (
    a INTEGER PRIMARY KEY ON CONFLICT REPLACE,
    b TEXT NOT NULL ON CONFLICT IGNORE,
    c TEXT UNIQUE ON CONFLICT FAIL,
    UNIQUE (b, c) ON CONFLICT ROLLBACK
);
CREATE TABLE composite (a, b, c, PRIMARY KEY (b, a), UNIQUE (c COLLATE NOCASE), CHECK (a <> b));
CREATE TABLE no_types (a, b DEFAULT (1 + 1), c DEFAULT -5, d DEFAULT 'it''s; fine', e DEFAULT CURRENT_TIMESTAMP, f DEFAULT x'00ff');
CREATE TABLE collated (a TEXT COLLATE NOCASE, b TEXT COLLATE RTRIM, c TEXT COLLATE BINARY);
CREATE TABLE odd_types (a "long  name"(10, 2), b [strange type], c VARCHAR(255), d UNSIGNED BIG INT);
CREATE TABLE self_ref (id INTEGER PRIMARY KEY, parent REFERENCES self_ref (id) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE cycle_a (id INTEGER PRIMARY KEY, b REFERENCES cycle_b (id) ON DELETE SET NULL);
CREATE TABLE cycle_b (id INTEGER PRIMARY KEY, a REFERENCES cycle_a (id) ON UPDATE CASCADE);
CREATE TABLE orphan (id INTEGER PRIMARY KEY, x REFERENCES nowhere (id), FOREIGN KEY (id) REFERENCES plain MATCH FULL);
CREATE TABLE from_query AS SELECT 1 AS one, 'two' AS "t w o", NULL AS nowt;
CREATE TABLE dqs (a TEXT CHECK (a <> "literal"), b TEXT);

-- tables: names
CREATE TABLE sqliteish (a);
CREATE TABLE "sqlite-like" (a);
CREATE TABLE "select" ("from" TEXT, "where" INT, "order" TEXT);
CREATE TABLE "with ""quotes"" in" ("a ""b"" c" INT);
CREATE TABLE [with brackets] ([a b] INT);
CREATE TABLE `with ``ticks``` (`a``b` INT);
CREATE TABLE 'with ''apostrophes''' ('a''b' INT);
CREATE TABLE "new
line" ("col
umn" INT);
CREATE TABLE "semi;colon -- no comment /* none */" (a);
CREATE TABLE "tab	in name" (a);
CREATE TABLE "" (a);
CREATE TABLE empty_column ("" INT, b);
CREATE TABLE "Größe" ("Maß" TEXT, "日本語" TEXT, "🙂" INT);
CREATE TABLE "CaseName" (a);
CREATE TABLE " leading and trailing " (a);
CREATE TABLE "back\slash" (a);
CREATE TABLE "percent%_like" (a);
CREATE TABLE nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn (a);

-- tables: layout
CREATE TABLE layout(
  a   INT,     -- a comment with ; and ' in it
  b   TEXT     /* another ; " one */
        DEFAULT 'two  spaces',
  c   TEXT CHECK (c <> '( x )'),
  d   TEXT DEFAULT 'line
break' -- the last comment 
);
CREATE TABLE comment_inside (a INT /* never
ending ; */, b INT) -- behind
;

-- altered: SQLite writes these texts anew
CREATE TABLE altered (a INT);
ALTER TABLE altered ADD COLUMN b TEXT DEFAULT 'x';
ALTER TABLE altered RENAME COLUMN a TO renamed;
CREATE TABLE rename_me (a INT REFERENCES plain (id));
CREATE INDEX rename_me_a ON rename_me (a);
ALTER TABLE rename_me RENAME TO renamed;
CREATE TABLE dropped_column (a INT, b INT, c INT);
ALTER TABLE dropped_column DROP COLUMN b;

-- look-alikes of shadow tables beside a plain table
CREATE TABLE notes (id INTEGER PRIMARY KEY);
CREATE TABLE notes_data (id INTEGER PRIMARY KEY);
CREATE TABLE notes_content (id INTEGER PRIMARY KEY);
CREATE TABLE notes_node (id INTEGER PRIMARY KEY);

-- virtual tables
CREATE TABLE documents (id INTEGER PRIMARY KEY, title TEXT, body TEXT);
CREATE VIRTUAL TABLE v3 USING fts3(title, body);
CREATE VIRTUAL TABLE v4 USING fts4(title, body, tokenize=porter);
CREATE VIRTUAL TABLE v4_external USING fts4(content="documents", title, body);
CREATE VIRTUAL TABLE v4_contentless USING fts4(content="", a, b);
CREATE VIRTUAL TABLE v5 USING fts5(title, body UNINDEXED, prefix='2 3');
CREATE VIRTUAL TABLE v5_external USING fts5(title, body, content='documents', content_rowid='id');
CREATE VIRTUAL TABLE v5_vocabulary USING fts5vocab('v5', 'row');
CREATE VIRTUAL TABLE boxes USING rtree(id, min_x, max_x, min_y, max_y, +label TEXT);
CREATE VIRTUAL TABLE boxes32 USING rtree_i32(id, a0, a1);
CREATE VIRTUAL TABLE "odd ""virtual"" name" USING fts5(a);
-- a look-alike beside a virtual table: the suffix is no shadow suffix of it
CREATE TABLE v5_extra (a);
CREATE TABLE v3_data (a);
-- an index and a trigger on shadow tables
CREATE INDEX on_shadow ON v4_content (c0title);

-- indexes
CREATE INDEX plain_name ON plain (name);
CREATE UNIQUE INDEX plain_unique ON plain (name COLLATE NOCASE DESC, id);
CREATE INDEX partial ON plain (name) WHERE name IS NOT NULL AND name <> 'a;b';
CREATE INDEX expression ON plain (lower(name), id % 10);
CREATE INDEX on_generated ON generated (c);
CREATE INDEX "odd ""index"" name" ON "with ""quotes"" in" ("a ""b"" c");
CREATE INDEX ends_in_comment ON plain (id) -- the end
;
CREATE INDEX ends_in_block ON plain (id, name) /* the end */;
CREATE INDEX dqs_index ON dqs (b) WHERE b <> "x";
CREATE INDEX zz_first_in_order ON counter (v);

-- views
CREATE VIEW v_plain AS SELECT id, name FROM plain;
CREATE VIEW v_columns (x, y) AS SELECT id, name FROM plain;
CREATE VIEW v_comment AS SELECT 1 AS one -- ends so
;
CREATE VIEW v_block AS SELECT 2 AS two /* ends so */;
CREATE VIEW v_shell AS SELECT id, name FROM plain
/* v_shell(id,name) */;
CREATE VIEW a_on_z AS SELECT * FROM z_base;
CREATE VIEW z_base AS WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3) SELECT i FROM n;
CREATE VIEW v_strings AS SELECT 'a;b' AS semi, '--' AS dashes, '/*' AS opening, "name" AS quoted, 'it''s' AS apostrophe FROM plain;
CREATE VIEW v_window AS SELECT id, row_number() OVER (PARTITION BY name ORDER BY id) AS n FROM plain;
CREATE VIEW v_json AS SELECT json_extract('{"a;": 1}', '$."a;"') AS j;
CREATE VIEW "odd ""view"" name" AS SELECT 1 AS "a ""b""";
CREATE VIEW v_spaces AS SELECT   'two  spaces'   AS  "odd  name"  FROM plain;

-- triggers: order on one event is the order of creation
CREATE TRIGGER t_z_first AFTER INSERT ON plain BEGIN INSERT INTO notes VALUES (NULL); END;
CREATE TRIGGER t_a_second AFTER INSERT ON plain BEGIN INSERT INTO notes VALUES (NULL); END;
CREATE TRIGGER t_m_third AFTER INSERT ON plain BEGIN INSERT INTO notes VALUES (NULL); END;
CREATE TRIGGER t_before BEFORE UPDATE OF name, id ON plain FOR EACH ROW WHEN new.name <> 'x;y' BEGIN
    SELECT CASE WHEN new.name = 'END;' THEN RAISE(ABORT, 'no; END') END; -- END;
    UPDATE notes SET id = CASE id WHEN 1 THEN 2 ELSE CASE WHEN id > 5 THEN 6 ELSE 7 END END WHERE id < 0;
    DELETE FROM notes WHERE id = -1;
END;
CREATE TRIGGER t_instead INSTEAD OF INSERT ON v_plain BEGIN
    INSERT INTO plain (id, name) VALUES (new.id, new.name) ON CONFLICT (id) DO UPDATE SET name = excluded.name;
END;
CREATE TRIGGER t_instead_delete INSTEAD OF DELETE ON v_plain BEGIN DELETE FROM plain WHERE id = old.id; END;
CREATE TRIGGER t_default DELETE ON counter BEGIN SELECT 1; END;
CREATE TRIGGER t_missing AFTER DELETE ON counter BEGIN INSERT INTO not_there VALUES (old.id); END;
CREATE TRIGGER "odd ""trigger"" name" AFTER DELETE ON "new
line" BEGIN SELECT 'end' AS "end"; END;
CREATE TRIGGER t_comment AFTER UPDATE ON counter BEGIN SELECT 1; END /* behind */;
CREATE TRIGGER plain AFTER INSERT ON composite BEGIN SELECT 1; END;

-- works as long as nobody looks
CREATE VIEW v_broken AS SELECT * FROM nowhere_at_all;
CREATE VIEW v_on_broken AS SELECT * FROM v_broken;
CREATE TRIGGER t_on_broken INSTEAD OF INSERT ON v_broken BEGIN SELECT 1; END;
