# Several loads make one database at the same time: one of them wins, the others are refused, and the
# file that the winner filled stays, whoever made it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

copy_example
run 0 migrate run --create
run 0 schema-dump
run 0 schema-load --create --url sqlite:reference.db
whole=$(sqlite3 reference.db "SELECT count(*) FROM sqlite_schema")

load() {
    code=0
    schema-load --create -q --url sqlite:x.db 2>"stderr-$1" || code=$?
    echo $code >"code-$1"
}

round=0
while [ $round -lt 30 ]; do
    round=$((round + 1))
    rm -f x.db*
    for process in 1 2 3 4; do
        load $process &
    done
    wait
    codes=$(sort code-1 code-2 code-3 code-4 | tr '\n' ' ')
    [ "$codes" = "0 5 5 5 " ] || fail "round $round: exit codes $codes: $(cat stderr-*)"
    [ -e x.db ] || fail "round $round: the database is gone"
    expect_rows x.db "SELECT count(*) FROM sqlite_schema; PRAGMA integrity_check" "$whole
ok"
done
