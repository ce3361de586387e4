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
