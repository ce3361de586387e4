/* SPDX-License-Identifier: MIT */
#define FIXTURE_DATABASE "bl_unit_schema"
#include "tests/unit/mysql_fixture.h"

#define EVERY   "mariadb mysql56 mariadb11 mysql9"
#define MARIADB "mariadb mariadb11"

static BlCatalog *
introspect_with(BlSession *session, BlIntrospectOptions *options, GError **error)
{
    return session->engine->introspect(session, NULL, NULL, options, error);
}

static BlCatalog *
introspect(BlSession *session)
{
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions options = { 0 };
    BlCatalog *catalog = introspect_with(session, &options, &error);
    g_assert_no_error(error);
    return catalog;
}

static void
run_all(BlSession *session, const char *const *statements)
{
    for (gsize i = 0; statements[i] != NULL; i++)
        fixture_run(session, statements[i]);
}

/* All statements of an object, a line each. @return g_free() */
static char *
text_of(const BlCatalog *catalog, const char *kind, const char *name)
{
    const BlObject *object = bl_catalog_find(catalog, kind, NULL, name);
    if (object == NULL)
        return NULL;
    g_autoptr(GPtrArray) lines = g_ptr_array_new();
    for (guint i = 0; i < object->statements->len; i++)
        g_ptr_array_add(lines, g_ptr_array_index(object->statements, i));
    g_ptr_array_add(lines, NULL);
    return g_strjoinv("\n", (char **)lines->pdata);
}

#define ASSERT_HOLDS(text, part)                                                                   \
    do {                                                                                           \
        if ((text) == NULL || strstr(text, part) == NULL)                                          \
            g_assert_cmpstr(text, ==, part);                                                       \
    } while (0)

#define ASSERT_HOLDS_NOT(text, part)                                                               \
    do {                                                                                           \
        if (strstr(text, part) != NULL)                                                            \
            g_assert_cmpstr(text, ==, "not " part);                                                \
    } while (0)

/* --- tables --- */

static void
test_counter(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE t (id int AUTO_INCREMENT PRIMARY KEY, a varchar(40) DEFAULT "
                         "') AUTO_INCREMENT=5') AUTO_INCREMENT=77 COMMENT=') AUTO_INCREMENT=9'");
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_autofree char *text = text_of(catalog, "table", "t");
    ASSERT_HOLDS(text, "NOT NULL AUTO_INCREMENT,");
    ASSERT_HOLDS(text, "') AUTO_INCREMENT=5'");
    ASSERT_HOLDS(text, "') AUTO_INCREMENT=9'");
    ASSERT_HOLDS_NOT(text, "77");
}

static void
test_settings_do_not_matter(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE `a``b` (`select` int COMMENT 'é', t timestamp NULL)");
    g_autoptr(BlCatalog) before = introspect(session);
    g_autofree char *wanted = text_of(before, "table", "a`b");
    ASSERT_HOLDS(wanted, "`a``b`");
    ASSERT_HOLDS(wanted, "'é'");
    fixture_run(session, "SET SESSION sql_mode = 'ANSI_QUOTES', sql_quote_show_create = 0, "
                         "time_zone = '+05:00'");
    fixture_run(session, "SET NAMES latin1");
    g_autoptr(BlCatalog) after = introspect(session);
    g_autofree char *text = text_of(after, "table", "a`b");
    g_assert_cmpstr(text, ==, wanted);
    g_autofree char *now =
        fixture_text(session, "SELECT concat(@@sql_mode, @@time_zone, @@character_set_client, "
                              "@@character_set_results, IF(@@sql_quote_show_create, 'on', 'off'))");
    g_assert_cmpstr(now, ==, "ANSI_QUOTES+05:00latin1latin1off");
}

