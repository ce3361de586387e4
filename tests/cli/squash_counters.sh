# Where a migration set the counter of a column by hand is no part of a schema: a squash names it before it gets lost.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

project
write 4_orders 'CREATE TABLE orders (id integer PRIMARY KEY AUTOINCREMENT, a);
CREATE TABLE "Odd ""name" (rowid text, id INTEGER PRIMARY KEY AUTOINCREMENT);
CREATE TABLE gone (id integer PRIMARY KEY AUTOINCREMENT);
CREATE TABLE roles (id integer PRIMARY KEY AUTOINCREMENT, name text);'
write 5_rows "INSERT INTO gone DEFAULT VALUES; DELETE FROM gone;
INSERT INTO roles (name) VALUES ('admin'), ('guest'), ('nobody'); DELETE FROM roles WHERE id = 3;"
run 0 migrate run
commit_all
# Numbers that were taken and not kept are no loss.
run 0 migrate squash --keep 0 --data roles --archive old
mv old/database/migrations/* database/migrations && rm -r old database/schema
write 6_start "INSERT INTO sqlite_sequence VALUES ('orders', 999), ('Odd \"name', 41);
INSERT INTO sqlite_sequence VALUES ('users', 7);
UPDATE sqlite_sequence SET seq = 2 WHERE name = 'roles';"
run 0 migrate run
commit_all
refused '2 rows of 1 table and the position of 2 counters that migrations put there would get lost' migrate squash
expect_err 'table roles: 2 rows put there by migrations, not in the snapshot'
expect_err 'hint: carry them: --data roles; the rest no snapshot can carry: let a seeder or a younger migration put them there'
expect_err 'do without those here: --discard-data'
expect_err 'counter of table orders at 999: set by migrations, which no snapshot can carry'
expect_err 'counter of table Odd "name at 41: set by migrations'
refused 'the position of 2 counters that migrations put there would get lost' migrate squash --data roles
expect_err 'let a seeder or a younger migration put them there'
grep -q 'users at\|roles at' stderr && fail "too much: $(cat stderr)"
run 0 migrate squash --data roles --discard-data
files 0
grep -q '"counter of table orders at 999":1' database/schema/sqlite-schema.meta.json ||
    fail 'the manifest does not say what was discarded'
# A number that a row holds is carried with the row.
write 7_more "CREATE TABLE invoices (id integer PRIMARY KEY AUTOINCREMENT);
INSERT INTO sqlite_sequence VALUES ('invoices', 999); INSERT INTO invoices DEFAULT VALUES;"
run 0 migrate run
commit_all
run 0 migrate squash --data roles --data invoices
rm app.db
run 0 migrate run --create
expect_rows app.db 'SELECT id FROM invoices; INSERT INTO invoices DEFAULT VALUES RETURNING id' '1000
1001'
