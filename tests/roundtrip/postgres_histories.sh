# The results of three smaller histories.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

round_trip_everywhere from_numbered minder "$corpus/histories/minder"
round_trip_everywhere from_numbered authelia "$corpus/histories/authelia/postgres"
round_trip_everywhere from_dbmate ncps "$corpus/histories/ncps/postgres"
