# AdonisJS Lucid and migrate bootstrap from each other's snapshots of a SQLite database, and resume.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

engine=sqlite lucid_url=$PWD/app.db url=sqlite:app.db
. "$BL_SOURCE_DIR/tests/lib/twins.sh"
. "$BL_SOURCE_DIR/tests/lib/exchange.sh"

reopen() {
    rm -f app.db
    sqlite3 app.db VACUUM
}

reopen
ours_to_lucid
lucid_to_ours
folders_in_turns
numbers_in_turns
lucid_commands
