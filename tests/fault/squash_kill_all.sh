# As squash_kill.sh: one squash over three connections, two of which share their folders.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill-all.sh"

: "${top:=}"

database_url() {
    echo "sqlite:$top/$1.db"
}
new_database() {
    rm -f "$top/$1.db"*
    sqlite3 "$top/$1.db" VACUUM
}
ask_database() {
    sqlite3 "$top/$1.db" "$2"
}

kill_all 6
