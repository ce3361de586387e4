# migrate check --replay where databases are schemas of one server.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

my_create app
url=$(my_url app)
engine=mysql
sql() { my_sql app "$1"; }
. "$BL_SOURCE_DIR/tests/lib/check-replay.sh"

test_replay 'SET GLOBAL max_connections = 151;'
