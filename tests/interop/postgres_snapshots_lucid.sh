# AdonisJS Lucid and migrate bootstrap from each other's snapshots of a PostgreSQL database, and resume.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

engine=postgres url=$(pg_url app)
lucid_url="postgres://postgres@localhost:54$pg_version/$(pg_name app)?host=$pg_host"
. "$BL_SOURCE_DIR/tests/lib/twins.sh"
. "$BL_SOURCE_DIR/tests/lib/exchange.sh"

reopen() {
    pg_create app
}

reopen
ours_to_lucid
lucid_to_ours
folders_in_turns
lucid_commands
