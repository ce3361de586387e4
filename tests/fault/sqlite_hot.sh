# What a writer that was killed leaves behind: a journal that must be rolled back, a write-ahead log without its shared memory. Where
# that cannot be done, exit 3 and which it is; where it can, the database is whole again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/nobody.sh"

chmod 755 "$place"
here=$PWD

# Statements, then the shell that runs them is killed.
killed() {
    { cat && echo ".shell kill -9 \$PPID"; } >script
    sqlite3 "$1" <script >/dev/null 2>&1 && fail "it was not killed"
    return 0
}
sqlite3 hot.db "CREATE TABLE t (id INTEGER PRIMARY KEY, x);
    INSERT INTO t WITH RECURSIVE n(i) AS (VALUES (1) UNION ALL SELECT i + 1 FROM n WHERE i < 3000) SELECT i, 'row ' || i FROM n"
killed hot.db <<'SQL'
PRAGMA cache_size = 2;
BEGIN;
UPDATE t SET x = 'lost';
SQL
[ -s hot.db-journal ] || fail "no hot journal"
sqlite3 log.db 'PRAGMA journal_mode = WAL; CREATE TABLE t (id INTEGER PRIMARY KEY, x)' >/dev/null
killed log.db <<'SQL'
INSERT INTO t VALUES (1, 'in the log');
CREATE TABLE in_the_log (y);
SQL
[ -s log.db-wal ] || fail "no log"
rm -f log.db-shm

rolls_back=

# try KIND FOLDER-MODE FILE-MODE CODE COMMAND...: the database in such a folder.
try() {
    folder=$place/$1-$2-$3
    kind=$1 mode=$2 wanted=$4
    rm -rf "$folder"
    mkdir -p "$folder/database/migrations"
    printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >"$folder/database/migrations/1_a.sql"
    cp "$kind".db "$folder/app.db"
    cp "$kind.db-$([ "$kind" = hot ] && echo journal || echo wal)" "$folder/app.db-$([ "$kind" = hot ] && echo journal || echo wal)"
    chmod -R a+rX "$folder"
    chmod "$3" "$folder"/app.db*
    chmod "$mode" "$folder"
    shift 4
    before=$(cat "$folder"/app.db* | cksum)
    code=0
    (cd "$folder" && as "$@" --url sqlite:app.db) >stdout 2>stderr || code=$?
    [ "$code" = "$wanted" ] || { cat stderr >&2 && fail "exit $code, not $wanted: $kind, folder $mode, $*"; }
    [ "$code" = 0 ] || [ -n "$rolls_back" ] || [ "$before" = "$(cat "$folder"/app.db* | cksum)" ] || fail "something changed: $kind, folder $mode, $*"
}

# intact ROWS: with write access everything is there, and nothing that was not committed.
intact() {
    cd "$here" || fail cd
    chmod 755 "$folder"
    expect_rows "$folder/app.db" "SELECT count(*) FROM t WHERE x <> 'lost'; PRAGMA integrity_check" "$1
ok"
}

# Readers roll nothing back.
for modes in '555 444' '555 644' '777 444' '777 666'; do
    # shellcheck disable=SC2086 # words
    set -- $modes
    for command in 'schema-dump --path -' 'migrate status'; do
        # shellcheck disable=SC2086 # words
        try hot "$1" "$2" 3 $command
        expect_err 'database "app.db": a program that was writing ended early, and its journal must be rolled back first'
        expect_err 'hint: open the database once with write access'
        intact 3000
    done
done
# Writers do, where they may.
try hot 555 444 3 migrate run
expect_err 'cannot open database "app.db": Permission denied'
intact 3000
try hot 777 666 0 migrate run
intact 3000
expect_rows "$folder/app.db" 'SELECT count(*) FROM adonis_schema' 1
# The file can be put back, but its journal not removed: it stays hot, whoever comes next.
try_unremovable() {
    rolls_back=yes
    try hot 755 666 3 migrate run
    expect_err 'database "app.db": its journal cannot be removed'
    expect_err 'hint: give write access to the folder'
    rolls_back=
    [ -s "$folder/app.db-journal" ] || fail "the journal is gone"
    intact 3000
}
[ "$(id -u)" != 0 ] || try_unremovable

# A log with changes in it is never left out.
for modes in '555 444' '555 644'; do
    # shellcheck disable=SC2086 # words
    set -- $modes
    for command in 'schema-dump --path -' 'migrate status'; do
        # shellcheck disable=SC2086 # words
        try log "$1" "$2" 3 $command
        expect_err 'cannot open database "app.db": its write-ahead log holds changes'
        expect_err 'hint: give write access to the folder'
        intact 1
    done
done
try log 777 444 0 schema-dump --path -
expect_out 'CREATE TABLE in_the_log'
try log 777 666 0 migrate run
intact 1
expect_rows "$folder/app.db" 'SELECT count(*) FROM adonis_schema; SELECT count(*) FROM in_the_log' '1
0'
# Its file alone cannot be read.
try log 777 666 0 migrate status
chmod 000 "$folder/app.db-wal"
[ "$(id -u)" != 0 ] || chown 0:0 "$folder/app.db-wal"
code=0
(cd "$folder" && as schema-dump --path - --url sqlite:app.db) >stdout 2>stderr || code=$?
[ "$code" = 3 ] || fail "a log that cannot be read: exit $code"
expect_err 'its file "app.db-wal" cannot be opened: Permission denied'
