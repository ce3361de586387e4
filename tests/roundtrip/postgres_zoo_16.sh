# Every kind of object, as PostgreSQL 16 has it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

[ "${BL_REQUIRE:-}" = 1 ] || case " $pg_versions " in *' 16 '*) ;; *) skip "no PostgreSQL 16" ;; esac
pg_server 16
round_trip_zoo
