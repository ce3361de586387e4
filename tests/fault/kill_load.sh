# SIGKILL at every system call of a load that reaches the disk: the database is empty or whole, never between.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

copy_example
run 0 migrate run --create
run 0 schema-dump
run 0 schema-load --create --url sqlite:reference.db
whole=$(sqlite3 reference.db "SELECT count(*) FROM sqlite_schema")
count_calls schema-load --create --url sqlite:x.db
[ "$calls" -gt 5 ] || fail "only $calls calls"
n=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    rm -f x.db*
    kill_at $n schema-load --create --url sqlite:x.db
    objects=0
    [ -e x.db ] && objects=$(sqlite3 x.db "SELECT count(*) FROM sqlite_schema")
    case $objects in
    0) run 0 schema-load --create --url sqlite:x.db ;;
    "$whole") run 5 schema-load --create --url sqlite:x.db ;;
    *) fail "killed at call $n: $objects of $whole objects" ;;
    esac
    expect_rows x.db "SELECT count(*) FROM sqlite_schema; PRAGMA integrity_check" "$whole
ok"
done
