# Every kind of object, as PostgreSQL 18 has it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

[ "${BL_REQUIRE:-}" = 1 ] || case " $pg_versions " in *' 18 '*) ;; *) skip "no PostgreSQL 18" ;; esac
pg_server 18
round_trip_zoo
