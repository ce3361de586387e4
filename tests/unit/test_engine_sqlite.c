/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/sqlite_fixture.h"

/* --- opening --- */

typedef struct {
    const char *name;
    const char *url;
    BlErrorCode code;
    const char *message; /* part of it */
    const char *hint;    /* part of it; NULL: any */
} OpenCase;

static const OpenCase refused[] = {
    { "missing-file", "sqlite:none.db", BL_ERROR_CONNECT, "does not exist", "--create" },
    { "missing-absolute", "sqlite:///nowhere/none.db", BL_ERROR_CONNECT, "does not exist",
      "--create" },
    { "folder", "sqlite:folder", BL_ERROR_CONNECT, "folder", NULL },
    { "no-regular-file", "sqlite:fifo", BL_ERROR_CONNECT, "no regular file", NULL },
    { "dangling-link", "sqlite:dangling", BL_ERROR_CONNECT, "link", NULL },
    { "text-file", "sqlite:text.db", BL_ERROR_CONNECT, "no SQLite database, or is encrypted",
      "encrypted" },
    { "truncated", "sqlite:short.db", BL_ERROR_CONNECT, "damaged or cut short", "backup" },
    { "newer-format", "sqlite:newer.db", BL_ERROR_UNSUPPORTED, "schema format", "newer SQLite" },
    { "malformed-schema", "sqlite:malformed.db", BL_ERROR_UNSUPPORTED, "bad_table", NULL },
    { "no-name", "sqlite:", BL_ERROR_USAGE, "names no database file", "PATH" },
    { "two-slashes", "sqlite://app.db", BL_ERROR_USAGE, "two slashes", "sqlite:app.db" },
    { "unknown-parameter", "sqlite:a.db?moed=ro", BL_ERROR_USAGE, "\"moed\"", "busy_timeout" },
    { "unknown-mode", "sqlite:a.db?mode=write", BL_ERROR_USAGE, "\"write\"", "rwc" },
    { "no-number", "sqlite:a.db?busy_timeout=soon", BL_ERROR_USAGE, "busy_timeout", NULL },
    { "journal-off", "sqlite:a.db?journal_mode=off", BL_ERROR_USAGE, "journal_mode", "wal" },
    { "broken-escape", "sqlite:a%zz.db", BL_ERROR_USAGE, "%-escape", "%25" },
};

static void
make_broken_files(Fixture *fixture)
{
    fixture_write(
        fixture, "text.db",
        "this is no database, only a text that is long enough to have a header in it ....................",
        -1);
    {
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:whole.db");
        fixture_run(session, "CREATE TABLE t (a)");
        for (int i = 0; i < 50; i++)
            fixture_run(session, "INSERT INTO t VALUES (randomblob(900))");
        fixture_run(session, "CREATE TABLE u (a)");
    }
    g_autofree char *whole = fixture_path(fixture, "whole.db");
    g_autofree char *bytes = NULL;
    gsize len = 0;
    g_assert_true(g_file_get_contents(whole, &bytes, &len, NULL));
    fixture_write(fixture, "short.db", bytes, 100);
    bytes[47] = 9; /* schema format number, big endian at 44 */
    fixture_write(fixture, "newer.db", bytes, (gssize)len);
    {
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:malformed.db");
        fixture_run(session, "CREATE TABLE bad_table (a)");
        fixture_run(session, "PRAGMA writable_schema = ON");
        fixture_run(session, "UPDATE sqlite_schema SET sql = 'CREATE TABLE bad_table (a) LATER'");
    }
    g_autofree char *folder = fixture_path(fixture, "folder");
    g_autofree char *fifo = fixture_path(fixture, "fifo");
    g_autofree char *dangling = fixture_path(fixture, "dangling");
    g_assert_cmpint(mkdir(folder, 0755), ==, 0);
    g_assert_cmpint(mkfifo(fifo, 0600), ==, 0);
    g_assert_cmpint(symlink("nothing-here", dangling), ==, 0);
}

