# Planted differences are found by the proof of a squash: another quarter.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
# shellcheck disable=SC2034 # for the script that follows
part=1
. "$BL_SOURCE_DIR/tests/lib/postgres-planted.sh"
