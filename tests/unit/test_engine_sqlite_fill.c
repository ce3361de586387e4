/* SPDX-License-Identifier: MIT */
/*
 * The shorter way of the lines that fill a ledger gives what the lines as they are written give:
 * every case runs both ways.
 */
#include "tests/unit/sqlite_fixture.h"

#define LEDGER                                                                                     \
    "CREATE TABLE l (`id` integer not null primary key autoincrement, `name` varchar(255) not "    \
    "null, `batch` integer not null, `at` datetime default 'x');\n"

#define LINE(name)                                                                                 \
    "INSERT INTO l (name, batch) SELECT '" name "', coalesce(max(batch), 0) + 1 FROM l;\n"

#define FIVE LINE("a") LINE("b") LINE("c") LINE("d") LINE("e")

typedef struct {
    const char *name;
    const char *script;
    const char *wanted; /* of name and batch; NULL: it fails */
} FillCase;

static const FillCase cases[] = {
    { "empty-table", LEDGER FIVE, "a|1\nb|2\nc|3\nd|4\ne|5" },
    { "behind-others", LEDGER "INSERT INTO l (name, batch) VALUES ('z', 41);\n" LINE("a") LINE("b"),
      "z|41\na|42\nb|43" },
    { "others-between",
      LEDGER LINE("a") LINE("b") "UPDATE l SET batch = 90 WHERE name = 'a';\n" LINE("c")
          LINE("d") "DELETE FROM l WHERE batch > 90;\n" LINE("e") LINE("f"),
      "a|90\nb|2\ne|91\nf|92" },
    { "given-batches-between",
      LEDGER LINE("a") LINE("b") "INSERT INTO l (name, batch) VALUES ('k', 7);\n" LINE("c")
          LINE("d"),
      "a|1\nb|2\nk|7\nc|8\nd|9" },
    { "quotes-in-name", LEDGER LINE("a''b") LINE("''") LINE("''''c") LINE("\xC3\xA9"),
      "a'b|1\n'|2\n''c|3\n\xC3\xA9|4" },
    { "comment-behind",
      LEDGER LINE("a")
          LINE("b") "INSERT INTO l (name, batch) SELECT 'c', coalesce(max(batch), 0) + "
                    "1 FROM l -- WHERE FALSE\n;\n" LINE("d"),
      "a|1\nb|2\nc|3\nd|4" },
    { "condition-behind",
      LEDGER LINE("a")
          LINE("b") "INSERT INTO l (name, batch) SELECT 'c', coalesce(max(batch), 0) + "
                    "1 FROM l WHERE name = 'a';\n" LINE("d"),
      "a|1\nb|2\nc|2\nd|3" },
    { "two-tables",
      LEDGER "CREATE TABLE l2 (name, batch integer);\n" LINE("a") LINE(
          "b") "INSERT INTO l (name, batch) SELECT 'x', coalesce(max(batch), 0) + 1 FROM l2;\n" LINE("c")
          LINE("d"),
      "a|1\nb|2\nx|1\nc|3\nd|4" },
    { "quoted-table",
      "CREATE TABLE \"l\" (name, batch integer);\n"
      "INSERT INTO \"l\" (name, batch) SELECT 'a', coalesce(max(batch), 0) + 1 FROM \"l\";\n"
      "INSERT INTO \"l\" (name, batch) SELECT 'b', coalesce(max(batch), 0) + 1 FROM \"l\";\n"
      "INSERT INTO \"l\" (name, batch) SELECT 'c', coalesce(max(batch), 0) + 1 FROM \"l\";\n",
      "a|1\nb|2\nc|3" },
    { "trigger-changes-the-batch",
      LEDGER "CREATE TRIGGER t AFTER INSERT ON l BEGIN UPDATE l SET batch = batch * 10 WHERE id = "
             "new.id; END;\n" LINE("a") LINE("b") LINE("c"),
      "a|10\nb|110\nc|1110" },
    { "trigger-on-other-case",
      LEDGER "CREATE TRIGGER t AFTER INSERT ON L BEGIN UPDATE l SET batch = batch + 5 WHERE id = "
             "new.id; END;\n" LINE("a") LINE("b") LINE("c"),
      "a|6\nb|12\nc|18" },
    { "temporary-trigger",
      LEDGER "CREATE TEMP TRIGGER t AFTER INSERT ON main.l BEGIN UPDATE l SET batch = batch + 1 "
             "WHERE id = new.id; END;\n" LINE("a") LINE("b") LINE("c"),
      "a|2\nb|4\nc|6" },
    { "temporary-table-first",
      LEDGER "CREATE TEMP TABLE l (name, batch text);\n" LINE("a") LINE("b") LINE("c"),
      "a|1\nb|2\nc|3" },
    { "view-with-trigger",
      "CREATE TABLE base (name, batch integer);\nCREATE VIEW l AS SELECT name, batch FROM base;\n"
      "CREATE TRIGGER t INSTEAD OF INSERT ON l BEGIN INSERT INTO base VALUES (new.name, new.batch "
      "+ 1); END;\n" LINE("a") LINE("b") LINE("c"),
      "a|2\nb|4\nc|6" },
    { "batch-as-text", "CREATE TABLE l (name, batch text);\n" LINE("a") LINE("b") LINE("c"),
      "a|1\nb|2\nc|3" },
    { "text-in-batch",
      "CREATE TABLE l (name, batch integer);\nINSERT INTO l VALUES ('z', 'many');\n" LINE("a")
          LINE("b") LINE("c"),
      "z|many\na|1\nb|1\nc|1" },
    { "negative-batches",
      LEDGER "INSERT INTO l (name, batch) VALUES ('z', -7);\n" LINE("a") LINE("b") LINE("c")
          LINE("d"),
      "z|-7\na|-6\nb|-5\nc|-4\nd|-3" },
    { "null-batches",
      "CREATE TABLE l (name, batch integer);\nINSERT INTO l VALUES ('z', NULL);\n" LINE("a")
          LINE("b") LINE("c"),
      "z|NULL\na|1\nb|2\nc|3" },
    { "largest-integer",
      LEDGER "INSERT INTO l (name, batch) VALUES ('z', 9223372036854775805);\n" LINE("a") LINE("b")
          LINE("c"),
      "z|9223372036854775805\na|9223372036854775806\nb|9223372036854775807\nc|9.22337203685478e+18" },
    { "conflict-is-ignored",
      "CREATE TABLE l (name UNIQUE ON CONFLICT IGNORE, batch integer);\n" LINE("a") LINE("b")
          LINE("a") LINE("b") LINE("c") LINE("d"),
      "a|1\nb|2\nc|3\nd|4" },
    { "conflict-replaces",
      "CREATE TABLE l (name UNIQUE ON CONFLICT REPLACE, batch integer);\n" LINE("a") LINE("b")
          LINE("b") LINE("a") LINE("c"),
      "b|3\na|4\nc|5" },
    { "conflict-fails",
      "CREATE TABLE l (name UNIQUE, batch integer);\n" LINE("a") LINE("b") LINE("c") LINE("b")
          LINE("d"),
      NULL },
    { "check-fails",
      "CREATE TABLE l (name, batch integer CHECK (batch < 3));\n" LINE("a") LINE("b") LINE("c"),
      NULL },
    { "no-such-column", "CREATE TABLE l (name, lot integer);\n" LINE("a") LINE("b"), NULL },
    { "table-goes",
      LEDGER LINE("a") LINE("b") "DROP TABLE l;\n" LEDGER LINE("c") LINE("d") LINE("e"),
      "c|1\nd|2\ne|3" },
    { "rows-of-a-pragma", "PRAGMA count_changes = 1;\n" LEDGER LINE("a") LINE("b") LINE("c"),
      "a|1\nb|2\nc|3" },
};

