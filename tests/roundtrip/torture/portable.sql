-- What every server from MySQL 5.6 on has. @DB@ is the name of the database, @OTHER@ that of another one with a
-- table "far" (id). Loaded by the stock client with --comments.
SET sql_mode = 'NO_ENGINE_SUBSTITUTION,ALLOW_INVALID_DATES';
SET foreign_key_checks = 0;

-- Columns of every type.
CREATE TABLE types (
  id bigint unsigned NOT NULL AUTO_INCREMENT,
  a_bit bit(7) DEFAULT b'101',
  a_tiny tinyint(1) DEFAULT '0',
  a_tiny_u tinyint unsigned,
  a_small smallint(5) unsigned zerofill DEFAULT '00012',
  a_medium mediumint NOT NULL DEFAULT '-5',
  an_int int unsigned,
  a_dec decimal(65,30) DEFAULT '1.5',
  a_dec_u decimal(10,2) unsigned,
  a_float float(7,3),
  a_double double DEFAULT '1e100',
  a_date date DEFAULT '2020-01-31',
  a_zero_date date NOT NULL DEFAULT '0000-00-00',
  a_part_date date DEFAULT '2020-00-00',
  an_invalid_date date DEFAULT '2020-02-31',
  a_time time(3),
  a_datetime datetime(6) DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  a_stamp timestamp NULL DEFAULT NULL,
  a_stamp_n timestamp NOT NULL DEFAULT '0000-00-00 00:00:00',
  a_stamp_u timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP ON UPDATE CURRENT_TIMESTAMP,
  a_year year(4),
  a_char char(3) CHARACTER SET latin1 COLLATE latin1_german2_ci DEFAULT 'ä',
  a_binary_char char(5) CHARACTER SET ascii COLLATE ascii_bin,
  a_varchar varchar(255) NOT NULL DEFAULT '',
  a_quoted varchar(99) DEFAULT 'it''s "x" \\ `y` AUTO_INCREMENT=7 -- no /* no */ ; $$',
  a_newline varchar(20) DEFAULT 'a\nb\tc\r\n',
  a_utf varchar(20) DEFAULT 'é😀表',
  a_binary binary(4) DEFAULT 'ab\0\0',
  a_varbinary varbinary(8) DEFAULT 'x',
  a_tinytext tinytext,
  a_text text CHARACTER SET utf8mb4 COLLATE utf8mb4_bin,
  a_medium_text mediumtext,
  a_longtext longtext,
  a_blob blob,
  a_longblob longblob,
  an_enum enum('a','b''c','d,e','','é','f\\g') NOT NULL DEFAULT 'b''c',
  a_set set('x','y z','`q`') DEFAULT 'x,y z',
  a_point point,
  a_geometry geometry,
  PRIMARY KEY (id)
) ENGINE=InnoDB AUTO_INCREMENT=4711 DEFAULT CHARSET=utf8mb4 COMMENT='AUTO_INCREMENT=12 is a counter; ''quoted'' \\ -- text */ /* é';
INSERT INTO types (a_zero_date, a_stamp_n) VALUES ('0000-00-00', '0000-00-00 00:00:00');

-- No default, not even NULL: MySQL tells it from DEFAULT NULL, MariaDB has not got it.
CREATE TABLE no_defaults (a int, `b``,` varchar(5) COMMENT 'x, DEFAULT', c timestamp NULL, d enum('a,)'), kept char(3), KEY (a)) ENGINE=InnoDB;
ALTER TABLE no_defaults ALTER a DROP DEFAULT, ALTER `b``,` DROP DEFAULT, ALTER c DROP DEFAULT, ALTER d DROP DEFAULT;

-- AUTO_INCREMENT at every place but that of the counter.
CREATE TABLE `auto AUTO_INCREMENT=5` (
  `AUTO_INCREMENT=9` int NOT NULL AUTO_INCREMENT COMMENT ') ENGINE=InnoDB AUTO_INCREMENT=3',
  `
) ENGINE=InnoDB AUTO_INCREMENT=8` int DEFAULT NULL,
  KEY (`AUTO_INCREMENT=9`)
) ENGINE=InnoDB AUTO_INCREMENT=100 DEFAULT CHARSET=utf8mb4 COMMENT='
) ENGINE=InnoDB AUTO_INCREMENT=77';
CREATE TABLE second_column (a int NOT NULL, b int NOT NULL AUTO_INCREMENT, PRIMARY KEY (a, b)) ENGINE=MyISAM AUTO_INCREMENT=5;

