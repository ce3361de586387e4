/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"

#define FIXTURE_DATABASE "bl_unit_session"
#include "tests/unit/postgres_fixture.h"

static const BlOpenOptions plain = { 0 };

/* --- opening --- */

typedef struct {
    const char *user;
    const char *database;
    const char *more;
    BlErrorCode code;
    const char *message; /* part of it */
    const char *hint;    /* part of it; NULL: none asked for */
    const char *sqlstate;
} Refusal;

static const Refusal refusals[] = {
    { "postgres", "bl_none", "", BL_ERROR_CONNECT, "database \"bl_none\" does not exist",
      "--create", "3D000" },
    { "bl_nobody", "postgres", "", BL_ERROR_CONNECT, "role \"bl_nobody\" does not exist",
      "check the user", "28000" },
    { "postgres", "template0", "", BL_ERROR_CONNECT, "not currently accepting connections",
      "choose another", "55000" },
    { "bl_reader", "postgres", "", BL_ERROR_CONNECT, "not permitted to log in", "check the user",
      "28000" },
    { "postgres", "postgres", "&host=/nowhere", BL_ERROR_CONNECT, "No such file", "--wait", NULL },
    { "postgres", "postgres", "&host=127.0.0.1&port=1", BL_ERROR_CONNECT, "Connection refused",
      "--wait", NULL },
    { "postgres", "postgres", "&service=none", BL_ERROR_CONNECT, "service \"none\" not found",
      "PGSERVICEFILE", NULL },
    { "postgres", "postgres", "&port=none", BL_ERROR_CONNECT, "\"none\"", NULL, NULL },
    { "postgres", "postgres", "&passwort=geheim", BL_ERROR_USAGE,
      "cannot be read: invalid URI query parameter: \"passwort\"", "parameters of", NULL },
    { "postgres", "postgres", "&options=%zz", BL_ERROR_USAGE, "%-escape", "%25", NULL },
    { "postgres", "postgres", "&options=-c%20nothing%3D1", BL_ERROR_CONNECT,
      "unrecognized configuration parameter", NULL, "42704" },
};

static void
test_open_refused(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(refusals); i++) {
        const Refusal *refusal = &refusals[i];
        g_autofree char *text =
            fixture_url(fixture, refusal->user, refusal->database, refusal->more);
        g_autoptr(GError) error = NULL;
        g_assert_null(fixture_try_open(fixture, text, plain, &error));
        ASSERT_ERROR(error, refusal->code, refusal->message);
        g_assert_null(strstr(error->message, "geheim"));
        if (refusal->hint != NULL)
            ASSERT_HINT(error, refusal->hint);
        if (refusal->sqlstate != NULL)
            g_assert_cmpstr(bl_error_info(error)->sqlstate, ==, refusal->sqlstate);
    }
}

static void
test_open_speaks_any_language(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture_start_proxy(fixture, "german", NULL);
    g_autofree char *text =
        g_strdup_printf("postgres://postgres@/bl_none?host=%s&port=5432", fixture->folder);
    g_autoptr(GError) error = NULL;
    g_assert_null(fixture_try_open(fixture, text, plain, &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "Datenbank \"bl_none\" existiert nicht");
    ASSERT_HINT(error, "--create");
}

static void
test_open_facts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autofree char *label =
        g_strdup_printf("%s:54%s/%s", fixture->host, fixture->version, FIXTURE_DATABASE);
    g_assert_cmpstr(session->label, ==, label);
    g_assert_cmpstr(session->flavour, ==, "postgres");
    ASSERT_TEXT(session, "SELECT split_part(current_setting('server_version'), ' ', 1)",
                session->version);
    g_assert_false(session->created);
    ASSERT_TEXT(session,
                "SELECT application_name FROM pg_stat_activity WHERE pid = pg_backend_pid()",
                "baseline");
}

