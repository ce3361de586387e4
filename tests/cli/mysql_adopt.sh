# Other tools' tables where DDL commits by itself, as their sources make them: adopted, kept in step, carried by the snapshot.
. "$BL_SOURCE_DIR/tests/lib/check.sh"
. "$BL_SOURCE_DIR/tests/lib/mysql.sh"

url=$(my_url app)
new_database() { my_create app; }
sql() { my_sql app "SET sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT'); $1"; }
bytes() { echo "x'$1'"; }
# shellcheck disable=SC2034 # for adopt.sh
commits_by_itself=yes
. "$BL_SOURCE_DIR/tests/lib/adopt.sh"

test_dbmate
test_golang_migrate
test_goose 'CREATE TABLE goose_db_version (id serial NOT NULL, version_id bigint NOT NULL, is_applied boolean NOT NULL, tstamp timestamp NULL default now(), PRIMARY KEY(id))'
test_diesel
test_flyway 'CREATE TABLE `flyway_schema_history` (`installed_rank` INT NOT NULL, `version` VARCHAR(50), `description` VARCHAR(200) NOT NULL, `type` VARCHAR(20) NOT NULL,
    `script` VARCHAR(1000) NOT NULL, `checksum` INT, `installed_by` VARCHAR(100) NOT NULL, `installed_on` TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    `execution_time` INT NOT NULL, `success` BOOL NOT NULL, CONSTRAINT PRIMARY KEY (`installed_rank`));
    CREATE INDEX `flyway_schema_history_s_idx` ON `flyway_schema_history` (`success`)'
test_prisma 'CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at DATETIME(3), migration_name VARCHAR(255) NOT NULL,
    logs TEXT, rolled_back_at DATETIME(3), started_at DATETIME(3) NOT NULL DEFAULT CURRENT_TIMESTAMP(3), applied_steps_count INTEGER UNSIGNED NOT NULL DEFAULT 0)'
test_sqlx 'CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)' 'hex(checksum)'
test_rails
test_edges
