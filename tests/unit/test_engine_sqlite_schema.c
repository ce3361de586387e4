/* SPDX-License-Identifier: MIT */
#include "common/schema/compare.h"

#include "tests/unit/sqlite_fixture.h"

/* --- introspection --- */

static const char odd_schema[] =
    "PRAGMA user_version = -42; PRAGMA application_id = 7;"
    "CREATE TABLE zebra (a); CREATE TABLE \"Apple\" (a); CREATE TABLE sqliteish (a);"
    "CREATE TABLE counter (id INTEGER PRIMARY KEY AUTOINCREMENT, u UNIQUE);"
    "CREATE TABLE notes (a); CREATE TABLE notes_data (a); CREATE TABLE notes_content (a);"
    "CREATE TABLE \"new\nline\" (a); CREATE TABLE \"\" (a);"
    "CREATE TABLE documents (id INTEGER PRIMARY KEY, a);"
    "CREATE VIRTUAL TABLE aaa USING fts4(content=\"zebra\", a);"
    "CREATE VIRTUAL TABLE f USING fts5(a, content='documents', content_rowid='id');"
    "CREATE VIRTUAL TABLE avoc USING fts5vocab(f, row);"
    "CREATE TABLE f_extra (a);"
    "CREATE VIRTUAL TABLE r USING rtree(id, x0, x1);"
    "CREATE INDEX on_shadow ON aaa_segdir (level, idx, root);"
    "CREATE INDEX on_zebra ON zebra (a);"
    "CREATE VIEW v AS SELECT * FROM w; CREATE VIEW w AS SELECT 1 AS a /* end */;"
    "CREATE TRIGGER z1 AFTER INSERT ON zebra BEGIN SELECT 1; END;"
    "CREATE TRIGGER a2 AFTER INSERT ON zebra BEGIN SELECT 2; END;"
    "CREATE TRIGGER b0 BEFORE INSERT ON zebra BEGIN SELECT 3; END;"
    "CREATE TRIGGER m3 AFTER INSERT ON zebra BEGIN SELECT 4; END;"
    "CREATE TRIGGER io INSTEAD OF DELETE ON w BEGIN SELECT 5; END;"
    "INSERT INTO counter (u) VALUES (1); ANALYZE;";

static void
test_introspect_objects(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(fixture_script(session, odd_schema, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_no_error(error);
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    g_autofree char *found = fixture_labels(catalog);
    g_assert_cmpstr(
        found, ==,
        "pragma application_id\npragma user_version\n"
        "table \ntable Apple\ntable counter\ntable documents\ntable f_extra\ntable new\\nline\n"
        "table notes\ntable notes_content\ntable notes_data\ntable sqliteish\ntable zebra\n"
        "virtual table aaa\nvirtual table f\nvirtual table avoc\nvirtual table r\n"
        "index on_shadow\nindex on_zebra\nview v\nview w\n"
        "trigger io\ntrigger z1\ntrigger a2\ntrigger m3\ntrigger b0");
    const BlObject *view = bl_catalog_find(catalog, "view", NULL, "w");
    g_assert_cmpstr(g_ptr_array_index(view->statements, 0), ==,
                    "CREATE VIEW w AS SELECT 1 AS a /* end */");
    const BlObject *index = bl_catalog_find(catalog, "index", NULL, "on_shadow");
    g_assert_cmpstr(index->parent, ==, "aaa_segdir");
    g_assert_cmpuint(index->depends->len, ==, 1);
    g_assert_true(g_ptr_array_index(index->depends, 0) ==
                  bl_catalog_find(catalog, "virtual table", NULL, "aaa"));
    g_assert_cmpstr(catalog->family, ==, "sqlite");
    g_assert_cmpstr(catalog->lowest_version, ==, "3.9");
    g_assert_false(session->engine->in_transaction(session));
}

static void
test_introspect_settings(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) plain = fixture_open(fixture, "sqlite:plain.db");
    fixture_run(plain, "CREATE TABLE t (a)");
    g_autoptr(BlCatalog) usual = fixture_introspect(plain, (BlIntrospectOptions){ 0 });
    g_assert_cmpuint(usual->objects->len, ==, 1);
    g_assert_cmpstr(usual->lowest_version, ==, "3.7");

    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "PRAGMA page_size = 8192");
    fixture_run(session, "PRAGMA encoding = 'UTF-16be'");
    fixture_run(session, "PRAGMA auto_vacuum = 2");
    fixture_run(session, "CREATE TABLE t (a)");
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    static const char *const wanted[][2] = { { "page_size", "PRAGMA page_size = 8192" },
                                             { "encoding", "PRAGMA encoding = 'UTF-16be'" },
                                             { "auto_vacuum", "PRAGMA auto_vacuum = 2" } };
    for (gsize i = 0; i < G_N_ELEMENTS(wanted); i++) {
        const BlObject *object = bl_catalog_find(catalog, "pragma", NULL, wanted[i][0]);
        g_assert_nonnull(object);
        g_assert_true(object->framed);
        g_assert_true(object->kind->is_setting);
        g_assert_cmpstr(g_ptr_array_index(object->statements, 0), ==, wanted[i][1]);
    }
}

