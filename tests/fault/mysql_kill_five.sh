# SIGKILL whenever a five-file run sends something to the server, where every statement that makes something commits by itself.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql-faults.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

# shellcheck disable=SC2034 # for inject.sh
disk_calls=sendto
url=$(my_url app)
outside='CREATE INDEX by_what ON log (what)'
sql() { my_sql app "SET sql_mode = 'PIPES_AS_CONCAT'; $1"; }
has_table() { [ "$(sql "SELECT count(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = '$1'")" = 1 ]; }
new_database() { my_create app; }
settled() { alone app; }
. "$BL_SOURCE_DIR/tests/lib/killed-run.sh"

kill_everywhere
