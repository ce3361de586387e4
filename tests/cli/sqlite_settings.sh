# A file's settings end with the file: what a migration sets is neither there for the next one nor in the way of the ledger.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json

# first SECTION TEXT: the migration that sets something.
first() {
    rm -f app.db*
    printf -- '-- migrate:up%s\n%s\n-- migrate:down\n' "$1" "$2" >database/migrations/1_a.sql
}

ledger='SELECT group_concat(name) FROM (SELECT name FROM adonis_schema ORDER BY id)'
both='database/migrations/1_a,database/migrations/2_b'
state="SELECT state || ' ' || statement FROM adonis_schema_journal"

# The second one writes down what it is run under.
settings='analysis_limit automatic_index cache_spill cell_size_check checkpoint_fullfsync count_changes defer_foreign_keys
    empty_result_callbacks foreign_keys full_column_names fullfsync ignore_check_constraints legacy_alter_table query_only
    read_uncommitted recursive_triggers reverse_unordered_selects short_column_names temp_store threads trusted_schema
    cache_size journal_size_limit max_page_count secure_delete synchronous locking_mode'
{
    echo '-- migrate:up'
    echo 'CREATE TABLE seen (name, value);'
    for setting in $settings; do
        echo "INSERT INTO seen SELECT '$setting', * FROM pragma_$setting;"
    done
    echo "INSERT INTO seen VALUES ('like', 'a' LIKE 'A');"
    echo "INSERT INTO seen SELECT 'databases', group_concat(name) FROM pragma_database_list WHERE name <> 'temp';"
    echo "INSERT INTO seen SELECT 'temporary', count(*) FROM temp.sqlite_schema;"
    echo '-- migrate:down'
} >database/migrations/2_b.sql
first '' 'CREATE TABLE a (x);'
run 0 migrate run --create
sqlite3 app.db 'SELECT * FROM seen' >untouched
[ "$(wc -l <untouched)" -ge 28 ] || fail "only $(wc -l <untouched) settings are looked at"

try() {
    first "$1" "CREATE TABLE a (x);
INSERT INTO a VALUES (1);
$2;"
    run 0 migrate run --create
    expect_rows app.db "$ledger" "$both"
    sqlite3 app.db 'SELECT * FROM seen' >seen
    diff untouched seen >&2 || fail "the next file sees what $2 left ($1)"
    expect_rows app.db 'SELECT count(*) FROM a; PRAGMA integrity_check' '1
ok'
    changed=$((changed + 1))
}

changed=0
for pragma in 'analysis_limit = 5' 'automatic_index = OFF' 'cache_spill = OFF' 'cell_size_check = ON' 'checkpoint_fullfsync = ON' \
    'count_changes = ON' 'defer_foreign_keys = ON' 'empty_result_callbacks = ON' 'foreign_keys = ON' 'full_column_names = ON' \
    'fullfsync = ON' 'ignore_check_constraints = ON' 'legacy_alter_table = ON' 'query_only = 1' 'read_uncommitted = 1' \
    'recursive_triggers = ON' 'reverse_unordered_selects = ON' 'short_column_names = OFF' 'threads = 2' 'trusted_schema = OFF' \
    'cache_size = 7' 'journal_size_limit = 5' 'max_page_count = 30' 'secure_delete = ON' 'locking_mode = EXCLUSIVE' \
    'case_sensitive_like = ON' 'writable_schema = ON' 'busy_timeout = 1' 'synchronous = OFF' 'temp_store = MEMORY' \
    'journal_mode = MEMORY' 'wal_autocheckpoint = 3' 'mmap_size = 100000'; do
    try '' "PRAGMA $pragma"
    try ' transaction:false' "PRAGMA $pragma"
done
try '' "CREATE TEMP TABLE seen (name, value)"
try ' transaction:false' "ATTACH ':memory:' AS other"
[ "$changed" = 68 ] || fail "only $changed settings were tried"

# A file that only reads for a while; what it does afterwards counts, and so does each statement before.
for section in '' ' transaction:false'; do
    first "$section" 'CREATE TABLE a (x);
PRAGMA query_only = ON;
SELECT * FROM a;
PRAGMA query_only = OFF;
INSERT INTO a VALUES (1);'
    run 0 migrate run --create
    expect_rows app.db "SELECT x FROM a; $ledger" "1
$both"
done
first '' 'CREATE TABLE a (x);
PRAGMA query_only = ON;
INSERT INTO a VALUES (1);'
run 4 migrate run --create
expect_err 'database/migrations/1_a.sql:4:1'
expect_err 'the statement writes, but PRAGMA query_only is on'
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'seen'); SELECT count(*) FROM adonis_schema" '0
0'
first ' transaction:false' 'CREATE TABLE a (x);
PRAGMA query_only = ON;
INSERT INTO a VALUES (1);'
run 4 migrate run --create
expect_err 'PRAGMA query_only is on'
expect_rows app.db "$state" 'failed 2'

