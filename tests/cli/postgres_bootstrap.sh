# Each line of the bootstrap table of the manual, on PostgreSQL.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

top=$PWD
folders=0
snapshot=database/schema/postgres-schema.sql
manifest=database/schema/postgres-schema.meta.json

configure() {
    printf '{ "connections": { "postgres": { "url": "%s"%s } } }' "$(pg_url app)" "${1:-}" >database/connections.json
}
# project: two migrations, both in the snapshot, and nothing in the database.
project() {
    folders=$((folders + 1))
    mkdir "$top/$folders" && cd "$top/$folders" || fail "no folder"
    mkdir -p database/migrations
    configure
    printf -- '-- migrate:up\nCREATE TABLE a (x integer);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
    printf -- '-- migrate:up\nCREATE TABLE b (x integer);\n-- migrate:down\nDROP TABLE b;\n' >database/migrations/2_b.sql
    pg_create app
    run 0 migrate run
    run 0 schema-dump
    pg_create app
}
nothing_there() {
    expect_pg_empty app
}
applied() {
    expect_pg app "SELECT count(*) FROM adonis_schema" "$1"
}
# manifest_with PYTHON: changes the manifest m.
manifest_with() {
    python3 - "$manifest" "$1" <<'END'
import json, sys
m = json.load(open(sys.argv[1]))
exec(sys.argv[2])
json.dump(m, open(sys.argv[1], 'w'), indent=2)
END
}

# --schema-path or a configured path that does not exist.
project
run 5 migrate run --schema-path nowhere.sql
expect_err 'nowhere.sql'
nothing_there
configure ', "snapshot": "nowhere.sql"'
run 5 migrate run
expect_err 'nowhere.sql'
nothing_there
run 0 migrate run --no-snapshot
applied 2

# The default path has neither file: the files are replayed.
project
rm -r database/schema
run 0 migrate run
applied 2
expect_err 'migrated database/migrations/1_a'

# The snapshot is loaded: the ledger as the files would have left it, numbers that go on, each migration a batch.
project
run 0 migrate run
expect_err 'restored'
expect_pg app "SELECT id, name, batch FROM adonis_schema ORDER BY id" "1|database/migrations/1_a|1
2|database/migrations/2_b|2"
printf -- '-- migrate:up\nCREATE TABLE c (x integer);\n-- migrate:down\nDROP TABLE c;\n' >database/migrations/3_c.sql
run 0 migrate run --json
expect_pg app "SELECT id, name, batch FROM adonis_schema WHERE id > 2" "3|database/migrations/3_c|3"
run 0 migrate rollback
applied 2

# Half a pair.
project
rm "$manifest"
run 5 migrate run
expect_err 'half of the snapshot is missing'
nothing_there
project
rm "$snapshot"
run 5 migrate run
expect_err 'half of the snapshot is missing'
nothing_there

# A bare .sql by name is another tool's dump: loaded with a warning, and then the files run.
project
pg_sql app "CREATE TABLE other (x integer DEFAULT 5, y text COLLATE \"C\"); INSERT INTO other VALUES (1, E'tab\\tand \\\\')"
pg_dump -d "$(pg_info app)" >bare.sql
pg_create app
run 0 migrate run --schema-path bare.sql
expect_err 'has no manifest'
applied 2
expect_pg app "SELECT y = E'tab\\tand \\\\' FROM other" t

# A manifest without digests: loaded with a warning; the keys come back with the next dump.
project
manifest_with "[m.pop(k, None) for k in ('formatVersion', 'engine', 'dumpDigest', 'schemaDigest', 'migrationDigests', 'proof')]"
run 0 migrate run
expect_err 'no digests'
applied 2
run 0 schema-dump
grep -q dumpDigest "$manifest" || fail "no digest after the next dump"

# The digest of the .sql differs.
project
printf -- '\n-- a word\n' >>"$snapshot"
run 5 migrate run
expect_err 'was modified: its digest is sha256:'
nothing_there
run 0 schema-load --accept-modified
applied 2