-- Character sets and collations of tables and columns.
CREATE TABLE collated (
  a varchar(20) COLLATE utf8mb4_bin,
  b varchar(20) CHARACTER SET utf8,
  c varchar(20) CHARACTER SET latin1,
  d varchar(20) CHARACTER SET latin1 COLLATE latin1_bin,
  e varchar(20) CHARACTER SET binary,
  f varchar(20) CHARACTER SET sjis,
  g varchar(20) CHARACTER SET gbk DEFAULT '表',
  h char(36) CHARACTER SET ascii COMMENT 'é'
) ENGINE=InnoDB DEFAULT CHARSET=latin1 COLLATE=latin1_spanish_ci;
CREATE TABLE swedish (a varchar(5), b text) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_swedish_ci;

-- Indexes.
CREATE TABLE indexed (
  id int NOT NULL,
  a varchar(200) DEFAULT NULL,
  b text,
  c int NOT NULL,
  d blob,
  g point NOT NULL,
  PRIMARY KEY (id, c),
  UNIQUE KEY `unique` (c, a(10)),
  KEY prefix (a(10), b(20)),
  KEY hashed (c) USING HASH,
  KEY tree (c, id) USING BTREE COMMENT 'it''s; -- /* a comment */',
  KEY sized (a(20)) KEY_BLOCK_SIZE=1,
  KEY bytes (d(30)),
  FULLTEXT KEY words (b),
  FULLTEXT KEY both_of_them (a, b)
) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;
CREATE TABLE spatial_old (id int, g geometry NOT NULL, SPATIAL KEY (g)) ENGINE=MyISAM;
CREATE TABLE packed (a char(100), KEY (a)) ENGINE=MyISAM MAX_ROWS=1000 MIN_ROWS=10 AVG_ROW_LENGTH=50 CHECKSUM=1 PACK_KEYS=1 DELAY_KEY_WRITE=1 ROW_FORMAT=FIXED;

