# What AdonisJS Lucid dumped is loaded as a snapshot, and its database goes on under migrate.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

sample=$BL_SHARED/tools/lucid-peer/sample
[ -d "$sample" ] || skip "no sample at $sample"
mkdir -p database/schema database/migrations
cp "$sample"/sqlite/sqlite-schema.* database/schema/
cat >database/connections.json <<'END'
{ "connections": { "sqlite": { "url": "sqlite:app.db" } } }
END

run 0 schema-load --create
expect_err 'no digests'
expect_rows app.db "SELECT count(*), max(batch) FROM adonis_schema; SELECT version FROM adonis_schema_versions" "8|2
2"
rm app.db

# A later migration of ours resumes behind it.
printf -- '-- migrate:up\nCREATE TABLE later (a);\n-- migrate:down\nDROP TABLE later;\n' >database/migrations/1710000009000_later.sql
run 0 migrate run --create
expect_rows app.db "SELECT name, batch FROM adonis_schema ORDER BY id DESC LIMIT 1" "database/migrations/1710000009000_later|3"
run 0 migrate status --json
[ "$(grep -o '"squashed"' stdout | wc -l)" = 8 ] || fail "not 8 squashed migrations: $(cat stdout)"

# Its pending migrations in JavaScript are not ours to run.
cp "$sample"/pending/*.js database/migrations/1710000010000_attachments.js
run 7 migrate run
expect_err 'another language'
rm database/migrations/1710000010000_attachments.js

# Past its baseline nothing is rolled back.
run 0 migrate rollback
run 5 migrate rollback
expect_err 'inside the baseline'
expect_rows app.db "SELECT count(*) FROM adonis_schema" 8

# It is not ours to compare.
run 1 migrate check
expect_out "snapshot database/schema/sqlite-schema.sql: is another tool's text: schema-dump writes it anew"
grep -q -e ' : ' -e lacks stdout && fail "more is said: $(cat stdout)"

# Dumped again, the manifest has what Lucid's lacked, and still what Lucid reads.
run 0 schema-dump
for key in version generatedAt connection dumpPath schemaTableName schemaVersionsTableName squashedMigrationNames dumpDigest; do
    grep -q "\"$key\"" database/schema/sqlite-schema.meta.json || fail "no $key in the manifest"
done
