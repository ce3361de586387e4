/* SPDX-License-Identifier: MIT */
#include "common/base/cancel.h"

#define FIXTURE_DATABASE "bl_unit_session"
#include <signal.h>
#include <unistd.h>

#include "tests/unit/mysql_fixture.h"

static const BlOpenOptions plain = { 0 };

/* --- opening --- */

typedef struct {
    const char *user;
    const char *database;
    const char *more;
    BlErrorCode code;
    const char *message; /* part of it */
    const char *hint;    /* part of it */
} Refusal;

static const Refusal refusals[] = {
    { "root", "bl_none", "", BL_ERROR_CONNECT, "Unknown database 'bl_none'", "--create" },
    { "bl_nobody:geheim", "mysql", "", BL_ERROR_CONNECT, "Access denied", "check user" },
    { "root:geheim", "mysql", "", BL_ERROR_CONNECT, "Access denied", "check user" },
    { "bl_limited", "mysql", "", BL_ERROR_CONNECT, "Access denied", "SHOW GRANTS" },
    { "root", "mysql", "&socket=/nowhere", BL_ERROR_CONNECT, "/nowhere", "--wait" },
    { "root", "mysql", "&host=127.0.0.1&port=1", BL_ERROR_CONNECT, "127.0.0.1:1", "--wait" },
    { "root:geheim", "mysql", "&ssl-ca=/nowhere.pem", BL_ERROR_CONNECT, "SSL", "ssl-mode" },
    { "root", "mysql", "&sql_mode=NO_SUCH", BL_ERROR_SQL, "NO_SUCH", NULL },
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
    }
}

static void
test_open_facts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    gboolean is_mariadb = g_str_has_prefix(fixture->key, "mariadb");
    g_assert_cmpstr(session->flavour, ==, is_mariadb ? "mariadb" : "mysql");
    g_autofree char *version = fixture_text(session, "SELECT VERSION()");
    g_assert_true(g_str_has_prefix(version, session->version));
    g_autofree char *label =
        g_strdup_printf("%s/%s/s/" FIXTURE_DATABASE, fixture->base, fixture->key);
    g_assert_cmpstr(session->label, ==, label);
    g_assert_false(session->created);
}

static void
test_open_creates(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) admin = fixture_open(fixture);
    fixture_run(admin, "DROP DATABASE IF EXISTS `bl_unit ``made`");
    g_autofree char *text = fixture_url(fixture, "root", "bl_unit%20%60made", "");
    const BlOpenOptions create = { .create = TRUE };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) first = fixture_try_open(fixture, text, create, &error);
    g_assert_no_error(error);
    g_assert_true(first->created);
    ASSERT_TEXT(first, "SELECT DATABASE()", "bl_unit `made");
    g_autoptr(BlSession) second = fixture_try_open(fixture, text, create, &error);
    g_assert_no_error(error);
    g_assert_false(second->created);
    fixture_run(admin, "DROP DATABASE `bl_unit ``made`");
}

static void
test_open_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlOpenOptions options = { .lock_timeout_ms = 1500, .read_only = TRUE };
    g_autoptr(BlSession) session =
        fixture_open_with(fixture, options, "&sql_mode=ANSI_QUOTES&time_zone=%2B03:00");
    ASSERT_TEXT(session, "SELECT @@sql_mode", "ANSI_QUOTES");
    ASSERT_TEXT(session, "SELECT @@time_zone", "+03:00");
    ASSERT_TEXT(session, "SELECT @@character_set_client", "utf8mb4");
    ASSERT_TEXT(session, "SELECT @@character_set_results", NULL);
    ASSERT_TEXT(session, "SELECT @@lock_wait_timeout", "2");
    ASSERT_TEXT(session, "SELECT @@innodb_lock_wait_timeout", "2");
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, "CREATE TABLE t (a int)", NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "READ ONLY");
}

/* --- statements --- */

static void
test_error_facts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, "SELECT 1 FROM nothing", NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "Table '" FIXTURE_DATABASE ".nothing' doesn't exist");
    g_assert_cmpstr(bl_error_info(error)->sqlstate, ==, "42S02");
    g_assert_cmpstr(bl_error_info(error)->detail, ==, "error 1146 of the server");
}

static void
test_rows_changed(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE t (a int) ENGINE=InnoDB");
    gint64 rows = -1;
    g_assert_true(session->engine->execute(session, "INSERT INTO t VALUES (1), (2)", &rows, NULL));
    g_assert_cmpint(rows, ==, 2);
    g_assert_true(session->engine->execute(session, "SELECT * FROM t", &rows, NULL));
    g_assert_cmpint(rows, ==, 0);
}

