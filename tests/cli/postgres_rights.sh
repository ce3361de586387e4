# Rights that are missing are named, and nothing is done by halves.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

pg_create app
pg_sql app 'CREATE TABLE secret (a integer); CREATE TABLE open (a integer); GRANT SELECT ON open TO bl_limited'
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE mine (a integer);\n' >database/migrations/1_mine.sql

# The catalogs are open to everybody: what may not be read, and so not be locked, is described all the same.
run 0 schema-dump --url "$(pg_url app bl_limited)" --path s.sql
run 0 schema-dump --url "$(pg_url app)" --path all.sql
expect_same s.sql all.sql
# Its rows are another matter.
run 7 schema-dump --url "$(pg_url app bl_limited)" --path rows.sql --data secret
expect_err 'secret'
expect_err 'SELECT'
[ ! -e rows.sql ] || fail "a dump that failed left a file"

# Nobody but the owner may make something in "public".
run 4 migrate run --url "$(pg_url app bl_limited)" --no-snapshot
expect_err 'schema public'
expect_pg app "SELECT count(*) FROM pg_class WHERE relname ~ 'adonis|mine'" 0
# Reading commands need no more than reading, and make nothing.
run 0 migrate status --url "$(pg_url app bl_limited)"
run 0 migrate run --dry-run --no-snapshot --url "$(pg_url app bl_limited)"
expect_pg app "SELECT count(*) FROM pg_class WHERE relname ~ 'adonis|mine'" 0

# CREATEDB.
run 4 migrate run --create --no-snapshot --url "$(pg_url new bl_limited)"
expect_err 'CREATEDB'
run 0 migrate run --create --no-snapshot --url "$(pg_url new bl_owner)"
expect_pg new "SELECT tableowner FROM pg_tables WHERE tablename = 'mine'" bl_owner
pg_create empty bl_limited
code=0
schema-load --url "$(pg_url empty bl_limited)" --path s.sql --clone "$(pg_name clone)" >stdout 2>stderr || code=$?
[ "$code" = 4 ] || fail "a clone without CREATEDB: exit $code"
expect_err 'CREATEDB'

# The owner of a database that is no superuser has all that a snapshot needs.
pg_create owned bl_owner
run 0 schema-load --url "$(pg_url owned bl_owner)" --path s.sql
run 0 schema-dump --url "$(pg_url owned bl_owner)" --path again.sql
expect_same s.sql again.sql
# The owner of a schema may drop whatever stands in it (that of "public" is the owner of the database), but not what
# is somebody else's in somebody else's schema: all or nothing.
pg_sql owned 'CREATE TABLE not_yours_here (a integer); CREATE SCHEMA theirs; CREATE TABLE theirs.not_yours (a integer)'
run 4 migrate wipe --url "$(pg_url owned bl_owner)"
expect_err 'not_yours'
expect_pg owned "SELECT count(*) FROM pg_class WHERE relname IN ('open', 'secret', 'not_yours_here', 'not_yours')" 4
pg_sql owned 'DROP SCHEMA theirs CASCADE'
run 0 migrate wipe --url "$(pg_url owned bl_owner)"
expect_pg_empty owned

# The ledger's tables: to read them, and to write them.
pg_create ledger
pg_sql ledger 'GRANT CREATE ON SCHEMA public TO bl_limited'
run 0 migrate run --no-snapshot --url "$(pg_url ledger)"
before=$(pg_sql ledger "SELECT oid FROM pg_class WHERE relname = 'mine'")
for command in status run; do
    run 4 migrate $command --url "$(pg_url ledger bl_limited)"
    expect_err 'permission denied for table adonis_schema'
done
pg_sql ledger 'GRANT SELECT ON adonis_schema, adonis_schema_versions, adonis_schema_journal TO bl_limited'
run 0 migrate status --url "$(pg_url ledger bl_limited)"
printf -- '-- migrate:up\nCREATE TABLE more (a integer);\n-- migrate:down\nDROP TABLE more;\n' >database/migrations/2_more.sql
run 4 migrate run --no-snapshot --url "$(pg_url ledger bl_limited)"
expect_err 'permission denied for table adonis_schema'
expect_pg ledger "SELECT to_regclass('more'), (SELECT count(*) FROM adonis_schema)" '|1'
# What is another's is not reverted, and its record stays.
run 0 migrate run --no-snapshot --url "$(pg_url ledger)"
pg_sql ledger 'GRANT ALL ON adonis_schema, adonis_schema_versions, adonis_schema_journal TO bl_limited; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO bl_limited'
run 4 migrate rollback --url "$(pg_url ledger bl_limited)"
expect_err 'must be owner of table more'
expect_pg ledger "SELECT to_regclass('more'), (SELECT count(*) FROM adonis_schema)" 'more|2'
for command in wipe fresh; do
    run 4 migrate $command --url "$(pg_url ledger bl_limited)"
    expect_err 'must be owner of'
done
expect_pg ledger "SELECT oid FROM pg_class WHERE relname = 'mine'" "$before"
# A scratch database for the proof.
run 4 migrate check --replay --url "$(pg_url ledger bl_limited)"
expect_err 'CREATEDB'
expect_err 'scratch-url'
rm database/migrations/2_more.sql

