# SIGKILL whenever a five-file run sends something to the server.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"

# shellcheck disable=SC2034 # for inject.sh
disk_calls=sendto
url=$(pg_url app)
outside='CREATE INDEX CONCURRENTLY by_what ON log (what)'
sql() { pg_sql app "$1"; }
has_table() { [ "$(sql "SELECT to_regclass('$1') IS NOT NULL")" = t ]; }
new_database() { pg_create app; }
# What the server does with a statement that it has got is its own affair.
settled() { pg_wait_alone app; }
. "$BL_SOURCE_DIR/tests/lib/killed-run.sh"

kill_everywhere
