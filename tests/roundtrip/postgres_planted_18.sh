# Planted differences are found by the proof of a squash: what PostgreSQL 16 to 18 brought, and rows of many types.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

[ "${BL_REQUIRE:-}" = 1 ] || case " $pg_versions " in *' 18 '*) ;; *) skip "no PostgreSQL 18" ;; esac
pg_server 18
# shellcheck disable=SC2034 # for the script that follows
part=18
. "$BL_SOURCE_DIR/tests/lib/postgres-planted.sh"