/* Everything that can be seen of a run: rows with their types, or the whole error. */
static char *
outcome(Fixture *fixture, const FillCase *fill_case, gboolean bulk, char **rows)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(BlSession) session = fixture_open(fixture, "sqlite::memory:");
    session->engine->begin(session, BL_TX_WRITE, &error);
    g_assert_no_error(error);
    guint64 n = 0;
    BlScriptRun run = { .bulk = bulk };
    if (!fixture_script(session, fill_case->script, run, &n, &error)) {
        const BlErrorInfo *info = bl_error_info(error);
        return g_strdup_printf("%s at %u:%u after %" G_GUINT64_FORMAT, error->message, info->line,
                               info->column, n);
    }
    *rows = fixture_query(session, "SELECT name, batch FROM l ORDER BY rowid");
    g_autofree char *types = fixture_query(
        session, "SELECT rowid, typeof(name), typeof(batch), * FROM l ORDER BY rowid");
    g_autofree char *sequence = fixture_query(
        session,
        "SELECT group_concat(sql) || last_insert_rowid() || total_changes() FROM main.sqlite_schema");
    return g_strdup_printf("%s\n%s\n%" G_GUINT64_FORMAT, types, sequence, n);
}

static void
test_same_outcome(Fixture *fixture, gconstpointer data)
{
    const FillCase *fill_case = data;
    g_autofree char *rows = NULL;
    g_autofree char *same_rows = NULL;
    g_autofree char *written = outcome(fixture, fill_case, FALSE, &same_rows);
    g_autofree char *shorter = outcome(fixture, fill_case, TRUE, &rows);
    g_assert_cmpstr(shorter, ==, written);
    g_assert_cmpstr(rows, ==, fill_case->wanted);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/engine/sqlite/fill/%s", cases[i].name);
        g_test_add(path, Fixture, &cases[i], fixture_set_up, test_same_outcome, fixture_tear_down);
    }
    return g_test_run();
}