static void
test_all_kinds_of_tables(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const statements[] = {
        "CREATE SEQUENCE s START WITH 5 INCREMENT BY 3",
        "SELECT NEXTVAL(s)",
        "CREATE TABLE plain (a int DEFAULT nextval(s), b binary(2) DEFAULT x'ff00')",
        "CREATE TABLE versioned (a int) WITH SYSTEM VERSIONING",
        "CREATE TABLE period (id int, s date, e date, PERIOD FOR p (s, e), UNIQUE (id, p WITHOUT "
        "OVERLAPS))",
        "CREATE TABLE parted (a int) PARTITION BY HASH (a) PARTITIONS 3",
        NULL,
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    run_all(session, statements);
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 6);
    g_autofree char *sequence = text_of(catalog, "sequence", "s");
    ASSERT_HOLDS(sequence, "start with 5 ");
    g_autofree char *plain = text_of(catalog, "table", "plain");
    ASSERT_HOLDS(plain, "nextval(`s`)");
    ASSERT_HOLDS(plain, "DEFAULT x'ff00'");
    g_autofree char *versioned = text_of(catalog, "table", "versioned");
    ASSERT_HOLDS(versioned, "WITH SYSTEM VERSIONING");
    g_autofree char *period = text_of(catalog, "table", "period");
    ASSERT_HOLDS(period, "`p` WITHOUT OVERLAPS");
    g_autofree char *parted = text_of(catalog, "table", "parted");
    ASSERT_HOLDS(parted, "PARTITIONS 3");
}

static void
test_generated_key_is_seen(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "SET SESSION sql_generate_invisible_primary_key = ON");
    fixture_run(session, "CREATE TABLE t (a int)");
    fixture_run(session, "SET SESSION show_gipk_in_create_table_and_information_schema = OFF");
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_autofree char *text = text_of(catalog, "table", "t");
    ASSERT_HOLDS(text, "`my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT INVISIBLE");
    g_assert_cmpstr(catalog->lowest_version, ==, "8.0.23");
}

static void
test_unknown_option(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "SET SESSION sql_mode = 'IGNORE_BAD_TABLE_OPTIONS'");
    fixture_run(session, "CREATE TABLE t (a int BAR='*/ x') FOO='bar'");
    fixture_run(session, "CREATE TABLE u (a int) PAGE_COMPRESSED=1");
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_autofree char *text = text_of(catalog, "table", "t");
    ASSERT_HOLDS(text, "`BAR`='*/ x'");
    ASSERT_HOLDS(text, "`FOO`='bar'");
    ASSERT_HOLDS(text, "IGNORE_BAD_TABLE_OPTIONS");
    g_autofree char *known = text_of(catalog, "table", "u");
    ASSERT_HOLDS_NOT(known, "IGNORE_BAD_TABLE_OPTIONS");
}

static void
test_parts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session,
                "CREATE TABLE t (id int NOT NULL, b varchar(9), PRIMARY KEY (id), KEY k (b))");
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions options = { .with_parts = TRUE };
    g_autoptr(BlCatalog) catalog = introspect_with(session, &options, &error);
    g_assert_no_error(error);
    const BlObject *table = bl_catalog_find(catalog, "table", NULL, "t");
    static const char *const wanted[][2] = {
        { "column", "id" }, { "column", "b" },       { "constraint", "PRIMARY" },
        { "index", "k" },   { "option", "options" },
    };
    g_assert_cmpuint(table->parts->len, ==, G_N_ELEMENTS(wanted));
    for (guint i = 0; i < table->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(table->parts, i);
        g_assert_cmpstr(part->kind, ==, wanted[i][0]);
        g_assert_cmpstr(part->name, ==, wanted[i][1]);
    }
}

static void
test_temporary_table_hides(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE t (a int)");
    fixture_run(session, "CREATE TEMPORARY TABLE only_here (a int)");
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 2);
    fixture_run(session, "CREATE TEMPORARY TABLE t (b int)");
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions options = { 0 };
    g_assert_null(introspect_with(session, &options, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "table t cannot be described: a temporary table");
}

/* --- the database itself --- */

static void
test_database(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session,
                "ALTER DATABASE " FIXTURE_DATABASE " CHARACTER SET latin1 COLLATE latin1_bin");
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_autofree char *text = text_of(catalog, "database", "settings");
    g_assert_cmpstr(text, ==, "ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin");
    fixture_run(session, text);
}

