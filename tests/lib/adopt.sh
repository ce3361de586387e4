# shellcheck shell=sh
# What the adoption tests of the engines share. Source it after check.sh; the test defines
#   sql TEXT        runs statements in the database, prints rows with | between columns
#   new_database    makes it anew, empty
#   bytes HEX       a literal of bytes
#   $url            its URL; $commits_by_itself where DDL is no part of a transaction

: "${url:?}"

# project CONVENTION: an empty project of that convention with nothing applied.
project() {
    convention=$1
    rm -rf db database
    mkdir -p db database
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "convention": "%s", "paths": ["db"] } } } }\n' \
        "$url" "$convention" >database/connections.json
    new_database
}

# file PATH TEXT: a file of the history, lines in TEXT.
file() {
    mkdir -p "$(dirname "db/$1")"
    printf '%b' "$2" >"db/$1"
}

# expect_rows SQL TEXT: what the tool reads from its table, rows joined by a blank.
expect_rows() {
    rows=$(sql "$1" | tr '\n' ' ')
    [ "$rows" = "$2 " ] || [ "$rows" = "$2" ] || fail "$convention: $1 gives \"$rows\", not \"$2\""
}

# keeps_step SELECT TWO THREE: two of three migrations are the tool's; the rest is ours. The table follows up, down
# and through a snapshot.
keeps_step() {
    run 5 migrate run
    expect_err "migrate adopt --from $convention"
    run 0 migrate adopt --from "$convention" --dry-run
    expect_lines 2
    run 5 migrate run
    run 0 migrate adopt --from "$convention"
    run 0 migrate status
    [ "$(grep -c '^  completed ' stdout)" = 2 ] || fail "$convention: $(cat stdout)"
    run 0 migrate run
    expect_err 'migrated 1 migration'
    expect_rows "$1" "$3"
    run 0 migrate rollback --step 1
    expect_rows "$1" "$2"
    run 0 migrate run
    run 0 migrate check
    run 0 schema-dump
    cp database/schema/app-schema.sql first.sql
    grep -qE '[0-9]{2}:[0-9]{2}:[0-9]{2}' first.sql && fail "$convention: a clock is in the snapshot"
    grep -qF "$(id -un)" first.sql && fail "$convention: a user is in the snapshot"

    # From the snapshot; and from the files. Both give the same table and the same bytes again.
    new_database
    run 0 migrate run
    expect_err restored
    expect_rows "$1" "$3"
    run 0 migrate check
    run 0 schema-dump
    expect_same database/schema/app-schema.sql first.sql
    new_database
    run 0 migrate run --no-snapshot
    expect_err 'migrated 3 migrations'
    expect_rows "$1" "$3"
    run 0 schema-dump
    expect_same database/schema/app-schema.sql first.sql

    # Without the convention's configuration the snapshot loads too.
    new_database
    mv database/connections.json aside
    run 0 schema-load --connection app --url "$url" --path database/schema/app-schema.sql --verify
    mv aside database/connections.json
    expect_rows "$1" "$3"
    run 0 migrate check --replay
    expect_err '3 migrations replayed'
}

up_down() {
    file "$1.up.sql" "CREATE TABLE t$2 (a integer);\n"
    file "$1.down.sql" "DROP TABLE t$2;\n"
}

test_dbmate() {
    project dbmate
    for n in 1 2 3; do
        file "2024010100000${n}_t$n.sql" "-- migrate:up\nCREATE TABLE t$n (a integer);\n-- migrate:down\nDROP TABLE t$n;\n"
    done
    sql "CREATE TABLE schema_migrations (version varchar(128) PRIMARY KEY); CREATE TABLE t1 (a integer); CREATE TABLE t2 (a integer);
        INSERT INTO schema_migrations VALUES ('20240101000001'), ('20240101000002')"
    keeps_step 'SELECT version FROM schema_migrations ORDER BY 1' '20240101000001 20240101000002' \
        '20240101000001 20240101000002 20240101000003'
}

