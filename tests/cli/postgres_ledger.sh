# The ledger on PostgreSQL: in a schema of its own, found by the search path, as Lucid makes it.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"

mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE SCHEMA IF NOT EXISTS ext;\nCREATE EXTENSION IF NOT EXISTS citext SCHEMA ext;\nCREATE TABLE t (id serial PRIMARY KEY, c ext.citext);\n-- migrate:down\nDROP TABLE t;\n' \
    >database/migrations/1_a.sql
configure() {
    cat >database/connections.json <<END
{ "connections": { "pg": { "url": "$(pg_url a)$2", "migrations": { "tableName": "$1" } } } }
END
}

# In a schema that is not there yet.
pg_create a
configure 'book keeping.my_ledger' ''
pg_sql a 'CREATE TABLE my_ledger (i int)'
run 0 migrate run
expect_pg a "SELECT string_agg(format('%s.%s', relnamespace::regnamespace, relname), ' ' ORDER BY relname COLLATE \"C\") FROM pg_class WHERE relname ~ '^my_ledger' AND relkind = 'r' AND relname <> 'my_ledger_journal' AND relnamespace <> 'public'::regnamespace" \
    '"book keeping".my_ledger "book keeping".my_ledger_versions'
run 0 schema-dump
grep -q '"schemaTableName": "book keeping.my_ledger"' database/schema/pg-schema.meta.json || fail "not the name of the configuration"
# A table of that name elsewhere is no ledger, and its rows are its own.
grep -q '^CREATE TABLE public.my_ledger (' database/schema/pg-schema.sql || fail "public.my_ledger is not in the snapshot"
[ "$(grep -c 'TABLE "book keeping"' database/schema/pg-schema.sql)" = 2 ] || fail "$(cat database/schema/pg-schema.sql)"
pg_sql a 'DROP TABLE public.my_ledger'
run 0 schema-dump
run 0 migrate fresh
run 0 schema-dump --check
run 0 migrate status
expect_out 'completed  database/migrations/1_a'
# An empty ledger in its schema is an empty database; one in another schema is not.
pg_create a
pg_sql a 'CREATE SCHEMA "book keeping"; CREATE TABLE "book keeping".my_ledger (id serial PRIMARY KEY, name varchar(255), batch int, migration_time timestamptz)'
run 0 schema-load
expect_pg a 'SELECT name, batch FROM "book keeping".my_ledger' 'database/migrations/1_a|1'
pg_create a
pg_sql a 'CREATE TABLE my_ledger (id int)'
run 5 schema-load
expect_err 'table public.my_ledger'

# Without a schema the search path of the session decides, also after the head of a snapshot has emptied it.
pg_create a
pg_sql a 'CREATE SCHEMA tenant'
configure my_ledger '&options=-csearch_path%3Dtenant'
rm -r database/schema
run 0 migrate run
expect_pg a 'SELECT count(*) FROM tenant.my_ledger' 1
run 0 schema-dump
grep -q '^RESET search_path;$' database/schema/pg-schema.sql || fail "the path is not restored"
grep -q '^CREATE TABLE my_ledger ' database/schema/pg-schema.sql || fail "the ledger's name is qualified"
# The ledger is last.
[ "$(grep '^-- ' database/schema/pg-schema.sql | tail -n 4 | tr '\n' ';')" = '-- table my_ledger;-- table my_ledger_versions;-- ledger my_ledger;-- gate;' ] ||
    fail "$(grep '^-- ' database/schema/pg-schema.sql)"
run 0 migrate fresh
expect_pg a 'SELECT count(*) FROM tenant.my_ledger' 1
run 0 migrate run
run 0 schema-dump --check

# What the ledger stands in was there before any migration: a replay has it too, and a database with nothing else is empty.
printf -- '-- migrate:up\nCREATE TABLE u (i int);\n' >database/migrations/2_b.sql
for path in tenant tenant,public; do
    configure my_ledger "&options=-csearch_path%3D$path"
    rm -rf database/schema
    pg_create a
    pg_sql a 'CREATE SCHEMA tenant'
    run 0 migrate run
    run 0 migrate check --replay
    run 0 migrate squash --keep 1 --archive "old-$path"
    pg_create a
    pg_sql a 'CREATE SCHEMA tenant'
    run 0 migrate run
    expect_err restored
    expect_pg a 'SELECT count(*) FROM tenant.my_ledger' 2
    run 0 migrate squash --archive "old-$path"
    cp "old-$path/database/migrations/"*.sql database/migrations