static void
test_database_comment(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "ALTER DATABASE " FIXTURE_DATABASE " COMMENT 'it''s \\\\ é'");
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_autofree char *text = text_of(catalog, "database", "settings");
    ASSERT_HOLDS(text, " COMMENT 'it''s \\\\ é'");
    fixture_run(session, "ALTER DATABASE " FIXTURE_DATABASE " COMMENT ''");
    fixture_run(session, text);
    g_autofree char *comment =
        fixture_text(session, "SELECT SCHEMA_COMMENT FROM information_schema.SCHEMATA WHERE "
                              "SCHEMA_NAME = DATABASE()");
    g_assert_cmpstr(comment, ==, "it's \\ é");
}

static void
test_family(Fixture *fixture, gconstpointer data)
{
    static const char *const families[][2] = {
        { "mariadb", "mariadb-10.11" },
        { "mysql56", "mysql-5.6" },
        { "mysql9", "mysql-9" },
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    g_autoptr(BlCatalog) catalog = introspect(session);
    for (gsize i = 0; i < G_N_ELEMENTS(families); i++) {
        if (strcmp(families[i][0], data) == 0)
            g_assert_cmpstr(catalog->family, ==, families[i][1]);
    }
}

/* Names that differ by their case alone are two databases. */
static void
test_other_database_of_that_name(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    static const char *const statements[] = {
        "DROP DATABASE IF EXISTS BL_unit_SCHEMA",
        "CREATE DATABASE BL_unit_SCHEMA",
        "CREATE TABLE BL_unit_SCHEMA.other (a int)",
        "CREATE TRIGGER BL_unit_SCHEMA.tr BEFORE INSERT ON BL_unit_SCHEMA.other FOR EACH ROW SET "
        "NEW.a = 1",
        "CREATE PROCEDURE BL_unit_SCHEMA.p() SELECT 1",
        "CREATE EVENT BL_unit_SCHEMA.e ON SCHEDULE EVERY 1 DAY DISABLE DO SELECT 1",
        NULL,
    };
    run_all(session, statements);
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 1);
    fixture_run(session, "DROP DATABASE BL_unit_SCHEMA");
}

/* --- what is left out --- */

static void
test_omitted(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const statements[] = {
        "CREATE TABLE ledger (a int)",
        "CREATE TABLE kept (a int)",
        "CREATE TABLE old_one (a int)",
        "CREATE TRIGGER of_ledger BEFORE INSERT ON ledger FOR EACH ROW SET NEW.a = 1",
        "CREATE TRIGGER of_old BEFORE INSERT ON old_one FOR EACH ROW SET NEW.a = 1",
        NULL,
    };
    static const char *const omit[] = { "ledger", NULL };
    static const char *const exclude[] = { "old_*", NULL };
    const BlFilter filter = { .exclude = exclude };
    g_autoptr(BlSession) session = fixture_open(fixture);
    run_all(session, statements);
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions options = { 0 };
    g_autoptr(BlCatalog) catalog =
        session->engine->introspect(session, &filter, omit, &options, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(catalog->objects->len, ==, 2);
    g_assert_nonnull(bl_catalog_find(catalog, "table", NULL, "kept"));
}

/* --- many texts, small messages --- */

static void
test_many_tables(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    for (guint i = 0; i < 450; i++) {
        g_autofree char *sql = g_strdup_printf("CREATE TABLE t%03u (a int COMMENT '%u')", i, i);
        fixture_run(session, sql);
    }
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 451);
    for (guint i = 0; i < 450; i++) {
        g_autofree char *name = g_strdup_printf("t%03u", i);
        g_autofree char *part = g_strdup_printf("COMMENT '%u'", i);
        g_autofree char *text = text_of(catalog, "table", name);
        ASSERT_HOLDS(text, part);
    }
}

/* --- what the server does not tell --- */

