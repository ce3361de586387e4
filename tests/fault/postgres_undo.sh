# What an unfinished load made is taken back, every kind of object, and nothing else.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres.sh"
. "$BL_SOURCE_DIR/tests/lib/postgres-roundtrip.sh"

# mark WORD SNAPSHOT: as if a load of it had been killed just before it was over.
mark() {
    pg_sql "$1" "SET session_replication_role = replica; CREATE TABLE IF NOT EXISTS adonis_schema_journal (id serial PRIMARY KEY, ledger_id integer, name varchar(255) NOT NULL, raw_digest varchar(80),
        token_digest varchar(80), direction varchar(4) NOT NULL DEFAULT 'up', state varchar(16) NOT NULL, statement integer NOT NULL DEFAULT 0, message text,
        duration_ms integer, applied_by varchar(255), started_at timestamptz DEFAULT CURRENT_TIMESTAMP);
        INSERT INTO adonis_schema_journal (name, raw_digest, direction, state) VALUES ('$2', 'sha256:$(sha256sum "$2" | cut -d ' ' -f 1)', 'load', 'running')"
}

for animal in $(zoo_names); do
    # Its partition is a foreign table without a handler: nobody can ask whether it holds rows.
    [ "$animal" != tables ] || continue
    from_zoo "$animal" "$animal"
    run 0 schema-dump --url "$(pg_url "$animal")" --path "$animal.sql"
    pg_create back
    run 0 schema-load --url "$(pg_url back)" --path "$animal.sql"
    # A slot on another server is nobody's to drop but the user's.
    pg_sql back "DO \$\$ DECLARE s name; BEGIN FOR s IN SELECT subname FROM pg_subscription WHERE subslotname IS NOT NULL AND subdbid =
        (SELECT oid FROM pg_database WHERE datname = current_database()) LOOP EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', s); END LOOP; END \$\$"
    mark back "$animal.sql"
    run 0 schema-load --url "$(pg_url back)" --path "$animal.sql" --undo
    expect_err 'took back'
    run 0 schema-load --url "$(pg_url back)" --path "$animal.sql"
done

# stays NAME SQL: others made it meanwhile; its name stands in the snapshot, as that of something else. Nothing is dropped.
pg_create source
pg_sql source "CREATE TABLE t (id int PRIMARY KEY, stranger int CONSTRAINT checked CHECK (stranger > 0)); CREATE INDEX by_stranger ON t (stranger);
    CREATE SCHEMA more; CREATE TABLE more.u (id int); CREATE FUNCTION f(stranger int) RETURNS int LANGUAGE sql AS 'SELECT 1'; CREATE TABLE filled (id int);
    INSERT INTO filled VALUES (1)"
run 0 schema-dump --url "$(pg_url source)" --path s.sql --data filled
pg_dump --no-owner -d "$(pg_info source)" >bare.sql
files='s.sql bare.sql'
stays() {
    for file in $files; do
        pg_create x
        run 0 schema-load --url "$(pg_url x)" --path "$file"
        mark x "$file"
        pg_sql x "$2" >/dev/null
        run 5 schema-load --url "$(pg_url x)" --path "$file" --undo
        expect_err "nothing was dropped: $1"
        expect_pg x "SELECT to_regclass('t') IS NOT NULL, to_regclass('more.u') IS NOT NULL" 't|t'
    done
}
stays 'table "public.stranger" is not in the snapshot' 'CREATE TABLE stranger (x int)'
stays 'table "public.checked" is not' 'CREATE TABLE checked (x int); INSERT INTO checked VALUES (1)'
stays 'table "public.u" is not' 'CREATE TABLE u (x int)'
stays 'view "public.stranger" is not' 'CREATE VIEW stranger AS SELECT 1'
stays 'view "more.id" is not' 'CREATE VIEW more.id AS SELECT * FROM t'
stays 'sequence "public.by_stranger2" is not' 'CREATE SEQUENCE by_stranger2'
stays 'function "public.t()" is not' "CREATE FUNCTION t() RETURNS int LANGUAGE sql AS 'SELECT 1'"
stays 'trigger "public.stranger" is not' 'CREATE TRIGGER stranger BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION suppress_redundant_updates_trigger()'
stays 'rule "public.id" is not' 'CREATE RULE id AS ON DELETE TO t DO INSTEAD NOTHING'
stays 'type "public.stranger" is not' "CREATE TYPE stranger AS ENUM ('a')"
stays 'schema "stranger" is not' 'CREATE SCHEMA stranger'
# pg_dump fills every table, if with nothing, so that only a snapshot tells whose rows they are.
files=s.sql
stays 'table "public.t" holds rows' 'INSERT INTO t VALUES (1, 1)'
# Rows of its own are its own.
for file in s.sql bare.sql; do
    pg_create x
    run 0 schema-load --url "$(pg_url x)" --path "$file"
    mark x "$file"
    run 0 schema-load --url "$(pg_url x)" --path "$file" --undo
    expect_pg x "SELECT to_regclass('t') IS NULL, to_regclass('filled') IS NULL" 't|t'
done
pg_create x
run 0 schema-load --url "$(pg_url x)" --path s.sql
mark x s.sql
pg_sql x 'INSERT INTO filled VALUES (2)'
run 5 schema-load --url "$(pg_url x)" --path s.sql --undo
expect_err 'table "public.filled" holds rows that are not'
expect_pg x 'SELECT count(*) FROM filled' 2