/* Settings of a session: what the URL says, and what it comes to. */
static const struct {
    const char *more; /* of the URL */
    const char *name;
    const char *value;
    const char *other; /* that it can be set to */
} settings[] = {
    { "", "client_encoding", "UTF8", "LATIN1" },
    { "", "synchronize_seqscans", "off", "on" },
    { "", "idle_in_transaction_session_timeout", "0", "1000" },
    { "&options=-c%20synchronize_seqscans%3Don", "synchronize_seqscans", "off", "on" },
    { "&options=-c%20extra_float_digits%3D0", "extra_float_digits", "0", "3" },
    { "&options=-c%20DateStyle%3DDMY", "DateStyle", "ISO, DMY", "'SQL'" },
    { "&options=-c%20work_mem%3D5MB", "work_mem", "5MB", "100" },
    { "&options=-c%20search_path%3Da", "search_path", "a", "x" },
    { "&options=-c%20search_path%3Da&search_path=b", "search_path", "b", "x" },
    { "&search_path=%22a%20b%22,%20%22c%5Cd%22,public", "search_path", "\"a b\", \"c\\d\",public",
      "x" },
    { "&application_name=mine", "application_name", "mine", "x" },
    { "&options=-c%20lock_timeout%3D7s", "lock_timeout", "7s", "1" },
};

static void
test_open_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    for (gsize i = 0; i < G_N_ELEMENTS(settings); i++) {
        g_autoptr(BlSession) session = fixture_open_with(fixture, plain, settings[i].more);
        g_autofree char *sql = g_strdup_printf("SELECT current_setting('%s')", settings[i].name);
        ASSERT_TEXT(session, sql, settings[i].value);
        /* And it is what a reset comes back to. */
        g_autofree char *change =
            g_strdup_printf("SET %s = %s", settings[i].name, settings[i].other);
        fixture_run(session, change);
        g_autoptr(GError) error = NULL;
        g_assert_true(session->engine->reset_settings(session, &error));
        g_assert_no_error(error);
        ASSERT_TEXT(session, sql, settings[i].value);
    }
}

static void
test_open_options(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlOpenOptions options = {
        .read_only = TRUE, .ephemeral = TRUE, .lock_timeout_ms = 1500, .statement_timeout_ms = 60000
    };
    g_autoptr(BlSession) session =
        fixture_open_with(fixture, options,
                          "&options=-c%20lock_timeout%3D7s%20-c%20bytea_output"
                          "%3Descape%20-c%20DateStyle%3DGerman");
    ASSERT_TEXT(session, "SELECT '\\x41'::bytea::text || ' ' || date '2020-02-03'",
                "\\x41 2020-02-03");
    ASSERT_TEXT(session, "SELECT current_setting('lock_timeout')", "1500ms");
    ASSERT_TEXT(session, "SELECT current_setting('statement_timeout')", "1min");
    ASSERT_TEXT(session, "SELECT current_setting('synchronous_commit')", "off");
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, "CREATE TABLE t ()", NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "read-only transaction");
}

/* A test's variables of the environment. */
static void
test_open_environment(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *folder = g_dir_make_tmp("baseline-XXXXXX", &error);
    g_autofree char *file = g_build_filename(folder, "services", NULL);
    g_autofree char *text =
        g_strdup_printf("[unit]\nhost=%s\nport=54%s\nuser=postgres\ndbname=%s\noptions=-c "
                        "work_mem=3MB\n",
                        fixture->host, fixture->version, FIXTURE_DATABASE);
    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    g_setenv("PGSERVICEFILE", file, TRUE);
    {
        g_autoptr(BlSession) session =
            fixture_try_open(fixture, "postgres://?service=unit&search_path=x", plain, &error);
        g_assert_no_error(error);
        ASSERT_TEXT(session, "SELECT current_setting('work_mem') || current_setting('search_path')",
                    "3MBx");
        ASSERT_TEXT(session, "SELECT current_setting('synchronize_seqscans')", "off");
    }
    g_setenv("PGSERVICE", "unit", TRUE);
    g_setenv("PGAPPNAME", "me", TRUE);
    g_setenv("PGDATESTYLE", "German", TRUE);
    {
        g_autoptr(BlSession) session = fixture_try_open(fixture, "postgres:", plain, &error);
        g_assert_no_error(error);
        ASSERT_TEXT(session, "SELECT current_setting('work_mem')", "3MB");
        ASSERT_TEXT(session, "SELECT current_setting('application_name')", "me");
        ASSERT_TEXT(session, "SELECT date '2020-02-03'", "03.02.2020");
        g_assert_true(session->engine->reset_settings(session, &error));
        ASSERT_TEXT(session, "SELECT date '2020-02-03'", "03.02.2020");
    }
    {
        const BlOpenOptions reading = { .read_only = TRUE };
        g_autoptr(BlSession) session = fixture_try_open(fixture, "postgres:", reading, &error);
        g_assert_no_error(error);
        ASSERT_TEXT(session, "SELECT date '2020-02-03'", "2020-02-03");
        g_assert_true(session->engine->reset_settings(session, &error));
        ASSERT_TEXT(session, "SELECT date '2020-02-03'", "2020-02-03");
    }
    g_unsetenv("PGSERVICE");
    g_unsetenv("PGSERVICEFILE");
    g_unsetenv("PGAPPNAME");
    g_unsetenv("PGDATESTYLE");
    g_setenv("PGOPTIONS", "-c work_mem=4MB", TRUE);
    {
        g_autoptr(BlSession) session = fixture_open(fixture);
        ASSERT_TEXT(session, "SELECT current_setting('work_mem')", "4MB");
    }
    g_unsetenv("PGOPTIONS");
    g_unlink(file);
    g_rmdir(folder);
}

