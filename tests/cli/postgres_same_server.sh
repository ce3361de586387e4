# Migrations that reach what belongs to the server are not replayed on the server of the live database, by whatever name
# --scratch-url calls it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/squash.sh"

: "${pg_host:=}" "${pg_version:=}" "${pg_newest:=}"

mkdir -p database/migrations forwarded
pg_create app
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url app)" >database/connections.json
printf 'stdout\nstderr\nforwarded\nlink\ninput\noutput\n' >.gitignore
write 1_users 'CREATE TABLE users (id int PRIMARY KEY);' 'DROP TABLE users;'
write 2_role "DO \$\$ BEGIN IF current_database() LIKE 'baseline%' THEN CREATE ROLE bl_same_server; END IF; END \$\$;"
run 0 migrate run
commit_all

# A forwarded port: another socket, the same server.
mkfifo input
"$BL_SOURCE_DIR/tests/lib/pg-proxy" "$PWD/forwarded" "$pg_host/.s.PGSQL.54$pg_version" cut 'nothing like this' <input >output &
exec 9>input
wait_until grep -q ready output
ln -s "$pg_host" link

# Tests beside this one have scratch databases too, for a while.
no_scratch_left() {
    [ "$(pg_admin "SELECT count(*) FROM pg_database WHERE datname LIKE 'baseline\\_scratch\\_%' AND
        shobj_description(oid, 'pg_database') LIKE '%' || to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD') || '%' AND
        pg_get_userbyid(datdba) = 'bl_owner'")" = 0 ]
}

refused_everywhere() {
    for url in "$(pg_url app)" "postgresql://postgres@/postgres?host=$PWD/link&port=54$pg_version" \
        "postgres://bl_owner@/postgres?host=$PWD/forwarded&port=5432"; do
        refused 'on the server of the live one' "$@" --scratch-url "$url"
        [ "$(pg_admin "SELECT count(*) FROM pg_roles WHERE rolname = 'bl_same_server'")" = 0 ] || fail "$url: the role was made"
        wait_until no_scratch_left
    done
}
refused_everywhere migrate squash
refused_everywhere schema-dump --prune
# No database is asked for its schema, but which server it is on has to be known.
refused_everywhere migrate squash --from-files

# A server that answers without letting anybody in could be any.
sed 's/postgres@/nobody_of_that_name@/' database/connections.json >other.json
mv other.json database/connections.json
commit_all
run 3 migrate squash --from-files --scratch-url "$(pg_url app)"
expect_err 'asking whether the scratch databases are on another server'
files 2
# Where nobody answers there is no live server. What does not reach out needs none either.
sed 's/host=[^&]*/host=\/nowhere/' database/connections.json >other.json
mv other.json database/connections.json
commit_all
if [ "$pg_newest" != "$pg_version" ]; then
    there="host=$pg_host port=54$pg_newest user=postgres dbname=postgres"
    psql -X -q -d "$there" -c 'DROP ROLE IF EXISTS bl_same_server'
    # Two replays would make the role twice: nothing is carried, so that there is one.
    run 0 migrate squash --from-files --scratch-url "postgresql://postgres@/postgres?host=$pg_host&port=54$pg_newest"
    psql -X -q -v ON_ERROR_STOP=1 -d "$there" -c 'DROP ROLE bl_same_server' || fail 'it was not replayed on the other server'
    files 0
fi
exec 9>&-
wait

# What all databases share is as it was.
limit() {
    pg_admin "SELECT datconnlimit FROM pg_database WHERE datname = '$(pg_name app)'"
}
rm -rf database .git
mkdir -p database/migrations
pg_create app
printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url app)" >database/connections.json
write 1_users 'CREATE TABLE users (id int PRIMARY KEY);' 'DROP TABLE users;'
write 2_way 'SELECT 1;'
run 0 migrate run
for statement in "UPDATE pg_database SET datconnlimit = 50 WHERE datname = '$(pg_name app)'" \
    "DO \$\$ BEGIN UPDATE ONLY pg_catalog.pg_database SET datconnlimit = 50 WHERE datname = '$(pg_name app)'; END \$\$"; do
    write 2_way "$statement;"
    run 0 migrate repair --accept 2_way
    commit_all
    for command in 'migrate squash' 'migrate check --replay' 'migrate squash --from-files'; do
        # shellcheck disable=SC2086 # a command of several words
        refused 'a catalog that all databases share' $command
        [ "$(limit)" = -1 ] || fail "$command, $statement: the live database has another limit"
    done
done
# Nor by a statement that nobody can read ahead: it is seen before it is committed.
for statement in "CREATE VIEW dbs AS SELECT * FROM pg_database; UPDATE dbs SET datconnlimit = 50 WHERE datname = '$(pg_name app)'" \
    "DO \$\$ BEGIN EXECUTE format('UPDATE %s%s SET datconnlimit = 50 WHERE datname = %L', 'pg_', 'database', '$(pg_name app)'); END \$\$" \
    "DO \$\$ BEGIN EXECUTE format('CREATE RO%s bl_put_together', 'LE'); END \$\$"; do
    write 2_way "$statement;"
    run 0 migrate repair --accept 2_way
    commit_all
    for command in 'migrate squash' 'migrate check --replay' 'migrate squash --from-files'; do
        # shellcheck disable=SC2086 # a command of several words
        refused 'all databases of the server share' $command
        expect_err '2_way'
        [ "$(limit)" = -1 ] || fail "$command, $statement: the live database has another limit"
        [ "$(pg_admin "SELECT count(*) FROM pg_roles WHERE rolname = 'bl_put_together'")" = 0 ] || fail "$command: the role was made"
    done
done

# An event trigger on logins is noted in the row of its own database, which is nobody else's.
if [ "$pg_newest" -ge 17 ]; then
    pg_server "$pg_newest"
    rm -rf database .git
    mkdir -p database/migrations
    pg_create app
    printf '{ "connections": { "postgres": { "url": "%s" } } }\n' "$(pg_url app)" >database/connections.json
    write 1_logins 'CREATE FUNCTION greet() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN END $$;
CREATE EVENT TRIGGER greeter ON login EXECUTE FUNCTION greet();'
    write 2_way 'SELECT 1;'
    run 0 migrate run
    commit_all
    write 2_way "CREATE VIEW dbs AS SELECT * FROM pg_database;
DO \$\$ BEGIN UPDATE dbs SET datconnlimit = 50 WHERE datname = '$(pg_name app)'; EXCEPTION WHEN division_by_zero THEN NULL; END \$\$;"
    run 0 migrate repair --accept 2_way
    commit_all
    refused 'all databases of the server share' migrate squash
    [ "$(limit)" = -1 ] || fail 'beside an event trigger on logins the live database has another limit'
    write 2_way 'SELECT 1;'
    run 0 migrate repair --accept 2_way
    commit_all
    run 0 migrate squash
    files 0
fi
