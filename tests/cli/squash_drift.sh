# What a database has that its migrations do not give: a squash of everything is refused, a part of the history is squashed from
# its files and the difference is told.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

sql=database/schema/sqlite-schema.sql

# begin: four migrations that were run, and one that is pending.
begin() {
    project
    write 4_more 'CREATE TABLE more (a); CREATE INDEX more_a ON more (a);' 'DROP TABLE more;'
    run 0 migrate run
    write 5_pending 'CREATE TABLE pending (a);' 'DROP TABLE pending;'
    commit_all
}

# The database is ahead of the part, and as its migrations say.
for option in '--keep 2' '--until 3_posts'; do
    begin
    # shellcheck disable=SC2086 # an option and its value
    run 0 migrate squash $option
    expect_no_err drift
    expect_no_err 'not what its migrations give'
    files 2
done

begin
sqlite3 app.db 'CREATE TABLE drifted (a); DROP INDEX users_name; DROP INDEX more_a; ALTER TABLE posts ADD COLUMN more text'
run 0 migrate squash --keep 2 --json
for difference in 'drift: table drifted: is only in the database' 'drift: index users_name: is only in the replay' \
    'drift: index more_a: is only in the replay' 'drift: table posts:' \
    'the database is not what its migrations give: 4 differences, which the snapshot does not have'; do
    expect_err "$difference"
done
[ "$(grep -c '"where": "database"' stdout)" = 4 ] || fail "the document has not 4 differences: $(cat stdout)"
files 2
grep -q drifted $sql && fail 'the drift is in the snapshot'
grep -q 'INDEX users_name' $sql || fail 'the index is not in the snapshot'

# A squash of everything would take it from the database.
write 5_pending 'CREATE TABLE pending (a);' 'DROP TABLE pending;'
run 0 migrate run
commit_all
refused 'the database is not what its migrations give' migrate squash
expect_err 'drift: table drifted: is only in the database'
expect_err '--from-files'

# A younger file that cannot be replayed is no obstacle, and nothing is said to be compared.
begin
sqlite3 app.db 'CREATE TABLE drifted (a)'
write 4_more 'CREATE TABLE more (a) nonsense;'
commit_all
run 0 migrate squash --keep 2
expect_err 'the database was not compared with its migrations'
expect_err '4_more'
expect_no_err drift:
files 2

# No database is asked with --from-files, and nothing is compared with --no-proof.
for option in --from-files --no-proof; do
    begin
    sqlite3 app.db 'CREATE TABLE drifted (a)'
    run 0 migrate squash --keep 2 $option
    expect_no_err drift
done

# Behind the squash of a part the snapshot ends before the files that stayed: the live schema is not compared with it, which is
# said, but with a replay of all files.
begin
rm database/migrations/5_pending.sql
run 0 migrate squash --keep 1
commit_all
run 0 migrate check
expect_err 'not checked: the schema, since 1 applied migration stayed out of the snapshot'
expect_err 'files, ledger and snapshot agree'
run 0 migrate check --offline
expect_err 'files and snapshot agree'
run 0 migrate check --replay
expect_no_err 'not checked'
expect_err 'files, ledger, snapshot and schema agree; 1 migration replayed'
run 1 schema-dump --check
sqlite3 app.db 'DROP INDEX more_a'
run 1 migrate check --replay
expect_out 'index more_a: is only in the replay'
sqlite3 app.db 'CREATE INDEX more_a ON more (a)'
# What came later stays out as well; what is gone from the folder is no such migration.
write 5_five 'CREATE TABLE five (a);'
run 1 migrate check
expect_out '5_five: is not applied'
run 0 migrate run
run 0 migrate check
expect_err 'since 2 applied migrations stayed out'
mv database/migrations/5_five.sql .
run 1 migrate check
expect_out '5_five: is applied, but its file is gone and no snapshot holds it'
mv 5_five.sql database/migrations
# A database that the snapshot made, before the files that stayed, is compared.
mv app.db old.db
run 0 migrate run --create --to 4_more
sqlite3 app.db 'DROP TABLE more; DELETE FROM adonis_schema WHERE name LIKE "%4_more"; DROP INDEX users_name'
run 1 migrate check
expect_out 'index users_name: is only in the snapshot'
mv old.db app.db
# A dump takes them in: all is compared again.
run 0 schema-dump
run 0 migrate check
expect_err 'files, ledger, snapshot and schema agree'
sqlite3 app.db 'DROP INDEX more_a'
run 1 migrate check
expect_out 'index more_a'
sqlite3 app.db 'CREATE INDEX more_a ON more (a)'
# The squash of all that is there is of no part: a dump that was forgotten shows.
commit_all
run 0 migrate squash
write 6_six 'CREATE TABLE six (a);'
run 0 migrate run
run 1 migrate check
expect_out 'table six'
