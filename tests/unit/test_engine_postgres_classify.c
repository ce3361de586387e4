/* SPDX-License-Identifier: MIT */
#include "common/engine/engine.h"

#include <glib.h>

#include <string.h>

#define OUTSIDE (BL_STMT_OUTSIDE_TX)
#define OTHER   (BL_STMT_OTHER_DATABASE)

typedef struct {
    const char *name;
    const char *sql;
    guint traits;
} Case;

static const Case cases[] = {
    { "empty", "", 0 },
    { "comment", "-- CREATE TABLE t ()", 0 },
    { "create-table", "CREATE TABLE t (a int)", BL_STMT_CREATE },
    { "create-after-comment", "/* VACUUM */ create table t ()", BL_STMT_CREATE },
    { "create-or-replace", "CREATE OR REPLACE VIEW v AS SELECT 1", BL_STMT_CREATE },
    { "create-index", "CREATE INDEX concurrently_slow ON t (a)", BL_STMT_CREATE },
    { "create-index-concurrently", "CREATE INDEX CONCURRENTLY ON t (a)", BL_STMT_CREATE | OUTSIDE },
    { "create-unique-index-concurrently",
      "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)", BL_STMT_CREATE | OUTSIDE },
    { "create-database", "CREATE DATABASE d", BL_STMT_CREATE | OUTSIDE | OTHER },
    { "create-tablespace", "CREATE TABLESPACE s LOCATION '/x'", BL_STMT_CREATE | OUTSIDE | OTHER },
    { "create-subscription", "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p",
      BL_STMT_CREATE | OUTSIDE },
    { "create-subscription-quiet",
      "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (connect = false, slot_name = NONE)",
      BL_STMT_CREATE },
    { "create-subscription-no-slot",
      "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = 'off')",
      BL_STMT_CREATE },
    { "create-subscription-slot",
      "CREATE SUBSCRIPTION s CONNECTION 'x' PUBLICATION p WITH (create_slot = true)",
      BL_STMT_CREATE | OUTSIDE },
    { "import-schema", "IMPORT FOREIGN SCHEMA s FROM SERVER x INTO y", BL_STMT_CREATE },
    { "select-into", "SELECT a INTO t FROM u", BL_STMT_CREATE },
    { "drop", "DROP TABLE t", BL_STMT_DROP },
    { "drop-if-exists", "DROP TABLE IF EXISTS t", BL_STMT_DROP | BL_STMT_IF_EXISTS },
    { "drop-long-kind-if-exists", "DROP TEXT SEARCH CONFIGURATION IF EXISTS c",
      BL_STMT_DROP | BL_STMT_IF_EXISTS },
    { "drop-name-exists", "DROP TABLE \"IF\", \"EXISTS\"", BL_STMT_DROP },
    { "drop-index-concurrently", "DROP INDEX CONCURRENTLY IF EXISTS i",
      BL_STMT_DROP | BL_STMT_IF_EXISTS | OUTSIDE },
    { "drop-database", "DROP DATABASE IF EXISTS d",
      BL_STMT_DROP | BL_STMT_IF_EXISTS | OUTSIDE | OTHER },
    { "drop-subscription", "DROP SUBSCRIPTION s", BL_STMT_DROP | OUTSIDE },
    { "drop-owned", "DROP OWNED BY r", BL_STMT_DROP },
    { "alter-table", "ALTER TABLE t ADD COLUMN concurrently int", 0 },
    { "detach", "ALTER TABLE t DETACH PARTITION p", 0 },
    { "detach-concurrently", "ALTER TABLE ONLY public.t DETACH PARTITION p CONCURRENTLY", OUTSIDE },
    { "detach-finalize", "ALTER TABLE t DETACH PARTITION p FINALIZE", 0 },
    { "alter-type", "ALTER TYPE mood ADD VALUE 'sad'", 0 },
    { "alter-database", "ALTER DATABASE d SET work_mem = '1MB'", OTHER },
    { "alter-database-move", "ALTER DATABASE d SET TABLESPACE s", OTHER | OUTSIDE },
    { "alter-system", "ALTER SYSTEM SET work_mem = '1MB'", OTHER | OUTSIDE },
    { "alter-subscription", "ALTER SUBSCRIPTION s DISABLE", 0 },
    { "refresh-subscription", "ALTER SUBSCRIPTION s REFRESH PUBLICATION", OUTSIDE },
    { "set-publication", "ALTER SUBSCRIPTION s SET PUBLICATION p", OUTSIDE },
    { "set-publication-quiet", "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)", 0 },
    { "comment-on-database", "COMMENT ON DATABASE d IS 'x'", OTHER },
    { "comment-on-table", "COMMENT ON TABLE t IS 'ON DATABASE'", 0 },
    { "grant", "GRANT SELECT ON t TO r", 0 },
    { "grant-on-database", "GRANT CONNECT ON DATABASE d TO r", OTHER },
    { "revoke-on-database", "REVOKE ALL ON DATABASE d FROM PUBLIC", OTHER },
    { "insert", "INSERT INTO t VALUES (1)", BL_STMT_DML },
    { "update", "UPDATE t SET a = 1", BL_STMT_DML },
    { "delete", "DELETE FROM t", BL_STMT_DML },
    { "merge", "MERGE INTO t USING u ON true WHEN MATCHED THEN DELETE", BL_STMT_DML },
    { "truncate", "TRUNCATE t", BL_STMT_DML },
    { "copy-from", "COPY t (a, b) FROM stdin", BL_STMT_DML },
    { "copy-from-file", "COPY t FROM '/x' WITH (FORMAT csv)", BL_STMT_DML },
    { "copy-to", "COPY t (a) TO stdout", BL_STMT_READ },
    { "copy-query", "COPY (SELECT 1 FROM t) TO '/x'", BL_STMT_READ },
    { "copy-writing-query", "COPY (DELETE FROM t RETURNING a) TO stdout", BL_STMT_DML },
    { "select", "SELECT 1", BL_STMT_READ },
    { "select-for-update", "SELECT a FROM t FOR UPDATE", BL_STMT_READ },
    { "select-in-parens", "(SELECT 1) UNION (SELECT 2)", BL_STMT_READ },
    { "set-config", "SELECT set_config('search_path', '', false)", BL_STMT_READ },
    { "values", "VALUES (1)", BL_STMT_READ },
    { "table", "TABLE t", BL_STMT_READ },
    { "show", "SHOW work_mem", BL_STMT_READ },
    { "with-select", "WITH a AS (SELECT 1) SELECT * FROM a", BL_STMT_READ },
    { "with-insert", "WITH a AS (SELECT 1) INSERT INTO t SELECT * FROM a", BL_STMT_DML },
    { "with-writing-part", "WITH a AS (DELETE FROM t RETURNING *) SELECT * FROM a", BL_STMT_DML },
    { "with-names-like-verbs", "WITH a (delete) AS (SELECT update FROM t FOR UPDATE) SELECT 1",
      BL_STMT_READ },
    { "explain", "EXPLAIN DELETE FROM t", BL_STMT_READ },
    { "explain-analyze", "EXPLAIN ANALYZE SELECT 1", BL_STMT_READ },
    { "explain-analyze-delete", "EXPLAIN ANALYZE VERBOSE DELETE FROM t", BL_STMT_DML },
    { "explain-options-delete", "EXPLAIN (ANALYZE, COSTS off) DELETE FROM t", BL_STMT_DML },
    { "begin", "BEGIN", BL_STMT_TX_BEGIN },
    { "begin-level", "BEGIN ISOLATION LEVEL SERIALIZABLE", BL_STMT_TX_BEGIN },
    { "start", "START TRANSACTION READ ONLY", BL_STMT_TX_BEGIN },
    { "commit", "COMMIT", BL_STMT_TX_COMMIT },
    { "end", "END TRANSACTION", BL_STMT_TX_COMMIT },
    { "commit-and-chain", "COMMIT AND CHAIN", BL_STMT_TX_COMMIT | BL_STMT_TX_BEGIN },
    { "commit-and-no-chain", "COMMIT AND NO CHAIN", BL_STMT_TX_COMMIT },
    { "prepare-transaction", "PREPARE TRANSACTION 'x'", BL_STMT_TX_COMMIT },
    { "commit-prepared", "COMMIT PREPARED 'x'", OUTSIDE },
    { "rollback-prepared", "ROLLBACK PREPARED 'x'", OUTSIDE },
    { "rollback", "ROLLBACK", BL_STMT_TX_ROLLBACK },
    { "abort", "ABORT WORK", BL_STMT_TX_ROLLBACK },
    { "rollback-to", "ROLLBACK TO s", BL_STMT_SAVEPOINT },
    { "rollback-work-to", "ROLLBACK WORK TO SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "savepoint", "SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "release", "RELEASE s", BL_STMT_SAVEPOINT },
    { "vacuum", "VACUUM (ANALYZE) t", OUTSIDE },
    { "analyze", "ANALYZE t", 0 },
    { "reindex", "REINDEX TABLE t", 0 },
    { "reindex-concurrently", "REINDEX TABLE CONCURRENTLY t", OUTSIDE },
    { "reindex-option", "REINDEX (CONCURRENTLY, VERBOSE) INDEX i", OUTSIDE },
    { "reindex-schema", "REINDEX (VERBOSE) SCHEMA s", OUTSIDE },
    { "cluster", "CLUSTER", OUTSIDE },
    { "cluster-verbose", "CLUSTER (VERBOSE)", OUTSIDE },
    { "cluster-table", "CLUSTER t USING i", 0 },
    { "refresh-concurrently", "REFRESH MATERIALIZED VIEW CONCURRENTLY v", 0 },
    { "do", "DO $$ BEGIN PERFORM 1; END $$", 0 },
    { "do-says-commit", "DO $$ BEGIN RAISE NOTICE 'COMMIT'; END $$", 0 },
    { "do-commits", "DO LANGUAGE plpgsql $x$ BEGIN PERFORM 1; COMMIT; END $x$", OUTSIDE },
    { "call", "CALL p()", BL_STMT_MAY_COMMIT },
    { "set", "SET search_path = x", BL_STMT_SETTING },
    { "set-local", "SET LOCAL lock_timeout = 1", BL_STMT_SETTING },
    { "set-constraints", "SET CONSTRAINTS ALL DEFERRED", 0 },
    { "set-transaction", "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE", 0 },
    { "set-characteristics", "SET SESSION CHARACTERISTICS AS TRANSACTION READ ONLY",
      BL_STMT_SETTING },
    { "reset", "RESET ALL", BL_STMT_SETTING },
    { "gate-ends", "DECLARE baseline_gate CURSOR WITH HOLD FOR SELECT 1", BL_STMT_GATE },
    { "gate-table", "CREATE TEMPORARY TABLE baseline_gate (n integer) ON COMMIT DROP",
      BL_STMT_GATE },
    { "gate-row", "INSERT INTO baseline_gate SELECT 1 FROM pg_locks", BL_STMT_GATE },
    { "gate-no-table", "CREATE TABLE baseline_gate (n integer)", BL_STMT_CREATE },
    { "gate-no-row", "INSERT INTO baseline_gate.t SELECT 1", BL_STMT_DML },
    { "gate-begins", "CLOSE baseline_gate", BL_STMT_GATE },
    { "cursor", "DECLARE c CURSOR FOR SELECT 1", 0 },
    { "cursor-close", "CLOSE ALL", 0 },
    { "discard", "DISCARD TEMP", BL_STMT_SETTING },
    { "discard-all", "DISCARD ALL", BL_STMT_SETTING | OUTSIDE },
    { "lock", "LOCK TABLE t", 0 },
};

