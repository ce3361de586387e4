# Every kind of object, as PostgreSQL 15 has it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

[ "${BL_REQUIRE:-}" = 1 ] || case " $pg_versions " in *' 15 '*) ;; *) skip "no PostgreSQL 15" ;; esac
pg_server 15
round_trip_zoo
