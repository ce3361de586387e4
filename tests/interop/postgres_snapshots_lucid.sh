# AdonisJS Lucid and migrate bootstrap from each other's snapshots of a PostgreSQL database, and resume.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

engine=postgres url=$(pg_url app)
lucid_url="postgres://postgres@localhost:54$pg_version/$(pg_name app)?host=$pg_host"
. "$BL_SOURCE_DIR/tests/lib/twins.sh"
. "$BL_SOURCE_DIR/tests/lib/exchange.sh"

reopen() {
    pg_create app
}

reopen
ours_to_lucid
lucid_to_ours
folders_in_turns
lucid_commands

# With a searchPath of Lucid's the ledger of a snapshot stands where the session of psql looks, which Lucid does not tell:
# the environment does, or the settings of the database.
rm -rf database
mkdir -p database/migrations
url="$(pg_url app)&options=-csearch_path%3Dtenant"
printf '{ "connections": { "app": { "url": "%s" } } }\n' "$url" >database/connections.json
lucid_options='--config {"searchPath":["tenant"]}'
reopen
pg_sql app 'CREATE SCHEMA tenant'
twin 1
twin 2
run 0 migrate run
expect_both 'completed 2 in 1'
run 0 migrate squash --allow-uncommitted
rm -f database/migrations/*
twin 3
for told in "SELECT 1" "ALTER DATABASE $(pg_name app) SET search_path = tenant"; do
    reopen
    pg_sql app 'CREATE SCHEMA tenant'
    pg_sql app "$told"
    [ "$told" != 'SELECT 1' ] || export PGOPTIONS=-csearch_path=tenant
    lucid bootstrap
    unset PGOPTIONS
    loaded "$name"
    expect_pg app "SELECT to_regclass('public.adonis_schema'), (SELECT count(*) FROM tenant.adonis_schema)" '|3'
    expect_both 'completed 1 in 3; squashed 2 in 1,2'
done
