# SIGKILL at every system call of a five-file run that reaches the disk.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

url=sqlite:app.db
outside='VACUUM'
sql() { sqlite3 -batch -noheader app.db "$1" || fail "sqlite3: $1"; }
has_table() { [ "$(sql "SELECT count(*) FROM sqlite_schema WHERE name = '$1'")" = 1 ]; }
new_database() {
    rm -f app.db*
    sqlite3 app.db 'PRAGMA journal_mode = DELETE' >/dev/null
}
settled() { :; }
. "$BL_SOURCE_DIR/tests/lib/killed-run.sh"

kill_everywhere
