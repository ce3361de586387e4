# A hot standby: a dump can be taken from it, nothing can be written to it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"

: "${own:=}" "${own_port:=}" "${own_bin:=}"
own_make primary
own_start primary 'wal_level = replica' 'max_wal_senders = 3'
own_sql primary postgres 'CREATE DATABASE a'
own_sql primary a "CREATE TYPE m AS ENUM ('x'); CREATE TABLE t (id serial PRIMARY KEY, m m DEFAULT 'x'); CREATE VIEW v AS SELECT id FROM t; COMMENT ON TABLE t IS 'it'"
mkdir "$own/standby"
chmod 777 "$own/standby"
as_own $own_bin/pg_basebackup -d "host=$own/primary port=$own_port user=postgres" -D "$own/standby/data" -R -c fast -X stream --no-sync >base.out 2>&1 || {
    cat base.out >&2
    fail pg_basebackup
}
own_start standby 'hot_standby = on'

run 0 schema-dump --path primary.sql --url "$(own_url primary a)"
run 0 schema-dump --path standby.sql --url "$(own_url standby a)" --with-owner --with-acl
run 0 schema-dump --path standby.sql --url "$(own_url standby a)"
expect_same primary.sql standby.sql
run 0 schema-dump --path standby.sql --check --url "$(own_url standby a)"
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE u (id int);\n' >database/migrations/1_u.sql
for command in 'schema-load --path primary.sql' 'migrate run' 'migrate wipe --force' 'migrate rollback' 'migrate fresh --force' 'schema-load --path primary.sql --create'; do
    # shellcheck disable=SC2086 # words
    run 5 $command --url "$(own_url standby a)"
    expect_err 'is a standby: nothing can be written there'
    expect_err 'hint: connect to the primary server'
done
run 0 migrate status --url "$(own_url standby a)"
expect_out pending
run 0 migrate run --dry-run --url "$(own_url standby a)"

# The one of several hosts that can be written to.
run 0 migrate run --url "postgresql://postgres@/a?host=$own/standby,$own/primary&port=$own_port,$own_port&target_session_attrs=read-write"
[ "$(own_sql primary a 'SELECT count(*) FROM u')" = 0 ] || fail 'no table'
