-- Views that cannot be created again: what they stand on is gone, or who made them. After portable.sql.
CREATE TABLE goes (a int, b int);
CREATE TABLE stays (a int);
CREATE VIEW lost_table AS SELECT a FROM goes;
CREATE VIEW lost_column AS SELECT b FROM goes;
CREATE VIEW on_lost AS SELECT a FROM lost_table;
CREATE VIEW healthy AS SELECT a FROM stays;
CREATE FUNCTION goes_too() RETURNS int DETERMINISTIC RETURN 1;
CREATE VIEW lost_function AS SELECT goes_too() AS f;
CREATE DEFINER=nobody_here@localhost SQL SECURITY DEFINER VIEW lost_definer AS SELECT a FROM stays;
DROP FUNCTION goes_too;
DROP TABLE goes;