static void
test_open_refuses(Fixture *fixture, gconstpointer data)
{
    const OpenCase *wanted = data;
    make_broken_files(fixture);
    g_autoptr(GError) error = NULL;
    BlSession *session = fixture_try_open(fixture, wanted->url, (BlOpenOptions){ 0 }, &error);
    g_assert_null(session);
    g_assert_error(error, BL_ERROR, (int)wanted->code);
    g_assert_nonnull(strstr(error->message, wanted->message));
    if (wanted->hint != NULL)
        g_assert_nonnull(strstr(bl_error_info(error)->hint, wanted->hint));
    g_assert_null(strchr(error->message, '\n'));
    g_assert_false(fixture_exists(fixture, "none.db"));
    g_assert_false(fixture_exists(fixture, "a.db"));
}

typedef struct {
    const char *name;
    const char *url;
    const char *file; /* that must exist afterwards, NULL: none */
} MadeCase;

static const MadeCase made[] = {
    { "relative", "sqlite:app.db", "app.db" },
    { "with-folders", "sqlite:a/b/app.db", "a/b/app.db" },
    { "other-scheme", "sqlite3:app.db", "app.db" },
    { "file-uri", "sqlite:file:app.db", "app.db" },
    { "escaped-question-mark", "sqlite:a%3Fb.db", "a?b.db" },
    { "escaped-percent", "sqlite:100%25.db", "100%.db" },
    { "hash-and-blank", "sqlite:a #b.db", "a #b.db" },
    { "umlaut", "sqlite:\xc3\xa4.db", "\xc3\xa4.db" },
    { "parameters",
      "sqlite:app.db?busy_timeout=10&foreign_keys=on&synchronous=normal&cache=private", "app.db" },
    { "memory", "sqlite::memory:", NULL },
    { "named-memory", "sqlite:some?mode=memory&cache=shared", NULL },
};

static void
test_open_makes(Fixture *fixture, gconstpointer data)
{
    const MadeCase *wanted = data;
    g_autoptr(BlSession) session = fixture_open(fixture, wanted->url);
    fixture_run(session, "CREATE TABLE t (a)");
    ASSERT_QUERY(session, "SELECT count(*) FROM t", "0");
    if (wanted->file != NULL) {
        g_assert_true(session->created);
        g_assert_true(fixture_exists(fixture, wanted->file));
    } else {
        g_assert_false(session->created);
        g_assert_false(fixture_exists(fixture, "some"));
        g_assert_false(fixture_exists(fixture, ":memory:"));
    }
}

static void
test_open_parameters_work(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) plain = fixture_open(fixture, "sqlite:a.db");
    ASSERT_QUERY(plain, "PRAGMA foreign_keys", "0");
    g_autoptr(BlSession) other =
        fixture_open(fixture, "sqlite:a.db?foreign_keys=on&synchronous=off&journal_mode=wal");
    g_assert_false(other->created);
    ASSERT_QUERY(other, "PRAGMA foreign_keys", "1");
    ASSERT_QUERY(other, "PRAGMA synchronous", "0");
    ASSERT_QUERY(other, "PRAGMA journal_mode", "wal");
}

static void
test_open_empty_file(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture_write(fixture, "empty.db", "", 0);
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session =
        fixture_try_open(fixture, "sqlite:empty.db", (BlOpenOptions){ 0 }, &error);
    g_assert_no_error(error);
    g_assert_false(session->created);
    fixture_run(session, "CREATE TABLE t (a)");
}