test_golang_migrate() {
    project golang-migrate
    up_down 000001_t1 1
    up_down 000002_t2 2
    up_down 10_t3 3
    sql "CREATE TABLE schema_migrations (version bigint NOT NULL PRIMARY KEY, dirty boolean NOT NULL); CREATE TABLE t1 (a integer);
        CREATE TABLE t2 (a integer); INSERT INTO schema_migrations VALUES (2, TRUE)"
    run 5 migrate adopt --from golang-migrate
    expect_err 'stopped half-way in migration "2"'
    run 5 migrate run
    sql 'UPDATE schema_migrations SET dirty = FALSE'
    keeps_step 'SELECT version FROM schema_migrations WHERE NOT dirty' 2 10
    # Down to nothing, and a version that no file has.
    run 0 migrate rollback --batch 0
    [ -z "$(sql 'SELECT version FROM schema_migrations')" ] || fail 'golang-migrate: a version is left'
    sql 'INSERT INTO schema_migrations VALUES (7, FALSE)'
    run 5 migrate adopt --from golang-migrate
    expect_err 'version 7, and no file has it'
    # The table of that name may be another tool's.
    sql 'DELETE FROM schema_migrations; INSERT INTO schema_migrations VALUES (2, FALSE)'
    run 5 migrate adopt --from rails
    expect_err 'it has 2 columns, that of rails has 1'
}

test_goose() {
    project goose
    for n in 1 2 3; do
        file "0000${n}_t$n.sql" "-- +goose Up\nCREATE TABLE t$n (a integer);\n-- +goose Down\nDROP TABLE t$n;\n"
    done
    sql "$1; CREATE TABLE t1 (a integer); CREATE TABLE t2 (a integer);
        INSERT INTO goose_db_version (version_id, is_applied) VALUES (0, TRUE), (1, TRUE), (2, TRUE), (3, TRUE), (3, FALSE)"
    keeps_step "SELECT DISTINCT version_id FROM goose_db_version g WHERE is_applied AND id = (SELECT max(id) FROM goose_db_version h
        WHERE h.version_id = g.version_id) ORDER BY 1" '0 1 2' '0 1 2 3'
    # The tool's table is no part of what a squash proves.
    run 0 migrate squash --allow-uncommitted
    run 0 migrate run
    run 0 migrate check
}

test_diesel() {
    project diesel
    for n in 1 2 3; do
        file "2024-01-0$n-000000_t$n/up.sql" "CREATE TABLE t$n (a integer);\n"
        file "2024-01-0$n-000000_t$n/down.sql" "DROP TABLE t$n;\n"
    done
    sql "CREATE TABLE __diesel_schema_migrations (version VARCHAR(50) PRIMARY KEY NOT NULL, run_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
        CREATE TABLE t1 (a integer); CREATE TABLE t2 (a integer);
        INSERT INTO __diesel_schema_migrations (version) VALUES ('20240101000000'), ('20240102000000')"
    keeps_step 'SELECT version FROM __diesel_schema_migrations ORDER BY 1' '20240101000000 20240102000000' \
        '20240101000000 20240102000000 20240103000000'
}

# The checksums are those that the tools themselves would store: CRC-32 of the lines, SHA-256, SHA-384.
crc() {
    python3 -c 'import sys, zlib; n = zlib.crc32(open(sys.argv[1], "rb").read().replace(b"\n", b"")); print(n - (1 << 32) if n >> 31 else n)' "$1"
}

