# How the files of scratch databases and clones get there: copied where the server flushes nothing, through its log otherwise.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"

: "${own:=}" "${own_bin:=}"
own_make one
own_start one 'log_statement = ddl'
own_sql one postgres 'CREATE DATABASE app'
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE TABLE users (id int PRIMARY KEY);\nINSERT INTO users SELECT generate_series(1, 1000);\n' >database/migrations/1_users.sql
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(own_url one app)" >database/connections.json
run 0 migrate run
run 0 schema-dump --data users

# made_with FSYNC WHICH: all databases that our tools make then are told to copy files, or none.
made_with() {
    own_sql one postgres "ALTER SYSTEM SET fsync = $1"
    own_sql one postgres 'SELECT pg_reload_conf()' >/dev/null
    for try in 1 2 3 4 5 6 7 8 9 10; do
        [ "$(own_sql one postgres 'SHOW fsync')" != "$1" ] || break
        sleep 0.2
    done
    [ "$(own_sql one postgres 'SHOW fsync')" = "$1" ] || fail "fsync is not $1 after $try looks"
    seen=$(wc -l <"$own/one/log")
    run 0 migrate check --replay
    own_sql one postgres "CREATE DATABASE new_$1"
    run 0 schema-load -c postgres --url "$(own_url one "new_$1")" --path database/schema/postgres-schema.sql \
        --clone "clone_1_$1" --clone "clone_2_$1"
    tail -n "+$((seen + 1))" "$own/one/log" | grep 'CREATE DATABASE .*baseline_building_' >made
    [ "$(wc -l <made)" -ge 4 ] || fail "only $(wc -l <made) databases: $(cat made)"
    case $2 in
    all) if grep -v ' STRATEGY FILE_COPY ' made >&2; then fail 'through the log'; fi ;;
    none) if grep ' STRATEGY ' made >&2; then fail 'not as the server does it'; fi ;;
    esac
    for clone in 1 2; do
        [ "$(own_sql one "clone_${clone}_$1" 'SELECT count(*), sum(id) FROM users')" = '1000|500500' ] ||
            fail "clone $clone does not hold the rows"
    done
}
made_with on none
made_with off all
# What was copied is there after the server's death too: it was flushed as far as such a server flushes.
as_own "$own_bin/pg_ctl" -D "$own/one/data" -m immediate -w stop >/dev/null 2>&1 </dev/null
own_start one
[ "$(own_sql one clone_2_off 'SELECT count(*), sum(id) FROM users')" = '1000|500500' ] || fail 'the clone is gone with the server'
