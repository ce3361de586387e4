/* SPDX-License-Identifier: MIT */
#include "squash/adopt.h"
#include "squash/probe.h"

#include "common/base/error.h"

#include <string.h>

/*
 * A case is a picture in text.
 *   files     "1_a 2_b=sum"           names, and the checksum of the file
 *   ledger    "1_a 2_b"               names, oldest first
 *   manifest  "1_a"                   squashed names; NULL: no manifest
 *   table     "1 2=sum 3-failed"      versions, checksums and states of the tool's rows
 *   expected  "forget 2_b, record 1_a!"   the steps, ! where the checksums differ; or "error CODE
 * WORDS"
 */
typedef struct {
    const char *name;
    const char *tool;
    const char *files;
    const char *ledger;
    const char *manifest;
    const char *table;
    gboolean two_way;
    const char *expected;
} AdoptCase;

static BlHistory *
parse_files(const char *text, const BlConvention *convention)
{
    BlHistory *history = bl_history_new(TRUE);
    if (convention != NULL)
        history->convention = convention;
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++) {
        g_auto(GStrv) parts = g_strsplit(words[i], "=", 2);
        BlMigration *migration = g_new0(BlMigration, 1);
        migration->name = g_strdup(parts[0]);
        migration->label = g_strconcat(parts[0], ".sql", NULL);
        migration->checksum = g_strdup(parts[1]);
        migration->raw_digest = g_strdup_printf("raw:%s", parts[0]);
        migration->token_digest = g_strdup_printf("t1:%s", parts[0]);
        bl_history_take(history, migration);
    }
    return history;
}

static BlLedger *
parse_ledger(const char *text)
{
    BlLedger *ledger = bl_ledger_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++)
        bl_ledger_add_row(ledger, (gint64)i + 1, words[i], (gint64)i + 1, NULL);
    return ledger;
}

static BlManifest *
parse_manifest(const char *text)
{
    if (text == NULL)
        return NULL;
    BlManifest *manifest = bl_manifest_new();
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL; i++)
        bl_manifest_add_squashed(manifest, words[i]);
    return manifest;
}

static BlPeerTable *
parse_table(const BlPeer *peer, const char *text)
{
    BlPeerTable *table = bl_peer_table_new(peer);
    table->exists = TRUE;
    g_auto(GStrv) words = g_strsplit(text, " ", -1);
    for (gsize i = 0; words[i] != NULL && words[i][0] != '\0'; i++) {
        BlPeerRow *row = g_new0(BlPeerRow, 1);
        gsize len = strcspn(words[i], "=-");
        g_autofree char *key = g_strndup(words[i], len);
        if (g_ascii_isdigit(key[0]))
            row->version = g_steal_pointer(&key);
        else
            row->script = g_strconcat(key, ".sql", NULL);
        const char *rest = words[i] + len;
        row->state = strcmp(rest, "-failed") == 0    ? BL_PEER_FAILED
                     : strcmp(rest, "-gone") == 0    ? BL_PEER_GONE
                     : strcmp(rest, "-reached") == 0 ? BL_PEER_REACHED
                                                     : BL_PEER_APPLIED;
        row->checksum = rest[0] == '=' ? g_strdup(rest + 1) : NULL;
        bl_peer_table_take(table, row);
    }
    return table;
}

static char *
describe(const BlAdoption *adoption, const GError *error)
{
    static const char *const words[] = { "record", "digest", "forget" };
    if (adoption == NULL)
        return g_strdup_printf("error %d %s", error->code, error->message);
    GString *out = g_string_new(NULL);
    for (guint i = 0; i < adoption->steps->len; i++) {
        const BlAdoptStep *step = g_ptr_array_index(adoption->steps, i);
        g_string_append_printf(out, "%s%s %s%s", i > 0 ? ", " : "", words[step->kind], step->name,
                               step->modified ? "!" : "");
    }
    return g_string_free(out, FALSE);
}

