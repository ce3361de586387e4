# Other tools' tables on SQLite, as their sources make them: adopted, kept in step, carried by the snapshot.
. "$BL_SOURCE_DIR/tests/lib/check.sh"

url=sqlite:app.db
new_database() {
    rm -f app.db*
    sqlite3 app.db 'VACUUM'
}
sql() { sqlite3 -batch -noheader -separator '|' app.db "$1" || fail "sqlite3: $1"; }
bytes() { echo "x'$1'"; }
. "$BL_SOURCE_DIR/tests/lib/adopt.sh"

test_dbmate
test_golang_migrate
test_goose "CREATE TABLE goose_db_version (id INTEGER PRIMARY KEY AUTOINCREMENT, version_id INTEGER NOT NULL, is_applied INTEGER NOT NULL,
    tstamp TIMESTAMP DEFAULT (datetime('now')))"
test_diesel
test_flyway 'CREATE TABLE "flyway_schema_history" ("installed_rank" INT NOT NULL PRIMARY KEY, "version" VARCHAR(50), "description" VARCHAR(200) NOT NULL,
    "type" VARCHAR(20) NOT NULL, "script" VARCHAR(1000) NOT NULL, "checksum" INT, "installed_by" VARCHAR(100) NOT NULL,
    "installed_on" TEXT NOT NULL DEFAULT (strftime('"'%Y-%m-%d %H:%M:%f','now'"')), "execution_time" INT NOT NULL, "success" BOOLEAN NOT NULL);
    CREATE INDEX "flyway_schema_history_s_idx" ON "flyway_schema_history" ("success")'
test_prisma 'CREATE TABLE "_prisma_migrations" ("id" TEXT PRIMARY KEY NOT NULL, "checksum" TEXT NOT NULL, "finished_at" DATETIME, "migration_name" TEXT NOT NULL,
    "logs" TEXT, "rolled_back_at" DATETIME, "started_at" DATETIME NOT NULL DEFAULT current_timestamp, "applied_steps_count" INTEGER UNSIGNED NOT NULL DEFAULT 0)'
test_sqlx 'CREATE TABLE _sqlx_migrations (version BIGINT PRIMARY KEY, description TEXT NOT NULL, installed_on TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP,
    success BOOLEAN NOT NULL, checksum BLOB NOT NULL, execution_time BIGINT NOT NULL)' 'hex(checksum)'
test_rails
test_edges