-- Engines of the core.
CREATE TABLE in_memory (a int NOT NULL, b varchar(10), PRIMARY KEY (a) USING HASH, KEY (b) USING BTREE) ENGINE=MEMORY MAX_ROWS=100;
CREATE TABLE comma_separated (a int NOT NULL, b varchar(10) NOT NULL) ENGINE=CSV;
CREATE TABLE part_1 (a int, b int, KEY (a)) ENGINE=MyISAM;
CREATE TABLE part_2 LIKE part_1;
CREATE TABLE `part;3` LIKE part_1;
CREATE TABLE merged (a int, b int, KEY (a)) ENGINE=MRG_MyISAM UNION=(part_1,part_2,`part;3`) INSERT_METHOD=LAST;
CREATE TABLE stats (a int PRIMARY KEY) ENGINE=InnoDB STATS_PERSISTENT=1 STATS_AUTO_RECALC=0 STATS_SAMPLE_PAGES=20 ROW_FORMAT=COMPACT;
CREATE TABLE dynamic_rows (a int PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=DYNAMIC;
CREATE TABLE redundant_rows (a int PRIMARY KEY) ENGINE=InnoDB ROW_FORMAT=REDUNDANT;
CREATE TABLE no_columns_worth (a int) ENGINE=InnoDB COMMENT='';

-- Partitions.
CREATE TABLE by_range (id int NOT NULL, d date NOT NULL, PRIMARY KEY (id, d)) ENGINE=InnoDB
 PARTITION BY RANGE (YEAR(d)) SUBPARTITION BY HASH (id) (
  PARTITION p0 VALUES LESS THAN (2000) (SUBPARTITION s0, SUBPARTITION s1),
  PARTITION p1 VALUES LESS THAN (2010) COMMENT = 'it''s; a /* partition */' (SUBPARTITION s2, SUBPARTITION s3),
  PARTITION p2 VALUES LESS THAN MAXVALUE (SUBPARTITION s4, SUBPARTITION s5));
CREATE TABLE by_columns (a int, b varchar(10)) ENGINE=InnoDB
 PARTITION BY RANGE COLUMNS (a, b) (PARTITION p0 VALUES LESS THAN (1, 'a;b'), PARTITION p1 VALUES LESS THAN (5, 'it''s'), PARTITION p2 VALUES LESS THAN (MAXVALUE, MAXVALUE));
CREATE TABLE by_list (a int) ENGINE=InnoDB PARTITION BY LIST (a) (PARTITION p0 VALUES IN (1, 2, NULL), PARTITION `p;1` VALUES IN (3) MAX_ROWS = 9);
CREATE TABLE by_hash (a int) ENGINE=InnoDB PARTITION BY LINEAR HASH (a) PARTITIONS 3;
CREATE TABLE by_key (a int PRIMARY KEY) ENGINE=InnoDB PARTITION BY KEY () PARTITIONS 2;

-- Foreign keys: cycles, to itself, to what is missing, to another database, every action.
CREATE TABLE cycle_b (id int PRIMARY KEY, a int, KEY (a), CONSTRAINT b_to_a FOREIGN KEY (a) REFERENCES cycle_a (id) ON DELETE SET NULL ON UPDATE CASCADE) ENGINE=InnoDB;
CREATE TABLE cycle_a (id int PRIMARY KEY, b int, KEY (b), CONSTRAINT `a to b; it's` FOREIGN KEY (b) REFERENCES cycle_b (id) ON DELETE NO ACTION) ENGINE=InnoDB;
CREATE TABLE to_itself (id int PRIMARY KEY, parent int, FOREIGN KEY (parent) REFERENCES to_itself (id) ON DELETE CASCADE) ENGINE=InnoDB;
CREATE TABLE to_another (id int PRIMARY KEY, far_id int, CONSTRAINT to_far FOREIGN KEY (far_id) REFERENCES `@OTHER@`.`far` (id)) ENGINE=InnoDB;
CREATE TABLE `zz parent` (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b)) ENGINE=InnoDB;
CREATE TABLE `aa child` (x int, y int, FOREIGN KEY (x, y) REFERENCES `zz parent` (a, b) ON UPDATE RESTRICT, FOREIGN KEY (x) REFERENCES cycle_a (id)) ENGINE=InnoDB;
CREATE TABLE orphan (id int PRIMARY KEY, x int, KEY (x), CONSTRAINT to_nowhere FOREIGN KEY (x) REFERENCES not_there (id)) ENGINE=InnoDB;

-- Names.
CREATE TABLE `@DB@` (`@DB@` int, id int) ENGINE=InnoDB;
CREATE TABLE `select` (`from` int, `where` int, `key` int, KEY `order` (`from`)) ENGINE=InnoDB;
CREATE TABLE `a``b` (`c``d` int, `e"f` int, `g'h` int, `i\j` int, KEY `k``l` (`c``d`)) ENGINE=InnoDB;
CREATE TABLE `line
break` (`col
umn` int) ENGINE=InnoDB;
CREATE TABLE `x
DROP TABLE types; -- */` (a int) ENGINE=InnoDB;
CREATE TABLE `x
\! touch injected` (a int) ENGINE=InnoDB;
CREATE TABLE `x
DELIMITER //
y` (a int) ENGINE=InnoDB;
CREATE TABLE `x */ ; DROP TABLE types; /*` (`*/` int, `--` int, `#` int, `\\!` int) ENGINE=InnoDB COMMENT='*/ \! ; DELIMITER';
CREATE TABLE `100%` (`%s%n` int, `a_b` int) ENGINE=InnoDB;
CREATE TABLE `a_b` (a int) ENGINE=InnoDB;
CREATE TABLE `aXb` (a int) ENGINE=InnoDB;
CREATE TABLE `UPPER` (a int) ENGINE=InnoDB;
CREATE TABLE `upper` (a int) ENGINE=InnoDB;
CREATE TABLE `表é€ñ` (`列` int, `ﬁ` int) ENGINE=InnoDB;
CREATE TABLE `1234567890123456789012345678901234567890123456789012345678901234` (`1234567890123456789012345678901234567890123456789012345678901234` int) ENGINE=InnoDB;
CREATE TABLE `表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表表` (a int) ENGINE=InnoDB;
CREATE TABLE ` lead` (` x` int) ENGINE=InnoDB;
CREATE TABLE `12` (`1e5` int, `0x1` int) ENGINE=InnoDB;
CREATE TABLE `$dollar` (`$` int) ENGINE=InnoDB;
CREATE TABLE `dot.ted` (`a.b` int) ENGINE=InnoDB;
CREATE TABLE `baseline` (a int) ENGINE=InnoDB;

