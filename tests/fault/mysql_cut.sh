# The line to the server is cut, loses an answer, breaks inside one, or is killed by the server, at every command of a dump,
# a load and a run: nothing is half done without a word of it, and the next try comes to the same end.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"

my_create source
gen_schema --engine mysql --tables 6 --kind rich >source.sql
my_file source source.sql
run 0 schema-dump --url "$(my_url source)" --path good.sql
my_create reference
run 0 schema-load --url "$(my_url reference)" --path good.sql
mkdir old
old='-- baseline snapshot, format 1, mysql'
echo "$old" >old/s.sql

# A dump: the old file stays as it is, no other is left.
proxied none '' source schema-dump --path whole.sql
[ "$code" = 0 ] || fail "the proxy itself: exit $code: $(cat stderr)"
all=$commands
for fault in cut half kill; do
    n=0
    while [ "$n" -lt "$all" ]; do
        n=$((n + 1))
        proxied "$fault" "$n" source schema-dump --path old/s.sql
        # What is lost with the farewell is lost to nobody.
        if [ "$code" = 0 ]; then
            cmp -s old/s.sql good.sql || fail "dump, $fault at $n: another file"
            rm -f old/*
            echo "$old" >old/s.sql
            continue
        fi
        [ "$code" = 3 ] || fail "dump, $fault at $n: exit $code: $(cat stderr)"
        [ "$(cat old/*)" = "$old" ] || fail "dump, $fault at $n: $(ls old)"
        expect_no_err "$PWD/p.sock?"
    done
done

# So many tables are read over two sessions, unless each statement is to be seen. The same comes out, from whichever of them what
# is broken comes. Where the further one is lost the first reads all.
my_create many
{
    gen_schema --engine mysql --tables 130
    for i in 1 40 80 99; do
        echo "CREATE TABLE gone_$i (id int); CREATE VIEW t000${i}_broken AS SELECT id FROM gone_$i; DROP TABLE gone_$i;"
    done
} >many.sql
my_file many many.sql
run 0 schema-dump --url "$(my_url many)" --path one.sql --skip-broken --verbose
proxied none '' many schema-dump --path two.sql --skip-broken
[ "$code" = 0 ] || fail "many tables: exit $code: $(cat stderr)"
expect_same one.sql two.sql
all=$commands
n=0
whole=0
while [ "$n" -lt "$all" ]; do
    n=$((n + 1))
    case $((n % 3)) in
    0) fault='cut' ;;
    1) fault=half ;;
    *) fault='kill' ;;
    esac
    rm -f two.*
    proxied "$fault" "$n" many schema-dump --path two.sql --skip-broken
    case $code in
    0)
        expect_same one.sql two.sql
        whole=$((whole + 1))
        ;;
    3) [ ! -e two.sql ] || fail "many tables, $fault at $n: a dump that failed left a file" ;;
    *) fail "many tables, $fault at $n: exit $code: $(cat stderr)" ;;
    esac
done
# With one session the last command alone may be lost.
[ "$whole" -gt 2 ] || fail "only $whole dumps came to their end with a session less"

# A load: empty afterwards, or whole, or half with a mark that says so and is taken back.
proxied_load() {
    fault=$1
    n=$2
    shift 2
    my_create x
    proxied "$fault" "$n" x schema-load --path good.sql "$@"
    if [ "$code" = 0 ]; then
        expect_my_same reference x
        return 0
    fi
    case $code in 3 | 5) ;; *) fail "load $*, $fault at $n: exit $code: $(cat stderr)" ;; esac
    alone x
    before=$(my_objects x)
    directly x schema-load --path good.sql
    case $code in
    0) [ "$before" -lt 3 ] || fail "load $*, $fault at $n: a second load over $before objects" ;;
    5)
        if grep -q -e --undo stderr; then
            run 0 schema-load --url "$(my_url x)" --path good.sql --undo
            expect_my x "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name <> 'adonis_schema_journal'" 0
            run 0 schema-load --url "$(my_url x)" --path good.sql
            undone=$((undone + 1))
        fi
        ;;
    *) fail "load $*, $fault at $n, then again: exit $code: $(cat stderr)" ;;
    esac
    # Also when only the last answer was lost: it is whole.
    expect_my_same reference x
}
undone=0
my_create x
proxied none '' x schema-load --path good.sql
[ "$code" = 0 ] || fail "the proxy itself: exit $code: $(cat stderr)"
all=$commands
# Each command meets one of the faults, and some meet several: all of them take minutes.
n=0
while [ "$n" -lt "$all" ]; do
    n=$((n + 1))
    case $((n % 4)) in
    0) proxied_load cut "$n" ;;
    1) proxied_load half "$n" ;;
    2) proxied_load kill "$n" ;;
    *) proxied_load lose "$n" ;;
    esac
done
for n in 8 14 20; do
    proxied_load lose "$n"
    proxied_load kill "$n" --jobs 2
done
[ "$undone" -gt 3 ] || fail "only $undone loads were taken back"

# A run: every statement ran once, whatever was lost; what is not known is said, and nothing is repeated by itself.
mkdir -p database/migrations
cat >database/migrations/1700000000001_first.sql <<'SQL'
-- migrate:up
CREATE TABLE first (id int PRIMARY KEY);
INSERT INTO first VALUES (1);
ALTER TABLE first ADD COLUMN added int;
INSERT INTO first VALUES (2, 2);
CREATE TRIGGER first_t BEFORE INSERT ON first FOR EACH ROW BEGIN SET NEW.added = 3; END;
-- migrate:down
DROP TABLE first;
SQL
cat >database/migrations/1700000000002_second.sql <<'SQL'
-- migrate:up
UPDATE first SET added = coalesce(added, 0) + 10;
INSERT INTO first VALUES (3, 0);
-- migrate:down
DELETE FROM first WHERE id = 3;
SQL
wanted='SELECT count(*), sum(id), sum(added) FROM first; SELECT count(*) FROM adonis_schema'
# 1 NULL -> 10, 2 2 -> 12, 3 by the trigger 3
result='3|6|25
2'
my_create x
proxied none '' x migrate run
[ "$code" = 0 ] || fail "the proxy itself: exit $code: $(cat stderr)"
expect_my x "$wanted" "$result"
all=$commands
uncertain=0
for fault in lose half; do
    n=0
    while [ "$n" -lt "$all" ]; do
        n=$((n + 1))
        # Every fourth command is killed, or not even sent, instead.
        case $((n % 4))$fault in
        0lose) fault_now='kill' ;;
        0half) fault_now='cut' ;;
        *) fault_now=$fault ;;
        esac
        my_create x
        proxied "$fault_now" "$n" x migrate run
        [ "$code" = 0 ] || {
            case $code in 3 | 5) ;; *) fail "run, $fault_now at $n: exit $code: $(cat stderr)" ;; esac
            alone x
            directly x migrate run --lock-wait 10
        }
        tries=0
        while [ "$code" != 0 ]; do
            tries=$((tries + 1))
            [ "$tries" -lt 4 ] || fail "run, $fault_now at $n: never done"
            [ "$code" = 5 ] || fail "second run, $fault_now at $n: exit $code: $(cat stderr)"
            expect_err 'migrate repair'
            uncertain=$((uncertain + 1))
            # What a person does: look what is there, and go on behind it.
            directly x migrate repair
            k=$(sed -n 's/.*repair --resume-at \([0-9]*\)$/\1/p' stdout | head -n 1)
            [ -n "$k" ] || fail "repair does not say where: $(cat stdout stderr)"
            # The statement at which it stopped is there already, or not; rows come together with the note of them.
            there=0
            grep -q '" is there$' stdout && there=1
            directly x migrate repair --resume-at $((k + there))
            [ "$code" = 0 ] || fail "repair --resume-at $((k + there)), $fault_now at $n: exit $code: $(cat stderr)"
            directly x migrate run --lock-wait 10
        done
        rows=$(my_sql x "$wanted")
        [ "$rows" = "$result" ] || fail "run, $fault_now at $n: got $rows"
    done
done
[ "$uncertain" -gt 3 ] || fail "only $uncertain runs were uncertain"

# No server at all, and one that refuses.
run 3 migrate status --url "mysql://root@/x?socket=$PWD/nowhere"
expect_err 'nowhere'
run 3 migrate status --url "mysql://nobody_here@/$(my_name x)?socket=$my_dir/s"
expect_err 'nobody_here'