static void
test_classify(gconstpointer data)
{
    const Case *one = data;
    const BlEngine *engine = bl_engine_find("postgres");
    guint traits = engine->classify(one->sql, strlen(one->sql));
    g_assert_cmphex(traits & ~(guint)BL_STMT_ALONE, ==, one->traits);
}

/* What may share a transaction with other migrations: the less, the better. */
static void
test_alone(void)
{
    static const char *const shares[] = {
        "CREATE TABLE t (a int)",
        "CREATE UNIQUE INDEX i ON t (a)",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE UNLOGGED TABLE IF NOT EXISTS s.t (a int GENERATED ALWAYS AS (b + 1) STORED, b int)",
        "CREATE TABLE t ()",
        "CREATE TABLE t (LIKE u)",
        "CREATE TABLE t PARTITION OF p (CHECK (a > 1)) FOR VALUES IN (1)",
        "CREATE TABLE t OF y (PRIMARY KEY (a)) WITH (fillfactor = 70)",
        "CREATE TABLE t (a int DEFAULT nextval('s'), CHECK (f(a)))",
        "ALTER TABLE t ADD COLUMN a int",
        "ALTER TABLE t ADD a int DEFAULT 1, ADD b text DEFAULT 'x'::text NOT NULL, ADD c boolean DEFAULT true",
        "ALTER TABLE t ALTER a SET DEFAULT now(), ALTER b DROP DEFAULT",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES u (a)",
        "ALTER DOMAIN d SET DEFAULT f()",
        "ALTER INDEX i RENAME TO j",
        "DROP TABLE t",
        "COMMENT ON TABLE t IS 'x'",
        "GRANT SELECT ON t TO PUBLIC",
        "BEGIN",
        "COMMIT",
    };
    static const char *const alone[] = {
        "CREATE TEMP TABLE t ()",
        "create local temporary table t ()",
        "CREATE OR REPLACE TEMP VIEW v AS SELECT 1",
        "CREATE TABLE pg_temp.t (a int)",
        "CREATE UNLOGGED TABLE IF NOT EXISTS PG_TEMP.t (a int)",
        "CREATE OR REPLACE FUNCTION \"pg_temp\".f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        "CREATE TEXT SEARCH CONFIGURATION pg_temp_3.c (COPY = simple)",
        "CREATE TABLE t AS SELECT 1",
        "CREATE UNLOGGED TABLE IF NOT EXISTS s.\"t\" (a, b) AS TABLE u",
        "CREATE TABLE t (a) AS SELECT 1",
        "CREATE TABLE t USING heap WITH (fillfactor = 70) TABLESPACE x AS EXECUTE p",
        "CREATE MATERIALIZED VIEW v AS SELECT 1",
        "CREATE EXTENSION x",
        "ALTER EXTENSION x UPDATE",
        "ALTER TABLE t ADD COLUMN a int DEFAULT nextval('s')",
        "ALTER TABLE t ADD a timestamptz DEFAULT now()",
        "ALTER TABLE t ADD a date NOT NULL DEFAULT CURRENT_DATE",
        "ALTER TABLE t ADD a int DEFAULT 1 + f()",
        "ALTER TABLE t ADD a text DEFAULT 'x'::text || f()",
        "ALTER TABLE t ALTER a TYPE int USING f(a)",
        "ALTER TABLE t ADD CHECK (f(a))",
        "ALTER TABLE t ADD b int GENERATED ALWAYS AS (f(a)) STORED",
        "ALTER TABLE t VALIDATE CONSTRAINT c",
        "ALTER DOMAIN d ADD CHECK (f(VALUE))",
        "ALTER TYPE mood ADD VALUE 'sad'",
        "ALTER DATABASE d SET work_mem = '1MB'",
        "INSERT INTO t VALUES (1)",
        "COPY t FROM '/x'",
        "SELECT set_config('search_path', '', false)",
        "WITH a AS (SELECT 1) SELECT * FROM a",
        "DO $$ BEGIN END $$",
        "CALL p()",
        "SET search_path = x",
        "SET CONSTRAINTS ALL DEFERRED",
        "SAVEPOINT s",
        "ROLLBACK",
        "PREPARE TRANSACTION 'x'",
        "PREPARE p AS SELECT 1",
        "DECLARE c CURSOR FOR SELECT 1",
        "LISTEN x",
        "NOTIFY x",
        "LOCK TABLE t",
        "REFRESH MATERIALIZED VIEW v",
        "CREATE INDEX CONCURRENTLY ON t (a)",
    };
    const BlEngine *engine = bl_engine_find("postgres");
    for (gsize i = 0; i < G_N_ELEMENTS(shares); i++)
        g_assert_cmphex(engine->classify(shares[i], strlen(shares[i])) & BL_STMT_ALONE, ==, 0);
    for (gsize i = 0; i < G_N_ELEMENTS(alone); i++)
        g_assert_cmphex(engine->classify(alone[i], strlen(alone[i])) & BL_STMT_ALONE, !=, 0);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/engine-postgres/classify/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_classify);
    }
    g_test_add_func("/engine-postgres/classify/alone", test_alone);
    return g_test_run();
}
