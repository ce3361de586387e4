# As squash_kill_all.sh, where the databases and the proof's scratch databases are on PostgreSQL; the processes die at what
# they send, too.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill-all.sh"

# A server of its own: those that are killed leave scratch databases.
own_make one
own_start one

database_url() {
    own_url one "$1"
}
new_database() {
    psql -X -q -v ON_ERROR_STOP=1 -d "$(own_url one postgres)" <<S >psql.out 2>&1 || fail "cannot make $1: $(cat psql.out)"
DROP DATABASE IF EXISTS $1 WITH (FORCE);
CREATE DATABASE $1 TEMPLATE template0;
S
}
ask_database() {
    own_sql one "$1" "$2"
}

kill_all 3 sendto
[ "$(own_sql one live_own 'SELECT count(*) FROM adonis_schema_journal')" = 1 ] || fail 'the live database changed'
