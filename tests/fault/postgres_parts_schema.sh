# Loads in parts where the snapshot itself makes the schema that the search path names first: the mark is written before
# that schema is there, the ledger stands in it afterwards. Every command goes on from each state between the two.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

# Transactions are small here.
own_make one
own_start one 'max_locks_per_transaction = 10' 'max_connections = 40'
sql() { own_sql one "$1" "$2"; }
new() {
    sql postgres "DROP DATABASE IF EXISTS $1 WITH (FORCE)" 2>/dev/null
    sql postgres "CREATE DATABASE $1"
}
expect_sql() {
    [ "$(sql "$1" "$2")" = "$3" ] || fail "$1: $2 gives $(sql "$1" "$2"), not $3"
}
# wait_alone DATABASE: what a dead client sent is done.
wait_alone() {
    while [ "$(sql postgres "SELECT count(*) FROM pg_stat_activity WHERE datname = '$1'")" != 0 ]; do sleep 0.05; done
}
# together DATABASE: the three tables stand in one schema.
together() {
    expect_sql "$1" "SELECT count(*), count(DISTINCT relnamespace) FROM pg_class
        WHERE relname IN ('adonis_schema', 'adonis_schema_versions', 'adonis_schema_journal')" '3|1'
}
mkdir -p database/migrations
i=0
while [ "$i" -lt 240 ]; do
    i=$((i + 1))
    echo "CREATE TABLE app.t$i (id int PRIMARY KEY, a text UNIQUE);" >>"tables$((i / 80))"
done
for i in 0 1 2 3; do
    write 1_tables$i "$(cat tables$i)"
done
write 2_later 'CREATE TABLE app.later (id int);' 'DROP TABLE app.later;'

# path PATH: the search path of all that follows.
path() {
    printf '{ "connections": { "postgres": { "url": "%s&options=-csearch_path%%3D%s" } } }\n' "$(own_url one app)" "$1" \
        >database/connections.json
}

# Where the ledger stands is the search path's affair; "app" alone leads nowhere while the snapshot is loaded.
for path in app,public public,app 'app,extra,public' '"$user",public' app; do
    path "$(printf %s "$path" | sed 's/"/%22/g; s/\$/%24/')"
    rm -rf database/schema
    new app
    sql app 'CREATE SCHEMA app'
    case $path in *user*) write 0_schema 'CREATE SCHEMA postgres;' ;; *) rm -f database/migrations/0_schema.sql ;; esac
    run 0 migrate run --to database/migrations/1_tables3
    run 0 schema-dump

    # A database bootstraps, and each command goes on with it.
    for jobs in 0 1 4; do
        new app
        [ $jobs = 0 ] || run 0 schema-load --jobs $jobs
        run 0 migrate run --to database/migrations/1_tables3
        run 0 schema-dump --check
        run 0 migrate run
        together app
        run 0 migrate status
        run 0 migrate rollback --force
        run 0 migrate run
        expect_sql app 'SELECT count(*) FROM app.later' 0
    done
done

# A journal that was left in another schema than the ledger is found there.
rm -rf database/schema
path app,public
new app
sql app 'CREATE SCHEMA app'
run 0 migrate run
sql app 'ALTER TABLE app.adonis_schema_journal SET SCHEMA public'
run 0 migrate rollback --step 1 --force
run 0 migrate run
run 0 migrate repair
run 0 migrate status
expect_sql app 'SELECT count(DISTINCT ledger_id) FROM public.adonis_schema_journal WHERE ledger_id IN (SELECT id FROM app.adonis_schema)' 5
run 0 schema-dump
run 0 schema-dump --check

# And a squash with its proof works on such a server.
cp -r database/migrations saved
commit_all
run 0 migrate squash
new app
run 0 migrate run
together app
expect_sql app "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^(t[0-9]+|later)$'" 241
rm -rf database/migrations database/schema
mv saved database/migrations

# SIGKILL at the end of the load, where the ledger's tables appear: nothing is lost, --undo leads back.
new app
sql app 'CREATE SCHEMA app'
run 0 migrate run --to database/migrations/1_tables3
run 0 schema-dump
new app
disk_calls=sendto
count_calls migrate run
n=$((calls - 32))
undone=0
went_on=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 2))
    new app
    kill_at $n migrate run
    wait_alone app
    code=0
    migrate run >stdout 2>stderr || code=$?
    if [ $code = 5 ]; then
        expect_err 'schema-load --undo'
        run 0 migrate status
        expect_out 'schema-load --undo'
        run 0 schema-load --undo
        expect_sql app "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace::regnamespace::text !~ '^(pg_|information_)'" 0
        undone=$((undone + 1))
        run 0 migrate run
    else
        [ $code = 0 ] || fail "killed at $n: exit $code: $(cat stderr)"
        went_on=$((went_on + 1))
    fi
    expect_sql app "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relname ~ '^(t[0-9]+|later)$'" 241
done
[ $undone -gt 2 ] && [ $went_on -gt 2 ] || fail "undone $undone, went on $went_on"
