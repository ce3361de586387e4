# SIGKILL whenever something is sent to the server; the disk is full; the server dies and comes again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

gen_schema --engine mysql --tables 6 --kind rich >rich.sql
my_create source
my_file source rich.sql
run 0 schema-dump --url "$(my_url source)" --path good.sql

# The disk is full where the dump goes: exit 6, and the old pair stays.
my_create new
my_sql new 'CREATE TABLE new (a int)'
my_create old
my_sql old 'CREATE TABLE old (a int)'
mkdir d
run 0 schema-dump --url "$(my_url old)" --path d/s.sql
sum=$(cat d/s.sql d/s.meta.json | cksum)
# The answers of the server are no files: only these calls are.
disk_calls=fsync,fdatasync,rename,renameat,renameat2,ftruncate,link,linkat
count_calls schema-dump --url "$(my_url new)" --path other/s.sql
n=0
failed=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    code=0
    fail_from $n ENOSPC schema-dump --url "$(my_url new)" --path d/s.sql || code=$?
    [ "$code" = 0 ] && break
    failed=$((failed + 1))
    [ "$code" = 6 ] || fail "dump, call $n: exit $code: $(cat stderr)"
    [ "$sum" = "$(cat d/s.sql d/s.meta.json | cksum)" ] && continue
    # Behind the point of no return the next dump finishes what is written.
    ! grep -q 'waits in' stderr || run 0 schema-dump --url "$(my_url new)" --path d/s.sql
    grep -q 'CREATE TABLE `new`' d/s.sql || fail "dump, call $n: neither the old pair nor the new one"
    rm -r d
    run 0 schema-dump --url "$(my_url old)" --path d/s.sql
done
[ "$failed" -gt 1 ] || fail "only $failed calls failed"
code=0
schema-dump --url "$(my_url source)" --path - >/dev/full 2>stderr || code=$?
[ "$code" = 6 ] || fail "dump to /dev/full: exit $code"

# SIGKILL at what is sent to the server in a load: what is there is empty, whole, or marked and taken back.
disk_calls=sendto
my_create count
count_calls schema-load --url "$(my_url count)" --path good.sql
[ "$calls" -gt 5 ] || fail "only $calls calls"
undone=0
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 2))
    my_create x
    kill_at $n schema-load --url "$(my_url x)" --path good.sql
    alone x
    directly x schema-load --path good.sql
    if [ "$code" = 5 ] && grep -q -e --undo stderr; then
        run 0 schema-load --url "$(my_url x)" --path good.sql --undo
        run 0 schema-load --url "$(my_url x)" --path good.sql
        undone=$((undone + 1))
    elif [ "$code" != 0 ] && [ "$code" != 5 ]; then
        fail "load, killed at call $n, then again: exit $code: $(cat stderr)"
    fi
    expect_my_same source x --ignore-definer
done
[ "$undone" -gt 1 ] || fail "only $undone loads were taken back"

# The same in a run: a file whose state is not known is not run again by itself; the others are.
mkdir -p database/migrations
for m in 1 2; do
    printf -- '-- migrate:up\nCREATE TABLE m%s (a int);\nINSERT INTO m%s VALUES (%s);\n' $m $m $m >"database/migrations/${m}_m.sql"
done
state="SELECT (SELECT group_concat(substr(name, 21) ORDER BY id) FROM adonis_schema), (SELECT count(*) FROM m1), (SELECT count(*) FROM m2)"
my_create count
count_calls migrate run --url "$(my_url count)"
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    my_create x
    kill_at $n migrate run --url "$(my_url x)"
    alone x
    directly x migrate run --lock-wait 10
    if [ "$code" = 5 ]; then
        expect_err 'migrate repair'
        directly x migrate repair
        k=$(sed -n 's/.*repair --resume-at \([0-9]*\)$/\1/p' stdout | head -n 1)
        m=$(sed -n 's/^[a-z]* database\/migrations\/\([12]\)_m$/\1/p' stdout | head -n 1)
        [ -n "$k" ] && [ -n "$m" ] || fail "run, killed at call $n: repair does not say where: $(cat stdout stderr)"
        there=$(my_sql x "SELECT count(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'm$m'")
        # A row is inserted together with the note of it.
        [ "$k" = 1 ] || there=0
        [ "$k" != 2 ] || expect_my x "SELECT count(*) FROM m$m" 0
        run 0 migrate repair --url "$(my_url x)" --resume-at $((k + there))
        directly x migrate run --lock-wait 10
    fi
    [ "$code" = 0 ] || fail "run, killed at call $n, then again: exit $code: $(cat stderr)"
    expect_my x "$state" '1_m,2_m|1|1'
done

# The server dies in the middle of a load, of a run, and comes again: nothing is lost that was said to be there.
my_own mariadb kill
my_create x
schema-load --url "$(my_url x)" --path good.sql >stdout 2>stderr &
load=$!
sleep 0.15
my_own_end
wait "$load" && code=0 || code=$?
my_own_again
if [ "$code" != 0 ]; then
    [ "$code" = 3 ] || fail "load, the server died: exit $code: $(cat stderr)"
    directly x schema-load --path good.sql
    [ "$code" = 0 ] || {
        [ "$code" = 5 ] || fail "load again after the server died: exit $code: $(cat stderr)"
        run 0 schema-load --url "$(my_url x)" --path good.sql --undo
        run 0 schema-load --url "$(my_url x)" --path good.sql
    }
fi
run 0 schema-dump --url "$(my_url x)" --path after.sql
expect_same good.sql after.sql

printf -- '-- migrate:up\nCREATE TABLE m3 (a int);\nINSERT INTO m3 VALUES (1);\nDO sleep(60);\nINSERT INTO m3 VALUES (2);\n' >database/migrations/3_m.sql
my_create run
migrate run --url "$(my_url run)" >stdout 2>stderr &
one=$!
wait_until my_has_statement 'DO sleep%'
my_own_end
wait "$one" && code=0 || code=$?
[ "$code" = 3 ] || fail "run, the server died: exit $code: $(cat stderr)"
run 3 migrate status --url "$(my_url run)"
my_own_again
run 5 migrate run --url "$(my_url run)"
expect_err 'migrate repair'
expect_my run "SELECT count(*) FROM m3; SELECT count(*) FROM adonis_schema" '1
2'
directly run migrate repair
k=$(sed -n 's/.*next is statement \([0-9]*\) of.*/\1/p' stdout | head -n 1)
[ "$k" = 3 ] || fail "the run stopped at statement 3, repair says $k: $(cat stdout)"
run 0 migrate repair --url "$(my_url run)" --resume-at 4
expect_my run "SELECT count(*) FROM m3; SELECT count(*) FROM adonis_schema" '2
3'
run 0 migrate status --url "$(my_url run)" --exit-code
