-- Schemas that are odd in one way each. sqlite_odd.sh makes a database of each part and carries its rows too.

-- case quotes
CREATE TABLE "a'b`c[d]e""f" ("x'y`z[w]v""u" TEXT DEFAULT 'a''b"c`d', UNIQUE("x'y`z[w]v""u"));
CREATE INDEX "i'`[]""" ON "a'b`c[d]e""f" ("x'y`z[w]v""u" COLLATE "NOCASE" DESC);
CREATE VIEW "v'`[]""" ("q'""") AS SELECT "x'y`z[w]v""u" FROM "a'b`c[d]e""f";
CREATE TRIGGER "t'`[]""" INSTEAD OF DELETE ON "v'`[]""" BEGIN DELETE FROM "a'b`c[d]e""f" WHERE 0; END;
INSERT INTO "a'b`c[d]e""f" VALUES ('x''y'),('"');

-- case keywords
CREATE TABLE "table" ("index" TEXT, "create" INT, "begin", "end", "trigger", "case", "null", "primary" PRIMARY KEY, "check" CHECK ("check" <> 3)) ;
CREATE TABLE "begin" ("commit" , "rollback");
CREATE TABLE "end" (a);
CREATE VIEW "view" AS SELECT "begin"."commit" AS "as" FROM "begin";
CREATE TRIGGER "trigger" AFTER INSERT ON "begin" BEGIN UPDATE "end" SET a = CASE WHEN new."commit" IS NULL THEN 1 ELSE 2 END; END;
CREATE INDEX "index" ON "table" ("create");
INSERT INTO "begin" VALUES(1,2);
INSERT INTO "table" VALUES(1,2,3,4,5,6,7,8,9);
CREATE TABLE row (rows, groups, "over", window, filter, generated, always, "temp", "temporary");
CREATE TABLE temp_x (a);
CREATE TABLE "if" ("not","exists");

-- case generated
CREATE TABLE g (a INTEGER PRIMARY KEY, b TEXT, c AS (b || ')' || '--') STORED, d GENERATED ALWAYS AS (json_extract(b, '$.x')) VIRTUAL, e INT AS (a*2) STORED UNIQUE, f AS (c) CHECK (f <> 'z'));
CREATE INDEX gi ON g (d, c);
INSERT INTO g (a,b) VALUES (1,'{"x":5}'),(2,NULL);
CREATE TABLE g2 (x AS (y+1), y INT, z AS (x+y) STORED NOT NULL);
INSERT INTO g2 (y) VALUES (9223372036854775807),(1.5);

-- case indexes
CREATE TABLE t (a,b,c);
CREATE INDEX i1 ON t (a) WHERE b LIKE '%''%' ESCAPE '\' AND c IN (x'00', 1e5, -.5, 'a;b', NULL);
CREATE INDEX i2 ON t (a||';--'||b, (c COLLATE NOCASE), length(a)) WHERE a NOT NULL;
CREATE UNIQUE INDEX i3 ON t (coalesce(a,0), -b DESC);
CREATE INDEX i4 ON t(a,a,a COLLATE RTRIM);
CREATE INDEX i5 ON t ("a");
CREATE INDEX main.i6 ON t (a) WHERE a GLOB '[a-z]*' -- c
;
CREATE INDEX i7 ON t (CASE WHEN a THEN 'END' ELSE 'x' END);
INSERT INTO t VALUES(1,2,3);

-- case views
CREATE TABLE t (a,b);
CREATE VIEW v3 AS WITH x AS MATERIALIZED (SELECT * FROM v2), y(n) AS (VALUES (1),(2)) SELECT *, rank() OVER w FROM x, y WINDOW w AS (PARTITION BY a ORDER BY b DESC ROWS BETWEEN UNBOUNDED PRECEDING AND 1 FOLLOWING EXCLUDE TIES);
CREATE VIEW v2 AS SELECT a, sum(b) FILTER (WHERE b > 0) AS b FROM v1 GROUP BY 1 HAVING count(*) > 0 ORDER BY 2 NULLS LAST LIMIT 5 OFFSET 1;
CREATE VIEW v1 AS SELECT a, b FROM t UNION ALL SELECT 'x;''y', X'0A' EXCEPT SELECT 1, 2;
CREATE VIEW v4 AS VALUES (1, 'a'), (2, 'b');
CREATE VIEW v5 (p, q) AS SELECT * FROM t NATURAL LEFT JOIN t AS u CROSS JOIN (SELECT 1) WHERE (a, b) IN (SELECT 1, 2) OR EXISTS (SELECT 1 FROM v1) OR a IS NOT DISTINCT FROM b;
CREATE VIEW v6 AS SELECT ifnull(a, b) ->> '$.a' FROM t INDEXED BY nope;
CREATE VIEW v7 AS SELECT * FROM json_each('[1]') AS j, generate_series(1, 3);

