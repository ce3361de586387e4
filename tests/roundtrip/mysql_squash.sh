# The squash of every shared history of MySQL, on MariaDB: proved, loaded, resumed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/histories.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-history.sh"

here=$PWD

begin() {
    cd "$here" || exit 1
    word=$1
    my_create "$word"
    history_project "$1" "$2" "$3" "$(my_url "$word")"
    # That became a word of the language.
    [ "$1" != ncps ] || sed -i 's/COLUMN system /COLUMN `system` /' m/*.sql
    run 0 migrate run --compact-output
    # What it is, in a database of its own: the connection's is emptied and filled again.
    run 0 schema-dump --path live.sql
    my_create live
    run 0 schema-load -c main --url "$(my_url live)" --path live.sql
    expect_my_same "$word" live --ignore-definer
}

reopen() {
    my_create "$word"
}

judge() {
    # shellcheck disable=SC2086 # options
    run 0 schema-dump --path after.sql $data
    same_dump "$word, $1"
    expect_my_same live "$word" --ignore-definer
}

begin gophish gophish/mysql goose
code=0
migrate squash --archive old >stdout 2>stderr || code=$?
[ "$code" = 5 ] || fail "gophish: exit $code: $(cat stderr)"
expect_err 'that migrations put there would get lost'
data=$(sed -n 's/^warning: table \([^ :]*\): .*/--data \1/p' stderr | tr '\n' ' ')
[ -n "$data" ] || fail "no table is named: $(cat stderr)"
n=$(find m -name '*.sql' | wc -l)
# shellcheck disable=SC2086 # options
squash_history "$n" $data

data=''
begin ncps ncps/mysql dbmate
squash_history "$(find m -name '*.sql' | wc -l)"
begin authelia authelia/mysql versioned
squash_history "$(find m -name '*.up.sql' | wc -l)"

# A key that the server made for a foreign key goes when another one takes its place, and not when a snapshot made it: refused
# where the squash ends before that file, and not where the snapshot has both. The same where a file fails on the snapshot.
cd "$here" || exit 1
mkdir -p keys/database/migrations
printf -- '-- migrate:up\nCREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE c (id int PRIMARY KEY, a int, CONSTRAINT c_fk FOREIGN KEY (a) REFERENCES p (id));\n' \
    >keys/database/migrations/1_tables.sql
printf -- '-- migrate:up\nCREATE INDEX c_a ON c (a, id);\n' >keys/database/migrations/2_index.sql
printf -- '-- migrate:up\nCREATE TABLE more (a int);\n' >keys/database/migrations/3_more.sql
cp -R keys failing
printf -- '-- migrate:up\nCREATE INDEX c_a ON c (a, id);\nALTER TABLE c ADD INDEX c_fk (id);\n' >failing/database/migrations/2_index.sql
export DATABASE_URL
for database in keys failing; do
    cd "$here/$database" || exit 1
    my_create $database
    DATABASE_URL=$(my_url $database)
    run 0 migrate run
    for files in '' --from-files; do
        run 5 migrate squash --until 1_tables --archive old $files
        case $database in
        keys)
            expect_err 'resumed: table c: index "c_fk" is only in a new database'
            expect_err 'the files that stay do not give on the new snapshot what they give behind the older files: 1 difference'
            ;;
        failing)
            expect_err 'database/migrations/2_index.sql:3:'
            expect_err 'a file that stays does not run on the new snapshot'
            ;;
        esac
        [ "$(ls database/migrations)" = '1_tables.sql
2_index.sql
3_more.sql' ] || fail 'a squash that was refused took files away'
        [ ! -e database/schema ] && [ ! -e old ] || fail 'a squash that was refused wrote'
    done
    run 0 migrate squash --until 2_index --archive old
    expect_no_err 'resumed'
    expect_no_err 'files that stay'
done

# LOCK TABLES only keeps others out, and a replay is alone: a history that another tool ran with it can be squashed, though
# nothing runs such a file beside a ledger.
cd "$here" || exit 1
mkdir -p locks/database/migrations
cat >locks/database/migrations/1_rows.sql <<'SQL'
-- migrate:up
CREATE TABLE t (id int PRIMARY KEY, a int);
LOCK TABLES t WRITE;
ALTER TABLE t ADD b int;
INSERT INTO t VALUES (1, 2, 3), (2, 3, 4);
UNLOCK TABLES;
INSERT INTO t VALUES (3, 4, 5);
SQL
printf -- '-- migrate:up\nCREATE TABLE more (a int);\n' >locks/database/migrations/2_more.sql
cd locks || exit 1
my_create locks
DATABASE_URL=$(my_url locks)
run 2 migrate run
expect_err '1_rows.sql:3:1: '
run 0 migrate squash --from-files --keep 1 --data t --archive old
run 0 migrate run
expect_my locks "SELECT group_concat(id, a, b ORDER BY id) FROM t" '123,234,345'
expect_my locks "SELECT count(*) FROM more" 0
# USE is not left out.
printf -- '-- migrate:up\nUSE mysql;\n' >database/migrations/3_use.sql
run 2 migrate squash --from-files --data t --archive old
expect_err '3_use.sql:2:1: '

# With which charset and collation the history began stands nowhere: a replay begins with those that the database has now.
cd "$here" || exit 1
mkdir -p defaults/database/migrations
cd defaults || exit 1
printf -- '-- migrate:up\nALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci;\n' >database/migrations/1_first.sql
printf -- '-- migrate:up\nCREATE TABLE a (b varchar(20));\n' >database/migrations/2_table.sql
my_create defaults
DATABASE_URL=$(my_url defaults)
run 0 migrate run
printf -- '-- migrate:up\nALTER DATABASE COLLATE utf8mb4_bin;\nCREATE TABLE c (d varchar(20));\n' >database/migrations/3_other.sql
run 0 migrate run
run 0 migrate check --replay
expect_no_err 'another charset'
rm database/migrations/1_first.sql
my_create late
DATABASE_URL=$(my_url late)
run 0 migrate run
run 5 migrate squash --archive old
expect_err '3_other.sql: the database gets another charset or collation here'
expect_err 'drift: table a: '
