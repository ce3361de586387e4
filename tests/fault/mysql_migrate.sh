# A run that is cut short at every message, by SIGKILL or by the loss of its connection: never applied twice, never recorded
# without having run, and repair can go on.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

mkdir -p database/migrations
cat >database/migrations/1_a.sql <<'END'
-- migrate:up
CREATE TABLE m1 (a integer) ENGINE=InnoDB;
INSERT INTO m1 VALUES (1);
CREATE TABLE m2 (a integer) ENGINE=InnoDB;
INSERT INTO m2 VALUES (1);
INSERT INTO m2 VALUES (2);
CREATE TABLE m3 (a integer) ENGINE=MyISAM;
END
cat >database/migrations/2_b.sql <<'END'
-- migrate:up
INSERT INTO m1 VALUES (2);
INSERT INTO m1 VALUES (3);
END
# No rollback takes these back.
cat >database/migrations/3_c.sql <<'END'
-- migrate:up
INSERT INTO m3 VALUES (1);
INSERT INTO m3 VALUES (2);
INSERT INTO m1 VALUES (4);
END
state="SELECT (SELECT group_concat(substr(name, 21) ORDER BY id) FROM adonis_schema), (SELECT group_concat(a ORDER BY a) FROM m1),
    (SELECT group_concat(a ORDER BY a) FROM m2), (SELECT group_concat(a ORDER BY a) FROM m3), (SELECT group_concat(state) FROM adonis_schema_journal WHERE ledger_id IS NOT NULL)"
wanted='1_a,2_b,3_c|1,2,3,4|1,2|1,2|applied,applied,applied'

has_table() {
    [ "$(my_sql "$1" "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '$2'")" = 1 ]
}

# Goes on as a user would: by what the journal says, and for DDL by a look whether its object is there.
finish() {
    code=0
    migrate run --url "$(my_url x)" >stdout 2>stderr || code=$?
    [ "$code" = 0 ] && return 0
    [ "$code" = 5 ] || fail "$1: run: exit $code: $(cat stderr)"
    done_so_far=$(my_sql x "SELECT statement FROM adonis_schema_journal WHERE state <> 'applied'")
    [ -n "$done_so_far" ] || fail "$1: refused, but nothing is unfinished: $(cat stderr)"
    next=$((done_so_far + 1))
    if [ "$(my_sql x "SELECT name FROM adonis_schema_journal WHERE state <> 'applied'")" = database/migrations/3_c ]; then
        # Rows without transactions: the journal says at least that nobody knows of the next one.
        [ $next -gt 2 ] || expect_err 'uncertain'
        if [ $next -lt 3 ] && [ "$(my_sql x 'SELECT count(*) FROM m3')" = $next ]; then next=$((next + 1)); fi
    else
        # Statements 1, 3 and 6 are DDL. Other rows are never uncertain.
        if [ $next = 1 ] && has_table x m1; then next=2; fi
        if [ $next = 3 ] && has_table x m2; then next=4; fi
        if [ $next = 6 ] && has_table x m3; then next=7; fi
    fi
    run 0 migrate repair --resume-at $next --url "$(my_url x)"
    run 0 migrate run --url "$(my_url x)"
}

disk_calls=sendto
my_create count
count_calls migrate run --url "$(my_url count)"
[ "$calls" -gt 10 ] || fail "only $calls calls"
expect_my count "$state" "$wanted"
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    my_create x
    kill_at $n migrate run --url "$(my_url x)"
    alone x
    finish "killed at call $n"
    expect_my x "$state" "$wanted"
done

# The connection is lost at every message instead.
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    my_create x
    code=0
    strike_at $n error=ECONNRESET migrate run --url "$(my_url x)" || code=$?
    case $code in
    0 | 3) ;;
    *) fail "lost at call $n: exit $code: $(cat stderr)" ;;
    esac
    alone x
    finish "lost at call $n"
    expect_my x "$state" "$wanted"
done

# The server ends the connection inside a statement.
for k in 1 2 3 4 5; do
    my_create x
    {
        echo '-- migrate:up'
        sed -n '2,6p' database/migrations/1_a.sql | sed "${k}i KILL CONNECTION_ID();"
    } >1_a.killed
    cp database/migrations/1_a.sql 1_a.whole
    cp 1_a.killed database/migrations/1_a.sql
    run 3 migrate run --url "$(my_url x)"
    alone x
    done_so_far=$(my_sql x "SELECT statement FROM adonis_schema_journal WHERE state <> 'applied'")
    # The KILL is statement k: what is before it is done, and at most the one before is not noted.
    [ "$done_so_far" = $((k - 1)) ] || fail "KILL as statement $k: the journal says $done_so_far"
    cp 1_a.whole database/migrations/1_a.sql
    run 0 migrate repair --resume-at "$k" --url "$(my_url x)"
    run 0 migrate run --url "$(my_url x)"
    expect_my x "$state" "$wanted"
done

# Two at once: one waits, or is refused; all is applied once.
my_create x
migrate run --lock-wait 30 --url "$(my_url x)" >first 2>&1 &
run 0 migrate run --lock-wait 30 --url "$(my_url x)"
wait $! || fail "first: $(cat first)"
expect_my x "$state" "$wanted"
