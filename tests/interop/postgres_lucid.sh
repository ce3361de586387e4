# AdonisJS Lucid and migrate take turns on one PostgreSQL database.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
engine=postgres url=$(pg_url app)
lucid_url="postgres://postgres@localhost:54$pg_version/$(pg_name app)?host=$pg_host"
. "$BL_SOURCE_DIR/tests/lib/twins.sh"

take_turns