done
# Another empty schema is somebody's, and so is what stands in this one.
for object in 'SCHEMA other' 'TABLE tenant.x (i int)'; do
    pg_create a
    pg_sql a "CREATE SCHEMA tenant; CREATE $object"
    run 5 migrate run
    expect_err 'the database is not empty'
done
rm database/migrations/2_b.sql
rm -r database/schema
pg_create a
pg_sql a 'CREATE SCHEMA tenant'
configure my_ledger '&options=-csearch_path%3Dtenant'
run 0 migrate run
run 0 schema-dump

# With no database asked, the schema that the path leads to is made; of several nobody knows which, and one that stands
# ahead of another that is there is named.
printf -- '-- migrate:up\nCREATE TABLE v (i int);\n' >database/migrations/1_a.sql
cp -r database/schema kept-schema
for path in tenant 'Ten ant'; do
    rm -rf database/schema
    configure my_ledger "&options=-csearch_path%3D%22$(echo "$path" | sed 's/ /%5C%20/')%22"
    run 0 migrate squash --from-files --archive by-files
    expect_no_err warning
    grep -qE "^CREATE TABLE \"?$path\"?\\.v \\(" database/schema/pg-schema.sql || fail "not in $path: $(cat database/schema/pg-schema.sql)"
    mv by-files/database/migrations/1_a.sql database/migrations
done
rm -rf database/schema
configure my_ledger '&options=-csearch_path%3Dtenant%2Cother'
run 5 migrate squash --from-files --archive by-files
expect_err 'the replay has none of the schemas that the search path names: "tenant", "other"'
configure my_ledger '&options=-csearch_path%3Dtenant%2Cpublic'
run 0 migrate squash --from-files --archive by-files
expect_err 'warning: the search path names the schema "tenant" ahead of "public"'
grep -q '^CREATE TABLE public.v (' database/schema/pg-schema.sql || fail "not in public"
mv by-files/database/migrations/1_a.sql database/migrations
printf -- '-- migrate:up\nCREATE TABLE t (i int);\n' >database/migrations/1_a.sql
rm -r database/schema
mv kept-schema database/schema

# What the stock program loads is the same ledger, in public.
pg_create b
pg_file b database/schema/pg-schema.sql -1
expect_pg b 'SELECT name, batch FROM public.my_ledger' 'database/migrations/1_a|1'

# A ledger that takes no row: nothing of the migration stays, and what says so came before COMMIT.
rm database/connections.json
pg_create a
run 0 migrate run --url "$(pg_url a)"
expect_pg a 'SELECT l.name, j.name, j.state FROM adonis_schema l JOIN adonis_schema_journal j ON j.ledger_id = l.id' \
    'database/migrations/1_a|database/migrations/1_a|applied'
pg_sql a "CREATE FUNCTION skip() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';
    CREATE TRIGGER skip BEFORE INSERT ON adonis_schema FOR EACH ROW EXECUTE FUNCTION skip()"
printf -- '-- migrate:up\nCREATE TABLE u (i int);\n' >database/migrations/2_b.sql
run 5 migrate run --url "$(pg_url a)"
expect_err 'the ledger table "adonis_schema" took no row for "database/migrations/2_b"'
expect_pg a "SELECT to_regclass('u'), (SELECT count(*) FROM adonis_schema_journal)" '|1'
# The same where only the journal refuses, whose row goes out together with COMMIT.
pg_sql a "DROP TRIGGER skip ON adonis_schema;
    CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN 1 / 0; END';
    CREATE TRIGGER refuse BEFORE INSERT ON adonis_schema_journal FOR EACH ROW EXECUTE FUNCTION refuse()"
run 4 migrate run --url "$(pg_url a)"
expect_err 'division by zero'
expect_pg a "SELECT to_regclass('u'), (SELECT count(*) FROM adonis_schema)" '|1'
pg_sql a 'DROP TRIGGER refuse ON adonis_schema_journal'
run 0 migrate run --url "$(pg_url a)"
expect_pg a "SELECT to_regclass('u'), (SELECT count(*) FROM adonis_schema l JOIN adonis_schema_journal j ON j.ledger_id = l.id AND j.name = l.name
    WHERE j.state = 'applied')" 'u|2'

