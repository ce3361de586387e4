# The disk fails under a database: reads that fail, a file that is cut while it is open, a limit on the size of files. Exit 3
# while it is opened and 6 later, a message that names the database, and nothing has changed.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE a (x);\nINSERT INTO a SELECT x FROM t;\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
sqlite3 start.db "CREATE TABLE t (id INTEGER PRIMARY KEY, x); CREATE INDEX t_x ON t (x);
    INSERT INTO t WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 300) SELECT i, 'row ' || i FROM n"
run 0 schema-dump --url sqlite:start.db --data t --path s.sql
sum=$(cat s.sql s.meta.json | cksum)

# whole: the database is what it was, and so is the snapshot.
whole() {
    expect_rows app.db "SELECT count(*), sum(id), min(x) FROM t; SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 't'); PRAGMA integrity_check" "300|45150|row 1
1
ok"
    [ "$sum" = "$(cat s.sql s.meta.json | cksum)" ] || fail "the snapshot changed: $*"
}

# read_faults FAULT COMMAND...: from the N-th read of the database on, for every N, all of its reads do that.
read_faults() {
    how=$1
    shift
    n=0
    while [ "$n" -lt 60 ]; do
        n=$((n + 1))
        rm -f app.db*
        cp start.db app.db
        code=0
        timeout -s KILL 60 strace -f -qq -o trace -P "$PWD/app.db" -e trace=pread64 -e "inject=pread64:$how:when=$n+" \
            "$@" >stdout 2>stderr || code=$?
        grep -q INJECTED trace || break
        case $code in
        3 | 6) ;;
        *) cat stderr >&2 && fail "$how, read $n: exit $code: $*" ;;
        esac
        grep -qE 'error: .*database "app.db": (the file|it)' stderr || { cat stderr >&2 && fail "$how, read $n says: $*"; }
        expect_err 'hint: '
        whole "$how, read $n: $*"
    done
    [ "$n" -gt 3 ] || fail "only $n reads failed: $*"
    [ "$code" = 0 ] || fail "exit $code without a fault: $*"
}

if strace -qq -o /dev/null -P "$PWD/start.db" -e trace=pread64 -e inject=pread64:error=EIO:when=60000 true 2>/dev/null; then
    # LeakSanitizer cannot work in a process that is traced.
    export ASAN_OPTIONS="${ASAN_OPTIONS:-}:detect_leaks=0"
    for fault in error=EIO retval=0; do
        read_faults "$fault" schema-dump --url sqlite:app.db --data t --path s.sql --check
        read_faults "$fault" migrate status --url sqlite:app.db
        read_faults "$fault" migrate run --url sqlite:app.db
    done
fi

# A file that was cut before.
size=$(wc -c <start.db)
for left in 2 99 100 1000 4096 6000 "$((size - 4096))"; do
    for command in 'schema-dump --check --path s.sql' 'migrate status' 'migrate run'; do
        head -c "$left" start.db >app.db
        before=$(cksum <app.db)
        # shellcheck disable=SC2086 # words
        run 3 $command --url sqlite:app.db
        expect_err 'database "app.db": the file is '
        [ "$before" = "$(cksum <app.db)" ] || fail "$command changed a file of $left bytes"
        [ ! -e app.db-journal ] || fail "$command left a journal"
    done
done

# Files may not grow over a limit: an error, and no death in the middle.
limited() {
    code=0
    (
        # shellcheck disable=SC3045 # dash has it
        ulimit -f 16
        "$@"
    ) >stdout 2>stderr || code=$?
    [ "$code" = 6 ] || { cat stderr >&2 && fail "exit $code, not 6: $*"; }
}
rm -f app.db*
cp start.db app.db
sed -i 's/SELECT x FROM t/SELECT a.x || b.x FROM t AS a, t AS b/' database/migrations/1_a.sql
limited migrate run --url sqlite:app.db
expect_err 'database "app.db": the file cannot be read or written'
whole 'a run over the limit'
limited schema-dump --url sqlite:start.db --data t --path other.sql
expect_err 'file too large'
[ -z "$(find . -name 'other*')" ] || fail "it left $(find . -name 'other*')"
run 0 migrate run --url sqlite:app.db
run 0 schema-dump --url sqlite:app.db --data a --path large.sql
limited schema-load --url sqlite:new.db --create --path large.sql
expect_err 'database "new.db": the file cannot be read or written'
[ -z "$(find . -name 'new.db*')" ] || fail "it left $(find . -name 'new.db*')"
sqlite3 empty.db VACUUM
cp empty.db before.db
limited schema-load --url sqlite:empty.db --path large.sql
expect_rows empty.db 'SELECT count(*) FROM sqlite_schema; PRAGMA integrity_check' '0
ok'