-- Views.
CREATE VIEW z_first AS SELECT id, a_varchar FROM types;
CREATE VIEW y_second AS SELECT * FROM z_first;
CREATE VIEW a_third AS SELECT y.id, s.a FROM y_second y JOIN stats s ON s.a = y.id;
CREATE ALGORITHM=TEMPTABLE SQL SECURITY INVOKER VIEW temptable AS SELECT id FROM types WHERE id > 5;
CREATE ALGORITHM=MERGE VIEW checked AS SELECT id, an_int FROM types WHERE an_int > 0 WITH CASCADED CHECK OPTION;
CREATE VIEW checked_local AS SELECT id, an_int FROM checked WHERE an_int < 100 WITH LOCAL CHECK OPTION;
CREATE VIEW literal AS SELECT 'WITH CASCADED CHECK OPTION' AS a, ' WITH LOCAL CHECK OPTION */' AS b, 'it''s /* not */ a -- comment; #' AS c, "double ""quoted""" AS d, 'back\\slash' AS e, 'DEFINER=`x`@`y`' AS f, '`@DB@`.`types`' AS g;
CREATE VIEW named (`one
``1```, `two "2"`) AS SELECT 1, 'é😀';
CREATE VIEW auto_named AS SELECT 1 + 1, (SELECT max(id) FROM types), 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz', ' blank ' FROM DUAL;
CREATE VIEW own_name AS SELECT `@DB@`.`@DB@`.`id` FROM `@DB@`.`@DB@`;
CREATE VIEW own_alias AS SELECT `@DB@`.id FROM types AS `@DB@`;
CREATE VIEW own_column AS SELECT t.`@DB@` FROM `@DB@` t;
CREATE VIEW from_another AS SELECT f.id, t.a_varchar FROM `@OTHER@`.far f LEFT JOIN types t ON t.id = f.id WHERE t.a_varchar <> '`@DB@`.`types`';
CREATE VIEW unioned AS SELECT id FROM types UNION ALL (SELECT c FROM indexed ORDER BY c LIMIT 3) UNION SELECT 5;
CREATE VIEW joined AS SELECT t.id FROM (types t JOIN stats s ON t.id = s.a) LEFT JOIN (cycle_a a JOIN cycle_b b ON a.id = b.id) ON a.id = t.id;
CREATE VIEW grouped AS SELECT an_int, count(DISTINCT id) AS n, group_concat(a_varchar ORDER BY id DESC SEPARATOR ';') AS l FROM types GROUP BY an_int HAVING count(*) > 1 ORDER BY n DESC LIMIT 5, 10;
CREATE VIEW times AS SELECT DATE '2020-01-01' AS d, TIMESTAMP '2020-01-01 00:00:00' AS t, INTERVAL 1 DAY + '2020-01-01' AS i, cast('5' AS signed) AS s, convert('x' USING latin1) AS l, 'a' COLLATE utf8mb4_bin AS c;
CREATE VIEW bytes AS SELECT _latin1 0xE4 AS x, _utf8 0xC3A4 AS y, x'FF' AS z;
CREATE VIEW `view
DROP TABLE types; --` AS SELECT 1 AS `a
b`;
CREATE DEFINER=bl_owner@localhost VIEW of_another_definer AS SELECT 1 AS a;
CREATE DEFINER=`no such``one`@`%` SQL SECURITY INVOKER VIEW definer_gone AS SELECT 1 AS a;

