# The server is killed in the middle of a run and comes back: what was committed is there, and repair goes on.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

mkdir -p database/migrations
cat >database/migrations/1_a.sql <<'END'
-- migrate:up
CREATE TABLE m1 (a integer) ENGINE=InnoDB;
INSERT INTO m1 VALUES (1);
INSERT INTO m1 SELECT 2 + SLEEP(60);
INSERT INTO m1 VALUES (3);
END
my_own mariadb lost --innodb-flush-log-at-trx-commit=1
my_create x
url=$(my_url x)
migrate run --url "$url" >stdout 2>stderr &
pid=$!
wait_until my_has_statement 'INSERT INTO m1 SELECT%'
my_own_end
code=0
wait $pid || code=$?
[ "$code" = 3 ] || fail "run: exit $code: $(cat stderr)"
run 3 migrate status --url "$url"
my_own_again
run 0 migrate status --wait --url "$url"
run 5 migrate run --url "$url"
expect_err 'was interrupted after statement 2'
expect_my x 'SELECT group_concat(a) FROM m1' 1
sed -i 's/2 + SLEEP(60)/2/' database/migrations/1_a.sql
run 0 migrate repair --resume-at 3 --url "$url"
expect_my x 'SELECT group_concat(a) FROM m1' 1,2,3
expect_my x 'SELECT count(*) FROM adonis_schema' 1

# An interrupt ends a statement that runs long, and the journal says so.
my_create y
sed -i 's/SELECT 2/SELECT 2 + SLEEP(60)/' database/migrations/1_a.sql
migrate run --url "$(my_url y)" >stdout 2>stderr &
pid=$!
wait_until my_has_statement 'INSERT INTO m1 SELECT%'
kill -INT $pid
code=0
wait $pid || code=$?
[ "$code" = 130 ] || fail "interrupted: exit $code: $(cat stderr)"
expect_my y "SELECT concat(state, ' ', statement) FROM adonis_schema_journal" 'running 2'
expect_my y 'SELECT group_concat(a) FROM m1' 1
