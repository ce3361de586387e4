# The server is killed and comes back in the middle of a squash's proof: nothing of the project is touched, what the proof left
# is in its own scratch databases, and the next squash goes through.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${my_dir:=}" "${code:=}"
my_own mariadb lost --innodb-flush-log-at-trx-commit=1
my_create app
project "$(my_url app)" 'varchar(50)'
# Slow only where it is replayed.
write 4_rows "CREATE TABLE filled (a int PRIMARY KEY);
INSERT INTO filled SELECT 1 + SLEEP(if(DATABASE() LIKE 'baseline%' AND @@GLOBAL.lc_time_names = 'de_DE', 60, 0));"
run 0 migrate run
run 0 schema-dump --data filled
commit_all
rm -f sql.out sql.err
state >"$TMPDIR/before"
scratch="SELECT count(*) FROM information_schema.schemata WHERE schema_name LIKE 'baseline\\_scratch\\_%'"
left() {
    my_client -e "$scratch"
}
# lost WHEN: what a squash without its server leaves.
lost() {
    [ "$code" = 3 ] || fail "$1: exit $code: $(cat stdout stderr)"
    expect_no_err 'migrate repair'
    rm -f own.log sql.out sql.err
    state | diff "$TMPDIR/before" - >&2 || fail "$1: a squash that failed changed something"
    my_own_again
    run 0 migrate status --wait --exit-code
    expect_my app 'SELECT a FROM filled' 1
}

# At a statement of the replay.
my_admin "SET GLOBAL lc_time_names = 'de_DE'"
migrate squash --data filled >stdout 2>stderr &
pid=$!
wait_until my_has_statement 'INSERT INTO filled SELECT%'
my_own_end
code=0
wait $pid || code=$?
lost 'in the replay'
# The snapshot may have been loaded beside it.
case $(left) in 1 | 2) ;; *) fail "$(left) scratch databases" ;; esac

# When it makes its n-th scratch database.
has_folders() {
    [ "$(find "$my_dir/data" -maxdepth 1 -name 'baseline_scratch_*' | wc -l)" -ge "$1" ] || [ -e "$TMPDIR/ended" ]
}
n=0
while [ "$n" -lt 9 ]; do
    n=$((n + 1))
    there=$(left)
    server=$(sed -n 1p "$my_dir/pid")
    strace -qq -f -o "$TMPDIR/dies.out" -p "$server" -e trace=mkdir,mkdirat -e inject=mkdir,mkdirat:delay_exit=2s:when=$n &
    tracer=$!
    wait_until grep -q '^TracerPid:[[:space:]]*[1-9]' "/proc/$server/status"
    rm -f "$TMPDIR/ended"
    {
        code=0
        migrate squash --data filled >stdout 2>stderr || code=$?
        echo $code >"$TMPDIR/ended"
    } &
    pid=$!
    wait_until has_folders $((there + n))
    my_own_end
    wait $pid
    code=$(cat "$TMPDIR/ended")
    wait $tracer || :
    [ "$code" != 0 ] || break
    lost "scratch database $n"
done
[ "$code" = 0 ] && [ "$n" -gt 2 ] || fail "only $((n - 1)) scratch databases"
my_own_again
files 0
grep -q '"done":true' database/schema/sqlite-schema.meta.json || fail 'no final mark'
expect_my app 'SELECT a FROM filled' 1