static void
test_open_keywords(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *text = g_strdup_printf(
        "postgresql:host = '%s' port=54%s user=postgres dbname=%s search_path='\"a b\",\\'c' "
        "application_name=it\\'s",
        fixture->host, fixture->version, FIXTURE_DATABASE);
    g_autoptr(BlSession) session = fixture_try_open(fixture, text, plain, &error);
    g_assert_no_error(error);
    ASSERT_TEXT(session, "SELECT current_setting('search_path')", "\"a b\",'c");
    ASSERT_TEXT(session, "SELECT current_setting('application_name')", "it's");
}

static void
test_open_several_hosts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *refused =
        g_strdup_printf("postgres://postgres@/%s?host=/nowhere,%s&port=5432,54%s", FIXTURE_DATABASE,
                        fixture->host, fixture->version);
    g_autoptr(BlSession) session = fixture_try_open(fixture, refused, plain, &error);
    g_assert_no_error(error);
    ASSERT_TEXT(session, "SELECT current_database()", FIXTURE_DATABASE);

    fixture_start_proxy(fixture, "silent", NULL);
    g_autofree char *silent =
        g_strdup_printf("postgres://postgres@/%s?host=%s,%s&port=5432,54%s&connect_timeout=1",
                        FIXTURE_DATABASE, fixture->folder, fixture->host, fixture->version);
    g_autoptr(BlSession) other = fixture_try_open(fixture, silent, plain, &error);
    g_assert_no_error(error);
    ASSERT_TEXT(other, "SELECT current_database()", FIXTURE_DATABASE);

    g_assert_null(fixture_try_proxy(fixture, plain, "&connect_timeout=1", &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "no answer");
    ASSERT_HINT(error, "connect_timeout");
}

