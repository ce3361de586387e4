# Clones by a template that is named after the snapshot.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

# The templates of this test are dropped with its databases.
drop_templates() {
    for server in $pg_versions; do
        pg_server "$server"
        [ -f digest ] || continue
        pg_admin "SELECT format('DROP DATABASE %I', datname) FROM pg_database
            WHERE shobj_description(oid, 'pg_database') LIKE '%$(cat digest)%' AND datname ~ '^baseline_'" |
            while read -r statement; do pg_admin "$statement"; done
    done
    pg_clean_up
}
trap drop_templates EXIT

templates() {
    pg_admin "SELECT count(*) FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE 'baseline template of $(cat digest)%'"
}

# No other run has this snapshot.
pg_create source
pg_sql source "CREATE TABLE users (id serial PRIMARY KEY, name text); INSERT INTO users (name) VALUES ('$(date +%s)-$$');
    CREATE TABLE posts (id int PRIMARY KEY, user_id int REFERENCES users)"
run 0 schema-dump --url "$(pg_url source)" --path s.sql --data users
echo "sha256:$(sha256sum <s.sql | cut -d' ' -f1)" >digest

for version in $pg_versions; do
    pg_server "$version"
    pg_create app
    run 0 schema-load --url "$(pg_url app)" --path s.sql --clones 2 --clone "$(pg_name named)" --json
    expect_out "\"$(pg_name app)_2\""
    for clone in app_1 app_2 named; do
        expect_pg "$clone" 'SELECT count(*) FROM users' 1
        run 0 schema-dump --url "$(pg_url "$clone")" --path clone.sql --data users
        expect_same s.sql clone.sql
    done
    [ "$(templates)" = 1 ] || fail "$(templates) templates"
    # It takes no connections, and is used again.
    expect_pg app "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_template_[0-9a-f]{24}\$' AND NOT datallowconn
        AND shobj_description(oid, 'pg_database') LIKE 'baseline template of $(cat digest)%'" 1
    pg_create again
    run 0 schema-load --url "$(pg_url again)" --path s.sql --clones 1
    [ "$(templates)" = 1 ] || fail "$(templates) templates"

    # What is there already is refused before anything is loaded.
    pg_create app2
    run 5 schema-load --url "$(pg_url app2)" --path s.sql --clone "$(pg_name app)_1"
    expect_err 'it is there already'
    expect_pg_empty app2
    # Made anew, with the rows of the snapshot.
    pg_sql app_1 'DELETE FROM users'
    run 0 schema-load --url "$(pg_url app2)" --path s.sql --clone "$(pg_name app)_1" --recreate
    expect_pg app_1 'SELECT count(*) FROM users' 1
    # But nothing that is not ours.
    pg_create precious
    pg_sql precious 'CREATE TABLE rows ()'
    pg_create app3
    run 5 schema-load --url "$(pg_url app3)" --path s.sql --clone "$(pg_name precious)" --recreate
    expect_err 'no copy of ours'
    expect_pg precious "SELECT count(*) FROM pg_class WHERE relname = 'rows'" 1
    expect_pg_empty app3
    run 5 schema-load --url "$(pg_url app3)" --path s.sql --clone "$(pg_name app3)" --recreate
    expect_err 'it is the database itself'
    run 2 schema-load --url "$(pg_url app3)" --path s.sql --clone x234567890123456789012345678901234567890123456789012345678901234
    expect_err '63 bytes'
    expect_pg_empty app3
done

# Over several sessions at the same time: the same clones, told in their order.
pg_server "${pg_versions%% *}"
pg_create many
run 0 schema-load --url "$(pg_url many)" --path s.sql --clones 7 --jobs 3
grep '^cloned ' stderr >told
for n in 1 2 3 4 5 6 7; do
    expect_pg "many_$n" 'SELECT count(*) FROM users' 1
    echo "cloned $(pg_name many)_$n"
done >expected
expect_same expected told
pg_create many2
run 0 schema-load --url "$(pg_url many2)" --path s.sql --clone "$(pg_name many)_1" --clone "$(pg_name many)_2" --recreate --jobs 9

# A subscription that never connected does not hold a clone of ours; one that is somebody's work does.
PGOPTIONS='-c client_min_messages=error' pg_sql many_1 "CREATE SUBSCRIPTION never CONNECTION 'dbname=x' PUBLICATION y WITH (connect = false)"
pg_create many3
run 0 schema-load --url "$(pg_url many3)" --path s.sql --clone "$(pg_name many)_1" --recreate
expect_pg many_1 'SELECT count(*) FROM pg_subscription WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())' 0
PGOPTIONS='-c client_min_messages=error' pg_sql many_1 "CREATE SUBSCRIPTION works CONNECTION 'dbname=x' PUBLICATION y WITH (connect = false);
    ALTER SUBSCRIPTION works ENABLE"
pg_create many4
run 5 schema-load --url "$(pg_url many4)" --path s.sql --clone "$(pg_name many)_1" --recreate
expect_err 'in use'
expect_pg many_1 'SELECT count(*) FROM users' 1

# A clone that somebody uses is left alone.
psql -X -q -d "$(pg_info app_2)" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
sleeper=$!
wait_until pg_is app "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = '$(pg_name app)_2'"
run 5 schema-load --url "$(pg_url app3)" --path s.sql --clone "$(pg_name app)_2" --recreate
expect_err 'it is in use'
kill "$sleeper"
wait "$sleeper" 2>/dev/null

# The right that is missing has a name.
pg_create limited bl_limited
run 4 schema-load --url "$(pg_url limited bl_limited)" --path s.sql --clones 1
expect_err CREATEDB
expect_pg_empty limited

# A role that may make databases can do all of it.
pg_create owned bl_owner
run 0 schema-load --url "$(pg_url owned bl_owner)" --path s.sql --clones 1
expect_pg owned_1 'SELECT count(*) FROM users' 1

# Templates that nobody used for long are swept by mark and age; a database that only has such a name is not.
old=baseline_template_00000000000000000000000$((version % 10))
pg_admin "CREATE DATABASE $old"
pg_admin "COMMENT ON DATABASE $old IS 'baseline template of sha256:x, used 2020-01-01'"
pg_admin "DROP DATABASE IF EXISTS baseline_template_aaaaaaaaaaaaaaaaaaaaaaaa" 2>/dev/null
pg_admin 'CREATE DATABASE baseline_template_aaaaaaaaaaaaaaaaaaaaaaaa'
pg_create sweep
pg_sql source 'CREATE TABLE another ()'
run 0 schema-dump --url "$(pg_url source)" --path t.sql
run 0 schema-load --url "$(pg_url sweep)" --path t.sql --clones 1
digest=$(sha256sum <t.sql | cut -d' ' -f1)
expect_pg sweep "SELECT string_agg(datname, ' ') FROM pg_database WHERE datname IN ('$old', 'baseline_template_aaaaaaaaaaaaaaaaaaaaaaaa')" \
    baseline_template_aaaaaaaaaaaaaaaaaaaaaaaa
pg_admin 'DROP DATABASE baseline_template_aaaaaaaaaaaaaaaaaaaaaaaa'
pg_admin "SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE shobj_description(oid, 'pg_database') LIKE '%$digest%' AND datname ~ '^baseline_'" |
    while read -r statement; do pg_admin "$statement"; done

# A load that fails leaves no database that it made itself.
printf 'CREATE TABLE a (x nosuchtype);\n' >bad.sql
pg_drop fresh
run 4 schema-load --url "$(pg_url fresh)" --path bad.sql --create
expect_pg app "SELECT count(*) FROM pg_database WHERE datname = '$(pg_name fresh)'" 0