test_flyway() {
    project flyway
    for n in 1 2 3; do
        file "V1_${n}__add_t$n.sql" "CREATE TABLE t$n (a integer);\n"
        file "U1_${n}__add_t$n.sql" "DROP TABLE t$n;\n"
    done
    sql "$1; CREATE TABLE t1 (a integer); CREATE TABLE t2 (a integer);
        INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum, installed_by, execution_time, success) VALUES
        (1, '1.1', 'add t1', 'SQL', 'V1_1__add_t1.sql', $(crc db/V1_1__add_t1.sql), 'someone', 12, TRUE),
        (2, '1.2', 'add t2', 'SQL', 'V1_2__add_t2.sql', $(crc db/V1_2__add_t2.sql), 'someone', 12, TRUE),
        (3, '1.3', 'add t3', 'SQL', 'V1_3__add_t3.sql', 1, 'someone', 12, TRUE),
        (4, '1.3', 'add t3', 'UNDO_SQL', 'U1_3__add_t3.sql', 1, 'someone', 12, TRUE)"
    keeps_step "SELECT version || '/' || description || '/' || script || '/' || checksum FROM flyway_schema_history WHERE version <> '1.3'
        UNION SELECT version || '/' || description || '/' || script || '/' || checksum FROM flyway_schema_history WHERE type = 'SQL' AND checksum <> 1 ORDER BY 1" \
        "1.1/add t1/V1_1__add_t1.sql/$(crc db/V1_1__add_t1.sql) 1.2/add t2/V1_2__add_t2.sql/$(crc db/V1_2__add_t2.sql)" \
        "1.1/add t1/V1_1__add_t1.sql/$(crc db/V1_1__add_t1.sql) 1.2/add t2/V1_2__add_t2.sql/$(crc db/V1_2__add_t2.sql) 1.3/add t3/V1_3__add_t3.sql/$(crc db/V1_3__add_t3.sql)"
    # A file that was edited since: it counts as modified until it is accepted.
    project flyway
    file V1__a.sql 'CREATE TABLE a (a integer);\n'
    sql "$1; CREATE TABLE a (a integer); INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
        installed_by, execution_time, success) VALUES (1, '1', 'a', 'SQL', 'V1__a.sql', 4711, 'someone', 12, TRUE)"
    run 0 migrate adopt --from flyway
    expect_out 'its file was edited since'
    run 5 migrate run
    expect_err 'flyway:4711'
    run 0 migrate repair --accept V1__a
    run 0 migrate run
    # One that runs again has no version: its script is its key, whatever the case of the ending.
    project flyway
    file V1__a.SQL 'CREATE TABLE a (a integer);\n'
    file sub/R__view.SQL 'CREATE VIEW v AS SELECT a FROM a;\n'
    run 0 migrate run
    run 0 migrate check
    expect_rows 'SELECT script FROM flyway_schema_history ORDER BY installed_rank' 'V1__a.SQL sub/R__view.SQL'
    run 0 migrate rollback --step 1
    expect_rows 'SELECT script FROM flyway_schema_history ORDER BY installed_rank' 'V1__a.SQL'
    sql 'DROP VIEW v'
    run 0 migrate run
    rm db/sub/R__view.SQL
    run 0 migrate repair --forget db/sub/R__view
    expect_rows 'SELECT script FROM flyway_schema_history ORDER BY installed_rank' 'V1__a.SQL'
    run 0 migrate status
    # A baseline stands for all that is older.
    project flyway
    file V1__a.sql 'CREATE TABLE a (a integer);\n'
    file V2__b.sql 'CREATE TABLE b (a integer);\n'
    file V3__c.sql 'CREATE TABLE c (a integer);\n'
    sql "$1; INSERT INTO flyway_schema_history (installed_rank, version, description, type, script, checksum,
        installed_by, execution_time, success) VALUES (1, '2', '<< Flyway Baseline >>', 'BASELINE', '<< Flyway Baseline >>', NULL, 'someone', 0, TRUE)"
    run 0 migrate adopt --from flyway
    expect_lines 2
    run 0 migrate run
    expect_err 'migrated 1 migration'
}