static void
test_open_creates(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char name[] = "bl unit \"made\"";
    g_autoptr(BlSession) admin = fixture_open(fixture);
    fixture_run(admin, "DROP DATABASE IF EXISTS \"bl unit \"\"made\"\"\"");
    g_autofree char *escaped = g_uri_escape_string(name, NULL, FALSE);
    g_autofree char *text = fixture_url(fixture, "bl_owner", escaped, "");
    g_autoptr(GError) error = NULL;

    const BlOpenOptions dry = { .create = TRUE, .read_only = TRUE };
    g_assert_null(fixture_try_open(fixture, text, dry, &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "does not exist");
    g_clear_error(&error);

    const BlOpenOptions create = { .create = TRUE };
    BlSession *made = fixture_try_open(fixture, text, create, &error);
    g_assert_no_error(error);
    g_assert_true(made->created);
    ASSERT_TEXT(made, "SELECT current_database()", name);
    bl_session_close(made);

    BlSession *again = fixture_try_open(fixture, text, create, &error);
    g_assert_no_error(error);
    g_assert_false(again->created);
    bl_session_close(again);
    fixture_run(admin, "DROP DATABASE \"bl unit \"\"made\"\"\"");

    g_autofree char *limited = fixture_url(fixture, "bl_limited", "bl_unit_other", "");
    g_assert_null(fixture_try_open(fixture, limited, create, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "cannot make database \"bl_unit_other\": permission denied");
}

/* One that keeps the backend, whatever it says of its number, and one that takes no options. */
static void
test_open_pooler(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const faults[] = { "pooler", "no-options" };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        g_autoptr(GError) error = NULL;
        fixture_start_proxy(fixture, faults[i], NULL);
        BlSession *session = fixture_try_proxy(fixture, plain, "&search_path=a,%20b", &error);
        g_assert_no_error(error);
        ASSERT_TEXT(session, "SHOW search_path", "a, b");
        ASSERT_TEXT(session, "SHOW IntervalStyle", "postgres");
        fixture_run(session, "SET synchronize_seqscans = on");
        g_assert_true(session->engine->reset_settings(session, &error));
        ASSERT_TEXT(session, "SHOW synchronize_seqscans", "off");
        ASSERT_TEXT(session, "SHOW search_path", "a, b");
        g_assert_true(session->engine->lock(session, 0, &error));
        bl_session_close(session);
        if (i + 1 < G_N_ELEMENTS(faults))
            fixture_stop_proxy(fixture);
    }
    /* Options of the user's own cannot be left out. */
    g_autoptr(GError) error = NULL;
    g_assert_null(fixture_try_proxy(fixture, plain, "&options=-c%20work_mem=64kB", &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "unsupported startup parameter");
    ASSERT_HINT(error, "the server itself");
}

static void
test_open_pooler_later(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    fixture_start_proxy(fixture, "pool-later", NULL);
    g_autoptr(BlSession) session = fixture_try_proxy(fixture, plain, "", &error);
    g_assert_no_error(error);
    g_assert_false(session->engine->lock(session, 0, &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "a connection pooler stands before");
    ASSERT_HINT(error, "the server itself");
}

/* --- statements --- */

static void
test_execute_rows(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *sql;
        gint64 rows;
    } cases[] = {
        { "CREATE TABLE t (a int)", 0 },
        { "INSERT INTO t VALUES (1), (2), (3)", 3 },
        { "UPDATE t SET a = a + 1 WHERE a > 1", 2 },
        { "SELECT a FROM t", 0 },
        { "DELETE FROM t", 3 },
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        gint64 rows = -1;
        g_assert_true(session->engine->execute(session, cases[i].sql, &rows, &error));
        g_assert_no_error(error);
        g_assert_cmpint(rows, ==, cases[i].rows);
    }
}

static void
test_execute_errors(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const struct {
        const char *sql;
        BlErrorCode code;
        const char *sqlstate;
        const char *message;
        const char *hint; /* NULL: none asked for */
    } cases[] = {
        { "SELECT nothing", BL_ERROR_SQL, "42703", "column \"nothing\" does not exist", NULL },
        { "INSERT INTO t VALUES (1)", BL_ERROR_SQL, "23505", "duplicate key", NULL },
        { "BEGIN; VACUUM", BL_ERROR_SQL, "25001", "cannot run inside a transaction block",
          "outside a transaction" },
        { "COPY t TO stdout", BL_ERROR_SQL, NULL, "COPY to or from the client", "INSERT" },
        { "COPY t FROM stdin", BL_ERROR_SQL, NULL, "COPY to or from the client", "INSERT" },
        { "SELECT 1; COPY t TO stdout; SELECT 2", BL_ERROR_SQL, NULL, "COPY to or from the client",
          NULL },
        { "SET statement_timeout = 20; SELECT pg_sleep(60)", BL_ERROR_SQL, "57014",
          "statement timeout", "--statement-timeout" },
        { "SET lock_timeout = 20; LOCK TABLE held", BL_ERROR_CONFLICT, "55P03", "lock timeout",
          "--lock-timeout" },
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(BlSession) other = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE t (a int PRIMARY KEY); INSERT INTO t VALUES (1);"
                         "CREATE TABLE held ()");
    fixture_run(other, "BEGIN; LOCK TABLE held");
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(GError) error = NULL;
        g_assert_false(session->engine->execute(session, cases[i].sql, NULL, &error));
        ASSERT_ERROR(error, cases[i].code, cases[i].message);
        g_assert_cmpstr(bl_error_info(error)->sqlstate, ==, cases[i].sqlstate);
        if (cases[i].hint != NULL)
            ASSERT_HINT(error, cases[i].hint);
        session->engine->rollback(session);
        ASSERT_TEXT(session, "SELECT 42", "42");
    }
}

static gboolean
stop_at_third(const BlRow *row, void *data, GError **error)
{
    guint *n = data;
    g_assert_cmpuint(row->n, ==, 2);
    g_assert_null(row->values[1]);
    g_assert_cmpuint(row->lens[0], ==, strlen(row->values[0]));
    if (++*n < 3)
        return TRUE;
    bl_error_set(error, BL_ERROR_IO, NULL, "enough");
    return FALSE;
}

static void
test_query_stops(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    guint n = 0;
    g_assert_false(session->engine->query(
        session, "SELECT g, NULL FROM generate_series(1, 20000) g", stop_at_third, &n, &error));
    ASSERT_ERROR(error, BL_ERROR_IO, "enough");
    g_assert_cmpuint(n, ==, 3);
    ASSERT_TEXT(session, "SELECT 42", "42");
}

static void
test_warnings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "DO $$ BEGIN RAISE NOTICE 'quiet'; RAISE WARNING 'loud\n%', 1; END $$");
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    g_assert_cmpstr(g_ptr_array_index(fixture->warnings, 0), ==, "the server warns: loud 1");
}

