# The line to the server is cut: at every stage nothing is lost, and the next run finishes the work.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

export PG_URL=
mkdir -p database/migrations
cat >database/connections.json <<'JSON'
{ "connections": { "postgres": { "url": "${PG_URL}" } } }
JSON
cat >database/migrations/1700000000001_first.sql <<'SQL'
-- migrate:up
CREATE TABLE first (id int PRIMARY KEY);
INSERT INTO first VALUES (1);
SQL
cat >database/migrations/1700000000002_second.sql <<'SQL'
-- migrate:up transaction:false
CREATE TABLE second (id int PRIMARY KEY);
CREATE INDEX CONCURRENTLY second_id ON second (id);
SQL

# proxied FAULT TEXT WORD COMMAND...: runs a command whose line to database WORD fails.
proxied() {
    fault=$1
    text=$2
    word=$3
    shift 3
    proxy=$(mktemp -d "$PWD/p.XXXXXX")
    mkfifo "$proxy/input"
    "$BL_SOURCE_DIR/tests/lib/pg-proxy" "$proxy" "$pg_host/.s.PGSQL.54$pg_version" "$fault" "$text" \
        <"$proxy/input" >"$proxy/output" &
    proxy_pid=$!
    exec 9>"$proxy/input"
    wait_until grep -q ready "$proxy/output"
    PG_URL="postgresql://postgres@/$(pg_name "$word")?host=$proxy&port=5432"
    "$@" 9>&-
    exec 9>&-
    wait "$proxy_pid"
}

# Stages of a run: the connection, the lock, the ledger, a migration, its record, its end.
for fault in cut lose half; do
    for text in pg_backend_pid pg_try_advisory adonis_schema_versions 'TABLE first' 'INTO first' \
        '(name, batch)' COMMIT; do
        pg_create run
        proxied "$fault" "$text" run run 3 migrate run
        [ "$fault $text" != 'lose COMMIT' ] || expect_err 'is not known'
        PG_URL=$(pg_url run)
        run 0 migrate run --lock-wait 30 # the server may not have noticed yet
        expect_pg run 'SELECT count(*) FROM first' 1
        expect_pg run 'SELECT count(*) FROM second' 0
        expect_pg run 'SELECT count(*), count(DISTINCT name) FROM adonis_schema' '2|2'
        run 0 migrate status
    done
done

# Outside a transaction the run cannot know whether the statement took effect, and says so.
pg_create outside
proxied lose CONCURRENTLY outside run 3 migrate run
PG_URL=$(pg_url outside)
run 5 migrate run --lock-wait 30
expect_err second
expect_pg outside 'SELECT count(*) FROM adonis_schema' 1

# A dump that is cut leaves no file; a load leaves no object.
pg_create source
PG_URL=$(pg_url source)
run 0 migrate run
for fault in cut half; do
    for text in pg_backend_pid pg_class pg_depend; do
        proxied "$fault" "$text" source run 3 schema-dump --path cut.sql
        if [ -e cut.sql ] || [ -e cut.meta.json ]; then
            fail "$fault $text: a file is left"
        fi
    done
done
PG_URL=$(pg_url source)
run 0 schema-dump --path whole.sql
for fault in cut lose half; do
    for text in 'TABLE public.second' COMMIT; do
        pg_create target
        proxied "$fault" "$text" target run 3 schema-load --path whole.sql
        case $fault-$text in
        lose-COMMIT | half-COMMIT) expect_err 'is not known' ;;
        *) expect_pg_empty target ;;
        esac
    done
done
pg_create target
PG_URL=$(pg_url target)
run 0 schema-load --path whole.sql --verify
