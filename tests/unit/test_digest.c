/* SPDX-License-Identifier: MIT */
#include "common/base/digest.h"

#include <glib.h>

#include <string.h>

/* The examples of FIPS 180-2, and the digest of nothing. */
static void
test_known_answers(void)
{
    static const struct {
        const char *text;
        const char *digest;
    } cases[] = {
        { "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
        { "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
        { "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *bytes = bl_digest_bytes(cases[i].text, strlen(cases[i].text));
        g_autofree char *text = bl_digest_text(cases[i].text, strlen(cases[i].text));
        g_assert_cmpstr(bytes, ==, cases[i].digest);
        g_assert_cmpstr(text, ==, cases[i].digest);
    }
}

static void
test_nul_counts(void)
{
    g_autofree char *one = bl_digest_bytes("a\0b", 3);
    g_autofree char *two = bl_digest_bytes("a\0c", 3);

    g_assert_cmpstr(one, !=, two);
}

static void
test_text_folds_line_ends(void)
{
    static const struct {
        const char *text;
        const char *folded;
    } cases[] = {
        { "a\r\nb\r\n", "a\nb\n" }, { "a\rb\r", "a\nb\n" },           { "\r\r\n\n", "\n\n\n" },
        { "a\n\rb", "a\n\nb" },     { "no line end", "no line end" }, { "\r", "\n" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *got = bl_digest_text(cases[i].text, strlen(cases[i].text));
        g_autofree char *expect = bl_digest_bytes(cases[i].folded, strlen(cases[i].folded));
        g_assert_cmpstr(got, ==, expect);
    }
}

static void
test_bytes_fold_nothing(void)
{
    g_autofree char *unix_text = bl_digest_bytes("a\n", 2);
    g_autofree char *dos_text = bl_digest_bytes("a\r\n", 3);

    g_assert_cmpstr(unix_text, !=, dos_text);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/digest/bytes/known-answers", test_known_answers);
    g_test_add_func("/digest/bytes/nul-counts", test_nul_counts);
    g_test_add_func("/digest/bytes/fold-nothing", test_bytes_fold_nothing);
    g_test_add_func("/digest/text/folds-line-ends", test_text_folds_line_ends);
    return g_test_run();
}
