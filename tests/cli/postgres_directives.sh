# What stands in the head of a migration, on PostgreSQL: timeouts for this file alone, a statement that is repeated.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create db
mkdir -p database m
cat >database/connections.json <<END
{ "connections": { "main": { "url": "$(pg_url db)", "migrations": { "paths": ["m"], "convention": "prisma" } } } }
END

# put NAME TEXT
put() {
    mkdir -p "m/$1"
    printf '%s\n' "$2" >"m/$1/migration.sql"
}

put 1_a 'CREATE TABLE n (i int PRIMARY KEY, done boolean NOT NULL DEFAULT false);
INSERT INTO n SELECT generate_series(1, 2500);'
run 0 migrate run

# The file's own limits, and not those of the next one.
put 2_slow '-- migrate:statement_timeout 200ms
SELECT pg_sleep(20);'
run 4 migrate run
expect_err 'm/2_slow/migration.sql:2:1'
expect_err '57014'
put 2_slow '-- migrate:statement_timeout 20s
-- migrate:lock_timeout 7s
CREATE TABLE limits AS SELECT current_setting($$statement_timeout$$) AS s, current_setting($$lock_timeout$$) AS l;'
put 3_next 'INSERT INTO limits SELECT current_setting($$statement_timeout$$), current_setting($$lock_timeout$$);'
run 0 migrate run --statement-timeout 30
run 0 migrate run --statement-timeout 2147483647 --lock-timeout 99999999
expect_pg db 'SELECT * FROM limits' '20s|7s
30s|0'

# A lock that another session holds.
pg_hold db 'BEGIN; LOCK TABLE n'
put 4_lock '-- migrate:lock_timeout 200ms
ALTER TABLE n ADD COLUMN late int;'
run 5 migrate run
expect_err 'm/4_lock/migration.sql:2:1'
expect_err '55P03'
pg_let_go
run 0 migrate run

# Three rounds, each committed by itself: every one has its own transaction.
put 5_fill '-- migrate:repeat
UPDATE n SET done = true WHERE i IN (SELECT i FROM n WHERE NOT done ORDER BY i LIMIT 1000);
ALTER TABLE n ALTER COLUMN done SET DEFAULT true;'
run 0 migrate run
expect_err 'm/5_fill/migration.sql:2: 2500 rows in 3 rounds'
expect_pg db "SELECT count(DISTINCT xmin::text), bool_and(done) FROM n" '3|t'

# A query that writes counts its rows too; one that only reads cannot be repeated.
put 6_move '-- migrate:repeat
WITH gone AS (DELETE FROM n WHERE i IN (SELECT i FROM n LIMIT 2000) RETURNING i) INSERT INTO limits SELECT i::text, $$$$ FROM gone;'
run 0 migrate run
expect_pg db "SELECT count(*) FROM limits WHERE l = ''" 2500
put 7_read '-- migrate:repeat
SELECT 1;'
run 2 migrate run
expect_err 'm/7_read/migration.sql:2:1'
