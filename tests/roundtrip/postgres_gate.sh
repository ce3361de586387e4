# A stock client that goes on after an error ends with nothing.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url app)" >database/connections.json
pg_create app
write 1_all "CREATE SCHEMA sales;
CREATE TABLE users (id serial PRIMARY KEY, name text UNIQUE);
CREATE TABLE sales.orders (id int PRIMARY KEY, \"user\" int REFERENCES users, n int CHECK (n > 0));
CREATE VIEW names AS SELECT name FROM users;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER t BEFORE INSERT ON users FOR EACH ROW EXECUTE FUNCTION f();
COMMENT ON TABLE users IS 'people';
INSERT INTO users (name) VALUES ('a'), ('b');"
write 2_more 'CREATE INDEX orders_n ON sales.orders (n);'
run 0 migrate run
run 0 schema-dump --data users
snapshot=database/schema/postgres-schema.sql

# client FILE [OPTION...]: without ON_ERROR_STOP and without a transaction around it.
client() {
    client_file=$1
    shift
    psql -X -q "$@" -d "$(pg_info x)" -f "$client_file" >client.out 2>&1
}
objects="SELECT (SELECT count(*) FROM pg_class WHERE relnamespace >= 16384 OR relnamespace = 'public'::regnamespace) + (SELECT count(*) FROM pg_namespace WHERE oid >= 16384)"

# Each statement in turn is damaged.
n=0
pg_create x
statements=$(grep '^\(CREATE\|INSERT\|ALTER\|COMMENT\)' $snapshot | grep -vc baseline_gate)
[ "$statements" -gt 12 ] || fail "only $statements statements in the snapshot"
while [ "$n" -lt "$statements" ]; do
    n=$((n + 1))
    awk -v n="$n" '/^(CREATE|INSERT|ALTER|COMMENT)/ && !/baseline_gate/ && ++k == n { sub(/^[A-Z]+/, "& NONSENSE") } { print }' $snapshot >damaged.sql
    cmp -s $snapshot damaged.sql && fail "statement $n was not damaged"
    client damaged.sql
    [ "$(pg_sql x "$objects")" = 0 ] || fail "statement $n: objects are left"
    # A savepoint around each statement is no way round it.
    client damaged.sql -v ON_ERROR_ROLLBACK=on
    [ "$(pg_sql x "$objects")" = 0 ] || fail "statement $n: objects are left with ON_ERROR_ROLLBACK"
    grep -q 'a statement failed' client.out || fail "statement $n: psql does not say why: $(cat client.out)"
done
# A file that ends too early leaves nothing.
head -n "$(($(grep -n '^COMMIT;' $snapshot | cut -d : -f 1) - 1))" $snapshot >short.sql
client short.sql
[ "$(pg_sql x "$objects")" = 0 ] || fail 'objects of a short file are left'

# Whole, it loads, whatever the client is set to, and leaves the session as it was; a second time it changes nothing.
printf '\\set AUTOCOMMIT off\n\\i %s\nSHOW search_path;\n' "$snapshot" >off.sql
for options in '' -1 '-v ON_ERROR_STOP=1' '-v ON_ERROR_ROLLBACK=on' '-1 -v ON_ERROR_ROLLBACK=on' off; do
    pg_create x
    case $options in
    off) client off.sql -A -t ;;
    *)
        # shellcheck disable=SC2086 # options
        client $snapshot $options
        ;;
    esac
    [ "$(pg_sql x 'SELECT (SELECT count(*) FROM adonis_schema) * 10 + (SELECT count(*) FROM users)')" = 22 ] ||
        fail "psql $options does not load it: $(cat client.out)"
    [ "$options" != off ] || grep -q '"$user", public' client.out || fail "the path is not what it was: $(cat client.out)"
done
client $snapshot
[ "$(pg_sql x 'SELECT (SELECT count(*) FROM adonis_schema) * 10 + (SELECT count(*) FROM users)')" = 22 ] ||
    fail 'a second load changed the database'

# What the lock table of a server with its first settings cannot hold is several transactions. Each needs the one before:
# nothing comes behind the one that fails, and so never the ledger.
pg_create large
run 0 migrate run --url "$(pg_url large)" -c postgres
psql -X -q -d "$(pg_info large)" >/dev/null <<'S'
SELECT format('CREATE TABLE t%s (id int PRIMARY KEY)', n) FROM generate_series(1, 1250) AS n \gexec
S
run 0 schema-dump --url "$(pg_url large)" -c postgres --path large.sql --data users
parts=$(grep -c '^COMMIT;' large.sql)
[ "$parts" -gt 3 ] && [ "$(grep -c '^BEGIN;' large.sql)" = "$parts" ] || fail "$parts transactions for 1,250 tables"
recorded() {
    [ -z "$(pg_sql x "SELECT to_regclass('public.adonis_schema')")" ] || pg_sql x 'SELECT count(*) FROM adonis_schema'
}
# damage PATTERN: of a line; it is in the first transaction, in one between, in the last.
damage() {
    sed "s/^\(CREATE\|INSERT INTO\) \($1\)/\1 NONSENSE \2/" large.sql >damaged.sql
    [ "$(diff large.sql damaged.sql | grep -c '^>')" = 1 ] || fail "$1 is damaged in more than one line"
}
for pattern in 'SCHEMA IF NOT EXISTS sales' 'TRIGGER t ' 'adonis_schema .*2_more'; do
    damage "$pattern"
    for option in '' -vON_ERROR_ROLLBACK=on; do
        pg_create x
        client damaged.sql ${option:+"$option"}
        [ -z "$(recorded)" ] || fail "the ledger is filled without $pattern, psql $option"
    done
done
# Also of a file that ends where a transaction does.
head -n "$(grep -n '^COMMIT;' large.sql | sed -n '2s/:.*//p')" large.sql >short.sql
pg_create x
client short.sql
[ -z "$(recorded)" ] || fail 'the ledger of a short file is filled'
# Whole, it loads with any client and any loader, and leaves the session as it was.
printf '\\set AUTOCOMMIT off\n\\i large.sql\nSHOW search_path;\nSELECT count(*) FROM pg_cursors WHERE is_holdable;\n' >off.sql
for options in -1 -vON_ERROR_ROLLBACK=on off; do
    pg_create x
    case $options in
    off) client off.sql -A -t ;;
    *) client large.sql "$options" ;;
    esac
    [ "$(recorded)" = 2 ] || fail "psql $options does not load a large snapshot: $(head -n 3 client.out)"
    [ "$options" != off ] || [ "$(tail -n 2 client.out)" = "$(printf '"$user", public\n0')" ] || fail "psql leaves: $(cat client.out)"
done
expect_pg x "SELECT count(*) FROM pg_tables WHERE tablename ~ '^t[0-9]'" 1250
pg_create y
run 0 schema-load --url "$(pg_url y)" -c postgres --path large.sql --jobs 2 --verify
expect_pg_same x y
# A table that goes moves no other line.
grep -A 5 '^-- table public.t99$' large.sql | grep -q baseline_gate && fail 'a transaction ends behind t99: choose another one'
pg_sql large 'DROP TABLE t99'
run 0 schema-dump --url "$(pg_url large)" -c postgres --path less.sql --data users
[ "$(diff large.sql less.sql | grep '^[<>]')" = "$(sed -n '/^-- table public.t99$/,/^$/s/^/< /p' large.sql)" ] ||
    fail "other lines moved: $(diff large.sql less.sql)"
