-- What only MariaDB has (10.11). After portable.sql and newer.sql.
SET sql_mode = 'NO_ENGINE_SUBSTITUTION,IGNORE_BAD_TABLE_OPTIONS';
SET foreign_key_checks = 0;
SET innodb_strict_mode = OFF;

-- Sequences; the database's own name is in what uses them.
CREATE SEQUENCE numbers;
CREATE SEQUENCE odd_numbers START WITH 1001 MINVALUE 1 MAXVALUE 9999 INCREMENT BY 2 CACHE 0 CYCLE;
CREATE SEQUENCE backwards START WITH -1 INCREMENT BY -1 MINVALUE -1000 MAXVALUE -1;
CREATE SEQUENCE in_aria START WITH 5 CACHE 10 NOCYCLE ENGINE=Aria COMMENT='a ''sequence''';
CREATE SEQUENCE `@DB@_` START WITH 7;
CREATE SEQUENCE `odd ``name``` START WITH 3;
SELECT NEXTVAL(numbers), NEXTVAL(numbers), NEXTVAL(odd_numbers), SETVAL(backwards, -10) INTO @a, @b, @c, @d;
CREATE TABLE numbered (
  id bigint NOT NULL DEFAULT nextval(numbers),
  other bigint DEFAULT nextval(`@DB@`.odd_numbers),
  odd bigint DEFAULT (nextval(`odd ``name```) + 5),
  literal varchar(50) DEFAULT 'nextval(`@DB@`.`numbers`)',
  far bigint DEFAULT nextval(`@OTHER@`.far_numbers),
  PRIMARY KEY (id)
) ENGINE=InnoDB;
CREATE VIEW next_number AS SELECT nextval(numbers) AS n, NEXT VALUE FOR odd_numbers AS o, lastval(numbers) AS l;

-- A counter that may be NULL.
CREATE TABLE counter_or_null (a int, f tinyint AUTO_INCREMENT NULL COMMENT 'AUTO_INCREMENT', KEY (f)) ENGINE=InnoDB;

-- System versioning and periods.
CREATE TABLE versioned (a int) ENGINE=InnoDB WITH SYSTEM VERSIONING;
CREATE TABLE versioned_columns (
  a int, b int WITHOUT SYSTEM VERSIONING,
  s timestamp(6) GENERATED ALWAYS AS ROW START, e timestamp(6) GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (s, e)) ENGINE=InnoDB WITH SYSTEM VERSIONING;
CREATE TABLE versioned_hidden (
  a int,
  s timestamp(6) GENERATED ALWAYS AS ROW START INVISIBLE, e timestamp(6) GENERATED ALWAYS AS ROW END INVISIBLE,
  PERIOD FOR SYSTEM_TIME (s, e)) ENGINE=InnoDB WITH SYSTEM VERSIONING;
CREATE TABLE versioned_by_transaction (
  a int,
  s bigint unsigned GENERATED ALWAYS AS ROW START, e bigint unsigned GENERATED ALWAYS AS ROW END,
  PERIOD FOR SYSTEM_TIME (s, e)) ENGINE=InnoDB WITH SYSTEM VERSIONING;
CREATE TABLE versioned_partitions (a int) ENGINE=InnoDB WITH SYSTEM VERSIONING
 PARTITION BY SYSTEM_TIME LIMIT 1000 (PARTITION p0 HISTORY, PARTITION p1 HISTORY, PARTITION pc CURRENT);
CREATE TABLE versioned_interval (a int) ENGINE=InnoDB WITH SYSTEM VERSIONING
 PARTITION BY SYSTEM_TIME INTERVAL 1 MONTH STARTS '2030-01-01 00:00:00' PARTITIONS 3;
CREATE TABLE some_versioned (a int WITH SYSTEM VERSIONING, b int) ENGINE=InnoDB;
CREATE TABLE applied (id int, f date, t date, PERIOD FOR valid (f, t), PRIMARY KEY (id, valid WITHOUT OVERLAPS)) ENGINE=InnoDB;
CREATE TABLE bitemporal (id int, f date, t date, PERIOD FOR `valid it's` (f, t), UNIQUE KEY (id, `valid it's` WITHOUT OVERLAPS)) ENGINE=InnoDB WITH SYSTEM VERSIONING;
CREATE VIEW as_of AS SELECT * FROM versioned FOR SYSTEM_TIME AS OF TIMESTAMP '2030-01-01 00:00:00';
CREATE VIEW all_of AS SELECT a FROM versioned FOR SYSTEM_TIME ALL;

