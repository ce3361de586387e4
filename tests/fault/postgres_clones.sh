# Clones when several runs make them at once, when one is killed, and when somebody writes in between.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

drop_templates() {
    [ ! -f digest ] || pg_admin "SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname ~ '^baseline_' AND
        shobj_description(oid, 'pg_database') LIKE '%$(cat digest)%'" |
        while read -r statement; do pg_admin "$statement"; done
    pg_clean_up
}
trap drop_templates EXIT

pg_create source
i=0
while [ "$i" -lt 150 ]; do
    echo "CREATE TABLE t$i (id int PRIMARY KEY, a text);"
    i=$((i + 1))
done >source.sql
pg_file source source.sql
pg_sql source "COMMENT ON TABLE t0 IS '$(date +%s)-$$'"
run 0 schema-dump --url "$(pg_url source)" --path s.sql
echo "sha256:$(sha256sum <s.sql | cut -d' ' -f1)" >digest

# Four at once: one builds the template, the others wait for it.
pids=''
for name in a b c d; do
    pg_create $name
    schema-load --url "$(pg_url $name)" --path s.sql --clones 2 >"$name.out" 2>&1 &
    pids="$pids $!"
done
for pid in $pids; do
    wait "$pid" || fail "$(cat ./*.out)"
done
expect_pg a "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_' AND shobj_description(oid, 'pg_database') LIKE '%$(cat digest)%'" 1
for name in a b c d; do
    expect_pg "${name}_2" "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace" 150
done
drop_templates_only() {
    pg_admin "SELECT format('DROP DATABASE %I', datname) FROM pg_database WHERE datname ~ '^baseline_template' AND
        shobj_description(oid, 'pg_database') LIKE '%$(cat digest)%'" | while read -r statement; do pg_admin "$statement"; done
}

# Killed while the template is built, at several moments: the next run makes it, and it is whole.
for delay in 0.1 0.15 0.2 0.25 0.3 0.4; do
    drop_templates_only
    pg_create e
    pg_drop e_1
    schema-load --url "$(pg_url e)" --path s.sql --clones 1 >/dev/null 2>&1 &
    victim=$!
    sleep "$delay"
    kill -9 "$victim" 2>/dev/null
    wait "$victim" 2>/dev/null
    pg_create f
    run 0 schema-load --url "$(pg_url f)" --path s.sql --clone "$(pg_name f)_1" --recreate
    expect_pg f_1 "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace" 150
    run 0 schema-dump --url "$(pg_url f_1)" --path f.sql
    expect_same s.sql f.sql
done

# Somebody who stays in the database: no clone, and no template of what he may have changed.
drop_templates_only
pg_create g
psql -X -q -d "$(pg_info g)" -c 'SELECT pg_sleep(60)' >/dev/null 2>&1 &
sleeper=$!
wait_until pg_is source "SELECT count(*) = 1 FROM pg_stat_activity WHERE datname = '$(pg_name g)'"
code=0
schema-load --url "$(pg_url g)" --path s.sql --clones 1 >stdout 2>stderr || code=$?
[ "$code" != 0 ] || fail "a database in use was copied"
expect_err 'accessed by other users'
kill "$sleeper"
wait "$sleeper" 2>/dev/null
expect_pg source "SELECT count(*) FROM pg_database WHERE datname ~ '^baseline_template' AND shobj_description(oid, 'pg_database') LIKE '%$(cat digest)%'" 0
# The load itself stays, and says so to the next.
expect_pg g "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace" 150
