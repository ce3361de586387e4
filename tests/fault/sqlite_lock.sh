# The lock is looked at before each COMMIT: who removes its file, and starts a second run while the first is at work, gets each
# migration once, by one of the two.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE one (x);\nINSERT INTO one SELECT max(i) FROM (WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c WHERE i < 8000000) SELECT i FROM c);\n-- migrate:down\n' \
    >database/migrations/1_one.sql
sqlite3 app.db 'PRAGMA journal_mode = WAL' >/dev/null
migrate run --url sqlite:app.db >first.out 2>first.err &
first=$!
wait_until test -s app.db.baseline-lock
rm app.db.baseline-lock
code=0
migrate run --url 'sqlite:app.db?busy_timeout=60000' >second.out 2>second.err || code=$?
[ "$code" = 0 ] || fail "the second run: exit $code: $(cat second.err)"
code=0
wait "$first" || code=$?
[ "$code" = 5 ] || fail "the first run lost its lock: exit $code: $(cat first.out first.err)"
grep -q 'the migration lock of database "app.db" was lost' first.err || fail "$(cat first.err)"
expect_rows app.db 'SELECT count(*) FROM one; SELECT count(*) FROM adonis_schema' '1
1'
run 0 migrate status --url sqlite:app.db --exit-code
