# A history under Flyway, replayed by the stock program: dump, load, dump again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

from_flyway "$PWD/komga.db" "$corpus/histories/komga"
expect_rows komga.db "SELECT count(*) FROM sqlite_schema WHERE type = 'view'" 1
round_trip "$PWD/komga.db"
