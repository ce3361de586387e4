# What AdonisJS Lucid 22's schema dumps get wrong, one test for each, named after it. What shows itself on a server only is in
# postgres_lucid_weaknesses.sh (01, 08, 13, 17, 18, 21) and mysql_lucid_weaknesses.sh (01, 08, 09, 13, 17, 18, 19, 20).
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

sql=database/schema/sqlite-schema.sql
manifest=database/schema/sqlite-schema.meta.json

w01_bootstrap_drops_tables_that_hold_rows() {
    run 0 schema-dump
    sqlite3 app.db "INSERT INTO users VALUES (1, 'Ann'); DELETE FROM adonis_schema"
    run 5 migrate run
    expect_rows app.db 'SELECT name FROM users' Ann
    sqlite3 app.db 'DROP TABLE adonis_schema'
    run 5 migrate run
    run 5 schema-load
    expect_rows app.db 'SELECT name FROM users' Ann
    grep -q '^DROP TABLE users' $sql && fail "the dump drops a table"
    :
}

w02_prune_where_nothing_ran_deletes_all() {
    rm app.db
    sqlite3 app.db VACUUM
    refused 'nothing was ever run' schema-dump --prune
    write 4_more 'CREATE TABLE more (a);'
    run 0 migrate run --to 3_posts
    refused 'is pending' schema-dump --prune
    files 4
}

w03_prune_deletes_its_own_dump() {
    refused 'would lie in the migration folder' schema-dump --prune --path database/migrations/schema.sql
}

w04_a_failed_dump_destroys_the_last_good_one() {
    run 0 schema-dump
    before=$(cat $sql $manifest)
    printf -- '-- migrate:up transaction:false\nCREATE TABLE half (a);\nCREATE TABLE half (a);\n' >database/migrations/4_half.sql
    run 4 migrate run
    run 5 schema-dump
    run 3 schema-dump --url sqlite:missing.db -c sqlite
    run 5 schema-dump --prune
    # One that fails in the middle, behind the tables.
    sqlite3 app.db "DELETE FROM adonis_schema_journal WHERE name LIKE '%4_half'; PRAGMA writable_schema = on;
        INSERT INTO sqlite_schema VALUES ('table', 'zz', 'zz', 0, 'CREATE VIRTUAL TABLE zz USING no_such_module(a)')"
    run 5 schema-dump
    expect_err 'zz cannot be described'
    [ "$before" = "$(cat $sql $manifest)" ] || fail "the old snapshot changed"
}

w05_a_failed_load_counts_as_applied() {
    run 0 schema-dump
    rm app.db
    sed -i 's/^CREATE INDEX users_name .*/CREATE INDEX users_name ON users (no_such_column);/' $sql
    for _ in 1 2; do
        code=0
        migrate run --create >stdout 2>stderr || code=$?
        [ "$code" != 0 ] || fail "a broken snapshot is loaded"
    done
    # Nor where the digest is not asked.
    for _ in 1 2; do
        run 4 schema-load --create --accept-modified
        expect_err 'no_such_column'
        [ ! -s app.db ] || expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
    done
    sed -i '/Digest"/d' database/schema/sqlite-schema.meta.json
    for _ in 1 2; do
        code=0
        migrate run --create >stdout 2>stderr || code=$?
        [ "$code" != 0 ] || fail "a broken snapshot is loaded"
        [ ! -s app.db ] || expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
    done
    sqlite3 stock.db <$sql >/dev/null 2>&1 || :
    expect_rows stock.db 'SELECT count(*) FROM sqlite_schema' 0
}

w06_the_dump_changes_the_schema() {
    sqlite3 app.db "CREATE TABLE \"odd  name\" (a DEFAULT 'two  spaces', b CHECK (b <> '
'), c -- comment 
, d DEFAULT '( x )'); CREATE VIEW v (a) AS SELECT a FROM \"odd  name\""
    run 0 schema-dump --path a.sql
    run 0 schema-load --url sqlite:copy.db -c sqlite --create --path a.sql
    run 0 schema-dump --url sqlite:copy.db -c sqlite --path b.sql
    expect_same a.sql b.sql
    expect_rows copy.db "SELECT (SELECT sql FROM sqlite_schema WHERE name = 'odd  name') LIKE '%''two  spaces''%''
''%, d DEFAULT ''( x )''%'" 1
}

