-- What MariaDB 10.11 and MySQL 8 both have, and 5.6 has not. After portable.sql.
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
SET foreign_key_checks = 0;

CREATE TABLE generated_columns (
  a int,
  b int GENERATED ALWAYS AS (a * 2) VIRTUAL,
  c int AS (a + 1) STORED,
  d varchar(40) AS (concat('it''s ', a, ' ; -- /* é */')) VIRTUAL COMMENT 'c',
  e varchar(10) CHARACTER SET latin1 AS (upper('ä')) STORED,
  f int AS (if(a > 5, NULL, a)) VIRTUAL,
  j longtext AS (concat(`d`, '\\', "x")) STORED,
  KEY (b), UNIQUE KEY (c)
) ENGINE=InnoDB;
CREATE TABLE expression_defaults (
  a int DEFAULT (1 + 1),
  b varchar(20) DEFAULT (concat('x', 'it''s; ')),
  c datetime DEFAULT (now() + INTERVAL 1 DAY),
  d text DEFAULT ('a text'),
  e blob DEFAULT ('é'),
  f double DEFAULT (rand()),
  g varchar(10) DEFAULT (_latin1'x' COLLATE latin1_bin)
) ENGINE=InnoDB;
CREATE TABLE checked_table (
  a int,
  b varchar(20),
  CONSTRAINT positive CHECK (a > 0),
  CONSTRAINT `it's; a "name"` CHECK (b <> 'it''s; -- /* */' AND b NOT LIKE '%\\%' AND length(b) < 10),
  CHECK (a < 1000),
  CHECK (b IS NOT NULL OR a IN (1, 2, 3))
) ENGINE=InnoDB;
CREATE TABLE descending (a int, b int, c varchar(20), KEY down (a DESC, b), UNIQUE KEY both_ways (a, c DESC), PRIMARY KEY (b DESC, a)) ENGINE=InnoDB;
CREATE TABLE spatial_new (id int PRIMARY KEY, g point NOT NULL, p polygon, m multilinestring, c geometrycollection, SPATIAL KEY (g)) ENGINE=InnoDB;
CREATE TABLE json_table_ (id int PRIMARY KEY, j json, k json NOT NULL) ENGINE=InnoDB;
CREATE TABLE words_parsed (a text, b varchar(100), FULLTEXT KEY w (a)) ENGINE=InnoDB;
CREATE TABLE seldom (a int) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;

CREATE VIEW windows AS SELECT id, row_number() OVER (PARTITION BY an_int ORDER BY id DESC) AS n, sum(id) OVER w AS s FROM types WINDOW w AS (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW);
CREATE VIEW recursion AS WITH RECURSIVE r (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5), `@DB@` AS (SELECT 1 AS x) SELECT r.n, `@DB@`.x FROM r, `@DB@`;
CREATE VIEW jsons AS SELECT json_extract(j, '$."a;b"') AS a, json_unquote(json_extract(k, '$.x')) AS b FROM json_table_;
CREATE VIEW derived AS SELECT d.a FROM (SELECT `@DB@`.`@DB@`.id AS a FROM `@DB@`.`@DB@`) AS d;
CREATE VIEW excepts AS SELECT id FROM types EXCEPT SELECT a FROM stats;
CREATE VIEW from_another_cte AS WITH x AS (SELECT id FROM `@OTHER@`.far) SELECT x.id, g.b FROM x JOIN `@DB@`.generated_columns g ON g.a = x.id;

-- Triggers: the order of their actions is not that of their names.
DELIMITER $$
CREATE TRIGGER order_m BEFORE INSERT ON stats FOR EACH ROW SET @order = concat(@order, 'm')$$
CREATE TRIGGER order_z BEFORE INSERT ON stats FOR EACH ROW PRECEDES order_m SET @order = concat(@order, 'z')$$
CREATE TRIGGER order_a BEFORE INSERT ON stats FOR EACH ROW FOLLOWS order_m SET @order = concat(@order, 'a')$$
CREATE TRIGGER order_b BEFORE INSERT ON stats FOR EACH ROW FOLLOWS order_z SET @order = concat(@order, 'b')$$
CREATE TRIGGER follows_text AFTER INSERT ON stats FOR EACH ROW SET @x = ' FOLLOWS order_m '$$
CREATE TRIGGER a_follows AFTER INSERT ON stats FOR EACH ROW FOLLOWS follows_text SET @y = 1$$
CREATE PROCEDURE signals() BEGIN DECLARE EXIT HANDLER FOR SQLEXCEPTION BEGIN GET DIAGNOSTICS CONDITION 1 @m = MESSAGE_TEXT; END; SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'it''s; ;;'; END$$
DELIMITER ;
