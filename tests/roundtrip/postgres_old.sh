# Servers of 13 and 14, from npm too: what they can hold of the zoo, round and round, and on the newest one.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

: "${pg_packages:=}" "${pg_newest:=}" "${pg_host:=}"
[ -n "${BL_SHARED:-}" ] && [ -d "$BL_SHARED/tools" ] || skip 'no tools to compare with'
newer_host=$pg_host newer_version=$pg_newest
old=$(mktemp -d /tmp/bl-old.XXXXXX)
chmod 755 "$old"
end_old() {
    pg_clean_up
    BL_BUILD_DIR=$old sh "$BL_SOURCE_DIR/tests/lib/postgres-server.sh" stop
    rm -rf "$old"
}
trap end_old EXIT
# The step postgres.old installs them where they can be had: npm knows nothing of its own here.
for version in 13 14; do
    ls -d "$pg_packages/$version"-* >/dev/null 2>&1 || {
        echo "skipped: no server of $version" >&2
        exit 0
    }
done
BL_BUILD_DIR=$old BL_PG_PACKAGES=$pg_packages BL_PG_VERSIONS='13 14' sh "$BL_SOURCE_DIR/tests/lib/postgres-server.sh" start >start.out 2>&1 || {
    cat start.out >&2
    fail 'no servers of 13 and 14'
}
# shellcheck source=/dev/null
. "$old/postgres/servers.sh"

zoo=$BL_SOURCE_DIR/tests/roundtrip/zoo
for version in 13 14; do
    pg_server $version
    case $version in
    13) animals='functions grants publications tables' ;;
    14) animals='cycles types tables' ;;
    esac
    for animal in $animals; do
        pg_create a
        # What newer servers brought is an error here, and what needs it too; the rest is a database like any other.
        psql -X -q -d "$(pg_info a)" -f "$zoo/$animal.sql" >psql.out 2>&1
        run 0 schema-dump --url "$(pg_url a)" --path a.sql --with-owner --with-acl
        [ "$(grep -c '^-- ' a.sql)" -gt 10 ] || fail "$version: $animal has only $(grep -c '^-- ' a.sql) objects"
        pg_create b
        run 0 schema-load --url "$(pg_url b)" --path a.sql --verify
        run 0 schema-dump --url "$(pg_url b)" --path b.sql --with-owner --with-acl
        expect_same a.sql b.sql
        "$BL_SHARED/tools/pg-compare" --show "$(pg_info a)" "$(pg_info b)" >differences || {
            head -n 40 differences >&2
            fail "$version: $animal"
        }
        pg_drop a
        pg_drop b
        [ "$animal" = tables ] || continue
        (
            pg_host=$newer_host pg_version=$newer_version
            pg_create newest
            run 0 schema-load --url "$(pg_url newest)" --path a.sql
            pg_drop newest
        ) || fail "$version: $animal on $newer_version"
    done
    # The migrations and their lock.
    pg_create m bl_owner
    mkdir -p database/migrations
    printf -- '-- migrate:up\nCREATE TABLE u (id int GENERATED ALWAYS AS IDENTITY);\n-- migrate:down\nDROP TABLE u;\n' >database/migrations/1_u.sql
    run 0 migrate run --url "$(pg_url m bl_owner)"
    run 0 schema-dump --url "$(pg_url m bl_owner)" --path m.sql
    run 0 migrate squash --url "$(pg_url m bl_owner)" --allow-uncommitted --archive old$version
    run 0 migrate wipe --url "$(pg_url m bl_owner)" --force
    expect_pg_empty m
    run 0 schema-load --url "$(pg_url m)" --path m.sql --clones 2
    rm -rf database
done