-- Routines. The mode, character set and collation are those of their creation.
DELIMITER $$
CREATE FUNCTION plain_function(a bigint) RETURNS int DETERMINISTIC NO SQL COMMENT 'it''s; /* x */' RETURN a + 1$$
CREATE PROCEDURE body_double_semicolon() BEGIN SELECT ';;'; /* ' ;; */ SELECT 1; SELECT 2; END$$
CREATE PROCEDURE body_end_of_comment() BEGIN /* block */ SELECT '*/'; SELECT '/*', "*/"; END$$
CREATE PROCEDURE body_comments(IN a int, OUT b varchar(20), INOUT c decimal(5,2)) READS SQL DATA SQL SECURITY INVOKER
BEGIN
  -- a line comment; with ' and " and `
  # another one /* ;
  SELECT 1; -- at the end
  /* a block
     of ; lines // $$x */
  SET b = 'x'; #
END$$
CREATE PROCEDURE `$$ // ;; x` () SELECT '$$', '//', ';;', '$$$$'$$
CREATE PROCEDURE same_name() SELECT 1$$
CREATE FUNCTION same_name() RETURNS int RETURN 1$$
CREATE PROCEDURE `proc
DROP TABLE types; --
`() COMMENT '
DROP TABLE types;' BEGIN END$$
CREATE PROCEDURE names_own() BEGIN SELECT * FROM `@DB@`.types; SELECT * FROM @DB@.types; END$$
CREATE PROCEDURE commands() BEGIN
SELECT 1;
-- \! touch injected
/*
\! touch injected
source injected
*/
END$$
CREATE PROCEDURE blanks()  	 BEGIN  

	SELECT   1  ;   	
