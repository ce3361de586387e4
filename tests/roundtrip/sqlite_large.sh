# Thousands of objects: the fast way of the loader gives the same database.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

for kind in flat rich; do
    gen_schema --engine sqlite --tables 1000 --kind $kind >$kind.sql
    { echo 'BEGIN;'; cat $kind.sql; echo 'COMMIT;'; } | sqlite3 -bail "$PWD/$kind.db"
    round_trip "$PWD/$kind.db"
done
