# Procedures and blocks that commit by themselves run in a migration without a transaction, and what a
# file leaves in the session does not reach the next one.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

mkdir -p database/migrations
cat >database/migrations/1700000000001_procedure.sql <<'SQL'
-- migrate:up
CREATE TABLE done (n int);
CREATE PROCEDURE work() LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO done VALUES (1);
    COMMIT;
    INSERT INTO done VALUES (2);
END $$;
CREATE TEMP TABLE later (a int);
SET search_path = '';
SQL
cat >database/migrations/1700000000002_call.sql <<'SQL'
-- migrate:up transaction:false
CALL work();
DO $$ BEGIN INSERT INTO done VALUES (3); COMMIT; END $$;
CREATE TABLE later (b int);
SQL
pg_create call
run 0 migrate run --url "$(pg_url call)"
expect_pg call 'SELECT string_agg(n::text, $$,$$ ORDER BY n) FROM done' 1,2,3
expect_pg call "SELECT to_regclass('public.later')" later

# In a transaction the block cannot commit, and the run says what to write.
cat >database/migrations/1700000000003_block.sql <<'SQL'
-- migrate:up
DO $$ BEGIN INSERT INTO done VALUES (4); COMMIT; END $$;
SQL
code=0
migrate run --url "$(pg_url call)" 2>stderr || code=$?
[ "$code" != 0 ] || fail 'a block committed inside a transaction'
expect_err 'transaction:false'
expect_pg call 'SELECT count(*) FROM done' 3
