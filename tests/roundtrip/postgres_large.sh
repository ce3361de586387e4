# Five hundred tables with everything that a generator makes.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

from_generator() {
    gen_schema --engine postgres --tables 500 --kind rich >"$1.sql"
    pg_create "$1"
    pg_file "$1" "$1.sql"
}
from_generator rich
round_trip rich