w07_a_typo_in_the_schema_path_is_ignored() {
    run 0 migrate squash
    rm app.db
    run 5 migrate run --create --schema-path database/schema/sqlite-shema.sql
    [ ! -e app.db ] || fail "a database was made"
}

w08_loads_are_not_atomic() {
    run 0 schema-dump
    rm app.db
    sed -i 's/^CREATE TABLE posts .*/CREATE TABLE posts (;/' $sql
    sqlite3 app.db VACUUM
    run 4 schema-load --accept-modified
    expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
}

w09_text_is_edited_by_regular_expressions() {
    sqlite3 app.db "CREATE TABLE t (a DEFAULT 'say AUTO_INCREMENT=5 ok', id integer PRIMARY KEY AUTOINCREMENT)"
    run 0 schema-dump
    grep -q "'say AUTO_INCREMENT=5 ok'" $sql || fail "a default was edited"
}

w10_a_dump_during_a_migration_is_a_mixture() {
    # One transaction reads schema and ledger; another connection's work in progress is in neither.
    sqlite3 app.db 'PRAGMA journal_mode = wal' >/dev/null
    sqlite_hold app.db "BEGIN IMMEDIATE; CREATE TABLE half (a); INSERT INTO adonis_schema (name, batch) VALUES ('half', 9);"
    run 0 schema-dump
    sqlite_let_go
    grep -q half $sql && fail "the dump holds half a migration"
    # Nor does one see the ledger of another moment than the tables: each transaction here adds one of both.
    i=0
    while [ $i -lt 400 ]; do
        i=$((i + 1))
        echo "BEGIN IMMEDIATE; CREATE TABLE m$i (a); INSERT INTO adonis_schema (name, batch) VALUES ('m$i', 1); COMMIT;"
    done >busy.sql
    sqlite3 -cmd '.timeout 60000' app.db <busy.sql &
    busy=$!
    n=0
    while kill -0 $busy 2>/dev/null; do
        n=$((n + 1))
        run 0 schema-dump --path moment.sql
        tables=$(grep -c '^CREATE TABLE m[0-9]' moment.sql) || :
        names=$(grep -c "^INSERT INTO adonis_schema .*'m[0-9]" moment.sql) || :
        [ "$tables" = "$names" ] || fail "$tables tables, $names names in the ledger"
    done
    wait $busy
    [ $n -gt 0 ] || fail 'no dump'
}

w11_an_edited_file_goes_unseen() {
    run 0 schema-dump
    rm app.db
    cp $sql keep.sql
    echo '-- edited' >>$sql
    run 5 migrate run --create
    cp keep.sql $sql
    write 1_users 'CREATE TABLE users (id integer PRIMARY KEY, name text, more text);'
    run 5 migrate run --create
    git checkout -q database/migrations
    run 0 migrate run --create
    write 1_users 'CREATE TABLE users (id integer PRIMARY KEY, name text, more text);'
    run 0 migrate status
    expect_out 'modified'
    # Rows that migrations insert are named before they get lost.
    git checkout -q database/migrations
    write 4_row "INSERT INTO users (name) VALUES ('root');"
    run 0 migrate run
    commit_all
    refused 'migrations put there would get lost' schema-dump --prune
}

w12_the_manifest_is_only_found_at_the_default_path() {
    run 0 schema-dump --prune --path snap/s.sql
    run 0 migrate status --schema-path snap/s.sql --exit-code
    expect_out 'squashed'
    run 5 migrate rollback --schema-path snap/s.sql
    expect_err 'lies inside the baseline'
    sed -i 's|"sqlite:app.db"|"sqlite:app.db", "snapshot": "snap/s.sql"|' database/connections.json
    run 0 migrate status --exit-code
}

w13_a_held_lock_gives_a_wrong_message() {
    cp "$BL_SOURCE_DIR/tests/lib/hold-lock.py" .
    python3 hold-lock.py app.db.baseline-lock &
    holder=$!
    wait_until [ -e held ]
    run 5 migrate run
    expect_err 'lock'
    expect_no_err 'completed'
    kill "$holder"
    wait "$holder" 2>/dev/null || :
    run 0 migrate run --lock-wait 5
}

w14_step_never_leaves_the_last_batch() {
    write 4_more 'CREATE TABLE more (a);' 'DROP TABLE more;'
    run 0 migrate run
    run 0 migrate rollback --step 3
    expect_rows app.db 'SELECT count(*) FROM adonis_schema' 1
}