static gpointer
ask_to_end(gpointer data)
{
    g_usleep(200000);
    bl_cancel_request(SIGINT);
    return data;
}

static void
test_cancel(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t ()");
    gint64 started = g_get_monotonic_time();
    GThread *thread = g_thread_new("cancel", ask_to_end, NULL);
    g_assert_false(session->engine->execute(session, "SELECT pg_sleep(60)", NULL, &error));
    g_thread_join(thread);
    ASSERT_ERROR(error, BL_ERROR_CANCELLED, "interrupt");
    g_assert_cmpint(g_get_monotonic_time() - started, <, (gint64)20 * G_USEC_PER_SEC);
    /* The way back works although the wish is still there. */
    session->engine->rollback(session);
    g_assert_false(session->engine->in_transaction(session));
    session->engine->unlock(session);
    bl_cancel_clear();
    ASSERT_TEXT(session, "SELECT to_regclass('t')", NULL);
}

/* --- transactions --- */

static void
test_commit_of_a_failed_one(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t ()");
    g_assert_false(session->engine->execute(session, "SELECT nothing", NULL, NULL));
    g_assert_true(session->engine->in_transaction(session));
    g_assert_false(session->engine->commit(session, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "rolled back");
    g_assert_false(session->engine->in_transaction(session));
    g_clear_error(&error);

    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "COMMIT");
    g_assert_false(session->engine->commit(session, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "ended by a statement");
}

static void
test_read_is_a_snapshot(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(BlSession) other = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    fixture_run(other, "CREATE TABLE t (a int)");
    g_assert_true(session->engine->begin(session, BL_TX_READ, &error));
    g_assert_true(session->engine->in_transaction(session));
    fixture_run(other, "INSERT INTO t VALUES (1)");
    /* It starts with its first statement. */
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "1");
    fixture_run(other, "INSERT INTO t VALUES (2)");
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "1");
    g_assert_false(session->engine->execute(session, "DELETE FROM t", NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "read-only transaction");
    session->engine->rollback(session);
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "2");
    g_clear_error(&error);

    /* Nothing was sent: nothing is left open. */
    g_assert_true(session->engine->begin(session, BL_TX_READ, &error));
    g_assert_true(session->engine->commit(session, &error));
    g_assert_false(session->engine->in_transaction(session));
    g_assert_true(session->engine->begin(session, BL_TX_READ, &error));
    session->engine->rollback(session);
    fixture_run(session, "INSERT INTO t VALUES (3)");
}

