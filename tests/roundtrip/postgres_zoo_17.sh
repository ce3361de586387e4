# Every kind of object, as PostgreSQL 17 has it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

[ "${BL_REQUIRE:-}" = 1 ] || case " $pg_versions " in *' 17 '*) ;; *) skip "no PostgreSQL 17" ;; esac
pg_server 17
round_trip_zoo
