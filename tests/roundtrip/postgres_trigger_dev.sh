# The result of 820 migrations under Prisma.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

round_trip_everywhere from_prisma trigger "$corpus/histories/trigger.dev"