static gboolean
count_and_stop(const BlRow *row, void *data, GError **error)
{
    guint *n = data;
    g_assert_cmpuint(row->n, ==, 2);
    g_assert_null(row->values[1]);
    if (++*n < 3)
        return TRUE;
    bl_error_set(error, BL_ERROR_CONFLICT, NULL, "enough");
    return FALSE;
}

static void
test_query_can_stop(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    guint n = 0;
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->query(session,
                                          "SELECT TABLE_NAME, NULL FROM information_schema.TABLES",
                                          count_and_stop, &n, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "enough");
    g_assert_cmpuint(n, ==, 3);
    ASSERT_TEXT(session, "SELECT 'still there'", "still there");
}

static void
test_bytes_as_they_are(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    ASSERT_TEXT(session, "SELECT _latin1 X'E4'", "\xE4");
    ASSERT_TEXT(session, "SELECT 'ä€😀'", "ä€😀");
}

static void
test_transaction(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE t (a int) ENGINE=InnoDB");
    g_assert_false(engine->in_transaction(session));
    g_assert_true(engine->begin(session, BL_TX_WRITE, NULL));
    g_assert_true(engine->in_transaction(session));
    fixture_run(session, "INSERT INTO t VALUES (1)");
    engine->rollback(session);
    g_assert_false(engine->in_transaction(session));
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "0");
    g_autoptr(BlSession) other = fixture_open(fixture);
    g_assert_true(engine->begin(session, BL_TX_READ, NULL));
    fixture_run(other, "INSERT INTO t VALUES (1)");
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "0");
    engine->rollback(session);
    fixture_run(other, "DELETE FROM t");
    g_assert_true(engine->begin(session, BL_TX_STATEMENT, NULL));
    fixture_run(session, "INSERT INTO t VALUES (1)");
    g_assert_true(engine->commit(session, NULL));
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "1");
}

static void
test_reset_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autofree char *mode = fixture_text(session, "SELECT @@sql_mode");
    g_autofree char *length = fixture_text(session, "SELECT @@group_concat_max_len");
    g_autofree char *collation = fixture_text(session, "SELECT @@collation_connection");
    fixture_run(session,
                "SET sql_mode = 'ANSI_QUOTES', foreign_key_checks = 0, time_zone = '+05:00'");
    fixture_run(session, "SET SESSION group_concat_max_len = 77, character_set_results = latin1");
    fixture_run(session, "SET timestamp = 1000");
    g_assert_true(session->engine->reset_settings(session, NULL));
    ASSERT_TEXT(session, "SELECT @@sql_mode", mode);
    ASSERT_TEXT(session, "SELECT @@group_concat_max_len", length);
    ASSERT_TEXT(session, "SELECT @@foreign_key_checks", "1");
    ASSERT_TEXT(session, "SELECT @@time_zone", "SYSTEM");
    ASSERT_TEXT(session, "SELECT @@character_set_results", NULL);
    ASSERT_TEXT(session, "SELECT UNIX_TIMESTAMP() > 1000000", "1");
    /* Again, and when nothing was set since. */
    fixture_run(session, "SET NAMES latin1 COLLATE latin1_german1_ci");
    g_assert_true(session->engine->reset_settings(session, NULL));
    g_assert_true(session->engine->reset_settings(session, NULL));
    ASSERT_TEXT(session, "SELECT @@character_set_connection", "utf8mb4");
    ASSERT_TEXT(session, "SELECT @@collation_connection", collation);
}

/* --- ending early --- */

static void *
request_soon(void *data)
{
    (void)data;
    g_usleep(300 * 1000);
    bl_cancel_request(SIGINT);
    return NULL;
}

static const char slow[] =
    "SELECT count(*) FROM information_schema.COLLATIONS a, information_schema.COLLATIONS b, "
    "information_schema.COLLATIONS c, information_schema.COLLATIONS d";

static void
test_cancel_ends_a_statement(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    gint64 started = g_get_monotonic_time();
    GThread *thread = g_thread_new("request", request_soon, NULL);
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, slow, NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_CANCELLED, "interrupt");
    g_assert_cmpint(g_get_monotonic_time() - started, <, 20 * G_USEC_PER_SEC);
    g_thread_join(thread);
    /* What goes out anyway is not hit. */
    session->engine->rollback(session);
    bl_cancel_clear();
    ASSERT_TEXT(session, "SELECT 1", "1");
}

