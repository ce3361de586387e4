/* SPDX-License-Identifier: MIT */
/*
 * Several transactions in one commit: what may be left open for the next, and what becomes of it.
 */
#include "tests/unit/sqlite_fixture.h"

/* One transaction of a run. @return what commit() says */
static gboolean
run_whole(BlSession *session, const char *text, GError **error)
{
    const BlScriptRun run = { 0 };
    return session->engine->begin(session, BL_TX_WRITE, error) &&
           fixture_script(session, text, run, NULL, error) &&
           session->engine->commit(session, error);
}

static void
assert_whole(BlSession *session, const char *text)
{
    g_autoptr(GError) error = NULL;
    gboolean ok = run_whole(session, text, &error);
    g_assert_no_error(error);
    g_assert_true(ok);
}

#define TABLES "SELECT group_concat(name) FROM (SELECT name FROM sqlite_schema ORDER BY name)"

static BlSession *
open_gathering(Fixture *fixture, const char *url)
{
    BlSession *session = fixture_open(fixture, url);
    session->gather_until = G_MAXINT64;
    return session;
}

static void
test_settle(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = open_gathering(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    assert_whole(session, "CREATE TABLE a (x); INSERT INTO a VALUES (1);");
    assert_whole(session, "CREATE TABLE b (x); INSERT INTO b SELECT x + 1 FROM a;");
    g_assert_cmpuint(session->n_gathered, ==, 2);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(other, TABLES, "NULL");

    g_assert_true(session->engine->settle(session, &error));
    g_assert_no_error(error);
    g_assert_cmpuint(session->n_gathered, ==, 0);
    g_assert_cmpuint(session->n_lost, ==, 0);
    ASSERT_QUERY(other, TABLES, "a,b");
    ASSERT_QUERY(other, "SELECT x FROM b", "2");
    /* Nothing gathered is no error. */
    g_assert_true(session->engine->settle(session, &error));
}

static void
test_off(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    assert_whole(session, "CREATE TABLE a (x);");
    g_assert_cmpuint(session->n_gathered, ==, 0);
    ASSERT_QUERY(other, TABLES, "a");
}

/* What took longer than that is committed with all before it. */
static void
test_late(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = open_gathering(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    assert_whole(session, "CREATE TABLE a (x);");
    ASSERT_QUERY(other, TABLES, "NULL");
    session->gather_until = g_get_monotonic_time();
    assert_whole(session, "CREATE TABLE b (x);");
    g_assert_cmpuint(session->n_gathered, ==, 0);
    ASSERT_QUERY(other, TABLES, "a,b");
}

/* What waits is not held up by one that takes longer: that one is told that it has not failed. */
static void
test_cut(Fixture *fixture, gconstpointer data)
{
    static const char slow[] =
        "CREATE TABLE b AS WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
        "300000) SELECT max(i) AS i FROM n;";
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = open_gathering(fixture, "sqlite:a.db");
    session->gather_until = g_get_monotonic_time() + G_TIME_SPAN_SECOND;
    assert_whole(session, "CREATE TABLE a (x);");
    g_assert_cmpuint(session->n_gathered, ==, 1);
    while (g_get_monotonic_time() < session->gather_until)
        g_usleep(10000);
    g_assert_false(run_whole(session, slow, &error));
    g_assert_nonnull(strstr(error->message, "interrupted"));
    session->engine->rollback(session);
    g_assert_true(session->is_cut);
    g_assert_cmpuint(session->n_lost, ==, 1);
    ASSERT_QUERY(session, TABLES, "NULL");

    /* Alone it takes as long as it likes. */
    session->n_lost = 0;
    assert_whole(session, slow);
    g_assert_false(session->is_cut);
    ASSERT_QUERY(session, "SELECT i FROM b", "300000");
}

static void
test_rollback(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = open_gathering(fixture, "sqlite:a.db");
    assert_whole(session, "CREATE TABLE a (x);");
    assert_whole(session, "CREATE TABLE b (x);");
    g_assert_false(
        run_whole(session, "CREATE TABLE c (x); INSERT INTO nowhere VALUES (1);", &error));
    session->engine->rollback(session);
    g_assert_cmpuint(session->n_gathered, ==, 0);
    g_assert_cmpuint(session->n_lost, ==, 2);
    ASSERT_QUERY(session, TABLES, "NULL");
}

/* A session that ends takes what nobody settled with it. */
static void
test_close(Fixture *fixture, gconstpointer data)
{
    (void)data;
    BlSession *session = open_gathering(fixture, "sqlite:a.db");
    assert_whole(session, "CREATE TABLE a (x);");
    bl_session_close(session);
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    ASSERT_QUERY(other, TABLES, "NULL");
}

/* What ends with a COMMIT, or is checked by it, must not reach the next transaction. */
static const struct {
    const char *name;
    const char *text;
} alone[] = {
    { "setting", "CREATE TABLE a (x); PRAGMA recursive_triggers = ON;" },
    { "deferred-keys", "PRAGMA defer_foreign_keys = ON; CREATE TABLE a (x);" },
    { "temporary-table", "CREATE TEMP TABLE t (x); CREATE TABLE a (x);" },
    { "open-savepoint", "SAVEPOINT s; CREATE TABLE a (x);" },
    { "released-savepoint", "SAVEPOINT s; CREATE TABLE a (x); RELEASE s;" },
    { "schema-by-hand",
      "CREATE TABLE a (x); PRAGMA writable_schema = ON; PRAGMA writable_schema = OFF;" },
};

static void
test_alone(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(alone); i++) {
        g_test_message("%s", alone[i].name);
        g_autofree char *url = g_strdup_printf("sqlite:%s.db", alone[i].name);
        g_autoptr(BlSession) session = open_gathering(fixture, url);
        g_autoptr(BlSession) other = fixture_open(fixture, url);
        assert_whole(session, "CREATE TABLE before (x);");
        g_assert_cmpuint(session->n_gathered, ==, 1);
        assert_whole(session, alone[i].text);
        g_assert_cmpuint(session->n_gathered, ==, 0);
        g_assert_cmpuint(session->n_lost, ==, 0);
        ASSERT_QUERY(other, TABLES, "a,before");
    }
}

/* The next one could mend what this one broke: alone it would have failed. */
static void
test_broken_keys(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = open_gathering(fixture, "sqlite:a.db?foreign_keys=on");
    assert_whole(session, "CREATE TABLE p (id INTEGER PRIMARY KEY);"
                          "CREATE TABLE c (p REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED);");
    g_assert_cmpuint(session->n_gathered, ==, 1);
    g_assert_false(run_whole(session, "INSERT INTO c VALUES (1);", &error));
    g_assert_nonnull(strstr(error->message, "FOREIGN KEY"));
    session->engine->rollback(session);
    g_assert_cmpuint(session->n_lost, ==, 1);
}

/* Used for something else, the session commits first. */
static void
test_other_use(Fixture *fixture, gconstpointer data)
{
    static const char *const uses[] = { "execute", "query", "script", "read", "statement" };
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(uses); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(GString) rows = g_string_new(NULL);
        g_autofree char *url = g_strdup_printf("sqlite:%s.db", uses[i]);
        g_autoptr(BlSession) session = open_gathering(fixture, url);
        g_autoptr(BlSession) other = fixture_open(fixture, url);
        const BlEngine *engine = session->engine;
        assert_whole(session, "CREATE TABLE a (x);");
        g_assert_cmpuint(session->n_gathered, ==, 1);
        gboolean ok = FALSE;
        switch (i) {
        case 0:
            ok = engine->execute(session, "CREATE TABLE b (x)", NULL, &error);
            break;
        case 1:
            ok = engine->query(session, "VALUES (1)", fixture_take_row, rows, &error);
            break;
        case 2:
            ok = fixture_script(session, "CREATE TABLE b (x);", (BlScriptRun){ 0 }, NULL, &error);
            break;
        default:
            ok = engine->begin(session, i == 3 ? BL_TX_READ : BL_TX_STATEMENT, &error);
            break;
        }
        g_assert_no_error(error);
        g_assert_true(ok);
        g_assert_cmpuint(session->n_gathered, ==, 0);
        ASSERT_QUERY(other, "SELECT count(*) FROM sqlite_schema WHERE name = 'a'", "1");
        engine->rollback(session);
        g_assert_cmpuint(session->n_lost, ==, 0);
    }
}

