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
# Somebody else's object cannot be wiped: all or nothing.
pg_sql owned 'CREATE TABLE not_yours (a integer)'
run 4 migrate wipe --url "$(pg_url owned bl_owner)"
expect_err 'not_yours'
expect_pg owned "SELECT count(*) FROM pg_class WHERE relname IN ('open', 'secret', 'not_yours')" 3

# A database that may not be connected to.
pg_admin "REVOKE CONNECT ON DATABASE \"$(pg_name app)\" FROM PUBLIC"
run 3 migrate status --url "$(pg_url app bl_limited)"
expect_err 'CONNECT'
