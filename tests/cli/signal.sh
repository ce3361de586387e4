#!/bin/sh
# SIGTERM ends a run: the running migration is rolled back, exit 143, and the next run starts clean.
# shellcheck source=tests/lib/check.sh
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
echo '-- migrate:up
CREATE TABLE a (x);' >database/migrations/1_a.sql
echo '-- migrate:up
CREATE TABLE b (x);
INSERT INTO b WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000)
SELECT max(i) FROM n;' >database/migrations/2_b.sql

echo '-- migrate:up
CREATE TABLE c (x);
-- migrate:down
DROP TABLE c;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000) SELECT max(i) FROM n;' >database/migrations/3_c.sql

migrate run --create --url sqlite:app.db >stdout 2>stderr &
wait_until grep -q 'migrated database/migrations/1_a' stderr
sleep 0.2
kill -TERM $!
code=0
wait $! || code=$?
[ "$code" = 143 ] || fail "exit $code: $(cat stderr)"
expect_err 'migrated database/migrations/1_a'
expect_err 'ended by a request to terminate; done: 1 of 3; not done: "database/migrations/2_b", "database/migrations/3_c"'
expect_rows app.db 'SELECT name FROM adonis_schema' database/migrations/1_a
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'b'" 0
echo '-- migrate:up
CREATE TABLE b (x);
-- migrate:down
DROP TABLE b;' >database/migrations/2_b.sql
run 0 migrate run --url sqlite:app.db
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 3

# The way back says it too.
migrate rollback -v --step 2 --url sqlite:app.db >stdout 2>stderr &
wait_until grep -q 'DROP TABLE c' stderr
kill -INT $!
code=0
wait $! || code=$?
[ "$code" = 130 ] || fail "exit $code: $(cat stderr)"
expect_err 'ended by an interrupt; done: 0 of 2; not done: "database/migrations/3_c", "database/migrations/2_b"'
expect_rows app.db 'SELECT count(*) FROM adonis_schema' 3
