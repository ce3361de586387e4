# The result of 285 migrations under Diesel.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

from_diesel crates "$corpus/histories/crates.io"
round_trip crates
