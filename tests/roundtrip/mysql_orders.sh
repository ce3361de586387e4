# The same schema has the same bytes: whatever order it was made in.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-roundtrip.sh"

cat >one.sql <<'SQL'
CREATE TABLE parent (id int NOT NULL AUTO_INCREMENT, name varchar(20) NOT NULL DEFAULT 'x', PRIMARY KEY (id)) ENGINE=InnoDB;
CREATE TABLE child (id int NOT NULL, parent int DEFAULT NULL, note text, PRIMARY KEY (id), KEY child_parent (parent), CONSTRAINT child_fk FOREIGN KEY (parent) REFERENCES parent (id)) ENGINE=InnoDB COMMENT='c';
CREATE TABLE zebra (a int) ENGINE=MyISAM;
CREATE VIEW view_a AS SELECT id, name FROM parent;
CREATE VIEW view_b AS SELECT id FROM view_a;
CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a;
CREATE PROCEDURE f() SELECT 1;
CREATE PROCEDURE g() SELECT 2;
CREATE VIEW aa_calls AS SELECT f(id) AS x FROM view_b;
CREATE TRIGGER tr_a BEFORE INSERT ON child FOR EACH ROW SET @a = 1;
CREATE TRIGGER tr_b AFTER INSERT ON child FOR EACH ROW SET @b = 1;
CREATE EVENT e_a ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 1;
CREATE EVENT e_b ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DO SELECT 2;
SQL
# By ways about: what goes again, what comes later, what had another name, rows and counters.
cat >two.sql <<'SQL'
CREATE EVENT e_b ON SCHEDULE EVERY 2 DAY STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 3;
CREATE EVENT e_x ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' DISABLE DO SELECT 1;
ALTER EVENT e_x RENAME TO e_a;
ALTER EVENT e_b ON SCHEDULE EVERY 1 DAY STARTS '2037-01-01 00:00:00' ENABLE DO SELECT 2;
CREATE PROCEDURE g() SELECT 5;
DROP PROCEDURE g;
CREATE PROCEDURE g() SELECT 2;
CREATE TABLE zebra (a int) ENGINE=InnoDB;
ALTER TABLE zebra ENGINE=MyISAM;
SET foreign_key_checks = 0;
CREATE TABLE before_child (id int NOT NULL, gone int, parent int DEFAULT NULL, note varchar(5)) ENGINE=InnoDB;
ALTER TABLE before_child DROP COLUMN gone, MODIFY note text, ADD PRIMARY KEY (id), ADD KEY child_parent (parent), COMMENT='c';
ALTER TABLE before_child ADD CONSTRAINT child_fk FOREIGN KEY (parent) REFERENCES parent (id);
RENAME TABLE before_child TO child;
CREATE TABLE parent (id int NOT NULL AUTO_INCREMENT, PRIMARY KEY (id)) ENGINE=InnoDB AUTO_INCREMENT=1000;
SET foreign_key_checks = 1;
ALTER TABLE parent ADD COLUMN name varchar(20) NOT NULL DEFAULT 'x';
INSERT INTO parent VALUES (5000, 'y');
CREATE TABLE thrown_away (a int);
CREATE TRIGGER tr_b AFTER INSERT ON child FOR EACH ROW SET @b = 1;
CREATE TRIGGER tr_a BEFORE INSERT ON child FOR EACH ROW SET @a = 1;
CREATE PROCEDURE f() SELECT 1;
CREATE FUNCTION f(a int) RETURNS int DETERMINISTIC RETURN a;
CREATE VIEW view_a AS SELECT 1 AS id, 'n' AS name;
CREATE VIEW view_b AS SELECT id FROM view_a;
CREATE VIEW aa_calls AS SELECT f(id) AS x FROM view_b;
ALTER VIEW view_a AS SELECT id, name FROM parent;
DROP TABLE thrown_away;
SQL
one() {
    for side in one two; do
        my_create "$side"
        my_file "$side" "$side.sql"
        run 0 schema-dump --url "$(my_url "$side")" --path "$side-dump.sql"
    done
    expect_same one-dump.sql two-dump.sql
    grep -v generatedAt one-dump.meta.json | grep -v dumpPath >one.json
    grep -v generatedAt two-dump.meta.json | grep -v dumpPath >two.json
    expect_same one.json two.json
}
every_server one
