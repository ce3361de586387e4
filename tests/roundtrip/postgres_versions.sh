# The same schema has the same bytes on every server.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

# What the servers put into words themselves differs: the text of views, rules and bodies that they parse. And only 18 has
# names of NOT NULL constraints, which a partition and a child take from their parent, and a table keeps when it is renamed.
# Up to 16 a multirange stays with its owner when its range gets another one.
same_everywhere() {
    for pg_server_version in $pg_versions; do
        pg_server "$pg_server_version"
        from_zoo same "$1" 15
        run 0 schema-dump --url "$(pg_url same)" --path "$1-$pg_version.sql" --with-owner --with-acl
        pg_drop same
        awk -f "$BL_SOURCE_DIR/tests/lib/without-deparse.awk" "$1-$pg_version.sql" |
            sed -zE 's/ CONSTRAINT ("([^"]|"")*"|[^ "]+) NOT NULL/ NOT NULL/g; s/(THEN ALTER TYPE [^\n]*multirange[^\n]* OWNER TO )[^\n]*/\1/g' |
            # A parent's NOT NULL or its own: only 18 knows.
            sed -zE "s/(    b text( DEFAULT 'own'::text)?) NOT NULL/\\1/g" >"$1-$pg_version.same"
        [ "$pg_version" = "${pg_versions%% *}" ] || expect_same "$1-${pg_versions%% *}.same" "$1-$pg_version.same"
    done
}
failed=
for animal in $(zoo_names); do
    (same_everywhere "$animal") || failed="$failed $animal"
done
[ -z "$failed" ] || fail "not the same bytes:$failed"