/* Makes the definition of a table unreadable in the server's folder. */
static void
spoil(Fixture *fixture, BlSession *session, const char *table)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *path = g_strdup_printf("%s/%s/data/" FIXTURE_DATABASE "/%s.frm", fixture->base,
                                            fixture->key, table);
    fixture_run(session, "FLUSH TABLES");
    g_assert_true(g_file_set_contents(path, "spoiled", -1, &error));
}

static void
test_broken_table(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE a (x int)");
    fixture_run(session, "CREATE TABLE bad (x int)");
    fixture_run(session, "CREATE TRIGGER tr BEFORE INSERT ON bad FOR EACH ROW SET NEW.x = 1");
    fixture_run(session, "CREATE TABLE c (x int)");
    spoil(fixture, session, "bad");
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions options = { 0 };
    g_assert_null(introspect_with(session, &options, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "table bad cannot be described: ");
    ASSERT_HINT(error, "--skip-unsupported");
    g_clear_error(&error);
    g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
    BlIntrospectOptions tolerant = { .skip_unsupported = TRUE, .skipped = skipped };
    g_autoptr(BlCatalog) catalog = introspect_with(session, &tolerant, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(skipped->len, >=, 1);
    g_assert_cmpstr(g_ptr_array_index(skipped, 0), ==, "table bad");
    g_assert_nonnull(bl_catalog_find(catalog, "table", NULL, "a"));
    g_assert_nonnull(bl_catalog_find(catalog, "table", NULL, "c"));
    g_assert_null(bl_catalog_find(catalog, "trigger", NULL, "tr"));
}

typedef struct {
    const char *rights;
    const char *part; /* of the message; NULL: nothing is missing */
} RightsCase;

static const RightsCase rights[] = {
    { "SELECT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", NULL },
    { "INSERT, SHOW VIEW, TRIGGER, EVENT, EXECUTE", "it needs SELECT" },
    { "SELECT, TRIGGER, EVENT, EXECUTE", "it needs SHOW VIEW" },
    { "SELECT, SHOW VIEW, EVENT, EXECUTE", "it needs TRIGGER" },
    { "SELECT, SHOW VIEW, TRIGGER, EXECUTE", "it needs EVENT" },
    { "SELECT, SHOW VIEW, TRIGGER, EVENT", "it needs S" },
    { "INSERT", "it needs SELECT, SHOW VIEW, TRIGGER, EVENT, S" },
};

static void
test_rights(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) root = fixture_open(fixture);
    fixture_run(root, "CREATE TABLE t (a int)");
    fixture_run(root, "CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW SET NEW.a = 1");
    for (gsize i = 0; i < G_N_ELEMENTS(rights); i++) {
        g_autofree char *grant = g_strdup_printf(
            "GRANT %s ON " FIXTURE_DATABASE ".* TO bl_unit_rights@localhost", rights[i].rights);
        fixture_run(root, "CREATE USER bl_unit_rights@localhost");
        fixture_run(root, grant);
        BlSession *session = fixture_open_as(fixture, "bl_unit_rights");
        g_autoptr(GError) error = NULL;
        BlIntrospectOptions options = { 0 };
        g_autoptr(BlCatalog) catalog = introspect_with(session, &options, &error);
        bl_session_close(session);
        fixture_run(root, "DROP USER bl_unit_rights@localhost");
        g_assert_true((catalog != NULL) == (rights[i].part == NULL));
        if (rights[i].part == NULL)
            g_assert_no_error(error);
        else
            ASSERT_ERROR(error, BL_ERROR_CONFLICT, rights[i].part);
    }
}

/* --- somebody alters the schema meanwhile --- */

static void
alter_once(Fixture *fixture)
{
    if (fixture->n_statements == 1)
        fixture_admin(fixture, "CREATE TABLE " FIXTURE_DATABASE ".late (a int)");
}

static void
alter_always(Fixture *fixture)
{
    g_autofree char *sql =
        g_strdup_printf("CREATE TABLE " FIXTURE_DATABASE ".late_%u (a int)", fixture->n_statements);
    fixture_admin(fixture, sql);
}

static void
alter_another(Fixture *fixture)
{
    fixture_admin(fixture, "CREATE OR REPLACE VIEW mysql.bl_unit_view AS SELECT 1");
}

static void
drop_first(Fixture *fixture)
{
    if (fixture->n_statements == 1)
        fixture_admin(fixture, "DROP TABLE " FIXTURE_DATABASE ".z");
}

static void
test_altered_once(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE a (x int)");
    fixture->statement_part = "SHOW CREATE TABLE `a`";
    fixture->on_statement = alter_once;
    fixture->reporter.wants_statements = TRUE;
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_nonnull(bl_catalog_find(catalog, "table", NULL, "late"));
}

static void
test_altered_always(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE a (x int)");
    fixture->statement_part = "SHOW CREATE TABLE `a`";
    fixture->on_statement = alter_always;
    fixture->reporter.wants_statements = TRUE;
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions options = { 0 };
    g_assert_null(introspect_with(session, &options, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "is being altered");
}

static void
test_altered_in_snapshot(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE a (x int)");
    fixture_run(session, "CREATE TABLE z (x int)");
    fixture->statement_part = "SHOW FULL TABLES";
    fixture->on_statement = drop_first;
    fixture->reporter.wants_statements = TRUE;
    g_autoptr(GError) error = NULL;
    g_assert_true(session->engine->begin(session, BL_TX_READ, &error));
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 2);
    g_assert_true(session->engine->in_transaction(session));
    session->engine->rollback(session);
}

/* What happens in other databases is not held against us. */
static void
test_altered_elsewhere(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE a (x int)");
    fixture->statement_part = "SHOW CREATE TABLE `a`";
    fixture->on_statement = alter_another;
    fixture->reporter.wants_statements = TRUE;
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 2);
    fixture_admin(fixture, "DROP VIEW mysql.bl_unit_view");
}

