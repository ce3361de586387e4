# The server runs out of locks. It runs alone: every other session of the server would fail with it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

# Its text does not show how much a dump needs: parts are tried.
# It has a good deal more of them than it is set to (6700), but not 18000.
pg_create locks
block="DO \$\$ BEGIN FOR i IN 1..4500 LOOP EXECUTE format('CREATE TABLE NAME_%s (id int)', i); END LOOP; END \$\$;"
filler=$(printf '%70000s' '' | tr ' ' x)
for name in a b c d; do
    echo "$block" | sed "s/NAME/$name/"
    echo "SELECT '$filler';"
done >many.sql
run 0 schema-load --url "$(pg_url locks)" --path many.sql
expect_err 'it is loaded in parts'
expect_pg locks "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname !~ '^adonis'" 18000
# And a wipe of that.
run 0 migrate wipe --url "$(pg_url locks)" --force
expect_err 'it is done in parts'
expect_pg_empty locks