# In a transaction of the file's own, too.
first ' transaction:false' 'BEGIN;
CREATE TABLE a (x);
PRAGMA query_only = ON;
COMMIT;'
run 0 migrate run --create
expect_rows app.db "$ledger" "$both"

# Without a journal a statement that fails would leave a damaged file: such a file is not begun.
for spelling in 'journal_mode = OFF' 'main.journal_mode("off")'; do
    for section in '' ' transaction:false'; do
        first "$section" "CREATE TABLE a (x);
PRAGMA $spelling;"
        run 2 migrate run --create
        expect_err 'database/migrations/1_a.sql:3:1'
        expect_err 'would leave the database damaged'
        expect_err 'hint: '
        [ ! -e app.db ] || expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
    done
done

# In a dump such settings are left out: the load is a transaction, with a journal.
cat >dump.sql <<'SQL'
PRAGMA synchronous = OFF;
PRAGMA journal_mode = OFF;
PRAGMA temp_store = MEMORY;
BEGIN TRANSACTION;
CREATE TABLE a (x UNIQUE);
INSERT INTO a VALUES (1);
COMMIT;
SQL
run 0 schema-load --url sqlite:loaded.db --create --path dump.sql
expect_rows loaded.db 'SELECT x FROM a; PRAGMA journal_mode' '1
delete'
sed 's/^COMMIT/INSERT INTO a SELECT value FROM json_each("[2, 3, 1]");\n&/' dump.sql >bad.sql
sqlite3 empty.db VACUUM
cp empty.db before.db
run 4 schema-load --url sqlite:empty.db --path bad.sql
expect_same before.db empty.db

# Write-ahead logging is kept in the file: a migration can switch it on, and the next one goes on with it.
first ' transaction:false' 'CREATE TABLE a (x);
PRAGMA journal_mode = WAL;'
run 0 migrate run --create
expect_rows app.db "PRAGMA journal_mode; $ledger" "wal
$both"

# A run that is taken up behind the settings is under them again.
rm database/migrations/2_b.sql
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db?foreign_keys=on" } } }' >database/connections.json
sqlite3 start.db 'CREATE TABLE p (id INTEGER PRIMARY KEY); CREATE TABLE c (p REFERENCES p ON DELETE CASCADE);
    INSERT INTO p VALUES (1); INSERT INTO c VALUES (1)'
first ' transaction:false' 'PRAGMA foreign_keys = OFF;
CREATE TABLE p_new (id INTEGER PRIMARY KEY, name);
INSERT INTO p_new (id) SELECT id FROM p;
INSERT INTO nowhere VALUES (1);
DROP TABLE p;
ALTER TABLE p_new RENAME TO p;'
cp start.db app.db
run 4 migrate run
expect_rows app.db "$state" 'failed 3'
sqlite3 app.db 'CREATE TABLE nowhere (x)'
run 0 migrate repair --resume-at 4
expect_rows app.db 'SELECT * FROM c; SELECT * FROM p' '1
1|'

# Write-ahead logging is no part of a snapshot, and the URL's to say for a database that is made of one.
mkdir ../wal && cd ../wal || exit 1
mkdir -p database/migrations
configure() {
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db%s" } } }' "$1" >database/connections.json
}
configure ''
first ' transaction:false' 'PRAGMA journal_mode = WAL;
CREATE TABLE a (x);'
run 0 migrate run --create
expect_rows app.db 'PRAGMA journal_mode' wal
run 0 schema-dump
for parameter in '' '?journal_mode=wal'; do
    configure "$parameter"
    for command in 'migrate run' schema-load; do
        rm -f app.db*
        # shellcheck disable=SC2086 # words
        run 0 $command --create
        expect_rows app.db 'PRAGMA journal_mode' "$([ -z "$parameter" ] && echo delete || echo wal)"
    done
    run 0 migrate check --replay
    run 0 schema-dump --check
done

# What sets LIKE back keeps it fit for an index and a generated column: behind a file that sets something, in a replay, in a load.
mkdir ../like && cd ../like || exit 1
mkdir -p database/migrations
configure ''
like='CREATE TABLE b (x, y AS (x LIKE '\''a%'\''));
CREATE INDEX b_part ON b (x) WHERE x LIKE '\''a%'\'';
CREATE INDEX b_expression ON b (x LIKE '\''b%'\'');'
printf -- '-- migrate:up\n%s\n-- migrate:down\n' "$like" >database/migrations/2_b.sql
for option in '' --ephemeral; do
    first '' 'PRAGMA foreign_keys = OFF;
CREATE TABLE a (x);'
    # shellcheck disable=SC2086 # nothing or one word
    run 0 migrate run --create $option
    expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'b'" 3
done
run 0 migrate squash --allow-uncommitted
rm app.db
run 0 migrate run --create --ephemeral
expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE tbl_name = 'b'" 3
run 0 migrate check
