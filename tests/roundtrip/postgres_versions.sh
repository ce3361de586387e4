# The same schema has the same bytes on every server.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

# What the servers put into words themselves differs: the text of views, rules and bodies that they parse.
for animal in $(zoo_names); do
    for pg_server_version in $pg_versions; do
        pg_server "$pg_server_version"
        from_zoo same "$animal" 15
        run 0 schema-dump --url "$(pg_url same)" --path "$animal-$pg_version.sql" --with-owner --with-acl
        pg_drop same
        awk -f "$BL_SOURCE_DIR/tests/lib/without-deparse.awk" "$animal-$pg_version.sql" >"$animal-$pg_version.same"
        [ "$pg_version" = 15 ] || expect_same "$animal-15.same" "$animal-$pg_version.same"
    done
done