static void
test_reset_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->lock(session, 0, &error));
    fixture_run(session, "CREATE TABLE t (a int); SET ROLE bl_limited");
    fixture_run(session, "RESET ROLE; SET SESSION AUTHORIZATION bl_limited; SET search_path = ''; "
                         "SET check_function_bodies = off; SET lock_timeout = 1");
    fixture_run(session, "CREATE TEMP TABLE t (b text); PREPARE p AS SELECT 1; LISTEN x; "
                         "DECLARE c CURSOR WITH HOLD FOR SELECT 1");
    g_assert_true(session->engine->reset_settings(session, &error));
    g_assert_no_error(error);
    ASSERT_TEXT(session, "SELECT session_user || current_user", "postgrespostgres");
    ASSERT_TEXT(session, "SELECT current_setting('search_path')", "\"$user\", public");
    ASSERT_TEXT(session, "SELECT current_setting('check_function_bodies')", "on");
    ASSERT_TEXT(session, "SELECT current_setting('lock_timeout')", "0");
    ASSERT_TEXT(session,
                "SELECT (SELECT count(*) FROM pg_prepared_statements) + (SELECT count(*) FROM "
                "pg_cursors) + (SELECT count(*) FROM pg_listening_channels())",
                "0");
    ASSERT_TEXT(session,
                "SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum "
                "= 1",
                "a");
    /* The lock is none of the settings. */
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    g_assert_true(session->engine->commit(session, &error));
    g_assert_no_error(error);
}

/* --- connections that end --- */

static void
terminate(Fixture *fixture, BlSession *victim)
{
    g_autoptr(BlSession) other = fixture_open(fixture);
    g_autofree char *pid = fixture_text(victim, "SELECT pg_backend_pid()");
    g_autofree char *sql = g_strdup_printf("SELECT pg_terminate_backend(%s, 5000)", pid);
    ASSERT_TEXT(other, sql, "t");
}