/* The commit of all fails: who asked for another transaction is told, and nothing is left. */
static void
test_settle_fails(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    {
        g_autoptr(BlSession) maker = fixture_open(fixture, "sqlite:a.db");
        fixture_run(maker, "CREATE TABLE t (x)");
    }
    g_autoptr(BlSession) session = open_gathering(fixture, "sqlite:a.db?busy_timeout=1");
    assert_whole(session, "CREATE TABLE a (x);");
    g_autoptr(BlSession) reader = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(reader->engine->begin(reader, BL_TX_READ, &error));
    g_assert_false(session->engine->settle(session, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpuint(session->n_gathered, ==, 1);
    session->engine->rollback(session);
    g_assert_cmpuint(session->n_gathered, ==, 0);
    g_assert_cmpuint(session->n_lost, ==, 1);
    ASSERT_QUERY(reader, TABLES, "t");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIXTURE_ADD("/engine-sqlite/gather/settle", NULL, test_settle);
    FIXTURE_ADD("/engine-sqlite/gather/off", NULL, test_off);
    FIXTURE_ADD("/engine-sqlite/gather/late", NULL, test_late);
    FIXTURE_ADD("/engine-sqlite/gather/cut", NULL, test_cut);
    FIXTURE_ADD("/engine-sqlite/gather/rollback", NULL, test_rollback);
    FIXTURE_ADD("/engine-sqlite/gather/close", NULL, test_close);
    FIXTURE_ADD("/engine-sqlite/gather/alone", NULL, test_alone);
    FIXTURE_ADD("/engine-sqlite/gather/broken-keys", NULL, test_broken_keys);
    FIXTURE_ADD("/engine-sqlite/gather/other-use", NULL, test_other_use);
    FIXTURE_ADD("/engine-sqlite/gather/settle-fails", NULL, test_settle_fails);
    return g_test_run();
}