typedef struct {
    const char *sql;
    const char *version;
} VersionCase;

static const VersionCase version_cases[] = {
    { "CREATE TABLE t (a INT, b TEXT DEFAULT 'STRICT WITHOUT as (')", "3.7" },
    { "CREATE TABLE strict (\"without\" INT, last VARCHAR (5), has CHECK (cast(a AS INT) > 0), a)",
      "3.7" },
    { "CREATE TABLE t (a PRIMARY KEY) WITHOUT ROWID", "3.8.2" },
    { "CREATE TABLE t (a INT) STRICT", "3.37" },
    { "CREATE TABLE t (a INT PRIMARY KEY)STRICT,WITHOUT ROWID", "3.37" },
    { "CREATE TABLE t (a, b AS (a + 1))", "3.31" },
    { "CREATE TABLE t (a, b GENERATED ALWAYS AS (a + 1) STORED)", "3.31" },
};

static void
test_introspect_version(Fixture *fixture, gconstpointer data)
{
    const VersionCase *wanted = data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, wanted->sql);
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    g_assert_cmpstr(catalog->lowest_version, ==, wanted->version);
}

static void
test_introspect_version_of_indexes(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const indexes[][2] = {
        { "CREATE UNIQUE INDEX i1 ON t (a COLLATE NOCASE DESC, \"where\")", "3.7" },
        { "CREATE INDEX i2 ON t (a) WHERE a + 1 > 0 AND length(a) > 1", "3.8.0" },
        { "CREATE INDEX i3 ON t (lower(a))", "3.9" },
        { "CREATE INDEX i4 ON t (a + 1)", "3.9" },
    };
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, "CREATE TABLE t (a, \"where\")");
    for (gsize i = 0; i < G_N_ELEMENTS(indexes); i++) {
        fixture_run(session, indexes[i][0]);
        g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
        g_assert_cmpstr(catalog->lowest_version, ==, indexes[i][1]);
    }
}

static void
test_introspect_omit_and_filter(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(fixture_script(
        session,
        "CREATE TABLE ledger (a UNIQUE); CREATE INDEX mine ON ledger (a); CREATE TABLE t (a);"
        "CREATE TABLE cron_jobs (a); CREATE INDEX on_cron ON cron_jobs (a);"
        "CREATE TABLE _cf_KV (a); CREATE TRIGGER tr AFTER INSERT ON cron_jobs BEGIN SELECT 1; END;",
        (BlScriptRun){ 0 }, NULL, &error));
    const char *const omit[] = { "ledger", NULL };
    const char *const ignore[] = { "cron_*", "_cf_*", NULL };
    BlFilter filter = { .ignore = ignore };
    BlIntrospectOptions options = { 0 };
    g_autoptr(BlCatalog) catalog =
        session->engine->introspect(session, &filter, omit, &options, &error);
    g_assert_no_error(error);
    g_autofree char *found = fixture_labels(catalog);
    g_assert_cmpstr(found, ==, "table t");

    g_autoptr(GPtrArray) listed = session->engine->list_objects(session, &filter, &error);
    g_assert_cmpuint(listed->len, ==, 3);
    const BlListedObject *first = g_ptr_array_index(listed, 0);
    g_assert_cmpstr(first->kind, ==, "index");
    g_assert_cmpstr(first->name, ==, "mine");
}

