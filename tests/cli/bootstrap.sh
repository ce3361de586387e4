# Each line of the bootstrap table of the manual.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

top=$PWD
folders=0
new_folder() {
    folders=$((folders + 1))
    mkdir "$top/$folders" && cd "$top/$folders" || fail "no folder"
}

snapshot=database/schema/sqlite-schema.sql
manifest=database/schema/sqlite-schema.meta.json

# project: two migrations, both in the snapshot, and nothing in the database.
project() {
    new_folder
    mkdir -p database/migrations
    printf '{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }' >database/connections.json
    printf -- '-- migrate:up\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
    printf -- '-- migrate:up\nCREATE TABLE b (x);\n-- migrate:down\nDROP TABLE b;\n' >database/migrations/2_b.sql
    run 0 migrate run --create
    run 0 schema-dump
    rm -f app.db
}

no_database() {
    [ ! -e app.db ] || fail "it left a database"
}

applied() {
    expect_rows app.db "SELECT count(*) FROM adonis_schema" "$1"
}

# --schema-path or a configured path that does not exist.
project
run 5 migrate run --create --schema-path nowhere.sql
expect_err 'nowhere.sql'
no_database
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "snapshot": "nowhere.sql" } } }' >database/connections.json
run 5 migrate run --create
expect_err 'nowhere.sql'
no_database
run 0 migrate run --create --no-snapshot
applied 2

# The default path has neither file: the files are replayed.
project
rm -r database/schema
run 0 migrate run --create
applied 2
expect_err 'migrated database/migrations/1_a'

# Half a pair.
project
rm "$manifest"
run 5 migrate run --create
expect_err 'half of the snapshot is missing'
no_database
project
rm "$snapshot"
run 5 migrate run --create
expect_err 'half of the snapshot is missing'
no_database

# A bare .sql by name is another tool's dump: loaded with a warning, and then the files run.
project
rm "$manifest"
printf 'CREATE TABLE other (x);\n' >bare.sql
run 0 migrate run --create --schema-path bare.sql
expect_err 'has no manifest'
[ "$(grep -c 'has no manifest' stderr)" = 1 ] || fail "one warning: $(cat stderr)"
applied 2
expect_rows app.db "SELECT count(*) FROM other" 0

# A manifest without digests: loaded with a warning; the keys come back with the next dump.
project
python3 - "$manifest" <<'END'
import json, sys
m = json.load(open(sys.argv[1]))
for k in ('formatVersion', 'engine', 'dumpDigest', 'schemaDigest', 'migrationDigests', 'proof'):
    m.pop(k, None)
json.dump(m, open(sys.argv[1], 'w'), indent=2)
END
run 0 migrate run --create
expect_err 'no digests'
[ "$(grep -c 'no digests' stderr)" = 1 ] || fail "one warning: $(cat stderr)"
applied 2
run 0 schema-dump
grep -q dumpDigest "$manifest" || fail "no digest after the next dump"

# The digest of the .sql differs.
project
printf -- '\n-- a word\n' >>"$snapshot"
run 5 migrate run --create
expect_err 'was modified: its digest is sha256:'
no_database
run 0 schema-load --create --accept-modified
applied 2

# An embedded migration's file was edited: by its statements, not by its comments.
project
printf -- '-- migrate:up\n-- a comment\nCREATE TABLE a (x);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
run 0 migrate run --create
rm app.db
printf -- '-- migrate:up\nCREATE TABLE a (y);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
run 5 migrate run --create
expect_err '1_a" is in the snapshot, but its file was edited'
no_database

# The database holds an object of ours.
project
sqlite3 app.db 'CREATE TABLE a (mine); INSERT INTO a VALUES (1)'
run 5 migrate run
expect_err 'not empty: table a'
expect_rows app.db "SELECT mine FROM a; SELECT count(*) FROM sqlite_schema" "1
1"
run 5 schema-load
expect_err 'not empty: table a'
# Unless it is none of ours.
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "ignore": ["a"] } } }' >database/connections.json
sqlite3 app.db 'ALTER TABLE a RENAME TO ignored; '
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "ignore": ["ignored"] } } }' >database/connections.json
run 0 migrate run
applied 2
expect_rows app.db "SELECT mine FROM ignored" 1

# An empty ledger is no obstacle, and is replaced.
project
run 0 migrate run --create --no-snapshot
run 0 migrate reset
applied 0
run 0 migrate run
expect_err 'restored'
expect_rows app.db "SELECT id, name, batch FROM adonis_schema" "1|database/migrations/1_a|1
2|database/migrations/2_b|2"

# The migration folder is missing: it counts as empty.
project
rm -r database/migrations
run 0 migrate run --create
applied 2
run 0 migrate status
expect_out 'squashed'

# The schema differs after the load.
project
python3 - "$manifest" <<'END'
import json, sys
m = json.load(open(sys.argv[1]))
m['schemaDigest'] = m['schemaDigest'][:-4] + '0000'
json.dump(m, open(sys.argv[1], 'w'), indent=2)
END
run 5 migrate run --create
expect_err 'not the one that was dumped'
no_database

# A manifest of another connection, ledger or engine is refused by name.
for change in '"connection": "x"' '"schemaTableName": "x"' '"engine": {"name": "x"}'; do
    project
    python3 - "$manifest" "$change" <<'END'
import json, sys
m = json.load(open(sys.argv[1]))
m.update(json.loads('{' + sys.argv[2] + '}'))
json.dump(m, open(sys.argv[1], 'w'), indent=2)
END
    key=${change%%:*}
    run 5 migrate run --create
    expect_err "its $key is \"x\""
    no_database
done

# A pending file behind the snapshot resumes.
project
printf -- '-- migrate:up\nCREATE TABLE c (x);\n-- migrate:down\nDROP TABLE c;\n' >database/migrations/3_c.sql
run 0 migrate run --create --json
expect_out '"bootstrap":'
expect_rows app.db "SELECT name, batch FROM adonis_schema" "database/migrations/1_a|1
database/migrations/2_b|2
database/migrations/3_c|3"

# One shared snapshot for several connections.
project
printf '{ "default": "one", "connections": { "sqlite": { "url": "sqlite:main.db" },
    "one": { "url": "sqlite:one.db", "snapshot": "sqlite" } } }' >database/connections.json
run 0 migrate run --create
expect_rows one.db "SELECT count(*) FROM adonis_schema" 2
run 5 schema-load --create --url sqlite:two.db --connection two

# Old journal rows say nothing of a ledger that a load made anew.
project
rm -r database/schema
run 0 migrate run --create
run 0 migrate reset
printf -- '-- migrate:up\nCREATE TABLE a (changed);\n-- migrate:down\nDROP TABLE a;\n' >database/migrations/1_a.sql
run 0 migrate run --create --url sqlite:other.db
run 0 schema-dump --url sqlite:other.db
run 0 migrate run
expect_err 'restored'
run 0 migrate run
run 0 migrate status --exit-code

# fresh says before it wipes that the snapshot cannot be loaded beside what it leaves.
printf '{ "connections": { "sqlite": { "url": "sqlite:app.db", "ignore": ["b"] } } }' >database/connections.json
run 5 migrate fresh
expect_err 'the snapshot makes table b'
applied 2