test_prisma() {
    project prisma
    for n in 1 2 3; do
        file "2024010${n}000000_t$n/migration.sql" "CREATE TABLE t$n (a integer);\n"
        file "2024010${n}000000_t$n/down.sql" "DROP TABLE t$n;\n"
    done
    sums=$(for n in 1 2 3; do sha256sum <"db/2024010${n}000000_t$n/migration.sql" | cut -c 1-64; done)
    # shellcheck disable=SC2086 # three words
    set -- "$1" $sums
    sql "$1; CREATE TABLE t1 (a integer); CREATE TABLE t2 (a integer);
        INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, rolled_back_at, applied_steps_count) VALUES
        ('a', '$2', CURRENT_TIMESTAMP, '20240101000000_t1', NULL, 1), ('b', 'x', NULL, '20240102000000_t2', CURRENT_TIMESTAMP, 0),
        ('c', '$3', CURRENT_TIMESTAMP, '20240102000000_t2', NULL, 1), ('d', '$4', NULL, '20240103000000_t3', NULL, 0)"
    run 5 migrate adopt --from prisma
    expect_err 'stopped half-way in migration "20240103000000_t3"'
    sql "UPDATE _prisma_migrations SET rolled_back_at = CURRENT_TIMESTAMP WHERE id = 'd'"
    keeps_step "SELECT migration_name || '/' || checksum FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY 1" \
        "20240101000000_t1/$2 20240102000000_t2/$3" "20240101000000_t1/$2 20240102000000_t2/$3 20240103000000_t3/$4"
    sql "SELECT id FROM _prisma_migrations" | grep -qE '^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$' ||
        fail 'prisma: an id is no UUID'
}

test_sqlx() {
    project sqlx
    for n in 1 2 3; do
        up_down "000${n}_add_t$n" "$n"
    done
    sums=$(for n in 1 2 3; do sha384sum <"db/000${n}_add_t$n.up.sql" | cut -c 1-96; done)
    # shellcheck disable=SC2086 # three words
    set -- "$1" "$2" $sums
    sql "$1; CREATE TABLE t1 (a integer); CREATE TABLE t2 (a integer);
        INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) VALUES
        (1, 'add t1', TRUE, $(bytes "$3"), 12), (2, 'add t2', FALSE, $(bytes "$4"), 12)"
    run 5 migrate adopt --from sqlx
    expect_err 'stopped half-way in migration "2"'
    sql 'UPDATE _sqlx_migrations SET success = TRUE'
    keeps_step "SELECT version || '/' || description || '/' || lower($2) FROM _sqlx_migrations WHERE success ORDER BY 1" \
        "1/add t1/$3 2/add t2/$4" "1/add t1/$3 2/add t2/$4 3/add t3/$5"
}

# Old migrations in Ruby, new ones in SQL: the old ones are there, but foreign. Files that are gone keep their number.
test_rails() {
    project baseline
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "paths": ["db/migrate", "db/sql"] } } } }\n' "$url" >database/connections.json
    file migrate/20230101000000_create_users.rb 'class CreateUsers < ActiveRecord::Migration[8.0]\nend\n'
    file migrate/20230202000000_create_posts.rb 'class CreatePosts < ActiveRecord::Migration[8.0]\nend\n'
    file sql/20240101000000_t1.sql '-- migrate:up\nCREATE TABLE t1 (a integer);\n-- migrate:down\nDROP TABLE t1;\n'
    sql "CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY); CREATE TABLE users (a integer); CREATE TABLE posts (a integer);
        INSERT INTO schema_migrations VALUES ('20220101000000'), ('20230101000000'), ('20230202000000')"
    run 7 migrate run
    run 0 migrate adopt --from rails
    expect_err '"data": ["schema_migrations"]'
    expect_lines 3
    expect_out 'record db/migrate/20220101000000  its file is missing'
    expect_out 'record db/migrate/20230202000000_create_posts  written in another language'
    run 0 migrate run
    expect_err 'migrated 1 migration'
    run 0 migrate status --json
    [ "$(grep -c '"status": "completed"' stdout)" = 4 ] || fail "rails: $(cat stdout)"
    expect_out '"status": "missing"'
    run 0 migrate rollback --step 1
    run 7 migrate rollback --step 1
    # Its table is not ours to write: it is one of the schema's.
    run 0 migrate adopt --from rails
    expect_err 'nothing to adopt'
    # Old ones have short numbers, which it stores without their zeros.
    project baseline
    printf '{ "connections": { "app": { "url": "%s", "migrations": { "paths": ["db/migrate"] } } } }\n' "$url" >database/connections.json
    file migrate/001_create_users.rb 'class CreateUsers < ActiveRecord::Migration[4.2]\nend\n'
    file migrate/20230202000000_create_posts.rb 'class CreatePosts < ActiveRecord::Migration[8.0]\nend\n'
    sql "CREATE TABLE schema_migrations (version varchar(255) NOT NULL PRIMARY KEY); INSERT INTO schema_migrations VALUES ('1'), ('20230202000000')"
    run 0 migrate adopt --from rails
    expect_lines 2
    expect_out 'record db/migrate/001_create_users'
}