static void
test_statement_timeout(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlOpenOptions options = { .statement_timeout_ms = 300 };
    g_autoptr(BlSession) session = fixture_open_with(fixture, options, "");
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, slow, NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_SQL, "longer than its time limit");
    ASSERT_HINT(error, "--statement-timeout");
    ASSERT_TEXT(session, "SELECT 1", "1");
}

static void
test_lock_timeout(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlOpenOptions options = { .lock_timeout_ms = 1000 };
    g_autoptr(BlSession) holder = fixture_open(fixture);
    g_autoptr(BlSession) session = fixture_open_with(fixture, options, "");
    fixture_run(holder, "CREATE TABLE t (a int) ENGINE=InnoDB");
    g_assert_true(holder->engine->begin(holder, BL_TX_WRITE, NULL));
    fixture_run(holder, "INSERT INTO t VALUES (1)");
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, "ALTER TABLE t ADD b int", NULL, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "Lock wait timeout");
    ASSERT_HINT(error, "--lock-timeout");
}

static void
test_connection_lost(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(BlSession) killer = fixture_open(fixture);
    g_autofree char *id = fixture_text(session, "SELECT CONNECTION_ID()");
    g_autofree char *sql = g_strconcat("KILL ", id, NULL);
    fixture_run(killer, sql);
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->execute(session, "SELECT 1", NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
    g_clear_error(&error);
    session->engine->rollback(session);
    g_assert_false(session->engine->execute(session, "SELECT 1", NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONNECT);
}

/* --- the lock --- */

static void
test_lock(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) first = fixture_open(fixture);
    g_autoptr(BlSession) second = fixture_open(fixture);
    const BlEngine *engine = first->engine;
    g_autofree char *holder = NULL;
    g_assert_true(engine->lock_holder(second, &holder, NULL));
    g_assert_null(holder);
    g_assert_true(engine->lock(first, 0, NULL));
    g_assert_true(engine->lock(first, 0, NULL));
    g_autoptr(GError) error = NULL;
    g_assert_false(engine->lock(second, 150, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "user root");
    ASSERT_HINT(error, "--lock-wait");
    g_assert_true(engine->lock_holder(second, &holder, NULL));
    g_assert_nonnull(holder);
    engine->unlock(first);
    g_assert_true(engine->lock(second, 0, NULL));
}

static void
test_lock_is_per_database(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) first = fixture_open(fixture);
    g_autofree char *text = fixture_url(fixture, "root", "mysql", "");
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) second = fixture_try_open(fixture, text, plain, &error);
    g_assert_no_error(error);
    g_assert_true(first->engine->lock(first, 0, NULL));
    g_assert_true(first->engine->lock(second, 0, NULL));
}

