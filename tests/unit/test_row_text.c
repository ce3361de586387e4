/* SPDX-License-Identifier: MIT */
#include "squash/row_text.h"

static const char snapshot[] = "CREATE TABLE t (a);\n\n"
                               "-- rows t\nINSERT 1;\nINSERT 2;\n\n"
                               "-- rows u\nINSERT '\n-- rows v\n3';\n\n";

static void
test_has(void)
{
    static const struct {
        const char *table, *rows;
        gboolean has;
    } cases[] = {
        { "t", "INSERT 1;\nINSERT 2;\n", TRUE },
        { "t", "INSERT 2;\nINSERT 1;\n", TRUE },
        { "t", "INSERT 1;\nINSERT 3;\n", FALSE },
        { "t", "INSERT 1;\n", FALSE },
        { "t", "INSERT 1;\nINSERT 2;\n\n", FALSE },
        { "t", "INSERT 1;\nINSERT 2;\nINSERT 2;\n", FALSE },
        { "u", "INSERT '\n-- rows v\n3';\n", TRUE },
        { "v", "INSERT 3;\n", FALSE },
        { "w", "INSERT 1;\n", FALSE },
    };
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++)
        g_assert_true(bl_row_text_has(snapshot, cases[i].table, cases[i].rows) == cases[i].has);
}

int
main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/row-text/has/lines-in-any-order", test_has);
    return g_test_run();
}
