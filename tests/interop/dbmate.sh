# dbmate and migrate take turns on one SQLite database.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

url=sqlite:app.db
. "$BL_SOURCE_DIR/tests/lib/alternate.sh"

corpus=$BL_SHARED/corpus
[ -d "$corpus" ] || skip "no $corpus"
make_history "$corpus/histories/ncps/sqlite"
take_turns
bootstrap_turn

# A new database by the snapshot: dbmate finds its place. The other way round: migrate first.
rm app.db
run 0 migrate run --create
expect_err restored
expect_both "$n" 0
peer down
run 0 migrate adopt --from dbmate
expect_both $((n - 1)) 1

rm -f app.db database/schema/*
mv db/migrations/*.sql later
find later -name '*.sql' | sort | head -n "$half" | while read -r file; do mv "$file" db/migrations; done
run 0 migrate run --create
mv later/*.sql db/migrations
peer up
run 5 migrate run
run 0 migrate adopt --from dbmate
expect_lines $((n - half))
expect_both "$n" 0

# The bare client loads it too, and the table holds nothing but versions.
run 0 schema-dump
sqlite3 -batch new.db <database/schema/app-schema.sql || fail 'sqlite3 cannot load the snapshot'
[ "$(sqlite3 new.db 'SELECT count(*) FROM schema_migrations')" = "$n" ] || fail 'rows of dbmate are missing'
grep -qE '[0-9]{2}:[0-9]{2}:[0-9]{2}' database/schema/app-schema.sql && fail 'a clock is in the snapshot'
exit 0