static void
test_terminated(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    terminate(fixture, session);
    g_assert_false(session->engine->execute(session, "SELECT 1", NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "terminating connection");
    g_clear_error(&error);
    g_assert_false(session->engine->execute(session, "SELECT 1", NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
    g_clear_error(&error);
    g_assert_false(session->engine->commit(session, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
    session->engine->rollback(session);
    session->engine->unlock(session);
    g_clear_error(&error);
    g_assert_false(session->engine->reset_settings(session, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
}

static gpointer
terminate_soon(gpointer data)
{
    Fixture *fixture = data;
    g_usleep(300000);
    g_autoptr(BlSession) other = fixture_open(fixture);
    fixture_run(other, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE "
                       "'SELECT pg_sleep%' AND datname = current_database()");
    return NULL;
}

static void
test_terminated_inside(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_new("terminate", terminate_soon, fixture);
    g_assert_false(session->engine->execute(session, "SELECT pg_sleep(60)", NULL, &error));
    g_thread_join(thread);
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "terminating connection");
    g_assert_cmpstr(bl_error_info(error)->sqlstate, ==, "57P01");
    ASSERT_HINT(error, "log");
}

static void
test_commit_lost(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture_start_proxy(fixture, "lose", "COMMIT");
    BlSession *session = fixture_open_proxy(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "CREATE TABLE t ()");
    g_assert_false(session->engine->commit(session, &error));
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "whether the transaction took effect is not known");
    ASSERT_HINT(error, "before you run it again");
    bl_session_close(session);
    g_autoptr(BlSession) other = fixture_open(fixture);
    ASSERT_TEXT(other, "SELECT to_regclass('t')", "t");
}

static void
test_cut(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const faults[] = { "cut", "lose", "half" };
    for (gsize i = 0; i < G_N_ELEMENTS(faults); i++) {
        fixture_start_proxy(fixture, faults[i], "SELECT 'here'");
        BlSession *session = fixture_open_proxy(fixture);
        g_autoptr(GError) error = NULL;
        char *text = NULL;
        g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
        g_assert_false(
            session->engine->query(session, "SELECT 'here'", fixture_take_text, &text, &error));
        ASSERT_ERROR(error, BL_ERROR_CONNECT, "");
        g_assert_false(session->engine->in_transaction(session));
        session->engine->rollback(session);
        bl_session_close(session);
        fixture_stop_proxy(fixture);
        g_free(text);
    }
}

/* Nobody answers, neither the statement nor the request to end it: only a second signal ends that.
 * Here the line is cut in the end. */
static gpointer
cut_soon(gpointer data)
{
    Fixture *fixture = data;
    g_usleep(500000);
    fixture_stop_proxy(fixture);
    return NULL;
}

static void
test_stalled(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture_start_proxy(fixture, "stall", "SELECT 'here'");
    BlSession *session = fixture_open_proxy(fixture);
    g_autoptr(GError) error = NULL;
    GThread *thread = g_thread_new("cut", cut_soon, fixture);
    g_assert_false(session->engine->execute(session, "SELECT 'here'", NULL, &error));
    g_thread_join(thread);
    ASSERT_ERROR(error, BL_ERROR_CONNECT, "server closed the connection");
    bl_session_close(session);
}

static gpointer
go_on_later(gpointer data)
{
    g_usleep(3500000);
    g_assert_cmpint(kill((pid_t)GPOINTER_TO_INT(data), SIGCONT), ==, 0);
    return NULL;
}

/* The line of a session beside is lost while its process at the server is still there. */
static void
test_beside_lost(Fixture *fixture, gconstpointer data)
{
    (void)data;
    fixture_start_proxy(fixture, "cut", "SELECT 'here'");
    g_autoptr(BlSession) session = fixture_open_proxy(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->lock(session, 0, &error));
    BlSession *beside = session->engine->open_beside(session, &error);
    g_assert_no_error(error);
    g_autofree char *pid = fixture_text(beside, "SELECT pg_backend_pid()");
    int number = (int)g_ascii_strtoll(pid, NULL, 10);
    g_assert_cmpint(kill((pid_t)number, SIGSTOP), ==, 0);
    GThread *thread = g_thread_new("go on", go_on_later, GINT_TO_POINTER(number));
    g_assert_false(beside->engine->execute(beside, "SELECT 'here'", NULL, &error));
    bl_session_close(beside);
    g_thread_join(thread);
    g_assert_cmpuint(fixture->warnings->len, ==, 1);
    const char *warning = g_ptr_array_index(fixture->warnings, 0);
    g_assert_nonnull(strstr(warning, pid));
    g_assert_nonnull(strstr(warning, "the server is still at work for it"));
    g_autofree char *gone = g_strdup_printf("SELECT 1 FROM pg_locks WHERE pid = %s", pid);
    ASSERT_TEXT(session, gone, NULL);
}

static const FixtureTest tests[] = {
    { "open/refused", test_open_refused },
    { "open/any-language", test_open_speaks_any_language },
    { "open/facts", test_open_facts },
    { "open/settings", test_open_settings },
    { "open/options", test_open_options },
    { "open/environment", test_open_environment },
    { "open/keywords", test_open_keywords },
    { "open/several-hosts", test_open_several_hosts },
    { "open/creates", test_open_creates },
    { "open/pooler", test_open_pooler },
    { "open/pooler-later", test_open_pooler_later },
    { "execute/rows", test_execute_rows },
    { "execute/errors", test_execute_errors },
    { "query/stops", test_query_stops },
    { "session/warnings", test_warnings },
    { "session/cancel", test_cancel },
    { "session/reset-settings", test_reset_settings },
    { "transaction/commit-of-a-failed-one", test_commit_of_a_failed_one },
    { "transaction/read-is-a-snapshot", test_read_is_a_snapshot },
    { "lock/beside-lost", test_beside_lost },
    { "lost/terminated", test_terminated },
    { "lost/terminated-inside", test_terminated_inside },
    { "lost/commit", test_commit_lost },
    { "lost/cut", test_cut },
    { "lost/stalled", test_stalled },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    /* What the machine's user has set must not count. */
    static const char *const names[] = { "PGHOST",    "PGPORT",    "PGUSER",     "PGDATABASE",
                                         "PGSERVICE", "PGOPTIONS", "PGPASSWORD", "PGAPPNAME" };
    for (gsize i = 0; i < G_N_ELEMENTS(names); i++)
        g_unsetenv(names[i]);
    if (!fixture_add_tests("/engine-postgres", tests, G_N_ELEMENTS(tests)))
        return 77;
    return g_test_run();
}