static void
test_dropped_meanwhile(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE TABLE a (x int)");
    fixture_run(session, "CREATE TABLE z (x int)");
    fixture->statement_part = "SHOW FULL TABLES";
    fixture->on_statement = drop_first;
    fixture->reporter.wants_statements = TRUE;
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(catalog->objects->len, ==, 2);
}

/* --- views --- */

static guint
place_of(const BlCatalog *catalog, const char *name)
{
    const BlObject *object = bl_catalog_find(catalog, "view", NULL, name);
    guint place = 0;
    g_assert_true(g_ptr_array_find(catalog->objects, object, &place));
    return place;
}

static void
test_view_order(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const statements[] = {
        "CREATE TABLE t (x int, y int)",
        "CREATE VIEW z AS SELECT x FROM t",
        "CREATE VIEW m AS SELECT x AS a FROM " FIXTURE_DATABASE ".z",
        "CREATE VIEW a AS SELECT (SELECT max(a) FROM m) AS z",
        "CREATE VIEW b AS SELECT t.x AS c FROM t",
        "CREATE VIEW c AS SELECT t.x AS b FROM t",
        NULL,
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    run_all(session, statements);
    g_autoptr(BlCatalog) catalog = introspect(session);
    g_assert_cmpuint(place_of(catalog, "z"), <, place_of(catalog, "m"));
    g_assert_cmpuint(place_of(catalog, "m"), <, place_of(catalog, "a"));
    /* A column that is called like another view is no reference. */
    g_assert_cmpuint(place_of(catalog, "b"), !=, place_of(catalog, "c"));
}

static void
test_view_circle(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const statements[] = {
        "CREATE TABLE t (x int)",
        "CREATE VIEW a AS SELECT x FROM t",
        "CREATE VIEW b AS SELECT x FROM a",
        "CREATE VIEW fine AS SELECT 1 AS one",
        "DROP TABLE t",
        "RENAME TABLE b TO t",
        NULL,
    };
    g_autoptr(BlSession) session = fixture_open(fixture);
    run_all(session, statements);
    g_autoptr(GError) error = NULL;
    BlIntrospectOptions strict = { 0 };
    g_assert_null(introspect_with(session, &strict, &error));
    ASSERT_ERROR(error, BL_ERROR_CONFLICT, "view");
    ASSERT_HINT(error, "--skip-broken");
    g_clear_error(&error);
    g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
    BlIntrospectOptions tolerant = { .skip_broken = TRUE, .skipped = skipped };
    g_autoptr(BlCatalog) catalog = introspect_with(session, &tolerant, &error);
    g_assert_no_error(error);
    g_assert_nonnull(bl_catalog_find(catalog, "view", NULL, "fine"));
    g_assert_null(bl_catalog_find(catalog, "view", NULL, "a"));
    g_assert_cmpuint(skipped->len, ==, 2);
}

static void
test_view_of_sequence(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture);
    fixture_run(session, "CREATE SEQUENCE s");
    fixture_run(session, "CREATE VIEW v AS SELECT nextval(s) AS n");
    const BlOpenOptions options = { .read_only = TRUE };
    g_autoptr(GError) error = NULL;
    g_autofree char *url = fixture_url(fixture, "root", FIXTURE_DATABASE, "");
    g_autoptr(BlSession) reader = fixture_try_open(fixture, url, options, &error);
    g_assert_no_error(error);
    g_autoptr(BlCatalog) catalog = introspect(reader);
    g_autofree char *text = text_of(catalog, "view", "v");
    ASSERT_HOLDS(text, "nextval(`s`)");
    /* Looking at it took nothing from the sequence. */
    g_autofree char *next = fixture_text(session, "SELECT nextval(s)");
    g_assert_cmpstr(next, ==, "1");
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_autofree char *servers = fixture_server_value("mysql", "my_servers");
    if (servers == NULL) {
        g_test_message("no servers: sh tests/lib/mysql-server.sh start");
        return 77;
    }
    fixture_add("/engine_mysql_schema/table/counter", EVERY, test_counter);
    fixture_add("/engine_mysql_schema/table/settings", EVERY, test_settings_do_not_matter);
    fixture_add("/engine_mysql_schema/table/kinds", MARIADB, test_all_kinds_of_tables);
    fixture_add("/engine_mysql_schema/table/generated-key", "mysql9", test_generated_key_is_seen);
    fixture_add("/engine_mysql_schema/table/unknown-option", MARIADB, test_unknown_option);
    fixture_add("/engine_mysql_schema/table/parts", EVERY, test_parts);
    fixture_add("/engine_mysql_schema/table/temporary", EVERY, test_temporary_table_hides);
    fixture_add("/engine_mysql_schema/table/many", "mariadb", test_many_tables);
    fixture_add("/engine_mysql_schema/table/broken", MARIADB, test_broken_table);
    fixture_add("/engine_mysql_schema/database/settings", EVERY, test_database);
    fixture_add("/engine_mysql_schema/database/comment", MARIADB, test_database_comment);
    fixture_add("/engine_mysql_schema/database/family", EVERY, test_family);
    fixture_add("/engine_mysql_schema/database/case", EVERY, test_other_database_of_that_name);
    fixture_add("/engine_mysql_schema/left-out", EVERY, test_omitted);
    fixture_add("/engine_mysql_schema/rights", EVERY, test_rights);
    fixture_add("/engine_mysql_schema/altered/once", EVERY, test_altered_once);
    fixture_add("/engine_mysql_schema/altered/always", EVERY, test_altered_always);
    fixture_add("/engine_mysql_schema/altered/elsewhere", EVERY, test_altered_elsewhere);
    fixture_add("/engine_mysql_schema/altered/dropped", EVERY, test_dropped_meanwhile);
    fixture_add("/engine_mysql_schema/altered/snapshot", EVERY, test_altered_in_snapshot);
    fixture_add("/engine_mysql_schema/view/order", EVERY, test_view_order);
    fixture_add("/engine_mysql_schema/view/circle", EVERY, test_view_circle);
    fixture_add("/engine_mysql_schema/view/sequence", MARIADB, test_view_of_sequence);
    return g_test_run();
}
