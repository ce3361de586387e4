# The results of three smaller histories.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

from_numbered minder "$corpus/histories/minder"
round_trip minder
from_numbered authelia "$corpus/histories/authelia/postgres"
round_trip authelia
from_dbmate ncps "$corpus/histories/ncps/postgres"
round_trip ncps
