# A schema of the corpus: dump, load, dump again.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/sqlite.sh"

from_schema "$PWD/sakila.db" "$corpus/schemas/sakila-sqlite.sql"
round_trip "$PWD/sakila.db"
