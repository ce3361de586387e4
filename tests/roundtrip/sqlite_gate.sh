# A stock client that goes on after an error ends with nothing, and never adds to what is there.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

copy_example
run 0 migrate run --create
run 0 schema-dump
snapshot=database/schema/sqlite-schema.sql

empty() {
    expect_rows "$1" "SELECT count(*) FROM sqlite_schema; PRAGMA user_version" "0
0"
}

# Each statement in turn is damaged; the line of a comment stays what it is.
n=0
statements=$(grep '^\(CREATE\|INSERT\)' "$snapshot" | grep -vc baseline_gate)
[ "$statements" -gt 20 ] || fail "only $statements statements in the snapshot"
while [ "$n" -lt "$statements" ]; do
    n=$((n + 1))
    awk -v n="$n" '/^(CREATE|INSERT)/ && !/baseline_gate/ && ++k == n { sub(/^(CREATE (TEMP )?[A-Z]+|INSERT)/, "& NONSENSE,") } { print }' "$snapshot" >damaged.sql
    cmp -s "$snapshot" damaged.sql && fail "statement $n was not damaged"
    rm -f damaged.db
    sqlite3 damaged.db <damaged.sql >/dev/null 2>&1
    empty damaged.db
done

# Whole, it loads; a second time it changes nothing.
sqlite3 twice.db <"$snapshot" || fail "the snapshot does not load"
before=$(sqlite3 twice.db .dump)
sqlite3 twice.db <"$snapshot" >/dev/null 2>&1
[ "$before" = "$(sqlite3 twice.db .dump)" ] || fail "a second load changed the database"

# A truncated file leaves nothing.
head -c 2000 "$snapshot" >short.sql
sqlite3 short.db <short.sql >/dev/null 2>&1
empty short.db

# With a table in the way nothing is added.
sqlite3 taken.db 'CREATE TABLE mine (a); INSERT INTO mine VALUES (1)'
sqlite3 taken.db <"$snapshot" >/dev/null 2>&1
expect_rows taken.db "SELECT count(*) FROM sqlite_schema; SELECT a FROM mine" "1
1"

# A table of that name that is somebody's own is loaded like any other, from a dump of any tool.
rm -r database
sqlite3 own.db "CREATE TABLE baseline_gate (a); INSERT INTO baseline_gate VALUES (7); CREATE INDEX i ON baseline_gate (a)"
sqlite3 own.db .dump >own.sql
run 0 schema-load --create --url sqlite:copy.db --path own.sql
expect_rows copy.db "SELECT a FROM baseline_gate; SELECT count(*) FROM sqlite_schema" "7
2"
run 0 schema-dump --url sqlite:own.db --path again.sql --data baseline_gate
run 0 schema-load --create --url sqlite:again.db --path again.sql --verify
expect_rows again.db "SELECT a FROM baseline_gate" 7
# The gate takes another name then: as a temporary table it would stand in the way of the stock client's statements.
sqlite3 stock.db <again.sql || fail "the stock client does not load a table named like the gate"
expect_rows stock.db "SELECT a FROM baseline_gate; SELECT tbl_name FROM sqlite_schema WHERE name = 'i'" "7
baseline_gate"