static void
assert_found(const char *found, const char *expected)
{
    if (!g_str_has_prefix(expected, "error ")) {
        g_assert_cmpstr(found, ==, expected);
        return;
    }
    g_auto(GStrv) words = g_strsplit(expected, " ", 3);
    g_autofree char *code = g_strdup_printf("error %s ", words[1]);
    g_assert_true(g_str_has_prefix(found, code));
    g_assert_nonnull(strstr(found, words[2]));
}

static const AdoptCase cases[] = {
    { "records-in-history-order", "dbmate", "1_a 2_b 10_c", "", NULL, "1 10 2", TRUE,
      "record 1_a, record 2_b, record 10_c" },
    { "records-only-what-is-new", "dbmate", "1_a 2_b", "1_a", NULL, "1 2", TRUE, "record 2_b" },
    { "forgets-what-was-taken-back-newest-first", "dbmate", "1_a 2_b 3_c", "1_a 2_b 3_c", NULL, "1",
      TRUE, "forget 3_c, forget 2_b" },
    { "both-at-once", "dbmate", "1_a 2_b", "1_a", NULL, "2", TRUE, "forget 1_a, record 2_b" },
    { "one-way-forgets-nothing", "rails", "1_a 2_b", "1_a x", NULL, "2", FALSE, "record 2_b" },
    { "agrees", "dbmate", "1_a 2_b", "1_a", NULL, "1", TRUE, "" },
    { "names-what-the-snapshot-holds", "dbmate", "2_b", "", "db/1_a", "1 2", TRUE,
      "record db/1_a, record 2_b" },
    { "names-what-nobody-knows", "dbmate", "2_b", "", NULL, "1 2", TRUE,
      "record db/1, record 2_b" },
    { "knows-a-name-without-a-file-again", "dbmate", "2_b", "db/1 2_b", NULL, "1 2", TRUE, "" },
    { "single-records-all-older", "golang-migrate", "1_a 2_b 3_c", "", NULL, "2-reached", TRUE,
      "record 1_a, record 2_b" },
    { "single-goes-on", "golang-migrate", "1_a 2_b 3_c 4_d", "1_a", NULL, "3-reached", TRUE,
      "record 2_b, record 3_c" },
    { "single-went-back", "golang-migrate", "1_a 2_b 3_c", "1_a 2_b 3_c", NULL, "1-reached", TRUE,
      "forget 3_c, forget 2_b" },
    { "single-went-back-to-nothing", "golang-migrate", "1_a", "1_a", NULL, "", TRUE, "forget 1_a" },
    { "single-knows-no-holes", "golang-migrate", "1_a 2_b 3_c", "1_a 3_c", NULL, "3-reached", TRUE,
      "" },
    { "single-without-a-file", "golang-migrate", "1_a", "", NULL, "7-reached", TRUE,
      "error 5 version 7, and no file has it" },
    { "single-by-value", "golang-migrate", "0009_a 10_b", "", NULL, "10-reached", TRUE,
      "record 0009_a, record 10_b" },
    { "refuses-half-a-migration", "sqlx", "1_a 2_b", "", NULL, "1 2-failed", TRUE,
      "error 5 stopped half-way in migration \"2\"" },
    { "half-a-migration-that-was-mended", "prisma", "1_a", "", NULL, "1_a-failed 1_a", TRUE,
      "record 1_a" },
    { "taken-back-in-the-table", "goose", "1_a 2_b", "", NULL, "1 2 2-gone", TRUE, "record 1_a" },
    { "taken-back-and-applied-again", "goose", "1_a 2_b", "", NULL, "1 2 2-gone 2", TRUE,
      "record 1_a, record 2_b" },
    { "checksum-of-another-text", "sqlx", "1_a=aa 2_b=bb", "", NULL, "1=AA 2=cc", TRUE,
      "record 1_a, record 2_b!" },
    { "repeatable-by-its-script", "flyway", "V1__a R__v", "", NULL, "1 R__v", TRUE,
      "record V1__a, record R__v" },
    { "repeatable-is-forgotten-too", "flyway", "V1__a R__v", "V1__a R__v", NULL, "1", TRUE,
      "forget R__v" },
    { "tool-without-a-place-for-it", "sqlx", "1_a notes", "1_a notes", NULL, "1", TRUE, "" },
    { "baseline-row-stands-for-older-ones", "flyway", "V1__a V2__b V3__c", "", NULL, "2-reached",
      TRUE, "record V1__a, record V2__b" },
    { "script-without-a-file", "flyway", "V2__b", "", NULL, "R__old 2", TRUE,
      "record db/R__old, record V2__b" },
};