static void
test_open_read_only(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    BlOpenOptions options = { .read_only = TRUE, .create = TRUE };
    g_assert_null(fixture_try_open(fixture, "sqlite:a.db", options, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
    g_assert_false(fixture_exists(fixture, "a.db"));
    g_clear_error(&error);
    {
        g_autoptr(BlSession) writer = fixture_open(fixture, "sqlite:a.db");
        fixture_run(writer, "CREATE TABLE t (a)");
    }
    g_autoptr(BlSession) session = fixture_try_open(fixture, "sqlite:a.db", options, &error);
    g_assert_no_error(error);
    ASSERT_QUERY(session, "SELECT count(*) FROM t", "0");
    g_assert_false(session->engine->execute(session, "INSERT INTO t VALUES (1)", NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_IO);
    g_assert_nonnull(strstr(error->message, "read-only"));
    g_clear_error(&error);
    g_assert_false(session->engine->begin(session, BL_TX_WRITE, &error));
    g_clear_error(&error);
    g_assert_false(session->engine->lock(session, 0, &error));
    g_assert_false(fixture_exists(fixture, "a.db.baseline-lock"));
}

static void
test_open_ephemeral(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    BlOpenOptions options = { .create = TRUE, .ephemeral = TRUE };
    g_autoptr(BlSession) session = fixture_try_open(fixture, "sqlite:a.db", options, &error);
    g_assert_no_error(error);
    ASSERT_QUERY(session, "PRAGMA synchronous", "0");
    ASSERT_QUERY(session, "PRAGMA journal_mode", "memory");
    /* A rollback is still one. */
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t (a)");
    session->engine->rollback(session);
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
}

/* Runs @check in a child that is nobody; skips where that cannot be had. @return its exit status */
static int
run_as_nobody(Fixture *fixture, int (*check)(Fixture *fixture))
{
    g_assert_cmpint(chmod(fixture->folder, 0755), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(77);
        _exit(check(fixture));
    }
    int status = 0;
    g_assert_cmpint(waitpid(child, &status, 0), ==, child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static int
open_without_permission(Fixture *fixture)
{
    GError *error = NULL;
    BlSession *session = fixture_try_open(fixture, "sqlite:a.db", (BlOpenOptions){ 0 }, &error);
    if (session != NULL || error->code != BL_ERROR_CONNECT ||
        strstr(error->message, "ermission denied") == NULL)
        return 1;
    g_clear_error(&error);
    session = fixture_try_open(fixture, "sqlite:new.db", (BlOpenOptions){ .create = TRUE }, &error);
    if (session != NULL || error->code != BL_ERROR_IO)
        return 2;
    return 0;
}

static void
test_open_permission(Fixture *fixture, gconstpointer data)
{
    (void)data;
    {
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
        fixture_run(session, "CREATE TABLE t (a)");
    }
    g_autofree char *path = fixture_path(fixture, "a.db");
    g_assert_cmpint(chmod(path, 0400), ==, 0);
    int status = run_as_nobody(fixture, open_without_permission);
    if (status == 77)
        g_test_skip("cannot change the user");
    else
        g_assert_cmpint(status, ==, 0);
}

static int
read_wal_in_closed_folder(Fixture *fixture)
{
    GError *error = NULL;
    BlSession *session =
        fixture_try_open(fixture, "sqlite:a.db", (BlOpenOptions){ .read_only = TRUE }, &error);
    if (session == NULL)
        return 1;
    GString *text = g_string_new(NULL);
    if (!session->engine->query(session, "SELECT a FROM t", fixture_take_row, text, &error))
        return 2;
    return strcmp(text->str, "7") == 0 && fixture->warnings->len == 1 ? 0 : 3;
}

static void
test_open_wal_read_only_folder(Fixture *fixture, gconstpointer data)
{
    (void)data;
    {
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db?journal_mode=wal");
        fixture_run(session, "CREATE TABLE t (a)");
        fixture_run(session, "INSERT INTO t VALUES (7)");
    }
    g_assert_false(fixture_exists(fixture, "a.db-wal"));
    g_autofree char *path = fixture_path(fixture, "a.db");
    g_assert_cmpint(chmod(path, 0444), ==, 0);
    int status = run_as_nobody(fixture, read_wal_in_closed_folder);
    if (status == 77)
        g_test_skip("cannot change the user");
    else
        g_assert_cmpint(status, ==, 0);
}

/* --- errors of statements --- */

typedef struct {
    const char *name;
    const char *sql;
    BlErrorCode code;
    const char *message;
    const char *sqlstate;
} SqlCase;

static const SqlCase sql_errors[] = {
    { "syntax", "SELEC 1", BL_ERROR_SQL, "near \"SELEC\"", "SQLITE_ERROR" },
    { "no-table", "SELECT * FROM none", BL_ERROR_SQL, "no such table", "SQLITE_ERROR" },
    { "not-null", "INSERT INTO t VALUES (NULL)", BL_ERROR_SQL, "NOT NULL",
      "SQLITE_CONSTRAINT_NOTNULL" },
    { "unique", "INSERT INTO t VALUES (1)", BL_ERROR_SQL, "UNIQUE", "SQLITE_CONSTRAINT_UNIQUE" },
    { "check", "INSERT INTO t VALUES (-1)", BL_ERROR_SQL, "CHECK", "SQLITE_CONSTRAINT_CHECK" },
    { "foreign-key", "INSERT INTO c VALUES (9)", BL_ERROR_SQL, "FOREIGN KEY",
      "SQLITE_CONSTRAINT_FOREIGNKEY" },
    { "module", "CREATE VIRTUAL TABLE v USING nonsense(a)", BL_ERROR_UNSUPPORTED, "no such module",
      "SQLITE_ERROR" },
    { "function", "SELECT nonsense(1)", BL_ERROR_SQL, "no such function", "SQLITE_ERROR" },
    { "collation", "SELECT 1 ORDER BY 'a' COLLATE nonsense", BL_ERROR_SQL, "no such collation",
      "SQLITE_ERROR_MISSING_COLLSEQ" },
    { "line-end-in-name", "SELECT * FROM \"a\nb\"", BL_ERROR_SQL, "no such table: a b",
      "SQLITE_ERROR" },
    { "empty", "", BL_ERROR_SQL, "empty", NULL },
};

static void
test_sql_error(Fixture *fixture, gconstpointer data)
{
    const SqlCase *wanted = data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db?foreign_keys=on");
    fixture_run(session, "CREATE TABLE t (a INT NOT NULL UNIQUE CHECK (a > 0))");
    fixture_run(session, "CREATE TABLE c (a REFERENCES t (a))");
    fixture_run(session, "INSERT INTO t VALUES (1)");
    g_autoptr(GString) rows = g_string_new(NULL);
    g_assert_false(session->engine->query(session, wanted->sql, fixture_take_row, rows, &error));
    g_assert_error(error, BL_ERROR, (int)wanted->code);
    g_assert_nonnull(strstr(error->message, wanted->message));
    g_assert_null(strchr(error->message, '\n'));
    if (wanted->sqlstate != NULL)
        g_assert_cmpstr(bl_error_info(error)->sqlstate, ==, wanted->sqlstate);
}

static void
test_execute_counts_rows(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    gint64 rows = -1;
    fixture_run(session, "CREATE TABLE t (a)");
    g_assert_true(
        session->engine->execute(session, "INSERT INTO t VALUES (1), (2), (3)", &rows, &error));
    g_assert_cmpint(rows, ==, 3);
    g_assert_true(session->engine->execute(session, "CREATE TABLE u (a)", &rows, &error));
    g_assert_cmpint(rows, ==, 0);
    g_assert_true(session->engine->execute(session, "DELETE FROM t WHERE a > 1", &rows, &error));
    g_assert_cmpint(rows, ==, 2);
}

static gboolean
stop_after_two(const BlRow *row, void *data, GError **error)
{
    (void)row;
    if (++*(int *)data < 2)
        return TRUE;
    g_set_error(error, BL_ERROR, BL_ERROR_CONFLICT, "enough");
    return FALSE;
}

static void
test_query_ended_by_callback(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    int n = 0;
    g_assert_false(
        session->engine->query(session, "VALUES (1), (2), (3)", stop_after_two, &n, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_cmpint(n, ==, 2);
}

static gboolean
check_lengths(const BlRow *row, void *data, GError **error)
{
    (void)data;
    (void)error;
    g_assert_cmpuint(row->n, ==, 3);
    g_assert_cmpuint(row->lens[0], ==, 3);
    g_assert_cmpint(memcmp(row->values[0], "a\0b", 3), ==, 0);
    g_assert_null(row->values[1]);
    g_assert_nonnull(row->values[2]);
    g_assert_cmpuint(row->lens[2], ==, 0);
    return TRUE;
}

static void
test_query_values(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_true(session->engine->query(session, "SELECT 'a' || char(0) || 'b', NULL, x''",
                                         check_lengths, NULL, &error));
}

static void
test_statement_timeout(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    BlOpenOptions options = { .create = TRUE, .statement_timeout_ms = 50 };
    g_autoptr(BlSession) session = fixture_try_open(fixture, "sqlite::memory:", options, &error);
    g_assert_nonnull(session);
    g_assert_false(session->engine->execute(
        session,
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n",
        NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_nonnull(strstr(error->message, "50 ms"));
    g_clear_error(&error);
    g_assert_true(session->engine->execute(session, "SELECT 1", NULL, &error));
}

static void
test_cancelled(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t (a)");
    bl_cancel_request(SIGINT);
    g_assert_false(session->engine->execute(session, "CREATE TABLE u (a)", NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CANCELLED);
    session->engine->rollback(session);
    g_assert_false(session->engine->in_transaction(session));
    bl_cancel_clear();
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
}

/* --- transactions --- */

static void
test_busy(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) first = fixture_open(fixture, "sqlite:a.db");
    BlOpenOptions options = { .lock_timeout_ms = 20 };
    g_autoptr(BlSession) second = fixture_try_open(fixture, "sqlite:a.db", options, &error);
    g_assert_no_error(error);
    g_assert_true(first->engine->begin(first, BL_TX_WRITE, &error));
    gint64 started = g_get_monotonic_time();
    g_assert_false(second->engine->begin(second, BL_TX_WRITE, &error));
    g_assert_cmpint(g_get_monotonic_time() - started, <, 2000000);
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "locked by another process"));
    g_assert_nonnull(strstr(bl_error_info(error)->hint, "--lock-timeout"));
    g_clear_error(&error);
    first->engine->rollback(first);
    g_assert_true(second->engine->begin(second, BL_TX_WRITE, &error));
    second->engine->rollback(second);
}

static void
test_read_snapshot(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) writer = fixture_open(fixture, "sqlite:a.db?journal_mode=wal");
    fixture_run(writer, "CREATE TABLE t (a)");
    g_autoptr(BlSession) reader = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(reader->engine->begin(reader, BL_TX_READ, &error));
    fixture_run(writer, "INSERT INTO t VALUES (1)");
    ASSERT_QUERY(reader, "SELECT count(*) FROM t", "0");
    reader->engine->rollback(reader);
    ASSERT_QUERY(reader, "SELECT count(*) FROM t", "1");
}

static void
test_commit_checks_switched_off_keys(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db?foreign_keys=on");
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE p (id INTEGER PRIMARY KEY)");
    fixture_run(session, "CREATE TABLE c (id INTEGER PRIMARY KEY, p REFERENCES p (id))");
    fixture_run(session, "PRAGMA foreign_keys = OFF");
    g_assert_true(engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "INSERT INTO c VALUES (7, 1)");
    g_assert_false(engine->commit(session, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
    g_assert_nonnull(strstr(error->message, "row 7 of \"c\""));
    g_assert_nonnull(strstr(error->message, "\"p\""));
    g_assert_cmpstr(bl_error_info(error)->sqlstate, ==, "SQLITE_CONSTRAINT_FOREIGNKEY");
    g_clear_error(&error);
    engine->rollback(session);

    /* What was broken before is not held against a transaction. */
    fixture_run(session, "INSERT INTO c VALUES (8, 2)");
    g_assert_true(engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE other (a)");
    g_assert_true(engine->commit(session, &error));
    g_assert_no_error(error);
}

static void
test_commit_ignores_keys_never_on(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE c (p REFERENCES nowhere (id))");
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "INSERT INTO c VALUES (1)");
    g_assert_true(session->engine->commit(session, &error));
}

/* --- the migration lock --- */

static void
test_lock_excludes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) first = fixture_open(fixture, "sqlite:a.db");
    g_autofree char *link_path = fixture_path(fixture, "link.db");
    g_assert_cmpint(symlink("a.db", link_path), ==, 0);
    g_autoptr(BlSession) second = fixture_open(fixture, "sqlite:link.db");
    const BlEngine *engine = first->engine;
    char *holder = NULL;
    g_assert_true(engine->lock_holder(second, &holder, &error));
    g_assert_null(holder);

    g_assert_true(engine->lock(first, 0, &error));
    g_assert_true(engine->lock(first, 0, &error));
    g_assert_true(fixture_exists(fixture, "a.db.baseline-lock"));
    g_assert_false(engine->lock(second, 0, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_autofree char *pid = g_strdup_printf("pid %ld on ", (long)getpid());
    g_assert_nonnull(strstr(error->message, pid));
    g_assert_nonnull(strstr(bl_error_info(error)->hint, "--lock-wait"));
    g_clear_error(&error);
    g_assert_true(engine->lock_holder(second, &holder, &error));
    g_assert_true(g_str_has_prefix(holder, pid));
    g_clear_pointer(&holder, g_free);

    engine->unlock(first);
    engine->unlock(first);
    g_assert_false(fixture_exists(fixture, "a.db.baseline-lock"));
    g_assert_true(engine->lock(second, 0, &error));
    engine->unlock(second);
}

/* A process that dies leaves the file, and no lock. */
static void
test_lock_dies_with_process(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    {
        g_autoptr(BlSession) maker = fixture_open(fixture, "sqlite:a.db");
        fixture_run(maker, "CREATE TABLE t (a)");
    }
    int ready[2];
    g_assert_cmpint(pipe(ready), ==, 0);
    pid_t child = fork();
    if (child == 0) {
        BlSession *session = fixture_try_open(fixture, "sqlite:a.db", (BlOpenOptions){ 0 }, NULL);
        char byte = session != NULL && session->engine->lock(session, 0, NULL) ? 'y' : 'n';
        if (write(ready[1], &byte, 1) != 1)
            _exit(1);
        for (;;)
            pause();
    }
    char byte = 0;
    g_assert_cmpint(read(ready[0], &byte, 1), ==, 1);
    g_assert_cmpint(byte, ==, 'y');
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_false(session->engine->lock(session, 120, &error));
    g_autofree char *pid = g_strdup_printf("pid %ld ", (long)child);
    g_assert_nonnull(strstr(error->message, pid));
    g_clear_error(&error);
    g_assert_cmpint(kill(child, SIGKILL), ==, 0);
    g_assert_cmpint(waitpid(child, NULL, 0), ==, child);
    g_assert_true(fixture_exists(fixture, "a.db.baseline-lock"));
    g_assert_true(session->engine->lock(session, 2000, &error));
    g_assert_no_error(error);
    session->engine->unlock(session);
    close(ready[0]);
    close(ready[1]);
}

static void
test_lock_lost(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(session->engine->lock(session, 0, &error));
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t (a)");
    g_autofree char *path = fixture_path(fixture, "a.db.baseline-lock");
    g_assert_cmpint(g_unlink(path), ==, 0);
    fixture_write(fixture, "a.db.baseline-lock", "somebody else's", -1);
    g_assert_false(session->engine->commit(session, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "lost"));
    session->engine->rollback(session);
    session->engine->unlock(session);
    /* Not ours: it stays. */
    g_assert_true(fixture_exists(fixture, "a.db.baseline-lock"));
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
}

static void
test_lock_memory(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_true(session->engine->lock(session, 0, &error));
    session->engine->unlock(session);
}

static int
lock_in_closed_folder(Fixture *fixture)
{
    GError *error = NULL;
    BlSession *session = fixture_try_open(fixture, "sqlite:a.db", (BlOpenOptions){ 0 }, &error);
    if (session == NULL)
        return 1;
    if (session->engine->lock(session, 0, &error) || error->code != BL_ERROR_IO)
        return 2;
    return strstr(bl_error_info(error)->hint, "--disable-locks") != NULL ? 0 : 3;
}

static void
test_lock_folder_not_writable(Fixture *fixture, gconstpointer data)
{
    (void)data;
    {
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
        fixture_run(session, "CREATE TABLE t (a)");
    }
    g_autofree char *path = fixture_path(fixture, "a.db");
    g_assert_cmpint(chmod(path, 0666), ==, 0);
    int status = run_as_nobody(fixture, lock_in_closed_folder);
    if (status == 77)
        g_test_skip("cannot change the user");
    else
        g_assert_cmpint(status, ==, 0);
}

/* --- what a statement is --- */

typedef struct {
    const char *sql;
    guint traits;
} ClassifyCase;

static const ClassifyCase classified[] = {
    { "", 0 },
    { "-- only a comment", 0 },
    { "CREATE TABLE t (a)", BL_STMT_CREATE },
    { "/* x */ create -- y\n unique index i on t (a)", BL_STMT_CREATE },
    { "CREATE TABLE main.t (a)", BL_STMT_CREATE },
    { "CREATE TABLE temp.t (a)", BL_STMT_CREATE },
    { "CREATE TABLE other.t (a)", BL_STMT_CREATE | BL_STMT_OTHER_DATABASE },
    { "CREATE TABLE IF NOT EXISTS \"other\".\"t\" (a)", BL_STMT_CREATE | BL_STMT_OTHER_DATABASE },
    { "CREATE TRIGGER other.t AFTER INSERT ON t BEGIN SELECT 1; END",
      BL_STMT_CREATE | BL_STMT_OTHER_DATABASE },
    { "CREATE VIRTUAL TABLE v USING fts5(a)", BL_STMT_CREATE },
    { "DROP TABLE t", BL_STMT_DROP },
    { "DROP VIEW IF EXISTS v", BL_STMT_DROP | BL_STMT_IF_EXISTS },
    { "DROP TABLE IF EXISTS other.t", BL_STMT_DROP | BL_STMT_IF_EXISTS | BL_STMT_OTHER_DATABASE },
    { "ALTER TABLE t ADD COLUMN b", 0 },
    { "INSERT INTO t VALUES (1)", BL_STMT_DML },
    { "INSERT OR REPLACE INTO other.t VALUES (1)", BL_STMT_DML | BL_STMT_OTHER_DATABASE },
    { "REPLACE INTO t VALUES (1)", BL_STMT_DML },
    { "UPDATE t SET a = 1", BL_STMT_DML },
    { "UPDATE OR IGNORE other.t SET a = 1", BL_STMT_DML | BL_STMT_OTHER_DATABASE },
    { "DELETE FROM t", BL_STMT_DML },
    { "WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", BL_STMT_DML },
    { "WITH x(a) AS (SELECT ')'), y AS (DELETE FROM t) SELECT * FROM x", BL_STMT_READ },
    { "WITH replace AS (SELECT 1) SELECT * FROM replace", BL_STMT_READ },
    { "SELECT 1", BL_STMT_READ },
    { "VALUES (1)", BL_STMT_READ },
    { "EXPLAIN QUERY PLAN DELETE FROM t", BL_STMT_READ },
    { "BEGIN", BL_STMT_TX_BEGIN },
    { "BEGIN IMMEDIATE TRANSACTION", BL_STMT_TX_BEGIN },
    { "COMMIT", BL_STMT_TX_COMMIT },
    { "END TRANSACTION", BL_STMT_TX_COMMIT },
    { "ROLLBACK", BL_STMT_TX_ROLLBACK },
    { "ROLLBACK TRANSACTION TO SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "ROLLBACK TO s", BL_STMT_SAVEPOINT },
    { "SAVEPOINT s", BL_STMT_SAVEPOINT },
    { "RELEASE s", BL_STMT_SAVEPOINT },
    { "VACUUM", BL_STMT_OUTSIDE_TX },
    { "VACUUM main INTO 'x.db'", BL_STMT_OUTSIDE_TX | BL_STMT_OTHER_DATABASE },
    { "ATTACH 'x.db' AS x", BL_STMT_OTHER_DATABASE },
    { "DETACH x", BL_STMT_OTHER_DATABASE | BL_STMT_OUTSIDE_TX },
    { "PRAGMA foreign_keys = OFF", BL_STMT_SETTING | BL_STMT_SILENT_IN_TX },
    { "pragma main.foreign_keys(1)", BL_STMT_SETTING | BL_STMT_SILENT_IN_TX },
    { "PRAGMA foreign_keys", BL_STMT_READ },
    { "PRAGMA journal_mode = WAL", BL_STMT_OUTSIDE_TX },
    { "PRAGMA journal_mode", BL_STMT_READ },
    { "PRAGMA main.journal_mode('Wal')", BL_STMT_OUTSIDE_TX },
    { "PRAGMA journal_mode = MEMORY", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING },
    { "PRAGMA journal_mode=OFF", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING | BL_STMT_NO_WAY_BACK },
    { "PRAGMA main.journal_mode(\"off\")",
      BL_STMT_SILENT_IN_TX | BL_STMT_TUNING | BL_STMT_NO_WAY_BACK },
    { "PRAGMA synchronous = OFF", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING },
    { "PRAGMA temp_store = 2", BL_STMT_SILENT_IN_TX | BL_STMT_TUNING },
    { "PRAGMA page_size = 512", BL_STMT_SILENT_IN_TX },
    { "PRAGMA encoding = 'UTF-16'", BL_STMT_SILENT_IN_TX },
    { "PRAGMA user_version = 5", 0 },
    { "PRAGMA user_version", BL_STMT_READ },
    { "PRAGMA application_id = 5", 0 },
    { "PRAGMA recursive_triggers = ON", BL_STMT_SETTING },
    { "PRAGMA table_info(t)", BL_STMT_READ },
    { "PRAGMA wal_checkpoint", BL_STMT_OUTSIDE_TX },
    { "ANALYZE", 0 },
    { "REINDEX t", 0 },
    { "CREATE TEMP TABLE baseline_gate (a)", BL_STMT_GATE },
    { "INSERT OR ROLLBACK INTO temp.baseline_gate (a) SELECT 1", BL_STMT_GATE },
    { "DROP TABLE temp.baseline_gate", BL_STMT_GATE },
    { "DROP TABLE temp.baseline_gate12", BL_STMT_GATE },
    { "CREATE TEMP TABLE baseline_gates (a)", BL_STMT_CREATE },
    { "CREATE TABLE baseline_gate (a)", BL_STMT_CREATE },
    { "INSERT INTO baseline_gate VALUES (1)", BL_STMT_DML },
    { "CREATE INDEX i ON baseline_gate (a)", BL_STMT_CREATE },
    { "DROP TABLE baseline_gate", BL_STMT_DROP },
};

static void
test_classify(void)
{
    const BlEngine *engine = bl_engine_find("sqlite");
    for (gsize i = 0; i < G_N_ELEMENTS(classified); i++) {
        guint traits = engine->classify(classified[i].sql, strlen(classified[i].sql));
        if (traits != classified[i].traits)
            g_test_message("%s", classified[i].sql);
        g_assert_cmphex(traits, ==, classified[i].traits);
    }
}

#define ADD(path, data, function)                                                                  \
    g_test_add(path, Fixture, data, fixture_set_up, function, fixture_tear_down)

static void
add_cases(void)
{
    for (gsize i = 0; i < G_N_ELEMENTS(refused); i++) {
        g_autofree char *path = g_strdup_printf("/engine-sqlite/open/refuses-%s", refused[i].name);
        ADD(path, &refused[i], test_open_refuses);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(made); i++) {
        g_autofree char *path = g_strdup_printf("/engine-sqlite/open/makes-%s", made[i].name);
        ADD(path, &made[i], test_open_makes);
    }
    for (gsize i = 0; i < G_N_ELEMENTS(sql_errors); i++) {
        g_autofree char *path = g_strdup_printf("/engine-sqlite/error/%s", sql_errors[i].name);
        ADD(path, &sql_errors[i], test_sql_error);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add_cases();
    ADD("/engine-sqlite/open/parameters-work", NULL, test_open_parameters_work);
    ADD("/engine-sqlite/open/empty-file-is-a-database", NULL, test_open_empty_file);
    ADD("/engine-sqlite/open/read-only-writes-nothing", NULL, test_open_read_only);
    ADD("/engine-sqlite/open/ephemeral-can-roll-back", NULL, test_open_ephemeral);
    ADD("/engine-sqlite/open/permission", NULL, test_open_permission);
    ADD("/engine-sqlite/open/wal-in-read-only-folder", NULL, test_open_wal_read_only_folder);
    ADD("/engine-sqlite/execute/counts-rows", NULL, test_execute_counts_rows);
    ADD("/engine-sqlite/query/ended-by-callback", NULL, test_query_ended_by_callback);
    ADD("/engine-sqlite/query/values", NULL, test_query_values);
    ADD("/engine-sqlite/execute/statement-timeout", NULL, test_statement_timeout);
    ADD("/engine-sqlite/execute/cancelled", NULL, test_cancelled);
    ADD("/engine-sqlite/begin/busy", NULL, test_busy);
    ADD("/engine-sqlite/begin/read-is-a-snapshot", NULL, test_read_snapshot);
    ADD("/engine-sqlite/commit/checks-switched-off-keys", NULL,
        test_commit_checks_switched_off_keys);
    ADD("/engine-sqlite/commit/ignores-keys-never-on", NULL, test_commit_ignores_keys_never_on);
    ADD("/engine-sqlite/lock/excludes-through-links", NULL, test_lock_excludes);
    ADD("/engine-sqlite/lock/dies-with-process", NULL, test_lock_dies_with_process);
    ADD("/engine-sqlite/lock/lost-lock-stops-commit", NULL, test_lock_lost);
    ADD("/engine-sqlite/lock/memory", NULL, test_lock_memory);
    ADD("/engine-sqlite/lock/folder-not-writable", NULL, test_lock_folder_not_writable);
    g_test_add_func("/engine-sqlite/classify/table", test_classify);
    return g_test_run();
}
