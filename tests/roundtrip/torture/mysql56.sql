-- What MySQL 5.6 writes otherwise than its successors. After portable.sql.
SET sql_mode = 'NO_ENGINE_SUBSTITUTION';
CREATE TABLE archived (a int NOT NULL AUTO_INCREMENT, b text, KEY (a)) ENGINE=ARCHIVE;
CREATE TABLE black (a int, KEY (a)) ENGINE=BLACKHOLE;
CREATE TABLE old_utf8 (a varchar(10), b varchar(10) COLLATE utf8_bin) ENGINE=InnoDB DEFAULT CHARSET=utf8 COLLATE=utf8_unicode_ci;
SET innodb_strict_mode = OFF;
CREATE TABLE odd_row_format (a int) ENGINE=InnoDB ROW_FORMAT=DYNAMIC KEY_BLOCK_SIZE=8;
CREATE TABLE compressed (a int) ENGINE=InnoDB ROW_FORMAT=COMPRESSED KEY_BLOCK_SIZE=4;
CREATE TABLE old_hash (a int) ENGINE=MyISAM PARTITION BY LINEAR KEY (a) PARTITIONS 2;
SET old_passwords = 0;
SET sql_mode = 'POSTGRESQL';
CREATE PROCEDURE "postgres mode"() SELECT 'a' || 'b';
SET sql_mode = 'NO_AUTO_CREATE_USER,NO_FIELD_OPTIONS,NO_KEY_OPTIONS,NO_TABLE_OPTIONS';
CREATE PROCEDURE no_options() SELECT 1;
SET sql_mode = 'PAD_CHAR_TO_FULL_LENGTH,NO_DIR_IN_CREATE';
CREATE PROCEDURE pads() SELECT 1;