static void
test_adoption(gconstpointer data)
{
    const AdoptCase *test = data;
    const BlPeer *peer = bl_peer_find(test->tool);
    g_assert_nonnull(peer);
    BlHistory *history = parse_files(test->files, bl_convention_find(test->tool));
    BlLedger *ledger = parse_ledger(test->ledger);
    BlManifest *manifest = parse_manifest(test->manifest);
    ledger->peer = parse_table(peer, test->table);
    const BlAdoptInput input = { history, ledger, manifest, ledger->peer, "db", test->two_way };
    g_autoptr(GError) error = NULL;
    g_autoptr(BlAdoption) adoption = bl_adoption_new(&input, &error);
    g_autofree char *found = describe(adoption, error);
    assert_found(found, test->expected);

    /* What changes nothing agrees; everything else is refused with what to do. */
    g_autoptr(GError) refusal = NULL;
    gboolean agrees = bl_adopt_check(history, ledger, manifest, &refusal);
    if (test->two_way) {
        g_assert_cmpint(agrees, ==, test->expected[0] == '\0');
        g_assert_true(agrees || bl_error_info(refusal)->hint != NULL);
    }
    bl_history_free(history);
    bl_ledger_free(ledger);
    bl_manifest_free(manifest);
}

static void
test_table_that_is_not_there_agrees(void)
{
    BlHistory *history = parse_files("1_a", NULL);
    BlLedger *ledger = parse_ledger("1_a");
    g_assert_true(bl_adopt_check(history, ledger, NULL, NULL));
    ledger->peer = bl_peer_table_new(bl_peer_find("dbmate"));
    g_assert_true(bl_adopt_check(history, ledger, NULL, NULL));
    bl_history_free(history);
    bl_ledger_free(ledger);
}

/* A checksum that differs stands in the place of the digest; else the file's count. */
static void
test_digests(void)
{
    BlHistory *history = parse_files("1_a=aa 2_b=bb", &bl_convention_sqlx);
    BlLedger *ledger = parse_ledger("");
    ledger->peer = parse_table(bl_peer_find("sqlx"), "1=aa 2=cc");
    const BlAdoptInput input = { history, ledger, NULL, ledger->peer, "db", TRUE };
    g_autoptr(BlAdoption) adoption = bl_adoption_new(&input, NULL);
    const BlAdoptStep *same = g_ptr_array_index(adoption->steps, 0);
    const BlAdoptStep *edited = g_ptr_array_index(adoption->steps, 1);
    g_assert_cmpstr(same->raw_digest, ==, "raw:1_a");
    g_assert_cmpstr(same->token_digest, ==, "t1:1_a");
    g_assert_cmpstr(edited->raw_digest, ==, "sqlx:cc");
    g_assert_null(edited->token_digest);
    bl_history_free(history);
    bl_ledger_free(ledger);
}

static void
test_ledger_itself(void)
{
    BlHistory *history = parse_files("1_a 2_b", NULL);
    BlLedger *ledger = parse_ledger("1_a 2_b 3_gone");
    bl_ledger_add_journal(ledger, 1, 1, "1_a", BL_JOURNAL_APPLIED);
    g_autoptr(BlAdoption) adoption = bl_adoption_of_ledger(history, ledger);
    g_autofree char *found = describe(adoption, NULL);
    g_assert_cmpstr(found, ==, "digest 2_b");
    bl_history_free(history);
    bl_ledger_free(ledger);
}