# No such table, no such tool, a table of another name, and no table at all.
test_edges() {
    project dbmate
    file 1_a.sql '-- migrate:up\nCREATE TABLE a (a integer);\n-- migrate:down\nDROP TABLE a;\n'
    run 2 migrate adopt
    run 2 migrate adopt --from liquibase
    expect_err 'dbmate'
    run 5 migrate adopt --from dbmate
    expect_err 'there is no table "schema_migrations" of dbmate'
    run 5 migrate adopt --from lucid
    expect_err 'there is no table "adonis_schema"'
    sql 'CREATE TABLE versions (version varchar(128) PRIMARY KEY); CREATE TABLE a (a integer)'
    sql "INSERT INTO versions VALUES ('1')"
    sed -i 's/"paths"/"toolTable": "versions", "paths"/' database/connections.json
    run 0 migrate adopt --from dbmate
    run 0 migrate run
    file 2_b.sql '-- migrate:up\nCREATE TABLE b (a integer);\n-- migrate:down\nDROP TABLE b;\n'
    run 0 migrate run
    expect_rows 'SELECT version FROM versions ORDER BY 1' '1 2'
    # What repair does to the ledger, it does to the table.
    run 0 migrate repair --forget db/2_b
    expect_rows 'SELECT version FROM versions ORDER BY 1' '1'
    sql 'DROP TABLE b'
    run 0 migrate run
    mv db/2_b.sql db/3_b.sql
    run 5 migrate run
    run 0 migrate repair --rename db/2_b db/3_b
    expect_rows 'SELECT version FROM versions ORDER BY 1' '1 3'
    run 0 migrate run

    # A ledger from before the table was kept: it is made and filled.
    sql 'DROP TABLE versions'
    run 0 migrate run
    file 4_c.sql '-- migrate:up\nCREATE TABLE c (a integer);\n'
    run 0 migrate run
    expect_rows 'SELECT version FROM versions ORDER BY 1' '1 3 4'
    sed -i 's/"toolTable": "versions"/"keepToolTable": false/' database/connections.json
    new_database
    run 0 migrate run --no-snapshot
    run 5 migrate adopt --from dbmate
    expect_err 'there is no table "schema_migrations"'

    # A migration that fails leaves no row; one that is no transaction leaves none either.
    project dbmate
    file 1_a.sql '-- migrate:up\nCREATE TABLE a (a integer);\n'
    file 2_b.sql '-- migrate:up\nCREATE TABLE b (a integer);\nSELECT nowhere;\n'
    run 4 migrate run
    expect_rows 'SELECT version FROM schema_migrations ORDER BY 1' 1
    [ -z "${commits_by_itself:-}" ] || {
        run 0 migrate repair --forget db/2_b
        sql 'DROP TABLE b'
    }
    file 2_b.sql '-- migrate:up transaction:false\nCREATE TABLE b (a integer);\nSELECT nowhere;\n'
    run 4 migrate run
    expect_rows 'SELECT version FROM schema_migrations ORDER BY 1' 1
    file 2_b.sql '-- migrate:up transaction:false\nCREATE TABLE b (a integer);\nSELECT 1;\n'
    run 0 migrate repair --resume-at 2
    expect_rows 'SELECT version FROM schema_migrations ORDER BY 1' '1 2'
    # A snapshot without a ledger would lose what the tool knows.
    sql 'DROP TABLE adonis_schema; DROP TABLE adonis_schema_versions; DROP TABLE adonis_schema_journal'
    run 5 schema-dump
    expect_err 'there is no ledger'
}
