/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/sqlite_fixture.h"

/* --- copies --- */

static void
test_clone_numbered(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:d/app.sqlite3");
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE t (a)");
    fixture_run(session, "INSERT INTO t VALUES (5)");
    g_autofree char *made_name = NULL;
    g_assert_true(engine->clone(session, NULL, 2, "digest", FALSE, &made_name, &error));
    g_assert_no_error(error);
    g_assert_cmpstr(made_name, ==, "d/app_2.sqlite3");
    g_autoptr(BlSession) copy = fixture_open(fixture, "sqlite:d/app_2.sqlite3");
    ASSERT_QUERY(copy, "SELECT a FROM t", "5");

    /* In the way: refused, and with recreate replaced because it is ours. */
    char *again = NULL;
    g_assert_false(engine->clone(session, NULL, 2, "digest", FALSE, &again, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_clear_error(&error);
    fixture_run(copy, "INSERT INTO t VALUES (6)");
    bl_session_close(g_steal_pointer(&copy));
    g_assert_true(engine->clone(session, NULL, 2, "digest", TRUE, &again, &error));
    g_assert_no_error(error);
    g_free(again);
    copy = fixture_open(fixture, "sqlite:d/app_2.sqlite3");
    ASSERT_QUERY(copy, "SELECT a FROM t", "5");
}

static void
test_clone_names(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const names[][2] = {
        { "copy", "d/copy.db" },
        { "copy.sqlite", "d/copy.sqlite" },
        { "other/copy.db", "other/copy.db" },
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:d/app.db");
    fixture_run(session, "CREATE TABLE t (a)");
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *made_name = NULL;
        g_assert_true(
            session->engine->clone(session, names[i][0], 0, "m", FALSE, &made_name, &error));
        g_assert_no_error(error);
        g_assert_cmpstr(made_name, ==, names[i][1]);
        g_assert_true(fixture_exists(fixture, names[i][1]));
    }
    /* Nothing is left of the work. */
    g_autofree char *folder = fixture_path(fixture, "d");
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    while ((name = g_dir_read_name(dir)) != NULL)
        g_assert_null(strstr(name, "baseline-tmp"));
}

/* Only a file that the mark names by its inode is ours. */
static void
test_clone_never_replaces_others(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:app.db");
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE t (a)");
    char *made_name = NULL;
    fixture_write(fixture, "app_1.db", "precious", -1);
    g_assert_false(engine->clone(session, NULL, 1, "m", TRUE, &made_name, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_clear_error(&error);

    g_assert_true(engine->clone(session, NULL, 2, "m", FALSE, &made_name, &error));
    g_clear_pointer(&made_name, g_free);
    g_autofree char *clone = fixture_path(fixture, "app_2.db");
    g_autofree char *moved = fixture_path(fixture, "moved.db");
    g_assert_cmpint(g_rename(clone, moved), ==, 0);
    fixture_write(fixture, "app_2.db", "precious", -1);
    g_assert_false(engine->clone(session, NULL, 2, "m", TRUE, &made_name, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_clear_error(&error);
    g_autofree char *bytes = NULL;
    g_assert_true(g_file_get_contents(clone, &bytes, NULL, NULL));
    g_assert_cmpstr(bytes, ==, "precious");

    /* Somebody's journal would be played back into the copy. */
    fixture_write(fixture, "app_3.db-journal", "old", -1);
    g_assert_false(engine->clone(session, NULL, 3, "m", TRUE, &made_name, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_clear_error(&error);

    g_assert_false(engine->clone(session, "app.db", 0, "m", TRUE, &made_name, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
}

static void
test_clone_in_use(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:app.db");
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE t (a)");
    char *made_name = NULL;
    g_assert_true(engine->clone(session, NULL, 1, "m", FALSE, &made_name, &error));
    g_clear_pointer(&made_name, g_free);
    g_autoptr(BlSession) user = fixture_open(fixture, "sqlite:app_1.db");
    g_assert_true(engine->begin(user, BL_TX_WRITE, &error));
    g_assert_false(engine->clone(session, NULL, 1, "m", TRUE, &made_name, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "in use"));
    engine->rollback(user);
}

static void
test_clone_of_wal(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:app.db?journal_mode=wal");
    fixture_run(session, "CREATE TABLE t (a)");
    fixture_run(session, "INSERT INTO t VALUES (5)");
    g_assert_true(fixture_exists(fixture, "app.db-wal"));
    g_autofree char *made_name = NULL;
    g_assert_true(session->engine->clone(session, NULL, 1, "m", FALSE, &made_name, &error));
    g_assert_no_error(error);
    g_autoptr(BlSession) copy = fixture_open(fixture, "sqlite:app_1.db");
    ASSERT_QUERY(copy, "SELECT a FROM t", "5");
}

static void
test_clone_of_memory(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, "CREATE TABLE t (a)");
    fixture_run(session, "INSERT INTO t VALUES (5)");
    char *made_name = NULL;
    g_assert_false(session->engine->clone(session, NULL, 1, "m", FALSE, &made_name, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_clear_error(&error);
    g_assert_true(session->engine->clone(session, "saved.db", 0, "m", FALSE, &made_name, &error));
    g_assert_no_error(error);
    g_free(made_name);
    g_autoptr(BlSession) copy = fixture_open(fixture, "sqlite:saved.db");
    ASSERT_QUERY(copy, "SELECT a FROM t", "5");
}

static void
test_discard(Fixture *fixture, gconstpointer data)
{
    (void)data;
    BlSession *session = fixture_open(fixture, "sqlite:a.db?journal_mode=wal");
    fixture_run(session, "CREATE TABLE t (a)");
    fixture_run(session, "DROP TABLE t");
    g_assert_true(session->created);
    session->engine->discard(session);
    g_assert_false(fixture_exists(fixture, "a.db"));
    g_assert_false(fixture_exists(fixture, "a.db-wal"));
    g_assert_false(fixture_exists(fixture, "a.db-shm"));

    /* The name belongs to somebody else by now. */
    session = fixture_open(fixture, "sqlite:a.db");
    g_autofree char *path = fixture_path(fixture, "a.db");
    g_autofree char *moved = fixture_path(fixture, "moved.db");
    g_assert_cmpint(g_rename(path, moved), ==, 0);
    fixture_write(fixture, "a.db", "precious", -1);
    session->engine->discard(session);
    g_assert_true(fixture_exists(fixture, "a.db"));
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FIXTURE_ADD("/engine-sqlite/clone/numbered", NULL, test_clone_numbered);
    FIXTURE_ADD("/engine-sqlite/clone/names", NULL, test_clone_names);
    FIXTURE_ADD("/engine-sqlite/clone/never-replaces-others", NULL,
                test_clone_never_replaces_others);
    FIXTURE_ADD("/engine-sqlite/clone/in-use", NULL, test_clone_in_use);
    FIXTURE_ADD("/engine-sqlite/clone/of-wal", NULL, test_clone_of_wal);
    FIXTURE_ADD("/engine-sqlite/clone/of-memory", NULL, test_clone_of_memory);
    FIXTURE_ADD("/engine-sqlite/discard/only-what-was-made", NULL, test_discard);
    return g_test_run();
}
