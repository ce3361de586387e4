/* SPDX-License-Identifier: MIT */
/*
 * The lines of a ledger give the same rows together as one by one: every case runs both ways, read
 * byte by byte too.
 */
#include "common/snapshot/ledger_lines.h"

#include "tests/unit/sqlite_fixture.h"

#define TABLES                                                                                     \
    "CREATE TABLE l (id integer PRIMARY KEY AUTOINCREMENT, name text UNIQUE, batch integer CHECK " \
    "(batch < 8));\nCREATE TABLE v (version integer);\n"
#define BEGIN "-- ledger l\nINSERT INTO \"v\" (version) VALUES (2);\n"
#define LINE(name)                                                                                 \
    "INSERT INTO \"l\" (name, batch) SELECT '" name "', coalesce(max(batch), 0) + 1 FROM \"l\";\n"
#define FIVE      LINE("a") LINE("b") LINE("c") LINE("d") LINE("e")
#define FIVE_ROWS "1|a|1\n2|b|2\n3|c|3\n4|d|4\n5|e|5"

typedef struct {
    const char *name;
    const char *script;
    const char *rows; /* id, name, batch; NULL: it fails */
    guint saved;
    gsize longest; /* bytes of a statement; 0: the usual */
} Case;

static const Case cases[] = {
    { "at-the-end", TABLES BEGIN FIVE, FIVE_ROWS, 4, 0 },
    { "something-behind", TABLES BEGIN FIVE "CREATE TABLE x (a);\n", FIVE_ROWS, 4, 0 },
    { "one", TABLES BEGIN LINE("a") "\n-- gate\nCREATE TABLE x (a);\n", "1|a|1", 0, 0 },
    { "none", TABLES BEGIN, "", 0, 0 },
    { "long", TABLES BEGIN FIVE, FIVE_ROWS, 3, 150 },
    { "all-too-long", TABLES BEGIN FIVE, FIVE_ROWS, 0, 20 },
    { "comments-and-blanks", TABLES BEGIN "-- who\n" LINE("a") "\n\n/* why */" LINE("b"),
      "1|a|1\n2|b|2", 1, 0 },
    { "names", TABLES BEGIN LINE("a''b") LINE("''") LINE("'', ''") LINE("\xC3\xA9\n") LINE("(;)"),
      "1|a'b|1\n2|'|2\n3|', '|3\n4|\xC3\xA9\n|4\n5|(;)|5", 4, 0 },
    { "block-not-begun", TABLES FIVE, FIVE_ROWS, 0, 0 },
    { "rows-before", TABLES "INSERT INTO \"l\" (name, batch) VALUES ('z', 2);\n" FIVE,
      "1|z|2\n2|a|3\n3|b|4\n4|c|5\n5|d|6\n6|e|7", 0, 0 },
    { "given-batches",
      TABLES BEGIN "INSERT INTO \"l\" (name, batch) VALUES ('z', 2);\n" LINE("a") LINE("b"),
      "1|z|2\n2|a|3\n3|b|4", 0, 0 },
    { "given-between",
      TABLES BEGIN LINE("a")
          LINE("b") "INSERT INTO \"l\" (name, batch) VALUES ('z', 5);\n" LINE("c") LINE("d"),
      "1|a|1\n2|b|2\n3|z|5\n4|c|6\n5|d|7", 1, 0 },
    { "change-between",
      TABLES BEGIN LINE("a") LINE("b") "UPDATE l SET batch = 4;\n" LINE("c") LINE("d"),
      "1|a|4\n2|b|4\n3|c|5\n4|d|6", 1, 0 },
    { "another-table",
      TABLES "CREATE TABLE k (name, batch);\n" BEGIN
             "INSERT INTO k (name, batch) SELECT 'k', coalesce(max(batch), 0) + 1 FROM k;\n" LINE(
                 "a") LINE("b"),
      "1|a|1\n2|b|2", 0, 0 },
    { "condition",
      TABLES BEGIN
          LINE("a") "INSERT INTO \"l\" (name, batch) SELECT 'b', coalesce(max(batch), 0) + 1 FROM \"l\" WHERE 1;\n" LINE(
              "c"),
      "1|a|1\n2|b|2\n3|c|3", 0, 0 },
    { "two-literals", TABLES BEGIN LINE("a") LINE("b' || 'c") LINE("d"), "1|a|1\n2|bc|2\n3|d|3", 0,
      0 },
    { "same-name", TABLES BEGIN LINE("a") LINE("b") LINE("c") LINE("b") LINE("d"), NULL, 0, 0 },
    { "check-fails", TABLES BEGIN FIVE LINE("f") LINE("g") LINE("h"), NULL, 0, 0 },
    { "error-behind", TABLES BEGIN FIVE "SELECT 'x", NULL, 0, 0 },
};

static gboolean
run(BlSession *session, const Case *one, gsize chunk, guint64 *n, guint64 *saved, GError **error)
{
    const BlLedgerNames names = { .ledger = "l", .versions = "v", .journal = "j" };
    const BlScriptRun how = { .bulk = TRUE };
    g_autoptr(BlReader) reader = bl_reader_new_memory(one->script, strlen(one->script));
    g_autoptr(BlScript) script = bl_script_new(reader, session->engine->dialect);
    session->longest_statement = one->longest;
    if (chunk > 0)
        bl_script_set_chunk(script, chunk);
    g_autoptr(BlLedgerLines) lines =
        saved != NULL ? bl_ledger_lines_join(script, session, &names) : NULL;
    gboolean ok = session->engine->execute_script(session, script, &how, n, error);
    if (saved != NULL)
        *saved = bl_ledger_lines_saved(lines);
    return ok;
}

/* @param saved NULL: one by one. @return the rows and the number of statements; NULL: it failed */
static char *
outcome(Fixture *fixture, const Case *one, gsize chunk, guint64 *saved)
{
    g_autoptr(GError) error = NULL;
    guint64 n = 0;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    g_assert_true(session->engine->begin(session, BL_TX_WRITE, &error));
    if (!run(session, one, chunk, &n, saved, &error)) {
        g_assert_error(error, BL_ERROR, BL_ERROR_SQL);
        return NULL;
    }
    g_assert_no_error(error);
    g_autofree char *rows = fixture_query(session, "SELECT id, name, batch FROM l ORDER BY id");
    return g_strdup_printf("%s\n%" G_GUINT64_FORMAT " statements", rows,
                           n + (saved != NULL ? *saved : 0));
}

static void
test_same_rows(Fixture *fixture, gconstpointer data)
{
    static const gsize chunks[] = { 0, 1, 7, 64 };
    const Case *one = data;
    g_autofree char *written = outcome(fixture, one, 0, NULL);
    if (one->rows == NULL)
        g_assert_null(written);
    else
        g_assert_true(g_str_has_prefix(written, one->rows));
    for (gsize i = 0; i < G_N_ELEMENTS(chunks); i++) {
        guint64 saved = 0;
        g_autofree char *together = outcome(fixture, one, chunks[i], &saved);
        g_assert_cmpstr(together, ==, written);
        if (one->rows != NULL)
            g_assert_cmpuint(saved, ==, one->saved);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/ledger-lines/%s", cases[i].name);
        g_test_add(path, Fixture, &cases[i], fixture_set_up, test_same_rows, fixture_tear_down);
    }
    return g_test_run();
}
