# Files of DDL in a row: that the next one runs is written with the record of the one before. Ended at every message, by
# SIGKILL and by SIGTERM, no file is taken for begun that a request to end kept from it, and each run can go on.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

mkdir -p database/migrations
make_file() {
    printf -- '-- migrate:up\n%s;\n' "$2" >"database/migrations/$1.sql"
}
make_file 1_a 'CREATE TABLE m1 (a integer) ENGINE=InnoDB'
make_file 2_b 'INSERT INTO m1 VALUES (1)'
make_file 3_c 'CREATE TABLE m3 (a integer) ENGINE=InnoDB'
make_file 4_d 'CREATE TABLE m4 (a integer) ENGINE=InnoDB'

applied="SELECT group_concat(substr(name, 21) ORDER BY id) FROM adonis_schema"
# Each applied one has one journal row, which is linked to its ledger row.
journal="SELECT group_concat(concat(substr(j.name, 21), ' ', j.state, ' ', j.statement) ORDER BY j.id) FROM adonis_schema_journal j
    LEFT JOIN adonis_schema l ON l.id = j.ledger_id AND l.name = j.name WHERE l.id IS NOT NULL OR j.ledger_id IS NULL"
all='1_a applied 1,2_b applied 0,3_c applied 1,4_d applied 1'
# What is said to run, and whether the table is there that it makes.
unfinished="SELECT concat(substr(j.name, 21), ' ', j.statement, ' ', (SELECT count(*) FROM information_schema.TABLES
    WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = concat('m', substr(j.name, 21, 1))))
    FROM adonis_schema_journal j WHERE j.state <> 'applied'"

has_journal() {
    [ "$(my_sql "$1" "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()
        AND TABLE_NAME = 'adonis_schema_journal'")" = 1 ]
}

# finish WHAT: goes on as a user would, by what the journal says and a look at the tables.
finish() {
    left=
    ! has_journal x || left=$(my_sql x "$unfinished")
    case $left in
    '') ;;
    *'
'*) fail "$1: more than one is unfinished: $left" ;;
    *' 1 '* | *' 0 1') run 0 migrate repair --resume-at 2 --url "$(my_url x)" ;;
    *' 0 0')
        run 5 migrate run --url "$(my_url x)"
        run 0 migrate repair --url "$(my_url x)"
        expect_out 'nobody knows whether it took effect'
        expect_out 'is not there'
        run 0 migrate repair --resume-at 1 --url "$(my_url x)"
        ;;
    *) fail "$1: $left" ;;
    esac
    run 0 migrate run --url "$(my_url x)"
    expect_my x "$applied" 1_a,2_b,3_c,4_d
    expect_my x "$journal" "$all"
    expect_my x 'SELECT count(*) FROM m1' 1
}

disk_calls=sendto
my_create count
count_calls migrate run --url "$(my_url count)"
expect_my count "$journal" "$all"
[ "$calls" -gt 12 ] || fail "only $calls calls"

ahead=0
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    my_create x
    kill_at $n migrate run --url "$(my_url x)"
    alone x
    ! has_journal x || case $(my_sql x "$unfinished") in
    [34]_?' 0 0') ahead=$((ahead + 1)) ;;
    esac
    finish "killed at call $n"
done
# The kill at the first message of 3_c and of 4_d: what 2_b and 3_c wrote of them is there.
[ "$ahead" -ge 2 ] || fail "no file was announced by the one before ($ahead)"

n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    my_create x
    code=0
    strike_at $n signal=SIGTERM migrate run --url "$(my_url x)" || code=$?
    case $code in
    0 | 143) ;;
    *) fail "ended at call $n: exit $code: $(cat stderr)" ;;
    esac
    alone x
    ! has_journal x || case $(my_sql x "$unfinished") in
    [34]_?' 0 0') fail "ended at call $n: what did not begin is said to run: $(my_sql x "$unfinished")" ;;
    esac
    finish "ended at call $n"
done

# Nothing is said of a file that is not to run, or that does not come behind one that failed.
my_create x
run 0 migrate run --to 3_c --url "$(my_url x)"
expect_my x "$journal" '1_a applied 1,2_b applied 0,3_c applied 1'
make_file 3_c 'CREATE TABLE m1 (a integer)'
my_create x
run 4 migrate run --url "$(my_url x)"
expect_my x "$journal" '1_a applied 1,2_b applied 0,3_c failed 0'

# A file of one statement is two messages: itself, and its ledger row, the journal and COMMIT.
messages() {
    rm database/migrations/*
    for i in 1 2 3 4 5 6 7 8 9; do
        [ "$i" -gt "$1" ] || make_file "${i}_t" "CREATE TABLE m$i (a integer)"
    done
    my_create x
    count_calls migrate run --url "$(my_url x)"
}
messages 4
few=$calls
messages 9
[ $((calls - few)) = 10 ] || fail "five files more are $((calls - few)) messages more"
