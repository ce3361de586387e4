# migrate check --replay on PostgreSQL.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
url=$(pg_url app)
engine=postgres
sql() { pg_sql app "$1"; }
. "$BL_SOURCE_DIR/tests/lib/check-replay.sh"

test_replay 'CREATE ROLE somebody;'
