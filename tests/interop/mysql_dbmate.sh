# dbmate and migrate take turns on one MariaDB database.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

url="mysql://root@/$(my_name app)?socket=$my_dir/s"
. "$BL_SOURCE_DIR/tests/lib/alternate.sh"

corpus=$BL_SHARED/corpus
[ -d "$corpus" ] || skip "no $corpus"
my_create app
make_history "$corpus/histories/ncps/mysql"
take_turns
bootstrap_turn

# A new database by the snapshot: dbmate finds its place. The other way round: migrate first.
my_create app
run 0 migrate run
expect_err restored
expect_both "$n" 0
peer down
run 0 migrate adopt --from dbmate
expect_both $((n - 1)) 1

my_create app
rm -f database/schema/*
mv db/migrations/*.sql later
find later -name '*.sql' | sort | head -n "$half" | while read -r file; do mv "$file" db/migrations; done
run 0 migrate run
mv later/*.sql db/migrations
peer up
run 5 migrate run
run 0 migrate adopt --from dbmate
expect_lines $((n - half))
expect_both "$n" 0

# The bare client loads it too.
run 0 schema-dump
my_create bare
my_file bare database/schema/app-schema.sql
expect_my bare 'SELECT count(*) FROM schema_migrations' "$n"
