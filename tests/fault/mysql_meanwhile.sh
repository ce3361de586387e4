# Others work on the database while it is dumped: what the dump holds fits together, or the dump says that it cannot; two
# loads and two runs at once do not get into each other's way.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

# So many that a dump reads them over two sessions.
my_create app
gen_schema --engine mysql --tables 120 --kind rich >rich.sql
my_file app rich.sql

# Pairs of objects that come and go; a dump either loads or says that the schema did not stand still.
i=0
while [ "$i" -lt 60 ]; do
    i=$((i + 1))
    echo "CREATE TABLE pair_a (id int PRIMARY KEY, t varchar(10) DEFAULT 'x'); CREATE TABLE pair_b (id int, FOREIGN KEY (id) REFERENCES pair_a (id));
        CREATE VIEW pair_v AS SELECT * FROM pair_a; ALTER TABLE pair_a ADD COLUMN extra$i int; CREATE FUNCTION pair_f() RETURNS int DETERMINISTIC RETURN $i;
        CREATE TRIGGER pair_t BEFORE INSERT ON pair_a FOR EACH ROW SET NEW.t = 'y'; SELECT sleep(0.2); DROP FUNCTION pair_f; DROP VIEW pair_v;
        DROP TABLE pair_b; DROP TABLE pair_a; SELECT sleep(0.05);"
done >busy.sql
my_client -D "$(my_name app)" <busy.sql >busy.out 2>&1 &
busy=$!
n=0
whole=0
while kill -0 "$busy" 2>/dev/null && [ "$n" -lt 15 ]; do
    n=$((n + 1))
    code=0
    schema-dump --url "$(my_url app)" --path "at-$n.sql" >stdout 2>stderr || code=$?
    if [ "$code" != 0 ]; then
        case $code in 4 | 5) ;; *) fail "a dump beside others: exit $code: $(cat stderr)" ;; esac
        [ ! -e "at-$n.sql" ] || fail "a dump that failed left a file"
        continue
    fi
    whole=$((whole + 1))
    my_create copy
    run 0 schema-load --url "$(my_url copy)" --path "at-$n.sql" --verify
done
kill "$busy" 2>/dev/null
wait "$busy" 2>/dev/null
[ "$whole" -ge 3 ] || fail "only $whole dumps of $n met others at work and came to an end"

# Two loads at once: one wins, the other is refused, and the schema is there once.
run 0 schema-dump --url "$(my_url app)" --path app.sql --exclude 'pair_*'
for try in 1 2 3; do
    my_create copy
    schema-load --url "$(my_url copy)" --path app.sql >one.out 2>&1 &
    one=$!
    schema-load --url "$(my_url copy)" --path app.sql >two.out 2>&1 &
    two=$!
    wait "$one" && first=0 || first=$?
    wait "$two" && second=0 || second=$?
    case $first$second in 05 | 50) ;; *) fail "try $try: two loads: exit $first and $second: $(cat one.out two.out)" ;; esac
    run 0 schema-dump --url "$(my_url copy)" --path copy.sql
    expect_same app.sql copy.sql
done

# Two runs at once: one is refused, or waits and finds nothing to do.
mkdir -p database/migrations
for m in 1 2 3 4; do
    printf -- '-- migrate:up\nCREATE TABLE m%s (a int);\nINSERT INTO m%s VALUES (%s);\nDO sleep(0.2);\n' $m $m $m >"database/migrations/${m}_m.sql"
done
my_create run
migrate run --url "$(my_url run)" >one.out 2>&1 &
one=$!
migrate run --url "$(my_url run)" --lock-wait 20 >two.out 2>&1 &
two=$!
wait "$one" && first=0 || first=$?
wait "$two" && second=0 || second=$?
case $first$second in 00 | 50) ;; *) fail "two runs: exit $first and $second: $(cat one.out two.out)" ;; esac
expect_my run 'SELECT count(*), count(DISTINCT name) FROM adonis_schema; SELECT (SELECT count(*) FROM m1) + (SELECT count(*) FROM m2) + (SELECT count(*) FROM m3) + (SELECT count(*) FROM m4)' '4|4
4'
# The holder is named.
my_create run
sed -i 's/sleep(0.2)/sleep(60)/' database/migrations/1_m.sql
migrate run --url "$(my_url run)" >one.out 2>&1 &
one=$!
wait_until my_has_statement 'DO sleep%'
run 5 migrate run --url "$(my_url run)"
expect_err 'root'
kill -INT "$one"
wait "$one"

# Somebody holds a table for long: a dump does not wait for it in silence.
my_hold app 'LOCK TABLES t00001 WRITE'
started=$(date +%s)
code=0
timeout 120 schema-dump --url "$(my_url app)" --path held.sql >stdout 2>stderr || code=$?
[ $(($(date +%s) - started)) -lt 60 ] || fail "the dump waited too long"
case $code in
0) ;;
5) [ ! -e held.sql ] || fail "a dump that failed left a file" ;;
*) fail "exit $code for a table that is locked: $(cat stderr)" ;;
esac
my_let_go
run 0 schema-dump --url "$(my_url app)" --path held.sql

# While clones are loaded at the same time nobody is alone on the server. Each is what was dumped at the first look all the same:
# each table is asked for once. And the journal that a bootstrap leaves is made once.
my_own mariadb alone
counted() {
    my_sql app "SELECT group_concat(VARIABLE_VALUE ORDER BY VARIABLE_NAME SEPARATOR ' ') FROM information_schema.GLOBAL_STATUS
        WHERE VARIABLE_NAME IN ('COM_DROP_TABLE', 'COM_SHOW_CREATE_TABLE')"
}
my_create app
my_create target
i=0
while [ "$i" -lt 40 ]; do
    i=$((i + 1))
    echo "CREATE TABLE flat_$i (id int PRIMARY KEY, t varchar(10), KEY (t));"
done >plain.sql
my_file app plain.sql
run 0 schema-dump --url "$(my_url app)" --path flat.sql
before=$(counted)
run 0 schema-load --url "$(my_url target)" --path flat.sql --clones 4 --jobs 4
after=$(counted)
[ "$((${after#* } - ${before#* }))" = 200 ] || fail "tables of five databases, $before before, $after after, not 200 looks"
my_create target
before=$(counted)
run 0 migrate run --url "$(my_url target)" --schema-path "$PWD/flat.sql"
after=$(counted)
[ "${after% *}" = "${before% *}" ] || fail "a bootstrap dropped a table: $before before, $after after"
expect_my target "SELECT count(*) FROM adonis_schema_journal WHERE direction = 'load'" 0
