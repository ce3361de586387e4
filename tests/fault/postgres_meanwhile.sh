# Others work on the database while it is dumped: the dump is one moment of it, and stands in nobody's way.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
"$BL_SHARED/tools/gen-schema" --engine postgres --tables 60 --kind rich >rich.sql
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
psql -X -q -d "$(pg_info app)" -c 'BEGIN; LOCK TABLE t00001 IN ACCESS EXCLUSIVE MODE; SELECT pg_sleep(25)' >/dev/null 2>&1 &
holder=$!
sleep 1
started=$(date +%s)
code=0
schema-dump --url "$(pg_url app)" --path held.sql >stdout 2>stderr || code=$?
[ "$code" = 5 ] || fail "exit $code for a table that is locked: $(cat stderr)"
[ $(($(date +%s) - started)) -lt 20 ] || fail "the dump waited too long"
expect_err 'lock'
[ ! -e held.sql ] || fail "a dump that failed left a file"
kill "$holder"
wait "$holder" 2>/dev/null
pg_admin "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '$(pg_name app)'" >/dev/null
run 0 schema-dump --url "$(pg_url app)" --path held.sql

# The first view, function and type of their kinds come between the question what there is and the state that is read,
# which waits for a lock: they are in the dump.
pg_create first
pg_sql first 'CREATE TABLE t (id integer)'
mkfifo said
psql -X -q -d "$(pg_info first)" <said >/dev/null 2>&1 &
holder=$!
exec 3>said
echo 'BEGIN; LOCK TABLE t IN ACCESS EXCLUSIVE MODE;' >&3
locks="SELECT count(*) FROM pg_locks WHERE relation = 't'::regclass"
until [ "$(pg_sql first "$locks AND granted")" = 1 ]; do sleep 0.1; done
schema-dump --url "$(pg_url first)" --path first.sql >stdout 2>stderr &
dump=$!
until [ "$(pg_sql first "$locks AND NOT granted")" = 1 ] || ! kill -0 "$dump" 2>/dev/null; do sleep 0.1; done
echo "CREATE VIEW v AS SELECT id FROM t; CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'; CREATE TYPE r AS RANGE (subtype = text); COMMIT;" >&3
exec 3>&-
wait "$dump" || fail "the dump failed: $(cat stderr)"
wait "$holder"
for made in 'VIEW public.v' 'FUNCTION public.f' 'TYPE public.r'; do
    grep -q "^CREATE $made" first.sql || fail "not in the dump: $made"
done
