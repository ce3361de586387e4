# The private servers are those that they are to be, and have what the other tests build upon.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

[ "${BL_REQUIRE:-}" != 1 ] || [ "$pg_versions" = '15 16 17 18' ] || fail "servers: $pg_versions"
for version in $pg_versions; do
    pg_server "$version"
    pg_create a
    expect_pg a "SELECT current_setting('server_version_num')::int / 10000, current_setting('server_encoding'), datcollate,
        current_setting('listen_addresses') FROM pg_database WHERE datname = current_database()" "$version|UTF8|C|"
    expect_pg a "SELECT string_agg(rolname, ',' ORDER BY rolname) FROM pg_roles WHERE rolname ~ '^bl_'" \
        'bl_limited,bl_owner,bl_reader'
    expect_pg a "SELECT count(*) FROM pg_roles WHERE rolname = \$\$$pg_odd_role\$\$" 1
    expect_pg a "SELECT count(*) FROM pg_available_extensions WHERE name IN
        ('btree_gin', 'btree_gist', 'citext', 'hstore', 'ltree', 'pg_stat_statements', 'pg_trgm', 'pgcrypto', 'postgres_fdw')" 9
    expect_pg a "SELECT count(*) > 100 FROM pg_collation WHERE collprovider = 'i'" t
    expect_pg_empty a
done