static void
test_introspect_broken_view(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_true(
        fixture_script(session,
                       "CREATE VIEW good AS SELECT 1; CREATE VIEW bad AS SELECT * FROM missing;"
                       "CREATE TRIGGER tr INSTEAD OF INSERT ON bad BEGIN SELECT 1; END;",
                       (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    g_autofree char *found = fixture_labels(catalog);
    g_assert_cmpstr(found, ==, "view bad\nview good\ntrigger tr");
    g_assert_true(
        fixture_has_warning(fixture, "view bad does not work: no such table: main.missing"));

    g_autoptr(GPtrArray) skipped = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(BlCatalog) less = fixture_introspect(
        session, (BlIntrospectOptions){ .skip_broken = TRUE, .skipped = skipped });
    g_autofree char *rest = fixture_labels(less);
    g_assert_cmpstr(rest, ==, "view good");
    g_assert_cmpuint(skipped->len, ==, 2);
    g_assert_cmpstr(g_ptr_array_index(skipped, 0), ==, "view bad");
    g_assert_cmpstr(g_ptr_array_index(skipped, 1), ==, "trigger tr");
}

static void
test_introspect_missing_module(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE t (a)");
    fixture_run(session, "PRAGMA writable_schema = ON");
    fixture_run(
        session,
        "INSERT INTO sqlite_schema VALUES ('table', 'x', 'x', 0, 'CREATE VIRTUAL TABLE x USING nonsense(a)')");
    fixture_run(session, "PRAGMA writable_schema = RESET");
    BlIntrospectOptions options = { 0 };
    g_assert_null(session->engine->introspect(session, NULL, NULL, &options, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_nonnull(strstr(error->message, "virtual table x"));
    g_assert_nonnull(strstr(error->message, "no such module: nonsense"));
    g_clear_error(&error);
    g_assert_null(session->engine->drop_statements(session, NULL, &error));
    g_assert_error(error, BL_ERROR, BL_ERROR_UNSUPPORTED);
    g_autoptr(BlCatalog) catalog =
        fixture_introspect(session, (BlIntrospectOptions){ .skip_unsupported = TRUE });
    g_autofree char *found = fixture_labels(catalog);
    g_assert_cmpstr(found, ==, "table t");
}

static void
test_introspect_unfit_text(Fixture *fixture, gconstpointer data)
{
    (void)data;
    static const char *const texts[] = {
        "CAST(x'435245415445205441424c4520e47a2028612900' AS TEXT)",
        "CAST(x'435245415445205441424c4520f828c328612900' AS TEXT)"
    };
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        g_autoptr(GError) error = NULL;
        g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
        fixture_run(session, "CREATE TABLE t (a)");
        fixture_run(session, "PRAGMA writable_schema = ON");
        g_autofree char *sql = g_strdup_printf("UPDATE sqlite_schema SET sql = %s", texts[i]);
        fixture_run(session, sql);
        BlIntrospectOptions options = { 0 };
        g_assert_null(session->engine->introspect(session, NULL, NULL, &options, &error));
        g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
        g_assert_nonnull(strstr(error->message, "table t"));
    }
}

static void
test_introspect_parts(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    fixture_run(session, "CREATE TABLE p (a, b, PRIMARY KEY (a, b)) WITHOUT ROWID");
    fixture_run(
        session,
        "CREATE TABLE t (id INTEGER PRIMARY KEY, x INT NOT NULL DEFAULT 5, y TEXT AS (x || 'z') STORED, UNIQUE (y, x),"
        " FOREIGN KEY (x, y) REFERENCES p (b, a) ON DELETE CASCADE) STRICT");
    g_autoptr(BlCatalog) catalog =
        fixture_introspect(session, (BlIntrospectOptions){ .with_parts = TRUE });
    const BlObject *table = bl_catalog_find(catalog, "table", NULL, "t");
    g_autoptr(GString) text = g_string_new(NULL);
    for (guint i = 0; i < table->parts->len; i++) {
        const BlPart *part = g_ptr_array_index(table->parts, i);
        g_string_append_printf(text, "%s %s: %s\n", part->kind, part->name, part->definition);
    }
    g_assert_cmpstr(
        text->str, ==,
        "column id: INTEGER primary key 1\n"
        "column x: INT not null default 5\n"
        "column y: TEXT generated stored\n"
        "constraint foreign key (x, y) to p: foreign key (x, y) references p (b, a) on update NO ACTION on delete CASCADE\n"
        "constraint unique (y, x): unique (y, x)\n"
        "option strict: strict\n");
}

/* --- dropping --- */

static void
test_drop_everything(Fixture *fixture, gconstpointer data)
{
    gboolean with_keys = data != NULL;
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session =
        fixture_open(fixture, with_keys ? "sqlite:a.db?foreign_keys=on" : "sqlite:a.db");
    g_assert_true(fixture_script(session, odd_schema, (BlScriptRun){ 0 }, NULL, &error));
    g_assert_true(
        fixture_script(session,
                       "CREATE TABLE a_parent (id INTEGER PRIMARY KEY);"
                       "CREATE TABLE z_child (id INTEGER PRIMARY KEY, p REFERENCES a_parent);"
                       "INSERT INTO a_parent VALUES (1); INSERT INTO z_child VALUES (1, 1);",
                       (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(GPtrArray) drops = session->engine->drop_statements(session, NULL, &error);
    g_assert_no_error(error);
    if (with_keys)
        g_assert_cmpstr(g_ptr_array_index(drops, 0), ==, "PRAGMA foreign_keys = OFF");
    /* All in one transaction, where the PRAGMA is nothing. */
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    for (guint i = 0; i < drops->len; i++)
        fixture_run(session, g_ptr_array_index(drops, i));
    g_assert_true(session->engine->commit(session, &error));
    g_assert_no_error(error);
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema WHERE name NOT GLOB 'sqlite[_]*'",
                 "0");
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_sequence", "0");
}

/* --- the frame --- */

/* A snapshot as the dumper puts it together. */
static char *
snapshot(const BlSession *session, const BlCatalog *catalog, const BlFrame *frame, const char *rest)
{
    g_autoptr(GString) head = g_string_new(NULL);
    g_autoptr(GString) tail = g_string_new(NULL);
    session->engine->frame(catalog, frame, head, tail);
    for (guint i = 0; i < catalog->objects->len; i++) {
        const BlObject *object = g_ptr_array_index(catalog->objects, i);
        for (guint j = 0; !object->framed && j < object->statements->len; j++)
            g_string_append_printf(head, "%s\n;\n",
                                   (const char *)g_ptr_array_index(object->statements, j));
    }
    g_string_append(head, rest);
    g_string_append_len(head, tail->str, (gssize)tail->len);
    return g_string_free(g_steal_pointer(&head), FALSE);
}

/* A client that goes on after an error, each statement as it comes. */
static guint
run_like_a_client(BlSession *session, const char *sql)
{
    guint failures = 0;
    g_autoptr(BlReader) reader = bl_reader_new_memory(sql, strlen(sql));
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    BlItem item;
    while (bl_script_next(script, &item, NULL) > 0) {
        g_autofree char *text = g_strndup(item.text, item.len);
        failures += !session->engine->execute(session, text, NULL, NULL);
    }
    return failures;
}

static char *
make_snapshot(Fixture *fixture, const char *ledger_rows)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:source.db");
    g_assert_true(fixture_script(session, odd_schema, (BlScriptRun){ 0 }, NULL, &error));
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    const char *const data[] = { "zebra" };
    const guint64 counts[] = { 2 };
    BlFrame frame = { .ledger = "adonis_schema",
                      .versions = "adonis_schema_versions",
                      .ledger_rows = 1,
                      .n_data = 1,
                      .data_tables = data,
                      .data_rows = counts };
    return snapshot(session, catalog, &frame, ledger_rows);
}

static const char good_rows[] =
    "CREATE TABLE adonis_schema (id INTEGER PRIMARY KEY AUTOINCREMENT, name, batch);\n"
    "CREATE TABLE adonis_schema_versions (version);\n"
    "INSERT INTO adonis_schema (name, batch) VALUES ('m1', 1);\n"
    "INSERT INTO adonis_schema_versions VALUES (2);\n"
    "INSERT INTO zebra VALUES (1);\nINSERT INTO zebra VALUES (2);\n";

static void
test_frame_whole(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_assert_null(strstr(sql, "sqlite_schema "));
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_cmpuint(run_like_a_client(session, sql), ==, 0);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(session, "PRAGMA user_version", "-42");
    ASSERT_QUERY(session, "SELECT count(*) FROM zebra", "2");
    /* Once more: nothing changes. */
    g_autofree char *before = fixture_query(session, "SELECT * FROM sqlite_schema");
    g_assert_cmpuint(run_like_a_client(session, sql), >, 10);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(session, "SELECT count(*) FROM adonis_schema", "1");
    ASSERT_QUERY(session, "SELECT count(*) FROM zebra", "2");
    ASSERT_QUERY(session, "SELECT * FROM sqlite_schema", before);
}

static BlVerdict
skip_transaction(const BlItem *item, guint traits, void *data, GError **error)
{
    (void)item;
    (void)data;
    (void)error;
    return traits & (BL_STMT_TX_BEGIN | BL_STMT_TX_COMMIT) ? BL_SKIP_ITEM : BL_RUN_ITEM;
}

/* Inside the loader's transaction, where an empty ledger was dropped before and the journal stayed.
 */
static void
test_frame_inside_transaction(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(GError) error = NULL;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE adonis_schema (id INTEGER PRIMARY KEY AUTOINCREMENT, name)");
    fixture_run(session,
                "CREATE TABLE adonis_schema_journal (id INTEGER PRIMARY KEY, name UNIQUE)");
    fixture_run(session, "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq UNIQUE)");
    BlScriptRun run = { .judge = skip_transaction, .bulk = TRUE, .tolerant = TRUE };
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    fixture_run(session, "DROP TABLE adonis_schema");
    g_assert_true(fixture_script(session, sql, run, NULL, &error));
    g_assert_no_error(error);
    g_assert_true(session->engine->commit(session, &error));
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_temp_schema", "0");
}

typedef struct {
    const char *name;
    const char *from;
    const char *to;
} Damage;

static const Damage damages[] = {
    { "table", "CREATE TABLE zebra", "CREATE TABEL zebra" },
    { "table-renamed", "CREATE TABLE counter (", "CREATE TABLE zebra (" },
    { "index", "CREATE INDEX on_zebra ON zebra", "CREATE INDEX on_zebra ON zebrra" },
    { "virtual-table", "USING fts5(a, content", "USING fts55(a, content" },
    { "view", "CREATE VIEW v AS", "CREATE VIEW v SA" },
    { "trigger", "AFTER INSERT ON zebra BEGIN SELECT 2", "AFTER INSERT ON zzebra BEGIN SELECT 2" },
    { "ledger-table", "CREATE TABLE adonis_schema (", "CREATE TABLE adonis_schem (" },
    { "ledger-row", "INSERT INTO adonis_schema (name", "INSERT INTO adonis_schema (nname" },
    { "ledger-row-twice", "VALUES ('m1', 1)", "VALUES ('m1', 1), ('m1', 1)" },
    { "version-row", "INSERT INTO adonis_schema_versions", "INSERT INTO adonis_schema_version" },
    { "data-row", "INSERT INTO zebra VALUES (2)", "INSERT INTO zebra VALUES (2" },
    { "user-version", "PRAGMA user_version = -42", "PRAGMA user_versio = -42" },
};

static void
test_frame_damaged(Fixture *fixture, gconstpointer data)
{
    const Damage *damage = data;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_auto(GStrv) pieces = g_strsplit(sql, damage->from, 2);
    g_assert_cmpuint(g_strv_length(pieces), ==, 2);
    g_autofree char *damaged = g_strjoinv(damage->to, pieces);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    g_assert_cmpuint(run_like_a_client(session, damaged), >, 0);
    g_assert_false(session->engine->in_transaction(session));
    ASSERT_QUERY(session, "SELECT count(*) FROM sqlite_schema", "0");
    ASSERT_QUERY(session, "PRAGMA user_version", "0");
}

static void
test_frame_refuses_strangers(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autofree char *sql = make_snapshot(fixture, good_rows);
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "CREATE TABLE mine (a)");
    run_like_a_client(session, sql);
    ASSERT_QUERY(session, "SELECT name FROM sqlite_schema", "mine");
}

static void
test_frame_settings_first(Fixture *fixture, gconstpointer data)
{
    (void)data;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite:a.db");
    fixture_run(session, "PRAGMA page_size = 8192");
    fixture_run(session, "PRAGMA encoding = 'UTF-16le'");
    fixture_run(session, "PRAGMA auto_vacuum = 1");
    fixture_run(session, "CREATE TABLE t (a)");
    g_autoptr(BlCatalog) catalog = fixture_introspect(session, (BlIntrospectOptions){ 0 });
    BlFrame frame = { 0 };
    g_autofree char *sql = snapshot(session, catalog, &frame, "");
    g_autoptr(BlSession) copy = fixture_open(fixture, "sqlite:b.db");
    g_assert_cmpuint(run_like_a_client(copy, sql), ==, 0);
    ASSERT_QUERY(copy, "PRAGMA page_size", "8192");
    ASSERT_QUERY(copy, "PRAGMA encoding", "UTF-16le");
    ASSERT_QUERY(copy, "PRAGMA auto_vacuum", "1");
    g_autoptr(BlCatalog) again = fixture_introspect(copy, (BlIntrospectOptions){ 0 });
    g_autofree char *a = bl_catalog_digest(catalog);
    g_autofree char *b = bl_catalog_digest(again);
    g_assert_cmpstr(a, ==, b);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(version_cases); i++) {
        g_autofree char *path = g_strdup_printf("/engine-sqlite/introspect/version-%zu-%s", i,
                                                version_cases[i].version);
        FIXTURE_ADD(path, &version_cases[i], test_introspect_version);
    }
    FIXTURE_ADD("/engine-sqlite/introspect/objects", NULL, test_introspect_objects);
    FIXTURE_ADD("/engine-sqlite/introspect/settings", NULL, test_introspect_settings);
    FIXTURE_ADD("/engine-sqlite/introspect/version-of-indexes", NULL,
                test_introspect_version_of_indexes);
    FIXTURE_ADD("/engine-sqlite/introspect/omit-and-filter", NULL, test_introspect_omit_and_filter);
    FIXTURE_ADD("/engine-sqlite/introspect/broken-view", NULL, test_introspect_broken_view);
    FIXTURE_ADD("/engine-sqlite/introspect/missing-module", NULL, test_introspect_missing_module);
    FIXTURE_ADD("/engine-sqlite/introspect/unfit-text", NULL, test_introspect_unfit_text);
    FIXTURE_ADD("/engine-sqlite/introspect/parts", NULL, test_introspect_parts);
    FIXTURE_ADD("/engine-sqlite/drop/everything", NULL, test_drop_everything);
    FIXTURE_ADD("/engine-sqlite/drop/everything-with-foreign-keys", "on", test_drop_everything);
    FIXTURE_ADD_CASES("frame/damaged-", damages, name, test_frame_damaged)
    FIXTURE_ADD("/engine-sqlite/frame/whole", NULL, test_frame_whole);
    FIXTURE_ADD("/engine-sqlite/frame/inside-transaction", NULL, test_frame_inside_transaction);
    FIXTURE_ADD("/engine-sqlite/frame/refuses-strangers", NULL, test_frame_refuses_strangers);
    FIXTURE_ADD("/engine-sqlite/frame/settings-first", NULL, test_frame_settings_first);
    return g_test_run();
}
