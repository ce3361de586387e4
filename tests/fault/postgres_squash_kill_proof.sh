# As postgres_squash_kill.sh, with the proof: what a squash that was killed leaves on the server is swept by a later one.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"
. "$BL_SOURCE_DIR/tests/lib/squash-kill.sh"

: "${top:=}" "${calls:=}" "${inject_list:=}" "${unfinished:=}"
own_make one
own_start one
own_sql one postgres 'CREATE DATABASE app'
kill_project postgres "$(own_url one app)"

# The squash only reads the live database.
fresh_database() {
    :
}

new_database() {
    own_sql one postgres 'DROP DATABASE IF EXISTS x WITH (FORCE)' 2>/dev/null
    own_sql one postgres 'CREATE DATABASE x'
}

load_elsewhere() {
    new_database
    schema-load -q --url "$(own_url one x)" -c postgres --path "$1" && own_sql one x 'SELECT name FROM adonis_schema'
}

bootstrap() {
    new_database
    run 0 migrate run --url "$(own_url one x)" -c postgres
    [ "$(own_sql one x 'SELECT (SELECT count(*) FROM adonis_schema) || name FROM roles')" = 2admin ] || fail 'the rows are not there'
}

marked="SELECT count(*) FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE 'baseline scratch since %'"
set -- env PATH="$top/bin" "$BL_BIN/migrate" squash --allow-uncommitted --data roles --archive old
# A sample (BL_EVERY=1: all) of what the proof writes, and all from the first file that leaves on.
fresh
count_calls "$@"
first=$(awk '/^link/ { print NR; exit }' "$inject_list")
[ "$first" -gt 10 ] || fail "only $first calls before the first file"
kill_at_calls "$(seq 2 "${BL_EVERY:-9}" "$first") $(seq "$((first + 1))" "$calls")" "$@"
[ "$unfinished" -gt 4 ] || fail "only $unfinished squashes were killed between the snapshot and the mark"
# And a sample of what it sends.
# shellcheck disable=SC2034 # for count_calls
disk_calls=sendto
fresh
count_calls "$@"
[ "$calls" -gt 20 ] || fail "only $calls statements"
kill_at_calls "$(seq "${BL_EVERY:-$((calls / 4))}" "${BL_EVERY:-$((calls / 4))}" "$calls")" "$@"

[ "$(own_sql one app 'SELECT count(*) FROM adonis_schema')" = 2 ] || fail 'the live database changed'
left=$(own_sql one postgres "$marked")
[ "$left" -gt 2 ] || fail "only $left scratch databases were left"
# A young one may be in use by somebody who has not come back yet.
fresh
run 0 "$@"
[ "$(own_sql one postgres "$marked")" = "$left" ] || fail 'young scratch databases are gone'
psql -X -q -d "$(own_url one postgres)" <<'S' || fail 'cannot make them old'
SELECT format('COMMENT ON DATABASE %I IS %L', datname, 'baseline scratch since 2020-01-01 00:00') FROM pg_database
WHERE shobj_description(oid, 'pg_database') LIKE 'baseline scratch since %' \gexec
S
fresh
run 0 "$@"
[ "$(own_sql one postgres "$marked")" = 0 ] || fail 'old scratch databases are left'
