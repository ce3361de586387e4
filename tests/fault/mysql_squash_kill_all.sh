# As squash_kill_all.sh, where the databases and the proof's scratch databases are on MariaDB; the processes die at what
# they send, too.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill-all.sh"

# A server of its own: those that are killed leave scratch databases.
my_own mariadb squash

database_url() {
    my_url "$1"
}
new_database() {
    my_create "$1"
}
ask_database() {
    my_sql "$1" "$2"
}

kill_all 3 sendto
expect_my live_own 'SELECT count(*) FROM adonis_schema_journal' 1