# An embedded migration's file was edited: by its statements, not by its comments.
project
printf -- '-- migrate:up\n-- a comment\nCREATE TABLE a (x integer);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
run 0 migrate run
pg_create app
printf -- '-- migrate:up\nCREATE TABLE a (y integer);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
run 5 migrate run
expect_err '1_a" is in the snapshot, but its file was edited'
nothing_there

# The database holds an object of ours, of any kind; it stays as it was.
project
for object in 'TABLE a (mine integer)' "TYPE t AS ENUM ('a')" 'SCHEMA s' "FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'" 'SEQUENCE q' 'VIEW v AS SELECT 1 AS a' \
    'PUBLICATION p' 'DOMAIN d AS integer' "COLLATION c (LOCALE = 'C')" 'FOREIGN DATA WRAPPER w' 'OPERATOR @@@ (FUNCTION = int4pl, LEFTARG = integer, RIGHTARG = integer)' \
    'TEXT SEARCH CONFIGURATION ts (COPY = simple)' 'AGGREGATE ag (integer) (SFUNC = int4pl, STYPE = integer)' 'ACCESS METHOD am TYPE INDEX HANDLER bthandler'; do
    pg_create app
    pg_sql app "CREATE $object" 2>/dev/null
    "$pg_catalog" "$(pg_info app)" >before
    run 5 migrate run
    expect_err 'not empty'
    run 5 schema-load
    "$pg_catalog" "$(pg_info app)" >after
    expect_same before after
done
# What an extension brings, and the extension itself where the snapshot makes it too, is none of ours.
pg_create app
configure ', "ignore": ["ignored.*", "ignored"]'
pg_sql app 'CREATE SCHEMA ignored; CREATE TABLE ignored.a (x integer); INSERT INTO ignored.a VALUES (1)'
run 0 migrate run
applied 2
expect_pg app "SELECT x FROM ignored.a" 1
configure

# An empty ledger is no obstacle, and is replaced.
project
run 0 migrate run --no-snapshot
run 0 migrate reset
applied 0
run 0 migrate run
expect_err 'restored'
expect_pg app "SELECT id, name, batch FROM adonis_schema ORDER BY id" "1|database/migrations/1_a|1
2|database/migrations/2_b|2"

# The migration folder is missing: it counts as empty.
project
rm -r database/migrations
run 0 migrate run
applied 2
run 0 migrate status
expect_out 'squashed'

# The schema differs after the load: it is taken back.
project
manifest_with "m['schemaDigest'] = m['schemaDigest'][:-4] + '0000'"
run 5 migrate run
expect_err 'not the one that was dumped'
nothing_there
# It cannot be compared with that of another major version: loaded.
project
if [ "$pg_newest" != "$pg_version" ]; then
    pg_server "$pg_newest"
    pg_create app
    configure
    run 0 migrate run
    applied 2
    pg_server "${pg_versions%% *}"
fi

# A load that fails has left nothing: not a type, not a schema.
project
printf 'CREATE SCHEMA s;\nCREATE TYPE s.t AS ENUM ();\nCREATE TABLE s.a (x s.t);\nCREATE TABLE broken (x nowhere);\n' >bare.sql
run 4 schema-load --path bare.sql
expect_err 'bare.sql:4:'
nothing_there

# A manifest of another connection, ledger or engine is refused by name.
for change in "m['connection'] = 'x'" "m['schemaTableName'] = 'x'" "m['engine'] = {'name': 'x'}"; do
    project
    manifest_with "$change"
    key=$(echo "$change" | cut -d"'" -f2)
    run 5 migrate run
    expect_err "its \"$key\" is \"x\""
    nothing_there
done

# One shared snapshot for several connections.
project
pg_create one
printf '{ "default": "one", "connections": { "postgres": { "url": "%s" }, "one": { "url": "%s", "snapshot": "postgres" } } }' "$(pg_url app)" "$(pg_url one)" >database/connections.json
run 0 migrate run
expect_pg one "SELECT count(*) FROM adonis_schema" 2

# The ledger may stand in another schema than the tables, and the search_path is as it was after a load.
project
run 0 migrate run
printf -- "-- migrate:up\nCREATE TABLE path AS SELECT current_setting('search_path') AS p;\n" >database/migrations/3_c.sql
run 0 migrate run
expect_pg app "SELECT p FROM path" '"$user", public'