static void
test_versions(void)
{
    static const struct {
        const char *a;
        const char *b;
        int order;
    } pairs[] = {
        { "1", "1", 0 },
        { "9", "10", -1 },
        { "0010", "10", 0 },
        { "1.2", "1.10", -1 },
        { "2", "1.10", 1 },
        { "1", "1.1", -1 },
        { "20240101_a", "20240101_b", -1 },
        { "a", "b", -1 },
        { "", "1", -1 },
        { "99999999999999999999", "100000000000000000000", -1 },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(pairs); i++) {
        g_assert_cmpint(bl_peer_compare_versions(pairs[i].a, pairs[i].b), ==, pairs[i].order);
        g_assert_cmpint(bl_peer_compare_versions(pairs[i].b, pairs[i].a), ==, -pairs[i].order);
    }
}

/* expected: "kind schema.name", NULL: nothing that has a name. */
static void
test_probe(void)
{
    static const struct {
        const char *sql;
        const char *expected;
    } statements[] = {
        { "CREATE TABLE a (x)", "table a" },
        { "create /* x */ temporary table if not exists app.\"A b\" (x)", "table app.A b" },
        { "-- note\nCREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (x)", "index i" },
        { "CREATE OR REPLACE FUNCTION app.f(int) RETURNS int AS 'x'", "function app.f" },
        { "CREATE MATERIALIZED VIEW v AS SELECT 1", "view v" },
        { "DROP TABLE IF EXISTS t CASCADE", "table t" },
        { "ALTER TABLE t ADD COLUMN x int", "table t, column x" },
        { "ALTER TABLE app.t ADD IF NOT EXISTS x int, ADD y int", "table app.t, column x" },
        { "ALTER TABLE ONLY t DROP x", "table t, column x" },
        { "ALTER TABLE t ADD UNIQUE KEY u (x)", "table t, key u" },
        { "ALTER TABLE t DROP CONSTRAINT IF EXISTS \"C d\"", "table t, key C d" },
        { "ALTER TABLE t ADD FOREIGN KEY (x) REFERENCES u (y)", "table t" },
        { "ALTER TABLE t ADD UNIQUE (x)", "table t" },
        { "ALTER TABLE t RENAME TO u", "table t" },
        { "CREATE INDEX i ON app.t (x)", "index i" },
        { "INSERT INTO t VALUES (1)", NULL },
        { "CREATE", NULL },
        { "CREATE INDEX ON t (x)", NULL },
        { "", NULL },
    };
    const BlEngine *engine = bl_engine_find("sqlite");
    for (gsize i = 0; i < G_N_ELEMENTS(statements); i++) {
        g_auto(BlProbeTarget) target = { 0 };
        gboolean found = bl_probe_parse(engine, statements[i].sql, &target);
        g_autofree char *text = g_strdup_printf("%s %s%s%s%s%s", target.kind,
                                                target.schema != NULL ? target.schema : "",
                                                target.schema != NULL ? "." : "", target.name,
                                                target.part == NULL ? ""
                                                : target.is_column  ? ", column "
                                                                    : ", key ",
                                                target.part != NULL ? target.part : "");
        g_assert_cmpstr(found ? text : NULL, ==, statements[i].expected);
    }
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/adopt/plan/%s", cases[i].name);
        g_test_add_data_func(path, &cases[i], test_adoption);
    }
    g_test_add_func("/adopt/check/table-that-is-not-there-agrees",
                    test_table_that_is_not_there_agrees);
    g_test_add_func("/adopt/plan/digests", test_digests);
    g_test_add_func("/adopt/plan/ledger-itself", test_ledger_itself);
    g_test_add_func("/adopt/versions/order", test_versions);
    g_test_add_func("/adopt/probe/targets", test_probe);
    return g_test_run();
}
