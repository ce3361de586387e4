# The result of 820 migrations under Prisma.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

from_prisma trigger "$corpus/histories/trigger.dev"
round_trip trigger