static void
test_peer_lock(Fixture *fixture, gconstpointer data)
{
    (void)data;
    const BlOpenOptions options = { .peer_lock = TRUE };
    g_autoptr(BlSession) peer = fixture_open(fixture);
    g_autoptr(BlSession) session = fixture_open_with(fixture, options, "");
    ASSERT_TEXT(peer, "SELECT GET_LOCK('1', 0)", "1");
    g_autoptr(GError) error = NULL;
    g_assert_false(session->engine->lock(session, 0, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "lucidLock");
    g_autofree char *holder = NULL;
    g_assert_true(session->engine->lock_holder(session, &holder, NULL));
    g_assert_nonnull(holder);
    ASSERT_TEXT(peer, "SELECT RELEASE_LOCK('1')", "1");
    g_assert_true(session->engine->lock(session, 0, NULL));
    ASSERT_TEXT(peer, "SELECT GET_LOCK('1', 0)", "0");
    session->engine->unlock(session);
    ASSERT_TEXT(peer, "SELECT GET_LOCK('1', 0)", "1");
}

static void
test_lock_lost(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE t (a int) ENGINE=InnoDB");
    g_assert_true(engine->lock(session, 0, NULL));
    g_assert_true(engine->begin(session, BL_TX_WRITE, NULL));
    fixture_run(session, "INSERT INTO t VALUES (1)");
    g_assert_true(engine->commit(session, NULL));
    g_assert_true(engine->begin(session, BL_TX_WRITE, NULL));
    fixture_run(session, "INSERT INTO t VALUES (2)");
    /* Old servers release one lock for another; newer ones have a function for it. */
    fixture_run(session, strcmp(fixture->key, "mysql56") == 0 ? "DO GET_LOCK('x', 0)"
                                                              : "DO RELEASE_ALL_LOCKS()");
    g_autoptr(GError) error = NULL;
    g_assert_false(engine->commit(session, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "no longer holds the migration lock");
    engine->rollback(session);
    ASSERT_TEXT(session, "SELECT count(*) FROM t", "1");
}

/* --- what there is --- */

static void
test_list_and_drop(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    const BlEngine *engine = session->engine;
    fixture_run(session, "CREATE TABLE `b``x` (id int PRIMARY KEY) ENGINE=InnoDB");
    fixture_run(session, "CREATE TABLE a (id int, FOREIGN KEY (id) REFERENCES `b``x` (id)) "
                         "ENGINE=InnoDB");
    fixture_run(session, "CREATE TABLE keep (id int) ENGINE=InnoDB");
    fixture_run(session, "CREATE VIEW v AS SELECT * FROM a");
    fixture_run(session, "CREATE TRIGGER t BEFORE INSERT ON a FOR EACH ROW SET @x = 1");
    fixture_run(session, "CREATE PROCEDURE p() SELECT 1");
    fixture_run(session, "CREATE FUNCTION p() RETURNS int DETERMINISTIC RETURN 1");
    fixture_run(session, "CREATE EVENT e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1");
    g_autoptr(GPtrArray) all = engine->list_objects(session, NULL, NULL);
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < all->len; i++) {
        const BlListedObject *object = g_ptr_array_index(all, i);
        g_string_append_printf(text, "%s %s,", object->kind, object->name);
    }
    g_assert_cmpstr(
        text->str, ==,
        "event e,function p,procedure p,table a,table b`x,table keep,trigger t,view v,");
    static const char *const ignore[] = { "keep", NULL };
    const BlFilter filter = { .ignore = ignore };
    g_autoptr(GPtrArray) drops = engine->drop_statements(session, &filter, NULL);
    for (guint i = 0; i < drops->len; i++)
        fixture_run(session, g_ptr_array_index(drops, i));
    ASSERT_TEXT(session, "SELECT @@foreign_key_checks", "1");
    g_autoptr(GPtrArray) left = engine->list_objects(session, NULL, NULL);
    g_assert_cmpuint(left->len, ==, 1);
}

static void
test_drop_spares_what_refers_to_it(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE b (id int PRIMARY KEY) ENGINE=InnoDB");
    fixture_run(session, "CREATE TABLE keep (id int, CONSTRAINT k FOREIGN KEY (id) REFERENCES b "
                         "(id)) ENGINE=InnoDB");
    static const char *const ignore[] = { "keep", NULL };
    const BlFilter filter = { .ignore = ignore };
    g_autoptr(GError) error = NULL;
    g_assert_null(session->engine->drop_statements(session, &filter, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "foreign key \"k\" refers to table \"b\"");
}

static void
test_drop_packages(Fixture *fixture, gconstpointer data)
{
    (void)data;
    if (!g_str_has_prefix(fixture->key, "mariadb"))
        return;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "SET sql_mode = ORACLE");
    fixture_run(session, "CREATE PACKAGE g AS PROCEDURE q; END");
    fixture_run(session, "CREATE PACKAGE BODY g AS PROCEDURE q AS BEGIN NULL; END; END");
    fixture_run(session, "CREATE SEQUENCE s");
    g_assert_true(session->engine->reset_settings(session, NULL));
    g_autoptr(GPtrArray) drops = session->engine->drop_statements(session, NULL, NULL);
    for (guint i = 0; i < drops->len; i++)
        fixture_run(session, g_ptr_array_index(drops, i));
    g_autoptr(GPtrArray) left = session->engine->list_objects(session, NULL, NULL);
    g_assert_cmpuint(left->len, ==, 0);
}

static const FixtureTest tests[] = {
    { "open/refused", test_open_refused },
    { "open/facts", test_open_facts },
    { "open/creates", test_open_creates },
    { "open/settings", test_open_settings },
    { "run/error", test_error_facts },
    { "run/rows", test_rows_changed },
    { "run/query-can-stop", test_query_can_stop },
    { "run/bytes", test_bytes_as_they_are },
    { "run/transaction", test_transaction },
    { "run/reset-settings", test_reset_settings },
    { "end/cancel", test_cancel_ends_a_statement },
    { "end/statement-timeout", test_statement_timeout },
    { "end/lock-timeout", test_lock_timeout },
    { "end/lost", test_connection_lost },
    { "lock/held", test_lock },
    { "lock/per-database", test_lock_is_per_database },
    { "lock/peer", test_peer_lock },
    { "lock/lost", test_lock_lost },
    { "list/all", test_list_and_drop },
    { "list/references", test_drop_spares_what_refers_to_it },
    { "list/packages", test_drop_packages },
};

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    if (!fixture_add_tests("/engine_mysql", tests, G_N_ELEMENTS(tests)))
        return 77;
    return g_test_run();
}
