# Others work on the database while it is dumped: the dump is one moment of it, and stands in nobody's way.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
gen_schema --engine postgres --tables 60 --kind rich >rich.sql
pg_file app rich.sql

# Pairs of tables come and go in one transaction each: a dump has both or none, and always loads.
i=0
while [ "$i" -lt 60 ]; do
    i=$((i + 1))
    echo "BEGIN; CREATE TABLE pair_a (id integer PRIMARY KEY, t text DEFAULT 'x'); CREATE TABLE pair_b (id integer REFERENCES pair_a); CREATE VIEW pair_v AS SELECT * FROM pair_a; COMMIT;
        BEGIN; ALTER TABLE pair_a ADD COLUMN extra$i integer CHECK (extra$i > 0); ALTER TABLE pair_b ADD COLUMN extra$i integer; COMMIT;
        BEGIN; DROP VIEW pair_v; DROP TABLE pair_b; DROP TABLE pair_a; COMMIT;
        BEGIN; CREATE FUNCTION pair_f() RETURNS integer LANGUAGE sql AS 'SELECT $i'; COMMENT ON FUNCTION pair_f() IS '$i'; COMMIT; DROP FUNCTION pair_f();
        SELECT pg_sleep(0.3);"
done >busy.sql
psql -X -q -d "$(pg_info app)" -f busy.sql >busy.out 2>&1 &
busy=$!
n=0
while kill -0 "$busy" 2>/dev/null && [ "$n" -lt 12 ]; do
    n=$((n + 1))
    run 0 schema-dump --url "$(pg_url app)" --path "at-$n.sql"
    a=$(grep -c '^CREATE TABLE public.pair_a' "at-$n.sql")
    b=$(grep -c '^CREATE TABLE public.pair_b' "at-$n.sql")
    [ "$a" = "$b" ] || fail "dump $n has half of a transaction"
    extra_a=$(grep -c '^    extra.* integer' "at-$n.sql")
    case $extra_a in 0 | 2) ;; *) fail "dump $n has half of a transaction: $extra_a columns" ;; esac
    pg_create copy
    run 0 schema-load --url "$(pg_url copy)" --path "at-$n.sql" --verify
done
kill "$busy" 2>/dev/null
wait "$busy" 2>/dev/null
[ "$n" -ge 3 ] || fail "only $n dumps met others at work"

# Somebody holds a table for long: the dump gives up soon, says so, and nobody queued behind it for long.
pg_hold app 'BEGIN; LOCK TABLE t00001 IN ACCESS EXCLUSIVE MODE'
started=$(date +%s)
code=0
schema-dump --url "$(pg_url app)" --path held.sql >stdout 2>stderr || code=$?
[ "$code" = 5 ] || fail "exit $code for a table that is locked: $(cat stderr)"
[ $(($(date +%s) - started)) -lt 60 ] || fail "the dump waited too long"
expect_err 'lock'
[ ! -e held.sql ] || fail "a dump that failed left a file"
pg_let_go
run 0 schema-dump --url "$(pg_url app)" --path held.sql

# The first view, function and type of their kinds come between the question what there is and the state that is read,
# which waits for a lock: they are in the dump.
pg_create first
pg_sql first 'CREATE TABLE t (id integer)'
pg_hold first 'BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE'
schema-dump --url "$(pg_url first)" --path first.sql >stdout 2>stderr &
dump=$!
wait_until pg_is first "SELECT count(*) = 1 FROM pg_locks WHERE relation = 't'::regclass AND NOT granted"
echo "CREATE VIEW v AS SELECT id FROM t; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TYPE r AS RANGE (subtype = text); COMMIT;" >&7
pg_let_go
wait "$dump" || fail "the dump failed: $(cat stderr)"
for made in 'VIEW public.v' 'FUNCTION public.f' 'TYPE public.r'; do
    grep -q "^CREATE $made" first.sql || fail "not in the dump: $made"
done

# What comes and goes in another database of the server is nothing to a load, which compares what it made.
pg_create other
i=0
while [ "$i" -lt 3000 ]; do
    i=$((i + 1))
    echo "CREATE SUBSCRIPTION s_$$ CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false); SELECT pg_sleep(0.01); ALTER SUBSCRIPTION s_$$ SET (slot_name = NONE); DROP SUBSCRIPTION s_$$; SELECT pg_sleep(0.01);"
done >subscriptions.sql
psql -X -q -d "$(pg_info other)" -f subscriptions.sql >busy.out 2>&1 &
busy=$!
for n in 1 2 3 4 5 6 7 8 9 10; do
    pg_create copy
    run 0 schema-load --url "$(pg_url copy)" --path held.sql
done
kill "$busy" || fail "the other database came to rest: $(tail -n 3 busy.out)"
wait "$busy" 2>/dev/null || :
