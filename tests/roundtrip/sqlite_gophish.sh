# A history under goose, replayed by the stock program: dump, load, dump again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

from_goose "$PWD/gophish.db" "$corpus/histories/gophish/sqlite3"
expect_rows gophish.db "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name <> 'sqlite_sequence'" 19
round_trip "$PWD/gophish.db"

# Its reference rows travel when they are asked for.
run 0 schema-dump --url "sqlite:$PWD/gophish.db" --path rows.sql --data roles --data permissions --data role_permissions
run 0 schema-load --url sqlite:rows.db --create --path rows.sql
for table in roles permissions role_permissions; do
    expect_rows rows.db "SELECT * FROM $table ORDER BY 1, 2" "$(sqlite3 gophish.db "SELECT * FROM $table ORDER BY 1, 2")"
done
