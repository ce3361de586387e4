-- Bodies and literals in the character sets of other times; this file is of several encodings. Loaded by a client
-- whose character set is that of each part (the test cuts it at the lines that begin with -- charset).
-- charset latin1
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
DELIMITER $$
CREATE FUNCTION latin_body() RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC BEGIN /* äöü */ RETURN 'äöüß'; END$$
CREATE VIEW latin_literal AS SELECT 'äö' AS a, convert('é' USING utf8mb4) AS `é`$$
CREATE TRIGGER latin_bytes BEFORE INSERT ON `t` FOR EACH ROW SET NEW.a = 'ä'$$
CREATE EVENT latin_event ON SCHEDULE EVERY 1 YEAR STARTS '2037-01-01 00:00:00' DISABLE COMMENT 'ü' DO INSERT INTO t VALUES ('ä')$$
-- charset sjis
DELIMITER $$
CREATE FUNCTION sjis_body() RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC RETURN '•\Ž¦'$$
CREATE FUNCTION sjis_trap() RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC BEGIN RETURN '•\'; END$$
-- charset gbk
DELIMITER $$
CREATE FUNCTION gbk_trap() RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC BEGIN RETURN '•\'; END$$
-- charset koi8r
DELIMITER $$
CREATE FUNCTION koi_body() RETURNS varchar(20) CHARACTER SET utf8mb4 DETERMINISTIC RETURN 'ÐÒÉ'$$
