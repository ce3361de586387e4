# SIGKILL at every system call of a run that reaches the disk, then a second run: the result is always the same, and what the
# first one told of was done.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE a (x);\nINSERT INTO a VALUES (1);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
printf -- '-- migrate:up\nCREATE TABLE b (x);\nINSERT INTO b SELECT x + 1 FROM a;\n-- migrate:down\nDROP TABLE b;\n' >database/migrations/2_b.sql
printf -- '-- migrate:up\nCREATE TABLE c (x);\n-- migrate:down\nDROP TABLE c;\n' >database/migrations/3_c.sql
state="SELECT type, name FROM sqlite_schema ORDER BY 1, 2; SELECT name FROM adonis_schema ORDER BY id; SELECT * FROM a; SELECT * FROM b;
    SELECT name, state FROM adonis_schema_journal ORDER BY id; PRAGMA integrity_check"

run 0 migrate run --create --url sqlite:reference.db
wanted=$(sqlite3 reference.db "$state")
rm -f x.db*
count_calls migrate run --create --url sqlite:x.db
[ "$calls" -gt 10 ] || fail "only $calls calls"
n=0
lines=0
while [ "$n" -lt "$calls" ]; do
    n=$((n + 1))
    rm -f x.db*
    kill_at $n migrate run --create --url sqlite:x.db
    sed -n 's/^migrated \(database[^ ]*\).*/\1/p' stderr >told
    if [ -s told ]; then
        mkdir -p copy
        rm -f copy/*
        cp x.db* copy
        sqlite3 copy/x.db 'SELECT name FROM adonis_schema ORDER BY id' | comm -13 - told >untrue
        [ ! -s untrue ] || fail "killed at call $n: told of $(cat untrue), which is not recorded"
        lines=$((lines + $(wc -l <told)))
    fi
    run 0 migrate run --create --url sqlite:x.db
    found=$(sqlite3 x.db "$state")
    [ "$found" = "$wanted" ] || fail "killed at call $n: got $found, not $wanted"
done
[ "$lines" -ge 3 ] || fail 'no line was read'
