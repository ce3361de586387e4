# A history under dbmate, replayed by the stock program: dump, load, dump again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

from_dbmate "$PWD/ncps.db" "$corpus/histories/ncps/sqlite"
expect_rows ncps.db "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name <> 'sqlite_sequence'" 9
round_trip "$PWD/ncps.db"
