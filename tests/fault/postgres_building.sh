# Killed between CREATE DATABASE and what gives the new database its name and its comment: it says all the same that it is
# ours, and is swept a day later.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-own.sh"
. "$BL_SOURCE_DIR/tests/lib/inject.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${inject_list:=}"
own_make one
own_start one
own_sql one postgres 'CREATE DATABASE app'
mkdir -p database/migrations
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(own_url one app)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY);'
run 0 migrate run
run 0 schema-dump
mkdir bin
ln -s "$BL_BIN/migrate" "$BL_BIN/schema-load" bin
tools=$PWD/bin
disk_calls=sendto

minutes="floor(date_part('epoch', now()) / 60)"
building="SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_building_[0-9a-f]{16}_[0-9]+\$'"
# Neither the server's, nor a test's, nor marked.
unmarked="SELECT string_agg(datname, ' ') FROM pg_database WHERE NOT datistemplate AND datname NOT IN ('postgres', 'app', 'x') AND
    coalesce(shobj_description(oid, 'pg_database'), '') !~ '^baseline (scratch since|template of|clone of) ' AND
    NOT (datname ~ '^baseline_building_' AND datconnlimit BETWEEN $minutes - 60 AND $minutes)"

# As it was, but for what kills left.
new_database() {
    own_sql one postgres "SELECT format('DROP DATABASE %I;', datname) FROM pg_database WHERE datname ~ '^(x$|clone_|baseline_template_)'" >drop.sql
    echo 'CREATE DATABASE x;' >>drop.sql
    psql -X -q -v ON_ERROR_STOP=1 -d "$(own_url one postgres)" -f drop.sql || fail 'no new database'
}

# kill_behind_create COMMAND...: at the message after each CREATE DATABASE of a whole run. $left counts what they left.
left=0
kill_behind_create() {
    new_database
    count_calls "$@"
    points=$(awk 'NR == 1 { own = $1 } $1 == own && /sendto\(/ { n++ } $1 == own && /CREATE DATABASE/ { print n + 1 }' "$inject_list.raw")
    [ -n "$points" ] || fail "no database is made by $*"
    for n in $points; do
        new_database
        kill_at "$n" "$@"
        left=$((left + 1))
        [ "$(own_sql one postgres "$building")" = "$left" ] || fail "nothing is left by $*, killed at message $n"
        rows=$(own_sql one postgres "$unmarked")
        [ -z "$rows" ] || fail "killed at message $n, $* left $rows"
    done
}

# Two scratch databases; a template and two clones.
PATH=$tools:$PATH
kill_behind_create migrate check --replay
[ "$left" = 2 ] || fail "$left scratch databases, not 2"
kill_behind_create schema-load --url "$(own_url one x)" -c postgres --path database/schema/postgres-schema.sql --clone clone_1 --clone clone_2
[ "$left" = 5 ] || fail "$left databases, not a template and two clones more"

# Young ones may still be at work. A day later they are dropped, and nothing that only has such a name.
run 0 migrate check --replay
[ "$(own_sql one postgres "$building")" = 5 ] || fail 'young ones are gone'
own_sql one postgres "SELECT format('ALTER DATABASE %I CONNECTION LIMIT %s;', datname, datconnlimit - 1441) FROM pg_database WHERE datname ~ '^baseline_building'" >old.sql
psql -X -q -d "$(own_url one postgres)" -f old.sql || fail 'cannot make them old'
own_sql one postgres 'CREATE DATABASE baseline_building_00000000000000aa_1'
own_sql one postgres 'CREATE DATABASE baseline_building_00000000000000bb_1 CONNECTION LIMIT 100'
run 0 migrate check --replay
[ "$(own_sql one postgres "$building")" = 2 ] || fail 'not the two that are not ours'
