# The hook that makes a merged snapshot anew, on PostgreSQL.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
url=$(pg_url app)
engine=postgres
. "$BL_SOURCE_DIR/tests/lib/merge-hook.sh"

test_merge_hook
test_server_away "postgresql:///app?host=$PWD/nowhere"