-- case triggers
CREATE TABLE t (a,b);
CREATE TABLE log (x);
CREATE VIEW v AS SELECT * FROM t;
CREATE TRIGGER t1 BEFORE INSERT ON t WHEN CASE WHEN new.a = 'END;' THEN 1 ELSE 0 END BEGIN SELECT CASE new.b WHEN 'BEGIN' THEN RAISE(ABORT, 'no;') WHEN 2 THEN CASE 1 WHEN 1 THEN 'x' END END; INSERT INTO log SELECT 1; END;
CREATE TRIGGER t2 INSTEAD OF UPDATE OF a ON v BEGIN UPDATE t SET a = new.a WHERE rowid = (SELECT CASE WHEN old.a IS NULL THEN 1 ELSE (CASE old.b WHEN 1 THEN 2 END) END); INSERT OR REPLACE INTO log VALUES (1) ON CONFLICT DO NOTHING; END;
CREATE TRIGGER t3 AFTER DELETE ON t FOR EACH ROW BEGIN DELETE FROM log; /* END; */ SELECT 'END'; -- END;
 END;
CREATE TRIGGER t4 AFTER UPDATE ON t BEGIN

UPDATE log SET x = (SELECT max(a) FROM t) FROM t AS u WHERE u.a = x;
END;
CREATE TRIGGER t5 AFTER INSERT ON t BEGIN SELECT RAISE(IGNORE) WHERE new.a IS NULL; SELECT RAISE(ROLLBACK, 'a''b'); END;

-- case fts
CREATE TABLE src (id INTEGER PRIMARY KEY, body TEXT);
CREATE VIRTUAL TABLE f1 USING fts5(body, content='');
CREATE VIRTUAL TABLE f2 USING fts5(body, content='src', content_rowid='id', tokenize = "unicode61 remove_diacritics 0 tokenchars '-_'", columnsize=0, detail=none);
CREATE TRIGGER src_ai AFTER INSERT ON src BEGIN INSERT INTO f2 (rowid, body) VALUES (new.id, new.body); END;
CREATE TRIGGER src_ad AFTER DELETE ON src BEGIN INSERT INTO f2 (f2, rowid, body) VALUES ('delete', old.id, old.body); END;
INSERT INTO src VALUES (1,'hello world');
CREATE VIRTUAL TABLE f3 USING fts4(a, b, notindexed=a, languageid="lid", matchinfo=fts3, prefix="1,2", order=desc);
INSERT INTO f3 (a,b) VALUES ('x','y');
CREATE VIRTUAL TABLE f4 USING fts4aux(f3);
CREATE VIRTUAL TABLE f5 USING fts5vocab(f2, 'col');
CREATE VIRTUAL TABLE "f 6;" USING fts5 ("a b", 'c d');
CREATE VIEW vf AS SELECT rowid, snippet(f2, 0, '<', '>', '…', 5) FROM f2 WHERE f2 MATCH 'hello';

-- case rtree
CREATE VIRTUAL TABLE r USING rtree(id, x0, x1, +data BLOB, +"more data" TEXT);
INSERT INTO r VALUES (1, 0.5, 2, x'00', 'a');
CREATE VIRTUAL TABLE r2 USING rtree_i32(id, a, b, c, d);
CREATE TABLE r2_x (a);
CREATE TRIGGER rt AFTER DELETE ON r2_x BEGIN DELETE FROM r WHERE id = old.a; END;

-- case without-rowid
CREATE TABLE w (a TEXT COLLATE NOCASE, b BLOB, c REAL, PRIMARY KEY (c DESC, a COLLATE RTRIM, b)) WITHOUT ROWID;
INSERT INTO w VALUES ('A',x'00',1.5),('a',x'',-1.5);
CREATE TABLE w2 (k, v, PRIMARY KEY (v, k, v)) WITHOUT ROWID;
INSERT INTO w2 VALUES (1,2);
CREATE UNIQUE INDEX wi ON w (b DESC);