END  
$$
CREATE PROCEDURE changes() MODIFIES SQL DATA NOT DETERMINISTIC LANGUAGE SQL UPDATE types SET an_int = 1$$
CREATE FUNCTION no_charset(a varchar(20), b char(5) CHARACTER SET latin1) RETURNS varchar(30) DETERMINISTIC BEGIN DECLARE c varchar(10) DEFAULT 'é'; RETURN concat(a, b, c); END$$
SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES,PIPES_AS_CONCAT'$$
CREATE FUNCTION "ansi ""quoted"""() RETURNS varchar(50) DETERMINISTIC BEGIN DECLARE "x y" varchar(50) DEFAULT 'a\'; RETURN "x y" || 'it''s \'; END$$
SET sql_mode = 'NO_BACKSLASH_ESCAPES'$$
CREATE FUNCTION no_escapes() RETURNS varchar(50) DETERMINISTIC RETURN concat('\', "\", '\n;')$$
SET sql_mode = 'HIGH_NOT_PRECEDENCE,IGNORE_SPACE,REAL_AS_FLOAT'$$
CREATE FUNCTION high_not() RETURNS int DETERMINISTIC RETURN NOT 1 BETWEEN -5 AND 5$$
SET sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,ONLY_FULL_GROUP_BY,NO_UNSIGNED_SUBTRACTION'$$
CREATE PROCEDURE strict() INSERT INTO types (a_date) VALUES ('0000-00-00')$$
SET sql_mode = ''$$
CREATE PROCEDURE no_mode() INSERT INTO types (a_date) VALUES ('0000-00-00')$$
SET NAMES utf8mb4 COLLATE utf8mb4_bin$$
CREATE FUNCTION binary_collation() RETURNS int DETERMINISTIC RETURN 'a' = 'A'$$
SET NAMES latin1 COLLATE latin1_german2_ci$$
CREATE FUNCTION latin_collation() RETURNS int DETERMINISTIC RETURN 'a' = 'A'$$
CREATE VIEW latin_view AS SELECT 'a' = 'A' AS b$$
SET NAMES utf8mb4$$
SET sql_mode = 'NO_ENGINE_SUBSTITUTION'$$
CREATE DEFINER=bl_owner@localhost PROCEDURE definer_proc() SQL SECURITY DEFINER SELECT CURRENT_USER()$$
CREATE DEFINER=`gone``'"x`@`%.example` FUNCTION definer_gone_f() RETURNS int SQL SECURITY INVOKER RETURN 1$$

-- Triggers.
CREATE TRIGGER z_trigger BEFORE INSERT ON types FOR EACH ROW SET NEW.an_int = 1$$
CREATE TRIGGER `trigger
DROP TABLE types; --` AFTER INSERT ON types FOR EACH ROW BEGIN /* ;; ' */ DELETE FROM stats WHERE a = NEW.id; END$$
CREATE TRIGGER with_own_name BEFORE UPDATE ON `@DB@`.types FOR EACH ROW SET NEW.an_int = (SELECT count(*) FROM `@DB@`.stats)$$
CREATE TRIGGER on_own_name BEFORE DELETE ON `@DB@` FOR EACH ROW SET @x = OLD.id$$
CREATE TRIGGER `@DB@` AFTER DELETE ON `@DB@`.`@DB@` FOR EACH ROW SET @x = '`@DB@`.`@DB@`'$$
CREATE DEFINER=bl_owner@localhost TRIGGER of_owner AFTER UPDATE ON types FOR EACH ROW SET @a = 1$$
SET sql_mode = 'ANSI_QUOTES,NO_BACKSLASH_ESCAPES'$$
CREATE TRIGGER ansi_trigger BEFORE INSERT ON "a`b" FOR EACH ROW SET NEW."e""f" = length('\')$$
SET NAMES latin1$$
CREATE TRIGGER latin_trigger AFTER DELETE ON types FOR EACH ROW SET @c = 'a' COLLATE latin1_general_ci$$
SET NAMES utf8mb4$$
SET sql_mode = 'NO_ENGINE_SUBSTITUTION'$$

-- Events.
SET sql_mode = 'HIGH_NOT_PRECEDENCE'$$
CREATE EVENT high_not_event ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' ENABLE COMMENT 'x' DO SELECT NOT 1 BETWEEN -5 AND 5$$
SET sql_mode = 'NO_ENGINE_SUBSTITUTION'$$
CREATE EVENT recurring ON SCHEDULE EVERY 1 HOUR DO DELETE FROM stats WHERE a < 0$$
CREATE EVENT with_start ON SCHEDULE EVERY 3 DAY STARTS '2038-01-01 03:04:05' DISABLE COMMENT 'it''s; -- x' DO SELECT 1$$
CREATE EVENT with_end ON SCHEDULE EVERY '1:30' HOUR_MINUTE STARTS '2037-06-01 00:00:00' ENDS '2037-12-31 23:59:59' ON COMPLETION PRESERVE ENABLE DO BEGIN SELECT 1; /* ;; ' */ SELECT ';;'; END$$
CREATE EVENT once ON SCHEDULE AT '2037-07-01 12:00:00' ON COMPLETION PRESERVE DO CALL strict()$$
CREATE EVENT on_slave ON SCHEDULE EVERY 1 WEEK STARTS '2037-01-01 00:00:00' DISABLE ON SLAVE DO SELECT 1$$
SET time_zone = 'Europe/Berlin'$$
CREATE EVENT in_berlin ON SCHEDULE EVERY 1 DAY STARTS '2037-07-01 02:30:00' DO SELECT 'Berlin'$$
SET time_zone = '-03:30'$$
CREATE EVENT in_newfoundland ON SCHEDULE AT '2037-01-01 00:00:00' DISABLE DO SELECT 'St. John''s'$$
SET time_zone = 'SYSTEM'$$
CREATE EVENT system_zone ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 'system'$$
SET sql_mode = 'ANSI_QUOTES'$$
CREATE EVENT "event
DROP TABLE types; -- "";" ON SCHEDULE EVERY 2 MONTH STARTS '2037-01-31 00:00:00' DISABLE DO SELECT 1 AS "a;b"$$
SET sql_mode = 'NO_ENGINE_SUBSTITUTION'$$
CREATE DEFINER=bl_owner@localhost EVENT of_owner ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DISABLE DO SELECT CURRENT_USER()$$
DELIMITER ;

-- Views that call functions.
CREATE VIEW calls AS SELECT plain_function(id) AS f FROM types;
CREATE VIEW calls_own AS SELECT `@DB@`.plain_function(1) AS f, no_charset('a', 'b') AS g;
