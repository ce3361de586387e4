-- What only MySQL has (8 and 9). After portable.sql and newer.sql.
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
SET foreign_key_checks = 0;

CREATE TABLE functional (
  a int, b varchar(20), j json,
  KEY plus ((a + 1)), KEY two ((lower(b)), a DESC), UNIQUE KEY ((abs(a))),
  KEY many ((cast(j->'$.z' AS unsigned ARRAY)))
) ENGINE=InnoDB;
CREATE TABLE hidden (a int, b int INVISIBLE DEFAULT 5, c varchar(10) COMMENT 'x' INVISIBLE, KEY not_used (a) INVISIBLE) ENGINE=InnoDB;
CREATE TABLE not_enforced (a int, CONSTRAINT loose CHECK (a > 0) NOT ENFORCED, CONSTRAINT strict CHECK (a < 9)) ENGINE=InnoDB;
CREATE TABLE generated_not_null (a int NOT NULL, b int AS (a + 1) STORED NOT NULL, c int GENERATED ALWAYS AS (a) VIRTUAL NOT NULL COMMENT 'c') ENGINE=InnoDB;
CREATE TABLE referenced (id int PRIMARY KEY, g point NOT NULL SRID 4326, SPATIAL KEY (g)) ENGINE=InnoDB;
CREATE TABLE mysql_types (a binary(16) DEFAULT (uuid_to_bin(uuid())), b json DEFAULT (json_array(1, 'x;')), v vector(3), y year) ENGINE=InnoDB;
CREATE TABLE mysql_options (a int) ENGINE=InnoDB COMPRESSION='zlib' AUTOEXTEND_SIZE=4194304;
CREATE TABLE engine_attribute (a int) ENGINE=InnoDB COMMENT='ATTRIBUTE';
CREATE TABLE collated_0900 (a varchar(10) COLLATE utf8mb4_0900_as_cs, b varchar(10) COLLATE utf8mb4_ja_0900_as_cs) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci;
CREATE TABLE archived (a int) ENGINE=ARCHIVE;
CREATE TABLE black (a int, KEY (a)) ENGINE=BLACKHOLE;
SET sql_generate_invisible_primary_key = ON;
CREATE TABLE invisible_key (a int, b varchar(10)) ENGINE=InnoDB;
SET sql_generate_invisible_primary_key = OFF;
CREATE TABLE ngram_words (a text, FULLTEXT KEY n (a) WITH PARSER ngram) ENGINE=InnoDB;
CREATE TABLE partition_visible (id int NOT NULL, PRIMARY KEY (id)) ENGINE=InnoDB PARTITION BY KEY ALGORITHM=2 (id) PARTITIONS 4;
CREATE VIEW laterals AS SELECT t.id, l.n FROM types t, LATERAL (SELECT t.id + 1 AS n) AS l;
CREATE VIEW values_rows AS SELECT * FROM (VALUES ROW(1, 'a;'), ROW(2, 'b')) AS v (x, y);
CREATE VIEW json_tables AS SELECT jt.* FROM json_table_ t, JSON_TABLE(t.j, '$[*]' COLUMNS (i FOR ORDINALITY, v int PATH '$.v' DEFAULT '5' ON EMPTY)) AS jt;

-- Routines in another language, and what they share; the database's own name is in what uses it.
DELIMITER ;;
CREATE LIBRARY `lib ``1``` COMMENT 'it''s; \\ "x"' LANGUAGE JAVASCRIPT AS $js$ // a 'comment'; `x` $$
export function f(n) { return n + 1; } /* \ \\ \n 'é' AS $$ */ $js$;;
CREATE LIBRARY empty_library LANGUAGE JAVASCRIPT AS $$ $$;;
CREATE FUNCTION uses_library(n int) RETURNS int DETERMINISTIC LANGUAGE JAVASCRIPT USING (`lib ``1``` AS l, `@DB@`.empty_library) AS $$ return l.f(n) + '\\;'; $$;;
CREATE PROCEDURE `in script`(IN n int, OUT s varchar(20)) LANGUAGE JAVASCRIPT AS $x$ s = "it''s;" + `${n}`;
AS: s; $x$;;
DELIMITER ;