w15_a_large_dump_with_an_early_error_loses_the_error() {
    {
        echo 'CREATE TABLE early (a b c d,, e);'
        awk 'BEGIN { for (i = 0; i < 20000; i++) print "INSERT INTO t VALUES (" i ", \047a long enough text to fill a pipe\047);" }'
    } >large.sql
    run 4 schema-load --url sqlite:large.db --create --path large.sql
    expect_err 'large.sql:1'
    expect_err 'syntax error'
}

w16_fresh_with_a_view_fails_and_counts_as_applied() {
    write 4_view 'CREATE VIEW names AS SELECT name FROM users;' 'DROP VIEW names;'
    run 0 migrate run
    run 0 schema-dump
    run 0 migrate fresh
    run 0 migrate fresh
    expect_rows app.db "SELECT count(*) FROM sqlite_schema WHERE name = 'names'" 1
    run 0 migrate wipe
    run 0 migrate wipe
}

w17_needs_client_programs() {
    mkdir none
    run 0 env PATH="$PWD/none" "$BL_BIN/schema-dump"
    rm app.db
    run 0 env PATH="$PWD/none" "$BL_BIN/migrate" run --create
}

w18_a_connection_form_is_not_understood() {
    run 0 schema-dump --url "sqlite://$PWD/app.db" -c sqlite --path a.sql
    run 0 schema-dump --url "sqlite:$PWD/app.db?mode=ro" -c sqlite --path b.sql
    expect_same a.sql b.sql
    run 0 schema-load --url sqlite::memory: -c sqlite --path a.sql
}

w19_the_password_is_on_the_command_line() {
    # No program is started at all, so that there is no command line; and no message holds one.
    run 3 schema-dump --url 'postgres://me:hunter2@127.0.0.1:1/x?connect_timeout=1'
    expect_no_err hunter2
    run 3 migrate squash --url 'postgres://me:hunter2@127.0.0.1:1/x?connect_timeout=1' --json
    expect_no_out hunter2
    expect_no_err hunter2
}

w21_volatile_output() {
    run 0 schema-dump --path a.sql
    sleep 1.1
    sqlite3 app.db "UPDATE adonis_schema SET migration_time = '2020-01-01 00:00:00'"
    run 0 schema-dump --path b.sql
    expect_same a.sql b.sql
    cksum a.sql a.meta.json >before
    run 0 schema-dump --path a.sql
    cksum a.sql a.meta.json >after
    expect_same before after
}

w22_order_across_folders_and_late_files() {
    mkdir -p database/migrations/b database/migrations/a
    write b/10_z 'CREATE TABLE z (a);' 'DROP TABLE z;'
    write a/20_y 'ALTER TABLE z ADD COLUMN b;' ''
    echo '{}' >database/migrations/a/data.json
    run 0 migrate run
    write 5_late 'CREATE TABLE late (a);'
    run 5 migrate run
    expect_err 'out of order'
}

w23_reading_commands_write_and_errors_exit_0() {
    rm app.db
    sqlite3 app.db VACUUM
    run 0 migrate status
    run 1 migrate status --exit-code
    run 0 migrate run --dry-run
    expect_rows app.db 'SELECT count(*) FROM sqlite_schema' 0
    write 4_bad "CREATE TABLE bad ('"
    code=0
    migrate run --dry-run >stdout 2>stderr || code=$?
    [ "$code" != 0 ] || fail "an error of a dry run exits 0"
    run 1 migrate status --json --exit-code
    sed -i 's/"url"/"production": true, "url"/' database/connections.json
    run 5 migrate wipe
}

w24_reset_of_a_squashed_history_says_nothing() {
    run 0 migrate squash
    run 0 migrate reset
    expect_err 'the baseline of 3 migrations'
    expect_err 'stays'
    run 5 migrate rollback
}

w25_run_after_reset_loads_an_old_dump() {
    run 0 schema-dump
    run 0 migrate reset
    write 3_posts 'CREATE TABLE posts (id integer PRIMARY KEY, body text, title text);'
    run 5 migrate run
    expect_err '3_posts'
    run 0 migrate run --no-snapshot
    expect_rows app.db "SELECT count(*) FROM pragma_table_info('posts')" 3
}

sed -n 's/^\(w[0-9][0-9]_[a-z0-9_]*\)().*/\1/p' "$0" >"$squash_top/list"
while read -r weakness; do
    project
    echo "$weakness" >&2
    $weakness </dev/null
done <"$squash_top/list"
