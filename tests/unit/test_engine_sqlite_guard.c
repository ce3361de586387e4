/* SPDX-License-Identifier: MIT */
/*
 * What the engine does about others: processes that make or fill the same file, files that take the
 * place of ours, and scripts that leave something behind in the session.
 */
#include "common/snapshot/ledger.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/sqlite_fixture.h"

/* --- discard --- */

static void
test_discard_keeps_objects(Fixture *fixture, gconstpointer data)
{
    (void)data;
    BlSession *session = fixture_open(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(session->created);
    g_assert_false(other->created);
    fixture_run(other, "CREATE TABLE t (a)");
    session->engine->discard(session);
    g_assert_true(fixture_exists(fixture, "a.db"));
    ASSERT_QUERY(other, "SELECT count(*) FROM t", "0");
}

static void
test_discard_respects_lock(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    BlSession *session = fixture_open(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(other->engine->lock(other, 0, &error));
    session->engine->discard(session);
    g_assert_true(fixture_exists(fixture, "a.db"));
}

/* Another session without the lock is in the middle of filling it. */
static void
test_discard_respects_writer(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    BlSession *session = fixture_open(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(other->engine->begin(other, BL_TX_WRITE, &error));
    fixture_run(other, "CREATE TABLE t (a)");
    session->engine->discard(session);
    g_assert_true(other->engine->commit(other, &error));
    g_assert_no_error(error);
    g_assert_true(fixture_exists(fixture, "a.db"));
}

/* --- a file that was taken away --- */

static void
test_removed_file_refuses_lock(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_autofree char *path = fixture_path(fixture, "a.db");
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_false(session->engine->lock(session, 0, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "removed or replaced"));
    g_assert_false(fixture_exists(fixture, "a.db.baseline-lock"));
}

static void
test_removed_file_refuses_commit(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_autofree char *path = fixture_path(fixture, "a.db");
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t (a)");
    g_assert_cmpint(g_unlink(path), ==, 0);
    g_assert_false(session->engine->commit(session, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
}

/* --- marks of copies --- */

static BlSession *
open_and_clone(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    BlSession *session = fixture_open(fixture, "sqlite:app.db");
    fixture_run(session, "CREATE TABLE t (a)");
    g_autofree char *made = NULL;
    g_assert_true(session->engine->clone(session, NULL, 1, "m", FALSE, &made, &error));
    g_assert_no_error(error);
    return session;
}

static void
assert_not_replaced(BlSession *session, const char *why)
{
    g_autoptr(GError) error = NULL;
    char *made = NULL;
    char *place = NULL;
    g_assert_false(session->engine->clone(session, NULL, 1, "m", TRUE, &made, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, why));
    g_assert_nonnull(strstr(bl_error_info(error)->hint, "remove it yourself"));
    g_clear_error(&error);
    g_assert_false(session->engine->check_clone(session, NULL, 1, TRUE, &place, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
}

/* Rows, statistics and a rewritten file are what test suites leave; a table is somebody's work. */
static void
test_mark_knows_schema(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = open_and_clone(fixture);
    g_autoptr(BlSession) user = fixture_open(fixture, "sqlite:app_1.db");
    fixture_run(user, "INSERT INTO t VALUES (1)");
    fixture_run(user, "ANALYZE");
    fixture_run(user, "VACUUM");
    bl_session_close(g_steal_pointer(&user));
    g_autofree char *made = NULL;
    g_assert_true(session->engine->clone(session, NULL, 1, "m", TRUE, &made, &error));
    g_assert_no_error(error);
    user = fixture_open(fixture, "sqlite:app_1.db");
    ASSERT_QUERY(user, "SELECT count(*) FROM t", "0");
    fixture_run(user, "CREATE TABLE u (a)");
    bl_session_close(g_steal_pointer(&user));
    assert_not_replaced(session, "schema was changed");
    user = fixture_open(fixture, "sqlite:app_1.db");
    ASSERT_QUERY(user, "SELECT count(*) FROM u", "0");
}

/* "cp mine.db app_1.db" keeps the inode and the time of birth. */
static void
test_mark_of_file_written_over(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = open_and_clone(fixture);
    {
        g_autoptr(BlSession) mine = fixture_open(fixture, "sqlite:mine.db");
        fixture_run(mine, "CREATE TABLE precious (a)");
    }
    g_autofree char *from = fixture_path(fixture, "mine.db");
    g_autofree char *to = fixture_path(fixture, "app_1.db");
    g_autofree char *bytes = NULL;
    gsize len = 0;
    g_assert_true(g_file_get_contents(from, &bytes, &len, NULL));
    int fd = open(to, O_WRONLY | O_TRUNC | O_CLOEXEC);
    g_assert_cmpint(fd, >=, 0);
    g_assert_cmpint(write(fd, bytes, len), ==, (gssize)len);
    close(fd);
    assert_not_replaced(session, "schema was changed");
}

/* The number of a removed file goes to the next one that is made: here only the mark's time
 * differs. */
static void
test_mark_of_reused_inode(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = open_and_clone(fixture);
    g_autofree char *path = fixture_path(fixture, "app_1.db.baseline-clone");
    g_autofree char *text = NULL;
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    char *born = strstr(text, "\nborn ");
    g_assert_nonnull(born);
    born[strlen("\nborn ")] ^= 1;
    fixture_write(fixture, "app_1.db.baseline-clone", text, -1);
    assert_not_replaced(session, "no copy of ours");
}

/* --- what copying leaves of the locks of this process --- */

static gboolean
child_can_write(Fixture *fixture)
{
    pid_t child = fork();
    g_assert_cmpint(child, >=, 0);
    if (child == 0) {
        g_autoptr(BlUrl) url = bl_url_parse("sqlite:app.db?busy_timeout=0", fixture->folder, NULL);
        g_autoptr(BlSession) session = bl_session_open(url, &(BlOpenOptions){ 0 }, NULL);
        _exit(session != NULL && session->engine->begin(session, BL_TX_WRITE, NULL) ? 0 : 1);
    }
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
test_copy_keeps_locks(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = open_and_clone(fixture);
    g_assert_true(child_can_write(fixture));
    g_autoptr(BlSession) writer = fixture_open(fixture, "sqlite:app.db");
    g_assert_true(writer->engine->begin(writer, BL_TX_WRITE, &error));
    fixture_run(writer, "INSERT INTO t VALUES (1)");
    g_autofree char *made = NULL;
    g_assert_true(session->engine->clone(session, NULL, 2, "m", FALSE, &made, &error));
    g_assert_no_error(error);
    g_assert_false(child_can_write(fixture));
    g_assert_true(writer->engine->commit(writer, &error));
    g_assert_true(child_can_write(fixture));
}

/* --- checking the places of copies --- */

static void
test_check_clone_names_places(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:app.db");
    const BlEngine *engine = session->engine;
    g_autofree char *a = NULL;
    g_autofree char *b = NULL;
    g_autofree char *numbered = NULL;
    char *none = NULL;
    g_assert_true(engine->check_clone(session, "app_1", 0, FALSE, &a, &error));
    g_assert_true(engine->check_clone(session, "./app_1.db", 0, FALSE, &b, &error));
    g_assert_true(engine->check_clone(session, NULL, 1, FALSE, &numbered, &error));
    g_assert_cmpstr(a, ==, b);
    g_assert_cmpstr(a, ==, numbered);
    g_assert_false(fixture_exists(fixture, "app_1.db"));
    g_assert_false(engine->check_clone(session, "app", 0, FALSE, &none, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "the database itself"));
}

/* --- what a script leaves behind --- */

static void
test_reset_everything(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const left[] = {
        "PRAGMA synchronous = off",
        "PRAGMA locking_mode = exclusive",
        "PRAGMA journal_mode = off",
        "PRAGMA reverse_unordered_selects = on",
        "PRAGMA busy_timeout = 1",
        "ATTACH ':memory:' AS \"b \"\"x\"",
        "CREATE TEMP TABLE t (b)",
        "CREATE TEMP VIEW v AS SELECT 1",
        "CREATE TEMP TRIGGER r AFTER INSERT ON main.t BEGIN SELECT 1; END",
        "PRAGMA query_only = on",
    };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db?synchronous=normal");
    fixture_run(session, "CREATE TABLE t (a)");
    for (gsize i = 0; i < G_N_ELEMENTS(left); i++)
        fixture_run(session, left[i]);
    g_assert_true(session->engine->reset_settings(session, &error));
    g_assert_no_error(error);
    ASSERT_QUERY(session, "PRAGMA query_only", "0");
    ASSERT_QUERY(session, "PRAGMA synchronous", "1");
    ASSERT_QUERY(session, "PRAGMA main.locking_mode", "normal");
    ASSERT_QUERY(session, "PRAGMA journal_mode", "delete");
    ASSERT_QUERY(session, "PRAGMA reverse_unordered_selects", "0");
    ASSERT_QUERY(session, "SELECT name FROM pragma_database_list WHERE name <> 'temp'", "main");
    ASSERT_QUERY(session, "SELECT count(*) FROM temp.sqlite_schema", "0");
    fixture_run(session, "INSERT INTO t VALUES (1)");
    ASSERT_QUERY(session, "SELECT a FROM t", "1");
    /* Nobody is locked out. */
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db?busy_timeout=0");
    fixture_run(other, "INSERT INTO t VALUES (2)");
}

static void
test_reset_keeps_wal(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "PRAGMA journal_mode = wal");
    g_assert_true(session->engine->reset_settings(session, &error));
    ASSERT_QUERY(session, "PRAGMA journal_mode", "wal");
}

/* Each alone and however it is spelt: a session that saw none of them is not reset. */
static void
test_reset_each(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const cases[][3] = {
        { "pRaGmA foreign_keys = ON", "PRAGMA foreign_keys", "0" },
        { "SELECT 1;/**/pragma main.synchronous(0)", "PRAGMA synchronous", "2" },
        { "PRAGMA\nrecursive_triggers=1", "PRAGMA recursive_triggers", "0" },
        { "create table \"temp\".x (a)", "SELECT count(*) FROM temp.sqlite_schema", "0" },
        { "CREATE TABLE[TEMP].x (a)", "SELECT count(*) FROM temp.sqlite_schema", "0" },
        { "CREATE TEMPORARY VIEW v AS SELECT 1", "SELECT count(*) FROM temp.sqlite_schema", "0" },
        { "attach ':memory:' as other", "SELECT count(*) FROM pragma_database_list WHERE seq > 1",
          "0" },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
        g_assert_true(
            fixture_script(session, "CREATE TABLE t (a)", (BlScriptRun){ 0 }, NULL, &error));
        g_assert_true(session->engine->reset_settings(session, &error));
        g_assert_true(fixture_script(session, cases[i][0], (BlScriptRun){ 0 }, NULL, &error));
        g_assert_true(session->engine->reset_settings(session, &error));
        g_assert_no_error(error);
        ASSERT_QUERY(session, cases[i][1], cases[i][2]);
    }
}

/* --- the ledger --- */

static gboolean
has_ledger(BlSession *session, const char *name)
{
    const BlLedgerNames names = { name, "no_versions", "no_journal", NULL, NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlLedger) ledger = bl_ledger_read(session, &names, &error);
    g_assert_no_error(error);
    g_assert_false(ledger->has_versions);
    return ledger->has_ledger;
}

/* What another process made or dropped since this session looked at the schema counts. */
static void
test_ledger_of_another(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_autoptr(BlSession) other = fixture_open(fixture, "sqlite:a.db");
    g_assert_false(has_ledger(session, "l \"x"));
    fixture_run(other, "CREATE TABLE \"L \"\"x\" (id, name, batch, migration_time)");
    g_assert_true(has_ledger(session, "l \"x"));
    fixture_run(other, "DROP TABLE \"l \"\"x\"");
    g_assert_false(has_ledger(session, "l \"x"));
}

/* Statements find views too; one that is broken is an error that says so, not a missing ledger. */
static void
test_ledger_is_a_view(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlLedgerNames names = { "broken", "no_versions", "no_journal", NULL, NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE VIEW whole AS SELECT 1 AS id, 'a' AS name, 1 AS batch, "
                         "NULL AS migration_time");
    fixture_run(session, "CREATE VIEW broken AS SELECT * FROM gone");
    g_assert_true(has_ledger(session, "whole"));
    g_autoptr(BlLedger) none = bl_ledger_read(session, &names, &error);
    g_assert_null(none);
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_nonnull(strstr(error->message, "gone"));
}

static void
test_ledger_ignores_temporary(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlLedgerNames names = { "ledger_x", "ledger_x_versions", "ledger_x_journal", NULL, NULL };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TEMP TABLE ledger_x (id, name, batch, migration_time)");
    g_autoptr(BlLedger) before = bl_ledger_read(session, &names, &error);
    g_assert_no_error(error);
    g_assert_false(before->has_ledger);
    g_assert_true(bl_ledger_prepare(session, &names, before, &error));
    g_assert_true(bl_ledger_insert(session, &names, "1_a", 1, &error));
    g_assert_no_error(error);
    ASSERT_QUERY(session, "SELECT name FROM main.ledger_x", "1_a");
    ASSERT_QUERY(session, "SELECT count(*) FROM temp.ledger_x", "0");
    g_autoptr(BlLedger) after = bl_ledger_read(session, &names, &error);
    g_assert_no_error(error);
    g_assert_nonnull(bl_ledger_find(after, "1_a"));
    /* The text that is stored is that of a snapshot. */
    ASSERT_QUERY(session,
                 "SELECT substr(sql, 1, 22) FROM main.sqlite_schema WHERE name = 'ledger_x'",
                 "CREATE TABLE ledger_x ");
}

#define ADD(path, function)                                                                        \
    g_test_add(path, Fixture, NULL, fixture_set_up, function, fixture_tear_down)

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    ADD("/engine-sqlite-guard/discard/keeps-objects", test_discard_keeps_objects);
    ADD("/engine-sqlite-guard/discard/respects-lock", test_discard_respects_lock);
    ADD("/engine-sqlite-guard/discard/respects-writer", test_discard_respects_writer);
    ADD("/engine-sqlite-guard/removed-file/refuses-lock", test_removed_file_refuses_lock);
    ADD("/engine-sqlite-guard/removed-file/refuses-commit", test_removed_file_refuses_commit);
    ADD("/engine-sqlite-guard/mark/knows-schema", test_mark_knows_schema);
    ADD("/engine-sqlite-guard/mark/file-written-over", test_mark_of_file_written_over);
    ADD("/engine-sqlite-guard/mark/reused-inode", test_mark_of_reused_inode);
    ADD("/engine-sqlite-guard/clone/keeps-locks", test_copy_keeps_locks);
    ADD("/engine-sqlite-guard/check-clone/names-places", test_check_clone_names_places);
    ADD("/engine-sqlite-guard/reset-settings/everything", test_reset_everything);
    ADD("/engine-sqlite-guard/reset-settings/keeps-wal", test_reset_keeps_wal);
    ADD("/engine-sqlite-guard/reset-settings/each", test_reset_each);
    ADD("/engine-sqlite-guard/ledger/of-another-process", test_ledger_of_another);
    ADD("/engine-sqlite-guard/ledger/is-a-view", test_ledger_is_a_view);
    ADD("/engine-sqlite-guard/ledger/ignores-temporary", test_ledger_ignores_temporary);
    return g_test_run();
}
