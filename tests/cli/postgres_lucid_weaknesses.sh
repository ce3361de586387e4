# What AdonisJS Lucid 22's schema dumps get wrong on PostgreSQL, one test for each, named after it; the others are in
# lucid_weaknesses.sh and mysql_lucid_weaknesses.sh.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${pg_host:=}" "${pg_version:=}"
sql=database/schema/postgres-schema.sql

objects() {
    pg_sql app "SELECT count(*) FROM pg_class WHERE relnamespace IN (SELECT oid FROM pg_namespace WHERE nspname IN ('public', 'app'))"
}

w01_bootstrap_drops_tables_that_hold_rows() {
    run 0 schema-dump
    pg_sql app "INSERT INTO users VALUES (1, 'Ann'); DELETE FROM adonis_schema"
    run 5 migrate run
    pg_sql app 'DROP TABLE adonis_schema'
    run 5 migrate run
    run 5 schema-load
    [ "$(pg_sql app 'SELECT name FROM users')" = Ann ] || fail 'the row is gone'
    grep -q '^DROP TABLE' $sql && fail 'the dump drops a table'
    :
}

w08_loads_are_not_atomic() {
    run 0 schema-dump
    pg_create app
    sed -i 's/^CREATE INDEX users_name .*/CREATE INDEX users_name ON public.users (no_such_column);/' $sql
    run 4 schema-load --accept-modified
    expect_err 'no_such_column'
    [ "$(objects)" = 0 ] || fail 'half a snapshot is left'
    # Nor by the stock program, as Lucid calls it.
    psql -X -q -v ON_ERROR_STOP=on -d "$(pg_info app)" -f $sql >/dev/null 2>&1 || :
    [ "$(objects)" = 0 ] || fail 'the stock program leaves half a snapshot'
    run 5 migrate run
    [ "$(pg_sql app "SELECT to_regclass('adonis_schema') IS NULL")" = t ] || fail 'there is a ledger'
}

w13_a_held_lock_gives_a_wrong_message() {
    pg_hold app 'SELECT pg_advisory_lock(1)'
    run 5 migrate run
    expect_err 'lock'
    expect_err "$(pg_admin "SELECT pid FROM pg_locks l JOIN pg_database d ON d.oid = l.database WHERE locktype = 'advisory' AND datname = '$(pg_name app)'")"
    expect_no_err 'completed'
    expect_no_err 'release'
    pg_let_go
    run 0 migrate run --lock-wait 30
}

# A start-up file of the client program made a load vanish; the program itself has to be there, and of a fitting version.
w17_needs_client_programs_and_reads_their_start_up_files() {
    mkdir none
    printf '\\set AUTOCOMMIT off\n\\set ON_ERROR_STOP off\n' >"$HOME/.psqlrc"
    run 0 env PATH="$PWD/none" "$BL_BIN/schema-dump"
    pg_create app
    run 0 env PATH="$PWD/none" "$BL_BIN/migrate" run
    rm "$HOME/.psqlrc"
    [ "$(pg_sql app 'SELECT count(*) FROM adonis_schema')" = 3 ] || fail 'the load vanished'
    grep -q restrict $sql && fail 'the dump needs a new program'
    :
}

# No port, no host; a search path other than public.
w18_a_connection_form_is_not_understood() {
    run 0 schema-dump --path a.sql
    run 0 env PGHOST="$pg_host" PGPORT="54$pg_version" PGUSER=postgres schema-dump --url "postgres:///$(pg_name app)" --path b.sql
    run 0 env PGHOST="$pg_host" PGUSER=postgres schema-dump --url "postgresql://:54$pg_version/$(pg_name app)" --path c.sql
    expect_same a.sql b.sql
    expect_same a.sql c.sql
    pg_create app
    pg_sql app "CREATE SCHEMA app; ALTER DATABASE \"$(pg_name app)\" SET search_path = app"
    run 0 migrate run --no-snapshot
    run 0 schema-dump
    pg_create app
    pg_sql app "ALTER DATABASE \"$(pg_name app)\" SET search_path = app"
    run 0 migrate run
    [ "$(pg_sql app "SELECT count(*) FROM pg_tables WHERE schemaname = 'app'")" -ge 4 ] || fail 'the tables are not in schema app'
    run 0 migrate run
    expect_err 'already up to date'
}

w21_volatile_output() {
    run 0 schema-dump --path a.sql
    pg_sql app "UPDATE adonis_schema SET migration_time = '2020-01-01', id = id + 100"
    run 0 schema-dump --path b.sql
    expect_same a.sql b.sql
}

sed -n 's/^\(w[0-9][0-9]_[a-z0-9_]*\)().*/\1/p' "$0" >"$squash_top/list"
while read -r weakness; do
    echo "$weakness" >&2
    pg_create app
    project "$(pg_url app)"
    sed -i 's/"sqlite"/"postgres"/' database/connections.json
    $weakness </dev/null
done <"$squash_top/list"