-- Columns and their checks.
CREATE TABLE hidden (
  a int,
  b int INVISIBLE DEFAULT 5,
  c varchar(10) INVISIBLE NOT NULL DEFAULT 'x' COMMENT 'hidden',
  d int AS (a + 1) VIRTUAL INVISIBLE
) ENGINE=InnoDB;
CREATE TABLE column_checks (
  a int COMMENT 'first' CHECK (a > 0),
  b varchar(20) NOT NULL DEFAULT 'x' CHECK (b <> 'it''s') ,
  c json DEFAULT '{"a;b": 1}',
  d longtext CHARACTER SET utf8mb4 COLLATE utf8mb4_bin CHECK (json_valid(d)),
  CONSTRAINT whole CHECK (a < 10 OR b = 'y')
) ENGINE=InnoDB;
CREATE TABLE maria_types (
  u uuid DEFAULT uuid(), i inet6, j inet4 DEFAULT '127.0.0.1',
  c varchar(1000) COMPRESSED, t text COMPRESSED DEFAULT 'x', b blob COMPRESSED,
  r point REF_SYSTEM_ID=101,
  d datetime DEFAULT current_timestamp() ON UPDATE current_timestamp(),
  bin binary(4) DEFAULT 'ab\0\0', vb varbinary(4) DEFAULT x'FF00',
  v varchar(10) DEFAULT user(), n int DEFAULT (length(v))
) ENGINE=InnoDB;
CREATE TABLE uca (a varchar(10) COLLATE utf8mb4_uca1400_as_cs, b varchar(10) COLLATE utf8mb4_uca1400_swedish_ai_ci) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_uca1400_ai_ci;

-- Indexes.
CREATE TABLE long_unique (a blob, b text, c varchar(4000), UNIQUE KEY (a), UNIQUE KEY `two` (b, c) USING HASH) ENGINE=InnoDB;
CREATE TABLE ignored_index (a int, b int, KEY ign (a) IGNORED, KEY (b)) ENGINE=InnoDB;
CREATE TABLE aria_table (a int, b text, c point NOT NULL, FULLTEXT KEY (b), SPATIAL KEY (c)) ENGINE=Aria TRANSACTIONAL=0 PAGE_CHECKSUM=1 ROW_FORMAT=PAGE;

-- Options.
CREATE TABLE page_compressed (a int) ENGINE=InnoDB PAGE_COMPRESSED=1 PAGE_COMPRESSION_LEVEL=9;
CREATE TABLE unknown_options (a int FOO='bar' BAZ=5, b int, KEY (b) KEYOPT='x;y') ENGINE=InnoDB TABLEOPT='it''s' ODD_NAME=7;
CREATE TABLE odd_row_format (a int) ENGINE=InnoDB ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=8;
CREATE TABLE sequence_like (seq int) ENGINE=InnoDB WITH SYSTEM VERSIONING COMMENT='WITH SYSTEM VERSIONING';
CREATE OR REPLACE TABLE emoji_comment (a int COMMENT '😀') ENGINE=InnoDB COMMENT='😀 AUTO_INCREMENT=3';

-- Routines of MariaDB.
DELIMITER $$
CREATE AGGREGATE FUNCTION agg(x int) RETURNS int DETERMINISTIC
BEGIN
  DECLARE s int DEFAULT 0;
  DECLARE CONTINUE HANDLER FOR NOT FOUND RETURN s;
  LOOP FETCH GROUP NEXT ROW; SET s = s + x; END LOOP;
END$$
CREATE PROCEDURE row_types() BEGIN DECLARE r ROW TYPE OF types; DECLARE v TYPE OF types.id; FOR i IN 1..3 DO SELECT i; END FOR; END$$
CREATE FUNCTION default_parameter(a inet6) RETURNS uuid RETURN uuid()$$
SET sql_mode = 'ORACLE'$$
CREATE PACKAGE pack AS
  -- specification; it's
  PROCEDURE p1(a INT);
  FUNCTION f1 RETURN INT;
END$$
CREATE PACKAGE BODY pack AS
  total INT := 0; /* ;; */
  FUNCTION f1 RETURN INT AS BEGIN RETURN total + 1; END;
  PROCEDURE p1(a INT) AS BEGIN total := total + a; SELECT ';;' || '*/', f1(); END;
BEGIN
  total := 5;
END$$
CREATE PACKAGE "only ""spec""" AS FUNCTION f RETURN VARCHAR(10); END$$
CREATE PROCEDURE oracle_proc(a IN OUT INT, b IN VARCHAR) AS c INT := 5; BEGIN <<l>> FOR i IN 1..a LOOP NULL; END LOOP; GOTO e; <<e>> NULL; a := c; END$$
CREATE FUNCTION oracle_function(a NUMBER) RETURN VARCHAR2(20) AS BEGIN RETURN 'x' || a; END$$
CREATE VIEW oracle_view AS SELECT 'a' || NULL AS x, NVL(NULL, 'y') AS y$$
CREATE TRIGGER oracle_trigger AFTER UPDATE ON stats FOR EACH ROW BEGIN IF :NEW.a > 5 THEN NULL; END IF; END$$
SET sql_mode = 'MSSQL'$$
CREATE PROCEDURE [in brackets]() SELECT [id] FROM [types]$$
SET sql_mode = 'EMPTY_STRING_IS_NULL,SIMULTANEOUS_ASSIGNMENT,TIME_ROUND_FRACTIONAL,NO_AUTO_CREATE_USER'$$
CREATE PROCEDURE maria_modes() SELECT ''$$
SET sql_mode = 'NO_ENGINE_SUBSTITUTION'$$
CREATE PROCEDURE uses_sequence() SELECT nextval(`@DB@`.numbers)$$
CREATE OR REPLACE TRIGGER if_changed BEFORE UPDATE ON stats FOR EACH ROW SET @u = 1$$
DELIMITER ;
ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci COMMENT = 'it''s the database; -- é';
