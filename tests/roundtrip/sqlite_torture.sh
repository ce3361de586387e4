# Everything that a SQLite schema can hold: dump, load, dump again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

from_schema "$PWD/torture.db" "$BL_SOURCE_DIR/tests/roundtrip/torture-sqlite.sql"
round_trip "$PWD/torture.db"
