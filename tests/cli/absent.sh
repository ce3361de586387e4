# A snapshot that names what it does not carry says so when it is made.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

sqlite3 app.db <<'SQL'
CREATE TABLE country (id INTEGER PRIMARY KEY);
CREATE TABLE town (id INTEGER PRIMARY KEY, country REFERENCES "country" (id) ON DELETE CASCADE, capital REFERENCES town);
CREATE VIEW towns AS SELECT t.id FROM town t JOIN country c ON c.id = t.country;
CREATE TABLE log (note DEFAULT 'country' /* country */);
INSERT INTO country VALUES (1);
INSERT INTO town VALUES (1, 1, 1);
SQL

run 0 schema-dump --url sqlite:app.db --path a.sql --data town
expect_err 'rows of "town" refer to "country", whose rows are not carried'
[ "$(grep -c 'are not carried' stderr)" = 1 ] || fail 'a table that refers to itself, or a word too many'
run 0 schema-dump --url sqlite:app.db --path b.sql --data town --data country
if grep -q 'not carried' stderr; then fail 'both are carried'; fi

# A row with a NULL in the key refers to nothing, however the key is written.
sqlite3 app.db <<'SQL'
CREATE TABLE house (id INTEGER PRIMARY KEY, note TEXT CHECK (note <> 'x, y'), "the town" INTEGER REFERENCES town (id), a INT, b INT,
    CONSTRAINT pair FOREIGN KEY (a, "b") REFERENCES pairs (a, b));
CREATE TABLE pairs (a INT, b INT, PRIMARY KEY (a, b));
INSERT INTO house VALUES (1, 'n', NULL, 1, NULL);
SQL
run 0 schema-dump --url sqlite:app.db --path n.sql --data house
expect_no_err 'not carried'
sqlite3 app.db 'UPDATE house SET "the town" = 1'
run 0 schema-dump --url sqlite:app.db --path n.sql --data house
expect_err 'rows of "house" refer to "town", whose'
expect_no_err '"pairs"'
sqlite3 app.db 'UPDATE house SET "the town" = NULL, b = 2'
run 0 schema-dump --url sqlite:app.db --path n.sql --data house
expect_err 'rows of "house" refer to "pairs", whose'
expect_no_err '"town"'
sqlite3 app.db 'DROP TABLE house; DROP TABLE pairs'

run 0 schema-dump --url sqlite:app.db --path c.sql --exclude country
expect_err 'table town names "country", which is left out'
expect_err 'view towns names "country", which is left out'
if grep -q 'table log' stderr; then fail 'a text literal and a comment are no names'; fi
run 0 schema-dump --url sqlite:app.db --path d.sql --exclude log
if grep -q 'left out' stderr; then fail 'nobody names it'; fi