# The search path leads to a schema that a migration makes: where the ledger is depends on what was
# there first, but for one that is named with its schema.
rm -rf database
mkdir -p database/migrations
printf -- '-- migrate:up\nCREATE SCHEMA app;\n' >database/migrations/1_app.sql
printf -- '-- migrate:up\nCREATE TABLE t (i int);\n' >database/migrations/2_t.sql
for word in replayed loaded; do
    pg_create $word
    pg_admin "ALTER DATABASE $(pg_name $word) SET search_path = app, public"
done
printf '{ "connections": { "postgres": { "url": "%s", "migrations": { "tableName": "public.adonis_schema" } } } }' "$(pg_url replayed)" >database/connections.json
run 0 migrate run
run 0 schema-dump
run 0 migrate run --url "$(pg_url loaded)"
for word in replayed loaded; do
    expect_pg $word "SELECT to_regclass('public.adonis_schema'), to_regclass('app.adonis_schema'), to_regclass('app.t')" 'adonis_schema||t'
    run 0 migrate status --exit-code --url "$(pg_url $word)&search_path=public"
done

# Where the ledger's name tells nothing of the path, the live database does: a schema that was made by hand is there when
# the replay begins, one that a migration makes is not.
mkdir by_hand by_file
cp -R database by_hand
cp -R database by_file
printf -- '-- migrate:up\nCREATE TABLE first (i int);\n' >by_hand/database/migrations/1_app.sql
printf -- '-- migrate:up\nCREATE TABLE first (i int);\n' >by_file/database/migrations/0_first.sql
printf -- '-- migrate:up\nCREATE SCHEMA IF NOT EXISTS app;\n' >by_file/database/migrations/1_app.sql
for word in by_hand by_file; do
    pg_create $word
    pg_admin "ALTER DATABASE $(pg_name $word) SET search_path = app, public"
    [ $word = by_file ] || pg_sql $word 'CREATE SCHEMA app'
    (
        cd $word || fail 'no folder'
        rm -r database/schema
        sed -i "s/$(pg_name replayed)/$(pg_name $word)/" database/connections.json
        run 0 migrate run
        run 0 schema-dump
        run 0 migrate check --replay
        # Part of the history: what the replay gives is the snapshot.
        rm -r database/schema
        run 0 migrate squash --keep 1 --archive old
        expect_no_err drift
        [ "$word" = by_file ] && where=public || where=app
        grep -q "^CREATE TABLE $where.first" database/schema/postgres-schema.sql || fail 'the table is elsewhere'
        run 0 migrate squash --archive old
        grep -q '^CREATE TABLE app.t' database/schema/postgres-schema.sql || fail 'the table is elsewhere'
    ) || exit 1
done

# With a bare name a bootstrap finds that schema made when it comes to the ledger, a run of the files does not: from both
# databases the files can be replayed, and both come to one snapshot.
printf '{ "connections": { "postgres": { "url": "%s" } } }' "$(pg_url replayed)" >database/connections.json
rm -r database/schema
for word in replayed loaded; do
    pg_create $word
    pg_admin "ALTER DATABASE $(pg_name $word) SET search_path = app, public"
done
run 0 migrate run
run 0 schema-dump
run 0 migrate run --url "$(pg_url loaded)"
expect_pg replayed "SELECT to_regclass('public.adonis_schema'), to_regclass('app.adonis_schema')" 'adonis_schema|'
expect_pg loaded "SELECT to_regclass('public.adonis_schema'), to_regclass('app.adonis_schema')" '|adonis_schema'
for word in replayed loaded; do
    run 0 schema-dump --check --url "$(pg_url $word)"
    run 0 migrate check --replay --url "$(pg_url $word)"
    mkdir squash_$word
    cp -R database squash_$word
    (
        cd squash_$word || fail 'no folder'
        run 0 migrate squash --archive old --url "$(pg_url $word)"
        expect_err 'replaying 2 migrations'
        [ -z "$(ls database/migrations)" ] || fail 'files are left'
    ) || exit 1
done
cmp squash_replayed/database/schema/postgres-schema.sql squash_loaded/database/schema/postgres-schema.sql ||
    fail 'two snapshots'
