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
-- Triggers of columns that are gone. What looks like one is none: in a comment, a string, a name of three parts.
CREATE TABLE loses (id int, `Größe` int, b int, `a``b` int);
CREATE TRIGGER lost_new BEFORE INSERT ON loses FOR EACH ROW SET @a = NEW.b;
CREATE TRIGGER lost_old BEFORE DELETE ON loses FOR EACH ROW SET @a = 'NEW.c', @b = old . `b`;
CREATE TRIGGER whole BEFORE UPDATE ON loses FOR EACH ROW SET @a = NEW.ID + OLD.`grÖße` + New.`a``b`, @b = 'NEW.b', /* NEW.b */ @c = '';
ALTER TABLE loses DROP COLUMN b;
