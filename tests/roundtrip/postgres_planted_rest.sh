# Planted differences are found by the proof of a squash: the rest of them.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
# shellcheck disable=SC2034 # for the script that follows
part=3
. "$BL_SOURCE_DIR/tests/lib/postgres-planted.sh"
