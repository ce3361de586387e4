/* SPDX-License-Identifier: MIT */
#define FIXTURE_DATABASE "bl_unit_lock"
#include "tests/unit/postgres_fixture.h"

static const BlOpenOptions plain = { 0 };

static void
test_lock(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) first = fixture_open_with(fixture, plain, "&application_name=first");
    g_autoptr(BlSession) second = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_autofree char *nobody = NULL;
    g_assert_true(second->engine->lock_holder(second, &nobody, &error));
    g_assert_null(nobody);
    g_assert_true(first->engine->lock(first, 0, &error));
    g_assert_true(first->engine->lock(first, 0, &error));

    gint64 started = g_get_monotonic_time();
    g_assert_false(second->engine->lock(second, 300, &error));
    g_assert_cmpint(g_get_monotonic_time() - started, >=, 300000);
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, FIXTURE_DATABASE);
    ASSERT_HINT(error, "--lock-wait");
    g_autofree char *pid = fixture_text(first, "SELECT pg_backend_pid()");
    const char *parts[] = { pid, "first", "user postgres", "since 2" };
    for (gsize i = 0; i < G_N_ELEMENTS(parts); i++)
        g_assert_nonnull(strstr(error->message, parts[i]));
    g_clear_error(&error);

    /* In a failed transaction, too. */
    g_assert_true(first->engine->begin(first, BL_TX_WRITE, &error));
    g_assert_false(first->engine->execute(first, "SELECT nothing", NULL, NULL));
    first->engine->unlock(first);
    first->engine->unlock(first);
    g_assert_true(second->engine->lock(second, 0, &error));
    g_assert_no_error(error);
}

static void
test_lock_lost(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->lock(session, 0, &error));
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t (); SELECT pg_advisory_unlock_all()");
    g_assert_false(session->engine->commit(session, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "no longer holds the migration lock");
    session->engine->rollback(session);
    ASSERT_TEXT(session, "SELECT to_regclass('t')", NULL);

    /* Somebody else may even have it by then. */
    g_autoptr(BlSession) other = fixture_open(fixture);
    g_clear_error(&error);
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t ()");
    g_assert_true(other->engine->lock(other, 0, &error));
    g_assert_false(session->engine->commit(session, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "no longer holds the migration lock");
    session->engine->rollback(session);
    ASSERT_TEXT(session, "SELECT to_regclass('t')", NULL);
}

/* A script that gives back what it took, or once what is ours, does not let anybody in. */
static void
test_lock_kept(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(BlSession) other = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->lock(session, 0, &error));
    static const char *const scripts[] = {
        "SELECT pg_advisory_lock(1), pg_advisory_unlock(1)",
        "SELECT pg_advisory_unlock(1)",
        "SELECT 1",
    };
    for (gsize i = 0; i < G_N_ELEMENTS(scripts); i++) {
        g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
        fixture_run(session, scripts[i]);
        g_assert_true(session->engine->commit(session, &error));
        g_assert_no_error(error);
        ASSERT_TEXT(other, "SELECT pg_try_advisory_lock(1)", "f");
    }
    session->engine->unlock(session);
    ASSERT_TEXT(other, "SELECT pg_try_advisory_lock(1)", "t");
}

static const FixtureTest tests[] = {
    { "wait-and-holder", test_lock },
    { "lost", test_lock_lost },
    { "kept", test_lock_kept },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!fixture_add_tests("/engine-postgres-lock", tests, G_N_ELEMENTS(tests)))
        return 77;
    return g_test_run();
}
