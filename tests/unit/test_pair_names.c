/* SPDX-License-Identifier: MIT */
/*
 * What fills the ledger, found at the end of a text of any length, against what a manifest names.
 */
#include "common/base/error.h"
#include "common/snapshot/pair.h"
#include "common/snapshot/pair_names.h"

#include "tests/unit/folder.h"

#define HEAD  "-- baseline snapshot, format 1, sqlite\n"
#define BLOCK "\n-- ledger l\nINSERT INTO \"v\" (version) VALUES (2);\n"
#define LINE(name)                                                                                 \
    "INSERT INTO \"l\" (name, batch) SELECT '" name "', coalesce(max(batch), 0) + 1 FROM \"l\";\n"
#define BATCH(name) "INSERT INTO \"l\" (name, batch) VALUES ('" name "', 7);\n"
#define GATE        "\n-- gate\nCOMMIT;\n"

/* A piece is read at a time. */
#define PIECE ((gsize)64 * 1024)

static const BlLedgerNames names = { .ledger = "l", .versions = "v", .journal = "j" };

typedef struct {
    const char *name;
    const char *text;
    const char *squashed; /* by blanks */
    const char *says;     /* NULL: they agree */
} Case;

static const Case cases[] = {
    { "same", HEAD BLOCK LINE("a") LINE("b''c") GATE, "a b'c", NULL },
    { "order-does-not-count", HEAD BLOCK LINE("a") LINE("b") GATE, "b a", NULL },
    { "given-batches", HEAD BLOCK BATCH("a") LINE("b") GATE, "a b", NULL },
    { "nothing", HEAD BLOCK GATE, "", NULL },
    { "no-block", HEAD GATE, "", NULL },
    { "no-block-but-names", HEAD GATE, "a", "only the manifest names 'a'" },
    { "less", HEAD BLOCK LINE("a") GATE, "a b c d e",
      "only the manifest names 'b', 'c', 'd' and 1 more" },
    { "more", HEAD BLOCK LINE("a") LINE("b") GATE, "a", "only the SQL fills the ledger with 'b'" },
    { "other", HEAD BLOCK LINE("a") LINE("b") GATE, "a c",
      "only the manifest names 'c'; only the SQL fills the ledger with 'b'" },
    { "text-of-a-row", HEAD "INSERT INTO t VALUES ('" BLOCK LINE("x") "');\n" BLOCK LINE("a") GATE,
      "a", NULL },
    { "another-table", HEAD BLOCK LINE("a") "INSERT INTO k (name, batch) VALUES ('x', 1);\n" GATE,
      "a", NULL },
};

static BlManifest *
manifest_of(const char *squashed, const char *digest)
{
    BlManifest *manifest = bl_manifest_new();
    g_auto(GStrv) list = g_strsplit(squashed, " ", -1);
    for (gsize i = 0; list[i] != NULL; i++) {
        if (list[i][0] != '\0')
            bl_manifest_add_squashed(manifest, list[i]);
    }
    manifest->dump_digest = g_strdup(digest);
    return manifest;
}

static void
check(Folder *folder, const Case *one, gsize filler)
{
    g_autoptr(GError) error = NULL;
    g_autofree char *rest = g_strnfill(filler, '-');
    g_autofree char *text = g_strconcat(rest, "\n", one->text, NULL);
    g_autofree char *path = g_build_filename(folder->root, "s.sql", NULL);
    folder_put(folder->root, "s.sql", text, -1);
    g_autofree char *ledger = NULL;
    g_autofree char *digest = bl_pair_names_read(path, &names, &ledger, &error);
    g_assert_no_error(error);
    g_autofree char *wanted = bl_pair_digest(path, NULL);
    g_assert_cmpstr(digest, ==, wanted);
    const BlEngine *engine = bl_engine_find("sqlite");
    g_autoptr(BlManifest) manifest = manifest_of(one->squashed, digest);
    gboolean agrees = bl_pair_names_check(engine, &names, manifest, ledger, "s.sql", &error);
    g_assert_cmpint(agrees, ==, one->says == NULL);
    if (agrees)
        return;
    g_assert_error(error, BL_ERROR, BL_ERROR_CONFLICT);
    g_assert_true(g_str_has_suffix(error->message, one->says));
    /* Another tool's has no digest. */
    g_autoptr(BlManifest) others = manifest_of(one->squashed, NULL);
    g_assert_true(bl_pair_names_check(engine, &names, others, ledger, "s.sql", NULL));
}

static void
test_check(Folder *folder, gconstpointer data)
{
    const Case *one = data;
    gsize len = strlen(one->text);
    check(folder, one, 0);
    check(folder, one, 3 * PIECE);
    /* Wherever the end of a piece falls. */
    for (gsize i = 0; i <= len; i++)
        check(folder, one, PIECE - i);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *path = g_strdup_printf("/pair-names/check/%s", cases[i].name);
        g_test_add(path, Folder, &cases[i], folder_set_up, test_check, folder_tear_down);
    }
    return g_test_run();
}
