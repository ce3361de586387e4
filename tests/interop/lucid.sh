# AdonisJS Lucid and migrate take turns on one SQLite database.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

engine=sqlite lucid_url=$PWD/app.db url=sqlite:app.db
. "$BL_SOURCE_DIR/tests/lib/twins.sh"

take_turns