# CREATE on a database for its schemas, on a schema for what is in it; owners, of whom one must be a member.
pg_create made
pg_sql made 'CREATE SCHEMA s; CREATE TABLE s.t (a integer); ALTER TABLE s.t OWNER TO bl_owner'
run 0 schema-dump --url "$(pg_url made)" --path made.sql
run 0 schema-dump --url "$(pg_url made)" --path owned.sql --with-owner
pg_create target
run 4 schema-load --url "$(pg_url target bl_limited)" --path made.sql
expect_err "permission denied for database $(pg_name target)"
expect_pg_empty target
pg_admin "GRANT CREATE ON DATABASE \"$(pg_name target)\" TO bl_limited"
run 4 schema-load --url "$(pg_url target bl_limited)" --path owned.sql
expect_err 'must be '
expect_pg_empty target
run 0 schema-load --url "$(pg_url target bl_limited)" --path made.sql

# Options of other people's user mappings are theirs, and hold passwords.
pg_create mapped
pg_sql mapped "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER srv FOREIGN DATA WRAPPER w;
    CREATE USER MAPPING FOR bl_owner SERVER srv OPTIONS (password 'hidden')"
run 5 schema-dump --url "$(pg_url mapped bl_limited)" --path mapped.sql
expect_err 'user mapping bl_owner ON srv cannot be described'
expect_err 'skip-unsupported'
[ ! -e mapped.sql ] || fail 'a dump that failed left a file'
run 0 schema-dump --url "$(pg_url mapped bl_limited)" --path mapped.sql --skip-unsupported
grep -q 'USER MAPPING' mapped.sql && fail 'the mapping was not left out'

# Where a subscription goes is the superuser's to read, and to make one takes a superuser or a role for it.
pg_create subscribed
PGOPTIONS='-c client_min_messages=error' pg_sql subscribed "CREATE SUBSCRIPTION bl_rights CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)"
run 5 schema-dump --url "$(pg_url subscribed bl_limited)" --path subscribed.sql
expect_err 'subscription bl_rights cannot be described: only a superuser may read'
[ ! -e subscribed.sql ] || fail 'a dump that failed left a file'
run 0 schema-dump --url "$(pg_url subscribed bl_limited)" --path subscribed.sql --skip-unsupported
! grep -q SUBSCRIPTION subscribed.sql || fail 'the subscription was not left out'
run 0 schema-dump --url "$(pg_url subscribed)" --path subscribed.sql
for version in "${pg_versions%% *}" "$pg_newest"; do
    pg_server "$version"
    pg_create subscribes bl_limited
    run 4 schema-load --url "$(pg_url subscribes bl_limited)" --path subscribed.sql
    expect_err 'to create subscription'
    [ "$version" -lt 16 ] || expect_err 'pg_create_subscription'
    expect_pg_empty subscribes
done
pg_server "${pg_versions%% *}"

# Schemas that were made for a role which may make none, and the ledger in one that is not on its path: they take a snapshot,
# a wipe leaves them, and what comes after it finds them.
given() {
    pg_create "$1"
    pg_sql "$1" 'CREATE SCHEMA app AUTHORIZATION bl_limited; CREATE SCHEMA more AUTHORIZATION bl_limited; CREATE SCHEMA tools AUTHORIZATION bl_limited'
    mkdir -p given/database/migrations
    printf '{ "connections": { "postgres": { "url": "%s&search_path=app", "migrations": { "tableName": "tools.ledger" } } } }\n' \
        "$(pg_url "$1" bl_limited)" >given/database/connections.json
}
given made
printf -- '-- migrate:up\nCREATE TABLE t (i int);\nCREATE TABLE more.u (i int);\n-- migrate:down\nDROP TABLE t, more.u;\n' >given/database/migrations/1_t.sql
(cd given && run 0 migrate run && run 0 schema-dump) || exit 1
grep -q '^CREATE SCHEMA IF NOT EXISTS more;$' given/database/schema/postgres-schema.sql || fail 'no schema in the snapshot'
given taken
(
    cd given || fail 'no folder'
    for again in 'migrate run' 'migrate fresh' 'schema-load --verify' 'schema-load --verify --jobs 2'; do
        # shellcheck disable=SC2086
        run 0 $again
        expect_pg taken "SELECT to_regclass('app.t'), to_regclass('more.u'), to_regclass('tools.ledger')" 'app.t|more.u|tools.ledger'
        [ "$again" = 'migrate run' ] || run 0 migrate wipe
    done
    expect_pg taken "SELECT count(*) FROM pg_namespace WHERE nspname IN ('app', 'more', 'tools')" 3
    run 0 migrate fresh --no-snapshot
    pg_sql taken 'CREATE TABLE app.other (i int)'
    run 5 schema-load
) || exit 1
# A role that may make schemas takes the one that its path leads to as well.
given whole
sed -i 's/bl_limited@/postgres@/' given/database/connections.json
pg_sql whole 'DROP SCHEMA more'
(cd given && run 0 migrate run) || exit 1

# A database that may not be connected to.
pg_admin "REVOKE CONNECT ON DATABASE \"$(pg_name app)\" FROM PUBLIC"
run 3 migrate status --url "$(pg_url app bl_limited)"
expect_err 'CONNECT'