-- case strict
CREATE TABLE s (a INT, b INTEGER PRIMARY KEY, c REAL, d TEXT, e BLOB, f ANY) STRICT;
INSERT INTO s VALUES (1,2,3,'4',x'05','6'),(NULL,3,1e300,'',x'',7.0);
CREATE TABLE s2 (a ANY PRIMARY KEY, b ANY) STRICT, WITHOUT ROWID;
INSERT INTO s2 VALUES ('1',1),(1,'1'),(1.5,x'31');

-- case counters
CREATE TABLE a1 (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
INSERT INTO a1 VALUES (100,1);
DELETE FROM a1;
CREATE TABLE a2 (id INTEGER PRIMARY KEY AUTOINCREMENT);
INSERT INTO a2 VALUES (9223372036854775806);
UPDATE sqlite_sequence SET seq = 5 WHERE name='a1';
INSERT INTO sqlite_sequence VALUES ('ghost', 7);

-- case missing
CREATE VIEW v AS SELECT * FROM nowhere;
CREATE VIEW v2 AS SELECT nofunc(1) FROM v;
CREATE TABLE t (a);
CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT nofunc(new.a) FROM nowhere; END;
CREATE VIEW circ1 AS SELECT * FROM circ2;
CREATE VIEW circ2 AS SELECT * FROM circ1;
CREATE TABLE fk (a REFERENCES nowhere(b), b REFERENCES v, c REFERENCES t(nocolumn));

-- case names-of-ours
CREATE TABLE baseline_gate (a);
CREATE TABLE adonis (x);
CREATE TABLE adonis_schema_ (x);
CREATE VIEW adonis_schema_journal2 AS SELECT 1;
INSERT INTO baseline_gate VALUES (5);
CREATE TABLE schema_migrations (version TEXT PRIMARY KEY);
CREATE TABLE main (main);
CREATE TABLE temp (temp);
CREATE TABLE "temp.baseline_gate" (a);

-- case utf16le
PRAGMA encoding='UTF-16le';
CREATE TABLE "ü€😀" ("ñ" TEXT DEFAULT '😀' CHECK ("ñ" <> 'ß'));
INSERT INTO "ü€😀" VALUES ('a😀b'),('');
CREATE INDEX "😀" ON "ü€😀" ("ñ");

-- case utf16be
PRAGMA encoding='UTF-16be';
CREATE TABLE t (a TEXT PRIMARY KEY) WITHOUT ROWID;
INSERT INTO t VALUES ('é'),('z'),('�'),('😀'),('');

-- case names
CREATE TABLE "-- drop" (a);
CREATE TABLE "/*" (a);
CREATE TABLE "*/" (a);
CREATE TABLE ";" (";");
CREATE TABLE " " (" ", "  ");
CREATE TABLE "\n" (a);
CREATE TABLE "%s%n" (a);
CREATE TABLE "$1 ?1 :a @b" (a);
CREATE TABLE "É" (a);
CREATE TABLE "é" (a);
CREATE TABLE "'" ("'");

-- case defaults
CREATE TABLE t (a DEFAULT x'00ff', b DEFAULT (x'' || 'q'), c DEFAULT -0.0, d DEFAULT +5, e DEFAULT 1e999, f DEFAULT 9223372036854775808, g DEFAULT 0x7fffffffffffffff, h DEFAULT TRUE, i DEFAULT (datetime('now')), j DEFAULT CURRENT_TIME, k DEFAULT "dq", l DEFAULT abc, m DEFAULT NULL, n DEFAULT (NULL), o DEFAULT 'line
break', p DEFAULT ('a' || char(0)), q DEFAULT ((((1)))), r TEXT DEFAULT '' NOT NULL COLLATE nocase, s INT NOT NULL ON CONFLICT REPLACE DEFAULT 7);
INSERT INTO t DEFAULT VALUES;

-- case from-query
CREATE TABLE src (a INT, b TEXT COLLATE NOCASE, c NUMERIC(10,2), d, e BLOB, f DOUBLE);
CREATE TABLE ct AS SELECT *, a+1, 'x''y', count(*) OVER () AS "n n" FROM src;
CREATE TABLE ct2 AS SELECT 1 AS a, 2 AS a, 3 AS "a:1";
INSERT INTO ct VALUES (1,2,3,4,5,6,7,8,9);

-- case temporary
CREATE TABLE t (a);
CREATE TEMP TABLE tt (a);
CREATE TEMP TRIGGER tmt AFTER INSERT ON t BEGIN SELECT 1; END;
CREATE TEMP VIEW tv AS SELECT * FROM t;
ATTACH ':memory:' AS other;
CREATE TABLE other.x (a);
CREATE TABLE IF NOT EXISTS main.q (a);

-- case circles
CREATE TABLE a (id INTEGER PRIMARY KEY, b REFERENCES b);
CREATE TABLE b (id INTEGER PRIMARY KEY, a REFERENCES a);
INSERT INTO a VALUES (1,2),(2,NULL);
INSERT INTO b VALUES (2,1);
CREATE TABLE s (id INTEGER PRIMARY KEY, up REFERENCES s);
INSERT INTO s VALUES (1,3),(2,1),(3,NULL);
CREATE TRIGGER at AFTER INSERT ON a BEGIN INSERT INTO log VALUES (new.id); END;
CREATE TABLE log (x);

-- case checks
CREATE TABLE t (a CHECK (a IN ('x;', "dq")), b CONSTRAINT "c 1" CHECK (b > 0) CONSTRAINT c2 NOT NULL, CONSTRAINT c3 CHECK (a LIKE '%;%' OR 1), CONSTRAINT c4 UNIQUE (a, b) ON CONFLICT IGNORE, CONSTRAINT c5 FOREIGN KEY (a) REFERENCES t (b) ON DELETE SET NULL ON UPDATE CASCADE MATCH PARTIAL NOT DEFERRABLE INITIALLY IMMEDIATE);
INSERT INTO t VALUES ('x;',1);
CREATE TABLE t2 (a CONSTRAINT x, b CONSTRAINT y CONSTRAINT z UNIQUE);

-- case types
CREATE TABLE t (a "weird type"(1,2), b 'str type', c [br type], d VARCHAR(255) , e DOUBLE PRECISION, f BIGINT UNSIGNED, g NATIONAL VARYING CHARACTER (55), h FLOATING POINT, i CHARINT, j NUMERIC(+10,-2), k "");

-- case one-name
CREATE TABLE t (t, i, v);
CREATE INDEX i ON t (i);
CREATE VIEW v AS SELECT t AS v FROM t;
CREATE TRIGGER t AFTER INSERT ON t BEGIN SELECT 1; END;

-- case shadow-names
CREATE TABLE f_data (a);
CREATE TABLE f_idx (a);
CREATE TABLE f (a);
CREATE TABLE g_content (a);
CREATE VIRTUAL TABLE f9 USING fts5(a);
CREATE TABLE f9_dat (a);
CREATE TABLE f9_data2 (a);
CREATE VIEW f9_view AS SELECT * FROM f9_data;
CREATE TRIGGER shtr AFTER INSERT ON f9_config BEGIN SELECT 1; END;
CREATE INDEX shix ON f9_docsize (sz);

-- case almost-internal
CREATE TABLE t (a);
CREATE TABLE sqlit (a);
CREATE TABLE "sqlite" (a);
CREATE VIEW sqlitex_ AS SELECT name FROM sqlite_schema;
CREATE VIEW sm AS SELECT sql FROM sqlite_master WHERE type='table';

-- case conflicts
CREATE TABLE t (a INTEGER PRIMARY KEY ON CONFLICT REPLACE AUTOINCREMENT, b UNIQUE ON CONFLICT ABORT, c NOT NULL ON CONFLICT FAIL DEFAULT 'x');
INSERT INTO t VALUES (5,6,7);

-- case unique
CREATE TABLE t (a, b, UNIQUE (a), UNIQUE (a), UNIQUE (b, a), PRIMARY KEY (a));
CREATE UNIQUE INDEX sqlitex ON t (a);
INSERT INTO t VALUES (1,1);
CREATE TABLE "sqlite autoindex" (a UNIQUE);

-- case json
CREATE TABLE j (d TEXT CHECK (json_valid(d)), x AS (d ->> '$.a;') STORED, y AS (json_extract(d, '$."k;"')));
CREATE INDEX jx ON j (d -> '$.b');
INSERT INTO j (d) VALUES ('{"a;": "é\u0001"}');

-- case case-of-names
CREATE TABLE "Ta" (a, "A b");
CREATE INDEX "tA_i" ON Ta (A);
CREATE TRIGGER "tr_Up" AFTER INSERT ON TA BEGIN SELECT NEW.a; END;
CREATE VIEW "vW" AS SELECT A FROM tA;

-- case rows
CREATE TABLE each_value (id INTEGER PRIMARY KEY, v);
INSERT INTO each_value VALUES (1, NULL);
INSERT INTO each_value VALUES (2, 0);
INSERT INTO each_value VALUES (3, -0.0);
INSERT INTO each_value VALUES (4, 1e999);
INSERT INTO each_value VALUES (5, -1e999);
INSERT INTO each_value VALUES (6, 9223372036854775807);
INSERT INTO each_value VALUES (7, -9223372036854775808);
INSERT INTO each_value VALUES (8, 1.5);
INSERT INTO each_value VALUES (9, 1e308);
INSERT INTO each_value VALUES (10, 5e-324);
INSERT INTO each_value VALUES (11, 0.1);
INSERT INTO each_value VALUES (12, 1.0/3);
INSERT INTO each_value VALUES (13, 123456789012345680.0);
INSERT INTO each_value VALUES (14, 9007199254740993.0);
INSERT INTO each_value VALUES (15, 1e15);
INSERT INTO each_value VALUES (16, 1e16);
INSERT INTO each_value VALUES (17, -1e-7);
INSERT INTO each_value VALUES (18, '');
INSERT INTO each_value VALUES (19, 'a' || char(0) || 'b');
INSERT INTO each_value VALUES (20, char(0));
INSERT INTO each_value VALUES (21, 'é😀');
INSERT INTO each_value VALUES (22, x'');
INSERT INTO each_value VALUES (23, x'00ff');
INSERT INTO each_value VALUES (24, 'it''s');
INSERT INTO each_value VALUES (25, '"');
INSERT INTO each_value VALUES (26, 'line' || char(13, 10, 9) || 'break');
INSERT INTO each_value VALUES (27, char(65279));
INSERT INTO each_value VALUES (28, '-- x');
INSERT INTO each_value VALUES (29, 'NULL');
INSERT INTO each_value VALUES (30, '1e5');
INSERT INTO each_value VALUES (31, CAST(zeroblob(70000) AS TEXT));
INSERT INTO each_value VALUES (32, zeroblob(70000));
INSERT INTO each_value VALUES (33, 1e999 - 1e999);
INSERT INTO each_value VALUES (34, CAST(x'ff' AS TEXT));
INSERT INTO each_value VALUES (35, CAST(x'c328' AS TEXT));
INSERT INTO each_value VALUES (36, CAST(x'eda080' AS TEXT));
INSERT INTO each_value VALUES (37, CAST(x'61ff62' AS TEXT));
INSERT INTO each_value VALUES (38, CAST(x'f4908080' AS TEXT));
INSERT INTO each_value VALUES (39, CAST(x'c080' AS TEXT));
INSERT INTO each_value VALUES (40, CAST(x'61c0' AS TEXT));
INSERT INTO each_value VALUES (41, CAST(x'efbbbf' AS TEXT));
INSERT INTO each_value VALUES (42, CAST(x'edb080' AS TEXT));
INSERT INTO each_value VALUES (43, CAST(x'ff00' AS TEXT));
CREATE TABLE no_key (a, b);
INSERT INTO no_key SELECT v, v FROM each_value;
INSERT INTO no_key (rowid, a, b) VALUES (-5, 1, 2), (9223372036854775807, 'x', NULL);
CREATE TABLE text_key (k TEXT PRIMARY KEY, v);
INSERT OR IGNORE INTO text_key SELECT v, id FROM each_value WHERE typeof(v) = 'text';
CREATE TABLE any_key (k PRIMARY KEY, v);
INSERT INTO any_key VALUES (NULL, 1), (NULL, 2), (x'31', 3), ('1', 4), (1, 5);
CREATE TABLE affinities (r REAL, i INTEGER, t TEXT, n NUMERIC, b BLOB);
INSERT INTO affinities VALUES (1, 1.0, 1, '1', 1), (1e15, 1e15, 1e15, 1e15, 1e15), (0.1, 0.1, 0.1, 0.1, 0.1),
    (9007199254740993, 9007199254740993, 9007199254740993, '9007199254740993', 9007199254740993);
CREATE TABLE named_rowid (rowid TEXT, _rowid_ TEXT, x);
INSERT INTO named_rowid VALUES ('a', 'b', 1), ('a', 'b', 1);
CREATE TABLE no_rowid_left (rowid, _rowid_, oid);
INSERT INTO no_rowid_left VALUES (1, 2, 3);
CREATE TABLE desc_key (id INTEGER PRIMARY KEY DESC, x);
INSERT INTO desc_key VALUES (1, 2), (NULL, 3);
CREATE TABLE empty (a);
