# As squash_kill.sh, on PostgreSQL: the proof's scratch databases are on the server, the files are not.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"

: "${top:=}"
pg_create app
kill_project postgres "$(pg_url app)"
scratch="SELECT count(*) FROM pg_database WHERE datname LIKE 'baseline\\_scratch\\_%'"

# The squash only reads the live database.
fresh_database() {
    :
}

load_elsewhere() {
    pg_create x
    schema-load -q --url "$(pg_url x)" -c postgres --path "$1" && pg_sql x 'SELECT name FROM adonis_schema'
}

bootstrap() {
    pg_create x
    run 0 migrate run --url "$(pg_url x)" -c postgres
    [ "$(pg_sql x 'SELECT (SELECT count(*) FROM adonis_schema) || name FROM roles')" = 2admin ] || fail 'the rows are not there'
}

before=$(pg_admin "$scratch")
at_every_call env PATH="$top/bin" "$BL_BIN/migrate" squash --allow-uncommitted --data roles --archive old --no-proof
[ "$(pg_admin "$scratch")" = "$before" ] || fail 'scratch databases are left'
[ "$(pg_sql app 'SELECT count(*) FROM adonis_schema')" = 2 ] || fail 'the live database changed'
